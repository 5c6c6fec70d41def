"""All pages of a report as it is rendered, in a real browser: what a reader, a phone, a printer and a screen reader get."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from segkit.publish.reports import render_company

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = (
    "index",
    "segmentation",
    "segmentation_appendix",
    "flow_design",
    "flow_design_appendix",
    "sales_cycle",
    "sales_cycle_appendix",
)
EACH_PAGE = pytest.mark.parametrize("name", PAGES)
MOST_BYTES = 150_000
TRADE = Path(__file__).resolve().parents[2] / "data" / "ballyquire"
"""The example company for trade; its page of flows is the heaviest."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory, example_folder) -> Path:
    """The report of the example company."""
    return render_company(example_folder, tmp_path_factory.mktemp("rendered")).parent


@pytest.fixture
def visit(browser, folder):
    """Open a page of the report: the page, what the console said, and what was asked of the network."""
    contexts = []

    def visitor(name, *, width=1280, dark=False, media="screen"):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page, said, asked = context.new_page(), [], []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((folder / f"{name}.html").as_uri())
        page.emulate_media(media=media)
        return page, said, [url for url in asked if not url.startswith(("file:", "data:"))]

    yield visitor
    for context in contexts:
        context.close()


def test_the_pages_are_those_of_the_report_and_each_is_light(folder):
    sizes = {path.stem: path.stat().st_size for path in folder.glob("*.html")}
    assert sorted(sizes) == sorted(PAGES)
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}


def test_the_pages_of_the_trade_example_are_as_light(tmp_path):
    folder = render_company(TRADE, tmp_path).parent
    sizes = {path.stem: path.stat().st_size for path in folder.glob("*.html")}
    assert sorted(sizes) == sorted(PAGES)
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}


@EACH_PAGE
@pytest.mark.parametrize(
    ("width", "dark", "media"),
    [(1280, False, "screen"), (1280, True, "screen"), (360, False, "screen"), (360, True, "screen"), (1280, False, "print")],
    ids=["wide", "wide-dark", "phone", "phone-dark", "print"],
)  # fmt: skip
def test_axe_finds_nothing_the_console_is_silent_and_nothing_is_wider_than_the_page(
    visit, name, width, dark, media
):
    page, said, outside = visit(name, width=width, dark=dark, media=media)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    found = Axe().run(page).response["violations"]
    assert not [(item["id"], [node["html"] for node in item["nodes"]][:3]) for item in found]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not said
    assert not outside


@EACH_PAGE
def test_each_page_has_one_h1_a_language_and_headings_without_a_gap(visit, name):
    page, _, _ = visit(name)
    levels = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(
        "nodes => nodes.map(node => Number(node.localName[1]))"
    )
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert page.evaluate("document.documentElement.lang") == "en"


@EACH_PAGE
def test_the_list_of_pages_is_reached_by_keyboard_and_names_the_page_one_is_on(visit, name):
    page, _, _ = visit(name)
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "document.activeElement.closest('.contents') ? document.activeElement.getAttribute('href') : ''"
            )
        )
        if seen[-1] == "index.html":
            break
    assert seen[-1] == "index.html"
    assert page.locator('.contents [aria-current="page"]').get_attribute("href") == f"{name}.html"


def test_a_phone_unfolds_the_list_of_pages_by_keyboard(visit):
    page, _, _ = visit("segmentation", width=360)
    summary = page.locator(".contents summary")
    assert not page.locator(".site a").first.is_visible()
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".site a").first.is_visible()


def test_one_can_read_from_the_first_page_to_the_last_and_back(visit):
    page, _, _ = visit("index")
    way = []
    while page.locator('a[rel="next"]').count():
        page.locator('a[rel="next"]').click()
        way.append(Path(page.url).stem)
    assert tuple(way) == PAGES[1:]
    page.locator('a[rel="prev"]').click()
    assert Path(page.url).stem == PAGES[-2]


def test_a_finding_of_the_first_page_leads_into_the_chapter_that_backs_it_up(visit):
    page, _, _ = visit("index")
    page.locator("#evidence-overview tbody a").first.click()
    assert Path(page.url.partition("#")[0]).stem == "segmentation"
    assert page.evaluate("document.querySelector(':target').classList.contains('evidence')")


def test_the_first_page_shows_no_code_and_no_button_for_it(visit):
    page, _, _ = visit("index")
    assert page.locator("details.code").count() == 0
    assert page.get_by_role("button", name="Show code").count() == 0
    chapter, _, _ = visit("segmentation")
    assert chapter.get_by_role("button", name="Show code").count() == 1


@EACH_PAGE
def test_paper_carries_the_page_and_none_of_the_ways_around_it(visit, name):
    page, _, _ = visit(name, media="print")
    shown = "nodes => nodes.filter(node => node.checkVisibility()).length"
    for machinery in (".pager", ".csv", ".skip", "button", '.site [aria-current="page"]'):
        assert page.locator(machinery).evaluate_all(shown) == 0
    assert page.locator("h1").is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
