"""Every use of a word or phrase, or every match of a codebook, with the words around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.corpus import Corpus, as_corpus
from framing.parts import said_by
from framing.search import find_pattern
from framing.tables import as_table, codes_in


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
        corpus, in any order, also when they were saved and read again.
    window : int
        Words to show on each side, 0 or more. They come from the same paragraph, never from the
        title or caption beside it.
    voices : bool
        Whether it is told whose words each use is; see `find_voices`.

    Returns
    -------
    DataFrame
        One row per use, in the order of the corpus; datelines, credits and repeated text are not
        searched. For matches one row each, in their order:

        - article_id, source (category): the article
        - frame, pattern (category): of matches only
        - sentence (int): its number in the article, from 1
        - start, end (int): the span in the article's text, in characters from 0
        - left, keyword, right (string): the words before, those found and the words after, as in
          the text, with its punctuation; white space in ``left`` and ``right`` is single spaces

        With ``voices`` also, of the first word found:

        - voice (category): headline, caption, journalist, quoted or indirect
        - speaker, speaker_id (category): NA where nobody is quoted or reported, or nobody is named
        - certainty (float): of the speaker, 0 to 1; NA where there is none

    Raises
    ------
    ValueError
        If ``window`` is no number or negative, if the pattern cannot be read, or if matches lack a
        column or are not of this corpus.

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
        first, stop = words_of(pattern, corpus)
    sentence = tokens.sentence[first]
    article = tokens.sentence_article[sentence]
    block_of_token = tokens.sentence_block[tokens.sentence]
    block = block_of_token[first]
    opens = np.searchsorted(block_of_token, block)  # its first token
    closes = np.searchsorted(block_of_token, block, side="right")
    window = min(window, len(tokens))
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


def words_of(matches: pd.DataFrame, corpus: Corpus) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the words of matches.

    Parameters
    ----------
    matches : DataFrame
        What `find_matches` gave, or some of it, in any order.
    corpus : Corpus
        The articles that it was given for.

    Returns
    -------
    first, stop : array of int
        For each match its first token and the one after its last.

    Raises
    ------
    ValueError
        If a column is missing, or no words of the article begin and end where a match does.
    """
    tokens = corpus.tokens
    needed = ("article_id", "frame", "pattern", "start", "end")
    if missing := [name for name in needed if name not in matches.columns]:
        raise ValueError(
            f"matches lack the column {', '.join(missing)}; use a table that find_matches gave"
        )
    ids = matches["article_id"]
    if not isinstance(ids.dtype, pd.CategoricalDtype):  # read from a file, "1" is a number
        ids = ids.astype("str")
    article = codes_in(corpus.articles["article_id"].tolist(), ids)
    start, end = (_whole_numbers(matches[name]) for name in ("start", "end"))
    words = tokens.article.astype(np.int64) << 32
    first = np.searchsorted(words + tokens.start, (article.astype(np.int64) << 32) + start)
    stop = np.searchsorted(words + tokens.end, (article.astype(np.int64) << 32) + end) + 1
    here = (article >= 0) & (first < stop) & (stop <= len(tokens))
    opens, closes = first[here], stop[here] - 1
    here[here] = (
        (tokens.start[opens] == start[here])
        & (tokens.end[closes] == end[here])
        # beyond the end of its article a place could fit words of the next one
        & (tokens.article[opens] == article[here])
        & (tokens.article[closes] == article[here])
    )
    if not here.all():
        row = matches[~here].iloc[0]
        raise ValueError(
            f'matches: article "{row["article_id"]}" has no words from {row["start"]} to'
            f" {row['end']}; use the matches of this corpus"
        )
    return first, stop


def _whole_numbers(column: pd.Series[Any]) -> NDArray[np.int64]:
    """Read positions of characters; -1 for what is none."""
    numbers = pd.to_numeric(column, errors="coerce").to_numpy("float64", na_value=np.nan)
    whole = (np.abs(numbers) < 2**31) & (np.floor(numbers) == numbers)
    return np.where(whole, numbers, -1).astype(np.int64)
