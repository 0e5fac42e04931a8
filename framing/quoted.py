"""Quotations that lie in no other, and the words inside them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from framing.lexicon import BARE, CAPITAL, GROUP, HE, ROLE, SAY, SHE, THEY
from framing.passages import Passage
from framing.rows import ranges

_TAG_WORDS = 8  # words from a comma to "said"
_NAMED = CAPITAL | ROLE | GROUP | HE | SHE | THEY


class Quoted:
    """The quotations of a passage; its words and quotations count from the first of it.

    Attributes
    ----------
    of_word : array of int32
        For each word the outermost quotation that it stands in, -1 outside.
    offsets : list of int
        The quotations of article ``i`` are ``offsets[i]:offsets[i + 1]``.
    rows : list of tuple
        For each quotation its first character in the article and the one after its last, its
        first word and the one after its last, whether it lies in another, and whether neither
        of its marks is missing.
    """

    def __init__(self, passage: Passage) -> None:
        tokens = passage.tokens
        first = passage.first_article
        offsets = tokens.quotation_offsets[first : first + len(passage.texts) + 1]
        own = slice(int(offsets[0]), int(offsets[-1]))
        self.offsets = (offsets - offsets[0]).tolist()
        base = np.repeat(passage.base[:-1], np.diff(offsets))
        start, self._end = tokens.quotation_start[own], tokens.quotation_end[own].copy()
        balanced = tokens.balanced[own]
        place, end_place = base + start, base + self._end
        reach = np.maximum.accumulate(end_place) if len(start) else end_place
        inner = np.concatenate([[False], place[1:] < reach[:-1]])[: len(start)]
        self._first = np.searchsorted(passage.place, place)
        self._stop = np.searchsorted(passage.place, end_place)
        self._end_before_tags(passage, np.flatnonzero(~balanced & (self._stop > self._first)))
        self.of_word = np.full(len(passage.place), -1, dtype=np.int32)
        outer = np.flatnonzero(~inner & (self._stop > self._first))
        row, word = ranges(self._first[outer], self._stop[outer])
        self.of_word[word] = outer[row]
        columns = (start, self._end, self._first, self._stop, inner, balanced)
        self.rows = list(zip(*(column.tolist() for column in columns), strict=True))

    def _end_before_tags(self, passage: Passage, unbalanced: NDArray[np.int64]) -> None:
        """End quotations before their tags where a closing mark is lost: '"Yes, he said'."""
        saying = np.flatnonzero(((passage.flags & SAY) != 0) & ((passage.flags & BARE) != 0))
        begin = np.searchsorted(saying, self._first[unbalanced], side="right")
        end = np.searchsorted(saying, self._stop[unbalanced])
        for number, some, beyond in zip(
            unbalanced.tolist(), begin.tolist(), end.tolist(), strict=True
        ):
            for verb in saying[some:beyond].tolist():
                opening = _tag_before(passage, verb, int(self._first[number]))
                if opening:
                    self._stop[number] = opening
                    last = passage.first_word + opening - 1
                    self._end[number] = passage.tokens.end[last] + 1
                    break


def _tag_before(passage: Passage, verb: int, first: int) -> int:
    """Give the first word of ", Weber said" or "? he said" by its verb; 0 if it is no tag."""
    tokens, base = passage.tokens, passage.first_word
    article = int(passage.article_of(passage.place[verb : verb + 1])[0])
    text = passage.texts[article]
    words = range(verb, max(first, verb - _TAG_WORDS), -1)
    for word in words:
        gap = text[tokens.end[base + word - 1] : tokens.start[base + word]]
        if any(sign in gap for sign in ",?!"):
            beyond = min(verb + 2, int(passage.offsets[article + 1]))
            return word if (passage.flags[word:beyond] & _NAMED).any() else 0
    return 0
