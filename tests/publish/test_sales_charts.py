"""The charts of the sales cycle: counted stages have bars, unseen ones have no size, curves count who is still watched."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml import etree

from segkit.model.criterion import Applies
from segkit.publish import sales_charts
from segkit.publish.sales import Sales
from segkit.publish.svg import clean_svg

SVG = "{http://www.w3.org/2000/svg}"


def words(svg: str) -> str:
    root = etree.fromstring(svg)
    return " ".join(" ".join("".join(node.itertext()).split()) for node in root.iter(f"{SVG}text"))


def bars(svg: str) -> list[float]:
    return [float(width) for width in re.findall(r'width="([\d.]+)" height="24" fill="#', svg)]


@pytest.fixture
def shop(example_plan, sales_samples) -> Sales:
    return Sales(plan=example_plan, cycle=sales_samples.shop())


@pytest.fixture
def seller(example_plan, sales_samples) -> Sales:
    return Sales(plan=example_plan, cycle=sales_samples.seller())


def test_the_six_stages_stand_under_each_other_with_their_counts(shop):
    figure = sales_charts.funnel(shop)
    for svg in (figure.svg, figure.svg_narrow):
        said = words(svg)
        places = [said.index(stage.label) for stage in shop.cycle.stages]
        assert places == sorted(places)
        assert "56 orders" in said
        assert "2 orders" in said
    assert figure.title == "These files show 3 of the 6 stages: Closing, Closed Won and Closed Lost"


def test_only_what_was_counted_has_a_bar_in_proportion(shop):
    figure = sales_charts.funnel(shop)
    one, won, lost = bars(figure.svg)
    assert won / lost == pytest.approx(28, rel=0.01)
    assert won / one == pytest.approx(56, rel=0.01)


def test_what_no_file_shows_is_hatched_over_the_whole_width_and_says_so(shop):
    figure = sales_charts.funnel(shop)
    for svg in (figure.svg, figure.svg_narrow):
        bands = re.findall(r'width="([\d.]+)"[^>]*fill="url\(#', svg)
        assert len(bands) == 3
        assert len(set(bands)) == 1
        assert words(svg).count("not observable in these files") >= 3
    assert [row[2] for row in figure.data.rows] == ["", "", "", "1", "56", "2"]


def test_what_a_rule_counts_is_drawn_apart_from_what_was_seen(shop, sales_samples):
    stages = tuple(
        replace(stage, observability=sales_samples.Observability.PROXY) if stage.n == 2 else stage
        for stage in shop.cycle.stages
    )
    figure = sales_charts.funnel(replace(shop, cycle=replace(shop.cycle, stages=stages)))
    assert "2 orders, by a rule" in words(figure.svg)
    assert len(re.findall(r'height="24" fill="#0072B2"', figure.svg)) == 2


def test_a_stage_that_does_not_apply_says_so_instead(shop):
    first, *rest = shop.cycle.stages
    stages = (replace(first, applies=Applies.NO), *rest)
    assert "does not apply here" in words(
        sales_charts.funnel(replace(shop, cycle=replace(shop.cycle, stages=stages))).svg
    )


def test_no_stage_at_all_and_every_stage_have_titles_of_their_own(shop, seller):
    stages = tuple(replace(stage, n=None) for stage in shop.cycle.stages)
    figure = sales_charts.funnel(replace(shop, cycle=replace(shop.cycle, stages=stages)))
    assert figure.title == "These files show none of the 6 stages"
    assert sales_charts.funnel(seller).title == "Of 73 opportunities 49 are won so far and 43 lost"
    mixed = (replace(seller.cycle.stages[0], unit="people"), *seller.cycle.stages[1:])
    other = replace(seller, cycle=replace(seller.cycle, stages=mixed))
    assert "each of the 6 stages" in sales_charts.funnel(other).title


def test_a_pipeline_shows_who_reached_a_stage_and_who_went_on(seller):
    figure = sales_charts.pipeline_stages(seller)
    assert figure.title == "The narrowest stage is Negotiation/Review: 36 of 42 (86 %) go on"
    assert "73 reached it" in words(figure.svg)
    assert "65 of 71 (92 %, 70 % to 95 %) went on; 2 stand here now" in words(figure.svg)
    assert [row[1] for row in figure.data.rows] == ["73", "70", "62", "55", "44"]


def test_hatched_bands_are_spoken_of_only_where_there_are_some(shop, seller):
    hatched, counted = sales_charts.funnel(shop), sales_charts.funnel(seller)
    assert hatched.alt.endswith("3 bars with counts and 3 hatched bands without a count.")
    assert "hatched" in hatched.subtitle
    assert counted.alt.endswith(": 6 bars with counts.")
    assert "hatched" not in counted.subtitle


def test_one_opportunity_stands_in_its_stage(seller):
    facts = seller.cycle.facts
    stages = tuple(replace(stage, open_here=1) for stage in facts.pipeline.stages)
    cycle = replace(seller.cycle, facts=replace(facts, pipeline=replace(facts.pipeline, stages=stages)))
    assert "1 stands here now" in words(sales_charts.pipeline_stages(replace(seller, cycle=cycle)).svg)


def test_without_a_history_nothing_is_said_about_who_went_on(seller):
    facts = seller.cycle.facts
    stages = tuple(
        replace(stage, conversion=None, days=None, win_share=None, probability=None)
        for stage in facts.pipeline.stages
    )
    pipeline = replace(facts.pipeline, stages=stages, has_history=False)
    figure = sales_charts.pipeline_stages(
        replace(seller, cycle=replace(seller.cycle, facts=replace(facts, pipeline=pipeline)))
    )
    assert "no history of stages" in figure.title
    assert "went on" not in words(figure.svg)
    assert figure.data.rows[0][3:] == ("not known", "not known", "not known", "none")


def test_without_a_pipeline_there_are_no_charts_of_it(shop):
    assert sales_charts.pipeline_stages(shop) is None
    assert sales_charts.time_to_close(shop) is None


def test_the_curves_name_both_the_median_with_open_ones_and_the_mean_without(seller):
    figure = sales_charts.time_to_close(seller)
    said = words(figure.svg)
    assert "half are closed: 58 days" in said
    assert "mean of the closed ones alone: 44 days" in said
    assert {"won", "lost", "still"} <= set(said.split())
    assert (
        figure.title
        == "Half of the opportunities are closed after 58 days; the closed ones alone took 44 days in the mean"
    )
    assert figure.data.rows == (("30", "55 %", "30 %", "15 %", "55"), ("60", "25 %", "50 %", "25 %", "30"))
    assert "75 %" in figure.data.note


def test_where_fewer_than_half_are_closed_no_median_is_made_up(seller):
    facts = seller.cycle.facts
    times = replace(facts.pipeline.time_to_close, median_days=None, marks=())
    pipeline = replace(facts.pipeline, time_to_close=times)
    changed = replace(seller, cycle=replace(seller.cycle, facts=replace(facts, pipeline=pipeline)))
    figure = sales_charts.time_to_close(changed)
    assert figure.title.startswith("Fewer than half are closed")
    assert "half are closed" not in words(figure.svg)
    empty = replace(facts.pipeline, time_to_close=replace(times, steps=()))
    assert (
        sales_charts.time_to_close(
            replace(seller, cycle=replace(seller.cycle, facts=replace(facts, pipeline=empty)))
        )
        is None
    )


def test_days_under_the_curve_are_round_and_carry_who_is_still_watched(seller):
    times = seller.cycle.facts.pipeline.time_to_close
    assert sales_charts._ticks(120, most=6) == [0, 30, 60, 90, 120]
    assert [sales_charts._at_risk(times, day) for day in (0, 30, 90, 500)] == [73, 55, 9, 9]


@pytest.mark.parametrize("name", ["funnel", "pipeline_stages", "time_to_close"])
def test_every_drawing_passes_the_cleaner_and_is_the_same_twice(name, seller):
    one, other = (getattr(sales_charts, name)(seller) for _ in range(2))
    assert (one.svg, one.svg_narrow) == (other.svg, other.svg_narrow)
    for svg in (one.svg, one.svg_narrow):
        assert etree.fromstring(clean_svg(svg, prefix="f", label=one.alt)) is not None
    assert 'viewBox="0 0 328' in one.svg_narrow or "pt" in one.svg_narrow


def test_the_hatch_survives_the_cleaner(shop):
    clean = clean_svg(sales_charts.funnel(shop).svg, prefix="f", label="x")
    (name,) = re.findall(r'<pattern id="([^"]+)"', clean)
    assert f'fill="url(#{name})"' in clean


def test_a_name_that_is_markup_stays_text(seller):
    facts = seller.cycle.facts
    stages = (replace(facts.pipeline.stages[0], label="<b>&"), *facts.pipeline.stages[1:])
    pipeline = replace(facts.pipeline, stages=stages)
    figure = sales_charts.pipeline_stages(
        replace(seller, cycle=replace(seller.cycle, facts=replace(facts, pipeline=pipeline)))
    )
    assert "<b>" not in figure.svg
    assert "<b>&" in words(figure.svg)
