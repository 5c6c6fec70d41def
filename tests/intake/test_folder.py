"""``segkit new``: a company folder from an order file, a mapping to confirm, nothing half written."""

from __future__ import annotations

import re
import tomllib

import pytest

from segkit.errors import InputError, UnsupportedFormatError
from segkit.intake import folder as module
from segkit.intake.company import read_company, read_company_orders
from segkit.intake.company_file import CompanyFile, ReportTable, parse_company_file
from segkit.intake.folder import new_company

GERMAN = "Kundennr;Datum;Betrag;Farbe\n1;31.01.2024;5,00;rot\n2;01.02.2024;6,50;blau\n"


@pytest.fixture
def orders(tmp_path):
    path = tmp_path / "Export 2024.csv"
    path.write_text(GERMAN, encoding="utf-8")
    return path


def test_a_folder_is_made_that_reads_at_once(tmp_path, orders):
    made = new_company(tmp_path / "Müller", orders=orders, name='Müller "Wolle"')
    company = read_company(made.folder)
    assert company.name == 'Müller "Wolle"'
    assert read_company_orders(company).log.customers == 2
    assert sorted(path.name for path in made.folder.iterdir()) == ["company.toml", "orders.csv"]
    told = "\n".join(made.lines)
    assert "customer_id = Kundennr (sure)" in told
    assert "2 customers placed 2 orders" in told
    assert "Psychographic: no column" in told


def test_the_proposal_says_how_sure_each_column_is_and_what_is_left(tmp_path, orders):
    text = (new_company(tmp_path / "x", orders=orders).folder / "company.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["orders"]["columns"] == {
        "customer_id": "Kundennr",
        "order_date": "Datum",
        "amount": "Betrag",
    }
    assert "likely: check this one" in text
    assert 'not recognised, passed on under their own names: "Farbe"' in text


def test_what_is_missing_is_a_comment_to_fill_in(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("wer,was\n1,2\n")
    made = new_company(tmp_path / "x", orders=path)
    text = (made.folder / "company.toml").read_text(encoding="utf-8")
    for needed in ("# customer_id =", "# order_date =", "# amount ="):
        assert needed in text
    assert any(line.startswith("Still to settle: ") for line in made.lines)


def test_two_columns_that_fit_alike_are_marked_to_choose(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("customer_id,Bestelldatum,Kaufdatum,amount\n1,2024-01-31,2024-02-01,3\n")
    made = new_company(tmp_path / "x", orders=path)
    text = (made.folder / "company.toml").read_text(encoding="utf-8")
    assert '# CHOOSE: "Kaufdatum" would fit as well' in text


def test_a_vendor_export_is_named_with_what_it_lacks_and_adds(tmp_path, exports):
    rows = exports.shopify_order(1)
    header = [name for name in exports.find_format("shopify-orders").header if name != "Vendor"]
    path = exports.write_csv(
        tmp_path / "o.csv",
        [{k: v for k, v in row.items() if k != "Vendor"} for row in rows],
        header=[*header, "Colour"],
    )
    made = new_company(tmp_path / "shop", orders=[path])
    told = "\n".join(made.lines)
    assert "Recognised: Shopify orders export." in told
    assert "does not usually have: Colour." in told
    assert "could have and does not: Vendor." in told
    assert read_company(made.folder).orders.format == "shopify-orders"


def test_pages_and_notes_are_copied(tmp_path, orders):
    for kind in ("pages", "notes"):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "a.txt").write_text("x")
    made = new_company(tmp_path / "x", orders=orders, website=tmp_path / "pages", research=tmp_path / "notes")
    assert (made.folder / "website" / "a.txt").is_file()
    assert (made.folder / "research" / "a.txt").is_file()


def test_several_files_keep_their_names(tmp_path, orders):
    second = tmp_path / "b.csv"
    second.write_text(GERMAN)
    made = new_company(tmp_path / "x", orders=[orders, second])
    assert read_company(made.folder).orders.files == ("Export 2024.csv", "b.csv")


@pytest.mark.parametrize("linkable", [True, False])
def test_a_large_file_is_linked_where_the_disk_allows(tmp_path, orders, monkeypatch, linkable):
    monkeypatch.setattr(module, "LINK_ABOVE", 1)
    if not linkable:
        monkeypatch.setattr("pathlib.Path.hardlink_to", lambda *_: (_ for _ in ()).throw(OSError))
    made = new_company(tmp_path / "x", orders=orders)
    assert (made.folder / "orders.csv").samefile(orders) is linkable
    assert (made.folder / "orders.csv").read_text() == GERMAN


def test_a_file_that_cannot_be_orders_leaves_no_folder_behind(tmp_path, exports):
    path = exports.vendor_csv(tmp_path / "c.csv", "shopify-customers", [{"Email": "a@x.example"}])
    with pytest.raises(UnsupportedFormatError):
        new_company(tmp_path / "x", orders=path)
    assert not (tmp_path / "x").exists()


def test_an_empty_folder_of_the_user_stays_empty_on_refusal(tmp_path, exports):
    path = exports.vendor_csv(tmp_path / "c.csv", "shopify-customers", [{"Email": "a@x.example"}])
    (tmp_path / "x").mkdir()
    (tmp_path / "pages").mkdir()
    with pytest.raises(UnsupportedFormatError):
        new_company(tmp_path / "x", orders=path, website=tmp_path / "pages")
    assert list((tmp_path / "x").iterdir()) == []


def test_bad_input_is_refused_before_anything_is_made(tmp_path, orders):
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "a").write_text("x")
    (tmp_path / "other").mkdir()
    twin = tmp_path / "other" / orders.name
    twin.write_text(GERMAN)
    cases = [
        (tmp_path / "used", {"orders": orders}, "not an empty folder"),
        (tmp_path / "x", {"orders": []}, "no order file"),
        (tmp_path / "x", {"orders": tmp_path / "none.csv"}, "does not exist"),
        (tmp_path / "x", {"orders": [orders, twin]}, "two order files"),
        (tmp_path / "x", {"orders": orders, "website": tmp_path / "none"}, "website folder"),
    ]
    for target, given, sentence in cases:
        with pytest.raises(InputError, match=sentence):
            new_company(target, **given)
    assert not (tmp_path / "x").exists()


COMMENTED = re.compile(r"^# (?=\[{1,2}[a-z.]+\]|(?:[a-z_]+|\"[^\"]+\") = )")


def uncommented(text: str) -> dict[str, object]:
    """Return a template with the comment sign taken from every line that is TOML."""
    return tomllib.loads("\n".join(COMMENTED.sub("", line) for line in text.splitlines()))


def test_the_template_reads_as_it_is_and_with_every_table_uncommented(tmp_path, orders):
    made = new_company(tmp_path / "x", orders=orders)
    text = (made.folder / "company.toml").read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) == {"company", "orders", "segmentation"}
    file = parse_company_file(uncommented(text))
    assert file.report.authors == ["First Name", "Second Name"]
    assert file.texts[0].section == "group"


def test_the_template_shows_every_table_that_company_toml_can_hold(tmp_path, orders):
    made = new_company(tmp_path / "x", orders=orders)
    shown = uncommented((made.folder / "company.toml").read_text(encoding="utf-8"))
    told_elsewhere = {"needs", "pipeline"}  # kept for later, and proposed from a CRM export
    assert set(shown) == set(CompanyFile.model_fields) - told_elsewhere
    assert set(shown["report"]) == set(ReportTable.model_fields)


def test_the_template_stands_beside_the_proposal_for_a_crm_export(tmp_path, orders):
    deals = tmp_path / "deals.csv"
    deals.write_text("Deal ID,Stage,Amount,Close date\n1,Closed Won,5,2024-02-01\n2,Proposal,7,2024-03-01\n")
    made = new_company(tmp_path / "x", orders=orders, pipeline=deals)
    shown = uncommented((made.folder / "company.toml").read_text(encoding="utf-8"))
    assert {"pipeline", "report", "texts"} <= set(shown)
