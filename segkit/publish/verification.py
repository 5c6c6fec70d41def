"""A finished report against its inputs: hashes, every result file, and the page's own words and links.

Reads a report folder and the company folder it was made from; writes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from segkit.analysis.pipeline import Study, measure_company
from segkit.analysis.verification import PILES, Failure, Inputs, Verification, differences, verify_evidence
from segkit.errors import InputError, NotEnoughDataError
from segkit.intake.bundled import example_company
from segkit.intake.company import read_company, slugify
from segkit.model.company import Company
from segkit.publish.passages import anchor, plain
from segkit.publish.results import result_files
from segkit.words.verification import changed_field, changed_file, missing_file, shown

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
MOST_FIELDS = 5
"""Fields of one file that a line names before it counts the rest."""
_CHECKED_APART = ("evidence.json", "manifest.json")


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
    results = report / "results"
    if not (results / "manifest.json").is_file():
        raise InputError(
            f"{report} holds no report (no results/manifest.json); give the folder that `segkit report` wrote.",
            path=str(report),
        )
    manifest = _read_json(results / "manifest.json")
    folder = company or find_company_of(report, manifest)
    settings = read_company(folder)
    failures = check_inputs(manifest, folder)
    try:
        study = measure_company(_with_parameters(settings, manifest))
    except (InputError, NotEnoughDataError) as error:
        failures.append(Failure(where="company folder", sentence=f"cannot be measured again: {error}"))
        return Verification(failures=tuple(failures))
    wanted = {name: json.loads(text) for name, text in result_files(study).items() if name.endswith(".json")}
    checked = Verification(failures=())
    if (results / "evidence.json").is_file():
        stored = _read_json(results / "evidence.json")
        checked = verify_evidence(stored, wanted["evidence.json"], Inputs(study))
        page, links = check_page(report / "index.html", stored)
    else:
        page, links = [Failure(where="evidence.json", sentence="is missing from results/")], 0
    failures += [
        *checked.failures,
        *_check_manifest(manifest, wanted["manifest.json"]),
        *_check_files(results, study, wanted),
        *page,
    ]
    return replace(checked, failures=tuple(dict.fromkeys(failures)), links=links)


def find_company_of(report: Path, manifest: Mapping[str, Any]) -> Path:
    """Return the company folder of a report: one of its name near by, the one whose ``company.toml`` fits first.

    Raises
    ------
    InputError
        None is near.
    """
    report = report.resolve()
    here = Path.cwd()
    near = [here, here / report.name, here / "data" / report.name, report.parent.parent / report.name]
    near += [report.parent.parent / "data" / report.name, example_company()]
    named = {
        path.resolve(): None
        for path in near
        if (path / "company.toml").is_file() and slugify(path.resolve().name) == report.name
    }
    wanted = {entry.get("sha256") for entry in _inputs(manifest) if entry.get("path") == "company.toml"}
    for path in named:
        if _sha256(path / "company.toml") in wanted:
            return path
    if named:
        return next(iter(named))
    raise InputError(
        f"the company folder of {report.name} was not found near {here.name} or the report; give it with --company DIR."
    )


def check_inputs(manifest: Mapping[str, Any], folder: Path) -> list[Failure]:
    """Compare the hashes of every input file with those the report was made from."""
    failures = []
    for entry in _inputs(manifest):
        name, stored = str(entry.get("path", "")), str(entry.get("sha256", ""))
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            failures.append(
                Failure(where="manifest.json", sentence=f"names {shown(name)} outside the company folder")
            )
        elif not path.is_file():
            failures.append(Failure(where="source", sentence=missing_file(name)))
        elif (found := _sha256(path)) != stored:
            failures.append(Failure(where="source", sentence=changed_file(name, stored, found)))
    return failures


def check_page(path: Path, stored: Mapping[str, Any]) -> tuple[list[Failure], int]:
    """Check that the page says what ``evidence.json`` says, and that its links and citations lead somewhere and back.

    Returns
    -------
    tuple of (list of Failure, int)
        Failures, and the number of links within the page.
    """
    if not path.is_file():
        return [Failure(where="index.html", sentence="is missing from the report")], 0
    page = _Page()
    page.feed(path.read_text(encoding="utf-8", errors="replace"))
    failures = [
        Failure(where="index.html", sentence=f"a link leads to {shown(target)}, which is nowhere on the page")
        for target in dict.fromkeys(page.links)
        if target not in page.texts
    ]
    failures += [
        Failure(where="index.html", sentence=f"the reference {shown(anchor)} is listed and never cited")
        for anchor in page.texts
        if anchor.startswith("ref-") and anchor not in page.links
    ]
    for pile in PILES:
        for item in stored.get(pile) or []:
            text = page.texts.get(anchor("item", item.get("id", "")))
            if text is None:
                if pile == "evidence":
                    failures.append(Failure(where=str(item.get("id")), sentence="stands nowhere on the page"))
                continue
            quote = item.get("quote") or {}
            failures += [
                Failure(where=str(item.get("id")), sentence=f"the page has another {what} than evidence.json")
                for what, said in (("claim", item.get("claim")), ("quotation", quote.get("exact")))
                if said and _squeezed(plain(str(said))) not in text
            ]
    return failures, len(page.links)


def _check_manifest(stored: Mapping[str, Any], expected: Mapping[str, Any]) -> list[Failure]:
    """Compare what a report says of itself; package versions may differ, their numbers may not."""
    found = [
        changed_field(*found)
        for found in differences(
            {name: value for name, value in stored.items() if name not in {"versions", "inputs"}},
            {name: value for name, value in expected.items() if name not in {"versions", "inputs"}},
        )
    ]
    listed = {str(entry.get("path")) for entry in _inputs(stored)}
    found += [
        f"the company folder holds {entry['path']}, which the report was made without"
        for entry in expected["inputs"]
        if entry["path"] not in listed
    ]
    return [Failure(where="manifest.json", sentence=_joined(found))] if found else []


def _check_files(results: Path, study: Study, wanted: Mapping[str, Any]) -> list[Failure]:
    """Compare every other result file with the one these inputs give."""
    failures = []
    for name, text in result_files(study).items():
        path = results / name
        if name in _CHECKED_APART:
            continue
        if not path.is_file():
            failures.append(Failure(where=name, sentence="is missing from results/"))
        elif name in wanted:
            found = [changed_field(*found) for found in differences(_read_json(path), wanted[name])]
            if found:
                failures.append(Failure(where=name, sentence=_joined(found)))
        else:
            failures += _compare_lines(name, path.read_text(encoding="utf-8", errors="replace"), text)
    return failures


def _compare_lines(name: str, stored: str, expected: str) -> list[Failure]:
    lines = stored.splitlines(), expected.splitlines()
    if len(lines[0]) != len(lines[1]):
        said = changed_field("number of lines", len(lines[0]), len(lines[1]))
        return [Failure(where=name, sentence=said)]
    found = [
        changed_field(f"line {number}", one, other)
        for number, (one, other) in enumerate(zip(*lines, strict=True), start=1)
        if one != other
    ]
    return [Failure(where=name, sentence=_joined(found))] if found else []


def _joined(found: Sequence[str]) -> str:
    more = len(found) - MOST_FIELDS
    return "; ".join(found[:MOST_FIELDS]) + (f"; and {more} more" if more > 0 else "")


def _with_parameters(company: Company, manifest: Mapping[str, Any]) -> Company:
    """Return the settings with the number of groups and the seed the report was made with."""
    parameters = manifest.get("parameters")
    if not isinstance(parameters, Mapping):
        return company
    groups, seed = parameters.get("n_segments"), parameters.get("seed")
    wanted = company.segmentation
    if isinstance(groups, int) and groups >= 2:
        wanted = replace(wanted, n_segments=groups)
    if isinstance(seed, int) and seed >= 0:
        wanted = replace(wanted, seed=seed)
    return replace(company, segmentation=wanted)


def _inputs(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = manifest.get("inputs")
    return [entry for entry in found if isinstance(entry, Mapping)] if isinstance(found, list) else []


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"results/{path.name} is no JSON ({error}); render the report again.", path=str(path)
        ) from None
    if not isinstance(found, dict):
        raise InputError(
            f"results/{path.name} holds no table of values; render the report again.", path=str(path)
        )
    return found


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _squeezed(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


class _Page(HTMLParser):
    """Collects the text inside every element with an id, white space left out, and the links within the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.texts: dict[str, str] = {}
        self._open: list[tuple[str, str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        values = dict(attrs)
        target = values.get("href") or ""
        if tag == "a" and target.startswith("#") and len(target) > 1:
            self.links.append(target[1:])
        identifier = values.get("id") or ""
        if identifier:
            self.texts.setdefault(identifier, "")
        if tag not in VOID:
            self._open.append((tag, identifier, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open and close an element of a drawing."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element and hand its text to the one around it."""
        if all(name != tag for name, _, _ in self._open):
            return
        while self._open:
            name, identifier, parts = self._open.pop()
            text = "".join(parts)
            if identifier:
                self.texts[identifier] = text
            if self._open:
                self._open[-1][2].append(text)
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        """Keep text of the innermost open element."""
        if self._open:
            self._open[-1][2].append(_squeezed(data))
