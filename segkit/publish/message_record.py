"""What the record of a message must look like, and which of its texts may cite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segkit.model.flow import Channel
from segkit.model.message import Severity

_LINK = {"label": str, "url": str}
_EMAIL = {
    "subject": str,
    "preheader": str,
    "sender": str,
    "reply_to": str,
    "headline": str,
    "lines": [str],
    "points": [str],
    "action": _LINK,
    "landing": str,
    "limits": [str],
    "links": [_LINK],
    "picture": str,
    "signature": str,
    "postal_address": str,
    "unsubscribe": str,
    "color": str,
    "brand": str,
    "longest": [str],
}
_SMS = {
    "sender": str,
    "text": str,
    "longest": str,
    "encoding": str,
    "units": int,
    "parts": int,
    "offending": [str],
}
MESSAGE_FIELDS: dict[str, Any] = {
    "id": str,
    "name": str,
    "group": str,
    "number": int,
    "channel": tuple(Channel),
    "purpose": str,
    "reasons": [str],
    "fit": [str],
    "left_out": [str],
    "stopped": str,
    "own_words": bool,
    "email": [_EMAIL],
    "sms": [_SMS],
    "offers": [{"kind": str, "text": str, "exact": str, "citation": str, "until": str}],
    "findings": [{"id": str, "severity": tuple(Severity), "sentence": str, "fix": str, "where": str}],
    "fields": [{"name": str, "fallback": str, "longest": str}],
    "evidence": [str],
}
"""The fields of a message's record; ``email`` and ``sms`` hold one item or none."""
_SAID_BY_US = ("purpose", "reasons", "fit", "left_out")


def citing_parts(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may cite: what the report says of a message, and the sources of its offers; never the message itself."""
    offers = [{"citation": offer["citation"]} for offer in record["offers"]]
    return {**{name: record[name] for name in _SAID_BY_US}, "offers": offers}
