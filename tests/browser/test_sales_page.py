"""The chapter on the sales cycle in a real browser: with a pipeline and without one, wide and on a phone."""

import dataclasses
import importlib.util
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from segkit.publish import sales_cards, sales_charts, sales_tables
from segkit.publish.blocks import SourceEntry, Sources
from segkit.publish.pages import build_page
from segkit.publish.records import citations_of
from segkit.publish.sales import Sales

pytestmark = pytest.mark.browser

VIEWS = pytest.mark.parametrize(
    ("width", "dark"), [(1200, False), (1200, True), (360, False), (360, True)], ids=["wide", "wide-dark", "phone", "phone-dark"]
)  # fmt: skip


@pytest.fixture(scope="module")
def cycles():
    path = Path(__file__).parent.parent / "publish" / "sales_samples.py"
    spec = importlib.util.spec_from_file_location("browser_sales_samples", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {"shop": module.shop(), "seller": module.seller()}


def page_of(samples, sales: Sales) -> str:
    """Return a page of the chapter alone; evidence of the first chapter is not there, so nothing links to it."""
    blocks = [
        *sales_tables.sales_blocks(sales),
        *(dataclasses.replace(card, links=()) for card in sales_cards.criterion_cards(sales)),
        dataclasses.replace(sales_cards.opportunity_card(sales), links=()),
        sales_charts.funnel(sales),
        *sales_cards.stage_cards(sales),
        *sales_cards.examples(sales),
        sales_charts.pipeline_stages(sales),
        sales_charts.time_to_close(sales),
    ]
    shown = [block for block in blocks if block is not None]
    cited = dict.fromkeys(source for block in shown for source in citations_of(block.record()))
    sources = Sources(id="sources", entries=tuple(SourceEntry(id=name, text=name) for name in cited))
    cells = samples.notebook("# How a sale is made", "## All of it", *shown, "## Sources", sources)
    return build_page([cells], company=sales.plan.foundation.company)


@pytest.fixture(scope="module", params=["shop", "seller"])
def page(request, samples, cycles, example_plan) -> str:
    return page_of(samples, Sales(plan=example_plan, cycle=cycles[request.param]))


@VIEWS
def test_axe_finds_nothing_and_the_page_fits(open_page, page, width, dark):
    opened = open_page(page, width=width, dark=dark)
    opened.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    found = Axe().run(opened.page).response["violations"]
    assert not [(item["id"], [node["html"] for node in item["nodes"]][:3]) for item in found]
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert not opened.messages
    assert not opened.outside


@pytest.mark.parametrize("width", [1200, 360])
def test_bands_without_a_figure_are_all_of_one_width_and_bars_are_not(
    open_page, samples, cycles, example_plan, width
):
    html = page_of(samples, Sales(plan=example_plan, cycle=cycles["shop"]))
    drawing = open_page(html, width=width).page.locator("#sales-funnel .drawing svg").locator("visible=true")
    widths = drawing.evaluate(
        "node => [...node.querySelectorAll('rect')].map(each => [each.getAttribute('fill'), each.getBoundingClientRect().width])"
    )
    bands = {round(wide) for fill, wide in widths if fill.startswith("url(")}
    bars = {round(wide) for fill, wide in widths if "--s1" in fill}
    assert len(bands) == 1
    assert len(bars) == 3
    assert max(bars) < max(bands)


def test_words_beside_bars_stay_inside_the_drawing(open_page, page):
    for width in (1200, 360):
        opened = open_page(page, width=width).page
        outside = opened.locator(".drawing svg").evaluate_all(
            "nodes => nodes.filter(node => node.checkVisibility()).flatMap(node => { const box = node.getBoundingClientRect();"
            " return [...node.querySelectorAll('text')].filter(each => { const inner = each.getBoundingClientRect();"
            " return inner.right > box.right + 1 || inner.left < box.left - 1; }).map(each => each.textContent); })"
        )
        assert outside == []
