from __future__ import annotations

import math
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats
from simulations_keyness import COMMON, LESS_COMMON, Setting, draw, run

from framing.corpus import Corpus
from framing.keywords import word_frequency
from framing.tables import TABLES
from framing.word_comparison import keyness
from framing.word_tests import Sides, compare_sides


def sides_of(counts, n_words, in_target, cluster=None):
    counts = np.array(counts)
    return Sides(
        words=[f"w{number}" for number in range(counts.shape[1])],
        counts=sparse.csr_array(counts),
        n_words=np.array(n_words),
        in_target=np.array(in_target, dtype=bool),
        cluster=np.arange(len(counts)) if cluster is None else np.array(cluster),
    )


def compare(sides, **options):
    options = {"min_articles": 1, "permutations": 9999, "level": 0.95, "seed": 0, **options}
    return compare_sides(sides, **options)


def by_loops(counts, n_words, in_target):
    """Compute the statistic of one word as its definition reads."""
    total, words = sum(counts), sum(n_words)
    odds, variance = [], 0.0
    for side in (True, False):
        group = [(y, n) for y, n, t in zip(counts, n_words, in_target, strict=True) if t == side]
        m, y_sum, n_sum = len(group), sum(y for y, _ in group), sum(n for _, n in group)
        prior_words = n_sum
        y_prior = prior_words * total / words
        odds.append(math.log((y_sum + y_prior) / (n_sum + prior_words - y_sum - y_prior)))
        rate = y_sum / n_sum
        squares = m / (m - 1) * sum((y - rate * n) ** 2 for y, n in group)
        variance += max(squares, y_sum + y_prior) / (y_sum + y_prior) ** 2
    return (odds[0] - odds[1]) / math.sqrt(variance)


def p_by_enumeration(sides, relabellings):
    counts = sides.counts.toarray().T.tolist()
    n_words = sides.n_words.tolist()
    observed = [abs(by_loops(word, n_words, sides.in_target.tolist())) for word in counts]
    own, family, reached = [0] * len(counts), [0] * len(counts), [0] * len(counts)
    for labels in relabellings:
        permuted = [abs(by_loops(word, n_words, labels)) for word in counts]
        for word, size in enumerate(observed):
            own[word] += permuted[word] >= size - 1e-9
            family[word] += max(permuted) >= size - 1e-9
            reached[word] += sum(value >= size - 1e-9 for value in permuted)
    b = len(relabellings)
    rates = [
        reached[word] / b / sum(value >= size - 1e-9 for value in observed)
        for word, size in enumerate(observed)
    ]
    q = [
        min(1, *(rate for rate, other in zip(rates, observed, strict=True) if other <= size + 1e-9))
        for size in observed
    ]
    return [n / b for n in own], [n / b for n in family], q


def small_sides(seed=0, sizes=(5, 6)):
    generator = np.random.default_rng(seed)
    n = sum(sizes)
    counts = generator.poisson(generator.gamma(0.7, 3, (n, 4)))
    counts[: sizes[0], 0] += 6
    return sides_of(counts, generator.integers(60, 200, n), np.arange(n) < sizes[0])


# ------------------------------------------------------------------ numbers by hand


def test_the_columns_by_hand():
    target = ["Peace peace talks now now now now now now now."] * 1 + ["Peace one two three four."]
    other = ["War one two three four.", "Peace war one two three four five six seven eight."]
    table = keyness(Corpus.from_texts(target), Corpus.from_texts(other), stop_words=None)
    assert list(table.columns) == list(TABLES["keyness"])
    row = table.set_index("word").loc["peace"]
    assert row[["n_target", "n_reference"]].tolist() == [3, 1]
    assert row[["articles_target", "articles_reference"]].tolist() == [2, 1]
    assert row[["rate_target", "rate_reference"]].tolist() == pytest.approx([200, 1000 / 15])
    assert row["log_ratio"] == pytest.approx(math.log2(3))
    assert row["g2"] == pytest.approx(2 * (3 * math.log(3 / 2) + math.log(1 / 2)))
    # 2 of 10 and 1 of 5 words: a floor of independent words holds
    by_hand = by_loops([2, 1, 0, 1], [10, 5, 5, 10], [True, True, False, False])
    assert row["log_odds_z"] == pytest.approx(by_hand)
    y = (3 + 2, 1 + 2)
    log_odds = math.log(y[0] / (30 - y[0])) - math.log(y[1] / (30 - y[1]))
    assert by_hand == pytest.approx(log_odds / math.sqrt(1 / y[0] + 1 / y[1]))
    war = table.set_index("word").loc["war"]
    assert war["log_ratio"] == pytest.approx(math.log2(0.5 / 2))
    assert war["g2"] == pytest.approx(2 * 2 * math.log(2))
    assert math.isnan(war["dp_excess"])
    assert row["dp_excess"] < 0  # spread exactly as the words are: less clumped than chance
    assert table[["p", "p_adjusted", "q", "low", "high"]].isna().all(axis=None)


def test_the_statistic_equals_loops():
    sides = small_sides()
    table = compare(sides).set_index("word")
    for number, word in enumerate(sides.words):
        counts = sides.counts.toarray()[:, number].tolist()
        by_hand = by_loops(counts, sides.n_words.tolist(), sides.in_target.tolist())
        assert table.loc[word, "log_odds_z"] == pytest.approx(by_hand)
    assert table["log_odds_z"].is_monotonic_decreasing


def test_p_equals_full_enumeration():
    sides = small_sides()
    n = len(sides.n_words)
    labels = [[unit in chosen for unit in range(n)] for chosen in combinations(range(n), 5)]
    table = compare(sides, permutations=math.comb(n, 5)).set_index("word").loc[sides.words]
    p, family, q = p_by_enumeration(sides, labels)
    assert table["p"].tolist() == pytest.approx(p)
    assert table["p_adjusted"].tolist() == pytest.approx(family)
    assert table["q"].tolist() == pytest.approx(q, rel=0.01)  # it is counted in small steps
    random = compare(sides, permutations=math.comb(n, 5) - 1).set_index("word").loc[sides.words]
    assert random["p"].tolist() == pytest.approx(p, abs=0.08)
    assert random["p_adjusted"].tolist() == pytest.approx(family, abs=0.08)
    assert (random[["p", "p_adjusted", "q"]] > 0).all(axis=None)


def test_a_cluster_on_both_sides_swaps_within_itself():
    generator = np.random.default_rng(5)
    counts = generator.poisson(3, (13, 3))
    in_target = [True] * 6 + [False] * 7
    cluster = [0, 1, 2, 3, 4, 5, 0, 1, 6, 7, 8, 9, 9]  # 0 and 1 on both sides, 9 twice on one
    sides = sides_of(counts, [50] * 13, in_target, cluster)
    joined = np.vstack([counts[:11], counts[11:].sum(axis=0)])
    units = sides_of(joined, [50] * 11 + [100], in_target[:12])
    free = [2, 3, 4, 5, 8, 9, 10, 11]
    labels = []
    for chosen, first, second in product(combinations(free, 4), (0, 6), (1, 7)):
        labels.append([unit in {*chosen, first, second} for unit in range(12)])
    table = compare(sides, permutations=len(labels)).set_index("word").loc[sides.words]
    p, family, _ = p_by_enumeration(units, labels)
    assert table["p"].tolist() == pytest.approx(p)
    assert table["p_adjusted"].tolist() == pytest.approx(family)
    assert table["n_target"].tolist() == counts[:6].sum(axis=0).tolist()
    assert table["caution"].iloc[0] == (
        "the target has 6 articles that do not share their text and the reference 6: exploratory;"
        " 2 texts in both target and reference: labels exchanged within them"
    )


def test_clusters_alone_on_both_sides():
    counts = np.array(
        [[3, 1], [2, 0], [4, 1], [3, 2], [2, 1], [0, 1], [1, 1], [0, 0], [1, 2], [0, 1]]
    )
    sides = sides_of(counts, [50] * 10, [True] * 5 + [False] * 5, [*range(5), *range(5)])
    table = compare(sides).set_index("word").loc[sides.words]
    labels = [
        [bool(stay) for stay in stays] + [not stay for stay in stays]
        for stays in product((True, False), repeat=5)
    ]
    assert table["p"].tolist() == pytest.approx(p_by_enumeration(sides, labels)[0])
    assert table["p"].iloc[0] == 2 / 32  # all five differ in one direction


def test_copies_on_one_side_make_no_evidence():
    counts = np.zeros((20, 1), int)
    counts[:6] = 5  # the same article six times
    counts[6:8], counts[10:12] = 1, 1
    cluster = [0] * 6 + list(range(1, 15))
    alone = compare(sides_of(counts, [100] * 20, np.arange(20) < 10))
    copied = compare(sides_of(counts, [100] * 20, np.arange(20) < 10, cluster))
    assert alone["p"].item() < 0.05 < copied["p"].item()


def test_the_interval_of_a_common_word():
    generator = np.random.default_rng(1)
    counts = generator.poisson(generator.gamma(2, 4, (40, 1)))
    n_words = generator.integers(300, 600, 40)
    table = compare(sides_of(counts, n_words, np.arange(40) < 15), level=0.9)
    estimate, variance, below = [], 0.0, 0.0
    for side in (slice(0, 15), slice(15, 40)):
        y, n = counts[side, 0], n_words[side]
        m, rate = len(y), y.sum() / n.sum()
        terms = m / (m - 1) * (y - rate * n) ** 2 / (y.sum() + 0.5) ** 2
        assert terms.sum() > 1 / (y.sum() + 0.5)
        estimate.append(rate)
        variance += terms.sum()
        below += terms.sum() ** 2 / min(terms.sum() ** 2 / (terms**2).sum(), m - 1)
    half = stats.t.ppf(0.95, variance**2 / below) * math.sqrt(variance)
    centre = math.log(estimate[0] / estimate[1])
    limits = np.array([centre - half, centre + half]) / math.log(2)
    assert table[["low", "high"]].iloc[0].tolist() == pytest.approx(limits.tolist())
    assert table["level"].item() == 0.9


def test_intervals_cover_the_truth():
    generator = np.random.default_rng(2)
    n_words = generator.integers(300, 600, 40)
    for expected, phi in ((0.5, 3.0), (3.0, 3.0), (3.0, 1.5), (0.3, 10.0)):
        mean = np.outer(n_words / n_words.mean(), np.full(1500, expected))
        counts = generator.poisson(generator.gamma(mean / (phi - 1)) * (phi - 1))
        counts = counts[:, counts.any(axis=0)]
        table = compare(sides_of(counts, n_words, np.arange(40) < 15), min_articles=99)
        covered = ((table["low"] <= 0) & (table["high"] >= 0)).mean()
        assert 0.92 < covered < 0.985


def test_a_word_that_one_side_never_uses():
    counts = np.full((20, 1), 2)
    counts[10:] = 0
    table = compare(sides_of(counts, [100] * 20, np.arange(20) < 10))
    assert table["log_ratio"].item() == pytest.approx(math.log2(20 / 0.5))
    assert table["low"].item() > 0.5
    assert table["high"].item() == math.inf
    assert table["p"].item() <= 0.0003
    turned = compare(sides_of(counts, [100] * 20, np.arange(20) >= 10))
    assert turned["low"].item() == -math.inf
    assert turned["high"].item() == -table["low"].item()


# ------------------------------------------------------------------ order, seeds, sides


def test_seeds_and_sides():
    sides = small_sides(3, (12, 15))
    one = compare(sides, permutations=499)
    assert one.equals(compare(sides, permutations=499))
    assert not one["p"].equals(compare(sides, permutations=499, seed=1)["p"])
    turned = sides_of(sides.counts.toarray(), sides.n_words, ~sides.in_target)
    columns = ["word", "p", "p_adjusted", "q"]
    mirrored = compare(turned, permutations=499)[columns].iloc[::-1].reset_index(drop=True)
    assert mirrored.equals(one[columns])


def many_texts(n=16, seed=0):
    generator = np.random.default_rng(seed)
    words = [f"word{number}x" for number in range(12)]
    texts = [" ".join(generator.choice(words, 30)) + " peace" * (n % 3) for n in range(n)]
    return pd.DataFrame(
        {
            "article_id": [f"a{number:02}" for number in range(n)],
            "text": texts,
            "source": ["Courier", "Herald"] * (n // 2),
        }
    )


def test_the_order_of_articles_has_no_part():
    frame = many_texts()
    one = keyness(Corpus.from_dataframe(frame), by="source", target="Courier", permutations=99)
    turned = Corpus.from_dataframe(frame.sample(frac=1, random_state=1))
    assert one.equals(keyness(turned, by="source", target="Courier", permutations=99))
    assert one["p"].notna().any()


def test_forms_of_the_same_comparison():
    corpus = Corpus.from_dataframe(many_texts())
    options = {"permutations": 99, "min_articles": 2}
    one = keyness(corpus, by="source", target="Courier", **options)
    assert one.equals(
        keyness(corpus, by="source", target=["Courier"], reference="Herald", **options)
    )
    courier, herald = corpus.where(source="Courier"), corpus.where(source="Herald")
    assert one.equals(keyness(courier, herald, **options))
    frame = many_texts()
    apart = [
        Corpus.from_dataframe(frame[frame["source"] == name]) for name in ("Courier", "Herald")
    ]
    assert one.equals(keyness(*apart, **options))
    listed = keyness(corpus.texts[::2], corpus.texts[1::2], **options)
    assert listed[["word", "log_odds_z"]].equals(one[["word", "log_odds_z"]])


def test_all_other_articles_are_the_reference():
    frame = many_texts(18)
    frame["source"] = ["Courier", "Herald", None] * 6
    corpus = Corpus.from_dataframe(frame)
    one = keyness(corpus, by="source", target="Courier", permutations=9)
    two = keyness(corpus, by="source", target="Herald", permutations=9)
    total = one["n_target"].sum() + one["n_reference"].sum()
    assert total == two["n_target"].sum() + two["n_reference"].sum()
    few = keyness(corpus, by="source", target="Courier", reference="Herald", permutations=9)
    assert few["n_reference"].sum() == two["n_target"].sum()


def test_dates_as_targets():
    frame = many_texts()
    frame["date"] = ["2022-01-31"] * 8 + ["2022-02-10"] * 8
    corpus = Corpus.from_dataframe(frame)
    table = keyness(corpus, by="date", target="2022-02", permutations=9)
    assert table["n_target"].sum() == word_frequency(corpus.where(date="2022-02"))["count"].sum()


def test_shared_text_is_found_across_corpora():
    frame = many_texts(20)
    copied = frame.iloc[:8].assign(article_id=[f"b{n}" for n in range(8)])
    other = Corpus.from_dataframe(pd.concat([copied, frame.iloc[8:14]]))
    table = keyness(Corpus.from_dataframe(frame.iloc[:8]), other, permutations=9)
    assert "8 texts in both target and reference" in table["caution"].iloc[0]


def test_the_same_articles_under_other_names_differ_in_nothing():
    frame = many_texts(8)
    copied = frame.assign(article_id=[f"b{n}" for n in range(8)])
    table = keyness(Corpus.from_dataframe(frame), Corpus.from_dataframe(copied), min_articles=1)
    assert (table[["log_ratio", "log_odds_z", "g2"]] == 0).all(axis=None)
    assert (table[["p", "p_adjusted", "q"]] == 1).all(axis=None)


# ------------------------------------------------------------------ little data


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (1, "the target has 1 article and the reference 8: the reading of a case, no test"),
        (2, "the target has 2 articles and the reference 8: a description, no test"),
        (4, "the target has 4 articles and the reference 8: a description, no test"),
        (5, "the target has 5 articles and the reference 8: exploratory"),
    ],
)
def test_cautions_for_few_articles(n, words):
    corpus = Corpus.from_dataframe(many_texts(16).iloc[[*range(0, 2 * n, 2), *range(1, 16, 2)]])
    table = keyness(corpus, by="source", target="Courier", permutations=9)
    tested = table["p"].notna()
    assert table["caution"][tested | (n < 5)].eq(words).all()
    assert tested.any() == (n == 5) == table["low"].notna().any()


def test_words_in_few_articles_are_not_tested():
    sides = small_sides(0, (10, 10))
    counts = sides.counts.toarray()
    counts[:, 1] = 0
    counts[[2, 3], 1] = 9
    table = compare(sides_of(counts, sides.n_words, sides.in_target), min_articles=5)
    rare = table.set_index("word").loc["w1"]
    assert rare[["p", "p_adjusted", "q"]].isna().all()
    assert rare["caution"] == "used by 2 articles: not tested"
    assert table.set_index("word")["caution"].drop("w1").eq("").all()
    without = compare(sides_of(np.delete(counts, 1, axis=1), sides.n_words, sides.in_target))
    tested = table[table["word"] != "w1"]
    assert tested["p_adjusted"].tolist() == without["p_adjusted"].tolist()


def test_a_word_of_one_article_is_no_keyword():
    counts = np.zeros((20, 2), int)
    counts[0, 0] = 50
    counts[:, 1] = 1
    table = compare(sides_of(counts, [100] * 20, np.arange(20) < 10)).set_index("word")
    assert table.loc["w0", "g2"] > 50
    assert table.loc["w0", "p"] == 1
    assert table.loc["w0", "dp_excess"] > 0.5
    assert table.loc["w0", "low"] < 0


def test_hostile_words():
    one = "<b>$5</b> 'peace' “na" + "\u0308" + "ive” мир ☮ = SUM(A1) \ud800 nul\x00l"
    texts = [one, "x" * 5000, "", "peace " * 500]
    corpus = Corpus.from_texts(texts, source=list("AABB"))
    table = keyness(corpus, by="source", target="A", stop_words=None)
    assert {"peace", "мир", "x" * 5000} <= set(table["word"])
    assert np.isfinite(table[["log_odds_z", "log_ratio", "g2"]]).all(axis=None)


def test_the_only_word_there_is():
    frame = pd.DataFrame({"text": ["peace " * n for n in range(1, 13)], "source": list("AB") * 6})
    table = keyness(Corpus.from_dataframe(frame), by="source", target="A")
    assert table["log_odds_z"].round(9).tolist() == [0]
    assert table[["p", "p_adjusted", "q"]].values.tolist() == [[1, 1, 1]]


def test_stop_words_can_be_any_iterable():
    one = keyness(["Peace talks."], ["War talks."], stop_words=iter(["talks"]))
    assert one["word"].tolist() == ["peace", "war"]
    assert keyness(["The."], ["A."]).empty


# ------------------------------------------------------------------ tables of counts


def test_a_table_of_counts_as_reference():
    corpus = Corpus.from_dataframe(many_texts(12))
    courier, herald = corpus.where(source="Courier"), corpus.where(source="Herald")
    counts = word_frequency(herald)
    table = keyness(courier, counts).set_index("word")
    full = keyness(courier, herald, permutations=9).set_index("word").loc[table.index]
    for column in ("n_reference", "rate_reference", "log_ratio", "g2", "articles_reference"):
        assert table[column].tolist() == pytest.approx(full[column].tolist())
    assert table[["p", "p_adjusted", "q"]].isna().all(axis=None)
    assert table["low"].notna().all()
    assert table["caution"].iloc[0] == (
        "the reference is a table of counts: no test, and how its articles differ is in neither"
        " low and high nor log_odds_z; the target has 6 articles: exploratory"
    )
    one = keyness(courier["a00"], counts)
    assert (
        one["caution"].iloc[0].endswith("the target has 1 article: the reading of a case, no test")
    )
    assert one["low"].isna().all()


def test_the_size_of_a_table_and_its_words():
    counts = pd.DataFrame(
        {"word": ["Peace", "peace", "peace's", "the", "7", "war"], "count": [1, 2, 3, 4, 90, 0]}
    )
    table = keyness("Peace talks, peace.", counts)
    assert table["word"].tolist() == ["peace", "talks"]
    assert table["n_reference"].tolist() == [6, 0]
    assert table["rate_reference"].tolist() == [60, 0]
    assert table["articles_reference"].isna().all()
    counts["per_1000_words"] = counts["count"] / 1000
    assert keyness("Peace talks, peace.", counts)["rate_reference"].tolist() == [0.006, 0]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"word": ["peace"]}, 'lacks the column "count"'),
        ({"term": ["peace"], "n": [1]}, 'lacks the column "word" and "count"'),
        ({"word": ["peace"], "count": [-1]}, "whole numbers"),
        ({"word": ["peace"], "count": [1.5]}, "whole numbers"),
        ({"word": ["peace"], "count": [None]}, "whole numbers"),
        ({"word": ["peace"], "count": ["3"]}, "whole numbers"),
        ({"word": ["peace"], "count": [0]}, "whole numbers"),
        ({"word": ["peace", None], "count": [1, 2]}, "a text in every row"),
        ({"word": ["peace", "peace"], "count": [1, 2]}, '"peace" stands twice'),
        ({"word": ["peace"], "count": [1], "per_1000_words": [0]}, "per_1000_words"),
        ({"word": ["peace"], "count": [1], "per_1000_words": [1500]}, "per_1000_words"),
    ],
)
def test_what_is_no_table_of_counts(columns, message):
    with pytest.raises(ValueError, match=message):
        keyness("Peace.", pd.DataFrame(columns))


# ------------------------------------------------------------------ refusals


def test_refusals():
    frame = many_texts()
    corpus = Corpus.from_dataframe(frame.assign(constructed=[False] * 15 + [True]))
    real = corpus.where(constructed=False)
    with pytest.raises(ValueError, match=r"choose corpus.where\(constructed=False\)"):
        keyness(corpus, by="source", target="Courier")
    with pytest.raises(ValueError, match=r"choose corpus.where\(constructed=False\)"):
        keyness(real, word_frequency(corpus.where(constructed=True)))
    assert not keyness(real, by="source", target="Courier", permutations=9)["constructed"].any()
    with pytest.raises(ValueError, match="keyness compares"):
        keyness(real)
    with pytest.raises(ValueError, match="name its column"):
        keyness(real, target="Courier")
    with pytest.raises(ValueError, match=r"same articles in target and ref.*by=\"voice\"\) desc"):
        keyness(real, by="voice", target="quoted")
    with pytest.raises(ValueError, match=r'"outlet" is no column.*choose from: article_id, source'):
        keyness(real, by="outlet", target="Courier")
    with pytest.raises(ValueError, match='a value of "source": Courier, Herald'):
        keyness(real, by="source")
    with pytest.raises(ValueError, match='"Curier"; did you mean "Courier"'):
        keyness(real, by="source", target="Curier")
    with pytest.raises(ValueError, match='"Herold"'):
        keyness(real, by="source", target="Courier", reference="Herold")
    with pytest.raises(ValueError, match="divides one corpus"):
        keyness(real, real, by="source", target="Courier")
    with pytest.raises(ValueError, match='"a00" and 7 more would be in target and reference'):
        keyness(real, by="source", target="Courier", reference="Courier")
    with pytest.raises(ValueError, match='"a00" and 14 more would'):
        keyness(real, Corpus.from_dataframe(frame))
    with pytest.raises(ValueError, match="the reference has no articles"):
        keyness(real, by="source", target=["Courier", "Herald"])
    with pytest.raises(ValueError, match="the target has no words"):
        keyness("", "Peace.")
    for option in (
        {"min_articles": 0},
        {"permutations": 9.5},
        {"level": 95},
        {"permutations": True},
    ):
        with pytest.raises(ValueError, match="choose a"):
            keyness(real, by="source", target="Courier", **option)


# ------------------------------------------------------------------ simulations


def test_few_false_keywords_between_articles_that_do_not_differ():
    # With a true rate of .05, ten or more of 60 happen in less than one of 1,000 such sets.
    rows = run(Setting("null"), repeats=60, permutations=499)
    assert (rows["false, q"] > 0).sum() <= 9
    assert (rows["false, p_adjusted"] > 0).sum() <= 9
    assert 0.04 < rows["share p < .05"].mean() < 0.06
    assert rows["false, G² (Bonferroni)"].mean() > 3  # what counting words instead would report


def test_planted_words_are_found():
    alone = run(Setting("one", planted=(COMMON,)), repeats=20, permutations=499)
    assert alone[f"found w{COMMON}"].mean() > 0.6
    three = Setting("three", (60, 60), planted=(COMMON, LESS_COMMON, 100))
    found = run(three, repeats=10, permutations=499)
    assert (found.filter(like="found").mean() > 0.7).all()
    only = run(Setting("only", (40, 40), exclusive=(60,)), repeats=10, permutations=499)
    assert only["found w60"].mean() > 0.8


def test_the_simulated_counts_are_as_bursty_as_said():
    sides = draw(np.random.default_rng(0), Setting("null", (400, 400)))
    counts = sides.counts.toarray()[:, :200]
    expected = np.outer(sides.n_words, counts.sum(axis=0) / sides.n_words.sum())
    phi = ((counts - expected) ** 2 / expected).sum(axis=0) / (len(counts) - 1)
    assert 1.5 < np.quantile(phi, 0.05) < np.quantile(phi, 0.95) < 4.6
