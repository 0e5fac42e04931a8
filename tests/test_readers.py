import csv
import hashlib
import json
import os
import zipfile
from datetime import datetime

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import readers
from framing.readers import (
    read_articles,
    read_csv,
    read_folder,
    read_jsonl,
    read_parquet,
    read_xlsx,
)
from framing.tables import CorpusError


@pytest.fixture
def write(tmp_path):
    """Write a file in the temporary folder and return its path."""

    def write_file(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def rows(reading):
    return [tuple(record.fields.values()) for record in reading.records]


def reasons(reading):
    return [(note.path, note.row, note.reason) for note in reading.notes]


# ---------------------------------------------------------------------------- csv


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_header_decides_the_delimiter(write, mark):
    path = write("news.csv", f"text{mark}source\n'a,b;c'{mark}Courier\n".replace("'", '"'))
    assert rows(read_csv(path)) == [("a,b;c", "Courier")]


def test_a_single_column_may_hold_commas(write):
    assert rows(read_csv(write("news.csv", "text\nTalks, again\n"))) == [("Talks, again",)]


def test_values_stay_as_they_are(write):
    path = write("news.csv", 'text,n\r\n"a ""b""\r\nc",007\r\n\r\n NA ,\r\n')
    reading = read_csv(path)
    assert reading.columns == ["text", "n"]
    assert rows(reading) == [('a "b"\r\nc', "007"), (" NA ", "")]
    assert [record.row for record in reading.records] == [2, 5]
    assert reading.notes == []


def test_ragged_rows_are_skipped_and_never_shifted(write):
    path = write("news.csv", "text,source\na,b,c\nd,e\nf\n")
    reading = read_csv(path)
    assert rows(reading) == [("d", "e")]
    advice = "a field that holds a delimiter needs quotation marks around it"
    assert reasons(reading) == [
        ("news.csv", 2, f"line 2 has 3 fields, the header has 2; {advice}"),
        ("news.csv", 4, f"line 4 has 1 field, the header has 2; {advice}"),
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('text,source\n"a\nb",x\nc,"open\nd,x\n', 4),
        ('text,source\n"a\nb",x\nc,"closed" early\n', 4),
        ('text,source\n"a ""b""\r\n,\r",",\n","open\nd,x\n', 5),
    ],
)
def test_a_quotation_mark_that_is_not_closed(write, content, line):
    with pytest.raises(CorpusError) as error:
        read_csv(write("news.csv", content))
    assert str(error.value) == (
        f"news.csv, line {line}: a quotation mark opens a field here and is not closed, or text"
        ' follows where it closes; double the marks inside a field (""), or pass quoting=False if'
        " marks are plain text in this file."
    )


def test_quotation_marks_as_plain_text(write):
    path = write("news.tsv", 'text\tcode\n"No\t1\n"Yes" he said\t2\n')
    assert rows(read_csv(path, quoting=False)) == [('"No', "1"), ('"Yes" he said', "2")]


def test_a_field_of_20_megabytes(write):
    before = csv.field_size_limit()
    reading = read_csv(write("news.csv", b"text,source\n" + b"word " * 4_000_000 + b",x\n"))
    assert len(reading.records[0].fields["text"]) == 20_000_000
    assert csv.field_size_limit() == before
    with pytest.raises(CorpusError):
        read_csv(write("bad.csv", 'text\n"open'))
    assert csv.field_size_limit() == before


def test_headers(write):
    assert read_csv(write("a.csv", ",text \n0,a\n")).columns == ["column 1", "text"]
    with pytest.raises(CorpusError) as error:
        read_csv(write("b.csv", "text,title,text\n"))
    assert str(error.value) == 'b.csv: more than one column is named "text"; rename all but one.'
    for content in ("", "\n\n", ",\n"):
        with pytest.raises(CorpusError) as error:
            read_csv(write("c.csv", content))
        assert str(error.value) == (
            "c.csv: there is no header; the first line must name the columns."
        )


def test_nul_in_a_table_is_kept(write):
    assert rows(read_csv(write("news.csv", "text,source\na\0bcdefgh,x\n"))) == [("a\0bcdefgh", "x")]


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(), st.text(min_size=1)), max_size=5))
def test_reading_undoes_the_csv_module(tmp_path_factory, table):
    path = tmp_path_factory.mktemp("csv") / "news.csv"
    table = [("a " * 400, "b"), *table]  # so that NUL is rare, as in any text
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([("text", "source"), *table])
    assert rows(read_csv(path)) == table


# ---------------------------------------------------------------------------- other tables


def test_jsonl(write):
    lines = [
        json.dumps({"text": "a\u2028b\n", "n": 1, "x": None}),
        "{oops",
        "",
        "[1]",
        json.dumps({"text": "c", "tags": ["é"], "flag": True}),
    ]
    reading = read_jsonl(write("news.jsonl", "\n".join(lines)))
    assert reading.columns == ["text", "n", "x", "tags", "flag"]
    assert reading.records[0].fields == {"text": "a\u2028b\n", "n": "1", "x": ""}
    assert reading.records[1].fields == {"text": "c", "tags": '["é"]', "flag": "true"}
    assert [record.row for record in reading.records] == [1, 5]
    assert reasons(reading) == [
        (
            "news.jsonl",
            2,
            "line 2 is not JSON (character 2: Expecting property name enclosed in double quotes);"
            " one article is one line",
        ),
        ("news.jsonl", 4, "line 4 is not an object in braces; one article is one line"),
    ]
    deep = read_jsonl(write("deep.jsonl", "[" * 100_000))
    assert "line 1 is not JSON" in deep.notes[0].reason
    with pytest.raises(CorpusError, match=r"empty\.jsonl: there is no line in this file\."):
        read_jsonl(write("empty.jsonl", ""))


def make_workbook(path, table, more_sheets=()):
    import openpyxl

    book = openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    for title in more_sheets:
        book.create_sheet(title)
    book.save(path)
    return path


def test_xlsx(tmp_path):
    table = [
        ["text", "date", "n", "flag", "empty"],
        ["a_x000D_\nb", datetime(2022, 2, 10), 3.0, True, None],
        [None, None, None, None, None],
        ["c", datetime(2022, 2, 10, 11, 40), 2.5, False, "x"],
        ["d", None, None, None, None, "more"],
    ]
    reading = read_xlsx(make_workbook(tmp_path / "news.xlsx", table, ["Notes"]))
    assert rows(reading) == [
        ("a\r\nb", "2022-02-10", "3", "true", ""),
        ("c", "2022-02-10T11:40:00", "2.5", "false", "x"),
    ]
    assert [record.row for record in reading.records] == [2, 4]
    assert [note.row for note in reading.notes] == [5, None]
    assert reading.notes[0].reason.startswith("line 5 has 6 fields, the header has 5;")
    assert reading.notes[1].reason == 'sheet "Notes": only the first sheet is read'


def test_xlsx_that_is_none_or_would_burst(tmp_path, write, monkeypatch):
    with pytest.raises(
        CorpusError, match=r"old\.xlsx: not a readable \.xlsx workbook \(File is not"
    ):
        read_xlsx(write("old.xlsx", b"\xd0\xcf\x11\xe0"))
    with zipfile.ZipFile(tmp_path / "odd.xlsx", "w") as packed:
        packed.writestr("a.txt", "b")
    with pytest.raises(CorpusError, match=r"odd\.xlsx: not a readable \.xlsx workbook"):
        read_xlsx(tmp_path / "odd.xlsx")
    monkeypatch.setattr(readers, "LARGEST_WORKBOOK", 1_000_000)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 1_000_001)
    with pytest.raises(CorpusError) as error:
        read_xlsx(tmp_path / "bomb.xlsx")
    assert str(error.value) == (
        "bomb.xlsx: 1,000,001 bytes when unpacked, more than the 1,000,000 that are read from a"
        " workbook; save it as .csv."
    )


def test_parquet(tmp_path, write):
    frame = pd.DataFrame(
        {
            "text": ["a", None],
            "date": [pd.Timestamp("2022-02-10"), pd.NaT],
            "n": [1.0, float("nan")],
            "tags": [["x"], None],
        }
    )
    frame.to_parquet(tmp_path / "news.parquet")
    reading = read_parquet(tmp_path / "news.parquet")
    assert rows(reading) == [("a", "2022-02-10", "1", '["x"]'), ("", "", "", "")]
    stamps = pa.array([2**45], pa.timestamp("s"))
    pq.write_table(pa.table({"text": ["Peace."], "date": stamps}), tmp_path / "late.parquet")
    with pytest.raises(CorpusError, match=r"late\.parquet: not a readable parquet file \(date"):
        read_parquet(tmp_path / "late.parquet")
    with pytest.raises(CorpusError, match=r"bad\.parquet: not a readable parquet file"):
        read_parquet(write("bad.parquet", b"nothing"))


# ---------------------------------------------------------------------------- files and folders


def test_a_text_file_is_read_as_bytes(write):
    data = b"Talks\r\n\r\ngo on\x0c\r"
    (record,) = read_articles(write("a.txt", data)).records
    assert record.fields == {"text": data.decode()}
    assert (record.path, record.row) == ("a.txt", None)
    assert record.sha256 == hashlib.sha256(data).hexdigest()


def test_what_is_not_there_or_not_read(tmp_path, write, monkeypatch):
    with pytest.raises(CorpusError) as error:
        read_articles(tmp_path / "a.txt")
    assert str(error.value) == f"{tmp_path / 'a.txt'}: there is no such file or folder."
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CorpusError) as error:
        read_articles(type(tmp_path)("a.txt"))
    assert str(error.value) == (
        f"a.txt: there is no such file or folder; it was looked for in {tmp_path}."
    )
    with pytest.raises(CorpusError) as error:
        read_articles(write("a.docx", ""))
    assert str(error.value) == (
        'a.docx: a ".docx" file is not read; save each article as a .txt file in one folder, or all'
        " in a table as .csv, .tsv, .xlsx, .jsonl or .parquet."
    )
    with pytest.raises(CorpusError) as error:
        read_articles(write("a.txt", b"Caf\xe9"))
    assert str(error.value) == (
        "a.txt: byte 3 (0xE9) is not UTF-8; it looks like cp1252: save it as UTF-8 or pass"
        ' encoding="cp1252".'
    )


def test_a_file_that_may_not_be_read(write, monkeypatch):
    path = write("a.txt", "A")

    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "read_bytes", refuse)
    with pytest.raises(CorpusError) as error:
        read_articles(path)
    assert str(error.value) == f"{path}: cannot be read: Permission denied."
    assert reasons(read_folder(path.parent)) == [
        ("a.txt", None, "cannot be read: Permission denied")
    ]


def test_a_folder_reads_what_metadata_lists(tmp_path, write):
    write("b.txt", "B")
    write("sub/a.txt", "A")
    write("sub/c.txt", "C")
    write("README.md", "")
    write(".git/config", "")
    write(
        "metadata.csv", "path,source,text\nb.txt,Courier,x\nsub\\a.txt,Herald,y\nd.txt,Herald,z\n"
    )
    reading = read_folder(tmp_path)
    assert reading.columns == ["text", "source"]
    assert [(r.path, r.row, r.fields) for r in reading.records] == [
        ("b.txt", 2, {"text": "B", "source": "Courier"}),
        ("sub/a.txt", 3, {"text": "A", "source": "Herald"}),
    ]
    assert reasons(reading) == [
        ("metadata.csv", None, 'column "text" is not read: the texts are those of the files'),
        ("d.txt", 4, "listed in metadata.csv, but there is no such file"),
        ("README.md", None, "not listed in metadata.csv"),
        (".git/", None, "not listed in metadata.csv"),
        ("sub/c.txt", None, "not listed in metadata.csv"),
    ]


def test_a_folder_without_metadata_reads_its_text_files(tmp_path, write):
    for name in ("b.txt", "a.TXT", "c.csv", "sub/d.txt"):
        write(name, name)
    reading = read_folder(tmp_path)
    assert rows(reading) == [("a.TXT",), ("b.txt",)]
    reason = "not a .txt file of the folder itself; a metadata.csv can list it"
    assert reasons(reading) == [("c.csv", None, reason), ("sub/d.txt", None, reason)]


def test_a_folder_with_nothing_to_read(tmp_path, write):
    write("c.csv", "text\na\n")
    with pytest.raises(CorpusError) as error:
        read_folder(tmp_path)
    assert str(error.value) == (
        f"{tmp_path}: there is neither metadata.csv nor a .txt file in this folder."
    )
    write("metadata.csv", "file,source\na.txt,x\n")
    with pytest.raises(CorpusError) as error:
        read_folder(tmp_path)
    assert str(error.value) == (
        'metadata.csv: there is no column "path", which names the file of each article; the columns'
        ' are: file, source. Rename the right one, or pass columns={"path": ...}.'
    )


def test_a_file_in_a_wrong_encoding_does_not_stop_a_folder(tmp_path, write):
    write("a.txt", b"Caf\xe9")
    write("b.txt", "Café")
    reading = read_folder(tmp_path)
    assert rows(reading) == [("Café",)]
    assert reasons(reading) == [
        (
            "a.txt",
            None,
            "byte 3 (0xE9) is not UTF-8; it looks like cp1252: save it as UTF-8 or pass"
            ' encoding="cp1252"',
        )
    ]


@pytest.mark.parametrize("metadata", ["utf-8", "cp1252"])
def test_metadata_may_be_utf8_whatever_the_texts(tmp_path, write, metadata):
    write("a.txt", "Café".encode("cp1252"))
    write("metadata.csv", "path,author\na.txt,Zoé\n".encode(metadata))
    (record,) = read_folder(tmp_path, encoding="cp1252").records
    assert record.fields == {"text": "Café", "author": "Zoé"}


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../secret.txt",
        "sub/../../secret.txt",
        "..\\secret.txt",
        "C:\\secret.txt",
        "C:a",
    ],
)
def test_paths_out_of_the_folder_are_refused(tmp_path, write, path):
    write("secret.txt", "secret")
    write("corpus/a.txt", "A")
    write("corpus/metadata.csv", f"path\na.txt\n{path}\n")
    reading = read_folder(tmp_path / "corpus")
    assert rows(reading) == [("A",)]
    assert [(note.row, note.reason) for note in reading.notes] == [
        (3, "leads out of the corpus folder: refused; move the file into the folder")
    ]


def test_links_out_of_the_folder_are_refused(tmp_path, write):
    write("secret/s.txt", "secret")
    write("corpus/a.txt", "A")
    try:
        os.symlink(tmp_path / "secret/s.txt", tmp_path / "corpus/b.txt")
        os.symlink(tmp_path / "secret", tmp_path / "corpus/linked")
        os.symlink("loop.txt", tmp_path / "corpus/loop.txt")
    except OSError:
        pytest.skip("this system makes no links")
    reading = read_folder(tmp_path / "corpus")
    assert rows(reading) == [("A",)]
    reason = "a link that leads out of the corpus folder: refused; copy the file"
    assert reasons(reading)[0] == ("b.txt", None, reason)
    assert {note.path for note in reading.notes} == {"b.txt", "linked/", "loop.txt"}
    write("corpus/metadata.csv", "path\na.txt\nlinked/s.txt\n")
    assert reasons(read_folder(tmp_path / "corpus"))[0] == ("linked/s.txt", 3, reason)


@pytest.mark.parametrize("path", ["a\0.txt", "a" * 300, "sub", ""])
def test_paths_that_are_no_files(tmp_path, write, path):
    write("a.txt", "A" * 20)
    write("sub/b.txt", "B")
    write("metadata.csv", f"path,x\na.txt,\n{path},\n")
    reading = read_folder(tmp_path)
    assert len(reading.records) == 1
    assert reading.notes[0].row == 3
