"""Products in a page's structured data: JSON-LD and microdata, as shops write them for search engines.

In: a parsed page with its scripts. Out: :class:`~segkit.model.document.Product` values, each named once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from lxml import etree
from lxml.html import HtmlElement

from segkit.intake.passages import clean_text
from segkit.model.document import Product

PRODUCT_TYPES = {
    "product",
    "productgroup",
    "individualproduct",
    "productmodel",
    "productcollection",
    "vehicle",
    "book",
}
MOST_NODES = 50_000
"""A page's structured data is read up to this many values."""

TRAILING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$")


def read_json_ld(tree: HtmlElement) -> list[Mapping[str, object]]:
    """Return every object of a page's JSON-LD, nested ones and those in ``@graph`` included, in order.

    Numbers stay texts as the page writes them, so that a price of 54.00 is not turned into 54.0.
    """
    found: list[Mapping[str, object]] = []
    seen = 0
    for script in tree.xpath("//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]"):
        text = script.text or ""
        for _ in range(2):
            text = TRAILING.sub("", text)
        try:
            waiting: list[object] = [json.loads(text, parse_float=str, parse_int=str, strict=False)]
        except (ValueError, RecursionError):
            continue  # a page's broken script is the page's problem; its text is still read
        while waiting and seen < MOST_NODES:
            seen += 1
            node = waiting.pop()
            if isinstance(node, dict):
                found.append(node)
                waiting += reversed([value for value in node.values() if isinstance(value, (dict, list))])
            elif isinstance(node, list):
                waiting += reversed(node)
    return found


def types_of(node: Mapping[str, object]) -> set[str]:
    """Return the types of a structured-data object in lower case, without the vocabulary's address."""
    stated = node.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return {re.split(r"[/#:]", name)[-1].lower() for name in names if isinstance(name, str)}


def read_products(
    tree: HtmlElement, *, source_id: str, json_ld: list[Mapping[str, object]]
) -> tuple[Product, ...]:
    """Return the products that a page's structured data name.

    Parameters
    ----------
    tree : HtmlElement
        The page with its scripts.
    source_id : str
        The source's id.
    json_ld : list of mappings
        From :func:`read_json_ld`.

    Returns
    -------
    tuple of Product
        In the order of the page; one that is named twice with the same price is given once, the fuller one.
    """
    found: dict[tuple[str, str, str], Product] = {}
    for product in [
        *_from_json(json_ld, source_id),
        *_from_microdata(tree, source_id),
        *_from_meta(tree, source_id),
    ]:
        key = (product.sku or product.name.casefold(), product.price, product.currency)
        held = found.get(key)
        if held is None or _filled(product) > _filled(held):
            found[key] = product
    named = {(product.name.casefold()) for product in found.values() if product.price}
    return tuple(item for item in found.values() if item.price or item.name.casefold() not in named)


def _filled(product: Product) -> int:
    return sum(
        bool(value) for value in (product.sku, product.price, product.availability, product.description)
    )


def _from_json(nodes: list[Mapping[str, object]], source_id: str) -> Iterator[Product]:
    for node in nodes:
        if not PRODUCT_TYPES & types_of(node) or not _text(node.get("name")):
            continue
        offers = list(_offers(node.get("offers")))
        for offer in offers or [{}]:
            specification = next(iter(_objects(offer.get("priceSpecification"))), {})
            price = offer.get("price") or offer.get("lowPrice") or specification.get("price")
            currency = offer.get("priceCurrency") or specification.get("priceCurrency")
            yield Product(
                source_id=source_id,
                name=_text(node.get("name")),
                sku=_text(offer.get("sku")) or _text(node.get("sku")) or _text(node.get("mpn")),
                price=plain_price(_text(price)),
                currency=_text(currency).upper()[:3],
                availability=_last(_text(offer.get("availability"))),
                description=_text(node.get("description")),
            )


def _offers(value: object) -> Iterator[Mapping[str, object]]:
    """Yield single offers; an aggregate's own where it lists them, else the aggregate with its lowest price."""
    for offer in _objects(value):
        inner = list(_objects(offer.get("offers")))
        yield from inner or [offer]


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item


def _from_microdata(tree: HtmlElement, source_id: str) -> Iterator[Product]:
    for item in tree.xpath("//*[@itemscope][contains(@itemtype, 'schema.org/')]"):
        if str(item.get("itemtype")).rstrip("/").rsplit("/", 1)[-1].lower() not in PRODUCT_TYPES:
            continue
        values: dict[str, str] = {}
        nested = 0
        for prop in item.iterdescendants():
            if not isinstance(prop.tag, str) or prop.get("itemprop") is None:
                continue
            nested += 1
            if nested > MOST_NODES:
                break
            owner = _owner(prop)
            if owner is not item and not (owner is not None and _is_offer_of(owner, item)):
                continue
            for name in str(prop.get("itemprop")).split():
                values.setdefault(name, _value(prop))
        if values.get("name"):
            yield Product(
                source_id=source_id,
                name=values["name"],
                sku=values.get("sku", "") or values.get("mpn", ""),
                price=plain_price(values.get("price", "") or values.get("lowPrice", "")),
                currency=values.get("priceCurrency", "").upper()[:3],
                availability=_last(values.get("availability", "")),
                description=values.get("description", ""),
            )


def _owner(prop: etree._Element) -> etree._Element | None:
    """Return the item that a property belongs to: the nearest one around it."""
    return next((parent for parent in prop.iterancestors() if parent.get("itemscope") is not None), None)


def _is_offer_of(owner: etree._Element, item: etree._Element) -> bool:
    kind = str(owner.get("itemtype") or "").rsplit("/", 1)[-1].lower()
    return "offer" in kind and _owner(owner) is item


def _value(prop: etree._Element) -> str:
    if prop.get("itemscope") is not None:
        return ""
    stated = (
        prop.get("content")
        or prop.get("href")
        or prop.get("src")
        or prop.get("value")
        or prop.get("datetime")
    )
    return _text(stated if stated is not None else "".join(prop.itertext()))


def _from_meta(tree: HtmlElement, source_id: str) -> Iterator[Product]:
    """Yield the product of a page's Open Graph price, as shop systems write it."""
    values = {
        str(meta.get("property") or meta.get("name")).lower(): _text(meta.get("content"))
        for meta in tree.xpath("//meta[@content][@property or @name]")
    }
    price = values.get("product:price:amount") or values.get("og:price:amount") or ""
    title = values.get("og:title", "")
    if price and title:
        yield Product(
            source_id=source_id,
            name=title,
            sku=values.get("product:retailer_item_id", ""),
            price=plain_price(price),
            currency=(values.get("product:price:currency") or values.get("og:price:currency") or "").upper()[
                :3
            ],
            availability=_last(values.get("product:availability", "")),
        )


def _text(value: object) -> str:
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), "")
    if isinstance(value, dict):
        value = value.get("@value", "")
    return " ".join(clean_text(value).split()) if isinstance(value, str) else ""


def _last(address: str) -> str:
    """Return "InStock" of "https://schema.org/InStock"."""
    return re.split(r"[/#]", address)[-1]


def plain_price(text: str) -> str:
    """Return a price with a decimal point and nothing else; empty where it is no number.

    Examples
    --------
    >>> [plain_price(text) for text in ("54.00", "£1,299.50", "1.299,50", "12,5", "1,299", "on request")]
    ['54.00', '1299.50', '1299.50', '12.5', '1299', '']
    """
    match = re.search(r"\d[\d.,'\u00a0\u202f ]*", text)
    digits = re.sub(r"[^\d.,]", "", match[0]).rstrip(".,") if match else ""
    comma, point = digits.rfind(","), digits.rfind(".")
    mark = "," if comma > point else "."
    whole, sign, part = digits.rpartition(mark)
    if not sign:
        return digits
    grouped = len(part) == 3 and (mark == "," or whole.count(".") > 0)
    if grouped:
        return re.sub(r"\D", "", digits)
    return f"{re.sub(r'[^0-9]', '', whole)}.{part}"
