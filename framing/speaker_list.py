"""Who speaks in a corpus, and which names may mean the same speaker."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.corpus import Corpus, as_corpus
from framing.speakers import PARTICLES, fold_name, split_aliases, surname_start
from framing.tables import TABLES, UNSURE, as_table, coded
from framing.voices import voices_of

_REASONS = ("same last word", "similar last word", "acronym")
_SIMILAR = 0.8  # last words: "Zelensky" and "Zelenskyy"
_SIMILAR_GIVEN = 0.55  # given names: "Vladimir" and "Volodymyr", not "Vladimir" and "Lyudmila"
_MOST_PAIRS = 100_000  # of people with one last name, whose given names are compared by spelling
_COMPARED = 60  # characters of a name, since the time to compare two grows with their product
_ENDS_NAME = re.compile(r"\s*[,;:()].*")  # what follows the name: "Macron, the French president"


def find_speakers(corpus: Corpus | str | Sequence[str]) -> pd.DataFrame:
    r"""List who is quoted or reported in a corpus, and how much each of them says.

    Written to a file, the table is a list of speakers as `read_speakers` reads it: give each
    speaker a role, country or camp; where two rows are one speaker, delete one and write its name
    into the other's aliases; then use it: ``corpus.with_speakers("speakers.csv")``.

    Parameters
    ----------
    corpus : Corpus, str or sequence of str
        The articles.

    Returns
    -------
    DataFrame
        One row per speaker, who speaks most comes first:

        - speaker_id (category): the same for one speaker under all names
        - speaker (category): the name on the researcher's list, or the fullest one in the corpus
        - aliases (string): other names, with semicolons between them, the most frequent first and
          those of the list at the end: no pronouns, no descriptions, and no name that is also
          another speaker's; NA for none
        - n_articles (int): articles that quote or report the speaker
        - n_quotations (int): direct and partial quotations
        - n_indirect (int): statements in reported speech
        - n_words (int): counted words that are the speaker's, where that is sure
        - n_unsure (int): quotations and statements whose speaker is not sure
        - role, country, camp (string): from the list given by `Corpus.with_speakers`; NA where
          it has none
        - constructed (bool): the speaker speaks in a constructed article
        - further columns of that list (string)

        Repeated text that is set aside does not count.

    Examples
    --------
    >>> import framing as fr
    >>> text = "Emmanuel Macron said he was hopeful.\n\n“Peace is near,” Macron said."
    >>> fr.find_speakers(text)[["speaker", "aliases", "n_quotations", "n_indirect"]]
               speaker aliases  n_quotations  n_indirect
    0  Emmanuel Macron  Macron             1           1
    """
    corpus = as_corpus(corpus)
    voices, tokens = voices_of(corpus), corpus.tokens
    size = len(voices.speakers)
    said = voices.quotations
    said = said[said["speaker"].notna() & ~said["set_aside"]]
    who = said["speaker"].cat.codes.to_numpy()
    kind = said["kind"].astype("str").to_numpy()
    quoted, indirect = np.isin(kind, ["direct", "partial"]), kind == "indirect"
    stated = quoted | indirect
    unsure = stated & (said["certainty"] < UNSURE).to_numpy()
    article = said["article_id"].cat.codes.to_numpy()
    pairs = np.unique(np.column_stack([who, article])[stated], axis=0)
    words = tokens.counted & (voices.speaker >= 0) & (voices.certainty >= UNSURE)
    n_words = np.bincount(voices.speaker[words], minlength=size)
    order = np.array(
        sorted(range(size), key=lambda n: (-n_words[n], voices.speakers[n])), dtype=np.int64
    )
    known = corpus.speakers
    if known is None:
        known = as_table("known_speakers", {name: [] for name in TABLES["known_speakers"]})
    known = known.set_index("speaker").reindex([voices.speakers[n] for n in order])
    aliases = _aliases(who, said["speaker_text"], voices.speakers, _owners(corpus))
    own = [name for name in known.columns if name not in TABLES["speakers"]]
    data = {
        **{name: known[name].array for name in ("role", "country", "camp", *own)},
        "speaker_id": coded(order, voices.speaker_ids),
        "speaker": coded(order, voices.speakers),
        "aliases": [
            _joined(aliases[n], listed) for n, listed in zip(order, known["aliases"], strict=True)
        ],
        "n_articles": np.bincount(pairs[:, 0], minlength=size)[order],
        "n_quotations": np.bincount(who[quoted], minlength=size)[order],
        "n_indirect": np.bincount(who[indirect], minlength=size)[order],
        "n_words": n_words[order],
        "n_unsure": np.bincount(who[unsure], minlength=size)[order],
        "constructed": np.bincount(who[said["constructed"].to_numpy()], minlength=size)[order] > 0,
    }
    return as_table("speakers", data, extra=own)


def _aliases(
    who: NDArray[Any],
    texts: pd.Series[str],
    speakers: Sequence[str],
    owners: Mapping[str, str],
) -> list[dict[str, str]]:
    """Collect other names of each speaker, folded and spelled, that stand for nobody else."""
    folded = [fold_name(name) for name in speakers]
    found: list[Counter[str]] = [Counter() for _ in speakers]
    for (number, text), times in Counter(zip(who, texts.fillna(""), strict=True)).items():
        found[number][_name_in(text, folded[number])] += times
    names: list[dict[str, str]] = []
    for spelled in found:
        ranked = sorted(spelled, key=lambda name: (-spelled[name], name))
        names.append({fold_name(name): name for name in reversed(ranked)})
    meant = Counter([*folded, *(name for own in names for name in own)])
    return [
        {
            name: own[name]
            for name in reversed(own)
            if name and meant[name] == 1 and owners.get(name, speaker) == speaker
        }
        for own, speaker in zip(names, speakers, strict=True)
    ]


def _owners(corpus: Corpus) -> dict[str, str]:
    """Give the speaker of each name on the researcher's list."""
    known = corpus.speakers
    if known is None:
        return {}
    return {
        fold_name(alias): speaker
        for speaker, aliases in zip(known["speaker"], known["aliases"], strict=True)
        for alias in split_aliases(aliases)
    }


def _name_in(text: str, folded: str) -> str:
    """Cut the words that name a speaker down to the name: "Macron" of "French President Macron's".

    A text that does not end in the last word of the folded name is none: "he", "the minister".
    """
    words = _ENDS_NAME.sub("", text).split()
    if words:
        words[-1] = re.sub(r"['’]s?$", "", words[-1], flags=re.IGNORECASE)
    plain = [fold_name(word) for word in words]
    own = folded.split()
    last, first = surname_start(own)
    if (
        len(own) < 2
        or not words
        or words[-1][:1].islower()
        or plain[-(len(own) - last) :] != own[last:]
    ):
        return ""
    begin = len(words) - (len(own) - first)
    if own[0] in plain[: begin + 1]:
        begin = plain.index(own[0])
    elif plain[max(begin, 0) :] != own[first:]:
        begin = len(words) - (len(own) - last)
    return " ".join(words[max(begin, 0) :])


def _joined(found: dict[str, str], listed: str | None) -> str | None:
    names = {**found, **{fold_name(name): name for name in split_aliases(listed)}}
    return "; ".join(names.values()) or None


# ---------------------------------------------------------------------------- the same speaker?


def find_same_speakers(corpus: Corpus | str | Sequence[str]) -> pd.DataFrame:
    """Suggest which speakers of a corpus may be one and the same, for the researcher to decide.

    Compared are names, not descriptions such as "Kremlin spokesman": those that have the same
    last word, or one of similar spelling, and given names that are similar, begin with the same
    initial or are missing in one; and acronyms with the names they may abbreviate. Two speakers
    who both stand on the list of `Corpus.with_speakers` are two by the researcher's decision.

    Parameters
    ----------
    corpus : Corpus, str or sequence of str
        The articles.

    Returns
    -------
    DataFrame
        One row per pair, the most similar first:

        - speaker (category): the one of the two who speaks more words
        - other (category): the one who may be the same
        - reason (category): same last word, similar last word or acronym
        - similarity (float): share of the characters of both names that they have in the same
          order, 0 to 1; 1 for an acronym

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["“We will win,” Volodymyr Zelensky said.", "Mr Zelenskyy said he would come."]
    >>> fr.find_same_speakers(texts)[["speaker", "other", "reason"]]
                  speaker      other             reason
    0  Volodymyr Zelensky  Zelenskyy  similar last word
    """
    corpus = as_corpus(corpus)
    names = [str(name) for name in find_speakers(corpus)["speaker"]]
    known = set() if corpus.speakers is None else set(corpus.speakers["speaker"])
    rows = [
        (-round(similarity, 9), names[one], names[other], reason)
        for (one, other), (reason, similarity) in _pairs(names).items()
        if not {names[one], names[other]} <= known
    ]
    rows.sort()
    return as_table(
        "same_speakers",
        {
            "speaker": [one for _, one, _, _ in rows],
            "other": [other for _, _, other, _ in rows],
            "reason": [reason for *_, reason in rows],
            "similarity": [-negative for negative, *_ in rows],
        },
        categories={"speaker": sorted(names), "other": sorted(names), "reason": _REASONS},
    )


def _pairs(names: Sequence[str]) -> dict[tuple[int, int], tuple[str, float]]:
    """Find the pairs of names that may be the same, with reason and similarity."""
    folded = [fold_name(name) for name in names]
    parts = [_parts(name) for name in names]
    of_last: dict[str, list[int]] = {}
    of_acronym: dict[str, list[int]] = {}
    for number, (_, last) in enumerate(parts):
        if last:
            of_last.setdefault(last, []).append(number)
            for acronym in _acronyms(names[number]):
                of_acronym.setdefault(acronym, []).append(number)
    found = {}
    for one, other in _similar(list(of_last)):
        many = len(of_last[one]) * len(of_last[other]) > _MOST_PAIRS
        for a, b in product(of_last[one], of_last[other]):
            if (a < b or one != other) and _may_be_one(parts[a][0], parts[b][0], spelling=not many):
                ratio = _ratio(folded[a], folded[b])
                found[min(a, b), max(a, b)] = _REASONS[one != other], ratio
    for number, name in enumerate(folded):
        for full in of_acronym.get(name.replace(".", ""), ()):
            found[min(number, full), max(number, full)] = "acronym", 1.0
    return found


def _parts(name: str) -> tuple[str, str]:
    """Divide a name into what comes before the last name and the last name; none: a description.

    "Bank of England" is one name as a whole: it is not the same as "Church of England".
    """
    words = name.strip().removeprefix("the ").split()
    if words[-1][0].islower() or (words[0].islower() and words[0] not in PARTICLES):
        return "", ""
    folded = fold_name(name)
    if any(word.islower() and word not in PARTICLES for word in words):
        return "", folded
    words = folded.split()
    last, first = surname_start(words)
    return " ".join(words[:first]), words[last]


def _acronyms(name: str) -> set[str]:
    """Abbreviate a name of several words, with and without the small ones: OSCE."""
    words = [word for word in re.split(r"[\s-]+", name) if word and word.lower() != "the"]
    capitals = [word for word in words if not word[0].islower()]
    made = {"".join(word[0] for word in some).casefold() for some in (words, capitals)}
    return {acronym for acronym in made if len(acronym) > 1}


def _similar(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pair each word with itself and with those of similar spelling."""
    size = np.array([min(len(word), _COMPARED) for word in words], dtype=np.int64)
    letters = np.zeros(len(words), dtype=np.uint64)
    for number, word in enumerate(words):
        for letter in word[:_COMPARED]:
            letters[number] |= np.uint64(1) << np.uint64(ord(letter) % 64)
    for number, word in enumerate(words):
        yield word, word
        # Letters that only one word has lower the ratio: most pairs need no closer look.
        rest = slice(number + 1, None)
        alone = np.bitwise_count(letters[number] ^ letters[rest])
        near = alone <= (1 - _SIMILAR) * (size[number] + size[rest]) + 1e-9
        for other in np.flatnonzero(near) + number + 1:
            if _ratio(word, words[int(other)], _SIMILAR):
                yield word, words[int(other)]


def _may_be_one(given: str, other: str, *, spelling: bool = True) -> bool:
    """Tell whether two given names may be one person's, or whether one is missing.

    Without ``spelling``, names that are only spelled alike are passed over.
    """
    if not given or not other or set(given.split()) & set(other.split()):
        return True
    if 1 in (len(given), len(other)):
        return given[0] == other[0]
    return spelling and _ratio(given, other, _SIMILAR_GIVEN) > 0


def _ratio(one: str, other: str, least: float = 0.0) -> float:
    """Give the share of characters that two names have in the same order; 0 where below least."""
    first, second = sorted((one[:_COMPARED], other[:_COMPARED]))  # difflib minds the order
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= least else 0.0
