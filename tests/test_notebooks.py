"""The committed notebooks: executed, short, readable, and with a picture wherever one is drawn."""

import ast
import json
import re
import statistics
from pathlib import Path

import pandas as pd
import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9][0-9]_*.ipynb"))


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def code_cells(path):
    return [cell for cell in cells(path) if cell["cell_type"] == "code"]


def source(cell):
    """Return the Python of a cell; besides, only the generator of texts may be run."""
    return re.sub(r"^%run \.\./tests/benchmarks/generate\.py .*$", "", "".join(cell["source"]))


def test_there_are_notebooks():
    assert [path.stem for path in NOTEBOOKS] == [
        "01_read_one_article",
        "02_compare_sources",
        "03_follow_frames_over_time",
        "04_why_pooled_tests_mislead",
        "05_write_your_own_codebook",
        "06_work_with_large_corpora",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestNotebook:
    def test_it_is_executed_from_top_to_bottom_without_errors(self, path):
        executed = code_cells(path)
        counts = [cell["execution_count"] for cell in executed]
        assert counts == list(range(1, len(executed) + 1))
        outputs = [output for cell in executed for output in cell["outputs"]]
        assert not [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]

    def test_it_is_short_and_imports_little(self, path):
        trees = [ast.parse(source(cell)) for cell in code_cells(path)]
        lengths = [len(source(cell).splitlines()) for cell in code_cells(path)]
        assert len(lengths) <= 20
        assert statistics.median(lengths) <= 3
        assert max(lengths) <= 12
        nodes = [node for tree in trees for node in ast.walk(tree)]
        assert not [node for node in nodes if isinstance(node, ast.FunctionDef | ast.Lambda)]
        imported = {
            name.split(".")[0]
            for node in nodes
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
            )
        }
        assert imported <= {"framing", "pandas", "matplotlib"}

    def test_words_stand_before_every_code_cell_and_after_every_figure(self, path):
        kinds = [cell["cell_type"] for cell in cells(path)]
        for number, cell in enumerate(cells(path)):
            if cell["cell_type"] == "code":
                assert kinds[number - 1] == "markdown"
                if "fr.plot_" in source(cell):
                    assert kinds[number + 1] == "markdown"

    def test_every_plot_cell_has_its_picture_with_alt_text(self, path):
        drawn = [cell for cell in code_cells(path) if "fr.plot_" in source(cell)]
        assert drawn
        for cell in drawn:
            html = "".join(
                "".join(output.get("data", {}).get("text/html", "")) for output in cell["outputs"]
            )
            assert "<img" in html
            assert 'src="data:image/png;base64,' in html
            assert 'alt=""' not in html

    def test_nothing_in_it_belongs_to_one_run_or_machine(self, path):
        text = path.read_text(encoding="utf-8")
        assert '"execution"' not in text
        assert "0x7f" not in text
        assert str(Path.home()) + "/" not in text
        assert str(FOLDER.parent) not in text


def test_what_the_first_notebook_shows():
    """The numbers of the pinned reading stand in its outputs."""
    outputs = json.dumps([c["outputs"] for c in code_cells(FOLDER / "01_read_one_article.ipynb")])
    assert "372 words, 269 counted" in outputs
    assert "de-escalation          12       10             5" in outputs
    assert "security                5        5             0" in outputs
    assert "unity                   4        4             0" in outputs
    matches = pd.read_csv(FOLDER / "tables" / "01_matches.csv")
    said = matches[matches["speaker"] == "Emmanuel Macron"]
    assert (len(said), len(matches)) == (12, 19)
    assert said["voice"].value_counts().to_dict() == {"quoted": 8, "indirect": 4}
    assert (said["frame"] == "unity").sum() == (matches["frame"] == "unity").sum() == 4
