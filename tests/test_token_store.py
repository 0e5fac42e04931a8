"""Corpora kept on disk: equal to those read, and read again when anything has changed."""

import dataclasses
import errno
import os
import shutil
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing import corpus as corpus_module
from framing import token_store
from framing.tokens import Tokens
from framing.vocabulary import Vocabulary

ROOT = Path(__file__).parent.parent

TEXTS = [
    "Talks go on\n\nMOSCOW, Feb 8 (Reuters) - “We want peace,” said Anna Berg.\n\n(AP)",
    "",
    "Peace-talks, peace-talks. Peace-talks, peace-talks.\n\nنص عربي و 停战 𝔘nicode\n",
    "Talks go on\n\nMOSCOW, Feb 8 (Reuters) - “We want peace,” said Anna Berg.\n\n(AP)",
]


@pytest.fixture
def table(tmp_path):
    """Write a table of articles and return its path."""
    rows = {"text": TEXTS, "source": ["A", None, "B", "A"], "date": ["2022-02-01", "x", None, ""]}
    path = tmp_path / "news.jsonl"
    pd.DataFrame(rows | {"desk": ["a", "", None, "b"]}).to_json(path, orient="records", lines=True)
    return path


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store"


@pytest.fixture
def never_read(monkeypatch):
    """Return what makes reading fail from then on."""

    def fail(*_):
        pytest.fail("the corpus was read, not opened")

    return lambda: monkeypatch.setattr(corpus_module, "_read", fail)


def assert_equal(one, other):
    pd.testing.assert_frame_equal(one.articles, other.articles, check_freq=True)
    pd.testing.assert_frame_equal(one.log, other.log)
    pd.testing.assert_frame_equal(one.sentences, other.sentences)
    assert one.texts == other.texts
    pairs = [(one.tokens, other.tokens), (one.tokens.vocabulary, other.tokens.vocabulary)]
    for mine, theirs in pairs:
        for name in (field.name for field in dataclasses.fields(mine)):
            a, b = getattr(mine, name), getattr(theirs, name)
            if isinstance(a, np.ndarray):
                assert a.dtype == b.dtype, name
                assert a.tobytes() == b.tobytes(), name
                assert b.flags.writeable == a.flags.writeable, name
            elif isinstance(a, list):
                assert a == b, name


def kept(store):
    return sorted(path.name for path in store.iterdir()) if store.exists() else []


# ---------------------------------------------------------------------------- equality


def test_every_column_of_the_tokens_is_kept():
    names = {name for columns in token_store._COLUMNS.values() for name in columns}
    assert names | {"vocabulary"} == {field.name for field in dataclasses.fields(Tokens)}
    assert [field.name for field in dataclasses.fields(Vocabulary)] == ["forms"]


def test_a_corpus_is_opened_as_it_was_read(table, store, never_read):
    plain, first = fr.read_corpus(table), fr.read_corpus(table, store=store)
    never_read()
    opened = fr.read_corpus(table, store=str(store))
    assert_equal(plain, first)
    assert_equal(plain, opened)
    assert repr(plain) == repr(opened)
    [folder] = kept(store)
    assert len(folder) == 64


@pytest.mark.parametrize("texts", [[""], ["", ""], ["."], ["one"]])
def test_corpora_with_next_to_nothing_in_them(texts, store, tmp_path, never_read):
    path = tmp_path / "few.csv"
    pd.DataFrame({"text": texts}).to_csv(path, index=False, quoting=1)
    plain, _ = fr.read_corpus(path), fr.read_corpus(path, store=store)
    never_read()
    assert_equal(plain, fr.read_corpus(path, store=store))


def test_analyses_of_an_opened_corpus_are_those_of_the_one_read(store, never_read):
    folder = ROOT / "corpus"
    plain = fr.read_corpus(folder, store=store)
    never_read()
    opened = fr.read_corpus(folder, store=store)
    assert_equal(plain, opened)
    assert_equal(plain.where(constructed=False), opened.where(constructed=False))
    assert_equal(plain.where(source="Osmark Herald"), opened.where(source="Osmark Herald"))
    one, other = (c.where(constructed=False) for c in (plain, opened))
    codebook = fr.Codebook.from_patterns("mine", {"calm": ["peace*"], "alarm": ["threat*", "=US"]})
    for analyse in (
        lambda c: fr.find_matches(c, codebook, voices=True),
        lambda c: fr.score_frames(c, codebook, by="speaker"),
        fr.quotations,
        fr.score_sentiment,
        fr.word_frequency,
        lambda c: fr.kwic(c, "talk*"),
    ):
        pd.testing.assert_frame_equal(analyse(one), analyse(other))
    names = pd.DataFrame({"speaker": ["Emmanuel Macron"], "aliases": ["Macron"], "role": ["x"]})
    pd.testing.assert_frame_equal(
        fr.find_speakers(one.with_speakers(names)), fr.find_speakers(other.with_speakers(names))
    )


def test_what_is_changed_in_memory_stays_in_memory(table, store):
    fr.read_corpus(table, store=store)
    opened = fr.read_corpus(table, store=store)
    before = opened.tokens.form_id.copy()
    opened.tokens.form_id[:] = 0
    articles = opened.articles
    articles.loc[0, "text"] = "other"
    again = fr.read_corpus(table, store=store)
    assert np.array_equal(again.tokens.form_id, before)
    assert_equal(fr.read_corpus(table), again)


# ---------------------------------------------------------------------------- what has changed


def test_a_corpus_is_read_again_when_its_file_has_changed(table, store):
    fr.read_corpus(table, store=store)
    changed = table.read_text(encoding="utf-8").replace("Anna", "Anne")
    table.write_text(changed, encoding="utf-8")
    assert "Anne Berg" in fr.read_corpus(table, store=store).texts[0]
    assert len(kept(store)) == 2


@pytest.mark.parametrize(
    "options",
    [
        {"language": "de"},
        {"columns": {"text": "source"}},
        {"columns": {"section": "desk"}},
        {"encoding": "latin-1"},
        {"quoting": False},
    ],
)
def test_each_option_has_a_corpus_of_its_own(options, table, store):
    fr.read_corpus(table, store=store)
    assert_equal(fr.read_corpus(table, **options), fr.read_corpus(table, store=store, **options))
    assert len(kept(store)) == 2


def test_versions_and_word_lists_are_part_of_what_a_corpus_depends_on(
    table, store, monkeypatch, tmp_path
):
    fr.read_corpus(table, store=store)
    monkeypatch.setattr(token_store, "__version__", "0.2.0")
    fr.read_corpus(table, store=store)
    monkeypatch.setattr(token_store.unicodedata, "unidata_version", "99.0.0")
    fr.read_corpus(table, store=store)
    lists = tmp_path / "framing" / "languages"
    shutil.copytree(ROOT / "framing" / "languages", lists)
    with (lists / "en.toml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    monkeypatch.setattr(token_store, "package_files", lambda name: tmp_path / name)
    fr.read_corpus(table, store=store)
    assert len(kept(store)) == 4


def test_the_files_of_a_folder_and_their_names_count(tmp_path, store):
    folder = tmp_path / "texts"
    (folder / ".hidden").mkdir(parents=True)
    (folder / "a.txt").write_text("One.")
    (folder / ".hidden" / "b.txt").write_text("Two.")
    (folder / "metadata.csv").write_text("path\na.txt\n.hidden/b.txt\nlinked/c.txt\n")
    (folder / "real").mkdir()
    (folder / "real" / "c.txt").write_text("Three.")
    (folder / "linked").symlink_to("real", target_is_directory=True)
    assert fr.read_corpus(folder, store=store).texts == ["One.", "Two.", "Three."]
    (folder / ".hidden" / "b.txt").write_text("Zwei.")
    assert fr.read_corpus(folder, store=store).texts == ["One.", "Zwei.", "Three."]
    (folder / "real2").mkdir()
    (folder / "real2" / "c.txt").write_text("Drei.")
    (folder / "linked").unlink()
    (folder / "linked").symlink_to("real2", target_is_directory=True)
    assert fr.read_corpus(folder, store=store).texts == ["One.", "Zwei.", "Drei."]
    (folder / "note.md").touch()
    assert "note.md" in fr.read_corpus(folder, store=store).log["path"].tolist()
    assert len(kept(store)) == 4


def test_a_file_that_changes_while_it_is_read_is_not_kept(table, store, monkeypatch):
    read = corpus_module._read

    def slow(*arguments):
        found = read(*arguments)
        table.write_text('{"text": "Other."}\n')
        return found

    monkeypatch.setattr(corpus_module, "_read", slow)
    assert len(fr.read_corpus(table, store=store)) == 4
    assert kept(store) == []
    assert fr.read_corpus(table, store=store).texts == ["Other."]


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path, store):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("One.")
    os.mkfifo(tmp_path / "texts" / "pipe")
    assert fr.read_corpus(tmp_path / "texts", store=store).texts == ["One."]


# ---------------------------------------------------------------------------- damage


def cut(path):
    path.write_bytes(path.read_bytes()[:-10])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


FILES = [f"{name}.arrow" for name in token_store._FILES]


@pytest.mark.parametrize("damage", [cut, flip, Path.unlink, lambda path: path.write_bytes(b"")])
@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_a_damaged_store_is_made_anew(name, damage, table, store, never_read):
    plain = fr.read_corpus(table, store=store)
    [folder] = kept(store)
    damage(store / folder / name)
    again = fr.read_corpus(table, store=store)
    *_, last = again.log.to_dict("records")
    assert last["step"] == "read again"
    assert last["reason"] == f"what was kept in {store} is damaged"
    assert len(again.log) == len(plain.log) + 1
    assert again.log.dtypes.equals(plain.log.dtypes)
    assert kept(store) == [folder]
    never_read()
    assert_equal(plain, fr.read_corpus(table, store=store))


@pytest.mark.parametrize("content", ["", "[]", "{}", "null", '{"tokens": 1}', "\xff"])
def test_a_manifest_that_is_none_is_damage(content, table, store):
    fr.read_corpus(table, store=store)
    [folder] = kept(store)
    (store / folder / "manifest.json").write_text(content, encoding="latin-1")
    assert "read again" in set(fr.read_corpus(table, store=store).log["step"])


def test_a_full_disk_costs_nothing_but_the_store(table, store, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(token_store.os, "fsync", full)
    corpus = fr.read_corpus(table, store=store)
    *_, last = corpus.log.to_dict("records")
    assert last["step"] == "not kept"
    assert last["reason"] == f"nothing could be written to {store}: No space left on device"
    assert corpus.texts == fr.read_corpus(table).texts
    assert kept(store) == []
    monkeypatch.undo()
    assert_equal(fr.read_corpus(table), fr.read_corpus(table, store=store))
    assert len(kept(store)) == 1


def test_a_store_that_is_a_file_is_told(table, store):
    store.touch()
    assert fr.read_corpus(table, store=store).log["step"].tolist()[-1] == "not kept"


def test_a_store_inside_the_corpus_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text("One.")
    with pytest.raises(fr.CorpusError, match="lies inside"):
        fr.read_corpus(tmp_path, store=tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_a_corpus_that_cannot_be_read_is_the_same_error(tmp_path, store):
    with pytest.raises(fr.CorpusError, match="there is no such file or folder"):
        fr.read_corpus(tmp_path / "none.csv", store=store)
    assert kept(store) == []


# ---------------------------------------------------------------------------- several programs


def test_programs_that_keep_the_same_corpus_do_not_disturb_each_other(
    table, store, monkeypatch, never_read
):
    read = corpus_module._read
    together = threading.Barrier(4)

    def all_at_once(*arguments):
        together.wait(60)
        return read(*arguments)

    monkeypatch.setattr(corpus_module, "_read", all_at_once)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(fr.read_corpus(table, store=store)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    never_read()
    opened = fr.read_corpus(table, store=store)
    assert len(kept(store)) == 1
    for corpus in found:
        assert_equal(opened, corpus)


def test_an_open_corpus_outlives_its_store(table, store):
    fr.read_corpus(table, store=store)
    opened = fr.read_corpus(table, store=store)
    shutil.rmtree(store)
    assert_equal(fr.read_corpus(table), opened)
