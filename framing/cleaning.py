"""What the parts of an article are, and which of them say again what was said before."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from framing.marks import Block
from framing.tables import BLOCKS, UNCOUNTED_BLOCKS
from framing.tokens import Tokens
from framing.words import token_pattern

LONGEST_STANDFIRST = 40  # words
SHORTEST_REPEAT = 6  # words: shorter sentences ("Thank you.") are said again for a reason

# An end mark, with the quotation marks and brackets that may follow it.
_END_MARK = re.compile(r"[.!?…:;。！？।؟۔][\"”“»«›’')\]]*\s*$")
_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?"
    r"|aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_DATE = (
    rf"(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}}"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|{_MONTH},?\s+\d{{4}})"
)
_TIME = r"(?:\d{1,2}[:.h]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?)"
_ZONE = r"(?:[A-Z]{2,5}|\([A-Z]{2,5}\)|[+-]\d{2}:?\d{2}|Z)"
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
# A line that holds nothing but a date or a time: "10 February, 2022, 11:40 am".
_DATELINE = re.compile(
    rf"(?:(?:published|updated|posted|last\s+updated|first\s+published)\s*:?\s*(?:on|at)?\s*)?"
    rf"(?:{_DAY},?\s*)?(?:{_DATE}|{_TIME})(?:T|,|\s|\||-|–|at|·)*(?:{_DATE}|{_TIME})?"
    rf"\s*(?-i:{_ZONE})?\s*\.?",
    re.IGNORECASE,
)
# A credit in brackets at the end of a paragraph: "(AP Photo/Thibault Camus, Pool)".
_CREDIT = re.compile(
    r"[(\[](?=[^()\[\]]{2,160}[)\]]\s*$)(?:"
    r"[^()\[\]]*\b(?:photos?|photograph|image|picture|credit|pool|via|handout|courtesy|getty"
    r"|file)\b[^()\[\]]*"
    r"|(?-i:AP|AFP|EPA|DPA|dpa|ANSA|TASS|UPI|PA|PTI|Xinhua|Reuters|REUTERS|Sputnik|Ukrinform)"
    r"(?:\s*[/,|–-][^()\[\]]*)?"
    r")[)\]]\s*$",
    re.IGNORECASE,
)
# A line that is a credit and nothing else: "Photo: AFP", "(Reporting by ...; editing by ...)".
_CREDIT_LINE = re.compile(
    r"(?:photos?|photograph|image|picture)(?:\s+(?:credit|by))?\s*:\s*\S.{0,120}"
    r"|[(\[](?:additional\s+)?(?:reporting|writing|editing|compiled|translated)\s+by\b[^()]*[)\]]",
    re.IGNORECASE,
)


class Repeat(NamedTuple):
    """A sentence of an article that repeats an earlier one."""

    sentence: int
    first: int


def find_blocks(text: str, title: str | None = None) -> list[Block]:
    """Divide an article into its parts: title, dateline, standfirst, caption, credit, body.

    Every line with text on it is a paragraph. The first of several lines is the title if it
    equals the title given, or if no title is given and it has no end mark. A line that holds
    only a date or time is a dateline. A paragraph that ends in a credit in brackets is a caption
    and a credit. A line without end mark and of at most 40 words before the body is a
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
    lines = [
        (match.start(), match.start() + len(match.group().rstrip()))
        for match in re.finditer(r"[^\s][^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]*", text)
    ]
    blocks: list[Block] = []
    in_body = False
    for number, (start, end) in enumerate(lines):
        line = text[start:end]
        if number == 0 and len(lines) > 1 and _is_title(line, title):
            blocks.append(Block("title", start, end))
        elif _DATELINE.fullmatch(line):
            blocks.append(Block("dateline", start, end))
        elif _CREDIT_LINE.fullmatch(line):
            blocks.append(Block("credit", start, end))
        elif credit := _CREDIT.search(line):
            caption = line[: credit.start()].rstrip()
            if caption:
                blocks.append(Block("caption", start, start + len(caption)))
            blocks.append(Block("credit", start + credit.start(), end))
        elif blocks and not in_body and not _END_MARK.search(line) and _is_short(line):
            blocks.append(Block("standfirst", start, end))
        else:
            blocks.append(Block("body", start, end))
            in_body = True
    return blocks


def _is_title(line: str, title: str | None) -> bool:
    if title and title.strip():
        return line == title.strip()
    return not _END_MARK.search(line) and not _DATELINE.fullmatch(line)


def _is_short(line: str) -> bool:
    return sum(1 for _ in token_pattern().finditer(line)) <= LONGEST_STANDFIRST


def find_repeats(tokens: Tokens) -> tuple[NDArray[np.bool_], list[Repeat]]:
    """Find the sentences of each article that repeat earlier ones of the same article.

    Two sentences are equal if their words are, case-folded, whatever stands between the words.
    The first copy stays; later ones of at least six words are set aside, and so is a shorter
    sentence in a paragraph that is repeated as a whole. The credit of a repeated caption goes
    with it.

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
    caption, credit = BLOCKS.index("caption"), BLOCKS.index("credit")
    for article in range(tokens.n_articles):
        seen_sentences: dict[bytes, int] = {}
        seen_blocks: dict[bytes, int] = {}
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
            long_enough = len(content) >= SHORTEST_REPEAT * width
            last_block_repeats = earlier != first and long_enough
            for sentence in range(first, stop):
                content = words[bounds[sentence] : bounds[sentence + 1]]
                original = seen_sentences.setdefault(content, sentence)
                is_long = len(content) >= SHORTEST_REPEAT * width
                if last_block_repeats or (original != sentence and is_long):
                    set_aside[sentence] = True
                    repeats.append(Repeat(sentence, original))
    return set_aside, repeats


def find_copies(tokens: Tokens) -> NDArray[np.intp]:
    """Find articles that have the same words in the same order, case-folded.

    Parameters
    ----------
    tokens : Tokens
        The scanned corpus.

    Returns
    -------
    array of int
        For each article the first one with its words; an article without words is its own.
    """
    first: dict[bytes, int] = {}
    copies = np.arange(tokens.n_articles)
    for article in range(tokens.n_articles):
        words = tokens.type_id[tokens.offsets[article] : tokens.offsets[article + 1]]
        if len(words):
            copies[article] = first.setdefault(sha256(words.tobytes()).digest(), article)
    return copies


# ---------------------------------------------------------------------------- cells

SURROGATE = re.compile("[\ud800-\udfff]")
# Control characters but tab and line ends: no part of any text, yet offsets must not move.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")


def plain(text: str) -> str:
    """Replace each half of a broken character, so that the text can be written as UTF-8."""
    return text if text.isascii() else SURROGATE.sub("\ufffd", text)


def with_title(text: str, title: str) -> tuple[str, str | None]:
    """Return the text with its title as first line, and the title as it stands there."""
    title = " ".join(title.split())
    if not title:
        return text, None
    first = next(iter(text.lstrip().splitlines()), "").rstrip()
    if " ".join(first.split()) == title:
        return text, first
    return f"{title}\n\n{text}", title


_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
# 2022-02-10, 2022/02/10 or 20220210, with a time and a zone or without
_ISO_DATE = re.compile(
    r"(\d{4})([-/]?)(\d\d)\2(\d\d)"
    r"(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII | re.IGNORECASE,
)
# 10 February 2022, February 10, 2022 and the same with months cut short: 10 Feb. 2022
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})\s+(?P<month>[a-z]+)\.?,?\s+(?P<year>\d{4})", re.I | re.A)
_MONTH_FIRST = re.compile(
    r"(?P<month>[a-z]+)\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})", re.I | re.A
)


def parse_date(text: str) -> datetime | None:
    """Read a date, and the time if there is one, as it stands: no zone is converted.

    Parameters
    ----------
    text : str
        ISO 8601, ``2022/02/10``, ``10 February 2022`` or ``February 10, 2022``.

    Returns
    -------
    datetime or None
        None if the text is anything else, such as ``01/02/2022``, whose month is uncertain.

    Examples
    --------
    >>> parse_date("2022-02-10T11:40:00+03:00")
    datetime.datetime(2022, 2, 10, 11, 40)
    >>> parse_date("01/02/2022") is None
    True
    """
    text = text.strip()
    try:
        if match := _ISO_DATE.fullmatch(text):
            year, _, month, day, *clock = match.groups()
            hour, minute, second = (int(part or 0) for part in clock)
            return datetime(int(year), int(month), int(day), hour, minute, second)
        if match := _DAY_FIRST.fullmatch(text) or _MONTH_FIRST.fullmatch(text):
            name = match["month"].lower()
            months = (n for n, full in enumerate(_MONTHS, 1) if full.startswith(name))
            number = next(months, 0) if len(name) > 2 else 0
            return datetime(int(match["year"]), number, int(match["day"]))
    except ValueError:  # there is no 30 February
        pass
    return None
