"""The evidence of two real order histories, read by a sceptic: nothing circular, nothing twice, nothing beside the point.

The websites and notes under ``documents/`` were written for these tests and are fictional; the orders are real.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from segkit.analysis import grouping_clusters
from segkit.analysis.study import Study, open_study
from segkit.analysis.traits import MIN_SHARE_GAP, TIES
from segkit.model.evidence import Direction, Provenance, SourceType, Status, Strength

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

DOCUMENTS = Path(__file__).parent / "documents"
UCI = """
[company]
name = "Ladderway Gifts"
fictional = true
country = "GB"
currency = "GBP"
timezone = "Europe/London"
business_model = "b2b"
[orders]
files = ["online_retail.parquet"]
[evidence]
accept = ["page-trade-accounts-615b63:12347", "gift-shop-reordering-2011-2ee9de:12347", "page-christmas-2011-578c21:12349"]
against = ["lapsed-accounts-2011-e25a94:12350", "christmas-orders-2010-f65a5d:12349"]
"""
ADVENTURE = """
[company]
name = "Ridgegate Cycles"
fictional = true
country = "US"
currency = "USD"
[orders]
files = ["AdventureWorks_Sales_*.csv"]
join = { file = "AdventureWorks_Products.csv", on = "ProductKey" }
[evidence]
accept = ["accessory-buyers-2017-d67e51:11013", "page-first-bike-5a2e44:11013"]
"""
OUT_OF_PLACE = {"vaccine-fridges-2010", "aquarium-pumps-2016"}
TIED = {*TIES, "share_of_orders_with=christmas"}
WAY_OUT = re.compile(r"\b(?:look for|save|collect|ask|hold out|segkit check)\b")


def company(folder: Path, data: Path, settings: str, documents: str) -> Study:
    """Measure a company made of real orders and the documents written for it."""
    folder.mkdir()
    for file in sorted(data.iterdir()):
        if file.suffix in {".csv", ".parquet"} and "sample" not in file.name:
            name = "customers.csv" if file.name == "AdventureWorks_Customers.csv" else file.name
            shutil.copyfile(file, folder / name)
    shutil.copytree(DOCUMENTS / documents, folder, dirs_exist_ok=True)
    (folder / "company.toml").write_text(settings, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        # both books are grouped by the RFM rule; that k-means loses to it takes two thirds of the time to find out
        patch.setattr(grouping_clusters, "_cluster", lambda *_: None)
        return open_study(folder)


@pytest.fixture(scope="module", params=["uci", "adventure_works"])
def study(
    request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Study:
    """Return each company once."""
    data, settings = {"uci": ("uci_online_retail", UCI), "adventure_works": ("adventureworks", ADVENTURE)}[
        request.param
    ]
    folder = tmp_path_factory.mktemp("sceptic") / request.param
    return company(folder, shared_data / data, settings, request.param)


def without_numbers(sentence: str) -> str:
    """Return the shape of a sentence: what is left of it without its figures."""
    return re.sub(r"[\d,.]+", "#", sentence)


def test_no_claim_is_the_sentence_of_another_with_other_numbers(study: Study) -> None:
    claims = [without_numbers(item.claim) for item in study.evidence.evidence if item.kind == "statistic"]
    assert [claim for claim, times in Counter(claims).items() if times > 1] == []


def test_no_passage_is_put_forward_for_two_groups(study: Study) -> None:
    quoted = [item for item in (*study.evidence.evidence, *study.evidence.suggested) if item.quote]
    assert quoted
    passages = Counter(item.key.rpartition(":")[0] for item in quoted)
    assert [passage for passage, times in passages.items() if times > 1] == []


def test_every_group_has_a_statistic_that_did_not_make_it_or_the_gap_is_said(study: Study) -> None:
    book = study.evidence
    for segment in study.segmentation.summary.segments:
        free = [item for item in book.supporting(segment.id) if item.statistic and not item.in_model]
        said = any(gap.segment_id == segment.id and gap.about == "validity" for gap in book.gaps)
        assert free or said, segment.name


def test_what_repeats_the_rule_in_a_group_is_marked_as_the_rule(study: Study) -> None:
    """Of customers with one order, the first order is the last order: "first ordered lately" is no finding."""
    frame = study.table.frame
    groups = study.segmentation.assignments.reindex(frame.index).to_numpy()
    unit = {feature.name: feature.unit for feature in study.table.features}
    used = study.segmentation.summary.features
    for item in (*study.evidence.evidence, *study.evidence.appendix):
        if item.statistic is None or item.in_model:
            continue
        assert item.statistic.feature not in used
        values = frame[item.statistic.feature].to_numpy()
        for other in used:
            if unit[other] == unit[item.statistic.feature]:
                same = (values == frame[other].to_numpy())[groups == item.segment_id]
                assert np.mean(same) <= 0.8, (item.id, other)


def test_what_grows_with_every_order_is_not_strong(study: Study) -> None:
    graded = [item for item in (*study.evidence.evidence, *study.evidence.appendix) if item.statistic]
    growing = {"distinct_products", "tenure_days"} & set(TIES)
    assert not [
        item.id for item in graded if item.statistic.feature in growing and item.strength is Strength.STRONG
    ]


def test_what_owes_nothing_to_the_rule_is_told_first(study: Study) -> None:
    """A measure tied to the rule stands in a group only behind what is free of it."""
    for segment in study.segmentation.summary.segments:
        told = [item for item in study.evidence.supporting(segment.id) if item.statistic]
        tied = [item.in_model or item.statistic.feature in TIED for item in told if item.statistic]
        assert tied == sorted(tied), segment.name


def test_money_and_recency_of_groups_made_by_them_do_not_contradict_them(study: Study) -> None:
    against = [item for item in study.evidence.evidence if item.direction is Direction.CONTRADICTS]
    assert against
    assert not [item.claim for item in against if item.in_model]


def test_nothing_is_listed_that_the_figures_do_not_show(study: Study) -> None:
    sizes = {segment.id: segment.size for segment in study.segmentation.summary.segments}
    for item in (*study.evidence.evidence, *study.evidence.appendix):
        if item.statistic is None:
            continue
        assert item.statistic.n_group >= sizes[item.segment_id] / 2, item.claim
        if item.statistic.k_group is None and item.statistic.unit == "share":
            assert abs(item.statistic.value - item.statistic.comparator) >= MIN_SHARE_GAP, item.claim


def test_a_code_is_never_told_as_a_code(study: Study) -> None:
    said = [item.claim for item in (*study.evidence.evidence, *study.evidence.appendix)]
    assert not [claim for claim in said if re.search(r"[a-z][A-Z]|_", claim)]


def test_what_would_change_the_mind_can_happen(study: Study) -> None:
    """Nobody has ever tried fewer products than before, and days go by for all."""
    for segment in study.segmentation.summary.segments:
        changer = study.evidence.mind_changer(segment.id)
        assert "To find it," in changer
        assert not re.search(r"(?:different products|first order)” (?:falling|rising)", changer)


def test_every_quotation_is_verified_and_graded_by_where_it_was_found(study: Study) -> None:
    types = {source.id: source.type for source in study.evidence.sources}
    book = study.evidence
    assert book.invalid == ()
    assert book.unmatched == ()
    for item in (*book.evidence, *book.suggested, *book.appendix):
        if item.quote is None:
            continue
        assert item.quote.verified
        if types[item.source_id] is SourceType.WEBSITE:
            assert item.strength in {Strength.MODERATE, Strength.WEAK}
        if item.quote.provenance is Provenance.TRANSCRIBED:
            assert item.strength is not Strength.STRONG
            assert "check against the original" in " ".join(item.strength_reasons)


def test_what_a_person_accepted_counts_and_what_waits_does_not(study: Study) -> None:
    counted = [item for item in study.evidence.evidence if item.quote]
    assert counted
    assert {item.reviewed_by for item in counted} <= {"user", "number"}
    assert all(item.status is Status.SUGGESTED for item in study.evidence.suggested)
    assert all(item.direction is Direction.CONTEXT for item in study.evidence.suggested)


def test_a_study_about_something_else_is_left_alone(study: Study) -> None:
    book = study.evidence
    used = {item.source_id for item in (*book.evidence, *book.suggested, *book.appendix)}
    assert not used & OUT_OF_PLACE


def test_the_companys_own_name_is_no_reason_for_a_passage(study: Study) -> None:
    """ "Ridgegate Cycles" does not speak of how often people order."""
    name = {word.lower() for word in study.company.name.split()}
    reasons = [item.definition.partition("the passage has ")[2] for item in study.evidence.suggested]
    assert not [reason for reason in reasons if set(re.findall(r"“(\w+)", reason.lower())) & name]


def test_every_gap_says_what_to_look_for(study: Study) -> None:
    assert study.evidence.gaps
    assert [gap.sentence for gap in study.evidence.gaps if not WAY_OUT.search(gap.sentence)] == []


def test_pages_that_agree_with_the_orders_are_in_no_conflict(study: Study) -> None:
    """On thousands of products, with quantity prices and price changes, nothing is called a contradiction that is none."""
    assert study.ledger.conflicts == ()
    days = {entry.subject: str(entry.day) for entry in study.ledger.entries if entry.day}
    assert days.get("last order day for Christmas, Europe", "2011-12-09") == "2011-12-09"
    assert days.get("last order day for Christmas, UK", "2011-12-16") == "2011-12-16"
