"""Transcripts: speech without quotation marks, where a name and a colon open what each one says."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from framing.lexicon import AUX, CAPITAL, FEMALE, MALE, ROLE, TITLE, VERB
from framing.marks import Block
from framing.passages import Words
from framing.phrases import Phrase

_LABEL = re.compile(r"[^\W\d_][^\n:!?\"“„«;]{0,90}:(?=\s)")
_TO_COLON = 92  # characters up to which the colon of a label is found
_LONGEST_LABEL = 12  # words


class Speech(NamedTuple):
    """A paragraph of what a speaker says: its characters, its words, and who is named."""

    start: int
    end: int
    first: int
    stop: int
    speaker: Phrase


def may_be_transcript(text: str) -> bool:
    """Tell whether a text has the colons of a transcript, in which at least two speak."""
    return text.find(":", text.find(":") + 1) > 0


def find_speeches(words: Words, blocks: Sequence[Block]) -> list[Speech]:
    """Find who says what in a transcript.

    Parameters
    ----------
    words : Words
        The article.
    blocks : sequence of Block
        Its paragraphs.

    Returns
    -------
    list of Speech
        In order; none where fewer than two paragraphs open with a speaker's name.
    """
    labels: dict[int, int] = {}
    text = words.text
    for number, block in enumerate(blocks):
        if text.find(":", block.start, block.start + _TO_COLON) < 0:
            continue
        match = _LABEL.match(text, block.start, block.end)
        if match and _is_label(words, block.start, match.end() - 1):
            labels[number] = match.end()
    if len(labels) < 2:
        return []
    found = []
    speaker: Phrase | None = None
    for number, (kind, start, end) in enumerate(blocks):
        if number in labels:
            first = bisect_left(words.start, start)
            speaker = Phrase(first, bisect_left(words.start, labels[number]))
            start = labels[number]
        if speaker is None or kind != "body":
            continue
        first, stop = bisect_left(words.start, start), bisect_left(words.start, end)
        if stop > first:
            length = len(words.text[start:end].rstrip())
            found.append(Speech(words.start[first], start + length, first, stop, speaker))
    return found


def _is_label(words: Words, start: int, end: int) -> bool:
    """Tell whether the words before a colon name a speaker."""
    first, stop = bisect_left(words.start, start), bisect_left(words.start, end)
    flags = words.flags[first:stop]
    if not flags or len(flags) > _LONGEST_LABEL:
        return False
    if words.sentence[first] != words.sentence[stop - 1]:
        return False
    label = words.text[start:end]
    if label.strip().casefold() in words.lexicon.labels:
        return True
    if any(flag & (AUX | VERB) and not flag & CAPITAL for flag in flags):
        return False
    if label.isupper() and len(label) > 2:
        return True
    named = sum(bool(flag & CAPITAL) for flag in flags) > 1
    known = any(flag & (FEMALE | MALE | ROLE | TITLE) for flag in flags)
    return bool(flags[-1] & CAPITAL) and named and known
