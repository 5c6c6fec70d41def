"""Charts say what they show, in words and in numbers, and draw the same bytes each time."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from segkit.publish import charts, comparison_charts
from segkit.publish.blocks import Figure, Plotly

DRAW = {
    "segment-map": charts.segment_map,
    "value-shares": charts.value_shares,
    "profile-comparison": comparison_charts.profile_comparison,
    "order-timelines": comparison_charts.order_timelines,
}


@pytest.mark.parametrize("name", DRAW)
def test_a_chart_has_a_finding_a_description_and_its_data(example_study, name: str):
    figure = DRAW[name](example_study)
    assert isinstance(figure, Figure)
    assert figure.id == name
    assert len(figure.title) > 20
    assert re.search(r"\d", figure.desc)
    assert figure.alt.endswith(".")
    assert "n = 10 customers, 59 orders" in figure.n
    assert len(figure.data.rows) >= 4


@pytest.mark.parametrize("name", DRAW)
def test_a_chart_is_drawn_twice_with_text_that_stays_text(example_study, name: str):
    figure = DRAW[name](example_study)
    for svg in (figure.svg, figure.svg_narrow):
        assert svg.startswith("<svg")
        assert "<text" in svg
        assert "<image" not in svg
        assert re.search(r"\d{4}-\d\d-\d\dT", svg) is None, "a drawing carries no date"
    assert figure.svg != figure.svg_narrow


@pytest.mark.parametrize("name", DRAW)
def test_the_same_study_draws_the_same_bytes(example_study, name: str):
    assert DRAW[name](example_study) == DRAW[name](example_study)


def test_every_group_is_named_in_the_value_chart(example_study):
    figure = charts.value_shares(example_study)
    for segment in example_study.segmentation.summary.segments:
        assert segment.name in figure.svg


def test_the_interactive_map_keeps_its_static_twin_and_inert_names(example_study):
    hostile = replace(example_study, customers=example_study.customers.copy())
    hostile.customers.loc[0, "customer_id"] = "<b>x</b>"
    labels = example_study.segmentation.assignments.rename(
        {example_study.customers["customer_id"][0]: "<b>x</b>"}
    )
    hostile = replace(hostile, segmentation=replace(example_study.segmentation, assignments=labels))
    block = charts.segment_map(hostile, interactive=True)
    assert isinstance(block, Plotly)
    assert block.static.svg.startswith("<svg")
    texts = [text for trace in block.spec["data"] for text in trace["text"]]
    assert "&lt;b&gt;x&lt;/b&gt;" in texts


def test_a_large_book_gets_one_panel_a_group_and_says_what_it_draws(example_study):
    copies = 700
    customers = pd.concat([example_study.customers] * copies, ignore_index=True)
    customers["customer_id"] = [f"{row:05d}" for row in range(len(customers))]
    groups = [
        example_study.segmentation.assignments[c] for c in example_study.customers["customer_id"]
    ] * copies
    labels = pd.Series(groups, index=customers["customer_id"])
    study = replace(
        example_study,
        customers=customers,
        segmentation=replace(example_study.segmentation, assignments=labels),
    )
    figure = charts.segment_map(study)
    assert "of 7,000 customers, at most 500 of each group" in figure.subtitle
    assert figure.svg.count("<image") == 4
    assert len(figure.svg) < 200_000


def test_a_small_book_shows_no_silhouettes_and_a_larger_one_both_lines(example_study):
    from segkit.model.segment import ClusterCount

    assert charts.cluster_support(example_study) is None
    counts = tuple(
        ClusterCount(n_clusters=k, silhouette=0.5 - k / 20, null_95=0.3, min_jaccard=0.8, smallest=9,
                     supported=k == 2, reason="because")
        for k in (2, 3, 4)
    )  # fmt: skip
    summary = replace(example_study.segmentation.summary, cluster_counts=counts)
    study = replace(example_study, segmentation=replace(example_study.segmentation, summary=summary))
    figure = charts.cluster_support(study)
    assert figure is not None
    assert "2 or 3 groups" in figure.title
    assert "data without structure" in figure.svg
    assert len(figure.data.rows) == 3
