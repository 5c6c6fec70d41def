"""Documents that try to run something, fetch something or leave the page end up as words in the report (issue 3)."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from segkit.cli import main
from tests.browser.attacked_shop import ATTACKS, BREAKOUT, GOOD_ADDRESS, IMAGE, SCRIPT, write_attacked_shop

pytestmark = [pytest.mark.browser, pytest.mark.slow]

INJECTED = """() => {
  const found = [];
  for (const node of document.querySelectorAll('*')) {
    const tag = node.localName;
    if (['iframe', 'object', 'embed', 'base', 'form', 'input', 'textarea', 'frame', 'marquee', 'video', 'audio'].includes(tag))
      found.push(tag);
    if (tag === 'meta' && (node.httpEquiv || '').toLowerCase() === 'refresh') found.push('refresh');
    if (tag === 'title' && node.parentNode !== document.head && !node.closest('svg')) found.push('title');
    for (const each of node.attributes) {
      const value = each.value.trim().toLowerCase();
      if (each.name.startsWith('on') || value.startsWith('javascript:') || value.startsWith('vbscript:'))
        found.push(`${tag} ${each.name}=${each.value}`);
      if (['src', 'srcset', 'action', 'formaction', 'poster', 'data'].includes(each.name) && !value.startsWith('data:image/'))
        found.push(`${tag} ${each.name}=${each.value}`);
    }
  }
  return found;
}"""


FRAMED = ("iframe",)
"""What a message's preview is: a frame without any right, checked where messages are."""


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render the attacked company with ``segkit report``; return the report's folder."""
    place = tmp_path_factory.mktemp("attacked")
    folder = write_attacked_shop(place / "shop")
    before, sys.argv = sys.argv, ["segkit", "report", str(folder), "--out", str(place / "reports")]
    try:
        main()
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    finally:
        sys.argv = before
    assert code == 0
    return place / "reports" / "shop"


@pytest.fixture(scope="module")
def opened(attacked: Path, browser):
    """Open every page of the report; return them by name and everything they did that a reader did not ask for."""
    did: list[str] = []
    context = browser.new_context()
    files = sorted(attacked.glob("*.html"))
    own = {path.as_uri() for path in files}
    pages = {}
    for path in files:
        page = context.new_page()
        page.on("dialog", lambda dialog: (did.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda message: did.append(f"console {message.type} {message.text}"))
        page.on("pageerror", lambda error: did.append(f"error {error}"))
        page.on("popup", lambda popup: did.append(f"popup {popup.url}"))
        page.on("request", lambda request: None if _is_own(request.url, own) else did.append(request.url))
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        page.wait_for_timeout(100)
        pages[path.stem] = page
    yield pages, did
    context.close()


def _is_own(url: str, own: set[str]) -> bool:
    return url.partition("#")[0] in own or url.startswith(("data:", "blob:"))


def quoted(attacked: Path) -> list[dict]:
    book = json.loads((attacked / "results" / "evidence.json").read_text(encoding="utf-8"))
    return [item for item in book["evidence"] if item.get("quote")]


def test_opening_it_shows_no_dialog_logs_nothing_and_asks_for_nothing(opened):
    pages, did = opened
    assert did == []
    assert len(pages) == 7
    assert all(page.url.startswith("file:") for page in pages.values())


def test_every_attack_is_quoted_and_stands_as_text(opened, attacked: Path):
    pages, _ = opened
    said = " ".join(" ".join(page.locator("body").inner_text().split()) for page in pages.values())
    words = " ".join(item["quote"]["exact"] for item in quoted(attacked))
    for attack in ATTACKS:
        assert " ".join(attack.split()[:2]) in words, attack
    for attack in (
        SCRIPT,
        IMAGE,
        BREAKOUT,
        BREAKOUT.replace("1", "x"),
        "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    ):
        assert " ".join(attack.split()) in said, attack
    assert "root:" not in said


def test_no_element_is_injected(opened):
    pages, _ = opened
    for name, page in pages.items():
        found = [each for each in page.evaluate(INJECTED) if not (name == "flow_design" and each in FRAMED)]
        assert found == [], name
        scripts = page.locator("script").evaluate_all("nodes => nodes.map(node => node.textContent)")
        assert [script for script in scripts if "alert(" in script] == []
        assert page.locator("main").count() == 1
        assert page.locator("title").first.text_content().endswith(f"Shop {IMAGE}")


def test_an_injected_element_would_be_found(open_page):
    planted = "<p><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a><iframe></iframe></p>"
    found = open_page(planted, scripts=True).page.evaluate(INJECTED)
    assert {item.split()[0] for item in found} == {"img", "a", "iframe"}


def test_links_lead_within_the_page_or_to_the_web(opened):
    pages, _ = opened
    links = [
        link
        for page in pages.values()
        for link in page.locator("a[href], area[href]").evaluate_all(
            "nodes => nodes.map(node => node.getAttribute('href'))"
        )
    ]
    assert len(links) > 30
    odd = [link for link in links if not re.match(r"#|https?://|\w+\.html(#|$)|tables/[\w.-]+\.csv$", link)]
    assert odd == []
    outside = {link for link in links if link.startswith("http")}
    assert any(link.startswith(GOOD_ADDRESS) for link in outside)
    assert [link for link in outside if not link.startswith((GOOD_ADDRESS, "https://shop.example"))] == []


def test_every_link_within_the_page_has_its_one_place(opened):
    pages, _ = opened
    for name, page in pages.items():
        lost = page.evaluate(
            "() => [...document.querySelectorAll('a[href^=\"#\"]')].map(node => node.getAttribute('href').slice(1))"
            ".filter(id => id && document.querySelectorAll('[id=\"' + CSS.escape(decodeURIComponent(id)) + '\"]').length !== 1)"
        )
        assert lost == [], name


def test_each_quotation_stands_marked_in_its_passage(opened, attacked: Path):
    pages, _ = opened
    marks = pages["segmentation_appendix"].locator("details.passage mark").all_inner_texts()
    assert len(marks) >= 6
    said = {" ".join(item["quote"]["exact"].split()) for item in quoted(attacked)}
    assert [mark for mark in marks if " ".join(mark.split()) not in said] == []


def test_nothing_is_written_outside_the_report(attacked: Path):
    place = attacked.parent.parent
    assert sorted(path.name for path in place.iterdir()) == ["reports", "shop"]
    names = ["company.toml", "orders.csv", "research", "website"]
    assert sorted(path.name for path in (place / "shop").iterdir()) == names


def test_results_are_plain_json_without_a_control_character(attacked: Path):
    files = list((attacked / "results").rglob("*.json"))
    assert {file.name for file in files} >= {"evidence.json", "manifest.json"}
    for file in files:
        json.loads(file.read_text(encoding="utf-8"))
        assert not re.search(rb"[\x00-\x09\x0b-\x1f]", file.read_bytes()), file.name
