"""Every rule for a message: a text that it finds, and one that it leaves alone."""

import dataclasses
from datetime import date

import pytest

from segkit.model.company import BrandSettings
from segkit.model.flow import Channel, Flow, QuietHours, Reentry, Trigger, TriggerKind
from segkit.model.lifecycle import Stage
from segkit.model.message import (
    Action,
    EmailContent,
    Image,
    LintFinding,
    MergeField,
    MessageDraft,
    Offer,
    Severity,
    SmsContent,
)
from segkit.strategy.claims_in_text import find_claims
from segkit.strategy.contrast import contrast_ratio, label_color
from segkit.strategy.lints import lint_message

AS_OF = date(2026, 11, 1)
BRAND = BrandSettings(
    tone="warm and plain; no countdowns and no exclamation marks",
    sender="Maya at Tenterfold <hello@tenterfold.example>",
    postal_address="Tenter Yard, 8 Dyer's Court, Sheffield S3 8VV, United Kingdom",
    sms_sender="Tenterfold",
    color="#225577",
    unsubscribe_url="https://www.tenterfold.example/leave",
)
NAME = MergeField(name="first_name", fallback="there", worst_case="Maximiliane-Charlotte")
EMAIL = EmailContent(
    subject="Choose the day your present arrives",
    preheader="Name the day once, and we post it so that it is there in time.",
    heading="A present that is there on the day",
    paragraphs=(
        "Hello {{ first_name | default: 'there' }},",
        "Tell us the day, and we post the tin so that it is there in time.",
        "Wrapping costs £3.50 and comes with a card in your words.",
    ),
    action=Action(
        label="Choose the day",
        url="https://www.tenterfold.example/gift?utm_source=mail",
        landing="website/gift.html",
    ),
    sender=BRAND.sender,
    reply_to="hello@tenterfold.example",
    postal_address=BRAND.postal_address,
    unsubscribe="You get this because you said yes to emails. Unsubscribe in one click.",
    after_action=("Order by noon on Wednesday.",),
    secondary=(("Skip this one", "https://www.tenterfold.example/skip"),),
    image=Image(url="https://www.tenterfold.example/tin.jpg", alt="A green tin with two skeins of wool"),
    signature="Maya, Tenterfold",
)
OFFERS = (
    Offer(kind="price", text="Wrapping £3.50", source_id="gift", exact="wrapping is £3.50"),
    Offer(kind="deadline", text="order by noon on Wednesday", source_id="gift"),
)
SMS = SmsContent(
    body="Tenterfold: {{ first_name | default: 'hello' }}, a chair is free. Take it here:",
    sender="Tenterfold",
    opt_out="Text STOP to 60777 to opt out",
    url="https://www.tenterfold.example/w",
)
DRAFT = MessageDraft(
    id="m1",
    flow_id="f1",
    segment_id=1,
    segment_name="Gift givers",
    channel=Channel.EMAIL,
    name="Gift day",
    purpose="Get the day",
    channel_reason=(),
    email=EMAIL,
    merge_fields=(NAME,),
    offers=OFFERS,
)
TEXT = dataclasses.replace(DRAFT, channel=Channel.SMS, email=None, sms=SMS, offers=())


def email(**changes):
    return dataclasses.replace(DRAFT, email=dataclasses.replace(EMAIL, **changes))


def said(sentence, **changes):
    """Return the email with one more paragraph."""
    draft = email(paragraphs=(*EMAIL.paragraphs, sentence))
    return dataclasses.replace(draft, **changes)


def sms(**changes):
    return dataclasses.replace(TEXT, sms=dataclasses.replace(SMS, **changes))


def brand(**changes):
    return dataclasses.replace(BRAND, **changes)


def flow(start, end):
    return Flow(
        id="f1",
        name="f",
        kind="k",
        stage=next(iter(Stage)),
        segment_id=1,
        segment_name="g",
        trigger=Trigger(kind=TriggerKind.EVENT, text="t"),
        audience=(),
        exit_when=(),
        reentry=Reentry(days=None, text=""),
        quiet_hours=QuietHours(start=start, end=end, text=""),
        entry="",
        nodes=(),
    )


def ids(draft, **around):
    asked = {"brand": BRAND, "as_of": AS_OF, **around}
    return {(item.id, item.severity.value) for item in lint_message(draft, **asked)}


@pytest.mark.parametrize("draft", [DRAFT, TEXT], ids=["email", "sms"])
def test_a_good_draft_has_no_finding(draft):
    assert lint_message(draft, brand=BRAND, as_of=AS_OF, company="Tenterfold Wool", country="GB") == ()


CASES = [
    ("content-missing", "error", dataclasses.replace(DRAFT, email=None), {}),
    ("merge-field-unknown", "error", said("For {{ size | default: 'M' }}."), {}),
    ("merge-field-fallback", "error", said("For {{ first_name }}."), {}),
    ("merge-field-fallback", "error", dataclasses.replace(DRAFT, merge_fields=(dataclasses.replace(NAME, fallback=""),)), {}),
    ("merge-field-syntax", "error", said("For {{ first_name."), {}),
    ("merge-field-unused", "note", dataclasses.replace(DRAFT, merge_fields=(NAME, MergeField(name="size", fallback="M", worst_case="XL"))), {}),
    ("merge-field-gap", "warning", said("Hello {{ first_name | default: '' }}, come by."), {}),
    ("subject-missing", "error", email(subject=""), {}),
    ("subject-length", "warning", email(subject="Choose the day " * 5), {}),
    ("subject-length", "note", email(subject="Choose the day"), {}),
    ("preheader-missing", "warning", email(preheader=""), {}),
    ("preheader-repeats", "warning", email(preheader=EMAIL.subject + "."), {}),
    ("preheader-length", "warning", email(preheader="Name the day."), {}),
    ("text-missing", "error", email(paragraphs=(), bullets=()), {}),
    ("heading-missing", "warning", email(heading=""), {}),
    ("alt-missing", "error", email(image=Image(url="https://a.example/a.png", alt=" ")), {}),
    ("alt-empty-words", "warning", email(image=Image(url="https://a.example/a.png", alt="Image of a tin")), {}),
    ("alt-empty-words", "warning", email(image=Image(url="https://a.example/a.png", alt="tin_final.jpg")), {}),
    ("image-https", "error", email(image=Image(url="tin.png", alt="A tin")), {}),
    ("sender-missing", "error", email(sender=""), {}),
    ("sender-form", "error", email(sender="hello@tenterfold.example"), {}),
    ("sender-no-reply", "warning", email(reply_to="no-reply@tenterfold.example"), {}),
    ("reply-to-form", "error", email(reply_to="Maya"), {}),
    ("color-form", "error", DRAFT, {"brand": brand(color="teal")}),
    ("contrast", "warning", DRAFT, {"brand": brand(color="#E69F00")}),
    ("size", "error", DRAFT, {"html_bytes": 102_000}),
    ("action-missing", "error", email(action=Action(label="", url="https://a.example")), {}),
    ("action-empty", "error", email(action=Action(label="Click here", url="https://a.example")), {}),
    ("action-length", "warning", email(action=Action(label="Choose", url="https://a.example")), {}),
    ("action-length", "warning", email(action=Action(label="Choose the day on which it arrives", url="https://a.example")), {}),
    ("action-verb", "warning", email(action=Action(label="Our new tins", url="https://a.example")), {}),
    ("action-https", "error", email(action=Action(label="Choose the day", url="http://a.example/x")), {}),
    ("action-https", "error", email(action=Action(label="Choose the day", url="gift.html")), {}),
    ("action-utm", "note", email(action=Action(label="Choose the day", url="https://a.example/x", landing="p")), {}),
    ("action-landing", "note", email(action=Action(label="Choose the day", url="https://a.example/x?utm_source=m")), {}),
    ("action-in-text", "error", DRAFT, {"text_part": "Choose the day without an address"}),
    ("second-request", "error", said("Or look at https://other.example/page."), {}),
    ("second-request", "warning", said("And follow us for more."), {}),
    ("quiet-links", "warning", email(secondary=(("a", "https://a.example"),) * 3), {}),
    ("link-https", "error", email(secondary=(("Skip", "http://a.example"),)), {}),
    ("purpose-first-line", "note", email(heading="Autumn news", paragraphs=("Leaves fall early in our yard this year.",)), {}),
    ("exclamation", "warning", said("It is here!"), {}),
    ("exclamation", "warning", said("It is here! Really!"), {"brand": brand(tone="")}),
    ("capitals", "warning", said("This is AMAZING wool."), {}),
    ("countdown", "error", said("There are hours left."), {}),
    ("false-urgency", "error", dataclasses.replace(said("Hurry, it is going."), offers=OFFERS[:1]), {}),
    ("false-urgency", "error", dataclasses.replace(said("There are hours left."), offers=OFFERS[:1]), {"brand": brand(tone="")}),
    ("readability", "warning", email(paragraphs=("Notwithstanding considerable organizational preparation in the warehouse and for the transportation of the merchandise, international deliveries occasionally necessitate the postponement of individually confirmed appointments.",)), {}),
    ("long-sentence", "note", said("We post it " + "and we post it " * 8 + "again."), {}),
    ("postal-address", "error", email(postal_address="Sheffield"), {}),
    ("unsubscribe", "error", email(unsubscribe="Thank you for reading."), {}),
    ("unsubscribe-why", "note", email(unsubscribe="Unsubscribe in one click."), {}),
    ("unsubscribe-address", "warning", DRAFT, {"brand": brand(unsubscribe_url="")}),
    ("unsubscribe-address", "error", DRAFT, {"brand": brand(unsubscribe_url="http://a.example")}),
    ("subject-false-reply", "error", email(subject="Re: your present for the day it arrives"), {}),
    ("sms-opt-out", "error", sms(opt_out="Bye"), {}),
    ("sms-answer", "warning", sms(opt_out="Reply STOP to opt out"), {}),
    ("sms-first-message", "note", TEXT, {"country": "US"}),
    ("quiet-hours", "error", TEXT, {"flow": flow(0, 0)}),
    ("quiet-hours", "warning", TEXT, {"flow": flow(23, 7)}),
    ("text-missing", "error", sms(body=""), {}),
    ("sms-sender", "error", sms(sender=""), {"brand": BrandSettings()}),
    ("sms-brand-first", "warning", sms(body="A chair is free at Tenterfold. Take it:"), {}),
    ("sms-sender-form", "error", sms(sender="Tenterfold Wool & Workshop"), {}),
    ("sms-length", "note", sms(body="Tenterfold: " + "a" * 150), {}),
    ("sms-length", "warning", sms(body="Tenterfold: " + "a " * 150), {}),
    ("sms-length", "error", sms(body="Tenterfold: " + "a " * 250), {}),
    ("sms-alphabet", "warning", sms(body="Tenterfold: it’s free. Take it:"), {}),
    ("second-request", "error", sms(body="Tenterfold: see https://b.example/x or"), {}),
    ("link-https", "error", sms(url="http://www.tenterfold.example/w"), {}),
    ("sms-shortener", "warning", sms(url="https://bit.ly/x1"), {}),
    ("offer-untraced", "error", said("Everything is £9.99 today."), {}),
    ("offer-untraced", "error", said("Take 15 % off."), {}),
    ("offer-untraced", "error", said("Everything at half price."), {}),
    ("offer-untraced", "error", said("Use code WOOL."), {}),
    ("offer-untraced", "error", said("It ends on 24 December."), {}),
    ("offer-untraced", "error", said("With free delivery for you."), {}),
    ("offer-untraced", "error", said("Only three chairs left."), {}),
    ("offer-untraced", "warning", said("It takes 5 days."), {}),
    ("offer-ended", "error", dataclasses.replace(DRAFT, offers=(*OFFERS, Offer(kind="code", text="WOOL10", source_id="home", day=date(2026, 10, 31)))), {}),
    ("offer-ended", "error", dataclasses.replace(DRAFT, offers=(*OFFERS, Offer(kind="code", text="WOOL10", source_id="home", ended=True))), {}),
    ("offer-source", "error", dataclasses.replace(DRAFT, offers=(*OFFERS, Offer(kind="fee", text="Post £2", source_id=""))), {}),
    ("tracking-talk", "warning", said("We noticed that you like grey."), {}),
    ("tracking-talk", "warning", said("You have not ordered in 63 days."), {}),
    ("tracking-talk", "warning", said("It’s been a while since you came by."), {}),
    ("tracking-talk", "warning", said("You usually buy two skeins."), {}),
    ("segment-talk", "error", said("You are a lapsed customer of ours."), {}),
    ("segment-talk", "error", said("Your score is high."), {}),
    ("segment-name", "error", said("A word to our gift givers."), {}),
    ("segment-name", "warning", said("A word to our regulars.", segment_name="Regulars"), {}),
    ("private-word", "warning", said("The maternity range is back."), {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("identifier", "severity", "draft", "around"), CASES, ids=[f"{case[0]}-{index}" for index, case in enumerate(CASES)]
)  # fmt: skip
def test_a_rule_finds_what_it_is_for(identifier, severity, draft, around):
    assert (identifier, severity) in ids(draft, **around)


TRAITS = {
    "pregnancy": ["Lovely things for your pregnancy.", "Congratulations, mum-to-be.", "Your maternity order is here."],
    "health": ["Wool that helps with your arthritis.", "Made for people with diabetes like you."],
    "religion": ["Ramadan gifts for you.", "As a muslim, you know."],
    "ethnic": ["Your heritage in wool.", "Colours that Asian customers love.", "You are Indian, so you know.", "For your Polish roots."],
    "sexuality": ["You are gay and we are proud.", "For your gender identity."],
    "money": ["Wool when money is tight.", "For you on a low income.", "Your overdue invoice is no worry."],
    "age": ["Easy stitches at your age.", "Kits for you over 60."],
    "bereavement": ["We are sorry for your loss.", "Wool after your divorce."],
}  # fmt: skip


@pytest.mark.parametrize(
    ("trait", "sentence"), [(trait, text) for trait, texts in TRAITS.items() for text in texts]
)
def test_a_trait_is_never_said_to_the_reader_and_the_reason_is_explained(trait, sentence):
    found = [
        item for item in lint_message(said(sentence), brand=BRAND, as_of=AS_OF) if item.id == "private-trait"
    ]
    assert len(found) == 1
    assert found[0].severity is Severity.ERROR
    assert trait in found[0].sentence
    assert ";" in found[0].sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "Your sock yarn comes in black and white.",
        "You can wash it with your Indian cotton.",
        "The baby blanket takes two skeins.",
        "You left two items in your cart.",
        "Your birthday is a good day for wool.",
        "Grey is retired from your shelf of colors.",
        "You can count on us.",
        "Polish the needles before you start.",
        "Your order is on its way.",
        "A free hour in the evening is all you need.",
        "STOP by, or ask for HELP.",
        "The workshop is a good start for the week.",
    ],
)
def test_plain_sentences_are_left_alone(sentence):
    assert lint_message(said(sentence), brand=BRAND, as_of=AS_OF) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "Wrapping is 3.50 GBP.",
        "Wrapping is £3.5.",
        "In by 12:00 please.",
        "Send it by Wednesday.",
    ],
)
def test_a_promise_said_in_other_words_is_the_same_promise(sentence):
    assert not [
        item for item in lint_message(said(sentence), brand=BRAND, as_of=AS_OF) if item.id == "offer-untraced"
    ]


def test_a_price_in_another_currency_or_amount_is_another_promise():
    for sentence in ("Wrapping is €3.50.", "Wrapping is £3.05.", "Wrapping is £35."):
        assert ("offer-untraced", "error") in ids(said(sentence))


def test_the_last_day_of_an_offer_may_be_named_and_holds_on_that_day():
    offer = Offer(kind="code", text="WOOL10", source_id="home", day=AS_OF)
    for words in ("until 1 November", "until November 1st, 2026", "until 2026-11-01", "until 01/11/2026"):
        draft = said(f"Use code WOOL10 {words}.", offers=(*OFFERS, offer))
        assert ids(draft) == set()


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("€1.250,00 or 1,250.00 EUR", [("EUR", "1250"), ("EUR", "1250")]),
        ("£12", [("GBP", "12")]),
        ("5 euros", [("EUR", "5")]),
        ("ten per cent", [("10",)]),
        ("on 3rd of March 2027", [("3", "3", "2027")]),
        ("Sept 5", [("9", "5")]),
        ("before next Friday", [("friday",)]),
        ("code SPRING-25", [("SPRING-25",)]),
        ("free of charge", [()]),
        ("two working days", [("day", "2")]),
        ("by 2 pm or 14:30", [("clock", "14:00"), ("clock", "14:30")]),
        ("May I say that one skein is grey", []),
        ("Order 2 skeins of 100 g", []),
    ],
)
def test_claims_are_found_in_one_form(text, claims):
    assert [claim.value for claim in find_claims(text)] == claims


def test_the_worst_comes_first_and_no_finding_twice():
    draft = email(subject="Hurry! Choose the day! £9.99", preheader="")
    found = lint_message(draft, brand=BRAND, as_of=AS_OF)
    order = [item.severity for item in found]
    assert order == sorted(order, key=[Severity.ERROR, Severity.WARNING, Severity.NOTE].index)
    assert len(set(found)) == len(found) > 3
    assert all(
        isinstance(item, LintFinding) and item.sentence.endswith(".") and item.fix.endswith(".")
        for item in found
    )


def test_quiet_hours_from_the_evening_to_the_morning_are_enough():
    assert ids(TEXT, flow=flow(20, 8)) == set()


def test_a_number_can_be_answered():
    assert ids(sms(sender="+447700900123", opt_out="Reply STOP to opt out")) == set()


def test_laws_are_marked_as_no_legal_advice():
    found = lint_message(email(postal_address=""), brand=BRAND, as_of=AS_OF)
    assert "not legal advice" in found[0].sentence


def test_contrast_is_that_of_the_guidelines_and_one_of_two_letters_always_reads():
    assert contrast_ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    for red in range(0, 256, 51):
        for green in range(0, 256, 51):
            ground = f"#{red:02X}{green:02X}80"
            assert contrast_ratio(ground, label_color(ground)) >= 4.5
