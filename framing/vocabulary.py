"""The distinct words of a corpus: how they are written, which are one word, and their parts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, count
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from framing.words import fold_all, spell_all

if TYPE_CHECKING:
    import pyarrow as pa

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
    def folded_column(self) -> pa.LargeStringArray:
        """The same as a column of pyarrow, which compares, cuts and sorts many words faster."""
        import pyarrow as pa

        return pa.array(self.folded, pa.large_string())

    @cached_property
    def number_of_word(self) -> dict[str, int]:
        """The distinct words, each with its number in the order of the forms: to sort is slower."""
        return dict(zip(dict.fromkeys(self.folded), count()))

    @cached_property
    def word_of_form(self) -> NDArray[np.int32]:
        """For each form the number of its word."""
        numbers = map(self.number_of_word.__getitem__, self.folded)
        return np.fromiter(numbers, np.int32, len(self.forms))

    def among(self, words: Iterable[str]) -> NDArray[np.bool_]:
        """For each form whether it is one of some words, case-folded."""
        import pyarrow as pa
        from pyarrow import compute

        some = pa.array([*words], pa.large_string())
        return np.asarray(compute.is_in(self.folded_column, some))

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
        return self._begins(str.isupper)

    @cached_property
    def lettered(self) -> NDArray[np.bool_]:
        """For each form whether it begins with a letter."""
        return self._begins(str.isalpha)

    @cached_property
    def _first_letters(self) -> str:
        return "".join([form[0] for form in self.forms])

    def _begins(self, is_such: Callable[[str], bool]) -> NDArray[np.bool_]:
        """For each form whether it begins with such a letter; each letter is asked about once."""
        such = [ord(letter) for letter in set(self._first_letters) if is_such(letter)]
        codes = np.frombuffer(self._first_letters.encode("utf-32-le", "surrogatepass"), "<u4")
        return np.isin(codes, such)

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
    word : array
        For each part the number of its word, without regard to case.
    ids : array
        The parts of all forms laid end to end.
    offsets : array
        The parts of form ``i`` are ``ids[offsets[i]:offsets[i + 1]]``.
    """

    spelled: list[str]
    folded: list[str]
    word: NDArray[np.int32]
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

        folded = vocabulary.folded_column
        spelled = pa.array(spell_all(vocabulary.forms), pa.large_string())
        offsets = np.arange(len(spelled) + 1)
        if not whole:
            cut = compute.split_pattern(spelled, "-")
            offsets, spelled = cut.offsets.to_numpy().astype(np.int64), cut.values
            folded = compute.split_pattern(folded, "-").values
        parts = pa.table([folded, spelled], ["folded", "spelled"])
        order = compute.sort_indices(parts, [("folded", "ascending"), ("spelled", "ascending")])
        parts = parts.take(order)
        new = _is_new(parts["spelled"])
        ids = np.empty(len(new), np.int32)
        ids[order.to_numpy()] = np.cumsum(new) - 1
        parts = parts.filter(pa.array(new))
        return cls(
            spelled=parts["spelled"].to_pylist(),
            folded=parts["folded"].to_pylist(),
            word=np.cumsum(_is_new(parts["folded"]), dtype=np.int32) - 1,
            ids=ids,
            offsets=offsets,
        )

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


def _is_new(words: pa.ChunkedArray) -> NDArray[np.bool_]:
    """Whether each word differs from the one before it; the first one does."""
    from pyarrow import compute

    new = np.ones(len(words), dtype=bool)
    new[1:] = compute.not_equal(words[1:], words[:-1])
    return new


def _case(word: str) -> int:
    if word == word.lower():
        return LOWER
    rest = word[1:]
    if word[0] != word[0].lower() and rest == rest.lower():
        return INITIAL
    return CAPS if word == word.upper() else MIXED
