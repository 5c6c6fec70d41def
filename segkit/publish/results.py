"""The results contract: what machines read, written whole or not at all, the same bytes for the same input."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pandas as pd

import segkit
from segkit.analysis.study import Study
from segkit.model.checklist import ChecklistItem
from segkit.publish.checklist import build_checklist
from segkit.publish.json_values import json_text
from segkit.publish.manifest import describe_run
from segkit.publish.own_words import arguments
from segkit.publish.schemas import write_schemas
from segkit.words.figures import minor_digits

_MONEY_UNITS = 10_000
PACKAGE = Path(segkit.__file__).parent


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
    checklist = study_checklist(study)
    if not str(folder):
        return checklist
    target = Path(folder)
    draft = target.with_name(f"{target.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for name, text in result_files(study).items():
        (draft / name).write_text(text, encoding="utf-8", newline="")
    write_schemas(draft)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
    write_identities(study)
    return checklist


def study_checklist(study: Study) -> tuple[ChecklistItem, ...]:
    """Return the checklist of a report of the groups alone."""
    return build_checklist(
        study.segmentation.summary, study.evidence, study.orders.log, arguments=arguments(study)
    )


def result_files(study: Study) -> dict[str, str]:
    """Return the text of every result file by its name; nothing is written."""
    return {
        "cleaning.json": json_text(study.orders.log),
        "segments.json": json_text(study.segmentation.summary),
        "evidence.json": json_text(study.evidence),
        "ledger.json": json_text(study.ledger),
        "checklist.json": json_text({"checklist": study_checklist(study)}),
        "manifest.json": json_text(
            describe_run(study.company, study.orders, study.library, study.events, study.pipeline)
        ),
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
