"""Which words a corpus uses: frequency, TF-IDF, document-feature matrices."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.corpus import Corpus, as_corpus
from framing.display import plural
from framing.language import load_language
from framing.parts import Part, part_of_words
from framing.tables import TABLES, as_table
from framing.tokens import Tokens
from framing.words import fold

if TYPE_CHECKING:
    from scipy import sparse

Unit = Literal["sentence", "block", "voice", "speaker", "article"]
_SMALL = 100_000  # numbers: a table of so many costs nothing
# what divides an article, not only a corpus
INSIDE: tuple[Part, ...] = ("block", "quoted", "voice", "speaker")


def stop_words(language: str = "en") -> tuple[str, ...]:
    """Return the stop words: the function words that say little about what a text is about.

    The list is our own, made for news, and part of this package: it has the package's version,
    and a change to it is a change of results. Verbs of saying, numerals, days and months are not
    on it. Single letters are, since they are initials or the pieces of "U.S.".

    Parameters
    ----------
    language : str
        Language code such as ``"en"``.

    Returns
    -------
    tuple of str
        The words, case-folded, with plain apostrophes.

    Raises
    ------
    ValueError
        If there is no list for the language.

    Examples
    --------
    >>> "the" in stop_words(), "said" in stop_words()
    (True, False)

    Add words of your own to it:

    >>> own = [*stop_words(), "said", "told"]
    >>> word_frequency("The minister said peace is near.", stop_words=own)["word"].tolist()
    ['minister', 'near', 'peace']
    """
    words = load_language(language).stop_words
    if not words:
        raise ValueError(
            f"there is no list of stop words for the language {language!r}: pass a list of words,"
            " or stop_words=None to keep every word"
        )
    return words


def word_frequency(
    corpus: Corpus | str | Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    stop_words: str | Iterable[str] | None = "en",
    min_count: int = 1,
) -> pd.DataFrame:
    """Count the words of a corpus, or of each source, block or other group in it.

    A word is counted with its possessive ("Putin's" under "putin") and without regard to case.
    Numbers written in digits are not listed. Counted are the words that other tables count: no
    dateline, no credit, no repeated text.

    Parameters
    ----------
    corpus : Corpus, str or list of str
        The articles, or one text or several for a quick try.
    by : str or list of str, optional
        What to count separately: a column of ``corpus.articles`` such as ``"source"``,
        ``"block"`` (title, caption, body ...), ``"quoted"`` (inside quotation marks or not),
        ``"voice"`` (headline, caption, journalist, quoted or indirect), ``"speaker"`` (who is
        quoted or reported), or several of these. An article without a value (NA) belongs to a
        group of its own. The journalist's words are an upper bound: reported speech that was not
        recognised is among them. Words of speakers who are not sure are an unknown speaker's.
    stop_words : str, iterable of str or None
        Words to leave out: a language code for the list of `stop_words`, words of your own, or
        None to keep every word.
    min_count : int
        Leave out words that are used less often than this in the group.

    Returns
    -------
    DataFrame
        One row per word (and group), the most frequent first: the columns of ``by``; ``word``,
        case-folded; ``count``, times it is used; ``per_1000_words``, per 1,000 counted words of
        the group, stop words and numbers among them; ``n_articles``, articles of the group that
        use it; ``article_share``, their share of the group's articles that have any counted word,
        0 to 1; ``constructed``, whether articles of the group were written for demonstration. A
        word that a group does not use has no row there.

    Raises
    ------
    ValueError
        If ``by`` is unknown, or if there are no stop words for the language.

    Examples
    --------
    >>> texts = ["Peace talks began. Kyiv's envoys spoke of peace.", "Kyiv spoke."]
    >>> word_frequency(texts, min_count=2).drop(columns="constructed")
        word  count  per_1000_words  n_articles  article_share
    0   kyiv      2           200.0           2            1.0
    1  peace      2           200.0           1            0.5
    2  spoke      2           200.0           2            1.0
    """
    from scipy import sparse

    corpus = as_corpus(corpus)
    tokens = corpus.tokens
    counted = np.flatnonzero(tokens.counted)
    given: list[Any] = list(by) if isinstance(by, (list, tuple)) else [by] if by else []
    names = list(dict.fromkeys(given))
    group, labels, n_groups = _groups(corpus, names, counted)
    n_words = np.bincount(group, minlength=n_groups)
    # Count in each article of each group first: both totals are sums over these.
    key = group * max(tokens.n_articles, 1) + tokens.article[counted]
    cell, row = _numbered(key, n_groups * tokens.n_articles)
    words, matrix = _count(tokens, counted, row, len(cell), stop_words)
    group_of_cell = cell // max(tokens.n_articles, 1)
    cells = (np.ones(len(cell), dtype=np.int64), (group_of_cell, np.arange(len(cell))))
    gather = sparse.csr_array(cells, shape=(n_groups, len(cell)))
    total = sorted_cells(gather @ matrix)
    articles = sorted_cells(gather @ matrix.sign())
    keep = total.data >= min_count
    group, word = total.coords[0][keep], total.coords[1][keep]
    count, n_articles = total.data[keep], articles.data[keep]
    order = np.lexsort((word, -count, group))
    group, word, count, n_articles = group[order], word[order], count[order], n_articles[order]
    size = np.bincount(group_of_cell, minlength=n_groups)
    made_up = corpus.articles["constructed"].to_numpy()
    table = as_table(
        "word_frequency",
        {
            "word": _texts(words, word),
            "count": count,
            "per_1000_words": count / n_words[group] * 1000,
            "n_articles": n_articles,
            "article_share": n_articles / size[group],
            "constructed": np.isin(group, group_of_cell[made_up[cell % max(tokens.n_articles, 1)]]),
        },
    )
    for place, name in enumerate(names):
        table.insert(place, name, labels[name].take(group))
    return table


@dataclass(frozen=True, eq=False, repr=False)
class DocumentFeatureMatrix:
    """How often each unit of text uses each word: one row per unit, one column per word.

    Attributes
    ----------
    matrix : scipy.sparse.csr_array
        Counts (int64), or TF-IDF weights from 0 to 1 (float64).
    units : DataFrame
        What the rows are: ``article_id``, with ``sentence`` (number in the article from 1),
        ``block``, ``voice`` or ``speaker`` where the units are these.
    words : list of str
        What the columns are: the words, case-folded, sorted.
    by : {"sentence", "block", "voice", "speaker", "article"}
        What a unit is.
    weight : {"count", "tfidf"}
        What the values are.
    """

    matrix: sparse.csr_array
    units: pd.DataFrame
    words: list[str]
    by: Unit
    weight: Literal["count", "tfidf"]

    def __repr__(self) -> str:
        rows, columns = self.matrix.shape
        units, words = plural(rows, self.by), plural(columns, "word")
        return f"<DocumentFeatureMatrix: {units}, {words}, weight={self.weight!r}>"

    def to_frame(self) -> pd.DataFrame:
        """Return the matrix as a table: units as index, words as columns, zeros not stored.

        Examples
        --------
        >>> document_feature_matrix(["Talks began.", "Talks on talks."]).to_frame()
                    began  on  talks
        article_id
        1               1   0      1
        2               0   1      2
        """
        names = list(self.units.columns)
        index = self.units.set_index(names).index
        accessor: Any = pd.DataFrame.sparse  # unknown to the type information of pandas
        return accessor.from_spmatrix(self.matrix, index=index, columns=self.words)


def document_feature_matrix(
    corpus: Corpus | str | Sequence[str],
    *,
    by: Unit = "article",
    stop_words: str | Iterable[str] | None = None,
    weight: Literal["count", "tfidf"] = "count",
) -> DocumentFeatureMatrix:
    """Count the words of each article, block or sentence, for models that start from counts.

    Words are those of `word_frequency`: case-folded, with their possessives, no numbers, and no
    dateline, credit or repeated text.

    Parameters
    ----------
    corpus : Corpus, str or list of str
        The articles, or one text or several for a quick try.
    by : {"sentence", "block", "voice", "speaker", "article"}
        What a row is: a sentence; all sentences of one kind of block (title, caption, body ...)
        of an article; all words of one voice or speaker in an article, as in `word_frequency`;
        or an article.
    stop_words : str, iterable of str or None
        Words to leave out: a language code for the list of `stop_words`, words of your own, or
        None to keep every word.
    weight : {"count", "tfidf"}
        Counts, or counts weighted by how few units use the word, each row scaled to length 1
        (scikit-learn's TF-IDF with ``smooth_idf=True``).

    Returns
    -------
    DocumentFeatureMatrix
        The sparse ``matrix`` with its ``units`` and ``words``. Every article has a row, even one
        without words; of its parts only those with counted words have one.

    Raises
    ------
    ValueError
        If ``by`` or ``weight`` is unknown, or if there are no stop words for the language.

    References
    ----------
    Pedregosa, F. et al. (2011). Scikit-learn: Machine learning in Python. Journal of Machine
    Learning Research, 12, 2825-2830.

    Examples
    --------
    >>> matrix = document_feature_matrix(["Talks began.", "Talks on talks failed."])
    >>> matrix
    <DocumentFeatureMatrix: 2 articles, 4 words, weight='count'>
    >>> matrix.words
    ['began', 'failed', 'on', 'talks']
    >>> matrix.matrix.toarray()
    array([[1, 0, 0, 1],
           [0, 1, 1, 2]])
    """
    if weight not in ("count", "tfidf"):
        raise ValueError(f'weight={weight!r}: choose "count" or "tfidf"')
    corpus = as_corpus(corpus)
    counted = np.flatnonzero(corpus.tokens.counted)
    row, units = _units(corpus, by, counted)
    words, matrix = _count(corpus.tokens, counted, row, len(units), stop_words)
    if weight == "tfidf":
        matrix = _weigh(matrix)
    return DocumentFeatureMatrix(matrix, units, words, by, weight)


def tfidf(
    corpus: Corpus | str | Sequence[str],
    *,
    by: Unit = "article",
    stop_words: str | Iterable[str] | None = "en",
) -> pd.DataFrame:
    """Find the words that are typical of each article: frequent in it and rare in the others.

    Words are those of `word_frequency`. TF-IDF describes; for a comparison of groups that says
    how sure it is, it is not enough.

    Parameters
    ----------
    corpus : Corpus, str or list of str
        The articles, or one text or several for a quick try.
    by : {"sentence", "block", "voice", "speaker", "article"}
        Whose words are weighed: a sentence's; those of all sentences of one kind of block of an
        article; those of one voice or speaker in an article, as in `word_frequency`; or an
        article's.
    stop_words : str, iterable of str or None
        Words to leave out: a language code for the list of `stop_words`, words of your own, or
        None to keep every word.

    Returns
    -------
    DataFrame
        One row per unit and word it uses, units in order and the highest weight first:
        ``article_id``; ``sentence`` (number in the article from 1), ``block``, ``voice`` or
        ``speaker`` where asked for; ``word``, case-folded; ``count``, times it is used in the
        unit; ``tfidf``, 0 to 1, comparable inside a unit, whose weights have length 1;
        ``caution``, what the weights cannot carry, empty where nothing is to be said.

    Raises
    ------
    ValueError
        If ``by`` is unknown, or if there are no stop words for the language.

    References
    ----------
    Pedregosa, F. et al. (2011). Scikit-learn: Machine learning in Python. Journal of Machine
    Learning Research, 12, 2825-2830.

    Examples
    --------
    >>> table = tfidf(["Envoys met.", "Envoys met in Minsk."])
    >>> table[table["article_id"] == "2"][["word", "tfidf"]].round(2)
         word  tfidf
    2   minsk    0.7
    3  envoys    0.5
    4     met    0.5
    """
    counts = document_feature_matrix(corpus, by=by, stop_words=stop_words)
    found, weights = sorted_cells(counts.matrix), sorted_cells(_weigh(counts.matrix))
    # Rounded for the order only: the last digits differ between machines.
    order = np.lexsort((found.coords[1], -weights.data.round(9), found.coords[0]))
    unit, word = found.coords[0][order], found.coords[1][order]
    caution = ""
    if len(counts.units) == 1:
        caution = f"one {by}: every word is equally rare, so this ranks by frequency"
    table = as_table(
        "tfidf",
        {
            "article_id": counts.units["article_id"].array.take(unit),
            "word": _texts(counts.words, word),
            "count": found.data[order],
            "tfidf": weights.data[order],
            "caution": _texts([caution], np.zeros_like(unit)),
        },
    )
    for name in counts.units.columns[1:]:
        table.insert(1, name, counts.units[name].array.take(unit))
    return table


# ---------------------------------------------------------------------------- words and units


def _count(
    tokens: Tokens,
    counted: NDArray[np.intp],
    row: NDArray[np.integer],
    n_rows: int,
    stop: str | Iterable[str] | None,
) -> tuple[list[str], sparse.csr_array]:
    """Count the words in each row; ``row`` has the row of each counted token."""
    from scipy import sparse

    words, word_of_type = split_words(tokens.types, stop_set(stop))
    word = word_of_type[tokens.type_id[counted]]
    row, word = row[word >= 0], word[word >= 0]
    # The vocabulary may hold words of articles that are not in this selection.
    used, column = _numbered(word, len(words))
    ones = np.ones(len(row), dtype=np.int64)
    matrix = sparse.csr_array((ones, (row, column)), shape=(n_rows, len(used)))
    matrix.sort_indices()
    return _pick(words, used), matrix


def split_words(types: Sequence[str], stop: frozenset[str]) -> tuple[list[str], NDArray[np.intp]]:
    """Give the words without possessives, and for each type its word, or -1 if it is left out.

    "it's" and "he's" lose their ending like possessives do; the words before it are stop words.
    """
    shortened = [word.removesuffix("'s") for word in types]
    kept = [
        word not in stop and short not in stop and (short.isalpha() or any(map(str.isalpha, short)))
        for word, short in zip(types, shortened, strict=True)
    ]
    # hardly anything is out of order, which makes sorting fast
    words = sorted(dict.fromkeys(compress(shortened, kept)))
    number = {word: position for position, word in enumerate(words)}
    ids = [number[short] if keep else -1 for short, keep in zip(shortened, kept, strict=True)]
    return words, np.array(ids, dtype=np.intp)


def stop_set(choice: str | Iterable[str] | None) -> frozenset[str]:
    """Return the words to leave out, case-folded, for any choice of ``stop_words``."""
    if choice is None:
        return frozenset()
    return frozenset(map(fold, stop_words(choice) if isinstance(choice, str) else choice))


def _units(
    corpus: Corpus, by: Unit, counted: NDArray[np.intp]
) -> tuple[NDArray[np.integer], pd.DataFrame]:
    """For each counted token its unit, and the ids of the units."""
    article, ids = corpus.tokens.article[counted], corpus.articles["article_id"].array
    if by == "article":
        return article, pd.DataFrame({"article_id": ids})
    if by not in get_args(Unit):
        raise ValueError(f"by={by!r}: choose one of {', '.join(get_args(Unit))}")
    codes, values = part_of_words(corpus, by)
    key = article.astype(np.int64) * len(values) + codes[counted]
    units, row = _numbered(key, corpus.tokens.n_articles * len(values))
    owner, code = np.divmod(units, len(values))
    return row, pd.DataFrame({"article_id": ids.take(owner), by: values.take(code)})


def _groups(
    corpus: Corpus, names: Sequence[str], counted: NDArray[np.intp]
) -> tuple[NDArray[np.int64], dict[str, Any], int]:
    """For each counted token its group, and for each name in ``by`` the groups' values."""
    tokens, articles = corpus.tokens, corpus.articles
    key = np.zeros(len(counted), dtype=np.int64)
    values: list[Any] = []
    for name in names:
        codes: NDArray[Any]
        value: Any
        if name in INSIDE:
            codes, value = part_of_words(corpus, name)
            codes = codes[counted]
        elif name in TABLES["word_frequency"]:
            raise ValueError(
                f"by={name!r} is also the name of a column of the result; rename that column of the"
                " articles"
            )
        elif name in articles.columns:
            of_article, value = pd.factorize(articles[name], sort=True, use_na_sentinel=False)
            codes = of_article[tokens.article[counted]]
        else:
            choices = ", ".join(dict.fromkeys((*INSIDE, *articles.columns)))
            raise ValueError(
                f"by={name!r} is neither a column of the articles, nor a part of an article;"
                f" choose from: {choices}"
            )
        values.append(value)
        key = key * max(len(value), 1) + codes
    present, group = _numbered(key, math.prod(max(len(value), 1) for value in values))
    labels: dict[str, Any] = {}
    left = present
    for name, value in zip(reversed(names), reversed(values), strict=True):
        left, code = np.divmod(left, max(len(value), 1))
        labels[name] = value.take(code)
    return group, labels, len(present)


def _weigh(counts: sparse.csr_array) -> sparse.csr_array:
    """TF-IDF weights of a matrix of counts."""
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfTransformer

    if 0 in counts.shape:
        return counts.astype(np.float64)
    weights = TfidfTransformer(norm="l2", smooth_idf=True).fit_transform(counts)
    return sparse.csr_array(weights)


def sorted_cells(matrix: sparse.csr_array) -> sparse.coo_array:
    """List the entries row by row, so that those of two matrices of counts run in step."""
    matrix = matrix.tocsr(copy=True)
    matrix.sort_indices()
    return matrix.tocoo()


def _numbered(keys: NDArray[np.integer], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List the different keys in order, and for each key its place among them.

    The keys are below ``size``; a table of that many marks is faster than sorting if it is small.
    """
    if size > 2 * len(keys) + _SMALL:
        different, place = np.unique(keys, return_inverse=True)
        return different.astype(np.int64), place
    present = np.zeros(size, dtype=bool)
    present[keys] = True
    return np.flatnonzero(present), (np.cumsum(present) - 1)[keys]


def _texts(words: Sequence[str], positions: NDArray[np.integer]) -> Any:
    """Give the words at some positions as a column of a table."""
    return pd.array(list(words), dtype="string").take(positions)


def _pick(words: Sequence[str], positions: NDArray[np.integer]) -> list[str]:
    return [words[position] for position in positions]
