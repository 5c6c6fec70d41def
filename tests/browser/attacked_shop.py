"""A company whose pages, notes, front matter, references, PDF, file names, product data and order notes are attacks.

Every passage is accepted, turned against its group or quoted by hand, so that all of them reach the report.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pypdf
from matplotlib import rc_context
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from segkit.intake.documents import read_documents
from segkit.model.evidence import SourceType

SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
BREAKOUT = "</script></title></style></textarea></mark></details><svg onload=alert(1)>"
QUOTED = "'\"><iframe src=javascript:alert(1)>"
FORMULA = '=HYPERLINK("http://outside.example";"x")'
TEMPLATE = "{{ 7 * 7 }}{% include '/etc/passwd' %}${7*7}"
MARKDOWN = "![x](http://outside.example/p.png) [Tea](javascript:alert(1)) `code` | cell |"
MATH = "$\\\\mathrm{x}$ \\\\(\\\\href{javascript:alert(1)}{y}\\\\)"
ATTACKS = (SCRIPT, IMAGE, BREAKOUT, QUOTED, FORMULA, TEMPLATE, MARKDOWN, MATH)
SCREEN = "\x1b[2J\x1b[31m\x07\u202e"
"""What would clear, color, ring or turn a terminal."""
JAVASCRIPT = "javascript:alert(document.domain)"
GOOD_ADDRESS = "https://good.example/"
ADDRESSES = (
    f"{GOOD_ADDRESS}a?b='onmouseover='alert(1)&c=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    JAVASCRIPT,
    " JaVaScRiPt\t:alert(1)",
    f'{GOOD_ADDRESS}"><script>alert(1)</script>',
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "//outside.example/x",
    "vbscript:msgbox(1)",
)
FILES = (
    IMAGE.replace("/", "") + ".html",
    "=cmd()|A0.html",
    "..%2f..%2fetc%2fpasswd.html",
    "javascript:alert(1).html",
    "'onmouseover='alert(1).html",
    "two\nlines.html",
    f"{SCREEN}red.html",
)


def escaped(text: str) -> str:
    """Return a text as a page writes it to show it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def page(title: str, text: str, *, number: int = 0) -> str:
    """Return a page that attacks by what it is made of and by what it shows."""
    product = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": f"{IMAGE} gift box",
        "sku": FORMULA,
        "url": JAVASCRIPT,
        "description": BREAKOUT,
        "offers": {"@type": "Offer", "price": f"{20 + number}.00", "priceCurrency": "GBP", "url": JAVASCRIPT},
    }
    data = json.dumps(product).replace("</", "<\\/")
    return f"""<!doctype html><html lang="en"><head><base href="http://outside.example/"><title>{escaped(title)}</title>
<meta name="author" content="{escaped(QUOTED)}"><meta property="og:url" content="{JAVASCRIPT}">
<meta property="og:site_name" content="{escaped(IMAGE)}"><link rel="canonical" href="{JAVASCRIPT}">
<meta http-equiv="refresh" content="0;url=http://outside.example/">
<script type="application/ld+json">{data}</script>
<script>alert(1)</script><style>@import url(http://outside.example/x.css);</style></head>
<body onload="alert(1)"><main><h1>{escaped(title)}</h1>{SCRIPT}{IMAGE}
<h2 onclick="alert(1)">Presents {escaped(SCRIPT)}</h2>
<p>We post presents to somebody else and put {escaped(text)} beside the personal message on a card.</p>
<p>A present costs {20 + number} pounds and {escaped(text)} is written on the card with the code EVIL{number}0 until 1 May 2026.</p>
<iframe src="http://outside.example/"></iframe><a href="{JAVASCRIPT}">Presents of all kinds</a></main></body></html>"""


def note(text: str, *, url: str) -> str:
    """Return a note whose front matter and words attack."""
    said = json.dumps(text)
    return f"""---
title: {said}
author: [{json.dumps(QUOTED)}, {json.dumps(IMAGE)}]
publisher: {said}
year: 2025
url: {json.dumps(url)}
doi: "10.1/{BREAKOUT}"
n: 400
population: {said}
fieldwork: {said}
kind: survey
---
# Results {text}

"Most people who send a present choose {text} before they write the personal message on a card."
"""


def pdf() -> bytes:
    """Return a PDF whose words and metadata attack."""
    printed = io.BytesIO()
    words = f"Knitters who send presents to somebody else\\nwrite {SCRIPT} as the personal message on a card."
    with rc_context({"pdf.fonttype": 42, "text.parse_math": False}), PdfPages(printed) as pages:
        figure = Figure(figsize=(8, 4))
        figure.text(0.05, 0.8, words.replace("\\n", "\n"), fontsize=10)
        pages.savefig(figure)
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(printed.getvalue()))
    writer.add_metadata({"/Title": BREAKOUT, "/Author": QUOTED, "/Subject": SCRIPT, "/Keywords": JAVASCRIPT})
    action = {"/S": "/JavaScript", "/JS": "app.alert(1)"}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {
            NameObject(name): NameObject(value) if name == "/S" else TextStringObject(value)
            for name, value in action.items()
        }
    )
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


BIBLIOGRAPHY = f"""@string{{evil = "{SCRIPT}"}}
@article{{evil-0, title = {{{{{IMAGE}}}}}, author = {{Evil, {SCRIPT} and \\input{{/etc/passwd}}}}, year = {{2025}},
  journal = {{<i onmouseover=alert(1)>J</i>}}, url = {{{JAVASCRIPT}}}, doi = {{10.1/"><script>alert(1)</script>}}, file = {{study.pdf}}}}
@misc{{study, title = evil # "{FORMULA}", url = {{data:text/html,{SCRIPT}}}, note = {{../../../etc/passwd}}}}
"""


def write_attacked_shop(folder: Path) -> Path:
    """Write the company; return its folder."""
    for name in ("website", "research"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number, attack in enumerate(ATTACKS):
        (folder / "website" / f"page{number}.html").write_text(
            page(f"{attack} Gifts", attack, number=number), encoding="utf-8"
        )
        (folder / "research" / f"evil-{number}.md").write_text(
            note(attack, url=ADDRESSES[number % len(ADDRESSES)]), encoding="utf-8"
        )
    for number, name in enumerate(FILES):
        (folder / "website" / name).write_text(page(f"Named {number}", SCRIPT), encoding="utf-8")
    named_in_bytes = folder / "website" / os.fsdecode(b"bytes\xff\xfe.html")
    named_in_bytes.write_text(page("Bytes", SCRIPT), encoding="utf-8")
    (folder / "website" / f"{SCREEN}broken.html").write_bytes(b"")
    (folder / "research" / "study.pdf").write_bytes(pdf())
    (folder / "research" / "references.bib").write_text(BIBLIOGRAPHY, encoding="utf-8")
    rows = ["customer_id,order_id,order_date,amount,product,note,gift_message"]
    for customer in range(8):
        for order in range(2 + customer % 3):
            cell = ATTACKS[(customer + order) % len(ATTACKS)].replace('"', '""')
            gift = f'"For my sister with love {cell}"' if customer < 4 else ""
            rows.append(
                f'K{customer},{customer}-{order},2026-0{order + 1}-1{customer},{20 + 30 * customer}.00,"{cell}",'
                f'"Please send an invoice {cell} {SCREEN}",{gift}'
            )
    (folder / "orders.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "company.toml").write_text(settings(folder), encoding="utf-8")
    return folder


def settings(folder: Path) -> str:
    """Return a company file that takes every passage, for a group or against it, and rewords by scripts."""
    library = read_documents(folder, company_name="Shop")
    keys = [
        f"{passage.id}:K{place % 8}" for place, passage in enumerate(library.passages) if passage.quotable
    ]
    first = next(d for d in library.documents if d.source.type is SourceType.WEBSITE).passages[0]
    tables = {
        "accept": keys[::2],
        "against": keys[1::2],
        "reject": [f"{SCRIPT}:K1", f"{SCREEN}:K2"],
        "pin": [keys[0], f"{IMAGE}:K1"],
    }
    lines = [f"{name} = {json.dumps(values)}" for name, values in tables.items()]
    return f"""[company]
name = {json.dumps(f"Shop {IMAGE}")}
website = "https://shop.example"
[segmentation]
n_segments = 3
[evidence]
{chr(10).join(lines)}
[evidence.reword]
{json.dumps(keys[0])} = {json.dumps(BREAKOUT.replace("1", "x"))}
[[evidence.own]]
contains = "K1"
factor = "need-based"
source = {json.dumps(first.source_id)}
quote = {json.dumps(" ".join(first.text.split()[:6]))}
claim = {json.dumps(SCRIPT.replace("1", "x"))}
[[evidence.own]]
contains = {json.dumps(SCRIPT)}
factor = "need-based"
source = {json.dumps(first.source_id)}
quote = "not there"
[[evidence.own]]
contains = "K1"
factor = "need-based"
source = {json.dumps(SCREEN + "../../../etc/passwd")}
quote = {json.dumps(BREAKOUT)}
[[evidence.own]]
contains = "K1"
factor = "need-based"
source = {json.dumps(first.source_id)}
quote = {json.dumps("presents of " + SCREEN + BREAKOUT)}
"""
