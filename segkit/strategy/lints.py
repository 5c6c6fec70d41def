"""What is checked in a message before anybody may send it: one small function a rule, each with its way out.

`lint_message` asks all of them. Rules about law repeat what the law is commonly read to ask; they are not legal advice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from segkit.model.company import BrandSettings
from segkit.model.flow import Channel, Flow
from segkit.model.message import LintFinding, MessageDraft, Severity
from segkit.strategy.lint_reading import Reading, finding, read_draft
from segkit.strategy.lints_action import ACTION_LINTS
from segkit.strategy.lints_email import EMAIL_LINTS
from segkit.strategy.lints_law import EMAIL_LAW_LINTS, SMS_LAW_LINTS
from segkit.strategy.lints_offers import OFFER_LINTS
from segkit.strategy.lints_privacy import PRIVACY_LINTS
from segkit.strategy.lints_sms import SMS_LINTS
from segkit.strategy.lints_tone import TONE_LINTS
from segkit.strategy.liquid import check_liquid, fields_of, render_liquid

_Lint = Callable[[Reading], Iterator[LintFinding]]
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def lint_message(
    draft: MessageDraft,
    *,
    brand: BrandSettings,
    as_of: date,
    company: str = "",
    country: str = "",
    flow: Flow | None = None,
    html_bytes: int = 0,
    text_part: str = "",
) -> tuple[LintFinding, ...]:
    """Return what is wrong with a draft, the worst first; the same for our drafts and the user's own words.

    Parameters
    ----------
    draft : MessageDraft
        An email or a text message.
    brand : BrandSettings
        Who speaks, and in which tone.
    as_of : date
        The end of observation; an offer that ends before it has ended.
    company : str, optional
        The company's name: how a text message may begin.
    country : str, optional
        Two letters; some rules hold in one country only.
    flow : Flow, optional
        The flow that sends it, for its quiet hours.
    html_bytes, text_part : int, str, optional
        The size of the email's HTML and its plain-text part, once they are built.

    See Also
    --------
    segkit.publish.emails.build_email : makes the files whose size and text part are checked.
    """
    reading = read_draft(
        draft,
        brand=brand,
        as_of=as_of,
        company=company,
        country=country,
        flow=flow,
        html_bytes=html_bytes,
        text_part=text_part,
    )
    found = [item for lint in _lints_for(draft) for item in lint(reading)]
    return tuple(sorted(dict.fromkeys(found), key=lambda item: _ORDER[item.severity]))


def _lints_for(draft: MessageDraft) -> Sequence[_Lint]:
    lints: list[_Lint] = [check_content, check_fields, check_gaps, *OFFER_LINTS, *PRIVACY_LINTS, *TONE_LINTS]
    if draft.email is not None:
        lints += [*EMAIL_LINTS, *ACTION_LINTS, *EMAIL_LAW_LINTS]
    if draft.sms is not None:
        lints += [*SMS_LINTS, *SMS_LAW_LINTS]
    return lints


def check_content(reading: Reading) -> Iterator[LintFinding]:
    """Check that a draft holds the content of its channel."""
    draft = reading.draft
    wanted = {Channel.EMAIL: draft.email, Channel.SMS: draft.sms}
    if draft.channel in wanted and wanted[draft.channel] is None:
        name = {Channel.EMAIL: "an email", Channel.SMS: "a text message"}[draft.channel]
        yield finding(
            "content-missing",
            Severity.ERROR,
            f"The draft is to go out as {name} but holds none.",
            "Write its text, or choose the other channel.",
        )


def check_fields(reading: Reading) -> Iterator[LintFinding]:
    """Check that every merge field is declared, has a fallback, and can be said by every vendor."""
    declared = {field.name: field for field in reading.draft.merge_fields}
    used: set[str] = set()
    for piece in reading.pieces:
        yield from check_liquid(piece.written, declared)
        used.update(fields_of(piece.written))
    for field in declared.values():
        if not field.fallback:
            yield finding(
                "merge-field-fallback",
                Severity.ERROR,
                f"The merge field {field.name!r} has no fallback, so some customers read a gap.",
                "Say what stands there when it is unknown.",
                field.name,
            )
        if field.name not in used:
            yield finding(
                "merge-field-unused",
                Severity.NOTE,
                f"The merge field {field.name!r} is declared but not used.",
                "Take it out: what is not needed need not be collected.",
                field.name,
            )


def check_gaps(reading: Reading) -> Iterator[LintFinding]:
    """Check that without personal details the text still reads as a sentence."""
    for piece in reading.pieces:
        if "{" not in piece.written or not _can_fill(piece.written):
            continue
        if any(gap in f"{piece.read} " for gap in ("  ", " ,", " .", " !", " ?")):
            yield finding(
                "merge-field-gap",
                Severity.WARNING,
                "Without the personal detail the sentence has a gap.",
                "Give the field a fallback that fits the sentence.",
                piece.read,
            )


def _can_fill(text: str) -> bool:
    try:
        render_liquid(text, {})
    except ValueError:
        return False
    return True
