"""Dictionaries of other programs and codebooks, each made into the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from functools import partial
from itertools import product
from typing import Any, NamedTuple

from framing.codebook import LEVELS, Codebook, Frame, Pattern, pattern_problems
from framing.dictionary import Category, Dictionary, DictionaryError, Entry, LeftOut
from framing.dictionary_excel import read_dictionary_excel, write_dictionary_excel
from framing.dictionary_lines import (
    LEXICODER_HOLDS,
    LIWC_HOLDS,
    WORDSTAT_HOLDS,
    read_lexicoder,
    read_liwc,
    read_wordstat,
    write_lexicoder,
    write_liwc,
    write_wordstat,
)
from framing.dictionary_tables import (
    LIWC22_HOLDS,
    TABLE_HOLDS,
    read_dictionary_csv,
    read_liwc22,
    write_dictionary_csv,
    write_liwc22,
)
from framing.dictionary_xml import (
    QDC_HOLDS,
    YOSHIKODER_HOLDS,
    read_qdc,
    read_yoshikoder,
    write_qdc,
    write_yoshikoder,
)
from framing.dictionary_yaml import QUANTEDA_HOLDS, read_quanteda_yaml, write_quanteda_yaml
from framing.patterns import Gap, PatternError, Phrase, Word, parse_pattern


class Format(NamedTuple):
    """A kind of dictionary file: how it is read and written, and what it can hold."""

    name: str
    read: Callable[[Any], Dictionary]
    write: Callable[[Dictionary], Any]
    holds: frozenset[str]
    is_text: bool = True  # else bytes, which say their encoding themselves


LIWC = Format("LIWC", read_liwc, write_liwc, LIWC_HOLDS)
LIWC22 = Format("LIWC-22", read_liwc22, write_liwc22, LIWC22_HOLDS)
WORDSTAT = Format("WordStat", read_wordstat, write_wordstat, WORDSTAT_HOLDS)
LEXICODER = Format("Lexicoder", read_lexicoder, write_lexicoder, LEXICODER_HOLDS)
QUANTEDA = Format("quanteda", read_quanteda_yaml, write_quanteda_yaml, QUANTEDA_HOLDS)
CSV = Format("CSV", read_dictionary_csv, write_dictionary_csv, TABLE_HOLDS)
EXCEL = Format("Excel", read_dictionary_excel, write_dictionary_excel, TABLE_HOLDS, False)
YOSHIKODER = Format("Yoshikoder", read_yoshikoder, write_yoshikoder, YOSHIKODER_HOLDS, False)
QDC = Format("REFI-QDA", read_qdc, write_qdc, QDC_HOLDS, False)
FORMATS: dict[str, Format] = {
    ".dic": LIWC,
    ".dicx": LIWC22,
    ".cat": WORDSTAT,
    ".lc3": LEXICODER,
    ".lcd": YOSHIKODER,
    ".ykd": YOSHIKODER,
    ".qdc": QDC,
    ".csv": CSV,
    ".tsv": CSV._replace(write=partial(write_dictionary_csv, mark="\t")),
    ".xlsx": EXCEL,
}

_LANGUAGE = "en"  # of a codebook whose file names none
_READ_FROM = "Read from "  # begins the description that it gets then

# ---------------------------------------------------------------------------- from a dictionary


def as_codebook_fields(dictionary: Dictionary, form: Format, file: str) -> dict[str, Any]:
    """Make the fields of a codebook out of a dictionary; ``file`` is where it was read."""
    if not dictionary.categories:
        raise DictionaryError([(1, "there is no category in the file; add one, with its words")])
    left_out = list(dictionary.left_out)
    frames = tuple(_frames(dictionary, form, left_out))
    if "rules" in form.holds:
        _refuse_mistakes(dictionary, frames)
    if not any(frame.definition for frame in frames):
        note = "no frame has a definition: write one before coding by hand or citing numbers"
        left_out.insert(0, LeftOut(0, "", "", note))
    return {
        "name": dictionary.name,
        "frames": frames,
        "language": dictionary.language or _LANGUAGE,
        "description": dictionary.description or f"{_READ_FROM}{file} ({form.name}).",
        "left_out": tuple(left_out),
    }


def _frames(dictionary: Dictionary, form: Format, left_out: list[LeftOut]) -> Iterator[Frame]:
    """Make frames of the categories; the ones that only hold others are in the others' names."""
    paths = [category.path for category in dictionary.categories]
    parents = {path[:depth] for path in paths for depth in range(1, len(path))}
    for category in dictionary.categories:
        patterns: dict[Pattern, None] = {}
        for entry in category.entries:
            pattern = _pattern(entry, form, category, left_out)
            if pattern in patterns:
                left_out.append(_left_out(entry, category, "stands in this category before"))
            elif pattern is not None:
                patterns[pattern] = None
        said = {name: getattr(category, name) for name in _FRAME_FIELDS}
        if patterns or category.path not in parents or any(said.values()):
            said["counter_frame"] = said["counter_frame"] or None
            for part in category.path:
                if LEVELS in part:
                    reason = 'has " > ", which parts levels here; taken for levels'
                    left_out.append(
                        LeftOut(category.line, LEVELS.join(category.path), part, reason)
                    )
            yield Frame(LEVELS.join(category.path), tuple(patterns), **said)


_FRAME_FIELDS = (
    "counter_frame", "definition", "include", "exclude", "examples", "counter_examples",
)  # fmt: skip


def _refuse_mistakes(dictionary: Dictionary, frames: Iterable[Frame]) -> None:
    """Raise an error for the patterns that are not well formed, with their lines."""
    lines = {
        (LEVELS.join(category.path), entry.text): entry.line
        for category in dictionary.categories
        for entry in category.entries
    }
    problems = [
        (lines[frame.name, pattern.text], f'frame "{frame.name}": {message}')
        for frame in frames
        for pattern in frame.patterns
        for message in pattern_problems(replace(pattern, anchor=None), {})
    ]
    problems += [
        (lines[frame.name, pattern.text], f'frame "{frame.name}": `{pattern.text}` asks for the'
         f" anchor `{pattern.anchor}`, but a table has no lists; put its entries under `near`")
        for frame in frames
        for pattern in frame.patterns
        if pattern.anchor
    ]  # fmt: skip
    if problems:
        raise DictionaryError(problems)


def _left_out(entry: Entry, category: Category, reason: str) -> LeftOut:
    return LeftOut(entry.line, LEVELS.join(category.path), entry.text, reason)


def _pattern(
    entry: Entry, form: Format, category: Category, left_out: list[LeftOut]
) -> Pattern | None:
    """Put an entry into the language of patterns, and note what does not fit."""
    rules = {"weight": entry.weight, "note": entry.note, **entry.rules}
    if "rules" in form.holds:
        return Pattern(entry.text, **rules)
    if not 0 < entry.weight <= 1:
        reason = f"the weight {entry.weight:g} is not above 0 and up to 1; counted with 1"
        left_out.append(_left_out(entry, category, reason))
        rules["weight"] = 1.0
    try:
        text = _from_glob(entry.text)
        parse_pattern(text)
        for name in ("near", "not_near", "except_"):
            if name in rules:
                rules[name] = tuple(_nearby(entry.rules[name], name, entry, category, left_out))
        if "near" in rules and not rules["near"]:
            raise PatternError("asks for something near it")
    except PatternError as error:
        left_out.append(_left_out(entry, category, f"{error}: never found in a text"))
        return None
    return Pattern(text, **rules)


def _nearby(
    texts: Iterable[str], name: str, entry: Entry, category: Category, left_out: list[LeftOut]
) -> Iterator[str]:
    """Put what must or must not be near into the language of patterns."""
    for text in texts:
        try:
            pattern = _from_glob(text)
            parse_pattern(pattern)
        except PatternError as error:
            reason = f"{name.strip('_').replace('_', ' ')}: {error}: never found in a text"
            left_out.append(_left_out(entry, category, reason))
        else:
            yield pattern


def _from_glob(text: str) -> str:
    """Write words with ``*`` and ``?`` as other programs have them in the language of patterns."""
    odd = next((mark for mark in text if mark in "()|=_"), None)
    if odd:  # it means something in a pattern
        raise PatternError(f"`{text}` has `{odd}`, which is no part of a word")
    words = (re.sub(r"\*+", "*", word) for word in text.split())
    return " ".join(re.sub(r"(\?+)$", r"(\1)", word) for word in words)


# ---------------------------------------------------------------------------- into a dictionary


def as_dictionary(codebook: Codebook, form: Format) -> tuple[Dictionary, list[LeftOut]]:
    """Put a codebook into what a format holds, and list what it does not hold."""
    missing = [*_codebook_losses(codebook, form)]
    dictionary = Dictionary(codebook.name, codebook.language, codebook.description)
    for frame in codebook.frames:
        path = tuple(frame.name.split(LEVELS))
        if len(path) > 1 and "nested" not in form.holds:
            missing.append(LeftOut(0, frame.name, frame.name, "levels are in the name only"))
            path = (frame.name,)
        category = Category(path)
        for name in _FRAME_FIELDS:
            value = getattr(frame, name)
            if value and _holds_field(form, name):
                setattr(category, name, value)
            elif value:
                shown = value if isinstance(value, str) else f"{len(value)} entries"
                reason = f"{name.replace('_', '-')} is not in this format"
                missing.append(LeftOut(0, frame.name, shown, reason))
        entries: dict[str, Entry] = {}
        for pattern in frame.patterns:
            if "rules" in form.holds and pattern.anchor and not pattern.near:
                pattern = replace(pattern, anchor=None, near=codebook.anchors[pattern.anchor])
            for entry in _entries(pattern, form, frame.name, missing):
                key = repr((entry.text, entry.rules)) if "rules" in form.holds else entry.text
                first = entries.setdefault(key, entry)
                if (first.weight, first.note) != (entry.weight, entry.note):
                    reason = f"`{entry.text}` stands before with another weight or note, which stay"
                    missing.append(LeftOut(0, frame.name, pattern.text, reason))
        category.entries = list(entries.values())
        dictionary.categories.append(category)
    return dictionary, missing


def _holds_field(form: Format, name: str) -> bool:
    if name in ("definition", "counter_frame"):
        return ("definitions" if name == "definition" else "rules") in form.holds
    return "examples" in form.holds


def _codebook_losses(codebook: Codebook, form: Format) -> Iterator[LeftOut]:
    """List what is not in any frame and not in the format."""
    lists = {"hard mask": codebook.hard_masks, "soft mask": codebook.soft_masks}
    if codebook.negation is not None:
        lists |= {f"negation {name}": texts for name, texts in codebook.negation.items()}
    if "rules" not in form.holds:
        lists |= {f"anchor {name}": texts for name, texts in codebook.anchors.items()}
    for kind, texts in lists.items():
        for text in texts:
            yield LeftOut(0, "", text, f"{kind} is not in this format")
    if codebook.counting != "longest":
        yield LeftOut(0, "", codebook.counting, "counting is not in this format")
    if codebook.lemmas:
        yield LeftOut(0, "", "lemmas", "lemmas are not in this format")
    if codebook.version:
        yield LeftOut(0, "", codebook.version, "version is not in this format")
    if codebook.language != _LANGUAGE:
        reason = f"language is not in this format; read as `{_LANGUAGE}`"
        yield LeftOut(0, "", codebook.language, reason)
    own = codebook.description and not codebook.description.startswith(_READ_FROM)
    if own and form is not YOSHIKODER:
        yield LeftOut(0, "", codebook.description, "description is not in this format")


def _entries(pattern: Pattern, form: Format, frame: str, missing: list[LeftOut]) -> Iterator[Entry]:
    """Write a pattern as the entries of a format that find the same."""

    def lose(reason: str) -> None:
        missing.append(LeftOut(0, frame, pattern.text, reason))

    if form is QDC:
        lose("patterns are not in this format")
        return
    rules = _rules(pattern)
    if "rules" in form.holds:
        if pattern.anchor:
            lose("left out, as an anchor beside near is not in this format")
            return
        yield Entry(pattern.text, weight=pattern.weight, note=pattern.note, rules=rules)
        return
    asked = [name.strip("_").replace("_", " ") for name in rules if name != "review"]
    if asked:
        lose(f"left out, as {', '.join(asked)} is not in this format")
        return
    if pattern.review:
        lose("review is not in this format; counted like any other")
    if pattern.note and "notes" not in form.holds:
        lose("note is not in this format")
    weight = pattern.weight if "weights" in form.holds else 1.0
    if weight != pattern.weight:
        lose(f"the weight {pattern.weight:g} is not in this format; counted with 1")
    spellings = _spellings(pattern.text)
    problems: dict[str, list[str]] = {}
    for phrase in spellings:
        problem = _phrase_problem(phrase, form)
        if problem:
            problems.setdefault(problem, []).append(_glob(phrase))
            continue
        for text in _glob_texts(phrase):
            note = pattern.note if "notes" in form.holds else ""
            yield Entry(text, weight=weight, note=note)
    for problem, lost in problems.items():
        part = f"{len(lost)} of its {len(spellings)} spellings, such as `{lost[0]}`, are "
        lose(f"{part * (len(spellings) > 1)}left out, as {problem} in this format")


def _rules(pattern: Pattern) -> dict[str, Any]:
    """Return what a pattern says beyond its wording, where it differs from the usual."""
    usual = Pattern("")
    apart = ("text", "weight", "note")
    rules = {field.name: getattr(pattern, field.name) for field in fields(pattern)}
    return {
        name: value
        for name, value in rules.items()
        if name not in apart and value != getattr(usual, name)
    }


def _spellings(pattern: str) -> list[Phrase]:
    """All phrases of a pattern: with its hyphens as they are, and with spaces or nothing there."""
    return list(dict.fromkeys((*parse_pattern(pattern, whole=True), *parse_pattern(pattern))))


def _phrase_problem(phrase: Phrase, form: Format) -> str | None:
    """Say what a phrase has that a format does not."""
    words = [word.text for word in phrase if isinstance(word, Word)]
    asked = {
        "any word": "*" in words or any(isinstance(word, Gap) for word in phrase),
        "phrases": len(phrase) > 1,
        "stars anywhere": any("*" in word[:-1] for word in words),
        "stars at the end": any(word.endswith("*") for word in words),
        "question marks": any("?" in word for word in words),
        "case": any(isinstance(word, Word) and word.exact_case for word in phrase),
    }
    for name, needed in asked.items():
        if needed and name not in form.holds:
            return _ASKED[name]
    return None


_ASKED = {
    "any word": "no word can be left open",
    "phrases": "there are no phrases",
    "stars anywhere": "there is no star inside or before a word",
    "stars at the end": "there are no stars",
    "question marks": "there are no question marks",
    "case": "case never counts",
}


def _glob(phrase: Phrase) -> str:
    """Write a phrase as other programs do; a gap as ``_2_``."""
    words = (f"_{word.most}_" if isinstance(word, Gap) else word.text for word in phrase)
    return " ".join(words)


def _glob_texts(phrase: Phrase) -> Iterator[str]:
    """Write a phrase with a star for each word that a gap may hold."""
    choices = [
        ["* " * n for n in range(word.most + 1)] if isinstance(word, Gap) else [f"{word.text} "]
        for word in phrase
    ]
    for words in product(*choices):
        yield "".join(words).strip()
