"""``company.toml`` is read strictly, and a company folder to its orders."""

from __future__ import annotations

import json
from datetime import date

import pytest

from segkit.errors import BadValueError, InputError
from segkit.intake.bundled import bundled_folder, bundled_notebooks, example_companies, example_company
from segkit.intake.company import (
    company_schema,
    find_attribute_files,
    find_order_files,
    read_company,
    read_company_orders,
    slugify,
)
from segkit.model.company import EvidenceSettings

NAMED = '[company]\nname = "Nord Wolle"\n'
ROWS = "customer_id,order_date,amount,Colour\n1,2024-01-31,5,red\n2,2024-02-13,6,\n"


@pytest.fixture
def company(tmp_path):
    """Write a company folder and read it."""

    def write(text=NAMED, **files):
        folder = tmp_path / "Nord Wolle"
        folder.mkdir(exist_ok=True)
        (folder / "company.toml").write_text(text, encoding="utf-8")
        for name, content in files.items():
            (folder / name.replace("_csv", ".csv")).write_text(content, encoding="utf-8")
        return read_company(folder)

    return write


def test_a_name_is_all_that_is_needed(company):
    read = company()
    assert (read.name, read.slug, read.business_model, read.segmentation.n_segments) == (
        "Nord Wolle",
        "nord-wolle",
        "b2c",
        4,
    )
    assert read.orders.cancellations == "drop"
    assert read.extra == ()


def test_every_setting_reaches_the_model(company):
    read = company(
        NAMED
        + 'currency = "EUR"\ntimezone = "Europe/Berlin"\nbusiness_model = "mixed"\nfictional = true\n'
        + '[orders]\nfiles = "sales.csv"\nas_of = 2026-01-01\namount_scale = 100\nreturned = "keep"\norders_per = "line"\n'
        + 'join = [{ file = "p.csv", on = "sku" }]\ncolumns = { customer_id = "Kunde", order_date = 3 }\nheader = false\n'
        + '[segmentation]\nn_segments = 3\nfeatures = ["recency_days"]\nseed = 9\n'
        + '[[segments]]\nname = "Regulars"\ncontains = "C001"\n[[segments]]\nmembers = ["C002"]\n'
        + '[factors]\nColour = "need-based"\n[evidence]\npin = ["E1"]\n[brand]\ntone = "warm"\n'
    )
    orders = read.orders
    assert orders.files == ("sales.csv",)
    assert orders.as_of == date(2026, 1, 1)
    assert orders.columns == (("customer_id", "Kunde"), ("order_date", "3"))
    assert [(join.file, join.on) for join in orders.joins] == [("p.csv", "sku")]
    assert (orders.amount_scale, orders.returned, orders.orders_per, orders.header) == (
        100,
        "keep",
        "line",
        False,
    )
    assert (read.segmentation.n_segments, read.segmentation.features, read.segmentation.seed) == (
        3,
        ("recency_days",),
        9,
    )
    assert [(item.name, item.contains, item.members) for item in read.segmentation.definitions] == [
        ("Regulars", "C001", ()),
        ("", "", ("C002",)),
    ]
    assert read.factors == (("Colour", "need-based"),)
    assert read.evidence == EvidenceSettings(pin=("E1",))
    assert read.brand.tone == "warm"
    assert read.fictional


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[company]\nname = "A"\ncurency = "EUR"\n',
            "unknown key 'company.curency'; did you mean 'currency'",
        ),
        (NAMED + "[order]\n", "unknown key 'order'; did you mean 'orders'"),
        (NAMED + "[orders]\nzzz = 1\n", "unknown key 'orders.zzz'; use one of 'amount_scale'"),
        (
            NAMED + '[orders]\njoin = { file = "p.csv", onn = "x" }\n',
            "unknown key 'orders.join.onn'; did you mean 'on'",
        ),
        (NAMED + '[[segments]]\nnames = "x"\n', "unknown key 'segments.1.names'; did you mean 'name'"),
        ("[orders]\n", r"lacks its table \[company\]"),
        ("[company]\n", "lacks the key 'company.name'"),
        ('[company]\nname = ""\n', r"company.name cannot be used \(got ''\)"),
        (
            NAMED + 'currency = "Euro"\n',
            r"company.currency is not a currency code \(got 'Euro'\); write three capitals",
        ),
        (NAMED + 'timezone = "Europe/Berlim"\n', "did you mean 'Europe/Berlin'"),
        (NAMED + 'timezone = "??"\n', "write it like 'Europe/Berlin'"),
        (
            NAMED + 'business_model = "b2g"\n',
            r"company.business_model is not a valid choice \(got 'b2g'\); use 'b2c', 'b2b' or 'mixed'",
        ),
        (
            NAMED + '[orders]\nfiles = ["../x.csv"]\n',
            r"orders.files.1 leads outside the company folder \(got '../x.csv'\)",
        ),
        (NAMED + '[orders]\nfiles = "/etc/passwd"\n', "leads outside the company folder"),
        (NAMED + "[orders]\nfiles = 'C:\\x.csv'\n", "leads outside the company folder"),
        (NAMED + '[orders]\njoin = { file = "../p.csv", on = "x" }\n', "orders.join.file leads outside"),
        (NAMED + '[orders]\nformat = "shopify"\n', "did you mean 'shopify-orders'"),
        (NAMED + '[orders]\ncolumns = { custommer_id = "x" }\n', "did you mean 'customer_id'"),
        (
            NAMED + '[orders]\ninclude_pending = "yes"\n',
            r"orders.include_pending cannot be used \(got 'yes'\); write true or false",
        ),
        (NAMED + "[orders]\namount_scale = 7\n", "orders.amount_scale is not a valid choice"),
        (NAMED + '[orders]\nas_of = "2026-01-01"\n', "orders.as_of cannot be used"),
        (NAMED + "[segmentation]\nn_segments = 0\n", r"segmentation.n_segments cannot be used \(got 0\)"),
        (NAMED + '[factors]\nColour = "colour"\n', "factors.Colour is not a valid choice"),
        ('[company]\nname = "A"\nx = 1\ny = 2\n', r"\(1 more to correct\)"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_with_the_way_out(company, text, sentence):
    with pytest.raises(BadValueError, match=sentence) as caught:
        company(text)
    message = str(caught.value)
    assert message.startswith("company.toml ")
    assert message.endswith(".")
    assert "\n" not in message
    assert "pydantic" not in message


def test_a_folder_that_is_not_there_or_holds_no_settings_is_refused(tmp_path):
    with pytest.raises(InputError, match="segkit new"):
        read_company(tmp_path / "none")
    with pytest.raises(InputError, match=r"lacks company.toml"):
        read_company(tmp_path)


def test_a_file_that_is_not_toml_or_not_utf8_is_refused(company, tmp_path):
    with pytest.raises(InputError, match="not valid TOML"):
        company("[company\n")
    (tmp_path / "Nord Wolle" / "company.toml").write_bytes(b'[company]\nname = "M\xfcller"\n')
    with pytest.raises(InputError, match="not UTF-8"):
        read_company(tmp_path / "Nord Wolle")


def test_a_byte_order_mark_does_not_disturb(company):
    assert company("\ufeff" + NAMED).name == "Nord Wolle"


def test_the_schema_names_every_table_and_refuses_unknown_keys():
    schema = company_schema()
    assert json.dumps(schema)
    assert {"company", "orders", "segmentation", "segments", "factors", "brand"} <= set(schema["properties"])
    assert schema["additionalProperties"] is False
    assert schema["$schema"].startswith("https://json-schema.org/")


def test_orders_are_found_by_their_name_and_factors_reach_the_coverage(company):
    read = company(
        NAMED + '[factors]\nColour = "psychographic"\n',
        orders_csv=ROWS,
        customers_csv="customer_id,gender\n1,f\n",
    )
    orders = read_company_orders(read)
    assert orders.log.customers == 2
    cover = {row.factor.value: row.columns for row in orders.log.coverage}
    assert cover["psychographic"] == ("Colour",)
    assert cover["demographic"] == ("gender",)


def test_patterns_find_several_files_and_never_one_twice(company):
    read = company(
        NAMED + '[orders]\nfiles = ["sales*.csv", "sales_1.csv"]\n', sales_1_csv=ROWS, sales_2_csv=ROWS
    )
    orders = read_company_orders(read)
    assert [source.path for source in orders.log.sources] == ["sales_1.csv", "sales_2.csv"]


def test_no_order_file_is_said_with_what_was_looked_for(company):
    with pytest.raises(InputError, match=r"looked for orders.csv, orders.tsv.*\[orders\] files"):
        read_company_orders(company())
    with pytest.raises(InputError, match=r"only sales.csv"):
        read_company_orders(company(sales_csv=ROWS))
    with pytest.raises(
        InputError, match=r"has no file 'order.csv' that \[orders\] files asks for, only sales.csv"
    ):
        read_company_orders(company(NAMED + '[orders]\nfiles = "order.csv"\n'))


def test_a_link_that_leads_outside_is_refused(company, tmp_path):
    (tmp_path / "secret.csv").write_text(ROWS)
    read = company()
    (tmp_path / "Nord Wolle" / "orders.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(InputError, match="leads outside the company folder"):
        read_company_orders(read)


@pytest.mark.parametrize(
    ("name", "slug"), [("Müller & Söhne", "muller-sohne"), ("  ", "company"), ("../x", "x")]
)
def test_a_slug_is_a_safe_folder_name(name, slug):
    assert slugify(name) == slug


def test_the_bundled_company_reads_to_exactly_ten_customers_that_reconcile():
    orders = read_company_orders(read_company(example_company()))
    frame = orders.scan("pandas").to_native()
    assert orders.log.customers == frame["customer_id"].nunique() == 10
    assert orders.log.format == "shopify-orders"
    assert int(orders.log.revenue * 10_000) == frame["amount"].sum()
    assert "category" in orders.columns
    assert len(orders.identities) == 10
    assert orders.attributes.index.tolist() == [f"C{number:03d}" for number in range(1, 11)]
    assert all(row.columns for row in orders.log.coverage)


def test_what_travels_with_segkit_is_found():
    assert example_company() in example_companies()
    assert bundled_folder("data").is_dir()
    assert all(path.suffix == ".ipynb" for path in bundled_notebooks())
    with pytest.raises(InputError, match="the examples are 'ballyquire', 'tenterfold'"):
        example_company("nobody")
    with pytest.raises(InputError, match="lacks its 'unicorns'"):
        bundled_folder("unicorns")


def test_a_wrong_join_file_and_a_dead_link_are_refused(company, tmp_path):
    read = company(NAMED + '[orders]\njoin = { file = "p.csv", on = "x" }\n', orders_csv=ROWS)
    (tmp_path / "secret.csv").write_text("x,y\n1,2\n")
    (tmp_path / "Nord Wolle" / "p.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(InputError, match=r"p.csv leads outside"):
        read_company_orders(read)
    (tmp_path / "secret.csv").unlink()
    with pytest.raises(InputError, match="a link that leads to no file"):
        read_company_orders(read)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            'columns = { customer_id = "a", order_date = "a" }\n',
            "takes one column for both 'customer_id' and 'order_date'",
        ),
        ('files = "/../**x"\n', "leads outside"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(company, text, sentence):
    with pytest.raises(BadValueError, match=sentence):
        company(NAMED + "[orders]\n" + text)


def test_two_groups_of_one_name_are_refused(company):
    with pytest.raises(BadValueError, match="gives two groups the name"):
        company(NAMED + '[[segments]]\nname = "A"\n[[segments]]\nname = "a"\n')


def test_an_impossible_pattern_is_refused(company):
    with pytest.raises(InputError, match="pattern that no name can match"):
        read_company_orders(company(NAMED + '[orders]\nfiles = "a**b.csv"\n', orders_csv=ROWS))


def test_a_file_whose_name_looks_like_a_pattern_is_found(tmp_path):
    (tmp_path / "orders [1].csv").write_text("x", encoding="utf-8")
    assert [path.name for path in find_order_files(tmp_path, ("orders [1].csv",))] == ["orders [1].csv"]


def test_a_pattern_that_no_name_can_match_is_refused(tmp_path):
    with pytest.raises(
        InputError, match=r"orders\.files holds a pattern that no name can match \(got '\*\*x'\)"
    ):
        find_order_files(tmp_path, ("**x",))


def test_a_link_that_leads_nowhere_is_refused_by_name(tmp_path):
    (tmp_path / "orders.csv").symlink_to(tmp_path / "moved.csv")
    with pytest.raises(InputError, match=r"^orders\.csv is a link that leads to no file"):
        find_order_files(tmp_path)


def test_attributes_outside_the_folder_are_refused(tmp_path):
    (tmp_path / "secret.csv").write_text("customer_id,age\n", encoding="utf-8")
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "survey.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(InputError, match=r"^survey\.csv leads outside the company folder"):
        find_attribute_files(folder)
