"""Changes of a codebook: mentions, rates and comparisons of groups, counted by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_codebooks import make_frames

from framing import (
    Codebook,
    Corpus,
    Pattern,
    compare_codebook_groups,
    compare_codebook_rates,
    compare_codebooks,
    compare_groups,
    find_matches,
    frame_rates,
    score_frames,
)
from framing.tables import TABLES


def codebook(**frames):
    return Codebook("test", make_frames(frames))


def changes(a, b, corpus, *columns):
    table = compare_codebooks(a, b, corpus)[["frame", "change", "text", *columns]].astype(object)
    return table.where(table.notna(), None).values.tolist()


# ------------------------------------------------------------------------------ mentions


def test_a_pattern_more_or_less_makes_mentions_appear_and_vanish():
    a, b = codebook(calm=["peace", "talks"]), codebook(calm=["peace", "truce"])
    table = compare_codebooks(a, b, "Peace. They hold talks on a truce.")
    assert list(table.columns) == list(TABLES["compare_codebooks"])
    assert table[["change", "text", "start", "end", "left", "right"]].values.tolist() == [
        ["vanishes", "talks", 17, 22, "They hold", "on a truce."],
        ["appears", "truce", 28, 33, "They hold talks on a", "."],
    ]
    assert table["pattern_before"].tolist() == ["talks", pd.NA]
    assert table["pattern_after"].tolist() == [pd.NA, "truce"]
    assert table["instead"].isna().all()


def test_a_mention_that_becomes_longer_vanishes_and_appears_and_says_what_stands_instead():
    a, b = codebook(calm=["peace", "talks"]), codebook(calm=["peace talks"])
    assert changes(a, b, "Peace talks.", "instead") == [
        ["calm", "vanishes", "Peace", '"Peace talks" (calm)'],
        ["calm", "appears", "Peace talks", '"Peace" (calm), "talks" (calm)'],
        ["calm", "vanishes", "talks", '"Peace talks" (calm)'],
    ]


def test_a_mention_that_goes_to_another_frame_vanishes_and_appears():
    a, b = codebook(calm=["peace"], alarm=["war"]), codebook(calm=["war"], alarm=["peace"])
    assert changes(a, b, "Peace.", "instead") == [
        ["calm", "vanishes", "Peace", '"Peace" (alarm)'],
        ["alarm", "appears", "Peace", '"Peace" (calm)'],
    ]


def test_another_pattern_for_the_same_words_is_a_change_of_its_own():
    a, b = codebook(calm=["peace", "truce"]), codebook(calm=["peac*", "truce"])
    assert changes(a, b, "Peace or truce.", "pattern_before", "pattern_after") == [
        ["calm", "pattern changed", "Peace", "peace", "peac*"]
    ]


def test_negation_marks_and_weights_are_changes_one_row_each():
    a = codebook(calm=["peace", "truce"])
    b = codebook(calm=[Pattern("peace", weight=0.5, review=True), "truce"])
    b = replace(b, negation={"before": ("perhaps",)})
    assert changes(a, b, "No peace. Perhaps a truce.") == [
        ["calm", "no longer negated", "peace"],
        ["calm", "now under review", "peace"],
        ["calm", "weight changed", "peace"],
        ["calm", "now negated", "truce"],
    ]
    assert [row[1] for row in changes(b, a, "No peace. Perhaps a truce.")] == [
        *("now negated", "no longer under review", "weight changed", "no longer negated"),
    ]


def test_frames_of_one_codebook_only_are_listed_after_those_of_the_first():
    a, b = codebook(calm=["peace"]), codebook(alarm=["war"], calm=["peace"])
    table = compare_codebooks(a, b, "War and peace.")
    assert table["frame"].cat.categories.tolist() == ["calm", "alarm"]
    assert changes(a, b, "War and peace.") == [["alarm", "appears", "War"]]


def test_the_text_around_is_of_the_sentence_and_short():
    text = "Here. " + "words " * 60 + "peace" + " words" * 60 + ". There."
    row = compare_codebooks(codebook(calm=["war"]), codebook(calm=["peace"]), text).iloc[0]
    assert row["left"] == row["right"] == " ".join(["words"] * 16)
    row = compare_codebooks(
        codebook(calm=["war"]), codebook(calm=["=peace"]), "字" * 300 + " peace"
    )
    assert row["left"].str.len().tolist() == [99]


def test_articles_stand_in_their_order():
    corpus = Corpus.from_texts(["Peace."] + ["War."] * 10 + ["Peace."])
    table = compare_codebooks(codebook(calm=["war"]), codebook(calm=["peace"]), corpus)
    assert table["article_id"].tolist() == [str(number) for number in range(1, 13)]


WORDS = ["peace", "Peace", "talks", "war", "no", "truce", ".", ","]
PATTERNS = st.lists(
    st.sampled_from(["peace", "peace*", "talks", "peace talks", "war", "truce", "war _1_ truce"]),
    min_size=1, max_size=4, unique=True,
)  # fmt: skip
BOOKS = st.builds(
    lambda calm, alarm, review: codebook(
        calm=[Pattern(text, review=review) for text in calm], alarm=alarm
    ),
    PATTERNS,
    PATTERNS,
    st.booleans(),
)
TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS), max_size=15).map(" ".join), min_size=1, max_size=3
)
SWAPPED = {
    "appears": "vanishes",
    "now negated": "no longer negated",
    "now under review": "no longer under review",
}
SWAPPED |= {after: before for before, after in SWAPPED.items()}


@settings(max_examples=20, deadline=None)
@given(BOOKS, BOOKS, TEXTS)
def test_changes_add_up_and_turn_round_with_the_codebooks(a, b, texts):
    corpus = Corpus.from_texts(texts)
    assert compare_codebooks(a, a, corpus).empty
    there, back = compare_codebooks(a, b, corpus), compare_codebooks(b, a, corpus)
    n = [find_matches(corpus, book)["frame"].value_counts() for book in (a, b)]
    for frame in ("calm", "alarm"):
        counts = there.loc[there["frame"] == frame, "change"].value_counts()
        assert n[1][frame] == n[0][frame] + counts["appears"] - counts["vanishes"]
    turned = there.assign(
        change=there["change"].astype(str).replace(SWAPPED),
        pattern_before=there["pattern_after"],
        pattern_after=there["pattern_before"],
    )
    columns = ["article_id", "frame", "change", "start", "end", "text", "instead"]
    columns += ["pattern_before", "pattern_after"]
    rows = [
        sorted(map(str, table[columns].astype(object).values.tolist())) for table in (turned, back)
    ]
    assert rows[0] == rows[1]


# ------------------------------------------------------------------------------ rates


@pytest.fixture
def corpus():
    """Four words an article: A has two of them, B one."""
    texts = ["Peace and war today.", "No truce or peace.", "War, war, truce, then."]
    return Corpus.from_texts(texts, source=["A", "A", "B"])


def test_rates_before_and_after_are_those_of_frame_rates(corpus):
    a = codebook(calm=["peace"], alarm=["war"])
    b = codebook(calm=["peace", "truce"], order=["today"])
    table = compare_codebook_rates(a, b, corpus)
    assert list(table.columns) == ["source", *TABLES["compare_codebook_rates"]]
    rows = table.set_index(["source", "frame"])
    assert rows.index.tolist() == [(s, f) for s in "AB" for f in ("calm", "alarm", "order")]
    calm = rows.loc[("A", "calm")]
    assert (calm["n_articles"], calm["n_words"]) == (2, 8)
    assert (calm["n_matches_before"], calm["n_matches_after"]) == (2, 3)
    assert (calm["estimate_before"], calm["estimate_after"]) == (250, 375)
    assert (calm["difference"], calm["ratio"]) == (125, 1.5)
    assert rows.loc[("B", "calm"), "ratio"] == np.inf
    assert rows.loc[("B", "calm"), "article_share_after"] == 1
    rates = frame_rates(score_frames(corpus, b))
    both = table.merge(rates, on=["source", "frame"], suffixes=("", "_expected"))
    assert both["estimate_after"].tolist() == both["estimate"].tolist()
    assert both["article_share_after"].tolist() == both["article_share"].tolist()


def test_frames_of_one_codebook_only_are_na_in_the_other(corpus):
    a, b = codebook(calm=["peace"], alarm=["war"]), codebook(calm=["peace"], order=["today"])
    rows = compare_codebook_rates(a, b, corpus, by=None).set_index("frame")
    assert rows["n_words"].tolist() == [12, 12, 12]
    assert pd.isna(rows.loc["alarm", "n_matches_after"])
    assert pd.isna(rows.loc["order", "n_matches_before"])
    numbers = ["estimate_after", "difference", "ratio", "article_share_after"]
    assert rows.loc["alarm", numbers].isna().all()
    assert rows.loc["alarm", "n_matches_before"] == 3


def test_cautions_of_one_side_say_of_which(corpus):
    corpus = Corpus.from_texts([f"Word {n} stands here." for n in range(9)] + ["Peace and war."])
    a, b = codebook(calm=["peace"]), codebook(calm=["word"])
    said = compare_codebook_rates(a, b, corpus, by=None)["caution"].item()
    assert said.startswith("before: ")
    assert "; before: " not in said.removeprefix("before: ")


def test_parts_of_articles_periods_and_missing_groups_make_groups_too():
    corpus = Corpus.from_dataframe(
        pd.DataFrame(
            {
                "text": ['Peace. "Peace, war."', "War.", "Peace."],
                "author": ["A", None, "B"],
                "date": ["2022-02-07", "2022-02-09", "2022-02-15"],
            }
        )
    )
    a, b = codebook(calm=["peace"]), codebook(calm=["peace", "war"])
    quoted = compare_codebook_rates(a, b, corpus, by="quoted")
    assert quoted[["quoted", "n_words", "n_matches_after"]].values.tolist() == [
        [False, 3, 3],
        [True, 2, 2],
    ]
    weeks = compare_codebook_rates(a, b, corpus, by="week")
    assert weeks["n_matches_after"].tolist() == [4, 1]
    authors = compare_codebook_rates(a, b, corpus, by="author")
    assert authors["author"].tolist()[:2] == ["A", "B"]
    assert pd.isna(authors["author"].tolist()[2])
    assert authors["n_matches_after"].tolist() == [3, 1, 1]
    with pytest.raises(ValueError, match="by='ratio': the rates have a column of that name"):
        compare_codebook_rates(a, b, corpus, by="ratio")


# ------------------------------------------------------------------------------ groups


def two_outlets(n=12):
    """Outlet A writes of peace in every article, B of war; each as long as the other."""
    texts = [f"Peace comes to town number {k}." for k in range(n)]
    texts += [f"War comes to town number {k} at last." for k in range(n)]
    texts[n] = "Peace and war come to town number twelve."
    texts[n + 1 : n + 5] = [f"Peace and war reach place {k} of them." for k in range(4)]
    return Corpus.from_texts(texts, source=["A"] * n + ["B"] * n)


def test_a_conclusion_changes_where_one_codebook_sees_a_difference_and_the_other_none():
    corpus = two_outlets()
    a, b = codebook(calm=["peace"]), codebook(calm=["peace", "war"])
    table = compare_codebook_groups(a, b, corpus, permutations=999)
    assert list(table.columns) == list(TABLES["compare_codebook_groups"])
    row = table.iloc[0]
    assert (row["conclusion_before"], row["conclusion_changes"]) == ("higher", True)
    assert row["conclusion_after"] != "higher"
    for side, book in (("before", a), ("after", b)):
        pair = compare_groups(score_frames(corpus, book), permutations=999).iloc[0]
        for name in ("ratio", "low", "high", "p_adjusted"):
            assert row[f"{name}_{side}"] == pair[name]
    same = compare_codebook_groups(a, a, corpus, permutations=999).iloc[0]
    assert not same["conclusion_changes"]
    turned = compare_codebook_groups(a, a, corpus, permutations=999, reference="A").iloc[0]
    assert turned["conclusion_before"] == "lower"


def test_without_a_test_or_without_the_frame_there_is_no_conclusion_to_change(corpus):
    a, b = codebook(calm=["peace"]), codebook(calm=["truce"], alarm=["war"])
    table = compare_codebook_groups(a, b, corpus).set_index("frame")
    assert table.loc["calm", "conclusion_before"] == "no test"
    assert pd.isna(table.loc["alarm", "conclusion_before"])
    assert table.loc["alarm", "conclusion_after"] == "no test"
    assert table["conclusion_changes"].tolist() == [False, False]
    assert (table["group"] + table["reference"]).tolist() == ["AB", "AB"]
    assert table["level"].tolist() == [0.95, 0.95]


def test_options_of_compare_groups_and_their_columns_are_passed_on():
    corpus = two_outlets()
    texts = corpus.articles
    events = Corpus.from_dataframe(
        pd.DataFrame({
            "text": texts["text"], "source": texts["source"].astype(str),
            "event": ["x", "y"] * (len(texts) // 2),
        })
    )  # fmt: skip
    a = codebook(calm=["peace"])
    table = compare_codebook_groups(a, a, events, strata="event", permutations=199, level=0.9)
    assert table["level"].item() == 0.9
    assert "over all strata" in table["caution"].item()
