"""Columns of a passage say what its texts say, wherever the corpus is cut into passages."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import passages as module
from framing.corpus import Corpus
from framing.cue_places import CuePlaces
from framing.cues import cue_at
from framing.lexicon import CONTRAST, CUE
from framing.passages import Meanings, Passage, passages
from framing.quoted import Quoted
from framing.voices import find_voices, quotations

# Words and marks that the rules ask for, in any order.
PIECES = [
    *("said", "says", "saying", "say", "told", "call", "called", "plan", "claim", "claim that"),
    *("demands", "quoted as", "according to", "in her view", "in the words of", "pointed out"),
    *("demanded", "reported", "expected to", "thought", "promise to", "accused", "of", "added"),
    *("has", "was", "been", "will", "not", "also", "to", "that", "who", "and", "but", "while"),
    *("in", "at", "the", "a", "his", "she", "he", "they", "it", "I", "everyone", "Weber", "Kelly"),
    *("Ana Torvik", "Mr.", "Mr", "Gen. Orsk", "U.S", "minister", "minister's", "Moscow's", "on"),
    *("Monday", "water", "talks", "failed", "7", "Call", "Demand", "talks failed"),
    *(",", ";", ".", "—", " - ", "--", "-", "…", "?", '"', "“", "”", "‘", "’", "(", ")", "[x]"),
    *(":", "\n\n", "\n\nQUESTION:", "\n\nAna Torvik:", "“Yes, he said", "«", "»"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join)


def whole(texts):
    """Give a corpus as one passage."""
    corpus = Corpus.from_texts(texts)
    tokens, codes = corpus.tokens, ["en"] * len(texts)
    meanings = Meanings(tokens.vocabulary, codes)
    return Passage(tokens, corpus.texts, codes, meanings, 0), meanings


@settings(deadline=None, max_examples=50)
@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_words_stand_after_the_commas_and_dashes_of_their_texts(texts):
    passage, _ = whole(texts)
    quoted = Quoted(passage)
    passage.cut(quoted.of_word)
    for article, text in enumerate(passage.texts):
        words = passage.words(article)
        assert words.text == text
        gaps = [words.gap(number) for number in range(len(words.flags))]
        dashes = (",", "–", "—", " - ", "--")
        assert words.commas == [any(sign in gap for sign in dashes) for gap in gaps]
        contrasts = {
            number
            for number, gap in enumerate(gaps)
            if words.mark[number] < 0
            and (";" in text[: words.start[0]] if not number else ";" in gap)
        } | {
            number
            for number, gap in enumerate(gaps)
            if words.mark[number] < 0 and "," in gap and words.flags[number] & CONTRAST
        }
        assert words.contrasts == sorted(contrasts)
        starts = [number for number in range(len(gaps)) if _opens(words, number)]
        assert sorted(words.sentence_start.values()) == starts
        assert all(words.sentence[place] == s for s, place in words.sentence_start.items())
        assert [words.word(n) for n in starts] == [
            text[words.start[n] : words.end[n]].casefold().replace("’", "'") for n in starts
        ]


def _opens(words, number):
    return not number or words.sentence[number - 1] != words.sentence[number]


@settings(deadline=None, max_examples=200)
@given(TEXTS)
def test_no_cue_is_left_out(text):
    passage, meanings = whole([text])
    mark = Quoted(passage).of_word
    places = set(CuePlaces(meanings).find(passage, mark).tolist())
    if not len(passage.flags):
        assert not places
        return
    passage.cut(mark)
    words = passage.words(0)
    assert all(words.flags[place] & CUE and words.mark[place] < 0 for place in places)
    starts = [*words.sentence_start.values(), len(words.flags)]
    for first, stop in pairwise(starts):
        found = []
        for number in range(first, stop):
            if not words.flags[number] & CUE or words.mark[number] >= 0:
                continue
            if found and number < found[-1].stop:
                continue
            cue = cue_at(words, number, first, stop, found)
            if cue is not None:
                assert number in places, words.word(number)
                found.append(cue)


def test_words_that_cue_nothing_are_left_out():
    text = "In the plan the call was made to say so in the long view of it by the sea."
    passage, meanings = whole([text])
    assert ((passage.flags & CUE) != 0).sum() > 4
    assert len(CuePlaces(meanings).find(passage, np.full(len(passage.flags), -1, np.int32))) == 0


@pytest.mark.parametrize("length", [1, 7, 40])
def test_where_a_corpus_is_cut_into_passages_changes_nothing(length, monkeypatch):
    texts = [
        "",
        "Ana Torvik spoke. “We want peace,” she said. The sea was calm.",
        "Weber said: “No. “It is over",
        "said",
        "“Yes, said",
        "Ivo Kern left; the minister told reporters that talks, but not all, had failed.",
        "QUESTION: Is it over?\n\nPRESIDENT KERN: It is not.\n\nIt goes on.",
        "",
    ]
    columns = {"text": texts, "language": ["en", "de", "en", "fr", "en", "en", "en", "xx"]}
    before = Corpus.from_dataframe(pd.DataFrame(columns))
    expected = quotations(before), find_voices(before)
    assert len(expected[0]) > 5
    monkeypatch.setattr(module, "_LENGTH", length)
    after = Corpus.from_dataframe(pd.DataFrame(columns))
    codes = after.articles["language"].tolist()
    parts = list(passages(after.tokens, texts, codes, Meanings(after.tokens.vocabulary, codes)))
    assert len(parts) > 1
    assert sum(len(part.flags) for part in parts) == len(after.tokens)
    pd.testing.assert_frame_equal(quotations(after), expected[0])
    pd.testing.assert_frame_equal(find_voices(after), expected[1])


def test_a_quotation_without_its_closing_mark_ends_by_its_own_article_alone():
    alone = quotations("“Yes, it is over, say")
    first = quotations(["“Yes, it is over, say", "Ana Weber left."])
    assert first["text"].tolist() == alone["text"].tolist()
