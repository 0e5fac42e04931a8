from datetime import date as day
from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.dates import event_day, parse_date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2022-02-10", datetime(2022, 2, 10)),
        (" 2022/02/10 ", datetime(2022, 2, 10)),
        ("20220210", datetime(2022, 2, 10)),
        ("2022-02-10T11:40", datetime(2022, 2, 10, 11, 40)),
        ("2022-02-10 11:40:05.123+03:00", datetime(2022, 2, 10, 11, 40, 5)),
        ("2022-02-10T23:40:05Z", datetime(2022, 2, 10, 23, 40, 5)),
        ("10 February 2022", datetime(2022, 2, 10)),
        ("1 Sept. 2022", datetime(2022, 9, 1)),
        ("10 february, 2022", datetime(2022, 2, 10)),
        ("February 10, 2022", datetime(2022, 2, 10)),
        ("Feb 10 2022", datetime(2022, 2, 10)),
        ("01/02/2022", None),
        ("2022-02/10", None),
        ("2022-13-01", None),
        ("30 February 2022", None),
        ("10 Ma 2022", None),
        ("10 Mai 2022", None),
        ("2022", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(text, date):
    assert parse_date(text) == date


@settings(deadline=None)
@given(st.datetimes(min_value=datetime(1000, 1, 1)))
def test_iso_dates_are_read_as_they_stand(date):
    assert parse_date(date.isoformat()) == date.replace(microsecond=0)


@pytest.mark.parametrize(
    "given_day",
    [
        "2022-02-10",
        "10 Feb 2022",
        "2022-02-10T23:00:00Z",
        day(2022, 2, 10),
        pd.Timestamp("2022-02-10 11:40"),
    ],
)
def test_the_day_of_an_event(given_day):
    assert event_day(given_day) == datetime(2022, 2, 10)


@pytest.mark.parametrize(
    "wrong", ["10.02.2022", "10/02/2022", "2022", 2022, 20220210, None, pd.NaT, ["2022-02-10"]]
)
def test_what_is_no_day_is_refused(wrong):
    with pytest.raises(ValueError, match='is no date; write it as "2022-02-24"'):
        event_day(wrong)
