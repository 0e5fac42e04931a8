"""What all figures share: Axes in one style, labels, legends, alt texts, and the files written.

Every figure says in words what it shows: `save_figure` puts that text beside the picture for
readers who cannot see it.
"""

from __future__ import annotations

import base64
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.display import INK, NO_MATHS, QUIET, FrameStyle, escape, one_line, visible
from framing.files import write_atomically
from framing.tables import UNCOUNTED_BLOCKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GREY = "#8c8c8c"
LETTER = 5.1  # points that a letter of 8 points takes
_DPI = 150
_WIDTH = 8.0  # inches
_LABEL_ROOM = 0.16  # inches that an upright label takes
_LEGEND_ROOM = 1.55  # inches that an entry of a legend takes
_LEGEND_LINE = 0.235  # inches from one line of a legend to the next
_NOTE_LINE = 0.145
_EDGE = 0.06  # inches
# Of the colours of Okabe and Ito, and two of Tol's, those that can be seen as thin lines.
_GROUP_COLOURS = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#332288", "#882255"),
)
_GROUP_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
_BANDS = ("#f5f5f5", "#eaeaea")
_UNCOUNTED = (*UNCOUNTED_BLOCKS, "set aside")
_STYLE: Any = {
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.labelsize": 9,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "figure.facecolor": "white",
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "hatch.linewidth": 1.5,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "pdf.fonttype": 42,
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "framing",
    "text.color": INK,
    "text.parse_math": False,  # "$5 to $6" is no formula
    "text.usetex": False,
    "xtick.color": INK,
    "xtick.labelsize": 8,
    "ytick.color": INK,
    "ytick.labelsize": 9,
}
_ALT: WeakKeyDictionary[Axes, str] = WeakKeyDictionary()


# ---------------------------------------------------------------------------- Axes, title, alt text


@contextmanager
def drawing(ax: Axes | None, *, height: float) -> Iterator[Axes]:
    """Give Axes to draw on in the package's style, which ends with the drawing."""
    from matplotlib import style

    # From matplotlib's own settings: those of the user would change what is drawn.
    with style.context(["default", _STYLE]):
        if ax is not None:
            for label in (ax.xaxis.label, ax.yaxis.label):
                label.set_parse_math(False)
            yield ax
            return
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(figsize=(_WIDTH, round(height, 2)), layout="constrained")
        try:
            yield axes
        except BaseException:
            plt.close(figure)
            raise


def describe(axes: Axes, *tables: pd.DataFrame, title: str, alt: str) -> None:
    """Give the Axes a title and an alt text; both say if a table marks texts as constructed."""
    if any("constructed" in t.columns and t["constructed"].eq(True).any() for t in tables):
        title, alt = f"{title} (constructed texts)", f"Constructed texts. {alt}"
    axes.set_title(title, parse_math=False)
    _ALT[axes] = visible(alt)


def alt_text(*all_axes: Axes) -> str:
    """Return what `describe` was told about these Axes; empty if they are not of this package."""
    return " ".join(_ALT[axes] for axes in all_axes if axes in _ALT)


# ---------------------------------------------------------------------------- words


def with_flags(n_matches: int, n_negated: int, n_review: int) -> str:
    """Write "10 (1 negated, 5 under review)"."""
    flags = {"negated": n_negated, "under review": n_review}
    named = ", ".join(f"{number} {flag}" for flag, number in flags.items() if number)
    return f"{n_matches:,}" + (f" ({named})" if named else "")


def ratio_words(value: float) -> str:
    """Write a ratio with two digits or so."""
    if np.isinf(value):
        return "∞"
    if value == 0 or value >= 99.5:
        return f"{value:,.0f}"
    digits = 1 if value >= 0.995 else 2 if value >= 0.095 else 3
    return f"{value:.{digits}f}"


def p_words(p: float) -> str:
    """Write a p-value as in "p = .03"."""
    if pd.isna(p):
        return "no test"
    if p < 0.001:
        return "p < .001"
    if p >= 0.995:
        return "p = 1"
    return f"p = {p:.3f}".replace("0.", ".") if p < 0.01 else f"p = {p:.2f}".replace("0.", ".")


def either(names: Sequence[str]) -> str:
    """Write "a, b or c"."""
    shown = [one_line(name, longest=30) for name in names]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)


def frame_names(frames: pd.Series[Any]) -> list[str]:
    """Names of the frames in the order of the codebook, those without a mention included."""
    if isinstance(frames.dtype, pd.CategoricalDtype):
        return [str(name) for name in frames.cat.categories]
    return [str(name) for name in pd.unique(frames)]


def used_frames(table: pd.DataFrame) -> pd.DataFrame:
    """Give the table without the frames that none of its rows has."""
    if not isinstance(table["frame"].dtype, pd.CategoricalDtype):
        return table
    return table.assign(frame=table["frame"].cat.remove_unused_categories())


def expect(table: pd.DataFrame, function: str, *columns: str) -> None:
    """Raise a `ValueError` if a table is not the one that the named function gives."""
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise ValueError(
            f"A table of {function} is drawn here, and this one lacks {', '.join(missing)}."
        )


def only_article(table: pd.DataFrame, *, name: str) -> str:
    """Give the id of the only article in a table; ``name`` is what errors call the table."""
    ids = [str(article) for article in pd.unique(table["article_id"])]
    if len(ids) > 1:
        listed = ", ".join(f'"{article}"' for article in ids[:5]) + " ..." * (len(ids) > 5)
        raise ValueError(
            f"One article is drawn and the table of {name} holds {len(ids)}: {listed}; "
            f'choose one, as in {name}[{name}["article_id"] == "{ids[0]}"].'
        )
    return ids[0] if ids else "no article"


# ---------------------------------------------------------------------------- labels and legends


def note(
    axes: Axes, words: str, x: float, y: float, *, right: float, margin: bool = False, **style: Any
) -> None:
    """Write a few points to the right of a place; with ``margin``, x is a share of the width."""
    axes.annotate(
        words,
        (x, y),
        xycoords=("axes fraction", "data") if margin else "data",
        xytext=(right, 0),
        textcoords="offset points",
        va="center",
        **{"fontsize": 8, **style},
    )


def say(axes: Axes, words: str) -> None:
    """Write in the middle of Axes on which nothing is drawn."""
    ground = {"facecolor": "white", "linewidth": 0}
    place: Any = {"transform": axes.transAxes, "ha": "center", "va": "center", "bbox": ground}
    axes.text(0.5, 0.5, words, color=QUIET, **place)


def label_rows(axes: Axes, places: Iterable[float], names: Iterable[str]) -> None:
    """Name the rows at the left, without tick marks."""
    axes.set_yticks(list(places), [one_line(name, longest=30) for name in names])
    axes.tick_params(axis="y", length=0)
    for label in axes.get_yticklabels():
        label.set_parse_math(False)


def label_frames(
    axes: Axes, rows: Sequence[tuple[float, str]], styles: Mapping[str, FrameStyle]
) -> None:
    """Name the rows, with the letter of the frame on its colour."""
    label_rows(axes, [y for y, _ in rows], [name for _, name in rows])
    axes.tick_params(axis="y", pad=18)
    for y, name in rows:
        sign_frame(axes, styles[name], y)


def sign_frame(axes: Axes, style: FrameStyle, y: float) -> None:
    """Put the letter of a frame, on its colour, to the left of the Axes."""
    ground = {"boxstyle": "square,pad=0.22", "facecolor": style.colour, "linewidth": 0}
    text: Any = {"ha": "center", "fontsize": 7.5, "fontweight": "bold"}
    note(
        axes,
        style.letter,
        *(0, y),
        right=-10,
        margin=True,
        color=style.on_colour,
        bbox=ground,
        **text,
    )


def heading(axes: Axes, words: str, y: float) -> None:
    """Write a line in bold over the rows that follow."""
    ground = {"facecolor": "white", "linewidth": 0, "pad": 1.5}
    style: dict[str, Any] = {"fontweight": "bold", "fontsize": 8.5, "bbox": ground}
    # Not in the layout: Axes that shrink do not make it shorter, so they would shrink to nothing.
    note(axes, words, 0, y, right=4, margin=True, in_layout=False, **style)


def columns_beside(
    axes: Axes, heads: Sequence[str], rows: Sequence[tuple[float, Sequence[str]]], *, top: float
) -> None:
    """Write columns at the right of the Axes, flush right, with their heads at the height top."""
    edge = 4.0  # points beyond the Axes
    for number, head in enumerate(heads):
        cells = [(y, row[number]) for y, row in rows]
        edge += 9 + LETTER * max([len(head), *(len(cell) for _, cell in cells)])
        place: Any = {"right": edge, "margin": True, "ha": "right"}
        note(axes, head, 1, top, color=QUIET, **place)
        for y, cell in cells:
            note(axes, cell, 1, y, **place)


def legend_below(
    axes: Axes, handles: Mapping[str, Any], *, fit: bool = False, below: float = 0.5
) -> float:
    """Put a legend under the Axes, in as many columns as there is room for.

    With ``fit`` the columns are as wide as the longest label, and what stands beside the Axes is
    room as well. ``below`` is the distance from the Axes, in inches. Returns how far below the
    Axes, in inches, the next thing may stand.
    """
    from matplotlib.transforms import ScaledTranslation

    figure = axes.get_figure(root=True)
    width = axes_inches(axes)
    room = _LEGEND_ROOM
    if handles and figure is not None and fit:
        width = (_settled(axes).x1 - axes.get_window_extent().x0) / figure.dpi
        room = 0.55 + max(map(len, handles)) * LETTER / 72
    columns = max(1, min(len(handles), int(width / room)))
    if handles and figure is not None:
        # Half an inch below the axes, whatever their height: under the numbers and their label.
        place = axes.transAxes + ScaledTranslation(0, -below, figure.dpi_scale_trans)
        axes.legend(
            list(handles.values()),
            list(handles),
            loc="upper left",
            bbox_to_anchor=(0, 0),
            bbox_transform=place,
            ncols=columns,
            borderaxespad=0,
            handletextpad=0.5,
            columnspacing=1.6,
            labelspacing=0.9,
        )
    return below + 0.05 + _LEGEND_LINE * -(-len(handles) // columns)


def lines_height(notes: Iterable[str]) -> float:
    """Inches that `notes_below` will take for these notes in a figure of its own."""
    return _NOTE_LINE * sum(-(-len(words) // 112) for words in notes)


def notes_below(axes: Axes, notes: Sequence[str], *, below: float) -> None:
    """Write notes under the Axes, from ``below`` inches on, wrapped to the width of the figure."""
    figure = axes.get_figure(root=True)
    if not notes or figure is None:
        return
    whole, inner = _settled(axes), axes.get_window_extent()
    text = axes.annotate(
        "",
        (0, 0),
        xycoords="axes fraction",
        xytext=(round((whole.x0 - inner.x0) / figure.dpi * 72, 1), -72 * below),
        textcoords="offset points",
        va="top",
        fontsize=7.5,
        color=QUIET,
        linespacing=1.35,
    )
    room = 0.94 * whole.width  # letters are up to a twentieth wider in one format than in another
    letters = 150
    while letters > 20:  # fewer to a line until the widest fits, whatever letters it has
        text.set_text("\n".join(line for words in notes for line in wrap(visible(words), letters)))
        width = text.get_window_extent().width
        if width <= room:
            break
        letters = min(letters - 1, int(letters * room / width))


def _settled(axes: Axes) -> Any:
    """Give the room that Axes and all beside them take, once the layout has settled."""
    from matplotlib.transforms import Bbox

    figure: Any = axes.get_figure(root=True)
    for _ in range(2):  # the second time the layout knows what the first has moved
        figure.draw_without_rendering()
    whole, page = axes.get_tightbbox(), figure.bbox
    if whole is None:
        return page
    # What reached into the edge that the layout keeps free would move the Axes away from itself.
    left, right = page.x0 + _EDGE * figure.dpi, page.x1 - _EDGE * figure.dpi
    return Bbox.from_extents(max(whole.x0, left), whole.y0, min(whole.x1, right), whole.y1)


def cautions(table: pd.DataFrame, group: str) -> list[str]:
    """List each caution of a table once, with the groups and the frames that it is about.

    More than three that differ only in their numbers become one: "1 to 4 articles".
    """
    if "caution" not in table.columns or table.empty:
        return []
    said = table["caution"].astype("string").fillna("")
    parts = table.assign(part=said.str.split("; ")).explode("part")
    parts = parts[parts["part"] != ""]
    shape = parts["part"].str.replace(_NUMBER, "0", regex=True)
    notes = []
    for _, alike in parts.groupby(shape, sort=False):
        texts = list(dict.fromkeys(alike["part"]))
        if len(texts) > 3:
            notes.append(_whom(alike, table, group) + _range(texts))
        else:
            by_text = alike.groupby("part", sort=False)
            notes += [_whom(rows, table, group) + str(text) for text, rows in by_text]
    return notes


_NUMBER = r"\d+(?:[.,]\d+)*"


def _range(texts: Sequence[str]) -> str:
    """Write texts that differ only in their numbers as one."""
    ranges = []
    for numbers in zip(*(re.findall(_NUMBER, text) for text in texts), strict=True):
        ordered = sorted(set(numbers), key=lambda number: float(number.replace(",", "")))
        ranges.append(" to ".join(dict.fromkeys((ordered[0], ordered[-1]))))
    return re.sub(_NUMBER, lambda _: ranges.pop(0), texts[0])


def _whom(rows: pd.DataFrame, table: pd.DataFrame, group: str) -> str:
    """Name the groups, and where it is not about all of theirs, the frames."""
    all_frames = frozenset(table["frame"])
    about: dict[frozenset[Any], list[str]] = {}
    for name, part in rows.groupby(group, sort=False, observed=True):
        about.setdefault(frozenset(part["frame"]), []).append(str(name))
    n_groups = table[group].nunique()
    said = [
        _about(names if len(names) < n_groups else [], frames if frames < all_frames else ())
        for frames, names in about.items()
    ]
    # Many combinations are not worth a line each.
    who = "; ".join(words for words in said if words) if len(said) < 5 else "some frames"
    return f"{who}: " if who else ""


def _about(groups: Sequence[str], frames: Iterable[Any]) -> str:
    listed = [_listed(groups), _listed(sorted(map(str, frames)))]
    return ", ".join(words for words in listed if words)


def _listed(names: Sequence[str], *, longest: int = 6) -> str:
    shown = [one_line(name, longest=45) for name in names[:longest]]
    return ", ".join(shown + [f"{len(names) - longest} more"] * (len(names) > longest))


def group_styles(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Give every group a colour and a marker; both repeat, but not together for 72 groups."""
    return {
        name: (_GROUP_COLOURS[n % len(_GROUP_COLOURS)], _GROUP_MARKERS[n % len(_GROUP_MARKERS)])
        for n, name in enumerate(dict.fromkeys(names))
    }


def axes_inches(axes: Axes) -> float:
    """Width of the axes."""
    figure = axes.get_figure(root=True)
    return axes.get_window_extent().width / (figure.dpi if figure else 1)


# ---------------------------------------------------------------------------- blocks of an article


def draw_bands(axes: Axes, sentences: pd.DataFrame, edges: NDArray[np.floating]) -> None:
    """Shade the blocks and name them above; what is not counted is hatched."""
    kinds = [
        "set aside" if aside else str(block)
        for block, aside in zip(sentences["block"], sentences["set_aside"], strict=True)
    ]
    starts = [n for n, kind in enumerate(kinds) if n == 0 or kinds[n - 1] != kind]
    bands = [
        (kinds[first], float(edges[first]), float(edges[stop]))
        for first, stop in pairwise([*starts, len(kinds)])
    ]
    for number, (kind, left, right) in enumerate(bands):
        uncounted = kind in _UNCOUNTED
        axes.axvspan(
            left,
            right,
            facecolor=_BANDS[number % 2],
            edgecolor="#ffffff" if uncounted else "none",
            hatch="////" if uncounted else None,
            linewidth=0,
            zorder=0,
        )
    above = axes.secondary_xaxis("top")
    centres = [round((left + right) / 2, 6) for _, left, right in bands]
    above.set_xticks(centres, [kind for kind, _, _ in bands], rotation=90, fontsize=8)
    for label, (kind, _, _) in zip(above.get_xticklabels(), bands, strict=True):
        label.set_color(QUIET if kind in _UNCOUNTED else INK)
    above.tick_params(length=0, pad=2)
    above.spines["top"].set_visible(False)


def spread_band_names(axes: Axes) -> None:
    """Move the names above the bands apart, once the layout has settled how wide the axes are."""
    figure = axes.get_figure(root=True)
    if figure is None or not axes.child_axes:
        return
    figure.draw_without_rendering()
    above = axes.child_axes[0]
    names = [label.get_text() for label in above.get_xticklabels()]
    low, high = axes.get_xlim()
    room = _LABEL_ROOM * (high - low) / max(axes_inches(axes), 0.1)
    above.set_xticks(_apart([float(place) for place in above.get_xticks()], room), names)


def _apart(places: Sequence[float], room: float) -> list[float]:
    """Move rising places to the right, and then back to the left, until each has its room."""
    moved = list(places)
    for n in range(1, len(moved)):
        moved[n] = max(moved[n], moved[n - 1] + room)
    if moved:
        moved[-1] = min(moved[-1], max(places[-1], room * (len(moved) - 1)))
    for n in range(len(moved) - 2, -1, -1):
        moved[n] = min(moved[n], moved[n + 1] - room)
    return [round(place, 6) for place in moved]


# ---------------------------------------------------------------------------- saving


@dataclass(frozen=True, repr=False)
class SavedFigure:
    """A figure that was written to files; a notebook shows it with its alt text.

    Attributes
    ----------
    paths : tuple of Path
        The SVG, the PDF and the PNG file.
    alt : str
        What the figure shows, in words.
    """

    paths: tuple[Path, ...]
    alt: str
    _png: bytes
    _inches: float

    def __repr__(self) -> str:
        # Notebooks keep this text, so it must be the same on every system.
        stem = self.paths[0].as_posix().rpartition(".")[0]
        endings = ",".join(path.name.rpartition(".")[2] for path in self.paths)
        return f"SavedFigure('{stem}.{{{endings}}}', alt={self.alt!r})"

    def _repr_html_(self) -> str:
        data = base64.b64encode(self._png).decode("ascii")
        return (
            f'<figure class="{NO_MATHS}" style="margin:0">'
            f'<img alt="{escape(self.alt)}" src="data:image/png;base64,{data}" '
            f'style="width:{round(self._inches * 96)}px;max-width:100%;background-color:#ffffff">'
            "</figure>"
        )


def save_figure(axes: Axes, stem: str | os.PathLike[str], *, alt: str | None = None) -> SavedFigure:
    """Write a figure as SVG, PDF and PNG, close it, and return it with its alt text.

    The same table gives the same bytes every time: no date or program name is written.

    Parameters
    ----------
    axes : matplotlib Axes
        What a plot function gave. The whole figure that it belongs to is written.
    stem : str or path-like
        Where to write, without ending: ``"figures/rates"`` gives ``figures/rates.svg``, ``.pdf``
        and ``.png``. Folders are made if need be.
    alt : str, optional
        What the figure shows, in words; the text that the plot functions wrote if left out.

    Returns
    -------
    SavedFigure
        Shows itself in a notebook; has the attributes ``paths`` and ``alt``.

    Raises
    ------
    ValueError
        If no alt text is given and the figure is not of this package.

    Examples
    --------
    >>> import tempfile
    >>> import framing as fr
    >>> axes = fr.plot_keywords(fr.word_frequency("Peace talks."))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     saved = fr.save_figure(axes, f"{folder}/words")
    >>> saved.alt
    '2 most frequent of 2 words listed, 1 article, 2 words counted: peace 1, talks 1.'
    """
    from matplotlib import style
    from matplotlib.figure import Figure

    figure = axes.get_figure(root=True)
    if not isinstance(figure, Figure):
        raise ValueError("These Axes belong to no figure.")
    text = visible(alt if alt is not None else alt_text(*figure.axes))
    if not text.strip():
        raise ValueError(
            'The figure has no alt text; give one: save_figure(axes, stem, alt="...").'
        )
    stem = os.fspath(stem)
    if stem.endswith((".svg", ".pdf", ".png")):
        stem = stem[:-4]
    with style.context(["default", _STYLE]):
        files = {
            Path(f"{stem}.{ending}"): _bytes(figure, ending, metadata)
            for ending, metadata in _metadata(text).items()
        }
    Path(stem).parent.mkdir(parents=True, exist_ok=True)
    for path, data in files.items():
        write_atomically(path, data)
    # A figure that was made without pyplot is not known to it, and need not be closed.
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)
    return SavedFigure(tuple(files), text, data, figure.get_figwidth())


def _metadata(alt: str) -> dict[str, dict[str, str | None]]:
    """Say what is written into each kind of file: the alt text and nothing that changes."""
    return {
        "svg": {"Date": None, "Creator": None, "Description": alt},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None, "Subject": alt},
        "png": {"Software": None, "Description": alt},
    }


def _bytes(figure: Any, ending: str, metadata: Mapping[str, str | None]) -> bytes:
    buffer = io.BytesIO()
    # The width stays; what reaches beyond the edge is taken in rather than cut.
    figure.savefig(
        buffer, format=ending, dpi=_DPI, metadata=metadata, bbox_inches="tight", pad_inches=0.08
    )
    return buffer.getvalue()
