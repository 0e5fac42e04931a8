"""Frame scores: hand-counted, in every division of the article."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

from framing import (
    Codebook,
    CodebookError,
    Corpus,
    builtin_codebook,
    find_matches,
    plot_profile,
    save_table,
    score_frames,
)
from framing.frames import _row_keys
from framing.tables import VOICES

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


@pytest.mark.parametrize("by", ["voice", "speaker", ["speaker", "block"], "quoted", "sentence"])
def test_what_is_found_is_counted_as_its_table_is(by, two_articles):
    matches = find_matches(two_articles, BOOK, voices=True)
    scores = score_frames(two_articles, BOOK, by=by)
    assert scores["n_matches"].sum() > 3
    counted = score_frames(two_articles, BOOK, by=by, matches=matches)
    pd.testing.assert_frame_equal(scores, counted)


def test_an_empty_voice_is_called_empty():
    codebook = Codebook.from_patterns("calm", {"calm": ["peace"]})
    found = find_matches("Peace came.", codebook, voices=True)
    with pytest.raises(ValueError, match="there is no voice in a row"):
        score_frames("Peace came.", codebook, by="voice", matches=found.assign(voice=None))


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


# ---------------------------------------------------------------------------- voices and speakers


def test_by_voice(two_articles):
    scores = score_frames(two_articles, BOOK, by="voice")
    assert rows(scores, "article_id", "voice", "frame", "n_matches", "n_negated", "n_words") == [
        ("1", "headline", "calm", 1, 0, 3),
        ("1", "headline", "alarm", 0, 0, 3),
        ("1", "journalist", "calm", 0, 0, 9),
        ("1", "journalist", "alarm", 1, 0, 9),
        ("1", "quoted", "calm", 2, 2, 4),
        ("1", "quoted", "alarm", 0, 0, 4),
        ("1", "indirect", "calm", 1, 0, 3),
        ("1", "indirect", "alarm", 0, 0, 3),
        ("2", "journalist", "calm", 1, 0, 2),
        ("2", "journalist", "alarm", 0, 0, 2),
        ("2", "quoted", "calm", 2, 0, 4),
        ("2", "quoted", "alarm", 1, 0, 4),
    ]
    assert tuple(scores["voice"].cat.categories) == VOICES
    assert "n_unsure" not in scores


SPEAKERS = [
    # article, speaker, calm, alarm, calm unsure, words
    ("1", "Anna Berg", 2, 0, 0, 4),
    ("1", "Ivo Kern", 0, 0, 1, 0),
    ("1", "unknown speaker", 1, 0, 0, 3),
    ("1", "no speaker", 1, 1, 0, 12),
    ("2", "Anna Berg", 1, 1, 0, 3),
    ("2", "unknown speaker", 1, 0, 0, 1),
    ("2", "no speaker", 1, 0, 0, 2),
]


def by_speaker(scores):
    """Put both frames of a speaker into one row."""
    calm, alarm = (scores[scores["frame"] == name] for name in ("calm", "alarm"))
    assert not alarm["n_unsure"].any()
    found = rows(calm, "article_id", "speaker", "n_matches", "n_unsure", "n_words")
    both = zip(found, alarm["n_matches"], strict=True)
    return [(a, s, n, other, unsure, w) for (a, s, n, unsure, w), other in both]


def test_by_speaker(two_articles):
    scores = score_frames(two_articles, BOOK, by="speaker")
    assert by_speaker(scores) == SPEAKERS
    columns = list(scores.columns)
    assert columns[columns.index("n_review") + 1] == "n_unsure"
    assert columns.index("speaker") == columns.index("frame") - 1
    assert scores["n_unsure"].dtype == np.int64
    assert scores.loc[scores["speaker"] == "Ivo Kern", "per_1000_words"].isna().all()


def test_unsure_mentions_are_bounded_as_they_are_counted(spoken):
    corpus = spoken([("No peace. Truce.", "quoted", "Ivo Kern", 0.3)])
    for negated, n in ((True, 2), (False, 1)):
        scores = score_frames(corpus, BOOK, by="speaker", negated=negated)
        calm = scores[scores["frame"] == "calm"]
        assert rows(calm, "speaker", "n_matches", "n_negated", "n_unsure", "n_words") == [
            ("Ivo Kern", 0, 0, n, 0),
            ("unknown speaker", n, 1, 0, 3),
        ]


def test_voices_beside_other_parts_and_columns(two_articles):
    scores = score_frames(two_articles, BOOK, by=["speaker", "block", "voice", "source"])
    calm = scores[(scores["frame"] == "calm") & (scores["article_id"] == "1")]
    assert rows(calm, "speaker", "block", "voice", "n_matches", "n_unsure", "n_words") == [
        ("Anna Berg", "body", "quoted", 2, 0, 4),
        ("Ivo Kern", "body", "indirect", 0, 1, 0),
        ("unknown speaker", "body", "indirect", 1, 0, 3),
        ("no speaker", "title", "headline", 1, 0, 3),
        ("no speaker", "body", "journalist", 0, 0, 9),
    ]


@pytest.mark.parametrize("by", ["voice", "speaker", ["speaker", "sentence"], ["voice", "quoted"]])
def test_voices_add_up_to_the_article(by, two_articles):
    parts, whole = score_frames(two_articles, BOOK, by=by), score_frames(two_articles, BOOK)
    columns = ["n_matches", "n_negated", "n_words"]
    added = parts.groupby(["article_id", "frame"], observed=True)[columns].sum()
    assert added.values.tolist() == whole[columns].values.tolist()


def test_corrected_speakers(two_articles, tmp_path):
    matches = find_matches(two_articles, BOOK, voices=True)
    matches = matches.astype({"speaker": "str", "voice": "str"})
    journalist = (matches["article_id"] == "2") & (matches["voice"] == "journalist")
    matches.loc[journalist, ["voice", "speaker"]] = ["quoted", "Mara Lind"]  # no certainty
    matches.loc[matches["speaker"] == "Ivo Kern", "certainty"] = 1.0
    expected = [
        *SPEAKERS[:1],
        ("1", "Ivo Kern", 1, 0, 0, 0),
        ("1", "unknown speaker", 0, 0, 0, 3),
        *SPEAKERS[3:6],
        ("2", "no speaker", 0, 0, 0, 2),
        ("2", "Mara Lind", 1, 0, 0, 0),
    ]
    saved = pd.read_csv(save_table(matches, tmp_path / "m.csv"), keep_default_na=False)
    for table in (matches, saved):
        scores = score_frames(two_articles, BOOK, by="speaker", matches=table)
        assert by_speaker(scores) == expected
    voiced = score_frames(two_articles, BOOK, by="voice", matches=saved)
    calm = voiced[voiced["frame"] == "calm"]
    assert rows(calm, "voice", "n_matches", "n_words")[-2:] == [
        ("journalist", 0, 2),
        ("quoted", 3, 4),
    ]


def test_matches_corrected_to_a_voice_that_has_no_words(two_articles):
    matches = find_matches(two_articles, BOOK, voices=True).astype({"voice": "str"})
    scores = score_frames(two_articles, BOOK, by="voice", matches=matches.assign(voice="caption"))
    calm = scores[(scores["frame"] == "calm") & (scores["voice"] == "caption")]
    assert rows(calm, "n_matches", "n_words") == [(4, 0), (3, 0)]
    assert calm["per_1000_words"].isna().all()
    with pytest.raises(ValueError, match='article "1" has no counted words; use the matches of'):
        score_frames(["", "Peace."], BOOK, by="voice", matches=matches)


def test_matches_of_which_none_has_a_speaker_count_for_the_unknown_and_for_nobody():
    corpus = Corpus.from_texts(["“Peace,” it said on a wall.\n\nThere was no peace."])
    found = find_matches(corpus, BOOK, voices=True)
    assert found["speaker"].isna().all()
    for table in (found, found.iloc[:0]):
        scores = score_frames(corpus, BOOK, by="speaker", matches=table)
        assert scores["n_matches"].sum() == len(table)
        assert set(scores["speaker"]) <= {"unknown speaker", "no speaker"}


def test_spaces_around_a_corrected_speaker_make_no_other_speaker():
    codebook = Codebook.from_patterns("calm", {"calm": ["peace"]})
    corpus = Corpus.from_texts(['"We want peace," Ana Torvik said. "Peace now," said Bo Krall.'])
    found = find_matches(corpus, codebook, voices=True)
    corrected = found.assign(speaker=["Ana Torvik ", " "])
    scores = score_frames(corpus, codebook, by="speaker", matches=corrected)
    counts = scores.set_index("speaker")["n_matches"]
    assert counts["Ana Torvik"] == counts["unknown speaker"] == 1
    assert not {"Ana Torvik ", " "} & set(counts.index)


def test_matches_without_voices_are_refused(two_articles):
    matches = find_matches(two_articles, BOOK, voices=True)
    plain = find_matches(two_articles, BOOK)
    for by, columns in (("voice", "voice"), ("speaker", "voice, speaker, certainty")):
        with pytest.raises(
            ValueError, match=rf"{columns}; use find_matches\(\.\.\., voices=True\)"
        ):
            score_frames(two_articles, BOOK, by=by, matches=plain)
    with pytest.raises(ValueError, match='there is no voice "narrator"'):
        score_frames(two_articles, BOOK, by="voice", matches=matches.assign(voice="narrator"))
    for wrong in ("high", 7):
        table = matches.assign(certainty=wrong)
        with pytest.raises(ValueError, match="in a row; it is from 0 to 1, or empty"):
            score_frames(two_articles, BOOK, by="speaker", matches=table)


@pytest.mark.parametrize("by", ["voice", "speaker"])
def test_nothing_said_gives_an_empty_table(by, two_articles):
    full, empty = score_frames(two_articles, BOOK, by=by), score_frames([], BOOK, by=by)
    assert empty.empty
    assert list(empty.dtypes.astype(str)) == list(full.dtypes.astype(str))
    assert list(empty.columns) == list(full.columns)


def test_profiles_show_voices_and_speakers(two_articles):
    for by, names in (("voice", ["headline", "indirect"]), ("speaker", ["Anna Berg", "Ivo Kern"])):
        axes = plot_profile(score_frames(two_articles, BOOK, by=by))
        texts = [text.get_text() for text in axes.figure.findobj(Text)]
        assert all(any(name in text for text in texts) for name in names)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-3, 3), st.sampled_from([0, 1, 2**62, -(2**60)]), st.integers(0, 4)),
        max_size=30,
    )
)
def test_the_key_of_a_row_is_the_same_for_equal_rows_and_sorts_as_they_do(rows):
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    keys = _row_keys([*columns])
    place = {row: number for number, row in enumerate(sorted(set(rows)))}
    assert np.unique(keys, return_inverse=True)[1].tolist() == [place[row] for row in rows]
