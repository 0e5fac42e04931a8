"""`Codebook`: frames and the patterns that indicate them; reading, checking and writing the file.

A frame here is a set of lexical *frame indicators*: wordings that select and make salient one
aspect of an event [1]_. Counting them measures salience, not stance.

References
----------
.. [1] Entman, R. M. (1993). Framing: Toward Clarification of a Fractured Paradigm. Journal of
   Communication, 43(4), 51-58. https://doi.org/10.1111/j.1460-2466.1993.tb01304.x
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import pandas as pd

from framing.codebook_formats import FRAME_LISTS, CodebookRecord, Place
from framing.files import write_atomically
from framing.patterns import PatternError, parse_pattern
from framing.tables import CodebookError


@dataclass(frozen=True)
class Pattern:
    """An entry of a frame: wording, and how it is to be counted.

    Attributes
    ----------
    text : str
        The wording in the pattern language (see `framing.patterns`).
    anchor : str, optional
        Name of the anchor list of which an entry must stand in the same sentence.
    weight : float
        1, or less for an entry that indicates the frame less surely; in (0, 1].
    review : bool
        The entry is known to be ambiguous, or to name the event itself. It is counted and marked.
    note : str
        Why.
    """

    text: str
    anchor: str | None = None
    weight: float = 1.0
    review: bool = False
    note: str = ""


@dataclass(frozen=True)
class Frame:
    """A frame of a codebook: its definition for human coders and its patterns for the machine."""

    name: str
    patterns: tuple[Pattern, ...]
    counter_frame: str | None = None
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Codebook:
    """A codebook: frames with their patterns, and the lists that keep false hits out.

    Attributes
    ----------
    name, version, language, description : str
        What it is called, which state of it, for which language, and what it is for.
    frames : tuple of Frame
        The frames in their order.
    anchors : mapping of str to tuple of str
        Named lists of patterns that an entry may require in its sentence.
    hard_masks, soft_masks : tuple of str
        Patterns that are never counted. Hard ones always win over a match they touch; soft ones
        compete with the patterns by place and length.
    negation : mapping of str to tuple of str, optional
        Lists of negating words that replace those of the language.

    Raises
    ------
    CodebookError
        If a frame is empty, a name stands twice, an anchor is unknown, or a pattern is not well
        formed; all problems together.

    Examples
    --------
    >>> codebook = Codebook.from_patterns("mine", {"calm": ["calm*", "peace"], "alarm": ["alarm*"]})
    >>> codebook
    <Codebook mine: 2 frames (calm, alarm), 3 patterns>
    """

    name: str
    frames: tuple[Frame, ...]
    version: str = ""
    language: str = "en"
    description: str = ""
    anchors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hard_masks: tuple[str, ...] = ()
    soft_masks: tuple[str, ...] = ()
    negation: Mapping[str, tuple[str, ...]] | None = None

    def __post_init__(self) -> None:
        problems = _problems(vars(self))
        if problems:
            raise CodebookError("\n".join(f"{self.name}: {message}" for _, message in problems))

    @classmethod
    def from_patterns(cls, name: str, frames: Mapping[str, str | Sequence[str]]) -> Codebook:
        """Make a codebook from lists of patterns, one list per frame, for a quick try.

        Parameters
        ----------
        name : str
            Name of the codebook.
        frames : mapping of str to str or sequence of str
            The pattern or patterns of each frame.

        Returns
        -------
        Codebook
            Without definitions, masks or anchors.

        Raises
        ------
        CodebookError
            If a pattern is not well formed, or no text.

        Examples
        --------
        >>> Codebook.from_patterns("quick", {"calm": ["peace*"]}).label
        'quick'
        """
        made = []
        for frame, given in frames.items():
            patterns = [given] if isinstance(given, str) else given
            if isinstance(patterns, Mapping) or not all(isinstance(p, str) for p in patterns):
                raise CodebookError(f'{name}: frame "{frame}": patterns are a list of texts')
            made.append(Frame(str(frame).strip(), tuple(Pattern(text) for text in patterns)))
        return cls(name, tuple(made))

    @property
    def label(self) -> str:
        """Name and version, as tables show them."""
        return f"{self.name} {self.version}".strip()

    @property
    def patterns(self) -> pd.DataFrame:
        """One row per pattern: frame, pattern, anchor, weight, review, note."""
        rows = [
            (frame.name, p.text, p.anchor, p.weight, p.review, p.note)
            for frame in self.frames
            for p in frame.patterns
        ]
        columns = ["frame", "pattern", "anchor", "weight", "review", "note"]
        return pd.DataFrame(rows, columns=columns).astype(
            {"frame": "category", "pattern": "string", "anchor": "string", "note": "string"}
        )

    def __getitem__(self, frame: str) -> Frame:
        for candidate in self.frames:
            if candidate.name == frame:
                return candidate
        names = ", ".join(f.name for f in self.frames)
        raise CodebookError(f'codebook {self.name} has no frame "{frame}"; it has {names}')

    def __repr__(self) -> str:
        names = ", ".join(frame.name for frame in self.frames)
        n_patterns = sum(len(frame.patterns) for frame in self.frames)
        masks = len(self.hard_masks) + len(self.soft_masks)
        masked = f", {masks} masks" if masks else ""
        return (
            f"<Codebook {self.label}: {len(self.frames)} frames ({names}),"
            f" {n_patterns} patterns{masked}>"
        )


def as_codebook(codebook: Codebook) -> Codebook:
    """Return the codebook, or say what to pass in place of something else."""
    if isinstance(codebook, Codebook):
        return codebook
    kind = "the text" if isinstance(codebook, str) else f"a {type(codebook).__name__}"
    shown = f' "{codebook}"' if isinstance(codebook, str) else ""
    raise CodebookError(
        f"a Codebook is needed, not {kind}{shown}; builtin_codebook(name), read_codebook(path) and"
        " Codebook.from_patterns give one"
    )


# ---------------------------------------------------------------------------- checking


def _problems(codebook: Mapping[str, Any]) -> list[tuple[Place, str]]:
    """Everything that keeps the fields of a codebook from being used, each with its place."""
    found: list[tuple[Place, str]] = []
    frames: Sequence[Frame] = codebook["frames"]
    if not codebook["name"].strip():
        found.append((("name",), "there is no name; give the codebook one"))
    if not frames:
        found.append((("frames",), "there is no frame; a codebook needs at least one"))
    names = [frame.name for frame in frames]
    for number, frame in enumerate(frames):
        where = f'frame "{frame.name}"'
        place: Place = ("frame", frame.name)
        if not frame.name.strip():
            found.append((place, f"frame number {number + 1} has no name; give it one"))
        elif frame.name in names[:number]:
            found.append((place, f"{where} stands twice; join the two or rename one"))
        if not frame.patterns:
            found.append((place, f"{where} has no patterns; add at least one, or remove the frame"))
        if frame.counter_frame is not None and frame.counter_frame not in names:
            found.append((place, f'{where} names the counter-frame "{frame.counter_frame}", which'
                          f" there is not; there are {', '.join(names)}"))  # fmt: skip
        for pattern in frame.patterns:
            place = ("pattern", frame.name, pattern.text)
            for message in _pattern_problems(pattern, codebook["anchors"]):
                found.append((place, f"{where}: {message}"))
    lists: dict[Place, Iterable[str]] = {
        ("masks", "hard"): codebook["hard_masks"],
        ("masks", "soft"): codebook["soft_masks"],
    }
    lists |= {("anchors", name): entries for name, entries in codebook["anchors"].items()}
    lists |= {("negation", n): entries for n, entries in (codebook["negation"] or {}).items()}
    for place, entries in lists.items():
        for entry in entries:
            if problem := _syntax_problem(entry):
                found.append(((*place, entry), f"{' '.join(place)}: {problem}"))
    return found


def _pattern_problems(pattern: Pattern, anchors: Mapping[str, Any]) -> list[str]:
    found = []
    message = _syntax_problem(pattern.text)
    if message:
        found.append(message)
    if pattern.anchor is not None and pattern.anchor not in anchors:
        found.append(
            f"`{pattern.text}` asks for the anchor `{pattern.anchor}`, which is not defined; define"
            f" it under `anchors` (defined: {', '.join(anchors) or 'none'})"
        )
    if not 0 < pattern.weight <= 1:
        found.append(
            f"`{pattern.text}` has the weight {pattern.weight:g}; use a number above 0 and up to 1"
        )
    return found


def _syntax_problem(pattern: str) -> str | None:
    try:
        parse_pattern(pattern)
    except PatternError as error:
        return str(error)
    return None


# ---------------------------------------------------------------------------- reading


def builtin_codebook(name: str) -> Codebook:
    """Load a codebook that comes with the toolkit.

    Parameters
    ----------
    name : str
        ``"diplomacy"``: de-escalation, security, unity and their counter-frames for any conflict
        between states; ``"ukraine-2022"``: the same with what belongs to the crisis of early 2022.

    Returns
    -------
    Codebook
        The codebook.

    Raises
    ------
    CodebookError
        If there is no codebook of this name; the message lists those there are.

    Examples
    --------
    >>> builtin_codebook("diplomacy")["unity"].counter_frame
    'division'
    """
    folder = package_files("framing") / "codebooks"
    names = sorted(
        entry.name.removesuffix(".yaml")
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    )
    if name not in names:
        raise CodebookError(
            f'there is no built-in codebook "{name}"; there are {", ".join(names)}. A file of'
            f' your own is read with read_codebook("{name.removesuffix(".yaml")}.yaml")'
        )
    return read_codebook(Path(str(folder / f"{name}.yaml")))


def read_codebook(path: str | Path) -> Codebook:
    """Read a codebook file, reporting every problem in it at once.

    Parameters
    ----------
    path : str or Path
        A YAML file as described in the README. A file that it ``extends`` stands in the same
        folder or is a built-in codebook.

    Returns
    -------
    Codebook
        The codebook, together with what it extends: lists are joined, patterns and examples of
        frames with the same name are appended, and a definition given here replaces the other.

    Raises
    ------
    CodebookError
        If the file cannot be read; one line per problem, with file and line number.
    """
    return _read(Path(path), ())


def _read(path: Path, extending: tuple[Path, ...]) -> Codebook:
    """Read one file; ``extending`` are the files that lead to it through ``extends``."""
    content = CodebookRecord(path.name, _file_text(path))
    fields = content.fields | {
        "frames": tuple(_frame(record) for record in content.fields["frames"])
    }
    if content.extends:
        chain = (*extending, path.resolve())
        base_path = _base_path(path, content, chain)
        if base_path is None:
            raise content.error()
        fields = _merge(_read(base_path, chain), fields)
    content.problems += [(content.line(place), text) for place, text in _problems(fields)]
    if content.problems:
        raise content.error()
    return Codebook(**fields)


def _frame(record: Mapping[str, Any]) -> Frame:
    patterns = tuple(Pattern(**pattern) for pattern in record["patterns"])
    return Frame(**{**record, "patterns": patterns})


def _base_path(path: Path, content: CodebookRecord, chain: tuple[Path, ...]) -> Path | None:
    """Find the file that a codebook extends: beside it, or among the built-in ones."""
    name = content.extends
    line = content.line(("extends",))
    if Path(name).name != name:
        content.problems.append(
            (line, f"extends `{name}` leads to another folder; put the file beside this one")
        )
        return None
    if not name.endswith((".yaml", ".yml")):
        name += ".yaml"
    builtin = Path(str(package_files("framing") / "codebooks")) / name
    base = next((p for p in (path.parent / name, builtin) if p.is_file()), None)
    if base is None:
        content.problems.append(
            (line, f"extends `{name}`, which is neither beside this file nor built in;"
             " check the name")
        )  # fmt: skip
        return None
    if base.resolve() in chain:
        content.problems.append(
            (line, f"extends `{name}`, which extends this file in turn; remove one of the two")
        )
        return None
    return base


def _merge(base: Codebook, fields: dict[str, Any]) -> dict[str, Any]:
    """Join the fields of a file with the codebook that it extends."""
    own = {frame.name: frame for frame in fields["frames"]}
    frames = []
    for frame in base.frames:
        extra = own.pop(frame.name, None)
        frames.append(_merge_frame(frame, extra) if extra else frame)
    return fields | {
        "frames": (*frames, *own.values()),
        "anchors": _merge_lists(base.anchors, fields["anchors"]),
        "hard_masks": base.hard_masks + fields["hard_masks"],
        "soft_masks": base.soft_masks + fields["soft_masks"],
        "negation": fields["negation"] or base.negation,
        "description": fields["description"] or base.description,
    }


def _merge_frame(base: Frame, extra: Frame) -> Frame:
    joined = {name: getattr(base, name) + getattr(extra, name) for name in FRAME_LISTS}
    return replace(
        base,
        **joined,
        definition=extra.definition or base.definition,
        counter_frame=extra.counter_frame or base.counter_frame,
    )


def _merge_lists(
    base: Mapping[str, tuple[str, ...]], extra: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    return {name: base.get(name, ()) + extra.get(name, ()) for name in dict(base) | dict(extra)}


def _file_text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise CodebookError(f"{path}: {reason}; check the path of the codebook file") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CodebookError(
            f"{path.name}, line {line}: byte {error.start} is not UTF-8; save the file as UTF-8"
        ) from None


# ---------------------------------------------------------------------------- writing


def write_codebook(codebook: Codebook, path: str | Path) -> Path:
    """Write a codebook to a YAML file that `read_codebook` reads back unchanged.

    What the codebook extends is written out, so that the file stands alone.

    Parameters
    ----------
    codebook : Codebook
        The codebook.
    path : str or Path
        The file to write; an existing one is replaced at once or not at all.

    Returns
    -------
    Path
        The file.

    Examples
    --------
    >>> import tempfile
    >>> mine = Codebook.from_patterns("mine", {"calm": ["peace*"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     read_codebook(write_codebook(mine, f"{folder}/mine.yaml")) == mine
    True
    """
    import yaml

    path = Path(path)
    text = yaml.safe_dump(_as_written(codebook), sort_keys=False, allow_unicode=True, width=100)
    write_atomically(path, text.encode())
    return path


def _as_written(codebook: Codebook) -> dict[str, Any]:
    """Return the content of the file, without what is empty or as if left out."""
    masks = {"hard": list(codebook.hard_masks), "soft": list(codebook.soft_masks)}
    return _filled({
        "name": codebook.name,
        "version": codebook.version,
        "language": codebook.language,
        "description": codebook.description,
        "anchors": {name: list(entries) for name, entries in codebook.anchors.items()},
        "masks": _filled(masks),
        "negation": {name: list(entries) for name, entries in (codebook.negation or {}).items()},
        "frames": [
            _filled({
                "name": frame.name,
                "counter_frame": frame.counter_frame,
                "definition": frame.definition,
                "include": list(frame.include),
                "exclude": list(frame.exclude),
                "patterns": [_pattern_as_written(pattern) for pattern in frame.patterns],
                "examples": list(frame.examples),
                "counter_examples": list(frame.counter_examples),
            })
            for frame in codebook.frames
        ],
    })  # fmt: skip


def _pattern_as_written(pattern: Pattern) -> str | dict[str, Any]:
    if pattern == Pattern(pattern.text):
        return pattern.text
    return _filled({
        "pattern": pattern.text,
        "anchor": pattern.anchor,
        "weight": pattern.weight if pattern.weight != 1 else None,
        "review": pattern.review or None,
        "note": pattern.note,
    })  # fmt: skip


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
