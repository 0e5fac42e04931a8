"""Before and after: counted by hand, and tested over outlets or events only."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from simulations import score_table

from framing import Codebook, Corpus, compare_periods, save_table, score_frames
from framing.tables import TABLES

BOOK = Codebook.from_patterns("calm", {"calm": ["peace", "truce"], "alarm": ["alarm*"]})
EVENT = "2022-02-24"


def series(before, after, words=400, **columns):
    """Build articles of outlets A, B, ...: one count a day before the event, and one a day after.

    ``before`` and ``after`` hold a list of counts for each outlet.
    """
    counts, source, date = [], [], []
    for name, early, late in zip("ABCDEFGHIJKL", before, after, strict=False):
        counts += [*early, *late]
        source += [name] * (len(early) + len(late))
        last = pd.Timestamp(EVENT) - pd.Timedelta(days=1)
        date += list(pd.date_range(end=last, periods=len(early)))
        date += list(pd.date_range(EVENT, periods=len(late)))
    length = words if isinstance(words, list) else [words] * len(counts)
    return score_table(counts, length, **{"source": source, "date": date, **columns})


def drawn(seed, outlets=6, articles=8, frames=2, factor=1.0):
    generator = np.random.default_rng(seed)
    n = outlets * articles * 2
    late = np.tile(np.repeat([False, True], articles), outlets)
    source = np.repeat(list("ABCDEFGHIJKLMNOPQRST")[:outlets], 2 * articles)
    days = np.where(late, 1, -1) * (1 + np.tile(np.arange(articles), 2 * outlets))
    words = generator.integers(200, 600, n)
    rate = words / 100 * np.where(late, factor, 1)
    counts = generator.poisson(generator.gamma(2, 0.5, (n, frames)) * rate[:, None])
    date = pd.Timestamp(EVENT) + pd.to_timedelta(days - late, unit="D")
    return score_table(counts, words, source=source, date=date)


def together(table):
    return table[table["group"].isna()].reset_index(drop=True)


def weighed(scores, frame, source, event=EVENT, days=None):
    """Give an outlet's mentions before and after, each times the share of words of the other side.

    Mantel and Haenszel's terms: equal on average where the rate stays. By a loop over the rows.
    """
    sums = {False: [0, 0], True: [0, 0]}
    for row in scores.itertuples():
        apart = (row.date - pd.Timestamp(event)).days
        if row.frame == frame and row.source == source and (days is None or -days <= apart < days):
            sums[apart >= 0][0] += row.n_matches
            sums[apart >= 0][1] += row.n_words
    (y0, n0), (y1, n1) = sums[False], sums[True]
    return np.array([y0 * n1, y1 * n0]) / (n0 + n1)


def plain_ratio(terms, level=0.95):
    """Give Mantel and Haenszel's ratio, and its limits by the sandwich over units."""
    before, after = np.array(terms).T
    m, ratio = len(before), after.sum() / before.sum()
    squares = m / (m - 1) * (after - ratio * before) ** 2 / (after.sum() + 0.5) ** 2
    df = min(squares.sum() ** 2 / (squares**2).sum(), m - 1)
    half = stats.t.ppf((1 + level) / 2, df) * np.sqrt(squares.sum())
    return ratio, ratio * np.exp(-half), ratio * np.exp(half)


def plain_p(values):
    """Give the p of all exchanges of before and after in whole units, by Student's t."""
    observed, *rest = (
        abs(stats.ttest_1samp(np.array(values) * signs, 0).statistic)
        for signs in itertools.product([1, -1], repeat=len(values))
    )
    return np.mean([True, *(t >= observed - 1e-9 for t in rest)])


# ---------------------------------------------------------------------------- counted by hand


def test_counted_by_hand():
    texts = ["Peace, peace or war.", "A truce.", "No alarm today.", "Alarming, alarm!", "Peace."]
    dates = ["2022-02-01", "2022-02-23", "2022-02-24", "2022-03-01", "2022-02-20"]
    corpus = Corpus.from_texts(texts, source=list("AAAAB"), date=dates)
    table = compare_periods(score_frames(corpus, BOOK), EVENT)
    assert list(table.columns) == list(TABLES["compare_periods"])
    assert table["event"].tolist() == [EVENT] * 6
    assert table["group"].tolist()[:4] == list("AABB")
    assert table["group"].isna().tolist() == [False] * 4 + [True] * 2
    assert table["frame"].tolist() == ["calm", "alarm"] * 3
    assert table["n_articles_before"].tolist() == [2, 2, 1, 1, 3, 3]
    assert table["n_articles_after"].tolist() == [2, 2, 0, 0, 2, 2]
    expected = [3000 / 6, 0, 1000, 0, 4000 / 7, 0]
    np.testing.assert_allclose(table["estimate_before"], expected)
    np.testing.assert_allclose(table["estimate_after"], [0, 3000 / 5, np.nan, np.nan, 0, 3000 / 5])
    np.testing.assert_allclose(table["ratio"][:4], [0, np.inf, np.nan, np.nan])
    assert table["n_units"].tolist() == [1] * 6
    assert table[["low", "high", "p", "p_adjusted"]].isna().all(axis=None)
    assert table["caution"].tolist() == [
        "2 articles on one side; one series: description, no test",
        "2 articles on one side; one series: description, no test",
        "0 articles on one side; one series: description, no test",
        "0 articles on one side; one series: description, no test",
        "1 group: no test",
        "1 group: no test",
    ]


def test_one_series_has_no_test_and_no_row_for_all():
    scores = series([[1] * 9], [[5] * 9])
    for by in ("source", None):
        table = compare_periods(scores, EVENT, by=by)
        assert len(table) == 1
        assert table["ratio"].item() == 5
        assert table[["low", "high", "p", "p_adjusted"]].isna().all(axis=None)
        assert table["caution"].item() == "one series: description, no test"
    assert table["group"].isna().all()


def test_the_day_of_the_event_is_after_and_days_are_counted_from_it():
    scores = series([[1, 2, 4]], [[8, 16, 32]], words=1000)
    row = compare_periods(scores, EVENT, by=None, days=2).iloc[0]
    assert (row["n_articles_before"], row["n_articles_after"]) == (2, 2)
    assert (row["estimate_before"], row["estimate_after"]) == (3, 12)
    assert row["ratio"] == 4
    day = compare_periods(scores, EVENT + " 18:30", by=None, days=1).iloc[0]
    assert (day["estimate_before"], day["estimate_after"]) == (4, 8)


def test_few_articles_on_a_side_are_said():
    four = compare_periods(series([[1] * 4], [[1] * 9]), EVENT)["caution"].item()
    five = compare_periods(series([[1] * 5], [[1] * 9]), EVENT)["caution"].item()
    assert four == "4 articles on one side; one series: description, no test"
    assert five == "one series: description, no test"


# ---------------------------------------------------------------------------- over outlets


@pytest.mark.parametrize("seed", range(3))
def test_the_test_over_outlets_is_that_of_all_exchanges(seed):
    scores = drawn(seed, factor=1.5)
    table = compare_periods(scores, EVENT)
    for _, row in together(table).iterrows():
        terms = [weighed(scores, row["frame"], source) for source in "ABCDEF"]
        assert row["n_units"] == 6
        assert tuple(row[["ratio", "low", "high"]]) == pytest.approx(plain_ratio(terms))
        assert row["p"] == pytest.approx(plain_p([after - before for before, after in terms]))
    assert (together(table)["p_adjusted"] >= together(table)["p"]).all()
    for _, row in together(table).iterrows():
        disagree = (row["p"] <= 0.05) != (row["low"] > 1 or row["high"] < 1)
        assert row["caution"] == "p and interval disagree: undecided" * disagree
    one_frame = scores[scores["frame"] == "frame 0"].astype({"frame": "str"})
    alone = together(compare_periods(one_frame, EVENT))
    assert alone["p"].item() == alone["p_adjusted"].item() == together(table)["p"][0]


@pytest.mark.parametrize(
    ("outlets", "said"), [(5, "5 groups: no p below 0.062 is possible"), (6, "")]
)
def test_the_least_p_over_outlets(outlets, said):
    ones = [[1, 2, 1, 1, 2]] * outlets
    row = together(compare_periods(series(ones, [[9, 9, 9, 8, 9]] * outlets), EVENT)).iloc[0]
    assert row["p"] == pytest.approx(2 / 2**outlets)
    assert row["caution"] == said


def test_an_outlet_that_is_silent_about_a_frame_does_not_count():
    before, after = [[1, 2, 1, 1, 2]] * 6 + [[0] * 5], [[2, 2, 3, 1, 2]] * 6 + [[0] * 5]
    table = compare_periods(series(before, after), EVENT)
    row = together(table).iloc[0]
    assert row["n_units"] == 6
    expected = together(compare_periods(series(before[:6], after[:6]), EVENT)).iloc[0]
    for name in ("ratio", "low", "high", "p"):
        assert row[name] == expected[name]


def test_an_outlet_on_one_side_only_does_not_count():
    table = compare_periods(series([[1] * 5] * 6 + [[3] * 5], [[2] * 5] * 6 + [[]]), EVENT)
    assert together(table)["n_units"].item() == 6
    assert pd.isna(table["ratio"][6])


def test_articles_of_no_outlet_are_no_outlet():
    """They must not pass for all outlets together, nor be a case of the test."""
    scores = drawn(0, outlets=6)
    nameless = scores.assign(
        source=scores["source"].astype("object").where(scores["source"] != "F", None)
    )
    table = compare_periods(nameless, EVENT)
    assert table["group"].isna().sum() == 2  # a row for each frame
    assert together(table)["n_units"].tolist() == [5, 5]


def test_the_rate_that_stays_is_no_change_when_the_periods_are_unlike():
    """Twelve outlets with few articles before and many after, no difference, a rare frame.

    The share of false alarms at 5 % is at most .05 plus 3 standard errors of 80 repetitions.
    """
    alarms = 0
    for seed in range(80):
        generator = np.random.default_rng(seed)
        counts = [generator.poisson(np.full(m, 0.25)).tolist() for m in [2, 20] * 12]
        scores = series(counts[::2], counts[1::2])
        alarms += together(compare_periods(scores, EVENT, permutations=499))["p"].item() <= 0.05
    assert alarms / 80 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 80)


def test_outlets_without_a_change_seldom_change():
    """Periods alike: at most .05 plus 3 standard errors; and a real change is found."""
    alarms, found = [], []
    for seed in range(40):
        null, real = (
            together(compare_periods(drawn(seed, 8, 6, 1, factor), EVENT))["p"].item()
            for factor in (1, 3)
        )
        alarms.append(null <= 0.05)
        found.append(real <= 0.05)
    assert np.mean(alarms) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 40)
    assert np.mean(found) > 0.8


# ---------------------------------------------------------------------------- over events


def events_table(seed=0, outlets=2):
    """Daily articles over 60 days around six events."""
    generator = np.random.default_rng(seed)
    days = pd.date_range("2022-01-01", periods=60)
    n = 60 * outlets
    counts = generator.poisson(3, (n, 2))
    source = np.repeat(list("ABC")[:outlets], 60)
    return score_table(counts, [400] * n, source=source, date=np.tile(days, outlets))


EVENTS = {
    name: f"2022-{day}"
    for name, day in zip(
        ("one", "two", "three", "four", "five", "six"),
        ("01-06", "01-14", "01-22", "02-01", "02-10", "02-20"),
        strict=True,
    )
}


def test_several_events_are_the_units():
    scores = events_table()
    table = compare_periods(scores, EVENTS, days=4)
    assert len(table) == 6 * 2 * 2 + 2
    last = together(table)
    assert last["event"].isna().all()
    assert table["event"].tolist()[:-2] == [name for name in EVENTS for _ in range(4)]
    for _, row in last.iterrows():
        terms = [
            sum(weighed(scores, row["frame"], source, day, 4) for source in "AB")
            for day in EVENTS.values()
        ]
        assert row["n_units"] == 6
        assert tuple(row[["ratio", "low", "high"]]) == pytest.approx(plain_ratio(terms))
        assert row["p"] == pytest.approx(plain_p([after - before for before, after in terms]))
        assert (row["n_articles_before"], row["n_articles_after"]) == (48, 48)
    one = table[(table["event"] == "three") & (table["group"] == "B")].iloc[0]
    alone = compare_periods(scores, EVENTS["three"], days=4)
    alone = alone[alone["group"] == "B"].iloc[0]
    for name in ("n_articles_before", "estimate_before", "estimate_after", "ratio"):
        assert one[name] == alone[name]


def test_two_events_are_too_few():
    table = compare_periods(events_table(), {"a": "2022-01-10", "b": "2022-02-10"}, days=5, by=None)
    assert len(table) == 3 * 2
    assert together(table)["p"].dropna().ge(0.5).all()
    last = table[table["event"].isna()]
    assert last["caution"].tolist() == ["2 events: no p below 0.5 is possible"] * 2


def test_windows_that_overlap_are_refused():
    scores = events_table()
    near = {"a": "2022-01-10", "b": "2022-01-18"}
    with pytest.raises(ValueError, match=r"only 8 days apart, .* overlap; use days=4"):
        compare_periods(scores, near, days=5)
    with pytest.raises(ValueError, match="days=None: events are only 8 days apart"):
        compare_periods(scores, near)
    assert len(compare_periods(scores, near, days=4)) == 5 * 2
    with pytest.raises(ValueError, match=r"only 0 days apart, .* choose events further apart"):
        compare_periods(scores, {"a": "2022-01-10", "b": "2022-01-10"}, days=1)


def test_an_event_outside_of_the_dates():
    scores = events_table()
    for event, empty in (("2021-06-01", "before"), ("2023-06-01", "after")):
        table = compare_periods(scores, event)
        assert (table[f"n_articles_{empty}"] == 0).all()
        assert table[f"estimate_{empty}"].isna().all()
        assert table[["ratio", "low", "high", "p"]].isna().all(axis=None)
        assert table["caution"].str.startswith("0 ").all()
    with_window = compare_periods(scores, "2023-06-01", days=7)
    assert (with_window[["n_articles_before", "n_articles_after"]] == 0).all(axis=None)


# ---------------------------------------------------------------------------- dates


def test_articles_without_a_date_are_said_to_be_left_out():
    scores = drawn(1)
    dates = scores["date"].where(~scores["article_id"].isin(["00003", "00030"]))
    expected = compare_periods(scores[~scores["article_id"].isin(["00003", "00030"])], EVENT)
    table = compare_periods(scores.assign(date=dates), EVENT)
    pd.testing.assert_frame_equal(table.drop(columns="caution"), expected.drop(columns="caution"))
    assert table["caution"].str.endswith("2 articles without a date left out").all()
    with pytest.raises(ValueError, match="no article has a date"):
        compare_periods(scores.assign(date=pd.NaT), EVENT)


def test_dates_as_texts_and_saved_tables(tmp_path):
    scores = drawn(2)
    expected = compare_periods(scores, EVENT)
    saved = pd.read_csv(save_table(scores, tmp_path / "scores.csv"))
    texts = scores.assign(date=scores["date"].dt.strftime("%Y-%m-%d"))
    for table in (saved, texts):
        types = expected.dtypes.to_dict()
        pd.testing.assert_frame_equal(compare_periods(table, EVENT).astype(types), expected)


def test_dates_in_mixed_formats_are_refused_not_guessed():
    scores = drawn(2)
    mixed = scores["date"].dt.strftime("%Y-%m-%d").where(scores.index % 4 > 0, "03/04/2022")
    with pytest.raises(ValueError, match='a date of the scores is "03/04/2022"'):
        compare_periods(scores.assign(date=mixed), EVENT)


@pytest.mark.parametrize("event", ["soon", "", "2022-13-40", None])
def test_an_event_without_a_date_is_refused(event):
    with pytest.raises(ValueError, match="is no date; write it as"):
        compare_periods(drawn(0), event)


def test_events_that_cannot_be_used_are_refused():
    with pytest.raises(ValueError, match="no event is given"):
        compare_periods(drawn(0), {})
    with pytest.raises(ValueError, match="days=0: use 1 or more"):
        compare_periods(drawn(0), EVENT, days=0)
    with pytest.raises(ValueError, match="level=95"):
        compare_periods(drawn(0), EVENT, level=95)
    with pytest.raises(ValueError, match=r"'camp' is no column of the scores"):
        compare_periods(drawn(0), EVENT, by="camp")


def test_a_list_of_events_is_answered_clearly():
    with pytest.raises(ValueError, match="event"):
        compare_periods(drawn(0), ["2022-02-24", "2022-03-01"])


def test_an_event_with_a_time_zone_is_the_day_it_names():
    table = compare_periods(drawn(0), {EVENT: "2022-02-24T01:00+02:00"})
    pd.testing.assert_frame_equal(table, compare_periods(drawn(0), EVENT))


def test_periods_by_the_day_do_not_break():
    table = compare_periods(drawn(0), EVENT, by="day", days=2)
    assert table["group"].dropna().nunique() > 1


# ---------------------------------------------------------------------------- the same again


def test_the_order_of_rows_does_not_matter():
    scores = drawn(3)
    expected = compare_periods(scores, EVENT)
    mixed = scores.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(compare_periods(mixed, EVENT), expected)
    pd.testing.assert_frame_equal(compare_periods(scores, EVENT, seed=5), expected)  # all 64 signs


def test_many_outlets_are_exchanged_at_random():
    scores = drawn(4, outlets=15, articles=5, factor=1.3)
    one, two = (together(compare_periods(scores, EVENT, permutations=999, seed=s)) for s in (0, 1))
    exact = together(compare_periods(scores, EVENT, permutations=2**15))
    assert one["p"].tolist() != two["p"].tolist()
    for table in (one, two):
        error = np.sqrt(exact["p"] * (1 - exact["p"]) / 999)
        assert ((table["p"] - exact["p"]).abs() <= 4 * error + 0.002).all()
        assert (table["p"] > 0).all()


def test_no_articles():
    with pytest.raises(ValueError, match="no article has a date"):
        compare_periods(score_frames([], BOOK), EVENT)
