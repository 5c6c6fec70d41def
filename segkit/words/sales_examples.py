"""Sentences of a worked example: its dated steps, what nobody recorded, and what the company's own criteria say of it."""

from __future__ import annotations

from datetime import date

from segkit.model.criterion import Mark
from segkit.model.sales_facts import CaseStep, CriterionCheck, OpportunityCase
from segkit.model.sales_stage import SalesStage
from segkit.words.figures import join_words, plural
from segkit.words.flow_walks import short_day
from segkit.words.sales_figures import Voice

LEAST_GAPS = 3
"""Gaps from which their middle half is told."""
_PLACES = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
HOLDS = {Mark.MET: "yes", Mark.NOT_MET: "no", Mark.UNKNOWN: "unknown"}
_NOT_RECORDED = {
    "known_by": "How this buyer came to the company was not recorded.",
    "asked": "What was asked before the order was not recorded.",
    "quoted": "Whether there was a quote was not recorded.",
    "basket": "Whether there was a basket was not recorded.",
    "weighed": "What the offer was weighed against was not recorded.",
    "settled": "What was settled before the signature was not recorded.",
    "paid": "Whether it was paid is in no column of the file.",
    "first_seen": "The first contact was not recorded.",
}
_STEPS = {
    "known_by": "Known since {detail}.",
    "created": "Entered in the CRM{source}.",
    "first_seen": "First seen: {detail}.",
    "signed_up": "Signed up.",
    "opened": "The account was opened.",
    "viewed": "Looked at “{detail}”.",
    "quote_asked": "Asked for a quote.",
    "asked": "Asked: {detail}.",
    "quoted": "The order came by quote{amount}, so a written offer lay before it.",
    "basket": "A basket was filled{amount}.",
    "checkout": "A checkout was begun{amount}.",
    "order_placed": "Ordered{amount}{channel}.",
    "purchase_order": "Gave the purchase-order number {detail}.",
    "promised": "Day by which it had to be there{days_after}.",
    "terms": "Terms of the order: {detail}.",
    "due": "Day on which the invoice was due{days_after}.",
    "note": "A note in the order reads “{detail}”.",
    "overdue": "Still unpaid, {days} after it was due.",
    "paid": "Paid{within}.",
    "paid_undated": "Paid; the day of payment is not among the columns read.",
    "unpaid": "Not paid yet.",
    "taken_back": "Taken back in full.",
    "stage": "Entered {detail}{stayed}.",
    "expected": "Planned day of closing.",
    "next_step": "Next step, as written down: “{detail}”.",
    "slipped": "The planned close was moved later{moved}.",
    "won": "Won{amount}.",
    "lost": "Lost{over}.",
}


_AHEAD = {
    "promised": "It is to be there by this day{days_after}.",
    "due": "The invoice is due{days_after}.",
    "expected": "The planned close lies ahead.",
}
"""Steps of a day that has not come yet."""


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


def step_sentence(step: CaseStep, case: OpportunityCase, voice: Voice, *, as_of: date) -> str:
    """Say one step of a real opportunity, or that nobody recorded it; what lies after ``as_of`` is told as what is to come."""
    if not step.observed:
        return _NOT_RECORDED.get(step.what, "This step was not recorded.")
    days = plural(step.days, "day") if step.days is not None else ""
    detail = step.detail.replace("_", " ")
    if step.what == "order_placed" and step.stage is SalesStage.WON:
        return f"The order followed: {step.detail}{_amount(step, voice)}."
    if step.what == "paid" and step.on is None:
        return "Paid; on which day is not in the file."
    if step.what == "unpaid":
        due = next((item.on for item in case.steps if item.what == "due" and item.on), None)
        return f"Not paid yet; not due until {short_day(due)}." if due and due > as_of else "Not paid yet."
    if step.on and step.on > as_of and step.what in _AHEAD:
        return _AHEAD[step.what].format(days_after=f", {days} after the order" if days else "")
    return _STEPS.get(step.what, "{detail}").format(
        detail=step.detail,
        amount=_amount(step, voice),
        channel=f", by way of “{detail}”" if detail else "",
        source=f", from “{detail}”" if detail else "",
        days=days or "some days",
        days_after=f", {days} after the order" if days else "",
        within=f" {days} after the order" if days else "",
        stayed=_stayed(step, case, days) if days else "",
        moved=f" ({detail})" if detail else "",
        over=f" over “{detail}”" if detail else "",
    )


def _stayed(step: CaseStep, case: OpportunityCase, days: str) -> str:
    """Say how long a deal stayed in a stage, or that it still stands there."""
    last = [item for item in case.steps if item.what == "stage" and item.observed][-1:]
    return (
        f" and has stood there for {days}"
        if case.status == "open" and step in last
        else f" and stayed {days}"
    )


def _amount(step: CaseStep, voice: Voice) -> str:
    return f", {voice.money(step.amount)}" if step.amount is not None else ""


def case_title(case: OpportunityCase, voice: Voice, *, segment: str) -> str:
    """Return the title of an example: which order or deal, of whom, and how it stands."""
    state = {"open": "still open", "won": "won", "lost": "lost"}[case.status]
    if case.kind == "order" and case.status == "won" and _is_paid(case):
        state = "paid"
    group = f" ({segment})" if segment else ""
    who = f"{case.customer_id or 'a prospect'}{group}"
    if case.role == "exception":
        return f"{case.key} of {who}: outside the company's own terms"
    return f"{case.key} of {who}: {voice.money(case.amount)}, {state}"


def case_answer(
    case: OpportunityCase, voice: Voice, *, as_of: date, asked: int, broken: int, unknown: int
) -> str:
    """Say in a sentence or two what the example shows."""
    place = place_text(case.place)
    who = case.customer_id or "a prospect"
    thing = (
        f"The deal {case.key} of {who}"
        if case.kind == "deal"
        else f"The {place} order of {who}".replace("  ", " ")
    )
    goods = f" for “{case.product}”" if case.product else ""
    if case.product and case.n_products > 1:
        goods = f" for {plural(case.n_products, 'article')}, the largest “{case.product}”"
    start = f"{thing}, {voice.money(case.amount)}{goods}, dates from {short_day(case.opened)}"
    return f"{start}{_outcome(case, as_of)}. {_held(asked, broken, unknown)}".strip()


def _outcome(case: OpportunityCase, as_of: date) -> str:
    """Say how a case stands, and by when it should end where it is open."""
    if case.status != "open":
        day = f" on {short_day(case.closed)}" if case.closed else ""
        if case.status == "lost" or case.kind == "deal":
            return f" and was {case.status}{day}"
        return f" and was paid{day}" if _is_paid(case) else " and counts as won"
    if case.expected is None:
        return " and has no expected date"
    verb = "close" if case.kind == "deal" else "be paid"
    if case.expected < as_of:
        return f" and should {verb} by {short_day(case.expected)}, which has passed"
    return f" and is expected to {verb} by {short_day(case.expected)}"


def _is_paid(case: OpportunityCase) -> bool:
    """Return whether the file says that an order was paid."""
    return any(step.observed and step.what in {"paid", "paid_undated"} for step in case.steps)


def _held(n: int, broken: int, unknown: int) -> str:
    """Say how many of the company's own criteria hold for a case."""
    if not n:
        return ""
    open_ones = f", and {unknown} cannot be told" if unknown else ""
    if broken:
        return f"Of {plural(n, 'statement')} on the company's pages {broken} {'does' if broken == 1 else 'do'} not hold for it{open_ones}."
    return f"Of {plural(n, 'statement')} on the company's pages {n - unknown} hold{'s' if n - unknown == 1 else ''} for it{open_ones}."


def check_sentence(check: CriterionCheck, case: OpportunityCase, voice: Voice) -> str:
    """Say what an order has where the page asks for something, and what follows."""
    place = place_text(check.place or case.place)
    found = _found(check, voice)
    ordered = f"its {place} order" if place else "this order"
    template = _CHECKS.get(check.because)
    if template is None:
        return f"The order has {found} there." if check.found else "The files do not say."
    note = next((item.detail for item in case.steps if item.what == "note" and item.detail), "")
    agreed = f" (the order's note reads “{note}”)" if note else ""
    limit = voice.money(check.stated.amount) if check.stated.amount is not None else "the page"
    text = template.format(found=found, order=ordered, who=case.customer_id, agreed=agreed, limit=limit)
    return text[:1].upper() + text[1:]


def overdue_sentence(case: OpportunityCase, *, as_of: date) -> str:
    """Say how long an unpaid order is past the day on which its terms end; an empty text where it is not."""
    if case.kind != "order" or case.status != "open" or case.expected is None or case.expected >= as_of:
        return ""
    return f"The days have passed: it was due on {short_day(case.expected)} and is still unpaid {plural((as_of - case.expected).days, 'day')} later."


def limit_sentence(case: OpportunityCase, voice: Voice) -> str:
    """Say when the next purchase would go over a credit limit that the open order is held against; an empty text where it would not."""
    check = next((item for item in case.checks if item.because in {"within_limit", "over_limit"}), None)
    if check is None or check.stated.amount is None or not case.next_amount or case.status != "open":
        return ""
    try:
        outstanding = float(check.found)
    except ValueError:
        return ""
    total = outstanding + case.next_amount
    if total <= check.stated.amount:
        return ""
    return (
        f" As long as {voice.money(outstanding)} is unpaid, it would bring the account to {voice.money(total)}, over the limit of "
        f"{voice.money(check.stated.amount)}."
    )


def _found(check: CriterionCheck, voice: Voice) -> str:
    """Return what an order has as a reader writes it; what kind of value it is follows from the check, never from its looks."""
    if not check.found:
        return "nothing"
    if check.because in _DAYS:
        return short_day(date.fromisoformat(check.found))
    return voice.money(float(check.found)) if check.because in _SUMS else check.found


_DAYS = frozenset({"date_given", "ordered_in_time", "ordered_late", "payment_due"})
_SUMS = frozenset({"within_limit", "over_limit", "above_smallest", "below_smallest"})
"""Checks whose value is a day, and those whose value is an amount; all others show it as it stands."""


def note_against(note: str) -> str:
    """Say that a note in the order stands against the page."""
    return f"The order's own note says otherwise: “{note.removesuffix('.')}”. Keep to the page or take the sentence off it."


_CHECKS = {
    "terms_before_due": (
        "{who} had {found} on {order}; by the page such terms begin later. Either the page or the terms should change: ask who agreed it{agreed}."
    ),
    "pro_forma_kept": "{order} was paid in advance, as the page asks.",
    "terms_earned": "{found} on {order}, late enough for what the page says.",
    "within_limit": "{found} is outstanding with this order, which stays within the limit of {limit}. Only the limit is checked here, not the days.",
    "over_limit": "{found} is outstanding with this order, more than the page allows: hold the parcel or raise the limit, but write down which.",
    "above_smallest": "{found} is above the smallest order.",
    "below_smallest": "{found} is below the smallest order that the page takes: somebody made an exception.",
    "purchase_order_given": "The number {found} stands on the order.",
    "purchase_order_missing": "No purchase-order number stands on {order}, and the page does not pack without one.",
    "date_given": "It is given: {found}.",
    "ordered_in_time": "Ordered on {found}, in time for it.",
    "ordered_late": "Ordered on {found}, too late for it.",
    "payment_due": "Payment is due on {found}.",
    "no_date": "No day is given by which it must be there; the page asks for one.",
    "signer_met": "Known: {found}.",
    "signer_unknown": "Who signs is in no column of the orders; the signed quote would show it.",
    "terms_kept": "{found} on {order}: the terms are those of the page.",
    "terms_differ": "{found} on {order}, and the page says otherwise. Correct whichever is wrong before the next quote.",
    "not_recorded": "The files have no column for it, so it cannot be told.",
}
"""What an order has where the page asks for something, by the id the analysis gave it."""


def next_sentence(case: OpportunityCase, voice: Voice, *, as_of: date) -> str:
    """Say when the customer's next purchase is due, and from how many gaps that comes."""
    first = ""
    if case.status == "open" and case.kind == "order":
        due = ""
        if case.expected:
            due = f", {'overdue since' if case.expected < as_of else 'due'} {short_day(case.expected)}"
        first = f"First the open {voice.money(case.amount)}{due}. "
    if case.next_on is None:
        return f"{first}When the next purchase comes is unknown: there is no gap to measure it by."
    amount = f", {voice.money(case.next_amount)}" if case.next_amount else ""
    between = ""
    if case.next_n >= LEAST_GAPS and case.next_from and case.next_to and case.next_from < case.next_to:
        between = f" (between {short_day(case.next_from)} and {short_day(case.next_to)} by the middle half of the gaps)"
    counted = [
        plural(n, noun)
        for n, noun in ((case.next_n, "gap"), (case.next_orders if amount else 0, "order"))
        if n
    ]
    basis = f" by the own median of {join_words(counted)}" if counted else ""
    who = case.customer_id or "this buyer"
    told = f"about {short_day(case.next_on)}{between}{amount}{',' if between else ''}{basis}"
    if case.next_on < as_of:
        return f"{first}The next purchase of {who} was due {told}, and has not come."
    return f"{first}The next purchase of {who} is due {told}.{limit_sentence(case, voice)}"
