"""How much the rates depend on how is counted: weights, marks, quotations, titles, one pattern."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.cases import caution, gather_cases
from framing.codebook import Codebook, as_codebook
from framing.corpus import Corpus, as_corpus
from framing.display import plural
from framing.frames import score_frames
from framing.matching import find_matches
from framing.parts import Part
from framing.tables import BLOCKS, TABLES, as_table, coded, codes_in

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

COUNTED = "as counted"
VARIANTS = (
    *(COUNTED, "weights on", "review entries out", "quotations out", "title out"),
    *("top pattern out", "negated out"),
)
_FEW_MENTIONS = 5  # of fewer, a single one moves every rate


def frame_sensitivity(
    corpus: Corpus | str | Sequence[str],
    codebook: Codebook,
    *,
    by: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """Give the rate of every frame as counted, and as it would be if it were counted otherwise.

    A result that stands under one way of counting only is a result of that way of counting. This
    describes the articles at hand, be it one, and tests nothing.

    Parameters
    ----------
    corpus : Corpus, str or sequence of str
        The articles, or texts for a quick try.
    codebook : Codebook
        The frames and their patterns.
    by : str, list of str or None
        What makes the groups: columns of ``corpus.articles`` such as ``"source"``, or ``"day"``,
        ``"week"``, ``"month"``, ``"year"`` of the date; None for all articles together.

    Returns
    -------
    DataFrame
        One row per group, frame and variant:

        - the columns of ``by``
        - frame (category)
        - variant (category): ``as counted``: every mention counts one, as in `frame_rates`;
          ``weights on``: mentions count by the weight of their pattern; ``review entries out``:
          without patterns under review; ``quotations out``: without words in quotation marks;
          ``title out``: without headlines; ``top pattern out``: without the mentions of the
          pattern that has most of them in all groups together; ``negated out``: without negated
          mentions
        - pattern_out (string): the top pattern of the frame; NA in other variants, or without
          mentions. Other patterns are not searched again for its words
        - n_matches (float): mentions; with weights on the sum of their weights
        - n_words (int): counted words, without those in quotation marks or headlines where these
          are out
        - per_1000_words (float): n_matches per 1,000 of these words, NA where there are none
        - share_of_counted (float): per_1000_words divided by that as counted; NA where that is 0
        - constructed (bool): the articles are constructed
        - caution (string): such as that one pattern of the group carries its frame

    Raises
    ------
    ValueError
        If ``by`` names a part of articles, or as for `frame_rates`.

    See Also
    --------
    plot_sensitivity : the same as a picture.

    Examples
    --------
    >>> import framing as fr
    >>> codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace", "truce"]})
    >>> table = fr.frame_sensitivity('Peace is near. "Peace or truce", he said.', codebook)
    >>> table.loc[[0, 3, 5], ["variant", "pattern_out", "n_matches", "n_words"]]
               variant pattern_out  n_matches  n_words
    0       as counted        <NA>        3.0        8
    3   quotations out        <NA>        1.0        5
    5  top pattern out       peace        1.0        8
    """
    corpus, codebook = as_corpus(corpus), as_codebook(codebook)
    names = list(dict.fromkeys([by] if isinstance(by, str) else by or []))
    _check_names(names)
    own = [name for name in names if name in corpus.articles.columns]
    matches = find_matches(corpus, codebook)
    cases = gather_cases(score_frames(corpus, codebook, by=own, matches=matches), names)
    frames = [frame.name for frame in codebook.counted]
    group_of_article = np.full(len(corpus.articles), -1, dtype=np.int64)
    ids = corpus.articles["article_id"].tolist()
    group_of_article[codes_in(ids, pd.Series(cases.article, dtype="str"))] = cases.group
    group = group_of_article[codes_in(ids, matches["article_id"])]
    frame = codes_in(frames, matches["frame"])
    shape = (len(cases.groups), len(frames))
    top = _top_patterns(matches, frame, len(frames))
    out = _left_out(matches, frame, top)
    weight = matches["weight"].to_numpy(dtype=float)
    places = (group, frame)
    counted = _sum(places, np.ones(len(matches)), shape)
    n_matches = [counted, _sum(places, weight, shape)]
    n_matches += [_sum(places, (~lost).astype(float), shape) for lost in out.values()]
    words = _words(corpus, group_of_article, len(cases.groups))
    n_words = np.stack([words.get(name, words[COUNTED]) for name in VARIANTS], axis=-1)
    n_words = np.repeat(n_words[:, None, :], len(frames), axis=1)
    counts = np.stack(n_matches, axis=-1)
    carried = _carried(matches, group, frame, shape)
    said = _cautions(counts, n_words, carried, cases.left_out)
    rate = np.divide(1000 * counts, n_words, out=np.full(counts.shape, np.nan), where=n_words > 0)
    first = np.broadcast_to(rate[:, :, :1], rate.shape)
    share = np.divide(rate, first, out=np.full(rate.shape, np.nan), where=first > 0)
    size = (*shape, len(VARIANTS))
    _, frame_code, variant = (axis.ravel() for axis in np.indices(size))
    is_top = variant == VARIANTS.index("top pattern out")
    table = as_table(
        "frame_sensitivity",
        {
            "frame": coded(frame_code, frames),
            "variant": coded(variant, VARIANTS),
            "pattern_out": [
                top[code] if there else None
                for code, there in zip(frame_code.tolist(), is_top.tolist(), strict=True)
            ],
            "n_matches": counts.ravel(),
            "n_words": n_words.ravel(),
            "per_1000_words": rate.ravel(),
            "share_of_counted": share.ravel(),
            "constructed": np.full(counts.size, cases.constructed),
            "caution": said,
        },
    )
    for place, name in enumerate(names):
        table.insert(place, name, cases.groups[name].repeat(size[1] * size[2]).array)
    return table


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if name in get_args(Part):
            raise ValueError(
                f"by={name!r} is a part of articles; use columns of the articles, such as source"
            )
        if name in TABLES["frame_sensitivity"]:
            raise ValueError(f"by={name!r}: this table has a column of that name; rename yours")


def _sum(places: tuple[Ints, Ints], values: Floats, shape: tuple[int, int]) -> Floats:
    """Add up a value per mention by group and frame."""
    total = np.zeros(shape)
    np.add.at(total, places, values)
    return total


def _words(corpus: Corpus, group_of_article: Ints, n_groups: int) -> dict[str, Ints]:
    """Count the words of each group, where it matters also without quotations and titles."""
    tokens = corpus.tokens
    group = group_of_article[tokens.article]
    counted = tokens.counted & (group >= 0)
    is_title = tokens.sentence_kind[tokens.sentence] == BLOCKS.index("title")
    kept = {
        COUNTED: counted,
        "quotations out": counted & ~tokens.quoted,
        "title out": counted & ~is_title,
    }
    return {name: np.bincount(group[words], minlength=n_groups) for name, words in kept.items()}


def _top_patterns(matches: pd.DataFrame, frame: Ints, n_frames: int) -> list[str | None]:
    """Give the pattern with most mentions of each frame, of equals the first of the codebook."""
    codes = matches["pattern"].cat.codes.to_numpy()
    patterns = list(matches["pattern"].cat.categories)
    top: list[str | None] = []
    for number in range(n_frames):
        n = np.bincount(codes[frame == number], minlength=1)
        top.append(str(patterns[int(n.argmax())]) if n.any() else None)
    return top


def _left_out(matches: pd.DataFrame, frame: Ints, top: Sequence[str | None]) -> dict[str, Bools]:
    """For each variant that leaves mentions out, which ones."""
    top_of_match = np.array([*top, None], dtype=object)[frame]
    return {
        "review entries out": matches["review"].to_numpy(dtype=bool),
        "quotations out": matches["quoted"].to_numpy(dtype=bool),
        "title out": (matches["block"] == "title").to_numpy(dtype=bool),
        "top pattern out": matches["pattern"].astype(object).to_numpy() == top_of_match,
        "negated out": matches["negated"].to_numpy(dtype=bool),
    }


def _carried(
    matches: pd.DataFrame, group: Ints, frame: Ints, shape: tuple[int, int]
) -> dict[tuple[int, int], str]:
    """Say of each group and frame if one pattern has more than half of the mentions there."""
    codes = matches["pattern"].cat.codes.to_numpy()
    patterns = matches["pattern"].cat.categories
    keys = np.stack([group, frame, codes.astype(np.int64)])
    cells, n = np.unique(keys, axis=1, return_counts=True)
    total = _sum((group, frame), np.ones(len(matches)), shape)
    return {
        (g, f): f"carried by one pattern: `{patterns[p]}` has {100 * k / total[g, f]:.0f} % of"
        " the mentions"
        for (g, f, p), k in zip(cells.T.tolist(), n.tolist(), strict=True)
        if 2 * k > total[g, f] > 1
    }


_LOST = {
    "review entries out": "under review",
    "quotations out": "in quotation marks",
    "title out": "in titles",
    "negated out": "negated",
}


def _cautions(
    counts: Floats, n_words: Ints, carried: dict[tuple[int, int], str], left_out: str
) -> list[str]:
    """Say of each group, frame and variant what is to be kept in mind."""
    said = []
    for g, f, v in np.ndindex(*counts.shape):
        variant, total, kept = VARIANTS[v], int(counts[g, f, 0]), counts[g, f, v]
        lost = int(total - kept) if variant in _LOST else 0
        nothing = ""
        if variant in ("quotations out", "title out") and n_words[g, f, v] == n_words[g, f, 0]:
            nothing = f"no words {_LOST[variant]}"
        few = variant == COUNTED and 0 < total < _FEW_MENTIONS
        said.append(
            caution(
                f"only {plural(total, 'mention')}: one moves every rate" if few else "",
                f"{lost:,} of {plural(total, 'mention')} {_LOST[variant]}"
                if total and 2 * lost >= total and variant in _LOST
                else "",
                carried.get((g, f), "") if variant == "top pattern out" else "",
                nothing,
                left_out if variant == COUNTED else "",
            )
        )
    return said
