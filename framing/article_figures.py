"""Pictures of articles: where one mentions its frames, how often, and in which tone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.canvas import (
    GREY,
    describe,
    draw_bands,
    drawing,
    either,
    expect,
    frame_names,
    label_frames,
    legend_below,
    note,
    only_article,
    say,
    spread_band_names,
    with_flags,
)
from framing.display import INK, FrameStyle, frame_styles, one_line, plural
from framing.tables import BLOCKS, UNCOUNTED_BLOCKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEW_WORDS = 50  # below it a rate per 1,000 words jumps with every single mention
_BLUE, _RED = "#0072B2", "#D55E00"


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
    expect(matches, "find_matches", "frame", "start", "quoted", "negated", "review", "set_aside")
    expect(sentences, "corpus.sentences", "block", "start", "end", "n_words", "set_aside")
    article, matches, sentences = _one_article(matches, sentences)
    counted = matches[~matches["set_aside"]]
    names = frame_names(matches["frame"])
    totals = {name: _total(counted[counted["frame"] == name]) for name in names}
    uncounted = sentences["set_aside"].astype(bool) | sentences["block"].isin(UNCOUNTED_BLOCKS)
    n_words = int(sentences.loc[~uncounted, "n_words"].sum())
    mentions = plural(len(counted), "mention")
    with drawing(ax, height=1.9 + 0.36 * len(names)) as axes:
        draw_bands(axes, sentences, _word_edges(sentences))
        _draw_rows(axes, matches, _places(matches, sentences), totals)
        axes.set_xlim(0, max(int(sentences["n_words"].sum()), 1))
        axes.set_xlabel("position in the article, in words")
        _stroke_legend(axes, matches)
        if matches.empty:
            say(axes, "no mentions")
        alt = (
            f"Frames along article {article}, {n_words:,} words counted. Mentions: "
            + (", ".join(f"{name} {total}" for name, total in totals.items()) or "none")
            + f". {int(counted['quoted'].sum())} of {mentions} in quotation marks."
        )
        if n_aside := len(matches) - len(counted):
            alt += f" {n_aside} more in repeated text, not counted."
        n_articles = plural(min(len(sentences), 1), "article")
        title = f"{mentions} in {n_articles}, {n_words:,} words counted"
        describe(axes, matches, sentences, title=title, alt=alt)
        spread_band_names(axes)
    return axes


def _one_article(
    matches: pd.DataFrame, sentences: pd.DataFrame
) -> tuple[str, pd.DataFrame, pd.DataFrame]:
    """Give the id of the only article, its matches and its sentences in reading order."""
    name, table = ("matches", matches) if len(matches) else ("sentences", sentences)
    article = only_article(table, name=name)
    chosen = sentences[sentences["article_id"].astype(str) == article].sort_values("start")
    if len(matches) and chosen.empty:
        raise ValueError(f'The table of sentences has none of article "{article}".')
    flags = dict.fromkeys(("quoted", "negated", "review", "set_aside"), bool)
    return article, matches.astype(flags), chosen


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


def _draw_rows(
    axes: Axes, matches: pd.DataFrame, places: NDArray[np.float64], totals: Mapping[str, str]
) -> None:
    """Draw a row of strokes per frame, with its name at the left and its total at the right."""
    styles = frame_styles(list(totals))
    for row, name in enumerate(totals):
        chosen = (matches["frame"] == name).to_numpy()
        _draw_strokes(axes, matches[chosen], places[chosen], row=row, colour=styles[name].colour)
    axes.set_ylim(len(totals) - 0.4, -0.6)  # the first frame on top
    axes.spines["left"].set_visible(False)
    for row in range(1, len(totals)):
        axes.axhline(row - 0.5, color="white", linewidth=1.5, zorder=1)
    label_frames(axes, list(enumerate(totals)), styles)
    for row, total in enumerate(totals.values()):
        note(axes, total, 1, row, right=6, margin=True)


def _draw_strokes(
    axes: Axes, matches: pd.DataFrame, places: NDArray[np.float64], *, row: int, colour: str
) -> None:
    for aside, quoted in ((True, True), (True, False), (False, True), (False, False)):
        chosen = (matches["set_aside"] == aside) & (matches["quoted"] == quoted)
        if chosen.any():
            axes.scatter(
                places[chosen.to_numpy()],
                np.full(int(chosen.sum()), row, dtype=float),
                **_stroke(GREY if aside else colour, filled=quoted),
                zorder=2 if aside else 3,
            )
    for flag, (marker, offset) in _SIGNS.items():
        signed = places[matches[flag].to_numpy()]
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


def _total(matches: pd.DataFrame) -> str:
    return with_flags(len(matches), int(matches["negated"].sum()), int(matches["review"].sum()))


def _stroke_legend(axes: Axes, matches: pd.DataFrame) -> None:
    aside, quoted = matches["set_aside"], matches["quoted"]
    entries = {
        "in quotation marks": (quoted & ~aside, _stroke(INK, filled=True)),
        "not in quotation marks": (~quoted & ~aside, _stroke(INK, filled=False)),
        "in repeated text, not counted": (aside, _stroke(GREY, filled=False)),
        "negated": (matches["negated"], _SIGNS["negated"][0]),
        "under review": (matches["review"], _SIGNS["review"][0]),
    }
    handles = {
        label: axes.scatter([], [], **{**marker, "s": min(marker["s"], 200)})
        for label, (which, marker) in entries.items()
        if which.any()
    }
    legend_below(axes, handles)


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
    expect(scores, "score_frames", "frame", "n_matches", "n_negated", "n_review", "n_words")
    groups = _profile_groups(scores)
    absent = _absent(groups)
    hidden = absent if len(groups) > 1 else []
    shown = [replace(g, rows=g.rows[~g.rows["frame"].isin(hidden)]) for g in groups]
    n_rows = sum(len(group.rows) + 1.5 for group in shown)
    with drawing(ax, height=1.2 + 0.25 * n_rows) as axes:
        _draw_groups(axes, shown, frame_styles(frame_names(scores["frame"])))
        missing = f"; no mention of {either(hidden)}" if hidden else ""
        axes.set_xlabel(f"mentions per 1,000 words{missing}")
        _profile_legend(axes, groups)
        if not groups:
            say(axes, "no mentions")
        n_matches = sum(int(group.rows["n_matches"].sum()) for group in groups)
        title = (
            f"{plural(n_matches, 'mention')} in "
            f"{plural(scores['article_id'].nunique(), 'article')}, "
            f"{sum(group.n_words for group in groups):,} words counted"
        )
        alt = [f"Frame profile, {title}.", *map(_group_alt, groups)]
        alt += [f"No mention anywhere of {either(absent)}."] * bool(absent)
        describe(axes, scores, title=title, alt=" ".join(alt))
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
        return f"{self.label} ({plural(self.n_words, 'word')}{few})"


def _profile_groups(scores: pd.DataFrame) -> list[_Group]:
    by = [name for name in ("block", "quoted", "voice", "speaker") if name in scores.columns]
    if "block" in by:  # in the order of an article, also where a join has lost the order
        scores = scores.assign(block=pd.Categorical(scores["block"], BLOCKS))
    flags = ["n_matches", "n_negated", "n_review"]
    groups = scores.groupby([*by, "frame"], observed=True, sort=True, dropna=False)
    table = groups[[*flags, "n_words"]].sum().reset_index()
    if table.empty:
        return []
    per_word = 1000 / table["n_words"].where(table["n_words"] > 0)
    table = table.assign(
        rate=np.round(table["n_matches"] * per_word, 6),
        review_rate=np.round(table["n_review"] * per_word, 6),
        counts=[with_flags(*row) for row in table[flags].itertuples(index=False)],
    )
    parts: Any = table.groupby(by, observed=True, dropna=False) if by else [((), table)]
    return [
        _Group(
            ", ".join(map(_part_label, by, key)) or "all counted text",
            int(rows["n_words"].max()),
            rows,
        )
        for key, rows in parts
    ]


def _part_label(name: str, value: Any) -> str:
    if name == "quoted":
        return "in quotation marks" if value else "not in quotation marks"
    return f"no {name}" if pd.isna(value) else one_line(str(value))


def _absent(groups: Sequence[_Group]) -> list[str]:
    """Frames that no group mentions."""
    if not groups:
        return []
    rows = pd.concat([group.rows for group in groups])
    sums = rows.groupby("frame", observed=True, sort=True)["n_matches"].sum()
    return [str(name) for name in sums.index[sums == 0]]


def _draw_groups(axes: Axes, groups: Sequence[_Group], styles: Mapping[str, FrameStyle]) -> None:
    y, labelled = 0.0, []
    for group in groups:
        heading: Any = {"fontweight": "bold", "fontsize": 8.5}
        note(axes, group.heading, 0, y, right=3, margin=True, **heading)
        for _, row in group.rows.iterrows():
            y += 1
            labelled.append((y, str(row["frame"])))
            _draw_bar(axes, row, y=y, colour=styles[str(row["frame"])].colour, few=group.few)
        y += 1.5
    label_frames(axes, labelled, styles)
    axes.set_ylim(max(y - 0.8, 0.5), -0.8)
    rates = [rate for group in groups for rate in group.rows["rate"].dropna()]
    axes.set_xlim(0, (max(rates, default=0) or 1) * 1.3)  # room for the numbers beside the bars


def _draw_bar(axes: Axes, row: pd.Series[Any], *, y: float, colour: str, few: bool) -> None:
    rate = 0.0 if pd.isna(row["rate"]) else float(row["rate"])
    bar: Any = {"height": 0.72, "facecolor": "white" if few else colour}
    axes.barh(y, rate, edgecolor=colour, linewidth=1.2 if rate else 0, **bar)
    if row["n_review"] and rate:
        # Over the end of the bar, without a rim: that would have the colour of the hatch.
        part = float(row["review_rate"])
        hatch: Any = {"edgecolor": colour if few else "white", "hatch": "////", "linewidth": 0}
        axes.barh(y, part, left=rate - part, **bar, **hatch)
    counts = f"{row['counts']} · {rate:,.1f} per 1,000" if rate else row["counts"]
    note(axes, counts if row["n_words"] else "no words", rate, y, right=4)


def _profile_legend(axes: Axes, groups: Sequence[_Group]) -> None:
    from matplotlib.patches import Patch

    handles = {}
    if any(group.rows["n_review"].any() for group in groups):
        handles["under review"] = Patch(facecolor=GREY, edgecolor="white", hatch="////")
    if any(group.few for group in groups):
        handles[f"fewer than {FEW_WORDS} words"] = Patch(facecolor="white", edgecolor=GREY)
    legend_below(axes, handles)


def _group_alt(group: _Group) -> str:
    rows = group.rows[group.rows["n_matches"] > 0]
    cells = [
        f"{frame} {counts}, {rate:,.1f} per 1,000 words"
        for frame, counts, rate in zip(rows["frame"], rows["counts"], rows["rate"], strict=True)
    ]
    return f"{group.heading}: {'; '.join(cells) or 'no mentions'}."


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
    if "sentence" not in tone.columns:
        raise ValueError('The tone is drawn by sentence; use score_sentiment(..., by="sentence").')
    article = only_article(tone, name="tone")
    tone = tone.sort_values("start").reset_index(drop=True)
    sentences, n_words = plural(len(tone), "sentence"), int(tone["n_words"].sum())
    head = f"Tone of {sentences} in article {article}, {n_words:,} words."
    if tone.empty:
        head = "Tone by sentence: no sentences."
    with drawing(ax, height=3.6) as axes:
        draw_bands(axes, tone.assign(set_aside=False), np.arange(len(tone) + 1) - 0.5)
        axes.axhline(0, color=INK, linewidth=1, zorder=1)
        handles = _draw_tone(axes, tone)
        step = max(1, -(-len(tone) // 30))  # at most 30 numbers, so that none covers another
        axes.set_xticks(range(0, len(tone), step), tone["sentence"].astype(str)[::step])
        axes.set_xlim(-0.6, max(len(tone), 1) - 0.4)
        axes.set_ylim(-1.08, 1.08)
        axes.set_ylabel("negative  ←  tone  →  positive")
        axes.set_xlabel("sentence of the article")
        legend_below(axes, handles)
        if tone.empty:
            say(axes, "no sentences")
        n_articles = plural(min(len(tone), 1), "article")
        title = f"Tone of {sentences} in {n_articles}, {n_words:,} words"
        describe(axes, tone, title=title, alt=" ".join([head, *_tone_alt(tone)]))
        spread_band_names(axes)
    return axes


_TOOLS = {
    "vader_compound": ("VADER, compound", "o", _BLUE, -0.12),
    "textblob_polarity": ("TextBlob, polarity", "D", _RED, 0.12),
}


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
            [], [], marker="o", s=36, facecolor="white", edgecolor=GREY, linewidth=1.3
        )
    return handles


def _tone_alt(tone: pd.DataFrame) -> list[str]:
    """Say of each tool its mean and its extremes."""
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
    return parts
