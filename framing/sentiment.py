"""How positive or negative sentences sound to VADER and TextBlob, and which words decide it."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.chunks import Cut
from framing.corpus import Corpus, as_corpus
from framing.parts import part_of_words
from framing.tables import BLOCKS, as_table, coded
from framing.textblob_scores import textblob_scores
from framing.vader_scores import vader, vader_compound

POSITIVE, NEGATIVE = 0.05, -0.05  # the usual limits of VADER's compound
LONG_SENTENCE = 60  # words; compound grows with length, whatever is said
FEW_SENTENCES = 2

_UNITS = ("sentence", "block", "voice", "speaker", "article")
_SCORES = ("vader_compound", "textblob_polarity", "textblob_subjectivity")


def score_sentiment(
    corpus: Corpus | str | Sequence[str],
    *,
    by: Literal["sentence", "block", "voice", "speaker", "article"] = "article",
) -> pd.DataFrame:
    """Score how positive or negative the sentences of each article sound.

    Each sentence is scored by itself, by VADER (Hutto & Gilbert 2014) as NLTK runs it (Bird,
    Klein & Loper 2009) and by TextBlob, whose word list is that of Pattern (De Smedt &
    Daelemans 2012). A block or an article has the mean of its sentences. Counted are the
    sentences that other tables count: no dateline, no credit, no repeated text.

    Parameters
    ----------
    corpus : Corpus, str or list of str
        The articles, or one text or several for a quick try.
    by : {"sentence", "block", "voice", "speaker", "article"}
        What a row is: a sentence; all sentences of one kind of block (title, caption, body ...)
        of an article; all words of one voice (headline, caption, journalist, quoted, indirect) or
        of one speaker in an article; or an article. The voice journalist is an upper bound:
        reported speech that was not recognised is in it. Words of speakers who are named
        unsurely are an ``"unknown speaker"``'s, those that are nobody's speech ``"no speaker"``'s.

    Returns
    -------
    DataFrame
        By article or part of it: ``article_id``; ``source``; ``block``, ``voice`` or ``speaker``
        where asked for; ``vader_compound``, mean of the sentences, -1 to 1;
        ``textblob_polarity``, likewise; ``textblob_subjectivity``, likewise, 0 to 1;
        ``share_positive`` and ``share_negative``, shares of sentences with VADER's compound at or
        above .05 and at or below -.05, 0 to 1; ``n_sentences``, sentences scored, by voice or
        speaker the pieces of sentences; ``n_words``, words in them; ``constructed``, whether the
        article was written for demonstration; ``caution``, what the scores cannot carry, empty
        where nothing is to be said. An article without a counted sentence has its row, with NA for
        scores and shares; a part without one has none.

        By sentence: ``article_id``; ``source``; ``sentence``, number in the article from 1;
        ``block``; ``start`` and ``end``, characters of the article's text from 0; the three
        scores; ``n_words``; ``constructed``; ``caution``.

    Raises
    ------
    ValueError
        If ``by`` is none of these.

    Notes
    -----
    Both tools are weak on news. Against human judgement of news sentences they reached a macro-F1
    of about .51 (VADER) and .42 (TextBlob), where the best published method reached about .83;
    with 20 raters of editorial snippets they correlated .49 and .30. On the performance and
    agreement of such tools see Boukes et al. (2020), and van Atteveldt et al. (2021) on
    dictionaries beside manual annotation, crowd-coding and machine learning. Use the scores to
    find sentences worth reading, read them with `find_sentiment_words`, and do not report a
    difference in tone without human codings of your own.

    By voice or speaker, a sentence of one voice is scored as it stands. Of one in which several
    speak, the words of each are taken together and scored as one piece: without the words
    between them, and without the marks beside these, so that an exclamation mark before "he said"
    is lost. Such pieces are fragments, on which the tools are weaker still.

    VADER's compound grows with length: in our measurement the median of its size was .32, .61,
    .85 and .95 for texts of 1, 3, 10 and 30 sentences scored in one piece. That is why an article
    is never scored in one piece, and why a sentence of more than 60 words carries a caution.

    VADER reads the sentence as it stands in the text, and it was made for posts, not for
    quotations. It takes one straight mark off a word and no more, so that ``rich."`` and “rich” are
    unknown to it; and "don't" with a straight apostrophe is a negation, "don’t" is none. NLTK's
    VADER is the one used, with the word list of the vaderSentiment package; that package's own
    program differs in a few sentences of a hundred.

    References
    ----------
    Bird, S., Klein, E. & Loper, E. (2009). Natural Language Processing with Python. O'Reilly.

    Boukes, M., van de Velde, B., Araujo, T. & Vliegenthart, R. (2020). What's the tone? Easy
    doesn't do it: Analyzing performance and agreement between off-the-shelf sentiment analysis
    tools. Communication Methods and Measures, 14(2), 83-104.

    De Smedt, T. & Daelemans, W. (2012). Pattern for Python. Journal of Machine Learning
    Research, 13, 2063-2067.

    Hutto, C. J. & Gilbert, E. E. (2014). VADER: A parsimonious rule-based model for sentiment
    analysis of social media text. Proceedings of ICWSM, 8(1), 216-225.

    van Atteveldt, W., van der Velden, M. A. C. G. & Boukes, M. (2021). The validity of sentiment
    analysis: Comparing manual annotation, crowd-coding, dictionary approaches, and machine
    learning algorithms. Communication Methods and Measures, 15(2), 121-140.

    Examples
    --------
    >>> text = "The envoys praised a warm welcome. The cease-fire failed."
    >>> score_sentiment(text, by="sentence")[["sentence", "vader_compound", "textblob_polarity"]]
       sentence  vader_compound  textblob_polarity
    0         1          0.7964                0.7
    1         2         -0.5106               -0.5
    """
    if by not in _UNITS:
        raise ValueError(f"by={by!r}: choose one of {', '.join(_UNITS)}")
    corpus = as_corpus(corpus)
    tokens, articles = corpus.tokens, corpus.articles
    if by in ("voice", "speaker"):
        pieces = _spoken_pieces(corpus, by)
    else:
        pieces = _sentences(corpus, by == "block")
    texts = Cut(pieces.texts)
    scores = dict(zip(_SCORES, (vader_compound(texts), *textblob_scores(texts)), strict=True))
    compound = scores["vader_compound"]
    scored, n_words = pieces.sentence, pieces.n_words
    owner = tokens.sentence_article[scored]
    if by == "sentence":
        return as_table(
            "sentiment_sentences",
            {
                "article_id": articles["article_id"].array.take(owner),
                "source": articles["source"].array.take(owner),
                "sentence": tokens.sentence_number[scored],
                "block": coded(tokens.sentence_kind[scored], BLOCKS),
                "start": tokens.sentence_start[scored],
                "end": tokens.sentence_end[scored],
                **scores,
                "n_words": n_words,
                "constructed": articles["constructed"].array.take(owner),
                "caution": _for_each(_sentence_caution, n_words),
            },
        )
    n_parts = len(pieces.parts)
    unit = owner.astype(np.int64) * n_parts + pieces.part
    units = np.arange(len(articles)) if by == "article" else np.unique(unit)
    means = _Means(np.searchsorted(units, unit), len(units))
    long = means.total(n_words > LONG_SENTENCE).astype(int)
    table = as_table(
        "sentiment",
        {
            "article_id": articles["article_id"].array.take(units // n_parts),
            "source": articles["source"].array.take(units // n_parts),
            **{name: means.mean(score) for name, score in scores.items()},
            "share_positive": means.mean(compound >= POSITIVE),
            "share_negative": means.mean(compound <= NEGATIVE),
            "n_sentences": means.size,
            "n_words": means.total(n_words).astype(int),
            "constructed": articles["constructed"].array.take(units // n_parts),
            "caution": _for_each(_caution, means.size, long),
        },
    )
    if by != "article":
        table.insert(2, by, pd.Series(coded(units % n_parts, pieces.parts)))
    return table


def find_sentiment_words(corpus: Corpus | str | Sequence[str]) -> pd.DataFrame:
    """Find the words that decide the sentiment score of each sentence, for each tool.

    Always look at them before believing a score: "President Putin, right, listens" is positive
    to TextBlob because of "right".

    Parameters
    ----------
    corpus : Corpus, str or list of str
        The articles, or one text or several for a quick try.

    Returns
    -------
    DataFrame
        One row per scored word, by article, sentence, tool and place: ``article_id``;
        ``sentence``, number in the article from 1; ``tool``, vader or textblob; ``word``, as it
        stands in the text; ``start`` and ``end``, its characters in the article's text from 0;
        ``value``, what it adds to the score; ``subjectivity``, TextBlob's, 0 to 1, NA for VADER.
        Sentences are those that `score_sentiment` scores.

    Notes
    -----
    Nothing that enters a score is left out, so that the scores can be worked out from the rows.

    *VADER*: ``value`` is a word's valence after all rules (intensifiers, negation, capitals,
    idioms, "but"), about -4 to 4 before them. Exclamation marks (up to four) and several
    question marks have rows of their own, because VADER adds them to the sum in its direction.
    With ``s`` the sum of a sentence's values, ``vader_compound`` is ``s / sqrt(s * s + 15)``,
    rounded to four digits. Words whose valence ends at 0 have no row.

    *TextBlob*: ``value`` is a word's polarity, -1 to 1, and the sentence's polarity and
    subjectivity are the means over its rows, rows of value 0 included. A word with its
    intensifier or negation ("very good", "not a good") is one row whose span runs from the first
    of these words to the last. An exclamation mark raises the value of the scored word before it
    and has no row.

    References
    ----------
    De Smedt, T. & Daelemans, W. (2012). Pattern for Python. Journal of Machine Learning
    Research, 13, 2063-2067.

    Hutto, C. J. & Gilbert, E. E. (2014). VADER: A parsimonious rule-based model for sentiment
    analysis of social media text. Proceedings of ICWSM, 8(1), 216-225.

    Examples
    --------
    >>> words = find_sentiment_words("The talks were not very good, but peace is near!")
    >>> words[["tool", "word", "value"]].round(2)
           tool           word  value
    0     vader           good  -0.81
    1     vader          peace   4.15
    2     vader              !   0.29
    3  textblob  not very good  -0.27
    4  textblob           near   0.12
    """
    corpus = as_corpus(corpus)
    tokens = corpus.tokens
    scored = np.flatnonzero(tokens.sentence_counted)
    rows: list[tuple[Any, str, _Word]] = []  # the sentence, its tool and its word
    for sentence, text in zip(scored, _sentence_texts(corpus, scored), strict=True):
        rows += [(sentence, "vader", word) for word in _vader_words(text)]
        rows += [(sentence, "textblob", word) for word in _textblob_words(text)]
    sentences = np.array([sentence for sentence, _, _ in rows], dtype=np.intp)
    words = [word for _, _, word in rows]
    start = np.array([word.start for word in words], dtype=np.int64)
    start += tokens.sentence_start[sentences]
    return as_table(
        "sentiment_words",
        {
            "article_id": corpus.articles["article_id"].array.take(
                tokens.sentence_article[sentences]
            ),
            "sentence": tokens.sentence_number[sentences],
            "tool": [tool for _, tool, _ in rows],
            "word": [word.text for word in words],
            "start": start,
            "end": start + np.array([len(word.text) for word in words], dtype=np.int64),
            "value": [word.value for word in words],
            "subjectivity": [word.subjectivity for word in words],
        },
        categories={"tool": ("vader", "textblob")},
    )


# ---------------------------------------------------------------------------- sentences


class _Pieces(NamedTuple):
    """What is scored in one piece: its sentence, text and size, and the part it belongs to."""

    sentence: NDArray[np.intp]
    texts: list[str]
    n_words: NDArray[np.int64]
    part: NDArray[np.int64]
    parts: Sequence[str]


def _sentences(corpus: Corpus, in_blocks: bool) -> _Pieces:
    """Give the counted sentences."""
    tokens = corpus.tokens
    scored = np.flatnonzero(tokens.sentence_counted)
    kind = tokens.sentence_kind[scored].astype(np.int64)
    return _Pieces(
        sentence=scored,
        texts=_sentence_texts(corpus, scored),
        n_words=np.diff(tokens.sentence_tokens)[scored],
        part=kind if in_blocks else np.zeros_like(kind),
        parts=BLOCKS if in_blocks else ("",),
    )


def _spoken_pieces(corpus: Corpus, by: Literal["voice", "speaker"]) -> _Pieces:
    """Cut the counted sentences by voice or speaker: one piece for each in a sentence."""
    tokens = corpus.tokens
    codes, values = part_of_words(corpus, by)
    # Runs of words of one piece, each from its first to its last word.
    opens = np.zeros(len(tokens) + 1, dtype=bool)
    opens[tokens.sentence_tokens] = True
    opens[1:-1] |= codes[1:] != codes[:-1]
    borders = np.flatnonzero(opens)
    first, last = borders[:-1], borders[1:] - 1
    in_sentence = tokens.sentence[first]
    kept = np.flatnonzero(tokens.sentence_counted[in_sentence])
    first, last, in_sentence = first[kept], last[kept], in_sentence[kept]
    size = last - first + 1
    key = in_sentence.astype(np.int64) * len(values) + codes[first]
    pieces, piece = np.unique(key, return_inverse=True)
    n_words = np.bincount(piece, size, minlength=len(pieces)).astype(np.int64)
    sentence, part = np.divmod(pieces, len(values))
    texts = _sentence_texts(corpus, sentence)
    whole = n_words == np.diff(tokens.sentence_tokens)[sentence]
    runs: dict[int, list[str]] = {}
    cut = np.flatnonzero(~whole[piece])
    first, last = first[cut], last[cut]
    spoken = _cut_texts(corpus, tokens.article[first], tokens.start[first], tokens.end[last])
    for number, text in zip(piece[cut].tolist(), spoken, strict=True):
        runs.setdefault(number, []).append(text)
    for number, some in runs.items():
        texts[number] = " ".join(some)
    return _Pieces(
        sentence=sentence,
        texts=texts,
        n_words=n_words,
        part=part,
        parts=list(values.categories),
    )


def _sentence_texts(corpus: Corpus, sentences: NDArray[np.intp]) -> list[str]:
    tokens = corpus.tokens
    return _cut_texts(
        corpus,
        tokens.sentence_article[sentences],
        tokens.sentence_start[sentences],
        tokens.sentence_end[sentences],
    )


def _cut_texts(
    corpus: Corpus, article: NDArray[Any], start: NDArray[Any], end: NDArray[Any]
) -> list[str]:
    texts = corpus.texts
    spans = zip(article.tolist(), start.tolist(), end.tolist(), strict=True)
    return [texts[owner][first:last] for owner, first, last in spans]


class _Means:
    """Sums and means over the units that sentences belong to."""

    def __init__(self, unit: NDArray[np.intp], n_units: int) -> None:
        self.unit = unit
        self.size = np.bincount(unit, minlength=n_units)

    def total(self, values: NDArray[Any]) -> NDArray[Any]:
        return np.bincount(self.unit, weights=values, minlength=len(self.size))

    def mean(self, values: NDArray[Any]) -> NDArray[np.float64]:
        return np.divide(
            self.total(values), self.size, out=np.full(len(self.size), np.nan), where=self.size > 0
        )


def _for_each(say: Callable[..., str], *columns: NDArray[Any]) -> list[str]:
    """Say something about each row, once for rows that are equal."""
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    said = {row: say(*row) for row in set(rows)}
    return [said[row] for row in rows]


def _sentence_caution(n_words: int) -> str:
    if n_words <= LONG_SENTENCE:
        return ""
    return f"{n_words} words scored in one piece: VADER's compound grows with length"


def _caution(n_sentences: int, n_long: int) -> str:
    """Say what the scores of a block or an article cannot carry."""
    if n_sentences == 0:
        return "no counted sentence"
    cautions = []
    if n_sentences <= FEW_SENTENCES:
        cautions.append("one sentence" if n_sentences == 1 else f"{n_sentences} sentences")
        cautions[-1] += ": a mean of so few says little"
    if n_long:
        which = "one sentence" if n_long == 1 else f"{n_long} sentences"
        cautions.append(
            f"{which} of more than {LONG_SENTENCE} words scored in one piece: VADER's compound"
            " grows with length"
        )
    return "; ".join(cautions)


class _Word(NamedTuple):
    """A scored word of a sentence, with its place in the sentence."""

    text: str
    start: int
    value: float
    subjectivity: float = np.nan


# ---------------------------------------------------------------------------- VADER


@cache
def _vader_valences() -> Callable[[str], list[float]]:
    """Return the same program, stopped before it sums the valences of a sentence's words."""
    analyser = copy.copy(vader())
    analyser.score_valence = lambda valences, text: valences
    return analyser.polarity_scores


def _vader_words(sentence: str) -> list[_Word]:
    from nltk.sentiment.vader import SentiText

    constants = vader().constants
    words = SentiText(
        sentence, constants.PUNC_LIST, constants.REGEX_REMOVE_PUNCTUATION
    ).words_and_emoticons
    # VADER splits at white space, drops single characters, and takes marks off the rest.
    pieces = [piece for piece in re.finditer(r"\S+", sentence) if len(piece.group()) > 1]
    valences = _vader_valences()(sentence)
    found = [
        _Word(word, piece.start() + piece.group().index(word), valence)
        for piece, word, valence in zip(pieces, words, valences, strict=True)
        if valence
    ]
    total = float(sum(valences))
    if total:
        found += _emphasis(sentence, 1 if total > 0 else -1)
    return sorted(found, key=lambda word: word.start)


def _emphasis(sentence: str, direction: int) -> list[_Word]:
    """Find the exclamation and question marks that VADER adds to the sum, each with its part."""
    analyser = vader()
    found = []
    for mark, amplify, most in (("!", analyser._amplify_ep, 4), ("?", analyser._amplify_qm, None)):
        added = amplify(sentence)
        if added:
            places = [match.start() for match in re.finditer(re.escape(mark), sentence)][:most]
            found += [_Word(mark, place, direction * added / len(places)) for place in places]
    return found


# ---------------------------------------------------------------------------- TextBlob


class _Placed(str):
    """A word that remembers where it stands, so that TextBlob hands it back with its place."""

    __slots__ = ("end", "start")
    start: int
    end: int

    @classmethod
    def at(cls, word: str, start: int, end: int) -> _Placed:
        placed = cls(word)
        placed.start, placed.end = start, end
        return placed


def _textblob_words(sentence: str) -> list[_Word]:
    from textblob.en import sentiment

    # As TextBlob's own call does it, but with words that know their places.
    placed = _place(" ".join(sentiment.tokenizer(sentence)).split(), sentence)
    found = []
    for chunk, polarity, subjectivity, _ in sentiment.assessments((word, None) for word in placed):
        words = [word for word in chunk if isinstance(word, _Placed)]  # without an added "!"
        start, end = min(word.start for word in words), max(word.end for word in words)
        found.append(_Word(sentence[start:end], start, polarity, subjectivity))
    return found


def _place(words: Sequence[str], sentence: str) -> list[_Placed]:
    """Find TextBlob's words in the sentence.

    TextBlob sets and takes out spaces and shortens rows of dots; other characters stay as they
    are, so that each is the next of its kind in the sentence.
    """
    placed, at = [], 0
    for word in words:
        start = at = sentence.index(word[0], at)
        for character in word:
            at = sentence.index(character, at) + 1
        placed.append(_Placed.at(word.lower(), start, at))
    return placed
