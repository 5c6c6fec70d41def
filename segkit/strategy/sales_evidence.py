"""Which pieces of evidence speak for which criterion: each for one at most, and none by force."""

from __future__ import annotations

import re
from collections.abc import Sequence

from segkit.model.criterion import Criterion
from segkit.model.evidence import Evidence
from segkit.model.factor import Factor
from segkit.strategy.sales_grounds import SalesGrounds

MOST_PIECES = 4
_FEATURES = {
    Criterion.MONEY: frozenset(
        {"average_order_value", "monetary_total", "largest_order", "discount_share", "used_coupon"}
    ),
    Criterion.AUTHORITY: frozenset({"purchasing_role", "sites", "employees", "gift_share", "is_gift"}),
    Criterion.TIMING: frozenset({"median_gap_days", "mean_gap_days", "frequency", "recency_days"}),
}
_STARTS = {Criterion.TIMING: ("quarter_", "month_", "weekday_"), Criterion.NEED: ("category", "share_of_")}
_QUOTES = {
    Criterion.AUTHORITY: re.compile(r"(?i)\bsigns?\b|who buys|do not knit|for somebody|director|classroom"),
    Criterion.MONEY: re.compile(r"(?i)[£€$]\s?\d|\bbudget|\bspend\b|\bprice\b"),
    Criterion.TIMING: re.compile(r"(?i)\b(?:weeks?|months?|days?|windows?|season|date)\b"),
}
_QUOTE_ORDER = (Criterion.AUTHORITY, Criterion.MONEY, Criterion.TIMING)


def evidence_for(grounds: SalesGrounds, wanted: Sequence[Criterion]) -> dict[Criterion, tuple[str, ...]]:
    """Return the ids of the pieces that speak for each criterion, best of each group first.

    Parameters
    ----------
    grounds : SalesGrounds
    wanted : sequence of Criterion
        Those of the framework.
    """
    out: dict[Criterion, list[str]] = {}
    for item in grounds.pieces():
        criterion = _criterion(item)
        if criterion is not None and criterion in wanted and len(out.get(criterion, [])) < MOST_PIECES:
            out.setdefault(criterion, []).append(item.id)
    return {key: tuple(ids) for key, ids in out.items()}


def _criterion(item: Evidence) -> Criterion | None:
    if item.factor is Factor.NEED_BASED:
        return Criterion.NEED
    if item.statistic is not None:
        feature = item.statistic.feature
        for criterion, names in _FEATURES.items():
            if feature in names:
                return criterion
        return next((criterion for criterion, starts in _STARTS.items() if feature.startswith(starts)), None)
    if item.quote is not None:
        return next((one for one in _QUOTE_ORDER if _QUOTES[one].search(item.quote.exact)), None)
    return None
