"""Matching: every rule by hand, and everything against the slow reference."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_codebooks import make_frames
from oracle import Hit, find_hits

from framing import (
    Codebook,
    CodebookError,
    Corpus,
    Frame,
    Pattern,
    builtin_codebook,
    find_matches,
    read_corpus,
    score_frames,
    search,
    voices,
)
from framing.corpus import as_corpus
from framing.matching import NEGATION_REACH, _only_space_before, find_candidates
from framing.search import Automaton
from framing.tables import TABLES

CORPUS = Path(__file__).parent.parent / "corpus"


def codebook(*frames, **lists):
    """A codebook of frames given as tuples of patterns; texts are plain patterns."""
    return Codebook("test", make_frames(dict(zip("abc", frames, strict=False))), **lists)


def found(text, book):
    matches = find_matches(text, book)
    return list(zip(matches["frame"], matches["text"], strict=True))


# ------------------------------------------------------------------------------ the rules


def test_the_leftmost_wins_then_the_longest():
    book = codebook(["peace talks", "talks"], ["talks about war", "about war"])
    assert found("peace talks about war", book) == [("a", "peace talks"), ("b", "about war")]
    assert found("talks about war", book) == [("b", "talks about war")]


def test_one_span_may_carry_two_frames_but_no_frame_twice():
    book = codebook(["common guarantees", "common guarantee*"], ["common (aims|guarantees)"])
    assert found("common guarantees", book) == [
        ("a", "common guarantees"),
        ("b", "common guarantees"),
    ]


def test_a_hard_mask_wins_over_any_match_it_touches():
    book = codebook(["security council meeting", "security"], hard_masks=("security council",))
    assert found("security council meeting on security", book) == [("a", "security")]


def test_a_soft_mask_competes_by_place_and_length():
    book = codebook(["peace talks", "talks"], soft_masks=("talks about", "talks"))
    assert found("peace talks about trade", book) == [("a", "peace talks")]
    assert found("talks about trade", book) == []
    assert found("talks", book) == []  # a tie goes to the mask


def test_an_anchor_stands_in_the_sentence_and_outside_the_match():
    anchors = {"state": ("troops", "border guard*")}
    book = codebook([Pattern("protect* (troops)?", anchor="state")], anchors=anchors)
    assert found("The troops protect us. They protect data.", book) == [("a", "protect")]
    assert found("They protect the border guards.", book) == [("a", "protect")]
    # the longer candidate takes the anchor in and leaves; the shorter one keeps it outside
    assert found("They protect troops.", book) == [("a", "protect")]


def test_an_anchor_that_fails_frees_its_words():
    book = codebook(
        [Pattern("defend the city", anchor="x")], ["the city"], anchors={"x": ("army",)}
    )
    assert found("They defend the city.", book) == [("b", "the city")]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("They met at the Asia Security forum today", False),
        ("He joined the Foundation for Security last year", False),
        ("She spoke for the Centre of the Dialogue in spring", False),
        ("She met Mr. Dialogue in the street today", True),
        ("They said Security matters to all of us", True),
        ("Security Adviser he was for many years", True),  # first word of its sentence
        ("He said: “Security Experts were wrong about this”", True),  # first word quoted
        ("He said: “They met the Security Council on Monday in Lund”", False),
        ("New Security Talks Open Today in the City", True),  # headline case
        ("The UN Security Council met on Monday in New York", False),  # "met": no headline
        ("UK Defence Secretary Ben Wallace or Security Man said it", False),
        ("they feared the great Gulf War in the end", True),
        ("the SECURITY Council was full of people then", True),  # all capitals
        ("Lund Security", True),  # too short to tell
    ],
)
def test_proper_names(text, counted):
    book = codebook(["security", "dialogue", "war"])
    assert bool(found(text, book)) is counted


def test_where_nouns_have_capitals_none_is_taken_for_a_name():
    text = "Sie wollen im Donbass Frieden und lehnen nichts ab"
    assert found(text, codebook(["frieden"], language="de")) == [("a", "Frieden")]
    assert found(text, codebook(["frieden"], language="en")) == []


def test_a_pattern_that_asks_for_capitals_is_no_name():
    book = codebook(["=Minsk =Agreements", "agreements"])
    assert found("they kept the Minsk Agreements of the Two", book) == [("a", "Minsk Agreements")]


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("There is no peace.", True),
        ("There is no long and lasting peace.", True),  # three words between
        ("There is no really long and lasting peace.", False),  # four
        ("No, peace is here.", False),  # a clause mark between
        ("No war but peace.", False),  # "but" between
        ("Not only peace is needed.", False),
        ("There is no doubt that peace is near.", False),
        ("They rejected the plan of the seven very old states of the north for peace.", True),  # 12
        ("They rejected the plan of the seven very very old states of the north for peace.", False),
        ("They rejected it, and peace came.", False),
        ("They refuse peace.", True),
        ("They will not reject peace.", False),
        ("They failed to reach peace.", True),
        ("They were unable to make peace.", True),
        ("They did not fail to reach peace.", False),
        ("He did not immediately reject peace.", False),
        ("He has not yet rejected peace.", False),
        ("They would not withdraw from peace.", False),
        ("They refuse to rule out peace.", False),
        ("They denied rejecting peace.", False),
        ("The peace has not failed.", False),
        ("The peace hasn't collapsed yet.", False),
        ("The peace never failed.", False),
        ("The peace has not been violated by anyone.", False),
        ("Peace failed.", True),
        ("Peace has long failed.", True),
        ("Peace has by now failed.", False),
        ("Peace, they fear, failed.", False),
        ("Peace is here. It failed.", False),
        ("They don't want peace.", True),
        ("They don’t want peace.", True),
        ("Without peace nothing works.", True),
        ("Peace.", False),
    ],
)
def test_negation(text, negated):
    matches = find_matches(text, codebook(["peace"]))
    assert list(matches["negated"]) == [negated]


def test_negation_lists_of_the_codebook_replace_those_of_the_language():
    book = codebook(["peace"], negation={"before": ("hardly any",)})
    assert list(find_matches("No peace. Hardly any peace.", book)["negated"]) == [False, True]
    assert NEGATION_REACH == {"before": 3, "reject": 12, "after": 2}


def test_columns_of_a_match():
    text = "A headline\n\nThe troops “protect our peace”. The troops “protect our peace”."
    book = codebook([Pattern("protect*", anchor="state", weight=0.5, review=True)], ["peace"],
                    anchors={"state": ("troops",)})  # fmt: skip
    text += "\n\nOn Monday the troops of the north protect us. " * 2
    matches = find_matches(text, book, set_aside=True)
    first = matches.iloc[0]
    assert (first["frame"], first["pattern"], first["text"]) == ("a", "protect*", "protect")
    assert text[first["start"] : first["end"]] == "protect"
    assert (first["sentence"], first["block"]) == (2, "body")
    assert first["quoted"]
    assert first["review"]
    assert first["weight"] == 0.5
    assert list(matches["sentence"]) == [2, 2, 3, 3, 4, 5]
    assert list(matches["set_aside"]) == [False, False, False, False, False, True]
    assert len(find_matches(text, book)) == 5


def test_nothing_is_matched_in_dateline_and_credit():
    text = (
        "A title\n\n10 May 2022\n\nTroops wait. (AP Photo/May Truce, Pool)\n\nIn May a truce came."
    )
    matches = find_matches(text, codebook(["may", "truce", "photo"]))
    assert list(matches["text"]) == ["May", "truce"]
    assert list(matches["block"]) == ["body", "body"]


# ------------------------------------------------------------------------------ empty and odd


def test_empty_corpus_and_empty_text():
    book = builtin_codebook("diplomacy")
    empty = find_matches([], book)
    for texts in ("", ["", "  \n "], "...", [""]):
        matches = find_matches(texts, book)
        assert matches.empty
        assert list(matches.dtypes.astype(str)) == list(empty.dtypes.astype(str))


def test_article_order_changes_nothing():
    texts = ["No peace.", "Peace talks failed.", "", "They want peace and truce."]
    book = codebook(["peace (talks)?", "truce"], ["talks"])
    forward = find_matches(Corpus.from_texts(texts), book)
    for number, text in enumerate(texts):
        alone = find_matches(text, book)
        same = forward[forward["article_id"] == as_corpus(texts).articles["article_id"][number]]
        columns = ["frame", "pattern", "start", "end", "text", "negated"]
        pd.testing.assert_frame_equal(
            alone[columns].astype(str),
            same[columns].astype(str).reset_index(drop=True),
        )


# ------------------------------------------------------------------------------ rules of a pattern


def count(text, **rules):
    book = codebook([Pattern("guard*", **rules)], anchors={"state": ("border*", "coast guard*")})
    return list(find_matches(text, book)["text"])


def test_something_must_stand_near_a_match():
    text = "The border is guarded. They guard the long and open frontier. Guards slept."
    assert count(text) == ["guarded", "guard", "Guards"]
    assert count(text, near=("border", "frontier")) == ["guarded", "guard"]
    assert count(text, near=("border", "frontier"), within=1) == ["guarded"]
    assert count(text, near=("border", "frontier"), within=3) == ["guarded"]
    assert count(text, near=("border", "frontier"), within=4) == ["guarded", "guard"]
    assert count(text, near=("border", "frontier"), order="before") == ["guarded"]
    assert count(text, near=("border", "frontier"), order="after") == ["guard"]
    assert count(text, near="frontier") == ["guard"]  # one pattern need not be a list


def test_nothing_of_what_is_not_wanted_may_stand_near_a_match():
    text = "Guards of the museum and of the bank. Museum guards. Guards."
    assert count(text, not_near=("museum",)) == ["Guards"]
    assert count(text, not_near=("bank",), within=5) == ["Guards", "guards", "Guards"]
    assert count(text, not_near=("bank",), within=6) == ["guards", "Guards"]
    assert count(text, not_near=("museum",), within=0) == ["Guards", "Guards"]
    assert count(text, not_near=("museum",), order="after") == ["guards", "Guards"]


def test_what_is_near_stands_outside_the_match_and_in_its_sentence():
    assert count("guard guard", near=("guard",)) == ["guard", "guard"]
    assert count("guard. Guard", near=("guard",)) == []
    assert count("coast guard", near=("coast guard",)) == []
    assert count("coast guard", near=("coast",), within=0) == ["guard"]


def test_an_anchor_may_have_to_be_near_too():
    assert count("guards sleep at the border", anchor="state", within=3) == ["guards"]
    assert count("guards sleep at the border", anchor="state", within=2) == []
    assert count("guards sleep at the border", anchor="state", order="before") == []
    # anchor and near must both hold
    assert count("guards at the border", anchor="state", near=("sea",)) == []
    assert count("guards at the border to the sea", anchor="state", near=("sea",)) == ["guards"]


def test_what_must_and_must_not_stand_near_a_match_are_both_asked_for():
    assert count("guard the border", near=("border",), not_near=("border",)) == []


def test_a_pattern_has_exceptions_of_its_own():
    text = "The coast guard and the guards of the coast guarded a mouth guard."
    assert count(text, except_=("coast guard*", "mouth guard")) == ["guards"]
    book = codebook([Pattern("guard", except_=("mouth guard",))], ["guard"])
    assert found("a mouth guard", book) == [("b", "guard")]  # a mask for one pattern only


def test_a_regular_expression_is_searched_in_each_sentence_as_written():
    book = codebook([Pattern(r"\d+ (troops|Men)", regex=True), Pattern("(?i)talks?$", regex=True)])
    text = "They sent 500 troops, 20 men. And 3,400 Men-at-arms. Peace Talk. Talks"
    assert found(text, book) == [
        ("a", "500 troops"),
        ("a", "400 Men-at-arms"),
        ("a", "Talks"),
    ]
    matches = find_matches(text, book)
    assert list(matches["pattern"]) == [r"\d+ (troops|Men)"] * 2 + ["(?i)talks?$"]


def test_a_regular_expression_that_finds_no_word_finds_nothing():
    assert found("Peace, not war.", codebook([Pattern(r",|\b|x*", regex=True)])) == []


def test_a_regular_expression_has_a_time_limit(monkeypatch):
    monkeypatch.setattr("framing.matching.REGEX_SECONDS", 0.05)
    book = codebook([Pattern("(a|aa)+$", regex=True)])
    corpus = Corpus.from_texts(["Peace.", "a" * 60 + "b"])
    with pytest.raises(CodebookError, match=r"`\(a\|aa\)\+\$` takes more than 0.05 s, or"):
        find_matches(corpus, book)


def test_a_regular_expression_that_fills_the_memory_is_an_error(monkeypatch):
    def fill(*_):
        raise MemoryError

    monkeypatch.setattr("framing.matching._regex_places", fill)
    with pytest.raises(CodebookError, match=r"`\(\?R\)` takes more than 2 s, or too much memory"):
        find_matches("Peace talks.", codebook([Pattern("(?R)", regex=True)]))


def test_several_gaps_are_walked_once_for_each_place_and_not_for_each_way(monkeypatch):
    walked = []
    step = Automaton._step

    def counting(self, node, form):
        walked.append(len(node))
        return step(self, node, form)

    monkeypatch.setattr(Automaton, "_step", counting)
    matches = find_matches("a " * 100, codebook(["a _9_ a _9_ a _9_ a"]))
    # 31 words at most, one character and one space each
    assert list(matches["end"] - matches["start"]) == [61, 61, 61, 13]
    assert max(walked) <= 100 * 31 * 2  # after a word and after a gap


def test_frames_for_human_coders_are_not_counted():
    book = Codebook("mixed", (Frame("a", (Pattern("peace"),)), Frame("b", (), definition="War.")))
    assert list(find_matches("peace", book)["frame"].cat.categories) == ["a"]
    assert list(score_frames("peace", book)["frame"]) == ["a"]
    assert repr(book).endswith("1 pattern, 1 frame without patterns>")
    with pytest.raises(CodebookError, match="codebook mine has no patterns, so that nothing can"):
        find_matches("peace", Codebook("mine", (Frame("b", ()),)))


# ------------------------------------------------------------------------------ quanteda's rule

UNITED = "The United States and the United States of America are one country: United, States."


@pytest.mark.parametrize(
    ("frames", "text", "counts"),
    [
        # what a key finds does not hide what another one finds
        ({"us": "united states", "all": "states"}, UNITED, {"us": 2, "all": 3}),
        # inside a key the longest comes first and nothing that shares a word with it
        ({"us": ["united states", "united states of america"]}, UNITED, {"us": 2}),
        ({"us": ["united states", "states", "united"]}, UNITED, {"us": 4}),
        ({"k": ["a b", "a b c"]}, "A B C", {"k": 1}),
        ({"k": ["b c", "a b c"]}, "A B C", {"k": 1}),
        ({"k": ["a b", "b c"]}, "A B C", {"k": 1}),
        ({"k": ["a b", "b c d"]}, "A B C D", {"k": 1}),
        ({"k": ["a a"]}, "a a a a a", {"k": 2}),
        # one place counts once in a key, whatever number of its entries find it
        ({"k": ["peace", "peac*", "p*"]}, "peace", {"k": 1}),
        ({"k": "peace", "l": "peac*"}, "peace", {"k": 1, "l": 1}),
        # globs: "*" any letters or none, "?" one letter, anywhere in a whole word
        ({"k": "stat*", "l": "*s"}, "The state of the States is stated", {"k": 3, "l": 2}),
        (
            {"k": "*ic", "l": "?ox", "m": "b?x"},
            "Pacific ox box fox boxes",
            {"k": 1, "l": 2, "m": 1},
        ),
        ({"k": "n*n"}, "nation nations non noon n", {"k": 3}),
        ({"k": "* ocean"}, "Atlantic Ocean, Pacific Ocean. Ocean", {"k": 2}),
        ({"k": "federal * of *"}, "the Federal Republic of Germany", {"k": 1}),
        # case counts for nothing, in entries as in texts
        ({"k": "UniTed STATES"}, "united states UNITED States", {"k": 2}),
        # a hyphenated word is one word, and so is one with an apostrophe
        ({"k": "peace", "l": "talks", "m": "peace-talks"}, "peace-talks", {"k": 0, "l": 0, "m": 1}),
        ({"k": "peace-talks"}, "peace talks, peacetalks", {"k": 0}),
        ({"k": "peace*", "l": "*-talks"}, "peace-talks", {"k": 1, "l": 1}),
        ({"k": "state"}, "the state's end, state-owned", {"k": 0}),
        ({"k": "state*", "l": "state's"}, "the state's end", {"k": 1, "l": 1}),
        ({"k": "don't", "l": "don"}, "I don't", {"k": 1, "l": 0}),
        # a mark is a token of its own, so that no phrase goes across it; white space is none
        ({"k": "united states"}, "Manchester United, states the “United” States", {"k": 0}),
        ({"k": "united states"}, "United\nStates, united \t\n states of", {"k": 2}),
        ({"k": "peace talks"}, "peace. Talks - peace (talks) peace - talks", {"k": 0}),
        # where a script has no spaces, nothing stands between letters
        ({"k": "和平", "l": "停戦 合意"}, "他们要和平。停戦合意、停戦 合意", {"k": 1, "l": 2}),
        # names are not left out
        ({"k": "peace"}, "He met the Nobel Peace Committee in Oslo today", {"k": 1}),
        # nested keys are keys of their own, or one at a higher level
        (
            {"a": {"b": "states", "c": "united states"}, "d": "states"},
            "the united states",
            {"a > b": 1, "a > c": 1, "d": 1},
        ),
    ],
)
def test_counts_by_the_rule_of_quanteda(frames, text, counts):
    book = replace(Codebook.from_patterns("keys", frames), counting="quanteda")
    matches = find_matches(text, book)
    assert {name: sum(matches["frame"] == name) for name in counts} == counts
    assert len(matches) == sum(counts.values())


def test_nested_keys_of_quanteda_at_a_higher_level_are_one_key():
    frames = {"a": {"b": "states", "c": "united states"}, "d": "states"}
    book = replace(Codebook.from_patterns("keys", frames), counting="quanteda").at_level(1)
    assert sorted(found("the united states", book)) == [("a", "united states"), ("d", "states")]


def test_no_phrase_of_quanteda_goes_over_into_text_that_is_not_counted():
    repeated = "The old line is here and it speaks of peace"
    text = f"{repeated}\n\nNo.\n\n{repeated}\n\nTalks went on."
    book = codebook(["peace talks", "talks"], counting="quanteda")
    assert found(text, book) == [("a", "Talks")]
    assert find_candidates(as_corpus(text), book).counted.sum() == 1


def test_masks_and_conditions_hold_under_the_rule_of_quanteda():
    book = codebook(
        ["peace talks", Pattern("talks", not_near=("trade",)), "corps"],
        hard_masks=("peace corps",), soft_masks=("peace talks about", "talks"),
        counting="quanteda",
    )  # fmt: skip
    assert found("peace talks and peace corps", book) == [("a", "peace talks")]
    assert found("peace talks about talks", book) == []


# ------------------------------------------------------------------------------ the reference


def as_hits(corpus, matches):
    number = {name: n for n, name in enumerate(corpus.articles["article_id"])}
    return sorted(
        Hit(number[row.article_id], row.start, row.end, row.frame, row.pattern, row.negated)
        for row in matches.itertuples()
    )


def assert_same_as_reference(corpus, book):
    matches = find_matches(corpus, book)
    texts = corpus.texts
    hits = as_hits(corpus, matches)
    assert hits == find_hits(corpus, book)
    numbers = pd.Categorical(matches["article_id"], list(corpus.articles["article_id"])).codes
    for number, row in zip(numbers, matches.itertuples(), strict=True):
        assert texts[number][row.start : row.end] == row.text


def test_the_article_equals_the_reference():
    corpus = read_corpus(CORPUS)
    assert_same_as_reference(corpus.where(constructed=False), builtin_codebook("ukraine-2022"))
    weeklies = corpus.where(source="Harbour Weekly")
    assert_same_as_reference(weeklies, builtin_codebook("diplomacy"))


def test_every_tenth_example_equals_the_reference():
    book = builtin_codebook("ukraine-2022")
    texts = [t for frame in book.frames for t in (*frame.examples, *frame.counter_examples)]
    assert_same_as_reference(as_corpus(texts[::10]), book)


GENERATED = codebook(
    [
        "peace", "peace talks", "de-escalat*", "eas* _2_ tension*", "(no|the) truce(s)?",
        Pattern("protect*", anchor="state"), "*escal?t*", "p*e *lk*", "?ase (?) _1_ t*",
        Pattern("aim", near=("peace", "us"), within=2, order="before"),
        Pattern("ease", not_near=("tension*", "the *"), within=0, order="after"),
        Pattern("tension*", except_=("the tensions", "tension no"), not_near=("truce",)),
        Pattern("US", anchor="state", within=4, near=("=Mr",)),
        "=Минск (talks|мир*)", "мир", "سلام", "和平*",
    ],
    ["talks", "talks failed", "peace talks", "common (aim|peace)", "détente", "=US"],
    anchors={"state": ("state*", "=Troops", "troops _1_ here")},
    hard_masks=("=Peace =Corps", "rest in peace"),
    soft_masks=("talks about", "peace pipe", "the"),
)  # fmt: skip

WORDS = st.sampled_from(
    """peace Peace talks Talks talks' peace-talks de-escalate deescalation de escalate ease easing
    the tension tensions no not never without reject refuse failed collapsed but truce truces
    protect protects state states Troops here Corps rest in about pipe common aim US us US's
    détente de\u0301tente Минск Минска мир мира سلام 和平 和平会谈 Mr Lund of for and I F-16 😀
    only doubt whether""".split()  # noqa: SIM905 (a list of words reads better as a text)
)
MARKS = st.sampled_from(
    [" "] * 5
    + [", ", ". ", "-", " – ", ' "', '" ', " “", "” ", "\n", "\n\n", " (", "! ", "'s ", "’s "]
    + ["\u200b ", "\u00a0", "; ", " $5 ", "_", "\u0301"]
)
SENTENCES = st.lists(st.tuples(WORDS, MARKS), max_size=40).map(
    lambda pairs: "".join(word + mark for word, mark in pairs)
)


@settings(max_examples=100, deadline=None)
@given(st.lists(SENTENCES, max_size=3))
def test_generated_texts_equal_the_reference(texts):
    assert_same_as_reference(as_corpus(texts), GENERATED)


BY_EXPRESSION = codebook(
    [Pattern("tr[a-z]+e", regex=True), "peace talks"], ["talks", Pattern("p.a", regex=True)]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(SENTENCES, max_size=5),
    st.sampled_from([GENERATED, BY_EXPRESSION]),
    st.sampled_from(["longest", "quanteda"]),
)
def test_nothing_depends_on_how_many_articles_are_searched_together(texts, book, counting):
    corpus = as_corpus(texts)
    book = replace(book, counting=counting) if counting == "quanteda" else book
    together = find_matches(corpus, book, set_aside=True)
    scores = score_frames(corpus, book)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_BATCH", 1)
        pd.testing.assert_frame_equal(find_matches(corpus, book, set_aside=True), together)
        pd.testing.assert_frame_equal(score_frames(corpus, book), scores)


@settings(max_examples=60, deadline=None)
@given(st.lists(SENTENCES, max_size=4))
def test_words_are_joined_for_quanteda_where_only_white_space_stands_between(texts):
    corpus = as_corpus(["", *texts, "\ud800 a \u3000 b"])
    tokens, joined = corpus.tokens, []
    for article, text in enumerate(corpus.texts):
        for row in range(*tokens.offsets[article : article + 2]):
            blank = not text[tokens.end[row - 1] : tokens.start[row]].strip()
            opens = row == tokens.offsets[article]
            same = tokens.counted[row] == tokens.counted[row - 1]
            joined.append(bool(blank and same and not opens))
    assert _only_space_before(corpus).tolist() == joined


@settings(max_examples=60, deadline=None)
@given(st.lists(SENTENCES, max_size=4))
def test_a_few_words_are_asked_whether_they_are_quoted_as_all_words_are(texts):
    tokens = as_corpus(["", "“a “b c” d” e", *texts]).tokens
    some = np.arange(len(tokens))[::-2]
    assert tokens.in_quotations(some).tolist() == tokens.quoted[some].tolist()
    assert tokens.quoted.any()


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_its_own_words_back(text):
    book = codebook(["a*", "e*", "(с|м)*", "ا*", "和*", "1"], ["the", "b* _2_ c*"])
    corpus = as_corpus(text)
    for row in find_matches(corpus, book).itertuples():
        assert corpus.texts[0][row.start : row.end] == row.text


# ------------------------------------------------------------------------------ the pinned reading


def pinned():
    with (Path(__file__).parent / "data" / "article_spans.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def article():
    return read_corpus(CORPUS).where(constructed=False)


def test_the_pinned_reading_of_the_article():
    """Two careful readers found these mentions; overlap with a pinned span is enough."""
    matches = find_matches(article(), builtin_codebook("ukraine-2022"))
    matches = matches[matches["frame"].isin(["de-escalation", "security", "unity"])]
    left = [(row.frame, row.start, row.end, row.review) for row in matches.itertuples()]
    for span in pinned():
        hits = [
            hit
            for hit in left
            if hit[0] == span["frame"] and hit[1] < int(span["end"]) and int(span["start"]) < hit[2]
        ]
        assert len(hits) == 1, span
        assert hits[0][3] == span["note"].startswith("event label"), span
        left.remove(hits[0])
    assert left == []


def test_counts_of_the_article():
    corpus, book = article(), builtin_codebook("ukraine-2022")
    counted = find_matches(corpus, book)["frame"].value_counts()
    assert counted[counted > 0].to_dict() == {"de-escalation": 10, "security": 5, "unity": 4}
    everything = find_matches(corpus, book, set_aside=True)["frame"].value_counts()
    assert everything["de-escalation"] == 12
    matches = find_matches(corpus, book)
    assert matches.query("frame == 'de-escalation'")["review"].sum() == 5
    assert not matches["negated"].any()
    words = " ".join(matches["text"]).lower()
    for label in ("conference", "foray", "support", "meeting", "nato"):
        assert label not in words


# ---------------------------------------------------------------------------- voices


def test_matches_with_the_voice_of_their_first_word(two_articles):
    book = codebook(["peace was", "truce", "alarm and", "alarm"])
    matches = find_matches(two_articles, book, voices=True)
    added = matches[list(TABLES["said_by"])]
    assert list(matches.columns) == [*TABLES["matches"], *TABLES["said_by"]]
    assert added.astype("object").where(added.notna(), None).values.tolist() == [
        ["quoted", "Anna Berg", "anna berg", 0.9],
        ["journalist", None, None, None],
        ["indirect", "Ivo Kern", "ivo kern", 0.5],
        *[["quoted", "Anna Berg", "anna berg", 0.9]] * 2,
    ]
    assert matches["text"].tolist() == ["truce", "alarm", "Peace was", "truce", "alarm and"]


def test_voices_are_for_those_who_ask(two_articles):
    book = codebook(["peace"])
    plain, full = (find_matches(two_articles, book, voices=flag) for flag in (False, True))
    assert list(plain.columns) == list(TABLES["matches"])
    pd.testing.assert_frame_equal(full[list(plain.columns)], plain)
    corpus = Corpus.from_texts(["Peace."])
    find_matches(corpus, book)
    assert corpus not in voices._FOUND


def test_matches_of_frames_keep_their_speakers_when_joined(two_articles):
    tables = [find_matches(two_articles, codebook([w]), voices=True) for w in ("truce", "zzz")]
    joined = pd.concat(tables)
    for name, spec in TABLES["said_by"].items():
        assert joined[name].dtype.name == tables[1][name].dtype.name == spec.dtype
    assert list(joined["speaker"].cat.categories) == ["Anna Berg", "Ivo Kern"]


def test_headlines_have_no_speaker(spoken):
    corpus = spoken([("Peace now\n\nThey met.", "headline", "Anna Berg", 1.0)])
    matches = find_matches(corpus, codebook(["peace"]), voices=True)
    assert matches[["speaker", "speaker_id", "certainty"]].isna().all(axis=None)


def test_a_codebook_that_was_changed_never_gives_the_results_of_the_old_one():
    corpus = Corpus.from_texts(["Peace, no war. Warm peace."])
    old = codebook(["peace"])
    assert len(find_matches(corpus, old)) == 2
    assert len(find_matches(corpus, replace(old, hard_masks=("warm peace",)))) == 1
    assert len(find_matches(corpus, codebook(["war*"]))) == 2
    assert len(find_matches(corpus, codebook(["peace"]))) == 2
    assert len(find_matches(corpus, replace(old, counting="quanteda"))) == 2
    assert len(find_matches(Corpus.from_texts(["Peace."]), old)) == 1
