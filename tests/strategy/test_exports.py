"""Exports for both systems: valid by schemas written from their facts, complete in their warnings, the same every time."""

from __future__ import annotations

import copy
import importlib.util
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from segkit.errors import FlowError
from segkit.model.flow import (
    Branch,
    Channel,
    Delay,
    Message,
    MultiSplit,
    QuietHours,
    Reentry,
    Split,
    Task,
    UpdateProfile,
    WaitFor,
)
from segkit.strategy.exports import VENDORS, export_files, export_flows
from segkit.strategy.exports.dittofeed import export_dittofeed
from segkit.strategy.exports.klaviyo import export_klaviyo
from segkit.strategy.exports.links import flow_faults, journey_faults
from segkit.strategy.flow_checks import check_flow

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("exported_flows", HERE / "exported_flows.py")
samples = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(samples)
FIXTURE, EVERY_NODE, COMPANY = samples.FIXTURE, samples.EVERY_NODE, samples.COMPANY
DRAFTS = samples.drafts()
SCHEMAS = {
    vendor: Draft202012Validator(
        json.loads((HERE / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    )
    for vendor, name in (("klaviyo", "klaviyo_create_flow"), ("dittofeed", "dittofeed_journey"))
}
FAULTS = {"klaviyo": flow_faults, "dittofeed": journey_faults}


def made(flow, vendor, drafts=DRAFTS):
    return VENDORS[vendor](flow, drafts, company=COMPANY)


def broken(payload, vendor) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in SCHEMAS[vendor].iter_errors(payload)]


def actions(export) -> dict:
    return {action["temporary_id"]: action for action in definition(export)["actions"]}


def definition(export) -> dict:
    return export.payload["data"]["attributes"]["definition"]


def nodes(export) -> dict:
    return {node["id"]: node for node in export.payload["journey"]["definition"]["nodes"]}


def segment(export, identifier) -> dict:
    return next(each["definition"] for each in export.payload["segments"] if each["id"] == identifier)


def warned(export, *words) -> bool:
    return any(all(word.casefold() in warning.casefold() for word in words) for warning in export.warnings)


# both systems


MANY = {"fixture": FIXTURE, "every node": EVERY_NODE} | {
    f"{node}, {name}": replace(flow, trigger=trigger)
    for node, flow in (("fixture", FIXTURE), ("every node", EVERY_NODE))
    for name, trigger in samples.TRIGGERS.items()
}
MANY |= {
    f"asks {condition.kind.value} {condition.channel or condition.value}": replace(
        FIXTURE, audience=(samples.EMAIL_OK, condition), exit_when=(condition, samples.ORDERED)
    )
    for condition in samples.EVERY_CONDITION
}
MANY |= {
    "never again": replace(FIXTURE, reentry=Reentry(days=None, text="Never")),
    "onboarding": replace(FIXTURE, kind="onboarding", trigger=samples.TRIGGERS["order"]),
    "loyalty": replace(FIXTURE, kind="loyalty", trigger=samples.TRIGGERS["order"]),
    "for everyone": replace(FIXTURE, exit_when=(), quiet_hours=QuietHours(start=0, end=0, text="None")),
}


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("name", MANY)
def test_every_export_is_valid_and_leads_nowhere_astray(vendor, name):
    export = made(MANY[name], vendor)
    assert check_flow(MANY[name]) == ()
    assert broken(export.payload, vendor) == []
    assert FAULTS[vendor](export.payload) == ()


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("name", MANY)
def test_every_placeholder_is_a_binding_and_every_binding_a_placeholder(vendor, name):
    export = made(MANY[name], vendor)
    used = set(re.findall(r"\{\{bind:[^{}]+\}\}", json.dumps(export.payload, ensure_ascii=False)))
    assert used == {binding.placeholder for binding in export.bindings}
    assert all(binding.what and binding.where for binding in export.bindings)


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_a_system_cannot_say_is_a_warning_that_names_the_node(vendor):
    export = made(EVERY_NODE, vendor)
    for node in ("reply", "visit", "call", "text", "push"):
        assert warned(export, f"'{node}'"), node
    assert warned(export, "'push'", "not ready to be sent: The price is disputed.")
    assert warned(export, "'text'", "'hat_size'", "make sure that profiles carry it")
    assert not warned(export, "does not ask whether a customer belongs to it")
    assert len(set(export.warnings)) == len(export.warnings)


@pytest.mark.parametrize("vendor", VENDORS)
def test_two_runs_give_the_same_bytes_and_leave_the_flow_alone(vendor):
    before = repr(EVERY_NODE)
    first = export_files([made(EVERY_NODE, vendor)])
    assert first == export_files([made(copy.deepcopy(EVERY_NODE), vendor, samples.drafts())])
    assert repr(EVERY_NODE) == before


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_flow_with_a_fault_is_refused_in_one_sentence(vendor):
    nodes = (*FIXTURE.nodes[:3], replace(FIXTURE.nodes[3], next="ghost"))
    with pytest.raises(
        FlowError, match=r"node 'text' of flow 'cart-2' leads to .*\(got 'ghost'\).*\.$"
    ) as caught:
        made(replace(FIXTURE, nodes=nodes), vendor)
    assert (caught.value.flow_id, caught.value.node) == ("cart-2", "text")
    with pytest.raises(FlowError, match=r"\(1 more\)\.$"):
        made(replace(FIXTURE, nodes=nodes, name=""), vendor)


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_message_without_a_draft_is_exported_without_words_and_says_so(vendor):
    export = made(FIXTURE, vendor, {})
    assert broken(export.payload, vendor) == []
    assert warned(export, "'email'", "there is no draft 'c-email' yet")
    assert warned(export, "'text'", "no draft 'c-text'")


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_group_that_is_not_asked_for_is_said(vendor):
    assert warned(
        made(replace(FIXTURE, audience=(samples.EMAIL_OK,)), vendor), "'Regulars'", "everyone who meets"
    )


@pytest.mark.parametrize("vendor", VENDORS)
def test_names_that_a_system_keeps_for_itself_or_that_are_added_do_not_clash(vendor):
    flow = samples.flow(
        WaitFor(id="ExitNode", event="click", timeout_days=2, happened="", timeout="a"),
        Delay(id="a", days=1, until="09:00", next="a-until"),
        Delay(id="a-until", days=1, until="10:00", next="EntryNode"),
        MultiSplit(
            id="EntryNode",
            branches=(
                Branch(name="One", next="a-exit", condition=samples.SMS_OK),
                Branch(name="Two", next="a-2", condition=samples.GOLD),
                Branch(name="Rest", next=""),
            ),
        ),
        samples.message("a-exit", "a-2"),
        samples.message("a-2", ""),
    )
    export = made(flow, vendor)
    assert broken(export.payload, vendor) == []
    assert FAULTS[vendor](export.payload) == ()
    names = list(actions(export)) if vendor == "klaviyo" else list(nodes(export))
    listed = (
        definition(export)["actions"]
        if vendor == "klaviyo"
        else export.payload["journey"]["definition"]["nodes"]
    )
    assert len(names) == len(listed)


def test_an_unknown_system_is_refused_with_the_nearest_or_all():
    with pytest.raises(FlowError, match=r"there is no export to 'Klavio'; did you mean 'klaviyo'\?"):
        export_flows([FIXTURE], DRAFTS, company=COMPANY, vendor="Klavio")
    with pytest.raises(FlowError, match=r"choose klaviyo or dittofeed\.$"):
        export_flows([FIXTURE], DRAFTS, company=COMPANY, vendor="braze")


@st.composite
def shared_graphs(draw):
    """Graphs without loops in which many nodes have two parents."""
    count = draw(st.integers(2, 9))
    made_nodes = []
    for number in range(count):
        later = [f"n{each}" for each in range(number + 1, count)] + [""]
        following, far = later[0], draw(st.sampled_from(later))
        name = f"n{number}"
        kinds = {
            "delay": Delay(id=name, days=1, next=following),
            "mail": Message(
                id=name,
                channel=Channel.EMAIL,
                content_id=f"c{number}",
                name=name,
                purpose="Say it",
                next=following,
            ),
            "note": UpdateProfile(id=name, property="seen", value="yes", next=following),
            "task": Task(id=name, name="Call", text="Call", next=following),
        }
        if far != following:
            kinds["split"] = Split(id=name, condition=samples.GOLD, yes=following, no=far)
            kinds["wait"] = WaitFor(id=name, event="click", timeout_days=3, happened=far, timeout=following)
        made_nodes.append(kinds[draw(st.sampled_from(sorted(kinds)))])
    return samples.flow(
        *made_nodes,
        trigger=draw(st.sampled_from(list(samples.TRIGGERS.values()))),
        reentry=Reentry(days=None, text="Never"),
    )


@settings(max_examples=40, deadline=None)
@given(shared_graphs())
def test_random_graphs_are_valid_in_both_systems(flow):
    for vendor in VENDORS:
        export = made(flow, vendor, {})
        assert broken(export.payload, vendor) == []
        assert FAULTS[vendor](export.payload) == ()


# Klaviyo


def test_fixture_7_is_valid_and_each_breakage_is_one_error():
    payload = made(FIXTURE, "klaviyo").payload
    assert broken(payload, "klaviyo") == []
    shape = payload["data"]["attributes"]["definition"]
    assert [each["type"] for each in shape["actions"]] == [
        "time-delay",
        "send-email",
        "conditional-split",
        "send-sms",
    ]
    assert shape["actions"][0]["data"] == {"value": 4, "unit": "hours"}
    assert shape["reentry_criteria"] == {"duration": 30, "unit": "day"}
    assert shape["triggers"] == [
        {"type": "metric", "id": "{{bind:metric.started_checkout}}", "trigger_filter": None}
    ]

    def one(change) -> list[str]:
        changed = copy.deepcopy(payload)
        change(changed["data"]["attributes"]["definition"])
        return broken(changed, "klaviyo")

    assert len(one(lambda it: it["actions"][0]["data"].update(unit="fortnights"))) == 1
    assert len(one(lambda it: it["actions"][1].update(type="send-letter"))) == 1
    assert len(one(lambda it: it.update(entry_action_id=7))) == 1
    assert len(one(lambda it: it.pop("entry_action_id"))) == 1
    assert len(one(lambda it: it["actions"][3]["data"]["message"].update(boddy="Hi"))) == 1
    assert len(one(lambda it: it["actions"][3]["data"].update(status="live"))) == 1
    assert len(one(lambda it: it["actions"][1]["links"].pop("next"))) == 1
    assert len(one(lambda it: it["triggers"].append(it["triggers"][0]))) == 1


def test_fixture_8_a_dangling_link_passes_the_schema_and_not_the_graph_check():
    payload = copy.deepcopy(made(FIXTURE, "klaviyo").payload)
    payload["data"]["attributes"]["definition"]["actions"][3]["links"]["next"] = "ghost"
    assert broken(payload, "klaviyo") == []
    assert flow_faults(payload) == (
        "action 'text' leads to an action that does not exist (got 'ghost'); name an action or take the link out.",
    )
    nodes = (*FIXTURE.nodes[:3], replace(FIXTURE.nodes[3], next="ghost"))
    assert [fault.id for fault in check_flow(replace(FIXTURE, nodes=nodes))] == ["dangling_link"]


def test_a_branch_or_an_entry_that_leads_nowhere_is_found():
    payload = copy.deepcopy(made(EVERY_NODE, "klaviyo").payload)
    shape = payload["data"]["attributes"]["definition"]
    split = next(each for each in shape["actions"] if each["type"] == "multi-branch-split")
    split["data"]["branches"][0]["links"]["next"] = "ghost"
    shape["entry_action_id"] = "start"
    found = flow_faults(payload)
    assert [text.split(" leads")[0] for text in found] == ["the entry", "action 'which'"]


def test_the_profile_filter_asks_the_audience_and_no_order_since_the_start():
    conditions = [
        group["conditions"]
        for group in definition(made(FIXTURE, "klaviyo"))["profile_filter"]["condition_groups"]
    ]
    assert [len(group) for group in conditions] == [1, 1, 1]  # all must hold: one group each
    consent, group, ordered = (each[0] for each in conditions)
    assert consent["consent"] == {
        "channel": "email",
        "can_receive_marketing": True,
        "consent_status": {"subscription": "subscribed"},
    }
    assert (group["is_member"], group["group_ids"]) == (True, ["{{bind:segment.regulars}}"])
    assert ordered["metric_id"] == "{{bind:metric.placed_order}}"
    assert ordered["measurement_filter"] == {"type": "numeric", "operator": "equals", "value": 0}
    assert ordered["timeframe_filter"] == {"type": "date", "operator": "flow-start"}


def test_every_question_turns_round_where_it_ends_the_flow():
    flow = replace(FIXTURE, audience=(samples.EMAIL_OK,), exit_when=samples.EVERY_CONDITION[1:])
    groups = definition(made(flow, "klaviyo"))["profile_filter"]["condition_groups"][1:]
    sms, push, call, ordered, bought, issue, member, gold, regular = (
        group["conditions"][0] for group in groups
    )
    assert sms["consent"]["can_receive_marketing"] is push["consent"]["can_receive_marketing"] is False
    assert call["filter"]["operator"] == gold["filter"]["operator"] == "not-equals"
    assert ordered["measurement_filter"]["value"] == bought["measurement_filter"]["value"] == 0
    assert bought["timeframe_filter"]["operator"] == "flow-start"
    assert bought["metric_filters"][0]["filter"]["value"] == "Ash beret"
    assert issue["filter"]["operator"] == member["filter"]["operator"] == "not-set"
    assert regular["is_member"] is False


def test_a_property_with_a_quotation_mark_stays_one_name():
    odd = replace(samples.MEMBER, name="owner's tier")
    groups = definition(made(replace(FIXTURE, audience=(samples.EMAIL_OK, odd)), "klaviyo"))["profile_filter"]
    assert groups["condition_groups"][1]["conditions"][0]["property"] == "properties['owner\\'s tier']"


def test_a_product_asked_for_on_the_way_counts_from_any_time():
    flow = replace(
        FIXTURE,
        nodes=(*FIXTURE.nodes[:2], replace(FIXTURE.nodes[2], condition=samples.BOUGHT), FIXTURE.nodes[3]),
    )
    flow = replace(flow, audience=(*flow.audience, samples.SMS_OK))
    asked = actions(made(flow, "klaviyo"))["may-text"]["data"]["profile_filter"]["condition_groups"][0][
        "conditions"
    ][0]
    assert asked["timeframe_filter"]["operator"] == "alltime"
    assert asked["measurement_filter"] == {"type": "numeric", "operator": "greater-than", "value": 0}


def test_an_email_carries_its_words_and_names_its_template():
    sent = actions(made(FIXTURE, "klaviyo"))["email"]["data"]
    assert sent["status"] == "draft"
    assert sent["message"]["subject_line"] == "{{ first_name|default:'there' }}, your basket is kept"
    assert sent["message"]["preview_text"] == "Two berets & a hat, for two days"
    assert sent["message"]["template_id"] == "{{bind:template.c_email}}"
    assert (sent["message"]["from_email"], sent["message"]["from_label"]) == (
        "hello@shop.example",
        "Tenter & Fold",
    )
    assert sent["message"]["smart_sending_enabled"] is True


def test_an_email_brings_its_words_as_a_template_in_the_tags_of_the_system():
    export = made(FIXTURE, "klaviyo")
    ((name, page),) = export.templates
    assert name == "c-email"
    assert "Hello {{ first_name|default:'there' }}, &lt;soon&gt; it goes." in page
    assert page.count("{% unsubscribe %}") == 1
    assert 'href="https://shop.example/cart?utm_source=email&amp;utm_medium=flow"' in page
    binding = next(each for each in export.bindings if each.kind == "template")
    assert binding.what == "the template made from templates/c-email.html (Message email)"
    assert made(FIXTURE, "klaviyo", {}).templates == ()


def test_a_text_message_has_its_link_and_leaves_the_opt_out_to_the_system():
    export = made(FIXTURE, "klaviyo")
    sent = actions(export)["text"]["data"]["message"]
    assert (
        sent["body"]
        == "Tenter & Fold: {{ person|lookup:'hat_size'|default:'your size' }} is kept: https://shop.example/c"
    )
    assert (sent["add_opt_out_language"], sent["sms_quiet_hours_enabled"]) == (True, True)
    assert sent["add_org_prefix"] is False  # the company's name already stands there
    assert warned(export, "'text'", "'Reply STOP to opt out'")
    plain = replace(DRAFTS["c-text"], sms=replace(DRAFTS["c-text"].sms, body="It is kept"))
    sent = actions(made(FIXTURE, "klaviyo", DRAFTS | {"c-text": plain}))["text"]["data"]["message"]
    assert sent["add_org_prefix"] is True
    assert sent["body"] == "It is kept https://shop.example/c"


def test_words_that_klaviyo_cannot_say_are_refused_with_the_message():
    odd = replace(DRAFTS["c-text"], sms=replace(DRAFTS["c-text"].sms, body="{{ name | reverse }}"))
    with pytest.raises(FlowError, match="message 'c-text' of flow 'cart-2': "):
        made(FIXTURE, "klaviyo", {"c-text": odd})


def test_waits_splits_and_notes_keep_their_values():
    found = actions(made(EVERY_NODE, "klaviyo"))
    assert found["wait"]["data"] == {
        "value": 2,
        "unit": "days",
        "secondary_value": 6,
        "timezone": "profile",
        "delay_until_time": "10:30:00",
    }
    lot = found["lot"]
    assert lot["data"]["profile_filter"]["condition_groups"][0]["conditions"] == [
        {"type": "profile-sample", "percentage": 90}
    ]
    assert lot["links"] == {"next_if_true": "wait", "next_if_false": None}
    branches = found["which"]["data"]["branches"]
    assert [(each["is_else"], each["links"]["next"]) for each in branches] == [
        (False, "text"), (False, "push"), (False, "visit"), (True, "call"),
    ]  # fmt: skip
    assert [each["order"] for each in branches] == [1, 2, 3, 4]
    assert branches[3]["branch_filter"] is None
    assert found["note"]["data"]["profile_operations"][0]["property_key"] == "reviewed"
    assert found["call"]["type"] == found["visit"]["type"] == "send-internal-alert"
    assert found["push"]["data"]["message"]["body"] == "Your basket is kept"


def test_waiting_for_an_event_becomes_a_delay_and_a_question():
    export = made(EVERY_NODE, "klaviyo")
    found = actions(export)
    assert found["reply"]["data"] == {"value": 7, "unit": "days"}
    asks = found[found["reply"]["links"]["next"]]
    assert asks["links"] == {"next_if_true": "note", "next_if_false": "which"}
    condition = asks["data"]["profile_filter"]["condition_groups"][0]["conditions"][0]
    assert condition["metric_id"] == "{{bind:metric.review_left}}"
    assert condition["timeframe_filter"]["operator"] == "flow-start"
    assert warned(export, "'reply'", "cannot let a customer go on as soon as", "waits 7 days")


def test_a_node_with_two_parents_is_written_once():
    found = actions(made(EVERY_NODE, "klaviyo"))
    leading = [name for name, each in found.items() if (each.get("links") or {}).get("next") == "call"]
    assert leading == ["note", "text"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("silence", {"type": "segment", "id": "{{bind:segment.regulars_no_order_for_49_days}}"}),
        ("season", {"type": "segment", "id": "{{bind:segment.regulars_abandoned_cart}}"}),
        ("order", {"type": "metric", "id": "{{bind:metric.placed_order}}", "trigger_filter": None}),
    ],
)
def test_each_trigger_has_its_form(name, expected):
    export = made(replace(FIXTURE, trigger=samples.TRIGGERS[name]), "klaviyo")
    assert definition(export)["triggers"] == [expected]


def test_the_segment_of_a_silence_is_described_where_it_is_to_be_made():
    export = made(replace(FIXTURE, trigger=samples.TRIGGERS["silence"]), "klaviyo")
    binding = next(each for each in export.bindings if each.name.endswith("49_days"))
    assert "at least once over all time, and zero times in the last 49 days" in binding.what


def test_a_date_comes_round_every_year_at_an_open_hour():
    flow = replace(EVERY_NODE, trigger=samples.TRIGGERS["date"])
    trigger = definition(made(flow, "klaviyo"))["triggers"][0]
    assert (trigger["recurrence_frequency"], trigger["trigger_time"]) == ("annually", "10:30:00")
    assert (trigger["timedelta_value_before_date"], trigger["timedelta_unit_before_date"]) == (7, "days")
    times = {
        definition(
            made(
                replace(
                    FIXTURE, trigger=flow.trigger, quiet_hours=QuietHours(start=start, end=end, text="Quiet")
                ),
                "klaviyo",
            )
        )["triggers"][0]["trigger_time"]
        for start, end in ((20, 8), (9, 12))
    }
    assert times == {"10:00:00", "12:00:00"}


def test_a_product_that_is_back_starts_with_the_notice_and_waits_for_stock():
    export = made(replace(FIXTURE, trigger=samples.TRIGGERS["stock"]), "klaviyo")
    entry = actions(export)[definition(export)["entry_action_id"]]
    assert (entry["type"], entry["links"]) == ("back-in-stock-delay", {"next": "wait"})
    assert definition(export)["triggers"][0]["id"] == "{{bind:metric.subscribed_to_back_in_stock}}"
    assert warned(export, "Trigger", "no trigger for a product that is back")


def test_a_first_order_is_counted_and_a_later_one_is_left_to_you():
    export = made(MANY["onboarding"], "klaviyo")
    counted = [group["conditions"][0] for group in definition(export)["profile_filter"]["condition_groups"]]
    first = [each for each in counted if each.get("measurement_filter", {}).get("value") == 1]
    assert len(first) == 1
    assert first[0]["timeframe_filter"]["operator"] == "alltime"
    assert warned(made(MANY["loyalty"], "klaviyo"), "Trigger", "starts with every order")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (None, {"duration": 1, "unit": "alltime"}),
        (0, {"duration": 0, "unit": "alltime"}),
        (45, {"duration": 45, "unit": "day"}),
    ],
)
def test_re_entry_has_three_forms(days, expected):
    flow = samples.flow(samples.message("email", ""), reentry=Reentry(days=days, text="So"))
    assert definition(made(flow, "klaviyo"))["reentry_criteria"] == expected


def test_two_things_with_one_short_name_have_two_placeholders():
    one, two = (replace(samples.REGULAR, name=name) for name in ("Hats & caps", "Hats, caps"))
    export = made(replace(FIXTURE, audience=(samples.EMAIL_OK, one, two)), "klaviyo")
    names = [binding.name for binding in export.bindings if binding.kind == "segment"]
    assert names == ["segment.hats_caps", "segment.hats_caps_2"]
    other = made(replace(FIXTURE, audience=(samples.EMAIL_OK, replace(one, name="Стамгости"))), "klaviyo")
    assert "segment.стамгости" in {binding.name for binding in other.bindings}


# Dittofeed


def test_fixture_9_is_valid_and_each_breakage_is_one_error():
    payload = made(replace(FIXTURE, audience=(samples.EMAIL_OK,), exit_when=()), "dittofeed").payload
    assert broken(payload, "dittofeed") == []
    shape = payload["journey"]["definition"]
    assert shape["entryNode"]["type"] == "EventEntryNode"
    by_type = [node["type"] for node in shape["nodes"]]
    assert [kind for kind in by_type if kind in {"DelayNode", "MessageNode"}] == [
        "DelayNode",
        "MessageNode",
        "MessageNode",
    ]
    place = {node["id"]: number for number, node in enumerate(shape["nodes"])}
    assert shape["nodes"][place["wait"]]["variant"] == {"type": "Second", "seconds": 14_400}

    def one(change) -> list[str]:
        changed = copy.deepcopy(payload)
        change(changed["journey"]["definition"]["nodes"])
        return broken(changed, "dittofeed")

    assert len(one(lambda it: it[place["wait"]]["variant"].update(seconds="14400"))) == 1
    assert len(one(lambda it: it[place["wait"]].pop("child"))) == 1
    assert len(one(lambda it: it[place["email"]]["variant"].update(type="Letter"))) == 1
    assert len(one(lambda it: it[place["email"]].update(chid="x"))) == 1
    assert len(one(lambda it: it[place["wait"]].update(type="RateLimitNode"))) == 1
    ghost = copy.deepcopy(payload)
    ghost["journey"]["definition"]["nodes"][place["wait"]]["child"] = "ghost"
    assert broken(ghost, "dittofeed") == []
    assert journey_faults(ghost) == (
        "node 'wait' leads to a node that does not exist (got 'ghost'); name a node or 'ExitNode'.",
    )


def test_a_journey_is_not_started_and_brings_what_it_asks_and_sends():
    export = made(FIXTURE, "dittofeed")
    journey = export.payload["journey"]
    assert (journey["status"], journey["canRunMultiple"]) == ("NotStarted", True)
    templates = {each["id"]: each["definition"] for each in export.payload["templates"]}
    sent = {name: node["variant"] for name, node in nodes(export).items() if node["type"] == "MessageNode"}
    assert {name: variant["type"] for name, variant in sent.items()} == {"email": "Email", "text": "Sms"}
    assert templates[sent["text"]["templateId"]]["body"].endswith(
        "https://shop.example/c Reply STOP to opt out"
    )
    assert nodes(export)["email"]["subscriptionGroupId"] == "{{bind:group.email}}"
    assert warned(export, "Re-entry", "30 days")


def test_an_email_in_plain_html_is_safe_and_can_be_left():
    export = made(FIXTURE, "dittofeed")
    email = next(
        each["definition"] for each in export.payload["templates"] if each["definition"]["type"] == "Email"
    )
    assert email["subject"] == "{{ user.first_name | default: 'there' }}, your basket is kept"
    assert "Hello {{ user.first_name | default: 'there' }}, &lt;soon&gt; it goes." in email["body"]
    assert 'href="https://shop.example/cart?utm_source=email&amp;utm_medium=flow"' in email["body"]
    assert email["body"].count("{% unsubscribe_link %}") == 1
    assert "1 Mill Lane, Ashby" in email["body"]
    assert email["replyTo"] == "hello@shop.example"
    own = replace(DRAFTS["c-email"].email, unsubscribe="Leave: {{ unsubscribe_url }}", reply_to="")
    draft = replace(DRAFTS["c-email"], email=own)
    again = made(FIXTURE, "dittofeed", DRAFTS | {"c-email": draft}).payload["templates"][0]["definition"]
    assert "Leave: {% unsubscribe_url %}</p>" in again["body"]
    assert "unsubscribe_link" not in again["body"]
    assert "replyTo" not in again


def test_audience_and_exit_are_asked_before_each_message_and_each_task():
    export = made(EVERY_NODE, "dittofeed")
    found = nodes(export)
    for name in ("email", "text", "push", "visit", "call"):
        audience, leaves = found[f"{name}-audience"]["variant"], found[f"{name}-exit"]["variant"]
        assert (audience["trueChild"], audience["falseChild"]) == (f"{name}-exit", "ExitNode")
        assert (leaves["trueChild"], leaves["falseChild"]) == ("ExitNode", name)
        assert warned(export, f"Before node '{name}'", "not earlier")
    assert found["text"]["child"] == "call-audience"


def test_an_order_since_the_start_is_looked_for_as_long_as_a_customer_can_be_in():
    export = made(EVERY_NODE, "dittofeed")
    found = nodes(export)
    early = segment(export, found["email-exit"]["variant"]["segment"])["entryNode"]
    late = segment(export, found["call-exit"]["variant"]["segment"])["entryNode"]
    assert (early["times"], early["timesOperator"], early["withinSeconds"]) == (1, ">=", 3 * 86_400)
    assert late["withinSeconds"] == 10 * 86_400
    own = made(replace(EVERY_NODE, trigger=samples.TRIGGERS["order"]), "dittofeed")
    again = segment(own, nodes(own)["email-exit"]["variant"]["segment"])["entryNode"]
    assert again["times"] == 2  # the order that starts the flow is the first
    assert warned(own, "besides the order that starts it")


def test_a_product_that_starts_the_flow_ends_it_only_when_bought_again():
    def leaves(trigger: str) -> dict:
        flow = replace(EVERY_NODE, trigger=samples.TRIGGERS[trigger], exit_when=(samples.BOUGHT,))
        export = made(flow, "dittofeed")
        return segment(export, nodes(export)["email-exit"]["variant"]["segment"])["entryNode"]

    again, first = leaves("order of a product"), leaves("silence")
    assert (again["times"], first["times"]) == (2, 1)
    assert again["withinSeconds"] == first["withinSeconds"] == 3 * 86_400
    assert again["properties"] == [{"path": "product", "operator": {"type": "Equals", "value": "Ash beret"}}]


def test_one_thing_said_of_several_nodes_is_one_warning():
    warnings = made(EVERY_NODE, "dittofeed").warnings
    (said,) = [each for each in warnings if "no filter that holds all along" in each]
    assert said.startswith("Before node 'email', before node 'call', ")


def test_a_split_of_several_ways_becomes_one_question_after_the_other():
    export = made(EVERY_NODE, "dittofeed")
    found = nodes(export)
    first = found["which"]["variant"]
    second = found[first["falseChild"]]["variant"]
    third = found[second["falseChild"]]["variant"]
    assert (first["trueChild"], second["trueChild"], third["trueChild"]) == (
        "text-audience",
        "push-audience",
        "visit-audience",
    )
    assert third["falseChild"] == "call-audience"
    assert warned(export, "'which'", "asks the 3 questions one after the other")


def test_a_lot_a_wait_and_a_time_of_day_have_nodes_of_their_own():
    found = nodes(made(EVERY_NODE, "dittofeed"))
    assert found["lot"]["children"] == [
        {"id": "wait", "percent": 90, "name": "yes"},
        {"id": "ExitNode", "percent": 10, "name": "no"},
    ]
    until = found[found["wait"]["child"]]
    assert until["variant"] == {"type": "LocalTime", "hour": 10, "minute": 30}
    assert until["child"] == "email-audience"
    only = made(samples.flow(Delay(id="morning", days=0, until="09:05", next="")), "dittofeed")
    assert nodes(only)["morning"]["variant"] == {"type": "LocalTime", "hour": 9, "minute": 5}


def test_a_note_on_the_profile_is_left_out_and_said():
    export = made(EVERY_NODE, "dittofeed")
    assert "note" not in nodes(export)
    assert nodes(export)["reply"]["segmentChildren"][0]["id"] == "call-audience"
    assert warned(export, "'note'", "'reviewed'", "left out")
    alone = made(samples.flow(UpdateProfile(id="note", property="a", value="b", next="")), "dittofeed")
    assert alone.payload["journey"]["definition"]["nodes"][0]["variant"]["trueChild"] == "ExitNode"


def test_waiting_in_a_journey_that_an_event_starts_is_tied_by_a_key():
    export = made(EVERY_NODE, "dittofeed")
    entry = export.payload["journey"]["definition"]["entryNode"]
    waits = segment(export, nodes(export)["reply"]["segmentChildren"][0]["segmentId"])["entryNode"]
    assert waits["type"] == "KeyedPerformed"
    assert waits["key"] == entry["key"] == "{{bind:property.cart_2_key}}"
    order = replace(EVERY_NODE, trigger=samples.TRIGGERS["order"])
    order = replace(
        order,
        nodes=tuple(
            replace(node, event="placed_order") if node.id == "reply" else node for node in order.nodes
        ),
    )
    again = made(order, "dittofeed")
    assert segment(again, nodes(again)["reply"]["segmentChildren"][0]["segmentId"])["entryNode"]["times"] == 2


def test_waiting_in_a_journey_that_a_segment_starts_needs_no_key():
    export = made(replace(EVERY_NODE, trigger=samples.TRIGGERS["silence"]), "dittofeed")
    waits = segment(export, nodes(export)["reply"]["segmentChildren"][0]["segmentId"])["entryNode"]
    assert (waits["type"], waits["withinSeconds"]) == ("Performed", 7 * 86_400)
    assert "key" not in export.payload["journey"]["definition"]["entryNode"]


def test_the_rules_of_the_server_are_checked_in_words():
    by_event = copy.deepcopy(made(EVERY_NODE, "dittofeed").payload)
    for each in by_event["segments"]:
        if each["definition"]["entryNode"]["type"] == "KeyedPerformed":
            each["definition"]["entryNode"]["type"] = "Performed"
    (sentence,) = journey_faults(by_event)
    assert sentence.startswith(
        "node 'reply' waits for a segment without a key in a journey that an event starts"
    )
    by_segment = copy.deepcopy(
        made(replace(FIXTURE, trigger=samples.TRIGGERS["silence"]), "dittofeed").payload
    )
    asked = {
        node["variant"]["segment"]: node["id"]
        for node in by_segment["journey"]["definition"]["nodes"]
        if "Split" in node["type"]
    }
    split = next(each for each in by_segment["segments"] if asked.get(each["id"]) == "may-text")
    split["definition"]["entryNode"] = {"type": "KeyedPerformed", "id": "a", "event": "e", "key": "k"}
    (sentence,) = journey_faults(by_segment)
    assert sentence.startswith("node 'may-text' asks a segment with a key in a journey that a segment starts")
    by_segment["segments"].clear()
    assert "the entry asks a segment that is not in the bundle" in journey_faults(by_segment)[0]


def test_a_bundle_that_the_server_would_refuse_never_leaves(monkeypatch):
    monkeypatch.setattr(
        "segkit.strategy.exports.dittofeed.journey_faults", lambda _payload: ("node 'a' is odd.",)
    )
    with pytest.raises(FlowError, match="flow 'cart-2' cannot be a Dittofeed journey: node 'a' is odd"):
        made(FIXTURE, "dittofeed")


def test_a_silence_is_an_order_once_and_none_lately():
    export = made(replace(FIXTURE, trigger=samples.TRIGGERS["silence"]), "dittofeed")
    entry = export.payload["journey"]["definition"]["entryNode"]
    assert entry["reEnter"] is True
    asked = segment(export, entry["segment"])
    assert asked["entryNode"]["type"] == "And"
    ever, lately = asked["nodes"][-2:]
    assert (ever["times"], ever["timesOperator"]) == (1, ">=")
    assert (lately["times"], lately["timesOperator"], lately["withinSeconds"]) == (1, "<", 49 * 86_400)


def test_a_date_is_waited_for_and_said_to_come_once():
    export = made(replace(FIXTURE, trigger=samples.TRIGGERS["date"]), "dittofeed")
    entry = export.payload["journey"]["definition"]["entryNode"]
    waits = nodes(export)[entry["child"]]
    assert waits["variant"]["offsetSeconds"] == 7 * 86_400
    assert waits["variant"]["offsetDirection"] == "before"
    assert waits["child"] == "wait"
    assert warned(export, "Trigger", "'birthday'", "not every year")


def test_an_event_asks_the_audience_in_a_split_and_a_first_order_is_counted():
    export = made(MANY["onboarding"], "dittofeed")
    entry = export.payload["journey"]["definition"]["entryNode"]
    opening = nodes(export)[entry["child"]]["variant"]
    assert (opening["trueChild"], opening["falseChild"]) == ("wait", "ExitNode")
    first = segment(export, opening["segment"])["nodes"][-1]
    assert (first["times"], first["timesOperator"]) == (1, "=")
    bare = made(
        replace(
            FIXTURE,
            audience=(),
            exit_when=(),
            nodes=(Task(id="call", name="Call", text="Call", next=""),),
            entry="call",
        ),
        "dittofeed",
    )
    assert bare.payload["journey"]["definition"]["entryNode"]["child"] == "call"
    assert bare.payload["segments"] == []


# files


def test_files_are_named_by_flow_and_end_with_one_line_feed():
    other = replace(EVERY_NODE, id="gone-3")
    exports = export_flows([FIXTURE, other], DRAFTS, company=COMPANY, vendor="klaviyo")
    files = export_files(exports)
    assert list(files) == [
        "cart-2.json", "templates/c-email.html", "gone-3.json", "bindings.json", "README.txt",
    ]  # fmt: skip
    assert files["templates/c-email.html"] == dict(exports[0].templates)["c-email"]
    assert all(
        text.endswith("\n") and not text.endswith("\n\n") and "\r" not in text for text in files.values()
    )
    assert json.loads(files["cart-2.json"]) == exports[0].payload
    bindings = json.loads(files["bindings.json"])
    assert (bindings["revision"], bindings["endpoint"]) == (
        "2026-07-15",
        "POST https://a.klaviyo.com/api/flows",
    )
    orders = next(each for each in bindings["bindings"] if each["name"] == "metric.placed_order")
    assert orders["flows"] == ["cart-2", "gone-3"]
    assert [each["name"] for each in bindings["bindings"]] == sorted(
        each["name"] for each in bindings["bindings"]
    )


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_page_of_steps_says_every_warning_and_every_value(vendor):
    export = made(EVERY_NODE, vendor)
    said = " ".join(export_files([export])["README.txt"].split())
    assert "These are drafts." in said
    for warning in export.warnings:
        assert " ".join(warning.split()) in said
    for binding in export.bindings:
        assert f"{binding.placeholder}: {binding.what}" in said


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a b", "bindings", ".hidden", "x" * 101])
def test_a_flow_id_that_is_no_file_name_is_refused(name):
    export = replace(made(FIXTURE, "klaviyo"), flow_id=name)
    with pytest.raises(FlowError, match="cannot name a file"):
        export_files([export])


def test_a_content_id_that_is_no_file_name_is_refused():
    with pytest.raises(FlowError, match=r"content id '\.\./up' of flow 'cart-2' cannot name a file"):
        export_files([replace(made(FIXTURE, "klaviyo"), templates=(("../up", "<p></p>"),))])


def test_nothing_two_systems_or_one_flow_twice_make_no_files():
    with pytest.raises(FlowError, match=r"exports for one system \(got \[\]\)"):
        export_files([])
    with pytest.raises(FlowError, match=r"got \['klaviyo', 'dittofeed'\]"):
        export_files(
            [
                export_klaviyo(FIXTURE, DRAFTS, company=COMPANY),
                export_dittofeed(FIXTURE, DRAFTS, company=COMPANY),
            ]
        )
    with pytest.raises(FlowError, match="cannot name a file"):
        export_files([made(FIXTURE, "klaviyo")] * 2)
