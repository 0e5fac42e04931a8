"""Reproducing notebooks, and the files that come of it."""

import json
import os
import sys
from pathlib import Path

import nbformat
import pytest

from framing import __version__, report
from framing.__main__ import main
from framing.files import write_atomically

ROOT = Path(__file__).resolve().parent.parent

TINY = [
    "import os, sys\nfrom pathlib import Path",
    'for number in range(50):\n    print("line", number, flush=True)',
    "sys.executable, os.environ['OMP_NUM_THREADS'], Path.cwd().name",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "Path('tables').mkdir(exist_ok=True)\nPath('tables/t.csv').write_text('a\\n1\\n')",
]


def write_notebook(path, *sources):
    cells = [nbformat.v4.new_code_cell(text, id=f"cell-{n}") for n, text in enumerate(sources)]
    cells.insert(0, nbformat.v4.new_markdown_cell("# Title", id="title"))
    cells[-1].metadata["execution"] = {"iopub.status.idle": "2022-02-10T11:40:00Z"}
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["language_info"] = {"name": "python", "version": "3.0.0"}
    path.parent.mkdir(exist_ok=True)
    nbformat.write(notebook, path)
    return path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_reproduced_twice_the_files_are_equal_byte_for_byte(tmp_path, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    folder = tmp_path / "notebooks"
    path = write_notebook(folder / "01_tiny.ipynb", *TINY)
    write_notebook(folder / "draft.ipynb", "1 / 0")

    assert report.reproduce(folder) == [path]
    first = contents(folder)
    assert report.reproduce(folder) == [path]
    again = contents(folder)
    assert [name for name in first if again[name] != first[name]] == []
    assert set(again) == set(first)
    assert set(first) == {"01_tiny.ipynb", "draft.ipynb", "manifest.json", "t.csv"}

    _, _, lines, facts, plot, _ = nbformat.read(path, as_version=4).cells
    assert [output.name for output in lines.outputs] == ["stdout"]
    assert facts.outputs[0].data["text/plain"] == str((sys.executable, "1", "notebooks"))
    assert "image/png" in plot.outputs[0].data


def test_what_differs_between_runs_is_left_out(tmp_path):
    path = write_notebook(tmp_path / "notebooks" / "01_tiny.ipynb", "1 + 1")
    report.reproduce(path.parent)
    notebook = nbformat.read(path, as_version=4)
    assert notebook.metadata.language_info == {"name": "python"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert [cell.id for cell in notebook.cells] == ["title", "cell-0"]
    assert all(cell.metadata == {} for cell in notebook.cells)


def test_a_failing_cell_is_named_and_its_notebook_left_alone(tmp_path, capsys):
    path = write_notebook(tmp_path / "notebooks" / "01_fails.ipynb", "x = 1", "y = 2", "x / 0")
    before = path.read_bytes()
    assert main(["reproduce", "--notebooks", str(path.parent)]) == 1
    message = capsys.readouterr().err
    assert "01_fails.ipynb, code cell 3: ZeroDivisionError: division by zero" in message
    assert "----> 1 x / 0" in message
    assert "\x1b" not in message
    assert contents(path.parent) == {path.name: before}


def test_a_kernel_that_dies_is_a_clear_error(tmp_path):
    path = write_notebook(tmp_path / "notebooks" / "01_dies.ipynb", "import os", "os._exit(1)")
    with pytest.raises(report.NotebookError, match=r"code cell 2: Python stopped"):
        report.reproduce(path.parent)


@pytest.mark.parametrize("text", ["<<<<<<< a merge", "{}"])
def test_a_file_that_is_no_notebook_is_a_clear_error(text, tmp_path):
    (tmp_path / "01_broken.ipynb").write_text(text)
    with pytest.raises(report.NotebookError, match=r"01_broken\.ipynb is not a notebook"):
        report.reproduce(tmp_path)


def test_the_command_says_what_it_executes(tmp_path, capsys):
    path = write_notebook(tmp_path / "01_tiny.ipynb", "1 + 1")
    assert main(["reproduce", "--notebooks", str(tmp_path)]) == 0
    assert str(path) in capsys.readouterr().out


def test_without_notebooks_there_is_nothing_to_do(tmp_path, capsys):
    assert main(["reproduce", "--notebooks", str(tmp_path)]) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert contents(tmp_path) == {}


def test_without_the_folder_the_command_fails(tmp_path, capsys):
    assert main(["reproduce", "--notebooks", str(tmp_path / "typo")]) == 1
    assert "typo: there is no such folder" in capsys.readouterr().err


def test_ctrl_c_ends_the_command_quietly(tmp_path, monkeypatch, capsys):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(report, "reproduce", interrupted)
    assert main(["reproduce"]) == 130
    assert "stopped" in capsys.readouterr().err


def test_a_misspelt_command_ends_with_2():
    with pytest.raises(SystemExit, match=r"^2$"):
        main(["reprodcue"])


def test_the_manifest_lists_what_went_in_and_what_came_out(tmp_path):
    folder = tmp_path / "notebooks"
    for name in ("requirements.lock", "corpus/a.txt", "corpus/.hidden", "notebooks/01_a.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (folder / "figures" / ".ipynb_checkpoints").mkdir(parents=True)
    (folder / "figures" / ".ipynb_checkpoints" / "old.svg").touch()
    (folder / "figures" / "rates.svg").touch()

    manifest = report.manifest(folder)
    assert manifest["framing"] == __version__
    own = {name for name in manifest["inputs"] if not name.startswith("framing/")}
    assert own == {"requirements.lock", "corpus/a.txt"}
    assert set(manifest["outputs"]) == {"01_a.ipynb", "figures/rates.svg"}
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert manifest["outputs"]["figures/rates.svg"] == empty


def test_the_manifest_hashes_the_word_lists_of_the_package():
    word_lists = [*ROOT.glob("framing/codebooks/*.yaml"), *ROOT.glob("framing/languages/*.toml")]
    names = {path.relative_to(ROOT).as_posix() for path in word_lists}
    assert names <= set(report.manifest(ROOT / "notebooks")["inputs"])


def test_the_committed_manifest_is_current():
    path = ROOT / "notebooks" / "manifest.json"
    if path.exists():
        committed = json.loads(path.read_text(encoding="utf-8"))
        assert committed == report.manifest(path.parent), "run: make reproduce"


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "codings.csv"
    path.write_bytes(b"old")

    def interrupted(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new")
    assert contents(tmp_path) == {"codings.csv": b"old"}


def test_a_written_file_keeps_its_permissions_and_links(tmp_path):
    path, link = tmp_path / "codings.csv", tmp_path / "link.csv"
    write_atomically(path, b"old")
    (tmp_path / "plain").touch()
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode
    path.chmod(0o600)
    link.symlink_to(path)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
