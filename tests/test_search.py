"""The search in batches, and compiled, against the one that is read."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import search
from framing.codebook import Pattern, pattern_problems
from framing.corpus import Corpus
from framing.patterns import Word
from framing.search import Automaton, _Drawing, _Words, find_pattern
from framing.vocabulary import Vocabulary
from framing.words import fold


def test_texts_searched_in_several_batches_give_the_same(monkeypatch):
    texts = ["peace talks and peace", "", "talks of peace-talks", "peace", "talks. Peace talks"] * 3
    tokens = Corpus.from_texts(texts).tokens
    whole = [find_pattern(tokens, pattern) for pattern in ("peace (talks)?", "peace _2_ talks")]
    for size in (1, 2, 5, 7):
        monkeypatch.setattr(search, "_BATCH", size)
        for pattern, (first, stop) in zip(
            ("peace (talks)?", "peace _2_ talks"), whole, strict=True
        ):
            found = find_pattern(tokens, pattern)
            assert found[0].tolist() == first.tolist()
            assert found[1].tolist() == stop.tolist()
            assert len(first) > 2


PLAIN = st.text(st.sampled_from("aAsıß’和𐐀\u0301"), max_size=3)
ENDS = st.sampled_from(["", "s", "'s", "’S", "-a", "‐ｂ's", "\uffdc", "İ"])
FORMS = st.lists(st.builds("{}{}".format, PLAIN, ENDS).filter(bool), unique=True)


@settings(deadline=None)
@given(
    FORMS,
    st.lists(st.builds("{}{}".format, PLAIN, st.sampled_from(["", "*"])), unique=True),
    st.booleans(),
)
def test_words_without_other_wildcards_are_found_in_one_go_as_one_by_one(forms, texts, whole):
    drawing = _Drawing()
    drawing.numbers = {Word(text): number for number, text in enumerate(texts)}
    words = _Words(Vocabulary(forms), whole, None)
    found = [set() for _ in texts]
    for number, first, stop in words._find_all(drawing.graph()):
        found[number].update(range(first, stop))
    compounds = [] if whole else words.vocabulary.compounds[1].folded
    for text, labels in zip(texts, found, strict=True):
        assert labels == {label for run in words._find(Word(text)) for label in range(*run)}
        stem = fold(text.removesuffix("*"))
        labelled = enumerate([*words.pieces.folded, *(compounds if "*" in text else [])])
        if "*" in text:
            assert labels == {n for n, word in labelled if word.startswith(stem)}
        else:
            spelled = (stem,) if whole else (stem, stem + "'s")
            assert labels == {n for n, word in labelled if word in spelled}


# ------------------------------------------------------------------------------ compiled

PARTS = st.sampled_from(["a", "b", "c", "a*", "b-a", "(a|b)", "(a b|c)", "c?a", "=A", "*"])
PATTERNS = st.lists(
    st.lists(st.one_of(PARTS, st.sampled_from(["_1_", "_3_", "(b)?"])), min_size=1, max_size=5)
    .map(" ".join)
    .filter(lambda pattern: not pattern_problems(Pattern(pattern), {})),
    min_size=1,
    max_size=6,
)
WORDS = st.lists(st.sampled_from(["a", "b", "c", "A", "b-a", "a-b-c", "ca", "a,"]), max_size=40)


def find_both(tokens, patterns, *, joined=None, room=1000, **how):
    pytest.importorskip("numba")
    automaton = Automaton(patterns, tokens.vocabulary, **how)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "LARGE_WORDS", sys.maxsize)
        readable = automaton.find(tokens, joined)
        patch.setattr(search, "LARGE_WORDS", -1)
        patch.setattr(search, "_ROOM", room)
        patch.setattr(Automaton, "_find_among", None)
        return readable, automaton.find(tokens, joined)


@settings(deadline=None, max_examples=60)
@given(st.lists(WORDS.map(" ".join), max_size=4), PATTERNS, st.booleans(), st.integers(1, 50))
def test_the_compiled_search_finds_the_same_in_the_same_order(texts, patterns, whole, room):
    tokens = Corpus.from_texts(texts).tokens
    readable, compiled = find_both(tokens, patterns, whole=whole, room=room)
    for one, other in zip(readable, compiled, strict=True):
        assert one.tolist() == other.tolist()
        assert one.dtype == other.dtype


@settings(deadline=None, max_examples=60)
@given(WORDS.map(" ".join), PATTERNS, st.data())
def test_the_compiled_search_is_told_where_phrases_go_on(text, patterns, data):
    tokens = Corpus.from_texts([text]).tokens
    given = st.lists(st.booleans(), min_size=len(tokens), max_size=len(tokens))
    joined = np.array(data.draw(given), dtype=bool)
    readable, compiled = find_both(tokens, patterns, joined=joined)
    assert [column.tolist() for column in readable] == [column.tolist() for column in compiled]


def test_the_compiled_search_makes_room_for_what_an_article_needs():
    tokens = Corpus.from_texts(["b", "a " * 700, "b", "a b"]).tokens
    patterns = ["a _9_ a _9_ a", "a _9_ (a|b)", "a", "a*", "b"]
    readable, compiled = find_both(tokens, patterns)
    assert len(compiled.first) > 700 * 30
    assert [column.tolist() for column in readable] == [column.tolist() for column in compiled]
    automaton = Automaton(patterns, tokens.vocabulary)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "LARGE_WORDS", -1)
        patch.setattr(search, "_ROOM", 1000)
        stops = [stop for stop, _ in automaton.find_in_batches(tokens)]
    assert stops == [1, 704]


def test_the_compiled_search_puts_many_patterns_that_end_together_in_order():
    tokens = Corpus.from_texts(["a b c. a c c. a b c"]).tokens
    others = ["ca", "b (b)?", "A"]
    patterns = [f"a (b|{others[n % 3]}) (x{n}|c)" for n in range(100)]
    readable, compiled = find_both(tokens, patterns)
    assert [column.tolist() for column in readable] == [column.tolist() for column in compiled]
    assert compiled.pattern.tolist() == [*range(100)] * 2
    assert compiled.first.tolist() == [0] * 100 + [6] * 100
