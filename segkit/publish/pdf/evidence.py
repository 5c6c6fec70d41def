"""Evidence, quoted passages and references as pieces of a document: claim, words, their context, their source, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from segkit.model.evidence import Direction, Provenance, SourceType, Status, Strength
from segkit.publish.card_html import factor_label
from segkit.publish.icons import STRENGTH_WORDS, kind_words
from segkit.publish.pdf.cards import group_color, titled
from segkit.publish.pdf.nodes import Layout, Node, Run, at, bullets, card, clean, joined, para, run, strong

_Record = Mapping[str, Any]

_SHORT_HASH = 12
_CODE = re.compile(r"`([^`]+)`")


def render_evidence(record: _Record, layout: Layout) -> list[Node]:
    """Return the evidence about one group: what counts, what speaks against it, what is missing, what is only suggested."""
    of_status = {status: [item for item in record["items"] if item["status"] == status] for status in Status}
    counted = sorted(of_status[Status.VALID], key=lambda item: item["direction"] == Direction.CONTRADICTS)
    items = [_item(item, layout) for item in counted]
    items += [_refused(item, layout) for item in of_status[Status.INVALID]]
    items += [[para([strong("Missing. "), *_with_code(layout.inline(gap))])] for gap in record["gaps"]]
    made = [titled(record, layout, f"Evidence: {record['group']}"), bullets(items)]
    suggested = of_status[Status.SUGGESTED]
    if suggested:
        noun = "passage" if len(suggested) == 1 else "passages"
        words = f"{len(suggested)} suggested {noun}, not confirmed: counts for nothing yet"
        made += [para([run(words)], "aspect"), bullets([_item(item, layout) for item in suggested])]
    return [card(made, anchor=record["id"], color=group_color(record["number"]))]


def _with_code(runs: Sequence[Run]) -> list[Run]:
    """Set what stands in backticks, a command to type, as code."""
    made: list[Run] = []
    for one in runs:
        for place, part in enumerate(_CODE.split(one["t"])):
            if part:
                made.append({**one, "t": part, **({"c": True} if place % 2 else {})})
    return made


def _item(item: _Record, layout: Layout) -> list[Node]:
    """Return one piece: the claim with its citation, or with the words that carry it, then what it is and how strong."""
    said: list[Run] = []
    if item["direction"] == Direction.CONTRADICTS:
        said.append(strong("Speaks against it. "))
    said += layout.inline(item["claim"])
    cited = [run(" "), layout.cite(item["citation"])] if item["citation"] else []
    made = [para([*said, *([] if item["quote"] else cited)])]
    if item["quote"]:
        target = item["quote_context"]
        context = [run(", "), layout.link(target, "in its context")] if target in layout.anchors else []
        made.append(para([run(f"“{item['quote']}”"), *cited, *context], "quote"))
        if item["reading"]:
            made.append(para(layout.inline(item["reading"])))
    made.append(para(_facts(item, layout), "small"))
    return [at(item["id"], made[0]), *made[1:]] if item["id"] else made


def _facts(item: _Record, layout: Layout) -> list[Run]:
    """Return what a piece is, how strong and why, and its limits, in one line."""
    words = [factor_label(item["factor"]), kind_words(SourceType(item["source_type"]), item["kind"])]
    if item["in_model"]:
        words.append("Defines the group, proves nothing")
    if item["direction"] == Direction.CONTEXT and item["status"] == Status.VALID:
        words.append("Context")
    if item["provenance"] == Provenance.TRANSCRIBED:
        words.append("Check against the original")
    made = [run(" · ".join(words))]
    if item["status"] == Status.VALID:
        made += [run(" · "), strong(STRENGTH_WORDS[Strength(item["strength"])])]
        reasons = [*item["strength_reasons"], *([item["statistic"]] if item["statistic"] else [])]
        if reasons:
            made += [run(": "), *layout.inline("; ".join(reason.rstrip(".") for reason in reasons)), run(".")]
    if item["limits"]:
        made += [run(" Limits: "), *layout.inline(item["limits"])]
    if item["key"] and item["status"] == Status.SUGGESTED:
        made += [run(" Key: "), run(item["key"], look="c")]
    return made


def _refused(item: _Record, layout: Layout) -> list[Node]:
    """Return a piece that could not be found where it says it stands."""
    quote = [run(f" “{item['quote']}”")] if item["quote"] else []
    why = [run(" "), *layout.inline(item["limits"])] if item["limits"] else []
    return [para([strong("Not counted. "), *layout.inline(item["claim"]), *quote, *why])]


def render_passages(record: _Record, layout: Layout) -> list[Node]:
    """Return each cited source with its quoted words marked in the text around them."""
    return [
        at(
            record["id"],
            {
                "type": "group",
                "children": [
                    node for source in record["sources"] for node in _source_passages(source, layout)
                ],
            },
        )
    ]


def _source_passages(source: _Record, layout: Layout) -> list[Node]:
    facts = [
        [run(source["path"], look="c")] if source["path"] else [],
        [run(f"published {source['published']}")] if source["published"] else [],
        [run(f"saved {source['saved']}")] if source["saved"] else [],
        _hashes(source["sha256"]),
    ]
    made = [
        layout.heading([run(f"{source['title']} "), layout.cite(source["citation"])], quiet=True),
        para(_dotted(facts), "small"),
    ]
    for quote in source["quotes"]:
        text = [run(quote["before"]), run(quote["quote"], look="m"), run(quote["after"])]
        transcribed = quote["provenance"] == Provenance.TRANSCRIBED
        below = [
            [run(quote["where"])] if quote["where"] else [],
            [run("from notes, check against the original")] if transcribed else [],
            joined(
                layout.link(link, f"back to {layout.refs.labels.get(link, link)}") for link in quote["links"]
            ),
        ]
        made += [at(quote["id"], para(text, "passage")), para(_dotted(below), "small")]
    return made


def render_sources(record: _Record, layout: Layout) -> list[Node]:
    """Return the reference list; entries without a citation of their own are numbered."""
    numbered = any(not entry["in_text"] for entry in record["entries"])
    entries = []
    for entry in record["entries"]:
        said = _reference(entry)
        said += [run(" "), *_file(entry)] if _file(entry) else []
        number = f"[{layout.refs.citations[entry['id']]}]" if numbered else ""
        entries.append({"anchor": f"ref-{entry['id']}", "number": number, "runs": said})
    return [at(record["id"], {"type": "references", "entries": entries})]


def _reference(entry: _Record) -> list[Run]:
    if entry["runs"]:
        return [run(one["text"], look=_known(one["look"]), url=one["url"]) for one in entry["runs"]]
    linked = [run(" "), run(entry["url"], url=entry["url"])]
    return [run(entry["text"]), *(linked if "u" in linked[1] else [])]


def _known(look: str) -> str:
    known = {"italic", "bold", "underline", "superscript", "subscript", "small-caps"}
    return look if look in known else ""


def _file(entry: _Record) -> list[Run]:
    facts = [
        [run(entry["path"], look="c")] if entry["path"] else [],
        _hashes(entry["sha256"]),
        [run(entry["note"])] if entry["note"] else [],
    ]
    return [{**one, "s": True} for one in _dotted(facts)]


def _hashes(sha256: str) -> list[Run]:
    digests = [part.strip()[:_SHORT_HASH] for part in sha256.split(",") if part.strip()]
    return [run("SHA-256 "), run(clean(", ".join(digests)), look="c")] if digests else []


def _dotted(facts: Sequence[Sequence[Run]]) -> list[Run]:
    made: list[Run] = []
    for fact in facts:
        if fact:
            made += [run(" · "), *fact] if made else list(fact)
    return made
