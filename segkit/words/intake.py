"""Sentences about what was read: shared by the terminal and the page."""

from __future__ import annotations

from segkit.model.cleaning import CleaningLog, FactorCoverage, LogEntry
from segkit.model.factor import factor_definitions
from segkit.words.figures import format_count, format_money, format_share, join_words, plural


def reading_sentences(log: CleaningLog) -> tuple[str, ...]:
    """Say what was read, in the order in which a reader asks for it."""
    names = join_words([source.path for source in log.sources])
    money = f" worth {format_money(log.revenue, log.currency)}" if log.revenue is not None else ""
    no_money = "" if log.revenue is not None else " The files hold no amounts, so spend is not known."
    placed = (
        f"{plural(log.customers, 'customer')} placed {plural(log.orders, 'order')}{money} "
        f"between {log.first_order} and {log.last_order}.{no_money}"
    )
    return tuple(
        sentence
        for sentence in (
            f"{names} read as {log.format_label}: {plural(log.rows_read, 'row')} read, {format_count(log.rows_used)} used.",
            placed,
            log.identity_rule,
            log.timezone_note,
        )
        if sentence
    )


def too_few_customers(customers: int, groups: int) -> str:
    """Say that there are fewer customers than groups, and what to do.

    Examples
    --------
    >>> too_few_customers(3, 4)
    '3 customers but 4 groups asked for; set [segmentation] n_segments to 2 or 3, or add orders.'
    >>> too_few_customers(60, 100)
    '60 customers but 100 groups asked for; set [segmentation] n_segments to 60 or less, or add orders.'
    >>> too_few_customers(1, 4)
    '1 customer but 4 groups asked for; add orders.'
    """
    few = {1: "", 2: "2", 3: "2 or 3"}.get(customers, f"{customers} or less")
    way_out = f"set [segmentation] n_segments to {few}, or add orders" if few else "add orders"
    return f"{plural(customers, 'customer')} but {groups} groups asked for; {way_out}."


def log_entry_text(entry: LogEntry, currency: str) -> str:
    """Return one rule of the cleaning log with its money, examples and switch."""
    parts = [entry.reason]
    if entry.amount is not None:
        parts.append(f"({format_money(entry.amount, currency)})")
    if entry.examples:
        parts.append(f"e.g. {join_words(list(entry.examples[:3]))}")
    if entry.switch:
        parts.append(f"[{entry.switch}]")
    return " ".join(parts)


def coverage_sentence(coverage: FactorCoverage, customers: int) -> str:
    """Say which columns feed a factor and for how many customers, or how to close the gap."""
    if not coverage.columns:
        gap = factor_definitions()[coverage.factor].close_the_gap
        return f"no column; to close the gap, {gap}"
    known = round(coverage.share_of_customers * customers)
    return f"{join_words(list(coverage.columns))}: known for {format_share(known, customers)}"
