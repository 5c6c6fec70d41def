"""Messages: their words in a box as they arrive, then what speaks for them and what the checks found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segkit.model.flow import Channel
from segkit.model.message import Severity
from segkit.publish.docx.own_words import write_argument
from segkit.publish.docx.paper import Paper

_Record = Mapping[str, Any]
_CHANNELS = {
    Channel.EMAIL: "Email",
    Channel.SMS: "Text message",
    Channel.PUSH: "Push notice",
    Channel.PERSON: "Task for a person",
}
_SEVERITIES = {Severity.ERROR: "Must change", Severity.WARNING: "Look again", Severity.NOTE: "Note"}


def write_message(paper: Paper, record: _Record) -> None:
    """Write a message: its purpose, its words, its details, its reasons, its promises, and what the checks found."""
    paper.heading(record["name"], level=paper.level + 1, anchors=[record["id"]])
    paper.line("Small", keep=True).say(" · ".join(_tags(record)))
    paper.line().inline(record["purpose"])
    if record["stopped"]:
        paper.line("Caution").say("Not to be sent yet. ", "bold").say(record["stopped"])
    for email in record["email"]:
        _write_email(paper, email)
    for sms in record["sms"]:
        _write_sms(paper, sms)
    _write_fields(paper, record["fields"])
    if record["reasons"] or record["asks"]:
        _minor(paper, "Why this channel")
        write_argument(paper, record, record["reasons"], bullets=True)
    _write_list(paper, "Why these words for this group", record["fit"])
    _write_list(paper, "What was kept out, and why", record["left_out"])
    _write_offers(paper, record["offers"])
    _write_findings(paper, record["findings"])
    for email in record["email"]:
        if email["longest"]:
            paper.line("Small").say(f"The lines with the longest names: {' '.join(email['longest'])}")


def _minor(paper: Paper, words: str) -> None:
    paper.heading(words, level=max(paper.level + 2, 4))


def _tags(record: _Record) -> list[str]:
    tags = [_CHANNELS[Channel(record["channel"])], f"to {record['group']}"]
    tags += ["your own words"] if record["own_words"] else []
    tags += [f"evidence: {', '.join(record['evidence'])}"] if record["evidence"] else []
    return tags


def _write_email(paper: Paper, email: _Record) -> None:
    for label, text in (
        ("From", email["sender"]),
        ("Replies to", email["reply_to"]),
        ("Subject", f"{email['subject']} ({len(email['subject'])} characters)"),
        ("Preview text", email["preheader"]),
    ):
        if text:
            paper.line("MailText", keep=True).say(f"{label}: ", "muted").say(text)
    if email["picture"]:
        paper.line("MailText", keep=True).say(f"[Picture: {email['picture']}]", "muted")
    paper.line("MailText", keep=True).say(email["headline"], "bold")
    _write_mail_lines(paper, email["lines"])
    _write_mail_lines(paper, [f"• {point}" for point in email["points"]])
    _write_address(paper, "Button", email["action"])
    _write_mail_lines(paper, email["limits"])
    for link in email["links"]:
        _write_address(paper, "Link", link)
    _write_mail_lines(paper, [email["signature"]])
    foot = " ".join(part for part in (email["unsubscribe"], email["postal_address"]) if part)
    paper.line("MailText").say(foot, "muted")
    if email["landing"]:
        paper.line("Small").say(f"The button leads to {email['landing']}.")


def _write_mail_lines(paper: Paper, texts: Sequence[str]) -> None:
    for text in texts:
        if text:
            paper.line("MailText", keep=True).say(text)


def _write_address(paper: Paper, label: str, link: Mapping[str, str]) -> None:
    line = paper.line("MailText", keep=True).say(f"{label}: ", "muted").say(link["label"], "bold").say(": ")
    line.link(link["url"], link["url"])


def _write_sms(paper: Paper, sms: _Record) -> None:
    paper.line("MailText", keep=True).say("From: ", "muted").say(sms["sender"])
    paper.line("MailText").say(sms["text"])
    parts = "1 part" if sms["parts"] == 1 else f"{sms['parts']} parts, each paid"
    line = paper.line("Small").say(
        f"{parts}: {sms['units']} characters in {sms['encoding']}, counted at its longest"
    )
    if sms["offending"]:
        line.say(f"; what costs room: {' '.join(sms['offending'])}")
    line.say(".")
    if sms["longest"] != sms["text"]:
        line.say(f" The same at its longest: {sms['longest']}")


def _write_fields(paper: Paper, fields: Sequence[Mapping[str, str]]) -> None:
    for field in fields:
        line = paper.line("Term").say(f"Merge field {field['name']}: ", "bold")
        line.say(f"“{field['fallback']}” where it is unknown; counted with “{field['longest']}”")


def _write_list(paper: Paper, title: str, sentences: Sequence[str]) -> None:
    if sentences:
        _minor(paper, title)
        paper.bullets(sentences)


def _write_offers(paper: Paper, offers: Sequence[_Record]) -> None:
    if offers:
        _minor(paper, "What it promises, and where that stands")
    for offer in offers:
        line = paper.line("ListBullet").say(offer["text"], "bold")
        if offer["exact"] and offer["exact"].strip() != offer["text"].strip():
            line.say(f" “{offer['exact']}”")
        line.say(" ")
        if offer["citation"]:
            line.cite(offer["citation"])
        else:
            line.say("(your own setting)")
        until = f" · {offer['until']}" if offer["until"] else ""
        line.say(f" {offer['kind']}{until}", "muted")


def _write_findings(paper: Paper, findings: Sequence[_Record]) -> None:
    _minor(paper, "What the checks found")
    if not findings:
        paper.line("Small").say(
            "Nothing to change. The checks of law repeat common reading and are not legal advice."
        )
    for item in findings:
        line = paper.line("ListBullet").say(f"{_SEVERITIES[Severity(item['severity'])]}. ", "bold")
        line.say(item["sentence"])
        if item["where"] and item["where"] not in item["sentence"]:
            line.say(f" “{item['where']}”")
        if item["fix"]:
            line.say(f" {item['fix']}")
