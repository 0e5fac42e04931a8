"""Our own codebook files (YAML) read into plain records; `codebook` builds the type from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from framing.tables import CodebookError

LARGEST_FILE = 1_000_000  # characters
_DEEPEST = 20


NEGATION_LISTS = ("before", "reject", "after", "except", "stop")
_TOP_KEYS = (
    "name", "version", "language", "description", "extends", "counting", "lemmas", "anchors",
    "masks", "negation", "frames",
)  # fmt: skip
_FRAME_TEXTS = ("name", "counter_frame", "definition")
FRAME_LISTS = ("include", "exclude", "patterns", "examples", "counter_examples")
PATTERN_LISTS = ("near", "not_near", "except")
_PATTERN_KEYS = (
    "pattern", "anchor", *PATTERN_LISTS, "within", "order", "regex", "weight", "review", "note",
)  # fmt: skip

_FLAGS = ("regex", "review")

# Where a problem is: what kind of thing, and the names or texts that lead to it.
Place = tuple[str, ...]


@dataclass(frozen=True)
class Node:
    """A value of a YAML file and the line it stands on: a text, a list or a list of pairs."""

    value: str | list[Node] | list[tuple[Node, Node]]
    line: int

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a list of pairs of key and value."""
        return isinstance(self.value, list) and all(isinstance(v, tuple) for v in self.value)

    @property
    def pairs(self) -> list[tuple[Node, Node]]:
        """The pairs of a mapping."""
        return [pair for pair in self.value if isinstance(pair, tuple)]


class YamlProblem(ValueError):
    """A YAML file that is not read at all, with the line where reading stopped."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def parse_yaml(text: str) -> tuple[Node, list[tuple[int, str]]]:
    """Parse YAML with every scalar as text, and list its duplicate keys.

    Aliases, tags, more than one document, nesting deeper than 20 levels and files over a million
    characters are refused while the file is read, before anything is built from it.
    """
    import yaml

    if len(text) > LARGEST_FILE:
        raise YamlProblem(
            f"the file has {len(text):,} characters; a codebook may have {LARGEST_FILE:,}", 1
        )
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        _refuse_unsafe(yaml.parse(text, Loader=loader))
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "not YAML"
        raise YamlProblem(
            f"the file is not YAML here: {what}; check indentation, quotation marks and colons",
            mark.line + 1 if mark else 1,
        ) from None
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1 if error.position else 1
        code = error.character if isinstance(error.character, int) else ord(error.character)
        message = f"the character U+{code:04X} is not allowed in YAML; remove it"
        raise YamlProblem(message, line) from None
    if root is None:
        raise YamlProblem("the file is empty; a codebook has a name and frames", 1)
    problems: list[tuple[int, str]] = []
    return _plain(root, problems), sorted(problems)


def _refuse_unsafe(events: Iterator[Any]) -> None:
    import yaml

    depth = documents = 0
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise YamlProblem(
                f"the alias *{event.anchor} is not read; write its value out, or put a pattern that"
                ' begins with "*" in quotation marks',
                line,
            )
        if getattr(event, "tag", None):
            raise YamlProblem(f"the tag {event.tag} is not read; remove it", line)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise YamlProblem("a second document begins; one file holds one codebook", line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise YamlProblem(
                    f"lists are nested more than {_DEEPEST} deep; a codebook needs five levels",
                    line,
                )
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _plain(node: Any, problems: list[tuple[int, str]]) -> Node:
    import yaml

    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return Node(node.value, line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_plain(child, problems) for child in node.value], line)
    pairs: list[tuple[Node, Node]] = []
    first_line: dict[str, int] = {}
    for key_node, value_node in node.value:
        key = _plain(key_node, problems)
        if isinstance(key.value, str):
            if key.value in first_line:
                problems.append(
                    (
                        key.line,
                        f"the key `{key.value}` stands here again (first on line"
                        f" {first_line[key.value]}); join the two",
                    )
                )
            else:
                first_line[key.value] = key.line
        pairs.append((key, _plain(value_node, problems)))
    return Node(pairs, line)


def is_codebook(text: str) -> bool:
    """Whether a YAML text is a codebook of ours, or was meant to be, and no plain dictionary."""
    try:
        root, _ = parse_yaml(text)
    except YamlProblem:
        return True  # whose reader says what is wrong
    if not root.is_mapping or not all(isinstance(key.value, str) for key, _ in root.pairs):
        return True
    keys = {key.value: value.value for key, value in root.pairs}
    return not keys or "frames" in keys or "extends" in keys or isinstance(keys.get("name"), str)


class CodebookRecord:
    """What a codebook file says, as plain values, with the line of each and every problem."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.problems: list[tuple[int, str]] = []
        self.fields: dict[str, Any] = {}
        self.extends = ""
        self._lines: dict[Place, int] = {}
        try:
            root, self.problems = parse_yaml(text)
        except YamlProblem as problem:
            self.problems = [(problem.line, str(problem))]
            raise self.error() from None
        self._read(root)

    def line(self, place: Place) -> int:
        """Line of a place; its surroundings' if the place itself is not in the file."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 1)

    def error(self) -> CodebookError:
        """All problems of the file as one error, in the order of the lines."""
        problems = sorted(set(self.problems))
        return CodebookError("\n".join(f"{self.file}, line {n}, {text}" for n, text in problems))

    def _read(self, root: Node) -> None:
        top = self._mapping(root, "the codebook", _TOP_KEYS)
        for key, node in top.items():
            self._lines[(key,)] = node.line
        masks = self._mapping(top.get("masks"), "masks", ("hard", "soft"))
        negation = self._mapping(top.get("negation"), "negation", NEGATION_LISTS)
        anchors = self._mapping(top.get("anchors"), "anchors", None)
        self.extends = self._text(top.get("extends"), "extends")
        self.fields = {
            "name": self._text(top.get("name"), "name"),
            "version": self._text(top.get("version"), "version"),
            "language": self._text(top.get("language"), "language") or "en",
            "description": self._text(top.get("description"), "description"),
            "counting": self._text(top.get("counting"), "counting"),
            "lemmas": self._flag(top["lemmas"], "the codebook", "lemmas")
            if "lemmas" in top
            else None,
            "anchors": {n: self._texts(node, ("anchors", n)) for n, node in anchors.items()},
            "hard_masks": self._texts(masks.get("hard"), ("masks", "hard")),
            "soft_masks": self._texts(masks.get("soft"), ("masks", "soft")),
            "negation": {n: self._texts(node, ("negation", n)) for n, node in negation.items()}
            or None,
            "frames": [self._frame(node) for node in self._list(top.get("frames"), "frames")],
        }

    def _frame(self, node: Node) -> dict[str, Any]:
        keys = (*_FRAME_TEXTS, *FRAME_LISTS)
        values = self._mapping(node, "a frame", keys)
        name = self._text(values.get("name"), "name of a frame")
        self._lines.setdefault(("frame", name), node.line)
        lists = {
            key: self._texts(values.get(key), ("frame", name, key))
            for key in FRAME_LISTS
            if key != "patterns"
        }
        return {
            "name": name,
            "patterns": [
                self._pattern(p, name)
                for p in self._list(values.get("patterns"), f'frame "{name}", patterns')
            ],
            "counter_frame": self._text(values.get("counter_frame"), f'frame "{name}"') or None,
            "definition": self._text(values.get("definition"), f'frame "{name}"'),
            **lists,
        }

    def _pattern(self, node: Node, frame: str) -> dict[str, Any]:
        where = f'frame "{frame}"'
        if isinstance(node.value, str):
            pattern: dict[str, Any] = {"text": node.value.strip()}
        else:
            values = self._mapping(node, f"{where}, a pattern", _PATTERN_KEYS)
            lists = {key: self._entries(values.pop(key, None), where, key) for key in PATTERN_LISTS}
            flags = {key: self._flag(values.pop(key, None), where, key) for key in _FLAGS}
            texts = {key: self._text(value, where) for key, value in values.items()}
            within = texts.get("within", "")
            pattern = {
                "text": texts.get("pattern", ""),
                "anchor": texts.get("anchor") or None,
                "near": lists["near"],
                "not_near": lists["not_near"],
                "except_": lists["except"],
                "within": int(self._number(within, node.line, where, "within", int))
                if within
                else None,
                "order": texts.get("order") or "either",
                "weight": self._number(texts.get("weight", "1"), node.line, where, "weight", float),
                "note": texts.get("note", ""),
                **flags,
            }
        self._lines.setdefault(("pattern", frame, pattern["text"]), node.line)
        return pattern

    def _entries(self, node: Node | None, where: str, key: str) -> tuple[str, ...]:
        """Read a list of patterns; a single one may stand without being a list."""
        if node is not None and isinstance(node.value, str) and node.value:
            return (node.value.strip(),)
        place = f"{where}, {key}"
        return tuple(self._text(item, place) for item in self._list(node, place))

    def _number(self, text: str, line: int, where: str, key: str, kind: type) -> float:
        try:
            return kind(text)
        except ValueError:
            wanted = "one up to 1, such as 0.5" if kind is float else "a whole one, such as 5"
            self.problems.append((line, f"{where}: the {key} `{text}` is no number; use {wanted}"))
            return 1

    def _flag(self, node: Node | None, where: str, key: str) -> bool:
        text = self._text(node, f"{where}, {key}").lower()
        if node is not None and text not in ("true", "false"):
            self.problems.append((node.line, f"{where}: {key} is `{text}`; write true or false"))
        return text == "true"

    def _text(self, node: Node | None, where: str) -> str:
        if node is None:
            return ""
        if isinstance(node.value, str):
            return node.value.strip()
        self.problems.append((node.line, f"{where}: a list stands where a text belongs"))
        return ""

    def _list(self, node: Node | None, where: str) -> list[Node]:
        if node is None or node.value == "":
            return []
        if isinstance(node.value, list) and (not node.value or not node.is_mapping):
            return [item for item in node.value if isinstance(item, Node)]
        self.problems.append(
            (node.line, f'{where}: a list belongs here; begin each entry with "- " on its own line')
        )
        return []

    def _texts(self, node: Node | None, place: Place) -> tuple[str, ...]:
        where = " ".join(place)
        texts = []
        for item in self._list(node, where):
            text = self._text(item, where)
            self._lines.setdefault((*place, text), item.line)
            texts.append(text)
        return tuple(texts)

    def _mapping(
        self, node: Node | None, where: str, known: Sequence[str] | None
    ) -> dict[str, Node]:
        if node is None or node.value == "":
            return {}
        if not node.is_mapping:
            self.problems.append(
                (node.line, f"{where}: lines of the form `key: value` belong here")
            )
            return {}
        values: dict[str, Node] = {}
        for key, value in node.pairs:
            if not isinstance(key.value, str):
                self.problems.append((key.line, f"{where}: a key must be a plain word"))
            elif known is not None and key.value not in known:
                close = get_close_matches(key.value, known, n=1)
                hint = f"did you mean `{close[0]}`?" if close else f"known: {', '.join(known)}"
                self.problems.append((key.line, f"{where}: unknown key `{key.value}`; {hint}"))
            else:
                values.setdefault(key.value, value)
        return values
