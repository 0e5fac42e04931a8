from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_sentences import EMOTICONS, make_sentences
from textblob import TextBlob
from textblob.en import sentiment

from framing import chunks, textblob_scores
from framing.textblob_scores import textblob_scores as scores_of


def bits(values) -> list[int]:
    return np.asarray(values, dtype=float).view(np.int64).tolist()


def of_textblob(texts: list[str]) -> list[tuple[float, float]]:
    return [tuple(sentiment(text)) for text in texts]


def check(texts: list[str]) -> None:
    polarity, subjectivity = scores_of(texts)
    expected = of_textblob(texts)
    assert bits(polarity) == bits([first for first, _ in expected])
    assert bits(subjectivity) == bits([second for _, second in expected])


@pytest.fixture(params=["compiled", "plain"])
def way(request, monkeypatch):
    if request.param == "compiled":
        pytest.importorskip("numba")
    for module in (chunks, textblob_scores):
        monkeypatch.setattr(module, "LARGE", 0 if request.param == "compiled" else sys.maxsize)


def test_made_sentences_are_scored_as_textblob_scores_them(way, monkeypatch):
    monkeypatch.setattr(chunks, "BATCH", 20_000)
    check(make_sentences(3000, seed=3))


RULES = """not never n't no very really terribly good bad great fun beautiful ! (!) :) : ) a is the
extremely right awful good! good, isn't don’t ( ! ... 's hopelessly incredibly <3 ♥ 8 - D 3"""


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(RULES.split()), max_size=9), max_size=5))
def test_the_rules_hold_in_any_order_of_words(sentences):
    check([" ".join(words) for words in sentences])


@settings(deadline=None)
@given(st.lists(st.text()))
def test_any_text_is_scored_as_textblob_scores_it(texts):
    check(texts)


def test_emoticons_are_found_however_they_are_spread():
    spread = [
        emoticon[:cut] + space + emoticon[cut:]
        for emoticon in [*EMOTICONS, "(!)"]
        for cut in range(1, len(emoticon))
        for space in (" ", "\n", "\n\n", "\u00a0", " END-OF-SENTENCE ")
    ]
    around = [
        ("", ""),
        ("very good ", " not bad"),
        ("x", ""),
        ("", "x"),
        ("(", ")"),
        (">", " ."),
        (":", ")"),
    ]
    check([before + text + after for before, after in around for text in spread])


def test_marks_are_cut_off_as_textblob_cuts_them_off():
    words = ["good", "Good", "GOOD", "g", "G", "Dr", "Mr", "etc", "comp", "2008", "8", "XD", "é"]
    marks = [",", ".", "..", "...", ",.", ".,", "!", "’", "'s", "”", ")"]
    check([f"very {word}{mark} great" for word in words for mark in marks])
    check([word + mark for word in words for mark in marks])


def test_the_scores_are_those_that_textblob_shows():
    text = "The talks were not very good, but peace is near!"
    (polarity,), (subjectivity,) = scores_of([text])
    assert (polarity, subjectivity) == tuple(TextBlob(text).sentiment)


def test_nothing_has_no_scores():
    assert [scores.shape for scores in scores_of([])] == [(0,), (0,)]
    assert [scores.tolist() for scores in scores_of(["", " "])] == [[0, 0], [0, 0]]


# ------------------------------------------------------------------ another TextBlob


PARTS = [*'“”‘’",.!?aB8İx', "'s", "’s", "Mr", "US", "xD"]
WORDS = textblob_scores._Words()
PARTS += ["word", "Weber", "etc", "n't", ":", ")"]


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).map("".join))
@settings(deadline=None, max_examples=300)
def test_a_chunk_with_few_marks_is_cut_as_textblob_cuts_it(chunk):
    cut = WORDS._cut_simple(chunk)
    assert cut is None or [*cut] == " ".join(sentiment.tokenizer(chunk)).split()


@pytest.mark.parametrize("form", ["{}", "{},", "“{}", "{}”", '"{}!"', "{}.", "{}.”", "{}’s"])
def test_shortened_words_are_cut_as_textblob_cuts_them(form):
    known = {short.rstrip(".") for short in WORDS.abbreviations} | {"Weber", "peace", "Ms", "M8"}
    for chunk in map(form.format, sorted(known)):
        cut = WORDS._cut_simple(chunk)
        assert cut is None or [*cut] == " ".join(sentiment.tokenizer(chunk)).split()


def test_common_chunks_need_no_textblob():
    for chunk in ("6,823", "“peace", "peace.”", "Weber’s", 'truce,"', "war?", "2022"):
        assert WORDS._cut_simple(chunk) is not None


@pytest.fixture
def changed(monkeypatch):
    """Let a test change TextBlob, and forget it afterwards."""
    textblob_scores._equals_textblob.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    textblob_scores._equals_textblob.cache_clear()


def test_words_are_those_of_the_installed_textblob(changed):
    before = scores_of(["hardly good, very good"])[0][0]
    changed.setattr(sentiment, "negations", (*sentiment.negations, "hardly"))
    changed.setattr(sentiment, "modifier", lambda word: word.endswith("y"))
    check(["hardly good, very good", "very hardly good"])
    assert scores_of(["hardly good, very good"])[0][0] != before
    assert textblob_scores._equals_textblob()


def test_another_rule_of_textblob_is_noticed_once_and_followed(changed):
    texts = ["Not good", "A warm welcome"]
    before = scores_of(texts)[0]
    textblob_scores._equals_textblob.cache_clear()
    assessments = type(sentiment).assessments
    changed.setattr(
        type(sentiment),
        "assessments",
        lambda self, words, negation: assessments(self, words, False),
    )
    with pytest.warns(UserWarning, match="This version of TextBlob has other rules"):
        now = scores_of(texts)[0]
    assert (now[0] > 0 > before[0], now[1] == before[1]) == (True, True)
    check(texts)  # without a second warning, as warnings are errors


def test_a_missing_part_of_textblob_leaves_the_work_to_it(changed):
    changed.delattr(sentiment, "modifiers")
    changed.setattr(sentiment, "negations", ())
    changed.setattr(
        type(sentiment), "assessments", lambda self, *args: [(["warm"], 0.5, 0.25, None)]
    )
    with pytest.warns(UserWarning, match="other rules"):
        scores = scores_of(["A warm welcome"])
    assert [values.tolist() for values in scores] == [[0.5], [0.25]]
