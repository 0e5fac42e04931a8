"""One batch of a dataset: the tables made of it, and the files they are written to."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from framing.articles import Given, build_articles
from framing.codebook import Codebook
from framing.corpus import Corpus
from framing.datasets import COLUMNS, Batch, Failure, Piece, Wanted, read_batches
from framing.frames import score_frames
from framing.keywords import word_frequency
from framing.locations import open_folder
from framing.matching import find_matches
from framing.sentiment import score_sentiment
from framing.speakers import Heard
from framing.tables import OutputError
from framing.voices import find_voices, names_in, quotations, settle_speakers

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

CHOICES = ("scores", "matches", "sentiment", "voices", "quotations", "frequency")
ALWAYS = ("articles", "log")
JOURNAL = "journal"

# One row of the returned table, with the key and the hashes of the outputs.
Entry = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """What is to be done with every batch.

    Attributes
    ----------
    out : str
        The folder of the results.
    codebook : Codebook
        The frames.
    tables : tuple of str
        The tables to make.
    by : tuple of str
        Parts and columns for `score_frames`.
    language : str
        Code of the language of articles for which none is given.
    wanted : Wanted
        How the dataset is read.
    options : str
        A hash of all this and of the versions of what it is done with.
    schemas : mapping of str to Schema
        Columns and types of the files of each table, the same in every batch.
    """

    out: str
    codebook: Codebook
    tables: tuple[str, ...]
    by: tuple[str, ...]
    language: str
    wanted: Wanted
    options: str = ""
    schemas: Mapping[str, pa.Schema] | None = None

    def key(self, batch: Batch) -> str:
        """Hash a batch and what is to be done with it."""
        return hashlib.sha256(f"{self.options} {batch.digest}".encode()).hexdigest()


def as_corpus(batch: Batch, language: str) -> Corpus:
    """Build the corpus of the articles of a batch."""
    n = len(batch.rows)
    given = Given(
        name=batch.path,
        unit="row",
        values=batch.values,
        size=n,
        paths=[batch.path] * n,
        rows=batch.rows,
        hashes=[None] * n,
        notes=batch.notes,
    )
    return Corpus(*build_articles(given, {}, language))


def make_tables(corpus: Corpus, job: Job) -> Iterator[tuple[str, pd.DataFrame]]:
    """Make the tables of a corpus, one after the other, so that no two are held at once."""
    yield "articles", corpus.articles.drop(columns="text")
    yield "log", corpus.log
    for name in job.tables:
        match name:
            case "scores":
                yield name, score_frames(corpus, job.codebook, by=job.by)
            case "matches":
                yield name, find_matches(corpus, job.codebook)
            case "sentiment":
                yield name, score_sentiment(corpus)
            case "voices":
                yield name, find_voices(corpus)
            case "quotations":
                yield name, quotations(corpus)
            case "frequency":
                yield name, word_frequency(corpus, stop_words=None)


def find_schemas(job: Job) -> dict[str, pa.Schema]:
    """Find columns and types of all tables, by making those of no article."""
    values: dict[str, list[str]] = {name: [] for name in (*COLUMNS, *job.wanted.own)}
    corpus = as_corpus(Batch("", "", values, [], []), job.language)
    return {name: _schema(table) for name, table in make_tables(corpus, job)}


def hear_batch(batch: Batch, language: str) -> Heard:
    """Count the names under which somebody speaks in a batch; none if it cannot be analysed."""
    try:
        return names_in(as_corpus(batch, language))
    except Exception:  # running it will come to the same place, and tell
        return {}


def run_batch(batch: Batch, job: Job) -> Entry:
    """Make the tables of a batch, write them, and last of all note in the journal that it is done.

    Parameters
    ----------
    batch : Batch
        The articles.
    job : Job
        What to do with them.

    Returns
    -------
    dict
        What the journal says of it. A batch that cannot be analysed is failed, with the reason.

    Raises
    ------
    OutputError
        If a file cannot be written. What was finished before it stays.
    """
    folder = open_folder(job.out)
    schemas = job.schemas or find_schemas(job)
    outputs = {}
    n_words = 0
    try:
        corpus = as_corpus(batch, job.language)
        if batch.speakers is not None:
            settle_speakers(corpus, batch.speakers)
        n_words = int(corpus.articles["n_words"].sum())
        for table, frame in make_tables(corpus, job):
            name = f"{table}/part-{batch.name}.parquet"
            data = parquet_bytes(to_arrow(frame, schemas[table]))
            folder.write(name, data)
            outputs[name] = hashlib.sha256(data).hexdigest()
    except OutputError:
        raise
    except Exception as error:  # one batch, whatever is in it, must not stop the others
        return failed(batch.name, batch.path, f"{type(error).__name__}: {error}")
    rows = [note for note in batch.notes if note.step == "skipped" and note.row is not None]
    entry: Entry = {
        "batch": batch.name,
        "path": batch.path,
        "rows": len(batch.rows) + len(rows),
        "n_articles": len(batch.rows),
        "n_skipped": len(rows),
        "n_words": n_words,
        "status": "done",
        "reason": None,
        "key": job.key(batch),
        "outputs": outputs,
    }
    folder.write(f"{JOURNAL}/{batch.name}.json", as_json(entry))
    return entry


def run_piece(
    piece: Piece, repeated: NDArray[Any], job: Job, known: Mapping[str, Entry]
) -> list[Entry]:
    """Read a piece of a dataset and run all its batches that are not done.

    Parameters
    ----------
    piece : Piece
        A row group or a file.
    repeated : array of int
        Rows whose id an earlier article of the dataset has.
    job : Job
        What to do with its batches.
    known : mapping of str to dict
        What the journal says of batches done before, by their names.

    Returns
    -------
    list of dict
        One for every batch.
    """
    entries = []
    for batch in read_batches(piece, job.wanted, repeated):
        if isinstance(batch, Failure):
            entries.append(failed(*batch))
        else:
            entries.append(finished(batch, job, known) or run_batch(batch, job))
    return entries


def finished(batch: Batch, job: Job, known: Mapping[str, Entry]) -> Entry | None:
    """Return what the journal says of a batch if its outputs are there and unchanged."""
    entry = known.get(batch.name)
    if entry is None or entry["key"] != job.key(batch):
        return None
    folder = open_folder(job.out)
    for name, digest in entry["outputs"].items():
        data = folder.read(name)
        if data is None or hashlib.sha256(data).hexdigest() != digest:
            return None
    return entry


def failed(batch: str, path: str, reason: str, status: str = "failed") -> Entry:
    """Return the entry of a batch that is not done."""
    counts = dict.fromkeys(("rows", "n_articles", "n_skipped", "n_words"), 0)
    entry: Entry = {"batch": batch, "path": path, **counts, "status": status, "reason": reason}
    return entry | {"key": None, "outputs": {}}


def as_json(content: Any) -> bytes:
    """Write JSON that is the same for the same content."""
    return f"{json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)}\n".encode()


# ---------------------------------------------------------------------------- parquet


def _schema(table: pd.DataFrame) -> pa.Schema:
    """Translate the types of a table; what is empty in one batch has its type all the same."""
    import pyarrow as pa

    kinds = {
        "category": pa.dictionary(pa.int32(), pa.string()),
        "string": pa.string(),
        "str": pa.string(),
        "int64": pa.int64(),
        "Int64": pa.int64(),
        "float64": pa.float64(),
        "bool": pa.bool_(),
        "datetime64[s]": pa.timestamp("ms"),  # parquet has no seconds
    }
    fields = [pa.field(str(name), kinds[str(kind)]) for name, kind in table.dtypes.items()]
    metadata = pa.Schema.from_pandas(table, preserve_index=False).metadata
    return pa.schema(fields, metadata)


def to_arrow(table: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    """Turn a table of ours into one of Arrow's.

    Parameters
    ----------
    table : DataFrame
        The table.
    schema : Schema
        Its columns and their types.

    Returns
    -------
    Table
        The same values, also where a column is empty or has no category.
    """
    import pyarrow as pa

    columns = []
    for column in schema:
        values = table[column.name]
        if pa.types.is_dictionary(column.type):
            codes = values.cat.codes.to_numpy().astype("int32")
            categories = pa.array(values.cat.categories.tolist(), pa.string())
            indices = pa.array(codes, pa.int32(), mask=codes < 0)
            columns.append(pa.DictionaryArray.from_arrays(indices, categories))
        else:
            columns.append(pa.Array.from_pandas(values, type=column.type))
    return pa.Table.from_arrays(columns, schema=schema)


def parquet_bytes(table: pa.Table) -> bytes:
    """Write a table as a parquet file; the same table gives the same bytes."""
    from pyarrow import parquet

    target = io.BytesIO()
    parquet.write_table(table, target, compression="zstd", version="2.6")
    return target.getvalue()
