import dataclasses
import re
from html.parser import HTMLParser

import pytest

from segkit.errors import RenderError
from segkit.model.evidence import SourceType, Strength
from segkit.publish.html import render_html
from segkit.publish.icons import marker, source_icon, strength_icon
from segkit.publish.records import Kind
from segkit.publish.references import References

REFS = References(
    citations={"orders": 1, "site": 2, "study": 3},
    in_text={"study": "(Bell, 2025)"},
    labels={
        "value": "Figure 1",
        "segment-1": "Regulars",
        "sizes": "Table 1",
        "map-still": "Figure 2",
        "item-1": "",
        "item-2": "",
    },
)


class Balance(HTMLParser):
    """Collects ids and refuses unbalanced markup."""

    def __init__(self):
        super().__init__()
        self.open, self.ids = [], []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for key, value in attrs if key == "id"]
        if tag not in {"img", "br", "path", "rect", "circle"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.ids += [value for key, value in attrs if key == "id"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def html_of(samples, kind, refs=REFS, **changes):
    return render_html(dataclasses.replace(samples.every_block()[kind], **changes).record(), refs)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("refs", [REFS, References(lab=True), dataclasses.replace(REFS, interactive=True)])
def test_every_kind_renders_as_balanced_html_with_its_id(samples, kind, refs):
    html = html_of(samples, kind, refs)
    parser = Balance()
    parser.feed(html)
    assert not parser.open
    assert len(set(parser.ids)) == len(parser.ids)
    block = samples.every_block()[kind]
    assert (block.static.id if kind is Kind.PLOTLY else block.id) in parser.ids


def test_a_table_has_caption_scopes_numbers_markers_and_a_reachable_box(samples):
    html = html_of(samples, Kind.TABLE)
    assert '<div class="scroll" role="group" tabindex="0" aria-labelledby="sizes-caption">' in html
    assert '<span class="label">Table 1</span> Customers and revenue per group' in html
    assert html.count('scope="col"') == 3
    assert html.count('scope="row"') == 2
    assert '<td class="num">3</td>' in html
    assert '<a href="#segment-1">Regulars</a>' in html
    assert html.count('<svg class="mark"') == 2
    assert '<p class="below">Sums reconcile.</p>' in html


def test_a_table_of_words_stacks_and_says_its_roles(samples):
    html = html_of(samples, Kind.TABLE, numeric=())
    assert '<table class="stacks" role="table">' in html
    assert html.count('role="row"') == 3
    assert html.count('role="columnheader"') == 3
    assert html.count('role="rowheader"') == 2
    assert html.count('role="cell"') == 4


def test_a_long_table_may_break_over_printed_pages(samples):
    rows = (("a", "1", "2"),)
    assert '<div class="table short"' in html_of(samples, Kind.TABLE, rows=rows * 10, marks=(), links=())
    assert '<div class="table"' in html_of(samples, Kind.TABLE, rows=rows * 11, marks=(), links=())


def test_a_table_may_have_no_row_headers_and_no_note(samples):
    html = html_of(samples, Kind.TABLE, row_headers=False, note="", marks=(), links=())
    assert 'scope="row"' not in html
    assert "below" not in html


def test_a_table_links_outside_with_http_only(samples):
    html = html_of(samples, Kind.TABLE, links=("https://example.org", "javascript:x"))
    assert '<a href="https://example.org" rel="noopener noreferrer">Regulars</a>' in html
    assert "javascript" not in html


def test_a_figure_says_finding_unit_source_and_data_in_this_order(samples):
    html = html_of(samples, Kind.FIGURE)
    order = ["Figure 1", 'class="title"', "Revenue per group, in EUR", 'class="drawing wide"', 'class="drawing narrow"', "Source: order history", "n = 10 customers", "Description and data", "Regulars 1,610.00 EUR", "<table"]  # fmt: skip
    positions = [html.index(part) for part in order]
    assert positions == sorted(positions)
    assert html.count('aria-label="Bars of two groups, the first nine times the second"') == 2


def test_a_figure_without_a_narrow_drawing_scrolls_in_a_labelled_box(samples):
    html = html_of(samples, Kind.FIGURE, svg_narrow="", source="", n="", subtitle="")
    assert '<div class="drawing scroll" role="group" tabindex="0" aria-labelledby="value-title">' in html
    assert '<p class="below">' not in html


def test_no_id_stands_twice_in_a_figure_with_two_drawings(samples):
    ids = re.findall(r'\sid="([^"]+)"', html_of(samples, Kind.FIGURE))
    assert len(ids) == len(set(ids)) > 1


def test_plotly_shows_its_twin_and_writes_its_specification_only_when_asked(samples):
    assert "application/json" not in html_of(samples, Kind.PLOTLY)
    html = html_of(samples, Kind.PLOTLY, dataclasses.replace(REFS, interactive=True))
    assert '<div class="drawing wide">' in html
    assert '<script type="application/json">{"data":[{"marker":{"color":"#0072B2"}' in html


def test_plotly_text_keeps_plain_tags_and_loses_all_others(samples):
    spec = {
        "data": [{"hovertemplate": "%{x}<br>%{y}<extra></extra>", "name": "<a href='x'>&<b>B</b>"}],
        "layout": {},
    }
    html = html_of(samples, Kind.PLOTLY, dataclasses.replace(REFS, interactive=True), spec=spec)
    assert "%{x}\\u003cbr\\u003e%{y}\\u003cextra\\u003e\\u003c/extra\\u003e" in html
    assert "\\u0026lt;a href='x'\\u0026gt;\\u0026amp;\\u003cb\\u003eB" in html


def test_key_figures_set_short_units_smaller(samples):
    html = html_of(samples, Kind.KEY_FIGURES)
    assert "<dt>Customers</dt><dd>10</dd>" in html
    assert "<dd>1,789<small>&nbsp;EUR</small><span>net</span></dd>" in html


def test_findings_link_to_blocks_by_their_labels(samples):
    assert 'See <a href="#value">Figure 1</a>, <a href="#segment-1">Regulars</a>' in html_of(
        samples, Kind.FINDINGS
    )


def test_a_finding_may_stand_alone(samples):
    finding = dataclasses.replace(samples.every_block()[Kind.FINDINGS].items[0], text="", links=())
    assert html_of(samples, Kind.FINDINGS, items=(finding,)).endswith(
        '<li><p class="finding">Regulars lead.</p></li></ol>'
    )


def test_a_link_to_no_block_is_refused_by_name(samples):
    with pytest.raises(RenderError, match="link to 'value' leads nowhere"):
        html_of(samples, Kind.FINDINGS, References())


def test_an_unknown_citation_is_refused_by_name_and_never_mapped(samples):
    with pytest.raises(
        RenderError, match=r"citation 'orders' names no source of this report \(known: site\)"
    ):
        html_of(samples, Kind.EVIDENCE, References(citations={"site": 1}))


def test_text_has_a_word_for_its_tone(samples):
    assert "Caution" not in html_of(samples, Kind.TEXT)
    assert html_of(samples, Kind.TEXT, tone="caution", bullets=()).startswith(
        '<div class="box caution" id="answer"><p class="word">Caution</p>'
    )
    assert '<p class="word">Note</p>' in html_of(samples, Kind.TEXT, tone="note")


def test_evidence_says_kind_strength_and_limits_in_words(samples):
    html = html_of(samples, Kind.EVIDENCE)
    for words in ("Order history: measured", "Website: whom the company addresses", "Research: quotation", "Descriptive only: why, and its limits", "Weak evidence", "Moderate evidence", "Behavioral", "Need-based", "Defines the group, proves nothing", "<li>14 orders against 3</li>", "<li>Fewer than 30 customers.</li>", "Limits: Three customers.", '<a class="cite" href="#ref-orders">[1]</a>', "Missing.</strong> No survey was given."):  # fmt: skip
        assert words in html


def test_a_quotation_carries_its_citation_and_leads_to_its_context(samples):
    html = html_of(samples, Kind.EVIDENCE)
    assert (
        "<blockquote><p>“Half of them came back.” "
        '<a class="cite" href="#ref-study">(Bell, 2025)</a> <a class="see" href="#passage-study-9">'
        "see it in its context</a></p></blockquote>"
    ) in html
    assert "We write to everyone [@once]" in html  # somebody's words, not a citation of ours


def test_words_from_notes_say_so_and_words_from_the_publication_do_not(samples):
    item = samples.every_block()[Kind.EVIDENCE].items[2]
    for provenance, times in (("transcribed", 1), ("original", 0)):
        changed = dataclasses.replace(item, provenance=provenance)
        html = html_of(samples, Kind.EVIDENCE, items=(changed,))
        assert html.count("Check against the original") == times


def test_what_speaks_against_a_group_comes_last_and_is_marked_in_words(samples):
    html = html_of(samples, Kind.EVIDENCE)
    assert html.index("Half of them came back.") < html.index('<li id="item-2" class="against">')
    assert html.count("Speaks against it.") == 1


def test_suggestions_and_what_was_not_found_stand_apart_from_counted_evidence(samples):
    html = html_of(samples, Kind.EVIDENCE)
    counted, apart = html.split('<details class="suggested">')
    assert "1 suggested passage, not confirmed" in apart
    assert "Most like letters." in apart
    assert "<code>study-ab12cd:C001</code>" in apart
    assert "Most like letters." not in counted
    assert "evidence: why" not in apart  # no strength is claimed for it
    assert (
        "Not counted.</strong> They never come back: “Nobody came back.” The words are not in study.md."
        in counted
    )


def test_a_gap_sets_the_command_to_type_as_code(samples):
    html = html_of(samples, Kind.EVIDENCE, gaps=("Two wait; `segkit check` lists <them>.",))
    assert "Two wait; <code>segkit check</code> lists &lt;them&gt;." in html


def test_a_card_without_suggestions_has_no_place_for_them(samples):
    items = samples.every_block()[Kind.EVIDENCE].items[:1]
    assert "suggested" not in html_of(samples, Kind.EVIDENCE, items=items)


def test_quoted_words_are_marked_in_their_context_with_a_way_back(samples):
    html = html_of(samples, Kind.PASSAGES)
    assert (
        '<p>Our letters. “<mark id="passage-site-40">We write to everyone [@once]</mark>” a month.</p>'
        in html
    )
    assert "under “Letters”" in html
    assert '<a href="#item-2">back to' in html
    assert "saved 2026-09-10" in html
    assert "published 2025" in html
    assert "<code>cd34cd34cd34</code>" in html
    assert "cd34cd34cd34c" not in html
    assert "from notes, check against the original" in html


def test_a_long_context_is_folded_under_the_first_words_and_a_short_one_is_open(samples):
    html = html_of(samples, Kind.PASSAGES)
    assert '<details class="passage"><summary>“Half of them came back.”</summary>' in html
    assert html.count("<details") == 1
    assert '<div class="passage"><p>Our letters.' in html


def test_evidence_without_a_citation_shows_no_link(samples):
    block = samples.every_block()[Kind.EVIDENCE]
    item = dataclasses.replace(block.items[0], citation="", strength_reasons=(), statistic="", limits="")
    assert "<details" not in html_of(samples, Kind.EVIDENCE, items=(item,))
    assert "cite" not in html_of(samples, Kind.EVIDENCE, items=(item,), number=0)


def test_a_segment_card_shows_rule_figures_factors_and_exceptions(samples):
    html = html_of(samples, Kind.SEGMENT)
    for words in ("At least 12 orders.", "3 of 10 customers", "30<small>&nbsp;%</small>", "1,610.00", "Median orders", "book: 4", "C007 paused.", "Descriptive only."):  # fmt: skip
        assert words in html
    labels = re.findall(
        r"<dt>(Demographic|Geographic|Psychographic|Technographic|Behavioral|Need-based)", html
    )
    assert labels == [
        "Demographic",
        "Geographic",
        "Psychographic",
        "Technographic",
        "Behavioral",
        "Need-based",
    ]
    assert html.count("not independent") == 1


def test_a_segment_card_may_be_bare(samples):
    html = html_of(
        samples, Kind.SEGMENT, profile=(), exceptions=(), note="", share="", revenue="", measures=(), number=0
    )
    assert "profile" not in html
    assert 'class="card segment s-0"' in html


def test_headings_of_cards_follow_the_level_around_them(samples):
    assert '<h3 id="segment-1-name">' in html_of(samples, Kind.SEGMENT)
    assert '<h4 id="segment-1-name">' in html_of(samples, Kind.SEGMENT, REFS.at(3))
    assert '<h6 id="segment-1-name">' in html_of(samples, Kind.SEGMENT, REFS.at(6))


def test_sources_are_numbered_linked_and_hashed(samples):
    html = html_of(samples, Kind.SOURCES)
    assert (
        '<li id="ref-orders" value="1">Order history <span class="hash"><span class="fact">SHA-256 <code>ab12</code></span></span></li>'
        in html
    )
    assert html.startswith('<ol class="sources" id="sources">')
    assert '<li id="ref-site" value="2">About us <a href="https://example.org/about"' in html


def test_references_of_a_style_keep_their_looks_and_carry_no_second_number(samples):
    entry = samples.every_block()[Kind.SOURCES].entries[2]
    html = html_of(samples, Kind.SOURCES, entries=(entry,))
    assert html.startswith(
        '<ul class="sources cited" id="sources"><li id="ref-study">Bell, R. (2025). <i>Sixty shops</i>. <a'
    )
    assert "<code>research/study.md</code>" in html
    assert "<code>ef56ef56ef56</code>" in html


def test_each_of_several_files_of_a_source_stands_with_its_hash(samples):
    entry = dataclasses.replace(
        samples.every_block()[Kind.SOURCES].entries[2],
        path="a.csv, b.csv",
        sha256=f"{'1' * 64}, {'2' * 64}",
        note="9 rows used",
    )
    html = html_of(samples, Kind.SOURCES, entries=(entry,))
    assert (
        "<code>a.csv</code> (<code>111111111111</code>), <code>b.csv</code> (<code>222222222222</code>)"
        in html
    )
    assert "9 rows used" in html


def test_the_checklist_links_where_an_item_is_answered(samples):
    html = html_of(samples, Kind.CHECKLIST)
    assert '<a href="#segment-1">Four groups</a></th>' in html
    assert '<span class="status missing">missing</span>' in html


def test_the_checklist_shows_what_is_left_first_and_folds_what_is_met(samples):
    html = html_of(samples, Kind.CHECKLIST)
    assert html.index("Flows") < html.index("<details") < html.index("Four groups")
    assert "1 met, 1 missing" in html


def test_every_strength_and_source_has_its_icon_and_markers_have_shapes():
    assert len({strength_icon(strength) for strength in Strength}) == len(Strength)
    assert len({source_icon(source) for source in SourceType}) == len(SourceType)
    assert len({marker(number) for number in range(1, 9)}) == 8
    assert 'stroke="var(--ink)"' in marker(7)
