"""The plan of one company: flows and messages on the foundation that the segmentation left.

``open_plan`` is the one call that the notebook of flow design opens with; ``make_plan`` does the work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from segkit.analysis.deadlines import find_deadlines
from segkit.analysis.flow_facts import measure_flows
from segkit.analysis.study import Foundation
from segkit.model.company import Company, MessageSettings
from segkit.model.flow import Flow
from segkit.model.flow_plan import FlowPlan
from segkit.model.message import MessageDraft
from segkit.publish.emails import EmailFiles, Engine, build_email
from segkit.publish.handover import open_foundation
from segkit.strategy.drafts import draft_messages
from segkit.strategy.flow_plan import plan_flows
from segkit.strategy.lints import lint_message
from segkit.strategy.liquid import worst_case
from segkit.strategy.sms import count_sms, whole_text
from segkit.words.flow_plan import lost_name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """Flows and messages of one company, on its foundation; ``emails`` are the files of each email by draft id."""

    foundation: Foundation
    flows: FlowPlan
    messages: tuple[MessageDraft, ...]
    emails: tuple[tuple[str, EmailFiles], ...]

    @property
    def email_layout(self) -> str:
        """Return which engine laid the emails out, "" without emails."""
        return next((files.engine for _, files in self.emails), "")


def open_plan(
    company: str | Path = "",
    *,
    results: str | Path = "",
    n_segments: int = 0,
    seed: int = -1,
    worksheet: bool = False,
) -> Plan:
    """Open what the segmentation left, measure what flows need, and plan one flow for each group with its messages.

    Parameters
    ----------
    company : str or Path
        Company folder; empty for the nearest one above, else the bundled example.
    results : str or Path
        Folder of the results of the segmentation; where it is empty or not there, the company is measured first.
    n_segments, seed, worksheet
        As in :func:`segkit.open_study`.

    Raises
    ------
    InputError
        A file cannot be used, or the results were made from other files.
    """
    return make_plan(open_foundation(company, results, n_segments=n_segments, seed=seed, worksheet=worksheet))


def make_plan(foundation: Foundation, *, engine: Engine = "auto") -> Plan:
    """Plan flows and messages; the same foundation gives the same plan.

    ``engine`` lays the emails out: ``"mjml"`` (the extra ``email``), ``"plain"``, or whichever is there.
    """
    summary, company = foundation.segmentation.summary, foundation.company
    assignments = foundation.segmentation.assignments
    facts = measure_flows(
        foundation.orders,
        customers=foundation.customers,
        assignments=assignments,
        names={segment.id: segment.name for segment in summary.segments},
        events=foundation.events,
        deadlines=find_deadlines(
            foundation.ledger, foundation.evidence, [segment.id for segment in summary.segments]
        ),
    )
    flows = plan_flows(
        facts,
        segments=summary.segments,
        evidence=foundation.evidence,
        ledger=foundation.ledger,
        library=foundation.library,
        settings=company.flows,
        members={str(customer): int(segment) for customer, segment in assignments.items()},
    )
    drafts = draft_messages(
        flows.flows,
        facts=facts,
        segments=summary.segments,
        evidence=foundation.evidence,
        ledger=foundation.ledger,
        library=foundation.library,
        company=replace(company, messages=_name_groups(company.messages, foundation)),
    )
    by_id = {flow.id: flow for flow in flows.flows}
    checked = [
        _check(draft, engine=engine, company=company, as_of=facts.as_of, flow=by_id.get(draft.flow_id))
        for draft in drafts
    ]
    lost = tuple(_lost_names(company.messages, foundation))
    return Plan(
        foundation=foundation,
        flows=replace(flows, problems=(*flows.problems, *lost)),
        messages=tuple(draft for draft, _ in checked),
        emails=tuple((draft.id, files) for draft, files in checked if files is not None),
    )


def _lost_names(settings: MessageSettings, foundation: Foundation) -> Iterator[str]:
    """Yield a sentence for each setting of messages that names neither a customer nor a group of this book."""
    groups = {segment.name for segment in foundation.segmentation.summary.segments}
    known = groups | set(map(str, foundation.segmentation.assignments.index))
    named = [
        *(("[messages] drafts", one) for one in settings.drafts),
        *(("[[messages.offer]] contains", one.contains) for one in settings.offers if one.contains),
        *(("[[messages.own]] contains", one.contains) for one in settings.own),
    ]
    yield from (lost_name(key, name) for key, name in named if name not in known)


def _name_groups(settings: MessageSettings, foundation: Foundation) -> MessageSettings:
    """Let settings that name a customer name that customer's group: the writing half knows no customers."""
    names = {segment.id: segment.name for segment in foundation.segmentation.summary.segments}
    groups = {
        str(customer): names[int(segment)]
        for customer, segment in foundation.segmentation.assignments.items()
        if int(segment) in names
    }

    def named(customer: str) -> str:
        return groups.get(customer, customer)

    return replace(
        settings,
        drafts=tuple(map(named, settings.drafts)),
        offers=tuple(replace(item, contains=named(item.contains)) for item in settings.offers),
        own=tuple(replace(item, contains=named(item.contains)) for item in settings.own),
    )


def _check(
    draft: MessageDraft, *, engine: Engine, company: Company, as_of: date, flow: Flow | None
) -> tuple[MessageDraft, EmailFiles | None]:
    """Return a draft with what the lints find in it, the count of a text message, and the files of an email."""
    files = (
        build_email(draft, brand=company.brand, as_of=as_of, company=company.name, engine=engine)
        if draft.email
        else None
    )
    count = count_sms(worst_case(whole_text(draft.sms), draft.merge_fields)) if draft.sms else None
    findings = lint_message(
        draft,
        brand=company.brand,
        as_of=as_of,
        company=company.name,
        country=company.country,
        flow=flow,
        html_bytes=len(files.html.encode()) if files else 0,
        text_part=files.text if files else "",
    )
    return replace(draft, findings=findings, count=count), files
