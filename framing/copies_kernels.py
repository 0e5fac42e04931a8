"""The compiled part of finding articles that share their text.

Importing it fails where numba is missing or finds no folder for what it compiles; only
`framing.acceleration` imports it. No compiled function calls one of another file: numba would not
notice a change there.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

SEQUENCE = (
    5  # words, as in `framing.copies`: with a number given, the loops take half as long again
)


@njit(cache=True)
def counted_words(
    form_id: NDArray[np.int32],
    sentence_tokens: NDArray[np.int64],
    sentence_offsets: NDArray[np.int64],
    sentence_counted: NDArray[np.bool_],
    offsets: NDArray[np.int64],
    parts: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Lay the parts of all counted words end to end, and say where each article starts."""
    only = np.full(len(offsets) - 1, -1, np.int32)  # -1: the form has several parts
    for form in range(len(only)):
        if offsets[form + 1] - offsets[form] == 1:
            only[form] = parts[offsets[form]]
    most = len(form_id)
    for form in form_id:
        if only[form] < 0:
            most += offsets[form + 1] - offsets[form] - 1
    words = np.empty(most, np.int32)
    starts = np.zeros(len(sentence_offsets), np.int64)
    n_words = 0
    for article in range(len(sentence_offsets) - 1):
        for sentence in range(sentence_offsets[article], sentence_offsets[article + 1]):
            if not sentence_counted[sentence]:
                continue
            for token in range(sentence_tokens[sentence], sentence_tokens[sentence + 1]):
                form = form_id[token]
                if only[form] >= 0:  # most
                    words[n_words] = only[form]
                    n_words += 1
                    continue
                for part in range(offsets[form], offsets[form + 1]):
                    words[n_words] = parts[part]
                    n_words += 1
        starts[article + 1] = n_words
    return words[:n_words], starts


@njit(cache=True)
def spread_sequences(
    words: NDArray[np.int32],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    numbers: NDArray[np.uint64],
    shift: int,
    free: NDArray[np.int64],
    sequences: NDArray[np.uint64] | None,
    owners: NDArray[np.int32] | None,
) -> None:
    """Write each sequence of words as one number, with its text, to the free place of its part.

    By its first bits it falls into a part. ``free`` is where the next one goes; with None for the
    others it counts, and no more.
    """
    for text in range(len(first)):
        mixed = np.uint64(0)
        for place in range(first[text], first[text] + SEQUENCE - 1):
            mixed = _turn(mixed, 1) ^ numbers[words[place]]
        for place in range(first[text] + SEQUENCE - 1, last[text]):
            mixed = _turn(mixed, 1) ^ numbers[words[place]]
            part = np.int64(mixed >> np.uint64(shift))
            if sequences is not None and owners is not None:  # known where it is compiled
                sequences[free[part]] = mixed
                owners[free[part]] = text
            free[part] += 1
            mixed ^= _turn(numbers[words[place - SEQUENCE + 1]], SEQUENCE - 1)


@njit(cache=True)
def _turn(number: np.uint64, places: int) -> np.uint64:
    """Turn the bits of a number to the left."""
    return (number << np.uint64(places)) | (number >> np.uint64(64 - places))


@njit(cache=True)
def keep_shared(
    sequences: NDArray[np.uint64],
    owners: NDArray[np.int32],
    bounds: NDArray[np.int64],
    sizes: NDArray[np.int64],
) -> int:
    """Keep, at the front, the sequences that more than one text has, and number them from 0.

    Equal sequences lie in the same part, and the texts in order. ``sizes`` becomes the number of
    different sequences of each text.
    """
    largest = np.int64(1)
    for part in range(len(bounds) - 1):
        while largest < 2 * (bounds[part + 1] - bounds[part]):
            largest *= 2
    keys = np.empty(largest, np.uint64)
    last_owner = np.empty(largest, np.int32)  # -1: nothing is here
    columns = np.empty(largest, np.int32)  # -1: only one text has it
    n_kept = n_columns = 0
    for part in range(len(bounds) - 1):
        n_slots = 1
        while n_slots < 2 * (bounds[part + 1] - bounds[part]):
            n_slots *= 2
        last_owner[:n_slots] = -1
        for row in range(bounds[part], bounds[part + 1]):
            key, owner = sequences[row], owners[row]
            slot = np.int64(key) & (n_slots - 1)
            while last_owner[slot] >= 0 and keys[slot] != key:
                slot = (slot + 1) & (n_slots - 1)
            sequences[row] = slot
            if last_owner[slot] == owner:
                owners[row] = -1
                continue
            sizes[owner] += 1
            if last_owner[slot] < 0:
                keys[slot], columns[slot] = key, -1
            elif columns[slot] < 0:
                columns[slot] = n_columns
                n_columns += 1
            last_owner[slot] = owner
        for row in range(bounds[part], bounds[part + 1]):
            column = columns[sequences[row]]
            if column >= 0 and owners[row] >= 0:
                owners[n_kept], sequences[n_kept] = owners[row], column
                n_kept += 1
    return n_kept
