"""Corpora larger than memory, or than a machine: batch by batch, and to be resumed at any time."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar, get_args

import pandas as pd
from numpy.typing import NDArray

from framing import __version__
from framing.batches import (
    CHOICES,
    JOURNAL,
    Entry,
    Job,
    as_json,
    failed,
    find_schemas,
    finished,
    hear_batch,
    parquet_bytes,
    run_batch,
    run_piece,
)
from framing.codebook import Codebook, as_codebook
from framing.codebook_files import write_codebook
from framing.datasets import (
    BATCH,
    COLUMNS,
    ENDINGS,
    LONGEST,
    Batch,
    Failure,
    Piece,
    Wanted,
    find_repeated,
    hash_ids,
    pieces_of,
    read_batches,
)
from framing.display import plural, quote
from framing.journal import CODEBOOK, FREQUENCY, MANIFEST, claim
from framing.locations import (
    Folder,
    Paths,
    Source,
    find_sources,
    hash_file,
    is_address,
    open_folder,
)
from framing.parts import Part
from framing.speakers import Settled, join_names, settle_names
from framing.tables import TABLES, CorpusError, OutputError, as_table
from framing.totals import add_up
from framing.vader_scores import load_without_statistics
from framing.workers import end_if_run_again, in_processes

Result = TypeVar("Result")

_PACKAGES = ("nltk", "numpy", "pandas", "pyarrow", "textblob", "vaderSentiment")
_PARTS: tuple[str, ...] = get_args(Part)

_CLUSTERS = "copies (cluster) are sought inside a batch only; sort datasets by date"
_DIED = "the process died of it twice, most often for want of memory; divide long articles"
_WORKERS_DIED = (
    "all workers that had this file or row group died, most often for want of memory; divide it, or"
    " give workers more"
)
_SPEAKERS = 'speakers are told apart inside a batch only, unless by="speaker" is asked for'


def score_dataset(
    path: Paths,
    codebook: Codebook,
    out: str | os.PathLike[str],
    *,
    tables: Sequence[str] = ("scores",),
    by: str | Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
    language: str = "en",
    quoting: bool = True,
    processes: int = 1,
    client: Any = None,
    progress: bool = True,
) -> pd.DataFrame:
    r"""Score a dataset that is larger than memory, batch by batch, into a folder of tables.

    Read the tables with ``pandas.read_parquet(f"{out}/scores")``: they are those of
    `score_frames`, `find_matches` and so on, article by article. A run that was stopped, whatever
    stopped it, goes on when it is called again with the same arguments, and gives the same files.

    The dataset is cut by file, parquet row group, and then into batches of about 12 MB of text,
    always alike. Every batch is a corpus of its own. Two things need a look at other articles
    and therefore end where the batch does: ``cluster``, the articles that share their text
    (sort a dataset by date, so that copies are near each other), and in ``voices`` and
    ``quotations`` who is meant by a name that is not full. With ``by="speaker"`` all articles
    together decide that, in every table: they are read twice, first for the names in them.

    Parameters
    ----------
    path : str, path-like or list of these
        A .parquet, .jsonl, .csv or .tsv file with one article per row, a folder of them, or
        several. Of a folder all is read that lies in it and below, but for links to folders and
        what is hidden or begins with ``_``. The columns used are those of `read_corpus`. Addresses
        that fsspec knows, such as ``s3://bucket/news``, need the extra ``dask``.
    codebook : Codebook
        The frames and their patterns.
    out : str or path-like
        The folder for the results, new or from a run before; also an address. It gets, for each
        table, ``scores/part-FFFFF-GGGGG-BBBBB.parquet`` for file, row group and batch, counted
        from 0; ``articles``, without their texts, and ``log``, what was skipped, changed or not
        understood, in the same way; ``frequency.parquet``, the words of all batches together;
        ``codebook.yaml``; and at the end ``manifest.json``, with the hashes of what went in and
        came out. Dates have milliseconds.
    tables : sequence of str
        Any of ``"scores"`` (`score_frames`), ``"matches"`` (`find_matches`), ``"sentiment"``
        (`score_sentiment`), ``"voices"`` (`find_voices`), ``"quotations"`` (`quotations`) and
        ``"frequency"`` (`word_frequency`, with stop words).
    by : str or list of str, optional
        Parts of the articles and columns of the dataset, as for `score_frames`. ``"speaker"``
        takes about twice as long, and a run that was stopped begins with the names again; it is
        not for a ``client``.
    columns : mapping, optional
        Our column names and those of the files: ``{"text": "body", "title": "headline"}``.
        Columns that are neither ours nor in ``by`` are not kept.
    encoding : str, optional
        Encoding of text files; without it they must be UTF-8.
    language : str
        Code of the language of articles for which the files name none.
    quoting : bool
        Whether quotation marks enclose fields of .csv and .tsv files.
    processes : int
        How many processes analyse batches, 1 or more; 1 is this one. In a script their call must
        stand below ``if __name__ == "__main__":``. The results do not depend on it.
    client : dask.distributed.Client, optional
        A Dask cluster to do it instead, for datasets larger than a machine. Its workers read the
        files and write the results, so both must be within their reach.
    progress : bool
        Whether a bar on a terminal shows how many articles are done.

    Returns
    -------
    DataFrame
        One row per batch:

        - batch (string): the numbers of file, row group and batch in the names of its outputs
        - path (string): the file, as it is called in the dataset
        - rows (int): rows or lines read
        - n_articles, n_skipped (int): how many of them are articles, and how many are not, such as
          lines that are damaged or longer than 50 million characters; ``out/log`` says why
        - n_words (int): counted words
        - status (category): done, now or in an earlier run; failed; skipped, of files of another
          kind in the folder
        - reason (string): why it is not done; NA where it is
        - sha256 (string): hash of the hashes of its outputs; NA without any
        - caution (string): what the tables cannot carry, how many rows were skipped and how many
          batches have failed

    Raises
    ------
    CorpusError
        If there is no such dataset or nothing in it can be tried, or ``out`` has other files.
    CodebookError
        If no frame has a pattern.
    OutputError
        If results cannot be written, as on a full disk, or are removed meanwhile, or another run
        writes to ``out`` (which Windows and object stores do not tell). What is finished is kept.
    RuntimeError
        If no other process can be started.
    ValueError
        If another argument is not as described.

    Notes
    -----
    An ``article_id`` that is missing becomes the file's name without ending (with it, where an
    earlier file is called the same) and the number of the row or line: ``news:17``. An id that an
    earlier article of the dataset has gets the same in brackets, ``a1 (news:17)``, and a row in the
    log, so that ids are unique in all tables together. (`read_corpus` would write ``a1 (2)``, which
    depends on all articles before.)

    What cannot be read (a damaged row group, a file in another encoding from the first byte
    that does not fit) is one failed row, and the rest is done. So is a batch that ends the process
    it is in twice, for want of memory for instance. A failed batch is tried again by the next run.

    A batch is skipped if ``out`` has its outputs unchanged, and content, codebook, options and
    versions are the same. Other outputs of earlier runs in ``out`` are replaced or removed.

    Examples
    --------
    >>> import tempfile
    >>> import framing as fr
    >>> codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace"], "alarm": ["alarm*"]})
    >>> news = pd.DataFrame({"body": ["Peace is near.", "Peace alarms."], "outlet": ["A", "B"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     news.to_parquet(f"{folder}/news.parquet")
    ...     names = {"text": "body", "source": "outlet"}
    ...     batches = fr.score_dataset(f"{folder}/news.parquet", codebook, f"{folder}/out",
    ...                                columns=names)
    ...     scores = pd.read_parquet(f"{folder}/out/scores")
    >>> batches[["batch", "n_articles", "status"]]
                   batch  n_articles status
    0  00000-00000-00000           2   done
    >>> scores[["article_id", "source", "frame", "n_matches"]]
      article_id source  frame  n_matches
    0     news:1      A   calm          1
    1     news:1      A  alarm          0
    2     news:2      B   calm          1
    3     news:2      B  alarm          1
    """
    dataset = find_sources(path)
    if not isinstance(processes, int) or processes < 1:
        raise ValueError(f"processes={processes!r}: give a whole number, 1 or more")
    if processes > 1:
        end_if_run_again()
    _refuse_overlap(path, out)
    job = _job(out, codebook, tables, by, columns, encoding, language, quoting)
    if client is not None and "speaker" in job.by:
        raise ValueError(
            'by="speaker" is not for a cluster: speakers are told apart by all articles together;'
            " use processes= instead of client="
        )
    written = _written(job.codebook)
    options = _options(job, written)
    job = replace(job, options=_sha256(as_json(options)), schemas=find_schemas(job))
    pieces, entries = _divide(dataset)
    folder = open_folder(job.out)
    with folder.alone():
        known = claim(folder, job.out)
        folder.write(CODEBOOK, written)
        entries += _run(pieces, job, known, processes, client, progress)
        entries.sort(key=lambda entry: entry["batch"])
        _finish(folder, job, entries)
        manifest = {
            **options,
            "inputs": _hashes(dataset, client),
            "batches": entries,
            "outputs": {
                name: _sha256(data)
                for name in (CODEBOOK, FREQUENCY)
                if (data := folder.read(name)) is not None
            },
            "cautions": _cautions(job, entries),
        }
        folder.write(MANIFEST, as_json(manifest))
        for name in folder.names():
            if name.startswith(f"{JOURNAL}/"):
                folder.remove(name)
    return _batches_table(entries, "; ".join(_cautions(job, entries)))


# ---------------------------------------------------------------------------- before


def _job(
    out: str | os.PathLike[str],
    codebook: Codebook,
    tables: Sequence[str],
    by: str | Sequence[str] | None,
    columns: Mapping[str, str] | None,
    encoding: str | None,
    language: str,
    quoting: bool,
) -> Job:
    """Check the arguments and put them together."""
    asked = [tables] if isinstance(tables, str) else list(tables)
    for name in asked:
        if name not in CHOICES:
            raise ValueError(f"tables={name!r}: choose among {', '.join(CHOICES)}")
    parts = dict.fromkeys([by] if isinstance(by, str) else by or ())
    if columns is not None and not isinstance(columns, Mapping):
        raise CorpusError(
            "columns= takes our names and those of the files, as in"
            f' columns={{"text": "body"}}, not a {type(columns).__name__}.'
        )
    for name in columns or {}:
        if name not in COLUMNS:
            raise CorpusError(
                f"columns= has {quote(name)}, which is none of: {', '.join(COLUMNS)}."
            )
    own = tuple(name for name in parts if name not in (*_PARTS, *TABLES["articles"]))
    return Job(
        out=os.fspath(out) if is_address(os.fspath(out)) else str(Path(out).resolve()),
        codebook=as_codebook(codebook),
        tables=tuple(name for name in CHOICES if name in asked),
        by=tuple(parts),
        language=language,
        wanted=Wanted(dict(columns or {}), own, encoding, quoting, BATCH),
    )


def _refuse_overlap(path: Paths, out: str | os.PathLike[str]) -> None:
    """Refuse to write into the dataset: the next run would read what this one wrote."""
    if not isinstance(path, (str, os.PathLike)):
        for one in path:
            _refuse_overlap(one, out)
        return
    inner, outer = os.fspath(out), os.fspath(path)
    if not is_address(inner) and not is_address(outer):
        inner, outer = Path(inner).resolve().as_posix(), Path(outer).resolve().as_posix()
    if f"{inner}/".startswith(f"{outer.rstrip('/')}/"):
        raise CorpusError(f"{out}: lies in the dataset; choose a folder outside it.")


def _written(codebook: Codebook) -> bytes:
    """Return a codebook as it stands in a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / CODEBOOK
        write_codebook(codebook, path)
        return path.read_bytes()


def _options(job: Job, codebook: bytes) -> dict[str, Any]:
    """List all that the results depend on, but for the dataset."""
    return {
        "framing": __version__,
        "packages": {name: _version(name) for name in _PACKAGES},
        "codebook": {"name": job.codebook.label, "sha256": _sha256(codebook)},
        "options": {
            "tables": job.tables,
            "by": job.by,
            "columns": job.wanted.columns,
            "encoding": job.wanted.encoding,
            "language": job.language,
            "quoting": job.wanted.quoting,
            "batch_bytes": job.wanted.size,
            "longest_article": LONGEST,
        },
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _divide(dataset: Sequence[Source]) -> tuple[list[Piece], list[Entry]]:
    """Divide the files of a dataset into pieces, and say which are none of it."""
    pieces, entries = [], []
    for number, source in enumerate(dataset):
        if source.ending not in ENDINGS:
            kinds = ", ".join(ENDINGS)
            reason = f"not read: no file of articles in rows ({kinds})"
            name = Piece(number, 0, source).batch(0)
            entries.append(failed(name, source.name, reason, status="skipped"))
            continue
        for piece in pieces_of(source, number):
            if isinstance(piece, Failure):
                entries.append(failed(*piece))
            else:
                pieces.append(piece)
    if not pieces:
        problems = [f"  {entry['path']}: {entry['reason']}" for entry in entries[:20]]
        raise CorpusError("\n".join(["there is nothing to read in this dataset:", *problems]))
    return pieces, entries


# ---------------------------------------------------------------------------- running


def _run(
    pieces: Sequence[Piece],
    job: Job,
    known: Mapping[str, Entry],
    processes: int,
    client: Any,
    progress: bool,
) -> list[Entry]:
    """Run all batches and show how far this has come."""
    from tqdm import tqdm

    sizes = [piece.rows for piece in pieces]
    total = None if None in sizes else sum(size or 0 for size in sizes)
    run = _here(pieces, job, known, processes)
    if client is not None:
        run = _on_cluster(pieces, job, known, client)
    entries = []
    # Without a terminal, as in a notebook, there is no bar: it would never be the same twice.
    with closing(run), tqdm(total=total, unit=" articles", disable=not progress or None) as bar:
        for entry in run:
            entries.append(entry)
            bar.update(entry["n_articles"])
    return entries


def _here(
    pieces: Sequence[Piece], job: Job, known: Mapping[str, Entry], processes: int
) -> Generator[Entry]:
    """Run the batches in this process, or read them in this one for several others."""
    ready: list[Entry] = []

    @cache
    def repeated() -> list[NDArray[Any]]:  # sought while the processes start
        return find_repeated([hash_ids(piece, job.wanted) for piece in pieces])

    def batches() -> Iterator[Batch | Failure]:
        for piece, rows in zip(pieces, repeated(), strict=True):
            yield from read_batches(piece, job.wanted, rows.tolist())

    named = _speakers(batches(), job, processes) if "speaker" in job.by else None

    def unfinished() -> Iterator[Batch]:
        for batch in batches():
            if isinstance(batch, Failure):
                ready.append(failed(*batch))
                continue
            if named is not None:
                if batch.name not in named:
                    ready.append(failed(batch.name, batch.path, _DIED))
                    continue
                batch = batch._replace(speakers=named[batch.name])
            if entry := finished(batch, job, known):
                ready.append(entry)
            else:
                yield batch

    prepare = load_without_statistics if "sentiment" in job.tables else None
    for batch, entry in _each(partial(run_batch, job=job), unfinished(), processes, prepare):
        yield entry or failed(batch.name, batch.path, _DIED)
        yield from ready
        ready.clear()
    yield from ready


def _speakers(batches: Iterable[Batch | Failure], job: Job, processes: int) -> dict[str, Settled]:
    """Tell for the names of each batch who is meant, as all articles together decide it."""
    whole = (batch for batch in batches if isinstance(batch, Batch))
    results = _each(partial(hear_batch, language=job.language), whole, processes)
    heard = {batch.name: names for batch, names in results if names is not None}
    settled = settle_names(join_names(heard.values()), None)
    return {batch: {name: settled[name] for name in names} for batch, names in heard.items()}


def _each(
    call: Callable[[Batch], Result],
    batches: Iterable[Batch],
    processes: int,
    prepare: Callable[[], object] | None = None,
) -> Iterator[tuple[Batch, Result | None]]:
    """Call a function with each batch, here or in other processes, which prepare for it."""
    if processes > 1:
        return in_processes(call, batches, processes, prepare)
    return ((batch, call(batch)) for batch in batches)


def _on_cluster(
    pieces: Sequence[Piece], job: Job, known: Mapping[str, Entry], client: Any
) -> Generator[Entry]:
    """Run the pieces on a Dask cluster, which tries again what a lost worker had."""
    from distributed import as_completed

    # each worker reads the metadata of a file where it needs them: they can be large
    pieces = [piece._replace(metadata=None) for piece in pieces]
    ids = client.map(hash_ids, pieces, wanted=job.wanted, pure=False)
    hashed = client.gather(ids, errors="skip")
    left = []
    for piece, future in zip(pieces, ids, strict=True):
        if future.status == "error":
            yield _lost(piece, future.exception())
        else:
            left.append(piece)
    entries: dict[str, dict[str, Entry]] = {}
    for name, entry in known.items():
        entries.setdefault(_piece_of(name), {})[name] = entry
    futures = {}
    for piece, rows in zip(left, find_repeated(hashed), strict=True):
        own = entries.get(_piece_of(piece.batch(0)), {})
        future = client.submit(run_piece, piece, rows, job, own, pure=False, retries=1)
        futures[future] = piece
    try:
        done: Any = as_completed(list(futures))  # type: ignore[no-untyped-call]
        for future in done:
            error = future.exception()
            if isinstance(error, OutputError):
                raise error
            if error is None:
                yield from future.result()
            else:
                yield _lost(futures[future], error)
            future.release()
    finally:
        client.cancel(list(futures))


def _piece_of(batch: str) -> str:
    """Return what the names of all batches of a piece begin with."""
    return batch.rpartition("-")[0]


def _lost(piece: Piece, error: Exception) -> Entry:
    """Say that a cluster could not do a piece; which workers it had is not the same twice."""
    died = type(error).__name__ == "KilledWorker"
    reason = _WORKERS_DIED if died else f"{type(error).__name__}: {error}"
    return failed(piece.batch(0), piece.source.name, reason)


# ---------------------------------------------------------------------------- after


def _finish(folder: Folder, job: Job, entries: Sequence[Entry]) -> None:
    """Add up the words, and remove what earlier runs left that is no result of this one."""
    outputs = {name for entry in entries for name in entry["outputs"]} | {CODEBOOK}
    if missing := sorted(outputs.difference(folder.names())):
        raise OutputError(
            f"{job.out}: what was written here is gone ({plural(len(missing), 'file')}, such as"
            f" {missing[0]}); let nothing else change this folder, and call again with the same"
            " arguments: what is left is kept."
        )
    if "frequency" in job.tables and job.schemas is not None:
        table = add_up(folder, sorted(outputs), job.schemas["frequency"])
        folder.write(FREQUENCY, parquet_bytes(table))
        outputs.add(FREQUENCY)
    for name in folder.names():
        if name not in outputs and not name.startswith(f"{JOURNAL}/"):
            folder.remove(name)


def _hashes(dataset: Sequence[Source], client: Any) -> dict[str, str | None]:
    """Hash the files of a dataset, where they are."""
    if client is None:
        hashes = [hash_file(source) for source in dataset]
    else:
        hashes = client.gather(client.map(hash_file, dataset, pure=False))
    return {source.name: digest for source, digest in zip(dataset, hashes, strict=True)}


def _cautions(job: Job, entries: Sequence[Entry]) -> list[str]:
    """Say what the tables cannot carry."""
    cautions = [_CLUSTERS]
    if {"voices", "quotations"} & set(job.tables) and "speaker" not in job.by:
        cautions.append(_SPEAKERS)
    if n_skipped := sum(entry["n_skipped"] for entry in entries):
        cautions.append(f"rows skipped, as the log says: {n_skipped:,}")
    n_failed = sum(entry["status"] == "failed" for entry in entries)
    if n_failed:
        cautions.append(f"{n_failed} of {len(entries)} batches failed")
    return cautions


def _batches_table(entries: Sequence[Entry], caution: str) -> pd.DataFrame:
    columns: dict[str, Any] = {
        name: [entry.get(name) for entry in entries] for name in TABLES["batches"]
    }
    columns["sha256"] = [
        _sha256(as_json(entry["outputs"])) if entry["outputs"] else None for entry in entries
    ]
    columns["caution"] = [caution] * len(entries)
    return as_table("batches", columns)
