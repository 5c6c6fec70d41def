"""The CSV beside each table and figure: what it says, and that no spreadsheet takes a cell of it for a formula."""

from __future__ import annotations

import csv
import io

import pytest

from segkit.publish.blocks import SourceEntry, Sources
from segkit.publish.table_files import guard, table_files, table_paths


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_table_is_written_with_its_columns_and_numbers_a_spreadsheet_can_add(samples):
    files = table_files([samples.notebook(samples.table("groups"))])
    assert rows(files["tables/groups.csv"]) == [
        ["Group", "Customers", "Revenue (EUR)"],
        ["Regulars", "3", "1610.00"],
        ["Newcomers", "7", "179.00"],
    ]


def test_a_figure_is_written_as_the_numbers_behind_it_under_its_own_name(samples):
    chapters = [samples.notebook(samples.figure("value"))]
    assert table_paths(chapters) == {"value": "tables/value.csv"}
    assert rows(table_files(chapters)["tables/value.csv"])[1][0] == "Regulars"


def test_a_citation_stands_in_a_cell_as_in_the_text(samples):
    cited = samples.table("t", rows=(("Regulars [@n1]", "3", "5"), ("Newcomers [@n2]", "7", "9")))
    entries = (SourceEntry(id="n1", text="x", in_text="(Bell, 2026)"), SourceEntry(id="n2", text="y"))
    files = table_files([samples.notebook(cited, Sources(id="s", entries=entries))])
    assert [row[0] for row in rows(files["tables/t.csv"])[1:]] == ["Regulars (Bell, 2026)", "Newcomers [2]"]


@pytest.mark.parametrize(
    "attack",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\x00=1",
        "＝1+1",
        "=HYPERLINK(1)",
    ],
)
def test_no_cell_begins_like_a_formula(samples, attack):
    table = samples.table("t", columns=(attack, "Customers", attack), rows=((attack, attack, attack),))
    for row in rows(table_files([samples.notebook(table)])["tables/t.csv"]):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))]


@pytest.mark.parametrize("number", ["-4", "-4.50", "+2", "0.5", "12"])
def test_a_plain_number_keeps_its_sign(number):
    assert guard(number) == number


def test_ids_that_differ_in_their_case_only_get_two_files(samples):
    paths = table_paths(
        [samples.notebook(samples.table("Groups"), samples.table("groups"), samples.table("a:b"))]
    )
    assert paths == {"Groups": "tables/Groups.csv", "groups": "tables/groups-2.csv", "a:b": "tables/a-b.csv"}
