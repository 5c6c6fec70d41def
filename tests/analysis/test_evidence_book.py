"""The book of evidence: two or three pieces a group, three kinds where they are, pins, sentences and gaps (issue 3)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from segkit.analysis.evidence_book import canonical_keys
from segkit.analysis.quotations import Quotations
from segkit.model.company import OwnQuote
from segkit.model.evidence import Direction, EvidenceBook, EvidenceGap, SourceType
from segkit.model.factor import Factor
from tests.analysis.quoted_shop import (
    ASSIGNMENTS,
    FINDINGS,
    GIFT,
    GIFT_AGAIN,
    REFILL,
    SCHOOL,
    SEVEN_WEEKS,
    SURVEY_SOURCE,
    WEBSITE,
    all_claims,
    book,
    claim,
    document,
    findings_book,
    flag,
    in_model,
)

STUDY = document("study", GIFT, REFILL, SCHOOL)
PAGE = document("page-gifts", GIFT_AGAIN, kind=WEBSITE)
BOTH = ("study-0:G1", "page-gifts-0:G1")
GIFTS = [item for item in all_claims() if item.segment_id == 1]


def kinds(of: EvidenceBook, segment_id: int) -> list[SourceType]:
    types = {source.id: source.type for source in of.sources}
    return [types[item.source_id] for item in of.supporting(segment_id)]


def gaps(of: EvidenceBook, segment_id: int) -> dict[str, str]:
    return {gap.about: gap.sentence for gap in of.gaps if gap.segment_id == segment_id}


def everything(of: EvidenceBook) -> list:
    return [*of.evidence, *of.appendix, *of.suggested, *of.invalid]


# ----------------------------------------------------------------------------- two or three pieces, three kinds


def test_each_kind_of_source_speaks_where_a_person_accepted_one():
    found = book(STUDY, PAGE, accept=BOTH)
    assert set(kinds(found, 1)) == {SourceType.ORDER_HISTORY, SourceType.RESEARCH, SourceType.WEBSITE}
    assert len(found.supporting(1)) == 3


def test_a_suggestion_is_not_a_piece():
    found = book(STUDY, PAGE)
    assert kinds(found, 1) == [SourceType.ORDER_HISTORY] * 2
    assert [item.direction for item in found.suggested] == [Direction.CONTEXT] * len(found.suggested)
    assert len(found.suggested) == 4


def test_a_group_never_has_more_than_three_pieces_and_the_rest_is_in_the_appendix():
    many = document("many", *(f"{GIFT[:-1]} in {town}." for town in ("Hull", "York", "Derby", "Leeds")))
    found = book(many, PAGE, accept=("page-gifts-0:G1", *(f"many-{number}:G1" for number in range(4))))
    assert len(found.supporting(1)) == 3
    assert set(kinds(found, 1)) == {SourceType.ORDER_HISTORY, SourceType.RESEARCH, SourceType.WEBSITE}
    kept = [item.key for item in everything(found) if item.segment_id == 1]
    assert all(f"many-{number}:G1" in kept for number in range(4))


def test_a_group_without_findings_may_stand_on_two_quotations_of_one_kind():
    found = book(document("study", GIFT, REFILL), found=findings_book(), accept=("study-0:G1", "study-1:G1"))
    assert [item.id for item in found.supporting(1)] == ["S1-1", "S1-2"]


def test_a_survey_of_the_companys_own_customers_is_own_research():
    surveyed = claim(flag("motivation_unwind", 1, Factor.PSYCHOGRAPHIC), anchor="G1", source=SURVEY_SOURCE)
    found = book(found=findings_book(*all_claims(), surveyed))
    assert SourceType.SURVEY in kinds(found, 1)
    assert "research" not in gaps(found, 1)


def test_a_piece_on_another_factor_comes_before_one_more_on_the_same():
    study = document("study", GIFT, "Teachers pay on invoice and by bank transfer in spring and in autumn.")
    found = book(
        study,
        found=findings_book(GIFTS[0]),
        own=(
            OwnQuote(contains="G1", factor="need-based", source="study", quote="posted to somebody else"),
            OwnQuote(contains="G1", factor="technographic", source="study", quote="pay on invoice"),
        ),
    )
    assert [item.factor for item in found.supporting(1)] == [Factor.NEED_BASED, Factor.TECHNOGRAPHIC]


def test_a_statistic_that_only_restates_the_model_gives_way_to_one_that_does_not():
    restated = claim(in_model(flag("restated", 1)), anchor="G1")
    found = book(STUDY, PAGE, found=findings_book(restated, *GIFTS), accept=BOTH)
    assert "restated:G1" not in [item.key for item in found.supporting(1)]
    assert "restated:G1" in [item.key for item in found.appendix]


def test_a_quotation_that_says_neither_for_nor_against_is_kept_in_the_appendix():
    own = OwnQuote(contains="G1", factor="need-based", source="study", quote=GIFT, direction="context")
    found = book(STUDY, own=(own,))
    assert [item.key for item in found.evidence if item.quote] == []
    assert "study-0:G1" in [item.key for item in found.appendix]


def test_what_speaks_against_a_group_is_kept_and_shown():
    found = book(STUDY, against=("study-0:G1", "study-1:R1"))
    assert [item.key for item in found.against(1)] == ["study-0:G1"]
    assert [item.id for item in found.against(1)] == ["S1-X"]
    assert "study-0:G1" not in [item.key for item in found.supporting(1)]


def test_ids_are_unique_and_begin_with_their_group():
    own = OwnQuote(contains="G1", factor="need-based", source="study", quote="words that are not there")
    found = book(
        STUDY,
        PAGE,
        document("weeks", SEVEN_WEEKS),
        accept=BOTH,
        against=("study-1:G1", "study-2:G1"),
        own=(own,),
    )
    ids = Counter(item.id for item in everything(found))
    assert max(ids.values()) == 1
    assert all(item.id.startswith(f"S{item.segment_id}-") for item in everything(found))
    assert [item.id for item in found.against(1)] == ["S1-X", "S1-X2"]
    assert [item.id for item in found.invalid] == ["S1-I1"]


def test_every_source_is_cited_and_everything_cited_has_its_source():
    silent = document("silent", "The mill was built of brick beside a canal in another century.")
    found = book(STUDY, PAGE, silent, accept=BOTH)
    assert {source.id for source in found.sources} == {item.source_id for item in everything(found)}


def test_two_runs_are_equal():
    assert book(STUDY, PAGE, accept=BOTH) == book(STUDY, PAGE, accept=BOTH)


# ----------------------------------------------------------------------------- pins


def test_a_pinned_piece_comes_first_whatever_it_is():
    assert book(STUDY, PAGE, accept=BOTH, pin=("page-gifts-0:G2",)).supporting(1)[0].key == "page-gifts-0:G1"


def test_pins_come_in_the_order_they_are_written_and_may_come_from_the_appendix():
    spare = claim(flag("spare", 1), anchor="G1")
    found = book(
        STUDY, found=findings_book(*all_claims(), appendix=(spare,)), pin=("spare:G1", "sent_gift_message:G2")
    )
    assert [item.key for item in found.supporting(1)][:2] == ["spare:G1", "sent_gift_message:G1"]
    assert "spare:G1" not in [item.key for item in found.appendix]


def test_more_pins_than_places_are_told_and_the_first_three_taken():
    spare = tuple(claim(flag(f"spare_{number}", 1), anchor="G1") for number in range(4))
    found = book(found=findings_book(*all_claims(), appendix=spare), pin=tuple(item.key for item in spare))
    assert [item.key for item in found.supporting(1)] == [item.key for item in spare[:3]]
    (sentence,) = found.unmatched
    assert "spare_3:G1" in sentence
    assert "spare_3:G1" in [item.key for item in found.appendix]


def test_a_pin_on_a_suggestion_says_that_it_waits_for_a_decision():
    found = book(STUDY, pin=("study-0:G1",))
    assert found.supporting(1)[0].quote is None
    (sentence,) = found.unmatched
    assert "study-0:G1" in sentence
    assert "accept" in sentence


@pytest.mark.parametrize("key", ["nothing:G1", "study-0:Nobody", "study-0", ""])
@pytest.mark.parametrize("where", ["pin", "reword"])
def test_a_pin_or_sentence_that_fits_nothing_is_told(where: str, key: str):
    settings = {where: (key,) if where == "pin" else ((key, "A sentence."),)}
    (sentence,) = book(STUDY, **settings).unmatched
    assert sentence.startswith(f"[evidence] {where} names {key!r}")


def test_keys_come_back_as_this_run_writes_them():
    assert canonical_keys(["a=b:G2", "c:d:R2", "e:Nobody", "f"], ASSIGNMENTS) == {"a=b:G1", "c:d:R1"}


# ----------------------------------------------------------------------------- the user's own sentences


def test_a_reworded_claim_is_used_and_marked_as_the_users():
    found = book(reword=(("sent_gift_message:G2", "All 2 of them write a card."),))
    item = found.supporting(1)[0]
    assert (item.claim, item.created_by) == ("All 2 of them write a card.", "user")
    assert found.unmatched == ()


def test_a_reworded_claim_may_use_the_numbers_of_its_quotation():
    weeks = document("study", "In a survey 6 of 9 people sent a present with a personal message on a card.")
    found = book(weeks, accept=("study-0:G1",), reword=(("study-0:G1", "6 of 9 write a card."),))
    assert "6 of 9 write a card." in [item.claim for item in found.supporting(1)]
    assert found.unmatched == ()


def test_a_reworded_claim_with_a_number_of_its_own_is_refused_and_told():
    found = book(reword=(("sent_gift_message:G1", "73 % of them write a card."),))
    assert found.supporting(1)[0].claim == GIFTS[0].claim
    assert found.supporting(1)[0].created_by == "rule"
    (sentence,) = found.unmatched
    assert "73" in sentence


def test_a_reworded_claim_leaves_the_exceptions_of_the_same_finding_alone():
    counter = claim(FINDINGS[0], anchor="G1", direction=Direction.CONTRADICTS, sentence="0 of 2 exceptions.")
    found = book(
        found=findings_book(*all_claims(), counter), reword=(("sent_gift_message:G1", "They write a card."),)
    )
    assert found.supporting(1)[0].claim == "They write a card."
    assert found.against(1)[0].claim == "0 of 2 exceptions."


# ----------------------------------------------------------------------------- what is missing


def test_without_documents_each_gap_says_what_to_look_for():
    said = gaps(book(), 1)
    assert set(said) == {"research", "website"}
    assert "save" in said["website"]
    assert "presents posted to somebody else" in said["website"]
    assert "own n" in said["research"]


def test_documents_without_a_hit_are_counted_in_the_gap():
    silent = document("silent", "The mill was built of brick beside a canal in another century.")
    page = document("page-silent", silent.text, kind=WEBSITE)
    said = gaps(book(silent, page), 1)
    assert "found nothing in the one saved study" in said["research"]
    assert "found nothing in the one saved page" in said["website"]


def test_undecided_suggestions_are_said_instead_of_missing_ones():
    said = gaps(book(STUDY, PAGE), 1)
    assert "1 passage from research waits for your yes or no" in said["research"]
    assert "1 passage from the website waits for your yes or no" in said["website"]


def test_a_kind_that_speaks_is_no_gap():
    said = gaps(book(STUDY, PAGE, accept=BOTH), 1)
    assert said == {}


def test_a_source_that_speaks_against_the_group_is_not_called_silent():
    said = gaps(book(STUDY, against=("study-0:G1",)), 1)
    assert "says nothing" not in said["research"]
    assert "against" in said["research"]


def test_a_source_that_had_to_give_way_is_not_called_silent():
    found = book(
        STUDY, accept=("study-0:G1",), found=findings_book(*GIFTS, claim(flag("third", 1), anchor="G1")),
        pin=("sent_gift_message:G1", "ships_to_another_name:G1", "third:G1"),
    )  # fmt: skip
    assert "study-0:G1" in [item.key for item in found.appendix]
    said = gaps(found, 1)
    assert "says nothing" not in said.get("research", "")


def test_a_group_with_fewer_than_two_pieces_says_so():
    found = book(found=findings_book(GIFTS[0]))
    assert "pieces" in gaps(found, 1)
    assert "pieces" in gaps(found, 2)


def test_a_gap_that_a_quotation_closes_is_not_repeated():
    few = EvidenceGap(segment_id=1, about="pieces", sentence="one piece only")
    none_against = EvidenceGap(segment_id=1, about="counter", sentence="nothing against")
    found = book(
        STUDY,
        PAGE,
        found=findings_book(GIFTS[0], gaps=(few, none_against)),
        accept=("page-gifts-0:G1",),
        against=("study-0:G1",),
    )
    assert "pieces" not in gaps(found, 1)
    assert "counter" not in gaps(found, 1)


def test_a_group_judged_by_its_own_model_only_stays_told_whatever_is_quoted():
    restated = claim(in_model(flag("restated", 1)), anchor="G1")
    circular = EvidenceGap(segment_id=1, about="validity", sentence="only features of the model")
    found = book(STUDY, PAGE, found=findings_book(restated, gaps=(circular,)), accept=BOTH)
    assert gaps(found, 1)["validity"] == "only features of the model"


def test_an_empty_book_of_findings_still_takes_quotations():
    found = book(STUDY, PAGE, found=findings_book(), accept=BOTH)
    assert len(found.supporting(1)) == 2


def test_quotations_of_a_group_that_is_gone_do_not_appear():
    stray = replace(book(STUDY, accept=("study-0:G1",)).supporting(1)[-1], segment_id=9, id="")
    found = book(STUDY, quoted=Quotations(valid=(stray,), suggested=(stray,), invalid=(stray,)))
    assert [item for item in everything(found) if item.segment_id == 9] == []
