"""The block of a drafted message: what it carries, what it cites, and that nothing of a draft becomes markup."""

import dataclasses
import re
from datetime import date

import pytest

from segkit.errors import RenderError
from segkit.model.company import BrandSettings
from segkit.model.flow import Channel
from segkit.model.message import (
    Action,
    EmailContent,
    LintFinding,
    MergeField,
    MessageDraft,
    Offer,
    Severity,
    SmsContent,
)
from segkit.publish.html import render_html
from segkit.publish.message_blocks import OfferLine, message_preview
from segkit.publish.records import Kind, citations_of
from segkit.publish.references import References

REFS = References(citations={"orders": 1, "site": 2}, level=2)
FIELD = MergeField(name="first_name", fallback="there", worst_case="Maximiliane-Charlotte")
EMAIL = MessageDraft(
    id="gift-1",
    flow_id="gift",
    segment_id=2,
    segment_name="Gift givers",
    channel=Channel.EMAIL,
    name="Gift day",
    purpose="Get the day [@orders].",
    channel_reason=("Email shows the tin [@site].",),
    email=EmailContent(
        subject="Choose the day",
        preheader="We post it in time",
        heading="There on the day",
        paragraphs=("Hello {{ first_name | default: 'there' }},", "We post it."),
        action=Action(label="Choose the day", url="https://www.shop.example/gift", landing="website/gift.html"),
        sender="Maya <maya@shop.example>",
        reply_to="maya@shop.example",
        postal_address="1 Mill Lane",
        unsubscribe="Unsubscribe here.",
    ),
    merge_fields=(FIELD,),
    offers=(
        Offer(kind="fee", text="£3.50", source_id="site", exact="wrapping is £3.50"),
        Offer(kind="code", text="WOOL10", source_id="company.toml", day=date(2026, 12, 16)),
        Offer(kind="code", text="OLD", source_id="site", ended=True),
    ),
    findings=(
        LintFinding(id="subject-length", severity=Severity.NOTE, sentence="It is short.", fix="Lengthen it.", where="Choose"),
    ),
)  # fmt: skip
SMS = dataclasses.replace(
    EMAIL,
    id="chair",
    channel=Channel.SMS,
    email=None,
    findings=(),
    offers=(),
    sms=SmsContent(
        body="Shop: {{ first_name | default: 'hello' }}, a chair is free.",
        sender="Shop",
        opt_out="Reply STOP to opt out",
        url="https://shop.example/w",
    ),
)


def rendered(draft, refs=REFS, **around):
    return render_html(message_preview(draft, **around).record(), refs)


def test_a_preview_reads_as_a_customer_without_a_name_reads_it_and_keeps_the_longest_line_apart():
    preview = message_preview(EMAIL).email[0]
    assert preview.lines == ("Hello there,", "We post it.")
    assert preview.longest == ("Hello Maximiliane-Charlotte,",)
    assert "{{" not in rendered(EMAIL)


def test_a_text_message_is_counted_at_its_longest_with_link_and_opt_out():
    sms = message_preview(SMS).sms[0]
    assert sms.text == "Shop: hello, a chair is free. https://shop.example/w Reply STOP to opt out"
    assert sms.longest == sms.text.replace("hello", "Maximiliane-Charlotte")
    assert (sms.units, sms.parts, sms.encoding) == (len(sms.longest), 1, "GSM-7")
    html = rendered(SMS)
    assert f"<strong>1 part</strong>: {sms.units} of 160 characters in GSM-7" in html


def test_several_parts_and_what_made_them_dear_are_said():
    draft = dataclasses.replace(SMS, sms=dataclasses.replace(SMS.sms, body="Shop: it’s free " + "a" * 60))
    html = rendered(draft)
    assert "<strong>2 parts, each paid</strong>" in html
    assert "of 134 characters in UCS-2" in html
    assert "’ makes a part hold 70 characters." in html


def test_text_that_cannot_be_filled_in_is_shown_as_it_is_written():
    draft = dataclasses.replace(SMS, sms=dataclasses.replace(SMS.sms, body="Shop: {{ first_name"))
    assert "Shop: {{ first_name" in rendered(draft)


def test_offers_name_their_source_and_their_last_day():
    block = message_preview(EMAIL)
    assert block.offers == (
        OfferLine(kind="fee", text="£3.50", exact="wrapping is £3.50", citation="site"),
        OfferLine(kind="code", text="WOOL10", until="until 16 December 2026"),
        OfferLine(kind="code", text="OLD", citation="site", until="ended"),
    )
    html = rendered(EMAIL)
    assert '“wrapping is £3.50” <a class="cite" href="#ref-site">[2]</a>' in html
    assert "(your own setting)" in html
    assert citations_of(block.record()) == ("orders", "site")


def test_words_that_the_source_says_exactly_so_are_not_said_twice():
    draft = dataclasses.replace(
        EMAIL, offers=(Offer(kind="fee", text="£3.50", source_id="site", exact="£3.50"),)
    )
    assert "“£3.50”" not in rendered(draft)
    assert "<strong>£3.50</strong> <a" in rendered(draft)


def test_a_message_s_own_words_cite_nothing():
    draft = dataclasses.replace(EMAIL, email=dataclasses.replace(EMAIL.email, heading="See [@nobody]"))
    assert "nobody" not in citations_of(message_preview(draft).record())
    assert "See [@nobody]" in rendered(draft)


def test_an_offer_of_a_source_that_no_list_has_is_refused():
    draft = dataclasses.replace(EMAIL, offers=(Offer(kind="fee", text="£1", source_id="elsewhere"),))
    with pytest.raises(RenderError, match="'elsewhere' names no source"):
        rendered(draft)


def test_desktop_light_and_phone_dark_are_in_sight_and_the_other_two_folded():
    html = rendered(EMAIL)
    views = re.findall(r'class="mail-frame ([a-z ]+)"', html)
    assert views == ["desktop light", "phone dark", "desktop dark", "phone light"]
    assert (
        html.index("phone dark")
        < html.index('<details class="data other-views">')
        < html.index('"mail desktop dark"')
    )


def test_one_preview_is_read_aloud_and_the_others_are_silent_and_hold_no_link():
    frames = re.findall(
        r'<div class="mail-frame [a-z ]+"(.*?)<div class="mail-foot">', rendered(EMAIL), re.DOTALL
    )
    assert [' aria-hidden="true"' in frame for frame in frames] == [False, True, True, True]
    assert not any("<a " in frame for frame in frames)


def test_findings_say_what_and_the_way_out_and_none_says_so():
    assert (
        '<strong>Note.</strong> It is short.<q>Choose</q><span class="way">Lengthen it.</span>'
        in rendered(EMAIL)
    )
    assert "Nothing to change." in rendered(SMS)


def test_a_stopped_draft_says_so_before_it_shows_anything():
    html = rendered(dataclasses.replace(EMAIL, stopped="Two sources disagree."))
    assert html.index("Not to be sent yet") < html.index("mail-frame")


def test_the_user_s_own_words_and_the_evidence_are_named():
    html = rendered(dataclasses.replace(EMAIL, own_words=True, evidence_ids=("E3", "E7")))
    assert "Your own words" in html
    assert "Evidence: E3, E7" in html


def test_the_button_takes_the_brand_s_color_with_letters_that_read():
    assert 'style="--brand:#225577;--on-brand:#FFFFFF"' in rendered(
        EMAIL, brand=BrandSettings(color="#225577")
    )
    assert 'style="--brand:#E69F00;--on-brand:#000000"' in rendered(
        EMAIL, brand=BrandSettings(color="#E69F00")
    )
    assert "--brand" not in rendered(EMAIL, brand=BrandSettings(color="red;}"))


@pytest.mark.parametrize("url", ["javascript:x()", "data:text/html,x", "#main", ""])
def test_only_web_addresses_are_linked(url):
    email = dataclasses.replace(EMAIL.email, action=Action(label="Choose", url=url))
    assert "<dd>Choose: <a" not in rendered(dataclasses.replace(EMAIL, email=email))


def test_headings_follow_the_level_around_them():
    for level in (1, 2, 3, 4, 5):
        found = re.findall(
            r"<h(\d)", rendered(EMAIL, References(citations={"orders": 1, "site": 2}, level=level))
        )
        assert int(found[0]) == min(level + 1, 6)
        assert {int(number) for number in found[1:]} == {min(level + 2, 6)}


def test_a_foreign_record_with_a_wrong_channel_or_severity_is_refused():
    record = message_preview(EMAIL).record()
    assert record["kind"] == Kind.MESSAGE
    with pytest.raises(RenderError, match="channel is not one of"):
        render_html({**record, "channel": "fax"}, REFS)
    findings = [{**record["findings"][0], "severity": "fatal"}]
    with pytest.raises(RenderError, match="severity is not one of"):
        render_html({**record, "findings": findings}, REFS)
