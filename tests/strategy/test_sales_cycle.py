"""The whole write-up: answer first, an opportunity that has a value and a day, and nothing that would fit any company."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.model.company import Company, OwnPipelineStage, PipelineSettings, SalesSettings
from segkit.strategy.sales_cycle import stage_model

_spec = importlib.util.spec_from_file_location(
    "sales_facts_by_hand", Path(__file__).with_name("sales_facts_by_hand.py")
)
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)
_LEFTOVER = re.compile(r"None(?! of)|\bnan\b")
_HYPE = re.compile(
    r"(?i)\b(?:significant(?:ly)?|leverage|robust|unlock|seamless|holistic|synergy|best.in.class|game.changer|crucial|delve)\b"
)


def sentences(cycle):
    """Return every sentence of a write-up."""
    yield from cycle.answer
    for item in cycle.qualification.verdicts:
        yield from (*item.reason, *item.proxies, item.threshold, item.blind_spot)
    for item in cycle.qualification.others:
        yield item.sentence
    one = cycle.opportunity
    yield from (one.answer, one.who, one.what, one.value, one.when, one.not_one)
    for item in cycle.stages:
        yield from (*item.reason, item.observed, item.not_observed)
    for item in cycle.examples:
        yield from (
            item.answer,
            item.next,
            *(step.sentence for step in item.steps),
            *(c.sentence for c in item.checks),
        )
    for item in cycle.readings:
        yield from (item.title, *item.sentences)
    yield from cycle.unobserved


def masked(text, name):
    """Return a sentence without its company, its quotations and its numbers."""
    text = re.sub(r"“[^”]*”", "Q", text.replace(name, "N"))
    return re.sub(r"\d[\d.,]*", "0", text)


def test_the_answer_comes_first_and_is_short():
    for facts in (hand.shop(), hand.mixed(), hand.supplier()):
        assert 3 <= len(hand.write_up(facts).answer) <= 5


def test_an_opportunity_of_a_shop_is_the_next_purchase_with_value_and_day():
    one = hand.write_up(hand.shop()).opportunity
    assert (
        "the next purchase of one customer, around 40.00\u00a0EUR, due about 70 days after the last"
        in one.answer
    )
    assert "n = 48 orders" in one.value
    assert (
        "60 days after the last one by the 38 finished gaps, 70 days once the 10 that are still open count too"
        in one.when
    )
    assert "For 1 customer with one purchase only it is unknown" in one.when


def test_with_trade_buyers_it_is_a_quote_or_an_order_on_invoice_too():
    one = hand.write_up(hand.mixed()).opportunity
    assert "with the 2 trade customers it is a quote or an order on invoice" in one.answer
    assert "with trade buyers 250.00\u00a0EUR at the median" in one.value
    assert "n = 4 orders" in one.value
    assert "with private customers, within 70 days" in one.when


def test_an_opportunity_of_a_supplier_with_a_crm_is_a_deal():
    one = hand.write_up(hand.supplier()).opportunity
    assert "an opportunity is a need that a seller entered in the CRM" in one.answer
    assert "A won deal 700.00\u00a0EUR at the median (n = 27)" in one.value
    assert "Half are decided within 47 days" in one.when
    assert "only an open deal makes one of them an opportunity" in one.not_one


def test_several_currencies_leave_the_value_out():
    facts = hand.supplier(
        pipeline=hand.pipeline(problem="Amounts are in EUR and GBP.", forecast=None, velocity=())
    )
    one = hand.write_up(facts).opportunity
    assert one.value == "Amounts are in EUR and GBP."
    assert "700" not in one.answer


def test_the_companys_own_definition_comes_first():
    own = SalesSettings(opportunity="A basket that waits.")
    one = hand.write_up(hand.shop(), settings=own).opportunity
    assert one.answer == "A basket that waits."
    assert "company's own" in one.sentences[0]


def test_the_stage_list_is_the_named_one_the_fitting_one_or_the_companys_own():
    company = Company(folder="", slug="a", name="A")
    assert stage_model(company, hand.pipeline()).id == "assignment"
    hubspot = Company(folder="", slug="a", name="A", pipeline=PipelineSettings(naming="hubspot"))
    assert stage_model(hubspot, None).id == "hubspot"
    rows = tuple(replace(item, stage_id=f"own_{item.stage_id}") for item in hand.STAGES)
    owned = replace(
        company,
        pipeline=PipelineSettings(own=(OwnPipelineStage(name="Offer", stage="evaluating", probability=60),)),
    )
    model = stage_model(owned, hand.pipeline(stages=rows))
    assert model.id == "own"
    assert [item.probability for item in model.stages] == [None, None, 60, None]


def test_reasons_of_two_companies_share_no_sentence_once_names_and_numbers_are_masked():
    shop, supplier = hand.write_up(hand.mixed()), hand.write_up(hand.supplier(), name="Quill & Sons")
    one = {masked(text, "Hazel & Thorn") for item in shop.qualification.verdicts for text in item.reason}
    other = {masked(text, "Quill & Sons") for item in supplier.qualification.verdicts for text in item.reason}
    assert not one & other
    one = {masked(text, "Hazel & Thorn") for item in shop.stages[:5] for text in item.reason}
    other = {masked(text, "Quill & Sons") for item in supplier.stages[:5] for text in item.reason}
    assert not one & other


def test_sentences_are_whole_plain_and_without_leftovers():
    for facts in (hand.shop(), hand.mixed(), hand.supplier()):
        for text in sentences(hand.write_up(facts)):
            assert "  " not in text, text
            assert "{" not in text, text
            assert not _LEFTOVER.search(text), text
            assert " ." not in text, text
            assert ".." not in text, text
            assert not _HYPE.search(text), text
            assert not re.search(r"\b1 (?:customers|orders|deals|days|accounts)\b", text), text


def test_the_same_facts_give_the_same_text():
    assert hand.write_up(hand.mixed()) == hand.write_up(hand.mixed())


@pytest.mark.parametrize(
    "field",
    [
        "win_rate",
        "won_value",
        "lost_value",
        "open_value",
        "forecast",
        "time_to_close",
        "lead_score",
        "n_slipped",
        "first",
    ],
)
def test_a_figure_that_was_not_measured_is_left_out_and_not_made_up(field):
    facts = hand.supplier(pipeline=hand.pipeline(**{field: None}))
    assert all(not _LEFTOVER.search(text) for text in sentences(hand.write_up(facts)))


@given(
    missing=st.sets(
        st.sampled_from([item.name for item in (*hand.supplier().proxies, *hand.mixed().proxies)])
    )
)
@settings(max_examples=40, deadline=None)
def test_any_proxy_may_be_missing(missing):
    for facts in (hand.supplier(), hand.mixed()):
        kept = tuple(item for item in facts.proxies if item.name not in missing)
        cycle = hand.write_up(replace(facts, proxies=kept))
        assert all(item.reason for item in cycle.qualification.verdicts)
        assert all(not _LEFTOVER.search(text) for text in sentences(cycle))


@given(
    business=st.sampled_from(["b2c", "mixed", "b2b"]),
    orders=st.integers(1, 3),
    gone=st.integers(0, 1),
    once=st.integers(0, 10),
    known=st.booleans(),
    signs=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_small_and_bare_books_are_written_up_whole(business, orders, gone, once, known, signs):
    base = hand.shop()
    facts = replace(
        base,
        business_model=business,
        outcomes=replace(
            base.outcomes,
            orders=orders,
            paid=orders - gone,
            cancelled=gone,
            taken_back=0,
            partly=0,
            status_known=known,
        ),
        buyers=base.buyers
        if signs
        else replace(base.buyers, trade=None, gift=None, trade_orders=None, gift_orders=None),
        next_purchase=replace(base.next_purchase, n_once=once, gaps=None, kaplan_meier=None),
        proxies=(),
        thresholds=(),
        customers=(),
        decisions=(),
        counts=(),
        funnel=(),
    )
    cycle = hand.write_up(facts)
    assert len(cycle.stages) == 6
    for text in sentences(cycle):
        assert not _LEFTOVER.search(text), text
        assert not re.search(r"\b1 (?:customers|orders|deals|days|accounts)\b", text), text
