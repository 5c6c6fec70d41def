"""From a claim to its passage and back, in a real browser."""

import pytest

from segkit.publish.pages import build_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def report(samples):
    return build_page([samples.report()])


@pytest.mark.parametrize("width", [1280, 360])
def test_a_quotation_leads_to_its_folded_passage_and_back(open_page, report, width):
    page = open_page(report, width=width).page
    mark = page.locator("#passage-study-9")
    assert not mark.is_visible()
    page.locator('a[href="#passage-study-9"]').click()
    assert mark.is_visible()
    top = mark.evaluate("node => node.getBoundingClientRect().top")
    assert 0 <= top <= 900
    page.locator("details.passage").get_by_role("link").click()
    assert page.evaluate("location.hash") == "#item-3"


def test_a_browser_that_unfolds_nothing_by_itself_gets_the_passage_unfolded(open_page, report):
    page = open_page(report).page
    page.evaluate(
        "location.hash = '#passage-study-9'; document.querySelector('details.passage').open = false;"
        " window.dispatchEvent(new HashChangeEvent('hashchange'))"
    )
    assert page.locator("#passage-study-9").is_visible()


def test_a_citation_leads_to_its_reference(open_page, report):
    page = open_page(report).page
    page.locator('a.cite[href="#ref-study"]').first.click()
    assert page.evaluate("document.querySelector(':target').textContent").startswith("Bell, R. (2025).")


def test_the_reasons_of_a_grade_unfold_without_a_script(open_page, report):
    page = open_page(report, scripts=False).page
    reason = page.get_by_text("Fewer than 30 customers.")
    assert not reason.is_visible()
    page.get_by_text("Descriptive only: why, and its limits").click()
    assert reason.is_visible()


def test_paper_shows_passages_reasons_and_no_links_that_need_a_screen(open_page, report):
    page = open_page(report).page
    page.emulate_media(media="print")
    assert page.locator("#passage-study-9").is_visible()
    assert page.get_by_text("Fewer than 30 customers.").is_visible()
    assert not page.locator(".evidence .see").first.is_visible()
