"""Contenders that load no framing, so that their memory is their own.

Three of them run in the environment of the peers, where this file needs nothing else.

Here, and in counting.py, a dictionary is words and beginnings of words ("peac*") in categories.
Programs that know no star get every word of the texts that it stands for.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.resources import files
from multiprocessing import get_context
from typing import Any

from measure import ROOT, Data, Figures, Run

ARTICLE = ROOT / "corpus" / "macron_moscow_2022-02-10.txt"
KEPT = 60_000  # scores of so many sentences are compared

WORD = re.compile(r"\b\w\w+\b")  # what scikit-learn's CountVectorizer takes for a word


def words_of(texts: Iterable[str]) -> Counter[str]:
    """Count the words of texts by the rule of CountVectorizer."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(WORD.findall(text.lower()))
    return counts


def expand(patterns: dict[str, list[str]], words: Iterable[str]) -> dict[str, set[str]]:
    """Give for every category the words that its patterns stand for."""
    words = list(words)
    found = {}
    for category, entries in patterns.items():
        whole = {entry for entry in entries if not entry.endswith("*")}
        begun = {entry[:-1] for entry in entries if entry.endswith("*")}
        sizes = sorted({len(start) for start in begun})
        found[category] = {
            word for word in words if word in whole or any(word[:size] in begun for size in sizes)
        }
    return found


def totals(counts: Iterable[Counter[str]]) -> dict[str, Any]:
    """Sum the counts of articles by category."""
    total: Counter[str] = sum(counts, Counter())
    return {"matches": sum(total.values()), **dict(sorted(total.items()))}


def wc(data: Data) -> tuple[Run, Figures]:
    """Count words with wc -w; the file has just been read, so that it is in memory."""
    path = data.folder / "text.txt"
    path.read_bytes()
    environment = os.environ | {"LC_ALL": "C.UTF-8"}

    def run() -> str:
        return subprocess.run(["wc", "-w", path], capture_output=True, env=environment).stdout

    return run, lambda printed: {"words": int(printed.split()[0])}


def alternation(data: Data) -> tuple[Run, Figures]:
    """Search one regular expression of alternatives for each category."""
    compiled = {
        name: re.compile(rf"\b(?:{'|'.join(e.replace('*', chr(92) + 'w*') for e in entries)})\b")
        for name, entries in data.patterns.items()
    }

    def run() -> list[Counter[str]]:
        lower = (text.lower() for text in data.texts)
        return [
            Counter({name: len(found.findall(text)) for name, found in compiled.items()})
            for text in lower
        ]

    return run, totals


def count_vectorizer(data: Data) -> tuple[Run, Figures]:
    """Count all words of each article with scikit-learn; the dictionary is applied unmeasured."""
    from sklearn.feature_extraction.text import CountVectorizer

    def run() -> Any:
        vectorizer = CountVectorizer()
        return vectorizer.fit_transform(data.texts), vectorizer

    def figures(result: Any) -> dict[str, Any]:
        matrix, vectorizer = result
        column, sums = vectorizer.vocabulary_, matrix.sum(axis=0).tolist()[0]
        found = expand(data.patterns, column) if data.n_patterns else {}
        counts = [
            Counter({name: sum(sums[column[word]] for word in words)})
            for name, words in found.items()
        ]
        return {"words": sum(sums), **totals(counts)}

    return run, figures


def spacy(data: Data) -> tuple[Run, Figures]:
    """Match phrases on the tokens of spaCy's English tokeniser, without any model."""
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    for category, words in expand(data.patterns, words_of(data.texts)).items():
        matcher.add(category, [nlp.make_doc(word) for word in sorted(words)])
    names = nlp.vocab.strings

    def run() -> list[Counter[str]]:
        docs = map(nlp.make_doc, data.texts)
        return [Counter(names[key] for key, _, _ in matcher(doc)) for doc in docs]

    return run, totals


def flashtext2(data: Data) -> tuple[Run, Figures]:
    """Search keywords with flashtext2, one search for each category."""
    from flashtext2 import KeywordProcessor

    searches = {}
    for category, words in expand(data.patterns, words_of(data.texts)).items():
        searches[category] = KeywordProcessor(case_sensitive=False)
        for word in sorted(words):
            searches[category].add_keyword(word)

    def run() -> list[Counter[str]]:
        return [
            Counter({name: len(s.extract_keywords(text)) for name, s in searches.items()})
            for text in data.texts
        ]

    return run, totals


def liwc(data: Data) -> tuple[Run, Figures]:
    """Look every word up in a .dic file with the package liwc."""
    import tempfile
    from pathlib import Path

    from liwc import load_token_parser

    names = list(data.patterns)
    categories: dict[str, list[str]] = {}
    for number, name in enumerate(names, 1):
        for entry in data.patterns[name]:
            categories.setdefault(entry, []).append(str(number))
    head = [f"{number}\t{name}" for number, name in enumerate(names, 1)]
    lines = ["%", *head, "%", *("\t".join([e, *of]) for e, of in categories.items())]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dictionary.dic"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        parse, _ = load_token_parser(str(path))

    def run() -> list[Counter[str]]:
        found = (WORD.findall(text.lower()) for text in data.texts)
        return [Counter(name for word in words for name in parse(word)) for words in found]

    return run, totals


# ---------------------------------------------------------------------------- tone


def nltk_vader() -> Any:
    """Return NLTK's VADER with the word list of the vaderSentiment package."""
    from nltk.sentiment.vader import SentimentIntensityAnalyzer, VaderConstants

    class Analyser(SentimentIntensityAnalyzer):
        def __init__(self) -> None:  # as its own, but for where the word list is
            lexicon = files("vaderSentiment").joinpath("vader_lexicon.txt")
            self.lexicon_file = lexicon.read_text(encoding="utf-8").rstrip("\n")
            self.lexicon = self.make_lex_dict()
            self.constants = VaderConstants()

    return Analyser()


def vader(data: Data) -> tuple[Run, Figures]:
    """Score the sentences by NLTK's VADER."""
    score, sentences = nltk_vader().polarity_scores, data.sentences
    return lambda: [[score(sentence)["compound"]] for sentence in sentences], scores_of


def textblob(data: Data) -> tuple[Run, Figures]:
    """Score the sentences by TextBlob."""
    from textblob import TextBlob

    sentences = data.sentences

    def run() -> list[list[float]]:
        return [list(TextBlob(sentence).sentiment) for sentence in sentences]

    return run, lambda scores: scores_of(textblob=scores)


def scores_of(vader: Any = (), textblob: Any = ()) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, values in (("vader", vader), ("textblob", textblob)):
        if len(values):
            found["sentences"] = len(values)
            found[name] = [list(map(float, row)) for row in values[:KEPT]]
    return found


# ---------------------------------------------------------------------------- a whole analysis


def put_together(data: Data) -> tuple[Run, Figures]:
    """Do it with NLTK, TextBlob, scikit-learn and a regular expression, in two processes.

    Sentences by Punkt without training, words by NLTK's tokeniser, VADER and TextBlob for each
    sentence, a frequency list, counts of the plain words and phrases of the codebook's frames,
    and what stands between quotation marks, without asking who says it.
    """
    texts = data.texts
    phrases = json.loads((data.folder / "phrases.json").read_text(encoding="utf-8"))
    halves = [(texts[0::2], phrases), (texts[1::2], phrases)]

    pool = get_context("spawn").Pool(2)  # it stays, so that starting it is in no warm round

    def run() -> list[Counter[str]]:
        return pool.map(analyse, halves, chunksize=1)

    return run, lambda counts: dict(sum(counts, Counter()))


def analyse(given: tuple[Sequence[str], Sequence[str]]) -> Counter[str]:
    from nltk import FreqDist
    from nltk.tokenize import NLTKWordTokenizer
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer
    from sklearn.feature_extraction.text import CountVectorizer
    from textblob import TextBlob

    texts, phrases = given
    parameters = PunktParameters()
    parameters.abbrev_types = {"u.s", "u.n", "mr", "ms", "dr", "gov", "gen", "sen", "jan", "a.m"}
    split, cut = PunktSentenceTokenizer(parameters).tokenize, NLTKWordTokenizer().tokenize
    score, frequency = nltk_vader().polarity_scores, FreqDist()
    totals: Counter[str] = Counter()
    matrix = CountVectorizer(vocabulary=phrases, ngram_range=(1, 3)).fit_transform(texts)
    totals["matches"] = int(matrix.sum())
    for text in texts:
        for sentence in split(text):
            frequency.update(word.lower() for word in cut(sentence))
            score(sentence)
            TextBlob(sentence).sentiment  # noqa: B018
            totals["sentences"] += 1
        totals["quotations"] += len(re.findall(r'["“‘][^"“”‘’\n]{2,}["”’]', text))
    totals["words"] = frequency.N()
    return totals


# ---------------------------------------------------------------------------- from nothing


def _start(code: str) -> tuple[Run, Figures]:
    def run() -> str:
        command = [sys.executable, "-c", code]
        found = subprocess.run(command, capture_output=True, text=True, check=True)
        return found.stdout

    return run, lambda printed: {"printed": printed.strip()}


def import_pandas(data: Data) -> tuple[Run, Figures]:
    """Import pandas in a new process."""
    return _start("import pandas")


def import_framing(data: Data) -> tuple[Run, Figures]:
    """Import pandas and framing in a new process."""
    return _start("import pandas, framing")


def one_article(data: Data) -> tuple[Run, Figures]:
    """Read an article and a codebook and count its frames, in a new process."""
    return _start(
        f"import framing as fr; c = fr.read_corpus({str(ARTICLE)!r});"
        f" print(fr.score_frames(c, fr.builtin_codebook('ukraine-2022'))['n_matches'].sum())"
    )
