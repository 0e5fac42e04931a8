"""What needs a look in codebooks: every kind by hand, and that what is advised changes nothing."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_codebooks import make_frames

from framing import (
    Codebook,
    CodebookError,
    Corpus,
    Frame,
    Pattern,
    builtin_codebook,
    find_matches,
    lint_codebook,
)
from framing.corpus import as_corpus
from framing.matching import find_candidates
from framing.tables import TABLES


def codebook(*frames, **lists):
    """A codebook of frames given as tuples of patterns; texts are plain patterns."""
    made = make_frames(dict(zip("abc", frames, strict=False)), definition="defined")
    return Codebook("test", made, **lists)


def findings(book, *corpus, kinds=None):
    """Findings as lists without the sentence; frames without examples are not named."""
    table = lint_codebook(book, *corpus)
    table = table[table["kind"] != "no examples"]
    if kinds is not None:
        table = table[table["kind"].isin([kinds] if isinstance(kinds, str) else kinds)]
    rows = table.drop(columns="detail").astype(object)
    return rows.where(rows.notna(), None).values.tolist()


def detail(book, corpus, kind):
    table = lint_codebook(book, corpus)
    return table.loc[table["kind"] == kind, "detail"].item()


# ------------------------------------------------------------------------------ without a corpus


def test_an_orderly_codebook_has_no_findings():
    frame = Frame("a", (Pattern("peace"),), definition="peace", examples=("Peace came.",))
    book = Codebook("test", (frame,))
    for corpus in ((), ("They want peace.",)):
        table = lint_codebook(book, *corpus)
        assert table.empty
        assert list(table.columns) == list(TABLES["lint_codebook"])
        assert [str(kind) for kind in table.dtypes][4:7] == ["Int64"] * 3


def test_frames_without_patterns_definition_or_examples_are_named():
    book = Codebook("test", (Frame("a", ()), Frame("b", (Pattern("peace"),))))
    table = lint_codebook(book)
    assert table[["frame", "kind"]].values.tolist() == [
        ["a", "no patterns"],
        ["a", "no definition"],
        ["a", "no examples"],
        ["b", "no definition"],
        ["b", "no examples"],
    ]
    assert table["pattern"].isna().all()
    assert table["n_found"].isna().all()


def test_duplicates_are_found_in_a_frame_and_in_another_one():
    book = codebook(["(a|b) list", "(b|a) list", "A list"], ["b list", "(b|a) list"])
    assert findings(book) == [
        ["a", "(b|a) list", "duplicate", "`(a|b) list`", None, None, None],
        ["a", "A list", "covered", "`(a|b) list`", None, None, None],
        ["b", "b list", "covered", "`(b|a) list`", None, None, None],
        ["b", "(b|a) list", "duplicate", "`(a|b) list` of a", None, None, None],
    ]


def test_the_same_words_under_other_rules_are_no_duplicates():
    one = Pattern("peace", near="war")
    book = codebook([one, Pattern("peace", near="truce"), Pattern("peace", regex=True)], ["peace"])
    assert findings(book) == []


@pytest.mark.parametrize(
    ("covered", "by"),
    [
        ("peace talks", "peace talk*"),
        ("peace talks", "(peace|war) (talks|deal)"),
        ("peace*", "pea*"),
        ("war _1_ crimes", "war _2_ crime*"),
        ("=Minsk =Talks", "=Minsk talk*"),
        ("peac?s", "pea*"),
        ("de-escalat*", "(deescalat|de-esc)*"),
        (Pattern("peace", anchor="x"), "peace"),
        (Pattern("peace", near="war"), "peace*"),
    ],
)
def test_a_pattern_is_covered_by_a_wider_one_on_the_same_words(covered, by):
    book = codebook([covered, by], anchors={"x": ("war",)})
    text = covered if isinstance(covered, str) else covered.text
    assert ["a", text, "covered", f"`{by}`", None, None, None] in findings(book)


@pytest.mark.parametrize(
    ("longer", "other"),
    [
        ("peace talks", "peace"),  # the longer one wins the contest, so it is needed
        ("peace talks", "talks"),
        ("peace", "peac"),
        ("peace*", "peace"),
        ("peace", "=Peace"),
        ("=Peace", "peace"),  # finds it as part of a name too
        ("war _2_ crimes", "war _1_ crimes"),
        ("peace _1_ talks", "peace talks"),
        ("peace", Pattern("peace*", near="war")),
        (Pattern("peace", weight=0.5), "peace*"),  # stands first, so its weight counts
        (Pattern("peace", review=True), "peace*"),
        ("peace", Pattern("peac.*", regex=True)),
    ],
)
def test_a_pattern_that_can_change_a_mention_is_not_covered(longer, other):
    rows = findings(codebook([longer, other]), kinds=("covered", "duplicate"))
    text = longer if isinstance(longer, str) else longer.text
    assert text not in [row[1] for row in rows]


@pytest.mark.parametrize("between", [{"review": True}, {"weight": 0.5}])
def test_a_pattern_is_not_covered_if_one_in_between_would_give_the_mark(between):
    # without the first, the second gives review or weight to "peace-talks"
    patterns = ["peac*", Pattern("peace talks", **between), "(talks)? peac*"]
    assert findings(codebook(patterns), kinds=("covered",)) == []
    assert findings(codebook([*patterns[:1], *patterns[2:]]), kinds=("covered",)) == [
        ["a", "peac*", "covered", "`(talks)? peac*`", None, None, None]
    ]


def test_a_later_pattern_of_lower_weight_is_covered_as_its_weight_never_counts():
    book = codebook(["peace*", Pattern("peace", weight=0.5)])
    assert findings(book) == [["a", "peace", "covered", "`peace*`", None, None, None]]


def test_of_two_patterns_that_cover_each_other_the_later_one_is_named():
    book = codebook(["(peace*|peaceful)", "peace*", "peaceful*"])
    assert [row[1:4] for row in findings(book)] == [
        ["peace*", "covered", "`(peace*|peaceful)`"],
        ["peaceful*", "covered", "`(peace*|peaceful)`"],
    ]


def test_with_lemmas_only_equal_words_cover_each_other():
    book = replace(codebook(["went", "wen*", "(went|left)"]), lemmas=True)
    covered = lint_codebook(book)
    assert covered.loc[covered["kind"] == "covered", "pattern"].tolist() == ["went"]


def test_a_star_after_three_letters_is_too_general_and_after_four_it_is_not():
    book = codebook(["war*", "wars*", "war* crime*", "(peace|wa*)"])
    assert [row[1:3] for row in findings(book, kinds="too general")] == [
        ["war*", "too general"],
        ["(peace|wa*)", "too general"],
    ]


def test_patterns_that_no_example_tries_are_named_where_there_are_examples():
    frame = Frame("a", (Pattern("peace"), Pattern("truce")), definition="x", examples=("Peace.",))
    other = Frame("b", (Pattern("war"),), definition="x")
    book = Codebook("test", (frame, other))
    assert findings(book) == [["a", "truce", "untried", None, None, None, None]]


def test_an_anchor_that_no_pattern_asks_for_is_unused():
    book = codebook([Pattern("peace", anchor="x")], anchors={"x": ("war",), "y": ("talks", "deal")})
    assert findings(book) == [[None, "y", "unused anchor", None, None, None, None]]


# ------------------------------------------------------------------------------ with a corpus


def test_a_pattern_whose_words_stand_nowhere_is_dead():
    book = codebook(["peace", "truce"])
    assert findings(book, "Peace came.") == [["a", "truce", "dead", None, 0, 0, None]]


def test_words_that_are_not_counted_do_not_keep_a_pattern_alive():
    text = "The talks went on for many long hours.\n\nThe talks went on for many long hours.\n\n"
    corpus = as_corpus("MOSCOW, Feb 10 (Truce News) -\n\n" + text + "Peace came.")
    assert len(find_matches(corpus, codebook(["talks"]))) == 1
    found = find_candidates(corpus, codebook(["talks"]))
    assert found.counted.tolist() == [True]


def test_masked_patterns_say_what_takes_their_words():
    book = codebook(
        [
            "talks",
            "council",
            Pattern("deal", near="peace"),
            "offer",
            Pattern("aim", except_="aim at"),
        ],
        ["peace talks"],
        hard_masks=("security council",),
        soft_masks=("on offer",),
    )
    corpus = (
        "Peace talks. Peace talks. The security council met. A deal. It is on offer. We aim at it."
    )
    assert findings(book, corpus, kinds="masked") == [
        ["a", "talks", "masked", "`peace talks` of b", 2, 0, 2],
        ["a", "council", "masked", "the hard mask `security council`", 1, 0, 1],
        ["a", "deal", "masked", "its rule: near peace", 1, 0, 1],
        ["a", "offer", "masked", "the soft mask `on offer`", 1, 0, 1],
        ["a", "aim", "masked", "its rule: except aim at", 1, 0, 1],
    ]


def test_a_masked_pattern_lists_all_that_takes_its_words_the_most_frequent_first():
    book = codebook(["talks", "peace talks"], hard_masks=("talks about",))
    corpus = "Peace talks here. Peace talks there. He talks about it."
    assert findings(book, corpus, kinds="masked") == [
        ["a", "talks", "masked", "`peace talks`", 3, 0, 2]
    ]
    sentence = detail(book, corpus, "masked")
    assert "found in 3 places" in sentence
    assert "2 by `peace talks`, 1 by the hard mask `talks about`" in sentence


def test_a_pattern_found_only_in_names_is_masked_by_the_rule_on_names():
    corpus = "They met at the Peace Palace yesterday in the evening."
    assert findings(codebook(["peace"]), corpus) == [
        ["a", "peace", "masked", "the rule on proper names", 1, 0, 1]
    ]


def test_a_pattern_with_one_place_left_is_not_masked():
    book = codebook(["talks", "peace talks"])
    assert findings(book, "Peace talks. Talks.", kinds="masked") == []


def test_patterns_that_others_always_join_are_covered_in_the_corpus():
    book = codebook(["talk(s)?", "(talks|deal)"])
    assert findings(book, "Talks. More talks.") == [
        ["a", "(talks|deal)", "covered in the corpus", "`talk(s)?`", 2, 0, 2],
    ]
    assert findings(book, "Talks. Talk. A deal.", kinds="covered in the corpus") == []


@pytest.mark.parametrize("other", ["(peace|talks)", "talk*"])
def test_a_pattern_that_finds_names_is_not_covered_by_one_that_does_not(other):
    book = codebook(["=Talks", other])
    text = "They saw the Geneva Talks collapse, as most talks do."
    assert find_matches(text, book)["text"].tolist() == ["Talks", "talks"]
    assert find_matches(text, codebook([other]))["text"].tolist() == ["talks"]
    assert findings(book, text, kinds="covered in the corpus") == []


def test_words_that_another_frame_has_too_do_not_make_a_pattern_spare():
    book = codebook(["talk*"], ["talk*", "talks"])
    rows = findings(book, "Talks.", kinds=("duplicate", "covered", "covered in the corpus"))
    assert rows == [
        ["b", "talk*", "duplicate", "`talk*` of a", 1, 1, None],
        ["b", "talks", "covered", "`talk*`", 1, 0, None],
    ]


def test_what_is_covered_in_any_text_is_not_said_again_of_the_corpus():
    book = codebook(["talk*", "talks"])
    kinds = [row[2] for row in findings(book, "Talks.")]
    assert kinds == ["covered"]


def test_frames_that_claim_the_same_words_are_told_with_who_wins():
    book = codebook(["peace talks", "guarantee*"], ["talks", "common guarantee*", "guarantees"])
    corpus = "Peace talks. Common guarantees. Guarantees. Talks."
    rows = findings(book, corpus, kinds="overlapping")
    assert rows == [
        ["a", "peace talks", "overlapping", "`talks` of b", 1, 1, 1],
        ["a", "guarantee*", "overlapping", "`common guarantee*` of b", 2, 1, 1],
        ["a", "guarantee*", "overlapping", "`guarantees` of b", 2, 1, 2],
    ]
    table = lint_codebook(book, corpus).set_index("other")["detail"]
    assert "in 1 place: `peace talks` alone is counted in 1;" in table["`talks` of b"]
    assert "in 2 places: both are in 1, neither is in 1;" in table["`guarantees` of b"]


def test_patterns_kept_apart_by_a_mask_or_rule_do_not_overlap():
    book = codebook(["peace talks"], [Pattern("talks", near="war")], hard_masks=("talks about",))
    assert findings(book, "Peace talks. Peace talks about war.", kinds="overlapping") == []


def test_a_star_that_stands_for_many_words_lists_the_most_frequent():
    words = [f"negotia{letter}" for letter in "abcdefghijkl"]
    book = codebook(["negotia*"])
    assert findings(book, " ".join(words), kinds="too general") == []
    many = " ".join([*words, "negotiam", "negotiam's", "Negotiam"])
    assert findings(book, many, kinds="too general") == [
        ["a", "negotia*", "too general", None, 15, 15, None]
    ]
    assert "13 different words: negotiam 3, negotiaa 1," in detail(book, many, "too general")


def test_a_short_stem_lists_its_words_even_if_they_are_few():
    corpus = "War is near. They warn of war."
    assert "2 different words: war 2, warn 1;" in detail(codebook(["war*"]), corpus, "too general")


def test_a_pattern_in_more_than_a_twentieth_of_the_sentences_is_too_general():
    book = codebook(["peace", "truce"])
    text = " ".join(["Peace now."] * 1 + [f"Word {n} stands." for n in range(94)])
    few = text + " Peace came. Peace went. Peace stays. Truce."
    many = text + " Peace came. Peace went. Peace stays. Peace is. Peace was."
    assert findings(book, few, kinds="too general") == []  # 4 of 99
    rows = findings(book, many, kinds="too general")
    assert rows == [["a", "peace", "too general", None, 6, 6, None]]
    assert "6 of 100 sentences (6 %)" in detail(book, many, "too general")
    assert findings(book, "Peace. Truce. War.", kinds="too general") == []


def test_a_frame_is_carried_by_a_pattern_with_more_than_half_of_five_mentions():
    book = codebook(["peace", "truce"])
    assert findings(book, "Peace, peace, peace. Truce, truce.") == [
        ["a", "peace", "carried by one pattern", None, 3, 3, 5]
    ]
    assert "3 of the 5 mentions" in detail(book, "Peace, peace, peace. Truce, truce.",
                                           "carried by one pattern")  # fmt: skip
    assert findings(book, "Peace, peace. Truce, truce.") == []
    assert findings(book, "Peace, peace, peace. Truce.") == []  # four are few
    assert findings(codebook(["peace"]), "Peace, peace, peace, peace, peace.") == []


def test_masks_that_stand_nowhere_are_named_last():
    book = codebook(["peace"], hard_masks=("peace pipe", "no such"), soft_masks=("never",))
    assert findings(book, "Peace pipe and peace.") == [
        [None, "no such", "mask never met", "hard masks", None, None, None],
        [None, "never", "mask never met", "soft masks", None, None, None],
    ]


def test_candidates_of_quanteda_counting_do_not_compete_between_frames():
    book = replace(codebook(["peace talks"], ["talks"]), counting="quanteda")
    assert findings(book, "Peace talks.", kinds=("masked", "overlapping")) == [
        ["a", "peace talks", "overlapping", "`talks` of b", 1, 1, 1]
    ]


def test_what_is_no_codebook_is_refused():
    with pytest.raises(CodebookError, match='a Codebook is needed, not the text "diplomacy"'):
        lint_codebook("diplomacy")


# ------------------------------------------------------------------------------ properties

WORDS = ["peace", "peaceful", "talk", "talks", "Talks", "war", "no"]
PATTERNS = st.lists(
    st.sampled_from([
        *WORDS, "peace*", "talk*", "tal*", "(peace|war) talk*", "peace talks", "peace _1_ talks",
        "=Talks", "(talk|talks)", "=Talk*", "war", "pea?e", "(peace*|peaceful)", "* talks",
    ]),
    min_size=1, max_size=5,
)  # fmt: skip
TEXTS = st.lists(st.sampled_from([*WORDS, ".", ","]), max_size=25).map(" ".join)
COLUMNS = ["frame", "start", "end", "negated", "weight", "review"]


@settings(max_examples=40, deadline=None)
@given(PATTERNS, PATTERNS, TEXTS, st.sampled_from(["longest", "quanteda"]))
def test_without_what_is_covered_or_stands_twice_no_mention_changes(one, two, text, counting):
    book = replace(codebook(one, two), counting=counting)
    table = lint_codebook(book)
    spare = table[table["kind"].isin(["covered", "duplicate"])]
    spare = spare[~spare["other"].str.contains(" of ")]
    kept = []
    for frame in book.frames:
        counts = spare.loc[spare["frame"] == frame.name, "pattern"].value_counts()
        patterns = list(frame.patterns)
        for text_of_pattern, n in counts.items():
            for _ in range(n):  # of equal patterns the last ones leave
                last = max(i for i, p in enumerate(patterns) if p.text == text_of_pattern)
                del patterns[last]
        kept.append(replace(frame, patterns=tuple(patterns)))
    smaller = replace(book, frames=tuple(kept))
    before, after = (find_matches(text, each)[COLUMNS] for each in (book, smaller))
    pd.testing.assert_frame_equal(before.astype(object), after.astype(object))


@settings(max_examples=20, deadline=None)
@given(PATTERNS, PATTERNS, TEXTS)
def test_counts_are_those_of_the_matches_and_no_place_is_both_dead_and_found(one, two, text):
    book = codebook(one, two)
    corpus = as_corpus(text)
    matches = find_matches(corpus, book)
    found = find_candidates(corpus, book)
    assert int(found.counted.sum()) == len(matches)
    assert not (found.counted & (found.masked | ~found.fulfilled)).any()
    table = lint_codebook(book, corpus)
    by_pattern = matches.groupby(["frame", "pattern"], observed=True).size()
    for row in table[table["kind"].isin(["dead", "masked"])].itertuples():
        if (row.frame, row.pattern) in by_pattern.index:  # of equal patterns the first has them
            assert [p.text for p in book[row.frame].patterns].count(row.pattern) > 1
        assert row.n_matches == 0
        assert (row.n_found == 0) == (row.kind == "dead")


def test_findings_come_in_the_same_order_for_the_builtin_codebooks():
    book = builtin_codebook("diplomacy")
    table = lint_codebook(book)
    assert table["kind"].isin(["untried", "covered", "duplicate", "too general"]).all()
    pd.testing.assert_frame_equal(table, lint_codebook(book))


def test_an_empty_corpus_and_hostile_patterns_end_soon():
    deep = "(" + "|".join(f"{'ab'[n % 2]}{n}*" for n in range(2000)) + ")"
    book = codebook(
        [f"{deep} x", "a* x", "b* x", "a* b* c*", "".join(["a"] * 3000) + "*"], ["a* x"]
    )
    kinds = {row[2] for row in findings(book, Corpus.from_texts([]))}
    assert kinds == {"dead", "duplicate"}
