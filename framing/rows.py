"""Rows of tables of whole numbers: laid end to end, in order, each once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_MOST = 2**62  # above it rows are not packed into one number each


class Table(NamedTuple):
    """Values by number: those of ``n`` are ``value[offsets[n]:offsets[n + 1]]``."""

    offsets: Ints
    value: Ints
    filled: Bools

    @classmethod
    def of(cls, number: NDArray[np.integer], size: int, value: Ints) -> Table:
        """Make the table of numbers below ``size`` with one value each, sorted by the numbers."""
        lengths = np.bincount(number, minlength=size)
        return cls(np.append(0, np.cumsum(lengths)), value, lengths > 0)

    @classmethod
    def of_rows(cls, number: NDArray[np.integer], size: int) -> Table:
        """Make the table of the rows in which each number below ``size`` stands."""
        # small numbers are sorted much faster
        order = np.argsort(number.astype(np.min_scalar_type(size)), kind="stable")
        return cls.of(number, size, order)

    def at(self, number: NDArray[np.integer]) -> tuple[Ints, Ints]:
        """Give the values of numbers, each with the row of its number."""
        row, place = ranges(self.offsets[number], self.offsets[number + 1])
        return row, self.value[place]


def ranges(starts: Ints, stops: Ints) -> tuple[Ints, Ints]:
    """Lay ranges end to end: for each element the number of its range, and its value."""
    lengths = stops - starts
    rows = np.repeat(np.arange(len(starts)), lengths)
    return rows, np.arange(len(rows)) + (starts - np.cumsum(lengths) + lengths)[rows]


def distinct(*columns: Ints) -> list[Ints]:
    """Each row of a table once, sorted by its columns from the first; no value is negative."""
    sizes = [int(column.max(initial=0)) + 1 for column in columns]
    if math.prod(sizes) > _MOST:
        order = np.lexsort(columns[::-1])
        rows = [column[order] for column in columns]
        return [column[changes(*rows)] for column in rows]
    packed = np.sort(_pack(columns, sizes))  # np.unique takes much longer for many different rows
    packed = packed[changes(packed)]
    unpacked = []
    for size in reversed(sizes[1:]):
        packed, column = np.divmod(packed, size)
        unpacked.append(column)
    return [packed, *reversed(unpacked)]


def sorted_rows(*columns: NDArray[Any]) -> Ints:
    """Numbers of the rows of a table, sorted by its columns from the first; none is negative."""
    sizes = [int(column.max(initial=0)) + 1 for column in columns]
    if math.prod(sizes) > _MOST:
        return np.lexsort(columns[::-1])
    packed = _pack(columns, sizes)
    if np.all(packed[1:] >= packed[:-1]):
        return np.arange(len(packed))
    return np.argsort(packed, kind="stable")


def _pack(columns: Sequence[NDArray[Any]], sizes: Sequence[int]) -> Ints:
    """Make each row of a table one number that sorts as the row does."""
    packed = columns[0].astype(np.int64)
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        packed = packed * size + column
    return packed


def changes(*columns: NDArray[Any]) -> Ints:
    """Numbers of the rows of a table that differ from the row before them, of the first one too."""
    return np.flatnonzero(is_change(*columns))


def is_change(*columns: NDArray[Any]) -> Bools:
    """Whether each row of a table differs from the row before it; the first one does."""
    new = np.ones(len(columns[0]), dtype=bool)
    new[1:] = columns[0][1:] != columns[0][:-1]
    for column in columns[1:]:
        new[1:] |= column[1:] != column[:-1]
    return new
