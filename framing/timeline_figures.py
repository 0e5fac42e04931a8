"""Pictures of time: how often frames are mentioned from period to period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.canvas import (
    GREY,
    describe,
    drawing,
    either,
    expect,
    frame_names,
    group_styles,
    legend_below,
    lines_height,
    notes_below,
    say,
    used_frames,
)
from framing.cases import gather_cases
from framing.comparison import frame_rates
from framing.dates import event_day
from framing.display import INK, QUIET, frame_styles, one_line, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_timeline(
    scores: pd.DataFrame,
    *,
    by: str | None = "source",
    period: Literal["day", "week", "month", "year"] = "week",
    frame: str | None = None,
    events: Mapping[str, Any] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how often a frame is mentioned from period to period, for one or several groups.

    Parameters
    ----------
    scores : DataFrame
        The table that `score_frames` gives. Articles without a date are left out, and said to be.
    by : str or None, default "source"
        What makes the groups; None for all articles together.
    period : {"day", "week", "month", "year"}, default "week"
        How long a stretch of time each point stands for.
    frame : str, optional
        The frame to draw. If left out, the table has one frame or one group: all frames of one
        group are drawn together.
    events : mapping of str to date, optional
        Names of events and their dates, drawn as vertical lines.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        A point for each period with articles, with its interval; lines join them where a group
        has 20 articles or more, and break where a period has none. At the foot a stroke for each
        day with articles.

    Raises
    ------
    ValueError
        If there are several frames and several groups, ``frame`` is none of the table, or the
        date of an event cannot be read; and as for `frame_rates`.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.Corpus.from_texts(["Peace now.", "No news."], date=["2022-02-08", "2022-02-17"])
    >>> codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace"]})
    >>> scores = fr.score_frames(corpus, codebook)
    >>> axes = fr.plot_timeline(scores, by=None, events={"Summit": "2022-02-10"})
    >>> axes.get_title(loc="left")
    'calm by week: 1 mention in 2 articles, 4 words counted'
    """
    if period not in _LENGTHS:
        raise ValueError(f'period={period!r}: choose "day", "week", "month" or "year"')
    if isinstance(by, (list, tuple)):
        if len(by) != 1:
            raise ValueError(f"by={by!r}: a timeline takes one column, or None")
        by = by[0]
    if events is not None and not isinstance(events, Mapping):
        raise ValueError('events= takes names with dates: {"visit": "2022-02-08"}')
    dated, n_undated = _dated(scores, frame)
    days = {str(name): pd.Timestamp(event_day(day)) for name, day in (events or {}).items()}
    series = _series(dated, by, period)
    notes = _time_notes(series, n_undated)
    with drawing(ax, height=3.9 + 0.06 * len(series) + lines_height(notes)) as axes:
        handles = _draw_courses(axes, series, period, [*days.values()])
        _dates_below(axes)
        axes.set_ylabel("mentions per 1,000 words")
        axes.set_xlabel(f"{period} of publication; at the foot a stroke for each day with articles")
        if not series:
            axes.set_xticks([])
            axes.set_yticks([])
            say(axes, "no articles with a date")
        below = legend_below(axes, handles, fit=True) if len(series) > 1 else 0.5
        notes_below(axes, notes, below=below)
        words = _time_words(series, dated, period)
        alt = [f"Course of {words}.", *map(_course_alt, series), *(f"{n}." for n in notes)]
        alt += [f"Events: {', '.join(f'{n} {d:%Y-%m-%d}' for n, d in days.items())}."] * bool(days)
        describe(axes, dated, title=words, alt=" ".join(alt))
        _name_events(axes, days)
    return axes


_LENGTHS: Mapping[str, pd.DateOffset] = {
    "day": pd.DateOffset(days=1),
    "week": pd.DateOffset(weeks=1),
    "month": pd.DateOffset(months=1),
    "year": pd.DateOffset(years=1),
}
_JOINED = 20  # articles from which on the points of a group are joined


@dataclass(frozen=True)
class _Course:
    """What one line shows: its rates by period, and the days and sizes of its articles."""

    name: str
    colour: str
    marker: str
    rates: pd.DataFrame
    days: pd.Series[Any]

    @property
    def joined(self) -> bool:
        """Whether there are articles enough for a line."""
        return len(self.days) >= _JOINED


def _dated(scores: pd.DataFrame, frame: str | None) -> tuple[pd.DataFrame, int]:
    """Select the frame and the articles with a date; count those without."""
    expect(scores, "score_frames", "article_id", "date", "frame", "n_matches", "n_words")
    if frame is not None:
        known = [str(name) for name in pd.unique(scores["frame"])]
        if frame not in known:
            raise ValueError(f"frame={frame!r} is not in the scores, which have {either(known)}")
        scores = scores[scores["frame"].astype(str) == frame]
    words = scores["n_words"].groupby(scores["article_id"].astype(str)).sum()
    scores = scores[
        scores["article_id"].astype(str).map(words) > 0
    ]  # a text without words has no rate
    has_date = scores["date"].notna()
    return scores[has_date], int(scores.loc[~has_date, "article_id"].nunique())


def _series(dated: pd.DataFrame, by: str | None, period: str) -> list[_Course]:
    """Make a course for each group, or for each frame of the only group."""
    if dated.empty:
        return []
    cases = gather_cases(used_frames(dated), by)
    names = [f"no {by}" if label is None else label or "all articles" for label in cases.labels]
    styles, looks = frame_styles(frame_names(dated["frame"])), group_styles(names)
    if len(names) > 1 and len(cases.frames) > 1:
        raise ValueError(
            f"{len(cases.frames)} frames of {len(names)} groups are too much for one picture; "
            f'choose one, as in frame="{cases.frames[0]}", or one group, as in '
            f'scores[scores["{by}"] == "{names[0]}"].'
        )
    rates = frame_rates(used_frames(dated), by=[*cases.by, period])
    days = pd.Series(dated.drop_duplicates("article_id").set_index("article_id")["date"])
    days.index = days.index.astype(str)
    courses = []
    for number, name in enumerate(names):
        mine = days.reindex(cases.article[cases.group == number].astype(str))
        for frame in cases.frames:
            chosen = rates["frame"].astype(str) == frame
            if by is not None:
                value = cases.groups[by].iloc[number]
                chosen &= rates[by].isna() if pd.isna(value) else rates[by] == value
            colour, marker = looks[name]
            if len(names) == 1:
                colour, marker = styles[frame].colour, group_styles(cases.frames)[frame][1]
            label = name if len(names) > 1 else frame
            part = rates[chosen].set_index(period).sort_index()
            courses.append(_Course(label, colour, marker, part, mine))
    return courses


def _time_notes(series: Sequence[_Course], n_undated: int) -> list[str]:
    notes = []
    few = {course.name: len(course.days) for course in series if not course.joined}
    if few and len(set(few.values())) == 1:
        notes.append(f"points not joined: {plural(next(iter(few.values())), 'article')}")
    elif few:
        listed = ", ".join(f"{one_line(name, longest=30)} {n}" for name, n in few.items())
        notes.append(f"points not joined: articles {listed}")
    if few:
        notes[-1] += f"; fewer than {_JOINED} show no course of time"
    if series and any((course.rates["high"] > _top(series)).any() for course in series):
        notes.append("intervals that reach beyond the top are cut")
    if n_undated:
        notes.append(f"{plural(n_undated, 'article')} without date left out")
    return notes


def _draw_courses(
    axes: Axes, series: Sequence[_Course], period: str, events: Sequence[pd.Timestamp]
) -> dict[str, Any]:
    if not series:
        return {}
    starts = sorted({day for course in series for day in course.rates.index})
    grid = pd.date_range(starts[0], starts[-1], freq=_LENGTHS[period])
    edges = _day_number(grid.append(grid[-1:] + _LENGTHS[period]))
    length = float(np.diff(edges).min())
    top = _top(series)
    handles: dict[str, Any] = {}
    rug = 0.045 * top
    for number, course in enumerate(series):
        shift = (number - (len(series) - 1) / 2) * min(0.05, 0.24 / len(series)) * length
        x = np.round((edges[:-1] + edges[1:]) / 2 + shift, 6)
        rows = course.rates.reindex(grid)  # a period without articles is a gap
        y = np.round(rows["estimate"].to_numpy(dtype=float), 6)
        low, high = (np.round(rows[end].to_numpy(dtype=float), 6) for end in ("low", "high"))
        axes.vlines(x, low, high, color=course.colour, linewidth=1, alpha=0.55, zorder=2)
        style: dict[str, Any] = {"color": course.colour, "marker": course.marker, "markersize": 5.5}
        line = axes.plot(
            x,
            y,
            linestyle="solid" if course.joined else "none",
            linewidth=1.4,
            markeredgecolor="white",
            markeredgewidth=0.5,
            zorder=3,
            **style,
        )
        handles[one_line(course.name, longest=30)] = line[0]
    if any(course.rates["low"].notna().any() for course in series):
        handles["interval"] = axes.vlines([], [], [], color=GREY, linewidth=1)
    apart = 1 < len({id(course.days) for course in series}) <= 6
    strips = series if apart else [_all_days(series)]
    for number, course in enumerate(strips):
        foot = -(number + 1) * rug
        places = np.round(_day_number(pd.DatetimeIndex(course.days.dropna())) + 0.5, 6)
        ends = foot + 0.1 * rug, foot + 0.9 * rug
        axes.vlines(places, *ends, color=course.colour, linewidth=0.9)
    axes.axhline(0, color=GREY, linewidth=0.8, zorder=1)
    axes.set_ylim(-rug * (len(strips) + 0.3), top)
    axes.set_yticks([tick for tick in axes.get_yticks() if 0 <= tick <= top])
    axes.spines["left"].set_bounds(0, top)
    marks = [*edges, *(_day_number(pd.DatetimeIndex(list(events))) + 0.5)]
    room = 0.02 * (max(marks) - min(marks))
    axes.set_xlim(min(marks) - room, max(marks) + room)
    return handles


def _top(series: Sequence[_Course]) -> float:
    """Upper end of the axis: all rates, and intervals unless they reach far beyond them."""
    rate = max(float(course.rates["estimate"].max()) for course in series) or 1.0
    highs = [float(np.nan_to_num(course.rates["high"].max())) for course in series]
    return min(max([rate, *highs]), 2 * rate) * 1.06


def _all_days(series: Sequence[_Course]) -> _Course:
    """Give the days of all articles, each article once."""
    days = pd.concat([course.days for course in series])
    return replace(series[0], colour=QUIET, days=days[~days.index.duplicated()])


def _day_number(days: pd.Index[Any]) -> NDArray[np.float64]:
    """Days since 1970, as matplotlib counts them."""
    return days.to_numpy().astype("datetime64[s]").astype(np.int64) / 86400


def _dates_below(axes: Axes) -> None:
    from matplotlib import dates

    known: Any = dates
    locator = known.AutoDateLocator(minticks=3, maxticks=7)
    formatter = known.AutoDateFormatter(locator, defaultfmt="%Y-%m-%d")
    formatter.scaled = dict.fromkeys((1.0, 1 / 24), "%Y-%m-%d") | {30.0: "%Y-%m", 365.0: "%Y"}
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(formatter)


def _name_events(axes: Axes, days: Mapping[str, pd.Timestamp]) -> None:
    """Draw a line for each event, its name above the Axes in the first row with room for it."""
    figure = axes.get_figure(root=True)
    if not days or figure is None:
        return
    figure.draw_without_rendering()  # so that the layout settles how wide the Axes are
    points = 72 / figure.dpi
    box = axes.get_window_extent()
    named: list[tuple[float, float, float, int]] = []  # line, both ends of the name, its row
    # From right to left, so that each name stands above the lines that it reaches over.
    for name, day in sorted(days.items(), key=lambda item: (item[1], item[0]), reverse=True):
        place = round(float(_day_number(pd.DatetimeIndex([day]))[0]) + 0.5, 6)
        axes.axvline(place, color=INK, linewidth=0.9, linestyle=(0, (1, 1.5)), zorder=1)
        ground = {"facecolor": "white", "linewidth": 0, "pad": 0.8}
        text = axes.annotate(
            one_line(name, longest=40),
            (place, 1),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            xytext=(0, 0),
            fontsize=8,
            bbox=ground,
            zorder=4,
        )
        width = text.get_window_extent().width
        line = axes.transData.transform((place, 0))[0]
        left = min(line + 3 / points, max(box.x1 - width, box.x0))  # not beyond the right end
        right = left + width + 4 / points
        reached = [r for x, start, end, r in named if left <= x <= right or start < right]
        row = max(reached, default=-1) + 1
        named.append((line, left, right, row))
        height = 4 + 11.5 * row
        text.set_position((round((left - line) * points, 2), height))
        stem: dict[str, Any] = {"arrowstyle": "-", "linewidth": 0.9, "color": INK, "shrinkA": 0}
        axes.annotate(
            "",
            (place, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, height + (7 if left > line else 0)),
            textcoords="offset points",
            arrowprops={**stem, "shrinkB": 0, "linestyle": (0, (1, 1.5))},
        )
    n_rows = 1 + max(row for *_, row in named)
    axes.set_title(axes.get_title(loc="left"), loc="left", pad=8 + 11.5 * n_rows)


def _time_words(series: Sequence[_Course], dated: pd.DataFrame, period: str) -> str:
    frames = [name for name in frame_names(dated["frame"]) if (dated["frame"] == name).any()]
    what = one_line(frames[0], longest=30) if len(frames) == 1 else plural(len(frames), "frame")
    n_matches = sum(int(course.rates["n_matches"].sum()) for course in series)
    words = dated[dated["frame"] == frames[0]] if frames else dated
    return (
        f"{what} by {period}: {plural(n_matches, 'mention')} in "
        f"{plural(words['article_id'].nunique(), 'article')}, "
        f"{int(words['n_words'].sum()):,} words counted"
    )


def _course_alt(course: _Course) -> str:
    parts = [
        f"{day:%Y-%m-%d} {rate:,.1f} ({plural(int(number), 'article')})"
        for day, rate, number in zip(
            course.rates.index, course.rates["estimate"], course.rates["n_articles"], strict=True
        )
    ]
    return f"{course.name}: {', '.join(parts)}."
