"""What becomes of every row of a CRM export: how it stands, what is mended, what is dropped, and when the file is refused.

Comes in: ``typed``, ``people``, the stage of every name, and the moves. Goes out: the table ``opportunities`` and the log's
entries. The principle: a fault of single rows is mended or dropped, and logged; one of 1 % or more of the rows is the file's.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from segkit.errors import BadValueError
from segkit.intake.pipeline_cells import is_many
from segkit.intake.pipeline_stages import StageReading
from segkit.intake.text_table import fetch_count, fetch_rows, quote_text
from segkit.model.cleaning import LogEntry
from segkit.model.sales_stage import SalesStage


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that can be wrong with a row.

    ``test`` is a column of ``judged``; ``kind`` says what is done: ``dropped``, ``repaired`` or ``notes``. ``refuse`` is the problem and
    the way out where many rows have it; blank where the number does not matter.
    """

    test: str
    kind: str
    reason: str
    refuse: str = ""


FAULTS = (
    Fault(
        test="blank id",
        kind="dropped",
        reason="rows without an id",
        refuse="have no id in {id!r}; fill them in, or name the column of ids in [pipeline.columns] opportunity_id",
    ),
    Fault(test="repeated", kind="dropped", reason="rows that repeat another in every cell"),
    Fault(
        test="same id",
        kind="dropped",
        reason="rows of an opportunity that stands in the file again; kept is the one that is closed, else the one with the later day",
        refuse="repeat {repeated}",
    ),
    Fault(
        test="no stage",
        kind="dropped",
        reason="rows that do not say in which stage they stand",
        refuse="have no stage in {stage!r}; fill it in, or name the right column in [pipeline.columns] stage",
    ),
    Fault(
        test="closed without outcome",
        kind="dropped",
        reason="opportunities that {status!r} calls closed and nothing calls won or lost",
        refuse="are closed by {status!r} and neither won nor lost by anything; place their stages in [pipeline.stages], or name "
        "the column that says so in [pipeline.columns] status or is_won",
    ),
    Fault(
        test="created after as_of",
        kind="dropped",
        reason="opportunities created after the end of observation, {as_of}",
    ),
    Fault(
        test="closed after as_of",
        kind="dropped",
        reason="opportunities closed after the end of observation, {as_of}: in which stage they stood then is not in the file",
        refuse="close after the end of observation, {as_of}; set [orders] as_of to the day of the export",
    ),
    Fault(test="other currency", kind="dropped", reason="opportunities in another currency than {currency}"),
    Fault(
        test="reopened",
        kind="repaired",
        reason="opportunities closed after the end of observation, {as_of}, stand as the history of stages shows them on that day",
    ),
    Fault(
        test="conflict",
        kind="repaired",
        reason="the stage says won or lost and another column says otherwise; the stage stands",
        refuse="are won or lost by {stage!r} and not so by {status!r}; correct them, or leave that column out of the export",
    ),
    Fault(
        test="closing day of an open one",
        kind="repaired",
        reason="days of closing on opportunities that are open were taken out",
        refuse="stand in an open stage and have a day of closing in {closed!r}; correct the stage, or name the column "
        "expected_close in [pipeline.columns] if it is a plan",
    ),
    Fault(
        test="closed before created",
        kind="repaired",
        reason="days of closing before the day of creation were taken out",
        refuse="close ({closed!r}) before they are created ({created!r}); check which column is which, and the order of day and month",
    ),
    Fault(
        test="negative amount",
        kind="repaired",
        reason="negative amounts were taken out",
        refuse="have a negative amount in {amount!r}; correct them, or name the right column in [pipeline.columns] amount",
    ),
    Fault(
        test="day from history",
        kind="repaired",
        reason="closed opportunities without a day got the day of their last move in the history of stages",
    ),
    Fault(
        test="lost at nothing",
        kind="repaired",
        reason="amounts of 0 on lost opportunities were read as not recorded",
    ),
    Fault(test="currency filled", kind="repaired", reason="blank currencies were read as {currency}"),
    Fault(
        test="no currency",
        kind="notes",
        reason="amounts of which the file does not say the currency; name it in [company] currency",
    ),
    Fault(
        test="no closing day",
        kind="notes",
        reason="closed opportunities without a day of closing count in win rates and in no time to close",
    ),
    Fault(
        test="no creation day",
        kind="notes",
        reason="opportunities without a day of creation count in no time to close",
    ),
    Fault(test="no account", kind="notes", reason="opportunities that name no account"),
)


def judge_rows(
    connection: duckdb.DuckDBPyConnection,
    *,
    stages: StageReading,
    as_of: str,
    currency: str,
    wanted_currency: str,
    history: bool,
) -> None:
    """Write ``judged``: every row as it stands, and a yes or no for each fault.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Holds ``typed``, ``accounts``, ``stage_places``, ``status_places``, ``currencies`` and, with a history, ``moved``.
    stages : StageReading
        The list in use.
    as_of : str
        End of observation.
    currency : str
        For rows that name none; "" where it is not known.
    wanted_currency : str
        ``[pipeline] currency``.
    history : bool
        Whether ``moved`` is there.
    """
    _place_rows(connection, stages=stages, currency=currency, history=history, as_of=as_of)
    _compare_versions(connection)
    day = f"DATE {quote_text(as_of)}"
    late = f"shut AND closing > {day}"
    foreign = f"money_code IS DISTINCT FROM {quote_text(wanted_currency)}" if wanted_currency else "false"
    drops = {
        "blank id": "opportunity_id IS NULL",
        "repeated": "copy > 1",
        "same id": "version > 1",
        "no stage": "stage IS NULL",
        "closed without outcome": "is_closed AND NOT shut",
        "created after as_of": f"created_at > {day}",
        "closed after as_of": f"({late}) AND stage_then IS NULL",
        "other currency": foreign,
    }
    whens = " ".join(f"WHEN {sql} THEN {quote_text(name)}" for name, sql in drops.items())
    early = "NOT again AND shut AND closing < created_at"
    worthless = "NOT again AND status = 'lost' AND amount = 0"
    flags = {
        "reopened": "again",
        "conflict": "told <> named AND named <> 'open'",
        "closing day of an open one": "NOT shut AND closed_at IS NOT NULL",
        "closed before created": early,
        "negative amount": "amount < 0",
        "day from history": "NOT again AND shut AND given IS NULL AND closing IS NOT NULL",
        "lost at nothing": worthless,
        "currency filled": "filled",
        "no currency": "amount IS NOT NULL AND money_code IS NULL",
        "no closing day": f"NOT again AND shut AND (closing IS NULL OR {early})",
        "no creation day": "created_at IS NULL",
        "no account": "account IS NULL AND customer_id IS NULL",
    }
    marked = ", ".join(f'coalesce({sql}, false) AS "{name}"' for name, sql in flags.items())
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE judged AS SELECT line, opportunity_id, customer_id, account, money_code, created_at, "
        "first_expected_close, reason, CASE WHEN again THEN stage_then ELSE stage END AS stage, "
        "CASE WHEN again THEN 'open' ELSE status END AS status, "
        f"CASE WHEN amount < 0 OR ({worthless}) THEN NULL ELSE amount END AS amount, "
        f"CASE WHEN shut AND NOT again AND NOT coalesce({early}, false) THEN closing END AS closed_at, "
        "coalesce(expected_close, CASE WHEN NOT shut OR again THEN close END) AS expected_close, "
        f"{marked} FROM (SELECT *, CASE {whens} END AS reason, coalesce({late}, false) AND stage_then IS NOT NULL AS again "
        "FROM placed LEFT JOIN twice USING (line))"
    )
    connection.execute("DROP TABLE placed")


def _place_rows(
    connection: duckdb.DuckDBPyConnection, *, stages: StageReading, currency: str, history: bool, as_of: str
) -> None:
    """Write ``placed``: stage, status, account, currency and the day of closing of every row."""
    won, lost = (quote_text(stages.closed(stage)) for stage in (SalesStage.WON, SalesStage.LOST))
    told = (
        "coalesce(u.status, CASE WHEN is_won THEN 'won' WHEN is_closed AND NOT is_won THEN 'lost' WHEN NOT is_closed THEN 'open' END, "
        "CASE WHEN won_at IS NOT NULL AND lost_at IS NULL THEN 'won' WHEN lost_at IS NOT NULL AND won_at IS NULL THEN 'lost' END)"
    )
    code = f"coalesce(c.code, CASE WHEN t.currency_raw IS NULL THEN nullif({quote_text(currency)}, '') END)"
    named = (
        "SELECT t.line, t.opportunity_id, t.amount, t.created_at, t.closed_at, t.expected_close, t.first_expected_close, t.close, "
        f"t.won_at, t.lost_at, t.is_closed, t.currency_raw, {told} AS told, p.named, "
        f"coalesce(p.stage, CASE {told} WHEN 'won' THEN {won} WHEN 'lost' THEN {lost} END) AS stage, "
        f"CASE WHEN p.named IN ('won', 'lost') THEN p.named ELSE coalesce({told}, 'open') END AS status, "
        f"{code} AS money_code, a.customer_id, a.account "
        "FROM typed t LEFT JOIN stage_places p ON p.raw = t.stage_raw LEFT JOIN status_places u ON u.raw = t.status_raw "
        "LEFT JOIN currencies c ON c.raw = t.currency_raw LEFT JOIN accounts a ON a.line = t.line"
    )
    given = "coalesce(closed_at, CASE status WHEN 'won' THEN won_at WHEN 'lost' THEN lost_at END, close)"
    last = ("m.last_day", "m.stage_then") if history else ("CAST(NULL AS DATE)", "CAST(NULL AS VARCHAR)")
    join = f"LEFT JOIN ({_history(stages, as_of)}) m USING (opportunity_id)" if history else ""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE placed AS SELECT n.*, {given} AS given, status <> 'open' AS shut, "
        f"coalesce({given}, {last[0]}) AS closing, {last[1]} AS stage_then, "
        "currency_raw IS NULL AND money_code IS NOT NULL AND (SELECT count(*) > 0 FROM currencies) AS filled "
        f"FROM ({named}) n {join}"
    )


def _compare_versions(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ``twice``: rows whose id stands more than once, with their place among equal ones and among different ones.

    Nothing in it hangs on the order of the rows.
    """
    cells = fetch_rows(
        connection,
        "SELECT column_name FROM duckdb_columns() WHERE table_name = 'typed' AND column_name <> 'line' ORDER BY 1",
    )
    content = f"concat_ws('|', {', '.join(f't.{name}' for (name,) in cells)}, p.account, p.customer_id)"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE twice AS SELECT line, row_number() OVER (PARTITION BY opportunity_id, content ORDER BY line) AS copy, "
        "dense_rank() OVER (PARTITION BY opportunity_id ORDER BY shut DESC, coalesce(closing, created_at) DESC NULLS LAST, content) "
        f"AS version FROM (SELECT p.line, p.opportunity_id, p.shut, p.closing, p.created_at, {content} AS content "
        "FROM placed p JOIN typed t USING (line) WHERE p.opportunity_id IN "
        "(SELECT opportunity_id FROM placed GROUP BY opportunity_id HAVING count(*) > 1))"
    )


def _history(stages: StageReading, as_of: str) -> str:
    """Return the SQL of the day of the last closing move, and of the open stage at the end of observation."""
    closed = ", ".join(quote_text(item.id) for item in stages.model.stages if item.stage.is_closed)
    then = f"arg_max(to_stage, (moved_on, place)) FILTER (moved_on <= DATE {quote_text(as_of)})"
    return (
        f"SELECT opportunity_id, max(moved_on) FILTER (to_stage IN ({closed})) AS last_day, "
        f"CASE WHEN {then} NOT IN ({closed}) THEN {then} END AS stage_then FROM moved JOIN numbers USING (number) GROUP BY opportunity_id"
    )


def log_faults(
    connection: duckdb.DuckDBPyConnection, *, file: str, words: dict[str, str]
) -> dict[str, tuple[LogEntry, ...]]:
    """Count the faults of ``judged``, by what was done.

    Raises
    ------
    BadValueError
        Many rows share a fault that only the user can settle.
    """
    total = fetch_count(connection, "SELECT count(*) FROM judged")
    found: dict[str, list[LogEntry]] = {"dropped": [], "repaired": [], "notes": []}
    for fault in FAULTS:
        test = (
            f"reason = {quote_text(fault.test)}"
            if fault.kind == "dropped"
            else f'reason IS NULL AND "{fault.test}"'
        )
        rows = fetch_count(connection, f"SELECT count(*) FROM judged WHERE {test}")
        if not rows:
            continue
        first = [
            int(row)
            for (row,) in fetch_rows(
                connection, f"SELECT line FROM judged WHERE {test} ORDER BY line LIMIT 3"
            )
        ]
        examples = tuple(f"row {row}" for row in first)
        if fault.refuse and is_many(rows, total):
            raise BadValueError(
                f"{file} has {rows} of {total} rows that {fault.refuse.format(**words)} (first: {', '.join(examples)}).",
                path=file,
                rows=tuple(first),
            )
        entry = LogEntry(rule=fault.test, reason=fault.reason.format(**words), rows=rows, examples=examples)
        found[fault.kind].append(entry)
    return {kind: tuple(entries) for kind, entries in found.items()}
