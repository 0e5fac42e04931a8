"""What stands between two words: a clause mark, a quotation mark, the end of a sentence."""

from __future__ import annotations

import re

from framing.language import Language
from framing.words import fold

# What stands before a token.
START, JOIN, CLAUSE, QUOTE, OTHER = range(5)

# A mark at which a clause may end. A hyphen does so only between spaces.
_CLAUSE_MARK = re.compile(
    r"[.,;:!?…()\[\]{}—|•/。、，；：！？．｡､（）،؛؟۔।॥։՝።\u104a\u104b\u17d4\u17d5\u037e]"
    r"|\s[–-]+\s|--|[\s]–|[–·\u0387]\s|\n"
)
_SPACE_OR_HYPHEN = re.compile(
    r"[\s\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff'’_]*+[–-]?\s*+"
)
_QUOTATION_MARK = re.compile("[\"“”„«»‹›‘’‚'「」『』]|``")
# The dots between foreign names in Chinese and Japanese, and inside words in Catalan.
_MIDDLE_DOTS = frozenset("·・･")
IN_NUMBERS = frozenset(",.:，．：")
# The end of a sentence inside a gap: end marks, marks and brackets that close, then space. A run
# of end marks is tried once, from its first. Marks that have no other use need no space.
_SENTENCE_END = re.compile(
    r"(?<![.!?…؟۔])([.!?…؟۔]++)[\"“”»›’')\]*_]*+(?:\s*+[”»›])?[\s\u200b]+"
    r"|([。！？｡।॥։።\u104b\u17d4\u17d5]+)[\"“”」』’)）]*\s*"
)
# A Greek question ends in what looks like a semicolon.
_GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
_GREEK_QUESTION = str.maketrans(";\u037e", "??")


def gap_class(gap: str, before: str, after: str) -> int:
    """Class of what stands between two tokens of a block."""
    if gap == " " or not gap:  # neighbours in a script without spaces
        return JOIN
    if gap == "." and len(before) == 1:  # U.S
        return JOIN
    if gap in IN_NUMBERS and before[-1].isdigit() and after[0].isdigit():  # 7,000
        return OTHER
    if _CLAUSE_MARK.search(gap):
        return CLAUSE
    if _SPACE_OR_HYPHEN.fullmatch(gap) or gap in _MIDDLE_DOTS:
        return JOIN
    return QUOTE if _QUOTATION_MARK.search(gap) else OTHER


def is_greek(word: str) -> bool:
    """Whether a word begins with a Greek letter."""
    return bool(_GREEK.match(word))


def sentence_end(gap: str, *, after_greek: bool) -> re.Match[str] | None:
    """Find the end of a sentence inside a gap; a full stop may belong to an abbreviation."""
    if after_greek and (";" in gap or "\u037e" in gap):
        gap = gap.translate(_GREEK_QUESTION)
    return _SENTENCE_END.search(gap)


def goes_on(following: str) -> bool:
    """Whether a word does not begin a sentence: a small letter."""
    first = following[0]
    return first.islower() and not "ა" <= first <= "ჿ"  # Georgian has no capitals


def sentence_break(
    text: str, gap_start: int, gap: str, words: tuple[str, str, str], language: Language
) -> tuple[int, int] | None:
    """Where a sentence ends and the next begins inside a gap, or None.

    ``words`` are the token before the last one, the last one and the next.
    """
    earlier, last, following = words
    match = sentence_end(gap, after_greek=is_greek(last))
    if not match:
        return None
    if goes_on(following):
        return None
    here = gap_start + match.start(), gap_start + match.end()
    ended = gap_start + len(gap[: match.end()].rstrip())
    if match.group(1) == "." and _no_end(text, here[0], earlier, last, following, language):
        return None
    return ended, here[1]


def _no_end(
    text: str, stop: int, earlier: str, last: str, following: str, language: Language
) -> bool:
    """Whether a full stop after ``last`` belongs to an abbreviation, not to the sentence."""
    if "\u0e00" <= last[0] <= "\u0eff":  # Thai and Lao have it in abbreviations only
        return True
    word, following = fold(last), fold(following)
    if following[0].isdigit() and word in language.before_numbers:
        return True
    if word in language.abbreviations:
        return True
    if len(last) == 1 and last.isalpha():
        acronym = len(earlier) == 1 and text[stop - 2 : stop - 1] == "."  # the S of U.S.
        if acronym:
            return following not in language.starters
        return last.isupper() and last != "I"  # an initial
    return word in language.final_abbreviations and following not in language.starters
