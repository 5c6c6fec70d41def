import re
from datetime import date

import nbformat
import pytest

from segkit.errors import RenderError
from segkit.model.company import Company
from segkit.publish.blocks import CitedWords, SourceEntry, Sources, Text, VerdictCard
from segkit.publish.foreign import render_foreign
from segkit.publish.pages import build_page, save_page
from segkit.publish.prose import render_prose, slugify
from segkit.publish.references import References
from segkit.publish.safety import script_hash

SHOP = Company(folder="/x", slug="shop", name="Bean & Leaf", fictional=True)


def test_a_report_has_one_h1_contents_blocks_and_no_cell_ids(samples):
    page = build_page([samples.report()], company=SHOP, as_of=date(2026, 1, 1))
    assert page.count("<h1>") == 1
    assert "<h1>Ten customers</h1>" in page
    assert "<title>Ten customers · Bean &amp; Leaf</title>" in page
    assert "As of 1 January 2026" in page
    assert '<a href="#who-they-are">Who they are</a>' in page
    assert '<ol><li><a href="#regulars">Regulars</a></li></ol>' in page
    assert not any(cell["id"] in page for cell in samples.report().cells)


def test_a_fictional_company_is_said_to_be_one(samples):
    assert "Fictional company." in build_page([samples.report()], company=SHOP)
    real = Company(folder="/x", slug="s", name="Real Shop")
    assert "Fictional company." not in build_page([samples.report()], company=real)


def test_figures_and_tables_are_numbered_in_order_and_named_in_links(samples):
    page = build_page([samples.report()])
    assert page.index('Figure 1</span> <span class="title" id="map-still-title"') < page.index(
        "Figure 2</span>"
    )
    assert '<a href="#value">Figure 2</a>' in page
    assert '<span class="label">Table 1</span>' in page


def test_cards_take_the_level_below_their_heading(samples):
    page = build_page([samples.report()])
    assert '<h3 id="segment-1-name">' in page
    assert '<h4 id="evidence-1-name">' in page


def test_the_title_given_stands_in_place_of_the_notebooks_own(samples):
    page = build_page([samples.report()], title="Report <b>")
    assert "<h1>Report &lt;b&gt;</h1>" in page
    assert "Ten customers</h" not in page


def test_a_second_h1_of_one_notebook_becomes_an_h2(samples):
    page = build_page([samples.notebook("# One\n\ntext", "# Two")])
    assert page.count("<h1") == 1
    assert '<h2 id="two">Two</h2>' in page


def test_chapters_are_demoted_and_every_anchor_is_free(samples):
    chapters = [samples.notebook("# Segments\n\n## Method"), samples.notebook("# Flows\n\n## Method")]
    page = build_page(chapters, title="Strategy")
    assert re.findall(r"<h[1-3][^>]*>[^<]*", page) == [
        "<h1>Strategy",
        '<h2 id="segments">Segments',
        '<h3 id="method">Method',
        '<h2 id="flows">Flows',
        '<h3 id="method-2">Method',
    ]


def test_a_page_without_headings_has_no_contents(samples):
    page = build_page([samples.notebook("Just text.")], title="T")
    assert "<nav" not in page


def test_headings_below_the_third_level_stay_out_of_the_contents(samples):
    page = build_page([samples.notebook("## Two", "#### Four")], title="T")
    assert 'id="four"' in page
    assert 'href="#four"' not in page


def test_a_page_that_starts_with_a_small_heading_lists_it(samples):
    assert '<a href="#small">small</a>' in build_page([samples.notebook("### small")], title="T")


def test_a_page_without_a_title_is_refused(samples):
    with pytest.raises(RenderError, match="the page has no title; start the notebook with '# Title'"):
        build_page([samples.notebook("text")])


def test_every_script_is_listed_in_the_policy_and_nothing_points_outside(samples):
    page = build_page([samples.report()])
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1
    assert all(script_hash(script) in policy for script in scripts)
    assert page.index("Content-Security-Policy") < page.index("<style")
    assert not re.search(
        r'(?:src|srcset|poster|data)="(?!data:)', page.split("<body>")[1].replace('class="data"', "")
    )
    assert "<link" not in page.replace('<link rel="icon" href="data:,">', "")


def test_the_interactive_page_embeds_plotly_once_and_keeps_the_twins(samples):
    page = build_page([samples.report()], interactive=True)
    assert page.count("plotly.js v") <= 2
    assert '<script type="application/json">' in page
    assert 'id="map-still"' in page
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    assert policy.count("'sha256-") == 3
    for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL):
        assert script_hash(script) in policy


def test_a_static_page_is_small(samples):
    assert len(build_page([samples.report()], company=SHOP).encode()) < 60_000


def test_the_same_notebooks_give_the_same_bytes(samples):
    assert build_page([samples.report()]) == build_page([samples.report()])


def test_the_notebook_is_not_changed(samples):
    notebook = samples.report()
    before = nbformat.writes(notebook)
    build_page([notebook])
    assert nbformat.writes(notebook) == before


def test_code_is_there_escaped_and_folded(samples):
    notebook = samples.notebook("# T")
    notebook.cells += [nbformat.v4.new_code_cell("1 < 2  # </pre>"), nbformat.v4.new_code_cell("  ")]
    page = build_page([notebook])
    assert (
        '<details class="code"><summary>Code</summary><pre tabindex="0">1 &lt; 2  # &lt;/pre&gt;</pre></details>'
        in page
    )
    assert page.count('<details class="code">') == 1


def test_a_failed_cell_never_becomes_a_page(samples):
    failed = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=["secret"])
    with pytest.raises(
        RenderError, match=r"cell 2 of the notebook ends in an error \(ValueError: no\)"
    ) as caught:
        build_page([samples.notebook("# T", failed)])
    assert caught.value.cell == 2


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([Text(id="a", paragraphs=("x",)), Text(id="a", paragraphs=("y",))], "id 'a' is used twice"),
        ([Text(id="main", paragraphs=("x",))], "id 'main' is used twice"),
        (
            [VerdictCard(id="v", name="x", quotes=(CitedWords(quote="y", citation="ghost"),))],
            "citation 'ghost' names no source of this report",
        ),
        (["as seen [@ghost]"], "citation 'ghost'"),
        (["[there](#nowhere)"], "link to '#nowhere' in the text leads nowhere"),
        ([Sources(id="s", entries=(SourceEntry(id="a", text="x"),) * 2)], "id 'ref-a' is used twice"),
        (
            [
                "Seen [@a]",
                Sources(id="s", entries=(SourceEntry(id="a", text="x"), SourceEntry(id="b", text="y"))),
            ],
            r"holds what nothing on the page cites \('b'\); cite it as \[@id\]",
        ),
    ],
)
def test_what_does_not_resolve_is_refused_by_name(samples, cells, words):
    with pytest.raises(RenderError, match=words):
        build_page([samples.notebook("# T", *cells)])


def test_a_sentence_of_the_data_that_looks_like_a_citation_stands_as_it_is(samples):
    said = Text(id="a", paragraphs=("The product [@ghost] sold best.",))
    assert "<p>The product [@ghost] sold best.</p>" in build_page([samples.notebook("# T", said)])


def test_an_unknown_record_in_an_output_is_refused(samples):
    film = nbformat.v4.new_output(
        "display_data", data={"application/vnd.segkit.block+json": {"kind": "film"}}
    )
    with pytest.raises(RenderError, match="'film' cannot be rendered"):
        build_page([samples.notebook("# T", film)])


def test_a_heading_never_takes_the_anchor_of_a_block(samples):
    page = build_page([samples.notebook("# T", Text(id="answer", paragraphs=("x",)), "## Answer")])
    assert '<h2 id="answer-2">Answer</h2>' in page


def test_text_cites_sources_defined_later(samples):
    sources = Sources(id="s", entries=(SourceEntry(id="n1", text="Note"), SourceEntry(id="n2", text="Other")))
    page = build_page([samples.notebook("# T\n\nSaid [@n2], in `[@n2]` too.\n\nAnd [@n1].", sources)])
    assert 'Said <a href="#ref-n2"' in page
    assert "<code>[@n2]</code>" in page


def test_streams_and_plain_results_are_shown_escaped_and_errors_streams_are_not(samples):
    new_output = nbformat.v4.new_output
    page = build_page(
        [
            samples.notebook(
                "# T",
                new_output("stream", name="stdout", text="<out>"),
                new_output("stream", name="stderr", text="a warning"),
                new_output("execute_result", data={"text/plain": "<res>"}, execution_count=1),
            )
        ]
    )
    assert '<pre class="output" tabindex="0">&lt;out&gt;</pre>' in page
    assert '<pre class="output" tabindex="0">&lt;res&gt;</pre>' in page
    assert "a warning" not in page


def test_raw_cells_do_not_reach_the_page(samples):
    notebook = samples.notebook("# T")
    notebook.cells.append(
        nbformat.v4.new_raw_cell("<script>x</script>", metadata={"raw_mimetype": "text/html"})
    )
    assert "<script>x" not in build_page([notebook])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            {"application/vnd.plotly.v1+json": {}, "text/html": "<div>"},
            "An interactive chart stood here without a static twin",
        ),
        ({"application/vnd.jupyter.widget-view+json": {}}, "A widget stood here"),
        ({"text/html": ["<b>a</b>", "<script>x</script>"], "text/plain": "b"}, "<b>a</b>"),
        ({"text/markdown": "# Big"}, '<h3 id="big">Big</h3>'),
        ({"image/svg+xml": '<svg viewBox="0 0 1 1"><path id="p"/></svg>'}, 'id="o-1-p"'),
        ({"image/png": "AA\nAA"}, 'src="data:image/png;base64,AAAA"'),
        ({"image/jpeg": "AAAA"}, 'src="data:image/jpeg;base64,AAAA"'),
        ({"image/png": '"><script>'}, ""),
        ({"application/javascript": "x"}, ""),
        ({"text/latex": "$x$"}, ""),
    ],
)
def test_foreign_outputs_are_made_safe_or_named(data, words):
    html = render_foreign(data, References(), prefix="o-1")
    assert words in html
    assert "<script" not in html
    assert bool(html) == bool(words)


def test_foreign_drawings_do_not_share_ids(samples):
    drawn = nbformat.v4.new_output(
        "display_data", data={"image/svg+xml": '<svg viewBox="0 0 1 1"><path id="p"/></svg>'}
    )
    page = build_page([samples.notebook("# T", drawn, drawn)])
    assert 'id="output-1-p"' in page
    assert 'id="output-2-p"' in page


def test_tables_in_text_scroll_in_a_reachable_box():
    prose = render_prose("| a |\n|---|\n| 1 |", References(), demote=0, taken=set())
    assert prose.html.startswith('<div class="scroll" role="group" tabindex="0" aria-label="Table"><table>')


def test_headings_with_markup_and_html_get_plain_contents():
    prose = render_prose('## A *b* &amp; `c`\n\n<h2 title="x">Raw</h2>', References(), demote=0, taken=set())
    assert [heading.text for heading in prose.headings] == ["A b & c", "Raw"]
    assert slugify("!!!") == "h-"


@pytest.mark.parametrize("interactive", [False, True])
def test_a_hostile_notebook_leaves_nothing_that_acts(samples, interactive):
    page = build_page(
        [samples.hostile()],
        company=Company(folder="/x", slug="x", name=samples.ATTACK, fictional=True),
        interactive=interactive,
    )
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    body = re.sub(
        r"<script>(.*?)</script>",
        lambda match: "" if script_hash(match[1]) in policy else match[0],
        page,
        flags=re.DOTALL,
    )
    body = re.sub(r'<script type="application/json">[^<>&]*</script>', "", body)
    tags = re.findall(r"<[a-zA-Z][^>]*>", re.sub(r"<style>.*?</style>", "", body, flags=re.DOTALL))
    assert not [
        tag
        for tag in tags
        if re.match(
            r"<(script|iframe|object|embed|form|meta http-equiv=\"refresh|base|animate|foreignObject)\b", tag
        )
    ]
    assert not [tag for tag in tags if re.search(r"\son\w+\s*=(?=[^\"]*(?:\"[^\"]*\"[^\"]*)*$)", tag)]
    assert not re.search(r'(?:href|src)="\s*(?:javascript|data:text|https://evil)', body)
    assert "An interactive chart stood here" in page


def test_template_words_in_data_stay_words(samples):
    page = build_page([samples.hostile()])
    assert "{{ 7 * 7 }} #strong[x]" in page
    assert ">#0072B2</td>" in page


def test_a_page_is_written_whole_with_the_text_unchanged(tmp_path):
    path = save_page("<p>é</p>\n", tmp_path / "deep" / "index.html")
    assert path.read_bytes() == "<p>é</p>\n".encode()
    assert [item.name for item in path.parent.iterdir()] == ["index.html"]


def test_a_failed_write_leaves_the_old_page_and_no_other_file(tmp_path, monkeypatch):
    path = save_page("old", tmp_path / "index.html")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        save_page("new", path)
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["index.html"]
