"""The command line: ``python -m framing COMMAND``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from framing import __version__, report


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and say how it went.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command and its options; by default those the program was started with.

    Returns
    -------
    int
        The exit code: 0 for done, 1 for a problem that the message explains. (A command that
        is misspelt ends the program with 2.)
    """
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (report.NotebookError, OSError) as error:
        print(f"framing: {error}", *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("framing: stopped", file=sys.stderr)
        return 130  # what shells expect of an interrupted program
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="framing",
        description="Analyse how news media frame events.",
        epilog="Exit codes: 0 done, 1 a problem that the message explains, 2 a misspelt command.",
    )
    parser.add_argument("--version", action="version", version=f"framing {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_reproduce(commands)
    return parser


def _add_reproduce(commands: Any) -> None:
    text = "execute the notebooks in place and write figures, tables and the manifest"
    parser = commands.add_parser("reproduce", help=text, description=f"{text.capitalize()}.")
    parser.add_argument(
        "--notebooks",
        metavar="DIR",
        default="notebooks",
        help="folder with the notebooks (default: %(default)s)",
    )
    parser.set_defaults(run=_reproduce)


def _reproduce(options: argparse.Namespace) -> None:
    notebooks = report.reproduce(
        options.notebooks, on_start=lambda path: print(f"executing {path}", flush=True)
    )
    if notebooks:
        print(f"executed {len(notebooks)} and wrote {options.notebooks}/manifest.json")
    else:
        print(f"no notebooks named like 01_find_frames.ipynb in {options.notebooks}: nothing to do")


if __name__ == "__main__":
    sys.exit(main())
