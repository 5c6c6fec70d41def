"""Records of messages as HTML: the email on a desktop and on a phone, the text message in its bubble, and what speaks for it.

A preview is drawn from the record's texts, never from a vendor's HTML, so that nothing foreign enters the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segkit.model.flow import Channel
from segkit.model.message import Severity
from segkit.publish.argument_html import render_argument
from segkit.publish.card_html import swatch
from segkit.publish.icons import marker
from segkit.publish.references import References
from segkit.publish.safety import escape, safe_url
from segkit.strategy.contrast import is_color, label_color

_Record = Mapping[str, Any]

CHANNEL_WORDS = {
    Channel.EMAIL: "Email",
    Channel.SMS: "Text message",
    Channel.PUSH: "Push notice",
    Channel.PERSON: "Task for a person",
}
SEVERITY_WORDS = {Severity.ERROR: "Must change", Severity.WARNING: "Look again", Severity.NOTE: "Note"}
_ASPECT = "aspect"
_SINGLE = {"GSM-7": (160, 153), "UCS-2": (70, 67)}


def render_message(record: _Record, refs: References) -> str:
    """Return a message: its purpose, how it looks, its details, its reasons, its promises, and what the checks found."""
    anchor = escape(record["id"])
    name = refs.heading(f"{marker(record['number'])}{escape(record['name'])}", anchor=f"{record['id']}-name")
    inner = refs.at(min(refs.level + 1, 5))
    previews = "".join(_email(email, record) for email in record["email"])
    previews += "".join(_sms(sms) for sms in record["sms"])
    parts = (
        name,
        _tags(record),
        f'<p class="rule">{refs.inline(record["purpose"])}</p>',
        _stopped(record),
        previews,
        _details(record),
        _argued("Why this channel", record, inner),
        _listed("Why these words for this group", record["fit"], inner),
        _listed("What was kept out, and why", record["left_out"], inner),
        _offers(record["offers"], inner),
        _findings(record["findings"], inner),
        _longest(record),
    )
    return (
        f'<article class="card message s-{swatch(record["number"])}" id="{anchor}" aria-labelledby="{anchor}-name">'
        f"{''.join(parts)}</article>"
    )


def _tags(record: _Record) -> str:
    tags = [
        f'<span class="tag factor">{CHANNEL_WORDS[Channel(record["channel"])]}</span>',
        f'<span class="kind">To: {escape(record["group"])}</span>',
    ]
    if record["own_words"]:
        tags.append('<span class="tag">Your own words</span>')
    if record["evidence"]:
        tags.append(f'<span class="kind">Evidence: {escape(", ".join(record["evidence"]))}</span>')
    return f'<div class="tags">{" ".join(tags)}</div>'


def _stopped(record: _Record) -> str:
    if not record["stopped"]:
        return ""
    return f'<div class="box caution"><p class="word">Not to be sent yet</p><p>{escape(record["stopped"])}</p></div>'


def _email(email: _Record, record: _Record) -> str:
    """Return the previews: two in sight, two folded; only the first is read aloud, because all say the same."""
    title = escape(record["name"])
    first = _framed(email, css="desktop light", caption="Desktop, light", aloud=f"{title} on a desktop")
    seen = first + _framed(email, css="phone dark", caption="Phone, dark")
    folded = _framed(email, css="desktop dark", caption="Desktop, dark") + _framed(
        email, css="phone light", caption="Phone, light"
    )
    return (
        f'<div class="mails">{seen}</div><details class="data other-views"><summary>Desktop in dark, phone in light</summary>'
        f'<div class="mails">{folded}</div></details>'
    )


def _framed(email: _Record, *, css: str, caption: str, aloud: str = "") -> str:
    read = f' role="group" aria-label="{aloud}"' if aloud else ' aria-hidden="true"'
    color = email["color"] if is_color(email["color"]) else ""
    style = f' style="--brand:{color};--on-brand:{label_color(color)}"' if color else ""
    return (
        f'<div class="mail-frame {css}"{read}><p class="mail-view">{caption}</p><div class="mail {css}"{style}>'
        f"{_inbox(email)}{_letter(email)}</div></div>"
    )


def _inbox(email: _Record) -> str:
    return (
        f'<div class="mail-inbox"><p class="mail-from">{escape(email["sender"].split(" <")[0])}</p>'
        f'<p class="mail-subject">{escape(email["subject"])}</p><p class="mail-pre">{escape(email["preheader"])}</p></div>'
    )


def _letter(email: _Record) -> str:
    picture = f'<p class="mail-picture"><span>Picture</span> {escape(email["picture"])}</p>'
    points = "".join(f"<li>{escape(text)}</li>" for text in email["points"])
    links = "".join(f'<p class="mail-quiet"><u>{escape(link["label"])}</u></p>' for link in email["links"])
    return (
        f'<div class="mail-letter"><p class="mail-brand">{escape(email["brand"])}</p>'
        f"{picture if email['picture'] else ''}"
        f'<p class="mail-heading">{escape(email["headline"])}</p>{_paragraphs(email["lines"])}'
        f"{f'<ul>{points}</ul>' if points else ''}"
        f'<p><span class="mail-button">{escape(email["action"]["label"])}</span></p>'
        f"{_paragraphs(email['limits'])}{links}{_paragraphs([email['signature']])}"
        f'<div class="mail-foot">{_paragraphs([email["unsubscribe"]])}<p><u>Unsubscribe</u></p>{_paragraphs([email["postal_address"]])}</div></div>'
    )


def _paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts if text)


def _sms(sms: _Record) -> str:
    """Return the text message in a bubble, and how it is counted at its longest."""
    single, several = _SINGLE.get(sms["encoding"], (160, 153))
    parts, limit = sms["parts"], single if sms["parts"] == 1 else several * sms["parts"]
    words = "1 part" if parts == 1 else f"{parts} parts, each paid"
    odd = " ".join(sms["offending"])
    why = (
        f" {escape(odd)} {'makes' if len(sms['offending']) == 1 else 'make'} a part hold {single} characters."
        if odd
        else ""
    )
    longest = (
        f'<details class="data"><summary>The same at its longest</summary>{_bubble(sms["sender"], sms["longest"])}</details>'
        if sms["longest"] != sms["text"]
        else ""
    )
    return (
        f'<div class="phone-screen" role="group" aria-label="Text message">{_bubble(sms["sender"], sms["text"])}</div>'
        f'<p class="below sms-count"><strong>{words}</strong>: {sms["units"]} of {limit} characters in {escape(sms["encoding"])}, '
        f"counted with the longest names, the link and the opt-out.{why}</p>{longest}"
    )


def _bubble(sender: str, text: str) -> str:
    return f'<p class="sms-from">{escape(sender)}</p><p class="bubble">{escape(text)}</p>'


def _details(record: _Record) -> str:
    rows: list[tuple[str, str]] = []
    for email in record["email"]:
        subject = f"{escape(email['subject'])} <small>({len(email['subject'])} characters)</small>"
        action = f"{escape(email['action']['label'])}: {_address(email['action']['url'])}"
        rows += [
            ("Subject", subject),
            ("Preview text", escape(email["preheader"])),
            ("From", escape(email["sender"])),
            ("Replies to", escape(email["reply_to"])),
            ("Request", action),
            ("Leads to", escape(email["landing"])),
            *(("Quiet link", f"{escape(link['label'])}: {_address(link['url'])}") for link in email["links"]),
            ("Picture, in words", escape(email["picture"])),
        ]
    rows += [("From", escape(sms["sender"])) for sms in record["sms"]]
    rows += [
        (
            f"Merge field {escape(field['name'])}",
            f"“{escape(field['fallback'])}” where it is unknown; counted with “{escape(field['longest'])}”",
        )
        for field in record["fields"]
    ]
    shown = "".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in rows if value)
    return f'<dl class="profile">{shown}</dl>' if shown else ""


def _address(url: str) -> str:
    address = safe_url(url)
    if not address or address.startswith("#"):
        return escape(url)
    return f'<a href="{escape(address)}" rel="noopener noreferrer">{escape(address)}</a>'


def _listed(title: str, sentences: Sequence[str], refs: References) -> str:
    if not sentences:
        return ""
    items = "".join(f"<li>{refs.inline(sentence)}</li>" for sentence in sentences)
    return f"{refs.heading(title, css=_ASPECT)}<ul>{items}</ul>"


def _argued(title: str, record: _Record, refs: References) -> str:
    """Return why this channel, by whoever argues it."""
    said = render_argument(record, record["reasons"], refs, listed=True)
    return f"{refs.heading(title, css=_ASPECT)}{said}" if said else ""


def _offers(offers: Sequence[_Record], refs: References) -> str:
    if not offers:
        return ""
    items = []
    for offer in offers:
        source = refs.cite(offer["citation"]) if offer["citation"] else "(your own setting)"
        said_twice = offer["exact"].strip() == offer["text"].strip()
        exact = f" “{escape(offer['exact'])}”" if offer["exact"] and not said_twice else ""
        until = f" · {escape(offer['until'])}" if offer["until"] else ""
        items.append(
            f'<li><strong>{escape(offer["text"])}</strong>{exact} {source} <span class="kind">{escape(offer["kind"])}{until}</span></li>'
        )
    return f"{refs.heading('What it promises, and where that stands', css=_ASPECT)}<ul>{''.join(items)}</ul>"


def _findings(findings: Sequence[_Record], refs: References) -> str:
    heading = refs.heading("What the checks found", css=_ASPECT)
    if not findings:
        return f'{heading}<p class="below">Nothing to change. The checks of law repeat common reading and are not legal advice.</p>'
    items = "".join(_finding(item) for item in findings)
    return f'{heading}<ul class="checks">{items}</ul>'


def _finding(item: _Record) -> str:
    word = SEVERITY_WORDS[Severity(item["severity"])]
    said = item["where"] and item["where"] not in item["sentence"]
    where = f"<q>{escape(item['where'])}</q>" if said else ""
    way = f'<span class="way">{escape(item["fix"])}</span>'
    return f'<li class="{escape(item["severity"])}"><strong>{word}.</strong> {escape(item["sentence"])}{where}{way}</li>'


def _longest(record: _Record) -> str:
    lines = [line for email in record["email"] for line in email["longest"]]
    if not lines:
        return ""
    return f'<details class="data"><summary>The lines with the longest names</summary>{_paragraphs(lines)}</details>'
