"""JSON Schemas of the results, generated from the model, so that the two cannot disagree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from segkit.model.checklist import ChecklistItem
from segkit.model.cleaning import CleaningLog
from segkit.model.evidence import EvidenceBook
from segkit.model.flow_plan import FlowPlan
from segkit.model.ledger import Ledger
from segkit.model.message import MessageDraft
from segkit.model.sales_cycle import SalesCycle
from segkit.model.segment import SegmentationSummary

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FILES: dict[str, Any] = {
    "cleaning": CleaningLog,
    "segments": SegmentationSummary,
    "evidence": EvidenceBook,
    "ledger": Ledger,
    "flows": FlowPlan,
    "messages": dict[str, str | tuple[MessageDraft, ...]],
    "sales_cycle": SalesCycle,
    "checklist": dict[str, tuple[ChecklistItem, ...]],
}


def result_schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each results file, by file name without ending.

    Examples
    --------
    >>> sorted(result_schemas())
    ['checklist', 'cleaning', 'evidence', 'flows', 'ledger', 'messages', 'sales_cycle', 'segments']
    """
    return {
        name: {
            "$schema": _DIALECT,
            "title": f"{name}.json",
            **TypeAdapter(kind).json_schema(mode="validation"),
        }
        for name, kind in _FILES.items()
    }


def schema_files() -> dict[str, bytes]:
    """Return every schema by its name in ``results/``: ``schemas/<name>.schema.json``."""
    return {
        f"schemas/{name}.schema.json": f"{json.dumps(schema, indent=2, sort_keys=True)}\n".encode()
        for name, schema in result_schemas().items()
    }


def write_schemas(folder: Path) -> None:
    """Write every schema below a folder of results."""
    (folder / "schemas").mkdir(parents=True, exist_ok=True)
    for name, content in schema_files().items():
        (folder / name).write_bytes(content)
