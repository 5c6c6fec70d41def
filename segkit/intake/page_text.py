"""The main text of a web page, without navigation, cookie bars and footers.

In: a :class:`~segkit.intake.web_page.WebPage`. Out: an :class:`~segkit.intake.passages.ExtractedText` with the page's
headings, paragraphs, list items and table rows; it is what quotations are anchored in.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from itertools import islice

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from segkit.intake.passages import MONEY, ExtractedText, TextBuilder
from segkit.intake.web_page import WebPage

EXTRACTOR = f"trafilatura {version('trafilatura')}"
FALLBACK = "segkit page text 1"

MOST_ELEMENTS = 15_000
"""Above this many elements the main text is taken by tags alone: finding it costs more than proportional time."""

LARGE_PAGE = 5_000_000
"""The same above this many characters of markup."""

FURNITURE = (
    "//nav | //style | //template | //iframe | //svg | //dialog | //object | //embed | //select | //button"
    " | //*[@role='navigation' or @role='dialog' or @role='alertdialog' or @role='search' or @role='banner'"
    " or @role='contentinfo' or @role='menu' or @role='menubar' or (@hidden and not(@role='tabpanel'))]"
    " | //footer[not(ancestor::article or ancestor::blockquote or ancestor::main)]"
    " | //header[not(ancestor::article or ancestor::main or .//h1)]"
)
"""What surrounds the text of a page. A footer within the article is the article's own."""

COOKIE_BAR = re.compile(
    r"cookies?[-_]?(?:bar|banner|consent|notice|popup|modal|law|message|overlay|dialog|wall|box|hint|settings)"
    r"|cookiebot|onetrust|usercentrics|gdpr|(?:^|\s)(?:cmp|consent)[-_]",
    re.IGNORECASE,
)
"""Names of consent bars; a shop that sells cookies has other names with that word."""

EDGE_NAME = re.compile(
    r"(?:^|[\s_-])(?:footer|newsletter|breadcrumbs?|nav|navbar|navigation|skip-link)(?:$|[\s_-])",
    re.IGNORECASE,
)

QUESTION_WORDS = 4
LINK_SHARE = 0.8
SHORT_TEXT = 300
KEPT_SHARE = 0.5
"""What seems to surround the text but holds more than this share of it is the text after all."""

HEADINGS = {f"h{level}": level for level in range(1, 7)}
ROWS = {"row", "tr"}
CELLS = {"cell", "td", "th"}
LISTS = {"list", "ul", "ol", "dl", "menu"}
ITEMS = {"item", "li", "dt", "dd"}
TABLES = {"table"}
BLOCKS = {
    *(
        "p",
        "quote",
        "div",
        "section",
        "article",
        "main",
        "body",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
    ),
    *("address", "details", "summary", "aside", "header", "footer", "form", "fieldset", "center", "caption"),
    *("thead", "tbody", "tfoot", "hgroup", "doc", "comments"),
}
BLOCK_TAGS = {*HEADINGS, "head", *ROWS, *LISTS, *ITEMS, *TABLES, *BLOCKS}
PARAGRAPHS = {"p", "item", "li", "cell"}
"""A quotation directly within one of these goes on in the line (``<q>``)."""

SILENT = {"script", "style", "noscript", "template", "head-of-page", "title", "meta", "link", "graphic"}
DEEP = 150
BREAK = "\x1e"
"""Stands for a line break until white space is collapsed; no text holds it."""

BLANKS = re.compile(r"[ \t\n\r\f\v]+")
"""A no-break space is none of these: it stays what it is."""


def extract_page_text(page: WebPage) -> ExtractedText:
    """Return the main text of a page with its headings; the page's tree is used up.

    Parameters
    ----------
    page : WebPage
        Read metadata and products first: what surrounds the main text is cut from the tree.
    """
    remove_furniture(page.tree)
    if page.size <= LARGE_PAGE and _is_small(page.tree):
        body = _main_text(page.tree)
        extracted = _collect(body, extractor=EXTRACTOR) if body is not None else None
        # Of a very short page the extractor gives all words in one piece, without headings and rows.
        if extracted is not None and len(extracted.blocks) > 1:
            whole = _by_tags(page.tree)
            return whole if _lost_headings(extracted, whole) else _add_amounts(extracted, whole)
    return _by_tags(page.tree)


def _by_tags(tree: HtmlElement) -> ExtractedText:
    """Return all that is left of a page without its furniture."""
    remove_link_lists(tree)
    body = tree.find("body")
    return _collect(body if body is not None else tree, extractor=FALLBACK)


def _lost_headings(main: ExtractedText, whole: ExtractedText) -> bool:
    """Whether the extractor gave a short page without its headings although it kept most of its words."""
    headed = any(block.headings for block in main.blocks)
    return (
        not headed
        and any(block.headings for block in whole.blocks)
        and len(whole.text) < 1.5 * len(main.text)
    )


def _add_amounts(main: ExtractedText, whole: ExtractedText) -> ExtractedText:
    """Add at the end what the extractor left out and names money: the prices beside an article are facts of the shop."""
    known = _signs_only(main.text)
    pieces, blocks = [main.text], list(main.blocks)
    length = len(main.text)
    for block in whole.blocks:
        text = whole.text[block.start : block.end]
        if not MONEY.search(text) or _signs_only(text) in known:
            continue
        above = block.headings[-1:] if _signs_only("".join(block.headings[-1:])) not in known else ()
        for piece in (*above, text):
            pieces.append(f"\n\n{piece}")
            length += len(piece) + 2
            known += _signs_only(piece)
        blocks.append(replace(block, start=length - len(text), end=length))
    return replace(main, text="".join(pieces), blocks=tuple(blocks))


def _signs_only(text: str) -> str:
    return "".join(text.replace("|", " ").split())


def _is_small(tree: HtmlElement) -> bool:
    return sum(1 for _ in islice(tree.iter(), MOST_ELEMENTS + 1)) <= MOST_ELEMENTS


def _main_text(tree: HtmlElement) -> etree._Element | None:
    """Return the extractor's tree; what it makes beside it (a fingerprint) would cost a third of the time."""
    try:
        found = trafilatura.bare_extraction(
            tree,
            output_format="xml",
            include_tables=True,
            include_comments=False,
            include_links=False,
            favor_recall=True,
        )
    except Exception:  # noqa: BLE001 - whatever a page does to the extractor, its text is still taken by tags
        return None
    return None if found is None or isinstance(found, dict) else found.body


@contextmanager
def quiet_extractor() -> Iterator[None]:
    """Keep what the extractor logs about single pages off the terminal; what could not be read is said in our words."""
    loggers = [
        logging.getLogger(name) for name in ("trafilatura", "htmldate", "courlan", "justext", "readability")
    ]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def remove_furniture(tree: HtmlElement) -> None:
    """Cut from a page's tree what surrounds its text, unless that is most of the text."""
    for script in tree.xpath("//script | //noscript"):
        script.drop_tree()
    body = tree.find("body")
    whole = _text_length(body if body is not None else tree)
    _keep_questions(tree)
    for element in tree.xpath(FURNITURE):
        parent = element.getparent()
        if parent is None or element.tag in {"html", "body"}:
            continue
        if (
            element.tag in {"style", "template", "svg", "iframe", "nav"}
            or _text_length(element) <= KEPT_SHARE * whole
        ):
            element.drop_tree()
    _remove_named(tree, COOKIE_BAR, whole=whole)
    for form in tree.xpath("//form"):  # a whole page may stand in a form; a newsletter's is short
        if form.getparent() is not None and _text_length(form) < min(SHORT_TEXT, KEPT_SHARE * whole):
            form.drop_tree()


def _keep_questions(tree: HtmlElement) -> None:
    """Keep the buttons that open an answer: in a list of questions they are its headings."""
    for button in tree.xpath("//button"):
        above = button.getparent()
        if above is not None and above.tag in HEADINGS:
            button.tag = "span"
        elif button.get("aria-expanded") is not None and len(button.text_content().split()) >= QUESTION_WORDS:
            button.tag = "p"


def _remove_named(tree: HtmlElement, names: re.Pattern[str], *, whole: int) -> None:
    """Cut elements whose class or id says what they are."""
    for element in tree.xpath("//body//*[@class or @id]"):
        name = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
        if (
            names.search(name)
            and element.getparent() is not None
            and _text_length(element) <= KEPT_SHARE * whole
        ):
            element.drop_tree()


def remove_link_lists(tree: HtmlElement) -> None:
    """Cut lists and boxes that hold links and hardly anything else; one with a figure may be a list of products."""
    _remove_named(tree, EDGE_NAME, whole=_text_length(tree))
    for element in tree.xpath("//ul | //ol | //div | //p | //section"):
        if element.getparent() is None:
            continue
        links = sum(_text_length(link) for link in element.iter("a"))
        whole = _text_length(element) if links else 0
        if (
            links > LINK_SHARE * whole
            and whole < SHORT_TEXT
            and not any(map(str.isdigit, element.text_content()))
        ):
            element.drop_tree()


def _text_length(element: etree._Element) -> int:
    return sum(len(text.strip()) for text in element.itertext())


def _collect(body: etree._Element, *, extractor: str) -> ExtractedText:
    collector = _Collector()
    collector.walk(body)
    collector.builder.finish()
    return ExtractedText(
        text=collector.builder.text, blocks=tuple(collector.builder.blocks), extractor=extractor
    )


class _Collector:
    """Walk a tree (the extractor's XML or the page itself) and build the text from its headings, paragraphs and rows."""

    def __init__(self) -> None:
        self.builder = TextBuilder()
        self._group = 0

    def walk(self, element: etree._Element, *, depth: int = 0, group: int = 0, first: bool = True) -> None:
        """Add the text of an element, block by block."""
        pending: list[str] = [element.text or ""]
        fresh = first
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in SILENT:
                pass
            elif (
                tag not in BLOCK_TAGS or (tag == "quote" and element.tag in PARAGRAPHS)
            ) and not _holds_blocks(child):
                pending.append(BREAK if tag in {"lb", "br"} else _inline(child))
            else:
                fresh = self._flush(pending, group=group, first=fresh)
                self._block(child, tag, depth=depth + 1, group=group)
            pending.append(child.tail or "")
        self._flush(pending, group=group, first=fresh)

    def _block(self, element: etree._Element, tag: str, *, depth: int, group: int) -> None:
        level = HEADINGS.get(tag) or (_level(element) if tag == "head" else 0)
        if level:
            text = _lines(_inline(element)).replace("\n", " ")
            if text:
                self.builder.add_heading(text, level=level)
        elif depth > DEEP:
            self._flush([_inline(element)], group=group, first=True)
        elif tag in TABLES:
            self._table(element)
        elif tag in LISTS:
            self._group += 1
            inner = self._group
            for place, item in enumerate(child for child in element if isinstance(child.tag, str)):
                self.walk(item, depth=depth, group=inner, first=place == 0)
        else:
            self.walk(element, depth=depth, group=group)

    def _flush(self, pending: list[str], *, group: int, first: bool) -> bool:
        """Make a block of the inline text so far; return whether the next one is still the first."""
        text = _lines("".join(pending))
        pending.clear()
        if not text:
            return first
        self.builder.add_block(text, separator="\n\n" if first or not group else "\n", group=group)
        return False

    def _table(self, table: etree._Element) -> None:
        """Add rows as "cell | cell"; the caption joins the headings, the row of column names is no passage of its own."""
        rows = [_cells(row) for row in table.iter(*ROWS)]
        titles = [all(_is_title(cell) for cell in cells) for cells in rows]
        caption, separator = "", "\n\n"
        only_titles = all(titles)
        for cells, is_title in zip(rows, titles, strict=True):
            texts = [_lines(_inline(cell)).replace("\n", " ") for cell in cells]
            filled = [text for text in texts if text]
            if not filled:
                continue
            line = " | ".join(texts) if len(filled) > 1 else filled[0]
            if is_title and not only_titles:
                caption = filled[0] if len(filled) == 1 else caption
                self.builder.append(line, separator=separator)
            else:
                self.builder.add_block(line, separator=separator, above=caption)
            separator = "\n"


def _cells(row: etree._Element) -> list[etree._Element]:
    return [cell for cell in row if isinstance(cell.tag, str) and cell.tag in CELLS]


def _is_title(cell: etree._Element) -> bool:
    return cell.tag == "th" or cell.get("role") == "head" or not "".join(cell.itertext()).strip()


def _level(element: etree._Element) -> int:
    rend = element.get("rend") or ""
    return HEADINGS.get(rend, 3)


def _holds_blocks(element: etree._Element) -> bool:
    return len(element) > 0 and next(element.iterdescendants(*BLOCK_TAGS), None) is not None


def _inline(element: etree._Element) -> str:
    """Return all text of an element, line breaks kept, scripts left out."""
    if len(element) == 0:
        return element.text or ""
    parts: list[str] = []
    for event, item in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            silent = not isinstance(item.tag, str) or item.tag in SILENT
            parts.append("" if silent else BREAK if item.tag in {"lb", "br"} else item.text or "")
            if item is not element and item.tag in BLOCK_TAGS:
                parts.insert(len(parts) - 1, " ")
        elif item is not element:
            parts.append(item.tail or "")
    return "".join(parts)


def _lines(text: str) -> str:
    """Collapse blanks; only a line break of the page (``BREAK``) breaks the line."""
    lines = (BLANKS.sub(" ", line).strip() for line in text.split(BREAK))
    return "\n".join(line for line in lines if line)
