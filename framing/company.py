"""Which words keep the company of a frame: beside its matches, or beside the same words as they.

*Association*: words and sequences of words that stand in the sentences of the frame in more
articles, and more often, than elsewhere. *Similarity*: words with neighbours like those of the
frame's words, whether or not they stand beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from framing.corpus import Corpus
from framing.language import load_language
from framing.matching import HEADLINE_SHARE
from framing.rows import Bools, Ints
from framing.tokens import JOIN, Tokens
from framing.uncertainty import Floats

if TYPE_CHECKING:
    from scipy import sparse

_LONGEST = 3  # words of a candidate
_FEWEST_USES = 3  # of a candidate; fewer say nothing about its company
_NEIGHBOURS = 8  # words on each side that are the company of a word
_FEWEST_FOR_VECTOR = 5  # uses of a word that has a vector
_DIMENSIONS = 100
# Fewer articles, or fewer words: vectors found fewer of the wordings taken from a codebook than
# collocations did, or as many.
NO_VECTORS = (10, 5_000)
UNSURE_VECTORS = (20, 20_000)
NOUN_CAPITALS = frozenset({"de", "lb"})  # languages in which a capital makes no name


@dataclass(frozen=True)
class Places:
    """Spans of tokens: the first of each and the one after its last."""

    first: Ints
    stop: Ints

    def pick(self, chosen: Bools | Ints) -> Places:
        """Return some of the spans."""
        return Places(self.first[chosen], self.stop[chosen])

    def cover(self, size: int) -> Bools:
        """For each of ``size`` tokens whether it is in one of the spans."""
        change = np.bincount(self.first, minlength=size + 1)
        change = change - np.bincount(self.stop, minlength=size + 1)
        return np.cumsum(change)[:-1] > 0

    def touch(self, covered: Bools) -> Bools:
        """For each span whether one of its tokens is covered."""
        before = np.concatenate([[0], np.cumsum(covered)])
        return before[self.stop] > before[self.first]


# ---------------------------------------------------------------------------- the scene


@dataclass(frozen=True)
class Scene:
    """The words of a corpus, and where the frame stands in it.

    Attributes
    ----------
    words : list of str
        The counted words without possessives, sorted.
    word : array
        For each token its word; -1 where it is not counted.
    content, name : array
        For each word whether it is neither stop word nor number, and whether it is a name.
    own : Places
        The frame's matches.
    has_match : array
        For each sentence whether one of these matches stands in it.
    free, near : array
        For each token whether it is counted and outside of these matches, and whether it stands
        in a sentence with one of them besides.
    """

    corpus: Corpus
    words: list[str]
    word: Ints
    content: Bools
    name: Bools
    own: Places
    has_match: Bools
    free: Bools
    near: Bools
    min_articles: int

    @property
    def tokens(self) -> Tokens:
        """The tokens of the corpus."""
        return self.corpus.tokens

    @classmethod
    def of(cls, corpus: Corpus, language: str, own: Places, min_articles: int) -> Scene:
        """Look at a corpus with the matches of a frame in it."""
        tokens = corpus.tokens
        stop = frozenset(load_language(language).stop_words)
        short = [word.removesuffix("'s") for word in tokens.types]
        used = np.unique(tokens.type_id[tokens.counted])
        words = sorted({short[number] for number in used})
        number = {word: place for place, word in enumerate(words)}
        of_type = np.array([number.get(word, -1) for word in short], dtype=np.int64)
        word = np.where(tokens.counted, of_type[tokens.type_id], -1)
        # "it's" is a stop word by its whole, "the minister's" by neither
        stops = {
            text for whole, text in zip(tokens.types, short, strict=True) if {whole, text} & stop
        }
        content = np.array([w not in stops and any(map(str.isalpha, w)) for w in words], bool)
        has_match = np.zeros(len(tokens.sentence_start), dtype=bool)
        has_match[tokens.sentence[own.first]] = True
        free = tokens.counted & ~own.cover(len(tokens))
        if load_language(language).code in NOUN_CAPITALS:
            name = np.zeros(len(words), dtype=bool)
        else:
            name = _names(tokens, word, len(words))
        return cls(
            corpus=corpus,
            words=words,
            word=word,
            content=content,
            name=name,
            own=own,
            has_match=has_match,
            free=free,
            near=free & has_match[tokens.sentence],
            min_articles=min_articles,
        )

    def articles_of(self, thing: Ints, tokens: Ints, size: int) -> Ints:
        """Count the articles in which each of ``size`` things stands, at these tokens."""
        n_articles = max(self.tokens.n_articles, 1)
        pairs = np.unique(thing * n_articles + self.tokens.article[tokens])
        return np.bincount(pairs // n_articles, minlength=size).astype(np.int64)


def _names(tokens: Tokens, word: Ints, size: int) -> Bools:
    """For each word whether most of its uses inside sentences have a capital.

    The first words of sentences and quotations do not count, nor do sentences in headline case.
    """
    capital = np.array([form[0].isupper() for form in tokens.forms], dtype=bool)[tokens.form_id]
    letter = np.array([form[0].isalpha() for form in tokens.forms], dtype=bool)[tokens.form_id]
    n_sentences = len(tokens.sentence_start)
    n_capital = np.bincount(tokens.sentence, capital, n_sentences)
    n_letter = np.bincount(tokens.sentence, letter, n_sentences)
    plain = n_capital <= HEADLINE_SHARE * n_letter
    inside = (word >= 0) & (tokens.gap == JOIN) & plain[tokens.sentence]
    of_all = np.bincount(word[inside], minlength=size)
    return 2 * np.bincount(word[inside & capital], minlength=size) > of_all


# ---------------------------------------------------------------------------- candidates


@dataclass(frozen=True)
class Candidates:
    """Words and phrases with their scores, one row each.

    Attributes
    ----------
    parts : array, candidates × 3
        The words, as positions in `Scene.words`; -1 after the last one.
    association, log_ratio : array of float
        As `suggest_patterns` describes them.
    similarity : array of float
        Cosine with the words of the frame, -1 to 1; NaN where there is no vector.
    n_near_articles : array of int
        Articles in which it stands in a sentence with a match of the frame.
    """

    parts: Ints
    association: Floats
    log_ratio: Floats
    similarity: Floats
    n_near_articles: Ints


def score_candidates(scene: Scene) -> Candidates:
    """Score all words and phrases that are frequent enough outside of the frame's matches.

    Parameters
    ----------
    scene : Scene
        The corpus with the matches of the frame.

    Returns
    -------
    Candidates
        Words first, then phrases of two and of three words, each sorted by their words.
    """
    tables = [_associated(scene, *_sequences(scene, length)) for length in range(1, _LONGEST + 1)]
    parts = np.concatenate([table[0] for table in tables])
    association, log_ratio, articles = (
        np.concatenate([table[column] for table in tables]) for column in (1, 2, 3)
    )
    return Candidates(parts, association, log_ratio, _similarity(scene, parts), articles)


def _sequences(scene: Scene, length: int) -> tuple[Ints, Ints, Ints]:
    """Find the sequences of words: their parts, and for each use its number and first token."""
    tokens, word = scene.tokens, scene.word
    size = max(len(tokens) - length + 1, 0)
    usable = scene.free & ~np.append(scene.name, False)[word]
    edge = usable & np.append(scene.content, False)[word]
    good = edge[:size] & edge[length - 1 : length - 1 + size]
    for step in range(1, length):
        good &= usable[step : size + step] & (tokens.gap[step : size + step] == JOIN)
    first = np.flatnonzero(good)
    # pair by pair, so that the number of a sequence stays small whatever the vocabulary
    number, parts = word[first], np.arange(len(scene.words)).reshape(-1, 1)
    for step in range(1, length):
        keys, number = np.unique(
            number * len(scene.words) + word[first + step], return_inverse=True
        )
        before, last = np.divmod(keys, max(len(scene.words), 1))
        parts = np.column_stack([parts[before], last])
    uses = np.bincount(number, minlength=len(parts))
    articles = scene.articles_of(number, first, len(parts))
    kept = (uses >= _FEWEST_USES) & (articles >= scene.min_articles)
    chosen = kept[number]
    parts = np.pad(parts[kept], ((0, 0), (0, _LONGEST - length)), constant_values=-1)
    return parts, (np.cumsum(kept) - 1)[number[chosen]], first[chosen]


def _associated(
    scene: Scene, parts: Ints, number: Ints, first: Ints
) -> tuple[Ints, Floats, Floats, Ints]:
    """Add association, log ratio and the articles of the frame to each sequence.

    All sums are of whole numbers, so that the order of the articles has no part in them.
    """
    size, n_articles = len(parts), scene.tokens.n_articles
    share = int(scene.near.sum()) / max(int(scene.free.sum()), 1)
    cells, cell = np.unique(
        number * max(n_articles, 1) + scene.tokens.article[first], return_inverse=True
    )
    owner = cells // max(n_articles, 1)
    uses = np.bincount(cell, minlength=len(cells))
    near = np.bincount(cell[scene.near[first]], minlength=len(cells))
    all_uses, all_near, near_2, both, uses_2 = (
        np.bincount(owner, weights, minlength=size)
        for weights in (uses, near, near * near, near * uses, uses * uses)
    )
    difference = all_near - share * all_uses
    spread = near_2 - 2 * share * both + share**2 * uses_2
    association = difference / np.sqrt(1 + np.maximum(spread, 0))
    log_ratio = np.log2((all_near + 0.5) / (share * all_uses + 0.5))
    articles = np.bincount(owner[near > 0], minlength=size).astype(np.int64)
    return parts, association, log_ratio, articles


# ---------------------------------------------------------------------------- vectors


def _similarity(scene: Scene, parts: Ints) -> Floats:
    """Cosine of each candidate's vector with the mean vector of the frame's words, or NA."""
    from scipy import sparse

    similarity = np.full(len(parts), np.nan)
    if is_smaller(scene.corpus, NO_VECTORS) or not len(parts):
        return similarity
    of_word, vectors = _word_vectors(scene)
    matched = scene.word[scene.own.cover(len(scene.tokens)) & (scene.word >= 0)]
    seeds = of_word[np.unique(matched)]
    if not (seeds >= 0).any():
        return similarity
    direction = vectors[seeds[seeds >= 0]].mean(axis=0)
    vector = np.append(of_word, -1)[parts]
    asked = (parts >= 0) & np.append(scene.content, False)[parts]
    row, place = np.nonzero(asked & (vector >= 0))
    cells = (np.ones(len(row)), (row, vector[row, place]))
    total = sparse.csr_array(cells, shape=(len(parts), len(vectors))) @ vectors
    length = np.linalg.norm(total, axis=1) * np.linalg.norm(direction)
    whole = (asked <= (vector >= 0)).all(axis=1) & (length > 0)
    similarity[whole] = (total[whole] @ direction) / length[whole]
    return similarity.round(9)


def _word_vectors(scene: Scene) -> tuple[Ints, Floats]:
    """Give each word the number of its vector, -1 for none, and the vectors, of length 1."""
    word, tokens, size = scene.word, scene.tokens, len(scene.words)
    place = np.flatnonzero(np.append(scene.content, False)[word])
    uses = np.bincount(word[place], minlength=size)
    articles = scene.articles_of(word[place], place, size)
    frequent = (uses >= _FEWEST_FOR_VECTOR) & (articles >= scene.min_articles)
    of_word = np.where(frequent, np.cumsum(frequent) - 1, -1)
    counts = _neighbours(of_word[word[place]], tokens.sentence[place], int(frequent.sum()))
    return of_word, _reduced(_positive_pmi(counts))


def _neighbours(word: Ints, sentence: NDArray[np.integer], size: int) -> sparse.csr_array:
    """Count for each pair of words how often they are neighbours in a sentence; -1 is no word."""
    from scipy import sparse

    counts = sparse.csr_array((size, size), dtype=np.int64)
    for step in range(1, _NEIGHBOURS + 1):
        left, right = word[:-step], word[step:]
        pair = (sentence[:-step] == sentence[step:]) & (left >= 0) & (right >= 0)
        cells = (np.ones(int(pair.sum()), dtype=np.int64), (left[pair], right[pair]))
        counts = counts + sparse.csr_array(cells, shape=(size, size))
    return sparse.csr_array(counts + counts.T)


def _positive_pmi(counts: sparse.csr_array) -> sparse.csr_array:
    """Weigh counts of pairs: log of count × all / (row × column), what is below 0 left out."""
    from scipy import sparse

    cells = counts.tocoo()
    row, column = cells.coords
    margin = np.bincount(row, cells.data, minlength=counts.shape[0])
    expected = margin[row] * margin[column] / max(margin.sum(), 1)
    weight = np.log(cells.data / expected)
    kept = weight > 0
    weights = (weight[kept], (row[kept], column[kept]))
    return sparse.csr_array(weights, shape=counts.shape)


def _reduced(weights: sparse.csr_array) -> Floats:
    """Reduce a matrix to its strongest dimensions, each of the same weight."""
    from sklearn.decomposition import TruncatedSVD

    # with as many dimensions as words, and equal weights, no two words would be alike
    dimensions = min(_DIMENSIONS, max(weights.shape[0] // 5, 1))
    if not weights.nnz:
        return np.zeros((weights.shape[0], 1))
    model = TruncatedSVD(dimensions, algorithm="randomized", n_iter=5, random_state=0)
    with np.errstate(invalid="ignore", divide="ignore"):  # shares of a variance that may be 0
        scores = model.fit_transform(weights)
    strong = model.singular_values_ > model.singular_values_[0] * 1e-9
    vectors = scores[:, strong] / model.singular_values_[strong]
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Floats = vectors / np.where(length > 0, length, 1)
    return result


def is_smaller(corpus: Corpus, least: tuple[int, int]) -> bool:
    """Whether a corpus has fewer articles, or fewer counted words, than a pair of numbers."""
    articles = corpus.articles
    return len(articles) < least[0] or int(articles["n_words"].sum()) < least[1]
