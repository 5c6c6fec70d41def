"""A record as plain text: for terminals, diffs and screen readers in the lab."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from segkit.publish.checklist_parts import part_items
from segkit.publish.records import CITATION, Kind, check_record
from segkit.words.arguments import not_traced, written_by

_Record = Mapping[str, Any]


def render_plain(record: _Record) -> str:
    """Return a record as lines of text: its title, then what it holds.

    Examples
    --------
    >>> print(render_plain({"kind": "how_made", "version": 1, "id": "h", "pairs": [["Seed", "0"]]}))
    How this was made
    Seed  0
    """
    return _RENDERERS[check_record(record)](record)


def align(rows: Sequence[Sequence[str]], numeric: Sequence[bool] = ()) -> list[str]:
    """Return rows as lines with columns under each other, numbers set right.

    Examples
    --------
    >>> align([("a", "10"), ("bcd", "5")], (False, True))
    ['a    10', 'bcd   5']
    """
    if not rows:
        return []
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    right = list(numeric) or [False] * len(widths)
    return [
        "  ".join(
            cell.rjust(width) if flag else cell.ljust(width)
            for cell, width, flag in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in rows
    ]


def authored(record: _Record) -> list[str]:
    """Return the lines that say who wrote a block's paragraphs, and what in them is not traced; none for segkit's own.

    Examples
    --------
    >>> authored({"author": "user", "by": "Jo", "untraced": ["61 %"], "asks": ""})
    ['Written by Jo', 'Not traced to the evidence of this report: 61 %']
    """
    said = (written_by(record["author"], record["by"]), not_traced(record["untraced"]))
    lines = [line for line in said if line]
    return [*lines, *([f"To be answered: {record['asks']}"] if record["asks"] else [])]


def _text(record: _Record) -> str:
    said = [*record["paragraphs"], *(f"- {bullet}" for bullet in record["bullets"]), *authored(record)]
    return "\n".join(said)


def _key_figures(record: _Record) -> str:
    return "\n".join(align([(item["label"], item["value"], item["note"]) for item in record["items"]]))


def _findings(record: _Record) -> str:
    lines = []
    for number, item in enumerate(record["items"], start=1):
        lines.append(f"{number}. {item['title']}")
        lines.extend(f"   {text}" for text in (item["text"],) if text)
    return "\n".join(lines)


def _table(record: _Record) -> str:
    lines = [record["caption"], *align([record["columns"], *record["rows"]], record["numeric"])]
    return "\n".join([*lines, record["note"]] if record["note"] else lines)


def _figure(record: _Record) -> str:
    below = ". ".join(part for part in (record["source"], record["n"]) if part)
    return "\n".join(part for part in (record["title"], record["subtitle"], record["desc"], below) if part)


def _plotly(record: _Record) -> str:
    return _figure(record["static"])


def _evidence(record: _Record) -> str:
    lines = [f"Evidence: {record['group']}"]
    for item in record["items"]:
        where = "defines the group" if item["in_model"] else item["direction"]
        apart = "" if item["status"] == "valid" else f"{item['status']}, not counted: "
        cited = f" [{item['citation']}]" if item["citation"] else ""
        lines.append(f"- {apart}{item['claim']} ({item['strength']}; {where}){cited}")
        quoted = f"“{item['quote']}”" if item["quote"] else ""
        lines.extend(
            f"  {text}" for text in (quoted, item["reading"], item["statistic"], item["limits"]) if text
        )
    return "\n".join([*lines, *(f"- {gap}" for gap in record["gaps"])])


def _segment(record: _Record) -> str:
    head = ", ".join(part for part in (record["size"], record["share"], record["revenue"]) if part)
    lines = [
        f"{record['number']}. {record['name']}: {head}",
        record["rule"],
        *record["why"],
        *authored(record),
    ]
    lines.extend(align([(item["label"], item["value"], item["note"]) for item in record["measures"]]))
    lines.extend(f"- {reading['factor']}: {reading['text']}" for reading in record["profile"])
    return "\n".join([*lines, *record["exceptions"], *([record["note"]] if record["note"] else [])])


def _message(record: _Record) -> str:
    lines = [f"{record['name']} ({record['channel']} to {record['group']})", record["purpose"]]
    lines += [*(f"- {sentence}" for sentence in record["reasons"]), *authored(record)]
    lines = [CITATION.sub(r"[\1]", line) for line in lines]
    for email in record["email"]:
        action = f"{email['action']['label']}: {email['action']['url']}"
        lines += [
            f"Subject: {email['subject']}",
            email["headline"],
            *email["lines"],
            action,
            *email["limits"],
        ]
    lines.extend(f"{sms['sender']}: {sms['text']} ({sms['parts']} part(s))" for sms in record["sms"])
    lines.extend([f"Not to be sent yet: {record['stopped']}"] if record["stopped"] else [])
    return "\n".join([*lines, *(f"- {item['severity']}: {item['sentence']}" for item in record["findings"])])


def _flow(record: _Record) -> str:
    lines = [f"{record['name']} ({record['stage']})", *(f"- {sentence}" for sentence in record["why"])]
    lines += authored(record)
    lines.extend([record["rival"]] if record["rival"] else [])
    lines.extend(align([(term["label"], term["text"]) for term in record["terms"]]))
    return CITATION.sub(r"[\1]", "\n".join([*lines, *record["cautions"]]))


def _verdict(record: _Record) -> str:
    head = f"{record['name']}: {record['verdict']}" if record["verdict"] else record["name"]
    lines = [head, *(f"- {sentence}" for sentence in record["why"]), *authored(record)]
    lines.extend(align([(term["label"], term["text"]) for term in record["terms"]]))
    said = CITATION.sub(r"[\1]", "\n".join([*lines, *record["cautions"]]))
    quoted = [f"“{item['quote']}” [{item['citation']}]" for item in record["quotes"]]
    return "\n".join([said, *quoted])


def _gap(record: _Record) -> str:
    return f"{record['title']}\n{record['missing']}\nTo close it: {record['close']}"


def _checklist(record: _Record) -> str:
    parts = part_items(record["items"])
    rows = [
        (item["status"], str(item["item"]), item.get("close", "")) for item in (*parts.todo, *parts.yours)
    ]
    return "\n".join([f"{record['caption']}: {parts.counts}", *align(rows), *parts.absent])


def _passages(record: _Record) -> str:
    lines = []
    for source in record["sources"]:
        lines.append(f"{source['title']} ({source['path']})")
        lines.extend(f"- {quote['before']}>>{quote['quote']}<<{quote['after']}" for quote in source["quotes"])
    return "\n".join(lines)


def _sources(record: _Record) -> str:
    lines = []
    for number, entry in enumerate(record["entries"], start=1):
        address = f" {entry['url']}" if entry["url"] else ""
        lines.append(entry["text"] if entry["in_text"] else f"[{number}] {entry['text']}{address}")
    return "\n".join(lines)


def _how_made(record: _Record) -> str:
    return "\n".join(["How this was made", *align(record["pairs"])])


_RENDERERS: dict[Kind, Callable[[_Record], str]] = {
    Kind.TEXT: _text,
    Kind.KEY_FIGURES: _key_figures,
    Kind.FINDINGS: _findings,
    Kind.TABLE: _table,
    Kind.FIGURE: _figure,
    Kind.PLOTLY: _plotly,
    Kind.EVIDENCE: _evidence,
    Kind.SEGMENT: _segment,
    Kind.MESSAGE: _message,
    Kind.GAP: _gap,
    Kind.CHECKLIST: _checklist,
    Kind.PASSAGES: _passages,
    Kind.SOURCES: _sources,
    Kind.HOW_MADE: _how_made,
    Kind.FLOW: _flow,
    Kind.VERDICT: _verdict,
}
