"""A text message written from a brief: the shop's name first, one matter, one link, at most two parts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from segkit.model.message import SmsContent
from segkit.strategy.draft_brief import Brief
from segkit.strategy.draft_statements import Statement
from segkit.strategy.sms import count_sms, suggest_ascii
from segkit.words.messages import fill

OPT_OUT = "Reply STOP to opt out"
MOST_PARTS = 2
_LONGEST_SAID = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSms:
    """A text message with the website's statement it repeats and the candidate it used up."""

    content: SmsContent
    statements: tuple[Statement, ...]
    used: tuple[str, ...]


def write_sms(brief: Brief, *, avoid: Collection[str] = ()) -> WrittenSms:
    """Write the text message of a brief: the fullest candidate that fits two parts with the opt-out."""
    said = brief.statement(brief.letter.said, longest=_LONGEST_SAID)
    slots = {**brief.slots, "url": brief.landing.url, "said": said.text if said else ""}
    filled = [(one, text) for one in brief.letter.sms if one not in avoid and (text := fill(one, slots))]
    filled = filled or [(one, text) for one in brief.letter.sms if (text := fill(one, slots))]
    if not filled:
        filled = [("{brand}: {url}", f"{slots['brand']}: {slots['url']}")]
    template, body = next((pair for pair in filled if _fits(pair[1])), filled[-1])
    body = suggest_ascii(body)
    return WrittenSms(
        content=SmsContent(
            body=body,
            sender=brief.company.brand.sms_sender or brief.slots["brand"],
            opt_out=OPT_OUT,
            url=brief.landing.url,
        ),
        statements=(said,) if said is not None and "{said}" in template else (),
        used=(template,),
    )


def _fits(body: str) -> bool:
    count = count_sms(f"{suggest_ascii(body)} {OPT_OUT}")
    return count.parts <= MOST_PARTS and count.encoding == "GSM-7"
