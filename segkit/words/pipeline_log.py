"""Sentences on the CRM export: what was read, how its stages were understood, and what is missing without it."""

from __future__ import annotations

from typing import Protocol

from segkit.model.opportunity import PipelineLog, StageName
from segkit.model.sales_stage import sales_stages
from segkit.words.figures import format_count, format_share, join_words, plural

_SHOWN_COLUMNS = 30
NO_PIPELINE = (
    "No CRM export: open and lost deals, who decides on the other side and how long a deal takes are not visible in orders.",
    (
        "To see them, save the CRM's export of opportunities or deals as pipeline.csv in the company folder, and the history of their stages "
        "as stage_events.csv where there is one; columns and stages are recognised or named in [pipeline] of company.toml."
    ),
)
"""What is missing without the file, and how to get it."""
NO_HISTORY = (
    "No history of stages: the export holds only the stage of today. How many opportunities passed a stage, how long they stood in it and "
    "which went back is not visible; save the CRM's history as stage_events.csv with opportunity_id, from_stage, to_stage and at."
)


class LoggedPipeline(Protocol):
    """Anything that carries the log of a CRM export."""

    @property
    def log(self) -> PipelineLog:
        """How the files were read."""
        ...


def describe_pipeline(pipeline: LoggedPipeline | None, *, business_model: str = "b2b") -> tuple[str, ...]:
    """Say what was read of the CRM export; without one, what is missing where organizations buy.

    Parameters
    ----------
    pipeline : LoggedPipeline or None
        What ``read_pipeline`` returned.
    business_model : str
        "b2c", "b2b" or "mixed"; a shop for people is not asked for a CRM.

    Examples
    --------
    >>> describe_pipeline(None, business_model="b2c")
    ()
    >>> describe_pipeline(None)[0].partition(":")[0]
    'No CRM export'
    """
    if pipeline is None:
        return NO_PIPELINE if business_model in {"b2b", "mixed"} else ()
    log = pipeline.log
    sentences = (
        _rows(log),
        _moves(log),
        _outcomes(log),
        _accounts(log),
        _columns(log),
        _further(log),
        _currencies(log),
        "" if log.moves is not None else NO_HISTORY,
    )
    return tuple(sentence for sentence in sentences if sentence)


def describe_stage(name: StageName, log: PipelineLog) -> tuple[str, str, str]:
    """Return a stage's name in the file, what it was read as, and its rows.

    Where the list in use calls a stage otherwise than the assignment, the assignment's name follows.
    """
    stage = log.model.find(name.stage_id)
    six = sales_stages()[stage.stage].label
    read = stage.label if stage.label.casefold() == six.casefold() else f"{stage.label} ({six})"
    elsewhere = "in no row that is used" if log.moves is None else "in the history, in no row that is used"
    rows = plural(name.rows, "row") if name.rows else elsewhere
    return repr(name.raw[:60]), read + (", guessed" if name.guessed else ""), rows


def _rows(log: PipelineLog) -> str:
    file = log.files[0].path
    layout = f" as {log.layout}" if log.layout else " by its column names"
    span = f", created from {log.first} to {log.last}" if log.first and log.last else ""
    return (
        f"{file} read{layout}: {plural(log.rows_read, 'row')} read, {format_count(log.rows_used)} used{span}."
    )


def _moves(log: PipelineLog) -> str:
    if log.moves is None:
        return ""
    return f"{log.files[1].path}: {plural(log.moves_read, 'row')} read, {plural(log.moves, 'move')} between stages used."


def _outcomes(log: PipelineLog) -> str:
    parts = [f"{format_count(rows)} {outcome}" for outcome, rows in log.outcomes]
    return f"Of them {join_words(parts)}." if parts else ""


def _accounts(log: PipelineLog) -> str:
    """Say how many opportunities belong to customers; where none does, that the keys do not fit."""
    unnamed = log.rows_used - log.customers - log.prospects
    if not log.customers and log.prospects:
        keys = [name for ours, name in log.columns if ours in {"account", "account_name", "contact"}]
        return (
            f"No opportunity belongs to a customer of the order history; check that {join_words([repr(key) for key in keys], last='or')} "
            "holds the ids that the orders have; where it holds names of accounts, name the column of the orders that has the same names: "
            '[orders.columns] name = "...".'
        )
    parts = []
    if log.customers:
        parts.append(f"{format_share(log.customers, log.rows_used)} belong to customers of the order history")
    if log.prospects:
        parts.append(f"{format_count(log.prospects)} to accounts without an order")
    if unnamed:
        parts.append(f"{format_count(unnamed)} to no account that is named")
    return f"{join_words(parts)}."


def _columns(log: PipelineLog) -> str:
    pairs = [f"{name!r} as {ours}" for ours, name in log.columns if name != ours]
    if not pairs:
        return ""
    return f"Read {join_words(pairs[:_SHOWN_COLUMNS])}."


def _further(log: PipelineLog) -> str:
    if not log.unused:
        return ""
    shown = [repr(name) for name in log.unused[:_SHOWN_COLUMNS]]
    return f"Kept under their own names: {join_words(shown)}."


def _currencies(log: PipelineLog) -> str:
    if len(log.currencies) < 2:
        return ""
    return (
        f"Amounts are in {join_words(list(log.currencies))}: nothing is added up until one is chosen in company.toml: "
        f'[pipeline] currency = "{log.currencies[0]}".'
    )
