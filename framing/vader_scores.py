"""VADER's compound scores of many sentences at once, equal to NLTK's to the last bit.

NLTK's program looks at each word of each sentence anew. Here each distinct chunk between white
space is looked at once, and the rules are worked out for all scored words of a batch together.
Rare forms (idioms, "sort of") are left to NLTK.
"""

from __future__ import annotations

import sys
import warnings
from array import array
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framing.chunks import Chunks, read_chunks

# What a chunk is to VADER, as bits.
_SINGLE = 1  # one character: no word, only its mark counts
_SCORED = 2  # in the word list
_CAPITALS = 4
_BOOSTER = 8
_NEGATION = 16
_BUT = 32
_KIND = 64
_OF = 128
_LEAST = 256
_AT_OR_VERY = 512
_NEVER = 1024
_SO_OR_THIS = 2048
_PHRASE = 4096  # in an idiom or a booster of several words
_MARKED = 8192  # holds exclamation or question marks
_BY_CASE = 16384  # may be one of those that count only as NLTK writes them

# Sentences with every rule in them, on which the arrays are compared with NLTK before use.
_SAMPLE = (
    "",
    "!",
    "? ?",
    "The envoys praised a warm welcome",
    "War, WAR and war: a terrible TERRIBLE terrible loss",
    "ALL CAPS GOOD",
    "The VERY good, very GOOD and EXTREMELY bad deal",
    "not good. isn't good, never good; hardly a very bad deal, rarely so good a deal",
    "never so good, never this really bad, so nice a truce, this was a great day",
    "Never so good, NEVER this bad; never SO bad; without a doubt, without any real doubt",
    "the least good, at least good, very least bad; least happy",
    "least happy",
    "good but bad, BUT worse but great",
    "kind of good, sort of bad, just enough fun",
    "a kind gift, the kind of win; Kind of good",
    "the bomb was the shit, a bad ass plan to cut the mustard",
    "it was a kiss of death, and hand to mouth, yeah right",
    "good! bad!! great!!! awful!!!! fine!!!!! best!!!!!!",
    "good? bad?",
    "good?? bad?",
    "good? bad? great? awful?",
    "peace!? (peace) 'peace' \"peace\" ,peace peace,, ?!?peace peace!?! -peace- n't like",
    ":) :( <3 lol :-( xD 8-)",
    "good good good bad bad terrible, terrible good great great worst best",
    "more less more good more bad less good barely quite so awful, somewhat nice",
    "“rich” don’t like, don't LIKE, DON'T like, Isn't nice",
)


def vader_compound(texts: Sequence[str]) -> NDArray[np.float64]:
    """Score how positive or negative texts sound to VADER as NLTK runs it.

    Parameters
    ----------
    texts : list of str
        The texts, each scored by itself: sentences, best.

    Returns
    -------
    array of float
        VADER's compound of each text, -1 to 1, rounded to four digits.

    Examples
    --------
    >>> vader_compound(["A warm welcome.", "The cease-fire failed."]).tolist()
    [0.5994, -0.5106]
    """
    if not texts:
        return np.zeros(0)  # without loading NLTK, which takes a second
    if not _equals_nltk():
        return np.array([_compound_of_nltk(text) for text in texts], dtype=float)
    return _compounds(texts)


@cache
def vader() -> Any:
    """Build NLTK's VADER with the word list of the vaderSentiment package.

    NLTK has the program without its word list, and loads the list only from folders of its own.
    """
    from nltk.sentiment.vader import SentimentIntensityAnalyzer, VaderConstants

    lexicon = files("vaderSentiment").joinpath("vader_lexicon.txt").read_text(encoding="utf-8")
    analyser = SentimentIntensityAnalyzer.__new__(SentimentIntensityAnalyzer)
    analyser.lexicon_file = lexicon.rstrip("\n")  # NLTK's reader stumbles over an empty last line
    analyser.lexicon = analyser.make_lex_dict()
    analyser.constants = VaderConstants()
    return analyser


def load_without_statistics() -> None:
    """Load VADER in a process that does nothing else with NLTK.

    Four fifths of the time that NLTK takes to load are SciPy's statistics and scikit-learn, which
    it has for a test of collocations and for classifiers, and does without where they are missing.
    """
    hidden = [name for name in ("scipy.stats", "sklearn") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: not to be imported
    try:
        vader()
    finally:
        for name in hidden:
            del sys.modules[name]


def _compound_of_nltk(text: str) -> float:
    return vader().polarity_scores(text)["compound"]


@cache
def _equals_nltk() -> bool:
    """Compare with NLTK once: its next version may have other rules, and then it has to score."""
    expected = [_compound_of_nltk(text) for text in _SAMPLE]
    constants = vader().constants
    try:
        # A mark that is none to NLTK would make what a chunk is depend on the chunks around it.
        bare = [constants.REGEX_REMOVE_PUNCTUATION.sub("", mark) for mark in constants.PUNC_LIST]
        equal = not any(bare) and _compounds(_SAMPLE).tolist() == expected
    except Exception:  # whatever is no longer there in a changed NLTK
        equal = False
    if not equal:
        warnings.warn(
            "This version of NLTK has other rules for VADER than those known here. The scores are"
            " NLTK's own, but large corpora take 25 times as long.",
            stacklevel=3,
        )
    return equal


def _compounds(texts: Sequence[str]) -> NDArray[np.float64]:
    compound = np.empty(len(texts))
    for chunks in read_chunks(texts):
        if chunks.anew:
            words = _Words(vader())
        words.learn(chunks.new)
        compound[chunks.texts], unsure = _score(words, chunks)
        for place in unsure + chunks.texts.start:
            compound[place] = _compound_of_nltk(texts[place])
    return compound


class _Words:
    """What VADER has to know of each chunk, in arrays by the chunk's number."""

    def __init__(self, analyser: Any) -> None:
        constants = analyser.constants
        self.lexicon: dict[str, float] = analyser.lexicon
        self.boosters: dict[str, float] = constants.BOOSTER_DICT
        self.punctuation = constants.REGEX_REMOVE_PUNCTUATION
        self.marks = frozenset(constants.PUNC_LIST)
        self.capitals_add: float = constants.C_INCR
        self.negation_factor: float = constants.N_SCALAR
        # What exclamation and question marks add, by their number; more add no more.
        self.emphasis = [
            np.array([analyser._amplify_ep("!" * n) for n in range(9)], dtype=float),
            np.array([analyser._amplify_qm("?" * n) for n in range(9)], dtype=float),
        ]
        # NLTK looks for these as two words with one space between; of an idiom of three words its
        # first two are enough to ask NLTK itself.
        phrases = [*constants.SPECIAL_CASE_IDIOMS, *self.boosters]
        pairs = {tuple(phrase.split()[:2]) for phrase in phrases if " " in phrase}
        parts = sorted({part for pair in pairs for part in pair})
        self.phrase_parts = {part: code for code, part in enumerate(parts, 1)}
        self.phrases = np.zeros((len(parts) + 1, len(parts) + 1), dtype=bool)
        for first, second in pairs:
            self.phrases[self.phrase_parts[first], self.phrase_parts[second]] = True
        self._set_meanings(constants)

        self.meaning = array("H")
        self.valence = array("d")
        self.boost = array("d")
        self.word = array("i")  # of scored words: chunks that differ in marks only are one word
        self.scored_words: dict[str, int] = {}
        self.phrase_part = array("B")
        self.n_marks = array("q"), array("q")

    def _set_meanings(self, constants: Any) -> None:
        """Note what words mean, in any letter case and as they are written."""
        in_any_case = [
            (self.lexicon, _SCORED),
            (self.boosters, _BOOSTER),
            (constants.NEGATE, _NEGATION),
            (["but"], _BUT),
            (["kind"], _KIND),
            (["of"], _OF),
            (["least"], _LEAST),
            (["at", "very"], _AT_OR_VERY),
        ]
        as_written = [
            (["never"], _NEVER),
            (["so", "this"], _SO_OR_THIS),
            (self.phrase_parts, _PHRASE),
        ]
        self.meanings: dict[str, int] = {}
        self.meanings_by_case: dict[str, int] = {}
        for words, meaning in in_any_case:
            for word in words:
                self.meanings[word] = self.meanings.get(word, 0) | meaning
        for words, meaning in as_written:
            for word in words:
                self.meanings_by_case[word] = self.meanings_by_case.get(word, 0) | meaning
                lower = word.lower()
                self.meanings[lower] = self.meanings.get(lower, 0) | _BY_CASE

    def learn(self, chunks: Sequence[str]) -> None:
        """Add new chunks."""
        start = len(self.meaning)
        for column in (self.valence, self.boost, self.word, self.phrase_part, *self.n_marks):
            column.frombytes(bytes(column.itemsize * len(chunks)))  # zeros, right for most chunks
        meanings, add = self.meanings, self.meaning.append
        for number, chunk in enumerate(chunks, start):
            plain = chunk.isalnum()
            word = chunk if plain else self._without_mark(chunk)
            lower = word.lower()
            meaning = meanings.get(lower, 0)
            if word.isupper():
                meaning |= _CAPITALS
            if not plain:
                if "n't" in lower:
                    meaning |= _NEGATION
                if "!" in chunk or "?" in chunk:
                    meaning |= _MARKED
            if len(chunk) == 1:
                meaning = _SINGLE | (meaning & _MARKED)
            if meaning & ~_CAPITALS:
                meaning = self._learn_special(number, chunk, word, meaning)
            add(meaning)

    def _learn_special(self, number: int, chunk: str, word: str, meaning: int) -> int:
        """Note the values of a chunk that has some, and return its meaning as it is written."""
        if meaning & _BY_CASE:
            meaning |= self.meanings_by_case.get(word, 0)
        if meaning & _SCORED:
            self.valence[number] = self.lexicon[word.lower()]
            self.word[number] = self.scored_words.setdefault(word, len(self.scored_words))
        if meaning & _BOOSTER:
            self.boost[number] = self.boosters[word.lower()]
        if meaning & _PHRASE:
            self.phrase_part[number] = self.phrase_parts[word]
        if meaning & _MARKED:
            for counts, mark in zip(self.n_marks, "!?", strict=True):
                counts[number] = chunk.count(mark)
        return meaning

    def _without_mark(self, chunk: str) -> str:
        """Take one known mark off the beginning or the end, if there is no other in the word."""
        bare = chunk[:-1]
        if bare.isalnum():
            return bare if len(bare) > 1 and chunk[-1] in self.marks else chunk
        bare = self.punctuation.sub("", chunk)
        if 1 < len(bare) < len(chunk):
            if chunk.startswith(bare) and chunk[len(bare) :] in self.marks:
                return bare
            if chunk.endswith(bare) and chunk[: -len(bare)] in self.marks:
                return bare
        return chunk


def _score(words: _Words, chunks: Chunks) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Give the compounds of texts, and the places of texts that only NLTK can score."""
    size = len(chunks.ends)
    number = chunks.numbers
    text = np.repeat(np.arange(size), np.diff(chunks.ends, prepend=0))
    meaning = np.asarray(words.meaning)[number]
    emphasis = _emphasis(words, number, meaning, text, size)

    kept = np.flatnonzero((meaning & _SINGLE) == 0)
    number, meaning, text = number[kept], meaning[kept], text[kept]
    n_words = np.bincount(text, minlength=size)
    n_capitals = np.bincount(text[np.flatnonzero(meaning & _CAPITALS)], minlength=size)
    # Capitals say something only where not all words have them.
    mixed = (n_capitals > 0) & (n_capitals < n_words)

    scored = np.flatnonzero(meaning & _SCORED)
    in_text = text[scored]
    # NLTK scores a word wherever it stands as it scores its first place in the text.
    key = in_text * len(words.meaning) + np.asarray(words.word)[number[scored]]
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    first = scored[first]
    begin = np.cumsum(n_words) - n_words
    place = first - begin[text[first]]
    valence = _valences(words, number, meaning, first, place, mixed[text[first]])
    # "kind" before "of" is the first half of a dampener, and has no valence, as boosters have none.
    kind = np.flatnonzero((meaning[first] & _KIND != 0) & (place < n_words[text[first]] - 1))
    valence[kind[meaning[first[kind] + 1] & _OF != 0]] = 0.0
    valence[meaning[first] & _BOOSTER != 0] = 0.0
    valence = valence[which]

    # What stands before the first "but" counts half, what stands after it half as much again.
    buts = np.flatnonzero(meaning & _BUT)[::-1]
    but = np.full(size, -1)
    but[text[buts]] = buts  # the last assignment, that of the first "but", stays
    turn = but[in_text]
    valence = np.where((turn >= 0) & (scored < turn), valence * 0.5, valence)
    valence = np.where((turn >= 0) & (scored > turn), valence * 1.5, valence)

    total = sums(valence, in_text, size)
    total = np.where(total > 0, total + emphasis, np.where(total < 0, total - emphasis, total))
    compound = rounded(total / np.sqrt(total * total + 15), 4)
    return compound, _texts_with_phrases(words, number, meaning, text)


def _emphasis(
    words: _Words,
    number: NDArray[np.int32],
    meaning: NDArray[np.uint16],
    text: NDArray[np.intp],
    size: int,
) -> NDArray[np.float64]:
    """Give what exclamation and question marks add to each text; these count in any chunk."""
    marked = np.flatnonzero(meaning & _MARKED)
    added = np.zeros(size)
    for counts, adds in zip(words.n_marks, words.emphasis, strict=True):
        n = np.bincount(text[marked], np.asarray(counts)[number[marked]], minlength=size)
        added += adds[np.minimum(n, len(adds) - 1).astype(np.intp)]
    return added


def _valences(
    words: _Words,
    number: NDArray[np.int32],
    meaning: NDArray[np.uint16],
    at: NDArray[np.intp],
    place: NDArray[np.intp],
    mixed: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Give the valences of scored words with what the up to three words before them do.

    ``at`` says where the words are in ``number`` and ``meaning``, ``place`` where in their texts;
    ``mixed``, whether these have words in capitals and others.
    """
    boost = np.asarray(words.boost)
    valence = np.asarray(words.valence)[number[at]]
    shouted = (meaning[at] & _CAPITALS != 0) & mixed
    louder = np.where(valence > 0, words.capitals_add, -words.capitals_add)
    valence = np.where(shouted, valence + louder, valence)

    # A place before the text's beginning changes nothing, as a scored word there would not.
    before = [
        np.where(place > back, meaning[np.maximum(at - back - 1, 0)], _SCORED) for back in range(3)
    ]
    for back, fading in enumerate((1.0, 0.95, 0.9)):
        mark = before[back]
        added = boost[number[np.maximum(at - back - 1, 0)]]
        added = np.where(valence < 0, -added, added)
        shouted = (mark & (_BOOSTER | _CAPITALS) == _BOOSTER | _CAPITALS) & mixed
        louder = np.where(valence > 0, words.capitals_add, -words.capitals_add)
        added = np.where(shouted, added + louder, added) * fading
        changed = valence + added
        factor = np.where(mark & _NEGATION != 0, words.negation_factor, 1.0)
        # "never so good", "never this good" are strong, and to NLTK "so" two words before is, too.
        if back == 1:
            strong = (mark & _NEVER != 0) & (before[0] & _SO_OR_THIS != 0)
            factor = np.where(strong, 1.5, factor)
        if back == 2:
            strong = (mark & _NEVER != 0) & (before[1] & _SO_OR_THIS != 0)
            factor = np.where(strong | (before[0] & _SO_OR_THIS != 0), 1.25, factor)
        valence = np.where(mark & _SCORED == 0, changed * factor, valence)

    # "least good" is turned round, but neither "at least good" nor "very least good".
    least = before[0] & (_LEAST | _SCORED) == _LEAST
    second = np.where(place > 1, meaning[np.maximum(at - 2, 0)], 0)
    least &= second & _AT_OR_VERY == 0
    return np.where(least, valence * words.negation_factor, valence)


def _texts_with_phrases(
    words: _Words,
    number: NDArray[np.int32],
    meaning: NDArray[np.uint16],
    text: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Find the texts with idioms or boosters of several words."""
    first = np.flatnonzero(meaning[:-1] & meaning[1:] & _PHRASE)
    part = np.asarray(words.phrase_part)
    found = words.phrases[part[number[first]], part[number[first + 1]]]
    return np.unique(text[first[found & (text[first] == text[first + 1])]])


def sums(values: NDArray[np.float64], unit: NDArray[np.intp], size: int) -> NDArray[np.float64]:
    """Add the values of each unit, which stand together, as Python's `sum` does.

    From Python 3.12 on `sum` carries the rounding errors along. With up to two values that makes
    no difference: the sum of two is the nearest number there is.
    """
    total = np.bincount(unit, values, minlength=size).astype(float)
    count = np.bincount(unit, minlength=size)
    ends = np.cumsum(count)
    several = np.flatnonzero(count > 2)
    floats = values.tolist()
    spans = zip((ends - count)[several].tolist(), ends[several].tolist(), strict=True)
    total[several] = [sum(floats[start:end]) for start, end in spans]
    return total


def rounded(values: NDArray[np.float64], digits: int) -> NDArray[np.float64]:
    """Round values between -1 and 1 as Python's `round` does: by their exact decimal fractions."""
    scaled = values * 10.0**digits
    result = np.rint(scaled) / 10.0**digits
    # Multiplying may have moved a value on or over the middle between two results.
    for place in np.flatnonzero(np.abs(np.abs(scaled - np.trunc(scaled)) - 0.5) < 1e-6):
        result[place] = round(float(values[place]), digits)
    return result
