"""segkit: from an order history to customer segments whose every claim can be checked.

The names below are the whole public surface; each is loaded when first used, so that ``import segkit`` costs next
to nothing. They follow the data: orders, customers, scores, features, groups, evidence, report.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segkit.analysis.customers import collect_customers, describe_customers
    from segkit.analysis.evidence import extract_evidence
    from segkit.analysis.factors import build_features
    from segkit.analysis.grouping import group_customers
    from segkit.analysis.kmeans_segmenter import KMeansSegmenter
    from segkit.analysis.quotes import find_quote
    from segkit.analysis.rfm import score_rfm
    from segkit.analysis.rfm_scorer import RFMScorer
    from segkit.analysis.segments import describe_segments
    from segkit.analysis.study import Study, open_study
    from segkit.intake.company import read_company, read_company_orders
    from segkit.intake.documents import read_documents
    from segkit.intake.orders import Orders, read_orders
    from segkit.publish.blocks import show
    from segkit.publish.plan import Plan, open_plan
    from segkit.publish.plan_results import write_plan
    from segkit.publish.reports import render_company
    from segkit.publish.results import write_results
    from segkit.publish.sales import Sales, open_sales
    from segkit.publish.sales_results import write_sales
    from segkit.publish.verification import verify_report

__version__ = "0.1.0"

_HOMES = {
    "KMeansSegmenter": "segkit.analysis.kmeans_segmenter",
    "Orders": "segkit.intake.orders",
    "Plan": "segkit.publish.plan",
    "RFMScorer": "segkit.analysis.rfm_scorer",
    "Sales": "segkit.publish.sales",
    "Study": "segkit.analysis.study",
    "build_features": "segkit.analysis.factors",
    "collect_customers": "segkit.analysis.customers",
    "describe_customers": "segkit.analysis.customers",
    "describe_segments": "segkit.analysis.segments",
    "extract_evidence": "segkit.analysis.evidence",
    "find_quote": "segkit.analysis.quotes",
    "group_customers": "segkit.analysis.grouping",
    "open_plan": "segkit.publish.plan",
    "open_sales": "segkit.publish.sales",
    "open_study": "segkit.analysis.study",
    "read_company": "segkit.intake.company",
    "read_company_orders": "segkit.intake.company",
    "read_documents": "segkit.intake.documents",
    "read_orders": "segkit.intake.orders",
    "render_company": "segkit.publish.reports",
    "score_rfm": "segkit.analysis.rfm",
    "show": "segkit.publish.blocks",
    "verify_report": "segkit.publish.verification",
    "write_plan": "segkit.publish.plan_results",
    "write_results": "segkit.publish.results",
    "write_sales": "segkit.publish.sales_results",
}

__all__ = [
    "KMeansSegmenter",
    "Orders",
    "Plan",
    "RFMScorer",
    "Sales",
    "Study",
    "__version__",
    "build_features",
    "collect_customers",
    "describe_customers",
    "describe_segments",
    "extract_evidence",
    "find_quote",
    "group_customers",
    "open_plan",
    "open_sales",
    "open_study",
    "read_company",
    "read_company_orders",
    "read_documents",
    "read_orders",
    "render_company",
    "score_rfm",
    "show",
    "verify_report",
    "write_plan",
    "write_results",
    "write_sales",
]


def __getattr__(name: str) -> object:
    """Load a public name from its home when it is first used (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'segkit' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
