"""Every value of an ``evidence.json``, changed one at a time: is each change caught, and is the right piece named?

Run as a script it changes every value of a company's evidence (default: the example company) and prints the counts; the
tests import it and change a part of them. A value is a leaf of the JSON: a number, a text, a yes or no, an empty list, or
null. Some two minutes for the six thousand values of the example.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Mutation:
    """One changed value: where, what stood there, what stands there now, and which name a failure must carry."""

    path: Path_
    old: object
    new: object
    name: str


def leaves(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, object]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list) and value:
        for position, item in enumerate(value):
            yield from leaves(item, (*path, position))
    else:
        yield path, value


def changed(value: object) -> object:
    """Return a value that is wrong but looks right: a digit more, a letter exchanged, the opposite."""
    if isinstance(value, bool):
        new: object = not value
    elif isinstance(value, int):
        new = value + 1
    elif isinstance(value, float):
        new = value * 1.001 + 1e-6
    elif isinstance(value, str):
        middle = len(value) // 2
        letter = "a" if value[middle : middle + 1] == "e" else "e"
        new = value[:middle] + letter + value[middle + 1 :]
    else:
        new = {list: ["x"], dict: {"x": 1}}.get(type(value), 0.5)
    return new


def name_of(book: Any, path: Path_) -> str:
    """Return what a failure must be called by: the id of the piece or source, else the field of the book."""
    if len(path) > 1 and isinstance(path[1], int):
        record = book[path[0]][path[1]]
        if isinstance(record, dict) and "id" in record:
            return f"source {record['id']}" if path[0] == "sources" else str(record["id"])
    return str(path[0])


def mutations(book: Any) -> Iterator[Mutation]:
    for path, old in leaves(book):
        yield Mutation(path=path, old=old, new=changed(old), name=name_of(book, path))


def field_of(path: Path_) -> str:
    """Return a path without positions: the same for a field of all records of a kind."""
    return ".".join("*" if isinstance(step, int) else step for step in path)


def of_every_field(found: Iterable[Mutation], *, each: int) -> list[Mutation]:
    """Return a few mutations of every field of every kind of record: the first, the last and some between."""
    by_field: dict[str, list[Mutation]] = {}
    for mutation in found:
        by_field.setdefault(field_of(mutation.path), []).append(mutation)
    return [
        items[position]
        for items in by_field.values()
        for position in sorted({(len(items) - 1) * step // max(each - 1, 1) for step in range(each)})
    ]


def apply(book: Any, mutation: Mutation) -> Any:
    """Return a copy of the book with one value changed; only the records on the way are copied."""
    result, place = _opened(book, mutation.path)
    place[mutation.path[-1]] = mutation.new
    return result


def without(book: Any, mutation: Mutation) -> Any:
    """Return a copy of the book that lacks one value."""
    result, place = _opened(book, mutation.path)
    del place[mutation.path[-1]]
    return result


def _opened(book: Any, path: Path_) -> tuple[Any, Any]:
    result = copy.copy(book)
    place = result
    for step in path[:-1]:
        place[step] = copy.copy(place[step])
        place = place[step]
    return result, place


def caught(mutation: Mutation, lines: list[str]) -> bool:
    """Return whether a failure names the piece that was changed; a changed id is named by the old or the new one."""
    names = {mutation.name}
    if mutation.path[-1] == "id":
        names.add(f"source {mutation.new}" if mutation.path[0] == "sources" else str(mutation.new))
    return any(line.startswith(f"{name}:") for line in lines for name in names)


def main() -> int:
    from segkit.analysis.study import open_study
    from segkit.analysis.verification import Inputs, verify_evidence
    from segkit.publish.json_values import to_plain

    study = open_study(sys.argv[1] if len(sys.argv) > 1 else "")
    book = json.loads(json.dumps(to_plain(study.evidence)))
    inputs = Inputs(study)
    clean = verify_evidence(copy.deepcopy(book), book, inputs).failures
    total = missed = 0
    for mutation in mutations(book):
        total += 1
        lines = [str(failure) for failure in verify_evidence(apply(book, mutation), book, inputs).failures]
        if not caught(mutation, lines):
            missed += 1
            print("missed:", mutation.path, repr(mutation.old)[:60], "->", repr(mutation.new)[:60], lines[:3])  # noqa: T201
    print(  # noqa: T201
        f"{study.company.name}: {len(clean)} false alarms untouched; {total} values changed, {missed} not caught by name"
    )
    return 1 if missed or clean else 0


if __name__ == "__main__":
    sys.exit(main())
