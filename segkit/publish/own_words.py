"""The paragraphs that argue: segkit's own or the user's in their place, by whom, and what in them no evidence holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from segkit.analysis.study import Foundation
from segkit.analysis.tracing import Known, trace
from segkit.model.argument import OF_A_GROUP, Argument, Author, OwnText, Section
from segkit.model.company import Company
from segkit.model.evidence import Source
from segkit.publish.block import Block
from segkit.publish.blocks import Text
from segkit.publish.own_grounds import plan_ground, sales_ground, segmentation_ground
from segkit.publish.passages import known_sources
from segkit.publish.plan import Plan, make_plan
from segkit.publish.records import CITATION, Kind, Tone
from segkit.publish.sales import Sales, make_sales
from segkit.publish.worksheet import worksheet_question

SUMMARY = "own-summary"
"""The id of the block that holds the user's own summary."""
_EXAMPLE = "example-"
_UNKNOWN = re.compile(r"\(@[A-Za-z0-9][A-Za-z0-9_.:-]*\)")
"""A citation of what is no source of the report, as it stands in the paragraph then."""


def own_text(foundation: Foundation, section: Section, about: str | int = "") -> OwnText | None:
    """Return the user's own text for a section, or None where segkit's stands; one without paragraphs is not answered yet.

    ``about`` is the number of a group (group, flow, message), or the id of a criterion or a stage.
    """
    for text in foundation.company.texts:
        if text.section is section and text.paragraphs:
            named = _group_of(foundation, text.about) if section in OF_A_GROUP else text.about
            if named == about:
                return text
    return None


def author_of(foundation: Foundation, section: Section, about: str | int = "") -> Author:
    """Return who argues in a section: the writer of the own text, a user whose reason stands in the settings, or segkit."""
    text = own_text(foundation, section, about)
    if text is not None:
        return text.author
    return Author.USER if settings_reason(foundation.company, section, about) else Author.SEGKIT


def argument_for(
    foundation: Foundation,
    section: Section,
    about: str | int = "",
    paragraphs: Sequence[str] = (),
    *,
    plan: Plan | None = None,
    sales: Sales | None = None,
) -> Argument:
    """Return the paragraphs that stand in a section: the user's own, with what in them is not traced, or segkit's.

    Parameters
    ----------
    foundation : Foundation
    section : Section
    about : str or int
        The number of a group (group, flow, message), or the id of a criterion or a stage.
    paragraphs : sequence of str
        What segkit says there.
    plan, sales : Plan, Sales, optional
        What is made already; what is not, is made only where the chapters so far do not hold a figure.

    Notes
    -----
    A reason that stands in the settings is part of ``paragraphs`` already and counts as the user's, too.
    """
    text = own_text(foundation, section, about)
    own = settings_reason(foundation.company, section, about)
    if text is None and not own:
        asks = worksheet_question(foundation, section, about, plan=plan, sales=sales)
        return Argument(asks=asks) if asks else Argument(paragraphs=tuple(paragraphs))
    known = known_sources(foundation)
    said = tuple(_cited(each, known) for each in (text.paragraphs if text else paragraphs))
    written = said if text else (_cited(own, known),)
    return Argument(
        paragraphs=said,
        author=text.author if text else Author.USER,
        by=text.by if text else "",
        untraced=_untraced(written, foundation, plan=plan, sales=sales),
    )


def _cited(paragraph: str, known: Mapping[str, Source]) -> str:
    """Return a paragraph in which a citation of what is no source of the report is one no more."""
    return CITATION.sub(lambda match: match[0] if match[1] in known else f"(@{match[1]})", paragraph)


def _untraced(
    paragraphs: Sequence[str], foundation: Foundation, *, plan: Plan | None, sales: Sales | None
) -> tuple[str, ...]:
    """Return what no chapter of the report states, each once; a chapter is asked only for what those before it lack."""
    found: list[str] = []
    known = Known()
    for ground in _grounds(foundation, plan, sales):
        known |= ground
        found = [text for paragraph in paragraphs for text in trace(paragraph, known)]
        if not found:
            break
    unknown = [match[0] for paragraph in paragraphs for match in _UNKNOWN.finditer(paragraph)]
    return tuple(dict.fromkeys([*found, *unknown]))


def _grounds(foundation: Foundation, plan: Plan | None, sales: Sales | None) -> Iterator[Known]:
    yield segmentation_ground(foundation)
    made = plan or (sales.plan if sales else _plan_of(foundation))
    yield plan_ground(made)
    yield sales_ground(sales or _sales_of(made))


@lru_cache(maxsize=1)
def _plan_of(foundation: Foundation) -> Plan:
    """Return the flows of a company, for a text of the first chapter that speaks of them."""
    return make_plan(foundation)


@lru_cache(maxsize=1)
def _sales_of(plan: Plan) -> Sales:
    return make_sales(plan)


def settings_reason(company: Company, section: Section, about: str | int) -> str:
    """Return the reason that ``[[sales.criteria]]`` or ``[[sales.stages]]`` gives, or the own definition of an opportunity."""
    if section is Section.CRITERION:
        return next((own.reason for own in company.sales.criteria if own.criterion == about), "")
    if section is Section.STAGE:
        return next((own.reason for own in company.sales.stages if own.stage == about), "")
    return company.sales.opportunity if section is Section.OPPORTUNITY else ""


def summary(foundation: Foundation) -> Text | None:
    """Return what was found in the user's own words, or None where nobody wrote a summary."""
    if own_text(foundation, Section.SUMMARY) is None:
        return None
    said = argument_for(foundation, Section.SUMMARY)
    return Text(
        id=SUMMARY,
        paragraphs=said.paragraphs,
        tone=Tone.ANSWER,
        author=said.author,
        by=said.by,
        untraced=said.untraced,
    )


def sections(made: Foundation | Plan | Sales) -> tuple[tuple[Section, str | int], ...]:
    """Return every argument that a report has so far: its section, and what it is about there."""
    foundation = foundation_of(made)
    plan = made.plan if isinstance(made, Sales) else made if isinstance(made, Plan) else None
    found: list[tuple[Section, str | int]] = []
    if own_text(foundation, Section.SUMMARY) is not None:
        found.append((Section.SUMMARY, ""))
    found += [(Section.GROUP, segment.id) for segment in foundation.segmentation.summary.segments]
    if plan is not None:
        found += [(Section.FLOW, flow.segment_id) for flow in plan.flows.flows]
        found += [(Section.MESSAGE, draft.segment_id) for draft in plan.messages]
    if isinstance(made, Sales):
        found += [(Section.CRITERION, item.criterion.value) for item in made.cycle.qualification.verdicts]
        found.append((Section.OPPORTUNITY, ""))
        found += [(Section.STAGE, item.stage.value) for item in made.cycle.stages]
    return tuple(found)


def arguments(made: Foundation | Plan | Sales) -> dict[Section, tuple[Argument, ...]]:
    """Return the arguments that segkit did not write, section by section, with what in them is not traced; in a worksheet the empty fields too."""
    foundation = foundation_of(made)
    sales = made if isinstance(made, Sales) else None
    plan = sales.plan if sales else made if isinstance(made, Plan) else None
    found: dict[Section, list[Argument]] = {}
    for section, about in sections(made):
        if foundation.company.report.worksheet or author_of(foundation, section, about) is not Author.SEGKIT:
            own = settings_reason(foundation.company, section, about)
            said = argument_for(foundation, section, about, (own,), plan=plan, sales=sales)
            found.setdefault(section, []).append(said)
    return {section: tuple(said) for section, said in found.items()}


def untraced(made: Foundation | Plan | Sales) -> tuple[str, ...]:
    """Return the numbers and quotations in the user's own text that no evidence holds, each once."""
    said = (argument for group in arguments(made).values() for argument in group)
    return tuple(dict.fromkeys(text for argument in said for text in argument.untraced))


def foundation_of(made: Foundation | Plan | Sales) -> Foundation:
    """Return the foundation that chapters stand on."""
    if isinstance(made, Sales):
        return made.plan.foundation
    return made.foundation if isinstance(made, Plan) else made


def arguments_by_author(blocks: Iterable[Block | Mapping[str, Any]]) -> dict[Author, int]:
    """Count who wrote the arguments of blocks or records: groups, flows, messages, verdicts and the own summary.

    Worked examples are told from dates and amounts and argue nothing, so they do not count.

    Examples
    --------
    >>> from segkit.publish.blocks import VerdictCard
    >>> card = VerdictCard(id="criterion-need", name="Need", why=("They ask.",), author=Author.USER)
    >>> arguments_by_author([card, VerdictCard(id="example-1", name="Order 7")])[Author.USER]
    1
    """
    found = Counter(Author(record["author"]) for record in arguing(blocks))
    return {author: found[author] for author in Author}


def arguing(blocks: Iterable[Block | Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Return the records among blocks that argue."""
    found = (block.record() if isinstance(block, Block) else block for block in blocks)
    return tuple(record for record in found if _argues(record))


def _argues(record: Mapping[str, Any]) -> bool:
    if record.get("asks"):  # an empty field of a worksheet argues nothing yet
        return False
    if record["kind"] == Kind.TEXT:
        return bool(record["id"] == SUMMARY)
    if record["kind"] == Kind.VERDICT:
        return not str(record["id"]).startswith(_EXAMPLE)
    return record["kind"] in {Kind.SEGMENT, Kind.FLOW, Kind.MESSAGE}


def _group_of(foundation: Foundation, customer: str) -> int | None:
    assignments = foundation.segmentation.assignments
    return int(assignments[customer]) if customer in assignments.index else None
