from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import chunks
from framing.chunks import Cut, read_chunks

WHITE_SPACE = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()]
TEXTS = st.lists(st.text(st.one_of(st.sampled_from(WHITE_SPACE), st.characters())))


@pytest.fixture(params=["compiled", "plain"])
def way(request, monkeypatch):
    """Read chunks by both ways, whatever the size of the texts."""
    if request.param == "compiled":
        pytest.importorskip("numba")
    monkeypatch.setattr(chunks, "LARGE", 0 if request.param == "compiled" else sys.maxsize)


def words_read(texts: list[str]) -> list[list[str]]:
    """The chunks of each text, put together from their numbers."""
    words: list[list[str]] = []
    for part in read_chunks(texts):
        if part.anew:
            known: list[str] = []
        known += part.new
        assert len(set(known)) == len(known)
        assert part.texts.start == len(words)
        starts = [0, *part.ends[:-1]]
        words += [
            [known[number] for number in part.numbers[start:end]]
            for start, end in zip(starts, part.ends, strict=True)
        ]
    return words


@settings(deadline=None)
@given(TEXTS)
def test_plain_chunks_are_those_of_split(texts):
    found: list[str] = []
    numbers = chunks._Numbers()
    numbers.new = found
    number, ends = chunks._number(texts, numbers)
    assert [found[n] for n in number] == [word for text in texts for word in text.split()]
    assert np.diff(ends, prepend=0).tolist() == [len(text.split()) for text in texts]


@settings(deadline=None)
@given(TEXTS)
def test_compiled_chunks_are_the_plain_ones(texts):
    pytest.importorskip("numba")
    from framing import chunk_kernels as compiled

    plain, fast = chunks._Numbers(), chunks._Numbers()
    plain.new, fast.new = [], []
    numbers, ends = chunks._number(texts, plain)
    found = chunks._number_compiled(compiled, texts, fast)
    assert found is not None
    assert fast.new == plain.new
    assert (found[0].tolist(), found[1].tolist()) == (numbers.tolist(), ends.tolist())


def test_white_space_is_what_python_takes_for_it(way):
    # Half characters and those of four bytes, too; and the neighbours of each white space.
    codes = {ord(space) + step for space in WHITE_SPACE for step in (-1, 0, 1)}
    codes |= {0xD800, 0xDFFF, 0xFFFF, 0x10000, 0x1F600, sys.maxunicode}
    texts = [f"a{chr(code)}b" for code in sorted(codes)]
    assert words_read(texts) == [text.split() for text in texts]


def test_numbers_go_on_over_batches_and_begin_anew_when_there_are_many(way, monkeypatch):
    texts = [f"{n % 40} and {n} {n // 3}" for n in range(300)]
    expected = [text.split() for text in texts]
    assert words_read(texts) == expected
    monkeypatch.setattr(chunks, "BATCH", 100)
    assert words_read(texts) == expected
    assert [part.anew for part in read_chunks(texts)].count(True) == 1
    monkeypatch.setattr(chunks, "MOST_KNOWN", 60)
    assert words_read(texts) == expected
    assert [part.anew for part in read_chunks(texts)].count(True) > 5


def test_a_text_longer_than_a_batch_is_one_by_itself(way, monkeypatch):
    monkeypatch.setattr(chunks, "BATCH", 5)
    texts = ["", "one", "a long text of words", "", "two", "three", "four"]
    assert words_read(texts) == [text.split() for text in texts]
    assert [part.texts.stop for part in read_chunks(texts)] == [2, 3, 5, 6, 7]
    assert list(read_chunks([])) == []
    assert words_read([""]) == [[]]


def test_the_table_grows_with_the_distinct_chunks(way):
    text = " ".join(map(str, range(150_000)))
    assert words_read([text]) == [text.split()]


def colliding(number: int, size: int) -> list[str]:
    """Chunks that the compiled part would put in one place of its table."""
    words = np.array([f"{n:06d}" for n in range(10**6)], dtype="S6")
    key = np.zeros(len(words), np.uint64)
    for column in words.view(np.uint8).reshape(-1, 6).T:
        key = key << np.uint64(8) | column.astype(np.uint64)
    mixed = (key | np.uint64(6 << 56)) * np.uint64(0x9E3779B97F4A7C15)
    place = (mixed ^ mixed >> np.uint64(32)) & np.uint64(size - 1)
    return words[place == 0][:number].astype(str).tolist()


def test_chunks_made_to_collide_are_read_the_plain_way():
    pytest.importorskip("numba")
    from framing import chunk_kernels as compiled

    made, size = colliding(500, 1024), 1024
    for words, refused in [(made, True), ([f"{n:06d}" for n in range(500)], False)]:
        data = np.frombuffer(" ".join(words).encode(), np.uint8)
        ends = np.array([len(data)])
        found = compiled.number_chunks(data, ends, *chunks._white_space(), size)
        assert (found is None) == refused
    numbers = chunks._Numbers()
    numbers.new = []
    assert chunks._number_compiled(compiled, [" ".join(made)], numbers) is not None

    class Refusing:
        number_chunks = staticmethod(lambda *args: None)

    assert chunks._number_compiled(Refusing, ["a b"], numbers) is None


def test_texts_that_are_asked_for_twice_are_cut_once(monkeypatch):
    texts = Cut(["no news", "", "good  news"])
    first = [*read_chunks(texts)]
    monkeypatch.setattr(chunks, "_read", None)
    assert all(one is other for one, other in zip(read_chunks(texts), first, strict=True))
    assert [part.numbers.tolist() for part in first] == [[0, 1, 2, 1]]
