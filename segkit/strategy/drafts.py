"""Drafts: the words of two flows' first messages, one as an email and one as a text where each channel fits best.

Flows, facts, evidence, ledger and pages come in; finished drafts come out, with every price, date and term traced to where it
stands, the reason for the channel, and what was left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from segkit.model.company import Company, OwnMessage
from segkit.model.document import Library
from segkit.model.evidence import EvidenceBook
from segkit.model.flow import Channel, Flow
from segkit.model.flow_facts import FlowFacts
from segkit.model.ledger import Ledger
from segkit.model.message import EmailContent, MergeField, MessageDraft, Offer, SmsContent
from segkit.model.segment import Segment
from segkit.strategy.channels import (
    Candidate,
    broken_promise,
    channel_reason,
    choose_pair,
    find_promises,
    find_research,
    list_candidates,
)
from segkit.strategy.draft_brief import Brief, find_need, is_trade, make_brief
from segkit.strategy.draft_email import ADDRESS, SENDER, write_email
from segkit.strategy.draft_notes import evidence_of, fit_sentences, left_out_sentences
from segkit.strategy.draft_own import own_message, replace_words, trace_own
from segkit.strategy.draft_sms import write_sms
from segkit.strategy.draft_statements import Statement, find_statements
from segkit.words import message_notes as notes
from segkit.words.messages import Letter, choose_letter

MERGE_FIELDS = {
    "first_name": MergeField(name="first_name", fallback="there", worst_case="Maximiliana-Alexandra"),
    "occasion": MergeField(name="occasion", fallback="a day to remember", worst_case="Wedding anniversary"),
}


def draft_messages(
    flows: Sequence[Flow],
    *,
    facts: FlowFacts,
    segments: Sequence[Segment],
    evidence: EvidenceBook,
    ledger: Ledger,
    library: Library,
    company: Company,
) -> tuple[MessageDraft, ...]:
    """Draft the first message of two flows, or of those that the user asked for or wrote.

    Parameters
    ----------
    flows : sequence of Flow
        The designed flows. A flow without a message for email or text (a person's task) gets no draft.
    facts : FlowFacts
        Reach, products and rhythms; ``as_of`` decides which offers have ended.
    segments, evidence, ledger, library, company
        What is known of the groups, the claims about them, the offers, the saved pages and studies, and the brand.

    Returns
    -------
    tuple of MessageDraft
        In the order of the flows. ``findings`` and ``count`` stay empty: the lints fill them.
    """
    by_id = {segment.id: segment for segment in segments}
    measured = {one.segment_id for one in facts.segments}
    known = [flow for flow in flows if flow.segment_id in by_id and flow.segment_id in measured]
    letters = {flow.id: _letter(flow, by_id[flow.segment_id], facts, evidence, company) for flow in known}
    candidates = list_candidates(known, facts=facts, evidence=evidence, library=library, letters=letters)
    chosen = _choose(candidates, facts=facts, company=company)
    statements = find_statements(library, ledger, sources={page.source.id for page in library.documents})
    drafts: list[MessageDraft] = []
    used: list[str] = []
    both_emails = len(chosen) == 2 and all(one.channel is Channel.EMAIL for one in chosen)
    for candidate in chosen:
        brief = make_brief(
            candidate.flow, candidate.message, facts=facts, segment=by_id[candidate.flow.segment_id], evidence=evidence,
            ledger=ledger, library=library, company=company,
            statements=statements,
        )  # fmt: skip
        draft, spent = _draft(brief, candidate, library=library, avoid=used)
        if both_emails:
            draft = replace(draft, channel_reason=(*draft.channel_reason, notes.NO_TEXT_FLOW))
        drafts.append(draft)
        used += spent
    return tuple(drafts)


def _letter(
    flow: Flow, segment: Segment, facts: FlowFacts, evidence: EvidenceBook, company: Company
) -> Letter:
    need = find_need(segment, facts.of_segment(segment.id), evidence)
    return choose_letter(flow.kind, need=need, trade=is_trade(segment, company, need=need))


def _choose(candidates: Sequence[Candidate], *, facts: FlowFacts, company: Company) -> tuple[Candidate, ...]:
    """Return the user's choice of groups and own messages, and otherwise the best pair, in the order of the flows."""
    members = {case.customer_id: one.segment_id for one in facts.segments for case in one.cases}
    members |= {one.name: one.segment_id for one in facts.segments}
    asked = {members[one] for one in company.messages.drafts if one in members}
    chosen = [_best(one for one in candidates if one.flow.segment_id == group) for group in sorted(asked)]
    if len(chosen) < 2:
        rest = choose_pair(candidates)
        chosen += [one for one in rest if one.flow.segment_id not in asked][: 2 - len(chosen)]
    for own in company.messages.own:
        group = members.get(own.contains)
        fitting = [
            one for one in candidates if one.flow.segment_id == group and one.channel.value == own.channel
        ]
        if fitting and fitting[0] not in chosen:
            chosen.append(fitting[0])
    return tuple(one for one in candidates if one in chosen)


def _best(candidates: Iterator[Candidate]) -> Candidate | None:
    return max(candidates, key=lambda one: (one.fit, one.flow.id), default=None)


def _draft(
    brief: Brief, candidate: Candidate, *, library: Library, avoid: Sequence[str]
) -> tuple[MessageDraft, tuple[str, ...]]:
    email: EmailContent | None = None
    sms: SmsContent | None = None
    statements: tuple[Statement, ...]
    offered: tuple[Offer, ...] = ()
    if candidate.channel is Channel.SMS:
        text = write_sms(brief, avoid=avoid)
        sms, statements, offered, used = text.content, text.statements, text.offers, text.used
    else:
        mail = write_email(brief, avoid=avoid)
        email, statements, offered, used = mail.content, mail.statements, mail.offers, mail.used
    own = own_message(brief, candidate.channel)
    if own is not None:
        email, sms = replace_words(own, email=email, sms=sms)
        statements, offered = (), ()
    words = written_words(email, sms)
    offers = _trace(brief, words, statements, offered, own)
    fit = fit_sentences(brief, words=words, statements=statements) if own is None else ()
    draft = MessageDraft(
        id=candidate.message.content_id,
        flow_id=brief.flow.id,
        segment_id=brief.facts.segment_id,
        segment_name=brief.facts.name,
        channel=candidate.channel,
        name=candidate.message.name,
        purpose=brief.letter.purpose,
        channel_reason=channel_reason(
            candidate, facts=brief.facts, evidence=brief.evidence, library=library, words=words
        ),
        email=email,
        sms=sms,
        merge_fields=tuple(field for name, field in MERGE_FIELDS.items() if "{{ " + name in words),
        offers=offers,
        evidence_ids=evidence_of(brief, statements),
        fit=fit,
        left_out=left_out_sentences(
            brief,
            words=words,
            channel=candidate.channel,
            research=(*find_research(library), *find_promises(library)),
        ),
        own_words=own is not None,
        stopped=_stopped(brief, candidate, library, email=email, words=words),
    )
    return draft, used


def written_words(email: EmailContent | None, sms: SmsContent | None) -> str:
    """Return everything a customer reads in a message, without the address and the way out."""
    if sms is not None:
        return sms.body
    if email is None:
        return ""
    return "\n".join(
        (
            email.subject,
            email.preheader,
            email.heading,
            *email.paragraphs,
            *email.bullets,
            email.action.label,
            *email.after_action,
        )
    )


def _trace(
    brief: Brief,
    words: str,
    statements: Sequence[Statement],
    offered: Sequence[Offer],
    own: OwnMessage | None,
) -> tuple[Offer, ...]:
    """List every price, date, fee, code and statement in the words with where it stands."""
    if own is not None:
        return trace_own(brief, words)
    ledger = {
        (entry.source_id, " ".join(entry.exact.split())): entry.id for entry in brief.entries if entry.exact
    }
    stated = [
        Offer(
            kind="term",
            text=one.text,
            source_id=one.source_id,
            entry_id=next(
                (i for (source, exact), i in ledger.items() if source == one.source_id and exact in one.text),
                "",
            ),
            exact=one.text,
        )
        for one in statements
        if one.text in words
    ]
    ahead = brief.slots.get("ahead", "")
    if ahead and ahead in words.casefold() and not any(ahead in one.text for one in stated):
        saying = [one for one in brief.statements if ahead in one.text and one.source_id in brief.pages]
        source, exact = (
            (saying[-1].source_id, saying[-1].text) if saying else (brief.flow.id, brief.flow.trigger.text)
        )
        stated.append(Offer(kind="term", text=ahead, source_id=source, exact=exact))
    named = [offer for offer in brief.offers if offer.text in words or " ".join(offer.exact.split()) in words]
    return tuple(dict.fromkeys((*named, *offered, *stated)))


def _stopped(
    brief: Brief, candidate: Candidate, library: Library, *, email: EmailContent | None, words: str
) -> str:
    """Say why a draft must not be sent yet, or return an empty text."""
    sentences = []
    reach = candidate.reach
    if reach is None or (reach.agreed == 0 and reach.refused == 0):
        sentences.append(notes.consent_missing(candidate.channel))
    elif reach.reachable == 0:
        sentences.append(notes.nobody_reachable(candidate.channel, n=reach.n_customers))
    broken = None
    if candidate.channel is Channel.SMS:
        broken = broken_promise(brief.flow, find_promises(library), words=words)
    if broken is not None:
        sentences.append(notes.breaks_promise(broken.exact, source=broken.source_id))
    missing = []
    if email is not None and email.sender == SENDER:
        missing.append("the sender")
    if email is not None and email.postal_address == ADDRESS:
        missing.append("the postal address")
    if missing:
        sentences.append(notes.fill_in(missing))
    if not brief.landing.is_known:
        sentences.append(notes.NO_PAGE)
    return " ".join(sentences)
