"""A source as a CSL-JSON record that is safe to hand to a citation processor.

Whatever a page or a note says of itself is somebody else's text: only known fields pass, as plain text without control or
private-use characters, dates that are dates, names that are names, and addresses that are http(s).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from segkit.model.evidence import Source, SourceType
from segkit.publish.safety import safe_url, strip_control

TEXT_FIELDS = (
    "title", "title-short", "container-title", "collection-title", "publisher", "publisher-place", "volume", "issue",
    "page", "number", "edition", "version", "genre", "medium", "DOI", "URL", "ISBN", "ISSN", "event", "event-place",
    "archive", "archive_location", "section", "number-of-pages", "number-of-volumes", "year-suffix",
)  # fmt: skip
"""The text fields of CSL-JSON that a style may print."""
_NAME_FIELDS = ("author", "editor", "translator", "interviewer", "container-author", "collection-editor")
_NAME_PARTS = ("family", "given", "dropping-particle", "non-dropping-particle", "suffix")
_DATE_FIELDS = ("issued", "accessed", "submitted", "original-date", "event-date")
_TYPES = {
    "article": "article-journal", "blog": "post-weblog", "book": "book", "chapter": "chapter", "dataset": "dataset",
    "interview": "interview", "news": "article-newspaper", "observation": "manuscript", "log": "manuscript",
    "diary": "manuscript", "personal": "personal_communication", "post": "post", "report": "report", "survey": "report",
    "thesis": "thesis", "webpage": "webpage",
}  # fmt: skip
"""CSL type by the kind a note gives itself."""
_FORMS = {
    "observation": "Observation notes",
    "log": "Observation log",
    "diary": "Diary",
    "interview": "Interview notes",
}
_ORGANISATION = re.compile(
    r",\s*(?:inc|ltd|llc|llp|plc|gmbh|ag|sa|bv|co|corp|limited)\.?$|&|\b(?:and|und)\b", re.IGNORECASE
)
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?!\d))?)?(?!\d)")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_MAX_TEXT = 600
_MAX_NAMES = 60


def csl_record(source: Source) -> dict[str, Any]:
    """Return the CSL-JSON record of a source: its own ``csl``, cleaned, and what is missing there from its other fields.

    A publisher or container that only repeats the author is left out, as citation styles ask.

    Examples
    --------
    >>> page = Source(id="about", type=SourceType.WEBSITE, title="About us", path="website/about.html", sha256="ab",
    ...               authors=("Bean & Leaf",), publisher="Bean & Leaf", retrieved="2026-09-10", url="javascript:x()")
    >>> csl_record(page)
    {'type': 'webpage', 'title': 'About us', 'author': [{'literal': 'Bean & Leaf'}], 'accessed': {'date-parts': [[2026, 9, 10]]}}
    """
    record = _cleaned(source.csl)
    record["type"] = _type(source)
    filled = {
        "title": clean_text(source.title) or clean_text(source.path) or source.id,
        "author": [name for author in source.authors if (name := _name(author))],
        "publisher": clean_text(source.publisher),
        "URL": _address(source.url),
        "issued": _date(source.published),
        "accessed": _date(source.retrieved),
        "medium": _FORMS.get(source.kind.lower(), ""),
    }
    if record["type"] == "article-journal":
        filled["container-title"] = filled.pop("publisher")
    if "genre" in record:
        del filled["medium"]
    for field, value in filled.items():
        if value:
            record.setdefault(field, value)
    if record["type"] == "article-journal" and record.get("publisher") == record.get("container-title"):
        record.pop("publisher", None)
    if not {"author", "editor"} & record.keys() and (known := record.get("publisher")):
        record["author"] = [{"literal": known}]  # an organisation answers for what nobody signed
    authors = {name.get("literal", "").casefold() for name in record.get("author", ())}
    for field in ("publisher", "container-title"):
        if record.get(field, "").casefold() in authors - {""}:
            del record[field]
    record["title"] = _without_site(record["title"], authors)
    head, colon, _ = record["title"].partition(": ")
    if colon:
        record.setdefault("title-short", head)
    order = ("type", *TEXT_FIELDS, *_NAME_FIELDS, *_DATE_FIELDS)
    return {field: record[field] for field in order if field in record}


def _without_site(title: str, names: set[str]) -> str:
    """Return a page's title without the name of the site that most titles carry, when that is its author."""
    match = re.fullmatch(r"(.+?)\s+[|\u2013\u2014\u00b7-]\s+(.+)", title)
    return match[1] if match and match[2].casefold() in names else title


def clean_text(value: object) -> str:
    r"""Return text on one line, without control and private-use characters, at most 600 characters long.

    Examples
    --------
    >>> clean_text(" Gift\n service\x00\ue000 "), clean_text(None)
    ('Gift service', '')
    """
    if value is None or isinstance(value, Mapping | list | tuple | bool):
        return ""
    text = " ".join(_PRIVATE.sub("", strip_control(str(value)[: 4 * _MAX_TEXT])).split())
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 1].rstrip()}…"


def _type(source: Source) -> str:
    given = source.csl.get("type")
    if isinstance(given, str) and re.fullmatch(r"[a-z][a-z_-]{1,40}", given):
        return given
    if source.kind.lower() in _TYPES:
        return _TYPES[source.kind.lower()]
    if source.type is SourceType.WEBSITE:
        return "webpage"
    return "report" if source.type is SourceType.RESEARCH else "dataset"


def _cleaned(csl: Mapping[str, object]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for field in TEXT_FIELDS:
        text = clean_text(csl.get(field))
        if field == "URL":
            text = _address(text)
        if field == "DOI":
            text = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", text, flags=re.IGNORECASE)
            text = text if re.fullmatch(r"10\.\S+/\S+", text) else ""
        if text:
            record[field] = text
    for field in _NAME_FIELDS:
        given = csl.get(field)
        found = [_name(name) for name in given[:_MAX_NAMES]] if isinstance(given, list | tuple) else []
        if names := [name for name in found if name]:
            record[field] = names
    for field in _DATE_FIELDS:
        if date := _date(csl.get(field)):
            record[field] = date
    return record


def _address(value: object) -> str:
    address = safe_url(clean_text(value))
    return "" if address.startswith("#") else address


def _name(value: object) -> dict[str, str]:
    """Return a name's parts, from CSL-JSON or from "Family, Given"; what has no family name is an organisation."""
    if isinstance(value, Mapping):
        parts = {part: text for part in _NAME_PARTS if (text := clean_text(value.get(part)))}
        literal = clean_text(value.get("literal"))
        if literal or "family" not in parts:
            whole = literal or parts.get("given", "")
            return {"literal": whole} if whole else {}
        return parts
    text = clean_text(value)
    family, comma, given = text.partition(",")
    if not comma or not given.strip() or not family.strip() or _ORGANISATION.search(text):
        return {"literal": text} if text else {}
    return {"family": family.strip(), "given": given.strip()}


def _date(value: object) -> dict[str, Any]:
    """Return a CSL date from CSL-JSON or an ISO text; what is no date is kept as words, or left out."""
    if isinstance(value, Mapping):
        parts = value.get("date-parts")
        first = parts[0] if isinstance(parts, list | tuple) and parts else ()
        if isinstance(first, Sequence) and not isinstance(first, str) and (numbers := _parts(first)):
            return {"date-parts": [numbers]}
        return _date(value.get("raw") or value.get("literal"))
    text = clean_text(value)
    match = _ISO_DATE.match(text)
    if match and (numbers := _parts([part for part in match.groups() if part])):
        return {"date-parts": [numbers]}
    return {"literal": text} if text else {}


def _parts(values: Sequence[object]) -> list[int]:
    """Return year, month and day as far as they are possible."""
    limits = ((1, 9999), (1, 12), (1, 31))
    numbers: list[int] = []
    for value, (low, high) in zip(values, limits, strict=False):
        text = str(value).strip()
        if not text.isascii() or not text.isdigit() or not low <= int(text[:6]) <= high:
            break
        numbers.append(int(text))
    return numbers
