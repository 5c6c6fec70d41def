"""Cards of segments, flows and verdicts as pieces of a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segkit.model.argument import Author
from segkit.publish.card_html import factor_label
from segkit.publish.palette import segment_style
from segkit.publish.pdf.authorship import argument
from segkit.publish.pdf.nodes import (
    Layout,
    Node,
    Run,
    bullets,
    card,
    joined,
    para,
    run,
    sentences,
    strong,
    terms,
)

_Record = Mapping[str, Any]


def group_color(number: int) -> str:
    """Return the color of a group, ``""`` for number 0.

    Examples
    --------
    >>> group_color(1), group_color(0)
    ('#0072B2', '')
    """
    return segment_style(number).color if number > 0 else ""


def titled(record: _Record, layout: Layout, words: str = "") -> Node:
    """Return the heading of a card."""
    return layout.heading([run(words or record["name"])], color=group_color(record.get("number", 0)))


def aspect(words: str) -> Node:
    """Return the words over a part of a card: no heading, which the contents would list."""
    return para([run(words)], "aspect")


def listed(words: str, texts: Sequence[str], layout: Layout) -> list[Node]:
    """Return sentences as a list under its words, nothing where there are none."""
    return [aspect(words), sentences(texts, layout)] if texts else []


def stands_on(record: _Record, layout: Layout) -> list[Node]:
    """Return the pieces of evidence that a card rests on."""
    if not record["links"]:
        return []
    links = joined(layout.link(link, link.removeprefix("item-")) for link in record["links"])
    return [para([run("Stands on "), *links], "small")]


def render_segment(record: _Record, layout: Layout) -> list[Node]:
    """Return a segment's card: name, rule, figures, six factors, exceptions."""
    facts: list[tuple[list[Run], list[Run]]] = [
        ([run(label)], [run(record[field])])
        for field, label in (("size", "Size"), ("share", "Share of customers"), ("revenue", "Revenue"))
        if record[field]
    ]
    facts += [
        (
            [run(item["label"])],
            [
                run(item["value"]),
                *([run(" ("), *layout.inline(item["note"]), run(")")] if item["note"] else []),
            ],
        )
        for item in record["measures"]
    ]
    made = [
        titled(record, layout),
        *argument(record, record["why"], layout),
        para(layout.inline(record["rule"]), "rule"),
    ]
    if facts:
        made.append(terms(facts))
    if record["profile"]:
        made += [
            aspect("What the six factors say"),
            terms([_reading(item, layout) for item in record["profile"]]),
        ]
    made += listed("Where the name does not hold", record["exceptions"], layout)
    if record["note"]:
        made.append(para(layout.inline(record["note"]), "small"))
    return [card(made, anchor=record["id"], color=group_color(record["number"]))]


def _reading(reading: _Record, layout: Layout) -> tuple[list[Run], list[Run]]:
    used = [run(" (not independent)", look="i")] if reading["in_model"] else []
    return [run(factor_label(reading["factor"]))], [*layout.inline(reading["text"]), *used]


def render_flow(record: _Record, layout: Layout) -> list[Node]:
    """Return a flow's card: name and stage, why this flow, the rival, the terms, and what to settle first."""
    made = [
        titled(record, layout),
        para([strong(record["stage"]), run(": "), *layout.inline(record["stage_text"])], "rule"),
        aspect("Why this flow for this group"),
        *argument(record, record["why"], layout, listed=True),
        *stands_on(record, layout),
    ]
    if record["rival"]:
        made += [aspect("What came second"), para(layout.inline(record["rival"]))]
    if record["terms"]:
        made += [aspect("Its rules"), _terms(record["terms"], layout)]
    made += listed("Before it goes live", record["cautions"], layout)
    return [card(made, anchor=record["id"], color=group_color(record["number"]))]


def _terms(items: Sequence[_Record], layout: Layout) -> Node:
    return terms([([run(item["label"])], layout.inline(item["text"])) for item in items])


def render_verdict(record: _Record, layout: Layout) -> list[Node]:
    """Return a verdict's card: what is judged, the verdict, the reasons, the terms and the words it rests on."""
    made = [titled(record, layout)]
    if record["applies"]:
        made.append(para([strong(record["verdict"])], "rule"))
    own = record["author"] != Author.SEGKIT
    said = record["why"] if own or not record["why"] else [" ".join(record["why"])]
    made += argument(record, said, layout)
    if record["terms"]:
        made.append(_terms(record["terms"], layout))
    for quote in record["quotes"]:
        where = f" under “{quote['heading']}”" if quote["heading"] else ""
        words = [run(f"“{quote['quote']}” "), layout.cite(quote["citation"]), run(where)]
        made.append(para(words, "quote"))
    if record["cautions"]:
        made.append(bullets([[para(layout.inline(text))] for text in record["cautions"]]))
    made += stands_on(record, layout)
    return [card(made, anchor=record["id"])]
