"""Evidence, quoted passages and the reference list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from segkit.model.evidence import Direction, Provenance, SourceType, Status, Strength
from segkit.publish.card_html import factor_label
from segkit.publish.docx.paper import Line, Paper
from segkit.publish.icons import STRENGTH_WORDS, kind_words
from segkit.publish.safety import safe_url

_Record = Mapping[str, Any]
_CODE = re.compile(r"`([^`]+)`")
_SHORT_HASH = 12


def write_evidence(paper: Paper, record: _Record) -> None:
    """Write the evidence about one group: what counts, what speaks against it, what is missing, what is only suggested."""
    paper.heading(f"Evidence: {record['group']}", level=paper.level + 1, anchors=[record["id"]])
    counted = [item for item in record["items"] if item["status"] == Status.VALID]
    for item in sorted(counted, key=lambda item: item["direction"] == Direction.CONTRADICTS):
        _write_item(paper, item)
    for item in (item for item in record["items"] if item["status"] == Status.INVALID):
        line = paper.line("Gap").mark(item["id"]).say("Not counted. ", "bold").inline(item["claim"])
        line.say(f" “{item['quote']}”" if item["quote"] else "").say(" ").inline(item["limits"])
    for gap in record["gaps"]:
        _with_code(paper.line("Gap").say("Missing. ", "bold"), gap)
    _write_suggested(paper, [item for item in record["items"] if item["status"] == Status.SUGGESTED])


def _with_code(line: Line, text: str) -> None:
    for place, piece in enumerate(_CODE.split(text)):
        if place % 2:
            line.say(piece, "code")
        else:
            line.inline(piece)


def _write_item(paper: Paper, item: _Record) -> None:
    line = paper.line(keep=True).mark(item["id"])
    if item["direction"] == Direction.CONTRADICTS:
        line.say("Speaks against it. ", "bold")
    line.inline(item["claim"])
    if item["quote"]:
        quoted = paper.line("Quote", keep=True).say(f"“{item['quote']}”")
        _cited(quoted, item)
        if item["quote_context"]:
            quoted.say(" (").refer(item["quote_context"], "see it in its context").say(")")
        if item["reading"]:
            paper.line(keep=True).inline(item["reading"])
    else:
        _cited(line, item)
    _write_tags(paper, item)


def _cited(line: Line, item: _Record) -> None:
    if item["citation"]:
        line.say(" ").cite(item["citation"])


def _write_tags(paper: Paper, item: _Record) -> None:
    """Write what kind of evidence it is and how strong, with the reasons and the limits."""
    tags = [factor_label(item["factor"]), kind_words(SourceType(item["source_type"]), item["kind"])]
    tags += ["defines the group, proves nothing"] if item["in_model"] else []
    tags += ["context"] if item["direction"] == Direction.CONTEXT else []
    tags += ["check against the original"] if item["provenance"] == Provenance.TRANSCRIBED else []
    tags.append(STRENGTH_WORDS[Strength(item["strength"])].lower())
    line = paper.line("Small").say(" · ".join(tags))
    reasons = [*item["strength_reasons"], *([item["statistic"]] if item["statistic"] else [])]
    if reasons:
        line.say(": ").inline("; ".join(reason.rstrip(".") for reason in reasons)).say(".")
    elif item["limits"]:
        line.say(".")
    if item["limits"]:
        line.say(" Limits: ").inline(item["limits"])


def _write_suggested(paper: Paper, items: Sequence[_Record]) -> None:
    if not items:
        return
    count = f"{len(items)} suggested {'passage' if len(items) == 1 else 'passages'}"
    paper.line("Small", keep=True).say(f"{count}, not confirmed: counts for nothing yet.", "bold")
    for item in items:
        line = paper.line("Small").mark(item["id"]).inline(item["claim"])
        line.say(f" “{item['quote']}”" if item["quote"] else "")
        _cited(line, item)
        if item["limits"]:
            line.say(" ").inline(item["limits"])
        if item["key"]:
            line.say(" Key: ").say(item["key"], "code")


def write_passages(paper: Paper, record: _Record) -> None:
    """Write each cited source with its quoted words in the text around them."""
    anchor = [record["id"]]
    for source in record["sources"]:
        paper.heading(source["title"], level=paper.level + 1, anchors=anchor).say(" ").cite(
            source["citation"]
        )
        anchor = []
        facts = [
            source["path"],
            f"published {source['published']}" if source["published"] else "",
            f"saved {source['saved']}" if source["saved"] else "",
            _hashes(source["sha256"]),
        ]
        said = " · ".join(fact for fact in facts if fact)
        if said:
            paper.line("Small", keep=True).say(said)
        for quote in source["quotes"]:
            _write_passage(paper, quote)


def _write_passage(paper: Paper, quote: _Record) -> None:
    line = paper.line("Quote").mark(quote["id"])
    line.say(quote["before"], "muted").say(quote["quote"], "bold").say(quote["after"], "muted")
    below = paper.line("Small").say(quote["where"])
    if quote["provenance"] == Provenance.TRANSCRIBED:
        below.say(" · " if quote["where"] else "").say("from notes, check against the original")
    for place, link in enumerate(quote["links"]):
        first = quote["where"] or quote["provenance"] == Provenance.TRANSCRIBED
        below.say(", " if place else " · " if first else "")
        below.refer(link, f"back to {paper.refs.labels.get(link, link)}")


def write_sources(paper: Paper, record: _Record) -> None:
    """Write the reference list; entries without a citation of their own are numbered."""
    anchor = record["id"]
    for entry in record["entries"]:
        line = paper.line("Bibliography").mark(anchor, f"ref-{entry['id']}")
        anchor = ""
        if not entry["in_text"]:
            line.say(f"[{paper.refs.citations[entry['id']]}] ")
        _write_reference(line, entry)
        facts = [entry["path"], _hashes(entry["sha256"]), entry["note"]]
        said = " · ".join(fact for fact in facts if fact)
        if said:
            line.break_line().say(said, "muted")


def _write_reference(line: Line, entry: _Record) -> None:
    if entry["runs"]:
        for run in entry["runs"]:
            looks = [run["look"]] if run["look"] else []
            if safe_url(run["url"]).startswith("http"):
                line.link(run["text"], run["url"], *looks)
            else:
                line.say(run["text"], *looks)
        return
    line.say(entry["text"])
    if safe_url(entry["url"]).lower().startswith("http"):
        line.say(" ").link(entry["url"], entry["url"])


def _hashes(sha256: str) -> str:
    digests = [part.strip() for part in sha256.split(",") if part.strip()]
    return ", ".join(f"SHA-256 {digest[:_SHORT_HASH]}" for digest in digests)
