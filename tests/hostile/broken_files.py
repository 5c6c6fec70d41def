"""The catalogue of broken companies; run as a script it prints what segkit says to each.

python tests/hostile/broken_files.py [WORD...]     only the cases whose name, title or group holds a word
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import broken_folders  # noqa: F401 - importing a chapter registers its cases
import broken_injections  # noqa: F401
import broken_kinds  # noqa: F401
import broken_pipelines  # noqa: F401
import broken_tables  # noqa: F401
import broken_text  # noqa: F401
import broken_values  # noqa: F401
from hostile_case import CASES, Case, Run, Totals, run_case

LIMIT = 400
"""A sentence on the terminal is at most this long."""


def judge(case: Case, run: Run, log: dict[str, object] | None) -> list[str]:
    """Return what is wrong with the outcome of a case; nothing when it is as stated."""
    wrong = [f"traceback: {line}" for line in run.stderr.splitlines() if line.startswith("Traceback")]
    if case.outcome == "refused":
        return wrong + judge_refusal(case, run)
    if run.code != 0:
        return [*wrong, f"exit code {run.code}: {run.sentence}"]
    if run.errors:
        wrong.append(f"standard error holds {run.errors}")
    wrong += [f"left behind or changed {path}" for path in run.changed if case.command[0] == "check"]
    return wrong + judge_log(case, log or {})


def judge_refusal(case: Case, run: Run) -> list[str]:
    """Return what is wrong with a refusal: its code, its sentence, what it left behind."""
    if run.code == 0:
        return ["was not refused"]
    wrong = []
    if run.code != 1:
        wrong.append(f"exit code {run.code}, not 1")
    if len(run.errors) != 1 or not run.errors[0].startswith("error: "):
        wrong.append(f"{len(run.errors)} lines on standard error, not one 'error: ...'")
    wrong += [f"does not say {word!r}" for word in case.says if word not in run.sentence]
    if not run.sentence.endswith("."):
        wrong.append("does not end as a sentence")
    if len(run.sentence) > LIMIT:
        wrong.append(f"is {len(run.sentence)} characters long")
    if not run.sentence.isprintable():
        wrong.append("holds characters that move the terminal")
    wrong += [f"left behind or changed {path}" for path in run.changed]
    return wrong


def judge_log(case: Case, log: dict[str, object]) -> list[str]:
    """Return what is missing in the cleaning log, and totals that differ."""
    wrong = []
    for expected in case.logged:
        logged = _entries(log, expected.kind)
        entries = [entry for entry in logged if expected.words.lower() in entry["reason"].lower()]
        if not any(entry["rows"] == expected.rows for entry in entries):
            found = [(entry["reason"], entry["rows"]) for entry in logged]
            wrong.append(
                f"no {expected.kind} entry {expected.words!r} with {expected.rows} rows, only {found}"
            )
    if case.totals is not None and _totals(log) != case.totals:
        wrong.append(f"totals {_totals(log)}, not {case.totals}")
    return wrong


def _entries(log: dict[str, object], kind: str) -> list[dict[str, object]]:
    """Return the entries of a kind; "pipeline dropped" are those of the CRM export's own log."""
    part, _, name = kind.rpartition(" ")
    return (log.get(part, {}) if part else log).get(name, [])  # type: ignore[attr-defined, no-any-return]


def _totals(log: dict[str, object]) -> Totals:
    return log.get("customers"), log.get("orders"), log.get("revenue")  # type: ignore[return-value]


def chosen_cases(words: Sequence[str]) -> list[Case]:
    """Return the cases that any of the words finds; all without a word."""
    return [
        case
        for case in CASES
        if not words or any(word in f"{case.name} {case.title} {case.group}" for word in words)
    ]


def print_table(words: Sequence[str]) -> int:
    """Print one line a case: as stated or not, what it was, what was said; return how many were not as stated."""
    failed = 0
    for case in chosen_cases(words):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder).resolve() / "place"
            place.mkdir()
            run, log = run_case(case, place)
            wrong = judge(case, run, log)
        failed += bool(wrong)
        said = run.sentence if run.code else _log_words(case, log or {})
        _say(f"{'FAILS' if wrong else 'ok':5} {case.group} | {case.title} | {case.outcome} | {said}", folder)
        for reason in wrong:
            _say(f"      - {reason}", folder)
    _say(f"{len(chosen_cases(words))} cases, {failed} not as stated")
    return failed


def _say(line: str, folder: str = "\0") -> None:
    sys.stdout.write(line.replace(folder, "...") + "\n")


def _log_words(case: Case, log: dict[str, object]) -> str:
    customers, orders, revenue = _totals(log)
    words = {expected.words.lower() for expected in case.logged}
    entries = [
        f"{entry['rows']} {entry['reason']}"
        for kind in ("dropped", "repaired", "kept")
        for entry in log.get(kind, [])
        if not words or any(word in entry["reason"].lower() for word in words)
    ]
    return f"{'; '.join(entries) or 'no log entry'} ({customers} customers, {orders} orders, {revenue})"


if __name__ == "__main__":
    sys.exit(min(print_table(sys.argv[1:]), 1))
