"""Parts of a text message: the fixtures, another counter on 4,000 texts, and the way back to GSM-7."""

import random

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from segkit.strategy.sms import GSM_BASIC, GSM_EXTENDED, count_sms, suggest_ascii


def counted(text):
    count = count_sms(text)
    return count.encoding, count.units, count.parts


@pytest.mark.parametrize(("length", "parts"), [(160, 1), (161, 2), (306, 2), (307, 3)])
def test_plain_letters_fill_160_and_then_153(length, parts):
    assert counted("a" * length) == ("GSM-7", length, parts)


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("a" * 159 + "€", 161, 2),
        ("a" * 152 + "€" + "a" * 152, 306, 3),
    ],
)
def test_an_escape_pair_takes_two_and_is_not_split(text, units, parts):
    assert counted(text) == ("GSM-7", units, parts)


@pytest.mark.parametrize(("length", "parts"), [(70, 1), (71, 2), (134, 2), (135, 3)])
def test_another_script_fills_70_and_then_67(length, parts):
    assert counted("ж" * length) == ("UCS-2", length, parts)


@pytest.mark.parametrize(
    ("text", "units", "parts"), [("😀" * 35, 70, 1), ("😀" * 36, 72, 2), ("a" * 66 + "😀" + "a" * 66, 134, 3)]
)
def test_a_surrogate_pair_is_not_split(text, units, parts):
    assert counted(text) == ("UCS-2", units, parts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It’s here", ("UCS-2", 9, 1)),
        ("`", ("UCS-2", 1, 1)),
        ("ç", ("UCS-2", 1, 1)),
        ("Ç", ("GSM-7", 1, 1)),
        ("[]{}\\^~|", ("GSM-7", 16, 1)),
        ("", ("GSM-7", 0, 1)),
    ],
)
def test_one_character_decides_the_alphabet(text, expected):
    assert counted(text) == expected


def test_the_characters_that_made_it_ucs_2_are_named_once_each_in_order():
    assert count_sms("“Tea” for you – 🎉🎉").offending == ("“", "”", "–", "🎉")


def test_another_counter_says_the_same_of_4000_texts():
    dice = random.Random(20261122)  # noqa: S311 - a seeded sample, no secret
    basic, extended = sorted(GSM_BASIC), sorted(GSM_EXTENDED - {"\f"})
    alphabets = [basic, basic * 3 + extended * 10, [*basic, "’"], list("жщ漢") + basic, [*basic, "😀", "漢"]]
    for _ in range(4000):
        alphabet = dice.choice(alphabets)
        text = "".join(dice.choice(alphabet) for _ in range(dice.randint(1, 500)))
        theirs = smsutil.split(text)
        ours = count_sms(text)
        assert (ours.encoding == "GSM-7", ours.parts) == (smsutil.is_valid_gsm(text), len(theirs.parts)), text


@given(st.text(max_size=400))
def test_parts_hold_what_is_counted(text):
    count = count_sms(text)
    single, several = (160, 153) if count.encoding == "GSM-7" else (70, 67)
    assert (count.units <= single) == (count.parts == 1)
    assert count.parts == 1 or (count.parts - 1) * (several - 1) < count.units <= count.parts * several


@pytest.mark.parametrize(
    ("text", "ascii_text"),
    [
        ("It’s here – at last…", "It's here - at last..."),
        ("“Café crème” 🎉 for ç", '"Café crème" for c'),
        ("No\u00a0gap", "No gap"),
        ("Plain  text", "Plain  text"),
        ("Привет", "Привет"),
        ("Two lines 🎉\nhere", "Two lines\nhere"),
    ],
)
def test_a_way_back_to_gsm_is_offered_where_there_is_one(text, ascii_text):
    assert suggest_ascii(text) == ascii_text
