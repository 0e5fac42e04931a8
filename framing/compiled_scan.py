"""The scan of large corpora: the compiled parts find, this module decides, the columns are equal.

What depends on strings alone (the class of a gap, the end of a sentence in it, whether a word is
an abbreviation) is asked once per distinct string, of the functions of the readable scan.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framing.gaps import (
    IN_NUMBERS,
    gap_class,
    goes_on,
    is_greek,
    sentence_end,
)
from framing.language import Language
from framing.marks import BEFORE_OPENER, CLOSERS, LONGEST_UNCLOSED, Blocks
from framing.words import character_classes, fold, marks_in_words

_BATCH = 8_000_000  # characters: few, so that memory is bounded, but enough to go on for a while
LONGEST_TEXT = 2**29 - _BATCH  # characters: the bytes of a batch are counted in 32 bits


def scan_compiled(
    compiled: Any, texts: Sequence[str], blocks: Blocks, language: Language
) -> tuple[list[str], dict[str, NDArray[Any]]] | None:
    """Return the spellings and the columns of the scan; None if only the readable scan can.

    That is so with blocks that overlap or leave their text, and with an enormous text.
    """
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    if not _in_order(blocks, lengths) or lengths.max(initial=0) > LONGEST_TEXT:
        return None
    scanned = _Scan(compiled, blocks, lengths, language)
    for first, last in batches_of(lengths):
        scanned.add(texts, first, last)
    return scanned.finish()


def _in_order(blocks: Blocks, lengths: NDArray[np.int64]) -> bool:
    """Whether each block follows the one before it and stays in its text."""
    floor = np.zeros(len(blocks.start), np.int64)
    floor[1:] = blocks.end[:-1]
    some = blocks.offsets[:-1][np.diff(blocks.offsets) > 0]
    floor[some] = 0
    ceiling = np.repeat(lengths, np.diff(blocks.offsets))
    fits = (floor <= blocks.start) & (blocks.start <= blocks.end) & (blocks.end <= ceiling)
    return bool(fits.all())


def batches_of(lengths: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Cut the articles into batches of about the same size."""
    total = np.cumsum(lengths)
    cuts = np.searchsorted(total, np.arange(_BATCH, total[-1] if len(total) else 0, _BATCH))
    bounds = np.unique(np.concatenate([[0], cuts, [len(lengths)]])).tolist()
    return list(pairwise(bounds))


@cache
def character_table(compiled: Any) -> NDArray[np.uint16]:
    """Return what each character is, as bits."""
    every = np.arange(0x110000, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    letters = "".join(re.findall(r"[^\W_]+", every))  # the others need not be tried one by one
    classes = character_classes()
    marks = marks_in_words()
    found = {
        compiled.LETTER: re.findall(classes["letter"], letters),
        compiled.SPACELESS: re.findall(classes["spaceless"], letters),
        compiled.MARK: marks,
        compiled.VOICED: marks + "\uff9e\uff9f",
        compiled.JOINER: re.findall(classes["joiner"], every),
        compiled.SPACE: re.findall(r"\s", every),
        compiled.QUOTE: "".join(compiled.QUOTATION_MARKS),
        compiled.BEFORE_OPENER: re.findall(BEFORE_OPENER, every),
        compiled.ALPHANUMERIC: letters,
        compiled.DIGIT: [letter for letter in letters if letter.isdigit()],
        compiled.DECIMAL: re.findall(r"\d", letters),
    }
    table = np.zeros(len(every), np.uint16)
    for bit, characters in found.items():
        codes = np.frombuffer("".join(characters).encode("utf-32-le"), np.uint32)
        table[codes] |= bit
    return table


@cache
def _ends_words(compiled: Any) -> NDArray[np.bool_]:
    """Tell of each byte whether it is a character that ends a word wherever it stands."""
    go_on = compiled.LETTER | compiled.SPACELESS | compiled.MARK | compiled.JOINER | compiled.QUOTE
    ends = np.zeros(256, bool)
    ends[:128] = character_table(compiled)[:128] & go_on == 0
    return ends


@cache
def _mark_tables(compiled: Any) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the character of each kind of quotation mark, and which mark closes which."""
    marks = compiled.QUOTATION_MARKS
    codes = np.array([ord(mark) if len(mark) == 1 else -1 for mark in marks], np.int64)
    closers = np.array([[mark in CLOSERS.get(opener, ()) for mark in marks] for opener in marks])
    return codes, closers


@cache
def _masks(compiled: Any) -> NDArray[np.uint64]:
    """Return what is left of the first and the next eight bytes of a string, by its length."""
    left = [(min(length, 8), max(length - 8, 0)) for length in range(compiled.SHORT + 1)]
    return np.array([2 ** (8 * number) - 1 for both in left for number in both], np.uint64)


class _Strings:
    """Distinct strings, numbered in the order in which they are met."""

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled
        # odd numbers that no article can foresee; results do not depend on them
        hashes = hash("first"), hash("second")
        self._factors = np.array([number & (2**64 - 1) | 1 for number in hashes], np.uint64)
        self._bits = 16
        self._slots = np.zeros(2**16, np.int32)
        self._keys = np.zeros(2 * (2**15 + 1), np.uint64)
        self._bytes = np.zeros(2**19, np.uint8)
        self._ends = np.zeros(2**15 + 1, np.int64)
        self._counts = np.zeros(2, np.int64)

    def number(
        self, data: NDArray[np.uint8], spans: NDArray[np.int32], ids: NDArray[np.int32]
    ) -> None:
        """Write the number of each string between two bytes into ``ids``."""
        done = 0
        while True:
            done = self._compiled.number_strings(
                data, spans, done, ids, self._slots, self._bits, self._factors,
                _masks(self._compiled), self._keys, self._bytes, self._ends, self._counts,
            )  # fmt: skip
            if done == len(spans):
                return
            self._grow(int(spans[done, 1] - spans[done, 0]) + 1)

    def _grow(self, length: int) -> None:
        known, used = self._counts.tolist()
        if 2 * known >= len(self._slots):
            self._bits += 1
            self._keys = _longer(self._keys, 2 * (known + 1), 2 * (2 ** (self._bits - 1) + 1))
            self._ends = _longer(self._ends, known + 1, 2 ** (self._bits - 1) + 1)
            self._slots = np.zeros(2**self._bits, np.int32)
            self._compiled.fill_slots(self._slots, self._bits, self._factors, self._keys, known)
        needed = used + length
        if needed > len(self._bytes):
            self._bytes = _longer(self._bytes, used, max(needed, 2 * len(self._bytes)))

    def __len__(self) -> int:
        return int(self._counts[0])

    def strings(self, first: int = 0) -> list[str]:
        """Return the strings from one on in the order of their numbers."""
        known, used = self._counts.tolist()
        if known == first:
            return []
        begin = int(self._ends[first])
        data = self._bytes[begin : used - 1].tobytes()  # between them stand line feeds
        strings = data.decode("utf-8", "surrogatepass").split("\n")
        if len(strings) > known - first:  # others stand in the strings
            cuts = (self._ends[first : known + 1] - begin).tolist()
            encoded = [data[start : end - 1] for start, end in pairwise(cuts)]
            strings = [string.decode("utf-8", "surrogatepass") for string in encoded]
        return strings


def _longer(array: NDArray[Any], used: int, length: int) -> NDArray[Any]:
    longer = np.zeros((length, *array.shape[1:]), array.dtype)
    longer[:used] = array[:used]
    return longer


class _Growing:
    """Columns that grow together, by what they have needed so far."""

    def __init__(self, **types: type) -> None:
        self._columns: dict[str, NDArray[Any]] = {
            name: np.zeros(0, dtype) for name, dtype in types.items()
        }
        self._used = 0

    def __len__(self) -> int:
        return self._used

    def room(self, most: int, share: float) -> tuple[NDArray[Any], ...]:
        """Return rows to write to; so far this share of all there is has been read."""
        needed = self._used + most
        for name, column in self._columns.items():
            if needed > len(column):
                to_come = int(1.1 * self._used * (1 / share - 1)) if share else 0
                self._columns[name] = _longer(column, self._used, needed + to_come)
        return tuple(column[self._used : needed] for column in self._columns.values())

    def keep(self, rows: int) -> None:
        """Keep so many of the rows that were written to."""
        self._used += rows

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the rows that were kept."""
        return {name: column[: self._used] for name, column in self._columns.items()}


class _Scan:
    """The columns while they grow."""

    def __init__(
        self, compiled: Any, blocks: Blocks, lengths: NDArray[np.int64], language: Language
    ) -> None:
        self._compiled = compiled
        self._blocks = blocks
        self._read = np.cumsum(lengths) - lengths  # characters before each article
        self._size = int(lengths.sum())
        self._words = _Strings(compiled)
        self._forms: list[str] = []
        self._last = _Answers(compiled, _about_last(compiled, language))
        self._following = _Answers(compiled, _about_following(compiled, language))
        self._gaps = _Strings(compiled)
        self._gap_bits = np.zeros(0, np.uint8)
        self._gap_ends = np.zeros((0, 6), np.int32)
        self._n_gaps = 0  # that have been looked at
        self._tokens = _Growing(form_id=np.int32, start=np.int32, gap=np.int8)
        self._sentences = _Growing(
            sentence_tokens=np.int64,
            sentence_start=np.int32,
            sentence_end=np.int32,
            sentence_block=np.int32,
        )
        self._quotations = _Growing(
            quotation_start=np.int32, quotation_end=np.int32, balanced=np.bool_
        )
        self._offsets = np.zeros(len(blocks.offsets), np.int64)
        self._quotation_offsets = np.zeros(len(blocks.offsets), np.int64)
        self._scratch: dict[str, NDArray[Any]] = {}

    def add(self, texts: Sequence[str], first: int, last: int) -> None:
        """Scan some articles."""
        compiled, tables = self._compiled, self._blocks
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts[first:last]]
        text_ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        encoded.append(bytes(compiled.PADDING))
        data = np.frombuffer(b"".join(encoded), np.uint8)
        offsets = tables.offsets[first : last + 1]
        first_block = int(offsets[0])
        here = slice(first_block, offsets[-1])
        start, end = tables.start[here], tables.end[here]
        offsets = offsets - first_block
        classes = character_table(compiled)
        share = self._read[first] / self._size if self._size else 0

        most = (len(data) + len(start)) // 2 + 1  # words of a block have a byte between them
        first_token = len(self._tokens)
        form_id, token_start, gap = self._tokens.room(most, share)
        blocks = np.zeros((len(start) + 1, 5), np.int64)
        token_bytes = self._room("token_bytes", most, 2)
        token_end = self._room("end", most)
        gap_token, gap_bytes = self._room("gap_token", most), self._room("gap_bytes", most, 2)
        marks = self._room("marks", len(data), 2)
        letters = np.empty(len(data) // 64, np.uint64)
        compiled.mark_letters(data, letters)
        n_tokens, n_gaps, n_marks = compiled.find_tokens(
            data, letters, text_ends, offsets, start, end, classes, _ends_words(compiled),
            first_token, token_start, token_end, gap, token_bytes,
            blocks, gap_token, gap_bytes, marks,
        )  # fmt: skip
        self._words.number(data, token_bytes[:n_tokens], form_id)
        gap_id, asked = self._room("gap_id", n_gaps), self._room("asked", n_gaps, 6)
        self._gaps.number(data, gap_bytes[:n_gaps], gap_id)
        self._look_at_gaps()
        n_asked = compiled.class_gaps(
            n_gaps, gap_token, gap_id, self._gap_bits, form_id, token_start, token_end, gap, asked
        )
        asked = asked[:n_asked]
        self._forms += self._words.strings(len(self._forms))
        n_sentences = compiled.find_sentences(
            asked, self._gap_bits, self._gap_ends,
            self._last.about(self._forms, asked[:, 2]),
            self._following.about(self._forms, asked[:, 3]),
            blocks, start, first_block, gap, self._sentences.room(n_asked + len(start), share),
        )  # fmt: skip
        quotation_offsets = np.zeros(len(encoded), np.int64)
        n_quotations = compiled.find_quotations(
            data, text_ends, offsets, start, end, blocks, marks[:n_marks], classes,
            *_mark_tables(compiled), LONGEST_UNCLOSED,
            *self._quotations.room(n_marks, share), quotation_offsets,
        )  # fmt: skip
        self._offsets[first : last + 1] = blocks[offsets, 0]
        self._quotation_offsets[first : last + 1] = len(self._quotations) + quotation_offsets
        self._tokens.keep(n_tokens)
        self._sentences.keep(n_sentences)
        self._quotations.keep(n_quotations)

    def _look_at_gaps(self) -> None:
        """Find what follows from the strings of the gaps that are new."""
        seen, known = self._n_gaps, len(self._gaps)
        if known > len(self._gap_bits):
            self._gap_bits = _longer(self._gap_bits, seen, 2 * known)
            self._gap_ends = _longer(self._gap_ends, 2 * seen, 4 * known)
        for number, gap in enumerate(self._gaps.strings(seen), seen):
            plain, after_greek = _end_row(gap, False), _end_row(gap, True)
            self._gap_ends[2 * number], self._gap_ends[2 * number + 1] = plain, after_greek
            self._gap_bits[number] = _gap_bits(self._compiled, gap, plain[0] or after_greek[0])
        self._n_gaps = known

    def _room(self, name: str, length: int, width: int | None = None) -> NDArray[np.int32]:
        """Return an array to write to; used again, because fresh memory is dear."""
        room = self._scratch.get(name)
        if room is None or len(room) < length:
            room = np.empty(length if width is None else (length, width), np.int32)
            self._scratch[name] = room
        return room

    def finish(self) -> tuple[list[str], dict[str, NDArray[Any]]]:
        """Return the spellings and the columns."""
        blocks = self._blocks
        sentences = self._sentences.columns()
        first_tokens = sentences.pop("sentence_tokens")
        columns = self._tokens.columns() | sentences | self._quotations.columns()
        columns |= {
            "offsets": self._offsets,
            "sentence_tokens": np.append(first_tokens, len(self._tokens)),
            "sentence_offsets": np.searchsorted(sentences["sentence_block"], blocks.offsets),
            "set_aside": np.zeros(len(self._sentences), bool),
            "block_kind": blocks.kind,
            "block_start": blocks.start.astype(np.int32),
            "block_end": blocks.end.astype(np.int32),
            "block_offsets": blocks.offsets,
            "quotation_offsets": self._quotation_offsets,
        }
        return self._forms, columns


# ---------------------------------------------------------------------------- gaps and sentences


class _Answers:
    """What is asked about words, about each of them once."""

    def __init__(self, compiled: Any, ask: Callable[[list[str]], list[int]]) -> None:
        self._compiled = compiled
        self._ask = ask
        self._known = np.zeros(0, np.int8)

    def about(self, forms: list[str], numbers: NDArray[np.int32]) -> NDArray[np.int8]:
        """Return what is known of all forms: at least that about these numbers."""
        if len(forms) > len(self._known):
            longer = np.full(2 * len(forms), self._compiled.UNKNOWN, np.int8)
            longer[: len(self._known)] = self._known
            self._known = longer
        new = np.empty(len(numbers), np.int32)
        new = new[: self._compiled.pick_unknown(numbers, self._known, new)]
        if len(new):
            self._known[new] = self._ask([forms[number] for number in new.tolist()])
        return self._known


def _gap_bits(compiled: Any, gap: str, may_end: int) -> int:
    """Return what a gap is by its string; beside words of two letters it has its usual class."""
    return int(
        gap_class(gap, "ab", "ab")
        | compiled.NUMERIC * (gap in IN_NUMBERS)
        | compiled.FULL_STOP * (gap == ".")
        | compiled.ENDS * may_end
        | compiled.STOP_LAST * gap.endswith(".")
    )


def _end_row(gap: str, after_greek: bool) -> tuple[int, ...]:
    """Where a sentence ends in a gap, and whether at a full stop alone."""
    match = sentence_end(gap, after_greek=after_greek)
    if not match:
        return (0,) * 6
    ended = len(gap[: match.end()].rstrip())
    before = gap[match.start() - 2 : match.start() - 1] if match.start() > 1 else ""
    return 1, match.start(), ended, match.end(), match.group(1) == ".", before == "."


def _about_last(compiled: Any, language: Language) -> Callable[[list[str]], list[int]]:
    """Say as bits of words before a gap what `gaps.sentence_break` asks about them."""
    listed = _listed(
        {
            compiled.NEVER_LAST: language.abbreviations,
            compiled.BEFORE_NUMBER: language.before_numbers,
            compiled.FINAL: language.final_abbreviations,
        }
    )

    @cache
    def of_first(letter: str) -> int:
        thai_or_lao = "\u0e00" <= letter <= "\u0eff"
        return int(compiled.GREEK * is_greek(letter) | compiled.NEVER_LAST * thai_or_lao)

    def of_word(form: str) -> int:
        bits = listed.get(fold(form), 0) | of_first(form[0])
        if form[-1].isdigit():
            bits |= compiled.DIGIT_LAST
        if len(form) == 1 and form.isalpha():
            bits |= compiled.ONE_LETTER
            if form.isupper() and form != "I":
                bits |= compiled.INITIAL
        return bits

    def of_words(forms: list[str]) -> list[int]:
        return [
            listed.get(form.lower(), 0)  # the same for most words, but five times as fast
            if form.isascii() and form.isalpha() and len(form) > 1
            else of_word(form)
            for form in forms
        ]

    return of_words


def _about_following(compiled: Any, language: Language) -> Callable[[list[str]], list[int]]:
    """Say as bits of words after a gap what `gaps.sentence_break` asks about them."""
    listed = _listed({compiled.STARTER: language.starters})

    @cache
    def of_first(letter: str) -> int:
        return int(compiled.GOES_ON * goes_on(letter) | compiled.DIGIT_FIRST * letter.isdigit())

    return lambda forms: [
        listed.get(form.lower() if form.isascii() else fold(form), 0) | of_first(form[0])
        for form in forms
    ]


def _listed(lists: dict[int, Collection[str]]) -> dict[str, int]:
    """Say of the words of some lists in which they stand, one bit for each list."""
    known: dict[str, int] = {}
    for bit, words in lists.items():
        known |= {word: known.get(word, 0) | bit for word in words}
    return known
