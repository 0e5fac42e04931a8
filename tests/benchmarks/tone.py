"""Contenders that score the tone of sentences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from counting import fresh
from measure import Data, Figures, Run
from peers import scores_of

import framing as fr


def framing_vader(data: Data) -> tuple[Run, Figures]:
    """Score the sentences by framing's VADER."""
    from framing.vader_scores import vader_compound

    sentences = data.sentences
    return lambda: vader_compound(sentences), lambda scores: scores_of(vader=scores[:, None])


def framing_textblob(data: Data) -> tuple[Run, Figures]:
    """Score the sentences by framing's TextBlob."""
    from framing.textblob_scores import textblob_scores

    sentences = data.sentences
    return lambda: textblob_scores(sentences), lambda s: scores_of(textblob=np.column_stack(s))


def framing_tone(data: Data) -> tuple[Run, Figures]:
    """Make the table of sentences of a corpus, by VADER and TextBlob."""
    corpus = fr.Corpus.from_texts(data.texts)

    def figures(table: pd.DataFrame) -> dict[str, Any]:
        vader, textblob = table.filter(like="vader"), table.filter(like="textblob")
        return scores_of(vader.to_numpy(), textblob.to_numpy())

    return lambda: fr.score_sentiment(fresh(corpus), by="sentence"), figures


def check_tone(data: Data, figures: dict[str, Any]) -> list[str]:
    """Compare the scores of every sentence that both have scored."""
    notes, ours = [], figures["framing"]
    for name, tool in (("NLTK's VADER", "vader"), ("TextBlob", "textblob")):
        theirs = figures.get(name)
        if not theirs:
            continue
        pairs = list(zip(ours[tool], theirs[tool], strict=False))
        different = sum(one != other for one, other in pairs)
        verdict = "DIFFERENT" if different else "equal"
        notes.append(f"{verdict}: {name}: {different} of {len(pairs):,} sentences differ")
    return notes
