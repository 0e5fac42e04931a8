"""Articles as lists of words, cut from the columns of a corpus: what each word can be, what joins.

Rules that look at one word after another are fast over lists, and what all words need is fast over
columns. So some articles at a time are worked out as columns, and cut into lists where a rule asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from framing.lexicon import (
    ABBREVIATION,
    ADVERB,
    CAPITAL,
    CONTRAST,
    INITIAL,
    TITLE,
    Lexicon,
    load_lexicon,
)
from framing.marks import Block
from framing.tables import BLOCKS
from framing.tokens import JOIN, Tokens
from framing.vocabulary import LOWER, Vocabulary

# Words of a passage: enough that its columns cost little each, few enough to stay in fast memory.
_LENGTH = 1 << 15
_DASHES = ("–", "—", " - ", "--")


@dataclass(eq=False, slots=True)
class Words:
    """One article as lists: what its words can be and what joins them.

    Attributes
    ----------
    text : str
        The text of the article.
    flags, mark : list of int
        For each word its flags, and the outermost quotation that it stands in (-1 outside).
    start, end, sentence, block, form : memoryview
        For each word its characters, its sentence, its paragraph, and its spelling. They are
        numbers as well; what few rules ask for is not worth a list.
    joined : list of bool
        Whether nothing but a space or hyphen, or the dot of an abbreviation, stands before it.
    commas : list of bool
        Whether a comma or dash stands before it.
    contrasts : list of int
        The words like "but" that stand outside quotation marks and after a comma.
    sentence_start : dict of int
        The first word of each sentence.
    folded : list of str
        Each spelling of the corpus, case-folded.
    lexicon : Lexicon
        What words can be.
    """

    text: str
    flags: list[int]
    mark: list[int]
    start: memoryview[int]
    end: memoryview[int]
    sentence: memoryview[int]
    block: memoryview[int]
    form: memoryview[int]
    joined: list[bool]
    commas: list[bool]
    contrasts: list[int]
    sentence_start: Mapping[int, int]
    folded: list[str]
    lexicon: Lexicon

    def word(self, number: int) -> str:
        """Give a word, case-folded."""
        return self.folded[self.form[number]]

    def gap(self, number: int) -> str:
        """Give what stands before a word."""
        return self.text[self.end[number - 1] : self.start[number]] if number else ""

    def spelling(self, first: int, stop: int) -> bytes:
        """Give what is the same for words that are spelled the same."""
        return self.form[first:stop].tobytes()


class Meanings:
    """What every spelling of a vocabulary can be, in some languages.

    Attributes
    ----------
    codes : list of str
        The languages.
    lexicons : list of Lexicon
        Their lexicons.
    flags : array of int64
        The flags of all spellings in the first language, then in the next.
    as_objects : array of object
        The same as numbers that lists can share.
    folded : list of str
        Each spelling, case-folded.
    """

    def __init__(self, vocabulary: Vocabulary, codes: Sequence[str]) -> None:
        self.vocabulary = vocabulary
        self.codes = sorted(set(codes))
        self.lexicons = [load_lexicon(code) for code in self.codes]
        self.flags = np.concatenate(
            [_form_flags(vocabulary, lexicon) for lexicon in self.lexicons]
            or [np.zeros(0, dtype=np.int64)]
        )
        self.as_objects = self.flags.astype(object)
        self.folded = vocabulary.folded


def _form_flags(vocabulary: Vocabulary, lexicon: Lexicon) -> NDArray[np.int64]:
    """Give every spelling of a corpus its flags."""
    of_type = np.array([lexicon.of(word) for word in vocabulary.types], dtype=np.int64)
    flags = of_type[vocabulary.type_of_form]
    capital = vocabulary.capital & (vocabulary.case_of_form != LOWER)
    flags[capital] |= CAPITAL
    # "Kelly" is no adverb, whatever its ending
    known = np.array([word in lexicon.flags for word in vocabulary.types], dtype=bool)
    flags[capital & ~known[vocabulary.type_of_form]] &= ~ADVERB
    return flags


def passages(
    tokens: Tokens, texts: Sequence[str], codes: Sequence[str], meanings: Meanings
) -> Iterator[Passage]:
    """Cut a corpus into passages of whole articles.

    Parameters
    ----------
    tokens : Tokens
        The corpus.
    texts, codes : sequence of str
        The texts and languages of its articles.
    meanings : Meanings
        What its words can be.

    Yields
    ------
    Passage
        All that hold a word, in order.
    """
    first, count = 0, len(texts)
    while first < count:
        reach = int(tokens.offsets[first]) + _LENGTH
        stop = max(int(np.searchsorted(tokens.offsets, reach, side="right")) - 1, first + 1)
        if tokens.offsets[stop] > tokens.offsets[first]:
            own = slice(first, stop)
            yield Passage(tokens, texts[own], codes[own], meanings, first)
        first = stop


class Passage:
    """Some articles of a corpus as columns; words and articles count from the first of them.

    Attributes
    ----------
    first_article, first_word : int
        The first article and word in the corpus.
    offsets, first_words : array of int64, list of int
        The words of article ``i`` are ``offsets[i]:offsets[i + 1]``; the same as a list.
    flags : array of int64
        For each word what it can be, in the language of its article.
    joined, commas : array of bool
        Whether it follows the one before without a mark, abbreviations' dots aside; whether a
        comma or dash stands before it.
    base, place, end_place : array of int64
        Where each article, and each word, begins and ends if the texts are laid end to end with
        one character between.
    opens_article, opens_sentence : array of bool
        Whether a word is the first of its article or sentence.
    """

    def __init__(
        self,
        tokens: Tokens,
        texts: Sequence[str],
        codes: Sequence[str],
        meanings: Meanings,
        first_article: int,
    ) -> None:
        self.tokens, self.texts, self.meanings = tokens, texts, meanings
        self.first_article = first_article
        offsets = tokens.offsets[first_article : first_article + len(texts) + 1]
        self.first_word = int(offsets[0])
        self.span = slice(self.first_word, int(offsets[-1]))
        self.offsets = offsets - self.first_word
        self.first_words: list[int] = self.offsets.tolist()
        self.languages = [meanings.codes.index(code) for code in codes]
        lengths = np.array([len(text) + 1 for text in texts], dtype=np.int64)
        self.base = np.concatenate([[0], np.cumsum(lengths)])
        self._text = "\n".join(texts)
        counts = np.diff(self.offsets)
        base = np.repeat(self.base[:-1], counts)
        self.place = base + tokens.start[self.span]
        self.end_place = base + tokens.end[self.span]
        self.sentence = tokens.sentence[self.span]
        self.opens_sentence = np.ones(len(self.place), dtype=bool)
        self.opens_sentence[1:] = self.sentence[1:] != self.sentence[:-1]
        self.opens_article = np.zeros(len(self.place), dtype=bool)
        self.opens_article[self.offsets[:-1][counts > 0]] = True
        self.form = tokens.form_id[self.span]
        self._meaning = self.form
        if len(meanings.codes) > 1:
            language = np.array(self.languages, dtype=np.int64) * len(meanings.folded)
            self._meaning = np.repeat(language, counts) + self.form
        self.flags = meanings.flags[self._meaning]
        self.joined = self._joins()
        self._after_comma = self._after(",")
        self.commas = self._after_comma.copy()
        for dash in _DASHES:
            self.commas |= self._after(dash)

    def article_of(self, places: NDArray[np.integer]) -> NDArray[np.int64]:
        """Give the article that holds each of some characters."""
        return np.searchsorted(self.base, places, side="right") - 1

    def _joins(self) -> NDArray[np.bool_]:
        """Tell which words follow the one before without a mark, abbreviations' dots aside."""
        tokens, first = self.tokens, self.first_word
        joined: NDArray[np.bool_] = tokens.gap[self.span] == JOIN
        short = (self.flags & (INITIAL | TITLE | ABBREVIATION)) != 0
        dotted = ~joined & ~self.opens_sentence
        dotted[1:] &= short[:-1]
        numbers = np.flatnonzero(dotted)
        articles = self.article_of(self.place[numbers]).tolist()
        ends = tokens.end[first + numbers - 1].tolist()
        starts = tokens.start[first + numbers].tolist()
        joined[numbers] = [
            self.texts[article][end:start].strip() == "."
            for article, end, start in zip(articles, ends, starts, strict=True)
        ]
        return joined

    def _places_of(self, sign: str) -> NDArray[np.int64]:
        """Find a sign in the texts; where it overlaps itself, once."""
        if sign not in self._text:
            return np.zeros(0, dtype=np.int64)
        if len(sign) == 1:
            return np.flatnonzero(self._characters == ord(sign))
        between = np.array([len(part) for part in self._text.split(sign)], dtype=np.int64)
        return np.cumsum(between[:-1] + len(sign)) - len(sign)

    @cached_property
    def _characters(self) -> NDArray[np.uint32]:
        return np.frombuffer(self._text.encode("utf-32-le", "surrogatepass"), "<u4")

    def _after(self, sign: str) -> NDArray[np.bool_]:
        """Tell which words stand after a sign, and in one article with the word before it."""
        found = np.zeros(len(self.place), dtype=bool)
        places = self._places_of(sign)
        if len(places):
            word = np.searchsorted(self.place, places, side="right")  # the first one after each
            inside = word < len(found)
            word, places = word[inside], places[inside]
            between = ~self.opens_article[word] & (places >= self.end_place[word - 1])
            found[word[between]] = True
        return found

    def cut(self, mark: NDArray[np.int32]) -> None:
        """Make the lists of which `words` gives parts; ``mark`` is the quotation of each word."""
        tokens, span = self.tokens, self.span
        contrasts = ((self.flags & CONTRAST) != 0) & self._after_comma
        contrasts[self._after_semicolons()] = True
        self._contrasts = self.by_article(np.flatnonzero(contrasts & (mark < 0)))
        starts = np.flatnonzero(self.opens_sentence)
        self._starts = self.by_article(starts)
        self._sentences = self.sentence[starts].tolist()
        self._cut_blocks()
        self.flag_list: list[int] = self.meanings.as_objects[self._meaning].tolist()
        self._lists = (
            self.flag_list,
            mark.tolist(),
            self.joined.tolist(),
            self.commas.tolist(),
        )
        block = tokens.sentence_block[self.sentence]
        columns = (tokens.start[span], tokens.end[span], self.sentence, block, self.form)
        self._views = tuple(np.ascontiguousarray(column).data for column in columns)

    def _cut_blocks(self) -> None:
        tokens, first = self.tokens, self.first_article
        offsets = tokens.block_offsets[first : first + len(self.texts) + 1]
        own = slice(int(offsets[0]), int(offsets[-1]))
        self._block_offsets: list[int] = (offsets - offsets[0]).tolist()
        self._blocks = (
            [BLOCKS[kind] for kind in tokens.block_kind[own].tolist()],
            tokens.block_start[own].tolist(),
            tokens.block_end[own].tolist(),
        )

    def by_article(self, words: NDArray[np.integer]) -> tuple[list[int], list[int]]:
        """Sort some words by article: the words counted from its first, and each one's part."""
        offsets = np.searchsorted(words, self.offsets)
        first = np.repeat(self.offsets[:-1], np.diff(offsets))
        return (words - first).tolist(), offsets.tolist()

    def _after_semicolons(self) -> NDArray[np.int64]:
        """Give the words that follow a semicolon in their article."""
        places = self._places_of(";")
        word = np.searchsorted(self.place, places)
        end = self.base[1:][self.article_of(places)]
        inside = word < len(self.place)
        inside[inside] = self.place[word[inside]] < end[inside]
        return word[inside]

    def words(self, article: int) -> Words:
        """Give the words of an article as lists; they count from its first."""
        first, stop = self.first_words[article], self.first_words[article + 1]
        contrasts, parts = self._contrasts
        own_contrasts = contrasts[parts[article] : parts[article + 1]]
        starts, parts = self._starts
        sentences = slice(parts[article], parts[article + 1])
        flags, mark, joined, commas = self._lists
        start, end, sentence, block, form = self._views
        return Words(
            text=self.texts[article],
            flags=flags[first:stop],
            mark=mark[first:stop],
            start=start[first:stop],
            end=end[first:stop],
            sentence=sentence[first:stop],
            block=block[first:stop],
            form=form[first:stop],
            joined=joined[first:stop],
            commas=commas[first:stop],
            contrasts=own_contrasts,
            sentence_start=dict(zip(self._sentences[sentences], starts[sentences], strict=True)),
            folded=self.meanings.folded,
            lexicon=self.meanings.lexicons[self.languages[article]],
        )

    def blocks(self, article: int) -> list[Block]:
        """Give the paragraphs of an article."""
        kinds, starts, ends = self._blocks
        own = slice(self._block_offsets[article], self._block_offsets[article + 1])
        return list(map(Block, kinds[own], starts[own], ends[own]))
