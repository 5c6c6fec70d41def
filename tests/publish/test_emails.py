"""An email as files: two layouts that say the same, a text part, and an .eml that reads back."""

import dataclasses
import email
import email.policy
import subprocess
import sys
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest

from segkit.errors import RenderError
from segkit.model.company import BrandSettings
from segkit.model.flow import Channel
from segkit.model.message import Action, EmailContent, Image, MergeField, MessageDraft
from segkit.publish import email_mjml
from segkit.publish.email_mjml import check_mjml, mjml_source, render_mjml
from segkit.publish.email_parts import safe_target, split_email
from segkit.publish.emails import build_email

AS_OF = date(2026, 11, 1)
BRAND = BrandSettings(
    color="#225577",
    logo="https://www.shop.example/logo.png",
    logo_alt="Shop",
    unsubscribe_url="https://www.shop.example/leave?who=1&why=2",
    privacy_url="https://www.shop.example/privacy",
)
DRAFT = MessageDraft(
    id="gift-1",
    flow_id="gift",
    segment_id=1,
    segment_name="Gift givers",
    channel=Channel.EMAIL,
    name="Gift",
    purpose="Get the day",
    channel_reason=(),
    email=EmailContent(
        subject="Choose the day, {{ first_name | default: 'and we post it' }}",
        preheader="Wool & card < one parcel",
        heading="There on the day",
        paragraphs=("Hello {{ first_name | default: 'there' }},", "Wool & a card, for £3.50.\nIn one parcel.", "x" * 90),
        bullets=("Two skeins", "A card in your words, written by hand and put into the parcel with the wool"),
        action=Action(label="Choose the day", url="https://www.shop.example/gift?a=1&utm_source=mail"),
        after_action=("Order by noon.",),
        secondary=(("Skip this one", "https://www.shop.example/skip"),),
        image=Image(url="https://www.shop.example/tin.jpg", alt='A "green" tin'),
        signature="Maya",
        sender="Maya Müller, Shop <maya@shop.example>",
        reply_to="maya@shop.example",
        postal_address="1 Mill Lane, Leeds",
        unsubscribe="You get this because you said yes.",
    ),
    merge_fields=(MergeField(name="first_name", fallback="there", worst_case="Maximiliane"),),
)  # fmt: skip
ENGINES = pytest.mark.parametrize("engine", ["mjml", "plain"])


def build(draft=DRAFT, *, brand=BRAND, as_of=AS_OF, company="The Shop", **around):
    return build_email(draft, brand=brand, as_of=as_of, company=company, **around)


def with_email(**changes):
    return dataclasses.replace(DRAFT, email=dataclasses.replace(DRAFT.email, **changes))


class Page(HTMLParser):
    """What a reader gets of an HTML email, in order: texts, links, pictures; and its tables."""

    def __init__(self, html):
        super().__init__()
        self.sequence, self.tables, self.root, self.head, self.hidden = [], [], {}, [], ""
        self._inside = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "html":
            self.root = given
        if tag == "table":
            self.tables.append(given.get("role"))
        if tag == "a":
            self.sequence.append(("link", given["href"]))
        if tag == "img":
            self.sequence.append(("picture", given["src"], given["alt"]))
        if tag in {"h1", "ul"}:
            self.sequence.append((tag,))
        if tag in {"style", "title"}:
            self._inside.append(tag)
        if tag == "meta":
            self.head.append((given.get("name"), given.get("content")))

    def handle_endtag(self, tag):
        if self._inside[-1:] == [tag]:
            self._inside.pop()

    def handle_data(self, data):
        if data.strip() and self._inside[-1:] != ["style"]:
            self.sequence.append(("text", " ".join(data.split())))


def test_both_layouts_say_the_same_in_the_same_order():
    mjml, plain = (Page(build(engine=engine).html) for engine in ("mjml", "plain"))
    assert mjml.sequence == plain.sequence
    assert ("h1",) in mjml.sequence
    assert sum(kind == "link" for kind, *_ in mjml.sequence) == 4
    assert sum(kind == "picture" for kind, *_ in mjml.sequence) == 2


def test_the_reader_gets_the_content_in_reading_order():
    texts = [item[1] for item in Page(build().html).sequence if item[0] == "text"]
    assert texts == [
        "Choose the day, and we post it", "Wool & card < one parcel", "There on the day", "Hello there,", "Wool & a card, for £3.50.", "In one parcel.",
        "x" * 90, "Two skeins", DRAFT.email.bullets[1], "Choose the day", "Order by noon.", "Skip this one", "Maya",
        "You get this because you said yes.", "Unsubscribe", "How we use your data", "1 Mill Lane, Leeds",
    ]  # fmt: skip


@ENGINES
def test_the_html_has_a_language_a_title_dark_colors_and_tables_that_are_read_as_none(engine):
    html = build(engine=engine).html
    page = Page(html)
    assert page.root["lang"] == "en"
    assert page.sequence[0] == ("text", "Choose the day, and we post it")
    assert ("color-scheme", "light dark") in page.head
    assert "prefers-color-scheme:dark" in html
    assert page.tables
    assert set(page.tables) == {"presentation"}
    assert len(html.encode()) < 20_000


@ENGINES
def test_nothing_is_smaller_than_14_pixels_but_what_is_hidden(engine):
    import re

    html = build(engine=engine).html
    shown = html.split("</div>", 1)[1]  # the first box is the hidden preview text
    sizes = [float(size) for size in re.findall(r"font-size:\s*([\d.]+)px", shown)]
    assert sizes
    assert min(size for size in sizes if size) >= 14


@ENGINES
def test_nothing_is_loaded_but_the_pictures(engine):
    html = build(engine=engine).html
    assert "fonts.googleapis" not in html
    assert "@import" not in html
    assert "<link" not in html
    assert "<script" not in html


@ENGINES
def test_what_a_text_holds_stays_text(engine):
    attack = '<script>x()</script><mj-include path="/etc/passwd" /><a href="javascript:x()">x</a>'
    draft = with_email(
        subject=attack,
        preheader=attack,
        heading=attack,
        paragraphs=(attack,),
        bullets=(attack,),
        action=Action(label=attack, url="javascript:x()"),
        secondary=((attack, '"><script>'),),
        image=Image(url="javascript:x()", alt=f'"{attack}'),
        postal_address=attack,
        unsubscribe=attack,
        signature=attack,
    )
    files = build(
        draft, brand=BrandSettings(color='red"><script>', unsubscribe_url="javascript:x()"), engine=engine
    )
    page = Page(files.html)
    assert "<script" not in files.html
    assert "<mj-" not in files.html
    assert not [item for item in page.sequence if item[0] == "link" and "javascript" in item[1]]
    assert ("text", attack) in page.sequence
    assert (
        Page(files.html).sequence
        == Page(
            build(draft, brand=BrandSettings(unsubscribe_url="javascript:x()"), engine="plain").html
        ).sequence
    )


@pytest.mark.parametrize("tag", ["mj-include", "mj-raw", "mj-carousel", "script", "iframe", "mj-buton"])
def test_a_tag_that_the_engine_drops_or_that_reads_files_is_refused_first(tag):
    with pytest.raises(RenderError, match=f"'{tag}'"):
        check_mjml(f"<mjml><mj-body><{tag} path='x'></{tag}></mj-body></mjml>")


def test_our_own_mjml_holds_allowed_tags_only():
    parts = split_email(DRAFT, brand=BRAND, company="The Shop", values={})
    check_mjml(mjml_source(parts))


def test_without_the_engine_the_plain_layout_is_used_and_mjml_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "mjml", None)
    assert email_mjml.mjml_engine() is None
    assert build().engine == "plain"
    assert build().html == build(engine="plain").html
    with pytest.raises(RenderError, match=r"install segkit\[email\]"):
        render_mjml(split_email(DRAFT, brand=BRAND, company="The Shop", values={}))


@ENGINES
def test_the_template_keeps_the_merge_fields_and_the_file_holds_the_fallback(engine):
    files = build(engine=engine)
    assert (
        "{{ first_name | default: &#x27;there&#x27; }}" in files.template
        or "{{ first_name | default: 'there' }}" in files.template
    )
    assert '"{{ unsubscribe_url }}"' in files.template
    assert "{{" not in files.html
    assert "{{" not in files.text
    assert "Hello Maximiliane," in build(values={"first_name": "Maximiliane"}, engine=engine).html


def test_the_text_part_writes_links_out_and_wraps_nothing_that_is_an_address():
    text = build().text
    assert "Choose the day:\nhttps://www.shop.example/gift?a=1&utm_source=mail\n" in text
    assert "- A card in your words, written by hand and put into the parcel with the\n  wool" in text
    assert "Unsubscribe:\nhttps://www.shop.example/leave?who=1&why=2\n" in text
    assert (
        text.index("There on the day")
        < text.index("Choose the day:")
        < text.index("\n-- \n")
        < text.index("1 Mill Lane")
    )
    assert "tin" not in text
    assert all(len(line) <= 90 for line in text.splitlines())


@ENGINES
def test_the_file_reads_back_as_it_was_written(engine):
    files = build(engine=engine)
    message = email.message_from_bytes(files.eml, policy=email.policy.default)
    assert message["Subject"] == "Choose the day, and we post it"
    assert message["From"].addresses[0].display_name == "Maya Müller, Shop"
    assert (
        message["From"].addresses[0].addr_spec
        == message["Reply-To"].addresses[0].addr_spec
        == "maya@shop.example"
    )
    assert message["Date"].datetime == datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert message["List-Unsubscribe"] == "<https://www.shop.example/leave?who=1&why=2>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["X-Unsent"] == "1"
    assert message["Message-ID"].endswith("@shop.example>")
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content().replace("\r\n", "\n") == files.text
    assert html.get_content().replace("\r\n", "\n") == files.html
    assert not message.defects
    assert b"\r\n" in files.eml
    assert b"\n" not in files.eml.replace(b"\r\n", b"")
    assert max(len(line) for line in files.eml.split(b"\r\n")) <= 998


@ENGINES
def test_the_same_draft_gives_the_same_bytes_in_another_process(engine):
    code = (
        "import importlib.util, sys, hashlib; spec = importlib.util.spec_from_file_location('t', sys.argv[1]);"
        " t = importlib.util.module_from_spec(spec); spec.loader.exec_module(t);"
        " f = t.build(engine=sys.argv[2]); print(hashlib.sha256(f.eml + f.template.encode()).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code, __file__, engine],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert build(engine=engine) == build(engine=engine)
    assert build(with_email(heading="Else"), engine=engine).eml != build(engine=engine).eml


def test_a_new_line_in_a_subject_or_sender_opens_no_header():
    draft = with_email(
        subject="Hello\r\nBcc: all@x.example", sender="Maya\r\nBcc: a@b.example <maya@shop.example>"
    )
    message = email.message_from_bytes(build(draft).eml, policy=email.policy.default)
    assert message["Bcc"] is None
    assert message["Subject"] == "Hello Bcc: all@x.example"


def test_without_an_address_for_leaving_an_email_asks_for_it_and_promises_no_single_click():
    message = email.message_from_bytes(build(brand=BrandSettings()).eml, policy=email.policy.default)
    assert message["List-Unsubscribe"] == "<mailto:maya@shop.example?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize("sender", ["", "Maya", "Maya <maya@>", "Maya <mäya@shop.example>", "@"])
def test_a_sender_that_is_none_is_left_out(sender):
    message = email.message_from_bytes(
        build(with_email(sender=sender, reply_to="")).eml, policy=email.policy.default
    )
    assert message["From"] is None
    assert message["Message-ID"].endswith("@segkit.invalid>")


def test_a_text_message_has_no_email_files():
    with pytest.raises(RenderError, match="'gift-1' is no email"):
        build(dataclasses.replace(DRAFT, email=None))


def test_an_email_of_the_least_is_still_laid_out():
    content = EmailContent(
        subject="", preheader="", heading="", paragraphs=(), action=Action(label="", url=""), sender="", reply_to="", postal_address="", unsubscribe=""
    )  # fmt: skip
    draft = dataclasses.replace(DRAFT, email=content)
    for engine in ("mjml", "plain"):
        assert Page(build(draft, brand=BrandSettings(), engine=engine).html).sequence == [
            ("text", "The Shop")
        ]


@pytest.mark.parametrize(
    ("url", "kept"),
    [("https://a.example/x y", ""), ("mailto:a@b.example", "mailto:a@b.example"), ("mailto:x", ""), (" https://a.example ", "https://a.example"), ("data:text/html,x", ""), ("{{ a }}{{ b }}", "")],
)  # fmt: skip
def test_only_addresses_that_mail_programs_open_are_linked(url, kept):
    assert safe_target(url) == kept
