"""`Codebook`: frames and the patterns that indicate them, and what keeps one from being used.

A frame here is a set of lexical *frame indicators*: wordings that select and make salient one
aspect of an event [1]_. Counting them measures salience, not stance.

References
----------
.. [1] Entman, R. M. (1993). Framing: Toward Clarification of a Fractured Paradigm. Journal of
   Communication, 43(4), 51-58. https://doi.org/10.1111/j.1460-2466.1993.tb01304.x
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any, Literal

import pandas as pd

from framing.codebook_yaml import FRAME_LISTS, NEGATION_LISTS, Place
from framing.dictionary import DEEPEST, LeftOut
from framing.display import NO_MATHS, escape, isolate, one_line, plural
from framing.patterns import PatternError, parse_steps
from framing.tables import CodebookError

LEVELS = " > "  # between the names of a frame and of the one it is in
_SHOWN = 60  # frames of a codebook that a notebook shows, as many as pandas shows rows
_SHOWN_PATTERNS = 8  # of each


@dataclass(frozen=True)
class Pattern:
    """An entry of a frame: wording, and how it is to be counted.

    Attributes
    ----------
    text : str
        The wording in the pattern language (see `framing.patterns`).
    anchor : str, optional
        Name of the anchor list of which an entry must stand in the same sentence.
    near : tuple of str
        Pattern or patterns of which one must stand in the same sentence, outside the match.
    not_near : tuple of str
        Patterns of which none may stand there.
    within : int, optional
        At most so many words may stand between the match and what is ``near``, and what is
        ``not_near`` or the anchor counts only up to there; from 0. Left out: the whole sentence.
    order : str
        Where these stand: ``"before"`` the match, ``"after"`` it, or ``"either"``.
    except_ : tuple of str
        Patterns with which a match may share no word; ``except`` in a file.
    regex : bool
        The text is a regular expression, searched in each sentence as it is written. A match is
        widened to whole words.
    weight : float
        1, or less for an entry that indicates the frame less surely; in (0, 1].
    review : bool
        The entry is known to be ambiguous, or to name the event itself. It is counted and marked.
    note : str
        Why.
    """

    text: str
    _: KW_ONLY
    anchor: str | None = None
    near: tuple[str, ...] = ()
    not_near: tuple[str, ...] = ()
    within: int | None = None
    order: Literal["either", "before", "after"] = "either"
    except_: tuple[str, ...] = ()
    regex: bool = False
    weight: float = 1.0
    review: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        for name in ("near", "not_near", "except_"):
            given: str | Sequence[str] = getattr(self, name)
            listed = (given,) if isinstance(given, str) else tuple(given)
            object.__setattr__(self, name, listed)


@dataclass(frozen=True)
class Frame:
    """A frame of a codebook: its definition for human coders and its patterns for the machine.

    The name of a frame inside another is its path, as in ``"economy > growth"``; up to five levels.
    A frame without patterns is one for human coders: nothing is counted for it.
    """

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
    counting : str
        Which of the places that patterns find are counted: ``"longest"``: each word belongs to one
        match, the longest; ``"quanteda"``: as that program does by default, see `find_matches`.
    lemmas : bool
        Whether a word of a pattern also finds the other forms of its lemma, by the package
        simplemma.
    log : DataFrame
        What a file of another program held that is not in the codebook: line, frame, text, reason.

    Raises
    ------
    CodebookError
        If a frame is empty, a name stands twice, an anchor is unknown, or a pattern is not well
        formed; all problems together.

    Examples
    --------
    >>> codebook = Codebook.from_patterns("mine", {"calm": ["calm*", "peace"], "alarm": ["alarm*"]})
    >>> codebook
    <Codebook mine: 2 frames (calm, alarm), 3 patterns, no definitions>
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
    counting: Literal["longest", "quanteda"] = "longest"
    lemmas: bool = False
    left_out: tuple[LeftOut, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        problems = find_problems(vars(self))
        if problems:
            raise CodebookError("\n".join(f"{self.name}: {message}" for _, message in problems))

    @classmethod
    def from_patterns(cls, name: str, frames: Mapping[str, Any]) -> Codebook:
        """Make a codebook from lists of patterns, one list per frame, for a quick try.

        Parameters
        ----------
        name : str
            Name of the codebook.
        frames : mapping of str to str, sequence of str or mapping
            The pattern or patterns of each frame; a mapping holds the frames inside one.

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
        >>> frames = {"calm": "peace*", "alarm": {"war": ["war*"], "crisis": ["crisis", "crises"]}}
        >>> Codebook.from_patterns("quick", frames)
        <Codebook quick: 3 frames (calm, alarm > war, alarm > crisis), 4 patterns, no definitions>
        """
        return cls(name, tuple(_frames_from_patterns(name, (), frames)))

    @property
    def label(self) -> str:
        """Name and version, as tables show them."""
        return f"{self.name} {self.version}".strip()

    @property
    def counted(self) -> tuple[Frame, ...]:
        """The frames that have patterns; of the others nothing can be counted."""
        return tuple(frame for frame in self.frames if frame.patterns)

    @property
    def patterns(self) -> pd.DataFrame:
        """One row per pattern: frame, pattern, rules, weight, review, note."""
        rows = [
            (frame.name, p.text, _rules_as_text(p), p.weight, p.review, p.note)
            for frame in self.frames
            for p in frame.patterns
        ]
        columns = ["frame", "pattern", "rules", "weight", "review", "note"]
        return pd.DataFrame(rows, columns=columns).astype(
            {"frame": "category", "pattern": "string", "rules": "string", "note": "string"}
        )

    @property
    def log(self) -> pd.DataFrame:
        """What the file held that is not in the codebook: line, frame, text, reason."""
        table = pd.DataFrame(self.left_out, columns=["line", "frame", "text", "reason"])
        return table.astype(
            {"line": "int64", "frame": "string", "text": "string", "reason": "string"}
        )

    def at_level(self, level: int) -> Codebook:
        """Join the frames inside others down to a level, so that those count as one.

        Parameters
        ----------
        level : int
            How many levels stay, from 1 (the topmost frames only).

        Returns
        -------
        Codebook
            A codebook in which ``"economy > growth"`` is part of ``"economy"`` for level 1: its
            patterns and examples are appended. Definition, rules and counter-examples are those
            of ``"economy"`` itself, if it has any; so is its counter-frame, or else the first of
            those inside it.

        Raises
        ------
        CodebookError
            If ``level`` is below 1.

        Examples
        --------
        >>> nested = {"economy": {"growth": ["growth"], "work": ["job*"]}, "peace": ["peace"]}
        >>> Codebook.from_patterns("mine", nested).at_level(1)
        <Codebook mine: 2 frames (economy, peace), 3 patterns, no definitions>
        """
        if level < 1:
            raise CodebookError(f"level is {level}; use 1 for the topmost frames, or more")
        joined: dict[str, Frame] = {}
        for frame in self.frames:
            name = LEVELS.join(frame.name.split(LEVELS)[:level])
            counter = frame.counter_frame and LEVELS.join(frame.counter_frame.split(LEVELS)[:level])
            own = frame.name == name
            before = joined.get(name)
            if counter == name or (before and before.counter_frame and not own):
                counter = None  # that of the frame itself stays, or of the first inside it
            kept = replace(
                frame,
                name=name,
                counter_frame=counter,
                definition=frame.definition if own else "",
                include=frame.include if own else (),
                exclude=frame.exclude if own else (),
                counter_examples=frame.counter_examples if own else (),
            )
            joined[name] = merge_frames(before, kept) if before else kept
        return replace(self, frames=tuple(joined.values()))

    def __getitem__(self, frame: str) -> Frame:
        for candidate in self.frames:
            if candidate.name == frame:
                return candidate
        names = ", ".join(f.name for f in self.frames)
        raise CodebookError(f'codebook {self.name} has no frame "{frame}"; it has {names}')

    def __repr__(self) -> str:
        names = ", ".join(frame.name for frame in self.frames)
        frames, *others = self._amounts()
        return f"<Codebook {self.label}: {frames} ({names}), {', '.join(others)}>"

    def _repr_html_(self) -> str:
        left = "text-align: left; vertical-align: top; white-space: normal"
        heads = "".join(
            f'<th style="{left}">{name}</th>' for name in ("frame", "definition", "patterns")
        )
        rows = "".join(
            "<tr>" + "".join(f'<td style="{left}">{cell}</td>' for cell in _cells(frame)) + "</tr>"
            for frame in self.frames[:_SHOWN]
        )
        head = escape(f"Codebook {self.label}: {', '.join(self._amounts())}")
        more = len(self.frames) - _SHOWN
        end = f"<p>and {plural(more, 'more frame')}: see codebook.patterns</p>" if more > 0 else ""
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        return f'<div class="{NO_MATHS}"><p>{head}</p>{table}{end}</div>'

    def _amounts(self) -> list[str]:
        """Say how much there is of what."""
        masks = len(self.hard_masks) + len(self.soft_masks)
        idle = len(self.frames) - len(self.counted)
        found = [plural(len(self.frames), "frame")]
        found += [plural(sum(len(frame.patterns) for frame in self.frames), "pattern")]
        found += [plural(masks, "mask")] * bool(masks)
        found += [f"{plural(idle, 'frame')} without patterns"] * bool(idle)
        is_defined = any(frame.definition for frame in self.frames)
        return found if is_defined else [*found, "no definitions"]


def _cells(frame: Frame) -> tuple[str, str, str]:
    """Show a frame in a row of a page: its name, its definition, its first patterns."""
    name = f"<b>{isolate(frame.name)}</b>"
    if frame.counter_frame:
        name += f"<br>counter-frame: {isolate(frame.counter_frame)}"
    first = [isolate(one_line(pattern.text)) for pattern in frame.patterns[:_SHOWN_PATTERNS]]
    more = ["…"] * (len(frame.patterns) > len(first))
    listed = f": {', '.join(first + more)}" if first else ""
    return name, isolate(frame.definition), f"{len(frame.patterns)}{listed}"


def _rules_as_text(pattern: Pattern) -> str:
    """Say in words when a pattern counts."""
    rules = [
        (
            "near",
            ", ".join([*([f"anchor {pattern.anchor}"] * bool(pattern.anchor)), *pattern.near]),
        ),
        ("not near", ", ".join(pattern.not_near)),
        ("within", "" if pattern.within is None else f"{pattern.within} words"),
        ("order:", pattern.order if pattern.order != "either" else ""),
        ("except", ", ".join(pattern.except_)),
        ("", "regular expression" if pattern.regex else ""),
    ]
    return "; ".join(f"{name} {text}".strip() for name, text in rules if text)


def _frames_from_patterns(
    codebook: str, path: tuple[str, ...], frames: Mapping[str, Any]
) -> Iterator[Frame]:
    for name, given in frames.items():
        inner = (*path, str(name).strip())
        if isinstance(given, Mapping):
            yield from _frames_from_patterns(codebook, inner, given)
            continue
        patterns = [given] if isinstance(given, str) else given
        listed = isinstance(patterns, Iterable)
        if not listed or not all(isinstance(pattern, str) for pattern in patterns):
            where = f'{codebook}: frame "{LEVELS.join(inner)}"'
            raise CodebookError(f"{where}: patterns are a list of texts")
        yield Frame(LEVELS.join(inner), tuple(Pattern(text) for text in patterns))


def as_codebook(codebook: Codebook) -> Codebook:
    """Return a codebook to count with, or say what to pass in place of something else."""
    if isinstance(codebook, Codebook):
        if not codebook.counted:
            raise CodebookError(
                f"codebook {codebook.name} has no patterns, so that nothing can be counted; add"
                " patterns to its frames, or use it for coding by hand"
            )
        return codebook
    kind = "the text" if isinstance(codebook, str) else f"a {type(codebook).__name__}"
    shown = f' "{codebook}"' if isinstance(codebook, str) else ""
    raise CodebookError(
        f"a Codebook is needed, not {kind}{shown}; builtin_codebook(name), read_codebook(path) and"
        " Codebook.from_patterns give one"
    )


def merge_frames(base: Frame, extra: Frame) -> Frame:
    """Append what a frame has to another; its own definition and counter-frame go before."""
    joined = {name: getattr(base, name) + getattr(extra, name) for name in FRAME_LISTS}
    return replace(
        base,
        **joined,
        definition=extra.definition or base.definition,
        counter_frame=extra.counter_frame or base.counter_frame,
    )


# ---------------------------------------------------------------------------- checking


def find_problems(codebook: Mapping[str, Any]) -> list[tuple[Place, str]]:
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
        elif frame.name.count(LEVELS) >= DEEPEST:
            found.append((place, f"{where} lies {frame.name.count(LEVELS) + 1} levels deep; up to"
                          f" {DEEPEST} are possible"))  # fmt: skip
        if frame.counter_frame is not None and frame.counter_frame not in names:
            found.append((place, f'{where} names the counter-frame "{frame.counter_frame}", which'
                          f" there is not; there are {', '.join(names)}"))  # fmt: skip
        for pattern in frame.patterns:
            place = ("pattern", frame.name, pattern.text)
            for message in pattern_problems(pattern, codebook["anchors"]):
                found.append((place, f"{where}: {message}"))
    lists: dict[Place, Iterable[str]] = {
        ("masks", "hard"): codebook["hard_masks"],
        ("masks", "soft"): codebook["soft_masks"],
    }
    lists |= {("anchors", name): entries for name, entries in codebook["anchors"].items()}
    lists |= {("negation", n): entries for n, entries in (codebook["negation"] or {}).items()}
    if codebook["counting"] not in ("longest", "quanteda"):
        found.append((("counting",), f"counting is `{codebook['counting']}`; use longest or"
                      " quanteda"))  # fmt: skip
    for name in codebook["negation"] or {}:
        if name not in NEGATION_LISTS:
            found.append((("negation",), f"negation has no list `{name}`; use"
                          f" {', '.join(NEGATION_LISTS)}"))  # fmt: skip
    for place, entries in lists.items():
        if isinstance(entries, str):  # each letter of it would be a pattern
            found.append((place, f"{' '.join(place)}: `{entries}` is a text; write a list of"
                          " patterns"))  # fmt: skip
            continue
        for entry in entries:
            if problem := _syntax_problem(entry):
                found.append(((*place, entry), f"{' '.join(place)}: {problem}"))
    return found


def pattern_problems(pattern: Pattern, anchors: Mapping[str, Any]) -> list[str]:
    """Everything that keeps a pattern from being used; ``anchors`` are the lists there are."""
    shown = f"`{pattern.text}`"
    checked = () if pattern.regex else (pattern.text,)
    lists = (*pattern.near, *pattern.not_near, *pattern.except_)
    found = [problem for text in (*checked, *lists) if (problem := _syntax_problem(text))]
    if pattern.regex and (problem := _regex_problem(pattern.text)):
        found.append(problem)
    if pattern.anchor is not None and pattern.anchor not in anchors:
        found.append(
            f"{shown} asks for the anchor `{pattern.anchor}`, which is not defined; define"
            f" it under `anchors` (defined: {', '.join(anchors) or 'none'})"
        )
    if not 0 < pattern.weight <= 1:
        found.append(f"{shown} has the weight {pattern.weight:g}; use a number above 0 and up to 1")
    if pattern.order not in ("either", "before", "after"):
        found.append(f"{shown} has the order `{pattern.order}`; use before, after or either")
    within = pattern.within
    if within is not None and (not isinstance(within, int) or within < 0):
        found.append(f"{shown} has within {within}; use a whole number from 0")
    bounded = pattern.within is not None or pattern.order != "either"
    if bounded and not (pattern.anchor or pattern.near or pattern.not_near):
        found.append(
            f"{shown} has within or order, but nothing that they speak of; add near, not_near or"
            " an anchor"
        )
    return found


def _regex_problem(expression: str) -> str | None:
    import regex

    if not expression.strip():
        return "an empty regular expression; write one or remove it"
    try:
        regex.compile(expression)
    except regex.error as error:
        return f"`{expression}` is no regular expression: {error}; correct it"
    return None


def _syntax_problem(pattern: str) -> str | None:
    try:
        parse_steps(pattern)
    except PatternError as error:
        return str(error)
    return None
