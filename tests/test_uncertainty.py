"""Intervals, permutation tests and adjusted p-values, each against another way to compute it.

Numbers said to be of statsmodels were computed with its version 0.15.0.
"""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from framing import uncertainty
from framing.uncertainty import (
    Contrast,
    cliffs_delta,
    holm,
    log_rate,
    newcombe,
    rate_limits,
    sign_flips,
    wilson,
)


def contrast(counts, words, first, stratum=None, partner=None):
    counts = np.asarray(counts, dtype=float).reshape(len(words), -1)
    return Contrast(
        counts,
        np.asarray(words, dtype=float),
        np.asarray(first, dtype=bool),
        np.asarray(stratum if stratum is not None else [0] * len(words), dtype=np.intp),
        np.asarray(partner if partner is not None else [-1] * len(words), dtype=np.intp),
    )


def drawn(seed, sizes=(6, 7), columns=3):
    """Draw bursty counts of two groups."""
    generator = np.random.default_rng(seed)
    m = sum(sizes)
    words = generator.integers(80, 900, m)
    burst = generator.gamma(1.5, 1 / 1.5, (m, columns))
    counts = generator.poisson(burst * words[:, None] * [4, 8, 15][:columns] / 1000)
    return counts, words, [True] * sizes[0] + [False] * sizes[1]


# ---------------------------------------------------------------------------- other ways to compute


def raised(total):
    """Keep the log of a count of 0 finite."""
    return total or 0.5


def plain_group(counts, words):
    """Give the sum, the rate, the influences and the factor of one column of a group."""
    total, size, m = sum(counts), sum(words), len(words)
    rate = total / size
    influence = [(y - rate * n) / (total + 0.5) for y, n in zip(counts, words, strict=True)]
    return total, size, influence, m / (m - 1)


def plain_statistic(counts, words, first, partner):
    """Give the studentised log ratio of one column, by loops over the units."""
    halves = [[unit for unit in range(len(words)) if first[unit] == side] for side in (True, False)]
    one, two = (
        plain_group([counts[unit] for unit in half], [words[unit] for unit in half])
        for half in halves
    )
    difference = math.log(raised(one[0]) / one[1]) - math.log(raised(two[0]) / two[1])
    variance = 0.0
    for total, _, influence, factor in (one, two):
        variance += factor * sum(value**2 for value in influence)
        variance += 2 if total == 0 else 0
    for place, unit in enumerate(halves[0]):
        if partner[unit] >= 0:
            there = halves[1].index(partner[unit])
            shared = one[2][place] * two[2][there]
            variance -= 2 * math.sqrt(one[3] * two[3]) * shared
    return difference / math.sqrt(max(variance, 1e-12)), difference, variance


def plain_relabellings(first, stratum, partner):
    """List every exchange of labels that is allowed, by trying all of them."""
    free = [unit for unit in range(len(first)) if partner[unit] < 0]
    for labels in itertools.product([True, False], repeat=len(first)):
        if any(
            labels[unit] == labels[partner[unit]]
            for unit in range(len(first))
            if partner[unit] >= 0
        ):
            continue
        if all(
            sum(labels[unit] for unit in free if stratum[unit] == value)
            == sum(first[unit] for unit in free if stratum[unit] == value)
            for value in {stratum[unit] for unit in free}
        ):
            yield labels


def plain_test(counts, words, first, stratum=None, partner=None):
    """Give p and p_family of each column from all relabellings."""
    counts = np.asarray(counts).reshape(len(words), -1)
    stratum = stratum if stratum is not None else [0] * len(words)
    partner = partner if partner is not None else [-1] * len(words)
    columns = [column.tolist() for column in counts.T]
    words = [int(n) for n in words]

    def values(labels):
        return [abs(plain_statistic(column, words, labels, partner)[0]) for column in columns]

    observed = values(list(first))
    rows = [values(labels) for labels in plain_relabellings(first, stratum, partner)]
    p = [
        sum(row[k] >= value - 1e-9 for row in rows) / len(rows) for k, value in enumerate(observed)
    ]
    family = [sum(max(row) >= value - 1e-9 for row in rows) / len(rows) for value in observed]
    return p, family, len(rows)


PARTNERS = [4, -1, -1, 6, 0, -1, 3, -1, -1]  # units 0 and 4, and 3 and 6, share their texts
DESIGNS = {
    "free": ((4, 5), None, None),
    "strata": ((4, 5), [0, 0, 1, 1, 0, 0, 1, 1, 1], None),
    "strata, one of one group": ((4, 5), [0, 0, 1, 1, 0, 2, 2, 1, 1], None),
    "partners": ((4, 5), None, PARTNERS),
    "partners and strata": ((4, 5), [0, 0, 1, 1, 0, 0, 1, 1, 1], PARTNERS),
    "only partners": ((4, 4), None, [4, 5, 6, 7, 0, 1, 2, 3]),
}


# ---------------------------------------------------------------------------- rates


# By seed: the logarithm of the rate and its standard error.
ONE_RATE = [
    (-4.218141225749726, 0.21337809542260616),
    (-3.9641439826694285, 0.2883804906288456),
    (-4.196253750745102, 0.23469543936034765),
    (-4.411339615871906, 0.2129480282940207),
    (-4.265064236778474, 0.2668079489650265),
]


@pytest.mark.parametrize("seed", range(5))
def test_the_variance_of_a_rate_is_the_sandwich_of_statsmodels(seed):
    """A Poisson regression on the intercept, articles in clusters, log words as offset.

    ``GLM(counts, ones, Poisson(), offset=log(words)).fit(cov_type="cluster")``. Its factor is
    m/(m-1) · (N-1)/(N-1) for m clusters of N articles. It divides by Σy², we by (Σy + .5)²: the
    last factor turns the one into the other.
    """
    generator = np.random.default_rng(seed)
    cluster = np.r_[np.arange(9), generator.integers(0, 9, 8)]
    words = generator.integers(50, 900, 17)
    counts = generator.poisson(words * generator.gamma(1, 0.01, 17)) + 1
    value, error = ONE_RATE[seed]
    added = [np.bincount(cluster, weights=values) for values in (counts, words)]
    estimate = log_rate(added[0][:, None], added[1])
    assert np.log(estimate.value[0]) == pytest.approx(value)
    expected = error**2 * (counts.sum() / (counts.sum() + 0.5)) ** 2
    assert estimate.variance[0] == pytest.approx(expected)


# By seed: the difference of the logarithms, the variance of each and their covariance.
TWO_RATES = [
    (1.2778720260400496, 0.046425075838485874, 0.05398161278623742, 0.023328322573452666),
    (-0.3247287581853877, 0.06859844706201403, 0.0629420767819306, -0.006193138187399292),
    (-0.42862349206217676, 0.057452941978647754, 0.13775091086902114, 0.021612847125289013),
    (0.4767613150615908, 0.0604520612105372, 0.05967134660238913, -0.008827589904835733),
    (0.28201801575767416, 0.09642742073756727, 0.07918035128141275, 0.007913688841700966),
]


@pytest.mark.parametrize("seed", range(5))
def test_the_variance_of_a_ratio_with_shared_texts_is_that_of_statsmodels(seed):
    """Two rates in one regression, clusters that reach over both groups, without its factor.

    As above with a column for each group, and ``cov_kwds={"use_correction": False}``.
    """
    generator = np.random.default_rng(seed)
    sizes, both = (7, 9), 4
    words = generator.integers(50, 900, sum(sizes))
    counts = generator.poisson(words * generator.gamma(1, 0.01, sum(sizes))) + 1
    partner = np.full(sum(sizes), -1)  # a cluster is an article, or an article and its partner
    partner[:both] = np.arange(both) + sizes[0]
    partner[sizes[0] : sizes[0] + both] = np.arange(both)
    first = np.arange(sum(sizes)) < sizes[0]
    difference, *variances, covariance = TWO_RATES[seed]
    # The factors for m clusters, and from Σy to Σy + .5, of each group.
    scale = [
        math.sqrt(m / (m - 1)) * counts[side].sum() / (counts[side].sum() + 0.5)
        for m, side in zip(sizes, (first, ~first), strict=True)
    ]
    expected = (
        scale[0] ** 2 * variances[0]
        + scale[1] ** 2 * variances[1]
        - 2 * scale[0] * scale[1] * covariance
    )
    estimate = contrast(counts, words, first, partner=partner).log_ratio()
    assert estimate.variance[0] == pytest.approx(expected)
    assert np.log(estimate.value[0]) == pytest.approx(difference)


def test_a_rate_by_hand():
    """Counts 2, 0, 4 in 100, 200, 300 words: r = .01, y - rn = 1, -2, 1."""
    estimate = log_rate(np.array([[2.0], [0.0], [4.0]]), np.array([100.0, 200.0, 300.0]))
    assert estimate.value[0] == pytest.approx(0.01)
    assert estimate.variance[0] == pytest.approx(3 / 2 * (1 + 4 + 1) / 6.5**2)
    assert estimate.df[0] == pytest.approx((1 + 4 + 1) ** 2 / (1 + 16 + 1))


def test_the_limits_of_a_rate_by_hand():
    counts, words = np.array([[2.0], [0.0], [4.0]]), np.array([100.0, 200.0, 300.0])
    low, high = rate_limits(counts, words, 0.9)
    half = stats.t.ppf(0.95, 2) * math.sqrt(9 / 6.5**2)
    assert low[0] == pytest.approx(0.01 * math.exp(-half))
    assert high[0] == pytest.approx(0.01 * math.exp(half))


def test_the_limits_of_a_rate_without_mentions():
    low, high = rate_limits(np.zeros((4, 1)), np.full(4, 250.0), 0.95)
    assert low[0] == 0
    assert high[0] == pytest.approx(0.5 / 1000 * math.exp(stats.t.ppf(0.975, 3) * math.sqrt(2)))


def test_one_unit_or_no_words_give_no_limits():
    for counts, words in (([[3.0]], [100.0]), ([[0.0], [0.0]], [0.0, 0.0]), (np.ones((0, 1)), [])):
        estimate = log_rate(np.array(counts), np.array(words))
        assert np.isnan([estimate.variance, estimate.df]).all()
        assert np.isnan(rate_limits(np.array(counts), np.array(words), 0.95)).all()


def test_units_of_the_same_rate_leave_no_width():
    low, high = rate_limits(np.array([[1.0], [2.0], [3.0]]), np.array([100.0, 200.0, 300.0]), 0.95)
    assert low[0] == pytest.approx(0.01, rel=1e-6)
    assert high[0] == pytest.approx(0.01, rel=1e-6)


# ---------------------------------------------------------------------------- ratios


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("seed", range(3))
def test_the_variance_of_a_ratio_is_that_of_a_loop(design, seed):
    sizes, stratum, partner = DESIGNS[design]
    counts, words, first = drawn(seed, sizes)
    variance = contrast(counts, words, first, stratum, partner).log_ratio().variance
    none = [-1] * len(words)
    expected = [plain_statistic(y.tolist(), words, first, partner or none)[2] for y in counts.T]
    np.testing.assert_allclose(variance, expected)


def welch_by_hand(one, two):
    """Give variance and df of the difference of two (variance, df)."""
    (v1, d1), (v2, d2) = one, two
    return v1 + v2, (v1 + v2) ** 2 / (v1**2 / d1 + v2**2 / d2)


def test_a_ratio_by_hand():
    """The second group, 1, 1, 4 in 100 words each: r = .02, y - rn = -1, -1, 2."""
    pair = contrast([2, 0, 4, 1, 1, 4], [100, 200, 300, 100, 100, 100], [1, 1, 1, 0, 0, 0])
    estimate = pair.log_ratio()
    variance, df = welch_by_hand((9 / 6.5**2, 2), (9 / 6.5**2, 36 / 18))
    assert estimate.value[0] == pytest.approx(0.5)
    assert estimate.variance[0] == pytest.approx(variance)
    assert estimate.df[0] == pytest.approx(df) == pytest.approx(4)
    low, high = pair.ratio_limits(0.95)
    half = stats.t.ppf(0.975, df) * math.sqrt(variance)
    assert low[0] == pytest.approx(0.5 * math.exp(-half))
    assert high[0] == pytest.approx(0.5 * math.exp(half))
    both = stats.t.ppf(0.975, df) + stats.t.ppf(0.8, df)
    assert pair.detectable_ratio(0.95)[0] == pytest.approx(math.exp(both * math.sqrt(variance)))


def test_no_mention_in_one_group():
    counts, words = [0, 0, 0, 1, 1, 4], [100, 200, 300, 100, 100, 100]
    pair = contrast(counts, words, [1, 1, 1, 0, 0, 0])
    variance, df = welch_by_hand((2, 2), (9 / 6.5**2, 2))
    half = stats.t.ppf(0.975, df) * math.sqrt(variance)
    assert pair.log_ratio().value[0] == 0
    low, high = pair.ratio_limits(0.95)
    assert low[0] == 0
    assert high[0] == pytest.approx((raised(0) / 600) / (raised(6) / 300) * math.exp(half))
    turned = contrast(counts, words, [0, 0, 0, 1, 1, 1])
    assert turned.log_ratio().value[0] == np.inf
    assert turned.ratio_limits(0.95)[1][0] == np.inf
    assert turned.ratio_limits(0.95)[0][0] == pytest.approx(1 / high[0])
    assert 0 < pair.test(999, 0)[0][0] <= 1


def test_no_mention_at_all():
    pair = contrast([[0, 1], [0, 0], [0, 2], [0, 3]], [100] * 4, [1, 1, 0, 0])
    assert np.isnan(pair.log_ratio().value[0])
    assert np.isnan([limits[0] for limits in pair.ratio_limits(0.95)]).all()
    assert np.isnan([p[0] for p in pair.test(999, 0)]).all()
    alone = pair.columns(np.array([False, True]))
    assert pair.test(999, 0)[0][1] == alone.test(999, 0)[0][0]
    assert pair.test(999, 0)[1][1] == alone.test(999, 0)[1][0]


def test_fewer_than_two_units_in_a_group_give_no_test():
    pair = contrast([1, 2, 3], [100] * 3, [1, 0, 0])
    assert np.isnan(pair.test(999, 0)).all()
    assert np.isnan(pair.ratio_limits(0.95)).all()


# ---------------------------------------------------------------------------- permutation tests


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("seed", range(3))
def test_p_is_that_of_all_relabellings(design, seed):
    sizes, stratum, partner = DESIGNS[design]
    counts, words, first = drawn(seed, sizes)
    pair = contrast(counts, words, first, stratum, partner)
    p, family, number = plain_test(counts, words, first, stratum, partner)
    assert pair.n_relabellings() == number
    np.testing.assert_allclose(pair.test(number, 0), [p, family])


@pytest.mark.parametrize("design", DESIGNS)
def test_all_relabellings_in_small_portions_give_the_same(design, monkeypatch):
    sizes, stratum, partner = DESIGNS[design]
    counts, words, first = drawn(5, sizes)
    pair = contrast(counts, words, first, stratum, partner)
    whole = pair.test(999, 0)
    monkeypatch.setattr(uncertainty, "_CELLS", 7 * counts.size)
    np.testing.assert_array_equal(pair.test(999, 0), whole)


MANY = {
    "free": ((6, 6), None, None),
    "strata": ((6, 8), [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1], None),
    "partners": ((6, 6), None, [6, 7, -1, -1, -1, -1, 0, 1, -1, -1, -1, -1]),
    "only partners": ((9, 9), None, [*range(9, 18), *range(9)]),
}


@pytest.mark.parametrize("design", MANY)
@pytest.mark.parametrize("seed", range(3))
def test_random_relabellings_come_close_to_all(design, seed):
    """Within 4 standard errors; all relabellings are checked against a loop above."""
    sizes, stratum, partner = MANY[design]
    pair = contrast(*drawn(seed, sizes), stratum, partner)
    number = pair.n_relabellings()
    exact = np.stack(pair.test(number, 0))
    random = np.stack(pair.test(number - 1, seed))
    assert not np.array_equal(exact, random)
    error = np.sqrt(exact * (1 - exact) / (number - 1))
    assert (np.abs(random - exact) <= 4 * error + 1.5 / number).all()


@pytest.mark.parametrize("design", MANY)
def test_random_relabellings_are_allowed_ones_and_all_come(design):
    sizes, stratum, partner = MANY[design]
    counts, words, first = drawn(0, sizes, 1)
    pair = contrast(counts, words, first, stratum, partner)
    every = {
        tuple(labels)
        for labels in plain_relabellings(
            first, stratum or [0] * len(words), partner or [-1] * len(words)
        )
    }
    number = len(every)
    assert number == pair.n_relabellings()
    labels = np.concatenate(list(pair._random_labels(30 * number, 0)))
    seen, times = np.unique(labels.astype(bool), axis=0, return_counts=True)
    assert {tuple(row) for row in seen.tolist()} == every
    # Pearson's test of equal chances for all of them.
    assert stats.chisquare(times).pvalue > 0.001


@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(0, 2), st.integers(0, 9)), min_size=1, max_size=8
    ),
    st.integers(0, 2),
)
@settings(deadline=None, max_examples=80)
def test_relabellings_are_counted_as_enumerated(units, pairs):
    first = [unit[0] for unit in units] + [True] * pairs + [False] * pairs
    stratum = [unit[1] for unit in units] + [0] * (2 * pairs)
    n = len(units)
    partner = [-1] * n + [n + pairs + k for k in range(pairs)] + [n + k for k in range(pairs)]
    pair = contrast([1] * len(first), [1] * len(first), first, stratum, partner)
    every = list(plain_relabellings(first, stratum, partner))
    assert pair.n_relabellings() == len(every)
    labels = np.concatenate(list(pair._all_labels())).astype(bool)
    assert sorted(map(tuple, labels.tolist())) == sorted(every)


@pytest.mark.parametrize("permutations", [999, 200])  # all of 462 relabellings, and random ones
def test_the_order_of_the_units_does_not_matter(permutations):
    counts, words, first = drawn(2, (5, 6))
    order = np.random.default_rng(0).permutation(11)
    one = contrast(counts, words, first)
    two = contrast(counts[order], words[order], np.array(first)[order])
    np.testing.assert_allclose(one.ratio_limits(0.95), two.ratio_limits(0.95))
    np.testing.assert_allclose(one.log_ratio(), two.log_ratio())
    if permutations == 999:
        np.testing.assert_array_equal(one.test(999, 0), two.test(999, 0))


@pytest.mark.parametrize("permutations", [999, 200])
def test_longer_words_counts_of_a_language_do_not_matter(permutations):
    """A language that needs twice the words: only rates change."""
    counts, words, first = drawn(3, (5, 6))
    one, two = contrast(counts, words, first), contrast(counts, 2 * words, first)
    np.testing.assert_array_equal(one.test(permutations, 0), two.test(permutations, 0))
    np.testing.assert_allclose(one.ratio_limits(0.95), two.ratio_limits(0.95))


@pytest.mark.parametrize("seed", range(3))
def test_swapping_the_groups_gives_the_reciprocal(seed):
    counts, words, first = drawn(seed, (5, 6))
    one, two = contrast(counts, words, first), contrast(counts, words, ~np.array(first))
    np.testing.assert_array_equal(one.test(999, 0), two.test(999, 0))
    np.testing.assert_allclose(one.log_ratio().value, 1 / two.log_ratio().value)
    low, high = one.ratio_limits(0.95)
    low_two, high_two = two.ratio_limits(0.95)
    np.testing.assert_allclose([low, high], [1 / high_two, 1 / low_two])
    np.testing.assert_allclose(one.detectable_ratio(0.9), two.detectable_ratio(0.9))


@pytest.mark.parametrize("permutations", [999, 200])
def test_another_column_changes_no_p_but_raises_that_of_the_family(permutations):
    counts, words, first = drawn(4, (5, 6))
    three = contrast(counts, words, first).test(permutations, 0)
    two = contrast(counts[:, :2], words, first).test(permutations, 0)
    np.testing.assert_array_equal(three[0][:2], two[0])
    assert (three[1][:2] >= two[1]).all()
    assert (three[1] >= three[0]).all()
    one = contrast(counts[:, :1], words, first).test(permutations, 0)
    np.testing.assert_array_equal(one[0], one[1])


def test_another_column_changes_no_p_of_long_runs_with_partners(monkeypatch):
    """The permutations are made in portions, whose size depends on the number of columns."""
    counts, words, first = drawn(4, (6, 6))
    pair = contrast(counts, words, first, None, MANY["partners"][2])
    monkeypatch.setattr(uncertainty, "_CELLS", 40 * counts.size)
    one = pair.columns(np.array([True, False, False]))
    assert pair.test(200, 0)[0][0] == one.test(200, 0)[0][0]


def test_the_seed_decides():
    pair = contrast(*drawn(1, (8, 8)))
    np.testing.assert_array_equal(pair.test(500, 3), pair.test(500, 3))
    assert not np.array_equal(pair.test(500, 3), pair.test(500, 4))


def test_p_is_never_0():
    words, first = [100] * 20, [True] * 10 + [False] * 10
    pair = contrast([20, 21] * 5 + [1, 2] * 5, words, first)
    assert pair.test(500, 0)[0][0] == pytest.approx(1 / 501)
    few = contrast([20, 21, 22, 20, 1, 2, 1, 1], [100] * 8, [1] * 4 + [0] * 4)
    assert few.test(500, 0)[0][0] == pytest.approx(2 / 70)  # 2 of 70 are as extreme


@pytest.mark.parametrize("permutations", [999, 200])
def test_the_same_density_everywhere_gives_p_1(permutations):
    same = contrast([2] * 12, [150] * 12, [True] * 6 + [False] * 6)
    assert same.test(permutations, 0)[0][0] == 1
    assert same.log_ratio().value[0] == 1


@pytest.mark.parametrize("permutations", [999, 200])
def test_the_same_density_in_articles_of_unlike_length_gives_p_1(permutations):
    lengths = np.array([1] * 6 + [2] * 6)
    same = contrast(lengths, 100 * lengths, [True] * 6 + [False] * 6)
    assert same.log_ratio().value[0] == 1
    assert same.test(permutations, 0)[0][0] == 1


# ---------------------------------------------------------------------------- several tests


@given(st.lists(st.floats(0, 1) | st.just(math.nan), min_size=1, max_size=12))
@settings(deadline=None)
def test_holm_of_one_p_a_family_is_that_of_its_definition(values):
    known = [p for p in values if not math.isnan(p)]
    adjusted = holm(np.array(values), np.arange(len(values)))
    for p, found in zip(values, adjusted, strict=True):
        if math.isnan(p):
            assert math.isnan(found)
            continue
        # The k-th smallest of m is multiplied by m - k + 1, and is no less than those before it.
        steps = [(len(known) - k) * other for k, other in enumerate(sorted(known)) if other <= p]
        assert found == pytest.approx(min(max(steps), 1))


def test_holm_of_one_p_a_family_is_that_of_statsmodels():
    p = np.array([0.04, 0.01, np.nan, 0.3, 0.01, 0.9, 0.0, 0.02, 1.0, 0.012])
    expected = [0.16, 0.08, np.nan, 0.9, 0.08, 1, 0, 0.1, 1, 0.08]  # multipletests, without NaN
    np.testing.assert_allclose(holm(p, np.arange(len(p))), expected)


def test_holm_over_families_by_hand():
    """Families a and b: .01 (a) × 2, .02 (a) × 2, .03 (b) × 2 as a is not done with, .3 × 1."""
    p = np.array([0.3, 0.01, 0.03, 0.02, np.nan])
    family = np.array([0, 0, 1, 0, 1])
    np.testing.assert_allclose(holm(p, family), [0.3, 0.02, 0.06, 0.04, np.nan])
    # Once b has no smaller p left, a family less is to be paid for.
    p, family = np.array([0.01, 0.02, 0.04]), np.array([1, 0, 0])
    np.testing.assert_allclose(holm(p, family), [0.02, 0.02, 0.04])


# ---------------------------------------------------------------------------- differences of units


def plain_flips(values):
    """Give p and p_family by enumerating the signs, with the sum over its length of a loop."""

    def t(column, signs):
        flipped = [v * s for v, s in zip(column, signs, strict=True) if not math.isnan(v)]
        return abs(sum(flipped)) / math.sqrt(sum(v**2 for v in flipped))

    columns = values.T.tolist()
    rows = [
        [t(column, signs) for column in columns]
        for signs in itertools.product([1, -1], repeat=len(values))
    ]
    observed = rows[0]
    p = [np.mean([row[k] >= x - 1e-9 for row in rows]) for k, x in enumerate(observed)]
    return p, [np.mean([max(row) >= x - 1e-9 for row in rows]) for x in observed]


@pytest.mark.parametrize("seed", range(4))
def test_sign_flips_are_those_of_all_signs(seed):
    values = np.random.default_rng(seed).normal(0.4, 1, (7, 3))
    values[2, 0] = values[5, 0] = np.nan
    np.testing.assert_allclose(sign_flips(values, 128, 0), plain_flips(values))


def test_a_rare_frame_does_not_ruin_the_others():
    """Two equal values have no spread, and so a studentised mean beyond all others by itself."""
    values = np.full((8, 2), np.nan)
    values[:, 0] = [1.0, 1.2, 0.8, 1.1, 0.9, 1.3, 0.7, 1.0]
    values[:2, 1] = 0.5
    p, p_family = sign_flips(values, 256, 0)
    np.testing.assert_allclose(p, [2 / 256, 0.5])
    assert p_family[0] == 2 / 256


def test_random_flips_come_close_to_all():
    values = np.random.default_rng(7).normal(0.4, 1, (11, 3))
    exact, random = (np.stack(sign_flips(values, number, 0)) for number in (2048, 2047))
    error = np.sqrt(exact * (1 - exact) / 2047)
    assert (np.abs(random - exact) <= 4 * error + 1 / 2047).all()
    assert not np.array_equal(exact, random)


def test_the_least_p_of_flips():
    np.testing.assert_allclose(sign_flips(np.array([[1.0], [1.1], [0.9]]), 99, 0), [[0.25], [0.25]])
    np.testing.assert_allclose(sign_flips(np.ones((4, 1)), 99, 0), [[0.125], [0.125]])
    assert sign_flips(np.ones((40, 1)), 99, 0)[0][0] == pytest.approx(1 / 100)


def test_flips_without_a_difference_or_units():
    assert sign_flips(np.zeros((5, 1)), 99, 0)[0][0] == 1
    assert np.isnan(sign_flips(np.array([[1.0], [np.nan]]), 99, 0)).all()
    assert np.isnan(sign_flips(np.ones((0, 2)), 99, 0)).all()


# ---------------------------------------------------------------------------- articles


# proportion_confint(hits, 12, alpha=1 - level, method="wilson")
WILSON = {
    0.8: (
        [0, 0.025270739094, 0.401948892646, 0.879612275314],
        [0.120387724686, 0.241719031477, 0.74465315324, 1],
    ),
    0.95: (
        [0, 0.014865094405, 0.31951131255, 0.757505993345],
        [0.242494006655, 0.353879911141, 0.806739686341, 1],
    ),
    0.99: (
        [0, 0.009860596323, 0.257994851584, 0.643953130351],
        [0.356046869649, 0.453511795051, 0.849330670141, 1],
    ),
}


@pytest.mark.parametrize("level", WILSON)
def test_wilson_is_that_of_statsmodels(level):
    limits = wilson(np.array([0, 1, 7, 12]), 12, level)
    np.testing.assert_allclose(limits, WILSON[level], atol=1e-11)
    assert np.isnan(wilson(np.array([0]), 0, level)).all()


def test_newcombe_gives_the_published_example():
    """Newcombe (1998), table II, example (a), 56/70 - 48/80, method 10: .0524, .3339."""
    low, high = newcombe(np.array([56]), 70, np.array([48]), 80, 0.95)
    assert (low[0], high[0]) == pytest.approx((0.0524, 0.3339), abs=5e-5)


# confint_proportions_2indep(hits[0], 12, hits[1], 9, method="newcomb", alpha=0.1)
NEWCOMBE = {
    (0, 0): (-0.23113351931975679, 0.18398119474747707),
    (0, 9): (-1.0, -0.7045820185333238),
    (3, 9): (-0.8953474344295108, -0.4187115379410618),
    (12, 9): (-0.1839811947474771, 0.23113351931975668),
    (12, 0): (0.7045820185333238, 1.0),
    (5, 4): (-0.3475124302470476, 0.29307243077525863),
}


@pytest.mark.parametrize("hits", NEWCOMBE)
def test_newcombe_is_that_of_statsmodels(hits):
    low, high = newcombe(np.array([hits[0]]), 12, np.array([hits[1]]), 9, 0.9)
    assert (low[0], high[0]) == pytest.approx(NEWCOMBE[hits])


values = st.lists(st.integers(0, 5).map(float), max_size=12)


@given(values, values)
@settings(deadline=None)
def test_cliffs_delta_is_that_of_all_pairs(one, two):
    delta = cliffs_delta(np.array(one), np.array(two))
    if not (one and two):
        assert math.isnan(delta)
        return
    signs = [(a > b) - (a < b) for a in one for b in two]
    assert delta == pytest.approx(sum(signs) / len(signs))
