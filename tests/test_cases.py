"""From scores to cases: which articles belong to which group, and what is left out."""

import numpy as np
import pandas as pd
import pytest
from simulations import score_table

from framing import (
    Codebook,
    Corpus,
    compare_groups,
    find_matches,
    frame_rates,
    plot_rates,
    save_table,
    score_frames,
)
from framing.cases import contrast_of, gather_cases

BOOK = Codebook.from_patterns("calm", {"calm": ["peace", "truce"], "alarm": ["alarm*"]})


def bursty(seed=0, n=24, frames=3, **columns):
    """Draw the scores of n articles of three sources over two months."""
    generator = np.random.default_rng(seed)
    own = {
        "source": [("Courier", "Herald", "Times")[k % 3] for k in range(n)],
        "date": pd.date_range("2022-01-10", periods=n, freq="2D"),
    }
    words = generator.integers(80, 900, n)
    counts = generator.poisson(generator.gamma(1, 1, (n, frames)) * words[:, None] / 100)
    return score_table(counts, words, **{**own, **columns})


def group_of(cases):
    return [cases.labels[group] for group in cases.group]


# ---------------------------------------------------------------------------- groups


def test_cases_are_articles_with_counts_and_words():
    scores = score_table([[1, 2], [3, 4], [5, 6]], [10, 20, 30], ["x", "y"], source=list("BAB"))
    cases = gather_cases(scores, "source")
    assert cases.frames == ["x", "y"]
    assert cases.labels == ["A", "B"]
    assert group_of(cases) == ["B", "A", "B"]
    assert cases.counts.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert cases.words.tolist() == [10, 20, 30]
    assert cases.left_out == ""


def test_periods_of_the_date():
    dates = ["2022-02-06", "2022-02-07", "2022-02-13", "2022-02-14", "2021-12-31"]
    scores = score_table([1] * 5, [10] * 5, date=dates)
    expected = {
        # 2022-02-07 was a Monday.
        "week": ["2022-01-31", "2022-02-07", "2022-02-07", "2022-02-14", "2021-12-27"],
        "month": ["2022-02"] * 4 + ["2021-12"],
        "year": ["2022"] * 4 + ["2021"],
        "day": dates,
        "date": dates,
    }
    for by, labels in expected.items():
        assert group_of(gather_cases(scores, by)) == labels
        table = frame_rates(scores, by=by)
        first_days = [(label + "-01-01")[:10] for label in sorted(set(labels))]
        assert table[by].dt.strftime("%Y-%m-%d").tolist() == first_days
        assert table["n_articles"].sum() == 5


def test_several_names_make_the_groups():
    scores = score_table(
        [1, 2, 3, 4],
        [10] * 4,
        source=list("AABB"),
        date=["2022-01-01", "2022-03-01"] * 2,
    )
    table = frame_rates(scores, by=["source", "month", "source"])
    assert list(table.columns[:3]) == ["source", "month", "frame"]
    assert table["source"].tolist() == list("AABB")
    assert table["n_matches"].tolist() == [1, 2, 3, 4]
    assert gather_cases(scores, ("source", "month")).labels[1] == "A, 2022-03"
    everything = frame_rates(scores, by=None)
    assert everything["n_matches"].tolist() == [10]
    assert everything.columns[0] == "frame"


def test_a_group_without_a_name_is_shown_in_rates_and_left_out_of_comparisons():
    scores = bursty(source=["A", "B", None] * 8)
    rates = frame_rates(scores)
    assert rates["source"].isna().sum() == 3
    assert rates["n_articles"].tolist() == [8] * 9
    pairs = compare_groups(scores)
    assert set(pairs["group"]) == {"A"}
    assert pairs["caution"].str.contains("8 articles of no group left out").all()
    named = compare_groups(scores[scores["source"].notna()])
    assert pairs.drop(columns="caution").equals(named.drop(columns="caution"))


def test_an_article_without_a_date_has_no_period():
    dates = ["2022-01-01", None, "2022-02-01"]
    table = frame_rates(score_table([1, 2, 3], [10] * 3, date=dates), by="month")
    assert table["month"].isna().tolist() == [False, False, True]
    assert table["n_matches"].tolist() == [1, 3, 2]
    with pytest.raises(ValueError, match="no article has a date, and so no month"):
        frame_rates(score_table([1, 2], [10, 10]), by="month")


def test_flags_and_own_columns_make_groups():
    scores = bursty(camp=["near", "far"] * 12, long=[True, False, False, True] * 6)
    assert gather_cases(scores, "camp").labels == ["far", "near"]
    assert gather_cases(scores, "long").labels == ["not long", "long"]
    pairs = compare_groups(scores, by=["camp", "long"], permutations=99)
    assert set(pairs["group"]) | set(pairs["reference"]) == {
        "near, long",
        "far, long",
        "near, not long",
        "far, not long",
    }


# ---------------------------------------------------------------------------- tables as they come


@pytest.mark.parametrize("by", ["source", "month", "camp"])
def test_a_saved_table_gives_the_same(by, tmp_path):
    scores = bursty(camp=["near", "far"] * 12, cluster=[f"c{k // 2}" for k in range(24)])
    saved = pd.read_csv(save_table(scores, tmp_path / "scores.csv"))
    assert saved["article_id"].tolist() != scores["article_id"].tolist()  # numbers by now
    for function in (frame_rates, compare_groups):
        one, two = function(scores, by=by), function(saved, by=by)
        types = one.dtypes.to_dict()
        pd.testing.assert_frame_equal(one, two.astype(types), check_categorical=False)


def test_a_saved_table_of_parts_gives_the_same(tmp_path):
    texts = ["Peace, they said. “A truce!” We left in alarm.", "Alarm? “Never.” Then peace."] * 3
    scores = score_frames(texts, BOOK, by="quoted")
    saved = pd.read_csv(save_table(scores, tmp_path / "scores.csv"))
    one, two = (compare_groups(table, by="quoted") for table in (scores, saved))
    pd.testing.assert_frame_equal(one, two)


def test_the_order_of_rows_and_their_index_do_not_matter():
    scores = bursty(cluster=[f"c{k // 2}" for k in range(24)])
    mixed = scores.sample(frac=1, random_state=1)
    twice = mixed.set_axis([7] * len(mixed))
    # The order of the frames is that of the categories, which stay.
    for function in (frame_rates, compare_groups):
        expected = function(scores)
        pd.testing.assert_frame_equal(function(mixed), expected)
        pd.testing.assert_frame_equal(function(twice), expected)


def test_categories_do_not_matter():
    scores = bursty()
    more = scores.assign(
        source=scores["source"].cat.add_categories(["Aardvark"]),
        frame=scores["frame"].cat.add_categories(["none"]),
        article_id=scores["article_id"].cat.set_categories(
            scores["article_id"].cat.categories[::-1]
        ),
    )
    texts = scores.astype(dict.fromkeys(["source", "frame", "article_id", "codebook"], "str"))
    objects = texts.astype(dict.fromkeys(["source", "frame", "article_id"], "object"))
    for function in (frame_rates, compare_groups):
        expected = function(scores)
        for table in (more, texts, objects):
            types = expected.dtypes.to_dict()
            pd.testing.assert_frame_equal(function(table).astype(types), expected)


def test_an_ordered_category_orders_the_groups():
    camps = pd.Categorical(["north", "south"] * 12, categories=["south", "north"], ordered=True)
    scores = bursty(frames=1)
    table = scores.assign(camp=pd.Categorical(camps))
    assert gather_cases(table, "camp").labels == ["south", "north"]
    text = compare_groups(table.astype({"camp": "str"}), by="camp").iloc[0]
    pair = compare_groups(table, by="camp").iloc[0]
    assert (pair["group"], text["group"]) == ("south", "north")
    assert (pair["p"], pair["ratio"]) == (text["p"], pytest.approx(1 / text["ratio"]))


def test_a_table_without_optional_columns():
    scores = bursty()
    bare = scores[["article_id", "source", "frame", "n_matches", "n_words"]]
    expected = compare_groups(scores)
    pd.testing.assert_frame_equal(
        compare_groups(bare).drop(columns="constructed"), expected.drop(columns="constructed")
    )
    assert not compare_groups(bare)["constructed"].any()
    assert expected["constructed"].all()


def test_clusters_that_are_not_known_are_articles():
    scores = bursty().astype({"cluster": "object"})
    some = scores["cluster"].where(scores["article_id"].astype("str") > "00005")
    pd.testing.assert_frame_equal(frame_rates(scores.assign(cluster=some)), frame_rates(scores))
    unknown = scores.assign(cluster=None)
    pd.testing.assert_frame_equal(frame_rates(unknown), frame_rates(scores))
    # also where they make the groups
    table = frame_rates(unknown, by="cluster")
    assert table["n_clusters"].sum() == 24 * 3


# ---------------------------------------------------------------------------- what is refused


def test_rows_of_zeros_that_were_removed_are_missed():
    scores = bursty()
    chosen = scores.drop(index=scores.index[4])  # a frame of the second article
    with pytest.raises(ValueError, match='article "00001" have not the same rows for every frame'):
        frame_rates(chosen)
    some = scores[(scores["n_matches"] > 0) | (scores["source"] == "Times")]
    with pytest.raises(ValueError, match="rows without mentions belong to the table"):
        compare_groups(some)
    # whole frames and whole articles may go
    assert len(frame_rates(scores[scores["frame"] == "frame 1"])) == 3
    assert len(frame_rates(scores[scores["source"] == "Times"])) == 3


def test_frames_with_unlike_words_are_refused():
    scores = bursty()
    scores.loc[3, "n_words"] += 1
    with pytest.raises(ValueError, match='article "00001" have not the same rows'):
        frame_rates(scores)


def test_several_codebooks_are_refused():
    scores = pd.concat([bursty(), bursty().assign(codebook="other")])
    with pytest.raises(ValueError, match="of several codebooks: other, simulated; compare one"):
        frame_rates(scores)


def test_constructed_and_real_texts_are_not_mixed():
    scores = bursty(constructed=[True] * 23 + [False])
    with pytest.raises(ValueError, match=r"choose with corpus\.where\(constructed=False\)"):
        compare_groups(scores)
    assert not frame_rates(scores[~scores["constructed"]])["constructed"].any()
    with pytest.raises(ValueError, match="constructed is 'maybe' in a row"):
        frame_rates(scores.assign(constructed="maybe"))


@pytest.mark.parametrize("name", ["n_matches", "n_words"])
def test_numbers_that_are_none_are_refused(name):
    scores = bursty()
    with pytest.raises(ValueError, match=f"{name} is -1 in a row of the scores; it is 0 or more"):
        frame_rates(scores.assign(**{name: -1}))
    with pytest.raises(ValueError, match=f"{name} is ['\"]few['\"] in a row of the scores"):
        frame_rates(scores.assign(**{name: "few"}))
    with pytest.raises(ValueError, match=f"{name} is nan in a row of the scores"):
        frame_rates(scores.assign(**{name: np.nan}))


def test_other_tables_are_refused():
    with pytest.raises(ValueError, match="scores is a list; use the table of score_frames"):
        frame_rates([1])
    with pytest.raises(ValueError, match="scores lack the column frame, n_words; use the table"):
        frame_rates(bursty().drop(columns=["frame", "n_words"]))
    with pytest.raises(ValueError, match='a date of the scores is "soon"'):
        frame_rates(bursty().assign(date="soon"))


@pytest.mark.parametrize("function", [frame_rates, compare_groups])
def test_an_unknown_column_is_named(function):
    with pytest.raises(
        ValueError, match=r"'camp' is no column of the scores; .*score_frames\(.*by='camp'\)"
    ):
        function(bursty(), by="camp")
    with pytest.raises(ValueError, match="'outlet' is no column of the scores"):
        compare_groups(bursty(), unit="outlet")
    with pytest.raises(ValueError, match="'topic' is no column of the scores"):
        compare_groups(bursty(), strata="topic")


@pytest.mark.parametrize("copies", ["twice", True, None])
def test_unknown_copies_are_named(copies):
    with pytest.raises(ValueError, match='choose "each" or "once"'):
        frame_rates(bursty(), copies=copies)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_is_a_share(level):
    for function in (frame_rates, compare_groups):
        with pytest.raises(ValueError, match=f"level={level}: use a share between 0 and 1"):
            function(bursty(), level=level)


# ---------------------------------------------------------------------------- what is left out


def test_articles_without_words_are_said_to_be_left_out():
    scores = score_table([[0, 0], [1, 2], [0, 0], [3, 0]], [0, 100, 0, 100])
    table = frame_rates(scores)
    assert table["n_articles"].tolist() == [2, 2]
    assert table["caution"].str.endswith("2 articles without counted words left out").all()
    cases = gather_cases(scores.iloc[2:], "source")
    assert cases.left_out == "1 article without counted words left out"


def test_a_group_of_articles_without_words_stays():
    scores = score_table([1] * 6 + [0] * 6, [100] * 6 + [0] * 6, source=["A"] * 6 + ["B"] * 6)
    rates = frame_rates(scores).set_index("source")
    assert rates.loc["B", "n_articles"] == 0
    assert rates.loc["B", ["estimate", "low", "high", "article_share"]].isna().all()
    assert rates.loc["B", "caution"].startswith("no articles")
    row = compare_groups(scores).iloc[0]
    assert (row["n_articles"], row["n_articles_reference"]) == (6, 0)
    assert row[["ratio", "low", "high", "p", "p_adjusted", "cliffs_delta"]].isna().all()
    assert row["caution"].startswith("no article in a group: no test")


def test_copies_once_keeps_the_earliest_of_each_group():
    scores = score_table(
        [1, 2, 4, 8, 16, 32, 64, 128],
        [100] * 8,
        source=list("AAAAABBB"),
        date=[
            "2022-01-03",
            "2022-01-02",
            None,
            "2022-01-01",
            None,
            "2022-01-09",
            *["2022-01-08"] * 2,
        ],
        cluster=["c", "c", "c", "d", "e", "c", "f", "f"],
    )
    each, once = frame_rates(scores), frame_rates(scores, copies="once")
    assert each["n_matches"].tolist() == [31, 224]
    assert each["n_clusters"].tolist() == [3, 2]
    # of c the second article in A; of f, on one day, the first
    assert once["n_matches"].tolist() == [2 + 8 + 16, 32 + 64]
    assert once["n_articles"].tolist() == once["n_clusters"].tolist() == [3, 2]
    mixed = scores.sample(frac=1, random_state=2)
    pd.testing.assert_frame_equal(frame_rates(mixed, copies="once"), once)


def test_copies_once_of_articles_without_dates_keeps_the_first():
    scores = score_table([1, 2, 4], [100] * 3, cluster=["c", "c", "d"])
    assert frame_rates(scores, copies="once")["n_matches"].tolist() == [5]


def test_shared_copy_found_in_a_corpus():
    agency = (
        "The two leaders met on Monday and agreed that the truce must hold until the spring,"
        " although officials of both countries said afterwards that nothing had been signed and"
        " that further meetings in the capital would be needed before any of it could be tested."
    )
    texts = [agency + " Peace now.", agency, "Alarm in the city as prices rise again today."]
    corpus = Corpus.from_texts(texts, source=["A", "A", "B"])
    rates = frame_rates(score_frames(corpus, BOOK))
    calm = rates[rates["frame"] == "calm"]
    assert calm["n_articles"].tolist() == [2, 1]
    assert calm["n_clusters"].tolist() == [1, 1]
    assert calm["caution"].str.contains("shared copy: 1 article not counted").tolist() == [
        True,
        False,
    ]


# ---------------------------------------------------------------------------- pairs of groups


def test_units_and_partners_of_two_groups():
    scores = score_table(
        [1, 2, 4, 8, 16, 32],
        [10, 20, 30, 40, 50, 60],
        source=list("ABABAB"),
        cluster=["s", "b", "a", "s", "a", "s"],
    )
    pair = contrast_of(gather_cases(scores, "source"), 0, 1, strata=None, unit="article")
    # A: s, a (two articles); B: b, s (two articles)
    assert pair.counts[:, 0].tolist() == [1, 4 + 16, 2, 8 + 32]
    assert pair.words.tolist() == [10, 30 + 50, 20, 40 + 60]
    assert pair.first.tolist() == [True, True, False, False]
    assert pair.partner.tolist() == [3, -1, -1, 0]
    other = contrast_of(gather_cases(scores, "source"), 1, 0, strata=None, unit="article")
    assert other.partner.tolist() == [-1, 2, 1, -1]


@pytest.mark.parametrize("seed", range(3))
def test_partners_point_at_each_other(seed):
    generator = np.random.default_rng(seed)
    clusters = [f"c{k}" for k in generator.integers(0, 15, 24)]
    cases = gather_cases(bursty(cluster=clusters), "source")
    pair = contrast_of(cases, 0, 2, strata=None, unit="article")
    linked = np.flatnonzero(pair.partner >= 0)
    assert len(linked)
    assert (pair.partner[pair.partner[linked]] == linked).all()
    assert (pair.first[linked] != pair.first[pair.partner[linked]]).all()
    names = [set(np.array(clusters)[np.arange(24) % 3 == k]) for k in (0, 2)]
    assert len(linked) == 2 * len(names[0] & names[1])
    assert pair.sizes == (len(names[0]), len(names[1]))


def test_parts_of_an_article_are_partners():
    texts = [f"Peace {k}, they said. “No truce!” We left." for k in ("one", "two", "three")]
    scores = score_frames([*texts, "Nobody was quoted here."], BOOK, by="quoted")
    cases = gather_cases(scores, "quoted")
    assert cases.labels == ["not quoted", "quoted"]
    pair = contrast_of(cases, 0, 1, strata=None, unit="article")
    assert pair.partner.tolist() == [4, 5, 6, -1, 0, 1, 2]
    assert pair.n_relabellings() == 8


def test_strata_and_larger_units():
    scores = bursty(
        outlet=[f"{'AB'[k % 2]}{k % 6}" for k in range(24)],
        camp=["near", "far"] * 12,
        event=["x", "y", "z", "z"] * 6,
    )
    cases = gather_cases(scores, "camp", keys=["outlet", "event", None, "event"])
    outlets = contrast_of(cases, 0, 1, strata=None, unit="outlet")
    assert outlets.sizes == (3, 3)
    assert outlets.counts.sum() == scores["n_matches"].sum()
    assert (outlets.partner == -1).all()
    strata = contrast_of(cases, 0, 1, strata="event", unit="article").stratum
    assert np.bincount(strata).tolist() == [6, 6, 12]
    with pytest.raises(ValueError, match="unit='event': \"z\" stands in both groups"):
        contrast_of(cases, 0, 1, strata=None, unit="event")


def test_what_makes_the_groups_may_be_the_unit_or_the_stratum():
    """It carries no test, but it is no reason to break."""
    scores = bursty(n=40)
    for column in ("unit", "strata"):
        table = compare_groups(scores, **{column: "source"})
        assert table["p"].isna().all()
        assert table["caution"].str.contains("no test").all()


# ---------------------------------------------------------------------------- nothing


def test_no_articles_give_an_empty_table_with_the_same_columns():
    full, empty = (score_frames(texts, BOOK) for texts in (["Peace."], []))
    table, expected = frame_rates(empty), frame_rates(full)
    assert table.empty
    assert list(table.columns) == list(expected.columns)
    assert list(table.dtypes.astype(str))[2:] == list(expected.dtypes.astype(str))[2:]
    assert frame_rates(full.iloc[:0]).empty
    assert frame_rates(full.iloc[:0], by=None).empty
    with pytest.raises(ValueError, match="Two groups are needed for a comparison"):
        compare_groups(empty)


# ---------------------------------------------------------------------------- voices


def test_rates_of_voices_counted_by_hand(two_articles):
    scores = score_frames(two_articles, BOOK, by="voice")
    rates = frame_rates(scores, by=["source", "voice"])
    calm = rates[rates["frame"] == "calm"]
    columns = ["source", "voice", "n_articles", "n_words", "n_matches"]
    assert calm[columns].values.tolist() == [
        ["Courier", "headline", 1, 3, 1],
        ["Courier", "journalist", 1, 9, 0],
        ["Courier", "quoted", 1, 4, 2],
        ["Courier", "indirect", 1, 3, 1],
        ["Herald", "journalist", 1, 2, 1],
        ["Herald", "quoted", 1, 4, 2],
    ]
    pooled = frame_rates(scores, by="voice")
    calm = pooled[pooled["frame"] == "calm"].set_index("voice")
    assert calm["n_articles"].to_dict() == {
        "headline": 1, "journalist": 2, "quoted": 2, "indirect": 1,
    }  # fmt: skip
    assert calm.loc["quoted", "estimate"] == 1000 * 4 / 8
    whole = frame_rates(score_frames(two_articles, BOOK), by="source")
    pd.testing.assert_frame_equal(frame_rates(scores, by="source"), whole)


def test_rates_of_speakers_counted_by_hand(two_articles, tmp_path):
    scores = score_frames(two_articles, BOOK, by="speaker")
    saved = pd.read_csv(save_table(scores, tmp_path / "s.csv"))
    for table in (scores, saved):
        rates = frame_rates(table, by="speaker")
        calm = rates[rates["frame"] == "calm"].set_index("speaker")
        columns = ["n_articles", "n_words", "n_matches"]
        assert calm.loc["Anna Berg", columns].tolist() == [2, 7, 3]
        assert calm.loc["Ivo Kern", columns].tolist() == [0, 0, 0]
        assert np.isnan(calm.loc["Ivo Kern", "estimate"])
        assert "left out" not in " ".join(calm["caution"])


def test_mentions_in_no_counted_words_are_said_to_be_left_out(two_articles):
    matches = find_matches(two_articles, BOOK, voices=True)
    matches.loc[matches["speaker"] == "Ivo Kern", "certainty"] = 1.0
    scores = score_frames(two_articles, BOOK, by="speaker", matches=matches)
    rates = frame_rates(scores, by="speaker")
    assert rates["caution"].str.endswith("1 mention in no counted words left out").all()
    assert rates["n_matches"].sum() == scores["n_matches"].sum() - 1
    assert not frame_rates(scores)["caution"].str.contains("left out").any()


def test_plots_take_voices_and_speakers(two_articles):
    for by in ("voice", "speaker"):
        scores = score_frames(two_articles, BOOK, by=by)
        assert plot_rates(scores, by=by).get_figure()
        assert plot_rates(scores, by=["source", by]).get_figure()
