"""The scan of large corpora: the compiled parts find, this module decides, the columns are equal.

What depends on strings alone (the class of a gap, the end of a sentence in it, whether a word is
an abbreviation) is asked once per distinct string, of the functions of the readable scan.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import cache, partial
from itertools import pairwise, repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from framing.gaps import (
    CLAUSE,
    IN_NUMBERS,
    OTHER,
    gap_class,
    goes_on,
    is_greek,
    sentence_end,
)
from framing.language import Language
from framing.marks import BEFORE_OPENER, CLOSERS, LONGEST_UNCLOSED, Blocks
from framing.words import character_classes, fold_all, marks_in_words

_LINE_FEED = ord("\n")
_BATCH = 500_000  # characters, so that what is read twice is still near the processor
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
    scanned = _Scan(compiled, blocks, int(lengths.sum()))
    for first, last in batches_of(lengths):
        scanned.add(texts, first, last)
    return scanned.finish(language)


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
            self._grow(int(spans[done, 1] - spans[done, 0]))

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
        data = self._bytes[self._ends[first] : used]
        ends = self._ends[first : known + 1] - self._ends[first]
        if known > first and not (data == _LINE_FEED).any():
            lines = np.insert(data, ends[1:-1], _LINE_FEED).tobytes()
            return lines.decode("utf-8", "surrogatepass").split("\n")
        text = data.tobytes().decode("utf-8", "surrogatepass")
        if len(text) < len(data):  # from bytes to characters
            ends = np.concatenate([[0], np.cumsum((data & 0xC0) != 0x80)])[ends]
        cuts = ends.tolist()
        return [text[start:end] for start, end in pairwise(cuts)]


def _longer(array: NDArray[Any], used: int, length: int) -> NDArray[Any]:
    longer = np.zeros((length, *array.shape[1:]), array.dtype)
    longer[:used] = array[:used]
    return longer


class _Scan:
    """The columns while they grow."""

    def __init__(self, compiled: Any, blocks: Blocks, size: int) -> None:
        self._compiled = compiled
        self._blocks = blocks
        self._size = size
        self._read = 0  # characters
        self._words = _Strings(compiled)
        self._gaps = _Strings(compiled)
        self._gap_bits = np.zeros(0, np.uint8)
        self._end_rows: list[tuple[int, ...]] = []
        self._n = 0  # tokens
        self._columns: dict[str, NDArray[Any]] = {
            "form_id": np.zeros(0, np.int32),
            "start": np.zeros(0, np.int32),
            "gap": np.zeros(0, np.int8),
            "quoted": np.zeros(0, np.bool_),
        }
        self._scratch: dict[str, NDArray[Any]] = {}
        self._block_token = np.zeros(len(blocks.start) + 1, np.int64)
        self._block_stop = np.zeros(len(blocks.start), np.int64)
        self._asked: list[tuple[int, NDArray[np.int32]]] = []
        self._quotations: list[NDArray[np.int64]] = []
        self._quotation_offsets = np.zeros(len(blocks.offsets), np.int64)
        self._n_quotations = 0

    def add(self, texts: Sequence[str], first: int, last: int) -> None:
        """Scan some articles."""
        compiled, tables = self._compiled, self._blocks
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts[first:last]]
        text_ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        encoded.append(bytes(compiled.PADDING))
        data = np.frombuffer(b"".join(encoded), np.uint8)
        offsets = tables.offsets[first : last + 1]
        here = slice(offsets[0], offsets[-1])
        start, end = tables.start[here], tables.end[here]
        offsets = offsets - offsets[0]
        classes = character_table(compiled)

        most = (len(data) + len(start)) // 2 + 1  # words of a block have a byte between them
        self._reserve(most)
        columns = {name: column[self._n : self._n + most] for name, column in self._columns.items()}
        blocks = np.zeros((len(start) + 1, 5), np.int64)
        token_bytes = self._room("token_bytes", most, 2)
        end_of_token = self._room("end", most)
        gap_token, gap_bytes = self._room("gap_token", most), self._room("gap_bytes", most, 2)
        marks = self._room("marks", len(data), 2)
        letters = np.empty(len(data) // 64, np.uint64)
        compiled.mark_letters(data, letters)
        n_tokens, n_gaps, n_marks = compiled.find_tokens(
            data, letters, text_ends, offsets, start, end, classes, _ends_words(compiled), self._n,
            columns["start"], end_of_token, columns["gap"], token_bytes,
            blocks, gap_token, gap_bytes, marks,
        )  # fmt: skip
        self._words.number(data, token_bytes[:n_tokens], columns["form_id"])
        gap_id, asked = self._room("gap_id", n_gaps), self._room("asked", n_gaps, 6)
        self._gaps.number(data, gap_bytes[:n_gaps], gap_id)
        self._look_at_gaps()
        n_asked = compiled.class_gaps(
            n_gaps, gap_token, gap_id, self._gap_bits, columns["form_id"],
            columns["start"], end_of_token, columns["gap"], asked,
        )  # fmt: skip
        self._asked.append((self._n, asked[:n_asked].copy()))

        quotations = np.empty((n_marks, 3), np.int32)
        quotation_offsets = np.zeros(len(encoded), np.int64)
        found = compiled.find_quotations(
            data, text_ends, offsets, start, end, blocks, marks[:n_marks], classes,
            *_mark_tables(compiled), LONGEST_UNCLOSED, self._n,
            columns["start"], columns["quoted"], quotations, quotation_offsets,
        )  # fmt: skip
        self._quotations.append(quotations[:found].copy())
        self._quotation_offsets[first : last + 1] = self._n_quotations + quotation_offsets
        self._n_quotations += found
        self._block_token[here.start : here.stop + 1] = blocks[:, 0]
        self._block_stop[here] = blocks[:-1, 1]
        self._n += n_tokens
        self._read += sum(map(len, texts[first:last]))

    def _look_at_gaps(self) -> None:
        """Find what follows from the strings of the gaps that are new."""
        seen, known = len(self._end_rows) // 2, len(self._gaps)
        if seen == known:
            return
        if known > len(self._gap_bits):
            self._gap_bits = _longer(self._gap_bits, seen, 2 * known)
        for number, gap in enumerate(self._gaps.strings(seen), seen):
            # two rows per gap: as it is, and after a Greek word
            rows = _end_row(gap, False), _end_row(gap, True)
            self._end_rows.extend(rows)
            self._gap_bits[number] = _gap_bits(self._compiled, gap, rows[0][0] or rows[1][0])

    def _room(self, name: str, length: int, width: int | None = None) -> NDArray[np.int32]:
        """Return an array to write to; used again, because fresh memory is dear."""
        room = self._scratch.get(name)
        if room is None or len(room) < length:
            room = np.empty(length if width is None else (length, width), np.int32)
            self._scratch[name] = room
        return room

    def _reserve(self, most: int) -> None:
        """Make the columns long enough for so many more tokens."""
        needed = self._n + most
        if needed <= len(self._columns["form_id"]):
            return
        if self._read:  # as many tokens per character as so far, and some more
            needed += int(1.1 * self._n * (self._size / self._read - 1))
        for name, column in self._columns.items():
            self._columns[name] = longer = np.zeros(needed, column.dtype)
            longer[: self._n] = column[: self._n]

    def finish(self, language: Language) -> tuple[list[str], dict[str, NDArray[Any]]]:
        """Return the spellings and the columns, with what needs the gaps decided."""
        columns = {name: column[: self._n] for name, column in self._columns.items()}
        forms = self._words.strings()
        asked = self._questions()
        in_numbers = _in_numbers(forms, asked)
        columns["gap"][asked.token[in_numbers]] = OTHER
        asked.ends[in_numbers] = False
        breaks = _find_breaks(forms, asked, self._end_rows, language)
        columns |= self._sentences(breaks)
        columns |= {
            "block_kind": self._blocks.kind,
            "block_start": self._blocks.start.astype(np.int32),
            "block_end": self._blocks.end.astype(np.int32),
            "block_offsets": self._blocks.offsets,
            "offsets": self._block_token[self._blocks.offsets],
            "quotation_offsets": self._quotation_offsets,
        }
        quotations = np.concatenate([np.zeros((0, 3), np.int32), *self._quotations])
        columns["quotation_start"] = quotations[:, 0].copy()
        columns["quotation_end"] = quotations[:, 1].copy()
        columns["balanced"] = quotations[:, 2].astype(bool)
        return forms, columns

    def _questions(self) -> _Gaps:
        """Return the gaps that have still to be asked about."""
        rows = np.concatenate([np.zeros((0, 6), np.int32), *(rows for _, rows in self._asked)])
        first = np.array([first for first, _ in self._asked], np.int64)
        token, gap, before, after, start, flags = rows.T.copy()
        bits = self._gap_bits[gap]
        return _Gaps(
            token=token + np.repeat(first, [len(rows) for _, rows in self._asked]),
            id=gap,
            before=before,
            after=after,
            start=start,
            numeric=bits & self._compiled.NUMERIC > 0,
            ends=(bits & self._compiled.ENDS > 0) & (bits & self._compiled.CLASS == CLAUSE),
            one_letter_earlier=flags & 1 > 0,
            stop_between=flags & 2 > 0,
        )

    def _sentences(self, breaks: _Breaks) -> dict[str, NDArray[Any]]:
        """Return the columns of the sentences, each begun by a block or a break."""
        blocks = self._blocks
        begun = np.flatnonzero(np.diff(self._block_token))
        token = np.concatenate([self._block_token[begun], breaks.token])
        order = np.argsort(token, kind="stable")
        token = token[order]
        begins_block = order < len(begun)
        block = begun[np.cumsum(begins_block) - 1]
        start = np.concatenate([blocks.start[begun], breaks.begun])[order]
        ended = np.concatenate([np.zeros(len(begun), np.int64), breaks.ended])[order]
        end = np.append(ended[1:], 0)
        ends_block = np.append(begins_block[1:], True)[: len(end)]
        end = np.where(ends_block, self._block_stop[block], end[: len(block)])
        return {
            "sentence_tokens": np.append(token, self._n),
            "sentence_start": start.astype(np.int32),
            "sentence_end": end.astype(np.int32),
            "sentence_block": block.astype(np.int32),
            "sentence_offsets": np.searchsorted(block, blocks.offsets),
            "set_aside": np.zeros(len(token), bool),
        }


# ---------------------------------------------------------------------------- gaps and sentences


class _Gaps(NamedTuple):
    """The gaps that may end a sentence or stand in a number, and what is beside them."""

    token: NDArray[np.int64]  # the one after
    id: NDArray[np.int32]
    before: NDArray[np.int32]  # forms
    after: NDArray[np.int32]
    start: NDArray[np.int32]
    numeric: NDArray[np.bool_]  # whether it may stand in a number
    ends: NDArray[np.bool_]  # whether it may end a sentence
    one_letter_earlier: NDArray[np.bool_]  # whether the last word but one has one letter
    stop_between: NDArray[np.bool_]  # whether a full stop stands after that one


class _Breaks(NamedTuple):
    """Where sentences end inside blocks: the token after, where the next begins and this ended."""

    token: NDArray[np.int64]
    begun: NDArray[np.int32]
    ended: NDArray[np.int32]


def _of_strings(
    strings: Sequence[str], ids: NDArray[np.integer], function: Callable[[list[str]], NDArray[Any]]
) -> NDArray[np.int8]:
    """Ask a function about these strings, each of them once."""
    asked = np.zeros(len(strings), bool)
    asked[ids] = True
    numbers = np.flatnonzero(asked)
    answers = np.zeros(len(strings), np.int8)
    answers[numbers] = function([strings[number] for number in numbers.tolist()])
    return answers[ids]


def _of_characters(characters: list[str], function: Callable[[str], bool]) -> NDArray[np.bool_]:
    """Ask a function about characters, about each kind once."""
    known = {character: function(character) for character in set(characters)}
    return np.fromiter(map(known.__getitem__, characters), bool, len(characters))


def _gap_bits(compiled: Any, gap: str, may_end: int) -> int:
    """Return what a gap is by its string; beside words of two letters it has its usual class."""
    return int(
        gap_class(gap, "ab", "ab")
        | compiled.NUMERIC * (gap in IN_NUMBERS)
        | compiled.FULL_STOP * (gap == ".")
        | compiled.ENDS * may_end
        | compiled.STOP_LAST * gap.endswith(".")
    )


def _in_numbers(forms: list[str], gaps: _Gaps) -> NDArray[np.int64]:
    """Find the gaps inside numbers."""
    at = np.flatnonzero(gaps.numeric)
    inside = _of_strings(forms, gaps.before[at], _ends_in_digit)
    inside &= _of_strings(forms, gaps.after[at], _begins_with_digit)
    return at[inside > 0]


def _ends_in_digit(forms: list[str]) -> NDArray[np.bool_]:
    return _of_characters([form[-1] for form in forms], str.isdigit)


def _begins_with_digit(forms: list[str]) -> NDArray[np.bool_]:
    return _of_characters([form[0] for form in forms], str.isdigit)


# What a word before a full stop or after it is, as bits.
_GREEK, _NEVER_LAST, _BEFORE_NUMBER, _FINAL, _ONE_LETTER, _INITIAL = (1 << bit for bit in range(6))
_GOES_ON, _NUMBER, _STARTER = (1 << bit for bit in range(3))


def _last_bits(forms: list[str], language: Language) -> NDArray[np.int8]:
    """Say of words before a gap what `gaps.sentence_break` asks about them."""
    bits = _in_lists(
        forms,
        {
            _NEVER_LAST: language.abbreviations,
            _BEFORE_NUMBER: language.before_numbers,
            _FINAL: language.final_abbreviations,
        },
    )
    first = [form[0] for form in forms]
    bits |= _GREEK * _of_characters(first, is_greek)
    bits |= _NEVER_LAST * _of_characters(first, lambda one: "\u0e00" <= one <= "\u0eff")
    for place in np.flatnonzero(np.fromiter(map(len, forms), np.int64, len(forms)) == 1).tolist():
        form = forms[place]
        if form.isalpha():
            bits[place] |= _ONE_LETTER | _INITIAL * (form.isupper() and form != "I")
    return bits


def _following_bits(forms: list[str], language: Language) -> NDArray[np.int8]:
    """Say of words after a gap what `gaps.sentence_break` asks about them."""
    bits = _in_lists(forms, {_STARTER: language.starters})
    first = [form[0] for form in forms]
    bits |= _GOES_ON * _of_characters(first, goes_on)
    bits |= _NUMBER * _of_characters(first, str.isdigit)
    return bits


def _in_lists(forms: list[str], lists: dict[int, Collection[str]]) -> NDArray[np.int8]:
    """Say of words in which lists they stand, one bit for each."""
    known: dict[str, int] = {}
    for bit, words in lists.items():
        known |= {word: known.get(word, 0) | bit for word in words}
    found = map(known.get, fold_all(forms), repeat(0))
    return np.fromiter(found, np.int8, len(forms))


def _end_row(gap: str, after_greek: bool) -> tuple[int, ...]:
    """Where a sentence ends in a gap, and whether at a full stop alone."""
    match = sentence_end(gap, after_greek=after_greek)
    if not match:
        return (0,) * 6
    ended = len(gap[: match.end()].rstrip())
    before = gap[match.start() - 2 : match.start() - 1] if match.start() > 1 else ""
    return 1, match.start(), ended, match.end(), match.group(1) == ".", before == "."


def _find_breaks(
    forms: list[str], gaps: _Gaps, end_rows: list[tuple[int, ...]], language: Language
) -> _Breaks:
    """Decide, as `gaps.sentence_break` does, at which gaps a sentence ends."""
    rows = np.array(end_rows, np.int32).reshape(-1, 6)
    has_end, stop, ended, begun, full_stop, stop_before = rows.T.copy()
    last = _of_strings(forms, gaps.before, partial(_last_bits, language=language))
    following = _of_strings(forms, gaps.after, partial(_following_bits, language=language))
    row = 2 * gaps.id + (last & _GREEK)

    # the S of U.S.: one letter before, and a full stop between
    acronym = (stop_before[row] > 0) | ((stop[row] == 0) & gaps.stop_between)
    acronym &= gaps.one_letter_earlier

    starter = following & _STARTER > 0
    no_end = np.where(
        last & _ONE_LETTER > 0,
        np.where(acronym, ~starter, last & _INITIAL > 0),
        (last & _FINAL > 0) & ~starter,
    )
    no_end |= (last & _NEVER_LAST > 0) | ((last & _BEFORE_NUMBER > 0) & (following & _NUMBER > 0))
    kept = (full_stop[row] > 0) & no_end
    ends = np.flatnonzero(gaps.ends & (has_end[row] > 0) & (following & _GOES_ON == 0) & ~kept)
    row, gap_start = row[ends], gaps.start[ends]
    return _Breaks(gaps.token[ends], gap_start + begun[row], gap_start + ended[row])
