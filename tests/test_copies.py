"""Clusters of shared copy, against a reference that compares every pair with sets."""

import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from itertools import combinations
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from framing import copies as copy_module
from framing.acceleration import load_compiled
from framing.cleaning import find_repeats
from framing.copies import find_copies
from framing.layout import find_blocks
from framing.tokens import scan
from framing.words import fold, spell


def copies(texts, ids=None):
    """The ids of the clusters, and the rows of the log with ids instead of numbers."""
    ids = ids or [f"n{number:05}" for number in range(len(texts))]
    tokens = scan(texts, [find_blocks(text) for text in texts])
    tokens = tokens.with_set_aside(find_repeats(tokens)[0])
    clusters, rows = find_copies(tokens, ids)
    named = [(ids[row.article], ids[row.other], ids[row.of], row.percent) for row in rows]
    return [ids[first] for first in clusters], named


def words(name, start, stop):
    """Different words: no sequence of them stands in words of another name."""
    return " ".join(f"{name}{number}" for number in range(start, stop))


def test_copies_have_the_same_words():
    texts = ["A b.", "a, B!", "b a", "", "", "A b"]
    assert copies(texts, list("abcdef")) == (
        ["a", "a", "c", "d", "e", "a"],
        [("b", "a", "a", None), ("f", "a", "a", None)],
    )


def test_a_dateline_or_a_credit_alone_makes_no_copy():
    assert copies(["10 February 2022\n", "10 February 2022\n", "Photo: AFP\n", "Photo: AFP\n"]) == (
        ["n00000", "n00001", "n00002", "n00003"],
        [],
    )


@pytest.mark.parametrize(
    ("n_words", "percent"),
    # Of the 80 sequences in 84 words, n words in a row have n - 4.
    [(43, None), (44, 50), (45, 51), (83, 98), (84, 100)],
)
def test_half_of_the_shorter_text_is_enough(n_words, percent):
    short = words("a", 0, 84)
    long = f"{words('b', 0, 100)} {words('a', 0, n_words)} {words('c', 0, 100)}"
    assert copies([short, long], ["x", "y"]) == (
        (["x", "x"], [("y", "x", "x", percent)]) if percent else (["x", "y"], [])
    )
    assert copies([short, long], ["y", "x"]) == (
        (["x", "x"], [("y", "x", "y", percent)]) if percent else (["y", "x"], [])
    )


def test_the_shorter_text_counts_whichever_is_found_first():
    one = words("a", 0, 100)
    assert copies([f"{one} {words('b', 0, 80)}", f"{one} {words('c', 0, 60)}"]) == (
        ["n00000"] * 2,
        [("n00001", "n00000", "n00001", 61)],  # 96 of 156
    )
    assert copies([f"{one} {words('b', 0, 60)}", f"{one} {words('c', 0, 60)}"])[1] == [
        ("n00001", "n00000", "n00001", 61)
    ]


@pytest.mark.parametrize(("n_words", "found"), [(33, False), (34, True)])
def test_a_sentence_in_common_is_no_shared_copy(n_words, found):
    sentence = words("a", 0, n_words)
    long = f"{words('b', 0, 100)} {sentence} {words('c', 0, 100)}"
    for short in (sentence, f"{words('d', 0, 10)} {sentence}"):
        assert bool(copies([short, long])[1]) == found


def test_a_short_item_does_not_link_the_articles_that_hold_it():
    quotation = words("a", 0, 25)
    texts = [f"{words(name, 0, 200)} {quotation}" for name in "bc"]
    assert copies([*texts, f"{words('d', 0, 9)} {quotation}"])[1] == []


def test_sequences_are_counted_once():
    long = f"{words('b', 0, 30)} {words('a', 0, 20)} {words('b', 0, 30)} {words('a', 0, 20)}"
    assert copies([long, f"{words('a', 0, 20)} {words('c', 0, 60)}"])[1] == []
    # "a b a b …" has two sequences, however long it is.
    assert copies(["a b " * 100, "a b " * 90])[1] == []


def test_articles_linked_by_others_are_one_cluster():
    apart = [words("a", 50 * n, 50 * n + 103) for n in range(4)]
    assert copies(apart)[1] == []  # 49 of 99
    linked = [words("a", 50 * n, 50 * n + 104) for n in range(4)]
    assert copies(linked, list("dcba")) == (  # 50 of 100
        ["a"] * 4,
        [("d", "c", "d", 50), ("c", "b", "c", 50), ("b", "a", "b", 50)],
    )


def test_the_strongest_link_is_named():
    whole = words("a", 0, 204)
    shortened = words("a", 0, 144)
    extended = f"{words('a', 0, 124)} {words('b', 0, 80)}"
    ids, rows = copies([whole, extended, shortened])
    assert set(ids) == {"n00000"}
    assert rows == [
        ("n00001", "n00002", "n00002", 85),  # 120 of 140; of the whole, 120 of 200
        ("n00002", "n00000", "n00002", 100),
    ]


STORY = [
    "Leaders agree to go on with talks",
    "PARIS (AP)",
    "The leaders of the two countries agreed on Monday to go on with the talks that began in"
    " January, and said that a cease-fire was within reach after five hours at one table.",
    "“We have come a long way,” the president told reporters outside the palace, where a crowd"
    " had waited since the morning. “There is more to be done, and we'll do it together.”",
    "His guest left without a word to the press, but an aide who asked not to be named said that"
    " both sides had put new offers on the table and would meet again before the month is over.",
    "The markets, which had fallen for three days, rose at once; the price of gas fell by a tenth"
    " and the currency won back most of what it had lost since the troops were moved.",
]


@pytest.mark.parametrize(
    "copy",
    [
        # another title, another agency line, another lead, a paragraph cut
        ["A breakthrough in Paris?", "(AFP)", "They met again, and spoke.", *STORY[3:]],
        ["10 February 2022", *STORY[1:4]],
        STORY[2:4],
        [*STORY[:4], *[words("own", 0, 40), words("desk", 0, 40)], STORY[5]],
        [STORY[5], STORY[2], STORY[3]],
    ],
)
def test_agency_copy(copy):
    ids, _ = copies(["\n".join(STORY), "\n".join(copy)])
    assert ids == ["n00000", "n00000"]


def test_another_article_about_the_same_is_no_copy():
    other = [
        "Talks in Paris to go on, leaders say",
        "The two presidents will keep talking. After five hours at one table in Paris on Monday"
        " they said that a cease-fire was within reach, and that their aides would meet soon.",
        "“There is more to be done, and we'll do it together,” the president told reporters"
        " outside the palace. His guest, who flew home at night, did not speak to the press.",
        "Gas became cheaper by a tenth after the meeting, and the currency gained.",
    ]
    assert copies(["\n".join(STORY), "\n".join(other)])[1] == []


def test_case_hyphens_quotation_marks_datelines_and_repeats_change_nothing():
    plain_text = "\n".join(STORY)
    for changed in (
        plain_text.upper(),
        plain_text.replace("cease-fire", "cease fire").replace("cease", "Cease"),
        plain_text.replace("cease-fire", "cease‑fire").replace("'", "’"),
        plain_text.replace("“", '"').replace("”", '"').replace(",", ";"),
        plain_text.replace("\n", "\n10 February 2022, 11:40 am\n", 1),
        f"{plain_text}\n{STORY[3]}\nPhoto: AFP",
        plain_text.replace("table.", "table. (Reuters)", 1),
    ):
        assert copies([plain_text, changed])[1] == [("n00001", "n00000", "n00000", None)]


def boilerplate_corpus(n_long, n_short=3):
    """Long and short articles of one outlet, all with the same fifty words at their end."""
    lengths = [60] * n_long + [30] * n_short
    return [
        f"{words(f'own{number}x', 0, length)} {words('about', 0, 50)}"
        for number, length in enumerate(lengths)
    ]


def test_boilerplate_links_nothing():
    assert copies(boilerplate_corpus(5))[1] == []
    assert copies(boilerplate_corpus(200))[1] == []
    # In fewer than eight texts it is no different from copy: 46 sequences of 76.
    assert [percent for *_, percent in copies(boilerplate_corpus(4))[1]] == [60] * 6


def test_a_quotation_that_many_use_links_nothing():
    texts = [f"{words(f'own{n}x', 0, 30 * (n + 1))} {words('said', 0, 50)}" for n in range(9)]
    assert copies(texts)[1] == []


@pytest.mark.parametrize(
    ("n_stories", "n_desks", "n_others", "n_own", "percent"),
    [
        # With the quotation 136 sequences of 196 are shared, without it 100 of 160.
        (3, 3, 0, 60, 69),
        (4, 2, 0, 60, 62),  # two desks are too few for the text to be known as a copy
        (2, 3, 6, 60, 69),  # half of the texts with the quotation are copies
        (2, 3, 7, 60, 62),
        (3, 3, 0, 136, 50),  # half of each copy is shared
        (3, 3, 0, 137, None),
    ],
)
def test_what_stands_in_many_texts_counts_if_most_are_copies(
    n_stories, n_desks, n_others, n_own, percent
):
    quotation = words("said", 0, 40)
    texts = [
        f"{words(f'story{story}x', 0, 100)} {quotation} {words(f'own{story}x{desk}x', 0, n_own)}"
        for story in range(n_stories)
        for desk in range(n_desks)
    ]
    texts += [f"{quotation} {words(f'other{n}x', 0, 200)}" for n in range(n_others)]
    found = [found for *_, found in copies(texts)[1]]
    assert found == ([percent] * n_stories * (n_desks - 1) if percent else [])


def test_boilerplate_does_not_hide_copies():
    story = words("story", 0, 100)
    texts = [*boilerplate_corpus(40, 0), *(f"{story} {text}" for text in boilerplate_corpus(0))]
    ids, rows = copies(texts)
    assert sorted(ids.count(name) for name in set(ids)) == [1] * 40 + [3]
    assert [percent for *_, percent in rows] == [73] * 2  # 96 of 130, without the 46 of all


def test_a_story_that_many_print_is_no_boilerplate():
    texts = [f"{words(f'own{n}x', 0, 20)} {words('story', 0, 60 + n)}" for n in range(40)]
    assert set(copies(texts)[0]) == {"n00000"}


def test_thousands_of_identical_articles():
    texts = [words("a", 0, 60)] * 5_000
    tokens = scan(texts, [find_blocks(text) for text in texts])
    clusters, rows = find_copies(tokens, [str(number) for number in range(len(texts))])
    assert not clusters.any()
    assert len(rows) == 4_999


def test_nothing_slow_is_loaded_where_nothing_is_shared():
    code = (
        "import sys; from framing import copies, layout, tokens\n"
        "texts = [' '.join(f'{name}{n}' for n in range(99)) for name in 'abcd']\n"
        "scanned = tokens.scan(texts, [layout.find_blocks(text) for text in texts])\n"
        "copies.find_copies(scanned, texts)\n"
        "sys.exit('scipy.sparse' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# The limits, low enough for small texts to reach them.
LIMITS = {
    "FEWEST_SHARED": 3,
    "MANY_TEXTS": 4,
    "SOME_TEXTS": 3,
    "MOST_TEXTS": 7,
    "LARGEST_SORT": 5,
    "SMALL_TABLE": 5,
    "LARGEST_PRODUCT": 3,
}
# Words from which on the compiled parts are used: for all texts, or for none.
COMPILED = pytest.param(-1, marks=pytest.mark.skipif(not find_spec("numba"), reason="no numba"))
READABLE = 10**9
SEGMENTS = st.tuples(st.sampled_from("abc"), st.integers(0, 12), st.integers(0, 14))


def reference(texts, ids):
    """Clusters and shares, with sets and every pair compared."""
    by_id = dict(zip(ids, (tuple(text.split()) for text in texts), strict=True))
    firsts = {}
    for name in sorted(ids):
        firsts.setdefault(by_id[name] or name, name)
    sequences = {
        name: set(zip(*(content[n:] for n in range(5)), strict=False))
        for content, name in firsts.items()
        if by_id[name] and len(content) >= LIMITS["FEWEST_SHARED"] + 4
    }
    n_texts = Counter(sequence for own in sequences.values() for sequence in own)
    is_copy = {
        name: 2 * sum(n_texts[sequence] >= LIMITS["SOME_TEXTS"] for sequence in own) >= len(own)
        for name, own in sequences.items()
    }

    def is_boilerplate(sequence):
        texts_with = [name for name, own in sequences.items() if sequence in own]
        in_copies = sum(is_copy[name] for name in texts_with)
        many = len(texts_with) >= LIMITS["MANY_TEXTS"]
        return (many and 2 * in_copies < len(texts_with)) or len(texts_with) > LIMITS["MOST_TEXTS"]

    boilerplate = {sequence for sequence in n_texts if is_boilerplate(sequence)}
    left = {name: own - boilerplate for name, own in sequences.items()}
    links = {}
    for one, other in combinations(sorted(left), 2):
        shared = len(left[one] & left[other])
        size = min(len(left[one]), len(left[other]))
        if shared >= LIMITS["FEWEST_SHARED"] and 2 * shared >= size:
            links[one, other] = 100 * shared // size
    cluster = {name: firsts[by_id[name] or name] for name in ids}
    for _ in ids:
        for one, other in links:
            pair = {cluster[one], cluster[other]}
            cluster = {n: min(pair) if c in pair else c for n, c in cluster.items()}
    return [cluster[name] for name in ids], links


@pytest.mark.parametrize("large", [COMPILED, READABLE])
@settings(deadline=None, max_examples=200)
@given(parts=st.lists(st.lists(SEGMENTS, max_size=3), max_size=12), random=st.randoms())
@example(parts=[[("a", 0, 14)]] * 3 + [[("a", 0, 13)], [("b", 0, 9), ("a", 4, 12)]], random=None)
@example(parts=[[("a", 0, 12), ("b", n, 14)] for n in range(9)], random=None)
def test_clusters_equal_those_of_every_pair_compared(large, parts, random):
    texts = [" ".join(words(*segment) for segment in segments) for segments in parts]
    ids = [str(number) for number in range(len(texts))]
    if random:
        random.shuffle(ids)
    with patch.multiple(copy_module, **LIMITS, LARGE_WORDS=large):
        found, rows = copies(texts, ids)
    expected, links = reference(texts, ids)
    assert found == expected
    cluster = dict(zip(ids, found, strict=True))
    content = dict(zip(ids, texts, strict=True))
    assert [article for article, *_ in rows] == [name for name in ids if cluster[name] != name]
    leads_to = {article: other for article, other, *_ in rows}
    for article, other, of, percent in rows:
        assert of in (article, other)
        if percent is None:
            assert content[article].split() == content[other].split()
        else:
            assert percent == links[tuple(sorted((article, other)))]
        for _ in ids:
            article = leads_to.get(article, article)
        assert article == cluster[other]  # every row leads to the article that names the cluster


@settings(deadline=None)
@given(st.lists(st.lists(SEGMENTS, max_size=3), max_size=12), st.randoms())
def test_the_order_of_articles_changes_no_cluster(parts, random):
    texts = [" ".join(words(*segment) for segment in segments) for segments in parts]
    ids = [str(number) for number in range(len(texts))]
    order = random.sample(range(len(texts)), len(texts))
    with patch.multiple(copy_module, **LIMITS):
        found, rows = copies(texts, ids)
        again, other_rows = copies([texts[n] for n in order], [ids[n] for n in order])
    assert again == [found[n] for n in order]
    assert sorted(map(str, rows)) == sorted(map(str, other_rows))


@pytest.mark.parametrize("large", [COMPILED, READABLE])
def test_words_are_cut_at_their_hyphens_and_repeats_left_out(large):
    texts = ["A cease-fire-line. Peace.\n10 February 2022", "", "Fire line a peace CEASE (AP)"]
    tokens = scan(texts, [find_blocks(text) for text in texts])
    tokens = tokens.with_set_aside(np.array([False, True, False, False, False]))
    found, starts, n_words = copy_module._words(
        tokens, load_compiled("copies") if large < 0 else None
    )
    assert starts.tolist() == [0, 4, 4, 9]
    a, cease, fire, line = found[:4]
    assert found[4:].tolist()[:3] + found[8:].tolist() == [fire, line, a, cease]
    assert found.max() < n_words


@pytest.mark.skipif(not find_spec("numba"), reason="no numba")
@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("aBİ-‐. \n"), max_size=40), max_size=5), st.data())
def test_the_words_compared_are_the_same_if_compiled(texts, data):
    tokens = scan(texts, [find_blocks(text) for text in texts])
    n_sentences = len(tokens.sentence_start)
    aside = data.draw(st.lists(st.booleans(), min_size=n_sentences, max_size=n_sentences))
    tokens = tokens.with_set_aside(np.array(aside, dtype=bool))
    words, starts, n_words = copy_module._words(tokens, None)
    found = copy_module._words(tokens, load_compiled("copies"))
    assert found[0].tolist() == words.tolist()
    assert found[1].tolist() == starts.tolist()
    assert found[2] == n_words


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8") | st.sampled_from("aİß-‐־\u0301\u00adＡ")))
def test_a_word_may_be_cut_before_or_after_it_is_folded(word):
    assert fold(word).split("-") == [fold(part) for part in spell(word).split("-")]


def test_the_compiled_part_compares_sequences_of_as_many_words():
    pytest.importorskip("numba")
    assert load_compiled("copies").SEQUENCE == copy_module.SEQUENCE
