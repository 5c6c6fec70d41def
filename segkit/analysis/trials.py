"""A trial: one kind of flow in one segment, with its firings, before the figures are taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from segkit.analysis.firings import Firings
from segkit.analysis.flow_book import FlowGroup
from segkit.model.flow_facts import BackTest, Observability
from segkit.model.flow_kind import FlowKind


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """What is tested and the firings; None where nothing can be seen or no wait can be set.

    ``lasting`` says that the trigger is a state which lasts until an order.
    """

    test: BackTest
    firings: Firings | None = None
    lasting: bool = False


def start_test(kind: FlowKind, group: FlowGroup, seen: Observability, **values: Any) -> BackTest:
    """Return a back-test without figures yet.

    Parameters
    ----------
    seen : Observability
        Whether the trigger can be seen; the kind's ``missing`` and ``close`` go along unless it can.
    **values
        Further fields.
    """
    gap = {} if seen == Observability.OBSERVABLE else {"missing": kind.missing, "close": kind.close}
    return BackTest(
        kind=kind.id,
        segment_id=group.id,
        observability=seen,
        horizon_days=kind.horizon_days,
        **{**gap, **values},
    )


def catalogue_wait(kind: FlowKind) -> dict[str, Any]:
    """Return the wait of the catalogue, and that it is one."""
    days = kind.waits[0]
    return {
        "wait_days": days,
        "wait_reason": "the same day, as in the catalogue"
        if not days
        else f"day {days}, the catalogue's starting point; the files say nothing of a better one",
    }
