"""What a saved page says of itself: title, author, publisher, dates and address.

In: a parsed page. Out: a :class:`~segkit.intake.citation_data.Citation`, taken from scholarly tags (Highwire
``citation_*``, Dublin Core), plain and segkit's own meta tags, Open Graph, JSON-LD and what browsers write where they save.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

from segkit.intake.citation_data import (
    Citation,
    citation_from_fields,
    plain_doi,
    read_authors,
    read_date,
    web_address,
)
from segkit.intake.passages import clean_text
from segkit.intake.product_data import types_of
from segkit.intake.web_page import WebPage

SAVED_FROM = (
    re.compile(r"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->", re.IGNORECASE),
    re.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(\S+)", re.IGNORECASE),
    re.compile(r"<!--\s*Mirrored from (\S+) by HTTrack", re.IGNORECASE),
)
SAVED_ON = (
    re.compile(
        r"Page saved with SingleFile\s+url:\s*\S+\s+saved date:\s*(?:\w{3}\s+)?(\w{3} \d{1,2} \d{4})",
        re.IGNORECASE,
    ),
    re.compile(r"by HTTrack Website Copier[^>]*?,\s*\w{3}, (\d{1,2} \w{3} \d{4})", re.IGNORECASE),
    re.compile(r"ARCHIVED ON [\d:]+ (\w{3} \d{1,2}, \d{4})"),
)
TITLE_SIGNS = r"\s+[|\u2013\u2014·:»-]\s+"
ARTICLES = {
    "article",
    "newsarticle",
    "blogposting",
    "scholarlyarticle",
    "report",
    "techarticle",
    "webpage",
    "aboutpage",
}

PLAIN = (
    "title",
    "author",
    "publisher",
    "year",
    "date",
    "url",
    "retrieved",
    "kind",
    "n",
    "population",
    "fieldwork",
    "note",
)
"""Meta names that mean the same as in a note's front matter."""


def read_page_citation(
    page: WebPage, *, json_ld: Iterable[Mapping[str, object]], company_name: str = ""
) -> Citation:
    """Return what a page says of itself.

    Parameters
    ----------
    page : WebPage
        The parsed page.
    json_ld : iterable of mappings
        Its structured data, from ``product_data.read_json_ld``.
    company_name : str
        A title's ending that repeats it is cut off.

    Returns
    -------
    Citation
        Without a retrieval date where neither the page nor the program that saved it states one.
    """
    meta = _meta_texts(page)
    link = page.tree.xpath("string(//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href)")
    structured = _from_json_ld(json_ld)

    def first(*names: str) -> str:
        return next((meta[name][0] for name in names if meta.get(name)), "")

    def several(*names: str) -> tuple[str, ...]:
        return next((tuple(meta[name]) for name in names if meta.get(name)), ())

    site_name = first("og:site_name", "application-name")
    stated = citation_from_fields(
        {name: first(f"segkit:{name}", name) for name in PLAIN if name not in {"title", "author"}}
    )
    scholars = several("citation_author", "dc.creator", "dcterms.creator")
    named = several("author", "article:author", "byl", "parsely-author", "sailthru.author")
    known = {name.casefold() for name in (site_name, company_name, stated.publisher) if name}
    addresses = (page.url, link, first("og:url"), stated.url, _saved_from(page.head))
    pages = "\u2013".join(text for text in (first("citation_firstpage"), first("citation_lastpage")) if text)
    more = {
        "volume": first("citation_volume"),
        "issue": first("citation_issue"),
        "page": pages,
        "DOI": plain_doi(first("citation_doi", "dc.identifier", "dcterms.identifier", "prism.doi")),
        "ISSN": first("citation_issn"),
    }
    return Citation(
        title=_title(
            first("citation_title", "dc.title", "dcterms.title", "og:title"),
            page_title=" ".join(clean_text(page.tree.findtext(".//title") or "").split()),
            heading=" ".join(page.tree.xpath("string(//h1)").split()),
            names=[site_name, company_name],
        ),
        authors=read_authors(scholars, persons=True)
        or tuple(
            name for text in named for name in ((text,) if text.casefold() in known else read_authors(text))
        )
        or structured.authors,
        publisher=first("citation_publisher", "dc.publisher", "dcterms.publisher")
        or stated.publisher
        or structured.publisher,
        container=first(
            "citation_journal_title", "citation_conference_title", "prism.publicationname", "dc.source"
        ),
        published=_exactest(
            stated.published,
            *(
                read_date(first(name))
                for name in (
                    *(
                        "citation_publication_date",
                        "citation_date",
                        "citation_online_date",
                        "article:published_time",
                    ),
                    *(
                        "dc.date",
                        "dcterms.issued",
                        "dcterms.created",
                        "dc.date.issued",
                        "datepublished",
                        "pubdate",
                    ),
                )
            ),
            structured.published,
        ),
        retrieved=stated.retrieved or page.saved or _saved_on(page.head),
        url=next((address for address in map(web_address, addresses) if address), ""),
        kind=stated.kind or structured.kind or ("article" if first("og:type").startswith("article") else ""),
        language=(
            page.tree.get("lang")
            or first("citation_language", "dc.language", "dcterms.language", "content-language")
            or first("og:locale").replace("_", "-")
        ).strip()[:20],
        csl_type="article-journal" if first("citation_journal_title") else "",
        site_name=site_name,
        origin=first("segkit:origin"),
        n=stated.n,
        population=stated.population,
        fieldwork=stated.fieldwork,
        note=stated.note,
        more={key: value for key, value in more.items() if value},
    )


def _meta_texts(page: WebPage) -> dict[str, list[str]]:
    """Return all meta tags by name in lower case; ``DC.Title`` and ``dc:title`` are the same."""
    texts: dict[str, list[str]] = {}
    for tag in page.tree.xpath("//meta[@content]"):
        name = (
            str(tag.get("name") or tag.get("property") or tag.get("itemprop") or tag.get("http-equiv") or "")
            .strip()
            .lower()
        )
        name = re.sub(r"^(dc|dcterms|prism):", r"\1.", name)
        text = " ".join(clean_text(str(tag.get("content"))).split())
        if name and text:
            texts.setdefault(name, []).append(text)
    return texts


def _title(stated: str, *, page_title: str, heading: str, names: list[str]) -> str:
    """Return a page's title without the site's name at its end; the heading where the page has no title."""
    for title in (stated, page_title):
        parts = re.split(TITLE_SIGNS, title)
        plain = {name.casefold() for name in names if name}
        if heading and title.casefold() in plain:
            return heading  # some shops give every page the shop's name as its title
        if len(parts) > 1 and parts[-1].casefold() in plain:
            cut = title[: -len(parts[-1])]
            return re.sub(f"(?:{TITLE_SIGNS})$", "", f"{cut.rstrip()} ").strip() or title
        if title:
            return title
    return heading


def _exactest(*dates: str) -> str:
    """Return the first date, or the first one that says the same more exactly."""
    stated = [date for date in dates if date]
    if not stated:
        return ""
    return max((date for date in stated if date.startswith(stated[0])), key=len)


def _saved_from(head: str) -> str:
    for pattern in SAVED_FROM:
        if match := pattern.search(head):
            address = html.unescape(match[1])
            return address if "://" in address or "HTTrack" not in match[0] else f"https://{address}"
    return ""


def _saved_on(head: str) -> str:
    return next((read_date(match[1]) for pattern in SAVED_ON if (match := pattern.search(head))), "")


def _from_json_ld(nodes: Iterable[Mapping[str, object]]) -> Citation:
    """Return author, publisher and date of the page's article, if it describes one."""
    for node in nodes:
        kinds = types_of(node) & ARTICLES
        if not kinds:
            continue
        return Citation(
            authors=tuple(_names(node.get("author"))),
            publisher=next(iter(_names(node.get("publisher"))), ""),
            published=read_date(str(node.get("datePublished") or node.get("dateCreated") or "")),
            kind="article"
            if kinds - {"webpage", "aboutpage", "report"}
            else "report"
            if "report" in kinds
            else "",
        )
    return Citation()


def _names(value: object) -> list[str]:
    names: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            names += read_authors(item)
        elif isinstance(item, dict) and isinstance(item.get("name"), str):
            name = " ".join(clean_text(item["name"]).split())
            names += read_authors(name, persons=True) if "person" in types_of(item) else [name]
    return [name for name in names if name]
