"""What a change of a codebook does: to single mentions, to rates, and to comparisons of groups."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.codebook import Codebook, as_codebook
from framing.comparison import compare_groups, frame_rates
from framing.corpus import Corpus, as_corpus
from framing.frames import score_frames
from framing.matching import find_matches
from framing.tables import TABLES, as_table, coded, codes_in

_PERIODS = ("day", "week", "month", "year")  # of the date: groups, but no parts of an article
_CHANGES = (
    *("vanishes", "appears", "pattern changed", "now negated", "no longer negated"),
    *("now under review", "no longer under review", "weight changed"),
)
_CONTEXT = 100  # characters on each side
_MOST_INSTEAD = 16  # mentions that are looked through for shared words

# ---------------------------------------------------------------------------- mentions


def compare_codebooks(
    a: Codebook, b: Codebook, corpus: Corpus | str | Sequence[str]
) -> pd.DataFrame:
    """List each mention that a change of a codebook adds, removes or counts differently.

    Reading these lines tells whether a new version is better, which no number can.

    Parameters
    ----------
    a, b : Codebook
        The codebook before and after the change.
    corpus : Corpus, str or sequence of str
        The articles, or texts for a quick try.

    Returns
    -------
    DataFrame
        One row per mention and change, in the order of the articles and their text; empty if both
        codebooks find the same. A mention is the same if its words and its frame are: one that
        goes to another frame, or becomes longer, vanishes and appears.

        - article_id, source (category): the article
        - frame (category): the frame; those of ``a`` first
        - change (category): ``vanishes``, ``appears``; or of a mention that both find ``pattern
          changed``, ``now negated``, ``no longer negated``, ``now under review``, ``no longer under
          review``, ``weight changed``
        - pattern_before, pattern_after (string): the pattern that finds it; NA where none does
        - start, end (int): the span in the article's text, in characters from 0
        - text (string): ``text[start:end]``
        - instead (string): mentions by the other codebook that share words with one that vanishes
          or appears; NA if there are none
        - left, right (string): the text around it, of its sentence, at most 100 characters
        - constructed (bool): in an article written for demonstration

        For each frame ``n_after = n_before + appears - vanishes``.

    See Also
    --------
    compare_codebook_rates, compare_codebook_groups : what becomes of rates and comparisons.

    Examples
    --------
    >>> import framing as fr
    >>> old = fr.Codebook.from_patterns("calm 1", {"calm": ["peace", "talks"]})
    >>> new = fr.Codebook.from_patterns("calm 2", {"calm": ["peace talks", "truce"]})
    >>> changes = fr.compare_codebooks(old, new, "A truce, then talks.")
    >>> changes[["change", "pattern_before", "pattern_after", "text"]]
         change pattern_before pattern_after   text
    0   appears           <NA>         truce  truce
    1  vanishes          talks          <NA>  talks
    """
    a, b, corpus = as_codebook(a), as_codebook(b), as_corpus(corpus)
    frames = _frames(a, b)
    both = _paired(*(_mentions(corpus, codebook, frames) for codebook in (a, b)))
    changed = _changes(both)
    rows = [(row, change) for row, changes in enumerate(changed) for change in changes]
    chosen = both.take([row for row, _ in rows])
    change = np.array([code for _, code in rows], dtype=np.int64)
    place = [chosen[name].to_numpy() for name in ("frame", "end", "start", "article")]
    order = np.lexsort((change, *place))
    return _changes_table(corpus, chosen.iloc[order], change[order], frames, both)


def _frames(a: Codebook, b: Codebook) -> list[str]:
    """Names of the frames of both codebooks, in their order."""
    return list(dict.fromkeys(frame.name for codebook in (a, b) for frame in codebook.counted))


def _mentions(corpus: Corpus, codebook: Codebook, frames: Sequence[str]) -> pd.DataFrame:
    """Give the matches with article and frame as numbers, and a number for equal ones."""
    matches = find_matches(corpus, codebook)
    ids = corpus.articles["article_id"].tolist()
    table = pd.DataFrame({
        "article": codes_in(ids, matches["article_id"]),
        "frame": codes_in(frames, matches["frame"]),
        **{name: matches[name].to_numpy() for name in ("start", "end", "sentence")},
        "pattern": matches["pattern"].astype("string"),
        **{name: matches[name].to_numpy() for name in ("negated", "review", "weight")},
    })  # fmt: skip
    return table.assign(turn=table.groupby(_SAME).cumcount())


_SAME = ["article", "frame", "start", "end"]


def _paired(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Put the mentions of two codebooks side by side; one that only one has is NA in the other."""
    keys = [*_SAME, "turn", "sentence"]
    return before.merge(after, how="outer", on=keys, suffixes=("_before", "_after"))


def _changes(both: pd.DataFrame) -> list[list[int]]:
    """For each mention the numbers of its changes in `_CHANGES`."""
    lost, new = both["pattern_after"].isna(), both["pattern_before"].isna()
    kept = ~(lost | new)
    holds = [lost, new, kept & (both["pattern_before"] != both["pattern_after"])]
    for flag in ("negated", "review"):
        was, becomes = (both[f"{flag}_{side}"].eq(True) for side in ("before", "after"))
        holds += [kept & becomes & ~was, kept & was & ~becomes]
    holds.append(kept & (both["weight_before"] != both["weight_after"]))
    table = np.array([column.to_numpy(dtype=bool) for column in holds])
    return [np.flatnonzero(column).tolist() for column in table.T]


def _changes_table(
    corpus: Corpus,
    rows: pd.DataFrame,
    change: NDArray[np.int64],
    frames: Sequence[str],
    both: pd.DataFrame,
) -> pd.DataFrame:
    tokens, texts, articles = corpus.tokens, corpus.texts, corpus.articles
    article = rows["article"].to_numpy(dtype=np.int64)
    start, end = (rows[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
    sentence = tokens.sentence_offsets[article] + rows["sentence"].to_numpy(dtype=np.int64) - 1
    opens, closes = tokens.sentence_start[sentence], tokens.sentence_end[sentence]
    edges = zip(article, opens, start, end, np.maximum(closes, end), strict=True)
    around = [_around(texts[n], *places) for n, *places in edges]
    return as_table(
        "compare_codebooks",
        {
            "article_id": articles["article_id"].array[article],
            "source": articles["source"].array[article],
            "frame": coded(rows["frame"].to_numpy(dtype=np.int64), frames),
            "change": coded(change, _CHANGES),
            "pattern_before": rows["pattern_before"].array,
            "pattern_after": rows["pattern_after"].array,
            "start": start,
            "end": end,
            "text": [texts[n][a:b] for n, a, b in zip(article, start, end, strict=True)],
            "instead": _instead(rows, change, both, texts, frames),
            "left": [left for left, _ in around],
            "right": [right for _, right in around],
            "constructed": articles["constructed"].array[article],
        },
    )


def _around(text: str, opens: int, start: int, end: int, closes: int) -> tuple[str, str]:
    """Give the text on both sides of a mention, of its sentence, without parts of words."""
    first, last = max(opens, start - _CONTEXT), min(closes, end + _CONTEXT)
    left, right = text[first:start], text[end:last]
    if first > opens and not text[first - 1].isspace():
        left = left.partition(" ")[2] or left
    if last < closes and not text[last].isspace():
        right = right.rpartition(" ")[0] or right
    return " ".join(left.split()), " ".join(right.split())


def _instead(
    rows: pd.DataFrame,
    change: NDArray[np.int64],
    both: pd.DataFrame,
    texts: Sequence[str],
    frames: Sequence[str],
) -> list[str | None]:
    """Name for each mention that vanishes or appears what the other codebook finds there."""
    sides = []
    for side in ("after", "before"):
        found = both[both[f"pattern_{side}"].notna()].sort_values([*_SAME[:1], *_SAME[2:], "frame"])
        columns = (found[name].tolist() for name in ("article", "start", "end", "frame"))
        sides.append(list(zip(*columns, strict=True)))
    named: list[str | None] = []
    places = zip(*(rows[name].tolist() for name in ("article", "start", "end")), strict=True)
    for (article, start, end), code in zip(places, change.tolist(), strict=True):
        others = sides[code] if code < len(sides) else []
        stop = bisect_left(others, (article, end))
        near = others[max(stop - _MOST_INSTEAD, 0) : stop]
        words = [
            f'"{texts[n][s:e]}" ({frames[f]})' for n, s, e, f in near if n == article and e > start
        ]
        named.append(", ".join(words) or None)
    return named


# ---------------------------------------------------------------------------- rates


def compare_codebook_rates(
    a: Codebook,
    b: Codebook,
    corpus: Corpus | str | Sequence[str],
    *,
    by: str | Sequence[str] | None = "source",
) -> pd.DataFrame:
    """Give the rate of every frame in every group of articles before and after a change.

    Parameters
    ----------
    a, b : Codebook
        The codebook before and after the change.
    corpus : Corpus, str or sequence of str
        The articles, or texts for a quick try.
    by : str, list of str or None
        What makes the groups, as for `frame_rates`; also the parts of articles that `score_frames`
        counts, such as ``"quoted"`` or ``"voice"``. None for all articles together.

    Returns
    -------
    DataFrame
        One row per group and frame, those of ``a`` first. What a frame that only one of the
        codebooks has would be in the other is NA:

        - the columns of ``by``
        - frame (category)
        - n_articles (int): articles with counted words
        - n_words (int): counted words
        - n_matches_before, n_matches_after (int): mentions
        - estimate_before, estimate_after (float): mentions per 1,000 words
        - difference (float): after less before
        - ratio (float): after divided by before; infinite if there was no mention before
        - article_share_before, article_share_after (float): share of articles that mention the
          frame, 0 to 1
        - constructed (bool): the articles are constructed
        - caution (string): what the data cannot carry; after ``before:`` or ``after:`` if it is
          only said of one codebook

    Raises
    ------
    ValueError
        As for `score_frames` and `frame_rates`.

    Examples
    --------
    >>> import framing as fr
    >>> old = fr.Codebook.from_patterns("calm 1", {"calm": ["peace"]})
    >>> new = fr.Codebook.from_patterns("calm 2", {"calm": ["peace", "truce"]})
    >>> rates = fr.compare_codebook_rates(old, new, "Peace or truce.", by=None)
    >>> rates[["frame", "n_matches_before", "n_matches_after", "ratio"]]
      frame  n_matches_before  n_matches_after  ratio
    0  calm                 1                2    2.0
    """
    a, b, corpus = as_codebook(a), as_codebook(b), as_corpus(corpus)
    names = _names(by)
    taken = [name for name in names if name in TABLES["compare_codebook_rates"]]
    if taken:
        raise ValueError(f"by={taken[0]!r}: the rates have a column of that name; rename yours")
    sides = [frame_rates(_scores(corpus, codebook, names), by=names) for codebook in (a, b)]
    frames = _frames(a, b)
    before, after, keys = _beside(sides, names, frames)
    either = before.combine_first(after)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = after["estimate"].to_numpy(float) / before["estimate"].to_numpy(float)
    table = as_table(
        "compare_codebook_rates",
        {
            "frame": coded(keys["frame"].to_numpy(), frames),
            "n_articles": either["n_articles"],
            "n_words": either["n_words"],
            **{
                f"{name}_{side}": rates[name].array
                for name in ("n_matches", "estimate", "article_share")
                for side, rates in (("before", before), ("after", after))
            },
            "difference": after["estimate"].array - before["estimate"].array,
            "ratio": ratio,
            "constructed": either["constructed"].astype(bool),
            "caution": _cautions(before, after),
        },
    )
    for place, name in enumerate(names):
        table.insert(place, name, pd.concat([side[name] for side in sides]).array[keys["first"]])
    return table


def _names(by: str | Sequence[str] | None) -> list[str]:
    return list(dict.fromkeys([by] if isinstance(by, str) else by or []))


def _scores(corpus: Corpus, codebook: Codebook, names: Sequence[str]) -> pd.DataFrame:
    """Count mentions with the columns and parts of articles that are asked for."""
    own = corpus.articles.columns
    return score_frames(
        corpus, codebook, by=[name for name in names if name in own or name not in _PERIODS]
    )


def _beside(
    sides: Sequence[pd.DataFrame], names: Sequence[str], frames: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Bring two tables of groups and frames to the same rows, and give the keys of these.

    The keys are group, frame, and ``first``, a row of the two tables laid end to end.
    """
    table = pd.concat([side[list(names)] for side in sides], ignore_index=True)
    key = pd.DataFrame({
        "group": table.groupby(list(names), sort=False, dropna=False, observed=True).ngroup()
        if names
        else np.zeros(sum(map(len, sides)), dtype=np.int64),
        "frame": np.concatenate([codes_in(frames, side["frame"]) for side in sides]),
    })  # fmt: skip
    keys = key.assign(first=np.arange(len(key))).drop_duplicates(["group", "frame"])
    keys = keys.sort_values(["group", "frame"], ignore_index=True)
    index = pd.MultiIndex.from_frame(keys[["group", "frame"]])
    stop = len(sides[0])
    aligned = [
        side.set_index(pd.MultiIndex.from_frame(key[rows])).reindex(index).reset_index(drop=True)
        for side, rows in zip(sides, (slice(0, stop), slice(stop, None)), strict=True)
    ]
    return aligned[0], aligned[1], keys


def _cautions(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    """Join the cautions of both sides; what only one says is marked."""
    return [
        "; ".join(_marked(*(text.split("; ") if pd.notna(text) and text else [] for text in pair)))
        for pair in zip(before["caution"], after["caution"], strict=True)
    ]


def _marked(before: list[str], after: list[str]) -> Iterable[str]:
    yield from (part for part in before if part in after)
    yield from (f"before: {part}" for part in before if part not in after)
    yield from (f"after: {part}" for part in after if part not in before)


# ---------------------------------------------------------------------------- groups


def compare_codebook_groups(
    a: Codebook,
    b: Codebook,
    corpus: Corpus | str | Sequence[str],
    *,
    by: str | Sequence[str] = "source",
    **options: Any,
) -> pd.DataFrame:
    """Compare every two groups before and after a change, and say if the conclusion changes.

    Parameters
    ----------
    a, b : Codebook
        The codebook before and after the change.
    corpus : Corpus, str or sequence of str
        The articles.
    by : str or list of str
        What makes the groups, as for `compare_codebook_rates`.
    **options
        Further arguments of `compare_groups`: reference, strata, unit, copies, level,
        permutations, seed.

    Returns
    -------
    DataFrame
        One row per pair of groups and frame; NA for a codebook that has no such frame:

        - group, reference (string), frame (category)
        - ratio_before, ratio_after (float): rate of the group divided by that of the reference
        - low_before, high_before, low_after, high_after (float), level (float): intervals of the
          ratios
        - p_adjusted_before, p_adjusted_after (float): p-values for all frames and pairs of the
          codebook together, so that a frame added or removed changes those of the others
        - conclusion_before, conclusion_after (string): ``higher`` or ``lower`` where p_adjusted is
          at most 1 - level, ``not clear`` where it is not, ``no test`` where there is none
        - conclusion_changes (bool): both codebooks have the frame, and conclude otherwise. That one
          p-value is under a limit and the other is not is no proof of a difference: compare the
          ratios
        - constructed (bool): the articles are constructed
        - caution (string): what the data cannot carry; after ``before:`` or ``after:`` if it is
          only said of one codebook

    Raises
    ------
    ValueError
        As for `compare_groups`.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.Corpus.from_texts(["Peace.", "No truce.", "Peace now."], source=list("AAB"))
    >>> old = fr.Codebook.from_patterns("calm 1", {"calm": ["peace"]})
    >>> new = fr.Codebook.from_patterns("calm 2", {"calm": ["peace", "truce"]})
    >>> pairs = fr.compare_codebook_groups(old, new, corpus)
    >>> pairs[["group", "reference", "ratio_before", "ratio_after", "conclusion_changes"]]
      group reference  ratio_before  ratio_after  conclusion_changes
    0     A         B      0.666667     1.333333               False
    """
    a, b, corpus = as_codebook(a), as_codebook(b), as_corpus(corpus)
    further = [options.get(name) for name in ("strata", "unit")]
    wanted = [*_names(by), *(name for name in further if name and name != "article")]
    sides = [
        compare_groups(_scores(corpus, codebook, wanted), by=by, **options) for codebook in (a, b)
    ]
    frames = _frames(a, b)
    before, after, keys = _beside(sides, ["group", "reference"], frames)
    either = before.combine_first(after)
    conclusions = [_conclusions(pairs) for pairs in (before, after)]
    changes = [
        one is not None and two is not None and one != two
        for one, two in zip(*conclusions, strict=True)
    ]
    return as_table(
        "compare_codebook_groups",
        {
            "group": either["group"],
            "reference": either["reference"],
            "frame": coded(keys["frame"].to_numpy(), frames),
            **{
                f"{name}_{side}": pairs[name].array
                for name in ("ratio", "low", "high", "p_adjusted")
                for side, pairs in (("before", before), ("after", after))
            },
            "conclusion_before": conclusions[0],
            "conclusion_after": conclusions[1],
            "level": either["level"],
            "conclusion_changes": changes,
            "constructed": either["constructed"].astype(bool),
            "caution": _cautions(before, after),
        },
    )


def _conclusions(pairs: pd.DataFrame) -> list[str | None]:
    """Say of each row what its comparison shows; None where there is no such frame."""
    said: list[str | None] = []
    for row in pairs.to_dict("records"):
        if pd.isna(row["level"]):
            said.append(None)
        elif pd.isna(row["p_adjusted"]):
            said.append("no test")
        elif row["p_adjusted"] > 1 - row["level"]:
            said.append("not clear")
        else:
            said.append("higher" if row["ratio"] > 1 else "lower")
    return said
