"""Frame scores: hand-counted, in every division of the article."""

import numpy as np
import pytest

from framing import Codebook, Corpus, builtin_codebook, find_matches, score_frames

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
    with pytest.raises(ValueError, match="belongs to no counted part of this corpus"):
        score_frames("A single text of peace.", BOOK, matches=matches, by="sentence")


def test_an_unknown_part_is_named():
    with pytest.raises(ValueError, match='by="page" is no part of an article; use block, quoted'):
        score_frames(TEXTS, BOOK, by="page")


def test_nothing_gives_an_empty_table_with_the_same_columns():
    full, empty = score_frames(TEXTS, BOOK, by="block"), score_frames([], BOOK, by="block")
    assert empty.empty
    assert list(empty.columns) == list(full.columns)
    assert list(empty.dtypes.astype(str)) == list(full.dtypes.astype(str))
