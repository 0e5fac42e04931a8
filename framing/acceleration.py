"""The compiled parts, where they can be had: above a size that is worth it."""

from __future__ import annotations

import sys
import warnings
from functools import cache
from importlib import import_module
from typing import Any, Literal

LARGE = 1_000_000  # characters: below it loading the compiled parts takes longer than it saves


@cache
def load_compiled(part: Literal["scan", "copies", "chunk"]) -> Any:
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


def is_loaded(part: str) -> bool:
    """Tell whether a compiled part is there already, so that smaller tasks gain from it too."""
    return f"framing.{part}_kernels" in sys.modules


@cache
def _say(reason: str) -> None:
    """Give the notice, the first time."""
    warnings.warn(
        f"The compiled parts are not used: {reason}. Results are the same, but large corpora take"
        " several times as long.",
        stacklevel=3,
    )
