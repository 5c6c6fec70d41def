"""How many messages the flows together can send to one customer in a week, and which flow goes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from segkit.model.flow import Delay, Flow, Message, WaitFor, links_of
from segkit.model.flow_plan import Limit, Pressure
from segkit.model.lifecycle import Stage
from segkit.words.flow_pressure import pressure_sentences

WEEK_DAYS = 7
_FIRST = (
    Stage.CONVERT,
    Stage.ONBOARD,
    Stage.RETAIN,
    Stage.CONSIDER,
    Stage.GROW,
    Stage.ADVOCATE,
    Stage.WIN_BACK,
)
"""Which flow goes first where two want the same customer: the one nearest to an order."""


def weigh_pressure(flows: Sequence[Flow], *, allowed: int, limits: Sequence[Limit]) -> Pressure:
    """Count the worst week of one customer.

    A customer is in one segment, so in one flow at a time; who moves to another segment can be in two. The worst week is
    that of the two flows with most messages in seven days.

    Parameters
    ----------
    allowed : int
        Messages a week that ``company.toml`` allows.
    limits : sequence of Limit
        What pages and studies say; named where they are stricter.
    """
    by_flow = tuple((flow.id, _most_in_a_week(flow)) for flow in flows)
    worst = sum(sorted((count for _, count in by_flow), reverse=True)[:2])
    priority = tuple(flow.id for flow in sorted(flows, key=lambda flow: (_FIRST.index(flow.stage), flow.id)))
    return Pressure(
        by_flow=by_flow,
        worst=worst,
        allowed=allowed,
        sentences=pressure_sentences(
            flows, by_flow, worst=worst, allowed=allowed, limits=limits, priority=priority
        ),
        priority=priority,
    )


def _most_in_a_week(flow: Flow) -> int:
    """Return the most messages within seven days on any way through the flow."""
    again = flow.reentry.days
    starts = range(0, WEEK_DAYS, again) if again else range(1)
    ways = ([day + start for start in starts for day in days] for days in _message_days(flow, flow.entry, 0))
    return max((_most_on(days) for days in ways), default=0)


def _most_on(days: Sequence[int]) -> int:
    return max((sum(start <= day < start + WEEK_DAYS for day in days) for start in days), default=0)


def _message_days(flow: Flow, node_id: str, day: int) -> Iterator[tuple[int, ...]]:
    """Yield the days of the messages on each way from a node to an exit."""
    if not node_id:
        yield ()
        return
    node = flow.node(node_id)
    own = (day,) if isinstance(node, Message) else ()
    later = day + (node.days if isinstance(node, Delay) else 0)
    for place, link in enumerate(links_of(node)):
        waited = node.timeout_days if isinstance(node, WaitFor) and place == 1 else 0
        for rest in _message_days(flow, link, later + waited):
            yield (*own, *rest)
