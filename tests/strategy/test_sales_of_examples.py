"""The two example companies, measured and written up: what was planted is noticed, and neither text would fit the other."""

from __future__ import annotations

import re

import pytest

from segkit.analysis.ledger import build_ledger, collect_order_facts
from segkit.analysis.sales.facts import measure_sales
from segkit.analysis.study import read_library, read_settings
from segkit.intake.bundled import example_company
from segkit.intake.company import read_company_orders
from segkit.intake.events import read_events
from segkit.intake.pipeline import read_pipeline
from segkit.model.criterion import Applies, Criterion
from segkit.model.evidence import EvidenceBook
from segkit.model.flow_facts import Observability
from segkit.model.sales_stage import OPEN_STAGES, SalesStage
from segkit.strategy.sales_cycle import describe_sales
from tests.analysis.flow_orders import customers_of, one_segment


def write_up(name):
    """Measure one example company without its groups and evidence, and write its sales cycle up."""
    settings = read_settings(example_company().parent / name)
    orders = read_company_orders(settings)
    customers = customers_of(orders)
    library, _ = read_library(settings, orders)
    ledger = build_ledger(library, order_facts=collect_order_facts(orders), as_of=orders.as_of)
    facts = measure_sales(
        orders,
        company=settings,
        customers=customers,
        assignments=one_segment(customers),
        names={1: "All"},
        events=read_events(settings, orders),
        pipeline=read_pipeline(settings, orders),
        library=library,
        ledger=ledger,
    )
    book = EvidenceBook(sources=(), evidence=(), appendix=(), n_tests=0)
    return describe_sales(facts, company=settings, segments=(), evidence=book, ledger=ledger, library=library)


@pytest.fixture(scope="module")
def shop():
    return write_up("tenterfold")


@pytest.fixture(scope="module")
def supplier():
    return write_up("ballyquire")


def masked(cycle, name):
    """Return the sentences of all verdicts without name, quotations and numbers."""
    told = [
        text
        for item in cycle.qualification.verdicts
        for text in (*item.reason, item.blind_spot, item.threshold)
    ]
    told += [text for item in cycle.stages for text in item.reason]
    told += [item.sentence for item in cycle.qualification.others]
    one = cycle.opportunity
    told += [*cycle.answer, one.answer, one.who, one.what, one.value, one.when, one.not_one]
    plain = (re.sub(r"“[^”]*”", "Q", text.replace(name, "N")) for text in told)
    return {re.sub(r"\b[A-Z]{1,2}-?\d+\b|\d[\d.,]*", "0", text) for text in plain}


def test_no_sentence_would_fit_the_other_company(shop, supplier):
    one, other = masked(shop, "Tenterfold Wool & Workshop"), masked(supplier, "Ballyquire Pack & Label")
    assert not one & other


def test_terms_outside_the_own_pages_are_noticed_in_both(shop, supplier):
    for cycle, terms in ((shop, "Net 30"), (supplier, "Net 30")):
        exception = next(item for item in cycle.examples if item.role == "exception")
        broken = next(item for item in exception.checks if item.holds == "no")
        assert "pro forma for the first two orders" in broken.quotation.exact
        assert f"had {terms} on its second order" in broken.sentence
        assert f"the second order of {exception.title.split()[2].rstrip(':')} (" in cycle.answer[-1]


def test_the_graver_thing_to_settle_comes_first(shop, supplier):
    assert shop.answer[-1].startswith("Two things to settle: first the order #TF5540 of C008 (486.00")
    assert "“We do not chase schools in August”" in shop.answer[-1]
    assert supplier.answer[-1].startswith("One thing to settle: the second order of")


def test_the_open_order_of_the_shop_has_amount_day_and_a_page_it_contradicts(shop):
    example = shop.examples[0]
    assert "486.00\u00a0GBP" in example.title
    assert "should be paid by 8 August 2026, which has passed" in example.answer
    assert example.checks[-1].quotation.exact == "We do not chase schools in August."
    assert "leaves 14.00\u00a0GBP for a next one" in " ".join(
        shop.qualification.verdict(Criterion.MONEY).reason
    )


def test_orders_alone_show_no_open_stage_and_no_rate(shop):
    for name in OPEN_STAGES:
        stage = shop.stage(name)
        quoted = name is SalesStage.EVALUATING
        assert stage.observability is (Observability.PROXY if quoted else Observability.NOT_OBSERVABLE)
        assert quoted or stage.n is None
        plain = re.sub(r"“[^”]*”", "", " ".join((*stage.reason, stage.observed, stage.not_observed)))
        assert not re.search(r"%|\d of \d", plain)


def test_a_shop_of_ten_is_told_in_counts(shop):
    told = [
        re.sub(r"“[^”]*”", "", text)
        for item in shop.qualification.verdicts
        for text in (*item.reason, *item.proxies, item.threshold, item.blind_spot)
    ]
    assert not [text for text in told if "%" in text]


def test_all_letters_and_stages_apply_to_the_supplier(supplier):
    assert {item.applies for item in supplier.qualification.verdicts} == {Applies.YES}
    assert {item.applies for item in supplier.stages} == {Applies.YES}
    assert supplier.stage(SalesStage.EVALUATING).n == 52
    assert len(supplier.qualification.rows) == 15


def test_quotations_stand_in_the_companys_own_pages(shop, supplier):
    for cycle in (shop, supplier):
        stated = {item.exact for item in cycle.facts.stated}
        for item in cycle.qualification.verdicts:
            assert {one.exact for one in item.quotations} <= stated
