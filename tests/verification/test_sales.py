"""Whatever is changed or taken away in the file of the sales cycle is found, and every quotation is looked for again."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from segkit.publish import sales_verification
from segkit.publish.plan_verification import check_plan
from segkit.publish.sales import Sales, make_sales
from segkit.publish.sales_results import SALES_CYCLE, sales_files, write_sales
from segkit.publish.sales_verification import check_quotations, check_sales, has_sales, stored_words
from tests.verification.mutations import apply, mutations, of_every_field, without

SAMPLE = 60


@pytest.fixture(scope="module")
def sales(example_plan) -> Sales:
    return make_sales(example_plan)


@pytest.fixture(scope="module")
def report(sales, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    write_sales(sales, folder / "results")
    return folder


@pytest.fixture(scope="module")
def files(sales) -> dict[str, bytes]:
    return sales_files(sales)


@pytest.fixture(autouse=True)
def once(monkeypatch, files):
    """Let the files of the cycle be made once, not for each change."""
    monkeypatch.setattr(sales_verification, "sales_files", lambda sales: files)


@pytest.fixture
def touched(report, files):
    """Change the cycle of the report for one test; it is put back afterwards."""
    path = report / "results" / SALES_CYCLE

    def touch(content: bytes | None) -> None:
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)

    yield touch
    path.write_bytes(files[SALES_CYCLE])


def test_an_untouched_cycle_raises_no_alarm(report, sales):
    assert list(check_sales(report, sales)) == []
    assert list(check_plan(report, sales.plan, but=frozenset({"checklist.json"}))) == []


def test_the_cycle_rests_on_words_that_stand_in_their_sources(report, sales):
    words = stored_words(report)
    assert len(words) >= 5
    assert any(start is not None for _, _, start, _ in words)
    assert list(check_quotations(words, sales.plan.foundation.library)) == []


def test_one_changed_value_is_found_and_its_field_named(report, sales, files, touched):
    values = json.loads(files[SALES_CYCLE])
    for change in random.Random(5).sample(list(mutations(values)), SAMPLE):  # noqa: S311 - a sample, no secret
        touched(json.dumps(apply(values, change)).encode())
        first, *_ = check_sales(report, sales)
        assert first.file == first.where == SALES_CYCLE
        assert str(change.path[0]) in first.sentence, change


def test_every_field_of_every_kind_of_record_is_found_when_it_is_gone(report, sales, files, touched):
    values = json.loads(files[SALES_CYCLE])
    for change in of_every_field(mutations(values), each=1)[::3]:
        if isinstance(change.path[-1], str):
            touched(json.dumps(without(values, change)).encode())
            assert {failure.file for failure in check_sales(report, sales)} == {SALES_CYCLE}, change


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"stages": NaN}', b"\xff\xfe", b"{}"])
def test_a_file_that_is_gone_or_broken_is_named_without_a_traceback(content, report, sales, touched):
    touched(content)
    assert [failure.file for failure in check_sales(report, sales)] == [SALES_CYCLE]


def test_words_that_nobody_wrote_are_found_even_where_everything_agrees(report, sales, files, touched):
    source, exact, *_ = stored_words(report)[0]
    values = files[SALES_CYCLE].decode("utf-8")
    changed = json.dumps(exact, ensure_ascii=False)[1:-1]
    touched(values.replace(changed, f"never {changed}").encode())
    said = [str(failure) for failure in check_sales(report, sales)]
    assert any("does not stand in" in line and "never" in line for line in said)
    assert source in {found for found, *_ in stored_words(report)}


def test_words_at_another_place_or_of_another_source_are_found(sales, report):
    library = sales.plan.foundation.library
    source, exact, start, end = next(words for words in stored_words(report) if words[2] is not None)
    (moved,) = check_quotations(((source, exact, start + 1, end + 1),), library)
    assert "where other words stand" in moved.sentence
    (lost,) = check_quotations((("page-nowhere", exact, None, None),), library)
    assert "no readable document" in lost.sentence
    (endless,) = check_quotations(((source, "word " * 4000, None, None),), library)
    assert len(endless.sentence) < 500


@pytest.mark.parametrize("trace", ["results/sales_cycle.json", "notebooks/sales_cycle.ipynb"])
def test_any_trace_of_the_chapter_asks_for_the_whole_of_it(trace, tmp_path, sales, files):
    assert not has_sales(tmp_path)
    path = tmp_path / trace
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    assert has_sales(tmp_path)
    assert {failure.file for failure in check_sales(tmp_path, sales)} == set(files)
