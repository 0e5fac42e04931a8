"""Rates and comparisons of groups: hand-counted, cautious, and right as often as they say."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from simulations import Setting, run, score_table
from test_uncertainty import raised

from framing import Codebook, Corpus, compare_groups, frame_rates, score_frames
from framing.tables import TABLES
from framing.uncertainty import newcombe

BOOK = Codebook.from_patterns("calm", {"calm": ["peace", "truce"], "alarm": ["alarm*"]})
P = ["p", "p_adjusted"]


def bursty(seed=0, sizes=(12, 12), frames=3, factor=1.0, **columns):
    """Draw the scores of sources A, B, ..., the first with ``factor`` times the rate."""
    generator = np.random.default_rng(seed)
    n = sum(sizes)
    source = list(itertools.chain(*(s * m for s, m in zip("ABCDEF", sizes, strict=False))))
    words = generator.integers(200, 600, n)
    rate = words[:, None] / 100 * np.where(np.array(source) == "A", factor, 1)[:, None]
    counts = generator.poisson(generator.gamma(2, 1 / 2, (n, frames)) * rate)
    return score_table(counts, words, **{"source": source, **columns})


def even(*counts, words=400, **columns):
    """Build a table of one frame, a list of counts for each of the sources A, B, ..."""
    source = [s for s, part in zip("ABCDEF", counts, strict=False) for _ in part]
    flat = list(itertools.chain(*counts))
    length = words if isinstance(words, list) else [words] * len(flat)
    return score_table(flat, length, **{"source": source, **columns})


def one_pair(scores, **options):
    table = compare_groups(scores, **options)
    assert len(table) == 1
    return table.iloc[0]


# ---------------------------------------------------------------------------- counted by hand

TEXTS = {
    "A": ["Peace or war.", "Peace and truce at last.", "An alarming day."],
    "B": ["No news.", "Alarm, alarm and peace."],
}


def hand_counted():
    texts = [text for source in "AB" for text in TEXTS[source]]
    return score_frames(Corpus.from_texts(texts, source=list("AAABB")), BOOK)


def test_rates_counted_by_hand():
    table = frame_rates(hand_counted())
    assert list(table.columns) == ["source", *TABLES["frame_rates"]]
    assert table["source"].tolist() == list("AABB")
    assert table["frame"].tolist() == ["calm", "alarm"] * 2
    assert table["n_articles"].tolist() == table["n_clusters"].tolist() == [3, 3, 2, 2]
    assert table["n_words"].tolist() == [3 + 5 + 3] * 2 + [2 + 4] * 2
    assert table["n_matches"].tolist() == [3, 1, 1, 2]
    np.testing.assert_allclose(table["estimate"], [3000 / 11, 1000 / 11, 1000 / 6, 2000 / 6])
    np.testing.assert_allclose(table["article_share"], [2 / 3, 1 / 3, 1 / 2, 1 / 2])
    assert table[["low", "high"]].isna().all(axis=None)
    assert set(table["level"]) == {0.95}
    assert not table["constructed"].any()
    assert (
        table["caution"].tolist()
        == ["3 articles: dots only, no interval"] * 2 + ["2 articles: dots only, no interval"] * 2
    )


def test_a_pair_counted_by_hand():
    table = compare_groups(hand_counted())
    assert list(table.columns) == list(TABLES["compare_groups"])
    assert table["group"].tolist() == ["A", "A"]
    assert table["reference"].tolist() == ["B", "B"]
    assert table["frame"].tolist() == ["calm", "alarm"]
    expected = {
        "n_articles": [3, 3],
        "n_articles_reference": [2, 2],
        "estimate": [3000 / 11, 1000 / 11],
        "estimate_reference": [1000 / 6, 2000 / 6],
        "ratio": [18 / 11, 3 / 11],
        "difference": [3000 / 11 - 1000 / 6, 1000 / 11 - 2000 / 6],
        "share_group": [2 / 3, 1 / 3],
        "share_reference": [1 / 2, 1 / 2],
        "composition": [3 / 4, 1 / 4],
        "composition_reference": [1 / 3, 2 / 3],
        # densities of calm 1/3, 2/5, 0 and 0, 1/4; of alarm 0, 0, 1/3 and 0, 2/4
        "cliffs_delta": [(2 + 1 + 1 - 1) / 6, (1 + 0 - 3) / 6],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(table[name], values, err_msg=name)
    assert table[["low", "high", "detectable_ratio", *P]].isna().all(axis=None)
    assert table[["share_low", "share_high"]].isna().all(axis=None)
    assert set(table["caution"]) == {"2 articles in a group: dots only, no test"}


def test_the_interval_of_the_shares_counts_shared_text_once():
    """Six articles of which two share their text, against five: shares of 5 units each."""
    scores = bursty(sizes=(6, 5), frames=1)
    scores["n_matches"] = [1, 1, 1, 0, 0, 0, *[1, 0, 0, 0, 0]]
    separate = compare_groups(scores, permutations=99)
    low, high = newcombe(np.array([3.0]), 6, np.array([1.0]), 5, 0.95)
    np.testing.assert_allclose(separate[["share_low", "share_high"]], [[low[0], high[0]]])
    scores["cluster"] = ["x", "x", *map(str, range(9))]
    shared = compare_groups(scores, permutations=99)
    low, high = newcombe(np.array([2.5]), 5, np.array([1.0]), 5, 0.95)
    np.testing.assert_allclose(shared[["share_low", "share_high"]], [[low[0], high[0]]])


def test_the_interval_of_a_rate_by_hand():
    """2, 0, 4, 1, 3 in 100, 200, 300, 200, 200 words, r = .01: y - rn = 1, -2, 1, -1, 1."""
    counts, words = [2, 0, 4, 1, 3], [100, 200, 300, 200, 200]
    row = frame_rates(even(counts, words=words)).iloc[0]
    squares = np.array([1, 4, 1, 1, 1])
    variance, df = 5 / 4 * 8 / 10.5**2, 8**2 / (squares**2).sum()
    half = stats.t.ppf(0.975, min(df, 4)) * math.sqrt(variance)
    assert (row["low"], row["high"]) == pytest.approx((10 * np.exp(-half), 10 * np.exp(half)))
    assert row["caution"] == "5 articles: exploratory; too rare: in 4 of 5 articles"


def test_the_interval_and_p_of_a_pair_by_hand():
    """Five against five articles of 100 words: all 252 exchanges by itertools."""
    one, two = [2, 0, 4, 1, 3], [5, 9, 6, 3, 7]

    def log_ratio(a, b):
        parts = [
            (y, np.mean(y), 5 / 4 * np.square(y - np.mean(y)) / (np.sum(y) + 0.5) ** 2)
            for y in (np.array(a), np.array(b))
        ]
        difference = np.log(raised(parts[0][0].sum())) - np.log(raised(parts[1][0].sum()))
        return difference, [part[2] for part in parts]

    def statistic(a, b):
        difference, squares = log_ratio(a, b)
        return abs(difference) / np.sqrt(np.sum(squares))

    row = one_pair(even(one, two, words=100))
    values, observed = [], statistic(one, two)
    for chosen in itertools.combinations(range(10), 5):
        both = one + two
        rest = [both[k] for k in range(10) if k not in chosen]
        values.append(statistic([both[k] for k in chosen], rest))
    assert row["p"] == pytest.approx(np.mean(np.array(values) >= observed - 1e-9))
    assert row["p"] == row["p_adjusted"]
    squares = log_ratio(one, two)[1]
    sums, dfs = [s.sum() for s in squares], [s.sum() ** 2 / (s**2).sum() for s in squares]
    dfs = [min(df, 4) for df in dfs]
    df = sum(sums) ** 2 / sum(s**2 / d for s, d in zip(sums, dfs, strict=True))
    half = stats.t.ppf(0.975, df) * math.sqrt(sum(sums))
    assert row["ratio"] == pytest.approx(10 / 30)
    assert row["low"] == pytest.approx(np.exp(-half) / 3)
    assert row["high"] == pytest.approx(np.exp(half) / 3)
    both = (stats.t.ppf(0.975, df) + stats.t.ppf(0.8, df)) * math.sqrt(sum(sums))
    assert row["detectable_ratio"] == pytest.approx(np.exp(both))


def test_a_frame_without_mention_in_one_group_or_in_both():
    scores = score_table(
        [[0, 0, 3]] * 6 + [[2, 0, 3]] * 6, [300] * 12, source=list("A" * 6 + "B" * 6)
    )
    table = compare_groups(scores).set_index("frame")
    assert table.loc["frame 0", ["ratio", "low"]].tolist() == [0, 0]
    assert 0 < table.loc["frame 0", "high"] < np.inf
    assert table.loc["frame 0", "p"] == pytest.approx(2 / math.comb(12, 6))
    assert table.loc["frame 1", ["ratio", "low", "high", *P]].isna().all()
    assert table.loc["frame 1", "caution"].endswith("too rare: in 0 of 12 articles")
    assert table.loc["frame 1", ["estimate", "difference", "cliffs_delta"]].tolist() == [0, 0, 0]
    turned = compare_groups(scores, reference="A").set_index("frame")
    assert turned.loc["frame 0", ["ratio", "high"]].tolist() == [np.inf, np.inf]
    assert table.loc["frame 2", ["p", "ratio"]].tolist() == [1, 1]
    rates = frame_rates(scores)
    assert rates.loc[1, "low"] == 0 < rates.loc[1, "high"]


def test_only_articles_of_one_text():
    scores = even([4] * 6, [4] * 7, cluster=["copy"] * 13)
    row = one_pair(scores)
    assert row[["low", "high", *P]].isna().all()
    assert row["ratio"] == 1
    assert row["caution"].startswith("1 article in a group: case reading, no test")
    assert "shared copy: 1 text printed by both, 11 articles not counted" in row["caution"]
    assert frame_rates(scores)["n_clusters"].tolist() == [1, 1]
    apart = one_pair(even([4] * 6, [4] * 7))
    assert (apart["p"], apart["ratio"]) == (1, 1)


def test_the_same_rate_in_articles_twice_as_long_is_no_difference():
    row = one_pair(even([1] * 10, [2] * 10, words=[100] * 10 + [200] * 10))
    assert row["ratio"] == 1
    assert row["p"] == 1


def test_a_table_without_any_mention():
    scores = score_table(np.zeros((20, 2), int), [300] * 20, source=list("AB" * 10))
    table = compare_groups(scores)
    assert table[["ratio", "low", "high", "composition", *P]].isna().all(axis=None)
    assert table["caution"].str.startswith("too rare: in 0 of 20 articles").all()
    rates = frame_rates(scores)
    assert (rates["low"] == 0).all()
    assert (rates["high"] > 0).all()


# ---------------------------------------------------------------------------- which pairs


def test_pairs_and_references():
    scores = bursty(sizes=(6, 6, 6))
    every = compare_groups(scores)
    pairs = list(zip(every["group"], every["reference"], strict=True))[::3]
    assert pairs == [("A", "B"), ("A", "C"), ("B", "C")]
    to_b = compare_groups(scores, reference="B")
    assert list(zip(to_b["group"], to_b["reference"], strict=True))[::3] == [("A", "B"), ("C", "B")]
    with pytest.raises(ValueError, match='reference=\'Z\' is no group; the groups are: "A", "B"'):
        compare_groups(scores, reference="Z")


@pytest.mark.parametrize("permutations", [999, 99])
@pytest.mark.parametrize("shared", [False, True])
def test_the_reference_only_turns_the_result(permutations, shared):
    clusters = [f"c{k % 9}" for k in range(14)] if shared else [f"c{k}" for k in range(14)]
    scores = bursty(3, (6, 8), cluster=clusters)
    one = compare_groups(scores, reference="B", permutations=permutations)
    two = compare_groups(scores, reference="A", permutations=permutations)
    assert two["group"].tolist() == ["B"] * 3
    for name in ("p", "p_adjusted", "detectable_ratio", "caution"):
        assert one[name].tolist() == two[name].tolist()
    np.testing.assert_allclose(one["ratio"], 1 / two["ratio"])
    np.testing.assert_allclose(one["low"], 1 / two["high"])
    np.testing.assert_allclose(one["high"], 1 / two["low"])
    np.testing.assert_allclose(one["share_low"], -two["share_high"])
    np.testing.assert_allclose(one["share_high"], -two["share_low"])
    for name in ("difference", "cliffs_delta"):
        np.testing.assert_allclose(one[name], -two[name])
    for name, other in (
        ("n_articles", "n_articles_reference"),
        ("estimate", "estimate_reference"),
        ("share_group", "share_reference"),
        ("composition", "composition_reference"),
    ):
        assert one[name].tolist() == two[other].tolist()
        assert one[other].tolist() == two[name].tolist()


@pytest.mark.parametrize("seed", range(3))
def test_other_outlets_do_not_change_the_result_of_a_pair(seed):
    scores = bursty(seed, (8, 9, 20, 5), factor=2)
    every = compare_groups(scores, permutations=499)
    for one, two in itertools.combinations("ABCD", 2):
        alone = compare_groups(scores[scores["source"].isin([one, two])], permutations=499)
        pair = every[(every["group"] == one) & (every["reference"] == two)].reset_index(drop=True)
        pd.testing.assert_frame_equal(
            pair.drop(columns="p_adjusted"), alone.drop(columns="p_adjusted")
        )
        assert (pair["p_adjusted"] >= alone["p_adjusted"]).all()


def test_p_adjusted_is_holm_over_pairs_of_the_family_p():
    """By hand: the family-wise p of each pair alone, times the pairs that are still to come."""
    scores = bursty(1, (10, 9, 12), factor=2.5)
    every = compare_groups(scores, permutations=499)
    families = {}
    for pair in itertools.combinations("ABC", 2):
        alone = compare_groups(scores[scores["source"].isin(pair)], permutations=499)
        families[pair] = alone["p_adjusted"].tolist()
    steps = sorted((p, pair, k) for pair, ps in families.items() for k, p in enumerate(ps))
    largest, expected = 0, {}
    for place, (p, pair, k) in enumerate(steps):
        largest = max(largest, p * len({later[1] for later in steps[place:]}))
        expected[(*pair, f"frame {k}")] = min(largest, 1)
    keys = zip(every["group"], every["reference"], every["frame"], strict=True)
    assert every["p_adjusted"].tolist() == pytest.approx([expected[key] for key in keys])
    assert (every["p_adjusted"] >= every["p"]).all()


def test_one_source_or_none_is_no_comparison():
    with pytest.raises(ValueError, match=r'Two groups are needed .* there is only "A"'):
        compare_groups(bursty(sizes=(8,)))
    gone = bursty()
    with pytest.raises(ValueError, match='there is only "A"'):
        compare_groups(gone[gone["source"] == "A"])
    with pytest.raises(ValueError, match="and there is none"):
        compare_groups(gone.assign(source=None))
    with pytest.raises(ValueError, match="Two groups are needed"):
        compare_groups(gone, by=[])


def test_numbers_that_carry_no_p_are_refused():
    with pytest.raises(ValueError, match="permutations=10: a p-value needs 99 or more"):
        compare_groups(bursty(), permutations=10)


# ---------------------------------------------------------------------------- the same again


@pytest.mark.parametrize("options", [{}, {"strata": "event"}, {"copies": "once"}])
def test_the_order_of_articles_and_rows_does_not_matter(options):
    scores = bursty(5, (9, 9), event=list("xyz" * 6), cluster=[f"c{k % 13}" for k in range(18)])
    expected = compare_groups(scores, permutations=199, **options)
    for seed in range(3):
        mixed = scores.sample(frac=1, random_state=seed)
        pd.testing.assert_frame_equal(compare_groups(mixed, permutations=199, **options), expected)


def test_the_seed_decides():
    scores = bursty(5, (9, 9))
    one, two, other = (compare_groups(scores, permutations=199, seed=s) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert one["p"].tolist() != other["p"].tolist()
    assert one.drop(columns=[*P, "caution"]).equals(other.drop(columns=[*P, "caution"]))


# ---------------------------------------------------------------------------- cautions


@pytest.mark.parametrize(
    ("size", "said", "interval"),
    [
        (1, "1 article: case reading", False),
        (2, "2 articles: dots only, no interval", False),
        (4, "4 articles: dots only, no interval", False),
        (5, "5 articles: exploratory", True),
        (9, "9 articles: exploratory", True),
        (10, "", True),
    ],
)
def test_cautions_of_rates_by_number_of_articles(size, said, interval):
    row = frame_rates(even([3, 2] * 5)[:size]).iloc[0]
    assert row["caution"] == said
    assert pd.notna([row["low"], row["high"]]).tolist() == [interval] * 2


@pytest.mark.parametrize(
    ("size", "said", "test"),
    [
        (1, "1 article in a group: case reading, no test", False),
        (2, "2 articles in a group: dots only, no test", False),
        (4, "4 articles in a group: dots only, no test", False),
        (5, "5 articles in a group: exploratory", True),
        (9, "9 articles in a group: exploratory", True),
        (10, "", True),
    ],
)
def test_cautions_of_pairs_by_number_of_articles(size, said, test):
    row = one_pair(even(([3, 2, 4] * 4)[:size], [2, 3, 3, 4] * 3), permutations=199)
    assert row["caution"].split("; ")[0] == said
    assert pd.notna(row[["low", "high", "detectable_ratio", *P]]).tolist() == [test] * 5


def test_articles_that_share_their_text_are_no_further_articles():
    cluster = ["x"] * 3 + list("abc") + [f"b{k}" for k in range(10)]
    row = one_pair(even([3, 3, 3, 2, 4, 1], [2, 3] * 5, cluster=cluster))
    assert row["caution"].startswith("4 articles in a group: dots only, no test")
    assert row["n_articles"] == 6
    assert pd.isna(row["p"])
    rates = frame_rates(even([3, 3, 3, 2, 4, 1], [2, 3] * 5, cluster=cluster))
    assert rates["caution"].tolist() == [
        "4 articles: dots only, no interval; shared copy: 2 articles not counted as a case",
        "",
    ]


def test_a_frame_in_four_articles_is_too_rare_and_in_five_is_not():
    rare = [2, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    four, five = even(rare, rare), even(rare, [*rare[:2], 1, *rare[3:]])
    row = one_pair(four)
    assert row["caution"].startswith("too rare: in 4 of 20 articles")
    assert pd.isna(row["p"])
    assert pd.notna(row["low"])
    row = one_pair(five)
    assert "too rare" not in row["caution"]
    assert pd.notna(row["p"])
    assert frame_rates(four)["caution"].tolist() == ["too rare: in 2 of 10 articles"] * 2
    rates = frame_rates(even([1] * 4 + [0] * 6, [1] * 5 + [0] * 5))
    assert rates["caution"].tolist() == ["too rare: in 4 of 10 articles", ""]


def test_a_frame_that_is_too_rare_is_not_of_the_family():
    scores = bursty(2, (10, 10))
    rare = scores.assign(
        n_matches=np.where(
            (scores["frame"] == "frame 1") & (scores.index > 10), 0, scores["n_matches"]
        )
    )
    two = rare[rare["frame"] != "frame 1"]
    expected = compare_groups(two, permutations=199)[P]
    table = compare_groups(rare, permutations=199)
    assert table[P].isna().all(axis=1).tolist() == [False, True, False]
    assert table[P].dropna().reset_index(drop=True).equals(expected)


def test_cautions_about_shared_copy():
    own = [f"o{k}" for k in range(20)]
    inside = ["x", "x", "x", *own[3:]]
    across = [*own[:18], own[0], own[1]]
    both = ["x", "x", *own[2:19], "x"]
    counts = [[3, 2] * 5, [2, 3] * 5]
    for cluster, said in (
        (own, ""),
        (inside, "shared copy: 2 articles not counted as a case"),
        (across, "shared copy: 2 texts printed by both"),
        (both, "shared copy: 1 text printed by both, 1 article not counted as a case"),
    ):
        caution = one_pair(even(*counts, cluster=cluster), permutations=199)["caution"]
        assert [part for part in caution.split("; ") if "copy" in part] == [said] * bool(said)


def test_an_article_compared_with_itself_is_no_shared_copy():
    texts = [
        f"Peace {'and peace ' * (k % 3)}they said. “A truce {'now' * (k % 2)}!” We left."
        for k in range(6)
    ]
    scores = score_frames([f"{text} {'x' * k}" for k, text in enumerate(texts)], BOOK, by="quoted")
    table = compare_groups(scores, by="quoted")
    assert table["group"].tolist() == ["not quoted"] * 2
    assert not table["caution"].str.contains("copy").any()


def test_cautions_about_unlike_length():
    counts = [3, 2] * 5
    for first, said in ((400, True), (399, False), (100, True), (101, False)):
        scores = even(counts, counts, words=[first] * 10 + [200] * 10)
        caution = one_pair(scores, permutations=199)["caution"]
        assert ("articles of one group are 2.0 times as long" in caution) == said


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (0, "no labels can be exchanged: no test"),
        (4, "no p below 0.062 is possible"),
        (5, None),
    ],
)
def test_the_least_p_of_pairs_beside_articles_that_stay(pairs, said):
    """2 ** pairs relabellings, none with a mirror image, as lone articles keep their labels."""
    topics = [[*range(pairs), *(f"{source}{k}" for k in range(pairs, 7))] for source in ("A", "B")]
    topic = [str(name) for part in topics for name in part]
    row = one_pair(even([3, 2, 4, 1, 5, 2, 3], [1, 2, 1, 2, 1, 3, 2], topic=topic), strata="topic")
    if said:
        assert said in row["caution"]
    else:
        assert "possible" not in row["caution"]
    assert np.isnan(row["p"]) if not pairs else 1 / 2**pairs <= row["p"] <= 1


def test_the_least_p_of_matched_pairs():
    """Each topic once in either outlet: a relabelling and its mirror image are as extreme."""
    for size, said in ((5, "no p below 0.062 is possible"), (6, None)):
        topic = [str(k) for k in range(size)] * 2
        row = one_pair(
            even([9, 8, 9, 7, 9, 8][:size], [1, 2, 1, 3, 1, 2][:size], topic=topic), strata="topic"
        )
        assert row["p"] == pytest.approx(2 / 2**size)
        assert ("possible" in row["caution"]) == bool(said)
        assert said is None or said in row["caution"]
        assert "the ratio is over all strata together" in row["caution"]


def test_the_least_p_of_shared_texts():
    cluster = [f"c{k}" for k in range(5)] * 2
    row = one_pair(even([5, 4, 3, 4, 5], [1, 2, 1, 2, 1], cluster=cluster))
    assert "no p below 0.062 is possible" in row["caution"]
    assert row["p"] >= 2 / 32


def test_cautions_that_follow_from_the_numbers():
    """Over many tables, each caution stands where its numbers say and nowhere else."""
    seen = dict.fromkeys(["disagree", "detectable", "burstier"], 0)
    for seed in range(40):
        scores = bursty(seed, (8, 11) if seed % 2 else (25, 30), factor=1.4)
        for _, row in compare_groups(scores, permutations=199).iterrows():
            disagree = (row["p"] <= 0.05) != (row["low"] > 1 or row["high"] < 1)
            assert ("p and interval disagree: undecided" in row["caution"]) == disagree
            said = f"a true ratio below {row['detectable_ratio']:.1f} would mostly go unnoticed"
            assert (said in row["caution"]) == (row["detectable_ratio"] > 2)
            y, n = (
                scores[scores["frame"] == row["frame"]].pivot(
                    columns="source", index="article_id", values=name
                )
                for name in ("n_matches", "n_words")
            )
            # Burstiness of one article, by another way: m times the squared influences.
            per_article = {}
            for s in "AB":
                a, b = y[s].dropna(), n[s].dropna()
                m = len(a)
                squares = ((a - a.sum() / b.sum() * b) ** 2).sum()
                per_article[s] = m * m / (m - 1) * squares / (a.sum() + 0.5) ** 2
            burstier = per_article["A"] > 1.5 * per_article["B"] and row["p"] <= 0.1
            assert ("the burstier group is not the larger" in row["caution"]) == burstier
            for name, flag in zip(
                seen, (disagree, row["detectable_ratio"] > 2, burstier), strict=True
            ):
                seen[name] += bool(flag)
    assert all(0 < number < 120 for number in seen.values()), seen


# ---------------------------------------------------------------------------- larger units


def test_three_outlets_against_three_cannot_go_below_a_tenth():
    generator = np.random.default_rng(0)
    outlets = [f"{camp}{k}" for camp in ("east", "west") for k in range(3) for _ in range(20)]
    camps = [outlet[:4] for outlet in outlets]
    rate = [12 if camp == "east" else 1 for camp in camps]
    scores = score_table(generator.poisson(rate), [300] * 120, source=outlets, camp=camps)
    row = one_pair(scores, by="camp", unit="source")
    assert row["p"] == pytest.approx(0.1)
    assert row["caution"].startswith(
        "3 sources in a group: exploratory; no p below 0.1 is possible"
    )
    assert row[["low", "high"]].isna().all()
    # as if every article were a case of its own
    assert one_pair(scores, by="camp", permutations=999)["p"] == pytest.approx(0.001)


def test_a_unit_in_both_groups_is_an_error():
    scores = bursty(camp=["east", "west"] * 12)
    with pytest.raises(ValueError, match="unit='source': \"A\" stands in both groups"):
        compare_groups(scores, by="camp", unit="source")


def test_one_outlet_against_one_is_a_case():
    scores = bursty(outlet=["p"] * 12 + ["q"] * 12)
    table = compare_groups(scores, unit="outlet")
    assert table["p"].isna().all()
    assert table["caution"].str.startswith("1 outlet in a group: case reading, no test").all()


# ---------------------------------------------------------------------------- any table


@st.composite
def tables(draw):
    n = draw(st.integers(1, 22))
    frames = draw(st.integers(1, 3))
    counts = draw(
        st.lists(
            st.lists(st.integers(0, 6), min_size=frames, max_size=frames), min_size=n, max_size=n
        )
    )
    words = draw(st.lists(st.sampled_from([0, 1, 7, 100, 350]), min_size=n, max_size=n))
    counts = [[y * (w > 0) for y in row] for row, w in zip(counts, words, strict=True)]
    columns = {
        "source": draw(
            st.lists(st.sampled_from(["A", "A", "B", "C", None]), min_size=n, max_size=n)
        ),
        "cluster": draw(
            st.lists(st.sampled_from([f"c{k}" for k in range(30)]), min_size=n, max_size=n)
        ),
        "event": draw(st.lists(st.sampled_from("xyz"), min_size=n, max_size=n)),
        "date": draw(
            st.lists(st.sampled_from(["2022-01-03", "2022-01-10", None]), min_size=n, max_size=n)
        ),
    }
    return score_table(counts, words, **columns)


@given(tables(), st.sampled_from(["each", "once"]), st.sampled_from([None, "event"]))
@settings(deadline=None, max_examples=30)
def test_comparisons_of_any_table(scores, copies, strata):
    counted = scores[scores["n_words"] > 0]
    rates = frame_rates(scores, copies=copies)
    known = rates.dropna(subset="low")
    assert (known["low"] <= known["estimate"] * (1 + 1e-9)).all()
    assert (known["estimate"] <= known["high"] * (1 + 1e-9)).all()
    assert (rates["n_clusters"] <= rates["n_articles"]).all()
    if copies == "each":
        assert rates["n_matches"].sum() == scores["n_matches"].sum()
        one = rates[rates["frame"] == "frame 0"]
        assert one["n_words"].sum() == counted.loc[counted["frame"] == "frame 0", "n_words"].sum()
        assert one["n_articles"].sum() == counted["article_id"].nunique()
    else:
        assert rates["n_articles"].equals(rates["n_clusters"])
    if scores["source"].nunique() < 2:
        with pytest.raises(ValueError, match="Two groups are needed"):
            compare_groups(scores, copies=copies)
        return
    table = compare_groups(scores, copies=copies, strata=strata, permutations=99)
    n_groups = scores["source"].nunique()
    assert len(table) == n_groups * (n_groups - 1) / 2 * scores["frame"].nunique()
    tested = table.dropna(subset="p")
    assert ((tested["p"] > 0) & (tested["p"] <= tested["p_adjusted"])).all()
    assert (tested["p_adjusted"] <= 1).all()
    limits = table.dropna(subset=["low", "ratio"])
    assert (limits["low"] <= limits["ratio"] * (1 + 1e-9)).all()
    assert (limits["ratio"] <= limits["high"] * (1 + 1e-9)).all()
    assert (table["detectable_ratio"].dropna() >= 1).all()
    assert table["cliffs_delta"].dropna().between(-1, 1).all()
    share = table.dropna(subset="share_low")
    difference = share["share_group"] - share["share_reference"]
    assert (share["share_low"] <= difference + 1e-9).all()
    assert (difference <= share["share_high"] + 1e-9).all()


# ---------------------------------------------------------------------------- simulations

# Each number of false alarms is binomial with the number of tests or less alike than that (the
# five frames are drawn on their own); 3 of its standard errors are the slack, and as the seeds
# are fixed, the outcome is too. `make simulations` has more settings, and many more repeats.
SIMULATED = {
    "5 and 5 articles": (Setting("5 and 5 articles", (5, 5)), 60),
    "5 and 40, mildly bursty": (Setting("5 and 40", (5, 40), (1.7, 1.7)), 40),
    "a third outlet differs": (Setting("third", (15, 15), third=4), 40),
    "6 articles printed by both": (Setting("shared", (20, 20), shared=6), 40),
    "4 of each printed three times": (Setting("copies", (20, 20), copies=4), 40),
    "within strata": (Setting("strata", (20, 20), event=3, strata=True), 40),
}


def slack(share, number):
    return 3 * math.sqrt(share * (1 - share) / number)


@pytest.mark.parametrize("name", SIMULATED)
def test_outlets_without_a_difference_seldom_differ(name):
    setting, repeats = SIMULATED[name]
    outcome = run(setting, repeats, permutations=199)
    assert outcome.tests > 2 * repeats
    assert outcome.false_alarms <= 0.06 + slack(0.06, outcome.tests)
    assert outcome.family <= 0.06 + slack(0.06, repeats)
    if not setting.strata:  # there the ratio of all events together is not 1
        assert outcome.coverage_ratio >= 0.92 - slack(0.92, outcome.tests)
        assert outcome.coverage_rate >= 0.92 - slack(0.92, 2 * outcome.tests)
    if setting.bursts == (3, 3):  # the usual test on pooled words cries wolf in the same tables
        assert outcome.pooled >= 0.15


def test_without_strata_an_event_is_taken_for_a_difference():
    """The contrast to the setting within strata above: the test does see what there is."""
    outcome = run(Setting("no strata", (20, 20), event=3), 20, permutations=199)
    assert outcome.false_alarms > 0.15


def test_a_real_difference_is_found():
    found = [
        (compare_groups(bursty(seed, (30, 30), factor=3), permutations=199)["p_adjusted"] <= 0.05)
        for seed in range(10)
    ]
    assert np.mean(found) > 0.8


def test_voices_are_compared_inside_their_articles(spoken):
    # Articles differ much and voices little: only the comparison of each with itself shows it.
    articles = []
    for k in range(6):
        many = ["Peace"] * (4 * k + 1)
        ours, theirs = ["Nobody"] * (60 - len(many)), ["Nobody"] * (58 - len(many))
        told = " ".join(many + ours + [f"told{k}"])
        said = " ".join([*many, *theirs, "peace", "peace", f"said{k}"])
        articles.append([(told + ". ", "journalist"), (said, "quoted", "Anna Berg", 1.0)])
    scores = score_frames(spoken(*articles), BOOK, by="voice")
    calm = compare_groups(scores, by="voice").iloc[0]
    assert (calm["group"], calm["reference"]) == ("journalist", "quoted")
    assert calm["n_articles"] == calm["n_articles_reference"] == 6
    # Of the 2 ** 6 ways to exchange the voices in their articles two are as extreme.
    assert calm["p"] == 2 / 64
    assert "printed by both" not in calm["caution"]
