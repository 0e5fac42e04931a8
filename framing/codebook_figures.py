"""Pictures of codebooks: how much the rates depend on how is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from framing.canvas import (
    GREY,
    cautions,
    columns_beside,
    describe,
    drawing,
    expect,
    frame_names,
    heading,
    label_frames,
    label_rows,
    legend_below,
    lines_height,
    notes_below,
    say,
    sign_frame,
    used_frames,
)
from framing.cases import group_label
from framing.display import INK, QUIET, FrameStyle, frame_styles, one_line, plural
from framing.tables import TABLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COUNTED = "as counted"
_BAR = 0.53  # of the width of a column; the number stands in the rest
_MOST = 2.0  # shares beyond it are drawn as long as it
_COLUMN = 1.05  # from one column to the next


def plot_sensitivity(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how the rate of each frame changes when mentions are counted otherwise.

    Parameters
    ----------
    table : DataFrame
        The table that `frame_sensitivity` gives.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        A row per frame, or with groups a section per frame and a row per group; a column per
        variant. A bar and the number beside it are the rate of the variant as a share of the rate
        as counted; a line marks the latter, 100 %. Bars of more than 200 % are drawn as 200 %, and
        a dash stands where there is no rate. Mentions and rate as counted stand at the right.

    Raises
    ------
    ValueError
        If the table is not one of `frame_sensitivity`.

    Examples
    --------
    >>> import framing as fr
    >>> codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace", "truce"]})
    >>> table = fr.frame_sensitivity('Peace is near. "Peace or truce", he said.', codebook)
    >>> axes = fr.plot_sensitivity(table)
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['calm']
    """
    expect(table, "frame_sensitivity", *TABLES["frame_sensitivity"])
    table = used_frames(table).assign(
        group=_groups(table), variant=table["variant"].astype(str), frame=table["frame"].astype(str)
    )
    numbers = ("n_matches", "per_1000_words", "share_of_counted")
    table = table.astype(dict.fromkeys(numbers, "float64"))  # also where a saved one has NA
    frames = frame_names(table["frame"])
    grouped = _has_groups(table)
    variants = [name for name in pd.unique(table["variant"]) if name != _COUNTED]
    notes = [*_top_patterns(table), *cautions(table, "group")]
    n_rows = table[["frame", "group"]].drop_duplicates().shape[0]
    height = 1.75 + 0.3 * (n_rows + 1.5 * len(frames) * grouped) + lines_height(notes)
    with drawing(ax, height=height) as axes:
        longest = min(max(1.0, table["share_of_counted"].max()), _MOST)
        scale = _BAR / (longest if longest == longest else 1.0)
        styles = frame_styles(frames)
        _draw_rows(axes, table, variants, scale, styles, grouped=grouped)
        if table.empty:
            say(axes, "no frames")
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.set_xlabel("rate per 1,000 words as a share of the rate as counted")
        notes_below(axes, notes, below=legend_below(axes, _legend(), fit=True, below=0.35))
        counted = table[table["variant"] == _COUNTED]
        title = (
            f"{plural(len(frames), 'frame')} counted in {plural(len(variants) + 1, 'way')}, "
            f"{_size(counted)}"
        )
        alt = [f"Sensitivity of rates: {title}.", *_alt(table), *(f"{n}." for n in notes)]
        describe(axes, table, title=title, alt=" ".join(alt))
    return axes


def _has_groups(table: pd.DataFrame) -> bool:
    return bool((table["group"] != "all articles").any())


def _groups(table: pd.DataFrame) -> list[str]:
    """Name the group of each row by the columns that are not of every such table."""
    names = [name for name in map(str, table.columns) if name not in TABLES["frame_sensitivity"]]
    return [
        ", ".join(
            f"no {name}" if pd.isna(value) else group_label(name, value)
            for name, value in zip(names, row, strict=True)
        )
        or "all articles"
        for row in zip(*(table[name] for name in names), strict=True)
    ] or ["all articles"] * len(table)


def _size(counted: pd.DataFrame) -> str:
    n_words = counted.drop_duplicates("group")["n_words"].sum()
    n_matches = plural(int(counted["n_matches"].sum()), "mention")
    return f"{n_matches}, {int(n_words):,} words counted"


def _draw_rows(
    axes: Axes,
    table: pd.DataFrame,
    variants: Sequence[str],
    scale: float,
    styles: Mapping[str, FrameStyle],
    *,
    grouped: bool,
) -> None:
    y, labelled, cells = 0.0, [], []
    for frame, part in table.groupby("frame", sort=False):
        name = str(frame)
        if grouped:
            heading(axes, one_line(name, longest=40), y)
            sign_frame(axes, styles[name], y)
            y += 1
        for group, rows in part.groupby("group", sort=False):
            by_variant = {str(row["variant"]): row for row in rows.to_dict("records")}
            for column, variant in enumerate(variants):
                if variant in by_variant:
                    share = float(by_variant[variant]["share_of_counted"])
                    _draw_cell(axes, column * _COLUMN, y, share, scale, styles[name].colour)
            labelled.append((y, str(group) if grouped else name))
            cells.append((y, _counted_cells(by_variant.get(_COUNTED, {}))))
            y += 1
        y += 0.5 * grouped
    if grouped:
        label_rows(axes, [place for place, _ in labelled], [name for _, name in labelled])
    else:
        label_frames(axes, labelled, styles)
    if cells:
        columns_beside(axes, ["mentions", "per 1,000"], cells, top=-0.95)
    axes.set_xlim(0, max(len(variants) * _COLUMN, 1))
    axes.set_ylim(max(y - 0.5, 0.5), -0.6)
    axes.xaxis.tick_top()
    heads = [_two_lines(variant) for variant in variants]
    axes.set_xticks([column * _COLUMN for column in range(len(variants))], heads, ha="left")
    axes.tick_params(axis="x", length=0, pad=3)


def _two_lines(words: str) -> str:
    """Break a few words near their middle."""
    breaks = [place for place, letter in enumerate(words) if letter == " "]
    if not breaks:
        return words
    middle = min(breaks, key=lambda place: abs(place - len(words) / 2))
    return f"{words[:middle]}\n{words[middle + 1 :]}"


def _draw_cell(axes: Axes, x: float, y: float, share: float, scale: float, colour: str) -> None:
    """Draw one share as a bar with its number."""
    width = 0.0 if pd.isna(share) else round(min(share, _MOST) * scale, 6)
    axes.barh([y], [width], left=x, height=0.55, color=colour, linewidth=0, zorder=2)
    axes.vlines([round(x + scale, 6)], y - 0.4, y + 0.4, color=INK, linewidth=1.1, zorder=3)
    place: dict[str, Any] = {"ha": "left", "va": "center", "fontsize": 8}
    colour = QUIET if pd.isna(share) or share == 1 else INK  # what changes is to be seen
    axes.text(round(x + _BAR, 6) + 0.05, y, _percent(share), color=colour, zorder=4, **place)


def _percent(share: float) -> str:
    return "–" if pd.isna(share) else f"{100 * share:,.0f} %"


def _counted_cells(row: Mapping[Any, Any]) -> list[str]:
    rate = row.get("per_1000_words", float("nan"))
    return [f"{row.get('n_matches', 0):,.0f}", "–" if pd.isna(rate) else f"{rate:,.1f}"]


def _legend() -> dict[str, Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    return {
        "rate of the variant": Patch(facecolor=GREY, linewidth=0),
        "rate as counted: 100 %": Line2D(
            [], [], color=INK, linewidth=0.9, marker="|", markersize=10, linestyle="none"
        ),
    }


def _top_patterns(table: pd.DataFrame) -> list[str]:
    """Name the patterns that were left out, once for each frame."""
    rows = table[table["pattern_out"].notna()].drop_duplicates("frame")
    named = [
        f"{row['frame']} `{one_line(row['pattern_out'], longest=45)}`"
        for row in rows.to_dict("records")
    ]
    return [f"top pattern: {', '.join(named)}"] if named else []


def _alt(table: pd.DataFrame) -> Iterator[str]:
    """Give the numbers of each row in words."""
    for (frame, group), rows in table.groupby(["frame", "group"], sort=False):
        whose = "" if group == "all articles" else f", {group}"
        counted = rows[rows["variant"] == _COUNTED]
        cells = [_counted_cells(row) for row in counted.to_dict("records")]
        said = [f"{n} mentions as counted, {rate} per 1,000 words" for n, rate in cells]
        others = rows[rows["variant"] != _COUNTED]
        said += [
            f"{variant} {_percent(share)}"
            for variant, share in zip(others["variant"], others["share_of_counted"], strict=True)
        ]
        yield f"{frame}{whose}: {'; '.join(said)}."
