"""An email written from a brief: purpose in the first line, one request, costs told before they surprise."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from segkit.model.company import BrandSettings
from segkit.model.message import Action, EmailContent, Offer
from segkit.strategy.channels import most_messages
from segkit.strategy.draft_brief import Brief
from segkit.strategy.draft_statements import Statement
from segkit.strategy.landing import Landing
from segkit.strategy.offers import find_codes, own_offers
from segkit.words.ledger import say_day
from segkit.words.messages import PREHEADER, SUBJECT, fill, pick

SENDER = "[sender name] <fill-in@sender.invalid>"
ADDRESS = "[postal address]"
SKIP_MARK = "skip=this-year"
"""In the address of a skip link: a click on it ends the flow for this customer and this year."""
_LONGEST_ASIDE = 170
_FORMAL = re.compile(r"(?<!not )(?<!never )(?<!in)\bformal\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenEmail:
    """An email with the website's statements it repeats and the candidates it used up."""

    content: EmailContent
    statements: tuple[Statement, ...]
    offers: tuple[Offer, ...]
    used: tuple[str, ...]


def write_email(brief: Brief, *, avoid: Collection[str] = ()) -> WrittenEmail:
    """Write the email of a brief; candidates in ``avoid`` stand in another message."""
    letter = brief.letter
    chosen: list[Statement] = []
    slots = dict(brief.slots)
    for name, roles, longest in (("said", letter.said, 265), ("also", letter.also, _LONGEST_ASIDE)):
        found = brief.statement(roles, used=chosen, longest=longest, full=name == "said")
        if found is not None:
            slots[name] = found.text
            chosen.append(found)
    taken = list(avoid)

    def take(candidates: tuple[str, ...], limits: tuple[int, int] | None = None) -> str:
        text = pick(candidates, slots, limits=limits, avoid=taken) or pick(candidates, slots, limits=limits)
        taken.extend(one for one in candidates if fill(one, slots) == text)
        return text

    offered = _offered(brief)
    paragraphs = [
        greet(take(letter.opening), tone=brief.company.brand.tone),
        take(letter.detail),
        take(letter.more),
    ]
    paragraphs.append(" ".join(one.text for one in offered) if offered else take(letter.reason))
    content = EmailContent(
        subject=take(letter.subject, SUBJECT),
        preheader=take(letter.preheader, PREHEADER),
        heading=take(letter.heading),
        paragraphs=tuple(dict.fromkeys(one for one in paragraphs if one)),
        action=Action(
            label=take(letter.action), url=tag_link(brief.landing, brief.flow.id), landing=brief.landing.path
        ),
        sender=brief.company.brand.sender or SENDER,
        reply_to=reply_to(brief.company.brand),
        postal_address=brief.company.brand.postal_address or ADDRESS,
        unsubscribe=_unsubscribe(brief),
        after_action=_after(brief, chosen, take(letter.costs)),
        secondary=_skip(brief),
        signature=signature(brief.company.brand),
    )
    return WrittenEmail(
        content=content,
        statements=tuple(one for one in chosen if _stands(one, content)),
        offers=offered,
        used=tuple(one for one in taken if one not in avoid),
    )


def greet(opening: str, *, tone: str) -> str:
    """Return an opening with the greeting that the brand's tone asks for.

    Examples
    --------
    >>> greet("Hello Ada, your order is here.", tone="formal; short sentences")
    'Dear Ada, your order is here.'
    """
    return opening.replace("Hello ", "Dear ", 1) if _FORMAL.search(tone) else opening


def reply_to(brand: BrandSettings) -> str:
    """Return where answers go: what the user set, or the sender's own address."""
    if brand.reply_to:
        return brand.reply_to
    found = re.search(r"<([^<>\s]+@[^<>\s]+)>", brand.sender)
    return found.group(1) if found else "fill-in@sender.invalid"


def signature(brand: BrandSettings) -> str:
    """Return who signs: what the user set, or the person who sends."""
    if brand.signature:
        return brand.signature
    name = brand.sender.split("<")[0].strip()
    return re.split(r"\s+(?:at|from)\s+", name)[0]


def tag_link(landing: Landing, campaign: str) -> str:
    """Return the page's address with the three marks by which visits are counted per flow."""
    if not landing.is_known:
        return landing.url
    marks = f"utm_source=crm&utm_medium=email&utm_campaign={quote(campaign, safe='-_')}"
    parts = urlsplit(landing.url)
    query = f"{parts.query}&{marks}" if parts.query else marks
    return parts._replace(query=query).geturl()


def _offered(brief: Brief) -> tuple[Offer, ...]:
    """Return the one offer that the message makes: the user's own, or a code that holds today; usually none."""
    live, _ = own_offers(brief.company, audience=brief.audience)
    if live:
        one = live[0]
        text = one.text if not one.code or one.code in one.text else f"{one.text} Code: {one.code}."
        if one.until is not None and str(one.until.day) not in text:
            text = f"{text} Until {say_day(one.until)}."
        return (
            Offer(kind="code" if one.code else "offer", text=text, source_id="company.toml", exact=one.text),
        )
    codes, _ = find_codes(brief.entries, brief.audience)
    return tuple(
        Offer(kind="code", text=one.exact, source_id=one.source_id, entry_id=one.id, exact=one.exact)
        for one in codes[:1]
    )


def _after(brief: Brief, chosen: list[Statement], costs: str) -> tuple[str, ...]:
    texts = [costs]
    for roles in (brief.letter.limits, brief.letter.quiet if _keeps_quiet(brief) else ()):
        found = brief.statement(roles, used=chosen, longest=_LONGEST_ASIDE)
        if found is not None:
            chosen.append(found)
            texts.append(found.text)
    return tuple(text for text in texts if text)


def _keeps_quiet(brief: Brief) -> bool:
    """Say whether "one reminder and nothing else" stays true in this flow."""
    return "promise" not in brief.letter.quiet or most_messages(brief.flow) == 1


def _skip(brief: Brief) -> tuple[tuple[str, str], ...]:
    """Return the quiet link by which a customer says no this time; the sending system listens for its mark."""
    if not brief.letter.skip or not brief.landing.is_known:
        return ()
    parts = urlsplit(brief.landing.url)
    query = f"{parts.query}&{SKIP_MARK}" if parts.query else SKIP_MARK
    return ((brief.letter.skip, parts._replace(query=query).geturl()),)


def _unsubscribe(brief: Brief) -> str:
    because = fill(brief.letter.because, brief.slots) or f"you are a customer of {brief.slots['company']}"
    return (
        f"You get this email because {because} and agreed to be written to. One click on unsubscribe ends it."
    )


def _stands(statement: Statement, content: EmailContent) -> bool:
    return any(statement.text in text for text in (*content.paragraphs, *content.after_action))
