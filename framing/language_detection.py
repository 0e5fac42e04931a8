"""Which language each article is written in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas as pd

from framing.corpus import Corpus, as_corpus
from framing.tables import CorpusError, as_table

FEWEST_WORDS = (
    10  # of English sentences with 5 to 9 words one in nine is taken for another language
)
LEAST_CERTAINTY = 0.5
_LONGEST = 20_000  # characters: more of an article would tell nothing new


def detect_languages(corpus: Corpus | str | Sequence[str]) -> pd.DataFrame:
    """Detect the language of every article, to find those that were stated wrongly or not at all.

    The package py3langid, trained on 139 languages, reads the first 20,000 characters of an
    article and is asked nothing over the network. It tells languages, not dialects, and finds one
    language even where an article has several.

    Parameters
    ----------
    corpus : Corpus, str or sequence of str
        The articles, or texts for a quick try.

    Returns
    -------
    DataFrame
        One row per article:

        - article_id (category): the article
        - language (str): code of the language as it was stated when reading
        - detected (str): code of the language found, such as "en"; NA where ``reason`` says why
        - certainty (float): how sure that is, 0 to 1
        - n_words (int): words counted, as in the table of articles
        - reason (str): "fewer than 10 words" or "certainty below 0.5"; NA where a language is found

    Raises
    ------
    CorpusError
        If the package is not installed, or ``corpus`` is neither a corpus nor texts.

    Examples
    --------
    >>> texts = ["Both sides said on Friday that they want to go on with the talks.", "No deal."]
    >>> detect_languages(texts)[["language", "detected", "n_words", "reason"]]
      language detected  n_words               reason
    0       en       en       14                 <NA>
    1       en     <NA>        2  fewer than 10 words
    """
    corpus = as_corpus(corpus)
    articles = corpus.articles
    found = [_detect(text) for text in corpus.texts]
    reasons = [
        f"fewer than {FEWEST_WORDS} words"
        if words < FEWEST_WORDS
        else f"certainty below {LEAST_CERTAINTY}"
        if certainty < LEAST_CERTAINTY
        else None
        for words, (_, certainty) in zip(articles["n_words"], found, strict=True)
    ]
    columns = {
        "article_id": articles["article_id"].array,
        "language": articles["language"].array,
        "detected": [
            None if reason else code for (code, _), reason in zip(found, reasons, strict=True)
        ],
        "certainty": [certainty for _, certainty in found],
        "n_words": articles["n_words"].array,
        "reason": reasons,
    }
    return as_table("languages", columns)


def _detect(text: str) -> tuple[str, float]:
    code, certainty = _identifier().classify(text[:_LONGEST])
    return str(code), round(float(certainty), 3)


@cache
def _identifier() -> Any:
    """Load the model, which takes some seconds and 100 MB."""
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        raise CorpusError(
            "detecting languages needs the package py3langid; install it:"
            " pip install media-framing[languages]"
        ) from None
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
