"""`Corpus`: articles with their tokens, and the log of everything done to them."""

from __future__ import annotations

import difflib
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.cleaning import (
    CONTROL,
    SURROGATE,
    Repeat,
    find_blocks,
    find_copies,
    find_repeats,
    parse_date,
    plain,
    with_title,
)
from framing.display import escape, one_line
from framing.readers import METADATA, Note, as_text, check_columns, read_articles
from framing.tables import BLOCKS, TABLES, CorpusError, as_table, coded
from framing.tokens import Tokens, scan

# A source that is not given is a value of its own: pandas drops missing groups without a word.
NOT_STATED = "not stated"

# Columns of `Corpus.articles` that are read; the others are found by reading.
_READ = (
    *("article_id", "source", "date", "title", "text", "author", "section", "url", "language"),
    *("path", "constructed"),
)


class Corpus:
    """Articles ready for analysis. It never changes; a selection is a new corpus.

    Made by `read_corpus`, `Corpus.from_texts` and `Corpus.from_dataframe`. ``corpus["id"]`` is
    a corpus of that one article, ``len(corpus)`` the number of articles.

    Examples
    --------
    >>> corpus = Corpus.from_texts(["Talks go on.", "No deal."], source=["Courier", "Herald"])
    >>> corpus
    Corpus of 2 articles from 2 sources, no dates
    5 words, all counted
    >>> corpus.where(source="Herald").texts
    ['No deal.']
    >>> len(corpus["1"])
    1
    """

    def __init__(self, articles: pd.DataFrame, log: pd.DataFrame, tokens: Tokens) -> None:
        self._articles = articles
        self._log = log
        self._tokens = tokens

    @classmethod
    def from_texts(
        cls,
        texts: Sequence[str],
        *,
        source: str | Sequence[str | None] | None = None,
        date: Any | Sequence[Any] | None = None,
        language: str = "en",
    ) -> Corpus:
        """Make a corpus of strings, with the ids "1", "2", ...

        Parameters
        ----------
        texts : sequence of str
            One text per article.
        source, date : optional
            Outlet or author, and date of publication: one for all texts, or one for each.
        language : str
            Code of the language.

        Returns
        -------
        Corpus
            One article per text.

        Raises
        ------
        CorpusError
            If ``texts`` is no list of strings, or the lists are not equally long.

        Examples
        --------
        >>> Corpus.from_texts(["Talks go on."], date="2022-02-10").articles["n_words"].item()
        3
        """
        if isinstance(texts, (str, bytes, Mapping, pd.DataFrame)) or not isinstance(
            texts, Iterable
        ):
            kind = type(texts).__name__
            remedy = "Corpus.from_dataframe" if kind == "DataFrame" else "from_texts([text])"
            raise CorpusError(f"from_texts takes a list of texts, not {kind}; use {remedy}.")
        texts = list(texts)
        wrong = [
            f"text {number} is a {type(text).__name__}"
            for number, text in enumerate(texts, 1)
            if not isinstance(text, str)
        ]
        if wrong:
            raise CorpusError(f"from_texts takes strings, but {', '.join(wrong)}.")
        values: dict[str, Sequence[Any]] = {"text": texts}
        for name, value in (("source", source), ("date", date)):
            if isinstance(value, (list, tuple, pd.Series, pd.Index, np.ndarray)):
                values[name] = list(value)
                if len(value) != len(texts):
                    raise CorpusError(
                        f"{name}= has {len(value)} values for"
                        f" {_count(len(texts), 'text')}; give one for each, or one for all."
                    )
            elif value is not None:
                values[name] = [value] * len(texts)
        return _build(_Given("texts", "text", values, len(texts)), {}, language)

    @classmethod
    def from_dataframe(
        cls, frame: pd.DataFrame, *, columns: Mapping[str, str] | None = None, language: str = "en"
    ) -> Corpus:
        """Make a corpus of a DataFrame with one row per article.

        Parameters
        ----------
        frame : DataFrame
            It needs a column ``text``; what else is used, `read_corpus` says. Other columns are
            kept as they are.
        columns : mapping, optional
            Our column names and those of ``frame``: ``{"text": "body", "title": "headline"}``.
        language : str
            Code of the language of articles for which ``frame`` names none.

        Returns
        -------
        Corpus
            One article per row.

        Raises
        ------
        CorpusError
            If there is no text column, or a value of ``constructed`` is neither true nor false.

        Examples
        --------
        >>> frame = pd.DataFrame({"body": ["Talks go on."], "desk": ["world"]})
        >>> Corpus.from_dataframe(frame, columns={"text": "body"}).articles["desk"].item()
        'world'
        """
        names = [str(name) for name in frame.columns]
        check_columns("DataFrame", names)
        values = {name: frame.iloc[:, n] for n, name in enumerate(names)}
        rows = list(range(1, len(frame) + 1))
        given = _Given("DataFrame", "row", values, len(frame), rows=rows)
        return _build(given, dict(columns or {}), language)

    @property
    def articles(self) -> pd.DataFrame:
        """One row per article: what is known of it, its text and its number of words."""
        return self._articles.copy(deep=False)

    @property
    def sentences(self) -> pd.DataFrame:
        """One row per sentence: its place, its block, and whether it is set aside."""
        return self._sentences.copy(deep=False)

    @property
    def log(self) -> pd.DataFrame:
        """One row for everything that was skipped, changed, set aside or not understood."""
        return self._log.copy(deep=False)

    @property
    def tokens(self) -> Tokens:
        """The words of all articles as columns."""
        return self._tokens

    @property
    def texts(self) -> list[str]:
        """The analysed text of each article, its headline first."""
        return list(self._texts)

    @cached_property
    def _texts(self) -> list[str]:
        return self._articles["text"].tolist()

    @cached_property
    def _sentences(self) -> pd.DataFrame:
        tokens = self._tokens
        first = tokens.sentence_offsets[tokens.sentence_article]
        columns = {
            "article_id": self._articles["article_id"].array.take(tokens.sentence_article),
            "sentence": np.arange(len(first)) - first + 1,
            "start": tokens.sentence_start,
            "end": tokens.sentence_end,
            "block": coded(tokens.sentence_kind, BLOCKS),
            "n_words": np.diff(tokens.sentence_tokens),
            "set_aside": tokens.set_aside,
        }
        return as_table("sentences", columns)

    def __len__(self) -> int:
        return len(self._articles)

    def __getitem__(self, article_id: str) -> Corpus:
        ids = self._articles["article_id"].tolist()
        if article_id not in ids:
            raise CorpusError(f"There is no article {_quote(article_id)}{_near(article_id, ids)}")
        return self._take(np.array([ids.index(article_id)]))

    def where(self, **conditions: Any) -> Corpus:
        """Select the articles that meet all conditions, in the order of the corpus.

        Parameters
        ----------
        **conditions
            Column of ``articles`` and the value it must have, or a list of values of which it
            must have one. None selects what is missing; a date may be a day, month or year:
            ``where(source=["Courier", "Herald"], constructed=False, date="2022-02")``.

        Returns
        -------
        Corpus
            The articles selected, maybe none. Its log keeps the rows of these articles and
            those that belong to no article.

        Raises
        ------
        CorpusError
            If there is no such column, or no article of the corpus has the value.

        Examples
        --------
        >>> corpus = Corpus.from_texts(["One.", "Two."], source=["Courier", None])
        >>> corpus.where(source="not stated").texts
        ['Two.']
        """
        keep = np.ones(len(self), dtype=bool)
        for column, value in conditions.items():
            keep &= self._meets(column, value)
        return self._take(np.flatnonzero(keep))

    def _meets(self, column: str, value: Any) -> NDArray[np.bool_]:
        names = list(self._articles.columns)
        if column not in names:
            raise CorpusError(f"There is no column {_quote(column)}{_near(column, names)}")
        values: pd.Series[Any] = self._articles[column]
        dated = pd.api.types.is_datetime64_any_dtype(values.dtype)
        if dated:
            values = values.dt.strftime("%Y-%m-%dT%H:%M:%S")
        several = isinstance(value, (list, tuple, set, frozenset, pd.Series, pd.Index, np.ndarray))
        wanted = list(value) if several else [value]
        named = [as_text(item) if dated else item for item in wanted if not pd.isna(item)]
        known = list(values.dropna().unique())
        if dated:
            found = values.str.startswith(tuple(named))
            missing = [item for item in named if not any(day.startswith(item) for day in known)]
        else:
            found = values.isin(named)
            present = set(known)
            missing = [item for item in named if item not in present]
        if len(named) < len(wanted):
            found |= values.isna()
        # A flag may be true of no article, but a name that no article has is misspelt.
        for item in missing if len(self) else ():
            if not isinstance(item, (bool, np.bool_)):
                raise CorpusError(f"No article has {column} {_quote(item)}{_near(item, known)}")
        return found.fillna(False).to_numpy(dtype=bool)

    def _take(self, rows: NDArray[np.intp]) -> Corpus:
        articles = self._articles.iloc[rows].reset_index(drop=True)
        for column in ("article_id", "source"):  # so that no table has groups without articles
            articles[column] = articles[column].cat.remove_unused_categories()
        logged = self._log["article_id"]
        log = self._log[logged.isna() | logged.isin(articles["article_id"].tolist())]
        return Corpus(articles, log.reset_index(drop=True), self._tokens.take(rows))

    def __repr__(self) -> str:
        articles = self._articles
        days = articles["date"].dropna().dt.strftime("%Y-%m-%d")
        period = "no dates" if days.empty else " to ".join(sorted({days.min(), days.max()}))
        sources = [name for name in articles["source"].unique() if name != NOT_STATED]
        origin = f" from {_count(len(sources), 'source')}" if sources else ", no source stated"
        if sources and (articles["source"] == NOT_STATED).any():
            origin += " and some not stated"
        counted, raw = int(articles["n_words"].sum()), int(articles["n_words_raw"].sum())
        lines = [
            f"Corpus of {_count(len(self), 'article')}{origin}, {period}",
            f"{_count(raw, 'word')}, {'all' if counted == raw else f'{counted:,}'} counted",
        ]
        if constructed := int(articles["constructed"].sum()):
            lines.append(f"{_count(constructed, 'article')} constructed for demonstration")
        if len(self._log):
            steps = self._log["step"].value_counts(sort=False)
            counts = ", ".join(f"{number:,} {step}" for step, number in steps.items())
            lines.append(f"see corpus.log: {counts}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        lines = "<br>".join(escape(line) for line in repr(self).split("\n"))
        return f'<p class="mathjax_ignore tex2jax_ignore">{lines}</p>'


def read_corpus(
    path: str | os.PathLike[str],
    *,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
    language: str = "en",
    quoting: bool = True,
) -> Corpus:
    r"""Read articles from a folder or a file.

    A folder with ``metadata.csv`` reads the files that its column ``path`` lists; one without
    reads its .txt files. A .txt file is one article; a .csv, .tsv, .xlsx, .jsonl or .parquet file
    is a table with one article per row.

    Columns that are used, all but ``text`` optional: ``article_id`` (otherwise the file's name
    without ending, or the number of the row), ``source``, ``date``, ``title``, ``text``,
    ``author``, ``section``, ``url``, ``language``, ``constructed`` (true, false, yes, no, 1, 0;
    false if empty). Other columns are kept. A title that is not the first line of its text is put
    before it. Dates are read as they stand, without regard to time zones: ``2022-02-10``,
    ``2022-02-10T11:40:00Z``, ``2022/02/10``, ``10 February 2022``, ``February 10, 2022``; others,
    such as ``01/02/2022``, are missing and logged. A missing source reads "not stated".

    Parameters
    ----------
    path : str or path-like
        The folder or file.
    columns : mapping, optional
        Our column names and those of the file: ``{"text": "body", "title": "headline"}``.
    encoding : str, optional
        Encoding of all text files read; without it they must be UTF-8. It is never guessed.
    language : str
        Code of the language of articles for which the file names none, and by whose rules
        sentences are divided.
    quoting : bool
        Whether quotation marks enclose fields of a .csv or .tsv file, which may then run over
        several lines. False where they are plain text.

    Returns
    -------
    Corpus
        The articles. What was skipped, changed, set aside or not understood is in its ``log``.

    Raises
    ------
    CorpusError
        If there is no such file or nothing in it can be read, with every problem found.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "news.csv"
    ...     _ = file.write_text("outlet,body\nCourier,Talks go on.\n", encoding="utf-8")
    ...     read_corpus(file, columns={"text": "body", "source": "outlet"})
    Corpus of 1 article from 1 source, no dates
    3 words, all counted
    """
    path, columns = Path(path), dict(columns or {})
    file_column = columns.pop("path", "path") if path.is_dir() else "path"
    reading = read_articles(path, path_column=file_column, encoding=encoding, quoting=quoting)
    records = reading.records
    if reading.notes and not records:
        problems = [f"  {note.path}: {note.reason}" for note in reading.notes]
        raise CorpusError("\n".join([f"{path}: nothing could be read:", *problems]))
    given = _Given(
        name=METADATA if (path / METADATA).is_file() else path.name,
        unit="line",
        values={
            plain(column): [record.fields.get(column, "") for record in records]
            for column in reading.columns
        },
        size=len(records),
        paths=[record.path for record in records],
        rows=[record.row for record in records],
        hashes=[record.sha256 for record in records],
        notes=reading.notes,
    )
    return _build(given, columns, language)


def as_corpus(texts: Corpus | str | Sequence[str]) -> Corpus:
    """Return a corpus for a corpus, a text or a list of texts.

    Parameters
    ----------
    texts : Corpus, str or sequence of str
        A corpus is returned as it is.

    Returns
    -------
    Corpus
        The corpus, or one made of the texts.

    Raises
    ------
    CorpusError
        If it is none of these.

    Examples
    --------
    >>> len(as_corpus("Talks go on."))
    1
    """
    if isinstance(texts, Corpus):
        return texts
    return Corpus.from_texts([texts] if isinstance(texts, str) else texts)


# ---------------------------------------------------------------------------- building


class _Given(NamedTuple):
    """Articles as they were given, column by column."""

    name: str
    unit: str  # what messages call one of them: line, row or text
    values: Mapping[str, Sequence[Any] | pd.Series[Any]]
    size: int
    paths: Sequence[str | None] = ()
    rows: Sequence[int | None] = ()
    hashes: Sequence[str | None] = ()
    notes: Sequence[Note] = ()


class _Log:
    """The log while it grows; it knows where each article comes from."""

    def __init__(self, given: _Given, paths: Sequence[str | None], ids: Sequence[str]) -> None:
        self.given = given
        self.notes = list(given.notes)
        self.paths = paths
        self.rows = given.rows or [None] * given.size
        self.ids = ids

    def add(self, article: int, step: str, reason: str, **where: Any) -> None:
        path, row, article_id = self.paths[article], self.rows[article], self.ids[article]
        self.notes.append(Note(path, row, step, reason, article_id=article_id, **where))

    def table(self) -> pd.DataFrame:
        notes = [
            note._replace(
                path=note.path and plain(note.path),
                text=note.text and one_line(note.text[:400], longest=80),
            )
            for note in self.notes
        ]
        return as_table("log", {name: [getattr(n, name) for n in notes] for name in TABLES["log"]})


def _build(given: _Given, columns: Mapping[str, str], language: str) -> Corpus:
    named, own, left_out = _choose_columns(given, columns)
    size = given.size
    cells = {
        name: [as_text(value) for value in given.values[named[name]]]
        if name in named
        else [""] * size
        for name in _READ
    }
    hashes = given.hashes or [None] * size
    paths = [plain(path or "") or None for path in given.paths or cells["path"]]
    files = [path if known else None for path, known in zip(paths, hashes, strict=True)]
    ids, renamed = _unique_ids([plain(cell.strip()) for cell in cells["article_id"]], files)
    log = _Log(given, paths, ids)
    log.notes.extend(Note(given.name, None, "skipped", reason) for reason in left_out)
    for article, earlier in renamed:
        log.add(article, "renamed", f"the id {_quote(earlier)} is taken by an earlier article")
    for name in ("source", "title", "author", "section", "url", "language"):
        cells[name] = _mend(cells[name], name, log)
    constructed = _flags(cells["constructed"], given)

    texts, titles, blocks = [], [], []
    for article, (raw, title) in enumerate(zip(cells["text"], cells["title"], strict=True)):
        text, headline = with_title(plain(raw), title)
        _look_at(raw, len(text) - len(raw), article, log)
        parts = find_blocks(text, headline)
        found = next((text[b.start : b.end] for b in parts if b.kind == "title"), None)
        texts.append(text)
        titles.append(headline or found)
        blocks.append(parts)
    tokens = scan(texts, blocks, language=language)
    set_aside, repeats = find_repeats(tokens)
    tokens = tokens.with_set_aside(set_aside)

    sources = [source.strip() or NOT_STATED for source in cells["source"]]
    outlets = sorted(set(sources))
    position = {source: number for number, source in enumerate(outlets)}
    data: dict[str, Any] = {
        "article_id": coded(np.arange(size), ids),
        "source": coded(np.array([position[source] for source in sources], dtype=int), outlets),
        "date": _dates(cells["date"], log),
        "title": titles,
        "text": texts,
        **{name: [cell or None for cell in cells[name]] for name in ("author", "section", "url")},
        "language": _languages(cells["language"], language, log),
        "path": paths,
        "sha256": [
            known or hashlib.sha256(text.encode()).hexdigest()
            for known, text in zip(hashes, texts, strict=True)
        ],
        "n_words": np.bincount(tokens.article[tokens.counted], minlength=size),
        "n_words_raw": np.diff(tokens.offsets),
        "cluster": _clusters(tokens, log),
        "constructed": constructed,
        **{name: _own_column(given.values[name], name, log) for name in own},
    }
    _log_repeats(repeats, tokens, texts, log)
    return Corpus(as_table("articles", data, extra=own), log.table(), tokens)


def _choose_columns(
    given: _Given, columns: Mapping[str, str]
) -> tuple[dict[str, str], list[str], list[str]]:
    """Find the columns to read, the user's own, and why others are left out."""
    present = list(given.values)
    listed = f"the columns are: {', '.join(present)}"
    readable = [name for name in _READ if name != "path" or not given.paths]
    problems = [
        f"columns= has {_quote(ours)}, which is none of: {', '.join(readable)}"
        for ours in columns
        if ours not in readable
    ]
    problems += [
        f"there is no column {_quote(theirs)}; {listed}"
        for theirs in columns.values()
        if theirs not in present
    ]
    named = {ours: columns.get(ours, ours) for ours in readable}
    if not problems and named["text"] not in present:
        problems = [
            f'there is no column "text"; {listed}. Say which one holds the articles:'
            ' columns={"text": ...}'
        ]
    if problems:
        raise CorpusError("\n".join(f"{given.name}: {problem}." for problem in problems))
    named = {ours: theirs for ours, theirs in named.items() if theirs in present}
    others = [name for name in present if name not in named.values()]
    own = [name for name in others if name not in TABLES["articles"]]
    dropped = [
        f'column "{name}" is not read: a column of this name is made by reading; rename it to keep'
        for name in others
        if name not in own
    ]
    return named, own, dropped


def _unique_ids(
    given: Sequence[str], files: Sequence[str | None]
) -> tuple[list[str], list[tuple[int, str]]]:
    """Make every id unique: as given, else the file's stem, else the number of the article."""
    wanted = [
        cell or (Path(file).stem if file else str(number))
        for number, (cell, file) in enumerate(zip(given, files, strict=True), 1)
    ]
    taken, seen, copies = set(wanted), set(), Counter[str]()
    ids, renamed = [], []
    for article, name in enumerate(wanted):
        if name in seen:
            renamed.append((article, name))
            copies[name] += 1
            while (numbered := f"{name} ({copies[name] + 1})") in taken:
                copies[name] += 1
            name = numbered
            taken.add(name)
        seen.add(name)
        ids.append(name)
    return ids, renamed


def _mend(values: Sequence[str], column: str, log: _Log) -> list[str]:
    mended = [plain(value) for value in values]
    for article, (before, after) in enumerate(zip(values, mended, strict=True)):
        if before != after:
            reason = f'a broken character in column "{column}" became U+FFFD'
            log.add(article, "replaced", reason, text=after)
    return mended


def _look_at(raw: str, shift: int, article: int, log: _Log) -> None:
    """Log what is odd about a text as it was read; ``shift`` is the length of the title added."""
    if not raw.strip():
        log.add(article, "read", "the text is empty")
    for match in () if raw.isascii() else SURROGATE.finditer(raw):
        where = {"start": shift + match.start(), "end": shift + match.end()}
        reason = f"the broken character U+{ord(match.group()):04X} became U+FFFD"
        log.add(article, "replaced", reason, **where)
    controls = list(CONTROL.finditer(raw))
    if controls:
        first = controls[0]
        log.add(
            article,
            "read",
            f"{_count(len(controls), 'control character')}, the first U+{ord(first.group()):04X}:"
            " kept",
            start=shift + first.start(),
            end=shift + first.end(),
        )


def _dates(cells: Sequence[str], log: _Log) -> list[datetime | None]:
    dates = [parse_date(cell) for cell in cells]
    for article, (cell, date) in enumerate(zip(cells, dates, strict=True)):
        if date is None and cell.strip():
            reason = "the date is not understood; write it as 2022-02-10 or 10 February 2022"
            log.add(article, "date", reason, text=cell)
    return dates


def _flags(cells: Sequence[str], given: _Given) -> list[bool]:
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    known[""] = False
    flags = [known.get(cell.strip().lower()) for cell in cells]
    rows = given.rows or [None] * given.size
    wrong = [
        f"{given.name}, {given.unit} {row}: constructed is {_quote(cell)}; write true or false."
        for row, cell, flag in zip(rows, cells, flags, strict=True)
        if flag is None
    ]
    if wrong:
        raise CorpusError("\n".join(wrong))
    return [bool(flag) for flag in flags]


def _languages(cells: Sequence[str], language: str, log: _Log) -> list[str]:
    languages = [cell.strip() or language for cell in cells]
    for other, number in Counter(languages).items():
        if other.split("-")[0].lower() != language.split("-")[0].lower():
            reason = (
                f"{_count(number, 'article')} in {_quote(other)}: sentences are divided by the"
                f' rules of "{language}"; to use others, pass language={_quote(other)}'
            )
            log.notes.append(Note(log.given.name, None, "read", reason))
    return languages


def _own_column(values: Any, column: str, log: _Log) -> Any:
    """Keep a column of the user's: of a file as text, of a DataFrame as it is."""
    if isinstance(values, pd.Series):
        return values.reset_index(drop=True)
    return pd.array([value or None for value in _mend(values, column, log)], dtype="string")


def _clusters(tokens: Tokens, log: _Log) -> list[str]:
    clusters = []
    for article, first in enumerate(find_copies(tokens)):
        clusters.append(log.ids[first])
        if first != article:
            reason = f"the same words as article {_quote(log.ids[first])}: in one cluster with it"
            log.add(article, "cluster", reason)
    return clusters


def _log_repeats(
    repeats: Sequence[Repeat], tokens: Tokens, texts: Sequence[str], log: _Log
) -> None:
    for sentence, first in repeats:
        article = int(tokens.sentence_article[sentence])
        start, end = int(tokens.sentence_start[sentence]), int(tokens.sentence_end[sentence])
        kind, original = (BLOCKS[tokens.sentence_kind[s]] for s in (sentence, first))
        if kind == "credit":
            reason = "credit of a caption that repeats an earlier one"
        elif first == sentence:
            reason = "in a paragraph that repeats an earlier one"
        else:
            place = f"{tokens.sentence_start[first]}–{tokens.sentence_end[first]}"
            reason = f"repeats the {original} at characters {place}"
        text = texts[article][start:end]
        log.add(article, "set aside", reason, start=start, end=end, text=text)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _quote(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _near(wanted: object, known: Sequence[object]) -> str:
    """End a message about an unknown name with the names that come close, or with all."""
    close = difflib.get_close_matches(str(wanted), [str(name) for name in known], 3)
    if close:
        return f"; did you mean {' or '.join(_quote(name) for name in close)}?"
    more = ", …" if len(known) > 10 else "."
    return f"; there are: {', '.join(_quote(name) for name in known[:10])}{more}" if known else "."
