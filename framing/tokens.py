"""The scan: texts become columns of tokens, sentences and quotation marks.

This is the readable scan, and the specification of what a token, a sentence and a quotation are.
Positions count characters of each article's text from 0.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from framing.language import Language, load_language
from framing.marks import Block, Quotation, find_quotations
from framing.tables import BLOCKS, UNCOUNTED_BLOCKS
from framing.words import fold, spell, token_pattern

# What stands before a token.
START, JOIN, CLAUSE, QUOTE, OTHER = range(5)
# How a token is written.
LOWER, INITIAL, CAPS, MIXED = range(4)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The distinct words of a corpus.

    Attributes
    ----------
    forms : list of str
        Every spelling in the corpus, in the order in which they were met.
    types : list of str
        The distinct words, normalised and case-folded, sorted.
    type_of_form, case_of_form : array
        For each form its type, and how it is written (`LOWER`, `INITIAL`, `CAPS`, `MIXED`).
    """

    forms: list[str]
    types: list[str]
    type_of_form: NDArray[np.int32]
    case_of_form: NDArray[np.int8]

    @classmethod
    def from_forms(cls, forms: list[str]) -> Vocabulary:
        """Fold and sort the spellings of a corpus."""
        folded = [fold(form) for form in forms]
        types = sorted(set(folded))
        rank = {word: number for number, word in enumerate(types)}
        return cls(
            forms=forms,
            types=types,
            type_of_form=np.array([rank[word] for word in folded], dtype=np.int32),
            case_of_form=np.array([_case(form) for form in forms], dtype=np.int8),
        )

    @cached_property
    def pieces(self) -> Pieces:
        """The parts between the hyphens of each form."""
        return Pieces.from_forms(self.forms)

    @cached_property
    def wholes(self) -> Pieces:
        """Each form as one part, with its hyphens."""
        return Pieces.from_forms(self.forms, whole=True)

    @cached_property
    def compounds(self) -> tuple[NDArray[np.int64], Pieces]:
        """The forms that have hyphens, and each of them as one part."""
        forms = np.flatnonzero(np.diff(self.pieces.offsets) > 1)
        return forms, Pieces.from_forms([self.forms[form] for form in forms], whole=True)


@dataclass(frozen=True, eq=False)
class Pieces:
    """The parts between hyphens: "peace-talks" has two, most words have one.

    Attributes
    ----------
    spelled, folded : list of str
        The distinct parts as they are spelled, and case-folded, sorted by the latter. An id of a
        part is a position in both lists.
    ids : array
        The parts of all forms laid end to end.
    offsets : array
        The parts of form ``i`` are ``ids[offsets[i]:offsets[i + 1]]``.
    """

    spelled: list[str]
    folded: list[str]
    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]

    @classmethod
    def from_forms(cls, forms: list[str], *, whole: bool = False) -> Pieces:
        """Cut spellings at their hyphens; or leave them ``whole``, each a part of its own."""
        parts = [[spell(form)] if whole else spell(form).split("-") for form in forms]
        pairs = sorted({(fold(part), part) for form_parts in parts for part in form_parts})
        rank = {part: number for number, (_, part) in enumerate(pairs)}
        return cls(
            spelled=[part for _, part in pairs],
            folded=[folded for folded, _ in pairs],
            ids=np.array([rank[part] for form_parts in parts for part in form_parts], np.int32),
            offsets=np.concatenate([[0], np.cumsum([len(p) for p in parts], dtype=np.int64)]),
        )

    @cached_property
    def _lines(self) -> tuple[str, list[int]]:
        """All parts as lines of one text, because that is searched faster, and where each ends."""
        ends = np.cumsum([len(part) + 1 for part in self.folded])
        return "".join(part + "\n" for part in self.folded), ends.tolist()

    def with_letters(self, letters: str) -> list[int]:
        """Find the parts that have these letters, case-folded, in a row; all if there are none."""
        if not letters:
            return [*range(len(self.folded))]
        text, ends = self._lines
        found: list[int] = []
        place = text.find(letters)
        while place >= 0:
            found.append(bisect_right(ends, place))
            place = text.find(letters, ends[found[-1]])
        return found


@dataclass(frozen=True, eq=False)
class Tokens:
    """The tokens of a corpus as columns, with its sentences, blocks and quotations.

    Attributes
    ----------
    vocabulary : Vocabulary
        The distinct words; `form_id` points into its forms, `type_id` into its types.
    form_id, start, end, sentence, gap, quoted : array
        One value per token: spelling, first character and the one after the last, sentence of
        the corpus, what stands before it (`START`, `JOIN`, `CLAUSE`, `QUOTE`, `OTHER`), and
        whether it stands inside quotation marks.
    offsets : array
        The tokens of article ``i`` are ``offsets[i]:offsets[i + 1]``.
    sentence_start, sentence_end, sentence_block, set_aside : array
        One value per sentence of the corpus; ``sentence_block`` points into ``block_kind``.
    sentence_offsets, block_offsets, quotation_offsets : array
        Like ``offsets``, for sentences, blocks and quotations.
    block_kind, block_start, block_end : array
        One value per block; ``block_kind`` points into `tables.BLOCKS`.
    quotation_start, quotation_end, balanced : array
        One value per quotation, in the order of their first marks.
    """

    vocabulary: Vocabulary
    form_id: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    sentence: NDArray[np.int32]
    gap: NDArray[np.int8]
    quoted: NDArray[np.bool_]
    offsets: NDArray[np.int64]
    sentence_start: NDArray[np.int32]
    sentence_end: NDArray[np.int32]
    sentence_block: NDArray[np.int32]
    sentence_offsets: NDArray[np.int64]
    block_kind: NDArray[np.int8]
    block_start: NDArray[np.int32]
    block_end: NDArray[np.int32]
    block_offsets: NDArray[np.int64]
    quotation_start: NDArray[np.int32]
    quotation_end: NDArray[np.int32]
    balanced: NDArray[np.bool_]
    quotation_offsets: NDArray[np.int64]
    set_aside: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))

    def __len__(self) -> int:
        return len(self.form_id)

    @property
    def n_articles(self) -> int:
        """Number of articles."""
        return len(self.offsets) - 1

    @property
    def forms(self) -> list[str]:
        """Every spelling in the corpus; `form_id` points into it."""
        return self.vocabulary.forms

    @property
    def types(self) -> list[str]:
        """The distinct words, case-folded and sorted; `type_id` points into it."""
        return self.vocabulary.types

    @cached_property
    def type_id(self) -> NDArray[np.int32]:
        """For each token its word, case-folded, as a position in `types`."""
        return self.vocabulary.type_of_form[self.form_id]

    @cached_property
    def case(self) -> NDArray[np.int8]:
        """For each token how it is written: `LOWER`, `INITIAL`, `CAPS` or `MIXED`."""
        return self.vocabulary.case_of_form[self.form_id]

    @cached_property
    def article(self) -> NDArray[np.int32]:
        """For each token its article."""
        return owner(self.offsets)

    @cached_property
    def sentence_article(self) -> NDArray[np.int32]:
        """For each sentence its article."""
        return owner(self.sentence_offsets)

    @cached_property
    def sentence_number(self) -> NDArray[np.int64]:
        """For each sentence its number in the article, counted from 1."""
        first = self.sentence_offsets[self.sentence_article]
        return np.arange(1, len(first) + 1) - first

    @cached_property
    def sentence_kind(self) -> NDArray[np.int8]:
        """For each sentence the kind of its block, as a position in `tables.BLOCKS`."""
        return self.block_kind[self.sentence_block]

    @cached_property
    def sentence_tokens(self) -> NDArray[np.int64]:
        """The tokens of sentence ``i`` are ``sentence_tokens[i]:sentence_tokens[i + 1]``."""
        return np.searchsorted(self.sentence, np.arange(len(self.sentence_start) + 1))

    @cached_property
    def sentence_counted(self) -> NDArray[np.bool_]:
        """For each sentence whether its words are counted: no dateline, credit or repeat."""
        uncounted = [BLOCKS.index(kind) for kind in UNCOUNTED_BLOCKS]
        return ~self.set_aside & ~np.isin(self.sentence_kind, uncounted)

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """For each token whether it is counted."""
        return self.sentence_counted[self.sentence]

    def with_set_aside(self, set_aside: NDArray[np.bool_]) -> Tokens:
        """Return the same tokens with these sentences set aside."""
        return replace(self, set_aside=set_aside)

    def take(self, articles: Sequence[int] | NDArray[np.integer]) -> Tokens:
        """Return the tokens of some of the articles, in the order given."""
        chosen = np.asarray(articles, dtype=np.int64)
        tokens, offsets = _slices(self.offsets, chosen)
        sentences, sentence_offsets = _slices(self.sentence_offsets, chosen)
        blocks, block_offsets = _slices(self.block_offsets, chosen)
        quotations, quotation_offsets = _slices(self.quotation_offsets, chosen)
        sentence_shift = np.repeat(
            sentence_offsets[:-1] - self.sentence_offsets[chosen], np.diff(offsets)
        )
        block_shift = np.repeat(
            block_offsets[:-1] - self.block_offsets[chosen], np.diff(sentence_offsets)
        )
        return replace(
            self,
            form_id=self.form_id[tokens],
            start=self.start[tokens],
            end=self.end[tokens],
            sentence=(self.sentence[tokens] + sentence_shift).astype(np.int32),
            gap=self.gap[tokens],
            quoted=self.quoted[tokens],
            offsets=offsets,
            sentence_start=self.sentence_start[sentences],
            sentence_end=self.sentence_end[sentences],
            sentence_block=(self.sentence_block[sentences] + block_shift).astype(np.int32),
            sentence_offsets=sentence_offsets,
            set_aside=self.set_aside[sentences],
            block_kind=self.block_kind[blocks],
            block_start=self.block_start[blocks],
            block_end=self.block_end[blocks],
            block_offsets=block_offsets,
            quotation_start=self.quotation_start[quotations],
            quotation_end=self.quotation_end[quotations],
            balanced=self.balanced[quotations],
            quotation_offsets=quotation_offsets,
        )


def owner(offsets: NDArray[np.int64]) -> NDArray[np.int32]:
    """For each row of a column cut by ``offsets``, the number of its piece."""
    return np.repeat(np.arange(len(offsets) - 1, dtype=np.int32), np.diff(offsets))


def _slices(
    offsets: NDArray[np.int64], chosen: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the chosen pieces, and the offsets of these pieces when laid end to end."""
    lengths = offsets[chosen + 1] - offsets[chosen]
    new = np.concatenate([[0], np.cumsum(lengths)])
    rows = np.arange(new[-1]) + np.repeat(offsets[chosen] - new[:-1], lengths)
    return rows, new


# ---------------------------------------------------------------------------- gaps and sentences

# A mark at which a clause may end. A hyphen does so only between spaces.
_CLAUSE_MARK = re.compile(
    r"[.,;:!?…()\[\]{}—|•/。、，；：！？．｡､（）،؛؟۔।॥։՝።\u104a\u104b\u17d4\u17d5\u037e]"
    r"|\s[–-]+\s|--|[\s]–|[–·\u0387]\s|\n"
)
_SPACE_OR_HYPHEN = re.compile(
    r"[\s\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff'’_]*+[–-]?\s*+"
)
_QUOTATION_MARK = re.compile("[\"“”„«»‹›‘’‚'「」『』]|``")
# The dots between foreign names in Chinese and Japanese, and inside words in Catalan.
_MIDDLE_DOTS = frozenset("·・･")
_IN_NUMBERS = frozenset(",.:，．：")
# The end of a sentence inside a gap: end marks, marks and brackets that close, then space. A run
# of end marks is tried once, from its first. Marks that have no other use need no space.
_SENTENCE_END = re.compile(
    r"(?<![.!?…؟۔])([.!?…؟۔]++)[\"“”»›’')\]*_]*+(?:\s*+[”»›])?[\s\u200b]+"
    r"|([。！？｡।॥։።\u104b\u17d4\u17d5]+)[\"“”」』’)）]*\s*"
)
# A Greek question ends in what looks like a semicolon.
_GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
_GREEK_QUESTION = str.maketrans(";\u037e", "??")


def _gap_class(gap: str, before: str, after: str) -> int:
    """Class of what stands between two tokens of a block."""
    if gap == " " or not gap:  # neighbours in a script without spaces
        return JOIN
    if gap == "." and len(before) == 1:  # U.S
        return JOIN
    if gap in _IN_NUMBERS and before[-1].isdigit() and after[0].isdigit():  # 7,000
        return OTHER
    if _CLAUSE_MARK.search(gap):
        return CLAUSE
    if _SPACE_OR_HYPHEN.fullmatch(gap) or gap in _MIDDLE_DOTS:
        return JOIN
    return QUOTE if _QUOTATION_MARK.search(gap) else OTHER


def _sentence_break(
    text: str, gap_start: int, gap: str, words: tuple[str, str, str], language: Language
) -> tuple[int, int] | None:
    """Where a sentence ends and the next begins inside a gap, or None.

    ``words`` are the token before the last one, the last one and the next.
    """
    earlier, last, following = words
    if (";" in gap or "\u037e" in gap) and _GREEK.match(last):
        gap = gap.translate(_GREEK_QUESTION)
    match = _SENTENCE_END.search(gap)
    if not match:
        return None
    if following[0].islower() and not "ა" <= following[0] <= "ჿ":  # Georgian has no capitals
        return None
    here = gap_start + match.start(), gap_start + match.end()
    ended = gap_start + len(gap[: match.end()].rstrip())
    if match.group(1) == "." and _no_end(text, here[0], earlier, last, following, language):
        return None
    return ended, here[1]


def _no_end(
    text: str, stop: int, earlier: str, last: str, following: str, language: Language
) -> bool:
    """Whether a full stop after ``last`` belongs to an abbreviation, not to the sentence."""
    if "\u0e00" <= last[0] <= "\u0eff":  # Thai and Lao have it in abbreviations only
        return True
    word, following = fold(last), fold(following)
    if following[0].isdigit() and word in language.before_numbers:
        return True
    if word in language.abbreviations:
        return True
    if len(last) == 1 and last.isalpha():
        acronym = len(earlier) == 1 and text[stop - 2 : stop - 1] == "."  # the S of U.S.
        if acronym:
            return following not in language.starters
        return last.isupper() and last != "I"  # an initial
    return word in language.final_abbreviations and following not in language.starters


# ---------------------------------------------------------------------------- the scan


def scan(
    texts: Sequence[str], blocks: Sequence[Sequence[Block]], *, language: str = "en"
) -> Tokens:
    """Scan the texts of a corpus into columns.

    Parameters
    ----------
    texts : sequence of str
        One text per article.
    blocks : sequence of sequences of Block
        The paragraphs of each text in order. Text outside them is not scanned.
    language : str
        Code of the language whose abbreviations are used.

    Returns
    -------
    Tokens
        The columns, with no sentence set aside.
    """
    scanned = _Scan(load_language(language))
    for text, article_blocks in zip(texts, blocks, strict=True):
        scanned.add(text, article_blocks)
    return scanned.tokens()


class _Scan:
    """The columns while they grow."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.form_ids: dict[str, int] = {}
        self.rows: list[tuple[int, int, int, int, int]] = []
        self.quoted: list[bool] = []
        self.offsets = [0]
        self.sentences: list[tuple[int, int, int]] = []
        self.sentence_offsets = [0]
        self.blocks: list[tuple[int, int, int]] = []
        self.block_offsets = [0]
        self.quotations: list[Quotation] = []
        self.quotation_offsets = [0]

    def add(self, text: str, blocks: Sequence[Block]) -> None:
        """Scan one article."""
        quotations = find_quotations(text, blocks)
        first = len(self.rows)
        for block in blocks:
            self._add_block(text, block)
            self.blocks.append((BLOCKS.index(block.kind), block.start, block.end))
        starts = [row[1] for row in self.rows[first:]]
        self.quoted.extend(_inside(starts, quotations))
        self.quotations.extend(quotations)
        self.offsets.append(len(self.rows))
        self.sentence_offsets.append(len(self.sentences))
        self.block_offsets.append(len(self.blocks))
        self.quotation_offsets.append(len(self.quotations))

    def _add_block(self, text: str, block: Block) -> None:
        block_number = len(self.blocks)
        earlier = last = ""
        last_end = sentence_start = block.start
        for match in token_pattern().finditer(text, block.start, block.end):
            word, (start, end) = match.group(), match.span()
            if not last:
                gap_class = START
            else:
                gap = text[last_end:start]
                gap_class = _gap_class(gap, last, word)
                if gap_class == CLAUSE:
                    split = _sentence_break(
                        text, last_end, gap, (earlier, last, word), self.language
                    )
                    if split:
                        self.sentences.append((sentence_start, split[0], block_number))
                        sentence_start = split[1]
            form = self.form_ids.setdefault(word, len(self.form_ids))
            self.rows.append((form, start, end, len(self.sentences), gap_class))
            earlier, last, last_end = last, word, end
        if last:
            end = block.start + len(text[block.start : block.end].rstrip())
            self.sentences.append((sentence_start, end, block_number))

    def tokens(self) -> Tokens:
        """Return the finished columns."""
        rows = _columns(self.rows, 5)
        sentences = _columns(self.sentences, 3)
        blocks = _columns(self.blocks, 3)
        quotations = _columns(self.quotations, 3)
        return Tokens(
            vocabulary=Vocabulary.from_forms(list(self.form_ids)),
            form_id=rows[0],
            start=rows[1],
            end=rows[2],
            sentence=rows[3],
            gap=rows[4].astype(np.int8),
            quoted=np.array(self.quoted, dtype=bool),
            offsets=np.array(self.offsets, dtype=np.int64),
            sentence_start=sentences[0],
            sentence_end=sentences[1],
            sentence_block=sentences[2],
            sentence_offsets=np.array(self.sentence_offsets, dtype=np.int64),
            block_kind=blocks[0].astype(np.int8),
            block_start=blocks[1],
            block_end=blocks[2],
            block_offsets=np.array(self.block_offsets, dtype=np.int64),
            quotation_start=quotations[0],
            quotation_end=quotations[1],
            balanced=quotations[2].astype(bool),
            quotation_offsets=np.array(self.quotation_offsets, dtype=np.int64),
            set_aside=np.zeros(len(self.sentences), dtype=bool),
        )


def _inside(starts: list[int], quotations: Sequence[Quotation]) -> list[bool]:
    """For each token start whether it lies inside a quotation."""
    if not quotations:
        return [False] * len(starts)
    positions = np.array(starts)
    opened = np.searchsorted(np.sort([q.start for q in quotations]), positions, side="right")
    closed = np.searchsorted(np.sort([q.end for q in quotations]), positions, side="right")
    return list(opened > closed)


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> NDArray[np.int32]:
    return np.array(rows, dtype=np.int32).reshape(-1, width).T.copy()


def _case(word: str) -> int:
    if word == word.lower():
        return LOWER
    rest = word[1:]
    if word[0] != word[0].lower() and rest == rest.lower():
        return INITIAL
    return CAPS if word == word.upper() else MIXED
