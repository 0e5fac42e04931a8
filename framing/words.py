"""What a word is, and how words are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import cache


@cache
def _marks_in_words() -> str:
    r"""Return the combining marks, which ``\w`` leaves out, and the invisible joiners inside words.

    Without them Hindi, vowelled Arabic, decomposed accents, Persian compounds and words with
    soft hyphens would fall apart.
    """
    code_points = (*range(0x300, 0x20000), *range(0xE0100, 0xE01F0))
    marks = [chr(c) for c in code_points if unicodedata.category(chr(c))[0] == "M"]
    return "".join(marks) + "\u00ad\u200c\u200d"


@cache
def token_pattern() -> re.Pattern[str]:
    """Match a word: letters or digits with their marks, joined by apostrophes and hyphens.

    An underscore is no part of a word, so that "_peace_" in marked-up text is found.
    """
    marks = re.escape(_marks_in_words())
    word = rf"[^\W_]+(?:[{marks}][^\W_]*)*"
    return re.compile(rf"{word}(?:['’‐‑-]{word})*")


def fold(word: str) -> str:
    """Normalise a word for comparison: composed, case-folded, plain apostrophes and hyphens."""
    word = unicodedata.normalize("NFC", word.translate(_FOLDED))
    return unicodedata.normalize("NFC", word.casefold())


def spell(word: str) -> str:
    """Normalise a word as `fold` does, but keep its case."""
    return unicodedata.normalize("NFC", word.translate(_FOLDED))


_FOLDED = str.maketrans({"’": "'", "‐": "-", "‑": "-", "\u00ad": None})
