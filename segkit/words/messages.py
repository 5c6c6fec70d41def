"""Letters: what a message says, chosen by the kind of flow and the need, and filled with what is known.

The texts stand in ``messages.toml``. A text with a slot that nothing fills is not used; the next candidate is tried, and where
none is left the message says less.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

SUBJECT = (30, 50)
"""Characters that an inbox shows of a subject."""
PREHEADER = (40, 100)
_SLOT = re.compile(r"(?<!\{)\{([A-Za-z_]+)\}(?!\})")
_FIRST_WORD = re.compile(r"[^\W\d_]")
OPTIONAL = frozenset({"where"})
"""Slots that may stay empty without the sentence losing its sense."""
GATE = "if_"
"""Slots that begin so write nothing: they only ask whether something is known."""
ANY = "any"
TRADE = "trade"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The texts of one kind of flow for one need, each as candidates in order of preference.

    ``said``, ``also``, ``quiet`` and ``limits`` are roles of website statements (segkit/strategy/draft_statements.py).
    """

    kind: str
    need: str
    purpose: str
    because: str
    subject: tuple[str, ...]
    preheader: tuple[str, ...]
    heading: tuple[str, ...]
    opening: tuple[str, ...]
    action: tuple[str, ...]
    sms: tuple[str, ...]
    detail: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()
    costs: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    skip: str = ""
    long: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text a customer may read, without what must be alike everywhere."""
        return (
            *self.subject, *self.preheader, *self.heading, *self.opening, *self.detail, *self.more, *self.reason,
            *self.costs, *self.sms,
        )  # fmt: skip


@cache
def letters() -> dict[tuple[str, str], Letter]:
    """Read all letters, by kind of flow and need.

    Examples
    --------
    >>> letters()["promotion", "gift"].action
    ('Choose the presents',)
    """
    text = resources.files("segkit.words").joinpath("messages.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    return {
        (kind, need): _letter(kind, need, table)
        for kind, needs in tables.items()
        for need, table in needs.items()
    }


def choose_letter(kind: str, *, need: str = "", trade: bool = False) -> Letter:
    """Return the letter for a kind of flow: the trade's, the need's, or the one that fits anybody.

    Examples
    --------
    >>> choose_letter("promotion", need="repair").need, choose_letter("promotion", need="gift", trade=True).need
    ('any', 'trade')
    """
    found = letters()
    wanted = (TRADE,) if trade else (need,)
    for name in (*wanted, ANY):
        if (kind, name) in found:
            return found[kind, name]
    return found["re_engagement", ANY]


def fill(text: str, slots: Mapping[str, str]) -> str | None:
    """Fill the slots of a text; None where one of them is not known.

    What is filled in is never read again, so that a product called "{fee}" stays what it is.

    Examples
    --------
    >>> fill("{Item} is {price}.", {"item": "sock yarn", "price": "4 GBP"})
    'Sock yarn is 4 GBP.'
    >>> fill("Until {deadline}.", {})
    """
    for name in _SLOT.findall(text):
        known = name in slots if name.startswith(GATE) else name in OPTIONAL or slots.get(name.lower())
        if not known:
            return None
    return _SLOT.sub(lambda found: _value(found.group(1), slots), text)


def pick(
    candidates: Sequence[str],
    slots: Mapping[str, str],
    *,
    limits: tuple[int, int] | None = None,
    avoid: Collection[str] = (),
) -> str:
    """Return the first candidate that can be filled, best within ``limits`` characters; empty where none can.

    A candidate in ``avoid`` has been used in another message and is not used twice.

    Examples
    --------
    >>> pick(["{Next} is here", "Something is here"], {})
    'Something is here'
    """
    filled = [text for text in (fill(one, slots) for one in candidates if one not in avoid) if text]
    if not filled or limits is None:
        return filled[0] if filled else ""
    low, high = limits
    fitting = [text for text in filled if low <= len(text) <= high]
    return fitting[0] if fitting else min(filled, key=lambda text: max(low - len(text), len(text) - high))


def mask(text: str, values: Collection[str] = ()) -> str:
    """Return a sentence without what is filled in, so that two sentences can be compared by their build.

    Examples
    --------
    >>> mask("The Hearth Box is £54.00.", ["Hearth Box"])
    'the ~ is ~'
    """
    bare = re.sub(r"\{\{.*?\}\}|https?://\S+", "~", text)
    for value in sorted((one for one in values if one), key=len, reverse=True):
        bare = re.sub(re.escape(value), "~", bare, flags=re.IGNORECASE)
    bare = re.sub(r"[£$€]?\d[\d.,]*(?:\s?(?:%|GBP|EUR|USD))?", "~", bare)
    return " ".join(re.sub(r"[^\w~ ]+", " ", bare).casefold().split())


def split_sentences(text: str) -> tuple[str, ...]:
    """Split a text into sentences; a point within a number, an address or a Liquid tag ends none.

    Examples
    --------
    >>> split_sentences("It is £4.20. Is it? See https://a.example/b.html")
    ('It is £4.20.', 'Is it?', 'See https://a.example/b.html')
    """
    parts = re.split(r"(?<=[.?!])\s+(?=[^\s])", text.strip())
    return tuple(part for part in parts if part)


def _letter(kind: str, need: str, table: Mapping[str, Any]) -> Letter:
    texts: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in table.items()
    }
    return Letter(kind=kind, need=need, **texts)


def _value(name: str, slots: Mapping[str, str]) -> str:
    value = "" if name.startswith(GATE) else slots.get(name.lower(), "")
    if not name[:1].isupper():
        return value
    first = _FIRST_WORD.search(value)
    if first is None or first.start() > 0:
        return value
    return value[:1].upper() + value[1:]
