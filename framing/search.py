"""Every place of every pattern in the tokens, found by array work on whole columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from framing.patterns import Gap, Phrase, Word, parse_pattern
from framing.tokens import JOIN, Tokens, Vocabulary

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Spans(NamedTuple):
    """Found patterns: first token, the one after the last, and the number of the pattern."""

    first: Ints
    stop: Ints
    pattern: Ints

    def pick(self, chosen: Bools | Ints) -> Spans:
        """Return some of the rows."""
        return Spans(self.first[chosen], self.stop[chosen], self.pattern[chosen])


class Automaton:
    """Patterns compiled against a vocabulary, walked over all tokens at once.

    A trie over words; each step compares the parts of words at all places still in question with
    the parts that the trie allows there. A place is a token and a part of it, because the words of
    a phrase may be joined by hyphens inside one token.
    """

    def __init__(self, patterns: Sequence[str], vocabulary: Vocabulary) -> None:
        self.pieces = vocabulary.pieces
        self.width = max(len(self.pieces.spelled), 1)
        children: list[dict[Word | Gap, int]] = [{}]
        endings: list[tuple[int, int]] = []
        for number, pattern in enumerate(patterns):
            for phrase in parse_pattern(pattern):
                endings.append((_insert(children, phrase), number))
        self._compile_words(children)
        self._compile_gaps(children)
        ends = np.array(sorted(set(endings)), dtype=np.int64).reshape(-1, 2)
        self.end_pattern = ends[:, 1]
        self.end_offsets = np.searchsorted(ends[:, 0], np.arange(len(children) + 1))

    def _compile_words(self, children: list[dict[Word | Gap, int]]) -> None:
        """Lay out every edge as (node, part of a word) -> node, sorted for searching."""
        parts: dict[Word, list[int]] = {}
        keys: list[Ints] = []
        targets: list[Ints] = []
        for node, edges in enumerate(children):
            for word, target in edges.items():
                if isinstance(word, Gap):
                    continue
                if word not in parts:
                    parts[word] = self.pieces.find(
                        word.text, prefix=word.prefix, exact_case=word.exact_case
                    )
                found = np.array(parts[word], dtype=np.int64)
                keys.append(found + node * self.width)
                targets.append(np.full(len(found), target, dtype=np.int64))
        key = np.concatenate([np.zeros(0, np.int64), *keys])
        order = np.argsort(key, kind="stable")
        self.edge_key = key[order]
        self.edge_target = np.concatenate([np.zeros(0, np.int64), *targets])[order]

    def _compile_gaps(self, children: list[dict[Word | Gap, int]]) -> None:
        gaps = [
            (node, word.most, target)
            for node, edges in enumerate(children)
            for word, target in edges.items()
            if isinstance(word, Gap)
        ]
        table = np.array(gaps, dtype=np.int64).reshape(-1, 3)
        self.gap_most, self.gap_target = table[:, 1], table[:, 2]
        self.gap_offsets = np.searchsorted(table[:, 0], np.arange(len(children) + 1))

    def find(self, tokens: Tokens) -> Spans:
        """Find every place of every pattern, overlapping ones included."""
        offsets = self.pieces.offsets
        n_parts = np.diff(offsets)
        first_part = self.pieces.ids[offsets[:-1]] if len(n_parts) else offsets[:0]
        starts_pattern = np.isin(first_part, self.edge_key[self.edge_key < self.width])
        token = np.flatnonzero(starts_pattern[tokens.form_id])
        first, part = token, np.zeros_like(token)
        node = np.zeros_like(token)
        # breaks[a] == breaks[b] when only spaces and hyphens stand between tokens a..b
        breaks = np.cumsum(tokens.gap != JOIN)
        found: list[Spans] = []
        while len(token):
            form = tokens.form_id[token]
            key = node * self.width + self.pieces.ids[offsets[form] + part]
            row, edge = _ranges(
                np.searchsorted(self.edge_key, key), np.searchsorted(self.edge_key, key, "right")
            )
            node, first, token, part = self.edge_target[edge], first[row], token[row], part[row]
            row, end = _ranges(self.end_offsets[node], self.end_offsets[node + 1])
            found.append(Spans(first[row], token[row] + 1, self.end_pattern[end]))

            more_parts = part + 1 < n_parts[tokens.form_id[token]]
            next_token, next_part = token + ~more_parts, np.where(more_parts, part + 1, 0)
            row, gap = _ranges(self.gap_offsets[node], self.gap_offsets[node + 1])
            skip_row, skipped = _ranges(np.zeros_like(gap), self.gap_most[gap] + 1)
            row, gap = row[skip_row], gap[skip_row]
            # a gap without words ends where the next part begins; others jump whole tokens
            jumped = np.where(skipped == 0, next_token[row], token[row] + 1 + skipped)
            jumped_part = np.where(skipped == 0, next_part[row], 0)
            node = np.concatenate([node, self.gap_target[gap]])
            first = np.concatenate([first, first[row]])
            here = np.concatenate([token, token[row]])
            token = np.concatenate([next_token, jumped])
            part = np.concatenate([next_part, jumped_part])
            go_on = token < len(tokens)
            go_on[go_on] = breaks[token[go_on]] == breaks[here[go_on]]
            node, first, token, part = node[go_on], first[go_on], token[go_on], part[go_on]
        return _distinct(found)


def _insert(children: list[dict[Word | Gap, int]], phrase: Phrase) -> int:
    """Add a phrase to the trie and return the node it ends in."""
    node = 0
    for word in phrase:
        if word not in children[node]:
            children[node][word] = len(children)
            children.append({})
        node = children[node][word]
    return node


def _ranges(starts: Ints, stops: Ints) -> tuple[Ints, Ints]:
    """Lay ranges end to end: for each element the number of its range, and its value."""
    lengths = stops - starts
    rows = np.repeat(np.arange(len(starts)), lengths)
    return rows, np.arange(len(rows)) + (starts - np.cumsum(lengths) + lengths)[rows]


def _distinct(found: list[Spans]) -> Spans:
    """Join the spans, each once, by place and then by pattern."""
    table = (
        np.stack([np.concatenate(column) for column in zip(*found, strict=True)])
        if found
        else (np.zeros((3, 0), dtype=np.int64))
    )
    first, stop, pattern = np.unique(table, axis=1)
    return Spans(first, stop, pattern)


def settle(spans: Spans, is_mask: Bools, frame: Ints) -> Ints:
    """Choose among spans that share tokens: leftmost, longest, masks first; rows in order.

    ``frame`` keeps one span from carrying the same frame twice; it has one value per span, or
    only one for all.
    """
    frame = np.broadcast_to(frame, spans.first.shape)
    order = np.lexsort((spans.pattern, ~is_mask, -spans.stop, spans.first))
    first, stop = spans.first[order], spans.stop[order]
    if not len(order):
        return order
    # runs of spans that overlap: only these need to be looked at one by one
    reach = np.maximum.accumulate(stop)
    new_run = np.append(True, first[1:] >= reach[:-1])
    run = np.cumsum(new_run)
    alone = np.bincount(run)[run] == 1
    chosen = alone.copy()
    last: tuple[int, int] = (-1, -1)
    carried: set[int] = set()
    for row in np.flatnonzero(~alone):
        span = (int(first[row]), int(stop[row]))
        source = order[row]
        if span[0] >= last[1]:
            last, carried = span, set()
        elif span != last or is_mask[source] or -1 in carried or int(frame[source]) in carried:
            continue
        carried.add(-1 if is_mask[source] else int(frame[source]))
        chosen[row] = True
    return order[chosen]


def find_pattern(tokens: Tokens, pattern: str) -> tuple[Ints, Ints]:
    """Find a pattern in all tokens: the leftmost, longest, that do not overlap.

    Parameters
    ----------
    tokens : Tokens
        The tokens of a corpus.
    pattern : str
        A pattern in the language of the codebooks.

    Returns
    -------
    first, stop : array of int
        First token of each place and the one after its last.
    """
    spans = Automaton([pattern], tokens.vocabulary).find(tokens)
    chosen = spans.pick(settle(spans, np.zeros(len(spans.first), bool), np.zeros(1, np.int64)))
    return chosen.first, chosen.stop
