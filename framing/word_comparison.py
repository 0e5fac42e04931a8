"""Which words are typical of some articles against others, tested over articles and not words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd

from framing.corpus import Corpus, as_corpus
from framing.display import quote
from framing.keywords import (
    INSIDE,
    document_feature_matrix,
    split_words,
    stop_set,
)
from framing.word_tests import Ints, Sides, Table, compare_sides
from framing.words import fold


def keyness(
    corpus: Corpus | str | Sequence[str],
    reference: Any = None,
    *,
    by: str | None = None,
    target: Any = None,
    stop_words: str | Iterable[str] | None = "en",
    min_articles: int = 5,
    permutations: int = 9999,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Find the words that are typical of some articles, the target, against a reference.

    Words come in bursts: an article that uses one uses it again, so that a test which takes every
    word as a case of its own, as log-likelihood does, finds keywords between any two piles of
    articles (Kilgarriff 2005; Lijffijt et al. 2016). Here articles are the cases. The statistic
    of a word is ``log_odds_z``: the log-odds ratio with an informative prior (Monroe, Colaresi &
    Quinn 2008), divided by an error that comes from how the articles differ. It is compared with
    its values when the labels "target" and "reference" are exchanged between articles. Articles
    that share their text move together, and where such a cluster has articles on both sides,
    these exchange their labels with each other only. Between two corpora that were read apart only
    articles with the same words are recognised as such: to have shortened copies found as well,
    read them into one corpus and use ``by``.

    Which words count as found depends on the question. ``p_adjusted`` holds for all words of the
    table together: with .05 as limit, one comparison in twenty without any difference has a
    false keyword. ``q`` allows more: with .05 as limit, about one in twenty of the words found
    is expected to be a false one; where nothing differs, it too finds nothing in about nineteen
    comparisons of twenty. Both were checked by simulation with counts as bursty as news; where a
    side is at once much the smaller and much the burstier, false alarms may be somewhat more.
    ``p`` is for a word that was chosen beforehand.

    Parameters
    ----------
    corpus : Corpus, str or list of str
        The articles; all of them are the target unless ``by`` is given.
    reference : optional
        What to compare with. With ``by``: a value of that column, or a list of values; if left
        out, all articles outside the target. Without ``by``: another Corpus (or a text or a list
        of texts), or a DataFrame with the columns ``word`` and ``count``, such as
        `word_frequency` gives. If it also has ``per_1000_words``, that tells how many words it
        was made from; without it they are the sum of the counts, so that it must list all words.
        A word it lacks counts as 0. As such a table knows no articles, nothing is tested then.
    by : str, optional
        Column of ``corpus.articles`` that divides the articles, such as ``"source"``. Parts of
        articles, as ``"voice"``, are described by `word_frequency`, not tested.
    target : optional
        Value of ``by`` whose articles are the target, or a list of values. Dates may be a day, a
        month or a year, as in `Corpus.where`.
    stop_words : str, iterable of str or None
        Words to leave out: a language code for the list of `stop_words`, words of your own, or
        None to keep every word.
    min_articles : int
        Test only words that at least so many articles use, in target and reference together,
        articles that share their text counted once. The others stay in the table untested.
    permutations : int
        Number of random relabellings; where no more than this exist, all are used. No p-value
        can be below 1 / (``permutations`` + 1).
    level : float
        Level of the intervals, between 0 and 1.
    seed : int
        Seed for the random relabellings.

    Returns
    -------
    DataFrame
        One row per word that either side uses, the most typical of the target first, the most
        typical of the reference last (by ``log_odds_z``):

        - word (string), case-folded
        - n_target, n_reference (int): times it is used
        - articles_target, articles_reference (int): articles that use it, NA if not known
        - rate_target, rate_reference (float): uses per 1,000 counted words, stop words and
          numbers among these
        - log_ratio (float): log2 of the ratio of the two rates, a count of 0 taken as .5 (Hardie
          2014): 1 is twice as often in the target, -1 half as often
        - low, high (float): limits of ``log_ratio``, from the variation between articles (at
          least that of independent words) with Welch and Satterthwaite's degrees of freedom;
          infinite on the side where a count is 0, which for the other limit is taken as half a
          burst as the other side's; NA with fewer than 5 articles on a side
        - level (float): level of these limits
        - log_odds_z (float): the statistic, by which the table is sorted. The prior adds to each
          side as many words as it has, with the shares that words have in both sides together
        - g2 (float): log-likelihood of the two cells target and reference (Rayson & Garside
          2000), of pooled words: for comparison with other tools, not for inference
        - dp_excess (float): Gries' DP over the articles of the target less what chance would
          give, as in `dispersion`; high for a word that few articles carry; NA if the target
          does not use it
        - p (float): p-value of the word alone
        - p_adjusted (float): p-value by the largest statistic of all words tested (Westfall &
          Young 1993), which holds for all of them together
        - q (float): false discovery rate if this word and all that have a larger statistic are
          called found (after Benjamini & Hochberg 1995): the mean number over all relabellings
          of words, any of those tested, with so large a statistic, divided by the number found
        - constructed (bool): whether the articles were written for demonstration
        - caution (string): what the data cannot carry; empty where nothing is to be said

        p, p_adjusted and q are NA for words that are not tested, which are all if target or
        reference has fewer than 5 articles.

    Raises
    ------
    ValueError
        If a column or value is unknown, a side has no words, an article is on both sides,
        constructed articles would be compared with others, or the table of counts is not one.

    References
    ----------
    Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate: A practical and
    powerful approach to multiple testing. Journal of the Royal Statistical Society: Series B
    (Methodological), 57(1), 289-300.

    Hardie, A. (2014). Log ratio - an informal introduction. ESRC Centre for Corpus Approaches to
    Social Science (CASS), Lancaster University.

    Kilgarriff, A. (2005). Language is never ever ever random. Corpus Linguistics and Linguistic
    Theory, 1(2), 263-276.

    Lijffijt, J., Nevalainen, T., Säily, T., Papapetrou, P., Puolamäki, K. & Mannila, H. (2016).
    Significance testing of word frequencies in corpora. Digital Scholarship in the Humanities,
    31(2), 374-397.

    Monroe, B. L., Colaresi, M. P. & Quinn, K. M. (2008). Fightin' words: Lexical feature
    selection and evaluation for identifying the content of political conflict. Political
    Analysis, 16(4), 372-403.

    Rayson, P. & Garside, R. (2000). Comparing corpora using frequency profiling. Proceedings of
    the Workshop on Comparing Corpora, 1-6.

    Westfall, P. H. & Young, S. S. (1993). Resampling-based multiple testing: Examples and methods
    for p-value adjustment. New York: John Wiley & Sons.

    Examples
    --------
    >>> import framing as fr
    >>> from framing.word_comparison import keyness
    >>> texts = ["Peace talks began.", "Peace is near.", "Tanks rolled.", "Tanks and talks."]
    >>> corpus = fr.Corpus.from_texts(texts, source=["Courier", "Courier", "Herald", "Herald"])
    >>> table = keyness(corpus, by="source", target="Courier")
    >>> table[["word", "n_target", "n_reference", "log_ratio", "p"]].iloc[[0, -1]].round(2)
        word  n_target  n_reference  log_ratio   p
    0  peace         2            0       1.74 NaN
    5  tanks         0            2      -2.26 NaN
    >>> table["caution"].iloc[0]
    'the target has 2 articles and the reference 2: a description, no test'
    """
    for name, number in (("min_articles", min_articles), ("permutations", permutations)):
        if not isinstance(number, Integral) or isinstance(number, bool) or number < 1:
            raise ValueError(f"{name}={number!r}: choose a whole number, 1 or more")
    if not 0 < level < 1:
        raise ValueError(f"level={level!r}: choose a number between 0 and 1, such as .95")
    one, other = _sides(as_corpus(corpus), reference, by, target)
    if not isinstance(stop_words, (str, type(None))):
        stop_words = tuple(stop_words)  # it is read once for each side
    if isinstance(other, pd.DataFrame):
        sides = _with_table(one, other, stop_words)
    else:
        sides = _join(one, other, stop_words)
    return compare_sides(
        sides, min_articles=min_articles, permutations=permutations, level=level, seed=seed
    )


# ---------------------------------------------------------------------------- the two sides


def _sides(
    corpus: Corpus, reference: Any, by: str | None, target: Any
) -> tuple[Corpus, Corpus | pd.DataFrame]:
    """Find target and reference, and refuse what cannot be compared."""
    if by is None:
        if target is not None:
            raise ValueError(
                f'target={quote(target)}: name its column too, as in by="source", target=...'
            )
        if reference is None:
            raise ValueError(
                'keyness compares: give a reference, or a column and its value as in by="source",'
                ' target="Courier"'
            )
        one = corpus
        other = reference if isinstance(reference, pd.DataFrame) else as_corpus(reference)
    else:
        one, other = _divided(corpus, reference, by, target)
    if isinstance(other, pd.DataFrame):
        groups = [one.articles]
    else:
        groups = [one.articles, other.articles]
        identity = ["article_id", "source", "sha256", "text"]
        both = groups[0][identity].astype(str).merge(groups[1][identity].astype(str))
        if len(both):
            more = f" and {len(both) - 1:,} more" if len(both) > 1 else ""
            raise ValueError(
                f"article {quote(str(both['article_id'].iloc[0]))}{more} would be in target and"
                " reference: choose two that have no article in common"
            )
    flags = [flag for group in groups for flag in group["constructed"]]
    if isinstance(other, pd.DataFrame) and "constructed" in other.columns:
        flags += other["constructed"].tolist()
    if len(set(map(bool, flags))) > 1:
        raise ValueError(
            "constructed and real articles cannot be compared or mixed: choose"
            " corpus.where(constructed=False)"
        )
    for name, group in zip(("target", "reference"), groups, strict=False):
        if not group["n_words"].sum():
            raise ValueError(f"the {name} has no {'words' if len(group) else 'articles'}")
    return one, other


def _divided(corpus: Corpus, reference: Any, by: str, target: Any) -> tuple[Corpus, Corpus]:
    articles = corpus.articles
    if by in INSIDE and by not in articles.columns:
        raise ValueError(
            f"by={quote(by)} would have the same articles in target and reference, and articles"
            f" are the cases of this test; word_frequency(corpus, by={quote(by)}) describes them"
        )
    if by not in articles.columns:
        raise ValueError(
            f"by={quote(by)} is no column of the articles; choose from:"
            f" {', '.join(map(str, articles.columns))}"
        )
    if isinstance(reference, (Corpus, pd.DataFrame)):
        raise ValueError(
            f"by={quote(by)} divides one corpus: give a value of that column as reference, or"
            " select the articles of each side with corpus.where"
        )
    if target is None:
        known = articles[by].dropna().unique()
        more = ", …" if len(known) > 10 else ""
        raise ValueError(
            f"choose a target, a value of {quote(by)}: {', '.join(map(str, known[:10]))}{more}"
        )
    one = corpus.where(**{by: target})
    if reference is not None:
        return one, corpus.where(**{by: reference})
    taken = set(one.articles["article_id"])
    rest = [name for name in articles["article_id"] if name not in taken]
    return one, corpus.where(article_id=rest)


def _join(one: Corpus, other: Corpus, stop: str | Iterable[str] | None) -> Sides:
    """Count the words of two corpora together."""
    from scipy import sparse

    corpora = (one, other)
    matrices = [document_feature_matrix(corpus, stop_words=stop) for corpus in corpora]
    words = sorted({word for matrix in matrices for word in matrix.words})
    place = {word: number for number, word in enumerate(words)}
    blocks = []
    for features in matrices:
        cells = features.matrix.tocoo()
        column = np.array([place[word] for word in features.words], dtype=np.int64)
        shape = (cells.shape[0], len(words))
        blocks.append(
            sparse.csr_array((cells.data, (cells.coords[0], column[cells.coords[1]])), shape=shape)
        )
    articles = pd.concat(
        [corpus.articles[["article_id", "sha256"]].astype(str) for corpus in corpora]
    )
    sides = Sides(
        words=words,
        counts=sparse.csr_array(sparse.vstack(blocks)),
        n_words=np.concatenate([corpus.articles["n_words"].to_numpy() for corpus in corpora]),
        in_target=np.repeat([True, False], [len(corpus) for corpus in corpora]),
        cluster=_clusters(one, other),
        constructed=bool(one.articles["constructed"].any()),
    )
    return _arranged(sides, articles)


def _with_table(one: Corpus, table: pd.DataFrame, stop: str | Iterable[str] | None) -> Sides:
    """Count the words of a corpus, and look them up in a table of counts."""
    from scipy import sparse

    known = _read_table(table, stop)
    features = document_feature_matrix(one, stop_words=stop)
    words = sorted({*features.words, *known.index})
    place = {word: number for number, word in enumerate(words)}
    cells = features.matrix.tocoo()
    column = np.array([place[word] for word in features.words], dtype=np.int64)
    shape = (len(one), len(words))
    known = known.reindex(words)
    sides = Sides(
        words=words,
        counts=sparse.csr_array(
            (cells.data, (cells.coords[0], column[cells.coords[1]])), shape=shape
        ),
        n_words=one.articles["n_words"].to_numpy(),
        in_target=np.ones(len(one), dtype=bool),
        cluster=pd.factorize(one.articles["cluster"])[0].astype(np.int64),
        table=Table(
            known["count"].fillna(0).to_numpy(dtype=np.int64),
            known["n_articles"],
            _size_of_table(table),
        ),
        constructed=bool(one.articles["constructed"].any()),
    )
    return _arranged(sides, one.articles[["article_id", "sha256"]].astype(str))


def _read_table(table: pd.DataFrame, stop: str | Iterable[str] | None) -> pd.DataFrame:
    """Return the counts of a table by the words that this package knows."""
    missing = [name for name in ("word", "count") if name not in table.columns]
    if missing:
        raise ValueError(
            f"the table of counts lacks the column {' and '.join(map(quote, missing))}; it needs"
            ' "word" and "count", as word_frequency gives them'
        )
    count = table["count"]
    whole = pd.api.types.is_numeric_dtype(count) and not pd.api.types.is_bool_dtype(count)
    count = pd.to_numeric(count, errors="coerce").astype("Float64")  # whatever pandas made of it
    if not whole or not ((count >= 0) & (count % 1 == 0)).fillna(False).all() or not count.sum():
        raise ValueError('the column "count" of the table must have whole numbers, none missing')
    strings = [word for word in table["word"] if isinstance(word, str)]
    if len(strings) < len(table):
        raise ValueError(
            'the column "word" of the table must have a text in every row; read a saved table with'
            " pd.read_csv(path, keep_default_na=False), as some words look like missing ones"
        )
    twice = table["word"][table["word"].duplicated()]
    if len(twice):
        raise ValueError(
            f"{quote(twice.iloc[0])} stands twice in the table of counts; give the counts of one"
            " group"
        )
    spelled, number = split_words([fold(word) for word in strings], stop_set(stop))
    given = "n_articles" in table.columns and pd.api.types.is_numeric_dtype(table["n_articles"])
    unknown = pd.array([pd.NA] * len(table), dtype="Int64")
    frame = pd.DataFrame(
        {
            "count": count.astype(np.int64).to_numpy(),
            "n_articles": table["n_articles"].astype("Int64").array if given else unknown,
        }
    )
    chosen = (number >= 0) & (frame["count"].to_numpy() > 0)
    # An article may use a word and its possessive, which are two rows here: the larger number.
    frame = frame[chosen].groupby(number[chosen]).agg({"count": "sum", "n_articles": "max"})
    frame.index = pd.Index([spelled[position] for position in frame.index], dtype=object)
    return frame


def _size_of_table(table: pd.DataFrame) -> float:
    """Give the number of words a table of counts was made from."""
    total = float(table["count"].sum())
    if "per_1000_words" not in table.columns:
        return total
    rates = pd.to_numeric(table["per_1000_words"], errors="coerce").sum()
    if not 0 < rates <= 1001:  # a little more by rounding
        raise ValueError(
            'the column "per_1000_words" of the table must have rates that sum to 1,000 at most'
        )
    return round(total / rates * 1000)


def _arranged(sides: Sides, articles: pd.DataFrame) -> Sides:
    """Put the articles in the order of their ids and leave out those without words.

    So neither the order of the corpus nor which side is called the target has a part in the
    random relabellings.
    """
    keys = articles.to_numpy(dtype=object)
    order = sorted(range(len(keys)), key=lambda row: tuple(keys[row]))
    chosen = np.array([row for row in order if sides.n_words[row] > 0], dtype=np.int64)
    return replace(
        sides,
        counts=sides.counts[chosen],
        n_words=sides.n_words[chosen],
        in_target=sides.in_target[chosen],
        cluster=sides.cluster[chosen],
    )


def _clusters(one: Corpus, other: Corpus) -> Ints:
    """Give each article the number of its cluster, so that shared text has one number in both."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    corpora = (one, other)
    related = one.tokens.vocabulary is other.tokens.vocabulary  # selections of one corpus
    names = [
        (0 if related else side, str(cluster))
        for side, corpus in enumerate(corpora)
        for cluster in corpus.articles["cluster"]
    ]
    cluster: Ints = pd.factorize(pd.Series(names, dtype=object))[0].astype(np.int64)
    if related:
        return cluster
    text = pd.factorize(pd.Series([key for corpus in corpora for key in _texts(corpus)]))[0]
    # Clusters that have a text in common are one.
    size = int(cluster.max()) + 1
    links = coo_array((np.ones(len(text)), (cluster, text + size)), shape=(size + len(text),) * 2)
    joined = connected_components(links, directed=False)[1]
    return joined[cluster].astype(np.int64)


def _texts(corpus: Corpus) -> Iterator[str]:
    """Give for each article a key that is the same for those with the same words."""
    tokens = corpus.tokens
    for first, stop in pairwise(tokens.offsets):
        counted = tokens.type_id[first:stop][tokens.counted[first:stop]]
        words = "\n".join([tokens.types[word] for word in counted])
        yield sha256(words.encode("utf-8", "replace")).hexdigest()
