"""Blocks and notebooks that several tests share: one of every kind, a whole report, and one that attacks."""

import dataclasses
from typing import Any

import nbformat
from nbformat import NotebookNode

from segkit.model.checklist import ChecklistItem, Status
from segkit.model.evidence import Direction, SourceType, Strength
from segkit.model.evidence import Status as EvidenceStatus
from segkit.model.factor import Factor
from segkit.model.flow import Channel
from segkit.model.message import Severity
from segkit.model.segment import FactorReading
from segkit.publish.blocks import (
    Block,
    Checklist,
    EvidenceCard,
    EvidenceItem,
    Figure,
    Finding,
    Findings,
    Gap,
    HowMade,
    KeyFigure,
    KeyFigures,
    MessagePreview,
    PassageQuote,
    Passages,
    PassageSource,
    Plotly,
    SegmentCard,
    SourceEntry,
    SourceRun,
    Sources,
    Table,
    Text,
)
from segkit.publish.flow_blocks import FlowCard, Term
from segkit.publish.message_blocks import (
    EmailPreview,
    FieldLine,
    FindingLine,
    OfferLine,
    PreviewLink,
    SmsPreview,
)
from segkit.publish.records import Kind, Tone
from segkit.publish.verdict_blocks import CitedWords, VerdictCard


def drawing(width: int, color: str = "#0072B2") -> str:
    bars = "".join(
        f'<rect id="bar{i}" x="{10 + i * 60}" y="{100 - 20 * i}" width="40" height="{20 * i + 10}" fill="{color}"/>'
        for i in range(width // 80)
    )
    label = '<text x="10" y="125" style="fill: #1B1F24; font-size: 12px">3 customers</text>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="130pt" viewBox="0 0 {width} 130">{bars}{label}</svg>'


def table(identifier: str, **changes: Any) -> Table:
    fields: dict[str, Any] = {
        "id": identifier,
        "caption": "Customers and revenue per group",
        "columns": ("Group", "Customers", "Revenue (EUR)"),
        "rows": (("Regulars", "3", "1,610.00"), ("Newcomers", "7", "179.00")),
        "numeric": (False, True, True),
    }
    return Table(**{**fields, **changes})


def figure(identifier: str, **changes: Any) -> Figure:
    fields: dict[str, Any] = {
        "id": identifier,
        "title": "Three customers bring nine tenths of the revenue",
        "subtitle": "Revenue per group, in EUR",
        "alt": "Bars of two groups, the first nine times the second",
        "desc": "Regulars 1,610.00 EUR, newcomers 179.00 EUR.",
        "source": "order history [@orders]",
        "n": "n = 10 customers",
        "svg": drawing(480),
        "svg_narrow": drawing(240),
        "data": table(f"{identifier}-data"),
    }
    return Figure(**{**fields, **changes})


def message(identifier: str, said: str, **changes: Any) -> MessagePreview:
    """Return a message in which every text is or ends in ``said``."""
    email = EmailPreview(
        subject=f"Your refill is ready {said}", preheader=f"Two skeins wait {said}", sender=f"Maya {said} <maya@shop.example>", reply_to=f"maya@shop.example {said}",
        headline=f"Your refill {said}", lines=(f"Hello there, {said}", f"Two skeins wait. [@nobody] {said}"), points=(f"Grey {said}",),
        action=PreviewLink(label=f"Reserve the pair {said}", url="https://shop.example/refill"), landing=f"website/refill.html {said}", limits=(f"Posting costs 3.50 EUR. {said}",),
        links=(PreviewLink(label=f"Skip this one {said}", url="https://shop.example/skip"),), picture=f"Two grey skeins {said}", signature=f"Maya {said}",
        postal_address=f"1 Mill Lane, Leeds {said}", unsubscribe=f"Unsubscribe at any time. {said}", color="#225577", brand=f"Shop {said}", longest=(f"Hello Maximiliane, {said}",),
    )  # fmt: skip
    sms = SmsPreview(
        sender=f"Shop {said}",
        text=f"Shop: a chair is free. {said}",
        longest=f"Shop: Maximiliane, a chair is free. {said}",
        encoding="GSM-7",
        units=152,
        parts=1,
    )
    fields: dict[str, Any] = {
        "id": identifier, "name": f"Refill {said}", "group": f"Regulars {said}", "channel": Channel.EMAIL, "purpose": f"Reserve before the drawer is empty {said}", "number": 1,
        "reasons": (f"Email holds the picture {said}",), "fit": (f"They buy two at a time {said}",), "left_out": (f"An ended code {said}",), "stopped": f"One price is disputed. {said}",
        "own_words": True, "email": (email,), "sms": (sms,), "offers": (OfferLine(kind=f"fee {said}", text=f"3.50 EUR {said}", exact=f"posting is 3.50 {said}", until=f"until May {said}"),),
        "findings": (FindingLine(id="tracking-talk", severity=Severity.WARNING, sentence=f"It tracks. {said}", fix=f"Say it otherwise. {said}", where=f"we saw {said}"),),
        "fields": (FieldLine(name=f"first_name {said}", fallback=f"there {said}", longest=f"Maximiliane {said}"),), "evidence": (f"E3 {said}",),
    }  # fmt: skip
    return MessagePreview(**{**fields, **changes})


def flow_card(identifier: str, said: str, **changes: Any) -> FlowCard:
    """Return the card of a flow in which every text is or ends in ``said``."""
    fields: dict[str, Any] = {
        "id": identifier, "number": 1, "group": f"Regulars {said}", "name": f"Refill: Regulars {said}", "stage": f"Retention {said}", "stage_text": f"Ordered twice. {said}",
        "why": (f"Half of them are back by day 49. {said}",), "rival": f"A welcome had 9 points against 12. {said}",
        "terms": (Term(label=f"Starts with {said}", text=f"49 days after an order. {said}"), Term(label=f"Baseline {said}", text=f"4 of 9. {said}")),
        "cautions": (f"One price is disputed. {said}",),
    }  # fmt: skip
    return FlowCard(**{**fields, **changes})


def verdict_card(identifier: str, said: str, **changes: Any) -> VerdictCard:
    """Return the card of a verdict in which every text is or ends in ``said``."""
    fields: dict[str, Any] = {
        "id": identifier, "name": f"Authority {said}", "verdict": f"applies in part {said}", "applies": "partly",
        "why": (f"Who orders pays. {said}", f"A school signs twice. {said}"),
        "terms": (Term(label=f"Seen as {said}", text=f"2 of 10 customers. {said}"),),
        "quotes": (CitedWords(quote=f"signed by the bursar [@nobody] {said}", citation="site", heading=f"Schools {said}"),),
        "cautions": (f"Decided in company.toml. {said}",),
    }  # fmt: skip
    return VerdictCard(**{**fields, **changes})


def every_block() -> dict[Kind, Block]:
    """Return one block of each kind; together they make a page whose links and citations resolve."""
    readings = tuple(
        FactorReading(
            factor=factor, status=status, text=f"{factor.value} reading", in_model=factor is Factor.BEHAVIORAL
        )
        for factor, status in zip(
            Factor,
            ("no column", "distinguishes", "no column", "no difference", "distinguishes", "no difference"),
            strict=True,
        )
    )
    blocks = (
        Text(id="answer", paragraphs=("Three customers bring most of the revenue [@orders].",), bullets=("One of them paused.",), tone=Tone.ANSWER),
        KeyFigures(id="strip", items=(KeyFigure(label="Customers", value="10"), KeyFigure(label="Revenue", value="1,789 EUR", note="net"))),
        Findings(id="findings", items=(Finding(title="Regulars lead.", text="By far.", links=("value", "segment-1")),)),
        table("sizes", marks=(1, 2), links=("#segment-1", ""), note="Sums reconcile."),
        figure("value"),
        Plotly(id="map", spec={"data": [{"type": "scatter", "x": [1, 2], "y": [3, 4], "marker": {"color": "#0072B2"}}], "layout": {}}, static=figure("map-still")),
        SegmentCard(id="segment-1", number=1, name="Regulars", rule="At least 12 orders.", size="3 of 10 customers", share="30 %", revenue="1,610.00 EUR",
            measures=(KeyFigure(label="Median orders", value="14", note="book: 4"),), profile=readings, exceptions=("C007 paused.",), note="Descriptive only."),
        EvidenceCard(id="evidence-1", group="Regulars", number=1, gaps=("No survey was given.",), items=(
            EvidenceItem(id="item-1", claim="They order more often.", factor=Factor.BEHAVIORAL, source_type=SourceType.ORDER_HISTORY, strength=Strength.DESCRIPTIVE,
                citation="orders", statistic="14 orders against 3", in_model=True, limits="Three customers.", strength_reasons=("Fewer than 30 customers.",)),
            EvidenceItem(id="item-2", claim="The shop says otherwise:", factor=Factor.NEED_BASED, source_type=SourceType.WEBSITE, strength=Strength.WEAK,
                citation="site", direction=Direction.CONTRADICTS, kind="quote", quote="We write to everyone [@once]", quote_context="passage-site-40", provenance="original"),
            EvidenceItem(id="item-3", claim="A study of 60 shops reports:", factor=Factor.NEED_BASED, source_type=SourceType.RESEARCH, strength=Strength.MODERATE,
                citation="study", kind="quote", quote="Half of them came back.", quote_context="passage-study-9", provenance="transcribed"),
            EvidenceItem(id="item-4", claim="The study also reports:", factor=Factor.PSYCHOGRAPHIC, source_type=SourceType.RESEARCH, strength=Strength.WEAK, citation="study",
                kind="quote", quote="Most like letters.", direction=Direction.CONTEXT, provenance="original", status=EvidenceStatus.SUGGESTED, key="study-ab12cd:C001"),
            EvidenceItem(claim="They never come back:", factor=Factor.BEHAVIORAL, source_type=SourceType.RESEARCH, strength=Strength.WEAK, citation="",
                kind="quote", quote="Nobody came back.", limits="The words are not in study.md.", status=EvidenceStatus.INVALID))),
        flow_card("flow-1", "here", why=("Half of them are back by day 49 [@orders].",), links=("item-1", "item-2")),
        message("message-1", "now", purpose="Reserve before the drawer is empty [@orders].", offers=(OfferLine(kind="fee", text="Posting 3.50 EUR", exact="posting is 3.50", citation="site"),)),
        verdict_card("verdict-1", "here", why=("Who orders pays [@orders].", "A school signs twice."), links=("item-1",)),
        Gap(id="gap", missing="No column says why people buy.", close="Ask in a survey."),
        Checklist(id="checklist", items=(
            ChecklistItem(id="a", task="1", item="Four groups", status=Status.MET, where="#segment-1", why=""),
            ChecklistItem(id="b", task="2", item="Flows", status=Status.MISSING, where="later", why="A later step."))),
        Passages(id="passages", sources=(
            PassageSource(citation="site", title="About us", path="website/about.html", saved="2026-09-10", sha256="cd34" * 16, quotes=(
                PassageQuote(id="passage-site-40", before="Our letters. “", quote="We write to everyone [@once]", after="” a month.", where="under “Letters”", provenance="original", links=("item-2",)),)),
            PassageSource(citation="study", title="Sixty shops", path="research/study.md", published="2025", quotes=(
                PassageQuote(id="passage-study-9", before="word " * 40, quote="Half of them came back.", after=" Then it rained." * 20, provenance="transcribed", links=("item-3",)),)))),
        Sources(id="sources", entries=(
            SourceEntry(id="orders", text="Order history", sha256="ab12"), SourceEntry(id="site", text="About us", url="https://example.org/about"),
            SourceEntry(id="study", text="Bell, R. (2025). Sixty shops. https://example.org/60", in_text="(Bell, 2025)", path="research/study.md", sha256="ef56" * 16,
                runs=(SourceRun(text="Bell, R. (2025). "), SourceRun(text="Sixty shops", look="italic"), SourceRun(text=". "), SourceRun(text="https://example.org/60", url="https://example.org/60"))))),
        HowMade(id="how", pairs=(("Seed", "0"), ("Rows", "134 read, 131 used"))),
    )  # fmt: skip
    return {block.kind: block for block in blocks}


def output(block: Block) -> NotebookNode:
    bundle = block._repr_mimebundle_()
    return nbformat.v4.new_output(
        "display_data", data={key: value for key, value in bundle.items() if key != "text/html"}
    )


def notebook(*cells: object) -> NotebookNode:
    """Return an executed notebook: text becomes Markdown, blocks and outputs become the output of a code cell."""
    made = []
    for cell in cells:
        if isinstance(cell, str):
            made.append(nbformat.v4.new_markdown_cell(cell))
        else:
            shown = output(cell) if isinstance(cell, Block) else cell
            made.append(nbformat.v4.new_code_cell("show(value)", outputs=[shown]))
    return nbformat.v4.new_notebook(cells=made)


def report() -> NotebookNode:
    blocks = every_block()
    return notebook(
        "# Ten customers",
        blocks[Kind.TEXT], blocks[Kind.KEY_FIGURES], blocks[Kind.FINDINGS],
        "## Who they are\n\nRules place everyone [@orders]; see [the map](#map).\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        blocks[Kind.PLOTLY], blocks[Kind.SEGMENT], blocks[Kind.TABLE], blocks[Kind.FIGURE], blocks[Kind.FLOW], blocks[Kind.MESSAGE], blocks[Kind.VERDICT],
        "## What speaks for it\n\n### Regulars", blocks[Kind.EVIDENCE], blocks[Kind.GAP], blocks[Kind.PASSAGES],
        "## Checks and sources", blocks[Kind.CHECKLIST], blocks[Kind.SOURCES], blocks[Kind.HOW_MADE],
    )  # fmt: skip


ATTACK = "<img src=x onerror=\"window.ran=1\"><script>window.ran=1</script>'\"><a href='javascript:window.ran=1'>x</a>"
ATTACK_SVG = (
    '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e "boom">]>'
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 300 100" onload="window.ran=1">'
    "<script>window.ran=1</script><style>*{background:url(https://evil.example/css)}</style>"
    '<foreignObject><img src="x" onerror="window.ran=1"/></foreignObject>'
    '<a href="javascript:window.ran=1"><text>click</text></a><image href="https://evil.example/pixel.png"/>'
    '<use href="https://evil.example/x.svg#a"/><animate attributeName="href" values="javascript:window.ran=1"/>'
    '<rect id="r" width="50" height="50" style="fill:url(https://evil.example/f)" onclick="window.ran=1"/></svg>'
)


def hostile() -> NotebookNode:
    """Return a notebook in which everything that can carry text carries an attack."""
    new_output = nbformat.v4.new_output
    spec = {
        "data": [{"type": "scatter", "x": [1], "y": [2], "name": ATTACK, "text": [ATTACK]}],
        "layout": {"title": {"text": ATTACK}},
    }
    foreign = [
        {
            "text/html": f"<style>.x{{background:url(https://evil.example/a)}}</style><table><td>{ATTACK}</td></table>"
        },
        {
            "text/html": f'<iframe srcdoc="{ATTACK}"></iframe><svg onload="window.ran=1"><script>window.ran=1</script></svg>'
        },
        {
            "text/html": '<form action="https://evil.example"><button>go</button></form><meta http-equiv="refresh" content="0;https://evil.example">'
        },
        {
            "text/html": '<img src="https://evil.example/pixel.png"><link rel="stylesheet" href="https://evil.example/c.css">'
        },
        {"text/markdown": f"{ATTACK}\n\n[x](javascript:window.ran=1) ![p](https://evil.example/p.png)"},
        {"image/svg+xml": ATTACK_SVG},
        {"application/javascript": "window.ran=1"},
        {"image/png": '"><script>window.ran=1</script>'},
        {"application/vnd.plotly.v1+json": spec},
        {"text/plain": ATTACK},
    ]
    return notebook(
        f'# Hostile {ATTACK}\n\n{ATTACK}\n\n[a](javascript:window.ran=1) <a href=" javascript:window.ran=1">b</a> <javascript:window.ran=1>',
        *(new_output("display_data", data=data) for data in foreign),
        new_output("stream", name="stdout", text=ATTACK),
        Text(id="t", paragraphs=(ATTACK,), bullets=(ATTACK,), tone=Tone.CAUTION),
        KeyFigures(id="k", items=(KeyFigure(label=ATTACK, value=ATTACK, note=ATTACK),) * 2),
        Findings(id="f", items=(Finding(title=ATTACK, text=ATTACK),)),
        table("tab", caption=ATTACK, columns=(ATTACK, "b", "c"), rows=((ATTACK, "#0072B2", "{{ 7 * 7 }} #strong[x]"),), links=("javascript:window.ran=1",), note=ATTACK),
        Plotly(id="p", spec=spec, static=figure("p-still", title=ATTACK, subtitle=ATTACK, alt=ATTACK, desc=ATTACK, source=ATTACK, n=ATTACK, svg=ATTACK_SVG, svg_narrow=ATTACK_SVG)),
        SegmentCard(id="s", number=1, name=ATTACK, rule=ATTACK, size=ATTACK, profile=(), exceptions=(ATTACK,), note=ATTACK),
        EvidenceCard(id="e", group=ATTACK, gaps=(ATTACK,), items=(
            EvidenceItem(id="i", claim=ATTACK, factor=Factor.BEHAVIORAL, source_type=SourceType.OTHER, strength=Strength.WEAK, citation="x", statistic=ATTACK, limits=ATTACK,
                quote=ATTACK, quote_context="pq", provenance="transcribed", strength_reasons=(ATTACK,)),
            EvidenceItem(claim=ATTACK, factor=Factor.BEHAVIORAL, source_type=SourceType.OTHER, strength=Strength.WEAK, citation="y", quote=ATTACK, status=EvidenceStatus.SUGGESTED, key=ATTACK),
            EvidenceItem(claim=ATTACK, factor=Factor.BEHAVIORAL, source_type=SourceType.OTHER, strength=Strength.WEAK, citation="", quote=ATTACK, status=EvidenceStatus.INVALID, limits=ATTACK))),
        Passages(id="ps", sources=(PassageSource(citation="y", title=ATTACK, path=ATTACK, published=ATTACK, saved=ATTACK, sha256=ATTACK, quotes=(
            PassageQuote(id="pq", before=ATTACK, quote=ATTACK, after=ATTACK, where=ATTACK, links=("i",)),)),)),
        flow_card("fl", ATTACK, links=("i",)),
        verdict_card("vc", ATTACK, quotes=(CitedWords(quote=ATTACK, citation="x", heading=ATTACK),), links=("i",)),
        message("m", ATTACK, email=(dataclasses.replace(message("m", ATTACK).email[0], color=f"red;{ATTACK}", action=PreviewLink(label=ATTACK, url="javascript:window.ran=1")),)),
        Gap(id="g", title=ATTACK, missing=ATTACK, close=ATTACK),
        Checklist(id="c", caption=ATTACK, items=(ChecklistItem(id="a", task=ATTACK, item=ATTACK, status=Status.MET, where=ATTACK, why=ATTACK),)),
        Sources(id="so", entries=(SourceEntry(id="x", text=ATTACK, url="javascript:window.ran=1", sha256=ATTACK), SourceEntry(id="y", text="y", url="data:text/html,<script>window.ran=1</script>", in_text=ATTACK,
            runs=(SourceRun(text=ATTACK, look="italic", url="javascript:window.ran=1"), SourceRun(text=ATTACK, look=ATTACK)), path=ATTACK, note=ATTACK, sha256=ATTACK))),
        HowMade(id="h", pairs=((ATTACK, ATTACK),)),
    )  # fmt: skip
