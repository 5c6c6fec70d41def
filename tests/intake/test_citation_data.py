"""Citation data: names, dates, bibliographies, CSL-JSON."""

from __future__ import annotations

import json

import pytest

from segkit.errors import BadValueError
from segkit.intake.bibliography import Bibliography, read_bibtex, read_csl_json
from segkit.intake.citation_data import (
    Citation,
    csl_name,
    fill_gaps,
    make_csl,
    read_authors,
    read_date,
    web_address,
)
from segkit.intake.documents import read_documents
from segkit.model.evidence import SourceType

NOTE = '---\n{head}\n---\n"Half of them never return at all."\n'


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-05-18", "2026-05-18"),
        ("2026-05-18T09:00:00Z", "2026-05-18"),
        ("2026/5", "2026-05"),
        ("20260518", "2026-05-18"),
        ("D:20260518093000+01'00'", "2026-05-18"),
        ("18 May 2026", "2026-05-18"),
        ("18. Mai 2026", "2026-05-18"),
        ("May 18th, 2026", "2026-05-18"),
        ("March 2026", "2026-03"),
        ("2026-13-45", "2026"),
        ("2026-02-40", "2026-02"),
        ("spring 2026", "2026"),
        ("", ""),
        ("last week", ""),
    ],
)
def test_a_date_is_as_exact_as_it_is_stated(text, iso):
    assert read_date(text) == iso


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Cole, Idris", ("Cole, Idris",)),
        ("Idris Cole", ("Cole, Idris",)),
        ("by Jo Whitcombe and Amrit Sandhu", ("Whitcombe, Jo", "Sandhu, Amrit")),
        ("Ann Lee, Bo Fox and Cy Orr", ("Lee, Ann", "Fox, Bo", "Orr, Cy")),
        (["Lindqvist, Hanne", "Abara, Tobias"], ("Lindqvist, Hanne", "Abara, Tobias")),
        ("Institute for Courteous Marketing", ("Institute for Courteous Marketing",)),
        ("Acme, Inc.", ("Acme, Inc.",)),
        ("Marks and Spencer", ("Marks and Spencer",)),
        ("https://facebook.example/shop", ()),
    ],
)
def test_people_and_organisations_are_told_apart(value, names):
    assert read_authors(value) == names


def test_an_organisation_with_a_comma_is_no_person():
    assert csl_name("Acme, Inc.") == {"literal": "Acme, Inc."}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://a b.example",
        'https://a.example/"x',
        "http://[",
        "//x",
    ],
)
def test_an_address_that_is_not_of_the_web_is_no_address(url):
    assert web_address(url) == ""


def test_a_bibtex_entry_becomes_csl():
    text = (
        '@string{cmr = "Classroom Materials Review"}\n'
        "@article{whitcombe, title={Buying {Wool} \\& more: caf\\'e}, author={Whitcombe, Jo and {Wool \\& Workshop} and van der Berg, Kim}, "
        "journal=cmr, year={2026}, month=may, volume={7}, number={2}, pages={12--19}, doi={10.1000/x_y}, "
        "url={https://a.example/a%20b_c}, file={:files/3/buying.pdf:application/pdf}}"
    )
    (entry,), problems = read_bibtex(text, label="references.bib")
    assert not problems
    found = entry.citation
    assert found.title == "Buying Wool & more: café"
    assert found.authors == ("Whitcombe, Jo", "Wool & Workshop", "van der Berg, Kim")
    assert (found.container, found.published) == ("Classroom Materials Review", "2026-05")
    assert found.url == "https://a.example/a%20b_c"
    assert entry.file == "buying.pdf"
    csl = make_csl(found, source_id="buying", source_type=SourceType.RESEARCH)
    assert csl["author"] == [
        {"family": "Whitcombe", "given": "Jo"},
        {"literal": "Wool & Workshop"},
        {"family": "van der Berg", "given": "Kim"},
    ]
    assert (csl["type"], csl["volume"], csl["issue"], csl["page"], csl["DOI"]) == (
        "article-journal",
        "7",
        "2",
        "12\u201319",
        "10.1000/x_y",
    )
    assert csl["issued"] == {"date-parts": [[2026, 5]]}


def test_a_broken_entry_is_named_by_its_line_and_the_others_are_read(capsys):
    text = "@misc{good, title={One}}\n\n@article{bad, title={x},\n@misc{fine, title={Two}}\n"
    entries, problems = read_bibtex(text, label="research/references.bib")
    assert "good" in [entry.key for entry in entries]
    assert len(problems) == 1
    assert "line 3" in problems[0]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "entry", ["file={study.md}", "url={http://www.journal.example/study/}", "title={A study of Gifts!}"]
)
def test_an_entry_is_matched_by_file_address_or_title(entry):
    (found,), _ = read_bibtex(f"@report{{key, {entry}, institution={{Found}}}}", label="b")
    note = Citation(title="A Study of gifts", url="https://journal.example/study")
    assert Bibliography.of([found]).find(note, name="study.md", stem="study").publisher == "Found"


def test_an_entry_is_matched_by_its_key_and_another_is_not():
    found, _ = read_bibtex(
        "@report{study, institution={Found}} @report{other, institution={Wrong}}", label="b"
    )
    index = Bibliography.of(found)
    assert index.find(Citation(), name="study.pdf", stem="study").publisher == "Found"
    assert index.find(Citation(title="Nothing like it"), name="x.pdf", stem="x") == Citation()


def test_csl_json_completes_a_note(tmp_path):
    (tmp_path / "research").mkdir()
    record = {
        "id": "gifts",
        "type": "article-journal",
        "title": "Another title",
        "author": [{"family": "Bell", "given": "Rory"}, {"literal": "Wool Board"}],
        "issued": {"date-parts": [["2025", 3, 4]]},
        "container-title": "Journal of Gifts",
        "page": "1-9",
        "DOI": "https://doi.org/10.1000/gifts",
        "URL": "javascript:alert(1)",
    }
    (tmp_path / "research" / "references.json").write_text(
        json.dumps([record, "noise", {"id": 3, "author": "x", "issued": 1}])
    )
    (tmp_path / "research" / "gifts.md").write_text(NOTE.format(head="title: Mine\nyear: 2025"))
    (document,) = read_documents(tmp_path).documents
    source = document.source
    assert source.title == "Mine"  # the note wins
    assert source.published == "2025-03-04"  # the entry knows the day of the same year
    assert (source.authors, source.url) == (("Bell, Rory", "Wool Board"), "")
    assert (source.csl["type"], source.csl["container-title"], source.csl["DOI"]) == (
        "article-journal",
        "Journal of Gifts",
        "10.1000/gifts",
    )


@pytest.mark.parametrize("text", ["{", '"words"', "[" * 50_000])
def test_a_reference_file_that_is_none_is_refused(text):
    with pytest.raises(BadValueError, match=r"references\.json"):
        read_csl_json(text, label="research/references.json")


def test_where_note_and_bibliography_disagree_on_the_year_the_note_wins():
    assert fill_gaps(Citation(published="2024"), Citation(published="2025-03")).published == "2024"
    assert fill_gaps(Citation(), Citation(published="2025-03")).published == "2025-03"


def test_a_page_whose_author_is_the_site_names_it_once():
    page = Citation(
        title="Delivery", authors=("Acme",), site_name="Acme", publisher="Acme", url="https://acme.example"
    )
    csl = make_csl(page, source_id="page-delivery", source_type=SourceType.WEBSITE)
    assert csl == {
        "id": "page-delivery",
        "type": "webpage",
        "title": "Delivery",
        "author": [{"literal": "Acme"}],
        "URL": "https://acme.example",
    }


def test_an_interview_is_a_manuscript_with_its_genre():
    csl = make_csl(Citation(title="Seven", kind="interview"), source_id="x", source_type=SourceType.RESEARCH)
    assert (csl["type"], csl["genre"]) == ("manuscript", "Interview notes")
