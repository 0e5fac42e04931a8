"""What a dictionary file of another program holds, as plain records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

DEEPEST = 5  # levels of categories


@dataclass
class Entry:
    """A word or phrase of a category.

    Attributes
    ----------
    text : str
        Words with a space between them; in a word ``*`` stands for any letters and ``?`` for one.
    line : int
        Where it stands in the file, from 1; 0 if nowhere.
    weight : float
        As the file has it.
    note : str
        What the file says about it.
    rules : mapping
        Further fields of `framing.codebook.Pattern` that say when it counts, such as ``near``.
    """

    text: str
    line: int = 0
    weight: float = 1.0
    note: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Category:
    """A category with its own entries; ``path`` has the names from the topmost down to it."""

    path: tuple[str, ...]
    line: int = 0
    entries: list[Entry] = field(default_factory=list)
    counter_frame: str = ""
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()


class LeftOut(NamedTuple):
    """Something that was not taken over, and why; ``text`` is as the file has it."""

    line: int
    category: str
    text: str
    reason: str


@dataclass
class Dictionary:
    """The categories of a file in their order, and what of the file is not in them."""

    name: str = ""
    language: str = ""
    description: str = ""
    categories: list[Category] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


class DictionaryError(ValueError):
    """A file that cannot be read as the format it seems to be.

    Attributes
    ----------
    problems : list of tuple of int and str
        Line and message of every problem found.
    """

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        super().__init__("\n".join(f"line {line}, {text}" for line, text in problems))
        self.problems = problems
