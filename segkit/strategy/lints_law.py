"""Rules that repeat what the law is commonly read to ask of messages. Not legal advice: a checklist for people.

References
----------
CAN-SPAM Act, 15 U.S.C. 7701-7713; RFC 8058, one-click unsubscribe; Regulation (EU) 2016/679, articles 6, 7 and 21.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from segkit.model.flow import Channel
from segkit.model.message import LintFinding, Severity
from segkit.strategy.lint_reading import Reading, finding

NOT_ADVICE = "not legal advice"
_LEAVE = re.compile(
    r"unsubscrib|opt(?:ing)? out|opt-out|stop (?:these|getting|receiving)|leave (?:the|this|our) list|no longer",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\b(?:because|as you|since you|you (?:asked|signed|agreed|are getting|get|receive))\b", re.IGNORECASE
)
_FAKE_REPLY = re.compile(r"\s*(?:re|fwd?|aw|wg)\s*:", re.IGNORECASE)
_STOP = re.compile(r"\b(?:STOP|END|CANCEL|UNSUBSCRIBE|QUIT)\b")
_RATES_COUNTRIES = frozenset({"US", "CA"})
_NIGHT = (21, 8)
"""Nothing may be sent from 21 to 8, as the rule for text messages is commonly read."""


def check_address(reading: Reading) -> Iterator[LintFinding]:
    """Check that an email names a postal address."""
    address = reading.email.postal_address
    if len(re.findall(r"\w+", address)) < 3:
        yield finding(
            "postal-address",
            Severity.ERROR,
            f"The email names no postal address; it must ({NOT_ADVICE}).",
            "Set postal_address in the [brand] table of company.toml.",
            address,
        )


def check_unsubscribe(reading: Reading) -> Iterator[LintFinding]:
    """Check that an email says how to leave, visibly, and lets mail programs do it in one click."""
    words = reading.email.unsubscribe
    if not _LEAVE.search(words):
        yield finding(
            "unsubscribe",
            Severity.ERROR,
            f"The email does not say how to leave; it must ({NOT_ADVICE}).",
            "Say that they can unsubscribe, without a login, a fee or a reason.",
            words,
        )
    elif not _WHY.search(words):
        yield finding(
            "unsubscribe-why",
            Severity.NOTE,
            "The footer does not say why they get this email.",
            "Say what they agreed to.",
            words,
        )
    address = reading.brand.unsubscribe_url
    if not address:
        yield finding(
            "unsubscribe-address",
            Severity.WARNING,
            "No address for leaving is known, so the file asks people to write; large mail services want one click.",
            "Set unsubscribe_url in the [brand] table of company.toml.",
        )
    elif not address.startswith("https://"):
        yield finding(
            "unsubscribe-address",
            Severity.ERROR,
            f"The address for leaving is not https; large mail services ask for it ({NOT_ADVICE}).",
            "Give an https address.",
            address,
        )


def check_honest_subject(reading: Reading) -> Iterator[LintFinding]:
    """Check that a subject does not pretend to answer."""
    subject = reading.email.subject
    if _FAKE_REPLY.match(subject):
        yield finding(
            "subject-false-reply",
            Severity.ERROR,
            f"The subject pretends to answer or forward something ({NOT_ADVICE}).",
            "Begin with what the email is about.",
            subject,
        )


def check_opt_out(reading: Reading) -> Iterator[LintFinding]:
    """Check that a text message says how to stop."""
    said = f"{reading.sms.body} {reading.sms.opt_out}"
    if not _STOP.search(said):
        yield finding(
            "sms-opt-out",
            Severity.ERROR,
            f"The text message does not say how to stop; it must ({NOT_ADVICE}).",
            'Add "Reply STOP to opt out".',
            reading.sms.opt_out,
        )
    if reading.country in _RATES_COUNTRIES and not re.search(r"\bHELP\b", said):
        yield finding(
            "sms-first-message",
            Severity.NOTE,
            f"In this country a first text message also names HELP and says that message and data rates may apply ({NOT_ADVICE}).",
            "Add both to the message that confirms the sign-up.",
        )


def check_answer(reading: Reading) -> Iterator[LintFinding]:
    """Check that an answer with STOP arrives: a sender that is a name, not a number, cannot be answered."""
    sms = reading.sms
    said = f"{sms.body} {sms.opt_out}"
    named = re.search(r"[A-Za-z]", sms.sender) is not None
    if named and re.search(r"\breply\b", said, re.IGNORECASE) and not re.search(r"\d{4,}", said):
        yield finding(
            "sms-answer",
            Severity.WARNING,
            f"Nobody can answer the sender {sms.sender!r}: phones answer numbers, not names, so STOP would reach nobody.",
            'Set sms_sender to a number that takes answers, or write "Text STOP to" and such a number.',
            sms.opt_out,
        )


def check_quiet_hours(reading: Reading) -> Iterator[LintFinding]:
    """Check that the flow sends no text message at night."""
    flow = reading.flow
    if flow is None or reading.draft.channel is not Channel.SMS:
        return
    quiet = flow.quiet_hours
    if quiet.start == quiet.end:
        yield finding(
            "quiet-hours",
            Severity.ERROR,
            f"The flow has no quiet hours, so a text message can wake people ({NOT_ADVICE}).",
            "Set quiet_start and quiet_end in the [flows] table of company.toml.",
        )
    elif not _covers_night(quiet.start, quiet.end):
        sentence = (
            f"The flow's quiet hours, {quiet.start}:00 to {quiet.end}:00, leave out a part of the night."
        )
        yield finding(
            "quiet-hours",
            Severity.WARNING,
            sentence,
            f"Let them reach at least from {_NIGHT[0]}:00 to {_NIGHT[1]}:00.",
        )


def _covers_night(start: int, end: int) -> bool:
    silent = {hour % 24 for hour in range(start, end if end > start else end + 24)}
    evening, morning = _NIGHT
    return {hour % 24 for hour in range(evening, morning + 24)} <= silent


EMAIL_LAW_LINTS = (check_address, check_unsubscribe, check_honest_subject)
"""Rules for emails."""
SMS_LAW_LINTS = (check_opt_out, check_answer, check_quiet_hours)
"""Rules for text messages."""
