import html
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path, PurePosixPath, PureWindowsPath

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.figure import Figure

import framing as fr
from framing.canvas import (
    SavedFigure,
    alt_text,
    cautions,
    describe,
    drawing,
    either,
    group_styles,
    legend_below,
    notes_below,
    p_words,
    ratio_words,
    with_flags,
)
from framing.display import plural


@pytest.fixture
def drawn():
    with drawing(None, height=2) as axes:
        axes.plot([1, 2])
        describe(axes, title="2 points", alt="Two points, <a> & b.")
    return axes


def test_a_figure_of_a_failed_plot_is_closed():
    before = plt.get_fignums()
    with pytest.raises(AttributeError), drawing(None, height=2) as axes:
        axes.no_such_method()
    assert plt.get_fignums() == before


@pytest.mark.parametrize(
    ("constructed", "said"),
    [
        ([False, True], True),
        ([False, False], False),
        ([], False),
        (pd.array([pd.NA, True], dtype="boolean"), True),
        (pd.array([pd.NA, False], dtype="boolean"), False),
    ],
)
def test_title_and_alt_text_say_constructed(constructed, said):
    axes = Figure().subplots()
    other = pd.DataFrame({"constructed": [False]})
    tables = [pd.DataFrame({"x": [1]}), other, pd.DataFrame({"constructed": constructed})]
    describe(axes, *tables, title="One word", alt="One word: a.")
    assert axes.get_title() == "One word" + " (constructed texts)" * said
    assert alt_text(axes) == "Constructed texts. " * said + "One word: a."


def test_wording():
    assert [plural(n, "word") for n in (0, 1, 1200)] == ["0 words", "1 word", "1,200 words"]
    assert with_flags(1000, 0, 0) == "1,000"
    assert with_flags(3, 1, 2) == "3 (1 negated, 2 under review)"
    assert [either(names) for names in (["a"], ["a", "b", "c"])] == ["a", "a, b or c"]


def test_ratios_and_p_values_in_words():
    ratios = [0, 0.0123, 0.5, 0.994, 0.999, 2.04, 123.4, float("inf")]
    assert [ratio_words(value) for value in ratios] == [
        *("0", "0.012", "0.50", "0.99", "1.0", "2.0", "123", "∞")
    ]
    values = [0.0001, 0.0042, 0.03, 0.2, 0.994, 0.996, 1, float("nan")]
    assert [p_words(value) for value in values] == [
        *("p < .001", "p = .004", "p = .03", "p = .20", "p = .99", "p = 1", "p = 1", "no test")
    ]


def test_each_caution_is_said_once_with_those_it_is_about():
    table = pd.DataFrame(
        {
            "group": ["A", "A", "B", "B", "C", "C"],
            "frame": ["x", "y"] * 3,
            "caution": ["few", "few; rare: 1", "few", "few", pd.NA, ""],
        }
    )
    assert cautions(table, "group") == ["A, B: few", "A, y: rare: 1"]
    assert cautions(table.assign(caution="shared"), "group") == ["shared"]
    assert cautions(table.drop(columns="caution"), "group") == []
    assert cautions(table.head(0), "group") == []


def test_cautions_that_differ_in_numbers_become_a_range():
    names = [f"group {n}" for n in range(8)]
    told = [f"{n + 1} of 1,{n}00 articles" for n in range(8)]
    table = pd.DataFrame({"group": names, "frame": "x", "caution": told})
    assert cautions(table, "group") == ["1 to 8 of 1,000 to 1,700 articles"]
    assert cautions(table.head(3), "group")[0] == "group 0: 1 of 1,000 articles"


def test_groups_have_colours_and_markers_of_their_own():
    styles = group_styles([f"group {n}" for n in range(72)])
    assert len(set(styles.values())) == 72
    assert list(group_styles(["b", "a", "b"])) == ["b", "a"]


@pytest.mark.parametrize("words", ["word " * 60, "W" * 300, "one\ntwo", "$5 to $6 " * 40])
def test_notes_and_legends_stay_in_the_figure_and_leave_the_axes_their_width(words):
    with drawing(None, height=3) as axes:
        axes.set_yticks([0.5], ["a name of a row"])
        handles = {f"{n} a rather long label of the legend": axes.scatter([], []) for n in "abc"}
        notes_below(axes, [words], below=legend_below(axes, handles, fit=True))
    figure = axes.get_figure()
    for _ in range(3):
        figure.draw_without_rendering()
    [note] = axes.texts
    box, legend = note.get_window_extent(), axes.get_legend().get_window_extent()
    assert box.y1 <= legend.y0
    assert figure.bbox.x0 <= box.x0
    assert max(box.x1, legend.x1) <= figure.bbox.x1
    assert axes.get_window_extent().width > 0.7 * figure.bbox.width
    assert note.get_text().replace("\n", "").replace(" ", "") == "".join(words.split())


def test_save_figure_writes_three_files_and_closes(drawn, tmp_path):
    saved = fr.save_figure(drawn, tmp_path / "new" / "v1.2")
    assert [path.name for path in saved.paths] == ["v1.2.svg", "v1.2.pdf", "v1.2.png"]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(
        path.name for path in saved.paths
    )
    assert plt.get_fignums() == []
    svg, pdf, png = (path.read_bytes() for path in saved.paths)
    assert png.startswith(b"\x89PNG")
    assert pdf.startswith(b"%PDF")
    assert not re.search(b"CreationDate|Creator|Producer", pdf)
    assert b"Software" not in png
    assert b"<dc:date>" not in svg
    assert b"Matplotlib" not in svg
    assert html.escape(saved.alt, quote=False).encode() in svg


def test_saved_figure_shows_itself_with_its_alt_text(drawn, tmp_path):
    saved = fr.save_figure(drawn, tmp_path / "words", alt='"quoted" & <b>')
    page = saved._repr_html_()
    assert re.fullmatch(
        r'<figure class="[^"]*mathjax_ignore[^"]*" style="[^"]*">'
        r'<img alt="&quot;quoted&quot; &amp; &lt;b&gt;" src="data:image/png;base64,[\w+/=]+" '
        r'style="[^"]*"></figure>',
        page,
    )


@pytest.mark.parametrize(
    ("kind", "stem"), [(PurePosixPath, "figures/v1.2"), (PureWindowsPath, r"figures\\v1.2")]
)
def test_saved_figure_is_written_alike_on_every_system(kind, stem):
    paths = tuple(kind(f"{stem}.{ending}") for ending in ("svg", "pdf", "png"))
    saved = SavedFigure(paths, 'The "a".', b"PNG", 8.0)
    assert repr(saved) == """SavedFigure('figures/v1.2.{svg,pdf,png}', alt='The "a".')"""


def test_figures_of_others_need_an_alt_text(tmp_path):
    axes = Figure().subplots()
    with pytest.raises(ValueError, match="no alt text"):
        fr.save_figure(axes, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []
    assert fr.save_figure(axes, tmp_path / "x", alt="empty").alt == "empty"


SCRIPT = """
    import sys
    import matplotlib as mpl
    import framing as fr
    mpl.rcParams["font.size"] = float(sys.argv[2])  # a setting of the user's
    text = 'Head on $5 to $6\\n"Peace and security," he said. No unity. Talks on talks.'
    corpus = fr.Corpus.from_texts([text])
    frames = {"security": ["security"], "unity": ["unity"], "talk": ["peace", "talk*"]}
    codebook = fr.Codebook.from_patterns("c", frames)
    scores = fr.score_frames(corpus, codebook, by=["block", "quoted"])
    fr.save_figure(fr.plot_barcode(fr.find_matches(corpus, codebook), corpus.sentences),
                   sys.argv[1] + "/barcode")
    fr.save_figure(fr.plot_profile(scores), sys.argv[1] + "/profile")
"""


def test_files_are_equal_in_every_process(tmp_path):
    runs = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        command = [sys.executable, "-c", textwrap.dedent(SCRIPT), str(folder), seed + "0"]
        runs.append(subprocess.Popen(command, env={**os.environ, "PYTHONHASHSEED": seed}))
    assert [run.wait(timeout=120) for run in runs] == [0, 0]
    first, second = (sorted(Path(tmp_path, seed).iterdir()) for seed in ("1", "2"))
    assert [path.name for path in first] == [path.name for path in second]
    assert len(first) == 6
    assert [a.read_bytes() == b.read_bytes() for a, b in zip(first, second, strict=True)] == [
        True
    ] * 6


def test_a_wrong_table_is_named():
    table = fr.word_frequency("Peace talks.")
    with pytest.raises(ValueError, match="A table of score_frames is drawn here, and this one"):
        fr.plot_profile(table)
    with pytest.raises(ValueError, match="A table of find_matches is drawn here"):
        fr.plot_barcode(table, table)
    scores = fr.score_frames("Peace.", fr.Codebook.from_patterns("x", {"a": "peace"}))
    with pytest.raises(ValueError, match="A table of word_frequency is drawn here"):
        fr.plot_keywords(scores)


def test_an_ending_in_the_stem_is_left_out(tmp_path):
    saved = fr.save_figure(fr.plot_keywords(fr.word_frequency("Peace.")), tmp_path / "a.png")
    assert sorted(path.name for path in saved.paths) == ["a.pdf", "a.png", "a.svg"]


def test_tables_are_saved_as_csv_only(tmp_path):
    with pytest.raises(ValueError, match=r"tables are saved as CSV; end the name in .csv"):
        fr.save_table(fr.word_frequency("Peace."), tmp_path / "a.xlsx")
