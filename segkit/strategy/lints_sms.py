"""Rules for text messages: who speaks, how many parts, which alphabet, which link."""

from __future__ import annotations

import re
from collections.abc import Iterator

from segkit.errors import BadValueError
from segkit.model.message import LintFinding, Severity, SmsCount
from segkit.strategy.lint_reading import Reading, finding
from segkit.strategy.liquid import worst_case
from segkit.strategy.sms import UCS, count_sms, suggest_ascii, whole_text

_SENDER_LENGTH = 11
_PARTS_DEAR, _PARTS_TOO_MANY = 2, 3
_SHORTENERS = re.compile(
    r"https?://(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|is\.gd|rebrand\.ly|cutt\.ly)/", re.IGNORECASE
)
_URL = re.compile(r"(?:https?://|www\.)\S+")


def count_draft(reading: Reading) -> SmsCount | None:
    """Return the count of a text message at its longest, opt-out and link included; None when it cannot be filled in."""
    try:
        return count_sms(worst_case(whole_text(reading.sms), reading.draft.merge_fields))
    except BadValueError:
        return None


def check_brand_first(reading: Reading) -> Iterator[LintFinding]:
    """Check that the first words say who writes."""
    sms, brand = reading.sms, reading.brand
    names = {sms.sender, brand.sms_sender, reading.company, brand.sender.split(" <")[0]}
    first = {name.split()[0].casefold() for name in names if name.split()}
    text = sms.body.strip()
    words = [word.casefold() for word in re.findall(r"[^\W_]+(?:['\u2019&][^\W_]+)*", text)[:3]]
    if not first:
        yield finding(
            "sms-sender",
            Severity.ERROR,
            "The text message names no sender.",
            "Set sms_sender in the [brand] table of company.toml.",
        )
    elif not first & set(words):
        yield finding(
            "sms-brand-first",
            Severity.WARNING,
            "The text message does not begin with who writes.",
            f"Begin with {min(name for name in names if name)!r} and a colon.",
            text[:40],
        )


def check_text(reading: Reading) -> Iterator[LintFinding]:
    """Check that there is a text."""
    if not reading.sms.body.strip():
        yield finding(
            "text-missing",
            Severity.ERROR,
            "The text message has no text.",
            "Say the message in one or two sentences.",
        )


def check_sender(reading: Reading) -> Iterator[LintFinding]:
    """Check that the sender's name is one that phones show."""
    sender = reading.sms.sender
    if sender and not re.fullmatch(r"\+?\d{3,15}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}", sender):
        yield finding(
            "sms-sender-form",
            Severity.ERROR,
            f"Phones do not show this sender: a name has at most {_SENDER_LENGTH} letters and digits.",
            "Shorten sms_sender, or give a number.",
            sender,
        )


def check_parts(reading: Reading) -> Iterator[LintFinding]:
    """Check that the message takes few parts even with the longest name; each part is paid."""
    count = count_draft(reading)
    if count is None or count.parts < _PARTS_DEAR:
        return
    severity = (
        Severity.ERROR
        if count.parts > _PARTS_TOO_MANY
        else Severity.WARNING
        if count.parts > _PARTS_DEAR
        else Severity.NOTE
    )
    sentence = f"With the longest names, the link and the opt-out it takes {count.parts} parts ({count.units} units of {count.encoding}); each is paid."
    yield finding(
        "sms-length",
        severity,
        sentence,
        "Cut it to 160 characters of the plain alphabet, or accept the price.",
    )


def check_alphabet(reading: Reading) -> Iterator[LintFinding]:
    """Check that no stray character makes the whole message dearer."""
    said = whole_text(reading.sms)
    count = count_draft(reading)
    if count is None or count.encoding != UCS:
        return
    odd = " ".join(count.offending[:5])
    better = suggest_ascii(said)
    fix = (
        f"Write {better!r}."
        if better != said and count_sms(better).encoding != UCS
        else "Keep it if the language needs it, and count with 70 characters a part."
    )
    yield finding(
        "sms-alphabet",
        Severity.WARNING,
        f"{odd} makes every part hold 70 characters instead of 160.",
        fix,
        odd,
    )


def check_link(reading: Reading) -> Iterator[LintFinding]:
    """Check that there is one link, over https, that shows whose it is."""
    sms = reading.sms
    links = {match[0].rstrip(".,;") for match in _URL.finditer(sms.body)} | ({sms.url} if sms.url else set())
    if len(links) > 1:
        yield finding(
            "second-request",
            Severity.ERROR,
            f"The text message has {len(links)} links.",
            "Keep the one that does what the message asks.",
            " ".join(sorted(links)),
        )
    for link in sorted(links):
        if not link.startswith("https://"):
            yield finding(
                "link-https", Severity.ERROR, "The link is not https.", "Give the full https address.", link
            )
        if _SHORTENERS.match(link):
            yield finding(
                "sms-shortener",
                Severity.WARNING,
                "A public link shortener hides whose link it is, and networks filter it.",
                "Use the shop's own address.",
                link,
            )


SMS_LINTS = (check_text, check_brand_first, check_sender, check_parts, check_alphabet, check_link)
"""Every rule for text messages."""
