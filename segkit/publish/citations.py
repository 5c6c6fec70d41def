"""Citations: from the sources of a report to what stands in the text and in the reference list.

A CSL style says how; citeproc-py does it. It is handed cleaned records and a formatter that only sets marks, so that
nothing it gives back is markup: the text is cut into runs here and escaped where a page is written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from segkit.errors import BadValueError, InputError
from segkit.model.company import Company
from segkit.model.evidence import Source
from segkit.publish.csl_records import csl_record
from segkit.publish.references import run_html

STYLES = ("apa", "numeric")
"""The styles that come with segkit; any other is a ``.csl`` file."""
_MAX_STYLE = 2_000_000
_CSL = "{http://purl.org/net/xbiblio/csl}"
_LOOKS = ("italic", "bold", "underline", "superscript", "subscript", "small-caps")
_OPEN = {look: chr(0xE000 + position) for position, look in enumerate(_LOOKS)}
_CLOSE, _LESS, _URL, _DOI = "\ue00f", "\ue010", "\ue011", "\ue012"
_MARK = re.compile(f"([{''.join(_OPEN.values())}{_CLOSE}{_URL}]|https://doi\\.org/{_DOI}|{_DOI})")
_LOOK_OF = {mark: look for look, mark in _OPEN.items()}
_MARKS = "".join((*_OPEN.values(), _CLOSE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of a reference in one look: ``look`` is empty or one of italic, bold ...; ``url`` is http(s) or empty."""

    text: str
    look: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSource:
    """How one source is cited: ``in_text`` ("(Marchetti, 2025)" or "[1]") and its entry in the reference list."""

    id: str
    in_text: str
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The entry as plain text."""
        return "".join(run.text for run in self.runs)

    @property
    def html(self) -> str:
        """The entry as escaped HTML: looks as elements, http(s) addresses as links, nothing else."""
        return "".join(run_html(run.text, look=run.look, url=run.url) for run in self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citations:
    """The reference list in the order of the style."""

    entries: tuple[CitedSource, ...]

    def of(self, source_id: str) -> CitedSource | None:
        """Return how a source is cited, or None."""
        return next((entry for entry in self.entries if entry.id == source_id), None)


def company_style(company: Company) -> str | Path:
    """Return the citation style that ``[report] citation_style`` of ``company.toml`` asks for.

    Raises
    ------
    BadValueError
        When it leads out of the company folder.

    Examples
    --------
    >>> company_style(Company(folder="/shop", slug="shop", name="Shop"))
    'apa'
    """
    wanted = company.report.citation_style
    if not wanted.lower().endswith(".csl"):
        return wanted
    folder = Path(company.folder).resolve()
    path = (folder / wanted).resolve()
    if not path.is_relative_to(folder):
        raise BadValueError(
            f"citation_style in company.toml leads out of the company folder (got {wanted!r}); put the .csl file beside company.toml.",
            path="company.toml",
        )
    return path


def cite_sources(sources: Sequence[Source], *, style: str | Path = "apa", locale: str = "en-US") -> Citations:
    """Return the in-text citation and the reference entry of each source.

    Parameters
    ----------
    sources : sequence of Source
        In the order in which a numeric style numbers them; ids are unique.
    style : str or Path, default "apa"
        ``"apa"``, ``"numeric"``, or the path of a ``.csl`` file.
    locale : str, default "en-US"
        Language of terms such as "Retrieved"; an unknown one falls back to its language, then to en-US.

    Returns
    -------
    Citations
        Sorted as the style sorts. Works that would be cited alike get a letter after their year (2025a, 2025b).

    Raises
    ------
    InputError
        When the style file cannot be read or is no style for citations in the text.

    Notes
    -----
    The same sources give the same text: no clock, no state kept between calls.

    Examples
    --------
    >>> from segkit.model.evidence import SourceType
    >>> gifts = Source(id="gifts", type=SourceType.RESEARCH, kind="report", title="Craft gifts", path="research/gifts.md",
    ...                sha256="ab", authors=("Marchetti, Silvia",), publisher="Small Shops Observatory", published="2025")
    >>> cited = cite_sources([gifts]).entries[0]
    >>> cited.in_text, cited.html
    ('(Marchetti, 2025)', 'Marchetti, S. (2025). <i>Craft gifts</i>. Small Shops Observatory.')
    """
    if not sources:
        return Citations(entries=())
    name = str(style)
    content = _read_style(style)
    records = {source.id: csl_record(source) for source in sources}
    try:
        made = _render(content, records, locale)
        alike = Counter(in_text for in_text, _ in made.values())
        letters = {
            source_id: _letter([other for other in made if made[other][0] == in_text].index(source_id))
            for source_id, (in_text, _) in made.items()
            if alike[in_text] > 1
        }
        if letters:
            lettered = {
                key: {**record, "year-suffix": letters.get(key, "")} for key, record in records.items()
            }
            made = _render(content, lettered, locale)
            made = _letter_anyway(made, letters)
    except InputError:
        raise
    except Exception as error:  # a style is a program in a language that citeproc-py knows in part
        raise InputError(
            f"citation style {name!r} cannot be used (got {type(error).__name__}: {_first_line(error)}); use 'apa', 'numeric' or another .csl file.",
            path=name,
        ) from error
    return Citations(
        entries=tuple(
            CitedSource(
                id=source_id,
                in_text="".join(run.text for run in _runs(in_text, records[source_id])),
                runs=_runs(entry, records[source_id]),
            )
            for source_id, (in_text, entry) in made.items()
        )
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:120]


def _letter(position: int) -> str:
    """Return a, b, ... z, aa, ab ... for 0, 1, ..."""
    before, own = divmod(position, 26)
    return (_letter(before - 1) if before else "") + chr(ord("a") + own)


def _letter_anyway(
    made: dict[str, tuple[str, str]], letters: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Set the letters behind the year where a style asks for none, so that two works are never cited alike."""
    alike = Counter(in_text for in_text, _ in made.values())
    year = re.compile(r"\b(\d{4})\b(?!.*\b\d{4}\b)")
    result = {}
    for source_id, (in_text, entry) in made.items():
        letter = letters.get(source_id, "")
        found = year.search(in_text)
        if alike[in_text] > 1 and letter and found:
            in_text = year.sub(rf"\g<1>{letter}", in_text)  # noqa: PLW2901 - the same citation, told apart
            entry = re.sub(rf"\b{found[1]}\b", f"{found[1]}{letter}", entry, count=1)  # noqa: PLW2901
        result[source_id] = (in_text, entry)
    return result


def _read_style(style: str | Path) -> bytes:
    """Return a style's XML after checking that it is one that cites in the text and lists references."""
    from lxml import etree  # noqa: PLC0415 - needed where references are made only

    if isinstance(style, str) and style in STYLES:
        return (Path(__file__).parent / "styles" / f"{style}.csl").read_bytes()
    path, name = Path(style), str(style)
    if path.suffix.lower() != ".csl":
        raise InputError(
            f"citation style is not known (got {name!r}); use 'apa', 'numeric' or the name of a .csl file in the company folder.",
            path=name,
        )
    try:
        content = path.read_bytes() if path.stat().st_size <= _MAX_STYLE else b""
    except OSError as error:
        raise InputError(
            f"citation style {path.name!r} cannot be read (got {error.strerror or error}); put the .csl file into the company folder, or use 'apa' or 'numeric'.",
            path=name,
        ) from error
    problem = ""
    if not content or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        problem = "is empty, larger than 2 MB or declares entities"
    else:
        try:
            problem = _problem(
                etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
            )
        except etree.XMLSyntaxError as error:
            problem = f"is not XML ({_first_line(error)})"
    if problem:
        raise InputError(
            f"citation style {path.name!r} {problem}; take another .csl file that cites author and year or numbers, or use 'apa' or 'numeric'.",
            path=name,
        )
    return content


def _problem(root: Any) -> str:
    if root.tag != f"{_CSL}style":
        return "is not a CSL style"
    if root.find(f"{_CSL}info/{_CSL}link[@rel='independent-parent']") is not None:
        return "only names another style that it depends on"
    if root.get("class") == "note":
        return "writes footnotes, which a page has not"
    parts = [root.find(f"{_CSL}{part}/{_CSL}layout") for part in ("citation", "bibliography")]
    return "has no layout for citations and references" if None in parts else ""


def _marked(look: str) -> Callable[[object], str]:
    return lambda text: f"{_OPEN[look]}{text}{_CLOSE}"


_FORMATTER = SimpleNamespace(
    preformat=str,
    Italic=_marked("italic"),
    Oblique=_marked("italic"),
    Bold=_marked("bold"),
    Light=str,
    Underline=_marked("underline"),
    Superscript=_marked("superscript"),
    Subscript=_marked("subscript"),
    SmallCaps=_marked("small-caps"),
)
"""What citeproc-py asks of a formatter: marks instead of markup; `_runs` turns them into looks."""


def _render(
    content: bytes, records: Mapping[str, Mapping[str, Any]], locale: str
) -> dict[str, tuple[str, str]]:
    """Return in-text citation and entry of each record, with marks, in the order of the style.

    The style is read anew each time: citeproc-py keeps changes to dates and names in the tree it parsed.
    """
    from citeproc import (  # noqa: PLC0415 - costs 0.1 s
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
    )
    from citeproc.source.json import CiteProcJSON  # noqa: PLC0415

    keys = {f"s{position}": source_id for position, source_id in enumerate(records)}  # citeproc lowers ids
    data = [{"id": key, **_encoded(records[source_id])} for key, source_id in keys.items()]
    style = CitationStylesStyle(BytesIO(content), locale=locale, validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(data), _FORMATTER)
    citations = {key: Citation([CitationItem(key)]) for key in keys}
    for citation in citations.values():
        bibliography.register(citation)
    bibliography.sort()
    made = {}
    for item in bibliography.items:
        in_text = str(bibliography.cite(citations[item.key], str))
        entry = "".join(str(text) for text in style.render_bibliography([item]))
        title = data[list(keys).index(item.key)]["title"]
        made[keys[item.key]] = (_tidy(in_text) or f"({title})", _tidy(entry) or title)
    return made


def _encoded(record: Mapping[str, Any]) -> dict[str, Any]:
    """Hide what citeproc would read as markup, and let addresses pass as one character that no style changes."""
    hidden = {
        key: value.replace("<", _LESS) if isinstance(value, str) else value
        for key, value in record.items()
        if value
    }
    return hidden | {field: mark for field, mark in (("URL", _URL), ("DOI", _DOI)) if field in hidden}


def _tidy(text: str) -> str:
    """Mend the seams that citeproc cannot see through a mark: one full stop, and none behind "?" or "!"."""
    text = re.sub(rf"([.,;:])([{_MARKS}]+)\1", r"\1\2", text)
    text = re.sub(rf"([?!…])([{_MARKS}]*)\.(?=[{_MARKS}]*(?:\s|$))", r"\1\2", text)
    return re.sub(r" {2,}", " ", text).strip()


def _runs(text: str, record: Mapping[str, Any]) -> tuple[Run, ...]:
    """Cut marked text into runs; a mark that stands for an address becomes the link."""
    runs: list[Run] = []
    open_looks: list[str] = []
    doi = f"https://doi.org/{record.get('DOI', '')}"
    for piece in _MARK.split(text):
        if piece in _LOOK_OF:
            open_looks.append(_LOOK_OF[piece])
        elif piece == _CLOSE:
            del open_looks[-1:]
        elif piece == _URL:
            runs.append(Run(text=record["URL"], url=record["URL"]))
        elif piece.endswith(_DOI):
            runs.append(Run(text=doi if len(piece) > 1 else record["DOI"], url=doi))
        elif piece:
            runs.append(Run(text=piece.replace(_LESS, "<"), look=open_looks[-1] if open_looks else ""))
    return tuple(runs)
