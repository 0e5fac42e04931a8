"""Keeping a corpus that was read and scanned, so that it opens in a moment the next time.

A store is a folder with one folder per corpus, named by a hash of all that the corpus depends on:
the bytes of its files, the options, the word lists and versions. In it are Arrow files, opened as
they lie on the disk (memory-mapped), and a manifest, which is written last. A folder gets its name
when it is complete, so that two programs may keep the same corpus at the same time.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing import __version__
from framing.tables import CorpusError, as_table
from framing.tokens import Tokens
from framing.vocabulary import Vocabulary

Parts = tuple[pd.DataFrame, pd.DataFrame, Tokens]  # articles, log, tokens

_FORMAT = 3  # of the store; another number for every change of what is written
_MANIFEST = "manifest.json"
_ENDS = 2_000_000  # bytes at the beginning and end of each file that are checked on opening
# The columns of `Tokens`, by what they have a value for.
_COLUMNS = {
    "tokens": ("form_id", "start", "gap"),
    "sentences": ("sentence_start", "sentence_end", "sentence_block", "set_aside"),
    "bounds": ("sentence_tokens",),
    "blocks": ("block_kind", "block_start", "block_end"),
    "quotations": ("quotation_start", "quotation_end", "balanced"),
    "offsets": ("offsets", "sentence_offsets", "block_offsets", "quotation_offsets"),
}
_FILES = (*_COLUMNS, "forms", "types", "articles", "log")
_FLAGS = ("set_aside", "balanced")  # one byte each, which Arrow would pack into bits


def open_or_read(
    store: Path, path: Path, options: Mapping[str, Any], read: Callable[[], Parts]
) -> Parts:
    """Open a corpus from a store, or read it and keep it there.

    Parameters
    ----------
    store : Path
        The folder of the store; it is made if there is none.
    path : Path
        The file or folder of the corpus.
    options : mapping
        All that the reading depends on beside the files.
    read : callable
        Reads the corpus.

    Returns
    -------
    tuple
        Articles, log and tokens, equal whether they were opened or read. If they could not be kept,
        or what was kept was damaged, the log has one more row that says so.

    Raises
    ------
    CorpusError
        If the store lies inside the folder of the corpus, whose files it would be among.
    """
    if path.is_dir() and store.resolve().is_relative_to(path.resolve()):
        raise CorpusError(f"store={str(store)!r} lies inside {path}; choose a folder beside it.")
    key = _key(path, options)
    folder = store / key
    notes = []
    if folder.exists():
        try:
            return _open(folder)
        except (OSError, ValueError):  # those of Arrow are among these
            notes.append(("read again", f"what was kept in {store} is damaged"))
            _remove(folder)
    articles, log, tokens = read()
    try:
        if key == _key(path, options):  # no file has changed while it was read
            _keep(folder, articles, log, tokens)
    except OSError as error:
        reason = error.strerror or str(error)
        notes.append(("not kept", f"nothing could be written to {store}: {reason}"))
    return articles, _with_notes(log, notes), tokens


def _with_notes(log: pd.DataFrame, notes: list[tuple[str, str]]) -> pd.DataFrame:
    if not notes:
        return log
    columns: dict[str, list[Any]] = {name: [None] * len(notes) for name in log.columns}
    steps, reasons = zip(*notes, strict=True)
    more = as_table("log", columns | {"step": list(steps), "reason": list(reasons)})
    return pd.concat([log, more], ignore_index=True)


# ---------------------------------------------------------------------------- the key


def _key(path: Path, options: Mapping[str, Any]) -> str:
    """Hash all that a corpus depends on."""
    lists = package_files("framing") / "languages"
    content = {
        "format": _FORMAT,
        "framing": __version__,
        "unicode": unicodedata.unidata_version,  # says what a letter is
        "languages": {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(lists.iterdir(), key=lambda file: file.name)
        },
        "name": path.name,
        "options": list(options.items()),
        "files": [(name, _hash_file(file)) for name, file in _files(path)],
    }
    return hashlib.sha256(json.dumps(content, default=repr).encode()).hexdigest()


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """Every file of a corpus, hidden ones too, and the links to folders, in a fixed order."""
    if not path.is_dir():
        yield path.name, path
    for root, folders, names in os.walk(path):
        folders.sort()
        here = Path(root)
        for name in sorted(names + [name for name in folders if (here / name).is_symlink()]):
            yield (here / name).relative_to(path).as_posix(), here / name


def _hash_file(path: Path) -> str:
    """Hash the content of a file; of a link to a folder, where it leads."""
    try:
        if path.is_dir():
            return os.readlink(path)
        if not path.is_file():  # reading a pipe would wait for ever
            return "no file"
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"unreadable: {error.errno}"


# ---------------------------------------------------------------------------- writing


def _keep(folder: Path, articles: pd.DataFrame, log: pd.DataFrame, tokens: Tokens) -> None:
    """Write the files beside their place, and move them there at once."""
    import pyarrow as pa

    vocabulary = tokens.vocabulary
    tables = {
        "articles": pa.Table.from_pandas(articles, preserve_index=False),
        "log": pa.Table.from_pandas(log, preserve_index=False),
        "types": pa.table({"types": pa.array(vocabulary.types, pa.large_string())}),
        "forms": pa.table({
            "forms": pa.array(vocabulary.forms, pa.large_string()),
            "type_of_form": vocabulary.type_of_form,
            "case_of_form": vocabulary.case_of_form,
        }),
    }  # fmt: skip
    for name, columns in _COLUMNS.items():
        tables[name] = pa.table({column: _plain(getattr(tokens, column)) for column in columns})
    draft = folder.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        draft.mkdir(mode=0o700, parents=True)
        for name, table in tables.items():
            with (draft / f"{name}.arrow").open("xb") as file:
                with pa.ipc.new_file(file, table.schema) as writer:
                    writer.write_batch(_one_batch(table))
                file.flush()
                os.fsync(file.fileno())
        with (draft / _MANIFEST).open("x", encoding="utf-8") as file:
            json.dump({name: _look_at(draft / f"{name}.arrow") for name in _FILES}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(folder)
    except OSError:
        if not folder.exists():  # else another program was faster
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _one_batch(table: Any) -> Any:
    """Lay a table out in one piece, which it has none of if it has no rows."""
    import pyarrow as pa

    columns = [column.combine_chunks() for column in table.columns]
    return pa.RecordBatch.from_arrays(columns, schema=table.schema)


def _plain(column: NDArray[Any]) -> NDArray[Any]:
    return column.view(np.uint8) if column.dtype == bool else column


def _look_at(path: Path) -> list[Any]:
    """Size of a file, and a hash of its ends, where Arrow says what is in it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        ends = hashlib.sha256(file.read(_ENDS))
        file.seek(max(size - _ENDS, 0))
        ends.update(file.read(_ENDS))
    return [size, ends.hexdigest()]


def _remove(folder: Path) -> None:
    """Remove a damaged folder: first its name, so that nobody opens it meanwhile."""
    nameless = folder.with_name(f".{secrets.token_hex(8)}.tmp")
    with suppress(OSError):
        folder.rename(nameless)
    shutil.rmtree(nameless, ignore_errors=True)


# ---------------------------------------------------------------------------- opening


def _open(folder: Path) -> Parts:
    """Open what is kept; an error says that it is damaged."""
    manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    if manifest != {name: _look_at(folder / f"{name}.arrow") for name in _FILES}:
        raise ValueError("a file is not as it was written")
    columns: dict[str, NDArray[Any]] = {}
    for name in _COLUMNS:
        columns |= _numbers(folder / f"{name}.arrow")
    forms = folder / "forms.arrow"
    vocabulary = Vocabulary(_table(forms)["forms"].to_pylist())
    types = _table(folder / "types.arrow")["types"].to_pylist()
    vars(vocabulary).update(_numbers(forms), types=types)  # what would be found when asked for
    articles, log = (_table(folder / f"{name}.arrow").to_pandas() for name in ("articles", "log"))
    return articles, log, Tokens(vocabulary, **columns)


def _mapped(path: Path) -> mmap.mmap:
    """Map a file into memory; what is written there stays there, and the file as it is."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)


def _table(path: Path) -> Any:
    import pyarrow as pa

    return pa.ipc.open_file(pa.py_buffer(_mapped(path))).read_all()


def _numbers(path: Path) -> dict[str, NDArray[Any]]:
    """Return the columns of numbers as arrays on the mapped file itself."""
    import pyarrow as pa

    mapped = _mapped(path)
    content = pa.py_buffer(mapped)
    batch = pa.ipc.open_file(content).get_batch(0)
    found: dict[str, NDArray[Any]] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_integer(column.type):
            kind = np.dtype(bool if name in _FLAGS else column.type.to_pandas_dtype())
            place = column.buffers()[1].address - content.address if len(column) else 0
            found[name] = np.frombuffer(mapped, kind, len(column), place)
    return found
