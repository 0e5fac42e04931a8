from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import sparse, stats

from framing.corpus import Corpus
from framing.tables import TABLES
from framing.word_statistics import collocations, deviation_of_proportions, dispersion


def dp_of(counts, n_words):
    return deviation_of_proportions(sparse.csr_array(np.array(counts)), np.array(n_words))


# ------------------------------------------------------------------ dispersion


def test_the_worked_example_of_gries():
    dp, _ = dp_of([[1], [2], [3], [4], [5]], [18, 20, 20, 20, 22])
    assert dp == pytest.approx([0.18])


@pytest.mark.parametrize("total", [1, 2, 3, 7, 40])
def test_expected_dp_is_the_mean_over_all_ways_the_uses_may_fall(total):
    n_words = [3, 1, 5, 11]
    _, expected = dp_of([[total], [0], [0], [0]], n_words)
    by_hand = 0.0
    for words in n_words:
        share = words / sum(n_words)
        uses = np.arange(total + 1)
        distance = abs(uses / total - share)
        by_hand += float((stats.binom.pmf(uses, total, share) * distance).sum()) / 2
    assert expected == pytest.approx([by_hand])


def test_expected_dp_of_many_uses_and_many_articles():
    # a mean distance of sqrt(2 p q / (pi n)) for many uses
    _, expected = dp_of(np.eye(1, 100).T * 10**6, [7] * 100)
    assert expected == pytest.approx([100 * math.sqrt(0.02 * 0.99 / math.pi / 10**6) / 2], rel=1e-3)


def test_one_article_spreads_every_word_as_its_words():
    dp, expected = dp_of([[2, 5]], [9])
    assert dp.tolist() == expected.tolist() == [0, 0]
    table = dispersion("Peace, peace.", min_count=2)
    assert table[["dp", "dp_expected", "dp_excess"]].values.tolist() == [[0, 0, 0]]
    assert table["dp_norm"].isna().all()


def test_articles_without_words_and_words_without_uses():
    dp, expected = dp_of([[0, 2], [0, 1], [0, 0]], [4, 4, 0])
    assert np.isnan([dp[0], expected[0]]).all()
    assert dp[1] == pytest.approx((2 / 3 - 1 / 2 + 1 / 2 - 1 / 3) / 2)


def test_table_of_dispersion():
    corpus = Corpus.from_texts(["Peace, peace and talks.", "Peace.", "War is war is war."])
    table = dispersion(corpus, min_count=2)
    assert list(table.columns) == list(TABLES["dispersion"])
    assert table["word"].tolist() == ["peace", "war"]
    assert table["count"].tolist() == [3, 3]
    assert table["n_articles"].tolist() == [2, 1]
    # 4, 1 and 5 words: shares .4, .1, .5
    assert table["dp"].tolist() == pytest.approx([0.5, 0.5])
    assert table["dp_norm"].tolist() == pytest.approx([0.5 / 0.9, 0.5 / 0.9])
    assert table["dp_excess"].tolist() == (table["dp"] - table["dp_expected"]).tolist()
    assert not table["constructed"].any()
    assert dispersion(corpus, min_count=9).empty
    assert dispersion("").empty
    assert len(dispersion(corpus, min_count=1, stop_words=None)) == 5


def test_the_order_of_articles_has_no_part_in_dispersion():
    frame = Corpus.from_texts([f"Peace {'war ' * n}talks." for n in range(12)]).articles
    frame = frame[["article_id", "text"]]
    turned = Corpus.from_dataframe(frame.iloc[::-1])
    assert dispersion(Corpus.from_dataframe(frame)).equals(dispersion(turned))


def test_constructed_articles_are_named():
    frame = Corpus.from_texts(["Peace talks.", "Peace."]).articles[["text"]]
    corpus = Corpus.from_dataframe(frame.assign(constructed=[True, False]))
    assert dispersion(corpus, min_count=1)["constructed"].all()
    assert collocations(corpus, "peace", min_count=1)["constructed"].all()


# ------------------------------------------------------------------ collocations


def test_collocations_counted_by_hand():
    texts = [
        "They want firm guarantees. Winter came early.",
        "A firm guarantee is needed. Snow fell again and it fell on them.",
    ]
    table = collocations(texts, "guarantee*", window=2, min_count=1)
    assert list(table.columns) == list(TABLES["collocations"])
    assert table["word"].tolist() == ["firm", "needed", "want"]
    assert table.loc[0, ["n_together", "n_word", "n_articles"]].tolist() == [2, 2, 2]
    # near: want firm, a firm, is needed; of 18 words outside the pattern
    assert table["expected"].tolist() == pytest.approx([2 * 6 / 18, 6 / 18, 6 / 18])
    assert table["log_ratio"].tolist() == pytest.approx([math.log2(3)] * 3)
    observed = np.array([[2, 0], [4, 12]])
    # stats.contingency has it too, with the complement of both cells
    g2 = stats.chi2_contingency(observed, correction=False, lambda_="log-likelihood").statistic
    assert table["g2"].iloc[0] == pytest.approx(g2)
    assert set(table["caution"]) == {"words pooled over all articles: a description, no test"}


def test_neighbours_are_of_the_same_sentence_and_counted_once():
    text = "War. Talks peace talks, peace talks go on and on. Peace."
    table = collocations(text, "peace", window=9, min_count=1, stop_words=None).set_index("word")
    assert table["n_together"].to_dict() == {"talks": 3, "go": 1, "on": 2, "and": 1}


def test_words_of_the_pattern_are_no_neighbours_but_are_used():
    text = "Peace talks about talks. The talks ended."
    table = collocations(text, "peace talks", window=5, min_count=1)
    assert table["word"].tolist() == ["talks"]
    assert table[["n_together", "n_word"]].values.tolist() == [[1, 3]]
    assert table["expected"].tolist() == pytest.approx([2 * 2 / 5])


def test_a_window_counts_words_and_no_further():
    table = collocations("One two three four peace five six.", "peace", window=1, min_count=1)
    assert sorted(table["word"]) == ["five", "four"]


def test_avoided_words_stand_last():
    text = "Peace hope hope war. " + "Peace calm war. " + "War war war war. Hope. " * 3
    table = collocations(text, "peace", window=5, min_count=1)
    assert table["word"].iloc[-1] == "war"
    assert (np.diff(np.sign(table["log_ratio"].round(9))) <= 0).all()


@pytest.mark.parametrize("text", ["", "Nothing of it.", "Peace."])
def test_no_neighbours(text):
    table = collocations(text, "peace")
    assert table.empty
    assert list(table.columns) == list(TABLES["collocations"])


def test_every_word_near_the_pattern():
    table = collocations("Peace talks talks.", "peace", min_count=2)
    assert table[["expected", "log_ratio", "g2"]].values.tolist() == [[2, 0, 0]]


@pytest.mark.parametrize("window", [0, -1, 2.5, True])
def test_a_window_is_a_number_of_words(window):
    with pytest.raises(ValueError, match="1 or more"):
        collocations("Peace.", "peace", window=window)
    with pytest.raises(ValueError, match="write a pattern"):
        collocations("Peace.", ["peace"])
