"""A finished report against its inputs: hashes, every result file, and the page's own words and links.

Reads a report folder and the company folder it was made from; writes nothing.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from segkit import __version__
from segkit.analysis.study import Study, measure_company
from segkit.analysis.verification import Failure, Inputs, Verification, differences, verify_evidence
from segkit.errors import InputError, NotEnoughDataError
from segkit.intake.company import read_company
from segkit.model.company import Company
from segkit.publish.authorship import untraced_note
from segkit.publish.page_reader import Page
from segkit.publish.plan import Plan, make_plan
from segkit.publish.plan_verification import check_plan, has_flows, stored_layout
from segkit.publish.results import result_files
from segkit.publish.sales import Sales, make_sales
from segkit.publish.sales_results import sales_files
from segkit.publish.sales_verification import check_sales, has_sales, stored_words
from segkit.publish.shown_page import (
    FLOWS,
    NOTEBOOK,
    PAGE,
    SALES,
    check_pages,
    check_words,
    page_names,
)
from segkit.publish.stored_report import find_company_of, inputs_of, read_text, read_values, sha256_of
from segkit.words.verification import (
    added_file,
    changed_field,
    changed_file,
    joined,
    made_with,
    missing_file,
    other_version,
    shown,
)

EVIDENCE, MANIFEST = "evidence.json", "manifest.json"
MOST_SEED = 2**32 - 1
_FOLDER = "company folder"


def verify_report(report: Path, *, company: Path | None = None) -> Verification:
    """Check a report folder against the company it was made from.

    Parameters
    ----------
    report : Path
        ``reports/<company>``.
    company : Path, optional
        The company folder; without it the places a user would keep it are looked at (`find_company_of`).

    Returns
    -------
    Verification
        Failures: changed and missing files first, then the evidence, the other result files and the page.

    Raises
    ------
    InputError
        The folder holds no report, or the company folder was not found.
    """
    path = report / "results" / MANIFEST
    if not path.is_file():
        raise InputError(
            f"{report} holds no report (no results/manifest.json); give the folder that `segkit report` wrote.",
            path=str(report),
        )
    manifest = read_values(path, root=report)
    folder = company or find_company_of(report, manifest)
    settings = read_company(folder)
    failures = check_inputs(manifest, folder)
    try:
        study = measure_company(_with_parameters(settings, manifest))
    except (InputError, NotEnoughDataError) as error:
        failures.append(
            Failure(where=_FOLDER, file=_FOLDER, sentence=f"cannot be measured again: {shown(error)}")
        )
        return Verification(failures=tuple(failures))
    checked = verify_study(report, study, manifest=manifest)
    failures += checked.failures
    if failures:
        failures += _unusual_parameters(settings, study.company)
    return replace(checked, failures=tuple(dict.fromkeys(failures)))


def verify_study(
    report: Path, study: Study, *, manifest: Mapping[str, Any], inputs: Inputs | None = None
) -> Verification:
    """Check the files of a report against a company that was measured anew.

    ``inputs`` keeps what was recomputed, where several reports of one company are checked.
    """
    checked, stored = verify_results(report, inputs or Inputs(study), manifest=manifest)
    plan = make_plan(study, engine=stored_layout(report)) if _has_plan(report) else None
    sales = make_sales(plan) if plan and has_sales(report) else None
    later = [*_check_plan(report, plan, sales), *(check_sales(report, sales) if sales else ())]
    same = _says(manifest, "segkit", __version__)
    page, links = _check_page(report, stored, study, words=same, plan=plan, sales=sales)
    untraced = untraced_note(sales or plan or study)
    return replace(
        checked,
        failures=tuple(dict.fromkeys([*checked.failures, *later, *page])),
        notes=(*checked.notes, *([untraced] if untraced else [])),
        quotes=checked.quotes + (len(stored_words(report)) if sales else 0),
        links=links,
    )


def _has_plan(report: Path) -> bool:
    """Return whether a report has flows, or the sales cycle that stands on them."""
    return has_flows(report) or has_sales(report)


def _check_plan(report: Path, plan: Plan | None, sales: Sales | None) -> Iterator[Failure]:
    if plan is not None:
        yield from check_plan(report, plan, but=frozenset(sales_files(sales)) if sales else frozenset())


def verify_results(
    report: Path, inputs: Inputs, *, manifest: Mapping[str, Any]
) -> tuple[Verification, Mapping[str, Any]]:
    """Check the files in ``results/`` alone.

    Returns
    -------
    tuple of (Verification, mapping)
        What was found, and ``evidence.json`` as it was read; empty where it cannot be.
    """
    texts = result_files(inputs.study)
    wanted = {name: json.loads(text) for name, text in texts.items() if name.endswith(".json")}
    failures: list[Failure] = []
    checked, stored = Verification(failures=()), {}
    try:
        stored = read_values(_present(report, f"results/{EVIDENCE}"), root=report)
    except InputError as error:
        failures.append(_unusable(EVIDENCE, error))
    else:
        checked = verify_evidence(stored, wanted[EVIDENCE], inputs)
    failures += [*checked.failures, *check_manifest(manifest, wanted[MANIFEST])]
    told_by_plan = {"checklist.json"} if _has_plan(report) else set()
    for name in texts:
        if name not in {EVIDENCE, MANIFEST} | told_by_plan:
            failures += check_result(report, name, texts[name])
    failures += _check_schemas(report, texts)
    others = _other_versions(manifest)
    notes = (*checked.notes, *([made_with(others)] if others else []))
    return replace(checked, failures=tuple(failures), notes=notes), stored


def check_inputs(manifest: Mapping[str, Any], folder: Path) -> list[Failure]:
    """Compare the hashes of every input file with those the report was made from."""
    found = (_check_input(entry, folder) for entry in inputs_of(manifest))
    return [Failure(where=where, sentence=sentence, file=_FOLDER) for where, sentence in found if sentence]


def _check_input(entry: Mapping[str, Any], folder: Path) -> tuple[str, str]:
    """Return where the problem of an input file lies, and what it is."""
    name, stored = str(entry.get("path", "")), str(entry.get("sha256", ""))
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            return MANIFEST, f"names {shown(name)} outside the company folder"
        if not path.is_file():
            return "source", missing_file(name)
        found = sha256_of(path)
    except (OSError, RuntimeError, ValueError):  # a name that no file can have, or one that may not be read
        return "source", f"{shown(name)} cannot be read"
    return "source", changed_file(name, stored, found) if found != stored else ""


def check_manifest(stored: Mapping[str, Any], expected: Mapping[str, Any]) -> list[Failure]:
    """Compare what a report says of itself; package versions may differ, their numbers may not."""
    found = [
        changed_field(*found)
        for found in differences(
            {name: value for name, value in stored.items() if name not in {"versions", "inputs"}},
            {name: value for name, value in expected.items() if name not in {"versions", "inputs"}},
        )
    ]
    found += _check_entries(stored, expected)
    versions = stored.get("versions")
    if not isinstance(versions, Mapping) or not all(isinstance(value, str) for value in versions.values()):
        found.append("versions holds no table of texts")
    return [Failure(where=MANIFEST, sentence=joined(found), file=MANIFEST)] if found else []


def _check_entries(stored: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    """Compare the list of inputs; another hash is named where the files are."""
    entries = inputs_of(stored)
    paths = [str(entry.get("path")) for entry in entries]
    wanted = [str(entry["path"]) for entry in expected["inputs"]]
    if not isinstance(stored.get("inputs"), list) or len(entries) < len(stored["inputs"]):
        yield "inputs is no list of files"
    yield from (added_file(path) for path in wanted if path not in paths)
    yield from (f"names {shown(path)}, which is no input" for path in paths if path not in wanted)
    if len(set(paths)) < len(paths):
        yield "names an input twice"
    if any(set(entry) != {"path", "sha256"} for entry in entries):
        yield "says something else of an input than its path and hash"
    if paths != wanted and sorted(paths) == sorted(wanted):
        yield "names the inputs in another order"


def check_result(report: Path, name: str, expected: str) -> list[Failure]:
    """Compare another result file with the one these inputs give."""
    path = report / "results" / name
    try:
        if name.endswith(".json"):
            stored = read_values(_present(report, f"results/{name}"), root=report)
            found = [changed_field(*found) for found in differences(stored, json.loads(expected))]
        else:
            found = list(
                _compare_lines(read_text(_present(report, f"results/{name}"), root=report), expected)
            )
    except InputError as error:
        return [_unusable(name, error)]
    return [Failure(where=name, sentence=joined(found), file=path.name)] if found else []


def _compare_lines(stored: str, expected: str) -> Iterator[str]:
    lines = stored.splitlines(), expected.splitlines()
    if len(lines[0]) != len(lines[1]):
        yield changed_field("number of lines", len(lines[0]), len(lines[1]))
        return
    for number, (one, other) in enumerate(zip(*lines, strict=True), start=1):
        if one != other:
            yield changed_field(f"line {number}", one, other)


def _check_schemas(report: Path, names: Iterable[str]) -> Iterator[Failure]:
    for name in names:
        path = report / "results" / "schemas" / name.replace(".json", ".schema.json")
        if name.endswith(".json") and name != MANIFEST and not path.is_file():
            yield Failure(where=path.name, sentence="is missing from results/schemas/", file=path.name)


def _check_page(
    report: Path,
    stored: Mapping[str, Any],
    study: Study,
    *,
    words: bool,
    plan: Plan | None,
    sales: Sales | None,
) -> tuple[list[Failure], int]:
    """Check the pages; their words are those of their notebooks where this segkit made them."""
    failures: list[Failure] = []
    notebooks: dict[str, str] = {}
    wanted = (NOTEBOOK, *([FLOWS] if plan else []), *([SALES] if sales else []))
    for name in wanted:
        try:
            notebooks[name] = read_text(_present(report, name), root=report)
        except InputError as error:
            failures.append(_unusable(name, error))
    pages: dict[str, Page] = {}
    names = page_names(notebooks) if len(notebooks) == len(wanted) else ()
    for name in names or _pages_there(report):
        try:
            pages[name] = Page(read_text(_present(report, name), root=report))
        except InputError as error:
            failures.append(_unusable(name, error))
    if PAGE not in pages:
        return failures, 0
    failures += check_pages(pages, stored, folder=report)
    if words and len(notebooks) == len(wanted):
        failures += check_words(pages, notebooks, study, plan, sales, folder=report)
    return failures, sum(len(page.links) + len(page.elsewhere) for page in pages.values())


def _pages_there(report: Path) -> tuple[str, ...]:
    """Return the pages that lie in a report, the first of them always: what a lost notebook showed can still be read."""
    return (PAGE, *sorted(path.name for path in report.glob("*.html") if path.name != PAGE))


def _present(report: Path, name: str) -> Path:
    path = report / name
    try:
        found = path.is_file()
    except OSError:
        found = False
    if not found:
        raise InputError("is missing from the report.", path=str(path))
    return path


def _unusable(name: str, error: InputError) -> Failure:
    sentence = str(error).removeprefix("results/").removeprefix(name).strip().rstrip(".")
    return Failure(where=name, sentence=sentence, file=name)


def _says(manifest: Mapping[str, Any], package: str, here: str) -> bool:
    versions = manifest.get("versions")
    return isinstance(versions, Mapping) and versions.get(package, here) == here


def _other_versions(manifest: Mapping[str, Any]) -> list[str]:
    """Return the packages of which the report was made with another version than there is here."""
    versions = manifest.get("versions")
    found = []
    for package, stored in versions.items() if isinstance(versions, Mapping) else ():
        try:
            here = platform.python_version() if package == "python" else version(str(package))
        except (PackageNotFoundError, ValueError):
            here = "none"
        if str(stored) != here:
            found.append(other_version(str(package), str(stored), here))
    return found[:9]


def _with_parameters(company: Company, manifest: Mapping[str, Any]) -> Company:
    """Return the settings with the number of groups, the seed and the switches that the report was made with."""
    parameters = manifest.get("parameters")
    if not isinstance(parameters, Mapping):
        return company
    groups, seed = parameters.get("n_segments"), parameters.get("seed")
    wanted = company.segmentation
    if type(groups) is int and groups >= 2:
        wanted = replace(wanted, n_segments=groups)
    if type(seed) is int and 0 <= seed <= MOST_SEED:
        wanted = replace(wanted, seed=seed)
    shown = parameters.get("report")
    worksheet, identifiable = (
        isinstance(shown, Mapping) and shown.get(name) is True for name in ("worksheet", "identifiable")
    )
    report = replace(company.report, worksheet=worksheet, identifiable=identifiable)
    return replace(company, segmentation=wanted, report=report)


def _unusual_parameters(settings: Company, used: Company) -> Iterator[Failure]:
    """Name parameters that are not those of ``company.toml``: where something failed, they may be why."""
    found = [
        f"parameters.{name} says {getattr(used.segmentation, name)}, {_FOLDER} gives {getattr(settings.segmentation, name)}"
        for name in ("n_segments", "seed")
        if getattr(used.segmentation, name) != getattr(settings.segmentation, name)
    ]
    if found:
        yield Failure(where=MANIFEST, sentence=joined(found), file=MANIFEST)
