"""Every broken company is repaired with a log line or refused in one sentence that says the way out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from broken_files import CASES, judge
from hostile_case import Case, run_case


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_company_is_repaired_with_a_log_line_or_refused_in_one_sentence(case: Case, tmp_path: Path):
    place = tmp_path.resolve() / "place"
    place.mkdir()
    run, log = run_case(case, place)
    assert judge(case, run, log) == [], run.sentence


def test_the_catalogue_is_broad_and_no_case_stands_twice():
    outcomes = Counter(case.outcome for case in CASES)
    assert len({case.name for case in CASES}) == len(CASES)
    assert outcomes["refused"] >= 40
    assert outcomes["repaired"] >= 20
