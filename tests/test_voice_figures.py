"""Figures of voices: who says what, how much is quoted, who speaks where."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from drawn import labels, legend, title, written
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

import framing as fr
from framing import voices as voices_module
from framing.canvas import alt_text
from framing.display import frame_styles, mix, speaker_styles
from framing.tables import NO_SPEAKER, UNKNOWN_SPEAKER, UNSURE, VOICES, empty_table

FRAMES = ["security", "$5 to $6", "unity"]
HOSTILE = ["$x$", "<b>bold & co</b>\nnew line", "x" * 80, "الجزيرة"]


def make_scores(rows, part="speaker", article="a", frames=FRAMES, **columns):
    """Make scores of rows (voice or speaker, words, mentions and unsure ones by frame)."""
    flat = [
        (name, n_words, frame, n, unsure)
        for name, n_words, counts, unsures in rows
        for frame, n, unsure in zip(frames, counts, unsures, strict=True)
    ]
    table = pd.DataFrame(flat, columns=[part, "n_words", "frame", "n_matches", "n_unsure"])
    table["frame"] = pd.Categorical(table["frame"], frames)
    return table.assign(
        article_id=article, n_negated=0, n_review=0, **{"constructed": False, **columns}
    )


def make_voices(rows, article="a", source="Courier"):
    """Make stretches of rows (voice, words, speaker, certainty), ten characters a word."""
    voice, n_words, speaker, certainty = zip(*rows, strict=True)
    ends = np.cumsum(n_words) * 10
    return pd.DataFrame(
        {
            "article_id": article,
            "source": pd.Categorical([source] * len(rows)),
            "start": ends - np.array(n_words) * 10,
            "end": ends,
            "voice": pd.Categorical(voice, VOICES),
            "speaker": speaker,
            "certainty": certainty,
            "n_words": n_words,
            "constructed": False,
        }
    )


@pytest.fixture
def by_speaker():
    return make_scores(
        [
            (NO_SPEAKER, 500, (2, 0, 1), (0, 0, 0)),
            ("Elena Moss", 100, (4, 0, 1), (2, 0, 0)),
            (UNKNOWN_SPEAKER, 80, (2, 0, 0), (0, 0, 0)),
            ("Ana Brun", 200, (2, 0, 0), (0, 0, 0)),
            ("Bo", 20, (1, 0, 0), (0, 0, 0)),
        ]
    )


@pytest.fixture
def by_voice():
    none = (0, 0, 0)
    return make_scores(
        [
            ("quoted", 100, (4, 0, 1), none),
            ("headline", 10, (1, 0, 0), none),
            ("journalist", 290, (0, 2, 0), none),
        ],
        part="voice",
    ).drop(columns="n_unsure")


@pytest.fixture
def stretches():
    return make_voices(
        [
            ("headline", 10, None, np.nan),
            ("journalist", 50, None, np.nan),
            ("quoted", 20, "Elena Moss", 0.9),
            ("indirect", 15, "Elena Moss", 0.4),
            ("caption", 5, None, np.nan),
        ]
    )


def cells(axes):
    """Colour and hatch of each cell, by its place."""
    return {
        (round(p.get_x() + 0.48), round(p.get_y() + 0.46, 2)): (
            to_hex(p.get_facecolor()),
            bool(p.get_hatch()),
        )
        for p in axes.patches
        if isinstance(p, Rectangle) and abs(p.get_width() - 0.96) < 1e-9
    }


def bars(axes, height=0.3):
    return [
        (round(p.get_x(), 3), round(p.get_width(), 3))
        for p in axes.patches
        if isinstance(p, Rectangle) and abs(p.get_height() - height) < 1e-9
    ]


def note(axes):
    return " ".join(written(axes)[-1].split())


# ---------------------------------------------------------------------------- who says what


def test_the_special_speakers_are_those_of_the_scores():
    names = ("NO_SPEAKER", "UNKNOWN_SPEAKER", "UNSURE")
    found = [getattr(voices_module, name) for name in names]
    assert found == [NO_SPEAKER, UNKNOWN_SPEAKER, UNSURE]


def test_speakers_stand_by_words_and_nobody_last_and_apart(by_speaker):
    axes = fr.plot_voices(by_speaker)
    assert labels(axes) == ["Ana Brun", "Elena Moss", "Bo", UNKNOWN_SPEAKER, NO_SPEAKER]
    assert list(axes.get_yticks()) == [0, 1, 2, 3, 4.35]
    assert [label.get_text() for label in axes.get_xticklabels()] == FRAMES
    assert title(axes) == "13 mentions in 1 article, 900 words counted"


def test_voices_stand_in_their_own_order(by_voice):
    axes = fr.plot_voices(by_voice)
    assert labels(axes) == ["headline", "journalist", "quoted"]
    assert note(axes).startswith("journalist: an upper bound, as reported speech that is not")


def test_cells_are_darker_with_higher_rates_in_the_colour_of_the_frame(by_speaker):
    found = cells(fr.plot_voices(by_speaker))
    security = frame_styles(FRAMES)["security"].colour
    assert found[0, 1] == (mix(security, "#f7f7f7", share=0.8), False)  # 40 per 1,000 words
    assert found[0, 0] == (mix(security, "#f7f7f7", share=0.8 * 10 / 40), False)
    assert found[0, 3] == (mix(security, "#f7f7f7", share=0.8 * 25 / 40), True)  # unknown
    assert found[1, 1] == ("#f7f7f7", False)  # no mention
    assert found[0, 2] == ("#f7f7f7", False)  # too few words
    assert len(found) == 15


def test_cells_have_the_number_and_the_rate(by_speaker):
    axes = fr.plot_voices(by_speaker)
    texts = {(round(t.xy[0] if hasattr(t, "xy") else t.get_position()[0]), t.get_text())
             for t in axes.texts}  # fmt: skip
    assert {(0, "4"), (0, "40.0"), (0, "+2?"), (0, "50.0†"), (2, "10.0"), (1, "0")} <= texts
    [few] = [text for text in axes.texts if text.get_text() == "50.0†"]
    assert few.get_fontstyle() == "italic"
    [corner] = [patch for patch in axes.patches if isinstance(patch, Polygon)]
    assert corner.get_hatch()
    assert corner.get_xy()[:, 1].min() == pytest.approx(1 - 0.46)
    assert legend(axes) == [
        "small number: mentions per 1,000 words of the row; darkest 40.0",
        "†: fewer than 50 words, rates are unsteady",
        "+1?: one more if an unsure speaker is right",
        "speaker unknown or unsure",
    ]


def test_words_spoken_are_bars(by_speaker):
    axes = fr.plot_voices(by_speaker)
    assert bars(axes) == [(2.65, round(n / 500, 3)) for n in (200, 100, 20, 80, 500)]
    assert [t for t in written(axes) if t in ("200", "100", "20", "80", "500", "words")] == [
        *("200", "100", "20", "80", "500"), "words"
    ]  # fmt: skip


def test_the_others_are_added_up_and_nothing_is_lost(by_speaker):
    axes = fr.plot_voices(by_speaker, most=1)
    assert labels(axes) == ["Ana Brun", "others (2)", UNKNOWN_SPEAKER, NO_SPEAKER]
    assert title(axes) == "13 mentions in 1 article, 900 words counted"
    assert {"5", "41.7", "+2?", "120"} <= set(written(axes))
    with pytest.raises(ValueError, match="most=0"):
        fr.plot_voices(by_speaker, most=0)


def test_articles_are_pooled(by_speaker):
    none = (0, 0, 0)
    more = make_scores([("Elena Moss", 300, (0, 0, 1), none)], article="b", constructed=True)
    axes = fr.plot_voices(pd.concat([by_speaker, more]))
    assert labels(axes)[0] == "Elena Moss"
    assert {"4", "10.0", "2", "5.0"} <= set(written(axes))
    assert title(axes) == "14 mentions in 2 articles, 1,200 words counted (constructed texts)"
    assert alt_text(axes).startswith("Constructed texts. Who says what, by speaker, 14 mentions")


def test_a_speaker_of_unsure_words_only_has_no_rate():
    axes = fr.plot_voices(make_scores([("Elena Moss", 0, (0, 0, 0), (1, 0, 0))]))
    assert "+1?" in written(axes)
    assert "Elena Moss (0 words, few): security 0, 1 more unsure." in alt_text(axes)


def test_matrix_needs_voices_or_speakers(by_speaker):
    with pytest.raises(ValueError, match=r'by voice or by speaker; use .*by="speaker"'):
        fr.plot_voices(by_speaker.drop(columns="speaker"))
    with pytest.raises(ValueError, match="A table of score_frames is drawn here"):
        fr.plot_voices(by_speaker.drop(columns="n_words"))


def test_alt_text_of_the_matrix(by_speaker):
    alt = alt_text(fr.plot_voices(by_speaker))
    assert alt.startswith(
        "Who says what, by speaker, 13 mentions in 1 article, 900 words counted. "
        "Ana Brun (200 words): security 2, 10.0 per 1,000 words. "
        "Elena Moss (100 words): security 4, 40.0 per 1,000 words, 2 more unsure; "
        "unity 1, 10.0 per 1,000 words. Bo (20 words, few): security 1, 50.0 per 1,000 words."
    )
    assert "No speaker: headlines, captions and the journalist; an upper bound" in alt


# ---------------------------------------------------------------------------- how much is quoted


def test_shares_of_words(stretches):
    axes = fr.plot_quoting(stretches)
    assert bars(axes, 0.66)[:4] == [(0, 0.2), (0.2, 0.15), (0.35, 0.5), (0.85, 0.15)]
    assert written(axes)[:4] == ["20 %", "15 %", "50 %", "15 %"]
    hatches = [bool(patch.get_hatch()) for patch in axes.patches[:4]]
    assert hatches == [False, True, False, True]
    assert title(axes) == "Whose words: 100 words in 1 article"
    assert {"words", "100", "articles", "1"} <= set(written(axes))
    assert legend(axes) == ["quoted", "indirect speech", "journalist", "headline and caption"]
    assert note(axes).startswith("journalist: an upper bound")
    assert alt_text(axes).startswith(
        "Whose words: 100 words in 1 article. Courier (100 words in 1 article): quoted 20 %, "
        "indirect speech 15 %, journalist 50 %, headline and caption 15 %. Journalist: an upper"
    )


def test_quoting_by_any_column(stretches):
    other = make_voices([("journalist", 40, None, np.nan)], article="b", source="Herald")
    both = pd.concat([stretches.astype({"source": str}), other.astype({"source": str})])
    assert labels(fr.plot_quoting(both)) == ["Courier", "Herald"]
    assert labels(fr.plot_quoting(both, by="article_id")) == ["a", "b"]
    assert labels(fr.plot_quoting(both, by="speaker")) == ["Elena Moss", "no speaker"]
    axes = fr.plot_quoting(both, by=None)
    assert labels(axes) == ["all articles"]
    assert bars(axes, 0.66)[0] == (0, 0.143)
    with pytest.raises(ValueError, match="by='outlet' is no column of the voices; use article_id"):
        fr.plot_quoting(both, by="outlet")


def test_narrow_shares_and_groups_without_words_have_no_percentage(stretches):
    table = pd.concat([stretches, make_voices([("quoted", 0, None, np.nan)], source="Empty")])
    table["n_words"] = [1, 97, 1, 1, 0, 0]
    assert [t for t in written(fr.plot_quoting(table)) if "%" in t] == ["97 %"]
    assert "no words" in written(fr.plot_quoting(table))


# ---------------------------------------------------------------------------- both


@pytest.fixture
def plots(by_speaker, by_voice, stretches):
    return [
        lambda **given: fr.plot_voices(by_speaker, **given),
        lambda **given: fr.plot_voices(by_voice, **given),
        lambda **given: fr.plot_quoting(stretches, **given),
    ]


def test_nothing_to_draw():
    for part in ("voice", "speaker"):
        scores = empty_table("scores").assign(**{part: pd.Series([], dtype="str")})
        assert "no words" in written(fr.plot_voices(scores))
    for by in ("source", None):
        assert "no words" in written(fr.plot_quoting(empty_table("voices"), by=by))


def test_given_axes_are_used(plots):
    for plot in plots:
        axes = Figure(figsize=(8, 4), layout="constrained").subplots()
        assert plot(ax=axes) is axes
        assert plt.get_fignums() == []


def inside(figure):
    figure.draw_without_rendering()
    box = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    return box.x0 > -0.01 and box.y0 > -0.01 and box.x1 < width + 0.01 and box.y1 < height + 0.01


def test_nothing_lies_outside_the_figure(plots):
    assert all(inside(plot().get_figure()) for plot in plots)


def test_hostile_names_are_shown_as_they_are(stretches):
    none = (0,) * len(HOSTILE)
    rows = [(name, 60 - n, none, none) for n, name in enumerate(HOSTILE)]
    quoting = pd.concat([make_voices([("quoted", 9, None, np.nan)], source=n) for n in HOSTILE])
    for axes in (
        fr.plot_voices(make_scores(rows, frames=HOSTILE)),
        fr.plot_quoting(quoting.astype({"source": str})),
    ):
        assert {"$x$", "<b>bold & co</b> new line", "x" * 29 + "…"} <= set(labels(axes))
        texts = [*axes.texts, axes._left_title, *axes.get_yticklabels(), *axes.get_xticklabels()]
        assert not any(text.get_parse_math() for text in texts)
        assert inside(axes.get_figure())


def test_many_rows_and_frames():
    frames = [f"frame {n}" for n in range(14)]
    rows = [(f"Speaker {n}", 900 - n, [n] * 14, [n % 2] * 14) for n in range(40)]
    axes = fr.plot_voices(make_scores(rows, frames=frames))
    assert labels(axes)[-2:] == ["Speaker 11", "others (28)"]
    assert inside(axes.get_figure())
    corners = [p.get_xy()[:, 1] for p in axes.patches if isinstance(p, Polygon)]
    assert len(corners) == 14 * 7
    assert all(ys.min() % 1 == pytest.approx(0.16) for ys in corners)  # at the foot of the cell


def test_files_are_equal_twice(plots, save_svg):
    for plot in plots:
        assert save_svg(plot()) == save_svg(plot())


# ---------------------------------------------------------------------------- colours of speakers


def test_speakers_have_initials_of_their_own():
    names = ["Emmanuel Macron", "Elena Moss", "the Kremlin", "Ursula von der Leyen", "?", "$x$"]
    styles = speaker_styles([*names, "a b c d", "---", "Emmanuel Macron"])
    assert [style.initials for style in styles.values()] == [
        *("EM", "EM2", "K", "UL", "S", "x", "abc", "S2")
    ]
    assert len({style.colour for style in list(styles.values())[:6]}) == 6
    frames = {style.colour for style in frame_styles(f"frame {n}" for n in range(14)).values()}
    assert not frames & {style.colour for style in styles.values()}


def test_a_low_rate_is_darker_than_none():
    rows = [("Bo", 100_000, (1, 0, 0), (0, 0, 0)), ("Ana", 1_000, (90, 0, 0), (0, 0, 0))]
    axes = fr.plot_voices(make_scores(rows))
    cells = [p for p in axes.patches if isinstance(p, Rectangle) and p.get_height() == 0.92]
    low, none = (sum(cells[n].get_facecolor()[:3]) for n in (0, 1))
    assert low < none
