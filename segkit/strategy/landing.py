"""The page a message leads to: the saved page that serves the group's need best, at its real address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from segkit.model.company import Company
from segkit.model.document import Document, Library
from segkit.model.evidence import Evidence, EvidenceBook, SourceType
from segkit.model.flow import Flow
from segkit.model.flow_kind import flow_kinds
from segkit.strategy.draft_names import clean_text
from segkit.strategy.draft_statements import content_words

FILL_IN = "https://fill-in.invalid/page"
"""Stands where no address is known: visibly none, and nowhere on the web."""
_SERVICE = re.compile(
    r"\b(?:delivery|returns?|shipping|privacy|terms|imprint|impressum|legal|faq|contact|about)\b",
    re.IGNORECASE,
)
_LISTS_GOODS = frozenset(
    {"cross_sell", "back_in_stock", "abandoned_cart", "browse_abandonment", "review_request", "thank_you"}
)
"""Kinds of flow that are about one product: its own page is the right one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """Where the action leads: address, saved file, source and title of the page, and why it was chosen."""

    url: str
    path: str = ""
    source_id: str = ""
    title: str = ""
    reason: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is an address at all."""
        return self.url != FILL_IN


def find_landing(
    flow: Flow,
    *,
    products: Sequence[str],
    goods: str,
    evidence: EvidenceBook,
    library: Library,
    company: Company,
) -> Landing:
    """Return the best page for a flow.

    A page counts by how much of the group's evidence is quoted from it, by its title and by the products it names; the page of
    one product wins only where the flow is about that product.

    Parameters
    ----------
    products : sequence of str
        Full names of the products the message may speak of, the first one first.
    goods : str
        The group's main category.
    """
    pages = [
        page
        for page in library.documents
        if page.source.type is SourceType.WEBSITE and _is_link(page.source.url)
    ]
    if not pages:
        root = company.website.strip()
        return Landing(url=_secure(root) if _is_link(root) else FILL_IN)
    scored = [(_score(page, flow, products, goods, evidence), page) for page in pages]
    score, page = max(scored, key=lambda pair: (pair[0], pair[1].source.id))
    if score <= 0:
        page = min(pages, key=lambda one: (len(urlsplit(one.source.url).path), one.source.id))
    return Landing(
        url=_secure(page.source.url),
        path=page.source.path,
        source_id=page.source.id,
        title=page_title(page, company=company.name),
        reason=_reason(page, flow, evidence),
    )


def page_title(page: Document, *, company: str) -> str:
    """Return a page's title as a sentence can name it; empty where it only repeats the shop's name."""
    title = clean_text(re.split(r"\s[|\u2013\u2014\u00b7]\s", page.source.title)[0])
    if not title or len(title) > 40 or company.casefold() in title.casefold():
        return ""
    return title


def is_home(url: str) -> bool:
    """Say whether an address is a website's first page.

    Examples
    --------
    >>> is_home("https://www.shop.example/"), is_home("https://www.shop.example/gifts")
    (True, False)
    """
    return urlsplit(url).path.strip("/") in ("", "index.html", "home")


def _score(page: Document, flow: Flow, products: Sequence[str], goods: str, evidence: EvidenceBook) -> float:
    quoted = [
        item for item in _website_evidence(evidence, flow.segment_id) if item.source_id == page.source.id
    ]
    title = content_words(page.source.title)
    text = page.text.casefold()
    score = 4.0 * len([item for item in quoted if item in evidence.evidence]) + 1.0 * len(quoted)
    score += 4.0 * bool(title & content_words(goods))
    score += (
        0.5 * sum(cue in text for cue in flow_kinds()[flow.kind].cues) if flow.kind in flow_kinds() else 0
    )
    words = content_words(page.text)
    score += sum(
        1.0 for one in products[:3] if (name := content_words(one)) and len(name & words) >= 0.6 * len(name)
    )
    if products and _is_product_page(page, products[0]):
        score += 9.0 if flow.kind in _LISTS_GOODS else 1.0
    if is_home(page.source.url):
        score -= 4.0
    if _SERVICE.search(page.source.title) or _SERVICE.search(urlsplit(page.source.url).path):
        score -= 6.0
    return score


def _is_product_page(page: Document, product: str) -> bool:
    name = content_words(product)
    return any(name and content_words(one.name) <= name for one in page.products) and len(page.products) == 1


def _website_evidence(evidence: EvidenceBook, segment_id: int) -> list[Evidence]:
    items = (*evidence.evidence, *evidence.appendix, *evidence.suggested)
    return [item for item in items if item.segment_id == segment_id and item.quote is not None]


def _reason(page: Document, flow: Flow, evidence: EvidenceBook) -> str:
    ids = [item.id for item in evidence.of_segment(flow.segment_id) if item.source_id == page.source.id]
    return ids[0] if ids else ""


def _is_link(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and "." in parts.netloc and not re.search(r"[\s<>\"'{}]", url)


def _secure(url: str) -> str:
    return re.sub(r"^http:", "https:", url)
