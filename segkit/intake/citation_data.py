"""What is known of a source for citing it, from whichever place said it, as one value and as CSL-JSON.

In: fields of front matter, of a page's metadata, of a PDF or of ``references.bib``. Out: a :class:`Citation`; several are
merged with :func:`fill_gaps`, and :func:`make_csl` writes the record that the reference list is made from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from urllib.parse import urlsplit

from segkit.model.evidence import SourceType

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier",
            "feb february februar février",
            "mar march märz mars mär",
            "apr april avril",
            "may mai",
            "jun june juni juin",
            "jul july juli juillet",
            "aug august août",
            "sep sept september septembre",
            "oct october oktober okt octobre",
            "nov november novembre",
            "dec december dezember dez décembre",
        ),
        start=1,
    )
    for name in names.split()
}
ISO_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?=\D|$)")
COMPACT_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})(?:\d{6}.*)?$")
DAY_FIRST = re.compile(r"\b(\d{1,2})\.?\s+([^\W\d]+)\.?,?\s+(\d{4})\b")
MONTH_FIRST = re.compile(r"\b([^\W\d]+)\.?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})\b")
ANY_YEAR = re.compile(r"\b(1[5-9]\d{2}|20\d{2})\b")

ORGANISATION = re.compile(
    r"\b(?:ltd|limited|llc|inc|plc|gmbh|ag|kg|ev|sarl|bv|corp|corporation|company|group|institute|institut|university|"
    r"universität|college|school|office|bureau|agency|association|verband|ministry|ministerium|department|council|"
    r"research|observatory|society|foundation|shop|store|team|editors|redaktion|press|verlag|journal|review|magazine|"
    r"and|und|et|of|for|the|für|news|studio|works|workshop|services|consulting|marketing|bank|museum|library)\b\.?|[&@/]|\d",
    re.IGNORECASE,
)
COUNT = re.compile(r"\d{1,3}(?:[,. \u202f]\d{3})+|\d+")
CSL_TYPES = {
    "article": "article-journal",
    "journal": "article-journal",
    "paper": "article-journal",
    "newspaper": "article-newspaper",
    "news": "article-newspaper",
    "magazine": "article-magazine",
    "report": "report",
    "survey": "report",
    "study": "report",
    "whitepaper": "report",
    "statistics": "report",
    "book": "book",
    "chapter": "chapter",
    "thesis": "thesis",
    "conference": "paper-conference",
    "blog": "post-weblog",
    "post": "post-weblog",
    "webpage": "webpage",
    "website": "webpage",
    "page": "webpage",
    "interview": "manuscript",
    "observation": "manuscript",
    "log": "manuscript",
    "diary": "manuscript",
    "notes": "manuscript",
}
GENRES = {"interview": "Interview notes", "observation": "Observation log", "log": "Log", "diary": "Diary"}
CONTAINED = {
    "article-journal",
    "article-newspaper",
    "article-magazine",
    "chapter",
    "paper-conference",
    "post-weblog",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Fields of a source as one place states them; an empty field was not stated.

    ``authors`` are "Family, Given" or an organisation. Dates are ISO texts as far as they are known. ``more`` holds
    further CSL-JSON variables (volume, page, DOI ...).
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    container: str = ""
    published: str = ""
    retrieved: str = ""
    url: str = ""
    kind: str = ""
    language: str = ""
    csl_type: str = ""
    site_name: str = ""
    origin: str = ""
    n: int | None = None
    population: str = ""
    fieldwork: str = ""
    note: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


def fill_gaps(first: Citation, *others: Citation) -> Citation:
    """Return the first citation with what it lacks taken from the others, in order.

    Examples
    --------
    >>> fill_gaps(Citation(title="Mine"), Citation(title="Theirs", published="2025")).published
    '2025'
    """
    for other in others:
        changes: dict[str, object] = {
            item.name: getattr(other, item.name)
            for item in fields(Citation)
            if item.name != "more" and getattr(first, item.name) in ("", (), None)
        }
        # The exact day is more than the year alone, as long as both name the same year.
        if other.published.startswith(first.published) and len(other.published) > len(first.published):
            changes["published"] = other.published
        first = replace(first, **changes, more={**other.more, **first.more})  # type: ignore[arg-type]
    return first


def citation_from_fields(values: Mapping[str, str | Sequence[str]]) -> Citation:
    """Return what front matter, or metadata with the same keys, says of a source.

    Parameters
    ----------
    values : mapping of text to text or texts
        Keys in lower case: title, author, publisher, journal, year or date, url, doi, retrieved, kind, language, n,
        population, fieldwork, note, origin, volume, issue, pages. Unknown keys are ignored.

    Examples
    --------
    >>> citation_from_fields({"title": "One text", "author": ("Bell, Rory",), "year": "2025", "n": "n = 1,290"}).n
    1290
    """

    def one(*keys: str) -> str:
        for key in keys:
            value = values.get(key, "")
            text = value if isinstance(value, str) else ", ".join(value)
            if text.strip():
                return " ".join(text.split())
        return ""

    named = [values[key] for key in ("author", "authors", "by") if values.get(key)]
    more = {
        "volume": one("volume"),
        "issue": one("issue", "number"),
        "page": one("pages", "page"),
        "DOI": plain_doi(one("doi")),
        "edition": one("edition"),
        "ISBN": one("isbn"),
        "publisher-place": one("place", "address"),
    }
    return Citation(
        title=one("title"),
        authors=read_authors(named[0]) if named else (),
        publisher=one("publisher", "institution", "organisation", "organization"),
        container=one("journal", "container-title", "container", "magazine", "newspaper"),
        published=read_date(one("date", "published", "issued", "published_at")) or read_date(one("year")),
        retrieved=read_date(one("retrieved", "accessed", "urldate", "retrieved_at")),
        url=one("url", "link", "source"),
        kind=one("kind", "type").lower(),
        language=one("language", "lang"),
        origin=one("origin").lower(),
        n=read_count(one("n", "sample", "sample_size")),
        population=one("population"),
        fieldwork=one("fieldwork"),
        note=one("note", "reliability_note"),
        more={key: value for key, value in more.items() if value},
    )


def read_date(text: str) -> str:
    """Return a date as ISO text, as exact as it is stated; empty where there is none.

    Examples
    --------
    >>> [read_date(text) for text in ("2026-05-18T09:00+01:00", "18 May 2026", "May 2026", "D:20260518", "c. 2026")]
    ['2026-05-18', '2026-05-18', '2026-05', '2026-05-18', '2026']
    """
    text = text.strip()
    if match := ISO_DATE.match(text):
        return _iso(match[1], match[2], match[3])
    if match := COMPACT_DATE.match(text):
        return _iso(match[1], match[2], match[3])
    if (match := DAY_FIRST.search(text)) and (month := MONTHS.get(match[2].lower())):
        return _iso(match[3], str(month), match[1])
    if (match := MONTH_FIRST.search(text)) and (month := MONTHS.get(match[1].lower())):
        return _iso(match[3], str(month), match[2])
    year = ANY_YEAR.search(text)
    return year[1] if year else ""


def _iso(year: str, month: str | None, day: str | None) -> str:
    """Write a date as far as its parts are possible."""
    if not 1000 <= int(year) <= 2999:
        return ""
    if not month or not 1 <= int(month) <= 12:
        return year
    if not day or not 1 <= int(day) <= 31:
        return f"{year}-{int(month):02}"
    return f"{year}-{int(month):02}-{int(day):02}"


def read_count(text: str) -> int | None:
    """Return the number of a sample, or None.

    Examples
    --------
    >>> read_count("n = 1,290"), read_count("unknown")
    (1290, None)
    """
    match = COUNT.search(text)
    digits = re.sub(r"\D", "", match[0]) if match else ""
    return int(digits) if digits and len(digits) < 12 else None


def read_authors(value: str | Sequence[str], *, persons: bool = False) -> tuple[str, ...]:
    """Return authors as "Family, Given" or as an organisation's name.

    Parameters
    ----------
    value : str or sequence of str
        A sequence is one author each; a text may join several with semicolons or "and".
    persons : bool
        The place that states them names people only, so that a name of two words is one.

    Examples
    --------
    >>> read_authors("Whitcombe, Jo; Amrit Sandhu"), read_authors("Tenterfold Wool & Workshop")
    (('Whitcombe, Jo', 'Sandhu, Amrit'), ('Tenterfold Wool & Workshop',))
    """
    names: Iterable[str] = (value,) if isinstance(value, str) else value
    found: dict[str, None] = {}
    for text in names:
        for part in _separate(text):
            name = _name(part, person=persons)
            if name:
                found[name] = None
    return tuple(found)


def _separate(text: str) -> list[str]:
    text = re.sub(r"^\s*(?:by|von|par)\s+", "", " ".join(text.split()), flags=re.IGNORECASE)
    if ";" in text:
        return [part.strip() for part in text.split(";")]
    parts = re.split(r"\s+(?:and|und|et)\s+", text)
    people = all(len(part.split()) > 1 and not ORGANISATION.search(part) for part in parts)
    if len(parts) < 2 or not people:
        return [text]
    return [name for part in parts[:-1] for name in _by_comma(part)] + [parts[-1]]


def _by_comma(text: str) -> list[str]:
    """Separate "Ann Lee, Bo Fox" but not "Lee, Ann"."""
    parts = [part.strip() for part in text.split(",")]
    return parts if all(len(part.split()) > 1 for part in parts) else [text]


def _name(text: str, *, person: bool) -> str:
    name = text.strip(" ,")
    if not name or name.startswith(("http:", "https:")) or "," in name:
        return "" if name.startswith("http") else name
    words = name.split()
    looks_like = 2 <= len(words) <= 4 and all(word[0].isupper() for word in (words[0], words[-1]))
    if looks_like and not ORGANISATION.search(name) and not name.isupper() and (person or len(words) <= 3):
        particle = next(
            (at for at, word in enumerate(words[1:-1], start=1) if word[0].islower()), len(words) - 1
        )
        return f"{' '.join(words[particle:])}, {' '.join(words[:particle])}"
    return name


def plain_doi(text: str) -> str:
    """Return a DOI without the address in front of it.

    Examples
    --------
    >>> plain_doi("https://doi.org/10.1000/xyz")
    '10.1000/xyz'
    """
    match = re.search(r"10\.\d{4,9}/\S+", text)
    return match[0].rstrip(".,;") if match else ""


def web_address(text: str) -> str:
    """Return an address if it is one of the web, else nothing: a report links to it."""
    address = text.strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    usable = parts.scheme.lower() in {"http", "https"} and bool(parts.netloc)
    return address if usable and not re.search(r"[\s<>\"\\^`{|}]", address) else ""


def csl_type(citation: Citation, *, source_type: SourceType) -> str:
    """Return the CSL type of a source: what references.bib says, else what its kind suggests."""
    if citation.csl_type:
        return citation.csl_type
    if source_type is SourceType.WEBSITE:
        return "webpage"
    for word in re.split(r"[^\w]+", citation.kind.lower()):
        if word in CSL_TYPES:
            found = CSL_TYPES[word]
            return "report" if found == "article-journal" and not _container(citation) else found
    if "journal" in citation.more or citation.container:
        return "article-journal"
    return "webpage" if citation.url else "report"


def _container(citation: Citation) -> str:
    return citation.container or citation.publisher


def make_csl(citation: Citation, *, source_id: str, source_type: SourceType) -> dict[str, object]:
    """Write a source's CSL-JSON record.

    Parameters
    ----------
    citation : Citation
        Merged from all places that say something.
    source_id : str
        Becomes the record's id.
    source_type : SourceType
        A page of the website is a ``webpage`` whatever it says.

    Examples
    --------
    >>> told = Citation(title="Gifts", authors=("Marchetti, Silvia",), published="2025", kind="survey")
    >>> make_csl(told, source_id="gifts", source_type=SourceType.RESEARCH)["author"]
    [{'family': 'Marchetti', 'given': 'Silvia'}]
    """
    kind = csl_type(citation, source_type=source_type)
    record: dict[str, object] = {"id": source_id, "type": kind, "title": citation.title}
    if citation.authors:
        record["author"] = [csl_name(name) for name in citation.authors]
    for key, date in (("issued", citation.published), ("accessed", citation.retrieved)):
        if date:
            record[key] = {"date-parts": [[int(part) for part in date.split("-")]]}
    record.update(_published_by(citation, kind=kind))
    if citation.url:
        record["URL"] = citation.url
    if citation.language:
        record["language"] = citation.language
    genre = next((GENRES[word] for word in GENRES if word in citation.kind), "")
    if kind == "manuscript" and genre:
        record["genre"] = genre
    record.update({key: value for key, value in sorted(citation.more.items()) if value})
    return record


def _published_by(citation: Citation, *, kind: str) -> dict[str, object]:
    """Return the container and the publisher of a CSL record, neither of which repeats an author or the other.

    A journal is often given as the publisher; a web page whose author is the site would name it twice.
    """
    publisher = citation.publisher
    if kind in CONTAINED:
        container = citation.container or publisher
    else:
        container = citation.container or (citation.site_name if kind == "webpage" else "")
    named = {*citation.authors, citation.title}
    record: dict[str, object] = {}
    if container and container not in named:
        record["container-title"] = container
    if publisher and publisher not in named | {container}:
        record["publisher"] = publisher
    return record


def csl_name(name: str) -> dict[str, str]:
    """Return an author as a CSL-JSON name.

    Examples
    --------
    >>> csl_name("Bell, Rory"), csl_name("Acme, Inc.")
    ({'family': 'Bell', 'given': 'Rory'}, {'literal': 'Acme, Inc.'})
    """
    family, comma, given = name.partition(",")
    if not comma or not given.strip() or ORGANISATION.search(given) or "," in given:
        return {"literal": name}
    return {"family": family.strip(), "given": given.strip()}
