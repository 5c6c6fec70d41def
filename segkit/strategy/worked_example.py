"""Worked examples: one real opportunity followed through the stages, and held against what the company itself asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from segkit.model.criterion import Mark
from segkit.model.sales_cycle import ExampleCheck, ExampleStep, Quotation, WorkedExample
from segkit.model.sales_facts import CaseStep, CriterionCheck, OpportunityCase
from segkit.model.sales_stage import sales_stages
from segkit.strategy.sales_grounds import SalesGrounds, as_quotation
from segkit.words.sales_examples import (
    HOLDS,
    case_answer,
    case_title,
    check_sentence,
    next_sentence,
    note_against,
    step_sentence,
)


def tell_examples(grounds: SalesGrounds) -> tuple[WorkedExample, ...]:
    """Tell every case that the analysis picked: the one followed through the stages first, exceptions after it.

    Parameters
    ----------
    grounds : SalesGrounds

    Returns
    -------
    tuple of WorkedExample
        Empty where the files hold no order that could be followed.
    """
    cases = sorted(grounds.facts.cases, key=lambda item: item.role != "example")
    return tuple(_example(grounds, item) for item in cases)


def _example(grounds: SalesGrounds, case: OpportunityCase) -> WorkedExample:
    voice, definitions = grounds.voice, sales_stages()
    checks = (*(_check(grounds, item, case) for item in case.checks), *_conflicts(grounds, case))
    holds = [item.holds for item in checks]
    return WorkedExample(
        title=case_title(case, voice, segment=grounds.segment_name(case.segment_id)),
        role=case.role,
        answer=case_answer(
            case,
            voice,
            as_of=grounds.facts.as_of,
            asked=len(checks),
            broken=holds.count("no"),
            unknown=holds.count("unknown"),
        ),
        steps=tuple(
            ExampleStep(
                stage=step.stage,
                label=definitions[step.stage].label,
                on=step.on,
                observed=step.observed,
                sentence=step_sentence(step, voice),
            )
            for step in _by_day(case.steps)
        ),
        checks=checks,
        next=next_sentence(case, voice, as_of=grounds.facts.as_of),
    )


def _by_day(steps: Sequence[CaseStep]) -> list[CaseStep]:
    """Return the steps as they happened: a step without a day stands where it was told, before the next dated one."""
    last = date.max
    days = []
    for step in reversed(steps):
        last = step.on or last
        days.append(last)
    dated = zip(reversed(days), steps, strict=True)
    return [step for _, step in sorted(dated, key=lambda pair: pair[0])]


def _check(grounds: SalesGrounds, check: CriterionCheck, case: OpportunityCase) -> ExampleCheck:
    return ExampleCheck(
        quotation=as_quotation(check.stated),
        holds=HOLDS[check.mark],
        sentence=check_sentence(check, case, grounds.voice),
    )


def _conflicts(grounds: SalesGrounds, case: OpportunityCase) -> Iterator[ExampleCheck]:
    """Give what the ledger found between a page and a text of this order, where no check says it already."""
    checked = {item.stated.exact for item in case.checks}
    entries = {item.id: item for item in grounds.ledger.entries}
    for conflict in grounds.ledger.conflicts:
        if f"{case.key}," not in conflict.sentence:
            continue
        sides = [entries[name] for name in conflict.entries if name in entries]
        page = next((item for item in sides if item.source_id.startswith("page-")), None)
        note = next((item for item in sides if item.source_id == "orders-text"), None)
        if page and note and page.exact not in checked:
            yield ExampleCheck(
                quotation=Quotation(source_id=page.source_id, exact=page.exact),
                holds=HOLDS[Mark.NOT_MET],
                sentence=note_against(note.exact),
            )
