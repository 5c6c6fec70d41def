"""Company folders made by a seed: a bare list of orders, a shop with pages and notes, a seller to organizations, odd names."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path

_FIRST = date(2024, 1, 8)
_SHELVES = {
    "Tea": ("Assam", "Oolong", "Mint"),
    "Cups": ("Bowl", "Mug"),
    "Tins": ("Small tin", "Large tin"),
    "Books": ("Tea atlas",),
}
_CITIES = ("Lyon", "Gent", "Porto", "Graz")
_PAGE = """<html><head><title>{title}</title></head><body><main><h1>{title}</h1>
<h2>{heading}</h2><p>{text}</p></main></body></html>"""


def tiny(folder: Path) -> Path:
    """Make ten customers in four columns: nothing but who ordered what for how much and when."""
    draw = random.Random(3)  # noqa: S311 - made-up orders, not secrets
    rows = [
        (f"K{customer}", f"{customer}-{number}", day, f"{draw.randrange(900, 9000) / 100:.2f}")
        for customer in range(1, 11)
        for number, day in enumerate(_days(draw, draw.choice((1, 1, 2, 3, 5, 8))), start=1)
    ]
    _write(folder / "orders.csv", ("customer_id", "order_id", "order_date", "amount"), rows)
    return _settle(folder, "Corner Kiosk")


def shop(folder: Path, *, customers: int = 300) -> Path:
    """Make a shop whose customers have habits, with a website, two notes and an end of every text."""
    draw = random.Random(7)  # noqa: S311 - made-up orders, not secrets
    rows = []
    for number in range(1, customers + 1):
        shelf = draw.choice(list(_SHELVES))
        often = {"Tea": (4, 9), "Cups": (1, 2), "Tins": (2, 4), "Books": (1, 3)}[shelf]
        city = _CITIES[number % 4]
        for order, day in enumerate(_days(draw, draw.randint(*often)), start=1):
            bought = shelf if draw.random() < 0.85 else draw.choice(list(_SHELVES))
            article = draw.choice(_SHELVES[bought])
            price = {"Tea": 9, "Cups": 24, "Tins": 14, "Books": 38}[bought]
            code = "SPRING10" if draw.random() < 0.12 else ""
            rows.append(
                (f"c{number:03}@shop.example", f"S{number}-{order}", day, article, bought, draw.randint(1, 3),
                 f"{price}.00", city, code, draw.choice(("card", "card", "invoice")))
            )  # fmt: skip
    head = (
        "email",
        "order_id",
        "order_date",
        "product",
        "product_type",
        "quantity",
        "price",
        "city",
        "discount_code",
        "payment_method",
    )
    _write(folder / "orders.csv", head, rows)
    _page(folder, "tea", "Our tea shelf", "For people who drink it daily", "Most people who buy tea here come back within six weeks. Refills post free from 40 EUR.")  # fmt: skip
    _page(folder, "gifts", "Tins and cups as presents", "For those who give", "A tin is packed for the day you name. Order by 16 December for Christmas.")  # fmt: skip
    _page(folder, "delivery", "Delivery", "What it costs", "Delivery costs 4.90 EUR and is free from 40 EUR. Returns within 30 days.")  # fmt: skip
    _note(folder, "tea-drinkers", 212, "Adults in Belgium who buy loose tea", "Of 212 tea drinkers, 131 ordered again within eight weeks. A monthly email was welcome to 97 of 212.")  # fmt: skip
    _note(folder, "gift-buyers", 88, "People who gave a tin or a cup", "Of 88 who gave a tin, 52 ordered in the four weeks before Christmas.")  # fmt: skip
    return _settle(
        folder, "Kettle & Tin", 'website = "https://www.kettle.example"\ncountry = "BE"\ncurrency = "EUR"\n'
    )


def seller(folder: Path) -> Path:
    """Make a seller to organizations with opportunities in several stages, some still open."""
    draw = random.Random(11)  # noqa: S311 - made-up orders, not secrets
    names = [f"Studio {letter}" for letter in "ABCDEFGHJKLMNPQR"]
    orders, deals = [], []
    for place, name in enumerate(names, start=1):
        for number, day in enumerate(_days(draw, draw.randint(1, 6)), start=1):
            orders.append((name, f"B{place}-{number}", day, draw.choice(("Looms", "Yarn", "Repair")),
                           f"{draw.randrange(20_000, 400_000) / 100:.2f}"))  # fmt: skip
        for number in range(1, 5):
            opened = _FIRST + timedelta(days=draw.randrange(0, 780))
            stage = draw.choice(("Qualified", "Proposal sent", "Negotiation", "Closed Won", "Closed Lost", "Closed Won"))  # fmt: skip
            closed = opened + timedelta(days=draw.randrange(9, 120)) if stage.startswith("Closed") else None
            deals.append((f"D{place}-{number}", name, f"{name} order {number}", stage, f"{draw.randrange(900, 12_000)}.00",
                          opened, closed or "", opened + timedelta(days=90)))  # fmt: skip
    _write(folder / "orders.csv", ("customer_id", "order_id", "order_date", "product_type", "amount"), orders)
    _write(
        folder / "pipeline.csv",
        (
            "Opportunity ID",
            "Account Name",
            "Opportunity Name",
            "Stage",
            "Amount",
            "Created Date",
            "Closed Date",
            "Close Date",
        ),
        deals,
    )
    return _settle(folder, "Loom Works", 'business_model = "b2b"\ncurrency = "EUR"\n')


def hexed(folder: Path) -> Path:
    """Make a shop whose customers, articles and sorts are called like hashes; seven groups are asked for."""
    draw = random.Random(19)  # noqa: S311 - made-up orders, not secrets

    def name() -> str:
        return f"{draw.getrandbits(48):012x}"

    sorts = {name(): [name() for _ in range(3)] for _ in range(5)}
    rows = []
    for number in range(1, 61):
        customer, own = name(), draw.choice(list(sorts))
        for order, day in enumerate(_days(draw, draw.randint(1, 7)), start=1):
            sort = own if draw.random() < 0.8 else draw.choice(list(sorts))
            rows.append((customer, f"{number}-{order}", day, draw.choice(sorts[sort]), sort, f"{draw.randrange(500, 20_000) / 100:.2f}"))  # fmt: skip
    _write(
        folder / "orders.csv",
        ("customer_id", "order_id", "order_date", "product", "product_type", "amount"),
        rows,
    )
    return _settle(folder, "0f3a9c51d27e", more="[segmentation]\nn_segments = 7\n")


def _days(draw: random.Random, count: int) -> list[date]:
    start = _FIRST + timedelta(days=draw.randrange(0, 500))
    gap = draw.randint(18, 110)
    days = [
        start + timedelta(days=max(0, round(place * gap + draw.uniform(-6, 6)))) for place in range(count)
    ]
    return [day for day in days if day < date(2026, 9, 1)]


def _write(path: Path, head: tuple[str, ...], rows: list[tuple]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([head, *rows])


def _page(folder: Path, name: str, title: str, heading: str, text: str) -> None:
    path = folder / "website" / f"{name}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_PAGE.format(title=title, heading=heading, text=text), encoding="utf-8")


def _note(folder: Path, name: str, n: int, population: str, text: str) -> None:
    path = folder / "research" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = f'---\ntitle: "{name}"\nauthor: ["Maes, Ida"]\nyear: 2025\npublisher: "Tea Institute"\nn: {n}\npopulation: "{population}"\n---\n'
    path.write_text(f"{head}\n# {name}\n\n{text}\n", encoding="utf-8")


def _settle(folder: Path, name: str, company: str = "", more: str = "") -> Path:
    (folder / "company.toml").write_text(f'[company]\nname = "{name}"\n{company}\n{more}', encoding="utf-8")
    return folder
