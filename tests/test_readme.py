"""The README: its code runs, and it names what there is."""

import re
from pathlib import Path

import framing
from framing import check_codebook, read_codebook

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_code_runs(tmp_path, monkeypatch):
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    monkeypatch.chdir(tmp_path)
    names = {}
    for code in blocks("python"):
        exec(compile(code, "README.md", "exec"), names)
    assert names["matches"]["frame"].value_counts()["de-escalation"] == 10
    written = {path.name for path in tmp_path.rglob("*.*") if "corpus" not in path.parts}
    assert written >= {"voices.svg", "voices.pdf", "voices.png", "matches.csv", "speakers.csv"}


def test_the_codebook_is_one(tmp_path):
    (text,) = blocks("yaml")
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    mine = read_codebook(path)
    assert mine["security"].patterns[-1].anchor == "state"
    checks = check_codebook(mine).query(
        "text.str.contains('troops protect the border.$|law protects consumers.$')"
    )
    assert len(checks) == 2
    assert checks["passed"].all()


def test_every_public_function_is_in_the_table():
    for name in framing.__all__:
        if name.islower() and not name.startswith("__"):
            assert f"`{name}" in README, name


def test_files_it_points_to_exist():
    for link in re.findall(r"\]\(((?!http)[^)]+)\)", README):
        assert (ROOT / link).exists(), link
