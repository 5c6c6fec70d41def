"""A few customers drawn from an order file: the same columns, the same header, and the kept rows as they stand.

Comes in: one order file of any kind that is read here. Goes out: a smaller copy with all orders of the customers
drawn, so that each group of a class works on customers of its own. Who is drawn is settled in
:mod:`segkit.intake.sampling_draw`; this module finds the customers and copies their rows.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from segkit.errors import InputError, NotEnoughDataError
from segkit.intake.cleaning import in_use
from segkit.intake.encodings import count_line_ends, decide_encoding, prepare_text
from segkit.intake.engine import connect_engine
from segkit.intake.kinds import recognise
from segkit.intake.orders import stage_orders
from segkit.intake.sampling_draw import Buyer, draw_samples
from segkit.intake.text_table import fetch_rows, quote_name
from segkit.model.company import Company, OrderSettings
from segkit.words.figures import format_count, plural

FEWEST = 2
"""A sample of one customer can be parted into no groups."""
WIDE_ENCODINGS = ("utf-16", "utf-32")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One written sample: its file and what it holds; ``repeated`` of its customers stand in an earlier one too."""

    path: Path
    customers: int
    repeat_buyers: int
    orders: int
    rows: int
    repeated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """All samples of one file; ``rewritten`` says what differs from the file besides the rows left out."""

    samples: tuple[Sample, ...]
    available: int
    rewritten: str = ""


def sample_orders(
    file: str | Path,
    *,
    customers: int = 10,
    seed: int = 0,
    groups: int = 1,
    out: str | Path | None = None,
    company: Company | None = None,
) -> Sampling:
    """Write copies of an order file that hold a few customers each.

    Parameters
    ----------
    file : path
        The order file: CSV, TSV, Parquet or XLSX. It is not changed.
    customers : int, default 10
        Customers in each sample.
    seed : int, default 0
        Decides who is drawn; the same file, seed, number and groups give the same samples, in whatever order its rows stand.
    groups : int, default 1
        How many samples; no customer stands in two of them while customers last.
    out : path, optional
        Default ``<stem>-sample-<seed>`` beside the file, with ``-1``, ``-2`` ... behind it for several.
    company : Company, optional
        How the file is read, where columns or dates need telling; default: decided by the data.

    Returns
    -------
    Sampling

    Raises
    ------
    InputError
        The file cannot be read, or a sample would replace a file.
    NotEnoughDataError
        The file has fewer customers than asked for.
    """
    path = Path(file)
    _check_numbers(customers, groups)
    kind = recognise(path, label=path.name)
    targets = name_targets(path, kind=kind, seed=seed, groups=groups, out=out)
    settings = company.orders if company else OrderSettings()
    with tempfile.TemporaryDirectory(prefix="segkit-") as work, connect_engine() as connection:
        stage_orders(
            connection,
            [path],
            settings=settings,
            timezone=company.timezone if company else "",
            currency=company.currency if company else "",
            folder=Path(company.folder) if company else path.parent,
        )
        buyers = find_buyers(connection, settings=settings)
        if len(buyers) < customers:
            raise NotEnoughDataError(
                f"{path.name} has {plural(len(buyers), 'customer')} with orders and {customers} were asked for; "
                f"ask for at most {len(buyers)} with --customers."
            )
        drawn = draw_samples(buyers, customers=customers, groups=groups, seed=seed)
        copier = _Copier(connection, path, kind=kind, settings=settings, work=Path(work))
        samples = _write_all(copier, drawn, targets)
    return Sampling(samples=samples, available=len(buyers), rewritten=copier.rewritten)


def _check_numbers(customers: int, groups: int) -> None:
    if customers < FEWEST:
        raise InputError(
            f"--customers is too small (got {customers}); ask for at least {FEWEST}, and 10 for the assignment."
        )
    if groups < 1:
        raise InputError(f"--groups is too small (got {groups}); write 1 or more.")


def name_targets(
    path: Path, *, kind: str, seed: int, groups: int, out: str | Path | None
) -> tuple[Path, ...]:
    """Return the file of each sample, refusing to replace any.

    Examples
    --------
    >>> [target.name for target in name_targets(Path("orders.csv"), kind="text", seed=7, groups=2, out=None)]
    ['orders-sample-7-1.csv', 'orders-sample-7-2.csv']
    """
    suffix = ".csv" if kind == "xlsx" else path.suffix
    plain = Path(out) if out else path.with_name(f"{path.stem}-sample-{seed}{suffix}")
    if kind == "xlsx" and plain.suffix.casefold() in {".xlsx", ".xlsm"}:
        raise InputError(
            f"a sample of a workbook is written as CSV (got {plain.name!r}); call it {plain.stem}.csv.",
            path=plain.name,
        )
    width = len(str(groups))
    targets = (
        [plain]
        if groups == 1
        else [
            plain.with_name(f"{plain.stem}-{number:0{width}d}{plain.suffix}")
            for number in range(1, groups + 1)
        ]
    )
    if not plain.parent.is_dir():
        raise InputError(
            f"the folder {str(plain.parent)!r} does not exist; make it or choose another --out.",
            path=str(plain),
        )
    for target in targets:
        if target.exists() or target.is_symlink():
            raise InputError(
                f"{target.name} exists and is never replaced; choose another --out or --seed, or remove it.",
                path=target.name,
            )
    return tuple(targets)


def find_buyers(connection: duckdb.DuckDBPyConnection, *, settings: OrderSettings) -> tuple[Buyer, ...]:
    """Return who has an order that counts, from ``staged``; write ``owners``, the customer of every line.

    A line without a customer belongs to the one customer of its order, if there is just one: an order is kept whole.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE owners AS SELECT line_no, row_no, order_of, synthetic, "
        "coalesce(kind || ':' || key, CASE WHEN count(DISTINCT kind || ':' || key) OVER (PARTITION BY grp) = 1 "
        f"THEN max(kind || ':' || key) OVER (PARTITION BY grp) END) AS who, {in_use(settings)} AS used, "
        "amount, order_date FROM staged"
    )
    found = fetch_rows(
        connection,
        "SELECT who, count(DISTINCT order_date) AS days, coalesce(sum(amount), 0) AS spend, max(order_date) AS latest "
        "FROM owners WHERE used AND who IS NOT NULL GROUP BY who ORDER BY who",
    )
    return tuple(
        Buyer(key=str(who), days=int(days), spend=int(spend), last=latest)
        for who, days, spend, latest in found
    )


class _Copier:
    """Copies the rows of some customers, each kind of file in its own way."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        path: Path,
        *,
        kind: str,
        settings: OrderSettings,
        work: Path,
    ) -> None:
        self.connection, self.path, self.kind = connection, path, kind
        self.source, self.line_end, self.rewritten = path, b"\n", ""
        if kind == "xlsx":
            self.rewritten = "The rows of the workbook were written as CSV, each cell as text."
        if kind == "text":
            self._prepare(settings, work)

    def _prepare(self, settings: OrderSettings, work: Path) -> None:
        """Settle which bytes end a line; text in 16 or 32 bits is copied as UTF-8."""
        label = self.path.name
        _, encoding = decide_encoding(self.path, encoding=settings.encoding, label=label)
        if encoding.startswith(WIDE_ENCODINGS):
            self.source = prepare_text(self.path, folder=work, encoding=settings.encoding, label=label).path
            self.rewritten = f"{label} is {encoding.upper()}; the copy is UTF-8."
        ends = count_line_ends(self.source)
        self.line_end = b"\r" if ends.returns and not ends.newlines else b"\n"

    def copy(self, customers: Collection[str], target: Path) -> tuple[int, int]:
        """Write the rows of these customers; return how many orders and rows they are."""
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE kept AS SELECT DISTINCT line_no, row_no FROM owners "
            "WHERE NOT synthetic AND list_contains(?, who)",
            [list(customers)],
        )
        counts = self.connection.execute(
            "SELECT (SELECT count(DISTINCT (who, order_of)) FROM owners WHERE used AND list_contains(?, who)), count(*) "
            "FROM kept",
            [list(customers)],
        ).fetchall()[0]
        {"text": self._copy_text, "parquet": self._copy_parquet, "xlsx": self._copy_cells}[self.kind](target)
        return int(counts[0]), int(counts[1])

    def _copy_text(self, target: Path) -> None:
        kept = {int(row) for (row,) in fetch_rows(self.connection, "SELECT DISTINCT row_no FROM kept")}
        first = int(fetch_rows(self.connection, "SELECT min(row_no) FROM owners WHERE NOT synthetic")[0][0])
        with target.open("xb") as stream:
            stream.writelines(keep_records(self._lines(), kept, first=first))

    def _lines(self) -> Iterator[bytes]:
        with self.source.open("rb") as stream:
            if self.line_end == b"\n":
                yield from stream
            else:
                yield from (line + b"\r" for line in stream.read().removesuffix(b"\r").split(b"\r"))

    def _copy_parquet(self, target: Path) -> None:
        kept = {int(row) - 2 for (row,) in fetch_rows(self.connection, "SELECT DISTINCT row_no FROM kept")}
        table = pq.read_table(self.path)
        with target.open("xb") as stream:
            pq.write_table(table.take(pa.array(sorted(kept))), stream)

    def _copy_cells(self, target: Path) -> None:
        columns = [
            str(name)
            for name, *_ in fetch_rows(self.connection, "DESCRIBE source_rows")
            if name not in {"line_no", "file_no", "_row"}
        ]
        listed = ", ".join(map(quote_name, columns))
        rows = fetch_rows(
            self.connection,
            f"SELECT {listed} FROM source_rows WHERE line_no IN (SELECT line_no FROM kept) ORDER BY line_no",
        )
        with target.open("x", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows)


def keep_records(lines: Iterator[bytes], kept: Collection[int], *, first: int) -> Iterator[bytes]:
    r"""Yield what stands above the first row, then each kept record with all of its lines, byte for byte.

    Parameters
    ----------
    lines : iterator of bytes
        The file, line by line, with line ends.
    kept : collection of int
        Lines on which kept records begin, counted from 1.
    first : int
        The line on which the first record begins.

    Notes
    -----
    A record goes on while a quoted cell is open. What begins no record (an empty line, a malformed row, a total) is left out.

    Examples
    --------
    >>> list(keep_records(iter([b"a,b\n", b'1,"x\n', b'y"\n', b"2,z\n", b"\n"]), {2}, first=2))
    [b'a,b\n', b'1,"x\n', b'y"\n']
    """
    inside = False
    for number, line in enumerate(lines, start=1):
        if number < first:
            yield line
            continue
        if number in kept or inside:
            yield line
            inside ^= bool(line.count(b'"') % 2)


def _write_all(
    copier: _Copier, drawn: Sequence[Sequence[Buyer]], targets: Sequence[Path]
) -> tuple[Sample, ...]:
    """Write every sample, or none: files of a run that fails are removed."""
    samples: list[Sample] = []
    seen: set[str] = set()
    begun: list[Path] = []
    try:
        for buyers, target in zip(drawn, targets, strict=True):
            begun.append(target)
            names = {buyer.key for buyer in buyers}
            orders, rows = copier.copy(sorted(names), target)
            samples.append(
                Sample(
                    path=target,
                    customers=len(buyers),
                    repeat_buyers=sum(buyer.days > 1 for buyer in buyers),
                    orders=orders,
                    rows=rows,
                    repeated=len(names & seen),
                )
            )
            seen |= names
    except FileExistsError:
        raise InputError(
            f"{begun[-1].name} appeared meanwhile and is never replaced; choose another --out.",
            path=begun[-1].name,
        ) from None
    except BaseException:
        for target in begun:
            target.unlink(missing_ok=True)
        raise
    return tuple(samples)


def describe_sampling(found: Sampling, *, customers: int) -> tuple[str, ...]:
    """Say what was written, a line for each sample, and what a reader has to know of all of them."""
    lines = [
        f"{sample.path.name}: {plural(sample.customers, 'customer')} ({format_count(sample.repeat_buyers)} with more than one "
        f"purchase day), {plural(sample.orders, 'order')}, {plural(sample.rows, 'row')}."
        for sample in found.samples
    ]
    repeated = [sample for sample in found.samples if sample.repeated]
    if repeated:
        wanted = customers * len(found.samples)
        lines.append(
            f"The file has {plural(found.available, 'customer')} and {format_count(wanted)} were asked for, so the samples are "
            "not disjoint: "
            + "; ".join(f"{sample.path.name} shares {format_count(sample.repeated)}" for sample in repeated)
            + "."
        )
    elif len(found.samples) > 1:
        lines.append("No customer stands in two of them.")
    if found.rewritten:
        lines.append(found.rewritten)
    lines.append("Names and addresses stand in the copy as they stand in the file.")
    return tuple(lines)
