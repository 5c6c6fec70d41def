"""The paragraphs that argue: segkit's own or the user's in their place, by whom, and what in them no evidence holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from segkit.analysis.study import Foundation
from segkit.model.argument import OF_A_GROUP, Author, OwnText, Section
from segkit.model.company import Company
from segkit.publish.block import Block
from segkit.publish.records import Kind

SUMMARY = "own-summary"
"""The id of the block that holds the user's own summary."""
_EXAMPLE = "example-"


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


def settings_reason(company: Company, section: Section, about: str | int) -> str:
    """Return the reason that ``[[sales.criteria]]`` or ``[[sales.stages]]`` gives, or the own definition of an opportunity."""
    if section is Section.CRITERION:
        return next((own.reason for own in company.sales.criteria if own.criterion == about), "")
    if section is Section.STAGE:
        return next((own.reason for own in company.sales.stages if own.stage == about), "")
    return company.sales.opportunity if section is Section.OPPORTUNITY else ""


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
    if record["kind"] == Kind.TEXT:
        return bool(record["id"] == SUMMARY)
    if record["kind"] == Kind.VERDICT:
        return not str(record["id"]).startswith(_EXAMPLE)
    return record["kind"] in {Kind.SEGMENT, Kind.FLOW, Kind.MESSAGE}


def _group_of(foundation: Foundation, customer: str) -> int | None:
    assignments = foundation.segmentation.assignments
    return int(assignments[customer]) if customer in assignments.index else None
