"""Array work in the search, against plain loops that say what is meant."""

import sys

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from framing import search
from framing.codebook import Pattern, pattern_problems
from framing.corpus import Corpus
from framing.search import Automaton, Spans, find_pattern, settle, settle_each, touching

# ------------------------------------------------------------------------------ plain loops


def settle_slowly(spans, is_mask, frame):
    order = np.lexsort((spans.pattern, ~is_mask, -spans.stop, spans.first))
    chosen, last, carried = [], (-1, -1), set()
    for row in order:
        span = (spans.first[row], spans.stop[row])
        if span[0] >= last[1]:
            last, carried = span, set()
        elif span != last or is_mask[row] or -1 in carried or frame[row] in carried:
            continue
        carried.add(-1 if is_mask[row] else frame[row])
        chosen.append(row)
    return chosen


def settle_each_slowly(spans, is_mask, frame):
    chosen = []
    for name in sorted(set(frame[~is_mask].tolist())):
        rows = [row for row in range(len(frame)) if is_mask[row] or frame[row] == name]
        rows.sort(
            key=lambda row: (
                spans.first[row] - spans.stop[row],
                spans.first[row],
                not is_mask[row],
                spans.pattern[row],
            )
        )
        taken = set()
        for row in rows:
            words = range(spans.first[row], spans.stop[row])
            if taken.isdisjoint(words):
                taken.update(words)
                if not is_mask[row]:
                    chosen.append(row)
    return sorted(chosen, key=lambda r: (spans.first[r], -spans.stop[r], spans.pattern[r]))


@st.composite
def contests(draw, most=40):
    """Spans with patterns, of which the last are masks, and the frames of the patterns."""
    n = draw(st.integers(0, most))
    text = draw(st.integers(1, 30))
    rows = {
        (first, first + length, pattern)
        for first, length, pattern in draw(
            st.lists(
                st.tuples(st.integers(0, text), st.integers(1, 6), st.integers(0, 9)), max_size=n
            )
        )
    }
    first, stop, pattern = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3).T
    n_masks = draw(st.integers(0, 3))
    is_mask = pattern >= 10 - n_masks
    return Spans(first, stop, pattern), is_mask, np.where(is_mask, -1, pattern % 4)


@settings(deadline=None, max_examples=120)
@given(contests())
@example((Spans(*np.zeros((3, 0), np.int64)), np.zeros(0, bool), np.zeros(0, np.int64)))
def test_places_are_chosen_from_the_left_as_one_by_one(contest):
    assert settle(*contest).tolist() == settle_slowly(*contest)


@settings(deadline=None, max_examples=120)
@given(contests())
@example((Spans(*np.zeros((3, 0), np.int64)), np.zeros(0, bool), np.zeros(0, np.int64)))
def test_places_are_chosen_longest_first_as_one_by_one(contest):
    assert settle_each(*contest).tolist() == settle_each_slowly(*contest)


def test_a_long_chain_of_places_that_overlap_is_settled():
    first = np.arange(5000)
    spans = Spans(first, first + 1 + first % 3, first % 7)
    nothing, one = np.zeros(5000, bool), np.zeros(5000, np.int64)
    assert settle(spans, nothing, one).tolist() == settle_slowly(spans, nothing, one)
    assert settle_each(spans, nothing, one).tolist() == settle_each_slowly(spans, nothing, one)


@settings(deadline=None)
@given(contests(), contests())
def test_spans_that_share_a_token_touch(some, others):
    spans, masks = some[0], others[0]
    expected = [
        any(a < d and c < b for c, d in zip(masks.first, masks.stop, strict=True))
        for a, b in zip(spans.first, spans.stop, strict=True)
    ]
    assert touching(spans, masks).tolist() == expected


@settings(deadline=None)
@given(contests())
def test_rows_are_sorted_alike_whether_they_fit_into_one_number_or_not(contest):
    spans = contest[0]
    rows, numbers = search._distinct(*spans), search._sorted_rows(*spans)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_MOST", 0)
        for one, other in zip(search._distinct(*spans), rows, strict=True):
            assert one.tolist() == other.tolist()
        assert search._sorted_rows(*spans).tolist() == numbers.tolist()


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
