"""Keywords and matches in their context."""

import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.codebook import Codebook
from framing.concordance import kwic
from framing.corpus import Corpus
from framing.keywords import word_frequency
from framing.matching import find_matches
from framing.tables import TABLES

ARTICLE = Path(__file__).parents[1] / "corpus" / "macron_moscow_2022-02-10.txt"


def test_lines_stand_as_in_the_text():
    text = (
        "Envoys praise guarantees\n"
        "“We want  firm guarantees\u2028now”, the envoys said. Guarantees of what?\n"
        "No guarantee."
    )
    lines = kwic(text, "guarantee*", window=3)
    assert list(lines.columns) == list(TABLES["kwic"])
    assert lines["left"].tolist()[0::3] == ["Envoys praise", "No"]
    assert lines["keyword"].tolist() == ["guarantees", "guarantees", "Guarantees", "guarantee"]
    assert lines["right"].tolist()[2:] == ["of what?", "."]
    for row in lines.itertuples():
        assert text[row.start : row.end] == row.keyword


def test_windows_end_at_their_block_and_cross_sentences():
    text = "Envoys in the capital\nOne came. Two met. Three left."
    line = kwic(text, "met", window=2).iloc[0]
    assert (line["left"], line["right"]) == ("came. Two", ". Three left.")
    line = kwic(text, "one", window=20).iloc[0]
    assert (line["left"], line["right"]) == ("", "came. Two met. Three left.")
    line = kwic(text, "two met", window=0).iloc[0]
    assert (line["left"], line["keyword"], line["right"]) == ("", "Two met", "")


def test_marks_at_the_edge_of_a_block_are_shown():
    line = kwic('"Peace", he said.', "peace").iloc[0]
    assert (line["left"], line["right"]) == ('"', '", he said.')


def test_only_counted_text_is_searched():
    article = Corpus.from_texts([ARTICLE.read_bytes().decode("utf-8")])
    lines = kwic(article, "putin")
    assert len(lines) == word_frequency(article).set_index("word").loc["putin", "count"]
    assert kwic(article, "camus").empty
    assert kwic(article, "press conference")["sentence"].tolist() == [4]
    assert kwic(article, "(dialogue|talks)").shape[0] == 5


@pytest.mark.parametrize(
    ("article", "start", "end"),
    [
        ("1", 0, 5),  # the end is that of a word of the next article
        ("2", 3, 8),  # both are
        ("2", 0.5, 5),
        ("2", float("nan"), 5),
        ("2", float("inf"), 5),
        ("2", 2**70, 5),
        ("2", "x", 5),
    ],
)
def test_places_without_words_of_the_article_are_refused(article, start, end):
    corpus = Corpus.from_texts(["Hi", "Peace.", "   Peace."])
    row = {"article_id": article, "frame": "a", "pattern": "b", "start": start, "end": end}
    with pytest.raises(ValueError, match=f'article "{article}" has no words from {start} to {end}'):
        kwic(corpus, pd.DataFrame([row]))


def test_a_window_of_any_size_shows_the_whole_paragraph():
    for window in (2**63 - 1, 10**30):
        line = kwic("They met, at last.", "met", window=window).iloc[0]
        assert (line["left"], line["right"]) == ("They", ", at last.")


def test_window_must_not_be_negative():
    with pytest.raises(ValueError, match="window=-1"):
        kwic("They met.", "met", window=-1)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.sampled_from(["war", "War", "peace", ".", "\n", ",", '"', "7"]), max_size=20),
    st.integers(0, 4),
)
def test_lines_and_counts_agree(pieces, window):
    corpus = Corpus.from_texts([" ".join(pieces), "War."])
    lines = kwic(corpus, "war", window=window)
    counts = word_frequency(corpus).set_index("word")["count"]
    assert len(lines) == counts.get("war", 0)
    for row in lines.itertuples():
        text = corpus.texts[int(row.article_id) - 1]
        assert text[row.start : row.end] == row.keyword
        assert row.left in " ".join(text[: row.start].split())
        assert row.right in " ".join(text[row.end :].split())


def test_lines_with_their_voices(two_articles):
    lines = kwic(two_articles, "truce", voices=True)
    assert list(lines.columns) == [*TABLES["kwic"], *TABLES["said_by"]]
    assert lines["voice"].tolist() == ["quoted", "quoted"]
    assert lines["speaker"].tolist() == ["Anna Berg", "Anna Berg"]


@pytest.mark.parametrize("texts", [[], [""], ["", "7."], "the"])
def test_where_nothing_is_found_the_table_has_its_columns_and_types(texts):
    empty, full = kwic(texts, "peace"), kwic(["Peace."], "peace")
    assert list(empty.columns) == list(TABLES["kwic"])
    assert empty.empty
    assert [str(t) for t in empty.dtypes] == [str(t) for t in full.dtypes]


def test_matches_are_shown_in_their_context():
    texts = ["Peace talks began. The talks failed.", "", "No talks in Geneva."]
    corpus = Corpus.from_texts(texts)
    book = Codebook.from_patterns("x", {"a": ["talks", "peace talks"], "b": ["geneva"]})
    matches = find_matches(corpus, book)
    lines = kwic(corpus, matches.iloc[::-1], window=1)
    assert lines.columns.tolist() == [
        "article_id", "source", "frame", "pattern", "sentence", "start", "end", "left", "keyword",
        "right",
    ]  # fmt: skip
    assert lines[["frame", "left", "keyword", "right"]].astype(str).values.tolist() == [
        ["b", "in", "Geneva", "."],
        ["a", "No", "talks", "in"],
        ["a", "The", "talks", "failed."],
        ["a", "", "Peace talks", "began"],
    ]
    assert kwic(corpus, matches[:0]).empty
    assert list(kwic(corpus, matches, voices=True)["voice"].unique()) == ["journalist"]
    wrong_places = (matches.assign(start=1), matches.assign(end=3), matches.assign(article_id="z"))
    for wrong in (*wrong_places, matches[:1].assign(start=6, end=5)):
        with pytest.raises(ValueError, match="has no words from"):
            kwic(corpus, wrong)
    with pytest.raises(ValueError, match="has no words from"):
        kwic("", matches)
    saved = pd.read_csv(io.StringIO(matches.to_csv()))
    pd.testing.assert_frame_equal(
        kwic(corpus, saved).astype(str), kwic(corpus, matches).astype(str)
    )
    with pytest.raises(ValueError, match="matches lack the column frame, pattern; use a table"):
        kwic(corpus, matches.drop(columns=["frame", "pattern"]))
