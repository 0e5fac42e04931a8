"""Transcripts: speech without quotation marks, where a name and a colon open what each one says."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from framing.lexicon import AUX, CAPITAL, FEMALE, MALE, ROLE, TITLE, VERB, Words
from framing.phrases import Phrase
from framing.tables import BLOCKS
from framing.tokens import Tokens

_LABEL = re.compile(r"[^\W\d_][^\n:!?\"“„«;]{0,90}:(?=\s)")
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


def find_speeches(tokens: Tokens, words: Words, blocks: Sequence[int]) -> list[Speech]:
    """Find who says what in a transcript.

    Parameters
    ----------
    tokens : Tokens
        The corpus.
    words : Words
        The article.
    blocks : sequence of int
        Its paragraphs.

    Returns
    -------
    list of Speech
        In order; none where fewer than two paragraphs open with a speaker's name.
    """
    labels: dict[int, int] = {}
    for block in blocks:
        start, end = int(tokens.block_start[block]), int(tokens.block_end[block])
        match = _LABEL.match(words.text, start, end)
        if match and _is_label(words, start, match.end() - 1):
            labels[block] = match.end()
    if len(labels) < 2:
        return []
    found = []
    speaker: Phrase | None = None
    for block in blocks:
        start, end = int(tokens.block_start[block]), int(tokens.block_end[block])
        if block in labels:
            first = bisect_left(words.start, start)
            speaker = Phrase(first, bisect_left(words.start, labels[block]))
            start = labels[block]
        if speaker is None or BLOCKS[tokens.block_kind[block]] != "body":
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
