"""Records to pieces of a document: one renderer a kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from segkit.publish.checklist_parts import part_items
from segkit.publish.palette import SWATCHES, segment_style
from segkit.publish.pdf.authorship import argued, argument, signed
from segkit.publish.pdf.cards import render_flow, render_segment, render_verdict
from segkit.publish.pdf.evidence import render_evidence, render_passages, render_sources
from segkit.publish.pdf.messages import render_message
from segkit.publish.pdf.nodes import (
    Layout,
    Node,
    Run,
    at,
    box,
    bullets,
    clean,
    joined,
    para,
    run,
    seen,
    strong,
    terms,
)
from segkit.publish.pdf.tables import table
from segkit.publish.records import CITATION, Kind, Tone, check_record
from segkit.publish.svg import clean_svg

_Record = Mapping[str, Any]

_ROOT = '<svg xmlns="http://www.w3.org/2000/svg" font-family="DejaVu Sans" '
"""How a drawing begins: in the one font that its widths were measured for and that every machine has."""
_FAMILY = re.compile(r' font-family="[^"]*"')
_TONE_WORDS = {Tone.NOTE: "Note", Tone.CAUTION: "Caution"}


def render_block(record: _Record, layout: Layout) -> list[Node]:
    """Return a record as pieces of a document, after checking it.

    Raises
    ------
    RenderError
        When the record is malformed, or a citation or link leads nowhere.

    Examples
    --------
    >>> from segkit.publish.references import References
    >>> record = {"kind": "how_made", "version": 1, "id": "h", "pairs": [["Seed", "0"]]}
    >>> render_block(record, Layout(refs=References()))[0]["children"][0]["items"]
    [{'term': [{'t': 'Seed'}], 'text': [{'t': '0'}]}]
    """
    return _RENDERERS[check_record(record)](record, layout)


def _text(record: _Record, layout: Layout) -> list[Node]:
    tone = Tone(record["tone"])
    listed = [[para(argued(text, record["untraced"], layout))] for text in record["bullets"]]
    look = "lead" if tone is Tone.ANSWER else ""
    if listed and not record["paragraphs"]:
        made = [bullets(listed), *signed(record)]
    else:
        made = argument(record, record["paragraphs"], layout, look=look)
        if listed:
            made.insert(len(record["paragraphs"]), bullets(listed))
            made[len(record["paragraphs"]) - 1]["look"] = "intro"  # stays with the list it introduces
    if tone in _TONE_WORDS:
        made = [box([para([run(_TONE_WORDS[tone])], "word"), *made], tone.value)]
    return [at(record["id"], {"type": "group", "children": made})]


def _key_figures(record: _Record, layout: Layout) -> list[Node]:
    items = [
        {"label": [run(item["label"])], "value": [run(item["value"])], "note": layout.inline(item["note"])}
        for item in record["items"]
    ]
    return [at(record["id"], {"type": "strip", "items": items})]


def _findings(record: _Record, layout: Layout) -> list[Node]:
    items = []
    for item in record["items"]:
        said: list[Run] = [*layout.inline(item["title"], look="b")]
        if item["text"]:
            said += [run(" "), *layout.inline(item["text"])]
        if item["links"]:
            said += [run(" See "), *joined(layout.link(link) for link in item["links"]), run(".")]
        items.append([para(said)])
    return [at(record["id"], bullets(items, ordered=True))]


def _table(record: _Record, layout: Layout) -> list[Node]:
    rows = []
    for index, row in enumerate(record["rows"]):
        cells = [layout.inline(text) for text in row]
        if record["links"] and cells:
            cells[0] = layout.linked(cells[0], record["links"][index])
        rows.append(cells)
    return [
        table(
            [[run(column)] for column in record["columns"]],
            rows,
            anchor=record["id"],
            label=layout.refs.labels.get(record["id"], ""),
            caption=layout.inline(record["caption"]),
            numeric=record["numeric"],
            row_headers=record["row_headers"],
            marks=[segment_style(mark).color if mark > 0 else "" for mark in record["marks"]],
            note=layout.inline(record["note"]),
        )
    ]


def _figure(record: _Record, layout: Layout) -> list[Node]:
    """Return a figure: number and finding, unit, drawing, source; its description goes to who cannot see it.

    The numbers behind a figure stand on the page and in its CSV file, not in the document.
    """
    source = [run("Source: "), *layout.inline(record["source"])] if record["source"] else []
    below = (
        [*source, run(" · "), *layout.inline(record["n"])]
        if source and record["n"]
        else [*source, *layout.inline(record["n"])]
    )
    spoken = " ".join(part for part in (record["alt"], record["desc"]) if part)
    return [
        {
            "type": "figure",
            "anchor": record["id"],
            "label": layout.refs.labels.get(record["id"], ""),
            "caption": layout.inline(record["title"]),
            "subtitle": [run(record["subtitle"])] if record["subtitle"] else [],
            "alt": clean(CITATION.sub("", spoken)).strip() or "Figure without a description",
            "below": below,
            "file": picture(record["svg"], record["id"], layout),
        }
    ]


def picture(svg: str, name: str, layout: Layout) -> str:
    """Store a drawing, cleaned and in the colors of paper, and return its file name."""
    drawing = clean_svg(svg, prefix=name, label="")
    for swatch in SWATCHES:
        drawing = drawing.replace(f"var(--{swatch.name})", swatch.light)
    drawing = _FAMILY.sub("", drawing)
    file = f"drawing-{len(layout.files) + 1}.svg"
    layout.files[file] = seen(drawing.replace("<svg ", _ROOT, 1)).encode("utf-8", "ignore")
    return file


def _plotly(record: _Record, layout: Layout) -> list[Node]:
    nodes = _figure(record["static"], layout)
    return [at(record["id"], nodes[0])] if record["id"] != record["static"]["id"] else nodes


def _gap(record: _Record, layout: Layout) -> list[Node]:
    said = [
        para([run(record["title"])], "word"),
        para(layout.inline(record["missing"])),
        para([strong("To close it: "), *layout.inline(record["close"])]),
    ]
    return [at(record["id"], box(said, "gap"))]


def _checklist(record: _Record, layout: Layout) -> list[Node]:
    parts = part_items(record["items"])
    rows: list[Sequence[Sequence[Run]]] = []
    for item in (*parts.todo, *parts.yours, *parts.met):
        where = (
            [layout.link(item["where"][1:])]
            if item["where"].startswith("#")
            else layout.inline(item["where"])
        )
        rows.append(
            (
                layout.inline(item["item"]),
                [run(item["task"])],
                [strong(item["status"])],
                where,
                layout.inline(item["why"]),
            )
        )
    heads = [[run(name)] for name in ("Item", "Task", "Status", "Where", "Why")]
    return [
        table(
            heads, rows, anchor=record["id"], caption=[run(record["caption"])], row_headers=True, largest=8.0
        ),
        *(para(layout.inline(sentence)) for sentence in parts.absent),
    ]


def _how_made(record: _Record, layout: Layout) -> list[Node]:
    return [
        at(record["id"], terms([([run(label)], layout.inline(value)) for label, value in record["pairs"]]))
    ]


_RENDERERS: dict[Kind, Callable[[_Record, Layout], list[Node]]] = {
    Kind.TEXT: _text,
    Kind.KEY_FIGURES: _key_figures,
    Kind.FINDINGS: _findings,
    Kind.TABLE: _table,
    Kind.FIGURE: _figure,
    Kind.PLOTLY: _plotly,
    Kind.EVIDENCE: render_evidence,
    Kind.SEGMENT: render_segment,
    Kind.MESSAGE: render_message,
    Kind.GAP: _gap,
    Kind.CHECKLIST: _checklist,
    Kind.PASSAGES: render_passages,
    Kind.SOURCES: render_sources,
    Kind.HOW_MADE: _how_made,
    Kind.FLOW: render_flow,
    Kind.VERDICT: render_verdict,
}
