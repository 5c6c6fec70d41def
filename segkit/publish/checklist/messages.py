"""The drafts: complete, of one purpose and one request, true, argued for, and clean by the checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from segkit.model.argument import Section
from segkit.model.checklist import ChecklistItem
from segkit.model.message import LintFinding, MessageDraft, Severity
from segkit.publish.checklist.arguments import TEXTS, Arguments, ask_for_own_words, own_words
from segkit.publish.checklist.judging import Asked, Found, first_of, judge, yours
from segkit.words.figures import join_words, plural

TASK = "3 Drafts"
WANTED = 2
ABOUT = (
    ("draft_purpose", ("purpose-",)),
    ("draft_action", ("action-", "second-request", "quiet-links")),
    ("draft_fit", ("private-", "segment-", "tracking-")),
    ("draft_offers", ("offer-", "false-urgency")),
    (
        "draft_hygiene",
        ("opt-out", "unsubscribe-", "sender-", "reply-to-", "postal-", "quiet-hours", "sms-"),
    ),
)
"""Which item a finding of the checks belongs to, by the beginning of its id; every other belongs to the drafts as a whole."""
_MEND = "Write the message in your own words in [[messages.own]] of company.toml; the checks run again."
_WORDS = ask_for_own_words("draft_words", "Why this channel for each draft,")
ASKED = (
    Asked(
        id="drafts", item="Drafted content of two of the flows, ready to send", criterion="C20", close=_MEND
    ),
    Asked(id="draft_purpose", item="One purpose for each draft", criterion="C21", close=_MEND),
    Asked(
        id="draft_action",
        item="One clear call to action in each draft, on the right page",
        criterion="C22",
        close="Set action_label and action_url in [[messages.own]] of company.toml.",
    ),
    Asked(id="draft_fit", item="Words that rest on evidence of the group", criterion="C23", close=_MEND),
    Asked(
        id="draft_offers",
        item="Every price, code and deadline stands on a saved page or in your settings, and has not ended",
        criterion="C24",
        close="Take the offer out, save the page that makes it, or state it in [[messages.offer]].",
    ),
    Asked(
        id="draft_method",
        item="Why this method of communication, with the other channel weighed",
        criterion="C25",
        close=f"Say {TEXTS} why this channel, with how many it reaches.",
    ),
    Asked(
        id="draft_hygiene",
        item="Sender, way out and quiet hours; the parts of a text message counted",
        criterion="C26",
        close="Fill in sender, postal_address and sms_sender under [brand] in company.toml.",
    ),
    _WORDS,
)
_TACT = Asked(
    id="tact",
    item="Tact: how each message reads to the person who gets it",
    criterion="C23",
    close="Read each draft aloud as its receiver; say nothing that they would wonder how you know.",
)


def check_messages(drafts: Sequence[MessageDraft], *, arguments: Arguments) -> Iterator[ChecklistItem]:
    """Yield the items on drafts."""
    found = {
        "drafts": _drafts(drafts),
        "draft_purpose": _each(drafts, "draft_purpose", "name one purpose", lambda one: bool(one.purpose)),
        "draft_action": _each(drafts, "draft_action", "make one request", _asks_once),
        "draft_fit": _each(drafts, "draft_fit", "rest on evidence of their group", _fits),
        "draft_offers": _offers(drafts),
        "draft_method": _each(drafts, "draft_method", "argue for their channel and weigh the other", _argues),
        "draft_hygiene": _each(drafts, "draft_hygiene", "have sender and way out", _is_clean),
        _WORDS.id: own_words(arguments, {Section.MESSAGE: len(drafts)}, where=_place(drafts[:1])),
    }
    yield from judge(TASK, ASKED, found)
    if drafts:
        yield yours(TASK, _TACT, _place(drafts[:1]))


def _place(drafts: Sequence[MessageDraft]) -> str:
    return first_of([f"message-{draft.id}" for draft in drafts])


def _errors(draft: MessageDraft, item_id: str) -> list[LintFinding]:
    """Return the errors that the checks found in a draft and that belong to an item."""
    return [
        finding
        for finding in draft.findings
        if finding.severity is Severity.ERROR and _item_of(finding) == item_id
    ]


def _item_of(finding: LintFinding) -> str:
    return next((item_id for item_id, starts in ABOUT if finding.id.startswith(starts)), "drafts")


def _mended(found: Sequence[LintFinding]) -> str:
    """Return what the checks say is the way out, each once."""
    return " ".join(dict.fromkeys(finding.fix for finding in found))


def _each(
    drafts: Sequence[MessageDraft], item_id: str, what: str, holds: Callable[[MessageDraft], bool]
) -> Found:
    """Judge every draft by one question and by the errors that belong to it."""
    errors = [finding for draft in drafts for finding in _errors(draft, item_id)]
    lacking = [draft for draft in drafts if not holds(draft) or _errors(draft, item_id)]
    total = len(drafts)
    why = f"{sum(map(holds, drafts))} of {plural(total, 'draft')} {what}"
    if errors:
        why += f"; {plural(len(errors), 'error')} found: {errors[0].sentence.rstrip('.')}"
    return Found(
        met=total >= WANTED and not lacking,
        some=total > 0,
        why=why,
        where=_place(lacking or drafts[:1]),
        close=_mended(errors),
    )


def _drafts(drafts: Sequence[MessageDraft]) -> Found:
    flows = {draft.flow_id for draft in drafts}
    stopped = [draft for draft in drafts if draft.stopped]
    errors = [finding for draft in drafts for finding in _errors(draft, "drafts")]
    thin = [draft for draft in drafts if not _complete(draft)]
    why = f"{plural(len(drafts), 'draft')} of {plural(len(flows), 'flow')}, {len(drafts) - len(stopped)} ready to send"
    if errors:
        why += f"; {plural(len(errors), 'error')} found: {errors[0].sentence.rstrip('.')}"
    elif stopped:
        why += f"; {stopped[0].stopped.rstrip('.')}"
    faulty = [draft for draft in drafts if draft in stopped or draft in thin or _errors(draft, "drafts")]
    return Found(
        met=len(flows) >= WANTED and not faulty,
        some=bool(drafts),
        why=why,
        where=_place(faulty or drafts[:1]),
        close=_mended(errors),
    )


def _complete(draft: MessageDraft) -> bool:
    """Return whether a draft has all its parts: fallbacks, and for an email subject, preview and the words for a picture."""
    if any(not field.fallback for field in draft.merge_fields):
        return False
    if draft.email is None:
        return draft.sms is not None and bool(draft.sms.body)
    email = draft.email
    return bool(email.subject and email.preheader and email.paragraphs) and (
        email.image is None or bool(email.image.alt)
    )


def _asks_once(draft: MessageDraft) -> bool:
    if draft.email is not None:
        return bool(draft.email.action.label and draft.email.action.url)
    return draft.sms is not None and bool(draft.sms.url or draft.sms.body)


def _fits(draft: MessageDraft) -> bool:
    return bool(draft.evidence_ids) and bool(draft.fit)


def _argues(draft: MessageDraft) -> bool:
    """Return whether a draft says why its channel, in more than one sentence and with a count."""
    return len(draft.channel_reason) > 1 and any(character.isdigit() for character in draft.channel_reason[0])


def _is_clean(draft: MessageDraft) -> bool:
    if draft.email is not None:
        return bool(draft.email.sender and draft.email.unsubscribe and draft.email.postal_address)
    return draft.sms is not None and bool(draft.sms.sender and draft.sms.opt_out and draft.count is not None)


def _offers(drafts: Sequence[MessageDraft]) -> Found:
    offers = [offer for draft in drafts for offer in draft.offers]
    loose = [offer for offer in offers if not offer.source_id or offer.ended]
    errors = [finding for draft in drafts for finding in _errors(draft, "draft_offers")]
    faulty = [draft for draft in drafts if _errors(draft, "draft_offers") or set(draft.offers) & set(loose)]
    why = f"{len(offers) - len(loose)} of {plural(len(offers), 'offer')} traced to their source"
    if not offers:
        why = "no offer is made"
    if loose:
        why += f"; look at {join_words([f'“{offer.text}”' for offer in loose])}"
    if errors:
        why += f"; {plural(len(errors), 'error')} found: {errors[0].sentence.rstrip('.')}"
    return Found(
        met=len(drafts) >= WANTED and not faulty,
        some=bool(drafts),
        why=why,
        where=_place(faulty or drafts[:1]),
        close=_mended(errors),
    )
