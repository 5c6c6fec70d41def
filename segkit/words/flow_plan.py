"""Sentences about the plan as a whole: stages without a flow, overrides that fit nothing."""

from __future__ import annotations

from segkit.model.lifecycle import Stage, stage_definitions
from segkit.words.figures import plural


def unserved_sentence(stage: Stage, customers: int, *, unseen: bool, close: str) -> str:
    """Say that a stage has no flow, who stands there, and what it would take.

    Examples
    --------
    >>> unserved_sentence(Stage.GROW, 2, unseen=False, close="")
    'Grow (comes back): no flow serves it; 2 customers stand there today and are left to come unasked.'
    """
    definition = stage_definitions()[stage]
    start = f"{definition.label} ({definition.short}): no flow serves it"
    if unseen:
        return f"{start}, and these files do not show who stands there. {close}".rstrip()
    if not customers:
        return f"{start}, and nobody stands there today."
    who = plural(customers, "customer")
    return f"{start}; {who} {'stands' if customers == 1 else 'stand'} there today and {'is' if customers == 1 else 'are'} left to come unasked."


def override_problem(customer: str) -> str:
    """Say that an override names nobody."""
    return lost_name("[[flows.override]] contains", customer)


def lost_name(key: str, name: str) -> str:
    """Say that a setting names nobody of this book.

    Examples
    --------
    >>> lost_name("[messages] drafts", "C999")
    "[messages] drafts = 'C999' names no customer of this book; give a customer id as customers.csv has it."
    """
    return f"{key} = {name!r} names no customer of this book; give a customer id as customers.csv has it."
