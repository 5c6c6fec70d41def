"""Sentences of a worked example: its dated steps, what nobody recorded, and what the company's own criteria say of it."""

from __future__ import annotations

from segkit.model.criterion import Mark
from segkit.model.sales_facts import CaseStep, CriterionCheck, OpportunityCase
from segkit.words.figures import plural
from segkit.words.flow_walks import short_day
from segkit.words.sales_figures import Voice

_PLACES = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
HOLDS = {Mark.MET: "yes", Mark.NOT_MET: "no", Mark.UNKNOWN: "unknown"}
_NOT_RECORDED = {
    "known_by": "How this buyer came to the company was not recorded.",
    "asked": "What was asked before the order was not recorded.",
    "quoted": "Whether there was a quote was not recorded.",
    "first_seen": "The first contact was not recorded.",
}
_STEPS = {
    "known_by": "Known since {detail}.",
    "first_seen": "First seen: {detail}.",
    "quote_asked": "Asked for a quote.",
    "asked": "Asked: {detail}.",
    "quoted": "The order came by quote{amount}: a written offer lay before it.",
    "order_placed": "Ordered{amount}{by}.",
    "purchase_order": "Gave the purchase-order number {detail}.",
    "promised": "To be there by {day}.",
    "terms": "Terms of the order: {detail}.",
    "due": "The invoice is due.",
    "note": "A note in the order reads “{detail}”.",
    "overdue": "Unpaid {days} after the invoice was due.",
    "paid": "Paid{within}.",
    "unpaid": "Not paid{amount}: the opportunity is still open.",
    "stage": "Moved to {detail}{stayed}.",
    "expected": "Planned to close on {day}.",
    "slipped": "The planned close was moved later{detail_of}.",
    "won": "Won{amount}.",
    "lost": "Lost{over}.",
}


def place_text(place: int | None) -> str:
    """Return an order's place among its customer's orders.

    Examples
    --------
    >>> place_text(2), place_text(14), place_text(None)
    ('second', 'number 14', '')
    """
    if place is None:
        return ""
    return _PLACES[place] if 0 < place < len(_PLACES) else f"number {place}"


def step_sentence(step: CaseStep, voice: Voice) -> str:
    """Say one step of a real opportunity, or that nobody recorded it."""
    if not step.observed:
        return _NOT_RECORDED.get(step.what, "This step was not recorded.")
    days = plural(step.days, "day") if step.days is not None else ""
    template = _STEPS.get(step.what, "{detail}")
    return template.format(
        detail=step.detail,
        amount=f" for {voice.money(step.amount)}" if step.amount is not None else "",
        by=f" by {step.detail}" if step.detail else "",
        day=short_day(step.on) if step.on else (step.detail or "a day that is not given"),
        days=days or "some days",
        within=f" {days} later" if days else "",
        stayed=f", where it stayed {days}" if days else "",
        detail_of=f" ({step.detail})" if step.detail else "",
        over=f" over “{step.detail}”" if step.detail else "",
    )


def case_title(case: OpportunityCase, voice: Voice, *, segment: str) -> str:
    """Return the title of an example: which order or deal, of whom, and how it stands."""
    thing = "deal" if case.kind == "deal" else "order"
    state = {"open": "still open", "won": "won", "lost": "lost"}[case.status]
    group = f", one of the {segment}" if segment else ""
    if case.role == "exception":
        return f"{case.key}: {thing} of {case.customer_id}{group}, outside the company's own terms"
    return f"{case.key}: a {thing} of {voice.money(case.amount)} by {case.customer_id or 'a prospect'}{group}, {state}"


def case_answer(case: OpportunityCase, voice: Voice, *, broken: int, unknown: int) -> str:
    """Say in one sentence what the example shows."""
    place = place_text(case.place)
    thing = f"{place} {'deal' if case.kind == 'deal' else 'order'}".strip()
    start = f"The {thing} of {case.customer_id or 'a prospect'}, {voice.money(case.amount)}, was opened on {short_day(case.opened)}"
    if case.status == "open":
        end = (
            f" and is expected by {short_day(case.expected)}"
            if case.expected
            else " and has no expected date"
        )
    elif case.closed:
        end = f" and {'won' if case.status == 'won' else 'lost'} on {short_day(case.closed)}"
    else:
        end = f" and {case.status}"
    if broken:
        verdict = f"; {plural(broken, 'stated criterion', 'stated criteria')} of the company {'does' if broken == 1 else 'do'} not hold for it"
    elif case.checks:
        left = f", {unknown} cannot be told" if unknown else ""
        verdict = (
            f"; it keeps what the company asks for in {plural(len(case.checks) - unknown, 'point')}{left}"
        )
    else:
        verdict = ""
    return f"{start}{end}{verdict}."


def check_sentence(check: CriterionCheck, case: OpportunityCase, voice: Voice) -> str:
    """Say what an order has where the page asks for something, and what follows."""
    place = place_text(check.place or case.place)
    found = check.found or "nothing"
    ordered = f"its {place} order" if place else "this order"
    template = _CHECKS.get(check.because)
    if template is None:
        return f"The order has {found} there." if check.found else "The files do not say."
    return template.format(found=found, order=ordered, who=case.customer_id, company=voice.company)


_CHECKS = {
    "terms_before_due": (
        "{who} had {found} on {order}; by the page such terms begin later. Either the page or the terms should change: ask who agreed it."
    ),
    "pro_forma_kept": "{order} was paid in advance, as the page asks.",
    "terms_earned": "{found} on {order}, late enough for what the page says.",
    "within_limit": "{found} is outstanding with this order, which stays within the limit.",
    "over_limit": "{found} is outstanding with this order, more than the page allows: hold the parcel or raise the limit, but write down which.",
    "above_smallest": "{found} is above the smallest order.",
    "below_smallest": "{found} is below the smallest order that the page takes: somebody made an exception.",
    "purchase_order_given": "The number {found} stands on the order.",
    "purchase_order_missing": "No purchase-order number stands on {order}, and the page does not pack without one.",
    "date_given": "A day is given: {found}.",
    "no_date": "No day is given by which it must be there; the page asks for one.",
    "signer_unknown": "Who signs is in no column of the orders; the quote would have it.",
    "terms_kept": "{found} on {order}: the terms are those of the page.",
    "terms_differ": "{found} on {order}, and the page says otherwise. Correct whichever is wrong before the next quote.",
    "not_recorded": "The files have no column for it, so it cannot be told.",
}
"""What an order has where the page asks for something, by the id the analysis gave it."""


def next_sentence(case: OpportunityCase, voice: Voice) -> str:
    """Say when the customer's next purchase is due, and from how many gaps that comes."""
    if case.status == "open" and case.kind == "order":
        first = f"First the open {voice.money(case.amount)}"
        due = f", due {short_day(case.expected)}" if case.expected else ""
        tail = f"; then the next order about {short_day(case.next_on)}" if case.next_on else ""
        amount = f" of {voice.money(case.next_amount)}" if case.next_on and case.next_amount else ""
        return f"{first}{due}{tail}{amount}{_gaps(case)}."
    if case.next_on is None:
        return "When the next purchase comes is unknown: there is no gap to measure it by."
    amount = f", {voice.money(case.next_amount)}" if case.next_amount else ""
    return f"The next purchase of {case.customer_id}: about {short_day(case.next_on)}{amount}{_gaps(case)}."


def _gaps(case: OpportunityCase) -> str:
    return f" (own median of {plural(case.next_n, 'gap')})" if case.next_n and case.next_on else ""
