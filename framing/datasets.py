"""Datasets larger than memory: tables of articles, read and cut into batches always alike."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from framing.articles import Given, choose_columns
from framing.cleaning import plain
from framing.decoding import decode, error_rule
from framing.display import quote
from framing.locations import Source
from framing.readers import (
    Note,
    Record,
    as_text,
    as_texts,
    check_columns,
    csv_rows,
    jsonl_rows,
    too_long,
)
from framing.speakers import Settled
from framing.tables import CorpusError

ENDINGS = (".parquet", ".jsonl", ".csv", ".tsv")
BATCH = 12_000_000  # bytes of text: what one process holds at once is some fifty times as much
LONGEST = 50_000_000  # characters of an article; no news text comes near
# What an article costs beside its text, so that a million empty ones are not one batch.
_OVERHEAD = 1_000
_SLICE = 4_000_000  # bytes of a parquet file that become Python objects at once
_HEAD = 100_000  # bytes that a look at the encoding takes
_MOST_NOTED = 1_000  # columns of a batch that are noted as not read

# The columns that `read_corpus` reads from a table.
COLUMNS = (
    *("article_id", "source", "date", "title", "text", "author", "section", "url", "language"),
    "constructed",
)


@dataclass(frozen=True)
class Wanted:
    """What to read from the files of a dataset, and how.

    Attributes
    ----------
    columns : mapping of str to str
        Our names of columns and the files'.
    own : tuple of str
        Columns of the user's to keep.
    encoding : str or None
        Encoding of text files; None: UTF-8.
    quoting : bool
        Whether quotation marks enclose fields of .csv and .tsv files.
    size : int
        Bytes of text from which on a batch is full.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    own: tuple[str, ...] = ()
    encoding: str | None = None
    quoting: bool = True
    size: int = BATCH

    def theirs(self, ours: str) -> str:
        """Give the files' name of one of our columns."""
        return self.columns.get(ours, ours)

    @property
    def names(self) -> list[str]:
        """The columns to read, by the files' names."""
        return [*(self.theirs(name) for name in COLUMNS), *self.own]


class Piece(NamedTuple):
    """What is read in one go: a row group of a parquet file, or a whole text file.

    ``metadata`` is that of the parquet file, if known: read again for every row group it would
    take longer the more of them there are.
    """

    file: int
    group: int
    source: Source
    rows_before: int = 0
    rows: int | None = None
    metadata: Any = None

    def batch(self, number: int) -> str:
        """Name a batch of this piece."""
        return f"{self.file:05d}-{self.group:05d}-{number:05d}"


class Batch(NamedTuple):
    """Consecutive articles of one piece, as texts by our names of columns.

    ``speakers`` tells who is meant by the names in it, if all articles together decide that.
    """

    name: str
    path: str
    values: dict[str, list[str]]
    rows: list[int]
    notes: list[Note]
    speakers: Settled | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of all that is in it."""
        digest = hashlib.sha256(json.dumps([*self[:2], self.rows, self.notes]).encode())
        if self.speakers is not None:
            digest.update(json.dumps(self.speakers, sort_keys=True).encode())
        for name, cells in self.values.items():
            digest.update(json.dumps([name, [len(cell) for cell in cells]]).encode())
            for cell in cells:
                digest.update(cell.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


class Columns(NamedTuple):
    """Consecutive rows that are all articles, read column by column.

    ``cells`` are the texts of each column, by the file's name of it; ``sizes`` their bytes.
    """

    rows: range
    cells: dict[str, list[str]]
    sizes: dict[str, NDArray[np.int64]]

    def since(self, start: int) -> Columns:
        """Return the rows from one on."""
        return Columns(
            self.rows[start:],
            {name: cells[start:] for name, cells in self.cells.items()},
            {name: sizes[start:] for name, sizes in self.sizes.items()},
        )


class Failure(NamedTuple):
    """A stretch of a file from some place on that cannot be read, and why."""

    name: str
    path: str
    reason: str


def pieces_of(source: Source, number: int) -> Sequence[Piece | Failure]:
    """Divide a file into pieces: a parquet file into its row groups.

    Parameters
    ----------
    source : Source
        The file.
    number : int
        Its number in the dataset.

    Returns
    -------
    sequence of Piece and Failure
        One failure if the file cannot be read at all.
    """
    whole = Piece(number, 0, source)
    if source.ending != ".parquet":
        return [whole]
    try:
        with source.open() as file:
            metadata = _parquet(file).metadata
        sizes = [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]
    except Exception as error:  # whatever a damaged file makes its reader raise
        return [Failure(whole.batch(0), source.name, _reason(whole, error))]
    if not sum(sizes):
        return [Failure(whole.batch(0), source.name, "there is no row in this file")]
    before = accumulate(sizes, initial=0)
    shared = metadata if len(sizes) > 1 else None  # many small files would keep much
    return [
        Piece(number, group, source, start, size, shared)
        for group, (start, size) in enumerate(zip(before, sizes, strict=False))
        if size
    ]


def read_batches(
    piece: Piece, wanted: Wanted, repeated: Collection[int] = ()
) -> Iterator[Batch | Failure]:
    """Read a piece as batches, holding no more than one of them.

    Parameters
    ----------
    piece : Piece
        What to read.
    wanted : Wanted
        The columns, and how large a batch is.
    repeated : collection of int
        Rows whose id an earlier article of the dataset has; they get another one.

    Yields
    ------
    Batch or Failure
        In the order of the file. After a failure nothing of the piece follows, as nothing is known
        of what comes behind it; what was read before it is a batch.
    """
    number = 0
    draft = _Draft(piece, wanted, set(repeated))
    failed = None
    try:
        for item in _rows(piece, wanted):
            rest: Record | Note | Columns | None = item
            while rest is not None:
                rest = draft.add(rest)
                if draft.size >= wanted.size:
                    yield draft.cut(number)
                    number += 1
        if number == 0 and not draft.size:
            raise CorpusError(f"{piece.source.name}: there is no row in this file.")
    except Exception as error:  # whatever a damaged file makes its reader raise
        failed = _reason(piece, error)
    if draft.size:
        yield draft.cut(number)
        number += 1
    if failed:
        yield Failure(piece.batch(number), piece.source.name, failed)


def hash_ids(piece: Piece, wanted: Wanted) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Hash the ids of a piece, so that those of a whole dataset fit into memory.

    Parameters
    ----------
    piece : Piece
        What to read; as far as it can be read.
    wanted : Wanted
        Which column has the ids.

    Returns
    -------
    rows : array of int
        The rows of the articles; none if there is no column of ids, as ids made of the file's name
        and the row are never the same.
    hashes : array of uint64
        The first 8 bytes of the SHA-256 of each id.
    """
    rows: list[int] = []
    hashes = bytearray()
    column = wanted.theirs("article_id")
    try:
        for item in _rows(piece, wanted, ids=True):
            if isinstance(item, Columns):
                found = zip(item.rows, item.cells[column], strict=True)
            elif isinstance(item, Record) and item.row is not None:
                found = zip((item.row,), (item.fields.get(column, ""),), strict=True)
            else:
                continue
            for row, cell in found:
                rows.append(row)
                name = article_id(cell, piece, row)
                hashes += hashlib.sha256(name.encode("utf-8")).digest()[:8]
    except Exception:
        pass  # reading the batches will come to the same place, and tell
    return np.array(rows, dtype=np.int64), np.frombuffer(bytes(hashes), dtype=np.uint64)


def find_repeated(
    hashes: Sequence[tuple[NDArray[np.int64], NDArray[np.uint64]]],
) -> list[NDArray[np.int64]]:
    """Find the rows of each piece whose ids stand in the dataset before.

    Parameters
    ----------
    hashes : sequence
        What `hash_ids` gave for each piece, in the order of the dataset.

    Returns
    -------
    list of array of int
        The rows, sorted, for each piece.
    """
    if not hashes:
        return []
    joined = np.concatenate([own for _, own in hashes])
    order = np.argsort(joined, kind="stable")
    ordered = joined[order]
    later = np.zeros(len(joined), dtype=bool)
    later[order[1:]] = ordered[1:] == ordered[:-1]
    places = np.split(later, np.cumsum([len(rows) for rows, _ in hashes])[:-1])
    return [rows[place] for (rows, _), place in zip(hashes, places, strict=True)]


def article_id(cell: str, piece: Piece, row: int) -> str:
    """Give the id of an article: the one in the file, else the file's name and the row."""
    return plain(cell.strip()) or f"{piece.source.stem}:{row}"


class _Draft:
    """A batch while it is filled."""

    def __init__(self, piece: Piece, wanted: Wanted, repeated: set[int]) -> None:
        self.piece, self.wanted, self.repeated = piece, wanted, repeated
        self.theirs = [(name, wanted.theirs(name)) for name in COLUMNS]
        self.theirs += [(name, name) for name in wanted.own]
        self.has_keys = piece.source.ending == ".jsonl"
        self.clear()

    def clear(self) -> None:
        self.values: dict[str, list[str]] = {name: [] for name, _ in self.theirs}
        self.rows: list[int] = []
        self.notes: list[Note] = []
        self.keys: dict[str, None] = {}  # of JSON, where every line may have other ones
        self.size = 0

    def add(self, item: Record | Note | Columns) -> Columns | None:
        """Add what was read, of columns no more than makes the batch full; return the rest."""
        if isinstance(item, Columns):
            return self._add_columns(item)
        self.size += _OVERHEAD
        if isinstance(item, Note):
            self.notes.append(item._replace(text=item.text and item.text[:400]))
            return None
        for ours, theirs in self.theirs:
            cell = item.fields.get(theirs, "")
            self.values[ours].append(cell)
            self.size += _n_bytes(cell)
        if self.has_keys and len(self.keys) < _MOST_NOTED:
            self.keys.update(dict.fromkeys(item.fields))
        self._add_ids([item.row or 0])
        return None

    def _add_columns(self, columns: Columns) -> Columns | None:
        sizes = np.full(len(columns.rows), _OVERHEAD)
        for _, theirs in self.theirs:
            sizes += columns.sizes.get(theirs, 0)
        sizes = np.cumsum(sizes)
        n = int(np.searchsorted(sizes, self.wanted.size - self.size)) + 1
        n = min(n, len(columns.rows))
        self.size += int(sizes[n - 1])
        blank = [""] * n
        for ours, theirs in self.theirs:
            self.values[ours] += columns.cells.get(theirs, blank)[:n]
        self._add_ids(columns.rows[:n])
        return columns.since(n) if n < len(columns.rows) else None

    def _add_ids(self, rows: Sequence[int]) -> None:
        """Count the rows added last, and put their final ids in place of those of the file."""
        given = self.values["article_id"][-len(rows) :]
        self.values["article_id"][-len(rows) :] = map(self._unique_id, given, rows)
        self.rows += rows

    def _unique_id(self, cell: str, row: int) -> str:
        name = article_id(cell, self.piece, row)
        if row not in self.repeated:
            return name
        unique = f"{name} ({self.piece.source.stem}:{row})"
        reason = f"the id {quote(name)} is taken by an earlier article of the dataset"
        note = Note(self.piece.source.name, row, "renamed", reason, article_id=unique)
        self.notes.append(note)
        return unique

    def cut(self, number: int) -> Batch | Failure:
        """Make a batch of what there is, and begin the next one."""
        name, path = self.piece.batch(number), self.piece.source.name
        values, rows, notes, keys = self.values, self.rows, self.notes, list(self.keys)
        self.clear()
        if keys:
            own = [key for key in self.wanted.own if key in keys]
            try:
                notes += _check(path, keys, replace(self.wanted, own=tuple(own)))
            except CorpusError as error:
                return Failure(name, path, _reason(self.piece, error))
            for key in self.wanted.own:
                if key not in keys:
                    notes.append(Note(path, None, "read", f"no line here has {quote(key)}"))
        return Batch(name, path, values, rows, notes)


def _reason(piece: Piece, error: Exception) -> str:
    source = piece.source
    if isinstance(error, CorpusError):
        # the name stands beside the reason, and there may be a line of reasons each
        return re.sub(rf"(?m)^{re.escape(source.name)}[:,] ", "", str(error)).removesuffix(".")
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror}"
    said = str(error).partition("\n")[0] or type(error).__name__
    where = ""
    if piece.rows is not None:  # another row group may well be whole
        where = f" in rows {piece.rows_before + 1:,} to {piece.rows_before + piece.rows:,}"
    return f"not a readable {source.ending[1:]} file{where} ({said})"


def _n_bytes(cell: str) -> int:
    return len(cell) if cell.isascii() else len(cell.encode("utf-8", "replace"))


# ---------------------------------------------------------------------------- rows


def _rows(piece: Piece, wanted: Wanted, *, ids: bool = False) -> Iterator[Record | Note | Columns]:
    """Read the rows of a piece; for ``ids`` no more than these need."""
    with piece.source.open() as file:
        if piece.source.ending == ".parquet":
            yield from _parquet_rows(file, piece, wanted, ids=ids)
        else:
            yield from _text_rows(file, piece, wanted, ids=ids)


def _parquet(file: Any, metadata: Any = None) -> Any:
    import pyarrow.parquet

    return pyarrow.parquet.ParquetFile(
        file,
        metadata=metadata,
        buffer_size=1_000_000,  # with a buffer the column is read page by page, not whole
        page_checksum_verification=True,
    )


def _parquet_rows(
    file: Any, piece: Piece, wanted: Wanted, *, ids: bool
) -> Iterator[Record | Note | Columns]:
    import pyarrow as pa

    name, table = piece.source.name, _parquet(file, piece.metadata)
    present = [str(column) for column in table.schema_arrow.names]
    chosen = [wanted.theirs("article_id")] if ids else wanted.names
    if not ids:
        yield from _check(name, present, wanted, note=piece.rows_before == 0)
    elif chosen[0] not in present:
        return
    group = table.metadata.row_group(piece.group)
    # A text that stands in many rows may stand in the file only once.
    length = max(1, min(1_000, _SLICE * group.num_rows // max(group.total_byte_size, 1)))
    before = piece.rows_before
    for part in table.iter_batches(
        length,
        row_groups=[piece.group],
        columns=[column for column in present if column in chosen],
        use_threads=False,
    ):
        rows = range(before + 1, before + 1 + part.num_rows)
        columns = _as_columns(part, rows)
        yield from _one_by_one(part, name, rows) if columns is None else (columns,)
        before += part.num_rows
        pa.default_memory_pool().release_unused()


def _as_columns(part: Any, rows: range) -> Columns | None:
    """Turn cells into text column by column; None if a cell is too long or makes an error.

    Then the rows are turned one by one, so that those before it are kept.
    """
    import pyarrow as pa
    from pyarrow import compute

    columns = Columns(rows, {}, {})
    try:
        for name, column in zip(part.schema.names, part.columns, strict=True):
            is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
            if is_text:  # its bytes are counted before any of them is turned
                sizes = compute.binary_length(column).fill_null(0).to_numpy().astype(np.int64)
                if sizes.max(initial=0) > LONGEST:
                    return None
            cells = as_texts(column.to_pylist())
            if not is_text:
                if max(map(len, cells), default=0) > LONGEST:
                    return None
                sizes = np.fromiter(map(_n_bytes, cells), np.int64, len(cells))
            columns.cells[name], columns.sizes[name] = cells, sizes
    except Exception:  # whatever a cell makes its reader raise
        return None
    return columns


def _one_by_one(part: Any, name: str, rows: range) -> Iterator[Record | Note]:
    """Turn the cells of each row, but for cells that are too long, which are not even copied."""
    long = _long_rows(part)
    for number, row in enumerate(rows):
        if long[number]:
            yield too_long(name, row, LONGEST)
            continue
        [fields] = part.slice(number, 1).to_pylist()
        cells = {key: as_text(value) for key, value in fields.items()}
        if any(len(cell) > LONGEST for cell in cells.values()):
            yield too_long(name, row, LONGEST)
        else:
            yield Record(cells, name, row)


def _long_rows(part: Any) -> NDArray[np.bool_]:
    """Tell which rows have a text of too many bytes."""
    import pyarrow as pa
    from pyarrow import compute

    long = np.zeros(part.num_rows, dtype=bool)
    for column in part.columns:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            long |= compute.binary_length(column).fill_null(0).to_numpy() > LONGEST
    return long


def _with_plain_names(row: Record | Note) -> Record | Note:
    """Mend the names of columns as `read_corpus` does."""
    if isinstance(row, Note):
        return row
    return row._replace(fields={plain(name): cell for name, cell in row.fields.items()})


def _text_rows(file: Any, piece: Piece, wanted: Wanted, *, ids: bool) -> Iterator[Record | Note]:
    name, is_json = piece.source.name, piece.source.ending == ".jsonl"
    with _text(file, wanted.encoding, "\n" if is_json else "") as text:
        try:
            if text.read(1) != "\ufeff":  # a byte order mark
                text.seek(0)
            if is_json:
                yield from map(_with_plain_names, jsonl_rows(name, text, longest=LONGEST))
                return
            columns, rows = csv_rows(name, text, quoting=wanted.quoting, longest=LONGEST)
            if not ids:
                yield from _check(name, columns, wanted)
            elif wanted.theirs("article_id") not in columns:
                return
            yield from rows
        except UnicodeDecodeError as error:
            before = file.tell() - len(error.object)
            ascii_before = _begins_with_ascii(file, before)
            # says what does not fit, and where
            decode(error.object, wanted.encoding, before=before, ascii_before=ascii_before)
            raise


def _begins_with_ascii(file: Any, size: int) -> bool:
    """Tell whether so many bytes of a file are all ASCII."""
    file.seek(0)
    return all(file.read(min(_HEAD, size - at)).isascii() for at in range(0, size, _HEAD))


def _text(file: Any, encoding: str | None, newline: str) -> io.TextIOWrapper:
    """Open the text of a file as `decoding.decode` would decode it."""
    start = file.read(_HEAD)
    if encoding is None and start.count(0) * 4 > len(start):
        decode(start)  # this is UTF-16, and decode says so
    file.seek(0)
    name = encoding or "utf-8"
    try:
        return io.TextIOWrapper(file, name, error_rule(name), newline)
    except LookupError:
        decode(b" ", encoding)  # says that there is no such encoding
        raise


def _check(name: str, present: list[str], wanted: Wanted, *, note: bool = True) -> Iterator[Note]:
    """Raise an error if columns are missing, and note those that are not read."""
    check_columns(name, present)
    choose_columns(Given(name, "row", {column: [] for column in present}, 0), wanted.columns)
    for column in wanted.own:
        if column not in present:
            listed = f"the columns are: {', '.join(present)}"
            raise CorpusError(f"{name}: there is no column {quote(column)}; {listed}.")
    if note:
        yield from _unread(name, present, wanted)


def _unread(name: str, present: Iterable[str], wanted: Wanted) -> Iterator[Note]:
    for column in present:
        if column not in wanted.names:
            reason = f"column {quote(column)} is not read; a column named in by= is kept"
            yield Note(name, None, "skipped", reason)
