"""What pages ask of a buyer, where it stands, and how real orders are held against it."""

import pandas as pd
import pytest

from segkit.analysis.sales.stated import find_stated
from segkit.errors import InputError
from segkit.model.evidence import SourceType
from segkit.model.ledger import Ledger
from segkit.model.sales_stage import SalesStage
from tests.analysis.sales.sales_books import attributes, book, page, pages, sales_of

TERMS = (
    "New makers: pro forma for the first two orders, 30 days from the third order on.\n\n"
    "Schools and public bodies: 30 days from the invoice, from the first order, up to €500 outstanding at a time. "
    "We need a purchase order number before we pack.\n\n"
    "The minimum order is €60 of goods. Free delivery starts at €250.\n\n"
    "Send us three things: what you need and for how many, the date by which it must be there, and the name of the person who signs."
)
SLOGANS = (
    "The present for somebody who has everything you need.",
    "Order by the tray, and save yourself the time.",
    "We have been trusted by makers since 2004.",
    "Everything you need for a Sunday, delivered.",
    "Twenty minutes of quiet is the minimum.",
    "You decide when it comes.",
    "Prices, sizes, and what you need to know.",
    "A gift for everybody who loves wool.",
    "Up to £500 of outstanding value inside every box.",
    "Tell us what you think and how many stars you give us.",
    "A ring is for a woman who wants more than gold.",
    "The quote of the month holds a special place: 30 days of poetry.",
    "For families with two or more children that want a quick dinner.",
)
CONDITIONS = (
    ("Minimum order value: €40.", "smallest order", 40.0),
    ("Quotes are valid for 14 days.", "", 14.0),
    ("We ask new customers for payment in advance.", "", None),
    ("Payment: 30 days from the invoice date.", "terms", 30.0),
    ("We sell to the trade only.", "", None),
    ("Please order by Friday 12 December 2026.", "date", None),
)


def found_on(text, **values):
    return find_stated(pages(page(text, **values)), ledger=Ledger())


def test_every_statement_stands_where_it_says():
    text = TERMS
    found = found_on(text)
    assert len(found) == 7
    assert all(text[item.start : item.end] == item.exact for item in found)


@pytest.mark.parametrize(
    ("exact", "criterion", "rule", "amount", "unit", "audience"),
    [
        ("New makers: pro forma for the first two orders", "money", "pro forma first", 2.0, "orders", "new maker"),
        ("Schools and public bodies: 30 days", "money", "credit limit", 500.0, "EUR", "school"),
        ("The minimum order is", "money", "smallest order", 60.0, "EUR", ""),
        ("the name of the person who signs", "authority", "signer", None, "", ""),
        ("what you need and for how many", "need", "", None, "", ""),
        ("the date by which it must be there", "timing", "date", None, "", ""),
        ("We need a purchase order number before we pack.", "process", "purchase order", None, "", "school"),
    ],
)  # fmt: skip
def test_a_statement_has_its_criterion_rule_figure_and_audience(
    exact, criterion, rule, amount, unit, audience
):
    (item,) = (one for one in found_on(TERMS) if one.exact.startswith(exact))
    assert (item.criterion.value, item.rule, item.amount, item.unit, item.audience) == (
        criterion,
        rule,
        amount,
        unit,
        audience,
    )


@pytest.mark.parametrize("text", SLOGANS)
def test_a_slogan_asks_for_nothing(text):
    assert found_on(text) == ()


@pytest.mark.parametrize(("text", "rule", "amount"), CONDITIONS)
def test_a_condition_in_other_words_is_found(text, rule, amount):
    (item,) = found_on(text)
    assert (item.exact, item.rule, item.amount, item.audience) == (text, rule, amount, "")


def test_notes_and_orders_are_not_the_companys_word():
    assert found_on(TERMS, kind=SourceType.RESEARCH) == ()


def test_the_same_words_on_two_pages_are_told_once():
    both = pages(page(TERMS), page("The minimum order is €60 of goods.", name="page-start"))
    exact = [item.exact for item in find_stated(both, ledger=Ledger())]
    assert exact.count("The minimum order is €60 of goods.") == 1


# cases ------------------------------------------------------------------------------------------------------------

MORE = ("payment_terms", "tags", "po_number", "deliver_by", "paid_on")
ORDERS = (
    ("m", "1", "2026-01-05", 80.0, "paid", "jar", "Pro forma", "new maker", "", "", "2026-01-05"),
    ("m", "2", "2026-02-05", 80.0, "paid", "jar", "Net 30", "new maker", "", "", "2026-03-01"),
    ("m", "3", "2026-03-05", 80.0, "paid", "jar", "Net 30", "", "", "", "2026-04-01"),
    ("n", "4", "2026-01-06", 50.0, "paid", "jar", "Pro forma", "new maker", "", "", "2026-01-06"),
    ("s", "5", "2026-05-01", 300.0, "paid", "jar", "Net 30", "school", "PO 7", "", "2026-06-20"),
    ("s", "6", "2026-06-05", 250.0, "open", "jar", "Net 30", "school", "PO 8", "2026-07-15", ""),
    ("p", "7", "2026-06-20", 90.0, "paid", "jar", "", "", "", "", "2026-06-20"),
)


@pytest.fixture(scope="module")
def orders():
    return book(*ORDERS, columns=MORE)


@pytest.fixture(scope="module")
def told(orders):
    return sales_of(orders, library=pages(page(TERMS)), business_model="mixed")


def checks(case):
    return {check.because: check for check in case.checks}


def test_the_example_is_the_open_order_of_highest_value(told):
    example = told.cases[0]
    assert (example.kind, example.role, example.key, example.status) == ("order", "example", "6", "open")
    assert (example.terms, example.place, example.amount) == ("Net 30", 2, 250.0)
    assert example.expected.isoformat() == "2026-07-05"


def test_steps_that_nobody_recorded_have_no_day(told):
    steps = told.cases[0].steps
    unseen = [step for step in steps if not step.observed]
    assert [step.stage for step in unseen] == [
        SalesStage.PROSPECTING,
        SalesStage.DISCOVERY,
        SalesStage.EVALUATING,
    ]
    assert {step.on for step in unseen} == {None}
    seen = {step.what: step for step in steps if step.observed}
    assert seen["purchase_order"].detail == "PO 8"
    assert seen["promised"].on.isoformat() == "2026-07-15"
    assert seen["due"].days == 30
    assert "unpaid" in seen
    assert "paid" not in seen


def test_what_was_owed_on_the_day_of_an_order_counts_against_the_limit(told):
    found = checks(told.cases[0])
    # order 5 was paid on 20 June only: 300 + 250 on 5 June
    assert found["over_limit"].found == "550.00"
    assert found["purchase_order_given"].found == "PO 8"
    assert found["signer_unknown"].mark.value == "unknown"


def test_orders_on_terms_that_a_page_rules_out_are_found_and_counted(told):
    exceptions = [case for case in told.cases if case.role == "exception"]
    # order 6 breaks the limit and is told as the example already
    assert [case.key for case in exceptions] == ["2"]
    assert told.n_exceptions == 2
    assert checks(exceptions[0])["terms_before_due"].place == 2


def test_terms_from_the_third_order_on_are_earned(orders):
    case = sales_of(orders, library=pages(page(TERMS)), sales={"example": "3"}).cases[0]
    assert checks(case)["terms_earned"].found == "Net 30"
    assert checks(case)["above_smallest"].found == "80.00"


def test_an_order_below_the_smallest_is_said_to_be(orders):
    case = sales_of(orders, library=pages(page(TERMS)), sales={"example": "4"}).cases[0]
    assert {"below_smallest", "pro_forma_kept"} <= set(checks(case))


def test_nobody_is_held_against_what_is_asked_of_others(orders):
    case = sales_of(orders, library=pages(page(TERMS)), sales={"example": "7"}).cases[0]
    assert set(checks(case)) == {"above_smallest", "no_date"}
    # a blank date was not written down; that is not the same as not agreed
    assert checks(case)["no_date"].mark.value == "unknown"


def test_an_account_that_is_older_than_the_file_is_no_exception(orders):
    old = attributes(orders, opened_on={"m": pd.Timestamp("2020-01-01"), "n": pd.Timestamp("2026-01-06")})
    found = sales_of(old, library=pages(page(TERMS)))
    assert [case.key for case in found.cases if case.role == "exception"] == []


def test_an_example_that_is_nowhere_is_refused_with_a_way_out(orders):
    with pytest.raises(
        InputError, match=r"example names no order and no opportunity \(got 'X9'\); give an id"
    ):
        sales_of(orders, sales={"example": "X9"})


def test_the_next_purchase_is_the_last_one_plus_the_own_median_gap(orders):
    case = sales_of(orders, sales={"example": "2"}).cases[0]
    # gaps of 31 and 28 days from 5 March on
    assert (case.next_on.isoformat(), case.next_amount, case.next_n) == ("2026-04-04", 80.0, 2)
    assert (case.next_from.isoformat(), case.next_to.isoformat(), case.next_orders) == (
        "2026-04-02",
        "2026-04-05",
        3,
    )
    alone = sales_of(orders, sales={"example": "7"}).cases[0]
    assert (alone.next_on, alone.next_n) == (None, 0)


def test_the_day_an_account_was_opened_is_how_its_buyer_came(orders):
    old = attributes(orders, opened_on={"m": pd.Timestamp("2020-01-01"), "p": pd.Timestamp("2026-06-30")})
    case = sales_of(old, sales={"example": "2"}).cases[0]
    assert (case.steps[0].what, case.steps[0].on.isoformat()) == ("opened", "2020-01-01")
    # an account that was opened after the order says nothing of it
    assert not sales_of(old, sales={"example": "7"}).cases[0].steps[0].observed


def test_without_an_open_order_the_latest_of_a_regular_customer_is_told():
    rows = [(*row[:4], "paid", *row[5:]) for row in ORDERS]
    example = sales_of(book(*rows, columns=MORE)).cases[0]
    assert (example.key, example.status, example.closed.isoformat()) == ("3", "won", "2026-04-01")


def test_what_stands_under_the_name_of_a_group_is_asked_of_that_group_only(orders):
    library = pages(page("The person who signs should see the list first.", heading="Group 2 > How"))
    named = attributes(orders, purchasing_role={"m": "buyer", "n": "buyer", "s": "Owner", "p": "buyer"})
    groups = {"m": 1, "n": 1, "p": 1, "s": 2}

    def held(example):
        found = sales_of(
            named, library=library, segments=groups, sales={"example": example}, business_model="b2b"
        )
        assert [item.audience for item in found.stated] == ["group 2"]
        return set(checks(found.cases[0]))

    assert held("7") == set()
    assert held("5") == {"signer_met"}
