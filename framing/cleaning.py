"""What an article says again, and characters that are no part of any text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.tables import BLOCKS, UNCOUNTED_BLOCKS
from framing.tokens import Tokens

SHORTEST_REPEAT = 6  # words: shorter sentences ("Thank you.") are said again for a reason


class Repeat(NamedTuple):
    """A sentence of an article that repeats an earlier one."""

    sentence: int
    first: int


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
    n_words = int(vocabulary.word_of_form.max(initial=-1)) + 1
    numbers = np.random.default_rng(0).integers(
        2**64, size=n_words + tokens.n_articles, dtype=np.uint64
    )
    lengths = np.diff(tokens.sentence_tokens)
    filled = np.flatnonzero(lengths)
    number_of_form = numbers[vocabulary.word_of_form]
    sums = np.add.reduceat(number_of_form[tokens.form_id], tokens.sentence_tokens[filled])
    article = tokens.sentence_article[filled]
    # The same words in another article have another sum.
    keys = sums + numbers[n_words + article]
    long_enough = lengths[filled] >= SHORTEST_REPEAT
    block = tokens.sentence_block[filled]
    first = np.flatnonzero(np.diff(block, prepend=-1))
    block_keys = np.add.reduceat(sums, first) + numbers[n_words + article[first]]
    found = [
        article[long_enough][_occur_again(keys[long_enough])],
        article[first][_occur_again(block_keys)],
    ]
    return np.unique(np.concatenate(found))


def _occur_again(values: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Tell which of the values are there more than once."""
    return pd.Series(values).duplicated(keep=False).to_numpy()


def _repeats(tokens: Tokens, article: int) -> Iterator[Repeat]:
    """Find the repeats of one article."""
    first_block, last_block = tokens.block_offsets[article : article + 2].tolist()
    first_sentence, last_sentence = tokens.sentence_offsets[article : article + 2].tolist()
    first_token, last_token = tokens.offsets[article : article + 2].tolist()
    types = tokens.vocabulary.word_of_form[tokens.form_id[first_token:last_token]]
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


def plain(text: str) -> str:
    """Replace each half of a broken character, so that the text can be written as UTF-8."""
    return text if text.isascii() else SURROGATE.sub("\ufffd", text)


def find_controls(text: str, encoded: bytes) -> list[re.Match[str]]:
    """Find the control characters of a text; its bytes tell sooner that most texts have none."""
    return list(CONTROL.finditer(text)) if has_controls(encoded) else []


def has_controls(encoded: bytes) -> bool:
    """Tell from the bytes of texts whether control characters are in them."""
    codes = np.frombuffer(encoded, np.uint8)
    n_low = np.count_nonzero(codes < 32) - np.count_nonzero(codes == 10)
    if (n_low and n_low > encoded.count(9) + encoded.count(13)) or 127 in encoded:
        return True
    following = codes[np.flatnonzero(codes[:-1] == 0xC2) + 1]
    return bool(np.any((following < 0xA0) & (following != 0x85)))
