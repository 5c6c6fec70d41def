"""Saved web pages: from bytes to a parsed page.

In: the bytes of an ``.html`` file or a browser's single-file archive (``.mhtml``). Out: a :class:`WebPage`, which
``page_metadata``, ``product_data`` and then ``page_text`` read, so that each page is decoded and parsed once.
"""

from __future__ import annotations

import email
import email.policy
import email.utils
import re
from dataclasses import dataclass
from datetime import datetime

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from segkit.errors import BadValueError
from segkit.intake.encodings import MARKS
from segkit.intake.passages import clean_text

HEAD_CHARACTERS = 4096
LARGE = 5_000_000
STRAY_ZEROS = 4
"""More zero characters at the beginning are no slip of a program: the file is no text."""

CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
EMBEDDED = re.compile(r"data:[a-zA-Z0-9.+-]*/[a-zA-Z0-9.+-]*;[^\"'\s)>]{200,}")
XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """A parsed page: its tree, and what the program that saved it wrote.

    ``head`` is the beginning of the markup, where browsers write the address; ``url`` and ``saved`` come from an archive.
    """

    tree: HtmlElement
    head: str
    size: int
    url: str = ""
    saved: str = ""


def read_web_page(raw: bytes, *, label: str) -> WebPage:
    """Decode and parse a saved page.

    Parameters
    ----------
    raw : bytes
        The file.
    label : str
        Its name in messages.

    Returns
    -------
    WebPage

    Raises
    ------
    BadValueError
        The file holds no page.

    Examples
    --------
    >>> read_web_page(b"<title>Shop</title><p>Wool", label="shop.html").tree.findtext(".//title")
    'Shop'
    """
    text = XML_DECLARATION.sub("", decode_page(raw), count=1)
    if text.count("\0", 0, HEAD_CHARACTERS) > STRAY_ZEROS:
        raise BadValueError(
            f"{label} is not a web page (got binary data); save the page from the browser as 'Web page, HTML only'.",
            path=label,
        )
    if len(text) > 200_000:
        text = EMBEDDED.sub("", text)
    tree = None
    if "<" in text:
        # The parser's wide limits allow very long texts, but also nesting so deep that it costs minutes.
        wide = len(text) > LARGE
        parser = HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=wide
        )
        try:
            tree = document_fromstring(clean_text(text).encode("utf-8"), parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            tree = None
    if tree is None:
        raise BadValueError(
            f"{label} is not a web page (got {text.strip()[:40]!r}); save the page from the browser as 'Web page, HTML only'.",
            path=label,
        )
    return WebPage(tree=tree, head=text[:HEAD_CHARACTERS], size=len(text))


def decode_page(raw: bytes, *, charset: str = "") -> str:
    """Return a page's text: by its byte-order mark, as UTF-8 where all of it is, else as it declares, else Windows.

    UTF-8 comes before the declaration, because browsers save pages as UTF-8 and leave the old declaration in them.

    Examples
    --------
    >>> decode_page("<meta charset=iso-8859-1>£5, caf\u00e9".encode("cp1252"))
    '<meta charset=iso-8859-1>£5, café'
    """
    for mark, name in MARKS:
        if raw.startswith(mark):
            return raw.decode(name, "replace").removeprefix("\ufeff")
    declared = CHARSET.search(raw[:HEAD_CHARACTERS])
    name = charset or (declared[1].decode("ascii") if declared else "")
    shifting = name.lower().startswith(("iso-2022", "hz"))  # valid ASCII that does not mean what it says
    windows = name.lower().replace("_", "-") in {
        "iso-8859-1",
        "latin1",
        "latin-1",
        "us-ascii",
        "ascii",
        "iso8859-1",
    }
    for candidate in (name if shifting else "", "utf-8", "" if windows else name):
        try:
            if candidate:
                return raw.decode(candidate)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    head = raw[:HEAD_CHARACTERS]
    if head.count(0) > len(head) // 4:  # 16-bit units without a mark
        return raw.decode("utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be", "replace")
    return raw.decode("cp1252", "replace")


def read_page_archive(raw: bytes, *, label: str) -> WebPage:
    """Read the page in a browser's single-file archive (MHTML), with the address and the day it was saved.

    Raises
    ------
    BadValueError
        No page is in it.
    """
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    part = next(
        (
            item
            for item in message.walk()
            if item.get_content_type() in {"text/html", "application/xhtml+xml"}
        ),
        None,
    )
    payload = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(payload, bytes) or not payload.strip():
        raise BadValueError(
            f"{label} holds no page (got an archive without text/html); save the page as 'Web page, HTML only'.",
            path=label,
        )
    page = read_web_page(
        decode_page(payload, charset=str(part.get_content_charset() or "")).encode("utf-8"), label=label
    )
    address = message.get("Snapshot-Content-Location") or part.get("Content-Location") or ""
    return WebPage(
        tree=page.tree,
        head=page.head,
        size=page.size,
        url=str(address).strip(),
        saved=_mail_date(message.get("Date")),
    )


def _mail_date(value: object) -> str:
    try:
        stated: datetime = email.utils.parsedate_to_datetime(str(value))
    except (TypeError, ValueError):
        return ""
    return stated.date().isoformat()
