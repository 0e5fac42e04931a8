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

from typing import TYPE_CHECKING

# Every public name and the module that it comes from. A module is loaded when a name of it is
# first asked for, so that nobody waits for what they do not use.
_MODULE_OF = {
    "Codebook": "codebook",
    "CodebookError": "tables",
    "CodingError": "tables",
    "Corpus": "corpus",
    "CorpusError": "tables",
    "DocumentFeatureMatrix": "keywords",
    "Frame": "codebook",
    "OutputError": "tables",
    "Pattern": "codebook",
    "builtin_codebook": "codebook_files",
    "check_codebook": "codebook_checks",
    "collocations": "word_statistics",
    "compare_codebook_groups": "codebook_comparison",
    "compare_codebook_rates": "codebook_comparison",
    "compare_codebooks": "codebook_comparison",
    "compare_groups": "comparison",
    "compare_periods": "periods",
    "detect_languages": "language_detection",
    "dispersion": "word_statistics",
    "document_feature_matrix": "keywords",
    "find_matches": "matching",
    "find_same_speakers": "speaker_list",
    "find_sentiment_words": "sentiment",
    "find_speakers": "speaker_list",
    "find_voices": "voices",
    "frame_cooccurrence": "cooccurrence",
    "frame_rates": "comparison",
    "frame_sensitivity": "sensitivity",
    "keyness": "word_comparison",
    "keyness_plane": "word_figures",
    "kwic": "concordance",
    "lint_codebook": "codebook_lint",
    "plot_barcode": "article_figures",
    "plot_comparison": "comparison_figures",
    "plot_cooccurrence": "cooccurrence_figures",
    "plot_keyness": "word_figures",
    "plot_keyness_plane": "word_figures",
    "plot_keywords": "word_figures",
    "plot_profile": "article_figures",
    "plot_quoting": "voice_figures",
    "plot_rates": "comparison_figures",
    "plot_sensitivity": "codebook_figures",
    "plot_sentiment": "article_figures",
    "plot_timeline": "timeline_figures",
    "plot_voices": "voice_figures",
    "quotations": "voices",
    "read_codebook": "codebook_files",
    "read_codings": "coding",
    "read_corpus": "corpus",
    "read_speakers": "speakers",
    "save_figure": "canvas",
    "save_table": "files",
    "score_codings": "coding",
    "score_dataset": "scale",
    "score_frames": "frames",
    "score_sentiment": "sentiment",
    "show_article": "reading",
    "stop_words": "keywords",
    "suggest_patterns": "suggestions",
    "tfidf": "keywords",
    "word_frequency": "keywords",
    "write_codebook": "codebook_files",
}

if TYPE_CHECKING:  # the same for type checkers and editors; a test holds both together
    from framing.article_figures import plot_barcode as plot_barcode
    from framing.article_figures import plot_profile as plot_profile
    from framing.article_figures import plot_sentiment as plot_sentiment
    from framing.canvas import save_figure as save_figure
    from framing.codebook import Codebook as Codebook
    from framing.codebook import Frame as Frame
    from framing.codebook import Pattern as Pattern
    from framing.codebook_checks import check_codebook as check_codebook
    from framing.codebook_comparison import compare_codebook_groups as compare_codebook_groups
    from framing.codebook_comparison import compare_codebook_rates as compare_codebook_rates
    from framing.codebook_comparison import compare_codebooks as compare_codebooks
    from framing.codebook_figures import plot_sensitivity as plot_sensitivity
    from framing.codebook_files import builtin_codebook as builtin_codebook
    from framing.codebook_files import read_codebook as read_codebook
    from framing.codebook_files import write_codebook as write_codebook
    from framing.codebook_lint import lint_codebook as lint_codebook
    from framing.coding import read_codings as read_codings
    from framing.coding import score_codings as score_codings
    from framing.comparison import compare_groups as compare_groups
    from framing.comparison import frame_rates as frame_rates
    from framing.comparison_figures import plot_comparison as plot_comparison
    from framing.comparison_figures import plot_rates as plot_rates
    from framing.concordance import kwic as kwic
    from framing.cooccurrence import frame_cooccurrence as frame_cooccurrence
    from framing.cooccurrence_figures import plot_cooccurrence as plot_cooccurrence
    from framing.corpus import Corpus as Corpus
    from framing.corpus import read_corpus as read_corpus
    from framing.files import save_table as save_table
    from framing.frames import score_frames as score_frames
    from framing.keywords import DocumentFeatureMatrix as DocumentFeatureMatrix
    from framing.keywords import document_feature_matrix as document_feature_matrix
    from framing.keywords import stop_words as stop_words
    from framing.keywords import tfidf as tfidf
    from framing.keywords import word_frequency as word_frequency
    from framing.language_detection import detect_languages as detect_languages
    from framing.matching import find_matches as find_matches
    from framing.periods import compare_periods as compare_periods
    from framing.reading import show_article as show_article
    from framing.scale import score_dataset as score_dataset
    from framing.sensitivity import frame_sensitivity as frame_sensitivity
    from framing.sentiment import find_sentiment_words as find_sentiment_words
    from framing.sentiment import score_sentiment as score_sentiment
    from framing.speaker_list import find_same_speakers as find_same_speakers
    from framing.speaker_list import find_speakers as find_speakers
    from framing.speakers import read_speakers as read_speakers
    from framing.suggestions import suggest_patterns as suggest_patterns
    from framing.tables import CodebookError as CodebookError
    from framing.tables import CodingError as CodingError
    from framing.tables import CorpusError as CorpusError
    from framing.tables import OutputError as OutputError
    from framing.timeline_figures import plot_timeline as plot_timeline
    from framing.voice_figures import plot_quoting as plot_quoting
    from framing.voice_figures import plot_voices as plot_voices
    from framing.voices import find_voices as find_voices
    from framing.voices import quotations as quotations
    from framing.word_comparison import keyness as keyness
    from framing.word_figures import keyness_plane as keyness_plane
    from framing.word_figures import plot_keyness as plot_keyness
    from framing.word_figures import plot_keyness_plane as plot_keyness_plane
    from framing.word_figures import plot_keywords as plot_keywords
    from framing.word_statistics import collocations as collocations
    from framing.word_statistics import dispersion as dispersion
else:  # where a type checker would take every name for known
    __all__ = ["__version__", *_MODULE_OF]

    def __getattr__(name: str) -> object:
        """Load a public name from its module, once."""
        if name not in _MODULE_OF:
            raise AttributeError(_unknown(name))
        from importlib import import_module

        value = getattr(import_module(f"framing.{_MODULE_OF[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """List the public names, also those not yet loaded."""
        return sorted(__all__)


def _unknown(name: str) -> str:
    """Say that there is no such name, and which ones come close."""
    from difflib import get_close_matches

    close = [f'"{other}"' for other in get_close_matches(name, _MODULE_OF)]
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    return f'framing has nothing called "{name}"{hint}'
