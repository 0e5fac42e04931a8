"""Analyse how news media frame events.

Two types to learn, `Corpus` and `Codebook`; every analysis is a function from them to a table,
and every plot takes a table.

Examples
--------
>>> import framing as fr
>>> codebook = fr.builtin_codebook("diplomacy")
>>> matches = fr.find_matches("Both sides want talks and peace.", codebook)
>>> list(matches["text"])
['talks', 'peace']
"""

__version__ = "0.1.0"

from framing.canvas import save_figure
from framing.codebook import (
    Codebook,
    Frame,
    Pattern,
    builtin_codebook,
    read_codebook,
    write_codebook,
)
from framing.corpus import Corpus, read_corpus
from framing.figures import plot_barcode, plot_keywords, plot_profile, plot_sentiment
from framing.files import save_table
from framing.frames import score_frames
from framing.keywords import (
    DocumentFeatureMatrix,
    document_feature_matrix,
    kwic,
    stop_words,
    tfidf,
    word_frequency,
)
from framing.matching import check_codebook, find_matches
from framing.reading import show_article
from framing.sentiment import find_sentiment_words, score_sentiment
from framing.tables import CodebookError, CorpusError

__all__ = [
    "Codebook",
    "CodebookError",
    "Corpus",
    "CorpusError",
    "DocumentFeatureMatrix",
    "Frame",
    "Pattern",
    "__version__",
    "builtin_codebook",
    "check_codebook",
    "document_feature_matrix",
    "find_matches",
    "find_sentiment_words",
    "kwic",
    "plot_barcode",
    "plot_keywords",
    "plot_profile",
    "plot_sentiment",
    "read_codebook",
    "read_corpus",
    "save_figure",
    "save_table",
    "score_frames",
    "score_sentiment",
    "show_article",
    "stop_words",
    "tfidf",
    "word_frequency",
    "write_codebook",
]
