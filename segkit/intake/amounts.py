"""Amounts and quantities: from text to whole units of 1/10,000 of the currency, or to numbers.

In: a column of an all-text table. Out: an :class:`AmountReading`: an SQL expression for the column and what was found
on the way. The decimal sign is decided from the whole column; every cell must match the full pattern before it is
cast, since casts are lenient (``'1.6'`` as an integer is 2, ``'nan'`` is a number).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from segkit.errors import BadValueError
from segkit.intake.number_patterns import (
    CURRENCIES,
    MINUS,
    PLAIN,
    THOUSANDS,
    TINY,
    ZERO_FIRST,
    count_decimals,
    currencies_in,
    number_in,
    number_pattern,
)
from segkit.intake.text_table import TextTable, distinct_cells, fetch_rows, quote_name, quote_text
from segkit.model.cleaning import LogEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountReading:
    """How a column of amounts or quantities is read.

    Parameters
    ----------
    column : str
        The column's name.
    sql : str
        Expression over the table: BIGINT (amounts) or DOUBLE (quantities), NULL where blank or a failure.
    cells, blanks, failures : int
        Rows; blank cells; cells that are no number.
    examples : tuple of str
        At most three failures with their rows.
    decimal : str
        ``"."`` or ``","`` where the column or a setting settles it, else ``""`` (no cell has a decimal sign).
    currency : str
        The one currency code or sign in the cells, or ``""``.
    notes : tuple of LogEntry
        What was converted: decimal comma, thousands, brackets, signs.
    """

    column: str
    sql: str
    cells: int
    blanks: int
    failures: int
    examples: tuple[str, ...]
    decimal: str
    currency: str
    notes: tuple[LogEntry, ...]


def parse_amounts(
    table: TextTable, column: str, *, decimal: str | None = None, scale: int = 10_000
) -> AmountReading:
    r"""Read a column of amounts as whole numbers of 1/``scale``.

    Parameters
    ----------
    table : TextTable
        Holds the column.
    column : str
        Its name.
    decimal : {".", ","}, optional
        Settles the decimal sign; by default the column decides.
    scale : int, default 10_000
        Units in one: a power of ten. With amounts in cents, 100 gives units of 1/10,000 again.

    Returns
    -------
    AmountReading
        Exact halves of a unit round towards plus infinity.

    Raises
    ------
    MissingColumnError
        When the table has no such column.
    BadValueError
        When no cell is an amount, when ``1.234`` could be two numbers, or when two decimal signs or two currencies
        occur.

    See Also
    --------
    parse_numbers : The same for quantities.

    Notes
    -----
    Read are ``1234.5``, ``1,234.50``, ``1.234,50``, ``1 234,50``, ``1'234.50``, ``12,34,567.00``; a currency sign or
    code on either side; ``-5``, ``5-`` and ``(5)`` as negative; ``5e-05`` as the tiny number it spells. ``1e3`` is a
    failure (a spreadsheet wrote it and may have dropped digits), as are ``nan`` and ``inf``.

    Examples
    --------
    >>> import duckdb
    >>> from segkit.intake.tables import open_table
    >>> connection = duckdb.connect()
    >>> frame = connection.sql("SELECT unnest(['€ 1.234,50', '(2,00)', NULL]) AS paid")
    >>> table = open_table(frame, connection=connection, name="orders")
    >>> reading = parse_amounts(table, "paid")
    >>> reading.decimal, reading.currency
    (',', 'EUR')
    >>> connection.sql(f"SELECT {reading.sql} FROM orders ORDER BY _row").fetchall()
    [(12345000,), (-20000,), (None,)]
    """
    digits = len(str(scale)) - 1
    if scale != 10**digits:
        raise ValueError(f"scale is {scale}; use a power of ten")
    survey = _survey(table, column, decimal=decimal)
    reading = _reading(survey, _as_units(survey, digits=digits))
    return replace(reading, notes=(*reading.notes, *_note_rounding(survey, digits=digits)))


def parse_numbers(table: TextTable, column: str, *, decimal: str | None = None) -> AmountReading:
    """Read a column of quantities as DOUBLE.

    Parameters, errors and patterns are those of :func:`parse_amounts`.
    """
    survey = _survey(table, column, decimal=decimal)
    return _reading(survey, f"TRY_CAST({_plain_text(survey)} AS DOUBLE)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """Cells of one shape: the text with digits as 9, how many there are, and the first one with its row."""

    shape: str
    count: int
    row: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Survey:
    """What the cells of a column are. ``plain`` says that nothing but digits and points needs reading."""

    table: TextTable
    column: str
    decimal: str
    cells: int
    filled: int
    plain: bool
    read: tuple[_Kind, ...]
    failed: tuple[_Kind, ...]


def _survey(table: TextTable, column: str, *, decimal: str | None) -> _Survey:
    if decimal not in {None, ".", ","}:
        raise BadValueError(f"decimal is {decimal!r}; use '.' or ','.")
    if table.typed.get(column) in {"int", "float", "decimal"}:
        decimal = "."
    with distinct_cells(table, column) as cells:
        plain = f"regexp_full_match(v, {quote_text(PLAIN)})"
        ((total, filled, whole, pointed, first),) = fetch_rows(
            table.connection,
            f"""
            SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (v IS NOT NULL), 0),
                   coalesce(sum(n) FILTER ({plain} AND NOT contains(v, '.')), 0),
                   coalesce(sum(n) FILTER ({plain} AND contains(v, '.')), 0),
                   min((first_row, v)) FILTER ({plain} AND contains(v, '.'))
            FROM {cells}
            """,
        )
        found = fetch_rows(
            table.connection,
            f"""
            SELECT CASE WHEN regexp_matches(v, {quote_text(ZERO_FIRST)}) THEN regexp_replace(nines, '9', '0')
                        ELSE nines END AS shape,
                   sum(n), min(first_row), arg_min(v, first_row)
            FROM (SELECT *, translate(v, '012345678', '999999999') AS nines FROM {cells}
                  WHERE v IS NOT NULL AND NOT {plain})
            GROUP BY shape ORDER BY 3, shape
            """,
        )
    kinds = [_Kind(shape=str(s), count=int(n), row=int(r), text=str(t)) for s, n, r, t in found]
    if pointed:
        kinds.append(_Kind(shape="9.99", count=int(pointed), row=int(first[0]), text=str(first[1])))
    sign = decimal or _decide_decimal(kinds, table=table, column=column)
    pattern = re.compile(number_pattern(sign or "."))
    read = tuple(kind for kind in kinds if pattern.fullmatch(kind.shape) or re.fullmatch(TINY, kind.shape))
    survey = _Survey(
        table=table,
        column=column,
        decimal=sign,
        cells=int(total),
        filled=int(filled),
        plain=not found and (sign != "," or not pointed),
        read=read,
        failed=tuple(kind for kind in kinds if kind not in read),
    )
    if filled and not whole and not read:
        _refuse(survey, survey.failed[0], "holds no numbers", "name the column that does")
    return survey


def _refuse(survey: _Survey, kind: _Kind, problem: str, way_out: str, *, also: Sequence[_Kind] = ()) -> None:
    where = f"{survey.table.source.path} column {survey.column!r}"
    seen = " and ".join(f"row {k.row}: {k.text[:40]!r}" for k in (kind, *also))
    raise BadValueError(
        f"{where} {problem} ({seen}); {way_out}.",
        path=survey.table.source.path,
        column=survey.column,
        rows=tuple(k.row for k in (kind, *also)),
    )


def _decide_decimal(kinds: Sequence[_Kind], *, table: TextTable, column: str) -> str:
    """Return the decimal sign that the column's cells prove, or nothing when none has a point or comma."""
    readings = {sign: re.compile(number_pattern(sign)) for sign in ".,"}
    signed = [k for k in kinds if re.search("[.,]", number_in(k.shape)) and not re.fullmatch(TINY, k.shape)]
    proofs: dict[str, list[_Kind]] = {".": [], ",": []}
    open_kinds = []
    for kind in signed:
        fits = [sign for sign, pattern in readings.items() if pattern.fullmatch(kind.shape)]
        if len(fits) == 1:
            proofs[fits[0]].append(kind)
        elif fits:
            open_kinds.append(kind)
    where = f"{table.source.path} column {column!r}"
    first = {sign: min(found, key=lambda kind: kind.row) for sign, found in proofs.items() if found}
    if len(first) == 2:
        point, comma = first["."], first[","]
        raise BadValueError(
            f"{where} has both a decimal point (row {point.row}: {point.text!r}) and a decimal comma "
            f"(row {comma.row}: {comma.text!r}); settle it in company.toml: [orders] decimal = '.' or ','.",
            path=table.source.path,
            column=column,
            rows=(point.row, comma.row),
        )
    if first:
        return next(iter(first))
    if open_kinds:
        kind = min(open_kinds, key=lambda kind: kind.row)
        number = re.sub(r"[^0-9.,]", "", kind.text)
        raise BadValueError(
            f"{where} is ambiguous: row {kind.row} {kind.text!r} can be {re.sub('[.,]', '', number)} or "
            f"{number.replace(',', '.')}, and no other cell settles it; say which sign is decimal in company.toml: "
            "[orders] decimal = '.' or ','.",
            path=table.source.path,
            column=column,
            rows=(kind.row,),
        )
    return ""


def _plain_text(survey: _Survey) -> str:
    """Return the expression that writes a cell as digits with a point and a leading minus, NULL where it fails."""
    cell = quote_name(survey.column)
    if survey.plain:
        return cell
    decimal = survey.decimal or "."
    shapes = [kind.shape for kind in survey.read if not re.fullmatch(TINY, kind.shape)]
    clean = cell
    if any(re.search(r"[A-Za-z]\.", shape) for shape in shapes):
        clean = f"regexp_replace({clean}, '[A-Za-z]\\.', '', 'g')"  # the point of "Fr." is no decimal sign
    strange = sorted(set("".join(shapes)) - set("09" + decimal))
    for sign in strange:
        clean = f"replace({clean}, {quote_text(sign)}, '')"
    if decimal == ",":
        clean = f"replace({clean}, ',', '.')"
    minus = " OR ".join(f"contains({cell}, {quote_text(sign)})" for sign in strange if sign in f"{MINUS}(")
    if minus:
        clean = f"CASE WHEN {minus} THEN '-' ELSE '' END || {clean}"
    pattern = number_pattern(
        decimal, tuple(sorted({sign for shape in shapes for sign in currencies_in(shape)}))
    )
    whens = f"WHEN regexp_full_match({cell}, {quote_text(pattern)}) THEN {clean}"
    if len(shapes) < len(survey.read):
        tiny = f"CAST(CAST(TRY_CAST({cell} AS DOUBLE) AS DECIMAL(38, 18)) AS VARCHAR)"
        whens += f" WHEN regexp_full_match({cell}, {quote_text(TINY)}) THEN {tiny}"
    return f"CASE {whens} END"


def _as_units(survey: _Survey, *, digits: int) -> str:
    """Return the expression for whole units of 10 to the power of minus ``digits``."""
    text = f"{_plain_text(survey)} || 'e{digits}'"
    decimals = max((count_decimals(kind.shape, survey.decimal or ".") for kind in survey.read), default=0)
    if decimals <= digits:
        return f"TRY_CAST({text} AS BIGINT)"
    return f"TRY_CAST(floor(TRY_CAST({text} AS DECIMAL(38, 10)) + 0.5) AS BIGINT)"


def _reading(survey: _Survey, sql: str) -> AmountReading:
    failed = sorted(survey.failed, key=lambda kind: kind.row)
    return AmountReading(
        column=survey.column,
        sql=sql,
        cells=survey.cells,
        blanks=survey.cells - survey.filled,
        failures=sum(kind.count for kind in failed),
        examples=tuple(f"row {kind.row}: {kind.text[:40]!r}" for kind in failed[:3]),
        decimal=survey.decimal,
        currency=_one_currency(survey),
        notes=_note_conversions(survey),
    )


def _note_rounding(survey: _Survey, *, digits: int) -> tuple[LogEntry, ...]:
    """Log the cells that have more decimals than are kept, where those are not zero."""
    if all(count_decimals(kind.shape, survey.decimal or ".") <= digits for kind in survey.read):
        return ()
    units = f"TRY_CAST({_plain_text(survey)} || 'e{digits}' AS DECIMAL(38, 10))"
    ((cells, example),) = fetch_rows(
        survey.table.connection,
        f"SELECT count(*), min((_row, {quote_name(survey.column)})) FROM {survey.table.name} "
        f"WHERE {units} <> floor({units})",
    )
    if not cells:
        return ()
    entry = LogEntry(
        rule="rounding",
        reason=f"Cells of {survey.column!r} have more decimals than the 1/10,000 of a currency unit that is kept.",
        rows=int(cells),
        examples=(f"row {example[0]}: {example[1][:40]!r}",),
    )
    return (entry,)


def _one_currency(survey: _Survey) -> str:
    """Return the currency that the cells carry, refusing two."""
    first: dict[str, _Kind] = {}
    for kind in sorted(survey.read, key=lambda kind: kind.row):
        for sign in currencies_in(kind.shape):
            first.setdefault(CURRENCIES.get(sign, sign.upper()), kind)
    if len(first) > 1:
        one, two = list(first)[:2]
        _refuse(
            survey, first[one], f"mixes the currencies {one} and {two}",
            "keep one currency, or convert the amounts first", also=[first[two]],
        )  # fmt: skip
    return next(iter(first), "")


def _note_conversions(survey: _Survey) -> tuple[LogEntry, ...]:
    """Log what was needed to read cells as numbers, each kind with its count and an example."""
    decimal = survey.decimal or "."
    other = "," if decimal == "." else "."
    kinds = {
        "a decimal comma": "," if decimal == "," else "(?!)",
        "signs between thousands": rf"[09][{re.escape(other)}{THOUSANDS}][09]",
        "brackets as minus": r"\(",
        "minus behind the number": rf"[09]\s*[{MINUS}]",
        "numbers written with a negative exponent": TINY,
        "currency signs": "|".join(map(re.escape, CURRENCIES)) + "|[A-Za-z]{3}",
    }
    notes = []
    for name, pattern in kinds.items():
        found = [
            kind
            for kind in survey.read
            if re.search(pattern, kind.shape) and (pattern == TINY or not re.fullmatch(TINY, kind.shape))
        ]
        if found:
            first = min(found, key=lambda kind: kind.row)
            notes.append(
                LogEntry(
                    rule="number format",
                    reason=f"Cells of {survey.column!r} with {name} were read as numbers.",
                    rows=sum(kind.count for kind in found),
                    examples=(f"row {first.row}: {first.text[:40]!r}",),
                    switch="decimal" if name == "a decimal comma" else "",
                )
            )
    return tuple(notes)
