"""The user's own words on cards: theirs instead of segkit's, marked with who wrote them and with what is not traced."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from segkit.analysis.own_texts import check_texts, left_texts
from segkit.analysis.study import Study
from segkit.errors import InputError
from segkit.intake.company import read_company
from segkit.model.argument import Author, OwnText, Section
from segkit.model.company import OwnCriterion
from segkit.model.criterion import Criterion
from segkit.model.document import Library
from segkit.publish import authorship, cards, flow_cards, own_words, sales_cards, tables
from segkit.publish.json_values import json_text
from segkit.publish.manifest import describe_run
from segkit.publish.plain import render_plain
from segkit.publish.plan import Plan
from segkit.publish.records import check_record
from segkit.publish.sales import Sales, make_sales
from segkit.publish.verification import check_inputs, check_manifest

INVENTED = "They order 4,711 times a year."
QUOTED = "One wrote: “nobody else sells wool this way in Leeds”."


@pytest.fixture(scope="module")
def example_sales(example_plan: Plan) -> Sales:
    return make_sales(example_plan)


def customer_of(study: Study, group: int) -> str:
    assignments = study.segmentation.assignments
    return str(assignments.index[assignments == group][0])


def told(study: Study, *texts: OwnText) -> Study:
    return replace(study, company=replace(study.company, texts=texts))


def planned(plan: Plan, *texts: OwnText) -> Plan:
    return replace(plan, foundation=told(plan.foundation, *texts))


def test_three_own_texts_of_a_company_folder_are_marked_with_author_and_what_is_not_traced(
    example_study: Study, example_plan: Plan, example_folder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(example_folder, tmp_path / "tenterfold")
    shutil.rmtree(folder / "text", ignore_errors=True)
    (folder / "text").mkdir()
    first, second = customer_of(example_study, 1), customer_of(example_study, 2)
    (folder / "text" / f"group-{first}.md").write_text(f"---\nby: Jo Bell\n---\n{INVENTED}\n\n{QUOTED}\n")
    (folder / "text" / f"group-{second}.md").write_text("---\nauthor: language model\n---\nThey like wool.\n")
    (folder / "text" / f"flow-{first}.md").write_text("It is the one they answer to.\n")
    texts = read_company(folder).texts
    study, plan = told(example_study, *texts), planned(example_plan, *texts)

    one, two = (cards.segment_card(study, segment) for segment in study.segmentation.summary.segments[:2])
    one, two = sorted((one, two), key=lambda card: card.number)
    assert one.why == (INVENTED, QUOTED)
    assert (one.author, one.by) == (Author.USER, "Jo Bell")
    assert one.untraced == ("4,711 times", "“nobody else sells wool this way in Leeds”")
    assert (two.author, two.untraced) == (Author.LANGUAGE_MODEL, ())
    flow = next(flow for flow in plan.flows.flows if flow.segment_id == 1)
    card = flow_cards.flow_card(plan, flow)
    assert (card.why, card.author) == (("It is the one they answer to.",), Author.USER)
    assert card.terms == flow_cards.flow_card(example_plan, flow).terms
    assert card.links == flow_cards.flow_card(example_plan, flow).links
    lines = render_plain(one.record())
    assert "Written by Jo Bell" in lines
    assert (
        "Not traced to the evidence of this report: 4,711 times; “nobody else sells wool this way in Leeds”"
        in lines
    )
    assert "Written with a language model" in render_plain(two.record())
    for each in (one, two, card):
        check_record(each.record())
    assert authorship.untraced_note(plan).startswith(
        "2 numbers or quotations in your own text are not traced"
    )


def test_without_own_texts_every_argument_is_in_segkits_words(
    example_plan: Plan, example_sales: Sales
) -> None:
    blocks = [
        *cards.segment_cards(example_plan.foundation),
        *flow_cards.flow_cards(example_plan),
        *flow_cards.messages(example_plan),
        *sales_cards.criterion_cards(example_sales),
        sales_cards.opportunity_card(example_sales),
        *sales_cards.stage_cards(example_sales),
    ]
    counts = own_words.arguments_by_author(blocks)
    assert counts[Author.SEGKIT] == len(own_words.sections(example_sales))
    assert counts[Author.USER] == counts[Author.LANGUAGE_MODEL] == 0
    assert own_words.arguments(example_sales) == {}
    assert own_words.summary(example_plan.foundation) is None
    assert authorship.untraced_note(example_sales) == ""


def test_figures_of_the_report_stand_in_own_words_without_a_mark(
    example_study: Study, example_plan: Plan
) -> None:
    segment = example_study.segmentation.summary.segments[0]
    claim = example_study.evidence.of_segment(segment.id)[0].claim
    size = f"{segment.size} of {example_study.segmentation.summary.n_customers} customers are in it."
    text = OwnText(
        section=Section.GROUP, about=customer_of(example_study, segment.id), paragraphs=(size, claim)
    )
    said = cards.segment_card(told(example_study, text), segment)
    assert said.why == (size, claim)
    assert said.untraced == ()


def test_a_group_may_speak_of_what_a_later_chapter_measured(example_study: Study, example_plan: Plan) -> None:
    reasons = example_plan.flows.reasons_of(example_plan.flows.flows[0].id)
    text = OwnText(
        section=Section.GROUP, about=customer_of(example_study, 1), paragraphs=(reasons.kpi.baseline,)
    )
    study = told(example_study, text)
    said = own_words.argument_for(study, Section.GROUP, 1, plan=planned(example_plan, text))
    assert said.untraced == ()


def test_a_citation_of_no_source_is_marked_and_leads_nowhere(example_study: Study) -> None:
    text = OwnText(section=Section.SUMMARY, paragraphs=("So says [@nobody2024], and [@orders] agrees.",))
    block = own_words.summary(told(example_study, text))
    assert block is not None
    assert block.paragraphs == ("So says (@nobody2024), and [@orders] agrees.",)
    assert block.untraced == ("(@nobody2024)",)


def test_a_source_that_only_the_own_summary_cites_is_in_the_list_of_sources(example_study: Study) -> None:
    listed = {entry.id for entry in tables.sources(example_study).entries}
    known = [document.source.id for document in example_study.library.documents]
    other = next(source for source in known if source not in listed)
    text = OwnText(section=Section.SUMMARY, paragraphs=(f"As it says there [@{other}].",))
    assert other in {entry.id for entry in tables.sources(told(example_study, text)).entries}


def test_a_reason_in_the_settings_is_the_users_word_too(example_sales: Sales) -> None:
    ground = example_sales.plan.foundation
    own = OwnCriterion(criterion="need", reason="Because 4,711 schools said so.")
    settings = replace(ground.company, sales=replace(ground.company.sales, criteria=(own,)))
    plan = replace(example_sales.plan, foundation=replace(ground, company=settings))
    card = next(card for card in sales_cards.criterion_cards(make_sales(plan)) if card.id == "criterion-need")
    assert (card.author, card.why) == (Author.USER, ("Because 4,711 schools said so.",))
    assert card.untraced == ("4,711 schools",)


@pytest.mark.parametrize(
    ("section", "about", "card"),
    [
        (Section.CRITERION, "need", "criterion-need"),
        (Section.OPPORTUNITY, "", "opportunity"),
        (Section.STAGE, "closing", "stage-closing"),
    ],
)
def test_a_verdict_in_own_words_keeps_its_terms_and_evidence(
    example_sales: Sales, section: Section, about: str, card: str
) -> None:
    text = OwnText(section=section, about=about, paragraphs=("We asked them.",), by="Jo")
    sales = replace(example_sales, plan=planned(example_sales.plan, text))
    before, after = (
        next(block for block in sales_cards.cited_blocks(each) if block.id == card)
        for each in (example_sales, sales)
    )
    assert (after.why, after.author, after.by) == (("We asked them.",), Author.USER, "Jo")
    assert after.links == before.links
    assert {term.label for term in before.terms} <= {term.label for term in after.terms}
    assert own_words.arguments(sales)[section][0].by == "Jo"


def test_a_message_keeps_its_words_and_gets_the_users_reasons(example_plan: Plan) -> None:
    draft = example_plan.messages[0]
    customer = customer_of(example_plan.foundation, draft.segment_id)
    text = OwnText(section=Section.MESSAGE, about=customer, paragraphs=("They read email at noon.",))
    before = flow_cards.messages(example_plan)[0]
    after = flow_cards.messages(planned(example_plan, text))[0]
    assert after.reasons == ("They read email at noon.",)
    assert (after.email, after.sms, after.offers) == (before.email, before.sms, before.offers)


def test_the_statement_says_who_wrote_how_many_and_grades_nothing(example_sales: Sales) -> None:
    texts = (
        OwnText(section=Section.STAGE, about="closing", paragraphs=("We asked.",), by="Jo Bell"),
        OwnText(section=Section.OPPORTUNITY, paragraphs=("A sale.",), author=Author.LANGUAGE_MODEL, by="GP"),
    )
    sales = replace(example_sales, plan=planned(example_sales.plan, *texts))
    block = authorship.statement(sales)
    said = "\n".join(block.bullets)
    total = len(own_words.sections(sales))
    assert f"segkit wrote {total - 2} of {total} arguments (" in said
    assert f"The authors (Jo Bell) wrote 1 of {total} arguments (1 stage)." in said
    assert (
        f"A language model (GP) wrote 1 of {total} arguments (1 opportunity), put in by the authors." in said
    )
    assert authorship.PLACEHOLDER in said
    assert authorship.citation() in said
    assert "grade" not in said.lower()
    check_record(block.record())


def test_the_groups_own_line_on_ai_stands_instead_of_the_one_that_waits_for_it(example_study: Study) -> None:
    settings = replace(example_study.company.report, ai_use="We asked a chatbot for synonyms.")
    study = replace(example_study, company=replace(example_study.company, report=settings))
    said = "\n".join(authorship.statement(study).bullets)
    assert "Use of AI: We asked a chatbot for synonyms." in said
    assert authorship.PLACEHOLDER not in said


def test_the_citation_of_segkit_is_that_of_the_citation_file() -> None:
    lines = (Path(__file__).parents[2] / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    values = dict(line.strip(" -").split(": ", 1) for line in lines if ": " in line)
    author, year = authorship.CITED_AS
    assert values["name"] == author
    assert values["date-released"].strip('"').startswith(year)
    assert f"(Version {values['version']})" in authorship.citation()


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ((("group", "C01"),), "did you mean 'C001'"),
        ((("flow", "zzzz"),), "give the id of a customer in the group"),
        ((("group", "C001"), ("group", "C002")), "are about one group"),
    ],
)
def test_a_text_about_nobody_or_about_a_group_twice_is_refused(
    texts: tuple[tuple[str, str], ...], said: str
) -> None:
    own = [
        OwnText(section=Section(section), about=about, paragraphs=("They do.",), path=f"text/{about}.md")
        for section, about in texts
    ]
    with pytest.raises(InputError, match=said):
        check_texts(own, {"C001": 1, "C002": 1, "D900": 2})


def test_an_unanswered_text_whose_customer_left_the_book_is_named_and_not_refused() -> None:
    own = [OwnText(section=Section.GROUP, about=about, path=f"text/{about}.md") for about in ("C001", "C009")]
    check_texts(own, {"C001": 1})
    assert left_texts(own, {"C001": 1}) == ("text/C009.md",)


def test_a_text_of_one_group_may_name_the_customer_that_another_section_names() -> None:
    own = [OwnText(section=section, about="C001") for section in (Section.GROUP, Section.FLOW)]
    check_texts(own, {"C001": 1})


def test_own_texts_are_inputs_so_that_a_change_of_one_is_noticed(
    example_study: Study, tmp_path: Path
) -> None:
    folder = tmp_path / "tenterfold"
    (folder / "text").mkdir(parents=True)
    (folder / "text" / "summary.md").write_text("In short.\n")
    company = replace(example_study.company, folder=str(folder))
    manifest = describe_run(company, example_study.orders, Library(), None)
    entry = next(each for each in manifest["inputs"] if each["path"] == "text/summary.md")
    assert check_inputs({"inputs": [entry]}, folder) == []
    (folder / "text" / "summary.md").write_text("In short, more.\n")
    (failure,) = check_inputs({"inputs": [entry]}, folder)
    assert "text/summary.md" in failure.sentence
    (folder / "text" / "opportunity.md").write_text("A sale.\n")
    later = describe_run(company, example_study.orders, Library(), None)
    found = check_manifest(json.loads(json_text(manifest)), json.loads(json_text(later)))
    assert "text/opportunity.md" in found[0].sentence


def test_markup_in_own_words_stays_text(example_study: Study) -> None:
    hostile = '<script>alert(1)</script> {{ 7*7 }} =1+1 <img src=x onerror="x()">'
    text = OwnText(
        section=Section.GROUP, about=customer_of(example_study, 1), paragraphs=(hostile,), by="<b>Jo</b>"
    )
    segment = next(each for each in example_study.segmentation.summary.segments if each.id == 1)
    html = cards.segment_card(told(example_study, text), segment)._repr_mimebundle_()["text/html"]
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "<b>Jo" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in html


def test_a_text_about_what_the_report_does_not_have_is_named_at_its_end(example_sales: Sales) -> None:
    asked = {item.criterion.value for item in example_sales.cycle.qualification.verdicts}
    other = next(item.value for item in Criterion if item.value not in asked)
    text = OwnText(
        section=Section.CRITERION, about=other, paragraphs=("So.",), path=f"text/criterion-{other}.md"
    )
    block = authorship.statement(replace(example_sales, plan=planned(example_sales.plan, text)))
    assert f"Not shown, because this report has no such place: text/criterion-{other}.md." in block.bullets
    assert not any("Not shown" in bullet for bullet in authorship.statement(example_sales).bullets)
