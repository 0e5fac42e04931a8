from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from framing.corpus import Corpus
from framing.keywords import (
    _numbered,
    document_feature_matrix,
    stop_words,
    tfidf,
    word_frequency,
)
from framing.tables import TABLES
from framing.tokens import Tokens
from framing.words import fold

ARTICLE = Path(__file__).parents[1] / "corpus" / "macron_moscow_2022-02-10.txt"
UNITS = ("article", "block", "sentence")


class Given(Corpus):
    """A corpus made of the articles and tokens that a test gives."""

    def __init__(self, articles: pd.DataFrame, tokens: Tokens) -> None:
        vars(self).update(given=(articles, tokens))

    articles = property(lambda self: self.given[0])
    tokens = property(lambda self: self.given[1])
    texts = property(lambda self: list(self.articles["text"]))


def with_columns(texts: list[str], **columns: Any) -> Corpus:
    corpus = Corpus.from_texts(texts)
    return Given(corpus.articles.assign(**columns), corpus.tokens)


@pytest.fixture(scope="module")
def article() -> Corpus:
    return Corpus.from_texts([ARTICLE.read_bytes().decode("utf-8")])


# ------------------------------------------------------------------ stop words


def test_the_list_is_clean():
    words = stop_words()
    assert len(words) == len(set(words))
    assert all(word == fold(word) and "’" not in word for word in words)
    assert {"the", "not", "don't", "themselves", "s"} <= set(words)
    assert not {"said", "peace", "one", "monday", "war", "russia"} & set(words)
    assert stop_words("en-GB") == words


def test_stop_words_can_be_replaced():
    text = "The minister said that it wasn’t peace."
    assert word_frequency(text)["word"].tolist() == ["minister", "peace", "said"]
    assert word_frequency(text, stop_words=None)["count"].sum() == 7
    own = word_frequency(text, stop_words=["The", "wasn’t", "peace"])["word"].tolist()
    assert own == ["it", "minister", "said", "that"]
    once = (word for word in ["minister", "said"])
    assert word_frequency(text, stop_words=once, min_count=1)["word"].tolist()[:2] == [
        "it",
        "peace",
    ]


@pytest.mark.parametrize("language", ["xx", "the", "../en"])
def test_a_language_without_a_list(language):
    with pytest.raises(ValueError, match="no list of stop words for the language"):
        word_frequency("They met.", stop_words=language)


# ------------------------------------------------------------------ word frequency


def test_frequency_counted_by_hand():
    texts = [
        "Putin met Macron. Putin’s aides met in 2022.",
        "Macron called. PUTIN called back, Putin's aide said.",
    ]
    table = word_frequency(texts).set_index("word")
    # 8 words in each text: the number and "in" are counted words, though they are not listed
    assert table.loc["putin"].to_dict() == {
        "count": 4,
        "per_1000_words": 250.0,
        "n_articles": 2,
        "article_share": 1.0,
        "constructed": False,
    }
    assert table.loc["met", ["count", "n_articles", "article_share"]].tolist() == [2, 1, 0.5]
    assert "2022" not in table.index
    assert "in" not in table.index
    assert table.index.tolist() == [
        "putin", "called", "macron", "met", "aide", "aides", "back", "said",
    ]  # fmt: skip


def test_possessives_go_with_their_word_but_contractions_stay():
    table = word_frequency("It's Kyiv's turn. Let's say he'd won.", stop_words=None)
    assert table["word"].tolist() == ["he'd", "it", "kyiv", "let", "say", "turn", "won"]
    assert "let" not in set(word_frequency("Let's say he'd won.")["word"])
    assert word_frequency("They let it go.")["word"].tolist() == ["go", "let"]


def test_words_with_digits_stay_and_numbers_go():
    table = word_frequency("The G7 sent 40 F-16 jets, 7.5 % of 1,200, in the 1990s.")
    assert table["word"].tolist() == ["1990s", "f-16", "g7", "jets", "sent"]


def test_min_count_counts_in_the_group():
    corpus = with_columns(["Talks, talks.", "Talks."], source=["A", "B"])
    assert word_frequency(corpus, min_count=2)["count"].tolist() == [3]
    assert word_frequency(corpus, by="source", min_count=2)["count"].tolist() == [2]


def test_groups():
    corpus = with_columns(
        ["Talks began.", "War began. War.", "Talks."],
        source=pd.Categorical(["B", "A", "A"], categories=["A", "B", "C"]),
    )
    table = word_frequency(corpus, by="source")
    assert list(table.columns) == ["source", *TABLES["word_frequency"]]
    assert table["source"].dtype == corpus.articles["source"].dtype
    assert table[["source", "word", "count", "n_articles", "article_share"]].values.tolist() == [
        ["A", "war", 2, 1, 0.5],
        ["A", "began", 1, 1, 0.5],
        ["A", "talks", 1, 1, 0.5],
        ["B", "began", 1, 1, 1.0],
        ["B", "talks", 1, 1, 1.0],
    ]
    assert table["per_1000_words"].tolist() == [500, 250, 250, 500, 500]


def test_several_groups_and_unknown_values():
    corpus = with_columns(
        ['Talks "began".', "War.", "Peace."], desk=["x", None, "x"], year=[2022, 2021, 2022]
    )
    table = word_frequency(corpus, by=["desk", "year", "quoted", "desk"])
    assert list(table.columns[:4]) == ["desk", "year", "quoted", "word"]
    assert table["word"].tolist() == ["peace", "talks", "began", "war"]
    assert table["year"].tolist() == [2022, 2022, 2022, 2021]
    assert table["quoted"].tolist() == [False, False, True, False]
    assert table["desk"].isna().tolist() == [False, False, False, True]
    # two articles with text outside quotation marks, one with text inside
    assert table["article_share"].tolist() == [0.5, 0.5, 1, 1]


def test_blocks_and_text_that_is_not_counted(article):
    table = word_frequency(article, by="block", stop_words=None)
    assert set(table["block"]) == {"title", "standfirst", "caption", "body"}
    tokens = article.tokens
    assert word_frequency(article, stop_words=None)["count"].sum() == sum(
        tokens.counted[i] and any(map(str.isalpha, tokens.types[tokens.type_id[i]]))
        for i in range(len(tokens))
    )
    caption = table[(table["block"] == "caption")].set_index("word")["count"]
    assert caption["listens"] == 1  # the caption stands twice
    assert "camus" not in set(table["word"])  # of the credit


def test_unknown_groups():
    with pytest.raises(
        ValueError, match=r"by='outlet' is neither .*choose from: block, quoted, voice, speaker, ar"
    ):
        word_frequency("They met.", by="outlet")


def test_a_part_of_a_corpus_lists_only_its_own_words():
    corpus = Corpus.from_texts(["War began.", "Peace came."])
    corpus = Given(corpus.articles.iloc[[1]], corpus.tokens.take([1]))
    assert word_frequency(corpus)["word"].tolist() == ["came", "peace"]
    assert document_feature_matrix(corpus).words == ["came", "peace"]


@given(st.lists(st.lists(st.sampled_from(["war", "War", "war's", "the", "7"]), max_size=9)))
@settings(deadline=None, max_examples=40)
def test_groups_add_up_to_the_corpus(articles):
    corpus = with_columns(
        [" ".join(words) for words in articles], half=[i % 2 for i in range(len(articles))]
    )
    table = word_frequency(corpus, stop_words=None)
    halves = word_frequency(corpus, by="half", stop_words=None)
    for column in ("count", "n_articles"):
        total = halves.groupby("word")[column].sum()
        assert table.set_index("word")[column].to_dict() == total.to_dict()
    assert table["count"].is_monotonic_decreasing
    folded = [word.lower().removesuffix("'s") for words in articles for word in words]
    assert table.set_index("word")["count"].to_dict() == {
        word: folded.count(word) for word in set(folded) - {"7"}
    }


# ------------------------------------------------------------------ matrices and TF-IDF

PLAIN = [
    "The envoys met in Minsk, and the talks on the border began.",
    "Talks failed: the border stays closed.",
    "Minsk, Minsk, Minsk. A border is a border.",
]
VECTORS = {"token_pattern": r"(?u)\b\w+\b"}


def test_counts_equal_those_of_scikit_learn():
    ours = document_feature_matrix(PLAIN)
    theirs = CountVectorizer(**VECTORS)
    counts = theirs.fit_transform(PLAIN).toarray()
    assert ours.words == theirs.get_feature_names_out().tolist()
    assert ours.matrix.dtype == np.int64
    assert ours.matrix.toarray().tolist() == counts.tolist()


def test_weights_equal_those_of_scikit_learn():
    ours = document_feature_matrix(PLAIN, weight="tfidf", stop_words=["the", "a"])
    theirs = TfidfVectorizer(**VECTORS, stop_words=["the", "a"])
    weights = theirs.fit_transform(PLAIN).toarray()
    assert ours.words == theirs.get_feature_names_out().tolist()
    assert ours.matrix.dtype == np.float64
    np.testing.assert_array_equal(ours.matrix.toarray(), weights)
    table = tfidf(PLAIN, stop_words=["the", "a"])
    for row in table.itertuples():
        unit, word = int(row.article_id) - 1, ours.words.index(row.word)
        assert row.tfidf == weights[unit, word] > 0
    assert len(table) == (weights > 0).sum()


def test_units():
    texts = ["Envoys in town\nTalks began. Talks ended.\n10 February 2022\nThey left.", "", "War."]
    sizes = {by: document_feature_matrix(texts, by=by) for by in UNITS}
    assert sizes["article"].units.to_dict("list") == {"article_id": ["1", "2", "3"]}
    assert sizes["article"].matrix.sum(axis=1).tolist() == [9, 0, 1]
    assert sizes["block"].units.astype(str).values.tolist() == [
        ["1", "title"],
        ["1", "body"],
        ["3", "body"],
    ]
    assert sizes["block"].matrix.sum(axis=1).tolist() == [3, 6, 1]
    assert sizes["sentence"].units["sentence"].tolist() == [1, 2, 3, 5, 1]
    assert sizes["sentence"].matrix.sum(axis=1).tolist() == [3, 2, 2, 2, 1]
    assert len({tuple(dfm.words) for dfm in sizes.values()}) == 1


def test_matrix_as_table_and_in_words():
    matrix = document_feature_matrix(["Block one. Sentence two.", "Block."], by="sentence")
    frame = matrix.to_frame()
    assert frame.columns.tolist() == ["block", "one", "sentence", "two"]
    assert frame.index.names == ["article_id", "sentence"]
    assert frame.loc[("1", 2)].tolist() == [0, 0, 1, 1]
    assert repr(matrix) == "<DocumentFeatureMatrix: 3 sentences, 4 words, weight='count'>"
    assert repr(document_feature_matrix("War.")).startswith(
        "<DocumentFeatureMatrix: 1 article, 1 w"
    )


def test_typical_words_come_first():
    table = tfidf(["Talks, talks. Minsk.", "Talks. Border."])
    assert table["word"].tolist() == ["talks", "minsk", "border", "talks"]
    assert table["count"].tolist() == [2, 1, 1, 1]
    assert set(table["caution"]) == {""}
    assert list(table.columns) == list(TABLES["tfidf"])
    assert list(tfidf(PLAIN, by="sentence").columns[:3]) == ["article_id", "sentence", "word"]
    assert list(tfidf(PLAIN, by="block").columns[:3]) == ["article_id", "block", "word"]


def test_one_text_is_frequency():
    table = tfidf("Talks, talks. Minsk.")
    assert set(table["caution"]) == {
        "one article: every word is equally rare, so this ranks by frequency"
    }
    assert (table["tfidf"] / table["count"]).nunique() == 1


def test_unknown_units_and_weights():
    with pytest.raises(ValueError, match="by='source': choose one of sentence, block, voice"):
        tfidf("They met.", by="source")
    with pytest.raises(ValueError, match='weight=\'share\': choose "count" or "tfidf"'):
        document_feature_matrix("They met.", weight="share")


# ------------------------------------------------------------------ voices


def test_words_of_voices_and_speakers(two_articles):
    table = word_frequency(two_articles, by="voice", stop_words=None)
    sizes = table.groupby("voice", observed=True)["count"].sum()
    assert sizes.to_dict() == {"headline": 3, "journalist": 11, "quoted": 8, "indirect": 3}
    quoted = table[table["voice"] == "quoted"].set_index("word")
    assert quoted.loc["truce", ["count", "per_1000_words", "n_articles"]].tolist() == [2, 250, 2]
    table = word_frequency(two_articles, by=["source", "speaker"], min_count=2)
    assert table[["source", "speaker", "word", "count"]].values.tolist() == [
        ["Courier", "no speaker", "said", 2]
    ]
    peace = word_frequency(two_articles, by="speaker").query("word == 'peace'")
    assert dict(zip(peace["speaker"], peace["count"], strict=True)) == {
        "Anna Berg": 1, "unknown speaker": 2, "no speaker": 2,
    }  # fmt: skip


def test_voices_and_speakers_as_units(two_articles):
    matrix = document_feature_matrix(two_articles, by="speaker")
    assert matrix.units.values.tolist() == [
        ["1", "Anna Berg"],
        ["1", "unknown speaker"],
        ["1", "no speaker"],
        ["2", "Anna Berg"],
        ["2", "unknown speaker"],
        ["2", "no speaker"],
    ]
    assert matrix.matrix.sum(axis=1).tolist() == [4, 3, 12, 3, 1, 2]
    assert matrix.to_frame().loc[("2", "Anna Berg"), "truce"] == 1
    table = tfidf(two_articles, by="voice")
    assert list(table.columns[:3]) == ["article_id", "voice", "word"]


# ------------------------------------------------------------------ nothing to count


@pytest.mark.parametrize("texts", [[], [""], ["", "7."], "the"])
def test_empty_inputs(texts):
    assert list(word_frequency(texts).columns) == list(TABLES["word_frequency"])
    grouped = word_frequency(texts, by=["source", "block", "quoted"])
    assert list(grouped.columns) == ["source", "block", "quoted", *TABLES["word_frequency"]]
    assert grouped.empty
    for by in (*UNITS, "voice", "speaker"):
        assert tfidf(texts, by=by).empty
        matrix = document_feature_matrix(texts, by=by, stop_words="en", weight="tfidf")
        assert matrix.matrix.shape == (len(matrix.units), 0)
        assert matrix.matrix.dtype == np.float64
        assert matrix.to_frame().shape == matrix.matrix.shape


def test_types_do_not_depend_on_there_being_rows():
    for empty, full in [
        (word_frequency([""]), word_frequency(["War."])),
        (tfidf([""]), tfidf(["War."])),
    ]:
        assert [str(t) for t in empty.dtypes] == [str(t) for t in full.dtypes]


@settings(deadline=None)
@given(st.lists(st.integers(0, 50), max_size=30))
def test_keys_are_numbered_alike_by_a_table_and_by_sorting(keys):
    for size in (51, 10**9):
        different, place = _numbered(np.array(keys, dtype=np.int64), size)
        assert different.tolist() == sorted(set(keys))
        assert different[place].tolist() == keys
