"""Whose words an article's words are: headline, caption, journalist, or somebody quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.corpus import Corpus, as_corpus
from framing.phrases import Phrase
from framing.speakers import name_speakers
from framing.statements import KINDS, RULES, Statement, find_statements
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


@dataclass(frozen=True, eq=False)
class Voices:
    """The voice of every word of a corpus.

    Attributes
    ----------
    voice : array of int8
        For each token its voice, as a position in `tables.VOICES`.
    speaker : array of int32
        For each token who says it, as a position in `speakers`; -1 where nobody is named.
    certainty : array of float
        For each token how sure its speaker is; NaN where there is none.
    start, end : array of int
        For each token its first character and the one after its last, with the quotation mark
        that belongs to a quotation beginning or ending there.
    speakers, speaker_ids : list of str
        Names and ids of the speakers; each stands once.
    quotations : DataFrame
        The table that `quotations` gives.
    """

    voice: NDArray[np.int8]
    speaker: NDArray[np.int32]
    certainty: NDArray[np.float64]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    speakers: list[str]
    speaker_ids: list[str]
    quotations: pd.DataFrame

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


_FOUND: WeakKeyDictionary[Corpus, Voices] = WeakKeyDictionary()
# A corpus given another list of speakers has the same tokens, and the same statements.
_STATEMENTS: WeakKeyDictionary[Tokens, list[tuple[int, list[Statement]]]] = WeakKeyDictionary()


def voices_of(corpus: Corpus) -> Voices:
    """Find the voices of a corpus, once for each corpus."""
    if corpus not in _FOUND:
        _FOUND[corpus] = _listen(corpus)
    return _FOUND[corpus]


def _listen(corpus: Corpus) -> Voices:
    tokens = corpus.tokens
    if tokens not in _STATEMENTS:
        languages = corpus.articles["language"]
        _STATEMENTS[tokens] = list(find_statements(tokens, corpus.texts, languages))
    found = [statement for _, heard in _STATEMENTS[tokens] for statement in heard]
    owner = np.array([a for a, heard in _STATEMENTS[tokens] for _ in heard], dtype=np.int64)
    names, of_statement = name_speakers([statement.speaker for statement in found], corpus.speakers)
    voice = _of_blocks(tokens.sentence_kind)[tokens.sentence]
    speaker = np.full(len(tokens), -1, dtype=np.int32)
    certainty = np.full(len(tokens), np.nan)
    start, end = tokens.start.copy(), tokens.end.copy()
    body = voice == JOURNALIST
    # What is longer first, so that a quotation inside reported speech has the last word.
    for number in sorted(range(len(found)), key=lambda n: found[n].first - found[n].stop):
        statement = found[number]
        if statement.inner or statement.first == statement.stop:
            continue
        if statement.kind != "indirect":
            start[statement.first] = min(start[statement.first], statement.start)
            end[statement.stop - 1] = max(end[statement.stop - 1], statement.end)
        if statement.kind not in _VOICE_OF_KIND:
            continue
        span = slice(statement.first, statement.stop)
        inside = body[span]
        known = of_statement[number] >= 0
        voice[span][inside] = _VOICE_OF_KIND[statement.kind]
        speaker[span][inside] = of_statement[number]
        certainty[span][inside] = statement.certainty if known else np.nan
    table = _quotations_table(corpus, found, owner, names, of_statement)
    return Voices(voice, speaker, certainty, start, end, list(names), list(names.values()), table)


def _of_blocks(kinds: NDArray[np.int8]) -> NDArray[np.int8]:
    """Give the voice of what stands in a block of each kind, but for quotations."""
    voices = [_VOICE_OF_BLOCK.get(kind, JOURNALIST) for kind in BLOCKS]
    return np.array(voices, dtype=np.int8)[kinds]


def _quotations_table(
    corpus: Corpus,
    found: Sequence[Statement],
    owner: NDArray[np.int64],
    names: dict[str, str],
    of_statement: NDArray[np.int32],
) -> pd.DataFrame:
    tokens, articles, texts = corpus.tokens, corpus.articles, corpus.texts
    # A mark that lost its partner holds no word: it stands in the sentence of the word before.
    word = np.array([s.first for s in found], dtype=np.int64)
    alone = np.array([s.first == s.stop for s in found], dtype=bool)
    word = np.maximum(word - alone, tokens.offsets[owner])
    sentence = tokens.sentence[word]
    of_block = _of_blocks(tokens.sentence_kind[sentence])
    of_kind = np.array([_VOICE_OF_KIND.get(s.kind, JOURNALIST) for s in found], dtype=np.int8)
    sources = [s.source for s in found]
    return as_table(
        "quotations",
        {
            "article_id": articles["article_id"].array.take(owner),
            "source": articles["source"].array.take(owner),
            "start": [s.start for s in found],
            "end": [s.end for s in found],
            "text": [texts[a][s.start : s.end] for a, s in zip(owner, found, strict=True)],
            "kind": coded(np.array([KINDS.index(s.kind) for s in found], dtype=np.int8), KINDS),
            "voice": coded(np.where(of_block == JOURNALIST, of_kind, of_block), VOICES),
            "speaker": coded(of_statement, list(names)),
            "speaker_id": coded(of_statement, list(names.values())),
            "speaker_text": _words(corpus, owner, sources),
            "speaker_start": [s and tokens.start[s.first] for s in sources],
            "speaker_end": [s and tokens.end[s.stop - 1] for s in sources],
            "cue": _words(corpus, owner, [s.cue for s in found]),
            "rule": [s.rule or None for s in found],
            "certainty": np.where(of_statement >= 0, [s.certainty for s in found], np.nan),
            "balanced": [s.balanced for s in found],
            "continued": [s.continued for s in found],
            "set_aside": tokens.set_aside[sentence],
            "constructed": articles["constructed"].array.take(owner),
        },
        categories={"rule": RULES},
    )


def _words(
    corpus: Corpus, owner: NDArray[np.int64], phrases: Sequence[Phrase | None]
) -> list[str | None]:
    """Give the words of phrases as they stand in their articles."""
    tokens, texts = corpus.tokens, corpus.texts
    return [
        None
        if phrase is None
        else texts[a][tokens.start[phrase.first] : tokens.end[phrase.stop - 1]]
        for a, phrase in zip(owner, phrases, strict=True)
    ]


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
    changes = np.ones(len(tokens), dtype=bool)
    keys = (voices.voice, voices.speaker, np.nan_to_num(voices.certainty, nan=-1), block)
    changes[1:] = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    first = np.flatnonzero(changes)
    last = np.append(first[1:], len(tokens))[: len(first)] - 1
    article = tokens.article[first]
    spans = _with_marks_between(
        [texts[a] for a in article],
        voices.start[first].tolist(),
        voices.end[last].tolist(),
        [(int(tokens.block_start[b]), int(tokens.block_end[b]), int(b)) for b in block[first]],
    )
    running = np.concatenate([[0], np.cumsum(tokens.counted)])
    articles = corpus.articles
    return as_table(
        "voices",
        {
            "article_id": articles["article_id"].array.take(article),
            "source": articles["source"].array.take(article),
            "start": [start for start, _ in spans],
            "end": [end for _, end in spans],
            "text": [texts[a][start:end] for a, (start, end) in zip(article, spans, strict=True)],
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
) -> list[tuple[int, int]]:
    """Extend stretches of words over the marks between them, up to the white space."""
    spans = []
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
        spans.append((begin, taken))
        before = block
    return spans
