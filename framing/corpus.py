"""`Corpus`: articles with their tokens, and the log of everything done to them."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.articles import NOT_STATED, Given, build_articles
from framing.cleaning import plain
from framing.dates import parse_date
from framing.display import escape, plural, quote
from framing.readers import METADATA, as_text, check_columns, read_articles
from framing.speakers import as_speakers
from framing.tables import BLOCKS, CorpusError, as_table, coded
from framing.tokens import Tokens

_MOST_LISTED = 20  # problems that are named one by one
_LISTS = (list, tuple, pd.Series, pd.Index, np.ndarray)
# A year, month or day, or a day with the beginning of a time.
_PERIOD = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:[T ]\d\d(?::\d\d(?::\d\d)?)?)?)?)?", re.ASCII)


class Corpus:
    """Articles ready for analysis. It never changes; a selection is a new corpus.

    Made by `read_corpus`, `Corpus.from_texts` and `Corpus.from_dataframe`. ``corpus["id"]`` is
    a corpus of that one article, ``"id" in corpus`` says whether it is there, ``len(corpus)`` is
    the number of articles, and a loop over a corpus gives a corpus of each article.

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

    def __init__(
        self,
        articles: pd.DataFrame,
        log: pd.DataFrame,
        tokens: Tokens,
        speakers: pd.DataFrame | None = None,
    ) -> None:
        self._articles = articles
        self._whole_log = log  # with rows of articles that are not here
        self._tokens = tokens
        self._speakers = speakers

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
        refused = (str, bytes, Mapping, set, frozenset, pd.DataFrame, Corpus)
        if isinstance(texts, refused) or not isinstance(texts, Iterable):
            kind = type(texts).__name__
            remedies = {
                "str": "use from_texts([text])",
                "DataFrame": "use Corpus.from_dataframe",
                "Corpus": "use it as it is",
            }
            remedy = remedies.get(kind, 'give a list, as in from_texts(["One text.", "Another."])')
            raise CorpusError(f"from_texts takes a list of texts, not {kind}; {remedy}.")
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
            if isinstance(value, _LISTS):
                values[name] = list(value)
                if len(value) != len(texts):
                    raise CorpusError(
                        f"{name}= has {len(value)} values for"
                        f" {plural(len(texts), 'text')}; give one for each, or one for all."
                    )
            elif not pd.api.types.is_scalar(value):
                raise CorpusError(
                    f"{name}= is a {type(value).__name__}; give one value for all texts, or a list"
                    " with one for each."
                )
            elif value is not None:
                values[name] = [value] * len(texts)
        return cls(*build_articles(Given("texts", "text", values, len(texts)), {}, language))

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
            If it is no DataFrame, there is no text column, or a value of ``constructed`` is
            neither true nor false.

        Examples
        --------
        >>> frame = pd.DataFrame({"body": ["Talks go on."], "desk": ["world"]})
        >>> Corpus.from_dataframe(frame, columns={"text": "body"}).articles["desk"].item()
        'world'
        """
        if not isinstance(frame, pd.DataFrame):
            kind = type(frame).__name__
            remedy = "frame.to_frame()" if kind == "Series" else "pandas.DataFrame(...)"
            raise CorpusError(f"from_dataframe takes a DataFrame, not {kind}; make one: {remedy}.")
        chosen = _as_mapping(columns)
        names = [str(name) for name in frame.columns]
        check_columns("DataFrame", names)
        values = {name: frame.iloc[:, n] for n, name in enumerate(names)}
        rows = list(range(1, len(frame) + 1))
        given = Given("DataFrame", "row", values, len(frame), rows=rows)
        return cls(*build_articles(given, chosen, language))

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
    def speakers(self) -> pd.DataFrame | None:
        """The list of speakers given by `with_speakers`; None without one."""
        return None if self._speakers is None else self._speakers.copy(deep=False)

    @property
    def texts(self) -> list[str]:
        """The analysed text of each article, its headline first."""
        return list(self._texts)

    @cached_property
    def _log(self) -> pd.DataFrame:
        """The log of these articles and of what belongs to none."""
        logged = self._whole_log["article_id"]
        known = np.array([name in self._rows for name in logged], dtype=bool)
        return self._whole_log[logged.isna() | known].reset_index(drop=True)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self._articles["article_id"].tolist())}

    @cached_property
    def _texts(self) -> list[str]:
        return self._articles["text"].tolist()

    @cached_property
    def _sentences(self) -> pd.DataFrame:
        tokens = self._tokens
        columns = {
            "article_id": self._articles["article_id"].array.take(tokens.sentence_article),
            "sentence": tokens.sentence_number,
            "start": tokens.sentence_start,
            "end": tokens.sentence_end,
            "block": coded(tokens.sentence_kind, BLOCKS),
            "n_words": np.diff(tokens.sentence_tokens),
            "set_aside": tokens.set_aside,
            "constructed": self._articles["constructed"].array.take(tokens.sentence_article),
        }
        return as_table("sentences", columns)

    def __len__(self) -> int:
        return len(self._articles)

    def __iter__(self) -> Iterator[Corpus]:
        return (self._take(np.array([row])) for row in range(len(self)))

    def __contains__(self, article_id: object) -> bool:
        return isinstance(article_id, str) and article_id in self._rows

    def __getitem__(self, article_id: str) -> Corpus:
        if article_id not in self:
            known = list(self._rows)
            raise CorpusError(f"There is no article {quote(article_id)}{_near(article_id, known)}")
        return self._take(np.array([self._rows[article_id]]))

    def where(self, **conditions: Any) -> Corpus:
        """Select the articles that meet all conditions, in the order of the corpus.

        Parameters
        ----------
        **conditions
            Column of ``articles`` and the value it must have, or a list of values of which it
            must have one. None selects what is missing, as source what is "not stated"; a date
            may be a day, month or year, or a slice of them from the first to the last:
            ``where(source=["Courier", "Herald"], constructed=False, date="2022-02")``,
            ``where(date=slice("2022-02-24", None))``.

        Returns
        -------
        Corpus
            The articles selected, maybe none. Its log keeps the rows of these articles and
            those that belong to no article.

        Raises
        ------
        CorpusError
            If there is no such column, no article of the corpus has the value, or it is of a
            kind that no article can have.

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

    def with_speakers(self, speakers: str | os.PathLike[str] | pd.DataFrame) -> Corpus:
        """Make a corpus of the same articles that knows who its speakers are.

        Parameters
        ----------
        speakers : str, path-like or DataFrame
            The list of speakers: a file, as `read_speakers` describes it, or a table with its
            columns. Names that are not listed are told apart as without a list.

        Returns
        -------
        Corpus
            It hands the list on to every corpus selected from it.

        Raises
        ------
        CorpusError
            If the list cannot be read, with every problem found.

        Examples
        --------
        >>> corpus = Corpus.from_texts(["Putin said he would not yield."])
        >>> names = pd.DataFrame({"speaker": ["Vladimir Putin"], "aliases": ["Putin"]})
        >>> corpus.with_speakers(names).speakers["speaker"].tolist()
        ['Vladimir Putin']
        """
        return Corpus(self._articles, self._whole_log, self._tokens, as_speakers(speakers))

    def _meets(self, column: str, value: Any) -> NDArray[np.bool_]:
        names = list(self._articles.columns)
        if column not in names:
            raise CorpusError(f"There is no column {quote(column)}{_near(column, names)}")
        values: pd.Series[Any] = self._articles[column]
        if isinstance(value, slice) and pd.api.types.is_datetime64_any_dtype(values.dtype):
            return _between(values, column, value)
        wanted = list(value) if isinstance(value, (*_LISTS, set, frozenset)) else [value]
        for item in wanted:
            if not pd.api.types.is_scalar(item):
                kind = type(item).__name__
                raise CorpusError(f"{column}= takes a value or a list of values, not a {kind}.")
        if not all(isinstance(item, Hashable) for item in values):
            raise CorpusError(f"Column {quote(column)} holds lists; articles are not chosen by it.")
        named = [item for item in wanted if not pd.isna(item)]
        dated = pd.api.types.is_datetime64_any_dtype(values.dtype)
        if dated:
            values = values.dt.strftime("%Y-%m-%dT%H:%M:%S")
            named = [_period(column, item) for item in named]
        known = list(values.dropna().unique())
        if dated:
            found = values.str.startswith(tuple(named))
            missing = [item for item in named if not any(day.startswith(item) for day in known)]
        else:
            found = values.isin(named)
            present = set(known)
            missing = [item for item in named if item not in present]
        if len(named) < len(wanted):
            found |= values.isna() | ((column == "source") & (values == NOT_STATED))
        # A flag may be true of no article, but a name that no article has is misspelt.
        for item in missing if len(self) else ():
            if isinstance(item, str) and pd.api.types.is_bool_dtype(values.dtype):
                flag = {"true": "True", "false": "False"}.get(item.lower(), "True or False")
                raise CorpusError(
                    f"No article has {column} {quote(item)}, which is text; write {column}={flag}."
                )
            if not isinstance(item, (bool, np.bool_)):
                raise CorpusError(f"No article has {column} {quote(item)}{_near(item, known)}")
        return found.fillna(False).to_numpy(dtype=bool)

    def _take(self, rows: NDArray[np.intp]) -> Corpus:
        in_a_row = len(rows) > 0 and np.array_equal(rows, np.arange(rows[0], rows[0] + len(rows)))
        chosen = slice(rows[0], rows[0] + len(rows)) if in_a_row else rows  # a slice copies nothing
        articles = self._articles.iloc[chosen].reset_index(drop=True)
        for column in ("article_id", "source"):  # so that no table has groups without articles
            values: Any = articles[column].array
            articles[column] = values.remove_unused_categories()
        return Corpus(articles, self._whole_log, self._tokens.take(rows), self._speakers)

    def __repr__(self) -> str:
        articles = self._articles
        days = articles["date"].dropna().dt.strftime("%Y-%m-%d")
        period = "no dates" if days.empty else " to ".join(sorted({days.min(), days.max()}))
        sources = [name for name in articles["source"].unique() if name != NOT_STATED]
        origin = f" from {plural(len(sources), 'source')}" if sources else ", no source stated"
        if sources and (articles["source"] == NOT_STATED).any():
            origin += " and some not stated"
        counted, raw = int(articles["n_words"].sum()), int(articles["n_words_raw"].sum())
        lines = [
            f"Corpus of {plural(len(self), 'article')}{origin}, {period}",
            f"{plural(raw, 'word')}, {'all' if counted == raw else f'{counted:,}'} counted",
        ]
        if constructed := int(articles["constructed"].sum()):
            lines.append(f"{plural(constructed, 'article')} constructed for demonstration")
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
    store: str | os.PathLike[str] | None = None,
) -> Corpus:
    r"""Read articles from a folder or a file.

    A folder with ``metadata.csv`` reads the files that its column ``path`` lists; one without
    reads its .txt files. A .txt file is one article; a .csv, .tsv, .xlsx, .jsonl or .parquet file
    is a table with one article per row.

    Columns that are used, all but ``text`` optional: ``article_id`` (otherwise the file's name
    without ending, or the number of the row), ``source``, ``date``, ``title``, ``text``,
    ``author``, ``section``, ``url``, ``language``, ``constructed`` (true, false, yes, no, 1, 0;
    false if empty). Other columns are kept.

    Every line of a text is a paragraph, so the lines of hard-wrapped text must be joined first;
    what looks hard-wrapped is logged. A title is put before its text unless the first line of
    the text, or the first after its datelines, has the same words. Dates are read as they stand,
    without regard to time zones: ``2022-02-10``, ``2022-02-10T11:40:00Z``, ``2022/02/10``,
    ``10 February 2022``, ``February 10, 2022``; others, such as ``01/02/2022``, are missing and
    logged. A missing source reads "not stated".

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
    store : str or path-like, optional
        A folder in which the corpus is kept once it is read, so that the next time, and with
        another codebook, it opens in a moment. It is read again when its files, the options or
        the version of the toolkit have changed. The texts lie there in clear, like the files
        they come from; each corpus that was read has a folder. To be rid of them, delete these
        folders, or the store.

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
    path, columns = Path(path), _as_mapping(columns)

    def read() -> tuple[pd.DataFrame, pd.DataFrame, Tokens]:
        return _read(path, columns, encoding, language, quoting)

    if store is None:
        return Corpus(*read())

    from framing.token_store import open_or_read

    options = {
        "columns": list(columns.items()),
        "encoding": encoding,
        "language": language,
        "quoting": quoting,
    }
    return Corpus(*open_or_read(Path(store), path, options, read))


def _read(
    path: Path, columns: Mapping[str, str], encoding: str | None, language: str, quoting: bool
) -> tuple[pd.DataFrame, pd.DataFrame, Tokens]:
    """Read and scan the articles of a folder or file."""
    columns = dict(columns)
    file_column = columns.pop("path", "path") if path.is_dir() else "path"
    reading = read_articles(path, path_column=file_column, encoding=encoding, quoting=quoting)
    records = reading.records
    if reading.notes and not records:
        problems = [
            f"  {note.path}: {note.reason}" if path.is_dir() else f"  {note.reason}"
            for note in reading.notes[:_MOST_LISTED]
        ]
        more = len(reading.notes) - _MOST_LISTED
        problems += [f"  and {more:,} more"] * (more > 0)
        raise CorpusError("\n".join([f"{path}: nothing could be read:", *problems]))
    given = Given(
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
    return build_articles(given, columns, language)


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
    refused = (bytes, Mapping, set, frozenset, pd.DataFrame)
    if isinstance(texts, refused) or not isinstance(texts, Iterable):
        kind = type(texts).__name__
        maker = "Corpus.from_dataframe" if kind == "DataFrame" else "read_corpus"
        raise CorpusError(
            f"This takes a corpus, a text or a list of texts, not {kind}; {maker} makes a corpus."
        )
    return Corpus.from_texts([texts] if isinstance(texts, str) else texts)


def _as_mapping(columns: Mapping[str, str] | None) -> dict[str, str]:
    if columns is not None and not isinstance(columns, Mapping):
        raise CorpusError(
            "columns= takes our names and those of the source, as in"
            f' columns={{"text": "body"}}, not a {type(columns).__name__}.'
        )
    return dict(columns or {})


def _period(column: str, value: Any) -> str:
    """Write a date, or the year or month it stands for, as all its ISO 8601 times begin."""
    text = as_text(pd.Timestamp(value) if isinstance(value, np.datetime64) else value).strip()
    if _PERIOD.fullmatch(text):
        return text.replace(" ", "T")
    date = parse_date(text)
    if date is None:
        raise CorpusError(
            f"{column}={quote(value)} is no date; write a day, month or year:"
            ' "2022-02-10", "2022-02" or "2022".'
        )
    return as_text(date)


def _between(dates: pd.Series[Any], column: str, chosen: slice) -> NDArray[np.bool_]:
    """Tell which dates lie in a slice, its last day, month or year included."""
    if chosen.step is not None:
        raise CorpusError(f'{column}= takes a slice of two dates: slice("2022-02", "2022-03").')
    times = dates.dt.strftime("%Y-%m-%dT%H:%M:%S")
    found = dates.notna()
    if chosen.start is not None:
        found &= times >= _period(column, chosen.start)
    if chosen.stop is not None:
        last = _period(column, chosen.stop)
        found &= times.str[: len(last)] <= last
    return found.fillna(False).to_numpy(dtype=bool)


def _near(wanted: object, known: Sequence[object]) -> str:
    """End a message about an unknown name with the names that come close, or with all."""
    close = difflib.get_close_matches(str(wanted), [str(name) for name in known], 3)
    if close:
        return f"; did you mean {' or '.join(quote(name) for name in close)}?"
    more = ", …" if len(known) > 10 else "."
    return f"; there are: {', '.join(quote(name) for name in known[:10])}{more}" if known else "."
