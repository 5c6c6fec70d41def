"""The cross-flow check in words: the worst week, what is allowed, and who goes first."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.flow import Flow
from segkit.model.flow_plan import Limit
from segkit.words.figures import join_words, plural


def pressure_sentences(
    flows: Sequence[Flow],
    by_flow: Sequence[tuple[str, int]],
    *,
    worst: int,
    allowed: int,
    limits: Sequence[Limit],
    priority: Sequence[str],
) -> tuple[str, ...]:
    """Say how many messages a customer can get in a week, and what happens when two flows want the same one."""
    names = {flow.id: flow.name for flow in flows}
    most = max((count for _, count in by_flow), default=0)
    found = [
        f"A customer belongs to one group and so to one flow: at most {plural(most, 'message')} in any week.",
    ]
    if most > allowed:
        found.append(
            f"That is above the {allowed} a week that company.toml allows: cap the messages of a week in your system before it goes live."
        )
    if len(flows) > 1:
        within = "within" if worst <= allowed else "above"
        found.append(
            f"Who changes group in the middle can be in two flows: {plural(worst, 'message')} in the worst week, {within} the "
            f"{allowed} a week that company.toml allows."
        )
        held = (
            ""
            if worst <= allowed
            else " The later one waits a week; until your system can do that, switch the second flow on first."
        )
        found.append(
            f"Where two meet, the flow nearest to an order goes first: {join_words([names[flow_id] for flow_id in priority], 'then')}.{held}"
        )
    found += [
        f"{limit.text} It binds every flow, because of “{limit.exact}” [@{limit.source_id}]."
        for limit in limits
        if not limit.segments and limit.per_days
    ]
    found.append(
        "Messages about an order, an invoice or a booked seat are not marketing and are not counted here."
    )
    return tuple(found)
