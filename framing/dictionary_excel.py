"""Dictionaries as Excel workbooks: the table of `framing.dictionary_tables` on the first sheet."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

from framing.dictionary import Dictionary, DictionaryError, LeftOut
from framing.dictionary_tables import read_table_rows, write_table_rows
from framing.dictionary_tree import shown
from framing.readers import as_text

_LONGEST_CELL = 32_767  # characters, by Excel's own limit
_LARGEST_WORKBOOK = 50_000_000  # bytes when unpacked
_MOST_ROWS = 200_000
_MOST_CELLS = 4_000_000
_HALF = re.compile("[\ud800-\udfff]")
_MERGED = re.compile(rb'mergeCell ref="([A-Z]{1,3}([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7}))"')


def read_dictionary_excel(data: bytes) -> Dictionary:
    """Read a dictionary from the first sheet of an Excel workbook (.xlsx).

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    Dictionary
        As `read_table_rows` says; further sheets are left out.

    Raises
    ------
    DictionaryError
        If the file is no such workbook, is too large, a cell holds a formula or half a character,
        and as `read_table_rows` says.

    Examples
    --------
    >>> from framing.dictionary import Category, Entry
    >>> made = Dictionary(categories=[Category(("calm",), entries=[Entry("=State=")])])
    >>> read_dictionary_excel(write_dictionary_excel(made)).categories[0].entries[0].text
    '=State='
    """
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
            if size > _LARGEST_WORKBOOK:
                message = (
                    f"the workbook has {size:,} bytes when unpacked; {_LARGEST_WORKBOOK:,} are"
                    " read: save its first sheet as .csv"
                )
                raise DictionaryError([(1, message)])
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        try:
            sheet: Any = book.worksheets[0]
            sheet.reset_dimensions()  # the size that a file declares may be wrong
            rows = _sheet_rows(sheet)
            merged = _merged_cells(book._archive.read(sheet._worksheet_path))
            others = [other.title for other in book.worksheets[1:]]
        finally:
            book.close()
    except DictionaryError:
        raise
    except Exception as error:  # whatever a damaged workbook makes openpyxl raise
        message = f"not a readable .xlsx workbook ({error}); save it again, or as .csv"
        raise DictionaryError([(1, message)]) from error
    dictionary = read_table_rows(rows)
    for title in others:
        dictionary.left_out.append(LeftOut(1, "", title, "a sheet; only the first one is read"))
    if merged:
        reason = "merged cells: the value stands in the first row only; a frame holds below as well"
        dictionary.left_out.append(LeftOut(1, "", merged, reason))
    return dictionary


def _merged_cells(sheet: bytes) -> str:
    """Name the cells of a sheet that are merged over several rows, at most 60 characters."""
    found = _MERGED.finditer(sheet)
    return shown(", ".join(m[1].decode() for m in found if m[2] != m[3]))


def _sheet_rows(sheet: Any) -> list[tuple[int, list[str]]]:
    """Read the cells of a sheet as texts, within bounds; what no text can be is a problem."""
    from openpyxl.utils.escape import unescape

    rows: list[tuple[int, list[str]]] = []
    problems: list[tuple[int, str]] = []
    cells = 0
    # Rows and cells that the file skips are counted as well: they are made, and could be billions.
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells += len(row)
        if number > _MOST_ROWS or cells > _MOST_CELLS:
            message = f"the sheet has more than {_MOST_ROWS:,} rows or {_MOST_CELLS:,} cells;"
            raise DictionaryError([(number, f"{message} delete what is empty below and beside")])
        texts = []
        for cell in row:
            value = cell.value
            if cell.data_type == "f":
                message = (
                    f"the cell {cell.coordinate} holds a formula; paste its value in its place"
                )
                problems.append((number, message))
            texts.append(unescape(value) if isinstance(value, str) else as_text(value))
            if _HALF.search(texts[-1]):
                message = f"the cell {cell.coordinate} holds half a character; mend it"
                problems.append((number, message))
        if any(texts):
            rows.append((number, texts))
    if problems:
        raise DictionaryError(problems)
    return rows


def write_dictionary_excel(dictionary: Dictionary) -> bytes:
    """Write a dictionary as an Excel workbook (.xlsx), one row per pattern.

    All cells but weights and distances are text, and stay so when they are edited: a pattern such
    as ``=Security`` or ``1-2`` becomes neither a formula nor a date. The same dictionary always
    gives the same bytes.

    Parameters
    ----------
    dictionary : Dictionary
        The dictionary.

    Returns
    -------
    bytes
        The file, with the columns of `write_dictionary_csv`.

    Raises
    ------
    DictionaryError
        If a text is longer than the 32,767 characters of an Excel cell or holds half a character,
        and as `write_dictionary_csv` says.

    Examples
    --------
    >>> from framing.dictionary import Category, Entry
    >>> made = Dictionary(categories=[Category(("calm",), entries=[Entry("truce*")])])
    >>> write_dictionary_excel(made) == write_dictionary_excel(made)
    True
    """
    import openpyxl

    header, *rows = write_table_rows(dictionary)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "dictionary"
    sheet.freeze_panes = "A2"
    problems: list[tuple[int, str]] = []
    for number, row in enumerate([header, *rows], 1):
        for column, (name, text) in enumerate(zip(header, row, strict=True), 1):
            if not text:
                continue
            cell = sheet.cell(number, column)
            # Excel keeps 15 digits of a number; one that has more stays a text.
            if (
                number > 1
                and name in ("weight", "within")
                and float(text) == float(f"{float(text):.15g}")
            ):
                cell.value = float(text)
                continue
            escaped = _excel_text(text)
            if len(escaped) > _LONGEST_CELL or _HALF.search(text):
                message = f"`{shown(_printable(text))}` cannot stand in an Excel cell, as too long"
                problems.append((number, f"{message} or with half a character; shorten or mend it"))
                continue
            cell.value = escaped
            cell.data_type = "s"  # openpyxl takes what begins with "=" for a formula
            cell.number_format = "@"
    if problems:
        raise DictionaryError(problems)
    return _same_bytes(book.save)


def _printable(text: str) -> str:
    return _HALF.sub("�", text)


def _excel_text(text: str) -> str:
    """Write what XML cannot hold as Excel does, as _x0001_."""
    controls = "\x00-\x08\x0b-\x1f\ufffe\uffff"
    # a control after "_x0041" becomes the "_" that would end it
    text = re.sub(f"_(?=x[0-9A-Fa-f]{{4}}[_{controls}])", "_x005F_", text)
    return re.sub(f"[{controls}]", lambda match: f"_x{ord(match.group()):04X}_", text)


def _same_bytes(save: Callable[[io.BytesIO], object]) -> bytes:
    """Pack a workbook again, with one date in place of that of today."""
    made, packed = io.BytesIO(), io.BytesIO()
    save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(packed, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "docProps/core.xml":
                date = rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"
                content = re.sub(date, b"2000-01-01T00:00:00Z", content)
            info = zipfile.ZipInfo(part.filename, (2000, 1, 1, 0, 0, 0))
            info.create_system = 0  # else it tells the operating system
            new.writestr(info, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
