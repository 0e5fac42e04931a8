"""What a word is, and how words are compared."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import cache

import numpy as np

# The letters of the scripts that are written without spaces, as ranges of a regular expression.
# Their digits are left out: a number stays whole.
SPACELESS = {
    "Han": "\u3005-\u3007\u3021-\u3029\u3038-\u303c\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003fffd",
    "Kana": "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"
    "\U0001aff0-\U0001b16f",
    "Thai": "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46",
    "Lao": "\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf",
    "Khmer": "\u1780-\u17b3\u17d7\u17dc",
    "Burmese": "\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061\u1065\u1066\u106e-\u1070"
    "\u1075-\u1081\u108e\ua9e0-\ua9e4\ua9e6-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa76\uaa7a\uaa7e\uaa7f",
}
_HEBREW = "\u05d0-\u05ea"
_TATWEEL = "\u0640"  # a longer stroke in Arabic, no letter, though Unicode calls it one


@cache
def marks_in_words() -> str:
    r"""Return the combining marks, which ``\w`` leaves out, and what else stands inside words.

    Without them Hindi, vowelled Arabic, decomposed accents, Persian compounds, words with soft
    hyphens, Armenian questions and Hebrew abbreviations would fall apart.
    """
    code_points = (*range(0x300, 0x20000), *range(0xE0100, 0xE01F0))
    marks = [chr(c) for c in code_points if unicodedata.category(chr(c))[0] == "M"]
    return "".join(marks) + "\u00ad\u200c\u200d" + _TATWEEL + "՛՜՞׳"


@cache
def character_classes() -> dict[str, str]:
    """Return what a word is made of, as regular expressions that match one character each."""
    spaceless = "".join(SPACELESS.values())
    return {
        "first": rf"[^\W_{_TATWEEL}]",
        "letter": rf"[^\W_{_TATWEEL}{spaceless}]",
        "spaceless": f"[{spaceless}]",
        "mark": f"[{re.escape(marks_in_words())}]",
        "voiced": f"[{re.escape(marks_in_words())}\uff9e\uff9f]",
        "joiner": "['’‐‑֊־-]",
    }


@cache
def token_pattern() -> re.Pattern[str]:
    """Match a word: letters or digits with their marks, joined by apostrophes and hyphens.

    An underscore is no part of a word, so that "_peace_" in marked-up text is found. Where a
    script is written without spaces, each letter with its marks is a word of its own.
    """
    first, letter, spaceless, mark, voiced, joiner = character_classes().values()
    rest = rf"{letter}*(?:{mark}{letter}*)*"
    # צה״ל: double marks before the last letter of a word; elsewhere they are quotation marks
    gershayim = rf'["”״](?<=[\u0591-\u05ea].)(?=[{_HEBREW}]{mark}*(?![{_HEBREW}]))'
    joined = rf"(?:(?:{joiner}|{gershayim}){letter}{rest})*"
    # the first letter stands before the choice, because a search for one class of letters is fast
    return re.compile(rf"{first}(?:(?<!{spaceless}){rest}{joined}|{voiced}*)")


@cache
def spaceless_pattern() -> re.Pattern[str]:
    """Match a letter of a script without spaces; the group that matched names the script."""
    return re.compile("|".join(f"(?P<{name}>[{letters}])" for name, letters in SPACELESS.items()))


def fold(word: str) -> str:
    """Normalise a word for comparison: as `spell` does, case-folded, without optional vowel signs.

    No language is asked: Turkish I and İ both become i, so that all capitals lose their ı.
    """
    if word.isascii() and '"' not in word:
        return word.lower()  # the same, and most words are such
    folded = spell(word).casefold().replace("i\u0307", "i")
    return unicodedata.normalize("NFC", _translate(folded, _VOWEL_SIGNS))


def fold_all(words: list[str]) -> list[str]:
    """Normalise words for comparison, many at once."""
    return _but_ascii(fold, bytes.lower, words)


def spell_all(words: list[str]) -> list[str]:
    """Normalise words but keep their case, many at once."""
    return _but_ascii(spell, None, words)


def _but_ascii(
    function: Callable[[str], str], of_ascii: Callable[[bytes], bytes] | None, words: list[str]
) -> list[str]:
    """Apply a function to words, in a simpler way, or not at all, to those that are plain ASCII."""
    lines = "\n".join(words).encode("utf-8", "surrogatepass")
    data = np.frombuffer(lines, np.uint8)
    breaks = np.flatnonzero(data == ord("\n"))
    if len(breaks) >= len(words):  # inside of words, too
        return [function(word) for word in words]
    others = np.unique(np.searchsorted(breaks, np.flatnonzero((data > 127) | (data == ord('"')))))
    found = [*words]
    if of_ascii:
        found = of_ascii(lines).decode("utf-8", "surrogatepass").split("\n")
    made = _in_one_text(function, [words[n] for n in others.tolist()])
    for n, word in zip(others.tolist(), made, strict=True):
        found[n] = word
    return found


def _in_one_text(function: Callable[[str], str], words: list[str]) -> list[str]:
    """Apply a function to words, many at once: a line break must change nothing beside it."""
    found = function("\n".join(words)).split("\n")
    return found if len(found) == len(words) else [function(word) for word in words]


def spell(word: str) -> str:
    """Normalise a word but keep its case: composed, plain apostrophes, hyphens and widths."""
    if word.isascii() and '"' not in word:
        return word
    return unicodedata.normalize("NFC", _translate(word, _PLAIN))


def _translate(text: str, table: dict[int, str | None]) -> str:
    """Translate a word, or many at once: nothing in the table stands for what is in it, too."""
    if len(text) < _MANY:
        return text.translate(table)
    seen = np.zeros(sys.maxunicode + 1, bool)
    seen[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")] = True
    for code in table.keys() & set(np.flatnonzero(seen).tolist()):
        text = text.replace(chr(code), table[code] or "")
    return text


_MANY = 10_000  # characters, above which most are not in a table
# Full-width Latin letters and digits and half-width Kana are the usual ones. What only steers how
# letters join or are stressed is left out; alef and hamza stay as they are written.
_PLAIN: dict[int, str | None] = str.maketrans(
    {
        **{
            c: unicodedata.normalize("NFKC", c)
            for c in map(chr, range(0xFF10, 0xFFA0))
            if c.isalnum()
        },
        **dict.fromkeys("’׳", "'"),
        **dict.fromkeys("‐‑֊־", "-"),
        **dict.fromkeys('"”', "״"),
        **dict.fromkeys(f"\u00ad\u200c\u200d{_TATWEEL}՛՜՞"),
    }
)
# The points of Hebrew, and the short vowels and doublings of Arabic, which most texts leave out.
_VOWEL_SIGNS: dict[int, str | None] = dict.fromkeys(
    c
    for c in (*range(0x591, 0x5C8), *range(0x64B, 0x653), 0x670)
    if unicodedata.category(chr(c)) == "Mn"
)
