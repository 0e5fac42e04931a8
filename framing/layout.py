"""What the parts of an article are: title, dateline, standfirst, caption, credit, body."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice, pairwise, zip_longest
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from framing.acceleration import LARGE, load_for
from framing.compiled_scan import LONGEST_TEXT, batches_of, character_table
from framing.marks import Block, Blocks
from framing.tables import BLOCKS
from framing.words import fold, token_pattern

LONGEST_STANDFIRST = 40  # words
LONGEST_DATELINE = 80  # characters
LONGEST_CREDIT = 160  # characters
MOST_CREDIT_WORDS = 12

_END_MARKS = frozenset(".!?…:;。！？｡।॥؟۔։።။។៕")
_AFTER_END_MARK = "\"”“»«›’')]」』）"  # quotation marks and brackets
_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?"
    r"|aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_DATE = (
    rf"(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|{_MONTH},? \d{{4}})"
)
_ZONE = r"(?-i:[A-Z]{2,5}(?:[+-]\d{1,2})?|\([A-Z]{2,5}\)|[+-]\d{2}:?\d{2}|Z)"
_TIME = (
    r"(?:\d{1,2}[:.h]\d{2}(?::\d{2}(?:\.\d+)?)? ?(?:[ap]\.?m\.?)?|\d{1,2} ?[ap]\.?m\.?)"
    rf"(?: ?{_ZONE})?"
)
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
_WHEN = rf"(?:{_DATE}|{_TIME}|{_DAY})"
_DIGIT = re.compile(r"\d")
# A line that holds nothing but a date or a time: "10 February, 2022, 11:40 am". White space is
# single here and what separates the parts is short, so that padding costs no time.
_DATELINE = re.compile(
    r"(?:(?:published|updated|posted|last updated|first published) ?:? ?(?:on|at)? ?)?"
    rf"(?=.*\d){_WHEN}(?:[ ,|–·-]{{0,3}}(?:at |T(?=\d))?{_WHEN}){{0,2}} ?\.?",
    re.IGNORECASE,
)
# "PA" alone is also the Palestinian Authority.
_AGENCY = (
    r"(?:(?-i:AP|AFP|EPA(?:-EFE)?|DPA|dpa|ANSA|TASS|UPI|PTI|Xinhua|Reuters|REUTERS"
    r"|Sputnik|Ukrinform)\b|(?-i:PA(?: Media| Wire| Images|(?=/| Photo)))"
    r"|Associated Press|Agence France-Presse|Getty(?: Images)?\b)"
)
_BARE_AGENCY = re.compile(_AGENCY, re.IGNORECASE)
_PHOTO = r"(?:photos?|photographs?|images?|pictures?)"
# What stands in the brackets of a credit: "AP Photo/Thibault Camus, Pool", "Jo Doe via Reuters",
# "Photo: Jo Doe", "Handout"; not every bracket in which "via", "image" or "pool" occurs.
_CREDIT = re.compile(
    rf"(?:.*(?:/ ?|\bvia |, |[|–-] |© ?))?{_AGENCY}(?: ?[/|].*| [–-] .*"
    rf"|, ?(?:(?-i:[A-Z\d])|file|pool|handout).*| (?:{_PHOTO}|file|pool|handout|via)\b.*)?"
    rf"|(?:{_PHOTO}|credits?|{_PHOTO} (?:credits?|courtesy)) ?[:/].+"
    rf"|{_PHOTO} (?:by|courtesy of) (?-i:[A-Z]).*"
    rf"|(?:file|pool|archive) {_PHOTO}(?: ?[,:/|].*)?"
    r"|.*\bGetty Images\b.*|.*\b(?-i:Handout|HANDOUT)\b.*",
    re.IGNORECASE,
)
# A sentence ends here; "J. Doe", "Jr." and "Feb. 7" are no ends.
_SENTENCE_END = re.compile(r"[!?…]|\w{3}\.(?:\s+\D|\s*$)")
# A line that is a credit and nothing else: "Photo: AFP", "(Reporting by ...; editing by ...)".
_CREDIT_LINE = re.compile(
    rf"{_PHOTO}(?:\s+(?:credit|by))?\s*:\s*\S.{{0,120}}"
    r"|[(\[](?:additional\s+)?(?:reporting|writing|editing|compiled|translated)\s+by\b[^()]*[)\]]",
    re.IGNORECASE,
)
# A line with a credit ends in a bracket or begins with "ph", "pi" or "im"; ı and İ are an i, too.
_CREDIT_BEGINS, _CREDIT_GOES_ON = frozenset("pPiIıİ"), frozenset("hHiIıİmM")
_CREDIT_ENDS = frozenset(")]")
_IS_TITLE, _IS_DATELINE, _IS_CAPTION, _IS_CREDIT, _IS_STANDFIRST, _IS_BODY = map(
    BLOCKS.index, ("title", "dateline", "caption", "credit", "standfirst", "body")
)
_BODY = bytes([_IS_BODY])


class Layout(NamedTuple):
    """Articles with their titles before their texts, their titles if they have one, their parts."""

    texts: list[str]
    titles: list[str | None]
    blocks: Blocks
    hard_wrapped: list[bool]


class _Lines(NamedTuple):
    """The lines of an article with text on them, without the white space around it.

    One byte per line, 0 or 1, tells whether it may be a dateline or have a credit, whether it
    begins with a small letter, and whether it has an end mark.
    """

    starts: list[int]
    ends: list[int]
    special: bytes
    lower: bytes
    ended: bytes


class _Parts(NamedTuple):
    """Columns of blocks while they grow; ``kinds`` are positions in `tables.BLOCKS`."""

    kinds: bytearray
    starts: list[int]
    ends: list[int]

    def add(self, kind: int, start: int, end: int) -> None:
        self.kinds.append(kind)
        self.starts.append(start)
        self.ends.append(end)


def lay_out(texts: Sequence[str], titles: Sequence[str], encoded: Sequence[bytes]) -> Layout:
    """Put the titles before the texts of articles and find their parts.

    Nothing is put before a text whose first line, or first line after datelines, has the same
    words as the title: case, quotation marks, other punctuation and white space may differ.

    A text is hard-wrapped if its lines seem to be broken at a width instead of at paragraphs.
    Most of at least five lines are then long, end without end mark and go on in lower case.

    Parameters
    ----------
    texts : sequence of str
        The articles' texts.
    titles : sequence of str
        Their headlines, empty where they are not known.
    encoded : sequence of bytes
        The texts in UTF-8.

    Returns
    -------
    Layout
        The texts, the titles as they stand there, the parts as `find_blocks` finds them, and
        whether each text is hard-wrapped.
    """
    parts, offsets = _Parts(bytearray(), [], []), [0]
    laid_out: list[str] = []
    found: list[str | None] = []
    hard_wrapped = []
    for text, title, lines in zip(texts, titles, _lines_of(texts, encoded), strict=True):
        hard_wrapped.append(_is_hard_wrapped(lines))
        first = len(parts.kinds)
        text, known = _add_article(text, title, lines, parts)
        if not known and (place := parts.kinds.find(_IS_TITLE, first)) >= 0:
            known = text[parts.starts[place] : parts.ends[place]]
        laid_out.append(text)
        found.append(known or None)
        offsets.append(len(parts.kinds))
    columns = (
        np.array(column, kind)
        for column, kind in zip(parts, (np.int8, np.int64, np.int64), strict=True)
    )
    return Layout(laid_out, found, Blocks(np.array(offsets, np.int64), *columns), hard_wrapped)


def _add_article(text: str, title: str, lines: _Lines, parts: _Parts) -> tuple[str, str]:
    """Add the parts of an article; return its text with the title, and the title."""
    title = " ".join(title.split())
    number = _title_line(text, lines, title) if title else None
    if number is not None:
        title = _split_credit(_line(text, lines, number))[0]
    elif title:
        text = f"{title}\n\n{text}"
        if not lines.starts:  # the title is the only line there is, and known to be no body
            parts.add(_IS_TITLE, 0, len(title))
            return text, title
        shift = len(title) + 2
        lines = _Lines(
            [0, *(start + shift for start in lines.starts)],
            [len(title), *(end + shift for end in lines.ends)],
            *(b"\1" + traits for traits in lines[2:]),  # of the title all may be true
        )
    _add_blocks(text, lines, title, parts)
    return text, title


def find_blocks(text: str, title: str | None = None) -> list[Block]:
    """Divide an article into its parts: title, dateline, standfirst, caption, credit, body.

    Every line with text on it is a paragraph. A line that holds only a date or time is a
    dateline. The title is the first of several lines, or the first after datelines, if it has the
    same words as the title given, or if no title is given, it has no end mark and more lines
    follow. A paragraph that ends in a credit in brackets is a caption and a credit; if the credit
    is only the name of an agency and the paragraph is the first, the last or follows body, it is
    body and a credit. A line without end mark and of at most 40 words before the body is a
    standfirst. Everything else is body.

    Parameters
    ----------
    text : str
        The article's text.
    title : str, optional
        Its headline, where it is known.

    Returns
    -------
    list of Block
        The parts in the order of the text, without the white space between them.
    """
    parts = _Parts(bytearray(), [], [])
    _add_blocks(text, _lines(text), title, parts)
    return [Block(BLOCKS[kind], start, end) for kind, start, end in zip(*parts, strict=True)]


def _add_blocks(text: str, lines: _Lines, title: str | None, parts: _Parts) -> None:
    """Find the parts of an article by its lines."""
    starts, ends, special, _, ended = lines
    n_lines, first = len(starts), len(parts.kinds)
    title_line = _title_line(text, lines, title) if n_lines > 1 else None
    in_body = False
    number = -1
    while (number := number + 1) < n_lines:
        if in_body and not special[number]:  # most lines
            begin, number = number, special.find(1, number)
            number = n_lines if number < 0 else number
            parts.kinds.extend(_BODY * (number - begin))
            parts.starts.extend(starts[begin:number])
            parts.ends.extend(ends[begin:number])
            if number == n_lines:
                break
        start, end = starts[number], ends[number]
        line = words = text[start:end]
        credit = ""
        if special[number]:
            words, credit = _split_credit(line)
        if number == title_line:
            kind = _IS_TITLE
        elif special[number] and _is_dateline(line):
            kind = _IS_DATELINE
        elif not words:
            kind = _IS_CREDIT
        elif credit:
            outside = in_body or len(parts.kinds) == first or number == n_lines - 1
            signed = outside and _BARE_AGENCY.fullmatch(credit[1:-1].strip())
            kind = _IS_BODY if signed else _IS_CAPTION
        elif len(parts.kinds) > first and not in_body and not ended[number] and _is_short(line):
            kind = _IS_STANDFIRST
        else:
            kind = _IS_BODY
        in_body = in_body or kind == _IS_BODY
        if words:
            parts.add(kind, start, start + len(words))
        if credit:
            parts.add(_IS_CREDIT, end - len(credit), end)


def _line(text: str, lines: _Lines, number: int) -> str:
    return text[lines.starts[number] : lines.ends[number]]


def _lines(text: str) -> _Lines:
    """Find the lines of an article."""
    starts, lines = [], []
    start = 0
    for line in text.splitlines(keepends=True):
        if line != "\n" and (words := line.strip()):
            indented = words[0] != line[0]
            starts.append(start + len(line) - len(line.lstrip()) if indented else start)
            lines.append(words)
        start += len(line)
    return _Lines(
        starts,
        [start + len(line) for start, line in zip(starts, lines, strict=True)],
        bytes(_may_be_dateline(line) or _may_have_credit(line) for line in lines),
        bytes(line[0].islower() for line in lines),
        bytes(map(_has_end_mark, lines)),
    )


def _lines_of(texts: Sequence[str], encoded: Sequence[bytes]) -> Iterator[_Lines]:
    """Find the lines of many articles."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    compiled = load_for("scan", int(lengths.sum()), LARGE)
    if compiled is None or lengths.max(initial=0) > LONGEST_TEXT:
        yield from map(_lines, texts)
        return
    for first, last in batches_of(lengths):
        yield from _compiled_lines(compiled, encoded[first:last])


def _compiled_lines(compiled: Any, encoded: Sequence[bytes]) -> Iterator[_Lines]:
    """Find the lines of some articles."""
    text_ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
    data = np.frombuffer(b"".join([*encoded, bytes(compiled.PADDING)]), np.uint8)
    offsets = np.zeros(len(encoded) + 1, np.int64)
    columns = np.empty((5, len(data) // 2 + len(encoded)), np.int32)  # a line end between lines
    found = compiled.find_lines(
        data, text_ends, character_table(compiled), _in_lines(compiled), LONGEST_DATELINE,
        offsets, columns,
    )  # fmt: skip
    start, end, first, may_be, has_mark = columns[:, :found]
    distinct, place = np.unique(first, return_inverse=True)
    is_lower = np.array([chr(code).islower() for code in distinct.tolist()], bool)[place]
    starts, ends = start.tolist(), end.tolist()
    special, lower, ended = (trait.astype(bool).tobytes() for trait in (may_be, is_lower, has_mark))
    for a, b in pairwise(offsets.tolist()):
        yield _Lines(starts[a:b], ends[a:b], special[a:b], lower[a:b], ended[a:b])


@cache
def _in_lines(compiled: Any) -> NDArray[np.uint8]:
    """Return what each character may be in a line, as bits."""
    table = np.zeros(sys.maxunicode + 1, np.uint8)
    for bit, characters in (
        (compiled.CREDIT_BEGINS, _CREDIT_BEGINS),
        (compiled.CREDIT_GOES_ON, _CREDIT_GOES_ON),
        (compiled.CREDIT_ENDS, _CREDIT_ENDS),
        (compiled.END_MARK, _END_MARKS),
        (compiled.AFTER_END_MARK, _AFTER_END_MARK),
    ):
        table[[ord(character) for character in characters]] |= bit
    return table


def _title_line(text: str, lines: _Lines, title: str | None) -> int | None:
    """Return the number of the line that is the title, if one is."""
    n_lines = len(lines.starts)
    first = 0
    while first < n_lines and lines.special[first] and _is_dateline(_line(text, lines, first)):
        first += 1
    if title and title.strip():
        wanted = _split_credit(title.strip())[0]
        for number in range(min(first + 1, n_lines)):
            if _same_words(_split_credit(_line(text, lines, number))[0], wanted):
                return number
        return None
    if first + 1 >= n_lines:
        return None
    if not lines.special[first]:
        return None if lines.ended[first] else first
    head = _split_credit(_line(text, lines, first))[0]
    return first if head and not _has_end_mark(head) else None


def _may_be_dateline(line: str) -> bool:
    return len(line) <= LONGEST_DATELINE and bool(_DIGIT.search(line))


def _is_dateline(line: str) -> bool:
    short = len(line) <= LONGEST_DATELINE
    return short and bool(_DATELINE.fullmatch(" ".join(line.split())))


def _has_end_mark(line: str) -> bool:
    return line.rstrip(_AFTER_END_MARK)[-1:] in _END_MARKS


def _may_have_credit(line: str) -> bool:
    return line[-1] in _CREDIT_ENDS or (line[0] in _CREDIT_BEGINS and line[1:2] in _CREDIT_GOES_ON)


def _split_credit(line: str) -> tuple[str, str]:
    """Divide a line into its words and the credit it ends in or is, either of them maybe empty."""
    if not _may_have_credit(line):
        return line, ""
    if _CREDIT_LINE.fullmatch(line):
        return "", line
    start = max(line.rfind("("), line.rfind("["))
    if start < 0 or line[-1] not in _CREDIT_ENDS or len(line) - start > LONGEST_CREDIT:
        return line, ""
    inside = " ".join(line[start + 1 : -1].split())
    refused = (
        len(inside.split()) > MOST_CREDIT_WORDS
        or any(bracket in inside for bracket in ")]")
        or _SENTENCE_END.search(inside)
        or not _CREDIT.fullmatch(inside)
    )
    return (line, "") if refused else (line[:start].rstrip(), line[start:])


def _words(text: str) -> Iterator[str]:
    return (fold(match.group()) for match in token_pattern().finditer(text))


def _same_words(one: str, other: str) -> bool:
    """Tell whether two lines have the same words; without any, they must be the same."""
    if one == other or next(_words(one), None) is None:
        return one == other
    return all(a == b for a, b in zip_longest(_words(one), _words(other)))


def _is_short(line: str) -> bool:
    words = token_pattern().finditer(line)
    return next(islice(words, LONGEST_STANDFIRST, None), None) is None


def _is_hard_wrapped(lines: _Lines) -> bool:
    n_lines = len(lines.starts)
    if n_lines < 5 or 2 * lines.lower.count(1, 1) < n_lines:
        return False
    before = zip(lines.ended, lines.lower[1:], strict=False)
    unfinished = sum(goes_on and not ended for ended, goes_on in before)
    long = sum(end - start > 40 for start, end in zip(lines.starts, lines.ends, strict=True))
    return 2 * long > n_lines and 2 * unfinished > n_lines - 1
