"""What a hostile case is, the small order history that the cases break, and how one is run.

A case writes a company folder and says what must happen to it. ``refused``: exit code 1, one sentence on standard
error, nothing left behind. ``repaired``: exit code 0 and a row of the cleaning log for what was done. ``read``: it
looks odd, is right as it stands, and must be read without loss.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HEADER = ("customer_id", "order_id", "order_date", "amount", "product", "country")
ROWS = (
    ("K01", "1001", "2024-01-15", "12.00", "Green tea", "DE"),
    ("K01", "1002", "2024-03-02", "18.50", "Teapot", "DE"),
    ("K02", "1003", "2024-01-20", "40.00", "Teapot", "AT"),
    ("K02", "1004", "2024-02-28", "22.25", "Black tea", "AT"),
    ("K03", "1005", "2024-02-14", "9.75", "Green tea", "DE"),
    ("K04", "1006", "2024-03-21", "130.00", "Gift box", "CH"),
    ("K04", "1007", "2024-04-25", "60.00", "Gift box", "CH"),
    ("K05", "1008", "2024-04-30", "15.00", "Black tea", "DE"),
    ("K06", "1009", "2024-05-13", "33.40", "Cup", "AT"),
    ("K06", "1010", "2024-05-29", "11.10", "Cup", "AT"),
)
WHOLE = (6, 10, 352.00)
"""Customers, orders and revenue of the unbroken history."""

Rows = Sequence[Sequence[str]]
Totals = tuple[int, int, float | None]


@dataclass(frozen=True, kw_only=True)
class Logged:
    """A row that the cleaning log must hold: in which list, which words, how many rows."""

    kind: str  # "dropped" | "repaired" | "kept"
    words: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class Case:
    """One broken company and what must happen to it."""

    name: str
    title: str
    group: str
    make: Callable[[Path], None]
    outcome: str
    says: tuple[str, ...] = ()
    logged: tuple[Logged, ...] = ()
    totals: Totals | None = None
    command: tuple[str, ...] = ("check", "{folder}")
    folder: str = "shop"


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run of the command line did."""

    code: int
    stdout: str
    stderr: str
    changed: tuple[str, ...] = field(default=())

    @property
    def errors(self) -> list[str]:
        """Lines on standard error other than the ones that say what is being done."""
        return [line for line in self.stderr.splitlines() if not line.endswith(" …")]

    @property
    def sentence(self) -> str:
        """Return the refusal without its prefix."""
        return self.errors[-1].removeprefix("error: ") if self.errors else ""


CASES: list[Case] = []


def _same(one: Callable[..., object], other: Callable[..., object]) -> bool:
    """Whether two functions are the same lines of the same file."""
    places = [(maker.__code__.co_filename, maker.__code__.co_firstlineno) for maker in (one, other)]
    return places[0] == places[1]


def _register(
    group: str, outcome: str, title: str, **expected: Any
) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    def keep(make: Callable[[Path], None]) -> Callable[[Path], None]:
        if any(_same(case.make, make) for case in CASES):
            return make  # pytest imports this file a second time to look for doctests
        CASES.append(
            Case(name=make.__name__, title=title, group=group, make=make, outcome=outcome, **expected)
        )
        return make

    return keep


class Chapter:
    """One chapter of the catalogue: its decorators register a case each."""

    def __init__(self, group: str) -> None:
        self.group = group

    def refused(self, title: str, *says: str, **expected: Any) -> Any:
        """Register a case that must be refused; the sentence must hold these words."""
        return _register(self.group, "refused", title, says=says, **expected)

    def repaired(self, title: str, *logged: Logged, totals: Totals | None = WHOLE, **expected: Any) -> Any:
        """Register a case that must be read, with these rows in the cleaning log."""
        return _register(self.group, "repaired", title, logged=logged, totals=totals, **expected)

    def read(self, title: str, totals: Totals | None = WHOLE, **expected: Any) -> Any:
        """Register a case that looks odd and is right as it stands."""
        return _register(self.group, "read", title, totals=totals, **expected)


def dropped(words: str, rows: int) -> Logged:
    """Expect a reason for which rows were dropped."""
    return Logged(kind="dropped", words=words, rows=rows)


def repaired(words: str, rows: int) -> Logged:
    """Expect a repair."""
    return Logged(kind="repaired", words=words, rows=rows)


def kept(words: str, rows: int) -> Logged:
    """Expect an oddity that was kept and said."""
    return Logged(kind="kept", words=words, rows=rows)


def change(
    rows: Rows = ROWS, *, column: str, values: dict[int, str] | Callable[[str], str]
) -> list[tuple[str, ...]]:
    """Return the rows with one column changed: by row position (0 is the first data row), or all of them."""
    place = HEADER.index(column)
    made = []
    for position, row in enumerate(rows):
        cells = list(row)
        if callable(values):
            cells[place] = values(cells[place])
        elif position in values:
            cells[place] = values[position]
        made.append(tuple(cells))
    return made


def without(column: str, rows: Rows = ROWS) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return header and rows without one column."""
    place = HEADER.index(column)
    return (*HEADER[:place], *HEADER[place + 1 :]), [(*row[:place], *row[place + 1 :]) for row in rows]


def many_rows(n: int) -> list[tuple[str, ...]]:
    """Return n clean rows of 20 customers, one order and 10.00 each."""
    return [
        (
            f"K{1 + i % 20:02d}",
            f"{2001 + i}",
            f"2024-{1 + i % 12:02d}-{13 + i % 15:02d}",
            "10.00",
            "Tea",
            "DE",
        )
        for i in range(n)
    ]


def text_of(
    rows: Rows = ROWS, header: Sequence[str] = HEADER, *, delimiter: str = ",", ending: str = "\n"
) -> str:
    """Write rows as plain delimited text; nothing is quoted for the caller."""
    return ending.join(delimiter.join(row) for row in (header, *rows)) + ending


def write_company(folder: Path, *, toml: str = "", name: str = '"Shop"', currency: str = '"EUR"') -> Path:
    """Write ``company.toml``; ``toml`` is added below the ``[company]`` table."""
    folder.mkdir(parents=True, exist_ok=True)
    head = f"[company]\nname = {name}\n" + (f"currency = {currency}\n" if currency else "")
    (folder / "company.toml").write_text(f"{head}{toml}", encoding="utf-8")
    return folder


def write_orders(
    folder: Path,
    content: str | bytes = "",
    *,
    toml: str = "",
    file: str = "orders.csv",
    currency: str = '"EUR"',
) -> None:
    """Write a company whose order file holds exactly this."""
    write_company(folder, toml=toml, currency=currency)
    data = content.encode() if isinstance(content, str) else content
    (folder / file).write_bytes(data)


def run_case(case: Case, place: Path) -> tuple[Run, dict[str, Any] | None]:
    """Write the case below ``place``, run its command there, and return what happened and the cleaning log."""
    folder = place / case.folder
    case.make(folder)
    arguments = [part.format(folder=folder, place=place) for part in case.command]
    if case.command[0] == "check" and case.outcome != "refused":
        run = run_segkit([*arguments, "--json"], place)
        return run, json.loads(run.stdout) if run.code == 0 else None
    return run_segkit(arguments, place), None


def run_segkit(arguments: Sequence[str], place: Path) -> Run:
    """Run the command line in this process, with ``place`` as working directory and home of temporary files."""
    from segkit.cli.app import main

    temporary = place.parent / f"{place.name}-temporary"
    temporary.mkdir(exist_ok=True)
    before = {**snapshot(place), **snapshot(temporary)}
    out, err = io.StringIO(), io.StringIO()
    with (
        _standing_in(place, temporary, ["segkit", *arguments]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
    after = {**snapshot(place), **snapshot(temporary)}
    changed = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
    return Run(code=code, stdout=out.getvalue(), stderr=err.getvalue(), changed=tuple(changed))


@contextlib.contextmanager
def _standing_in(place: Path, temporary: Path, argv: list[str]) -> Iterator[None]:
    was, here, home = sys.argv, Path.cwd(), tempfile.tempdir
    sys.argv, tempfile.tempdir = argv, str(temporary)
    os.chdir(place)
    try:
        yield
    finally:
        os.chdir(here)
        sys.argv, tempfile.tempdir = was, home


def snapshot(place: Path) -> dict[str, str]:
    """Return every file, folder and link below a folder with what it holds."""
    found = {}
    for root, folders, files in os.walk(place):
        for name in [*folders, *files]:
            path = Path(root, name)
            if path.is_symlink():
                found[str(path)] = f"link to {path.readlink()}"
            elif path.is_dir():
                found[str(path)] = "folder"
            elif path.is_file():
                found[str(path)] = _hash_of(path)
            else:
                found[str(path)] = "special"
    return found


def _hash_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except PermissionError:
        return "unreadable"
