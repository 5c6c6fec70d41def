"""RFM scores: each customer's rank in recency, frequency and money, as integers that no engine can round differently.

Comes after :mod:`segkit.analysis.customers`. Two modes: relative (edges learned from the table being scored) and
fixed (edges frozen from a baseline or given), see :class:`RFMEdges`. One definition for DuckDB, Polars and pandas.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import pandas as pd

from segkit.analysis.orders_table import Frame, hold_rows
from segkit.errors import BadValueError, MissingColumnError, NotEnoughDataError
from segkit.model.rfm_edges import RFMEdges, VariableEdges, check_bins
from segkit.model.rfm_grid import RFMGrid, default_grid
from segkit.words.figures import format_number, format_percent, plural

VARIABLES = (
    ("recency_days", "r_score", True),
    ("frequency", "f_score", False),
    ("monetary_total", "m_score", False),
)
"""Column, score, and whether low is good."""
_WORDS = {"recency_days": "recency", "frequency": "frequency", "monetary_total": "spend"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RFMScores:
    """Scores of a collected customers table with everything a report says beside them.

    Parameters
    ----------
    table : pandas.DataFrame
        ``customer_id``, ``r_score``, ``f_score``, ``m_score`` (Int64, NA without a score), ``rfm_score``,
        ``rfm_name`` (text, None without a name).
    edges : RFMEdges
        Cut points, tie shares and score counts.
    grid : RFMGrid
        Which names the codes bear, and where the grid comes from.
    notes : tuple of str
        One sentence each, for the reader.
    """

    table: pd.DataFrame
    edges: RFMEdges
    grid: RFMGrid
    notes: tuple[str, ...]


def score_rfm(
    customers: Any, *, n_bins: int = 5, edges: RFMEdges | None = None, grid: RFMGrid | None = None
) -> Any:
    """Score recency, frequency and money from 1 (worst) to ``n_bins`` (best), and name the code.

    Parameters
    ----------
    customers : frame
        Customers table with ``recency_days``, ``frequency`` and optionally ``monetary_total`` and ``tenure_days``;
        native or narwhals, lazy or eager.
    n_bins : int, default 5
        Number of scores, 2..9. Ignored where ``edges`` are given.
    edges : RFMEdges, optional
        Frozen cut points: the fixed mode. Without them each customer is ranked within the table.
    grid : RFMGrid, optional
        Names of the codes. Default: the eleven-name grid (ten names without money) for 5 bins, no names otherwise.

    Returns
    -------
    frame
        The input with ``r_score``, ``f_score``, ``m_score`` (integers, null without a score), ``rfm_score`` (text such
        as ``"543"``, ``-`` for a missing score) and, where a grid fits, ``rfm_name``; same kind of frame.

    Raises
    ------
    MissingColumnError
        ``recency_days`` or ``frequency`` is absent.
    BadValueError
        ``n_bins`` is outside 2..9 or a grid does not fit.

    See Also
    --------
    fit_rfm_edges : cut points, tie shares and notes of the same scores.

    Notes
    -----
    Relative mode: with ``b`` customers strictly worse among ``N``, the score is ``min(n_bins, n_bins * b // (N - 1) +
    1)``, in integers: SQL's PERCENT_RANK without its float. Equal values get equal scores; ties at the bottom score 1;
    a tie at the top scores below ``n_bins``. A constant column has no score, and nor has a single customer.

    "New" is a claim about the first order: who bears it must have ordered first within the days that still reach
    the recency score 3 (any score above the middle), else the grid's second name is used.

    References
    ----------
    A. M. Hughes, Strategic Database Marketing, 1994 (quintile coding, independent bins).

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"recency_days": [3, 40, 200], "frequency": [9, 2, 1], "monetary_total": [500, 90, 20]})
    >>> score_rfm(table)["rfm_score"].tolist()
    ['555', '333', '111']
    """
    native = not isinstance(customers, nw.LazyFrame | nw.DataFrame)
    frame: Frame = nw.from_native(customers)
    present = _present(frame)
    bins = edges.n_bins if edges else check_bins(n_bins)
    if edges:
        scores = [
            _score_by_edges(edges.of(column), low_is_good=low).alias(score) for column, score, low in present
        ]
    else:
        scores = [
            _score_by_rank(column, bins, low_is_good=low).alias(score) for column, score, low in present
        ]
    frame = frame.with_columns(*scores)
    names = [score for _, score, _ in present]
    texts = [
        nw.when(nw.col(s).is_null()).then(nw.lit("-")).otherwise(nw.col(s).cast(nw.String)) for s in names
    ]
    frame = frame.with_columns(nw.concat_str(*texts).alias("rfm_score"))
    chosen = _fitting_grid(grid, bins=bins, digits=len(names))
    if chosen:
        frame = _name_codes(frame, chosen, edges=edges)
    return nw.to_native(frame) if native else frame


def score_customers(customers: pd.DataFrame, *, n_bins: int = 5, edges: RFMEdges | None = None) -> RFMScores:
    """Score a collected customers table and keep cut points, tie shares and notes with it.

    Parameters
    ----------
    customers : pandas.DataFrame
        Result of :func:`~segkit.analysis.customers.collect_customers`; untouched.
    n_bins, edges
        As in :func:`score_rfm`.
    """
    scored = score_rfm(customers, n_bins=n_bins, edges=edges)
    kept = ["customer_id", *(score for _, score, _ in VARIABLES), "rfm_score", "rfm_name"]
    table = scored[[column for column in kept if column in scored]].copy()
    for _, score, _ in VARIABLES:
        if score in table:
            table[score] = table[score].astype("Int64")
    if "rfm_name" not in table:
        table["rfm_name"] = None
    table["rfm_name"] = table["rfm_name"].astype(object).where(table["rfm_name"].notna(), None)
    fitted = edges or fit_rfm_edges(customers, n_bins=n_bins)
    grid = default_grid(with_money="monetary_total" in customers)
    return RFMScores(table=table, edges=fitted, grid=grid, notes=(*fitted.notes, *grid.notes))


def fit_rfm_edges(customers: Any, *, n_bins: int = 5) -> RFMEdges:
    """Learn the cut points of a customers table, to score other tables or later dates on the same scale.

    Parameters
    ----------
    customers : frame
        As in :func:`score_rfm`.
    n_bins : int, default 5
        Number of scores, 2..9.

    Returns
    -------
    RFMEdges
        Scoring the same table with these edges gives its relative scores back.

    Raises
    ------
    NotEnoughDataError
        The table is empty.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"recency_days": [3, 40, 200], "frequency": [9, 2, 1]})
    >>> fit_rfm_edges(table, n_bins=3).of("recency_days").edges
    (-40.0, -3.0)
    """
    frame = hold_rows(score_rfm(nw.from_native(customers), n_bins=n_bins))
    total = int(_one_row(frame.select(nw.len().alias("n")))["n"])
    if not total:
        raise NotEnoughDataError(
            "an empty customers table has no cut points (got 0 customers); pass one with customers."
        )
    present = _present(frame)
    variables = tuple(
        _measure_variable(frame, column, score, n_bins=n_bins, total=total, low_is_good=low)
        for column, score, low in present
    )
    notes = [_note(variable, total=total) for variable in variables]
    if len(present) < len(VARIABLES):
        notes.append("There is no amount, so customers are scored by recency and frequency only.")
    return RFMEdges(n_bins=n_bins, n_customers=total, variables=variables, notes=tuple(notes))


def name_rfm_code(code: str, *, grid: RFMGrid | None = None) -> str | None:
    """Return the group name of a code, or None where a score is missing.

    Examples
    --------
    >>> name_rfm_code("555"), name_rfm_code("214"), name_rfm_code("55"), name_rfm_code("5-5")
    ('Champions', 'Cannot Lose Them', 'Champions', None)
    """
    return (grid or default_grid(with_money=len(code) != 2)).name_of(code)


def _present(frame: Frame) -> list[tuple[str, str, bool]]:
    columns = frame.collect_schema().names()
    for column in ("recency_days", "frequency"):
        if column not in columns:
            raise MissingColumnError(
                f"customers table lacks column {column!r} (got {list(columns)[:5]}); make it with describe_customers(lines, as_of=...).",
                column=column,
            )
    return [variable for variable in VARIABLES if variable[0] in columns]


def _score_by_rank(column: str, n_bins: int, *, low_is_good: bool) -> nw.Expr:
    value = nw.col(column)
    worse = value.rank("min", descending=low_is_good).cast(nw.Int64) - 1
    others = nw.max_horizontal(nw.len().cast(nw.Int64) - 1, nw.lit(1))
    level = worse * n_bins // others + 1
    capped = nw.when(level > n_bins).then(nw.lit(n_bins)).otherwise(level).cast(nw.Int64)
    return nw.when(value.max() > value.min()).then(capped)


def _score_by_edges(variable: VariableEdges, *, low_is_good: bool) -> nw.Expr:
    oriented = (0 - nw.col(variable.column)) if low_is_good else nw.col(variable.column)
    if not variable.edges:
        never = nw.col(variable.column).is_null() & ~nw.col(variable.column).is_null()
        return nw.when(never).then(nw.lit(1))
    score = nw.lit(1).cast(nw.Int64)
    for edge in variable.edges:
        if math.isfinite(edge):
            score = score + nw.when(oriented.cast(nw.Float64) >= edge).then(nw.lit(1)).otherwise(
                nw.lit(0)
            ).cast(nw.Int64)
    return score


def _fitting_grid(grid: RFMGrid | None, *, bins: int, digits: int) -> RFMGrid | None:
    if grid is None:
        return default_grid(with_money=digits == len(VARIABLES)) if bins == default_grid().n_bins else None
    if (grid.n_bins, grid.digits) != (bins, digits):
        raise BadValueError(
            f"RFM grid {grid.name!r} does not fit the scores (got codes of {grid.digits} digits 1..{grid.n_bins} for "
            f"{digits} scores 1..{bins}); pass a grid for these scores."
        )
    return grid


def _name_codes(frame: Frame, grid: RFMGrid, *, edges: RFMEdges | None) -> Frame:
    name = nw.lit(None).cast(nw.String)
    for group, codes in reversed(grid.cells):
        name = nw.when(nw.col("rfm_score").is_in(codes)).then(nw.lit(group)).otherwise(name)
    frame = frame.with_columns(name.alias("rfm_name"))
    if not grid.new or "tenure_days" not in frame.collect_schema().names():
        return frame
    reached = (grid.n_bins + 1) // 2
    if edges:
        window = (
            nw.lit(-edges.of("recency_days").edges[reached - 2])
            if edges.of("recency_days").edges
            else nw.lit(math.inf)
        )
    else:
        frame = frame.with_columns(
            nw.when(nw.col("r_score") >= reached).then(nw.col("recency_days")).alias("__window")
        )
        window = nw.col("__window").max()
    older = (nw.col("rfm_name") == grid.new) & (nw.col("tenure_days") > window)
    frame = frame.with_columns(
        nw.when(older).then(nw.lit(grid.not_so_new)).otherwise(nw.col("rfm_name")).alias("rfm_name")
    )
    return frame if edges else frame.drop("__window")


def _measure_variable(
    frame: Frame, column: str, score: str, *, n_bins: int, total: int, low_is_good: bool
) -> VariableEdges:
    """Return cut points, score counts and the largest block of equal values of one variable."""
    sign = -1 if low_is_good else 1
    levels = range(1, n_bins + 1)
    reached = frame.select(
        score,
        *(
            nw.when(nw.col(score) >= level).then(nw.col(column)).alias(f"value_{level}")
            for level in levels[1:]
        ),
    )
    reached = reached.with_columns(
        *(nw.when(nw.col(score) == level).then(nw.lit(1)).alias(f"n_{level}") for level in levels)
    )
    row = _one_row(
        reached.select(
            *(getattr(nw.col(f"value_{level}"), "max" if low_is_good else "min")() for level in levels[1:]),
            *(nw.col(f"n_{level}").count() for level in levels),
        )
    )
    sizes = frame.group_by(column).agg(nw.len().alias("size")).with_columns(nw.col("size").cast(nw.Int64))
    largest = _one_row(sizes.select(nw.col("size").max()))["size"]
    tie = _one_row(sizes.filter(nw.col("size") == int(largest)).select(nw.col(column).min()))[column]
    counts = tuple(int(row[f"n_{level}"]) for level in levels)
    edges: Sequence[float] = ()
    if sum(counts):
        found = [row[f"value_{level}"] for level in levels[1:]]
        edges = tuple(math.inf if pd.isna(value) else sign * float(value) for value in found)
    return VariableEdges(
        column=column,
        edges=tuple(edges),
        counts=counts if edges else (),
        largest_tie=float(tie),
        largest_tie_share=int(largest) / total,
    )


def _one_row(frame: Frame) -> dict[str, Any]:
    eager = frame.collect("pyarrow") if isinstance(frame, nw.LazyFrame) else frame
    return {name: eager[name].to_list()[0] for name in eager.columns}


def _note(variable: VariableEdges, *, total: int) -> str:
    word = _WORDS[variable.column]
    if not variable.edges:
        if total == 1:
            return f"There is one customer, so {word} has no score: nobody is there to compare with."
        return f"All {plural(total, 'customer')} have the same {word}, so {word} has no score and is left out of the code."
    value = variable.largest_tie / 10_000 if variable.column == "monetary_total" else variable.largest_tie
    return (
        f"The largest group with equal {word} ({format_number(value, 2)}) holds {plural(round(variable.largest_tie_share * total), 'customer')}, "
        f"{format_percent(variable.largest_tie_share)} of all; they share one score."
    )
