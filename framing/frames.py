"""Frame scores: how often each article, or each part of it, mentions each frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.codebook import Codebook, as_codebook
from framing.corpus import Corpus, as_corpus
from framing.matching import Mentions, find_mentions
from framing.parts import QUOTED, Part, part_of_words
from framing.rows import changes
from framing.tables import (
    NO_SPEAKER,
    TABLES,
    UNKNOWN_SPEAKER,
    UNSURE,
    VOICES,
    as_table,
    coded,
    codes_in,
)

Ints = NDArray[np.int64]

_MOST = 2**62  # above it the columns of a row are not packed into one number as they are
_SAID: tuple[Part, ...] = ("voice", "speaker")  # what may be corrected by hand in the matches


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
        ``"quoted"`` (inside and outside quotation marks), ``"sentence"``, ``"voice"`` (headline,
        caption, journalist, quoted, indirect), ``"speaker"`` (who is quoted or reported); and
        columns of ``corpus.articles`` to be kept, such as a ``"camp"`` of your own, for comparing
        groups. The voice journalist is an upper bound, in words and mentions: reported speech
        without a mark that was not recognised is in it.
    matches : DataFrame, optional
        Matches to count in place of those that `find_matches` finds, such as corrected ones, also
        when they were saved and read again. By voice or speaker they need the columns that
        ``find_matches(..., voices=True)`` adds, and count as these say; a speaker without a
        certainty is sure. Words are always counted as found in the corpus.
    negated : bool
        Whether negated mentions count in ``n_matches``.

    Returns
    -------
    DataFrame
        One row per article and frame with patterns, also where there is no mention; with ``by`` one
        row per article, part and frame for the parts that the article has. By speaker these are the
        speakers whose certainty is 0.6 or more; the words of others, and of speakers not named,
        are those of an ``"unknown speaker"``, and headlines, captions and the journalist are
        ``"no speaker"``. Who is only unsure, or only in corrected matches, has rows without words:

        - article_id, source (category), date (datetime), cluster (string): the article
        - constructed (bool): written for demonstration
        - the parts and columns named in ``by``
        - frame (category)
        - n_matches (int): mentions
        - n_negated (int): how many of all mentions are negated
        - n_review (int): how many of ``n_matches`` come from patterns under review
        - n_unsure (int): by speaker only: mentions that are this speaker's too unsurely to be in
          ``n_matches``; they are among those of the unknown speaker. The speaker has at least
          ``n_matches`` and at most ``n_matches + n_unsure``
        - n_words (int): counted words of the article or part; no dateline, credit or set-aside
          text
        - per_1000_words (float): mentions per 1,000 words, NA where there are no words
        - present (bool): at least one mention
        - codebook (category): name and version of the codebook

    Raises
    ------
    ValueError
        If ``by`` names something else, or ``matches`` lacks a column, has a flag that is not
        true or false, a voice that is none or a certainty that is no number, or names a frame or
        an article that is not there.

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
    frames = [frame.name for frame in codebook.counted]
    if matches is None:
        found = find_mentions(corpus, codebook)  # a table takes longer
    else:
        matches = _checked(matches, parts, frames, articles["article_id"].tolist())
        matches = matches[~matches["set_aside"].to_numpy(dtype=bool)]
        found = Mentions(
            codes_in(articles["article_id"].tolist(), matches["article_id"]),
            codes_in(frames, matches["frame"]),
            matches["negated"].to_numpy(dtype=bool),
            matches["review"].to_numpy(dtype=bool),
        )
    cells = _cells(corpus, parts, found, matches)
    size = len(cells.n_words) * len(frames)

    def count(chosen: NDArray[np.bool_], rows: Ints = cells.row) -> Ints:
        return np.bincount((rows * len(frames) + found.frame)[chosen], minlength=size)

    counted = np.ones(len(found.frame), dtype=bool) if negated else ~found.negated
    n_matches = count(counted)
    unsure = cells.named != cells.row
    words = np.repeat(cells.n_words, len(frames))
    row = np.repeat(np.arange(len(cells.n_words)), len(frames))
    article = cells.codes["article"][row]
    rate = np.divide(n_matches * 1000.0, words, out=np.full(size, np.nan), where=words > 0)
    data: dict[str, Any] = {
        "article_id": articles["article_id"].array[article],
        "source": articles["source"].array[article],
        "date": articles["date"].array[article],
        "cluster": articles["cluster"].array[article],
        "constructed": articles["constructed"].array[article],
        **{name: articles[name].array[article] for name in columns},
        **{part: cells.values[part].take(cells.codes[part][row]) for part in parts},
        "frame": coded(np.tile(np.arange(len(frames)), len(cells.n_words)), frames),
        "n_matches": n_matches,
        "n_negated": count(found.negated),
        "n_review": count(counted & found.review),
        **({"n_unsure": count(counted & unsure, cells.named)} if "speaker" in parts else {}),
        "n_words": words,
        "per_1000_words": rate,
        "present": n_matches > 0,
        "codebook": coded(np.zeros(size, np.int8), [codebook.label]),
    }
    table = as_table("scores", data, extra=[name for name in data if name not in TABLES["scores"]])
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
    said = ["voice"] if "voice" in parts else []
    if "speaker" in parts:
        said = ["voice", "speaker", "certainty"]
    others = (part for part in parts if part not in ("quoted", *_SAID))
    needed = ["article_id", "frame", *flags, *others, *said]
    missing = [name for name in needed if name not in matches.columns]
    if missing:
        raise ValueError(
            f"matches lack the column {_listed(missing)}; use "
            + ("find_matches(..., voices=True)" if said else "a table that find_matches gave")
        )
    # a table that was saved and read again has numbers for ids such as "1"
    columns: dict[str, Any] = {}
    problems = []
    choices = [("article_id", article_ids), ("frame", frames), ("voice", VOICES)]
    for name, known in choices if said else choices[:2]:
        texts = columns[name] = matches[name].astype("str")
        for value in texts[~texts.isin(list(known))].unique()[:3]:
            empty = pd.isna(value) or not str(value).strip()
            what = "in a row" if empty else f'"{value}"'
            problems.append(f"there is no {name} {what}")
    if "speaker" in said:
        names = matches["speaker"].astype("str").str.split()
        # where nobody is named pandas makes numbers of what is missing
        columns["speaker"] = names.astype("object").str.join(" ")
    for flag in flags:
        read = matches[flag].astype("str").map({"True": True, "False": False})
        if read.isna().any():
            value = matches[flag][read.isna()].iloc[0]
            problems.append(f"{flag} is {value!r} in a row; it is True or False")
        columns[flag] = read
    if "certainty" in said:
        read = columns["certainty"] = pd.to_numeric(matches["certainty"], errors="coerce")
        given = matches["certainty"].astype("str").fillna("") != ""
        if (wrong := given & ~read.between(0, 1)).any():
            value = matches["certainty"][wrong].iloc[0]
            problems.append(f"certainty is {value!r} in a row; it is from 0 to 1, or empty")
    if problems:
        raise ValueError(
            f"matches do not fit this corpus and codebook: {'; '.join(problems)}. Select the"
            " matches of its articles and frames; read saved tables with ids as text"
        )
    return matches.assign(**columns)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


class _Cells(NamedTuple):
    """The articles or their parts: what and how long they are, and in which a match stands."""

    codes: dict[str, Ints]
    values: dict[str, Any]  # what the codes of a part mean
    n_words: Ints
    row: Ints
    named: Ints  # for each match the part of the speaker that is named, sure or not


def _cells(
    corpus: Corpus, parts: Sequence[Part], mentions: Mentions, matches: pd.DataFrame | None
) -> _Cells:
    """List the articles, or those of their parts that have counted words or matches.

    ``matches`` is the user's table of the mentions; without one each is where its first word is.
    """
    tokens = corpus.tokens
    if not parts:
        return _whole_articles(corpus, mentions.article)
    of_words: dict[str, NDArray[Any]] = {"article": tokens.article}
    values: dict[str, Any] = {}
    for part in parts:
        of_words[part], values[part] = part_of_words(corpus, part)
    named_words = of_words
    if "speaker" in parts:
        from framing.voices import voices_of

        voices = voices_of(corpus)
        known = (voices.voice >= QUOTED) & (voices.speaker >= 0)
        speaker = np.where(known, voices.speaker, of_words["speaker"])
        named_words = {**of_words, "speaker": speaker}
    if matches is None:
        found, named = (
            {name: column[mentions.first] for name, column in table.items()}
            for table in (of_words, named_words)
        )
    else:
        found, named = _parts_of_matches(parts, mentions.article, matches, values)
    # neighbouring words of one cell are counted together
    counted = np.flatnonzero(tokens.counted)
    differing = [*of_words.values(), *named_words.values()]
    begins = changes(*(column[counted] for column in {id(c): c for c in differing}.values()))
    lengths = np.diff(np.append(begins, len(counted)))
    words, words_named = (
        {name: column[counted[begins]] for name, column in table.items()}
        for table in (of_words, named_words)
    )
    if matches is not None:
        _check_places(matches, found, words)
    tables = words, words_named, found, named
    rows = {name: np.concatenate([table[name] for table in tables]) for name in words}
    _, first, cell = np.unique(_row_keys([*rows.values()]), return_index=True, return_inverse=True)
    ends = np.cumsum([len(table["article"]) for table in tables[:-1]])
    cell_of_words, _, cell_of_found, cell_of_named = np.split(cell, ends)
    return _Cells(
        codes={name: column[first].astype(np.int64) for name, column in rows.items()},
        values=values,
        n_words=np.bincount(cell_of_words, lengths, minlength=len(first)).astype(np.int64),
        row=cell_of_found,
        named=cell_of_named,
    )


def _whole_articles(corpus: Corpus, article: Ints) -> _Cells:
    """List the articles; ``article`` has that of each match."""
    n_words = corpus.articles["n_words"].to_numpy().astype(np.int64)
    return _Cells({"article": np.arange(len(n_words))}, {}, n_words, article, article)


def _row_keys(columns: Sequence[NDArray[Any]]) -> Ints:
    """Give each row of a table a number: the same to equal rows, and sorted as the rows are."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    most = 1
    for column in columns:
        low, high = int(column.min(initial=0)), int(column.max(initial=0))
        if most * (high - low + 1) > _MOST:
            key, column = (np.unique(c, return_inverse=True)[1] for c in (key, column))
            most, low, high = len(key), 0, len(key)
        key = key * (high - low + 1) + (column - low)
        most *= high - low + 1
    return key


def _parts_of_matches(
    parts: Sequence[Part], article: Ints, matches: pd.DataFrame, values: dict[str, Any]
) -> tuple[dict[str, Ints], dict[str, Ints]]:
    """For each match its codes; of the speaker if sure, and if named. Adds corrected speakers."""
    found: dict[str, Ints] = {"article": article}
    for part in parts:
        if part == "speaker":
            values[part] = _with_corrected(values[part], matches)
        found[part] = _part_of_matches(part, matches, values[part])
    if "speaker" not in parts:
        return found, found
    unknown, nobody = _unnamed(values["speaker"])
    unsure = (matches["certainty"].to_numpy() < UNSURE) & (found["speaker"] != nobody)
    return {**found, "speaker": np.where(unsure, unknown, found["speaker"])}, found


def _part_of_matches(part: Part, matches: pd.DataFrame, values: Any) -> NDArray[Any]:
    """For each match the code of its block, voice ...; of its speaker also where it is unsure."""
    if part in ("quoted", "sentence"):
        return matches[part].to_numpy().astype(np.int64)
    codes = codes_in(list(values.categories), matches[part].astype("str"))
    if part != "speaker":
        return codes
    unknown, nobody = _unnamed(values)
    said = matches["voice"].isin(VOICES[QUOTED:])
    return np.where(said, np.where(codes >= 0, codes, unknown), nobody)


def _unnamed(speakers: pd.Categorical) -> tuple[int, int]:
    """Give the codes of an unknown speaker and of none."""
    names = list(speakers.categories)
    return names.index(UNKNOWN_SPEAKER), names.index(NO_SPEAKER)


def _with_corrected(speakers: pd.Categorical, matches: pd.DataFrame) -> pd.Categorical:
    """Add the speakers that only corrected matches name."""
    given = set(matches["speaker"].dropna().astype("str")) - {"", *speakers.categories}
    names = [*speakers.categories, *sorted(given)]
    return coded(np.arange(len(names)), names)


def _check_places(
    matches: pd.DataFrame, found: Mapping[str, Ints], words: Mapping[str, NDArray[Any]]
) -> None:
    """Raise an error if a match stands where the corpus has no counted words.

    Its voice and speaker may be other ones, as they may have been corrected.
    """
    fixed = [name for name in words if name not in _SAID]
    keys = _row_keys([np.concatenate([words[name], found[name]]) for name in fixed])
    n_words = len(words["article"])
    inside = np.isin(keys[n_words:], keys[:n_words])
    if not inside.all():
        row = matches.iloc[int(np.flatnonzero(~inside)[0])]
        where = ", ".join(f"{part} {row[part]}" for part in fixed[1:])
        raise ValueError(
            f'matches: article "{row["article_id"]}" has no counted words{" in " * bool(where)}'
            f"{where}; use the matches of this corpus"
        )
