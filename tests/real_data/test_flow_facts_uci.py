"""Flow facts of a real wholesaler with 4,000 customers, against the same figures written in pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.analysis.customers import collect_customers, describe_customers
from segkit.analysis.flow_facts import measure_flows
from segkit.intake.orders import read_orders
from segkit.model.flow_facts import Observability
from segkit.model.lifecycle import Stage

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture(scope="module")
def orders(shared_data):
    return read_orders(shared_data / "uci_online_retail" / "online_retail.parquet", currency="GBP")


@pytest.fixture(scope="module")
def assignments(orders):
    customers = collect_customers(describe_customers(orders.scan(), as_of=orders.as_of))
    index = pd.Index(customers["customer_id"], name="customer_id")
    return customers, pd.Series((customers["frequency"] > 4).to_numpy().astype(int) + 1, index=index)


@pytest.fixture(scope="module")
def facts(orders, assignments):
    customers, segments = assignments
    return measure_flows(
        orders, customers=customers, assignments=segments, names={1: "Up to four orders", 2: "More"}
    )


@pytest.fixture(scope="module")
def days(orders, assignments):
    """Purchase days by hand: drop duplicates, sort, shift."""
    frame = orders.scan("pandas").to_native()
    frame = frame[~frame["is_return"] & (frame["amount"] >= 0)]
    frame = frame.assign(day=pd.to_datetime(frame["order_date"]).dt.normalize())
    table = frame[["customer_id", "day"]].drop_duplicates().sort_values(["customer_id", "day"])
    table["next"] = table.groupby("customer_id")["day"].shift(-1)
    table["segment"] = table["customer_id"].map(assignments[1])
    return table


@pytest.mark.parametrize("segment", [1, 2])
def test_the_back_test_is_the_one_of_a_pandas_groupby(facts, days, orders, segment):
    as_of = pd.Timestamp(orders.as_of)
    own = days[days["segment"] == segment]
    test = facts.of_segment(segment).test("re_engagement")
    fired = own["day"] + pd.Timedelta(days=test.wait_days)
    shot = own[(fired <= as_of) & (own["next"].isna() | (own["next"] > fired))]
    on = shot["day"] + pd.Timedelta(days=test.wait_days)
    watched = on + pd.Timedelta(days=test.horizon_days) <= as_of
    back = shot["next"].notna() & ((shot["next"] - on).dt.days <= test.horizon_days)
    assert (test.fires, test.observed, test.returned) == (
        len(shot),
        int(watched.sum()),
        int((watched & back).sum()),
    )
    assert test.customers == shot["customer_id"].nunique()
    assert test.still_open == test.fires - test.observed
    assert test.naive == pytest.approx(back.mean())
    assert test.rate.low < test.rate.value < test.rate.high
    assert test.naive < test.rate.value


def test_finished_gaps_are_shorter_than_the_curve_in_both_groups(facts, days):
    for segment in facts.segments:
        own = days[days["segment"] == segment.segment_id]
        gaps = (own["next"] - own["day"]).dt.days.dropna()
        rhythm = segment.rhythm
        assert (rhythm.n_closed, rhythm.n_open) == (len(gaps), own["customer_id"].nunique())
        assert rhythm.closed.q50 == np.median(gaps)
        assert rhythm.kaplan_meier.q50 > rhythm.closed.q50


def test_every_customer_who_bought_has_one_stage(facts, days):
    counted = sum(count.customers for segment in facts.segments for count in segment.stages)
    assert counted == days["customer_id"].nunique()
    seldom = {count.stage: count.customers for count in facts.of_segment(1).stages}
    assert seldom[Stage.ADVOCATE] == 0  # nobody with five purchase days has four orders


def test_the_christmas_months_stand_out(facts):
    season = facts.of_segment(2).test("promotion").season
    assert season is not None
    assert 11 in season.months
    assert season.years == 1


def test_views_and_baskets_have_no_figure_in_a_history_of_invoices(facts):
    for segment in facts.segments:
        for kind in ("abandoned_cart", "browse_abandonment"):
            test = segment.test(kind)
            assert test.observability == Observability.NOT_OBSERVABLE
            assert (test.fires, test.customers, test.rate, test.wait_days) == (0, 0, None, None)


def test_the_pair_is_the_strongest_of_a_dense_count_in_pandas(facts, orders, assignments):
    frame = orders.scan("pandas").to_native()
    frame = frame[~frame["is_return"] & (frame["amount"] >= 0) & frame["product"].notna()]
    pair = facts.of_segment(2).test("cross_sell").pair
    inside = frame[frame["customer_id"].map(assignments[1]) == 2]
    first = inside.groupby(["product", "customer_id"])["order_date"].min()
    a, b = first[pair.first], first[pair.second]
    both = a.index.intersection(b.index)
    lag = (pd.to_datetime(b[both]) - pd.to_datetime(a[both])).dt.days
    lag = lag[(lag >= 1) & (lag <= 180)]
    assert (pair.support, pair.n_first) == (len(lag), len(a))
    assert pair.median_lag_days == lag.median()
    assert pair.lift == pytest.approx(len(lag) / (len(a) * len(b) / (assignments[1] == 2).sum()))


def test_one_example_per_kind_and_no_list_of_customers(facts):
    for segment in facts.segments:
        assert 1 <= len(segment.cases) <= 13
