"""Worked examples: one real opportunity followed through the stages, and held against what the company itself asks for."""

from __future__ import annotations

from segkit.model.criterion import Mark
from segkit.model.sales_cycle import ExampleCheck, ExampleStep, WorkedExample
from segkit.model.sales_facts import CriterionCheck, OpportunityCase
from segkit.model.sales_stage import sales_stages
from segkit.strategy.sales_grounds import SalesGrounds, as_quotation
from segkit.words.sales_examples import (
    HOLDS,
    case_answer,
    case_title,
    check_sentence,
    next_sentence,
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
    marks = [item.mark for item in case.checks]
    return WorkedExample(
        title=case_title(case, voice, segment=grounds.segment_name(case.segment_id)),
        role=case.role,
        answer=case_answer(case, voice, broken=marks.count(Mark.NOT_MET), unknown=marks.count(Mark.UNKNOWN)),
        steps=tuple(
            ExampleStep(
                stage=step.stage,
                label=definitions[step.stage].label,
                on=step.on,
                observed=step.observed,
                sentence=step_sentence(step, voice),
            )
            for step in case.steps
        ),
        checks=tuple(_check(grounds, item, case) for item in case.checks),
        next=next_sentence(case, voice),
    )


def _check(grounds: SalesGrounds, check: CriterionCheck, case: OpportunityCase) -> ExampleCheck:
    return ExampleCheck(
        quotation=as_quotation(check.stated),
        holds=HOLDS[check.mark],
        sentence=check_sentence(check, case, grounds.voice),
    )
