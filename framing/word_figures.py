"""Pictures of words: the most frequent ones, and those that tell two groups apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from framing.canvas import (
    GREY,
    cautions,
    columns_beside,
    describe,
    drawing,
    expect,
    heading,
    label_rows,
    legend_below,
    lines_height,
    note,
    notes_below,
    say,
)
from framing.display import INK, QUIET, one_line, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BLUE, _RED = "#0072B2", "#D55E00"
_SURE = 0.05  # false discovery rate below which a word is taken to differ


def plot_keywords(frequency: pd.DataFrame, *, top: int = 20, ax: Axes | None = None) -> Axes:
    """Draw the most frequent words with their counts and rates.

    Parameters
    ----------
    frequency : DataFrame
        The table that `word_frequency` gives, for one group.
    top : int, default 20
        How many words; ties are broken by the alphabet, and the figure says how many are left out.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        One row per word, the most frequent on top.

    Raises
    ------
    ValueError
        If ``top`` is less than 1, or a word stands twice because the table has several groups.

    Examples
    --------
    >>> import framing as fr
    >>> axes = fr.plot_keywords(fr.word_frequency("Peace talks. Talks on peace. Peace."))
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['peace', 'talks']
    """
    if top < 1:
        raise ValueError(f"top={top} is no number of words; use 1 or more.")
    expect(frequency, "word_frequency", "word", "count", "per_1000_words")
    groups = frequency.iloc[:, : frequency.columns.get_loc("word")]
    if frequency["word"].duplicated().any() or (groups.nunique(dropna=False) > 1).any():
        raise ValueError(
            "Words stand in the table more than once, as it has several groups; choose one, as in "
            'frequency[frequency["source"] == "..."].'
        )
    ranked = frequency.sort_values(["count", "word"], ascending=[False, True])
    words, tie = ranked.head(top), _tie(ranked, top)
    with drawing(ax, height=1.1 + 0.23 * len(words)) as axes:
        _draw_words(axes, words)
        axes.set_xlabel("times used (beside it: per 1,000 words)" + (f"; {tie}" if tie else ""))
        if words.empty:
            say(axes, "no words")
        title = f"{len(words)} most frequent of {plural(len(frequency), 'word')} listed"
        title += _base(words)
        listed = [f"{w} {c:,}" for w, c in zip(words["word"], words["count"], strict=True)]
        alt = f"{title}: {', '.join(listed) or 'none'}." + (f" {tie}." if tie else "")
        describe(axes, frequency, title=title, alt=alt)
    return axes


def _tie(ranked: pd.DataFrame, top: int) -> str:
    """Say how many words below the cut are used as often as the last one above it."""
    counts = ranked["count"].to_numpy()
    n_more = int((counts[top:] == counts[top - 1]).sum()) if len(counts) > top else 0
    if n_more == 0:
        return ""
    times = "once" if counts[top - 1] == 1 else f"{counts[top - 1]:,} times"
    return f"{plural(n_more, 'more word')} {'is' if n_more == 1 else 'are'} used {times}"


def _draw_words(axes: Axes, words: pd.DataFrame) -> None:
    rows = np.arange(len(words))
    counts = words["count"].to_numpy(dtype=float)
    axes.hlines(rows, 0, counts, color=GREY, linewidth=1)
    axes.scatter(counts, rows, s=30, color=_BLUE, zorder=2)
    for row, (count, rate) in enumerate(zip(words["count"], words["per_1000_words"], strict=True)):
        label = f"{count:,}" if pd.isna(rate) else f"{count:,} ({rate:,.1f})"
        note(axes, label, count, row, right=6)
    label_rows(axes, rows, words["word"].astype(str))
    axes.set_ylim(max(len(words), 1) - 0.4, -0.6)
    axes.set_xlim(0, max([1.0, *counts]) * 1.15)
    axes.locator_params(axis="x", integer=True)


def _base(words: pd.DataFrame) -> str:
    """Say what the rates refer to, read off the most frequent word."""
    if words.empty:
        return ""
    first = words.iloc[0]
    if not (first["per_1000_words"] > 0 and first["article_share"] > 0):
        return ""
    n_words = round(first["count"] * 1000 / first["per_1000_words"])
    n_articles = round(first["n_articles"] / first["article_share"])
    return f", {plural(n_articles, 'article')}, {n_words:,} words counted"


# ---------------------------------------------------------------------------- two groups


def plot_keyness(
    table: pd.DataFrame,
    *,
    top: int = 15,
    labels: tuple[str, str] = ("target", "reference"),
    ax: Axes | None = None,
) -> Axes:
    """Draw the words that tell two groups apart, with the interval of each ratio.

    Parameters
    ----------
    table : DataFrame
        The table that `keyness` gives.
    top : int, default 15
        How many words of each group: those with the largest log-odds for their error, tested
        ones first.
    labels : tuple of str
        What to call the target and the reference.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        A row per word: its log ratio with the interval, filled where the false discovery rate q
        is below .05; beside it the uses and the articles in the target and in the reference.

    Raises
    ------
    ValueError
        If ``top`` is less than 1 or the table is not one of `keyness`.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> table = pd.DataFrame({
    ...     "word": ["talks", "troops"], "n_target": [12, 3], "n_reference": [3, 9],
    ...     "articles_target": [8, 2], "articles_reference": [2, 7], "rate_target": [6.0, 1.5],
    ...     "rate_reference": [1.5, 4.5], "log_ratio": [2.0, -1.6], "low": [1.0, -3.0],
    ...     "high": [3.0, 0.1], "log_odds_z": [3.1, -1.9], "q": [0.01, 0.2]})
    >>> axes = fr.plot_keyness(table, labels=("Courier", "Herald"))
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['talks', 'troops']
    """
    if top < 1:
        raise ValueError(f"top={top} is no number of words; use 1 or more.")
    _expect_keyness(table)
    sides = [_extreme(table[sign * table["log_ratio"] > 0], top) for sign in (1, -1)]
    sides = [side.sort_values(["log_ratio", "word"], ascending=[False, True]) for side in sides]
    shown = pd.concat(sides)
    notes = cautions(shown.assign(frame=""), "word")
    with drawing(ax, height=2.0 + 0.21 * (len(shown) + 3) + lines_height(notes)) as axes:
        axes.set_xlim(_log_limits(shown))
        axes.axvline(0, color=INK, linewidth=1, zorder=1)
        _draw_sides(axes, sides, labels)
        axes.set_xlabel("log2 of the ratio of the rates; 1: twice, 2: four times as often")
        if shown.empty:
            say(axes, "no words that differ")
        notes_below(axes, notes, below=legend_below(axes, _keyness_legend(axes, shown), fit=True))
        title = f"{len(shown)} of {plural(len(table), 'word')} compared\n{_sizes(table, labels)}"
        alt = [f"Keywords: {title}.".replace("\n", "; "), *_keyness_alt(sides, labels)]
        alt += [f"{words}." for words in notes]
        describe(axes, table, title=title, alt=" ".join(alt))
    return axes


def _expect_keyness(table: pd.DataFrame) -> None:
    counts = ("n_target", "n_reference", "articles_target", "articles_reference")
    rest = ("rate_target", "rate_reference", "log_ratio", "low", "high", "log_odds_z", "q")
    expect(table, "keyness", "word", *counts, *rest)


def _extreme(table: pd.DataFrame, top: int) -> pd.DataFrame:
    """Choose the words with the largest log-odds for their error, those tested before others."""
    rank = {"untested": table["q"].isna(), "size": table["log_odds_z"].abs().fillna(-1)}
    ranked = table.assign(**rank)
    ranked = ranked.sort_values([*rank, "word"], ascending=[True, False, True])
    return ranked.head(top).drop(columns=list(rank))


def _log_limits(shown: pd.DataFrame) -> tuple[float, float]:
    """Take in all ratios, and intervals unless they reach far beyond them."""
    if shown.empty:
        return -1.0, 1.0
    low, high = min(shown["log_ratio"].min(), 0), max(shown["log_ratio"].max(), 0)
    room = 0.35 * (high - low) or 1.0
    ends = shown[["low", "high"]].replace([np.inf, -np.inf], np.nan)
    left, right = ends["low"].min(), ends["high"].max()
    left = low - room if pd.isna(left) else min(max(left, low - room), low - 0.2)
    right = high + room if pd.isna(right) else max(min(right, high + room), high + 0.2)
    return round(float(left), 6), round(float(right), 6)


def _draw_sides(axes: Axes, sides: Sequence[pd.DataFrame], labels: tuple[str, str]) -> None:
    y, named, cells = 0.0, [], []
    for side, label, colour in zip(sides, labels, (_BLUE, _RED), strict=True):
        if side.empty:
            continue
        heading(axes, f"more in {one_line(label, longest=30)}", y)
        for row in side.to_dict("records"):
            y += 1
            axes.axhline(y, color="#ececec", linewidth=0.8, zorder=0)
            low, high = np.clip(np.round([row["low"], row["high"]], 6), *axes.get_xlim())
            axes.hlines([y], low, high, color=colour, linewidth=1.3, zorder=2)
            axes.scatter([round(row["log_ratio"], 6)], [y], **_key_dot(colour, row["q"]), zorder=3)
            named.append((y, str(row["word"])))
            articles = (_count(row["articles_target"]), _count(row["articles_reference"]))
            uses = f"{row['n_target']:,} : {row['n_reference']:,}"
            cells.append((y, [uses, " : ".join(articles), _q_words(row["q"])]))
        y += 1.6
    label_rows(axes, [place for place, _ in named], [word for _, word in named])
    if cells:
        columns_beside(axes, ["uses", "articles", "q"], cells, top=-1)
    axes.set_ylim(max(y - 0.9, 0.5), -1.6)


def _count(number: Any) -> str:
    return "–" if pd.isna(number) else f"{number:,}"


def _q_words(q: float) -> str:
    if pd.isna(q):
        return "no test"
    return "< .001" if q < 0.001 else f"{q:.3f}"[1:] if q < 0.9995 else "1"


def _key_dot(colour: str, q: float) -> dict[str, Any]:
    face = colour if q < _SURE else "white"  # white also where there is no q
    return {"s": 34, "facecolor": face, "edgecolor": colour, "linewidth": 1.3}


def _keyness_legend(axes: Axes, shown: pd.DataFrame) -> dict[str, Any]:
    sure = shown["q"] < _SURE
    handles: dict[str, Any] = {}
    if sure.any():
        handles["q < .05"] = axes.scatter([], [], **_key_dot(GREY, 0.0))
    if not sure.all():
        handles["q .05 or more, or no test"] = axes.scatter([], [], **_key_dot(GREY, 1.0))
    if "level" in shown.columns and (shown["level"].notna() & shown["low"].notna()).any():
        [line] = axes.plot([], [], color=GREY, linewidth=1.3)
        handles[f"{shown['level'].dropna().iloc[0] * 100:g} % interval"] = line
    return handles


def _sizes(table: pd.DataFrame, labels: tuple[str, str]) -> str:
    """Say how many words the groups have, read off their most frequent words."""
    parts = []
    for side, label in zip(("target", "reference"), labels, strict=True):
        counts, rates = table[f"n_{side}"], table[f"rate_{side}"]
        if (rates > 0).any():
            most = int(counts.where(rates > 0).argmax())
            size = round(float(counts.iloc[most] * 1000 / rates.iloc[most]))
            parts.append(f"{one_line(label, longest=26)} {size:,} words")
    return ", ".join(parts) or "no words"


def _keyness_alt(sides: Sequence[pd.DataFrame], labels: tuple[str, str]) -> Iterator[str]:
    for side, label in zip(sides, labels, strict=True):
        rows = [
            f"{row['word']} {row['log_ratio']:.1f} ({row['n_target']:,} : {row['n_reference']:,}, "
            f"q {_q_words(row['q'])})"
            for row in side.to_dict("records")
        ]
        yield f"More in {label}: {', '.join(rows) or 'none'}."


# ---------------------------------------------------------------------------- the plane of ranks


def keyness_plane(table: pd.DataFrame) -> pd.DataFrame:
    """Give each word of a keyness table its place in the plane of ranks.

    Parameters
    ----------
    table : DataFrame
        The table that `keyness` gives.

    Returns
    -------
    DataFrame
        The same rows and columns, and after them:

        - rank_reference, rank_target (float): rank of the word's number of uses among all numbers
          that occur, from 0 for the least to 1 for the most used

    Raises
    ------
    ValueError
        If the table is not one of `keyness`.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> table = pd.DataFrame({
    ...     "word": ["talks", "troops", "the"], "n_target": [12, 3, 90], "n_reference": [3, 3, 80],
    ...     "articles_target": 2, "articles_reference": 2, "rate_target": 1.0,
    ...     "rate_reference": 1.0, "log_ratio": 0.0, "low": 0.0, "high": 0.0, "log_odds_z": 0.0,
    ...     "q": 1.0})
    >>> fr.keyness_plane(table)[["word", "rank_reference", "rank_target"]]
         word  rank_reference  rank_target
    0   talks             0.0          0.5
    1  troops             0.0          0.0
    2     the             1.0          1.0
    """
    _expect_keyness(table)
    ranks = {}
    for side in ("reference", "target"):
        rank = table[f"n_{side}"].rank(method="dense") - 1
        ranks[f"rank_{side}"] = np.round(rank / max(rank.max(), 1) if len(rank) else rank, 9)
    return table.assign(**ranks)


def plot_keyness_plane(
    table: pd.DataFrame,
    *,
    labels: tuple[str, str] = ("target", "reference"),
    ax: Axes | None = None,
) -> Axes:
    """Draw all words by how frequent they are in both groups.

    Parameters
    ----------
    table : DataFrame
        The table that `keyness` or `keyness_plane` gives.
    labels : tuple of str
        What to call the target and the reference.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        A point per word, by its rank in the reference (to the right) and in the target (upwards):
        near the diagonal words that both use alike, coloured those with a false discovery rate q
        below .05. The most extreme words are named, as far as there is room.

    Raises
    ------
    ValueError
        If the table is not one of `keyness`.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> table = pd.DataFrame({
    ...     "word": ["talks", "troops"], "n_target": [12, 3], "n_reference": [3, 9],
    ...     "articles_target": [8, 2], "articles_reference": [2, 7], "rate_target": [6.0, 1.5],
    ...     "rate_reference": [1.5, 4.5], "log_ratio": [2.0, -1.6], "low": [1.0, -3.0],
    ...     "high": [3.0, 0.1], "log_odds_z": [3.1, -1.9], "q": [0.01, 0.2]})
    >>> axes = fr.plot_keyness_plane(table, labels=("Courier", "Herald"))
    >>> [text.get_text() for text in axes.texts]
    ['talks']
    """
    plane = keyness_plane(table)
    sure = plane["q"] < _SURE
    with drawing(ax, height=6.6) as axes:
        axes.plot([0, 1], [0, 1], color="#d0d0d0", linewidth=1, zorder=0)
        dots: dict[str, Any] = {"s": 14, "linewidth": 0}
        rest = plane[~sure]
        axes.scatter(rest["rank_reference"], rest["rank_target"], color=GREY, alpha=0.4, **dots)
        handles = {}
        for sign, label, colour, marker in zip(
            (1, -1), labels, (_BLUE, _RED), ("o", "D"), strict=True
        ):
            part = plane[sure & (sign * plane["log_ratio"] > 0)]
            points = axes.scatter(
                part["rank_reference"], part["rank_target"], s=20, color=colour, marker=marker
            )
            if len(part):
                handles[f"more in {one_line(label, longest=30)}, q < .05"] = points
        axes.set_xlim(-0.03, 1.03)
        axes.set_ylim(-0.03, 1.03)
        target, reference = (one_line(label, longest=40) for label in labels)
        axes.set_xlabel(f"rank by number of uses in {reference}: rare to frequent")
        axes.set_ylabel(f"rank by number of uses in {target}: rare to frequent")
        if not sure.any() and len(plane):
            handles["no word with q < .05"] = axes.scatter([], [], color=GREY, alpha=0.4, **dots)
        legend_below(axes, handles, fit=True)
        if plane.empty:
            say(axes, "no words")
        shown = _name_points(axes, plane, sure if sure.any() else ~sure)
        title = (
            f"{plural(len(plane), 'word')}, {int(sure.sum()):,} with q < .05\n"
            f"{_sizes(table, labels)}"
        )
        uses = [
            f"{row['word']} ({row['n_target']:,} : {row['n_reference']:,})"
            for row in shown.to_dict("records")
        ]
        alt = f"Plane of ranks: {title}. Named, with uses: {', '.join(uses) or 'none'}."
        describe(axes, table, title=title, alt=alt.replace("\n", "; "))
    return axes


_MOST_NAMED = 25  # words of each group


def _name_points(axes: Axes, plane: pd.DataFrame, wanted: pd.Series[bool]) -> pd.DataFrame:
    """Name the most extreme words of each side where nothing is covered; give those named."""
    figure = axes.get_figure(root=True)
    if plane.empty or figure is None:
        return plane
    figure.draw_without_rendering()  # so that the layout settles where the points are
    unit = figure.dpi / 72
    frame = axes.get_window_extent()
    places = plane[["rank_reference", "rank_target"]].to_numpy(dtype=float)
    plane = plane.assign(wanted=wanted).reset_index(drop=True)
    points = axes.transData.transform(places)
    covered = [(x - 3, y - 3, x + 3, y + 3) for x, y in points.tolist()]
    chosen = plane[plane["wanted"]]
    sides = [_extreme(chosen[sign * chosen["log_ratio"] > 0], _MOST_NAMED) for sign in (1, -1)]
    # By turns, so that neither side takes the room of the other.
    turns = [(n, side, row) for side in (0, 1) for n, row in enumerate(sides[side].index)]
    named = []
    for _, side, row in sorted(turns):
        x, y = points[row].tolist()
        word = one_line(str(plane.loc[row, "word"]), longest=30)
        style: dict[str, Any] = {"fontsize": 7.5, "color": (_BLUE, _RED)[side]}
        if not plane.loc[row, "q"] < _SURE:
            style["color"] = QUIET
        text = axes.text(0, 0, word, **style)
        box = text.get_window_extent()
        spot = _free_spot((x, y), (box.width, box.height), 5 * unit, covered, frame)
        text.remove()
        if spot is None:
            continue
        shift = ((spot[0] - x) / unit, (spot[1] - y) / unit)
        axes.annotate(
            word,
            tuple(places[row].tolist()),
            xytext=(round(shift[0], 2), round(shift[1], 2)),
            textcoords="offset points",
            va="bottom",
            **style,
        )
        (left, low), right, top = spot, spot[0] + box.width, spot[1] + box.height
        beside, above = 3 * unit, unit  # as words and lines of a text are apart
        covered.append((left - beside, low - above, right + beside, top + above))
        named.append(row)
    return plane.loc[named]


def _free_spot(
    point: tuple[float, float],
    size: tuple[float, float],
    gap: float,
    covered: Sequence[tuple[float, float, float, float]],
    frame: Any,
) -> tuple[float, float] | None:
    """Find the lower left corner of a label beside a point, in pixels, that covers nothing."""
    (x, y), (width, height) = point, size
    beside, left = x + gap, x - gap - width
    middle, above, below = y - height / 2, y + gap / 2, y - gap / 2 - height
    spots = [(beside, middle), (left, middle), (beside, above), (left, above), (beside, below)]
    spots += [(left, below), (x - width / 2, y + gap), (x - width / 2, y - gap - height)]
    for a, b in spots:
        c, d = a + width, b + height
        inside = frame.x0 <= a and c <= frame.x1 and frame.y0 <= b and d <= frame.y1
        if inside and not any(
            a < r and left_ < c and b < t and low < d for left_, low, r, t in covered
        ):
            return a, b
    return None
