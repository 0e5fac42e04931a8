"""Datasets in batches: equal to one corpus, the same after any accident, and nothing vanishes."""

import errno
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing import batches, datasets, files, scale
from framing.batches import CHOICES
from framing.locations import find_sources, open_folder

CODEBOOK = fr.Codebook.from_patterns(
    "calm", {"calm": ["peace", "talk*", "cease fire"], "alarm": ["alarm*", "war"]}
)
SENTENCES = [
    "Peace talks began in Kyiv.",
    'The minister said: "No war, no alarm."',
    "They did not talk about the cease-fire.",
    "Ana Torvik warned of a terrible war, she said.",
    "Prices rose again, happily.",
    "Paris, 10 February 2022",
    "",
]
SMALL = 4_000  # bytes: four articles, each of which counts as a thousand more than its text


def articles(n, seed=0):
    """Make articles of a few sentences, some empty, some equal, with ids, sources and days."""
    chance = random.Random(seed)
    return pd.DataFrame({
        "article_id": [f"a{number}" for number in range(n)],
        "source": [chance.choice(["Courier", "Herald", ""]) for _ in range(n)],
        "date": [chance.choice(["2022-02-10", "2022-02-11", "soon"]) for _ in range(n)],
        "text": [
            "\n\n".join(chance.choices(SENTENCES, k=chance.randrange(4))) for _ in range(n)
        ],
        "camp": [chance.choice(["east", "west"]) for _ in range(n)],
    })  # fmt: skip


def save(frame, path, **options):
    """Write a table in the format of its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pandas(frame), path, **options)
    elif path.suffix == ".jsonl":
        frame.to_json(path, orient="records", lines=True)
    else:
        frame.to_csv(path, index=False, sep="," if path.suffix == ".csv" else "\t")
    return path


def contents(folder):
    """Give the bytes of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_file()
    }


def score(path, out, **options):
    return fr.score_dataset(path, CODEBOOK, out, progress=False, **options)


def same(found, expected, without=()):
    """Compare tables by their values; what is written has milliseconds and other categories."""
    pd.testing.assert_frame_equal(
        plain(found.drop(columns=list(without))), plain(expected.drop(columns=list(without)))
    )


def plain(table):
    table = table.reset_index(drop=True).convert_dtypes(dtype_backend="pyarrow")
    for name, values in table.items():
        if isinstance(values.dtype, pd.CategoricalDtype):
            table[name] = values.astype("string[pyarrow]")
        elif values.dtype.pyarrow_dtype in (pa.timestamp("s"), pa.timestamp("ms")):
            table[name] = values.astype("timestamp[s][pyarrow]")
    return table.astype({n: "string[pyarrow]" for n in table if str(table[n].dtype) == "str"})


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(scale, "BATCH", SMALL)


def save_mixed(folder, frame=None):
    """Write a dataset of three files, one with two row groups."""
    frame = articles(14) if frame is None else frame
    save(frame[:7], folder / "a.parquet", row_group_size=5)
    save(frame[7:11], folder / "b.csv")
    save(frame[11:], folder / "later" / "c.jsonl")
    return folder, frame


@pytest.fixture
def mixed(tmp_path, small):
    return save_mixed(tmp_path / "news")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Return the files of a run over the mixed dataset without an accident."""
    folder = tmp_path_factory.mktemp("undisturbed")
    path, _ = save_mixed(folder / "news")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scale, "BATCH", SMALL)
        score(path, folder / "out", tables=["scores", "frequency"])
    return contents(folder / "out")


# ---------------------------------------------------------------------------- equal to one corpus


def whole(corpus):
    return {
        "articles": corpus.articles.drop(columns="text"),
        "scores": fr.score_frames(corpus, CODEBOOK, by=["camp", "block", "voice"]),
        "matches": fr.find_matches(corpus, CODEBOOK),
        "sentiment": fr.score_sentiment(corpus),
        "voices": fr.find_voices(corpus),
        "quotations": fr.quotations(corpus),
    }


def test_all_batches_together_give_what_one_corpus_gives(mixed, tmp_path):
    path, frame = mixed
    done = score(path, tmp_path / "out", tables=CHOICES, by=["camp", "block", "voice"])
    assert set(done["status"]) == {"done"}
    assert done["n_articles"].tolist() == [4, 1, 2, 4, 3]
    corpus = fr.Corpus.from_dataframe(frame)
    assert done["n_words"].sum() == corpus.articles["n_words"].sum()
    apart = {"cluster", "path", "speaker", "speaker_id"}
    for name, expected in whole(corpus).items():
        found = pd.read_parquet(tmp_path / "out" / name)
        same(found, expected, apart & {*expected.columns})
    frequency = pd.read_parquet(tmp_path / "out" / "frequency.parquet")
    same(frequency, fr.word_frequency(corpus, stop_words=None))
    log = pd.read_parquet(tmp_path / "out" / "log")
    expected = corpus.log[corpus.log["step"] != "cluster"]
    columns = ["article_id", "step", "start", "end", "text", "reason"]
    found = plain(log[log["step"] != "cluster"])[columns].sort_values(columns)
    same(found, plain(expected)[columns].sort_values(columns))


SPOKEN = [
    # who "Torvik" and "Kern" are is known from other batches only: one person, and one of two
    *[
        "Torvik said peace is near.",
        "Kern said: “No war, no alarm.”",
        "The ministry said that war is near.",
    ],
    *["“Peace talks,” he said.", "Mr Kern said there was an alarm.", "Peace talks began.", ""],
    *[
        "Ivo Kern said that war is near.",
        "ANA TORVIK SAID: “PEACE!”",
        "Lea Kern said that alarms rang.",
    ],
    *[
        "“The alarm rings,” said Torvik.",
        "Ana Torvik, the minister, said peace would come.",
        "",
        "",
    ],
]
BY_SPEAKER = ["camp", "speaker", "block"]


@pytest.fixture
def spoken_of(tmp_path, small):
    """Write a dataset with few full names, and give it with what its articles give together."""
    path, frame = save_mixed(tmp_path / "news", articles(14).assign(text=SPOKEN))
    return path, fr.Corpus.from_dataframe(frame)


@pytest.mark.parametrize("processes", [1, 2])
def test_speakers_are_those_that_all_articles_tell_apart(processes, spoken_of, tmp_path):
    path, corpus = spoken_of
    tables = ("scores", "voices", "quotations")
    done = score(path, tmp_path / "out", tables=tables, by=BY_SPEAKER, processes=processes)
    assert done["status"].tolist() == ["done"] * 5
    assert not done["caution"].str.contains("speakers").any()
    expected = fr.score_frames(corpus, CODEBOOK, by=BY_SPEAKER)
    named = {"Ana Torvik", "Ivo Kern", "Kern", "Lea Kern", "ministry"}
    assert named < set(expected["speaker"]), "the surname of two stays on its own"
    whole = dict(
        zip(tables, (expected, fr.find_voices(corpus), fr.quotations(corpus)), strict=True)
    )
    for name, table in whole.items():
        same(pd.read_parquet(tmp_path / "out" / name), table, {"cluster"} & {*table.columns})


def test_a_batch_whose_names_end_their_process_fails_alone(spoken_of, tmp_path, monkeypatch):
    def in_processes(call, items, _, prepare):
        for number, item in enumerate(items):
            died = call.func is scale.hear_batch and number == 1
            yield item, None if died else call(item)

    monkeypatch.setattr(scale, "in_processes", in_processes)
    done = score(spoken_of[0], tmp_path / "out", by=BY_SPEAKER, processes=2)
    assert done["status"].tolist() == ["done", "failed", "done", "done", "done"]
    assert done["reason"][1].startswith("the process died of it twice")


def test_speakers_of_a_run_that_was_killed_or_of_more_articles_are_those_of_all(
    spoken_of, tmp_path
):
    path, _ = spoken_of
    score(path, tmp_path / "undisturbed", by=BY_SPEAKER)
    out = tmp_path / "out"
    for moment in (5, 9, "manifest.json"):
        ended = run_script(
            KILLED.replace('"frequency"]', f'"frequency"], by={BY_SPEAKER}'), path, out, moment
        )
        assert ended.returncode == -signal.SIGKILL, ended.stderr
    score(path, out, by=BY_SPEAKER)
    assert contents(out) == contents(tmp_path / "undisturbed")
    more = articles(2).assign(
        text=["Lea Torvik said war is near.", "Peace."], article_id=["x", "y"]
    )
    save(more, path / "more.csv")
    for folder in (out, tmp_path / "new"):
        score(path, folder, by=BY_SPEAKER)
    assert contents(out) == contents(tmp_path / "new")
    scores = pd.read_parquet(out / "scores")
    assert {"Ana Torvik", "Lea Torvik", "Torvik"} < set(scores["speaker"])


@settings(max_examples=6, deadline=None)
@given(
    texts=st.lists(st.text(max_size=60) | st.sampled_from(SENTENCES), min_size=1, max_size=8),
    size=st.integers(1, 9_000),
)
def test_any_texts_cut_anywhere_give_what_one_corpus_gives(tmp_path_factory, texts, size):
    folder = tmp_path_factory.mktemp("any")
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    frame = pd.DataFrame({"text": texts, "article_id": [f"id {n}" for n in range(len(texts))]})
    save(frame, folder / "news.parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scale, "BATCH", size)
        score(folder / "news.parquet", folder / "out", tables=["scores", "matches"])
    corpus = fr.Corpus.from_dataframe(frame)
    same(pd.read_parquet(folder / "out" / "scores"), fr.score_frames(corpus, CODEBOOK), ["cluster"])
    same(pd.read_parquet(folder / "out" / "matches"), fr.find_matches(corpus, CODEBOOK))


def test_a_batch_gives_what_a_corpus_of_its_articles_gives(mixed, tmp_path):
    path, frame = mixed
    score(path, tmp_path / "out", tables=["scores", "quotations"])
    for part in sorted((tmp_path / "out" / "articles").iterdir()):
        ids = pd.read_parquet(part)["article_id"].tolist()
        own = frame[frame["article_id"].isin(ids)]
        corpus = fr.Corpus.from_dataframe(own)
        scores = pd.read_parquet(tmp_path / "out" / "scores" / part.name)
        same(scores, fr.score_frames(corpus, CODEBOOK))
        said = pd.read_parquet(tmp_path / "out" / "quotations" / part.name)
        same(said, fr.quotations(corpus))


def test_batches_end_with_their_file_and_row_group(mixed, tmp_path):
    path, _ = mixed
    done = score(path, tmp_path / "out")
    place = done["batch"].str.rsplit("-", n=1).str[0]
    counts = done.groupby(place)["n_articles"].sum().to_dict()
    assert counts == {
        "00000-00000": 5,
        "00000-00001": 2,
        "00001-00000": 4,
        "00002-00000": 3,
    }
    assert done["path"].unique().tolist() == ["a.parquet", "b.csv", "later/c.jsonl"]


def test_the_number_of_processes_changes_no_byte(mixed, tmp_path):
    path, _ = mixed
    one = score(path, tmp_path / "one")
    two = score(path, tmp_path / "two", processes=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    pd.testing.assert_frame_equal(one, two)


def test_every_part_has_the_same_columns_and_types(mixed, tmp_path):
    path, _ = mixed
    score(path, tmp_path / "out", tables=CHOICES)
    for name in (*CHOICES, "articles", "log"):
        found = {str(pq.read_schema(part)) for part in (tmp_path / "out" / name).iterdir()}
        assert len(found) == 1
        table = pd.read_parquet(tmp_path / "out" / name)
        assert table.columns.tolist() == pd.read_parquet(part_of(tmp_path, name)).columns.tolist()
    assert str(table["row"].dtype) == "Int64"


def part_of(tmp_path, name):
    return min((tmp_path / "out" / name).iterdir())


# ---------------------------------------------------------------------------- what is read


def test_damaged_rows_are_counted_and_logged_and_the_rest_is_done(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "Peace."}\nnone\n\n[1]\n{"text": "War."}\n')
    (tmp_path / "b.csv").write_text("text,source\nPeace.,A\ntoo,many,fields\nWar.,B\n")
    done = score([tmp_path / "a.jsonl", tmp_path / "b.csv"], tmp_path / "out")
    assert done["n_articles"].tolist() == [2, 2]
    assert done["n_skipped"].tolist() == [2, 1]
    assert done["rows"].tolist() == [4, 3]
    log = pd.read_parquet(tmp_path / "out" / "log")
    assert log["row"].tolist() == [2, 4, 3]
    assert log["path"].tolist() == ["a.jsonl", "a.jsonl", "b.csv"]
    assert "has 3 fields, the header has 2" in log["reason"].iloc[2]
    articles = pd.read_parquet(tmp_path / "out" / "articles")
    assert articles["article_id"].tolist() == ["a:1", "a:5", "b:2", "b:4"]


def test_an_id_that_stands_in_several_batches_is_made_unique_and_logged(tmp_path, small):
    first = articles(10)
    second = articles(3).assign(article_id=["a7", "", "new"], text="Peace.")
    save(first, tmp_path / "one.parquet", row_group_size=6)
    save(second, tmp_path / "two.csv")
    score([tmp_path / "one.parquet", tmp_path / "two.csv"], tmp_path / "out")
    ids = pd.read_parquet(tmp_path / "out" / "articles")["article_id"].tolist()
    assert ids == [*first["article_id"], "a7 (two:2)", "two:3", "new"]
    log = pd.read_parquet(tmp_path / "out" / "log")
    [row] = log[log["step"] == "renamed"].itertuples()
    assert (row.article_id, row.path, row.row) == ("a7 (two:2)", "two.csv", 2)
    assert '"a7" is taken by an earlier article' in row.reason


def test_a_text_in_another_encoding_fails_from_the_byte_on(tmp_path):
    lines = [f'{{"text": "Peace talks, number {n}."}}\n'.encode() for n in range(300)]
    lines[290] = '{"text": "café"}\n'.encode("cp1252")
    (tmp_path / "a.jsonl").write_bytes(b"".join(lines))
    (tmp_path / "b.jsonl").write_text('{"text": "War."}', encoding="utf-16")
    done = score([tmp_path / "a.jsonl", tmp_path / "b.jsonl"], tmp_path / "out")
    bad = done[done["status"] == "failed"]
    at = sum(map(len, lines[:290])) + len('{"text": "caf')
    assert f"byte {at} (0xE9) is not UTF-8; it looks like cp1252" in bad["reason"].iloc[0]
    assert "it looks like utf-16" in bad["reason"].iloc[1] or "(0xFF)" in bad["reason"].iloc[1]
    assert done["caution"].iloc[0].endswith(f"2 of {len(done)} batches failed")
    assert done.loc[done["path"] == "a.jsonl", "n_articles"].sum() > 0
    known = score(tmp_path / "a.jsonl", tmp_path / "new", encoding="cp1252")
    assert known["n_articles"].sum() == 300


def test_a_damaged_row_group_fails_alone(mixed, tmp_path):
    path, _ = mixed
    file = path / "a.parquet"
    column = pq.ParquetFile(file).metadata.row_group(1).column(3)
    data = bytearray(file.read_bytes())
    start = column.dictionary_page_offset or column.data_page_offset
    data[start : start + column.total_compressed_size] = b"\xff" * column.total_compressed_size
    file.write_bytes(data)
    done = score(path, tmp_path / "out")
    [bad] = done[done["status"] == "failed"].itertuples()
    assert bad.batch.startswith("00000-00001-")
    assert bad.path == "a.parquet"
    assert "not a readable parquet file in rows 6 to 7 (" in bad.reason
    assert done["n_articles"].sum() == 12
    assert json.loads((tmp_path / "out" / "manifest.json").read_bytes())["cautions"][-1].endswith(
        "batches failed"
    )


def test_files_that_are_empty_damaged_or_of_another_kind_are_named(tmp_path):
    folder = tmp_path / "news"
    save(articles(2), folder / "good.csv")
    for name, content in (
        ("a.parquet", b"PAR1 not at all"),
        ("b.csv", b""),
        ("c.jsonl", b"\n\n"),
        ("d.csv", b"body\nPeace.\n"),
        ("e.jsonl", b'{"body": "Peace."}\n'),
        ("notes.txt", b"Peace."),
        (".hidden", b""),
    ):
        (folder / name).write_bytes(content)
    done = score(folder, tmp_path / "out").set_index("path")
    assert done["status"].to_dict() == {
        **dict.fromkeys(("a.parquet", "b.csv", "c.jsonl", "d.csv", "e.jsonl"), "failed"),
        "good.csv": "done",
        "notes.txt": "skipped",
    }
    assert 'there is no column "text"; the columns are: body' in done["reason"]["d.csv"]
    assert 'there is no column "text"; the columns are: body' in done["reason"]["e.jsonl"]
    assert "there is no header" in done["reason"]["b.csv"]
    assert done["sha256"].notna().to_dict() == dict(done["status"] == "done")


def test_a_reason_does_not_name_the_file_again(tmp_path, monkeypatch):
    wrong = {"text": "body", "source": "outlet"}
    (tmp_path / "a.csv").write_text("text\nPeace.\n")
    [reason] = score(tmp_path / "a.csv", tmp_path / "out", columns=wrong)["reason"]
    assert reason == (
        'there is no column "body"; the columns are: text.\n'
        'there is no column "outlet"; the columns are: text'
    )
    (tmp_path / "b.csv").write_text('text\n"Peace.\n')
    [reason] = score(tmp_path / "b.csv", tmp_path / "out")["reason"]
    assert reason.startswith("line 2: a quotation mark opens a field here and is not closed")


def test_a_damaged_byte_far_from_other_letters_is_no_other_encoding(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets, "_HEAD", 1_000)
    data = "text\nКиїв\n".encode() + b"Peace.\n" * 20_000 + b"Caf\xe9 \n"
    (tmp_path / "a.csv").write_bytes(data)
    reason = score(tmp_path / "a.csv", tmp_path / "out")["reason"].iloc[-1]
    place = f"byte {len(data) - 3} (0xE9) is not UTF-8"
    assert reason == f"{place}; the text before is, so the file is damaged there: repair it"


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "parquet"])
def test_an_article_that_is_far_too_long_is_skipped_and_logged(ending, tmp_path, monkeypatch):
    monkeypatch.setattr(datasets, "LONGEST", 3_000)
    frame = articles(5)[["text"]].assign(text="Peace talks.")
    frame.loc[1, "text"] = 'War,"\n' * 2_000
    frame.loc[3, "text"] = "War " * 2_000
    path = save(frame, tmp_path / f"news.{ending}")
    done = score(path, tmp_path / "out")
    assert (done["n_articles"].item(), done["n_skipped"].item()) == (3, 2)
    assert "rows skipped, as the log says: 2" in done["caution"].item()
    log = pd.read_parquet(tmp_path / "out" / "log")
    assert log["reason"].str.startswith("longer than 3,000 characters; divide it").sum() == 2
    scores = pd.read_parquet(tmp_path / "out" / "scores")
    assert scores["n_matches"].sum() == 6


def test_an_article_that_is_too_long_is_skipped_whatever_its_column_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets, "LONGEST", 3_000)
    texts = pa.array(["Peace.", "War " * 2_000, None])
    for number, kind in enumerate((pa.binary(), pa.dictionary(pa.int32(), pa.string()))):
        path = tmp_path / f"{number}.parquet"
        pq.write_table(pa.table({"text": texts.cast(kind)}), path)
        done = score(path, tmp_path / str(number))
        assert (done["n_articles"].item(), done["n_skipped"].item()) == (2, 1)


def test_a_mark_that_is_never_closed_fails_and_does_not_swallow(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets, "LONGEST", 3_000)
    path = tmp_path / "news.csv"
    path.write_text('text\nPeace.\n"War\n' + "Peace.\n" * 1_000)
    done = score(path, tmp_path / "out")
    assert done["status"].tolist() == ["done", "failed"]
    assert "line 3: a quotation mark opens a field here" in done["reason"].iloc[1]
    assert done["n_articles"].tolist() == [1, 0]
    path.write_text('text\nPeace.\n"War\n')
    done = score(path, tmp_path / "other")
    assert "line 3: a quotation mark opens a field here" in done["reason"].iloc[1]


def test_many_articles_without_words_are_no_single_batch(tmp_path, small):
    save(pd.DataFrame({"text": [""] * 20}), tmp_path / "empty.parquet")
    done = score(tmp_path / "empty.parquet", tmp_path / "out")
    assert done["n_articles"].max() <= SMALL / 1_000
    assert done["n_articles"].sum() == 20
    scores = pd.read_parquet(tmp_path / "out" / "scores")
    assert len(scores) == 40
    assert scores["per_1000_words"].isna().all()


def test_columns_have_the_names_given_and_others_are_told_not_kept(tmp_path):
    frame = articles(3).rename(columns={"text": "body", "source": "outlet"})
    save(frame, tmp_path / "news.csv")
    names = {"text": "body", "source": "outlet"}
    score(tmp_path / "news.csv", tmp_path / "out", columns=names, by="camp")
    scores = pd.read_parquet(tmp_path / "out" / "scores")
    assert scores["camp"].tolist() == [camp for camp in frame["camp"] for _ in range(2)]
    other = score(tmp_path / "news.csv", tmp_path / "out", columns=names)
    assert "camp" not in pd.read_parquet(tmp_path / "out" / "scores").columns
    log = pd.read_parquet(tmp_path / "out" / "log")
    assert 'column "camp" is not read; a column named in by= is kept' in log["reason"].tolist()
    assert other["status"].tolist() == ["done"]


def test_files_of_one_name_with_several_endings_have_ids_of_their_own(tmp_path):
    folder = tmp_path / "news"
    for ending in ("csv", "tsv", "tsv.csv"):
        save(pd.DataFrame({"text": ["Peace.", "War."]}), folder / f"a.{ending}")
    score([folder, folder / "a.csv"], tmp_path / "out")
    ids = pd.read_parquet(tmp_path / "out" / "articles")["article_id"].tolist()
    stems = ("a", "a.tsv", "a.tsv.csv", "a (2)")
    assert ids == [f"{stem}:{row}" for stem in stems for row in (2, 3)]


def test_a_row_group_without_rows_is_no_failure(tmp_path):
    schema = pa.schema([("text", pa.string()), ("camp", pa.string())])
    with pq.ParquetWriter(tmp_path / "a.parquet", schema) as writer:
        for text in ([], ["Peace."], [], ["War."]):
            writer.write_table(pa.table({"text": text, "camp": text}, schema=schema))
    done = score(tmp_path / "a.parquet", tmp_path / "out")
    assert done["status"].tolist() == ["done", "done"]
    assert done["batch"].tolist() == ["00000-00001-00000", "00000-00003-00000"]
    log = pd.read_parquet(tmp_path / "out" / "log")
    assert log["reason"].str.contains('column "camp" is not read').sum() == 1


def test_a_date_beyond_all_calendars_fails_alone_and_rows_before_it_are_kept(tmp_path):
    dates = pa.array([0, 2**53, 0], pa.timestamp("s"))
    table = pa.table({"text": ["Peace.", "War.", "Alarm."], "date": dates})
    pq.write_table(table, tmp_path / "a.parquet")
    (tmp_path / "b.csv").write_text("text\nPeace.\n")
    done = score([tmp_path / "a.parquet", tmp_path / "b.csv"], tmp_path / "out")
    assert done["status"].tolist() == ["done", "failed", "done"]
    assert done["n_articles"].tolist() == [1, 0, 1]
    assert "not a readable parquet file" in done["reason"].iloc[1]


def test_a_reader_that_breaks_without_a_word_is_named(tmp_path, monkeypatch):
    def breaks(*_, **__):
        raise MemoryError

    path = save(articles(2), tmp_path / "a.csv")
    monkeypatch.setattr(datasets, "_text_rows", breaks)
    done = score(path, tmp_path / "out")
    assert done["reason"].tolist() == ["not a readable csv file (MemoryError)"]


def test_a_name_of_half_a_character_is_mended(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "War.", "\\ud800": "x"}\n{"text": "Peace \\ud800."}\n')
    done = score(path, tmp_path / "out")
    assert (done["n_articles"].item(), done["n_skipped"].item()) == (2, 0)
    assert pd.read_parquet(tmp_path / "out" / "scores")["n_matches"].sum() == 2


def test_an_encoding_that_is_none_is_named(tmp_path):
    path = save(articles(2), tmp_path / "a.csv")
    done = score(path, tmp_path / "out", encoding="klingon")
    assert 'there is no encoding "klingon"' in done["reason"].item()


def test_a_name_of_a_file_need_not_be_utf_8(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    try:
        (Path(os.fsdecode(os.fsencode(folder) + b"/n\xff.csv"))).write_text("text\nPeace.\n")
    except OSError:
        pytest.skip("this system has no such names")
    done = score(folder, tmp_path / "out")
    assert done[["path", "status"]].to_numpy().tolist() == [["n?.csv", "done"]]


def test_links_that_are_not_followed_are_named(tmp_path):
    folder = tmp_path / "news"
    save(articles(2), tmp_path / "elsewhere" / "b.csv")
    save(articles(2), folder / "a.csv")
    (folder / "one.csv").symlink_to(tmp_path / "elsewhere" / "b.csv")
    (folder / "other").symlink_to(tmp_path / "elsewhere")
    (folder / "nowhere.csv").symlink_to(tmp_path / "none.csv")
    (folder / "round.csv").symlink_to(folder / "round.csv")
    done = score(folder, tmp_path / "out").set_index("path")["status"].to_dict()
    failed = dict.fromkeys(("nowhere.csv", "round.csv"), "failed")
    assert done == {"a.csv": "done", "one.csv": "done", "other": "skipped", **failed}


# ---------------------------------------------------------------------------- refused


def test_arguments_that_cannot_be_meant_are_refused(tmp_path):
    path = save(articles(2), tmp_path / "news.csv")
    out = tmp_path / "out"
    with pytest.raises(ValueError, match=r"tables='score': choose among scores"):
        score(path, out, tables="score")
    with pytest.raises(ValueError, match="speakers are told apart by all articles together"):
        score(path, out, by=["block", "speaker"], client=object())
    with pytest.raises(ValueError, match="processes=0: give a whole number"):
        score(path, out, processes=0)
    with pytest.raises(fr.CorpusError, match='columns= has "body", which is none of: article_id'):
        score(path, out, columns={"body": "text"})
    with pytest.raises(fr.CorpusError, match=r"not a list"):
        score(path, out, columns=["text"])
    with pytest.raises(fr.CorpusError, match="there is no such file or folder"):
        score(tmp_path / "none", out)
    with pytest.raises(fr.CorpusError, match="lies in the dataset"):
        score(tmp_path, out)
    with pytest.raises(fr.CodebookError, match="has no patterns"):
        fr.score_dataset(path, fr.Codebook.from_patterns("empty", {"calm": []}), out)
    assert not out.exists()


def test_a_dataset_with_nothing_to_read_is_refused(tmp_path):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("Peace.")
    with pytest.raises(
        fr.CorpusError, match=r"nothing to read in this dataset:\n  a.txt: not read"
    ):
        score(tmp_path / "news", tmp_path / "out")


@pytest.mark.parametrize("name", ["mine.csv", "codebook.yaml", "scores/mine.parquet"])
def test_a_folder_with_other_files_is_refused_and_not_touched(name, tmp_path):
    path = save(articles(2), tmp_path / "news.csv")
    (tmp_path / "out" / "scores").mkdir(parents=True)
    (tmp_path / "out" / name).write_text("mine")
    with pytest.raises(fr.CorpusError, match=f'has other files, such as "{name}"'):
        score(path, tmp_path / "out")
    assert contents(tmp_path / "out") == {name: b"mine"}
    score(path, tmp_path / "new")
    (tmp_path / "new" / "log" / "mine.csv").write_text("mine")
    before = contents(tmp_path / "new")
    with pytest.raises(fr.CorpusError, match=r'such as "log/mine.csv"'):
        score(path, tmp_path / "new")
    assert contents(tmp_path / "new") == before


def test_two_runs_do_not_write_to_one_folder_at_once(mixed, tmp_path):
    pytest.importorskip("fcntl")
    path, _ = mixed
    out = tmp_path / "out"
    with (
        open_folder(out).alone(),
        pytest.raises(fr.OutputError, match=r"another run writes here; wait for its end, or"),
    ):
        score(path, out)
    assert contents(out) == {}
    assert set(score(path, out)["status"]) == {"done"}


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    path = save(articles(2), tmp_path / "news.csv")
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(fr.OutputError, match=r"cannot be written \((File exists|Not a directory)"):
        score(path, tmp_path / "taken" / "out")


# ---------------------------------------------------------------------------- resumed


@pytest.fixture
def made(monkeypatch):
    """List the batches that are analysed, not skipped."""
    made = []

    def run(batch, job):
        made.append(batch.name)
        return batches.run_batch(batch, job)

    monkeypatch.setattr(scale, "run_batch", run)
    return made


def test_what_is_finished_is_not_done_again(mixed, tmp_path, made):
    path, frame = mixed
    out = tmp_path / "out"
    first = score(path, out)
    assert made == first["batch"].tolist()
    before = contents(out)
    made.clear()
    pd.testing.assert_frame_equal(score(path, out), first)
    assert made == []
    assert contents(out) == before
    # One output is damaged, one is gone, one article is changed.
    parts = sorted((out / "scores").iterdir())
    parts[0].write_bytes(b"")
    parts[2].unlink()
    save(frame[7:11].assign(text="Peace."), path / "b.csv")
    score(path, out)
    changed = first["batch"][first["path"] == "b.csv"].tolist()
    assert made == [*first["batch"].iloc[[0, 2]], *changed]


def test_another_codebook_or_option_does_all_again_and_leaves_nothing_old(mixed, tmp_path, made):
    path, _ = mixed
    out = tmp_path / "out"
    n = len(score(path, out, tables=["scores", "matches", "frequency"]))
    other = fr.Codebook.from_patterns("calm", {"calm": ["peace"]})
    fr.score_dataset(path, other, out, progress=False)
    assert len(made) == 2 * n
    (path / "later" / "c.jsonl").unlink()
    fr.score_dataset(path, other, out, progress=False)
    assert len(made) == 2 * n
    fr.score_dataset(path, other, tmp_path / "new", progress=False)
    assert contents(out) == contents(tmp_path / "new")


def test_the_manifest_names_what_went_in_and_came_out(mixed, tmp_path):
    path, _ = mixed
    done = score(path, tmp_path / "out", tables=["frequency"])
    found = contents(tmp_path / "out")
    manifest = json.loads(found.pop("manifest.json"))
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}
    listed = {name: one for entry in manifest["batches"] for name, one in entry["outputs"].items()}
    assert listed | manifest["outputs"] == hashes
    assert manifest["inputs"] == {
        name: hashlib.sha256(data).hexdigest() for name, data in contents(path).items()
    }
    assert manifest["codebook"]["sha256"] == hashes["codebook.yaml"]
    assert fr.read_codebook(tmp_path / "out" / "codebook.yaml") == CODEBOOK
    assert manifest["framing"] == fr.__version__
    assert "copies (cluster) are sought inside a batch only" in manifest["cautions"][0]
    assert done["caution"].str.contains("inside a batch only").all()
    assert str(tmp_path) not in json.dumps(manifest)


UNGUARDED = """
import sys
import framing as fr
fr.score_dataset(sys.argv[1], fr.read_codebook(sys.argv[3]), sys.argv[2], processes=2)
"""


def test_a_script_that_its_processes_run_again_is_told_once_what_to_do(tmp_path):
    ended = run_script(UNGUARDED, save(articles(2), tmp_path / "d.csv"), tmp_path / "out")
    assert ended.returncode == 1
    assert ended.stderr.count("Traceback") == 1
    assert "another run" not in ended.stderr
    expected = 'Put all that the script does below the line: if __name__ == "__main__":'
    assert ended.stderr.rstrip().endswith(expected)


KILLED = """
import os, signal, sys
from pathlib import Path
import framing as fr
from framing import scale
path, out, codebook, scale.BATCH, moment = *sys.argv[1:4], int(sys.argv[4]), sys.argv[5]
replace, written = Path.replace, []
def kill(self, target):
    written.append(target.name)
    if moment in (target.name, str(len(written))):
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)
Path.replace = kill
fr.score_dataset(path, fr.read_codebook(codebook), out, tables=["scores", "frequency"])
"""


def run_script(script, path, out, *arguments):
    """Run a script in a process of its own; it may be killed, and may open connections."""
    file, codebook = out.with_name("script.py"), out.with_name("calm.yaml")
    file.write_text(script)
    fr.write_codebook(CODEBOOK, codebook)
    return subprocess.run(
        [sys.executable, file, path, out, codebook, *map(str, (SMALL, *arguments))],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_a_run_that_was_killed_goes_on_and_ends_with_the_same_bytes(mixed, undisturbed, tmp_path):
    path, _ = mixed
    chance, out = random.Random(5), tmp_path / "out"
    for moment in (chance.randrange(4, 15), chance.randrange(2, 10), "manifest.json"):
        ended = run_script(KILLED, path, out, moment)
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        assert any(name.endswith(".tmp") for name in contents(out))
        assert "manifest.json" not in contents(out)
    score(path, out, tables=["scores", "frequency"])
    assert contents(out) == undisturbed


def test_a_run_that_was_interrupted_goes_on(mixed, undisturbed, tmp_path, made, monkeypatch):
    path, _ = mixed
    written = []

    def interrupted(file):
        written.append(file)
        if len(written) == 20:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            score(path, tmp_path / "out", tables=["scores", "frequency"])
    n = len(made)
    score(path, tmp_path / "out", tables=["scores", "frequency"])
    assert (n, len(made)) == (4, 7)  # the one that was interrupted is done again
    assert contents(tmp_path / "out") == undisturbed


def test_a_full_disk_ends_with_a_message_and_nothing_half_written(
    mixed, undisturbed, tmp_path, monkeypatch
):
    path, _ = mixed
    out = tmp_path / "out"
    room = [17]

    def full(file):
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full)
        with pytest.raises(fr.OutputError, match=r"no room left; make room and call again") as told:
            score(path, out, tables=["scores", "frequency"])
    assert str(out) in str(told.value)
    found = contents(out)
    assert {name: found[name] for name in found if name.endswith(".parquet")}.items() < (
        undisturbed.items()
    )
    assert not any(name.endswith(".tmp") for name in found)
    score(path, out, tables=["scores", "frequency"])
    assert contents(out) == undisturbed


@pytest.mark.parametrize(
    ("removed", "gone"), [("scores", "3 files, such as scores/part-"), (".", "such as articles/")]
)
def test_results_that_are_removed_while_a_run_goes_on_are_missed(
    removed, gone, mixed, undisturbed, tmp_path, monkeypatch
):
    path, _ = mixed
    out, ran = tmp_path / "out", []

    def remove(batch, job):
        if len(ran) == 3:
            shutil.rmtree(out / removed)
        ran.append(batch.name)
        return batches.run_batch(batch, job)

    with monkeypatch.context() as patch:
        patch.setattr(scale, "run_batch", remove)
        with pytest.raises(fr.OutputError, match=r"is gone \(.*; let nothing else") as told:
            score(path, out, tables=["scores", "frequency"])
    assert gone in str(told.value)
    assert "manifest.json" not in contents(out)
    score(path, out, tables=["scores", "frequency"])
    assert contents(out) == undisturbed


def test_a_damaged_journal_is_as_if_it_were_not_there(mixed, undisturbed, tmp_path, made):
    path, _ = mixed
    out = tmp_path / "out"
    for name, data in undisturbed.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(data)
    entry = json.loads(undisturbed["manifest.json"])["batches"][3]
    (out / "manifest.json").write_text(json.dumps({"batches": [entry, {"batch": "x"}]}))
    (out / "journal").mkdir()
    (out / "journal" / "00000-00000-00000.json").write_text('{"batch": "00000-000')
    done = score(path, out, tables=["scores", "frequency"])
    assert made == [name for name in done["batch"] if name != entry["batch"]]
    assert contents(out) == undisturbed


def test_what_breaks_in_one_batch_stays_in_it(mixed, tmp_path, monkeypatch):
    path, frame = mixed
    found = batches.find_matches

    def breaks(corpus, codebook):
        if "a13" in corpus:
            raise MemoryError("no more of it")
        return found(corpus, codebook)

    monkeypatch.setattr(batches, "find_matches", breaks)
    done = score(path, tmp_path / "out", tables=["matches"])
    [bad] = done[done["status"] == "failed"].itertuples()
    assert bad.reason == "MemoryError: no more of it"
    assert bad.n_words == 0
    names = {file.name for file in (tmp_path / "out" / "articles").iterdir()}
    assert f"part-{bad.batch}.parquet" not in names
    monkeypatch.setattr(batches, "find_matches", found)
    assert set(score(path, tmp_path / "out", tables=["matches"])["status"]) == {"done"}
    score(path, tmp_path / "new", tables=["matches"])
    assert contents(tmp_path / "out") == contents(tmp_path / "new")
    assert len(frame) == pd.read_parquet(tmp_path / "out" / "articles").shape[0]


# ---------------------------------------------------------------------------- elsewhere


def test_addresses_give_the_same_bytes(mixed, undisturbed):
    memory = pytest.importorskip("fsspec").filesystem("memory")
    path, _ = mixed
    try:
        memory.put(str(path), "/news", recursive=True)
        for _ in range(2):  # the second time nothing is left to do
            done = score("memory://news", "memory://results", tables=["scores", "frequency"])
            found = {
                name.removeprefix("/results/"): memory.cat_file(name)
                for name in memory.find("/results")
            }
            assert found == undisturbed
            assert set(done["status"]) == {"done"}
        with pytest.raises(fr.CorpusError, match="there is no such file or folder"):
            score("memory://none", "memory://results")
        with pytest.raises(fr.CorpusError, match="lies in the dataset"):
            score("memory://news", "memory://news/results")
    finally:
        memory.store.clear()
        memory.pseudo_dirs[:] = [""]


def test_without_fsspec_an_address_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(fr.CorpusError, match=r'pip install "media-framing\[dask\]"'):
        score("s3://bucket/news", tmp_path / "out")


ON_DASK = """
import os, signal, sys, threading, time
import framing as fr
from framing import scale
from distributed import Client, LocalCluster

def main():
    path, out, codebook, scale.BATCH = *sys.argv[1:4], int(sys.argv[4])
    def kill(pid):
        while not any(name.startswith("part") for _, _, names in os.walk(out) for name in names):
            time.sleep(.002)
        os.kill(pid, signal.SIGKILL)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        [pid, _] = client.run(os.getpid).values()
        threading.Thread(target=kill, args=[pid]).start()
        done = fr.score_dataset(
            path, fr.read_codebook(codebook), out, tables=["scores", "frequency"], client=client
        )
        assert pid not in client.run(os.getpid).values()
    assert set(done["status"]) == {"done"}, done

if __name__ == "__main__":
    main()
"""


def test_a_dask_worker_that_is_lost_changes_no_byte(mixed, undisturbed, tmp_path):
    pytest.importorskip("distributed")
    path, _ = mixed
    ended = run_script(ON_DASK, path, tmp_path / "out")
    assert ended.returncode == 0, ended.stderr
    assert contents(tmp_path / "out") == undisturbed


class Cluster:
    """A cluster in this process, which loses the tasks that are named."""

    def __init__(self, losing):
        self.losing = losing

    def map(self, call, items, pure, **options):
        return [self.submit(call, item, pure=pure, **options) for item in items]

    def submit(self, call, item, *more, pure, retries=0, **options):
        assert not pure
        if self.losing(call.__name__, item):
            return Task(None, KilledWorker("task", "tcp://127.0.0.1:1", 3))
        return Task(call(item, *more, **options), None)

    def gather(self, tasks, errors="raise"):
        assert errors == "skip" or not any(map(Task.exception, tasks))
        return [task.result() for task in tasks if task.status == "finished"]

    def cancel(self, tasks):
        pass


class Task:
    def __init__(self, result, error):
        self.value, self.error = result, error
        self.status = "finished" if error is None else "error"

    def result(self):
        return self.value

    def exception(self):
        return self.error

    def release(self):
        pass


class KilledWorker(Exception):
    """As Dask calls it."""


@pytest.mark.parametrize("step", ["hash_ids", "run_piece"])
def test_what_kills_every_worker_fails_alone_with_a_reason(
    step, mixed, undisturbed, tmp_path, monkeypatch
):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(distributed, "as_completed", iter)
    path, _ = mixed
    out = tmp_path / "out"
    cluster = Cluster(lambda call, item: call == step and item.source.name == "b.csv")
    done = score(path, out, tables=["scores", "frequency"], client=cluster)
    [bad] = done[done["status"] == "failed"].itertuples()
    assert (bad.batch, bad.path) == ("00001-00000-00000", "b.csv")
    assert bad.reason.startswith("all workers that had this file or row group died, most often")
    assert done["n_articles"].sum() == 10
    score(path, out, tables=["scores", "frequency"], client=Cluster(lambda *_: False))
    assert contents(out) == undisturbed


def test_nothing_is_shown_where_there_is_no_terminal(tmp_path, capfd):
    path = save(articles(2), tmp_path / "news.csv")
    fr.score_dataset(path, CODEBOOK, tmp_path / "out")
    assert capfd.readouterr() == ("", "")


def test_ids_are_hashed_alike_however_they_are_read(tmp_path):
    frame = articles(6).assign(article_id=["x", "y", "x", " y ", "", "x"], text="War.")
    wanted = datasets.Wanted()
    for ending in ("csv", "jsonl", "parquet"):
        path = save(frame, tmp_path / f"news.{ending}")
        [source] = find_sources(path)
        [piece] = datasets.pieces_of(source, 0)
        rows, hashes = datasets.hash_ids(piece, wanted)
        [repeated] = datasets.find_repeated([(rows, hashes)])
        assert (repeated - rows[0]).tolist() == [2, 3, 5]
    nothing = (np.array([], np.int64), np.array([], np.uint64))
    assert [len(rows) for rows in datasets.find_repeated([nothing, nothing])] == [0, 0]
    assert datasets.find_repeated([]) == []
