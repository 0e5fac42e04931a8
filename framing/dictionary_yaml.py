"""Dictionaries of quanteda in YAML: categories in categories, words in lists."""

from __future__ import annotations

import json
import re

from framing.codebook_yaml import Node, YamlProblem, parse_yaml
from framing.dictionary import Category, Dictionary, DictionaryError
from framing.dictionary_tree import Branch, Reading, branches, shown

QUANTEDA_HOLDS = frozenset(
    {"nested", "phrases", "stars at the end", "stars anywhere", "any word", "question marks"}
)
# The keys under which quanteda puts the words of a category that has others in it.
_OWN = ("", "__")
_LONGEST_NAME = 1000  # characters in quotation marks; YAML has 1,024 for a key on one line
# What YAML has no letter for, and what ends a line there.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_quanteda_yaml(text: str) -> Dictionary:
    r"""Read a dictionary that quanteda wrote as YAML, or that was written for it.

    Every word stays as it is written: ``no``, ``on`` and ``1.10`` are words, not truth values or
    numbers. A list may hold words and further categories; words under the key ``__`` or an empty
    one belong to the category around them.

    Parameters
    ----------
    text : str
        The file's text, up to a million characters.

    Returns
    -------
    Dictionary
        Categories, up to five levels deep, and their words.

    Raises
    ------
    DictionaryError
        If the file is not YAML, has no categories at the top, or one has no name, stands twice or
        lies too deep; all problems together.

    Examples
    --------
    >>> made = read_quanteda_yaml("calm: [peace, 'talk*']\nalarm:\n  war: [war, 'troop?']\n")
    >>> [(category.path, len(category.entries)) for category in made.categories]
    [(('calm',), 2), (('alarm',), 0), (('alarm', 'war'), 2)]
    """
    reading = Reading()
    try:
        root, reading.problems = parse_yaml(text)
    except YamlProblem as problem:
        raise DictionaryError([(problem.line, str(problem))]) from None
    if not root.is_mapping:
        message = (
            "lines of the form `category: [word, word]` belong here; give the words a category"
        )
        raise DictionaryError([*reading.problems, (root.line, message)])
    _read_categories(reading, root, None)
    return reading.result()


def _read_categories(reading: Reading, node: Node, around: Category | None) -> None:
    above = around.path if around else ()
    seen: set[str] = set()
    for key, value in node.pairs:
        if not isinstance(key.value, str):
            reading.problems.append((key.line, "the name of a category must be a plain text"))
        elif key.value not in seen:  # the parser has told of a second one
            seen.add(key.value)
            name = key.value.strip()
            if around and name in _OWN:
                _read_words(reading, value, around)
            else:
                _read_words(reading, value, reading.category((*above, name), key.line))


def _read_words(reading: Reading, node: Node, category: Category) -> None:
    """Read what stands under a category: a word, words, further categories, or a mixture."""
    if isinstance(node.value, str):
        if node.value == "~":
            reading.leave(node.line, category.path, "~", "stands for nothing in YAML")
        elif node.value:
            reading.entry(category, node.value, node.line)
    elif node.is_mapping:
        _read_categories(reading, node, category)
    else:
        for item in node.value:
            if isinstance(item, Node):
                if item.value == "":
                    reading.entry(category, "", item.line)
                else:
                    _read_words(reading, item, category)


def write_quanteda_yaml(dictionary: Dictionary) -> str:
    """Write a dictionary as YAML for quanteda's ``dictionary(file = ...)``.

    Every text stands in quotation marks, so that no program takes ``no`` or ``1.10`` for anything
    but a word. Words of a category that has others in it stand under ``__``, as quanteda has it.

    Parameters
    ----------
    dictionary : Dictionary
        The dictionary; only what `QUANTEDA_HOLDS` lists is written.

    Returns
    -------
    str
        The file's text.

    Raises
    ------
    DictionaryError
        If two categories have one path, a name is missing, too long, or ``__`` inside a category,
        or a text holds half a character.

    Examples
    --------
    >>> made = read_quanteda_yaml("calm: [peace, 'talk*']")
    >>> print(write_quanteda_yaml(made))
    "calm":
      - "peace"
      - "talk*"
    <BLANKLINE>
    """
    lines: list[str] = []
    problems: list[tuple[int, str]] = []
    for branch in branches(dictionary):
        _write_branch(branch, "", lines, problems)
    text = "\n".join([*(lines or ["{}"]), ""])
    for match in _SURROGATE.finditer(text):
        code = f"U+{ord(match.group()):04X}"
        around = _SURROGATE.sub("�", text[max(match.start() - 20, 0) : match.end() + 20])
        problems.append((0, f"`{around}` holds {code}, half a character; remove it"))
    if problems:
        raise DictionaryError(problems)
    return text


def _write_branch(
    branch: Branch, indent: str, lines: list[str], problems: list[tuple[int, str]]
) -> None:
    category = branch.category
    name = _quoted(category.path[-1])
    if len(name) > _LONGEST_NAME:
        message = f"the name of {shown(name)} has {len(name)} characters; shorten it"
        problems.append((category.line, message))
    if indent and category.path[-1] == "__":
        message = f'the name "__" in "{category.path[-2]}" has a meaning of its own; rename it'
        problems.append((category.line, message))
    below = indent + "  "
    words = [_quoted(entry.text) for entry in category.entries]
    if not branch.children:
        lines.append(f"{indent}{name}:" + " []" * (not words))
        lines += [f"{below}- {word}" for word in words]
        return
    lines.append(f"{indent}{name}:")
    if words:
        lines.append(f'{below}"__":')
        lines += [f"{below}  - {word}" for word in words]
    for child in branch.children:
        _write_branch(child, below, lines, problems)


def _quoted(text: str) -> str:
    """Write a text in the quotation marks that JSON and YAML share."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", quoted)
