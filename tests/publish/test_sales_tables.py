"""The sales cycle in tables: every verdict in its row, unknown apart from no, long lists cut and counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segkit.model.criterion import Applies, Criterion
from segkit.model.sales_facts import MarkCount
from segkit.publish import sales_tables
from segkit.publish.sales import Sales


@pytest.fixture
def shop(example_plan, sales_samples) -> Sales:
    return Sales(plan=example_plan, cycle=sales_samples.shop())


@pytest.fixture
def seller(example_plan, sales_samples) -> Sales:
    return Sales(plan=example_plan, cycle=sales_samples.seller())


def test_each_letter_stands_in_one_row_with_verdict_count_and_question(shop):
    table = sales_tables.qualification(shop)
    assert [row[0] for row in table.rows] == ["B: Budget", "A: Authority", "N: Need", "T: Timeline"]
    assert [row[1] for row in table.rows] == [
        "applies",
        "applies in part",
        "applies",
        "not observable in these files",
    ]
    assert table.rows[0][2] == "6 of 10; 2 do not, 2 unknown"
    assert table.rows[1][2] == "not asked"
    assert all(row[3].endswith("?") for row in table.rows)
    assert table.links[0] == "#criterion-money"
    assert "3 of 4" in table.note


def test_counts_of_a_segment_are_not_those_of_the_book(shop):
    count = MarkCount(criterion=Criterion.MONEY, segment_id=1, met=3, not_met=0, unknown=0)
    facts = replace(shop.cycle.facts, counts=(count,))
    table = sales_tables.qualification(replace(shop, cycle=replace(shop.cycle, facts=facts)))
    assert table.rows[0][2] == "not asked"


def test_every_customer_of_a_small_book_is_shown_with_a_text_for_each_letter(shop):
    table = sales_tables.marks(shop)
    assert table.columns == ("Customer", "Budget", "Authority", "Need", "Timeline", "Decision")
    assert len(table.rows) == 10
    assert table.rows[0] == (
        "C001",
        "met: 80.00 GBP",
        "met",
        "not met",
        "unknown",
        "2 of 4: cannot be decided",
    )
    assert table.caption == "Every customer held against the criteria"


def test_a_long_list_of_marks_is_cut_and_the_rest_counted(shop):
    rows = shop.cycle.qualification.rows * 5
    found = replace(shop.cycle.qualification, rows=rows)
    table = sales_tables.marks(replace(shop, cycle=replace(shop.cycle, qualification=found)))
    assert len(table.rows) == sales_tables.ROWS_SHOWN
    assert "20 more" in table.note
    assert table.caption.startswith("The first 30 of 50 customers")


def test_rows_of_open_deals_are_called_so(shop, sales_samples):
    facts = shop.cycle.facts
    deals = tuple(replace(row, opportunity_id=row.customer_id) for row in facts.customers)
    changed = replace(shop, cycle=replace(shop.cycle, facts=replace(facts, opportunities=deals)))
    assert sales_tables.marks(changed).columns[0] == "Open opportunity"
    rows = tuple(replace(row, key=f"{row.key} (prospect)") for row in shop.cycle.qualification.rows)
    named = replace(changed.cycle, qualification=replace(changed.cycle.qualification, rows=rows))
    assert sales_tables.marks(replace(shop, cycle=named)).columns[0] == "Open opportunity"
    asked = sales_tables.qualification(changed)
    assert asked.columns[2] == "Open deals that meet it"
    assert [row[2] for row in asked.rows] == ["10 of 10", "not asked", "not asked", "not asked"]


def test_without_marks_and_other_frameworks_there_is_no_table(shop):
    found = replace(shop.cycle.qualification, rows=(), others=(), also=())
    bare = replace(shop, cycle=replace(shop.cycle, qualification=found))
    assert sales_tables.marks(bare) is None
    assert sales_tables.frameworks(bare) is None
    assert sales_tables.also_asked(bare) is None


def test_each_of_the_six_stages_stands_in_one_row(shop):
    table = sales_tables.stages(shop)
    assert [row[0] for row in table.rows][:2] == [
        "Prospecting (or Qualifying)",
        "Discovery (or Needs Analysis)",
    ]
    assert len(table.rows) == 6
    counted = dict(zip([row[0] for row in table.rows], [row[2] for row in table.rows], strict=True))
    assert counted["Closed Won"] == "56 orders"
    assert counted["Prospecting (or Qualifying)"] == "not observable in these files"
    assert table.columns == ("Stage", "Verdict", "Counted", "Begins with", "Ends with")
    for row, stage in zip(table.rows, shop.cycle.stages, strict=True):
        assert row[3].lower() == stage.enters.lower()
        assert row[4].lower() == stage.leaves.lower()
    assert table.links[-1] == "#stage-lost"


def test_what_shows_in_part_is_said_and_not_counted(shop):
    stages = tuple(
        replace(stage, n=None, observed="Payment is due for 1 order. It waits.")
        for stage in shop.cycle.stages
    )
    table = sales_tables.stages(replace(shop, cycle=replace(shop.cycle, stages=stages)))
    assert table.rows[0][2] == "seen in part: payment is due for 1 order"


def test_the_words_of_pages_are_cited_and_nothing_in_them_is_a_citation(shop, sales_samples):
    odd = sales_samples.Quotation(source_id="page-about", exact="Ask [@me] now.", heading="Ask")
    found = replace(shop.cycle.qualification, also=(odd,))
    (bullet,) = sales_tables.also_asked(replace(shop, cycle=replace(shop.cycle, qualification=found))).bullets
    assert bullet.endswith("[@page-about] (under “Ask”)")
    assert "[@me]" not in bullet


def test_of_the_pages_terms_only_whole_sentences_that_stand_nowhere_else_are_listed(shop, sales_samples):
    said = ("Ask us first.", "what you need and for how many", sales_samples.WORDS, "We reply in two days")
    also = tuple(sales_samples.Quotation(source_id=sales_samples.PAGE, exact=exact) for exact in said)
    found = replace(shop.cycle.qualification, also=also)
    terms = sales_tables.also_asked(replace(shop, cycle=replace(shop.cycle, qualification=found)))
    assert terms.bullets == (f"“Ask us first.” [@{sales_samples.PAGE}]",)
    assert terms.paragraphs == ("Further terms on the company's own pages, asked of a buyer or promised:",)


def test_letters_of_another_framework_stand_by_their_verdict(shop):
    (_, letters, _), *_ = sales_tables.frameworks(shop).rows
    assert letters == "applies: Challenges; applies in part: Authority"


def test_steps_before_an_order_are_shown_only_where_events_show_them(shop, sales_samples):
    assert sales_tables.funnel_steps(shop) is None
    seen = sales_samples.FunnelStep(
        stage=sales_samples.SalesStage.EVALUATING, name="cart_add", observability=sales_samples.SEEN, unit="baskets",
        n=336, undecided=8, onward=sales_samples.Share(k=274, n=328, low=0.79, high=0.87), window_days=7, onward_to="order",
    )  # fmt: skip
    facts = replace(shop.cycle.facts, funnel=(*shop.cycle.facts.funnel, seen))
    table = sales_tables.funnel_steps(replace(shop, cycle=replace(shop.cycle, facts=facts)))
    assert "Visit" not in [row[0] for row in table.rows]
    assert table.rows[-1] == (
        "Cart add",
        "Customer Evaluating",
        "336 baskets",
        "274 of 328 (84 %, 79 % to 87 %) to an order within 7 days",
        "8",
    )


def test_accounts_are_not_called_people(shop, sales_samples):
    seen = sales_samples.FunnelStep(
        stage=sales_samples.SalesStage.DISCOVERY, name="product_viewed", observability=sales_samples.SEEN, unit="people", n=43
    )  # fmt: skip
    facts = replace(shop.cycle.facts, funnel=(*shop.cycle.facts.funnel, seen))
    for model, said in (("b2b", "43 accounts"), ("b2c", "43 people")):
        cycle = replace(shop.cycle, facts=replace(facts, business_model=model))
        assert said in [row[2] for row in sales_tables.funnel_steps(replace(shop, cycle=cycle)).rows]


def test_a_pipeline_that_is_not_there_is_one_line_of_the_files_to_get(shop, seller):
    assert sales_tables.files_to_get(shop).bullets == (
        *shop.cycle.unobserved,
        sales_tables.NO_PIPELINE,
    )
    assert "pipeline.csv" in sales_tables.NO_PIPELINE
    assert sales_tables.files_to_get(seller) is None


def test_settings_that_fit_nothing_are_named(shop):
    assert sales_tables.problems(shop) is None
    cycle = replace(shop.cycle, problems=("[sales] example names no order.",))
    assert sales_tables.problems(replace(shop, cycle=cycle)).bullets == cycle.problems


def test_the_verdict_words_cover_every_verdict():
    from segkit.publish.sales_texts import VERDICT_WORDS

    assert set(VERDICT_WORDS) == set(Applies)
