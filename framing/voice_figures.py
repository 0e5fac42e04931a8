"""Pictures of voices: who says what, and how much the news let others speak."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from framing.article_figures import FEW_WORDS, order_speakers, unsure_words
from framing.canvas import (
    GREY,
    columns_beside,
    describe,
    drawing,
    expect,
    frame_names,
    label_rows,
    legend_below,
    lines_height,
    note,
    notes_below,
    say,
)
from framing.cases import group_label
from framing.display import (
    INK,
    PAPER,
    QUIET,
    FrameStyle,
    contrast,
    frame_styles,
    mix,
    one_line,
    plural,
)
from framing.tables import NO_SPEAKER, UNKNOWN_SPEAKER, VOICES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_UPPER_BOUND = (
    "an upper bound, as reported speech that is not recognised counts as the journalist's"
)

# ---------------------------------------------------------------------------- who says what


def plot_voices(scores: pd.DataFrame, *, ax: Axes | None = None, most: int = 12) -> Axes:
    """Draw who says what: a row per voice or speaker, a column per frame.

    Parameters
    ----------
    scores : DataFrame
        The table that ``score_frames(..., by="speaker")`` or ``by="voice"`` gives, of one article
        or several. Articles are added up, and so is whatever else the table counts apart.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if left out.
    most : int, default 12
        How many speakers have a row of their own, those of most words first; the others are
        added up.

    Returns
    -------
    Axes
        In each cell the number of mentions and, small, the rate per 1,000 words of that row; the
        darker in the colour of the frame, the higher the rate. A hatched corner with "+2?": two
        mentions more if an unsure speaker is right; they are counted for the unknown speaker,
        whose row is hatched. At the right the words spoken. Rates of fewer than 50 words have a
        dagger and no colour: there a single mention makes a high rate.

    Raises
    ------
    ValueError
        If the table has neither voices nor speakers, or ``most`` is less than 1.

    Examples
    --------
    >>> import framing as fr
    >>> codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace"], "alarm": ["alarm*"]})
    >>> scores = fr.score_frames("They seek peace.", codebook)
    >>> axes = fr.plot_voices(scores.assign(voice="journalist"))
    >>> [text.get_text() for text in axes.texts if text.get_text().isdecimal()]
    ['1', '0', '3']
    """
    by = next((name for name in ("speaker", "voice") if name in scores.columns), None)
    if by is None:
        raise ValueError(
            'Voices are drawn by voice or by speaker; use score_frames(..., by="speaker").'
        )
    if most < 1:
        raise ValueError(f"most={most} leaves no speaker; use 1 or more.")
    expect(scores, "score_frames", "article_id", "frame", "n_matches", "n_words")
    rows = _voice_rows(scores, by, most)
    frames = frame_names(scores["frame"])
    notes, kinds = _voice_notes(rows), _kinds(rows)
    tall = 0.36 if len(frames) <= _WIDE else 0.42
    height = 1.4 + tall * max(len(rows), 1) + 0.24 * len(kinds) + lines_height(notes)
    with drawing(ax, height=height + 0.7 * (len(frames) > _LEVEL)) as axes:
        _draw_matrix(axes, rows, frames)
        if not rows:
            say(axes, "no words")
        below = legend_below(axes, _matrix_legend(kinds, _largest(rows)), fit=True, below=0.12)
        notes_below(axes, notes, below=below)
        n_matches = sum(sum(row.counts.values()) for row in rows)
        title = (
            f"{plural(n_matches, 'mention')} in "
            f"{plural(scores['article_id'].nunique(), 'article')}, "
            f"{sum(row.n_words for row in rows):,} words counted"
        )
        alt = [f"Who says what, by {by}, {title}.", *map(_row_alt, rows)]
        alt += [f"{words[:1].upper()}{words[1:]}." for words in notes]
        describe(axes, scores, title=title, alt=" ".join(alt))
    return axes


class _Row:
    """A voice or speaker: the words, and for each frame the mentions and the unsure ones."""

    def __init__(self, name: str, table: pd.DataFrame) -> None:
        sums = table.groupby("frame", observed=True)[["n_matches", "n_unsure", "n_words"]].sum()
        self.name = name
        self.n_words = int(sums["n_words"].max()) if len(sums) else 0
        self.counts = {str(frame): int(n) for frame, n in sums["n_matches"].items()}
        self.unsure = {str(frame): int(n) for frame, n in sums["n_unsure"].items()}

    @property
    def few(self) -> bool:
        """Whether the words are too few for a steady rate."""
        return self.n_words < FEW_WORDS

    def rate(self, frame: str) -> float:
        """Mentions per 1,000 words; NaN where there are no words."""
        return 1000 * self.counts.get(frame, 0) / self.n_words if self.n_words else np.nan


def _voice_rows(scores: pd.DataFrame, by: str, most: int) -> list[_Row]:
    if "n_unsure" not in scores.columns:
        scores = scores.assign(n_unsure=0)
    names = scores[by].astype(object)
    order: Sequence[str] = VOICES
    if by == "speaker":
        order = order_speakers(scores)
        special = [name for name in (UNKNOWN_SPEAKER, NO_SPEAKER) if name in order]
        named = [name for name in order if name not in special]
        if len(named) > most:
            others = f"others ({len(named) - most:,})"
            names = names.where(~names.isin(named[most:]), others)
            named = [*named[:most], others]
        order = [*named, *special]
    parts: dict[Any, pd.DataFrame] = dict(list(scores.groupby(names.to_numpy(), sort=False)))
    return [_Row(name, parts[name]) for name in order if name in parts]


def _largest(rows: Sequence[_Row]) -> float:
    """Highest rate of the rows that have enough words."""
    rates = [row.rate(frame) for row in rows if not row.few for frame in row.counts]
    return max(rates, default=0.0)


def _kinds(rows: Sequence[_Row]) -> set[str]:
    """Tell which kinds of cells there are."""
    kinds = {"few" if row.few else "shaded" for row in rows if any(row.counts.values())}
    kinds |= {"unsure" for row in rows if any(row.unsure.values())}
    return kinds | {"unknown" for row in rows if row.name == UNKNOWN_SPEAKER}


def _voice_notes(rows: Sequence[_Row]) -> list[str]:
    names = {row.name for row in rows}
    notes = [f"journalist: {_UPPER_BOUND}"] * ("journalist" in names)
    if NO_SPEAKER in names:
        notes.append(f"{NO_SPEAKER}: headlines, captions and the journalist; {_UPPER_BOUND}")
    if UNKNOWN_SPEAKER in names:
        notes.append(f"{UNKNOWN_SPEAKER}: quoted or reported, but of nobody named or not surely")
    return notes


# ---------------------------------------------------------------------------- the matrix

_EMPTY = "#f7f7f7"
_DARKEST = 0.8  # share of the frame's colour in the cell of the largest rate: text is read on it
_PALEST = 0.06  # share of it in a cell of the lowest rate, to be told from a cell of none
_LEVEL = 6  # frames: the names of more stand upright
_WIDE = 8  # frames: the cells of more are narrow


def _draw_matrix(axes: Axes, rows: Sequence[_Row], frames: Sequence[str]) -> None:
    """Draw cells, names and words spoken."""
    styles, largest = frame_styles(frames), _largest(rows)
    places = _row_places(rows)
    small = len(frames) > _WIDE
    for y, row in zip(places, rows, strict=True):
        for x, frame in enumerate(frames):
            _draw_cell(axes, (x, y), row, styles[frame], largest, small=small)
    bars = max(1.0, 0.24 * len(frames))
    _draw_words(axes, places, rows, left=len(frames) - 0.35, width=bars)
    axes.set_xlim(-0.5, max(len(frames), 1) - 0.35 + 1.5 * bars)
    axes.set_ylim(max(places, default=0) + 0.55, -0.55)
    label_rows(axes, places, [row.name for row in rows])
    _name_columns(axes, frames, styles)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _row_places(rows: Sequence[_Row]) -> list[float]:
    """Put the words that nobody is quoted with a little apart."""
    return [n + 0.35 * (row.name == NO_SPEAKER and n > 0) for n, row in enumerate(rows)]


def _draw_cell(
    axes: Axes,
    place: tuple[float, float],
    row: _Row,
    style: FrameStyle,
    largest: float,
    *,
    small: bool,
) -> None:
    from matplotlib.patches import Rectangle

    x, y = place
    count, unsure = row.counts.get(style.name, 0), row.unsure.get(style.name, 0)
    rate = row.rate(style.name)
    share = 0.0 if row.few or not largest else _DARKEST * rate / largest
    # From the grey of a cell without mentions, so that a low rate is never paler than none.
    ground = mix(style.colour, _EMPTY, share=max(share, _PALEST)) if share else _EMPTY
    look: dict[str, Any] = {"facecolor": ground, "linewidth": 0}
    dark = max((INK, PAPER), key=lambda ink: contrast(ink, ground))
    text: dict[str, Any] = {"ha": "center", "va": "center", "color": dark}
    if row.name == UNKNOWN_SPEAKER:
        look |= {"hatch": "////", "edgecolor": mix(INK, ground, share=0.18)}
        text["bbox"] = {"facecolor": ground, "linewidth": 0, "pad": 0.8}
    axes.add_patch(Rectangle((x - 0.48, round(y - 0.46, 6)), 0.96, 0.92, **look))
    if unsure:
        _draw_unsure(axes, place, unsure, style, small=small)
    # Where there is a sign of unsure mentions, the numbers make room for it.
    across = x - 0.12 * bool(unsure and not small)
    above = 0.16 * bool(unsure and small)
    axes.text(across, y - 0.14 * bool(count) - above, f"{count:,}", fontsize=8.5, **text)
    if count:
        words = "–" if np.isnan(rate) else f"{rate:,.{0 if small or rate >= 1000 else 1}f}"
        quiet = {"color": QUIET, "fontstyle": "italic"} if row.few else {}
        words += "†" * row.few
        axes.text(across, y + 0.24 - 1.3 * above, words, fontsize=6.5, **{**text, **quiet})


def _draw_unsure(
    axes: Axes, place: tuple[float, float], number: int, style: FrameStyle, *, small: bool
) -> None:
    """Hatch the upper right corner of a cell, or the foot of a narrow one, and write "+2?"."""
    from matplotlib.patches import Polygon

    x, y = place
    corner = [(x + 0.48, y - 0.46), (x + 0.48, y + 0.46), (x + 0.06, y - 0.46)]
    foot = [
        (x + dx, y + dy) for dx, dy in ((-0.48, 0.16), (0.48, 0.16), (0.48, 0.46), (-0.48, 0.46))
    ]
    edge = mix(style.colour, INK, share=0.6)
    points = np.round(foot if small else corner, 6)
    axes.add_patch(Polygon(points, facecolor=PAPER, edgecolor=edge, hatch="//////", linewidth=0))
    middle = (x, y + 0.31) if small else (x + 0.3, y - 0.2)
    text: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 6.5 if small else 7}
    sign = {"facecolor": PAPER, "linewidth": 0, "pad": 0.4}
    axes.text(*middle, unsure_words(number).strip(), bbox=sign, **text)


def _draw_words(
    axes: Axes, places: Sequence[float], rows: Sequence[_Row], *, left: float, width: float
) -> None:
    """Draw the words spoken as thin bars at the right of the matrix."""
    longest = max((row.n_words for row in rows), default=0) or 1
    for y, row in zip(places, rows, strict=True):
        size = round(width * row.n_words / longest, 6)
        hatch: Any = {"hatch": "//////", "facecolor": "white", "edgecolor": GREY}
        look = hatch if row.name == UNKNOWN_SPEAKER else {"facecolor": GREY}
        axes.barh(y, size, left=left, height=0.3, linewidth=0, **look)
        note(axes, f"{row.n_words:,}", left + size, y, right=3)
    if rows:
        head: Any = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
        axes.annotate("words", (left, 1), xytext=(0, 8), color=QUIET, fontsize=8, **head)


def _name_columns(axes: Axes, frames: Sequence[str], styles: Mapping[str, FrameStyle]) -> None:
    """Write the names of the frames over the matrix, their letters in colour under them."""
    axes.xaxis.tick_top()
    level = len(frames) <= _LEVEL
    names = [one_line(name, longest=13 if level else 22) for name in frames]
    axes.set_xticks(range(len(frames)), names, rotation=0 if level else 90)
    axes.tick_params(axis="x", length=0, pad=18)
    for label in axes.get_xticklabels():
        label.set_parse_math(False)
    for x, name in enumerate(frames):
        ground = {"boxstyle": "square,pad=0.22", "facecolor": styles[name].colour, "linewidth": 0}
        axes.annotate(
            styles[name].letter,
            (x, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 10),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=7.5,
            fontweight="bold",
            color=styles[name].on_colour,
            bbox=ground,
        )


def _matrix_legend(kinds: set[str], largest: float) -> dict[str, Any]:
    from matplotlib.patches import Patch

    plain: dict[str, Any] = {"facecolor": "white", "edgecolor": GREY}
    entries = {
        "shaded": (
            f"small number: mentions per 1,000 words of the row; darkest {largest:,.1f}",
            Patch(facecolor=mix(GREY, PAPER, share=_DARKEST)),
        ),
        "few": (
            f"†: fewer than {FEW_WORDS} words, rates are unsteady",
            Patch(facecolor=_EMPTY, edgecolor=GREY, linewidth=0.6),
        ),
        "unsure": (
            "+1?: one more if an unsure speaker is right",
            Patch(**plain, hatch="//////", linewidth=0.6),
        ),
        "unknown": ("speaker unknown or unsure", Patch(**plain, hatch="////", linewidth=0.6)),
    }
    return {label: handle for kind, (label, handle) in entries.items() if kind in kinds}


def _row_alt(row: _Row) -> str:
    cells = []
    for frame, count in row.counts.items():
        unsure = row.unsure[frame]
        if count or unsure:
            rate = f", {row.rate(frame):,.1f} per 1,000 words" if row.n_words and count else ""
            more = f", {unsure:,} more unsure" if unsure else ""
            cells.append(f"{frame} {count:,}{rate}{more}")
    few = ", few" if row.few else ""
    return f"{row.name} ({plural(row.n_words, 'word')}{few}): {'; '.join(cells) or 'no mentions'}."


# ---------------------------------------------------------------------------- how much is quoted

# Greys and hatches: colours belong to frames.
_MANNERS: Mapping[str, tuple[tuple[str, ...], Mapping[str, Any]]] = {
    "quoted": (("quoted",), {"facecolor": "#4d4d4d"}),
    "indirect speech": (
        ("indirect",),
        {"facecolor": "#c4c4c4", "edgecolor": "#6b6b6b", "hatch": "////"},
    ),
    "journalist": (("journalist",), {"facecolor": "#e2e2e2"}),
    "headline and caption": (
        ("headline", "caption"),
        {"facecolor": "#ffffff", "edgecolor": "#b5b5b5", "hatch": "...."},
    ),
}
_NARROW = 0.045  # share of the bar's length, below which there is no room for a percentage


def plot_quoting(
    voices: pd.DataFrame, *, by: str | None = "source", ax: Axes | None = None
) -> Axes:
    """Draw how many of the words are quoted, reported, and the journalist's own.

    Parameters
    ----------
    voices : DataFrame
        The table that `find_voices` gives.
    by : str or None, default "source"
        The column that makes the groups, such as ``"article_id"``; None for all together.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        A bar per group, divided by whose words they are: direct quotation, indirect speech, the
        journalist, headline and caption; at the right the words and articles. The journalist's
        share is an upper bound: reported speech that is not recognised counts as the journalist's.

    Raises
    ------
    ValueError
        If the table is not one of `find_voices`, or has no such column.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> voices = pd.DataFrame({"article_id": "a", "source": "Courier", "n_words": [30, 10],
    ...                        "voice": ["journalist", "quoted"]})
    >>> axes = fr.plot_quoting(voices)
    >>> [text.get_text() for text in axes.texts][:2]
    ['25 %', '75 %']
    """
    expect(voices, "find_voices", "article_id", "voice", "n_words")
    if by is not None and by not in voices.columns:
        raise ValueError(f"by={by!r} is no column of the voices; use {', '.join(voices.columns)}.")
    groups = _quoting_groups(voices, by)
    notes = [f"journalist: {_UPPER_BOUND}"] * bool(groups)
    with drawing(ax, height=1.75 + 0.34 * max(len(groups), 1) + lines_height(notes)) as axes:
        for y, (_, table) in enumerate(groups):
            _draw_shares(axes, y, _shares(table))
        label_rows(axes, range(len(groups)), [name for name, _ in groups])
        axes.set_xlim(0, 1)
        axes.set_ylim(max(len(groups), 1) - 0.4, -0.6)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
        axes.set_xlabel("percent of the words counted")
        axes.spines["left"].set_visible(False)
        if groups:
            sizes = [(y, _sizes(table)) for y, (_, table) in enumerate(groups)]
            columns_beside(axes, ["words", "articles"], sizes, top=-0.75)
        else:
            say(axes, "no words")
        handles = _manner_legend(_shares(voices))
        notes_below(axes, notes, below=legend_below(axes, handles, fit=True))
        title = (
            f"Whose words: {plural(int(voices['n_words'].sum()), 'word')} in "
            f"{plural(voices['article_id'].nunique(), 'article')}"
        )
        alt = [f"{title}.", *(_shares_alt(name, table) for name, table in groups)]
        alt += [f"{words[:1].upper()}{words[1:]}." for words in notes]
        describe(axes, voices, title=title, alt=" ".join(alt))
    return axes


def _quoting_groups(voices: pd.DataFrame, by: str | None) -> list[tuple[str, pd.DataFrame]]:
    if by is None or voices.empty:
        return [("all articles", voices)] * bool(len(voices))
    return [
        (f"no {by}" if pd.isna(value) else group_label(by, value), table)
        for value, table in voices.groupby(by, observed=True, dropna=False)
    ]


def _shares(table: pd.DataFrame) -> dict[str, float]:
    """Share of the words for each manner; empty where there are no words."""
    total = int(table["n_words"].sum())
    voice = table["voice"].astype(object)
    return {
        manner: int(table.loc[voice.isin(names), "n_words"].sum()) / total
        for manner, (names, _) in _MANNERS.items()
        if total
    }


def _draw_shares(axes: Axes, y: int, shares: Mapping[str, float]) -> None:
    left = 0.0
    for manner, share in shares.items():
        look = _MANNERS[manner][1]
        axes.barh(y, round(share, 6), left=round(left, 6), height=0.66, linewidth=0, **look)
        if share >= _NARROW:
            ground = str(look["facecolor"])
            dark = max((INK, PAPER), key=lambda ink: contrast(ink, ground))
            box = {"facecolor": ground, "linewidth": 0, "pad": 1.0} if "hatch" in look else None
            place: Any = {"ha": "center", "va": "center", "fontsize": 8, "bbox": box}
            axes.text(round(left + share / 2, 6), y, _percent(share), color=dark, **place)
        left += share
    if shares:  # a rim, as white ends nowhere
        axes.barh(y, 1, height=0.66, fill=False, edgecolor=GREY, linewidth=0.7)
    else:
        note(axes, "no words", 0, y, right=4)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _sizes(table: pd.DataFrame) -> list[str]:
    return [f"{int(table['n_words'].sum()):,}", f"{table['article_id'].nunique():,}"]


def _manner_legend(shares: Mapping[str, float]) -> dict[str, Any]:
    from matplotlib.patches import Patch

    return {
        manner: Patch(**{"edgecolor": GREY, **look}, linewidth=0.6)
        for manner, (_, look) in _MANNERS.items()
        if shares.get(manner)
    }


def _shares_alt(name: str, table: pd.DataFrame) -> str:
    n_articles = table["article_id"].nunique()
    size = f"{plural(int(table['n_words'].sum()), 'word')} in {plural(n_articles, 'article')}"
    parts: Iterator[str] = (f"{k} {_percent(share)}" for k, share in _shares(table).items())
    return f"{name} ({size}): {', '.join(parts) or 'no words'}."
