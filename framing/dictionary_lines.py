"""Dictionaries that are plain lines of text: LIWC ``.dic``, WordStat ``.cat``, Lexicoder ``.lc3``.

Text in, text out. A reader takes over what it understands exactly; whatever else a line says goes
to `Dictionary.left_out` with the reason. A category has only the entries that the file gives to
it: a word of a subcategory does not enter the category above.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from framing.dictionary import DEEPEST, Category, Dictionary, DictionaryError, Entry, LeftOut
from framing.dictionary_tree import LEVELS, shown

# What a file can say beside words and names. A LIWC header may carry long names in brackets, but
# other programs take them for a part of the name: they are read and not written.
LIWC_HOLDS = frozenset({"nested", "phrases", "stars at the end"})
WORDSTAT_HOLDS = frozenset(
    {"nested", "phrases", "stars at the end", "stars anywhere", "question marks", "weights"}
)
LEXICODER_HOLDS = frozenset({"phrases", "stars at the end"})

_MOST_PROBLEMS = 100  # of a file; a file of noise would have millions
_MOST_NEAR = 1_000_000  # words in the conditions of a file; each can name all words again
_LONGEST = 100_000  # characters of a line with a term; thousands of numbers fit in
_TAB = 4  # columns

_Names = tuple[str, ...]  # from the topmost category down
_Line = tuple[int, str]

# ---------------------------------------------------------------------------- common to all


class _Builder:
    """A dictionary in the making: knows which categories and entries it already has."""

    def __init__(self) -> None:
        self.dictionary = Dictionary()
        self.problems: list[tuple[int, str]] = []
        self._categories: dict[_Names, Category] = {}
        self._lines: dict[tuple[_Names, str, object], int] = {}

    def category(self, path: _Names, line: int) -> Category:
        """Return the category of a path, a new one if there is none."""
        found = self._categories.get(path)
        if found is not None:
            self.leave_out(
                line, path, path[-1], f"the category is already in line {found.line}; they are one"
            )
            return found
        made = self._categories[path] = Category(path, line)
        self.dictionary.categories.append(made)
        return made

    def add(self, category: Category, entry: Entry, condition: object = None) -> None:
        """Put an entry into a category, once."""
        key = (category.path, entry.text, condition)
        if key in self._lines:
            reason = f"already in this category, in line {self._lines[key]}; it counts once"
            self.leave_out(entry.line, category.path, entry.text, reason)
        else:
            self._lines[key] = entry.line
            category.entries.append(entry)

    def leave_out(self, line: int, path: _Names, text: str, reason: str) -> None:
        self.dictionary.left_out.append(LeftOut(line, LEVELS.join(path), text, reason))

    def finished(self) -> Dictionary:
        """Return the dictionary, or raise all problems of the file."""
        if self.problems:
            raise _error(self.problems)
        return self.dictionary


def _error(problems: list[tuple[int, str]]) -> DictionaryError:
    """Return the error for the first problems, and how many more there are."""
    more = len(problems) - _MOST_PROBLEMS
    listed = problems[:_MOST_PROBLEMS]
    if more > 0:
        listed.append((problems[_MOST_PROBLEMS][0], f"and below: {more:,} more problems"))
    return DictionaryError(listed)


class _Nesting:
    """Finds the path of a name from how far its line is indented, by tabs or spaces."""

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        self._open: list[tuple[int, str]] = []
        self._problems = problems

    def above(self, width: int) -> _Names:
        """Return the names that a line of this indentation stands under."""
        while self._open and self._open[-1][0] >= width:
            self._open.pop()
        return tuple(name for _, name in self._open[:DEEPEST])

    def below(self, width: int, name: str, line: int) -> _Names:
        """Open a name at this indentation and return its path."""
        path = (*self.above(width), name)
        self._open.append((width, name))
        _check_depth(len(self._open), name, line, self._problems)
        return path


def _check_depth(depth: int, name: str, line: int, problems: list[tuple[int, str]]) -> None:
    if depth > DEEPEST:
        problems.append(
            (line, f'category "{shown(name)}" is {depth} levels deep; a dictionary has at most'
             f" {DEEPEST}: move it up")
        )  # fmt: skip


def _lines(text: str) -> list[_Line]:
    """Return the lines that hold something, with their numbers from 1."""
    split = re.split(r"\r\n?|\n", text.removeprefix("\ufeff"))
    return [(number, line) for number, line in enumerate(split, 1) if line.strip()]


def _width(line: str) -> int:
    """Return how far a line is indented, in columns."""
    indentation = line[: len(line) - len(line.lstrip())]
    return len(indentation) + (_TAB - 1) * indentation.count("\t")


def _plain(text: str) -> str:
    """Return a text with one space between its words."""
    return " ".join(text.split())


class _Node(NamedTuple):
    """A category to be written: its level from 1, its name in the file, and its entries."""

    level: int
    name: str
    entries: list[Entry]


def _outline(dictionary: Dictionary, safe: Callable[[str], str]) -> list[_Node]:
    """Return every category after the one above it, with names that are safe and differ.

    Categories that only stand in the path of others are among them, without entries.
    """
    place: dict[_Names, int] = {}
    entries: dict[_Names, list[Entry]] = {}
    for category in dictionary.categories:
        for level in range(1, len(category.path) + 1):
            place.setdefault(category.path[:level], len(place))
        entries.setdefault(category.path, []).extend(category.entries)
    nodes = []
    taken: set[tuple[_Names, str]] = set()
    for path in sorted(place, key=lambda p: [place[p[:n]] for n in range(1, len(p) + 1)]):
        name = wanted = safe(_plain(path[-1])) or "_"
        number = 1
        while (path[:-1], name) in taken:
            number += 1
            name = f"{wanted}_{number}"
        taken.add((path[:-1], name))
        nodes.append(_Node(len(path), name, entries.get(path, [])))
    return nodes


# ---------------------------------------------------------------------------- LIWC

_HEADER = re.compile(r"([0-9]+)(?:\s+(.*))?", re.DOTALL)  # a number, and a name if there is one
_GAP = re.compile(r"\s{2,}|\t")  # what parts a term from its numbers; not the space in a phrase
# A number of a category with what belongs to it, also a bracket with spaces in it.
_PIECE = re.compile(r"(?:\([^()]*\)|<[^<>]*>)[^\s,;]*|[^\s,;]+")
# 125, (02 134)125/464 or <of>131/125; not a bracket alone, not 1/2 without a condition, and no
# condition so long that comparing it again and again would take time.
_CODE = re.compile(r"(?:\(([0-9\s,;]{1,200})\)|<([^<>0-9]{1,200})>)([0-9]+)(?:/([0-9]+))?|([0-9]+)")


# (i) like*: what must stand before a term, and the term; not the emoticon (-:
_BEFORE = re.compile(r"\(([^()]{0,100}[^\W_][^()]{0,100})\) (.+)")


class _Condition(NamedTuple):
    """What must stand right beside a term: a word, or one of the words of some categories."""

    order: str
    word: str
    codes: tuple[str, ...]


class _Place(NamedTuple):
    """A term put into a category; ``holds`` says whether its condition must be met or not."""

    line: int
    written: str
    term: str
    code: str
    condition: _Condition | None = None
    holds: bool = True


def read_liwc(text: str) -> Dictionary:
    r"""Read a LIWC dictionary (.dic) of 2001, 2007, 2015 or 22, or one written for LIWC.

    The file lists its categories between two lines ``%``, each with a number, and then a term a
    line with the numbers of its categories. Zeros before a number do not count. Indented
    categories belong to the one above them. A long name in brackets, as in ``affect (Affect)``, is
    read as the definition. A category without a name is called by its number.

    Three kinds of terms have a condition, which becomes `Entry.rules`. ``kind <of>131/125`` is in
    category 131 where "of" follows and otherwise in 125. ``like (02 134)125/464`` is in 125 right
    after a word of category 2 or 134 and otherwise in 464. ``(i) like*`` counts right after "i",
    and ``(53) like*`` right after a word of category 53. quanteda ignores lines with ``<of>``, and
    of other lines with brackets all from the first opening to the last closing bracket: the terms
    count without condition. It also sorts the terms, and leaves out categories without terms,
    which are kept here.

    Parameters
    ----------
    text : str
        The content of the file.

    Returns
    -------
    Dictionary
        The categories in the order of the header and their terms in the order of the file, each
        once. Emoticons and marks are kept as they are. Terms without a number, and numbers that
        the header does not have, are left out.

    Raises
    ------
    DictionaryError
        If there are no two lines ``%`` with categories between them, a number stands for two
        categories, or categories are nested more than five levels deep.

    Examples
    --------
    >>> liwc = read_liwc("%\n01\taffect\n\t02\tjoy\n%\nhapp*\t01 02\ncalm\t1\ngrim\t9")
    >>> [(category.path, [entry.text for entry in category.entries])
    ...  for category in liwc.categories]
    [(('affect',), ['happ*', 'calm']), (('affect', 'joy'), ['happ*'])]
    >>> liwc.left_out[0]
    LeftOut(line=7, category='9', text='grim', reason='the header has no category with this number')
    """
    lines = _lines(text)
    marks = [place for place, (_, line) in enumerate(lines) if line.strip() == "%"][:2]
    if len(marks) < 2:
        found = "only one line" if marks else "no line"
        raise DictionaryError(
            [(1, f'the file has {found} with a "%" alone; a LIWC dictionary lists its categories'
              ' between two such lines, as in "1", a tab and the name')]
        )  # fmt: skip
    built = _Builder()
    for line, content in lines[: marks[0]]:
        built.leave_out(line, (), content.strip(), "stands before the list of categories")
    categories = _liwc_header(lines[marks[0] + 1 : marks[1]], built)
    if not categories:
        built.problems.append(
            (lines[marks[0]][0], 'no category stands between the two "%"; list each with its'
             ' number, as in "1", a tab and the name')
        )  # fmt: skip
    places = [place for line in lines[marks[1] + 1 :] for place in _liwc_places(*line, built=built)]
    conditions = _Conditions(places, categories)
    for place in places:
        category = categories.get(place.code)
        if category is None:
            reason = "the header has no category with this number"
            built.leave_out(place.line, (place.code,), place.written, reason)
            continue
        rules, reason = conditions.rules(place)
        if reason:
            built.leave_out(place.line, category.path, place.written, reason)
        else:
            key = (place.condition, place.holds) if rules else None
            built.add(category, Entry(place.term, place.line, rules=rules), key)
    return built.finished()


def _liwc_header(lines: Sequence[_Line], built: _Builder) -> dict[str, Category]:
    """Read the list of categories; return them by their number."""
    categories: dict[str, Category] = {}
    nesting = _Nesting(built.problems)
    for line, content in lines:
        found = _HEADER.fullmatch(content.strip())
        if not found:
            built.leave_out(
                line, (), content.strip(), "among the categories, but without a number before it"
            )
            continue
        code = _liwc_code(found[1])
        name, definition = _liwc_name(found[2] or found[1])
        path = nesting.below(_width(content), name, line)
        category = built.category(path, line)
        category.definition = category.definition or definition
        other = categories.setdefault(code, category)
        if other is not category:
            built.problems.append(
                (line, f'number {shown(found[1])} stands for "{shown(name)}" and, in line'
                 f' {other.line}, for "{shown(other.path[-1])}"; give one of them another number')
            )  # fmt: skip
    return categories


def _liwc_code(digits: str) -> str:
    """Return a number without the zeros before it."""
    return digits.lstrip("0") or "0"


def _liwc_name(text: str) -> tuple[str, str]:
    """Part a name from its long name, in brackets or in a column of its own."""
    name, _, column = (_plain(part) for part in text.partition("\t"))
    if column:
        return name, column
    short, bracket, inner = name.partition(" (")
    if bracket and inner.endswith(")") and not {"(", ")"} & set(inner[:-1]):
        return short, inner[:-1].strip()
    return name, ""


def _liwc_places(line: int, content: str, built: _Builder) -> list[_Place]:
    """Read one term with its numbers; what is no number is left out."""
    if len(content) > _LONGEST:
        built.leave_out(line, (), content, f"the line is longer than {_LONGEST:,} characters")
        return []
    written, pieces = _liwc_split(content.strip())
    written = written.rstrip()
    term, before = _liwc_term(_plain(written))
    if not pieces:
        built.leave_out(line, (), written, "has no number of a category after it")
    different = dict.fromkeys(pieces)
    if len(different) < len(pieces):
        built.leave_out(line, (), written, "has the same number more than once; it counts once")
    places = []
    for piece in different:
        found = _CODE.fullmatch(piece)
        if not found or (before and not found[5]):
            what = "a second condition" if found else "no number of a category"
            built.leave_out(line, (), written, f'"{shown(piece)}" after it is {what}')
            continue
        codes, word, then, otherwise, plain = found.groups()
        if plain:
            places.append(_Place(line, written, term, _liwc_code(plain), before))
            continue
        beside = _condition("after" if word else "before", word or codes)
        places.append(_Place(line, written, term, _liwc_code(then), beside))
        if otherwise:
            places.append(_Place(line, written, term, _liwc_code(otherwise), beside, holds=False))
    return places


def _liwc_term(term: str) -> tuple[str, _Condition | None]:
    """Part a term from what must stand before it, as in ``(i) like*``."""
    found = _BEFORE.fullmatch(term)
    return (found[2], _condition("before", found[1])) if found else (term, None)


def _condition(order: str, beside: str) -> _Condition:
    """Return the condition that a word, or a word of the categories with these numbers, asks."""
    if re.fullmatch(r"[0-9\s,;]+", beside):
        codes = dict.fromkeys(map(_liwc_code, re.findall("[0-9]+", beside)))
        return _Condition(order, "", tuple(codes))
    return _Condition(order, _plain(beside), ())


def _liwc_split(line: str) -> tuple[str, list[str]]:
    """Part a term, which may be a phrase, from its numbers.

    They are parted by the first gap, if only numbers follow; or by the first tab; or the numbers
    are those at the end of the line, as in ``kind of 1 2``.
    """
    gap = _GAP.search(line)
    if gap:
        pieces = _PIECE.findall(line, gap.end())
        if all(map(_CODE.fullmatch, pieces)):
            return line[: gap.start()], pieces
    term, tab, rest = line.partition("\t")
    if tab:
        return term, _PIECE.findall(rest)
    found = list(_PIECE.finditer(line))
    start = len(found)
    while start > 1 and _CODE.fullmatch(found[start - 1][0]):
        start -= 1
    if start == len(found):
        return line, []
    return line[: found[start].start()].rstrip(" \t,;"), [piece[0] for piece in found[start:]]


class _Conditions:
    """Turns the conditions of terms into rules, once the words of all categories are known."""

    def __init__(self, places: Sequence[_Place], categories: Mapping[str, Category]) -> None:
        self._categories = categories
        self._words: dict[str, list[str]] = {}
        for place in places:
            if place.condition is None:
                self._words.setdefault(place.code, []).append(place.term)
        self._conditional = {place.code for place in places if place.condition}
        self._near: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._n_near = 0

    def rules(self, place: _Place) -> tuple[dict[str, Any], str]:
        """Return the rules of an entry, and if it cannot be taken over the reason."""
        if place.condition is None:
            return {}, ""
        order, word, codes = place.condition
        near = (word,) if word else self._words_of(codes)
        if isinstance(near, str):
            return {}, near
        if not near:
            return {}, "follows words of a category that has none: never" if place.holds else ""
        key = "near" if place.holds else "not_near"
        return {key: near, "within": 0, "order": order}, ""

    def _words_of(self, codes: tuple[str, ...]) -> tuple[str, ...] | str:
        """Return the words of some categories, or why they cannot be told."""
        if codes in self._near:
            return self._near[codes]
        for code in codes:
            if code not in self._categories:
                return f"follows words of category {shown(code)}, which the header does not have"
            if code in self._conditional:
                return f"follows words of category {shown(code)}, which have conditions themselves"
        self._n_near += sum(len(self._words.get(code, ())) for code in codes)
        if self._n_near > _MOST_NEAR:
            return f"the conditions of the file name more than {_MOST_NEAR:,} words"
        words = dict.fromkeys(word for code in codes for word in self._words.get(code, ()))
        self._near[codes] = tuple(words)
        return self._near[codes]


def write_liwc(dictionary: Dictionary) -> str:
    """Write a dictionary as LIWC (.dic) and other programs read it.

    Parameters
    ----------
    dictionary : Dictionary
        Categories with entries that fit the format (see `LIWC_HOLDS`).

    Returns
    -------
    str
        The content of the file. A term stands once, with the numbers of all its categories; the
        terms stand in the order in which the categories first name them. In the names of
        categories a space becomes ``_`` and round brackets become square ones, since some readers
        end a name there. `read_liwc` gives the same categories and terms back.

    Examples
    --------
    >>> calm = Category(("calm",), entries=[Entry("peace*"), Entry("cease fire")])
    >>> read_liwc(write_liwc(Dictionary(categories=[calm]))).categories[0].entries[1].text
    'cease fire'
    """
    header = []
    numbers: dict[str, dict[str, None]] = {}
    for number, node in enumerate(_outline(dictionary, _safe_for_liwc), 1):
        header.append("\t" * (node.level - 1) + f"{number}\t{node.name}")
        for entry in node.entries:
            numbers.setdefault(_plain(entry.text), {})[str(number)] = None
    terms = ["\t".join((text, *listed)) for text, listed in numbers.items()]
    return "\n".join(["%", *header, "%", *terms, ""])


def _safe_for_liwc(name: str) -> str:
    return name.translate(str.maketrans(" ()", "_[]"))


# ---------------------------------------------------------------------------- WordStat

_WEIGHT = re.compile(r"[+-]?[0-9]{1,9}(?:[.,][0-9]{1,9})?")


def read_wordstat(text: str) -> Dictionary:
    r"""Read a WordStat dictionary (.cat) of words, phrases and weights.

    Each line is a category, or an entry with its weight in brackets, as in ``PEACE* (1)``.
    Indentation puts them under the category above. In phrases ``_`` is a space. Capitals are kept;
    they are a habit and say nothing. A line with a number in brackets is a category where lines
    under it are indented further.

    Parameters
    ----------
    text : str
        The content of the file.

    Returns
    -------
    Dictionary
        The categories and their entries with `Entry.weight`, in the order of the file. Rules,
        which begin with ``@``, are left out, and so are entries in no category.

    Raises
    ------
    DictionaryError
        If no line is an entry with a weight, the file is XML, or categories are nested more than
        five levels deep.

    Examples
    --------
    >>> wordstat = read_wordstat("NEWS\n\tCALM\n\t\tPEACE* (1)\n\t\tCEASE_FIRE (0.5)")
    >>> wordstat.categories[1].path
    ('NEWS', 'CALM')
    >>> [(entry.text, entry.weight) for entry in wordstat.categories[1].entries]
    [('PEACE*', 1.0), ('CEASE FIRE', 0.5)]
    """
    lines = _lines(text)
    if lines and lines[0][1].lstrip().startswith("<"):
        raise DictionaryError(
            [(lines[0][0], 'the file begins with "<": it is XML and no WordStat dictionary; if'
              " Yoshikoder wrote it, give it the ending .ykd")]
        )  # fmt: skip
    built = _Builder()
    nesting = _Nesting(built.problems)
    categories: dict[_Names, Category] = {}
    widths = [_width(content) for _, content in lines]
    n_weights = 0
    for (line, content), width, next_width in zip(lines, widths, [*widths, 0][1:], strict=True):
        written = content.strip()
        entry, weight = _wordstat_entry(written)
        if weight is not None and next_width > width:
            entry, weight = written, None
        n_weights += weight is not None
        above = nesting.above(width)
        if written.startswith("@"):
            built.leave_out(line, above, written, 'begins with "@", as rules of WordStat do')
        elif weight is None:
            path = nesting.below(width, _plain(written), line)
            categories[path] = built.category(path, line)
        elif not entry:
            built.leave_out(line, above, written, "a weight without a word")
        elif not above:
            built.leave_out(line, above, written, "in no category: indent it under one")
        else:
            built.add(categories[above], Entry(entry, line, weight))
    if not n_weights:
        built.problems.insert(
            0, (1, "no line ends with a weight; an entry of a WordStat dictionary is written as in"
                " PEACE* (1), under the name of its category")
        )  # fmt: skip
    return built.finished()


def _wordstat_entry(line: str) -> tuple[str, float | None]:
    """Part an entry from its weight, which is None if the line is none."""
    text, _, bracket = line.rpartition("(")
    number = bracket.removesuffix(")")
    if number == bracket or text[-1:].strip() or not _WEIGHT.fullmatch(number):
        return line, None
    return _plain(text.replace("_", " ")), float(number.replace(",", "."))


def write_wordstat(dictionary: Dictionary) -> str:
    r"""Write a dictionary as a WordStat dictionary (.cat).

    Parameters
    ----------
    dictionary : Dictionary
        Categories with entries that fit the format (see `WORDSTAT_HOLDS`).

    Returns
    -------
    str
        The content of the file: a line for each category, indented by a tab for each level, and
        under it its entries with their weights to nine decimals. The words of a phrase are joined
        by ``_``. A name that would be read as an entry, a rule or XML is changed: round brackets
        become square, and ``_`` comes before ``@`` and ``<``. `read_wordstat` gives the same
        categories and entries back, if there is an entry at all.

    Examples
    --------
    >>> calm = Category(("calm",), entries=[Entry("peace*"), Entry("cease fire", weight=0.5)])
    >>> write_wordstat(Dictionary(categories=[calm])).split("\n")
    ['calm', '\tpeace* (1)', '\tcease_fire (0.5)', '']
    """
    lines = []
    for node in _outline(dictionary, _safe_for_wordstat):
        indentation = "\t" * node.level
        lines.append(indentation[1:] + node.name)
        for entry in node.entries:
            weight = f"{entry.weight:.9f}".rstrip("0").rstrip(".")
            lines.append(f"{indentation}{'_'.join(entry.text.split())} ({weight})")
    return "\n".join([*lines, ""])


def _safe_for_wordstat(name: str) -> str:
    if _wordstat_entry(name)[1] is not None:
        name = name.translate(str.maketrans("()", "[]"))
    return f"_{name}" if name.startswith(("@", "<")) else name


# ---------------------------------------------------------------------------- Lexicoder

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def read_lexicoder(text: str) -> Dictionary:
    r"""Read a Lexicoder 3 dictionary (.lc3).

    A line ``+negative`` begins a category; a colour after it, as in ``+negative#FF0000``, says
    nothing. Every other line is a word or phrase of it. Spaces around an entry are left away: it
    stands for whole words, and only a ``*`` for more letters. So the Lexicoder Sentiment
    Dictionary 2015 is written, which has a space before every entry and lists both ``barb`` and
    ``barbed``, and so quanteda reads it. More than one ``+`` is a category under the one above.

    Parameters
    ----------
    text : str
        The content of the file.

    Returns
    -------
    Dictionary
        The categories and their entries in the order of the file. What stands before the first
        category is left out.

    Raises
    ------
    DictionaryError
        If no line begins with ``+``, or categories are nested more than five levels deep.

    Examples
    --------
    >>> lexicoder = read_lexicoder("+calm#00FF00\n peace*\n cease fire\n+alarm\n war\n")
    >>> [(category.path, [entry.text for entry in category.entries])
    ...  for category in lexicoder.categories]
    [(('calm',), ['peace*', 'cease fire']), (('alarm',), ['war'])]
    """
    lines = _lines(text)
    built = _Builder()
    nesting = _Nesting(built.problems)
    category = None
    for line, content in lines:
        written = content.strip()
        if written.startswith("+"):
            name = _lexicoder_name(written)
            if not name:
                built.problems.append((line, 'a "+" without a name; write the category after it'))
                continue
            level = len(written) - len(written.lstrip("+"))
            category = built.category(nesting.below(level, name, line), line)
        elif category is None:
            built.leave_out(line, (), written, 'stands before the first category, a line with "+"')
        else:
            built.add(category, Entry(_plain(written), line))
    if not built.dictionary.categories:
        built.problems.insert(
            0, (1, "no category; a Lexicoder dictionary begins each with a line such as +negative")
        )
    return built.finished()


def _lexicoder_name(line: str) -> str:
    """Return the name of a category without its pluses and its colour."""
    name = line.lstrip("+")
    return _plain(name[:-7] if _COLOUR.fullmatch(name[-7:]) else name)


def write_lexicoder(dictionary: Dictionary) -> str:
    r"""Write a dictionary as Lexicoder 3 reads it (.lc3).

    Parameters
    ----------
    dictionary : Dictionary
        Categories with entries that fit the format (see `LEXICODER_HOLDS`).

    Returns
    -------
    str
        The content of the file: ``+`` and the name of a category, then its entries with a space
        before each. A category under another gets one ``+`` more for each level; other programs
        take it for a part of the name. A ``+`` before a name and what looks like a colour after
        it are changed. `read_lexicoder` gives the same categories and entries back.

    Examples
    --------
    >>> calm = Category(("calm",), entries=[Entry("peace*"), Entry("cease fire")])
    >>> write_lexicoder(Dictionary(categories=[calm])).split("\n")
    ['+calm', ' peace*', ' cease fire', '']
    """
    lines = []
    for node in _outline(dictionary, _safe_for_lexicoder):
        lines.append("+" * node.level + node.name)
        lines += [f" {_plain(entry.text)}" for entry in node.entries]
    return "\n".join([*lines, ""])


def _safe_for_lexicoder(name: str) -> str:
    name = name.lstrip("+").lstrip()
    return f"{name[:-7]}_{name[-6:]}" if _COLOUR.fullmatch(name[-7:]) else name
