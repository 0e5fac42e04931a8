"""The scan: texts become columns of tokens, sentences and quotation marks.

This is the readable scan, and the specification of what a token, a sentence and a quotation are.
Positions count characters of each article's text from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from framing.acceleration import LARGE, load_for
from framing.compiled_scan import scan_compiled
from framing.gaps import CLAUSE as CLAUSE
from framing.gaps import JOIN as JOIN
from framing.gaps import OTHER as OTHER
from framing.gaps import QUOTE as QUOTE
from framing.gaps import START as START
from framing.gaps import gap_class, sentence_break
from framing.language import Language, load_language
from framing.marks import Block, Blocks, Quotation, find_quotations
from framing.tables import BLOCKS, UNCOUNTED_BLOCKS
from framing.vocabulary import Vocabulary
from framing.words import token_pattern


@dataclass(frozen=True, eq=False)
class Tokens:
    """The tokens of a corpus as columns, with its sentences, blocks and quotations.

    Attributes
    ----------
    vocabulary : Vocabulary
        The distinct words; `form_id` points into its forms, `type_id` into its types.
    form_id, start, gap : array
        One value per token: spelling, first character, and what stands before it (`START`, `JOIN`,
        `CLAUSE`, `QUOTE`, `OTHER`).
    offsets : array
        The tokens of article ``i`` are ``offsets[i]:offsets[i + 1]``.
    sentence_tokens : array
        The tokens of sentence ``i`` are ``sentence_tokens[i]:sentence_tokens[i + 1]``.
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
    gap: NDArray[np.int8]
    offsets: NDArray[np.int64]
    sentence_tokens: NDArray[np.int64]
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
    def end(self) -> NDArray[np.int32]:
        """For each token the character after its last."""
        return self.start + self.vocabulary.length_of_form[self.form_id]

    @cached_property
    def sentence(self) -> NDArray[np.int32]:
        """For each token its sentence in the corpus."""
        return owner(self.sentence_tokens)

    @cached_property
    def quoted(self) -> NDArray[np.bool_]:
        """For each token whether it stands inside quotation marks."""
        article = owner(self.quotation_offsets)
        first = self._first_from(article, self.quotation_start)
        reach = np.maximum.accumulate(self._first_from(article, self.quotation_end))
        apart = np.append(True, first[1:] > reach[:-1])[: len(first)]
        ends = np.append(reach[:-1][apart[1:]], reach[-1:])
        bounds = np.concatenate([[0], np.column_stack([first[apart], ends]).ravel(), [len(self)]])
        inside = np.arange(len(bounds) - 1) % 2 > 0
        return np.repeat(inside, np.diff(bounds))

    def _first_from(
        self, article: NDArray[np.int32], position: NDArray[np.int32]
    ) -> NDArray[np.int64]:
        """Find the first token of each article that begins at a character or after it."""
        place, end = self.offsets[article], self.offsets[article + 1]
        step = len(self) and 2 ** int(np.diff(self.offsets).max()).bit_length()
        while step:  # so many tokens further, if all of them begin earlier
            further = np.minimum(place + step, end)
            place = np.where(self.start[further - 1] < position, further, place)
            step //= 2
        return place

    def in_quotations(self, token: NDArray[np.integer]) -> NDArray[np.bool_]:
        """For some tokens the same, without looking at all others."""
        # positions of an article have no more than 32 bits
        article = owner(self.quotation_offsets).astype(np.int64) << 32
        reach = np.append(-1, np.maximum.accumulate(article + self.quotation_end))
        place = (self.article[token].astype(np.int64) << 32) + self.start[token]
        return reach[np.searchsorted(article + self.quotation_start, place, "right")] > place

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
        known = (
            "end",
            "sentence",
            "sentence_article",
            "article",
            "quoted",
        )  # these do not depend on it
        vars(tokens).update((name, vars(self)[name]) for name in known if name in vars(self))
        return tokens

    def take(self, articles: Sequence[int] | NDArray[np.integer]) -> Tokens:
        """Return the tokens of some of the articles, in the order given."""
        chosen = np.asarray(articles, dtype=np.int64)
        tokens, offsets = _slices(self.offsets, chosen)
        sentences, sentence_offsets = _slices(self.sentence_offsets, chosen)
        blocks, block_offsets = _slices(self.block_offsets, chosen)
        quotations, quotation_offsets = _slices(self.quotation_offsets, chosen)
        lengths = np.diff(self.sentence_tokens)[sentences]
        block_shift = np.repeat(
            block_offsets[:-1] - self.block_offsets[chosen], np.diff(sentence_offsets)
        )
        return replace(
            self,
            form_id=self.form_id[tokens],
            start=self.start[tokens],
            gap=self.gap[tokens],
            offsets=offsets,
            sentence_tokens=np.concatenate([[0], np.cumsum(lengths)]),
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


# ---------------------------------------------------------------------------- the scan


def scan(
    texts: Sequence[str], blocks: Blocks | Sequence[Sequence[Block]], *, language: str = "en"
) -> Tokens:
    """Scan the texts of a corpus into columns.

    Parameters
    ----------
    texts : sequence of str
        One text per article.
    blocks : Blocks or sequence of sequences of Block
        The paragraphs of each text in order. Text outside them is not scanned.
    language : str
        Code of the language whose abbreviations are used.

    Returns
    -------
    Tokens
        The columns, with no sentence set aside.
    """
    known = load_language(language)
    blocks = blocks if isinstance(blocks, Blocks) else Blocks.from_articles(blocks)
    compiled = load_for("scan", sum(map(len, texts)), LARGE)
    found = scan_compiled(compiled, texts, blocks, known) if compiled else None
    if found:
        forms, columns = found
        return Tokens(vocabulary=Vocabulary(forms), **columns)
    scanned = _Scan(known)
    for article, text in enumerate(texts):
        scanned.add(text, blocks.of(article))
    return scanned.tokens()


class _Scan:
    """The columns while they grow."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.form_ids: dict[str, int] = {}
        self.rows: list[tuple[int, int, int]] = []
        self.offsets = [0]
        self.sentences: list[tuple[int, int, int]] = []
        self.sentence_tokens = [0]
        self.sentence_offsets = [0]
        self.blocks: list[tuple[int, int, int]] = []
        self.block_offsets = [0]
        self.quotations: list[Quotation] = []
        self.quotation_offsets = [0]

    def add(self, text: str, blocks: Sequence[Block]) -> None:
        """Scan one article."""
        quotations = find_quotations(text, blocks)
        for block in blocks:
            self._add_block(text, block)
            self.blocks.append((BLOCKS.index(block.kind), block.start, block.end))
        self.quotations.extend(quotations)
        self.offsets.append(len(self.rows))
        self.sentence_offsets.append(len(self.sentences))
        self.block_offsets.append(len(self.blocks))
        self.quotation_offsets.append(len(self.quotations))

    def _add_block(self, text: str, block: Block) -> None:
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
                        self._end_sentence(sentence_start, split[0])
                        sentence_start = split[1]
            form = self.form_ids.setdefault(word, len(self.form_ids))
            self.rows.append((form, start, kind))
            earlier, last, last_end = last, word, end
        if last:
            end = block.start + len(text[block.start : block.end].rstrip())
            self._end_sentence(sentence_start, end)

    def _end_sentence(self, start: int, end: int) -> None:
        self.sentences.append((start, end, len(self.blocks)))
        self.sentence_tokens.append(len(self.rows))

    def tokens(self) -> Tokens:
        """Return the finished columns."""
        rows = _columns(self.rows, 3)
        sentences = _columns(self.sentences, 3)
        blocks = _columns(self.blocks, 3)
        quotations = _columns(self.quotations, 3)
        return Tokens(
            vocabulary=Vocabulary(list(self.form_ids)),
            form_id=rows[0],
            start=rows[1],
            gap=rows[2].astype(np.int8),
            offsets=np.array(self.offsets, dtype=np.int64),
            sentence_tokens=np.array(self.sentence_tokens, dtype=np.int64),
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


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> NDArray[np.int32]:
    return np.array(rows, dtype=np.int32).reshape(-1, width).T.copy()
