"""Whatever value of a report's evidence is changed, dropped or put elsewhere: it is caught, and by its name."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest

from segkit.analysis import study as measuring
from segkit.analysis.verification import PILES, Inputs, verify_evidence
from segkit.model.company import OwnQuote
from segkit.publish.json_values import to_plain
from segkit.publish.results import result_files, write_results
from segkit.publish.verification import check_inputs, check_manifest, check_result
from tests.verification.mutations import Mutation, apply, caught, field_of, mutations, of_every_field, without

INVENTED = OwnQuote(
    contains="C001",
    factor="need-based",
    source="gift-service.html",
    quote="Our customers love blue elephants.",
)
TRANSCRIBED = OwnQuote(
    contains="C002",
    factor="behavioral",
    source="gift-lead-times-2025.md",
    quote="Only 166 of 638 givers had gone back to the same shop for the next occasion.",
)


@pytest.fixture(scope="module")
def study(example_study):
    """The example with something in every pile: half of the passages undecided, one invented, one key that fits nobody."""
    settings = example_study.company.evidence
    company = replace(
        example_study.company,
        evidence=replace(
            settings,
            accept=(*settings.accept[:4], "page-that-is-gone-123456:C001"),
            own=(INVENTED, TRANSCRIBED),
        ),
    )
    book = measuring._gather_evidence(
        company,
        example_study.orders,
        example_study.table,
        example_study.segmentation,
        library=example_study.library,
        texts=None,
    )
    return replace(example_study, company=company, evidence=book)


@pytest.fixture(scope="module")
def book(study):
    return json.loads(json.dumps(to_plain(study.evidence)))


@pytest.fixture(scope="module")
def inputs(study) -> Inputs:
    return Inputs(study)


def lines(stored, book, inputs) -> list[str]:
    return [str(failure) for failure in verify_evidence(stored, book, inputs).failures]


def missed(changes: list[Mutation], book, inputs, change=apply) -> list[str]:
    found = ((mutation, lines(change(book, mutation), book, inputs)) for mutation in changes)
    return [
        f"{field_of(mutation.path)} {mutation.old!r:.50} {said[:2]}"
        for mutation, said in found
        if not caught(mutation, said)
    ]


def first_piece(book, pile, **wanted):
    """Return the position of the first piece whose quotation or statistic has these values."""
    return next(
        place
        for place, item in enumerate(book[pile])
        for part in [item["quote"] or {}]
        if all(part.get(name) == value for name, value in wanted.items())
    )


def test_an_untouched_book_with_something_in_every_pile_raises_no_alarm(book, inputs):
    assert all(book[name] for name in (*PILES, "sources", "gaps", "unmatched", "mind_changers"))
    assert lines(copy.deepcopy(book), book, inputs) == []


def test_every_field_of_every_kind_of_record_is_caught_when_its_value_changes(book, inputs):
    changes = of_every_field(mutations(book), each=3)
    assert len({field_of(change.path) for change in changes}) > 150
    assert missed(changes, book, inputs) == []


def test_every_field_is_caught_when_it_is_gone(book, inputs):
    changes = [
        change for change in of_every_field(mutations(book), each=1) if isinstance(change.path[-1], str)
    ]
    assert missed(changes, book, inputs, without) == []


def test_every_field_is_caught_when_it_holds_another_kind_of_value(book, inputs):
    def other_kind(value):
        if isinstance(value, bool):
            return int(value)
        return str(value) if isinstance(value, int | float) else [value]

    changes = [
        replace(change, new=other_kind(change.old)) for change in of_every_field(mutations(book), each=1)
    ]
    assert missed(changes, book, inputs) == []


STRANGE = (10**400, -1e308, 1e999, {"a": {}}, [], "\ud800", "x" * 200_000, None)


@pytest.mark.parametrize("turn", range(2))
def test_values_that_no_report_holds_are_caught_without_a_traceback(book, inputs, turn):
    changes = [
        replace(change, new=STRANGE[(3 * turn + place) % len(STRANGE)])
        for place, change in enumerate(of_every_field(mutations(book), each=1))
    ]
    assert missed([change for change in changes if change.old != change.new], book, inputs) == []


@pytest.mark.parametrize("value", [{}, [1, "two", None], "text", 5, None, [[]]])
@pytest.mark.parametrize("name", [*PILES, "sources", "gaps", "mind_changers", "unmatched", "n_tests"])
def test_a_table_of_the_wrong_kind_is_named(book, inputs, name, value):
    assert any(line.startswith(f"{name}:") for line in lines({**book, name: value}, book, inputs))


def test_an_empty_book_lacks_everything_by_name(book, inputs):
    said = lines({}, book, inputs)
    assert {f"{name}: is missing from evidence.json" for name in book} <= set(said)


def test_something_that_no_report_has_is_named(book, inputs):
    assert lines({**book, "verified": True}, book, inputs) == ["verified: stands in no report's evidence"]


def test_an_edited_number_is_recomputed_and_both_numbers_are_said(book, inputs):
    place = next(i for i, item in enumerate(book["evidence"]) if item["statistic"])
    change = Mutation(path=("evidence", place, "statistic", "value"), old=0, new=123456.0, name="")
    (line,) = lines(apply(book, change), book, inputs)
    right = book["evidence"][place]["statistic"]["value"]
    assert "statistic.value says 123456.0, the inputs give" in line
    assert str(right) in line


def test_a_quotation_that_was_shortened_is_caught_though_its_words_are_still_there(book, inputs):
    stored = copy.deepcopy(book)
    place = first_piece(book, "evidence", verified=True)
    quote = stored["evidence"][place]["quote"]
    words = quote["exact"].split(" ")
    quote["exact"] = " ".join(words[:-3])
    (line,) = lines(stored, book, inputs)
    assert line.startswith(f"{stored['evidence'][place]['id']}: quote: the words stand in")

    quote["suffix"] = (" " + " ".join(words[-3:]) + quote["suffix"])[:32]
    (line,) = lines(stored, book, inputs)
    assert "quote.exact says" in line


def test_a_quotation_of_invented_words_is_not_found(book, inputs):
    place = first_piece(book, "evidence", verified=True)
    change = Mutation(path=("evidence", place, "quote", "exact"), old="", new="All of them love us.", name="")
    (line,) = lines(apply(book, change), book, inputs)
    assert "quote: not found in" in line


def test_a_transcribed_quotation_that_claims_to_be_original_is_caught(book, inputs):
    place = first_piece(book, "evidence", provenance="transcribed")
    change = Mutation(path=("evidence", place, "quote", "provenance"), old="", new="original", name="")
    (line,) = lines(apply(book, change), book, inputs)
    assert "quote.provenance says original, the inputs give transcribed" in line


def test_a_suggestion_moved_among_the_evidence_is_caught(book, inputs):
    stored = copy.deepcopy(book)
    moved = stored["suggested"].pop(0)
    stored["evidence"].append({**moved, "direction": "supports"})
    said = lines(stored, book, inputs)
    assert f"{moved['id']}: is missing from suggested" in said
    assert f"{moved['id']}: counts as evidence but is not valid" in said


def test_a_piece_that_is_gone_doubled_or_elsewhere_in_the_order_is_named(book, inputs):
    first, second, *rest = book["evidence"]
    assert f"{first['id']}: is missing from evidence" in lines(
        {**book, "evidence": [second, *rest]}, book, inputs
    )
    assert f"{first['id']}: stands twice in evidence" in lines(
        {**book, "evidence": [first, first, second, *rest]}, book, inputs
    )
    assert lines({**book, "evidence": [second, first, *rest]}, book, inputs) == [
        "evidence: stands in another order than the inputs give"
    ]


def test_a_citation_of_a_source_that_is_not_listed_names_the_claim_and_the_source(book, inputs):
    stored = copy.deepcopy(book)
    gone = next(s for s in stored["sources"] if s["type"] == "research")
    stored["sources"].remove(gone)
    said = lines(stored, book, inputs)
    assert f"source {gone['id']}: is missing from the list of sources" in said
    assert any(f"cites the source {gone['id']}, which is not listed" in line for line in said)


def test_a_source_that_nobody_cites_is_named(book, inputs):
    extra = {**book["sources"][-1], "id": "never-read", "type": "research"}
    said = lines({**book, "sources": [*book["sources"], extra]}, book, inputs)
    assert said == [
        "source never-read: is no source of this report",
        "source never-read: is listed and never cited",
    ]


def test_a_group_left_with_one_piece_and_no_gap_is_named(book, inputs):
    kept = [item for item in book["evidence"] if item["segment_id"] != 1 or item["id"] == "S1-1"]
    said = lines({**book, "evidence": kept}, book, inputs)
    assert "group 1: has 1 pieces of evidence and no gap says so" in said


@pytest.fixture(scope="module")
def report(example_study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    write_results(example_study, folder / "results")
    return folder


@pytest.mark.parametrize("name", ["segments", "ledger", "cleaning", "checklist"])
def test_every_field_of_every_other_result_is_caught_in_its_file(example_study, report, name):
    path, expected = report / "results" / f"{name}.json", result_files(example_study)[f"{name}.json"]
    values = json.loads(expected)
    assert check_result(report, f"{name}.json", expected) == []
    for change in of_every_field(mutations(values), each=1):
        path.write_text(json.dumps(apply(values, change)), encoding="utf-8")
        (failure,) = check_result(report, f"{name}.json", expected)
        assert failure.where == f"{name}.json"
        assert str(change.path[0]) in failure.sentence, change
    path.write_text(expected, encoding="utf-8")


def test_every_field_of_the_manifest_but_versions_is_caught(example_study, example_folder):
    manifest = json.loads(result_files(example_study)["manifest.json"])
    assert check_manifest(manifest, manifest) == check_inputs(manifest, example_folder) == []
    for change in mutations(manifest):
        stored = apply(manifest, change)
        found = [str(f) for f in [*check_manifest(stored, manifest), *check_inputs(stored, example_folder)]]
        if change.path[0] == "versions":
            assert found == []
        else:
            assert any(line.startswith(("manifest.json: ", "source: ")) for line in found), change
    for versions in (None, [], {"pandas": 3}):
        (failure,) = check_manifest({**manifest, "versions": versions}, manifest)
        assert failure.sentence == "versions holds no table of texts"
