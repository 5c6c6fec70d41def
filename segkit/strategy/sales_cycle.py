"""The sales cycle of one company, written up: qualification, opportunity, stages, examples and the pipeline in words.

``describe_sales`` is the one call; frozen values in, a frozen :class:`~segkit.model.sales_cycle.SalesCycle` out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from segkit.model.company import Company
from segkit.model.criterion import Applies, frameworks
from segkit.model.document import Library
from segkit.model.evidence import EvidenceBook
from segkit.model.flow_facts import Observability
from segkit.model.ledger import Ledger
from segkit.model.pipeline_facts import PipelineFacts
from segkit.model.sales_cycle import (
    OpportunityDefinition,
    Qualification,
    SalesCycle,
    StageVerdict,
    WorkedExample,
)
from segkit.model.sales_facts import SalesFacts
from segkit.model.sales_stage import PipelineStage, StageModel, sales_stages, stage_models
from segkit.model.segment import Segment
from segkit.strategy.opportunity import define_opportunity
from segkit.strategy.pipeline_readings import read_pipeline_facts
from segkit.strategy.qualification import qualify
from segkit.strategy.sales_grounds import TRADE_ONLY, SalesGrounds
from segkit.strategy.sales_stage_verdicts import judge_stages, shown_by
from segkit.strategy.worked_example import tell_examples
from segkit.words import sales_answers as words
from segkit.words.sales_figures import page_words
from segkit.words.sales_opportunity import deal_short, purchase_short
from segkit.words.sales_proxies import MISSING
from segkit.words.sales_stages import step_count


def describe_sales(
    facts: SalesFacts,
    *,
    company: Company,
    segments: Sequence[Segment],
    evidence: EvidenceBook,
    ledger: Ledger,
    library: Library,
) -> SalesCycle:
    """Write up the sales cycle of one company.

    Parameters
    ----------
    facts : SalesFacts
        What orders, events, a pipeline and pages say.
    company : Company
        Its settings; ``[sales]`` has the last word.
    segments : sequence of Segment
        Highest revenue first.
    evidence, ledger, library
        What speaks for each group, what pages and orders say of terms, and the pages themselves.

    Returns
    -------
    SalesCycle
        Settings that fit nothing stand in ``problems``.

    See Also
    --------
    segkit.strategy.flow_plan.plan_flows : the chapter before.
    """
    grounds = SalesGrounds(
        facts=facts,
        company=company,
        segments=tuple(segments),
        evidence=evidence,
        ledger=ledger,
        library=library,
    )
    model = stage_model(company, facts.pipeline)
    qualification = qualify(grounds)
    opportunity = define_opportunity(grounds)
    used = {item.exact for verdict in qualification.verdicts for item in verdict.quotations}
    stages = judge_stages(grounds, model=model, used=used)
    examples = tell_examples(grounds)
    return SalesCycle(
        answer=tuple(_answer(grounds, qualification, opportunity, stages, examples)),
        model=model,
        qualification=qualification,
        opportunity=opportunity,
        stages=stages,
        examples=examples,
        readings=read_pipeline_facts(facts.pipeline),
        unobserved=tuple(_unobserved(grounds, stages)),
        facts=facts,
        problems=tuple(_problems(company, qualification)),
    )


def stage_model(company: Company, pipeline: PipelineFacts | None) -> StageModel:
    """Return the stage list in use: the one named in company.toml, the one whose stages the pipeline has, or its own.

    Parameters
    ----------
    company : Company
    pipeline : PipelineFacts or None

    Examples
    --------
    >>> stage_model(Company(folder="", slug="a", name="A"), None).id
    'assignment'
    """
    models = stage_models()
    named = models.get(company.pipeline.naming)
    if pipeline is None:
        return named or models["assignment"]
    seen = {item.stage_id for item in pipeline.stages}
    for model in (named, *models.values()):
        if model and seen <= {item.id for item in model.stages}:
            return model
    presets = {item.name: item.probability for item in company.pipeline.own}
    return StageModel(
        id="own",
        label=f"the stage list of {company.name}",
        source="company.toml and the CRM export",
        stages=tuple(
            PipelineStage(
                id=item.stage_id, label=item.label, stage=item.stage, probability=presets.get(item.label)
            )
            for item in pipeline.stages
        ),
    )


def _answer(
    grounds: SalesGrounds,
    qualification: Qualification,
    opportunity: OpportunityDefinition,
    stages: Sequence[StageVerdict],
    examples: Sequence[WorkedExample],
) -> Iterator[str]:
    yield qualification.answer
    yield _short(grounds) or opportunity.answer
    by_verdict = {verdict: [item.label for item in stages if item.applies is verdict] for verdict in Applies}
    yield words.stages_answer(
        by_verdict[Applies.YES],
        by_verdict[Applies.PARTLY],
        by_verdict[Applies.NOT_OBSERVABLE],
        absent=by_verdict[Applies.NO],
        pipeline=grounds.facts.pipeline,
    )
    seen = [item for item in grounds.facts.funnel if item.n and item.name != "order"]
    if grounds.facts.pipeline is None and seen:
        yield words.events_answer([step_count(item) for item in seen])
    else:
        yield words.rates_answer(grounds.facts.pipeline, grounds.facts.outcomes.orders)
    first, second = _overdue(grounds, examples), _exception(grounds)
    if first or second:
        yield words.settle_answer(first, second)


def _short(grounds: SalesGrounds) -> str:
    """Return the definition in few words; empty where the company gave its own."""
    if grounds.company.sales.opportunity:
        return ""
    if grounds.facts.pipeline:
        return deal_short(grounds.facts.pipeline)
    return purchase_short(grounds.voice, trade=0 if grounds.is_b2b else grounds.trade)


def _overdue(grounds: SalesGrounds, examples: Sequence[WorkedExample]) -> str:
    """Say which open case is past its date, the longest first, with the page's words it breaks."""
    cases = [item for item in grounds.facts.cases if item.status == "open" and item.kind == "order"]
    late = {
        item.key: step.days for item in cases for step in item.steps if step.what == "overdue" and step.days
    }
    case = max((item for item in cases if item.key in late), key=lambda item: late[item.key], default=None)
    if case is None:
        return ""
    told = next((item for item in examples if item.title.startswith(f"{case.key} ")), None)
    note = next((step.detail.removesuffix(".") for step in case.steps if step.what == "note"), "")
    checks = told.checks if told and note else ()
    broken = [item.quotation for item in checks if item.holds == "no" and note in item.sentence]
    return words.overdue_text(
        case,
        grounds.voice,
        days=late[case.key],
        told=page_words(broken[0].exact, broken[0].source_id) if broken else "",
        note=note,
    )


def _exception(grounds: SalesGrounds) -> str:
    """Say which order has terms that the pages rule out: one still open first, then the largest."""
    broken = [
        (case, check)
        for case in grounds.facts.cases
        for check in case.checks
        if case.role == "exception" and check.mark.value == "not_met"
    ]
    if not broken:
        return ""
    case, check = max(broken, key=lambda one: (one[0].status == "open", one[0].amount))
    return words.exception_text(
        case,
        grounds.voice,
        told=page_words(check.stated.exact, check.stated.source_id),
        more=grounds.facts.n_exceptions - 1,
    )


def _unobserved(grounds: SalesGrounds, stages: Sequence[StageVerdict]) -> Iterator[str]:
    definitions = sales_stages()
    for item in stages:
        if item.observability is Observability.NOT_OBSERVABLE:
            definition = definitions[item.stage]
            yield words.stage_needs(item.label, shown_by(grounds, definition))
    for proxy in grounds.facts.proxies:
        if proxy.missing and proxy.name in MISSING and not (grounds.is_b2b and proxy.name in TRADE_ONLY):
            yield words.proxy_needs(MISSING[proxy.name], proxy.missing)


def _problems(company: Company, qualification: Qualification) -> Iterator[str]:
    known = frameworks()
    if company.sales.framework.upper() not in known:
        yield words.unknown_framework(company.sales.framework, list(known))
    asked = {item.criterion.value for item in qualification.verdicts}
    for own in company.sales.criteria:
        if own.criterion not in asked:
            yield words.unasked_criterion(own.criterion, qualification.framework)
