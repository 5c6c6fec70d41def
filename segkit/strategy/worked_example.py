"""Worked examples: one real opportunity followed through the stages, and held against what the company itself asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from segkit.model.criterion import Mark
from segkit.model.sales_cycle import ExampleCheck, ExampleStep, Quotation, WorkedExample
from segkit.model.sales_facts import CaseStep, CriterionCheck, OpportunityCase
from segkit.model.sales_stage import SalesStage, sales_stages
from segkit.strategy.sales_grounds import SalesGrounds, as_quotation
from segkit.words.sales_examples import (
    HOLDS,
    case_answer,
    case_title,
    check_sentence,
    next_sentence,
    note_against,
    overdue_sentence,
    step_sentence,
)

_ROLES = ("example", "open", "exception")
_DAYS = re.compile(r"\b\d+ days\b")


def tell_examples(grounds: SalesGrounds) -> tuple[WorkedExample, ...]:
    """Tell every case that the analysis picked: the one followed through the stages first, then the one still open, then exceptions.

    Parameters
    ----------
    grounds : SalesGrounds

    Returns
    -------
    tuple of WorkedExample
        Empty where the files hold no order that could be followed.
    """
    cases = sorted(
        grounds.facts.cases, key=lambda item: _ROLES.index(item.role) if item.role in _ROLES else len(_ROLES)
    )
    return tuple(_example(grounds, item) for item in cases)


def _example(grounds: SalesGrounds, case: OpportunityCase) -> WorkedExample:
    voice, definitions = grounds.voice, sales_stages()
    checks = (
        *(_check(grounds, item, case) for item in case.checks),
        *_late(grounds, case),
        *_conflicts(grounds, case),
    )
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
                sentence=step_sentence(step, case, voice, as_of=grounds.facts.as_of),
            )
            for step in _by_day(_reached(case))
        ),
        checks=checks,
        next=next_sentence(case, voice, as_of=grounds.facts.as_of),
    )


def _reached(case: OpportunityCase) -> list[CaseStep]:
    """Leave out what nobody recorded of stages that an open deal has not come to yet."""
    entered = [step.stage for step in case.steps if step.what == "stage" and step.observed]
    if case.kind != "deal" or case.status != "open" or not entered:
        return list(case.steps)
    order = list(SalesStage)
    furthest = max(order.index(stage) for stage in entered)
    return [step for step in case.steps if step.observed or order.index(step.stage) <= furthest]


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


def _late(grounds: SalesGrounds, case: OpportunityCase) -> Iterator[ExampleCheck]:
    """Hold an overdue order against the terms of the page on which its credit limit stands: days and limit are two things."""
    late = overdue_sentence(case, as_of=grounds.facts.as_of)
    terms = next(
        (
            item.stated
            for item in case.checks
            if item.because in {"within_limit", "over_limit"} and _DAYS.search(item.stated.exact)
        ),
        None,
    )
    if late and terms is not None:
        yield ExampleCheck(quotation=as_quotation(terms), holds=HOLDS[Mark.NOT_MET], sentence=late)


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
