"""Every broken company is repaired with a log line or refused in one sentence that says the way out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from broken_files import CASES, judge
from hostile_case import Case, run_case, run_segkit


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_company_is_repaired_with_a_log_line_or_refused_in_one_sentence(case: Case, tmp_path: Path):
    place = tmp_path.resolve() / "place"
    place.mkdir()
    run, log = run_case(case, place)
    assert judge(case, run, log) == [], run.sentence


PRINTED = (
    "no_amount_column",
    "cp1252_with_euro",
    "odd_headers",
    "unicode_ids",
    "formulas",
    "scripts",
    "terminal_header",
)


@pytest.mark.parametrize("case", [case for case in CASES if case.name in PRINTED], ids=lambda case: case.name)
def test_what_is_printed_of_an_odd_company_cannot_move_the_terminal(case: Case, tmp_path: Path):
    place = tmp_path.resolve() / "place"
    place.mkdir()
    case.make(place / case.folder)
    run = run_segkit(["check", case.folder], place)
    assert (run.code, run.errors) == (0, [])
    assert "What the data can show" in run.stdout
    assert [sign for sign in run.stdout if not sign.isprintable() and sign not in "\n\u00a0\u200b"] == []


ANALYSED = (
    "all_zero",
    "constant_columns",
    "all_alike",
    "everybody_once",
    "four_customers",
    "future_date",
    "our_own_names",
    "odd_attributes",
    "as_of_at_the_end",
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name in ANALYSED], ids=lambda case: case.name
)
def test_what_segkit_check_accepts_can_be_analysed(case: Case, tmp_path: Path):
    from segkit.analysis.study import open_study

    case.make(tmp_path / case.folder)
    study = open_study(tmp_path / case.folder)
    sizes = [segment.size for segment in study.segmentation.summary.segments]
    assert len(sizes) == 4
    assert sum(sizes) == study.orders.log.customers


def test_the_catalogue_is_broad_and_no_case_stands_twice():
    outcomes = Counter(case.outcome for case in CASES)
    assert len({case.name for case in CASES}) == len(CASES)
    assert outcomes["refused"] >= 40
    assert outcomes["repaired"] >= 20
