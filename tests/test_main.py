"""The command line: what it writes where, and how it ends."""

import errno
import inspect
import io
import os
import re
import shlex
import subprocess
import sys
import types
import warnings
from pathlib import Path

import pandas as pd
import pytest

import framing as fr
from framing import workers
from framing.__main__ import _parser, main

ROOT = Path(__file__).parent.parent
COMMANDS = ("score", "sentiment", "keyness", "check", "convert", "reproduce")

MINE = """\
name: mine
frames:
  - name: calm
    definition: Peace as the way out.
    patterns:
      - peace
      - truce
    examples:
      - Peace came.
      - War came.
    counter_examples:
      - The peace pipe.
"""
GOOD = MINE.replace("War came", "A truce").replace("The peace pipe", "War came")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Go to an empty folder with a codebook and a table of two outlets."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(MINE, encoding="utf-8")
    rows = [
        "Courier,Peace came.",
        'Herald,"War came. “No peace,” said Anna Berg."',
        "Herald,one,too many",
    ]
    text = "\n".join(["outlet,body", *rows]) + "\n"
    (tmp_path / "news.csv").write_text(text, encoding="utf-8")
    return tmp_path


NEWS = ["news.csv", "--column", "text=body", "--column", "source=outlet"]


def run(*arguments):
    return main([str(argument) for argument in arguments])


def table(text):
    return pd.read_csv(io.StringIO(text), keep_default_na=False)


# ---------------------------------------------------------------------------- help


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_in_the_help_runs(command, tmp_path, monkeypatch, capsys):
    with pytest.raises(SystemExit, match=r"^0$"):
        main([command, "--help"])
    [example] = re.findall(r"(?m)^example:\n  framing (.*)$", capsys.readouterr().out)
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("framing.report.reproduce", lambda folder, on_start: [folder])
    assert main(shlex.split(example)) == 0
    written = {path.name for path in tmp_path.iterdir() if path.name != "corpus"}
    assert written == {"score": {"scores.csv"}, "convert": {"diplomacy.dic"}}.get(command, set())


def test_every_command_is_listed_and_explained():
    text = _parser().format_help()
    for command in COMMANDS:
        assert re.search(rf"(?m)^    {command}\s+\w+", text)


def test_the_options_are_named_as_the_parameters(folder, capsys):
    for command, function in (("score", fr.score_frames), ("keyness", fr.keyness)):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        options = set(re.findall(r"(?<!\w)--([a-z-]+)", capsys.readouterr().out))
        known = {*inspect.signature(function).parameters, "column", "encoding", "language", "where"}
        known |= {"help", "no-quoting", "log", "out", "processes", "store", "tables"}
        assert options <= {name.replace("_", "-") for name in known}


# ---------------------------------------------------------------------------- score


def test_scores_go_to_the_screen_and_notes_beside_them(folder, capsys):
    assert run("score", *NEWS, "--codebook", "mine.yaml") == 0
    said = capsys.readouterr()
    assert table(said.out)[["article_id", "source", "n_matches"]].values.tolist() == [
        [1, "Courier", 1],
        [2, "Herald", 1],
    ]
    assert said.err == "framing: 2 articles read, 1 skipped: see --log FILE\n"
    assert {path.name for path in folder.iterdir()} == {"mine.yaml", "news.csv"}


def test_a_file_holds_what_python_saves(folder):
    run("score", *NEWS, "--codebook", "mine.yaml", "--by", "voice", "--by", "section",
        "--out", "out/a.csv", "--column", "section=outlet")  # fmt: skip
    columns = {"text": "body", "source": "outlet", "section": "outlet"}
    corpus = fr.read_corpus("news.csv", columns=columns)
    scores = fr.score_frames(corpus, fr.read_codebook("mine.yaml"), by=["voice", "section"])
    fr.save_table(scores, "b.csv")
    assert Path("out/a.csv").read_bytes() == Path("b.csv").read_bytes()


def test_parquet_keeps_types_and_is_the_same_each_time(folder):
    for name in ("a.parquet", "b.PARQUET"):
        assert run("score", *NEWS, "--codebook", "mine.yaml", "--out", name) == 0
    assert Path("a.parquet").read_bytes() == Path("b.PARQUET").read_bytes()
    corpus = fr.read_corpus("news.csv", columns={"text": "body", "source": "outlet"})
    scores = fr.score_frames(corpus, fr.read_codebook("mine.yaml"))
    read = pd.read_parquet("a.parquet").astype({"date": "datetime64[s]"})  # stored as milliseconds
    pd.testing.assert_frame_equal(read, scores)


@pytest.mark.parametrize("by", [[], ["--by", "voice"], ["--by", "quoted", "--by", "speaker"]])
def test_the_mentions_counted_are_written_beside_the_scores(folder, by, capsys):
    assert run("score", *NEWS, "--codebook", "mine.yaml", *by, "--matches", "m.csv") == 0
    corpus = fr.read_corpus("news.csv", columns={"text": "body", "source": "outlet"})
    codebook = fr.read_codebook("mine.yaml")
    voices = bool({"voice", "speaker"} & set(by))
    fr.save_table(fr.find_matches(corpus, codebook, voices=voices), "expected.csv")
    assert Path("m.csv").read_bytes() == Path("expected.csv").read_bytes()
    fr.save_table(fr.score_frames(corpus, codebook, by=by[1::2] or None), "scores.csv")
    assert capsys.readouterr().out.encode() == Path("scores.csv").read_bytes()


def test_a_full_disk_is_said_with_the_file_that_was_asked_for(folder, capsys, monkeypatch):
    def full(file):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    Path("a.txt").write_text("Peace came.\n", encoding="utf-8")
    before = sorted(Path().iterdir())
    monkeypatch.setattr(os, "fsync", full)
    assert run("score", "a.txt", "--codebook", "mine.yaml", "--out", "scores.csv") == 1
    assert f"No space left on device: '{Path('scores.csv').resolve()}'" in capsys.readouterr().err
    assert sorted(Path().iterdir()) == before


def test_one_article_is_called_a_case(folder, capsys):
    Path("a.txt").write_text("Peace came.\n", encoding="utf-8")
    assert run("score", "a.txt", "--codebook", "mine.yaml") == 0
    assert "one article describes a case" in capsys.readouterr().err


def test_nothing_is_written_over_the_corpus_or_another_table(tmp_path, capsys):
    path = tmp_path / "news.csv"
    path.write_text("text\nPeace.\n")
    score = ["score", str(path), "--codebook", "diplomacy"]
    two = [str(tmp_path / "a.csv"), str(tmp_path / "x" / ".." / "a.csv")]
    for options, message in (
        (["--out", str(path)], "is the corpus: choose another file"),
        (["--log", str(path)], "is the corpus"),
        (["--out", two[0], "--matches", two[1]], "is that of --out"),
        (["--matches", "-"], "is that of --out"),
    ):
        with pytest.raises(SystemExit) as ended:
            main([*score, *options])
        assert ended.value.code == 2
        assert message in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["news.csv"]
    assert path.read_text() == "text\nPeace.\n"


def test_no_process_is_too_few(tmp_path, capsys):
    (tmp_path / "news.csv").write_text("text\nPeace.\n")
    out = f"{tmp_path}/out/"
    score = ["score", f"{tmp_path}/news.csv", "--codebook", "diplomacy", "--out", out]
    assert main([*score, "--processes", "0"]) == 1
    assert "processes=0: give a whole number, 1 or more" in capsys.readouterr().err


def test_the_log_is_written_where_asked(folder, capsys):
    assert run("sentiment", *NEWS, "--log", "log.csv") == 0
    assert "1 skipped: see log.csv" in capsys.readouterr().err
    corpus = fr.read_corpus("news.csv", columns={"text": "body", "source": "outlet"})
    fr.save_table(corpus.log, "expected.csv")
    assert Path("log.csv").read_bytes() == Path("expected.csv").read_bytes()


def test_a_corpus_is_kept_and_opened(folder, capsys):
    said = []
    for _ in range(2):
        assert run("score", *NEWS, "--codebook", "mine.yaml", "--store", "kept") == 0
        said.append(capsys.readouterr())
    assert said[0] == said[1]
    assert len(list(Path("kept").iterdir())) == 1


def test_other_encodings_and_marks_that_are_plain_text(folder, capsys):
    Path("old.tsv").write_bytes('text\n"Frieden" für alle\n'.encode("cp1252"))
    options = ["--encoding", "cp1252", "--no-quoting", "--language", "de"]
    assert run("score", "old.tsv", *options, "--codebook", "diplomacy-de", "--by", "language") == 0
    assert set(table(capsys.readouterr().out)["language"]) == {"de"}


@pytest.fixture
def batches(monkeypatch):
    """Stand in for the work in batches, and keep what it was asked for."""
    asked = {}

    def score_dataset(path, codebook, out, **options):
        asked.update(options, path=path, codebook=codebook.name, out=out)
        rows = {
            "path": ["a", "b"],
            "status": ["done", "done"],
            "reason": [None, None],
            "caution": ["ends with a batch"] * 2,
        }
        return pd.DataFrame(asked.get("batches", rows))

    module = types.ModuleType("framing.scale")
    module.score_dataset = score_dataset
    monkeypatch.setitem(sys.modules, "framing.scale", module)
    return asked


def test_a_folder_is_filled_in_batches(folder, batches, capsys):
    assert run("score", *NEWS, "--codebook", "mine.yaml", "--by", "source", "--out", "big/",
               "--processes", "2", "--tables", "scores", "--tables", "matches") == 0  # fmt: skip
    assert batches == {
        "path": "news.csv", "codebook": "mine", "out": "big/", "by": ["source"],
        "columns": {"text": "body", "source": "outlet"}, "encoding": None, "language": "en",
        "quoting": True, "processes": 2, "tables": ("scores", "matches"),
    }  # fmt: skip
    assert capsys.readouterr().out == ""


def test_a_batch_that_fails_is_told_and_ends_with_1(folder, batches, capsys):
    rows = {"path": ["a.csv", "b.csv", "c.md"], "status": ["done", "failed", "skipped"]}
    rows |= {"reason": [None, "byte 3 is not UTF-8", "no table"]}
    batches["batches"] = rows | {"caution": ["rows skipped, as the log says: 1"] * 3}
    Path("big").mkdir()
    assert run("score", *NEWS, "--codebook", "mine.yaml", "--out", "big") == 1
    told = "b.csv: byte 3 is not UTF-8", "c.md: no table", "rows skipped, as the log says: 1"
    expected = "".join(f"framing: {line}\n" for line in (*told, "1 of 3 batches are in big"))
    assert capsys.readouterr().err == expected


# ---------------------------------------------------------------------------- other tables


def test_sentiment_by_sentence_keeps_the_cautions(folder, capsys):
    assert run("sentiment", *NEWS, "--by", "sentence") == 0
    found = table(capsys.readouterr().out)
    assert found["sentence"].tolist() == [1, 1, 2]
    assert "caution" in found
    assert run("sentiment", *NEWS) == 0
    assert "with a caution: see the column caution" in capsys.readouterr().err


def test_keyness_passes_its_options_on(folder, capsys):
    arguments = ["--by", "source", "--target", "Courier", "--reference", "Herald"]
    assert run("keyness", *NEWS, *arguments, "--stop-words", "none", "--permutations", "99") == 0
    corpus = fr.read_corpus("news.csv", columns={"text": "body", "source": "outlet"})
    expected = fr.keyness(corpus, ["Herald"], by="source", target=["Courier"], stop_words=None,
                          permutations=99)  # fmt: skip
    fr.save_table(expected, "expected.csv")
    assert capsys.readouterr().out.encode() == Path("expected.csv").read_bytes()


def test_articles_are_chosen_by_their_columns(folder, capsys):
    assert run("sentiment", ROOT / "corpus", "--where", "constructed=false") == 0
    said = capsys.readouterr()
    assert table(said.out)["article_id"].tolist() == ["macron_moscow_2022-02-10"]
    assert "1 article chosen" in said.err
    assert run("sentiment", *NEWS, "--where", "source=Herald", "--where", "source=Courier") == 0
    assert len(table(capsys.readouterr().out)) == 2
    assert run("sentiment", *NEWS, "--where", "source=Heral") == 1
    assert 'did you mean "Herald"?' in capsys.readouterr().err


# ---------------------------------------------------------------------------- codebooks


def test_a_codebook_is_checked_with_lines(folder, capsys):
    Path("good.yaml").write_text(GOOD, encoding="utf-8")
    assert run("check", "mine.yaml", "good.yaml") == 1
    said = capsys.readouterr()
    assert said.out == ""
    lines = said.err.splitlines()
    assert lines[0] == 'framing: mine.yaml, line 10: frame "calm", example "War came.": no match'
    assert lines[1].startswith('framing: mine.yaml, line 12: frame "calm", counter-example "The')
    assert lines[2].startswith(
        'framing: mine.yaml, line 7: warning: frame "calm", `truce`: untried'
    )
    assert lines[3] == "framing: mine.yaml: 1 of 3 examples as they should be, 1 warning"
    assert lines[4:] == ["framing: good.yaml: 3 of 3 examples as they should be, 0 warnings"]


def test_a_good_codebook_ends_with_0_and_a_broken_one_with_all_its_problems(folder, capsys):
    Path("good.yaml").write_text(GOOD, encoding="utf-8")
    assert run("check", "good.yaml") == 0
    Path("broken.yaml").write_text("name: x\nframes:\n  - nam: y\n    patterns: ['(a']\n")
    assert run("check", "broken.yaml", "good.yaml", "none.yaml") == 1
    message = capsys.readouterr().err
    assert "framing: broken.yaml, line 3, " in message
    assert "did you mean `name`?" in message
    assert "none.yaml: No such file" in message


def test_converting_tells_what_is_lost(folder, capsys):
    Path("mine.yaml").write_text(MINE.replace("peace\n", "{pattern: peace, note: plain}\n", 1))
    assert run("convert", "mine.yaml", "mine.dic") == 1
    assert "add --leave-out to write what it can" in capsys.readouterr().err
    assert not Path("mine.dic").exists()
    assert run("convert", "mine.yaml", "mine.dic", "--leave-out") == 0
    assert "framing: not written: calm: " in capsys.readouterr().err
    assert run("convert", "mine.dic", "back.yaml") == 0
    said = capsys.readouterr()
    assert "framing: not read: no frame has a definition" in said.err
    assert said.out == ""
    back = fr.read_codebook("back.yaml")
    assert [pattern.text for pattern in back["calm"].patterns] == ["peace", "truce"]


# ---------------------------------------------------------------------------- how it ends


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["score", "none", "--codebook", "mine.yaml"], "none: there is no such file or folder"),
        (["score", *NEWS, "--codebook", "none"], 'no built-in codebook "none"; there are'),
        (["score", *NEWS, "--codebook", "mine.yaml", "--by", "voise"], "voise"),
        (["keyness", *NEWS, "--by", "source", "--target", "Times"], "Times"),
        (["score", *NEWS, "--codebook", "mine.yaml", "--out", "mine.yaml/x.csv"], "mine.yaml"),
    ],
)
def test_a_problem_is_explained_without_a_traceback(folder, arguments, message, capsys):
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert re.search(rf"(?m)^framing: .*{re.escape(message)}", said.err)
    assert "Traceback" not in said.err


def _end_at_once(_):
    os._exit(1)


def test_processes_that_cannot_start_are_explained_without_a_traceback(folder, monkeypatch, capsys):
    monkeypatch.setattr(workers, "_begin", _end_at_once)
    assert run("score", *NEWS, "--codebook", "mine.yaml", "--out", "o/", "--processes", "2") == 1
    assert capsys.readouterr().err.startswith("framing: no other process can be started: ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["score", *NEWS], "--codebook"),
        (["score", *NEWS, "--codebook", "mine.yaml", "--out", "a.xlsx"], "end the name in .csv"),
        (["score", *NEWS, "--codebook", "mine.yaml", "--processes", "2"], "is for a folder"),
        (["score", *NEWS, "--codebook", "mine.yaml", "--tables", "matches"], "is for a folder"),
        (["score", *NEWS, "--codebook", "mine.yaml", "--log", "l", "--out", "x/"], "not for a fol"),
        (["sentiment", "news.csv", "--column", "text"], 'has no "="'),
        (["sentiment", "news.csv", "--by", "page"], "invalid choice"),
    ],
)
def test_misuse_ends_with_2_before_anything_is_read(folder, arguments, message, capsys):
    with pytest.raises(SystemExit, match=r"^2$"):
        main(arguments)
    assert message in capsys.readouterr().err


def test_a_fault_of_the_program_keeps_its_traceback(folder, monkeypatch):
    def faulty(*_, **__):
        raise TypeError("unexpected")

    monkeypatch.setattr("framing.corpus.read_corpus", faulty)
    with pytest.raises(TypeError, match="unexpected"):
        run("sentiment", *NEWS)


def test_ctrl_c_ends_with_130(folder, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("framing.corpus.read_corpus", interrupted)
    assert run("sentiment", *NEWS) == 130
    assert capsys.readouterr().err == "framing: stopped\n"


def test_a_reader_that_has_seen_enough_is_no_error(folder):
    program = [sys.executable, "-m", "framing", "score", *NEWS, "--codebook", "mine.yaml"]
    running = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    running.stdout.close()  # before it has written anything
    message = running.stderr.read().decode()
    assert running.wait() == 0
    running.stderr.close()
    assert message == "framing: 2 articles read, 1 skipped: see --log FILE\n"


def test_data_are_utf_8_whatever_the_screen_is(folder):
    Path("a.csv").write_text("text,source\nPeace.,Žurnál\n", encoding="utf-8")
    program = [sys.executable, "-m", "framing", "score", "a.csv", "--codebook", "mine.yaml"]
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    run = subprocess.run(program, capture_output=True, env=environment, check=True)
    assert "Žurnál" in run.stdout.decode("utf-8")


def test_warnings_are_plain_lines(folder, monkeypatch, capsys):
    def warned(*_, **__):
        warnings.warn("The compiled scan is not used.", stacklevel=2)
        return read(*_, **__)

    read = fr.read_corpus
    monkeypatch.setattr("framing.corpus.read_corpus", warned)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert run("sentiment", *NEWS) == 0
    assert capsys.readouterr().err.startswith("framing: The compiled scan is not used.\n")
