"""Records to HTML fragments: one renderer a kind, the same for the page and for JupyterLab."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from segkit.publish.argument_html import argued, render_argument
from segkit.publish.card_html import render_figures, render_segment
from segkit.publish.checklist_parts import part_items
from segkit.publish.evidence_html import render_evidence, render_passages, render_sources
from segkit.publish.flow_html import render_flow
from segkit.publish.flow_outline import STEP_COLUMNS
from segkit.publish.icons import marker
from segkit.publish.message_html import render_message
from segkit.publish.palette import css_variables
from segkit.publish.records import Kind, Tone, check_record
from segkit.publish.references import References
from segkit.publish.safety import escape, script_json
from segkit.publish.svg import clean_svg
from segkit.publish.verdict_html import render_verdict

_Record = Mapping[str, Any]

_SHORT_TABLE = 10
"""A table of at most so many rows is kept on one printed page."""
_LAB_STYLE = (
    "<style>.segkit{{{light};max-width:52rem;line-height:1.5;color:var(--ink);background:var(--paper);padding:.5rem 0}}"
    ".segkit table{{border-collapse:collapse;margin:.5rem 0}}.segkit th,.segkit td{{padding:.3rem .75rem;text-align:left;"
    "border-bottom:1px solid var(--grid)}}.segkit .num{{text-align:right;font-variant-numeric:tabular-nums}}"
    ".segkit caption,.segkit figcaption{{text-align:left;font-weight:600}}.segkit figcaption span{{display:block}}"
    ".segkit .subtitle,.segkit .below,.segkit dt,.segkit .tags{{color:var(--muted);font-weight:400;font-size:.9em}}"
    ".segkit .strip,.segkit .facts{{display:flex;flex-wrap:wrap;gap:1.5rem}}.segkit .strip dd,.segkit .facts dd{{margin:0;"
    "font-size:1.4em}}.segkit .strip dd span,.segkit .facts dd span{{display:block;font-size:.65em}}.segkit .narrow{{display:none}}"
    "</style>"
)


def render_html(record: _Record, refs: References) -> str:
    """Return a record as an HTML fragment, after checking it.

    Parameters
    ----------
    record : mapping
        A block's record, perhaps from a stranger's notebook.
    refs : References
        Where its citations and links lead.

    Raises
    ------
    RenderError
        When the record is malformed, or a citation or link leads nowhere.

    Examples
    --------
    >>> record = {"kind": "gap", "version": 1, "id": "g", "title": "Not observable", "missing": "<none>", "close": "Ask."}
    >>> render_html(record, References())
    '<div class="box gap" id="g"><p class="word">Not observable</p><p>&lt;none&gt;</p><p><strong>To close it:</strong> Ask.</p></div>'
    """
    return _RENDERERS[check_record(record)](record, refs)


def render_for_lab(record: _Record) -> str:
    """Return a record as HTML that stands alone in JupyterLab, with the little style it needs."""
    style = _LAB_STYLE.format(light=css_variables("light"))
    return f'<div class="segkit">{style}{render_html(record, References(lab=True))}</div>'


def render_table(record: _Record, refs: References, *, label: str = "") -> str:
    """Return a table in a box that scrolls sideways by itself, reachable by keyboard.

    Tables of words stack on phones; tables of numbers scroll, because their columns are there to be compared.
    """
    columns, numeric = record["columns"], record["numeric"] or [False] * len(record["columns"])
    heads = [_cell("th", escape(column), number=flag) for column, flag in zip(columns, numeric, strict=True)]
    stacks = 2 < len(columns) <= 7 and 2 * sum(numeric) < len(columns)
    labelled = columns[-1:] if _has_steps(record) else columns if stacks else ()
    rows = [_row(record, index, numeric, refs, labelled=labelled) for index in range(len(record["rows"]))]
    number = f'<span class="label">{escape(label)}</span> ' if label else ""
    return _table_box(
        record["id"],
        f"{number}{refs.inline(record['caption'])}",
        heads,
        rows,
        stacks=stacks,
        note=_below(refs.inline(record["note"]), refs.file(record["id"])),
    )


def _below(*said: str) -> str:
    """Return what stands under a table or figure, its parts on one line."""
    line = " · ".join(part for part in said if part)
    return f'<p class="below">{line}</p>' if line else ""


def _table_box(
    identifier: str,
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    stacks: bool,
    note: str = "",
) -> str:
    """Return the box around a table; one that stacks says its roles, which a browser forgets with the layout."""
    anchor, css = escape(identifier), "table short" if len(rows) <= _SHORT_TABLE else "table"
    table, row = (' class="stacks" role="table"', ' role="row"') if stacks else ("", "")
    head = "".join(heads)
    body = "".join(f"<tr{row}>{''.join(cells)}</tr>" for cells in rows)
    if stacks:
        head = head.replace('<th scope="col"', '<th role="columnheader"')
        body = body.replace("<td", '<td role="cell"').replace('<th scope="row"', '<th role="rowheader"')
    return (
        f'<div class="{css}" id="{anchor}"><div class="scroll" role="group" tabindex="0" aria-labelledby="{anchor}-caption">'
        f'<table{table}><caption id="{anchor}-caption"><span>{caption}</span></caption>'
        f"<thead><tr{row}>{head}</tr></thead><tbody>{body}</tbody></table></div>{note}</div>"
    )


def _cell(tag: str, content: str, *, number: bool = False, label: str = "") -> str:
    """Return one cell; row and column heads carry their scope, cells the column's name for phones."""
    scope = {
        "th": ' scope="col"',
        "rowhead": ' scope="row"',
        "td": f' data-label="{escape(label)}"' if label else "",
    }[tag]
    css = ' class="num"' if number else ""
    name = "td" if tag == "td" else "th"
    return f"<{name}{scope}{css}>{content}</{name}>"


def _row(
    record: _Record, index: int, numeric: Sequence[bool], refs: References, *, labelled: Sequence[str]
) -> list[str]:
    """Return the cells of a row; those of the columns ``labelled`` say their column on phones."""
    cells = []
    for position, (text, flag) in enumerate(zip(record["rows"][index], numeric, strict=True)):
        content, first = refs.inline(text), position == 0
        if first:
            content = refs.linked(content, record["links"][index] if record["links"] else "")
            content = marker(record["marks"][index] if record["marks"] else 0) + content
        tag = "rowhead" if first and record["row_headers"] else "td"
        column = record["columns"][position]
        cells.append(_cell(tag, content, number=flag, label=column if column in labelled else ""))
    return cells


def _table(record: _Record, refs: References) -> str:
    return render_table(record, refs, label=refs.labels.get(record["id"], ""))


def _figure(record: _Record, refs: References) -> str:
    """Return a figure: finding, unit, drawing for wide and narrow screens, source, then words and numbers behind it."""
    anchor, label = escape(record["id"]), refs.labels.get(record["id"], "")
    number = f'<span class="label">{escape(label)}</span> ' if label else ""
    subtitle = f'<span class="subtitle">{escape(record["subtitle"])}</span>' if record["subtitle"] else ""
    source = f"Source: {refs.inline(record['source'])}" if record["source"] else ""
    below = _below(source, refs.inline(record["n"]), refs.file(record["id"]))
    # a table of a flow or of the life cycle is the description already; told twice, it makes its page heavy
    told = (
        ""
        if _has_steps(record["data"]) or record["data"]["columns"][-1] == "Flow"
        else f"<p>{refs.inline(record['desc'])}</p>"
    )
    return (
        f'<figure id="{anchor}" aria-labelledby="{anchor}-title"><figcaption>{number}'
        f'<span class="title" id="{anchor}-title">{refs.inline(record["title"])}</span> {subtitle}</figcaption>'
        f"{_drawings(record)}{below}"
        f'<details class="data"><summary>Description and data</summary>{told}'
        f"{render_table(record['data'], refs)}</details></figure>"
    )


def _has_steps(table: _Record) -> bool:
    return tuple(table["columns"]) == STEP_COLUMNS


def _drawings(record: _Record) -> str:
    anchor, alt = escape(record["id"]), record["alt"]
    wide = clean_svg(record["svg"], prefix=record["id"], label=alt)
    if not record["svg_narrow"]:
        return f'<div class="drawing scroll" role="group" tabindex="0" aria-labelledby="{anchor}-title">{wide}</div>'
    narrow = clean_svg(record["svg_narrow"], prefix=f"{record['id']}-narrow", label=alt)
    return f'<div class="drawing wide">{wide}</div><div class="drawing narrow">{narrow}</div>'


def _plotly(record: _Record, refs: References) -> str:
    figure = _figure(record["static"], refs)
    if not refs.interactive:
        return figure
    spec: str = script_json(_plotly_text(record["spec"]))
    return f'<div class="explore">{figure}<script type="application/json">{spec}</script></div>'


_PLOTLY_TAGS = re.compile(r"&lt;(/?(?:b|i|br|sup|sub|extra)\s*/?)&gt;")


def _plotly_text(value: Any) -> Any:
    """Escape every string of a specification, because Plotly reads text as HTML; plain tags without attributes stay."""
    if isinstance(value, str):
        escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return _PLOTLY_TAGS.sub(r"<\1>", escaped)
    if isinstance(value, Mapping):
        return {str(key): _plotly_text(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plotly_text(inner) for inner in value]
    return value


_TONE_WORDS = {Tone.NOTE: "Note", Tone.CAUTION: "Caution"}


def _text(record: _Record, refs: References) -> str:
    tone = Tone(record["tone"])
    word = f'<p class="word">{_TONE_WORDS[tone]}</p>' if tone in _TONE_WORDS else ""
    bullets = "".join(f"<li>{argued(bullet, record['untraced'], refs)}</li>" for bullet in record["bullets"])
    listed = f"<ul>{bullets}</ul>" if bullets else ""
    said = render_argument(record, record["paragraphs"], refs, after=listed)
    css = f"box {tone.value}" if word else f"prose {tone.value}"
    return f'<div class="{css}" id="{escape(record["id"])}">{word}{said}</div>'


def _key_figures(record: _Record, refs: References) -> str:
    return render_figures(record["items"], refs, css="strip", anchor=record["id"])


def _findings(record: _Record, refs: References) -> str:
    items = []
    for item in record["items"]:
        links = ", ".join(refs.link(link) for link in item["links"])
        text = f"<p>{refs.inline(item['text'])}</p>" if item["text"] else ""
        see = f'<p class="see">See {links}</p>' if links else ""
        items.append(f'<li><p class="finding">{refs.inline(item["title"])}</p>{text}{see}</li>')
    return f'<ol class="findings" id="{escape(record["id"])}">{"".join(items)}</ol>'


def _gap(record: _Record, refs: References) -> str:
    return (
        f'<div class="box gap" id="{escape(record["id"])}"><p class="word">{escape(record["title"])}</p>'
        f"<p>{refs.inline(record['missing'])}</p><p><strong>To close it:</strong> {refs.inline(record['close'])}</p></div>"
    )


def _checklist(record: _Record, refs: References) -> str:
    """Return what is left to do and what only a person can judge as a table, what is met behind a summary."""
    parts = part_items(record["items"])
    anchor = escape(record["id"])
    heads = [_cell("th", name) for name in ("Left to do", "Status", "What there is", "How to close it")]
    todo = [
        _item_row(item, refs, names=("Status", "What there is", "How to close it"))
        for item in (*parts.todo, *parts.yours)
    ]
    caption = f"{escape(record['caption'])}: {parts.counts}"
    table = (
        _table_box(f"{record['id']}-open", caption, heads, todo, stacks=True) if todo else f"<p>{caption}</p>"
    )
    absent = "".join(f"<p>{refs.inline(sentence)}</p>" for sentence in parts.absent)
    met = [_item_row(item, refs, names=("Task", "What there is")) for item in parts.met]
    heads = [_cell("th", name) for name in ("Met", "Task", "What there is")]
    box = _table_box(f"{record['id']}-met", "What is met", heads, met, stacks=True)
    folded = f'<details class="data"><summary>{len(met)} met</summary>{box}</details>' if met else ""
    return f'<div class="checklist" id="{anchor}">{table}{folded}{absent}</div>'


def _item_row(item: _Record, refs: References, *, names: Sequence[str]) -> list[str]:
    """Return an item as a row: what is asked, linked to where it is answered, then the named cells."""
    word = item["status"]
    cells = {
        "Task": escape(item["task"]),
        "Status": f'<span class="status {escape(word.split()[0])}">{escape(word)}</span>',
        "What there is": refs.inline(item["why"]),
        "How to close it": refs.inline(item.get("close", "")),
    }
    where = item["where"] if item["where"].startswith("#") else ""
    head = _cell("rowhead", refs.linked(refs.inline(item["item"]), where))
    return [head, *(_cell("td", cells[name], label=name) for name in names)]


def _how_made(record: _Record, refs: References) -> str:
    rows = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{refs.inline(value)}</dd></div>"
        for label, value in record["pairs"]
    )
    return f'<dl class="how-made" id="{escape(record["id"])}">{rows}</dl>'


_RENDERERS: dict[Kind, Callable[[_Record, References], str]] = {
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
