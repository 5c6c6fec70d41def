"""Who may be written to by which channel: a yes on file and an address, and nothing assumed."""

from dataclasses import replace

import pandas as pd
import pytest

from segkit.analysis.flow_facts import measure_flows
from segkit.model.flow import Channel
from tests.analysis.flow_orders import customers_of, one_segment, read_frame

PEOPLE = pd.DataFrame(
    [
        ("anna@shop.example", "+447700900001", "2026-01-05", "yes", "web"),
        ("anna@shop.example", "+447700900001", "2026-03-05", "no", "web"),
        ("bert@shop.example", "", "2026-01-06", "no", "iphone"),
        ("bert@shop.example", "", "2026-02-06", "yes", "web"),
        ("cleo@shop.example", "+447700900003", "2026-01-07", "", "web"),
        ("dora@shop.example", "+447700900004", "2026-01-08", "yes", "app"),
    ],
    columns=["email", "phone", "order_date", "accepts_marketing", "channel"],
).assign(amount=5.0)


def reach_of(orders):
    customers = customers_of(orders)
    facts = measure_flows(orders, customers=customers, assignments=one_segment(customers), names={1: "All"})
    return {reach.channel: reach for reach in facts.segments[0].reach}, facts.segments[0].cases


def known(orders, **columns):
    """Return the orders with contacts as intake reads them."""
    ids = [f"C{number:03d}" for number in range(1, 5)]
    contacts = pd.DataFrame(columns, index=pd.Index(ids, name="customer_id"))
    return replace(orders, contacts=contacts)


@pytest.fixture(scope="module")
def orders():
    return read_frame(PEOPLE)


@pytest.fixture(scope="module")
def reached(orders):
    return reach_of(known(orders, has_email=[True] * 4, has_phone=[True, False, True, True]))


def test_the_latest_known_answer_counts(reached):
    email = reached[0][Channel.EMAIL]
    assert (email.agreed, email.refused, email.unknown) == (
        2,
        1,
        1,
    )  # bert and dora; anna; cleo never answered
    assert (email.n_customers, email.with_address, email.reachable) == (4, 4, 2)
    assert "the latest accepts_marketing in the orders" in email.source


def test_an_answer_about_letters_says_nothing_of_text_messages(reached):
    sms = reached[0][Channel.SMS]
    assert (sms.with_address, sms.agreed, sms.refused, sms.unknown, sms.reachable) == (3, 0, 0, 4, 0)
    assert "no column says who agreed" in sms.source


def test_orders_through_an_app_show_an_app_and_not_that_push_is_allowed(reached):
    push = reached[0][Channel.PUSH]
    assert (push.with_address, push.unknown, push.reachable) == (2, 4, 0)
    assert "does not show that push is allowed" in push.source


def test_a_person_can_look_at_everyone(reached):
    person = reached[0][Channel.PERSON]
    assert (person.with_address, person.reachable) == (4, 4)


def test_every_customer_agreed_refused_or_was_never_asked(reached):
    for reach in reached[0].values():
        assert reach.agreed + reach.refused + reach.unknown == reach.n_customers
        assert reach.reachable <= min(reach.agreed, reach.with_address)


def test_a_case_lists_the_channels_that_reach_and_those_refused(reached):
    cases = {case.customer_id: case for case in reached[1]}
    channels = {name: (case.channels, case.refused) for name, case in cases.items()}
    assert channels["C001"] == ((Channel.PERSON,), (Channel.EMAIL,))
    assert channels["C002"] == ((Channel.EMAIL, Channel.PERSON), ())


def test_a_column_of_a_customer_file_that_asks_for_the_channel_goes_first(orders):
    attributes = pd.DataFrame(
        {"email_consent": [True, None, None, None], "sms_consent": ["yes", "yes", "no", None]},
        index=pd.Index(["C001", "C002", "C003", "C004"], name="customer_id"),
    )
    sources = (("email_consent", "customers.csv"), ("sms_consent", "customers.csv"))
    told = replace(orders, attributes=attributes, attribute_sources=sources)
    reach, _ = reach_of(known(told, has_email=[True] * 4, has_phone=[True, False, True, True]))
    assert reach[Channel.EMAIL].agreed == 3  # anna's yes in customers.csv, bert and dora by their orders
    sms = reach[Channel.SMS]
    assert (sms.agreed, sms.refused, sms.unknown, sms.reachable) == (2, 1, 1, 1)
    assert "sms_consent (customers.csv)" in sms.source


def test_without_a_column_of_addresses_nobody_has_one(orders):
    reach, _ = reach_of(known(orders, has_email=[True] * 4, has_phone=[None] * 4))
    assert reach[Channel.SMS].with_address == 0
    assert "no telephone column" in reach[Channel.SMS].source


def test_without_a_column_of_consent_nobody_is_reachable():
    orders = read_frame(PEOPLE.drop(columns=["accepts_marketing", "channel"]))
    reach, _ = reach_of(known(orders, has_email=[True] * 4, has_phone=[True] * 4))
    email = reach[Channel.EMAIL]
    assert (email.with_address, email.unknown, email.reachable) == (4, 4, 0)
    assert reach[Channel.PUSH].source.startswith("no order through an app")
