"""Records to native paragraphs and tables: one writer a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from segkit.publish.checklist_parts import part_items
from segkit.publish.docx.cards import write_flow, write_segment, write_verdict
from segkit.publish.docx.evidence import write_evidence, write_passages, write_sources
from segkit.publish.docx.messages import write_message
from segkit.publish.docx.own_words import write_argument
from segkit.publish.docx.paper import TEXT_WIDTH, Line, Paper
from segkit.publish.docx.pictures import draw_picture
from segkit.publish.records import Kind, Tone, check_record

_Record = Mapping[str, Any]
_TALLEST = 7.6
"""No picture is taller than this many inches, so that caption and source stay on its page."""
_TONES = {Tone.NOTE: ("Note", "Note"), Tone.CAUTION: ("Caution", "Caution"), Tone.ANSWER: ("Answer", "")}
_MOST_FIGURES = 4


def write_record(paper: Paper, record: _Record) -> None:
    """Write a record, after checking it.

    Raises
    ------
    RenderError
        When the record is malformed, or a citation or link leads nowhere.
    """
    _WRITERS[check_record(record)](paper, record)


def write_caption(paper: Paper, anchors: Sequence[str], text: str) -> None:
    """Write a caption; the number of a figure or table is a field that counts, and a bookmark that links repeat."""
    label = paper.refs.labels.get(anchors[0], "")
    word, _, number = label.rpartition(" ")
    line = paper.line("Caption")
    if word in {"Figure", "Table"} and number.isdigit():
        for anchor in anchors:
            line.open_mark(anchor)
        line.say(f"{word} ").field(f" SEQ {word} \\* ARABIC{paper.restart(word, int(number))} ", number)
        for anchor in anchors:
            line.close_mark(anchor)
        line.say(". ")
    else:
        line.mark(*anchors)
    line.inline(text)


def _table(paper: Paper, record: _Record) -> None:
    write_caption(paper, [record["id"]], record["caption"])
    rows: list[list[Any]] = []
    for place, cells in enumerate(record["rows"]):
        target = record["links"][place] if record["links"] else ""
        first = _linked(cells[0], target) if cells and target else None
        rows.append([first, *cells[1:]] if first else list(cells))
    paper.table(
        record["columns"],
        rows,
        numeric=record["numeric"],
        row_headers=record["row_headers"],
        description=record["caption"],
    )
    _below(paper, record["note"])


def _linked(text: str, target: str) -> Callable[[Line], Line]:
    return lambda line: line.link(text, target)


def _below(paper: Paper, text: str) -> None:
    if text:
        paper.line("Small").inline(text)
    else:
        paper.gap()


def _figure(paper: Paper, record: _Record, *, outer: str = "") -> None:
    anchors = list(dict.fromkeys(name for name in (record["id"], outer) if name))
    write_caption(paper, anchors, record["title"])
    if record["subtitle"]:
        paper.line("CaptionDetail").say(record["subtitle"])
    picture = draw_picture(
        record["svg"], name=record["id"], label=record["alt"], width=TEXT_WIDTH / 1440, height=_TALLEST
    )
    described = " ".join(part.strip() for part in (record["alt"], record["desc"]) if part.strip())
    paper.picture(picture, alt=described or record["title"], name=record["id"])
    line = paper.line("Small")
    if record["source"]:
        line.say("Source: ").inline(record["source"])
    if record["source"] and record["n"]:
        line.say(" · ")
    line.inline(record["n"])


def _plotly(paper: Paper, record: _Record) -> None:
    _figure(paper, record["static"], outer=record["id"])


def _text(paper: Paper, record: _Record) -> None:
    style, word = _TONES.get(Tone(record["tone"]), ("Normal", ""))
    anchor = [record["id"]]
    if not record["paragraphs"] and not record["bullets"] and record["asks"]:
        write_argument(paper, record, [], anchors=anchor)
        return
    untraced = record["untraced"]
    for place, paragraph in enumerate(record["paragraphs"]):
        more = place < len(record["paragraphs"]) - 1 or bool(record["bullets"])
        line = paper.line(style, keep=more and style != "Normal").mark(*anchor)
        if word and place == 0:
            line.say(f"{word}. ", "bold")
        line.inline(paragraph, untraced=untraced)
        anchor = []
    for bullet in record["bullets"]:
        paper.line("ListBullet").mark(*anchor).inline(bullet, untraced=untraced)
        anchor = []
    write_argument(paper, record, None)


def _key_figures(paper: Paper, record: _Record) -> None:
    items = record["items"]
    across = min(_MOST_FIGURES, len(items)) or 1
    rows = [
        [_key_figure(item, record["id"] if start + place == 0 else "") for place, item in enumerate(items[start : start + across])]
        for start in range(0, len(items), across)
    ]  # fmt: skip
    described = "; ".join(f"{item['label']}: {item['value']}" for item in items)
    paper.table([], rows, row_headers=False, style="FigureTable", description=described)
    paper.gap()


def _key_figure(item: Mapping[str, str], anchor: str) -> Callable[[Line], None]:
    def write(line: Line) -> None:
        line.restyle("FigureValue").mark(anchor).say(item["value"])
        line.paper.line("FigureLabel").say(item["label"], "bold")
        if item["note"]:
            line.paper.line("FigureLabel").inline(item["note"])

    return write


def _findings(paper: Paper, record: _Record) -> None:
    number, anchor = paper.new_list(), record["id"]
    for item in record["items"]:
        line = paper.line("ListNumber", list_number=number).mark(anchor).inline(item["title"], "bold")
        anchor = ""
        if item["text"]:
            line.say(" ").inline(item["text"])
        if item["links"]:
            line.say(" See ")
            for place, link in enumerate(item["links"]):
                line.say(", " if place else "").refer(link)
            line.say(".")


def _gap(paper: Paper, record: _Record) -> None:
    paper.line("Gap", keep=True).mark(record["id"]).say(f"{record['title']}. ", "bold").inline(
        record["missing"]
    )
    paper.line("Gap").say("To close it: ", "bold").inline(record["close"])


def _checklist(paper: Paper, record: _Record) -> None:
    write_caption(paper, [record["id"]], record["caption"])
    parts = part_items(record["items"])
    rows = [
        [item["task"], item["item"], item["status"], _place(item["where"]), item["why"]]
        for item in (*parts.todo, *parts.yours, *parts.met)
    ]
    paper.table(
        ["Task", "Item", "Status", "Where", "Why"], rows, row_headers=False, description=record["caption"]
    )
    for sentence in parts.absent:
        paper.line("Normal").inline(sentence)
    paper.gap()


def _place(where: str) -> Callable[[Line], Line]:
    return lambda line: line.refer(where[1:]) if where.startswith("#") else line.inline(where)


def _how_made(paper: Paper, record: _Record) -> None:
    paper.line("Normal", keep=True).mark(record["id"]).say("How this was made", "bold")
    paper.table(["What", "Value"], record["pairs"], description="How this report was made")
    paper.gap()


_WRITERS: dict[Kind, Callable[[Paper, _Record], None]] = {
    Kind.TEXT: _text,
    Kind.KEY_FIGURES: _key_figures,
    Kind.FINDINGS: _findings,
    Kind.TABLE: _table,
    Kind.FIGURE: _figure,
    Kind.PLOTLY: _plotly,
    Kind.EVIDENCE: write_evidence,
    Kind.SEGMENT: write_segment,
    Kind.MESSAGE: write_message,
    Kind.GAP: _gap,
    Kind.CHECKLIST: _checklist,
    Kind.PASSAGES: write_passages,
    Kind.SOURCES: write_sources,
    Kind.HOW_MADE: _how_made,
    Kind.FLOW: write_flow,
    Kind.VERDICT: write_verdict,
}
