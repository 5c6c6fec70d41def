"""``segkit sample``'s intake half: who is drawn, and that the copy is the file with rows left out."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from segkit.errors import InputError, MissingColumnError, NotEnoughDataError
from segkit.intake.bundled import example_company
from segkit.intake.orders import read_orders
from segkit.intake.sampling import describe_sampling, sample_orders
from segkit.intake.sampling_draw import Buyer, draw_samples

HEADER = "customer_id,order_id,order_date,amount"


def shop_rows(customers: int = 40) -> list[str]:
    """Return a book in which two thirds came back, with spend and days of every size."""
    rows = []
    for customer in range(1, customers + 1):
        for order in range(customer % 3 + (customer % 2)):
            day = date(2025, 1, 1) + timedelta(days=7 * customer + 30 * order)
            rows.append(f"C{customer:02d},{customer}-{order},{day},{customer * 3 + order}.50")
        if customer % 3 + customer % 2 == 0:
            rows.append(f"C{customer:02d},{customer}-x,{date(2025, 1, 1) + timedelta(days=customer)},12.00")
    return rows


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEADER, *shop_rows()]) + "\n", encoding="utf-8")
    return path


def customers_of(path: Path) -> set[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["customer_id"] for row in csv.DictReader(stream)}


def test_a_sample_holds_the_customers_asked_for_and_every_row_of_theirs(book):
    sample = sample_orders(book, customers=10, seed=3).samples[0]
    chosen = customers_of(sample.path)
    lines = book.read_text(encoding="utf-8").splitlines(keepends=True)
    expected = [lines[0], *(line for line in lines[1:] if line.split(",")[0] in chosen)]
    assert sample.path.read_text(encoding="utf-8") == "".join(expected)
    assert (len(chosen), sample.customers, sample.rows) == (10, 10, len(expected) - 1)
    read = read_orders(sample.path, currency="EUR").log
    assert (read.customers, read.orders) == (10, sample.orders)


def test_the_file_is_called_after_the_seed_and_lies_beside_the_orders(book):
    assert sample_orders(book, seed=7).samples[0].path == book.with_name("orders-sample-7.csv")


def test_the_same_seed_draws_the_same_customers_and_another_seed_others(book, tmp_path):
    one = sample_orders(book, seed=1, out=tmp_path / "a.csv").samples[0].path
    two = sample_orders(book, seed=1, out=tmp_path / "b.csv").samples[0].path
    other = sample_orders(book, seed=2, out=tmp_path / "c.csv").samples[0].path
    assert one.read_bytes() == two.read_bytes()
    assert customers_of(one) != customers_of(other)


def test_the_order_of_the_rows_plays_no_part(book, tmp_path):
    rows = sorted(shop_rows(), key=lambda row: row[::-1])
    shuffled = tmp_path / "shuffled.csv"
    shuffled.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    drawn = [customers_of(sample_orders(path, seed=9).samples[0].path) for path in (book, shuffled)]
    assert drawn[0] == drawn[1]


def test_groups_share_no_customer_while_customers_last(book):
    found = sample_orders(book, customers=10, groups=4, seed=1)
    samples = [customers_of(sample.path) for sample in found.samples]
    assert len(set.union(*samples)) == 40
    assert all(len(sample) == 10 for sample in samples)
    assert "No customer stands in two of them." in describe_sampling(found, customers=10)


def test_where_customers_do_not_last_it_is_said_and_each_group_still_has_its_ten(book):
    found = sample_orders(book, customers=10, groups=5, seed=1)
    assert [len(customers_of(sample.path)) for sample in found.samples] == [10] * 5
    assert [sample.repeated for sample in found.samples] == [0, 0, 0, 0, 10]
    told = " ".join(describe_sampling(found, customers=10))
    assert "40 customers and 50 were asked for" in told
    assert "orders-sample-1-5.csv shares 10" in told


def test_at_least_half_of_a_sample_came_back_where_the_file_has_them():
    shop = [
        Buyer(key=f"c{n:03d}", days=2 if n < 20 else 1, spend=n, last=date(2026, 1, 1)) for n in range(200)
    ]
    for sample in draw_samples(shop, customers=10, groups=4, seed=0):
        assert sum(buyer.days > 1 for buyer in sample) == 5


def test_a_sample_reaches_from_low_to_high_spend_and_from_recent_to_silent():
    shop = [
        Buyer(key=f"c{n:03d}", days=3, spend=n, last=date(2025, 1, 1) + timedelta(days=(n * 37) % 360))
        for n in range(120)
    ]
    for seed in range(20):
        drawn = draw_samples(shop, customers=10, groups=1, seed=seed)[0]
        spends, days = sorted(b.spend for b in drawn), sorted(b.last for b in drawn)
        assert spends[2] < 60 < spends[7]
        assert (days[-1] - days[0]).days > 120


def test_an_export_whose_further_lines_leave_the_customer_blank_keeps_whole_orders(tmp_path):
    export = example_company() / "orders_export.csv"
    sample = sample_orders(export, customers=4, seed=2, out=tmp_path / "few.csv").samples[0]
    with export.open(encoding="utf-8", newline="") as stream:
        whole = list(csv.DictReader(stream))
    with sample.path.open(encoding="utf-8", newline="") as stream:
        kept = list(csv.DictReader(stream))
    names = {row["Name"] for row in kept}
    assert kept == [row for row in whole if row["Name"] in names]
    assert read_orders(sample.path).log.customers == 4


def test_the_further_lines_of_an_order_without_its_customer_go_with_it(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(
        f"{HEADER}\nA,1,2025-01-01,5\n,1,2025-01-01,6\nB,2,2025-01-02,5\nB,3,2025-02-02,5\nC,4,2025-01-05,9\n"
    )
    sample = sample_orders(path, customers=3, seed=0, out=tmp_path / "all.csv").samples[0]
    assert sample.rows == 5
    assert ",1,2025-01-01,6\n" in sample.path.read_text()


def test_cells_of_several_lines_stay_whole_and_what_is_no_row_is_left_out(tmp_path):
    path = tmp_path / "x.csv"
    text = "Exported on Monday\nid;customer_id;order_date;amount;note\n"
    text += '1;A;2025-01-01;5;"two\r\nlines; ""quoted"""\n\n2;B;2025-01-02;6;plain\n3;A;2025-03-01;7;ü\n'
    path.write_bytes(text.encode("cp1252"))
    sample = sample_orders(path, customers=2, seed=0, out=tmp_path / "copy.csv").samples[0]
    assert sample.path.read_bytes() == text.replace('"\n\n2', '"\n2').encode("cp1252")


def test_a_parquet_file_keeps_its_types(tmp_path):
    frame = pd.DataFrame([row.split(",") for row in shop_rows()], columns=HEADER.split(","))
    frame["amount"] = frame["amount"].astype(float)
    frame.to_parquet(tmp_path / "orders.parquet")
    sample = sample_orders(tmp_path / "orders.parquet", customers=5, seed=1).samples[0]
    copy = pd.read_parquet(sample.path)
    assert sample.path.name == "orders-sample-1.parquet"
    expected = frame[frame["customer_id"].isin(set(copy["customer_id"]))].reset_index(drop=True)
    pd.testing.assert_frame_equal(copy, expected)


def test_a_workbook_becomes_a_csv_that_reads_the_same_and_says_so(tmp_path):
    workbook = openpyxl.Workbook()
    for row in [HEADER.split(","), *(row.split(",") for row in shop_rows())]:
        workbook.active.append(row)
    workbook.save(tmp_path / "orders.xlsx")
    found = sample_orders(tmp_path / "orders.xlsx", customers=5, seed=1)
    assert found.samples[0].path.name == "orders-sample-1.csv"
    assert read_orders(found.samples[0].path).log.customers == 5
    assert any("written as CSV" in line for line in describe_sampling(found, customers=5))


def test_text_of_sixteen_bits_is_copied_as_utf_8_and_this_is_said(book, tmp_path):
    wide = tmp_path / "wide.csv"
    wide.write_bytes(book.read_text(encoding="utf-8").encode("utf-16"))
    found = sample_orders(wide, customers=5, seed=1)
    assert len(customers_of(found.samples[0].path)) == 5
    assert found.rewritten == "wide.csv is UTF-16; the copy is UTF-8."


def test_lines_that_end_with_returns_are_cut_at_returns(book, tmp_path):
    old = tmp_path / "old.csv"
    old.write_bytes(book.read_bytes().replace(b"\n", b"\r"))
    ours = sample_orders(book, customers=5, seed=1).samples[0].path.read_bytes()
    assert sample_orders(old, customers=5, seed=1).samples[0].path.read_bytes() == ours.replace(b"\n", b"\r")


def test_a_file_that_is_there_is_never_replaced(book):
    first = sample_orders(book, seed=1).samples[0].path
    before = first.read_bytes()
    with pytest.raises(InputError, match=r"orders-sample-1.csv exists and is never replaced"):
        sample_orders(book, seed=1)
    with pytest.raises(InputError, match=r"orders.csv exists and is never replaced"):
        sample_orders(book, out=book)
    assert first.read_bytes() == before


def test_more_customers_than_there_are_is_refused_with_how_many_there_are(book, tmp_path):
    with pytest.raises(NotEnoughDataError, match="has 40 customers with orders and 41 were asked for"):
        sample_orders(book, customers=41)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["orders.csv"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"customers": 1}, r"--customers is too small \(got 1\)"),
        ({"groups": 0}, r"--groups is too small \(got 0\)"),
        ({"out": "nowhere/x.csv"}, "the folder 'nowhere' does not exist"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_sentence(book, monkeypatch, options, sentence):
    monkeypatch.chdir(book.parent)
    with pytest.raises(InputError, match=sentence):
        sample_orders(book, **options)


def test_a_file_that_does_not_say_who_ordered_is_refused_and_nothing_is_written(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("product,order_date,amount\nwool,2025-01-01,5\n")
    with pytest.raises(MissingColumnError):
        sample_orders(path, customers=2)
    assert [found.name for found in tmp_path.iterdir()] == ["x.csv"]
