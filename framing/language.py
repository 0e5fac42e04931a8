"""What the toolkit knows of a language, read from ``framing/languages/<code>.toml``."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from framing.words import fold

_VERBS = ("say", "think", "tell", "urge", "promise", "accuse", "describe", "show")
_OFFICES = ("leaders", "offices")
_WORDS = (
    *("doubtful", "nouns", "according", "according_after", "in_words", "agents", "pledges"),
    *(
        "opinions",
        "modals",
        "bare",
        "negatives",
        "questions",
        "contrasts",
        "labels",
        "that",
        "that_prefixes",
    ),
    *("to", "auxiliaries", "passive", "links", "adverbs", "adverb_endings", "relatives"),
    *("subordinators", "conjunctions", "prepositions", "determiners", "articles", "indefinite"),
    *("anybody", "times", "hearers", "modals", "naming"),
)
_FLAGS = ("names.capital_nouns",)
_SEXES = ("male", "female", "plural", "neuter")
_PATTERNS = ("before", "reject", "after", "except", "stop")
# The lists that a file of a language can hold, by table.
_LISTS: Mapping[str, tuple[str, ...]] = {
    "sentences": ("abbreviations", "final_abbreviations", "before_numbers", "starters"),
    "names": ("links", "titles", "events"),
    "negation": _PATTERNS,
    "keywords": ("stop_words",),
    "voices": (*_VERBS, "particle_verbs", *_WORDS),
    "voices.pronouns": (*_SEXES, "first", "second"),
    "voices.possessives": _SEXES,
    "voices.inverted": _SEXES,
    "people": ("groups", "particles", "demonyms", "female", "male", "not_people", *_OFFICES),
    "people.titles": ("male", "female", "either"),
    "people.roles": ("male", "female", "either", "plural"),
}


class LanguageError(ValueError):
    """A file of word lists that cannot be used; the message lists every problem found."""


@dataclass(frozen=True)
class Language:
    """The word lists of one language."""

    code: str
    name: str
    experimental: bool  # word lists that no corpus has tested
    abbreviations: frozenset[str]
    final_abbreviations: frozenset[str]
    before_numbers: frozenset[str]
    starters: frozenset[str]
    name_links: frozenset[str]
    name_titles: frozenset[str]
    name_events: frozenset[str]
    capital_nouns: bool  # capitals tell no names from nouns
    negation: dict[str, tuple[str, ...]]
    stop_words: tuple[str, ...]
    voices: dict[str, Any]
    people: dict[str, Any]


def language_code(code: str) -> str:
    """Return the part of a code that names the language: "en" of "en-GB" and "en_GB"."""
    return code.replace("_", "-").split("-")[0].lower()


def known_languages() -> list[str]:
    """Return the codes of the languages that have a file of word lists."""
    folder = files("framing") / "languages"
    return sorted(file.name[:-5] for file in folder.iterdir() if file.name.endswith(".toml"))


@cache
def load_language(code: str) -> Language:
    """Load the word lists of a language; a language without a file has empty lists.

    Parameters
    ----------
    code : str
        Language code such as ``"en"``; what follows a hyphen is ignored (``"en-GB"``).

    Returns
    -------
    Language
        Its lists. Without a file, sentences end at end marks alone and nothing is negated.

    Raises
    ------
    LanguageError
        If its file has a key or an entry that nothing reads.
    """
    code = language_code(code)
    pack: dict[str, Any] = {}
    if code.isalpha():
        path = files("framing") / "languages" / f"{code}.toml"
        if path.is_file():
            pack = _read_pack(path.name, path.read_text(encoding="utf-8"))
    sentences, names = pack.get("sentences", {}), pack.get("names", {})
    return Language(
        code=code,
        name=pack.get("name", code),
        experimental=pack.get("experimental", False),
        abbreviations=frozenset(sentences.get("abbreviations", ())),
        final_abbreviations=frozenset(sentences.get("final_abbreviations", ())),
        before_numbers=frozenset(sentences.get("before_numbers", ())),
        starters=frozenset(sentences.get("starters", ())),
        name_links=frozenset(names.get("links", ())),
        name_titles=frozenset(names.get("titles", ())),
        name_events=frozenset(names.get("events", ())),
        capital_nouns=names.get("capital_nouns", False),
        negation={key: tuple(entries) for key, entries in pack.get("negation", {}).items()},
        stop_words=tuple(pack.get("keywords", {}).get("stop_words", ())),
        voices=pack.get("voices", {}),
        people=pack.get("people", {}),
    )


def _read_pack(name: str, text: str) -> dict[str, Any]:
    try:
        pack = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LanguageError(f"{name}: {error}") from None
    problems = [f"{name}: {problem}" for problem in _problems(pack)]
    if problems:
        raise LanguageError("\n".join(problems))
    return pack


def _problems(pack: Mapping[str, Any]) -> Iterator[str]:
    for key, kind, wanted in (("name", str, "text"), ("experimental", bool, "true or false")):
        if key in pack and not isinstance(pack[key], kind):
            yield f"{key} is {pack[key]!r}, and should be {wanted}."
    top = {key: value for key, value in pack.items() if key not in ("name", "experimental")}
    yield from _table_problems("", top)


def _table_problems(table: str, content: Mapping[str, Any]) -> Iterator[str]:
    """Find keys that nothing reads, and go on into the tables inside."""
    inside = [other for other in _LISTS if other.rpartition(".")[0] == table]
    for key, value in content.items():
        path = f"{table}.{key}".removeprefix(".")
        if path in inside:
            if isinstance(value, dict):
                yield from _table_problems(path, value)
            else:
                yield f"{path} is no table."
        elif path in _FLAGS:
            if not isinstance(value, bool):
                yield f"{path} is {value!r}, and should be true or false."
        elif key not in _LISTS.get(table, ()):
            known = [*_LISTS.get(table, ()), *(other.rpartition(".")[2] for other in inside)]
            yield f"{path} is not read by anything; known: {', '.join(known)}."
        elif not isinstance(value, list):
            yield f"{path} is no list."
        else:
            yield from _entry_problems(path, key, value)
    both = _words(content, "female") & _words(content, "male")
    if both and table in ("people", "people.titles", "people.roles"):
        yield f"{table}: {', '.join(sorted(both))} in both female and male."


def _words(content: Mapping[str, Any], key: str) -> set[str]:
    words = content.get(key, ())
    return {word for word in words if isinstance(word, str)} if isinstance(words, list) else set()


def _entry_problems(path: str, key: str, entries: list[Any]) -> Iterator[str]:
    """Find entries that are no words as the scan has them."""
    if key == "particle_verbs":
        for entry in entries:
            if not isinstance(entry, dict) or set(entry) != {"verb", "particle", "kind"}:
                yield f"{path}: {entry!r} needs verb, particle and kind."
            elif entry["kind"] not in _VERBS:
                yield f"{path}: kind {entry['kind']!r} is none of {', '.join(_VERBS)}."
            else:
                yield from _text_problems(path, [entry["verb"]], verbs=True)
                yield from _text_problems(path, [entry["particle"]], verbs=False)
        return
    if path.startswith("negation."):
        return  # patterns, which the codebook's language explains
    yield from _text_problems(path, entries, verbs=path.startswith("voices.") and key in _VERBS)
    for entry, number in Counter(map(str, entries)).items():
        if number > 1:
            yield f"{path}: {entry!r} stands {number} times."


def _text_problems(path: str, entries: list[Any], *, verbs: bool) -> Iterator[str]:
    for entry in entries:
        if not isinstance(entry, str) or not entry.strip():
            yield f"{path}: {entry!r} is no word."
        elif entry != fold(entry).strip():
            yield f"{path}: write {fold(entry).strip()!r} for {entry!r}."
        elif verbs and (entry.count("|") != 1 or not entry.partition("|")[0].strip()):
            yield f"{path}: {entry!r} needs one bar, before the participles in -ing or their like."
