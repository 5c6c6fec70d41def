"""The report as a Word document: native parts, the words of the page, and nothing in it that could act."""

import base64
import dataclasses
import io
import os
import re
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import docx
import nbformat
import pytest
from docx.oxml.ns import qn
from lxml import etree

from segkit.errors import RenderError
from segkit.model.argument import Author
from segkit.model.company import Company, ReportSettings
from segkit.publish.blocks import SourceEntry, Sources, Text
from segkit.publish.document import plan_document
from segkit.publish.docx import docx_bytes
from segkit.publish.docx.guard import is_unchanged
from segkit.publish.docx.widths import column_widths
from segkit.publish.records import Kind
from segkit.publish.untraced import split_untraced
from segkit.words.arguments import written_by

COMPANY = Company(
    folder="/shop",
    slug="shop",
    name="Shop & Sons",
    fictional=True,
    report=ReportSettings(
        authors=("Ada Byron", "Grace Hopper"),
        course="CRM 2",
        institution="A University",
        lecturer="Dr. Lovell",
        submitted=date(2026, 12, 1),
    ),
)
AS_OF = date(2026, 9, 7)
SAID = {
    Kind.TEXT: "Three customers bring most of the revenue",
    Kind.KEY_FIGURES: "1,789 EUR",
    Kind.FINDINGS: "Regulars lead.",
    Kind.TABLE: "Customers and revenue per group",
    Kind.FIGURE: "Three customers bring nine tenths of the revenue",
    Kind.PLOTLY: "Figure 1",
    Kind.EVIDENCE: "They order more often.",
    Kind.SEGMENT: "At least 12 orders.",
    Kind.MESSAGE: "Reserve before the drawer is empty",
    Kind.GAP: "No column says why people buy.",
    Kind.CHECKLIST: "A later step.",
    Kind.PASSAGES: "Then it rained.",
    Kind.SOURCES: "Order history",
    Kind.HOW_MADE: "134 read, 131 used",
    Kind.FLOW: "49 days after an order.",
    Kind.VERDICT: "Who orders pays",
}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
FIELDS = re.compile(
    r' (TOC \\o "1-2" \\h \\z \\u|SEQ (Figure|Table) \\\* ARABIC( \\r \d+)?|REF _Ref\d{8} \\h|PAGE|NUMPAGES) '
)


def written(notebook, **changes):
    """Return the bytes of the document that one notebook makes."""
    plan = plan_document({"report": notebook}, company=COMPANY, as_of=AS_OF)
    return docx_bytes(dataclasses.replace(plan, **changes))


def opened(content):
    return docx.Document(io.BytesIO(content))


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def body(content):
    return etree.fromstring(parts_of(content)["word/document.xml"])


def words(element):
    return "".join(text.text or "" for text in element.iter(qn("w:t")))


def styled(content, style):
    """Return the words of the paragraphs of a style, wherever they stand."""
    return [
        words(p)
        for p in body(content).iter(qn("w:p"))
        if p.find(f"{qn('w:pPr')}/{qn('w:pStyle')}").get(qn("w:val")) == style
    ]


def instructions(content):
    return [
        code.text
        for name, part in parts_of(content).items()
        if name.endswith(".xml")
        for code in etree.fromstring(part).iter(qn("w:instrText"))
    ]


def one(samples, *blocks):
    """Return a notebook with these blocks and a source for what they cite."""
    cites = Text(id="cites", paragraphs=("Read there [@orders].",))
    source = Sources(id="sources", entries=(SourceEntry(id="orders", text="Order history"),))
    return samples.notebook("# Ten customers", *blocks, cites, source)


@pytest.fixture(scope="module")
def report(samples):
    return written(samples.report())


@pytest.fixture(scope="module")
def hostile(samples):
    return written(samples.hostile())


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_record_has_its_place_in_the_document(report, kind):
    assert SAID[kind] in words(body(report))


def test_chapters_and_sections_are_real_headings(report):
    headings = [
        (p.style.name, p.text) for p in opened(report).paragraphs if p.style.name.startswith("Heading")
    ]
    assert headings[0] == ("Heading 1", "Ten customers")
    assert ("Heading 2", "Who they are") in headings
    assert ("Heading 3", "Regulars") in headings


def test_the_cover_names_company_authors_course_lecturer_and_dates(report):
    cover = styled(report, "Title") + styled(report, "Subtitle") + styled(report, "CoverLine")
    assert cover[1:] == [
        "Shop & Sons", "Authors: Ada Byron, Grace Hopper", "Course: CRM 2", "Institution: A University",
        "Lecturer: Dr. Lovell", "Submitted: 1 December 2026", "Orders as of: 7 September 2026",
    ]  # fmt: skip


def test_a_fictional_company_is_called_so_on_the_cover(report):
    assert any(
        text.startswith("Fictional company. Shop & Sons was invented") for text in styled(report, "Note")
    )


def test_what_a_page_limit_left_out_is_said_on_the_cover(samples):
    content = written(samples.report(), left_out=("Appendix A: Who buys",))
    assert "Left out to keep within the page limit: Appendix A: Who buys." in words(body(content))


def test_the_contents_are_a_field_that_holds_every_chapter_and_section_already(report):
    entries = styled(report, "TOC1") + styled(report, "TOC2")
    headings = styled(report, "Heading1") + styled(report, "Heading2")
    assert sorted(entries) == sorted(headings)
    assert instructions(report)[0].startswith(" TOC ")


def with_checklist(samples):
    """Return a notebook with a chapter, its appendix, the checklist and what a report closes with."""
    cells = {
        "# Who buys": (),
        "## The working": ("appendix",),
        "## What the assignment asks": ("closing", "checklist"),
        "## Sources": ("closing",),
    }
    notebook = samples.notebook()
    notebook.cells = [
        nbformat.v4.new_markdown_cell(f"{text}\n\nWords.", metadata={"tags": list(tags)})
        for text, tags in cells.items()
    ]
    return notebook


def test_the_checklist_stands_behind_the_chapters_and_before_the_appendices(samples):
    assert styled(written(with_checklist(samples)), "Heading1") == [
        "Who buys",
        "What the assignment asks",
        "Appendix A: Who buys",
        "Sources",
    ]


def test_the_page_says_how_the_contents_get_their_page_numbers(report):
    assert "press F9" in words(body(report))


def test_fields_are_not_updated_on_opening_since_word_would_ask_first(report):
    assert b"updateFields" not in parts_of(report)["word/settings.xml"]


def test_every_field_that_is_opened_is_closed(report):
    kinds = [mark.get(qn("w:fldCharType")) for mark in body(report).iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end") > 0


def test_captions_count_with_fields_that_show_the_numbers_of_the_page(samples, report):
    labels = plan_document({"report": samples.report()}).references.labels
    captions = [text.split(". ")[0] for text in styled(report, "Caption")]
    numbered = [text for text in captions if re.match(r"(Figure|Table) \d", text)]
    assert numbered == ["Figure 1", "Table 1", "Figure 2"]
    assert {labels["map"], labels["sizes"], labels["value"]} == set(numbered)
    assert sum(" SEQ " in code for code in instructions(report)) == len(numbered)


def test_a_number_out_of_turn_is_kept_by_its_field(samples):
    plan = plan_document({"report": samples.report()}, company=COMPANY)
    labels = {**plan.references.labels, "value": "Figure 7"}
    content = docx_bytes(
        dataclasses.replace(plan, references=dataclasses.replace(plan.references, labels=labels))
    )
    assert " SEQ Figure \\* ARABIC \\r 7 " in instructions(content)


def test_a_link_to_a_figure_is_a_cross_reference_to_the_number_in_its_caption(report):
    root = body(report)
    starts = {mark.get(qn("w:name")): mark for mark in root.iter(qn("w:bookmarkStart"))}
    targets = [code.split()[1] for code in instructions(report) if code.startswith(" REF ")]
    assert targets
    for target in targets:
        caption = starts[target].getparent()
        assert re.match(r"(Figure|Table) \d+\. ", words(caption))


def test_every_bookmark_that_is_asked_for_stands_once(report):
    root = body(report)
    names = [mark.get(qn("w:name")) for mark in root.iter(qn("w:bookmarkStart"))]
    asked = {link.get(qn("w:anchor")) for link in root.iter(qn("w:hyperlink")) if link.get(qn("w:anchor"))}
    asked |= {code.split()[1] for code in instructions(report) if code.startswith(" REF ")}
    assert len(names) == len(set(names))
    assert asked <= set(names)
    starts, ends = (
        [mark.get(qn("w:id")) for mark in root.iter(qn(f"w:bookmark{side}"))] for side in ("Start", "End")
    )
    assert sorted(starts) == sorted(ends)


def test_a_link_to_what_was_left_out_stays_as_words(samples):
    plan = plan_document({"report": samples.report()}, company=COMPANY)
    chapter = plan.chapters[0]
    kept = tuple(item for item in chapter.items if getattr(item, "record", {}).get("id") != "value")
    content = docx_bytes(dataclasses.replace(plan, chapters=(dataclasses.replace(chapter, items=kept),)))
    names = {mark.get(qn("w:name")) for mark in body(content).iter(qn("w:bookmarkStart"))}
    assert "See Figure 2 (HTML report), Regulars." in words(body(content))
    assert all(code.split()[1] in names for code in instructions(content) if code.startswith(" REF "))


def test_citations_say_what_the_page_says_and_lead_to_the_reference_list(report):
    root = body(report)
    links = {words(link): link.get(qn("w:anchor")) for link in root.iter(qn("w:hyperlink"))}
    starts = {mark.get(qn("w:name")): mark for mark in root.iter(qn("w:bookmarkStart"))}
    assert {"[1]", "[2]", "(Bell, 2025)"} <= set(links)
    entry = starts[links["(Bell, 2025)"]].getparent()
    assert words(entry).startswith("Bell, R. (2025). Sixty shops.")


def test_a_citation_that_leads_nowhere_is_refused(samples):
    plan = plan_document({"report": samples.report()}, company=COMPANY)
    bare = dataclasses.replace(plan, references=dataclasses.replace(plan.references, citations={}))
    with pytest.raises(RenderError, match="names no source"):
        docx_bytes(bare)


def test_titles_in_the_reference_list_are_set_in_italics(report):
    entry = next(p for p in opened(report).paragraphs if p.text.startswith("Bell, R."))
    assert [run.text for run in entry.runs if run.italic] == ["Sixty shops"]


def test_tables_repeat_their_header_and_split_no_row(report):
    tables = [
        table
        for table in body(report).iter(qn("w:tbl"))
        if table.find(f".//{qn('w:tblStyle')}").get(qn("w:val")) == "ReportTable"
    ]
    assert len(tables) > 3
    for table in tables:
        rows = table.findall(qn("w:tr"))
        assert rows[0].find(f".//{qn('w:tblHeader')}") is not None
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)


def test_a_table_is_native_with_its_words_in_its_cells(report):
    table = next(table for table in opened(report).tables if table.cell(0, 0).text == "Group")
    assert [cell.text for cell in table.rows[1].cells] == ["Regulars", "3", "1,610.00"]


def test_columns_fill_the_page_to_the_unit(report):
    for table in body(report).iter(qn("w:tbl")):
        assert sum(int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))) == 9298


def test_columns_of_words_get_more_room_than_columns_of_numbers():
    narrow, wide = column_widths([["n", "What"], ["1", "word " * 60]], total=9000, letter=90)
    assert wide > 8 * narrow


def test_columns_without_any_words_still_have_width():
    assert min(column_widths([["", ""], ["", ""]], total=9000, letter=90)) > 1000


def test_every_picture_is_described(report):
    pictures = list(
        body(report).iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr")
    )
    assert len(pictures) == 2
    assert all("Bars of two groups" in picture.get("descr") for picture in pictures)
    assert len({picture.get("id") for picture in pictures}) == 2


def test_a_drawing_has_at_least_two_hundred_points_an_inch(report):
    images = [content for name, content in parts_of(report).items() if name.startswith("word/media/")]
    assert images
    assert all(int.from_bytes(image[16:20], "big") >= 6.4 * 200 for image in images)


def test_language_title_authors_and_dates_are_set_and_no_clock_is_asked(report):
    properties = opened(report).core_properties
    assert (properties.language, properties.author) == ("en-US", "Ada Byron, Grace Hopper")
    assert properties.title == "Customer groups, what to send them, and how a sale is made"
    assert properties.created.date() == properties.modified.date() == AS_OF
    assert b'w:lang w:val="en-US"' in parts_of(report)["word/styles.xml"]


def test_every_page_but_the_cover_has_its_number(report):
    document = opened(report)
    codes = [code.text for code in document.sections[0].footer._element.iter(qn("w:instrText"))]
    assert codes == [" PAGE ", " NUMPAGES "]
    assert document.sections[0].different_first_page_header_footer


def test_every_style_that_is_used_is_there(report):
    known = {
        style.get(qn("w:styleId"))
        for style in etree.fromstring(parts_of(report)["word/styles.xml"]).iter(qn("w:style"))
    }
    used = {
        mark.get(qn("w:val"))
        for tag in ("w:pStyle", "w:rStyle", "w:tblStyle")
        for mark in body(report).iter(qn(tag))
    }
    assert used <= known


ORDER = {
    "w:pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs spacing ind jc outlineLvl",
    "w:rPr": "rStyle rFonts b bCs i iCs smallCaps strike noProof color sz szCs highlight u vertAlign lang",
    "w:tblPr": "tblStyle tblW tblInd tblBorders tblLayout tblCellMar tblLook tblDescription",
    "w:sectPr": "footerReference pgSz pgMar titlePg",
    "w:style": "name basedOn next uiPriority semiHidden qFormat pPr rPr tblPr tblStylePr",
}  # fmt: skip


@pytest.mark.parametrize("tag", sorted(ORDER))
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml"])
def test_properties_stand_in_the_order_that_word_insists_on(report, part, tag):
    order = ORDER[tag].split()
    for element in etree.fromstring(parts_of(report)[part]).iter(qn(tag)):
        names = [etree.QName(child).localname for child in element]
        places = [order.index(name) for name in names]
        assert places == sorted(places), names


def test_lists_are_numbered_by_lists_that_exist(samples):
    content = written(
        samples.notebook("# A\n\n1. one\n2. two\n\nand\n\n1. again\n   - inner\n\n> said\n\n    code\n")
    )
    numbers = {
        mark.get(qn("w:numId"))
        for mark in etree.fromstring(parts_of(content)["word/numbering.xml"]).iter(qn("w:num"))
    }
    used = [mark.get(qn("w:val")) for mark in body(content).iter(qn("w:numId"))]
    assert set(used) <= numbers
    assert used[0] == used[1] != used[2]
    assert styled(content, "Quote") == ["said"]
    assert styled(content, "Code") == ["code"]


def test_markdown_keeps_its_looks_and_loses_its_html(samples):
    content = written(
        samples.notebook(
            '# A\n\nA **bold** *word* &amp; `code` <b onclick="x()">here</b> <script>x()</script>.'
        )
    )
    line = next(p for p in opened(content).paragraphs if p.text.startswith("A bold"))
    assert line.text == "A bold word & code here ."
    assert [run.text for run in line.runs if run.bold] == ["bold"]


def test_words_of_a_user_carry_their_name_and_what_is_not_traced_is_marked(samples):
    said = Text(
        id="own", paragraphs=("They bought 30 of 3 skeins.",), author=Author.USER, by="Ada", untraced=("3",)
    )
    content = written(one(samples, said))
    assert "They bought 30 of 3 [not traced] skeins." in words(body(content))
    assert "Written by Ada" in styled(content, "Small")
    assert "Not traced to the evidence of this report: 3" in styled(content, "Small")
    marked = [
        words(run)
        for run in body(content).iter(qn("w:r"))
        for style in run.iter(qn("w:rStyle"))
        if style.get(qn("w:val")) == "Untraced"
    ]
    assert marked == ["3"]


@pytest.mark.parametrize(
    ("author", "by", "said"),
    [
        ("segkit", "", ""),
        ("user", "", "Written by the authors of this report"),
        ("language model", "Ada", "Written with a language model (Ada)"),
    ],
)
def test_an_author_is_named_unless_it_is_segkit(author, by, said):
    assert written_by(author, by) == said


def test_a_number_inside_a_longer_one_is_not_what_is_not_traced():
    assert split_untraced("1.5, 15 and 5", ["5"]) == [("1.5, 15 and ", True), ("5", False)]


def test_an_empty_argument_becomes_a_field_to_write_in_under_its_question(samples):
    asked = Text(id="own", paragraphs=(), asks="Why is this one group?")
    content = written(one(samples, asked))
    assert "Why is this one group?" in styled(content, "Question")
    control = next(body(content).iter(qn("w:sdt")))
    assert words(control) == "Write here."
    assert control.find(f".//{qn('w:showingPlcHdr')}") is not None


def test_a_table_of_a_frame_becomes_a_native_table(samples):
    html = "<table><thead><tr><th></th><th>n</th></tr></thead><tbody><tr><th>a</th><td>3</td></tr></tbody></table>"
    shown = nbformat.v4.new_output(
        "display_data", data={"text/html": f"<style>x</style><div>{html}</div>", "text/plain": "a 3"}
    )
    content = written(samples.notebook("# A", shown))
    table = opened(content).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["", "n"], ["a", "3"]]


def test_other_html_gives_way_to_its_plain_words(samples):
    shown = nbformat.v4.new_output(
        "display_data", data={"text/html": "<div>loud</div>", "text/plain": "quiet"}
    )
    assert styled(written(samples.notebook("# A", shown)), "Code") == ["quiet"]


def test_a_picture_of_a_notebook_is_placed(samples):
    shown = nbformat.v4.new_output("display_data", data={"image/png": PIXEL, "text/plain": "<Figure>"})
    content = written(samples.notebook("# A", shown))
    assert base64.b64decode(PIXEL) in parts_of(content).values()


@pytest.mark.parametrize(
    "media", ["application/vnd.plotly.v1+json", "application/vnd.jupyter.widget-view+json"]
)
def test_what_a_document_cannot_show_is_named(samples, media):
    shown = nbformat.v4.new_output("display_data", data={media: {}, "text/plain": "Figure()"})
    assert any(
        "stood here without a picture" in text
        for text in styled(written(samples.notebook("# A", shown)), "Gap")
    )


def test_no_text_brings_a_field_into_the_document(hostile, report):
    for content in (hostile, report):
        assert all(FIELDS.fullmatch(code) for code in instructions(content))


def test_only_http_addresses_leave_the_document(hostile, report):
    for content in (hostile, report):
        for name, part in parts_of(content).items():
            if name.endswith(".rels"):
                for relation in etree.fromstring(part):
                    if relation.get("TargetMode") == "External":
                        assert relation.get("Type").endswith("/hyperlink")
                        assert re.match(r"https?://", relation.get("Target"))


def test_there_is_no_macro_object_or_foreign_part_in_the_file(hostile):
    known = re.compile(r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core|custom)\.xml|word/(document|styles|numbering|settings|footer1)\.xml|word/_rels/document\.xml\.rels|word/media/image\d+\.png")  # fmt: skip
    assert [name for name in parts_of(hostile) if not known.fullmatch(name)] == []


def test_an_attack_is_text_that_is_read_as_it_stands(samples, hostile):
    assert samples.ATTACK in words(body(hostile))
    assert "{{ 7 * 7 }} #strong[x]" in words(body(hostile))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '{ INCLUDETEXT "/etc/passwd" }',
        "DDEAUTO c:\\x",
        "{ HYPERLINK x }",
        "]]>",
        "&lt;w:p/&gt;",
        "\u202ex",
        "a" * 4000,
    ],
)
def test_what_looks_like_a_formula_or_a_field_stays_text(samples, text):
    block = samples.table("t", caption=f"{text} here", rows=((text, "1", "2"),), note=text)
    content = written(one(samples, block))
    assert words(body(content)).count(text) == 3
    assert all(FIELDS.fullmatch(code) for code in instructions(content))


def test_control_and_half_characters_never_reach_the_file(samples):
    text = "a\x00b\x07\x0b\x1f\x7f\ufffe\ud800c"
    content = written(one(samples, samples.table("t", caption=text, rows=((text, text, text),), note=text)))
    assert words(body(content)).count("abc") == 5


def test_an_address_longer_than_word_can_bear_is_no_link(samples):
    content = written(
        samples.notebook(f"# A\n\n[long](https://example.org/{'a' * 3000}) [short](https://example.org/a)")
    )
    assert parts_of(content)["word/_rels/document.xml.rels"].count(b"External") == 1


def test_two_processes_write_the_same_bytes(tmp_path):
    script = (
        "import sys, hashlib, importlib.util as u; spec = u.spec_from_file_location('s', sys.argv[1]); m = u.module_from_spec(spec); spec.loader.exec_module(m)\n"
        "from segkit.publish.document import plan_document; from segkit.publish.docx import docx_bytes\n"
        "print(hashlib.sha256(docx_bytes(plan_document({'a': m.report()}))).hexdigest())"
    )
    samples = str(Path(__file__).with_name("samples.py"))
    digests = {
        subprocess.run([sys.executable, "-c", script, samples], check=True, capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1


def test_a_document_is_known_as_unchanged_until_an_editor_saves_it(report, tmp_path):
    path = tmp_path / "shop.docx"
    path.write_bytes(report)
    assert is_unchanged(path)
    docx.Document(str(path)).save(str(path))
    assert not is_unchanged(path)


def test_no_gap_stands_before_a_new_page_which_it_could_make_an_empty_one(samples):
    nothing = samples.table("t", caption="Last of the page")
    plan = plan_document({"a": samples.notebook("# A", nothing), "b": samples.notebook("# B", "Said.")})
    paragraphs = list(body(docx_bytes(plan))[0])
    place = next(
        i
        for i, p in enumerate(paragraphs)
        if words(p) == "B" and p.find(f".//{qn('w:pageBreakBefore')}") is not None
    )
    assert paragraphs[place - 1].tag == qn("w:tbl")
