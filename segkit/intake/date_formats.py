"""The ways a date can be written that intake reads, each with the full pattern a cell must match before it is cast.

In: nothing. Out: a catalogue of :class:`DateFormat`. The engine's own parser is lenient (``'1/2/24'`` with a four-digit
year is year 24), so no cell reaches it without matching.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TOKENS = {
    "%Y": "[0-9]{4}",
    "%y": "[0-9]{2}",
    "%m": "[0-9]{1,2}",
    "%d": "[0-9]{1,2}",
    "%1": "[0-9]{1,2}",  # the first and the second of day and month,
    "%2": "[0-9]{1,2}",  # until the whole column has told which is which
    "%B": f"(?:{'|'.join(MONTHS)})",
    "%b": f"(?:{'|'.join(month[:3] for month in MONTHS)})",
    "%A": f"(?:{'|'.join(DAYS)})",
    "%a": f"(?:{'|'.join(day[:3] for day in DAYS)})",
    "%H": "[0-9]{1,2}",
    "%I": "[0-9]{1,2}",
    "%M": "[0-9]{2}",
    "%S": "[0-9]{2}",
    "%f": "[0-9]{1,9}",
    "%p": "[ap]m",
}
ZONE = "(?:z|(?:utc|gmt)?[+-][0-9]{2}(?::?[0-9]{2})?|utc|gmt)"
"""What may follow a time, in lower case; the shape of it."""
ZONE_VALUE = "(?:z|(?:utc|gmt)?[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?|utc|gmt)"
"""The same within the offsets that exist."""
COMPACT = "(?:19|2[01]|99)[0-9]{6}"
"""A day as eight digits; 99 stands for any year in a cell whose digits are all written as 9."""
LONGEST = 60
SERIAL = "[0-9]{5}(?:[.,][0-9]{1,15})?"
"""A spreadsheet's day number, 1 being the first day of 1900."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFormat:
    """One way to write a date: the engine's format and the pattern of the whole cell, in lower case.

    ``numeric`` formats hold ``%1`` and ``%2`` until :func:`order_days` has put day and month in their places.
    """

    text: str
    pattern: str
    has_time: bool

    @property
    def numeric(self) -> bool:
        """Whether day and month are both numbers in an order that must be settled."""
        return "%1" in self.text

    @property
    def separator(self) -> str:
        """What stands between day and month of a numeric format."""
        return self.text[2:3]


def order_days(form: DateFormat, *, day_first: bool) -> DateFormat:
    """Put day and month of a numeric format in their places.

    Examples
    --------
    >>> order_days(find_format("3/9/2024 17:05"), day_first=False).text
    '%m/%d/%Y %H:%M'
    """
    first, second = ("%d", "%m") if day_first else ("%m", "%d")
    return replace(form, text=form.text.replace("%1", first).replace("%2", second))


def lead_with_year(form: DateFormat) -> DateFormat:
    """Turn a numeric format with two-digit years around, as in ``99-03-15``."""
    return replace(form, text=form.text.replace("%1-%2-%y", "%y-%m-%d"))


def find_format(text: str) -> DateFormat | None:
    """Return the format whose pattern a cell matches (lower case; any digit stands for any other).

    Examples
    --------
    >>> find_format("2024-03-05t10:00:00").text, find_format("sep 3, 2024").text, find_format("yesterday")
    ('%Y-%m-%dt%H:%M:%S', '%b %d, %Y', None)
    """
    if len(text) > LONGEST:
        return None
    for day, pattern in day_patterns().items():
        match = pattern.match(text)
        if match is None:
            continue
        rest = text[match.end() :]
        if not rest:
            return DateFormat(text=day, pattern=pattern.pattern, has_time=False)
        for time, time_pattern in time_patterns().items():
            if time_pattern.fullmatch(rest):
                return DateFormat(
                    text=day + time, pattern=pattern.pattern + time_pattern.pattern, has_time=True
                )
    return None


@cache
def day_patterns() -> dict[str, re.Pattern[str]]:
    """Return the pattern of every way to write a day, most usual first."""
    days = [f"%Y{s}%m{s}%d" for s in "-/."]
    days += [f"%1{s}%2{s}{year}" for year in ("%Y", "%y") for s in "/.-"]
    named = [f"%d{s}{month}{s}{year}" for month in ("%b", "%B") for year in ("%Y", "%y") for s in "- /"]
    named += [f"%d. {month} %Y" for month in ("%b", "%B")]
    named += [f"{month} %d{s}%Y" for month in ("%b", "%b.", "%B") for s in (", ", " ")]
    named += [f"%Y-{month}-%d" for month in ("%b", "%B")]
    days += named + [f"{day}{s}{name}" for day in ("%a", "%A") for s in (", ", " ") for name in named]
    return {"%Y%m%d": re.compile(COMPACT)} | {day: re.compile(to_pattern(day)) for day in days}


@cache
def time_patterns() -> dict[str, re.Pattern[str]]:
    """Return the pattern of every way to write a time behind a day, with what stands between."""
    times = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%I:%M:%S%p")
    return {
        joint + time: re.compile(to_pattern(joint + time)) for joint in (" ", "t", ", ") for time in times
    }


def to_pattern(text: str) -> str:
    r"""Return the full pattern of a format, in the syntax that Python's and the engine's expressions share.

    Examples
    --------
    >>> to_pattern("%Y-%m-%d")
    '[0-9]{4}\\-[0-9]{1,2}\\-[0-9]{1,2}'
    """
    return "".join(TOKENS.get(part) or re.escape(part) for part in re.split("(%[A-Za-z12])", text))
