"""Documents in the whole analysis: the example's evidence, and keys that name people (issue 3, "Must show" 1)."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from segkit.analysis.labels import label_overrides
from segkit.analysis.quotes import find_quote
from segkit.analysis.study import Study, open_study
from segkit.model.company import EvidenceSettings, OwnQuote
from segkit.model.evidence import Direction, Evidence, Provenance, SourceType, Status, Strength
from segkit.model.ledger import LedgerKind

THREE = {SourceType.ORDER_HISTORY, SourceType.RESEARCH, SourceType.WEBSITE}
GIFT = "Most people who use the service send a gift to somebody else with a personal message on a card."
NOTE = f"""---
title: Presents by post
author: Bell, Rosa
year: 2025
n: 400
population: Adults who send presents
kind: survey
---
# Results

"{GIFT}"

They write the card first. That remark is the note-taker's, and so are these words about presents posted to somebody.
"""
PAGE = """<html><head><title>Gifts</title></head><body><main><h1>Gifts</h1>
<p>We post presents to somebody else and put your personal message on a card in the box.</p>
<h2>Schools</h2><p>Classes order many balls of yarn at once and pay on invoice within thirty days.</p>
</main></body></html>"""
PEOPLE = (
    "ann@x.example",
    "bob@x.example",
    "cid@x.example",
    "dot@x.example",
    "eve@x.example",
    "fay@x.example",
)


def pieces(study: Study, segment_id: int) -> list[Evidence]:
    return list(study.evidence.supporting(segment_id))


def all_items(study: Study) -> list[Evidence]:
    book = study.evidence
    return [*book.evidence, *book.appendix, *book.suggested, *book.invalid]


# ----------------------------------------------------------------------------- the example company


def test_each_group_of_the_example_has_two_or_three_pieces_from_three_kinds_of_source(example_study):
    types = {source.id: source.type for source in example_study.evidence.sources}
    groups = example_study.segmentation.summary.segments
    assert len(groups) == 4
    for group in groups:
        found = pieces(example_study, group.id)
        assert 2 <= len(found) <= 3, group.name
        assert {types[item.source_id] for item in found} == THREE, group.name


def test_the_examples_pieces_are_spread_over_three_factors_or_more(example_study):
    supporting = [item for item in example_study.evidence.evidence if item.direction is Direction.SUPPORTS]
    factors = Counter(item.factor for item in supporting)
    assert len(factors) >= 3
    assert max(factors.values()) <= len(supporting) * 2 / 3


def test_each_group_of_the_example_has_a_statistic_that_did_not_make_the_groups(example_study):
    for group in example_study.segmentation.summary.segments:
        assert any(item.statistic and not item.in_model for item in pieces(example_study, group.id)), (
            group.name
        )


def test_every_quotation_of_the_example_stands_in_its_source(example_study):
    quoted = [item for item in all_items(example_study) if item.quote is not None]
    assert len(quoted) >= 20
    for item in quoted:
        document = example_study.library.document(item.source_id)
        quote = item.quote
        assert document.text[quote.start : quote.end] == quote.exact, item.key
        assert quote.verified, item.key
        assert quote.n_words <= 60, item.key
        again = find_quote(quote.exact, document, prefix=quote.prefix, suffix=quote.suffix)
        assert (again.start, again.end) == (quote.start, quote.end), item.key


def test_every_source_of_the_example_is_the_file_on_disk(example_study, example_folder: Path):
    documents = [
        s for s in example_study.evidence.sources if s.type in {SourceType.RESEARCH, SourceType.WEBSITE}
    ]
    assert len(documents) >= 6
    for source in documents:
        assert source.sha256 == hashlib.sha256((example_folder / source.path).read_bytes()).hexdigest()


def test_what_the_examples_company_file_decides_all_fits(example_study):
    settings = example_study.company.evidence
    assert settings.accept
    assert settings.against
    assert example_study.evidence.unmatched == ()
    assert example_study.evidence.invalid == ()
    kept = {
        item.key.rpartition(":")[0]
        for item in [*example_study.evidence.evidence, *example_study.evidence.appendix]
    }
    assert {key.rpartition(":")[0] for key in (*settings.accept, *settings.against)} <= kept


def test_what_speaks_against_the_examples_groups_is_shown(example_study):
    against = [item for item in example_study.evidence.evidence if item.direction is Direction.CONTRADICTS]
    assert {item.quote.passage_id for item in against if item.quote} == {
        key.rpartition(":")[0] for key in example_study.company.evidence.against
    }


def test_the_example_prints_its_two_planted_conflicts(example_study):
    conflicts = {(conflict.kind, conflict.subject): conflict for conflict in example_study.ledger.conflicts}
    christmas = next(c for (_, subject), c in conflicts.items() if "christmas" in subject.lower())
    code = next(c for (kind, _), c in conflicts.items() if kind is LedgerKind.CODE)
    assert "delivery-and-returns.html" in christmas.sentence
    assert "gift-service.html" in christmas.sentence
    assert "FIRESIDE15" in code.sentence
    assert "ended" in code.sentence


def test_a_passage_of_the_example_is_put_to_one_group_only(example_study):
    places = Counter(item.quote.passage_id for item in all_items(example_study) if item.quote)
    assert [passage for passage, count in places.items() if count > 1] == []


def test_marketing_and_notes_of_the_example_never_carry_far(example_study):
    types = {source.id: source.type for source in example_study.evidence.sources}
    quoted = [item for item in all_items(example_study) if item.quote]
    assert any(item.quote.provenance is Provenance.TRANSCRIBED for item in quoted)
    for item in quoted:
        weak = types[item.source_id] is SourceType.WEBSITE or item.quote.provenance is Provenance.TRANSCRIBED
        assert not (weak and item.strength is Strength.STRONG), item.key


def test_what_nobody_decided_in_the_example_stays_context(example_study):
    suggested = example_study.evidence.suggested
    assert {item.direction for item in suggested} == {Direction.CONTEXT}
    assert {item.status for item in suggested} == {Status.SUGGESTED}
    assert Counter(item.id for item in all_items(example_study)).most_common(1)[0][1] == 1


def test_nobodys_address_stands_in_the_examples_evidence(example_study):
    said = " ".join(
        [passage.text for passage in example_study.library.passages]
        + [f"{item.key} {item.claim} {item.locator}" for item in all_items(example_study)]
    ).lower()
    assert [key for _, key in example_study.orders.identities if key in said] == []


# ----------------------------------------------------------------------------- keys that name a person


def test_every_setting_may_name_a_customer_by_email_as_well_as_by_label(example_study):
    label, person = example_study.orders.identities[0]
    key, own = (
        f"page-about-434633:{person.upper()}",
        OwnQuote(contains=f" {person} ", factor="need-based", source="x", quote="y"),
    )
    settings = EvidenceSettings(
        accept=(key,), against=(key,), reject=(key, "page-about-434633"), pin=(key,), reword=((key, "A."),), own=(own,)
    )  # fmt: skip
    found = label_overrides(replace(example_study.company, evidence=settings), example_study.orders).evidence
    written = f"page-about-434633:{label}"
    assert found.accept == found.against == found.pin == (written,)
    assert found.reject == (written, "page-about-434633")
    assert found.reword == ((written, "A."),)
    assert found.own[0].contains == label


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A company whose customers are told apart by email, with one note and one page."""
    folder = tmp_path / "shop"
    for name, file, text in (("research", "presents.md", NOTE), ("website", "gifts.html", PAGE)):
        (folder / name).mkdir(parents=True)
        (folder / name / file).write_text(text, encoding="utf-8")
    rows = ["email,order_id,order_date,amount,product,gift_message"]
    for place, person in enumerate(PEOPLE):
        for order in range(3):
            gift = "With love" if place < 2 else ""
            rows.append(
                f"{person},{place}{order},2026-0{order + 1}-1{place},{20 + 60 * (place > 3)}.00,Yarn,{gift}"
            )
    (folder / "orders.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    write_settings(folder)
    return folder


def write_settings(folder: Path, evidence: str = "") -> None:
    text = f'[company]\nname = "Shop"\n[segmentation]\nn_segments = 2\n[evidence]\n{evidence}\n'
    (folder / "company.toml").write_text(text, encoding="utf-8")


def test_a_person_decides_by_email_where_customers_are_labelled(shop: Path):
    study = open_study(shop)
    labels = {person: label for label, person in study.orders.identities}
    assert set(labels) == set(PEOPLE)
    (passage,) = [p.id for p in study.library.document("presents").passages if p.text == GIFT]
    write_settings(
        shop, f'accept = ["{passage}:{PEOPLE[1].upper()}"]\nreject = ["{passage}:nobody@x.example"]\n'
    )
    decided = open_study(shop)
    (item,) = [item for item in decided.evidence.evidence if item.quote and item.quote.passage_id == passage]
    assert item.segment_id == decided.segmentation.assignments[labels[PEOPLE[1]]]
    assert (item.direction, item.reviewed_by) == (Direction.SUPPORTS, "user")
    (sentence,) = decided.evidence.unmatched
    assert "nobody@x.example" in sentence
    assert PEOPLE[1] not in item.key


def test_the_note_takers_remark_is_never_quoted(shop: Path):
    write_settings(
        shop,
        f'[[evidence.own]]\ncontains = "{PEOPLE[0]}"\nfactor = "need-based"\nsource = "research\\\\presents.md"\n'
        'quote = "They write the card first."\n',
    )
    study = open_study(shop)
    assert [i.key for i in all_items(study) if i.quote and "note-taker" in i.quote.exact] == []
    (invalid,) = study.evidence.invalid
    assert "note-taker" in invalid.errors[0]
