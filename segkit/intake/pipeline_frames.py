"""Opportunities and moves as data frames: equal texts are one object, so that a million rows stay small."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from segkit.intake.pipeline_cells import ANSWERS, TEXTS
from segkit.intake.text_table import quote_name
from segkit.model.opportunity import MOVE_COLUMNS, OPPORTUNITY_COLUMNS

_AS_READ = {*TEXTS, *ANSWERS}
_NAMED = {"currency": "money_code", "at": "moved_on"}


def fetch_opportunities(
    connection: duckdb.DuckDBPyConnection, further: Sequence[tuple[str, str]]
) -> pd.DataFrame:
    """Return the rows of ``used``: our columns, then the file's further ones."""
    picked = [
        f"{'t' if name in _AS_READ else 'u'}.{_NAMED.get(name, name)} AS {quote_name(name)}"
        for name in OPPORTUNITY_COLUMNS
    ]
    picked += [f"t.{key} AS {quote_name(name)}" for key, name in further]
    return _frame(
        connection,
        f"SELECT {', '.join(picked)} FROM used u JOIN typed t USING (line) "
        "ORDER BY u.created_at NULLS LAST, u.opportunity_id",
    )


def fetch_moves(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the rows of ``moves`` by opportunity, day and order of the file."""
    return _frame(
        connection,
        f"SELECT {', '.join(_NAMED.get(name, name) + ' AS ' + quote_name(name) for name in MOVE_COLUMNS)} FROM moves "
        "ORDER BY opportunity_id, moved_on, place",
    )


def _frame(connection: duckdb.DuckDBPyConnection, query: str) -> pd.DataFrame:
    table = connection.sql(query).to_arrow_table()
    return pd.DataFrame({name: _values(table.column(name)) for name in table.column_names})


def _values(column: pa.ChunkedArray) -> object:
    """Return a column for pandas: texts as shared objects with None, days as moments, numbers as they are."""
    if pa.types.is_date(column.type):
        return column.cast(pa.timestamp("us")).to_numpy()
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column.to_numpy()
    coded = column.combine_chunks().dictionary_encode()
    words = np.array([*coded.dictionary.to_pylist(), None], dtype=object)
    codes = coded.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
    return pd.Series(words[codes], dtype=object)
