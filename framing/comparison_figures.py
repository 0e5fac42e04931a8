"""Pictures of comparisons: the rates of groups of articles, and their ratios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.canvas import (
    GREY,
    LETTER,
    axes_inches,
    cautions,
    columns_beside,
    describe,
    drawing,
    either,
    expect,
    frame_names,
    heading,
    label_frames,
    label_rows,
    legend_below,
    lines_height,
    notes_below,
    p_words,
    ratio_words,
    say,
    sign_frame,
    used_frames,
)
from framing.cases import FEW_ARTICLES, STEADY_ARTICLES, Cases, gather_cases, group_label
from framing.comparison import frame_rates
from framing.display import INK, FrameStyle, frame_styles, one_line, plural
from framing.tables import TABLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BAND = "#ececec"


# ---------------------------------------------------------------------------- rates of groups


def plot_rates(
    scores: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = "source",
    level: float = 0.95,
    ax: Axes | None = None,
) -> Axes:
    """Draw how often the groups mention each frame: every article, their rate, its interval.

    Parameters
    ----------
    scores : DataFrame
        The table that `score_frames` gives.
    by : str, list of str or None, default "source"
        What makes the groups, as for `frame_rates`.
    level : float, default 0.95
        Level of the intervals.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        A section per frame and in it a row per group: a dot per article, larger with more words,
        a ring where articles share their text; a diamond at the rate of all articles together;
        a line for its interval, solid from 10 articles on, dashed from 5 to 9, none below;
        articles that share their text are counted once for that.
        Frames that no group mentions are named under the axis.

    Raises
    ------
    ValueError
        As for `frame_rates`.

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["They seek peace.", "No alarm.", "Peace at last."]
    >>> corpus = fr.Corpus.from_texts(texts, source=["Courier", "Courier", "Herald"])
    >>> codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace"]})
    >>> axes = fr.plot_rates(fr.score_frames(corpus, codebook))
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['Courier', 'Herald']
    """
    cases = gather_cases(used_frames(scores), by)
    names = _group_names(cases)
    rates = frame_rates(used_frames(scores), by=by, level=level)
    rates = rates.assign(group=np.repeat(np.array(names, dtype=object), len(cases.frames)))
    articles = _rates_of_articles(cases, names)
    groups = list(dict.fromkeys(rates["group"]))
    shown, hidden = _mentioned(rates, cases.frames)
    notes = cautions(rates, "group")
    height = 1.7 + 0.235 * len(shown) * (len(groups) + 1.6) + lines_height(notes)
    with drawing(ax, height=height) as axes:
        rows = list(_rows([(frame, groups) for frame in shown]))
        axes.set_xlim(0, _rate_limit(articles, rates))
        _draw_rates(axes, rows, articles, rates, frame_styles(frame_names(scores["frame"])))
        missing = f"; no mention of {either(hidden)}" if hidden else ""
        axes.set_xlabel(f"mentions per 1,000 words{missing}")
        if not rows:
            say(axes, "no articles")
        below = legend_below(axes, _rate_legend(axes, articles, rates, level), fit=True)
        notes_below(axes, notes, below=below)
        title = _size(rates.drop_duplicates("group"), int(rates["n_matches"].sum()))
        alt = [
            f"Rates of frames by {' and '.join(cases.by) or 'nothing'}, {title}.",
            *_rates_alt(rates, shown),
        ]
        alt += [f"No mention of {either(hidden)}."] * bool(hidden)
        alt += [f"{words}." for words in notes]
        describe(axes, scores, title=title, alt=" ".join(alt))
    return axes


def _group_names(cases: Cases) -> list[str]:
    return [
        ", ".join(map(_value_name, cases.by, row)) or "all articles"
        for row in cases.groups.itertuples(index=False)
    ]


def _value_name(column: str, value: Any) -> str:
    return f"no {column}" if pd.isna(value) else group_label(column, value)


def _rates_of_articles(cases: Cases, names: Sequence[str]) -> pd.DataFrame:
    """One row per article, group and frame: its rate, and whether its text is shared."""
    table = pd.DataFrame({"article": cases.article, "n_words": cases.words})
    table["group"] = [names[number] for number in cases.group]
    copies = table["article"].groupby(cases.cluster).transform("nunique")
    rates = np.round(1000 * cases.counts / cases.words[:, None], 6)
    parts = [
        table.assign(frame=frame, rate=rates[:, n], shared=copies > 1)
        for n, frame in enumerate(cases.frames)
    ]
    return pd.concat(parts) if parts else table.assign(frame="", rate=0.0, shared=False)


def _mentioned(rates: pd.DataFrame, frames: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part the frames into those to draw and those that no group mentions."""
    sums = rates.groupby(rates["frame"].astype(str))["n_matches"].sum()
    present = [name for name in frames if name in sums.index]
    hidden = [name for name in present if sums[name] == 0]
    return (
        ([name for name in present if name not in hidden], hidden)
        if sums.any()
        else (
            present,
            [],
        )
    )


def _rows(sections: Sequence[tuple[str, Sequence[str]]]) -> Iterator[tuple[float, str, str | None]]:
    """Give the place of each section's heading (without a row's name) and of each of its rows."""
    y = 0.0
    for section, names in sections:
        yield y, section, None
        for name in names:
            y += 1
            yield y, section, name
        y += 1.6


def _rate_limit(articles: pd.DataFrame, rates: pd.DataFrame) -> float:
    """Right end of the axis: all dots, and intervals unless they reach far beyond them."""
    dots = float(max(articles["rate"].max(), rates["estimate"].max())) if len(articles) else 0.0
    high = rates["high"].replace(np.inf, np.nan).max() if len(rates) else np.nan
    return (max(dots, min(float(np.nan_to_num(high)), 1.15 * dots)) or 1.0) * 1.04


def _draw_rates(
    axes: Axes,
    rows: Sequence[tuple[float, str, str | None]],
    articles: pd.DataFrame,
    rates: pd.DataFrame,
    styles: Mapping[str, FrameStyle],
) -> None:
    numbers: list[tuple[float, list[str]]] = []
    by_row = {(str(r["frame"]), r["group"]): r for r in rates.to_dict("records")}
    dots: dict[Any, pd.DataFrame] = dict(list(articles.groupby(["frame", "group"])))
    largest = articles["n_words"].max() if len(articles) else 1
    on_top: dict[str, Any] = {"zorder": 5, "clip_on": False}  # whole also at 0
    for y, frame, group in rows:
        if group is None:
            heading(axes, one_line(frame, longest=40), y)
            sign_frame(axes, styles[frame], y)
            continue
        axes.axhline(y, color=_BAND, linewidth=0.8, zorder=0)
        rate = by_row.get((frame, group))
        if rate is None:
            numbers.append((y, ["0", "", "", "no articles"]))
            continue
        if (frame, group) in dots:
            _draw_dots(axes, dots[frame, group], y, styles[frame].colour, float(largest))
        _draw_interval(axes, rate, y, int(rate["n_clusters"]))
        axes.scatter([round(rate["estimate"], 6)], [y], **_diamond(styles[frame].colour), **on_top)
        counts = [f"{rate[name]:,}" for name in ("n_articles", "n_matches", "n_words")]
        numbers.append((y, [*counts, _few(int(rate["n_clusters"]))]))
    named = [(y, group) for y, _, group in rows if group is not None]
    label_rows(axes, [y for y, _ in named], [name for _, name in named])
    if numbers:
        heads = ["articles", "mentions", "words", ""]
        kept = [n for n in range(4) if n < 3 or any(cells[3] for _, cells in numbers)]
        cells = [(y, [row[n] for n in kept]) for y, row in numbers]
        columns_beside(axes, [heads[n] for n in kept], cells, top=-1)
    axes.set_ylim(max([y for y, *_ in rows], default=0) + 0.7, -1.6)
    axes.tick_params(axis="y", pad=8)  # room for dots at 0


def _few(n_articles: int) -> str:
    """Say what so few articles allow."""
    return "case reading" if n_articles == 1 else "no interval" if n_articles < FEW_ARTICLES else ""


def _draw_dots(axes: Axes, dots: pd.DataFrame, y: float, colour: str, largest: float) -> None:
    dots = dots.sort_values(["rate", "article"])
    low, high = axes.get_xlim()
    places = y + _apart_in_rows(dots["rate"].to_numpy(dtype=float), (high - low) / 90)
    sizes = np.round(10 + 45 * dots["n_words"].to_numpy(dtype=float) / largest, 3)
    for shared in (False, True):
        chosen = dots["shared"].to_numpy(dtype=bool) == shared
        if chosen.any():
            axes.scatter(
                dots["rate"].to_numpy(dtype=float)[chosen],
                places[chosen],
                sizes[chosen],
                **_dot(colour, shared=shared),
                zorder=3,
                clip_on=False,
            )


def _dot(colour: str, *, shared: bool) -> dict[str, Any]:
    if shared:
        return {"facecolor": "none", "edgecolor": colour, "linewidth": 1.2}
    return {"facecolor": colour, "alpha": 0.45, "linewidth": 0}


def _diamond(colour: str) -> dict[str, Any]:
    return {"marker": "D", "s": 42, "facecolor": colour, "edgecolor": INK, "linewidth": 1.1}


def _apart_in_rows(values: NDArray[np.float64], near: float) -> NDArray[np.float64]:
    """Move points that lie near each other up and down by turns; always the same way."""
    moved = np.zeros(len(values))
    first = 0
    while first < len(values):
        stop = first + 1
        while stop < len(values) and values[stop] - values[first] < near:
            stop += 1
        turns = np.arange(stop - first)
        steps = (turns + 1) // 2 * np.where(turns % 2, 1, -1)
        moved[first:stop] = steps * min(0.15, 0.7 / max(stop - first - 1, 1))
        first = stop
    return np.round(moved, 6)


def _draw_interval(axes: Axes, row: Mapping[Any, Any], y: float, n_articles: int) -> None:
    """Draw an interval as far as the axis goes; an arrow where it goes on."""
    if n_articles < FEW_ARTICLES or pd.isna(row["low"]) or pd.isna(row["high"]):
        return
    left, right = axes.get_xlim()
    low, high = (round(min(max(float(row[end]), left), right), 6) for end in ("low", "high"))
    dashes = "solid" if n_articles >= STEADY_ARTICLES else (0, (3, 1.6))
    axes.hlines([y], low, high, color=INK, linewidth=1.5, linestyle=dashes, zorder=4)
    for beyond, edge, marker in ((row["low"] < left, left, "<"), (row["high"] > right, right, ">")):
        if beyond:
            axes.scatter([edge], [y], marker=marker, s=22, color=INK, zorder=4, clip_on=False)


def _interval_legend(axes: Axes, numbers: Sequence[int], level: float) -> dict[str, Any]:
    from matplotlib.lines import Line2D

    percent = f"{level * 100:g} % interval"
    handles: dict[str, Any] = {}
    if any(n >= STEADY_ARTICLES for n in numbers):
        handles[f"{percent}, 10 articles or more"] = Line2D([], [], color=INK, linewidth=1.5)
    if any(FEW_ARTICLES <= n < STEADY_ARTICLES for n in numbers):
        handles[f"{percent}, 5 to 9 articles"] = Line2D(
            [], [], color=INK, linewidth=1.5, linestyle=(0, (3, 1.6))
        )
    return handles


def _rate_legend(
    axes: Axes, articles: pd.DataFrame, rates: pd.DataFrame, level: float
) -> dict[str, Any]:
    if articles.empty:
        return {}
    handles = {
        "article, larger with more words": axes.scatter([], [], 40, **_dot(INK, shared=False))
    }
    if articles["shared"].any():
        ring = axes.scatter([], [], 40, **_dot(INK, shared=True))
        handles["article that shares its text"] = ring
    handles["rate of all articles together"] = axes.scatter([], [], **_diamond(GREY))
    drawn = rates[rates["low"].notna() & rates["high"].notna()]
    return {**handles, **_interval_legend(axes, list(drawn["n_clusters"]), level)}


def _size(groups: pd.DataFrame, n_matches: int) -> str:
    return (
        f"{plural(n_matches, 'mention')} in {plural(int(groups['n_articles'].sum()), 'article')}, "
        f"{int(groups['n_words'].sum()):,} words counted"
    )


def _rates_alt(rates: pd.DataFrame, frames: Sequence[str]) -> Iterator[str]:
    for frame in frames:
        parts = []
        for row in rates[rates["frame"].astype(str) == frame].to_dict("records"):
            counts = f"{row['n_matches']:,} in {plural(row['n_articles'], 'article')}"
            words = f"{row['group']} {row['estimate']:,.1f} per 1,000 words ({counts}"
            if row["n_clusters"] >= FEW_ARTICLES and pd.notna(row["low"]) and pd.notna(row["high"]):
                words += f"; interval {row['low']:,.1f} to {row['high']:,.1f}"
            parts.append(words + ")")
        yield f"{frame}: {', '.join(parts)}."


# ---------------------------------------------------------------------------- ratios of pairs


def plot_comparison(pairs: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many times as often one group mentions each frame as another does.

    Parameters
    ----------
    pairs : DataFrame
        The table that `compare_groups` gives.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        A section per pair of groups and in it a row per frame: the ratio of the rates on a
        logarithmic axis with a line at 1, its interval (dashed under 10 articles in the smaller
        group), and a grey band of ratios that such articles would probably not show. An arrow
        stands at the edge for a ratio of 0 or without limit.

    Raises
    ------
    ValueError
        If the table is not one of `compare_groups`.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> pairs = pd.DataFrame({
    ...     "group": ["Courier"], "reference": ["Herald"], "frame": ["unity"], "ratio": [2.1],
    ...     "low": [1.2], "high": [3.6], "level": [0.95], "p_adjusted": [0.03],
    ...     "detectable_ratio": [1.8], "n_articles": [20], "n_articles_reference": [22],
    ...     "estimate": [4.2], "estimate_reference": [2.0], "caution": [""]})
    >>> axes = fr.plot_comparison(pairs)
    >>> [text.get_text() for text in axes.texts][-3:]
    ['2.1 [1.2, 3.6]', 'adjusted p', 'p = .03']
    """
    names = ("group", "reference", "frame", "ratio", "low", "high", "level", "p_adjusted")
    counts = ("n_articles", "n_articles_reference", "estimate", "estimate_reference")
    expect(pairs, "compare_groups", *names, *counts, "detectable_ratio")
    numbers = [name for name in TABLES["compare_groups"] if name in pairs.columns]
    numbers = [name for name in numbers if TABLES["compare_groups"][name].dtype == "float64"]
    pairs = pairs.astype(dict.fromkeys(numbers, "float64"))  # also where a saved table has NA
    sides = [pairs[name].astype(str) for name in ("group", "reference")]
    pairs = pairs.assign(pair=sides[0] + " against " + sides[1])
    notes = cautions(pairs, "pair")
    sections: dict[Any, pd.DataFrame] = dict(list(pairs.groupby("pair", sort=False)))
    height = 1.9 + 0.25 * (len(pairs) + 1.6 * len(sections)) + lines_height(notes)
    with drawing(ax, height=height) as axes:
        axes.set_xscale("log")
        axes.set_xlim(_ratio_limits(pairs))
        _ratio_ticks(axes)
        axes.axvline(1, color=INK, linewidth=1, zorder=1)
        _draw_pairs(axes, sections, frame_styles(frame_names(pairs["frame"])))
        axes.set_xlabel("ratio of the rates (logarithmic); 1: as often")
        if pairs.empty:
            say(axes, "no pairs of groups")
        notes_below(axes, notes, below=legend_below(axes, _pair_legend(axes, pairs), fit=True))
        title = (
            f"{plural(pairs['frame'].nunique(), 'frame')} in "
            f"{plural(len(sections), 'pair')} of groups, {plural(_articles(pairs), 'article')}"
        )
        alt = [f"Ratios of rates: {title}.", *_pairs_alt(sections), *(f"{n}." for n in notes)]
        describe(axes, pairs, title=title, alt=" ".join(alt))
    return axes


_WIDEST = 32.0  # ratios beyond it, or below its inverse, stand at the edge
# The ratios to name on both sides of 1, fewer where there is less room.
_STEPS_NEAR: tuple[tuple[float, ...], ...] = ((1.25, 1.5, 2, 2.5, 3), (1.5, 2, 2.5), (2,), ())
_STEPS_FAR: tuple[tuple[float, ...], ...] = ((2, 4, 8, 16, 32), (2, 8, 32), (2,), (8,), ())


def _ratio_limits(pairs: pd.DataFrame) -> tuple[float, float]:
    """Take in all ratios, limits and bands up to the widest, the same on both sides of 1."""
    values = pd.concat([pairs[name] for name in ("ratio", "low", "high", "detectable_ratio")])
    values = values.astype(float)
    values = values[np.isfinite(values) & (values > 0)]
    reach = float(np.exp(np.abs(np.log(values)).max())) if len(values) else 2.0
    reach = round(min(max(reach * 1.1, 2.2), _WIDEST * 1.1), 6)
    return round(1 / reach, 6), reach


def _ratio_ticks(axes: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, Locator, NullLocator

    class Ratios(Locator):  # asked whenever the figure is drawn, as its layout may change
        def __call__(self) -> list[float]:
            return _ratios(*sorted(axes.get_xlim()), points=72 * axes_inches(axes))

    axes.xaxis.set_major_locator(Ratios())
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda ratio, _: _ratio_label(ratio)))
    axes.tick_params(axis="x", labelsize=8)


def _ratios(low: float, high: float, *, points: float) -> list[float]:
    """Choose the ratios to name, as many as there is room for on an axis so many points wide."""
    for steps in _STEPS_FAR if high > 3 else _STEPS_NEAR:
        ratios = [*(1 / step for step in reversed(steps)), 1, *steps]
        ratios = [ratio for ratio in ratios if low <= ratio <= high]
        places = points * np.log(ratios) / np.log(high / low)
        widths = np.array([LETTER * len(_ratio_label(ratio)) for ratio in ratios])
        if (np.diff(places) > (widths[1:] + widths[:-1]) / 2).all():
            break
    return ratios


def _ratio_label(ratio: float) -> str:
    return f"{ratio:g}" if ratio >= 1 else f"1/{1 / ratio:g}"


def _draw_pairs(
    axes: Axes, sections: Mapping[Any, pd.DataFrame], styles: Mapping[str, FrameStyle]
) -> None:
    labelled, cells, y = [], [], 0.0
    for part in sections.values():
        first = part.iloc[0]
        heading(axes, _pair_heading(first), y)
        for row in part.to_dict("records"):
            y += 1
            labelled.append((y, str(row["frame"])))
            cells.append((y, [_rates_cell(row), _ratio_cell(row), p_words(row["p_adjusted"])]))
            _draw_ratio(axes, row, y, styles[str(row["frame"])].colour)
        y += 1.6
    label_frames(axes, labelled, styles)
    if cells:
        columns_beside(axes, ["per 1,000 words", "ratio", "adjusted p"], cells, top=-1)
    axes.set_ylim(max(y - 0.9, 0.5), -1.6)


def _pair_heading(row: pd.Series[Any]) -> str:
    group, reference = (one_line(str(row[name]), longest=22) for name in ("group", "reference"))
    numbers = f"{int(row['n_articles']):,} : {int(row['n_articles_reference']):,} articles"
    return f"{group} against {reference} ({numbers})"


def _smaller(row: Mapping[Any, Any]) -> int:
    return int(min(row["n_articles"], row["n_articles_reference"]))


def _draw_ratio(axes: Axes, row: Mapping[Any, Any], y: float, colour: str) -> None:
    from matplotlib.patches import Rectangle

    left, right = axes.get_xlim()
    axes.axhline(y, color=_BAND, linewidth=0.8, zorder=0)
    if (least := row["detectable_ratio"]) > 1:  # false where it is NA
        edge = round(min(float(least), right), 6)
        low = round(max(1 / edge, left), 6)
        axes.add_patch(
            Rectangle((low, y - 0.38), edge - low, 0.76, facecolor=_BAND, linewidth=0, zorder=0.5)
        )
    _draw_interval(axes, row, y, _smaller(row))
    ratio = row["ratio"]
    if pd.isna(ratio):
        return
    style: dict[str, Any] = {"facecolor": colour, "edgecolor": INK, "linewidth": 1.1, "zorder": 5}
    if left <= ratio <= right:
        axes.scatter([round(float(ratio), 6)], [y], marker="o", s=46, **style)
    else:
        inside = (right / left) ** 0.015
        marker, edge = ("<", left * inside) if ratio < left else (">", right / inside)
        axes.scatter([round(edge, 6)], [y], marker=marker, s=75, **style)


def _rates_cell(row: Mapping[Any, Any]) -> str:
    rates = (row["estimate"], row["estimate_reference"])
    return " : ".join("–" if pd.isna(rate) else f"{rate:,.1f}" for rate in rates)


def _ratio_cell(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["ratio"]):
        return "no ratio"
    words = ratio_words(row["ratio"])
    if pd.isna(row["low"]) or pd.isna(row["high"]) or _smaller(row) < FEW_ARTICLES:
        return words
    return f"{words} [{ratio_words(row['low'])}, {ratio_words(row['high'])}]"


def _articles(pairs: pd.DataFrame) -> int:
    """Articles of all groups, each group once."""
    sizes = dict(zip(pairs["reference"], pairs["n_articles_reference"], strict=True))
    sizes |= dict(zip(pairs["group"], pairs["n_articles"], strict=True))
    return int(sum(sizes.values()))


def _pair_legend(axes: Axes, pairs: pd.DataFrame) -> dict[str, Any]:
    from matplotlib.patches import Patch

    if pairs.empty:
        return {}
    drawn = pairs[pairs["low"].notna() & pairs["high"].notna()]
    numbers = [_smaller(row) for row in drawn.to_dict("records")]
    level = float(pairs["level"].iloc[0])
    handles = {
        label.replace("articles", "articles each"): handle
        for label, handle in _interval_legend(axes, numbers, level).items()
    }
    if (pairs["detectable_ratio"] > 1).any():
        handles["would mostly go unnoticed"] = Patch(facecolor=_BAND)
    left, right = axes.get_xlim()
    if ((pairs["ratio"] < left) | (pairs["ratio"] > right)).any():
        arrow = axes.scatter([], [], marker=">", s=60, facecolor=GREY, edgecolor=INK)
        handles["0, without limit, or beyond the axis"] = arrow
    return handles


def _pairs_alt(sections: Mapping[Any, pd.DataFrame]) -> Iterator[str]:
    for part in sections.values():
        rows = [
            f"{row['frame']} {_ratio_cell(row)}, {p_words(row['p_adjusted'])}"
            for row in part.to_dict("records")
        ]
        yield f"{_pair_heading(part.iloc[0])}: {'; '.join(rows)}."
