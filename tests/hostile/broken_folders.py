"""Company folders with broken settings, joins, attributes, links and report folders."""

from __future__ import annotations

from pathlib import Path

from hostile_case import (
    ROWS,
    Chapter,
    kept,
    repaired,
    text_of,
    write_company,
    write_orders,
)

settings = Chapter("company.toml")
joins = Chapter("joined tables")
folders = Chapter("folders and links")
reports = Chapter("report folders")

REPORT = ("report", "{folder}", "--out", "{place}/reports")


def _settings(folder: Path, toml: str) -> None:
    write_orders(folder, text_of(), toml=toml)


def _whole_toml(folder: Path, text: str | bytes) -> None:
    write_orders(folder, text_of())
    (folder / "company.toml").write_bytes(text.encode() if isinstance(text, str) else text)


@settings.refused("an unknown key", "company.toml", "company.curency", "'currency'")
def unknown_key(folder: Path) -> None:
    _whole_toml(folder, '[company]\nname = "Shop"\ncurency = "EUR"\n')


@settings.refused("an unknown table", "company.toml", "'orderz'", "'orders'")
def unknown_table(folder: Path) -> None:
    _settings(folder, '[orderz]\nfiles = "orders.csv"\n')


@settings.refused("not TOML", "company.toml", "line 2")
def bad_toml(folder: Path) -> None:
    _whole_toml(folder, "[company]\nname = Shop\n")


@settings.refused("not even text", "company.toml", "UTF-8")
def binary_toml(folder: Path) -> None:
    _whole_toml(folder, b"\xff\xfe[\x00c\x00o\x00")


@settings.refused("an empty company.toml", "company.toml", "[company]")
def empty_toml(folder: Path) -> None:
    _whole_toml(folder, "")


@settings.refused("no name", "company.toml", "company.name")
def nameless(folder: Path) -> None:
    _whole_toml(folder, '[company]\ncurrency = "EUR"\n')


@settings.refused("an empty name", "company.toml", "company.name")
def empty_name(folder: Path) -> None:
    _whole_toml(folder, '[company]\nname = ""\n')


@settings.refused("a name that is a number", "company.toml", "company.name", "42")
def number_for_a_name(folder: Path) -> None:
    _whole_toml(folder, "[company]\nname = 42\n")


@settings.refused("text where a number belongs", "company.toml", "n_segments", "'four'")
def text_for_a_number(folder: Path) -> None:
    _settings(folder, '[segmentation]\nn_segments = "four"\n')


@settings.refused("no groups", "company.toml", "n_segments", "0")
def no_groups(folder: Path) -> None:
    _settings(folder, "[segmentation]\nn_segments = 0\n")


@settings.refused("one group", "company.toml", "n_segments", "1")
def one_group(folder: Path) -> None:
    _settings(folder, "[segmentation]\nn_segments = 1\n")


@settings.refused("a hundred groups", "n_segments", "100")
def hundred_groups(folder: Path) -> None:
    _settings(folder, "[segmentation]\nn_segments = 100\n")


@settings.refused("an unknown vendor format", "company.toml", "orders.format", "'shopify-orders'")
def unknown_format(folder: Path) -> None:
    _settings(folder, '[orders]\nformat = "shopfy-orders"\n')


@settings.refused("files that leave the folder", "company.toml", "outside the company folder")
def files_outside(folder: Path) -> None:
    _settings(folder, '[orders]\nfiles = "../*.csv"\n')


@settings.refused("an absolute path", "company.toml", "outside the company folder")
def absolute_path(folder: Path) -> None:
    _settings(folder, '[orders]\nfiles = "/etc/passwd"\n')


@settings.refused("a pattern that matches nothing", "sales*.csv", "orders.csv")
def pattern_without_match(folder: Path) -> None:
    _settings(folder, '[orders]\nfiles = "sales*.csv"\n')


@settings.refused("an impossible pattern", "company.toml", "**x")
def impossible_pattern(folder: Path) -> None:
    _settings(folder, '[orders]\nfiles = "**x/*.csv"\n')


@settings.refused("an unknown canonical column", "company.toml", "'costumer_id'", "'customer_id'")
def unknown_canonical(folder: Path) -> None:
    _settings(folder, '[orders]\ncolumns = { costumer_id = "customer_id" }\n')


@settings.refused("an unknown time zone", "company.toml", "timezone", "'Europe/Berlin'")
def unknown_timezone(folder: Path) -> None:
    _settings(folder, 'timezone = "Europe/Berln"\n')


@settings.refused("a currency that is none", "company.toml", "currency", "'euro'")
def unknown_currency(folder: Path) -> None:
    _whole_toml(folder, '[company]\nname = "Shop"\ncurrency = "euro"\n')


@settings.refused("an as_of that is text", "company.toml", "as_of", "'soon'")
def as_of_in_words(folder: Path) -> None:
    _settings(folder, '[orders]\nas_of = "soon"\n')


@settings.refused("an as_of before the first order", "as_of", "2020-01-01", "2024-01-15")
def as_of_too_early(folder: Path) -> None:
    _settings(folder, "[orders]\nas_of = 2020-01-01\n")


@settings.read("an as_of at the end of the calendar")
def as_of_at_the_end(folder: Path) -> None:
    _settings(folder, "[orders]\nas_of = 9999-12-31\n")


@settings.refused("an as_of with a time of day", "company.toml", "as_of")
def as_of_with_a_time(folder: Path) -> None:
    _settings(folder, "[orders]\nas_of = 2024-06-01T10:00:00\n")


@settings.refused("a negative seed", "company.toml", "seed", "-1")
def negative_seed(folder: Path) -> None:
    _settings(folder, "[segmentation]\nseed = -1\n")


@settings.refused("a number of groups with 30 digits", "n_segments")
def endless_groups(folder: Path) -> None:
    _settings(folder, f"[segmentation]\nn_segments = {'9' * 30}\n")


@settings.refused("a file name that no system knows", "company.toml", "files")
def nul_in_a_file_name(folder: Path) -> None:
    _settings(folder, '[orders]\nfiles = "orders\\u0000.csv"\n')


@settings.refused("a factor that is none of the six", "company.toml", "factors.country", "geographic")
def unknown_factor(folder: Path) -> None:
    _settings(folder, '[factors]\ncountry = "place"\n')


@settings.refused("a feature that does not exist", "recencey_days", "recency_days", command=REPORT)
def unknown_feature(folder: Path) -> None:
    _settings(folder, '[segmentation]\nfeatures = ["recencey_days"]\n')


@settings.refused("a group that contains an unknown customer", "K99", "contains", command=REPORT)
def unknown_customer_in_group(folder: Path) -> None:
    _settings(folder, '[[segments]]\nname = "Friends"\ncontains = "K99"\n')


@settings.refused("a rule with a syntax error", "country ==", "rule", command=REPORT)
def broken_rule(folder: Path) -> None:
    _settings(folder, '[[segments]]\nname = "Locals"\nrule = "country =="\n')


@settings.refused("a rule that tries to run code", "__import__", "rule", command=REPORT)
def rule_that_runs_code(folder: Path) -> None:
    rule = "__import__('os').system('touch owned') == 0"
    _settings(folder, f'[[segments]]\nname = "Locals"\nrule = "{rule}"\n')


@settings.refused("a rule over an unknown column", "contry", "country", command=REPORT)
def rule_over_unknown_column(folder: Path) -> None:
    _settings(folder, '[[segments]]\nname = "Locals"\nrule = "contry == \'DE\'"\n')


@settings.refused("two groups of one name", "Friends", command=REPORT)
def two_groups_of_one_name(folder: Path) -> None:
    group = '[[segments]]\nname = "Friends"\ncontains = "{}"\n'
    _settings(folder, group.format("K01") + group.format("K04"))


@joins.refused("a join file that is missing", "[orders] join", "products.csv")
def missing_join(folder: Path) -> None:
    _settings(folder, '[orders]\njoin = { file = "products.csv", on = "product" }\n')


@joins.refused("a join key that is missing", "products.csv", "'product'")
def missing_join_key(folder: Path) -> None:
    _settings(folder, '[orders]\njoin = { file = "products.csv", on = "product" }\n')
    (folder / "products.csv").write_text("name,shelf\nTeapot,3\n", encoding="utf-8")


@joins.refused("a join that multiplies rows", "products.csv", "'teapot'", "one row for each key")
def multiplying_join(folder: Path) -> None:
    _settings(folder, '[orders]\njoin = { file = "products.csv", on = "product" }\n')
    (folder / "products.csv").write_text("product,shelf\nTeapot,3\nTeapot,4\n", encoding="utf-8")


@joins.repaired("a join that knows only some rows", repaired("without a match in products.csv", 8))
def partial_join(folder: Path) -> None:
    _settings(folder, '[orders]\njoin = { file = "products.csv", on = "product" }\n')
    (folder / "products.csv").write_text("product,shelf\nTeapot,3\n", encoding="utf-8")


@joins.refused("a join file outside the folder", "company.toml", "outside the company folder")
def join_outside(folder: Path) -> None:
    _settings(folder, '[orders]\njoin = { file = "../products.csv", on = "product" }\n')


@joins.refused("a join file that is a link out of the folder", "products.csv", "outside the company folder")
def join_linked_outside(folder: Path) -> None:
    _settings(folder, '[orders]\njoin = { file = "products.csv", on = "product" }\n')
    (folder.parent / "secret.csv").write_text("product,shelf\nTeapot,3\n", encoding="utf-8")
    (folder / "products.csv").symlink_to(folder.parent / "secret.csv")


@joins.read("attributes that are endless, missing or damaged numbers")
def odd_attributes(folder: Path) -> None:
    write_orders(folder, text_of())
    rows = ["K01,inf,1e999,#REF!", "K02,nan,-5,=1+1", 'K03,,,"$90,000 "', "K04,31,12,x"]
    (folder / "customers.csv").write_text(
        "\n".join(["customer_id,age,visits,income", *rows]), encoding="utf-8"
    )


@joins.read("attributes that are called as columns of the orders")
def attributes_named_alike(folder: Path) -> None:
    write_orders(folder, text_of())
    (folder / "customers.csv").write_text(
        "customer_id,country,amount,frequency\nK01,FR,3,4\n", encoding="utf-8"
    )


@joins.repaired("customers.csv knows a customer twice, differently", kept("the first row counts", 1))
def customers_twice(folder: Path) -> None:
    write_orders(folder, text_of())
    (folder / "customers.csv").write_text("customer_id,age\nK01,31\nK02,40\nK02,52\n", encoding="utf-8")


@joins.repaired(
    "customers.csv and survey.csv know people who never ordered",
    kept("customers.csv", 1),
    kept("survey.csv", 2),
)
def unknown_people(folder: Path) -> None:
    write_orders(folder, text_of())
    (folder / "customers.csv").write_text("customer_id,age\nK01,31\nK99,52\n", encoding="utf-8")
    (folder / "survey.csv").write_text(
        "customer_id,reason\nK02,taste\nK98,price\nK97,gift\n", encoding="utf-8"
    )


@joins.refused("survey.csv without a customer column", "survey.csv", "customer")
def survey_without_customer(folder: Path) -> None:
    write_orders(folder, text_of())
    (folder / "survey.csv").write_text("shelf,reason\n3,taste\n", encoding="utf-8")


@joins.refused("customers.csv is broken", "customers.csv", "row 2")
def broken_customers(folder: Path) -> None:
    write_orders(folder, text_of())
    (folder / "customers.csv").write_text('customer_id,age\n"K01,31\nK02,40\n', encoding="utf-8")


@joins.refused("customers.csv with its header only", "customers.csv", "no rows")
def empty_customers(folder: Path) -> None:
    write_orders(folder, text_of())
    (folder / "customers.csv").write_text("customer_id,age\n", encoding="utf-8")


@folders.refused("no such company folder", "shop", "segkit new")
def no_folder(_folder: Path) -> None:
    """Nothing is written."""


@folders.refused("a file where the company folder should be", "shop", "segkit new")
def file_for_a_folder(folder: Path) -> None:
    folder.write_text("orders", encoding="utf-8")


@folders.refused("no company.toml", "company.toml", "segkit new")
def no_settings(folder: Path) -> None:
    write_orders(folder, text_of())
    (folder / "company.toml").unlink()


@folders.refused("no order file", "orders.csv", "company.toml")
def no_orders(folder: Path) -> None:
    write_company(folder)


@folders.refused("a link that leads out of the folder", "orders.csv", "outside the company folder")
def link_outside(folder: Path) -> None:
    write_company(folder)
    (folder.parent / "secret.csv").write_text(text_of(), encoding="utf-8")
    (folder / "orders.csv").symlink_to(folder.parent / "secret.csv")


@folders.refused("a link that leads nowhere", "orders.csv", "link")
def link_nowhere(folder: Path) -> None:
    write_company(folder)
    (folder / "orders.csv").symlink_to(folder / "moved.csv")


@folders.refused("a link that leads to itself", "orders.csv", "link")
def link_in_circles(folder: Path) -> None:
    write_company(folder)
    (folder / "orders.csv").symlink_to(folder / "orders.csv")


@folders.refused("customers.csv is a link out of the folder", "customers.csv", "outside the company folder")
def attributes_outside(folder: Path) -> None:
    write_orders(folder, text_of())
    (folder.parent / "secret.csv").write_text("customer_id,age\nK01,31\n", encoding="utf-8")
    (folder / "customers.csv").symlink_to(folder.parent / "secret.csv")


@folders.read("a folder name of blanks, quotes and umlauts", folder='My "Süß & Salz" $(touch x) shop')
def odd_folder_name(folder: Path) -> None:
    write_orders(folder, text_of())


@folders.refused(
    "segkit new over a folder that holds something",
    "shop",
    command=("new", "{folder}", "--orders", "{folder}/orders.csv"),
)
def new_over_something(folder: Path) -> None:
    write_orders(folder, text_of())


@folders.refused(
    "segkit new with orders that are missing",
    "nothing.csv",
    command=("new", "{folder}", "--orders", "{place}/nothing.csv"),
)
def new_without_orders(_folder: Path) -> None:
    """Nothing is written."""


@folders.refused(
    "segkit new with a picture for orders",
    "scan.png",
    "CSV",
    command=("new", "{folder}", "--orders", "{place}/scan.png"),
)
def new_with_a_picture(folder: Path) -> None:
    (folder.parent / "scan.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")


@folders.refused(
    "segkit new with an empty file",
    "orders.csv",
    "empty",
    command=("new", "{folder}", "--orders", "{place}/orders.csv"),
)
def new_with_an_empty_file(folder: Path) -> None:
    (folder.parent / "orders.csv").write_bytes(b"")


@reports.refused("3 customers, 4 groups asked for, as a report", "3 customers", "4 groups", command=REPORT)
def report_of_three(folder: Path) -> None:
    write_orders(folder, text_of(ROWS[:5]))


@reports.refused("broken orders, as a report", "orders.csv", "row 4", "nan", command=REPORT)
def report_of_broken_orders(folder: Path) -> None:
    write_orders(folder, text_of([*ROWS[:2], (*ROWS[2][:3], "nan", *ROWS[2][4:]), *ROWS[3:]]))


@reports.refused(
    "a report folder that is the company folder",
    "company folder",
    "--out",
    command=("report", "{folder}", "--out", "{place}"),
)
def report_over_the_company(folder: Path) -> None:
    write_orders(folder, text_of())


@reports.refused("a report folder that holds other things", "not a report", "--out", command=REPORT)
def report_over_other_files(folder: Path) -> None:
    write_orders(folder, text_of())
    other = folder.parent / "reports" / "shop"
    other.mkdir(parents=True)
    (other / "thesis.txt").write_text("three months of work", encoding="utf-8")


@reports.refused("a web site where the report should go", "not a report", "--out", command=REPORT)
def report_over_a_web_site(folder: Path) -> None:
    write_orders(folder, text_of())
    other = folder.parent / "reports" / "shop"
    other.mkdir(parents=True)
    (other / "index.html").write_text("<h1>my home page</h1>", encoding="utf-8")


@reports.refused("a file where the reports folder should be", "reports", "--out", command=REPORT)
def report_into_a_file(folder: Path) -> None:
    write_orders(folder, text_of())
    (folder.parent / "reports").write_text("a file", encoding="utf-8")


@reports.refused("a link where the report should go", "link", "--out", command=REPORT)
def report_over_a_link(folder: Path) -> None:
    write_orders(folder, text_of())
    (folder.parent / "elsewhere").mkdir()
    (folder.parent / "elsewhere" / "index.html").write_text("<h1>kept</h1>", encoding="utf-8")
    (folder.parent / "reports").mkdir()
    (folder.parent / "reports" / "shop").symlink_to(folder.parent / "elsewhere")


@reports.refused(
    "a parent of the company folder for the report",
    "company folder",
    "--out",
    command=("report", "{folder}", "--out", "{place}"),
    folder="shop/shop",
)
def report_over_the_parent(folder: Path) -> None:
    write_orders(folder, text_of())
