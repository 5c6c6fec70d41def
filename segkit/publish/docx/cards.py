"""Segments, flows and verdicts: a heading, the argument, then its terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segkit.publish.card_html import factor_label
from segkit.publish.docx.own_words import write_argument
from segkit.publish.docx.paper import Paper

_Record = Mapping[str, Any]


def write_segment(paper: Paper, record: _Record) -> None:
    """Write a group: its rule, why it is one, its figures, the six factors, and where the name does not hold."""
    paper.heading(record["name"], level=paper.level + 1, anchors=[record["id"]])
    paper.line(keep=True).say("Rule: ", "bold").inline(record["rule"])
    write_argument(paper, record, record["why"])
    facts = [
        {"label": label, "value": record[field], "note": ""}
        for field, label in (("size", "Size"), ("share", "Share of customers"), ("revenue", "Revenue"))
        if record[field]
    ]
    figures = [*facts, *record["measures"]]
    compared = any(item["note"] for item in figures)
    if figures:
        rows = [[item["label"], item["value"], *([item["note"]] if compared else [])] for item in figures]
        columns = ["Figure", "This group", *(["Compared with"] if compared else [])]
        paper.table(columns, rows, description=f"Figures of {record['name']}")
        paper.gap()
    for reading in record["profile"]:
        line = paper.line("Term").say(factor_label(reading["factor"]), "bold")
        if reading["in_model"]:
            line.say(" (not independent)", "muted")
        line.say(": ").inline(reading["text"])
    if record["exceptions"]:
        paper.line(keep=True).say("Where the name does not hold:", "bold")
        paper.bullets(record["exceptions"])
    if record["note"]:
        paper.line("Note").inline(record["note"])


def write_flow(paper: Paper, record: _Record) -> None:
    """Write a flow: why this one, what came second, its rules, and what to settle first."""
    paper.heading(record["name"], level=paper.level + 1, anchors=[record["id"]])
    paper.line(keep=True).say(record["stage"], "bold").say(": ").inline(record["stage_text"])
    _minor(paper, "Why this flow for this group")
    write_argument(paper, record, record["why"], bullets=True)
    _stands_on(paper, record["links"])
    if record["rival"]:
        _minor(paper, "What came second")
        paper.line().inline(record["rival"])
    if record["terms"]:
        _minor(paper, "Its rules")
        _terms(paper, record["terms"])
    if record["cautions"]:
        paper.box("Caution", record["cautions"], word="Before it goes live")


def write_verdict(paper: Paper, record: _Record) -> None:
    """Write a verdict: what is judged, the verdict, its reasons, its terms and the words it rests on."""
    paper.heading(record["name"], level=paper.level + 1, anchors=[record["id"]])
    if record["applies"]:
        paper.line(keep=True).say("Verdict: ", "muted").say(record["verdict"], "bold")
    joined = [" ".join(record["why"])] if record["why"] and record["author"] == "segkit" else record["why"]
    write_argument(paper, record, joined)
    _terms(paper, record["terms"])
    for item in record["quotes"]:
        line = paper.line("Quote").say(f"“{item['quote']}” ").cite(item["citation"])
        if item["heading"]:
            line.say(f" under “{item['heading']}”")
    paper.bullets(record["cautions"])
    _stands_on(paper, record["links"])


def _minor(paper: Paper, words: str) -> None:
    paper.heading(words, level=max(paper.level + 2, 4))


def _terms(paper: Paper, terms: Sequence[Mapping[str, str]]) -> None:
    for term in terms:
        paper.line("Term").say(f"{term['label']}: ", "bold").inline(term["text"])


def _stands_on(paper: Paper, links: Sequence[str]) -> None:
    if not links:
        return
    line = paper.line("Small").say("Stands on ")
    for place, target in enumerate(links):
        line.say(", " if place else "").refer(target, target.removeprefix("item-"))
    line.say(".")
