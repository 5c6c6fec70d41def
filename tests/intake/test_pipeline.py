"""The CRM export and the history of its stages: what is read of them, whatever the order of their rows."""

from __future__ import annotations

import random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segkit.errors import BadValueError, InputError
from segkit.intake.bundled import example_company
from segkit.intake.company import read_company, read_company_orders
from segkit.intake.pipeline import find_pipeline_files, read_pipeline
from segkit.model.opportunity import MOVE_COLUMNS, OPPORTUNITY_COLUMNS, PipelineLog
from segkit.model.sales_stage import stage_models
from segkit.words.pipeline_log import NO_HISTORY, NO_PIPELINE, describe_pipeline, describe_stage

ORDERS = (
    "customer_id,order_id,order_date,amount\n"
    "K01,O1,2025-01-31,5\nK02,O2,2025-02-28,5\nK03,O3,2025-03-31,5\nK01,O4,2025-09-01,5\n"
)
HEAD = "opportunity_id,account_id,stage,amount,currency,created_at,expected_close,closed_at\n"
ROWS = (
    "P1,K01,Closed Won,100,EUR,2025-01-02,2025-02-01,2025-01-20\n",
    "P2,K02,Closed Lost,250.50,EUR,2025-01-05,2025-02-01,2025-03-01\n",
    "P3,K77,Discovery,80,EUR,2025-06-01,2025-10-01,\n",
    "P4,,Closing,,EUR,2025-07-01,2025-08-01,\n",
)
MOVES = (
    "opportunity_id,from_stage,to_stage,at\n"
    "P1,,Prospecting,2025-01-02\nP1,Prospecting,Closing,2025-01-10\nP1,Closing,Closed Won,2025-01-20\n"
    "P2,,Prospecting,2025-01-05\nP2,Prospecting,Closed Lost,2025-03-01\nP3,,Discovery,2025-06-01\n"
)


@pytest.fixture
def folder_of(tmp_path):
    """Write a company folder with this export, and return it."""

    def write(text, *, moves=None, toml="", orders=ORDERS, name="pipeline.csv", company='currency = "EUR"'):
        folder = tmp_path / "shop"
        folder.mkdir(exist_ok=True)
        (folder / "company.toml").write_text(f'[company]\nname = "X"\n{company}\n{toml}', encoding="utf-8")
        (folder / "orders.csv").write_text(orders, encoding="utf-8")
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
        if moves is not None:
            (folder / "stage_events.csv").write_text(moves, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def pipeline_of(folder_of):
    """Write a company folder with this export, and read it."""

    def read(text, **options):
        company = read_company(folder_of(text, **options))
        return read_pipeline(company, read_company_orders(company))

    return read


@pytest.fixture(scope="module")
def trade():
    company = read_company(example_company("ballyquire"))
    return read_pipeline(company, read_company_orders(company))


def rows(entries):
    return {entry.rule: entry.rows for entry in entries}


def column(pipeline, name):
    return pipeline.table.set_index("opportunity_id")[name].to_dict()


# the example company


def test_the_example_company_has_the_totals_that_its_dictionary_states(trade):
    by = trade.table.groupby("status")["amount"].agg(["size", "sum"]).round(2)
    assert by["size"].to_dict() == {"lost": 28, "open": 15, "won": 30}
    assert by["sum"].to_dict() == {"lost": 44070.00, "open": 41180.00, "won": 19785.14}
    assert trade.log.outcomes == (("open", 15), ("won", 30), ("lost", 28))
    assert (len(trade.moves), trade.log.moves, trade.log.moves_read) == (284, 284, 284)


def test_the_example_company_has_two_prospects(trade):
    prospects = trade.table[trade.table["customer_id"].isna()]
    assert sorted(prospects["account"]) == ["A-1080", "A-1081"]
    assert (trade.log.customers, trade.log.prospects) == (71, 2)


def test_the_example_company_needs_no_settings(trade):
    columns = dict(trade.log.columns)
    assert columns["first_expected_close"] == "expected_close_original"
    assert (columns["money"], columns["authority"], columns["need"]) == (
        "budget_known",
        "decision_maker_met",
        "need",
    )
    assert (trade.log.dropped, trade.log.repaired, trade.log.unused) == ((), (), ())
    assert not any(name.guessed for name in trade.log.stages)


def test_both_files_are_sources_and_inputs(trade):
    assert [source.id for source in trade.sources] == ["pipeline", "stage_events"]
    assert [source.n_rows for source in trade.sources] == [73, 284]
    assert [path for path, _ in trade.inputs] == ["pipeline.csv", "stage_events.csv"]


# what is read


def test_a_folder_without_an_export_has_no_pipeline(pipeline_of):
    assert pipeline_of(None) is None
    assert describe_pipeline(None, business_model="mixed") == NO_PIPELINE
    assert describe_pipeline(None, business_model="b2c") == ()


def test_opportunities_are_typed_and_sorted_and_what_is_missing_is_missing(pipeline_of):
    pipeline = pipeline_of(HEAD + "".join(reversed(ROWS)))
    table = pipeline.table
    assert tuple(table.columns) == OPPORTUNITY_COLUMNS
    assert table["opportunity_id"].tolist() == ["P1", "P2", "P3", "P4"]
    assert table["status"].tolist() == ["won", "lost", "open", "open"]
    assert table["customer_id"].tolist() == ["K01", "K02", None, None]
    assert table["account"].tolist() == ["K01", "K02", "K77", None]
    assert table["amount"].tolist()[:3] == [100.0, 250.5, 80.0]
    assert pd.isna(table["amount"].iloc[3])
    assert pd.isna(table["closed_at"].iloc[2])
    assert str(table["closed_at"].iloc[1]) == "2025-03-01 00:00:00"
    assert pipeline.moves is None
    assert pipeline.log.moves is None


def test_moves_carry_ids_of_stages_and_stand_in_the_order_of_days(pipeline_of):
    pipeline = pipeline_of(HEAD + "".join(ROWS), moves=MOVES)
    assert tuple(pipeline.moves.columns) == MOVE_COLUMNS
    assert pipeline.moves["to_stage"].tolist() == [
        "prospecting",
        "closing",
        "won",
        "prospecting",
        "lost",
        "discovery",
    ]
    assert pipeline.moves["from_stage"].tolist() == [
        None,
        "prospecting",
        "closing",
        None,
        "prospecting",
        None,
    ]


def test_a_history_that_knows_only_the_new_stage_is_a_chain_all_the_same(pipeline_of):
    moves = "OpportunityId,StageName,CreatedDate\nP1,Prospecting,2025-01-02\nP1,Prospecting,2025-01-05\nP1,Closed Won,2025-01-20\n"
    pipeline = pipeline_of(HEAD + "".join(ROWS), moves=moves)
    assert pipeline.moves["from_stage"].tolist() == [None, "prospecting"]
    assert rows(pipeline.log.moves_dropped) == {"no change": 1}


def test_a_history_of_fields_keeps_the_changes_of_the_stage(pipeline_of):
    moves = (
        "Opportunity ID,Field / Event,Old Value,New Value,Edit Date\nP1,Stage,,Prospecting,2025-01-02\n"
        "P1,Amount,90,100,2025-01-04\nP1,Stage,Prospecting,Closed Won,2025-01-20\n"
    )
    pipeline = pipeline_of(HEAD + "".join(ROWS), moves=moves)
    assert pipeline.moves["to_stage"].tolist() == ["prospecting", "won"]
    assert rows(pipeline.log.moves_dropped) == {"other field": 1}


def test_a_history_that_begins_with_the_last_move_is_read_from_the_end(pipeline_of):
    first, second = "P1,,Prospecting,2025-01-02\n", "P1,Prospecting,Closing,2025-01-02\n"
    third = "P1,Closing,Closed Won,2025-01-20\n"
    pipeline = pipeline_of(
        HEAD + ROWS[0], moves="opportunity_id,from_stage,to_stage,at\n" + third + second + first
    )
    assert pipeline.moves["to_stage"].tolist() == ["prospecting", "closing", "won"]
    assert "order of moves" in rows(pipeline.log.notes)


def test_moves_after_the_end_of_observation_are_left_out(pipeline_of):
    moves = MOVES + "P3,Discovery,Closing,2026-01-01\n"
    pipeline = pipeline_of(HEAD + "".join(ROWS), moves=moves)
    assert rows(pipeline.log.moves_dropped) == {"after as_of": 1}


def test_further_columns_are_kept_as_text_and_people_are_not(pipeline_of):
    head = HEAD.strip() + ",Deal Region,Contact Name,Probability (%),Stage Owner Email\n"
    pipeline = pipeline_of(head + ROWS[0].strip() + ",North,Ann Lee,75%,ann@x.example\n")
    assert tuple(pipeline.table.columns) == (*OPPORTUNITY_COLUMNS, "deal_region", "probability")
    assert pipeline.table["probability"].tolist() == ["75%"]
    assert "Ann" not in pipeline.table.to_csv()


def test_a_further_column_never_takes_the_place_of_ours(pipeline_of):
    head = HEAD.strip() + ",Customer ID\n"
    pipeline = pipeline_of(
        head + ROWS[0].strip() + ",K99\n", toml='[pipeline.columns]\naccount = "account_id"\n'
    )
    assert pipeline.table["customer_id"].tolist() == ["K01"]
    assert pipeline.table["customer_id_2"].tolist() == ["K99"]


def test_accounts_known_by_name_only_get_labels_and_their_names_stay_inside(pipeline_of):
    text = "opportunity_id,Account Name,stage\nP1,Eastgate Foods,Discovery\nP2,Ann Lee,Closing\nP3,Eastgate Foods,Closing\n"
    pipeline = pipeline_of(text)
    assert column(pipeline, "account") == {"P1": "prospect-2", "P2": "prospect-1", "P3": "prospect-2"}
    said = " ".join(describe_pipeline(pipeline)) + repr(pipeline.log)
    assert "Eastgate" not in said + pipeline.table.to_csv()


def test_an_address_finds_its_customer(pipeline_of):
    orders = "customer_id,email,order_id,order_date,amount\nK01,Ann@x.example,O1,2025-01-31,5\nK02,bo@x.example,O2,2025-09-01,5\n"
    pipeline = pipeline_of("opportunity_id,contact email,stage\nP1,ann@X.example,Discovery\n", orders=orders)
    assert column(pipeline, "customer_id") == {"P1": "K01"}
    assert "@" not in pipeline.table.to_csv()


def test_answers_are_yes_no_or_their_own_text(pipeline_of):
    text = "opportunity_id,stage,budget,decision maker\nP1,Discovery,TRUE,nein\nP2,Closing,about 500,\nP3,Closing,0,x\n"
    pipeline = pipeline_of(text)
    assert column(pipeline, "money") == {"P1": "yes", "P2": "about 500", "P3": "no"}
    assert column(pipeline, "authority") == {"P1": "no", "P2": None, "P3": "yes"}


# stages


def test_the_list_that_knows_the_most_names_is_taken_and_that_is_said(pipeline_of):
    text = "opportunity_id,stage\nP1,Perception Analysis\nP2,Id. Decision Makers\nP3,Closed Won\n"
    pipeline = pipeline_of(text)
    assert pipeline.log.model.id == "salesforce"
    assert "guessed stage list" in rows(pipeline.log.notes)


def test_between_lists_that_know_as_many_names_the_assignments_is_taken(pipeline_of):
    pipeline = pipeline_of("opportunity_id,stage\nP1,Prospecting\nP2,Closed Won\n")
    assert pipeline.log.model is stage_models()["assignment"]


def test_a_named_list_is_not_guessed(pipeline_of):
    pipeline = pipeline_of(
        "opportunity_id,stage\nP1,Prospecting\nP2,Closed Won\n", toml='[pipeline]\nnaming = "espocrm"\n'
    )
    assert pipeline.log.model.id == "espocrm"
    assert "guessed stage list" not in rows(pipeline.log.notes)


def test_own_stages_replace_the_list_and_get_an_end_where_they_have_none(pipeline_of):
    toml = (
        '[[pipeline.own]]\nname = "Gespräch"\nstage = "discovery"\nprobability = 20\n'
        '[[pipeline.own]]\nname = "Auftrag"\nstage = "won"\nprobability = 100\n'
    )
    pipeline = pipeline_of("opportunity_id,stage\nP1,Gespräch\nP2,AUFTRAG\nP3,Closed Lost\n", toml=toml)
    assert [stage.id for stage in pipeline.log.model.stages] == ["gespraech", "auftrag", "lost"]
    assert column(pipeline, "status") == {"P1": "open", "P2": "won", "P3": "lost"}
    assert pipeline.log.model.find("gespraech").probability == 20


def test_names_of_stages_are_placed_by_company_toml(pipeline_of):
    toml = '[pipeline.stages]\n"2 - Muster raus" = "discovery"\n"9" = "Closed Won"\n'
    pipeline = pipeline_of("opportunity_id,stage\nP1,2 - Muster raus\nP2,9\n", toml=toml)
    assert column(pipeline, "stage") == {"P1": "discovery", "P2": "won"}


def test_an_open_stage_with_a_won_status_stays_the_stage_it_was_closed_in(pipeline_of):
    pipeline = pipeline_of(
        "opportunity_id,stage,status\nP1,Closing,Won\nP2,Discovery,lost\nP3,Closing,open\n"
    )
    assert column(pipeline, "stage") == {"P1": "closing", "P2": "discovery", "P3": "closing"}
    assert column(pipeline, "status") == {"P1": "won", "P2": "lost", "P3": "open"}
    assert "conflict" not in rows(pipeline.log.repaired)


def test_a_status_without_a_stage_closes_in_the_last_stage(pipeline_of):
    pipeline = pipeline_of("opportunity_id,stage,status\nP1,,Won\nP2,Discovery,open\n")
    assert column(pipeline, "stage") == {"P1": "won", "P2": "discovery"}


def test_a_closed_stage_outranks_a_status_that_says_otherwise(pipeline_of):
    pipeline = pipeline_of("opportunity_id,stage,status\nP1,Closed Won,open\nP2,Discovery,open\n")
    assert column(pipeline, "status") == {"P1": "won", "P2": "open"}
    assert rows(pipeline.log.repaired) == {"conflict": 1}


def test_many_closed_stages_against_the_status_are_refused(pipeline_of):
    text = "opportunity_id,stage,status\n" + "".join(f"P{n},Closed Won,open\n" for n in range(9))
    with pytest.raises(
        BadValueError, match="9 of 9 rows that are won or lost by 'stage' and not so by 'status'"
    ):
        pipeline_of(text)


def test_a_status_that_speaks_of_something_else_is_left_aside_and_that_is_said(pipeline_of):
    pipeline = pipeline_of("opportunity_id,stage,status\nP1,Closed Won,green\nP2,Discovery,red\n")
    assert column(pipeline, "status") == {"P1": "won", "P2": "open"}
    assert "status left aside" in rows(pipeline.log.notes)


def test_a_status_that_holds_stages_is_the_stage(pipeline_of):
    pipeline = pipeline_of("opportunity_id,status\nP1,Closed Won\nP2,Discovery\n")
    assert column(pipeline, "stage") == {"P1": "won", "P2": "discovery"}


# days, amounts and currencies


def test_one_column_of_days_settles_the_order_of_day_and_month_for_all(pipeline_of):
    text = "opportunity_id,stage,created_at,expected_close\nP1,Discovery,02/03/2025,31/10/2025\nP2,Closing,04/05/2025,01/11/2025\n"
    pipeline = pipeline_of(text)
    assert [str(day.date()) for day in pipeline.table["created_at"]] == ["2025-03-02", "2025-05-04"]


def test_columns_that_settle_it_differently_are_refused(pipeline_of):
    text = "opportunity_id,stage,created_at,expected_close\nP1,Discovery,02/13/2025,31/10/2025\n"
    with pytest.raises(
        BadValueError, match="days first in 'expected_close' and months first in 'created_at'"
    ):
        pipeline_of(text)


def test_days_that_can_be_two_days_are_settled_in_company_toml(pipeline_of):
    text = "opportunity_id,stage,created_at\nP1,Discovery,02/03/2025\n"
    with pytest.raises(BadValueError, match=r"\[pipeline\] day_first = true or false"):
        pipeline_of(text)
    pipeline = pipeline_of(text, toml="[pipeline]\nday_first = true\n")
    assert str(pipeline.table["created_at"].iloc[0].date()) == "2025-03-02"


def test_a_close_day_is_planned_while_open_and_real_when_closed(pipeline_of):
    text = "opportunity_id,stage,created_at,close_date\nP1,Discovery,2025-01-02,2025-12-01\nP2,Closed Won,2025-01-02,2025-02-01\n"
    pipeline = pipeline_of(text)
    assert pipeline.table["expected_close"].notna().tolist() == [True, False]
    assert pipeline.table["closed_at"].notna().tolist() == [False, True]


def test_several_currencies_are_kept_and_forbid_sums(pipeline_of):
    text = HEAD + ROWS[0] + ROWS[1] + ROWS[2].replace("EUR", "usd")
    pipeline = pipeline_of(text)
    assert pipeline.log.currencies == ("EUR", "USD")
    assert any("nothing is added up" in sentence for sentence in describe_pipeline(pipeline))
    chosen = pipeline_of(text, toml='[pipeline]\ncurrency = "USD"\n')
    assert column(chosen, "currency") == {"P3": "USD"}
    assert rows(chosen.log.dropped) == {"other currency": 2}


def test_amounts_that_name_several_currencies_each_keep_their_own(pipeline_of):
    text = (
        'opportunity_id,stage,amount\nP1,Discovery,"EUR 1,200.50"\nP2,Closing,USD 5.00\nP3,Closing,7.25 EUR\n'
    )
    pipeline = pipeline_of(text)
    assert column(pipeline, "amount") == {"P1": 1200.5, "P2": 5.0, "P3": 7.25}
    assert column(pipeline, "currency") == {"P1": "EUR", "P2": "USD", "P3": "EUR"}


def test_closed_with_no_outcome_is_neither_open_nor_lost(pipeline_of):
    text = "opportunity_id,stage,is_closed,is_won\nP1,Discovery,yes,\nP2,Closing,no,no\nP3,Closing,yes,no\n"
    pipeline = pipeline_of(text)
    assert column(pipeline, "status") == {"P2": "open", "P3": "lost"}
    assert rows(pipeline.log.dropped) == {"closed without outcome": 1}


def test_signs_of_currencies_are_codes(pipeline_of):
    pipeline = pipeline_of("opportunity_id,stage,amount,currency\nP1,Discovery,5,€\n", company="")
    assert pipeline.log.currencies == ("EUR",)


def test_amounts_without_a_currency_are_in_that_of_the_orders_and_that_is_said(pipeline_of):
    pipeline = pipeline_of("opportunity_id,stage,amount\nP1,Discovery,5\n")
    assert pipeline.log.currencies == ("EUR",)
    assert "currency of the orders" in rows(pipeline.log.notes)


# files


@pytest.mark.parametrize("suffix", ["tsv", "xlsx", "parquet"])
def test_an_export_may_be_a_tsv_a_workbook_or_a_parquet_file(folder_of, suffix):
    folder = folder_of(HEAD + "".join(ROWS))
    frame = pd.read_csv(folder / "pipeline.csv", dtype=str)
    (folder / "pipeline.csv").unlink()
    target = folder / f"pipeline.{suffix}"
    if suffix == "tsv":
        frame.to_csv(target, sep="\t", index=False)
    elif suffix == "xlsx":
        frame.to_excel(target, index=False)
    else:
        frame.to_parquet(target)
    company = read_company(folder)
    pipeline = read_pipeline(company, read_company_orders(company))
    assert pipeline.log.rows_used == 4


def test_names_in_company_toml_are_taken_for_the_export_and_the_history(folder_of):
    folder = folder_of(
        HEAD + ROWS[0],
        name="deals 2025.csv",
        toml='[pipeline]\nfile = "deals 2025.csv"\nhistory = "stage_events.csv"\n',
        moves=MOVES,
    )
    found = find_pipeline_files(read_company(folder))
    assert [path.name for path in found] == ["deals 2025.csv", "stage_events.csv"]


def test_a_file_that_is_no_table_is_refused(pipeline_of):
    with pytest.raises(InputError, match="export the opportunities"):
        pipeline_of("")


# the log


def test_a_log_that_does_not_add_up_cannot_be_made(trade):
    log = trade.log
    with pytest.raises(AssertionError, match="1 rows unaccounted"):
        PipelineLog(
            files=log.files,
            layout="",
            columns=(),
            unused=(),
            stages=(),
            model=log.model,
            rows_read=74,
            rows_used=73,
        )
    with pytest.raises(AssertionError, match="2 moves unaccounted"):
        PipelineLog(
            files=log.files, layout="", columns=(), unused=(), stages=(), model=log.model, rows_read=73, rows_used=73,
            moves=282, moves_read=284,
        )  # fmt: skip


def test_what_was_read_is_said_with_its_counts(trade, pipeline_of):
    sentences = describe_pipeline(trade)
    assert (
        sentences[0]
        == "pipeline.csv read by its column names: 73 rows read, 73 used, created from 2024-08-15 to 2026-08-20."
    )
    assert sentences[1] == "stage_events.csv: 284 rows read, 284 moves between stages used."
    assert describe_stage(trade.log.stages[0], trade.log) == ("'Prospecting'", "Prospecting", "2 rows")
    assert describe_pipeline(pipeline_of(HEAD + ROWS[0]))[-1] == NO_HISTORY


def test_keys_that_fit_no_customer_are_said(pipeline_of):
    text = HEAD + "".join(row.replace("K0", "X0") for row in ROWS)
    assert any(
        "No opportunity belongs to a customer" in sentence
        for sentence in describe_pipeline(pipeline_of(text))
    )


ODD = (
    "P1,K01,Closed Won,100,EUR,2025-01-02,2025-02-01,2024-12-20\n",  # closed before it was created
    "P1,K01,Closing,100,EUR,2025-01-02,2025-02-01,\n",  # the same id again
    "P2,K02,Closed Lost,0,EUR,2025-01-05,2025-02-01,2025-03-01\n",
    "P2,K02,Closed Lost,0,EUR,2025-01-05,2025-02-01,2025-03-01\n",
    ",K02,Closing,1,EUR,2025-01-05,,\n",
    "P5,K03,,1,EUR,2025-01-05,,\n",
    "P6,K03,Discovery,-4,,2025-01-05,,\n",
    "P7,K88,Discovery,4,EUR,2027-01-05,,\n",
    "P8,K88,Closed Won,4,EUR,2025-01-05,,2027-01-05\n",
    "P9,K89,Closing,words,EUR,2025-01-05,,2025-02-05\n",
)


@given(seed=st.integers(0, 10_000), size=st.integers(1, 14))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_rows_makes_no_difference_and_every_row_is_accounted_for(pipeline_of, seed, size):
    chance = random.Random(seed)  # noqa: S311 - no secret
    chosen = chance.sample([*ODD, *ROWS[2:]], min(size, len(ODD)))
    again = chance.sample(chosen, len(chosen))
    results = []
    for order in (chosen, again):
        try:
            pipeline = pipeline_of(HEAD + "".join(order))
        except InputError as error:
            results.append(type(error))
            continue
        log = pipeline.log
        assert log.rows_read == len(chosen) == log.rows_used + sum(entry.rows for entry in log.dropped)
        assert len(pipeline.table) == log.rows_used
        assert pipeline.table["opportunity_id"].is_unique
        results.append((pipeline.table.to_csv(), rows(log.dropped), rows(log.repaired)))
    assert results[0] == results[1]
