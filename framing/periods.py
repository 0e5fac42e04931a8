"""Before and after: how frames change around dated events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.cases import FEW_ARTICLES, Cases, caution, check_level, gather_cases, left_out
from framing.dates import event_day
from framing.display import plural
from framing.tables import TABLES, as_table, coded
from framing.uncertainty import Floats, rate_limits, sign_flips


def compare_periods(
    scores: pd.DataFrame,
    events: str | Mapping[str, str],
    *,
    by: str | None = "source",
    days: int | None = None,
    level: float = 0.95,
    permutations: int = 9999,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare the frames before and after an event, in every outlet and over all of them.

    For one outlet and one event this describes: what else changed at that time cannot be told
    apart, and neighbouring days resemble each other, so articles are no independent cases. With
    several outlets, or several events, these are the cases, and the last rows test them.

    Parameters
    ----------
    scores : DataFrame
        The table that `score_frames` or `score_codings` gives. Articles without a date are left
        out, and the caution says how many.
    events : str or mapping
        Date of the event, ``"2022-02-24"``, or several as ``{"invasion": "2022-02-24", ...}``.
        The day itself counts as after.
    by : str or None
        What is followed on its own, such as ``"source"``; None for all articles together.
    days : int, optional
        How many days before and after an event are compared; all if left out. Needed, and small
        enough that they do not overlap, with several events.
    level : float
        Level of the intervals, between 0 and 1.
    permutations, seed : int
        Number of random exchanges of before and after where there are more than that, and the
        seed for them.

    Returns
    -------
    DataFrame
        One row per event, group and frame, and per frame one for all together:

        - event (string): name of the event, NA where several are taken together
        - group (string): the outlet or other group, NA where all are taken together
        - frame (category)
        - n_articles_before, n_articles_after (int)
        - estimate_before, estimate_after (float): mentions per 1,000 words
        - ratio (float): after divided by before; for all together the ratio of the units' mentions,
          each side's weighted by the words of the other (after Mantel and Haenszel), so that a
          unit with most of its words on one side does not pass for a change
        - low, high (float), level (float): interval of the ratio over units; NA with fewer than 5,
          and for a single series
        - n_units (int): outlets, or events if there are several, that the test counts
        - p, p_adjusted (float): by exchanging before and after in whole units; for the frame
          alone, and for all frames together; NA for a single series
        - constructed (bool): the articles are constructed
        - caution (string): what the data cannot carry

    Raises
    ------
    ValueError
        If a date cannot be read, no article has one, or the periods of two events overlap.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.Corpus.from_texts(["Peace.", "War now."], date=["2022-02-01", "2022-03-01"])
    >>> codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace"]})
    >>> change = fr.compare_periods(fr.score_frames(corpus, codebook), "2022-02-24", by=None)
    >>> change[["estimate_before", "estimate_after"]]
       estimate_before  estimate_after
    0           1000.0             0.0
    >>> change["caution"].item()
    '1 article on one side; one series: description, no test'
    """
    check_level(level)
    dates = _event_dates(events, days)
    if permutations < 99:
        raise ValueError(f"permutations={permutations}: a p-value needs 99 or more")
    cases = gather_cases(scores, by, keys=["date"])
    names: Sequence[str | None] = [None]
    if cases.by:
        cases, names = cases.named()
    day = cases.keys["date"].dt.normalize()
    if not day.notna().any():
        raise ValueError("no article has a date")
    dated = day.notna().to_numpy()
    outside = left_out(len(set(cases.article[~dated])), "without a date")
    outside = caution(outside, cases.left_out)
    rows: list[dict[str, Any]] = []
    sides: list[tuple[NDArray[np.bool_], NDArray[np.bool_]]] = []
    for event, date in dates.items():
        apart = (day - date).dt.days.to_numpy()
        window = dated if days is None else dated & (apart >= -days) & (apart < days)
        for number, name in enumerate(names):
            inside = window & (cases.group == number)
            sides.append((inside & (apart < 0), inside & (apart >= 0)))
            row = _before_after(cases, *sides[-1])
            said = caution(_few(*sides[-1]), "one series: description, no test", outside)
            rows.append({"event": event, "group": name, "caution": said, **row})
    if len(rows) > 1:
        over_units = _over_units(_units(rows, len(dates)), level, permutations, seed)
        rows.append(_together(cases, sides, over_units, len(dates), level))
        rows[-1]["event"] = rows[0]["event"] if len(dates) == 1 else None
        rows[-1]["caution"] = [caution(said, outside) for said in rows[-1]["caution"]]
    return _table(cases, rows, level)


def _together(
    cases: Cases,
    sides: Sequence[tuple[NDArray[np.bool_], NDArray[np.bool_]]],
    over_units: dict[str, Any],
    n_events: int,
    level: float,
) -> dict[str, Any]:
    """Give the columns for all units together, and say what their test cannot carry."""
    before, after = (np.logical_or.reduce(side) for side in zip(*sides, strict=True))
    used, row = before | after, dict(over_units)
    split = _in_several(cases.article[used], cases.group[used])
    parts = bool(split) and n_events == 1  # of the same articles, and no units of their own
    if parts:
        row |= dict.fromkeys(("low", "high", "p", "p_adjusted"), np.full(len(cases.frames), np.nan))
    shared = _in_several(cases.cluster[used], cases.group[used]) - split
    copied = f"shared copy: {plural(shared, 'text')} in several groups, so no independent units"
    unlike = _unlike(cases.words[before].sum(), cases.words[after].sum())
    row["caution"] = [
        caution(
            "groups are parts of the same articles: no test"
            if parts
            else _least_p(n, "group" if n_events == 1 else "event"),
            "p and interval disagree: undecided"
            if not (np.isnan(low) or _least_p(n, "")) and (p <= 1 - level) != (low > 1 or high < 1)
            else "",
            copied if shared > 0 else "",
            unlike,
        )
        for n, p, low, high in zip(*(row[k] for k in ("n_units", "p", "low", "high")), strict=True)
    ]
    return {**_before_after(cases, before, after), **row}


def _event_dates(events: str | Mapping[str, str], days: int | None) -> dict[str, pd.Timestamp]:
    """Read the dates of the events, and check that their periods do not overlap."""
    if not pd.api.types.is_scalar(events) and not isinstance(events, Mapping):
        raise ValueError('events= takes a date, or several with names: {"visit": "2022-02-08"}')
    named = events if isinstance(events, Mapping) else {str(events): events}
    dates = {}
    for name, value in named.items():
        dates[name] = pd.Timestamp(event_day(value))
    if not dates:
        raise ValueError('no event is given; write its date, as in "2022-02-24"')
    if days is not None and days < 1:
        raise ValueError(f"days={days}: use 1 or more")
    gap = min(((late - early).days for early, late in pairwise(sorted(dates.values()))), default=0)
    if len(dates) > 1 and (days is None or 2 * days > gap):
        remedy = f"use days={gap // 2}" if gap > 1 else "choose events further apart"
        raise ValueError(
            f"days={days}: events are only {plural(gap, 'day')} apart, so that the periods around"
            f" them overlap; {remedy}"
        )
    return dates


def _before_after(
    cases: Cases, before: NDArray[np.bool_], after: NDArray[np.bool_]
) -> dict[str, Any]:
    """Give the columns that describe two periods, a value per frame or one for all."""
    totals = [cases.counts[part].sum(axis=0) for part in (before, after)]
    words = [cases.words[part].sum() for part in (before, after)]
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = [1000 * total / size for total, size in zip(totals, words, strict=True)]
        ratio = rates[1] / rates[0]
    # What never mentions a frame, or is silent on one side, does not say how it changes.
    known = (totals[0] + totals[1] > 0) & (min(words) > 0)
    share = words[1] / max(sum(words), 1)
    return {
        "n_articles_before": len(set(cases.article[before])),
        "n_articles_after": len(set(cases.article[after])),
        "estimate_before": rates[0],
        "estimate_after": rates[1],
        "ratio": ratio,
        # Mentions weighted by the words of the other side: equal on average if nothing changes.
        "weighted": np.where(known, [totals[0] * share, totals[1] * (1 - share)], np.nan),
    }


def _few(before: NDArray[np.bool_], after: NDArray[np.bool_]) -> str:
    fewest = min(int(before.sum()), int(after.sum()))
    return f"{plural(fewest, 'article')} on one side" if fewest < FEW_ARTICLES else ""


def _units(rows: Sequence[Mapping[str, Any]], n_events: int) -> Floats:
    """Weighted mentions, sides × units × frames; units are the events if several, else groups."""
    weighted = np.stack([row["weighted"] for row in rows], axis=1)
    if n_events == 1:
        return weighted
    weighted = weighted.reshape(2, n_events, len(rows) // n_events, -1)
    known = np.isfinite(weighted).any(axis=2)
    return np.where(known, np.nansum(weighted, axis=2), np.nan)


def _over_units(units: Floats, level: float, permutations: int, seed: int) -> dict[str, Any]:
    """Estimate the ratio over all units after Mantel and Haenszel, and test it."""
    before, after = units
    known = np.isfinite(before)
    p, p_adjusted = sign_flips(after - before, permutations, seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.nansum(after, axis=0) / np.nansum(before, axis=0)
    limits = [
        rate_limits(after[chosen, frame][:, None], before[chosen, frame], level)
        for frame, chosen in enumerate(known.T)
    ]
    low, high = np.where(known.sum(axis=0) < FEW_ARTICLES, np.nan, np.concatenate(limits, axis=1))
    return {
        "ratio": ratio,
        "low": low,
        "high": high,
        "n_units": known.sum(axis=0),
        "p": p,
        "p_adjusted": p_adjusted,
    }


def _unlike(before: float, after: float) -> str:
    """Say that the periods differ so much in their words that p errs where mentions are bursty."""
    times = max(before, after) / max(min(before, after), 1)
    return f"one period has {times:.0f} times the words: p may be too small" if times > 5 else ""


def _in_several(values: NDArray[Any], group: NDArray[np.intp]) -> int:
    """Count the articles, or clusters of shared copy, that stand in more than one group."""
    pairs = pd.DataFrame({"value": values, "group": group}).drop_duplicates()
    return int((pairs["value"].value_counts() > 1).sum())


def _least_p(n_units: int, kind: str) -> str:
    if n_units < 2:
        return f"{plural(int(n_units), kind)}: no test"
    least = 2.0 ** (1 - n_units)
    return f"{n_units} {kind}s: no p below {least:.2g} is possible" if least > 0.05 else ""


def _table(cases: Cases, rows: Sequence[Mapping[str, Any]], level: float) -> pd.DataFrame:
    size = len(cases.frames)
    unknown = {"low": np.nan, "high": np.nan, "n_units": 1, "p": np.nan, "p_adjusted": np.nan}
    fixed = {"level": level, "constructed": cases.constructed, "group": None, **unknown}
    data: dict[str, Any] = {
        name: np.concatenate([np.broadcast_to({**fixed, **row}[name], size) for row in rows])
        for name in TABLES["compare_periods"]
        if name != "frame"
    }
    data["frame"] = coded(np.tile(np.arange(size), len(rows)), cases.frames)
    return as_table("compare_periods", data)
