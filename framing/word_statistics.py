"""How words are spread over the articles, and which words stand near each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.corpus import Corpus, as_corpus
from framing.keywords import document_feature_matrix, sorted_cells, split_words, stop_set
from framing.search import find_pattern
from framing.tables import as_table, empty_table

if TYPE_CHECKING:
    from scipy import sparse

_POOLED = "words pooled over all articles: a description, no test"


def dispersion(
    corpus: Corpus | str | Sequence[str],
    *,
    stop_words: str | Iterable[str] | None = "en",
    min_count: int = 5,
) -> pd.DataFrame:
    """Measure how evenly each word is spread over the articles.

    A frequent word may come from one article that is about nothing else. Gries' DP (deviation of
    proportions) compares each article's share of the uses of a word with its share of all words.
    A rare word has a high DP whatever it means, since three uses cannot be spread over thirty
    articles; ``dp_excess`` therefore takes off what chance alone would give.

    Words are those of `word_frequency`: case-folded, with their possessives, no numbers, and no
    dateline, credit or repeated text.

    Parameters
    ----------
    corpus : Corpus, str or list of str
        The articles, or texts for a quick try.
    stop_words : str, iterable of str or None
        Words to leave out: a language code for the list of `stop_words`, words of your own, or
        None to keep every word.
    min_count : int
        Leave out words that are used less often than this.

    Returns
    -------
    DataFrame
        One row per word, the most frequent first:

        - word (string), case-folded
        - count (int): times it is used
        - n_articles (int): articles that use it
        - dp (float): Gries' DP, from 0, spread as the words are, to nearly 1, all in one short
          article
        - dp_norm (float): DP divided by its largest possible value, 1 minus the smallest share
          of words that an article has; NA with one article
        - dp_expected (float): mean DP if as many uses fell on the words at random
        - dp_excess (float): ``dp - dp_expected``; above 0 for a word that is clumped
        - constructed (bool): whether any of the articles was written for demonstration

    Raises
    ------
    ValueError
        If there are no stop words for the language.

    References
    ----------
    Gries, S. Th. (2008). Dispersions and adjusted frequencies in corpora. International Journal
    of Corpus Linguistics, 13(4), 403-437.

    Lijffijt, J. & Gries, S. Th. (2012). Correction to Stefan Th. Gries' "Dispersions and adjusted
    frequencies in corpora". International Journal of Corpus Linguistics, 17(1), 147-149.

    Examples
    --------
    >>> from framing.word_statistics import dispersion
    >>> texts = ["Peace and talks on talks.", "Peace, said Kyiv again.", "Peace, said Paris again."]
    >>> table = dispersion(texts, min_count=2)
    >>> table[["word", "count", "n_articles", "dp", "dp_excess"]].round(2)
        word  count  n_articles    dp  dp_excess
    0  peace      3           3  0.05      -0.26
    1   said      2           2  0.38      -0.06
    2  talks      2           1  0.62       0.17
    """
    corpus = as_corpus(corpus)
    articles = corpus.articles
    # In the order of their ids, so that the order of the corpus has no part in the last digits.
    order = np.argsort(articles["article_id"].astype(str).to_numpy(dtype=object), kind="stable")
    features = document_feature_matrix(corpus, stop_words=stop_words)
    n_words = articles["n_words"].to_numpy()[order]
    counts = features.matrix[order]
    count = np.asarray(counts.sum(axis=0))
    chosen = np.flatnonzero(count >= min_count)
    if not len(chosen):
        return empty_table("dispersion")
    counts, count = counts[:, chosen], count[chosen]
    dp, expected = deviation_of_proportions(counts, n_words)
    largest = 1 - n_words[n_words > 0].min() / n_words.sum()
    table = as_table(
        "dispersion",
        {
            "word": [features.words[word] for word in chosen],
            "count": count,
            "n_articles": np.asarray(counts.sign().sum(axis=0)),
            "dp": dp,
            "dp_norm": dp / largest if largest else np.full(len(dp), np.nan),
            "dp_expected": expected,
            "dp_excess": dp - expected,
            "constructed": np.full(len(dp), bool(articles["constructed"].any())),
        },
    )
    return table.iloc[np.argsort(-count, kind="stable")].reset_index(drop=True)


def deviation_of_proportions(
    counts: sparse.csr_array, n_words: NDArray[np.integer]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compute Gries' DP of each word, and what it would be if the uses fell at random.

    DP is half the sum over the articles of the distances between their share of the uses of a
    word and their share of all words: 0 for a word spread as the words are, near 1 for one that
    stands in one short article only. A rare word cannot be spread evenly, so its DP is high by
    chance: the second array is the mean of DP if every use fell on each word of the corpus with
    the same probability. It is exact: the number in an article is binomial then, and its mean
    distance from the mean is 2 k C(f, k) s^k (1 - s)^(f - k + 1), k = floor(f s) + 1 (De Moivre).

    Parameters
    ----------
    counts : sparse array, articles × words
        How often each article uses each word.
    n_words : array of int
        Counted words of each article, of which some are not 0.

    Returns
    -------
    dp, expected : array
        One value per word; NA for a word that is not used.

    References
    ----------
    Gries, S. Th. (2008). Dispersions and adjusted frequencies in corpora. International Journal
    of Corpus Linguistics, 13(4), 403-437.
    """
    share = n_words / n_words.sum()
    frequency = np.asarray(counts.sum(axis=0), dtype=np.int64)
    cells = sorted_cells(counts)
    article, word = cells.coords
    distance = np.abs(cells.data / frequency[word] - share[article])
    # The articles without the word add their whole share.
    over = np.bincount(word, distance - share[article], minlength=len(frequency))
    dp = np.where(frequency > 0, (1 + over) / 2, np.nan)
    known, place = np.unique(frequency, return_inverse=True)
    expected = np.full(len(known), np.nan)
    step = max(1, 2**20 // len(share))
    for start in range(0, len(known), step):
        some = known[start : start + step]
        total = _binomial_deviation(some[:, None], share[None, :]).sum(axis=1)
        with np.errstate(invalid="ignore"):
            expected[start : start + step] = total / some / 2
    return dp, expected[place]


def _binomial_deviation(n: NDArray[np.int64], p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean distance of a binomial number from its mean, after De Moivre."""
    from scipy.special import gammaln, xlog1py, xlogy

    k = np.minimum(np.floor(n * p) + 1, n)  # beyond n only if p = 1, where the result is 0
    choose = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    deviation: NDArray[np.float64] = 2 * k * np.exp(choose + xlogy(k, p) + xlog1py(n - k + 1, -p))
    return deviation


def collocations(
    corpus: Corpus | str | Sequence[str],
    pattern: str,
    *,
    window: int = 5,
    stop_words: str | Iterable[str] | None = "en",
    min_count: int = 2,
) -> pd.DataFrame:
    """Find the words that stand near a word or phrase more often than chance would have it.

    Near means within ``window`` words before or after a use of the pattern and in its sentence.
    A word near two uses of the pattern is counted once; the words that make up a use of the
    pattern are not neighbours of it. The numbers describe the text at hand: they pool the words
    of all articles, so that one article may carry them, which ``n_articles`` shows.

    Parameters
    ----------
    corpus : Corpus, str or list of str
        The articles, or texts for a quick try.
    pattern : str
        What to look for, in the pattern language of codebooks: ``"guarantee*"``,
        ``"peace talks"``, ``"(cease-fire|truce)"``.
    window : int
        Words on each side, 1 or more. Every word counts, stop words and numbers too.
    stop_words : str, iterable of str or None
        Words to leave out of the table: a language code for the list of `stop_words`, words of
        your own, or None to keep every word.
    min_count : int
        Leave out words that stand near the pattern less often than this.

    Returns
    -------
    DataFrame
        One row per word, first those that the pattern attracts (``log_ratio`` above 0), each
        kind by ``g2``, the strongest attraction first and the strongest avoidance last:

        - word (string), case-folded
        - n_together (int): times it stands near the pattern
        - n_word (int): times it is used in all
        - n_articles (int): articles in which they stand together
        - expected (float): times it would stand near the pattern by chance: its uses outside the
          pattern × the share of all words outside the pattern that stand near it
        - log_ratio (float): log2 of ``n_together / expected``
        - g2 (float): log-likelihood of the four cells near or not × this word or another
        - constructed (bool): whether any of the articles was written for demonstration
        - caution (string): that these are pooled words and not a test

    Raises
    ------
    ValueError
        If ``window`` is less than 1, the pattern cannot be read, or there are no stop words for
        the language.

    References
    ----------
    Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence.
    Computational Linguistics, 19(1), 61-74.

    Examples
    --------
    >>> from framing.word_statistics import collocations
    >>> texts = [
    ...     "They want firm guarantees. Winter came early.",
    ...     "A firm guarantee is needed. Snow fell again and it fell on them.",
    ... ]
    >>> table = collocations(texts, "guarantee*", window=2)
    >>> table[["word", "n_together", "n_word", "expected", "log_ratio", "g2"]].round(2)
       word  n_together  n_word  expected  log_ratio    g2
    0  firm           2       2      0.67       1.58  4.92
    """
    if not isinstance(pattern, str):
        raise ValueError(f'pattern={pattern!r}: write a pattern, such as "guarantee*"')
    if not isinstance(window, int) or isinstance(window, bool) or window < 1:
        raise ValueError(f"window={window!r}: choose a number of words, 1 or more")
    corpus = as_corpus(corpus)
    tokens = corpus.tokens
    words, word_of_type = split_words(tokens.types, stop_set(stop_words))
    first, stop = find_pattern(tokens, pattern)
    counted = tokens.counted[first]
    first, stop = first[counted], stop[counted]
    opens = tokens.sentence_tokens[tokens.sentence[first]]
    closes = tokens.sentence_tokens[tokens.sentence[first] + 1]
    near = _inside(np.maximum(first - window, opens), np.minimum(stop + window, closes), tokens)
    other = tokens.counted & ~_inside(first, stop, tokens)
    near &= other
    if not near.any():
        return empty_table("collocations")

    word = word_of_type[tokens.type_id]
    listed = word >= 0

    def count(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(word[chosen & listed], minlength=len(words)).astype(np.int64)

    together, elsewhere = count(near), count(other & ~near)
    pairs = np.unique(np.stack([word, tokens.article])[:, near & listed], axis=1)
    n_articles = np.bincount(pairs[0].astype(np.int64), minlength=len(words))
    chosen = np.flatnonzero((together > 0) & (together >= min_count))
    n_word, n_articles = count(tokens.counted)[chosen], n_articles[chosen]
    together, elsewhere = together[chosen], elsewhere[chosen]
    n_near, n_far = int(near.sum()), int((other & ~near).sum())
    expected = (together + elsewhere) * (n_near / (n_near + n_far))
    log_ratio = np.log2(together / expected)
    g2 = _log_likelihood(together, elsewhere, n_near - together, n_far - elsewhere)
    # Rounded for the order only: the last digits differ between machines.
    order = np.lexsort((chosen, -(np.sign(log_ratio.round(9)) * g2).round(9)))
    size = len(order)
    columns: dict[str, Any] = {
        "word": [words[position] for position in chosen[order]],
        "n_together": together[order],
        "n_word": n_word[order],
        "n_articles": n_articles[order],
        "expected": expected[order],
        "log_ratio": log_ratio[order],
        "g2": g2[order],
        "constructed": np.full(size, bool(corpus.articles["constructed"].any())),
        "caution": [_POOLED] * size,
    }
    return as_table("collocations", columns)


def _inside(
    first: NDArray[np.integer], stop: NDArray[np.integer], tokens: Any
) -> NDArray[np.bool_]:
    """For each token whether it is in any of the ranges."""
    size = len(tokens) + 1
    change = np.bincount(first, minlength=size) - np.bincount(stop, minlength=size)
    return np.cumsum(change)[:-1] > 0


def _log_likelihood(*cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """G² of tables of two by two: word near, word elsewhere, others near, others elsewhere."""
    from scipy.special import xlogy

    a, b, c, d = (cell.astype(np.float64) for cell in cells)
    parts = [xlogy(cell, cell) for cell in (a, b, c, d, a + b + c + d)]
    margins = [xlogy(margin, margin) for margin in (a + b, c + d, a + c, b + d)]
    g2: NDArray[np.float64] = 2 * (sum(parts) - sum(margins))
    return np.maximum(g2, 0.0)
