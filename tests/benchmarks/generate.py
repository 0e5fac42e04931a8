"""News-like text in any amount, from a seed, for benchmarks.

    python tests/benchmarks/generate.py 10 news.parquet      # or .jsonl, .csv, or a folder

Sentences come from a Markov chain over the constructed articles in corpus/demonstration. More
than half of their content words are exchanged for words drawn by their frequency in the word list
that TextBlob carries, of the same ending where it is a common one. Names are invented; every
article brings new ones, so that the vocabulary keeps growing. About 2 % of the articles are
another's text, printed by a second outlet. The first megabytes of a larger corpus are a smaller
corpus of the same seed, and any number of them takes the same memory.

What makes a text slow or fast to read is like that of news, measured with framing itself:

===================================  =========  ========  ============  ========  ================
what is counted                      generated  GUM news  NYT snippets  NewsMTSC  releases of 2022
===================================  =========  ========  ============  ========  ================
tokens per MB                          172,000   159,000       166,000   161,000           161,000
types in 100,000 tokens                 10,200    (2,071)        14,000   (6,147)             7,400
types that occur once in them             46 %       60 %          51 %      59 %              41 %
five-word sequences that occur once       99 %       99 %          97 %     100 %              95 %
words of a sentence of the body             22        20            17        25                17
articles with a letter not in ASCII       34 %        0 %           0 %       6 %               8 %
words inside quotation marks              24 %       16 %           5 %      21 %              11 %
matches of "diplomacy" per 1,000           6.2       2.7           0.9       2.4              15.2
sentences that are not 0 for VADER        59 %       63 %          65 %      72 %              68 %
sentences that are not 0 for TextBlob     49 %       51 %          63 %      61 %              53 %
===================================  =========  ========  ============  ========  ================

GUM news are 12 Wikinews articles of the GUM corpus; NYT snippets the sentences of editorials rated
for VADER; NewsMTSC the sentences of its test set; the releases those of the Kremlin and of the
President of Ukraine. Types in brackets are those of fewer tokens (6,427 and 26,607).
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent.parent
COLUMNS = ["article_id", "source", "date", "title", "text", "constructed"]
OUTLETS = ["Meridian Courier", "Osmark Herald", "Sund Tidings", "Calder Post", "LNA"]
FIRST_DAY, DAYS = date(2031, 1, 1), 731

BLOCK = 256  # articles made at a time
ROW_GROUP = 2048  # articles of one row group of Parquet, about 6 MB
LENGTH, SPREAD = 410, 0.55  # median words of an article, standard deviation of its logarithm
LONGEST = 45  # words of the chain in a sentence

EXCHANGED = 0.55  # share of content words drawn from the word list
SPECIAL = {"name": 0.028, "number": 0.013, "abbreviation": 0.005, "compound": 0.006}
QUOTED, REPORTED = 0.27, 0.09  # shares of sentences
NON_ASCII, COPIES, CAPTIONS, CURLY, SINGLE = 0.3, 0.02, 0.25, 0.42, 0.06  # shares of articles

FIRST_NAMES = "Ada Bette Corin Dag Edda Emil Ewa Ilse Jonas Joram Lise Nuria Petra Radu Tilde Tomas"
FOREIGN_FIRST = "Žofia Émile Jürgen Søren Łucja Íñigo Åse Çelik Zoë François Ümit Ștefan"
SYLLABLES = (
    "ka lo ven dri mar tol bes chi nor ula fen gra sto wel pin rad ish ova ber mun hal zek tor lin "
    "das bo cre dov elm fal gor hes ib jan kel lum mo nes orr pel qui ros sel tan ul vor wen yar"
)
FOREIGN = "žá ček ør łó ğan ñez ço ß ün ők ští ré gná vić ăr öd ås ié nô đạ"
ROLES = (
    "Foreign Minister|Prime Minister|President|Government spokesman|Gen.|Gov.|Sen.|Mr.|Ms.|Dr.|"
    "analyst|union leader|economist|the mayor,|professor|the skipper,"
)
ABBREVIATIONS = "U.S.|U.N.|E.U.|Mr.|Gov.|Dr.|Jan. 12|St.|No. 7|a.m.|Co.|vs.|U.K.|Sept. 3"
BEFORE_HYPHEN = "long well cross pro anti low high two half self peace war ill state ex non"
AFTER_HYPHEN = "term known border war peace level party hour time keeping minded talks owned loving"
PLACES = "Osmark|Vayle|Calder|Sund|Pelln|Kesteria|Dovrania|Lindmar|the Sarn Strait|Lantern Point"
QUOTES = (  # {0} and {1} are the marks, {2} a sentence without its end mark, {3} who says it
    "{0}{2},{1} {3} said.|{0}{2},{1} {3} said.|{0}{2},{1} said {3}.|{3} said: {0}{2}.{1}|"
    "{3} told reporters: {0}{2}.{1}|{0}{2}!{1} {3} told parliament.|According to {3}, {0}{2}.{1}|"
    "{0}{2},{1} {3} told the newspaper on Monday.|{0}{2}?{1} asked {3}.|{0}{2}.{1}|{0}{2}.{1}"
)
REPORTS = "{3} said that {2}.|According to {3}, {2}.|{3} warned that {2}.|{3} denied that {2}."
MARKS = {"straight": '""', "curly": "“”", "single": "‘’"}


class Language(NamedTuple):
    """What sentences are made of; positions are those of the words in the articles, in a row."""

    forms: NDArray[np.object_]  # the words that a sentence may have
    form: NDArray[np.int64]  # the form at a position
    end: NDArray[np.bool_]  # no word stands here: a sentence has ended
    content: NDArray[np.bool_]  # the word may be exchanged
    comma: NDArray[np.bool_]  # a comma follows
    ending: NDArray[np.int64]  # which words it may be exchanged for
    key: NDArray[np.int64]  # which word it is
    places: NDArray[np.int64]  # all positions, sorted by their word
    first: NDArray[np.int64]  # where the positions of a word begin there
    words: list[tuple[NDArray[np.int64], NDArray[np.float64]]]  # forms and their distribution
    special: dict[str, tuple[int, int]]  # from which to which form


def articles(megabytes: float, seed: int = 0) -> Iterator[dict[str, str]]:
    """Make articles until their texts have this many megabytes (1,000,000 bytes of UTF-8)."""
    size = 0
    for number in itertools.count():
        for article in _block(number, seed):
            yield article
            size += len(article["text"].encode())
            if size >= megabytes * 1e6:
                return


def texts(megabytes: float, seed: int = 0) -> list[str]:
    """Make the texts of articles alone."""
    return [article["text"] for article in articles(megabytes, seed)]


def write(made: Iterable[dict[str, str]], path: Path) -> None:
    """Write articles to a .parquet, .jsonl or .csv file, some megabytes at a time.

    A path without ending is a folder, which gets a .parquet file for every 256 articles.
    """
    (path.parent if path.suffix else path).mkdir(parents=True, exist_ok=True)
    if not path.suffix:
        rows = iter(made)
        for number in itertools.count():
            group = list(itertools.islice(rows, BLOCK))
            if not group:
                return
            write(group, path / f"part-{number:04}.parquet")
    if path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pa.schema([(name, pa.string()) for name in COLUMNS])
        rows = iter(made)
        with pq.ParquetWriter(path, schema, compression="zstd") as file:
            while group := list(itertools.islice(rows, ROW_GROUP)):
                file.write_table(pa.Table.from_pylist(group, schema))
        return
    if path.suffix not in {".jsonl", ".csv"}:
        raise SystemExit(f"{path}: the name must end in .parquet, .jsonl or .csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".jsonl":
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in made)
            return
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(made)


@cache
def unigrams() -> tuple[list[str], NDArray[np.float64]]:
    """Read the words of two letters and more that TextBlob carries, and how often they occurred."""
    from importlib.util import find_spec

    spec = find_spec("textblob")
    path = Path(spec.origin).parent / "en" / "en-spelling.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith(";")]
    counts = {row[0]: float(row[1]) for row in rows if len(row) == 2 and len(row[0]) > 1}
    counts = {word: count for word, count in counts.items() if word.isalpha()}
    # A little flatter, because newspapers have more words than old novels.
    return list(counts), np.array([*counts.values()]) ** 0.85


def _sentences() -> Iterator[list[str]]:
    """Give the sentences of the constructed articles without quotation marks and end marks."""
    for path in sorted((ROOT / "corpus" / "demonstration").glob("*.txt")):
        for paragraph in path.read_text(encoding="utf-8").split("\n\n")[1:]:
            if "(Photo:" in paragraph:
                continue
            plain = re.sub(r"[\"“”‘«»„()]|(?<!\w)['’]|['’](?!\w)", "", paragraph).replace("’", "'")
            for sentence in re.split(r"(?<=[.!?])\s+", plain):
                if words := sentence.rstrip(".!? \n").split():
                    yield words


def _ending(word: str) -> int:
    """Tell words by their ending: ed, ing, ly, s or another."""
    return next((n for n, end in enumerate(("ed", "ing", "ly", "s")) if word.endswith(end)), 4)


@cache
def _language() -> Language:
    """Learn the chain, and lay out all forms that do not change from article to article."""
    sentences = list(_sentences())
    inside = {word for words in sentences for word in words[1:]}
    spelled: list[str] = []
    for first, *rest in sentences:
        spelled += [first.lower() if first.lower() in inside else first, *rest, ""]
    keys = [word.strip(",;:–—").lower() for word in spelled]
    distinct, key, counts = np.unique(keys, return_inverse=True, return_counts=True)
    usual = set(distinct[np.argsort(-counts, kind="stable")[:130]])

    known, frequencies = unigrams()
    usual |= {known[number] for number in np.argsort(-frequencies, kind="stable")[:180]}
    rare = [number for number, word in enumerate(known) if word not in usual]
    groups: list[list[int]] = [[] for _ in range(5)]
    for number in rare:
        groups[_ending(known[number])].append(number)
    forms = [*known, *(word + "," for word in known)]
    special = {
        "abbreviation": ABBREVIATIONS.split("|"),
        "compound": [f"{a}-{b}" for a in BEFORE_HYPHEN.split() for b in AFTER_HYPHEN.split()],
        "joint": ["and", "but", "while", "as"],
    }
    spans = {}
    for name, more in special.items():
        spans[name] = len(forms), len(forms) + len(more)
        forms += more
    own = {word: len(forms) + number for number, word in enumerate(dict.fromkeys(spelled))}
    lower = [re.fullmatch(r"[a-z]+,?", word) is not None for word in spelled]
    return Language(
        forms=np.array([*forms, *own], dtype=object),
        form=np.array([own[word] for word in spelled]),
        end=np.array([not word for word in spelled]),
        content=np.array([a and b not in usual for a, b in zip(lower, keys, strict=True)]),
        comma=np.array([word.endswith(",") for word in spelled]),
        ending=np.array([_ending(word) for word in keys]),
        key=key,
        places=np.argsort(key, kind="stable"),
        first=np.concatenate([[0], np.cumsum(counts)]),
        words=[(np.array(g), np.cumsum(frequencies[g]) / frequencies[g].sum()) for g in groups],
        special=spans,
    )


def _walk(language: Language, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Walk the chain for ``n`` sentences: one row each, positions, -1 after the end."""
    ends = np.flatnonzero(language.end)[:-1]
    place = rng.choice(ends, n) + 1
    alive = np.ones(n, dtype=bool)
    walked = np.full((n, LONGEST), -1)
    for step in range(LONGEST):
        if step > 4:  # a quarter of the sentences go on, with "and" or the like
            alive &= ~(language.end[place] & (rng.random(n) < 0.75))
        walked[alive, step] = place[alive]
        word = language.key[place]
        low, high = language.first[word], language.first[word + 1]
        place = language.places[low + (rng.random(n) * (high - low)).astype(np.int64)] + 1
        place[place == len(language.key)] = 0
    return walked


def _invent(n: int, rng: np.random.Generator, foreign: bool = False) -> list[str]:
    """Make up ``n`` names; foreign ones have a letter that is not ASCII."""
    syllables = SYLLABLES.split()
    picked = rng.integers(len(syllables), size=(n, 4)).tolist()
    sizes = rng.integers(2, 5, n).tolist()
    names = ["".join(syllables[s] for s in p[:k]) for p, k in zip(picked, sizes, strict=True)]
    if foreign:
        ends = FOREIGN.split()
        picks = rng.integers(len(ends), size=n).tolist()
        names = [name[:5] + ends[pick] for name, pick in zip(names, picks, strict=True)]
    return [name.capitalize() for name in names]


@cache
def _known_names() -> tuple[list[str], list[str]]:
    """Make up the people whom many articles name: the plain names and the foreign ones."""
    rng = np.random.default_rng(1)
    return _invent(400, rng), _invent(80, rng, foreign=True)


class Cast(NamedTuple):
    """The people of an article, as they are introduced and as they are called afterwards."""

    surnames: list[str]
    introductions: list[str]


def _casts(n: int, rng: np.random.Generator) -> list[Cast]:
    """Give each of ``n`` articles four people: two known ones and two new ones."""
    plain, foreign = _known_names()
    roles, first, other = ROLES.split("|"), FIRST_NAMES.split(), FOREIGN_FIRST.split()
    new = _invent(2 * n, rng)
    well_known = (len(plain) * rng.random((n, 2)) ** 3).astype(int).tolist()
    abroad = (rng.random(n) < NON_ASCII).tolist()
    draws = rng.integers(1 << 30, size=(n, 9)).tolist()
    casts = []
    for k in range(n):
        draw = draws[k]
        surnames = [plain[well_known[k][0]], plain[well_known[k][1]], new[2 * k], new[2 * k + 1]]
        if abroad[k]:
            surnames[0] = foreign[draw[8] % len(foreign)]
        introductions = []
        for person, surname in enumerate(surnames):
            names = other if abroad[k] and not person else first
            role, name = roles[draw[person] % len(roles)], names[draw[4 + person] % len(names)]
            introductions.append(f"{role} {name} {surname}")
        casts.append(Cast(surnames, introductions))
    return casts


def _numbers(n: int, rng: np.random.Generator) -> list[str]:
    """Draw figures as newspapers write them: 14, 2,300, 3.5, 2031."""
    size = np.exp(rng.random(n) * 14).astype(int).tolist()
    style = rng.integers(6, size=n).tolist()
    return [
        f"{value / 10:.1f}" if how == 0 else f"{1990 + value % 45}" if how == 1 else f"{value:,}"
        for value, how in zip(size, style, strict=True)
    ]


def _block(number: int, seed: int) -> list[dict[str, str]]:
    """Make the articles of one block, which depends on no other."""
    rng = np.random.default_rng([seed, number])
    language = _language()
    words = np.exp(rng.normal(np.log(LENGTH), SPREAD, BLOCK)).clip(60, 4000)
    counts = np.maximum(3, (words / 19).astype(int)) + 2  # two for the title and a caption
    article = np.repeat(np.arange(BLOCK), counts)
    casts = _casts(BLOCK, rng)
    sentences = _write(language, article, casts, rng)
    first = np.concatenate([[0], np.cumsum(counts)]).tolist()
    style = rng.random((BLOCK, 4)).tolist()
    days = rng.integers(DAYS, size=BLOCK).tolist()
    outlets = rng.integers(len(OUTLETS), size=BLOCK).tolist()
    made: list[dict[str, str]] = []
    for k in range(BLOCK):
        day = FIRST_DAY + timedelta(days[k])
        if made and style[k][0] < COPIES:
            made.append(_copy(made[days[k] % len(made)], number * BLOCK + k, outlets[k]))
            continue
        own = sentences[first[k] : first[k + 1]]
        title, lines = _compose(own, casts[k], style[k], days[k] + 1)
        hour = f"{day.day} {day:%B %Y}, {6 + k % 17:02}:{days[k] % 60:02}"
        made.append(
            {
                "article_id": f"{number * BLOCK + k:08}",
                "source": OUTLETS[outlets[k]],
                "date": day.isoformat(),
                "title": title,
                "constructed": "true",
                "text": f"{title}\n{hour}\n\n" + "\n\n".join(lines),
            }
        )
    return made


def _copy(original: dict[str, str], number: int, outlet: int) -> dict[str, str]:
    """Let an outlet print the text of another; every other time without its last paragraph."""
    other = OUTLETS[(outlet + 1) % 5 if OUTLETS[outlet] == original["source"] else outlet]
    text = original["text"]
    if number % 2 and text.count("\n\n") > 4:
        text = text.rpartition("\n\n")[0]
    return original | {"article_id": f"{number:08}", "source": other, "text": text}


def _write(
    language: Language, article: NDArray[np.int64], casts: list[Cast], rng: np.random.Generator
) -> list[str]:
    """Write one sentence, without an end mark, for each number of an article."""
    walked = _walk(language, len(article), rng)
    there = walked >= 0
    place = walked[there]
    lengths = there.sum(axis=1)
    # What belongs to this block alone follows the forms that are always the same.
    numbers = _numbers(3000, rng)
    names = [name for cast in casts for name in cast.surnames]
    more = np.array([*PLACES.split("|"), *numbers, *names], dtype=object)
    forms = np.concatenate([language.forms, more])
    n_places, base = PLACES.count("|") + 1, len(language.forms)

    form = language.form[place].copy()
    joint = np.flatnonzero(language.end[place])
    form[joint] = rng.integers(*language.special["joint"], size=len(joint))
    for ending, (candidates, distribution) in enumerate(language.words):
        chosen = language.content[place] & (language.ending[place] == ending)
        chosen = np.flatnonzero(chosen & (rng.random(len(place)) < EXCHANGED))
        drawn = candidates[np.searchsorted(distribution, rng.random(len(chosen)))]
        form[chosen] = drawn + language.comma[place[chosen]] * len(unigrams()[0])
    draw = rng.random(len(place))
    bounds = np.cumsum([0, *SPECIAL.values()])
    for kind, low, high in zip(SPECIAL, bounds, bounds[1:], strict=False):
        chosen = np.flatnonzero((draw >= low) & (draw < high))
        if kind == "number":
            form[chosen] = base + n_places + rng.integers(len(numbers), size=len(chosen))
        elif kind == "name":
            own = np.repeat(article, lengths)[chosen] * 4 + rng.integers(4, size=len(chosen))
            form[chosen] = base + n_places + len(numbers) + own
            some = rng.random(len(chosen)) < 0.35
            form[chosen[some]] = base + rng.integers(n_places, size=some.sum())
        else:
            form[chosen] = rng.integers(*language.special[kind], size=len(chosen))
    spelled = forms[form].tolist()
    ends = np.cumsum(lengths).tolist()
    return [
        " ".join(spelled[low:high]).rstrip(",;:–—. ")
        for low, high in zip([0, *ends], ends, strict=False)
    ]


def _compose(
    sentences: list[str], cast: Cast, style: list[float], seed: int
) -> tuple[str, list[str]]:
    """Turn sentences into a title and paragraphs, some of them quoted or reported."""
    curly, single = style[1] < CURLY, CURLY <= style[1] < CURLY + SINGLE
    left, right = MARKS["curly" if curly else "single" if single else "straight"]
    title = _start(" ".join(sentences[0].split()[:11]).rstrip(",;:"))
    lines, paragraph, introduced = [], [], set()
    # Small and fast, and good enough for the choices within an article.
    state = seed * 2654435761 + len(sentences[0]) * 40503 + int(style[3] * (1 << 32))
    for sentence in sentences[2:]:
        state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        kind, more = (state >> 40) / (1 << 24), state >> 24 & 0xFFFF
        if kind < QUOTED + REPORTED:
            person = more % 4
            who = cast.surnames[person] if person in introduced else cast.introductions[person]
            forms = _QUOTES if kind < QUOTED else _REPORTS
            form = forms[more % 89 % len(forms)]
            if person in introduced and more % 7 == 0 and "to {3}" not in form:
                who = "she" if person % 2 else "he"
            introduced.add(person)
            first = _start(sentence) if kind < QUOTED else sentence
            sentence = form.format(left, right, first, who)
        else:
            sentence += "."
        paragraph.append(_start(sentence))
        if more % 5 < len(paragraph):
            lines.append(" ".join(paragraph))
            paragraph = []
    if paragraph:
        lines.append(" ".join(paragraph))
    if style[2] < CAPTIONS:
        caption = f"{_start(sentences[1])}. (Photo: Ada Renn/LNA)"
        lines[:0] = [caption] * (2 if style[2] < CAPTIONS / 5 else 1)
    if curly:
        title, lines = title.replace("'", "’"), [line.replace("'", "’") for line in lines]
    return title, lines


_QUOTES, _REPORTS = QUOTES.split("|"), REPORTS.split("|")


def _start(sentence: str) -> str:
    """Begin with a capital letter."""
    return sentence[:1].upper() + sentence[1:]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write news-like articles to a file.")
    parser.add_argument("megabytes", type=float, nargs="?", default=10)
    parser.add_argument("path", type=Path, nargs="?", default=Path("news.parquet"))
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    write(articles(chosen.megabytes, chosen.seed), chosen.path)
