"""What pages promise and studies advise about writing to people, found and bound to the right group."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from segkit.model.document import Document, Library, Origin, Passage
from segkit.model.evidence import Source, SourceType
from segkit.model.flow import Channel
from segkit.model.ledger import Ledger
from segkit.strategy.limits import find_limits, limits_of

_spec = importlib.util.spec_from_file_location("hand_made", Path(__file__).with_name("hand_made.py"))
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)

OFTEN = "how often we write"
STUDY = (
    "After a second promotional text within a month, 118 of 290 said that they would opt out of everything."
)


def found(*entries, library=None, book=None, groups=(1, 2)):
    return find_limits(
        Ledger(entries=entries),
        library or Library(),
        evidence=book or hand.EMPTY_BOOK,
        segments=[hand.segment(hand.group(number)) for number in groups],
    )


def the_limit(words: str, subject: str = OFTEN):
    (limit,) = found(hand.policy(subject, words))
    return limit


def library(text: str, *, kind: SourceType = SourceType.RESEARCH, quotable: bool = True) -> Library:
    source = Source(id="study", type=kind, title="Study", path="research/study.md", sha256="0" * 64)
    passage = Passage(id="p1", source_id="study", text=text, start=0, end=len(text), quotable=quotable)
    return Library(
        documents=(Document(source=source, origin=next(iter(Origin)), text=text, passages=(passage,)),)
    )


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("We write once a month, and never more.", 30),
        ("We send one letter a month, on the first Tuesday.", 30),
        ("A single email per week, no more.", 7),
        ("Our monthly letter.", 30),
        ("We send a weekly note.", 7),
        ("Once a quarter you hear from us.", 91),
        ("We write ONCE A YEAR.", 365),
    ],
)
def test_how_often_a_page_says_that_it_writes_becomes_days_between_two_emails(words, days):
    limit = the_limit(words)
    assert (limit.channel, limit.most, limit.per_days) == (Channel.EMAIL, 1, days)
    assert limit.exact == words
    assert limit.source_id == "page"


@pytest.mark.parametrize(
    ("words", "channel"),
    [
        ("We send one text when a chair comes free.", Channel.SMS),
        ("You get a single SMS.", Channel.SMS),
        ("We send one reminder, two weeks before, and nothing else.", None),
        ("We send one email when it is back.", Channel.EMAIL),
        ("You will get one letter about it.", Channel.EMAIL),
        ("One call, and no more.", Channel.PERSON),
    ],
)
def test_one_message_is_one_in_a_run_of_the_flow_on_its_channel(words, channel):
    limit = the_limit(words)
    assert (limit.channel, limit.most, limit.per_days) == (channel, 1, None)


@pytest.mark.parametrize("words", ["We send one text a month.", "One text message per month, no more."])
def test_one_text_a_month_binds_texts_and_not_emails(words):
    limit = the_limit(words)
    assert (limit.channel, limit.per_days) == (Channel.SMS, 30)


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("We do not chase schools in August.", (8,)),
        ("We do not call cider makers in September and October.", (9, 10)),
    ],
)
def test_months_in_which_a_page_promises_silence(words, months):
    limit = the_limit(words, "no reminding, for school")
    assert (limit.months, limit.most, limit.per_days, limit.channel) == (months, None, None, None)


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("no reminding", "We do not chase anybody."),
        ("no expiry of stamps", "Stamps from March do not expire."),
        ("returns", "You have 30 days, also in August."),
        (OFTEN, "We write when there is something to say."),
    ],
)
def test_what_says_no_number_and_no_month_binds_nothing(subject, words):
    assert found(hand.policy(subject, words)) == ()


def test_what_stands_in_the_orders_is_no_promise():
    assert found(hand.policy(OFTEN, "We write once a month.", source="orders-text")) == ()


def test_a_rule_binds_the_groups_whose_evidence_stands_on_its_page_and_else_everybody():
    entries = (
        hand.policy(OFTEN, "We send one text.", source="workshops"),
        hand.policy(OFTEN, "We write once a month.", source="about", number=2),
    )
    book = hand.evidence(
        hand.piece(2, "They come for the table.", source="workshops"),
        hand.piece(1, "They buy.", source="refills"),
    )
    text, letter = found(*entries, book=book)
    assert (text.segments, letter.segments) == ((2,), ())
    assert limits_of((text, letter), 1) == (letter,)
    assert limits_of((text, letter), 2) == (text, letter)


def test_a_study_that_counts_who_leaves_after_a_second_text_binds_everybody():
    (limit,) = found(library=library(f"Method first. {STUDY} And more."))
    assert (limit.channel, limit.most, limit.per_days, limit.segments) == (Channel.SMS, 1, 30, ())
    assert limit.exact == STUDY


@pytest.mark.parametrize(
    "given",
    [
        library(STUDY, kind=SourceType.WEBSITE),
        library(STUDY, quotable=False),
        library("A second promotional text within a month was read by 118 of 290."),
        library("They would opt out of everything after a second text."),
    ],
    ids=["on a page", "not to be quoted", "nobody leaves", "no time is said"],
)
def test_what_is_no_study_of_who_leaves_binds_nothing(given):
    assert found(library=given) == ()


def test_no_more_than_sixty_words_of_a_study_are_repeated():
    (limit,) = found(library=library(STUDY.replace("118 of 290", "many " * 90)))
    assert len(limit.exact.split()) == 60


# the example


def test_the_rules_of_the_example_are_found_and_bound_to_the_right_groups(example_plan):
    limits = {
        (limit.source_id, limit.channel, limit.most, limit.per_days, limit.months): limit.segments
        for reasons in example_plan.flows.reasons
        for limit in reasons.limits
    }
    names = {flow.segment_id: flow.segment_name for flow in example_plan.flows.flows}
    assert {key: tuple(names[number] for number in bound) for key, bound in limits.items()} == {
        ("page-about", Channel.EMAIL, 1, 30, ()): (),
        ("one-text-once-2025", Channel.SMS, 1, 30, ()): (),
        ("page-schools-and-studios", None, None, None, (8,)): ("Class pack buyers",),
        ("page-gift-service", None, 1, None, ()): ("Gift buyers",),
        ("page-workshops", Channel.SMS, 1, None, ()): ("Workshop goers",),
    }


def test_each_flow_of_the_example_is_told_of_the_rules_for_its_group_and_its_channels_and_no_others(
    example_plan,
):
    for flow in example_plan.flows.flows:
        limits = example_plan.flows.reasons_of(flow.id).limits
        channels = {None, *(node.channel for node in flow.nodes if node.type == "message")}
        assert all(not limit.segments or flow.segment_id in limit.segments for limit in limits)
        assert {limit.channel for limit in limits} <= channels
        assert ("page-about" in {limit.source_id for limit in limits}) == (Channel.EMAIL in channels)


def test_the_words_of_every_rule_stand_in_their_source(example_plan):
    texts = {
        item.source.id: " ".join(item.text.split()) for item in example_plan.foundation.library.documents
    }
    for reasons in example_plan.flows.reasons:
        for limit in reasons.limits:
            assert limit.exact in texts[limit.source_id]
