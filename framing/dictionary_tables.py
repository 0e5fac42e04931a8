"""Dictionaries as tables of text: one row per pattern, or with LIWC-22 one row per term."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from framing.dictionary import Category, Dictionary, DictionaryError, Entry
from framing.dictionary_tree import LARGEST_FILE, LEVELS, Reading, number_text, path_problem, shown

TABLE_HOLDS = frozenset(
    {"nested", "phrases", "stars at the end", "stars anywhere", "question marks", "weights"}
    | {"definitions", "notes", "examples", "rules", "patterns"}
)

_LONGEST_CELL = 100_000  # characters
_MARKS = ",;\t"

_TEXTS = ("counter_frame", "definition")
_LISTS = ("include", "exclude", "examples", "counter_examples")
_RULE_TEXTS = ("anchor", "order")
_RULE_LISTS = ("near", "not_near", "except_")
_RULE_FLAGS = ("review", "regex")
_ALWAYS = ("frame", "pattern", "weight", "definition", "examples")
_FIELDS = (
    *_ALWAYS, "note", "review", "anchor", "near", "not_near", "except_", "within", "order", "regex",
    "counter_frame", "include", "exclude", "counter_examples",
)  # fmt: skip
_SYNONYMS = {
    "frame": "frames category categories code codes construct kategorie catégorie",
    "pattern": "patterns term terms word words keyword keywords entry entries phrase wort begriff"
    " mot terme",
    "weight": "weights score gewicht poids",
    "definition": "definitions description beschreibung",
    "examples": "example beispiele exemples",
    "note": "notes comment comments",
    "except_": "except",
    "counter_examples": "counterexamples counter_example",
    "counter_frame": "counterframe",
    "include": "inclusion",
    "exclude": "exclusion",
}
_NAMES = {field: field for field in _FIELDS} | {
    name: field for field, names in _SYNONYMS.items() for name in names.split()
}
_FLAGS = {
    **dict.fromkeys(("true", "yes", "1", "x", "ja", "wahr", "oui", "vrai"), True),
    **dict.fromkeys(("false", "no", "0", "nein", "falsch", "non", "faux"), False),
}
_NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)(e[+-]?[0-9]{1,3})?", re.IGNORECASE)
# A ">" between spaces parts the levels; one in a name is doubled, and ">>" is trebled.
_LEVEL = re.compile(r"(?<!\S)>(?!\S)")
_MORE = re.compile(r"(?<!\S)>(>+)(?!\S)")
_ANY = re.compile(r"(?<!\S)(>+)(?!\S)")


# ---------------------------------------------------------------------------- reading


def read_table_rows(rows: Iterable[tuple[int, Sequence[str]]]) -> Dictionary:
    """Read a dictionary from the rows of a table, of which the first names the columns.

    The columns may stand in any order; ``frame`` is needed. What belongs to the frame stands on
    its first row, and may be repeated or left empty below; so may the frame's name itself. A row
    without a pattern is a frame without patterns so far. Several values of a cell stand on lines of
    their own; a line that begins with two spaces continues the value above it.

    Parameters
    ----------
    rows : iterable of tuple of int and sequence of str
        Line or row in the file, from 1, and the cells.

    Returns
    -------
    Dictionary
        Frames as categories in the order in which they first stand, patterns as entries. Columns
        of other names are left out, each told once with the number of its filled cells.

    Raises
    ------
    DictionaryError
        If there is no column for the frame, a weight is no number, what a row says of a frame
        contradicts an earlier row, and the like; all problems together.

    Examples
    --------
    >>> rows = [(1, ["Category", "Term", "Weight"]), (2, ["calm > peace", "truce*", "0,5"])]
    >>> read_table_rows(rows).categories[0].entries[0].weight
    0.5
    """
    filled = ((line, row) for line, row in rows if any(cell.strip() for cell in row))
    line, header = next(filled, (1, []))
    table = _Table(line, [cell.strip() for cell in header])
    for line, row in filled:
        table.read(line, row)
    return table.result()


class _Table:
    """A table while it is read, row by row."""

    def __init__(self, line: int, header: Sequence[str]) -> None:
        self._reading = Reading()
        self._header = header
        self._line = line
        self._fields = [_NAMES.get(_column(name), "") for name in header]
        self._filled = {n: 0 for n, field in enumerate(self._fields) if not field}
        self._where: dict[tuple[tuple[str, ...], str], tuple[str, int]] = {}
        self._above: Category | None = None
        self._check_header()

    def _check_header(self) -> None:
        if not self._header:
            message = 'the table is empty; begin it with a row of names such as "frame", "pattern"'
            raise DictionaryError([(1, message)])
        names = ", ".join(f'"{shown(name)}"' for name in self._header[:20])
        if "frame" not in self._fields:
            message = f'there is no column "frame"; the columns are {names}: rename the right one'
            raise DictionaryError([(self._line, message)])
        for field in dict.fromkeys(filter(None, self._fields)):
            same = [n for n, f in zip(self._header, self._fields, strict=True) if f == field]
            if len(same) > 1:
                twice = ", ".join(f'"{shown(name)}"' for name in same)
                message = f"the columns {twice} mean the same; rename or remove all but one"
                self._reading.problems.append((self._line, message))

    def _problem(self, line: int, message: str) -> None:
        self._reading.problems.append((line, message))

    def read(self, line: int, row: Sequence[str]) -> None:
        """Read a row that is not empty."""
        if any(cell.strip() for cell in row[len(self._header) :]):
            message = (
                f"the row has {len(row)} cells, the header {len(self._header)}; a cell that holds"
                " the separator needs quotation marks around it"
            )
            self._problem(line, message)
            return
        cells: dict[str, str] = {}
        for column, (cell, field) in enumerate(zip(row, self._fields, strict=False)):
            if len(cell) > _LONGEST_CELL:
                message = f"a cell has {len(cell):,} characters; up to {_LONGEST_CELL:,} are read"
                self._problem(line, f"{message}: shorten it")
            elif field:
                cells.setdefault(field, cell.strip())
            elif cell.strip():
                self._filled[column] += 1
        category = self._category(cells.get("frame", ""), line)
        if category is not None:
            self._above = category
            self._describe(category, cells, line)
            self._entries(category, cells, line)

    def _category(self, cell: str, line: int) -> Category | None:
        """Find the frame of a row; it is that of the row above where the cell is empty."""
        if not cell:
            if self._above is None:
                self._problem(line, 'there is no frame here; write its name in the column "frame"')
            return self._above
        path = tuple(_MORE.sub(r"\1", name.strip()) for name in _LEVEL.split(cell))
        if path in self._reading.known:
            return self._reading.known[path]
        if problem := path_problem(path):
            self._problem(line, f"`{shown(cell)}`: {problem}")
            return None
        return self._reading.category(path, line)

    def _describe(self, category: Category, cells: dict[str, str], line: int) -> None:
        """Take what a row says of its frame."""
        for field in (*_TEXTS, *_LISTS):
            value = cells.get(field, "")
            if not value:
                continue
            if (category.path, field) not in self._where:
                self._where[category.path, field] = value, line
                setattr(category, field, _items(value) if field in _LISTS else value)
                continue
            first, where = self._where[category.path, field]
            if first != value:
                message = (
                    f'frame "{LEVELS.join(category.path)}": {field} is `{shown(value)}` here, but'
                    f" `{shown(first)}` on line {where}; write one of them"
                )
                self._problem(line, message)

    def _entries(self, category: Category, cells: dict[str, str], line: int) -> None:
        """Take the patterns of a row; further columns speak of them."""
        patterns = _items(cells.get("pattern", ""))
        of_pattern = ("weight", "note", *_RULE_TEXTS, *_RULE_LISTS, "within", *_RULE_FLAGS)
        if not patterns:
            for field in of_pattern:
                if cells.get(field):
                    reason = f'"{field}" of a row without a pattern speaks of nothing'
                    self._reading.leave(line, category.path, cells[field], reason)
            return
        weight = self._weight(cells.get("weight", ""), line)
        rules = self._rules(cells, line)
        for pattern in patterns:
            entry = self._reading.entry(category, pattern, line)
            if entry is not None:
                entry.text = pattern if rules.get("regex") else entry.text
                entry.weight, entry.note, entry.rules = weight, cells.get("note", ""), dict(rules)

    def _weight(self, text: str, line: int) -> float:
        if not text:
            return 1.0
        weight = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else math.inf
        if math.isinf(weight):
            message = f"the weight `{shown(text)}` is no number; write one such as 0.5, or nothing"
            self._problem(line, message)
        return weight

    def _rules(self, cells: dict[str, str], line: int) -> dict[str, Any]:
        given = {field: text for field, text in cells.items() if text}
        rules: dict[str, Any] = {field: given[field] for field in _RULE_TEXTS if field in given}
        rules |= {field: _items(given[field]) for field in _RULE_LISTS if field in given}
        if rules.get("order", "either") not in ("before", "after", "either"):
            message = f"the order `{shown(rules['order'])}` is not known; write before, after or"
            self._problem(line, f"{message} either")
        if "within" in given:
            if re.fullmatch("[0-9]{1,6}([.]0+)?", given["within"]):  # 3.0 is how pandas writes 3
                rules["within"] = int(float(given["within"]))
            else:
                message = f"within is `{shown(given['within'])}`; write a whole number from 0"
                self._problem(line, message)
        for field in _RULE_FLAGS:
            if field in given:
                flag = _FLAGS.get(given[field].lower())
                if flag is None:
                    message = f"{field} is `{shown(given[field])}`; write true or false"
                    self._problem(line, message)
                rules[field] = flag
        return rules

    def result(self) -> Dictionary:
        """Return the dictionary, or raise all problems."""
        for column, number in self._filled.items():
            name = self._header[column]
            if name or number:
                cells = "filled cell" if number == 1 else "filled cells"
                reason = f"no column of this name is known; it has {number} {cells}"
                self._reading.leave(self._line, (), name or f"column {column + 1}", reason)
        return self._reading.result()


def _column(name: str) -> str:
    """Write the name of a column as `_NAMES` has it."""
    return re.sub(r"[\s_-]+", "_", name.strip().lower()).strip("_")


def _items(cell: str) -> tuple[str, ...]:
    """Split a cell into its values."""
    items: list[str] = []
    for line in cell.split("\n"):
        if items and line.startswith("  "):
            items[-1] += "\n" + line[2:]
        elif line.strip():
            items.append(line)
    return tuple(item.strip() for item in items)


# ---------------------------------------------------------------------------- CSV


def read_dictionary_csv(text: str) -> Dictionary:
    r"""Read a dictionary from a table as text; commas, semicolons or tabs part the cells.

    Parameters
    ----------
    text : str
        The file's text. The separator is the one that gives most columns a known name.

    Returns
    -------
    Dictionary
        As `read_table_rows` says.

    Raises
    ------
    DictionaryError
        If a quotation mark is not closed, and as `read_table_rows` says.

    Examples
    --------
    >>> read_dictionary_csv("frame;pattern\ncalm;truce*\n").categories[0].path
    ('calm',)
    """
    return read_table_rows(_csv_rows(text))


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    if len(text) > LARGEST_FILE:
        message = f"the file has {len(text):,} characters; {LARGEST_FILE:,} are read: divide it"
        raise DictionaryError([(1, message)])
    text = text.removeprefix("\ufeff")
    lines = io.StringIO(text, newline="")
    start = 0
    if said := re.match("sep=([,;\t])\r?\n", text):  # how Excel is told the separator
        lines.seek(said.end())
        start = 1
    delimiter = said.group(1) if said else _delimiter(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        first = start + reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            hint = "a quotation mark opens a cell from here on and is not closed, or text follows"
            hint += ' where it closes; double the marks inside a cell ("")'
            if "limit" in str(error):
                hint = "a cell is too long, or a quotation mark that opens it is not closed"
            raise DictionaryError([(first, hint)]) from None
        if row is None:
            return
        yield first, row


def _delimiter(text: str) -> str:
    """Find the mark that makes most columns known, or else most columns."""
    header = re.match(r"\s*([^\r\n]{0,10000})", text)
    line = header.group(1) if header else ""

    def found(mark: str) -> tuple[int, int]:
        cells = next(csv.reader([line], delimiter=mark), [])
        return sum(_column(cell) in _NAMES for cell in cells), len(cells)

    return max(_MARKS, key=found)


def write_dictionary_csv(dictionary: Dictionary, mark: str = ",") -> str:
    """Write a dictionary as a table with commas, one row per pattern.

    Every value stands as it is. A spreadsheet that opens the file may take a cell that begins with
    ``=``, ``+``, ``-`` or ``@`` for a formula; `write_dictionary_excel` keeps such cells as text.

    Parameters
    ----------
    dictionary : Dictionary
        The dictionary; its name, language and description have no place in the table.
    mark : str
        What parts the cells, ``","`` or a tab.

    Returns
    -------
    str
        The table: ``frame`` (levels parted by " > "), ``pattern``, ``weight`` (a number, empty for
        1), ``definition``, ``examples``, and those further columns that hold anything.

    Raises
    ------
    DictionaryError
        If a category has no name or lies too deep.

    Examples
    --------
    >>> made = Dictionary(categories=[Category(("calm",), entries=[Entry("peace, now")])])
    >>> print(write_dictionary_csv(made))
    frame,pattern,weight,definition,examples
    calm,"peace, now",,,
    <BLANKLINE>
    """
    # The csv module leaves a lone carriage return bare, which then ends the row.
    rows = (mark.join(_csv_cell(cell) for cell in row) for row in write_table_rows(dictionary))
    return "\n".join([*rows, ""])


def _csv_cell(text: str) -> str:
    if re.search('[",\t\r\n]', text):
        return '"' + text.replace('"', '""') + '"'
    return text


def write_table_rows(dictionary: Dictionary) -> list[list[str]]:
    """Write a dictionary as rows of texts, the header first."""
    problems, rows = [], []
    for category in dictionary.categories:
        if problem := path_problem(category.path):
            problems.append((category.line, problem))
        described = _frame_cells(category)
        for number, entry in enumerate(category.entries):
            row = {"frame": described["frame"], **_pattern_cells(entry)}
            rows.append(row if number else row | described)
        if not category.entries:
            rows.append(described)
    if problems:
        raise DictionaryError(problems)
    used = {field for row in rows for field, text in row.items() if text}
    columns = [field for field in _FIELDS if field in used or field in _ALWAYS]
    header = [field.rstrip("_") for field in columns]
    return [header, *([row.get(field, "") for field in columns] for row in rows)]


def _frame_cells(category: Category) -> dict[str, str]:
    path = LEVELS.join(_ANY.sub(r">\1", name) for name in category.path)
    lists = {field: _cell(getattr(category, field)) for field in _LISTS}
    return {"frame": path, **{field: getattr(category, field) for field in _TEXTS}, **lists}


def _pattern_cells(entry: Entry) -> dict[str, str]:
    cells = {"pattern": _cell([entry.text]), "note": entry.note}
    if entry.weight != 1:
        cells["weight"] = number_text(entry.weight)
    for field, value in entry.rules.items():
        if value is not None:
            cells[field] = _cell(value) if field in _RULE_LISTS else str(value)
        if field in _RULE_FLAGS:
            cells[field] = str(bool(value)).lower()
    return cells


def _cell(items: Sequence[str]) -> str:
    """Write several values into one cell."""
    return "\n".join(item.replace("\n", "\n  ") for item in items)


# ---------------------------------------------------------------------------- LIWC-22

LIWC22_HOLDS = frozenset({"phrases", "stars at the end", "weights"})
_MEMBER = {"x": 1.0, "": None, "0": None}


def read_liwc22(text: str) -> Dictionary:
    r"""Read a LIWC-22 dictionary (.dicx): a row for each term, a column for each category.

    Parameters
    ----------
    text : str
        The file's text. The first column holds the terms; in the others an ``X`` or a weight says
        that the term is in the category, and an empty cell or 0 that it is not.

    Returns
    -------
    Dictionary
        The categories in the order of the columns, also those without terms.

    Raises
    ------
    DictionaryError
        If there is no column beside the terms, a category stands twice or has no name, or a cell
        holds something else.

    Examples
    --------
    >>> liwc = read_liwc22("DicTerm,calm,alarm\npeace*,X,\nattack,,0.5\n")
    >>> [(category.path, category.entries[0].text) for category in liwc.categories]
    [(('calm',), 'peace*'), (('alarm',), 'attack')]
    """
    rows = _csv_rows(text)
    line, header = next(rows, (1, []))
    if len(header) < 2:
        message = "there is no column beside the terms; each category has a column of its own"
        raise DictionaryError([(line, message)])
    reading = Reading()
    categories = [reading.category((" ".join(name.split()),), line) for name in header[1:]]
    for line, cells in rows:
        term, *members = [cell.strip() for cell in cells] or [""]
        if not any((term, *members)):
            continue
        if len(cells) > len(header):
            message = f"there are {len(cells)} cells, but {len(header)} columns; remove the rest"
            reading.problems.append((line, message))
            continue
        known = [_membership(reading, line, member) for member in members]
        if not any(known):
            reading.leave(line, (), term, "it is in no category")
        for category, weight in zip(categories, known, strict=False):
            entry = reading.entry(category, term, line) if weight else None
            if entry is not None and weight:
                entry.weight = weight
    if reading.problems:
        raise DictionaryError(reading.problems)
    return reading.dictionary


def _membership(reading: Reading, line: int, cell: str) -> float | None:
    """Return the weight of a term in a category; None if it is not in it."""
    if cell.lower() in _MEMBER:
        return _MEMBER[cell.lower()]
    if _NUMBER.fullmatch(cell):
        return float(cell.replace(",", "."))
    message = f"{shown(cell)} stands where X or a weight belongs; write X, or leave it empty"
    reading.problems.append((line, message))
    return None


def write_liwc22(dictionary: Dictionary) -> str:
    r"""Write a dictionary as a LIWC-22 dictionary (.dicx).

    Parameters
    ----------
    dictionary : Dictionary
        Categories with entries that fit the format (see `LIWC22_HOLDS`).

    Returns
    -------
    str
        A row for each term in the order in which the categories first name them; ``X`` stands for
        the weight 1.

    Examples
    --------
    >>> calm = Category(("calm",), entries=[Entry("peace*"), Entry("truce", weight=0.5)])
    >>> write_liwc22(Dictionary(categories=[calm]))
    'DicTerm,calm\npeace*,X\ntruce,0.5\n'
    """
    names = [LEVELS.join(category.path) for category in dictionary.categories]
    terms: dict[str, list[str]] = {}
    for column, category in enumerate(dictionary.categories):
        for entry in category.entries:
            cells = terms.setdefault(entry.text, [""] * len(names))
            cells[column] = "X" if entry.weight == 1 else number_text(entry.weight)
    rows = [["DicTerm", *names], *([term, *cells] for term, cells in terms.items())]
    return "\n".join([*(",".join(_csv_cell(cell) for cell in row) for row in rows), ""])
