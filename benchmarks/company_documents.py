"""A seeded company folder of any size: website pages as shops save them, research notes and PDFs. All of it is invented."""

from __future__ import annotations

import json
import random
from pathlib import Path

GOODS = (
    "kettle", "lantern", "blanket", "satchel", "teapot", "notebook", "candle", "hammock", "basket", "clock",
    "jug", "cushion", "ladder", "mirror", "stool", "thermos", "tray", "vase", "whisk", "broom", "bench", "lamp",
)  # fmt: skip
MATERIALS = (
    "oak",
    "linen",
    "copper",
    "enamel",
    "wool",
    "cork",
    "brass",
    "glass",
    "felt",
    "ash",
    "slate",
    "willow",
)
PLACES = (
    "Harrowby",
    "Lindmoor",
    "Saltash Quay",
    "Kirkfell",
    "Ostermark",
    "Dunmere",
    "Vale Cross",
    "Petersholm",
)
PEOPLE = (
    "families",
    "students",
    "offices",
    "gift buyers",
    "retired couples",
    "cooks",
    "commuters",
    "studios",
)
WAYS = ("by phone", "in the app", "at the counter", "on a desktop", "by e-mail", "through a link in a letter")
REASONS = (
    "because it lasts",
    "to save time",
    "for a birthday",
    "for the price",
    "to replace one",
    "out of habit",
)
COPY = (
    "The {model} {good} of {material} is made in {place} and leaves the workshop within {number} working days.",
    "Most {people} choose the {material} {good} {reason}, and every fifth of them comes back for a {other}.",
    "We deliver to {place} for {number}.50; above {price} the parcel travels free, and so does an unwanted {good}.",
    "If the {good} does not suit, send it back within {number} days and have the {price} refunded the same week.",
    "Orders placed {way} before noon are packed on the same day, with a {other} of {material} if one was added.",
    "Wrapping a {good} costs {number}.00 and a card in your words is free for {people} in {place}.",
    "Clean the {material} with warm water, dry it upright, and keep the {model} away from the {other} on the stove.",
    "Whoever buys {number} or more of the {good} pays {price} for each; {people} may ask for an invoice.",
    "Reserve the {material} {good} from {place} now; the next {number} pieces arrive when the {material} has dried.",
    "Registered {people} see their refills {way} and can move the next {good} by {number} days.",
)
FINDINGS = (
    "Of {n} {people} in {place}, {percent} % had bought a {good} {way} within the past {number} months.",
    "{percent} % of {n} respondents named the {material} {good} first, {reason}, and {number} % could not say.",
    "Orders {way} were {number}.4 days faster in {place} than elsewhere (n = {n}), mostly for a {good}.",
    "Among {people}, {percent} % returned at least one {good} a year; the reason given by most was the {material}.",
    "A {good} bought {reason} cost {price} on average, a {other} {number} % less (diary of {n} households).",
)
SYLLABLES = (
    "ba",
    "dor",
    "fen",
    "gri",
    "hol",
    "ja",
    "kel",
    "lum",
    "mir",
    "nos",
    "pra",
    "quil",
    "ru",
    "sten",
    "tov",
    "wex",
)
STYLE = "".join(
    f".c{i}{{margin:{i % 9}px;padding:{i % 7}px;color:#{i * 7919 % 4096:03x}}}" for i in range(180)
)
SCRIPT = "window.queue=window.queue||[];" + "".join(
    f"queue.push(['event{i}',{i * 37 % 101}]);" for i in range(90)
)


def write_company(folder: Path, *, pages: int, notes: int, pdfs: int, seed: int) -> dict[str, int]:
    """Write ``website`` and ``research`` into the folder and return how many files and bytes they have."""
    website, research = folder / "website", folder / "research"
    website.mkdir(parents=True)
    research.mkdir()
    for number in range(pages):
        page = _page(_dice(f"{seed}-page-{number}"), number)
        (website / f"page-{number:05d}.html").write_text(page, encoding="utf-8")
    for number in range(notes):
        note = _note(_dice(f"{seed}-note-{number}"), number)
        (research / f"note-{number:04d}.md").write_text(note, encoding="utf-8")
    for number in range(pdfs):
        _write_pdf(research / f"study-{number:03d}.pdf", _dice(f"{seed}-pdf-{number}"), number)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {"files": len(files), "bytes": sum(path.stat().st_size for path in files)}


def queries(*, count: int, seed: int) -> list[str]:
    """Return claim-like questions in the words of the invented trade."""
    rng = _dice(f"{seed}-queries")
    patterns = (
        "{people} who buy a {good} {way}",
        "orders from {place} {reason}",
        "{people} who return a {material} {good}",
    )
    return [_fill(patterns[number % len(patterns)], rng) for number in range(count)]


def _dice(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311 - sample pages, no secrets


def _fill(pattern: str, rng: random.Random) -> str:
    good, other = rng.sample(GOODS, 2)
    return pattern.format(
        good=good, other=other, material=rng.choice(MATERIALS), place=rng.choice(PLACES), people=rng.choice(PEOPLE),
        way=rng.choice(WAYS), reason=rng.choice(REASONS), number=rng.randint(2, 30), price=f"{rng.randint(9, 240)}.00",
        n=rng.randint(24, 4200), percent=rng.randint(4, 91), model=_model(rng),
    )  # fmt: skip


def _model(rng: random.Random) -> str:
    """Make up a product name, so that the vocabulary grows with the pages as in a real shop."""
    return "".join(rng.choice(SYLLABLES) for _ in range(3)).capitalize()


def _paragraph(rng: random.Random, patterns: tuple[str, ...], sentences: int) -> str:
    return " ".join(_fill(pattern, rng) for pattern in rng.sample(patterns, sentences))


def _page(rng: random.Random, number: int) -> str:
    """Write one page as a shop system serves it: far more markup around the text than text."""
    good, material = rng.choice(GOODS), rng.choice(MATERIALS)
    title = f"{_model(rng)} {material} {good}"
    price, is_product = f"{rng.randint(9, 240)}.00", number % 5 < 3
    data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": title,
        "sku": f"BM-{number:05d}",
        "description": _fill(COPY[0], rng),
        "offers": {
            "@type": "Offer",
            "price": price,
            "priceCurrency": "EUR",
            "availability": "https://schema.org/InStock",
        },
    }
    links = "".join(
        f'<li class="c{i}"><a href="/{word}-{i}">{word.capitalize()}</a></li>'
        for i, word in enumerate(GOODS * 2)
    )
    sections = "".join(
        f'<section class="c{i}"><h2>{rng.choice(MATERIALS).capitalize()} and {rng.choice(GOODS)}</h2>'
        + "".join(f"<p>{_paragraph(rng, COPY, 3)}</p>" for _ in range(rng.randint(2, 3)))
        + f"<ul><li>{_fill(COPY[1], rng)}</li><li>{_fill(COPY[5], rng)}</li></ul></section>"
        for i in range(rng.randint(2, 4))
    )
    related = "".join(
        f'<div class="card c{i}"><img src="a{i}.jpg" alt=""><a href="/p{i}">{rng.choice(GOODS)}</a><span>{i}9.00</span>'
        "<button>Add to basket</button></div>"
        for i in range(8)
    )
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title} | Benchmark Goods</title>
<meta name="description" content="{title} and how it reaches you."><meta property="og:site_name" content="Benchmark Goods">
<meta property="article:published_time" content="2026-{1 + number % 9:02d}-{1 + number % 28:02d}">
<link rel="canonical" href="https://benchmark.example/page-{number}"><style>{STYLE}</style><script>{SCRIPT}</script>
{f'<script type="application/ld+json">{json.dumps(data)}</script>' if is_product else ""}</head>
<body><div class="cookie-bar" role="dialog"><p>We use cookies to keep your basket and, with your consent, for statistics.</p>
<button>Accept all</button><button>Only necessary</button></div>
<header><a href="/">Benchmark Goods</a><nav><ul>{links}</ul></nav><form><input name="q"><button>Search</button></form></header>
<main><ol class="breadcrumb"><li><a href="/">Home</a></li><li><a href="/{good}">{good}</a></li></ol>
<article><h1>{title}</h1><p>{_paragraph(rng, COPY, 3)}</p>{f"<p>Price: EUR {price}</p>" if is_product else ""}{sections}</article>
<aside><h2>Others also looked at</h2>{related}</aside></main>
<footer><ul>{links}</ul><p>Sign up for the letter and save five percent on the first order.</p>
<p>Prices include tax. Benchmark Goods is invented.</p></footer></body></html>
"""


def _note(rng: random.Random, number: int) -> str:
    """Write one note on a study: front matter, quotations with numbers and the note-taker's own words."""
    quotes = "\n\n".join(f'"{_fill(rng.choice(FINDINGS), rng)}"' for _ in range(rng.randint(3, 7)))
    place, people = rng.choice(PLACES), rng.choice(PEOPLE)
    return f"""---
title: "What {people} in {place} buy, part {number}"
author: ["Example, {rng.choice(PLACES)}"]
publisher: "Invented Retail Review"
year: {2018 + number % 8}
url: "https://review.example/{number}"
retrieved: 2026-0{1 + number % 9}-10
kind: article
n: {rng.randint(24, 4200)}
---

# What {people} in {place} buy

{_paragraph(rng, COPY, 2)}

## Findings

{quotes}

## Limits

{_paragraph(rng, FINDINGS, 2)}
"""


def _write_pdf(path: Path, rng: random.Random, number: int) -> None:
    """Write a study of six pages whose text can be read back (no picture of text)."""
    import matplotlib as mpl
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    mpl.rcParams["pdf.fonttype"] = 42
    with PdfPages(
        path, metadata={"Title": f"Study {number} of invented households", "CreationDate": None}
    ) as pdf:
        for page in range(6):
            figure = Figure(figsize=(8.3, 11.7))
            lines = [f"{page + 1}. Results of part {page + 1}", ""]
            for _ in range(8):
                lines += [*_wrapped(_paragraph(rng, FINDINGS, 3), width=88), ""]
            figure.text(0.1, 0.92, "\n".join(lines), va="top", fontsize=9)
            pdf.savefig(figure)


def _wrapped(text: str, *, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width=width)
