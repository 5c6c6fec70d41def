"""The files of flow design against the plan that the inputs give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from segkit.analysis.verification import Failure, differences
from segkit.errors import InputError
from segkit.publish.email_mjml import mjml_engine
from segkit.publish.emails import Engine
from segkit.publish.plan import Plan
from segkit.publish.plan_results import plan_files
from segkit.publish.stored_report import read_text, read_values
from segkit.words.verification import changed_field, joined, shown

FOLDERS = ("flows", "messages", "exports")
MOST_NAMED = 3
"""Files of one folder that are named one by one; more of them share a sentence."""


def has_flows(report: Path) -> bool:
    """Return whether a report has the chapter on flows: any trace of it asks for the whole of it."""
    traces = ("results/flows.json", "results/messages.json", "notebooks/flow_design.ipynb")
    return any((report / name).exists() for name in traces)


def stored_layout(report: Path) -> Engine:
    """Return the engine that laid out a report's emails, where it is installed here; else whichever is."""
    path = report / "results" / "messages.json"
    try:
        said = read_values(path, root=report).get("email_layout")
    except InputError:
        return "auto"
    if said == "plain":
        return "plain"
    return "mjml" if said == "mjml" and mjml_engine() else "auto"


def check_plan(report: Path, plan: Plan, *, but: frozenset[str] = frozenset()) -> Iterator[Failure]:
    """Compare every file of flows and messages with the one these inputs give; name what is missing or too much.

    ``but`` are files that a later chapter writes anew.
    """
    wanted = plan_files(plan)
    changed: dict[str, list[Failure]] = {}
    for name, content in wanted.items():
        found = None if name in but else check_file(report, name, content)
        if found is not None:
            changed.setdefault(name.rpartition("/")[0], []).append(found)
    for folder, failures in changed.items():
        if folder and len(failures) > MOST_NAMED:
            names = ", ".join(shown(failure.file) for failure in failures[:MOST_NAMED])
            sentence = f"{len(failures)} files are not as the inputs give them ({names} and others)"
            yield Failure(where=f"{folder}/", file=folder, sentence=sentence)
        else:
            yield from failures
    for folder in FOLDERS:
        place = report / "results" / folder
        for path in sorted(place.rglob("*")) if place.is_dir() else ():
            name = path.relative_to(report / "results").as_posix()
            if path.is_file() and name not in wanted:
                yield Failure(where=name, file=name, sentence="is no file of this report")


def check_file(report: Path, name: str, content: bytes) -> Failure | None:
    """Compare one result file with what the inputs give; None where they are the same."""
    path = report / "results" / name
    try:
        if not path.is_file():
            return Failure(where=name, file=name, sentence="is missing from the report")
        if name.endswith(".json"):
            stored = read_values(path, root=report)
            found = [changed_field(*each) for each in differences(stored, json.loads(content))]
            return Failure(where=name, file=name, sentence=joined(found)) if found else None
        if _lines(read_text(path, root=report)) != _lines(content.decode("utf-8-sig")):
            return Failure(where=name, file=name, sentence="says something else than the inputs give")
    except InputError as error:
        return Failure(where=name, file=name, sentence=shown(error))
    return None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")
