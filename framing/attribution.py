"""Who says what: the speakers of the statements of an article, in reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.lexicon import BE, CAPITAL
from framing.names import NameRuns, Names, Runs
from framing.passages import Meanings, Passage, Words, passages
from framing.people import People, Speaker
from framing.phrases import Phrase, is_somebody, subject_of
from framing.quoted import Quoted
from framing.reported import CERTAINTY
from framing.statements import INHERITED, KINDS, RULES, SCARE_WORDS, Statements
from framing.tokens import Tokens

_SIGNED = 6  # words of a name after a dash
_REACH = 500  # words before a colon in which a subject is sought
_NAMED = frozenset({"direct", "partial", "indirect", "scare"})
_SURE = {**CERTAINTY, **INHERITED}
_RULE = {rule: number for number, rule in enumerate(("", *RULES), -1)}


class Attributed(NamedTuple):
    """The speakers of the statements of a corpus, one value for each statement.

    Attributes
    ----------
    rule : array of int64
        The rule that found the speaker, a position in `statements.RULES`; -1 for none.
    source_first, source_stop : array of int64
        The words that name the speaker, in the corpus; -1 for none.
    certainty : array of float
        How sure the rule is, and the step from words to a name.
    speakers : list of Speaker or None
        Who says it.
    """

    rule: NDArray[np.int64]
    source_first: NDArray[np.int64]
    source_stop: NDArray[np.int64]
    certainty: NDArray[np.float64]
    speakers: list[Speaker | None]


@dataclass(slots=True)
class _Said:
    """A statement while its speaker is sought; words count from the first of its article."""

    kind: str
    first: int
    stop: int
    continued: bool
    inner: bool
    rule: str
    source: Phrase | None
    certainty: float
    speaker: Speaker | None = None


def attribute(
    tokens: Tokens, texts: Sequence[str], languages: pd.Series[str], found: Statements
) -> Attributed:
    """Find the speakers of the statements of a corpus.

    Parameters
    ----------
    tokens : Tokens
        The corpus.
    texts : sequence of str
        Its articles' texts.
    languages : Series
        The articles' languages; NA counts for English.
    found : Statements
        What `statements.find_statements` found in it.

    Returns
    -------
    Attributed
        One value for each statement.
    """
    codes = languages.fillna("en").tolist()
    meanings = Meanings(tokens.vocabulary, codes)
    names = [Names(tokens.forms) for _ in meanings.codes]
    offsets = np.searchsorted(found.article, np.arange(len(texts) + 1)).tolist()
    rows: list[tuple[int, int, int]] = []
    certainty: list[float] = []
    speakers: list[Speaker | None] = []
    for passage in passages(tokens, texts, codes, meanings):
        for base, statement in _in_passage(passage, found, offsets, names):
            source = statement.source
            of = (-1, -1) if source is None else (source.first + base, source.stop + base)
            rows.append((_RULE[statement.rule], *of))
            certainty.append(statement.certainty)
            speakers.append(statement.speaker)
    rule, first, stop = np.array(rows, dtype=np.int64).reshape(-1, 3).T.copy()
    return Attributed(rule, first, stop, np.array(certainty, dtype=float), speakers)


def _in_passage(
    passage: Passage, found: Statements, offsets: Sequence[int], names: Sequence[Names]
) -> Iterator[tuple[int, _Said]]:
    """Give the statements of a passage with their speakers, each with its article's first word."""
    first_article = passage.first_article
    spans = offsets[first_article : first_article + len(passage.texts) + 1]
    if spans[0] == spans[-1]:
        return
    statements = _statements(found, slice(spans[0], spans[-1]))
    passage.cut(Quoted(passage).of_word)
    runs = NameRuns(passage, names)
    for article, (start, stop) in enumerate(pairwise(spans)):
        base = passage.first_word + passage.first_words[article]
        own = [_said(row, base) for row in statements[start - spans[0] : stop - spans[0]]]
        if any(statement.kind in _NAMED for statement in own):
            language = names[passage.languages[article]]
            _Naming(passage.words(article), runs.of(article), language).name(own)
        for statement in own:
            yield base, statement


def _statements(found: Statements, own: slice) -> list[tuple[int, ...]]:
    columns = (
        found.kind,
        found.first,
        found.stop,
        found.continued,
        found.inner,
        found.rule,
        found.source_first,
        found.source_stop,
    )
    return list(zip(*(column[own].tolist() for column in columns), strict=True))


def _said(row: tuple[int, ...], base: int) -> _Said:
    kind, first, stop, continued, inner, rule, source, source_stop = row
    name = RULES[rule] if rule >= 0 else ""
    return _Said(
        KINDS[kind],
        first - base,
        stop - base,
        bool(continued),
        bool(inner),
        name,
        None if source < 0 else Phrase(source - base, source_stop - base),
        _SURE.get(name, 0.0),
    )


class _Naming:
    """One article while the speakers of its statements are found; words count from its first."""

    def __init__(self, words: Words, runs: Runs, names: Names) -> None:
        self.words = words
        self.sentence = words.sentence
        self.runs = runs
        self.names = names

    def _people(self) -> People:
        return People(self.words, self.runs, self.names)

    def name(self, statements: Sequence[_Said]) -> None:
        """Name the speakers in reading order, so that "she" can mean the last one."""
        speeches = [statement for statement in statements if statement.rule == "transcript"]
        if speeches:
            people = self._people()
            for speech in speeches:
                speech.speaker = people.who(speech.source) if speech.source else None
        people = self._people()
        marked = [s for s in statements if s.kind in ("direct", "partial") and not s.inner]
        following = {id(s): after for s, after in pairwise(marked)}
        last: _Said | None = None
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

    def _guess(self, statement: _Said) -> None:
        """Note the subject of its sentence, from whom the words of a scare quotation may be."""
        words = self.words
        subject = self._subject(statement)
        if subject is None or not is_somebody(words, subject):
            return
        if not words.flags[min(subject.stop, statement.first)] & BE:  # "the girls were granted"
            statement.rule, statement.source = "subject of the sentence", subject

    def _inherit(self, statement: _Said, last: _Said | None, following: _Said | None) -> None:
        """Find the speaker of a quotation that no cue names."""
        words = self.words
        block = self._block(statement)
        opens = self._opens_sentence(statement)
        rule = ""
        of: _Said | None = None
        if (signed := self._signed(statement)) is not None:
            statement.rule, statement.source = "signed", signed
            statement.certainty = INHERITED["signed"]
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
            statement.certainty = INHERITED["introduced"]
            return
        elif last is not None and last.source is not None and self._block(last) == block and opens:
            rule, of = "continued", last
        elif not opens and (subject := self._subject(statement)) is not None:
            if statement.kind == "direct" or statement.stop - statement.first > SCARE_WORDS:
                statement.rule, statement.source = "subject of the sentence", subject
                statement.certainty = INHERITED["subject of the sentence"]
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
            statement.certainty = INHERITED["subject of the sentence before"]
            return
        if of is not None and of.source is not None:
            statement.rule = rule
            statement.source, statement.speaker = of.source, of.speaker
            # what goes on can be no surer than what it goes on from
            statement.certainty = min(INHERITED[rule], of.certainty)

    def _opens_sentence(self, statement: _Said) -> bool:
        first = statement.first
        return first == 0 or self.sentence[first - 1] != self.sentence[first]

    def _block(self, statement: _Said) -> int:
        return self.words.block[min(statement.first, len(self.sentence) - 1)]

    def _opens_block(self, statement: _Said) -> bool:
        first = statement.first
        return first == 0 or self.words.block[first - 1] != self._block(statement)

    def _signed(self, statement: _Said) -> Phrase | None:
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
        here = words.block[first] if first < len(words.flags) else -1
        closes = stop == len(words.flags) or words.block[stop] != here
        return Phrase(first, stop) if stop > first and closes else None

    def _follows_colon(self, statement: _Said, last: _Said) -> bool:
        """Tell whether a colon ends the sentence of the last statement before a quotation."""
        first = statement.first
        if not first or ":" not in self.words.gap(first):
            return False
        return self.sentence[first - 1] == self.sentence[max(last.stop - 1, 0)]

    def _introduced(self, statement: _Said) -> Phrase | None:
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

    def _subject(self, statement: _Said) -> Phrase | None:
        """Find the subject of the sentence in which a quotation stands."""
        first = statement.first
        begin = self.words.sentence_start[self.sentence[first]]
        return subject_of(self.words, begin, first) if begin < first else None

    def _subject_before(self, statement: _Said) -> Phrase | None:
        """Find the subject of the sentence before."""
        first = statement.first
        if not first:
            return None
        return subject_of(self.words, self.words.sentence_start[self.sentence[first - 1]], first)
