"""What the parts of an article are, and which of them say again what was said before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise, zip_longest
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from framing.marks import Block
from framing.tables import BLOCKS, UNCOUNTED_BLOCKS
from framing.tokens import Tokens
from framing.words import fold, token_pattern

LONGEST_STANDFIRST = 40  # words
LONGEST_DATELINE = 80  # characters
LONGEST_CREDIT = 160  # characters
MOST_CREDIT_WORDS = 12
SHORTEST_REPEAT = 6  # words: shorter sentences ("Thank you.") are said again for a reason

_END_MARKS = frozenset(".!?…:;。！？｡।॥؟۔։።။។៕")
_AFTER_END_MARK = "\"”“»«›’')]」』）"  # quotation marks and brackets
_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?"
    r"|aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_DATE = (
    rf"(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|{_MONTH},? \d{{4}})"
)
_ZONE = r"(?-i:[A-Z]{2,5}(?:[+-]\d{1,2})?|\([A-Z]{2,5}\)|[+-]\d{2}:?\d{2}|Z)"
_TIME = (
    r"(?:\d{1,2}[:.h]\d{2}(?::\d{2}(?:\.\d+)?)? ?(?:[ap]\.?m\.?)?|\d{1,2} ?[ap]\.?m\.?)"
    rf"(?: ?{_ZONE})?"
)
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
_WHEN = rf"(?:{_DATE}|{_TIME}|{_DAY})"
_DIGIT = re.compile(r"\d")
# A line that holds nothing but a date or a time: "10 February, 2022, 11:40 am". White space is
# single here and what separates the parts is short, so that padding costs no time.
_DATELINE = re.compile(
    r"(?:(?:published|updated|posted|last updated|first published) ?:? ?(?:on|at)? ?)?"
    rf"(?=.*\d){_WHEN}(?:[ ,|–·-]{{0,3}}(?:at |T(?=\d))?{_WHEN}){{0,2}} ?\.?",
    re.IGNORECASE,
)
# "PA" alone is also the Palestinian Authority.
_AGENCY = (
    r"(?:(?-i:AP|AFP|EPA(?:-EFE)?|DPA|dpa|ANSA|TASS|UPI|PTI|Xinhua|Reuters|REUTERS"
    r"|Sputnik|Ukrinform)\b|(?-i:PA(?: Media| Wire| Images|(?=/| Photo)))"
    r"|Associated Press|Agence France-Presse|Getty(?: Images)?\b)"
)
_BARE_AGENCY = re.compile(_AGENCY, re.IGNORECASE)
_PHOTO = r"(?:photos?|photographs?|images?|pictures?)"
# What stands in the brackets of a credit: "AP Photo/Thibault Camus, Pool", "Jo Doe via Reuters",
# "Photo: Jo Doe", "Handout"; not every bracket in which "via", "image" or "pool" occurs.
_CREDIT = re.compile(
    rf"(?:.*(?:/ ?|\bvia |, |[|–-] |© ?))?{_AGENCY}(?: ?[/|].*| [–-] .*"
    rf"|, ?(?:(?-i:[A-Z\d])|file|pool|handout).*| (?:{_PHOTO}|file|pool|handout|via)\b.*)?"
    rf"|(?:{_PHOTO}|credits?|{_PHOTO} (?:credits?|courtesy)) ?[:/].+"
    rf"|{_PHOTO} (?:by|courtesy of) (?-i:[A-Z]).*"
    rf"|(?:file|pool|archive) {_PHOTO}(?: ?[,:/|].*)?"
    r"|.*\bGetty Images\b.*|.*\b(?-i:Handout|HANDOUT)\b.*",
    re.IGNORECASE,
)
# A sentence ends here; "J. Doe", "Jr." and "Feb. 7" are no ends.
_SENTENCE_END = re.compile(r"[!?…]|\w{3}\.(?:\s+\D|\s*$)")
# A line that is a credit and nothing else: "Photo: AFP", "(Reporting by ...; editing by ...)".
_CREDIT_LINE = re.compile(
    rf"{_PHOTO}(?:\s+(?:credit|by))?\s*:\s*\S.{{0,120}}"
    r"|[(\[](?:additional\s+)?(?:reporting|writing|editing|compiled|translated)\s+by\b[^()]*[)\]]",
    re.IGNORECASE,
)
# What it begins with: p, i (ı and İ are an i in any case) or a bracket.
_CREDIT_BEGINS = frozenset("pPiIıİ([")


class Layout(NamedTuple):
    """An article with its title before its text, its title if it has one, and its parts."""

    text: str
    title: str | None
    blocks: list[Block]
    hard_wrapped: bool


class Repeat(NamedTuple):
    """A sentence of an article that repeats an earlier one."""

    sentence: int
    first: int


def lay_out(text: str, title: str = "") -> Layout:
    """Put the title before the text of an article and find its parts.

    Nothing is put before a text whose first line, or first line after datelines, has the same
    words as the title: case, quotation marks, other punctuation and white space may differ.

    A text is hard-wrapped if its lines seem to be broken at a width instead of at paragraphs.
    Most of at least five lines are then long, end without end mark and go on in lower case.

    Parameters
    ----------
    text : str
        The article's text.
    title : str
        Its headline, empty where it is not known.

    Returns
    -------
    Layout
        The text, the title as it stands there, the parts as `find_blocks` finds them, and
        whether the text is hard-wrapped.
    """
    starts, lines = _lines(text)
    hard_wrapped = _is_hard_wrapped(lines)
    title = " ".join(title.split())
    number = _title_line(lines, title) if title else None
    if number is not None:
        title = _split_credit(lines[number])[0]
    elif title:
        text = f"{title}\n\n{text}"
        if not lines:  # the title is the only line there is, and known to be no body
            return Layout(text, title, [Block("title", 0, len(title))], hard_wrapped)
        shift = len(title) + 2
        starts, lines = [0, *(start + shift for start in starts)], [title, *lines]
    blocks = _blocks(starts, lines, title)
    found = next((text[b.start : b.end] for b in blocks if b.kind == "title"), None)
    return Layout(text, title or found, blocks, hard_wrapped)


def find_blocks(text: str, title: str | None = None) -> list[Block]:
    """Divide an article into its parts: title, dateline, standfirst, caption, credit, body.

    Every line with text on it is a paragraph. A line that holds only a date or time is a
    dateline. The title is the first of several lines, or the first after datelines, if it has the
    same words as the title given, or if no title is given, it has no end mark and more lines
    follow. A paragraph that ends in a credit in brackets is a caption and a credit; if the credit
    is only the name of an agency and the paragraph is the first, the last or follows body, it is
    body and a credit. A line without end mark and of at most 40 words before the body is a
    standfirst. Everything else is body.

    Parameters
    ----------
    text : str
        The article's text.
    title : str, optional
        Its headline, where it is known.

    Returns
    -------
    list of Block
        The parts in the order of the text, without the white space between them.
    """
    return _blocks(*_lines(text), title)


def _blocks(starts: Sequence[int], lines: Sequence[str], title: str | None) -> list[Block]:
    """Find the parts of an article by its lines."""
    title_line = _title_line(lines, title) if len(lines) > 1 else None
    blocks: list[Block] = []
    in_body = False
    for number, (start, line) in enumerate(zip(starts, lines, strict=True)):
        end = start + len(line)
        if in_body and len(line) > LONGEST_DATELINE and not _may_have_credit(line):  # most lines
            blocks.append(Block("body", start, end))
            continue
        words, credit = _split_credit(line)
        if number == title_line:
            kind = "title"
        elif _is_dateline(line):
            kind = "dateline"
        elif not words:
            kind = "credit"
        elif credit:
            outside = in_body or not blocks or number == len(lines) - 1
            signed = outside and _BARE_AGENCY.fullmatch(credit[1:-1].strip())
            kind = "body" if signed else "caption"
        elif blocks and not in_body and not _has_end_mark(line) and _is_short(line):
            kind = "standfirst"
        else:
            kind = "body"
        in_body = in_body or kind == "body"
        if words:
            blocks.append(Block(kind, start, start + len(words)))
        if credit:
            blocks.append(Block("credit", end - len(credit), end))
    return blocks


def _lines(text: str) -> tuple[list[int], list[str]]:
    """Return where the lines with text on them start, and these without white space around."""
    starts, lines = [], []
    start = 0
    for line in text.splitlines(keepends=True):
        if line != "\n" and (words := line.strip()):
            indented = words[0] != line[0]
            starts.append(start + len(line) - len(line.lstrip()) if indented else start)
            lines.append(words)
        start += len(line)
    return starts, lines


def _title_line(lines: Sequence[str], title: str | None) -> int | None:
    """Return the number of the line that is the title, if one is."""
    first = next((n for n, line in enumerate(lines) if not _is_dateline(line)), len(lines))
    if title and title.strip():
        wanted = _split_credit(title.strip())[0]
        heads = (_split_credit(line)[0] for line in lines[: first + 1])
        return next((n for n, head in enumerate(heads) if _same_words(head, wanted)), None)
    if first + 1 >= len(lines):
        return None
    head = _split_credit(lines[first])[0]
    return first if head and not _has_end_mark(head) else None


def _is_dateline(line: str) -> bool:
    if len(line) > LONGEST_DATELINE or not _DIGIT.search(line):
        return False
    return bool(_DATELINE.fullmatch(" ".join(line.split())))


def _has_end_mark(line: str) -> bool:
    return line.rstrip(_AFTER_END_MARK)[-1:] in _END_MARKS


def _may_have_credit(line: str) -> bool:
    return line[-1] in ")]" or line[0] in _CREDIT_BEGINS


def _split_credit(line: str) -> tuple[str, str]:
    """Divide a line into its words and the credit it ends in or is, either of them maybe empty."""
    if not _may_have_credit(line):
        return line, ""
    if _CREDIT_LINE.fullmatch(line):
        return "", line
    start = max(line.rfind("("), line.rfind("["))
    if start < 0 or line[-1] not in ")]" or len(line) - start > LONGEST_CREDIT:
        return line, ""
    inside = " ".join(line[start + 1 : -1].split())
    refused = (
        len(inside.split()) > MOST_CREDIT_WORDS
        or any(bracket in inside for bracket in ")]")
        or _SENTENCE_END.search(inside)
        or not _CREDIT.fullmatch(inside)
    )
    return (line, "") if refused else (line[:start].rstrip(), line[start:])


def _words(text: str) -> Iterator[str]:
    return (fold(match.group()) for match in token_pattern().finditer(text))


def _same_words(one: str, other: str) -> bool:
    """Tell whether two lines have the same words; without any, they must be the same."""
    if one == other or next(_words(one), None) is None:
        return one == other
    return all(a == b for a, b in zip_longest(_words(one), _words(other)))


def _is_short(line: str) -> bool:
    words = token_pattern().finditer(line)
    return next(islice(words, LONGEST_STANDFIRST, None), None) is None


def _is_hard_wrapped(lines: Sequence[str]) -> bool:
    if len(lines) < 5:
        return False
    going_on = [number for number, line in enumerate(lines) if number and line[0].islower()]
    if 2 * len(going_on) < len(lines):
        return False
    unfinished = sum(not _has_end_mark(lines[number - 1]) for number in going_on)
    long = sum(len(line) > 40 for line in lines)
    return 2 * long > len(lines) and 2 * unfinished > len(lines) - 1


def find_repeats(tokens: Tokens) -> tuple[NDArray[np.bool_], list[Repeat]]:
    """Find the sentences of each article that repeat earlier ones of the same article.

    Two sentences are equal if their words are, case-folded, whatever stands between the words.
    The first copy stays; later ones of at least six words are set aside, and so is a shorter
    sentence in a paragraph that is repeated as a whole. A paragraph with the words of the title
    is set aside however short it is. The credit of a repeated caption goes with it.

    Parameters
    ----------
    tokens : Tokens
        The scanned corpus.

    Returns
    -------
    set_aside : array of bool
        One value per sentence.
    repeats : list of Repeat
        Each sentence set aside and the sentence it repeats.
    """
    set_aside = np.zeros(len(tokens.sentence_start), dtype=bool)
    repeats = [
        repeat for article in _with_repeats(tokens) for repeat in _repeats(tokens, int(article))
    ]
    set_aside[[repeat.sentence for repeat in repeats]] = True
    return set_aside, repeats


def _with_repeats(tokens: Tokens) -> NDArray[np.intp]:
    """Find the articles that may have repeats, and every one that has.

    Sentences and paragraphs with the same words have the same sum of random numbers of words.
    """
    vocabulary = tokens.vocabulary
    numbers = np.random.default_rng(0).integers(
        2**64, size=len(vocabulary.types) + tokens.n_articles, dtype=np.uint64
    )
    lengths = np.diff(tokens.sentence_tokens)
    filled = np.flatnonzero(lengths)
    number_of_form = numbers[vocabulary.type_of_form]
    sums = np.add.reduceat(number_of_form[tokens.form_id], tokens.sentence_tokens[filled])
    article = tokens.sentence_article[filled]
    # The same words in another article have another sum.
    keys = sums + numbers[len(vocabulary.types) + article]
    long_enough = lengths[filled] >= SHORTEST_REPEAT
    block = tokens.sentence_block[filled]
    first = np.flatnonzero(np.diff(block, prepend=-1))
    block_keys = np.add.reduceat(sums, first) + numbers[len(vocabulary.types) + article[first]]
    found = [
        article[long_enough][_occur_again(keys[long_enough])],
        article[first][_occur_again(block_keys)],
    ]
    return np.unique(np.concatenate(found))


def _occur_again(values: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Tell which of the values are there more than once."""
    in_order = np.sort(values)
    return np.isin(values, in_order[1:][in_order[1:] == in_order[:-1]])


def _repeats(tokens: Tokens, article: int) -> Iterator[Repeat]:
    """Find the repeats of one article."""
    first_block, last_block = tokens.block_offsets[article : article + 2].tolist()
    first_sentence, last_sentence = tokens.sentence_offsets[article : article + 2].tolist()
    first_token, last_token = tokens.offsets[article : article + 2].tolist()
    types = tokens.vocabulary.type_of_form[tokens.form_id[first_token:last_token]]
    words, width = types.tobytes(), types.itemsize
    bounds = tokens.sentence_tokens[first_sentence : last_sentence + 1] - first_token
    content = [words[start:stop] for start, stop in pairwise((bounds * width).tolist())]
    blocks = tokens.sentence_block[first_sentence:last_sentence]
    sentence_of_block = np.searchsorted(blocks, np.arange(first_block, last_block + 1)).tolist()
    kinds = [BLOCKS[kind] for kind in tokens.block_kind[first_block:last_block].tolist()]
    seen_sentences: dict[bytes, int] = {}
    seen_blocks: dict[bytes, int] = {}
    title_words = b""
    kind, last_block_repeats = "", False
    for number, (first, stop) in enumerate(pairwise(sentence_of_block)):
        follows_caption, kind = kind == "caption", kinds[number]
        own = range(first, stop)
        if kind in UNCOUNTED_BLOCKS:
            if kind == "credit" and follows_caption and last_block_repeats:
                yield from (Repeat(first_sentence + s, first_sentence + s) for s in own)
            continue
        block_words = b"".join(content[first:stop])
        earlier = seen_blocks.setdefault(block_words, first)
        if kind == "title":
            title_words = block_words
        is_title = bool(block_words) and block_words == title_words
        long_enough = is_title or len(block_words) >= SHORTEST_REPEAT * width
        last_block_repeats = earlier != first and long_enough
        for sentence in own:
            original = seen_sentences.setdefault(content[sentence], sentence)
            is_long = len(content[sentence]) >= SHORTEST_REPEAT * width
            if last_block_repeats or (original != sentence and is_long):
                yield Repeat(first_sentence + sentence, first_sentence + original)


# ---------------------------------------------------------------------------- cells

SURROGATE = re.compile("[\ud800-\udfff]")
# Control characters but tab and line ends: no part of any text, yet offsets must not move.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_ASCII_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
_OTHER_CONTROL = re.compile(rb"\xc2[\x80-\x84\x86-\x9f]")


def plain(text: str) -> str:
    """Replace each half of a broken character, so that the text can be written as UTF-8."""
    return text if text.isascii() else SURROGATE.sub("\ufffd", text)


def find_controls(text: str, encoded: bytes) -> list[re.Match[str]]:
    """Find the control characters of a text; its bytes tell sooner that most texts have none."""
    n_without = len(encoded.translate(None, _ASCII_CONTROLS))
    is_ascii = len(encoded) == len(text)
    if n_without == len(encoded) and (is_ascii or not _OTHER_CONTROL.search(encoded)):
        return []
    return list(CONTROL.finditer(text))
