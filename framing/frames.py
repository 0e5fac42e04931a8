"""Frame scores: how often each article, or each part of it, mentions each frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.codebook import Codebook, as_codebook
from framing.corpus import Corpus, as_corpus
from framing.matching import find_matches
from framing.tables import BLOCKS, TABLES, as_table, coded, codes_in

Part = Literal["block", "quoted", "sentence"]


def score_frames(
    corpus: Corpus | str | Sequence[str],
    codebook: Codebook,
    *,
    by: str | Sequence[str] | None = None,
    matches: pd.DataFrame | None = None,
    negated: bool = True,
) -> pd.DataFrame:
    """Count the mentions of every frame in every article, or in parts of the articles.

    A count says how salient a wording is, not which side the article takes: "rejected the
    cease-fire" mentions de-escalation. The number of negated mentions stands beside the total.
    With one article the table describes a case and carries no claim beyond it.

    Parameters
    ----------
    corpus : Corpus, str or sequence of str
        The articles, or texts for a quick try.
    codebook : Codebook
        The frames and their patterns.
    by : str or list of str, optional
        Parts of the article to count separately: ``"block"`` (title, caption, body, ...),
        ``"quoted"`` (inside and outside quotation marks), ``"sentence"``; and columns of
        ``corpus.articles`` to be kept, such as a ``"camp"`` of your own, for comparing groups.
    matches : DataFrame, optional
        Matches to count in place of those that `find_matches` finds, such as corrected ones, also
        when they were saved and read again.
    negated : bool
        Whether negated mentions count in ``n_matches``.

    Returns
    -------
    DataFrame
        One row per article and frame, also where there is no mention; with ``by`` one row per
        article, part and frame for the parts that the article has:

        - article_id, source (category), date (datetime), cluster (string): the article
        - constructed (bool): written for demonstration
        - the parts and columns named in ``by``
        - frame (category)
        - n_matches (int): mentions
        - n_negated (int): how many of all mentions are negated
        - n_review (int): how many of ``n_matches`` come from patterns under review
        - n_words (int): counted words; no dateline, credit or set-aside text
        - per_1000_words (float): mentions per 1,000 words, NA where there are no words
        - present (bool): at least one mention
        - codebook (category): name and version of the codebook

    Raises
    ------
    ValueError
        If ``by`` names something else, or ``matches`` lacks a column, has a flag that is not
        true or false, or names a frame or an article that is not there.

    Examples
    --------
    >>> import framing as fr
    >>> codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace"], "alarm": ["alarm*"]})
    >>> scores = fr.score_frames('Peace, they said. "Alarming!"', codebook, by="quoted")
    >>> scores[["quoted", "frame", "n_matches", "n_words"]]
       quoted  frame  n_matches  n_words
    0   False   calm          1        3
    1   False  alarm          0        3
    2    True   calm          0        1
    3    True  alarm          1        1
    """
    corpus, codebook = as_corpus(corpus), as_codebook(codebook)
    articles = corpus.articles
    parts, columns = _divided(by, list(articles.columns))
    frames = [frame.name for frame in codebook.frames]
    if matches is None:
        matches = find_matches(corpus, codebook)
    else:
        matches = _checked(matches, parts, frames, articles["article_id"].tolist())
    matches = matches[~matches["set_aside"].to_numpy(dtype=bool)]
    cells, n_words = _cells(corpus, parts)
    rows = _rows_of_matches(matches, parts, cells, articles["article_id"].tolist())
    codes = codes_in(frames, matches["frame"])
    size = len(n_words) * len(frames)

    def count(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount((rows * len(frames) + codes)[chosen], minlength=size)

    is_negated = matches["negated"].to_numpy(dtype=bool)
    counted = np.ones(len(matches), dtype=bool) if negated else ~is_negated
    n_matches = count(counted)
    words = np.repeat(n_words, len(frames))
    row = np.repeat(np.arange(len(n_words)), len(frames))
    article = cells["article"][row]
    rate = np.divide(n_matches * 1000.0, words, out=np.full(size, np.nan), where=words > 0)
    data: dict[str, Any] = {
        "article_id": articles["article_id"].array[article],
        "source": articles["source"].array[article],
        "date": articles["date"].array[article],
        "cluster": articles["cluster"].array[article],
        "constructed": articles["constructed"].array[article],
        **{name: articles[name].array[article] for name in columns},
        **{part: _part_values(part, cells[part][row]) for part in parts},
        "frame": coded(np.tile(np.arange(len(frames)), len(n_words)), frames),
        "n_matches": n_matches,
        "n_negated": count(is_negated),
        "n_review": count(counted & matches["review"].to_numpy(dtype=bool)),
        "n_words": words,
        "per_1000_words": rate,
        "present": n_matches > 0,
        "codebook": coded(np.zeros(size, np.int8), [codebook.label]),
    }
    table = as_table("scores", data, extra=[*columns, *parts])
    return table[list(data)]


def _divided(
    by: str | Sequence[str] | None, columns: Sequence[str]
) -> tuple[list[Part], list[str]]:
    """Tell the parts of an article from the columns of the articles."""
    given: list[Any] = list(by) if isinstance(by, (list, tuple)) else [by] if by else []
    parts: list[Part] = [name for name in dict.fromkeys(given) if name in get_args(Part)]
    others = [name for name in dict.fromkeys(given) if name not in parts]
    for name in others:
        if name not in columns:
            own = [column for column in columns if column not in TABLES["scores"]]
            raise ValueError(
                f"by={name!r} is neither a part of an article nor a column of the articles; use"
                f" {_listed([*get_args(Part), *own])}"
            )
    # What every table of scores has needs not be added.
    return parts, [name for name in others if name not in TABLES["scores"]]


def _checked(
    matches: pd.DataFrame, parts: Sequence[Part], frames: Sequence[str], article_ids: Sequence[str]
) -> pd.DataFrame:
    """Return the user's matches with texts as texts and flags as flags, or say what is wrong."""
    flags = ["negated", "review", "set_aside", *(part for part in parts if part == "quoted")]
    needed = ["article_id", "frame", *flags, *(part for part in parts if part != "quoted")]
    missing = [name for name in needed if name not in matches.columns]
    if missing:
        raise ValueError(
            f"matches lack the column {_listed(missing)}; use a table that find_matches gave"
        )
    # a table that was saved and read again has numbers for ids such as "1"
    columns: dict[str, Any] = {}
    problems = []
    for name, known in (("article_id", article_ids), ("frame", frames)):
        texts = columns[name] = matches[name].astype("str")
        for value in texts[~texts.isin(list(known))].unique()[:3]:
            problems.append(f'there is no {name} "{value}"')
    for flag in flags:
        read = matches[flag].astype("str").map({"True": True, "False": False})
        if read.isna().any():
            value = matches[flag][read.isna()].iloc[0]
            problems.append(f"{flag} is {value!r} in a row; it is True or False")
        columns[flag] = read
    if problems:
        raise ValueError(
            f"matches do not fit this corpus and codebook: {'; '.join(problems)}. Select the"
            " matches of its articles and frames; read saved tables with ids as text"
        )
    return matches.assign(**columns)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _cells(
    corpus: Corpus, parts: Sequence[Part]
) -> tuple[dict[str, NDArray[np.int64]], NDArray[np.int64]]:
    """List the articles, or those of their parts that have counted words, and count the words."""
    tokens = corpus.tokens
    if not parts:
        n_words = np.bincount(tokens.article[tokens.counted], minlength=tokens.n_articles)
        return {"article": np.arange(tokens.n_articles)}, n_words
    sentence = tokens.sentence[tokens.counted]
    values: dict[str, NDArray[Any]] = {
        "article": tokens.article[tokens.counted],
        "block": tokens.sentence_kind[sentence],
        "quoted": tokens.quoted[tokens.counted],
        "sentence": tokens.sentence_number[sentence],
    }
    keys = np.stack([values[name].astype(np.int64) for name in ("article", *parts)])
    cells, n_words = np.unique(keys, axis=1, return_counts=True)
    return dict(zip(("article", *parts), cells, strict=True)), n_words


def _rows_of_matches(
    matches: pd.DataFrame,
    parts: Sequence[Part],
    cells: dict[str, NDArray[np.int64]],
    article_ids: Sequence[str],
) -> NDArray[np.int64]:
    """For each match the row of its article or part."""
    values: dict[str, NDArray[Any]] = {
        "article": codes_in(article_ids, matches["article_id"]),
        "block": pd.Categorical(matches["block"], BLOCKS).codes,
        "quoted": matches["quoted"].to_numpy(dtype=bool),
        "sentence": matches["sentence"].to_numpy(),
    }
    names = ("article", *parts)
    index = pd.MultiIndex.from_arrays([cells[name] for name in names])
    wanted = pd.MultiIndex.from_arrays([values[name].astype(np.int64) for name in names])
    rows = index.get_indexer(wanted)
    if (rows < 0).any():
        row = matches.iloc[int(np.flatnonzero(rows < 0)[0])]
        where = ", ".join(f"{part} {row[part]}" for part in parts)
        raise ValueError(
            f'matches: article "{row["article_id"]}" has no counted words in {where}; use the'
            " matches of this corpus"
        )
    return rows


def _part_values(part: Part, values: NDArray[np.int64]) -> pd.Categorical | NDArray[np.generic]:
    if part == "block":
        return coded(values, BLOCKS)
    return values.astype(bool) if part == "quoted" else values
