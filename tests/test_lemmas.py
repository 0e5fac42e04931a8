"""Words found by their dictionary form."""

import sys

import pytest
from scanned import scan_one

from framing.lemmas import find_lemmas
from framing.search import Automaton
from framing.tables import CodebookError


def found(text, *patterns, lemmas="en", as_written=range(0)):
    tokens = scan_one(text)
    spans = Automaton(patterns, tokens.vocabulary, lemmas=lemmas, as_written=as_written).find(
        tokens
    )
    return [
        (text[tokens.start[first] : tokens.end[stop - 1]], int(pattern))
        for first, stop, pattern in zip(*spans, strict=True)
    ]


def test_lemmas_of_words():
    pytest.importorskip("simplemma")
    words = ["negotiated", "Talks", "NEGOTIATIONS", "US", "us", "xyzzy", "7th", "\u00ad"]
    assert find_lemmas(words, "en-GB") == [
        "negotiate", "talk", "negotiation", "us", "we", "xyzzy", "7th", "",
    ]  # fmt: skip
    assert find_lemmas(["Häuser", "straßen"], "de") == ["haus", "strasse"]
    assert find_lemmas(["πολέμου", "πόλεμος"], "el") == ["πόλεμοσ", "πόλεμοσ"]
    assert find_lemmas(["pregovori"], "hr") == find_lemmas(["pregovori"], "sr")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("negotiate", ["negotiate", "negotiated", "Negotiating"]),
        ("negotiated", ["negotiate", "negotiated", "Negotiating"]),
        ("negotiat*", ["negotiate", "negotiated", "Negotiating", "negotiators"]),
        ("=negotiate", ["negotiate"]),
        ("negotiator", ["negotiators"]),
        ("peace talk", ["peace talks", "peace-talking"]),
        ("de-escalate", ["de-escalated"]),
        ("will", ["will"]),
        ("won't", ["won’t"]),
        ("xyzzy", []),
    ],
)
def test_a_word_finds_the_words_of_its_form(pattern, expected):
    pytest.importorskip("simplemma")
    text = (
        "They negotiate, negotiated. Negotiating negotiators, peace talks, peace-talking,"
        " de-escalated; they will."
    )
    if "'" in pattern:
        text = "They will, they won’t."
    assert [span for span, _ in found(text, pattern)] == expected


def test_without_lemmas_words_are_found_as_they_are_written():
    assert found("They negotiate, negotiated.", "negotiate", lemmas=None) == [("negotiate", 0)]


def test_some_patterns_can_be_left_as_they_are_written():
    pytest.importorskip("simplemma")
    text = "They refuse and refused."
    assert found(text, "refuse", "refuse", as_written=range(1, 2)) == [
        ("refuse", 0),
        ("refuse", 1),
        ("refused", 0),
    ]


def test_an_unknown_language_is_named_with_those_there_are():
    pytest.importorskip("simplemma")
    with pytest.raises(CodebookError, match=r'language "zh"; .* ar, ast, bg, bs, ca'):
        find_lemmas(["和平"], "zh")
    with pytest.raises(CodebookError, match="no lemmas for language"):
        find_lemmas([], "../en")


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    name = "simplemma.strategies.dictionaries.dictionary_factory"
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(CodebookError, match=r"pip install media-framing\[languages\]"):
        find_lemmas(["talks"], "en")
