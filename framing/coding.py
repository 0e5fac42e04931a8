"""Human judgements: read them, and count them as scores that need no dictionary."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.codebook import Codebook, as_codebook
from framing.corpus import Corpus, as_corpus
from framing.display import plural, quote
from framing.readers import Record, find_halves, read_articles
from framing.tables import TABLES, CodingError, CorpusError, as_table, coded, codes_in

_UNITS = ("sentence", "match", "article")
_NEEDED = ("article_id", "frame", "value")
_KEY = ["article_id", "start", "end", "coder", "frame", "voice"]
_WHOLE = re.compile(r"(?<=[0-9])\.0+$")  # the ".0" of "104.0", not of "104.05"
_NUMBER = re.compile("[0-9]{1,18}")  # of what a table can hold
_MOST_LISTED = 20  # problems of a file that are listed one by one


def read_codings(path: str | os.PathLike[str]) -> pd.DataFrame:
    r"""Read what human coders judged, one judgement a row.

    Needed are the columns ``article_id``, ``frame`` and ``value``; used are also ``unit``,
    ``start``, ``end``, ``coder``, ``variable`` and ``voice``, other columns are kept. To say that
    a coder looked for a frame in an article and found none, give a row with ``value`` 0 and no
    ``start`` and ``end``: an article without any row for a frame was not coded for it.

    Parameters
    ----------
    path : str or path-like
        A .csv, .tsv, .xlsx, .jsonl or .parquet file.

    Returns
    -------
    DataFrame
        In the order of the file:

        - unit (category): what was judged: sentence, match or article; where it is not given,
          sentence, or article for rows without ``start``
        - article_id (category)
        - start, end (int): the unit's characters in the article's text from 0; NA for an article
        - coder (category): who judged; "coder" where it is not given
        - variable (category): what was asked: frame, negated, speaker ...; frame where not given
        - frame (category): the frame that the judgement is about
        - voice (category): whose words they are: headline, caption, journalist, quoted, indirect
        - value (string): the answer; for ``frame`` the number of mentions, 0 for none; for
          ``negated`` true or false

    Raises
    ------
    CodingError
        With the line and the remedy of every problem found.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import framing as fr
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "codings.csv")
    ...     _ = file.write_text("article_id,start,end,frame,value\n1,0,14,calm,1\n2,,,calm,0\n")
    ...     codings = fr.read_codings(file)
    >>> codings[["unit", "article_id", "variable", "frame", "value"]]
           unit article_id variable frame value
    0  sentence          1    frame  calm     1
    1   article          2    frame  calm     0
    """
    path = Path(path)
    if path.is_dir():
        raise CodingError(f"{path} is a folder; name the file with the codings.")
    try:
        reading = read_articles(path)
    except CorpusError as error:
        raise CodingError(str(error)) from None
    missing = [name for name in _NEEDED if name not in reading.columns]
    if missing:
        raise CodingError(
            f"{path.name}: there is no column {', '.join(map(quote, missing))}; the columns are:"
            f" {', '.join(reading.columns)}."
        )
    rows = [_row(record) for record in reading.records]
    problems = [f"{path.name}, {note.reason}" for note in reading.notes if note.row is not None]
    problems += [
        f"{path.name}, line {record.row}: {problem}"
        for record, row in zip(reading.records, rows, strict=True)
        for problem in [*find_halves(record.fields), *_problems(row)]
    ]
    problems += _twice(path.name, reading.records, rows)
    if problems:
        more = len(problems) - _MOST_LISTED
        listed = problems[:_MOST_LISTED] + [f"and {more} more problems"] * (more > 0)
        raise CodingError("\n".join(listed))
    data: dict[str, Any] = {name: [row[name] or None for row in rows] for name in TABLES["codings"]}
    for name in ("start", "end"):
        data[name] = [None if row[name] == "" else int(row[name]) for row in rows]
    own = [name for name in reading.columns if name not in data]
    data |= {
        name: pd.array([record.fields.get(name) or None for record in reading.records], "string")
        for name in own
    }
    # In the order of the file, so that figures have the frames as the coder lists them.
    order = {
        name: list(dict.fromkeys(filter(None, data[name]))) for name in ("frame", "article_id")
    }
    return as_table("codings", data, extra=own, categories=order)


def _row(record: Record) -> dict[str, str]:
    row = {name: record.fields.get(name, "").strip() for name in TABLES["codings"]}
    row["coder"] = row["coder"] or "coder"
    row["variable"] = row["variable"] or "frame"
    row["unit"] = row["unit"] or ("sentence" if row["start"] else "article")
    if row["variable"] == "negated":
        row["value"] = row["value"].lower()
    # pandas writes whole numbers beside empty cells as 104.0
    for name in ("start", "end", *["value"] * (row["variable"] == "frame")):
        row[name] = _WHOLE.sub("", row[name])
    return row


def _problems(row: dict[str, str]) -> list[str]:
    """Say what is wrong with one judgement."""
    found = [f"{name} is empty" for name in _NEEDED if not row[name]]
    if row["unit"] not in _UNITS:
        found.append(f"unit is {quote(row['unit'])}; write {', '.join(_UNITS)}")
    places = [row["start"], row["end"]]
    if any(places) and not all(map(_NUMBER.fullmatch, places)):
        found.append(f"start and end are {quote(places[0])} and {quote(places[1])}; write numbers")
    elif all(places) and int(places[0]) >= int(places[1]):
        found.append(f"start {places[0]} is not before end {places[1]}")
    elif not any(places) and row["unit"] != "article":
        found.append(f"a {row['unit']} needs start and end")
    value = row["value"]
    if row["variable"] == "frame" and value and not _NUMBER.fullmatch(value):
        found.append(f"value is {quote(value)}; write the number of mentions, 0 for none")
    if row["variable"] == "negated" and value not in ("", "true", "false"):
        found.append(f"value is {quote(value)}; write true or false")
    return found


def _twice(name: str, records: Sequence[Record], rows: Sequence[dict[str, str]]) -> list[str]:
    """Find judgements that the same coder made twice."""
    seen: dict[tuple[str, ...], int | None] = {}
    found = []
    for record, row in zip(records, rows, strict=True):
        key = tuple(row[column] for column in (*_KEY, "variable"))
        if key in seen:
            found.append(f"{name}, line {record.row}: the same judgement as in line {seen[key]}")
        seen.setdefault(key, record.row)
    return found


def score_codings(
    codings: pd.DataFrame,
    corpus: Corpus | str | Sequence[str],
    codebook: Codebook | None = None,
    *,
    by: Literal["sentence"] | None = None,
    coder: str | None = None,
    negated: bool = True,
) -> pd.DataFrame:
    """Count the mentions that a human coder found, as `score_frames` counts those of the machine.

    The scores go into the same comparisons and figures, with no dictionary at all.

    Parameters
    ----------
    codings : DataFrame
        The table that `read_codings` gives.
    corpus : Corpus, str or sequence of str
        The articles that were coded.
    codebook : Codebook, optional
        By what was coded: its frames then come in its order, and frames that it does not have are
        an error.
    by : "sentence", optional
        To count each sentence separately.
    coder : str, optional
        Whose judgements to count; needed where there are several coders.
    negated : bool
        Whether negated mentions count in ``n_matches``.

    Returns
    -------
    DataFrame
        The columns of `score_frames`, one row per article, or sentence, and frame that was coded;
        articles that were not coded have none. ``codebook`` names the coder, ``n_review`` is 0.

    Raises
    ------
    CodingError
        If there are several coders and none is chosen, or codings do not fit corpus or codebook.

    Examples
    --------
    >>> import framing as fr
    >>> codings = pd.DataFrame(
    ...     {"article_id": ["1"], "frame": ["calm"], "value": ["2"], "start": [0], "end": [13]}
    ... )
    >>> fr.score_codings(codings, ["Peace, peace."])[["frame", "n_matches", "n_words"]]
      frame  n_matches  n_words
    0  calm          2        2
    """
    if by not in (None, "sentence"):
        raise ValueError(f'by={by!r}: choose "sentence" or None')
    corpus = as_corpus(corpus)
    articles, tokens = corpus.articles, corpus.tokens
    chosen = _of_one_coder(_complete(codings), coder)
    article_of = codes_in(articles["article_id"].tolist(), chosen["article_id"])
    _check_places(chosen, articles, article_of)
    frames = _frames(chosen["frame"], codebook)
    counted = (chosen["variable"] == "frame").to_numpy()
    said_no = (chosen["variable"] == "negated") & (chosen["value"] == "true")
    is_negated = pd.MultiIndex.from_frame(chosen.loc[counted, _KEY]).isin(
        pd.MultiIndex.from_frame(chosen.loc[said_no, _KEY])
    )
    article = article_of[counted]
    frame = codes_in(frames, chosen.loc[counted, "frame"])
    n = pd.to_numeric(chosen.loc[counted, "value"]).to_numpy(dtype=np.int64)
    n_words = articles["n_words"].to_numpy()
    part: NDArray[Any] = np.arange(len(articles))
    owner = part
    if by == "sentence":
        n_words = np.bincount(tokens.sentence[tokens.counted], minlength=len(tokens.set_aside))
        part = np.flatnonzero(n_words)
        owner = tokens.sentence_article[part]
    place = _places(chosen[counted], article, corpus, by)
    # Every part of an article has a row for every frame that the article was coded for.
    judged = np.zeros((len(articles), len(frames)), dtype=bool)
    judged[article, frame] = True
    row, frame_of_row = np.nonzero(judged[owner])
    cell = part[row] * len(frames) + frame_of_row
    some = place >= 0
    size = len(n_words) * len(frames)
    found = (place * len(frames) + frame)[some]
    n_negated = np.bincount(found, (n * is_negated)[some], size)[cell].astype(np.int64)
    n_matches = np.bincount(found, n[some], size)[cell].astype(np.int64)
    n_matches -= 0 if negated else n_negated
    words = n_words[part[row]]
    columns = ("article_id", "source", "date", "cluster", "constructed")
    label = f"codings by {chosen['coder'].iloc[0] if len(chosen) else 'nobody'}"
    table = as_table(
        "scores",
        {
            **{name: articles[name].array.take(owner[row]) for name in columns},
            "frame": coded(frame_of_row, frames),
            "n_matches": n_matches,
            "n_negated": n_negated,
            "n_review": np.zeros(len(row), dtype=np.int64),
            "n_words": words,
            "per_1000_words": np.divide(
                n_matches * 1000.0, words, out=np.full(len(row), np.nan), where=words > 0
            ),
            "present": n_matches > 0,
            "codebook": coded(np.zeros(len(row), np.int8), [label]),
        },
    )
    if by == "sentence":
        table.insert(list(TABLES["scores"]).index("frame"), by, tokens.sentence_number[part[row]])
    return table


def _places(
    codings: pd.DataFrame, article: NDArray[np.int64], corpus: Corpus, by: str | None
) -> NDArray[np.int64]:
    """Give for each coding its article, or its sentence, -1 where it is about the whole article."""
    if by is None:
        return article
    tokens = corpus.tokens
    start = codings["start"].to_numpy()
    # Sentences follow each other in an article, and articles in the corpus.
    longest = int(max(tokens.sentence_end.max(initial=0), start.max(initial=0))) + 1
    begins = tokens.sentence_article.astype(np.int64) * longest + tokens.sentence_start
    sentence = np.searchsorted(begins, article * longest + start, side="right") - 1
    sentence = np.where(start < 0, -1, sentence)
    value = pd.to_numeric(codings["value"]).to_numpy()
    lost = (value > 0) & ((sentence < 0) | ~tokens.sentence_counted[sentence])
    if lost.any():
        row = codings[lost].iloc[0]
        raise CodingError(
            f"A coding of article {quote(row['article_id'])} at character {row['start']} is in no"
            " sentence that is counted: it is about the whole article, or about a dateline, a"
            " credit or repeated text."
        )
    return sentence


def _complete(codings: pd.DataFrame) -> pd.DataFrame:
    """Give the columns needed as text and numbers, those left out with what they mean then."""
    if not isinstance(codings, pd.DataFrame):
        kind = type(codings).__name__
        raise CodingError(f"codings is a {kind}; use the table of read_codings")
    missing = [name for name in _NEEDED if name not in codings.columns]
    if missing:
        raise CodingError(f"codings lack the column {', '.join(missing)}; use read_codings")
    for name in _NEEDED:
        if (empty := codings[name].isna()).any():
            n_empty = plural(int(empty.sum()), "row")
            raise CodingError(f"{name} is empty in {n_empty} of the codings")
    usual = {"coder": "coder", "variable": "frame", "voice": ""}
    columns: dict[str, Any] = {name: _texts(codings[name]) for name in _NEEDED}
    for name, value in usual.items():
        texts = _texts(codings[name]) if name in codings.columns else pd.Series("", codings.index)
        columns[name] = texts.where(texts != "", value)
    if isinstance(codings["frame"].dtype, pd.CategoricalDtype):  # which has an order of frames
        columns["frame"] = codings["frame"].cat.rename_categories(str)
    for name in ("start", "end"):  # -1: the whole article
        places = codings.get(name, pd.Series(pd.NA, codings.index))
        columns[name] = _whole(places, name).fillna(-1).astype("int64")
    is_frame = columns["variable"] == "frame"
    numbers = _whole(columns["value"].where(is_frame), "value").astype("string")
    columns["value"] = numbers.where(is_frame, columns["value"].str.lower())
    complete = pd.DataFrame(columns)
    twice = complete.duplicated([*_KEY, "variable"])
    if twice.any():
        row = complete[twice].iloc[0]
        raise CodingError(
            f"{quote(row['coder'])} judged {quote(row['frame'])} in the same place of article"
            f" {quote(row['article_id'])} twice; if the codings are of several files, give each"
            " coder a name in the column coder."
        )
    return complete


def _texts(values: pd.Series[Any]) -> pd.Series[Any]:
    return values.astype("string").fillna("")


def _whole(values: pd.Series[Any], name: str) -> pd.Series[Any]:
    numbers = pd.to_numeric(values, errors="coerce").astype("Float64")
    wrong = values.notna() & (numbers.isna() | (numbers < 0) | (numbers % 1 != 0)).fillna(True)
    if wrong.any():
        raise CodingError(f"{name} is {quote(values[wrong].iloc[0])}; write a whole number")
    return numbers.astype("Int64")


def _of_one_coder(codings: pd.DataFrame, coder: str | None) -> pd.DataFrame:
    coders = sorted(codings["coder"].unique())
    listed = ", ".join(map(quote, coders))
    if coder is None and len(coders) > 1:
        raise CodingError(f"There are {len(coders)} coders: {listed}; choose one with coder=.")
    if coder is not None and coder not in coders:
        raise CodingError(f"There is no coder {quote(coder)}; there is {listed}.")
    return codings if coder is None else codings[codings["coder"] == coder]


def _check_places(
    codings: pd.DataFrame, articles: pd.DataFrame, article_of: NDArray[np.int64]
) -> None:
    """Raise an error if judgements are about articles or characters that are not there."""
    unknown = codings["article_id"][article_of < 0].unique()
    if len(unknown):
        listed = ", ".join(map(quote, unknown[:3])) + " ..." * (len(unknown) > 3)
        raise CodingError(
            f"There are codings of articles that are not in the corpus: {listed}. Give the whole"
            ' corpus, or select codings[codings["article_id"].isin(corpus.articles["article_id"])].'
        )
    lengths = articles["text"].str.len().to_numpy(dtype=np.int64)
    beyond = codings["end"].to_numpy() > lengths[article_of]
    if beyond.any():
        row = codings[beyond].iloc[0]
        raise CodingError(
            f"A coding of article {quote(row['article_id'])} ends at character {row['end']}, beyond"
            " its text: was another version of it coded?"
        )


def _frames(frames: pd.Series[Any], codebook: Codebook | None) -> list[str]:
    if isinstance(frames.dtype, pd.CategoricalDtype):
        named = [str(name) for name in frames.cat.remove_unused_categories().cat.categories]
    else:
        named = [str(name) for name in pd.unique(frames)]
    if codebook is None:
        return named
    known = [frame.name for frame in as_codebook(codebook).frames]
    unknown = [name for name in named if name not in known]
    if unknown:
        raise CodingError(
            f"The codebook has no frame {', '.join(map(quote, unknown))}; it has"
            f" {', '.join(known)}."
        )
    return known
