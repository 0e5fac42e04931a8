"""Scores as cases: which articles belong to which group, as arrays for statistics.

A case is an article in a group. What is not among the cases is said, never dropped in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.dates import parse_date
from framing.display import plural, quote
from framing.tables import codes_in
from framing.uncertainty import Contrast, Floats

Copies = Literal["each", "once"]

FEW_ARTICLES = 5  # fewer give no interval and no test
STEADY_ARTICLES = 10  # fewer are exploratory

_PERIODS = {"day": "D", "week": "W-SUN", "month": "M", "year": "Y"}  # weeks begin on Monday
_NEEDED = ("article_id", "frame", "n_matches", "n_words")
# Columns that differ between the frames of one article.
_COUNTED = ("frame", "n_matches", "n_negated", "n_review", "n_unsure", "per_1000_words", "present")


@dataclass(frozen=True)
class Cases:
    """Articles in their groups as arrays, sorted by article so that no order of rows matters.

    Attributes
    ----------
    frames, by : list of str
        Names of the frames, and of what makes the groups.
    groups : DataFrame
        One row for each group, one column for each name in ``by``.
    group, cluster : array of int
        For each case the row of its group, and its cluster of shared copy.
    article : array of str
        For each case the article.
    counts : array, cases × frames
        Mentions.
    words : array
        Counted words of each case.
    keys : DataFrame
        Further columns that were asked for: strata, larger units, days.
    constructed : bool
        Whether the articles are constructed.
    left_out : str
        What is not among the cases, for cautions.
    """

    frames: list[str]
    by: list[str]
    groups: pd.DataFrame
    group: NDArray[np.intp]
    cluster: NDArray[np.intp]
    article: NDArray[Any]
    counts: Floats
    words: Floats
    keys: pd.DataFrame
    constructed: bool
    left_out: str

    @property
    def labels(self) -> list[str | None]:
        """Names of the groups; None for one without a name."""
        return [
            None if any(map(pd.isna, row)) else ", ".join(map(group_label, self.by, row))
            for row in self.groups.itertuples(index=False)
        ]

    def named(self) -> tuple[Cases, list[str]]:
        """Leave out the cases of no group, and give the names of the groups that are left."""
        labels = self.labels
        nameless = np.array([label is None for label in labels], dtype=bool)
        twice = [name for name, n in Counter(filter(None, labels)).items() if n > 1]
        if twice:
            raise ValueError(
                f"several groups by {', '.join(self.by)} would be called {quote(twice[0])}; give"
                " them values that read differently"
            )
        outside = nameless[self.group]
        number = len(set(self.article[outside]))
        kept = replace(
            self.take(~outside),
            groups=self.groups[~nameless].reset_index(drop=True),
            group=(np.cumsum(~nameless) - 1)[self.group[~outside]],
            left_out=caution(left_out(number, "of no group"), self.left_out),
        )
        return kept, [label for label in labels if label is not None]

    def take(self, chosen: NDArray[np.bool_]) -> Cases:
        """Select cases; the groups stay."""
        arrays = {
            name: getattr(self, name)[chosen]
            for name in ("group", "cluster", "article", "counts", "words")
        }
        return replace(self, **arrays, keys=self.keys[chosen].reset_index(drop=True))

    def units(self, chosen: NDArray[np.bool_], key: NDArray[np.intp]) -> _Units:
        """Add up the cases chosen that have the same key, in the order of their articles."""
        position = np.flatnonzero(chosen)
        _, first, unit = np.unique(key[position], return_index=True, return_inverse=True)
        order = np.argsort(first)
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        counts = np.zeros((len(first), len(self.frames)))
        words = np.zeros(len(first))
        np.add.at(counts, rank[unit], self.counts[position])
        np.add.at(words, rank[unit], self.words[position])
        return _Units(counts, words, position[first[order]])


@dataclass(frozen=True)
class _Units:
    counts: Floats
    words: Floats
    first: NDArray[np.intp]  # the first case of each unit


def group_label(name: str, value: Any) -> str:
    """Name a group by the column that makes it and its value there."""
    if isinstance(value, (bool, np.bool_)):
        return name if value else f"not {name}"
    if isinstance(value, pd.Timestamp):
        shown = f"{value:%Y-%m-%d}"[: {"year": 4, "month": 7}.get(name, 10)]
        return shown if value == value.normalize() else f"{value:%Y-%m-%d %H:%M:%S}"
    # Whole numbers beside missing ones come back from a file as 1.0.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


# ---------------------------------------------------------------------------- from scores


def gather_cases(
    scores: pd.DataFrame,
    by: str | Sequence[str] | None,
    *,
    copies: Copies = "each",
    keys: Sequence[str | None] = (),
) -> Cases:
    """Bring scores into arrays, one case for each article and group that it has words in.

    Parameters
    ----------
    scores : DataFrame
        The table of scores, of whole articles or of their parts, maybe saved and read again.
    by : str, list of str or None
        Columns that make the groups; ``day``, ``week``, ``month``, ``year`` of the date.
    copies : {"each", "once"}
        Whether to keep, of articles of a group that share their text, only the first.
    keys : sequence of str or None
        Further columns to keep.

    Returns
    -------
    Cases
        Articles without counted words are left out, and said to be.

    Raises
    ------
    ValueError
        If a column is missing or not of its type, frames have different rows, codebooks are
        mixed, or constructed texts with real ones.
    """
    if copies not in ("each", "once"):
        raise ValueError(f'copies={copies!r}: choose "each" or "once"')
    given: list[Any] = [by] if isinstance(by, str) else [] if by is None else list(by)
    names = list(dict.fromkeys(given))
    further = [name for name in dict.fromkeys(keys) if name and name not in names]
    table = _checked(scores, [*names, *further])
    frames = _frames(table["frame"])
    groups, group = _groups(table, names)
    article = pd.factorize(table["article_id"], sort=True)[0]
    case, rows = np.unique(article * max(len(groups), 1) + group, return_inverse=True)
    counts, words, n_rows = (np.zeros((len(case), len(frames))) for _ in range(3))
    place = (rows, codes_in(frames, table["frame"]))
    np.add.at(counts, place, table["n_matches"].to_numpy())
    np.add.at(words, place, table["n_words"].to_numpy())
    np.add.at(n_rows, place, 1)
    first = np.full(len(case), len(table), dtype=np.intp)
    np.minimum.at(first, rows, np.arange(len(table)))
    shown = table.iloc[first].reset_index(drop=True)
    for name in further:
        codes = pd.factorize(table[name], use_na_sentinel=False)[0]
        if (varies := codes != codes[first][rows]).any():
            wrong = table["article_id"].iloc[int(np.flatnonzero(varies)[0])]
            raise ValueError(
                f"{name!r} has several values in article {quote(wrong)}; strata and units need one"
            )
    uneven = ((n_rows != n_rows[:, :1]) | (words != words[:, :1])).any(axis=1)
    if uneven.any():
        wrong = shown["article_id"][int(np.flatnonzero(uneven)[0])]
        raise ValueError(
            f"The scores of article {quote(wrong)} have not the same rows for every frame; rows"
            " without mentions belong to the table. Select whole articles or whole frames."
        )
    cases = Cases(
        frames=frames,
        by=names,
        groups=groups,
        group=group[first],
        cluster=pd.factorize(shown["cluster"], sort=True)[0],
        article=shown["article_id"].to_numpy(),
        counts=counts,
        words=words[:, 0] if frames else np.zeros(len(case)),
        keys=shown[[*names, *further]],
        constructed=bool(table["constructed"].any()),
        left_out="",
    )
    counted = cases.words > 0
    lost = int(cases.counts[~counted].sum())  # of speakers corrected by hand
    wordless = len(set(cases.article) - set(cases.article[counted]))
    cases = cases.take(counted)
    n_before = len(cases.article)
    if copies == "once":
        cases = cases.take(_first_of_copies(cases, shown["date"][counted].reset_index(drop=True)))
    repeated = left_out(n_before - len(cases.article), "that repeat the text of another")
    said = caution(
        left_out(wordless, "without counted words"),
        left_out(lost, "in no counted words", "mention"),
        repeated,
    )
    return replace(cases, left_out=said)


def _checked(scores: pd.DataFrame, wanted: Sequence[str]) -> pd.DataFrame:
    """Give the columns needed, with their types, or say what is wrong with the table."""
    if not isinstance(scores, pd.DataFrame):
        raise ValueError(f"scores is a {type(scores).__name__}; use the table of score_frames")
    missing = [name for name in _NEEDED if name not in scores.columns]
    counted = [name for name in wanted if name in _COUNTED]
    if counted:
        raise ValueError(f"{counted[0]!r} is counted, not given; it makes no groups")
    if missing:
        raise ValueError(
            f"scores lack the column {', '.join(missing)}; use the table of score_frames"
        )
    columns: dict[str, Any] = {name: scores[name] for name in ("frame", "n_matches", "n_words")}
    for name in ("article_id", "frame"):
        if scores[name].isna().any():
            raise ValueError(
                f"{name} is empty in a row of the scores; read saved tables with pandas'"
                ' keep_default_na=False if it is a word such as "None"'
            )
    columns["article_id"] = scores["article_id"].astype("str")
    columns["frame"] = (
        scores["frame"].cat.rename_categories(str)
        if isinstance(scores["frame"].dtype, pd.CategoricalDtype)
        else scores["frame"].astype("str")
    )
    columns["date"] = _dates(scores)
    cluster = scores["cluster"] if "cluster" in scores.columns else columns["article_id"]
    known = cluster.notna() & (cluster.astype("str") != "")
    columns["cluster"] = cluster.astype("str").where(known, columns["article_id"])
    _check_ids(scores, columns)
    columns["constructed"] = _flags(scores)
    for name in ("n_matches", "n_words"):
        number = columns[name] = pd.to_numeric(columns[name], errors="coerce").astype("float64")
        if (wrong := ~(number >= 0)).any():
            value = scores[name][wrong].iloc[0]
            raise ValueError(f"{name} is {quote(value)} in a row of the scores; it is 0 or more")
    if "codebook" in scores.columns and scores["codebook"].nunique() > 1:
        named = ", ".join(sorted(map(str, scores["codebook"].unique())))
        raise ValueError(f"The scores are of several codebooks: {named}; compare one at a time.")
    if columns["constructed"].nunique() > 1:
        raise ValueError(
            "Constructed texts stand beside real ones, and are not compared with them; choose"
            " with corpus.where(constructed=False), or scores[~scores.constructed]."
        )
    for name in wanted:
        if name in columns:
            continue
        if name in scores.columns:
            columns[name] = scores[name]
            if name == "sentence":  # as text, 10 would come before 2
                columns[name] = pd.to_numeric(scores[name])
        elif name in _PERIODS and columns["date"].notna().any():
            period = columns["date"].dt.to_period(_PERIODS[name])
            columns[name] = period.dt.start_time.astype("datetime64[s]")
        elif name in _PERIODS:
            raise ValueError(f"no article has a date, and so no {name}")
        else:
            raise ValueError(
                f"{name!r} is no column of the scores; a column of the articles is added by"
                f" score_frames(corpus, codebook, by={name!r})"
            )
    return pd.DataFrame(columns).reset_index(drop=True)


def _check_ids(scores: pd.DataFrame, columns: Mapping[str, Any]) -> None:
    """Raise an error if one id stands for several articles, or rows stand twice."""
    facts = pd.DataFrame({name: columns[name] for name in ("article_id", "date", "cluster")})
    if "source" in scores.columns:
        facts["source"] = scores["source"].astype("str")
    facts = facts.drop_duplicates()
    if (twice := facts["article_id"].duplicated()).any():
        wrong = facts["article_id"][twice].iloc[0]
        raise ValueError(
            f"article_id {quote(wrong)} stands for several articles, as their date, source or"
            " cluster differs; before tables are joined, make article_id and cluster differ"
        )
    kept = [name for name in scores.columns if name not in _COUNTED or name == "frame"]
    twice = scores[kept].assign(article_id=columns["article_id"]).duplicated()
    if twice.any():
        raise ValueError(
            f"rows of article {quote(columns['article_id'][twice].iloc[0])} stand twice in the"
            " scores: was a table joined with itself, or with one of the same ids?"
        )


def _dates(scores: pd.DataFrame) -> pd.Series[Any]:
    if "date" not in scores.columns:
        return pd.Series(pd.NaT, index=scores.index, dtype="datetime64[s]")
    values = scores["date"]
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.dt.tz_localize(None).astype("datetime64[s]")
    texts = values.where(values.notna(), "").astype("str").str.strip().replace("NaT", "")
    read = {text: parse_date(text) for text in texts.unique()}
    wrong = [text for text, date in read.items() if text and date is None]
    if wrong:
        raise ValueError(f'a date of the scores is {quote(wrong[0])}; write it as "2022-02-10"')
    return pd.to_datetime(texts.map(read)).astype("datetime64[s]")


def _flags(scores: pd.DataFrame) -> pd.Series[Any]:
    if "constructed" not in scores.columns:
        return pd.Series(False, index=scores.index)
    flags = scores["constructed"].astype("str").map({"True": True, "False": False})
    if flags.isna().any():
        value = scores["constructed"][flags.isna()].iloc[0]
        raise ValueError(f"constructed is {value!r} in a row of the scores; it is True or False")
    return flags.astype(bool)


def _frames(frames: pd.Series[Any]) -> list[str]:
    """Names of the frames that have rows, in the order of the codebook."""
    if isinstance(frames.dtype, pd.CategoricalDtype):
        return [str(name) for name in frames.cat.remove_unused_categories().cat.categories]
    return [str(name) for name in pd.unique(frames)]


def _groups(table: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    """Give the groups in order, and for each row of the table its group."""
    key = np.zeros(len(table), dtype=np.intp)
    for name in names:
        codes, values = pd.factorize(table[name], sort=True, use_na_sentinel=False)
        key = key * max(len(values), 1) + codes
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    return table[list(names)].iloc[first].reset_index(drop=True), group


def _first_of_copies(cases: Cases, dates: pd.Series[Any]) -> NDArray[np.bool_]:
    """Keep of each cluster in each group the earliest article; those without a date come last."""
    day = dates.astype("int64").where(dates.notna(), np.iinfo(np.int64).max).to_numpy()
    order = np.lexsort((cases.article, day))
    key = cases.cluster[order] * (int(cases.group.max(initial=0)) + 1) + cases.group[order]
    chosen = np.zeros(len(order), dtype=bool)
    chosen[order[np.unique(key, return_index=True)[1]]] = True
    return chosen


def check_level(level: float) -> None:
    """Raise a `ValueError` if a level is none."""
    if not 0 < level < 1:
        raise ValueError(f"level={level}: use a share between 0 and 1, such as .95")


# ---------------------------------------------------------------------------- two groups


def contrast_of(cases: Cases, one: int, two: int, *, strata: str | None, unit: str) -> Contrast:
    """Set two groups of cases against each other.

    Articles of a group that share their text are one unit; where the other group prints the text
    too, the two units are partners.

    Raises
    ------
    ValueError
        If a unit larger than an article stands in both groups.
    """
    key = cases.cluster
    if unit in ("article_id", "cluster"):
        raise ValueError(f'unit={unit!r}: use "article", where copies of one text are one unit')
    if unit != "article":
        if (missing := cases.keys[unit].isna()[np.isin(cases.group, (one, two))]).any():
            number = plural(int(missing.sum()), "article")
            raise ValueError(f"unit={unit!r}: {number} of no {unit}; select those with one")
        key = pd.factorize(cases.keys[unit], sort=True, use_na_sentinel=False)[0]
    halves = [cases.units(cases.group == group, key) for group in (one, two)]
    ids = [key[half.first] for half in halves]
    both = np.intersect1d(ids[0], ids[1])
    if unit != "article" and len(both):
        value = cases.keys[unit][int(halves[0].first[np.isin(ids[0], both)][0])]
        raise ValueError(f"unit={unit!r}: {quote(value)} stands in both groups")
    start = np.array([0, len(ids[0])])
    partner = np.full(len(ids[0]) + len(ids[1]), -1, dtype=np.intp)
    places = [
        begin + np.argsort(half)[np.searchsorted(np.sort(half), both)]
        for begin, half in zip(start, ids, strict=True)
    ]
    partner[places[0]], partner[places[1]] = places[1], places[0]
    first = np.concatenate([half.first for half in halves])
    stratum = np.zeros(len(partner), dtype=np.intp)
    if strata is not None:
        codes = pd.factorize(cases.keys[strata], sort=True, use_na_sentinel=False)[0]
        if unit != "article":
            pairs = np.unique(np.stack([key, codes]), axis=1)[0]
            if len(pairs) > len(np.unique(key)):
                raise ValueError(
                    f"strata={strata!r}: a {unit} stands in several; units are exchanged whole"
                )
        stratum = codes[first].astype(np.intp)
    return Contrast(
        counts=np.concatenate([half.counts for half in halves]),
        words=np.concatenate([half.words for half in halves]),
        first=np.repeat([True, False], [len(half) for half in ids]),
        stratum=stratum,
        partner=partner,
    )


# ---------------------------------------------------------------------------- cautions


def caution(*parts: str) -> str:
    """Join what is to be said, the gravest first."""
    return "; ".join(part for part in parts if part)


def left_out(number: int, why: str, noun: str = "article") -> str:
    """Say how many articles are left out and why."""
    return f"{plural(number, noun)} {why} left out" if number else ""


def too_rare(n_with: int, n_articles: int) -> str:
    """Say that a frame is mentioned in too few articles."""
    if n_with >= FEW_ARTICLES:
        return ""
    return f"too rare: in {n_with} of {plural(n_articles, 'article')}"
