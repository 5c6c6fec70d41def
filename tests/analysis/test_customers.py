"""Each column of the customers table, by hand on a few lines; refusals in one sentence."""

from datetime import date

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest

from segkit.analysis.clv_summary import to_clv_summary
from segkit.analysis.customers import collect_customers, describe_customers
from segkit.analysis.favourites import find_favourites
from segkit.analysis.orders_table import day_number
from segkit.errors import BadValueError, MissingColumnError, NotEnoughDataError, UnsupportedFormatError
from tests.analysis.book_a import AS_OF, book_a_lines


def make_lines(*rows, **columns):
    """Return lines from (customer, order, day, amount) and whole further columns."""
    lines = pd.DataFrame(rows, columns=["customer_id", "order_id", "order_date", "amount"])
    lines["order_date"] = pd.to_datetime(lines["order_date"])
    return lines.assign(**columns)


def describe(lines, as_of=date(2026, 1, 31), **keywords):
    return collect_customers(describe_customers(lines, as_of=as_of, **keywords)).set_index("customer_id")


THREE_ORDERS = make_lines(
    ("a", "1", "2026-01-01", 10_000),  # a Thursday
    ("a", "1", "2026-01-01", 20_000),
    ("a", "2", "2026-01-03", 30_000),  # a Saturday
    ("a", "3", "2026-01-11", -5_000),  # a Sunday
    ("b", "9", "2026-01-31", 99),
)


class TestDaysAndCounts:
    def test_recency_tenure_and_span_count_calendar_days(self):
        row = describe(THREE_ORDERS).loc["a"]
        assert (row["recency_days"], row["tenure_days"], row["active_span_days"]) == (20, 30, 10)

    def test_an_order_split_into_lines_counts_once(self):
        row = describe(THREE_ORDERS).loc["a"]
        assert (row["frequency"], row["repeat_orders"], row["order_lines"]) == (3, 2, 4)
        assert row["lines_per_order"] == 4 / 3

    def test_an_order_on_the_day_of_as_of_has_recency_zero(self):
        assert describe(THREE_ORDERS).loc["b", "recency_days"] == 0

    def test_two_orders_of_one_day_are_two_orders_on_one_purchase_day(self):
        lines = make_lines(
            ("a", "1", "2026-01-01", 1), ("a", "2", "2026-01-01", 1), ("a", "3", "2026-01-05", 1)
        )
        row = describe(lines).loc["a"]
        assert (row["frequency"], row["purchase_days"], row["median_gap_days"]) == (3, 2, 2.0)

    def test_an_order_whose_lines_span_days_starts_on_the_first(self):
        lines = make_lines(("a", "1", "2026-01-05", 1), ("a", "1", "2026-01-02", 1))
        assert describe(lines).loc["a", "first_order"] == pd.Timestamp("2026-01-02")

    def test_lines_after_as_of_are_left_out_with_their_customers(self):
        table = describe(THREE_ORDERS, as_of=date(2026, 1, 3))
        assert list(table.index) == ["a"]
        assert (table.loc["a", "frequency"], table.loc["a", "monetary_total"]) == (2, 60_000)

    def test_a_datetime_as_of_means_its_day(self):
        assert describe(THREE_ORDERS, as_of=pd.Timestamp("2026-01-31 23:59")).loc["b", "recency_days"] == 0

    def test_a_time_of_day_on_the_last_day_is_still_inside(self):
        lines = make_lines(("a", "1", "2026-01-31 23:30", 1))
        row = describe(lines).loc["a"]
        assert row["recency_days"] == 0
        assert row["last_order"] == pd.Timestamp("2026-01-31")

    @pytest.mark.parametrize(
        "day", ["0001-01-01", "1900-02-28", "2000-02-29", "2023-12-31", "2024-12-31", "9999-12-31"]
    )
    def test_day_numbers_are_those_of_the_calendar(self, day):
        frame = nw.from_native(pl.DataFrame({"day": [date.fromisoformat(day)]}))
        assert frame.select(day_number("day"))["day"].to_list() == [date.fromisoformat(day).toordinal()]


class TestMoney:
    def test_refunds_are_subtracted_and_the_mean_is_one_division(self):
        row = describe(THREE_ORDERS).loc["a"]
        assert row["monetary_total"] == 55_000
        assert row["average_order_value"] == 55_000 / 30_000

    def test_a_customer_with_refunds_only_has_negative_spend(self):
        assert (
            describe(make_lines(("a", "1", "2026-01-01", -42_876_300))).loc["a", "monetary_total"]
            == -42_876_300
        )

    def test_sums_beyond_32_bits_stay_exact(self):
        lines = make_lines(*[("a", "1", "2026-01-01", 3_000_000_000_000_001)] * 3)
        assert describe(lines).loc["a", "monetary_total"] == 9_000_000_000_000_003

    def test_without_an_amount_there_is_no_money_column(self):
        table = describe(THREE_ORDERS.drop(columns="amount"))
        assert not {"monetary_total", "average_order_value"} & set(table.columns)
        assert table.loc["a", "frequency"] == 3


class TestRhythm:
    def test_gaps_are_between_consecutive_orders(self):
        row = describe(THREE_ORDERS).loc["a"]
        assert (row["median_gap_days"], row["mean_gap_days"]) == (5.0, 5.0)

    def test_one_order_has_no_gap(self):
        row = describe(THREE_ORDERS).loc["b"]
        assert np.isnan(row["median_gap_days"])
        assert np.isnan(row["mean_gap_days"])

    def test_weekend_share_counts_orders_not_lines(self):
        assert describe(THREE_ORDERS).loc["a", "weekend_share"] == 2 / 3

    def test_a_tie_of_weekdays_goes_to_the_earlier_one(self):
        table = describe(THREE_ORDERS)
        assert table["favourite_weekday"].tolist() == ["Thursday", "Saturday"]

    @pytest.mark.parametrize(
        ("day", "weekday"), [("2026-01-05", "Monday"), ("2026-01-09", "Friday"), ("2026-01-11", "Sunday")]
    )
    def test_weekdays_have_the_names_of_the_calendar(self, day, weekday):
        assert describe(make_lines(("a", "1", day, 1))).loc["a", "favourite_weekday"] == weekday

    def test_quarter_shares_follow_the_months(self):
        lines = make_lines(*[("a", str(month), f"2025-{month:02d}-15", 1) for month in (1, 3, 4, 12)])
        row = describe(lines).loc["a"]
        assert [row[f"quarter_{number}_share"] for number in (1, 2, 3, 4)] == [0.5, 0.25, 0.0, 0.25]


class TestShares:
    def test_return_and_discount_share_count_lines(self):
        lines = THREE_ORDERS.assign(is_return=[False, False, False, True, False], discount=[0, 5, 7, 0, 0])
        row = describe(lines).loc["a"]
        assert (row["return_share"], row["discount_share"]) == (0.25, 0.5)

    def test_a_missing_discount_is_no_discount(self):
        lines = THREE_ORDERS.assign(discount=pd.array([None, 5, None, None, None], dtype="Int64"))
        assert describe(lines).loc["a", "discount_share"] == 0.25

    @pytest.mark.parametrize("column", ["is_return", "discount"])
    def test_an_absent_column_leaves_its_share_out(self, column):
        assert f"{column.removeprefix('is_')}_share" not in describe(THREE_ORDERS)

    def test_concentration_is_one_over_k_when_lines_spread_evenly_over_k_categories(self):
        lines = THREE_ORDERS.assign(category=["x", "y", "z", "w", "x"])
        assert describe(lines)["category_hhi"].tolist() == [0.25, 1.0]


class TestProductsAndFavourites:
    def test_products_are_counted_by_sku_before_product_and_without_returns(self):
        lines = THREE_ORDERS.assign(
            sku=["s1", "s1", None, "s2", "s1"],
            product=["p1", "p2", "p3", "p4", "p5"],
            is_return=[False, False, False, True, False],
        )
        assert describe(lines)["distinct_products"].tolist() == [1, 1]
        assert describe(lines.drop(columns="sku"))["distinct_products"].tolist() == [3, 1]

    def test_a_customer_who_only_returned_bought_no_product(self):
        lines = make_lines(("a", "1", "2026-01-01", -1), sku="s", category="x", is_return=True)
        row = describe(lines).loc["a"]
        assert row["distinct_products"] == 0
        assert row["favourite_category"] is None
        assert np.isnan(row["category_hhi"])

    def test_a_tie_goes_to_the_first_name_in_code_point_order(self):
        lines = THREE_ORDERS.assign(category=["apfel", "Zug", "Ärger", None, None])
        assert describe(lines)["favourite_category"].tolist() == ["Zug", None]

    def test_what_describes_an_order_is_counted_in_orders(self):
        lines = make_lines(
            *[("a", "1", "2026-01-01", 1)] * 5, ("a", "2", "2026-01-02", 1), ("a", "3", "2026-01-03", 1)
        )
        lines["device"] = ["phone"] * 5 + ["desktop"] * 2
        lines["vendor"] = lines["device"]
        row = describe(lines).loc["a"]
        assert (row["favourite_device"], row["favourite_vendor"]) == ("desktop", "phone")

    def test_an_order_whose_lines_disagree_counts_for_the_first_name(self):
        lines = make_lines(("a", "1", "2026-01-01", 1), ("a", "1", "2026-01-01", 1)).assign(
            device=["tablet", "app"]
        )
        assert describe(lines).loc["a", "favourite_device"] == "app"

    def test_favourites_can_be_chosen(self):
        lines = THREE_ORDERS.assign(device="app", roast=["dark", "light", "light", None, None])
        table = describe(lines, favourites=["roast", "roast"])
        assert table["favourite_roast"].tolist() == ["light", None]
        assert "favourite_device" not in table

    def test_no_favourites_can_be_wanted(self):
        assert not [
            name
            for name in describe(THREE_ORDERS.assign(device="app"), favourites=[])
            if name == "favourite_device"
        ]

    def test_a_favourite_of_a_missing_column_is_refused(self):
        with pytest.raises(MissingColumnError, match="lack column 'rost' asked for as a favourite"):
            describe(THREE_ORDERS, favourites=["rost"])

    def test_a_favourite_of_the_key_is_refused(self):
        with pytest.raises(BadValueError, match="cannot name 'customer_id'"):
            describe(THREE_ORDERS, favourites=["customer_id"])

    def test_favourites_of_a_lazy_frame_stay_lazy(self):
        rows = nw.from_native(pl.LazyFrame({"customer_id": ["a"], "device": ["app"]}))
        assert isinstance(find_favourites(rows, "device"), nw.LazyFrame)


class TestTypesAndRefusals:
    def test_columns_have_the_promised_types(self):
        table = collect_customers(
            describe_customers(THREE_ORDERS.assign(device=["app", None] + [None] * 3), as_of=AS_OF)
        )
        assert table["customer_id"].dtype == object
        assert table["favourite_device"].tolist() == ["app", None]
        assert str(table["first_order"].dtype) == "datetime64[us]"
        assert table["monetary_total"].dtype == "int64"
        assert table["median_gap_days"].dtype == "float64"
        assert table.index.tolist() == [0, 1]

    def test_a_table_in_any_order_is_sorted_when_collected(self):
        table = collect_customers(describe_customers(THREE_ORDERS, as_of=AS_OF))
        assert collect_customers(table.iloc[::-1])["customer_id"].tolist() == ["a", "b"]

    @pytest.mark.parametrize("column", ["customer_id", "order_id", "order_date"])
    def test_a_missing_key_is_named(self, column):
        with pytest.raises(MissingColumnError, match=f"order lines lack column '{column}'") as caught:
            describe_customers(THREE_ORDERS.drop(columns=column), as_of=AS_OF)
        assert caught.value.column == column

    def test_amounts_that_are_not_whole_units_are_refused(self):
        with pytest.raises(BadValueError, match="'amount' is not a whole number of 1/10,000"):
            describe_customers(THREE_ORDERS.assign(amount=1.5), as_of=AS_OF)

    @pytest.mark.parametrize("days", ["2026-01-01", pd.Timestamp("2026-01-01", tz="UTC"), 20260101])
    def test_a_day_that_is_no_day_is_refused(self, days):
        lines = THREE_ORDERS.assign(order_date=pd.Series([days] * 5))
        with pytest.raises(BadValueError, match="'order_date' is not a calendar day"):
            describe_customers(lines, as_of=AS_OF)

    def test_an_as_of_before_the_first_order_is_refused_at_once_by_eager_frames(self):
        with pytest.raises(NotEnoughDataError, match="on or before 2020-01-01"):
            describe_customers(THREE_ORDERS, as_of=date(2020, 1, 1))

    def test_an_as_of_before_the_first_order_is_refused_when_a_lazy_frame_is_collected(self):
        frame = describe_customers(pl.LazyFrame(THREE_ORDERS.to_dict("list")), as_of=date(2020, 1, 1))
        with pytest.raises(NotEnoughDataError, match="got 0 customers"):
            collect_customers(frame)

    @pytest.mark.parametrize(
        ("engine", "reason"),
        [("dask", "miscounts"), ("pyspark", "no ordered first"), ("elsewhere", "was not compared")],
    )
    def test_an_engine_that_was_not_proven_is_refused_with_the_way_out(self, monkeypatch, engine, reason):
        class Elsewhere:
            class implementation:  # noqa: N801
                value = engine

        monkeypatch.setattr(nw, "from_native", lambda lines: Elsewhere)
        with pytest.raises(UnsupportedFormatError, match=f"{reason}.*write Parquet and pass the path"):
            describe_customers(object(), as_of=AS_OF)

    def test_a_relation_of_an_open_database_works(self):
        connection = duckdb.connect()
        connection.register("lines", THREE_ORDERS)
        assert describe(connection.table("lines")).loc["a", "frequency"] == 3


class TestBookA:
    def test_lines_and_total_are_those_of_the_reference(self):
        lines = book_a_lines()
        assert (len(lines), lines["amount"].sum()) == (21, 24_070_500)

    def test_the_lifetime_value_summary_is_that_of_the_reference(self):
        summary = to_clv_summary(book_a_lines(), as_of=AS_OF)
        expected = {
            "C01": (4, 291, 294, 128.75), "C04": (1, 102, 179, 45), "C05": (0, 0, 1, 0), "C06": (3, 42, 299, 22.333),
            "C07": (0, 0, 116, 0), "C08": (1, 14, 30, 450), "C10": (1, 153, 213, 35.05),
        }  # fmt: skip
        for customer, row in expected.items():
            assert summary.loc[customer].tolist() == pytest.approx(row, abs=1e-3)

    def test_a_lifetime_value_summary_needs_money(self):
        with pytest.raises(MissingColumnError, match="lack column 'amount'"):
            to_clv_summary(book_a_lines().drop(columns="amount"), as_of=AS_OF)

    def test_the_median_closed_gap_is_that_of_the_reference(self):
        days = book_a_lines().drop_duplicates("order_id").sort_values(["customer_id", "order_date"])
        gaps = days.groupby("customer_id")["order_date"].diff().dt.days.dropna()
        assert (gaps.median(), len(gaps)) == (39.5, 10)
        table = describe(book_a_lines(), as_of=AS_OF)
        assert table.loc["C01", "median_gap_days"] == np.median([51, 110, 102, 28])
