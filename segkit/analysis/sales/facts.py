"""Measure what the files of a company say about its sales cycle: one call, plain values out.

Orders, customers, events, a pipeline, pages and the ledger in; :class:`segkit.model.sales_facts.SalesFacts` out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from segkit.analysis.pipeline.measure import measure_pipeline
from segkit.analysis.sales.buyers import count_buyers, find_signs
from segkit.analysis.sales.cases import CaseMaterial, tell_cases
from segkit.analysis.sales.checks import Checker
from segkit.analysis.sales.funnel import measure_funnel
from segkit.analysis.sales.marks import (
    BANT,
    count_decisions,
    count_marks,
    list_qualified,
    mark_customers,
)
from segkit.analysis.sales.opportunities import (
    mark_opportunities,
    measure_answers,
    met_authority,
    orders_with_authority,
    try_rule,
)
from segkit.analysis.sales.order_book import open_sales_book
from segkit.analysis.sales.outcomes import (
    count_lapsed,
    count_outcomes,
    measure_by_kind,
    measure_next_purchase,
    measure_pace,
)
from segkit.analysis.sales.proxies import ProxyMaterial, measure_proxies
from segkit.analysis.sales.stated import find_stated
from segkit.analysis.sales.thresholds import find_thresholds
from segkit.intake.orders import Orders
from segkit.intake.pipeline import Pipeline
from segkit.model.company import Company
from segkit.model.criterion import frameworks
from segkit.model.document import Library
from segkit.model.ledger import Ledger
from segkit.model.pipeline_facts import PipelineFacts
from segkit.model.sales_facts import SalesFacts
from segkit.words.figures import SMALL_BOOK


def measure_sales(
    orders: Orders,
    *,
    company: Company,
    customers: pd.DataFrame,
    assignments: pd.Series,
    names: Mapping[int, str],
    events: Any = None,
    pipeline: Pipeline | None = None,
    library: Library | None = None,
    ledger: Ledger | None = None,
) -> SalesFacts:
    """Measure what orders, events, a pipeline and the company's pages say about qualification and stages.

    Parameters
    ----------
    orders : Orders
        The order history.
    company : Company
        Settings; ``sales`` names the framework, its rule and when a silent customer counts as lost.
    customers : pandas.DataFrame
        Of ``collect_customers``.
    assignments : pandas.Series
        Segment id by customer id.
    names : mapping of int to str
        Name of each segment.
    events : Events, optional
        What customers did besides ordering.
    pipeline : Pipeline, optional
        The CRM export.
    library : Library, optional
        Saved pages and texts in orders.
    ledger : Ledger, optional
        What they say of thresholds and deadlines.

    Returns
    -------
    SalesFacts
        Nothing in it is text for a page; what a source cannot show has no figure.

    Raises
    ------
    InputError
        ``[sales] example`` names no order or opportunity.

    See Also
    --------
    segkit.strategy.sales_cycle.describe_sales : writes it up.
    """
    settings, ledger = company.sales, ledger or Ledger()
    book = open_sales_book(orders, customers=customers, assignments=assignments)
    signs = find_signs(book, attributes=orders.attributes, business_model=company.business_model)
    pace, following = measure_pace(book), measure_next_purchase(book)
    thresholds = find_thresholds(book, settings=settings, ledger=ledger)
    framework = frameworks()[settings.framework]
    needed = settings.needed or framework.needed
    marked = mark_customers(
        book,
        signs,
        pace,
        thresholds=thresholds,
        attributes=orders.attributes,
        met_by_deal=met_authority(book, pipeline),
    )
    lapse = count_lapsed(pace, factor=settings.lost_after)
    material = ProxyMaterial(
        book=book,
        signs=signs,
        pace=pace,
        lapse=lapse,
        next_purchase=following,
        attributes=orders.attributes,
        attribute_sources=dict(orders.attribute_sources),
        events=events,
    )
    asked = (*framework.criteria, *(one for one in BANT if one not in framework.criteria))
    opportunities, opportunity_decisions = mark_opportunities(
        book, pipeline, framework.criteria, needed=needed
    )
    library = library or Library()
    checker = Checker(
        book=book,
        signs=signs,
        stated=find_stated(library, ledger=ledger),
        attributes=orders.attributes,
        names=names,
        met=orders_with_authority(pipeline),
    ).with_page_audience(library)
    cases, n_exceptions = tell_cases(
        CaseMaterial(
            book=book, pace=pace, checker=checker, pipeline=pipeline, events=events, library=library
        ),
        example=settings.example,
    )
    small = book.n_customers < SMALL_BOOK
    return SalesFacts(
        as_of=orders.as_of,
        currency=orders.currency,
        business_model=company.business_model,
        n_customers=book.n_customers,
        outcomes=count_outcomes(book, orders, signs),
        buyers=count_buyers(book, signs, business_model=company.business_model),
        lapse=lapse,
        next_purchase=following,
        proxies=(*measure_proxies(material), *measure_answers(pipeline)),
        thresholds=thresholds,
        counts=count_marks(marked, asked, segment=book.lines.segment, segments=sorted(names)),
        customers=list_qualified(book, marked, framework.criteria, needed=needed) if small else (),
        opportunities=opportunities,
        opportunity_decisions=opportunity_decisions,
        decisions=count_decisions(marked, framework.criteria, needed=needed, n=book.n_customers),
        stated=checker.stated,
        funnel=measure_funnel(book, events, pipeline=pipeline),
        cases=cases,
        n_exceptions=n_exceptions,
        by_kind=measure_by_kind(book, signs, business_model=company.business_model),
        rule_tried=try_rule(pipeline, framework.criteria, needed=needed, as_of=book.as_of),
        pipeline=_measure_deals(pipeline, orders, company=company),
    )


def _measure_deals(pipeline: Pipeline | None, orders: Orders, *, company: Company) -> PipelineFacts | None:
    """Measure the CRM export; None without one, or with one that has no opportunity."""
    if pipeline is None or pipeline.table.empty:
        return None
    return measure_pipeline(
        pipeline.table,
        pipeline.moves,
        model=pipeline.log.model,
        as_of=orders.as_of,
        currency=orders.currency,
        attributes=orders.attributes,
        fields=company.pipeline.fields,
    )
