"""What a draft says about itself: why these words for this group, on which evidence, and what was kept out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from segkit.model.evidence import Direction, SourceType
from segkit.model.factor import Factor
from segkit.model.flow import Channel, Delay
from segkit.strategy.channels import Finding
from segkit.strategy.draft_brief import Brief
from segkit.strategy.draft_names import name_product
from segkit.strategy.draft_statements import Statement, content_words
from segkit.strategy.offers import find_codes, left_out_conflicts, own_offers
from segkit.words import message_notes as notes
from segkit.words.figures import format_count, plural
from segkit.words.messages import pick

MOST_FIT = 4
_SHARED_WORDS = 2
_SHORT = 90
_LONG_WAIT = 7
"""Days from which a wait says something about the customer."""
_EVERYDAY = content_words(
    "order orders ordered day days week weeks month months year first second shop customers use take day last"
)
"""Words that two sentences about a shop share without meaning the same."""
_APART = "do not overlap"
_ABOUT_BUYING = (Factor.BEHAVIORAL, Factor.NEED_BASED, Factor.TECHNOGRAPHIC)
_ABSENT = re.compile(r"^None of|\b0 %|\bonly\b", re.IGNORECASE)
"""Claims about what a group does not do say little of a message's fit."""


def fit_sentences(brief: Brief, *, words: str, statements: Sequence[Statement]) -> tuple[str, ...]:
    """Say why these words fit this group, each time with a figure or a piece of evidence, each piece once."""
    answers: dict[str, str] = {}
    for evidence, sentence in _answers(brief, statements):
        answers.setdefault(evidence, sentence)
    found = [
        *answers.values(),
        *_rests(brief, told=answers),
        *_goods(brief, words),
        *_against(brief, words, told=answers),
        *_measured(brief),
        *_timed(brief),
        *_page(brief),
    ]
    return tuple(dict.fromkeys(found))[:MOST_FIT]


def evidence_of(brief: Brief, statements: Sequence[Statement]) -> tuple[str, ...]:
    """Return the evidence that a draft rests on: what it answers, the page it leads to, and what speaks against it."""
    known = {one.id for one in brief.evidence.of_segment(brief.facts.segment_id)}
    answered = [
        name for statement in statements for name, _ in [_answered(brief, statement)] if name in known
    ]
    page = [
        one.id
        for one in brief.evidence.of_segment(brief.facts.segment_id)
        if one.source_id == brief.landing.source_id
    ]
    first = [one.id for one in brief.evidence.supporting(brief.facts.segment_id)[:1]]
    against = [one.id for one in brief.evidence.against(brief.facts.segment_id)[-1:]]
    return tuple(dict.fromkeys((*answered, *first, *page, *against, *brief.flow.evidence_ids)))


def left_out_sentences(
    brief: Brief, *, words: str, channel: Channel, research: Sequence[Finding]
) -> tuple[str, ...]:
    """Say what was kept out of a message and why."""
    pages = [brief.landing.source_id, *brief.pages]
    _, codes = find_codes(brief.entries, brief.audience, pages=pages)
    _, ended = own_offers(brief.company, audience=brief.audience)
    found = [*left_out_conflicts(brief.ledger, pages=pages, audience=brief.audience), *codes, *ended]
    if channel is Channel.SMS:
        found += _one_text(research)
    if brief.letter.skip and channel is Channel.EMAIL and brief.landing.is_known:
        found.append(notes.skip_to_set_up(brief.letter.skip))
    return tuple(dict.fromkeys((*found, *_traits(brief), *_timing(brief, words))))


def _answers(brief: Brief, statements: Sequence[Statement]) -> Iterator[tuple[str, str]]:
    """Yield the finding that each statement answers, and the sentence that says so."""
    for statement in statements:
        name, exact = _answered(brief, statement)
        if name:
            short = (
                statement.text
                if len(statement.text) <= _SHORT
                else f"{statement.text[:_SHORT].rsplit(' ', 1)[0]} …"
            )
            yield name, notes.answers(short, page=statement.source_id, evidence=name, exact=exact)


def _answered(brief: Brief, statement: Statement) -> tuple[str, str]:
    """Return the finding that a statement shares most words with: a piece of evidence, or a sentence of a study it cites."""
    research = {
        one.id for one in brief.evidence.sources if one.type in (SourceType.RESEARCH, SourceType.SURVEY)
    }
    found = [
        (item.id, item.quote.exact)
        for item in brief.evidence.of_segment(brief.facts.segment_id)
        if item.quote is not None and item.source_id in research
    ]
    words = statement.words - _EVERYDAY
    shared = [(len(words & content_words(exact)), (name, exact)) for name, exact in (*found, *brief.research)]
    count, best = max(shared, key=lambda pair: pair[0], default=(0, ("", "")))
    return best if count >= _SHARED_WORDS else ("", "")


def _rests(brief: Brief, *, told: Collection[str]) -> Iterator[str]:
    """Yield the first finding of research that supports the group's story and that no statement has answered yet."""
    research = {one.id for one in brief.evidence.sources if one.type is SourceType.RESEARCH}
    for item in brief.evidence.supporting(brief.facts.segment_id):
        if item.quote is not None and item.source_id in research and item.id not in told:
            yield notes.rests_on_finding(item.quote.exact, evidence=item.id)
            return


def _goods(brief: Brief, words: str) -> Iterator[str]:
    """Yield the product that the message names and how many of the group bought it."""
    for level in brief.facts.products:
        item = name_product(level.name).item
        if item and item in words:
            yield notes.names_product(item, k=level.customers, n=brief.facts.size, orders=level.orders)
            return


def _measured(brief: Brief) -> Iterator[str]:
    """Yield the measured claim that speaks most of the goods and the need the message is about."""
    said = content_words(
        f"{brief.slots.get('goods', '')} {brief.slots.get('core', '')} {brief.need.replace('_', ' ')}"
    )
    said -= content_words(brief.company.name)
    items = [
        item
        for item in (*brief.evidence.supporting(brief.facts.segment_id), *brief.evidence.appendix)
        if item.segment_id == brief.facts.segment_id
        and item.statistic is not None
        and item.direction is Direction.SUPPORTS
        and item.factor in _ABOUT_BUYING
        and not item.in_model  # what made the group proves nothing about the words
        and not _ABSENT.search(item.claim.split(";")[0])
    ]
    near = [(len(content_words(item.claim.split(";")[0]) & said), item) for item in items]
    ranked = sorted((pair for pair in near if pair[0]), key=lambda pair: (-pair[0], items.index(pair[1])))
    for _, item in ranked[:1]:
        yield notes.rests_on(item.claim, evidence=item.id)


def _timed(brief: Brief) -> Iterator[str]:
    """Yield why the message comes when it comes: the longest wait before it, or the state that starts the flow."""
    before = [
        node
        for node in brief.flow.nodes
        if isinstance(node, Delay) and node.reason and node.days <= brief.days
    ]
    waits = [node for node in before if node.days >= _LONG_WAIT]
    if waits:
        yield notes.comes_when(max(waits, key=lambda node: node.days).reason)
    elif brief.flow.trigger.days_since_order:
        yield notes.comes_when(brief.flow.trigger.text)


def _page(brief: Brief) -> Iterator[str]:
    if brief.landing.reason and brief.landing.title:
        yield notes.leads_to(brief.landing.title, evidence=brief.landing.reason)


def _against(brief: Brief, words: str, *, told: Collection[str]) -> Iterator[str]:
    """Yield how the message takes the findings that speak against the group's story."""
    for item in brief.evidence.against(brief.facts.segment_id):
        if item.quote is not None and item.id not in told:
            pause = re.search(
                r"[^.]*\b(?:pause|drawer|no reason to buy|leave it)\b[^.]*\.", words, re.IGNORECASE
            )
            skip = brief.letter.skip if brief.message.channel is Channel.EMAIL else ""
            yield notes.takes_seriously(
                item.quote.exact,
                evidence=item.id,
                request=pick(brief.letter.action, brief.slots),
                skip=skip,
                words=" ".join(pause.group(0).split()) if pause else "",
            )


def _one_text(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the limit of one text a flow, with the study or promise behind it."""
    texts = [one for one in findings if one.channel is Channel.SMS]
    reason = next((one for one in texts if one.against), texts[0] if texts else None)
    yield notes.one_text(reason.exact if reason else "", source=reason.source_id if reason else "")


def _traits(brief: Brief) -> Iterator[str]:
    """Yield the personal trait that sets the group apart most plainly, and that the message does not hint at."""
    private = [
        one
        for one in (*brief.evidence.evidence, *brief.evidence.appendix)
        if one.segment_id == brief.facts.segment_id
        and one.factor is Factor.DEMOGRAPHIC
        and one.statistic is not None
        and (
            _APART in one.claim
            or (one.statistic.k_group == one.statistic.n_group and one.statistic.k_rest == 0)
        )
    ]
    if private:
        yield notes.trait_left_out(private[0].claim, evidence=private[0].id)
    if brief.need == "gift":
        yield notes.PRIVATE_WORDS


def _timing(brief: Brief, words: str) -> Iterator[str]:
    days = brief.flow.trigger.days_since_order or brief.days
    if days >= _LONG_WAIT and str(days) not in words:
        yield notes.tracking_left_out(plural(days, "day"))
    if brief.facts.holds:
        yield notes.holds_left_out(format_count(brief.facts.holds))
