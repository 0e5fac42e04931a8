"""Frame scores: hand-counted, in every division of the article."""

import numpy as np
import pandas as pd
import pytest

from framing import (
    Codebook,
    CodebookError,
    Corpus,
    builtin_codebook,
    find_matches,
    save_table,
    score_frames,
)

BOOK = Codebook.from_patterns("calm", {"calm": ["peace", "truce"], "alarm": ["alarm*"]})
TEXTS = [
    "A headline of peace\n\nThe minister said: “No peace, no truce.” They left in alarm today.",
    "",
    "Nothing here at all.",
]


def rows(table, *columns):
    return list(table[list(columns)].itertuples(index=False, name=None))


def test_one_row_per_article_and_frame():
    scores = score_frames(TEXTS, BOOK)
    assert rows(scores, "frame", "n_matches", "n_negated", "n_words", "present") == [
        ("calm", 3, 2, 16, True),
        ("alarm", 1, 0, 16, True),
        ("calm", 0, 0, 0, False),
        ("alarm", 0, 0, 0, False),
        ("calm", 0, 0, 4, False),
        ("alarm", 0, 0, 4, False),
    ]
    np.testing.assert_allclose(
        scores["per_1000_words"], [3000 / 16, 1000 / 16, np.nan, np.nan, 0, 0]
    )
    assert set(scores["codebook"]) == {"calm"}


def test_by_block_and_quoted():
    scores = score_frames(TEXTS[0], BOOK, by=["block", "quoted"])
    assert rows(scores, "block", "quoted", "frame", "n_matches", "n_words") == [
        ("title", False, "calm", 1, 4),
        ("title", False, "alarm", 0, 4),
        ("body", False, "calm", 0, 8),
        ("body", False, "alarm", 1, 8),
        ("body", True, "calm", 2, 4),
        ("body", True, "alarm", 0, 4),
    ]
    assert scores["quoted"].dtype == bool


def test_by_sentence():
    scores = score_frames(TEXTS, BOOK, by="sentence")
    calm = scores[scores["frame"] == "calm"]
    assert rows(calm, "sentence", "n_matches", "n_words") == [
        (1, 1, 4),
        (2, 2, 7),
        (3, 0, 5),
        (1, 0, 4),
    ]


@pytest.mark.parametrize("by", [None, "block", "quoted", "sentence", ["block", "quoted"]])
def test_parts_add_up_to_the_article(by):
    corpus, book = Corpus.from_texts(TEXTS), builtin_codebook("diplomacy")
    parts, whole = score_frames(corpus, book, by=by), score_frames(corpus, book)
    for column in ("n_matches", "n_negated", "n_review"):
        added = parts.groupby("frame", observed=False)[column].sum()
        assert added.equals(whole.groupby("frame", observed=False)[column].sum())
    one_frame = parts[parts["frame"] == book.frames[0].name]
    assert one_frame["n_words"].sum() == corpus.articles["n_words"].sum()


def test_negated_mentions_can_be_left_out():
    scores = score_frames(TEXTS[0], BOOK, negated=False)
    assert rows(scores, "n_matches", "n_negated") == [(1, 2), (1, 0)]


def test_scores_of_corrected_matches():
    corpus = Corpus.from_texts(TEXTS)
    matches = find_matches(corpus, BOOK)
    corrected = matches[matches["text"] != "truce"]
    assert score_frames(corpus, BOOK, matches=corrected)["n_matches"].tolist() == [2, 1, 0, 0, 0, 0]
    # repeated text is never counted, even if its matches are handed in
    everything = find_matches(corpus, BOOK, set_aside=True)
    assert score_frames(corpus, BOOK, matches=everything).equals(score_frames(corpus, BOOK))


def test_matches_of_another_corpus_are_refused():
    matches = find_matches(TEXTS, BOOK)
    with pytest.raises(ValueError, match='article "1" has no counted words in sentence 2'):
        score_frames("A single text of peace.", BOOK, matches=matches, by="sentence")
    with pytest.raises(ValueError, match=r'there is no article_id "9"\. Select the matches'):
        score_frames(TEXTS, BOOK, matches=matches.assign(article_id="9"))


def test_matches_of_another_codebook_are_refused():
    other = find_matches(TEXTS, Codebook.from_patterns("other", {"zzz": ["left"]}))
    with pytest.raises(ValueError, match='there is no frame "zzz"'):
        score_frames(TEXTS, BOOK, matches=other)
    missing = find_matches(TEXTS, BOOK).astype({"frame": "object"}).assign(frame=None)
    with pytest.raises(ValueError, match="there is no frame"):
        score_frames(TEXTS, BOOK, matches=missing)


def test_saved_matches_can_be_counted(tmp_path):
    matches = find_matches(TEXTS, BOOK)
    saved = pd.read_csv(save_table(matches, tmp_path / "m.csv"))  # ids "1" come back as numbers
    for by in (None, ["block", "quoted"], "sentence"):
        expected = score_frames(TEXTS, BOOK, by=by)
        pd.testing.assert_frame_equal(score_frames(TEXTS, BOOK, by=by, matches=saved), expected)
    as_texts = matches.astype({"negated": "str", "set_aside": "str", "review": "str"})
    assert score_frames(TEXTS, BOOK, matches=as_texts).equals(score_frames(TEXTS, BOOK))


def test_flags_that_are_none_are_refused():
    matches = find_matches(TEXTS, BOOK)
    with pytest.raises(ValueError, match="negated is 'perhaps' in a row; it is True or False"):
        score_frames(TEXTS, BOOK, matches=matches.assign(negated="perhaps"))
    with pytest.raises(ValueError, match="matches lack the column set_aside; use a table that"):
        score_frames(TEXTS, BOOK, matches=matches.drop(columns="set_aside"))


@pytest.mark.parametrize("by", ["page", 5, ["block", 5]])
def test_an_unknown_part_is_named(by):
    with pytest.raises(
        ValueError,
        match=r"is neither a part of an article nor a column.*; use block, quoted, sentence",
    ):
        score_frames(TEXTS, BOOK, by=by)


def test_a_codebook_is_asked_for():
    with pytest.raises(CodebookError, match='a Codebook is needed, not the text "diplomacy"'):
        score_frames(TEXTS, "diplomacy")
    with pytest.raises(CodebookError, match="a Codebook is needed, not a NoneType"):
        find_matches(TEXTS, None)


def test_nothing_gives_an_empty_table_with_the_same_columns():
    full, empty = score_frames(TEXTS, BOOK, by="block"), score_frames([], BOOK, by="block")
    assert empty.empty
    assert list(empty.columns) == list(full.columns)
    assert list(empty.dtypes.astype(str)) == list(full.dtypes.astype(str))
