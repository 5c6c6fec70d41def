"""The report page in a real browser: what a reader, a phone, a printer and a screen reader get."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from segkit.model.company import Company
from segkit.publish.pages import build_page

pytestmark = pytest.mark.browser

SHOP = Company(folder="/x", slug="shop", name="Bean & Leaf", fictional=True)
VIEWS = pytest.mark.parametrize(
    ("width", "dark"),
    [(1280, False), (1280, True), (360, False), (360, True)],
    ids=["wide", "wide-dark", "phone", "phone-dark"],
)


@pytest.fixture(scope="session")
def report(samples):
    return build_page([samples.report()], company=SHOP)


@pytest.fixture(scope="session")
def interactive(samples):
    return build_page([samples.report()], company=SHOP, interactive=True)


def visible(page, selector):
    return page.locator(selector).evaluate_all("nodes => nodes.filter(node => node.checkVisibility()).length")


def wait_until(page, expression, value):
    """Poll from outside: playwright's own waiting needs eval, which the page's policy forbids."""
    for _ in range(100):
        if page.evaluate(expression) == value:
            return
        page.wait_for_timeout(50)
    assert page.evaluate(expression) == value


@VIEWS
def test_axe_finds_nothing(open_page, report, width, dark):
    opened = open_page(report, width=width, dark=dark)
    opened.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    if width > 1000:
        opened.page.get_by_role("button", name="Show code").click()
    found = Axe().run(opened.page).response["violations"]
    assert not [(item["id"], [node["html"] for node in item["nodes"]][:3]) for item in found]


@VIEWS
def test_a_page_asks_for_nothing_says_nothing_and_fits(open_page, report, width, dark):
    opened = open_page(report, width=width, dark=dark)
    assert not opened.messages
    assert not opened.outside
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


@VIEWS
def test_every_chart_is_drawn_and_only_one_of_its_two_drawings_shows(open_page, report, width, dark):
    page = open_page(report, width=width, dark=dark).page
    shown = page.locator("figure .drawing svg").evaluate_all(
        "nodes => nodes.filter(node => node.checkVisibility()).map(node => [node.getBoundingClientRect().width,"
        " node.getBoundingClientRect().height, node.querySelectorAll('rect, path').length])"
    )
    assert len(shown) == page.locator("figure").count() == 2
    assert all(w > 200 and h > 50 and marks > 2 for w, h, marks in shown)
    assert visible(page, "figure .narrow") == (2 if width == 360 else 0)


def test_drawings_follow_the_theme(open_page, report):
    fills = {}
    for dark in (False, True):
        bar = open_page(report, dark=dark).page.locator("figure .wide rect").first
        fills[dark] = bar.evaluate("node => getComputedStyle(node).fill")
    assert fills == {False: "rgb(0, 114, 178)", True: "rgb(75, 163, 219)"}


def test_the_theme_button_turns_the_page_around(open_page, report):
    page = open_page(report).page
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    page.get_by_role("button", name="Dark page").click()
    assert page.evaluate(ground) == "rgb(20, 23, 27)"
    page.get_by_role("button", name="Light page").click()
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_code_hides_behind_one_button(open_page, report):
    page = open_page(report).page
    assert visible(page, "details.code") == 0
    page.get_by_role("button", name="Show code").click()
    assert visible(page, "details.code pre") == page.locator("details.code").count() > 5
    page.get_by_role("button", name="Hide code").click()
    assert visible(page, "details.code") == 0


def test_without_scripts_everything_is_readable(open_page, report):
    page = open_page(report, scripts=False).page
    assert page.locator("button").count() == 0
    assert page.locator("details.code").first.is_visible()
    assert page.get_by_role("link", name="Who they are").is_visible()
    assert page.locator("article.segment").is_visible()


def test_the_keyboard_reaches_the_report_at_once(open_page, report):
    page = open_page(report).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_contents_stay_in_sight_beside_the_text_and_mark_the_place(open_page, report):
    page = open_page(report).page
    page.locator("#checks-and-sources").evaluate("node => node.scrollIntoView()")
    wait_until(page, "document.querySelector('[aria-current]').textContent", "Checks and sources")
    assert page.locator(".contents").bounding_box()["y"] >= 0
    assert page.locator(".contents a").first.is_visible()


def test_contents_fold_above_the_text_on_a_phone(open_page, report):
    page = open_page(report, width=360).page
    assert not page.locator(".contents a").first.is_visible()
    page.locator(".contents summary").click()
    assert page.locator(".contents a").first.is_visible()


def test_lines_of_prose_stay_short(open_page, report):
    page = open_page(report, width=1600).page
    widest = page.locator("main p").evaluate_all(
        "nodes => Math.max(...nodes.filter(node => node.checkVisibility() && !node.classList.contains('tags')).map(node => {"
        " const rule = document.createElement('span'); rule.style.cssText = 'position:absolute;width:1ch';"
        " node.append(rule); const ch = rule.getBoundingClientRect().width; rule.remove();"
        " return node.getBoundingClientRect().width / ch; }))"
    )
    assert widest <= 78.5


def test_buttons_are_large_enough_for_fingers(open_page, report):
    page = open_page(report, width=360).page
    heights = page.locator("button, summary").evaluate_all(
        "nodes => nodes.filter(node => node.checkVisibility()).map(node => node.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) >= 39.9


def test_tables_of_words_stack_on_a_phone_and_keep_their_roles(open_page, report):
    page = open_page(report, width=360).page
    box = page.locator("#checklist-open .scroll")
    assert box.evaluate("node => node.scrollWidth <= node.clientWidth")
    assert page.locator("#checklist-open").get_by_role("row").count() == 2
    assert page.locator("#checklist-open").get_by_role("rowheader", name="Flows").count() == 1


def test_print_opens_the_contents_and_leaves_out_the_machinery(open_page, report):
    page = open_page(report, width=360).page
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".contents a").first.is_visible()
    assert visible(page, "figure .wide") == 2
    assert visible(page, "figure .narrow") == 0
    assert visible(page, "button") == visible(page, "details.code") == visible(page, "details.data") == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert not page.locator(".contents a").first.is_visible()


def test_print_is_light_even_for_a_dark_reader(open_page, report):
    page = open_page(report, dark=True).page
    page.get_by_role("button", name="Light page").click()
    page.get_by_role("button", name="Dark page").click()
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_printed_links_show_their_address_once(open_page, report):
    page = open_page(report).page
    page.emulate_media(media="print")
    after = "node => getComputedStyle(node, '::after').content"
    assert page.locator(".sources a").first.evaluate(after) == "none"


def test_a_printed_report_is_a_few_pages(open_page, report):
    pdf = open_page(report).page.pdf(prefer_css_page_size=True)
    assert 2 <= len(re.findall(rb"/Type\s*/Page[^s]", pdf)) <= 7


def test_the_interactive_chart_is_drawn_over_its_twin_on_request(open_page, interactive):
    opened = open_page(interactive)
    page = opened.page
    assert page.locator("#map-still .wide").is_visible()
    page.get_by_role("button", name="Explore interactively").click()
    page.wait_for_selector(".plot .scatterlayer .points path")
    assert not page.locator("#map-still .wide").is_visible()
    marker = page.locator(".plot .scatterlayer .points path").first
    assert marker.evaluate("node => getComputedStyle(node).fill") == "rgb(0, 114, 178)"
    page.get_by_role("button", name="Dark page").click()
    wait_until(
        page,
        "getComputedStyle(document.querySelector('.plot .scatterlayer .points path')).fill",
        "rgb(75, 163, 219)",
    )
    page.get_by_role("button", name="Show the still chart").click()
    assert page.locator("#map-still .wide").is_visible()
    assert not opened.messages
    assert not opened.outside


def test_axe_finds_nothing_on_the_interactive_page(open_page, interactive):
    opened = open_page(interactive)
    opened.page.get_by_role("button", name="Explore interactively").click()
    opened.page.wait_for_selector(".plot .scatterlayer .points path")
    found = Axe().run(opened.page).response["violations"]
    assert not [(item["id"], [node["html"] for node in item["nodes"]][:3]) for item in found]


@pytest.mark.parametrize("interactive", [False, True])
def test_a_hostile_notebook_runs_nothing_and_reaches_nobody(open_page, samples, interactive):
    attack = Company(folder="/x", slug="x", name=samples.ATTACK, fictional=True)
    opened = open_page(build_page([samples.hostile()], company=attack, interactive=interactive))
    page = opened.page
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    if interactive:
        page.get_by_role("button", name="Explore interactively").click()
        page.wait_for_selector(".plot .scatterlayer .points path")
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None
    assert not opened.outside
    assert not opened.messages
    acting = "nodes => nodes.filter(node => [...node.attributes].some(each => each.name.startsWith('on') || /^\\s*javascript:/i.test(each.value))).length"
    assert page.locator("main *, header *").evaluate_all(acting) == 0


def test_the_policy_alone_stops_what_slips_through(open_page, report):
    slipped = '<img src="https://evil.example/p.png" onerror="window.ran=1"><script>window.ran=1</script><a id="x" href="javascript:window.ran=1">x</a>'
    opened = open_page(report.replace("</main>", f"{slipped}</main>"))
    opened.page.locator("#x").click()
    opened.page.wait_for_timeout(200)
    assert opened.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in message for message in opened.messages)
