"""Sentences about a draft: why this channel, why these words, what was left out, and what must be filled in first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from segkit.model.flow import Channel
from segkit.model.flow_facts import Reach
from segkit.model.ledger import Conflict, LedgerKind
from segkit.words.figures import format_count, join_words, lower_first, plural
from segkit.words.ledger import say_day

FIRST_ORDER_ONLY = "by its terms it is for a first order, and everybody in this group has ordered"
NO_LAST_DAY = "the page gives no last day for it, so nobody can tell whether it still works"
NOT_ON_THESE_GOODS = "by its terms it does not hold for what this group buys"
CHANNEL_NAMES = {Channel.EMAIL: "email", Channel.SMS: "text message", Channel.PUSH: "notice in the app"}


def code_left_out(code: str, *, reason: str, source: str) -> str:
    """Say that a code is not named.

    Examples
    --------
    >>> code_left_out("HELLO10", reason=FIRST_ORDER_ONLY, source="page-index")
    'The code HELLO10 [@page-index] is left out: by its terms it is for a first order, and everybody in this group has ordered.'
    """
    return f"The code {code} [@{source}] is left out: {reason}."


def for_one_order(terms: str) -> str:
    """Say for which order a code is, in its own terms.

    Examples
    --------
    >>> for_one_order("second order of 150 or more within 60 days of the first order")
    'by its own terms it is for the second order of 150 or more within 60 days of the first order'
    """
    return f"by its own terms it is for the {_bare(terms)}"


def _bare(exact: str) -> str:
    """Return words of a source on one line, with nothing in them that could pass for a citation of ours."""
    return " ".join(exact.split()).replace("[@", "[\u2060@")


def own_offer_ended(text: str, *, until: date) -> str:
    """Say that the user's own offer is over.

    Examples
    --------
    >>> own_offer_ended("Free wrap", until=date(2026, 1, 31))
    'Your offer “Free wrap” ended on Saturday 31 January 2026 and is left out; correct its last day in company.toml if it goes on.'
    """
    return f"Your offer “{text}” ended on {say_day(until)} and is left out; correct its last day in company.toml if it goes on."


def conflict_left_out(conflict: Conflict) -> str:
    """Say what a disputed or ended entry means for the message."""
    what = {
        LedgerKind.CODE: f"The code {conflict.subject} is left out",
        LedgerKind.DEADLINE: "No last order day is named where the pages disagree",
        LedgerKind.PRICE: f"No price is named for “{conflict.subject}”",
    }.get(conflict.kind, f"Nothing is said about “{conflict.subject}”")
    return f"{what}: {conflict.sentence} Rule: {conflict.rule}."


def reach_sentence(reach: Reach) -> str:
    """Say how many customers of a group a channel reaches, and why not the others.

    Examples
    --------
    >>> reach_sentence(Reach(channel=Channel.SMS, n_customers=3, with_address=3, agreed=1, refused=2, unknown=0, reachable=1))
    'Text message reaches 1 of 3 today: 3 have a number, 1 agreed, 2 refused.'
    """
    address = "a number" if reach.channel is Channel.SMS else "an address"
    parts = [f"{format_count(reach.with_address)} {'has' if reach.with_address == 1 else 'have'} {address}"]
    parts.append(f"{format_count(reach.agreed)} agreed")
    if reach.refused:
        parts.append(f"{format_count(reach.refused)} refused")
    if reach.unknown:
        parts.append(f"{format_count(reach.unknown)} {'was' if reach.unknown == 1 else 'were'} never asked")
    name = CHANNEL_NAMES.get(reach.channel, reach.channel.value)
    return (
        f"{name[:1].upper()}{name[1:]} reaches {format_count(reach.reachable)} of {format_count(reach.n_customers)} today: "
        f"{', '.join(parts)}."
    )


def consent_missing(channel: Channel) -> str:
    """Say that nobody's agreement is on file.

    Examples
    --------
    >>> consent_missing(Channel.SMS)
    'No file says who agreed to text messages: collect consent before this is sent.'
    """
    return f"No file says who agreed to {CHANNEL_NAMES.get(channel, channel.value)}s: collect consent before this is sent."


def nobody_reachable(channel: Channel, *, n: int) -> str:
    """Say that the channel reaches nobody in the group today.

    Examples
    --------
    >>> nobody_reachable(Channel.EMAIL, n=3)
    'Email reaches nobody of these 3 today: ask for consent first.'
    """
    name = CHANNEL_NAMES.get(channel, channel.value)
    return f"{name[:1].upper()}{name[1:]} reaches nobody of these {format_count(n)} today: ask for consent first."


def fill_in(what: Sequence[str]) -> str:
    """Say what a person must fill in before sending.

    Examples
    --------
    >>> fill_in(["the sender", "the postal address"])
    'Fill in the sender and the postal address in company.toml, table [brand], before this is sent.'
    """
    return f"Fill in {join_words(list(what))} in company.toml, table [brand], before this is sent."


NO_PAGE = "No page of the website is on file: fill in where the action leads before this is sent."
NO_TEXT_FLOW = (
    "Both drafts are emails: no flow with a text message has a customer who can be reached by text today."
)


def quoted(exact: str, *, where: str) -> str:
    """Return words of a source with where they stand.

    Examples
    --------
    >>> quoted("of 14 shops", where="study-2025")
    '“of 14 shops” [@study-2025]'
    """
    return f"“{_bare(exact)}” [@{where}]"


def answers(statement: str, *, page: str, evidence: str, exact: str, is_source: bool = False) -> str:
    """Say which finding a statement of the website answers; the finding is a piece of evidence or stands in a source.

    Examples
    --------
    >>> answers("Bring it.", page="page-a", evidence="study-1", exact="14 came back.", is_source=True)
    '“Bring it.” [@page-a] answers a finding of research: “14 came back.” [@study-1]'
    """
    if is_source:
        return (
            f"{quoted(statement, where=page)} answers a finding of research: {quoted(exact, where=evidence)}"
        )
    return f"{quoted(statement, where=page)} answers {evidence}: “{_bare(exact)}”"


def names_product(item: str, *, k: int, n: int, orders: int) -> str:
    """Say that a product is named because the group buys it.

    Examples
    --------
    >>> names_product("wool wash", k=2, n=3, orders=4)
    'It names the wool wash, which 2 of these 3 bought, in 4 orders.'
    """
    return f"It names the {item}, which {format_count(k)} of these {format_count(n)} bought, in {plural(orders, 'order')}."


def comes_when(reason: str) -> str:
    """Say why a message comes when it comes.

    Examples
    --------
    >>> comes_when("36 days: half of the gaps were over by then")
    "Its time is the group's own: 36 days: half of the gaps were over by then."
    """
    return f"Its time is the group's own: {lower_first(reason)}."


def breaks_promise(exact: str, *, source: str) -> str:
    """Say that a text would break what the website says of texts.

    Examples
    --------
    >>> breaks_promise("Never an offer.", source="page-contact")
    'Do not send this as a text: the website says “Never an offer.” (page-contact).'
    """
    return f"Do not send this as a text: the website says “{_bare(exact)}” ({source})."


def rests_on(claim: str, *, evidence: str) -> str:
    """Say on which measured claim the approach rests."""
    return f"{claim.rstrip('.')} ({evidence})."


def rests_on_finding(exact: str, *, evidence: str) -> str:
    """Say on which finding of research the words rest.

    Examples
    --------
    >>> rests_on_finding("489 of 638 named the day of arrival.", evidence="S3-2")
    'The words rest on S3-2: “489 of 638 named the day of arrival.”'
    """
    return f"The words rest on {evidence}: “{_bare(exact)}”"


def skip_to_set_up(label: str) -> str:
    """Say what the sending system must do with a skip link.

    Examples
    --------
    >>> skip_to_set_up("Not this year")[:45]
    'Left to the sending system: a click on “Not t'
    """
    return (
        f"Left to the sending system: a click on “{label}” (skip=this-year in its address) ends the flow for that customer "
        "this year."
    )


def only_the_rest(name: str) -> str:
    """Say that a message goes only to those whom the flow's first channel does not reach.

    Examples
    --------
    >>> only_the_rest("email")
    'It stands behind the email of this flow: only customers whom that does not reach get it.'
    """
    return f"It stands behind the {name} of this flow: only customers whom that does not reach get it."


def takes_seriously(exact: str, *, evidence: str, answer: str = "") -> str:
    """Say what speaks against the group's story, and how the message takes it where it does.

    Examples
    --------
    >>> takes_seriously("Most never come back.", evidence="S3-X", answer="the message offers “Not this year”")
    'S3-X speaks against it: “Most never come back.” So the message offers “Not this year”.'
    >>> takes_seriously("Most never come back.", evidence="S3-X")
    'S3-X speaks against it: “Most never come back.”'
    """
    said = f"{evidence} speaks against it: “{_bare(exact)}”"
    return f"{said} So {answer.rstrip('.')}." if answer else said


def one_text(exact: str, *, source: str) -> str:
    """Say that a flow sends one text only."""
    why = f": {quoted(exact, where=source)}" if exact else ""
    return f"No second text in this flow{why}."


def trait_left_out(claim: str, *, evidence: str) -> str:
    """Say that a personal trait is not hinted at."""
    return f"Who they are is not hinted at, although it is on file ({evidence}: {claim.rstrip('.')})."


PRIVATE_WORDS = "No word of a gift message, a card or a note is repeated, and no recipient is named: they were written for somebody else."


def tracking_left_out(days: str) -> str:
    """Say that the wait behind the message is not told.

    Examples
    --------
    >>> tracking_left_out("49 days")
    'The 49 days that set it off are not mentioned: nobody wants to read that their silence is counted.'
    """
    return (
        f"The {days} that set it off are not mentioned: nobody wants to read that their silence is counted."
    )


def other_run(named: str, *, days: Sequence[tuple[str, str, str]]) -> str:
    """Say that the words name one of several days, and what stands on the page of the others: day, words, source.

    Examples
    --------
    >>> other_run("20 March", days=[("10 July", "Order by 10 July.", "page-a")])
    'The words are for the run before 20 March. The run before 10 July needs its own date in them: “Order by 10 July.” [@page-a].'
    """
    others = " and ".join(day for day, _, _ in days)
    told = "; ".join(quoted(exact, where=source) for _, exact, source in days)
    runs = f"The run before {others} needs its" if len(days) == 1 else f"The runs before {others} need their"
    return f"The words are for the run before {named}. {runs} own date in them: {told}."


def several_parts(parts: Sequence[str]) -> str:
    """Say why a matter of several parts is written in an email.

    Examples
    --------
    >>> several_parts(["costs", "terms"])
    'The matter has several parts (costs and terms) that are read again before a decision; two texts would not hold them.'
    """
    return (
        f"The matter has several parts ({join_words(list(parts))}) that are read again before a decision; two texts would not "
        "hold them."
    )


OFFER_IN_TEXT = (
    "The text is about something the customer did or booked. It also makes an offer, something free or for less, so no research "
    "on texts about orders is cited for it."
)


def about_their_own(words: str) -> str:
    """Say that a text is about what the customer did, with the research behind it."""
    return f"The text is about something the customer did or booked and names no offer, as research asks: {words}."


def holds_left_out(customers: str) -> str:
    """Say that customers with something open wait.

    Examples
    --------
    >>> holds_left_out("1")
    'Not sent to the 1 with an open invoice, return or complaint until that is settled.'
    """
    return f"Not sent to the {customers} with an open invoice, return or complaint until that is settled."
