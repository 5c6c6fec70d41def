"""Sentences on the events file: what was read, what it makes visible, and what is missing without it."""

from __future__ import annotations

from typing import Protocol

from segkit.model.event_log import EVENTS, EventLog
from segkit.words.figures import format_count, format_share, join_words, plural

_SHOWN_NAMES = 8
_SEEN = {
    "product_viewed": ("product view", "who looks without buying"),
    "cart_added": ("addition to a basket", "which baskets were left"),
    "checkout_started": ("checkout begun", "which checkouts were left"),
    "stock_notice": ("request to be told of stock", "who waits for a product"),
    "back_in_stock": ("product back in stock", "when a wait is over"),
    "signed_up": ("sign-up", "who joined before a first order"),
    "unsubscribed": ("unsubscription", "who must not be written to"),
    "review_left": ("review", "who was pleased enough to say so"),
    "complaint": ("complaint", "who must be helped before any offer"),
    "complaint_resolved": ("settled complaint", "when a complaint was settled"),
    "quote_requested": ("request for a quote", "who waits for an offer"),
}
"""How each of our events is counted, and what it makes visible."""
_PLURALS = {
    "addition to a basket": "additions to a basket",
    "checkout begun": "checkouts begun",
    "request to be told of stock": "requests to be told of stock",
    "product back in stock": "products back in stock",
    "request for a quote": "requests for a quote",
}
_WANTED = ("product_viewed", "cart_added", "checkout_started", "stock_notice")
NO_EVENTS = (
    "No events file: orders do not show baskets that were left, products that were looked at, or who waits for stock.",
    (
        "To see them, save events.csv in the company folder with the columns customer_id or email, event, time and product, "
        "one row an event: product_viewed, cart_added, checkout_started, stock_notice, back_in_stock. The shop system, its "
        "analytics or the mailing tool exports them; their own names for events are understood."
    ),
)
"""What is missing without the file, and how to get it."""


class LoggedEvents(Protocol):
    """Anything that carries the log of an events file."""

    @property
    def log(self) -> EventLog:
        """How the file was read."""
        ...


def describe_events(events: LoggedEvents | None) -> tuple[str, ...]:
    """Say what was read of the events file and what it makes visible; without one, what is missing.

    Parameters
    ----------
    events : LoggedEvents or None
        What ``read_events`` returned.

    Examples
    --------
    >>> describe_events(None)[0]
    'No events file: orders do not show baskets that were left, products that were looked at, or who waits for stock.'
    """
    if events is None:
        return NO_EVENTS
    log = events.log
    sentences = (
        _rows(log),
        _left_out(log),
        _people(log),
        _visible(log),
        _invisible(log),
        _renamed(log),
        _unknown(log),
        log.timezone_note,
    )
    return tuple(sentence for sentence in sentences if sentence)


def _rows(log: EventLog) -> str:
    span = f", from {log.first} to {log.last}" if log.first and log.last else ""
    return f"{log.file.path}: {plural(log.rows_read, 'row')} read, {format_count(log.rows_used)} used{span}."


def _left_out(log: EventLog) -> str:
    if not log.dropped:
        return ""
    parts = [f"{entry.reason.removesuffix('.')} ({format_count(entry.rows)})" for entry in log.dropped]
    return f"Left out: {'; '.join(parts)}."


def _people(log: EventLog) -> str:
    """Say whose events they are; where they are nobody's, that the keys do not fit."""
    if not log.rows_used:
        return ""
    if not log.customers and log.stranger_rows:
        columns = join_words(
            [repr(column) for meaning, column in log.columns if meaning == "customer"], last="or"
        )
        return (
            "No event belongs to a customer of the order history; check that "
            f"{columns} holds the ids or email addresses that the orders have."
        )
    known = log.rows_used - log.stranger_rows - log.nobody_rows
    parts = [f"{format_share(known, log.rows_used)} events belong to {plural(log.customers, 'customer')}"]
    if log.stranger_rows:
        who = plural(log.strangers, "person", "people")
        parts.append(f"{format_count(log.stranger_rows)} to {who} without an order")
    if log.nobody_rows:
        parts.append(f"{format_count(log.nobody_rows)} to nobody in particular")
    return f"{join_words(parts)}."


def _visible(log: EventLog) -> str:
    if not log.rows_used:
        return "No event is left to use."
    counts = {name: log.rows_of(name) for name in EVENTS}
    parts = [
        f"{plural(rows, _SEEN[name][0], _PLURALS.get(_SEEN[name][0], ''))} ({_SEEN[name][1]})"
        for name, rows in counts.items()
        if rows
    ]
    return f"They show {join_words(parts)}." if parts else "None of them is an event that segkit knows."


def _invisible(log: EventLog) -> str:
    absent = [name for name in _WANTED if not log.rows_of(name)]
    if not absent:
        return ""
    return f"Not in the file: {join_words(absent)}; what needs them stays a design until they are exported."


def _renamed(log: EventLog) -> str:
    """Say which names of the file were read as which of ours."""
    pairs = [
        f"{event.raw!r} as {event.name}"
        for event in log.names
        if event.name in EVENTS and event.raw != event.name
    ]
    return f"Read {_list(pairs)}." if pairs else ""


def _unknown(log: EventLog) -> str:
    own = list(dict.fromkeys(event.name for event in log.names if event.name not in EVENTS))
    return f"Kept under their own names: {_list(own)}." if own else ""


def _list(words: list[str]) -> str:
    if len(words) <= _SHOWN_NAMES:
        return join_words(words)
    return f"{', '.join(words[:_SHOWN_NAMES])} and {len(words) - _SHOWN_NAMES} more"
