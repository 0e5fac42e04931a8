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
    axes_inches,
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
from framing.display import (
    INK,
    UNKNOWN,
    FrameStyle,
    frame_styles,
    mix,
    one_line,
    plural,
    speaker_styles,
)
from framing.tables import (
    BLOCKS,
    NO_SPEAKER,
    SPOKEN,
    UNCOUNTED_BLOCKS,
    UNKNOWN_SPEAKER,
    UNSURE,
    VOICES,
    rows_at,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEW_WORDS = 50  # below it a rate per 1,000 words jumps with every single mention
_BLUE, _RED = "#0072B2", "#D55E00"


# ---------------------------------------------------------------------------- one article


def plot_barcode(
    matches: pd.DataFrame,
    sentences: pd.DataFrame,
    *,
    voices: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw where one article mentions each frame: a row per frame, a stroke per mention.

    Parameters
    ----------
    matches : DataFrame
        The table that `find_matches` gives, for one article. Mentions in repeated text are drawn
        in grey and not counted.
    sentences : DataFrame
        The table ``corpus.sentences``; of several articles the one in ``matches`` is taken.
    voices : DataFrame, optional
        The table that `find_voices` gives: who speaks where is drawn above the mentions.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        From left to right the words of the article. Filled strokes stand inside quotation
        marks, hollow ones outside, half-filled ones in indirect speech if the voices are known;
        bands are the blocks of the article. Above the strokes the quoted words in the colour of
        their speaker, hatched where the speech is indirect, pale where the speaker is unsure.

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
    speech = None if voices is None else _speech(voices, article)
    matches = _with_indirect(matches, speech)
    counted = matches[~matches["set_aside"]]
    names = frame_names(matches["frame"])
    totals = {name: _total(counted[counted["frame"] == name]) for name in names}
    uncounted = sentences["set_aside"].astype(bool) | sentences["block"].isin(UNCOUNTED_BLOCKS)
    n_words = int(sentences.loc[~uncounted, "n_words"].sum())
    mentions = plural(len(counted), "mention")
    # The strip, and two speakers or signs to a line of the legend.
    listed = 0 if speech is None else min(len(_speakers(speech)), _MOST_SPEAKERS + 1)
    room = 0.0 if speech is None else 1.4 + 0.16 * listed
    with drawing(ax, height=1.9 + 0.36 * len(names) + room) as axes:
        draw_bands(axes, sentences, _word_edges(sentences))
        _draw_rows(axes, matches, _places(matches["start"], sentences), totals)
        axes.set_xlim(0, max(int(sentences["n_words"].sum()), 1))
        axes.set_xlabel("position in the article, in words")
        handles = _stroke_handles(axes, matches)
        if speech is not None:
            handles |= _draw_speech(axes, speech, sentences)
        legend_below(axes, handles, fit=speech is not None)
        if matches.empty:
            say(axes, "no mentions")
        alt = (
            f"Frames along article {article}, {n_words:,} words counted. Mentions: "
            + (", ".join(f"{name} {total}" for name, total in totals.items()) or "none")
            + f". {int(counted['quoted'].sum())} of {mentions} in quotation marks."
        )
        if n_aside := len(matches) - len(counted):
            alt += f" {n_aside} more in repeated text, not counted."
        if speech is not None:
            alt += f" {_speech_alt(speech)}"
        n_articles = plural(min(len(sentences), 1), "article")
        title = f"{mentions} in {n_articles}, {n_words:,} words counted"
        describe(axes, matches, sentences, title=title, alt=alt)
        spread_band_names(axes)
        if speech is not None:
            _name_speech(axes, speech, sentences)
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


def _places(characters: pd.Series[Any], sentences: pd.DataFrame) -> NDArray[np.float64]:
    """Where in the article characters stand, in words, read off their places in the sentences."""
    if characters.empty or sentences.empty:
        return np.zeros(len(characters))
    start = sentences["start"].to_numpy(dtype=float)
    length = np.maximum(sentences["end"].to_numpy(dtype=float) - start, 1)
    words = sentences["n_words"].to_numpy(dtype=float)
    position = characters.to_numpy(dtype=float)
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
        strokes = {_stroke: chosen} | ({} if quoted else {_half: chosen & matches["indirect"]})
        for shape, which in strokes.items():
            if which.any():
                axes.scatter(
                    places[which.to_numpy()],
                    np.full(int(which.sum()), row, dtype=float),
                    **shape(GREY if aside else colour, filled=quoted),
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


def _half(colour: str, *, filled: bool = False) -> dict[str, Any]:
    """Fill the lower half of a hollow stroke."""
    stroke = _stroke(colour, filled=filled)
    return {
        **stroke,
        "marker": [(x, min(y, 0.0)) for x, y in stroke["marker"]],
        "facecolor": colour,
    }


# Signs at a stroke: their marker, and how far from the middle of the row.
_SIGNS: Mapping[str, tuple[Mapping[str, Any], float]] = {
    "negated": ({"marker": "x", "s": 34, "color": INK, "linewidth": 1.6}, 0.0),
    "review": ({"marker": "o", "s": 9, "color": INK, "linewidth": 0}, 0.41),
}


def _total(matches: pd.DataFrame) -> str:
    return with_flags(len(matches), int(matches["negated"].sum()), int(matches["review"].sum()))


def _stroke_handles(axes: Axes, matches: pd.DataFrame) -> dict[str, Any]:
    aside, quoted, indirect = matches["set_aside"], matches["quoted"], matches["indirect"]
    hollow = _stroke(INK, filled=False)
    entries: dict[str, tuple[pd.Series[bool], Sequence[Mapping[str, Any]]]] = {
        "in quotation marks": (quoted & ~aside, [_stroke(INK, filled=True)]),
        "not in quotation marks": (~quoted & ~indirect & ~aside, [hollow]),
        "in indirect speech": (~quoted & indirect & ~aside, [hollow, _half(INK)]),
        "in repeated text, not counted": (aside, [_stroke(GREY, filled=False)]),
        "negated": (matches["negated"], [_SIGNS["negated"][0]]),
        "under review": (matches["review"], [_SIGNS["review"][0]]),
    }
    return {
        label: tuple(axes.scatter([], [], **{**m, "s": min(m["s"], 160)}) for m in markers)
        for label, (which, markers) in entries.items()
        if which.any()
    }


# ---------------------------------------------------------------------------- who speaks in it

_STRIP, _TALL = -1.02, 0.46  # its middle and height, in rows; the first frame's row is at 0


def _speech(voices: pd.DataFrame, article: str) -> pd.DataFrame:
    """Give what is quoted or reported in the article; who, and whether that is sure enough."""
    expect(voices, "find_voices", "start", "end", "voice", "speaker", "certainty", "n_words")
    here = voices[voices["article_id"].astype(str) == article].sort_values("start")
    if len(voices) and here.empty:
        raise ValueError(f'The table of voices has none of article "{article}".')
    speech = here[here["voice"].isin(SPOKEN)]
    known = speech["speaker"].notna()
    return speech.assign(
        who=speech["speaker"].astype(object).where(known, UNKNOWN.name),
        sure=~known | (speech["certainty"].fillna(0) >= UNSURE),
    )


def _with_indirect(matches: pd.DataFrame, speech: pd.DataFrame | None) -> pd.DataFrame:
    """Mark the mentions in indirect speech, as far as the tables know of any."""
    if "voice" in matches.columns:
        return matches.assign(indirect=matches["voice"].astype(str) == "indirect")
    if speech is None:
        return matches.assign(indirect=False)
    indirect = speech[speech["voice"] == "indirect"]
    return matches.assign(indirect=rows_at(indirect, matches["start"].to_numpy()) >= 0)


def _draw_speech(axes: Axes, speech: pd.DataFrame, sentences: pd.DataFrame) -> dict[str, Any]:
    """Draw who speaks as a strip above the frames; give what the legend says of it."""
    from matplotlib.patches import Patch, Rectangle

    styles = _speakers(speech)
    handles: dict[str, Any] = {}
    for left, right, row in _stretches(speech, sentences):
        style = styles[row["who"]]
        ground = style.colour if row["sure"] else mix(style.colour, "#ffffff", share=0.45)
        look: dict[str, Any] = {"facecolor": ground, "linewidth": 0}
        if row["voice"] == "indirect":
            look |= {"facecolor": "white", "edgecolor": ground, "hatch": "//////"}
        corner = (left, round(_STRIP - _TALL / 2, 6))
        axes.add_patch(Rectangle(corner, round(right - left, 6), _TALL, **look, zorder=3))
    if (speech["voice"] == "quoted").any():
        handles["strip: quoted"] = Patch(facecolor=INK)
    if (speech["voice"] == "indirect").any():
        handles["strip: indirect"] = Patch(facecolor="white", edgecolor=INK, hatch="//////")
    if not speech["sure"].all():
        handles["pale, with ?: speaker unsure"] = Patch(facecolor=mix(INK, "#ffffff", share=0.45))
    if len(styles.keys() - {UNKNOWN.name}) > len({style.colour for style in styles.values()}):
        handles["colours come round again"] = Patch(facecolor="none")
    for name, style in list(styles.items())[:_MOST_SPEAKERS]:
        label = f"{style.initials}  {one_line(name, longest=28)}"
        handles[label] = Patch(facecolor=style.colour)
    if more := styles.keys() - list(styles)[:_MOST_SPEAKERS]:
        handles[f"{plural(len(more), 'more speaker')}"] = Patch(facecolor="none")
    axes.axhline(-0.5, color="white", linewidth=1.5, zorder=1)
    axes.set_ylim(axes.get_ylim()[0], -1.4)
    note(axes, "who speaks", 0, _STRIP, right=-18, margin=True, ha="right", fontsize=9)
    return handles


_MOST_SPEAKERS = 12  # named in the legend


def _speakers(speech: pd.DataFrame) -> dict[str, Any]:
    named = speaker_styles(speech.loc[speech["speaker"].notna(), "who"])
    nobody = {UNKNOWN.name: UNKNOWN} if speech["speaker"].isna().any() else {}
    return named | nobody


def _stretches(
    speech: pd.DataFrame, sentences: pd.DataFrame
) -> list[tuple[float, float, dict[Any, Any]]]:
    """List each stretch with where it begins and ends, in words."""
    ends = [_places(speech[name], sentences).tolist() for name in ("start", "end")]
    return list(zip(*ends, speech.to_dict("records"), strict=True))


def _name_speech(axes: Axes, speech: pd.DataFrame, sentences: pd.DataFrame) -> None:
    """Write the initials of the speakers where there is room, now that the layout has settled."""
    styles = _speakers(speech)
    low, high = axes.get_xlim()
    per_word = axes_inches(axes) * 72 / (high - low)
    for left, right, row in _stretches(speech, sentences):
        style = styles[row["who"]]
        words = style.initials + "?" * (not row["sure"])
        if (right - left) * per_word > 5.2 * len(words) + 2:
            plain = row["voice"] == "quoted" and row["sure"]
            text: Any = {"ha": "center", "va": "center_baseline", "fontsize": 7, "zorder": 4}
            text |= {"fontweight": "bold", "color": "white" if plain else INK}
            if row["voice"] == "indirect":
                text["bbox"] = {"facecolor": "white", "linewidth": 0, "pad": 0.6}
            axes.text(round((left + right) / 2, 6), _STRIP, words, **text)


def _speech_alt(speech: pd.DataFrame) -> str:
    """Say how many words are quoted and indirect, and whose; unsure speakers are unknown."""
    who = speech["who"].where(speech["sure"], UNKNOWN_SPEAKER)
    parts = []
    for voice, words in (("quoted", "Quoted"), ("indirect", "In indirect speech")):
        chosen = speech["voice"] == voice
        sums = speech.loc[chosen, "n_words"].groupby(who[chosen], sort=False).sum()
        listed = ", ".join(f"{one_line(str(name))} {n:,}" for name, n in sums.items() if n)
        total = plural(int(sums.sum()), "word")
        parts.append(f"{words}: {total}" + f" ({listed})" * bool(listed) + ".")
    return " ".join(parts)


# ---------------------------------------------------------------------------- frame profile


def plot_profile(scores: pd.DataFrame, *, ax: Axes | None = None, most: int = 12) -> Axes:
    """Draw how often each frame is mentioned, in all or in each part that the table counts apart.

    Parameters
    ----------
    scores : DataFrame
        The table that `score_frames` gives, of one article or several. Its columns ``block``,
        ``quoted``, ``voice`` and ``speaker``, where there are any, make the groups. Articles of
        a group are added up.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if left out.
    most : int, default 12
        How many speakers are groups of their own, those of most words first; the others are
        added up.

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
    if most < 1:
        raise ValueError(f"most={most} leaves no speaker; use 1 or more.")
    groups = _profile_groups(scores, most)
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


def _profile_groups(scores: pd.DataFrame, most: int) -> list[_Group]:
    by = [name for name in ("block", "quoted", "voice", "speaker") if name in scores.columns]
    # In an order that says something, also where a join has lost the order.
    orders = {"block": BLOCKS, "voice": VOICES}
    if "speaker" in by:
        order = order_speakers(scores)
        special = [name for name in order if name in (UNKNOWN_SPEAKER, NO_SPEAKER)]
        named = [name for name in order if name not in special]
        if len(named) > most:
            others = f"others ({len(named) - most:,})"
            who = scores["speaker"].astype(object)
            scores = scores.assign(speaker=who.where(~who.isin(named[most:]), others))
            named = [*named[:most], others]
        orders["speaker"] = (*named, *special)
    for name in orders.keys() & set(by):
        scores = scores.assign(**{name: pd.Categorical(scores[name], orders[name])})
    flags = ["n_matches", "n_negated", "n_review"]
    if "n_unsure" not in scores.columns:
        scores = scores.assign(n_unsure=0)
    groups = scores.groupby([*by, "frame"], observed=True, sort=True, dropna=False)
    table = groups[[*flags, "n_unsure", "n_words"]].sum().reset_index()
    if table.empty:
        return []
    per_word = 1000 / table["n_words"].where(table["n_words"] > 0)
    table = table.assign(
        rate=np.round(table["n_matches"] * per_word, 6),
        review_rate=np.round(table["n_review"] * per_word, 6),
        counts=[
            with_flags(*row) + unsure_words(unsure)
            for *row, unsure in table[[*flags, "n_unsure"]].itertuples(index=False)
        ],
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


def order_speakers(scores: pd.DataFrame) -> tuple[str, ...]:
    """List the speakers, those of most words first; at the end the unknown one and nobody."""
    words = scores.groupby(["speaker", "frame"], observed=True)["n_words"].sum()
    most = words.groupby(level="speaker", observed=True).max()
    named = sorted((-int(n), str(speaker)) for speaker, n in most.items())
    last = (UNKNOWN_SPEAKER, NO_SPEAKER)
    order = [speaker for _, speaker in named if speaker not in last]
    return (*order, *(speaker for speaker in last if speaker in most.index))


def unsure_words(number: int) -> str:
    """Write how many mentions more a speaker may have, as in " +2?"."""
    return f" +{number:,}?" if number else ""


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
    words = counts if row["n_words"] or row["n_unsure"] else "no words"
    note(axes, words, rate, y, right=4)


def _profile_legend(axes: Axes, groups: Sequence[_Group]) -> None:
    from matplotlib.patches import Patch

    handles = {}
    if any(group.rows["n_review"].any() for group in groups):
        handles["under review"] = Patch(facecolor=GREY, edgecolor="white", hatch="////")
    if any(group.rows["n_unsure"].any() for group in groups):
        handles["+1?: one more if an unsure speaker is right"] = Patch(facecolor="none")
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
