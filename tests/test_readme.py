"""The README: its code runs, and it names what there is."""

import re
import shlex
from pathlib import Path

import framing
from framing import check_codebook, read_codebook, read_corpus
from framing.__main__ import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_code_runs(tmp_path, monkeypatch):
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news").mkdir()
    articles = read_corpus("corpus").articles[["article_id", "source", "date", "title", "text"]]
    articles.to_parquet("news/all.parquet")
    names = {"__name__": "__main__"}
    for code in blocks("python"):
        exec(compile(code.replace("processes=2", "processes=1"), "README.md", "exec"), names)
    assert names["matches"]["frame"].value_counts()["de-escalation"] == 10
    written = {path.name for path in tmp_path.rglob("*.*") if "corpus" not in path.parts}
    assert names["batches"]["status"].tolist() == ["done"]
    assert written >= {"voices.svg", "voices.pdf", "voices.png", "matches.csv", "speakers.csv"}


def test_the_commands_run(tmp_path, monkeypatch):
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    monkeypatch.chdir(tmp_path)
    commands = [
        line for code in blocks("console") for line in re.findall(r"^framing .+", code, re.M)
    ]
    assert len(commands) == 5
    for command in commands:
        assert main(shlex.split(command, comments=True)[1:]) == 0, command
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {"corpus", "scores.csv", "log.csv", "words.parquet", "diplomacy.dic"}


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
