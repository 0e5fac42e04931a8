import numpy as np
import pandas as pd
import pytest
from drawn import labels, legend, title, written
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import framing as fr
from framing.canvas import alt_text
from framing.tables import as_table, empty_table


def make_words(words, counts, total=1000):
    return as_table(
        "word_frequency",
        {
            "word": words,
            "count": counts,
            "per_1000_words": [count * 1000 / total for count in counts],
            "n_articles": [1] * len(words),
            "article_share": [1.0] * len(words),
            "constructed": [False] * len(words),
        },
    )


def test_most_frequent_words_come_first():
    axes = fr.plot_keywords(make_words(["b", "a", "$x^2$", "rare"], [3, 3, 7, 1]), top=3)
    assert labels(axes) == ["$x^2$", "a", "b"]
    [dots] = axes.collections[1:]
    assert np.asarray(dots.get_offsets()).tolist() == [[7, 0], [3, 1], [3, 2]]
    assert written(axes) == ["7 (7.0)", "3 (3.0)", "3 (3.0)"]
    expected = "3 most frequent of 4 words listed, 1 article, 1,000 words counted"
    assert title(axes) == expected


def test_words_cut_off_at_a_tie_are_mentioned():
    words = make_words(["f", "e", "d", "c", "b", "a"], [3, 2, 2, 2, 1, 1])
    shown = {top: fr.plot_keywords(words, top=top) for top in (1, 2, 3, 4, 5, 6, 7)}
    label = "times used (beside it: per 1,000 words)"
    ties = {top: axes.get_xlabel().removeprefix(label) for top, axes in shown.items()}
    assert ties == {
        1: "",
        2: "; 2 more words are used 2 times",
        3: "; 1 more word is used 2 times",
        4: "",
        5: "; 1 more word is used once",
        6: "",
        7: "",
    }
    assert alt_text(shown[2]).endswith("counted: f 3, c 2. 2 more words are used 2 times.")
    assert alt_text(shown[4]).endswith("counted: f 3, c 2, d 2, e 2.")


def test_keywords_of_nothing_or_of_several_groups():
    assert "no words" in written(fr.plot_keywords(empty_table("word_frequency")))
    with pytest.raises(ValueError, match="several groups"):
        fr.plot_keywords(make_words(["a", "a"], [1, 2]))
    with pytest.raises(ValueError, match="top=0"):
        fr.plot_keywords(make_words(["a"], [1]), top=0)


def test_control_characters_do_not_break_the_files(tmp_path):
    from xml.etree import ElementTree

    axes = fr.plot_keywords(make_words(["a\x00b", "--><x>\x1b"], [3, 2]))
    saved = fr.save_figure(axes, tmp_path / "odd")
    ElementTree.parse(saved.paths[0])
    assert "a\ufffdb" in saved.alt


# ---------------------------------------------------------------------------- two groups


def make_keyness(rows, **columns):
    """Make a table of rows (word, uses, in the reference, log ratio, z, q)."""
    names = ["word", "n_target", "n_reference", "log_ratio", "log_odds_z", "q"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(
        articles_target=5,
        articles_reference=pd.array([4] * len(rows), dtype="Int64"),
        rate_target=table["n_target"] / 2,
        rate_reference=table["n_reference"] / 4,
        low=table["log_ratio"] - 1,
        high=table["log_ratio"] + 1,
        level=0.95,
        constructed=False,
        caution="",
    ).assign(**columns)


KEYWORDS = [
    ("talks", 12, 3, 2.5, 3.0, 0.01),
    ("$x^2$", 5, 4, 0.8, 1.0, 0.4),
    ("calm", 6, 1, 3.0, 0.5, 0.6),
    ("same", 5, 10, 0.0, 0.0, 1.0),
    ("troops", 2, 20, -2.0, -2.5, 0.02),
    ("war", 3, 15, -1.0, -1.5, np.nan),
]


def dots(axes):
    """Places of dots and whether they are filled."""
    found = {}
    for part in axes.collections:
        if hasattr(part, "get_sizes") and len(part.get_offsets()) == 1:
            filled = to_hex(part.get_facecolor()[0]) != "#ffffff"
            found[tuple(part.get_offsets()[0].tolist())] = filled
    return found


def test_keywords_of_each_side_are_chosen_by_z_and_sorted_by_ratio():
    axes = fr.plot_keyness(make_keyness(KEYWORDS), top=2, labels=("Courier", "Herald"))
    assert labels(axes) == ["talks", "$x^2$", "war", "troops"]
    assert dots(axes) == {(2.5, 1): True, (0.8, 2): False, (-1, 4.6): False, (-2, 5.6): True}
    assert {"more in Courier", "more in Herald", "12 : 3", "5 : 4", "no test"} <= set(written(axes))
    assert title(axes) == ("4 of 6 words compared\nCourier 2,000 words, Herald 4,000 words")
    assert "More in Courier: talks 2.5 (12 : 3, q .010), $x^2$ 0.8" in alt_text(axes)
    assert not any(label.get_parse_math() for label in axes.get_yticklabels())


def test_keywords_without_test_interval_or_articles():
    table = make_keyness(KEYWORDS, q=np.nan, low=-np.inf, high=np.nan, log_odds_z=np.nan)
    table["articles_reference"] = pd.array([pd.NA] * 6, dtype="Int64")
    axes = fr.plot_keyness(table)
    assert not any(dots(axes).values())
    assert "5 : –" in written(axes)
    assert "no words that differ" in written(fr.plot_keyness(table.head(0)))
    with pytest.raises(ValueError, match="top=0"):
        fr.plot_keyness(table, top=0)
    with pytest.raises(ValueError, match="A table of keyness is drawn here"):
        fr.plot_keyness(make_words(["a"], [1]))


def test_the_plane_is_of_dense_ranks():
    plane = fr.keyness_plane(make_keyness(KEYWORDS))
    assert plane["rank_target"].tolist() == [1, 0.5, 0.75, 0.5, 0, 0.25]
    assert plane["rank_reference"].tolist() == [0.2, 0.4, 0, 0.6, 1, 0.8]
    assert fr.keyness_plane(plane).equals(plane)
    same = fr.keyness_plane(make_keyness([("a", 2, 2, 0, 0, 1), ("b", 2, 2, 0, 0, 1)]))
    assert same["rank_target"].tolist() == [0, 0]
    assert len(fr.keyness_plane(make_keyness([]))) == 0


def test_words_that_differ_are_coloured_and_named():
    axes = fr.plot_keyness_plane(make_keyness(KEYWORDS), labels=("Courier", "Herald"))
    assert written(axes) == ["talks", "troops"]
    assert len(axes.collections[0].get_offsets()) == 4
    assert axes.collections[1].get_offsets().tolist() == [[0.2, 1]]
    assert title(axes).startswith("6 words, 2 with q < .05\nCourier 2,000 words")
    assert alt_text(axes).endswith("Named, with uses: talks (12 : 3), troops (2 : 20).")
    none = fr.plot_keyness_plane(make_keyness(KEYWORDS, q=1.0))
    assert legend(none) == ["no word with q < .05"]
    assert "talks" in written(none)
    assert "no words" in written(fr.plot_keyness_plane(make_keyness([])))


def test_names_in_the_plane_do_not_cover_each_other_or_points():
    rng = np.random.default_rng(0)
    rows = [
        (f"a word {n}", *rng.integers(1, 60, 2), r, 3 * r, 0.01)
        for n, r in enumerate(rng.normal(size=150))
    ]
    axes = fr.plot_keyness_plane(make_keyness(rows))
    axes.get_figure().draw_without_rendering()
    boxes = [text.get_window_extent() for text in axes.texts]
    assert len(boxes) > 10
    wider = [box.padded(2.9 * axes.get_figure().dpi / 72, 0) for box in boxes]
    assert not any(a.overlaps(b) for n, a in enumerate(wider) for b in boxes[n + 1 :])
    places = [place for part in axes.collections for place in part.get_offsets()]
    points = axes.transData.transform(places)
    assert not any(box.contains(x, y) for box in boxes for x, y in points)


@pytest.mark.parametrize("plot", [fr.plot_keyness, fr.plot_keyness_plane])
def test_figures_of_two_groups_are_equal_twice(plot, tmp_path, save_svg):
    words = ["$x$", "<b>", "y" * 90, "الجزيرة", "a\nb", "\x00"]
    rows = [(word, *row[1:]) for word, row in zip(words, KEYWORDS, strict=True)]
    axes, again = (
        plot(make_keyness(rows, constructed=True), labels=("$5\n" * 20, "<b>")) for _ in "ab"
    )
    assert title(axes).endswith("(constructed texts)")
    assert not any(text.get_parse_math() for text in [*axes.texts, axes._left_title])
    saved = fr.save_figure(axes, tmp_path / "first")
    assert axes.get_window_extent().width > 0.25 * axes.get_figure().bbox.width
    [svg] = (path for path in saved.paths if path.suffix == ".svg")
    assert svg.read_bytes() == save_svg(again)
    given = Figure(figsize=(8, 6)).subplots()
    assert plot(make_keyness(KEYWORDS), ax=given) is given
