"""CRM exports with the faults that such exports have: mended or dropped with a log line, or refused in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from hostile_case import Chapter, Logged, Rows, text_of, write_orders

pipelines = Chapter("pipelines")

PIPELINE_HEADER = (
    "opportunity_id", "account_id", "name", "stage", "amount", "currency", "created_at", "expected_close", "closed_at",
    "lost_reason",
)  # fmt: skip
MOVES_HEADER = ("opportunity_id", "from_stage", "to_stage", "at")
STAGES = ("Prospecting", "Discovery", "Customer Evaluating", "Closing", "Closed Won", "Closed Lost")
FIRST = date(2024, 1, 8)


def _row(place: int) -> tuple[str, ...]:
    stage, created = STAGES[place % 6], FIRST + timedelta(days=place)
    closed = str(created + timedelta(days=20)) if stage.startswith("Closed") else ""
    planned = str(created + timedelta(days=30))
    reason = "price" if stage == "Closed Lost" else ""
    return (
        f"P{place:02d}",
        f"K{place % 12 + 1:02d}",
        f"Deal {place}",
        stage,
        str(100 + place),
        "EUR",
        str(created),
        planned,
        closed,
        reason,
    )


OPPORTUNITIES: Rows = tuple(_row(place) for place in range(60))


def _moves() -> tuple[tuple[str, ...], ...]:
    moves = []
    for place, row in enumerate(OPPORTUNITIES):
        path = STAGES[: place % 6 + 1] if place % 6 < 5 else (STAGES[0], STAGES[5])
        before = ""
        for step, stage in enumerate(path):
            moves.append((row[0], before, stage, str(date.fromisoformat(row[6]) + timedelta(days=5 * step))))
            before = stage
    return tuple(moves)


MOVES: Rows = _moves()


def alter(column: str, values: dict[int, str] | Callable[[str], str], rows: Rows = OPPORTUNITIES) -> Rows:
    """Return the rows with one column changed, by row position or all of them."""
    place = PIPELINE_HEADER.index(column)
    return tuple(
        tuple(
            (values(cell) if callable(values) else values.get(n, cell)) if k == place else cell
            for k, cell in enumerate(row)
        )
        for n, row in enumerate(rows)
    )


def write_pipeline(
    folder: Path,
    rows: Rows = OPPORTUNITIES,
    *,
    header: tuple[str, ...] = PIPELINE_HEADER,
    moves: Rows | None = None,
    toml: str = "",
    text: str | None = None,
) -> None:
    """Write a sound order history and this CRM export beside it."""
    write_orders(folder, text_of(), toml=toml)
    content = text_of(rows, header) if text is None else text
    (folder / "pipeline.csv").write_text(content, encoding="utf-8")
    if moves is not None:
        (folder / "stage_events.csv").write_text(text_of(moves, MOVES_HEADER), encoding="utf-8")


def out(words: str, rows: int) -> Logged:
    """Expect opportunities dropped for a reason."""
    return Logged(kind="pipeline dropped", words=words, rows=rows)


def mended(words: str, rows: int) -> Logged:
    """Expect opportunities or moves mended."""
    return Logged(kind="pipeline repaired", words=words, rows=rows)


def said(words: str, rows: int = 0) -> Logged:
    """Expect something noticed or decided."""
    return Logged(kind="pipeline notes", words=words, rows=rows)


def moves_out(words: str, rows: int) -> Logged:
    """Expect moves dropped for a reason."""
    return Logged(kind="pipeline moves_dropped", words=words, rows=rows)


# the stage


@pipelines.refused(
    "a stage that no list has, in one row", "pipeline.csv", "'Waiting'", "1 row", "[pipeline.stages]"
)
def unknown_stage(folder: Path) -> None:
    write_pipeline(folder, alter("stage", {0: "Waiting"}))


@pipelines.refused(
    "a misspelled stage is answered with the nearest", "'Custmer Evaluating'", "'Customer Evaluating'"
)
def misspelled_stage(folder: Path) -> None:
    write_pipeline(folder, alter("stage", {2: "Custmer Evaluating"}))


@pipelines.refused(
    "a stage placed into one that the list does not have", "company.toml", "'Nowhere'", "'Discovery'"
)
def stage_into_nowhere(folder: Path) -> None:
    write_pipeline(folder, alter("stage", {0: "Waiting"}), toml='[pipeline.stages]\n"Waiting" = "Nowhere"\n')


@pipelines.repaired("two rows without a stage", out("do not say in which stage", 2))
def two_blank_stages(folder: Path) -> None:
    write_pipeline(folder, alter("stage", {0: "", 1: ""}))


@pipelines.refused("many rows without a stage", "pipeline.csv", "no stage in 'stage'", "12 of 60")
def many_blank_stages(folder: Path) -> None:
    write_pipeline(folder, alter("stage", dict.fromkeys(range(12), "")))


@pipelines.refused("stages that are free text", "pipeline.csv", "more than 200", "'stage'")
def free_text_stages(folder: Path) -> None:
    rows = tuple(
        (f"P{n}", "K01", "x", f"called {n} times", "1", "EUR", "2024-02-01", "", "", "") for n in range(300)
    )
    write_pipeline(folder, rows)


@pipelines.refused("no column of stages", "pipeline.csv", "in which stage", "[pipeline.columns] stage")
def no_stage_column(folder: Path) -> None:
    write_pipeline(folder, header=tuple("colour" if name == "stage" else name for name in PIPELINE_HEADER))


# ids


@pipelines.repaired("one row without an id", out("without an id", 1))
def one_blank_id(folder: Path) -> None:
    write_pipeline(folder, alter("opportunity_id", {3: " "}))


@pipelines.refused("many rows without an id", "no id in 'opportunity_id'", "10 of 60")
def many_blank_ids(folder: Path) -> None:
    write_pipeline(folder, alter("opportunity_id", dict.fromkeys(range(10), "")))


@pipelines.repaired("a row that stands twice", out("repeat another in every cell", 1))
def row_twice(folder: Path) -> None:
    write_pipeline(folder, (*OPPORTUNITIES, OPPORTUNITIES[4]))


@pipelines.repaired("two states of one opportunity", out("stands in the file again", 1))
def two_states(folder: Path) -> None:
    write_pipeline(folder, alter("opportunity_id", {4: "P05"}))


@pipelines.refused(
    "one row for each product of an opportunity", "repeat the id", "one row for each opportunity"
)
def rows_by_product(folder: Path) -> None:
    write_pipeline(folder, (*OPPORTUNITIES, *alter("amount", lambda cell: f"9{cell}")[:30]))


@pipelines.refused("ids that a spreadsheet shortened", "'opportunity_id'", "spreadsheet shortened")
def shortened_ids(folder: Path) -> None:
    write_pipeline(folder, alter("opportunity_id", {3: "1.23E+12"}))


@pipelines.refused("no column of ids", "which opportunity a row is", "[pipeline.columns] opportunity_id")
def no_id_column(folder: Path) -> None:
    write_pipeline(folder, header=("colour", *PIPELINE_HEADER[1:]))


# days


@pipelines.repaired(
    "two closed before they were created",
    mended("before the day of creation", 2),
    said("without a day of closing", 2),
)
def two_closed_before_created(folder: Path) -> None:
    write_pipeline(folder, alter("closed_at", {4: "2023-01-01", 5: "2023-01-02"}))


@pipelines.refused("all closed before they were created", "before they are created", "'created_at'")
def all_closed_before_created(folder: Path) -> None:
    write_pipeline(folder, alter("closed_at", lambda cell: "2023-01-01" if cell else ""))


@pipelines.repaired("won without a day of closing", said("without a day of closing", 1))
def won_without_day(folder: Path) -> None:
    write_pipeline(folder, alter("closed_at", {4: ""}))


@pipelines.repaired(
    "won without a day, which the history of stages knows", mended("day of their last move", 1)
)
def won_without_day_but_history(folder: Path) -> None:
    write_pipeline(folder, alter("closed_at", {4: ""}), moves=MOVES)


@pipelines.repaired("one open opportunity with a day of closing", mended("opportunities that are open", 1))
def open_with_closing_day(folder: Path) -> None:
    write_pipeline(folder, alter("closed_at", {0: "2024-03-01"}))


@pipelines.refused("planned days in the column of closing days", "open stage", "expected_close")
def planned_days_as_closing(folder: Path) -> None:
    write_pipeline(folder, alter("closed_at", lambda cell: cell or "2024-03-01"))


@pipelines.repaired("created after the end of observation", out("created after the end", 1))
def created_after(folder: Path) -> None:
    write_pipeline(folder, alter("expected_close", {0: ""}, alter("created_at", {0: "2031-01-01"})))


@pipelines.repaired("closed after the end of observation", out("closed after the end", 2))
def closed_after(folder: Path) -> None:
    write_pipeline(folder, alter("closed_at", {4: "2031-01-01", 5: "2031-01-01"}))


@pipelines.refused("the export is later than the orders", "after the end of observation", "[orders] as_of")
def export_is_later(folder: Path) -> None:
    write_pipeline(folder, alter("closed_at", lambda cell: "2031-01-01" if cell else ""))


@pipelines.repaired(
    "closed after the end, as the history shows it on that day", mended("as the history of stages shows", 1)
)
def closed_after_with_history(folder: Path) -> None:
    late = tuple(
        (*move[:3], "2031-01-01") if move[0] == "P04" and move[2] == "Closed Won" else move for move in MOVES
    )
    write_pipeline(folder, alter("closed_at", {4: "2031-01-01"}), moves=late)


@pipelines.refused(
    "days and months that cannot be told apart", "pipeline.csv", "ambiguous", "[pipeline] day_first"
)
def ambiguous_days(folder: Path) -> None:
    write_pipeline(
        folder,
        alter(
            "closed_at",
            lambda _: "",
            alter("expected_close", lambda _: "", alter("created_at", lambda _: "03/04/2024")),
        ),
    )


@pipelines.repaired("one day that is none", said("no day", 1))
def one_bad_day(folder: Path) -> None:
    write_pipeline(folder, alter("expected_close", {0: "soon"}))


@pipelines.refused("many days that are none", "'expected_close'", "10 of 60", "no days")
def many_bad_days(folder: Path) -> None:
    write_pipeline(folder, alter("expected_close", dict.fromkeys(range(10), "soon")))


# amounts and currencies


@pipelines.repaired("two negative amounts", mended("negative amounts", 2))
def two_negative_amounts(folder: Path) -> None:
    write_pipeline(folder, alter("amount", {0: "-5", 7: "(12.50)"}))


@pipelines.refused("all amounts negative", "negative amount in 'amount'", "60 of 60")
def all_deals_negative(folder: Path) -> None:
    write_pipeline(folder, alter("amount", lambda cell: f"-{cell}"))


@pipelines.repaired("an amount in words", said("no number", 1))
def deal_in_words(folder: Path) -> None:
    write_pipeline(folder, alter("amount", {0: "to be agreed"}))


@pipelines.refused("amounts in words", "'amount'", "8 of 60", "no amounts")
def deals_in_words(folder: Path) -> None:
    write_pipeline(folder, alter("amount", dict.fromkeys(range(8), "to be agreed")))


@pipelines.refused("percentages where amounts are expected", "'amount'", "no numbers")
def percentages(folder: Path) -> None:
    write_pipeline(folder, alter("amount", lambda _: "75%"))


@pipelines.repaired("lost at nothing, lost at a blank", mended("0 on lost opportunities", 9))
def lost_at_nothing(folder: Path) -> None:
    rows = tuple((*row[:4], "0", *row[5:]) if row[3] == "Closed Lost" else row for row in OPPORTUNITIES)
    write_pipeline(folder, alter("amount", {5: ""}, rows))


@pipelines.read("several currencies are kept", logged=())
def several_currencies(folder: Path) -> None:
    write_pipeline(folder, alter("currency", dict.fromkeys(range(0, 60, 3), "USD")))


@pipelines.repaired("several currencies of which one is chosen", out("another currency than EUR", 20))
def chosen_currency(folder: Path) -> None:
    write_pipeline(
        folder,
        alter("currency", dict.fromkeys(range(0, 60, 3), "USD")),
        toml='[pipeline]\ncurrency = "EUR"\n',
    )


@pipelines.refused("a currency is chosen that no row has", "'CHF'", "has EUR")
def absent_currency(folder: Path) -> None:
    write_pipeline(folder, toml='[pipeline]\ncurrency = "CHF"\n')


@pipelines.repaired("a blank currency among others that agree", mended("blank currencies", 2))
def blank_currencies(folder: Path) -> None:
    write_pipeline(folder, alter("currency", {0: "", 1: ""}))


# files and settings


@pipelines.refused("an empty export", "pipeline.csv", "empty")
def empty_export(folder: Path) -> None:
    write_pipeline(folder, text="")


@pipelines.refused("an export that is a header", "pipeline.csv")
def export_of_a_header(folder: Path) -> None:
    write_pipeline(folder, ())


@pipelines.refused("two exports", "pipeline.csv and pipeline.tsv", "keep one")
def two_exports(folder: Path) -> None:
    write_pipeline(folder)
    (folder / "pipeline.tsv").write_text(
        text_of(OPPORTUNITIES, PIPELINE_HEADER, delimiter="\t"), encoding="utf-8"
    )


@pipelines.refused("a history without an export", "stage_events.csv", "pipeline.csv")
def history_alone(folder: Path) -> None:
    write_pipeline(folder, moves=MOVES)
    (folder / "pipeline.csv").unlink()


@pipelines.refused("a named export that is not there", "'deals.csv'", "[pipeline] file")
def named_export_missing(folder: Path) -> None:
    write_pipeline(folder, toml='[pipeline]\nfile = "deals.csv"\n')


@pipelines.refused("an export outside the folder", "pipeline.file", "outside the company folder")
def export_outside(folder: Path) -> None:
    write_pipeline(folder, toml='[pipeline]\nfile = "../deals.csv"\n')


@pipelines.refused("a mapped column that is not there", "'Phase'", "[pipeline.columns] stage")
def mapped_deal_column_missing(folder: Path) -> None:
    write_pipeline(folder, toml='[pipeline.columns]\nstage = "Phase"\n')


@pipelines.refused("a column mapped to an unknown meaning", "pipeline.columns", "'stag'", "'stage'")
def unknown_meaning(folder: Path) -> None:
    write_pipeline(folder, toml='[pipeline.columns]\nstag = "stage"\n')


@pipelines.refused("an own stage that is none of the six", "'proposal'", "'prospecting'")
def own_stage_of_no_six(folder: Path) -> None:
    write_pipeline(folder, toml='[[pipeline.own]]\nname = "Offer"\nstage = "proposal"\n')


@pipelines.refused("nothing is left", "no opportunity that can be used", "created after")
def nothing_left(folder: Path) -> None:
    rows = alter("closed_at", lambda _: "", alter("created_at", lambda _: "2031-01-01"))
    write_pipeline(folder, alter("stage", lambda _: "Discovery", rows))


# the history of stages


@pipelines.repaired("moves of an opportunity that the export does not have", moves_out("not in use", 2))
def unknown_opportunity(folder: Path) -> None:
    write_pipeline(
        folder,
        moves=(*MOVES, ("Z9", "", "Discovery", "2024-02-01"), ("Z9", "Discovery", "Closing", "2024-02-05")),
    )


@pipelines.refused("a history of other opportunities", "stage_events.csv", "no move", "same ids")
def foreign_history(folder: Path) -> None:
    write_pipeline(folder, moves=tuple((f"Z{move[0]}", *move[1:]) for move in MOVES))


@pipelines.repaired("a move is missing from the history", mended("begin there now", 1))
def missing_move(folder: Path) -> None:
    write_pipeline(
        folder, moves=tuple(move for move in MOVES if move[:3] != ("P04", "Prospecting", "Discovery"))
    )


@pipelines.refused("a history with many gaps", "stage_events.csv", "whole history")
def gaps(folder: Path) -> None:
    write_pipeline(folder, moves=tuple(move for move in MOVES if move[2] != "Discovery"))


@pipelines.repaired("the last move leads elsewhere than the export", mended("the export's stands", 1))
def another_present_stage(folder: Path) -> None:
    write_pipeline(folder, alter("stage", {3: "Discovery"}), moves=MOVES)


@pipelines.refused("a history of another day than the export", "stage_events.csv", "on the same day")
def history_of_another_day(folder: Path) -> None:
    write_pipeline(
        folder, alter("stage", lambda cell: "Closing" if cell == "Discovery" else cell), moves=MOVES
    )


@pipelines.repaired(
    "moves without opportunity, stage or day",
    moves_out("without an opportunity", 1),
    moves_out("into no stage", 1),
    moves_out("without a day", 1),
)
def blank_moves(folder: Path) -> None:
    write_pipeline(
        folder,
        moves=(
            *MOVES,
            ("", "", "Discovery", "2024-02-01"),
            ("P00", "Prospecting", "", "2024-02-02"),
            ("P00", "Prospecting", "Discovery", ""),
        ),
    )


@pipelines.refused(
    "a stage of the history that no list has", "stage_events.csv", "'Parked'", "[pipeline.stages]"
)
def unknown_stage_in_history(folder: Path) -> None:
    write_pipeline(folder, moves=(*MOVES, ("P00", "Prospecting", "Parked", "2024-02-01")))


# text that tries something


@pipelines.refused(
    "a stage with terminal codes cannot reach the terminal", "pipeline.csv", "[pipeline.stages]"
)
def terminal_stage(folder: Path) -> None:
    write_pipeline(folder, alter("stage", {0: "\x1b[31mred"}))


@pipelines.read("formulas and scripts in names", logged=())
def scripts_in_names(folder: Path) -> None:
    write_pipeline(
        folder, alter("name", {0: "=cmd|' /C calc'!A0", 1: "<script>alert(1)</script>", 2: "{{ 7 * 7 }}"})
    )
