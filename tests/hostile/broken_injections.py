"""Order files that try to run something: in a spreadsheet, in a page, in a template, in a document."""

from __future__ import annotations

from pathlib import Path

from hostile_case import HEADER, WHOLE, Chapter, change, text_of, write_company, write_orders

injections = Chapter("injections")

FORMULAS = (
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example")',
    "\t=1+1",
)
SCRIPTS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title><svg onload=alert(1)>",
    "'\"><iframe src=javascript:alert(1)>",
    "</script><script>alert(1)</script>",
    "<a href=javascript:alert(1)>Tea</a>",
)
TEMPLATES = (
    "{{ 7 * 7 }}",
    "{% include '/etc/passwd' %}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "${7*7}",
    "#{7*7}",
    '#read("/etc/passwd")',
)
MARKDOWN = (
    "# Heading",
    "[Tea](javascript:alert(1))",
    "![x](http://x.example/p.png)",
    "**bold** `code` | cell |",
    "$\\mathrm{x}$ \\input{/etc/passwd}",
    "#set page(width: 1pt)",
)
PATHS = ("../../etc/passwd", "/etc/passwd", "..\\..\\x", "con", "a/b", "~root")


def quote(cell: str) -> str:
    """Return a cell as a CSV writer puts it."""
    return '"' + cell.replace('"', '""') + '"'


def write_injection(folder: Path, texts: tuple[str, ...], *, ids: bool = True) -> None:
    """Write orders whose products, places, ids and extra column hold these texts, and the company's name too."""
    known = {f"K{i + 1:02d}": text for i, text in enumerate(texts)}
    rows = change(column="product", values=lambda cell: quote(texts[len(cell) % len(texts)]))
    rows = change(rows, column="country", values=lambda cell: quote(texts[ord(cell[0]) % len(texts)]))
    if ids:
        rows = change(rows, column="customer_id", values=lambda cell: quote(known[cell]))
    rows = [(*row, quote(texts[i % len(texts)])) for i, row in enumerate(rows)]
    write_orders(folder, text_of(rows, (*HEADER, quote(f"extra {texts[0]}"))))
    write_company(folder, name=f"'''{texts[0]}'''")


@injections.read("spreadsheet formulas", totals=WHOLE)
def formulas(folder: Path) -> None:
    write_injection(folder, FORMULAS)


@injections.read("HTML and scripts", totals=WHOLE)
def scripts(folder: Path) -> None:
    write_injection(folder, SCRIPTS)


@injections.read("template code", totals=WHOLE)
def templates(folder: Path) -> None:
    write_injection(folder, TEMPLATES)


@injections.read("Markdown, TeX and Typst", totals=WHOLE)
def markup(folder: Path) -> None:
    write_injection(folder, MARKDOWN)


@injections.read("ids that are paths", totals=WHOLE)
def paths(folder: Path) -> None:
    write_injection(folder, PATHS)


@injections.read("a header with terminal codes and a change of direction")
def terminal_header(folder: Path) -> None:
    rows = [(*row, "a") for row in change(column="country", values=lambda cell: cell)]
    write_orders(folder, text_of(rows, (*HEADER, "\x1b[31mshelf\u202e")))


@injections.refused("a header that is a script", "orders.csv", "when an order was placed")
def script_header(folder: Path) -> None:
    write_orders(
        folder, text_of(header=("customer_id", "order_id", quote(SCRIPTS[0]), "amount", "product", "country"))
    )


@injections.refused("a value with line breaks cannot break the sentence", "orders.csv", "row 4")
def line_breaks_in_the_value(folder: Path) -> None:
    write_orders(folder, text_of(change(column="amount", values={2: '"twelve\nerror: all is well"'})))


@injections.refused("a value with terminal codes cannot reach the terminal", "orders.csv", "row 4")
def terminal_codes(folder: Path) -> None:
    write_orders(folder, text_of(change(column="amount", values={2: "\x1b[2J\x1b[31mtwelve"})))


@injections.refused("a value of 10,000 characters is shortened in the sentence", "orders.csv", "row 4")
def long_bad_value(folder: Path) -> None:
    write_orders(folder, text_of(change(column="amount", values={2: "twelve " * 1500})))
