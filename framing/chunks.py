"""Texts cut at white space into chunks that are numbered: equal chunks have one number.

News repeats itself: what has to be found out about a chunk is found out once for all its places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from framing.acceleration import LARGE, load_compiled

BATCH = 2_000_000  # characters read at a time, so that arrays stay small
MOST_KNOWN = 1_000_000  # distinct chunks; above it numbers begin anew, so that memory is bounded


class Chunks(NamedTuple):
    """The chunks of some texts."""

    texts: slice  # which texts
    numbers: NDArray[np.int32]  # of the chunks, text by text
    ends: NDArray[np.int64]  # for each text, how many chunks stand before its end
    new: list[str]  # the chunks that have their first number here, in its order
    anew: bool  # whether numbers begin at 0 again


class Cut(list[str]):
    """Texts that several readers ask for their chunks, which are found once."""

    @cached_property
    def chunks(self) -> list[Chunks]:
        """The batches that `read_chunks` gives."""
        return [*_read(self)]


def read_chunks(texts: Sequence[str]) -> Iterator[Chunks]:
    """Cut texts at white space, as `str.split` does, and number their chunks.

    Parameters
    ----------
    texts : list of str
        The texts.

    Returns
    -------
    iterator of Chunks
        Batches of texts in their order: ``texts``, which they are; ``numbers``, int32, of their
        chunks from 0; ``ends``, int64, one for each text, the chunks of the batch before its end;
        ``new``, the chunks that get their number here; ``anew``, whether numbers begin again.

    Examples
    --------
    >>> [chunks] = read_chunks(["no news", "good  news"])
    >>> chunks.numbers.tolist(), chunks.ends.tolist(), chunks.new
    ([0, 1, 2, 1], [2, 4], ['no', 'news', 'good'])
    """
    return iter(texts.chunks) if isinstance(texts, Cut) else _read(texts)


def _read(texts: Sequence[str]) -> Iterator[Chunks]:
    lengths = [*map(len, texts)]
    compiled = load_compiled("chunk") if sum(lengths) >= LARGE else None
    numbers = _Numbers()
    for part in _batches(lengths):
        anew = part.start == 0 or len(numbers) > MOST_KNOWN
        if anew:
            numbers = _Numbers()
        numbers.new = []
        batch = texts[part]
        found = _number_compiled(compiled, batch, numbers) if compiled else None
        yield Chunks(part, *(found or _number(batch, numbers)), numbers.new, anew)


def _batches(lengths: Sequence[int]) -> Iterator[slice]:
    """Cut the texts where their characters exceed a batch; a longer text is one by itself."""
    start, size = 0, 0
    for place, length in enumerate(lengths):
        if size + length > BATCH and place > start:
            yield slice(start, place)
            start, size = place, 0
        size += length
    if lengths:
        yield slice(start, len(lengths))


class _Numbers(dict[str, int]):
    """The numbers of chunks; an unknown one gets the next."""

    new: list[str]

    def __missing__(self, chunk: str) -> int:
        number = self[chunk] = len(self)
        self.new.append(chunk)
        return number

    def of(self, chunks: Sequence[str]) -> NDArray[np.int32]:
        return np.fromiter(map(self.__getitem__, chunks), np.int32, len(chunks))


Numbered = tuple[NDArray[np.int32], NDArray[np.int64]]


def _number(texts: Sequence[str], numbers: _Numbers) -> Numbered:
    chunks: list[str] = []
    ends = []
    for text in texts:
        chunks += text.split()
        ends.append(len(chunks))
    return numbers.of(chunks), np.array(ends, dtype=np.int64)


def _number_compiled(compiled: Any, texts: Sequence[str], numbers: _Numbers) -> Numbered | None:
    """Do the same, compiled, on UTF-8; None for chunks made to collide in the kernel's table."""
    # Half characters pass through: a text is not refused for them here.
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    text_ends = np.fromiter(accumulate(map(len, encoded)), np.int64, len(encoded))
    joined = b"".join(encoded)
    data = np.frombuffer(joined, np.uint8)
    size = 1 << 17
    while size <= 4 * len(data) + (1 << 17):
        found = compiled.number_chunks(data, text_ends, *_white_space(), size)
        if found is not None:
            local, ends, starts, stops = found
            chunks = [
                joined[start:stop].decode("utf-8", "surrogatepass")
                for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)
            ]
            return numbers.of(chunks)[local], ends
        size *= 4
    return None


@cache
def _white_space() -> tuple[NDArray[np.bool_], NDArray[np.uint8]]:
    """Tell which characters are white space, and which bytes are, 1, or begin such, 2.

    All white space there is is below U+10000, where characters have up to three bytes.
    """
    white_space = np.array([chr(code).isspace() for code in range(1 << 16)])
    kinds = np.zeros(256, np.uint8)
    for code in np.flatnonzero(white_space).tolist():
        encoded = chr(code).encode()
        kinds[encoded[0]] = 1 if len(encoded) == 1 else 2
    return white_space, kinds
