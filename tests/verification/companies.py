"""Small invented companies whose reports are verified: with and without pages, notes, a survey, and names of people."""

from __future__ import annotations

from pathlib import Path

PAGE = """<html lang="en"><head><title>Delivery | Shop</title></head><body><main><h1>Delivery</h1>
<p>Parcels for schools leave on Mondays and are paid on invoice within thirty days after delivery.</p>
<h2>Presents</h2><p>We post presents to somebody else with a card in your own words and never with a price.</p></main></body></html>
"""
NOTE = """---
title: "Who comes back"
author: ["Marlowe, Ines"]
year: 2026
kind: survey
n: 120
population: "customers of small shops"
---

# Who comes back

The note-taker believes that presents matter most.

"Of 120 customers asked, 81 come back because refills are small and quick to order."

"Schools order twice in a year and compare three offers first."
"""
OWN = """
[[evidence.own]]
contains = "{first}"
factor = "need-based"
source = "delivery.html"
quote = "We post presents to somebody else with a card in your own words"

[[evidence.own]]
contains = "{second}"
factor = "behavioral"
source = "who-comes-back.md"
quote = "81 come back because refills are small and quick to order."
"""


def write_shop(
    folder: Path,
    *,
    customers: int = 8,
    groups: int = 3,
    names: str = "K{}",
    documents: bool = False,
    survey: bool = False,
    settings: str = "",
) -> Path:
    """Write a company folder: four kinds of customers in turn, who differ in what, where and how much they buy."""
    folder.mkdir(parents=True)
    rows = ["customer,order,date,amount,product,city"]
    for number in range(1, customers + 1):
        kind = number % 4
        product = ("class set", "gift box", "refill", "workshop seat")[kind]
        rows += [
            f"{names.format(number)},{number}-{order},2026-{order + kind:02d}-{10 + number % 17},"
            f"{(310, 60, 15, 45)[kind] + number + order}.50,{product},{('York', 'Hull', 'Kendal', 'Leeds')[kind]}"
            for order in range(1, 3 + kind)
        ]
    (folder / "orders.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    own = OWN.format(first=names.format(1), second=names.format(2)) if documents else ""
    (folder / "company.toml").write_text(
        f'[company]\nname = "{folder.name.title()}"\ncurrency = "GBP"\n[segmentation]\nn_segments = {groups}\n{settings}\n{own}',
        encoding="utf-8",
    )
    if documents:
        (folder / "website").mkdir()
        (folder / "website" / "delivery.html").write_text(PAGE, encoding="utf-8")
        (folder / "research").mkdir()
        (folder / "research" / "who-comes-back.md").write_text(NOTE, encoding="utf-8")
    if survey:
        answers = [
            f"{names.format(i)},{i % 4 + 1},{'yes' if i % 2 else 'no'}" for i in range(1, customers + 1)
        ]
        (folder / "survey.csv").write_text(
            "\n".join(["customer,price_matters,wants_tips", *answers]) + "\n", encoding="utf-8"
        )
    return folder
