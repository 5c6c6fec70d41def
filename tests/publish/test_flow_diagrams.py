"""The drawing of a flow: whole, readable, safe, and told in words for who cannot see it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from segkit.errors import RenderError
from segkit.publish.flow_diagrams import flow_figure
from segkit.publish.flow_outline import StepKind, outline_flow
from segkit.publish.flow_shapes import LOOKS
from segkit.publish.flow_tree import DETAIL_SIZE, EDGE_SIZE, HEAD_SIZE, LABEL_SIZE
from segkit.publish.html import render_for_lab
from segkit.publish.palette import SWATCHES, themed
from segkit.publish.safety import escape, strip_control
from segkit.publish.svg import clean_svg

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("short", "every_kind", "hostile", "long_words")


def figure_of(flow, number=1):
    return flow_figure(flow, number=number, title="What the flow does", source="Order history", n="n = 10")


def drawings(flow):
    figure = figure_of(flow)
    return figure.svg, figure.svg_narrow


def packed(text):
    return "".join(text.split())


def drawn_lines(svg):
    return [packed("".join(node.itertext())) for node in etree.fromstring(svg).iter(f"{SVG}text")]


def drawn_text(svg):
    return "".join(drawn_lines(svg))


def luminance(color):
    channels = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def in_theme(color, theme):
    return next(getattr(swatch, theme) for swatch in SWATCHES if swatch.light == color)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_flow_is_drawn_with_the_same_bytes(flow_samples, name):
    flow = getattr(flow_samples, name)()
    assert figure_of(flow).record() == figure_of(flow).record()


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_word_of_any_step_is_cut_from_either_drawing(flow_samples, data):
    flow = data.draw(flow_samples.flows())
    for svg in drawings(flow):
        text, lines = drawn_text(svg), drawn_lines(svg)
        for step in outline_flow(flow):
            if not any(line.startswith(f"{step.number}·") for line in lines):
                continue  # nothing leads to it
            for words in (step.head, step.label, *step.details, *(link.label for link in step.links)):
                assert packed(strip_control(words)) in text


@pytest.mark.parametrize("name", NAMES)
def test_the_start_the_audience_and_the_early_ends_are_drawn_in_full(flow_samples, name):
    flow = getattr(flow_samples, name)()
    asked = [condition.text for condition in (*flow.audience, *flow.exit_when)]
    for svg in drawings(flow):
        text = drawn_text(svg)
        for words in (flow.trigger.text, flow.segment_name, *asked, "Ends the flow at any step:"):
            assert packed(strip_control(words)) in text


def test_every_kind_of_node_is_drawn_with_its_word_and_a_look_of_its_own(flow_samples):
    flow = flow_samples.every_kind()
    shown = {step.kind for step in outline_flow(flow)} | {
        StepKind.START,
        StepKind.EXIT,
        StepKind.CONTINUES,
    }
    assert shown == set(StepKind)
    for svg in drawings(flow):
        for kind in shown:
            assert packed(kind.value) in drawn_text(svg)
    assert len({look.icon for look in LOOKS.values()}) == len(StepKind)


def test_the_ways_out_of_a_question_say_yes_and_no_in_words(flow_samples):
    for svg in drawings(flow_samples.every_kind()):
        words = [node.text for node in etree.fromstring(svg).iter(f"{SVG}tspan")]
        assert {"Yes", "No", "It happens"} <= set(words)
        text = drawn_text(svg)
        assert all(packed(word) in text for word in ("Not within 5 days", "Drawn (80 %)", "Subscribers"))


def test_a_step_with_several_ways_to_it_is_drawn_once_and_named_by_its_number_elsewhere(flow_samples):
    flow = flow_samples.every_kind()
    number = next(step.number for step in outline_flow(flow) if step.node_id == "wf")
    for svg in drawings(flow):
        assert drawn_text(svg).count("Acheckoutbegins") == 1
        assert drawn_text(svg).count(f"Continuesat{number}") == 2


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", list(StepKind))
def test_text_is_readable_on_the_ground_of_each_kind_in_both_themes(kind, theme):
    look = LOOKS[kind]
    for color in (look.text, look.quiet):
        assert contrast(in_theme(color, theme), in_theme(look.fill, theme)) >= 4.5
    assert contrast(in_theme(look.line, theme), in_theme("#FFFFFF", theme)) >= 3


def test_the_narrow_drawing_fits_a_phone_with_text_of_twelve_pixels_or_more(flow_samples):
    for name in NAMES:
        svg = figure_of(getattr(flow_samples, name)()).svg_narrow
        root = etree.fromstring(svg)
        assert float(root.get("width")) <= 340
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', svg)]
        assert sizes
        assert min(sizes) >= 12
    assert min(HEAD_SIZE, LABEL_SIZE, DETAIL_SIZE, EDGE_SIZE) >= 12


@pytest.mark.parametrize("name", NAMES)
def test_cleaning_keeps_every_word_and_box_and_lets_colors_follow_the_theme(flow_samples, name):
    for svg in drawings(getattr(flow_samples, name)()):
        cleaned = clean_svg(svg, prefix="x", label="A flow")
        before, after = etree.fromstring(svg), etree.fromstring(cleaned)
        assert [packed("".join(node.itertext())) for node in before.iter(f"{SVG}text")] == [
            packed("".join(node.itertext())) for node in after.iter("text")
        ]
        for shape in ("rect", "polygon"):
            assert len(list(before.iter(f"{SVG}{shape}"))) == len(list(after.iter(shape)))
        assert not re.findall(r'(?:fill|stroke)="#[^"]*"', cleaned)
        assert len(cleaned) < len(svg)
        assert after.get("role") == "img"


def test_ids_of_two_figures_and_of_both_widths_differ(flow_samples):
    figures = [figure_of(flow_samples.every_kind(), number) for number in (1, 2)]
    found = [set(re.findall(r'\sid="([^"]+)"', svg)) for f in figures for svg in (f.svg, f.svg_narrow)]
    assert all(found)
    assert len(set.union(*found)) == sum(len(ids) for ids in found)
    assert figures[0].id != figures[1].id


def test_a_drawing_tells_itself_in_words(flow_samples):
    figure = figure_of(flow_samples.short())
    root = etree.fromstring(figure.svg)
    assert root.findtext(f"{SVG}title") == "What the flow does"
    assert root.findtext(f"{SVG}desc") == figure.desc
    assert figure.desc.startswith(
        "Starts when: the customer places the first order. Step 1, wait: 1 day and 2 hours"
    )
    assert "Step 3, note on the profile: Set welcomed to yes. Then exit." in figure.desc
    assert figure.alt == "Flow chart of Welcome: 3 steps from the start to 1 exit."


def test_a_page_tells_the_steps_once_in_the_table(flow_samples):
    figure = figure_of(flow_samples.every_kind())
    html = render_for_lab(figure.record())
    assert "Starts when: " not in html
    assert "Starts when: " in figure.desc
    for row in figure.data.rows:
        assert escape(row[2]) in html
    assert html.count('data-label="Then"') == len(figure.data.rows)


def test_the_table_holds_every_step_with_its_kind_and_where_it_leads(flow_samples):
    rows = figure_of(flow_samples.every_kind()).data.rows
    assert rows[0] == ("Start", "Trigger", "The customer places the first order", "Step 1")
    assert rows[1] == ("1", "Question", "Is a complaint open?", "Yes: step 2; No: step 3")
    assert [row[0] for row in rows[1:]] == [str(number) for number in range(1, 12)]
    assert rows[-1] == ("11", "Push message", "We kept your favourites · Says what it is for.", "Step 6")


def test_a_node_that_nothing_leads_to_is_said_and_not_drawn(flow_samples):
    flow = flow_samples.flow(flow_samples.message("a", "First"), flow_samples.message("b", "Stranded"))
    figure = figure_of(flow)
    assert "Stranded" not in drawn_text(figure.svg)
    assert figure.data.rows[-1][3] == "Exit (nothing leads to this step)"
    assert "Nothing leads to this step." in figure.desc


def test_a_link_to_no_node_is_refused_with_the_way_out(flow_samples):
    flow = flow_samples.flow(flow_samples.message("a", "First", "nowhere"))
    with pytest.raises(RenderError, match=r"leads to 'nowhere', which is no node; name a node"):
        figure_of(flow)


def test_a_loop_ends_in_a_chip_instead_of_an_endless_drawing(flow_samples):
    flow = flow_samples.flow(
        flow_samples.message("a", "First", "b"), flow_samples.message("b", "Second", "a")
    )
    assert "Continuesat1" in drawn_text(figure_of(flow).svg)


def test_hostile_words_are_words_in_the_drawing_and_on_the_page(flow_samples, samples):
    from segkit.publish.pages import build_page

    figure = figure_of(flow_samples.hostile())
    for svg in (figure.svg, figure.svg_narrow):
        tags = {node.tag.removeprefix(SVG) for node in etree.fromstring(svg).iter()}
        assert tags <= {"svg", "title", "desc", "g", "defs", "use", "path", "rect", "text", "tspan"}
    page = build_page([samples.notebook("# Flows", figure)])
    assert "<script>window" not in page
    assert "<script>window" not in render_for_lab(figure.record())


def test_every_colour_of_the_drawing_is_one_of_the_palette(flow_samples):
    for svg in drawings(flow_samples.every_kind()):
        colors = set(re.findall(r"#[0-9A-Fa-f]{6}", svg))
        assert colors
        assert all(themed(color).startswith("var(") for color in colors)
