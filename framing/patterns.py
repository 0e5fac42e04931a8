"""The pattern language: how a codebook says which words it means.

==================  =================================  ==========================================
pattern             finds                              does not find
==================  =================================  ==========================================
``peace``           peace, Peace, peace's,             peaceful, peacekeepers
                    peace-loving
``negotiat*``       negotiate, negotiators             renegotiate
``peace talks``     peace talks, peace-talks           peace. Talks; "peace" talks; peace and talks
``de-escalat*``     de-escalate, deescalation,         escalate
                    de escalating
``(stop|end) war``  stop war, end war                  stop the war
``border(s)?``      border, borders                    bordering
``to (the)? table`` to the table, to table             to a table
``eas* _2_ tension*`` ease tensions, easing the recent tensions   ease all the very recent tensions
``=US``             US, US's, US-led                   us, Us
``=Minsk talks``    Minsk talks, Minsk Talks           minsk talks
``*security``       security, cyber-security           securities
``defen?e``         defence, defense                   defend, defensive
``* talks``         peace talks, long talks            talks (as the first word of a clause)
==================  =================================  ==========================================

A word is whole and case-blind. ``*`` stands for any letters, digits, hyphens and apostrophes, also
none; alone it is any one word. ``?`` between letters is any one letter (``(?)`` at the end of a
word). ``(a|b)`` is one of several words or parts of a word, ``(...)?`` is optional, ``_2_`` lets up
to two words stand between and takes the longest span. ``=`` stands before each word whose case
counts. A hyphen is a hyphen, a space or nothing. A word also finds its possessive and a compound
that begins with it and a hyphen; the span is then the whole compound. Words follow each other with
a space or hyphen between them, never across a mark.

Chinese, Japanese, Thai, Lao, Khmer and Burmese are written without spaces: there each letter is a
word, ``停战`` is a phrase of two and is found wherever they stand together, in longer words too,
and ``停 _4_ 战`` lets four letters stand between. Korean has spaces, and endings that join the
word: write ``평화*``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, product
from typing import NamedTuple

from framing.words import SPACELESS, spaceless_pattern, spell, token_pattern

MOST_EXPANSIONS = 10_000
MOST_GAP = 9
_DEEPEST = 20


class Word(NamedTuple):
    """A word of a pattern with its ``*`` and ``?``, and whether its case counts."""

    text: str
    exact_case: bool = False


class Gap(NamedTuple):
    """Up to this many words between two words of a pattern."""

    most: int


Phrase = tuple[Word | Gap, ...]


_SIMPLE = re.compile("[A-Za-z0-9]+[*]?")  # a word that no rule changes


class PatternError(ValueError):
    """A pattern that is not written in the pattern language; the message says what to change."""


class Step(NamedTuple):
    """What stands between two spaces of a pattern: one of several texts, or nothing at all."""

    choices: tuple[tuple[Phrase, ...], ...]  # for each text the ways to write it


def parse_pattern(pattern: str, *, whole: bool = False) -> tuple[Phrase, ...]:
    """Expand a pattern into the phrases that it stands for.

    Parameters
    ----------
    pattern : str
        A pattern, such as ``"eas* _2_ (tension*|conflict)"``.
    whole : bool
        Whether a hyphen stands only for a hyphen, so that a hyphenated word is one word.

    Returns
    -------
    tuple of Phrase
        The phrases, each once, in the order of the pattern.

    Raises
    ------
    PatternError
        If the pattern is not well formed; the message names the place and the remedy.

    Examples
    --------
    >>> parse_pattern("border(s)? control*")
    ((Word(text='border', exact_case=False), Word(text='control*', exact_case=False)),
     (Word(text='borders', exact_case=False), Word(text='control*', exact_case=False)))
    """
    return tuple(dict.fromkeys(_expand(parse_steps(pattern, whole=whole))))


@lru_cache(maxsize=50_000)
def parse_steps(pattern: str, *, whole: bool = False) -> tuple[Step, ...]:
    """Read a pattern step by step, without multiplying the choices of one with those of others.

    Parameters
    ----------
    pattern : str
        A pattern, such as ``"eas* _2_ (tension*|conflict)"``.
    whole : bool
        Whether a hyphen stands only for a hyphen, so that a hyphenated word is one word.

    Returns
    -------
    tuple of Step
        The steps: each phrase of the pattern takes one choice of each.

    Raises
    ------
    PatternError
        If the pattern is not well formed; the message names the place and the remedy.

    Examples
    --------
    >>> [len(step.choices) for step in parse_steps("border(s)? (control*|guard|patrol)")]
    [2, 3]
    """
    if _SIMPLE.fullmatch(pattern):
        return (Step((((Word(pattern),),),)),)
    if not pattern.strip():
        raise PatternError("an empty pattern; write a word or remove it")
    steps = tuple(
        Step(tuple(_spellings(text, pattern, whole) for text in texts))
        for texts in list(_Reader(pattern).steps())
    )
    _check_gaps(pattern, steps)
    if all(any(not _has_letters(text[0]) for text in step.choices) for step in steps):
        raise PatternError(f"`{pattern}` stands for any words; add one that has letters")
    if math.prod(max(map(len, step.choices)) for step in steps) > MOST_EXPANSIONS:
        raise _too_many(pattern)
    if math.prod(sum(map(len, step.choices)) for step in steps) > MOST_EXPANSIONS:
        phrases: set[Phrase] = set()
        for phrase in _expand(steps):
            phrases.add(phrase)
            if len(phrases) > MOST_EXPANSIONS:
                raise _too_many(pattern)
    return steps


def _expand(steps: Sequence[Step]) -> Iterator[Phrase]:
    """All ways through the steps; a phrase may come more than once."""
    for texts in product(*(step.choices for step in steps)):
        for parts in product(*texts):
            yield tuple(chain.from_iterable(parts))


def _has_letters(phrase: Phrase) -> bool:
    return any(isinstance(word, Word) and word.text.strip("*?") for word in phrase)


def _check_gaps(pattern: str, steps: Sequence[Step]) -> None:
    """Raise an error if a pattern may be empty, or a gap may lack a word on one of its sides."""
    lonely = "`{}` has _{}_ without a word on each side; it stands between two words"
    nothing, word = None, Gap(0)
    before: set[Gap | None] = {nothing}  # what may stand before a step
    for step in steps:
        after: set[Gap | None] = set()
        for text in step.choices:
            elements = [part if isinstance(part, Gap) else word for part in text[0]]
            for place, gap in enumerate(elements):
                left = {elements[place - 1]} if place else before
                if gap != word and left != {word}:
                    raise PatternError(lonely.format(pattern, gap.most))
            after |= {elements[-1]} if elements else before
        before = after
    if nothing in before:
        raise PatternError(f"`{pattern}` can be empty; leave one word that is not optional")
    if before != {word}:
        most = max(gap.most for gap in before if gap)
        raise PatternError(lonely.format(pattern, most))


# Letters, and a "?" that stands for one: not at the end of a word unless nothing is before it.
_RUN = r"(?:[^()|?{}]|\?(?![ )|]|\Z)|(?<=[(?*])\?)+"
_WORD_RUN = re.compile(_RUN.format(r"\s"))
_TEXT_RUN = re.compile(_RUN.format(""))


class _Reader:
    """Expands brackets into plain texts, left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0

    def steps(self) -> Iterator[list[str]]:
        """Read the pattern: the texts of each stretch without a space outside brackets."""
        texts, ways = [""], 1
        while self.position < len(self.pattern):
            char = self.pattern[self.position]
            if char.isspace():
                if texts != [""]:
                    yield texts
                texts = [""]
                self.position += 1
            elif char == "|":
                raise PatternError(
                    f'`{self.pattern}` has a "|" outside brackets; put brackets around the choices,'
                    " as in (a|b)"
                )
            elif char == ")":
                raise PatternError(
                    f'`{self.pattern}` closes a bracket that it does not open; remove the ")"'
                )
            else:
                more = self._next(_WORD_RUN, ways, 0)
                ways *= len(more)
                texts = [left + right for left in texts for right in more]
        if texts != [""]:
            yield texts

    def _alternatives(self, depth: int) -> list[str]:
        """Read up to the closing bracket; ``depth`` brackets are open."""
        if depth > _DEEPEST:
            raise PatternError(f"`{self.pattern}` nests brackets more than {_DEEPEST} deep")
        done: list[str] = []
        texts = [""]
        while self.position < len(self.pattern) and self.pattern[self.position] != ")":
            if self.pattern[self.position] == "|":
                self.position += 1
                done += texts
                texts = [""]
            else:
                more = self._next(_TEXT_RUN, len(texts), depth)
                texts = [left + right for left in texts for right in more]
        return done + texts

    def _next(self, run: re.Pattern[str], ways: int, depth: int) -> list[str]:
        """Read letters or a group: the texts by which each of so many is continued."""
        plain = run.match(self.pattern, self.position)
        if plain:
            self.position = plain.end()
            return [plain.group()]
        if self.pattern[self.position] == "?":
            raise PatternError(
                f'`{self.pattern}` has a "?" at the end of a word; write (s)? for what may be'
                " missing, or (?) for any one letter"
            )
        self.position += 1
        inner = self._group(depth)
        if ways * len(inner) > MOST_EXPANSIONS:
            raise _too_many(self.pattern)
        return inner

    def _group(self, depth: int) -> list[str]:
        inner = self._alternatives(depth + 1)
        if self.position == len(self.pattern):
            raise PatternError(
                f'`{self.pattern}` opens a bracket that it does not close; add a ")"'
            )
        self.position += 1
        optional = self.pattern[self.position : self.position + 1] == "?"
        if optional:
            self.position += 1
        if not optional and not all(text.strip() for text in inner):
            raise PatternError(
                f"`{self.pattern}` has an empty choice in brackets; remove it, or write (...)? for"
                " what may be missing"
            )
        return ["", *inner] if optional else inner


_TOO_MANY = f"stands for more than {MOST_EXPANSIONS:,} phrases; split it into several patterns"


def _too_many(pattern: str) -> PatternError:
    shown = pattern if len(pattern) <= 60 else pattern[:57] + "..."
    return PatternError(f"`{shown}` {_TOO_MANY}")


_GAP = re.compile(r"_(\d{1,9})_")


def _spellings(text: str, pattern: str, whole: bool) -> tuple[Phrase, ...]:
    """Turn an expanded text into phrases: several where hyphens may be left out."""
    written: list[tuple[Phrase, ...]] = []
    for element in text.split():
        gap = _GAP.fullmatch(element)
        if gap:
            most = int(gap.group(1))
            if not 1 <= most <= MOST_GAP:
                raise PatternError(
                    f"`{pattern}` lets {most} words stand between; use 1 to {MOST_GAP}"
                )
            written.append(((Gap(most),),))
            continue
        try:
            written.append(_word_choices(element, whole))
        except PatternError as error:
            raise PatternError(f"`{pattern}` {error}") from None
    if len(written) == 1:
        return written[0]
    if math.prod(map(len, written)) > MOST_EXPANSIONS:
        raise _too_many(pattern)
    return tuple(tuple(chain.from_iterable(parts)) for parts in product(*written))


_DOT = re.compile("[.·・･]")
# Where a script has no spaces, letters follow each other with a hyphen or without one.
_NEEDLESS_HYPHEN = re.compile("(?<=[{0}])[-‐‑]|[-‐‑](?=[{0}])".format("".join(SPACELESS.values())))


@lru_cache(maxsize=50_000)
def _word_choices(element: str, whole: bool) -> tuple[Phrase, ...]:
    """Read one word; each of its hyphens stands for a hyphen or space, or for nothing.

    Errors are worded to follow the pattern, which the caller puts before them.
    """
    exact_case = element.startswith("=")
    word = element.removeprefix("=")
    if _SIMPLE.fullmatch(word):
        return ((Word(word, exact_case),),)
    if "**" in word:
        raise PatternError('has two stars in a row; use one "*" for any letters')
    if "_" in word:
        raise PatternError(
            f"has an underscore in `{element}`; words that may stand between are"
            " written _2_, with a space on each side"
        )
    if "=" in word:
        raise PatternError(
            f'has a "=" inside `{element}`; it stands before the word whose case counts'
        )
    pieces: list[str] = []
    # U.N. is scanned as U and N, 停战 as 停 and 战
    for dotted in _DOT.split(_NEEDLESS_HYPHEN.sub("", word)):
        pieces += _cut(dotted, element)
    if not pieces:
        raise PatternError(f"has `{element}`, which is no word; write at least a letter")
    choices: list[Phrase] = [()]
    for piece in pieces:
        parts = [spell(piece)] if whole else spell(piece).split("-")
        if 2 ** (len(parts) - 1) > MOST_EXPANSIONS:
            raise PatternError(_TOO_MANY)
        spellings = _hyphenations(parts, exact_case)
        if len(choices) * len(spellings) > MOST_EXPANSIONS:
            raise PatternError(_TOO_MANY)
        choices = [left + right for left in choices for right in spellings]
    return tuple(choices)


def _cut(word: str, element: str) -> list[str]:
    """Cut a word into tokens as the scan does; its ``*`` and ``?`` stay with the letters."""
    # where each letter is a word of its own, a wildcard belongs to the letter before it
    written = word.translate(_AS_MARKS if spaceless_pattern().search(word) else _AS_LETTERS)
    pieces: list[str] = []
    end = 0
    for match in token_pattern().finditer(written):
        between = word[end : match.start()]
        if between.strip("*?"):
            break
        pieces.append(between + word[match.start() : match.end()])
        end = match.end()
    odd = word[end:].lstrip("*?")
    if odd:
        raise PatternError(
            f"has `{odd[0]}` in `{element}`, which is no part of a word; use letters,"
            " digits, hyphens and apostrophes"
        )
    return pieces


_AS_LETTERS = str.maketrans("*?", "aa")
_AS_MARKS = str.maketrans("*?", "\u0300\u0301")


def _hyphenations(parts: list[str], exact_case: bool) -> list[Phrase]:
    """All ways to write a hyphenated word: apart or together at each hyphen."""
    written = [[parts[0]]]
    for part in parts[1:]:
        written = [
            spelling
            for left in written
            for spelling in ([*left, part], [*left[:-1], left[-1] + part])
        ]
    return [tuple(Word(part, exact_case) for part in spelling) for spelling in written]
