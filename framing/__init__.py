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

from framing.article_figures import plot_barcode, plot_profile, plot_sentiment
from framing.canvas import save_figure
from framing.codebook import Codebook, Frame, Pattern
from framing.codebook_checks import check_codebook, lint_codebook
from framing.codebook_comparison import (
    compare_codebook_groups,
    compare_codebook_rates,
    compare_codebooks,
)
from framing.codebook_figures import plot_sensitivity
from framing.codebook_files import builtin_codebook, read_codebook, write_codebook
from framing.coding import read_codings, score_codings
from framing.comparison import compare_groups, frame_rates
from framing.comparison_figures import plot_comparison, plot_rates
from framing.cooccurrence import frame_cooccurrence
from framing.cooccurrence_figures import plot_cooccurrence
from framing.corpus import Corpus, read_corpus
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
from framing.language_detection import detect_languages
from framing.matching import find_matches
from framing.periods import compare_periods
from framing.reading import show_article
from framing.sensitivity import frame_sensitivity
from framing.sentiment import find_sentiment_words, score_sentiment
from framing.speaker_list import find_same_speakers, find_speakers
from framing.speakers import read_speakers
from framing.suggestions import suggest_patterns
from framing.tables import CodebookError, CodingError, CorpusError
from framing.timeline_figures import plot_timeline
from framing.voice_figures import plot_quoting, plot_voices
from framing.voices import find_voices, quotations
from framing.word_comparison import keyness
from framing.word_figures import (
    keyness_plane,
    plot_keyness,
    plot_keyness_plane,
    plot_keywords,
)
from framing.word_statistics import collocations, dispersion

__all__ = [
    "Codebook",
    "CodebookError",
    "CodingError",
    "Corpus",
    "CorpusError",
    "DocumentFeatureMatrix",
    "Frame",
    "Pattern",
    "__version__",
    "builtin_codebook",
    "check_codebook",
    "collocations",
    "compare_codebook_groups",
    "compare_codebook_rates",
    "compare_codebooks",
    "compare_groups",
    "compare_periods",
    "detect_languages",
    "dispersion",
    "document_feature_matrix",
    "find_matches",
    "find_same_speakers",
    "find_sentiment_words",
    "find_speakers",
    "find_voices",
    "frame_cooccurrence",
    "frame_rates",
    "frame_sensitivity",
    "keyness",
    "keyness_plane",
    "kwic",
    "lint_codebook",
    "plot_barcode",
    "plot_comparison",
    "plot_cooccurrence",
    "plot_keyness",
    "plot_keyness_plane",
    "plot_keywords",
    "plot_profile",
    "plot_quoting",
    "plot_rates",
    "plot_sensitivity",
    "plot_sentiment",
    "plot_timeline",
    "plot_voices",
    "quotations",
    "read_codebook",
    "read_codings",
    "read_corpus",
    "read_speakers",
    "save_figure",
    "save_table",
    "score_codings",
    "score_frames",
    "score_sentiment",
    "show_article",
    "stop_words",
    "suggest_patterns",
    "tfidf",
    "word_frequency",
    "write_codebook",
]
