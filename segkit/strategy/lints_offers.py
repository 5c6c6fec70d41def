"""Rules for what a message promises: every price, percentage, code, day and term in it stands in a source, and still holds."""

from __future__ import annotations

from collections.abc import Iterator

from segkit.model.message import LintFinding, Offer, Severity
from segkit.strategy.claims_in_text import Claim, ClaimKind, find_claims
from segkit.strategy.lint_reading import Reading, finding

_KINDS = {
    ClaimKind.PRICE: "price",
    ClaimKind.PERCENTAGE: "percentage",
    ClaimKind.DATE: "date",
    ClaimKind.CODE: "code",
    ClaimKind.FREE: "thing for free",
    ClaimKind.STOCK: "number left",
    ClaimKind.TERM: "time",
}
_NO_CODES = frozenset({"signature", "picture", "opt-out"})


def check_traced(reading: Reading) -> Iterator[LintFinding]:
    """Check that what the message promises stands in an offer with its source."""
    known = [claim for offer in reading.draft.offers for claim in offered(offer)]
    for piece in reading.pieces:
        for claim in find_claims(piece.read):
            if piece.where in _NO_CODES and claim.kind is ClaimKind.CODE:
                continue
            if not any(claim.agrees(other) for other in known):
                severity = Severity.WARNING if claim.kind is ClaimKind.TERM else Severity.ERROR
                yield finding(
                    "offer-untraced",
                    severity,
                    f"The {piece.where} names a {_KINDS[claim.kind]}, {claim.text!r}, that no listed offer carries.",
                    "List the offer with its source, or take it out.",
                    claim.text,
                )


def check_current(reading: Reading) -> Iterator[LintFinding]:
    """Check that no offer has ended."""
    for offer in reading.draft.offers:
        if offer.ended or (offer.day is not None and offer.day < reading.as_of):
            when = f" on {offer.day.day} {offer.day:%B %Y}" if offer.day else ""
            yield finding(
                "offer-ended",
                Severity.ERROR,
                f"The offer {offer.text!r} ended{when}, before this message can be sent.",
                "Take it out, or use one that still holds.",
                offer.text,
            )


def check_source(reading: Reading) -> Iterator[LintFinding]:
    """Check that every offer says where it stands."""
    for offer in reading.draft.offers:
        if not offer.source_id:
            yield finding(
                "offer-source",
                Severity.ERROR,
                f"The offer {offer.text!r} names no source.",
                "Say which saved page or setting carries it.",
                offer.text,
            )


def offered(offer: Offer) -> tuple[Claim, ...]:
    """Return what an offer lets a message say: what its text and its source's words name, and its last day."""
    claims = [*find_claims(offer.text), *find_claims(offer.exact)]
    if offer.kind == "code":
        claims += [Claim(kind=ClaimKind.CODE, value=(word,), text=word) for word in offer.text.split()]
    if offer.day is not None:
        day = offer.day
        claims.append(
            Claim(kind=ClaimKind.DATE, value=(str(day.month), str(day.day), str(day.year)), text="")
        )
    return tuple(claims)


OFFER_LINTS = (check_traced, check_current, check_source)
"""Every rule for offers."""
