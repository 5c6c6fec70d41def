"""What a draft says about itself: why these words for this group, on which evidence, and what was kept out."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Collection, Iterator, Sequence

from segkit.model.evidence import Direction, SourceType
from segkit.model.factor import Factor
from segkit.model.flow import Channel, Delay
from segkit.strategy.channels import Finding, most_messages, names_offer
from segkit.strategy.draft_brief import Brief
from segkit.strategy.draft_names import name_product
from segkit.strategy.draft_statements import Statement, content_words
from segkit.strategy.offers import find_codes, left_out_conflicts, own_offers
from segkit.words import message_notes as notes
from segkit.words.figures import format_count, plural

MOST_FIT = 4
_SHARED_WORDS = 2
_SHORT = 90
_LONG_WAIT = 7
"""Days from which a wait says something about the customer."""
_EVERYDAY = content_words(
    "order orders ordered day days week weeks month months year first second shop customers use take day last every each other named wanted want"
)
"""Words that two sentences about a shop share without meaning the same."""
_APART = "do not overlap"
_ABOUT_BUYING = (Factor.BEHAVIORAL, Factor.NEED_BASED, Factor.TECHNOGRAPHIC)
_TAGS = re.compile(r"\{\{.*?\}\}|https?://\S+")
_PAUSE = re.compile(r"[^.]*\b(?:pause|drawer|no reason to buy|leave it)\b[^.]*\.", re.IGNORECASE)
_ENOUGH = re.compile(
    r"\b(?:drawer|store room|full|enough|stopped|still (?:filling|had)|pause)\b", re.IGNORECASE
)
_ABOUT_OFFERS = re.compile(r"\b(?:discounts?|codes?|cheaper|offers?)\b|\d ?%", re.IGNORECASE)
_TOO_MANY = re.compile(
    r"\b(?:too many|second (?:promotional )?(?:text|message|email)|do(?:es)? not want to hear|opt(?:ed)? out|unsubscrib\w+)\b",
    re.IGNORECASE,
)
_ABSENT = re.compile(r"^None of|\b0 %|\bonly\b", re.IGNORECASE)
"""Claims about what a group does not do say little of a message's fit."""


def fit_sentences(brief: Brief, *, words: str, statements: Sequence[Statement]) -> tuple[str, ...]:
    """Say why these words fit this group, each time with a figure or a piece of evidence, each piece once."""
    answers: dict[str, str] = {}
    for evidence, sentence in _answers(brief, statements):
        answers.setdefault(evidence, sentence)
    found = [
        *answers.values(),
        *_rests(brief, words, told=answers),
        *_goods(brief, words),
        *_against(brief, words, told=answers),
        *_measured(brief),
        *_timed(brief),
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
    _, codes = find_codes(brief.entries, brief.audience, pages=pages, around=brief.around)
    _, ended = own_offers(brief.company, audience=brief.audience)
    found = [
        *left_out_conflicts(brief.ledger, pages=pages, audience=brief.audience),
        *codes,
        *ended,
        *_other_runs(brief, words),
    ]
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
            known = {one.id for one in brief.evidence.of_segment(brief.facts.segment_id)}
            yield (
                name,
                notes.answers(
                    short, page=statement.source_id, evidence=name, exact=exact, is_source=name not in known
                ),
            )


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
    words = _matter(statement.text)
    shared = [(len(words & _matter(exact)), (name, exact)) for name, exact in (*found, *brief.research)]
    count, best = max(shared, key=lambda pair: pair[0], default=(0, ("", "")))
    return best if count >= _SHARED_WORDS else ("", "")


def _rests(brief: Brief, words: str, *, told: Collection[str]) -> Iterator[str]:
    """Yield the first finding of research whose point the words make and that no statement has answered yet."""
    written = _matter(words)
    research = {one.id for one in brief.evidence.sources if one.type is SourceType.RESEARCH}
    for item in brief.evidence.supporting(brief.facts.segment_id):
        if item.quote is None or item.source_id not in research or item.id in told:
            continue
        if len(written & _matter(item.quote.exact)) >= _SHARED_WORDS:
            yield notes.rests_on_finding(item.quote.exact, evidence=item.id)
            return


def _matter(text: str) -> frozenset[str]:
    """Return the words of a text that tell what it is about: no address, no figure, nothing every shop says."""
    words = content_words(_TAGS.sub(" ", text)) - _EVERYDAY
    return frozenset(word for word in words if not any(char.isdigit() for char in word))


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
    """Yield why the message comes when it comes, where that was measured: the longest wait before it, or the silence that starts it."""
    test = next((one for one in brief.facts.tests if one.kind == brief.flow.kind), None)
    if test is None or not test.wait_reason:
        return
    measured = test.wait_reason.rstrip(".").casefold()
    waits = [
        node
        for node in brief.flow.nodes
        if isinstance(node, Delay)
        and _LONG_WAIT <= node.days <= brief.days
        and measured in node.reason.casefold()
    ]
    if waits:
        yield notes.comes_when(max(waits, key=lambda node: node.days).reason)
    elif brief.flow.trigger.days_since_order and brief.flow.trigger.days_since_order == test.wait_days:
        yield notes.comes_when(f"{plural(test.wait_days, 'day')}: {test.wait_reason}")


def _against(brief: Brief, words: str, *, told: Collection[str]) -> Iterator[str]:
    """Yield the findings that speak against the group's story, and how the message takes each where it does."""
    for item in brief.evidence.against(brief.facts.segment_id):
        if item.quote is not None and item.id not in told:
            answer = _answer(brief, words, item.quote.exact)
            yield notes.takes_seriously(item.quote.exact, evidence=item.id, answer=answer)


def _answer(brief: Brief, words: str, finding: str) -> str:
    """Return how a message takes a finding against it: its own words, a way to say no, no discount or one message."""
    pause = _PAUSE.search(words) if _ENOUGH.search(finding) else None
    if pause:
        return f"the message says “{' '.join(pause.group(0).split())}”"
    if brief.letter.skip and brief.message.channel is Channel.EMAIL and brief.landing.is_known:
        return f"the message offers “{brief.letter.skip}”"
    if _ABOUT_OFFERS.search(finding) and not names_offer(words):
        return "no discount is offered"
    if _TOO_MANY.search(finding) and most_messages(brief.flow) == 1:
        return "there is one message"
    return ""


def _other_runs(brief: Brief, words: str) -> Iterator[str]:
    """Yield which run the words are for where the flow runs before several days, and what the others need."""
    named = brief.slots.get("deadline", "")
    if not named or named not in words:
        return
    days = [(f"{one.day} {month_name[one.month]}", one.exact, one.source_id) for one in brief.deadlines]
    others = [one for one in days if not re.search(rf"(?<!\d){re.escape(one[0])}\b", named)]
    if others:
        yield notes.other_run(named, days=others)


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
    days = brief.flow.trigger.days_since_order
    if days and days >= _LONG_WAIT and str(days) not in words:
        yield notes.tracking_left_out(plural(days, "day"))
    if brief.facts.holds:
        yield notes.holds_left_out(format_count(brief.facts.holds))
