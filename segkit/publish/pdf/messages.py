"""Messages as pieces of a document: the letter or text message in plain words, its details, its reasons, its promises, the checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segkit.model.flow import Channel
from segkit.model.message import Severity
from segkit.publish.message_html import CHANNEL_WORDS, SEVERITY_WORDS
from segkit.publish.pdf.authorship import argument
from segkit.publish.pdf.cards import aspect, group_color, listed, titled
from segkit.publish.pdf.nodes import Layout, Node, Run, box, bullets, card, para, run, strong, terms

_Record = Mapping[str, Any]


def render_message(record: _Record, layout: Layout) -> list[Node]:
    """Return a message: to whom and why, its details, its text, its reasons, its promises, and what the checks found."""
    tags = [CHANNEL_WORDS[Channel(record["channel"])], f"To: {record['group']}"]
    tags += ["Your own words"] if record["own_words"] else []
    tags += [f"Evidence: {', '.join(record['evidence'])}"] if record["evidence"] else []
    made = [
        titled(record, layout),
        para([run(" · ".join(tags))], "small"),
        para(layout.inline(record["purpose"]), "rule"),
    ]
    if record["stopped"]:
        made.append(
            box([para([run("Not to be sent yet")], "word"), para([run(record["stopped"])])], "caution")
        )
    for email in record["email"]:
        made += [_head(email), box(_letter(email), "letter")]
    for sms in record["sms"]:
        made += _sms(sms)
    made += _fields(record)
    reasons = argument(record, record["reasons"], layout, listed=True)
    made += [aspect("Why this channel"), *reasons] if reasons else []
    made += listed("Why these words for this group", record["fit"], layout)
    made += listed("What was kept out, and why", record["left_out"], layout)
    made += _offers(record, layout)
    made += _findings(record)
    return [card(made, anchor=record["id"], color=group_color(record["number"]))]


def _head(email: _Record) -> Node:
    rows: list[tuple[str, list[Run]]] = [
        ("Subject", [run(email["subject"])]),
        ("Preview text", [run(email["preheader"])]),
        ("From", [run(email["sender"])]),
        ("Replies to", [run(email["reply_to"])]),
        ("Leads to", [run(email["landing"])]),
    ]
    return terms([([run(label)], value) for label, value in rows if value[0]["t"]])


def _letter(email: _Record) -> list[Node]:
    """Return what the customer reads, in the order of reading."""
    action = email["action"]
    made = [para([run(f"Picture: {email['picture']}", look="i")])] if email["picture"] else []
    made += [para([strong(email["headline"])])] if email["headline"] else []
    made += [para([run(line)]) for line in email["lines"] if line]
    if email["points"]:
        made.append(bullets([[para([run(point)])] for point in email["points"]]))
    made.append(para([run("["), run(action["label"], look="b", url=action["url"]), run("]")]))
    made += [para([run(text)]) for text in email["limits"] if text]
    made += [para([run(link["label"], url=link["url"])]) for link in email["links"]]
    made += [para([run(text)]) for text in (email["signature"],) if text]
    foot = " ".join(text for text in (email["unsubscribe"], "Unsubscribe.", email["postal_address"]) if text)
    return [*made, para([run(foot)], "small")]


def _sms(sms: _Record) -> list[Node]:
    parts = "1 part" if sms["parts"] == 1 else f"{sms['parts']} parts, each paid"
    odd = f" Outside GSM-7: {' '.join(sms['offending'])}" if sms["offending"] else ""
    counted = f"{parts}: {sms['units']} characters in {sms['encoding']}, counted with the longest names, the link and the opt-out.{odd}"
    return [
        para([strong("From "), run(sms["sender"])], "small"),
        box([para([run(sms["text"])])], "letter"),
        para([run(counted)], "small"),
    ]


def _fields(record: _Record) -> list[Node]:
    rows = [
        (
            [run(f"Merge field {item['name']}")],
            [run(f"“{item['fallback']}” where it is unknown; counted with “{item['longest']}”")],
        )
        for item in record["fields"]
    ]
    return [terms(rows)] if rows else []


def _offers(record: _Record, layout: Layout) -> list[Node]:
    items = []
    for offer in record["offers"]:
        source = layout.cite(offer["citation"]) if offer["citation"] else run("(your own setting)")
        said_twice = offer["exact"].strip() == offer["text"].strip()
        exact = f" “{offer['exact']}”" if offer["exact"] and not said_twice else ""
        until = f" · {offer['until']}" if offer["until"] else ""
        kind = f" · {offer['kind']}{until}"
        items.append([para([strong(offer["text"]), run(f"{exact} "), source, run(kind)])])
    return [aspect("What it promises, and where that stands"), bullets(items)] if items else []


def _findings(record: _Record) -> list[Node]:
    heading = aspect("What the checks found")
    if not record["findings"]:
        words = "Nothing to change. The checks of law repeat common reading and are not legal advice."
        return [heading, para([run(words)])]
    items = []
    for item in record["findings"]:
        said = item["where"] and item["where"] not in item["sentence"]
        where = f" “{item['where']}”" if said else ""
        word = SEVERITY_WORDS[Severity(item["severity"])]
        items.append([para([strong(f"{word}. "), run(f"{item['sentence']}{where} {item['fix']}")])])
    return [heading, bullets(items)]
