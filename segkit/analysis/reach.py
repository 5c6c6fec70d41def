"""Who can be reached by which channel today: an address on file, and what the customer said to being written to.

Orders, contacts and further files in; per channel one yes, no or unknown and one address flag per customer out. Nothing is
assumed: without a column that asks, nobody has agreed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from segkit.analysis.purchase_days import Flags, FlowLines, quote_column
from segkit.intake.columns import normalise
from segkit.intake.orders import Orders
from segkit.model.flow import Channel
from segkit.model.flow_facts import Reach
from segkit.words.figures import join_words

CONSENT = {
    Channel.EMAIL: (
        "email_consent", "accepts_email", "email_opt_in", "email_marketing", "accepts_email_marketing", "newsletter",
        "marketing_consent", "accepts_marketing", "marketing_opt_in",
    ),
    Channel.SMS: ("sms_consent", "accepts_sms", "sms_opt_in", "sms_marketing", "accepts_sms_marketing"),
    Channel.PUSH: ("push_consent", "accepts_push", "push_opt_in"),
}  # fmt: skip
"""Columns that hold an answer, the most telling one first; compared after `normalise`."""
APP_WORDS = ("iphone", "ipad", "android", "ios", "mobile app", "app")
YES = frozenset(
    {"yes", "true", "y", "t", "1", "1.0", "ja", "j", "wahr", "subscribed", "oui", "si", "opted in"}
)
NO = frozenset({"no", "false", "n", "f", "0", "0.0", "nein", "falsch", "unsubscribed", "non", "opted out"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """What is known of one channel, one value per customer number.

    ``address`` says whether something can be sent, ``agreed`` is 1 for yes, 0 for no and -1 where nobody asked.
    """

    channel: Channel
    address: Flags
    agreed: npt.NDArray[np.int8]
    source: str

    @property
    def reachable(self) -> Flags:
        """Customers with an address who said yes."""
        both: Flags = np.logical_and(self.address, self.agreed == 1)
        return both


def collect_answers(orders: Orders, lines: FlowLines, events: pd.DataFrame) -> tuple[Answers, ...]:
    """Collect addresses and answers for e-mail, text message, push and a person.

    Parameters
    ----------
    orders : Orders
        ``contacts`` and ``attributes`` are read.
    lines : FlowLines
        From ``open_lines``.
    events : pandas.DataFrame
        From ``collect_event_days``; an ``unsubscribed`` event is a no to e-mail from then on.

    Notes
    -----
    The latest known answer in the orders counts. A file that asks for one channel goes before a general column, and a
    general one speaks for e-mail only. Buying through an app shows that there is one, never that push is allowed.
    """
    n = len(lines.customer_ids)
    everyone = np.ones(n, dtype=bool)
    found = [
        _answers(channel, orders, lines, events) for channel in (Channel.EMAIL, Channel.SMS, Channel.PUSH)
    ]
    person = Answers(
        channel=Channel.PERSON,
        address=everyone,
        agreed=np.ones(n, dtype=np.int8),
        source="everyone with an order; a person can look at each case",
    )
    return (*found, person)


def count_reach(answers: Answers, members: Flags) -> Reach:
    """Count the answers of a group."""
    agreed = answers.agreed[members]
    return Reach(
        channel=answers.channel,
        n_customers=int(members.sum()),
        with_address=int(answers.address[members].sum()),
        agreed=int((agreed == 1).sum()),
        refused=int((agreed == 0).sum()),
        unknown=int((agreed == -1).sum()),
        reachable=int(answers.reachable[members].sum()),
        source=answers.source,
    )


def _answers(channel: Channel, orders: Orders, lines: FlowLines, events: pd.DataFrame) -> Answers:
    address, place = _addresses(channel, orders, lines)
    agreed, asked = _consent(channel, orders, lines)
    if channel == Channel.EMAIL and len(events):
        gone = events[events["event"] == "unsubscribed"]["number"].to_numpy(dtype=np.int64)
        agreed[gone] = 0
        asked += ["event unsubscribed"] if len(gone) else []
    consent = (
        f"consent: {join_words(asked)}"
        if asked
        else "consent: no column says who agreed, so nobody counts as reachable"
    )
    return Answers(channel=channel, address=address, agreed=agreed, source=f"{place}; {consent}")


def _addresses(channel: Channel, orders: Orders, lines: FlowLines) -> tuple[Flags, str]:
    n = len(lines.customer_ids)
    if channel == Channel.PUSH:
        return _app_customers(lines)
    name, what = ("has_email", "e-mail") if channel == Channel.EMAIL else ("has_phone", "telephone")
    contacts: pd.DataFrame | None = getattr(orders, "contacts", None)
    if contacts is None or name not in contacts or contacts[name].isna().all():
        return np.zeros(n, dtype=bool), f"no {what} column"
    known = contacts[name].reindex(lines.customer_ids)
    flags = known.astype(object).where(known.notna(), other=False).astype(bool).to_numpy(dtype=bool)
    return flags, f"{what} on file with {int(flags.sum())} of {n} customers of the book"


def _app_customers(lines: FlowLines) -> tuple[Flags, str]:
    """Return who has bought through an app, by words of the columns that say where an order came from."""
    flags = np.zeros(len(lines.customer_ids), dtype=bool)
    columns = [name for name in ("channel", "device") if name in lines.columns]
    used = []
    for column in columns:
        words = ", ".join(f"'{word}'" for word in APP_WORDS)
        rows = lines.arrays(
            f"SELECT DISTINCT number FROM bought WHERE lower(trim(CAST({quote_column(column)} AS VARCHAR))) IN ({words})"  # noqa: S608 - own words
        )["number"]
        flags[np.asarray(rows, dtype=np.int64)] = True
        used += [column] if len(rows) else []
    if not used:
        return flags, "no order through an app"
    return flags, f"orders through an app ({join_words(used)}), which does not show that push is allowed"


def _consent(channel: Channel, orders: Orders, lines: FlowLines) -> tuple[npt.NDArray[np.int8], list[str]]:
    """Return the answers of a channel and the columns they come from; the first column that knows a customer counts."""
    agreed = np.full(len(lines.customer_ids), -1, dtype=np.int8)
    asked = []
    for name in CONSENT[channel]:
        for column, values in (*_from_attributes(name, orders, lines), *_from_lines(name, lines)):
            new = (agreed == -1) & (values != -1)
            agreed[new] = values[new]
            asked += [column] if new.any() else []
    return agreed, asked


def _from_attributes(name: str, orders: Orders, lines: FlowLines) -> list[tuple[str, npt.NDArray[np.int8]]]:
    table = orders.attributes
    if table is None:
        return []
    found = []
    for column in table.columns:
        if normalise(str(column)) != name:
            continue
        values = np.full(len(lines.customer_ids), -1, dtype=np.int8)
        place = lines.numbers_of(pd.Series(table.index))
        said = np.array([_said(value) for value in table[column]], dtype=np.int8)
        values[place[place >= 0]] = said[place >= 0]
        found.append(
            (f"{column} ({dict(orders.attribute_sources).get(str(column), 'customer file')})", values)
        )
    return found


def _from_lines(name: str, lines: FlowLines) -> list[tuple[str, npt.NDArray[np.int8]]]:
    column = next((one for one in lines.columns if normalise(one) == name), "")
    if not column:
        return []
    text = f"lower(trim(CAST({quote_column(column)} AS VARCHAR)))"
    yes, no = (", ".join(f"'{word}'" for word in sorted(words)) for words in (YES, NO))
    when = "order_time" if "order_time" in lines.columns else "day"
    found = lines.arrays(
        f"WITH said AS (SELECT number, {when} AS moment, day, CASE WHEN {text} IN ({yes}) THEN 1 WHEN {text} IN ({no}) THEN 0 END "  # noqa: S608 - own words
        "AS answer FROM lines) SELECT number, arg_max(answer, (day, moment, -answer)) AS answer FROM said "
        "WHERE answer IS NOT NULL GROUP BY number"
    )
    values = np.full(len(lines.customer_ids), -1, dtype=np.int8)
    values[np.asarray(found["number"], dtype=np.int64)] = np.asarray(found["answer"], dtype=np.int8)
    return [(f"the latest {column} in the orders", values)]


def _said(value: Any) -> int:
    """Return 1 for yes, 0 for no, -1 for anything else."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return -1
    text = str(value).strip().casefold()
    return 1 if text in YES else 0 if text in NO else -1
