"""Which channel fits: reach, what the group says, what research found, what the website promises."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

from segkit.model.document import Library
from segkit.model.flow import Channel, ConditionKind, FlowCondition, Split, Task
from segkit.strategy import channels
from segkit.words.messages import choose_letter

_spec = importlib.util.spec_from_file_location("drafted_flows", Path(__file__).parent / "drafted_flows.py")
world = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(world)

EMAIL, SMS = Channel.EMAIL, Channel.SMS


def candidates(flows, *, facts=None, evidence=world.EVIDENCE, library=world.LIBRARY):
    letters = {flow.id: choose_letter(flow.kind) for flow in flows}
    facts = facts or world.make_facts()
    return channels.list_candidates(flows, facts=facts, evidence=evidence, library=library, letters=letters)


def chosen(flows, **more):
    return {one.flow.segment_id: one.channel for one in channels.choose_pair(candidates(flows, **more))}


def reason(candidate, *, facts=world.GOERS, library=world.LIBRARY, words=""):
    return channels.channel_reason(
        candidate, facts=facts, evidence=world.EVIDENCE, library=library, words=words
    )


def both(kind, segment):
    return world.make_flow(kind, segment=segment, channels=(EMAIL, SMS))


def test_the_text_goes_to_the_group_that_asks_for_texts():
    flows = [world.make_flow("replenishment"), world.make_flow("onboarding", segment=2, channels=(SMS,))]
    assert chosen(flows) == {1: EMAIL, 2: SMS}
    assert chosen([both("replenishment", 1), both("onboarding", 2)]) == {1: EMAIL, 2: SMS}


def test_the_channel_of_the_node_is_respected():
    assert chosen(
        [world.make_flow("replenishment", channels=(SMS,)), world.make_flow("onboarding", segment=2)]
    ) == {
        1: SMS,
        2: EMAIL,
    }


def test_a_channel_that_everybody_refused_gets_no_draft():
    refused = world.make_group(2, reach=(world.make_reach(EMAIL), world.make_reach(SMS, agreed=0, refused=4)))
    facts = world.make_facts(world.REFILLERS, refused)
    flows = [world.make_flow("replenishment"), both("onboarding", 2)]
    assert chosen(flows, facts=facts) == {1: EMAIL, 2: EMAIL}


def test_a_text_that_follows_an_email_counts_less_than_one_that_comes_first():
    first = candidates([world.make_flow("onboarding", segment=2, channels=(SMS,))])[0]
    behind = next(one for one in candidates([both("onboarding", 2)]) if one.channel is SMS)
    assert behind.fit < first.fit


def test_messages_are_met_in_the_order_of_the_graph_and_tasks_are_none():
    question = FlowCondition(kind=ConditionKind.OPEN_ISSUE, text="Is anything open?")
    flow = both("onboarding", 2)
    nodes = (
        Split(id="s", condition=question, yes="t", no="m1"),
        Task(id="t", name="Call", text="Call.", next=""),
        *flow.nodes,
    )
    split = replace(flow, entry="s", nodes=nodes)
    assert [one.id for one in channels.first_messages(split)] == ["m1"]
    task_only = replace(flow, entry="t", nodes=nodes[:2])
    assert channels.first_messages(task_only) == ()


def test_the_most_messages_on_one_way_are_counted_and_a_loop_does_not_hang():
    assert channels.most_messages(both("onboarding", 2)) == 2
    question = FlowCondition(kind=ConditionKind.MAY_RECEIVE, text="?", channel=EMAIL)
    flow = both("onboarding", 2)
    ways = replace(
        flow,
        entry="s",
        nodes=(
            Split(id="s", condition=question, yes="m0", no="m1"),
            replace(flow.nodes[0], next=""),
            replace(flow.nodes[1], next="s"),
        ),
    )
    assert channels.most_messages(ways) <= 2


def test_the_reason_weighs_both_channels_with_numbers_and_names_the_risk():
    text = " ".join(reason(candidates([world.make_flow("onboarding", segment=2, channels=(SMS,))])[0]))
    for words in (
        "reaches 4 of 4",
        "4 of 4 who answered prefer text message (S2-A1)",
        "203 would accept",
        "Why not email",
    ):
        assert words in text


def test_an_email_names_the_risk_of_texts_from_the_study():
    text = reason(candidates([world.make_flow("replenishment")])[0], facts=world.REFILLERS)[-1]
    assert "118 of 290" in text
    assert "[@study-2025]" in text


def test_without_research_the_reason_rests_on_the_counts_alone():
    text = " ".join(reason(candidates([world.make_flow("replenishment")])[0], library=Library()))
    assert "“" not in text
    assert "4 of 4" in text


def test_refused_customers_do_not_count_as_reached():
    some = world.make_group(1, reach=(world.make_reach(EMAIL, agreed=3, refused=1), world.make_reach(SMS)))
    candidate = candidates([world.make_flow("replenishment")], facts=world.make_facts(some))[0]
    sentences = reason(candidate, facts=some)
    assert sentences[0].startswith("Email reaches 3 of 4 today")
    assert "1 refused" in sentences[0]


def test_words_about_printed_text_are_no_word_on_text_messages():
    page = world.make_page(
        "s", "131 of 214 wanted somebody who would read the label text.", kind=world.STUDY.source.type
    )
    assert channels.find_research(Library(documents=(page,))) == ()


def test_a_promise_of_the_website_speaks_against_a_text_with_an_offer():
    promise = world.make_page(
        "page-contact", "A text comes only about something you asked for, and never an offer."
    )
    library = Library(documents=(*world.LIBRARY.documents, promise))
    found = channels.find_promises(library)
    assert (
        channels.broken_promise(world.make_flow("promotion", channels=(SMS,)), found).source_id
        == "page-contact"
    )
    assert channels.broken_promise(world.make_flow("back_in_stock", channels=(SMS,)), found) is None


def test_a_text_that_makes_an_offer_is_not_praised_with_what_research_says_of_orders():
    flow = world.make_flow("onboarding", segment=2, channels=(SMS,))
    candidate = candidates([flow])[0]
    plain = " ".join(reason(candidate, words="Your place is booked."))
    offer = " ".join(reason(candidate, words="Your first knit night is free."))
    assert "names no offer" in plain
    assert "203 would accept" in plain
    assert "names no offer" not in offer
    assert "203 would accept" not in offer


def test_an_email_is_said_to_hold_several_parts_only_where_its_words_do():
    candidate = candidates([world.make_flow("replenishment")])[0]
    one = " ".join(reason(candidate, facts=world.REFILLERS, words="Delivery is £4.20."))
    two = " ".join(
        reason(candidate, facts=world.REFILLERS, words="Delivery is £4.20. A quote holds for 30 days.")
    )
    assert "several parts" not in one
    assert "several parts (costs and terms)" in two


def test_a_free_evening_breaks_a_promise_of_no_offers_by_text():
    promise = world.make_page("page-contact", "A text comes only about what you booked, and never an offer.")
    found = channels.find_promises(Library(documents=(promise,)))
    flow = world.make_flow("onboarding", segment=2, channels=(SMS,))
    assert channels.broken_promise(flow, found, words="Your place is booked.") is None
    assert channels.broken_promise(flow, found, words="Your first night is free.") is not None
