"""The dictionary form of words, so that "negotiate" also finds "negotiated"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from framing.language import language_code
from framing.tables import CodebookError
from framing.words import fold, spell

# One list serves the standards of Serbo-Croatian, and one of the two of Norwegian stands for both.
_LISTED_AS = {"bs": "hbs", "hr": "hbs", "sr": "hbs", "sh": "hbs", "no": "nb"}


def find_lemmas(words: Sequence[str], language: str) -> list[str]:
    """Find the dictionary form of each word: "negotiate" of "negotiated" and "negotiates".

    The lists of the package simplemma are read once for each language, which takes half a second
    for English and up to ten for Polish. A word that is in none of them is its own form, but for
    what regular endings tell. Capitals help: "US" stays "us", while "us" is a form of "we".

    Parameters
    ----------
    words : sequence of str
        Words as they are spelled in the text.
    language : str
        Code of the language, such as ``"en"``; what follows a hyphen is ignored.

    Returns
    -------
    list of str
        The form of each word, normalised and case-folded.

    Raises
    ------
    CodebookError
        If the package is not installed, or has no list for the language.

    Examples
    --------
    >>> find_lemmas(["talks", "Negotiated", "peace", "US"], "en")
    ['talk', 'negotiate', 'peace', 'us']
    """
    code = language_code(language)
    code = _LISTED_AS.get(code, code)
    try:
        from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES
    except ImportError:
        raise CodebookError(
            "lemmas need the package simplemma; install it: pip install media-framing[languages]"
        ) from None
    if code not in SUPPORTED_LANGUAGES:
        known = ", ".join(sorted({*SUPPORTED_LANGUAGES, *_LISTED_AS}))
        raise CodebookError(
            f'there are no lemmas for language "{language}"; leave out `lemmas: true` and end'
            f' patterns with "*", or use one of: {known}'
        )
    return [_lemma(word, code) for word in words]


@lru_cache(maxsize=500_000)
def _lemma(word: str, code: str) -> str:
    from simplemma import lemmatize

    spelled = spell(word)
    return fold(lemmatize(spelled, lang=code)) if spelled else ""
