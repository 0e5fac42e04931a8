"""Contenders that do more: voices, keywords, a whole analysis, a start from nothing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
from counting import FRAMES, fresh
from measure import Data, Figures, Missing, Run
from peers import ARTICLE

import framing as fr

TABLES = ("scores", "sentiment", "frequency")


def _corpus(data: Data) -> fr.Corpus:
    table = pd.read_parquet(data.folder / "news.parquet")
    return fr.Corpus.from_dataframe(table.head(len(data.texts)))


def voices(data: Data) -> tuple[Run, Figures]:
    """Find whose words all words of a corpus are."""
    corpus = _corpus(data)
    return lambda: fr.find_voices(fresh(corpus)), lambda t: {"words": int(t["n_words"].sum())}


def check_voices(data: Data, figures: dict[str, Any]) -> list[str]:
    """Every counted word must have one voice."""
    words = int(_corpus(data).tokens.counted.sum())
    found = figures["framing"] and figures["framing"]["words"]
    verdict = "equal" if found == words else "DIFFERENT"
    return [f"{verdict}: words with a voice, and words: {found:,} and {words:,}"]


def keyness(data: Data) -> tuple[Run, Figures]:
    """Find the keywords of an outlet against four others, with 9,999 relabellings."""
    corpus = _corpus(data)
    target = corpus.articles["source"].iloc[0]

    def figures(table: pd.DataFrame) -> dict[str, Any]:
        return {"words": len(table), "uses": int(table[["n_target", "n_reference"]].sum().sum())}

    return lambda: fr.keyness(fresh(corpus), by="source", target=target), figures


def check_keyness(data: Data, figures: dict[str, Any]) -> list[str]:
    """The uses of all words must be those that a table of frequencies has."""
    frequency = fr.word_frequency(_corpus(data))
    uses, found = int(frequency["count"].sum()), figures["framing"]["uses"]
    verdict = "equal" if found == uses else "DIFFERENT"
    return [f"{verdict}: uses of all words, and their frequencies: {found:,} and {uses:,}"]


# ---------------------------------------------------------------------------- a whole analysis


def dataset(data: Data, processes: int = 2) -> tuple[Run, Figures]:
    """Score a Parquet file: frames, tone and frequencies by voice, written as tables."""
    if not hasattr(fr, "score_dataset"):
        raise Missing("this version has no score_dataset")
    codebook, source = fr.builtin_codebook(FRAMES), data.folder / "news.parquet"
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=data.folder))

    def run() -> Path:
        shutil.rmtree(folder, ignore_errors=True)
        fr.score_dataset(
            source, codebook, folder, tables=TABLES, by="voice", processes=processes, progress=False
        )
        return folder

    def figures(out: Path) -> dict[str, Any]:
        scores = pd.read_parquet(out / "scores", columns=["n_matches"])
        counted = {"matches": int(scores["n_matches"].sum())}
        shutil.rmtree(out, ignore_errors=True)
        return counted

    return run, figures


def dataset_alone(data: Data) -> tuple[Run, Figures]:
    """Score it in one process."""
    return dataset(data, processes=1)


def functions(data: Data) -> tuple[Run, Figures]:
    """Do the same in one process, in memory, with the functions for tables."""
    codebook, source = fr.builtin_codebook(FRAMES), data.folder / "news.parquet"

    def run() -> list[pd.DataFrame]:
        corpus = fr.Corpus.from_dataframe(pd.read_parquet(source))
        return [
            fr.score_frames(corpus, codebook, by="voice"),
            fr.score_sentiment(corpus, by="voice"),
            fr.word_frequency(corpus, by="voice"),
        ]

    return run, lambda tables: {"matches": int(tables[0]["n_matches"].sum())}


def check_whole(data: Data, figures: dict[str, Any]) -> list[str]:
    """Whatever the number of processes, the sums must be those of the functions."""
    counts = {n: f["matches"] for n, f in figures.items() if f and n.startswith("framing")}
    verdict = "equal" if len(set(counts.values())) <= 1 else "DIFFERENT"
    return [f"{verdict}: matches by {name}: {count:,}" for name, count in counts.items()]


# ---------------------------------------------------------------------------- from nothing


def check_start(data: Data, figures: dict[str, Any]) -> list[str]:
    """The article has its matches."""
    found = figures["one article"]["printed"]
    scores = fr.score_frames(fr.read_corpus(ARTICLE), fr.builtin_codebook(FRAMES))
    expected = str(scores["n_matches"].sum())
    verdict = "equal" if found == expected else "DIFFERENT"
    return [f"{verdict}: matches in the article: {found} and {expected}"]
