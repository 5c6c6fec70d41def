"""CRM exports in the header styles of their vendors say the same of the same four deals."""

from __future__ import annotations

import pytest

from segkit.errors import BadValueError, MissingColumnError
from segkit.intake.company import read_company, read_company_orders
from segkit.intake.pipeline import read_pipeline
from segkit.intake.pipeline_columns import choose_history_columns, choose_pipeline_columns, tables

SALESFORCE_REPORT = """\
"Opportunity Owner","Account Name","Opportunity Name","Stage","Fiscal Period","Amount Currency","Amount","Expected Revenue","Probability (%)","Age","Close Date","Created Date","Next Step","Lead Source","Type","Opportunity ID","Account ID"
"R. Vale","Northwind","Jars, spring","Closed Won","Q1-2025","EUR","1,200.50","1,200.50","100","20","1/15/2025","12/20/2024","","Web","New Business","006A1","K01"
"R. Vale","Eastgate","Labels","Negotiation/Review","Q3-2025","EUR","800.00","720.00","90","40","9/30/2025","7/14/2025","Call buyer","Trade Show","New Business","006A2","K02"
"T. Oak","Southmill","Lids","Closed Lost","Q2-2025","EUR","450.00","0.00","0","61","4/25/2025","2/23/2025","","Web","Existing Business","006A3","K09"
"T. Oak","Southmill","Caps","Id. Decision Makers","Q3-2025","EUR","95.00","57.00","60","5","10/31/2025","8/1/2025","","","Existing Business","006A4","K09"
"""
SALESFORCE_TABLE = """\
Id,AccountId,Name,StageName,Amount,CurrencyIsoCode,CloseDate,CreatedDate,IsClosed,IsWon,LeadSource,OwnerId,Probability
006A1,K01,"Jars, spring",Closed Won,1200.50,EUR,2025-01-15,2024-12-20T09:00:00.000Z,true,true,Web,005X,100
006A2,K02,Labels,Negotiation/Review,800,EUR,2025-09-30,2025-07-14T09:00:00.000Z,false,false,Trade Show,005X,90
006A3,K09,Lids,Closed Lost,450,EUR,2025-04-25,2025-02-23T09:00:00.000Z,true,false,Web,005Y,0
006A4,K09,Caps,Value Proposition,95,EUR,2025-10-31,2025-08-01T09:00:00.000Z,false,false,,005Y,60
"""
HUBSPOT = """\
"Record ID","Deal Name","Deal Stage","Pipeline","Amount","Close Date","Create Date","Deal owner","Associated Company IDs","Associated Company","Associated Contact","Closed Lost Reason","Is Closed Won"
"901","Jars, spring","Closed won","Sales Pipeline","1200.50","2025-01-15 10:22","2024-12-20 09:00","R. Vale","K01","Northwind","Ann Lee (ann@x.example)","","true"
"902","Labels","Contract sent","Sales Pipeline","800","2025-09-30 12:00","2025-07-14 09:00","R. Vale","K02","Eastgate","Bo Ek","","false"
"903","Lids","Closed lost","Sales Pipeline","450","2025-04-25 12:00","2025-02-23 09:00","T. Oak","K09","Southmill","","price","false"
"904","Caps","Appointment Scheduled (Sales Pipeline)","Sales Pipeline","95","2025-10-31 12:00","2025-08-01 09:00","T. Oak","K09","Southmill","","","false"
"""
PIPEDRIVE = """\
"Deal - ID","Deal - Title","Deal - Value","Deal - Currency","Deal - Stage","Deal - Status","Deal - Organization","Deal - Contact person","Deal - Owner","Deal - Deal created","Deal - Won time","Deal - Lost time","Deal - Lost reason","Deal - Expected close date","Deal - Probability"
"11","Jars, spring","1200.50","EUR","Negotiations Started","Won","Northwind","Ann Lee","R. Vale","2024-12-20 09:00:00","2025-01-15 10:22:00","","","2025-01-31","80"
"12","Labels","800","EUR","Proposal Made","Open","Eastgate","Bo Ek","R. Vale","2025-07-14 09:00:00","","","","2025-09-30",""
"13","Lids","450","EUR","Demo Scheduled","Lost","Southmill","","T. Oak","2025-02-23 09:00:00","","2025-04-25 12:00:00","price","2025-05-31",""
"14","Caps","95","EUR","Qualified","Open","Southmill","","T. Oak","2025-08-01 09:00:00","","","","2025-10-31",""
"""
MAVEN = """\
opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
1C1I7A6R,R. Vale,GTX Plus,Northwind,Won,12/20/2024,1/15/2025,1200.5
Z063OYW0,R. Vale,GTXPro,,Engaging,7/14/2025,,
EC4QE1BX,T. Oak,MG Special,Southmill,Lost,2/23/2025,4/25/2025,0
MV1LWRNH,T. Oak,GTX Basic,,Prospecting,,,
"""
GERMAN = """\
Angebotsnummer;Kundennummer;Angebot;Phase;Betrag;Währung;Angelegt am;Geplanter Abschluss;Abgeschlossen am;Verlustgrund;Bearbeiter
A-1;K01;Gläser Frühjahr;Gewonnen;1.200,50;EUR;20.12.2024;31.01.2025;15.01.2025;;RV
A-2;K02;Etiketten;Verhandlung;800,00;EUR;14.07.2025;30.09.2025;;;RV
A-3;K09;Deckel;Verloren;450,00;EUR;23.02.2025;31.05.2025;25.04.2025;Preis;TO
A-4;K09;Kappen;Bedarfsanalyse;95,00;EUR;01.08.2025;31.10.2025;;;TO
"""
ESPO = """\
name,accountName,stage,amount,amountCurrency,probability,leadSource,closeDate,createdAt,id
"Jars, spring",Northwind,Closed Won,1200.50,EUR,100,Web,2025-01-15,2024-12-20 09:00:00,5f1
Labels,Eastgate,Negotiation,800,EUR,80,,2025-09-30,2025-07-14 09:00:00,5f2
Lids,Southmill,Closed Lost,450,EUR,0,,2025-04-25,2025-02-23 09:00:00,5f3
Caps,Southmill,Needs Analysis,95,EUR,20,,2025-10-31,2025-08-01 09:00:00,5f4
"""
ORDERS = (
    "customer_id,order_id,order_date,amount\nK01,O1,2025-01-31,5\nK02,O2,2025-02-28,5\nK01,O4,2025-09-01,5\n"
)


@pytest.fixture
def read(tmp_path):
    """Read a company with this export."""

    def read(text, toml=""):
        (tmp_path / "company.toml").write_text(
            f'[company]\nname = "X"\ncurrency = "EUR"\n{toml}', encoding="utf-8"
        )
        (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
        (tmp_path / "pipeline.csv").write_text(text, encoding="utf-8")
        company = read_company(tmp_path)
        return read_pipeline(company, read_company_orders(company))

    return read


VENDORS = {
    "Salesforce report": (SALESFORCE_REPORT, "Salesforce", "salesforce"),
    "Salesforce table": (SALESFORCE_TABLE, "Salesforce", "salesforce"),
    "HubSpot": (HUBSPOT, "HubSpot", "hubspot"),
    "Pipedrive": (PIPEDRIVE, "Pipedrive", "pipedrive"),
    "German columns": (GERMAN, "", "assignment"),
    "EspoCRM": (ESPO, "", "assignment"),
}


@pytest.mark.parametrize(("text", "layout", "naming"), VENDORS.values(), ids=VENDORS)
def test_the_same_four_deals_are_read_from_every_export(read, text, layout, naming):
    pipeline = read(text)
    table = pipeline.table
    assert (pipeline.log.layout, pipeline.log.model.id) == (layout, naming)
    assert table["status"].tolist() == ["won", "lost", "open", "open"]
    assert table["amount"].tolist() == [1200.5, 450.0, 800.0, 95.0]
    assert [str(day.date()) for day in table["created_at"]] == [
        "2024-12-20",
        "2025-02-23",
        "2025-07-14",
        "2025-08-01",
    ]
    assert [str(day.date()) for day in table["closed_at"].dropna()] == ["2025-01-15", "2025-04-25"]
    assert [str(day.date()) for day in table["expected_close"][2:]] == ["2025-09-30", "2025-10-31"]
    assert set(table["currency"]) == {"EUR"}
    assert table["name"].notna().all()
    assert (pipeline.log.dropped, pipeline.log.repaired) == ((), ())


@pytest.mark.parametrize("text", [SALESFORCE_REPORT, SALESFORCE_TABLE, HUBSPOT, GERMAN])
def test_accounts_find_their_customers_by_id(read, text):
    assert read(text).table["customer_id"].tolist() == ["K01", None, "K02", None]


@pytest.mark.parametrize("text", [PIPEDRIVE, ESPO])
def test_accounts_that_are_names_become_labels(read, text):
    pipeline = read(text)
    assert pipeline.table["account"].tolist() == ["prospect-2", "prospect-3", "prospect-1", "prospect-3"]
    assert "Northwind" not in pipeline.table.to_csv() + repr(pipeline.log)


@pytest.mark.parametrize("text", [HUBSPOT, PIPEDRIVE])
def test_names_of_contacts_never_leave_the_reading(read, text):
    pipeline = read(text)
    assert "Ann Lee" not in pipeline.table.to_csv()
    assert "personal columns" in {note.rule for note in pipeline.log.notes}


def test_the_public_file_of_maven_is_read_as_it_stands(read):
    pipeline = read(MAVEN)
    table = pipeline.table.set_index("opportunity_id")
    assert pipeline.log.layout == "Maven's CRM Sales Opportunities"
    assert table["stage"].to_dict() == {
        "1C1I7A6R": "won", "EC4QE1BX": "lost", "Z063OYW0": "discovery", "MV1LWRNH": "prospecting",
    }  # fmt: skip
    assert table["amount"].notna().sum() == 1
    assert {entry.rule: entry.rows for entry in pipeline.log.repaired} == {"lost at nothing": 1}
    notes = {note.rule: note.rows for note in pipeline.log.notes}
    assert (notes["no account"], notes["no creation day"]) == (2, 1)


def test_a_stage_in_brackets_or_another_language_is_a_guess_and_said(read):
    guessed = {name.raw for name in read(HUBSPOT).log.stages if name.guessed}
    assert guessed == {"Appointment Scheduled (Sales Pipeline)"}
    assert all(name.guessed for name in read(GERMAN).log.stages)


def test_german_columns_and_stages_of_ones_own_are_mapped_in_company_toml(read):
    text = (
        "Vorgangsnr;Firma Nr;Lage;Höhe;Beginn;Schluss\n"
        "V1;K01;Muster raus;1.200,50;20.12.2024;\nV2;K02;Zusage;80,00;14.07.2025;31.08.2025\n"
    )
    with pytest.raises(
        MissingColumnError, match=r"which opportunity a row is \(got 'Vorgangsnr'.*\[pipeline.columns\]"
    ):
        read(text)
    toml = (
        '[pipeline.columns]\nopportunity_id = "Vorgangsnr"\naccount = "Firma Nr"\nstage = "Lage"\namount = "Höhe"\n'
        'created_at = "Beginn"\nclosed_at = "Schluss"\n'
    )
    with pytest.raises(BadValueError, match=r"\('Muster raus', 'Zusage', 2 rows; its stages are"):
        read(text, toml)
    pipeline = read(text, toml + '[pipeline.stages]\n"Muster raus" = "Discovery"\n"Zusage" = "won"\n')
    assert pipeline.table["status"].tolist() == ["open", "won"]
    assert pipeline.table["customer_id"].tolist() == ["K01", "K02"]
    assert not any(note.rule == "guessed column" for note in pipeline.log.notes)


def test_a_column_that_another_would_fit_as_well_is_said(read):
    pipeline = read("opportunity_id,stage,amount,value\nP1,Discovery,5,6\n")
    (note,) = [note for note in pipeline.log.notes if note.rule == "guessed column"]
    assert note.reason == "'amount' was taken for amount by its name; 'value' would fit as well."
    assert pipeline.log.unused == ("value",)


def test_no_name_stands_for_two_meanings_of_one_layout():
    layouts = tables()["layout"]
    for vendor in layouts.values():
        names = [name for others in vendor["columns"].values() for name in others]
        assert len(names) == len(set(names))
    first = {ours: others[0] for ours, others in tables()["names"].items()}
    assert {ours for ours, name in first.items() if name != ours} <= {
        "account", "account_name", "contact", "close", "created_at",
    }  # fmt: skip


def test_a_vendors_layout_knows_itself_by_each_of_its_signs():
    for vendor in tables()["layout"].values():
        for signs in vendor["signs"]:
            names = [*signs, "opportunity_id", "stage"]
            assert choose_pipeline_columns(list(dict.fromkeys(names)), file="x.csv").layout == vendor["label"]


def test_a_history_lacks_nothing_it_needs():
    with pytest.raises(MissingColumnError, match=r"no column that says when .*history_columns"):
        choose_history_columns(["opportunity_id", "to_stage"], file="stage_events.csv")
    with pytest.raises(
        MissingColumnError, match=r"lacks column 'Wann' that \[pipeline.history_columns\] at asks for"
    ):
        choose_history_columns(["id", "stage"], file="stage_events.csv", own=[("at", "Wann")])
