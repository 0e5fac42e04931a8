"""The scan: texts become columns of tokens, sentences and quotation marks.

This is the readable scan, and the specification of what a token, a sentence and a quotation are.
Positions count characters of each article's text from 0.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from framing.acceleration import LARGE, is_loaded, load_compiled
from framing.compiled_scan import scan_compiled
from framing.gaps import CLAUSE as CLAUSE
from framing.gaps import JOIN as JOIN
from framing.gaps import OTHER as OTHER
from framing.gaps import QUOTE as QUOTE
from framing.gaps import START as START
from framing.gaps import gap_class, sentence_break
from framing.language import Language, load_language
from framing.marks import Block, Quotation, find_quotations
from framing.tables import BLOCKS, UNCOUNTED_BLOCKS
from framing.words import fold_all, spell_all, token_pattern

# How a token is written.
LOWER, INITIAL, CAPS, MIXED = range(4)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The distinct words of a corpus; what follows from the spellings is found when asked for.

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

    @cached_property
    def _folded(self) -> list[str]:
        return fold_all(self.forms)

    @cached_property
    def types(self) -> list[str]:
        """The distinct words, sorted."""
        return sorted(set(self._folded))

    @cached_property
    def type_of_form(self) -> NDArray[np.int32]:
        """For each form its type."""
        rank = {word: number for number, word in enumerate(self.types)}
        return np.fromiter(map(rank.__getitem__, self._folded), np.int32, len(self.forms))

    @cached_property
    def case_of_form(self) -> NDArray[np.int8]:
        """For each form how it is written."""
        return np.array([_case(form) for form in self.forms], dtype=np.int8)

    @cached_property
    def pieces(self) -> Pieces:
        """The parts between the hyphens of each form."""
        return Pieces.from_vocabulary(self)

    @cached_property
    def wholes(self) -> Pieces:
        """Each form as one part, with its hyphens."""
        return Pieces.from_vocabulary(self, whole=True)

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
        return cls.from_vocabulary(Vocabulary(forms), whole=whole)

    @classmethod
    def from_vocabulary(cls, vocabulary: Vocabulary, *, whole: bool = False) -> Pieces:
        """Cut the forms of a vocabulary."""
        words, ranks = vocabulary.types, vocabulary.type_of_form.astype(np.int64)
        parts = spell_all(vocabulary.forms)
        counts = np.ones(len(parts), np.int64)
        if not whole and parts:
            counts += np.fromiter((part.count("-") for part in parts), np.int64, len(parts))
            parts = "-".join(parts).split("-")
            words, ranks = _cut(words, ranks, counts)

        number = {part: place for place, part in enumerate(dict.fromkeys(parts))}
        ids = np.fromiter(map(number.__getitem__, parts), np.int32, len(parts))
        distinct = [*number]
        rank = np.zeros(len(distinct), np.int64)
        rank[ids] = ranks
        order = np.argsort(rank, kind="stable")
        rank = rank[order]
        # the spellings of one word are sorted, too
        starts = np.flatnonzero(np.diff(rank, prepend=-1))
        ends = np.append(starts[1:], len(rank))
        several = ends - starts > 1
        for start, end in zip(starts[several].tolist(), ends[several].tolist(), strict=True):
            order[start:end] = sorted(order[start:end].tolist(), key=distinct.__getitem__)
        place = np.zeros(len(order), np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        return cls(
            spelled=[distinct[part] for part in order.tolist()],
            folded=[words[word] for word in rank.tolist()],
            ids=place[ids],
            offsets=np.concatenate([[0], np.cumsum(counts)]),
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
        # counting is faster than searching
        lengths = np.bincount(self.sentence, minlength=len(self.sentence_start))
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])

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
        tokens = replace(self, set_aside=set_aside)
        known = ("sentence_tokens", "sentence_article", "article")  # these do not depend on it
        vars(tokens).update((name, vars(self)[name]) for name in known if name in vars(self))
        return tokens

    def take(self, articles: Sequence[int] | NDArray[np.integer]) -> Tokens:
        """Return the tokens of some of the articles, in the order given."""
        chosen = np.asarray(articles, dtype=np.int64)
        tokens, offsets = _slices(self.offsets, chosen)
        sentences, sentence_offsets = _slices(self.sentence_offsets, chosen)
        blocks, block_offsets = _slices(self.block_offsets, chosen)
        quotations, quotation_offsets = _slices(self.quotation_offsets, chosen)
        sentence_shift = np.repeat(
            (sentence_offsets[:-1] - self.sentence_offsets[chosen]).astype(np.int32),
            np.diff(offsets),
        )
        block_shift = np.repeat(
            block_offsets[:-1] - self.block_offsets[chosen], np.diff(sentence_offsets)
        )
        return replace(
            self,
            form_id=self.form_id[tokens],
            start=self.start[tokens],
            end=self.end[tokens],
            sentence=self.sentence[tokens] + sentence_shift,
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


def _cut(
    types: list[str], type_of_form: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[list[str], NDArray[np.int64]]:
    """Return the words that the parts of forms are, sorted, and for each part its word."""
    whole = counts == 1
    cut = [types[number] for number in type_of_form[~whole].tolist()]
    parts = "-".join(cut).split("-") if cut else []
    places = {part: bisect_left(types, part) for part in sorted(set(parts))}
    new = [part for part, place in places.items() if types[place : place + 1] != [part]]
    before = np.array([places[part] for part in new], np.int64)
    words: list[str] = np.insert(np.array(types, object), before, new).tolist() if new else types
    place = np.array([places[part] for part in parts], np.int64)
    ranks = np.zeros(int(counts.sum()), np.int64)
    is_whole = np.repeat(whole, counts)
    known = type_of_form[whole]
    ranks[is_whole] = known + np.searchsorted(before, known, side="right")
    number = {part: place for place, part in enumerate(new)}
    # a new part stands before the word at its place, after the new ones that are less
    shifts = np.searchsorted(before, place, side="right").tolist()
    shifts = [number.get(part, shift) for part, shift in zip(parts, shifts, strict=True)]
    ranks[~is_whole] = place + np.array(shifts, np.int64)
    return words, ranks


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
    known = load_language(language)
    enough = LARGE // 20 if is_loaded("scan") else LARGE
    compiled = load_compiled("scan") if sum(map(len, texts)) > enough else None
    found = scan_compiled(compiled, texts, blocks, known) if compiled else None
    if found:
        forms, columns = found
        return Tokens(vocabulary=Vocabulary(forms), **columns)
    scanned = _Scan(known)
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
                kind = START
            else:
                gap = text[last_end:start]
                kind = gap_class(gap, last, word)
                if kind == CLAUSE:
                    split = sentence_break(
                        text, last_end, gap, (earlier, last, word), self.language
                    )
                    if split:
                        self.sentences.append((sentence_start, split[0], block_number))
                        sentence_start = split[1]
            form = self.form_ids.setdefault(word, len(self.form_ids))
            self.rows.append((form, start, end, len(self.sentences), kind))
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
            vocabulary=Vocabulary(list(self.form_ids)),
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
