"""What was read becomes articles: ids, dates, titles, clusters, and a log of everything done."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.cleaning import (
    SURROGATE,
    Repeat,
    find_controls,
    find_repeats,
    has_controls,
    plain,
)
from framing.copies import find_copies
from framing.dates import parse_date
from framing.display import one_line, plural, quote
from framing.language import known_languages, language_code, load_language
from framing.layout import lay_out
from framing.readers import Note, as_texts
from framing.tables import BLOCKS, TABLES, CorpusError, as_table, coded
from framing.tokens import Tokens, scan
from framing.words import SPACELESS, spaceless_pattern

# A source that is not given is a value of its own: pandas drops missing groups without a word.
NOT_STATED = "not stated"

_HARD_WRAPPED = (
    "looks hard-wrapped: every line is read as a paragraph; join the lines of a paragraph first"
)

# Above this share of letters that are tokens, the rates of an article are those of letters.
_SPACELESS_SHARE = 0.1

_TOGETHER = 32  # texts that are looked at together

# Columns of `Corpus.articles` that are read; the others are found by reading.
_READ = (
    *("article_id", "source", "date", "title", "text", "author", "section", "url", "language"),
    *("path", "constructed"),
)


class Given(NamedTuple):
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

    def __init__(self, given: Given, paths: Sequence[str | None], ids: Sequence[str]) -> None:
        self.given = given
        self.notes = list(given.notes)
        self.paths = paths
        self.rows = given.rows or [None] * given.size
        self.ids = ids

    def add(self, article: int, step: str, reason: str, **where: Any) -> None:
        path, row, article_id = self.paths[article], self.rows[article], self.ids[article]
        self.notes.append(Note(path, row, step, reason, article_id=article_id, **where))

    def table(self) -> pd.DataFrame:
        columns = (
            dict(zip(Note._fields, zip(*self.notes, strict=True), strict=True))
            if self.notes
            else {}
        )
        data: dict[str, Sequence[Any]] = {name: columns.get(name, ()) for name in TABLES["log"]}
        paths = {path: path and plain(path) for path in set(data["path"])}
        data["path"] = [paths[path] for path in data["path"]]
        data["text"] = [text and one_line(text[:400], longest=80) for text in data["text"]]
        return as_table("log", data)


def build_articles(
    given: Given, columns: Mapping[str, str], language: str
) -> tuple[pd.DataFrame, pd.DataFrame, Tokens]:
    """Build the articles, the log and the tokens of a corpus from what was given.

    Parameters
    ----------
    given : Given
        The columns as they were read.
    columns : mapping of str to str
        Our column names and those of the source.
    language : str
        Code of the language by whose rules sentences are divided.

    Returns
    -------
    articles, log : DataFrame
        The tables of these names.
    tokens : Tokens
        The scanned texts, with repeated sentences set aside.

    Raises
    ------
    CorpusError
        If a column is missing, a value of ``constructed`` is neither true nor false, or
        ``language`` is no text.
    """
    if not isinstance(language, str):
        raise CorpusError(f'language= is a code such as "en", not {type(language).__name__}.')
    named, own, left_out = choose_columns(given, columns)
    size = given.size
    blank = [""] * size
    cells = {name: _cells(given.values[named[name]]) if name in named else blank for name in _READ}
    hashes = given.hashes or [None] * size
    paths = [plain(path or "") or None for path in given.paths or cells["path"]]
    files = [path if known else None for path, known in zip(paths, hashes, strict=True)]
    ids, renamed = _unique_ids([plain(cell.strip()) for cell in cells["article_id"]], files)
    log = _Log(given, paths, ids)
    log.notes.extend(Note(given.name, None, "skipped", reason) for reason in left_out)
    for article, earlier in renamed:
        log.add(article, "renamed", f"the id {quote(earlier)} is taken by an earlier article")
    for name in ("source", "title", "author", "section", "url", "language"):
        if name in named:
            cells[name] = _mend(cells[name], name, log)
    constructed = _flags(cells["constructed"], given)

    mended, encoded, may_have_controls = _encode_all(cells["text"])
    layout = lay_out(mended, cells["title"], encoded)
    texts, digests = layout.texts, []
    for article, (raw, text) in enumerate(zip(cells["text"], texts, strict=True)):
        shift = len(text) - len(raw)
        is_mended = mended[article] is not raw
        _look_at(raw, is_mended, layout.hard_wrapped[article], article, shift, log)
        if may_have_controls[article]:
            _look_for_controls(raw, encoded[article], article, shift, log)
        digests.append(
            hashes[article] or hashlib.sha256(text[:shift].encode() + encoded[article]).hexdigest()
        )
    tokens = scan(texts, layout.blocks, language=language)
    _log_scripts(tokens, log)
    set_aside, repeats = find_repeats(tokens)
    tokens = tokens.with_set_aside(set_aside)

    sources = [source.strip() or NOT_STATED for source in cells["source"]]
    outlets = sorted(set(sources))
    position = {source: number for number, source in enumerate(outlets)}
    data: dict[str, Any] = {
        "article_id": coded(np.arange(size), ids),
        "source": coded(np.array([position[source] for source in sources], dtype=int), outlets),
        "date": _dates(cells["date"], log),
        "title": layout.titles,
        "text": texts,
        **{name: [cell or None for cell in cells[name]] for name in ("author", "section", "url")},
        "language": _languages(cells["language"], language, log),
        "path": paths,
        "sha256": digests,
        "n_words": _counted_words(tokens),
        "n_words_raw": np.diff(tokens.offsets),
        "cluster": _clusters(tokens, log),
        "constructed": constructed,
        **{name: _own_column(given.values[name], name, log) for name in own},
    }
    _log_repeats(repeats, tokens, texts, log)
    return as_table("articles", data, extra=own), log.table(), tokens


def choose_columns(
    given: Given, columns: Mapping[str, str]
) -> tuple[dict[str, str], list[str], list[str]]:
    """Find the columns to read.

    Parameters
    ----------
    given : Given
        The columns as they were read.
    columns : mapping of str to str
        Our column names and those of the source.

    Returns
    -------
    named : dict of str to str
        Our names of the columns that are there, and the source's.
    own : list of str
        The user's own columns.
    left_out : list of str
        Why others are left out.

    Raises
    ------
    CorpusError
        If a column is missing.
    """
    present = list(given.values)
    listed = f"the columns are: {', '.join(present)}"
    readable = [name for name in _READ if name != "path" or not given.paths]
    turned = {
        theirs: ours
        for ours, theirs in columns.items()
        if ours not in readable and ours in present and theirs in readable
    }
    if turned:
        pairs = ", ".join(f"{quote(ours)}: {quote(theirs)}" for ours, theirs in turned.items())
        raise CorpusError(
            f"{given.name}: columns= is the wrong way round; our name comes first:"
            f" columns={{{pairs}}}."
        )
    problems = [
        f"columns= has {quote(ours)}, which is none of: {', '.join(readable)}"
        for ours in columns
        if ours not in readable
    ]
    problems += [
        f"there is no column {quote(theirs)}; {listed}"
        for theirs in columns.values()
        if theirs not in present
    ]
    named = {ours: columns.get(ours, ours) for ours in readable}
    if not problems and named["text"] not in present:
        problems = [
            f'there is no column "text"; {listed}. Say which one holds the articles:'
            ' columns={"text": ...}'
        ]
        if any("|" in name for name in present):
            problems[0] += ', or save them with commas, semicolons or tabs between them, not "|"'
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


def _cells(values: Sequence[Any] | pd.Series[Any]) -> list[str]:
    return as_texts(values.tolist() if isinstance(values, pd.Series) else values)


def _mend(values: Sequence[str], column: str, log: _Log) -> list[str]:
    mended = [value if value.isascii() else plain(value) for value in values]
    for article, (before, after) in enumerate(zip(values, mended, strict=True)):
        if before != after:
            reason = f'a broken character in column "{column}" became U+FFFD'
            log.add(article, "replaced", reason, text=after)
    return mended


def _encode_all(raws: Sequence[str]) -> tuple[list[str], list[bytes], list[bool]]:
    """Give the texts without broken characters, their bytes, and whether they may have controls."""
    both = [_encode(raw) for raw in raws]
    encoded = [data for _, data in both]
    may_have_controls = []
    for begin in range(0, len(raws), _TOGETHER):  # most have none, seen sooner in many at once
        some = encoded[begin : begin + _TOGETHER]
        may_have_controls += [has_controls(b"".join(some))] * len(some)
    return [text for text, _ in both], encoded, may_have_controls


def _encode(raw: str) -> tuple[str, bytes]:
    """Return a text without broken characters, and its bytes."""
    try:
        return raw, raw.encode()
    except UnicodeEncodeError:
        text = plain(raw)
        return text, text.encode()


def _look_at(
    raw: str, is_mended: bool, hard_wrapped: bool, article: int, shift: int, log: _Log
) -> None:
    """Log what is odd about a text as it was read; ``shift`` is the length of the title added."""
    if not raw or raw.isspace():
        log.add(article, "read", "the text is empty")
    if hard_wrapped:
        log.add(article, "read", _HARD_WRAPPED)
    for match in SURROGATE.finditer(raw) if is_mended else ():
        where = {"start": shift + match.start(), "end": shift + match.end()}
        reason = f"the broken character U+{ord(match.group()):04X} became U+FFFD"
        log.add(article, "replaced", reason, **where)


def _look_for_controls(raw: str, encoded: bytes, article: int, shift: int, log: _Log) -> None:
    """Log the control characters of a text."""
    controls = find_controls(raw, encoded)
    if controls:
        first = controls[0]
        log.add(
            article,
            "read",
            f"{plural(len(controls), 'control character')}, the first U+{ord(first.group()):04X}:"
            " kept",
            start=shift + first.start(),
            end=shift + first.end(),
        )


def _dates(cells: Sequence[str], log: _Log) -> list[datetime | None]:
    known = {cell: parse_date(cell) for cell in set(cells)}
    dates = [known[cell] for cell in cells]
    for article, (cell, date) in enumerate(zip(cells, dates, strict=True)):
        if date is None and cell.strip():
            reason = "the date is not understood; write it as 2022-02-10 or 10 February 2022"
            log.add(article, "date", reason, text=cell)
    return dates


def _flags(cells: Sequence[str], given: Given) -> list[bool]:
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    known[""] = False
    flags = [known.get(cell.strip().lower()) for cell in cells]
    rows = given.rows or [None] * given.size
    wrong = [
        f"{given.name}, {given.unit} {row}: constructed is {quote(cell)}; write true or false."
        for row, cell, flag in zip(rows, cells, flags, strict=True)
        if flag is None
    ]
    if wrong:
        raise CorpusError("\n".join(wrong))
    return [bool(flag) for flag in flags]


def _languages(cells: Sequence[str], language: str, log: _Log) -> list[str]:
    languages = [cell.strip() or language for cell in cells]
    known = known_languages()
    reasons = []
    if language_code(language) not in known:
        reasons.append(
            f"no rules for language {quote(language)}: sentences end at end marks alone;"
            f" known: {', '.join(known)}"
        )
    elif (rules := load_language(language)).experimental:
        reasons.append(
            f"the word lists of {rules.name} are experimental: voices and negation are a start"
        )
    for other, number in Counter(languages).items():
        if language_code(other) != language_code(language):
            remedy = f"to use others, pass language={quote(other)}"
            if language_code(other) not in known:
                remedy = f"{quote(other)} has none, known: {', '.join(known)}"
            reasons.append(
                f"{plural(number, 'article')} in {quote(other)}: sentences are divided by the"
                f" rules of {quote(language)}; {remedy}"
            )
    log.notes.extend(Note(log.given.name, None, "read", reason) for reason in reasons)
    return languages


def _counted_words(tokens: Tokens) -> NDArray[np.int64]:
    """Count the words of each article that are counted."""
    lengths = np.diff(tokens.sentence_tokens) * tokens.sentence_counted
    return np.diff(np.concatenate([[0], np.cumsum(lengths)])[tokens.sentence_offsets])


def _log_scripts(tokens: Tokens, log: _Log) -> None:
    """Log the articles of which each letter is a token; the script is the one with most of them."""
    scripts = list(SPACELESS)
    found = [None if form.isascii() else spaceless_pattern().match(form) for form in tokens.forms]
    if not any(found):
        return
    number = [scripts.index(m.lastgroup or "") if m else len(scripts) for m in found]
    script_of_token = np.array(number, dtype=np.int8)[tokens.form_id]
    letters = np.flatnonzero(script_of_token < len(scripts))
    articles = np.searchsorted(tokens.offsets, letters, side="right") - 1
    cells = articles * len(scripts) + script_of_token[letters]
    counts = np.bincount(cells, minlength=tokens.n_articles * len(scripts))
    counts = counts.reshape(-1, len(scripts))
    share = _SPACELESS_SHARE * np.diff(tokens.offsets)
    for article in np.flatnonzero(counts.sum(axis=1) > share):
        script = scripts[int(counts[article].argmax())]
        reason = (
            f"counted per character: {script} is written without spaces;"
            " rates per 1,000 words are rates per 1,000 characters"
        )
        log.add(int(article), "read", reason)


def _own_column(values: Any, column: str, log: _Log) -> Any:
    """Keep a column of the user's: of a file as text, of a DataFrame as it is."""
    if isinstance(values, pd.Series):
        return values.reset_index(drop=True)
    return pd.array([value or None for value in _mend(values, column, log)], dtype="string")


def _clusters(tokens: Tokens, log: _Log) -> list[str]:
    clusters, copies = find_copies(tokens, log.ids)
    for article, other, of, percent in copies:
        name = quote(log.ids[other])
        if percent is None:
            reason = f"the same words as article {name}"
        elif of == article:
            reason = f"shares {percent} % of its five-word sequences with article {name}"
        else:
            reason = f"has {percent} % of the five-word sequences of article {name}"
        log.add(article, "cluster", f"{reason}: in one cluster with it")
    return [log.ids[first] for first in clusters]


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
