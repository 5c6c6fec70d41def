"""Opportunities of a CRM in the sales cycle: what was written down, and one deal told by its stages."""

import pandas as pd
import pytest

from segkit.intake.pipeline import Pipeline
from segkit.model.opportunity import MOVE_COLUMNS, OPPORTUNITY_COLUMNS, PipelineLog
from segkit.model.sales_stage import stage_models
from tests.analysis.flow_orders import SomeEvents
from tests.analysis.sales.sales_books import book, proxy, sales_of

DEALS = (
    {
        "opportunity_id": "O1", "customer_id": "a", "stage": "won", "status": "won", "amount": 80.0, "created_at": "2026-01-01",
        "expected_close": "2026-02-10", "first_expected_close": "2026-02-01", "closed_at": "2026-02-05", "money": "yes", "authority": "yes",
        "need": "jars", "order_id": "2", "source": "fair",
    },
    {
        "opportunity_id": "O2", "customer_id": None, "stage": "lost", "status": "lost", "amount": 40.0, "created_at": "2026-01-10",
        "expected_close": "2026-03-01", "closed_at": "2026-03-02", "money": "no", "authority": "no", "lost_reason": "price",
    },
    {
        "opportunity_id": "O3", "customer_id": "b", "stage": "evaluating", "status": "open", "amount": 60.0, "created_at": "2026-05-01",
        "expected_close": "2026-06-01", "money": "yes", "need": "lids", "owner": "Tess Moran", "next_step": "Tess rings on 085 910 3300",
    },
    {"opportunity_id": "O4", "customer_id": None, "stage": "prospecting", "status": "open", "created_at": "2026-06-01", "money": None},
)  # fmt: skip
MOVES = (
    ("O1", None, "prospecting", "2026-01-01"),
    ("O1", "prospecting", "evaluating", "2026-01-11"),
    ("O1", "evaluating", "closing", "2026-01-31"),
    ("O1", "closing", "won", "2026-02-05"),
    ("O3", None, "prospecting", "2026-05-01"),
)
ROWS = (
    ("a", "1", "2025-12-01", 50.0, "paid", "jar"),
    ("a", "2", "2026-02-05", 80.0, "paid", "jar"),
    ("b", "3", "2026-04-01", 20.0, "paid", "lid"),
)


def pipeline(*, history=True, without=()):
    table = pd.DataFrame(DEALS, columns=list(OPPORTUNITY_COLUMNS))
    for name in ("created_at", "expected_close", "first_expected_close", "closed_at"):
        table[name] = pd.to_datetime(table[name])
    for name in set(table) - {"amount", "created_at", "expected_close", "first_expected_close", "closed_at"}:
        table[name] = table[name].astype(object).where(table[name].notna(), None)
    moves = pd.DataFrame(MOVES, columns=list(MOVE_COLUMNS))
    moves["at"] = pd.to_datetime(moves["at"])
    named = [name for name in ("money", "authority", "need", "expected_close") if name not in without]
    log = PipelineLog(
        files=(),
        layout="",
        columns=tuple((name, f"CRM {name}") for name in named),
        unused=(),
        stages=(),
        model=stage_models()["assignment"],
        rows_read=4,
        rows_used=4,
    )
    return Pipeline(table=table, moves=moves if history else None, sources=(), log=log)


@pytest.fixture(scope="module")
def orders():
    return book(*ROWS)


@pytest.fixture(scope="module")
def facts(orders):
    return sales_of(orders, pipeline=pipeline(), business_model="b2b")


def test_what_is_written_down_is_a_share_of_all_with_what_was_left_blank(facts):
    known = proxy(facts, "money_known")
    assert (known.share.k, known.share.n) == (2, 4)
    assert known.levels == (("yes", 2), ("no", 1), ("blank", 1))
    assert proxy(facts, "need_stated").levels == (("text", 2), ("blank", 2))
    assert (proxy(facts, "date_given").share.k, proxy(facts, "date_given").share.n) == (3, 4)


def test_the_win_share_is_of_closed_ones_with_yes_and_with_no(facts):
    yes, no = proxy(facts, "money_known_won").share, proxy(facts, "money_no_won").share
    assert ((yes.k, yes.n), (no.k, no.n)) == ((1, 1), (0, 1))
    assert all(item.name != "money_blank_won" for item in facts.proxies)


def test_a_column_that_the_export_lacks_is_said_to_be_missing(orders):
    found = sales_of(orders, pipeline=pipeline(without=("authority",)))
    assert proxy(found, "authority_met").share is None
    assert proxy(found, "authority_met").missing.startswith("a column of the pipeline")


def test_open_opportunities_are_marked_the_oldest_first(facts):
    assert [row.opportunity_id for row in facts.opportunities] == ["O3", "O4"]
    third, fourth = (
        {mark.criterion.value: mark.because for mark in row.marks} for row in facts.opportunities
    )
    assert third == {
        "money": "money_yes",
        "authority": "authority_blank",
        "need": "need_stated",
        "timing": "date_past",
    }
    assert set(fourth.values()) == {"money_blank", "authority_blank", "need_blank", "no_date"}
    assert [row.decision.value for row in facts.opportunities] == ["cannot_be_decided"] * 2
    assert (facts.opportunities[0].segment_id, facts.opportunities[1].customer_id) == (1, "")


def test_a_decision_maker_met_in_a_deal_is_authority_of_its_customer(facts):
    found = {row.customer_id: row.marks[1].because for row in facts.customers}
    assert found == {"a": "authority_yes", "b": "trade_unknown"}


def test_the_example_is_the_won_deal_with_its_stages_days_and_order(facts):
    deal = facts.cases[0]
    assert (deal.kind, deal.key, deal.status, deal.customer_id) == ("deal", "O1", "won", "a")
    stages = [(step.detail, step.days) for step in deal.steps if step.what == "stage"]
    assert stages == [("Prospecting", 10), ("Customer Evaluating", 20), ("Closing", 5)]
    told = {step.what: step for step in deal.steps}
    assert (told["slipped"].days, told["slipped"].detail) == (9, "2026-02-01")
    assert (told["order_placed"].detail, told["order_placed"].amount) == ("2", 80.0)
    assert not told["asked"].observed  # it skipped discovery, or nobody recorded it


@pytest.mark.parametrize(("key", "status", "end"), [("O2", "lost", "price"), ("O3", "open", None)])
def test_a_deal_named_in_the_settings_is_told_however_it_stands(orders, key, status, end):
    deal = sales_of(orders, pipeline=pipeline(), sales={"example": key}).cases[0]
    assert (deal.key, deal.status) == (key, status)
    assert next((step.detail for step in deal.steps if step.what == "lost"), None) == end


def test_the_largest_open_deal_is_told_too_with_its_next_step_and_nobodys_name(facts):
    deal = next(case for case in facts.cases if case.role == "open")
    assert (deal.key, deal.status, deal.expected.isoformat()) == ("O3", "open", "2026-06-01")
    (planned,) = (step for step in deal.steps if step.what == "next_step")
    assert planned.stage.value == "evaluating"
    assert not {"Tess", "085", "3300"} & set(planned.detail.split())


def test_an_open_deal_with_a_close_ahead_comes_before_a_larger_one_whose_close_has_passed(orders):
    deals = pipeline()
    deals.table.loc[3, ["amount", "expected_close"]] = [10.0, pd.Timestamp("2026-08-01")]
    told = sales_of(orders, pipeline=deals).cases
    assert [case.key for case in told if case.role == "open"] == ["O4"]
    told = sales_of(orders, pipeline=deals, sales={"example": "O4"}).cases
    assert [case.key for case in told] == ["O4"]


def test_without_a_history_the_example_is_an_order_and_a_named_deal_has_no_stages(orders):
    bare = pipeline(history=False)
    assert sales_of(orders, pipeline=bare).cases[0].kind == "order"
    deal = sales_of(orders, pipeline=bare, sales={"example": "O1"}).cases[0]
    assert [step.what for step in deal.steps if not step.observed] == ["asked", "weighed", "settled"]


def test_deals_in_another_order_give_the_same_facts(orders, facts):
    turned = pipeline()
    turned = Pipeline(
        table=turned.table.iloc[::-1].reset_index(drop=True), moves=turned.moves, sources=(), log=turned.log
    )
    assert sales_of(orders, pipeline=turned, business_model="b2b").cases == facts.cases
    assert sales_of(orders, pipeline=turned, business_model="b2b").opportunities == facts.opportunities


class _Requests:
    """Stands for what intake reads from events.csv."""

    def __init__(self, *rows):
        self.table = SomeEvents(rows).table
        self.source = type("Source", (), {"id": "events"})()


def quotes(orders, *rows, deals=None):
    funnel = sales_of(orders, events=_Requests(*rows), pipeline=deals).funnel
    return next(step for step in funnel if step.name == "quote_requested")


def test_a_request_that_names_its_opportunity_ended_as_that_one_did(orders):
    asked = (
        ("a", "quote_requested", "2026-01-02 10:00", None, "O1"),
        ("a", "quote_requested", "2026-01-10 10:00", None, "O2"),  # lost, though a ordered on 5 February
        ("b", "quote_requested", "2026-03-20 10:00", None, "O3"),  # open, though b ordered on 1 April
    )
    step = quotes(orders, *asked, deals=pipeline())
    assert (step.n, step.undecided, step.onward.k, step.onward.n) == (3, 1, 1, 2)
    assert (step.onward_to, step.window_days) == ("won deal", None)
    plain = quotes(orders, *asked)
    assert (plain.onward_to, plain.window_days, plain.onward.k, plain.onward.n) == ("order", 30, 2, 3)


def test_an_order_of_the_moment_of_the_request_is_no_answer_to_it(orders):
    asked = (
        ("a", "quote_requested", "2026-02-05 00:00", None, ""),  # the day of an order without an hour
        ("b", "quote_requested", "2026-03-31 10:00", None, "X9"),  # the day before
        ("b", "quote_requested", "2026-06-20 10:00", None, ""),
    )
    step = quotes(orders, *asked, deals=pipeline())
    assert (step.n, step.undecided, step.onward.k, step.onward.n) == (3, 1, 1, 2)
    assert step.onward_to == "order"
