"""The flows and messages of a finished report, read back as values; nothing in the files is trusted to be of a kind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from segkit.errors import InputError
from segkit.model.flow import Flow
from segkit.model.message import MessageDraft
from segkit.publish.stored_report import read_values
from segkit.words.verification import shown

FLOWS, MESSAGES, MANIFEST = "flows.json", "messages.json", "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFlows:
    """The flows of a report, its drafts by content id, and the company's name."""

    company: str
    flows: tuple[Flow, ...]
    messages: dict[str, MessageDraft]


def read_stored_flows(report: Path) -> StoredFlows:
    """Read ``results/flows.json`` and ``results/messages.json`` of a report folder.

    Parameters
    ----------
    report : Path
        A report folder, such as ``reports/tenterfold``.

    Returns
    -------
    StoredFlows

    Raises
    ------
    InputError
        There is no report or it has no flows, or a file is broken; the sentence names the field.
    """
    results = report / "results"
    if not results.is_dir():
        raise InputError(
            f"{report} is no report folder (no results folder in it); name one, such as reports/tenterfold.",
            path=str(report),
        )
    flows = _read(results / FLOWS, report, "flows", tuple[Flow, ...])
    messages = _read(results / MESSAGES, report, "messages", tuple[MessageDraft, ...])
    if not flows:
        raise InputError(
            f"results/{FLOWS} holds no flow; render the report of a company with flows.",
            path=str(results / FLOWS),
        )
    return StoredFlows(
        company=_company(results / MANIFEST, report),
        flows=flows,
        messages={message.id: message for message in messages},
    )


def _read(path: Path, report: Path, name: str, kind: Any) -> Any:
    if not path.is_file():
        raise InputError(
            f"{path.relative_to(report).as_posix()} is not there; render the report again with this version of segkit.",
            path=str(path),
        )
    values = read_values(path, root=report)
    try:
        return TypeAdapter(kind).validate_python(values.get(name))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in (name, *first["loc"]))
        raise InputError(
            f"{path.relative_to(report).as_posix()} is broken at {shown(place)}: {first['msg'][:1].lower()}{first['msg'][1:]} "
            f"(got {shown(first['input'])}); render the report again.",
            path=str(path),
        ) from None


def _company(path: Path, report: Path) -> str:
    """Return the company's name as the manifest gives it, else the folder's."""
    name = read_values(path, root=report).get("company") if path.is_file() else None
    return name if isinstance(name, str) and name else report.resolve().name
