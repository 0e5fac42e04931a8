"""Writing files that are always either the old one or the new one, whole, and always the same."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

import pandas as pd


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file in one step: whoever reads it, even after a crash, never sees half of it.

    Parameters
    ----------
    path : str or path-like
        The file to write. An existing one is replaced and keeps its permissions; a link
        stays a link.
    data : bytes
        Its whole content.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     target = Path(folder) / "note.txt"
    ...     write_atomically(target, b"first")
    ...     write_atomically(target, b"second")
    ...     target.read_bytes()
    b'second'
    """
    target = Path(path).resolve()
    # A neighbour, not a file in the temporary folder: renaming is atomic inside one file system.
    draft = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, draft)
        draft.replace(target)
    except BaseException as error:
        draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(target)  # a full disk has no name, and the draft's says nothing
        raise


def save_table(table: pd.DataFrame, path: str | os.PathLike[str]) -> Path:
    r"""Write a table as CSV, so that the same table gives the same file everywhere.

    Parameters
    ----------
    table : DataFrame
        Any table; its index is left out.
    path : str or path-like
        The .csv file to write, UTF-8 with a comma between cells. Numbers are rounded to 9
        significant digits, since the last ones differ from machine to machine; what is unknown is
        empty. A folder that does not exist is made.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError
        If the file's name does not end in .csv.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_table(pd.DataFrame({"rate": [1 / 3]}), f"{folder}/rates.csv").read_text()
    'rate\n0.333333333\n'
    """
    target = Path(path)
    if target.suffix.lower() != ".csv":
        raise ValueError(f'"{target}": tables are saved as CSV; end the name in .csv')
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(target, as_csv(table))
    return target


def as_csv(table: pd.DataFrame) -> bytes:
    """Write a table as the bytes of a CSV file, as `save_table` says."""
    return table.to_csv(index=False, float_format="%.9g", lineterminator="\n").encode()
