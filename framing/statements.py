"""Quotations and reported speech of an article, put together: what is said, how, and by whom."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.cues import cue_places
from framing.lexicon import (
    AND,
    AUX,
    BARE,
    BE,
    CAPITAL,
    CUE,
    GROUP,
    HE,
    PREPOSITION,
    ROLE,
    SAY,
    SHE,
    SUBORDINATE,
    THEY,
    VERB,
    WordColumns,
    Words,
    load_lexicon,
)
from framing.names import Names, name_runs
from framing.people import People, Speaker
from framing.phrases import Phrase, is_somebody, subject_of
from framing.reported import CERTAINTY, Report, find_reports
from framing.tokens import Tokens
from framing.transcripts import find_speeches, may_be_transcript

KINDS = ("direct", "partial", "scare", "title", "indirect", "orphan")
# Rules that find the speaker of a quotation with no cue of its own, and how sure they are.
_INHERITED = {
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
RULES = (*CERTAINTY, *_INHERITED)

_SIGNED = 6  # words of a name after a dash
_NEAR = 60  # words around a quotation inside another in which its speaker is sought
_SCARE_WORDS = 4
_SHORT = 5  # words: below it marked words are a part of the reporter's sentence
_TITLE_WORDS = 8
_TAG_WORDS = 8  # words from a comma to "said"
_MARKS = "\"“”„«»‹›‘’‚'`*"
_REACH = 500  # words before a colon in which a subject is sought
_NAMED = frozenset({"direct", "partial", "indirect", "scare"})


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
    certainty: float = 0.0
    cue: Phrase | None = None
    source: Phrase | None = None
    speaker: Speaker | None = None
    extent: int = 1 << 30  # words of the reported content that it lies in


def _by_place(statement: Statement) -> tuple[int, int]:
    return statement.start, -statement.end


def find_statements(
    tokens: Tokens, texts: Sequence[str], languages: pd.Series[str]
) -> Iterator[tuple[int, list[Statement]]]:
    """Find the quotations and the reported speech of each article that has any.

    Parameters
    ----------
    tokens : Tokens
        The corpus.
    texts : sequence of str
        Its articles' texts.
    languages : Series
        The articles' languages; NA counts for English.

    Yields
    ------
    article : int
        The number of an article.
    statements : list of Statement
        Its statements by their places.
    """
    codes = languages.fillna("en").tolist()
    columns = WordColumns(tokens, texts, codes)
    names = {code: Names(tokens.forms) for code in set(codes)}
    marks = _Marks(tokens, texts, columns.flags)
    cues = cue_places(columns, marks.of_token < 0, [load_lexicon(code) for code in names])
    cue_offsets = np.searchsorted(cues, tokens.offsets).tolist()
    run_first, run_stop = name_runs(columns.flags, columns.joined)
    run_offsets = np.searchsorted(run_first, tokens.offsets).tolist()
    offsets = tokens.offsets.tolist()
    for article, text in enumerate(texts):
        base = offsets[article]
        own = slice(cue_offsets[article], cue_offsets[article + 1])
        labelled = may_be_transcript(text)
        empty = own.start == own.stop and not marks.some[article] and not labelled
        if empty or base == offsets[article + 1]:
            continue
        words = columns.article(article, marks.of_token)
        runs = slice(run_offsets[article], run_offsets[article + 1])
        named = zip(
            (run_first[runs] - base).tolist(), (run_stop[runs] - base).tolist(), strict=True
        )
        found = _Article(tokens, article, words, marks, [Phrase(*run) for run in named])
        statements = found.statements(
            (cues[own] - base).tolist(), names[codes[article]], labelled=labelled
        )
        if statements:
            yield article, statements


class _Marks:
    """The quotations of a corpus that lie in no other, and the tokens inside them."""

    def __init__(self, tokens: Tokens, texts: Sequence[str], flags: NDArray[np.int64]) -> None:
        lengths = np.array([len(text) + 1 for text in texts], dtype=np.int64)
        base = np.concatenate([[0], np.cumsum(lengths)])
        counts = np.diff(tokens.quotation_offsets)
        owner = np.repeat(np.arange(len(texts)), counts)
        start = base[owner] + tokens.quotation_start
        end = base[owner] + tokens.quotation_end
        word = base[tokens.article] + tokens.start
        reach = np.maximum.accumulate(end) if len(end) else end
        self.inner = np.concatenate([[False], start[1:] < reach[:-1]])[: len(start)]
        self.start, self.end = tokens.quotation_start, tokens.quotation_end.copy()
        self.first = np.searchsorted(word, start)
        self.stop = np.searchsorted(word, end)
        for number in np.flatnonzero(~tokens.balanced & (self.stop > self.first)):
            self._end_before_tag(int(number), tokens, texts[owner[number]], flags)
        self.of_token = np.full(len(tokens), -1, dtype=np.int32)
        outer = np.flatnonzero(~self.inner & (self.stop > self.first))
        size = self.stop[outer] - self.first[outer]
        place = np.repeat(self.first[outer] - np.cumsum(size) + size, size) + np.arange(size.sum())
        self.of_token[place] = np.repeat(outer, size)
        self.some = counts > 0

    def _end_before_tag(
        self, number: int, tokens: Tokens, text: str, flags: NDArray[np.int64]
    ) -> None:
        """End a quotation before its tag where its closing mark is lost: '"Yes, he said'."""
        first, stop = int(self.first[number]), int(self.stop[number])
        after_mark = first
        for place in range(first + 1, stop):
            gap = text[tokens.end[place - 1] : tokens.start[place]]
            if any(sign in gap for sign in ",?!"):
                after_mark = place
            flag = int(flags[place])
            named = flags[after_mark : place + 2] & (CAPITAL | ROLE | GROUP | HE | SHE | THEY)
            if (
                after_mark > first
                and place - after_mark < _TAG_WORDS
                and flag & SAY
                and flag & BARE
                and named.any()
            ):
                self.stop[number] = after_mark
                self.end[number] = tokens.end[after_mark - 1] + 1
                return


class _Article:
    """One article while its statements are found; words count from its first."""

    def __init__(
        self,
        tokens: Tokens,
        article: int,
        words: Words,
        marks: _Marks,
        runs: Sequence[Phrase],
    ) -> None:
        self.words = words
        self.sentence = words.sentence
        self.base = int(tokens.offsets[article])
        self.tokens = tokens
        self.runs = runs
        self.blocks = range(
            int(tokens.block_offsets[article]), int(tokens.block_offsets[article + 1])
        )
        first, last = words.sentence[0], words.sentence[-1]
        self.block_of = dict(
            enumerate(tokens.sentence_block[first : last + 1].tolist(), start=first)
        )
        self.orphans: list[Statement] = []
        self.quotations: dict[int, Statement] = {}
        self.inner: list[Statement] = []
        own = slice(
            int(tokens.quotation_offsets[article]), int(tokens.quotation_offsets[article + 1])
        )
        columns = (marks.start, marks.end, marks.first, marks.stop, marks.inner, tokens.balanced)
        rows = zip(*(column[own].tolist() for column in columns), strict=True)
        for number, (start, end, begin, stop, inner, balanced) in enumerate(rows, own.start):
            statement = Statement("", start, end, begin - self.base, stop - self.base, balanced)
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

    def statements(self, cues: Sequence[int], names: Names, *, labelled: bool) -> list[Statement]:
        """Find the article's statements, from the words that may be cues."""
        spoken = self._transcript(names) if labelled else []
        indirect = [found for report in self._reports(cues) for found in self._attach(report)]
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
        if any(statement.kind in _NAMED for statement in found):
            self._name(found, People(self.words, self.runs, names))
        for statement in found:
            self._move(statement)
        return found

    def _reports(self, cues: Sequence[int]) -> list[Report]:
        """Find what each sentence with cues reports."""
        words, sentence = self.words, self.sentence
        reports: list[Report] = []
        place = 0
        while place < len(cues):
            first = words.sentence_start[sentence[cues[place]]]
            stop = words.sentence_start.get(sentence[first] + 1, len(sentence))
            after = bisect_left(cues, stop, place)
            reports += find_reports(words, first, stop, cues[place:after])
            place = after
        return reports

    def _move(self, statement: Statement) -> None:
        """Count the words of a statement from the first of the corpus."""
        base = self.base
        statement.first += base
        statement.stop += base
        if statement.source is not None:
            statement.source = Phrase(statement.source.first + base, statement.source.stop + base)
        if statement.cue is not None:
            statement.cue = Phrase(statement.cue.first + base, statement.cue.stop + base)

    def _attach(self, report: Report) -> list[Statement]:
        """Give the quotations of a report its source; return what it reports without marks."""
        words = self.words
        certainty = CERTAINTY[report.rule]
        found = []
        for phrase in report.content:
            phrase = self._trimmed(report, phrase)
            marks = set(words.mark[phrase.first : phrase.stop])
            inside = [self.quotations[number] for number in marks if number >= 0]
            extent = phrase.stop - phrase.first
            for statement in inside:
                if extent < statement.extent:
                    statement.extent = extent
                    statement.rule, statement.certainty = report.rule, certainty
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
                    certainty=certainty,
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
        plain = (
            place
            for place in range(*phrase)
            if words.mark[place] < 0 and not words.flags[place] & AND
        )
        first = next(plain, None)
        if first is None:
            return False
        return not (quoted and words.flags[first] & PREPOSITION) or next(plain, None) is not None

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
                    inner.rule, inner.certainty = report.rule, CERTAINTY[report.rule]
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
            elif size <= _SCARE_WORDS and not opens and not (ended and text[-1:] in "!?"):
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
            or (capital and (after_mark or (text[-1:] in ".!?…" and size > _SCARE_WORDS)))
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

    # ------------------------------------------------------------------ speakers

    def _name(self, statements: list[Statement], people: People) -> None:
        """Name the speakers in reading order, so that "she" can mean the last one."""
        marked = [s for s in statements if s.kind in ("direct", "partial") and not s.inner]
        following = {id(s): after for s, after in pairwise(marked)}
        last: Statement | None = None
        for statement in statements:
            if statement.kind not in _NAMED:
                continue
            if statement.kind == "scare" and not statement.inner:
                self._guess(statement)
                continue
            if statement.inner:
                if statement.source is not None:
                    statement.speaker = people.who(statement.source)
                    if statement.speaker is not None:
                        statement.certainty *= statement.speaker.certainty
                continue
            if statement.rule == "transcript":
                last = None
                continue
            if not statement.rule:
                self._inherit(statement, last, following.get(id(statement)))
            if statement.source is not None and statement.speaker is None:
                statement.speaker = people.who(statement.source)
                if statement.speaker is not None:
                    statement.certainty *= statement.speaker.certainty
                    if statement.speaker.person:
                        people.heard(statement.source.first, statement.speaker.name)
                    else:
                        people.heard_group(statement.source.first, statement.speaker.name)
            if statement.kind != "indirect" or statement.source is not None:
                last = statement

    def _guess(self, statement: Statement) -> None:
        """Note the subject of its sentence, from whom the words of a scare quotation may be."""
        words = self.words
        subject = self._subject(statement)
        if subject is None or not is_somebody(words, subject):
            return
        if not words.flags[min(subject.stop, statement.first)] & BE:  # "the girls were granted"
            statement.rule, statement.source = "subject of the sentence", subject

    def _inherit(
        self, statement: Statement, last: Statement | None, following: Statement | None
    ) -> None:
        """Find the speaker of a quotation that no cue names."""
        words = self.words
        block = self._block(statement)
        opens = self._opens_sentence(statement)
        rule = ""
        of: Statement | None = None
        if (signed := self._signed(statement)) is not None:
            statement.rule, statement.source = "signed", signed
            statement.certainty = _INHERITED["signed"]
            return
        if last is not None and last.continued and self._block(last) + 1 >= block:
            rule, of = "continued from the paragraph before", last
        elif (
            following is not None
            and following.rule
            and (statement.continued or self._block(following) == block)
            and not any(m < 0 for m in words.mark[statement.stop : following.first])
        ):
            rule, of = "before a named one", following
        elif last is not None and last.source is not None and self._follows_colon(statement, last):
            rule, of = "introduced", last
        elif (named := self._introduced(statement)) is not None:
            statement.rule, statement.source = "introduced", named
            statement.certainty = _INHERITED["introduced"]
            return
        elif last is not None and last.source is not None and self._block(last) == block and opens:
            rule, of = "continued", last
        elif not opens and (subject := self._subject(statement)) is not None:
            if statement.kind == "direct" or statement.stop - statement.first > _SCARE_WORDS:
                statement.rule, statement.source = "subject of the sentence", subject
                statement.certainty = _INHERITED["subject of the sentence"]
            return
        elif (
            last is not None
            and last.source is not None
            and opens
            and self._block(last) + 1 == block
            and self._opens_block(statement)
        ):
            rule, of = "continued in the next paragraph", last
        elif opens and (subject := self._subject_before(statement)) is not None:
            statement.rule, statement.source = "subject of the sentence before", subject
            statement.certainty = _INHERITED["subject of the sentence before"]
            return
        if of is not None and of.source is not None:
            statement.rule = rule
            statement.source, statement.speaker = of.source, of.speaker
            # what goes on can be no surer than what it goes on from
            statement.certainty = min(_INHERITED[rule], of.certainty)

    def _block(self, statement: Statement) -> int:
        return self.block_of[self.sentence[min(statement.first, len(self.sentence) - 1)]]

    def _opens_block(self, statement: Statement) -> bool:
        first = statement.first
        return first == 0 or self.block_of[self.sentence[first - 1]] != self._block(statement)

    def _signed(self, statement: Statement) -> Phrase | None:
        """Find the name that a dash adds to a quotation at the end of a paragraph."""
        words = self.words
        first = stop = statement.stop
        if stop >= len(words.flags) or not any(dash in words.gap(stop) for dash in "-–—"):
            return None
        while (
            stop < min(first + _SIGNED, len(words.flags))
            and words.flags[stop] & CAPITAL
            and (stop == first or words.joined[stop])
        ):
            stop += 1
        here = self.block_of[self.sentence[first]] if first < len(words.flags) else -1
        closes = stop == len(words.flags) or self.block_of[self.sentence[stop]] != here
        return Phrase(first, stop) if stop > first and closes else None

    def _follows_colon(self, statement: Statement, last: Statement) -> bool:
        """Tell whether a colon ends the sentence of the last statement before a quotation."""
        first = statement.first
        if not first or ":" not in self.words.gap(first):
            return False
        return self.sentence[first - 1] == self.sentence[max(last.stop - 1, 0)]

    def _introduced(self, statement: Statement) -> Phrase | None:
        """Find the subject of the words that a colon ends before a quotation."""
        words = self.words
        first = statement.first
        if not first or ":" not in words.gap(first) or words.mark[first - 1] >= 0:
            return None
        begin = first - 1
        start = max(words.sentence_start[self.sentence[begin]], begin - _REACH)
        while begin > start and words.mark[begin - 1] < 0:
            begin -= 1
        return subject_of(words, begin, first)

    def _subject(self, statement: Statement) -> Phrase | None:
        """Find the subject of the sentence in which a quotation stands."""
        first = statement.first
        begin = self.words.sentence_start[self.sentence[first]]
        return subject_of(self.words, begin, first) if begin < first else None

    def _subject_before(self, statement: Statement) -> Phrase | None:
        """Find the subject of the sentence before."""
        first = statement.first
        if not first:
            return None
        return subject_of(self.words, self.words.sentence_start[self.sentence[first - 1]], first)

    # ------------------------------------------------------------------ transcripts

    def _transcript(self, names: Names) -> list[Statement]:
        """Give what the speakers of a transcript say."""
        speeches = find_speeches(self.tokens, self.words, self.blocks)
        if not speeches:
            return []
        people = People(self.words, self.runs, names)
        certainty = _INHERITED["transcript"]
        return [
            Statement(
                "direct",
                speech.start,
                speech.end,
                speech.first,
                speech.stop,
                rule="transcript",
                certainty=certainty,
                source=speech.speaker,
                speaker=people.who(speech.speaker),
            )
            for speech in speeches
        ]


def _covers(statements: Sequence[Statement], starts: Sequence[int], place: int) -> bool:
    """Tell whether one of some statements, which lie apart, holds a character."""
    number = bisect_right(starts, place) - 1
    return number >= 0 and place < statements[number].end
