"""Letters: complete, each with sentences of its own, and silent where nothing is known."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from segkit.model.flow_kind import flow_kinds
from segkit.strategy.draft_statements import ROLES
from segkit.words import messages

BARE = {"first": "Ada", "brand": "Woolly", "company": "Woolly Wool", "url": "https://w.example"}
PROMISES = re.compile(
    r"\b(?:guarantee\w*|hurry|last chance|only \d|free gift|act now|urgent\w*|don't miss|selling fast)\b|!|%",
    re.IGNORECASE,
)
LETTERS = sorted(messages.letters())


def letter(key):
    return messages.letters()[key]


def test_every_kind_of_flow_has_a_letter_for_anybody():
    assert {kind for kind, need in LETTERS if need == messages.ANY} == set(flow_kinds())


@pytest.mark.parametrize("key", LETTERS)
def test_a_letter_can_be_sent_where_nothing_but_the_name_of_the_shop_is_known(key):
    for part in ("subject", "preheader", "heading", "opening", "action", "sms"):
        assert messages.pick(getattr(letter(key), part), BARE), part
    low, high = messages.PREHEADER
    assert low <= len(messages.pick(letter(key).preheader, BARE, limits=messages.PREHEADER)) <= high
    assert 25 <= len(messages.pick(letter(key).subject, BARE, limits=messages.SUBJECT)) <= messages.SUBJECT[1]


@pytest.mark.parametrize("key", LETTERS)
def test_a_letter_presses_nobody_and_carries_no_figure_of_its_own(key):
    for text in (*letter(key).texts, *letter(key).action):
        assert not PROMISES.search(text), text
        assert not re.search(r"\d", text), text


@pytest.mark.parametrize("key", LETTERS)
def test_the_request_is_short_and_the_purpose_stands_in_the_first_line(key):
    for text in letter(key).action:
        assert 2 <= len(re.sub(r"\{if_\w+\}", "", text).split()) <= 5
    assert all(text.startswith("Hello {first}") for text in letter(key).opening)
    assert letter(key).purpose.startswith("To ")


@pytest.mark.parametrize("key", LETTERS)
def test_a_letter_asks_only_for_statements_that_exist(key):
    one = letter(key)
    assert {*one.said, *one.also, *one.quiet, *one.limits} <= set(ROLES)
    gates = {name for text in (*one.texts, *one.action) for name in re.findall(r"\{if_(\w+)\}", text)}
    assert gates <= set(ROLES) | {"below", "deadline"}


def test_no_sentence_stands_in_two_letters():
    seen = defaultdict(set)
    for key in LETTERS:
        for text in letter(key).texts:
            for sentence in messages.split_sentences(text):
                masked = messages.mask(re.sub(r"\{\w+\}", "~", sentence))
                if len(masked.replace("~", "").split()) >= 3:
                    seen[masked].add(key)
    assert {masked: keys for masked, keys in seen.items() if len(keys) > 1} == {}


def test_the_mask_hides_names_and_figures_and_nothing_else():
    one = messages.mask("The Hearth Box is £54.00.", ["Hearth Box"])
    assert one == messages.mask("The First Hat is £29.50.", ["First Hat"])
    assert one != messages.mask("The First Hat costs £29.50.", ["First Hat"])


def test_a_slot_that_is_filled_is_not_read_again():
    slots = {**BARE, "item": "{fee} {{ 7 | times: 7 }}", "fee": "£4.20"}
    assert messages.fill("Buy {item}.", slots) == "Buy {fee} {{ 7 | times: 7 }}."


def test_a_gate_asks_whether_something_is_known_and_writes_nothing():
    assert messages.fill("Look at your card{if_reward}", {}) is None
    assert messages.fill("Look at your card{if_reward}", {"if_reward": ""}) == "Look at your card"


def test_the_trade_is_written_to_as_the_trade_whatever_the_need():
    assert messages.choose_letter("promotion", need="gift", trade=True).need == messages.TRADE
    assert messages.choose_letter("promotion", need="gift").need == "gift"
    assert messages.choose_letter("abandoned_cart", need="gift").need == messages.ANY


def test_a_candidate_used_elsewhere_is_not_used_again_and_length_decides_between_the_rest():
    assert messages.pick(["One", "Two"], {}, avoid=["One"]) == "Two"
    assert (
        messages.pick(["Short", "Just long enough for it"], {}, limits=(10, 30)) == "Just long enough for it"
    )
    assert messages.pick(["Short", "x" * 90], {}, limits=(10, 30)) == "Short"


@pytest.mark.parametrize("key", [key for key in LETTERS if key[0] == "onboarding"])
def test_a_letter_after_a_first_order_does_not_claim_that_anything_has_arrived_or_taken_place(key):
    one = letter(key)
    for text in (*one.texts, one.because):
        assert not re.search(
            r"\bcoming to\b|you have been|after your first delivery|is with you|you took", text
        ), text


def test_no_letter_speaks_of_batches():
    for key in LETTERS:
        for text in (*letter(key).texts, letter(key).purpose):
            assert not re.search(r"\b(?:batch|cone)", text, re.IGNORECASE), text
