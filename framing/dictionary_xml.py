"""Dictionaries of Yoshikoder and Lexicoder, and codebooks of programs for qualitative analysis."""

from __future__ import annotations

import codecs
import json
import math
import re
import uuid
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from framing.dictionary import Category, Dictionary, DictionaryError
from framing.dictionary_tree import (
    LARGEST_FILE,
    Branch,
    Reading,
    branches,
    number_text,
    shown,
)

# Yoshikoder looks at one word at a time: a phrase can stand in its file, but is never found.
YOSHIKODER_HOLDS = frozenset(
    {"nested", "stars at the end", "stars anywhere", "weights", "definitions", "patterns"}
)
QDC_HOLDS = frozenset({"nested", "definitions", "examples"})

_DEEPEST_XML = 40
_MOST_ELEMENTS = 200_000  # the largest dictionaries in use have some 50,000
_COMMENT, _INSTRUCTION = "#comment", "#instruction"
_QDC_NAMESPACE = "urn:QDA-XML:codebook:1.0"
_GUIDS = uuid.UUID("5f2c7d0e-6a63-5b52-9a0c-3f1f5a4d8e17")  # any fixed one; never change it
_LABELS = ("Definition", "Include", "Exclude", "Examples", "Counter-examples")
_LABEL_FIELDS = ("definition", "include", "exclude", "examples", "counter_examples")

# What XML 1.0 has no way to write.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Letters that windows-1252 has here are controls in ISO-8859-1, which no text has.
_CONTROLS = re.compile("[\x80-\x84\x86-\x9f]")
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


# ---------------------------------------------------------------------------- Yoshikoder


def read_yoshikoder(data: bytes) -> Dictionary:
    """Read a dictionary of Yoshikoder (.ykd) or Lexicoder (.lcd).

    A single category at the top that has no words of its own is the dictionary itself: it gives
    the name and the description. Spaces around a word, which some versions of Lexicoder write, do
    not count.

    Parameters
    ----------
    data : bytes
        The file, in the encoding that its first line names.

    Returns
    -------
    Dictionary
        Categories and words with their scores as weights. Left out, each with a reason: regular
        expressions, words with a question mark, scores of categories, colours, comments, and
        whatever else there is in the file.

    Raises
    ------
    DictionaryError
        If the file is no such XML, a category has no name, stands twice or lies too deep.

    Examples
    --------
    >>> file = b'<dictionary><cnode name="calm"><pnode name="peac*"/></cnode></dictionary>'
    >>> [entry.text for entry in read_yoshikoder(file).categories[0].entries]
    ['peac*']
    """
    root = _parse_xml(data)
    if root.name != "dictionary":
        _refuse_root(root, "a Yoshikoder or Lexicoder dictionary begins with <dictionary>")
    if root.attributes.get("style") == "041204":
        message = 'the style "041204" is that of 2004; open the file in Yoshikoder and save it'
        raise DictionaryError([(root.line, message)])
    reading = Reading()
    reading.dictionary.name = root.attributes.get("name", "").strip()
    top = root
    categories = [child for child in root.children if child.name == "cnode"]
    if "name" not in root.attributes and len(categories) == 1:
        only = categories[0]
        if not any(child.name == "pnode" for child in only.children):
            top = only
            reading.dictionary.name = only.attributes.get("name", "").strip()
            reading.dictionary.description = only.attributes.get("desc", "").strip()
            _leave_rest(reading, only, (), {"name", "desc"}, {"cnode"})
    regexp = root.attributes.get("patternengine", "").lower() == "regexp"
    known = {"style", "patternengine", "patternengineclassname", "name"}
    _leave_rest(reading, root, (), known, {"cnode"})
    for child in top.children:
        if child.name == "cnode":
            _read_cnode(reading, child, (), regexp)
    return reading.result()


def _read_cnode(reading: Reading, node: _Element, above: tuple[str, ...], regexp: bool) -> None:
    path = (*above, node.attributes.get("name", "").strip())
    category = reading.category(path, node.line)
    category.definition = node.attributes.get("desc", "").strip()
    _leave_rest(reading, node, path, {"name", "desc"}, {"cnode", "pnode"})
    for child in node.children:
        if child.name == "pnode":
            _read_pnode(reading, child, category, regexp)
        elif child.name == "cnode":
            _read_cnode(reading, child, path, regexp)


def _read_pnode(reading: Reading, node: _Element, category: Category, regexp: bool) -> None:
    path, text = category.path, node.attributes.get("name", "")
    score = "score" if "score" in node.attributes else "weight"
    _leave_rest(reading, node, path, {"name", "desc", score}, set())
    if regexp and not re.fullmatch(r"[\w'’-]*", text.strip()):
        reason = "a regular expression; write it anew, with stars or as a pattern with regex: true"
        reading.leave(node.line, path, text, reason)
        return
    if "?" in text:
        reason = 'Yoshikoder takes "?" as a question mark, which no word has; put "*" if it was'
        reading.leave(node.line, path, text, f"{reason} to stand for letters")
        return
    entry = reading.entry(category, text, node.line)
    if entry is None:
        return
    entry.note = node.attributes.get("desc", "").strip()
    given = node.attributes.get(score)
    if given is not None:
        weight = _number(given)
        if weight is None:
            reading.leave(node.line, path, f'{score}="{given}"', f"no number; `{text}` counts 1")
        else:
            entry.weight = weight


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def write_yoshikoder(dictionary: Dictionary) -> bytes:
    """Write a dictionary as a Yoshikoder file (.ykd), which quanteda and Lexicoder read as well.

    Parameters
    ----------
    dictionary : Dictionary
        The dictionary. Only what `YOSHIKODER_HOLDS` lists is written, and phrases, which
        Yoshikoder itself never finds, but quanteda does.

    Returns
    -------
    bytes
        The file, in UTF-8.

    Raises
    ------
    DictionaryError
        If two categories have one path, one has no name, or XML cannot hold a character.

    Examples
    --------
    >>> print(write_yoshikoder(Dictionary("mine")).decode())
    <?xml version="1.0" encoding="UTF-8"?>
    <dictionary style="050805" patternengine="substring">
    <cnode name="mine" desc="">
    </cnode>
    </dictionary>
    <BLANKLINE>
    """
    lines = ['<dictionary style="050805" patternengine="substring">']
    lines.append(
        f"<cnode name={quoteattr(dictionary.name)} desc={quoteattr(dictionary.description)}>"
    )
    for branch in branches(dictionary):
        _write_cnode(branch, lines)
    return _xml_bytes([*lines, "</cnode>", "</dictionary>"])


def _write_cnode(branch: Branch, lines: list[str]) -> None:
    category = branch.category
    name, definition = quoteattr(category.path[-1]), quoteattr(category.definition)
    lines.append(f"<cnode name={name} desc={definition}>")
    for entry in category.entries:
        score = f' score="{number_text(entry.weight)}"' if entry.weight != 1 else ""
        lines.append(f"<pnode name={quoteattr(entry.text)}{score}/>")
    for child in branch.children:
        _write_cnode(child, lines)
    lines.append("</cnode>")


# ---------------------------------------------------------------------------- REFI-QDA


def read_qdc(data: bytes) -> Dictionary:
    """Read a REFI-QDA codebook (.qdc), as ATLAS.ti, MAXQDA, NVivo and QualCoder export it.

    Such a file holds codes and what they mean, but no words: each code becomes a category without
    entries. Where the description has the paragraphs that `write_qdc` makes, they are taken apart.

    Parameters
    ----------
    data : bytes
        The file, in the encoding that its first line names.

    Returns
    -------
    Dictionary
        Categories with definitions, examples and rules of inclusion. Colours, sets, identifiers
        and links to notes are left out, each kind told once with its number.

    Raises
    ------
    DictionaryError
        If the file is no codebook, a code has no name, stands twice or lies too deep.

    Examples
    --------
    >>> file = b'''<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>
    ... <Code guid="0d62985d-b147-5d01-a9b5-cae5dcd98342" name="calm" isCodable="true">
    ... <Description>Talk as the way out.</Description></Code></Codes></CodeBook>'''
    >>> read_qdc(file).categories[0].definition
    'Talk as the way out.'
    """
    root = _parse_xml(data)
    if root.name != "CodeBook":
        _refuse_root(root, "a REFI-QDA codebook begins with <CodeBook>")
    reading = Reading()
    _leave_rest(reading, root, (), {"origin"}, {"Codes", "Sets"})
    if "origin" in root.attributes:
        origin = root.attributes["origin"]
        reading.leave(root.line, (), origin, "the program that wrote the file is not kept")
    for child in root.children:
        if child.name == "Codes":
            _leave_rest(reading, child, (), set(), {"Code"})
            for code in child.children:
                if code.name == "Code":
                    _read_code(reading, code, ())
        elif child.name == "Sets":
            for one in child.children:
                name = one.attributes.get("name", one.name)
                reading.count(one.line, (), name, "sets of codes are not taken over")
    return reading.result()


def _read_code(reading: Reading, node: _Element, above: tuple[str, ...]) -> None:
    path = (*above, node.attributes.get("name", "").strip())
    category = reading.category(path, node.line)
    known = {"name", "guid", "color", "isCodable"}
    _leave_rest(reading, node, path, known, {"Code", "Description", "NoteRef"})
    if "guid" in node.attributes:
        reason = "identifiers are not kept; a written codebook gets its own"
        reading.count(node.line, path, node.attributes["guid"], reason)
    if "color" in node.attributes:
        reading.count(node.line, path, node.attributes["color"], "colours are not taken over")
    if node.attributes.get("isCodable", "true").strip().lower() in ("false", "0"):
        reason = "that a code is only a heading is not taken over"
        reading.count(node.line, path, 'isCodable="false"', reason)
    descriptions = [child for child in node.children if child.name == "Description"]
    for more in descriptions[1:]:
        reading.leave(more.line, path, more.text, "a code has one description; this is a further")
    for description in descriptions[:1]:
        _leave_rest(reading, description, path, set(), set(), text=False)
        for name, value in _take_apart(description.text).items():
            setattr(category, name, value)
    for child in node.children:
        if child.name == "NoteRef":
            target = child.attributes.get("targetGUID", child.text)
            reading.count(child.line, path, target, "links to notes are not taken over")
        elif child.name == "Code":
            _read_code(reading, child, path)


def write_qdc(dictionary: Dictionary) -> bytes:
    """Write the codes of a codebook for programs of qualitative analysis (REFI-QDA, .qdc).

    Definition, rules of inclusion and examples stand in the description of the code, in paragraphs
    of their own; words and phrases have no place in this format. The identifiers are made from the
    path of the code, so that the same codebook always gives the same file.

    Parameters
    ----------
    dictionary : Dictionary
        The dictionary; only what `QDC_HOLDS` lists is written.

    Returns
    -------
    bytes
        The file, in UTF-8.

    Raises
    ------
    DictionaryError
        If there is no category, two have one path, one has no name, or XML cannot hold a
        character.

    Examples
    --------
    >>> category = Category(("calm",), definition="Talk.", examples=("Let us talk.",))
    >>> file = write_qdc(Dictionary(categories=[category]))
    >>> read_qdc(file).categories[0].examples
    ('Let us talk.',)
    """
    roots = branches(dictionary)
    if not roots:
        message = "there is no category; a REFI-QDA codebook needs at least one code"
        raise DictionaryError([(0, message)])
    lines = [f'<CodeBook xmlns="{_QDC_NAMESPACE}" origin="framing">', "<Codes>"]
    for branch in roots:
        _write_code(branch, lines)
    return _xml_bytes([*lines, "</Codes>", "</CodeBook>"])


def _write_code(branch: Branch, lines: list[str]) -> None:
    path = branch.category.path
    guid = uuid.uuid5(_GUIDS, json.dumps(path))
    lines.append(f'<Code guid="{guid}" name={quoteattr(path[-1])} isCodable="true">')
    if description := _put_together(branch.category):
        text = escape(description, {"\r": "&#13;"})
        lines.append(f"<Description>{text}</Description>")
    for child in branch.children:
        _write_code(child, lines)
    lines.append("</Code>")


def _put_together(category: Category) -> str:
    """Write what a category means as one text: free words, then labelled lists."""
    fields: dict[str, Any] = {name: getattr(category, name) for name in _LABEL_FIELDS}
    lists = {
        label: [value] if isinstance(value, str) else [item for item in value if item.strip()]
        for label, value in zip(_LABELS, fields.values(), strict=True)
        if value
    }
    sections = {
        label: "\n".join([f"{label}:", *("- " + item.replace("\n", "\n  ") for item in items)])
        for label, items in lists.items()
    }
    labelled = "\n\n".join(sections.values())
    sections.pop("Definition", None)
    free = "\n\n".join(filter(None, [category.definition, *sections.values()]))
    # A definition may itself look like such lists; then it is put into one.
    return free if _take_apart(free) == {n: v for n, v in fields.items() if v} else labelled


def _take_apart(text: str) -> dict[str, Any]:
    """Take a description apart into the fields of a category; foreign ones are all definition."""
    lines = text.strip().split("\n")
    for number, line in enumerate(lines):
        if line[-1:] == ":" and line[:-1] in _LABELS and (not number or not lines[number - 1]):
            found = _sections(lines, number)
            if found is None or (number and "Definition" in found):
                continue
            fields: dict[str, Any] = {}
            if number:
                fields["definition"] = "\n".join(lines[: number - 1]).strip()
            for label, name in zip(_LABELS, _LABEL_FIELDS, strict=True):
                if label in found:
                    items = tuple(item.strip() for item in found[label])
                    fields[name] = "\n".join(items) if name == "definition" else items
            return fields
    definition = text.strip()
    return {"definition": definition} if definition else {}


def _sections(lines: list[str], first: int) -> dict[str, list[str]] | None:
    """Read labelled lists from a line to the end; None if anything else is there."""
    found: dict[str, list[str]] = {}
    last = -1  # the labels come in their order, so each line is looked at a few times at most
    items: list[str] | None = None
    for number in range(first, len(lines)):
        line = lines[number]
        if items is None or (items and not line):
            if items is not None:
                items = None
                continue
            label = line.removesuffix(":")
            if not line.endswith(":") or label not in _LABELS[last + 1 :]:
                return None
            last = _LABELS.index(label)
            items = found[label] = []
        elif line.startswith("- "):
            items.append(line[2:])
        elif items and line.startswith("  "):
            items[-1] += "\n" + line[2:]
        else:
            return None
    return found if items else None


# ---------------------------------------------------------------------------- XML


@dataclass(slots=True)
class _Element:
    """An element of an XML file; a comment is an element as well."""

    name: str
    attributes: dict[str, str]
    line: int
    children: list[_Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text directly in the element."""
        return "".join(self.pieces)


def _xml_bytes(lines: list[str]) -> bytes:
    """Join lines to a file, or say which characters cannot stand in one."""
    problems = []
    for line in lines:
        for match in _ILLEGAL.finditer(line):
            code = f"U+{ord(match.group()):04X}"
            around = shown(line[max(match.start() - 20, 0) : match.end() + 20])
            around = _ILLEGAL.sub("�", around)
            problems.append(
                (0, f"the character {code} in `{around}` cannot stand in XML; remove it")
            )
    if problems:
        raise DictionaryError(problems)
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *lines, ""]).encode()


def _refuse_root(root: _Element, wanted: str) -> None:
    remedies = {
        "dictionary": "it is a Yoshikoder dictionary (.ykd)",
        "CodeBook": "it is a REFI-QDA codebook (.qdc)",
        "Project": "it is a REFI-QDA project; export the codebook of it as .qdc",
    }
    remedy = remedies.get(root.name, "open the file that the program exported")
    message = f"the file begins with <{shown(root.name)}>; {wanted}: {remedy}"
    raise DictionaryError([(root.line, message)])


def _leave_rest(
    reading: Reading,
    node: _Element,
    path: tuple[str, ...],
    attributes: set[str],
    children: set[str],
    text: bool = True,
) -> None:
    """Note attributes, elements, comments and text of an element that have no place."""
    for name, value in node.attributes.items():
        if name not in attributes:
            reason = f'"{shown(name)}" of <{shown(node.name)}> is not taken over'
            reading.count(node.line, path, f'{name}="{value}"', reason)
    if text and node.text.strip():
        reading.leave(node.line, path, node.text.strip(), "text that stands between the elements")
    for child in node.children:
        if child.name in (_COMMENT, _INSTRUCTION):
            kind = "comment" if child.name == _COMMENT else "note to programs"
            reading.leave(child.line, path, child.text.strip(), f"a {kind} in the file")
        elif child.name not in children:
            what = child.attributes.get("name", "") or f"<{child.name}>"
            reason = f"<{shown(child.name)}> has no place in <{shown(node.name)}>"
            reading.leave(child.line, path, what, reason)
            _leave_rest(reading, child, path, {"name"}, set())


class _Builder:
    """Builds the elements while expat reads, and stops at what is not safe to read."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.CommentHandler = lambda text: self._aside(_COMMENT, text)
        self.parser.ProcessingInstructionHandler = lambda target, text: self._aside(
            _INSTRUCTION, f"{target} {text}"
        )
        self.top = _Element("", {}, 1)
        self._open = [self.top]
        self._number = 0

    def _line(self) -> int:
        return self.parser.CurrentLineNumber

    def _doctype(self, *_: object) -> None:
        message = "a DOCTYPE stands here, which is not read; delete it, down to its `>`"
        raise DictionaryError([(self._line(), message)])

    def _add(self, element: _Element) -> None:
        self._number += 1
        if self._number > _MOST_ELEMENTS:
            message = f"there are more than {_MOST_ELEMENTS:,} elements; divide the file"
            raise DictionaryError([(self._line(), message)])
        self._open[-1].children.append(element)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) > _DEEPEST_XML:
            message = f"elements are nested more than {_DEEPEST_XML} deep; five levels are read"
            raise DictionaryError([(self._line(), message)])
        kept = {
            key.rpartition(" ")[2]: value
            for key, value in attributes.items()
            if not key.startswith("http://www.w3.org/")  # such as xsi:schemaLocation
        }
        element = _Element(name.rpartition(" ")[2], kept, self._line())
        self._add(element)
        self._open.append(element)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].pieces.append(text)

    def _aside(self, kind: str, text: str) -> None:
        self._add(_Element(kind, {}, self._line(), pieces=[text]))


def _parse_xml(data: bytes) -> _Element:
    """Read an XML file into its elements, without DTD, within bounds."""
    text = _decode(data)
    builder = _Builder()
    try:
        builder.parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        hint = "open it in an editor there; a tag may be unclosed, or `&` or `<` not written out"
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]:
            hint = "write the character itself in place of an entity such as `&nbsp;`"
        elif error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]:
            hint = "the file is empty or cut off; export it again"
        raise DictionaryError(
            [(error.lineno, f"the file is not XML here: {what}; {hint}")]
        ) from None
    children = builder.top.children
    [root] = [child for child in children if child.name not in (_COMMENT, _INSTRUCTION)]
    root.children[:0] = [child for child in children if child is not root]
    return root


def _decode(data: bytes) -> str:
    """Decode an XML file as its first line says, strictly."""
    if data[:4] == b"PK\x03\x04":
        message = (
            "the file is a zip archive, such as a project (.qdpx) is; export the codebook alone,"
            " as .qdc"
        )
        raise DictionaryError([(1, message)])
    if len(data) > LARGEST_FILE:
        message = f"the file has {len(data):,} bytes; {LARGEST_FILE:,} are read: divide it"
        raise DictionaryError([(1, message)])
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "ignore").count("\n") + 1
        byte = f"byte 0x{data[error.start]:02X}" if error.start < len(data) else "the end"
        message = (
            f"{byte} is not {encoding.upper()}, as which the file is to be read; save it as UTF-8,"
            ' or name its encoding, such as encoding="windows-1252", in the first line'
        )
        raise DictionaryError([(line, message)]) from None
    if encoding == "iso8859-1" and (match := _CONTROLS.search(text)):
        message = (
            f"U+{ord(match.group()):04X} is no character of a text; the file is not ISO-8859-1:"
            ' put encoding="windows-1252" into the first line'
        )
        raise DictionaryError([(text.count("\n", 0, match.start()) + 1, message)])
    return text.removeprefix("\ufeff")


def _encoding(data: bytes) -> str:
    """Find the encoding by byte order mark or first line."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if data[:2] in (b"<\x00", b"\x00<"):
        return "utf-16-le" if data[:1] == b"<" else "utf-16-be"
    match = _DECLARED.match(data)
    declared = match.group(1).decode() if match else "utf-8"
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        name = ""
    if re.fullmatch(r"utf-8|ascii|iso8859-\d+|cp125\d", name):
        return name
    what = "is not UTF-16" if name.startswith("utf-16") else "is not read"
    message = f'the file says encoding="{declared}" but {what}; save it as UTF-8 and say so here'
    raise DictionaryError([(1, message)])
