"""Rates under other ways of counting: every variant by hand, and the picture of them."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from drawn import labels, title, written
from hypothesis import given, settings
from hypothesis import strategies as st
from made_codebooks import make_frames
from matplotlib.colors import to_hex

from framing import (
    Codebook,
    Corpus,
    Frame,
    Pattern,
    find_matches,
    frame_rates,
    frame_sensitivity,
    plot_sensitivity,
    save_figure,
    score_frames,
)
from framing.canvas import alt_text
from framing.display import frame_styles
from framing.tables import TABLES

VARIANTS = [
    *("as counted", "weights on", "review entries out", "quotations out", "title out"),
    *("top pattern out", "negated out"),
]


def codebook(**frames):
    return Codebook("test", make_frames(frames))


@pytest.fixture
def book():
    talks = Pattern("talks", review=True)
    return codebook(calm=["peace", talks, Pattern("truce", weight=0.5)], alarm=["war"])


@pytest.fixture
def corpus():
    """A title of 3 words and a body of 11, of which 4 are quoted; and an article of 4 words."""
    article = 'Talks of peace\n\nThe talks go on. "Peace, talks, a truce", he said of war.'
    return Corpus.from_texts([article, "No peace for now."], source=["A", "B"])


def from_columns(**columns):
    return Corpus.from_dataframe(pd.DataFrame(columns))


def cells(table, frame, column):
    rows = table[table["frame"] == frame].set_index("variant")
    return [rows.loc[variant, column] for variant in VARIANTS]


# ------------------------------------------------------------------------------ the table


def test_every_variant_leaves_out_what_it_says_mentions_and_words(corpus, book):
    assert corpus.articles["n_words"].tolist() == [15, 4]
    table = frame_sensitivity(corpus, book)
    assert list(table.columns) == list(TABLES["frame_sensitivity"])
    assert table["variant"].tolist() == VARIANTS * 2
    # peace: title, quoted, negated; talks: title, body, quoted; truce: quoted
    assert cells(table, "calm", "n_matches") == [7, 6.5, 4, 4, 5, 4, 6]
    assert cells(table, "calm", "n_words") == [19, 19, 19, 15, 16, 19, 19]
    rates = [7 / 19, 6.5 / 19, 4 / 19, 4 / 15, 5 / 16, 4 / 19, 6 / 19]
    assert cells(table, "calm", "per_1000_words") == pytest.approx([1000 * r for r in rates])
    shares = [rate / rates[0] for rate in rates]
    assert cells(table, "calm", "share_of_counted") == pytest.approx(shares)
    assert cells(table, "alarm", "n_matches") == [1, 1, 1, 1, 1, 0, 1]
    assert cells(table, "alarm", "share_of_counted")[5] == 0


def test_the_top_pattern_is_named_of_equals_the_first_of_the_codebook(corpus, book):
    table = frame_sensitivity(corpus, book)
    assert [str(p) for p in cells(table, "calm", "pattern_out")] == ["<NA>"] * 5 + ["peace", "<NA>"]
    assert cells(table, "alarm", "pattern_out")[5] == "war"
    none = frame_sensitivity("Nothing.", book)
    assert none["pattern_out"].isna().all()
    assert none["share_of_counted"].isna().all()
    assert (none["per_1000_words"] == 0).all()


def test_one_pattern_in_two_frames_leaves_each_frame_by_its_own_count():
    book = codebook(calm=["talks", "peace"], unity=["talks", "together"])
    table = frame_sensitivity("Talks. Talks. Peace, peace, peace. Together, together.", book)
    top = table[table["variant"] == "top pattern out"].set_index("frame")
    assert top["pattern_out"].tolist() == ["peace", "talks"]
    assert top["n_matches"].tolist() == [2, 2]


def test_groups_have_their_own_numbers_and_one_top_pattern(corpus, book):
    table = frame_sensitivity(corpus, book, by="source")
    assert list(table.columns) == ["source", *TABLES["frame_sensitivity"]]
    b = table[table["source"] == "B"]
    assert cells(b, "calm", "n_matches") == [1, 1, 1, 1, 1, 0, 0]
    assert cells(b, "calm", "n_words") == [4] * 7
    assert set(table["pattern_out"].dropna()) == {"peace", "war"}
    both = table.groupby(["frame", "variant"], observed=True)[["n_matches", "n_words"]].sum()
    together = frame_sensitivity(corpus, book).set_index(["frame", "variant"])
    pd.testing.assert_frame_equal(both, together[["n_matches", "n_words"]])


def test_cautions_say_what_carries_a_frame():
    book = codebook(calm=["talks", Pattern("peace", review=True)])
    table = frame_sensitivity("Talks, talks, talks, peace.", book)
    assert cells(table, "calm", "caution") == [
        "only 4 mentions: one moves every rate",
        "",
        "",
        "no words in quotation marks",
        "no words in titles",
        "carried by one pattern: `talks` has 75 % of the mentions",
        "",
    ]
    table = frame_sensitivity('"Peace", peace. No talks, talks.', book)
    said = cells(table, "calm", "caution")
    assert said[2] == "2 of 4 mentions under review"
    assert said[3] == said[5] == ""
    assert said[6] == ""
    assert cells(frame_sensitivity("No peace.", book), "calm", "caution")[6] == (
        "1 of 1 mention negated"
    )


def test_a_group_that_another_pattern_carries_says_so():
    book = codebook(calm=["talks", "peace"])
    corpus = Corpus.from_texts(["Talks, talks, talks.", "Peace, peace."], source=["A", "B"])
    table = frame_sensitivity(corpus, book, by="source")
    top = table[table["variant"] == "top pattern out"]
    assert top["pattern_out"].tolist() == ["talks", "talks"]
    assert top["caution"].tolist() == [
        "carried by one pattern: `talks` has 100 % of the mentions",
        "carried by one pattern: `peace` has 100 % of the mentions",
    ]


def test_text_that_is_all_quoted_has_no_rate_without_quotations():
    table = frame_sensitivity('"Peace now."', codebook(calm=["peace"])).set_index("variant")
    row = table.loc["quotations out"]
    assert (row["n_matches"], row["n_words"]) == (0, 0)
    assert pd.isna(row["per_1000_words"])
    assert pd.isna(row["share_of_counted"])
    assert row["caution"] == "1 of 1 mention in quotation marks"


def test_frames_without_patterns_have_no_rows_and_constructed_texts_are_marked():
    book = Codebook("test", (Frame("a", ()), Frame("b", (Pattern("peace"),))))
    corpus = from_columns(text=["Peace."], constructed=["true"])
    table = frame_sensitivity(corpus, book)
    assert table["frame"].unique().tolist() == ["b"]
    assert table["constructed"].all()


def test_parts_of_articles_and_names_of_the_table_make_no_groups(corpus, book):
    with pytest.raises(ValueError, match="by='quoted' is a part of articles"):
        frame_sensitivity(corpus, book, by="quoted")
    with pytest.raises(ValueError, match="by='variant': this table has a column of that name"):
        frame_sensitivity(corpus, book, by=["source", "variant"])
    weeks = Corpus.from_texts(["Peace.", "Peace."], date=["2022-02-07", "2022-02-15"])
    assert len(frame_sensitivity(weeks, book, by="week")["week"].unique()) == 2


SENTENCES = st.lists(
    st.sampled_from(["Peace.", '"Peace, talks."', "No truce.", "War, war!", "Nothing at all."]),
    max_size=6,
).map(" ".join)
ARTICLES = st.lists(
    st.tuples(st.sampled_from(["", "Peace talks now\n\n", "Hope for all\n\n"]), SENTENCES).map(
        "".join
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=10, deadline=None)
@given(ARTICLES, st.integers(0, 3))
def test_each_variant_is_what_scores_and_rates_of_fewer_matches_give(texts, split):
    talks = Pattern("talks", review=True)
    book = codebook(calm=["peace", talks, Pattern("truce", weight=0.5)], alarm=["war"])
    texts = [f"{text} It is day {n} of the week." for n, text in enumerate(texts)]
    corpus = Corpus.from_texts(texts, source=["A" if n < split else "B" for n in range(len(texts))])
    table = frame_sensitivity(corpus, book, by="source")
    matches = find_matches(corpus, book)

    def rates(matches, **parts):
        scores = score_frames(corpus, book, by=list(parts), matches=matches)
        for part, value in parts.items():
            scores = scores[scores[part] != value]
        return frame_rates(scores)[["source", "frame", "n_matches", "n_words", "estimate"]]

    expected = {
        "as counted": rates(matches),
        "review entries out": rates(matches[~matches["review"]]),
        "negated out": rates(matches[~matches["negated"]]),
        "quotations out": rates(matches, quoted=True),
        "title out": rates(matches, block="title"),
    }
    for variant, wanted in expected.items():
        found = table[table["variant"] == variant].drop(columns="variant")
        both = found.merge(wanted, on=["source", "frame"], suffixes=("", "_wanted"))
        assert len(both) >= len(wanted)
        np.testing.assert_allclose(both["n_matches"], both["n_matches_wanted"])
        np.testing.assert_allclose(both["n_words"], both["n_words_wanted"])
        np.testing.assert_allclose(both["per_1000_words"], both["estimate"])


# ------------------------------------------------------------------------------ the figure


def bars(axes):
    """Left end, length and row of each bar."""
    return [
        (round(bar.get_x(), 3), round(bar.get_width(), 3), round(bar.get_y() + 0.275, 3))
        for bar in axes.patches
    ]


def reference_lines(axes):
    found = []
    for part in axes.collections:
        found += [round(float(segment[0][0]), 3) for segment in part.get_segments()]
    return found


def test_each_variant_of_each_frame_has_a_bar_and_its_number(corpus, book):
    table = frame_sensitivity(corpus, book)
    axes = plot_sensitivity(table)
    assert labels(axes) == ["calm", "alarm"]
    assert [label.get_text().replace("\n", " ") for label in axes.get_xticklabels()] == VARIANTS[1:]
    drawn = bars(axes)
    assert len(drawn) == 12
    shares = table.loc[table["variant"] != "as counted", "share_of_counted"].to_numpy()
    unit = reference_lines(axes)[0]  # the length of 100 % in the first column
    np.testing.assert_allclose([length / unit for _, length, _ in drawn], shares, atol=0.01)
    assert [row for *_, row in drawn] == [0] * 6 + [1] * 6
    starts = [start for start, *_ in drawn][:6]
    assert starts == sorted(set(starts))
    lines = [line - start for line, start in zip(reference_lines(axes), starts * 2, strict=True)]
    np.testing.assert_allclose(lines, unit, atol=0.002)
    texts = written(axes)
    assert {"93 %", "57 %", "72 %", "85 %", "86 %", "0 %"} <= set(texts)
    assert {"7", "1", "368.4", "52.6"} <= set(texts)
    styles = frame_styles(["calm", "alarm"])
    assert to_hex(axes.patches[0].get_facecolor()).upper() == styles["calm"].colour.upper()
    assert to_hex(axes.patches[6].get_facecolor()).upper() == styles["alarm"].colour.upper()


def test_the_title_has_the_sizes_and_the_alt_text_the_numbers(corpus, book):
    axes = plot_sensitivity(frame_sensitivity(corpus, book))
    assert title(axes) == "2 frames counted in 7 ways, 8 mentions, 19 words counted"
    alt = alt_text(axes)
    assert "calm: 7 mentions as counted, 368.4 per 1,000 words; weights on 93 %;" in alt
    assert "top pattern: calm `peace`, alarm `war`." in alt
    assert "alarm: only 1 mention: one moves every rate." in alt
    notes = written(axes)[-1]
    assert "top pattern: calm `peace`, alarm `war`" in notes


def test_groups_are_rows_in_the_section_of_their_frame(corpus, book):
    axes = plot_sensitivity(frame_sensitivity(corpus, book, by="source"))
    assert labels(axes) == ["A", "B", "A", "B"]
    assert {"calm", "alarm"} <= set(written(axes))
    assert title(axes).endswith("8 mentions, 19 words counted")
    assert "–" in written(axes)  # no mention of alarm in B
    assert "alarm, B: 0 mentions as counted, 0.0 per 1,000 words; weights on –;" in alt_text(axes)


def test_a_rate_far_above_that_as_counted_stays_in_its_column():
    corpus = 'War. "' + "Nothing of it. " * 30 + '"'
    table = frame_sensitivity(corpus, codebook(alarm=["war"]))
    axes = plot_sensitivity(table)
    unit = reference_lines(axes)[0]
    start, length, _ = bars(axes)[2]
    assert length == pytest.approx(2 * unit, abs=0.002)
    assert start + length < bars(axes)[3][0]
    assert "9,100 %" in written(axes)


def test_a_saved_table_and_hostile_names_are_drawn(tmp_path, save_svg):
    book = codebook(**{"$5 to $6": ["peace", "war"], "x" * 80: ["truce"]})
    corpus = from_columns(text=["Peace.", "War, peace."], author=["<b>\n$x^2$", None])
    table = frame_sensitivity(corpus, book, by="author")
    table.to_csv(tmp_path / "table.csv", index=False)
    read = pd.read_csv(tmp_path / "table.csv", dtype={"pattern_out": str})
    for each in (table, read):
        axes = plot_sensitivity(each)
        assert "no author" in alt_text(axes)
    saved = save_figure(axes, tmp_path / "figure")
    [svg] = (path for path in saved.paths if path.suffix == ".svg")
    assert svg.read_bytes() == save_svg(plot_sensitivity(read))


def test_an_empty_table_is_drawn_and_another_one_refused(corpus, book):
    table = frame_sensitivity(corpus, book)
    axes = plot_sensitivity(table[:0])
    assert "no frames" in written(axes)
    with pytest.raises(ValueError, match="A table of frame_sensitivity is drawn here"):
        plot_sensitivity(score_frames(corpus, book))


def test_constructed_texts_are_named_in_the_title():
    corpus = from_columns(text=["Peace."], constructed=["true"])
    axes = plot_sensitivity(frame_sensitivity(corpus, codebook(calm=["peace"])))
    assert title(axes).endswith("(constructed texts)")
    given_axes = plt.subplots()[1]
    table = frame_sensitivity("Peace.", codebook(calm=["peace"]))
    assert plot_sensitivity(table, ax=given_axes) is given_axes
