"""Every place of every pattern in the tokens, found by array work on whole columns."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from framing.lemmas import find_lemmas
from framing.patterns import Gap, Word, parse_pattern
from framing.tokens import JOIN, Pieces, Tokens, Vocabulary
from framing.words import fold, spell

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Spans(NamedTuple):
    """Found patterns: first token, the one after the last, and the number of the pattern."""

    first: Ints
    stop: Ints
    pattern: Ints

    def pick(self, chosen: Bools | Ints) -> Spans:
        """Return some of the rows."""
        return Spans(self.first[chosen], self.stop[chosen], self.pattern[chosen])


class _Lemma(NamedTuple):
    """A word of a pattern that stands for all words of the same dictionary form."""

    text: str
    language: str


_Edge = Word | Gap | _Lemma


class Automaton:
    """Patterns compiled against a vocabulary, walked over all tokens at once.

    A trie over words; each step compares the parts of words at all places still in question with
    the parts that the trie allows there. A place is a token and a part of it, because the words of
    a phrase may be joined by hyphens inside one token. With ``whole`` a token is one part and a
    word finds neither its possessive nor compounds. A pattern that is None finds nothing.

    With ``lemmas``, the code of a language, a word without wildcards and ``=`` also finds the words
    of its dictionary form, and those of which it is that form, in all patterns but those whose
    numbers are in ``as_written``.
    """

    def __init__(
        self,
        patterns: Sequence[str | None],
        vocabulary: Vocabulary,
        *,
        whole: bool = False,
        lemmas: str | None = None,
        as_written: range = range(0),
    ) -> None:
        self.pieces = vocabulary.wholes if whole else vocabulary.pieces
        self.vocabulary = vocabulary
        self.whole = whole
        # edges are keyed by a part, or by a form where a "*" reaches over its hyphens
        self.n_parts = len(self.pieces.spelled)
        self.width = max(self.n_parts + len(vocabulary.forms), 1)
        self.parts_of_lemma: dict[str, list[int]] = {}
        for part, lemma in enumerate(find_lemmas(self.pieces.spelled, lemmas) if lemmas else ()):
            self.parts_of_lemma.setdefault(lemma, []).append(part)
        trie = _trie(tuple(patterns), whole, lemmas, as_written)
        self._compile_words(trie)
        self.gap_most, self.gap_target, self.gap_offsets = trie.gaps
        self.end_pattern, self.end_offsets = trie.ends

    def _compile_words(self, trie: _Trie) -> None:
        """Lay out every edge as (node, part of a word or form) -> node, sorted for searching."""
        found = [np.array(self._find_word(word), dtype=np.int64) for word in trie.words]
        stops = np.cumsum([len(parts) for parts in found], dtype=np.int64)
        starts = np.concatenate([[0], stops])[:-1]
        row, place = _ranges(starts[trie.edge_word], stops[trie.edge_word])
        parts = np.concatenate([np.zeros(0, np.int64), *found])[place]
        key = parts + trie.edge_node[row] * self.width
        order = np.argsort(key, kind="stable")
        self.edge_key = key[order]
        self.edge_target = trie.edge_target[row][order]
        self.over_hyphens = bool(np.any(parts >= self.n_parts))

    def _find_word(self, word: Word | _Lemma) -> list[int]:
        """Find the parts, and the forms with hyphens, that a word of a pattern stands for."""
        if isinstance(word, _Lemma):
            forms = {fold(word.text), *find_lemmas([word.text], word.language)}
            same = (part for form in forms for part in self.parts_of_lemma.get(form, ()))
            return sorted({*self._find_word(Word(word.text)), *same})
        found = find_parts(self.pieces, word, possessive=not self.whole)
        if self.whole or "*" not in word.text:
            return found
        hyphenated, compounds = self.vocabulary.compounds
        if not len(hyphenated):
            return found
        chosen = np.isin(compounds.ids, find_parts(compounds, word))
        return found + [self.n_parts + int(form) for form in hyphenated[chosen]]

    def find(self, tokens: Tokens, joined: Bools | None = None) -> Spans:
        """Find every place of every pattern, overlapping ones included.

        ``joined`` says for each token whether a phrase may go on from the token before it; by
        default where only a space or hyphen stands between.
        """
        n_parts = np.diff(self.pieces.offsets)
        token = np.flatnonzero(self._starting_forms()[tokens.form_id])
        first, part = token, np.zeros_like(token)
        node = np.zeros_like(token)
        # breaks[a] == breaks[b] when only spaces and hyphens stand between tokens a..b
        breaks = np.cumsum(tokens.gap != JOIN if joined is None else ~joined)
        found = [Spans(*np.zeros((3, 0), np.int64))]
        while len(token):
            row, node, part = self._step(node, tokens.form_id[token], part)
            first, token = first[row], token[row]
            row, end = _ranges(self.end_offsets[node], self.end_offsets[node + 1])
            found.append(Spans(first[row], token[row] + 1, self.end_pattern[end]))

            more_parts = part < n_parts[tokens.form_id[token]]
            next_token, next_part = token + ~more_parts, np.where(more_parts, part, 0)
            row, gap = _ranges(self.gap_offsets[node], self.gap_offsets[node + 1])
            skip_row, skipped = _ranges(np.zeros_like(gap), self.gap_most[gap] + 1)
            row, gap = row[skip_row], gap[skip_row]
            # a gap without words ends where the next part begins; others jump whole tokens
            jumped = np.where(skipped == 0, next_token[row], token[row] + 1 + skipped)
            jumped_part = np.where(skipped == 0, next_part[row], 0)
            node = np.concatenate([node, self.gap_target[gap]])
            first = np.concatenate([first, first[row]])
            here = np.concatenate([token, token[row]])
            token = np.concatenate([next_token, jumped])
            part = np.concatenate([next_part, jumped_part])
            go_on = token < len(tokens)
            go_on[go_on] = breaks[token[go_on]] == breaks[here[go_on]]
            state = node[go_on], first[go_on], token[go_on], part[go_on]
            # several gaps reach a place in many ways, which would double at every word
            node, first, token, part = _distinct(*state) if len(gap) else state
        return Spans(*_distinct(*(np.concatenate(column) for column in zip(*found, strict=True))))

    def _starting_forms(self) -> Bools:
        """Whether a pattern may begin with a form."""
        root = self.edge_key[self.edge_key < self.width]
        starts = np.isin(self.pieces.ids[self.pieces.offsets[:-1]], root)
        starts[root[root >= self.n_parts] - self.n_parts] = True
        return starts

    def _step(self, node: Ints, form: NDArray[np.integer], part: Ints) -> tuple[Ints, Ints, Ints]:
        """Go on from nodes by parts of forms: row, node reached, and the part that follows."""
        offsets = self.pieces.offsets
        row, target = self._follow(node, self.pieces.ids[offsets[form] + part])
        following = part[row] + 1
        if self.over_hyphens:
            at_start = np.flatnonzero(part == 0)
            whole, whole_target = self._follow(node[at_start], self.n_parts + form[at_start])
            whole = at_start[whole]
            row = np.concatenate([row, whole])
            target = np.concatenate([target, whole_target])
            n_parts = offsets[form[whole] + 1] - offsets[form[whole]]
            following = np.concatenate([following, n_parts])
        return row, target, following

    def _follow(self, node: Ints, label: NDArray[np.integer]) -> tuple[Ints, Ints]:
        key = node * self.width + label
        row, edge = _ranges(
            np.searchsorted(self.edge_key, key), np.searchsorted(self.edge_key, key, "right")
        )
        return row, self.edge_target[edge]


def find_parts(pieces: Pieces, word: Word, *, possessive: bool = True) -> list[int]:
    """Find the parts of a vocabulary that a word of a pattern stands for.

    Parameters
    ----------
    pieces : Pieces
        The parts.
    word : Word
        The word, with its ``*`` and ``?``.
    possessive : bool
        Whether a word finds its possessive too.

    Returns
    -------
    list of int
        Positions in ``pieces.folded``.
    """
    stem = fold(word.text.removesuffix("*"))
    if "*" in stem or "?" in stem:
        longest = max(stem.replace("?", "*").split("*"), key=len)
        texts = pieces.spelled if word.exact_case else pieces.folded
        written = _pattern_text(word)
        return [
            part
            for part in pieces.with_letters(longest)
            if _is_like(texts[part], written, possessive=possessive)
        ]
    prefix = word.text.endswith("*")
    first = bisect_left(pieces.folded, stem)
    if prefix:
        stop = bisect_left(pieces.folded, stem + "\U0010ffff", first)
    else:
        stop = bisect_right(pieces.folded, stem, first)
    found = [*range(first, stop)]
    if possessive and not prefix:
        first = bisect_left(pieces.folded, stem + "'s", stop)
        found += range(first, bisect_right(pieces.folded, stem + "'s", first))
    if word.exact_case:
        text = spell(word.text.removesuffix("*"))
        allowed = (text, text + "'s", text + "'S")
        found = [
            part
            for part in found
            if (
                pieces.spelled[part].startswith(text) if prefix else pieces.spelled[part] in allowed
            )
        ]
    return found


def _pattern_text(word: Word) -> str:
    return spell(word.text) if word.exact_case else fold(word.text)


def _is_like(text: str, pattern: str, *, possessive: bool) -> bool:
    """Whether a word is like a pattern with wildcards, or is its possessive."""
    if _fits(text, pattern):
        return True
    return possessive and text[-2:] in ("'s", "'S") and _fits(text[:-2], pattern)


def _fits(text: str, pattern: str) -> bool:
    """Whether ``*`` (any letters) and ``?`` (one letter) make a pattern into a text.

    Each piece between stars is taken at its first place, so that time grows with the length of
    the text times that of the pattern, and not with the number of ways to divide it.
    """
    first, *rest = pattern.split("*")
    if not rest:
        return len(text) == len(first) and _stands(text, 0, first)
    *middle, last = rest
    stop = len(text) - len(last)
    if not _stands(text, 0, first) or stop < len(first) or not _stands(text, stop, last):
        return False
    place = len(first)
    for piece in middle:
        while place + len(piece) <= stop and not _stands(text, place, piece):
            place += 1
        place += len(piece)
        if place > stop:
            return False
    return True


def _stands(text: str, place: int, piece: str) -> bool:
    """Whether a piece without stars stands at a place of a text."""
    part = text[place : place + len(piece)]
    if "?" not in piece:
        return part == piece
    return len(part) == len(piece) and all(p in ("?", c) for p, c in zip(piece, part, strict=True))


class _Trie(NamedTuple):
    """The phrases of patterns as a tree that no vocabulary has a part in."""

    words: tuple[Word | _Lemma, ...]
    edge_node: Ints  # an edge leads from a node by a word to a target
    edge_word: Ints
    edge_target: Ints
    gaps: tuple[Ints, Ints, Ints]  # most words and target of each, and those of a node
    ends: tuple[Ints, Ints]  # patterns that end, and those of a node


@lru_cache(maxsize=32)
def _trie(
    patterns: tuple[str | None, ...], whole: bool, lemmas: str | None, as_written: range
) -> _Trie:
    """Build the tree; kept for the next text, as it takes longer than all that follows."""
    children: list[dict[_Edge, int]] = [{}]
    endings: list[tuple[int, int]] = []
    for number, pattern in enumerate(patterns):
        language = None if number in as_written else lemmas
        for phrase in () if pattern is None else parse_pattern(pattern, whole=whole):
            edges = [_as_lemma(word, language) for word in phrase] if language else phrase
            endings.append((_insert(children, edges), number))
    number_of: dict[Word | _Lemma, int] = {}
    steps: list[tuple[int, int, int]] = []
    gaps: list[tuple[int, int, int]] = []
    for node, following in enumerate(children):
        for word, target in following.items():
            if isinstance(word, Gap):
                gaps.append((node, word.most, target))
            else:
                steps.append((node, number_of.setdefault(word, len(number_of)), target))
    nodes = np.arange(len(children) + 1)
    edge, gap = (np.array(rows, dtype=np.int64).reshape(-1, 3).T for rows in (steps, gaps))
    end = np.array(sorted(set(endings)), dtype=np.int64).reshape(-1, 2).T
    return _Trie(
        words=tuple(number_of),
        edge_node=edge[0],
        edge_word=edge[1],
        edge_target=edge[2],
        gaps=(gap[1], gap[2], np.searchsorted(gap[0], nodes)),
        ends=(end[1], np.searchsorted(end[0], nodes)),
    )


def _as_lemma(word: Word | Gap, language: str) -> _Edge:
    """Let a word stand for its dictionary form unless more may follow or its case counts.

    Nor do contractions: the form of "won't" is "will".
    """
    if isinstance(word, Gap) or word.exact_case or set(fold(word.text)) & set("'*?"):
        return word
    return _Lemma(word.text, language)


def _insert(children: list[dict[_Edge, int]], phrase: Sequence[_Edge]) -> int:
    """Add a phrase to the trie and return the node it ends in."""
    node = 0
    for word in phrase:
        if word not in children[node]:
            children[node][word] = len(children)
            children.append({})
        node = children[node][word]
    return node


def _ranges(starts: Ints, stops: Ints) -> tuple[Ints, Ints]:
    """Lay ranges end to end: for each element the number of its range, and its value."""
    lengths = stops - starts
    rows = np.repeat(np.arange(len(starts)), lengths)
    return rows, np.arange(len(rows)) + (starts - np.cumsum(lengths) + lengths)[rows]


def _distinct(*columns: Ints) -> list[Ints]:
    """Each row of a table once, sorted by its columns from the first."""
    order = np.lexsort(columns[::-1])
    rows = [column[order] for column in columns]
    new = np.ones(len(order), dtype=bool)
    new[1:] = np.any([column[1:] != column[:-1] for column in rows], axis=0)
    return [column[new] for column in rows]


def settle(spans: Spans, is_mask: Bools, frame: Ints) -> Ints:
    """Choose among spans that share tokens: leftmost, longest, masks first; rows in order.

    ``frame`` keeps one span from carrying the same frame twice; it has one value per span, or
    only one for all.
    """
    frame = np.broadcast_to(frame, spans.first.shape)
    order = np.lexsort((spans.pattern, ~is_mask, -spans.stop, spans.first))
    first, stop = spans.first[order], spans.stop[order]
    if not len(order):
        return order
    # runs of spans that overlap: only these need to be looked at one by one
    reach = np.maximum.accumulate(stop)
    new_run = np.append(True, first[1:] >= reach[:-1])
    run = np.cumsum(new_run)
    alone = np.bincount(run)[run] == 1
    chosen = alone.copy()
    last: tuple[int, int] = (-1, -1)
    carried: set[int] = set()
    for row in np.flatnonzero(~alone):
        span = (int(first[row]), int(stop[row]))
        source = order[row]
        if span[0] >= last[1]:
            last, carried = span, set()
        elif span != last or is_mask[source] or -1 in carried or int(frame[source]) in carried:
            continue
        carried.add(-1 if is_mask[source] else int(frame[source]))
        chosen[row] = True
    return order[chosen]


def settle_each(spans: Spans, is_mask: Bools, frame: Ints) -> Ints:
    """Choose inside each frame: longest, leftmost, masks first; none that shares a token."""
    chosen: list[Ints] = [np.zeros(0, np.int64)]
    length = spans.stop - spans.first
    for name in np.unique(frame[~is_mask]):
        rows = np.flatnonzero(is_mask | (frame == name))
        key = spans.pattern[rows], ~is_mask[rows], spans.first[rows], -length[rows]
        taken: set[int] = set()
        for row in rows[np.lexsort(key)]:
            words = range(int(spans.first[row]), int(spans.stop[row]))
            if taken.isdisjoint(words):
                taken.update(words)
                if not is_mask[row]:
                    chosen.append(np.array([row]))
    rows = np.concatenate(chosen)
    return rows[np.lexsort((spans.pattern[rows], -spans.stop[rows], spans.first[rows]))]


def find_pattern(tokens: Tokens, pattern: str) -> tuple[Ints, Ints]:
    """Find a pattern in all tokens: the leftmost, longest, that do not overlap.

    Parameters
    ----------
    tokens : Tokens
        The tokens of a corpus.
    pattern : str
        A pattern in the language of the codebooks.

    Returns
    -------
    first, stop : array of int
        First token of each place and the one after its last.
    """
    spans = Automaton([pattern], tokens.vocabulary).find(tokens)
    chosen = spans.pick(settle(spans, np.zeros(len(spans.first), bool), np.zeros(1, np.int64)))
    return chosen.first, chosen.stop
