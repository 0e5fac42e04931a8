"""The compiled part of the scan.

Importing it fails where numba is missing or finds no folder for what it compiles; only
`framing.acceleration` imports it. No compiled function calls one of another file: numba would not
notice a change there.

Texts come in as UTF-8, one after the other in one array of bytes that ends with `PADDING` zeros.
Every function stops at the end of an article, where that of the readable scan stops, and relies on
arrays long enough for all there can be. `framing.compiled_scan` calls them and makes the tables
and arrays for them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

PADDING = 128  # zeros after the last text: bytes are read 64 at a time


def _compiled(function: Any) -> Any:
    """Compile a function when it is first called, and keep what was compiled."""
    return njit(nogil=True, cache=True)(function)


def _inlined(function: Any) -> Any:
    """Compile a function into those that call it."""
    return njit(nogil=True, inline="always")(function)


# What a character is: one bit each in the table of all characters.
LETTER = 1  # that goes on in a word
SPACELESS = 2  # letter of a script without spaces
MARK = 4  # stands inside words
VOICED = 8  # goes with the letter of a script without spaces before it
JOINER = 16  # hyphens and apostrophes
SPACE = 32
QUOTE = 64  # quotation marks, and the halves of double ones
BEFORE_OPENER = 128  # may stand before a mark that opens
ALPHANUMERIC = 256
DIGIT = 512
DECIMAL = 1024

# What a gap is, by its string: its usual class and one bit each.
CLASS = 7
NUMERIC = 8  # may stand in a number
FULL_STOP = 16  # it is one and nothing else
ENDS = 32  # may end a sentence
STOP_LAST = 64
_JOIN = 1  # the class of the full stop in U.S
_CLAUSE, _OTHER = 2, 4  # of sentences, and of numbers

# What a word before a gap is, and what one after it is, as bits.
GREEK = 1
NEVER_LAST = 2
BEFORE_NUMBER = 4
FINAL = 8
ONE_LETTER = 16
INITIAL = 32
DIGIT_LAST = 64
GOES_ON = 1
DIGIT_FIRST = 2
STARTER = 4
UNKNOWN = -1

# Kinds of quotation marks, as positions in this list.
QUOTATION_MARKS = (
    *('"', "''", "``", "“", "”", "„", "«", "»", "‹", "›"),
    *("‘", "’", "‚", "'", "「", "」", "『", "』"),
)
_STRAIGHT, _TWO_STRAIGHT, _TWO_GRAVE, _HIGH_6, _HIGH_9, _LOW_9, _LEFT, _RIGHT = range(8)
_SINGLE_LEFT, _SINGLE_RIGHT, _SINGLE_6, _SINGLE_9, _SINGLE_LOW, _SINGLE_STRAIGHT = range(8, 14)
_CORNER, _CORNER_END, _WHITE_CORNER, _WHITE_CORNER_END = range(14, 18)

_LINE_FEED = 0x0A
_SPACE = 0x20
_APOSTROPHE = 0x27
_GRAVE = 0x60
_NOTHING = -1  # the character beyond the end of a text
_BYTE, _LAST_BYTE = np.uint64(8), np.uint64(56)
_LONG, _NO_KEY = np.uint64(0xFF << 56), np.uint64(0xFE << 56)
_AHEAD = 64
_HALF = np.uint64(32)
_NO_BITS, _ONE, _TWO, _THREE, _FOUR, _ALL = (np.uint64(n) for n in (0, 1, 2, 3, 4, 64))
SHORT = 15  # bytes that two numbers hold, with their length
_SHORT = np.uint64(SHORT)


def _in_each_byte(number: int) -> np.uint64:
    return np.uint64(int.from_bytes(bytes([number] * 8)))


_LOW_BITS, _HIGH_BITS = _in_each_byte(0x7F), _in_each_byte(0x80)
_CASE_BITS = _in_each_byte(0x20)
_FROM_A, _BEYOND_Z = _in_each_byte(0x80 - ord("a")), _in_each_byte(0x7F - ord("z"))
_FROM_0, _BEYOND_9 = _in_each_byte(0x80 - ord("0")), _in_each_byte(0x7F - ord("9"))
_SPACES = _in_each_byte(0x20)
_GATHER = np.uint64(0x0102040810204080)  # times the lowest bits of eight bytes: them, in the last


@_inlined
def _character(data, at):
    """Return the character at a byte and its length in bytes."""
    at = np.uint64(at)
    byte = np.int64(data[at])
    if byte < 0x80:
        return byte, 1
    second = np.int64(data[at + np.uint64(1)] & 0x3F)
    if byte < 0xE0:
        return (byte & 0x1F) << 6 | second, 2
    third = second << 6 | np.int64(data[at + np.uint64(2)] & 0x3F)
    if byte < 0xF0:
        return (byte & 0x0F) << 12 | third, 3
    return (byte & 0x07) << 18 | third << 6 | np.int64(data[at + np.uint64(3)] & 0x3F), 4


@_inlined
def _eight_bytes(data, at):
    """Return eight bytes as one number; with unsigned positions they are read at once."""
    at = np.uint64(at)
    word = np.uint64(data[at])
    for place in range(1, 8):
        word |= np.uint64(data[at + np.uint64(place)]) << np.uint64(8 * place)
    return word


@_inlined
def _character_before(data, at):
    """Return the character that ends before a byte, and its length in bytes."""
    first = at - 1
    while data[first] & 0xC0 == 0x80:
        first -= 1
    return _character(data, first)[0], at - first


@_inlined
def _ends_line(character):
    """Whether a line ends at a character, as `str.splitlines` sees it."""
    return (
        0x0A <= character <= 0x0D
        or 0x1C <= character <= 0x1E
        or character == 0x85
        or character == 0x2028
        or character == 0x2029
    )


# What a character may be in a line: one bit each in the table of `find_lines`.
CREDIT_BEGINS = 1  # the first of a credit
CREDIT_GOES_ON = 2  # the second of one that does not end in a bracket
CREDIT_ENDS = 4
END_MARK = 8
AFTER_END_MARK = 16


@_compiled
def find_lines(data, text_ends, classes, in_lines, longest_dateline, offsets, columns):
    """Find the lines of some articles with text on them, without the white space around it.

    Writes per line the positions of its first character and of the one after the last, the first
    as character, whether it may be a dateline or have a credit, and whether it has an end mark;
    per article the number of lines so far. Returns their number.
    """
    line = 0
    at = 0
    for article in range(len(text_ends)):
        shift = at  # a character's position is its byte less this
        text_end = text_ends[article]
        while at < text_end:
            character, length = _character(data, at)
            if classes[character] & SPACE:
                at += length
                shift += length - 1
                continue
            begin, second = at, at + length
            position = at - shift
            columns[0, line] = position
            columns[2, line] = character
            special = in_lines[character] & CREDIT_BEGINS != 0
            while at < text_end:
                word = _eight_bytes(data, at)
                # eight characters of ASCII, none of them below the space
                if at + 8 <= text_end and not ((word - _SPACES) | word) & _HIGH_BITS:
                    at += 8
                    continue
                character, length = _character(data, at)
                if _ends_line(character):
                    break
                at += length
                shift += length - 1

            stop, end = at, at - shift
            character, length = _character_before(data, stop)
            while classes[character] & SPACE:
                stop -= length
                end -= 1
                character, length = _character_before(data, stop)
            columns[1, line] = end
            special &= second < stop and in_lines[_character(data, second)[0]] & CREDIT_GOES_ON != 0
            special |= in_lines[character] & CREDIT_ENDS != 0
            place = begin
            while end - position <= longest_dateline and not special and place < stop:
                digit, size = _character(data, place)
                special = classes[digit] & DECIMAL != 0
                place += size
            columns[3, line] = special
            while in_lines[character] & AFTER_END_MARK and stop - length > begin:
                stop -= length
                character, length = _character_before(data, stop)
            columns[4, line] = in_lines[character] & END_MARK != 0
            line += 1
        offsets[article + 1] = line
    return line


@intrinsic
def _count_zeros(_context, _number):
    """Count the zeros below the lowest bit that is set, 64 if none is, as the processor does."""

    def generate(_context, builder, _signature, arguments):
        return builder.cttz(arguments[0], cgutils.false_bit)

    return types.uint64(types.uint64), generate


@_compiled
def mark_letters(data, letters):
    """Set a bit for each byte that is a letter or digit of ASCII, 64 of them to a number."""
    for number in range(len(letters)):
        found = _NO_BITS
        for part in range(8):
            word = _eight_bytes(data, 64 * number + 8 * part)
            low = word & _LOW_BITS
            small = low | _CASE_BITS
            # the high bit of a byte: at least the first of a range, and none too high
            letter = (small + _FROM_A) & ~(small + _BEYOND_Z)
            digit = (low + _FROM_0) & ~(low + _BEYOND_9)
            high_bits = (letter | digit) & ~word & _HIGH_BITS
            in_a_row = (high_bits >> np.uint64(7)) * _GATHER >> np.uint64(56)
            found |= in_a_row << np.uint64(8 * part)
        letters[number] = found


@_inlined
def _letters_from(letters, at):
    """Return the bits of the 64 bytes from one on."""
    number = np.uint64(at) >> np.uint64(6)
    place = np.uint64(at) & np.uint64(63)
    above = (letters[number + np.uint64(1)] << np.uint64(1)) << (np.uint64(63) - place)
    return letters[number] >> place | above


@_inlined
def _is_hebrew(character):
    return 0x5D0 <= character <= 0x5EA


@_inlined
def _takes_gershayim(data, at):
    """Whether the character before this byte is a Hebrew letter or point, or a mark of theirs."""
    lead = data[at - 2]
    if lead != 0xD6 and lead != 0xD7:
        return False
    return 0x591 <= (np.int64(lead & 0x1F) << 6 | np.int64(data[at - 1] & 0x3F)) <= 0x5EA


@_compiled
def find_tokens(
    data,
    letters,
    text_ends,
    block_offsets,
    block_start,
    block_end,
    classes,
    ends_words,
    first_token,
    start,
    end,
    gap,
    token_bytes,
    blocks,
    gap_token,
    gap_bytes,
    marks,
):
    """Find the tokens, the gaps that are no single space and the quotation marks of some articles.

    ``letters`` is what `mark_letters` says. Writes per token its first character and the one after
    the last, 0 in ``gap`` for the first of a block and 1 for the others, and its bytes; per block
    its first token, where its text ends without the spaces after it, its bytes and its first mark;
    per gap the token after it and its bytes; per mark its byte and its character. Returns the
    numbers of tokens, gaps and marks.
    """
    token = gap_number = mark = 0
    at = 0
    for article in range(len(text_ends)):
        shift = at  # a character's position is its byte less this
        for block in range(block_offsets[article], block_offsets[article + 1]):
            while at - shift < block_start[block]:
                length = _character(data, at)[1]
                at += length
                shift += length - 1
            limit = block_end[block] + shift  # the end, if no more characters are long
            blocks[block, 0] = first_token + token
            blocks[block, 2] = at
            blocks[block, 4] = mark
            solid = block_start[block]
            before = -1
            while at < limit:
                character, length = _character(data, at)
                kind = np.int64(classes[np.uint64(character)])
                if not kind & (LETTER | SPACELESS):
                    if kind & QUOTE:
                        marks[mark, 0] = at
                        marks[mark, 1] = at - shift
                        mark += 1
                    at += length
                    shift += length - 1
                    limit += length - 1
                    if not kind & SPACE:
                        solid = at - shift
                    continue
                if before < 0:
                    gap[token] = 0
                else:
                    gap[token] = 1
                    if at > before and not (at == before + 1 and data[before] == _SPACE):
                        gap_token[gap_number] = token
                        gap_bytes[gap_number, 0] = before
                        gap_bytes[gap_number, 1] = at
                        gap_number += 1
                # words of ASCII that end before a mark of ASCII: most words
                here = np.uint64(at)
                ahead, known = _letters_from(letters, here), _ALL  # how many of the bits are known
                is_done = False
                while ahead & _ONE:
                    size = _count_zeros(~ahead)
                    if size + _ONE >= known:
                        ahead, known = _letters_from(letters, here), _ALL
                        size = _count_zeros(~ahead)
                        if size + _ONE >= _ALL:  # no number can be shifted by all its bits
                            break
                    stop = here + size
                    if stop >= np.uint64(limit) or not ends_words[data[stop]]:
                        break
                    row = np.uint64(token)
                    start[row] = here - np.uint64(shift)
                    end[row] = stop - np.uint64(shift)
                    token_bytes[row, 0] = here
                    token_bytes[row, 1] = stop
                    token += 1
                    here = stop + _ONE
                    if data[stop] == _SPACE and here < np.uint64(limit):
                        known -= size + _ONE
                        ahead >>= size + _ONE
                        if ahead & _ONE:
                            gap[row + _ONE] = 1
                            continue
                    here = stop
                    is_done = True
                    break
                at = np.int64(here)
                if is_done:
                    before = at
                    solid = at - shift
                    continue
                start[token] = at - shift
                token_bytes[token, 0] = at
                spaceless = kind & SPACELESS
                inside = MARK | VOICED if spaceless else LETTER | MARK
                at += length
                shift += length - 1
                limit += length - 1
                while at < limit:
                    if not spaceless:
                        at += np.int64(_count_zeros(~_letters_from(letters, at)))
                        if at >= limit:
                            at = limit
                            break
                    character, length = _character(data, at)
                    kind = np.int64(classes[np.uint64(character)])
                    if not kind & inside:
                        if spaceless:
                            break
                        follows = at + length
                        left = limit + length - 1
                        if follows >= left:
                            break
                        if kind & JOINER:
                            if not classes[_character(data, follows)[0]] & LETTER:
                                break
                        elif (
                            character == 0x22 or character == 0x201D or character == 0x5F4
                        ) and _takes_gershayim(data, at):
                            letter, long = _character(data, follows)
                            if not _is_hebrew(letter):
                                break
                            if follows + long < left + long - 1 and _is_hebrew(
                                _character(data, follows + long)[0]
                            ):
                                break
                            if kind & QUOTE:
                                marks[mark, 0] = at
                                marks[mark, 1] = at - shift
                                mark += 1
                        else:
                            break
                    at += length
                    shift += length - 1
                    limit += length - 1
                end[token] = solid = at - shift
                token_bytes[token, 1] = before = at
                token += 1
            blocks[block, 1] = solid
            blocks[block, 3] = at
        at = text_ends[article]
    blocks[len(block_start), 0] = first_token + token
    blocks[len(block_start), 4] = mark
    return token, gap_number, mark


@_inlined
def _slot(one, two, factors, down):
    """Return where in a table a string belongs: no one can foresee the collisions."""
    return (one * factors[0] + two * factors[1]) >> down


@_compiled
def number_strings(
    data, spans, done, ids, slots, bits, factors, masks, keys, strings, ends, counts
):
    """Give each string its number, in the order in which they are first met.

    A string is what stands between two bytes; in ``strings``, a line feed follows each. In
    ``2 ** bits`` slots stand the numbers, counted from 1; the key of a number, two of ``keys``, is
    the bytes of a short string, or a sum of those of a long one, which is compared byte by byte.
    The strings that are met first are the frequent ones, so that their keys stay near the
    processor. ``masks`` cut what is read to each length up to `SHORT`. Returns how many strings
    have been numbered: all, or those before the tables have to grow.
    """
    down = np.uint64(64 - bits)
    # the slots of some strings are read before the first is looked up: memory is slow, not narrow
    ahead = np.empty(4 * _AHEAD, np.uint64)
    for begin in range(done, len(spans), _AHEAD):
        stop = min(begin + _AHEAD, len(spans))
        place = _NO_BITS
        for row in range(np.uint64(begin), np.uint64(stop)):
            first = np.uint64(spans[row, 0])
            length = np.uint64(spans[row, 1]) - first
            cut = min(length, _SHORT)
            one = _eight_bytes(data, first) & masks[cut + cut]
            two = _eight_bytes(data, first + _BYTE) & masks[cut + cut + _ONE] | length << _LAST_BYTE
            two = two if length <= _SHORT else _NO_KEY
            slot = _slot(one, two, factors, down)
            ahead[place] = one
            ahead[place + _ONE] = two
            ahead[place + _TWO] = slot
            ahead[place + _THREE] = slots[slot]
            place += _FOUR
        place = _NO_BITS
        for row in range(np.uint64(begin), np.uint64(stop)):
            one, two, number = ahead[place], ahead[place + _ONE], ahead[place + _THREE]
            slot = ahead[place + _TWO]
            place += _FOUR
            if keys[number + number] == one and keys[number + number + _ONE] == two:
                ids[row] = number - _ONE  # as nearly always
                continue
            first = np.uint64(spans[row, 0])
            length = np.uint64(spans[row, 1]) - first
            if length > _SHORT:
                one, two = _key_of_long(data, first, length, factors), _LONG
                slot = _slot(one, two, factors, down)
            found = _find_number(
                data, first, length, one, two, slot, slots, keys, strings, ends, counts
            )
            if not found:
                return np.int64(row)
            ids[row] = found - 1
    return len(spans)


@_compiled
def _key_of_long(data, first, length, factors):
    """Return a sum of the bytes of a string that is too long for a key; no one can foresee it."""
    one = length
    last = first + length - _BYTE
    place = first
    while place < last:
        one = (one ^ _eight_bytes(data, place)) * factors[0]
        # the second factor spreads a difference in the highest bits: no later bytes can undo it
        one = (one ^ one >> _HALF) * factors[1]
        place += _BYTE
    one = (one ^ _eight_bytes(data, last)) * factors[0]
    return one ^ one >> _HALF


@_compiled
def _find_number(data, first, length, one, two, slot, slots, keys, strings, ends, counts):
    """Return the number of a string, which may be new; 0 if the tables have to grow for it."""
    size = np.int64(length)
    start = np.int64(first)
    while slots[slot]:
        number = np.uint64(slots[slot])
        if keys[number + number] == one and keys[number + number + _ONE] == two:
            if two != _LONG:
                return number
            there = ends[number - _ONE]
            if ends[number] - there == size + 1:
                place = 0
                while place < size and strings[there + place] == data[start + place]:
                    place += 1
                if place == size:
                    return number
        slot = (slot + _ONE) & np.uint64(len(slots) - 1)
    known, used = counts[0], counts[1]
    if 2 * known >= len(slots) or used + size >= len(strings):
        return 0
    for place in range(size):
        strings[used + place] = data[start + place]
    strings[used + size] = _LINE_FEED
    known += 1
    keys[2 * known] = one
    keys[2 * known + 1] = two
    slots[slot] = known
    ends[known] = used + size + 1
    counts[0] = known
    counts[1] = used + size + 1
    return known


@_compiled
def fill_slots(slots, bits, factors, keys, known):
    """Put the numbers of the known strings into ``2 ** bits`` empty slots."""
    down = np.uint64(64 - bits)
    for number in range(np.uint64(1), np.uint64(known + 1)):
        slot = _slot(keys[number + number], keys[number + number + _ONE], factors, down)
        while slots[slot]:
            slot = (slot + _ONE) & np.uint64(len(slots) - 1)
        slots[slot] = number


@_compiled
def class_gaps(n_gaps, gap_token, gap_id, bits, form_id, start, end, gap, asked):
    """Write the class of each gap, and pick those about which the words beside have to be asked.

    Writes per picked gap the token after it, its number, the forms before and after, where it
    starts, and as bits whether the last word but one has one letter and whether a gap between
    that and the last word ends in a full stop. Returns how many gaps are picked.
    """
    picked = 0
    stop_at = -1  # the token before which the last gap stands, if that ends in a full stop
    for number in range(n_gaps):
        token = np.int64(gap_token[number])
        before = token - 1
        known = bits[gap_id[number]]
        if known & FULL_STOP and end[before] - start[before] == 1:
            gap[token] = _JOIN
        else:
            gap[token] = known & CLASS
            if known & (NUMERIC | ENDS):
                asked[picked, 0] = token
                asked[picked, 1] = gap_id[number]
                asked[picked, 2] = form_id[before]
                asked[picked, 3] = form_id[token]
                asked[picked, 4] = end[before]
                earlier = max(token - 2, 0)
                asked[picked, 5] = (gap[before] != 0 and end[earlier] - start[earlier] == 1) | 2 * (
                    stop_at == before
                )
                picked += 1
        stop_at = token if known & STOP_LAST else -1
    return picked


@_compiled
def pick_unknown(numbers, known, picked):
    """Pick the numbers of which nothing is known, each once, and note that. Returns how many."""
    n_picked = 0
    for row in range(len(numbers)):
        number = numbers[row]
        if known[number] == UNKNOWN:
            known[number] = 0
            picked[n_picked] = number
            n_picked += 1
    return n_picked


@_inlined
def _goes_on(stop, stop_before, last, following, flags):
    """Whether a sentence goes on after a full stop, as after an abbreviation."""
    if last & NEVER_LAST or (last & BEFORE_NUMBER and following & DIGIT_FIRST):
        return True
    if last & ONE_LETTER:
        # the S of U.S.: one letter before, and a full stop between
        if flags & 1 and (stop_before or (stop == 0 and flags & 2)):
            return not following & STARTER
        return last & INITIAL != 0
    return last & FINAL != 0 and not following & STARTER


@_compiled
def find_sentences(
    asked, bits, ends, last, following, blocks, block_start, first_block, gap, columns
):
    """Decide at which of the picked gaps a sentence ends, and write the sentences.

    ``asked`` is what `class_gaps` picked, ``bits`` what gaps are, ``last`` and ``following`` what
    forms are before and after a gap. Two rows of ``ends`` belong to a gap, the second to it after
    a Greek word: whether a sentence ends there; where in the gap the mark that ends it stands,
    its text ends and the next begins; whether a full stop alone ends it; and whether another
    stands before. Gaps inside numbers get their class. Writes per sentence its first token, its
    first character, the one after the last, and its block. Returns the number of sentences.
    """
    sentence_tokens, sentence_start, sentence_end, sentence_block = columns
    first_token = blocks[0, 0]
    number = row = 0
    for block in range(len(block_start)):
        token, last_token = blocks[block, 0], blocks[block + 1, 0]
        if token == last_token:
            continue
        start = block_start[block]
        while row < len(asked) and asked[row, 0] + first_token < last_token:
            at, gap_id, gap_start = asked[row, 0], asked[row, 1], asked[row, 4]
            before, after, flags = last[asked[row, 2]], following[asked[row, 3]], asked[row, 5]
            row += 1
            known = bits[gap_id]
            if known & NUMERIC and before & DIGIT_LAST and after & DIGIT_FIRST:
                gap[at] = _OTHER
                continue
            if not known & ENDS or known & CLASS != _CLAUSE or after & GOES_ON:
                continue
            way = 2 * gap_id + (before & GREEK)
            if not ends[way, 0] or (
                ends[way, 4] and _goes_on(ends[way, 1], ends[way, 5], before, after, flags)
            ):
                continue
            sentence_tokens[number] = token
            sentence_start[number] = start
            sentence_end[number] = gap_start + ends[way, 2]
            sentence_block[number] = first_block + block
            number += 1
            token, start = first_token + at, np.int64(gap_start + ends[way, 3])
        sentence_tokens[number] = token
        sentence_start[number] = start
        sentence_end[number] = blocks[block, 1]
        sentence_block[number] = first_block + block
        number += 1
    return number


@_inlined
def _is_word(character, classes):
    r"""Whether ``\w`` matches a character."""
    return character == 0x5F or (character >= 0 and classes[character] & ALPHANUMERIC)


@_inlined
def _plain(character):
    """Return the small letter that a letter equals where case is ignored."""
    if character == 0x17F:
        return 0x73
    if character == 0x130 or character == 0x131:
        return 0x69
    return character | 0x20 if 0x41 <= character <= 0x5A else character


@_compiled
def _drops_letters(data, at, text_end, classes):
    """Whether a word that an apostrophe shortens stands at a byte: 'n', '90s, 'tis."""
    found = np.full(6, _NOTHING, np.int64)
    for place in range(6):
        if at >= text_end:
            break
        found[place], length = _character(data, at)
        at += length
    one, two, three = _plain(found[0]), _plain(found[1]), _plain(found[2])
    four, five = _plain(found[3]), _plain(found[4])
    if one == 0x6E and two == _APOSTROPHE:
        return True
    if one < 0 or two < 0:
        return False
    if classes[found[0]] & DECIMAL and classes[found[1]] & DECIMAL:
        return not _is_word(found[3 if three == 0x73 else 2], classes)
    if one == 0x65 and two == 0x6D:  # 'em
        return not _is_word(found[2], classes)
    if one == 0x74 and two == 0x69 and (three == 0x6C or three == 0x73):  # 'til, 'tis
        return not _is_word(found[3], classes)
    if one == 0x74 and two == 0x77 and three == 0x61 and four == 0x73:  # 'twas
        return not _is_word(found[4], classes)
    return (  # 'cause
        one == 0x63
        and two == 0x61
        and three == 0x75
        and four == 0x73
        and five == 0x65
        and not _is_word(found[5], classes)
    )


@_compiled
def _shape(kind, before, after, classes, low_open):
    """Whether a mark other than a single one can open and close, by its neighbours."""
    space_before = classes[before] & SPACE != 0
    space_after = classes[after] & SPACE != 0
    word_before = classes[before] & ALPHANUMERIC != 0
    word_after = classes[after] & ALPHANUMERIC != 0
    opener = classes[before] & BEFORE_OPENER != 0 and not space_after
    bracket = before == 0x28 or before == 0x5B or before == 0x7B
    closer = not space_before and not (bracket and not space_after)
    if kind <= _TWO_GRAVE:
        if space_before and space_after:
            return True, True
        if opener and closer:
            closer = not (word_after or after == 0xBF or after == 0xA1)
            return not closer, closer
        return opener, closer
    if kind == _LOW_9:
        return True, False
    if kind == _HIGH_6:
        punctuated = (
            before == 0x2E or before == 0x2C or before == 0x21 or before == 0x3F or before == 0x2026
        )
        opener = not (word_before or punctuated) or (word_after and not low_open)
        return opener, not space_before
    if kind == _HIGH_9:
        return opener and space_before and word_after, True
    if kind >= _CORNER:
        opener = kind in (_CORNER, _WHITE_CORNER)
        return opener, not opener
    outward = kind in (_LEFT, _SINGLE_LEFT)
    if space_before and space_after:
        return outward, not outward
    opener = classes[before] & BEFORE_OPENER != 0 and (outward or word_after)
    return opener, not opener and (not outward or not space_before)


@_inlined
def _kind_of(character, codes):
    """Return the kind of a mark of one character."""
    for kind in range(len(codes)):
        if codes[kind] == character:
            return kind
    return -1


@_inlined
def _starts_with(data, at, text_end, kind, codes):
    """Whether a mark of a kind stands at a byte."""
    if at >= text_end:
        return False
    character, _length = _character(data, at)
    if kind in (_TWO_STRAIGHT, _TWO_GRAVE):
        other = _APOSTROPHE if kind == _TWO_STRAIGHT else _GRAVE
        return character == other and at + 1 < text_end and data[at + 1] == other
    return character == codes[kind]


@_inlined
def _solid_end(data, at, position, limit, classes):
    """Return the end of what stands from a character on to a limit, without spaces at its end."""
    solid = position
    while position < limit:
        character, length = _character(data, at)
        at += length
        position += 1
        if not classes[character] & SPACE:
            solid = position
    return solid


@_compiled
def find_quotations(
    data,
    text_ends,
    block_offsets,
    block_start,
    block_end,
    blocks,
    marks,
    classes,
    codes,
    closers,
    longest,
    quotation_start,
    quotation_end,
    balanced,
    quotation_offsets,
):
    """Pair the quotation marks of some articles.

    ``blocks`` and ``marks`` are those of `find_tokens`; ``codes`` has the character of each kind
    of mark, or -1, and ``closers`` whether the one of a column closes the one of a row. Writes
    per quotation its first character, the one after the last and whether it is balanced; per
    article their number so far. Returns their number.
    """
    found = 0
    open_kind = np.zeros(len(QUOTATION_MARKS), np.int64)
    open_byte = np.zeros(len(QUOTATION_MARKS), np.int64)
    open_position = np.zeros(len(QUOTATION_MARKS), np.int64)
    for article in range(len(text_ends)):
        text_start = text_ends[article - 1] if article else 0
        text_end = text_ends[article]
        for block in range(block_offsets[article], block_offsets[article + 1]):
            first_mark, last_mark = blocks[block, 4], blocks[block + 1, 4]
            if first_mark == last_mark:
                continue
            byte_start, byte_end = blocks[block, 2], blocks[block, 3]
            first_found = found

            # the last single mark that can close, and the last of each kind that closes well
            last_closer = last_straight = last_curly = -1
            for number in range(first_mark, last_mark):
                at = np.int64(marks[number, 0])
                mark, length = _character(data, at)
                if (mark != _APOSTROPHE and mark != 0x2019) or at == text_start:
                    continue
                follows = at + length
                if follows < byte_end and _is_word(_character(data, follows)[0], classes):
                    continue
                before = _character_before(data, at)[0]
                if classes[before] & SPACE:
                    continue
                position = np.int64(marks[number, 1])
                if mark == _APOSTROPHE and before != _APOSTROPHE and before != 0x28:
                    last_closer = position
                if before != 0x73 and before != 0x53:
                    if mark == _APOSTROPHE:
                        last_straight = position
                    else:
                        last_curly = position

            straight_open = low_open = False
            depth = 0
            number = first_mark
            while number < last_mark:
                at = np.int64(marks[number, 0])
                position = np.int64(marks[number, 1])
                character, length = _character(data, at)
                number += 1
                width = 1
                kind = _kind_of(character, codes)
                if character in (_APOSTROPHE, _GRAVE) and (
                    at + 1 < byte_end and data[at + 1] == character
                ):
                    kind = _TWO_STRAIGHT if character == _APOSTROPHE else _TWO_GRAVE
                    width = length = 2
                    number += 1
                if kind < 0:
                    continue
                follows = at + length
                before = _character_before(data, at)[0] if at > byte_start else 0x20
                after = _character(data, follows)[0] if follows < byte_end else 0x20
                if kind in (_STRAIGHT, _HIGH_9) and 0x591 <= before <= 0x5EA and follows < text_end:
                    letter, long = _character(data, follows)
                    if _is_hebrew(letter) and not (
                        follows + long < text_end
                        and _is_hebrew(_character(data, follows + long)[0])
                    ):
                        continue

                if _SINGLE_6 <= kind <= _SINGLE_STRAIGHT:
                    word_before = classes[before] & ALPHANUMERIC != 0
                    word_after = classes[after] & ALPHANUMERIC != 0
                    space_before = classes[before] & SPACE != 0
                    opens = classes[before] & BEFORE_OPENER != 0 and word_after
                    closes = not space_before and not word_after
                    if (word_before and word_after) or (
                        opens
                        and kind in (_SINGLE_STRAIGHT, _SINGLE_6)
                        and _drops_letters(data, follows, text_end, classes)
                    ):
                        opens = closes = False
                    else:
                        if (
                            closes
                            and kind in (_SINGLE_STRAIGHT, _SINGLE_9)
                            and (before == 0x73 or before == 0x53)
                            and follows < text_end
                            and classes[_character(data, follows)[0]] & SPACE
                        ):
                            last = last_straight if kind == _SINGLE_STRAIGHT else last_curly
                            closes = last <= position + 1
                        if kind == _SINGLE_STRAIGHT:
                            opens = opens and last_closer > position + 1
                        elif kind == _SINGLE_9:
                            opens = False
                        elif kind == _SINGLE_6:
                            space_after = classes[after] & SPACE != 0
                            opens = opens or (space_before and not space_after)
                            closes = closes and not opens
                        else:
                            opens, closes = True, False
                else:
                    opens, closes = _shape(kind, before, after, classes, low_open)
                    if kind == _STRAIGHT and classes[before] & DIGIT and not straight_open:
                        continue  # 12": a measure
                if not opens and not closes:
                    continue
                if opens and kind == _STRAIGHT and not straight_open:
                    straight_open = True
                elif closes and closers[_STRAIGHT, kind]:
                    straight_open = False
                if opens and kind == _LOW_9 and not low_open:
                    low_open = True
                elif closes and closers[_LOW_9, kind]:
                    low_open = False

                # the innermost open mark that it closes
                opener = -1
                if closes:
                    opener = depth - 1
                    while opener >= 0 and not closers[open_kind[opener], kind]:
                        opener -= 1
                    mixed = kind in (_STRAIGHT, _HIGH_6, _HIGH_9)
                    if opener < 0 and not opens and mixed:
                        opener = depth - 1
                        while opener >= 0 and not (
                            open_kind[opener] == _STRAIGHT
                            or open_kind[opener] == _HIGH_6
                            or open_kind[opener] == _HIGH_9
                        ):
                            opener -= 1
                kept = depth
                if opener >= 0:
                    kept = opener
                elif opens:
                    kept = 0
                    while kept < depth and open_kind[kept] != kind:
                        kept += 1
                elif not (_SINGLE_6 <= kind <= _SINGLE_STRAIGHT):
                    quotation_start[found] = position
                    quotation_end[found] = position + width
                    balanced[found] = 0
                    found += 1
                for inner in range(kept + (opener >= 0), depth):
                    if not (_SINGLE_6 <= open_kind[inner] <= _SINGLE_STRAIGHT):
                        limit = min(position, open_position[inner] + longest)
                        quotation_start[found] = open_position[inner]
                        quotation_end[found] = _solid_end(
                            data, open_byte[inner], open_position[inner], limit, classes
                        )
                        balanced[found] = 0
                        found += 1
                depth = kept
                if opener >= 0:
                    quotation_start[found] = open_position[opener]
                    quotation_end[found] = position + width
                    balanced[found] = 1
                    found += 1
                elif opens:
                    open_kind[depth] = kind
                    open_byte[depth] = at
                    open_position[depth] = position
                    depth += 1

            for inner in range(depth):
                kind = open_kind[inner]
                if _SINGLE_6 <= kind <= _SINGLE_STRAIGHT and kind != _SINGLE_LOW:
                    continue
                quotation_start[found] = open_position[inner]
                if block + 1 < block_offsets[article + 1] and _starts_with(
                    data, blocks[block + 1, 2], text_end, kind, codes
                ):
                    quotation_end[found] = block_end[block]
                    balanced[found] = 1
                else:
                    limit = min(block_end[block], open_position[inner] + longest)
                    quotation_end[found] = _solid_end(
                        data, open_byte[inner], open_position[inner], limit, classes
                    )
                    balanced[found] = 0
                found += 1

            # in the order of their first marks; few marks are open at once, so few have to move
            for number in range(first_found + 1, found):
                one, two, three = quotation_start[number], quotation_end[number], balanced[number]
                place = number
                while place > first_found and (
                    quotation_start[place - 1] > one
                    or (quotation_start[place - 1] == one and quotation_end[place - 1] > two)
                ):
                    quotation_start[place] = quotation_start[place - 1]
                    quotation_end[place] = quotation_end[place - 1]
                    balanced[place] = balanced[place - 1]
                    place -= 1
                quotation_start[place], quotation_end[place] = one, two
                balanced[place] = three
        quotation_offsets[article + 1] = found
    return found
