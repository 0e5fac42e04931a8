"""What the words of an article can be: verbs of saying, roles, pronouns ..., as flags of a number.

The lists are those of the language's file. No model is needed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from framing.language import load_language
from framing.tokens import JOIN, LOWER, Tokens

# What a word can be.
SAY, THINK, TELL, URGE, PROMISE, ACCUSE, DESCRIBE, SHOW = (1 << n for n in range(8))
ING, DOUBTFUL, PARTICLE_VERB, NOUN, ACCORDING, VIEW = (1 << n for n in range(8, 14))
AUX, BE, ADVERB, RELATIVE, SUBORDINATE, AND, PREPOSITION = (1 << n for n in range(14, 21))
DETERMINER, HE, SHE, THEY, IT, SELF, ANYBODY, TIME, HEARER = (1 << n for n in range(21, 30))
THAT, TO, LINK, ROLE, ROLES, GROUP, TITLE, PARTICLE, DEMONYM = (1 << n for n in range(30, 39))
FEMALE, MALE, NOT_PERSON, CAPITAL, POSSESSIVE, INITIAL, NUMBER = (1 << n for n in range(39, 46))
INVERTED, POSTPOSED, HIS, HER, THEIR, ARTICLE, INDEFINITE = (1 << n for n in range(46, 53))
AGENT, PLEDGE, BARE, NEGATIVE, QUESTION, CONTRAST = (1 << n for n in range(53, 59))
ABBREVIATION, OPINION, MODAL, NAMING = (1 << n for n in range(59, 63))

_KINDS = {
    "say": SAY,
    "think": THINK,
    "tell": TELL,
    "urge": URGE,
    "promise": PROMISE,
    "accuse": ACCUSE,
    "describe": DESCRIBE,
    "show": SHOW,
}
VERB = SAY | THINK | TELL | URGE | PROMISE | ACCUSE | DESCRIBE | SHOW
CLAUSE_VERB = SAY | THINK | SHOW
CUE = VERB | PARTICLE_VERB | NOUN | ACCORDING | VIEW | POSTPOSED | INVERTED | OPINION
SUBJECT_PRONOUN = HE | SHE | THEY | IT | ANYBODY
PEOPLE = ROLE | ROLES | GROUP
CLOSED = AUX | RELATIVE | SUBORDINATE | AND | PREPOSITION | THAT | TO
# What a word keeps when "'s" follows: "the president's", "yesterday's".
_OWNING = PEOPLE | DEMONYM | TITLE | PARTICLE | FEMALE | MALE | NOT_PERSON | TIME


@dataclass(frozen=True)
class Lexicon:
    """What the words of a language can be."""

    flags: Mapping[str, int]
    endings: tuple[str, ...]
    particles: Mapping[str, Mapping[str, int]]  # of each two-word verb, and what makes it one
    according: Mapping[str, tuple[tuple[str, ...], ...]]  # first word: the words after it
    view: Mapping[str, tuple[tuple[str, ...], ...]]
    labels: frozenset[str]  # "question" and the like, at the line starts of transcripts
    leaders: frozenset[str]  # roles that are often exchanged: president, head of state
    offices: frozenset[str]  # "state" and the like, after "head of"

    def of(self, word: str) -> int:
        """Give the flags of a folded word."""
        flags = self.flags.get(word, 0)
        if not flags and word.endswith("'s"):
            flags = self.flags.get(word[:-2], 0) & _OWNING
        if not flags and word.endswith(self.endings):
            flags = ADVERB
        if word.endswith(("'s", "s'")):
            flags |= POSSESSIVE
        if len(word) == 1 and word.isalpha():
            flags |= INITIAL
        if word[0].isdigit():
            flags |= NUMBER
        return flags


@cache
def load_lexicon(code: str) -> Lexicon:
    """Build the lexicon of a language from its lists; it is empty where there are none."""
    language = load_language(code)
    voices, people = language.voices, language.people
    shortened = language.abbreviations | language.final_abbreviations
    flags: dict[str, int] = {}

    def add(words: Iterable[str], flag: int) -> None:
        for word in words:
            flags[word] = flags.get(word, 0) | flag

    for kind, flag in _KINDS.items():
        for entry in voices.get(kind, ()):
            add(_forms(entry), flag)
            add(_participles(entry), ING)
    particles: dict[str, dict[str, int]] = {}
    for entry in voices.get("particle_verbs", ()):
        for form in _forms(entry["verb"]):
            particles.setdefault(form, {})[entry["particle"]] = _KINDS[entry["kind"]]
        add(_participles(entry["verb"]), ING)
    add(particles, PARTICLE_VERB)
    for name, flag in (
        ("doubtful", DOUBTFUL),
        ("nouns", NOUN),
        ("agents", AGENT),
        ("pledges", PLEDGE),
        ("bare", BARE),
        ("opinions", OPINION),
        ("modals", MODAL),
        ("naming", NAMING),
        ("negatives", NEGATIVE),
        ("questions", QUESTION),
        ("contrasts", CONTRAST),
        ("that", THAT),
        ("to", TO),
        ("links", LINK),
        ("auxiliaries", AUX),
        ("passive", BE),
        ("adverbs", ADVERB),
        ("relatives", RELATIVE),
        ("subordinators", SUBORDINATE),
        ("conjunctions", AND),
        ("prepositions", PREPOSITION),
        ("determiners", DETERMINER),
        ("articles", ARTICLE),
        ("indefinite", INDEFINITE),
        ("anybody", ANYBODY),
        ("times", TIME),
        ("hearers", HEARER),
    ):
        add(voices.get(name, ()), flag)
    pronouns = voices.get("pronouns", {})
    for name, flag in (("male", HE), ("female", SHE), ("plural", THEY), ("neuter", IT)):
        add(pronouns.get(name, ()), flag)
        add(voices.get("inverted", {}).get(name, ()), flag | INVERTED)
        add(voices.get("possessives", {}).get(name, ()), {HE: HIS, SHE: HER}.get(flag, THEIR))
    add([*pronouns.get("first", ()), *pronouns.get("second", ())], SELF)
    roles, titles = people.get("roles", {}), people.get("titles", {})
    for name, flag in (("male", ROLE | MALE), ("female", ROLE | FEMALE), ("either", ROLE)):
        add(roles.get(name, ()), flag)
        add(titles.get(name, ()), TITLE | (flag & ~ROLE))
    add(roles.get("plural", ()), ROLES)
    for name, flag in (
        ("groups", GROUP),
        ("particles", PARTICLE),
        ("demonyms", DEMONYM),
        ("female", FEMALE),
        ("male", MALE),
        ("not_people", NOT_PERSON),
    ):
        add(people.get(name, ()), flag)
    if language.code != "en":  # given names of the world's news are listed once
        everywhere = load_language("en").people
        add(everywhere.get("female", ()), FEMALE)
        add(everywhere.get("male", ()), MALE)
    phrases = {
        name: _phrases(voices.get(key, ()))
        for name, key in (("according", "according"), ("view", "in_words"))
    }
    add(phrases["according"], ACCORDING)
    add(phrases["view"], VIEW)
    add(voices.get("according_after", ()), POSTPOSED)
    add(shortened, ABBREVIATION)
    return Lexicon(
        flags=flags,
        endings=tuple(voices.get("adverb_endings", ())) or ("\0",),
        particles=particles,
        labels=frozenset(voices.get("labels", ())),
        leaders=frozenset(people.get("leaders", ())),
        offices=frozenset(people.get("offices", ())),
        **phrases,
    )


def _forms(entry: str) -> list[str]:
    """List all forms of a verb: those that can follow a subject, a bar, its participles."""
    return entry.replace("|", " ").split()


def _participles(entry: str) -> list[str]:
    """List the forms of a verb in -ing."""
    return entry.partition("|")[2].split()


def _phrases(entries: Sequence[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Sort fixed phrases by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for entry in entries:
        first, *rest = entry.split()
        found.setdefault(first, []).append(tuple(rest))
    return {first: tuple(sorted(rests, key=len, reverse=True)) for first, rests in found.items()}


@dataclass(frozen=True, eq=False, slots=True)
class Words:
    """One article as lists: what its words can be and what joins them.

    Attributes
    ----------
    text : str
        The text of the article.
    flags, types, forms, start, end, mark, sentence : list of int
        For each word its flags, its type, its spelling, its characters, the outermost quotation
        that it stands in (-1 outside), and its sentence.
    joined : list of bool
        Whether nothing but a space or hyphen, or the dot of an abbreviation, stands before it.
    commas : list of bool
        Whether a comma or dash stands before it.
    contrasts : list of int
        The words like "but" that stand outside quotation marks and after a comma.
    sentence_start : dict of int
        The first word of each sentence.
    names : list of str
        The types of the corpus.
    lexicon : Lexicon
        What words can be.
    """

    text: str
    flags: list[int]
    types: list[int]
    forms: list[int]
    start: list[int]
    end: list[int]
    mark: list[int]
    sentence: list[int]
    joined: list[bool]
    commas: list[bool]
    contrasts: list[int]
    sentence_start: Mapping[int, int]
    names: Sequence[str]
    lexicon: Lexicon

    def word(self, number: int) -> str:
        """Give a word, case-folded."""
        return self.names[self.types[number]]

    def gap(self, number: int) -> str:
        """Give what stands before a word."""
        return self.text[self.end[number - 1] : self.start[number]] if number else ""


class WordColumns:
    """What the words of a corpus can be, from which `article` cuts the lists of one article.

    Attributes
    ----------
    flags : array of int64
        For each token what it can be, in the language of its article.
    joined : array of bool
        Whether it follows the one before without a mark, abbreviations' dots aside.
    """

    def __init__(self, tokens: Tokens, texts: Sequence[str], codes: Sequence[str]) -> None:
        self.tokens = tokens
        self.texts = texts
        self.codes = codes
        self.flags = _flags(tokens, codes)
        self.joined = _joins(tokens, texts, self.flags)
        contrasts = np.flatnonzero((self.flags & CONTRAST) != 0)
        self._contrasts = contrasts.tolist()
        self._contrast_offsets = np.searchsorted(contrasts, tokens.offsets).tolist()

    def article(self, number: int, mark: NDArray[np.int32]) -> Words:
        """Give the words of an article; ``mark`` is the quotation of each token of the corpus."""
        tokens, text = self.tokens, self.texts[number]
        base = int(tokens.offsets[number])
        span = slice(base, int(tokens.offsets[number + 1]))
        start, end = tokens.start[span].tolist(), tokens.end[span].tolist()
        own_mark = mark[span].tolist()
        contrasts = slice(self._contrast_offsets[number], self._contrast_offsets[number + 1])
        first = int(tokens.sentence_offsets[number])
        sentences = slice(first, int(tokens.sentence_offsets[number + 1]))
        starts = (tokens.sentence_tokens[sentences] - base).tolist()
        return Words(
            text=text,
            flags=self.flags[span].tolist(),
            types=tokens.type_id[span].tolist(),
            forms=tokens.form_id[span].tolist(),
            start=start,
            end=end,
            mark=own_mark,
            sentence=tokens.sentence[span].tolist(),
            joined=self.joined[span].tolist(),
            commas=_after_commas(text, tokens.start[span], tokens.end[span]).tolist(),
            contrasts=sorted(
                [
                    place
                    for place in (token - base for token in self._contrasts[contrasts])
                    if place and own_mark[place] < 0 and "," in text[end[place - 1] : start[place]]
                ]
                + [place for place in _after_semicolons(text, start) if own_mark[place] < 0]
            ),
            sentence_start=dict(enumerate(starts, first)),
            names=tokens.types,
            lexicon=load_lexicon(self.codes[number]),
        )


def _after_semicolons(text: str, start: Sequence[int]) -> Iterator[int]:
    """Give the words that follow a semicolon."""
    found = text.find(";")
    while found >= 0:
        place = bisect_left(start, found)
        if place < len(start):
            yield place
        found = text.find(";", found + 1)


def _after_commas(text: str, start: NDArray[np.int32], end: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell which words of a text stand after a comma or dash, by the characters of the text."""
    signs = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    marked = (signs == ord(",")) | (signs == ord("–")) | (signs == ord("—"))
    places = np.flatnonzero(marked)
    if " - " in text or "--" in text:  # few texts write dashes so
        places = np.concatenate([places, _hyphen_dashes(signs)])
    word = np.searchsorted(start, places, side="right")  # the first word after each sign
    between = (word > 0) & (word < len(start)) & (places >= end[word - 1])
    found = np.zeros(len(start), dtype=bool)
    found[word[between]] = True
    return found


def _hyphen_dashes(signs: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Find the hyphens that stand for a dash: between spaces, or two of them."""
    hyphens = np.flatnonzero(signs == ord("-"))
    before, after = signs[hyphens - 1], signs[np.minimum(hyphens + 1, len(signs) - 1)]
    spaced = (before == ord(" ")) & (after == ord(" "))
    return hyphens[spaced | (after == ord("-"))]


def _flags(tokens: Tokens, codes: Sequence[str]) -> NDArray[np.int64]:
    """Give every token its flags in the language of its article."""
    languages = sorted(set(codes))
    if len(languages) == 1:
        return _form_flags(tokens, load_lexicon(languages[0]))[tokens.form_id]
    flags = np.zeros(len(tokens), dtype=np.int64)
    for code in languages:
        of_form = _form_flags(tokens, load_lexicon(code))
        chosen = np.array([other == code for other in codes], dtype=bool)[tokens.article]
        flags[chosen] = of_form[tokens.form_id[chosen]]
    return flags


def _form_flags(tokens: Tokens, lexicon: Lexicon) -> NDArray[np.int64]:
    """Give every spelling of a corpus its flags."""
    vocabulary = tokens.vocabulary
    of_type = np.array([lexicon.of(word) for word in vocabulary.types], dtype=np.int64)
    flags = of_type[vocabulary.type_of_form]
    capital = np.array([form[0].isupper() for form in vocabulary.forms], dtype=bool)
    capital &= vocabulary.case_of_form != LOWER
    flags[capital] |= CAPITAL
    # "Kelly" is no adverb, whatever its ending
    known = np.array([word in lexicon.flags for word in vocabulary.types], dtype=bool)
    flags[capital & ~known[vocabulary.type_of_form]] &= ~ADVERB
    return flags


def _joins(tokens: Tokens, texts: Sequence[str], flags: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which tokens follow the one before without a mark, abbreviations' dots aside."""
    joined = tokens.gap == JOIN
    short = (flags & (INITIAL | TITLE | ABBREVIATION)) != 0
    same = np.zeros(len(joined), dtype=bool)
    same[1:] = short[:-1] & (tokens.sentence[1:] == tokens.sentence[:-1])
    for number in np.flatnonzero(same & ~joined):
        text = texts[tokens.article[number]]
        gap = text[tokens.end[number - 1] : tokens.start[number]]
        joined[number] = gap.strip() == "."
    return joined
