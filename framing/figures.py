"""Pictures of the tables: each function takes a table and gives Axes; `save_figure` writes them.

Every figure says in words what it shows: `save_figure` puts that text beside the picture for
readers who cannot see it.
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.display import (
    INK,
    NO_MATHS,
    QUIET,
    FrameStyle,
    escape,
    frame_styles,
    one_line,
    visible,
)
from framing.files import write_atomically
from framing.tables import BLOCKS, UNCOUNTED_BLOCKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEW_WORDS = 50  # below it a rate per 1,000 words jumps with every single mention
_DPI = 150
_WIDTH = 8.0  # inches
_LABEL_ROOM = 0.16  # inches that an upright label takes
_LEGEND_ROOM = 1.55  # inches that an entry of a legend takes
_GREY = "#8c8c8c"
_BANDS = ("#f5f5f5", "#eaeaea")
_STYLE: Any = {
    "axes.edgecolor": _GREY,
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


# ---------------------------------------------------------------------------- one article


def plot_barcode(matches: pd.DataFrame, sentences: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw where one article mentions each frame: a row per frame, a stroke per mention.

    Parameters
    ----------
    matches : DataFrame
        The table that `find_matches` gives, for one article. Mentions in repeated text are drawn
        in grey and not counted.
    sentences : DataFrame
        The table ``corpus.sentences``; of several articles the one in ``matches`` is taken.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        From left to right the words of the article. Filled strokes stand inside quotation
        marks, hollow ones outside; bands are the blocks of the article.

    Raises
    ------
    ValueError
        If the tables hold several articles.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.Corpus.from_texts(["They seek peace. Peace is far."])
    >>> codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace"]})
    >>> axes = fr.plot_barcode(fr.find_matches(corpus, codebook), corpus.sentences)
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['calm']
    """
    article, matches, sentences = _one_article(matches, sentences)
    names = _names(matches["frame"])
    with _drawing(ax, height=1.9 + 0.36 * len(names)) as axes:
        styles = frame_styles(names)
        places = _places(matches, sentences)
        _draw_bands(axes, sentences, _word_edges(sentences))
        for row, name in enumerate(names):
            chosen = (matches["frame"] == name).to_numpy()
            _draw_strokes(
                axes, matches[chosen], places[chosen], row=row, colour=styles[name].colour
            )
        _frame_rows(axes, names)
        _label_frames(axes, list(enumerate(names)), styles)
        counted = matches[~matches["set_aside"].astype(bool)]
        _row_totals(axes, counted, names)
        axes.set_xlim(0, max(int(sentences["n_words"].sum()), 1))
        axes.set_xlabel("position in the article, in words")
        n_words = _counted_words(sentences)
        n_articles = _plural(min(len(sentences), 1), "article")
        mentions = _plural(len(counted), "mention")
        axes.set_title(f"{mentions} in {n_articles}, {n_words:,} words counted")
        _stroke_legend(axes, matches)
        if matches.empty:
            _say(axes, "no mentions")
        _spread_band_names(axes)
        _describe(axes, _barcode_alt(article, counted, names, n_words, len(matches)))
    return axes


def _one_article(
    matches: pd.DataFrame, sentences: pd.DataFrame
) -> tuple[str, pd.DataFrame, pd.DataFrame]:
    ids = list(pd.unique(matches["article_id"]))
    ids = [str(article) for article in (ids or pd.unique(sentences["article_id"]))]
    if len(ids) > 1:
        raise ValueError(
            f"A barcode shows one article and the tables hold {len(ids)}: {_listed(ids)}; "
            f'choose one, as in matches[matches["article_id"] == "{ids[0]}"].'
        )
    article = ids[0] if ids else "no article"
    chosen = sentences[sentences["article_id"].astype(str) == article].sort_values("start")
    if len(matches) and chosen.empty:
        raise ValueError(f'The table of sentences has none of article "{article}".')
    return article, matches, chosen


def _word_edges(sentences: pd.DataFrame) -> NDArray[np.float64]:
    """Words before each sentence, and after the last."""
    return np.concatenate([[0.0], np.cumsum(sentences["n_words"].to_numpy(dtype=float))])


def _places(matches: pd.DataFrame, sentences: pd.DataFrame) -> NDArray[np.float64]:
    """Where in the article each mention begins, in words, read off its place in the sentence."""
    if matches.empty:
        return np.zeros(0)
    start = sentences["start"].to_numpy(dtype=float)
    length = np.maximum(sentences["end"].to_numpy(dtype=float) - start, 1)
    words = sentences["n_words"].to_numpy(dtype=float)
    position = matches["start"].to_numpy(dtype=float)
    row = np.clip(np.searchsorted(start, position, side="right") - 1, 0, None)
    inside = np.clip((position - start[row]) / length[row], 0, 1)
    return np.round(_word_edges(sentences)[row] + inside * words[row], 6)


def _counted_words(sentences: pd.DataFrame) -> int:
    counted = ~sentences["set_aside"].astype(bool) & ~sentences["block"].isin(UNCOUNTED_BLOCKS)
    return int(sentences.loc[counted, "n_words"].sum())


def _draw_bands(axes: Axes, sentences: pd.DataFrame, edges: NDArray[np.floating]) -> None:
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
        uncounted = kind in (*UNCOUNTED_BLOCKS, "set aside")
        axes.axvspan(
            left,
            right,
            facecolor=_BANDS[number % 2],
            edgecolor="#ffffff" if uncounted else "none",
            hatch="////" if uncounted else None,
            linewidth=0,
            zorder=0,
        )
    _name_bands(axes, bands)


def _name_bands(axes: Axes, bands: Sequence[tuple[str, float, float]]) -> None:
    """Put the names above the bands, upright."""
    above = axes.secondary_xaxis("top")
    centres = [round((left + right) / 2, 6) for _, left, right in bands]
    above.set_xticks(centres, [kind for kind, _, _ in bands], rotation=90, fontsize=8)
    for label, (kind, _, _) in zip(above.get_xticklabels(), bands, strict=True):
        label.set_color(QUIET if kind in (*UNCOUNTED_BLOCKS, "set aside") else INK)
    above.tick_params(length=0, pad=2)
    above.spines["top"].set_visible(False)


def _spread_band_names(axes: Axes) -> None:
    """Move the names above the bands apart, once the layout has settled how wide the axes are."""
    figure = axes.get_figure(root=True)
    if figure is None or not axes.child_axes:
        return
    figure.draw_without_rendering()
    above = axes.child_axes[0]
    names = [label.get_text() for label in above.get_xticklabels()]
    low, high = axes.get_xlim()
    room = _LABEL_ROOM * (high - low) / max(_inches(axes), 0.1)
    above.set_xticks(_apart([float(place) for place in above.get_xticks()], room), names)


def _inches(axes: Axes) -> float:
    """Width of the axes."""
    figure = axes.get_figure(root=True)
    return axes.get_window_extent().width / (figure.dpi if figure else 1)


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


def _draw_strokes(
    axes: Axes, matches: pd.DataFrame, places: NDArray[np.float64], *, row: int, colour: str
) -> None:
    for aside, quoted in ((True, True), (True, False), (False, True), (False, False)):
        chosen = (matches["set_aside"].astype(bool) == aside) & (matches["quoted"] == quoted)
        shade = _GREY if aside else colour
        if chosen.any():
            axes.scatter(
                places[chosen.to_numpy()],
                np.full(int(chosen.sum()), row, dtype=float),
                **_stroke(shade, filled=quoted),
                zorder=2 if aside else 3,
            )
    for flag, (marker, offset) in _SIGNS.items():
        signed = places[matches[flag].to_numpy(dtype=bool)]
        if len(signed):
            axes.scatter(signed, np.full(len(signed), row + offset), zorder=4, **marker)


def _stroke(colour: str, *, filled: bool) -> dict[str, Any]:
    half = 0.2 if filled else 0.13  # the outline of a hollow one adds to its width
    return {
        "marker": [(-half, -1), (half, -1), (half, 1), (-half, 1), (-half, -1)],
        "s": 330,
        "facecolor": colour if filled else "white",
        # A white rim keeps neighbours apart.
        "edgecolor": "white" if filled else colour,
        "linewidth": 0.7 if filled else 1.3,
    }


# Signs at a stroke: their marker, and how far from the middle of the row.
_SIGNS: Mapping[str, tuple[Mapping[str, Any], float]] = {
    "negated": ({"marker": "x", "s": 34, "color": INK, "linewidth": 1.6}, 0.0),
    "review": ({"marker": "o", "s": 9, "color": INK, "linewidth": 0}, 0.41),
}


def _frame_rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_ylim(len(names) - 0.4, -0.6)  # the first frame on top
    axes.spines["left"].set_visible(False)
    for row in range(1, len(names)):
        axes.axhline(row - 0.5, color="white", linewidth=1.5, zorder=1)


def _row_totals(axes: Axes, counted: pd.DataFrame, names: Sequence[str]) -> None:
    for row, name in enumerate(names):
        axes.annotate(
            _total(counted[counted["frame"] == name]),
            (1.0, row),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            annotation_clip=False,
        )


def _total(matches: pd.DataFrame) -> str:
    """Write "10 (5 under review)"."""
    return _with_flags(len(matches), int(matches["negated"].sum()), int(matches["review"].sum()))


def _with_flags(n_matches: int, n_negated: int, n_review: int) -> str:
    flags = [f"{n_negated} negated"] * bool(n_negated) + [f"{n_review} under review"] * bool(
        n_review
    )
    return f"{n_matches:,}" + (f" ({', '.join(flags)})" if flags else "")


def _stroke_legend(axes: Axes, matches: pd.DataFrame) -> None:
    aside = matches["set_aside"].astype(bool)
    quoted = matches["quoted"].astype(bool)
    entries = {
        "in quotation marks": (bool((quoted & ~aside).any()), _stroke(INK, filled=True)),
        "not in quotation marks": (bool((~quoted & ~aside).any()), _stroke(INK, filled=False)),
        "in repeated text, not counted": (bool(aside.any()), _stroke(_GREY, filled=False)),
        "negated": (bool(matches["negated"].any()), _SIGNS["negated"][0]),
        "under review": (bool(matches["review"].any()), _SIGNS["review"][0]),
    }
    shown = {label: marker for label, (there, marker) in entries.items() if there}
    _legend_below(
        axes,
        {
            label: axes.scatter([], [], **{**marker, "s": min(marker["s"], 200)})
            for label, marker in shown.items()
        },
    )


def _barcode_alt(
    article: str, counted: pd.DataFrame, names: Sequence[str], n_words: int, n_all: int
) -> str:
    rows = [f"{name} {_total(counted[counted['frame'] == name])}" for name in names]
    quoted = int(counted["quoted"].sum())
    aside = n_all - len(counted)
    return (
        f"Frames along article {article}, {n_words:,} words counted. "
        f"Mentions: {', '.join(rows) or 'none'}. "
        f"{quoted} of {_plural(len(counted), 'mention')} in quotation marks."
        + (f" {aside} more in repeated text, not counted." if aside else "")
    )


# ---------------------------------------------------------------------------- frame profile


def plot_profile(scores: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how often each frame is mentioned, in all or in each part that the table counts apart.

    Parameters
    ----------
    scores : DataFrame
        The table that `score_frames` gives, of one article or several. Its columns ``block``,
        ``quoted``, ``voice`` and ``speaker``, where there are any, make the groups. Articles of
        a group are added up.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        One bar per group and frame: mentions per 1,000 words, the part under review hatched, with
        the number of mentions beside it. Groups of fewer than 50 words have hollow bars: there a
        single mention makes a high rate.

    Examples
    --------
    >>> import framing as fr
    >>> codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace"], "alarm": ["alarm*"]})
    >>> axes = fr.plot_profile(fr.score_frames("They seek peace.", codebook))
    >>> [round(bar.get_width()) for bar in axes.patches]
    [333, 0]
    """
    groups = _profile_groups(scores)
    absent = _absent(groups) if len(groups) > 1 else []
    shown = [group.without(absent) for group in groups]
    n_rows = sum(len(group.rows) + 1.5 for group in shown)
    with _drawing(ax, height=1.2 + 0.25 * n_rows) as axes:
        _draw_groups(axes, shown, frame_styles(_names(scores["frame"])))
        missing = f"; no mention of {_listed_words(absent)}" if absent else ""
        axes.set_xlabel(f"mentions per 1,000 words{missing}")
        axes.set_title(_profile_title(scores, groups))
        _profile_legend(axes, groups)
        if not groups:
            _say(axes, "no mentions")
        _describe(axes, _profile_alt(scores, groups))
    return axes


@dataclass(frozen=True)
class _Group:
    """A part of the articles: its label, its words, and one row per frame."""

    label: str
    n_words: int
    rows: pd.DataFrame

    @property
    def few(self) -> bool:
        """Whether the words are too few for a steady rate."""
        return self.n_words < FEW_WORDS

    @property
    def heading(self) -> str:
        """The group and its size."""
        few = ": few, rates are unsteady" if self.few else ""
        return f"{self.label} ({_plural(self.n_words, 'word')}{few})"

    def without(self, frames: Sequence[str]) -> _Group:
        """Return the group without the rows of these frames."""
        return replace(self, rows=self.rows[~self.rows["frame"].isin(frames)])


def _absent(groups: Sequence[_Group]) -> list[str]:
    """Frames that no group mentions."""
    total = pd.concat([group.rows for group in groups]).groupby("frame", observed=True, sort=True)
    sums = total["n_matches"].sum()
    return [str(name) for name, n_matches in sums.items() if n_matches == 0]


def _profile_groups(scores: pd.DataFrame) -> list[_Group]:
    by = [name for name in ("block", "quoted", "voice", "speaker") if name in scores.columns]
    if "block" in by:  # in the order of an article, also where a join has lost the order
        scores = scores.assign(block=pd.Categorical(scores["block"], BLOCKS))
    sums = ["n_matches", "n_negated", "n_review", "n_words"]
    keys = [*by, "frame"]
    table = scores.groupby(keys, observed=True, sort=True, dropna=False)[sums].sum().reset_index()
    if not by:
        return [_group("all counted text", table)] if len(table) else []
    parts = table.groupby(by, observed=True, sort=True, dropna=False)
    return [
        _group(
            ", ".join(_part_label(name, value) for name, value in zip(by, key, strict=True)), rows
        )
        for key, rows in parts
    ]


def _group(label: str, rows: pd.DataFrame) -> _Group:
    n_words = int(rows["n_words"].max())
    per_word = 1000 / rows["n_words"].where(rows["n_words"] > 0)
    rates = {
        "rate": np.round(rows["n_matches"] * per_word, 6),
        "review_rate": np.round(rows["n_review"] * per_word, 6),
    }
    return _Group(label, n_words, rows.assign(**rates).reset_index(drop=True))


def _part_label(name: str, value: Any) -> str:
    if name == "quoted":
        return "in quotation marks" if value else "not in quotation marks"
    return f"no {name}" if pd.isna(value) else one_line(str(value))


def _draw_groups(axes: Axes, groups: Sequence[_Group], styles: Mapping[str, FrameStyle]) -> None:
    y, labelled = 0.0, []
    for group in groups:
        _group_heading(axes, group.heading, y)
        for _, row in group.rows.iterrows():
            y += 1
            labelled.append((y, str(row["frame"])))
            _draw_bar(axes, row, y=y, colour=styles[str(row["frame"])].colour, few=group.few)
        y += 1.5
    _label_frames(axes, labelled, styles)
    axes.set_ylim(max(y - 0.8, 0.5), -0.8)
    rates = [rate for group in groups for rate in group.rows["rate"].dropna()]
    axes.set_xlim(0, (max(rates, default=0) or 1) * 1.3)  # room for the numbers beside the bars


def _group_heading(axes: Axes, heading: str, y: float) -> None:
    axes.annotate(
        heading,
        (0, y),
        xycoords=("axes fraction", "data"),
        xytext=(3, 0),
        textcoords="offset points",
        va="center",
        fontweight="bold",
        fontsize=8.5,
        annotation_clip=False,
    )


def _draw_bar(axes: Axes, row: pd.Series, *, y: float, colour: str, few: bool) -> None:
    rate = 0.0 if pd.isna(row["rate"]) else float(row["rate"])
    face = "white" if few else colour
    rim = 1.2 if rate else 0
    axes.barh(y, rate, height=0.72, facecolor=face, edgecolor=colour, linewidth=rim)
    if row["n_review"] and rate:
        # Over the end of the bar, without a rim: that would have the colour of the hatch.
        left = rate - float(row["review_rate"])
        axes.barh(
            y,
            float(row["review_rate"]),
            left=left,
            height=0.72,
            facecolor=face,
            edgecolor=colour if few else "white",
            hatch="////",
            linewidth=0,
        )
    counts = _with_flags(int(row["n_matches"]), int(row["n_negated"]), int(row["n_review"]))
    note = counts if rate == 0 else f"{counts} · {rate:,.1f} per 1,000"
    axes.annotate(
        note if row["n_words"] else "no words",
        (rate, y),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
    )


def _profile_title(scores: pd.DataFrame, groups: Sequence[_Group]) -> str:
    n_matches = sum(int(group.rows["n_matches"].sum()) for group in groups)
    n_words = sum(group.n_words for group in groups)
    n_articles = scores["article_id"].nunique()
    constructed = "constructed" in scores.columns and bool(scores["constructed"].any())
    title = (
        f"{_plural(n_matches, 'mention')} in {_plural(n_articles, 'article')}, "
        f"{n_words:,} words counted"
    )
    return title + " (constructed texts)" * constructed


def _profile_legend(axes: Axes, groups: Sequence[_Group]) -> None:
    from matplotlib.patches import Patch

    handles = {}
    if any(group.rows["n_review"].any() for group in groups):
        handles["under review"] = Patch(facecolor=_GREY, edgecolor="white", hatch="////")
    if any(group.few for group in groups):
        handles[f"fewer than {FEW_WORDS} words"] = Patch(facecolor="white", edgecolor=_GREY)
    _legend_below(axes, handles)


def _profile_alt(scores: pd.DataFrame, groups: Sequence[_Group]) -> str:
    sentences = []
    for group in groups:
        cells = [
            f"{row['frame']} "
            + _with_flags(int(row["n_matches"]), int(row["n_negated"]), int(row["n_review"]))
            + f", {row['rate']:,.1f} per 1,000 words"
            for _, row in group.rows[group.rows["n_matches"] > 0].iterrows()
        ]
        sentences.append(f"{group.heading}: {'; '.join(cells) or 'no mentions'}.")
    if absent := _absent(groups) if groups else []:
        sentences.append(f"No mention anywhere of {_listed_words(absent)}.")
    return " ".join([f"Frame profile, {_profile_title(scores, groups)}.", *sentences])


# ---------------------------------------------------------------------------- tone


def plot_sentiment(tone: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the tone of one article, sentence by sentence, as VADER and TextBlob score it.

    Parameters
    ----------
    tone : DataFrame
        The table that ``score_sentiment(..., by="sentence")`` gives, for one article.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        From left to right the sentences; circles VADER, diamonds TextBlob; hollow where the
        table has a caution.

    Raises
    ------
    ValueError
        If the table holds several articles, or is not by sentence.

    Examples
    --------
    >>> import framing as fr
    >>> tone = fr.score_sentiment("A rich talk. A sad end.", by="sentence")
    >>> axes = fr.plot_sentiment(tone)
    >>> axes.get_title(loc="left")
    'Tone of 2 sentences in 1 article, 6 words'
    """
    _check_tone(tone)
    tone = tone.sort_values("start").reset_index(drop=True)
    with _drawing(ax, height=3.6) as axes:
        edges = np.arange(len(tone) + 1) - 0.5
        _draw_bands(axes, tone.assign(set_aside=False), edges)
        axes.axhline(0, color=INK, linewidth=1, zorder=1)
        handles = _draw_tone(axes, tone)
        _sentence_ticks(axes, tone)
        axes.set_ylim(-1.08, 1.08)
        axes.set_ylabel("negative  ←  tone  →  positive")
        axes.set_xlabel("sentence of the article")
        axes.set_title(
            f"Tone of {_plural(len(tone), 'sentence')} in {_plural(int(len(tone) > 0), 'article')},"
            f" {int(tone['n_words'].sum()):,} words"
        )
        _legend_below(axes, handles)
        if tone.empty:
            _say(axes, "no sentences")
        _spread_band_names(axes)
        _describe(axes, _tone_alt(tone))
    return axes


_TOOLS = {
    "vader_compound": ("VADER, compound", "o", "#0072B2", -0.12),
    "textblob_polarity": ("TextBlob, polarity", "D", "#D55E00", 0.12),
}


def _check_tone(tone: pd.DataFrame) -> None:
    if "sentence" not in tone.columns:
        raise ValueError('The tone is drawn by sentence; use score_sentiment(..., by="sentence").')
    ids = [str(article) for article in pd.unique(tone["article_id"])]
    if len(ids) > 1:
        raise ValueError(
            f"The tone of one article is drawn and the table holds {len(ids)}: {_listed(ids)}; "
            f'choose one, as in tone[tone["article_id"] == "{ids[0]}"].'
        )


def _draw_tone(axes: Axes, tone: pd.DataFrame) -> dict[str, Any]:
    handles: dict[str, Any] = {}
    caution = tone["caution"].fillna("").ne("").to_numpy(dtype=bool)
    for column, (label, marker, colour, shift) in _TOOLS.items():
        x = np.round(np.arange(len(tone)) + shift, 6)
        y = np.round(tone[column].to_numpy(dtype=float), 6)
        axes.vlines(x, 0, np.nan_to_num(y), color=colour, linewidth=1.2, zorder=2)
        faces = ["white" if c else colour for c in caution]
        style: dict[str, Any] = {"marker": marker, "s": 36, "edgecolor": colour, "linewidth": 1.3}
        axes.scatter(x, y, facecolor=faces or colour, zorder=3, **style)
        handles[label] = axes.scatter([], [], facecolor=colour, **style)
    if caution.any():
        handles["with a caution in the table"] = axes.scatter(
            [], [], marker="o", s=36, facecolor="white", edgecolor=_GREY, linewidth=1.3
        )
    return handles


def _sentence_ticks(axes: Axes, tone: pd.DataFrame) -> None:
    step = max(1, -(-len(tone) // 30))  # at most 30 numbers, so that none covers another
    places = range(0, len(tone), step)
    axes.set_xticks(list(places), [str(tone["sentence"].iloc[n]) for n in places])
    axes.set_xlim(-0.6, max(len(tone), 1) - 0.4)


def _tone_alt(tone: pd.DataFrame) -> str:
    if tone.empty:
        return "Tone by sentence: no sentences."
    parts = []
    for column, (label, *_rest) in _TOOLS.items():
        values = tone[column]
        if values.notna().any():
            low, high = tone.loc[[values.idxmin(), values.idxmax()]].to_dict("records")
            parts.append(
                f"{label}: mean {values.mean():.2f},"
                f" lowest {low[column]:.2f} in sentence {low['sentence']},"
                f" highest {high[column]:.2f} in sentence {high['sentence']}."
            )
    n_words = int(tone["n_words"].sum())
    head = f"Tone of {_plural(len(tone), 'sentence')} in article {tone['article_id'].iloc[0]}"
    return " ".join([f"{head}, {n_words:,} words.", *parts])


# ---------------------------------------------------------------------------- keywords


def plot_keywords(frequency: pd.DataFrame, *, top: int = 20, ax: Axes | None = None) -> Axes:
    """Draw the most frequent words with their counts and rates.

    Parameters
    ----------
    frequency : DataFrame
        The table that `word_frequency` gives, for one group.
    top : int, default 20
        How many words; ties are broken by the alphabet.
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
    if frequency["word"].duplicated().any():
        raise ValueError(
            "Words stand in the table more than once, as it has several groups; choose one, as in "
            'frequency[frequency["source"] == "..."].'
        )
    words = frequency.sort_values(["count", "word"], ascending=[False, True]).head(top)
    with _drawing(ax, height=1.1 + 0.23 * len(words)) as axes:
        _draw_words(axes, words)
        axes.set_xlabel("times used (beside it: per 1,000 words)")
        title = f"{len(words)} most frequent of {_plural(len(frequency), 'word')} listed"
        title += _base(words)
        axes.set_title(title)
        if words.empty:
            _say(axes, "no words")
        _describe(axes, _keywords_alt(words, title))
    return axes


def _draw_words(axes: Axes, words: pd.DataFrame) -> None:
    rows = np.arange(len(words))
    counts = words["count"].to_numpy(dtype=float)
    axes.hlines(rows, 0, counts, color=_GREY, linewidth=1)
    axes.scatter(counts, rows, s=30, color="#0072B2", zorder=2)
    for row, (count, rate) in enumerate(zip(words["count"], words["per_1000_words"], strict=True)):
        axes.annotate(
            f"{count:,}" if pd.isna(rate) else f"{count:,} ({rate:,.1f})",
            (count, row),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    _tick_labels(axes, rows, [one_line(str(word), longest=30) for word in words["word"]])
    axes.tick_params(axis="y", length=0)
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
    return f", {_plural(n_articles, 'article')}, {n_words:,} words counted"


def _keywords_alt(words: pd.DataFrame, title: str) -> str:
    listed = [f"{w} {c:,}" for w, c in zip(words["word"], words["count"], strict=True)]
    return f"{title}: {', '.join(listed) or 'none'}."


# ---------------------------------------------------------------------------- saving


@dataclass(frozen=True)
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
    _png: bytes = field(repr=False)
    _inches: float = field(repr=False)

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
    import matplotlib as mpl
    from matplotlib.figure import Figure

    figure = axes.get_figure(root=True)
    if not isinstance(figure, Figure):
        raise ValueError("These Axes belong to no figure.")
    text = visible(alt if alt is not None else " ".join(_alts(figure.axes)))
    if not text.strip():
        raise ValueError(
            'The figure has no alt text; give one: save_figure(axes, stem, alt="...").'
        )
    Path(stem).parent.mkdir(parents=True, exist_ok=True)
    paths, data = [], b""
    with mpl.rc_context(_STYLE):
        for ending, metadata in _metadata(text).items():
            data = _bytes(figure, ending, metadata)
            path = Path(f"{os.fspath(stem)}.{ending}")
            write_atomically(path, data)
            paths.append(path)
    _close(figure)
    return SavedFigure(tuple(paths), text, data, figure.get_figwidth())


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


def _alts(all_axes: Iterable[Axes]) -> list[str]:
    return [_ALT[axes] for axes in all_axes if axes in _ALT]


def _close(figure: Any) -> None:
    import sys

    # A figure that was made without pyplot is not known to it, and need not be closed.
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)


# ---------------------------------------------------------------------------- shared parts


@contextmanager
def _drawing(ax: Axes | None, *, height: float) -> Iterator[Axes]:
    """Give Axes to draw on in the package's style, which ends with the drawing."""
    import matplotlib as mpl

    with mpl.rc_context(_STYLE):
        if ax is not None:
            yield ax
            return
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(figsize=(_WIDTH, round(height, 2)), layout="constrained")
        try:
            yield axes
        except BaseException:
            plt.close(figure)
            raise


def _describe(axes: Axes, alt: str) -> None:
    _ALT[axes] = visible(alt)


def _names(frames: pd.Series) -> list[str]:
    """Names of the frames in the order of the codebook, those without a mention included."""
    if isinstance(frames.dtype, pd.CategoricalDtype):
        return [str(name) for name in frames.cat.categories]
    return [str(name) for name in pd.unique(frames)]


def _label_frames(
    axes: Axes, rows: Sequence[tuple[float, str]], styles: Mapping[str, FrameStyle]
) -> None:
    """Name the rows, with the letter of the frame on its colour."""
    _tick_labels(axes, [y for y, _ in rows], [one_line(name, longest=30) for _, name in rows])
    axes.tick_params(axis="y", length=0, pad=18)
    for y, name in rows:
        style = styles[name]
        axes.annotate(
            style.letter,
            (0, y),
            xycoords=("axes fraction", "data"),
            xytext=(-10, 0),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=7.5,
            fontweight="bold",
            color=style.on_colour,
            bbox={"boxstyle": "square,pad=0.22", "facecolor": style.colour, "linewidth": 0},
            annotation_clip=False,
        )


def _tick_labels(axes: Axes, places: Iterable[float], labels: Sequence[str]) -> None:
    axes.set_yticks(list(places), labels)
    for label in axes.get_yticklabels():
        label.set_parse_math(False)


def _legend_below(axes: Axes, handles: Mapping[str, Any]) -> None:
    from matplotlib.transforms import ScaledTranslation

    figure = axes.get_figure(root=True)
    if handles and figure is not None:
        # Half an inch below the axes, whatever their height: under the numbers and their label.
        below = axes.transAxes + ScaledTranslation(0, -0.5, figure.dpi_scale_trans)
        axes.legend(
            list(handles.values()),
            list(handles),
            loc="upper left",
            bbox_to_anchor=(0, 0),
            bbox_transform=below,
            ncols=max(1, min(len(handles), int(_inches(axes) / _LEGEND_ROOM))),
            borderaxespad=0,
            handletextpad=0.5,
            columnspacing=1.6,
            labelspacing=0.9,
        )


def _say(axes: Axes, words: str) -> None:
    ground = {"facecolor": "white", "linewidth": 0}
    place: Any = {"transform": axes.transAxes, "ha": "center", "va": "center", "bbox": ground}
    axes.text(0.5, 0.5, words, color=QUIET, **place)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names[:5]) + (" ..." if len(names) > 5 else "")


def _listed_words(names: Sequence[str]) -> str:
    shown = [one_line(name, longest=30) for name in names]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
