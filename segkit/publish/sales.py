"""The sales cycle of one company, on the plan that flow design left.

``open_sales`` is the one call that the notebook of the sales cycle opens with; ``make_sales`` does the work.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from segkit.analysis.sales.facts import measure_sales
from segkit.model.sales_cycle import SalesCycle
from segkit.publish.plan import Plan
from segkit.publish.plan_handover import reopen_plan
from segkit.strategy.sales_cycle import describe_sales


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sales:
    """Qualification, opportunity and stages of one company, on its groups and flows."""

    plan: Plan
    cycle: SalesCycle


def open_sales(
    company: str | Path = "",
    *,
    results: str | Path = "",
    n_segments: int = 0,
    seed: int = -1,
    worksheet: bool = False,
) -> Sales:
    """Open what the chapters before left, measure what the sales cycle needs, and write it up.

    Parameters
    ----------
    company : str or Path
        Company folder; empty for the nearest one above, else the bundled example.
    results : str or Path
        Folder of the results of segmentation and flow design; what is not there is made first.
    n_segments, seed, worksheet
        As in :func:`segkit.open_study`.

    Raises
    ------
    InputError
        A file cannot be used, or the results were made from other files.
    """
    return make_sales(reopen_plan(company, results, n_segments=n_segments, seed=seed, worksheet=worksheet))


def make_sales(plan: Plan) -> Sales:
    """Measure and write up the sales cycle; the same plan gives the same cycle."""
    ground = plan.foundation
    segments = ground.segmentation.summary.segments
    facts = measure_sales(
        ground.orders,
        company=ground.company,
        customers=ground.customers,
        assignments=ground.segmentation.assignments,
        names={segment.id: segment.name for segment in segments},
        events=ground.events,
        pipeline=ground.pipeline,
        library=ground.library,
        ledger=ground.ledger,
    )
    cycle = describe_sales(
        facts,
        company=ground.company,
        segments=segments,
        evidence=ground.evidence,
        ledger=ground.ledger,
        library=ground.library,
    )
    return Sales(plan=plan, cycle=cycle)
