"""Names of persons in articles: where capitalised words run together, and what they spell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from framing.lexicon import (
    AND,
    ARTICLE,
    AUX,
    CAPITAL,
    DEMONYM,
    DETERMINER,
    FEMALE,
    GROUP,
    HE,
    HER,
    HIS,
    INITIAL,
    IT,
    MALE,
    NOT_PERSON,
    NUMBER,
    PARTICLE,
    POSSESSIVE,
    PREPOSITION,
    RELATIVE,
    ROLE,
    ROLES,
    SHE,
    SUBORDINATE,
    THEIR,
    THEY,
    TIME,
    TITLE,
    Words,
)
from framing.phrases import Phrase

GENDER = FEMALE | MALE
PRONOUN = HE | SHE | THEY | IT | HIS | HER | THEIR
_CLOSED = AUX | AND | PREPOSITION | RELATIVE | SUBORDINATE | DETERMINER
_NO_PERSON = NOT_PERSON | GROUP | DEMONYM
# Letters up to which capitals may be an acronym: in a name of several words, and alone.
_SHORT_NAME, _ACRONYM = 3, 5

# Whether a run of capitalised words is a person's name: never, if a title stands before it, always.
NEVER, TITLED, SURE = range(3)


class Name(NamedTuple):
    """What a run of capitalised words names, once titles are cut off.

    Attributes
    ----------
    spelled, folded : tuple of str
        The words of the name as they are shown, and case-folded.
    cut : int
        How many words of the run come before the name.
    size : int
        How many words of the run are the name; initials count.
    person : int
        Whether the name is a person's: `NEVER`, `TITLED` or `SURE`.
    """

    spelled: tuple[str, ...]
    folded: tuple[str, ...]
    cut: int
    size: int
    person: int


class Names:
    """The names of a corpus in one language; each run of spellings is read once."""

    def __init__(self, spellings: Sequence[str]) -> None:
        self.spellings = spellings
        self._of_run: dict[tuple[int, ...], Name] = {}
        self._spelled: dict[tuple[int, ...], tuple[str, ...]] = {}

    def of_run(self, words: Words, run: Phrase) -> Name:
        """Give the name that a run of capitalised words holds."""
        key = tuple(words.forms[run.first : run.stop])
        name = self._of_run.get(key)
        if name is None:
            name = self._of_run[key] = self._read(words, run)
        return name

    def spelled(self, words: Words, first: int, stop: int) -> tuple[str, ...]:
        """Give the words of a name, without initials in its middle and the possessive."""
        key = tuple(words.forms[first:stop])
        found = self._spelled.get(key)
        if found is None:
            owned = stop > first and bool(words.flags[stop - 1] & POSSESSIVE)
            found = self._spelled[key] = _spell([self.spellings[form] for form in key], owned)
        return found

    def _read(self, words: Words, run: Phrase) -> Name:
        first = _after_titles(words.flags, run)
        spelled = self.spelled(words, first, run.stop)
        folded = tuple(word.casefold() for word in spelled)
        flags = words.flags[first : run.stop]
        person = _personhood(flags, first > run.first) if flags else NEVER
        return Name(spelled, folded, first - run.first, run.stop - first, person)


def name_runs(
    flags: NDArray[np.int64], joined: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the runs of capitalised words that may hold names.

    A run goes on over a particle such as "von", and ends with a possessive.

    Parameters
    ----------
    flags, joined : array
        What each token of a corpus can be, and whether it follows the one before directly.

    Returns
    -------
    first, stop : array
        The first token of each run and the one after its last, in order.
    """
    closed = (flags & _CLOSED) != 0
    named = ((flags & CAPITAL) != 0) & (
        ((flags & (TIME | _CLOSED | PRONOUN)) == 0) | (((flags & GENDER) != 0) & ~closed)
    )
    goes_on = named & ((flags & POSSESSIVE) == 0)
    particle = ~named & ((flags & PARTICLE) != 0) & ((flags & (DETERMINER | AND)) == 0)
    bridged = particle & joined  # a particle directly after a name that goes on
    bridged[1:] &= goes_on[:-1]
    bridged[:1] = False
    second = particle & joined  # "von der"
    second[1:] &= bridged[:-1]
    second[:1] = False
    follows = named & joined
    follows[1:] &= goes_on[:-1] | bridged[:-1] | second[:-1]
    follows[:1] = False
    places = np.flatnonzero(named)
    opens = ~follows[places]
    ends = np.append(opens[1:], True)[: len(places)]
    return places[opens], places[ends] + 1


def name_like(flag: int) -> bool:
    """Tell whether a word can be part of a name."""
    return bool(flag & CAPITAL) and (
        not flag & (TIME | _CLOSED | PRONOUN) or bool(flag & GENDER and not flag & _CLOSED)
    )


def _after_titles(flags: Sequence[int], run: Phrase) -> int:
    """Cut titles, roles and demonyms off a run: "French President Emmanuel Macron"."""
    first, stop = run
    for place in range(stop - 2, first, -1):  # from the last given name with a word after it
        given = flags[place] & GENDER and not flags[place] & (ROLE | TITLE | DEMONYM)
        if given and flags[place - 1] & (ROLE | TITLE | _NO_PERSON):
            first = place
            break
    for place in range(stop - 1, first - 1, -1):
        flag = flags[place]
        if flag & (ROLE | TITLE) or (flag & (DEMONYM | ROLES) and not flag & GENDER):
            return place + 1
    if first == run.first:  # "of Ukraine Volodymyr Zelenskyy"
        while stop - first > 2 and flags[first] & _NO_PERSON and not flags[first] & GENDER:
            first += 1
    return first


def _personhood(flags: Sequence[int], titled: bool) -> int:
    """Tell from the words of a name, and whether a title was cut off it, if it is a person's."""
    first, last = flags[0], flags[-1]
    if len(flags) == 1:
        return NEVER if first & _NO_PERSON else SURE if titled else TITLED
    if last & _NO_PERSON and not first & GENDER:
        return NEVER
    if first & (GENDER | INITIAL) or titled:
        return SURE
    return TITLED if any(flag & (_NO_PERSON | NUMBER) for flag in flags) else SURE


def _spell(spelled: list[str], owned: bool) -> tuple[str, ...]:
    spelled = [word.replace("’", "'") for word in spelled]
    if owned:
        spelled[-1] = spelled[-1].removesuffix("'s").removesuffix("'S").removesuffix("'")
    last = len(spelled) - 1
    shortest = _SHORT_NAME if last else _ACRONYM
    if last and all(map(str.isupper, spelled)):
        shortest = 1
    return tuple(
        word.title() if word.isupper() and len(word) > shortest and "'" not in word else word
        for place, word in enumerate(spelled)
        if not 0 < place < last or len(word) != 1
    )


def one_name(name: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two folded names can be one person's: one holds the other's words in order."""
    if name == other:
        return True
    longer, shorter = (name, other) if len(name) >= len(other) else (other, name)
    rest = iter(longer)
    return all(word in rest for word in shorter)


def same_place(words: Iterable[str], others: Iterable[str]) -> bool:
    """Tell whether two words name one place: "Ostmark" and "Ostmarkian" begin alike."""
    return any(word == other or _begin_alike(word, other) for word in words for other in others)


def _begin_alike(word: str, other: str) -> bool:
    """Tell whether two words are the same up to the last letter of the shorter one."""
    length = max(min(len(word), len(other)) - 1, 4)
    return len(word) >= length and len(other) >= length and word[:length] == other[:length]


def bare(word: str) -> str:
    """Leave out the possessive of a folded word."""
    return word.removesuffix("'s")


def head_of(words: Words, phrase: Phrase) -> Phrase:
    """Cut off what a preposition adds: "a spokesman for the ministry"."""
    flags = words.flags
    for place in range(phrase.first + 1, phrase.stop):
        flag = flags[place]
        if flag & PREPOSITION and not flag & (CAPITAL | PARTICLE):
            whole = _is_titled_name(flags, phrase, place + 1)
            return phrase if whole else Phrase(phrase.first, place)
    return phrase


def _is_titled_name(flags: Sequence[int], phrase: Phrase, rest: int) -> bool:
    """Tell "Secretary of State Jon Weber": a title opens the phrase and a name ends it."""
    opening = flags[phrase.first]
    return (
        bool(opening & CAPITAL and opening & (ROLE | TITLE))
        and phrase.stop - rest > 1
        and name_like(flags[phrase.stop - 1])
        and (
            any(flag & GENDER for flag in flags[rest : phrase.stop])
            # "President of Vayle Imre Szall"
            or (bool(flags[rest] & _NO_PERSON) and phrase.stop - rest > 2)
        )
    )


def last_name_run(words: Words, head: Phrase) -> Phrase | None:
    """Find the capitalised words, and particles between, that end a phrase."""
    flags = words.flags
    if head.stop <= head.first or not name_like(flags[head.stop - 1]):
        return None
    first = head.stop - 1
    while first > head.first and (name_like(flags[first - 1]) or flags[first - 1] & PARTICLE):
        first -= 1
    return Phrase(first, head.stop)


def describe(words: Words, phrase: Phrase) -> str:
    """Name a source that is no known person by the words of its phrase, without article."""
    first, stop = phrase
    while first < stop - 1 and words.flags[first] & (ARTICLE | HIS | HER | THEIR):
        first += 1
    text = words.text[words.start[first] : words.end[stop - 1]]
    text = " ".join(text.split()).replace("’", "'")
    if words.flags[stop - 1] & POSSESSIVE:
        text = text.removesuffix("'s").removesuffix("'")
    return text[:1].lower() + text[1:] if not words.flags[first] & CAPITAL else text
