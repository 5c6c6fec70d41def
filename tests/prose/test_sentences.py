"""Every sentence a reader sees of six companies: nothing unfilled, nothing raw, nothing said of two groups alike."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

COMPANIES = ("tenterfold", "ballyquire", "tiny", "shop", "seller", "hexed")
ARGUES = {"segment": ("why",), "flow": ("why",), "message": ("purpose", "fit")}
"""The fields of a card that argue: no two groups may be argued for in the same words with other figures."""
READS = {
    "segment": ("rule", "profile", "exceptions"),
    "flow": ("rival", "cautions"),
}
"""The fields that read figures: the same measure may be read of two groups, but not with the same figures.

Notes (where to look for what would change one's mind) and the reach of a channel follow one form, so that they can be compared.
"""
NO_SENTENCES = {"statistic", "rows"}
WORDS = 8


@pytest.mark.parametrize("name", COMPANIES)
def test_nothing_unfilled_or_raw_or_out_of_number_stands_in_a_sentence(name, told, reading):
    said = reading.sentences(told(name).records)
    assert len(said) > 500
    found = [
        f"{what}: {sentence}"
        for sentence in said
        for what, pattern in reading.PATTERNS.items()
        if pattern.search(reading.said_by_us(sentence.text))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", COMPANIES)
def test_no_sentence_is_longer_than_a_reader_can_hold(name, told, reading):
    found = [
        f"{reading.n_words(sentence.text)} words: {sentence}"
        for sentence in reading.sentences(told(name).records)
        if sentence.field not in NO_SENTENCES and reading.n_words(sentence.text) > reading.LONGEST
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", COMPANIES)
def test_few_customers_are_never_called_significant(name, told, reading):
    report = told(name)
    if report.n_customers >= 30:
        assert name in {"ballyquire", "shop", "hexed"}
        return
    found = [
        str(sentence)
        for sentence in reading.sentences(report.records)
        if re.search(r"\bsignifican", reading.said_by_us(sentence.text), re.IGNORECASE)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", COMPANIES)
@pytest.mark.parametrize(("fields", "mask"), [(ARGUES, True), (READS, False)], ids=["argues", "reads"])
def test_no_sentence_is_said_of_two_groups(fields, mask, name, told, reading):
    report = told(name)
    groups: dict[str, set[int]] = defaultdict(set)
    for record in report.records:
        if record["kind"] in fields:
            part = {"id": record["id"], **{field: record[field] for field in fields[record["kind"]]}}
            for sentence in reading.sentences([part]):
                text = reading.masked(sentence.text, report.names) if mask else sentence.text
                if len(text.split()) >= WORDS:
                    groups[text].add(record["number"])
    found = [f"{sorted(numbers)}: {text}" for text, numbers in groups.items() if len(numbers) > 1]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", COMPANIES)
def test_every_place_on_the_checklist_is_a_block_and_every_open_item_has_a_way_to_close_it(name, told):
    records = told(name).records
    ids = {record["id"] for record in records} | {"lifecycle"}  # the one drawing that an item leads to
    lists = [record["items"] for record in records if record["kind"] == "checklist"]
    assert len(lists) == 3
    for items in lists:
        assert not [item["where"] for item in items if item["where"] and item["where"][1:] not in ids]
        assert all(bool(item["close"]) is (item["status"] != "met") for item in items)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("They order {count} times.", "an unfilled slot"),
        ("Hello {{ first_name }}.", "an unfilled slot"),
        ("The median is nan days.", "an unfilled slot"),
        ("The last order was None.", "None"),
        ("The stage is win_back for them.", "a raw name"),
        ("It is NOT_OBSERVABLE here.", "a raw name"),
        ("A mean of 3.1415926535 days.", "a float with too many digits"),
        ("There are 1 customers.", "one of many"),
        ("There are 12 customer.", "many of one"),
        ("They  wait.", "two spaces"),
        ("They wait , then buy.", "a space before a comma"),
        ("They wait..", "two stops"),
        ("We leverage what they like.", "filler"),
    ],
)
def test_the_test_finds_what_it_looks_for(text, what, reading):
    assert reading.PATTERNS[what].search(reading.said_by_us(text))


@pytest.mark.parametrize(
    "text",
    ["None of 3 came back.", "1 customer and 21 customers.", "Wait … then buy.", "Costs 4.90 EUR.", "“a  b ..” it says."],
)  # fmt: skip
def test_the_test_lets_good_sentences_stand(text, reading):
    for pattern in reading.PATTERNS.values():
        assert not pattern.search(reading.said_by_us(text))
