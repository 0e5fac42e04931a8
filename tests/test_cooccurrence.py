"""Which frames stand together: lift by hand, p against every move of the sentences."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from framing import Codebook, Corpus, frame_cooccurrence, save_table, score_frames
from framing.tables import TABLES

WORDS = {"x": "peace", "y": "guarantee", "z": "alarm"}
BOOK = Codebook.from_patterns("three", {name: [word] for name, word in WORDS.items()})


def texts_of(articles):
    """Write a text for each list of sentences, given by their frames, such as ["xy", "", "x"]."""
    numbers = itertools.count()
    return [
        " ".join(
            f"Item{next(numbers)} {' '.join(WORDS[name] for name in frames)} item{next(numbers)}."
            for frames in article
        )
        for article in articles
    ]


def scores_of(articles, frames="xy", **columns):
    book = Codebook.from_patterns("few", {name: [WORDS[name]] for name in frames})
    corpus = Corpus.from_texts(texts_of(articles), **columns)
    return score_frames(corpus, book, by="sentence")


def plain_p(articles, pairs):
    """Give p and p_adjusted of pairs of frames from all moves of all frames in all articles.

    The frame named first stays where it is, the others move: only how they move against each
    other counts.
    """
    frames = sorted(set("".join(pairs)))
    tested = {
        pair: [a for a in articles if all(any(f in s for s in a) for f in pair)] for pair in pairs
    }

    def number(pair, moves):
        """Count the sentences of both, each frame's sentences moved on."""
        one, two = pair
        total = 0
        for article, move in zip(articles, moves, strict=True):
            if article not in tested[pair]:
                continue
            n = len(article)
            for place in range(n):
                total += (
                    one in article[(place - move[one]) % n]
                    and two in article[(place - move[two]) % n]
                )
        return total

    choices = [
        [
            dict(zip(frames, (0, *moves), strict=True))
            for moves in itertools.product(range(len(article)), repeat=len(frames) - 1)
        ]
        for article in articles
    ]
    rows = [
        [number(pair, moves) for pair in pairs] for moves in itertools.product(*choices)
    ]  # the first one unmoved
    values = np.array(rows, dtype=float)
    values = np.abs(values - values.mean(axis=0)) / values.std(axis=0)
    p = (values >= values[0] - 1e-9).mean(axis=0)
    return p, (values.max(axis=1, keepdims=True) >= values[0] - 1e-9).mean(axis=0)


TINY = [
    [["xy", "", "x", ""], ["xy", "", "y"], ["x", "xy", ""], ["", "xy", ""], ["y", "xy", "x", ""]],
    [["x", "y", "", ""], ["x", "", "y"], ["x", "x", "y", ""], ["y", "x"], ["x", "", "", "y"]],
    [["xy", "xy", "", ""], ["x", "", "y"], ["x", "xy"], ["y", "x", ""], ["xy", "", "", ""], ["x"]],
]


# ---------------------------------------------------------------------------- counted by hand


def test_counted_by_hand():
    articles = [["x", "xy", "", "yz"], ["xy", "x", ""], ["", "z"]]
    table = frame_cooccurrence(scores_of(articles, "xyz"))
    assert list(table.columns) == list(TABLES["frame_cooccurrence"])
    assert table["frame"].tolist() == ["x", "x", "y"]
    assert table["other"].tolist() == ["y", "z", "z"]
    assert table["n_articles"].tolist() == [3] * 3
    assert table["n_sentences"].tolist() == [9] * 3
    assert table["n_frame"].tolist() == [4, 4, 3]
    assert table["n_other"].tolist() == [3, 2, 2]
    assert table["n_both"].tolist() == [2, 0, 1]
    np.testing.assert_allclose(table["lift"], [2 / (4 * 3 / 9), 0, 1 / (3 * 2 / 9)])
    assert table[["p", "p_adjusted"]].isna().all(axis=None)
    assert table["caution"].tolist() == [
        "both in 2 articles: no test; together in 2 sentences: the lift is unsteady",
        "both in 1 articles: no test; together in 0 sentences: the lift is unsteady",
        "both in 1 articles: no test; together in 1 sentence: the lift is unsteady",
    ]


def test_a_frame_that_is_not_mentioned_has_no_lift():
    table = frame_cooccurrence(scores_of([["x", "x", ""]] * 6, "xy"))
    assert table["n_other"].item() == 0
    assert table[["lift", "p"]].isna().all(axis=None)


def test_four_articles_are_too_few_and_five_are_not():
    article = ["xy", "", "x", "xy"]
    four = frame_cooccurrence(scores_of([article] * 4 + [["x", ""]]))
    five = frame_cooccurrence(scores_of([article] * 5 + [["x", ""]]))
    assert np.isnan(four["p"].item())
    assert four["caution"].item() == "both in 4 articles: no test"
    assert five["p"].item() > 0
    assert five["caution"].item() == ""


def test_few_sentences_together_are_said():
    four = frame_cooccurrence(scores_of([["xy", ""]] * 4 + [["x", "y"]] * 2))
    five = frame_cooccurrence(scores_of([["xy", ""]] * 5 + [["x", "y"]]))
    assert four["caution"].item() == "together in 4 sentences: the lift is unsteady"
    assert five["caution"].item() == ""


# ---------------------------------------------------------------------------- p


@pytest.mark.parametrize("articles", TINY)
def test_p_is_near_that_of_all_moves(articles):
    """Within 4 standard errors of all products of moves, counted by loops."""
    table = frame_cooccurrence(scores_of(articles), permutations=9999)
    expected, _ = plain_p(articles, ["xy"])
    error = math.sqrt(expected[0] * (1 - expected[0]) / 9999)
    assert table["p"].item() == pytest.approx(expected[0], abs=4 * error + 1e-4)
    assert table["p"].item() == table["p_adjusted"].item()


def test_p_of_several_pairs_is_near_that_of_all_moves():
    articles = [["xyz", "", "x"], ["xy", "z"], ["xz", "y"], ["yz", "x"], ["xy", "", "z"]]
    table = frame_cooccurrence(scores_of(articles, "xyz"), permutations=9999)
    expected = plain_p(articles, ["xy", "xz", "yz"])
    for name, values in zip(("p", "p_adjusted"), expected, strict=True):
        error = 4 * np.sqrt(values * (1 - values) / 9999) + 1e-4
        assert (np.abs(table[name] - values) <= error).all(), name
    assert (table["p_adjusted"] >= table["p"]).all()


def test_frames_that_always_meet_and_that_never_meet_are_told_from_chance():
    meets = [["xy", "", "", "", "", "", "", ""]] * 10
    avoids = [["x" * (k % 2 == 0) + "y" * (k % 2) for k in range(8)]] * 10
    assert frame_cooccurrence(scores_of(meets))["p"].item() <= 0.002
    assert frame_cooccurrence(scores_of(avoids))["p"].item() <= 0.005  # 2 of 2 ** 10
    everywhere = [["xy", "xy", "xy"]] * 10
    assert frame_cooccurrence(scores_of(everywhere))["p"].item() == 1


def clumped(generator, n_articles, n_sentences, start, stay):
    """Draw one frame's sentences as runs: whether it begins, and whether it goes on."""
    present = np.zeros((n_articles, n_sentences), dtype=bool)
    for place in range(n_sentences):
        chance = np.where(present[:, place - 1], stay, start) if place else start
        present[:, place] = generator.random(n_articles) < chance
    return present


def table_of(x, y):
    """Build scores by sentence of two frames, all articles equally long."""
    n, size = x.shape
    return pd.DataFrame(
        {
            "article_id": np.repeat([f"{k:03d}" for k in range(n)], 2 * size),
            "sentence": np.tile(np.repeat(np.arange(size) + 1, 2), n),
            "frame": ["x", "y"] * (n * size),
            "n_matches": np.stack([x, y], axis=2).ravel().astype(int),
            "n_words": 12,
        }
    )


def test_two_frames_of_the_same_articles_have_lift_but_seldom_a_small_p():
    """Both stand in 8 of 32 articles only, and there know nothing of each other."""
    lifts, small = [], []
    for seed in range(40):
        generator = np.random.default_rng(seed)
        x, y = np.zeros((2, 32, 10), dtype=bool)
        x[:8], y[:8] = generator.random((2, 8, 10)) < 0.4
        row = frame_cooccurrence(table_of(x, y), permutations=199).iloc[0]
        lifts.append(row["lift"])
        small.append(row["p"] <= 0.05)
    assert min(lifts) > 2  # 32 / 8 = 4 on average
    assert np.mean(small) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 40)


def test_frames_in_runs_that_do_not_know_of_each_other_seldom_differ_from_chance():
    """Clumped in articles and in runs of sentences; slack of 3 binomial standard errors."""
    alarms, repeats = 0, 80
    for seed in range(repeats):
        generator = np.random.default_rng(seed)
        topics = generator.gamma(1, 0.1, (12, 1))  # the articles that mention one mention both
        start = np.minimum(topics, 0.6)[:, 0]
        x, y = (clumped(generator, 12, 15, start, 0.6) for _ in range(2))
        p = frame_cooccurrence(table_of(x, y), permutations=199)["p"].item()
        alarms += p <= 0.05
    assert alarms / repeats <= 0.06 + 3 * math.sqrt(0.06 * 0.94 / repeats)


def test_frames_that_seek_each_other_are_found():
    found = 0
    for seed in range(20):
        generator = np.random.default_rng(seed)
        x = clumped(generator, 20, 15, 0.1, 0.5)
        y = x & (generator.random(x.shape) < 0.7)
        found += frame_cooccurrence(table_of(x, y), permutations=199)["p"].item() <= 0.05
    assert found >= 18


# ---------------------------------------------------------------------------- the same again


def test_the_order_of_rows_and_the_seed():
    scores = scores_of(TINY[0], "xy")
    expected = frame_cooccurrence(scores, permutations=499)
    mixed = scores.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(frame_cooccurrence(mixed, permutations=499), expected)
    again = frame_cooccurrence(scores, permutations=499)
    pd.testing.assert_frame_equal(again, expected)
    other = frame_cooccurrence(scores, permutations=499, seed=1)
    assert other["p"].item() != expected["p"].item()


def test_another_frame_changes_no_lift_and_a_saved_table_nothing(tmp_path):
    articles = [[*article, "z"] for article in TINY[0]]
    two, three = scores_of(articles, "xy"), scores_of(articles, "xyz")
    one, many = frame_cooccurrence(two), frame_cooccurrence(three)
    assert one["lift"].item() == many["lift"][0]
    # one pair more is one more that may be small by chance
    assert many["p_adjusted"][0] >= many["p"][0]
    assert many["p"][0] == pytest.approx(one["p"].item(), abs=0.02)
    saved = pd.read_csv(save_table(three, tmp_path / "scores.csv"))
    pd.testing.assert_frame_equal(frame_cooccurrence(saved), many)


def test_more_than_nine_sentences_keep_their_order():
    """Sentence 10 comes after 9, not after 1: a move of one sentence is what it says."""
    x = np.zeros((8, 12), dtype=bool)
    x[:, 8:11] = True
    y = np.roll(x, 1, axis=1)
    scores = table_of(x, y)
    p = frame_cooccurrence(scores, permutations=4999)["p"].item()
    # One article: meetings by move are 3, 2, 1, 0 ... 0, 1, 2; the total has mean 8 * 9 / 12.
    rolls = [sum(x[0] & np.roll(y[0], k)) for k in range(12)]
    counts = np.array([1.0])
    chance = np.bincount(rolls) / 12
    for _ in range(8):
        counts = np.convolve(counts, chance)
    totals = np.arange(len(counts))
    mean = (counts * totals).sum()
    expected = counts[np.abs(totals - mean) >= abs(16 - mean) - 1e-9].sum()
    assert p == pytest.approx(expected, abs=4 * math.sqrt(expected / 4999) + 4e-4)


def test_of_shared_copy_the_first_article_is_tested():
    own = [["xy", "", "x"], ["xy", "y"], ["x", "xy", ""], ["", "xy"], ["y", "xy", "x", ""]]
    x = scores_of(own)
    twice = pd.concat([x, x.assign(article_id="9" + x["article_id"].astype("str"))])
    one, two = frame_cooccurrence(x, permutations=999), frame_cooccurrence(twice, permutations=999)
    assert two["p"].item() == one["p"].item()
    assert (two["n_articles"].item(), one["n_articles"].item()) == (10, 5)
    assert two["n_both"].item() == 2 * one["n_both"].item()
    assert two["caution"].item().endswith("shared copy: 5 articles not counted as a case")
    four = frame_cooccurrence(twice[twice["article_id"].str[-1] != "5"])
    assert four["caution"].item().startswith("both in 4 articles: no test")


# ---------------------------------------------------------------------------- what is refused


def test_scores_that_are_not_by_sentence_are_refused():
    with pytest.raises(ValueError, match=r'use score_frames\(\.\.\., by="sentence"\)'):
        frame_cooccurrence(score_frames(["Peace."], BOOK))
    with pytest.raises(ValueError, match="permutations=10"):
        frame_cooccurrence(scores_of(TINY[0]), permutations=10)
    with pytest.raises(ValueError, match="table of score_frames"):
        frame_cooccurrence([1])


def test_one_frame_has_no_pairs():
    table = frame_cooccurrence(scores_of(TINY[0], "x"))
    assert table.empty
    assert list(table.columns) == list(TABLES["frame_cooccurrence"])


def test_no_articles_and_no_sentences():
    empty = score_frames([], BOOK, by="sentence")
    table = frame_cooccurrence(empty)
    assert list(table.columns) == list(TABLES["frame_cooccurrence"])
    assert frame_cooccurrence(score_frames([""], BOOK, by="sentence"))["n_both"].sum() == 0
    some = scores_of(TINY[0])
    assert frame_cooccurrence(some.iloc[:0])["n_both"].sum() == 0


def test_frames_that_were_left_out_are_no_pairs():
    scores = scores_of([[*article, "z"] for article in TINY[0]], "xyz")
    table = frame_cooccurrence(scores[scores["frame"] != "y"])
    assert list(zip(table["frame"], table["other"], strict=True)) == [("x", "z")]
