"""What a sentence lays down: returns, terms, how long a quote holds, what the company does not do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from segkit.analysis import ledger_patterns as cues

_COUNTED = ("how long a quote holds", "cancelling", "returns", "payment terms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a sentence is about, the period it names, and whether it speaks of special cases only."""

    about: str
    days: int | None = None
    exceptional: bool = False


def read_policy(words: str) -> Policy | None:
    """Return what a sentence lays down, or None.

    Examples
    --------
    >>> read_policy("You have two weeks to send anything back.")
    Policy(about='returns', days=14, exceptional=False)
    >>> read_policy("We do not chase schools in August.").about
    'no reminding'
    """
    span = cues.SPAN.search(words)
    about = _about(words, span)
    if not about:
        return None
    return Policy(
        about=about,
        days=_in_days(span) if span and about in _COUNTED else None,
        exceptional=about == "returns" and bool(cues.RETURN_EXCEPTIONS.search(words)),
    )


def _about(words: str, span: re.Match[str] | None) -> str:
    """Return what a sentence lays down, or an empty text."""
    if cues.FREQUENCY.search(words):
        return "how often we write"
    if cues.REFRAIN.search(words):
        done = (name for name, pattern in cues.CONTACT.items() if re.search(pattern, words, re.IGNORECASE))
        return next((f"no {name}" for name in done), "")
    if cues.PRO_FORMA.search(words):
        return "pro forma"
    lasting = cues.NO_EXPIRY.search(words)
    if lasting:
        return f"no expiry of {lasting['what'].lower()}"
    if span is None:
        return ""
    counted = (
        ("how long a quote holds", cues.QUOTE_VALID.search(words)),
        ("cancelling", cues.CANCELLING.search(words)),
        ("returns", cues.RETURNS.search(words)),
        (
            "payment terms",
            cues.TERMS.search(words) and re.search(r"(?i)invoice|rechnung|net|zahlbar", words),
        ),
    )
    return next((about for about, found in counted if found), "")


def _in_days(span: re.Match[str]) -> int:
    unit = span["unit"].lower()
    factor = (
        7 if unit.startswith("w") and not unit.startswith("werk") else 30 if unit.startswith("mon") else 1
    )
    return cues.count_of(span) * (365 if unit.startswith(("year", "jahr")) else factor)
