"""The second example company: its totals, counted here with the standard library alone, and files that agree."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from segkit.intake.bundled import bundled_folder, example_company
from segkit.intake.company import read_company, read_company_orders

SALES = ("sales_2024_2025.csv", "sales_2025_2026.csv")
STAGES = ("Prospecting", "Discovery", "Customer Evaluating", "Closing")
END = datetime(2026, 9, 1)  # noqa: DTZ001 - the files carry local times without a zone
STATES = {"paid", "open", "overdue", "cancelled", "credit note"}
EVENTS = {
    "product_viewed", "cart_added", "checkout_started", "stock_notice", "back_in_stock", "signed_up", "review_left",
    "complaint", "complaint_resolved", "quote_requested", "unsubscribed",
}  # fmt: skip

Row = dict[str, str]


def rows_of(path: Path) -> list[Row]:
    """Return the rows of a file, every cell as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def total(lines: list[Row]) -> tuple[int, int, int, Decimal]:
    """Return orders, lines, accounts and net value."""
    return (
        len({line["order_no"] for line in lines}),
        len(lines),
        len({line["account_id"] for line in lines}),
        sum((Decimal(line["line_net"]) for line in lines), Decimal()),
    )


@pytest.fixture(scope="module")
def folder() -> Path:
    return example_company("ballyquire")


@pytest.fixture(scope="module")
def exports(folder) -> tuple[list[Row], list[Row]]:
    return rows_of(folder / SALES[0]), rows_of(folder / SALES[1])


@pytest.fixture(scope="module")
def lines(exports) -> list[Row]:
    """Return every order line once."""
    again = {line["order_no"] for line in exports[1]}
    return [line for line in exports[0] if line["order_no"] not in again] + exports[1]


@pytest.fixture(scope="module")
def used(lines) -> list[Row]:
    return [line for line in lines if line["status"] != "cancelled"]


@pytest.fixture(scope="module")
def accounts(folder) -> dict[str, Row]:
    return {row["account_id"]: row for row in rows_of(folder / "customers.csv")}


@pytest.fixture(scope="module")
def events(folder) -> list[Row]:
    return rows_of(folder / "events.csv")


@pytest.fixture(scope="module")
def opportunities(folder) -> list[Row]:
    return rows_of(folder / "pipeline.csv")


@pytest.fixture(scope="module")
def told() -> str:
    """Return the section of the column dictionary on this company."""
    text = (bundled_folder("data") / "README.md").read_text(encoding="utf-8")
    return text.partition("## Ballyquire")[2]


def test_the_totals_are_those_of_the_column_dictionary(lines, used, told):
    assert total(lines)[:3] == (545, 1442, 49)
    assert total(used) == (540, 1431, 48, Decimal("178303.45"))
    for figure in ("545, 1,442, 49", "540, 1,431, 48", "**178,303.45**"):
        assert figure in told
    invoiced = [line for line in used if line["status"] != "credit note"]
    at_list = sum(int(line["qty"]) * Decimal(line["unit_price"]) for line in invoiced)
    discounts = sum(Decimal(line["line_discount"]) for line in invoiced)
    credited = -total([line for line in used if line["status"] == "credit note"])[3]
    carriage = sum(Decimal(line["carriage"]) for line in used)
    assert at_list - discounts - credited == total(used)[3]
    for amount in (at_list, discounts, credited, carriage, total(used)[3] + carriage):
        assert f"| {amount:,.2f} |" in told


def test_the_totals_under_another_choice_are_told(exports, lines, used, told):
    unpaid = {line["order_no"] for line in used if line["status"] in {"open", "overdue"}}
    paid = total([line for line in used if line["order_no"] not in unpaid])
    assert f"{paid[0]} orders, {paid[3]:,.2f}" in told
    kept = total(lines)
    assert f"{kept[0]} orders, {kept[2]} accounts, {kept[3]:,.2f}" in told
    twice = total([line for export in exports for line in export if line["status"] != "cancelled"])
    assert f"{twice[0]} orders, {twice[1]:,} lines, {twice[3]:,.2f}" in told
    assert f"{total([line for line in used if int(line['qty']) > 0])[3]:,.2f}" in told


def test_segkit_reads_the_same_totals(used, folder):
    log = read_company_orders(read_company(folder)).log
    assert (log.orders, log.rows_used, log.customers) == total(used)[:3]
    assert log.revenue == total(used)[3]


def test_ranges_and_kinds_add_up_to_the_total(used, told):
    by_range: dict[str, list[Row]] = defaultdict(list)
    for line in used:
        by_range[line["range"]].append(line)
    for name, part in by_range.items():
        units = sum(int(line["qty"]) for line in part)
        _, count, accounts, net = total(part)
        assert f"| {name} | {count} | {units:,} | {net:,.2f} | {accounts} |" in told
    kinds = re.findall(
        r"^\| [a-z ]+ \| (\d+) \| (\d+) \| (\d+) \| ([\d,]+\.\d\d) \|$", told, flags=re.MULTILINE
    )
    sums = [sum(Decimal(kind[column].replace(",", "")) for kind in kinds) for column in range(4)]
    assert sums == [48, 540, 1425, Decimal("178303.45")]


def test_every_line_is_quantity_times_price_less_its_discount(lines):
    for line in lines:
        expected = int(line["qty"]) * Decimal(line["unit_price"]) - Decimal(line["line_discount"])
        assert Decimal(line["line_net"]) == expected, line
        assert line["status"] in STATES
        assert line["currency"] == "EUR"


def test_an_order_in_both_exports_is_the_same_in_both(exports):
    shared = {line["order_no"] for line in exports[0]} & {line["order_no"] for line in exports[1]}
    first, second = ([line for line in export if line["order_no"] in shared] for export in exports)
    assert len(shared) == 9
    assert first == second
    assert {line["order_date"][:7] for line in first} == {"2025-12"}


def test_a_credit_note_takes_no_more_than_its_order_brought(lines):
    by_order: dict[str, list[Row]] = defaultdict(list)
    for line in lines:
        by_order[line["order_no"]].append(line)
    credited = [
        order for order in by_order.values() if any(line["status"] == "credit note" for line in order)
    ]
    assert sorted(order[0]["order_no"] for order in credited) == [
        "BQ-20753",
        "BQ-21031",
        "BQ-21178",
        "BQ-21231",
    ]
    assert all(total(order)[3] >= 0 for order in credited)
    assert [order[0]["order_no"] for order in credited if total(order)[3] == 0] == ["BQ-21231"]


def test_paid_orders_have_a_day_of_payment_and_the_others_none(lines):
    for line in lines:
        assert bool(line["paid_on"]) == (line["status"] == "paid"), line
        if line["status"] == "overdue":
            assert line["due_date"] <= "2026-08-31"
        if line["status"] == "open":
            assert line["due_date"] > "2026-08-31"


def test_orders_keep_the_terms_of_the_website_but_for_the_one_that_was_planted(used):
    orders: dict[str, list[Row]] = defaultdict(list)
    for line in used:
        orders[line["order_no"]].append(line)
    for order in orders.values():
        goods = sum(Decimal(line["line_net"]) for line in order if int(line["qty"]) > 0)
        assert goods >= 60
        assert order[0]["carriage"] == ("0.00" if goods >= 250 else "14.50")
        if any(line["coupon"] == "ORCHARD10" for line in order):
            assert order[0]["order_date"][5:7] in {"06", "07"}
    new = [order[0] for order in orders.values() if order[0]["tags"] == "new maker"]
    broken = [line["order_no"] for line in new if line["payment_terms"] != "Pro forma"]
    assert broken == ["BQ-21196"]


def test_prices_on_the_pages_are_those_of_the_orders(lines, folder):
    prices = {line["item"]: Decimal(line["unit_price"]) for line in lines if Decimal(line["unit_price"]) > 0}
    shown = 0
    for page in (folder / "website").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        for item, price in prices.items():
            for found in re.findall(re.escape(item) + r"(?:</td>.*?<td>|: )€([\d.]+\d)", text):
                assert Decimal(found) == price, (page.name, item)
                shown += 1
    assert shown >= 15


def test_the_accounts_of_all_files_are_known(lines, accounts, events, opportunities, folder):
    ordering = {line["account_id"] for line in lines} - {"A-0000"}
    assert len(accounts) == 50
    assert len(ordering) == 48
    assert ordering < set(accounts)
    assert {event["account_id"] for event in events} <= ordering
    prospects = {row["account_id"] for row in opportunities} - ordering
    assert prospects == {"A-1080", "A-1081"}
    assert prospects == set(accounts) - ordering
    answered = [row["account_id"] for row in rows_of(folder / "survey.csv")]
    assert set(answered) <= ordering
    assert len(answered) == len(set(answered)) == 36


def test_nobody_acts_before_the_account_was_opened(lines, accounts, events):
    for event in events:
        assert event["occurred_at"][:10] >= accounts[event["account_id"]]["opened_on"], event
    for line in lines:
        if line["account_id"] in accounts:
            assert line["order_date"][:10] >= accounts[line["account_id"]]["opened_on"], line


def test_consents_are_yes_no_or_never_asked_and_one_was_withdrawn(lines, accounts, events):
    for row in accounts.values():
        assert {row["email_consent"], row["sms_consent"]} <= {"yes", "no", ""}
    assert {line["accepts_marketing"] for line in lines} == {"yes", "no"}
    latest = {
        line["account_id"]: line["accepts_marketing"] for line in sorted(lines, key=lambda x: x["order_date"])
    }
    withdrawn = {
        account
        for account, row in accounts.items()
        if row["email_consent"] == "yes" and latest.get(account) == "no"
    }
    assert withdrawn == {"A-1037"}
    assert withdrawn < {event["account_id"] for event in events if event["event"] == "unsubscribed"}


def test_addresses_and_numbers_are_from_ranges_for_fiction(accounts):
    for row in accounts.values():
        assert re.fullmatch(r"(buying@a\d{4}\.example)?", row["contact_email"])
        assert re.fullmatch(r"(\+353 20 91\d \d{4}|\+44 7700 900\d{3})?", row["contact_phone"])
    phones = [row["contact_phone"] for row in accounts.values() if row["contact_phone"]]
    assert len(phones) == len(set(phones)) == 47


def test_no_address_or_number_reaches_what_segkit_reads(accounts, folder):
    attributes = read_company_orders(read_company(folder)).attributes
    cells = {str(cell) for column in attributes for cell in attributes[column]}
    for row in accounts.values():
        assert not {row["contact_email"], row["contact_phone"]} - {""} & cells


def test_events_have_known_names_and_products_and_stand_in_order(events, lines):
    assert {event["event"] for event in events} == EVENTS
    assert len(events) == 2185
    assert [event["occurred_at"] for event in events] == sorted(event["occurred_at"] for event in events)
    assert {event["product"] for event in events} - {""} <= {line["item"] for line in lines}
    references = {line["order_no"] for line in lines}
    assert {event["reference"] for event in events if event["reference"].startswith("BQ-")} <= references


def test_carts_are_followed_left_or_undecided_as_told(events, used):
    carts: dict[str, list[Row]] = defaultdict(list)
    for event in events:
        if event["reference"].startswith("CT-"):
            carts[event["reference"]].append(event)
    ordered: dict[str, set[datetime]] = defaultdict(set)
    for line in used:
        ordered[line["account_id"]].add(datetime.fromisoformat(line["order_date"]))
    outcomes: Counter[str] = Counter()
    for cart in carts.values():
        assert len({event["account_id"] for event in cart}) == 1
        touched = max(datetime.fromisoformat(event["occurred_at"]) for event in cart)
        within = touched + timedelta(days=7)
        if any(touched <= when <= within for when in ordered[cart[0]["account_id"]]):
            outcomes["followed"] += 1
        else:
            outcomes["undecided" if within > END else "left"] += 1
    assert outcomes == {"followed": 274, "left": 54, "undecided": 8}


def test_nobody_orders_what_is_out_of_stock_and_each_who_asked_was_told(events, used):
    out = {
        "Cider bottle 500 ml, tray of 20": [
            ("2025-04-07", "2025-04-24"),
            ("2025-08-06", "2025-08-21"),
            ("2026-03-02", "2026-03-25"),
            ("2026-07-20", "2026-08-27"),
        ],
        "Twist lid 63 mm, box of 200": [("2025-11-10", "2025-11-24"), ("2026-08-24", "")],
        "Sparkling bottle 750 ml, tray of 12": [
            ("2025-05-12", "2025-05-26"),
            ("2026-04-13", "2026-04-29"),
            ("2026-08-10", ""),
        ],
    }
    asked = [event for event in events if event["event"] == "stock_notice"]
    told_later = {
        (event["account_id"], event["occurred_at"][:10])
        for event in events
        if event["event"] == "back_in_stock"
    }
    for product, spans in out.items():
        for start, end in spans:
            days = [line["order_date"][:10] for line in used if line["item"] == product]
            assert not any(start <= day < (end or "2026-09-01") for day in days)
            waiting = {
                event["account_id"]
                for event in asked
                if event["product"] == product and start <= event["occurred_at"][:10] < (end or "2026-09-01")
            }
            assert waiting
            assert all((account, end) in told_later for account in waiting if end)
    assert (len(asked), len(told_later)) == (30, 25)


def test_one_complaint_is_open(events):
    resolved = {event["reference"] for event in events if event["event"] == "complaint_resolved"}
    complaints = [event for event in events if event["event"] == "complaint"]
    assert len(complaints) == 4
    assert [event["account_id"] for event in complaints if event["reference"] not in resolved] == ["A-1013"]


def test_the_history_of_each_opportunity_leads_to_its_stage(opportunities, folder):
    history: dict[str, list[Row]] = defaultdict(list)
    for move in rows_of(folder / "stage_events.csv"):
        history[move["opportunity_id"]].append(move)
    assert set(history) == {row["opportunity_id"] for row in opportunities}
    assert len(opportunities) == 73
    for row in opportunities:
        moves = history[row["opportunity_id"]]
        assert [move["at"] for move in moves] == sorted(move["at"] for move in moves)
        assert (moves[0]["from_stage"], moves[0]["at"]) == ("", row["created_at"])
        assert all(one["to_stage"] == other["from_stage"] for one, other in pairwise(moves))
        assert moves[-1]["to_stage"] == row["stage"]
        walked = [move["to_stage"] for move in moves if move["to_stage"] in STAGES]
        assert walked == list(STAGES[: len(walked)])
        if row["status"] != "open":
            assert moves[-1]["at"] == row["closed_at"]


def test_status_stage_and_dates_of_an_opportunity_agree(opportunities, told):
    for row in opportunities:
        ends = {"won": "Closed Won", "lost": "Closed Lost"}.get(row["status"])
        assert row["stage"] == ends if ends else row["stage"] in STAGES
        assert bool(row["closed_at"]) == (row["status"] != "open")
        assert bool(row["lost_reason"]) == (row["status"] == "lost")
        assert bool(row["order_no"]) == (row["status"] == "won")
        assert row["created_at"] <= row["expected_close_original"] <= row["expected_close"]
        assert {row["budget_known"], row["decision_maker_met"]} <= {"yes", "no", ""}
    overdue = [
        row["opportunity_id"]
        for row in opportunities
        if row["status"] == "open" and row["expected_close"] < "2026-09-01"
    ]
    assert overdue == ["OPP-335", "OPP-339", "OPP-352", "OPP-368"]
    moved = sum(row["expected_close"] > row["expected_close_original"] for row in opportunities)
    assert f"{moved} of {len(opportunities)} were moved later" in told
    sums = [
        (status, len(part), sum(Decimal(row["amount"]) for row in part))
        for status in ("won", "lost", "open")
        for part in [[row for row in opportunities if row["status"] == status]]
    ]
    words = [
        f"{count} {'are ' if status == 'won' else ''}{status} ({amount:,.2f})"
        for status, count, amount in sums
    ]
    assert ", ".join(words) in told


def test_a_won_opportunity_is_followed_by_its_order(opportunities, used):
    orders: dict[str, list[Row]] = defaultdict(list)
    for line in used:
        orders[line["order_no"]].append(line)
    won = [row for row in opportunities if row["status"] == "won"]
    assert len(won) == 30
    assert len({row["order_no"] for row in won}) == 30
    for row in won:
        order = orders[row["order_no"]]
        assert order[0]["account_id"] == row["account_id"]
        assert total(order)[3] == Decimal(row["amount"])
        days = date.fromisoformat(order[0]["order_date"][:10]) - date.fromisoformat(row["closed_at"])
        assert 0 <= days.days <= 5


def test_every_page_and_note_says_that_it_is_fictional(folder, told):
    pages, notes = list((folder / "website").glob("*.html")), list((folder / "research").iterdir())
    assert (len(pages), len(notes)) == (9, 8)
    for path in [*pages, *notes]:
        text = path.read_text(encoding="utf-8").lower()
        assert "fictional" in text, path.name
        addresses = re.findall(r"(?:https?://|@)([\w.-]*\w)", text)
        strangers = {name for name in addresses if not name.endswith(".example")} - {"schema.org"}
        assert not {name for name in strangers if "." in name}, path.name
    assert "**Ballyquire is a fictional company.**" in told
    assert read_company(folder).fictional


def test_the_folder_is_small_enough_to_travel(folder):
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 700_000
