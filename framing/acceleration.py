"""The compiled parts, where they can be had: above a size that is worth it."""

from __future__ import annotations

import sys
import warnings
from functools import cache
from importlib import import_module
from typing import Any, Literal

Part = Literal["scan", "copies", "chunk", "search"]

# Below it loading the compiled parts takes longer than it saves.
LARGE = 1_000_000  # characters
LARGE_WORDS = 200_000


@cache
def load_compiled(part: Part) -> Any:
    """Return the module of a compiled part, or None where it cannot be had, and say so once."""
    try:
        return import_module(f"framing.{part}_kernels")
    except ModuleNotFoundError:
        _say('numba is not installed; install it with: pip install "media-framing[fast]"')
    except ImportError as error:  # of another numpy, for instance
        _say(f"numba cannot be loaded: {error}")
    except RuntimeError as error:
        _say(f"numba cannot keep what it compiles ({error}); set NUMBA_CACHE_DIR to a folder")
    return None


def load_for(part: Part, size: int, large: int) -> Any:
    """Return a compiled part, or None where a task is too small to be worth it."""
    # a part that is there already is worth it for smaller tasks, too
    enough = large // 20 if f"framing.{part}_kernels" in sys.modules else large
    return load_compiled(part) if size > enough else None


@cache
def _say(reason: str) -> None:
    """Give the notice, the first time."""
    warnings.warn(
        f"The compiled parts are not used: {reason}. Results are the same, but large corpora take"
        " several times as long.",
        stacklevel=3,
    )
