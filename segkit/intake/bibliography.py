"""``references.bib`` and ``references.json``: citation data that the user keeps beside the files.

In: the research folder's ``*.bib`` and ``references.json`` (CSL-JSON, as Zotero exports it). Out: entries that are
matched with a saved file. An entry that belongs to no saved file is no source: there is nothing to check a quotation in.
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import bibtexparser
from bibtexparser.middlewares import (
    LatexDecodingMiddleware,
    MonthIntMiddleware,
    NameParts,
    SeparateCoAuthors,
    SplitNameParts,
)
from bibtexparser.model import Field

from segkit.errors import BadValueError
from segkit.intake.citation_data import (
    MONTHS,
    Citation,
    citation_from_fields,
    plain_doi,
    read_date,
    web_address,
)
from segkit.intake.passages import clean_text

BIB_TYPES = {
    "article": "article-journal",
    "book": "book",
    "booklet": "pamphlet",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "conference": "paper-conference",
    "manual": "report",
    "mastersthesis": "thesis",
    "phdthesis": "thesis",
    "thesis": "thesis",
    "online": "webpage",
    "electronic": "webpage",
    "techreport": "report",
    "report": "report",
    "unpublished": "manuscript",
}
CSL_TEXTS = (
    "volume",
    "issue",
    "page",
    "DOI",
    "ISBN",
    "ISSN",
    "edition",
    "genre",
    "number",
    "publisher-place",
    "collection-title",
    "event",
)
CSL_TYPE = re.compile(r"[a-z][a-z_-]{2,40}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One entry: its key, the file it names, and what it says."""

    key: str
    file: str
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Bibliography:
    """All entries, found by the file they name, else by key, address or title."""

    by_file: Mapping[str, Reference]
    by_key: Mapping[str, Reference]
    by_address: Mapping[str, Reference]
    by_title: Mapping[str, Reference]

    @classmethod
    def of(cls, references: Iterable[Reference]) -> Bibliography:
        """Index entries; the first of two that claim the same wins."""
        by_file: dict[str, Reference] = {}
        by_key: dict[str, Reference] = {}
        by_address: dict[str, Reference] = {}
        by_title: dict[str, Reference] = {}
        for item in references:
            for index, name in (
                (by_file, item.file.casefold()),
                (by_key, item.key.casefold()),
                (by_address, plain_address(item.citation.url)),
                (by_address, item.citation.more.get("DOI", "").casefold()),
                (by_title, plain_title(item.citation.title)),
            ):
                if name:
                    index.setdefault(name, item)
        return cls(by_file=by_file, by_key=by_key, by_address=by_address, by_title=by_title)

    def find(self, citation: Citation, *, name: str, stem: str) -> Citation:
        """Return what the entry of a saved file says; an empty citation where there is none."""
        found = (
            self.by_file.get(name.casefold())
            or self.by_key.get(stem.casefold())
            or self.by_address.get(citation.more.get("DOI", "").casefold())
            or self.by_address.get(plain_address(citation.url))
            or self.by_title.get(plain_title(citation.title))
        )
        return found.citation if found else Citation()


def plain_address(url: str) -> str:
    """Return an address in the form in which two spellings of it are equal.

    Examples
    --------
    >>> plain_address("http://www.shop.example/about/#top") == plain_address("https://shop.example/about")
    True
    """
    bare = re.sub(r"^https?://(?:www\.)?", "", url.strip().casefold())
    return bare.split("#")[0].rstrip("/")


def plain_title(title: str) -> str:
    """Return a title without signs and case; very short ones match nothing."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    words = re.findall(r"\w+", plain)
    return " ".join(words) if len(words) > 1 else ""


def read_bibtex(text: str, *, label: str) -> tuple[list[Reference], list[str]]:
    """Return the entries of a BibTeX file, and one sentence for each that cannot be read.

    Parameters
    ----------
    text : str
        The file's text.
    label : str
        Its name in messages.
    """
    problems = []
    logger = logging.getLogger(
        "bibtexparser"
    )  # it reports on the terminal what is said below in one sentence
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        library = bibtexparser.parse_string(clean_text(text))
        addresses = {
            entry.key: {item.key.lower(): str(item.value) for item in entry.fields}
            for entry in library.entries
        }
        for step in (MonthIntMiddleware(), SeparateCoAuthors(), SplitNameParts()):
            library = step.transform(library)
        _spread_names(library)  # the decoder passes over names that are parted
        library = LatexDecodingMiddleware().transform(library)
    except Exception as error:  # noqa: BLE001 - whatever the parser stumbles over, one file must not stop the report
        reason = f"{label} cannot be read as BibTeX (got {type(error).__name__}); export it again from the reference manager."
        return [], [reason]
    finally:
        logger.setLevel(level)
    for block in library.failed_blocks:
        line = (block.start_line or 0) + 1
        shown = (block.raw or "").strip().split("\n")[0][:60]
        problems.append(
            f"{label} has an entry that cannot be read at line {line} (got {shown!r}); check its braces and commas."
        )
    references = [
        _reference(
            entry.entry_type,
            entry.key,
            {item.key.lower(): item.value for item in entry.fields},
            addresses[entry.key],
        )
        for entry in library.entries
    ]
    return references, problems


def _reference(kind: str, key: str, values: Mapping[str, object], raw: Mapping[str, str]) -> Reference:
    """Turn one BibTeX entry into a citation; ``raw`` are its fields before LaTeX was decoded (addresses hold % and ~)."""

    def one(*names: str) -> str:
        return next((text for name in names if (text := _plain(values.get(name)))), "")

    month = str(values.get("month", "")).strip().lower()
    number = int(month) if month.isdigit() else MONTHS.get(month, 0)
    year = read_date(one("year"))
    stated = f"{year}-{number:02}" if year and number else year
    more = {
        "volume": one("volume"),
        "issue": one("number") if kind == "article" else "",
        "number": one("number") if kind != "article" else "",
        "page": one("pages").replace("--", "\u2013"),
        "DOI": plain_doi(raw.get("doi", "")),
        "ISBN": one("isbn"),
        "ISSN": one("issn"),
        "edition": one("edition"),
        "publisher-place": one("address", "location"),
        "genre": one("howpublished") if not web_address(raw.get("howpublished", "")) else "",
    }
    csl = BIB_TYPES.get(kind.lower(), "manuscript" if more["genre"] else "")
    citation = Citation(
        title=one("title"),
        authors=tuple(_bib_names(values)),
        publisher=one("publisher", "institution", "school", "organization"),
        container=one("journal", "journaltitle", "booktitle"),
        published=read_date(one("date")) or stated,
        retrieved=read_date(one("urldate")),
        url=web_address(raw.get("url", "").strip("{} ").replace("\\_", "_").replace("\\%", "%")),
        kind={"techreport": "report", "online": "webpage"}.get(kind.lower(), kind.lower() if csl else ""),
        language=one("language", "langid"),
        csl_type=csl,
        note=one("note", "annote"),
        more={name: value for name, value in more.items() if value},
    )
    return Reference(key=key, file=_file_name(raw.get("file", "")), citation=citation)


def _spread_names(library: bibtexparser.Library) -> None:
    """Give each author's family and given name a field of its own; a name in braces is an organisation's."""
    for entry in library.entries:
        names = next((item.value for item in entry.fields if item.key.lower() == "author"), None)
        for place, name in enumerate(names if isinstance(names, list) else []):
            parted = isinstance(name, NameParts)
            family = " ".join([*name.von, *name.last]) if parted else str(name)
            given = " ".join([*name.first, *name.jr]) if parted else ""
            entry.set_field(Field(key=f"author-{place}-family", value=family))
            entry.set_field(Field(key=f"author-{place}-given", value=given))


def _bib_names(values: Mapping[str, object]) -> Iterator[str]:
    """Yield the authors of an entry, "Family, Given" or an organisation."""
    for place in range(len(values)):
        family, given = (_plain(values.get(f"author-{place}-{part}")) for part in ("family", "given"))
        if family:
            yield f"{family}, {given}" if given else family


def _plain(value: object) -> str:
    """Return a decoded field without the braces that only kept its capitals."""
    return (
        " ".join(str(value).replace("{", "").replace("}", "").split())
        if isinstance(value, (str, int))
        else ""
    )


def _file_name(value: str) -> str:
    """Return the name of the file that an entry names, also as reference managers write it (":folder/x.pdf:application/pdf")."""
    for part in re.split(r"[:;]", value.replace("\\", "/")):
        name = part.strip("{} ").rsplit("/", 1)[-1]
        if re.search(r"\.\w{2,5}$", name):
            return name
    return ""


def read_csl_json(text: str, *, label: str) -> list[Reference]:
    """Return the entries of a CSL-JSON file.

    Raises
    ------
    BadValueError
        The file is not JSON, or not a list of records.
    """
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        raise BadValueError(
            f"{label} is not JSON (got {text.strip()[:40]!r}); export the references again as CSL-JSON.",
            path=label,
        ) from None
    items = loaded.get("items") if isinstance(loaded, dict) else loaded
    if not isinstance(items, list):
        raise BadValueError(
            f"{label} holds no list of references (got {type(loaded).__name__}); export the references again as CSL-JSON.",
            path=label,
        )
    return [_csl_reference(item) for item in items if isinstance(item, dict)]


def _csl_reference(item: Mapping[str, object]) -> Reference:
    def one(key: str) -> str:
        value = item.get(key)
        return " ".join(clean_text(str(value)).split()) if isinstance(value, (str, int)) else ""

    more = {key: one(key) for key in CSL_TEXTS if one(key)}
    if "DOI" in more:
        more["DOI"] = plain_doi(more["DOI"])
    stated = citation_from_fields({key: one(key) for key in ("title", "publisher", "language", "note")})
    citation = Citation(
        title=stated.title,
        authors=tuple(_csl_names(item.get("author"))),
        publisher=stated.publisher,
        container=one("container-title"),
        published=_csl_date(item.get("issued")),
        retrieved=_csl_date(item.get("accessed")),
        url=web_address(one("URL")),
        language=stated.language,
        csl_type=one("type") if CSL_TYPE.match(one("type")) else "",
        note=stated.note,
        more={key: value for key, value in more.items() if value},
    )
    return Reference(key=one("id"), file=_file_name(one("file")), citation=citation)


def _csl_names(value: object) -> Iterable[str]:
    for name in value if isinstance(value, list) else []:
        if not isinstance(name, dict):
            continue
        family, given, literal = (str(name.get(key) or "") for key in ("family", "given", "literal"))
        particle = str(name.get("non-dropping-particle") or "")
        family = f"{particle} {family}".strip()
        if family or literal:
            yield " ".join(
                clean_text(f"{family}, {given}" if family and given else family or literal).split()
            )


def _csl_date(value: object) -> str:
    if not isinstance(value, dict):
        return ""
    parts = value.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    if isinstance(first, list) and first:
        return read_date("-".join(str(part) for part in first[:3]))
    return read_date(str(value.get("raw") or value.get("literal") or ""))
