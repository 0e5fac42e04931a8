"""Names of persons in articles: where capitalised words run together, and what they spell."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

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
    LINK,
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
)
from framing.passages import Passage, Words
from framing.phrases import Phrase

GENDER = FEMALE | MALE
PRONOUN = HE | SHE | THEY | IT | HIS | HER | THEIR
_CLOSED = AUX | AND | PREPOSITION | RELATIVE | SUBORDINATE | DETERMINER
_NO_PERSON = NOT_PERSON | GROUP | DEMONYM
# What tells of a person: "French President ...", and after a comma "the French president".
BEFORE_NAME = TITLE | ROLE | DEMONYM | GROUP
_BESIDE = BEFORE_NAME | LINK
APPOSED = DETERMINER | ROLE | DEMONYM
_FORM_BYTES = np.dtype(np.int32).itemsize
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
    surname : str or None
        The last word of ``folded``; None where nothing is left.
    cut : int
        How many words of the run come before the name.
    size : int
        How many words of the run are the name; initials count.
    person : int
        Whether the name is a person's: `NEVER`, `TITLED` or `SURE`.
    """

    spelled: tuple[str, ...]
    folded: tuple[str, ...]
    surname: str | None
    cut: int
    size: int
    person: int


class Names:
    """The names of a corpus in one language; each run of spellings is read once."""

    def __init__(self, spellings: Sequence[str]) -> None:
        self.spellings = spellings
        self.known: list[Name] = []
        self._of_form = np.full(len(spellings), -1, dtype=np.int64)  # a single word
        self._of_run: dict[bytes, int] = {}
        self._spelled: dict[bytes, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._surnames: dict[str | None, int] = {None: -1}
        # what is asked of many names at once: whether a person's, their words, what was cut off
        self._columns = array("b"), array("q"), array("q"), array("q")

    def of_runs(
        self, passage: Passage, first: NDArray[np.int64], stop: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Give the names that runs of capitalised words of a passage hold, as places in `known`."""
        flags, spelling = passage.flag_list, passage.form.tobytes()
        numbers = np.where(stop - first == 1, self._of_form[passage.form[first]], -1)
        new = np.flatnonzero(numbers < 0)
        runs = zip(first[new].tolist(), stop[new].tolist(), strict=True)
        numbers[new] = [
            self._number(spelling[begin * _FORM_BYTES : end * _FORM_BYTES], flags, begin, end)
            for begin, end in runs
        ]
        single = new[stop[new] - first[new] == 1]
        self._of_form[passage.form[first[single]]] = numbers[single]
        return numbers

    def columns(self, numbers: NDArray[np.int64]) -> list[NDArray[Any]]:
        """Give of some names whether they are a person's, their size, cut and surname."""
        return [np.asarray(column)[numbers] for column in self._columns]

    def of_run(self, words: Words, first: int, stop: int) -> Name:
        """Give the name that a run of capitalised words holds."""
        return self.known[self._number(words.spelling(first, stop), words.flags, first, stop)]

    def _number(self, spelling: bytes, flags: Sequence[int], first: int, stop: int) -> int:
        number = self._of_run.get(spelling)
        if number is None:
            number = self._of_run[spelling] = len(self.known)
            name = self._read(spelling, flags[first:stop])
            self.known.append(name)
            surname = self._surnames.setdefault(name.surname, len(self._surnames) - 1)
            row = name.person, name.size, name.cut, surname
            for column, value in zip(self._columns, row, strict=True):
                column.append(value)
        return number

    def spelled(
        self, words: Words, first: int, stop: int
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Give the words of a name, without initials in its middle and the possessive.

        They are given as they are shown, and case-folded.
        """
        return self._spell(words.spelling(first, stop), words.flags[first:stop])

    def _spell(
        self, spelling: bytes, flags: Sequence[int]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        found = self._spelled.get(spelling)
        if found is None:
            owned = bool(flags) and bool(flags[-1] & POSSESSIVE)
            forms = memoryview(spelling).cast("i").tolist()
            spelled = _spell([self.spellings[form] for form in forms], owned)
            found = self._spelled[spelling] = spelled, tuple(map(str.casefold, spelled))
        return found

    def _read(self, spelling: bytes, run: Sequence[int]) -> Name:
        """Read a run by its spelling and the flags of its words."""
        cut = _after_titles(run, Phrase(0, len(run)))
        flags = run[cut:]
        spelled, folded = self._spell(spelling[cut * _FORM_BYTES :], flags)
        person = _personhood(flags, cut > 0) if flags else NEVER
        surname = folded[-1] if folded else None
        return Name(spelled, folded, surname, cut, len(flags), person)


class Runs(NamedTuple):
    """The runs of capitalised words of an article.

    Attributes
    ----------
    first, stop : list of int
        Their first words, and the ones after their last.
    full, alone : list of Name
        Persons' names of several words, and of one.
    mentions : list of tuple
        The runs that name a person of the article: their places here, the names, and whether the
        words beside them may tell something of the person.
    """

    first: list[int]
    stop: list[int]
    full: list[Name]
    alone: list[Name]
    mentions: list[tuple[int, Name, bool]]


class NameRuns:
    """The runs of capitalised words of a passage that may hold names.

    A run goes on over a particle such as "von", and ends with a possessive. It is a person's name
    if a given name opens it, or a title or role stands before it, or a longer name ends in it.
    """

    def __init__(self, passage: Passage, names: Sequence[Names]) -> None:
        flags, joined = passage.flags, passage.joined
        first, stop = _name_runs(flags, joined)
        self._first, self._parts = passage.by_article(first)
        self._stop = (stop - first + self._first).tolist()
        article = np.repeat(np.arange(len(self._parts) - 1), np.diff(self._parts))
        language = np.array(passage.languages, dtype=np.int64)[article]
        name, person, size, cut, surname = np.zeros((5, len(first)), dtype=np.int64)
        for code in set(passage.languages):
            own = np.flatnonzero(language == code)
            name[own] = names[code].of_runs(passage, first[own], stop[own])
            person[own], size[own], cut[own], surname[own] = names[code].columns(name[own])
        self._known = [names[code].known for code in passage.languages]
        self._name = name.tolist()
        before = np.where(joined[first], flags[first - 1], 0)
        sure = person == SURE
        learnt = sure | ((person == TITLED) & ((before & (TITLE | ROLE)) != 0))
        full, alone = learnt & (size > 1), learnt & (size <= 1)
        alone &= sure | ((before & GROUP) == 0)  # "chancellor Orsk"
        key = article * (surname.max(initial=0) + 1) + surname
        named = (surname >= 0) & np.isin(key, key[full | alone])
        teaches = (cut > 0) | ((before & _BESIDE) != 0) | _tells_after(passage, stop)
        self._full, self._alone, self._named = (
            self._by_article(chosen) for chosen in (full, alone, named)
        )
        self._teaches = teaches.tolist()

    def _by_article(self, chosen: NDArray[np.bool_]) -> tuple[list[int], list[int]]:
        places = np.flatnonzero(chosen)
        return places.tolist(), np.searchsorted(places, self._parts).tolist()

    def of(self, article: int) -> Runs:
        """Give the runs of an article; words count from its first."""
        begin, end = self._parts[article], self._parts[article + 1]
        full, alone, named = (
            places[parts[article] : parts[article + 1]]
            for places, parts in (self._full, self._alone, self._named)
        )
        known, name, teaches = self._known[article], self._name, self._teaches
        return Runs(
            self._first[begin:end],
            self._stop[begin:end],
            [known[name[place]] for place in full],
            [known[name[place]] for place in alone],
            [(place - begin, known[name[place]], teaches[place]) for place in named],
        )


def _tells_after(passage: Passage, stop: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which runs have words behind them that may tell of whom they name."""
    after = np.minimum(stop, len(passage.flags) - 1)
    flags = passage.flags[after]
    tells = passage.commas[after] & ((flags & APPOSED) != 0)
    tells |= passage.joined[after] & ((flags & LINK) != 0)
    return tells


def _name_runs(
    flags: NDArray[np.int64], joined: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the first word of each run of capitalised words, and the one after its last."""
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
        if _is_title(flag):
            return place + 1
    if first == run.first:  # "of Ukraine Volodymyr Zelenskyy"
        while stop - first > 2 and flags[first] & _NO_PERSON and not flags[first] & GENDER:
            first += 1
    return first


def _is_title(flag: int) -> bool:
    """Tell whether a word belongs to a title or country before a name, not to the name."""
    return bool(flag & (ROLE | TITLE) or (flag & (DEMONYM | ROLES) and not flag & GENDER))


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
    """Write the words of a name as they are shown; ``owned`` if the last is a possessive."""
    last = len(spelled) - 1
    if owned:
        word = spelled[-1].replace("’", "'")
        spelled[-1] = word.removesuffix("'s").removesuffix("'S").removesuffix("'")
    if last < 1:
        return tuple([_in_small(word, _ACRONYM) for word in spelled])
    shortest = 1 if all(map(str.isupper, spelled)) else _SHORT_NAME
    inside = [word for word in spelled[1:-1] if len(word) != 1]
    return tuple([_in_small(word, shortest) for word in (spelled[0], *inside, spelled[-1])])


def _in_small(word: str, shortest: int) -> str:
    """Write a word that is all in capitals, and longer than ``shortest``, with one of them."""
    word = word.replace("’", "'")
    return word.title() if word.isupper() and len(word) > shortest and "'" not in word else word


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
