"""Which channel customers said they prefer, where a survey or customer file asked."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from segkit.analysis.purchase_days import FlowLines
from segkit.intake.columns import normalise
from segkit.intake.orders import Orders
from segkit.model.flow import Channel

ASKED = (
    "preferred_contact",
    "preferred_channel",
    "preferred_contact_channel",
    "contact_preference",
    "channel_preference",
    "best_channel",
)
"""Columns that hold the answer, compared after `normalise`."""
WORDS = {
    Channel.EMAIL: ("email", "e-mail", "newsletter", "mailing"),
    Channel.SMS: ("text", "text message", "sms", "whatsapp", "mobile"),
    Channel.PUSH: ("app", "app notice", "push", "notification", "portal"),
    Channel.PERSON: (
        "phone",
        "call",
        "telephone",
        "post",
        "letter",
        "in person",
        "visit",
        "sales rep",
        "rep",
    ),
}
_CHANNELS = tuple(WORDS)
NOT_ASKED = -1


def collect_preferences(orders: Orders, lines: FlowLines) -> npt.NDArray[np.int8]:
    """Return for each customer number the place of the preferred channel in `WORDS`, -1 where nobody said.

    Parameters
    ----------
    orders : Orders
        Its attributes are read; the first column that asks counts.
    lines : FlowLines
        From ``open_lines``.
    """
    found = np.full(len(lines.customer_ids), NOT_ASKED, dtype=np.int8)
    table = orders.attributes
    if table is None:
        return found
    column = next(
        (name for wanted in ASKED for name in table.columns if normalise(str(name)) == wanted), None
    )
    if column is None:
        return found
    place = lines.numbers_of(pd.Series(table.index))
    said = np.array([_channel_of(value) for value in table[column]], dtype=np.int8)
    found[place[place >= 0]] = said[place >= 0]
    return found


def count_preferred(
    preferences: npt.NDArray[np.int8], members: npt.NDArray[np.bool_], channel: Channel
) -> int:
    """Count the customers of a group who prefer a channel."""
    return int((preferences[members] == _CHANNELS.index(channel)).sum())


def _channel_of(value: object) -> int:
    text = "" if value is None or value is pd.NA else str(value).strip().casefold()
    return next((place for place, channel in enumerate(_CHANNELS) if text in WORDS[channel]), NOT_ASKED)
