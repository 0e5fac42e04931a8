"""Which articles share their text: agency copy, shortened or extended by each desk."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from framing.tokens import Pieces, Tokens

SEQUENCE = 5  # words that texts are compared by
# One sentence in common, quoted or a formula, is no shared copy: few have the 34 words that make 30
# sequences. Half of a very short text soon stands in others, and would link all of them.
FEWEST_SHARED = 30
# What stands in so many texts is a story that many desks print, or a quotation or boilerplate: of a
# story the texts consist for the most part. Desks cut it, so fewer texts need to have each part.
MANY_TEXTS = 8
SOME_TEXTS = 3
MOST_TEXTS = 1_000  # the time it takes to compare the texts that share something grows squared
LARGEST_SORT = 1_000_000  # sequences
LARGEST_PRODUCT = 5_000_000  # entries


class Copy(NamedTuple):
    """An article that joins a cluster, and the article of the cluster it shares its text with.

    Attributes
    ----------
    article, other : int
        The two articles.
    of : int
        The one of them whose five-word sequences are fewer.
    percent : int or None
        How many of these the other one has too, rounded down; None if the words are the same.
    """

    article: int
    other: int
    of: int
    percent: int | None


def find_copies(tokens: Tokens, ids: Sequence[str]) -> tuple[NDArray[np.intp], list[Copy]]:
    """Find the clusters of articles that share their text: copies, shortened or extended.

    Two articles share their text if they have the same words, or if at least half of the
    five-word sequences of the one that has fewer of them, and at least 30, stand in the other
    too [1]_. Articles linked by others are one cluster. The words compared are the counted ones,
    so that datelines and credits change nothing; nor do case, punctuation and hyphens.

    Two kinds of sequences are not compared, as boilerplate: those in at least 8 texts, most of
    which have less than half of their sequences in common with two or more others; and those in
    more than 1,000 texts. Articles with the same words are one text here.

    Parameters
    ----------
    tokens : Tokens
        The scanned corpus, with repeats set aside.
    ids : sequence of str
        The ids of the articles. The smallest one, as text, names the cluster.

    Returns
    -------
    clusters : array of int
        For each article the one that names its cluster; an article without counted words is its
        own.
    copies : list of Copy
        One for each of the other articles, in the order of the corpus.

    References
    ----------
    .. [1] A. Z. Broder, "On the Resemblance and Containment of Documents", Proceedings.
       Compression and Complexity of SEQUENCES 1997, 21-29, doi:10.1109/SEQUEN.1997.666900.
       Ours is the containment, because desks shorten and extend what they copy.
    """
    clusters = np.arange(tokens.n_articles)
    copies: list[Copy] = []
    first: dict[bytes, int] = {}
    texts: list[int] = []
    sequences: list[NDArray[np.uint64]] = []
    pieces = tokens.vocabulary.pieces
    number = {word: n for n, word in enumerate(dict.fromkeys(pieces.folded))}
    word_of_piece = np.array([number[word] for word in pieces.folded], dtype=np.int32)
    # For every word in every place of a sequence.
    numbers = np.random.default_rng(0).integers(
        2**64, size=(SEQUENCE, len(number)), dtype=np.uint64
    )
    for article in sorted(range(tokens.n_articles), key=ids.__getitem__):
        own = slice(*tokens.offsets[article : article + 2])
        words = word_of_piece[_cut(tokens.form_id[own][tokens.counted[own]], pieces)]
        if not len(words):
            continue
        original = first.setdefault(sha256(words.tobytes()).digest(), article)
        if original != article:
            clusters[article] = original
            copies.append(Copy(article, original, original, None))
        elif len(words) >= FEWEST_SHARED + SEQUENCE - 1:
            texts.append(article)
            sequences.append(_sequences(words, numbers))
    links, sizes = _find_links(sequences)
    if links.size:
        named, joined = _join(links, sizes)
        root = np.arange(tokens.n_articles)
        root[texts] = np.array(texts)[named]
        clusters = root[clusters]
        copies += [Copy(texts[a], texts[b], texts[of], percent) for a, b, of, percent in joined]
    return clusters, sorted(copies)


def _cut(forms: NDArray[np.int32], pieces: Pieces) -> NDArray[np.int32]:
    """Cut words at their hyphens."""
    start, stop = pieces.offsets[forms], pieces.offsets[forms + 1]
    before = np.cumsum(stop - start) - (stop - start)
    rows = np.repeat(start - before, stop - start)
    return pieces.ids[rows + np.arange(len(rows))]


def _sequences(words: NDArray[np.int32], numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the different sequences of words in a text, each as one number.

    Two sequences have the same number once in 2**64: among 40 million, in one corpus of 20,000,
    where one count of shared sequences is then wrong by one.
    """
    n = len(words) - SEQUENCE + 1
    mixed = numbers[0, words[:n]]
    for place in range(1, SEQUENCE):
        mixed ^= numbers[place, words[place : place + n]]
    return np.unique(mixed)


def _find_links(
    sequences: list[NDArray[np.uint64]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the pairs of texts that share enough of their sequences.

    Returns
    -------
    links : array of int, three rows
        The text with fewer sequences, the other one, and how many both have. Where there are
        very many, weaker links between texts that stronger ones connect are left out.
    sizes : array of int
        For each text the number of its sequences without boilerplate.
    """
    sizes = np.array([len(own) for own in sequences], dtype=np.int64)
    row, column = _shared(sequences)
    n_texts = np.bincount(column)
    is_copy = 2 * np.bincount(row, n_texts[column] >= SOME_TEXTS, len(sizes)) >= sizes
    in_copies = np.bincount(column, is_copy[row], len(n_texts))
    boilerplate = (n_texts >= MANY_TEXTS) & (2 * in_copies < n_texts) | (n_texts > MOST_TEXTS)
    kept = ~boilerplate[column]
    sizes = sizes - np.bincount(row[~kept], minlength=len(sizes))
    # A text that has too few in common with all others together is in no pair.
    kept &= (np.bincount(row[kept], minlength=len(sizes)) >= FEWEST_SHARED)[row]
    row, column = row[kept], column[kept]
    # One text of a pair has half of its sequences, or more, in common with others.
    n_shared = np.bincount(row, minlength=len(sizes))
    rows = np.flatnonzero((n_shared > 0) & (2 * n_shared >= sizes))
    if not len(rows):
        return np.zeros((3, 0), dtype=np.int64), sizes
    from scipy.sparse import csr_array  # slow to load, and most small corpora need none

    ones = np.ones(len(row), dtype=np.int32)
    matrix = csr_array((ones, (row, column)), shape=(len(sizes), len(n_texts)))
    others = matrix.T.tocsr()
    # So many rows are multiplied at a time that the product stays small.
    batch = np.cumsum((matrix @ np.bincount(column, minlength=len(n_texts)))[rows])
    last = np.flatnonzero(np.diff(batch // LARGEST_PRODUCT))
    found: list[NDArray[np.int64]] = []
    for batch_rows in np.split(rows, last + 1):
        product = (matrix[batch_rows] @ others).tocoo()
        one, other, shared = batch_rows[product.row], product.col, product.data
        enough = (shared >= FEWEST_SHARED) & (2 * shared >= sizes[one])
        smaller = (sizes[one] < sizes[other]) | ((sizes[one] == sizes[other]) & (one < other))
        found.append(np.stack([one, other, shared])[:, enough & smaller].astype(np.int64))
        if sum(links.shape[1] for links in found) > LARGEST_PRODUCT:
            found = [_strongest(np.concatenate(found, axis=1), sizes)]
    return np.concatenate(found, axis=1), sizes


def _shared(
    sequences: list[NDArray[np.uint64]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the text and a number for every sequence that stands in more than one text."""
    text = np.repeat(np.arange(len(sequences), dtype=np.int32), [len(own) for own in sequences])
    every = np.concatenate([np.zeros(0, dtype=np.uint64), *sequences])
    # By the last bits the work falls into parts, so that little is sorted at a time.
    n_parts = 1 << (len(every) // LARGEST_SORT).bit_length()
    part_of = (every & np.uint64(n_parts - 1)).astype(np.int32)
    rows, columns, n_columns = [], [], 0
    for part in range(n_parts):
        chosen = np.flatnonzero(part_of == part)
        _, sequence, count = np.unique(every[chosen], return_inverse=True, return_counts=True)
        again = count > 1
        shared = again[sequence]
        number = np.cumsum(again) - 1 + n_columns
        rows.append(text[chosen[shared]].astype(np.int64))
        columns.append(number[sequence[shared]])
        n_columns += int(again.sum())
    return np.concatenate(rows), np.concatenate(columns)


def _strongest(links: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Leave out the links between texts that are connected by stronger ones."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    smaller, larger, shared = links
    order = np.lexsort((larger, smaller, -shared, -shared / sizes[smaller]))
    # Weighed by their place in this order no two links are equal: there is one such tree.
    weights = np.arange(1, len(order) + 1)
    ends = smaller[order], larger[order]
    tree = minimum_spanning_tree(csr_array((weights, ends), shape=(len(sizes), len(sizes))))
    return links[:, order[np.sort(tree.data.astype(np.int64)) - 1]]


def _join(
    links: NDArray[np.int64], sizes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], list[tuple[int, int, int, int]]]:
    """Join linked texts to clusters, by the strongest links.

    Returns
    -------
    first : array of int
        For each text the first of its cluster.
    joined : list
        Each other text, the one that links it to the first, the smaller of both and the percentage.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    n = len(sizes)
    smaller, larger, shared = _strongest(links, sizes)
    graph = csr_array((shared, (smaller, larger)), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    first = np.unique(label, return_index=True)[1]
    # From one more text, linked to the first of every cluster, one search leads to all.
    ends = np.append(smaller, first), np.append(larger, np.full(len(first), n))
    graph = csr_array((np.ones(len(ends[0])), ends), shape=(n + 1, n + 1))
    _, before = breadth_first_order(graph, n, directed=False)
    joined = []
    for a, b, number in zip(smaller.tolist(), larger.tolist(), shared.tolist(), strict=True):
        text, to = (a, b) if before[a] == b else (b, a)
        of = text if sizes[text] == sizes[a] else to
        joined.append((text, to, of, 100 * number // int(sizes[a])))
    return first[label], joined
