"""Figures of groups: rates, ratios, the course of time, frames that meet."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from drawn import labels, legend, title, written
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import framing as fr
from framing.canvas import alt_text
from framing.comparison import frame_rates
from framing.display import frame_styles
from framing.tables import as_table, empty_table

FRAMES = ["security", "$5 to $6"]
HOSTILE = ["$5 to $6", "<b>bold & co</b>\nnew line", "x" * 80, "الجزيرة"]


def make_scores(sizes, frames=FRAMES, shared=(), start="2022-02-07", constructed=False):
    """Articles of 100 words, one a day; the k-th mentions the first frame k % 3 times."""
    rows = [
        (f"{source}{k}", source, day, frame, (k + n) % 3)
        for source, size in sizes.items()
        for k, day in enumerate(pd.date_range(start, periods=size))
        for n, frame in enumerate(frames)
    ]
    article, source, date, frame, counts = zip(*rows, strict=True)
    n = len(rows)
    return as_table(
        "scores",
        {
            "article_id": article,
            "source": source,
            "date": pd.to_datetime(list(date)),
            "cluster": [shared[0] if name in shared else name for name in article],
            "constructed": [constructed] * n,
            "frame": frame,
            "n_matches": counts,
            "n_negated": [0] * n,
            "n_review": [0] * n,
            "n_words": [100] * n,
            "per_1000_words": [10.0 * count for count in counts],
            "present": [count > 0 for count in counts],
            "codebook": ["c"] * n,
        },
        categories={"frame": frames},
    )


def make_pairs(rows):
    """Make pairs of rows (frame, articles, of the reference, ratio, low, high, p, detectable)."""
    names = ["frame", "n_articles", "n_articles_reference", "ratio", "low", "high"]
    table = pd.DataFrame(rows, columns=[*names, "p_adjusted", "detectable_ratio"])
    return table.assign(
        group="Courier",
        reference="Herald",
        frame=pd.Categorical(table["frame"], list(dict.fromkeys(table["frame"]))),
        estimate=4.2,
        estimate_reference=2.0,
        level=0.95,
        constructed=False,
        caution="",
    )


def make_cooccurrence(rows, names=("a", "b", "c")):
    """Make a table of rows (frame, other, of it, of the other, both, lift, p)."""
    counts = ["n_frame", "n_other", "n_both", "lift", "p_adjusted"]
    table = pd.DataFrame(rows, columns=["frame", "other", *counts])
    for side in ("frame", "other"):
        table[side] = pd.Categorical(table[side], list(names))
    return table.assign(n_articles=9, n_sentences=100, constructed=False, caution="")


def marks(axes, **style):
    """Places of the marks with a number of corners, or with a face colour, in order."""
    found = []
    for part in axes.collections:
        if not hasattr(part, "get_sizes") or not len(part.get_offsets()):
            continue
        faces = part.get_facecolor()
        face = to_hex(faces[0], keep_alpha=True) if len(faces) else "none"
        corners = len(part.get_paths()[0].vertices)
        if style.items() <= {"face": face, "corners": corners}.items():
            found += [tuple(round(x, 3) for x in place) for place in part.get_offsets().tolist()]
    return found


def intervals(axes):
    """Ends, height and dashes of horizontal lines."""
    found = []
    for part in axes.collections:
        if hasattr(part, "get_segments") and not hasattr(part, "get_sizes"):
            for (x0, y0), (x1, y1) in part.get_segments():
                if y0 == y1:
                    dashed = part.get_linestyle()[0][1] is not None
                    found.append((round(x0, 3), round(x1, 3), y0, dashed))
    return found


# ---------------------------------------------------------------------------- rates


def test_every_article_is_a_dot_and_their_rate_a_diamond():
    axes = fr.plot_rates(make_scores({"A": 3}, frames=["security"]))
    colour = frame_styles(["security"])["security"].colour
    dots = marks(axes, face=colour.lower() + "73")
    assert sorted(x for x, _ in dots) == [0, 10, 20]
    [(rate, height)] = marks(axes, face=colour.lower() + "ff")
    assert (rate, height) == (10, 1)
    assert labels(axes) == ["A"]
    assert written(axes) == [
        *("security", "S", "articles", "3", "mentions", "3", "words", "300", "", "no interval"),
        "3 articles: dots only, no interval",
    ]
    assert title(axes) == "3 mentions in 3 articles, 300 words counted"
    assert axes.get_xlim()[0] == 0


def test_dots_of_equal_rates_stand_apart():
    axes = fr.plot_rates(make_scores({"A": 30}, frames=["security"]))
    dots = marks(axes, face=frame_styles(["security"])["security"].colour.lower() + "73")
    assert len(dots) == len(set(dots)) == 30
    assert all(0.6 < y < 1.4 for _, y in dots)


def test_intervals_are_solid_dashed_or_absent():
    sizes = {"A": 12, "B": 9, "C": 5, "D": 4, "E": 1}
    scores = make_scores(sizes, frames=["security"])
    axes = fr.plot_rates(scores)
    assert [(y, dashed) for _, _, y, dashed in intervals(axes)] == [
        (1, False),
        (2, True),
        (3, True),
    ]
    rates = frame_rates(scores)
    assert intervals(axes)[0][0] == pytest.approx(rates["low"][0], abs=1e-3)
    said = [words for words in written(axes) if words in ("no interval", "case reading")]
    assert said == ["no interval", "case reading"]
    assert legend(axes)[-2:] == [
        "95 % interval, 10 articles or more",
        "95 % interval, 5 to 9 articles",
    ]


def test_articles_that_share_their_text_are_rings_and_one_case():
    axes = fr.plot_rates(make_scores({"A": 6}, frames=["security"], shared=["A1", "A2", "A4"]))
    rings = [part for part in axes.collections if len(part.get_facecolor()) == 0]
    assert sum(len(part.get_offsets()) for part in rings if hasattr(part, "get_sizes")) == 3
    assert "article that shares its text" in legend(axes)
    assert intervals(axes) == []  # 4 cases
    assert "no interval" in written(axes)


def test_frames_without_mention_are_named_once():
    scores = make_scores({"A": 3})
    scores.loc[scores["frame"] == "$5 to $6", "n_matches"] = 0
    axes = fr.plot_rates(scores)
    assert axes.get_xlabel() == "mentions per 1,000 words; no mention of $5 to $6"
    assert "No mention of $5 to $6." in alt_text(axes)
    none = scores.assign(n_matches=0)
    assert labels(fr.plot_rates(none)) == ["A", "A"]


def test_cautions_stand_once_below_the_figure():
    axes = fr.plot_rates(make_scores({"A": 12, "B": 7}))
    [caution] = [words for words in written(axes) if "exploratory" in words]
    assert caution.startswith("B: 7 articles: exploratory")
    assert "B: 7 articles: exploratory." in alt_text(axes)


def test_groups_of_several_columns_and_of_periods():
    axes = fr.plot_rates(make_scores({"A": 30}, frames=["security"]), by=["source", "month"])
    assert labels(axes) == ["A, 2022-02", "A, 2022-03"]
    assert labels(fr.plot_rates(make_scores({"A": 2}, frames=["x"]), by=None)) == ["all articles"]


# ---------------------------------------------------------------------------- ratios


def test_ratios_stand_on_a_log_axis_with_their_numbers():
    axes = fr.plot_comparison(make_pairs([("unity", 20, 22, 2.1, 1.2, 3.6, 0.03, 1.8)]))
    assert axes.get_xscale() == "log"
    colour = frame_styles(["unity"])["unity"].colour.lower() + "ff"
    assert marks(axes, face=colour) == [(2.1, 1)]
    assert intervals(axes) == [(1.2, 3.6, 1, False)]
    [band] = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert (band.get_x(), band.get_width()) == pytest.approx((1 / 1.8, 1.8 - 1 / 1.8), abs=1e-5)
    assert any(list(line.get_xdata()) == [1, 1] for line in axes.lines)
    assert {"Courier against Herald (20 : 22 articles)", "4.2 : 2.0", "p = .03"} <= set(
        written(axes)
    )
    assert "2.1 [1.2, 3.6]" in written(axes)
    assert labels(axes) == ["unity"]
    assert title(axes) == "1 frame in 1 pair of groups, 42 articles"
    left, right = axes.get_xlim()
    assert left * right == pytest.approx(1, abs=1e-5)


def test_ratios_of_few_articles_or_without_limit():
    nan, inf = np.nan, np.inf
    axes = fr.plot_comparison(
        make_pairs(
            [
                ("a", 20, 7, 1.5, 0.7, 3.0, 0.4, nan),
                ("b", 20, 20, 0.0, 0.0, 0.8, 0.0004, nan),
                ("c", 20, 20, inf, 1.5, inf, 0.999, nan),
                ("d", 20, 3, 2.0, nan, nan, nan, nan),
                ("e", 20, 20, nan, nan, nan, nan, nan),
            ]
        )
    )
    assert [dashed for *_, dashed in intervals(axes)] == [True, False, False]
    left, right = axes.get_xlim()
    arrows = {y: x for x, y in marks(axes, corners=4) if y in (2, 3)}
    assert left < arrows[2] < left * 1.1
    assert right > arrows[3] > right / 1.1
    assert written(axes)[-11:] == [
        *("1.5 [0.70, 3.0]", "0 [0, 0.80]", "∞ [1.5, ∞]", "2.0", "no ratio"),
        *("adjusted p", "p = .40", "p < .001", "p = 1", "no test", "no test"),
    ]
    assert "0, without limit, or beyond the axis" in legend(axes)
    assert "c ∞ [1.5, ∞], p = 1" in alt_text(axes)


@pytest.mark.parametrize(
    ("low", "high", "named"),
    [
        (0.8, 1.25, "1/2 1/1.5 1/1.25 1 1.25 1.5 2"),
        (0.41, 2.04, "1/2.5 1/2 1/1.5 1 1.5 2 2.5"),
        (1.1, 2.7, "1/2.5 1/2 1/1.5 1 1.5 2 2.5"),
        (3.2, 5.8, "1/4 1/2 1 2 4"),
        (0.1, 10.0, "1/8 1/4 1/2 1 2 4 8"),
        (0.001, 900.0, "1/32 1/16 1/8 1/4 1/2 1 2 4 8 16 32"),
    ],
)
def test_ratios_under_the_axis_never_run_into_each_other(low, high, named):
    axes = fr.plot_comparison(make_pairs([("unity", 20, 22, 1.2, low, high, 0.03, 1.8)]))
    figure, numbers = axes.get_figure(), []
    for inches in (30, 8, 6):  # the columns beside the axes leave ever less to them
        figure.set_figwidth(inches)
        figure.draw_without_rendering()
        shown = axes.get_xticklabels()
        numbers.append([label.get_text() for label in shown])
        boxes = [label.get_window_extent() for label in shown]
        assert all(left.x1 + 1 < right.x0 for left, right in pairwise(boxes))
        values = [1 / float(text[2:]) if "/" in text else float(text) for text in numbers[-1]]
        assert axes.get_xticks() == pytest.approx(values)
    assert " ".join(numbers[1]) == named
    assert len(numbers[0]) >= len(numbers[1]) >= len(numbers[-1]) >= 3


# ---------------------------------------------------------------------------- time


def test_periods_without_articles_are_gaps():
    scores = make_scores({"A": 70}, frames=["security"])
    days = scores["date"]
    axes = fr.plot_timeline(scores[(days < "2022-02-21") | (days >= "2022-02-28")], by=None)
    line = max(axes.lines, key=lambda line: len(line.get_xdata()))
    assert np.isnan(line.get_ydata()).tolist() == [n == 2 for n in range(10)]
    assert line.get_linestyle() == "-"
    assert round(line.get_ydata()[0], 3) == 8.571  # 6 mentions in 700 words
    monday = (pd.Timestamp("2022-02-07") - pd.Timestamp(0)).days
    assert line.get_xdata()[0] == monday + 3.5
    strokes = axes.collections[-1].get_segments()
    assert len(strokes) == 63
    assert strokes[0][0][0] == monday + 0.5
    assert all(y < 0 for stroke in strokes for _, y in stroke)


def test_few_articles_are_points_only():
    scores = make_scores({"A": 25, "B": 19}, frames=["security"])
    axes = fr.plot_timeline(scores)
    styles = [line.get_linestyle() for line in axes.lines if line.get_marker() not in ("", "None")]
    assert styles == ["-", "None"]
    assert legend(axes) == ["A", "B", "interval"]
    note = "points not joined: articles B 19; fewer than 20 show no course of time"
    assert any(note in words for words in written(axes)) or "19 articles" in alt_text(axes)


def test_articles_without_date_are_counted():
    scores = make_scores({"A": 4}, frames=["security"])
    scores.loc[0, "date"] = pd.NaT
    axes = fr.plot_timeline(scores)
    assert any("1 article without date left out" in words for words in written(axes))
    assert title(axes) == "security by week: 3 mentions in 3 articles, 300 words counted"


def test_names_of_events_do_not_cover_each_other():
    days = ["2022-02-08", "2022-02-09", "2022-02-09", "2022-02-20", "2022-03-10"]
    events = {f"event number {n} $5": day for n, day in enumerate(days)}
    axes = fr.plot_timeline(make_scores({"A": 30}, frames=["security"]), events=events)
    figure = axes.get_figure()
    figure.draw_without_rendering()
    names = [text for text in axes.texts if text.get_text().startswith("event")]
    boxes = [text.get_window_extent() for text in names]
    assert len(boxes) == 5
    assert not any(a.overlaps(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])
    assert all(box.x1 <= axes.get_window_extent().x1 + 8 for box in boxes)
    assert "event number 3 $5 2022-02-20" in alt_text(axes)


def test_timeline_refuses_too_much_and_nonsense():
    scores = make_scores({"A": 3, "B": 3})
    with pytest.raises(ValueError, match=r'2 frames of 2 groups .* frame="security"'):
        fr.plot_timeline(scores)
    with pytest.raises(ValueError, match="frame='x' is not in the scores"):
        fr.plot_timeline(scores, frame="x")
    with pytest.raises(ValueError, match="'soon' is no date"):
        fr.plot_timeline(scores, frame="security", events={"war": "soon"})
    with pytest.raises(ValueError, match="period='decade'"):
        fr.plot_timeline(scores, frame="security", period="decade")
    one = fr.plot_timeline(scores[scores["source"] == "A"])
    assert legend(one) == FRAMES


# ---------------------------------------------------------------------------- frames that meet


def test_cells_have_lift_and_numbers():
    axes = fr.plot_cooccurrence(
        make_cooccurrence(
            [
                ("a", "b", 20, 30, 12, 2.0, 0.01),
                ("a", "c", 20, 5, 1, 1.0, np.nan),
                ("c", "b", 5, 30, 6, 0.25, 0.2),
            ]
        )
    )
    assert written(axes)[:6] == ["20", "2.0×\n12", "30", "1.0×\n1", "0.25×\n6", "5"]
    places = {text.get_text(): text.get_position() for text in axes.texts}
    assert places["0.25×\n6"] == (1, 2)
    hatched = [patch.get_xy() for patch in axes.patches if patch.get_hatch()]
    assert [(round(x + 0.48), round(y + 0.47)) for x, y in hatched] == [(0, 2)]
    [outline] = [patch for patch in axes.patches if not patch.get_fill()]
    assert outline.get_xy() == (-0.46, 0.56)
    faces = {round(p.get_x() + 0.48, 2): to_hex(p.get_facecolor()) for p in axes.patches[1:2]}
    assert faces != {0.0: "#ffffff"}
    assert "too few to tell (paler)" in legend(axes)
    assert "a (20) and c (5): 1 together, lift 1.0, no test, too few to tell." in alt_text(axes)


# ---------------------------------------------------------------------------- all of them


def plots(sizes=(13, 7, 3, 1), names=("A", "B", "C", "D"), frames=("security", "$5 to $6")):
    """One call for each plot."""
    frames = list(frames)
    scores = make_scores(dict(zip(names, sizes, strict=True)), frames, constructed=True)
    rows = [(frame, 12, 7, 1.5, 0.7, 3.0, 0.2, 2.0) for frame in frames]
    pairs = make_pairs(rows).assign(group=names[0], reference=names[-1], caution="7 articles: few")
    meets = make_cooccurrence([(frames[0], frames[1], 20, 30, 3, 0.5, np.nan)], frames)
    events = {names[0]: "2022-02-09", names[1]: "2022-02-10"}
    return [
        lambda **given: fr.plot_rates(scores, **given),
        lambda **given: fr.plot_comparison(pairs, **given),
        lambda **given: fr.plot_timeline(scores, frame=frames[0], events=events, **given),
        lambda **given: fr.plot_cooccurrence(meets, **given),
    ]


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("names", [("A", "B", "C", "D"), tuple(HOSTILE)], ids=["plain", "hostile"])
def test_figures_are_equal_twice_and_keep_their_shape(number, names, tmp_path, save_svg):
    frames = ("security", "long " * 20) if names[0] == "A" else ("$a$", "<i>")
    axes = plots(names=names, frames=frames)[number]()
    texts = [*axes.texts, axes._left_title, *axes.get_yticklabels(), *axes.get_xticklabels()]
    assert not any(text.get_parse_math() for text in texts)
    if names[0] == "A":
        again = plots(names=names, frames=frames)[number]()
        assert save_svg(axes) == save_svg(again)
    else:
        fr.save_figure(axes, tmp_path / "hostile")
    assert axes.get_window_extent().width > 0.25 * axes.get_figure().bbox.width


@pytest.mark.parametrize("number", range(4))
def test_given_axes_are_used(number):
    axes = Figure(figsize=(8, 6)).subplots()
    assert plots()[number](ax=axes) is axes
    assert plt.get_fignums() == []
    assert alt_text(axes)


@pytest.mark.parametrize("number", [0, 2])
def test_constructed_texts_are_named(number):
    axes = plots()[number]()
    assert title(axes).endswith("(constructed texts)")
    assert alt_text(axes).startswith("Constructed texts. ")


def test_empty_tables_say_so():
    scores = empty_table("scores")
    assert "no articles" in written(fr.plot_rates(scores))
    assert "no articles" in written(fr.plot_rates(make_scores({"A": 1}).head(0)))
    assert "no articles with a date" in written(fr.plot_timeline(scores))
    pairs = empty_table("compare_groups")
    assert "no pairs of groups" in written(fr.plot_comparison(pairs))
    assert "no pairs of frames" in written(fr.plot_cooccurrence(empty_table("frame_cooccurrence")))


def test_many_groups_keep_a_row_each(tmp_path):
    scores = make_scores({f"outlet {n:02}": 5 for n in range(30)}, frames=["security"])
    axes = fr.plot_rates(scores)
    assert len(labels(axes)) == 30
    figure = axes.get_figure()
    figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in axes.get_yticklabels()]
    assert all(a.y0 >= b.y1 - 1 for a, b in pairwise(boxes))
    assert len(legend(fr.plot_timeline(scores))) == 31  # and the interval


def test_wrong_tables_are_named():
    with pytest.raises(ValueError, match="A table of compare_groups is drawn here"):
        fr.plot_comparison(make_scores({"A": 1}))
    with pytest.raises(ValueError, match="A table of frame_cooccurrence is drawn here"):
        fr.plot_cooccurrence(make_scores({"A": 1}))
    with pytest.raises(ValueError, match="A table of score_frames is drawn here"):
        fr.plot_timeline(make_pairs([]))
    with pytest.raises(ValueError, match="use the table of score_frames"):
        fr.plot_rates(make_pairs([]))
