"""Whose words an article's words are: headline, caption, journalist, or somebody quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.attribution import Attributed, attribute
from framing.corpus import Corpus, as_corpus
from framing.rows import changes
from framing.speakers import Heard, Settled, count_names, name_speakers, number_speakers
from framing.statements import KINDS, RULES, Statements, find_statements
from framing.tables import (
    BLOCKS,
    NO_SPEAKER,
    UNKNOWN_SPEAKER,
    UNSURE,
    VOICES,
    as_table,
    coded,
)
from framing.tokens import Tokens

HEADLINE, CAPTION, JOURNALIST, QUOTED, INDIRECT = range(len(VOICES))
_VOICE_OF_BLOCK = {"title": HEADLINE, "caption": CAPTION, "credit": CAPTION}
_VOICE_OF_KIND = {"direct": QUOTED, "partial": QUOTED, "indirect": INDIRECT}
_OF_KIND = np.array([_VOICE_OF_KIND.get(kind, JOURNALIST) for kind in KINDS], dtype=np.int8)


_STATEMENTS: WeakKeyDictionary[Tokens, Statements] = WeakKeyDictionary()
_ATTRIBUTED: WeakKeyDictionary[Tokens, Attributed] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Voices:
    """The voice of every word of a corpus, and who speaks; each is found when it is asked for.

    Attributes
    ----------
    tokens, texts, articles, known
        The corpus: its words, texts and articles, and the list of speakers that it was given.
    settled
        Who is meant by each name, if that was decided in a larger corpus.
    """

    tokens: Tokens
    texts: Sequence[str]
    articles: pd.DataFrame
    known: pd.DataFrame | None
    settled: Settled | None = None

    @cached_property
    def voice(self) -> NDArray[np.int8]:
        """For each token its voice, as a position in `tables.VOICES`."""
        tokens = self.tokens
        of_kind = _OF_KIND[self._found.kind]
        voice = np.repeat(_of_blocks(tokens.sentence_kind), np.diff(tokens.sentence_tokens))
        said = np.flatnonzero(self._statement >= 0)
        voice[said] = of_kind[self._statement[said]]
        return voice

    @cached_property
    def speaker(self) -> NDArray[np.int32]:
        """For each token who says it, as a position in `speakers`; -1 where nobody is named."""
        return np.append(self._named[1], np.int32(-1))[self._statement]

    @cached_property
    def certainty(self) -> NDArray[np.float64]:
        """For each token how sure its speaker is; NaN where there is none."""
        return np.append(self._certainty, np.nan)[self._statement]

    @cached_property
    def start(self) -> NDArray[np.int32]:
        """For each token its first character, or that of a quotation mark that belongs to it."""
        found, marked, start = self._found, self._marked, self.tokens.start.copy()
        np.minimum.at(start, found.first[marked], found.start[marked].astype(np.int32))
        return start

    @cached_property
    def end(self) -> NDArray[np.int32]:
        """For each token the character after its last, or after a mark that belongs to it."""
        found, marked, end = self._found, self._marked, self.tokens.end.copy()
        np.maximum.at(end, found.stop[marked] - 1, found.end[marked].astype(np.int32))
        return end

    @cached_property
    def speakers(self) -> list[str]:
        """The names of the speakers; each stands once."""
        return list(self._named[0])

    @cached_property
    def speaker_ids(self) -> list[str]:
        """Their ids."""
        return list(self._named[0].values())

    @cached_property
    def quotations(self) -> pd.DataFrame:
        """The table that `quotations` gives."""
        return _quotations_table(self)

    def groups(self, by: Literal["voice", "speaker"]) -> tuple[NDArray[np.int64], list[str]]:
        """For each token its voice or its speaker as a number, and what the numbers stand for.

        Words whose speaker is unsure or not named count for `UNKNOWN_SPEAKER`, those that are
        nobody's quoted or reported speech for `NO_SPEAKER`.
        """
        if by == "voice":
            return self.voice.astype(np.int64), list(VOICES)
        names = [*self.speakers, UNKNOWN_SPEAKER, NO_SPEAKER]
        sure = (self.speaker >= 0) & (self.certainty >= UNSURE)
        said = self.voice >= QUOTED
        codes = np.where(sure, self.speaker, len(names) - 2)
        return np.where(said, codes, len(names) - 1).astype(np.int64), names

    @cached_property
    def _found(self) -> Statements:
        # A corpus given another list of speakers has the same tokens, and the same statements.
        tokens = self.tokens
        if tokens not in _STATEMENTS:
            _STATEMENTS[tokens] = find_statements(tokens, self.texts, self.articles["language"])
        return _STATEMENTS[tokens]

    @cached_property
    def _attributed(self) -> Attributed:
        tokens = self.tokens
        if tokens not in _ATTRIBUTED:
            languages = self.articles["language"]
            _ATTRIBUTED[tokens] = attribute(tokens, self.texts, languages, self._found)
        return _ATTRIBUTED[tokens]

    @cached_property
    def _named(self) -> tuple[dict[str, str], NDArray[np.int32]]:
        """The names and ids of the speakers, and for each statement its speaker among them."""
        heard = self._attributed.speakers
        if self.settled is not None:
            return number_speakers(heard, self.settled)
        return name_speakers(heard, self.known)

    @cached_property
    def _certainty(self) -> NDArray[np.float64]:
        """How sure the speaker of each statement is."""
        return np.where(self._named[1] >= 0, self._attributed.certainty, np.nan)

    @cached_property
    def _statement(self) -> NDArray[np.int32]:
        """For each token the statement whose voice it has; -1 for none."""
        tokens = self.tokens
        statement = _innermost(self._found, len(tokens))
        told = _of_blocks(tokens.sentence_kind) == JOURNALIST
        statement[~np.repeat(told, np.diff(tokens.sentence_tokens))] = -1
        return statement

    @cached_property
    def _marked(self) -> NDArray[np.bool_]:
        """Tell which statements may have quotation marks around their words."""
        found = self._found
        return ~found.inner & (found.first < found.stop) & (found.kind != KINDS.index("indirect"))


_FOUND: WeakKeyDictionary[Corpus, Voices] = WeakKeyDictionary()


def voices_of(corpus: Corpus) -> Voices:
    """Give the voices of a corpus; what was found stays with it."""
    if corpus not in _FOUND:
        _FOUND[corpus] = Voices(corpus.tokens, corpus.texts, corpus.articles, corpus.speakers)
    return _FOUND[corpus]


def names_in(corpus: Corpus) -> Heard:
    """Count the names under which somebody speaks in a corpus, as `count_names` does."""
    return count_names(voices_of(corpus)._attributed.speakers)


def settle_speakers(corpus: Corpus, settled: Settled) -> None:
    """Let each name in a corpus mean who it means in the larger corpus that this is a part of."""
    _FOUND[corpus] = Voices(corpus.tokens, corpus.texts, corpus.articles, corpus.speakers, settled)


def _innermost(found: Statements, size: int) -> NDArray[np.int32]:
    """Give for each word the shortest statement that holds it; -1 for none."""
    chosen = ~found.inner & (_OF_KIND[found.kind] != JOURNALIST)
    # What is longer first, so that a quotation inside reported speech has the last word.
    order = np.argsort(found.first - found.stop, kind="stable")
    order = order[chosen[order]]
    of_word = np.full(size, -1, dtype=np.int32)
    for number, first, stop in zip(
        order.tolist(), found.first[order].tolist(), found.stop[order].tolist(), strict=True
    ):
        of_word[first:stop] = number
    return of_word


def _of_blocks(kinds: NDArray[np.int8]) -> NDArray[np.int8]:
    """Give the voice of what stands in a block of each kind, but for quotations."""
    voices = [_VOICE_OF_BLOCK.get(kind, JOURNALIST) for kind in BLOCKS]
    return np.array(voices, dtype=np.int8)[kinds]


def _quotations_table(voices: Voices) -> pd.DataFrame:
    tokens, texts, articles = voices.tokens, voices.texts, voices.articles
    found, attributed = voices._found, voices._attributed
    names, of_statement = voices._named
    owner = found.article
    # A mark that lost its partner holds no word: it stands in the sentence of the word before.
    word = np.maximum(found.first - (found.first == found.stop), tokens.offsets[owner])
    sentence = tokens.sentence[word]
    of_block = _of_blocks(tokens.sentence_kind[sentence])
    of_kind = _OF_KIND[found.kind]
    speaker_start, speaker_end = _characters(
        tokens, attributed.source_first, attributed.source_stop
    )
    cue_start, cue_end = _characters(tokens, found.cue_first, found.cue_stop)
    return as_table(
        "quotations",
        {
            "article_id": articles["article_id"].array.take(owner),
            "source": articles["source"].array.take(owner),
            "start": found.start,
            "end": found.end,
            "text": _cut(texts, owner, found.start, found.end),
            "kind": coded(found.kind, KINDS),
            "voice": coded(np.where(of_block == JOURNALIST, of_kind, of_block), VOICES),
            "speaker": coded(of_statement, list(names)),
            "speaker_id": coded(of_statement, list(names.values())),
            "speaker_text": _cut(texts, owner, speaker_start, speaker_end),
            "speaker_start": pd.arrays.IntegerArray(speaker_start, speaker_start < 0),
            "speaker_end": pd.arrays.IntegerArray(speaker_end, speaker_end < 0),
            "cue": _cut(texts, owner, cue_start, cue_end),
            "rule": coded(attributed.rule, RULES),
            "certainty": voices._certainty,
            "balanced": found.balanced,
            "continued": found.continued,
            "set_aside": tokens.set_aside[sentence],
            "constructed": articles["constructed"].array.take(owner),
        },
    )


def _characters(
    tokens: Tokens, first: NDArray[np.int64], stop: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the characters of phrases in their articles; -1 where there is none."""
    there = first >= 0
    start, end = np.full((2, len(first)), -1, dtype=np.int64)
    start[there] = tokens.start[first[there]]
    end[there] = tokens.end[stop[there] - 1]
    return start, end


def _cut(
    texts: Sequence[str],
    articles: NDArray[np.integer],
    start: NDArray[np.integer],
    end: NDArray[np.integer],
) -> list[str | None]:
    """Cut spans out of the texts of their articles; None where there is no span."""
    spans = zip(articles.tolist(), start.tolist(), end.tolist(), strict=True)
    return [texts[article][begin:stop] if begin >= 0 else None for article, begin, stop in spans]


def quotations(corpus: Corpus | str | Sequence[str]) -> pd.DataFrame:
    """Find what is quoted or reported, who says it, and the words that name the speaker.

    Quotation marks are read by their shape, paragraph by paragraph, so that a lost mark spoils
    one paragraph at most. A speaker is found by rules over word lists of the article's language,
    without a model: a reporting clause beside the quotation ("Weber said", "according to the
    ministry"), a quotation before it by the same speaker, the sentence that introduces it. About
    half of the reported speech in news stands without marks; its clauses are found beside verbs
    and nouns of reporting.

    Parameters
    ----------
    corpus : Corpus, str or list of str
        The articles, or one text or several for a quick try.

    Returns
    -------
    DataFrame
        One row per quotation and per clause of reported speech, by article and place:

        - article_id, source (category): the article
        - start, end (int): the span in the article's text, in characters from 0, marks included
        - text (string): ``text[start:end]``
        - kind (category): ``direct`` (clauses in marks), ``partial`` (marked words inside the
          reporter's sentence), ``indirect`` (reported without marks, together with the partial
          quotations inside it), ``scare`` (a few marked words that no cue gives to anybody),
          ``title`` (of a work), ``orphan`` (a mark that lost its partner)
        - voice (category): whose words they count as: ``quoted``, ``indirect``; in a headline or
          caption that of the block; scare quotes and titles those of the words around them
        - speaker, speaker_id (category): who says it, by the fullest name in the corpus; NA if
          nobody is named
        - speaker_text (string), speaker_start, speaker_end (int): the words that name the speaker
          here, such as "he" or "the French leader"; of scare quotations, which have no speaker,
          the subject of the sentence, from whom they may be
        - cue (string): the word of reporting
        - rule (category): the rule that found the speaker
        - certainty (float): how far the rule is trusted, 0 to 1: set by hand in view of what was
          measured (tests/voices.md), lowered for every step from "he" to a name, and no measured
          frequency; below .6 the speaker counts as unsure
        - balanced (bool): no quotation mark is missing
        - continued (bool): goes on in the next paragraph
        - set_aside (bool): in repeated text, which is not counted
        - constructed (bool): in an article written for demonstration

    See Also
    --------
    find_voices : every article divided among its voices.

    Notes
    -----
    Names are resolved inside an article first ("he", "the minister", a surname), then across the
    corpus: a surname alone is the person of that name if there is only one. Correct what is wrong
    with `Corpus.with_speakers`. On the state of the art see Pareti et al. (2013) and Asr et al.
    (2021).

    References
    ----------
    Asr, F. T., Mazraeh, M., Lopes, A., Gautam, V., Gonzales, J., Rao, P. & Taboada, M. (2021). The
    Gender Gap Tracker: Using natural language processing to measure gender bias in media. PLoS ONE,
    16(1), e0245533.

    Pareti, S., O'Keefe, T., Konstas, I., Curran, J. R. & Koprinska, I. (2013). Automatically
    detecting and attributing indirect quotations. Proceedings of EMNLP 2013.

    Examples
    --------
    >>> text = 'President Ana Torvik spoke. "We want peace," she said.'
    >>> quotations(text)[["kind", "text", "speaker", "speaker_text", "cue"]]
         kind              text     speaker speaker_text   cue
    0  direct  "We want peace,"  Ana Torvik          she  said
    """
    return voices_of(as_corpus(corpus)).quotations.copy()


def find_voices(corpus: Corpus | str | Sequence[str]) -> pd.DataFrame:
    """Divide every article into stretches of one voice, to see whose words they are.

    The voices are the ``headline``, the ``caption`` (with its credit), somebody ``quoted``,
    somebody's words in reported speech (``indirect``), and the ``journalist``. The journalist's
    share is an upper bound: reported speech that is not recognised stays in it.

    Parameters
    ----------
    corpus : Corpus, str or list of str
        The articles, or one text or several for a quick try.

    Returns
    -------
    DataFrame
        One row per stretch, by article and place. The stretches of a paragraph follow each other
        with nothing but white space between them:

        - article_id, source (category): the article
        - start, end (int): the span in the article's text, in characters from 0
        - text (string): ``text[start:end]``
        - voice (category): headline, caption, journalist, quoted or indirect
        - speaker, speaker_id (category): who is quoted or reported, by the fullest name in the
          corpus; NA in the other voices and where nobody is named
        - certainty (float): how sure the speaker is, 0 to 1, for all of the stretch; NA without one
        - n_words (int): counted words; no dateline, credit or set-aside text
        - constructed (bool): in an article written for demonstration

    See Also
    --------
    quotations : the quotations and the rules that found their speakers.

    Examples
    --------
    >>> find_voices('Talks failed. "We want peace," Ana Torvik said.')[["text", "voice", "speaker"]]
                   text       voice     speaker
    0     Talks failed.  journalist         NaN
    1  "We want peace,"      quoted  Ana Torvik
    2  Ana Torvik said.  journalist         NaN
    """
    corpus = as_corpus(corpus)
    tokens, voices, texts = corpus.tokens, voices_of(corpus), corpus.texts
    block = tokens.sentence_block[tokens.sentence]
    certainty = np.nan_to_num(voices.certainty, nan=-1)
    first = changes(block, voices.voice, voices.speaker, certainty)
    last = np.append(first[1:], len(tokens))[: len(first)] - 1
    article = tokens.article[first]
    own = block[first]
    blocks = (tokens.block_start[own].tolist(), tokens.block_end[own].tolist(), own.tolist())
    start, end = _with_marks_between(
        [texts[a] for a in article.tolist()],
        voices.start[first].tolist(),
        voices.end[last].tolist(),
        list(zip(*blocks, strict=True)),
    )
    running = np.concatenate([[0], np.cumsum(tokens.counted)])
    articles = corpus.articles
    return as_table(
        "voices",
        {
            "article_id": articles["article_id"].array.take(article),
            "source": articles["source"].array.take(article),
            "start": start,
            "end": end,
            "text": _cut(texts, article, start, end),
            "voice": coded(voices.voice[first], VOICES),
            "speaker": coded(voices.speaker[first], voices.speakers),
            "speaker_id": coded(voices.speaker[first], voices.speaker_ids),
            "certainty": voices.certainty[first],
            "n_words": running[last + 1] - running[first],
            "constructed": articles["constructed"].array.take(article),
        },
    )


def _with_marks_between(
    texts: Sequence[str],
    starts: Sequence[int],
    ends: Sequence[int],
    blocks: Sequence[tuple[int, int, int]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Extend stretches of words over the marks between them, up to the white space."""
    begins: list[int] = []
    stops: list[int] = []
    before = -1  # the block of the stretch before, and the end that it was given
    taken = 0
    for number, (text, start, end) in enumerate(zip(texts, starts, ends, strict=True)):
        block_start, block_end, block = blocks[number]
        begin = taken if block == before else block_start
        follows = number + 1 < len(starts) and blocks[number + 1][2] == block
        limit = starts[number + 1] if follows else block_end
        while begin < start and text[begin].isspace():
            begin += 1
        taken = end
        while taken < limit and not text[taken].isspace():
            taken += 1
        if not follows:
            taken = block_start + len(text[block_start:block_end].rstrip())
        begins.append(begin)
        stops.append(taken)
        before = block
    return np.array(begins, dtype=np.int64), np.array(stops, dtype=np.int64)
