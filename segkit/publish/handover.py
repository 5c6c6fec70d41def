"""What one chapter leaves for the next: the foundation read back from the results, refused where the inputs have changed since."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from segkit.analysis.customers import collect_customers, describe_customers
from segkit.analysis.labels import label_overrides
from segkit.analysis.segments import Segmentation
from segkit.analysis.study import Foundation, measure_company, read_library, read_settings
from segkit.errors import InputError
from segkit.intake.company import read_company_orders
from segkit.intake.events import read_events
from segkit.intake.pipeline import read_pipeline
from segkit.model.company import Company
from segkit.model.evidence import EvidenceBook
from segkit.model.ledger import Ledger
from segkit.model.segment import SegmentationSummary
from segkit.publish.json_values import json_text
from segkit.publish.manifest import describe_run
from segkit.publish.stored_report import read_text, read_values

MANIFEST = "manifest.json"
_FIRST = "segmentation.ipynb"
_TOLD_APART = ("as_of", "inputs", "parameters")


def open_foundation(
    company: str | Path = "",
    results: str | Path = "",
    *,
    n_segments: int = 0,
    seed: int = -1,
    worksheet: bool = False,
) -> Foundation:
    """Return what a later chapter builds on: from the results where they are there, else measured now.

    Parameters
    ----------
    company : str or Path
        Company folder; empty for the nearest one above, else the bundled example.
    results : str or Path
        ``results/`` as the chapter before left it; empty, or a folder that is not there, measures the company.
    n_segments, seed, worksheet
        As in :func:`segkit.open_study`.

    Raises
    ------
    InputError
        The results were made from other files or settings than those of the company folder now.
    """
    settings = read_settings(company, n_segments=n_segments, seed=seed, worksheet=worksheet)
    folder = Path(results) if str(results) else None
    if folder is None or not (folder / MANIFEST).is_file():
        return measure_company(settings)
    return _read_foundation(settings, folder)


def _read_foundation(company: Company, results: Path) -> Foundation:
    orders = read_company_orders(company)
    company = label_overrides(company, orders)
    library, _ = read_library(company, orders)
    events = read_events(company, orders)
    stored = read_values(results / MANIFEST, root=results)
    pipeline = read_pipeline(company, orders)
    now = json.loads(json_text(describe_run(company, orders, library, events, pipeline)))
    _refuse_stale(stored, now)
    customers = collect_customers(describe_customers(orders.scan(), as_of=orders.as_of))
    return Foundation(
        company=company,
        orders=orders,
        customers=customers,
        segmentation=Segmentation(
            assignments=_read_assignments(results, customers),
            summary=read_result(results, "segments.json", SegmentationSummary),
            in_model=(),
        ),
        evidence=read_result(results, "evidence.json", EvidenceBook),
        library=library,
        ledger=read_result(results, "ledger.json", Ledger),
        events=events,
        pipeline=pipeline,
    )


def _refuse_stale(stored: dict[str, Any], now: dict[str, Any]) -> None:
    """Refuse results of other inputs: a flow for yesterday's groups would be wrong without looking wrong."""
    changed = [name for name in _TOLD_APART if stored.get(name) != now[name]]
    if not changed:
        return
    files = {str(entry.get("path")): entry.get("sha256") for entry in stored.get("inputs") or ()}
    new = {entry["path"]: entry["sha256"] for entry in now["inputs"]}
    differing = sorted(name for name in files.keys() | new.keys() if files.get(name) != new.get(name))
    what = ", ".join(differing[:3]) or ", ".join(changed)
    raise InputError(
        f"the results were made from other inputs ({what} changed since); run segmentation.ipynb again, or leave results empty.",
        path=MANIFEST,
    )


def read_result(results: Path, name: str, kind: Any, *, notebook: str = _FIRST) -> Any:
    """Read a result file back into the frozen value it was written from; ``notebook`` is what makes it again.

    Raises
    ------
    InputError
        The file is not there, is no JSON, or holds something else than this segkit writes.
    """
    values = read_values(results / name, root=results)
    wanted = {field.name for field in fields(kind)}
    if set(values) != wanted:
        raise _odd(name, min(set(values) ^ wanted), notebook)
    return parse_result(values, name, kind, notebook=notebook)


def parse_result(values: object, name: str, kind: Any, *, notebook: str = _FIRST) -> Any:
    """Turn the plain values of a result file into frozen ones; nothing in them is trusted to be of a kind."""
    try:
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"]) or "its beginning"
        raise _odd(name, place, notebook) from None


def _odd(name: str, place: str, notebook: str) -> InputError:
    return InputError(
        f"{name} is not as this segkit writes it (at {place}); run {notebook} again.", path=name
    )


def _read_assignments(results: Path, customers: pd.DataFrame) -> pd.Series:
    rows = csv.DictReader(io.StringIO(read_text(results / "customers.csv", root=results)))
    try:
        segments = {row["customer_id"]: int(row["segment_id"]) for row in rows}
    except (KeyError, TypeError, ValueError):
        raise InputError(
            "customers.csv has no segment for each customer; run segmentation.ipynb again.",
            path="customers.csv",
        ) from None
    if set(segments) != set(customers["customer_id"]):
        raise InputError(
            "customers.csv holds other customers than the orders; run segmentation.ipynb again.",
            path="customers.csv",
        )
    return pd.Series(segments, name="segment_id", dtype="int64")
