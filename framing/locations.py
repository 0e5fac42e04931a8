"""Where datasets lie and results go: on this machine, or wherever fsspec reaches."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol, cast

from framing.files import write_atomically
from framing.tables import CorpusError, OutputError

# What `write_atomically` leaves behind if the machine stops at the wrong moment.
LEFTOVER = re.compile(r"(?:.*/)?\.[0-9a-f]{16}\.tmp")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


class Source(NamedTuple):
    """One file of a dataset.

    Attributes
    ----------
    name : str
        What it is called in the dataset.
    location : str
        Where it lies.
    stem : str
        What ids of its articles begin with: the name without ending, if no other file has that.
    """

    name: str
    location: str
    stem: str = ""

    @property
    def ending(self) -> str:
        """The ending of its name, in lower case and with its dot."""
        return Path(self.name).suffix.lower()

    def open(self) -> IO[bytes]:
        """Open the file to read its bytes."""
        if not is_address(self.location):
            return open(self.location, "rb")
        system, path = file_system(self.location)
        return cast(IO[bytes], system.open(path, "rb"))


def hash_file(source: Source) -> str | None:
    """Return the SHA-256 of a file, None if it cannot be read."""
    try:
        with source.open() as file:
            return hashlib.file_digest(cast(Any, file), "sha256").hexdigest()
    except OSError:
        return None


def is_address(location: str) -> bool:
    """Tell an address such as ``s3://bucket/news`` from a path of this machine."""
    return "://" in location


def file_system(address: str) -> tuple[Any, str]:
    """Give the file system of an address, and the path in it."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise CorpusError(
            f'{address}: addresses need fsspec; install it with: pip install "media-framing[dask]"'
        ) from None
    try:
        system, path = url_to_fs(address)
    except (ImportError, ValueError) as error:  # a kind of address that needs another package
        raise CorpusError(f"{address}: {error}") from error
    return system, path


def find_sources(path: Paths) -> list[Source]:
    """List the files of a dataset: of a folder all but hidden ones, sorted by name.

    Parameters
    ----------
    path : str, path-like or sequence of these
        A file, a folder, or several; also addresses that fsspec knows.

    Returns
    -------
    list of Source
        A name that stands twice, as files of several folders can have, gets a number.

    Raises
    ------
    CorpusError
        If one of them is not there.
    """
    if not isinstance(path, (str, os.PathLike)):
        found = [source for one in path for source in find_sources(one)]
    elif is_address(os.fspath(path)):
        found = _remote_sources(os.fspath(path))
    else:
        found = _local_sources(Path(path))
    names: set[str] = set()
    stems: set[str] = set()
    sources = []
    for source in found:
        # The name of a file need not be UTF-8, but tables are.
        name = _unused(source.name.encode("utf-8", "replace").decode(), names)
        stem = name.removesuffix(Path(name).suffix)
        stem = _unused(name if stem in stems else stem, stems)
        sources.append(Source(name, source.location, stem))
    return sources


def _unused(name: str, taken: set[str]) -> str:
    """Take a name, with a number if it is taken already."""
    path, number, unused = Path(name), 1, name
    while unused in taken:
        number += 1
        unused = f"{name.removesuffix(path.suffix)} ({number}){path.suffix}"
    taken.add(unused)
    return unused


def _local_sources(path: Path) -> list[Source]:
    if path.is_file():
        return [Source(path.name, str(path.absolute()))]
    if not path.is_dir():
        where = "" if path.is_absolute() else f"; it was looked for in {Path.cwd()}"
        raise CorpusError(f"{path}: there is no such file or folder{where}.")
    names = (file.relative_to(path).as_posix() for file in path.rglob("*") if _is_named(file))
    return [Source(name, str(path.absolute() / name)) for name in _visible(names)]


def _is_named(path: Path) -> bool:
    """Tell files, and links that lead to a folder or nowhere: no link vanishes unnoticed."""
    return path.is_file() or (path.is_symlink() and (path.is_dir() or not path.exists()))


def _remote_sources(address: str) -> list[Source]:
    system, path = file_system(address)
    try:
        if system.isfile(path):
            return [Source(path.rsplit("/", 1)[-1], address)]
        names = _visible(name[len(path) :].lstrip("/") for name in system.find(path))
    except OSError as error:
        raise CorpusError(f"{address}: cannot be read: {error}.") from error
    if not names:
        raise CorpusError(f"{address}: there is no such file or folder.")
    return [Source(name, f"{address.rstrip('/')}/{name}") for name in names]


def _visible(names: Iterator[str]) -> list[str]:
    """Sort names and leave out those that are hidden, or lie in hidden folders."""
    return sorted(name for name in names if not re.search(r"(?:^|/)[._]", name))


class Folder(Protocol):
    """A folder that results are written to."""

    def alone(self) -> AbstractContextManager[None]:
        """Keep other runs out meanwhile, where that can be told."""

    def names(self) -> list[str]:
        """List all files in it and below, sorted, with ``/`` between folders."""

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file, None if it is not there."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole or not at all."""

    def rename(self, name: str, new: str) -> None:
        """Give a file another name, replacing what has that name."""

    def remove(self, name: str) -> None:
        """Remove a file, and its folder if that is empty then."""


def open_folder(location: str | os.PathLike[str]) -> Folder:
    """Return the folder at a path of this machine or at an address.

    Parameters
    ----------
    location : str or path-like
        The folder; it need not exist yet.

    Returns
    -------
    Folder
        Whatever cannot be written to it is an `OutputError`.
    """
    location = os.fspath(location)
    return RemoteFolder(location) if is_address(location) else LocalFolder(Path(location).resolve())


@dataclass(frozen=True)
class LocalFolder:
    """A folder of this machine."""

    root: Path

    @contextmanager
    def alone(self) -> Iterator[None]:  # noqa: D102
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(str(self.root), error) from error
        with ExitStack() as held:
            # A lock on the folder itself leaves nothing behind, and ends with its process.
            try:
                import fcntl

                handle = os.open(self.root, os.O_RDONLY)
                held.callback(os.close, handle)
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                message = "another run writes here; wait for its end, or choose another folder"
                raise OutputError(f"{self.root}: {message}.") from None
            except (ImportError, OSError):
                pass  # neither Windows has such locks, nor every network drive
            yield

    def names(self) -> list[str]:  # noqa: D102
        return sorted(
            file.relative_to(self.root).as_posix()
            for file in self.root.rglob("*")
            if file.is_symlink() or not file.is_dir()
        )

    def read(self, name: str) -> bytes | None:  # noqa: D102
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes) -> None:  # noqa: D102
        path = self.root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, data)
        except OSError as error:
            raise _unwritable(str(path), error) from error

    def rename(self, name: str, new: str) -> None:  # noqa: D102
        try:
            (self.root / new).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).replace(self.root / new)
        except OSError as error:
            raise _unwritable(str(self.root / new), error) from error

    def remove(self, name: str) -> None:  # noqa: D102
        path = self.root / name
        path.unlink(missing_ok=True)
        if path.parent != self.root:
            with suppress(OSError):  # it has other files, which are not listed every time
                path.parent.rmdir()


@dataclass(frozen=True)
class RemoteFolder:
    """A folder at an address that fsspec knows."""

    address: str

    @cached_property
    def _place(self) -> tuple[Any, str]:
        return file_system(self.address)

    def _path(self, name: str) -> str:
        return f"{self._place[1].rstrip('/')}/{name}"

    def alone(self) -> AbstractContextManager[None]:  # noqa: D102
        return nullcontext()

    def names(self) -> list[str]:  # noqa: D102
        system, root = self._place
        system.invalidate_cache()
        return sorted(name[len(root) :].lstrip("/") for name in system.find(root))

    def read(self, name: str) -> bytes | None:  # noqa: D102
        try:
            return cast(bytes, self._place[0].cat_file(self._path(name)))
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes) -> None:  # noqa: D102
        system, path = self._place[0], self._path(name)
        folder, _, _ = path.rpartition("/")
        draft = f"{folder}/.{secrets.token_hex(8)}.tmp"
        try:
            system.makedirs(folder, exist_ok=True)
            system.pipe_file(draft, data)
            system.mv(draft, path)
        except OSError as error:
            raise _unwritable(f"{self.address}/{name}", error) from error

    def rename(self, name: str, new: str) -> None:  # noqa: D102
        data = self.read(name)
        if data is not None:
            self.write(new, data)
            self.remove(name)

    def remove(self, name: str) -> None:  # noqa: D102
        if self._place[0].exists(self._path(name)):
            self._place[0].rm_file(self._path(name))


def _unwritable(path: str, error: OSError) -> OutputError:
    """Say why a file cannot be written, and how to go on."""
    if error.errno in _FULL:
        problem, remedy = "there is no room left", "make room"
    else:
        problem, remedy = f"cannot be written ({error.strerror or error})", "mend that"
    return OutputError(
        f"{path}: {problem}; {remedy} and call again with the same arguments: what is finished"
        " is kept."
    )
