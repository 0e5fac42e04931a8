from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_sentences import make_sentences
from nltk.sentiment.vader import SentimentIntensityAnalyzer, VaderConstants

from framing import chunks, vader_scores
from framing.vader_scores import rounded, sums, vader, vader_compound


def bits(values) -> list[int]:
    return np.asarray(values, dtype=float).view(np.int64).tolist()


def of_nltk(texts: list[str]) -> list[float]:
    return [vader().polarity_scores(text)["compound"] for text in texts]


@pytest.fixture
def changed(monkeypatch):
    """Let a test change NLTK, and forget it afterwards."""

    def forget():
        vader_scores.vader.cache_clear()
        vader_scores._equals_nltk.cache_clear()

    forget()
    yield monkeypatch
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize("large", [0, sys.maxsize], ids=["compiled", "plain"])
def test_made_sentences_are_scored_as_nltk_scores_them(large, monkeypatch):
    monkeypatch.setattr(chunks, "LARGE", large)
    monkeypatch.setattr(chunks, "BATCH", 20_000)
    sentences = make_sentences(3000, seed=large % 7)
    assert bits(vader_compound(sentences)) == bits(of_nltk(sentences))


RULES = """never so this least at very but kind of good bad GOOD WAR not n't don't isn't really VERY
barely the bomb just enough sort ! ?? (good) 'good' good, good. a I lol :) without doubt BUT kind"""


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(RULES.split()), max_size=9), max_size=5))
def test_the_rules_hold_in_any_order_of_words(sentences):
    texts = [" ".join(words) for words in sentences]
    assert bits(vader_compound(texts)) == bits(of_nltk(texts))


@settings(deadline=None)
@given(st.lists(st.text()))
def test_any_text_is_scored_as_nltk_scores_it(texts):
    assert bits(vader_compound(texts)) == bits(of_nltk(texts))


def test_nothing_has_no_scores():
    assert vader_compound([]).shape == (0,)
    assert vader_compound(["", " ", "a", "!"]).tolist() == [0, 0, 0, 0]


# ------------------------------------------------------------------ sums and rounding

FLOATS = st.floats(-6, 6) | st.sampled_from([0.0, -0.0, 0.1, 1e16, -1e16, 1.9, -2.5 * 0.74])


def left_to_right(values: list[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total


def compensated(values: list[float]) -> float:
    """The sum of Neumaier, which Python's is from 3.12 on."""
    total = lost = 0.0
    for value in values:
        new = total + value
        lost += (total - new) + value if abs(total) >= abs(value) else (value - new) + total
        total = new
    return total + lost if lost and math.isfinite(lost) else total


@settings(deadline=None)
@given(st.lists(st.lists(FLOATS, max_size=9), min_size=1))
def test_sums_are_those_of_this_python(units):
    values = np.array([value for unit in units for value in unit], dtype=float)
    unit = np.repeat(np.arange(len(units)), [len(unit) for unit in units])
    # Zeros among the values, as unscored words are to NLTK, change nothing.
    expected = [float(sum([0, *unit, 0.0])) for unit in units]
    assert bits(sums(values, unit, len(units))) == bits(expected)


@given(st.lists(FLOATS, max_size=2))
def test_two_values_have_the_same_sum_in_every_python(values):
    assert bits([left_to_right(values)]) == bits([compensated(values)])


@given(st.lists(FLOATS))
def test_the_sum_of_this_python_is_the_one_of_its_version(values):
    definition = compensated if sys.version_info >= (3, 12) else left_to_right
    assert bits([sum(values, 0.0)]) == bits([definition(values)])


@given(st.floats(-1, 1) | st.builds(lambda n: n / 10**5, st.integers(-(10**5), 10**5)))
def test_rounding_is_that_of_python(value):
    near = [math.nextafter(value, -2), value, math.nextafter(value, 2)]
    assert bits(rounded(np.array(near), 4)) == bits([round(number, 4) for number in near])


def test_all_middles_are_rounded_as_python_rounds_them():
    middles = (np.arange(-10_000, 10_000) * 2 + 1) / 20_000
    assert bits(rounded(middles, 4)) == bits([round(value, 4) for value in middles.tolist()])


def test_vader_is_loaded_without_statistics_which_can_be_loaded_later():
    code = (
        "import sys; from framing.vader_scores import load_without_statistics, vader_compound;"
        "load_without_statistics();"
        "print({'scipy.stats', 'sklearn'} & set(sys.modules));"
        "print(vader_compound(['A warm welcome.', 'The cease-fire failed.']).tolist());"
        "import scipy.stats, sklearn; load_without_statistics(); print('sklearn' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["set()", "[0.5994, -0.5106]", "True"]


# ------------------------------------------------------------------ another NLTK


def test_words_and_numbers_are_those_of_the_installed_nltk(changed):
    changed.setattr(VaderConstants, "N_SCALAR", -0.5)
    changed.setattr(VaderConstants, "C_INCR", 1.0)
    changed.setattr(VaderConstants, "NEGATE", {*VaderConstants.NEGATE, "scarce"})
    boosters = {**VaderConstants.BOOSTER_DICT, "much": 0.3, "a bit": -0.2}
    changed.setattr(VaderConstants, "BOOSTER_DICT", boosters)
    idioms = {**VaderConstants.SPECIAL_CASE_IDIOMS, "warm welcome": -3}
    changed.setattr(VaderConstants, "SPECIAL_CASE_IDIOMS", idioms)
    changed.setattr(SentimentIntensityAnalyzer, "_amplify_ep", lambda self, text: 0.5)
    texts = ["much GOOD here!", "scarce good", "they gave a warm welcome", "now a bit of fun war"]
    before = [0.4926, 0.4404, 0.5994]
    assert bits(vader_compound(texts)) == bits(of_nltk(texts))
    assert all(old != new for old, new in zip(before, vader_compound(texts), strict=False))
    assert vader_scores._equals_nltk()


def test_another_rule_of_nltk_is_noticed_once_and_followed(changed):
    texts = ["The least good deal", "A warm welcome"]
    before = vader_compound(texts)
    vader_scores._equals_nltk.cache_clear()
    changed.setattr(
        SentimentIntensityAnalyzer, "_least_check", lambda self, valence, words, i: valence
    )
    with pytest.warns(UserWarning, match="This version of NLTK has other rules for VADER"):
        now = vader_compound(texts)
    assert bits(now) == bits(of_nltk(texts))
    assert (now[0] > 0 > before[0], now[1] == before[1]) == (True, True)
    vader_compound(texts)  # no second warning: warnings are errors


@pytest.mark.parametrize(
    ("owner", "name", "rule"),
    [
        (SentimentIntensityAnalyzer, "_but_check", lambda self, words, sentiments: sentiments),
        (SentimentIntensityAnalyzer, "_never_check", lambda self, valence, *_: valence),
        (SentimentIntensityAnalyzer, "_amplify_ep", lambda self, text: 0.1 * text.count("!")),
        (VaderConstants, "normalize", lambda self, score: score / math.sqrt(score * score + 14)),
        (VaderConstants, "scalar_inc_dec", lambda self, word, valence, is_cap_diff: 0.0),
        (VaderConstants, "PUNC_LIST", [*VaderConstants.PUNC_LIST, "”"]),
    ],
)
def test_every_rule_is_in_the_sample(owner, name, rule, changed):
    changed.setattr(owner, name, rule)
    with pytest.warns(UserWarning, match="other rules"):
        assert not vader_scores._equals_nltk()


def test_a_missing_part_of_nltk_leaves_the_work_to_it(changed):
    changed.delattr(SentimentIntensityAnalyzer, "_amplify_qm")
    changed.setattr(SentimentIntensityAnalyzer, "_punctuation_emphasis", lambda *args: 0)
    with pytest.warns(UserWarning, match="other rules"):
        assert vader_compound(["A warm welcome!"]).tolist() == [0.5994]
