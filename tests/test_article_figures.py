import subprocess
import sys
from itertools import pairwise

import matplotlib as mpl
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
from framing.display import UNKNOWN, frame_styles, mix, speaker_styles
from framing.tables import VOICES, as_table, empty_table

FRAMES = ["security", "$5 to $6", "unity"]


@pytest.fixture
def sentences():
    return as_table(
        "sentences",
        {
            "article_id": ["a"] * 5 + ["b"],
            "sentence": [1, 2, 3, 4, 5, 1],
            "start": [0, 60, 100, 200, 300, 0],
            "end": [50, 90, 200, 300, 400, 10],
            "block": ["title", "dateline", "body", "body", "body", "body"],
            "n_words": [10, 6, 20, 20, 20, 2],
            "set_aside": [False, False, False, False, True, False],
            "constructed": [False] * 6,
        },
    )


@pytest.fixture
def matches():
    return make_matches(
        [  # frame, start, quoted, negated, review, set_aside
            ("security", 0, False, False, False, False),
            ("security", 100, True, False, True, False),
            ("security", 250, True, True, False, False),
            ("$5 to $6", 150, False, False, False, False),
            ("$5 to $6", 350, False, False, True, True),
        ]
    )


def make_matches(rows, article="a", names=FRAMES):
    columns = list(zip(*rows, strict=True)) or [[]] * 6
    n = len(rows)
    return as_table(
        "matches",
        {
            "article_id": [article] * n,
            "source": ["s"] * n,
            "frame": columns[0],
            "pattern": ["p"] * n,
            "start": columns[1],
            "end": [start + 5 for start in columns[1]],
            "text": ["words"] * n,
            "sentence": [1] * n,
            "block": ["body"] * n,
            "quoted": columns[2],
            "negated": columns[3],
            "weight": [1.0] * n,
            "review": columns[4],
            "set_aside": columns[5],
            "constructed": [False] * n,
        },
        categories={"frame": names},
    )


def make_scores(rows, **parts):
    """Make scores of rows (article, frame, matches, negated, review, words)."""
    article, frame, n_matches, n_negated, n_review, n_words = zip(*rows, strict=True)
    n = len(rows)
    words = np.array(n_words, dtype=float)
    rate = np.divide(np.array(n_matches) * 1000.0, words, where=words > 0, out=np.full(n, np.nan))
    return as_table(
        "scores",
        {
            "article_id": article,
            "source": ["s"] * n,
            "date": pd.to_datetime(["2022-02-10"] * n),
            "cluster": article,
            "constructed": [False] * n,
            "frame": frame,
            "n_matches": n_matches,
            "n_negated": n_negated,
            "n_review": n_review,
            "n_words": n_words,
            "per_1000_words": rate,
            "present": [count > 0 for count in n_matches],
            "codebook": ["c"] * n,
            **parts,
        },
        extra=list(parts),
        categories={"frame": FRAMES},
    )


def make_tone(vader, textblob, *, article="a", caution=None):
    n = len(vader)
    return as_table(
        "sentiment_sentences",
        {
            "article_id": [article] * n,
            "source": ["s"] * n,
            "sentence": [2 * k + 1 for k in range(n)],
            "block": ["title"] * min(n, 1) + ["body"] * (n - 1),
            "start": [10 * k for k in range(n)],
            "end": [10 * k + 9 for k in range(n)],
            "vader_compound": vader,
            "textblob_polarity": textblob,
            "textblob_subjectivity": [0.5] * n,
            "n_words": [4] * n,
            "constructed": [False] * n,
            "caution": caution or [""] * n,
        },
    )


def points(axes, colour):
    """Filled and hollow marks of a colour, as places on the axes."""
    found = {"filled": [], "hollow": []}
    for marks in axes.collections:
        offsets = np.asarray(marks.get_offsets())
        if not len(offsets) or not len(marks.get_facecolor()):
            continue
        face, edge = to_hex(marks.get_facecolor()[0]), to_hex(marks.get_edgecolor()[0])
        if face == colour.lower():
            found["filled"] += [tuple(place) for place in offsets.tolist()]
        elif face == "#ffffff" and edge == colour.lower():
            found["hollow"] += [tuple(place) for place in offsets.tolist()]
    return found


def bars(axes, height=0.72):
    return [
        (round(bar.get_x(), 3), round(bar.get_width(), 3))
        for bar in axes.patches
        if abs(bar.get_height() - height) < 1e-9
    ]


# ---------------------------------------------------------------------------- barcode


def test_strokes_stand_where_the_words_are(matches, sentences):
    axes = fr.plot_barcode(matches, sentences)
    styles = frame_styles(FRAMES)
    security = points(axes, styles["security"].colour)
    assert security["hollow"] == [(0, 0)]
    assert security["filled"] == [(16, 0), (46, 0)]  # after 16 words; in the middle of the fourth
    assert points(axes, styles["$5 to $6"].colour) == {"filled": [], "hollow": [(26, 1)]}
    assert points(axes, "#8c8c8c")["hollow"] == [(66, 1)]
    assert axes.get_xlim() == (0, 76)


def test_barcode_has_a_row_for_every_frame(matches, sentences):
    axes = fr.plot_barcode(matches, sentences)
    assert labels(axes) == FRAMES
    assert written(axes)[-3:] == ["3 (1 negated, 1 under review)", "1", "0"]
    assert written(axes)[:3] == ["S", "T", "U"]
    assert title(axes) == "4 mentions in 1 article, 50 words counted"
    assert not any(label.get_parse_math() for label in axes.get_yticklabels())


def test_blocks_are_named_in_order(matches, sentences):
    axes = fr.plot_barcode(matches, sentences)
    names = [label.get_text() for label in axes.child_axes[0].get_xticklabels()]
    assert names == ["title", "dateline", "body", "set aside"]
    places = axes.child_axes[0].get_xticks()
    assert places[2] == pytest.approx(36)
    hatched = [bool(band.get_hatch()) for band in axes.patches]
    assert hatched == [False, True, False, True]


def test_names_of_narrow_blocks_do_not_cover_each_other(matches, sentences):
    many = sentences.assign(n_words=[1, 1, 2000, 2000, 1, 1])
    axes = fr.plot_barcode(matches, many)
    figure = axes.get_figure()
    figure.canvas.draw()
    boxes = [label.get_window_extent() for label in axes.child_axes[0].get_xticklabels()]
    assert all(a.x1 <= b.x0 + 1 for a, b in pairwise(boxes))


def test_barcode_legend_names_the_signs_that_occur(matches, sentences):
    def legend(table):
        return [text.get_text() for text in fr.plot_barcode(table, sentences).get_legend().texts]

    assert legend(matches) == [
        "in quotation marks",
        "not in quotation marks",
        "in repeated text, not counted",
        "negated",
        "under review",
    ]
    assert legend(matches.head(1)) == ["not in quotation marks"]


def test_barcode_of_nothing(sentences):
    for table in (sentences, empty_table("sentences")):
        one = table[table["article_id"] == "a"]
        axes = fr.plot_barcode(make_matches([]), one)
        assert "no mentions" in written(axes)
        assert labels(axes) == FRAMES
    assert "no mentions" in written(fr.plot_barcode(empty_table("matches"), one))


def test_barcode_shows_one_article(matches, sentences):
    other = make_matches([("unity", 3, False, False, False, False)], article="b")
    with pytest.raises(ValueError, match=r'matches holds 2: "a", "b"; choose one, as in matches\['):
        fr.plot_barcode(pd.concat([matches, other]), sentences)
    with pytest.raises(ValueError, match=r"sentences holds 2: .* as in sentences\["):
        fr.plot_barcode(make_matches([]), sentences)
    with pytest.raises(ValueError, match='none of article "a"'):
        fr.plot_barcode(matches, sentences[sentences["article_id"] == "b"])
    assert fr.plot_barcode(other, sentences).get_xlim() == (0, 2)


# ---------------------------------------------------------------------------- who speaks


@pytest.fixture
def voices():
    rows = [  # start, end, voice, speaker, certainty, words
        (0, 100, "headline", None, np.nan, 16),
        (100, 140, "quoted", "Elena Moss", 0.9, 8),
        (140, 200, "indirect", "$x$", 0.5, 12),
        (200, 260, "quoted", None, np.nan, 12),
        (260, 300, "journalist", None, np.nan, 8),
        (300, 400, "indirect", "$x$", 0.8, 0),
    ]
    start, end, voice, speaker, certainty, n_words = zip(*rows, strict=True)
    data = {"start": start, "end": end, "voice": voice, "speaker": speaker}
    data |= {"certainty": certainty, "n_words": n_words}
    data |= {"speaker_id": speaker, "text": ["w"] * 6, "article_id": ["a"] * 6}
    data |= {"source": ["s"] * 6, "constructed": [False] * 6}
    return as_table("voices", data, categories={"voice": VOICES})


def strip(axes):
    """Left end, width, colour and hatch of the stretches above the rows."""
    return [
        (round(p.get_x(), 2), round(p.get_width(), 2), to_hex(p.get_facecolor()), p.get_hatch())
        for p in axes.patches
        if isinstance(p, Rectangle) and abs(p.get_height() - 0.46) < 1e-9
    ]


def test_speech_is_drawn_above_the_strokes(matches, sentences, voices):
    axes = fr.plot_barcode(matches, sentences, voices=voices)
    moss, other = speaker_styles(["Elena Moss", "$x$"]).values()
    drawn = strip(axes)
    assert drawn == [
        (16, 8, moss.colour, None),
        (24, 12, "#ffffff", "//////"),
        (36, 12, UNKNOWN.colour, None),
        (56, 20, "#ffffff", "//////"),
    ]
    edges = [to_hex(p.get_edgecolor()) for p in axes.patches if p.get_hatch() == "//////"]
    assert edges == [mix(other.colour, "#ffffff", share=0.45), other.colour]  # unsure, sure
    assert written(axes)[-5:] == ["who speaks", "EM", "x?", "?", "x"]
    assert labels(axes) == FRAMES
    assert legend(axes)[6:] == [
        *("strip: quoted", "strip: indirect", "pale, with ?: speaker unsure"),
        *("EM  Elena Moss", "x  $x$", "?  unknown speaker"),
    ]
    assert alt_text(axes).endswith(
        " Quoted: 20 words (Elena Moss 8, unknown speaker 12)."
        " In indirect speech: 12 words (unknown speaker 12)."
    )


def test_mentions_in_indirect_speech_are_half_filled(matches, sentences, voices):
    colour = frame_styles(FRAMES)["$5 to $6"].colour
    half = {"filled": [(26, 1)], "hollow": [(26, 1)]}
    axes = fr.plot_barcode(matches, sentences, voices=voices)
    assert points(axes, colour) == half
    assert "in indirect speech" in legend(axes)
    known = matches.assign(voice=["journalist"] * 3 + ["indirect"] * 2)
    assert points(fr.plot_barcode(known, sentences), colour) == half


def test_initials_stand_where_there_is_room(matches, sentences, voices):
    narrow = voices.assign(start=voices["start"] // 20 + 100, end=voices["end"] // 20 + 100)
    axes = fr.plot_barcode(matches, sentences, voices=narrow)
    assert "EM" not in written(axes)
    assert "EM  Elena Moss" in legend(axes)


def test_barcode_with_voices_of_others_or_none(matches, sentences, voices):
    assert strip(fr.plot_barcode(matches, sentences, voices=empty_table("voices"))) == []
    other = voices.assign(article_id="b")
    assert len(strip(fr.plot_barcode(matches, sentences, voices=pd.concat([voices, other])))) == 4
    with pytest.raises(ValueError, match='table of voices has none of article "a"'):
        fr.plot_barcode(matches, sentences, voices=other)
    with pytest.raises(ValueError, match="A table of find_voices is drawn here"):
        fr.plot_barcode(matches, sentences, voices=sentences)


def test_barcode_of_many_speakers_stays_inside(matches, sentences, voices, save_svg):
    many = pd.concat(
        [
            voices.iloc[1:2].assign(start=100 + n, end=101 + n, speaker=f"{n}{'y' * 80} الجزيرة")
            for n in range(40)
        ]
    )
    axes = fr.plot_barcode(matches, sentences, voices=many)
    assert "28 more speakers" in legend(axes)
    figure = axes.get_figure()
    figure.draw_without_rendering()
    assert figure.get_tightbbox().y0 > -0.01
    again = fr.plot_barcode(matches, sentences, voices=many)
    assert save_svg(axes) == save_svg(again)


# ---------------------------------------------------------------------------- profile


def headings(axes):
    return [text.get_text() for text in axes.texts if text.get_text().endswith(")")]


def test_profile_of_voices_and_of_speakers():
    rows = [("a", "security", n, 0, 0, 100 + n) for n in range(4)]
    voices = ["quoted", "headline", "indirect", "journalist"]
    assert headings(fr.plot_profile(make_scores(rows, voice=voices))) == [
        "headline (101 words)",
        "journalist (103 words)",
        "quoted (100 words)",
        "indirect (102 words)",
    ]
    speakers = ["no speaker", "$x$", "unknown speaker", "Elena Moss"]
    axes = fr.plot_profile(make_scores(rows, speaker=speakers, n_unsure=[0, 0, 0, 2]))
    assert headings(axes) == [
        "Elena Moss (103 words)",
        "$x$ (101 words)",
        "unknown speaker (102 words)",
        "no speaker (100 words)",
    ]
    assert "3 +2? · 29.1 per 1,000" in written(axes)
    assert legend(axes) == ["+1?: one more if an unsure speaker is right"]
    assert "Elena Moss (103 words): security 3 +2?, 29.1 per 1,000 words." in alt_text(axes)


def test_bars_are_rates_with_the_part_under_review():
    scores = make_scores(
        [
            ("a", "security", 4, 1, 1, 100),
            ("a", "$5 to $6", 0, 0, 0, 100),
            ("a", "unity", 2, 0, 2, 100),
        ]
    )
    axes = fr.plot_profile(scores)
    assert bars(axes) == [(0, 40), (30, 10), (0, 0), (0, 20), (0, 20)]
    assert labels(axes) == FRAMES
    assert "all counted text (100 words)" in written(axes)
    assert "4 (1 negated, 1 under review) · 40.0 per 1,000" in written(axes)
    assert "0" in written(axes)
    assert title(axes) == "6 mentions in 1 article, 100 words counted"
    assert [bool(bar.get_hatch()) for bar in axes.patches] == [False, True, False, False, True]


def test_articles_of_a_group_are_added_up():
    rows = [("a", "security", 1, 0, 0, 100), ("b", "security", 5, 0, 0, 200)]
    axes = fr.plot_profile(make_scores(rows))
    assert bars(axes) == [(0, 20)]
    assert title(axes) == "6 mentions in 2 articles, 300 words counted"


def test_small_groups_are_marked():
    rows = [("a", "security", 1, 0, 0, 10), ("a", "security", 3, 0, 0, 100)]
    axes = fr.plot_profile(make_scores(rows, block=["title", "body"], quoted=[False, True]))
    assert "title, not in quotation marks (10 words: few, rates are unsteady)" in written(axes)
    assert "body, in quotation marks (100 words)" in written(axes)
    assert [to_hex(bar.get_facecolor()) for bar in axes.patches] == ["#ffffff", "#009e73"]
    assert legend(axes) == ["fewer than 50 words"]


def test_frames_that_no_group_mentions_are_named_once():
    rows = [("a", frame, int(frame == "security"), 0, 0, 100) for frame in FRAMES] * 2
    axes = fr.plot_profile(make_scores(rows, quoted=[True] * 3 + [False] * 3))
    assert labels(axes) == ["security", "security"]
    assert axes.get_xlabel() == "mentions per 1,000 words; no mention of $5 to $6 or unity"


def test_profile_without_words_or_rows():
    axes = fr.plot_profile(make_scores([("a", "security", 0, 0, 0, 0)]))
    assert "no words" in written(axes)
    assert "no mentions" in written(fr.plot_profile(empty_table("scores")))


# ---------------------------------------------------------------------------- tone


def test_tone_is_drawn_in_reading_order():
    tone = make_tone([0.5, -0.25, 0.0], [0.1, 0.2, np.nan]).sample(frac=1, random_state=1)
    axes = fr.plot_sentiment(tone)
    assert points(axes, "#0072B2")["filled"] == [(-0.12, 0.5), (0.88, -0.25), (1.88, 0.0)]
    assert points(axes, "#D55E00")["filled"][:2] == [(0.12, 0.1), (1.12, 0.2)]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "3", "5"]
    above = axes.child_axes[0].get_xticklabels()
    assert [label.get_text() for label in above] == ["title", "body"]
    assert any(set(line.get_ydata()) == {0} for line in axes.lines)
    assert legend(axes) == [
        "VADER, compound",
        "TextBlob, polarity",
    ]


def test_tone_with_a_caution_is_hollow():
    axes = fr.plot_sentiment(make_tone([0.5, 0.6], [0.1, 0.2], caution=["", "long"]))
    faces = [to_hex(face) for face in axes.collections[1].get_facecolor()]
    assert faces == ["#0072b2", "#ffffff"]
    assert axes.get_legend().texts[-1].get_text() == "with a caution in the table"


def test_long_articles_number_some_sentences():
    axes = fr.plot_sentiment(make_tone([0.0] * 100, [0.0] * 100))
    assert len(axes.get_xticklabels()) == 25


def test_tone_of_nothing_or_of_several():
    assert "no sentences" in written(fr.plot_sentiment(empty_table("sentiment_sentences")))
    with pytest.raises(ValueError, match='tone holds 2: "a", "b"'):
        fr.plot_sentiment(pd.concat([make_tone([0.1], [0]), make_tone([0], [0], article="b")]))
    with pytest.raises(ValueError, match='by="sentence"'):
        fr.plot_sentiment(empty_table("sentiment"))


# ---------------------------------------------------------------------------- all of them


@pytest.fixture
def plots(matches, sentences):
    """One call for each plot."""
    scores = make_scores([("a", "security", 4, 1, 1, 123), ("a", "$5 to $6", 2, 0, 0, 123)])
    return [
        lambda **given: fr.plot_barcode(matches, sentences, **given),
        lambda **given: fr.plot_profile(scores, **given),
        lambda **given: fr.plot_sentiment(make_tone([0.5, -0.25], [0.1, 0.2]), **given),
    ]


def test_given_axes_are_used_and_settings_left_alone(plots):
    before = dict(mpl.rcParams)
    for plot in plots:
        axes = Figure().subplots()
        assert plot(ax=axes) is axes
        assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before


def test_no_text_is_read_as_maths(plots):
    for plot in plots:
        axes = plot()
        texts = [*axes.texts, axes.title, axes._left_title, *axes.get_yticklabels()]
        assert not any(text.get_parse_math() for text in texts)


def test_nothing_lies_outside_the_figure(plots):
    for plot in plots:
        figure = plot().get_figure()
        figure.draw_without_rendering()
        box = figure.get_tightbbox()
        width, height = figure.get_size_inches()
        assert box.x0 > -0.01
        assert box.y0 > -0.01
        assert box.x1 < width + 0.01
        assert box.y1 < height + 0.01


@pytest.mark.parametrize("which", ["matches", "sentences", "scores", "tone"])
@pytest.mark.parametrize("flags", [[True, False], [False, False]])
def test_constructed_texts_are_named(which, flags, matches, sentences):
    tables = {
        "matches": matches.head(2),
        "sentences": sentences.head(2),
        "scores": make_scores([("a", "security", 1, 0, 0, 100), ("b", "unity", 1, 0, 0, 100)]),
        "tone": make_tone([0.5, -0.25], [0.1, 0.2]),
    }
    tables[which] = tables[which].assign(constructed=flags)
    axes = {
        "scores": lambda: fr.plot_profile(tables["scores"]),
        "tone": lambda: fr.plot_sentiment(tables["tone"]),
    }.get(which, lambda: fr.plot_barcode(tables["matches"], tables["sentences"]))()
    assert title(axes).endswith(" (constructed texts)") == any(flags)
    assert alt_text(axes).startswith("Constructed texts. ") == any(flags)


def test_alt_texts_have_the_numbers(plots):
    alts = [alt_text(plot()) for plot in plots]
    assert alts[0] == (
        "Frames along article a, 50 words counted. Mentions: security 3 (1 negated, 1 under "
        "review), $5 to $6 1, unity 0. 2 of 4 mentions in quotation marks. 1 more in repeated "
        "text, not counted."
    )
    assert "security 4 (1 negated, 1 under review), 32.5 per 1,000 words" in alts[1]
    assert "VADER, compound: mean 0.12, lowest -0.25 in sentence 3, highest 0.50" in alts[2]


def test_two_plots_in_one_figure_are_saved_together(plots, tmp_path):
    both = Figure(figsize=(14, 4), layout="constrained").subplots(1, 2)
    plots[1](ax=both[0])
    plots[2](ax=both[1])
    alt = fr.save_figure(both[0], tmp_path / "both").alt
    assert "Frame profile" in alt
    assert "VADER" in alt


def test_importing_the_package_does_not_load_pyplot():
    code = "import framing, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_many_speakers_make_no_taller_barcode_than_the_legend_needs():
    heights = []
    for size in (13, 40):
        names = [f"{chr(65 + n % 26)}ana {chr(65 + n // 26)}orvik{n}" for n in range(size)]
        said = [f"“Peace talks are near and we want them,” {name} said." for name in names]
        corpus = fr.Corpus.from_texts(["\n\n".join(said)])
        codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace"]})
        matches, voices = fr.find_matches(corpus, codebook), fr.find_voices(corpus)
        axes = fr.plot_barcode(matches, corpus.sentences, voices=voices)
        heights.append(axes.figure.get_size_inches()[1])
        assert "colours come round again" in [
            text.get_text() for text in axes.get_legend().get_texts()
        ]
    assert heights[1] == heights[0]


def test_profile_adds_up_all_but_the_most_heard_speakers():
    rows = [("a", "security", 1, 0, 0, 100 - n) for n in range(40)]
    scores = make_scores(rows, speaker=[f"Ana Brun{n}" for n in range(40)])
    axes = fr.plot_profile(scores)
    assert "others (28) (2,086 words)" in headings(axes)
    assert len(headings(axes)) == 13
    assert axes.figure.get_size_inches()[1] < 12
    assert "40 mentions" in alt_text(axes)
    with pytest.raises(ValueError, match="most=0"):
        fr.plot_profile(scores, most=0)
