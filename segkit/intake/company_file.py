"""The shape of ``company.toml``: every key it may hold, and one sentence for each thing wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import date
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Any, Literal, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from segkit.errors import BadValueError
from segkit.intake.columns import CANONICAL_NAMES
from segkit.intake.company_sales import PipelineTable, SalesTable
from segkit.intake.company_table import Table, nearest, refuse
from segkit.intake.company_writing import BrandTable, FlowsTable, MessagesTable
from segkit.intake.formats import format_names
from segkit.intake.own_texts import TextTable
from segkit.model.factor import Factor

_LONGEST = 60
"""Characters of a value that a sentence repeats."""
SCHEMA_URL = "https://json-schema.org/draft/2020-12/schema"


def _check_inside(path: str) -> str:
    """Refuse a path that leaves the company folder."""
    for kind in (PurePosixPath, PureWindowsPath):
        if kind(path).is_absolute() or ".." in kind(path).parts or PureWindowsPath(path).drive:
            raise refuse("leads outside the company folder; copy the file into it and give its name")
    return path


def _check_timezone(name: str) -> str:
    if name and name not in available_timezones():
        lower = {zone.lower(): zone for zone in available_timezones()}
        close = difflib.get_close_matches(name.lower(), sorted(lower), n=1, cutoff=0.5)
        hint = f"did you mean {lower[close[0]]!r}" if close else "write it like 'Europe/Berlin'"
        raise refuse(f"is not a known time zone; {hint}")
    return name


def _check_currency(code: str) -> str:
    if code and not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
        raise refuse("is not a currency code; write three capitals such as 'EUR'")
    return code


def _check_format(name: str) -> str:
    if name != "auto" and name not in format_names():
        raise refuse(f"is not a known format; {nearest(name, ('auto', *format_names()))}")
    return name


def _check_columns(columns: dict[str, str | int]) -> dict[str, str | int]:
    owners: dict[str | int, str] = {}
    for name, source in columns.items():
        if name not in CANONICAL_NAMES:
            raise refuse(f"holds the unknown name {name!r}; {nearest(name, CANONICAL_NAMES)}")
        if name in _ONE_MEANING and owners.setdefault(source, name) != name:
            raise refuse(f"takes one column for both {owners[source]!r} and {name!r}; give each its own")
    return columns


_ONE_MEANING = frozenset(
    {"customer_id", "order_id", "order_date", "quantity", "unit_price", "amount", "order_total"}
)
"""Meanings that no two of which one column can have."""

InsidePath = Annotated[str, AfterValidator(_check_inside), Field(min_length=1)]
Switch = Literal["drop", "keep"]


class CompanyTable(Table):
    """Who the company is."""

    name: str = Field(min_length=1, description="Name as readers know it; the one required key.")
    website: str = Field("", description="Address of the website, for the reader; nothing is fetched.")
    country: str = Field("", description="Country in which the company sells.")
    currency: Annotated[str, AfterValidator(_check_currency)] = Field(
        "", description="Three-letter code, needed where the order file does not carry it."
    )
    timezone: Annotated[str, AfterValidator(_check_timezone)] = Field(
        "", description="Zone of the shop, such as 'Europe/Berlin'; decides to which day an order belongs."
    )
    industry: str = ""
    about: str = Field("", description="One or two sentences about what the company sells.")
    business_model: Literal["b2c", "b2b", "mixed"] = "b2c"
    fictional: bool = Field(default=False, description="True for an invented example; the report says so.")


class JoinTable(Table):
    """A table that completes the order lines."""

    file: InsidePath
    on: str = Field(min_length=1, description="Shared key column; 'left = right' where the names differ.")


class OrdersTable(Table):
    """How the order files are read. What is left out is decided by the data, and logged."""

    files: InsidePath | list[InsidePath] = Field([], description="Names or patterns; default orders.*")
    join: JoinTable | list[JoinTable] | None = None
    format: Annotated[str, AfterValidator(_check_format)] = "auto"
    columns: Annotated[dict[str, str | int], AfterValidator(_check_columns)] = Field(
        {}, description="Canonical name = column of the file (or its position, counted from 1)."
    )
    as_of: date | None = Field(None, description="End of observation; default the day after the last order.")
    day_first: bool | None = None
    decimal: Literal[".", ","] | None = None
    encoding: str | None = None
    include_pending: bool = True
    cancellations: Literal["drop", "net"] = "drop"
    free_lines: Switch = "drop"
    duplicates: Switch = "keep"
    non_products: Switch = "keep"
    returned: Switch = "drop"
    orders_per: Literal["day", "line"] = "day"
    amount_scale: Literal[1, 10, 100, 1000, 10000] = Field(1, description="100 where amounts are in cents.")
    header: bool = True


class SegmentationTable(Table):
    """How many groups, from which features."""

    n_segments: Annotated[int, Field(ge=2)] = 4
    features: list[str] = Field([])
    seed: Annotated[int, Field(ge=0)] = 0


class SegmentTable(Table):
    """A group the user names (by a customer in it) or defines."""

    name: str = ""
    note: str = ""
    contains: str = Field("", description="A customer id: the group that holds it gets this name.")
    rule: str = ""
    members: list[str] = Field([])
    column: str = ""


def _check_names(segments: list[SegmentTable]) -> list[SegmentTable]:
    names = [segment.name.casefold() for segment in segments if segment.name]
    for segment in segments:
        if names.count(segment.name.casefold()) > 1:
            raise refuse(f"gives two groups the name {segment.name!r}; give each its own")
    return segments


class OwnQuoteTable(Table):
    """A quotation of the user's own; it is looked for in the file like every other."""

    contains: str = Field(
        min_length=1, description="A customer id: the quotation speaks of that customer's group."
    )
    factor: Annotated[Factor, Field(strict=False)]
    source: str = Field(min_length=1, description="The file it stands in, such as 'research/note.md'.")
    quote: str = Field(min_length=1, description="The words as they stand there, at most 60.")
    prefix: str = Field(
        "", description="What stands before them, where the words stand there more than once."
    )
    suffix: str = Field("", description="What stands after them.")
    claim: str = Field("", description="Your sentence about it; default: who says it of whom.")
    direction: Literal["supports", "contradicts", "context"] = "supports"


class EvidenceTable(Table):
    """What the user decided about pieces of evidence, by the keys that `segkit check` prints."""

    accept: list[str] = Field([], description="Quotations that speak for the group named in the key.")
    against: list[str] = Field([], description="Quotations that speak against it.")
    reject: list[str] = Field([], description="Findings and quotations never to show again.")
    pin: list[str] = Field([], description="Findings and accepted quotations that come first.")
    reword: dict[str, str] = Field(
        {}, description="Key = your sentence; its numbers must be those of the evidence."
    )
    own: list[OwnQuoteTable] = Field([])
    semantic: bool = Field(
        default=False, description="Search by meaning where words find nothing; needs the extra 'semantic'."
    )


class ReportTable(Table):
    """How the report is written."""

    citation_style: str = Field(
        "apa", min_length=1, description="'apa', 'numeric', or the name of a .csl file in the company folder."
    )
    title: str = Field("", description="Title on the cover; default: the report's own.")
    authors: list[str] = Field([], description="Names on the cover, in order.")
    course: str = Field("", description="Course or occasion, on the cover.")
    institution: str = ""
    lecturer: str = Field("", description="Who it is handed in to.")
    submitted: date | None = Field(None, description="Date on the cover; left out, none is printed.")
    ai_use: str = Field("", description="What the group used AI for, in its own words.")
    worksheet: bool = Field(
        default=False, description="True leaves segkit's arguments out and asks for yours in their place."
    )


class CompanyFile(Table):
    """``company.toml``: settings of one company folder."""

    company: CompanyTable
    orders: OrdersTable = Field(default_factory=lambda: OrdersTable.model_validate({}))
    segmentation: SegmentationTable = SegmentationTable.model_validate({})
    segments: Annotated[list[SegmentTable], AfterValidator(_check_names)] = Field([])
    factors: dict[str, Annotated[Factor, Field(strict=False)]] = Field(
        {}, description="Column = the factor it speaks for."
    )
    evidence: EvidenceTable = EvidenceTable.model_validate({})
    needs: dict[str, Any] = Field({})
    brand: BrandTable = BrandTable.model_validate({})
    flows: FlowsTable = FlowsTable.model_validate({})
    messages: MessagesTable = MessagesTable.model_validate({})
    sales: SalesTable = SalesTable.model_validate({})
    pipeline: PipelineTable = PipelineTable.model_validate({})
    report: ReportTable = ReportTable.model_validate({})
    texts: list[TextTable] = Field([])


def company_schema() -> dict[str, Any]:
    """Return the JSON Schema of ``company.toml``, for editors.

    Examples
    --------
    >>> company_schema()["required"]
    ['company']
    """
    return {"$schema": SCHEMA_URL, **CompanyFile.model_json_schema()}


def parse_company_file(tables: Mapping[str, Any]) -> CompanyFile:
    """Check the tables of a ``company.toml``.

    Raises
    ------
    BadValueError
        With the key as it is written in the file, the value got and the way out.

    Examples
    --------
    >>> parse_company_file({"company": {"name": "A", "curency": "EUR"}})
    Traceback (most recent call last):
    ...
    segkit.errors.BadValueError: company.toml has the unknown key 'company.curency'; did you mean 'currency'.
    """
    try:
        return CompanyFile.model_validate(dict(tables))
    except ValidationError as error:
        problems = error.errors(include_url=False)
        sentence, key = _describe_problem(_first_problem(problems))
        others = {_key_path(problem["loc"]) for problem in problems}
        more = sum(not (key.startswith(other) or other.startswith(key)) for other in others)
        rest = f" ({more} more to correct)" if more else ""
        raise BadValueError(f"company.toml {sentence}{rest}.", path="company.toml", column=key) from None


def _first_problem(problems: list[ErrorDetails]) -> ErrorDetails:
    """Choose what to tell first: an unknown key, since it is often why another one is missing, then our own checks."""
    for kind in ("extra_forbidden", "segkit"):
        for problem in problems:
            if problem["type"] == kind:
                return problem
    return problems[0]


def _key_path(location: tuple[int | str, ...]) -> str:
    """Write a location as the user would; branch names that pydantic adds to unions are left out."""
    tables = {table.__name__ for table in Table.__subclasses__()}
    parts = [part for part in location if part not in tables]
    parts = [part for part in parts if not str(part).startswith(("list[", "function-after["))]
    if parts[-1:] in (["str"], ["int"]):
        parts = parts[:-1]
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in parts)


def _describe_problem(problem: ErrorDetails) -> tuple[str, str]:
    """Return the sentence without its subject's file name, and the key."""
    location, kind, value = problem["loc"], problem["type"], problem["input"]
    key = _key_path(location)
    if kind == "extra_forbidden":
        return f"has the unknown key {key!r}; {nearest(str(location[-1]), _keys_at(location[:-1]))}", key
    if kind == "missing":
        if key == "company":
            return 'lacks its table [company]; add [company] and name = "..."', key
        return f"lacks the key {key!r}; add it", key
    if kind == "segkit":
        got = (
            "" if isinstance(value, (list, dict)) else f" (got {_shown(value)})"
        )  # those name what is wrong themselves
        return f"{key} {problem['msg'].replace(';', f'{got};', 1)}", key
    if kind in {"literal_error", "enum"}:
        return f"{key} is not a valid choice (got {_shown(value)}); use {problem['ctx']['expected']}", key
    return f"{key} cannot be used (got {_shown(value)}); {_way_out(problem)}", key


_WAYS_OUT = {
    "string_type": 'write a text in quotes, such as "Example"',
    "string_too_short": "write at least one character",
    "int_type": "write a whole number without quotes",
    "bool_type": "write true or false without quotes",
    "date_type": "write a day such as 2026-01-31 without quotes and without a time",
    "list_type": 'write a list, such as ["a", "b"]',
    "dict_type": "write a table of keys and values",
    "model_type": "write a table of keys and values",
    "greater_than_equal": "write {ge} or a larger number",
}
"""What to write instead, by pydantic's kind of problem; its own words are those of a programmer."""


def _way_out(problem: ErrorDetails) -> str:
    known = _WAYS_OUT.get(problem["type"], "")
    plain = problem["msg"].replace("Input should", "it should").replace("String should", "it should")
    return known.format(**problem.get("ctx", {})) if known else plain


def _shown(value: object) -> str:
    """Return a value as the file has it, cut where it is long."""
    text = value.isoformat() if isinstance(value, date) else repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _keys_at(location: tuple[int | str, ...]) -> tuple[str, ...]:
    """Return the valid keys of the table at a location."""
    model: Any = CompanyFile
    for part in location:
        if isinstance(part, int) or part not in model.model_fields:
            continue
        model = _table_of(model.model_fields[part].annotation)
    return tuple(model.model_fields)


def _table_of(annotation: Any) -> Any:
    """Return the table class inside ``list[Table]`` or ``Table | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((table for table in map(_table_of, get_args(annotation)) if table is not None), None)
