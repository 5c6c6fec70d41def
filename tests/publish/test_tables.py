"""Tables and cards: every figure on the page comes from the study, and nothing is said of a person by name."""

from __future__ import annotations

from dataclasses import replace

from segkit.model.factor import Factor
from segkit.publish import cards, tables


def cells(table) -> str:
    return "\n".join(" | ".join(row) for row in table.rows)


def test_the_strip_holds_customers_orders_revenue_and_days(example_study):
    strip = tables.headline(example_study)
    assert [item.value for item in strip.items] == ["10", "59", "4,978", "547 days"]


def test_a_book_without_amounts_has_no_revenue_in_the_strip(example_study):
    orders = example_study.orders
    silent = replace(example_study, orders=replace(orders, log=replace(orders.log, revenue=None)))
    assert [item.label for item in tables.headline(silent).items] == ["Customers", "Orders", "Period"]


def test_three_findings_come_first_and_the_last_is_how_far_they_carry(example_study):
    found = tables.findings(example_study).items
    assert len(found) == 3
    assert "can be described, not generalised" in found[-1].title
    assert all(item.links for item in found)


def test_the_cleaning_table_accounts_for_every_row(example_study):
    rows = tables.cleaning(example_study).rows
    count = {
        word: sum(int(n.replace(",", "")) for what, n, _ in rows if what == word and n) for word, _, _ in rows
    }
    assert count["Read"] == count["Used"] + count["Dropped"]


def test_the_other_choices_start_with_what_was_used(example_study):
    table = tables.other_choices(example_study)
    assert table.rows[0][:2] == ("as read", "10")
    assert len(table.rows) >= 2


def test_every_customer_of_a_small_book_has_a_line_by_label(example_study):
    table = tables.customers(example_study)
    assert len(table.rows) == 10
    assert {row[0] for row in table.rows} == {f"C{number:03d}" for number in range(1, 11)}
    assert "@" not in cells(table)
    assert "of 90 names of the others" in table.note


def test_a_large_book_is_shown_by_its_spread(example_study, monkeypatch):
    monkeypatch.setattr(tables, "LIST_CUSTOMERS_UP_TO", 5)
    table = tables.customers(example_study)
    assert "Median" in table.columns
    assert [row[0] for row in table.rows][:2] == ["Days since the last order", "Orders"]


def test_the_factor_matrix_has_a_cell_for_each_factor_and_group(example_study):
    table = tables.factor_matrix(example_study)
    assert len(table.rows) == len(Factor)
    assert {len(row) for row in table.rows} == {6}
    assert all(cell for row in table.rows for cell in row)


def test_rules_stand_in_the_order_in_which_they_are_tried(example_study):
    table = tables.rules(example_study)
    assert [row[0] for row in table.rows] == ["1", "2", "3", "4"]
    assert table.rows[-1][2] == "Everyone else."


def test_the_chosen_grouping_is_marked_once_among_the_compared(example_study):
    names = [row[0] for row in tables.options(example_study).rows]
    assert sum("(chosen)" in name for name in names) == 1
    assert len(names) >= 3


def test_each_group_has_a_card_with_six_factors_and_a_card_of_evidence(example_study):
    blocks = cards.segment_cards(example_study)
    assert len(blocks) == 8
    for card, proof in zip(blocks[::2], blocks[1::2], strict=True):
        assert {reading.factor for reading in card.profile} == set(Factor)
        assert 2 <= len([item for item in proof.items if item.direction.value == "supports"]) <= 3


def test_the_appendix_says_how_many_comparisons_were_made(example_study):
    table = cards.appendix(example_study)
    assert f"{example_study.evidence.n_tests:,} comparisons" in table.note
    assert len(table.rows) <= cards.APPENDIX_ROWS


def test_sources_carry_the_hash_of_each_file(example_study):
    entries = tables.sources(example_study).entries
    assert entries
    assert all(len(part) == 64 for entry in entries for part in entry.sha256.split(", "))


def test_how_it_was_made_holds_no_clock_and_no_path(example_study):
    text = str(tables.how_made(example_study).pairs)
    assert str(example_study.orders.as_of) in text
    assert example_study.company.folder not in text
