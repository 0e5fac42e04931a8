"""What the parts of an article are, and which of them say again what was said before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from framing.marks import Block
from framing.tables import BLOCKS, UNCOUNTED_BLOCKS
from framing.tokens import Tokens
from framing.words import fold, token_pattern

LONGEST_STANDFIRST = 40  # words
LONGEST_DATELINE = 80  # characters
LONGEST_CREDIT = 160  # characters
MOST_CREDIT_WORDS = 12
SHORTEST_REPEAT = 6  # words: shorter sentences ("Thank you.") are said again for a reason

_LINE = re.compile(r"[^\s][^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]*")
# An end mark, with the quotation marks and brackets that may follow it.
_END_MARK = re.compile(r"[.!?…:;。！？｡।॥؟۔։።။។៕][\"”“»«›’')\]」』）]*\s*$")
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


class Repeat(NamedTuple):
    """A sentence of an article that repeats an earlier one."""

    sentence: int
    first: int


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
    lines = _lines(text)
    title_line = _title_line([line for _, line in lines], title) if len(lines) > 1 else None
    blocks: list[Block] = []
    in_body = False
    for number, (start, line) in enumerate(lines):
        words, credit = _split_credit(line)
        if number == title_line:
            kind = "title"
        elif _is_dateline(line):
            kind = "dateline"
        elif not words:
            kind = "credit"
        elif credit:
            outside = in_body or not blocks or number == len(lines) - 1
            signed = outside and _BARE_AGENCY.fullmatch(credit[1:-1].strip())
            kind = "body" if signed else "caption"
        elif blocks and not in_body and not _END_MARK.search(line) and _is_short(line):
            kind = "standfirst"
        else:
            kind = "body"
        in_body = in_body or kind == "body"
        end = start + len(line)
        if words:
            blocks.append(Block(kind, start, start + len(words)))
        if credit:
            blocks.append(Block("credit", end - len(credit), end))
    return blocks


def _lines(text: str) -> list[tuple[int, str]]:
    """Return the lines with text on them and where they start."""
    return [(match.start(), match.group().rstrip()) for match in _LINE.finditer(text)]


def _title_line(lines: Sequence[str], title: str | None) -> int | None:
    """Return the number of the line that is the title, if one is."""
    first = next((n for n, line in enumerate(lines) if not _is_dateline(line)), len(lines))
    if title and title.strip():
        wanted = _split_credit(title.strip())[0]
        heads = (_split_credit(line)[0] for line in lines[: first + 1])
        return next((n for n, head in enumerate(heads) if _same_words(head, wanted)), None)
    if first + 1 >= len(lines):
        return None
    head = _split_credit(lines[first])[0]
    return first if head and not _END_MARK.search(head) else None


def _is_dateline(line: str) -> bool:
    return len(line) <= LONGEST_DATELINE and bool(_DATELINE.fullmatch(" ".join(line.split())))


def _split_credit(line: str) -> tuple[str, str]:
    """Divide a line into its words and the credit it ends in or is, either of them maybe empty."""
    if _CREDIT_LINE.fullmatch(line):
        return "", line
    start = max(line.rfind("("), line.rfind("["))
    if start < 0 or line[-1] not in ")]" or len(line) - start > LONGEST_CREDIT:
        return line, ""
    inside = " ".join(line[start + 1 : -1].split())
    refused = (
        len(inside.split()) > MOST_CREDIT_WORDS
        or any(bracket in inside for bracket in ")]")
        or _SENTENCE_END.search(inside)
        or not _CREDIT.fullmatch(inside)
    )
    return (line, "") if refused else (line[:start].rstrip(), line[start:])


def _words(text: str) -> list[str]:
    return [fold(match.group()) for match in token_pattern().finditer(text)]


def _same_words(one: str, other: str) -> bool:
    words = _words(one)
    return words == _words(other) if words else one == other


def _is_short(line: str) -> bool:
    return sum(1 for _ in token_pattern().finditer(line)) <= LONGEST_STANDFIRST


def is_hard_wrapped(text: str) -> bool:
    """Tell whether the lines of a text are broken at a width instead of at paragraphs.

    Most of at least five lines are then long, end without end mark and go on in lower case.
    """
    lines = [line for _, line in _lines(text)]
    long = sum(len(line) > 40 for line in lines)
    going_on = sum(
        following[0].islower() and not _END_MARK.search(line) for line, following in pairwise(lines)
    )
    return len(lines) >= 5 and 2 * long > len(lines) and 2 * going_on > len(lines) - 1


def find_repeats(tokens: Tokens) -> tuple[NDArray[np.bool_], list[Repeat]]:
    """Find the sentences of each article that repeat earlier ones of the same article.

    Two sentences are equal if their words are, case-folded, whatever stands between the words.
    The first copy stays; later ones of at least six words are set aside, and so is a shorter
    sentence in a paragraph that is repeated as a whole. A paragraph with the words of the title
    is set aside however short it is. The credit of a repeated caption goes with it.

    Parameters
    ----------
    tokens : Tokens
        The scanned corpus.

    Returns
    -------
    set_aside : array of bool
        One value per sentence.
    repeats : list of Repeat
        Each sentence set aside and the sentence it repeats.
    """
    set_aside = np.zeros(len(tokens.sentence_start), dtype=bool)
    repeats: list[Repeat] = []
    words = tokens.type_id.tobytes()
    width = tokens.type_id.itemsize
    bounds = tokens.sentence_tokens * width
    sentence_of_block = np.searchsorted(
        tokens.sentence_block, np.arange(len(tokens.block_kind) + 1)
    )
    uncounted = {BLOCKS.index(kind) for kind in UNCOUNTED_BLOCKS}
    title, caption, credit = (BLOCKS.index(kind) for kind in ("title", "caption", "credit"))
    for article in range(tokens.n_articles):
        seen_sentences: dict[bytes, int] = {}
        seen_blocks: dict[bytes, int] = {}
        title_words = b""
        last_block_repeats = False
        for block in range(*tokens.block_offsets[article : article + 2]):
            first, stop = sentence_of_block[block : block + 2]
            kind = tokens.block_kind[block]
            if kind in uncounted:
                follows_caption = block > 0 and tokens.block_kind[block - 1] == caption
                if kind == credit and follows_caption and last_block_repeats:
                    set_aside[first:stop] = True
                    repeats.extend(Repeat(s, s) for s in range(first, stop))
                continue
            content = words[bounds[first] : bounds[stop]]
            earlier = seen_blocks.setdefault(content, first)
            if kind == title:
                title_words = content
            is_title = bool(content) and content == title_words
            long_enough = is_title or len(content) >= SHORTEST_REPEAT * width
            last_block_repeats = earlier != first and long_enough
            for sentence in range(first, stop):
                content = words[bounds[sentence] : bounds[sentence + 1]]
                original = seen_sentences.setdefault(content, sentence)
                is_long = len(content) >= SHORTEST_REPEAT * width
                if last_block_repeats or (original != sentence and is_long):
                    set_aside[sentence] = True
                    repeats.append(Repeat(sentence, original))
    return set_aside, repeats


# ---------------------------------------------------------------------------- cells

SURROGATE = re.compile("[\ud800-\udfff]")
# Control characters but tab and line ends: no part of any text, yet offsets must not move.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")


def plain(text: str) -> str:
    """Replace each half of a broken character, so that the text can be written as UTF-8."""
    return text if text.isascii() else SURROGATE.sub("\ufffd", text)


def with_title(text: str, title: str) -> tuple[str, str | None]:
    """Return the text with its title before it, and the title as it stands there.

    Nothing is put before a text whose first line, or first line after datelines, has the same
    words as the title: case, quotation marks, other punctuation and white space may differ.
    """
    title = " ".join(title.split())
    if not title:
        return text, None
    lines = [line for _, line in _lines(text)]
    number = _title_line(lines, title)
    if number is not None:
        return text, _split_credit(lines[number])[0]
    return f"{title}\n\n{text}", title
