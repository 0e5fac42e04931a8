"""The distinct words of a corpus: how they are written, which are one word, and their parts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, count, pairwise
from operator import ne
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framing.words import fold_all, spell_all

# How a token is written.
LOWER, INITIAL, CAPS, MIXED = range(4)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The distinct words of a corpus; what follows from the spellings is found when asked for.

    Attributes
    ----------
    forms : list of str
        Every spelling in the corpus, in the order in which they were met.
    types : list of str
        The distinct words, normalised and case-folded, sorted.
    type_of_form, case_of_form : array
        For each form its type, and how it is written (`LOWER`, `INITIAL`, `CAPS`, `MIXED`).
    """

    forms: list[str]

    @cached_property
    def folded(self) -> list[str]:
        """For each form its word."""
        return fold_all(self.forms)

    @cached_property
    def number_of_word(self) -> dict[str, int]:
        """The distinct words, each with its number in the order of the forms: to sort is slower."""
        return dict(zip(dict.fromkeys(self.folded), count()))

    @cached_property
    def word_of_form(self) -> NDArray[np.int32]:
        """For each form the number of its word."""
        return np.array(_distinct(self.folded).indices, np.int32)

    def among(self, words: Iterable[str]) -> NDArray[np.bool_]:
        """For each form whether it is one of some words, case-folded."""
        chosen = np.zeros(len(self.number_of_word), dtype=bool)
        chosen[[self.number_of_word[word] for word in words if word in self.number_of_word]] = True
        return chosen[self.word_of_form]

    @cached_property
    def types(self) -> list[str]:
        """The distinct words, sorted."""
        return sorted(self.number_of_word)

    @cached_property
    def type_of_form(self) -> NDArray[np.int32]:
        """For each form its type."""
        rank = {word: number for number, word in enumerate(self.types)}
        return np.fromiter(map(rank.__getitem__, self.folded), np.int32, len(self.forms))

    @cached_property
    def case_of_form(self) -> NDArray[np.int8]:
        """For each form how it is written."""
        return np.array([_case(form) for form in self.forms], dtype=np.int8)

    def in_capitals(self, form: NDArray[np.integer]) -> NDArray[np.bool_]:
        """For each of some forms whether all of it is; the case of others is not looked at."""
        some, place = np.unique(form, return_inverse=True)
        return np.array([_case(self.forms[n]) == CAPS for n in some.tolist()], dtype=bool)[place]

    @cached_property
    def capital(self) -> NDArray[np.bool_]:
        """For each form whether it begins with a capital."""
        return np.array([form[0].isupper() for form in self.forms], dtype=bool)

    @cached_property
    def lettered(self) -> NDArray[np.bool_]:
        """For each form whether it begins with a letter."""
        return np.array([form[0].isalpha() for form in self.forms], dtype=bool)

    @cached_property
    def length_of_form(self) -> NDArray[np.int32]:
        """For each form its number of characters."""
        return np.fromiter(map(len, self.forms), np.int32, len(self.forms))

    @cached_property
    def pieces(self) -> Pieces:
        """The parts between the hyphens of each form."""
        return Pieces.from_vocabulary(self)

    @cached_property
    def wholes(self) -> Pieces:
        """Each form as one part, with its hyphens."""
        return Pieces.from_vocabulary(self, whole=True)

    @cached_property
    def compounds(self) -> tuple[NDArray[np.int64], Pieces]:
        """The forms that have hyphens, and each of them as one part."""
        forms = np.flatnonzero(np.diff(self.pieces.offsets) > 1)
        return forms, Pieces.from_forms([self.forms[form] for form in forms], whole=True)


@dataclass(frozen=True, eq=False)
class Pieces:
    """The parts between hyphens: "peace-talks" has two, most words have one.

    Attributes
    ----------
    spelled, folded : list of str
        The distinct parts as they are spelled, and case-folded, sorted by the latter. An id of a
        part is a position in both lists.
    ids : array
        The parts of all forms laid end to end.
    offsets : array
        The parts of form ``i`` are ``ids[offsets[i]:offsets[i + 1]]``.
    """

    spelled: list[str]
    folded: list[str]
    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]

    @classmethod
    def from_forms(cls, forms: list[str], *, whole: bool = False) -> Pieces:
        """Cut spellings at their hyphens; or leave them ``whole``, each a part of its own."""
        return cls.from_vocabulary(Vocabulary(forms), whole=whole)

    @classmethod
    def from_vocabulary(cls, vocabulary: Vocabulary, *, whole: bool = False) -> Pieces:
        """Cut the forms of a vocabulary."""
        import pyarrow as pa
        from pyarrow import compute

        parts, folded = spell_all(vocabulary.forms), vocabulary.folded
        cut = [] if whole else [form for form, part in enumerate(parts) if "-" in part]
        counts = np.ones(len(parts), np.int64)
        for form in cut:
            counts[form] += parts[form].count("-")
        parts, folded = _cut(parts, cut), _cut(folded, cut)
        distinct = _distinct(parts)
        number = np.asarray(distinct.indices)
        is_first = np.diff(np.maximum.accumulate(number), prepend=-1) > 0
        table = pa.table({"folded": _strings(folded).filter(is_first), "part": distinct.dictionary})
        keys = [("folded", "ascending"), ("part", "ascending")]
        order = np.asarray(compute.sort_indices(table, keys))
        table = table.take(order)
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order))
        return cls(
            spelled=table["part"].to_pylist(),
            folded=table["folded"].to_pylist(),
            ids=rank[number],
            offsets=np.concatenate([[0], np.cumsum(counts)]),
        )

    @cached_property
    def word(self) -> NDArray[np.int32]:
        """For each part the number of its word, without regard to case."""
        differs = map(ne, self.folded, self.folded[1:])
        return np.fromiter(accumulate(differs, initial=0), np.int32)[: len(self.folded)]

    @cached_property
    def _lines(self) -> tuple[str, list[int]]:
        """All parts as lines of one text, because that is searched faster, and where each ends."""
        ends = [end + 1 for end in accumulate(map(len, self.folded), lambda end, n: end + 1 + n)]
        return "\n".join([*self.folded, ""]), ends

    def with_letters(self, letters: str) -> list[int]:
        """Find the parts that have these letters, case-folded, in a row; all if there are none."""
        if not letters:
            return [*range(len(self.folded))]
        text, ends = self._lines
        found: list[int] = []
        place = text.find(letters)
        while place >= 0:
            found.append(bisect_right(ends, place))
            place = text.find(letters, ends[found[-1]])
        return found


def _strings(words: list[str]) -> Any:
    """Give strings to pyarrow, which sorts and numbers them in less time, by their characters."""
    import pyarrow as pa

    return pa.array(words, pa.large_string())


def _distinct(words: list[str]) -> Any:
    """Give words as numbers of the distinct ones, in the order in which these are met."""
    return _strings(words).dictionary_encode()


def _cut(words: list[str], cut: list[int]) -> list[str]:
    """Cut some of the words at their hyphens."""
    parts: list[str] = []
    for before, number in pairwise([-1, *cut]):
        parts += words[before + 1 : number]
        parts += words[number].split("-")
    return parts + words[cut[-1] + 1 :] if cut else words


def _case(word: str) -> int:
    if word == word.lower():
        return LOWER
    rest = word[1:]
    if word[0] != word[0].lower() and rest == rest.lower():
        return INITIAL
    return CAPS if word == word.upper() else MIXED
