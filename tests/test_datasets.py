"""Parquet is read column by column, and gives what reading it row by row gives."""

from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import datasets
from framing.locations import find_sources

TEXTS = st.sampled_from(["", " a1 ", "a1", "Talks “go on”.", "мир", "x" * 40, "é" * 25, "\0"])
CELLS = {
    pa.string(): TEXTS,
    pa.large_string(): TEXTS,
    pa.string_view(): TEXTS,
    pa.dictionary(pa.int8(), pa.string()): TEXTS,
    pa.binary(): st.binary(max_size=30),
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.float64(): st.floats(),
    pa.bool_(): st.booleans(),
    pa.date32(): st.dates(),
    pa.timestamp("us"): st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
    pa.timestamp("s"): st.sampled_from([0, 2**53]),  # the second is beyond all calendars
    pa.list_(pa.string()): st.lists(TEXTS, max_size=2),
    pa.null(): st.none(),
}


@st.composite
def tables(draw):
    """Draw a few columns of any types, one of them the text."""
    n = draw(st.integers(1, 12))
    names = ["text", *draw(st.sets(st.sampled_from(["article_id", "title", "date", "camp"])))]
    columns = {}
    for name in names:
        kind = draw(st.sampled_from(list(CELLS)))
        cells = st.lists(st.none() | CELLS[kind], min_size=n, max_size=n)
        columns[name] = pa.array(draw(cells), type=kind)
    return pa.table(columns)


def read(path, wanted, repeated=()):
    """Read the first row group of a file, as far as it goes, with the hashes of its ids."""
    [source] = find_sources(path)
    piece = datasets.pieces_of(source, 0)[0]
    rows, hashes = datasets.hash_ids(piece, wanted)
    found = list(datasets.read_batches(piece, wanted, repeated))
    return found, rows.tolist(), hashes.tolist()


def both_ways(path, wanted, repeated=(), part=datasets._SLICE, longest=datasets.LONGEST):
    """Read a file column by column, and row by row."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets, "_SLICE", part)
        patch.setattr(datasets, "LONGEST", longest)
        columns = read(path, wanted, repeated)
        patch.setattr(datasets, "_as_columns", lambda *_: None)
        return columns, read(path, wanted, repeated)


@settings(deadline=None, max_examples=150)
@given(
    table=tables(),
    repeated=st.sets(st.integers(1, 12)),
    size=st.integers(1, 6_000),
    part=st.sampled_from([1, 400, datasets._SLICE]),
    longest=st.sampled_from([20, 30, 45, 1_000]),
)
def test_columns_give_what_rows_give(tmp_path_factory, table, repeated, size, part, longest):
    path = tmp_path_factory.mktemp("table") / "news.parquet"
    pq.write_table(table, path)
    own = ("camp",) if "camp" in table.column_names else ()
    names = {"title": "text"} if len(repeated) == 3 else {}
    wanted = datasets.Wanted(names, own, size=size)
    columns, rows = both_ways(path, wanted, repeated, part, longest)
    assert columns == rows


def test_what_stands_before_a_damaged_page_is_read(tmp_path):
    path = tmp_path / "news.parquet"
    table = pa.table({"text": [f"Talks, number {n}." for n in range(5_000)]})
    options = {"use_dictionary": False, "compression": "none", "write_page_checksum": True}
    pq.write_table(table, path, data_page_size=10_000, **options)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"number 4000.", b"number x000."))
    wanted = datasets.Wanted(size=500_000)
    columns, rows = both_ways(path, wanted)
    assert columns == rows
    *batches, failure = columns[0]
    assert "CRC" in failure.reason
    read = [text for batch in batches for text in batch.values["text"]]
    assert 1_000 <= len(read) < 4_000
    assert read == table["text"].to_pylist()[: len(read)]


def test_only_the_article_that_is_too_long_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets, "LONGEST", 20)
    path = tmp_path / "news.parquet"
    days = [date(2022, 2, day) for day in (10, 11, 12)]
    pq.write_table(pa.table({"text": ["War.", "Peace. " * 9, "Talks."], "date": days}), path)
    [batch], _, _ = read(path, datasets.Wanted())
    assert batch.values["text"] == ["War.", "Talks."]
    assert batch.values["date"] == ["2022-02-10", "2022-02-12"]
    assert batch.rows == [1, 3]
    assert [(note.step, note.row) for note in batch.notes] == [("skipped", 2)]
