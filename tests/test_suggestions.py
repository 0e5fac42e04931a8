from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from framing import builtin_codebook, company, suggestions
from framing.codebook import Codebook
from framing.concordance import kwic
from framing.corpus import Corpus
from framing.matching import find_matches
from framing.suggestions import suggest_patterns
from framing.tables import CodebookError

CALM = Codebook.from_patterns("mine", {"calm": ["peace"], "alarm": ["alarm*", "drill"]})


def suggested(texts, frame="calm", codebook=CALM, **choices):
    if isinstance(texts, list):  # words that stand near no match, so that others can do so more
        texts = [*texts, "Snow fell on the town."]
    return suggest_patterns(texts, codebook, frame, **choices).set_index("candidate")


def invented(n_articles=24, seed=1):
    """Articles in which "ceasefire" keeps the company of "truce" but never stands beside it."""
    random = np.random.default_rng(seed)
    fields = {"truce": "bcdfghjk", "ceasefire": "bcdfghjk", "harvest": "lmnpqrst", "": "uvwxyz"}
    articles = []
    for _ in range(n_articles):
        lines = []
        for word, letters in fields.items():
            for _ in range(8):
                company = [letter + "eno" for letter in random.choice(list(letters), 6)]
                company.insert(int(random.integers(7)), word)
                lines.append(" ".join(company).strip().capitalize() + ".")
        random.shuffle(lines)
        articles.append(" ".join(lines))
    return articles


TRUCE = Codebook.from_patterns("mine", {"calm": ["truce"]})

# ------------------------------------------------------------------ collocation


def test_association_by_hand():
    table = suggested([
        "Peace needs restraint. Snow.",
        "Peace and restraint. Snow.",
        "Restraint brings peace. Snow.",
        "Restraint is.",
    ])  # fmt: skip
    assert list(table.index) == ["restraint"]
    row = table.loc["restraint"]
    # 16 words are no match, 6 of them in sentences with one: 4 uses of "restraint" give 1.5
    # expected, and the articles differ by .625 three times and by -.375 from what is expected
    spread = 3 * 0.625**2 + 0.375**2
    assert row["association"] == pytest.approx(1.5 / math.sqrt(1 + spread))
    assert row["log_ratio"] == pytest.approx(math.log2(3.5 / 2))
    counts = ["n_matches", "n_articles", "n_new", "n_near"]
    assert row[counts].tolist() == [4, 4, 4, 3]
    assert row["score"] == pytest.approx(1 / 61)
    assert row["found_by"] == "collocation"
    assert pd.isna(row["similarity"])


def test_a_word_of_one_article_is_no_candidate_however_often_it_stands_there():
    often = "Peace and restraint. " * 20
    assert suggested([often, "Restraint is rare.", "Restraint fell.", "Snow fell."]).empty
    often = " ".join(f"Peace and restraint number {n}." for n in range(20))
    table = suggested([often, "Snow fell on the town."], min_articles=1)
    assert 0 < table.loc["restraint", "association"] < 1


def test_phrases_do_not_cross_marks_and_do_not_begin_or_end_with_stop_words():
    texts = [f"Peace with strict and lasting restraint, pledges {n}." for n in "abc"]
    phrases = {text for text in suggested(texts).index if " " in text}
    # what has all words of a stronger phrase is left out
    assert phrases == {"lasting restraint", "strict and lasting"}


def test_a_hyphen_joins_and_a_stronger_spelling_covers_the_weaker():
    texts = [
        "Peace and a cease-fire. Peace or a cease-fire now. One ceasefire failed.",
        "Peace by cease-fire. Peace as a cease-fire again. The ceasefire failed too.",
        "Peace or cease-fire then. Peace, not cease-fire. His ceasefire failed thrice.",
    ]
    table = suggested(texts)
    assert table.loc["cease-fire", "n_matches"] == 9
    assert "ceasefire" not in table.index


def test_words_inside_matches_are_not_suggested():
    codebook = Codebook.from_patterns("mine", {"calm": ["peace talks", "truce"]})
    texts = [f"Peace talks and a truce {word}." for word in ("hold", "held", "stand")]
    assert not {"talks", "truce", "peace"} & set(suggested(texts, codebook=codebook).index)
    table = suggested([*texts, *(f"Talks on a truce {n}." for n in "abc")], codebook=codebook)
    assert table.loc["talks", ["n_matches", "n_new", "n_near"]].tolist() == [6, 3, 3]


def test_spellings_are_joined_only_if_all_words_with_the_stem_are_listed():
    texts = [
        f"Peace by mediation {n}. Peace by mediators {n}. Snow fell on us. It fell again."
        for n in "abc"
    ]
    table = suggested(texts)
    assert table.loc["mediat*", "spellings"] == "mediation, mediators"
    assert table.loc["mediat*", "n_matches"] == 6
    table = suggested([*texts, "The mediatrix fell."])
    assert {"mediation", "mediators"} <= set(table.index)
    assert "mediat*" not in table.index
    assert (table["spellings"] == "").all()


def test_short_beginnings_and_long_endings_make_no_stem():
    texts = [f"Peace, arms, army, cars, cart, more peaceful warpath, warpaths {n}." for n in "abc"]
    table = suggested(texts)
    assert {"arms", "army", "cars", "cart", "warpath*"} <= set(table.index)
    assert suggestions._stems({"form", "formulation"}, ["form", "formulation"]) == {}


# ------------------------------------------------------------------ what is left out


def test_names_numbers_and_stop_words_are_left_out_and_counted():
    texts = [f"Peace is what Weber wants in 2022 with Weber's restraint {n}." for n in "xyz"]
    table = suggested(texts)
    assert {"restraint", "wants"} <= set(table.index)
    assert not any("weber" in text or "2022" in text for text in table.index)
    said = table["caution"].iloc[0]
    for part in ("1 number", "1 name", "1 word of the frame alone"):
        assert part in said
    assert "collocations only" in said


def test_capitals_at_the_beginning_or_in_headlines_make_no_name():
    texts = [f"Restraint means peace {n}.\n\nWe Want Peace And Restraint Now {n}" for n in "xyz"]
    assert "restraint" in suggested(texts).index


def test_german_nouns_are_candidates():
    german = Codebook("de", CALM.frames, language="de")
    texts = [f"Der peace und die Zurückhaltung der Lage {n}." for n in "xyz"] + ["Schnee fiel."]
    table = suggested(Corpus.from_texts(texts, language="de"), codebook=german)
    assert "zurückhaltung" in table.index
    assert "names are not told" in table["caution"].iloc[0]


def test_datelines_and_repeated_text_do_not_count():
    line = "Peace takes restraint and patience, they say again."
    texts = [f"{line} {line} Snow fell {n}.\n\nMonday, 7 February 2022" for n in "xyz"]
    corpus = Corpus.from_texts(texts)
    assert corpus.tokens.set_aside.any()
    table = suggested(corpus)
    assert table.loc["restraint", ["n_matches", "n_new"]].tolist() == [3, 3]
    assert "february" not in " ".join(table.index)


# ------------------------------------------------------------------ vectors


def test_neighbours_and_positive_pmi_by_hand():
    word, sentence = np.array([0, 1, -1, 0, 1]), np.array([0, 0, 0, 0, 1])
    counts = company._neighbours(word, sentence, 2).toarray()
    # the two uses of word 0 are each other's neighbours, seen from both
    assert counts.tolist() == [[2, 2], [2, 0]]
    given_counts = sparse.csr_array(np.array([[0, 1, 4], [1, 0, 4], [4, 4, 0]]))
    weights = company._positive_pmi(given_counts).toarray()
    above = math.log(4 * 18 / (5 * 8))  # and 1 × 18 / (5 × 5) is below 1
    assert weights == pytest.approx(np.array([[0, 0, above], [0, 0, above], [above, above, 0]]))


def test_neighbours_stand_within_eight_words():
    word, sentence = np.arange(20), np.zeros(20, dtype=int)
    counts = company._neighbours(word, sentence, 20).toarray()
    apart = abs(np.subtract.outer(word, word))
    assert (counts == ((apart > 0) & (apart <= 8))).all()


def test_a_word_with_the_company_of_the_frame_is_found_by_vectors():
    table = suggested(invented(), codebook=TRUCE)
    row = table.loc["ceasefire"]
    assert row["found_by"] == "vectors"
    assert row["n_near"] == 0
    assert row["similarity"] > 0.5
    assert "harvest" not in table.index
    assert "vectors are not reliable" in row["caution"]


def test_similarities_are_rounded_cosines_and_vectors_name_what_is_alike():
    table = suggested(invented(), codebook=TRUCE, n=200)
    similarity = table["similarity"]
    assert similarity.between(-1, 1).all()
    assert similarity.equals(similarity.round(9))
    assert (similarity[table["found_by"] != "collocation"] > 0).all()


def test_below_the_floor_there_are_collocations_only():
    small = invented(8)
    table = suggested(small, codebook=TRUCE)
    assert set(table["found_by"]) == {"collocation"}
    assert table["similarity"].isna().all()
    assert table["caution"].str.startswith("collocations only").all()


def test_vectors_of_words_without_neighbours_are_zero():
    # however many they are: a dimension for each of them would fill the memory
    assert company._reduced(sparse.csr_array((3, 3))).tolist() == [[0]] * 3
    same = company._reduced(sparse.csr_array(np.ones((2, 2))))
    assert abs(same) == pytest.approx(np.ones((2, 1)))


# ------------------------------------------------------------------ the table


def test_columns_ranks_and_order():
    table = suggest_patterns(invented(), TRUCE, "calm", n=7)
    assert list(table.columns) == list(suggestions._COLUMNS)
    assert table["rank"].tolist() == list(range(1, 8))
    assert table["score"].is_monotonic_decreasing
    assert table["candidate"].is_unique
    assert table["found_by"].dtype.categories.tolist() == ["both", "collocation", "vectors"]
    assert (table["n_new"] <= table["n_matches"]).all()
    assert (table["n_near"] <= table["n_new"]).all()
    assert not table["constructed"].any()


def test_frames_that_have_the_words_already_are_named():
    texts = [f"Peace by drill and alarm bells, and restraint {n}." for n in "abc"]
    table = suggested(texts)
    assert table.loc["alarm", "in_other_frames"] == "alarm"
    assert table.loc["restraint", "in_other_frames"] == ""


def test_contexts_are_new_uses_in_three_articles():
    ids = ["e", "c", "a", "d", "b"]
    texts = [f"Peace takes some restraint  {name * 3}. Snow fell." for name in ids]
    corpus = Corpus.from_dataframe(pd.DataFrame({"text": texts, "article_id": ids}))
    row = suggested(corpus).loc["restraint"]
    assert row[["context_1", "context_2", "context_3"]].tolist() == [
        "Peace takes some [restraint] aaa",
        "Peace takes some [restraint] ccc",
        "Peace takes some [restraint] eee",
    ]
    texts = [f"{text} Peace by restraint." for text in texts[:2]]
    two = suggested(texts, min_articles=2).loc["restraint"]
    assert pd.isna(two["context_3"])


def test_kwic_shows_all_uses_of_a_candidate():
    texts = invented()
    table = suggested(texts, codebook=TRUCE, n=5)
    for candidate, row in table.iterrows():
        assert len(kwic(texts, candidate)) == row["n_matches"]


def test_the_codebook_stays_as_it_is():
    codebook = builtin_codebook("diplomacy")
    before = codebook.patterns
    suggest_patterns(["They want peace and security."], codebook, "security")
    pd.testing.assert_frame_equal(codebook.patterns, before)
    assert codebook == builtin_codebook("diplomacy")


# ------------------------------------------------------------------ determinism


def test_the_order_of_the_articles_has_no_part():
    texts = invented()
    frame = pd.DataFrame({"text": texts, "article_id": [f"a{n}" for n in range(len(texts))]})
    shuffled = frame.sample(frac=1, random_state=3).reset_index(drop=True)
    tables = [
        suggest_patterns(Corpus.from_dataframe(given), TRUCE, "calm") for given in (frame, shuffled)
    ]
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_a_selection_gives_what_its_articles_alone_give():
    texts = invented()
    corpus = Corpus.from_texts(
        [*texts, "Truce and olive oil. " + texts[0]], source=["A"] * len(texts) + ["B"]
    )
    alone = Corpus.from_texts(texts, source="A")
    pd.testing.assert_frame_equal(
        suggest_patterns(corpus.where(source="A"), TRUCE, "calm"),
        suggest_patterns(alone, TRUCE, "calm"),
    )


# ------------------------------------------------------------------ hostile input

WORDS = ["peace", "Peace", "restraint", "restraints", "restraint's", "cease-fire", "ceasefire"]
WORDS += ["the", "of", "Minsk", "Weber", "fire", "e-mail", "peace-talks", "alarm", "2022", "мир"]
MARKS = [" ", " ", " ", "-", ", ", ". ", '" ', "\n\n"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(MARKS)), max_size=30),
        min_size=1,
        max_size=5,
    )
)
def test_n_matches_is_what_find_matches_counts_for_the_candidate(articles):
    texts = ["Peace now. " + "".join(word + mark for word, mark in a) for a in articles]
    table = suggest_patterns(texts, CALM, "calm", min_articles=1)
    own = find_matches(texts, CALM).query("frame == 'calm'")
    for row in table.itertuples():
        matches = find_matches(texts, Codebook.from_patterns("one", {"one": [row.candidate]}))
        assert len(matches) == row.n_matches
        assert matches["article_id"].nunique() == row.n_articles
        new = [
            not any(a == b and s < end and start < e for b, start, end in spans_of(own))
            for a, s, e in spans_of(matches)
        ]
        assert sum(new) == row.n_new > 0


def spans_of(matches):
    return list(zip(matches["article_id"], matches["start"], matches["end"], strict=True))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_text_gives_a_table(texts):
    table = suggest_patterns([f"Peace. {text} {text}" for text in [*texts, ""]], CALM, "calm",
                             min_articles=1)  # fmt: skip
    assert list(table.columns) == list(suggestions._COLUMNS)


@pytest.mark.parametrize("corpus", [[], "", ["Snow fell."], ["...", ""]])
def test_a_frame_without_matches_is_an_error_that_says_so(corpus):
    with pytest.raises(ValueError, match='frame "calm" has no match in the corpus'):
        suggest_patterns(corpus, CALM, "calm")


def test_one_sentence_gives_an_empty_table_with_its_columns():
    table = suggest_patterns("They want peace and restraint.", CALM, "calm")
    assert table.empty
    assert {name: str(kind) for name, kind in table.dtypes.items()} == suggestions._COLUMNS


def test_a_frame_that_is_not_there_is_named():
    with pytest.raises(CodebookError, match='no frame "clam"; it has calm, alarm'):
        suggest_patterns("They want peace.", CALM, "clam")


@pytest.mark.parametrize("choice", ["n", "min_articles"])
@pytest.mark.parametrize("value", [0, -1, 2.5, True, "3"])
def test_numbers_must_be_whole_and_above_0(choice, value):
    with pytest.raises(ValueError, match=f"{choice}={value!r}: choose a number, 1 or more"):
        suggest_patterns("They want peace.", CALM, "calm", **{choice: value})


@pytest.mark.parametrize(
    ("pattern", "text", "candidate"),
    [
        ("мир*", "Мир и сдержанность нужны {}.", "сдержанность"),
        ("السلام", "السلام وقف النار {}.", "النار"),
        ("शांति", "शांति और संयम {}.", "संयम"),
        ("和平", "和平 与 克制 {}.", "克制"),
    ],
)
def test_other_scripts(pattern, text, candidate):
    codebook = Codebook.from_patterns("mine", {"calm": [pattern]})
    table = suggested([text.format(n) for n in "abc"], codebook=codebook, n=500)
    found = table.loc[candidate]
    assert found[["n_matches", "n_articles"]].tolist() == [3, 3]
