"""Rules for the tone: pressure, shouting, and how easily it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from segkit.model.message import LintFinding, Severity
from segkit.strategy.lint_reading import Reading, find_phrase, finding, word_lists
from segkit.strategy.readability import LABEL, PLAIN_ENGLISH, looks_english, reading_ease

_MAIN = ("heading", "text", "list", "limits")
_LONG_SENTENCE = 25
_FEWEST_WORDS = 20
_SHOUT = re.compile(r"\b[A-Z]{4,}\b")
_TRUE_PRESSURE = ("deadline", "date", "stock", "cut", "window", "until", "limit")
_FORBIDS = re.compile(r"\b(?:no|without|never|avoid)\b([^;.]*)", re.IGNORECASE)


def check_exclamation(reading: Reading) -> Iterator[LintFinding]:
    """Check that there are few exclamation marks, and none where the brand's tone forbids them."""
    marks = reading.body.count("!")
    forbidden = "exclamation" in _forbidden(reading)
    if marks and (
        forbidden
        or marks > 1
        or any("!" in piece.read for piece in reading.pieces if piece.where == "subject")
    ):
        why = "the brand's tone asks for none" if forbidden else "one is enough, and none in a subject"
        where = next(piece.read for piece in reading.pieces if "!" in piece.read)
        yield finding(
            "exclamation",
            Severity.WARNING,
            f"The message has {marks} exclamation {'mark' if marks == 1 else 'marks'}; {why}.",
            "End the sentence with a full stop.",
            where,
        )


def check_capitals(reading: Reading) -> Iterator[LintFinding]:
    """Check that nothing is shouted in capitals."""
    allowed = {
        *word_lists()["capitals"]["allowed"],
        *re.findall(r"[A-Z]{4,}", reading.company + reading.brand.sender),
    }
    codes = " ".join(f"{offer.text} {offer.exact}" for offer in reading.draft.offers)
    for piece in reading.pieces:
        for match in _SHOUT.finditer(piece.read):
            if match[0] not in allowed and match[0] not in codes:
                yield finding(
                    "capitals",
                    Severity.WARNING,
                    "A word in capitals reads as shouting.",
                    "Write it in small letters.",
                    match[0],
                )


def check_pressure(reading: Reading) -> Iterator[LintFinding]:
    """Check that pressure is true or it is not there."""
    deadlines = [
        offer
        for offer in reading.draft.offers
        if offer.day or any(word in offer.kind.casefold() for word in _TRUE_PRESSURE)
    ]
    lists = word_lists()["urgency"]
    for piece in reading.pieces:
        countdown = find_phrase(piece.read, lists["countdowns"])
        phrase = countdown or find_phrase(piece.read, lists["phrases"])
        if countdown and "countdown" in _forbidden(reading):
            yield finding(
                "countdown",
                Severity.ERROR,
                "The message counts down; the brand's tone asks for no countdowns.",
                "Name the day instead.",
                countdown,
            )
        elif phrase and not deadlines:
            yield finding(
                "false-urgency",
                Severity.ERROR,
                "The message presses, but no source names a deadline or a stock.",
                "Take the pressure out, or list the offer whose deadline it is.",
                phrase,
            )


def check_readability(reading: Reading) -> Iterator[LintFinding]:
    """Check that the text reads easily, also aloud."""
    text = "\n".join(piece.read for piece in reading.pieces if piece.where in _MAIN)
    if not looks_english(text):
        return
    ease = reading_ease(text)
    if ease is not None and len(text.split()) >= _FEWEST_WORDS and ease < PLAIN_ENGLISH:
        yield finding(
            "readability",
            Severity.WARNING,
            f"The text has a reading ease of {ease:.0f}; plain English starts at {PLAIN_ENGLISH:.0f} ({LABEL}).",
            "Use shorter sentences and shorter words.",
        )
    for where, sentence in reading.sentences():
        if where in _MAIN and len(sentence.split()) > _LONG_SENTENCE:
            yield finding(
                "long-sentence",
                Severity.NOTE,
                f"A sentence of {len(sentence.split())} words is hard to read aloud.",
                f"Cut it below {_LONG_SENTENCE}.",
                sentence,
            )


def _forbidden(reading: Reading) -> str:
    """Return what the brand's tone forbids, as far as it says "no ..."."""
    return " ".join(match[1].casefold() for match in _FORBIDS.finditer(reading.brand.tone))


TONE_LINTS = (check_exclamation, check_capitals, check_pressure, check_readability)
"""Every rule for the tone."""
