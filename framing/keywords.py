"""Which words a corpus uses: frequency, TF-IDF, document-feature matrices, keywords in context."""

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
from framing.parts import Part, part_of_words, said_by
from framing.search import find_pattern
from framing.tables import TABLES, as_table, codes_in
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
    total = _sorted(gather @ matrix)
    articles = _sorted(gather @ matrix.sign())
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
    found, weights = _sorted(counts.matrix), _sorted(_weigh(counts.matrix))
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


def kwic(
    corpus: Corpus | str | Sequence[str],
    pattern: str | pd.DataFrame,
    *,
    window: int = 8,
    voices: bool = False,
) -> pd.DataFrame:
    """Show a keyword in context: every use of a word or phrase with the words around it.

    Matches of a codebook, all or a sample of them, are shown in the same way, for reading them.

    Parameters
    ----------
    corpus : Corpus, str or list of str
        The articles, or one text or several for a quick try.
    pattern : str or DataFrame
        What to look for, in the pattern language of codebooks: ``"guarantee*"``,
        ``"peace talks"``, ``"(cease-fire|truce)"``. Or matches that `find_matches` gave for this
        corpus, in any order.
    window : int
        Words to show on each side, 0 or more. They come from the same paragraph, never from the
        title or caption beside it.
    voices : bool
        Whether it is told whose words each use is; see `find_voices`.

    Returns
    -------
    DataFrame
        One row per use, in the order of the corpus: ``article_id``; ``source``; ``sentence``,
        number in the article from 1; ``start`` and ``end``, characters in the article's text
        from 0; ``left``, the words before; ``keyword``, the words found; ``right``, the words
        after. All three stand as in the text, with its punctuation; white space in ``left`` and
        ``right`` is single spaces. Datelines, credits and repeated text are not searched. For
        matches there is one row each, in their order, with their ``frame`` and ``pattern`` after
        ``source``.

        With ``voices`` also, of the first word found: ``voice``; ``speaker`` and ``speaker_id``,
        NA where nobody is quoted or reported, or nobody is named; ``certainty`` of the speaker,
        0 to 1, NA where there is none.

    Raises
    ------
    ValueError
        If ``window`` is negative, if the pattern cannot be read, or if matches are not of this
        corpus.

    Examples
    --------
    >>> lines = kwic('The envoys want "firm guarantees", he said.', "guarantee*", window=2)
    >>> lines[["left", "keyword", "right"]]
             left     keyword        right
    0  want "firm  guarantees  ", he said.
    """
    if not isinstance(pattern, str | pd.DataFrame):
        raise ValueError(f'pattern={pattern!r}: write a pattern, such as "guarantee*"')
    if not isinstance(window, int) or window < 0:
        raise ValueError(f"window={window}: choose a number of words, 0 or more")
    corpus = as_corpus(corpus)
    tokens, texts, articles = corpus.tokens, corpus.texts, corpus.articles
    if isinstance(pattern, str):
        first, stop = find_pattern(tokens, pattern)
        counted = tokens.counted[first]
        first, stop = first[counted], stop[counted]
    else:
        first, stop = _words_of(pattern, corpus)
    sentence = tokens.sentence[first]
    article = tokens.sentence_article[sentence]
    block_of_token = tokens.sentence_block[tokens.sentence]
    block = block_of_token[first]
    opens = np.searchsorted(block_of_token, block)  # its first token
    closes = np.searchsorted(block_of_token, block, side="right")
    before, after = np.maximum(first - window, opens), np.minimum(stop + window, closes)
    # A window that reaches the edge of its block has the marks there too.
    left_start = np.where(before == opens, tokens.block_start[block], tokens.start[before])
    right_end = np.where(after == closes, tokens.block_end[block], tokens.end[after - 1])
    start, end = tokens.start[first], tokens.end[stop - 1]
    parts: list[list[str]] = [[], [], []]
    for number, *bounds in zip(article, left_start, start, end, right_end, strict=True):
        for part, a, b in zip(parts, bounds, bounds[1:], strict=False):
            part.append(texts[number][a:b])
    left, keyword, right = parts
    table = as_table(
        "kwic",
        {
            "article_id": articles["article_id"].array.take(article),
            "source": articles["source"].array.take(article),
            "sentence": tokens.sentence_number[sentence],
            "start": start,
            "end": end,
            "left": [" ".join(text.split()) for text in left],
            "keyword": keyword,
            "right": [" ".join(text.split()) for text in right],
        },
    )
    if isinstance(pattern, pd.DataFrame):
        found = table.assign(frame=pattern["frame"].array, pattern=pattern["pattern"].array)
        table = found[[*table.columns[:2], "frame", "pattern", *table.columns[2:]]]
    return table.assign(**said_by(corpus, first)) if voices else table


def _words_of(matches: pd.DataFrame, corpus: Corpus) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each match its first token and the one after its last."""
    tokens = corpus.tokens
    needed = ("article_id", "frame", "pattern", "start", "end")
    if missing := [name for name in needed if name not in matches.columns]:
        raise ValueError(
            f"matches lack the column {', '.join(missing)}; use a table that find_matches gave"
        )
    article = codes_in(corpus.articles["article_id"].tolist(), matches["article_id"])
    start, end = (matches[name].to_numpy().astype(np.int64) for name in ("start", "end"))
    words = tokens.article.astype(np.int64) << 32
    first = np.searchsorted(words + tokens.start, (article.astype(np.int64) << 32) + start)
    stop = np.searchsorted(words + tokens.end, (article.astype(np.int64) << 32) + end) + 1
    here = (article >= 0) & (first < stop) & (stop <= len(tokens))
    here[here] = (tokens.start[first[here]] == start[here]) & (
        tokens.end[stop[here] - 1] == end[here]
    )
    if not here.all():
        row = matches[~here].iloc[0]
        raise ValueError(
            f'matches: article "{row["article_id"]}" has no words from {row["start"]} to'
            f" {row['end']}; use the matches of this corpus"
        )
    return first, stop


# ---------------------------------------------------------------------------- dispersion


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
    cells = _sorted(counts)
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


def _sorted(matrix: sparse.csr_array) -> sparse.coo_array:
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
