"""Rates of groups and how sure their differences are: scores in, tables out.

Articles are the cases, not words: a frame that stands in an article once stands there again, so
tests on pooled words find differences everywhere. Articles that share their text are one case.
What so few articles cannot carry is not computed, and the column ``caution`` says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.cases import (
    FEW_ARTICLES,
    STEADY_ARTICLES,
    Cases,
    Copies,
    caution,
    check_level,
    contrast_of,
    gather_cases,
    too_rare,
)
from framing.display import plural, quote
from framing.tables import TABLES, as_table, coded
from framing.uncertainty import (
    Contrast,
    Floats,
    cliffs_delta,
    holm,
    log_rate,
    newcombe,
    rate_limits,
)

_LONGER = 2.0  # how many times longer articles may be before it is said
_BURSTIER = 1.5  # how many times burstier a group that is not larger may be before it is said
_MOST_GROUPS = 60  # more make thousands of pairs, and hours
_SMALL_P = 0.1  # larger ones may well be too small; they are read the same


# ---------------------------------------------------------------------------- rates


def frame_rates(
    scores: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = "source",
    copies: Copies = "each",
    level: float = 0.95,
) -> pd.DataFrame:
    """Give the rate of every frame in every group of articles, with an interval over articles.

    Parameters
    ----------
    scores : DataFrame
        The table that `score_frames` or `score_codings` gives, with the rows of articles that do
        not mention a frame.
    by : str, list of str or None
        What makes the groups: columns of ``scores`` such as ``"source"``, ``"quoted"`` or
        ``"voice"``; of the date ``"day"``, ``"week"`` (its Monday), ``"month"`` or ``"year"`` (the
        first day); None for all articles together.
    copies : {"each", "once"}
        Whether each article counts, or of articles of one group that share their text only the
        first. Neither removes agency copy that several groups print: select articles for that.
    level : float
        Level of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame
        One row per group and frame:

        - the columns of ``by``
        - frame (category)
        - n_articles (int): articles with counted words
        - n_clusters (int): the same, articles that share their text counted once
        - n_words (int): counted words
        - n_matches (int): mentions of the frame
        - estimate (float): mentions per 1,000 words, all articles of the group together
        - low, high (float), level (float): interval of the estimate, from the differences between
          articles; NA with fewer than 5 clusters
        - article_share (float): share of articles that mention the frame, 0 to 1
        - constructed (bool): the articles are constructed
        - caution (string): what the data cannot carry

    Raises
    ------
    ValueError
        If a column is missing, rows of zeros were removed, scores of several codebooks are mixed,
        or constructed texts with real ones.

    References
    ----------
    Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components.
    Biometrics Bulletin, 2(6), 110-114.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.Corpus.from_texts(["Peace now."] * 2 + ["Truce or peace."], source=list("AAB"))
    >>> codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace", "truce"]})
    >>> rates = fr.frame_rates(fr.score_frames(corpus, codebook))
    >>> rates[["source", "n_articles", "n_clusters", "estimate"]]
      source  n_articles  n_clusters    estimate
    0      A           2           1  500.000000
    1      B           1           1  666.666667
    """
    check_level(level)
    cases = gather_cases(scores, by, copies=copies)
    taken = [name for name in cases.by if name in TABLES["frame_rates"]]
    if taken:
        raise ValueError(f"by={taken[0]!r}: the rates have a column of that name; rename yours")
    rows = [_rates(cases, cases.group == number, level) for number in range(len(cases.groups))]
    size = len(cases.frames)
    data: dict[str, Any] = {
        name: np.concatenate([np.broadcast_to(row[name], size) for row in rows])
        for name in TABLES["frame_rates"]
        if name != "frame" and rows
    }
    data["frame"] = coded(np.tile(np.arange(size), len(rows)), cases.frames)
    table = as_table("frame_rates", {name: [] for name in TABLES["frame_rates"]} | data)
    for place, name in enumerate(cases.by):
        table.insert(place, name, cases.groups[name].repeat(size).array)
    return table


def _rates(cases: Cases, chosen: NDArray[np.bool_], level: float) -> dict[str, Any]:
    """Give one group's columns, each a value per frame or one for all."""
    units = cases.units(chosen, cases.cluster)
    n_articles, n_clusters = int(chosen.sum()), len(units.words)
    total, n_words = units.counts.sum(axis=0), int(units.words.sum())
    low, high = rate_limits(units.counts, units.words, level)
    n_with = (cases.counts[chosen] > 0).sum(axis=0)
    few = n_clusters < FEW_ARTICLES
    return {
        "n_articles": n_articles,
        "n_clusters": n_clusters,
        "n_words": n_words,
        "n_matches": total.astype(np.int64),
        "estimate": 1000 * total / n_words if n_words else np.nan,
        "low": np.nan if few else 1000 * low,
        "high": np.nan if few else 1000 * high,
        "level": level,
        "article_share": n_with / n_articles if n_articles else np.nan,
        "constructed": cases.constructed,
        "caution": [
            caution(
                _few(n_clusters),
                "" if few else too_rare(int(n), n_articles),
                _copied(n_articles - n_clusters),
                cases.left_out,
            )
            for n in n_with
        ],
    }


# ---------------------------------------------------------------------------- groups


def compare_groups(
    scores: pd.DataFrame,
    *,
    by: str | Sequence[str] = "source",
    reference: str | None = None,
    strata: str | None = None,
    unit: str = "article",
    copies: Copies = "each",
    level: float = 0.95,
    permutations: int = 9999,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare the frames of every two groups, such as outlets, and say how sure a difference is.

    The test exchanges the articles of the two groups and asks how often chance alone gives a
    ratio as far from 1. It compares two groups at a time, as a third one that differs would
    disturb it; ``p_adjusted`` holds for all frames and all pairs together. Articles that share
    their text move together, and copy that both groups print is exchanged only with itself.

    Parameters
    ----------
    scores : DataFrame
        The table that `score_frames` or `score_codings` gives, with the rows of articles that do
        not mention a frame.
    by : str or list of str
        What makes the groups, as for `frame_rates`. An article with parts in both groups, as by
        ``"quoted"`` or ``"voice"``, is compared with itself: its parts are exchanged only with
        each other.
    reference : str, optional
        A group with which each of the others is compared; every pair if left out.
    strata : str, optional
        Column inside whose values articles are exchanged, such as an event; or ``"day"``,
        ``"week"``, ``"month"``, ``"year"``. Two outlets then differ only by how they report the
        same event or time.
    unit : str
        What is exchanged: ``"article"``, or the column of a larger unit, as ``"source"`` where
        the groups are camps of outlets and the claim is about outlets.
    copies : {"each", "once"}
        As for `frame_rates`.
    level : float
        Level of the intervals, between 0 and 1.
    permutations : int
        Number of random exchanges; where there are fewer in all, each is made once.
    seed : int
        Seed of the random exchanges.

    Returns
    -------
    DataFrame
        One row per pair and frame:

        - group, reference (string), frame (category)
        - n_articles, n_articles_reference (int): articles with counted words
        - estimate, estimate_reference (float): mentions per 1,000 words
        - ratio (float): the first divided by the second; infinite if the reference has no mention
        - low, high (float), level (float): interval of the ratio; NA with fewer than 5 units in a
          group
        - p (float): p-value of this frame alone, by permutation; NA where the data carry no test:
          fewer than 5 articles in a group, or the frame in fewer than 5 articles; with a larger
          ``unit`` fewer than 2 units in a group
        - p_adjusted (float): the same for all frames and pairs together. It goes by the size of the
          statistic, so that a smaller p may have a larger p_adjusted
        - difference (float): estimate - estimate_reference
        - detectable_ratio (float): the smallest true ratio that 8 of 10 such studies would show
        - share_group, share_reference (float): share of articles that mention the frame, 0 to 1
        - share_low, share_high (float): interval of their difference, from as many cases as there
          are units; NA with fewer than 5 in a group
        - composition, composition_reference (float): share of the group's mentions that are of
          this frame, 0 to 1; it says nothing of how often the frame is mentioned
        - cliffs_delta (float): how much more often an article of the group has the higher rate
          than the lower, -1 to 1
        - constructed (bool): the articles are constructed
        - caution (string): what the data cannot carry, the gravest first

    Raises
    ------
    ValueError
        As for `frame_rates`; or if there are not two groups, no such reference, or a unit stands
        in both groups.

    References
    ----------
    Westfall, P. H., & Young, S. S. (1993). Resampling-based multiple testing. Wiley.
    Welch, B. L. (1947). The generalization of "Student's" problem when several different
    population variances are involved. Biometrika, 34(1-2), 28-35.
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions:
    comparison of eleven methods. Statistics in Medicine, 17(8), 873-890.
    Cliff, N. (1993). Dominance statistics: ordinal analyses to answer ordinal questions.
    Psychological Bulletin, 114(3), 494-509.

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["Peace or war.", "Peace at last.", "No news today.", "They want peace talks."]
    >>> corpus = fr.Corpus.from_texts(texts, source=list("AABB"))
    >>> codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace"]})
    >>> pairs = fr.compare_groups(fr.score_frames(corpus, codebook))
    >>> pairs[["group", "reference", "ratio", "p"]]
      group reference     ratio   p
    0     A         B  2.333333 NaN
    >>> pairs["caution"].item()
    '2 articles in a group: dots only, no test'
    """
    check_level(level)
    if permutations < 99:
        raise ValueError(f"permutations={permutations}: a p-value needs 99 or more")
    keys = [strata, None if unit == "article" else unit]
    cases, names = gather_cases(scores, by, copies=copies, keys=keys).named()
    rows = []
    for group, other in _pairs(names, reference):
        # The same relabellings whichever of the two is called the reference.
        one, two = sorted((group, other), key=lambda number: names[number])
        contrast = contrast_of(cases, one, two, strata=strata, unit=unit)
        row = _compare(cases, contrast, (one, two), unit, level)
        row |= _test(row, contrast, permutations, seed)
        row["caution"] = _cautions(row, cases, contrast, (one, two), unit, strata)
        row |= {"group": names[one], "reference": names[two]}
        rows.append(row if one == group else _turned(row))
    size = len(cases.frames)
    data: dict[str, Any] = {
        name: np.concatenate([np.broadcast_to(row[name], size) for row in rows])
        for name in (*TABLES["compare_groups"], "p_family")
        if name not in ("frame", "p_adjusted")
    }
    data["frame"] = coded(np.tile(np.arange(size), len(rows)), cases.frames)
    data["p_adjusted"] = holm(data["p_family"], np.repeat(np.arange(len(rows)), size))
    return as_table("compare_groups", data)


def _pairs(names: Sequence[str], reference: str | None) -> list[tuple[int, int]]:
    if len(names) < 2:
        found = f"only {quote(names[0] or 'all articles')}" if names else "none"
        raise ValueError(f"Two groups are needed for a comparison, and there is {found}.")
    if reference is None:
        if len(names) > _MOST_GROUPS:
            raise ValueError(
                f"{len(names):,} groups make {len(names) * (len(names) - 1) // 2:,} pairs; choose"
                f" at most {_MOST_GROUPS}, or a reference="
            )
        return list(combinations(range(len(names)), 2))
    reference = str(reference)
    if reference not in names:
        listed = ", ".join(map(quote, names))
        raise ValueError(f"reference={reference!r} is no group; the groups are: {listed}")
    other = names.index(reference)
    return [(group, other) for group in range(len(names)) if group != other]


def _compare(
    cases: Cases, contrast: Contrast, groups: tuple[int, int], unit: str, level: float
) -> dict[str, Any]:
    """Describe two groups: for each column of the table a value per frame, or one for all."""
    (counts, words), (counts_reference, words_reference) = (
        (cases.counts[cases.group == group], cases.words[cases.group == group]) for group in groups
    )
    n_articles, n_reference = len(words), len(words_reference)
    n_with = (counts > 0).sum(axis=0)
    n_with_reference = (counts_reference > 0).sum(axis=0)
    rate, rate_reference = _rate(counts, words), _rate(counts_reference, words_reference)
    low = high = detectable = np.full(len(cases.frames), np.nan)
    if min(contrast.sizes) >= FEW_ARTICLES:
        low, high = contrast.ratio_limits(level)
        some = (n_with + n_with_reference) > 0
        detectable = np.where(some, contrast.detectable_ratio(level), np.nan)
    share_low = share_high = np.full(len(cases.frames), np.nan)
    if min(contrast.sizes) >= FEW_ARTICLES:
        # The shares of all articles, with no more certainty than so many units give.
        size, size_reference = contrast.sizes
        hits = n_with / n_articles * size
        hits_reference = n_with_reference / n_reference * size_reference
        share_low, share_high = newcombe(hits, size, hits_reference, size_reference, level)
    densities = counts / words[:, None]
    densities_reference = counts_reference / words_reference[:, None]
    return {
        "n_articles": n_articles,
        "n_articles_reference": n_reference,
        "estimate": rate,
        "estimate_reference": rate_reference,
        "ratio": contrast.log_ratio().value,
        "low": low,
        "high": high,
        "level": level,
        "difference": rate - rate_reference,
        "detectable_ratio": detectable,
        "share_group": n_with / n_articles if n_articles else np.nan,
        "share_reference": n_with_reference / n_reference if n_reference else np.nan,
        "share_low": share_low,
        "share_high": share_high,
        "composition": _composition(counts),
        "composition_reference": _composition(counts_reference),
        "cliffs_delta": np.array(
            [cliffs_delta(*pair) for pair in zip(densities.T, densities_reference.T, strict=True)]
        ),
        "constructed": cases.constructed,
        "n_with": n_with + n_with_reference,
        "tested": _tested(contrast, n_with + n_with_reference, unit),
    }


def _rate(counts: Floats, words: Floats) -> Floats:
    total = counts.sum(axis=0)
    return 1000 * total / words.sum() if len(words) else np.full(len(total), np.nan)


def _composition(counts: Floats) -> Floats:
    total = counts.sum(axis=0)
    return total / total.sum() if total.any() else np.full(len(total), np.nan)


def _tested(contrast: Contrast, n_with: NDArray[np.integer], unit: str) -> NDArray[np.bool_]:
    """Tell which frames have enough articles, or larger units, for a test."""
    if contrast.n_relabellings() < 2:
        return np.zeros(len(n_with), dtype=bool)
    if unit != "article":
        return (n_with > 0) & (min(contrast.sizes) > 1)
    return (n_with >= FEW_ARTICLES) & (min(contrast.sizes) >= FEW_ARTICLES)


def _test(
    row: dict[str, Any], contrast: Contrast, permutations: int, seed: int
) -> dict[str, Floats]:
    p, p_family = np.full((2, len(row["tested"])), np.nan)
    if row["tested"].any():
        results = contrast.columns(row["tested"]).test(permutations, seed)
        p[row["tested"]], p_family[row["tested"]] = results
    return {"p": p, "p_family": p_family}


def _turned(row: dict[str, Any]) -> dict[str, Any]:
    """Make the group of a comparison the reference, and the reference the group."""
    turned = dict(row)
    for name, other in (
        ("group", "reference"),
        ("n_articles", "n_articles_reference"),
        ("estimate", "estimate_reference"),
        ("share_group", "share_reference"),
        ("composition", "composition_reference"),
    ):
        turned[name], turned[other] = row[other], row[name]
    with np.errstate(divide="ignore"):
        turned["ratio"] = 1 / row["ratio"]
        turned["low"], turned["high"] = 1 / row["high"], 1 / row["low"]
    turned["share_low"], turned["share_high"] = -row["share_high"], -row["share_low"]
    turned["difference"], turned["cliffs_delta"] = -row["difference"], -row["cliffs_delta"]
    return turned


# ---------------------------------------------------------------------------- cautions


def _few(number: int) -> str:
    """Say what so few articles, those that share their text counted once, are good for."""
    if number >= STEADY_ARTICLES:
        return ""
    if number >= FEW_ARTICLES:
        return f"{number} articles: exploratory"
    return {0: "no articles", 1: "1 article: case reading"}.get(
        number, f"{number} articles: dots only, no interval"
    )


def _copied(number: int) -> str:
    return f"shared copy: {plural(number, 'article')} not counted as a case" if number else ""


def _cautions(
    row: dict[str, Any],
    cases: Cases,
    contrast: Contrast,
    groups: tuple[int, int],
    unit: str,
    strata: str | None,
) -> list[str]:
    """Say of each frame what its comparison cannot carry."""
    few = _few_in_a_group(min(contrast.sizes), unit)
    least = _least_p(contrast)
    n_articles = row["n_articles"] + row["n_articles_reference"]
    enough = unit == "article" and min(contrast.sizes) >= FEW_ARTICLES
    shared = _shared(cases, groups, contrast) if unit == "article" else ""
    longer = _longer(*(cases.words[cases.group == group] for group in groups))
    one_stratum = ""
    if strata:
        unknown = cases.keys[strata].isna() & np.isin(cases.group, groups)
        n_unknown = plural(int(unknown.sum()), "article")
        one_stratum = f"{n_unknown} without {strata} in one stratum" if unknown.any() else ""
    cautions = []
    for frame, bursty in enumerate(_burstier(contrast)):
        tested = bool(row["tested"][frame])
        p, low, high = (row[name][frame] for name in ("p", "low", "high"))
        sure = 1 - row["level"]
        disagree = tested and not np.isnan(low) and (p <= sure) != (low > 1 or high < 1)
        detectable = row["detectable_ratio"][frame]
        cautions.append(
            caution(
                few,
                too_rare(int(row["n_with"][frame]), n_articles) if enough else "",
                "the ratio is over all strata together" if strata and tested else "",
                one_stratum,
                least if tested or min(contrast.sizes) >= FEW_ARTICLES else "",
                "p and interval disagree: undecided" if disagree else "",
                "the burstier group is not the larger: p may be too small"
                if bursty and enough and p <= _SMALL_P
                else "",
                shared,
                longer,
                f"a true ratio below {detectable:.1f} would mostly go unnoticed"
                if tested and detectable > 2
                else "",
                cases.left_out,
            )
        )
    return cautions


def _few_in_a_group(smaller: int, unit: str) -> str:
    noun = "article" if unit == "article" else unit
    number = f"{plural(smaller, noun)} in a group"
    if smaller >= STEADY_ARTICLES:
        return ""
    if smaller >= FEW_ARTICLES or (unit != "article" and smaller > 1):
        return f"{number}: exploratory"
    kinds = {0: f"no {noun} in a group: no test", 1: f"{number}: case reading, no test"}
    return kinds.get(smaller, f"{number}: dots only, no test")


def _least_p(contrast: Contrast) -> str:
    """Say where even the most extreme relabelling is not rare."""
    number = contrast.n_relabellings()
    if number < 2:
        return "no labels can be exchanged: no test"
    free = contrast.partner < 0
    labels, strata = contrast.first[free], contrast.stratum[free]
    # Where all strata are split in halves, each relabelling has a mirror image as extreme.
    halves = all(labels[strata == stratum].mean() == 0.5 for stratum in np.unique(strata))
    least = (2 if halves else 1) / number
    return f"no p below {least:.2g} is possible" if least > 0.05 else ""


def _burstier(contrast: Contrast) -> NDArray[np.bool_]:
    """Tell where a group that is not the larger one is clearly burstier: there p errs."""
    size, size_two = contrast.sizes
    # The variance of one unit on the log scale, which a higher rate does not raise.
    one, two = (
        len(units) * log_rate(contrast.counts[units], contrast.words[units]).variance
        for units in (np.flatnonzero(contrast.first), np.flatnonzero(~contrast.first))
    )
    with np.errstate(invalid="ignore"):
        burstier = (one > _BURSTIER * two) & (size <= size_two)
        burstier |= (two > _BURSTIER * one) & (size_two <= size)
    return burstier


def _shared(cases: Cases, groups: tuple[int, int], contrast: Contrast) -> str:
    members = [
        set(zip(cases.cluster[chosen], cases.article[chosen], strict=True))
        for chosen in (cases.group == group for group in groups)
    ]
    clusters = [{cluster for cluster, _ in side} for side in members]
    # An article with parts in both groups is no copy of itself.
    articles = Counter(cluster for cluster, _ in members[0] | members[1])
    both = sum(articles[cluster] > 1 for cluster in clusters[0] & clusters[1])
    inside = sum(map(len, members)) - len(contrast.partner)
    parts = [f"{plural(both, 'text')} printed by both"] * bool(both)
    parts += [f"{plural(inside, 'article')} not counted as a case"] * bool(inside)
    return f"shared copy: {', '.join(parts)}" if parts else ""


def _longer(words: Floats, words_reference: Floats) -> str:
    if not (len(words) and len(words_reference)):
        return ""
    times = float(np.median(words) / np.median(words_reference))
    if 1 / _LONGER < times < _LONGER:
        return ""
    return f"articles of one group are {max(times, 1 / times):.1f} times as long"
