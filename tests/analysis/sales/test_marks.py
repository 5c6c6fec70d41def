"""Whether customers and opportunities meet the criteria: the rules one by one, and what is unknown stays unknown."""

from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest

from segkit.analysis.sales.marks import MARKS, Marked, count_decisions
from segkit.analysis.sales.opportunities import mark_table
from segkit.model.company import OwnCriterion
from segkit.model.criterion import Criterion, Decision, decide
from segkit.model.ledger import Ledger, LedgerEntry, LedgerKind
from tests.analysis.sales.sales_books import attributes, book, marks, proxy, sales_of

FOUR = (Criterion.MONEY, Criterion.AUTHORITY, Criterion.NEED, Criterion.TIMING)


def entry(subject, amount, exact):
    return LedgerEntry(
        id=subject,
        kind=LedgerKind.THRESHOLD,
        subject=subject,
        value=f"from {amount}",
        source_id="page-terms",
        exact=exact,
        locator="",
        amount=amount,
        unit="EUR",
    )


SMALLEST = Ledger(entries=(entry("smallest order", 25.0, "The minimum order is €25."),))
TRADE = Ledger(entries=(entry("terms of trade orders, for trade", 40.0, "Trade orders of €40 or more."),))


@pytest.fixture(scope="module")
def orders():
    return book(
        ("twice", "1", "2026-05-01", 30.0, "paid", "tea", "", ""),
        ("twice", "2", "2026-06-01", 30.0, "paid", "tea", "", ""),
        ("once", "3", "2026-05-01", 10.0, "paid", "tea", "", ""),
        ("mixes", "4", "2026-01-01", 24.9, "paid", "tea", "", ""),
        ("mixes", "5", "2026-01-11", 24.9, "paid", "cups", "", ""),
        ("returns", "6", "2026-05-01", 10.0, "paid", "tea", "", ""),
        ("returns", "6", "2026-05-01", -10.0, "credit", "tea", "", ""),
        ("waits", "7", "2026-06-01", 99.0, "pending", "tea", "PO 1", "2026-07-20"),
        columns=("po_number", "deliver_by"),
    )


@pytest.fixture(scope="module")
def marked(orders):
    return sales_of(orders, ledger=SMALLEST)


def test_money_is_met_from_the_smallest_order_on_that_a_page_names(marked):
    assert marks(marked, "twice")["money"] == ("met", "average_order")
    assert marks(marked, "mixes")["money"] == ("not_met", "average_order")
    (threshold,) = (item for item in marked.thresholds if item.criterion is Criterion.MONEY)
    assert (threshold.value, threshold.basis, threshold.exact) == (25.0, "page", "The minimum order is €25.")


def test_money_of_somebody_who_has_paid_nothing_yet_is_unknown(marked):
    assert marks(marked, "waits")["money"] == ("unknown", "no_paid_order")
    assert marks(marked, "returns")["money"] == ("unknown", "no_paid_order")


def test_need_is_met_by_the_same_category_on_two_days_and_not_by_two_orders(marked):
    assert marks(marked, "twice")["need"] == ("met", "same_category")
    assert marks(marked, "mixes")["need"] == ("unknown", "no_repeat")
    assert marks(marked, "once")["need"] == ("unknown", "one_order")
    assert marks(marked, "returns")["need"] == ("not_met", "all_taken_back")


def test_timing_follows_the_own_gap_and_an_open_order_with_a_date(marked):
    assert marks(marked, "twice")["timing"] == ("met", "within_gap")
    assert marks(marked, "mixes")["timing"] == ("not_met", "beyond_gap")
    assert marks(marked, "once")["timing"] == ("unknown", "one_order")
    assert marks(marked, "waits")["timing"] == ("met", "dated_order")


def test_authority_is_met_by_people_and_by_a_purchase_order_number(marked):
    assert marks(marked, "once")["authority"] == ("met", "buys_for_self")
    assert marks(marked, "waits")["authority"] == ("met", "purchase_order")


def test_a_setting_comes_before_a_page_and_without_both_the_lower_quartile_counts(orders):
    own = OwnCriterion(criterion="money", threshold=5.0)
    (setting,) = [
        item
        for item in sales_of(orders, ledger=SMALLEST, sales={"criteria": (own,)}).thresholds
        if item.criterion is Criterion.MONEY
    ]
    assert (setting.value, setting.basis) == (5.0, "setting")
    (quartile,) = [item for item in sales_of(orders).thresholds if item.criterion is Criterion.MONEY]
    values = [30.0, 30.0, 10.0, 24.9, 24.9, 99.0]
    assert (quartile.value, quartile.basis) == (pytest.approx(np.quantile(values, 0.25)), "orders")


def test_from_where_on_a_page_takes_something_off_is_no_sign_of_a_budget(orders):
    found = sales_of(orders, ledger=TRADE)
    (own,) = (item for item in found.thresholds if item.criterion is Criterion.MONEY)
    assert (own.basis, own.audience) == ("orders", "")
    assert "convention" in own.definition


def test_an_organization_is_known_by_role_else_nobody_knows_who_decides(orders):
    named = attributes(orders, purchasing_role={"twice": "Owner", "once": "office manager"})
    found = sales_of(named, business_model="b2b")
    assert marks(found, "twice")["authority"] == ("met", "role")
    assert marks(found, "once")["authority"] == ("unknown", "trade_unknown")
    assert proxy(found, "purchasing_role").levels == (("office manager", 1), ("owner", 1))


def test_in_a_mixed_company_without_a_sign_of_trade_nobody_knows_who_decides():
    plain = book(("a", "1", "2026-05-01", 10.0, "paid", "tea"))
    assert marks(sales_of(plain, business_model="mixed"), "a")["authority"] == ("unknown", "trade_unknown")
    assert marks(sales_of(plain), "a")["authority"] == ("met", "nobody_else")


def test_counts_and_decisions_add_up_to_all_customers(marked):
    assert {item.n for item in marked.counts if item.segment_id is None} == {5}
    assert sum(n for _, n in marked.decisions) == 5
    decided = [row.decision for row in marked.customers]
    assert all(n == decided.count(decision) for decision, n in marked.decisions)


def test_a_framework_that_asks_what_no_file_shows_leaves_it_unknown(orders):
    found = sales_of(orders, sales={"framework": "MEDDIC"})
    assert marks(found, "twice")["champion"] == ("unknown", "not_measured")
    assert marks(found, "twice")["money"][0] == "met"
    # five of six are needed, and four of the six are never seen
    assert dict(found.decisions)[Decision.QUALIFIED] == 0


def test_deciding_at_once_is_deciding_one_by_one():
    every = list(product(range(3), repeat=4))
    codes = np.array(every, dtype=np.int64)
    nothing = np.full(len(every), np.nan)
    marked = {
        criterion: Marked(code=codes[:, i], because=np.full(len(every), ""), value=nothing, n=nothing)
        for i, criterion in enumerate(FOUR)
    }
    for needed in range(1, 5):
        one_by_one = [decide(tuple(MARKS[code] for code in row), needed=needed) for row in every]
        at_once = count_decisions(marked, FOUR, needed=needed, n=len(every))
        assert all(n == one_by_one.count(decision) for decision, n in at_once)


def test_row_order_changes_nothing_and_currency_scales_the_money_only():
    rows = [
        (f"c{n % 4}", f"o{n}", f"2026-0{1 + n % 6}-{10 + n:02d}", 10.0 + n, "paid", f"k{n % 3}")
        for n in range(12)
    ]
    first, turned = sales_of(book(*rows)), sales_of(book(*rows[::-1]))
    assert first == turned
    scaled = sales_of(book(*[(*row[:3], row[3] * 100, *row[4:]) for row in rows]))
    assert scaled.counts == first.counts
    assert scaled.decisions == first.decisions
    assert scaled.next_purchase == first.next_purchase
    assert scaled.outcomes.value.median == pytest.approx(100 * first.outcomes.value.median)


def test_an_opportunity_is_marked_by_what_was_written_down():
    table = pd.DataFrame(
        {
            "money": ["yes", "no", None, "about 500"],
            "authority": [None, "yes", "no", "yes"],
            "need": ["two sites", None, "no", "yes"],
            "expected_close": pd.to_datetime(["2026-07-02", "2026-06-30", None, "2026-07-01"]),
        }
    )
    found = mark_table(table, as_of=date(2026, 7, 1).toordinal())
    read = {criterion: [found[criterion].at(row, criterion) for row in range(4)] for criterion in FOUR}
    assert [one.because for one in read[Criterion.MONEY]] == [
        "money_yes",
        "money_no",
        "money_blank",
        "money_blank",
    ]
    assert [one.mark.value for one in read[Criterion.AUTHORITY]] == ["unknown", "met", "not_met", "met"]
    assert [one.because for one in read[Criterion.NEED]] == [
        "need_stated",
        "need_blank",
        "need_no",
        "need_stated",
    ]
    assert [(one.because, one.value) for one in read[Criterion.TIMING]] == [
        ("date_ahead", 1.0),
        ("date_past", 1.0),
        ("no_date", None),
        ("date_ahead", 0.0),
    ]
