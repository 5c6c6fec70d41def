"""The sales cycle card by card: reasons, signs, words of the company's pages, and real opportunities step by step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from segkit.publish import sales_cards
from segkit.publish.records import citations_of, ids_of
from segkit.publish.sales import Sales


@pytest.fixture
def shop(example_plan, sales_samples) -> Sales:
    return Sales(plan=example_plan, cycle=sales_samples.shop())


def labels(card) -> list[str]:
    return [term.label for term in card.terms]


def test_each_letter_has_a_card_with_reason_proxy_threshold_and_blind_spot(shop):
    cards = sales_cards.criterion_cards(shop)
    assert [card.name for card in cards] == ["B: Budget", "A: Authority", "N: Need", "T: Timeline"]
    assert [card.applies for card in cards] == ["yes", "partly", "yes", "not_observable"]
    assert all(labels(card) == ["Seen as", "Threshold", "Not seen"] for card in cards)
    assert all(len(card.why) == 2 for card in cards)
    assert cards[0].cautions == ("company.toml says that this applies.",)


def test_only_evidence_that_stands_on_the_page_is_linked(shop):
    need = sales_cards.criterion_cards(shop)[2]
    counted = {item.id for item in shop.plan.foundation.evidence.evidence}
    assert "S1-1" in counted
    assert need.links == ("item-S1-1",)


def test_words_that_a_reason_quotes_already_are_not_quoted_twice(shop, sales_samples):
    verdict = shop.cycle.qualification.verdicts[1]
    assert len(sales_cards.criterion_cards(shop)[1].quotes) == 1
    told = replace(verdict, reason=(f"The page says “{sales_samples.WORDS}”. So it is.",))
    verdicts = (told, *shop.cycle.qualification.verdicts[2:])
    found = replace(shop.cycle.qualification, verdicts=verdicts)
    assert not sales_cards.criterion_cards(replace(shop, cycle=replace(shop.cycle, qualification=found)))[
        0
    ].quotes


def test_an_opportunity_is_told_by_who_what_worth_and_when(shop):
    card = sales_cards.opportunity_card(shop)
    assert labels(card) == ["Who", "What", "Worth", "By when", "Not one"]
    assert all(term.text.endswith(".") and term.text[0].isupper() for term in card.terms)
    assert card.applies == card.verdict == ""
    assert card.why[0] == shop.cycle.opportunity.answer


def test_a_definition_that_the_answer_gives_is_not_given_twice(shop):
    cycle = replace(shop.cycle, answer=(*shop.cycle.answer, shop.cycle.opportunity.answer))
    assert sales_cards.opportunity_card(replace(shop, cycle=cycle)).why == shop.cycle.opportunity.sentences


def test_each_stage_has_a_card_with_who_does_what_and_what_is_seen_or_not(shop):
    cards = sales_cards.stage_cards(shop)
    assert [card.id for card in cards] == [
        f"stage-{name}" for name in ("prospecting", "discovery", "evaluating", "closing", "won", "lost")
    ]
    for card in cards:
        assert "The company" in labels(card)
        assert not {"Begins with", "Ends with"} & set(labels(card))
        assert ("Seen" in labels(card)) != ("Not seen" in labels(card))
    assert "Its own stages in it" in labels(cards[2])
    assert "Quote sent." in [term.text for term in cards[2].terms]


def test_what_is_not_seen_is_said_once_and_the_file_for_it_stands_in_the_list(shop):
    said = "Not observable in this source: visits. What would show it: a file of visits."
    first, second, *rest = shop.cycle.stages
    stages = (
        replace(first, not_observed=said, own_labels=(first.label,)),
        replace(second, not_observed=said.replace("visits.", "searches.")),
        *rest,
    )
    cycle = replace(shop.cycle, stages=stages, unobserved=("To see Prospecting: a file of visits.",))
    one, other, *_ = sales_cards.stage_cards(replace(shop, cycle=cycle))
    assert [(term.label, term.text) for term in one.terms][-1] == ("Not observable", "Visits.")
    assert "Its own stages in it" not in labels(one)
    assert other.terms[-1].text == "Searches. What would show it: a file of searches."


def test_who_owns_every_stage_is_said_once(shop):
    stages = tuple(replace(stage, owner="the shop") for stage in shop.cycle.stages)
    first, *rest = sales_cards.stage_cards(replace(shop, cycle=replace(shop.cycle, stages=stages)))
    assert "Who owns it" in labels(first)
    assert not any("Who owns it" in labels(card) for card in rest)
    apart = (replace(stages[0], owner="the buyer"), *stages[1:])
    cards = sales_cards.stage_cards(replace(shop, cycle=replace(shop.cycle, stages=apart)))
    assert all("Who owns it" in labels(card) for card in cards)


def test_a_rate_that_the_figure_of_the_pipeline_gives_is_not_repeated_on_a_card(example_plan, sales_samples):
    cycle = sales_samples.seller()
    text = "73 deals reached it. Of those decided here 65 of 71 (92 %) went on and 6 ended. 1 of 2 went on to a quote."
    stages = (replace(cycle.stages[0], observed=text), *cycle.stages[1:])
    card, *_ = sales_cards.stage_cards(Sales(plan=example_plan, cycle=replace(cycle, stages=stages)))
    seen = next(term.text for term in card.terms if term.label == "Seen")
    assert seen == "73 deals reached it. 1 of 2 went on to a quote."


def test_what_only_another_file_would_show_stands_in_the_list_of_files(shop):
    verdict = shop.cycle.qualification.verdicts[0]
    unknown = "Who asked is not known: that needs a file of questions."
    found = replace(
        shop.cycle.qualification, verdicts=(replace(verdict, proxies=(*verdict.proxies, unknown)),)
    )
    cycle = replace(shop.cycle, qualification=found)
    (card,) = sales_cards.criterion_cards(replace(shop, cycle=cycle))
    assert unknown in card.terms[0].text
    listed = replace(cycle, unobserved=("Who asked: a file of questions.",))
    (card,) = sales_cards.criterion_cards(replace(shop, cycle=listed))
    assert unknown not in card.terms[0].text


def test_a_day_to_come_says_so_and_steps_that_nobody_recorded_share_a_row(shop):
    example = shop.cycle.examples[0]
    unseen, seen = example.steps
    later = replace(seen, on=date(2026, 9, 27))
    steps = (unseen, replace(unseen, label="Discovery", sentence="Nor what was asked."), seen, later)
    cycle = replace(shop.cycle, examples=(replace(example, steps=steps),))
    _, table, _ = sales_cards.examples(replace(shop, cycle=cycle))
    assert table.rows[0] == (
        "Prospecting and Discovery",
        "not recorded",
        "Not observed. Nobody recorded how the school came. Nor what was asked.",
    )
    assert [row[1] for row in table.rows[1:]] == ["2026-08-20", "2026-09-27 (to come)"]


def test_an_open_example_comes_first(shop):
    example = shop.cycle.examples[0]
    cycle = replace(
        shop.cycle, examples=(example, replace(example, role="open", title="A deal that is open"))
    )
    first, *_ = sales_cards.examples(replace(shop, cycle=cycle))
    assert (first.id, first.name) == ("example-1", "A deal that is open")


def test_a_worked_example_is_told_step_by_step_and_held_against_the_pages(shop):
    card, steps, checks = sales_cards.examples(shop)
    assert card.name == "Order #TF5540 of the school"
    assert labels(card) == ["What comes next"]
    assert steps.rows[0] == (
        "Prospecting",
        "not recorded",
        "Not observed. Nobody recorded how the school came.",
    )
    assert steps.rows[1][1] == "2026-08-20"
    assert checks.rows[0][1] == "does not hold"
    assert checks.rows[0][0].endswith("[@page-gift-service]")


def test_a_long_title_is_not_cut_and_a_named_order_is_enough_for_its_tables(shop):
    example = replace(shop.cycle.examples[0], title="#TF5540: an order of the school, still open.")
    changed = replace(shop, cycle=replace(shop.cycle, examples=(example,)))
    card, steps, checks = sales_cards.examples(changed)
    assert card.name == "#TF5540: an order of the school, still open"
    assert steps.caption == "#TF5540: step by step"
    assert checks.caption.startswith("#TF5540: held against")
    long = replace(example, title=f"{'An order of the school ' * 3}: open")
    _, steps, _ = sales_cards.examples(replace(shop, cycle=replace(shop.cycle, examples=(long,))))
    assert steps.caption.endswith("open: step by step")


def test_an_example_without_checks_has_no_empty_table(shop):
    example = replace(shop.cycle.examples[0], checks=(), next="")
    blocks = sales_cards.examples(replace(shop, cycle=replace(shop.cycle, examples=(example, example))))
    assert [block.id for block in blocks] == ["example-1", "example-1-steps", "example-2", "example-2-steps"]


def test_the_reference_list_holds_what_all_three_chapters_cite(shop):
    listed = {entry.id for entry in sales_cards.sources(shop).entries}
    cited = {source for block in sales_cards.cited_blocks(shop) for source in citations_of(block.record())}
    flows = {limit.source_id for reasons in shop.plan.flows.reasons for limit in reasons.limits}
    assert cited == {"orders", "page-gift-service"}
    assert cited | flows <= listed


def test_every_id_of_the_chapter_is_given_once(shop):
    ids = [name for block in sales_cards.chapter_blocks(shop) for name in ids_of(block.record())]
    assert len(ids) == len(set(ids))
