"""What stands on the cards, in the passages and in the ledger's tables, and that nothing is cited which is not listed."""

import dataclasses
import re
from datetime import date
from types import SimpleNamespace

import pytest

from segkit.model.document import Document, Library, Origin, Passage
from segkit.model.evidence import (
    Direction,
    Evidence,
    EvidenceGap,
    Provenance,
    Quote,
    Source,
    SourceType,
    Status,
    Strength,
)
from segkit.model.factor import Factor
from segkit.model.ledger import Conflict, Ledger, LedgerEntry, LedgerKind
from segkit.publish import cards, passages, tables
from segkit.publish.pages import build_page
from segkit.publish.records import citations_of

NOTE = (
    "Before it "
    + "some word " * 80
    + "\n\nLead time\n\nThe picture is wrong: “The median craft gift was ordered\n12 days "
    "before the occasion.” Those were vouchers.\n\n" + "and so on " * 80 + "[@ghost] <b>end</b>"
)
PAGE = "Gift service. We send one reminder, two weeks before, and nothing else. Call us."
ORDERS = "Please wrap it blue.\nANOTHER CUSTOMER: my secret wish"


def document(identifier, kind, text, *, passages=(), **changes):
    folder = "website" if kind is SourceType.WEBSITE else "research"
    fields = {"title": identifier.title(), "path": f"{folder}/{identifier}.html", "sha256": "ab" * 32}
    return Document(
        source=Source(id=identifier, type=kind, **{**fields, **changes}),
        origin=Origin.PUBLICATION,
        text=text,
        passages=passages,
    )


def quoted(words, text, **changes):
    start = text.index(words)
    fields = {
        "exact": words, "prefix": "", "suffix": "", "start": start, "end": start + len(words), "n_hits": 1,
        "verified": True, "verbatim": True, "provenance": Provenance.ORIGINAL,
    }  # fmt: skip
    return Quote(**{**fields, **changes})


def piece(identifier, segment_id, source_id, quote, **changes):
    fields = {
        "factor": Factor.NEED_BASED, "claim": f"{source_id} reports [@ghost]:", "kind": "quote", "direction": Direction.SUPPORTS,
        "locator": "", "in_model": False, "strength": Strength.MODERATE, "strength_reasons": ("its own n",), "limits": "One study.",
        "key": f"{source_id}-12ab:C001",
    }  # fmt: skip
    return Evidence(
        id=identifier, segment_id=segment_id, source_id=source_id, quote=quote, **{**fields, **changes}
    )


MEDIAN = "The median craft gift was ordered\n12 days before the occasion."
REMINDER = "We send one reminder, two weeks before, and nothing else."


@pytest.fixture
def study(example_study):
    """The measured example with two documents, quotations of every status and a ledger."""
    library = Library(
        documents=(
            document("gifts", SourceType.RESEARCH, NOTE, authors=("Quillfeather, Ada",), published="2025", retrieved="2026-08-14T10:00"),
            document("orders-text", SourceType.ORDER_HISTORY, ORDERS,
                passages=(Passage(id="o-1", source_id="orders-text", text=ORDERS[:20], start=0, end=20, locator="order #1001, Note"),)),
            document("service", SourceType.WEBSITE, PAGE, authors=("Bean & Leaf",)),
        )
    )  # fmt: skip
    transcribed = quoted(MEDIAN, NOTE, provenance=Provenance.TRANSCRIBED, heading="Lead time")
    chosen = (
        piece("S1-7", 1, "gifts", transcribed),
        piece("S2-7", 2, "gifts", transcribed),
        piece(
            "S2-8",
            2,
            "service",
            quoted(REMINDER, PAGE),
            direction=Direction.CONTRADICTS,
            strength=Strength.WEAK,
        ),
        piece("S3-7", 3, "orders-text", quoted("wrap it blue", ORDERS, passage_id="o-1")),
    )
    suggested = tuple(
        piece(f"S1-S{i}", 1, "service", quoted(words, PAGE), status=Status.SUGGESTED, direction=Direction.CONTEXT, limits="Found by searching.")
        for i, words in enumerate(("Gift service", "one reminder", "nothing else", "Call us"))
    )  # fmt: skip
    lost = quoted("Those", NOTE, exact="They never wrap.", verified=False, n_hits=0)
    book = dataclasses.replace(
        example_study.evidence,
        evidence=(*example_study.evidence.evidence, *chosen),
        suggested=suggested,
        invalid=(
            piece("S4-U", 4, "gifts", lost, status=Status.INVALID, errors=("The words are not in gifts.",)),
        ),
        gaps=(
            EvidenceGap(
                segment_id=1, about="website", sentence="Class pack buyers: no page says [@x]; save one."
            ),
        ),
    )
    entry = {"kind": LedgerKind.CODE, "subject": "FIRESIDE15", "locator": "under “Codes”"}
    ledger = Ledger(
        entries=(
            LedgerEntry(id="a", value="15 % off", source_id="service", exact="FIRESIDE15: 15 % [@ghost]", day=date(2025, 12, 14), **entry),
            LedgerEntry(id="b", value="10 % off", source_id="gifts", exact="", ended=True, **entry),
            LedgerEntry(id="c", kind=LedgerKind.FEE, subject="Delivery", value="free", source_id="gifts", exact="free", locator=""),
            LedgerEntry(id="d", kind=LedgerKind.FEE, subject="Delivery", value="free", source_id="service", exact="free", locator=""),
        ),
        conflicts=(Conflict(id="k", kind=LedgerKind.CODE, subject="FIRESIDE15", entries=("a", "b"), sentence="FIRESIDE15 takes 15 % or 10 % off.", rule="leave the code out"),),
    )  # fmt: skip
    measured = {item.name: getattr(example_study, item.name) for item in dataclasses.fields(example_study)}
    return SimpleNamespace(**{**measured, "evidence": book, "library": library, "ledger": ledger})


def empty(study):
    return SimpleNamespace(**{**vars(study), "ledger": Ledger(), "library": Library(), "evidence": dataclasses.replace(study.evidence, evidence=(), suggested=(), invalid=(), gaps=())})  # fmt: skip


def segment(study, number):
    return next(each for each in study.segmentation.summary.segments if each.id == number)


def test_a_quotation_on_a_card_is_one_line_and_leads_to_its_passage(study):
    item = next(
        item for item in cards.evidence_card(study, segment(study, 1)).items if item.id == "item-S1-7"
    )
    assert item.quote == "The median craft gift was ordered 12 days before the occasion."
    anchors = [quote.id for source in cards.passages(study).sources for quote in source.quotes]
    assert item.quote_context in anchors
    assert item.provenance == "transcribed"


def test_at_most_three_suggestions_stand_on_a_card_with_the_key_that_decides(study):
    items = cards.evidence_card(study, segment(study, 1)).items
    suggested = [item for item in items if item.status is Status.SUGGESTED]
    assert len(suggested) == passages.SUGGESTIONS == 3
    assert {item.key for item in suggested} == {"service-12ab:C001"}


def test_words_that_were_not_found_say_why_and_cite_nothing(study):
    item = cards.evidence_card(study, segment(study, 4)).items[-1]
    assert (item.status, item.citation, item.quote_context) == (Status.INVALID, "", "")
    assert item.limits == "The words are not in gifts."


def test_the_gaps_of_a_group_stand_on_its_own_card_without_its_name(study):
    study.evidence = dataclasses.replace(
        study.evidence,
        gaps=(
            EvidenceGap(
                segment_id=1, about="website", sentence=f"{segment(study, 1).name}: no page; save one."
            ),
        ),
    )
    assert cards.evidence_card(study, segment(study, 1)).gaps == ("No page; save one.",)
    assert cards.evidence_card(study, segment(study, 2)).gaps == ()


def test_a_passage_shows_sixty_words_on_each_side_and_what_was_cut(study):
    source = next(source for source in cards.passages(study).sources if source.citation == "gifts")
    (quote,) = source.quotes
    assert quote.quote == "The median craft gift was ordered 12 days before the occasion."
    assert quote.before.startswith("… ")
    assert quote.before.endswith("\nLead time\nThe picture is wrong: “")
    assert quote.after.startswith("” Those were vouchers.\nand so on")
    assert quote.after.endswith(" …")
    assert 58 <= len(quote.before.split()) <= 61
    assert (source.published, source.saved) == ("2025", "2026-08-14")


def test_a_passage_quoted_for_two_groups_stands_once_and_leads_back_to_both(study):
    source = next(source for source in cards.passages(study).sources if source.citation == "gifts")
    assert [quote.links for quote in source.quotes] == [("item-S1-7", "item-S2-7")]


def test_the_context_of_an_order_text_never_shows_another_order(study):
    source = next(source for source in cards.passages(study).sources if source.citation == "orders-text")
    (quote,) = source.quotes
    assert (quote.before, quote.after, quote.where) == ("Please ", ".", "order #1001, Note")


def test_a_short_document_is_shown_whole_without_signs_of_a_cut(study):
    source = next(source for source in cards.passages(study).sources if source.citation == "service")
    for quote in source.quotes:
        assert f"{quote.before}{quote.quote}{quote.after}" == PAGE


def test_without_quotations_or_entries_there_is_nothing_to_show(study):
    bare = empty(study)
    assert cards.passages(bare) is None
    assert cards.conflicts(bare) is None
    assert cards.ledger(bare) is None
    assert cards.cited_sources(bare) == ()
    assert tables.sources(bare).entries == ()


def test_a_conflict_names_both_statements_with_their_sources_and_what_follows(study):
    (row,) = cards.conflicts(study).rows
    assert row[0] == "FIRESIDE15 takes 15 % or 10 % off."
    assert "15 %" in row[1]
    assert "[@service]" in row[1]
    assert "10 % off, under “Codes” [@gifts]" in row[1]
    assert row[2] == "Leave the code out"


def test_the_ledger_says_each_statement_once_with_all_its_sources(study):
    rows = cards.ledger(study).rows
    assert [row[:4] for row in rows] == [
        ("FIRESIDE15", "Code", "15 % off", "14\u00a0Dec\u00a02025"),
        ("FIRESIDE15", "Code", "10 % off", "(ended)"),
        ("Delivery", "Fee", "free", ""),
    ]
    assert rows[2][4] == "[@gifts] [@service]"


def test_a_long_ledger_shows_first_what_a_message_goes_wrong_by_and_counts_the_rest(study):
    code, fee = study.ledger.entries[0], study.ledger.entries[2]
    prices = [
        dataclasses.replace(fee, id=f"p{i}", kind=LedgerKind.PRICE, value=f"{i}.00 GBP") for i in range(20)
    ]
    policy = dataclasses.replace(fee, id="q", kind=LedgerKind.POLICY)
    study.ledger = Ledger(entries=(*prices, policy, policy, fee, code))
    table = cards.ledger(study)
    assert [row[1] for row in table.rows] == ["Code", "Fee", "Policy", *["Price"] * 9]
    assert table.note == "Read but not shown here: 11 prices."


def test_somebody_elses_words_are_never_read_as_a_citation(study):
    blocks = [*cards.segment_cards(study), cards.passages(study), cards.conflicts(study), cards.ledger(study)]
    assert "ghost" not in {source for block in blocks for source in citations_of(block.record())}


def test_the_legend_explains_only_the_words_that_occur(study):
    said = " ".join(cards.legend(study).bullets)
    for words in (
        "Moderate",
        "Weak",
        "Descriptive",
        "whom the company addresses",
        "Check against",
        "count for nothing",
    ):
        assert words in said
    assert "Strong:" not in said
    assert cards.legend(empty(study)).bullets == ()


def test_the_reference_list_holds_what_is_cited_and_nothing_else(study):
    blocks = [*cards.segment_cards(study), cards.passages(study), cards.conflicts(study), cards.ledger(study)]
    cited = {source for block in blocks for source in citations_of(block.record())}
    entries = {entry.id: entry for entry in tables.sources(study).entries}
    assert set(entries) == cited
    assert {"orders", "gifts", "service"} <= cited
    assert entries["gifts"].in_text == "(Quillfeather, 2025)"
    assert entries["orders"].text.startswith(f"{study.company.name}. ({study.orders.as_of.year}")
    assert "[Data set]" in entries["orders"].text
    assert entries["orders"].path.startswith("orders_export.csv")


def test_the_company_chooses_numbers(study):
    report = dataclasses.replace(study.company.report, citation_style="numeric")
    study.company = dataclasses.replace(study.company, report=report)
    assert [entry.in_text for entry in tables.sources(study).entries][:2] == ["[1]", "[2]"]


def test_every_link_between_claims_passages_and_references_leads_somewhere(study, samples):
    page = build_page([
        samples.notebook(
            "# Report", cards.legend(study), *cards.segment_cards(study), cards.conflicts(study), cards.ledger(study),
            cards.passages(study), tables.sources(study),
        )
    ])  # fmt: skip
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= {*ids, "main"}
    assert {f"ref-{entry.id}" for entry in tables.sources(study).entries} <= targets
    assert "<b>end</b>" not in page
