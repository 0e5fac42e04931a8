"""Which frames stand together in a sentence more often than chance would put them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.cases import FEW_ARTICLES, Cases, caution, gather_cases
from framing.display import plural
from framing.rows import changes
from framing.tables import TABLES, as_table, coded
from framing.uncertainty import Floats

_FEW_TOGETHER = 5  # sentences: fewer, also by chance, say little
_EQUAL = 1e-9  # statistics that differ by less are equal
_CELLS = 4_000_000  # numbers held at a time while permuting


def frame_cooccurrence(
    scores: pd.DataFrame, *, permutations: int = 9999, seed: int = 0
) -> pd.DataFrame:
    """Find which frames stand together in one sentence more often than chance would put them.

    Lift compares with chance over all sentences, so two frames that belong to the same articles
    have a high one even if they avoid each other inside. The test asks something else: whether
    the two meet in the sentences of an article more often, or more seldom, than if the sentences of
    the one were moved on by a random number, the last becoming the first. An article so keeps its
    number of mentions of each frame, and mentions that follow each other still do. Articles are the
    cases; of those that share their text the first is tested.

    Parameters
    ----------
    scores : DataFrame
        The table that ``score_frames(..., by="sentence")`` gives.
    permutations : int
        Number of random moves.
    seed : int
        Seed of the random moves.

    Returns
    -------
    DataFrame
        One row per pair of frames:

        - frame, other (category): the two frames
        - n_articles, n_sentences (int): articles, and sentences with counted words
        - n_frame, n_other (int): sentences that mention the one and the other
        - n_both (int): sentences that mention both
        - lift (float): n_both divided by what chance would give over all sentences; NA where one
          of the frames is not mentioned
        - p (float): p-value of this pair, two-sided; NA with fewer than 5 articles that mention
          both frames
        - p_adjusted (float): the same for all pairs together
        - constructed (bool): the articles are constructed
        - caution (string): what the data cannot carry

    Raises
    ------
    ValueError
        If the scores are not by sentence, or as for `frame_rates`.

    References
    ----------
    Westfall, P. H., & Young, S. S. (1993). Resampling-based multiple testing. Wiley.

    Examples
    --------
    >>> import framing as fr
    >>> text = "Peace needs guarantees. Peace at last. No news. No guarantees either."
    >>> names = {"calm": ["peace"], "safety": ["guarantee*"]}
    >>> codebook = fr.Codebook.from_patterns("two", names)
    >>> pairs = fr.frame_cooccurrence(fr.score_frames(text, codebook, by="sentence"))
    >>> pairs[["frame", "other", "n_frame", "n_other", "n_both", "lift"]]
      frame   other  n_frame  n_other  n_both  lift
    0  calm  safety        2        2       1   1.0
    """
    if isinstance(scores, pd.DataFrame) and "sentence" not in scores.columns:
        raise ValueError('frames stand together in sentences; use score_frames(..., by="sentence")')
    if permutations < 99:
        raise ValueError(f"permutations={permutations}: a p-value needs 99 or more")
    cases = gather_cases(scores, "sentence")
    present = cases.counts > 0
    one, two = np.triu_indices(len(cases.frames), k=1)
    hits, size = present.sum(axis=0), len(present)
    both = (present[:, one] & present[:, two]).sum(axis=0)
    expected = hits[one] * hits[two] / max(size, 1)
    articles = _articles(cases)
    meetings = [_meetings(present, articles, int(a), int(b)) for a, b in zip(one, two, strict=True)]
    n_shared = np.array([len(pair.article) for pair in meetings], dtype=np.intp)
    tested = np.flatnonzero(n_shared >= FEW_ARTICLES)
    p, p_adjusted = np.full((2, len(one)), np.nan)
    if len(tested):
        chosen = [(int(one[pair]), int(two[pair]), meetings[pair]) for pair in tested]
        p[tested], p_adjusted[tested] = _test(chosen, articles, permutations, seed)
    n_articles = len(set(cases.article))
    copied = n_articles - len(articles)
    data: dict[str, Any] = {
        "frame": coded(one, cases.frames),
        "other": coded(two, cases.frames),
        "n_articles": n_articles,
        "n_sentences": size,
        "n_frame": hits[one],
        "n_other": hits[two],
        "n_both": both,
        "lift": np.divide(both, expected, out=np.full(len(one), np.nan), where=expected > 0),
        "p": p,
        "p_adjusted": p_adjusted,
        "constructed": cases.constructed,
        "caution": [
            caution(
                f"both in {int(n)} articles: no test" if n < FEW_ARTICLES else "",
                f"together in {plural(int(b), 'sentence')}: the lift is unsteady"
                if max(b, e) < _FEW_TOGETHER
                else "",
                f"shared copy: {plural(copied, 'article')} not counted as a case" if copied else "",
                cases.left_out,
            )
            for n, b, e in zip(n_shared, both, expected, strict=True)
        ],
    }
    return as_table(
        "frame_cooccurrence",
        {
            name: value
            if isinstance(value := data[name], pd.Categorical)
            else np.broadcast_to(value, len(one))
            for name in TABLES["frame_cooccurrence"]
        },
    )


class _Meetings(NamedTuple):
    """Of two frames, the articles that mention both, and how often they meet for each move."""

    article: NDArray[np.intp]  # position in the list of articles
    counts: list[NDArray[np.intp]]  # for each of them the sentences with both, by move


def _articles(cases: Cases) -> list[slice]:
    """Give the sentences of each article, of shared copy those of the first article only."""
    starts = changes(cases.article)
    slices = [slice(*pair) for pair in pairwise([*starts.tolist(), len(cases.article)])]
    first = np.unique(cases.cluster[starts], return_index=True)[1]
    return [slices[number] for number in sorted(first)]


def _meetings(
    present: NDArray[np.bool_], articles: Sequence[slice], one: int, two: int
) -> _Meetings:
    numbers, counts = [], []
    for number, sentences in enumerate(articles):
        places = np.flatnonzero(present[sentences, one])
        others = np.flatnonzero(present[sentences, two])
        if len(places) and len(others):
            size = sentences.stop - sentences.start
            moves = np.subtract.outer(places, others).ravel() % size
            numbers.append(number)
            counts.append(np.bincount(moves, minlength=size))
    return _Meetings(np.array(numbers, dtype=np.intp), counts)


def _test(
    pairs: Sequence[tuple[int, int, _Meetings]],
    articles: Sequence[slice],
    permutations: int,
    seed: int,
) -> Floats:
    """Move the sentences of every frame in every article, and count how often frames then meet."""
    generator = np.random.default_rng(seed)
    sizes = np.array([sentences.stop - sentences.start for sentences in articles])
    n_frames = max(two for _, two, _ in pairs) + 1
    rows = max(1, _CELLS // (len(sizes) * n_frames))
    permuted = []
    for start in range(0, permutations, rows):
        shape = (min(rows, permutations - start), len(sizes), n_frames)
        moves = generator.integers(0, sizes[None, :, None], shape)
        permuted.append(np.stack([_standardised(pair, sizes, moves) for pair in pairs], axis=1))
    # The observed order is one of the random ones too: no p-value is 0.
    unmoved = np.zeros((1, len(sizes), n_frames), dtype=np.int64)
    observed = np.stack([_standardised(pair, sizes, unmoved) for pair in pairs], axis=1)
    statistics = np.concatenate([observed, *permuted])
    reached = statistics[0] - _EQUAL
    largest = statistics.max(axis=1, keepdims=True)
    return np.stack([(statistics >= reached).mean(axis=0), (largest >= reached).mean(axis=0)])


def _standardised(
    pair: tuple[int, int, _Meetings], sizes: NDArray[np.integer], moves: NDArray[np.integer]
) -> Floats:
    """How far the number of sentences with both frames is from its mean over all moves."""
    one, two, (article, counts) = pair
    starts = np.concatenate([[0], np.cumsum(sizes[article])[:-1]])
    apart = (moves[:, article, two] - moves[:, article, one]) % sizes[article]
    number = np.concatenate(counts)[starts + apart].sum(axis=1)
    mean = sum(float(count.mean()) for count in counts)
    variance = sum(float(count.var()) for count in counts)
    return np.abs(number - mean) / np.sqrt(max(variance, _EQUAL))
