"""Sentences about frameworks: the short answer, when another order of the criteria fits this company, and the table's note."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.criterion import Applies, Decision
from segkit.model.pipeline_facts import PipelineFacts, Share
from segkit.model.sales_facts import OrderOutcomes
from segkit.words.figures import format_count, format_share, join_words, plural
from segkit.words.number_names import SMALL_NUMBERS
from segkit.words.sales_figures import Voice, overlap

_GROUPS = (
    (Applies.YES, "{names} {apply}"),
    (Applies.PARTLY, "{names} {apply} in part"),
    (Applies.NO, "{names} {do} not"),
    (Applies.NOT_OBSERVABLE, "{names} cannot be observed"),
)


def framework_answer(
    framework: str, verdicts: Sequence[tuple[str, Applies]], voice: Voice, *, partly: str = ""
) -> str:
    """Say in one sentence which letters of a framework apply; ``partly`` names those to whom the letters in part do.

    Examples
    --------
    >>> voice = Voice(company="Tenterfold", model="mixed", small=True)
    >>> framework_answer("BANT", [("Budget", Applies.YES), ("Authority", Applies.PARTLY), ("Need", Applies.YES)], voice)
    'Of BANT at Tenterfold, Budget and Need apply; Authority applies in part.'
    """
    if all(verdict is Applies.YES for _, verdict in verdicts):
        return f"All {SMALL_NUMBERS[len(verdicts)]} letters of {framework} apply to {voice.company}: {join_words([label for label, _ in verdicts])}."
    parts = []
    for applies, template in _GROUPS:
        names = [label for label, verdict in verdicts if verdict is applies]
        if names:
            apply, do = ("applies", "does") if len(names) == 1 else ("apply", "do")
            parts.append(template.format(names=join_words(names), apply=apply, do=do))
    if partly:
        parts = [f"{part}, {partly}" if part.endswith("in part") else part for part in parts]
    return f"Of {framework} at {voice.company}, {'; '.join(parts)}."


def to_trade(trade: int) -> str:
    """Return "to the 2 trade customers".

    Examples
    --------
    >>> to_trade(1), to_trade(2)
    ('to the one trade customer', 'to the 2 trade customers')
    """
    return "to the one trade customer" if trade == 1 else f"to the {format_count(trade)} trade customers"


def authority_first(met: Share | None, without: Share | None, *, trade: int, voice: Voice) -> str:
    """Say when it fits to ask for authority first."""
    if met and without:
        if overlap(met, without):
            return (
                f"Authority first would pay if meeting whoever decides won deals; {met.k} of {met.n} with and {without.k} of {without.n} without "
                "do not tell, so BANT's order costs nothing."
            )
        return (
            f"Fits: {met.k} of {met.n} decided deals were won where the decision maker was met and {without.k} of {without.n} where not, so "
            "who signs is the first question."
        )
    if voice.model == "b2b":
        return f"Fits the telephone: {voice.company} would ask each of its {voice.count(trade)} who signs before it names a price."
    if trade:
        return f"Fits the {plural(trade, 'trade customer')} only: a quote for somebody who may not sign is written twice. The others decide themselves."
    return (
        "Does not fit: nobody else decides, so the first letter would always be answered before it is asked."
    )


def need_first(
    facts: PipelineFacts | None,
    repeat: Share | None,
    voice: Voice,
    *,
    budget: tuple[Share | None, Share | None],
) -> str:
    """Say when it fits to begin with the need; ``budget`` are won deals with a known budget and without one."""
    known, none = budget
    if facts is not None:
        if known and none and not overlap(known, none):
            return (
                f"Fits no better than BANT: {none.k} of {none.n} decided deals without a budget were won and {known.k} of {known.n} with one, so money is a "
                "question for the start."
            )
        return _need_of_losses(facts)
    if repeat and repeat.k and voice.model == "b2b":
        return f"Fits as well as BANT: the same need brings {voice.share(repeat, 'accounts')} back, and the price is the second question."
    if repeat and repeat.k:
        return f"Fits people better than BANT: the same need brings {voice.share(repeat, f'{voice.buyer}s')} back, and the money shows in the order itself."
    return f"Would begin with the need, which the orders of {voice.company} do not show: it has to be asked."


def _need_of_losses(facts: PipelineFacts) -> str:
    """Say what the reasons of lost deals tell of the need."""
    idle = next((item for item in facts.lost_reasons if "no decision" in item.reason.lower()), None)
    price = sum(item.n for item in facts.lost_reasons if "price" in item.reason.lower())
    if idle and idle.n > price:
        return (
            f"Fits as well as BANT: {format_share(idle.n, facts.n_lost)} lost deals ended in “{idle.reason}” and {format_count(price)} over the price, and "
            "the CRM does not say whether the need or the money was missing."
        )
    missing = sum(
        item.n
        for item in facts.lost_reasons
        if any(word in item.reason.lower() for word in ("need", "bedarf"))
    )
    if missing:
        return f"Fits: {missing} of {plural(facts.n_lost, 'lost deal')} ended over a need that was not there, so it is the question for the start."
    return f"Fits as well as BANT: nothing in the {plural(facts.n_lost, 'lost deal')} says that the need was missing."


def process_first(
    facts: PipelineFacts | None, outcomes: OrderOutcomes, voice: Voice, *, numbers: Share | None, trade: int
) -> str:
    """Say when six letters about the buyer's process are worth their effort."""
    if facts is not None and facts.won_value:
        closing = facts.time_to_close
        days = (
            f" and half of all deals are decided within {plural(round(closing.median_days), 'day')}"
            if closing and closing.median_days
            else ""
        )
        return (
            f"Too much for most: a won deal is {voice.money(facts.won_value.median)} at the median{days}. Worth it from {voice.money(facts.won_value.high)} on, where the "
            "largest quarter of won deals begins."
        )
    if trade and voice.model != "b2b":
        steps = (
            f", whose orders pass a purchase-order number ({numbers.k} of {numbers.n})"
            if numbers and numbers.k
            else ""
        )
        return f"Too much for an order of {voice.money(outcomes.value.median)} that one person decides; its “decision process” fits the {plural(trade, 'trade customer')}{steps}."
    if voice.model != "b2b":
        return (
            f"Made for decisions that pass several people; nothing in the files of {voice.company} shows one."
        )
    return f"Too much for most: an order of {voice.money(outcomes.value.median)} at the median has to pay for six questions."


def money_first(outcomes: OrderOutcomes, voice: Voice) -> str:
    """Say when BANT itself fits, where another framework was chosen."""
    return f"Fits where money rules deals out early; with orders of {voice.money(outcomes.value.median)} at {voice.company} it seldom does."


def decisions_note(decisions: Sequence[tuple[Decision, int]], *, noun: str, rule: str, framework: str) -> str:
    """Say how many the rule qualifies, and how many it leaves open.

    Examples
    --------
    >>> decisions_note([(Decision.QUALIFIED, 7), (Decision.UNDECIDED, 1)], noun="customer", rule="3 of 4", framework="BANT")
    'By the rule 3 of 4 of BANT, 7 of 8 customers are qualified, 0 are not and 1 cannot be decided. An unknown counts neither way.'
    """
    counts = dict(decisions)
    n = sum(counts.values())
    yes, no, open_ones = (
        counts.get(item, 0) for item in (Decision.QUALIFIED, Decision.NOT_QUALIFIED, Decision.UNDECIDED)
    )
    return (
        f"By the rule {rule} of {framework}, {yes} of {plural(n, noun)} {'is' if yes == 1 else 'are'} qualified, {no} "
        f"{'is' if no == 1 else 'are'} not and {open_ones} cannot be decided. An unknown counts neither way."
    )


def tried_note(tried: Sequence[tuple[str, Share]], without: Share | None) -> str:
    """Say how the rule would have done on decided deals; ``without`` are those whose budget was a recorded no.

    Examples
    --------
    >>> tried_note([("qualified", Share(k=24, n=33, low=.56, high=.85)), ("both_yes", Share(k=16, n=19, low=.62, high=.94))], None)
    'Tried on the decided deals: of those it calls qualified 24 of 33 were won; with budget and decision maker both yes 16 of 19.'
    """
    names = {
        "qualified": "of those it calls qualified",
        "not qualified": "of those it calls not qualified",
        "undecided": "of those it leaves open",
        "both_yes": "with budget and decision maker both yes",
    }
    shares = [(names[name], share) for name, share in tried if name in names and share.n]
    if shares and without:
        shares.append(("with a recorded no for the budget", without))
    told = [
        f"{name} {share.k} of {share.n}{' were won' if place == 0 else ''}"
        for place, (name, share) in enumerate(shares)
    ]
    return f"Tried on the decided deals: {'; '.join(told)}." if told else ""


def alone_note(label: str, alone: int, *, noun: str) -> str:
    """Say that a letter counts as met where nobody else has a say.

    Examples
    --------
    >>> alone_note("Authority", 8, noun="customer")
    'Authority counts as met for 8 customers because nobody else can say no; nobody was asked.'
    """
    return (
        f"{label} counts as met for {plural(alone, noun)} because nobody else can say no; nobody was asked."
    )


def silent_note(silent: int, *, qualified: int, noun: str) -> str:
    """Say that the rule also qualifies customers who are past the line of silence.

    Examples
    --------
    >>> silent_note(1, qualified=9, noun="customer")
    '1 of 9 qualified customers is past the line of silence: qualified by the rule, but no opportunity today.'
    """
    return (
        f"{format_count(silent)} of {plural(qualified, f'qualified {noun}')} {'is' if silent == 1 else 'are'} past the line of silence: qualified by the "
        "rule, but no opportunity today."
    )


def book_note(decisions: Sequence[tuple[Decision, int]], *, noun: str) -> str:
    """Say how the rule falls out for a book too large for a row each."""
    counts = dict(decisions)
    yes, no, open_ones = (
        counts.get(item, 0) for item in (Decision.QUALIFIED, Decision.NOT_QUALIFIED, Decision.UNDECIDED)
    )
    return f"The same rule qualifies {plural(yes, noun)}, turns down {format_count(no)} and leaves {format_count(open_ones)} open."


def marks_note(parts: Sequence[tuple[str, int, int, int]], *, noun: str, n: int) -> str:
    """Say, for a book too large for a row each, how many meet each criterion: label, met, not met, unknown."""
    told = "; ".join(
        f"{label} {format_count(met)} met, {format_count(no)} not, {format_count(unknown)} unknown"
        for label, met, no, unknown in parts
    )
    return f"Of {plural(n, noun)}: {told}."
