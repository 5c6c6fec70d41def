"""The sales chapter in a few sentences: the answer first, what is not seen, and settings that fit nothing."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.pipeline_facts import PipelineFacts
from segkit.model.sales_facts import OpportunityCase
from segkit.words.figures import format_count, format_number, join_words, plural
from segkit.words.sales_examples import place_text
from segkit.words.sales_figures import Voice, rate_text
from segkit.words.sales_proxies import needed_text


def stages_answer(
    seen: Sequence[str],
    partly: Sequence[str],
    unseen: Sequence[str],
    *,
    absent: Sequence[str],
    pipeline: PipelineFacts | None = None,
) -> str:
    """Say which of the six stages apply, and which cannot be seen.

    Examples
    --------
    >>> stages_answer(["Closed Won", "Closed Lost"], ["Closing"], ["Prospecting"], absent=[])
    'Of the six stages Closed Won and Closed Lost apply, Closing applies in part, and Prospecting cannot be judged from these files.'
    """
    parts = []
    for names, one, many in (
        (seen, "applies", "apply"),
        (partly, "applies in part", "apply in part"),
        (absent, "does not apply", "do not apply"),
        (unseen, "cannot be judged from these files", "cannot be judged from these files"),
    ):
        if names:
            parts.append(f"{join_words(list(names))} {one if len(names) == 1 else many}")
    if len(parts) == 1 and seen:
        return f"All six stages apply{_where_lost(pipeline)}."
    if len(parts) > 1:
        return f"Of the six stages {', '.join(parts[:-1])}, and {parts[-1]}."
    return f"Of the six stages {parts[0]}."


def _where_lost(facts: PipelineFacts | None) -> str:
    """Return in which stage most deals are lost, where one stage stands out."""
    if facts is None:
        return ""
    ranked = sorted((item for item in facts.stages if item.lost), key=lambda item: -(item.lost or 0))
    if not ranked or (len(ranked) > 1 and ranked[0].lost == ranked[1].lost):
        return ""
    return f", and {ranked[0].label} is where most deals are lost, {ranked[0].lost} of {facts.n_lost}"


def rates_answer(facts: PipelineFacts | None, orders: int) -> str:
    """Say in one sentence what rate the files carry, and that none is given where nothing is seen."""
    if facts is None:
        return f"The {plural(orders, 'order')} show how a sale ends and not how it begins, so no rate is given for the stages before it."
    text = (
        f"{rate_text(facts.win_rate, 'decided deals')} were won"
        if facts.win_rate
        else "No deal is decided yet"
    )
    closing = facts.time_to_close
    if closing and closing.median_days is not None:
        mean = (
            f"; the {format_count(closing.closed.n)} closed ones alone take {format_number(closing.closed.mean)} days on average"
            if closing.closed
            else ""
        )
        text += f", and with the open ones counted half are decided by day {format_count(closing.median_days)} (Kaplan-Meier{mean})"
    return f"{text}."


def events_answer(named: Sequence[str]) -> str:
    """Say which steps before the order the events show.

    Examples
    --------
    >>> events_answer(["baskets", "checkouts"])
    'Before the order the events show baskets and checkouts; what has no outcome yet counts as undecided.'
    """
    return f"Before the order the events show {join_words(list(named))}; what has no outcome yet counts as undecided."


def settle_answer(first: str, second: str) -> str:
    """Say what has to be settled, the graver thing first, in one sentence each.

    Examples
    --------
    >>> settle_answer("", "the order #7 had Net 30")
    'One thing to settle: the order #7 had Net 30.'
    >>> settle_answer("#9 is overdue", "the order #7 had Net 30")
    'Two things to settle: first #9 is overdue. And the order #7 had Net 30.'
    """
    if first and second:
        return f"Two things to settle: first {first}. And {second}."
    return f"One thing to settle: {first or second}."


def overdue_text(case: OpportunityCase, voice: Voice, *, days: int, told: str = "", note: str = "") -> str:
    """Say that an open order is past the day on which it should be paid, and which words of a page it breaks."""
    who = f" of {case.customer_id}" if case.customer_id else ""
    text = f"the order {case.key}{who} ({voice.money(case.amount)}) is unpaid {plural(days, 'day')} past its date"
    if not told:
        return text
    why = f" (the order's note reads “{note}”)" if note else ""
    return f"{text}, and {voice.company} does with it what its page rules out, {told}{why}"


def exception_text(case: OpportunityCase, voice: Voice, *, told: str, more: int = 0) -> str:
    """Say which order has terms that the company's own pages rule out, and what it came to."""
    place = place_text(case.place)
    which = (
        f"the {place} order of {case.customer_id}" if place else f"the order {case.key} of {case.customer_id}"
    )
    paid = any(step.what in {"paid", "paid_undated"} and step.observed for step in case.steps)
    worth = f"{voice.money(case.amount)}{', paid since' if paid else ''}"
    terms = f" had {case.terms}" if case.terms else " had other terms"
    others = f", and {plural(more, 'more order')} {'is' if more == 1 else 'are'} like it" if more > 0 else ""
    return f"{which} ({worth}){terms} although {voice.company} says {told}{others}"


def stage_needs(label: str, shows: str) -> str:
    """Say which file would show a stage.

    Examples
    --------
    >>> stage_needs("Prospecting", "a file of visits and sign-ups")
    'To see Prospecting: a file of visits and sign-ups.'
    """
    return f"To see {label}: {shows}."


def proxy_needs(what: str, missing: str) -> str:
    """Say which column would show a figure.

    Examples
    --------
    >>> proxy_needs("How many orders are presents", "a column that marks presents")
    'How many orders are presents: a column that marks presents.'
    """
    return f"{what}: {needed_text(missing)}."


def unknown_framework(name: str, known: Sequence[str]) -> str:
    """Say that company.toml names a framework nobody knows.

    Examples
    --------
    >>> unknown_framework("SPIN", ["BANT", "ANUM"])
    "[sales] framework is 'SPIN', which is none of BANT and ANUM; BANT is used."
    """
    return f"[sales] framework is {name!r}, which is none of {join_words(list(known))}; BANT is used."


def unasked_criterion(name: str, framework: str) -> str:
    """Say that company.toml decides about a criterion the framework does not ask.

    Examples
    --------
    >>> unasked_criterion("champion", "BANT")
    "[[sales.criteria]] 'champion' is not asked by BANT; choose a framework that asks it, or leave it out."
    """
    return f"[[sales.criteria]] {name!r} is not asked by {framework}; choose a framework that asks it, or leave it out."
