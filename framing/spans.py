"""Found places of patterns, and the choosing among those that share words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from framing.rows import Bools, Ints, changes, ranges, sorted_rows


class Spans(NamedTuple):
    """Found patterns: first token, the one after the last, and the number of the pattern."""

    first: Ints
    stop: Ints
    pattern: Ints

    def pick(self, chosen: Bools | Ints | slice) -> Spans:
        """Return some of the rows."""
        return Spans(self.first[chosen], self.stop[chosen], self.pattern[chosen])


def join_spans(spans: Sequence[Spans]) -> Spans:
    """Return the rows of several tables of spans, one after the other."""
    if len(spans) == 1:
        return spans[0]
    return Spans(*(np.concatenate(columns) for columns in zip(*spans, strict=True)))


def touching(spans: Spans, others: Spans) -> Bools:
    """Whether each span shares a token with one of the others, which are sorted by their first."""
    if not len(others.first):
        return np.zeros(len(spans.first), dtype=bool)
    reach = np.append(-1, np.maximum.accumulate(others.stop))
    return reach[np.searchsorted(others.first, spans.stop)] > spans.first


def settle(spans: Spans, is_mask: Bools, frame: Ints) -> Ints:
    """Choose among spans that share tokens: leftmost, longest, masks first; rows in order.

    ``frame`` keeps one span from carrying the same frame twice; it has one value per span, or
    only one for all.
    """
    if not len(spans.first):
        return np.zeros(0, np.int64)
    length = spans.stop - spans.first
    order = sorted_rows(spans.first, length.max() - length, ~is_mask, spans.pattern)
    first, stop = spans.first[order], spans.stop[order]
    heads = changes(first)  # the longest of those with the same first token
    taken = _from_left(first[heads], stop[heads])
    sizes = np.diff(np.append(heads, len(first)))
    # more frames may be carried by the same span, but not by that of a mask
    several = taken & (sizes > 1) & ~is_mask[order[heads]]
    group, more = ranges(heads[several], (heads + sizes)[several])
    head = heads[several][group]
    same = stop[more] == stop[head]
    head, more = head[same], more[same]
    carried = np.broadcast_to(frame, spans.first.shape)[order[more]]
    by_frame = sorted_rows(head, carried)
    more = more[by_frame]
    more = more[changes(head[by_frame], carried[by_frame])]
    chosen = np.zeros(len(order), dtype=bool)
    chosen[more] = True
    chosen[heads[taken]] = True
    return order[chosen]


def _from_left(first: Ints, stop: Ints) -> Bools:
    """Whether each span is taken by one who goes from left to right and takes no token twice.

    The first tokens are sorted, and no two are the same. Who takes a span goes on to the first one
    behind it; all ways are followed at once, in steps that double each time.
    """
    begins = np.append(True, first[1:] >= np.maximum.accumulate(stop)[:-1])[: len(first)]
    taken = begins.copy()
    rows = np.flatnonzero(~(begins & np.append(begins[1:], True)[: len(first)]))
    onward = np.searchsorted(first[rows], stop[rows])
    # what begins behind all spans before it is taken whatever was taken before
    reached = np.append(begins[rows], True)
    onward = np.append(np.where(reached[onward], len(rows), onward), len(rows))
    while np.any(onward < len(rows)):
        reached[onward[reached]] = True
        onward = onward[onward]
    taken[rows] = reached[:-1]
    return taken


def settle_each(spans: Spans, is_mask: Bools, frame: Ints) -> Ints:
    """Choose inside each frame: longest, leftmost, masks first; none that shares a token."""
    if is_mask.any():  # masks compete in every frame
        groups = [np.flatnonzero(is_mask | (frame == name)) for name in np.unique(frame[~is_mask])]
    else:
        groups = [np.arange(len(frame))]
    chosen = [np.zeros(0, np.int64)]
    for rows in groups:
        # without masks, the frames are laid out one behind the other
        shift = 0 if is_mask.any() else frame * (spans.stop.max(initial=0) + 1)
        first, stop = (spans.first + shift)[rows], (spans.stop + shift)[rows]
        group = Spans(first, stop, spans.pattern[rows])
        kept = rows[_longest_first(group, is_mask[rows])]
        chosen.append(kept[~is_mask[kept]])
    rows = np.concatenate(chosen)
    length = (spans.stop - spans.first)[rows]
    return rows[sorted_rows(spans.first[rows], length.max(initial=0) - length, spans.pattern[rows])]


def _longest_first(spans: Spans, is_mask: Bools) -> Ints:
    """Choose the longest spans, of those as long the leftmost, then the shorter ones that fit."""
    length = spans.stop - spans.first
    order = sorted_rows(length.max(initial=0) - length, spans.first, ~is_mask, spans.pattern)
    order = order[changes(length[order], spans.first[order])]
    chosen = order[:0]
    for rows in np.split(order, changes(length[order])[1:]):
        rows = rows[~touching(spans.pick(rows), spans.pick(chosen))]
        rows = rows[_from_left(spans.first[rows], spans.stop[rows])]
        chosen = np.append(chosen, rows)
        chosen = chosen[sorted_rows(spans.first[chosen])]
    return chosen
