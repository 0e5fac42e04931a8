"""Quotation marks, paired by their shape so that a lost mark spoils one paragraph at most."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from framing.tables import BLOCKS


class Block(NamedTuple):
    """A paragraph of an article and what it is: title, dateline, standfirst, caption, ..."""

    kind: str
    start: int
    end: int


class Blocks(NamedTuple):
    """The blocks of all articles as columns.

    Those of article ``i`` are ``offsets[i]:offsets[i + 1]``; kinds are positions in
    `tables.BLOCKS`.
    """

    offsets: NDArray[np.int64]
    kind: NDArray[np.int8]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    @classmethod
    def from_articles(cls, articles: Sequence[Sequence[Block]]) -> Blocks:
        """Lay the blocks of articles end to end."""
        every = [*chain.from_iterable(articles)]
        kinds = [BLOCKS.index(block.kind) for block in every]
        return cls(
            np.cumsum([0, *map(len, articles)]),
            np.array(kinds, np.int8),
            np.array([block.start for block in every], np.int64),
            np.array([block.end for block in every], np.int64),
        )

    def of(self, article: int) -> list[Block]:
        """Return the blocks of an article."""
        own = slice(*self.offsets[article : article + 2].tolist())
        kinds = [BLOCKS[kind] for kind in self.kind[own].tolist()]
        return list(map(Block, kinds, self.start[own].tolist(), self.end[own].tolist()))


class Quotation(NamedTuple):
    """What stands between two quotation marks, the marks included.

    ``balanced`` is False where one of the two marks is missing: an opener without a closer ends
    with its paragraph, with the next opener of its kind or after `LONGEST_UNCLOSED` characters; a
    closer without an opener is a quotation of its own mark alone.
    """

    start: int
    end: int
    balanced: bool


LONGEST_UNCLOSED = 600


# Each kind of mark and the marks that close it; a straight mark closes itself.
CLOSERS = {
    '"': '"',
    "''": "''",
    "``": "''",
    "“": "”",
    "”": "”",
    "„": "“”",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "‘": "’",
    "‚": "‘’",
    "'": "'",
    "「": "」",
    "『": "』",
}
# Double marks that a careless editor puts for one another.
_MIXED = frozenset('"“”')
_MARK = re.compile("''|``|[\"“”„«»‹›‘’‚'「」『』]")
# Inside a Hebrew abbreviation, before its last letter: צה"ל
_GERSHAYIM = re.compile('["”](?<=[\u0591-\u05ea].)(?=[א-ת][\u0591-\u05c7]*(?![א-ת]))')
_SINGLE = frozenset("'‘’‚")
# Before an opening mark: nothing, space, opening bracket, dash, slash or another mark.
BEFORE_OPENER = re.compile(r"[\s(\[{<*_:—–/\u200e\u200f\u061c\u2066-\u2069\"“„«‘'‚¿¡-]")
_APOSTROPHES = re.compile(r"'(?:n'|\d\ds?\b|em\b|til\b|tis\b|twas\b|cause\b)", re.IGNORECASE)
# A paragraph up to its last single mark that can close, and up to the last that closes well:
# after anything but s, where it could as well be the apostrophe of a plural.
_TO_LAST_CLOSER = re.compile(r".*'(?<=[^\s'(]')(?!\w)", re.DOTALL)
_TO_LAST_GOOD_CLOSER = {
    mark: re.compile(rf".*{mark}(?<=[^\ssS]{mark})(?!\w)", re.DOTALL) for mark in "'’"
}


class _Mark(NamedTuple):
    position: int
    length: int
    text: str
    opens: bool
    closes: bool


def find_quotations(text: str, blocks: Sequence[Block]) -> list[Quotation]:
    """Pair the quotation marks of an article by their shape, paragraph by paragraph.

    A mark opens after a space or bracket and closes after anything else, so that a lost or stray
    mark never turns the rest of a paragraph inside out. A quotation still open at the end of a
    paragraph goes on if the next paragraph opens with the same mark again.
    """
    quotations: list[Quotation] = []
    for number, block in enumerate(blocks):
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        quotations.extend(_pair_marks(text, block, following))
    return quotations


def _pair_marks(text: str, block: Block, following: Block | None) -> list[Quotation]:
    marks = _marks(text, block)
    found: list[Quotation] = []
    open_marks: list[_Mark] = []

    def close_unbalanced(mark: _Mark, limit: int) -> None:
        end = min(limit, mark.position + LONGEST_UNCLOSED)
        length = len(text[mark.position : end].rstrip())
        found.append(Quotation(mark.position, mark.position + length, False))

    for mark in marks:
        depth = (
            next(
                (
                    d
                    for d in range(len(open_marks) - 1, -1, -1)
                    if mark.text in CLOSERS[open_marks[d].text]
                ),
                None,
            )
            if mark.closes
            else None
        )
        if depth is None and mark.closes and not mark.opens and mark.text in _MIXED:
            # “We want talks," with a straight mark for a curly one
            depth = next(
                (d for d in range(len(open_marks) - 1, -1, -1) if open_marks[d].text in _MIXED),
                None,
            )
        if depth is not None:
            for inner in open_marks[depth + 1 :]:
                if inner.text not in _SINGLE:
                    close_unbalanced(inner, mark.position)
            opener = open_marks[depth]
            del open_marks[depth:]
            found.append(Quotation(opener.position, mark.position + mark.length, True))
        elif mark.opens:
            same = next((d for d, o in enumerate(open_marks) if o.text == mark.text), None)
            if same is not None:
                for unclosed in open_marks[same:]:
                    if unclosed.text not in _SINGLE:
                        close_unbalanced(unclosed, mark.position)
                del open_marks[same:]
            open_marks.append(mark)
        elif mark.closes and mark.text not in _SINGLE:
            found.append(Quotation(mark.position, mark.position + mark.length, False))
    for mark in open_marks:
        if mark.text in _SINGLE and mark.text != "‚":
            continue
        if following and text.startswith(mark.text, following.start):
            found.append(Quotation(mark.position, block.end, True))
        else:
            close_unbalanced(mark, block.end)
    return sorted(found)


def _marks(text: str, block: Block) -> list[_Mark]:
    """Find the marks of a paragraph and whether each can open or close by its neighbours."""
    marks: list[_Mark] = []
    is_open = {'"': False, "„": False}  # after the marks read so far
    last_closer = _last(_TO_LAST_CLOSER, text, block)
    last_good = {
        mark: _last(pattern, text, block) for mark, pattern in _TO_LAST_GOOD_CLOSER.items()
    }
    for match in _MARK.finditer(text, block.start, block.end):
        position, mark = match.start(), match.group()
        before = text[position - 1] if position > block.start else " "
        after = text[match.end()] if match.end() < block.end else " "
        if "\u0591" <= before <= "\u05ea" and _GERSHAYIM.match(text, position):
            continue
        space_after = after.isspace()
        opener_shape = bool(BEFORE_OPENER.match(before)) and not space_after
        closer_shape = not before.isspace() and not (before in "([{" and not space_after)
        if mark in ('"', "''", "``"):
            if before.isspace() and space_after:  # spaces on both sides: either
                opener_shape = closer_shape = True
            elif opener_shape and closer_shape:  # after a dash, bracket or mark: a word follows
                closer_shape = not (after.isalnum() or after in "¿¡")
                opener_shape = not closer_shape
            # 6' 2" and 12": a measure, not a mark, unless something is open (see below)
            if mark == '"' and before.isdigit() and not is_open['"']:
                continue
        elif mark in "“„":
            opener_shape = (
                mark == "„"
                or not (before.isalnum() or before in ".,!?…")
                or (after.isalnum() and not is_open["„"])
            )
            closer_shape = mark == "“" and not before.isspace()
        elif mark == "”":
            opener_shape = opener_shape and before.isspace() and after.isalnum()
            closer_shape = True
        elif mark in "「」『』":
            opener_shape = mark in "「『"
            closer_shape = not opener_shape
        elif mark in "«»‹›":
            outward = mark in "«‹"
            if before.isspace() and space_after:
                opener_shape, closer_shape = outward, not outward
            else:
                opener_shape = (before.isspace() or bool(BEFORE_OPENER.match(before))) and (
                    outward or after.isalnum()
                )
                closer_shape = not opener_shape and (not outward or not before.isspace())
        else:
            opener_shape, closer_shape = _single_mark(
                text, match, before, after, last_closer, last_good
            )
        if opener_shape or closer_shape:
            marks.append(_Mark(position, len(mark), mark, opener_shape, closer_shape))
        for kind, was_open in is_open.items():
            if opener_shape and mark == kind and not was_open:
                is_open[kind] = True
            elif closer_shape and mark in CLOSERS[kind]:
                is_open[kind] = False
    return marks


def _last(pattern: re.Pattern[str], text: str, block: Block) -> int:
    """Position of the last mark of a paragraph that fits a pattern, or -1."""
    match = pattern.match(text, block.start, block.end)
    return match.end() - 1 if match else -1


def _single_mark(
    text: str,
    match: re.Match[str],
    before: str,
    after: str,
    last_closer: int,
    last_good: dict[str, int],
) -> tuple[bool, bool]:
    """Tell an apostrophe from a single quotation mark: (opens, closes)."""
    mark, end = match.group(), match.end()
    if before.isalnum() and after.isalnum():  # don't, l'homme
        return False, False
    opens = bool(BEFORE_OPENER.match(before)) and after.isalnum()
    if mark in "'‘" and opens and _APOSTROPHES.match("'" + text[end : end + 6]):
        return False, False
    closes = not before.isspace() and not after.isalnum()
    if closes and mark in "'’" and before in "sS" and text[end : end + 1].isspace():
        # the allies' duty: an apostrophe if a mark that closes better is still to come
        closes = last_good[mark] <= end
    if mark == "'":
        opens = opens and last_closer > end
    elif mark == "’":
        opens = False
    elif mark == "‘":
        opens = opens or (before.isspace() and not after.isspace())
        closes = closes and not opens
    else:
        opens, closes = True, False
    return opens, closes
