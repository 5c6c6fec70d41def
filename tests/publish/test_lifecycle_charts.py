"""Who stands at which stage, what serves them, and how long each group waits: drawn, told and counted."""

import re
from dataclasses import replace

import pytest
from lxml import etree

from segkit.model.flow_facts import Quantiles
from segkit.model.lifecycle import Stage, stage_definitions
from segkit.publish.lifecycle_charts import NOT_SEEN, lifecycle_figure, rhythm_figure
from segkit.publish.palette import segment_style, themed
from segkit.publish.svg import clean_svg

SVG = "{http://www.w3.org/2000/svg}"


def words(svg):
    root = etree.fromstring(svg)
    return " ".join(" ".join("".join(node.itertext()).split()) for node in root.iter(f"{SVG}text"))


@pytest.fixture
def life(flow_samples):
    return lifecycle_figure(flow_samples.facts(), flow_samples.designed())


@pytest.fixture
def pace(flow_samples):
    return rhythm_figure(flow_samples.facts())


def test_every_stage_stands_on_the_path_in_order_and_is_numbered(life):
    labels = [definition.label for definition in stage_definitions().values()]
    for svg in (life.svg, life.svg_narrow):
        found = [words(svg).index(f"{label} ") for label in labels]
        assert found == sorted(found)
        assert svg.count("<circle") >= 7
    assert [row[0] for row in life.data.rows] == labels


def test_who_stands_where_is_drawn_by_group_with_marker_and_count(life):
    for svg in (life.svg, life.svg_narrow):
        bars = re.findall(r'<rect [^>]*height="12" fill="(#[0-9A-F]{6})"', svg)
        blue, vermilion = segment_style(1).color, segment_style(2).color
        assert bars.count(blue) == 5
        assert bars.count(vermilion) == 3
        for count in ("20", "22", "14", "10"):
            assert f">{count}</text>" in svg
    assert life.data.rows[2] == ("Onboard", "3", "10", "5", "2", "20", "2. Welcome")


def test_the_longest_bar_belongs_to_the_largest_count(life):
    bars = re.findall(r'width="([\d.]+)" height="12"', life.svg)
    widths = sorted(float(width) for width in bars)
    assert widths[-1] == pytest.approx(widths[-2])  # 22 twice
    assert widths[-1] / widths[0] == pytest.approx(22, rel=0.02)


def test_a_stage_that_no_flow_serves_says_so_in_words(life):
    for svg in (life.svg, life.svg_narrow):
        assert words(svg).count("No flow serves this stage") == 3
        assert "Flow 1: Restock" in words(svg)
        assert "22 of this group stand here now" in words(svg)
    assert life.title == "36 of 117 customers (31 %) stand at Win back; no flow serves Grow or Advocate"
    assert (
        "Grow (comes back): 25 customers (Regulars 20, Gift buyers 4, Offices & $B2B$ 1); no flow serves"
        in life.desc
    )


def test_stages_that_only_events_show_are_not_counted_without_events(flow_samples, life):
    for svg in (life.svg, life.svg_narrow):
        assert words(svg).count(NOT_SEEN[1:]) == 2
    assert life.data.rows[0][1:6] == ("not seen",) * 5
    seen = lifecycle_figure(flow_samples.facts(events=("product_viewed",)), flow_samples.designed())
    assert NOT_SEEN[1:] not in words(seen.svg)
    assert "Nobody" in words(seen.svg)
    assert seen.data.rows[0][1:6] == ("0",) * 5


def test_titles_follow_the_flows(flow_samples):
    facts = flow_samples.facts()
    assert lifecycle_figure(facts, ()).title.endswith("; no flow serves a stage yet")
    every = tuple(replace(flow_samples.short(), stage=stage) for stage in Stage)
    assert lifecycle_figure(facts, every).title.endswith("a flow serves every stage at which customers stand")


def test_both_figures_are_the_same_bytes_twice(flow_samples):
    facts, flows = flow_samples.facts(), flow_samples.designed()
    assert lifecycle_figure(facts, flows).record() == lifecycle_figure(facts, flows).record()
    assert rhythm_figure(facts).record() == rhythm_figure(facts).record()


def test_the_narrow_path_fits_a_phone_and_cleaning_keeps_its_words(life):
    assert float(etree.fromstring(life.svg_narrow).get("width")) <= 340
    assert min(float(size) for size in re.findall(r'font-size="([\d.]+)"', life.svg_narrow)) >= 12
    for svg in (life.svg, life.svg_narrow):
        cleaned = clean_svg(svg, prefix="l", label=life.alt)
        before, after = (
            ["".join(node.itertext()) for node in etree.fromstring(text).iter("{*}text")]
            for text in (svg, cleaned)
        )
        assert before == after != []
        colors = set(re.findall(r"#[0-9A-Fa-f]{6}", svg))
        assert all(themed(color).startswith("var(") for color in colors)


def test_hostile_names_are_words(flow_samples):
    facts = flow_samples.facts()
    named = replace(facts.segments[0], name=flow_samples.ATTACK)
    facts = replace(facts, segments=(named, *facts.segments[1:]))
    flows = (replace(flow_samples.hostile(), stage=Stage.GROW),)
    for figure in (lifecycle_figure(facts, flows), rhythm_figure(facts)):
        for svg in (figure.svg, figure.svg_narrow):
            assert not [node for node in etree.fromstring(svg).iter() if node.tag.endswith("script")]
        assert "[@" not in figure.desc


def test_the_rhythm_names_the_group_that_finished_gaps_alone_would_mislead_about_most(pace):
    assert (
        pace.title
        == "Regulars usually take 110 days to buy again, not the 35 days that finished gaps alone show"
    )
    assert "Regulars: half have bought again after 110 days, 40 % still wait after 150 days" in pace.desc
    assert pace.data.rows[0] == ("Regulars", "40", "12", "not reached", "110", "not reached", "35")
    assert pace.data.rows[2][3:] == ("no gap",) * 4


def test_both_medians_stand_in_each_panel_and_groups_without_a_curve_are_named(pace):
    for svg in (pace.svg, pace.svg_narrow):
        assert "median 110 days" in words(svg)
        assert "finished gaps only: 35 days" in words(svg)
        assert "Offices &amp; $B2B$" in svg
        assert "Once only" not in words(svg)
    assert pace.subtitle.endswith("without a curve, as nobody bought again: Once only")


def test_a_median_that_is_never_reached_is_said(flow_samples):
    facts = flow_samples.facts()
    first = facts.segments[0]
    open_end = replace(first.rhythm, kaplan_meier=Quantiles(q25=20, q50=None, q75=None))
    figure = rhythm_figure(replace(facts, segments=(replace(first, rhythm=open_end), *facts.segments[1:])))
    assert (
        figure.title
        == "Fewer than half of the waits of Regulars have ended; finished ones alone would say 35 days"
    )
    assert "fewer than half came back" in words(figure.svg)


def test_few_gaps_carry_no_percentage_and_a_finished_curve_says_nobody(flow_samples):
    facts = flow_samples.facts()
    first = facts.segments[0]

    def told(**changes):
        changed = replace(first, rhythm=replace(first.rhythm, **changes))
        return rhythm_figure(replace(facts, segments=(changed,))).desc

    assert "still wait" not in told(n_closed=7, n_open=2)
    done = replace(first.rhythm.steps[-1], waiting=0.0)
    assert "nobody still waits after 150 days" in told(steps=(*first.rhythm.steps[:-1], done))


def test_where_the_thresholds_come_from_stands_under_the_table(flow_samples):
    facts = replace(flow_samples.facts(), thresholds_from="Win back: after 91 days.")
    figure = lifecycle_figure(facts, flow_samples.designed())
    assert figure.data.note == f"Not seen: {NOT_SEEN}. Win back: after 91 days."


def test_groups_without_any_second_purchase_still_make_a_figure(flow_samples):
    facts = flow_samples.facts()
    figure = rhythm_figure(replace(facts, segments=(facts.segments[2],)))
    assert figure.title == "Nobody in these groups bought on two days, so there is no rhythm to see"
    assert "nobody bought again yet" in words(figure.svg)


def test_where_open_gaps_change_little_the_title_compares_the_groups(flow_samples):
    facts = flow_samples.facts()
    calm = replace(facts, segments=facts.segments[1:])
    assert (
        rhythm_figure(calm).title
        == "Offices & $B2B$ usually buy again after 20 days, Gift buyers after 64 days"
    )
    alone = replace(facts, segments=facts.segments[3:])
    assert rhythm_figure(alone).title == "Offices & $B2B$ usually buy again after 20 days"
