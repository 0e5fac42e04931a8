"""Files of articles become plain records: one small function per format.

A record holds strings as they stand in the file. What a reader leaves out or finds odd becomes a
note; what makes the whole file unreadable raises a `CorpusError`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from framing.decoding import decode
from framing.display import quote, visible
from framing.tables import CorpusError

LARGEST_WORKBOOK = 500_000_000  # bytes when unpacked; real workbooks of articles stay far below
METADATA = "metadata.csv"
_HALF = re.compile("[\ud800-\udfff]")
_PIECE = 1_000_000  # characters read at once of what is skipped


class Record(NamedTuple):
    """One article as it stands in a file; ``sha256`` is None for the row of a table."""

    fields: dict[str, str]
    path: str
    row: int | None = None
    sha256: str | None = None


class Note(NamedTuple):
    """One row of the log, before the articles have ids."""

    path: str | None
    row: int | None
    step: str
    reason: str
    start: int | None = None
    end: int | None = None
    text: str | None = None
    article_id: str | None = None


class Reading(NamedTuple):
    """What a reader found: the columns in their order, the records and the notes."""

    columns: list[str]
    records: list[Record]
    notes: list[Note]


def read_articles(
    path: Path,
    *,
    path_column: str = "path",
    encoding: str | None = None,
    quoting: bool = True,
) -> Reading:
    """Read a folder or a file by its format.

    Parameters
    ----------
    path : Path
        A folder, or a .txt, .csv, .tsv, .xlsx, .jsonl or .parquet file.
    path_column : str
        Column of a folder's ``metadata.csv`` that names the files.
    encoding : str, optional
        Encoding of text files and text tables; UTF-8 if left out.
    quoting : bool
        Whether quotation marks enclose fields of a .csv or .tsv file.

    Returns
    -------
    Reading
        Columns, records and notes.

    Raises
    ------
    CorpusError
        If there is no such file, its format is not one of these, or it cannot be read at all.
    """
    if not path.exists():
        where = "" if path.is_absolute() else f"; it was looked for in {Path.cwd()}"
        raise CorpusError(f"{path}: there is no such file or folder{where}.")
    readers: dict[str, Callable[[], Reading]] = {
        ".txt": lambda: read_text(path, encoding=encoding),
        ".csv": lambda: read_csv(path, encoding=encoding, quoting=quoting),
        ".tsv": lambda: read_csv(path, encoding=encoding, quoting=quoting),
        ".xlsx": lambda: read_xlsx(path),
        ".jsonl": lambda: read_jsonl(path, encoding=encoding),
        ".parquet": lambda: read_parquet(path),
    }
    reader = readers.get(path.suffix.lower())
    try:
        if path.is_dir():
            return read_folder(path, path_column=path_column, encoding=encoding, quoting=quoting)
        if reader:
            return reader()
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read: {error.strerror or error}.") from error
    kind = f'a "{path.suffix}" file' if path.suffix else "a file without ending"
    *tables, last = list(readers)[1:]
    raise CorpusError(
        f"{path.name}: {kind} is not read; save each article as a .txt file in one folder, or all"
        f" in a table as {', '.join(tables)} or {last}."
    )


# ---------------------------------------------------------------------------- text


def _decode_file(path: Path, encoding: str | None) -> str:
    try:
        return decode(path.read_bytes(), encoding)
    except CorpusError as error:
        raise CorpusError(f"{path.name}: {error}.") from error


def as_text(value: Any) -> str:
    """Write a cell's value as text: empty where it is missing, dates in ISO 8601.

    Examples
    --------
    >>> [as_text(value) for value in ("a", None, 3.0, True, date(2022, 2, 10), ["x"])]
    ['a', '', '3', 'true', '2022-02-10', '["x"]']
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, dict, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    if pd.isna(value):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).lower()
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


def find_halves(fields: Mapping[str, str]) -> list[str]:
    """Say which columns hold half a character, which no table can, or have one in their name."""
    return [
        f"column {quote(visible(name))} holds half a character; mend it"
        for name, cell in fields.items()
        if _HALF.search(name) or _HALF.search(cell)
    ]


def as_texts(values: Iterable[Any]) -> list[str]:
    """Write the values of a column as text, as `as_text` does; most of them are text."""
    return [value if type(value) is str else as_text(value) for value in values]


def read_text(path: Path, *, encoding: str | None = None) -> Reading:
    """Read a .txt file as one article."""
    fields = {"text": _decode_file(path, encoding)}
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Reading(["text"], [Record(fields, path.name, None, digest)], [])


# ---------------------------------------------------------------------------- folders


def read_folder(
    folder: Path,
    *,
    path_column: str = "path",
    encoding: str | None = None,
    quoting: bool = True,
) -> Reading:
    """Read the files that ``metadata.csv`` lists, or without one the folder's .txt files, sorted.

    A file that is missing, lies outside the folder or cannot be decoded is noted and skipped, and
    so is every file that is not listed. ``metadata.csv`` may be in UTF-8 whatever the encoding of
    the texts.
    """
    present = list(_walk(folder))
    if METADATA in present:
        listed = _read_metadata(folder / METADATA, encoding, quoting)
        if path_column not in listed.columns:
            raise CorpusError(
                f'{METADATA}: there is no column "{path_column}", which names the file of each'
                f" article; the columns are: {', '.join(listed.columns)}. Rename the right one, or"
                ' pass columns={"path": ...}.'
            )
        unlisted = f"not listed in {METADATA}"
        if "text" in listed.columns:
            reason = 'column "text" is not read: the texts are those of the files'
            listed.notes.append(Note(METADATA, None, "skipped", reason))
    else:
        names = [name for name in present if "/" not in name and name.lower().endswith(".txt")]
        if not names:
            raise CorpusError(
                f"{folder}: there is neither {METADATA} nor a .txt file in this folder."
            )
        listed = Reading([path_column], [Record({path_column: n}, n) for n in names], [])
        unlisted = f"not a .txt file of the folder itself; a {METADATA} can list it"
    records, notes, known = [], list(listed.notes), {METADATA}
    for record in listed.records:
        fields = dict(record.fields)
        name = PurePosixPath(fields.pop(path_column).replace("\\", "/")).as_posix()
        known.add(name)
        try:
            data = _bytes_inside(folder, name)
            fields["text"] = decode(data, encoding)
        except CorpusError as error:
            notes.append(Note(name, record.row, "skipped", str(error)))
        else:
            digest = hashlib.sha256(data).hexdigest()
            records.append(Record(fields, name, record.row, digest))
    notes.extend(Note(n, None, "skipped", unlisted) for n in present if n not in known)
    columns = ["text", *(name for name in listed.columns if name not in ("text", path_column))]
    return Reading(columns, records, notes)


def _read_metadata(path: Path, encoding: str | None, quoting: bool) -> Reading:
    try:
        return read_csv(path, quoting=quoting)
    except CorpusError:
        if encoding is None:
            raise
        return read_csv(path, encoding=encoding, quoting=quoting)


def _walk(folder: Path) -> Iterator[str]:
    """Every file below the folder, sorted; a hidden or linked folder stands for what is in it."""
    for root, folders, names in os.walk(folder):
        here = Path(root).relative_to(folder)
        closed = [n for n in folders if n.startswith(".") or (Path(root) / n).is_symlink()]
        folders[:] = sorted(set(folders) - set(closed))
        yield from ((here / name).as_posix() for name in sorted(names))
        yield from (f"{(here / name).as_posix()}/" for name in sorted(closed))


def _bytes_inside(folder: Path, name: str) -> bytes:
    """Read a file of the folder; a path that leads out of it is refused."""
    root, windows = folder.resolve(), PureWindowsPath(name)
    if windows.anchor or ".." in windows.parts:
        raise CorpusError("leads out of the corpus folder: refused; move the file into the folder")
    try:
        path = (root / name).resolve()
        if not path.is_relative_to(root):
            raise CorpusError("a link that leads out of the corpus folder: refused; copy the file")
        if not path.is_file():
            raise CorpusError(f"listed in {METADATA}, but there is no such file")
        return path.read_bytes()
    except (OSError, RuntimeError, ValueError) as error:
        if isinstance(error, CorpusError):
            raise
        raise CorpusError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error


# ---------------------------------------------------------------------------- tables


def read_csv(path: Path, *, encoding: str | None = None, quoting: bool = True) -> Reading:
    """Read a .csv or .tsv file; comma, semicolon or tab is decided from the header line.

    A row with more or fewer fields than the header is noted and skipped, never shifted. A
    quotation mark that opens a field and is not closed could swallow any number of rows: it makes
    the file unreadable. Without ``quoting`` every line is one row.
    """
    stream = io.StringIO(_decode_file(path, encoding), newline="")
    return _gathered(*csv_rows(path.name, stream, quoting=quoting))


class _TooLong(Exception):
    """A row that is longer than is read."""


class _Lines:
    """The lines of a CSV file, as its reader takes them, with those of the present row."""

    def __init__(self, stream: io.TextIOBase, longest: int | None) -> None:
        self.stream, self.longest = stream, longest
        self.row: list[str] = []
        self.size = self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.stream.readline() if self.longest is None else self._bounded(self.longest)
        if not line:
            raise StopIteration
        self.number += 1
        self.row.append(line)
        self.size += len(line)
        return line

    def begin(self) -> int:
        """Begin a row and give the number of its first line."""
        self.row.clear()
        self.size = 0
        return self.number + 1

    def _bounded(self, longest: int) -> str:
        line = self.stream.readline(longest - self.size + 1)
        if self.size + len(line) <= longest:
            return line
        self.row.append(line)
        raise _TooLong

    def skip(self, quoting: bool) -> bool:
        """Go to the end of a row that is too long, and tell whether it has one."""
        marks = sum(line.count('"') for line in self.row)
        line = self.row[-1]
        while True:
            ended = line.endswith(("\n", "\r"))
            self.number += ended
            if ended and not (quoting and marks % 2):
                return True
            line = self.stream.readline(_PIECE)
            if not line:
                return not (quoting and marks % 2)
            marks += line.count('"')


def csv_rows(
    name: str, stream: io.TextIOBase, *, quoting: bool = True, longest: int | None = None
) -> tuple[list[str], Iterator[Record | Note]]:
    """Read the columns of a .csv or .tsv file, and its rows one after the other.

    Parameters
    ----------
    name : str
        What the file is called in records and messages.
    stream : TextIOBase
        The file's text, with line ends as they are (``newline=""``).
    quoting : bool
        Whether quotation marks enclose fields.
    longest : int, optional
        Characters from which on a row is noted and skipped.

    Returns
    -------
    columns : list of str
        The names in the header.
    rows : iterator of Record and Note
        A record or a note for every row but empty ones.

    Raises
    ------
    CorpusError
        If there is no header, two columns have one name, or (while rows are read) a quotation mark
        is not closed.
    """
    header = stream.readline() if longest is None else stream.readline(longest)
    delimiter = _delimiter(header)
    lines = _Lines(_Prefixed(header, stream), longest)
    reader = csv.reader(
        lines,
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE,
        strict=True,
    )

    def unclosed(first: int, text: str) -> CorpusError:
        line = first + _line_of_open_quote(text, delimiter)
        return CorpusError(
            f"{name}, line {line}: a quotation mark opens a field here and is not"
            ' closed, or text follows where it closes; double the marks inside a field ("")'
            ", or pass quoting=False if marks are plain text in this file."
        )

    def rows() -> Iterator[tuple[int, list[str] | None]]:
        while True:
            first = lines.begin()
            # A full article may be longer than the module's limit, one for the whole process.
            limit = csv.field_size_limit(2**31 - 1)
            try:
                row = next(reader, None)
            except csv.Error as error:
                raise unclosed(first, "".join(lines.row)) from error
            except _TooLong:
                if not lines.skip(quoting):
                    raise unclosed(first, "".join(lines.row)[:_PIECE]) from None
                yield first, None
                continue
            finally:
                csv.field_size_limit(limit)
            if row is None:
                return
            yield first, row

    return _table(name, rows(), longest)


class _Prefixed(io.TextIOBase):
    """A text whose first line has been read already."""

    def __init__(self, first: str, rest: io.TextIOBase) -> None:
        self.first, self.rest = io.StringIO(first, newline=""), rest

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        return self.first.readline(size) or self.rest.readline(size)


def _delimiter(header: str) -> str:
    """Find the mark that divides the header into most fields; a tab if none does."""
    return max("\t,;", key=lambda mark: len(next(csv.reader([header], delimiter=mark), [])))


def _line_of_open_quote(record: str, delimiter: str) -> int:
    """How many lines into a record the field begins that is not closed."""
    # A closed field with its delimiter: quoted with doubled marks inside, or without marks around.
    closed = re.compile(rf'(?:"(?:[^"]|"")*+"|(?!")[^{delimiter}]*){delimiter}')
    position = 0
    while match := closed.match(record, position):
        position = match.end()
    return len(re.findall(r"\r\n?|\n", record[:position]))


def _table(
    name: str, rows: Iterable[tuple[int, Sequence[str] | None]], longest: int | None = None
) -> tuple[list[str], Iterator[Record | Note]]:
    """Turn numbered rows of cells, the header first, into records; None is one too long."""
    rows = iter(rows)
    header = next(rows, (1, []))[1] or []
    columns = [cell.strip() or f"column {n}" for n, cell in enumerate(header, 1)]
    if not any(cell.strip() for cell in header):
        raise CorpusError(f"{name}: there is no header; the first line must name the columns.")
    check_columns(name, columns)

    def records() -> Iterator[Record | Note]:
        for line, row in rows:
            if row is None:
                yield too_long(name, line, longest)
            elif len(row) == len(columns):
                yield Record(dict(zip(columns, row, strict=True)), name, line)
            elif row:
                fields = "field" if len(row) == 1 else "fields"
                reason = (
                    f"line {line} has {len(row)} {fields}, the header has {len(columns)};"
                    " a field that holds a delimiter needs quotation marks around it"
                )
                yield Note(name, line, "skipped", reason, text=" ".join(row))

    return columns, records()


def too_long(name: str, row: int, longest: int | None) -> Note:
    """Note that a row is too long to be an article."""
    reason = f"longer than {longest:,} characters; divide it into articles, or read it by itself"
    return Note(name, row, "skipped", reason)


def _gathered(columns: list[str], rows: Iterable[Record | Note]) -> Reading:
    reading = Reading(columns, [], [])
    for row in rows:
        if isinstance(row, Record):
            reading.records.append(row)
        else:
            reading.notes.append(row)
    return reading


def check_columns(name: str, columns: Sequence[str]) -> None:
    """Raise a `CorpusError` if a column name stands twice."""
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        listed = ", ".join(f'"{column}"' for column in twice)
        raise CorpusError(f"{name}: more than one column is named {listed}; rename all but one.")


def read_jsonl(path: Path, *, encoding: str | None = None) -> Reading:
    """Read a file with one JSON object per line; a line that is none is noted and skipped."""
    stream = io.StringIO(_decode_file(path, encoding), newline="\n")
    reading = _gathered([], jsonl_rows(path.name, stream))
    if not reading.records and not reading.notes:
        raise CorpusError(f"{path.name}: there is no line in this file.")
    names = dict.fromkeys(name for record in reading.records for name in record.fields)
    return reading._replace(columns=list(names))


def jsonl_rows(
    name: str, stream: io.TextIOBase, *, longest: int | None = None
) -> Iterator[Record | Note]:
    r"""Read the lines of a .jsonl file one after the other, each as a record or a note.

    Parameters
    ----------
    name : str
        What the file is called in records.
    stream : TextIOBase
        The file's text, with line ends as they are (``newline="\n"``).
    longest : int, optional
        Characters from which on a line is noted and skipped.

    Yields
    ------
    Record or Note
        One for every line but empty ones.
    """
    number = 0
    while line := stream.readline(-1 if longest is None else longest + 1):
        number += 1
        if longest is not None and len(line) > longest:
            while line and not line.endswith("\n"):
                line = stream.readline(_PIECE)
            yield too_long(name, number, longest)
            continue
        line = line.removesuffix("\n")
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            problem = "" if isinstance(value, dict) else "is not an object in braces"
        except json.JSONDecodeError as error:  # which calls every line its first one
            problem = f"is not JSON (character {error.colno}: {error.msg})"
        except (ValueError, RecursionError) as error:
            problem = f"is not JSON ({error})"
        if problem:
            reason = f"line {number} {problem}; one article is one line"
            yield Note(name, number, "skipped", reason, text=line)
        else:
            fields = {key: as_text(item) for key, item in value.items()}
            yield Record(fields, name, number)


def read_xlsx(path: Path) -> Reading:
    """Read the first sheet of an Excel workbook, its values as text, dates in ISO 8601."""
    import openpyxl
    from openpyxl.utils.escape import unescape

    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > LARGEST_WORKBOOK:
            raise CorpusError(
                f"{path.name}: {size:,} bytes when unpacked, more than the {LARGEST_WORKBOOK:,}"
                " that are read from a workbook; save it as .csv."
            )
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # the size that a file declares may be wrong
            rows = [
                # Excel writes a carriage return as _x000D_
                (number, [unescape(as_text(value)) for value in row])
                for number, row in enumerate(sheet.iter_rows(values_only=True), 1)
            ]
            others = [other.title for other in book.worksheets[1:]]
        finally:
            book.close()
    except (OSError, CorpusError):
        raise
    except Exception as error:  # whatever a damaged workbook makes openpyxl raise
        raise CorpusError(
            f"{path.name}: not a readable .xlsx workbook ({error}); save it again, or as .csv."
        ) from error
    reading = _gathered(*_table(path.name, _as_wide_as_the_header(rows)))
    reading.notes.extend(
        Note(path.name, None, "skipped", f'sheet "{title}": only the first sheet is read')
        for title in others
    )
    return reading


def _as_wide_as_the_header(
    rows: Sequence[tuple[int, list[str]]],
) -> Iterator[tuple[int, list[str]]]:
    """Make rows that end in empty cells as long as the header; empty rows stay empty."""
    width = 0
    for number, row in rows:
        while row and not row[-1]:
            row.pop()
        width = width or len(row)
        yield number, row + [""] * (width - len(row)) if row else row


def read_parquet(path: Path) -> Reading:
    """Read a parquet file, its values as text, dates in ISO 8601."""
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.ParquetFile(path).read()
        columns = [str(column) for column in table.column_names]
        check_columns(path.name, columns)
        values = [as_texts(column.to_pylist()) for column in table.columns]
    except (OSError, CorpusError):
        raise
    except Exception as error:  # whatever a damaged file or an impossible date makes pyarrow raise
        raise CorpusError(f"{path.name}: not a readable parquet file ({error}).") from error
    records = [
        Record(dict(zip(columns, row, strict=True)), path.name, number)
        for number, row in enumerate(zip(*values, strict=True), 1)
    ]
    return Reading(columns, records, [])
