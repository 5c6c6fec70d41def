"""The results contract: what machines read, written whole or not at all, the same bytes for the same input."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import platform
import shutil
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

import segkit
from segkit.analysis.pipeline import Study
from segkit.intake.document_files import reference_files
from segkit.model.checklist import ChecklistItem
from segkit.model.evidence import SourceType
from segkit.publish.checklist import build_checklist
from segkit.publish.schemas import write_schemas
from segkit.words.figures import minor_digits

_PACKAGES = ("segkit", "duckdb", "narwhals", "numpy", "pandas", "scikit-learn", "scipy")
_MONEY_UNITS = 10_000
PACKAGE = Path(segkit.__file__).parent


def to_plain(value: Any) -> Any:  # noqa: PLR0911 - one line per kind of value reads best
    """Turn a frozen value into what JSON holds; nan and infinity become null, amounts become numbers.

    Examples
    --------
    >>> to_plain({"amount": Decimal("1.50"), "share": float("nan")})
    {'amount': 1.5, 'share': None}
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def write_results(study: Study, folder: str | Path) -> tuple[ChecklistItem, ...]:
    """Write the results of a study: whole or not at all, byte-identical for the same input.

    Where customers carry labels, who is who is written beside the orders (:func:`write_identities`).

    Parameters
    ----------
    study : Study
    folder : str or Path
        ``reports/<company>/results``; an empty path writes nothing.

    Returns
    -------
    tuple of ChecklistItem
        The checklist that was written.
    """
    checklist = build_checklist(study.segmentation.summary, study.evidence, study.orders.log)
    if not str(folder):
        return checklist
    target = Path(folder)
    draft = target.with_name(f"{target.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for name, text in result_files(study).items():
        (draft / name).write_text(text, encoding="utf-8", newline="")
    write_schemas(draft / "schemas")
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
    write_identities(study)
    return checklist


def result_files(study: Study) -> dict[str, str]:
    """Return the text of every result file by its name; nothing is written."""
    checklist = build_checklist(study.segmentation.summary, study.evidence, study.orders.log)
    return {
        "cleaning.json": _json(study.orders.log),
        "segments.json": _json(study.segmentation.summary),
        "evidence.json": _json(study.evidence),
        "ledger.json": _json(study.ledger),
        "checklist.json": _json({"checklist": checklist}),
        "manifest.json": _json(_manifest(study)),
        "customers.csv": _customers_csv(study),
    }


def write_identities(study: Study) -> Path | None:
    """Write which label stands for which person beside the orders, never into the report.

    Returns
    -------
    Path or None
        ``identities.csv`` in the company folder; None where no label was needed, the folder is read-only, or it is
        the example company inside an installed package.
    """
    path = Path(study.company.folder) / "identities.csv"
    if not study.orders.identities or path.is_relative_to(PACKAGE):
        return None
    text = _csv([("customer_id", "identity"), *study.orders.identities])
    try:
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="")
    except OSError:
        return None
    return path


def _json(value: Any) -> str:
    return json.dumps(to_plain(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _manifest(study: Study) -> dict[str, Any]:
    company = study.company
    settings = Path(company.folder) / "company.toml"
    inputs = [{"path": source.path, "sha256": source.sha256} for source in study.orders.log.sources]
    inputs += [
        {"path": document.source.path, "sha256": document.source.sha256}
        for document in study.library.documents
        if document.source.type in {SourceType.WEBSITE, SourceType.RESEARCH}
    ]
    inputs += [
        {"path": path.relative_to(Path(company.folder).resolve()).as_posix(), "sha256": _sha256(path)}
        for path in reference_files(company.folder)
    ]
    if settings.is_file():
        inputs.append({"path": "company.toml", "sha256": _sha256(settings)})
    return {
        "company": company.name,
        "fictional": company.fictional,
        "as_of": study.orders.as_of,
        "inputs": inputs,
        "parameters": {
            "n_segments": company.segmentation.n_segments,
            "features": company.segmentation.features,
            "seed": company.segmentation.seed,
            "orders": company.orders,
            "evidence": company.evidence,
        },
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in _PACKAGES},
        },
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _customers_csv(study: Study) -> str:
    table = study.customers.copy()
    if "monetary_total" in table:
        digits = minor_digits(study.orders.currency)
        table["monetary_total"] = [_money(units, digits) for units in table["monetary_total"]]
    table = table.merge(study.scores.table, on="customer_id", how="left", validate="one_to_one")
    table["segment_id"] = table["customer_id"].map(study.segmentation.assignments)
    rows = table.astype(object).where(table.notna(), None).itertuples(index=False, name=None)
    return _csv([tuple(table.columns), *(tuple(map(_cell, row)) for row in rows)])


def _money(units: int, digits: int) -> str:
    amount = Decimal(int(units)) / _MONEY_UNITS
    return str(amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (pd.Timestamp, date)):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(float(value))
    return str(value)


def _csv(rows: list[tuple[str, ...]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()
