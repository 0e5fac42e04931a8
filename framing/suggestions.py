"""Which wordings a frame may lack: candidates from the researcher's own corpus.

Two sources name candidates. *Collocation*: words and sequences of two or three words that stand in
the sentences of the frame in more articles, and more often, than elsewhere. *Vectors*: words that
keep the same company as the words of the frame, whether or not they stand beside them. Nothing is
added to a codebook: every candidate is for a person to judge in its contexts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from framing.cases import caution
from framing.codebook import Codebook, Frame, Pattern, as_codebook
from framing.company import (
    NO_VECTORS,
    NOUN_CAPITALS,
    UNSURE_VECTORS,
    Places,
    Scene,
    is_smaller,
    score_candidates,
)
from framing.concordance import words_of
from framing.corpus import Corpus, as_corpus
from framing.display import plural, quote
from framing.language import load_language
from framing.matching import find_matches
from framing.patterns import Word, parse_pattern
from framing.rows import Bools, Ints
from framing.tables import codes_in
from framing.uncertainty import Floats
from framing.words import spaceless_pattern

_SHORTEST_STEM = 4  # letters before the star of a joined candidate
_EVENED = 60  # added to places: the first place in one source does not outweigh all else
_WEIGHTS = (1, 2)  # of a place among collocations, and among vectors
_SPARE = 5  # candidates counted at a time beyond those still wanted
_CONTEXTS = 3
_CONTEXT_WORDS = 8  # on each side

_COLUMNS = {
    "rank": "int64",
    "candidate": "string",
    "found_by": "category",
    "score": "float64",
    "association": "float64",
    "log_ratio": "float64",
    "similarity": "float64",
    "n_matches": "int64",
    "n_articles": "int64",
    "n_new": "int64",
    "n_near": "int64",
    "in_other_frames": "string",
    "spellings": "string",
    **{f"context_{number}": "string" for number in range(1, _CONTEXTS + 1)},
    "constructed": "bool",
    "caution": "string",
}


def suggest_patterns(
    corpus: Corpus | str | Sequence[str],
    codebook: Codebook,
    frame: str,
    *,
    n: int = 50,
    min_articles: int = 3,
) -> pd.DataFrame:
    """Suggest words and phrases that a frame of a codebook may lack, each in its contexts.

    The candidates come from the corpus itself, and from what the frame already finds in it. They
    share the frame's company, which is not its meaning: synonyms, opposites and mere topics keep
    the same company. So they are to be read in context, one by one; `kwic` shows all uses of a
    candidate. The codebook is not changed.

    *Collocation*: a word, or two or three words that follow each other with a space or hyphen
    between them, stands in sentences with a match of the frame more often than elsewhere, and does
    so in ``min_articles`` articles or more. The association is the sum over the articles of the
    uses in such sentences minus those expected if they were spread evenly, divided by the square
    root of 1 plus the sum of the squares of these differences: one article alone gives less than 1,
    whatever the number of its uses. It orders candidates; it is no test.

    *Vectors*: for each pair of words, the logarithm of how much more often they stand within 8
    words of each other in a sentence than if words were mixed (positive pointwise mutual
    information: what is below 0 is taken as 0; stop words are skipped) is reduced to 100 dimensions
    of equal weight, or a fifth as many as there are words, by truncated singular value
    decomposition. The similarity of a candidate is the
    cosine of its vector, a phrase's being the sum of those of its words, with the mean vector of
    the words in the frame's matches. Only words with 5 uses or more have a vector.

    Each source names its ``2 * n`` best. A candidate's score is 1 / (60 + its place among the
    collocations) plus 2 / (60 + its place among the vectors), each if it is named there. Below 10
    articles or 5,000 words there are only collocations. A phrase with all the words of a stronger
    phrase is left out.

    No candidates are stop words, numbers, names (words with a capital in most of their uses inside
    sentences, unless the language gives one to all nouns), and words that the frame matches
    wherever they stand. Datelines, credits and repeated text do not count.

    Parameters
    ----------
    corpus : Corpus, str or sequence of str
        The articles, or texts for a quick try.
    codebook : Codebook
        The frames and their patterns.
    frame : str
        Name of the frame to grow.
    n : int
        Number of candidates, 1 or more. There may be fewer.
    min_articles : int
        Articles in which a candidate stands, 1 or more; for a collocation, in which it stands in a
        sentence with a match of the frame.

    Returns
    -------
    DataFrame
        One row per candidate, the strongest first:

        - rank (int): from 1
        - candidate (string): a pattern in the language of codebooks: the word or phrase in lower
          case; ``stem*`` where several candidates begin alike and are all the words of the corpus
          that do
        - found_by (category): collocation, vectors or both
        - score (float): up to 3 / 61; its only use is the order
        - association (float): of the collocation, below the square root of the number of articles;
          of the best spelling of a ``stem*``, like the next two
        - log_ratio (float): log2 of the uses in sentences of the frame / those expected, .5 added
          to both
        - similarity (float): cosine of the vectors, -1 to 1; NA where there is none
        - n_matches, n_articles (int): matches that `find_matches` counts for the candidate, and
          articles with one
        - n_new (int): how many of the matches share no word with a match of the frame
        - n_near (int): how many of the new ones stand in a sentence with a match of the frame
        - in_other_frames (string): frames of which a match shares a word with one of the
          candidate's; empty where there is none
        - spellings (string): the words of a ``stem*``; otherwise empty
        - context_1, context_2, context_3 (string): new uses, in square brackets, in three
          articles that lie far apart in the order of their ids; NA where there are fewer
        - constructed (bool): whether any of the articles was written for demonstration
        - caution (string): what the corpus cannot carry, and what was left out

    Raises
    ------
    CodebookError
        If there is no frame of this name.
    ValueError
        If the frame has no match in the corpus, or ``n`` or ``min_articles`` is less than 1.

    See Also
    --------
    collocations : the words near one pattern.
    kwic : every use of a candidate in its context.

    References
    ----------
    Pedregosa, F. et al. (2011). Scikit-learn: Machine learning in Python. Journal of Machine
    Learning Research, 12, 2825-2830.

    Examples
    --------
    >>> from framing import Codebook
    >>> from framing.suggestions import suggest_patterns
    >>> calm = Codebook.from_patterns("mine", {"calm": ["peace", "truce"]})
    >>> texts = [
    ...     "They want peace and a lasting ceasefire. Snow fell.",
    ...     "A truce and a ceasefire are near. Rain fell again.",
    ...     "No peace without a ceasefire, he said. Snow fell on them.",
    ... ]
    >>> table = suggest_patterns(texts, calm, "calm")
    >>> table[["candidate", "found_by", "n_matches", "n_articles", "n_new"]]
       candidate     found_by  n_matches  n_articles  n_new
    0  ceasefire  collocation          3           3      3
    >>> table["context_1"].item()
    'They want peace and a lasting [ceasefire]'
    """
    for name, value in (("n", n), ("min_articles", min_articles)):
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{name}={value!r}: choose a number, 1 or more")
    corpus, codebook = as_corpus(corpus), as_codebook(codebook)
    chosen = codebook[frame].name
    found = find_matches(corpus, codebook)
    known = Places(*words_of(found, corpus))
    own = known.pick((found["frame"] == chosen).to_numpy())
    if not len(own.first):
        raise ValueError(
            f"frame {quote(frame)} has no match in the corpus, and candidates are found by the"
            " company of its matches; begin with patterns that occur"
        )
    scene = Scene.of(corpus, codebook.language, own, min_articles)
    listed = _named(scene, n)
    others = {
        name: known.pick((found["frame"] == name).to_numpy())
        for name in (other.name for other in codebook.frames)
        if name != chosen
    }
    return _as_table(scene, listed, others, codebook.language, n)


# ---------------------------------------------------------------------------- choosing


@dataclass(frozen=True)
class _Listed:
    """A candidate that a source names."""

    text: str
    words: tuple[str, ...]
    found_by: str
    score: float
    association: float
    log_ratio: float
    similarity: float


def _named(scene: Scene, n: int) -> list[_Listed]:
    """List what the sources name, the highest score first."""
    found = score_candidates(scene)
    attracted = (found.n_near_articles >= scene.min_articles) & (found.log_ratio > 0)
    collocation = _place(found.association, attracted, 2 * n)
    vectors = _place(found.similarity, found.similarity > 0, 2 * n)
    score = np.zeros(len(found.parts))
    for weight, place in zip(_WEIGHTS, (collocation, vectors), strict=True):
        score += np.where(place > 0, weight / (_EVENED + place), 0)
    rows = np.flatnonzero(score)
    rows = rows[np.argsort(-score[rows].round(9), kind="stable")]
    kind = np.array(["", "collocation", "vectors", "both"])[(collocation > 0) + 2 * (vectors > 0)]
    listed = []
    phrases: list[frozenset[int]] = []
    for row in rows:
        words = frozenset(int(p) for p in found.parts[row] if p >= 0 and scene.content[p])
        if any(stronger <= words for stronger in phrases):
            continue
        if found.parts[row, 1] >= 0:
            phrases.append(words)
        text = _written([scene.words[part] for part in found.parts[row] if part >= 0])
        numbers = (score, found.association, found.log_ratio, found.similarity)
        listed.append(_Listed(text, (text,), str(kind[row]), *(float(x[row]) for x in numbers)))
    return _joined(listed, scene.words)


def _written(words: list[str]) -> str:
    """Join words as they are written: with a space, or without one where a script has none."""
    text = words[0]
    for before, word in pairwise(words):
        spaceless = spaceless_pattern().match(before) and spaceless_pattern().match(word)
        text += word if spaceless else f" {word}"
    return text


def _place(score: Floats, allowed: Bools, most: int) -> Ints:
    """Give the place of the best ``most`` candidates from 1, and 0 to the others."""
    rows = np.flatnonzero(allowed)
    rows = rows[np.argsort(-score[rows].round(9), kind="stable")][:most]
    place = np.zeros(len(score), dtype=np.int64)
    place[rows] = np.arange(1, len(rows) + 1)
    return place


def _joined(listed: list[_Listed], words: list[str]) -> list[_Listed]:
    """Join spellings to ``stem*``; the first, which is the strongest, gives the scores."""
    stem_of = _stems({one.text for one in listed if " " not in one.text}, words)
    result: dict[str, _Listed] = {}
    for one in listed:
        key = f"{stem_of[one.text]}*" if one.text in stem_of else one.text
        if best := result.get(key):
            kind = best.found_by if best.found_by == one.found_by else "both"
            result[key] = replace(best, words=(*best.words, one.text), found_by=kind)
        else:
            result[key] = replace(one, text=key)
    return list(result.values())


def _stems(listed: set[str], words: list[str]) -> dict[str, str]:
    """Find words with a common stem that all words of the corpus with it are listed for.

    An ending may be as long as the stem, no longer.
    """
    stem_of: dict[str, str] = {}
    for word in sorted(listed):
        for length in range(_SHORTEST_STEM, len(word) + 1):
            if word in stem_of:
                break
            first = bisect_left(words, word[:length])
            family = words[first : bisect_left(words, word[:length] + "\U0010ffff")]
            if len(family) < 2 or not listed.issuperset(family):
                continue
            stem = _beginning(family[0], family[-1])
            if stem[-1].isalnum() and max(map(len, family)) <= 2 * len(stem):
                stem_of |= dict.fromkeys(family, stem)
    return stem_of


def _beginning(one: str, other: str) -> str:
    """Give the letters with which both words begin: of the first and last of a sorted list, all."""
    length = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return one[:length]


# ---------------------------------------------------------------------------- the table


def _as_table(
    scene: Scene, listed: list[_Listed], others: dict[str, Places], language: str, n: int
) -> pd.DataFrame:
    """Count each candidate's matches, and keep the first ``n`` that add some."""
    size = len(scene.tokens)
    own = scene.own.cover(size)
    covers = {name: places.cover(size) for name, places in others.items()}
    taken: set[tuple[int, int]] = set()
    rows: list[dict[str, Any]] = []
    start = 0
    while len(rows) < n and start < len(listed):
        some = listed[start : start + n - len(rows) + _SPARE]
        start += len(some)
        matched = _matches_of([one.text for one in some], scene.corpus, language)
        for one, places in zip(some, matched, strict=True):
            new = places.pick(~places.touch(own))
            spans = set(zip(new.first.tolist(), new.stop.tolist(), strict=True))
            articles = np.unique(scene.tokens.article[places.first])
            # another spelling of a stronger candidate: "ceasefire" beside "cease-fire"
            if len(articles) < scene.min_articles or spans <= taken or len(rows) == n:
                continue
            taken |= spans
            rows.append({
                "rank": len(rows) + 1,
                "candidate": one.text,
                "found_by": one.found_by,
                "score": round(one.score, 9),
                "association": round(one.association, 9),
                "log_ratio": round(one.log_ratio, 9),
                "similarity": one.similarity,
                "n_matches": len(places.first),
                "n_articles": len(articles),
                "n_new": len(new.first),
                "n_near": int(scene.has_match[scene.tokens.sentence[new.first]].sum()),
                "in_other_frames": ", ".join(
                    name for name, covered in covers.items() if places.touch(covered).any()
                ),
                "spellings": ", ".join(sorted(one.words)) if one.text.endswith("*") else "",
                **_contexts(new, scene.corpus),
            })  # fmt: skip
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    table["constructed"] = bool(scene.corpus.articles["constructed"].any())
    table["caution"] = _caution(scene, language)
    table["found_by"] = pd.Categorical(table["found_by"], ["both", "collocation", "vectors"])
    return table.astype(_COLUMNS | {"found_by": table["found_by"].dtype})


def _matches_of(patterns: Sequence[str], corpus: Corpus, language: str) -> list[Places]:
    """Find the matches of each pattern as if it stood alone in a codebook."""
    found: dict[str, Places] = {}
    for batch in _batches(patterns, frozenset(load_language(language).stop_words)):
        frames = tuple(Frame(pattern, (Pattern(pattern),)) for pattern in batch)
        # negation marks matches and removes none, so it need not be looked for
        alone = Codebook("candidates", frames, language=language, negation={})
        matches = find_matches(corpus, alone)
        places = Places(*words_of(matches, corpus))
        number = codes_in(batch, matches["frame"])
        found |= {pattern: places.pick(number == n) for n, pattern in enumerate(batch)}
    return [found[pattern] for pattern in patterns]


def _batches(patterns: Sequence[str], stop: frozenset[str]) -> list[list[str]]:
    """Divide patterns so that those of a batch cannot compete for a word.

    Patterns that match the same word have a word with the same first letters, and not a stop word
    alone, since candidates neither begin nor end with one.
    """
    batches: list[tuple[list[str], set[str]]] = []
    for pattern in patterns:
        beginnings = {
            word.text.split("'")[0][:_SHORTEST_STEM]
            for phrase in parse_pattern(pattern)
            for word in phrase
            if isinstance(word, Word) and word.text not in stop
        }
        for batch, used in batches:
            if not beginnings & used:
                batch.append(pattern)
                used |= beginnings
                break
        else:
            batches.append(([pattern], beginnings))
    return [batch for batch, _ in batches]


def _contexts(places: Places, corpus: Corpus) -> dict[str, str | None]:
    """Show the first place in each of three articles: by their ids the first, middle and last."""
    tokens = corpus.tokens
    ids, texts = corpus.articles["article_id"].astype(str).tolist(), corpus.texts
    articles, rows = np.unique(tokens.article[places.first], return_index=True)
    by_id = rows[sorted(range(len(rows)), key=lambda row: ids[articles[row]])]
    picked = sorted({0, len(by_id) // 2, len(by_id) - 1} if len(by_id) else set())
    lines: list[str | None] = []
    for row in by_id[picked]:
        first, stop = int(places.first[row]), int(places.stop[row])
        text = texts[tokens.article[first]]
        opens, closes = tokens.sentence_tokens[tokens.sentence[first] + np.array([0, 1])]
        before = tokens.start[max(first - _CONTEXT_WORDS, opens)]
        after = tokens.end[min(stop + _CONTEXT_WORDS, closes) - 1]
        start, end = tokens.start[first], tokens.end[stop - 1]
        line = f"{text[before:start]}[{text[start:end]}]{text[end:after]}"
        lines.append(" ".join(line.split()))
    lines += [None] * (_CONTEXTS - len(lines))
    return {f"context_{number}": line for number, line in enumerate(lines, 1)}


def _caution(scene: Scene, language: str) -> str:
    """Say what the corpus cannot carry, and which words are no candidates."""
    small = ""
    if is_smaller(scene.corpus, NO_VECTORS):
        small = "collocations only: too few articles or words for vectors (10 and 5,000)"
    elif is_smaller(scene.corpus, UNSURE_VECTORS):
        small = "few articles or words (20 and 20,000): vectors are not reliable"
    capitals = ""
    if load_language(language).code in NOUN_CAPITALS:
        capitals = "names are not told from nouns, which all have capitals"
    place = np.flatnonzero(scene.word >= 0)
    size = len(scene.words)
    content = scene.content & ~scene.name
    rare = content & (scene.articles_of(scene.word[place], place, size) < scene.min_articles)
    free = np.bincount(scene.word[scene.free], minlength=size) > 0
    number = np.array([not any(map(str.isalpha, word)) for word in scene.words], dtype=bool)
    counts = {
        "stop word": ~scene.content & ~number,
        "number": number,
        "name": scene.content & scene.name,
        "word of the frame alone": content & ~rare & ~free,
        f"word in fewer than {plural(scene.min_articles, 'article')}": rare,
    }
    left_out = ", ".join(
        plural(int(some.sum()), noun) if noun.count(" ") < 2 else
        noun.replace("word", plural(int(some.sum()), "word"), 1)
        for noun, some in counts.items()
        if some.any()
    )  # fmt: skip
    return caution(small, capitals, f"left out: {left_out}" if left_out else "")
