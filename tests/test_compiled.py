"""The compiled scan: equal to the readable one in every column, whatever the texts."""

import itertools
import re
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing
from framing import acceleration, compiled_scan, layout, tokens
from framing.language import known_languages
from framing.layout import find_blocks
from framing.marks import CLOSERS, Block, Blocks
from framing.words import character_classes

numba = pytest.importorskip("numba")

COLUMNS = (
    "form_id", "start", "end", "sentence", "gap", "quoted", "offsets", "sentence_start",
    "sentence_end", "sentence_block", "sentence_offsets", "block_kind", "block_start",
    "block_end", "block_offsets", "quotation_start", "quotation_end", "balanced",
    "quotation_offsets", "set_aside",
)  # fmt: skip


def scan_both(texts, blocks, language="en", batch=2_000_000):
    """Scan in both ways; small texts go the compiled way only if they are made to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled_scan, "_BATCH", batch)
        patch.setattr(tokens, "LARGE", sys.maxsize)
        readable = tokens.scan(texts, blocks, language=language)
        patch.setattr(tokens, "LARGE", -1)
        patch.setattr(tokens, "_Scan", None)
        return readable, tokens.scan(texts, blocks, language=language)


def assert_equal(texts, blocks, language="en", batch=2_000_000):
    readable, compiled = scan_both(texts, blocks, language, batch)
    assert compiled.forms == readable.forms
    for column in COLUMNS:
        expected, found = getattr(readable, column), getattr(compiled, column)
        assert found.dtype == expected.dtype, column
        np.testing.assert_array_equal(found, expected, column)
    return compiled


def whole(text):
    return [Block("body", 0, len(text))]


SCRIPTS = (
    "aZéß’'-.,!?\"“”«»„ \n\t_7$&",
    "'’‘\"“”„‚«»‹›「」『』`( [{—sS. a1",
    "мирЖ和平会हिन्दीسلامשלוםไทย",
    "\u0301\u200b\u200c\u200d\u00ad\u202e\ufe0f❤😀\x00\ufffd\ud800",
    "שלום\"”״'־\u05b0\u0591 ",
    "αβΓ;\u037e .?Α·",
    "ក្រម្អថ៖។ မြန်မာ၊။ ລາວ ไทยเฉ",
    "ァアカｶﾞﾟー々〆中国。？！「」A1",
    "0123456789,.:，．：٣५²½ ",
    "ſİıKkNn'९9s 'ſe\u0130",
    "ა.ბ გ Աբ։՛՜՞՝ ـسّ",
    "𝔸𝟙😀\U00020000\U0001f1e6 \U000e0100",
)
PHRASES = (
    *("U.S. ", "Mr. ", "No. ", "5 ", "p. ", "Jan. ", "Inc. ", "The ", "the ", "I. ", "J. ", "S. "),
    *("e.g. ", "etc. ", "z.B. ", "Dr. ", "M. ", "a.m. ", '"We ', "said, ", "5,000", "α; ", "Β"),
    *("'tis ", "'90s ", "'n' ", "'em ", "'cause ", "''", "``", "’ ", "‘", "“", "”", " ", "\n"),
    *(".", "...", ". ”", "。", "allies' ", "6' 2\" ", "„Wir“ ", "« oui » ", "don't ", "x" * 40),
)
TEXTS = st.one_of(
    st.text(st.one_of(*map(st.sampled_from, SCRIPTS)), max_size=60),
    st.lists(st.sampled_from(PHRASES), max_size=30).map("".join),
    st.lists(
        st.one_of(st.sampled_from(PHRASES), st.text(st.sampled_from("".join(SCRIPTS)), max_size=4))
    ).map("".join),
    st.text(max_size=60),
)


@st.composite
def articles(draw):
    """Draw a text and blocks in it, which may be empty, adjoin or leave parts out."""
    text = draw(TEXTS)
    if draw(st.booleans()):
        return text, whole(text)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    if draw(st.booleans()):  # without anything between them
        cuts = [cut for pair in itertools.pairwise(cuts) for cut in pair]
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    kinds = st.sampled_from(["title", "body", "credit"])
    return text, [Block(draw(kinds), start, end) for start, end in pairs]


@settings(deadline=None, max_examples=400)
@given(
    st.lists(articles(), max_size=6),
    st.sampled_from([*known_languages(), "xx"]),
    st.sampled_from([1, 40, 2_000_000]),
)
def test_both_scans_are_equal(drawn, language, batch):
    assert_equal([text for text, _ in drawn], [blocks for _, blocks in drawn], language, batch)


PARTS = (
    *("Talks go on", "10 February 2022", "11:40", "Photo: AFP", "(AP)", "and on ", "İmage", "ⓐ b"),
    *("ıMAGE: x", "pİcture: x", "p", "ı", "h", "٣", "𝟗", "²", "7", "é" * 79, "x" * 79, "［"),
    *(
        "\n",
        "\n",
        "\r\n",
        "\r",
        "\x0b",
        "\x0c",
        "\x1c",
        "\x1f",
        "\x85",
        "\u2028",
        "\u2029",
        "\u3000",
    ),
    *(
        " ",
        "\t",
        "\xa0",
        ".",
        "。",
        "”",
        ")",
        "]",
        "😀",
        "é",
        "ж",
        "\x00",
        "lower case words " * 3,
        "x" * 90,
    ),
)
PAGES = st.one_of(st.lists(st.sampled_from(PARTS), max_size=30).map("".join), st.text(max_size=40))


def lay_out_both(texts, titles):
    """Find the parts of articles in both ways."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "LARGE", sys.maxsize)
        readable = layout.lay_out(texts, titles, encoded)
        patch.setattr(layout, "LARGE", -1)
        patch.setattr(layout, "_lines", None)
        return readable, layout.lay_out(texts, titles, encoded)


@settings(deadline=None, max_examples=400)
@given(
    st.lists(st.tuples(PAGES, st.sampled_from(["", "Talks go on", "Talks", "(AP)"])), max_size=6)
)
def test_the_parts_of_articles_are_found_equally(drawn):
    readable, compiled = lay_out_both([text for text, _ in drawn], [title for _, title in drawn])
    assert compiled.texts == readable.texts
    assert compiled.titles == readable.titles
    assert compiled.hard_wrapped == readable.hard_wrapped
    for found, expected in zip(compiled.blocks, readable.blocks, strict=True):
        assert found.dtype == expected.dtype
        assert found.tolist() == expected.tolist()


@settings(deadline=None, max_examples=400)
@given(st.lists(PAGES, max_size=6))
def test_the_lines_of_articles_are_found_equally(texts):
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "LARGE", -1)
        assert list(layout._lines_of(texts, encoded)) == [layout._lines(text) for text in texts]


def test_the_demonstration_corpus_is_scanned_equally():
    folder = Path(__file__).resolve().parent.parent / "corpus"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.txt"))]
    scanned = assert_equal(texts, [find_blocks(text) for text in texts], batch=5_000)
    assert len(scanned) > 5_000
    assert len(scanned.quotation_start) > 50


def test_the_compiled_scan_finds_what_one_reads():
    text = "Mr. Weber met J. Smith of the U.S. Army. “We’ll wait – 7,000 of us,” he said."
    scanned = assert_equal([text], [whole(text)])
    words = [text[start:end] for start, end in zip(scanned.start, scanned.end, strict=True)]
    assert words[:8] == ["Mr", "Weber", "met", "J", "Smith", "of", "the", "U"]
    assert list(scanned.sentence_end) == [40, len(text)]
    assert list(scanned.quoted) == [False] * 10 + [True] * 6 + [False] * 2
    assert list(scanned.gap[10:15]) == [
        tokens.CLAUSE,
        tokens.JOIN,
        tokens.CLAUSE,
        tokens.OTHER,
        tokens.JOIN,
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("'" * 3_000, '"' * 3_000, "“" * 3_000, "‚‘" * 1_000, " '" * 2_000, "`" * 999),
        *("«a " * 1_000, "“‘" * 500 + "x", '"a' * 1_000, "\x00" * 3_000, " " * 3_000, "." * 3_000),
        *("a" * 100_000, "é" * 50_000, "a-" * 20_000, "和" * 5_000, "😀" * 5_000, "a. " * 3_000),
        *("\u0301" * 5_000, "a\u0301" * 5_000, 'ש"ש' * 1_000, "“" + " " * 5_000),
        "“a" + "b " * 900,
    ],
    ids=lambda text: ascii(text[:4]),
)
def test_hostile_texts_are_scanned_equally(text):
    half = len(text) // 2
    halves = [Block("body", 0, half), Block("body", half, len(text))]
    assert_equal([text, text, ""], [whole(text), halves, []], batch=10_000)


def test_many_empty_texts_and_blocks_are_scanned_equally():
    texts = ["", " ", "a"] * 1_000
    assert_equal(texts, [[] if len(text) else whole(text) for text in texts], batch=7)
    assert_equal([], [])
    assert_equal(["abc"], [[Block("body", 1, 1), Block("title", 1, 3), Block("body", 3, 3)]])


def test_articles_and_blocks_of_one_letter_have_room():
    scanned = assert_equal(["a"] * 5_000, [whole("a")] * 5_000)
    assert len(scanned) == 5_000
    letters = "ab" * 2_000
    assert_equal([letters], [[Block("body", place, place + 1) for place in range(len(letters))]])


def test_words_about_as_long_as_the_bits_of_a_number_are_scanned_equally():
    befores = ("", "a ", "é ", "ab cd ", "x" * 62 + " ", "x" * 63 + " ")
    sizes = (1, 7, 8, 9, 14, 15, 16, 17, *range(60, 68), *range(126, 131))
    afters = (" ", "  ", " . ", " a", "  a b", " é", " " + "b" * 40, ", x", "\n\ny", "-b c", " .b")
    drawn = [*itertools.product(befores, sizes, afters)]
    texts = [before + "w" * size + after for before, size, after in drawn]
    scanned = assert_equal(texts, [whole(text) for text in texts])
    for number, (before, _, after) in enumerate(drawn):
        own = slice(*scanned.offsets[number : number + 2])
        assert scanned.start[own].tolist().count(len(before)) == 1, (before, after)


def test_tables_that_have_to_grow_change_nothing():
    words = [f"w{number}" + "x" * (number % 40) for number in range(40_000)]
    text = "".join(f"{word} {'.' * (number % 90)} " for number, word in enumerate(words))
    scanned = assert_equal([text], [whole(text)])
    assert scanned.forms == words


def test_long_words_made_to_collide_have_keys_of_their_own():
    compiled = acceleration.load_compiled("scan")
    factors = np.array([0x9E3779B97F4A7C17, 0xC2B2AE3D27D4EB4F], np.uint64)
    # letters whose case changes the highest bits of eight bytes, and later ones that undo it
    parts = ["xxxxxxxAyyyByyyB", "xxxxxxxayyybyyyb"]
    words = ["".join(word) + "z" * 8 for word in itertools.product(parts, repeat=8)]
    data = np.frombuffer(("".join(words)).encode() + bytes(compiled.PADDING), np.uint8)
    size = len(words[0])
    keys = {
        compiled._key_of_long(data, np.uint64(first), np.uint64(size), factors)
        for first in range(0, size * len(words), size)
    }
    assert len(keys) == len(words) == 256


def test_blocks_that_overlap_are_left_to_the_readable_scan():
    blocks = Blocks.from_articles([[Block("body", 0, 5), Block("body", 3, 7)]])
    numbers = tokens.load_language("en")
    assert (
        compiled_scan.scan_compiled(
            acceleration.load_compiled("scan"), ["a b c d"], blocks, numbers
        )
        is None
    )


def test_each_character_is_what_the_patterns_of_words_and_marks_say():
    compiled = acceleration.load_compiled("scan")
    table = compiled_scan.character_table(compiled)
    classes = character_classes()
    patterns = {
        compiled.LETTER: classes["letter"],
        compiled.MARK: classes["mark"],
        compiled.VOICED: classes["voiced"],
        compiled.JOINER: classes["joiner"],
        compiled.SPACE: r"\s",
        compiled.ALPHANUMERIC: r"[^\W_]",
        compiled.DECIMAL: r"\d",
    }
    # all of the first planes' beginnings; the rest by every 37th character
    for code in (*range(0x3000), *range(0x3000, 0x110000, 37)):
        for bit, pattern in patterns.items():
            assert bool(table[code] & bit) == bool(re.match(pattern, chr(code))), (code, pattern)
    ascii_letters = [code for code in range(128) if table[code] & compiled.LETTER]
    assert ascii_letters == [code for code in range(128) if chr(code).isalnum()]
    # what goes on in a word is tried before what joins two: no character is both
    assert not (table[(table & compiled.JOINER) > 0] & (compiled.LETTER | compiled.MARK)).any()


def test_every_mark_that_opens_or_closes_is_known_to_the_compiled_scan():
    marks = acceleration.load_compiled("scan").QUOTATION_MARKS
    assert len(set(marks)) == len(marks) == 18
    assert set(CLOSERS) | {c for closers in CLOSERS.values() for c in closers} - {"'"} <= set(marks)


SMALL_TEXT, LARGE_TEXT = "One. Two.", "Onetwothree. Two and more words. " * 31_000


@pytest.fixture
def not_loaded(monkeypatch):
    """Forget what was loaded before and after."""
    acceleration.load_compiled.cache_clear()
    acceleration._say.cache_clear()
    monkeypatch.delattr(framing, "scan_kernels", raising=False)
    monkeypatch.delitem(sys.modules, "framing.scan_kernels", raising=False)
    yield
    acceleration.load_compiled.cache_clear()
    acceleration._say.cache_clear()


def scan_large(times=1):
    """Scan a large text some times, and return the last result."""
    for _ in range(times):
        scanned = tokens.scan([LARGE_TEXT], [whole(LARGE_TEXT)])
    return scanned


def test_without_numba_a_large_corpus_is_scanned_with_one_notice(not_loaded, monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tokens.scan([SMALL_TEXT], [whole(SMALL_TEXT)])  # small: nothing is wanted, nothing said
    with pytest.warns(UserWarning, match=r"numba is not installed.*media-framing\[fast\]") as told:
        scanned = scan_large(times=2)
    assert len(told) == 1
    assert len(scanned) == 155_000
    assert len(scanned.sentence_start) == 62_000


def test_without_a_folder_for_what_is_compiled_the_notice_names_the_remedy(not_loaded, monkeypatch):
    def without_folder(*_args, **_options):
        raise RuntimeError("cannot cache function 'f': no locator available for file 'f.py'")

    monkeypatch.setattr(numba, "njit", without_folder)
    with pytest.warns(UserWarning, match=r"no locator available.*NUMBA_CACHE_DIR") as told:
        scanned = scan_large()
    assert len(told) == 1
    assert len(scanned) == 155_000


def test_a_large_corpus_goes_the_compiled_way_without_notice(monkeypatch):
    monkeypatch.setattr(tokens, "_Scan", None)  # the readable one would fail
    scanned = scan_large()
    assert len(scanned) == 155_000
    assert scanned.types == ["and", "more", "onetwothree", "two", "words"]
