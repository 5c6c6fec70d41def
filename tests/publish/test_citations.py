"""References: what a reader finds in the text and in the list, whatever a page or a note says of itself."""

import dataclasses
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from segkit.errors import BadValueError, InputError
from segkit.intake.company_file import ReportTable
from segkit.model.company import Company
from segkit.model.evidence import Source, SourceType
from segkit.publish.citations import STYLES, cite_sources, company_style
from segkit.publish.csl_records import csl_record

SHOP = "Bean & Leaf"


def source(identifier="gifts", **changes):
    fields = {
        "type": SourceType.RESEARCH,
        "title": "How craft gifts are bought",
        "path": f"research/{identifier}.md",
        "sha256": "ab" * 32,
        "kind": "report",
        "authors": ("Marchetti, Silvia",),
        "publisher": "Small Shops Observatory",
        "published": "2025",
    }
    return Source(id=identifier, **{**fields, **changes})


def page(identifier, title, **changes):
    fields = {"authors": (SHOP,), "publisher": SHOP, "published": "", "kind": "webpage"}
    return source(identifier, type=SourceType.WEBSITE, title=title, **{**fields, **changes})


def cited(*sources, **options):
    return {entry.id: entry for entry in cite_sources(sources, **options).entries}


@pytest.mark.parametrize(
    ("changes", "in_text", "entry"),
    [
        (
            {"url": "https://obs.example/gifts", "retrieved": "2026-08-14"},
            "(Marchetti, 2025)",
            "Marchetti, S. (2025). How craft gifts are bought. Small Shops Observatory. https://obs.example/gifts",
        ),
        (
            {"kind": "article", "authors": ("Bell, Rory", "Abara, Tobias"), "csl": {"volume": "7", "issue": 2, "page": "12-19"}},
            "(Bell & Abara, 2025)",
            "Bell, R., & Abara, T. (2025). How craft gifts are bought. Small Shops Observatory, 7(2), 12–19.",
        ),
        (
            {"authors": ("Bell, Rory", "Abara, Tobias", "Cole, Idris"), "kind": "book"},
            "(Bell et al., 2025)",
            "Bell, R., Abara, T., & Cole, I. (2025). How craft gifts are bought. Small Shops Observatory.",
        ),
        (
            {"kind": "interview", "authors": ("Cole, Idris",), "published": "2026-08-28"},
            "(Cole, 2026)",
            "Cole, I. (2026, August 28). How craft gifts are bought [Interview notes]. Small Shops Observatory.",
        ),
        (
            {"type": SourceType.ORDER_HISTORY, "kind": "", "title": "Order history", "authors": (SHOP,), "publisher": ""},
            "(Bean & Leaf, 2025)",
            "Bean & Leaf. (2025). Order history [Data set].",
        ),
        (
            {"csl": {"DOI": "https://doi.org/10.1000/182"}, "url": "https://elsewhere.example"},
            "(Marchetti, 2025)",
            "Marchetti, S. (2025). How craft gifts are bought. Small Shops Observatory. https://doi.org/10.1000/182",
        ),
        (
            {"title": "Who buys gifts?"},
            "(Marchetti, 2025)",
            "Marchetti, S. (2025). Who buys gifts? Small Shops Observatory.",
        ),
    ],
    ids=["report", "article", "three-authors", "interview", "dataset", "doi", "question"],
)  # fmt: skip
def test_a_reference_follows_the_conventions_of_its_kind(changes, in_text, entry):
    found = cited(source(**changes))["gifts"]
    assert (found.in_text, found.text) == (in_text, entry)


def test_a_page_says_when_and_from_where_it_was_retrieved():
    found = cited(
        page("about", "About us", url="https://bean.example/about", retrieved="2026-09-10T09:17:02+01:00")
    )
    assert found["about"].text == (
        "Bean & Leaf. (n.d.). About us. Retrieved September 10, 2026, from https://bean.example/about"
    )
    assert found["about"].html.endswith(
        '<a href="https://bean.example/about" rel="noopener noreferrer">https://bean.example/about</a>'
    )


def test_a_publisher_that_is_the_author_and_a_site_name_in_the_title_are_said_once():
    text = cited(page("about", f"About us | {SHOP}"))["about"].text
    assert text == "Bean & Leaf. (n.d.). About us."


def test_a_page_nobody_signed_stands_under_its_publisher_and_without_one_under_its_title_once():
    found = cited(
        page("a", "A page", authors=()), page("b", "Another page", authors=(), publisher=""), style="apa"
    )
    assert found["a"].in_text == "(Bean & Leaf, n.d.)"
    assert (found["b"].in_text, found["b"].text) == ("(Another page, n.d.)", "Another page. (n.d.).")


def test_works_of_one_author_and_year_are_told_apart_by_letters_in_the_order_of_the_list():
    found = cited(
        source("late", title="Zest"), source("early", title="Ashes"), source("other", published="2024")
    )
    assert [entry.in_text for entry in found.values()] == [
        "(Marchetti, 2024)",
        "(Marchetti, 2025a)",
        "(Marchetti, 2025b)",
    ]
    assert found["early"].text.startswith("Marchetti, S. (2025a). Ashes.")
    assert list(found) == ["other", "early", "late"]


def test_undated_pages_of_one_site_are_told_apart_too():
    found = cited(*(page(f"p{i:02d}", f"Page {i:02d}") for i in range(28)))
    texts = [entry.in_text for entry in found.values()]
    assert texts[0] == "(Bean & Leaf, n.d.-a)"
    assert texts[-1] == "(Bean & Leaf, n.d.-ab)"
    assert len(set(texts)) == 28


def test_numbers_follow_the_order_in_which_the_sources_are_given():
    found = cited(source("z"), source("a", authors=("Abara, Tobias",)), style="numeric")
    assert [entry.in_text for entry in found.values()] == ["[1]", "[2]"]
    assert found["z"].text.startswith("[1] S. Marchetti. How craft gifts")


def test_the_order_of_the_sources_changes_no_author_and_year_list():
    sources = [source("a", title="B"), source("b", title="A"), page("c", "C"), source("d", authors=())]
    assert cite_sources(sources) == cite_sources(sources[::-1]) == cite_sources(sources)


def test_titles_stand_in_italics_and_addresses_are_links():
    html = cited(source(url="https://obs.example/a?b=1&c=2"))["gifts"].html
    assert "<i>How craft gifts are bought</i>." in html
    assert '<a href="https://obs.example/a?b=1&amp;c=2" rel="noopener noreferrer">' in html


ATTACK = '<script>x()</script><span class="nocase">"\'&lt;\ue000\ue011</i>[@ghost]'


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "field", ["title", "publisher", "authors", "published", "retrieved", "url", "kind", "path"]
)
def test_whatever_a_source_says_of_itself_stays_text(style, field):
    value = (ATTACK,) if field == "authors" else ATTACK
    html = cited(source(**{field: value}), style=style)["gifts"].html
    assert not re.sub(r"</?i>", "", html).count("<")
    assert not re.search(r"[\ue000-\uf8ff]", html)


@pytest.mark.parametrize(
    "url", ["javascript:x()", "data:text/html,x", "file:///etc/passwd", "#top", "//evil.example"]
)
def test_only_web_addresses_are_shown_and_linked(url):
    for changes in ({"url": url}, {"csl": {"URL": url}}):
        found = cited(source(**changes))["gifts"]
        assert "<a" not in found.html
        assert url not in found.text


@pytest.mark.parametrize(
    "csl",
    [
        {"author": "Bell", "editor": [3, None, {}], "issued": "soon", "unknown": {"a": [1]}},
        {"author": [{"given": "Only"}], "issued": {"date-parts": [["x", 99]]}, "type": 7},
        {"author": [{"family": "<b>"}], "issued": {"date-parts": [[2025, 13, 40]]}, "type": "no such type!"},
        {"issued": {"date-parts": [[2025, 5], [2026]]}, "accessed": {"raw": "2026-01-02"}, "title": None},
        {"issued": {"literal": "spring"}, "volume": True, "page": "1-2-3,,&", "DOI": "javascript:x()"},
        {"issued": {"date-parts": "2025"}, "edition": "2", "number": 4, "version": "1.0", "genre": "Essay"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("style", STYLES)
def test_broken_citation_data_still_gives_a_reference(csl, style):
    found = cited(source(csl=csl), style=style)["gifts"]
    assert "How craft gifts are bought" in found.text
    assert found.in_text


@settings(max_examples=40, deadline=None)
@given(
    title=st.text(),
    author=st.text(),
    year=st.text(max_size=12),
    kind=st.sampled_from(["", "report", "article", "interview", "webpage", "book"]),
)
def test_any_text_can_be_cited(title, author, year, kind):
    made = cite_sources([source(title=title, authors=(author,), published=year, kind=kind), source("b")])
    assert {entry.id for entry in made.entries} == {"gifts", "b"}
    for entry in made.entries:
        assert entry.in_text
        assert not re.sub(r"</?i>", "", entry.html).count("<")


@pytest.mark.parametrize(
    ("author", "parts"),
    [
        ("Marchetti, Silvia", {"family": "Marchetti", "given": "Silvia"}),
        ("Small Shops Observatory", {"literal": "Small Shops Observatory"}),
        ("Bean, Leaf & Co", {"literal": "Bean, Leaf & Co"}),
        ("Wool Works, Ltd.", {"literal": "Wool Works, Ltd."}),
        ("Cole,", {"literal": "Cole,"}),
    ],
)
def test_people_and_organisations_are_told_apart(author, parts):
    assert csl_record(source(authors=(author,)))["author"] == [parts]


def test_what_the_csl_record_says_goes_before_the_other_fields():
    record = csl_record(source(csl={"type": "book", "title": "Own", "author": [{"literal": "Somebody"}]}))
    assert (record["type"], record["title"], record["author"]) == ("book", "Own", [{"literal": "Somebody"}])
    assert record["publisher"] == "Small Shops Observatory"


def test_terms_follow_the_locale():
    text = cited(page("p", "Seite", url="https://x.example", retrieved="2026-09-10"), locale="de-DE")[
        "p"
    ].text
    assert "Abgerufen" in text


def test_no_sources_make_no_list():
    assert cite_sources([]).entries == ()
    assert cite_sources([]).of("x") is None
    assert cite_sources([source()]).of("gifts").in_text == "(Marchetti, 2025)"


@pytest.mark.parametrize("style", STYLES)
def test_our_styles_are_valid_csl(style):
    from pathlib import Path

    from citeproc import CitationStylesStyle

    import segkit.publish

    path = Path(segkit.publish.__file__).parent / "styles" / f"{style}.csl"
    CitationStylesStyle(str(path), validate=True)  # an invalid style warns, and a warning fails


STYLE = """<style xmlns="http://purl.org/net/xbiblio/csl" class="{kind}" version="1.0"><info><title>t</title><id>t</id>
<updated>2026-01-01T00:00:00+00:00</updated>{link}</info>{body}</style>"""
BODY = """<citation><layout prefix="{"  suffix="}"><names variable="author"><name form="short"/></names><date variable="issued" prefix=" "><date-part name="year"/></date></layout></citation>
<bibliography><layout><text variable="title" font-weight="bold"/><date variable="issued" prefix=", "><date-part name="year"/></date></layout></bibliography>"""


def write_style(tmp_path, text):
    path = tmp_path / "mine.csl"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_users_own_style_is_used_and_never_cites_two_works_alike(tmp_path):
    path = write_style(tmp_path, STYLE.format(kind="in-text", link="", body=BODY))
    found = cited(source("a", title="One"), source("b", title="Two"), style=path)
    assert [entry.in_text for entry in found.values()] == ["{Marchetti 2025a}", "{Marchetti 2025b}"]
    assert found["b"].html == "<b>Two</b>, 2025b"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("<style", "is not XML"),
        ("<!DOCTYPE style [<!ENTITY e 'x'>]><style/>", "declares entities"),
        ("<html/>", "is not a CSL style"),
        (STYLE.format(kind="note", link="", body=BODY), "writes footnotes"),
        (
            STYLE.format(kind="in-text", link='<link rel="independent-parent" href="x"/>', body=""),
            "depends on",
        ),
        (STYLE.format(kind="in-text", link="", body="<citation><layout/></citation>"), "no layout"),
        (
            STYLE.format(kind="in-text", link="", body=BODY.replace('variable="title"', 'macro="gone"')),
            "cannot be used",
        ),
    ],
)
def test_a_style_that_cannot_be_used_is_refused_in_one_sentence(tmp_path, text, words):
    with pytest.raises(InputError, match=words) as caught:
        cited(source(), style=write_style(tmp_path, text))
    message = str(caught.value)
    assert message.count("\n") == 0
    assert "use 'apa'" in message
    assert caught.value.path


@pytest.mark.parametrize(
    ("style", "words"),
    [("harvard1", "is not known"), ("gone.csl", "cannot be read"), ("/", "is not known")],
)
def test_a_style_that_is_not_there_is_named(style, words):
    with pytest.raises(InputError, match=words):
        cited(source(), style=style)


def test_the_company_file_names_the_style_and_it_stays_in_the_folder(tmp_path):
    company = Company(folder=str(tmp_path), slug="s", name=SHOP)

    def asked(value):
        return company_style(
            dataclasses.replace(company, report=dataclasses.replace(company.report, citation_style=value))
        )

    assert company_style(company) == "apa"
    assert asked("numeric") == "numeric"
    assert asked("mine.csl") == tmp_path.resolve() / "mine.csl"
    with pytest.raises(BadValueError, match="leads out of the company folder"):
        asked("../other.csl")
    with pytest.raises(ValidationError, match="citation_style"):
        ReportTable.model_validate({"citation_style": 3})
