"""Execute the notebooks and write the manifest of what went in and what came out."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from framing import __version__
from framing.files import write_atomically

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

# Sums over several threads differ in the last digits from run to run.
_ONE_THREAD = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")
} | {"VECLIB_MAXIMUM_THREADS": "1"}

# What JupyterLab needs to open a notebook without asking, and no more: it would add the version
# of Python.
_METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}

_TERMINAL_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class NotebookError(RuntimeError):
    """A notebook that could not be executed; the message says which, where and why."""


def reproduce(
    folder: str | os.PathLike[str] = "notebooks",
    *,
    on_start: Callable[[Path], object] = lambda notebook: None,
) -> list[Path]:
    """Execute the numbered notebooks of a folder in place and write their manifest.

    Each notebook runs in its own fresh kernel, in the folder and with the Python that runs
    this function, one thread to a calculation. What would differ from run to run (times,
    the Python version) is left out of the file, so that two runs give equal bytes.

    Parameters
    ----------
    folder : str or path-like, default "notebooks"
        Where the notebooks are. Those named like ``01_find_frames.ipynb`` are executed, in the
        order of their names; they themselves write to ``figures/`` and ``tables/`` in it.
    on_start : callable, optional
        Called with the path of each notebook before it is executed.

    Returns
    -------
    list of Path
        The notebooks executed. Where there are none, no manifest is written.

    Raises
    ------
    NotebookError
        If the folder or a notebook cannot be read or a cell fails. That notebook's file is
        left as it was.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise NotebookError(f"{folder}: there is no such folder; name the one with the notebooks.")
    notebooks = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    for notebook in notebooks:
        on_start(notebook)
        write_atomically(notebook, _execute(notebook))
    if notebooks:
        text = json.dumps(manifest(folder), indent=1, sort_keys=True, ensure_ascii=False)
        write_atomically(folder / "manifest.json", f"{text}\n".encode())
    return notebooks


def manifest(folder: str | os.PathLike[str] = "notebooks") -> dict[str, Any]:
    """Hash the files that the results were made from, and the results.

    Parameters
    ----------
    folder : str or path-like, default "notebooks"
        Where the notebooks are; ``corpus/`` and ``requirements.lock`` are looked for beside it.

    Returns
    -------
    dict
        ``framing``, the version of this package; ``inputs`` and ``outputs``, the SHA-256 of
        each file by its path. It names no time and no machine.
    """
    folder = Path(folder).resolve()
    package = Path(__file__).resolve().parent
    inputs = [*_files(folder.parent / "corpus"), folder.parent / "requirements.lock"]
    inputs += sorted(folder.glob("*.yaml"))  # codebooks that notebooks read
    word_lists = [*_files(package / "codebooks"), *_files(package / "languages")]
    outputs = [*folder.glob("[0-9][0-9]_*.ipynb")]
    outputs += [*_files(folder / "figures"), *_files(folder / "tables")]
    return {
        "framing": __version__,
        "inputs": _hashes(inputs, folder.parent) | _hashes(word_lists, package.parent),
        "outputs": _hashes(outputs, folder),
    }


def _files(folder: Path) -> list[Path]:
    """List the files below a folder, but for hidden ones such as notebook checkpoints."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def _hashes(paths: Iterable[Path], base: Path) -> dict[str, str]:
    return {
        path.relative_to(base).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
        if path.exists()
    }


def _execute(path: Path) -> bytes:
    """Execute a notebook and return the file it becomes."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    # A missing font cache is built here: in a kernel the notice of it would land in a notebook.
    importlib.import_module("matplotlib.font_manager")

    try:
        notebook = nbformat.read(path, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        raise NotebookError(f"{path} is not a notebook; restore an earlier version.") from error
    with tempfile.TemporaryDirectory(prefix="framing-") as scratch:
        client = NotebookClient(
            notebook,
            km=_kernel_manager(scratch),
            resources={"metadata": {"path": str(path.parent)}},
            record_timing=False,
            coalesce_streams=True,  # else a long print may be cut in two, now here, now there
            shutdown_kernel="immediate",
        )
        # Cell by cell: nbclient's own loop takes over Ctrl-C and then fails to stop cleanly.
        with client.setup_kernel(env=_kernel_environment(scratch), cleanup_kc=True):
            try:
                for index, cell in enumerate(notebook.cells):
                    client.execute_cell(cell, index)
            except CellExecutionError as error:
                problem = NotebookError(_message(path, client, f"{error.ename}: {error.evalue}"))
                problem.add_note(_TERMINAL_COLOUR.sub("", error.traceback))
                raise problem from None
            except DeadKernelError as error:
                reason = "Python stopped, perhaps for want of memory"
                raise NotebookError(_message(path, client, reason)) from error
    notebook.metadata.update(_METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times that JupyterLab recorded
    return f"{nbformat.writes(notebook)}\n".encode()


def _message(path: Path, client: Any, reason: str) -> str:
    return (
        f"{path}, code cell {client.code_cells_executed}: {reason}; "
        "correct the cell and run again. The file was left as it was."
    )


def _kernel_manager(scratch: str) -> AsyncKernelManager:
    """Prepare a kernel of the running Python that is reached without a network interface."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    return AsyncKernelManager(
        kernel_name="python3",
        # Installed kernels may belong to another Python; without them this one's is offered.
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        # Files stand in for ports. Their names derive from the connection file's, and a
        # relative one would be looked for in two different folders.
        connection_file=os.path.join(scratch, "kernel.json"),
        transport="tcp" if sys.platform == "win32" else "ipc",
    )


def _kernel_environment(scratch: str) -> dict[str, str]:
    """Take this process's environment without what would change the results."""
    # IPYTHONDIR: the user's own start-up files stay out.
    environment = {**os.environ, **_ONE_THREAD, "IPYTHONDIR": scratch}
    environment.pop("MPLBACKEND", None)  # with "agg" the figures would not be shown
    return environment
