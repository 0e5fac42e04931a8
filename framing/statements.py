"""Quotations and reported speech of an article, put together: what is said, and how.

Who says it costs as much again to find, and is left to `framing.attribution`: whoever asks for
voices only needs no names.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.cue_places import CuePlaces
from framing.lexicon import AND, AUX, CAPITAL, CUE, PREPOSITION, SUBORDINATE, VERB
from framing.passages import Meanings, Passage, passages
from framing.phrases import Phrase
from framing.quoted import Quoted
from framing.reported import CERTAINTY, Report, find_reports
from framing.tokens import Tokens
from framing.transcripts import find_speeches, may_be_transcript

KINDS = ("direct", "partial", "scare", "title", "indirect", "orphan")
# Rules by which `framing.attribution` names a speaker whom no cue names, and how sure they are.
INHERITED = {
    "continued from the paragraph before": 0.9,
    "continued": 0.85,
    "before a named one": 0.8,
    "introduced": 0.75,
    "signed": 0.85,
    "continued in the next paragraph": 0.65,
    "subject of the sentence": 0.55,
    "subject of the sentence before": 0.5,
    "transcript": 0.95,
}
RULES = (*CERTAINTY, *INHERITED)

_NEAR = 60  # words around a quotation inside another in which its speaker is sought
SCARE_WORDS = 4
_SHORT = 5  # words: below it marked words are a part of the reporter's sentence
_TITLE_WORDS = 8
_MARKS = "\"“”„«»‹›‘’‚'`*"


@dataclass(slots=True)
class Statement:
    """Words that somebody is reported to say, with the words that name the speaker.

    Places of words count from the first of the corpus, characters from that of the article.
    """

    kind: str
    start: int
    end: int
    first: int
    stop: int
    balanced: bool = True
    continued: bool = False
    inner: bool = False  # a quotation inside another
    rule: str = ""
    cue: Phrase | None = None
    source: Phrase | None = None
    extent: int = 1 << 30  # words of the reported content that it lies in


def _by_place(statement: Statement) -> tuple[int, int]:
    return statement.start, -statement.end


class Statements(NamedTuple):
    """The statements of a corpus as columns, by article and place.

    Attributes
    ----------
    article, start, end, first, stop : array of int64
        The article of each statement, its characters there, and its words in the corpus.
    kind, rule : array of int64
        Positions in `KINDS` and `RULES`; -1 for no rule.
    cue_first, cue_stop, source_first, source_stop : array of int64
        The words of the cue, and those that name the speaker, in the corpus; -1 for none.
    balanced, continued, inner : array of bool
        As in `Statement`.
    """

    article: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    first: NDArray[np.int64]
    stop: NDArray[np.int64]
    kind: NDArray[np.int64]
    rule: NDArray[np.int64]
    cue_first: NDArray[np.int64]
    cue_stop: NDArray[np.int64]
    source_first: NDArray[np.int64]
    source_stop: NDArray[np.int64]
    balanced: NDArray[np.bool_]
    continued: NDArray[np.bool_]
    inner: NDArray[np.bool_]


_NUMBERS, _ANSWERS = 11, 3  # of the columns above, those of numbers, and those of yes or no
_KIND = {kind: number for number, kind in enumerate(KINDS)}
_RULE = {rule: number for number, rule in enumerate(("", *RULES), -1)}


def find_statements(tokens: Tokens, texts: Sequence[str], languages: pd.Series[str]) -> Statements:
    """Find the quotations and the reported speech of a corpus.

    Parameters
    ----------
    tokens : Tokens
        The corpus.
    texts : sequence of str
        Its articles' texts.
    languages : Series
        The articles' languages; NA counts for English.

    Returns
    -------
    Statements
        By article and place.
    """
    codes = languages.fillna("en").tolist()
    meanings = Meanings(tokens.vocabulary, codes)
    cue_places = CuePlaces(meanings)
    parts = [np.zeros((0, _NUMBERS + _ANSWERS), dtype=np.int64)]
    for passage in passages(tokens, texts, codes, meanings):
        found = [_numbers(*one) for one in _in_passage(passage, cue_places)]
        if found:
            parts.append(np.array(found, dtype=np.int64))
    columns = np.concatenate(parts).T.copy()
    return Statements._make([*columns[:_NUMBERS], *columns[_NUMBERS:].astype(bool)])


def _in_passage(passage: Passage, cue_places: CuePlaces) -> Iterator[tuple[int, int, Statement]]:
    """Find the statements of a passage, each with its article and the first word of that."""
    quoted = Quoted(passage)
    cues, parts = _cues(passage, cue_places.find(passage, quoted.of_word))
    offsets, own_quotations = passage.first_words, quoted.offsets
    holds = [
        article
        for article, text in enumerate(passage.texts)
        if offsets[article] < offsets[article + 1]
        and (
            parts[article] < parts[article + 1]
            or own_quotations[article] < own_quotations[article + 1]
            or may_be_transcript(text)
        )
    ]
    if not holds:
        return
    passage.cut(quoted.of_word)
    for article in holds:
        found = _Article(passage, quoted, article)
        number, first = passage.first_article + article, passage.first_word + offsets[article]
        for statement in found.statements(cues[parts[article] : parts[article + 1]]):
            yield number, first, statement


def _cues(
    passage: Passage, places: NDArray[np.int64]
) -> tuple[list[tuple[int, int, list[int]]], list[int]]:
    """Sort the words that may be cues by sentence, and these by article.

    Of each sentence its first word is given, the one after its last, and its cues, counted from
    the first word of the article.
    """
    starts = np.flatnonzero(passage.opens_sentence)
    sentence = np.searchsorted(starts, places, side="right") - 1
    opens = np.flatnonzero(np.diff(sentence, prepend=-1))
    first = starts[sentence[opens]]
    size = np.diff(starts, append=len(passage.place))[sentence[opens]]
    own, parts = passage.by_article(first)
    stop = (size + np.array(own, dtype=np.int64)).tolist()
    words = passage.by_article(places)[0]
    bounds = [*opens.tolist(), len(words)]
    cues = [words[begin:end] for begin, end in pairwise(bounds)]
    return list(zip(own, stop, cues, strict=True)), parts


def _numbers(article: int, base: int, statement: Statement) -> tuple[int, ...]:
    """Give what is kept of a statement as numbers, its words counted from the corpus's first."""
    cue, source = statement.cue, statement.source
    return (
        article,
        statement.start,
        statement.end,
        statement.first + base,
        statement.stop + base,
        _KIND[statement.kind],
        _RULE[statement.rule],
        -1 if cue is None else cue.first + base,
        -1 if cue is None else cue.stop + base,
        -1 if source is None else source.first + base,
        -1 if source is None else source.stop + base,
        statement.balanced,
        statement.continued,
        statement.inner,
    )


class _Article:
    """One article while its statements are found; words count from its first."""

    def __init__(self, passage: Passage, quoted: Quoted, article: int) -> None:
        self.words = passage.words(article)
        self.sentence = self.words.sentence
        self.blocks = partial(passage.blocks, article)
        self.orphans: list[Statement] = []
        self.quotations: dict[int, Statement] = {}
        self.inner: list[Statement] = []
        base = passage.first_words[article]
        own = slice(quoted.offsets[article], quoted.offsets[article + 1])
        for number, row in enumerate(quoted.rows[own], own.start):
            start, end, first, stop, inner, balanced = row
            statement = Statement("", start, end, first - base, stop - base, balanced)
            self._sort_in(number, statement, inner)
        self.orphan_starts = [orphan.start for orphan in self.orphans]
        self.closing: set[int] = set()  # orphans that turned out to close a quotation

    def _sort_in(self, number: int, statement: Statement, inner: bool) -> None:
        """Tell quotations, those inside others, and stray marks."""
        if statement.first == statement.stop:
            if not statement.balanced:
                statement.kind = "orphan"
                self.orphans.append(statement)
        elif inner:
            statement.kind, statement.inner = "partial", True
            self.inner.append(statement)
        else:
            last = self.words.text[statement.end - 1]
            statement.continued = statement.balanced and last not in _MARKS
            self.quotations[number] = statement

    # ------------------------------------------------------------------ putting together

    def statements(self, cues: Sequence[tuple[int, int, list[int]]]) -> list[Statement]:
        """Find the article's statements, from its sentences with words that may be cues."""
        spoken = self._transcript() if may_be_transcript(self.words.text) else []
        reports = [found for sentence in cues for found in find_reports(self.words, *sentence)]
        indirect = [found for report in reports for found in self._attach(report)]
        for statement in self.quotations.values():
            self._set_kind(statement)
        if self.inner:
            self._read_inner()
        once: list[Statement] = []
        seen: set[tuple[int, int]] = set()
        for report in indirect:  # "repeated her claim that": one clause, two cues
            if (report.start, report.end) not in seen:
                seen.add((report.start, report.end))
                once.append(report)
        orphans = [o for number, o in enumerate(self.orphans) if number not in self.closing]
        found = [*self.quotations.values(), *once, *orphans, *self.inner]
        found.sort(key=_by_place)
        if spoken:
            starts = [statement.start for statement in spoken]
            found = [s for s in found if not _covers(spoken, starts, s.start)] + spoken
            found.sort(key=_by_place)
        return found

    def _attach(self, report: Report) -> list[Statement]:
        """Give the quotations of a report its source; return what it reports without marks."""
        words = self.words
        found = []
        for phrase in report.content:
            phrase = self._trimmed(report, phrase)
            marks = set(words.mark[phrase.first : phrase.stop])
            inside = [self.quotations[number] for number in marks if number >= 0]
            extent = phrase.stop - phrase.first
            for statement in inside:
                if extent < statement.extent:
                    statement.extent = extent
                    statement.rule = report.rule
                    statement.cue, statement.source = report.cue, report.source
            if -1 not in marks or not self._says_more(phrase, bool(inside)):
                continue
            first, stop = phrase
            start, end = words.start[first], words.end[stop - 1]
            if words.mark[first] >= 0:
                opening = self.quotations[words.mark[first]]
                first, start = min(first, opening.first), min(start, opening.start)
            if words.mark[stop - 1] >= 0:
                closing = self.quotations[words.mark[stop - 1]]
                stop, end = max(stop, closing.stop), max(end, closing.end)
            found.append(
                Statement(
                    "indirect",
                    start,
                    end,
                    first,
                    stop,
                    rule=report.rule,
                    cue=report.cue,
                    source=report.source,
                    extent=extent,
                )
            )
        for statement in found:
            self._end_at_orphan(statement, report)
        return found

    def _says_more(self, phrase: Phrase, quoted: bool) -> bool:
        """Tell whether reported words hold more than quotations and what joins them."""
        words = self.words
        flags, mark = words.flags, words.mark
        for place in range(*phrase):
            if mark[place] < 0 and not flags[place] & AND:
                if not (quoted and flags[place] & PREPOSITION):
                    return True
                quoted = False  # 'in "two years"': one preposition says nothing
        return False

    def _trimmed(self, report: Report, phrase: Phrase) -> Phrase:
        """Leave out what follows a whole quotation: '"...", Weber said on Monday'."""
        words = self.words
        mark = words.mark
        if mark[phrase.first] < 0 or report.rule != "speaker, verb, quotation":
            return phrase
        quotation = self.quotations[mark[phrase.first]]
        last = max(place for place in range(phrase.first, phrase.stop) if mark[place] >= 0)
        tail = range(last + 1, phrase.stop)
        whole = (
            quotation.stop - quotation.first >= _SHORT and words.flags[quotation.first] & CAPITAL
        )
        if whole or not any(words.flags[place] & (AUX | VERB) for place in tail):
            return Phrase(phrase.first, last + 1)
        return phrase

    def _end_at_orphan(self, statement: Statement, report: Report) -> None:
        """End reported speech at a stray closing mark, whose opening mark may be lost.

        Where the speaker follows directly ('We want talks," Weber said'), the opening mark is
        surely lost and the words are a quotation.
        """
        words = self.words
        begin = bisect_right(self.orphan_starts, statement.start)
        for number in range(begin, bisect_right(self.orphan_starts, statement.end + 2)):
            orphan = self.orphans[number]
            if number in self.closing:
                continue
            stop = min(bisect_left(words.start, orphan.start), statement.stop)
            if stop <= statement.first:
                continue
            statement.stop, statement.end = stop, words.end[stop - 1]
            statement.balanced = False
            if report.rule == "clause, then speaker" and report.cue.first >= stop:
                statement.kind, statement.end = "direct", orphan.end
                self.closing.add(number)
            return

    def _read_inner(self) -> None:
        """Find what the quotations inside others are, and whom the quoted words name for them."""
        words, sentence = self.words, self.sentence
        outers = list(self.quotations.values())
        starts = [outer.start for outer in outers]
        mark = [-1] * len(words.mark)
        for number, inner in enumerate(self.inner):
            mark[inner.first : inner.stop] = [number] * (inner.stop - inner.first)
        opened = replace(words, mark=mark)
        for inner in self.inner:
            place = bisect_right(starts, inner.start) - 1
            if place < 0 or outers[place].end <= inner.start:
                continue
            outer = outers[place]
            if outer.kind in ("scare", "title"):
                inner.kind = "scare"
                continue
            inner.kind = "direct" if words.flags[inner.first] & CAPITAL else "partial"
            here = sentence[inner.first]
            first = max(words.sentence_start.get(here, 0), outer.first, inner.first - _NEAR)
            stop = min(words.sentence_start.get(here + 1, len(mark)), inner.stop + _NEAR)
            stop = min(stop, max(outer.stop, inner.stop))
            cues = [n for n in range(first, stop) if words.flags[n] & CUE and mark[n] < 0]
            for report in find_reports(opened, first, stop, cues):
                if any(phrase.first <= inner.first < phrase.stop for phrase in report.content):
                    inner.rule = report.rule
                    inner.cue, inner.source = report.cue, report.source

    # ------------------------------------------------------------------ kinds

    def _set_kind(self, statement: Statement) -> None:
        words = self.words
        flags = words.flags
        size = statement.stop - statement.first
        text = words.text[statement.start : statement.end].strip(_MARKS + " \u00a0")
        ended = text[-1:] in ".!?…" or text[-1:] == ","
        gap = words.gap(statement.first)
        opens = self._opens_sentence(statement) or (":" in gap and ended)
        if statement.source is None:
            if self._is_title(statement, ended, text[-1:]):
                statement.kind = "title"
            elif size <= SCARE_WORDS and not opens and not (ended and text[-1:] in "!?"):
                statement.kind = "scare"
            else:
                statement.kind = "direct" if opens or size > 2 * _SHORT else "partial"
            return
        if self._names_something(statement, gap, ended, text[-1:]):
            statement.kind, statement.rule = "title", ""
            statement.source = statement.cue = None
            return
        tagged = statement.rule.startswith("quotation")
        after_mark = "," in gap or ":" in gap
        capital = bool(flags[statement.first] & CAPITAL)
        alone = statement.extent == size
        if (
            (tagged and (opens or alone))
            or (capital and (after_mark or (text[-1:] in ".!?…" and size > SCARE_WORDS)))
            or (
                alone
                and size >= _SHORT
                and (capital or any(f & AUX for f in flags[statement.first : statement.stop]))
            )
        ):
            statement.kind = "direct"
        else:
            statement.kind = "partial"

    def _names_something(self, statement: Statement, gap: str, ended: bool, last: str) -> bool:
        """Tell 'the exercise "Winter Shield"': a name in marks after its noun, not after a cue."""
        words = self.words
        first = statement.first
        if statement.rule not in ("speaker, verb, quotation", "reported clause"):
            return False
        before = words.flags[first - 1] if first else 0
        adjacent = before & (VERB | AUX | SUBORDINATE) or "," in gap or ":" in gap
        return not adjacent and self._is_title(statement, ended, last)

    def _opens_sentence(self, statement: Statement) -> bool:
        first = statement.first
        return first == 0 or self.sentence[first - 1] != self.sentence[first]

    def _is_title(self, statement: Statement, ended: bool, last: str) -> bool:
        words = self.words
        size = statement.stop - statement.first
        if (ended and last != ",") or size > _TITLE_WORDS or self._opens_sentence(statement):
            return False
        flags = words.flags[statement.first : statement.stop]
        return size > 1 and all(
            flag & CAPITAL or words.end[statement.first + n] - words.start[statement.first + n] <= 3
            for n, flag in enumerate(flags)
        )

    # ------------------------------------------------------------------ transcripts

    def _transcript(self) -> list[Statement]:
        """Give what the speakers of a transcript say."""
        return [
            Statement(
                "direct",
                speech.start,
                speech.end,
                speech.first,
                speech.stop,
                rule="transcript",
                source=speech.speaker,
            )
            for speech in find_speeches(self.words, self.blocks())
        ]


def _covers(statements: Sequence[Statement], starts: Sequence[int], place: int) -> bool:
    """Tell whether one of some statements, which lie apart, holds a character."""
    number = bisect_right(starts, place) - 1
    return number >= 0 and place < statements[number].end
