"""Rows of numbers, and the choosing among places that share words, against plain loops."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from framing import rows
from framing.rows import Table, distinct, sorted_rows
from framing.spans import Spans, settle, settle_each, touching


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
    table, numbers = distinct(*spans), sorted_rows(*spans)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_MOST", 0)
        for one, other in zip(distinct(*spans), table, strict=True):
            assert one.tolist() == other.tolist()
        assert sorted_rows(*spans).tolist() == numbers.tolist()


@given(st.lists(st.integers(0, 300)), st.integers(0, 70_000))
def test_the_rows_of_each_number_are_found_in_their_order(numbers, more):
    numbers = np.array([*numbers, more], dtype=np.int64)
    table = Table.of_rows(numbers, 70_001)
    assert len(table.offsets) == 70_002
    for number in {*numbers.tolist(), 70_000}:
        row, place = table.at(np.array([number]))
        assert place.tolist() == np.flatnonzero(numbers == number).tolist()
        assert row.tolist() == [0] * len(place)
        assert table.filled[number] == (number in numbers)
