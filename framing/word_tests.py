"""Words of two sides compared: counts by article in, statistics and tests over articles out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, product
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.display import plural
from framing.tables import as_table
from framing.word_statistics import deviation_of_proportions

if TYPE_CHECKING:
    from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Articles a side: below the first number no test, below the second one the word "exploratory".
FEWEST_FOR_TEST, FEWEST_FOR_TRUST = 5, 10
# Words of the prior per word of a side. In simulations with bursty counts .5 and 1 found most of
# the planted words; without a prior no word that one side never uses can be found, since .5
# uses have so large a variance; with much more of it the statistic becomes the difference of the
# rates, which raises false alarms where the two sides are unlike in size and burstiness.
_PRIOR = 1.0
_EQUAL = 1e-9  # statistics that differ by less are the same number
# False discovery rates are counted in steps of the statistic: 1/256, up to 64.
_STEPS, _LAST = 256, 64 * 256
_CELLS = 2**17  # words × relabellings at a time: arrays of 1 MB stay in the processor's cache


@dataclass(frozen=True, eq=False)
class Table:
    """What a table of counts tells of a reference: counts, articles, and words it is made from."""

    counts: Ints
    articles: pd.Series[Any]
    n_words: float


@dataclass(frozen=True, eq=False)
class Sides:
    """The counts of target and reference that a comparison starts from.

    Attributes
    ----------
    words : list of str
        The words, each used on some side.
    counts : sparse array, articles × words
        How often each article uses each word.
    n_words : array of int
        Counted words of each article.
    in_target : array of bool
        Whether the article is in the target.
    cluster : array of int
        Articles with the same number share their text.
    table : Table, optional
        The reference, where it is a table of counts; all articles are in the target then.
    constructed : bool
        Whether the articles were written for demonstration.
    """

    words: list[str]
    counts: sparse.csr_array
    n_words: Ints
    in_target: Bools
    cluster: Ints
    table: Table | None = None
    constructed: bool = False


# ---------------------------------------------------------------------------- the comparison


def compare_sides(
    sides: Sides, *, min_articles: int, permutations: int, level: float, seed: int
) -> pd.DataFrame:
    """Compare the counts of target and reference; `keyness` tells what the columns are."""
    units = _Units.of(sides)
    table, target = sides.table, sides.in_target
    articles = sides.counts.sign()
    n_articles = [np.asarray(articles[side].sum(axis=0)) for side in (target, ~target)]
    groups = units.groups()
    if table is not None:
        groups[1] = replace(groups[1], y=table.counts.astype(np.float64), n=table.n_words)
    counts, n_words = [group.y for group in groups], [group.n for group in groups]
    statistic = _statistic(groups)
    testable = table is None and min(units.sizes) >= FEWEST_FOR_TEST
    used_by = units.clusters_using()
    tested = (used_by >= min_articles) & testable
    size = len(sides.words)
    p = np.full((3, size), np.nan)
    if tested.any():
        p[:, tested] = _test(units.only(tested), statistic[tested], permutations, seed)
    low, high = np.full(size, np.nan), np.full(size, np.nan)
    log_ratio = _log_ratio(groups)
    if units.sizes[0] >= FEWEST_FOR_TEST and (table is not None or testable):
        low, high = _limits(groups, log_ratio, units, level)
    dp = np.full(size, np.nan)
    in_target = n_articles[0] > 0
    observed, expected = deviation_of_proportions(
        sides.counts[target][:, np.flatnonzero(in_target)], sides.n_words[target]
    )
    dp[in_target] = observed - expected
    # Rounded for the order only: the last digits differ between machines.
    order = np.lexsort((np.arange(size), -statistic.round(9)))
    caution = _cautions(sides, units, used_by, tested, testable)
    columns: dict[str, Any] = {
        "n_target": counts[0].astype(np.int64),
        "n_reference": counts[1].astype(np.int64),
        "articles_target": n_articles[0],
        "articles_reference": n_articles[1],
        "rate_target": counts[0] / n_words[0] * 1000,
        "rate_reference": counts[1] / n_words[1] * 1000,
        "log_ratio": log_ratio,
        "low": low,
        "high": high,
        "level": np.full(size, level),
        "log_odds_z": statistic,
        "g2": _log_likelihood(counts, n_words),
        "dp_excess": dp,
        "p": p[0],
        "p_adjusted": p[1],
        "q": p[2],
        "constructed": np.full(size, sides.constructed),
    }
    data = {name: values[order] for name, values in columns.items()}
    if table is not None:
        data["articles_reference"] = table.articles.array[order]
    data["word"] = [sides.words[word] for word in order]
    data["caution"] = [caution[word] for word in order]
    return as_table("keyness", data)


@dataclass(frozen=True, eq=False)
class _Units:
    """Articles and clusters of them that move together when labels are exchanged.

    A cluster on both sides is two units, each the other's partner; ``partner`` is -1 for all
    others. ``products`` has three rows for each word, as sparse arrays word × unit below each
    other: its counts y, their squares, and y × words of the unit.
    """

    products: sparse.csr_array
    n_words: Floats
    in_target: Bools
    partner: Ints

    @classmethod
    def of(cls, sides: Sides) -> _Units:
        from scipy import sparse

        key = sides.cluster * 2 + sides.in_target
        # Numbered as they are met, which is the order of the articles' ids.
        unit, met = pd.factorize(key)
        cells = (np.ones(len(key)), (unit, np.arange(len(key))))
        gather = sparse.csr_array(cells, shape=(len(met), len(key)))
        counts = sparse.csr_array((gather @ sides.counts).T.tocsr(), dtype=np.float64)
        n_words = np.bincount(unit, sides.n_words, minlength=len(met)).astype(np.float64)
        place = {int(name): number for number, name in enumerate(met)}
        partner = np.array([place.get(int(name) ^ 1, -1) for name in met], dtype=np.int64)
        products = [counts, counts.power(2), counts * n_words[None, :]]
        return cls(
            sparse.csr_array(sparse.vstack(products)), n_words, (met % 2).astype(bool), partner
        )

    @property
    def n_rows(self) -> int:
        return self.products.shape[0] // 3

    @property
    def sizes(self) -> tuple[int, int]:
        n_target = int(self.in_target.sum())
        return n_target, len(self.in_target) - n_target

    def groups(self) -> list[_Group]:
        """Sum over the units of target and reference."""
        groups = []
        for side in (self.in_target, ~self.in_target):
            y, yy, yn = self.total(side)
            n = self.n_words[side]
            groups.append(_Group(y, yy, yn, n.sum(), (n**2).sum(), int(side.sum())))
        return groups

    def only(self, words: Bools) -> _Units:
        return replace(self, products=self.products[np.flatnonzero(np.tile(words, 3))])

    def total(self, chosen: NDArray[Any]) -> Floats:
        """Sum y, y² and y n over units: 3 × words, or 3 × words × columns of ``chosen``."""
        sums: Floats = self.products @ chosen.astype(np.float64)
        return sums.reshape(3, self.n_rows, *chosen.shape[1:])

    def clusters_using(self) -> Ints:
        """Count for each word the clusters that use it."""
        uses = self.products[: self.n_rows].sign()
        both = np.flatnonzero(self.in_target & (self.partner >= 0))
        twice = uses[:, both].multiply(uses[:, self.partner[both]]).sum(axis=1)
        return np.asarray(uses.sum(axis=1) - twice).astype(np.int64)


@dataclass(frozen=True, eq=False)
class _Group:
    """Sums over the units of one side: y, y², y n of each word; n, n²; and their number."""

    y: Floats
    yy: Floats
    yn: Floats
    n: Any
    nn: Any
    m: int

    def squares(self) -> Floats:
        """Sum (y - r n)², r being the rate, with the factor m / (m - 1)."""
        if self.m < 2:
            return np.zeros_like(self.y)
        rate = self.y / self.n
        return (self.yy - rate * (2 * self.yn - rate * self.nn)) * (self.m / (self.m - 1))


def _statistic(groups: Sequence[_Group]) -> Floats:
    """Log-odds ratio with the prior, divided by its error over units.

    The variance is at least that of independent words. Without that floor, a word that by chance
    has the same rate in the few units of a side would have none.
    """
    share = (groups[0].y + groups[1].y) / (groups[0].n + groups[1].n)
    log_odds, variance = [], 0.0
    for group in groups:
        y = group.y + _PRIOR * group.n * share
        others = np.maximum(
            (1 + _PRIOR) * group.n - y, _EQUAL * group.n
        )  # 0 if it is the only word
        log_odds.append(np.log(y / others))
        variance = variance + np.maximum(group.squares(), y) / y**2
    statistic: Floats = (log_odds[0] - log_odds[1]) / np.sqrt(variance)
    return statistic


def _test(units: _Units, observed: Floats, permutations: int, seed: int) -> Floats:
    """Compare the statistic of each word with those under other labels: p, p_adjusted, q."""
    total = units.total(np.ones(len(units.n_words)))
    n, nn, size = units.n_words, units.n_words**2, abs(observed)
    own, largest = np.zeros(len(size)), []
    reached, number = np.zeros(_LAST + 1), 0
    for labels in _relabellings(units, permutations, seed):
        y, yy, yn = units.total(labels)
        in_target = (n @ labels, nn @ labels)
        groups = (
            _Group(y, yy, yn, *in_target, units.sizes[0]),
            _Group(
                total[0][:, None] - y,
                total[1][:, None] - yy,
                total[2][:, None] - yn,
                n.sum() - in_target[0],
                nn.sum() - in_target[1],
                units.sizes[1],
            ),
        )
        permuted = np.abs(_statistic(groups))
        own += (permuted >= size[:, None] - _EQUAL).sum(axis=1)
        largest.append(permuted.max(axis=0))
        reached += np.bincount(_step(permuted).ravel(), minlength=_LAST + 1)
        number += labels.shape[1]
    highest = np.sort(np.concatenate(largest))
    family = number - np.searchsorted(highest, size - _EQUAL)
    # Numbers of words that reach each step: on average over the relabellings, and observed.
    expected = np.cumsum(reached[::-1])[::-1] / number
    found = np.cumsum(np.bincount(_step(size), minlength=_LAST + 1)[::-1])[::-1]
    rate = np.divide(expected, found, out=np.ones(_LAST + 1), where=found > 0)
    q = np.minimum(np.minimum.accumulate(rate), 1.0)[_step(size)]
    return np.stack([own / number, family / number, q])


def _step(size: Floats) -> Ints:
    return np.minimum(size * _STEPS + _EQUAL, _LAST).astype(np.int64)


def _relabellings(units: _Units, permutations: int, seed: int) -> Iterator[Floats]:
    """Give the units in the target under other labels: 1 or 0, units × relabellings.

    All that exist if they are no more than ``permutations``; otherwise the observed labels and
    as many random ones. The smaller side is drawn, so that both sides may change places.
    """
    free = np.flatnonzero(units.partner < 0)
    pairs = np.flatnonzero(units.partner > np.arange(len(units.partner)))  # the first of each
    n_target = int(units.in_target[free].sum())
    size = min(n_target, len(free) - n_target)
    drawn_is_target = n_target == size
    at_once = max(1, _CELLS // units.n_rows)

    def labels(chosen: NDArray[np.integer], stays: Bools) -> Floats:
        inside = np.zeros((len(chosen), len(units.n_words)))
        inside[:, free] = not drawn_is_target
        np.put_along_axis(inside, free[chosen], float(drawn_is_target), axis=1)
        inside[:, pairs] = stays == drawn_is_target
        inside[:, units.partner[pairs]] = stays != drawn_is_target
        return np.ascontiguousarray(inside.T)

    if comb(len(free), size) * 2 ** len(pairs) <= permutations:
        swaps = product((True, False), repeat=len(pairs))
        every = product(combinations(range(len(free)), size), list(swaps))
        while some := list(islice(every, at_once)):
            chosen = np.array([row for row, _ in some], dtype=np.int64).reshape(len(some), size)
            yield labels(chosen, np.array([row for _, row in some], dtype=bool))
        return
    yield units.in_target[:, None].astype(np.float64)
    draws, swaps_of = np.random.default_rng(seed).spawn(2)
    for start in range(0, permutations, at_once):
        rows = min(at_once, permutations - start)
        chosen = draws.random((rows, len(free))).argsort(axis=1)[:, :size]
        yield labels(chosen, swaps_of.random((rows, len(pairs))) < 0.5)


def _log_ratio(groups: Sequence[_Group]) -> Floats:
    """Log2 of the ratio of the rates, a count of 0 taken as .5."""
    rates = [np.where(group.y == 0, 0.5, group.y) / group.n for group in groups]
    ratio: Floats = np.log2(rates[0] / rates[1])
    return ratio


def _limits(
    groups: Sequence[_Group], log_ratio: Floats, units: _Units, level: float
) -> tuple[Floats, Floats]:
    """Give the limits of the log ratio, infinite on the side where nothing is counted."""
    from scipy import special

    variance, below = np.zeros(len(log_ratio)), np.zeros(len(log_ratio))
    for group, side in zip(groups, (units.in_target, ~units.in_target), strict=True):
        squares, floor = group.squares(), group.y + 0.5
        part = np.maximum(squares, floor) / floor**2
        variance = variance + part
        if group.m > 1:  # a table of counts adds its variance as if it were known
            freedom = np.where(squares < floor, group.m - 1, _freedom(group, units, side))
            below = below + part**2 / freedom
    half = special.stdtrit(variance**2 / below, (1 + level) / 2) * np.sqrt(variance) / np.log(2)
    # Uses come in bursts. Where a side has none, a half of one is taken, not half a use.
    none = [group.y == 0 for group in groups]
    burst = [np.log2(np.maximum(group.squares() / np.maximum(group.y, 1), 1)) for group in groups]
    low = np.where(none[0], -np.inf, log_ratio - half - np.where(none[1], burst[0], 0))
    high = np.where(none[1], np.inf, log_ratio + half + np.where(none[0], burst[1], 0))
    return low, high


def _freedom(group: _Group, units: _Units, side: Bools) -> Floats:
    """Degrees of freedom of a sum of squares: few where few units make most of it."""
    counts = units.products[: units.n_rows][:, np.flatnonzero(side)].tocoo()
    n, rate = units.n_words[side], group.y / group.n
    word, unit = counts.coords
    none = rate[word] * n[unit]  # what the square would be if the unit did not use the word
    fourth = rate**4 * (n**4).sum() + np.bincount(
        word, (counts.data - none) ** 4 - none**4, minlength=len(rate)
    )
    squares = group.squares() * (group.m - 1) / group.m
    known = fourth > 0
    freedom = np.divide(squares**2, fourth, out=np.full(len(rate), np.inf), where=known)
    return np.clip(freedom, 1.0, group.m - 1.0)


def _log_likelihood(counts: Sequence[Floats], n_words: Sequence[float]) -> Floats:
    """G² of the two cells target and reference."""
    from scipy.special import xlogy

    both = (counts[0] + counts[1]) / (n_words[0] + n_words[1])
    cells = [xlogy(count, count / (n * both)) for count, n in zip(counts, n_words, strict=True)]
    g2: Floats = np.maximum(2 * (cells[0] + cells[1]), 0.0)
    return g2


# ---------------------------------------------------------------------------- cautions


def _cautions(
    sides: Sides, units: _Units, used_by: Ints, tested: Bools, testable: bool
) -> list[str]:
    """Say for each word what its row cannot carry."""
    target, reference = units.sizes
    notes = []
    if sides.table is not None:
        notes.append(
            "the reference is a table of counts: no test, and how its articles differ is in"
            " neither low and high nor log_odds_z"
        )
        reference = target
    smallest = min(target, reference)
    merged = len(units.n_words) < len(sides.n_words)
    noun = " that do not share their text" if merged else ""
    numbers = f"the target has {plural(target, 'article')}{noun}"
    if sides.table is None:
        numbers += f" and the reference {reference:,}"
    if smallest == 1:
        notes.append(f"{numbers}: the reading of a case, no test")
    elif smallest < FEWEST_FOR_TEST:
        notes.append(f"{numbers}: a description, no test")
    elif smallest < FEWEST_FOR_TRUST:
        notes.append(f"{numbers}: exploratory")
    shared = int((units.partner >= 0).sum() // 2)
    if shared:
        notes.append(
            f"{plural(shared, 'text')} in both target and reference: labels exchanged within"
            f" {'it' if shared == 1 else 'them'}"
        )
    general = "; ".join(notes)
    if not testable or tested.all():
        return [general] * len(used_by)
    few = {
        int(number): "; ".join([f"used by {plural(int(number), 'article')}: not tested", *notes])
        for number in np.unique(used_by[~tested])
    }
    return [
        general if test else few[number]
        for number, test in zip(used_by.tolist(), tested.tolist(), strict=True)
    ]
