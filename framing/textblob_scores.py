"""TextBlob's polarity and subjectivity of many sentences at once, equal to the last bit.

TextBlob cuts each sentence into words anew and looks each up. Here each distinct chunk between
white space is cut once, by TextBlob itself, and what is left is a walk along numbers of words.
Sentences in which an emoticon may be spread over several chunks are left to TextBlob.
"""

from __future__ import annotations

import re
import warnings
from array import array
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framing.acceleration import LARGE, load_compiled
from framing.chunks import Chunks, read_chunks

# What a word is to TextBlob, as bits.
_KNOWN = 1  # in its word list
_MODIFIER = 2  # an adverb there: it strengthens the word after it
_ENDS_IN_LY = 4
_NEGATION = 8
_LONG = 16  # ends the reach of a negation
_OVER_TWO = 32  # ends the reach of a modifier
_QUIET = _LONG | _OVER_TWO  # these matter to what stands before them only
_EXCLAMATION = 64
_MOOD = 128  # an emoticon, or the mark of irony

# A word of letters and digits with one mark inside, behind it, and quotation marks around: "6,823",
# “peace.”, Weber’s; no straight apostrophe, which may begin what TextBlob takes as a word.
_SIMPLE = re.compile(r"""(["“”‘’]?)([^\W_]+)(?:([.,’])([^\W_]+))?([.,!?]?)(["“”‘’]?)""")

_NO_VALUES = 0.0, 0.0, 1.0  # polarity, subjectivity and intensity of other words

_SEPARATOR = "\ue000"  # no chunk of news; it is no mark, and no part of any emoticon
_CUT_AT_ONCE = 64  # chunks that TextBlob is given together, to save the work of a call

# Sentences with every rule in them, on which the arrays are compared with TextBlob before use.
_SAMPLE = (
    "",
    "!",
    "The exchange was rich and very good, really terribly slow",
    "not good, not a very good, not the good, never really bad, no longer good. isn't good!",
    "very not good; terribly not bad, extremely no good, really, is good",
    "good! good!! ! awful (!) ( ! ) fun ( !) nice (! )",
    "nice :) sad :( :-( =) <3 ♥ xD XD :'( 8-) o_O >.> :/ ;-) : ) : ( : 3 8 ) 2008) 8) x D",
    "very :) good, really :( not bad",
    "“Great,” she said. 'Lovely' \"nice\" it's he'd we’re ... bad... U.S. Mr. Smith etc. (fine).",
    "END-OF-SENTENCE good\n\nbad\r\n\r\nworse \u00a0 better",
    "don't like, don’t like, hasn't been lovely, no good, n't nice",
    "incredibly boring and utterly hopeless; beautiful beautiful very very beautiful",
    "not very, not really, hardly ever great; never never great",
)


def textblob_scores(texts: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Score how positive, negative and subjective texts sound to TextBlob.

    Parameters
    ----------
    texts : list of str
        The texts, each scored by itself: sentences, best.

    Returns
    -------
    polarity : array of float
        TextBlob's polarity of each text, -1 to 1.
    subjectivity : array of float
        Its subjectivity, 0 to 1.

    Examples
    --------
    >>> polarity, subjectivity = textblob_scores(["A warm welcome.", "The cease-fire failed."])
    >>> polarity.round(2).tolist(), subjectivity.round(2).tolist()
    ([0.7, -0.5], [0.75, 0.3])
    """
    if not texts:
        return np.zeros(0), np.zeros(0)  # without loading TextBlob, which takes a second
    if not _equals_textblob():
        scores = np.array([_scores_of_textblob(text) for text in texts], dtype=float)
        polarity, subjectivity = scores.reshape(-1, 2).T
        return polarity, subjectivity
    return _scores(texts)


def _scores_of_textblob(text: str) -> tuple[float, float]:
    from textblob.en import sentiment

    polarity, subjectivity = sentiment(text)
    return polarity, subjectivity


@cache
def _equals_textblob() -> bool:
    """Compare with TextBlob once: its next version may have other rules; then it has to score."""
    expected = [_scores_of_textblob(text) for text in _SAMPLE]
    try:
        equal = (
            list(zip(*(scores.tolist() for scores in _scores(_SAMPLE)), strict=True)) == expected
        )
    except Exception:  # whatever is no longer there in a changed TextBlob
        equal = False
    if not equal:
        warnings.warn(
            "This version of TextBlob has other rules than those known here. The scores are"
            " TextBlob's own, but large corpora take 15 times as long.",
            stacklevel=3,
        )
    return equal


def _scores(texts: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    polarity, subjectivity = np.empty(len(texts)), np.empty(len(texts))
    compiled = load_compiled("chunk") if sum(map(len, texts)) >= LARGE else None
    walk = compiled.compile_function(_walk) if compiled else None
    for chunks in read_chunks(texts):
        if chunks.anew:
            words = _Words()
        words.learn(chunks.new)
        part = chunks.texts
        polarity[part], subjectivity[part] = _score(words, chunks, walk)
        for place in _texts_with_spread_emoticons(words, chunks) + part.start:
            polarity[place], subjectivity[place] = _scores_of_textblob(texts[place])
    return polarity, subjectivity


class _Words:
    """What TextBlob has to know of each chunk and of each word in them, by their numbers."""

    def __init__(self) -> None:
        from textblob import _text
        from textblob.en import sentiment

        self.sentiment = sentiment
        self.senses = dict(sentiment.items())
        self.punctuation = _text.PUNCTUATION
        self.abbreviations = _text.ABBREVIATIONS
        self.short = _text.RE_ABBR3
        self.moods = {"(!)": 0.0}
        emoticons = [
            (emoticon, value) for (_, value), some in _text.EMOTICONS.items() for emoticon in some
        ]
        for emoticon, value in emoticons:  # of two that differ in letter case the first counts
            self.moods.setdefault(emoticon.lower(), value)
        self._set_joints(["(!)", *(emoticon for emoticon, _ in emoticons)])

        self.special = {*self.senses, *self.moods, *sentiment.negations, "!"}
        self.numbers: dict[str, int] = {}
        self.kind = array("B")
        self.values = array("d"), array("d"), array("d")  # polarity, subjectivity, intensity
        # Of chunks: where the numbers of each one's words begin, and what may join it to others.
        self.begin = array("q", [0])
        self.pieces = array("i")
        self.head = array("B")
        self.tail = array("B")

    def _set_joints(self, emoticons: Sequence[str]) -> None:
        """Note where emoticons can be spread over chunks: TextBlob joins ": )" to ":)".

        A chunk can only go on with an emoticon whose first part is the end of the chunk before:
        its first word is then a part of the emoticon (or is itself joined of such), and the two
        characters that meet follow each other in the emoticon.
        """
        meetings = {pair for emoticon in emoticons for pair in pairwise(emoticon)}
        # 0 is a character of no emoticon; 1 is a chunk without words, which may hide anything.
        firsts = {first: code for code, first in enumerate(sorted({a for a, _ in meetings}), 2)}
        seconds = {second: code for code, second in enumerate(sorted({b for _, b in meetings}), 2)}
        self.meet = np.zeros((len(firsts) + 2, len(seconds) + 2), dtype=bool)
        self.meet[1, :] = self.meet[:, 1] = True
        for first, second in meetings:
            self.meet[firsts[first], seconds[second]] = True
        parts = {
            emoticon[start:end]
            for emoticon in emoticons
            for start in range(len(emoticon))
            for end in range(start + 1, len(emoticon) + 1)
            if start or end == len(emoticon)
        }
        self.tails = firsts  # by the last character of a chunk
        self.heads = {part: seconds.get(part[0], 0) for part in parts}  # by its first word

    def learn(self, chunks: Sequence[str]) -> None:
        """Add new chunks."""
        numbers, heads, tails, begin = self.numbers, self.heads, self.tails, len(self.pieces)
        simple = [self._cut_simple(chunk) for chunk in chunks]
        pairs = zip(chunks, simple, strict=True)
        others = self._cut([chunk for chunk, words in pairs if words is None])
        new: list[str] = []
        for cut in simple:
            words = next(others) if cut is None else cut
            for word in words:
                lower = word.lower()
                number = numbers.get(lower)
                if number is None:
                    number = numbers[lower] = len(numbers)
                    new.append(lower)
                self.pieces.append(number)
            begin += len(words)
            self.begin.append(begin)
            self.head.append(heads.get(words[0], 0) if words else 1)
            self.tail.append(tails.get(words[-1][-1], 0) if words else 1)
        self._look_up(new)

    def _cut_simple(self, chunk: str) -> tuple[str, ...] | None:
        """Cut a chunk that is a word with a mark inside or behind it, or in quotation marks.

        What ends in a full stop may be an abbreviation; then, or if it has more marks, TextBlob
        has to cut it.
        """
        if chunk.isalnum():
            return (chunk,)
        found = _SIMPLE.fullmatch(chunk)
        if found is None:
            return None
        opening, word, inner, rest, mark, closing = found.groups("")
        if mark == "." and (inner or len(word) < 2 or self._may_be_short(word + mark)):
            return None
        parts = (word, inner, rest) if inner == "’" else (word + inner + rest,)
        return tuple([part for part in (opening, *parts, mark, closing) if part])

    def _may_be_short(self, word: str) -> bool:
        """Tell whether TextBlob may take a word of several letters and a full stop as one word."""
        return word in self.abbreviations or self.short.match(word) is not None

    def _cut(self, chunks: Sequence[str]) -> Iterator[Sequence[str]]:
        """Cut each chunk into words as TextBlob does; what it does depends on no other chunk."""
        for start in range(0, len(chunks), _CUT_AT_ONCE):
            some = chunks[start : start + _CUT_AT_ONCE]
            together = f" {_SEPARATOR} ".join(some)
            if together.count(_SEPARATOR) < len(some):
                cut = " ".join(self.sentiment.tokenizer(together))
                yield from (words.split() for words in cut.split(_SEPARATOR))
            else:  # a chunk has the separator in it
                for chunk in some:
                    yield " ".join(self.sentiment.tokenizer(chunk)).split()

    def _look_up(self, new: Sequence[str]) -> None:
        """Note what new words are to TextBlob; most are nothing but short or long."""
        start = len(self.kind)
        self.kind.extend(
            [
                (_LONG if len(word.strip("'")) > 1 else 0) | (_OVER_TWO if len(word) > 2 else 0)
                for word in new
            ]
        )
        for column, value in zip(self.values, _NO_VALUES, strict=True):
            column.extend([value] * len(new))
        for number, word in enumerate(new, start):
            if word in self.special:
                self._look_up_special(number, word)

    def _look_up_special(self, number: int, word: str) -> None:
        """Note what a word is that may be in TextBlob's lists."""
        sentiment, senses = self.sentiment, self.senses.get(word, {})
        kind, values = 0, _NO_VALUES
        if None in senses:
            values = senses[None][:3]
            kind |= _KNOWN
            if any(modifier in senses for modifier in sentiment.modifiers):
                kind |= _MODIFIER
            if sentiment.modifier(word):
                kind |= _ENDS_IN_LY
        elif word in self.moods and self._is_mood(word):
            values = self.moods[word], 1.0, 1.0
            kind |= _MOOD
        if word in sentiment.negations:
            kind |= _NEGATION
        if word == "!":
            kind |= _EXCLAMATION
        self.kind[number] |= kind
        for column, value in zip(self.values, values, strict=True):
            column[number] = value

    def _is_mood(self, word: str) -> bool:
        """Tell whether TextBlob, which looks at some words only, finds an emoticon or irony."""
        looked_at = not word.isalpha() and len(word) <= 5 and word not in self.punctuation
        return looked_at or word == "(!)"


def _score(words: _Words, chunks: Chunks, walk: Any) -> tuple[Any, Any]:
    """Give polarity and subjectivity of texts, compiled where ``walk`` is."""
    # The words of all chunks, one after the other, and where those of each text end.
    begin, numbers = np.asarray(words.begin), chunks.numbers
    size = begin[numbers + 1] - begin[numbers]
    end = np.cumsum(size)
    place = np.repeat(begin[numbers] - (end - size), size) + np.arange(size.sum())
    pieces = np.asarray(words.pieces)[place]
    ends = np.append(0, end)[chunks.ends]
    columns = words.kind, *words.values
    scores = np.empty(len(ends)), np.empty(len(ends))
    if walk is None:
        _walk(pieces.tolist(), ends.tolist(), *columns, *scores)
    else:
        walk(pieces, ends, *map(np.asarray, columns), *scores)
    return scores


def _walk(
    words: Any,
    ends: Any,
    kind: Any,
    polarity: Any,
    subjectivity: Any,
    intensity: Any,
    polarities: Any,
    subjectivities: Any,
) -> None:
    """Go through the words of texts as TextBlob does; compiled with arrays, or not, with lists.

    TextBlob makes a list of assessed words, of which only the last one can still change: here
    ``score``, ``subjective``, ``strength`` and ``turned``. Sums are added from left to right, as
    TextBlob adds them (not with `sum`, whose result depends on Python's version).
    """
    first = 0
    for text in range(len(ends)):
        assessed = 0
        total = total_subjective = 0.0
        score = subjective = 0.0
        strength = 1.0
        turned = False
        modifier = 0  # the kind of a modifier whose word is still to come
        negation = False  # whether a negation's word is
        for place in range(first, ends[text]):
            word = words[place]
            is_a = kind[word]
            if not (is_a & ~_QUIET or modifier or negation):
                continue
            new = is_a & _MOOD
            if is_a & _KNOWN:
                if modifier:  # "very good" is one assessment, with the strength of "very"
                    score = max(-1.0, min(polarity[word] * strength, 1.0))
                    subjective = max(-1.0, min(subjectivity[word] * strength, 1.0))
                    strength = intensity[word]
                else:
                    new = 1
            else:
                if is_a & _NEGATION:
                    negation = True
                elif negation and is_a & _LONG:  # "not a good", but not "not the good"
                    negation = False
                if negation and modifier & _ENDS_IN_LY:  # "really not good"
                    turned = True
                    negation = False
                elif modifier and is_a & _OVER_TWO:  # "really is good", but not "really the"
                    modifier = 0
                if is_a & _EXCLAMATION and assessed:
                    score = max(-1.0, min(score * 1.25, 1.0))
            if new:
                if assessed:
                    total += score * -0.5 if turned else score
                    total_subjective += subjective
                assessed += 1
                score = polarity[word]
                subjective = subjectivity[word]
                strength = intensity[word]
                turned = False
            if is_a & _KNOWN:
                if negation:
                    strength = 1.0 / strength
                    turned = True
                negation = is_a & _NEGATION != 0
                modifier = is_a if is_a & _MODIFIER else 0
        if assessed:
            total += score * -0.5 if turned else score
            total_subjective += subjective
        polarities[text] = total / max(assessed, 1)
        subjectivities[text] = total_subjective / max(assessed, 1)
        first = ends[text]


def _texts_with_spread_emoticons(words: _Words, chunks: Chunks) -> NDArray[np.intp]:
    """Find the texts in which an emoticon may be spread over several chunks."""
    head = np.asarray(words.head)[chunks.numbers]
    second = np.flatnonzero(head)
    second = second[second > 0]
    tail = np.asarray(words.tail)[chunks.numbers[second - 1]]
    second = second[words.meet[tail, head[second]]]
    text = np.searchsorted(chunks.ends, second, side="right")
    return np.unique(text[text == np.searchsorted(chunks.ends, second - 1, side="right")])
