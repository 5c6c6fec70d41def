"""Where an order shows that a page's promise was not kept: terms given too early, a reminder that was ruled out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from segkit.analysis import ledger_patterns as cues
from segkit.analysis.ledger_statements import Material, make_conflict
from segkit.analysis.order_facts import FactKind
from segkit.model.ledger import Conflict, LedgerKind
from segkit.words import ledger as words


def find_broken_promises(material: Material) -> Iterator[Conflict]:
    """Yield the conflicts between what a page lays down and what orders record."""
    yield from _pro_forma(material)
    yield from _promises(material)


def _pro_forma(material: Material) -> Iterator[Conflict]:
    """Hold "pro forma for the first two orders" against terms that an early order of such a customer had."""
    for one in material.of(LedgerKind.POLICY):
        match = cues.PRO_FORMA.search(one.entry.exact)
        if one.about != "pro forma" or not match or not one.scope.audiences:
            continue
        count = cues.count_of(match)
        for fact, entry in material.facts:
            tags = cues.name_set(" ".join(fact.tags), cues.AUDIENCES)
            credit = re.search(r"(?i)\bnet\b|\d+\s*(?:days|tage)", fact.subject)
            if (
                fact.kind is FactKind.TERMS
                and credit
                and one.scope.audiences <= tags
                and fact.earliest <= count
            ):
                sentence = words.say_pro_forma(
                    material.where(one.entry),
                    words=" ".join(one.entry.exact.split()),
                    terms=fact.subject,
                    order=fact.locator,
                    place=fact.earliest,
                )
                yield make_conflict([one.entry, entry], sentence, words.RULE_TERMS)


def _promises(material: Material) -> Iterator[Conflict]:
    """Hold "we do not chase schools in August" against notes that record a reminder to a school in August."""
    for one in material.of(LedgerKind.POLICY):
        done = next((name for name in cues.CONTACT if one.about == f"no {name}"), "")
        months = set(re.findall(cues.MONTH_WORD, one.entry.exact.lower()))
        if not done or not months or not one.scope.audiences:
            continue
        for passage, entry in material.notes:
            text = passage.text
            when = cues.DONE_IN.search(text)
            if (
                when
                and when["month"].lower() in months
                and re.search(cues.CONTACT[done], text, re.IGNORECASE)
                and not cues.DENIED.search(text)
                and one.scope.audiences <= cues.name_set(text, cues.AUDIENCES)
            ):
                sentence = words.say_broken_promise(
                    material.where(one.entry),
                    words=" ".join(one.entry.exact.split()),
                    order=passage.locator,
                    note=text,
                )
                yield make_conflict([one.entry, entry], sentence, words.RULE_PROMISE)
