"""Read a company folder: ``company.toml`` checked strictly, then its orders, joins and attributes.

Comes in: a folder. Goes out: a frozen :class:`segkit.model.company.Company`, and from it an
:class:`segkit.intake.orders.Orders`. pydantic stays in :mod:`segkit.intake.company_file`.
"""

from __future__ import annotations

import os
import re
import tomllib
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

from segkit.errors import InputError
from segkit.intake.attributes import ATTRIBUTE_STEMS
from segkit.intake.company_file import (
    CompanyFile,
    EvidenceTable,
    company_schema,
    parse_company_file,
)
from segkit.intake.company_sales import to_pipeline, to_sales
from segkit.intake.company_writing import FlowsTable, MessagesTable
from segkit.intake.kinds import FOREIGN_SUFFIXES
from segkit.intake.orders import Orders, read_orders
from segkit.intake.own_messages import read_own_messages
from segkit.intake.own_texts import join_texts, read_own_texts, to_texts
from segkit.model.company import (
    BrandSettings,
    Company,
    EvidenceSettings,
    FlowOverride,
    FlowSettings,
    Join,
    MessageSettings,
    OrderSettings,
    OwnMessage,
    OwnOffer,
    OwnQuote,
    ReportSettings,
    SegmentationSettings,
    SegmentDefinition,
)

__all__ = ["company_schema", "find_order_files", "read_company", "read_company_orders", "slugify"]

COMPANY_FILE = "company.toml"
TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".xlsx")
DEFAULT_PATTERNS = ("orders.*",)
_EXTRA = ("needs",)


def read_company(folder: str | Path) -> Company:
    r"""Read and check ``company.toml`` of a company folder.

    Parameters
    ----------
    folder : str or Path
        The company folder.

    Returns
    -------
    Company
        Frozen settings; ``folder`` is absolute, ``slug`` is made from the folder's name.

    Raises
    ------
    InputError
        No such folder, no ``company.toml``, or not TOML.
    BadValueError
        A key is unknown (the nearest valid one is named) or a value cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp()) / "Nord Wolle"
    >>> folder.mkdir()
    >>> _ = (folder / "company.toml").write_text('[company]\nname = "Nord Wolle"\n')
    >>> company = read_company(folder)
    >>> company.slug, company.segmentation.n_segments
    ('nord-wolle', 4)
    """
    root = Path(folder)
    if not root.is_dir():
        problem = "is a file, not a folder" if root.exists() else "does not exist"
        raise InputError(
            f"company folder {str(folder)!r} {problem}; make one with `segkit new DIR --orders FILE`.",
            path=str(folder),
        )
    path = root / COMPANY_FILE
    if not path.is_file():
        raise InputError(
            f"{root.name or str(root)} lacks {COMPANY_FILE}; make one with `segkit new DIR --orders FILE`.",
            path=str(path),
        )
    company = _to_company(parse_company_file(_load_toml(path)), root.resolve())
    own = (*company.messages.own, *read_own_messages(root))
    return replace(
        company,
        messages=replace(company.messages, own=own),
        texts=join_texts(company.texts, read_own_texts(root)),
    )


def read_company_orders(company: Company) -> Orders:
    """Read the order history of a company with everything that completes it.

    Parameters
    ----------
    company : Company
        What :func:`read_company` returned.

    Returns
    -------
    Orders
        Order lines after mapping, identity and cleaning; ``customers.*`` and ``survey.*`` joined as attributes.

    Raises
    ------
    InputError
        No order file, or a file that cannot be read; the message names what was looked for.
    """
    folder = Path(company.folder)
    for join in company.orders.joins:
        refuse_outside(folder / join.file, folder)
    return read_orders(
        find_order_files(folder, company.orders.files),
        settings=company.orders,
        timezone=company.timezone,
        currency=company.currency,
        factors=dict(company.factors),
        attributes=find_attribute_files(folder),
        folder=folder,
    )


def find_order_files(folder: Path, patterns: tuple[str, ...] = ()) -> list[Path]:
    """Return the order files of a folder, in the order of the patterns, then by name.

    Parameters
    ----------
    folder : Path
        The company folder.
    patterns : tuple of str
        File names or patterns inside the folder; empty means ``orders.*``.

    Raises
    ------
    InputError
        Nothing matches, a named file is missing, a pattern is impossible, or a file lies outside the folder.
    """
    wanted = patterns or DEFAULT_PATTERNS
    found: list[Path] = []
    for pattern in wanted:
        matches = _match(folder, pattern)
        if not patterns:
            tables = [path for path in matches if path.suffix.lower() in TABLE_SUFFIXES]
            matches = tables or [path for path in matches if path.suffix.lower() in FOREIGN_SUFFIXES]
        elif not matches:
            raise InputError(
                f"{folder.name} has no file {pattern!r} that [orders] files asks for{_nearby(folder)}; "
                "save the export there or correct the name in company.toml.",
                path=pattern,
            )
        found += [path for path in matches if path not in found]
    if not found:
        looked = ", ".join(f"orders{suffix}" for suffix in TABLE_SUFFIXES)
        raise InputError(
            f"{folder.name} has no order history (looked for {looked}){_nearby(folder)}; save the export under "
            "one of these names or name it in company.toml: [orders] files = [...].",
            path=str(folder),
        )
    for path in found:
        refuse_outside(path, folder)
    return found


def find_attribute_files(folder: Path) -> list[Path]:
    """Return ``customers.*`` and ``survey.*`` of a folder, where they exist."""
    found = [
        path
        for stem in ATTRIBUTE_STEMS
        for suffix in TABLE_SUFFIXES
        if os.path.lexists(path := folder / f"{stem}{suffix}")
    ]
    for path in found:
        refuse_outside(path, folder)
    return found


def refuse_outside(path: Path, folder: Path) -> None:
    """Refuse a link that leads nowhere or out of the company folder."""
    if path.is_symlink() and not path.exists():
        raise InputError(
            f"{path.name} is a link that leads to no file; copy the file itself into {folder.name}.",
            path=path.name,
        )
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(
            f"{path.name} leads outside the company folder; copy the file into {folder.name}.", path=path.name
        )


def slugify(name: str) -> str:
    """Return a name as a safe lower-case folder name.

    Examples
    --------
    >>> slugify("Müller & Söhne GmbH")
    'muller-sohne-gmbh'
    >>> slugify("店")
    'company'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "company"


def _match(folder: Path, pattern: str) -> list[Path]:
    """Return what a name or pattern stands for: the one file of this very name, else the files that match.

    Where only folders or dead links match, they are returned for their reader to refuse by name.
    """
    if os.path.lexists(folder / pattern):
        return [folder / pattern]
    try:
        matches = sorted(folder.glob(pattern))
    except (ValueError, NotImplementedError):
        raise InputError(
            f"{COMPANY_FILE} orders.files holds a pattern that no name can match (got {pattern!r}); "
            'write a file name, or a pattern such as "orders*.csv".',
            path=COMPANY_FILE,
        ) from None
    return [path for path in matches if path.is_file()] or matches


def _nearby(folder: Path) -> str:
    """Name the tables that do lie in the folder, so that the user sees what to write."""
    names = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in TABLE_SUFFIXES)
    return f", only {', '.join(names[:5])}" if names else ""


def _load_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"{COMPANY_FILE} is not UTF-8 text; save it as UTF-8.", path=str(path)) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"{COMPANY_FILE} is not valid TOML ({error}); correct that line, texts go in double quotes.",
            path=str(path),
        ) from None


def _to_company(file: CompanyFile, folder: Path) -> Company:
    """Turn the checked file into the model's plain values."""
    about, orders, wanted = file.company, file.orders, file.segmentation
    joins = orders.join if isinstance(orders.join, list) else [orders.join] if orders.join else []
    options = orders.model_dump(exclude={"files", "columns", "join"})
    tables = file.model_dump(include=set(_EXTRA), exclude_unset=True)
    return Company(
        folder=str(folder),
        slug=slugify(folder.name),
        **about.model_dump(),
        orders=OrderSettings(
            files=(orders.files,) if isinstance(orders.files, str) else tuple(orders.files),
            columns=tuple((name, str(source)) for name, source in orders.columns.items()),
            joins=tuple(Join(file=join.file, on=join.on) for join in joins),
            **options,
        ),
        segmentation=SegmentationSettings(
            n_segments=wanted.n_segments,
            features=tuple(wanted.features),
            seed=wanted.seed,
            definitions=tuple(
                SegmentDefinition(
                    **item.model_dump(exclude={"members"}),
                    members=tuple(item.members),
                )
                for item in file.segments
            ),
        ),
        factors=tuple((column, factor.value) for column, factor in file.factors.items()),
        evidence=_to_evidence(file.evidence),
        brand=BrandSettings(**file.brand.model_dump()),
        flows=_to_flows(file.flows),
        messages=_to_messages(file.messages),
        sales=to_sales(file.sales),
        pipeline=to_pipeline(file.pipeline),
        report=ReportSettings(**{**file.report.model_dump(), "authors": tuple(file.report.authors)}),
        texts=to_texts(file.texts),
        extra=tuple((name, tables[name]) for name in _EXTRA if tables.get(name)),
    )


def _to_evidence(table: EvidenceTable) -> EvidenceSettings:
    return EvidenceSettings(
        accept=tuple(table.accept),
        against=tuple(table.against),
        reject=tuple(table.reject),
        pin=tuple(table.pin),
        reword=tuple(table.reword.items()),
        own=tuple(OwnQuote(**{**item.model_dump(), "factor": item.factor.value}) for item in table.own),
        semantic=table.semantic,
    )


def _to_flows(table: FlowsTable) -> FlowSettings:
    return FlowSettings(
        **table.model_dump(exclude={"override"}),
        overrides=tuple(FlowOverride(**item.model_dump()) for item in table.override),
    )


def _to_messages(table: MessagesTable) -> MessageSettings:
    return MessageSettings(
        drafts=tuple(table.drafts),
        offers=tuple(OwnOffer(**item.model_dump()) for item in table.offer),
        own=tuple(
            OwnMessage(**item.model_dump(exclude={"paragraphs"}), paragraphs=tuple(item.paragraphs))
            for item in table.own
        ),
    )
