"""Random sentences made of what VADER and TextBlob treat in a special way, with a seed."""

import random
from importlib.resources import files

from nltk.sentiment.vader import VaderConstants
from textblob import _text
from textblob.en import sentiment

PHRASES = [*VaderConstants.SPECIAL_CASE_IDIOMS, *VaderConstants.BOOSTER_DICT]
PHRASES = [phrase for phrase in PHRASES if " " in phrase]
EMOTICONS = sorted(emoticon for some in _text.EMOTICONS.values() for emoticon in some)
LEXICON = files("vaderSentiment").joinpath("vader_lexicon.txt").read_text("utf-8").split("\n")
OTHERS = (
    "never so this least at very but kind of sort BUT Never SO Least n't isn't don’t",
    "the a to is was good bad great GOOD war peace really U.S. Mr. 8 2008 İ ß Σ ΌΣΣ",
)
len(sentiment)  # loads TextBlob's word list

WORDS = [
    [*VaderConstants.BOOSTER_DICT],
    sorted(VaderConstants.NEGATE),
    [part for phrase in PHRASES for part in (phrase, *phrase.split())],
    OTHERS[0].split(),
    [line.split("\t")[0] for line in LEXICON if line],
    list(sentiment),
    sorted(_text.ABBREVIATIONS),
    [*EMOTICONS, *(" ".join(emoticon) for emoticon in EMOTICONS), "(!)", "( ! )", "(! )", "( !)"],
    list("!?.,;:'\"()[]{}-_*&^%$#@~`|/\\<>=+“”‘’…–—°♥😀abDOPpscoxX38 "),
    OTHERS[1].split(),
    ["END-OF-SENTENCE", "\ue000", "good\ue000bad"],
]
SPACES = [" "] * 12 + ["\u00a0", "\u2003", "\x1c", "\x85", "\u3000", "\n", "\n\n", "\r\n", "  ", ""]
MARKS = [*"!?.,;:'\")]-’”", "!!", "?!?", "...", "!!!!!", "n't", "'s", "’s"]


def make_sentences(number: int, seed: int = 0) -> list[str]:
    chance = random.Random(seed)
    return [_sentence(chance) for _ in range(number)]


def _sentence(chance: random.Random) -> str:
    length = chance.choice([0, 1, 1, 2, 3, 5, 8, 12, 20])
    return "".join(_word(chance) + chance.choice(SPACES) for _ in range(length))


def _word(chance: random.Random) -> str:
    word = chance.choice(chance.choice(WORDS))
    case = chance.random()
    if case < 0.2:
        word = word.upper() if case < 0.12 else word.capitalize()
    if chance.random() < 0.25:
        word += chance.choice(MARKS)
    return chance.choice("\"'(“‘[-.,!") + word if chance.random() < 0.08 else word
