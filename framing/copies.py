"""Which articles share their text: agency copy, shortened or extended by each desk."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from framing.acceleration import LARGE_WORDS, load_compiled
from framing.rows import is_change, ranges
from framing.tokens import Tokens

SEQUENCE = 5  # words that texts are compared by
# One sentence in common, quoted or a formula, is no shared copy: few have the 34 words that make 30
# sequences. Half of a very short text soon stands in others, and would link all of them.
FEWEST_SHARED = 30
# What stands in so many texts is a story that many desks print, or a quotation or boilerplate: of a
# story the texts consist for the most part. Desks cut it, so fewer texts need to have each part.
MANY_TEXTS = 8
SOME_TEXTS = 3
MOST_TEXTS = 1_000  # the time it takes to compare the texts that share something grows squared
SMALL_TABLE = 1 << 14  # sequences
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
    order = np.array(sorted(range(tokens.n_articles), key=ids.__getitem__), dtype=np.int64)
    compiled = load_compiled("copies") if len(tokens) > LARGE_WORDS else None
    words, starts, n_words = _words(tokens, compiled)
    numbers = np.random.default_rng(0).integers(2**64, size=n_words, dtype=np.uint64)
    originals = _originals(words, starts, numbers, order)
    copies = [
        Copy(article, original, original, None)
        for article, original in enumerate(originals.tolist())
        if article != original
    ]
    is_original = originals == np.arange(tokens.n_articles)
    is_long = np.diff(starts) >= FEWEST_SHARED + SEQUENCE - 1
    texts = order[(is_original & is_long)[order]]
    links, sizes = _find_links(*_shared(words, starts, texts, numbers, compiled))
    clusters = originals
    if links.size:
        named, joined = _join(links, sizes)
        root = np.arange(tokens.n_articles)
        root[texts] = texts[named]
        clusters = root[originals]
        article = texts.tolist()
        copies += [Copy(article[a], article[b], article[of], part) for a, b, of, part in joined]
    return clusters, sorted(copies)


def _words(tokens: Tokens, compiled: Any) -> tuple[NDArray[np.int32], NDArray[np.int64], int]:
    """Cut the counted words at their hyphens and number them.

    Returns
    -------
    words : array of int
        The words of all articles, case-folded, laid end to end.
    starts : array of int
        The words of article ``i`` are ``words[starts[i]:starts[i + 1]]``.
    n_words : int
        How many different ones there are.
    """
    pieces = tokens.vocabulary.pieces
    parts, offsets = pieces.word[pieces.ids], pieces.offsets
    n_words = int(pieces.word.max(initial=-1)) + 1
    if compiled:
        words, starts = compiled.counted_words(
            tokens.form_id,
            tokens.sentence_tokens,
            tokens.sentence_offsets,
            tokens.sentence_counted,
            offsets,
            parts,
        )
        return words, starts, n_words
    forms = tokens.form_id[tokens.counted]
    n_before = np.concatenate([[0], np.cumsum(tokens.counted)])[tokens.offsets]
    lengths = np.diff(offsets)[forms]
    ends = np.concatenate([[0], np.cumsum(lengths)])
    rows = np.repeat(offsets[forms] - ends[:-1], lengths) + np.arange(ends[-1])
    return parts[rows], ends[n_before], n_words


def _originals(
    words: NDArray[np.int32],
    starts: NDArray[np.int64],
    numbers: NDArray[np.uint64],
    order: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Find for each article the first one, in this order, with the same words; none has none."""
    originals = np.arange(len(order))
    filled = np.flatnonzero(np.diff(starts))
    # Where the sums of their numbers are equal the words themselves are compared.
    sums = np.add.reduceat(numbers[words], starts[filled])
    _, group, count = np.unique(sums, return_inverse=True, return_counts=True)
    is_alike = np.zeros(len(order), dtype=bool)
    is_alike[filled[count[group] > 1]] = True
    first: dict[bytes, int] = {}
    for article in order[is_alike[order]].tolist():
        own = words[slice(*starts[article : article + 2])]
        originals[article] = first.setdefault(sha256(own.tobytes()).digest(), article)
    return originals


def _shared(
    words: NDArray[np.int32],
    starts: NDArray[np.int64],
    texts: NDArray[np.int64],
    numbers: NDArray[np.uint64],
    compiled: Any = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Find the sequences of words that stand in more than one text.

    Of a sequence the numbers of its words are mixed to one, each turned by its place. Two
    sequences are taken for the same once in 2**60 times at most, and once in 2**64 if one of
    their words stands in one place only: among 40 million, in one corpus of 20,000, where one
    count of shared sequences is then wrong by one.

    Returns
    -------
    row, column : array of int
        The text and a number for each sequence in each text that has it.
    sizes : array of int
        For each text the number of its different sequences, shared or not.
    """
    first, last = starts[texts], starts[texts + 1]
    lengths = last - first - (SEQUENCE - 1)
    n_sequences = int(lengths.sum())
    sizes = np.zeros(len(texts), dtype=np.int64)
    if compiled:
        # By the first bits the work falls into parts, so that each fits into the processor's cache.
        bits = max(1, (n_sequences // SMALL_TABLE).bit_length())
        given = words, first, last, numbers, 64 - bits
        counts = np.zeros(1 << bits, dtype=np.int64)
        compiled.spread_sequences(*given, counts, None, None)
        bounds = np.concatenate([[0], np.cumsum(counts)])
        sequences, owners = np.empty(n_sequences, np.uint64), np.empty(n_sequences, np.int32)
        compiled.spread_sequences(*given, bounds[:-1].copy(), sequences, owners)
        n_kept = compiled.keep_shared(sequences, owners, bounds, sizes)
        return owners[:n_kept].astype(np.int64), sequences[:n_kept].astype(np.int64), sizes
    every_text, places = ranges(first, first + lengths)
    every = np.zeros(n_sequences, dtype=np.uint64)
    for place in range(SEQUENCE):
        every = every << np.uint64(1) | every >> np.uint64(63)
        every ^= numbers[words[places + place]]
    # By the last bits the work falls into parts, so that little is sorted at a time.
    n_parts = 1 << (n_sequences // LARGEST_SORT).bit_length()
    part_of = (every & np.uint64(n_parts - 1)).astype(np.int32)
    rows, columns, n_columns = [], [], 0
    for part in range(n_parts):
        chosen = np.flatnonzero(part_of == part)
        chosen = chosen[np.argsort(every[chosen], kind="stable")]
        is_new = is_change(every[chosen])
        is_first = is_new | is_change(every_text[chosen])
        text, sequence = every_text[chosen[is_first]], (np.cumsum(is_new) - 1)[is_first]
        sizes += np.bincount(text, minlength=len(texts))
        again = np.bincount(sequence) > 1
        shared = again[sequence]
        rows.append(text[shared])
        columns.append((np.cumsum(again) - 1 + n_columns)[sequence[shared]])
        n_columns += int(again.sum())
    return np.concatenate(rows), np.concatenate(columns), sizes


def _find_links(
    row: NDArray[np.int64], column: NDArray[np.int64], sizes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the pairs of texts that share enough of their sequences.

    Parameters
    ----------
    row, column, sizes : array of int
        As `_shared` returns them.

    Returns
    -------
    links : array of int, three rows
        The text with fewer sequences, the other one, and how many both have. Where there are
        very many, weaker links between texts that stronger ones connect are left out.
    sizes : array of int
        For each text the number of its sequences without boilerplate.
    """
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
