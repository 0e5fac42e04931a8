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
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from framing.tables import CorpusError

LARGEST_WORKBOOK = 500_000_000  # bytes when unpacked; real workbooks of articles stay far below
METADATA = "metadata.csv"


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


def decode(data: bytes, encoding: str | None = None) -> str:
    """Decode a file, by default as UTF-8 with or without byte order mark, and never by a guess.

    Parameters
    ----------
    data : bytes
        The file's bytes.
    encoding : str, optional
        The encoding declared by the user.

    Returns
    -------
    str
        The text without byte order mark. Line ends stay as they are.

    Raises
    ------
    CorpusError
        With the position of the first byte that does not fit, and a likely encoding.

    Examples
    --------
    >>> decode("café".encode("cp1252"))
    Traceback (most recent call last):
    framing.tables.CorpusError: byte 3 (0xE9) is not UTF-8; it looks like cp1252: save it as UTF-8
    or pass encoding="cp1252"
    """
    name = encoding or "utf-8"
    try:
        # surrogatepass: a lone surrogate is one damaged character, not a damaged file
        unicode = re.fullmatch(r"utf[-_]?(8([-_]sig)?|(16|32)([-_]?[lb]e)?)", name, re.IGNORECASE)
        text = data.decode(name, "surrogatepass" if unicode else "strict")
    except LookupError as error:
        raise CorpusError(
            f'there is no encoding "{encoding}"; common ones are utf-8, utf-16, cp1252, cp1251'
        ) from error
    except UnicodeDecodeError as error:
        position = error.start
        byte = f"byte {position} (0x{data[position]:02X}) is not {name.upper()}"
        if encoding:
            raise CorpusError(f"{byte}; leave encoding= out or pass the right one") from error
        raise CorpusError(f"{byte}; {_advice(data, position)}") from error
    except UnicodeError as error:  # such as a declared UTF-16 without byte order mark
        raise CorpusError(f"is not {name.upper()}: {error}") from error
    if encoding is None and data.count(0) * 4 > len(data):
        raise CorpusError(f"byte {data.index(0)} (0x00) is not text; {_advice(data, 0)}")
    return text.removeprefix("\ufeff")


def _advice(data: bytes, position: int) -> str:
    likely = _likely_encoding(data, position)
    if likely == "utf-8":
        return "the text before is, so the file is damaged there: repair it"
    if likely is None:
        return "save it as UTF-8 or pass encoding= with the name of its encoding"
    return f'it looks like {likely}: save it as UTF-8 or pass encoding="{likely}"'


def _likely_encoding(data: bytes, position: int) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if data.count(0) * 4 > len(data):
        return "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"
    if not data[:position].isascii():
        return "utf-8"
    high = sum(byte >= 0xC0 for byte in data)
    low = len(re.findall(rb"[A-Za-z]", data))
    for likely in ("cp1251",) if high > low else ("cp1252", "latin-1"):
        try:
            data.decode(likely)
        except UnicodeDecodeError:
            continue
        return likely
    return None


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
    text = _decode_file(path, encoding)
    delimiter = _delimiter(text)
    lines: list[str] = []

    def physical_lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            lines.append(line)
            yield line

    def rows() -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(
            physical_lines(),
            delimiter=delimiter,
            quoting=csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE,
            strict=True,
        )
        while True:
            lines.clear()
            first = reader.line_num + 1
            try:
                row = next(reader, None)
            except csv.Error as error:
                line = first + _line_of_open_quote("".join(lines), delimiter)
                raise CorpusError(
                    f"{path.name}, line {line}: a quotation mark opens a field here and is not"
                    ' closed, or text follows where it closes; double the marks inside a field ("")'
                    ", or pass quoting=False if marks are plain text in this file."
                ) from error
            if row is None:
                return
            yield first, row

    # A full article may be longer than the module's limit, which is one for the whole process.
    limit = csv.field_size_limit(2**31 - 1)
    try:
        return _table(path.name, rows())
    finally:
        csv.field_size_limit(limit)


def _delimiter(text: str) -> str:
    """Find the mark that divides the header into most fields; a tab if none does."""
    header = next(iter(io.StringIO(text, newline="")), "")
    return max("\t,;", key=lambda mark: len(next(csv.reader([header], delimiter=mark), [])))


def _line_of_open_quote(record: str, delimiter: str) -> int:
    """How many lines into a record the field begins that is not closed."""
    # A closed field with its delimiter: quoted with doubled marks inside, or without marks around.
    closed = re.compile(rf'(?:"(?:[^"]|"")*+"|(?!")[^{delimiter}]*){delimiter}')
    position = 0
    while match := closed.match(record, position):
        position = match.end()
    return len(re.findall(r"\r\n?|\n", record[:position]))


def _table(name: str, rows: Iterable[tuple[int, Sequence[str]]]) -> Reading:
    """Turn numbered rows of cells, the header first, into records."""
    rows = iter(rows)
    _, header = next(rows, (1, []))
    columns = [cell.strip() or f"column {n}" for n, cell in enumerate(header, 1)]
    if not any(cell.strip() for cell in header):
        raise CorpusError(f"{name}: there is no header; the first line must name the columns.")
    check_columns(name, columns)
    records, notes = [], []
    for line, row in rows:
        if len(row) == len(columns):
            records.append(Record(dict(zip(columns, row, strict=True)), name, line))
        elif row:
            fields = "field" if len(row) == 1 else "fields"
            reason = (
                f"line {line} has {len(row)} {fields}, the header has {len(columns)};"
                " a field that holds a delimiter needs quotation marks around it"
            )
            notes.append(Note(name, line, "skipped", reason, text=" ".join(row)))
    return Reading(columns, records, notes)


def check_columns(name: str, columns: Sequence[str]) -> None:
    """Raise a `CorpusError` if a column name stands twice."""
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        listed = ", ".join(f'"{column}"' for column in twice)
        raise CorpusError(f"{name}: more than one column is named {listed}; rename all but one.")


def read_jsonl(path: Path, *, encoding: str | None = None) -> Reading:
    """Read a file with one JSON object per line; a line that is none is noted and skipped."""
    columns: dict[str, None] = {}
    records, notes = [], []
    for number, line in enumerate(_decode_file(path, encoding).split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            problem = "" if isinstance(value, dict) else "is not an object in braces"
        except (ValueError, RecursionError) as error:
            problem = f"is not JSON ({error})"
        if problem:
            reason = f"line {number} {problem}; one article is one line"
            notes.append(Note(path.name, number, "skipped", reason, text=line))
            continue
        fields = {key: as_text(item) for key, item in value.items()}
        columns.update(dict.fromkeys(fields))
        records.append(Record(fields, path.name, number))
    if not records and not notes:
        raise CorpusError(f"{path.name}: there is no line in this file.")
    return Reading(list(columns), records, notes)


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
    reading = _table(path.name, _as_wide_as_the_header(rows))
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
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.ParquetFile(path).read()
    except pyarrow.ArrowException as error:
        raise CorpusError(f"{path.name}: not a readable parquet file ({error}).") from error
    columns = [str(column) for column in table.column_names]
    check_columns(path.name, columns)
    records = [
        Record({column: as_text(value) for column, value in row.items()}, path.name, number)
        for number, row in enumerate(table.to_pylist(), 1)
    ]
    return Reading(columns, records, [])
