"""What a CRM export says about qualification: marks of its open opportunities, and shares of what was written down.

The columns ``money``, ``authority``, ``need`` and ``timing`` hold "yes", "no", a text or nothing; nothing is unknown, never no.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from segkit.analysis.pipeline.opportunities import measure_share
from segkit.analysis.sales.marks import MET, NOT_MET, Marked, count_decisions, mark_all, qualify
from segkit.analysis.sales.order_book import Flags, SalesBook
from segkit.intake.pipeline import Pipeline
from segkit.model.criterion import Criterion, Decision
from segkit.model.opportunity import Outcome
from segkit.model.pipeline_facts import Share
from segkit.model.sales_facts import Proxy, Qualified

MAX_OPEN = 200
"""Open opportunities that are written out, the oldest first."""
YES, NO, TEXT, BLANK = "yes", "no", "text", "blank"
_NAMES = {
    Criterion.MONEY: ("money_known", "money"),
    Criterion.AUTHORITY: ("authority_met", "authority"),
    Criterion.NEED: ("need_stated", "need"),
}
"""Name of the share of "yes", and the beginning of the names of "no" and of nothing."""


def read_answers(column: pd.Series) -> pd.Series:
    """Return what each cell says: "yes", "no", "text" or "blank".

    Examples
    --------
    >>> list(read_answers(pd.Series(["yes", "No", None, "two sites", " "])))
    ['yes', 'no', 'blank', 'text', 'blank']
    """
    text = column.astype("string").str.strip().str.lower().fillna("")
    answers = text.where(text.isin([YES, NO, ""]), TEXT)
    return answers.mask(answers == "", BLANK).astype(object)


def met_authority(book: SalesBook, pipeline: Pipeline | None) -> Flags:
    """Flag the customers of whom an opportunity says that the person who decides was met."""
    flags = np.zeros(book.n_customers, dtype=bool)
    if pipeline is not None:
        rows = pipeline.table[read_answers(pipeline.table["authority"]) == YES]
        numbers = book.lines.numbers_of(rows["customer_id"])
        flags[numbers[numbers >= 0]] = True
    return flags


def orders_with_authority(pipeline: Pipeline | None) -> frozenset[str]:
    """Return the orders of opportunities in which the person who decides was met."""
    if pipeline is None:
        return frozenset()
    table = pipeline.table
    met = (read_answers(table["authority"]) == YES) & table["order_id"].notna()
    return frozenset(table.loc[met, "order_id"].astype(str))


def try_rule(
    pipeline: Pipeline | None, criteria: Sequence[Criterion], *, needed: int, as_of: int
) -> tuple[tuple[str, Share], ...]:
    """Count the won ones of the closed opportunities by what the rule makes of what was written down about them.

    A planned close counts as timing met, since it lay ahead once. "both_yes" are those with money and authority both answered yes.
    """
    if pipeline is None:
        return ()
    table = pipeline.table[pipeline.table["status"] != Outcome.OPEN.value].reset_index(drop=True)
    if table.empty:
        return ()
    codes = {criterion: one.code for criterion, one in mark_table(table, as_of=as_of).items()}
    codes[Criterion.TIMING] = np.where(table["expected_close"].notna(), MET, 0)
    asked = [codes.get(criterion, np.zeros(len(table), dtype=np.int64)) for criterion in criteria]
    met = np.sum([code == MET for code in asked], axis=0)
    unknown = np.sum([code == 0 for code in asked], axis=0)
    groups = (
        ("qualified", met >= needed),
        ("not qualified", met + unknown < needed),
        ("undecided", (met < needed) & (met + unknown >= needed)),
        ("both_yes", (codes[Criterion.MONEY] == MET) & (codes[Criterion.AUTHORITY] == MET)),
    )
    won = (table["status"] == Outcome.WON.value).to_numpy(dtype=bool)
    shares = ((name, measure_share(int((won & of).sum()), int(of.sum()))) for name, of in groups)
    return tuple((name, share) for name, share in shares if share)


def measure_answers(pipeline: Pipeline | None) -> tuple[Proxy, ...]:
    """Measure how often each criterion is written down, and how often opportunities with and without it were won."""
    return () if pipeline is None else (*_answers(pipeline), _date_given(pipeline))


def _answers(pipeline: Pipeline) -> Iterator[Proxy]:
    table = pipeline.table
    closed = table["status"].isin([Outcome.WON.value, Outcome.LOST.value]).to_numpy(dtype=bool)
    won = (table["status"] == Outcome.WON.value).to_numpy(dtype=bool)
    for criterion, (name, short) in _NAMES.items():
        answers = read_answers(table[criterion.value]).to_numpy(dtype=object)
        column = dict(pipeline.log.columns).get(criterion.value, "")
        if not column:
            missing = f"a column of the pipeline that says whether {_WORDS[criterion]}"
            yield Proxy(criterion=criterion, name=name, definition="", source_id="pipeline", missing=missing)
            continue
        yes = (answers == YES) | ((answers == TEXT) & (criterion is Criterion.NEED))
        levels = ((word, int((answers == word).sum())) for word in (YES, NO, TEXT, BLANK))
        yield Proxy(
            criterion=criterion,
            name=name,
            definition=f"{column} says yes, of opportunities",
            source_id="pipeline",
            share=measure_share(int(yes.sum()), len(table)),
            levels=tuple(level for level in levels if level[1]),
        )
        for level, rows in (("", yes), ("no", answers == NO), ("blank", answers == BLANK)):
            of = rows & closed
            if of.any():
                yield Proxy(
                    criterion=criterion,
                    name=f"{short}_{level}_won" if level else f"{name}_won",
                    definition=f"won, of closed opportunities with {column} {level or 'yes'}",
                    source_id="pipeline",
                    share=measure_share(int((of & won).sum()), int(of.sum())),
                )


_WORDS = {
    Criterion.MONEY: "the money is known",
    Criterion.AUTHORITY: "the person who decides was met",
    Criterion.NEED: "a need was stated",
}


def _date_given(pipeline: Pipeline) -> Proxy:
    given = int(pipeline.table["expected_close"].notna().sum())
    column = dict(pipeline.log.columns).get("expected_close", "")
    levels = ((YES, given), (BLANK, len(pipeline.table) - given))
    return Proxy(
        criterion=Criterion.TIMING,
        name="date_given",
        definition=f"{column} filled, of opportunities" if column else "",
        source_id="pipeline",
        share=measure_share(given, len(pipeline.table)) if column else None,
        missing="" if column else "a column of the pipeline with the day on which a close is expected",
        levels=tuple(level for level in levels if level[1]) if column else (),
    )


def mark_opportunities(
    book: SalesBook, pipeline: Pipeline | None, criteria: Sequence[Criterion], *, needed: int
) -> tuple[tuple[Qualified, ...], tuple[tuple[Decision, int], ...]]:
    """Mark every open opportunity, and count what the rule decides.

    Returns
    -------
    tuple
        At most 200 of them, the oldest first, and the counts of all.
    """
    if pipeline is None:
        return (), ()
    table = pipeline.table[pipeline.table["status"] == Outcome.OPEN.value]
    table = table.sort_values(["created_at", "opportunity_id"], kind="stable").reset_index(drop=True)
    marked = mark_table(table, as_of=book.as_of)
    numbers = book.lines.numbers_of(table["customer_id"])
    rows = [
        qualify(
            mark_all(marked, row, criteria),
            criteria,
            needed=needed,
            customer_id=book.label(number) if number >= 0 else "",
            segment_id=book.segment_of(number),
            opportunity_id=str(table["opportunity_id"][row]),
        )
        for row, number in enumerate(numbers[:MAX_OPEN].tolist())
    ]
    return tuple(rows), count_decisions(marked, criteria, needed=needed, n=len(table))


def mark_table(table: pd.DataFrame, *, as_of: int) -> dict[Criterion, Marked]:
    """Mark every opportunity of a table; a day of closing that has passed is not met, nothing written down is unknown."""
    marked = {}
    for criterion in _NAMES:
        answers = read_answers(table[criterion.value]).to_numpy(dtype=object)
        if criterion is Criterion.NEED:
            answers = np.where(answers == TEXT, YES, answers)
        code = np.select([answers == YES, answers == NO], [MET, NOT_MET], default=0)
        word = np.where(answers == TEXT, BLANK, answers)
        names = {YES: "need_stated"} if criterion is Criterion.NEED else {}
        reasons = [names.get(one, f"{criterion.value}_{one}") for one in word]
        marked[criterion] = _marked(code, reasons, np.full(len(table), np.nan))
    expected = pd.to_datetime(table["expected_close"])
    known = expected.notna().to_numpy(dtype=bool)
    days = expected.to_numpy(dtype="datetime64[D]").astype(np.int64).astype(np.float64)
    ahead = np.where(known, days + _EPOCH - as_of, np.nan)
    past = known & (ahead < 0)
    code = np.select([past, known], [NOT_MET, MET], default=0)
    because = np.select([past, known], ["date_past", "date_ahead"], default="no_date")
    marked[Criterion.TIMING] = _marked(code, because, np.abs(ahead))
    return marked


def _marked(code: np.ndarray, because: Sequence[str] | np.ndarray, value: np.ndarray) -> Marked:
    return Marked(
        code=code.astype(np.int64),
        because=np.array(because, dtype=object),
        value=value.astype(np.float64),
        n=np.full(len(value), np.nan),
    )


_EPOCH = pd.Timestamp("1970-01-01").toordinal()
