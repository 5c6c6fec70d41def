"""A question that only a person can answer, beside the facts that an answer has to reckon with."""

from __future__ import annotations

from dataclasses import dataclass

from segkit.model.argument import Section
from segkit.model.sales_cycle import Quotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What one section of the report still asks of its authors.

    ``about`` is a customer of the group, a criterion or a stage, as in :class:`~segkit.model.argument.OwnText`; ``facts`` are sentences
    with their numbers, evidence ids and sources; ``mind`` is what would change one's mind; ``value`` puts the questions in order, the
    most valuable highest. ``kind`` names the
    sentence it is put in: two questions of one kind would differ in names and numbers only.
    """

    section: Section
    about: str
    asks: str
    facts: tuple[str, ...]
    quotations: tuple[Quotation, ...] = ()
    mind: str = ""
    value: int = 0
    kind: str = ""
