"""What the columns and the events of an events file mean, whatever the shop system called them.

Comes in: column names, event names. Goes out: the columns taken, and names of our own (``event_names.toml``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from segkit.errors import MissingColumnError
from segkit.intake.columns import normalise
from segkit.intake.contacts import address_columns
from segkit.intake.masking import mask_text

LONGEST = 60
"""Letters of an event's name that are kept."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_NEEDED = {
    "customer": ("no column that says who did something", "customer_id or email"),
    "event": ("no column that says what happened", "event"),
    "time": ("no column that says when", "time"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventColumns:
    """The columns of an events file by meaning; blank or empty where there is none.

    ``customer`` are pairs of column and kind of key (``customer_id``, ``email``, ``phone``, ``name``), the surest first;
    ``clock`` is a time of day beside a day in ``time``. Of several in ``reference`` and ``product`` the first filled counts.
    """

    customer: tuple[tuple[str, str], ...]
    event: str
    time: str
    clock: str = ""
    product: tuple[str, ...] = ()
    sku: str = ""
    quantity: str = ""
    value: str = ""
    reference: tuple[str, ...] = ()

    def taken(self) -> tuple[tuple[str, str], ...]:
        """Return meaning and column of all that were taken, for the log."""
        pairs = [("customer", column) for column, _ in self.customer]
        pairs += [("event", self.event), ("time", self.time), ("time", self.clock)]
        pairs += [("product", column) for column in (*self.product, self.sku)]
        pairs += [("quantity", self.quantity), ("value", self.value)]
        pairs += [("reference", column) for column in self.reference]
        return tuple((meaning, column) for meaning, column in pairs if column)


def choose_columns(names: Sequence[str], *, file: str, own: Iterable[tuple[str, str]] = ()) -> EventColumns:
    """Settle which column means what.

    Parameters
    ----------
    names : sequence of str
        Column names of the file.
    file : str
        Its name, for messages.
    own : iterable of (str, str)
        Canonical name and column of the order file; the same name here means the same customer.

    Raises
    ------
    MissingColumnError
        Nothing says who, what or when.

    Examples
    --------
    >>> chosen = choose_columns(["Email", "Event Name", "Timestamp", "Item"], file="events.csv")
    >>> chosen.customer, chosen.event, chosen.time, chosen.product
    ((('Email', 'email'),), 'Event Name', 'Timestamp', ('Item',))
    """
    plain = {name: normalise(name) for name in names}
    known = _tables()["columns"]

    def find(meaning: str, taken: Sequence[str] = ()) -> list[str]:
        return [
            name for want in known[meaning] for name in names if plain[name] == want and name not in taken
        ]

    customer = dict.fromkeys(find("customer_id"), "customer_id")
    for canonical, source in own:
        if canonical in {"customer_id", "email", "phone", "name"}:
            customer |= {name: canonical for name in names if name.casefold() == source.casefold()}
    customer |= dict.fromkeys(address_columns(names, "email"), "email")
    customer |= dict.fromkeys(address_columns(names, "phone"), "phone")
    customer |= {name: "name" for name in find("name") if name not in customer}
    events = find("event", tuple(customer))
    times = find("time")
    for meaning, found in (("customer", customer), ("event", events), ("time", times)):
        if not found:
            problem, way_out = _NEEDED[meaning]
            shown = ", ".join(repr(name) for name in names[:12])
            raise MissingColumnError(
                f"{file} has {problem} (got {shown}); call that column {way_out}.",
                path=file,
                column=way_out.partition(" ")[0],
            )
    day = next(iter(find("day")), "")
    clock = next(iter(find("clock", (day,))), "")
    both = bool(day and clock and times[0] in {day, clock})
    return EventColumns(
        customer=tuple(customer.items()),
        event=events[0],
        time=day if both else times[0],
        clock=clock if both else "",
        product=tuple(find("product", (events[0],))),
        sku=next(iter(find("sku")), ""),
        quantity=next(iter(find("quantity")), ""),
        value=next(iter(find("value")), ""),
        reference=tuple(find("reference", tuple(customer))),
    )


def name_event(raw: str, *, product: bool = False) -> str:
    """Return the name an event goes by: ours where we have one, else its own in lower_snake.

    Parameters
    ----------
    raw : str
        As the file has it.
    product : bool
        Whether the row names a product: only then a page view is a product view.

    Examples
    --------
    >>> name_event("Added to Cart"), name_event("view_item"), name_event("Wrote a Poem")
    ('cart_added', 'product_viewed', 'wrote_a_poem')
    >>> name_event("page_view"), name_event("page_view", product=True)
    ('page_view', 'product_viewed')
    """
    plain = normalise(show_event(raw))
    if product and plain in _tables()["with_product"]:
        return str(_tables()["with_product"][plain])
    return _aliases().get(plain, plain[:LONGEST].strip("_"))


def show_event(raw: str) -> str:
    """Return an event's name as it may be shown: on one line, of bearable length, without personal data."""
    return mask_text(" ".join(_CONTROL.sub(" ", raw).split())[: 2 * LONGEST])


@cache
def _aliases() -> dict[str, str]:
    """Return other spellings of our events, by spelling."""
    return {other: name for name, others in _tables()["events"].items() for other in (name, *others)}


@cache
def _tables() -> dict[str, dict[str, Any]]:
    text = resources.files("segkit.intake").joinpath("event_names.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
