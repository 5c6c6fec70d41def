"""Rules for tact: a message never says what was inferred about a person, nor that somebody looked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from segkit.model.message import LintFinding, Severity
from segkit.strategy.lint_reading import Reading, find_phrase, finding, word_lists

_TO_READER = re.compile(r"\b(?:you|your|yours|you're|you've|yourself|congratulations)\b", re.IGNORECASE)
_COUNTED_ABSENCE = re.compile(
    r"\b(?:it(?:'s| has| is)|that's) been [^.;!?]{0,40}since you\b|\b(?:\d+|a few|several|many|two|three|four|five|six|\w+ty)"
    r" (?:days|weeks|months) (?:ago you|since you)|\byou (?:usually|typically|normally) (?:buy|order|spend|visit|shop)\w*"
    r"|\byou(?: have|'ve) (?:spent|ordered|bought) (?:\d|[£$€])|\byour (?:last|previous) (?:order|purchase|visit) was\b",
    re.IGNORECASE,
)
_PEOPLE = r"(?:customers?|people|famil(?:y|ies)|women|men|mums?|parents?|community|households?|roots|background|origins?|skin|hair)"


def check_traits(reading: Reading) -> Iterator[LintFinding]:
    """Check that no inferred trait is said to the reader's face."""
    for trait in word_lists()["traits"].values():
        for where, sentence in reading.sentences():
            found = _linked(sentence, trait)
            if found:
                said = f"The {where} links the reader with {trait['label']}; {trait['reason']}."
                yield finding(
                    "private-trait",
                    Severity.ERROR,
                    said,
                    "Speak of the product or the service, not of the person.",
                    found,
                )
                continue
            word = find_phrase(sentence, trait["words"])
            if word:
                said = f"The {where} names a word of {trait['label']}; beside a name in an inbox it can read as said of the person."
                yield finding(
                    "private-word",
                    Severity.WARNING,
                    said,
                    "Keep it only where it is a product's own name, and never in a subject.",
                    word,
                )


def _linked(sentence: str, trait: Mapping[str, Any]) -> str:
    """Return the words that link the reader with a trait, or an empty text."""
    phrase = find_phrase(sentence, trait["phrases"])
    if phrase:
        return phrase
    word = find_phrase(sentence, trait["words"])
    if word and _TO_READER.search(sentence.replace("\u2019", "'")):
        return word
    for adjective in trait.get("adjectives", ()):
        said = re.escape(adjective)
        pattern = rf"\b(?:you are|you're|as an?|because you)\W+(?:\w+\W+){{0,2}}{said}\b|\b{said}\W+(?:\w+\W+)?{_PEOPLE}\b"
        match = re.search(pattern, sentence.replace("\u2019", "'"), re.IGNORECASE)
        if match:
            return match[0]
    return ""


def check_tracking(reading: Reading) -> Iterator[LintFinding]:
    """Check that the message serves; it does not say that somebody watched or counted."""
    lists = word_lists()["tracking"]
    for where, sentence in reading.sentences():
        counted = _COUNTED_ABSENCE.search(sentence.replace("\u2019", "'"))
        phrase = find_phrase(sentence, lists["phrases"]) or (counted[0] if counted else "")
        if phrase:
            yield finding(
                "tracking-talk",
                Severity.WARNING,
                f"The {where} speaks of what was recorded: {lists['reason']}.",
                "Say what there is for them now, without saying how you know.",
                phrase,
            )


def check_segment(reading: Reading) -> Iterator[LintFinding]:
    """Check that the company's own sorting stays inside: no group's name, no score."""
    lists, name = word_lists()["segments"], reading.draft.segment_name
    for where, sentence in reading.sentences():
        phrase = find_phrase(sentence, lists["phrases"])
        if phrase:
            yield finding(
                "segment-talk",
                Severity.ERROR,
                f"The {where} says {phrase!r}: {lists['reason']}.",
                "Say it as you would at the counter.",
                phrase,
            )
        named = find_phrase(sentence, [name]) if name.strip() else ""
        if named:
            severity = Severity.ERROR if len(name.split()) > 1 else Severity.WARNING
            yield finding(
                "segment-name",
                severity,
                f"The {where} says the name of the group; {lists['reason']}.",
                "Speak of what they get, not of the group.",
                named,
            )


PRIVACY_LINTS = (check_traits, check_tracking, check_segment)
"""Every rule for tact."""
