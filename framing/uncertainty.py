"""What counts can carry: intervals, permutation tests and adjusted p-values.

News is bursty: a word that stands in an article once stands there again. So articles, not words,
are counted as cases, and articles that share their text as one. The functions here know units
(an article, a cluster of shared copy, an outlet) with counts, one column per frame or word, and
their lengths in words; they see no text and no tables.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_POWER = 0.8
# A variance of 0 would make noise in the last digits of a difference a significant one.
_SMALLEST_VARIANCE = 1e-12
# Permuted statistics that differ from the observed one by less are equal to it.
_EQUAL = 1e-9
_CELLS = 4_000_000  # numbers held at a time while permuting, 32 MB each array


# ---------------------------------------------------------------------------- rates and ratios


class LogEstimate(NamedTuple):
    """An estimate on the log scale: its value, the variance of the log, degrees of freedom."""

    value: Floats
    variance: Floats
    df: Floats


def log_rate(counts: Floats, words: Floats) -> LogEstimate:
    """Estimate a rate from units that are independent of each other but bursty inside.

    The variance of the log is the sandwich m/(m-1) Σ (y - r n)² / (Σ y + .5)² over the m units,
    its degrees of freedom Satterthwaite's from the same squares. Where nothing is counted there
    are no squares: the variance is that of a Poisson count of .5.

    Parameters
    ----------
    counts : array, units × columns
        How often each unit has each frame or word.
    words : array
        Words of each unit.

    Returns
    -------
    LogEstimate
        One number per column; ``value`` is the rate per word itself, not its log. With fewer
        than two units, or no words, variance and df are NA.
    """
    m, total = len(words), counts.sum(axis=0)
    rate = _divide(total, words.sum())
    if m < 2 or not words.any():
        unknown = np.full(rate.shape, np.nan)
        return LogEstimate(rate, unknown, unknown)
    squares = (counts - np.multiply.outer(words, rate)) ** 2
    terms = m / (m - 1) * squares / (total + 0.5) ** 2
    df = _divide(terms.sum(axis=0) ** 2, (terms**2).sum(axis=0))
    df = np.fmin(df, m - 1.0)  # also where all units have the same rate, and df is NA
    return LogEstimate(rate, terms.sum(axis=0) + _variance_of_none(total), df)


def _variance_of_none(total: Floats) -> Floats:
    return np.where(total == 0, 1 / 0.5, 0.0)


def rate_limits(counts: Floats, words: Floats, level: float) -> tuple[Floats, Floats]:
    """Give the limits of a rate per word; NA with fewer than two units or no words.

    Where nothing is counted, the lower limit is 0 and the upper one that of a count of .5.
    """
    estimate, none = log_rate(counts, words), counts.sum(axis=0) == 0
    value = np.where(none, _divide(0.5, words.sum()), estimate.value)
    low, high = _limits(estimate._replace(value=value), level)
    return np.where(none & np.isfinite(low), 0.0, low), high


def _limits(estimate: LogEstimate, level: float) -> tuple[Floats, Floats]:
    half = _quantile((1 + level) / 2, estimate.df) * np.sqrt(estimate.variance)
    with np.errstate(over="ignore", invalid="ignore"):
        return estimate.value * np.exp(-half), estimate.value * np.exp(half)


def _quantile(probability: float, df: Floats) -> Floats:
    from scipy import special

    return special.stdtrit(df, probability)


def _divide(above: Any, below: Any) -> Floats:
    """Divide, with NA where the divisor is 0."""
    above, below = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0)


# ---------------------------------------------------------------------------- two groups


@dataclass(frozen=True)
class Contrast:
    """Two groups of units to compare, and which of their labels may be exchanged.

    Attributes
    ----------
    counts : array, units × columns
        How often each unit has each frame or word.
    words : array
        Words of each unit.
    first : array of bool
        Whether the unit belongs to the first group.
    stratum : array of int
        Labels are exchanged only between units of one stratum (a day, an event).
    partner : array of int
        For a unit whose text is also in the other group, the position of that unit there; the
        two exchange their labels with each other only. -1 for all others.
    """

    counts: Floats
    words: Floats
    first: NDArray[np.bool_]
    stratum: NDArray[np.intp]
    partner: NDArray[np.intp]

    @property
    def _observed(self) -> Floats:
        return self.first[None, :].astype(float)

    @property
    def sizes(self) -> tuple[int, int]:
        """Number of units in the first and in the second group."""
        n_first = int(self.first.sum())
        return n_first, len(self.first) - n_first

    def log_ratio(self) -> LogEstimate:
        """Estimate the ratio of the two rates, with the variance and df of its log.

        ``value`` is the ratio itself: 0 or infinite where one group has no mention, NA where
        neither has. A count of 0 is taken as .5 for the variance.
        """
        groups = (self.first, ~self.first)
        rates = [log_rate(self.counts[group], self.words[group]) for group in groups]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = rates[0].value / rates[1].value
        if min(self.sizes) < 2:
            unknown = np.full(ratio.shape, np.nan)
            return LogEstimate(ratio, unknown, unknown)
        variance = _Statistic(self).variance(self._observed)[0]
        one, two = (np.maximum(rate.variance, _SMALLEST_VARIANCE) for rate in rates)
        df = (one + two) ** 2 / (one**2 / rates[0].df + two**2 / rates[1].df)
        return LogEstimate(ratio, variance, df)

    def ratio_limits(self, level: float) -> tuple[Floats, Floats]:
        """Give the limits of the ratio; 0 or infinite on the side where a count is 0."""
        estimate = self.log_ratio()
        some = [self.counts[group].sum(axis=0) > 0 for group in (self.first, ~self.first)]
        smoothed = np.exp(_Statistic(self).difference(self._observed)[0])
        value = np.where(some[0] & some[1], estimate.value, smoothed)
        low, high = _limits(estimate._replace(value=value), level)
        known = (some[0] | some[1]) & np.isfinite(low)
        low = np.where(known & ~some[0], 0.0, low)
        high = np.where(known & ~some[1], np.inf, high)
        return np.where(known, low, np.nan), np.where(known, high, np.nan)

    def detectable_ratio(self, level: float) -> Floats:
        """Give the smallest true ratio, above 1, that a test would show in 8 of 10 studies.

        From the variance seen in these units; NA where there is none.
        """
        estimate = self.log_ratio()
        quantiles = _quantile((1 + level) / 2, estimate.df) + _quantile(_POWER, estimate.df)
        with np.errstate(over="ignore"):
            return np.exp(quantiles * np.sqrt(estimate.variance))

    def n_relabellings(self) -> int:
        """Count the ways to exchange the labels, the observed one among them."""
        free = self.partner < 0
        number = 1 << int((~free).sum() // 2)
        for stratum in np.unique(self.stratum[free]):
            labels = self.first[free & (self.stratum == stratum)]
            number *= math.comb(len(labels), int(labels.sum()))
        return number

    def test(self, permutations: int, seed: int) -> tuple[Floats, Floats]:
        """Test by exchanging labels whether the two rates differ.

        The studentised log ratio is compared with its values under all relabellings, or, where
        these are more than ``permutations``, under as many random ones.

        Returns
        -------
        p, p_family : array
            For each column its own p-value, and the one by the largest statistic of all columns,
            which holds for all of them together. NA for columns without any count.
        """
        some = self.counts.sum(axis=0) > 0
        p = np.full((2, len(some)), np.nan)
        if some.any() and min(self.sizes) > 1:
            p[:, some] = self.columns(some)._test(permutations, seed)
        return p[0], p[1]

    def columns(self, chosen: NDArray[np.bool_]) -> Contrast:
        """Select frames or words."""
        rest = (self.words, self.first, self.stratum, self.partner)
        return Contrast(self.counts[:, chosen], *rest)

    def _test(self, permutations: int, seed: int) -> Floats:
        statistic = _Statistic(self)
        observed = np.abs(statistic(self._observed)[0]) - _EQUAL
        exact = self.n_relabellings() <= permutations
        own, family, n = np.zeros(len(observed)), np.zeros(len(observed)), 0
        for labels in self._all_labels() if exact else self._random_labels(permutations, seed):
            permuted = np.abs(statistic(labels))
            own += (permuted >= observed).sum(axis=0)
            largest = np.sort(permuted.max(axis=1))
            family += len(largest) - np.searchsorted(largest, observed)
            n += len(labels)
        # The observed labels are one of the random ones too: no p-value is 0.
        return np.stack([own, family]) / n if exact else (np.stack([own, family]) + 1) / (n + 1)

    def _chunk(self) -> int:
        return max(1, _CELLS // max(self.counts.size, 1))

    def _all_labels(self) -> Iterator[Floats]:
        choices: list[list[tuple[int, ...]]] = []
        free = self.partner < 0
        for stratum in np.unique(self.stratum[free]):
            members = np.flatnonzero(free & (self.stratum == stratum)).tolist()
            choices.append(list(combinations(members, int(self.first[members].sum()))))
        for unit in np.flatnonzero(self.first & ~free).tolist():
            choices.append([(unit,), (int(self.partner[unit]),)])
        rows: list[list[int]] = []
        for chosen in product(*choices):
            rows.append([unit for part in chosen for unit in part])
            if len(rows) == self._chunk():
                yield self._labels(rows)
                rows = []
        if rows:
            yield self._labels(rows)

    def _labels(self, rows: Sequence[Sequence[int]]) -> Floats:
        labels = np.zeros((len(rows), len(self.first)))
        for label, row in zip(labels, rows, strict=True):
            label[row] = 1
        return labels

    def _random_labels(self, permutations: int, seed: int) -> Iterator[Floats]:
        # Two streams, so that the size of a chunk does not change what is drawn.
        order_of, coin = np.random.default_rng(seed).spawn(2)
        free = np.flatnonzero(self.partner < 0)
        free = free[np.argsort(self.stratum[free], kind="stable")]
        stratum, labels = self.stratum[free], self.first[free].astype(float)
        pairs = np.flatnonzero(self.first & (self.partner >= 0))
        for start in range(0, permutations, self._chunk()):
            size = min(self._chunk(), permutations - start)
            # Within each stratum the units come in random order; the labels stay in place.
            order = np.argsort(stratum + order_of.random((size, len(free))), axis=1)
            relabelled = np.zeros((size, len(self.first)))
            np.put_along_axis(relabelled, free[order], labels[None, :], axis=1)
            stays = coin.random((size, len(pairs))) < 0.5
            relabelled[:, pairs] = stays
            relabelled[:, self.partner[pairs]] = ~stays
            yield relabelled


def _some(counts: Floats) -> Floats:
    return np.where(counts == 0, 0.5, counts)


class _Statistic:
    """The studentised log ratio of two groups for many labels at once, by a product of matrices."""

    def __init__(self, contrast: Contrast) -> None:
        y, n = contrast.counts, contrast.words[:, None]
        paired = (contrast.partner >= 0)[:, None]
        y_partner = np.where(paired, y[contrast.partner], 0.0)
        n_partner = np.where(paired, n[contrast.partner], 0.0)
        parts = [y, y**2, y * n, y * n_partner, n * y_partner, n, n**2]
        self._columns = np.hstack(parts)
        self._ends = np.cumsum([part.shape[1] for part in parts])[:-1]
        self._total = self._columns.sum(axis=0)
        self._paired = bool(paired.any())
        self._pairs_yy = (y * y_partner).sum(axis=0) / 2
        self._pairs_nn = float((n * n_partner).sum() / 2)
        self._m = contrast.sizes

    def __call__(self, labels: Floats) -> Floats:
        sums = labels @ self._columns
        return self._difference(sums) / np.sqrt(self._variance(sums))

    def difference(self, labels: Floats) -> Floats:
        """Log ratio, a count of 0 taken as .5, for each row of labels."""
        return self._difference(labels @ self._columns)

    def variance(self, labels: Floats) -> Floats:
        """Variance of the log ratio, less what the two groups share, for each row of labels."""
        return self._variance(labels @ self._columns)

    def _parts(self, sums: Floats) -> list[Floats]:
        """Divide sums into those of y, y², yn, y n', n y', n and n², ' being the partner's."""
        return np.split(sums, self._ends, axis=1)

    def _difference(self, sums: Floats) -> Floats:
        y, *_, n, _nn = self._parts(sums)
        y2, *_, n2, _nn = self._parts(self._total - sums)
        difference: Floats = np.log(_some(y) / n) - np.log(_some(y2) / n2)
        return difference

    def _variance(self, sums: Floats) -> Floats:
        y, yy, yn, y_partner, n_partner, n, nn = self._parts(sums)
        y2, yy2, yn2, _, _, n2, nn2 = self._parts(self._total - sums)
        rate, rate2 = y / n, y2 / n2
        m, m2 = self._m
        part = m / (m - 1) * (yy - 2 * rate * yn + rate**2 * nn) / (y + 0.5) ** 2
        part2 = m2 / (m2 - 1) * (yy2 - 2 * rate2 * yn2 + rate2**2 * nn2) / (y2 + 0.5) ** 2
        variance = part + part2 + _variance_of_none(y) + _variance_of_none(y2)
        if self._paired:
            shared = self._pairs_yy - rate2 * y_partner - rate * n_partner
            shared = shared + rate * rate2 * self._pairs_nn
            factor = 2 * math.sqrt(m * m2 / ((m - 1) * (m2 - 1)))
            variance = variance - factor * shared / ((y + 0.5) * (y2 + 0.5))
        return np.maximum(variance, _SMALLEST_VARIANCE)


# ---------------------------------------------------------------------------- several tests at once


def holm(p: Floats, family: NDArray[np.intp]) -> Floats:
    """Adjust p-values that hold inside their family for the number of families, after Holm.

    Step by step from the smallest p-value, each is multiplied by the number of families that are
    not yet done with; with one p-value a family this is Holm's procedure. NA stays NA and counts
    for nothing.
    """
    adjusted = np.full(p.shape, np.nan)
    order = np.argsort(p, kind="stable")
    order = order[~np.isnan(p[order])]
    largest = 0.0
    for place, position in enumerate(order):
        largest = max(largest, p[position] * len(np.unique(family[order[place:]])))
        adjusted[position] = min(largest, 1.0)
    return adjusted


# ---------------------------------------------------------------------------- differences of units


def sign_flips(values: Floats, permutations: int, seed: int) -> tuple[Floats, Floats]:
    """Test by flipping the signs of whole units whether the mean of each column is 0.

    Parameters
    ----------
    values : array, units × columns
        A difference for each unit, such as the log ratio of an outlet; NA where it has none.
    permutations, seed : int
        Number of random flips where there are more than that, and the seed for them.

    Returns
    -------
    p, p_family : array
        As for `Contrast.test`. NA for columns with fewer than two units.
    """
    size = np.isfinite(values).sum(axis=0)
    some = size > 1
    p = np.full((2, values.shape[1]), np.nan)
    if not some.any():
        return p[0], p[1]
    m = len(values)
    if m < 63 and 2**m <= permutations:
        signs = np.array(list(product((1.0, -1.0), repeat=m)))
    else:
        random = np.random.default_rng(seed).choice((-1.0, 1.0), (permutations, m))
        signs = np.vstack([np.ones(m), random])  # the observed signs are one of the random ones
    known = np.nan_to_num(values[:, some])
    # The studentised mean is a rising function of this one, which two units alike cannot blow up.
    length = np.sqrt((known**2).sum(axis=0))
    t = np.abs(signs @ known) / np.where(length > 0, length, 1.0)
    p[0, some] = (t >= t[0] - _EQUAL).mean(axis=0)
    p[1, some] = (t.max(axis=1, keepdims=True) >= t[0] - _EQUAL).mean(axis=0)
    return p[0], p[1]


# ---------------------------------------------------------------------------- articles


def wilson(hits: NDArray[Any], n: float, level: float) -> tuple[Floats, Floats]:
    """Give Wilson's (1927) limits of a proportion; NA where n is 0."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    if not n:
        return np.full(hits.shape, np.nan), np.full(hits.shape, np.nan)
    share = hits / n
    centre = share + z**2 / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return (centre - half) / (1 + z**2 / n), (centre + half) / (1 + z**2 / n)


def newcombe(
    hits: NDArray[Any], n: int, hits_reference: NDArray[Any], n_reference: int, level: float
) -> tuple[Floats, Floats]:
    """Give Newcombe's (1998) limits, method 10, of the difference of two proportions."""
    share, share_reference = _divide(hits, n), _divide(hits_reference, n_reference)
    low, high = wilson(hits, n, level)
    low_reference, high_reference = wilson(hits_reference, n_reference, level)
    difference = share - share_reference
    below = np.sqrt((share - low) ** 2 + (high_reference - share_reference) ** 2)
    above = np.sqrt((high - share) ** 2 + (share_reference - low_reference) ** 2)
    return difference - below, difference + above


def cliffs_delta(values: Floats, reference: Floats) -> float:
    """Give Cliff's (1993) delta: how much more often a value is above one of the reference.

    The share of pairs in which the value is larger less the share in which it is smaller, -1 to
    1; NA where one side is empty.
    """
    if not (len(values) and len(reference)):
        return math.nan
    ordered = np.sort(reference)
    below = np.searchsorted(ordered, values, side="left").sum()
    not_above = np.searchsorted(ordered, values, side="right").sum()
    above = len(values) * len(reference) - not_above
    return float((below - above) / (len(values) * len(reference)))
