"""The PDF as a reader, a screen reader and a checker meet it."""

from __future__ import annotations

import base64
import dataclasses
import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import nbformat
import pdfua
import pypdf
import pytest

from segkit.errors import InputError, RenderError
from segkit.model.company import Company, ReportSettings
from segkit.publish.blocks import Block, Table, Text
from segkit.publish.document import Chapter, Document, Shown, plan_document
from segkit.publish.pdf import compiling, count_pages, pdf_bytes
from segkit.publish.pdf.blocks import render_block
from segkit.publish.pdf.document import lay_out
from segkit.publish.pdf.foreign import render_foreign
from segkit.publish.pdf.limit import keep_within, limit_words
from segkit.publish.pdf.nodes import Layout
from segkit.publish.records import Kind
from segkit.publish.references import References

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
HOSTILE = (
    '#strong[x] #read("/etc/passwd")',
    "$ sum_(i=1)^n i $ @nowhere <label>",
    "{{ 7 * 7 }} {% include 'x' %}",
    "**not bold** [x](javascript:alert(1))",
    "= No heading \\ // no comment",
)


def company(**changes: object) -> Company:
    settings = ReportSettings(
        authors=("Ada Okafor", "Ben Müller"),
        course="CRM 101",
        institution="University of Somewhere",
        lecturer="Dr. C. Dorn",
        submitted=date(2026, 10, 1),
    )
    fields = {"folder": "/x", "slug": "shop", "name": "Wool & Loom", "fictional": True, "report": settings}
    return Company(**{**fields, **changes})


def document_of(*cells: object, samples, **changes: object) -> Document:
    planned = plan_document({"groups": samples.notebook(*cells)}, company=company(), as_of=date(2026, 9, 7))
    return dataclasses.replace(planned, **changes)


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF in reading order, white space squeezed."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def node_kinds(root) -> list:
    """Return the dictionaries of the structure tree."""
    found, queue = [], [root]
    while queue:
        node = queue.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            queue.extend(node)
        elif isinstance(node, dict):
            found.append(node)
            if "/K" in node:
                queue.append(node["/K"])
    return found


@pytest.fixture(scope="module")
def planned(samples) -> Document:
    """The sample report, a block of every kind, as a document with a cover and an appendix."""
    notebook = samples.report()
    for cell in notebook.cells[-4:]:
        cell.metadata["tags"] = ["closing"]
    notebook.cells.insert(
        -4, nbformat.v4.new_markdown_cell("## The working\n\nBehind it.", metadata={"tags": ["appendix"]})
    )
    return plan_document({"groups": notebook}, company=company(), as_of=date(2026, 9, 7))


@pytest.fixture(scope="module")
def pdf(planned) -> bytes:
    return pdf_bytes(planned)


@pytest.fixture(scope="module")
def reader(pdf) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def test_a_checker_of_pdf_ua_finds_nothing(pdf, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    assert [str(finding) for finding in pdfua.validate(str(path)).findings] == []


def test_the_file_says_its_title_language_and_that_it_is_tagged(reader):
    root = reader.trailer["/Root"]
    assert reader.metadata.title == "Customer groups, what to send them, and how a sale is made"
    assert reader.metadata.author == "Ada Okafor, Ben Müller"
    assert str(root["/Lang"]).startswith("en")
    assert root["/MarkInfo"]["/Marked"]
    assert len(node_kinds(root["/StructTreeRoot"])) > 100


def test_the_only_date_in_the_file_is_the_end_of_observation(reader):
    assert str(reader.metadata["/CreationDate"]).startswith("D:20260907")


def test_the_cover_names_company_authors_course_and_dates(reader):
    cover = " ".join(reader.pages[0].extract_text().split())
    for words in (
        "Customer groups, what to send them, and how a sale is made",
        "Wool & Loom",
        "Fictional company",
        "Ada Okafor",
        "Ben Müller",
        "Course: CRM 101",
        "Institution: University of Somewhere",
        "Lecturer: Dr. C. Dorn",
        "Submitted: 1 October 2026",
        "Orders as of: 7 September 2026",
    ):
        assert words in cover


def test_a_cover_without_settings_has_no_empty_lines_of_them(samples):
    bare = dataclasses.replace(
        document_of("# T", Text(id="t", paragraphs=("A.",)), samples=samples),
        company=company(report=ReportSettings(), fictional=False),
    )
    front, _ = lay_out(bare)
    assert (front["authors"], front["fictional"]) == ([], False)
    assert front["facts"] == [{"label": "Orders as of", "value": "7 September 2026"}]


def test_contents_and_bookmarks_lead_through_chapters_sections_and_appendices(reader):
    contents = " ".join(reader.pages[1].extract_text().split())
    for words in (
        "Contents",
        "1 Ten customers",
        "1.1 Who they are",
        "Appendix A: Ten customers",
        "A.1 The working",
    ):
        assert words in contents
    titles = [" ".join(one.title.split()) for one in reader.outline if not isinstance(one, list)]
    assert titles[1:3] == ["1 Ten customers", "Appendix A: Ten customers"]


def test_text_comes_in_the_order_of_the_report(pdf):
    said = text_of(pdf)
    body = said[said.index("Three customers bring most of the revenue") :]
    places = [
        body.index(words)
        for words in (
            "One of them paused.",
            "Rules place everyone",
            "At least 12 orders.",
            "Sums reconcile.",
            "Reserve before the drawer is empty",
            "They order more often.",
            "No column says why people buy.",
            "Behind it.",
            "Bell, R. (2025)",
            "134 read, 131 used",
        )
    ]
    assert places == sorted(places)


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
    body = lay_out(plan_document({"groups": with_checklist(samples)}))[0]["body"]
    chapters = [node for node in body if node["type"] == "heading" and node["level"] == 1]
    assert [(node["runs"][0]["t"], node["opens"]) for node in chapters] == [
        ("Who buys", True),
        ("What the assignment asks", False),
        ("Appendix A: Who buys", True),
        ("Sources", False),
    ]


def test_figures_and_tables_are_numbered_as_on_the_pages(planned, pdf):
    said = text_of(pdf)
    labels = planned.references.labels
    assert (labels["map"], labels["value"], labels["sizes"]) == ("Figure 1", "Figure 2", "Table 1")
    assert said.count("Figure 2 Three customers bring nine tenths of the revenue") == 1
    assert "Table 1 Customers and revenue per group" in said


def test_every_figure_says_what_it_shows(reader):
    figures = [
        node for node in node_kinds(reader.trailer["/Root"]["/StructTreeRoot"]) if node.get("/S") == "/Figure"
    ]
    assert len(figures) == 2
    assert {str(node["/Alt"]) for node in figures} == {
        "Bars of two groups, the first nine times the second Regulars 1,610.00 EUR, newcomers 179.00 EUR."
    }


def test_headings_tables_and_lists_are_tagged_as_such(reader):
    kinds = {str(node.get("/S")) for node in node_kinds(reader.trailer["/Root"]["/StructTreeRoot"])}
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/Caption", "/L", "/LI", "/Link", "/TOC"} <= kinds


def test_every_font_is_in_the_file(reader):
    fonts = {
        str(font["/BaseFont"]): font
        for page in reader.pages
        for font in (one.get_object() for one in page["/Resources"].get("/Font", {}).values())
    }
    assert fonts
    for font in fonts.values():
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_links_lead_into_the_document_or_to_the_web(reader):
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    outside = {str(note["/A"]["/URI"]) for note in notes if "/URI" in note.get("/A", {})}
    assert "https://example.org/60" in outside
    assert [link for link in outside if not link.startswith(("https://", "http://"))] == []
    assert sum("/Dest" in note or "/D" in note.get("/A", {}) for note in notes) > 20


def test_citations_stand_in_the_words_of_the_pages(pdf):
    said = text_of(pdf)
    assert "Three customers bring most of the revenue [1]" in said
    assert "“Half of them came back.” (Bell, 2025)" in said
    assert "We write to everyone [@once]" in said  # somebody's words, which cite nothing of ours


def test_a_citation_of_an_unknown_source_names_it(samples):
    layout = Layout(refs=References(citations={"orders": 1}))
    record = samples.every_block()[Kind.EVIDENCE].record()
    with pytest.raises(RenderError, match=r"'site'|'study'"):
        render_block(record, layout)


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_of_record_has_its_place_on_paper(kind, samples, planned):
    block = samples.every_block()[kind]
    nodes = render_block(block.record(), Layout(refs=planned.references))
    said = squeezed(json.dumps(nodes, ensure_ascii=False))
    words = {
        Kind.TEXT: "One of them paused.",
        Kind.KEY_FIGURES: "1,789 EUR",
        Kind.FINDINGS: "By far.",
        Kind.TABLE: "Newcomers",
        Kind.FIGURE: "Revenue per group, in EUR",
        Kind.PLOTLY: "Revenue per group, in EUR",
        Kind.EVIDENCE: "They order more often.",
        Kind.SEGMENT: "C007 paused.",
        Kind.MESSAGE: "Reserve the pair now",
        Kind.GAP: "Ask in a survey.",
        Kind.CHECKLIST: "Four groups",
        Kind.PASSAGES: "Our letters.",
        Kind.SOURCES: "Sixty shops",
        Kind.HOW_MADE: "134 read, 131 used",
        Kind.FLOW: "A welcome had 9 points against 12.",
        Kind.VERDICT: "signed by the bursar",
    }
    assert squeezed(words[kind]) in said


def test_the_same_document_gives_the_same_bytes_in_another_process(tmp_path, samples):
    path = tmp_path / "report.ipynb"
    nbformat.write(samples.report(), path)
    script = (
        "import hashlib, nbformat, sys; from datetime import date\n"
        "from segkit.publish.document import plan_document\n"
        "from segkit.publish.pdf import pdf_bytes\n"
        "made = pdf_bytes(plan_document({'groups': nbformat.read(sys.argv[1], 4)}, as_of=date(2026, 9, 7)))\n"
        "print(hashlib.sha256(made).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(digests) == 1


def test_what_looks_like_markup_is_shown_as_text(samples):
    blocks: list[Block | str] = ["# A chapter"]
    for place, attack in enumerate(HOSTILE):
        blocks += [
            Text(id=f"t{place}", paragraphs=(attack,)),
            Table(id=f"b{place}", caption=attack, columns=("Said",), rows=((attack,),)),
        ]
    made = document_of(*blocks, samples=samples)
    made = dataclasses.replace(made, title=HOSTILE[0], company=company(name=HOSTILE[1]))
    said = squeezed(text_of(pdf_bytes(made)))
    for attack in HOSTILE:
        assert said.count(squeezed(attack)) >= 3
    assert "root:" not in said


def test_an_attack_in_every_field_is_words_in_the_document(samples, tmp_path):
    pdf = pdf_bytes(plan_document({"groups": samples.hostile()}))
    raw = [
        action for action in (b"/JavaScript", b"/Launch", b"/SubmitForm", b"/EmbeddedFile") if action in pdf
    ]
    assert raw == []
    assert squeezed(samples.ATTACK) in squeezed(text_of(pdf))
    assert b"evil.example" not in pdf
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    assert [str(finding) for finding in pdfua.validate(str(path)).findings] == []


def test_control_characters_go_and_a_letter_without_a_font_is_said_to_be_one(samples):
    said = "€ £ – “ ” Ä ö ß → a\x00b\x1b[31m\ud800 Привет 毛糸 صوف 🧶 \U0010fffd"
    pdf = pdf_bytes(document_of("# T", Text(id="t", paragraphs=(said,)), samples=samples))
    shown = squeezed(text_of(pdf))
    for part in ("€£–“”Äöß→ab[31m", "Привет", "صوف"):
        assert part in shown
    assert "□□" in shown  # no font here has these two, and no other letter stands in their place
    assert "□ stands for a letter that this document has no font for" in text_of(pdf)


def test_markdown_keeps_its_lists_tables_code_and_links(samples):
    cell = (
        "# T\n\nA **strong** and *soft* `code#1` word, see [the sizes](#sizes) and [more](https://example.org/m).\n\n"
        "1. one\n2. two\n   - inner\n\n> said\n\n```\nx  = 1\n```\n\n| a | b |\n|---|--:|\n| left | 7 |\n\n<div><b>bold</b> words<script>no()</script></div>"
    )
    nodes = lay_out(document_of(cell, samples.table("sizes"), samples=samples))[0]["body"]
    kinds = [node["type"] for node in nodes]
    assert kinds == ["heading", "para", "list", "box", "pre", "table", "para", "table"]
    runs = {run["t"]: run for run in nodes[1]["runs"]}
    assert [runs["strong"]["b"], runs["soft"]["i"], runs["code#1"]["c"]] == [True] * 3
    assert (runs["the sizes"]["l"], runs["more"]["u"]) == ("sizes", "https://example.org/m")
    assert "no()" not in json.dumps(nodes)


def test_foreign_outputs_become_pictures_tables_or_their_text():
    layout = Layout(refs=References())
    frame = "<div><style>x</style><table><thead><tr><th></th><th>n</th></tr></thead><tbody><tr><th>a</th><td>1</td></tr></tbody></table></div>"
    (table,) = render_foreign({"text/html": frame, "text/plain": "n\na 1"}, layout)
    assert (table["type"], table["numeric"], len(table["rows"])) == ("table", [False, True], 1)
    (pre,) = render_foreign({"text/html": "<p>free</p>", "text/plain": "n\na 1"}, layout)
    assert pre["lines"] == ["n", "a\u00a01"]
    encoded = base64.b64encode(PIXEL).decode()
    (shown,) = render_foreign({"image/png": encoded, "text/plain": "Our stall"}, layout)
    assert encoded in layout.files[shown["file"]].decode(), "the layout takes text files only"
    assert shown["alt"] == "Our stall"
    half = {"image/png": base64.b64encode(PIXEL[:50]).decode(), "text/plain": "Our stall"}
    assert render_foreign(half, layout)[0]["lines"] == ["Our\u00a0stall"]
    assert render_foreign({"image/png": "no picture", "text/plain": "x"}, layout)[0]["lines"] == ["x"]
    assert render_foreign({"application/javascript": "x()"}, layout) == []


def test_a_table_of_many_columns_stands_on_a_turned_page(samples):
    wide = Table(
        id="wide",
        caption="Wide",
        columns=tuple(f"Column number {n}" for n in range(16)),
        rows=(tuple("Unpronounceables" for _ in range(16)),),
    )
    reader = pypdf.PdfReader(io.BytesIO(pdf_bytes(document_of("# T", wide, samples=samples))))
    assert [page.mediabox.width > page.mediabox.height for page in reader.pages].count(True) == 1


def test_a_long_table_repeats_its_head(samples):
    long = Table(
        id="long",
        caption="Long",
        columns=("Customer", "Orders"),
        rows=tuple((f"C{n:03}", "1") for n in range(120)),
    )
    reader = pypdf.PdfReader(io.BytesIO(pdf_bytes(document_of("# T", long, samples=samples))))
    heads = sum("Customer" in page.extract_text() for page in reader.pages)
    assert heads >= 3


def many_appendices(samples, count: int) -> Document:
    filler = [f"Sentence {n} of an appendix that takes room." for n in range(160)]
    refs = References()
    chapter = Chapter(
        name="body", title="Body", items=(Shown(record=Text(id="x", paragraphs=("Body.",)).record()),)
    )
    appendices = tuple(
        Chapter(
            name=f"a{n}",
            title=f"Appendix {'ABCDE'[n]}: Working",
            items=(Shown(record=Text(id=f"t{n}", paragraphs=tuple(filler)).record()),),
        )
        for n in range(count)
    )
    return Document(
        title="T", company=None, as_of=None, checklist=(), chapters=(chapter,), appendices=appendices, closing=(), references=refs
    )  # fmt: skip


def test_a_page_limit_leaves_out_appendices_from_the_last_on_and_says_so(samples):
    whole = many_appendices(samples, 3)
    limit = count_pages(pdf_bytes(whole)) - 1
    fitted = keep_within(whole, limit)
    assert fitted.document.left_out == ("Appendix C: Working",)
    assert fitted.pages <= limit
    assert [one.title for one in fitted.document.appendices] == ["Appendix A: Working", "Appendix B: Working"]
    assert "Left out to keep within the page limit: Appendix C: Working." in text_of(fitted.pdf)
    assert limit_words(fitted) == [
        f"Left out to keep within {limit} pages: Appendix C: Working; the HTML report has it."
    ]


def test_a_body_longer_than_the_limit_is_written_and_the_rest_is_said(samples):
    fitted = keep_within(many_appendices(samples, 2), 1)
    assert len(fitted.document.left_out) == 2
    assert fitted.over == fitted.pages - 1 > 0
    assert f"{fitted.pages} pages, {fitted.over} more than asked for" in limit_words(fitted)[-1]


def test_a_link_to_what_was_left_out_is_words():
    refs = References(labels={"far": "Table 9", "x": "X"})
    layout = Layout(refs=refs, anchors=frozenset({"x"}))
    assert layout.link("far") == {"t": "Table 9 (HTML report)"}
    assert layout.link("x") == {"t": "X", "l": "x"}


def test_without_typst_one_sentence_says_what_to_install(monkeypatch, samples):
    monkeypatch.setattr(compiling, "has_typst", lambda: False)
    with pytest.raises(InputError, match=r"pip install 'segkit\[pdf\]'"):
        pdf_bytes(document_of("# T", Text(id="t", paragraphs=("A.",)), samples=samples))


def test_the_layout_settles_without_a_warning(planned, monkeypatch):
    import typst

    heard = []

    def compile_and_listen(*args, **settings):
        made, warnings = typst.compile_with_warnings(*args, **settings)
        heard.extend(warning.message for warning in warnings)
        return made

    monkeypatch.setattr(typst, "compile", compile_and_listen)
    assert pdf_bytes(planned)
    assert heard == []


def test_pages_have_their_number_and_a_running_head_but_for_the_cover(reader):
    count = len(reader.pages)
    for number, page in enumerate(reader.pages, start=1):
        said = page.extract_text()
        assert (f"{number} / {count}" in said) == (number > 1)
        assert "Wool & Loom" in said


def test_the_template_is_beside_the_package():
    assert (Path(compiling.__file__).parent / "report.typ").is_file()
