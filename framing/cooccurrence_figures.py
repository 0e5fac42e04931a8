"""Pictures of frames that meet: how often two stand in the same sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from framing.canvas import (
    GREY,
    cautions,
    describe,
    drawing,
    expect,
    frame_names,
    label_frames,
    legend_below,
    lines_height,
    notes_below,
    p_words,
    ratio_words,
    say,
)
from framing.display import INK, contrast, frame_styles, mix, one_line, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_cooccurrence(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    r"""Draw which frames stand in the same sentences, more or less often than by chance.

    Parameters
    ----------
    table : DataFrame
        The table that `frame_cooccurrence` gives.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        A cell for each pair of frames, with the lift and the number of sentences that mention
        both; hatched where fewer than 5 are together, and would be by chance; outlined where
        the adjusted p is below .05. On the diagonal the sentences that mention the frame.

    Raises
    ------
    ValueError
        If the table is not one of `frame_cooccurrence`.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> table = pd.DataFrame({
    ...     "frame": ["unity"], "other": ["security"], "n_articles": [9], "n_sentences": [100],
    ...     "n_frame": [20], "n_other": [30], "n_both": [12], "lift": [2.0],
    ...     "p_adjusted": [0.01]})
    >>> axes = fr.plot_cooccurrence(table)
    >>> [text.get_text() for text in axes.texts][:3]
    ['20', '2.0×\n12', '30']
    """
    counts = ("n_articles", "n_sentences", "n_frame", "n_other", "n_both")
    expect(table, "frame_cooccurrence", "frame", "other", *counts, "lift", "p_adjusted")
    sizes: dict[str, int] = {}
    for side, number in (("frame", "n_frame"), ("other", "n_other")):
        sizes |= dict(zip(table[side].astype(str), table[number], strict=True))
    order = [*frame_names(table["frame"]), *frame_names(table["other"])]
    names = [name for name in dict.fromkeys(order) if name in sizes]
    pairs = table["frame"].astype(str) + " and " + table["other"].astype(str)
    notes = cautions(table.assign(pair=pairs, frame=""), "pair")
    size = 0.62 * max(len(names), 2)
    with drawing(ax, height=2.1 + size + lines_height(notes)) as axes:
        flags = _draw_cells(axes, table, names, sizes)
        _name_cells(axes, names)
        axes.set_xlabel(
            "how many times as often together as by chance, and in how many sentences;\n"
            "on the diagonal: sentences that mention the frame",
            fontsize=8,
        )
        if not names:
            say(axes, "no pairs of frames")
        notes_below(
            axes, notes, below=legend_below(axes, _cell_legend(flags), fit=True, below=0.66)
        )
        n_sentences = int(table["n_sentences"].max()) if len(table) else 0
        n_articles = int(table["n_articles"].max()) if len(table) else 0
        title = (
            f"Frames in the same sentence: {plural(n_sentences, 'sentence')} in "
            f"{plural(n_articles, 'article')}"
        )
        alt = [f"{title}.", *_cells_alt(table), *(f"{words}." for words in notes)]
        describe(axes, table, title=title, alt=" ".join(alt))
    return axes


_LESS, _MORE = "#0072B2", "#D55E00"
_STEPS = {"1/4 or less": -2, "1/2": -1, "as by chance": 0, "2 times": 1, "4 times or more": 2}
_FEW_TOGETHER = 5  # sentences: fewer, also by chance, say little


def _lift_colour(lift: float) -> str:
    """Mix white with the colour of more or of less, in full from four times on."""
    if pd.isna(lift):
        return "#dddddd"
    step = 2.0 if np.isinf(lift) else -2.0 if lift <= 0 else float(np.log2(lift))
    return mix(_MORE if step > 0 else _LESS, "#ffffff", share=min(abs(step), 2) / 2 * 0.85)


def _few_both(row: Mapping[Any, Any]) -> bool:
    expected = row["n_frame"] * row["n_other"] / max(row["n_sentences"], 1)
    return bool(max(row["n_both"], expected) < _FEW_TOGETHER)


def _draw_cells(
    axes: Axes, table: pd.DataFrame, names: Sequence[str], sizes: Mapping[str, int]
) -> set[str]:
    """Draw the lower half of the matrix; tell which kinds of cells it has."""
    place = {name: number for number, name in enumerate(names)}
    cells: dict[tuple[int, int], Mapping[Any, Any]] = {}
    for row in table.to_dict("records"):
        right, left = sorted((place[str(row["frame"])], place[str(row["other"])]))
        cells.setdefault((left, right), row)
    flags = set()
    for below in range(len(names)):
        for across in range(below + 1):
            cell = cells.get((below, across))
            if below == across:
                _draw_cell(axes, (across, below), f"{sizes[names[below]]:,}", "#f3f3f3")
            elif cell is not None:
                few, sure = _few_both(cell), bool(cell["p_adjusted"] < 0.05)
                lift = "–" if pd.isna(cell["lift"]) else f"{ratio_words(cell['lift'])}×"
                colour = mix(_lift_colour(cell["lift"]), "#ffffff", share=0.45 if few else 1.0)
                words = f"{lift}\n{cell['n_both']:,}"
                _draw_cell(axes, (across, below), words, colour, few=few, sure=sure)
                flags |= {"cells"} | ({"few"} if few else set()) | ({"sure"} if sure else set())
    return flags


def _draw_cell(
    axes: Axes,
    place: tuple[int, int],
    words: str,
    colour: str,
    *,
    few: bool = False,
    sure: bool = False,
) -> None:
    from matplotlib.patches import Rectangle

    x, y = place
    style: dict[str, Any] = {"linewidth": 0, "facecolor": colour}
    if few:
        style |= {"hatch": "////", "edgecolor": mix(INK, colour, share=0.35)}
    axes.add_patch(Rectangle((x - 0.48, y - 0.47), 0.96, 0.94, **style))
    if sure:
        outline: Any = {"fill": False, "edgecolor": INK, "linewidth": 1.8}
        axes.add_patch(Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, **outline))
    ground = {"facecolor": colour, "linewidth": 0, "pad": 1.2} if few else None
    dark = max((INK, "#ffffff"), key=lambda ink: contrast(ink, colour))
    axes.text(x, y, words, ha="center", va="center", fontsize=8, color=dark, bbox=ground)


def _name_cells(axes: Axes, names: Sequence[str]) -> None:
    styles = frame_styles(names)
    axes.set_xlim(-0.5, max(len(names), 1) - 0.5)
    axes.set_ylim(max(len(names), 1) - 0.5, -0.5)
    label_frames(axes, list(enumerate(names)), styles)
    # Where there is no room for names, their letters.
    across = [one_line(n, longest=13) if len(names) <= 6 else styles[n].letter for n in names]
    axes.set_xticks(range(len(names)), across)
    for label in axes.get_xticklabels():
        label.set_parse_math(False)
    axes.tick_params(axis="x", length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _cell_legend(flags: set[str]) -> dict[str, Any]:
    from matplotlib.patches import Patch

    if not flags:
        return {}
    handles = {
        label: Patch(facecolor=_lift_colour(2.0**step), edgecolor=GREY, linewidth=0.6)
        for label, step in _STEPS.items()
    }
    if "few" in flags:
        handles["too few to tell (paler)"] = Patch(
            facecolor="#ffffff", edgecolor=GREY, hatch="////"
        )
    if "sure" in flags:
        handles["p < .05, adjusted"] = Patch(facecolor="#ffffff", edgecolor=INK, linewidth=1.8)
    return handles


def _cells_alt(table: pd.DataFrame) -> Iterator[str]:
    for row in table.to_dict("records"):
        lift = "no lift" if pd.isna(row["lift"]) else f"lift {ratio_words(row['lift'])}"
        few = ", too few to tell" if _few_both(row) else ""
        yield (
            f"{row['frame']} ({row['n_frame']:,}) and {row['other']} ({row['n_other']:,}): "
            f"{row['n_both']:,} together, {lift}, {p_words(row['p_adjusted'])}{few}."
        )
