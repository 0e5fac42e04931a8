"""Contenders that count: words, the matches of a dictionary, frames, the words of each article."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from generate import unigrams
from measure import Data, Figures, Run
from peers import WORD, expand, words_of

import framing as fr
from framing.layout import find_blocks
from framing.marks import Blocks
from framing.tokens import scan as scan_texts

SAME_RULE = ("CountVectorizer", "regular expressions")  # count alike
PART = 6  # patterns of each frame that a slow reference checks
FRAMES = "ukraine-2022"  # the codebook that comes with the toolkit
SMALL = (
    "security: secur* defen* military troops army weapon* border* navy patrol* shield*;"
    "economy: econom* trade* price* oil grain budget* tax* insur* fish* cost*;"
    "diplomacy: diplom* negotiat* talk* treaty dialogue envoy* summit* agree* note* minister*;"
    "morality: moral* justice right* duty fair* evil* law* honest* sham* faith*;"
    "conflict: war wars attack* fight* threat* danger* shot* ultimatum force* violen*;"
    "people: child* famil* people crew* passenger* women men poor wound* fear*"
)


@cache
def patterns(n: int) -> dict[str, list[str]]:
    """Make a dictionary of ``n`` patterns, half of them words and half beginnings of words.

    Sixty are written down above. More are drawn from VADER's word list, by the sign of a word, and
    beyond its words from those that TextBlob carries.
    """
    if n == 60:
        rows = (row.strip().split(": ") for row in SMALL.split(";"))
        return {name: entries.split() for name, entries in rows}
    path = Path(find_spec("vaderSentiment").origin).parent / "vader_lexicon.txt"
    lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line)
    valence = {line[0]: float(line[1]) for line in lines if re.fullmatch("[a-z]{3,}", line[0])}
    rng = np.random.default_rng(n)
    rated = rng.permutation(sorted(valence)).tolist()
    other = [word for word in unigrams()[0] if len(word) > 3 and word not in valence]
    other = rng.permutation(sorted(other)).tolist()
    found: dict[str, list[str]] = {"negative": [], "positive": []}
    seen: set[str] = set()
    for number, word in enumerate([*rated, *other]):
        entry = word[: max(4, len(word) - 2)] + "*" if number % 2 else word
        if entry not in seen and len(seen) < n:
            seen.add(entry)
            found["negative" if valence.get(word, number % 3 - 1) < 0 else "positive"].append(entry)
    return found


def fresh(corpus: fr.Corpus) -> fr.Corpus:
    """Give a corpus of the same tokens that remembers nothing of what was found in it."""
    vocabulary = dataclasses.replace(corpus.tokens.vocabulary)
    tokens = dataclasses.replace(corpus.tokens, vocabulary=vocabulary)
    return fr.Corpus(corpus.articles, corpus.log, tokens)


# ---------------------------------------------------------------------------- words


def scan(data: Data) -> tuple[Run, Figures]:
    """Scan texts whose blocks are known, with sentences, quotations and a vocabulary."""
    blocks = Blocks.from_articles([find_blocks(text) for text in data.texts])
    return lambda: scan_texts(data.texts, blocks), lambda tokens: {"words": len(tokens)}


def check_words(data: Data, figures: dict[str, Any]) -> list[str]:
    """Count words again, with regular expressions."""
    words = sum(
        len(re.findall(r"\w+(?:['’-]\w+)*", text[block.start : block.end]))
        for text in data.texts
        for block in find_blocks(text)
    )
    spaced = sum(len(text.split()) for text in data.texts)
    return [
        _same("framing's words, and those of a regular expression", figures["framing"], words),
        _same("wc's words, and those of str.split", figures["wc -w"], spaced),
    ]


def _same(what: str, figures: dict[str, Any] | None, expected: int, key: str = "words") -> str:
    if figures is None:
        return f"not run: {what}"
    is_same = figures[key] == expected
    return f"{'equal' if is_same else 'DIFFERENT'}: {what}: {figures[key]:,} and {expected:,}"


# ---------------------------------------------------------------------------- dictionaries


def _counts(scores: pd.DataFrame) -> dict[str, Any]:
    by_frame = scores.groupby("frame", observed=True)["n_matches"].sum()
    found = {name: int(by_frame[name]) for name in sorted(by_frame.index) if by_frame[name]}
    return {"matches": sum(found.values()), **found}


def _codebook(data: Data, counting: str = "longest") -> fr.Codebook:
    codebook = fr.Codebook.from_patterns("benchmark", data.patterns)
    return dataclasses.replace(codebook, counting=counting)


def scan_and_match(data: Data) -> tuple[Run, Figures]:
    """Scan texts whose blocks are known, and count the dictionary's matches in each article."""
    corpus, codebook = fr.Corpus.from_texts(data.texts), _codebook(data)
    blocks = Blocks.from_articles([find_blocks(text) for text in data.texts])
    aside, articles = corpus.tokens.set_aside, corpus.articles

    def run() -> pd.DataFrame:
        tokens = scan_texts(data.texts, blocks).with_set_aside(aside)
        return fr.score_frames(fr.Corpus(articles, corpus.log, tokens), codebook)

    return run, _counts


def texts_to_scores(data: Data) -> tuple[Run, Figures]:
    """Make a corpus of texts, with blocks, repeats and shared copy, and count the matches."""
    codebook = _codebook(data)
    return lambda: fr.score_frames(fr.Corpus.from_texts(data.texts), codebook), _counts


def recount(data: Data) -> tuple[Run, Figures]:
    """Count the matches of another codebook in a corpus that is there."""
    corpus, codebook = fr.Corpus.from_texts(data.texts), _codebook(data)
    return lambda: fr.score_frames(fresh(corpus), codebook), _counts


def recount_like_quanteda(data: Data) -> tuple[Run, Figures]:
    """Count as quanteda does by default: whole words, and names too."""
    corpus, codebook = fr.Corpus.from_texts(data.texts), _codebook(data, "quanteda")
    return lambda: fr.score_frames(fresh(corpus), codebook), _counts


def check_matches(data: Data, figures: dict[str, Any]) -> list[str]:
    """Count the matches again: whole words in the counted sentences, and by CountVectorizer's rule.

    What a contender counts on a part of the texts is compared with that part.
    """
    corpus = fr.Corpus.from_texts(data.texts)
    counted = corpus.sentences.query("not set_aside and block not in ('dateline', 'credit')")
    texts = dict(zip(corpus.articles["article_id"], corpus.texts, strict=True))
    words: Counter[str] = Counter()
    for row in counted.itertuples():
        sentence = texts[row.article_id][row.start : row.end].lower().replace("’", "'")
        words.update(re.findall(r"\w+(?:['-]\w+)*", sentence))
    name = "framing, counted like quanteda"
    whole = _sum(data.patterns, words)
    notes = [_same("framing's whole words, and a loop over them", figures[name], whole, "matches")]
    for peer in (name for name in SAME_RULE if figures.get(name)):
        part = Data(data.folder, figures[peer]["share"]).texts
        like = _sum(data.patterns, words_of(part))
        notes.append(_same(f"{peer}'s matches, and a loop", figures[peer], like, "matches"))
    default = figures["framing"]
    return notes + [
        f"{name}: {found['matches'] / found['share'] / max(1, default['matches']) - 1:+.1%}"
        " matches, compared with framing"
        for name, found in figures.items()
        if found and name != "framing" and "matches" in found
    ]


def _sum(entries: dict[str, list[str]], words: Counter[str]) -> int:
    return sum(words[word] for found in expand(entries, words).values() for word in found)


# ---------------------------------------------------------------------------- frames, matrix


def plain_phrases() -> list[str]:
    """Give the patterns of the codebook that are one to three words and nothing else."""
    frames = fr.builtin_codebook(FRAMES).frames
    found = {pattern.text for frame in frames for pattern in frame.patterns}
    return sorted(text for text in found if re.fullmatch(r"[a-z]+( [a-z]+){0,2}", text))


def frames(data: Data) -> tuple[Run, Figures]:
    """Make a corpus of texts and count the frames of a codebook with all its rules."""
    codebook = fr.builtin_codebook(FRAMES)
    return lambda: fr.score_frames(fr.Corpus.from_texts(data.texts), codebook), _counts


def frames_again(data: Data) -> tuple[Run, Figures]:
    """Count the frames in a corpus that is there."""
    corpus, codebook = fr.Corpus.from_texts(data.texts), fr.builtin_codebook(FRAMES)
    return lambda: fr.score_frames(fresh(corpus), codebook), _counts


def check_frames(data: Data, figures: dict[str, Any]) -> list[str]:
    """Count the frames of the first articles again with the slow reference of the tests."""
    from oracle import find_hits

    few = fr.Corpus.from_texts(data.texts[:20])
    codebook = fr.builtin_codebook(FRAMES)
    part = [dataclasses.replace(frame, patterns=frame.patterns[:PART]) for frame in codebook.frames]
    codebook = dataclasses.replace(
        codebook,
        frames=tuple(part),
        hard_masks=codebook.hard_masks[:PART],
        soft_masks=codebook.soft_masks[:PART],
    )
    found = _counts(fr.score_frames(few, codebook))
    slow = len(find_hits(few, codebook))
    notes = [_same("some patterns in 20 articles, and by a slow reference", found, slow, "matches")]
    if again := figures.get("framing, again"):
        what = "framing's matches, and when counted again"
        notes.append(_same(what, figures["framing"], again["matches"], "matches"))
    return notes


def matrix(data: Data) -> tuple[Run, Figures]:
    """Make a corpus of texts and its document-feature matrix."""
    return lambda: fr.document_feature_matrix(fr.Corpus.from_texts(data.texts)), _words


def matrix_again(data: Data) -> tuple[Run, Figures]:
    """Make the document-feature matrix of a corpus that is there."""
    corpus = fr.Corpus.from_texts(data.texts)
    return lambda: fr.document_feature_matrix(fresh(corpus)), _words


def _words(result: fr.DocumentFeatureMatrix) -> dict[str, Any]:
    return {"words": int(result.matrix.sum()), "columns": len(result.words)}


def check_matrix(data: Data, figures: dict[str, Any]) -> list[str]:
    """Count the words again: framing's without numbers, CountVectorizer's by its own rule."""
    corpus = fr.Corpus.from_texts(data.texts)
    tokens = corpus.tokens
    counts = Counter(tokens.type_id[tokens.counted].tolist())
    words = [word.removesuffix("'s") for word in tokens.types]
    spelled = sum(n for word, n in counts.items() if re.search(r"[^\W\d_]", words[word]))
    by_rule = sum(len(WORD.findall(text.lower())) for text in data.texts)
    return [
        _same("framing's words without numbers, and a loop over them", figures["framing"], spelled),
        _same("CountVectorizer's, and a loop", figures["CountVectorizer"], by_rule),
    ]
