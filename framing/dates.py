"""Dates as they are written: the one rule by which all of them are read."""

from __future__ import annotations

import re
from datetime import date, datetime

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
# 2022-02-10, 2022/02/10 or 20220210, with a time and a zone or without
_ISO_DATE = re.compile(
    r"(\d{4})([-/]?)(\d\d)\2(\d\d)"
    r"(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII | re.IGNORECASE,
)
# 10 February 2022, February 10, 2022 and the same with months cut short: 10 Feb. 2022
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})\s+(?P<month>[a-z]+)\.?,?\s+(?P<year>\d{4})", re.I | re.A)
_MONTH_FIRST = re.compile(
    r"(?P<month>[a-z]+)\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})", re.I | re.A
)


def parse_date(text: str) -> datetime | None:
    """Read a date, and the time if there is one, as it stands: no zone is converted.

    Parameters
    ----------
    text : str
        ISO 8601, ``2022/02/10``, ``10 February 2022`` or ``February 10, 2022``.

    Returns
    -------
    datetime or None
        None if the text is anything else, such as ``01/02/2022``, whose month is uncertain.

    Examples
    --------
    >>> parse_date("2022-02-10T11:40:00+03:00")
    datetime.datetime(2022, 2, 10, 11, 40)
    >>> parse_date("01/02/2022") is None
    True
    """
    text = text.strip()
    try:
        if match := _ISO_DATE.fullmatch(text):
            year, _, month, day, *clock = match.groups()
            hour, minute, second = (int(part or 0) for part in clock)
            return datetime(int(year), int(month), int(day), hour, minute, second)
        if match := _DAY_FIRST.fullmatch(text) or _MONTH_FIRST.fullmatch(text):
            name = match["month"].lower()
            months = (n for n, full in enumerate(_MONTHS, 1) if full.startswith(name))
            number = next(months, 0) if len(name) > 2 else 0
            return datetime(int(match["year"]), number, int(match["day"]))
    except ValueError:  # there is no 30 February
        pass
    return None


def event_day(day: object) -> datetime:
    """Read the day of an event, midnight of the day that is written.

    Parameters
    ----------
    day : str or date
        As for `parse_date`, or a date of Python or pandas.

    Returns
    -------
    datetime
        Midnight.

    Raises
    ------
    ValueError
        If it is no date, or one whose day and month are uncertain.

    Examples
    --------
    >>> event_day("24 February 2022")
    datetime.datetime(2022, 2, 24, 0, 0)
    """
    moment = parse_date(str(day)) if isinstance(day, (str, date)) else None
    if moment is None:
        raise ValueError(f'the event {day!r} is no date; write it as "2022-02-24"')
    return datetime(moment.year, moment.month, moment.day)
