"""The compiled part of cutting texts at white space.

Importing it fails where numba is missing or finds no folder for what it compiles; only
`framing.acceleration` imports it. No compiled function calls one of another file: numba would not
notice a change there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numba
import numpy as np


@cache
def compile_function(function: Callable[..., Any]) -> Any:
    """Compile a function that calls no other: what numba keeps hangs on the function's own file."""
    return numba.njit(cache=True, nogil=True)(function)


# Unsigned throughout: numbers of both kinds together would become floats.
_MIX, _LONG = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xFF << 56)
_ONE, _SEVEN, _EIGHT, _HALF, _TOP = (np.uint64(n) for n in (1, 7, 8, 32, 56))


@numba.njit(cache=True, nogil=True)
def _space_bytes(data, at, white_space):  # type: ignore[no-untyped-def]
    """Give the bytes of the white space that a character of two or three bytes is, 0 if none."""
    lead = data[at]
    if lead < 0xE0:
        code = (lead & 0x1F) << 6 | (data[at + _ONE] & 0x3F)
        return np.uint64(2 if white_space[code] else 0)
    code = (lead & 0x0F) << 12 | (data[at + _ONE] & 0x3F) << 6 | (data[at + _ONE + _ONE] & 0x3F)
    return np.uint64(3 if white_space[code] else 0)


@numba.njit(cache=True, nogil=True)
def number_chunks(data, text_ends, white_space, kinds, size):  # type: ignore[no-untyped-def]
    """Give the chunks between white space in UTF-8 texts numbers, in the order of first places.

    Parameters
    ----------
    data : array of uint8
        The texts one after the other, each of whole characters.
    text_ends : array of int64
        Where each ends, in bytes.
    white_space : array of bool
        For each character below U+10000 whether it is white space; above there is none.
    kinds : array of uint8
        For each byte: 1 if it is white space, 2 if it begins some of two or three bytes, else 0.
    size : int
        Places in the table of chunks, a power of two.

    Returns
    -------
    numbers, ends, starts, stops : array
        The number of each chunk, int32; for each text the chunks before its end, int64; the
        first and last byte of each number's first place, int64. None if the table is too small,
        or for texts made so that their chunks collide in it.
    """
    most = (len(data) + len(text_ends)) // 2 + 1  # chunks have a byte each, and one between them
    numbers = np.empty(most, np.int32)
    ends = np.empty(len(text_ends), np.int64)
    starts = np.empty(size // 2, np.int64)
    stops = np.empty(size // 2, np.int64)
    keys = np.empty(size, np.uint64)
    table = np.full(size, -1, np.int32)
    mask = np.uint64(size - 1)
    # With looking in vain, so that the time stays linear.
    patience = np.int64(16 * len(data) + 1024)
    n_chunks = n_known = 0
    at = np.uint64(0)
    for text in range(len(text_ends)):
        end = np.uint64(text_ends[text])
        while at < end:
            kind = kinds[data[at]]
            width = _ONE if kind == 1 else np.uint64(0)
            if kind == 2:
                width = _space_bytes(data, at, white_space)
            if width:
                at += width
                continue
            # Up to seven bytes and their number are the key itself; of longer chunks it is a
            # hash, and the bytes are compared.
            start = at
            key = word = np.uint64(0)
            while at < end:
                byte = data[at]
                kind = kinds[byte]
                if kind and (kind == 1 or _space_bytes(data, at, white_space)):
                    break
                word = word << _EIGHT | np.uint64(byte)
                at += _ONE
                if (at - start) & _SEVEN == 0:
                    key = (key ^ word) * _MIX
                    key ^= key >> _HALF
                    word = np.uint64(0)
            length = at - start
            if length < _EIGHT:
                key = word | length << _TOP
            else:
                key = (key ^ word ^ length << _TOP) * _MIX | _LONG
            place = key * _MIX
            place = (place ^ place >> _HALF) & mask
            while True:
                number = table[place]
                if number < 0:
                    if n_known == size // 2:
                        return None
                    table[place] = number = n_known
                    keys[place] = key
                    starts[number], stops[number] = start, at
                    n_known += 1
                    break
                if keys[place] == key:
                    first, same = np.uint64(starts[number]), np.uint64(0)
                    if length < _EIGHT:
                        same = length
                    elif np.uint64(stops[number]) - first == length:
                        while same < length and data[first + same] == data[start + same]:
                            same += _ONE
                    if same == length:
                        break
                    patience -= np.int64(same)
                patience -= 1
                if patience < 0:
                    return None
                place = (place + _ONE) & mask
            numbers[n_chunks] = number
            n_chunks += 1
        ends[text] = n_chunks
    return numbers[:n_chunks].copy(), ends, starts[:n_known].copy(), stops[:n_known].copy()
