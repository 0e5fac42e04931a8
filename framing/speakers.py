"""Speakers across a corpus: one name for one speaker, and the researcher's own list of them."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.display import quote
from framing.readers import as_text, check_columns, find_halves, read_articles
from framing.tables import NO_SPEAKER, TABLES, UNKNOWN_SPEAKER, CorpusError, as_table
from framing.words import fold

# Of each name the statements under it, and whether it is a person's
Heard = dict[str, tuple[int, bool]]
# For each name the one to show and the id of the speaker; None for nobody
Settled = dict[str, tuple[str, str] | None]

# What tables call words of nobody named: "an unknown speaker said" names nobody either.
_NOBODY = frozenset([NO_SPEAKER, UNKNOWN_SPEAKER])
_MOST_LISTED = 20  # problems of a list that are named one by one
# "the", or "a" in lower case, since "A" and "An" may be an initial and a given name
_ARTICLE = re.compile(r"^(?:[Tt]he|THE|an?)\s+(?=\S)")
_ROMANCE = ["da", "de", "del", "della", "di", "dos", "du", "la", "le"]
PARTICLES = frozenset(["bin", "ibn", "den", "der", "ter", "van", "von", "zu", *_ROMANCE])
_JUNIOR = frozenset(["jr", "sr", "ii", "iii", "iv"])
# The number of rows that pandas writes first, by the reader's name for it and by that of pandas
_ROW_NUMBERS = frozenset(["column 1", "Unnamed: 0"])


class Named(Protocol):
    """What an article tells of a speaker."""

    @property
    def name(self) -> str:
        """The fullest name that the article uses."""

    @property
    def person(self) -> bool:
        """Whether it is known to be a person."""


# ---------------------------------------------------------------------------- names


def fold_name(name: str) -> str:
    """Write a name as names are compared: case, middle initials and a leading article removed.

    Examples
    --------
    >>> [fold_name(name) for name in ("Donald J. Trump", "THE KREMLIN", "Mary O’Neill")]
    ['donald trump', 'kremlin', "mary o'neill"]
    """
    words = [word.rstrip(".") or word for word in fold(_ARTICLE.sub("", name.strip())).split()]
    last = len(words) - 1
    kept = " ".join(w for n, w in enumerate(words) if not 0 < n < last or len(w) > 1)
    return kept or name.strip()  # such as a soft hyphen alone


def surname_start(words: Sequence[str]) -> tuple[int, int]:
    """Give where the last name of folded words begins, without and with "von", "de" and the like.

    Examples
    --------
    >>> surname_start(["ursula", "von", "der", "leyen"]), surname_start(["john", "king", "jr"])
    ((3, 1), (1, 1))
    """
    last = len(words) - 1
    while last > 1 and words[last] in _JUNIOR:
        last -= 1
    first = last
    while first > 1 and words[first - 1] in PARTICLES:
        first -= 1
    return max(last, 0), max(first, 0)


def _short(name: str) -> str:
    """Leave out what stands between the given name and the last name, which not all texts have."""
    words = name.split()
    return " ".join([*words[:1], *words[max(surname_start(words)[1], 1) :]])


def _tails(name: str) -> list[str]:
    """List the last names that a full name may shrink to; none where the given name is missing."""
    words = name.split()
    if len(words) < 2 or len(words[0]) == 1 or words[0] in PARTICLES:
        return []
    last, first = surname_start(words)
    return [" ".join(words[n : last + 1]) for n in range(max(first, 1), last + 1)]


def name_speakers(
    heard: Sequence[Named | None], known: pd.DataFrame | None
) -> tuple[dict[str, str], NDArray[np.int32]]:
    """Give speakers one name each across the articles.

    Names are compared as `fold_name` writes them. Persons with the same first and last name are
    one; a last name alone means the only person of the corpus who is named in full with it, and
    stays on its own if there are several. What ``known`` lists comes before these rules.

    Parameters
    ----------
    heard : sequence of Named or None
        Who makes each statement, as its article names the speaker; None for nobody.
    known : DataFrame, optional
        The list that `read_speakers` gives.

    Returns
    -------
    names : dict
        The name to show for each speaker, and its id. A listed speaker has the name of the list,
        by which the list's columns can be joined; another the most frequent of its fullest names.
    of : array of int32
        For each statement the position of its speaker in ``names``; -1 for nobody.

    Examples
    --------
    >>> from types import SimpleNamespace as Speaker
    >>> heard = [Speaker(name="Putin", person=False), Speaker(name="Vladimir Putin", person=True)]
    >>> name_speakers([*heard, None], None)
    ({'Vladimir Putin': 'vladimir putin'}, array([ 0,  0, -1], dtype=int32))
    """
    return number_speakers(heard, settle_names(count_names(heard), known))


def count_names(heard: Iterable[Named | None]) -> Heard:
    """Count the statements under each name, and tell which names some article knows as a person's.

    Parameters
    ----------
    heard : iterable of Named or None
        Who makes each statement; None for nobody.

    Returns
    -------
    dict of str to tuple of int and bool
        For each name the statements, and whether it is a person's.
    """
    counts = Counter((speaker.name, speaker.person) for speaker in heard if speaker is not None)
    return join_names({name: (n, person)} for (name, person), n in counts.items())


def join_names(counted: Iterable[Heard]) -> Heard:
    """Add up what `count_names` found in several parts of a corpus."""
    joined: Heard = {}
    for part in counted:
        for name, (n, person) in part.items():
            before, was_person = joined.get(name, (0, False))
            joined[name] = before + n, person or was_person
    return joined


def settle_names(heard: Heard, known: pd.DataFrame | None) -> Settled:
    """Decide who is meant by each name of a corpus, as `name_speakers` says.

    Parameters
    ----------
    heard : dict
        What `count_names` found in all articles.
    known : DataFrame, optional
        The list that `read_speakers` gives.

    Returns
    -------
    dict of str to tuple of str or None
        For each name the one to show and the id of its speaker; None where it is nobody's.
    """
    spelled = {name: n for name, (n, _) in heard.items()}
    folded = {name: fold_name(name) for name in spelled}
    persons = {folded[name] for name, (_, person) in heard.items() if person}
    listed, shown = _listed(known, persons, set(folded.values()) - persons)
    ids = {name: listed.get(name) or _unlisted(name, persons, listed) for name in folded.values()}
    full: dict[str, set[str]] = {}
    for person in persons:
        for tail in _tails(person):
            full.setdefault(tail, set()).add(ids[person])
    for name in ids:
        if name not in listed and len(full.get(name, ())) == 1:
            [ids[name]] = full[name]
    spellings: Counter[str] = Counter()
    for name, times in spelled.items():
        title = name.title()
        shouted = name.isupper() and folded[name] in persons and fold_name(title) == folded[name]
        spellings[title if shouted else name] += times
    folded |= {name: fold_name(name) for name in spellings}

    def rank(name: str) -> tuple[int, bool, int, str]:
        in_capitals = name.isupper() and " " in name  # "WHITE HOUSE", but not "NATO"
        return -len(folded[name].split()), in_capitals, -spellings[name], name

    named = [name for name in spellings if name.strip() and ids[folded[name]] not in _NOBODY]
    for name in sorted(named, key=rank):
        shown.setdefault(ids[folded[name]], name)
    present = {ids[folded[name]] for name in named}
    keys = {name: ids[folded[name]] for name in spelled}
    return {name: (shown[key], key) if key in present else None for name, key in keys.items()}


def number_speakers(
    heard: Sequence[Named | None], settled: Settled
) -> tuple[dict[str, str], NDArray[np.int32]]:
    """Give the speakers of some statements numbers in the order of the names to show.

    Parameters
    ----------
    heard : sequence of Named or None
        Who makes each statement; None for nobody.
    settled : dict
        What `settle_names` decided for all articles of the corpus.

    Returns
    -------
    names, of
        As `name_speakers` gives them.
    """
    meant = [None if speaker is None else settled[speaker.name] for speaker in heard]
    order = sorted({speaker for speaker in meant if speaker is not None})
    number = {speaker: place for place, speaker in enumerate(order)}
    of = [-1 if speaker is None else number[speaker] for speaker in meant]
    return dict(order), np.array(of, dtype=np.int32)


def _listed(
    known: pd.DataFrame | None, persons: Iterable[str], others: Container[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Give the id of each name of the list, and for each id the name to show.

    Persons of the corpus who share first and last name with one speaker of the list get its id as
    well, and lend theirs, so that an id does not change when its speaker is listed. For names of
    ``others``, which the corpus has and no article knows to be persons, all words must be equal.
    """
    if known is None:
        return {}, {}
    names = {
        speaker: [fold_name(name) for name in (speaker, *split_aliases(aliases))]
        for speaker, aliases in zip(known["speaker"], known["aliases"], strict=True)
    }
    short: dict[str, set[str]] = {}
    for speaker, own in names.items():
        for name in own:
            if " " in name and name not in others:
                short.setdefault(_short(name), set()).add(speaker)
    heard = {_short(person) for person in persons}
    ids: dict[str, str] = {}
    shown: dict[str, str] = {}
    for speaker, own in names.items():
        key = _short(own[0])
        key = key if key in heard and short.get(key) == {speaker} else own[0]
        ids |= dict.fromkeys(own, key)
        shown[key] = speaker
    for person in persons:
        speakers = short.get(_short(person), set())
        if person not in ids and len(speakers) == 1:
            ids[person] = ids[fold_name(*speakers)]
    return ids, shown


def _unlisted(name: str, persons: set[str], listed: Mapping[str, str]) -> str:
    key = _short(name) if name in persons else name
    return listed.get(key, key)


# ---------------------------------------------------------------------------- the list


def read_speakers(path: str | os.PathLike[str]) -> pd.DataFrame:
    r"""Read a list of speakers: by which name each is to be counted, and what is known of them.

    `Corpus.with_speakers` uses it to correct who is taken for whom. To start one, write the table
    of `find_speakers` to a file and edit it; what that table counts is not read back.

    Parameters
    ----------
    path : str or path-like
        A .csv, .tsv, .xlsx, .jsonl or .parquet file with a column ``speaker``; ``aliases``,
        ``role``, ``country``, ``camp`` and any other columns may follow.

    Returns
    -------
    DataFrame
        One row per speaker, in the order of the file; what is not filled in is NA:

        - speaker (string): the name to use
        - aliases (string): other names of the same speaker, with semicolons between them. A last
          name counts only where a text uses it alone. Case, middle initials and a leading article
          do not matter.
        - role, country, camp (string): whatever the researcher wants to compare speakers by
        - the file's other columns (string)

    Raises
    ------
    CorpusError
        With the line and the remedy of every problem found.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import framing as fr
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "speakers.csv")
    ...     _ = file.write_text("speaker,aliases,camp\nVladimir Putin,Putin;V. Putin,Kremlin\n")
    ...     speakers = fr.read_speakers(file)
    >>> speakers[["speaker", "aliases", "camp"]]
              speaker          aliases     camp
    0  Vladimir Putin  Putin; V. Putin  Kremlin
    """
    path = Path(path)
    if path.is_dir():
        raise CorpusError(f"{path} is a folder; name the file with the speakers.")
    reading = read_articles(path)
    rows = [(f"{path.name}, line {record.row}", record.fields) for record in reading.records]
    lost = [f"{path.name}, {note.reason}" for note in reading.notes if note.row is not None]
    return _build(path.name, reading.columns, rows, lost)


def as_speakers(speakers: str | os.PathLike[str] | pd.DataFrame) -> pd.DataFrame:
    """Return the list of speakers that a file or a DataFrame holds, checked alike.

    Examples
    --------
    >>> as_speakers(pd.DataFrame({"speaker": ["Vladimir Putin"]}))["aliases"].isna().all()
    np.True_
    """
    if isinstance(speakers, (str, os.PathLike)):
        return read_speakers(speakers)
    if not isinstance(speakers, pd.DataFrame):
        kind = type(speakers).__name__
        raise CorpusError(f"A list of speakers is the name of a file or a DataFrame, not {kind}.")
    columns = [str(name) for name in speakers.columns]
    check_columns("DataFrame", columns)
    rows = [
        (f"DataFrame, row {number}", dict(zip(columns, map(as_text, cells), strict=True)))
        for number, cells in enumerate(speakers.itertuples(index=False, name=None), 1)
    ]
    return _build("DataFrame", columns, rows, [])


def split_aliases(aliases: Any) -> list[str]:
    """Divide what a cell lists, each name once.

    Examples
    --------
    >>> split_aliases("Putin; V.  Putin;;Putin"), split_aliases(pd.NA)
    (['Putin', 'V. Putin'], [])
    """
    names = [" ".join(name.split()) for name in as_text(aliases).split(";")]
    return list(dict.fromkeys(filter(None, names)))


def _build(
    origin: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, Mapping[str, str]]],
    problems: Sequence[str],
) -> pd.DataFrame:
    """Make the table of a list whose rows come with their places, or name all its problems."""
    table = TABLES["known_speakers"]
    if "speaker" not in columns:
        raise CorpusError(
            f'{origin}: there is no column "speaker", which names each speaker; the columns are:'
            f" {', '.join(columns) or 'none'}."
        )
    own = [name for name in columns if name not in table and name not in TABLES["speakers"]]
    own = own[1:] if columns[0] in _ROW_NUMBERS and columns[0] in own else own
    used = [*table, *own]
    # Spreadsheets leave rows without any entry behind.
    filled = [
        (place, {name: " ".join(fields.get(name, "").split()) for name in used})
        for place, fields in rows
        if any(value.strip() for value in fields.values())
    ]
    halves = (f"{place}: {said}" for place, fields in rows for said in find_halves(fields))
    problems = [*problems, *halves, *_problems(filled)]
    if problems:
        more = len(problems) - _MOST_LISTED
        listed = [*problems[:_MOST_LISTED], *[f"and {more} more problems"] * (more > 0)]
        raise CorpusError("\n".join(listed))
    data = {
        name: pd.array([fields[name] or None for _, fields in filled], "string") for name in used
    }
    aliases = ["; ".join(split_aliases(fields["aliases"])) or None for _, fields in filled]
    return as_table("known_speakers", data | {"aliases": aliases}, extra=own)


def _problems(rows: Sequence[tuple[str, Mapping[str, str]]]) -> list[str]:
    """Find speakers without a name, and names that stand for two speakers."""
    found = []
    owner: dict[str, tuple[str, str]] = {}
    for place, fields in rows:
        name = fields["speaker"]
        first = owner.setdefault(fold_name(name), (place, name))
        if not name:
            found.append(f"{place}: speaker is empty; write the name to use")
        elif fold_name(name) in _NOBODY:
            found.append(f"{place}: {quote(name)} means nobody named in tables; use another name")
        elif first[0] != place:
            found.append(
                f"{place}: {quote(name)} is the speaker {quote(first[1])} of {first[0]} (case and"
                " middle initials do not count); make one row of the two"
            )
    for place, fields in rows:
        for alias in split_aliases(fields["aliases"]) if fields["speaker"] else ():
            of_place, of = owner.setdefault(fold_name(alias), (place, fields["speaker"]))
            if of_place != place:
                found.append(
                    f"{place}: the alias {quote(alias)} of {quote(fields['speaker'])} also stands"
                    f" for {quote(of)} ({of_place}); leave it in one row only"
                )
    return found
