"""Reports that nobody touched raise no alarm: ten of them, each verified by a second measurement of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from segkit.analysis import study as measuring
from segkit.analysis.study import Study, open_study
from segkit.model.company import OwnQuote
from segkit.publish.results import write_results
from segkit.publish.shown_page import NOTEBOOK, PAGE
from segkit.publish.verification import verify_study
from tests.verification.companies import write_shop

NO_PAGE = {f"{PAGE}: is missing from the report", f"{NOTEBOOK}: is missing from the report"}
"""The results of these reports are written without a page."""


def alarms(made: Study, again: Study, place: Path) -> set[str]:
    """Write the results of one measurement and verify them by another; return what is wrong with them."""
    report = place / "report"
    write_results(made, report / "results")
    manifest = json.loads((report / "results" / "manifest.json").read_text(encoding="utf-8"))
    found = verify_study(report, again, manifest=manifest)
    assert found.statistics > 0
    return {str(failure) for failure in found.failures} - NO_PAGE


def decided(study: Study, **changes: object) -> Study:
    """Return the example with other decisions about its evidence; evidence is gathered anew at each call."""
    settings = replace(study.company.evidence, **changes)
    company = replace(study.company, evidence=settings)
    book = measuring._gather_evidence(
        company,
        study.orders,
        study.table,
        study.segmentation,
        library=study.library,
        texts=None,
    )
    return replace(study, company=company, evidence=book)


def keys(study: Study, pile: str) -> list[str]:
    return [item.key for item in getattr(study.evidence, pile) if item.quote]


@pytest.fixture(scope="module")
def verdicts(example_study) -> dict[str, dict[str, object]]:
    """Ways to decide about the example's evidence."""
    counted, waiting = keys(example_study, "evidence"), keys(example_study, "suggested")
    found = next(i for i in example_study.evidence.evidence if i.quote and i.direction == "supports")
    quote = found.quote.exact.split()
    return {
        "all accepted": {"accept": (*counted, *waiting)},
        "nothing accepted": {"accept": (), "against": (), "reject": tuple(waiting[:6])},
        "reworded and pinned": {
            "pin": tuple(counted[:4]),
            "reword": (
                (counted[0], "They plan ahead."),
                (counted[1], "They come 977 times."),
                ("lost:C001", "x"),
            ),
        },
        "quotations of one's own": {
            "own": (
                OwnQuote(
                    contains="C001", factor="behavioral", source=found.source_id, quote=" ".join(quote[:8])
                ),
                OwnQuote(
                    contains="C002",
                    factor="need-based",
                    source="about.html",
                    quote="Words that nobody wrote.",
                ),
                OwnQuote(contains="C999", factor="need-based", source="about.html", quote="x"),
            )
        },
    }


@pytest.mark.parametrize(
    "name", ["all accepted", "nothing accepted", "reworded and pinned", "quotations of one's own"]
)
def test_the_example_with_its_evidence_decided_otherwise_raises_no_alarm(
    name, verdicts, example_study, tmp_path
):
    changes = verdicts[name]
    made, again = decided(example_study, **changes), decided(example_study, **changes)
    assert made.evidence != example_study.evidence
    assert alarms(made, again, tmp_path) == set()


def test_the_example_with_three_groups_and_another_seed_raises_no_alarm(example_folder, tmp_path):
    made, again = (open_study(example_folder, n_segments=3, seed=7) for _ in range(2))
    assert alarms(made, again, tmp_path) == set()


SHOPS = {
    "orders alone": {},
    "pages and notes": {"documents": True},
    "a survey": {"survey": True, "documents": True, "groups": 2},
    "names of people": {"names": "person{}@example.org", "survey": True},
    "forty customers": {"customers": 40, "groups": 4, "documents": True, "settings": "seed = 3"},
}


@pytest.mark.parametrize("name", SHOPS)
def test_a_small_company_raises_no_alarm(name, tmp_path):
    folder = write_shop(tmp_path / "shop", **SHOPS[name])
    made, again = open_study(folder), open_study(folder)
    assert alarms(made, again, tmp_path) == set()
    assert bool(made.library.documents) == SHOPS[name].get("documents", False)
    assert bool(made.orders.identities) == (name == "names of people")
