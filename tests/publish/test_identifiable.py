"""On request the pages say who is who; what machines read keeps the labels."""

from __future__ import annotations

import copy

import nbformat
import pytest

from segkit.publish.blocks import Table, Text
from segkit.publish.identifiable import name_customers, read_identities
from segkit.publish.pages import build_page
from segkit.publish.records import MIME

PEOPLE = {"C001": "ann@post.example", "C010": "Bo <b>Ek</b>, S3 8VV"}


@pytest.fixture
def notebook(samples):
    rows = (("C001", "C0011 stays"), ("C010", "see C001-2"))
    table = Table(id="C001", caption="Who", columns=("Customer", "Note"), rows=rows)
    said = Text(id="said", paragraphs=("C010 came back before C001.",))
    return samples.notebook("# Shop", table, said)


def test_every_label_has_its_person_beside_it_and_parts_of_other_words_stay(notebook):
    page = build_page([name_customers(notebook, PEOPLE)])
    assert "ann@post.example (C001)" in page
    assert "C0011 stays" in page
    assert "see C001-2" in page
    assert 'id="C001"' in page


def test_a_person_named_like_markup_stands_as_text(notebook):
    page = build_page([name_customers(notebook, PEOPLE)])
    assert "Bo &lt;b&gt;Ek&lt;/b&gt;, S3 8VV (C010)" in page
    assert "<b>Ek</b>" not in page


def test_the_notebook_that_is_kept_still_has_labels_only(notebook):
    before = copy.deepcopy(notebook)
    name_customers(notebook, PEOPLE)
    assert notebook == before
    assert name_customers(notebook, {}) is notebook


def test_a_person_whose_name_holds_a_label_is_not_replaced_again():
    record = {"kind": "gap", "version": 1, "id": "g", "title": "", "missing": "C001", "close": ""}
    cell = nbformat.v4.new_code_cell(
        "", outputs=[nbformat.v4.new_output("display_data", data={MIME: record})]
    )
    shown = name_customers(nbformat.v4.new_notebook(cells=[cell]), {"C001": "C010 Ltd", "C010": "x"})
    assert shown.cells[0].outputs[0].data[MIME]["missing"] == "C010 Ltd (C001)"


def test_the_key_is_read_from_the_company_folder(tmp_path):
    (tmp_path / "identities.csv").write_text('customer_id,identity\nC001,"Lee, Ann"\n', encoding="utf-8")
    assert read_identities(tmp_path) == {"C001": "Lee, Ann"}
