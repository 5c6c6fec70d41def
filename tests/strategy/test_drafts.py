"""Drafts as a customer reads them: true, traced, for this group and no other, and stopped where something is missing."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import pytest

from segkit.model.company import BrandSettings, Company, MessageSettings, OwnMessage, OwnOffer
from segkit.model.document import Library
from segkit.model.evidence import Direction
from segkit.model.flow import Channel, Delay, Task
from segkit.model.flow_facts import AnnualDate, BackTest, Observability
from segkit.model.flow_kind import flow_kinds
from segkit.model.ledger import Ledger, LedgerKind
from segkit.strategy.draft_checks import draft_texts, shared_sentences, untraced_figures
from segkit.strategy.draft_names import name_goods, name_product
from segkit.strategy.draft_statements import choose_statement, find_statements
from segkit.strategy.drafts import draft_messages
from segkit.strategy.liquid import render_liquid
from segkit.strategy.sms import count_sms
from segkit.words.messages import choose_letter

_spec = importlib.util.spec_from_file_location("drafted_flows", Path(__file__).parent / "drafted_flows.py")
world = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(world)

EMAIL, SMS = Channel.EMAIL, Channel.SMS
TRADE = replace(world.COMPANY, business_model="b2b")
REFILL_TITLE = "Sock wool refill 100 g - Moss"
NAMES = ("Woolly", "Woolly Wool", "refills", "workshops", REFILL_TITLE)


def draft(*flows, facts=None, **more):
    known = {
        "segments": world.SEGMENTS, "evidence": world.EVIDENCE, "ledger": world.LEDGER, "library": world.LIBRARY,
        "company": world.COMPANY,
    }  # fmt: skip
    return draft_messages(flows, facts=facts or world.make_facts(), **{**known, **more})


def one(*args, **more):
    drafts = draft(*args, **more)
    assert len(drafts) == 1
    return drafts[0]


def words(message):
    return "\n".join(draft_texts(message))


def pair(**more):
    return draft(
        world.make_flow("replenishment", product=REFILL_TITLE),
        world.make_flow("onboarding", segment=2, channels=(SMS,), product="Workshop: First Hat"),
        **more,
    )


def test_two_flows_become_one_email_and_one_text_under_the_ids_of_their_nodes():
    email, text = pair()
    assert (email.id, email.channel, email.segment_name) == ("replenishment-1-0", EMAIL, "Refillers")
    assert (text.id, text.channel, text.segment_name) == ("onboarding-2-0", SMS, "Workshop goers")
    assert email.findings == ()
    assert email.count is None


def test_the_email_is_complete_and_its_purpose_stands_in_the_first_line():
    email = pair()[0].email
    assert 30 <= len(email.subject) <= 50
    assert 40 <= len(email.preheader) <= 100
    assert "nearly used up" in email.paragraphs[0]
    assert 2 <= len(email.paragraphs) <= 4
    assert email.action.landing == "website/page-refills.html"
    assert email.action.url.startswith("https://www.woolly.example/refills?")
    assert (email.reply_to, email.signature) == ("ada@woolly.example", "Ada")
    assert "unsubscribe" in email.unsubscribe


def test_the_email_answers_the_finding_that_speaks_against_the_group():
    email = pair()[0]
    assert "If your drawer is full, tap Pause" in words(email)
    assert any("S1-X" in sentence and "drawer" in sentence for sentence in email.fit)
    assert "S1-X" in email.evidence_ids


def test_costs_are_told_after_the_request_and_traced():
    email = pair()[0]
    assert "£16.50" in email.email.after_action[0]
    assert "£4.20" in email.email.after_action[0]
    assert {offer.entry_id for offer in email.offers} >= {"price-1", "fee-1", "free-1"}


def test_the_text_opens_with_the_brand_has_one_link_and_fits_two_parts():
    text = pair()[1].sms
    assert text.body.startswith("Woolly: ")
    assert text.body.count("https://") == 1
    assert text.opt_out == "Reply STOP to opt out"
    count = count_sms(f"{text.body} {text.opt_out}")
    assert (count.encoding, count.parts <= 2) == ("GSM-7", True)


def test_the_text_says_once_that_no_second_one_follows_and_why():
    assert any("No second text" in sentence and "118 of 290" in sentence for sentence in pair()[1].left_out)


@pytest.mark.parametrize("kind", list(flow_kinds()))
@pytest.mark.parametrize("channel", [EMAIL, SMS])
def test_no_kind_of_flow_names_an_ended_code_or_a_disputed_day(kind: str, channel: Channel):
    for message in draft(*(world.make_flow(kind, segment=group, channels=(channel,)) for group in (1, 2))):
        for trap in ("WOOL15", "HELLO10", "December", "15 %", "10 %", "Christmas"):
            assert trap not in words(message)
        assert untraced_figures(message) == ()


def test_what_was_left_out_is_told_with_its_reason():
    left_out = " ".join(one(world.make_flow("promotion")).left_out)
    for what in ("WOOL15", "HELLO10", "name neither date"):
        assert what in left_out


def test_statements_of_the_website_are_repeated_to_the_letter_and_traced():
    email = pair()[0]
    stated = [offer for offer in email.offers if offer.kind == "term"]
    assert stated
    for offer in stated:
        assert offer.text in words(email)
        assert any(
            offer.exact in page.text for page in world.LIBRARY.documents if page.source.id == offer.source_id
        )


def test_what_holds_for_a_few_weeks_is_not_said_a_year_later():
    soon = one(world.make_flow("onboarding", segment=2))
    late = one(world.make_flow("anniversary", segment=2))
    assert "within eight weeks" in words(soon)
    assert "within eight weeks" not in words(late)


@pytest.mark.parametrize(
    "passage",
    [
        "Learn to Knit on 10 October has three chairs left.",
        "This month refills are half price for the same colour.",
        "The same colour again, with the code MOSS5.",
        "It is the same colour again.",
        "“I got the same colour again”, says Ada.",
        "The same colour {{ 7 }} again.",
    ],
)
def test_a_sentence_that_is_dated_quoted_or_leans_on_another_is_not_repeated(passage: str):
    library = Library(documents=(world.make_page("page-refills", passage),))
    found = find_statements(library, Ledger(), sources={"page-refills"})
    assert choose_statement(found, roles=("again",), about=frozenset()) is None


def test_what_holds_for_eight_weeks_is_not_said_when_most_of_them_have_passed():
    flow = world.make_flow("onboarding", segment=2)
    late = replace(flow, entry="w", nodes=(Delay(id="w", days=40, next="m0"), *flow.nodes))
    assert "within eight weeks" not in words(one(late))


def test_a_day_to_order_by_is_named_only_where_the_calendar_starts_the_flow():
    spring = world.make_entry(
        "d", LedgerKind.DEADLINE, "last order day for refills", "20 March", exact="Order refills by 20 March."
    )
    ledger = replace(world.LEDGER, entries=(*world.LEDGER.entries, spring))
    assert "20 March" in words(one(world.make_flow("promotion", segment=1), ledger=ledger, company=TRADE))
    assert "20 March" not in words(one(world.make_flow("anniversary"), ledger=ledger, company=TRADE))


def test_a_number_to_answer_to_is_not_the_name_a_text_opens_with():
    brand = replace(world.BRAND, sms_sender="+447700900190")
    text = draft(
        world.make_flow("onboarding", segment=2, channels=(SMS,)), company=replace(world.COMPANY, brand=brand)
    )[0].sms
    assert text.sender == "+447700900190"
    assert text.body.startswith("Woolly: ")


def test_the_study_behind_a_group_is_searched_for_what_a_statement_answers():
    study = world.make_page(
        "after-class", "The first eight weeks decide: of 16 who returned, 14 came within eight weeks.",
        kind=world.STUDY.source.type, url="",
    )  # fmt: skip
    library = Library(documents=(*world.LIBRARY.documents, study))
    cited = world.make_quote("S2-2", segment=2, source="after-class", exact="of 16 who returned, 14 came")
    evidence = replace(
        world.EVIDENCE,
        sources=tuple(page.source for page in library.documents),
        evidence=(*world.EVIDENCE.evidence, cited),
    )
    message = one(world.make_flow("onboarding", segment=2), library=library, evidence=evidence)
    assert any(
        "answers a finding of research: “The first eight weeks decide" in sentence
        and "[@after-class]" in sentence
        for sentence in message.fit
    )


def test_the_wait_behind_the_message_and_private_words_stay_unsaid():
    email = one(world.make_flow("win_back", days_since_order=98))
    assert "98" not in words(email)
    assert any("98 days" in sentence for sentence in email.left_out)


def test_a_wait_in_the_middle_of_a_flow_is_no_silence_that_set_it_off():
    flow = world.make_flow("replenishment")
    waiting = replace(
        flow, entry="w", nodes=(Delay(id="w", days=31, next="m0", reason="no mail in August"), *flow.nodes)
    )
    email = one(waiting)
    assert not any("set it off" in sentence for sentence in email.left_out)
    assert not any("August" in sentence for sentence in email.fit)


def test_the_first_text_says_what_is_booked_in_one_part_and_traces_what_is_free():
    text = pair()[1]
    assert text.sms.body.startswith(
        "Woolly: you are booked. After First Hat, a knit night is free within 8 weeks."
    )
    assert count_sms(f"{text.sms.body} {text.sms.opt_out}").parts == 1
    assert text.offers[0].exact.startswith("Everyone who has taken First Hat")
    assert untraced_figures(replace(text, offers=tuple(replace(o, exact="") for o in text.offers))) == ()


def test_what_speaks_against_a_group_gets_an_answer_only_where_the_message_gives_one():
    def against(exact):
        item = world.make_quote(
            "S1-X", segment=1, source="study-2025", exact=exact, direction=Direction.CONTRADICTS
        )
        evidence = replace(world.EVIDENCE, evidence=(item,))
        fit = one(world.make_flow("back_in_stock"), evidence=evidence).fit
        return next(sentence for sentence in fit if "S1-X" in sentence)

    assert against("Of 31, 22 bought no wool at all.").endswith("no wool at all.”")
    assert against("A discount moved 4 of 41.").endswith("So no discount is offered.")
    assert against("Of 41, 17 do not want to hear from a shop.").endswith("So there is one message.")


def test_a_flow_before_two_days_says_which_run_its_words_are_for():
    test = BackTest(
        kind="promotion", segment_id=1, observability=Observability.OBSERVABLE,
        deadlines=tuple(
            AnnualDate(month=month, day=day, subject="", source_id="page-refills", exact=f"Order by day {day}.")
            for month, day in ((3, 20), (7, 10))
        ),
    )  # fmt: skip
    spring = world.make_entry(
        "d", LedgerKind.DEADLINE, "last order day for refills", "20 March", exact="Order refills by 20 March."
    )
    ledger = replace(world.LEDGER, entries=(*world.LEDGER.entries, spring))
    facts = world.make_facts(replace(world.REFILLERS, tests=(test,)), world.GOERS)
    email = one(world.make_flow("promotion"), facts=facts, ledger=ledger, company=TRADE)
    assert email.email.paragraphs[0].endswith("order refills by 20 March.")
    assert any(
        "run before 20 March" in sentence and "10 July" in sentence and "[@page-refills]" in sentence
        for sentence in email.left_out
    )


def test_every_source_a_draft_cites_is_one_of_the_library():
    known = {page.source.id for page in world.LIBRARY.documents}
    cited = {
        name
        for message in pair()
        for text in (*message.channel_reason, *message.fit, *message.left_out)
        for name in re.findall(r"\[@([^\]]+)\]", text)
    }
    assert cited
    assert cited <= known


def test_a_group_with_an_open_matter_is_told_to_wait():
    held = world.make_group(1, reach=world.BOTH, categories=("Refill",), holds=2)
    email = one(world.make_flow("win_back"), facts=world.make_facts(held, world.GOERS))
    assert any("2 with an open" in sentence for sentence in email.left_out)


def test_nobody_reachable_by_text_gives_two_emails_and_says_so():
    mute = [
        world.make_group(n, reach=(world.make_reach(EMAIL), world.make_reach(SMS, agreed=0, refused=4)))
        for n in (1, 2)
    ]
    flows = [
        world.make_flow("replenishment", channels=(EMAIL, SMS)),
        world.make_flow("onboarding", segment=2),
    ]
    drafts = draft(*flows, facts=world.make_facts(*mute))
    assert [message.channel for message in drafts] == [EMAIL, EMAIL]
    assert all("Both drafts are emails" in message.channel_reason[-1] for message in drafts)


def test_without_a_consent_column_the_draft_is_made_and_stopped():
    unasked = world.make_group(1, reach=(world.make_reach(EMAIL, agreed=0),), categories=("Refill",))
    message = one(world.make_flow("replenishment"), facts=world.make_facts(unasked, world.GOERS))
    assert "collect consent" in message.stopped
    assert message.email is not None


def test_a_channel_without_anybody_who_agreed_stops_the_draft():
    refused = world.make_group(1, reach=(world.make_reach(EMAIL, agreed=0, refused=4),))
    message = one(world.make_flow("replenishment"), facts=world.make_facts(refused, world.GOERS))
    assert "reaches nobody of these 4" in message.stopped


def test_a_company_without_a_brand_gets_visible_placeholders_and_a_stop():
    message = one(world.make_flow("replenishment"), company=replace(world.COMPANY, brand=BrandSettings()))
    assert message.email.sender.startswith("[")
    assert message.email.postal_address == "[postal address]"
    assert "the sender and the postal address" in message.stopped


def test_a_text_the_website_rules_out_is_stopped():
    promise = world.make_page(
        "page-contact", "A text comes only about something you asked for, and never an offer."
    )
    library = Library(documents=(*world.LIBRARY.documents, promise))
    message = one(world.make_flow("promotion", channels=(SMS,)), library=library)
    assert "never an offer" in message.stopped


@pytest.mark.parametrize("kind", list(flow_kinds()))
def test_a_wholesaler_without_website_ledger_or_evidence_still_gets_a_message_that_says_less(kind: str):
    bare = world.make_group(
        1, reach=(world.make_reach(EMAIL, agreed=0),), products=("WHITE HANGING HEART T-LIGHT HOLDER",)
    )
    shop = Company(folder="", slug="uci", name="Online Retail", business_model="b2b")
    message = one(
        world.make_flow(kind), facts=world.make_facts(bare), evidence=world.EMPTY_BOOK, ledger=Ledger(), library=Library(),
        company=shop,
    )  # fmt: skip
    assert message.offers == ()
    assert "No page of the website is on file" in message.stopped
    assert message.email.action.url.endswith(".invalid/page")
    assert len(message.email.paragraphs) >= 2
    assert untraced_figures(message) == ()


@pytest.mark.parametrize(
    "title",
    [
        "{{ secret }} wool",
        "{% for i in (1..9) %}wool{% endfor %}",
        "<script>alert(1)</script> wool",
        '=HYPERLINK("https://evil.example")',
        "Wool www.evil.example",
        "{fee} {if_reward}",
        "x" * 300,
        "12345",
        "",
    ],
)
@pytest.mark.parametrize("kind", ["replenishment", "cross_sell", "back_in_stock"])
def test_a_hostile_product_name_neither_runs_nor_leads_anywhere(title: str, kind: str):
    facts = world.make_facts(
        world.make_group(1, reach=world.BOTH, products=(title,), categories=(title,)), world.GOERS
    )
    for channel in (EMAIL, SMS):
        message = one(world.make_flow(kind, product=title, channels=(channel,)), facts=facts)
        bare = words(message).replace("{{ first_name | default: 'there' }}", "")
        assert not re.search(r"[{}<>]|%\}|evil|script|=H", bare)
        assert render_liquid(words(message), {"first_name": "Ada"})


def test_the_users_own_words_replace_ours_and_keep_the_traces_that_are_found():
    own = OwnMessage(
        contains="Refillers",
        channel="email",
        subject="Your wool",
        paragraphs=("A skein is £16.50. Tea is £3.00.",),
    )
    message = one(world.make_flow("replenishment"), company=with_messages(own=(own,)))
    assert message.own_words
    assert message.email.subject == "Your wool"
    assert message.email.paragraphs == own.paragraphs
    assert [offer.text for offer in message.offers] == ["£16.50"]
    assert untraced_figures(message) == ("3.00",)


def test_the_users_own_words_are_drafted_even_where_another_group_fits_better():
    own = OwnMessage(contains="Workshop goers", channel="email", subject="Come back", paragraphs=("Come.",))
    flows = [
        world.make_flow("replenishment"),
        world.make_flow("onboarding", segment=2, channels=(SMS, EMAIL)),
    ]
    drafts = draft(*flows, company=with_messages(own=(own,)))
    assert [(message.segment_id, message.own_words) for message in drafts if message.channel is EMAIL][
        -1
    ] == (2, True)


def test_the_users_offer_is_made_and_traced_and_refused_once_it_has_ended():
    live = OwnOffer(text="Free darning needle with two refills.", until=world.AS_OF)
    message = one(world.make_flow("promotion"), company=with_messages(offers=(live,)))
    assert "Free darning needle" in words(message)
    assert [offer.source_id for offer in message.offers if "needle" in offer.text] == ["company.toml"]
    ended = replace(live, until=world.AS_OF.replace(day=1))
    message = one(world.make_flow("promotion"), company=with_messages(offers=(ended,)))
    assert "needle" not in words(message)
    assert any("needle" in sentence for sentence in message.left_out)


def test_the_user_decides_which_groups_get_a_draft():
    flows = [world.make_flow("replenishment"), world.make_flow("promotion", segment=2)]
    drafts = draft(*flows, company=with_messages(drafts=("Workshop goers", "Refillers")))
    assert {message.segment_id for message in drafts} == {1, 2}


def with_messages(**settings):
    return replace(world.COMPANY, messages=MessageSettings(**settings))


def test_two_groups_with_the_same_kind_of_flow_never_read_the_same_sentence():
    drafted = 0
    for kind in flow_kinds():
        if choose_letter(kind, need="refill") is choose_letter(kind, need="learning"):
            continue
        drafts = draft(world.make_flow(kind), world.make_flow(kind, segment=2))
        drafted += len(drafts)
        assert shared_sentences(drafts, names=NAMES) == ()
    assert drafted >= 12


def test_where_one_letter_would_serve_two_groups_another_flow_is_drafted():
    flows = [
        world.make_flow("browse_abandonment"),
        world.make_flow("browse_abandonment", segment=2),
        world.make_flow("onboarding", segment=2),
    ]
    assert {message.flow_id for message in draft(*flows)} == {"browse_abandonment-1", "onboarding-2"}


def test_a_sentence_with_a_name_swapped_is_found():
    first, second = draft(world.make_flow("replenishment"), world.make_flow("onboarding", segment=2))
    swapped = replace(second, email=replace(second.email, heading="Moss wool is only here for £16.50 today"))
    original = replace(first, email=replace(first.email, heading="Rust wool is only here for £12.80 today"))
    assert shared_sentences([original, swapped], names=["Moss wool", "Rust wool"]) == (
        "Moss wool is only here for £16.50 today",
    )


def test_a_figure_without_a_source_is_found():
    message = pair()[0]
    wrong = replace(message, email=replace(message.email, heading="Free from £50"))
    assert untraced_figures(wrong) == ("50",)


@pytest.mark.parametrize(
    ("tone", "greeting"),
    [("formal and brief", "Dear "), ("informal", "Hello "), ("warm, not formal", "Hello "), ("", "Hello ")],
)
def test_the_greeting_follows_the_tone_of_the_brand(tone: str, greeting: str):
    company = replace(world.COMPANY, brand=replace(world.BRAND, tone=tone))
    assert one(world.make_flow("replenishment"), company=company).email.paragraphs[0].startswith(greeting)


def test_no_draft_holds_an_exclamation_mark_or_a_countdown():
    for kind in flow_kinds():
        for message in draft(world.make_flow(kind), world.make_flow(kind, segment=2, channels=(SMS,))):
            assert not re.search(r"!|hurry|last chance|\bhours left\b", words(message), re.IGNORECASE)


def test_a_flow_of_a_group_that_nobody_measured_gets_no_draft():
    facts = world.make_facts(world.REFILLERS)
    drafts = draft(world.make_flow("replenishment"), world.make_flow("onboarding", segment=2), facts=facts)
    assert [message.segment_id for message in drafts] == [1]


def test_a_flow_that_only_asks_a_person_gets_no_draft_and_no_flow_gives_none():
    flow = replace(world.make_flow("win_back"), nodes=(Task(id="m0", name="Call", text="Call.", next=""),))
    assert draft(flow) == ()
    assert draft() == ()


def test_one_word_about_presents_makes_nobody_a_giver():
    bare = world.make_group(1, reach=world.BOTH, products=("Lunch bag",))
    said = world.make_quote(
        "S1-9", segment=1, source="study-2025", exact="Bags are bought as a present by 9 of 100."
    )
    evidence = replace(world.EMPTY_BOOK, evidence=(said,))
    segment = replace(world.make_segment(1), name="Small-basket buyers")
    message = one(
        world.make_flow("win_back"), facts=world.make_facts(bare), segments=(segment,), evidence=evidence
    )
    assert "present" not in words(message)
    assert "Lunch bag" in words(message)
    assert any("3 of these 4 bought" in sentence for sentence in message.fit)


def test_the_same_input_gives_the_same_drafts():
    assert pair() == pair()


@pytest.mark.parametrize(
    ("title", "item"),
    [
        ("Class pack: First Knits, 12 pupils", "First Knits class pack"),
        ("Fell lambswool scarf, ready made", "Fell lambswool scarf"),
        ("Lavender moth sachets refill, set of 4", "Lavender moth sachets refill"),
        ("60 TEATIME FAIRY CAKE CASES", ""),
        ("POST", "POST"),
        ("PACK OF 72 RETROSPOT CAKE CASES", ""),
        ("Hearth Gift Box", "Hearth Gift Box"),
    ],
)
def test_a_product_is_called_what_a_sentence_can_bear(title: str, item: str):
    assert name_product(title).item == item


def test_a_category_that_is_a_code_is_not_named_and_two_in_one_stay_as_they_are():
    assert name_goods("CAT-0042") == ""
    assert name_goods("Cartons and transit") == "cartons and transit"


@pytest.fixture(scope="module")
def example(example_study):
    """Return the bundled company with its flow facts, measured once."""
    from segkit.analysis.flow_facts import measure_flows

    groups = example_study.segmentation.summary.segments
    facts = measure_flows(
        example_study.orders,
        customers=example_study.customers,
        assignments=example_study.segmentation.assignments,
        names={group.id: group.name for group in groups},
    )
    return example_study, groups, facts


def draft_example(example, example_folder, flows):
    from segkit.intake.company import read_company

    study, groups, facts = example
    company = read_company(example_folder)
    everyone = tuple(group.name for group in groups)
    return draft_messages(
        flows, facts=facts, segments=groups, evidence=study.evidence, ledger=study.ledger, library=study.library,
        company=replace(company, messages=MessageSettings(drafts=everyone)),
    )  # fmt: skip


def example_flows(groups, kind, channel):
    return [
        replace(
            world.make_flow(kind, channels=(channel,)),
            id=f"{kind}-{group.id}",
            segment_id=group.id,
            segment_name=group.name,
        )
        for group in groups
    ]


@pytest.mark.parametrize("kind", list(flow_kinds()))
def test_the_example_never_names_what_its_pages_dispute_and_every_figure_is_traced(
    example, example_folder, kind
):
    groups = example[1]
    for channel in (EMAIL, SMS):
        drafts = draft_example(example, example_folder, example_flows(groups, kind, channel))
        assert len(drafts) == len(groups)
        for message in drafts:
            for trap in ("FIRESIDE15", "HELLO10", "16 December", "18 December", "Reminder sent", "Net 30"):
                assert trap not in words(message)
            assert untraced_figures(message) == ()


def test_the_example_counts_nobody_who_refused_as_reached(example, example_folder):
    gifts = next(group for group in example[1] if group.name == "Gift buyers")
    flows = example_flows([gifts], "anniversary", EMAIL)
    sentence = draft_example(example, example_folder, flows)[0].channel_reason[0]
    assert sentence.startswith("Email reaches 2 of 3 today")
    assert "1 refused" in sentence


def test_the_example_writes_to_each_group_in_its_own_words(example, example_folder):
    groups = example[1]
    kinds = {"Refillers": "win_back", "Gift buyers": "anniversary", "Workshop goers": "onboarding"}
    flows = [example_flows([group], kinds.get(group.name, "replenishment"), EMAIL)[0] for group in groups]
    drafts = draft_example(example, example_folder, flows)
    by_name = {message.segment_name: words(message) for message in drafts}
    assert "Stamps do not expire." in by_name["Refillers"]
    assert "Most people who use our gift service do not knit." in by_name["Gift buyers"]
    assert "Bring what you started." in by_name["Workshop goers"]
    assert "hold yours for you" in by_name["Class pack buyers"]
    assert shared_sentences(drafts, names=["Tenterfold"]) == ()
    landings = {message.segment_name: message.email.action.landing for message in drafts}
    assert landings["Gift buyers"] == "website/gift-service.html"
    assert landings["Workshop goers"] == "website/workshops.html"
