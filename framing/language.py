"""What the toolkit knows of a language, read from ``framing/languages/<code>.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Language:
    """The word lists of one language."""

    code: str
    name: str
    abbreviations: frozenset[str]
    final_abbreviations: frozenset[str]
    before_numbers: frozenset[str]
    starters: frozenset[str]
    name_links: frozenset[str]
    name_titles: frozenset[str]
    name_events: frozenset[str]
    negation: dict[str, tuple[str, ...]]
    stop_words: tuple[str, ...]


def language_code(code: str) -> str:
    """Return the part of a code that names the language: "en" of "en-GB"."""
    return code.split("-")[0].lower()


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
    """
    code = language_code(code)
    pack: dict[str, Any] = {}
    if code.isalpha():
        path = files("framing") / "languages" / f"{code}.toml"
        if path.is_file():
            pack = tomllib.loads(path.read_text(encoding="utf-8"))
    sentences, names = pack.get("sentences", {}), pack.get("names", {})
    return Language(
        code=code,
        name=pack.get("name", code),
        abbreviations=frozenset(sentences.get("abbreviations", ())),
        final_abbreviations=frozenset(sentences.get("final_abbreviations", ())),
        before_numbers=frozenset(sentences.get("before_numbers", ())),
        starters=frozenset(sentences.get("starters", ())),
        name_links=frozenset(names.get("links", ())),
        name_titles=frozenset(names.get("titles", ())),
        name_events=frozenset(names.get("events", ())),
        negation={key: tuple(entries) for key, entries in pack.get("negation", {}).items()},
        stop_words=tuple(pack.get("keywords", {}).get("stop_words", ())),
    )
