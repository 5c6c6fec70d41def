"""Arguments that somebody wrote, what in them is not traced, and the empty fields of a worksheet, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from segkit.publish.pages import build_page
from segkit.publish.records import MIME

pytestmark = pytest.mark.browser

ARGUED = {"segment": "why", "flow": "why", "message": "reasons", "verdict": "why", "text": "paragraphs"}
SAID = "They reorder when the shelf is empty, 41 % of them by telephone."


def rewritten(samples, change):
    """Return a page of every block in which each argument has been changed."""
    notebook, changed = samples.report(), []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            record = output["data"].get(MIME, {})
            field = ARGUED.get(record.get("kind"), "")
            if field:
                change(record, field)
                changed.append(record["kind"])
    assert set(changed) == set(ARGUED)
    return build_page([notebook])


def own(record, field):
    record[field] = [SAID] if isinstance(record[field], list) else SAID
    record |= {"author": "user", "by": "Jo Bell", "untraced": ["41 %"]}


def asked(record, field):
    record[field] = [] if isinstance(record[field], list) else ""
    record["asks"] = "Why do they come back?"
    if record["kind"] == "text":
        record["bullets"] = []


@pytest.fixture(scope="module", params=[own, asked], ids=["own words", "worksheet"])
def argued_page(request, samples):
    html = rewritten(samples, request.param)
    sign = '<p class="byline">Written by Jo Bell' if request.param is own else "Why do they come back?"
    assert html.count(sign) >= len(ARGUED)
    return html


@pytest.mark.parametrize(
    ("width", "dark", "media"),
    [(1280, False, "screen"), (1280, True, "screen"), (360, False, "screen"), (360, True, "screen"), (1280, False, "print")],
    ids=["wide", "wide-dark", "phone", "phone-dark", "print"],
)  # fmt: skip
def test_axe_finds_nothing_in_own_words_and_empty_fields_and_the_page_fits(
    open_page, argued_page, width, dark, media
):
    opened = open_page(argued_page, width=width, dark=dark)
    opened.page.emulate_media(media=media)
    opened.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    found = Axe().run(opened.page).response["violations"]
    assert not [(item["id"], [node["html"] for node in item["nodes"]][:3]) for item in found]
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert not opened.messages
    assert not opened.outside
