"""What a message may name, and what it never does: ended, disputed, for somebody else, or for somewhere else."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from segkit.model.company import MessageSettings, OwnOffer
from segkit.model.ledger import Ledger, LedgerKind
from segkit.strategy import offers
from segkit.strategy.draft_statements import content_words

_spec = importlib.util.spec_from_file_location("drafted_flows", Path(__file__).parent / "drafted_flows.py")
world = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(world)


def audience(**more):
    values = {
        "facts": world.REFILLERS, "as_of": world.AS_OF, "trade": False, "delivered": True, "country": "GB", "kind": "promotion",
        "topics": content_words("refills christmas"),
    }  # fmt: skip
    return offers.Audience(**{**values, **more})


def usable(ledger=world.LEDGER, as_of=world.AS_OF):
    return offers.usable_entries(ledger, as_of=as_of)


def code(exact, *, day=date(2026, 12, 31), **more):
    return world.make_entry("code-9", LedgerKind.CODE, "WOOL20", exact, exact=exact, day=day, **more)


def test_an_ended_code_and_both_sides_of_a_dispute_are_not_usable():
    assert {entry.id for entry in usable()} == {"code-2", "price-1", "fee-1", "fee-2", "free-1"}


def test_a_code_seen_in_orders_does_not_revive_the_one_that_ended():
    again = replace(world.ENDED, id="code-3", source_id="page-other", ended=False, day=None)
    ledger = replace(world.LEDGER, entries=(*world.LEDGER.entries, again))
    assert "code-3" not in {entry.id for entry in usable(ledger)}


def test_a_code_holds_on_its_last_day_and_not_on_the_next():
    ledger = Ledger(entries=(code("15 % off with WOOL20 until 10 September 2026.", day=date(2026, 9, 10)),))
    assert usable(ledger, date(2026, 9, 10))
    assert not usable(ledger, date(2026, 9, 11))


def test_what_was_paid_in_the_past_is_no_price_of_today():
    ledger = Ledger(entries=(replace(world.PRICE, source_id="orders"),))
    assert usable(ledger) == ()


@pytest.mark.parametrize(
    "exact",
    [
        "Take 20 % off your first order with WOOL20.",
        "New customers take 20 % off with WOOL20.",
        "Take 20 % off your second order with WOOL20.",
        "20 % off with WOOL20, not on refills or vouchers.",
    ],
)
def test_a_code_that_its_own_terms_deny_the_group_is_left_out_with_the_reason(exact: str):
    live, reasons = offers.find_codes([code(exact)], audience())
    assert live == ()
    assert "WOOL20" in reasons[0]


def test_a_code_without_a_last_day_is_not_trusted():
    assert offers.find_codes([code("20 % off with WOOL20.", day=None)], audience())[0] == ()


def test_a_code_that_holds_is_found_where_selling_is_the_matter_and_nowhere_else():
    live = code("20 % off refills with WOOL20 until 31 December 2026.")
    assert offers.find_codes([live], audience())[0] == (live,)
    assert offers.find_codes([live], audience(kind="thank_you"))[0] == ()


def test_a_code_for_the_second_order_belongs_to_those_who_have_placed_one():
    second = code("WOOL20 takes 20 % off your second order until 31 December 2026.")
    assert offers.find_codes([second], audience(kind="onboarding"))[0] == (second,)


def test_delivery_costs_what_it_costs_at_home_and_nothing_for_what_is_not_sent():
    fee, free, where = offers.find_delivery(usable(), audience())
    assert (fee.text, free.text, where) == ("£4.20", "£60", " in the UK")
    assert fee.entry_id == "fee-1"
    assert offers.find_delivery(usable(), audience(delivered=False)) == (None, None, "")


def test_two_fees_for_the_same_place_are_named_by_neither():
    other = replace(world.FEE, id="fee-9", amount=5.0, value="£5.00")
    assert offers.find_delivery([*usable(), other], audience())[0] is None


def test_trade_pays_the_trade_fee_and_nobody_else_does():
    trade = world.make_entry("fee-3", LedgerKind.FEE, "delivery, for trade", "£6.50", amount=6.5)
    assert offers.find_delivery([*usable(), trade], audience(trade=True))[0].text == "£6.50"
    assert offers.find_delivery([*usable(), trade], audience())[0].text == "£4.20"


def test_trade_without_a_fee_of_its_own_pays_what_everybody_pays():
    assert offers.find_delivery(usable(), audience(trade=True))[0].text == "£4.20"


def test_a_price_is_found_by_the_name_in_the_orders_and_not_by_a_neighbour():
    assert (
        offers.find_price(usable(), "Sock wool refill 100 g - Moss", title_words="Sock wool refill").text
        == "£16.50"
    )
    assert offers.find_price(usable(), "Sock wool 100 g - Moss", title_words="Sock needles") is None


def test_two_prices_for_one_product_are_named_by_neither():
    other = replace(world.PRICE, id="price-9", amount=18.0, value="£18.00")
    found = offers.find_price([*usable(), other], "Sock wool refill 100 g", title_words="Sock wool refill")
    assert found is None


def test_a_deadline_without_a_year_comes_round_and_one_without_a_bearing_on_the_group_does_not_count():
    school = world.make_entry("deadline-5", LedgerKind.DEADLINE, "last order day for refills", "20 March")
    found = offers.find_deadline([school], audience())
    assert (found.day, found.said) == (date(2027, 3, 20), "20 March")
    assert offers.find_deadline([school], audience(topics=content_words("workshops"))) is None


def test_a_deadline_that_has_passed_or_lies_far_off_is_not_named():
    past = world.make_entry(
        "d", LedgerKind.DEADLINE, "last day for refills", "1 June 2026", day=date(2026, 6, 1)
    )
    far = world.make_entry("e", LedgerKind.DEADLINE, "last day for refills", "1 September")
    assert offers.find_deadline([past, far], audience()) is None


def test_the_season_decides_between_two_deadlines():
    spring = world.make_entry("a", LedgerKind.DEADLINE, "last day for refills", "20 March")
    summer = world.make_entry("b", LedgerKind.DEADLINE, "last day for refills", "1 June")
    assert offers.find_deadline([spring, summer], audience()).said == "20 March"
    assert offers.find_deadline([spring, summer], audience(), months=(5, 6)).said == "1 June"


def test_a_deadline_of_another_place_is_not_ours():
    entry = world.make_entry("a", LedgerKind.DEADLINE, "last day for refills, European Union", "20 March")
    assert offers.find_deadline([entry], audience()) is None


def test_the_users_offer_holds_until_its_last_day_and_is_then_refused_with_a_sentence():
    settings = MessageSettings(
        offers=(
            OwnOffer(text="Free wrap", until=date(2026, 9, 10)),
            OwnOffer(text="Free tea", until=date(2026, 9, 9)),
            OwnOffer(text="For others", contains="Workshop goers"),
        )
    )
    live, over = offers.own_offers(replace(world.COMPANY, messages=settings), audience=audience())
    assert [one.text for one in live] == ["Free wrap"]
    assert len(over) == 1
    assert "Free tea" in over[0]


def test_a_dispute_is_told_where_the_group_meets_it():
    near = offers.left_out_conflicts(world.LEDGER, pages=["page-refills"], audience=audience())
    assert len(near) == 2
    assert offers.left_out_conflicts(world.LEDGER, pages=["page-workshops"], audience=audience()) == ()


def test_a_code_for_another_order_is_left_out_in_its_own_terms():
    entry = code("WOOL20 takes 20 % off your second order of £50 or more, until 31 December 2026.")
    around = {entry.id: f"{entry.exact} It works once, within 60 days of the first order."}
    _, reasons = offers.find_codes([entry], audience(), around=around)
    assert reasons[0].endswith(
        "by its own terms it is for the second order of £50 or more within 60 days of the first order."
    )


def test_what_is_taken_off_every_trade_order_is_named_to_the_trade_with_its_condition():
    exact = "Trade orders of £150 or more have 10 % taken off."
    entry = world.make_entry("t-1", LedgerKind.THRESHOLD, "terms of trade orders", "from £150", exact=exact)
    around = {"t-1": f"{exact} This is for orders by quote."}
    found = offers.find_trade_terms([entry], audience(trade=True), pages=["page-refills"], around=around)
    assert (found.text, found.entry_id) == (around["t-1"], "t-1")
    assert offers.find_trade_terms([entry], audience(), pages=["page-refills"], around=around) is None
    assert offers.find_trade_terms([entry], audience(trade=True), pages=["page-index"], around=around) is None
    first = replace(entry, exact="Take 10 % off your first trade order, if it is your first order.")
    assert offers.find_trade_terms([first], audience(trade=True), pages=["page-refills"], around={}) is None
