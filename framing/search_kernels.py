"""The compiled part of the search for patterns in tokens.

Importing it fails where numba is missing or finds no folder for what it compiles; only
`framing.acceleration` imports it. No compiled function calls one of another file: numba would not
notice a change there.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def find_spans(
    form: NDArray[np.int32],
    joined: NDArray[np.bool_],
    begin: int,
    end: int,
    begins: NDArray[np.bool_],
    alone_offsets: NDArray[np.int64],
    alone: NDArray[np.int64],
    ahead_offsets: NDArray[np.int64],
    ahead: NDArray[np.int64],
    signature: NDArray[np.uint64],
    following: NDArray[np.uint64],
    bits: NDArray[np.uint64],
    node_keys: NDArray[np.int64],
    key_form: NDArray[np.int32],
    key_offsets: NDArray[np.int64],
    target: NDArray[np.int64],
    gap_offsets: NDArray[np.int64],
    gaps: NDArray[np.int64],
    end_offsets: NDArray[np.int64],
    ends: NDArray[np.int64],
    spans: NDArray[np.int64],
) -> tuple[int, int]:
    """Write the patterns that begin at some tokens into ``spans``: first, stop, pattern.

    Of each token the graph is walked from word to word: the nodes reached at a token are kept, each
    once, with the gaps that are open there.

    Parameters
    ----------
    form, joined : array
        For each token its form, and whether a phrase may go on to it from the token before.
    begin, end : int
        The first token looked at and the one after the last.
    begins : array
        For each form whether a pattern begins with it: of most tokens nothing else is looked at.
    alone_offsets, alone, ahead_offsets, ahead, signature, following, bits : array
        The tables of `search.Automaton` for the first word.
    node_keys, key_form, key_offsets, target : array
        The steps by a word: those of node ``n`` are ``node_keys[n]:node_keys[n + 1]``, sorted by
        their forms; what step ``k`` leads to is ``target[key_offsets[k]:key_offsets[k + 1]]``.
    gap_offsets, gaps, end_offsets, ends : array
        The tables of gaps and ends of the graph.
    spans : array of int64, three rows
        Room for what is found.

    Returns
    -------
    n_spans, token : int
        How many were found, and the first token whose patterns found no room; ``end`` if all did.
    """
    n_nodes, room, n_spans = len(end_offsets) - 1, spans.shape[1], 0
    here, after = np.empty(2 * n_nodes, np.int64), np.empty(2 * n_nodes, np.int64)
    reached = np.full(2 * n_nodes, -1, np.int64)  # the last walk and token at which a node was
    opened, closes = np.empty(n_nodes, np.int64), np.empty(n_nodes, np.int64)
    gap_nodes = np.empty(n_nodes, np.int64)
    is_open = np.zeros(n_nodes, np.bool_)
    step = 0
    for first in range(begin, end):
        word, before = form[first], n_spans
        if not begins[word]:
            continue
        if n_spans + alone_offsets[word + 1] - alone_offsets[word] > room:
            return before, first
        for row in range(alone_offsets[word], alone_offsets[word + 1]):
            spans[0, n_spans], spans[1, n_spans], spans[2, n_spans] = first, first + 1, alone[row]
            n_spans += 1
        if first + 1 == end or not joined[first + 1]:
            continue
        common = signature[word] & following[form[first + 1]]
        if not common:
            continue
        n_here = n_gaps = 0
        for row in range(ahead_offsets[word], ahead_offsets[word + 1]):
            here[n_here] = ahead[row]
            n_here += (bits[ahead[row]] & common) != 0
        token = first
        while (n_here or n_gaps) and token + 1 < end and joined[token + 1]:
            for row in range(n_here):
                node = here[row]
                if node >= n_nodes:
                    node -= n_nodes
                for place in range(gap_offsets[node], gap_offsets[node + 1]):
                    most, gap_node = gaps[place] // n_nodes, gaps[place] % n_nodes
                    if not is_open[gap_node]:
                        is_open[gap_node] = True
                        opened[gap_node] = token + 2
                        gap_nodes[n_gaps] = gap_node
                        n_gaps += 1
                    closes[gap_node] = token + 1 + most
            token += 1
            step += 1
            n_after, n_still = 0, 0
            found, in_order = n_spans, True
            for row in range(n_here + n_gaps):
                if row < n_here:
                    node = here[row]
                    if node >= n_nodes:
                        continue
                else:
                    node = gap_nodes[row - n_here]
                    if token < closes[node]:
                        gap_nodes[n_still] = node
                        n_still += 1
                    else:
                        is_open[node] = False
                    if token < opened[node]:
                        continue
                low, high = node_keys[node], node_keys[node + 1]
                last = high
                while low < high:
                    middle = (low + high) >> 1
                    if key_form[middle] < form[token]:
                        low = middle + 1
                    else:
                        high = middle
                if low == last or key_form[low] != form[token]:
                    continue
                for edge in range(key_offsets[low], key_offsets[low + 1]):
                    node = target[edge]
                    if reached[node] == step:
                        continue
                    reached[node] = step
                    after[n_after] = node
                    n_after += 1
                    if node >= n_nodes:
                        node -= n_nodes
                    for place in range(end_offsets[node], end_offsets[node + 1]):
                        if n_spans == room:
                            return before, first
                        spans[0, n_spans], spans[1, n_spans] = first, token + 1
                        spans[2, n_spans] = ends[place]
                        in_order &= n_spans == found or ends[place] > spans[2, n_spans - 1]
                        n_spans += 1
            if not in_order:  # several nodes have ends, and may share some
                spans[2, found:n_spans].sort()
                last, n_spans = n_spans, found
                for row in range(found, last):
                    if row == found or spans[2, row] != spans[2, n_spans - 1]:
                        spans[2, n_spans] = spans[2, row]
                        n_spans += 1
            n_gaps = n_still
            here, after, n_here = after, here, n_after
        for row in range(n_gaps):
            is_open[gap_nodes[row]] = False
    return n_spans, end
