"""Every place of every pattern in the tokens, found by array work on whole columns."""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from framing.acceleration import LARGE_WORDS, load_for
from framing.lemmas import find_lemmas
from framing.patterns import Gap, Step, Word, parse_steps
from framing.rows import Bools, Ints, Table, changes, distinct, ranges
from framing.spans import Spans, join_spans, settle
from framing.tokens import JOIN, Tokens
from framing.vocabulary import Pieces, Vocabulary
from framing.words import fold, fold_all, spell

_BATCH = 1_000_000  # tokens that are searched together: so many fit into the cache
_ROOM = 1_000_000  # places for what is found together, unless one article needs more
_GAP_BIT = 63  # of a signature: any word may follow


class _Lemma(NamedTuple):
    """A word of a pattern that stands for all words of the same dictionary form."""

    text: str
    language: str


class Automaton:
    """Patterns compiled against a vocabulary, walked over all tokens at once.

    A graph whose nodes are joined by words. The words are compared with the forms of the
    vocabulary, each form once, and a token is a form: what a form finds alone is looked up, and
    only where a phrase may go on is the graph walked, by all tokens in step. The words of a phrase
    may be joined by hyphens inside one token. With ``whole`` a token is one part and a word finds
    neither its possessive nor compounds. A pattern that is None finds nothing.

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
        graph = _draw_graph(tuple(patterns), whole, lemmas, as_written)
        words = _Words(vocabulary, whole, lemmas)
        node, form, target = words.steps(graph)
        self.n_nodes, self.n_forms = graph.n_nodes, len(vocabulary.forms)
        self.gaps, self.ends = graph.gaps, graph.ends
        # a node and a form make a key; the beginning is node 0 and has tables of its own
        later = node > 0
        key = node[later] * self.n_forms + form[later]
        new = changes(key)
        self.key, self.key_offsets = key[new], np.append(new, len(key))
        self.target = target[later]
        goes_on = np.diff(self.gaps.offsets) > 0
        self.goes_on = np.concatenate([goes_on, goes_on])
        self.goes_on[node[later]] = True
        self._begin(form[~later], target[~later])
        self._sign(node[later], form[later])

    def _begin(self, form: Ints, target: Ints) -> None:
        """For each form lay out the patterns that it fulfils alone, and where phrases go on."""
        row, pattern = self.ends.at(target % self.n_nodes)
        ended, pattern = distinct(form[row], pattern)
        self.alone = Table.of(ended, self.n_forms, pattern)
        onward = self.goes_on[target]
        self.ahead = Table.of(form[onward], self.n_forms, target[onward])

    def _sign(self, node: Ints, form: Ints) -> None:
        """Give nodes and forms signatures: no phrase goes on where two of them share no bit."""
        gap = np.diff(self.gaps.offsets) > 0
        bits = np.uint64(1) << (np.arange(self.n_nodes) % _GAP_BIT).astype(np.uint64)
        bits[gap] |= np.uint64(1 << _GAP_BIT)
        self.bits = np.concatenate([bits, bits])
        self.signature = np.zeros(self.n_forms, dtype=np.uint64)
        forms = np.repeat(np.arange(self.n_forms), np.diff(self.ahead.offsets))
        np.bitwise_or.at(self.signature, forms, self.bits[self.ahead.value])
        second = np.zeros(2 * self.n_nodes, dtype=bool)
        second[self.ahead.value] = True
        row = np.flatnonzero(second[node])
        self.following = np.full(self.n_forms, 1 << _GAP_BIT, dtype=np.uint64)
        np.bitwise_or.at(self.following, form[row], self.bits[node[row]])

    def find(self, tokens: Tokens, joined: Bools | None = None) -> Spans:
        """Find every place of every pattern, overlapping ones included.

        ``joined`` says for each token whether a phrase may go on from the token before it; by
        default where only a space or hyphen stands between. None goes on from another article.
        """
        return join_spans([spans for _, spans in self.find_in_batches(tokens, joined)])

    def find_in_batches(
        self, tokens: Tokens, joined: Bools | None = None
    ) -> Iterator[tuple[int, Spans]]:
        """Find the same in some articles after the other; also give the token after these."""
        if not len(tokens):
            yield 0, Spans(*np.zeros((3, 0), np.int64))
        goes_on = tokens.gap == JOIN if joined is None else joined
        # alone, as for a corpus that was kept, it has to make up for loading numba
        large = LARGE_WORDS if "numba" in sys.modules else 50 * LARGE_WORDS
        compiled = load_for("search", len(tokens), large)
        if compiled:
            yield from self._find_compiled(compiled, tokens, goes_on)
            return
        for first, stop in batches(tokens.offsets):
            rows = slice(first, stop)
            spans = self._find_among(tokens.form_id[rows], np.append(goes_on[rows], False))
            yield stop, Spans(spans.first + first, spans.stop + first, spans.pattern)

    def _find_compiled(
        self, compiled: Any, tokens: Tokens, joined: Bools
    ) -> Iterator[tuple[int, Spans]]:
        """Do as `_find_among` does, compiled, in as many articles at a time as find room."""
        # for other arrays the compiled part would be compiled again
        form = np.require(tokens.form_id, requirements=["C", "W"])
        begin, end, size = 0, len(form), _ROOM
        while begin < end:
            room = np.empty((3, size), np.int64)
            n_found, stop = compiled.find_spans(form, joined, begin, end, *self._tables, room)
            if stop < end:  # the last article is found again with the next ones
                stop = int(tokens.offsets[np.searchsorted(tokens.offsets, stop, "right") - 1])
                n_found = int(np.searchsorted(room[0, :n_found], stop))
            if stop > begin:
                yield stop, Spans(*room[:, :n_found])
                begin, size = stop, _ROOM
            else:
                size *= 2

    @cached_property
    def _tables(self) -> tuple[NDArray[Any], ...]:
        """What the compiled search asks for, in its order."""
        node, form = np.divmod(self.key, max(self.n_forms, 1))
        tables = (
            self.alone.filled | self.ahead.filled,
            *(self.alone.offsets, self.alone.value, self.ahead.offsets, self.ahead.value),
            *(self.signature, self.following, self.bits),
            np.searchsorted(node, np.arange(self.n_nodes + 1)),
            *(form.astype(np.int32), self.key_offsets, self.target),
            *(self.gaps.offsets, self.gaps.value, self.ends.offsets, self.ends.value),
        )
        return tuple(map(np.ascontiguousarray, tables))  # others would be compiled again

    def _find_among(self, form: NDArray[np.int32], joined: Bools) -> Spans:
        """Find the patterns among some tokens; ``joined`` has one more value, for their end."""
        token = np.flatnonzero(self.alone.filled[form])
        row, pattern = self.alone.at(form[token])
        token = token[row]
        found = [Spans(token, token + 1, pattern)]

        first = np.flatnonzero(self.ahead.filled[form] & joined[1:])
        following = self.following[form[first + 1]]
        shared = (self.signature[form[first]] & following) != 0
        first, following = first[shared], following[shared]
        row, node = self.ahead.at(form[first])
        shared = (self.bits[node] & following[row]) != 0
        first, node = first[row[shared]], node[shared]
        token = first
        while len(node):
            node, first, token = self._next_words(node, first, token, joined)
            row, node = self._step(node, form[token])
            first, token = first[row], token[row]
            row, pattern = self.ends.at(node % self.n_nodes)
            found.append(Spans(first[row], token[row] + 1, pattern))
            onward = self.goes_on[node]
            node, first, token = distinct(node[onward], first[onward], token[onward])
        if len(found) == 1:
            return found[0]
        first, stop, pattern = join_spans(found)
        first, length, pattern = distinct(first, stop - first, pattern)
        return Spans(first, first + length, pattern)

    def _next_words(
        self, node: Ints, first: Ints, token: Ints, joined: Bools
    ) -> tuple[Ints, Ints, Ints]:
        """Go on to the next word, and over up to as many words as may stand between."""
        onward = joined[token + 1]
        node, first, token = node[onward], first[onward], token[onward] + 1
        states = [(node, first, token)]
        row, target = self.gaps.at(node % self.n_nodes)
        most, target = np.divmod(target, self.n_nodes)
        first, token = first[row], token[row]
        while len(token):
            onward = joined[token + 1] & (most > 0)
            most, target = most[onward] - 1, target[onward]
            first, token = first[onward], token[onward] + 1
            states.append((target, first, token))
        if len(states) == 1:
            return states[0]
        # several gaps reach a place in many ways, which would double at every word
        node, first, token = distinct(*map(np.concatenate, zip(*states, strict=True)))
        return node, first, token

    def _step(self, node: Ints, form: NDArray[np.integer]) -> tuple[Ints, Ints]:
        """Go on from nodes by a form each: for each node reached its row, and the node."""
        key = node * self.n_forms + form
        place = np.searchsorted(self.key, key)
        known = np.flatnonzero(np.append(self.key, -1)[place] == key)
        place = place[known]
        row, edge = ranges(self.key_offsets[place], self.key_offsets[place + 1])
        return known[row], self.target[edge]


_LAST: WeakKeyDictionary[Vocabulary, tuple[Any, Automaton]] = WeakKeyDictionary()


def automaton_of(
    patterns: Sequence[str | None],
    vocabulary: Vocabulary,
    *,
    whole: bool,
    lemmas: str | None,
    as_written: range,
) -> Automaton:
    """Return the automaton of patterns; that of the last ones is kept with each vocabulary."""
    asked = tuple(patterns), whole, lemmas, as_written
    kept = _LAST.get(vocabulary)
    if kept is None or kept[0] != asked:
        automaton = Automaton(
            patterns, vocabulary, whole=whole, lemmas=lemmas, as_written=as_written
        )
        kept = _LAST[vocabulary] = asked, automaton
    return kept[1]


def batches(offsets: Ints) -> Iterator[tuple[int, int]]:
    """Cut the tokens of many articles into runs of whole articles."""
    cuts = np.searchsorted(offsets, np.arange(0, offsets[-1], _BATCH))
    edges = np.unique(np.append(offsets[cuts], offsets[-1])).tolist()
    return pairwise(edges)


# ---------------------------------------------------------------------------- words of patterns


class _Words:
    """The words of patterns, compared with a vocabulary.

    A word stands for labels: the parts between the hyphens of forms and, from ``n_parts``, what is
    spelled with hyphens as a whole, where a ``*`` reaches over them.
    """

    def __init__(self, vocabulary: Vocabulary, whole: bool, lemmas: str | None) -> None:
        self.pieces = vocabulary.wholes if whole else vocabulary.pieces
        self.vocabulary = vocabulary
        self.whole = whole
        self.n_parts = len(self.pieces.spelled)
        self.parts_of_lemma: dict[str, list[int]] = {}
        for part, lemma in enumerate(find_lemmas(self.pieces.spelled, lemmas) if lemmas else ()):
            self.parts_of_lemma.setdefault(lemma, []).append(part)

    def steps(self, graph: _Graph) -> list[Ints]:
        """Lay out every step of a graph as (node, form, node reached), sorted, each once.

        Reached nodes count on from ``graph.n_nodes`` where the form has further parts: a pattern
        may end there or a gap begin, but no word of a pattern follows.
        """
        node, label, target = self._label(graph)
        ids, offsets = self.pieces.ids, self.pieces.offsets
        n_parts = np.diff(offsets)
        steps: list[Sequence[Ints]] = []
        whole = label >= self.n_parts
        if whole.any():
            forms, compounds = self.vocabulary.compounds
            spelled_so = Table.of_rows(compounds.ids, len(compounds.spelled))
            row, place = spelled_so.at(label[whole] - self.n_parts)
            steps.append((node[whole][row], forms[place], target[whole][row]))
            node, label, target = node[~whole], label[~whole], target[~whole]

        row, form = Table.of_rows(ids[offsets[:-1]], self.n_parts).at(label)
        steps.append((node[row], form, target[row]))
        # only parts behind a hyphen are asked for again
        behind = np.ones(len(ids), dtype=bool)
        behind[offsets[:-1]] = False
        later = np.zeros(self.n_parts, dtype=bool)
        later[ids[behind]] = True
        asked = np.flatnonzero(later[label])
        key = node[asked] * self.n_parts + label[asked]
        order = np.argsort(key, kind="stable")
        key, target = key[order], target[asked[order]]
        stops_here = (np.diff(graph.ends.offsets) > 0) | (np.diff(graph.gaps.offsets) > 0)
        part = 1
        while True:
            start, form, here = steps.pop()
            inside = n_parts[form] > part
            steps.append((start[~inside], form[~inside], here[~inside]))
            start, form, here = start[inside], form[inside], here[inside]
            if not len(start):
                break
            broken = stops_here[here]
            steps.append((start[broken], form[broken], here[broken] + graph.n_nodes))
            wanted = here * self.n_parts + ids[offsets[form] + part]
            row, place = ranges(
                np.searchsorted(key, wanted), np.searchsorted(key, wanted, side="right")
            )
            steps.append(distinct(start[row], form[row], target[place]))
            part += 1
        return distinct(*(np.concatenate(column) for column in zip(*steps, strict=True)))

    def _label(self, graph: _Graph) -> tuple[Ints, Ints, Ints]:
        """Give each edge of a graph the labels of its word: nodes, labels, nodes reached."""
        found = np.fromiter(chain.from_iterable(self._find_all(graph)), np.int64)
        number, first, stop = found.reshape(-1, 3).T
        node, word, target = graph.edges
        edge, place = Table.of_rows(number, graph.n_words).at(word)
        row, label = ranges(first[place], stop[place])
        return node[edge[row]], label, target[edge[row]]

    def _find_all(self, graph: _Graph) -> Iterator[tuple[int, int, int]]:
        """Find the labels of each word of a graph: its number, and a range of them."""
        folded, n_parts = self.pieces.folded, self.n_parts
        for number, stem in graph.exact.items():
            first, stop = _equal(folded, stem, 0)
            yield number, first, stop
            if not self.whole:
                yield number, *_equal(folded, stem + "'s", stop)
        for number, stem in graph.prefixes.items():
            yield number, *_prefixed(folded, stem)
        compounds = self.vocabulary.compounds[1].folded if graph.prefixes and not self.whole else []
        for number, stem in graph.prefixes.items():
            first, stop = _prefixed(compounds, stem)
            yield number, n_parts + first, n_parts + stop
        for number, word in graph.others.items():
            yield from ((number, *bounds) for bounds in self._find(word))

    def _find(self, word: Word | _Lemma) -> list[tuple[int, int]]:
        """Find the labels that a word stands for, as ranges."""
        if isinstance(word, _Lemma):
            forms = {fold(word.text), *find_lemmas([word.text], word.language)}
            same = {part for form in forms for part in self.parts_of_lemma.get(form, ())}
            written = self._find(Word(word.text))
            return written + [(part, part + 1) for part in sorted(same)]
        found = find_parts(self.pieces, word, possessive=not self.whole)
        if not self.whole and "*" in word.text:
            compounds = self.vocabulary.compounds[1]
            found += [
                (self.n_parts + first, self.n_parts + stop)
                for first, stop in find_parts(compounds, word)
            ]
        return found


def find_parts(pieces: Pieces, word: Word, *, possessive: bool = True) -> list[tuple[int, int]]:
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
    list of (int, int)
        Ranges of positions in ``pieces.folded``: the first and the one after the last.
    """
    stem = fold(word.text.removesuffix("*"))
    if "*" in stem or "?" in stem:
        longest = max(stem.replace("?", "*").split("*"), key=len)
        texts = pieces.spelled if word.exact_case else pieces.folded
        written = _pattern_text(word)
        return [
            (part, part + 1)
            for part in pieces.with_letters(longest)
            if _is_like(texts[part], written, possessive=possessive)
        ]
    prefix = word.text.endswith("*")
    if prefix:
        found = [_prefixed(pieces.folded, stem)]
    else:
        found = [_equal(pieces.folded, stem, 0)]
        if possessive:
            found.append(_equal(pieces.folded, stem + "'s", found[0][1]))
    if word.exact_case:
        text = spell(word.text.removesuffix("*"))
        allowed = (text, text + "'s", text + "'S")
        found = [
            (part, part + 1)
            for bounds in found
            for part in range(*bounds)
            if (
                pieces.spelled[part].startswith(text) if prefix else pieces.spelled[part] in allowed
            )
        ]
    return found


def _prefixed(words: list[str], stem: str) -> tuple[int, int]:
    """Find the range of the words that begin with a stem."""
    first = bisect_left(words, stem)
    if first == len(words) or not words[first].startswith(stem):
        return first, first
    return first, bisect_left(words, stem + "\U0010ffff", first)


def _equal(words: list[str], word: str, begin: int) -> tuple[int, int]:
    """Find the range of a word, which stands at a place or behind it."""
    # most often what is looked for is missing, or stands right here
    if begin < len(words) and words[begin] >= word:
        first = begin
    else:
        first = bisect_left(words, word, begin)
    if first == len(words) or words[first] != word:
        return first, first
    return first, bisect_right(words, word, first)


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


# ---------------------------------------------------------------------------- the graph


class _Graph(NamedTuple):
    """The phrases of patterns as a graph that no vocabulary has a part in."""

    n_nodes: int
    n_words: int
    exact: dict[int, str]  # by their numbers words without wildcards, case-folded
    prefixes: dict[int, str]  # those with a "*" at their end only, without it
    others: dict[int, Word | _Lemma]  # and those that take longer to find
    edges: tuple[Ints, Ints, Ints]  # from a node by a word to a node
    gaps: Table  # those that begin at a node: most words times nodes, plus the node after them
    ends: Table  # patterns that end at a node


@lru_cache(maxsize=32)
def _draw_graph(
    patterns: tuple[str | None, ...], whole: bool, lemmas: str | None, as_written: range
) -> _Graph:
    """Draw the graph of patterns; kept for the next text, as it takes as long as the rest."""
    drawing = _Drawing()
    for number, pattern in enumerate(patterns):
        if pattern is not None:
            language = None if number in as_written else lemmas
            drawing.add(number, parse_steps(pattern, whole=whole), language)
    return drawing.graph()


class _Drawing:
    """A graph while it grows: each step leads on from some nodes, whatever led there."""

    def __init__(self) -> None:
        self.n_nodes = 1
        self.numbers: dict[Word | _Lemma, int] = {}
        self.edges: list[tuple[int, int, int]] = []
        self.gaps: list[tuple[int, int, int]] = []
        self.ends: list[tuple[int, int]] = []
        # patterns that begin alike share their nodes
        self.known: dict[tuple[tuple[int, ...], Step, str | None], tuple[int, ...]] = {}

    def add(self, number: int, steps: Sequence[Step], language: str | None) -> None:
        """Draw a pattern; its words stand for their lemmas if a language is given."""
        nodes: tuple[int, ...] = (0,)
        for step in steps:
            key = nodes, step, language
            if key not in self.known:
                self.known[key] = self._lead_on(nodes, step, language)
            nodes = self.known[key]
        self.ends += [(node, number) for node in nodes]

    def _lead_on(self, nodes: tuple[int, ...], step: Step, language: str | None) -> tuple[int, ...]:
        """Draw a step from nodes and return those after it; all its phrases meet in one node."""
        after: dict[int, None] = {}
        meeting = 0
        for phrase in (phrase for text in step.choices for phrase in text):
            here = nodes
            for place, word in enumerate(phrase, 1):
                if isinstance(word, Gap):
                    node = self._new_node()
                    self.gaps += [(left, word.most, node) for left in here]
                    here = (*here, node)
                    continue
                if place < len(phrase):
                    node = self._new_node()
                else:
                    node = meeting = meeting or self._new_node()
                written = _as_lemma(word, language) if language else word
                label = self.numbers.setdefault(written, len(self.numbers))
                self.edges += [(left, label, node) for left in here]
                here = (node,)
            after |= dict.fromkeys(here)
        return tuple(after)

    def _new_node(self) -> int:
        self.n_nodes += 1
        return self.n_nodes - 1

    def graph(self) -> _Graph:
        """Return the finished graph."""
        exact: dict[int, str] = {}
        prefixes: dict[int, str] = {}
        others: dict[int, Word | _Lemma] = {}
        stems = fold_all([word.text.removesuffix("*") for word in self.numbers])
        for (written, number), stem in zip(self.numbers.items(), stems, strict=True):
            if isinstance(written, _Lemma) or written.exact_case or set(stem) & set("*?"):
                others[number] = written
            elif written.text.endswith("*"):
                prefixes[number] = stem
            else:
                exact[number] = stem
        node, word, target = np.array(self.edges, dtype=np.int64).reshape(-1, 3).T
        gaps = np.array(sorted(self.gaps), dtype=np.int64).reshape(-1, 3).T
        ends = np.array(sorted(self.ends), dtype=np.int64).reshape(-1, 2).T
        return _Graph(
            n_nodes=self.n_nodes,
            n_words=len(self.numbers),
            exact=exact,
            prefixes=prefixes,
            others=others,
            edges=(node, word, target),
            gaps=Table.of(gaps[0], self.n_nodes, gaps[1] * self.n_nodes + gaps[2]),
            ends=Table.of(ends[0], self.n_nodes, ends[1]),
        )


def _as_lemma(word: Word, language: str) -> Word | _Lemma:
    """Let a word stand for its dictionary form unless more may follow or its case counts.

    Nor do contractions: the form of "won't" is "will".
    """
    if word.exact_case or set(fold(word.text)) & set("'*?"):
        return word
    return _Lemma(word.text, language)


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
