"""Parts of articles, told word by word: blocks, quotation marks, sentences, voices, speakers."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from framing.corpus import Corpus
from framing.tables import BLOCKS, VOICES, coded

QUOTED = VOICES.index("quoted")  # it and what follows is somebody's speech

Part = Literal["block", "quoted", "sentence", "voice", "speaker"]


def part_of_words(corpus: Corpus, part: Part) -> tuple[NDArray[np.int64], Any]:
    """Tell for each word of a corpus in which block, sentence, voice ... it stands.

    Parameters
    ----------
    corpus : Corpus
        The articles.
    part : {"block", "quoted", "sentence", "voice", "speaker"}
        What divides the articles. Speakers are those that are sure: the words of others are an
        unknown speaker's, and what nobody is quoted with is no speaker's.

    Returns
    -------
    codes : array of int
        One value per token.
    values : array or Categorical
        What the codes mean, to be taken by them.
    """
    tokens = corpus.tokens
    if part == "block":
        kind = tokens.sentence_kind[tokens.sentence].astype(np.int64)
        return kind, coded(np.arange(len(BLOCKS)), BLOCKS)
    if part == "quoted":
        return tokens.quoted.astype(np.int64), np.array([False, True])
    if part == "sentence":
        number = tokens.sentence_number[tokens.sentence]
        return number, np.arange(number.max(initial=0) + 1)

    from framing.voices import voices_of  # with the rules for speech, slow to load

    codes, names = voices_of(corpus).groups(part)
    return codes, coded(np.arange(len(names)), names)


def said_by(corpus: Corpus, words: NDArray[np.integer]) -> dict[str, Any]:
    """Give voice, speaker, speaker_id and certainty of some tokens, as columns of a table.

    Only quoted and reported speech has a speaker; elsewhere the last three are NA.
    """
    from framing.voices import voices_of

    voices = voices_of(corpus)
    voice = voices.voice[words]
    said = voice >= QUOTED
    speaker = np.where(said, voices.speaker[words], -1)
    return {
        "voice": coded(voice, VOICES),
        "speaker": coded(speaker, voices.speakers),
        "speaker_id": coded(speaker, voices.speaker_ids),
        "certainty": np.where(said, voices.certainty[words], np.nan),
    }
