"""A text message written from a brief: the shop's name first, one matter, one link, at most two parts."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from segkit.model.message import Offer, SmsContent
from segkit.strategy.draft_brief import Brief
from segkit.strategy.draft_statements import NUMBERS, Statement
from segkit.strategy.sms import count_sms, suggest_ascii
from segkit.words.messages import fill

OPT_OUT = "Reply STOP to opt out"
MOST_PARTS = 2
_LONGEST_SAID = 130
_PERK = re.compile(
    r"^(?:everyone|everybody|anybody|anyone|whoever) who has taken (?P<class>[^,.;]+?) gets (?P<what>(?:their|an?|one) [^,.;]+?) free "
    r"within (?P<number>\w+) (?P<unit>days?|weeks?|months?)(?: of the \w+)?\.",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day ")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSms:
    """A text message with the website's statement it repeats and the candidate it used up."""

    content: SmsContent
    statements: tuple[Statement, ...]
    used: tuple[str, ...]
    offers: tuple[Offer, ...] = ()  # what it says of a statement in fewer words


def write_sms(brief: Brief, *, avoid: Collection[str] = ()) -> WrittenSms:
    """Write the text message of a brief: the fullest candidate that fits two parts with the opt-out."""
    said = brief.statement(brief.letter.said, longest=_LONGEST_SAID)
    perk = find_perk(said.text) if said else None
    slots = {**brief.slots, "url": brief.landing.url, "said": said.text if said else ""}
    slots |= {"class": perk[0], "perk": perk[1]} if perk else {}
    filled = [(one, text) for one in brief.letter.sms if one not in avoid and (text := fill(one, slots))]
    filled = filled or [(one, text) for one in brief.letter.sms if (text := fill(one, slots))]
    if not filled:
        filled = [("{brand}: {url}", f"{slots['brand']}: {slots['url']}")]
    template, body = next((pair for pair in filled if _fits(pair[1])), filled[-1])
    body = suggest_ascii(body)
    shortened = said is not None and perk is not None and "{perk}" in template
    return WrittenSms(
        content=SmsContent(
            body=body,
            sender=brief.company.brand.sms_sender or brief.slots["brand"],
            opt_out=OPT_OUT,
            url=brief.landing.url,
        ),
        statements=(said,) if said is not None and (shortened or "{said}" in template) else (),
        used=(template,),
        offers=(
            (Offer(kind="term", text=perk[1], source_id=said.source_id, exact=said.text),)
            if shortened and said is not None and perk is not None
            else ()
        ),
    )


def find_perk(statement: str) -> tuple[str, str] | None:
    """Return after which class something is free, and what for how long, in as few words as a text has room for.

    Examples
    --------
    >>> find_perk("Everyone who has taken First Hat gets their first Monday knit night free within eight weeks of the class.")
    ('First Hat', 'your first knit night is free within 8 weeks')
    >>> find_perk("The class is free.")
    """
    found = _PERK.search(statement)
    if found is None:
        return None
    what = re.sub(r"^their\b", "your", _WEEKDAY.sub("", found["what"]))
    number = found["number"].lower()
    count = str(NUMBERS.index(number) + 1) if number in NUMBERS else number
    return found["class"], f"{what} is free within {count} {found['unit']}"


def _fits(body: str) -> bool:
    count = count_sms(f"{suggest_ascii(body)} {OPT_OUT}")
    return count.parts <= MOST_PARTS and count.encoding == "GSM-7"
