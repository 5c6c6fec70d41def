"""Drafted messages in a real browser: on the page, and as the email that a mail program shows."""

import dataclasses
import email
import email.policy
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe

from segkit.model.company import BrandSettings
from segkit.model.flow import Channel
from segkit.model.message import Action, EmailContent, MergeField, MessageDraft, Offer, SmsContent
from segkit.publish.blocks import SourceEntry, Sources
from segkit.publish.emails import build_email
from segkit.publish.message_blocks import message_preview
from segkit.publish.pages import build_page
from segkit.strategy.lints import lint_message

pytestmark = pytest.mark.browser

BRAND = BrandSettings(color="#2F5D50", unsubscribe_url="https://www.shop.example/leave", sms_sender="Shop")
AS_OF = date(2026, 11, 1)
MAIL = MessageDraft(
    id="gift",
    flow_id="gift",
    segment_id=2,
    segment_name="Gift givers",
    channel=Channel.EMAIL,
    name="Gift day",
    purpose="Get the day [@orders].",
    channel_reason=("Email holds the terms.",),
    email=EmailContent(
        subject="Choose the day your present arrives",
        preheader="Name the day once, and we post it so that it is there in time.",
        heading="A present that is there on the day",
        paragraphs=("Hello {{ first_name | default: 'there' }},", "Tell us the day, and we post it in time for £3.50."),
        bullets=("Two skeins", "A card"),
        action=Action(label="Choose the day", url="https://www.shop.example/" + "gift" * 20),
        sender="Maya <maya@shop.example>",
        reply_to="maya@shop.example",
        postal_address="1 Mill Lane, Leeds",
        unsubscribe="You get this because you said yes. Unsubscribe in one click.",
        after_action=("Order by noon.",),
        secondary=(("Skip this one", "https://www.shop.example/skip"),),
        signature="Maya",
    ),
    merge_fields=(MergeField(name="first_name", fallback="there", worst_case="Maximiliane-Charlotte"),),
    offers=(Offer(kind="fee", text="£3.50", source_id="orders", exact="it is £3.50"),),
)  # fmt: skip
TEXT = dataclasses.replace(
    MAIL,
    id="chair",
    channel=Channel.SMS,
    email=None,
    sms=SmsContent(body="Shop: a chair is free.", sender="Shop", opt_out="Reply STOP to opt out", url="https://www.shop.example/" + "w" * 60),
)  # fmt: skip
VIEWS = pytest.mark.parametrize(
    ("width", "dark"), [(1200, False), (1200, True), (360, False), (360, True)], ids=["wide", "wide-dark", "phone", "phone-dark"]
)  # fmt: skip
LETTERS = pytest.mark.parametrize(
    ("engine", "width", "dark"),
    [(engine, width, dark) for engine in ("mjml", "plain") for width in (600, 340) for dark in (False, True)],
)


@pytest.fixture(scope="module")
def page_html(samples):
    checked = [
        dataclasses.replace(draft, findings=lint_message(draft, brand=BRAND, as_of=AS_OF))
        for draft in (MAIL, TEXT)
    ]
    blocks = [
        message_preview(draft, brand=BRAND, number=number, name="The Shop")
        for number, draft in enumerate(checked, start=1)
    ]
    sources = Sources(id="sources", entries=(SourceEntry(id="orders", text="Order history"),))
    return build_page([samples.notebook("# Messages", "## Drafts", *blocks, "## Sources", sources)])


def letter(engine):
    """Return the HTML part of the .eml, as a mail program takes it out."""
    files = build_email(MAIL, brand=BRAND, as_of=AS_OF, company="The Shop", engine=engine)
    message = email.message_from_bytes(files.eml, policy=email.policy.default)
    return message.get_body(("html",)).get_content()


def violations(page, rules=None):
    found = Axe().run(page, options=rules).response["violations"]
    return [(item["id"], [node["html"] for node in item["nodes"]][:3]) for item in found]


@VIEWS
def test_axe_finds_nothing_and_the_page_fits_and_asks_for_nothing(open_page, page_html, width, dark):
    opened = open_page(page_html, width=width, dark=dark)
    opened.page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
    assert not violations(opened.page)
    assert not opened.messages
    assert not opened.outside
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def shown_views(page):
    return page.locator(".mail-frame").evaluate_all(
        "nodes => nodes.filter(node => node.checkVisibility()).map(node => node.className.replace('mail-frame ', ''))"
    )


@pytest.mark.parametrize("scripts", [True, False])
def test_two_views_are_in_sight_and_two_unfold_by_keyboard(open_page, page_html, scripts):
    page = open_page(page_html, scripts=scripts).page
    assert shown_views(page) == ["desktop light", "phone dark"]
    page.locator(".other-views summary").focus()
    page.keyboard.press("Enter")
    assert shown_views(page) == ["desktop light", "phone dark", "desktop dark", "phone light"]


def test_a_dark_view_is_dark_on_a_light_page_and_a_light_one_light_on_a_dark_page(open_page, page_html):
    ground = "node => getComputedStyle(node).backgroundColor"
    light, dark = open_page(page_html).page, open_page(page_html, dark=True).page
    for name, color in (("phone.dark", "rgb(27, 31, 36)"), ("desktop.light", "rgb(255, 255, 255)")):
        for page in (light, dark):
            assert page.locator(f".mail-frame .mail.{name} .mail-letter").first.evaluate(ground) == color


def test_paper_holds_the_previews_and_keeps_each_whole(open_page, page_html):
    page = open_page(page_html).page
    page.emulate_media(media="print")
    assert shown_views(page) == ["desktop light", "phone dark"]
    assert page.locator(".bubble").first.is_visible()
    assert page.locator(".mail-frame").first.evaluate("node => getComputedStyle(node).breakInside") == "avoid"


@LETTERS
def test_an_email_fits_says_nothing_asks_for_nothing_and_axe_agrees(open_page, engine, width, dark):
    opened = open_page(letter(engine), width=width, dark=dark)
    assert not opened.messages
    assert not opened.outside
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    # A letter is no web page: it has no landmarks for the region rule to find.
    assert not violations(
        opened.page, {"rules": {"region": {"enabled": False}, "landmark-one-main": {"enabled": False}}}
    )


@LETTERS
def test_an_email_takes_the_reader_s_theme_and_letters_of_14_pixels_or_more(open_page, engine, width, dark):
    page = open_page(letter(engine), width=width, dark=dark).page
    sheet = page.locator(".sheet").evaluate("node => getComputedStyle(node).backgroundColor")
    assert sheet == ("rgb(27, 31, 36)" if dark else "rgb(255, 255, 255)")
    sizes = page.locator("h1, p, li, a").evaluate_all(
        "nodes => nodes.filter(node => node.checkVisibility() && node.textContent.trim()).map(node => parseFloat(getComputedStyle(node).fontSize))"
    )
    assert len(sizes) > 8
    assert min(sizes) >= 14
    assert page.get_by_role("link", name="Choose the day").is_visible()
    assert page.get_by_role("heading", level=1).inner_text() == "A present that is there on the day"
