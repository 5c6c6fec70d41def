"""Rules for the request of an email: one, said with a verb, to a page that is there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from segkit.model.message import LintFinding, Severity
from segkit.strategy.lint_reading import Reading, find_phrase, finding, word_lists

_WORDS = (2, 5)
_QUIET_LINKS = 2
_GREETING = 4
"""A paragraph of at most so many words greets; the line after it is the first one."""
_ADDRESS = re.compile(r"https?://[^\s<>()\"']+|\bwww\.[^\s<>()\"']+")
_CONTENT = re.compile(r"[^\W\d_]{3,}")
_EMPTY = frozenset(
    (
        "the",
        "and",
        "for",
        "you",
        "our",
        "are",
        "not",
        "this",
        "that",
        "with",
        "your",
        "have",
        "from",
        "when",
        "what",
        "here",
        "them",
        "they",
        "will",
        "there",
        "which",
        "about",
        "into",
        "only",
        "more",
        "just",
        "after",
        "before",
        "been",
        "were",
        "each",
        "than",
        "then",
    )
)


def check_label(reading: Reading) -> Iterator[LintFinding]:
    """Check that the request starts with a verb and says in two to five words what happens."""
    label = reading.email.action.label.strip()
    if not label:
        yield finding(
            "action-missing",
            Severity.ERROR,
            "The email asks for nothing.",
            "Add one request: a verb and what it does.",
        )
        return
    words, (fewest, most) = label.split(), _WORDS
    if label.casefold().rstrip("!.> ") in word_lists()["verbs"]["empty"]:
        yield finding(
            "action-empty",
            Severity.ERROR,
            "The button does not say where it leads.",
            "Name what happens: a verb and its object.",
            label,
        )
    elif not fewest <= len(words) <= most:
        yield finding(
            "action-length",
            Severity.WARNING,
            f"The button has {len(words)} {'word' if len(words) == 1 else 'words'}; {fewest} to {most} are read at a glance.",
            "Shorten or complete it.",
            label,
        )
    if words[0].casefold().strip(",") not in word_lists()["verbs"]["words"]:
        yield finding(
            "action-verb",
            Severity.WARNING,
            "The button does not begin with a verb that we know.",
            "Begin with what the customer does.",
            label,
        )


def check_address(reading: Reading) -> Iterator[LintFinding]:
    """Check that the request leads to a page over https that somebody has looked at."""
    action = reading.email.action
    if not re.match(r"https://[^\s/]+\.[^\s/]+", action.url):
        yield finding(
            "action-https",
            Severity.ERROR,
            "The button leads to no https address.",
            "Give the full address of the page that does what the button says.",
            action.url,
        )
        return
    if "utm_" not in action.url:
        yield finding(
            "action-utm",
            Severity.NOTE,
            "The link carries no utm parameters, so its orders cannot be told from others.",
            "Add utm_source, utm_medium and utm_campaign, or let the sending system do it.",
            action.url,
        )
    if not action.landing:
        yield finding(
            "action-landing",
            Severity.NOTE,
            "The page behind the button is not among the saved pages, so nobody has checked what it shows.",
            "Save the page into website/ and check it.",
            action.url,
        )


def check_text_part(reading: Reading) -> Iterator[LintFinding]:
    """Check that the plain-text part carries the request too."""
    action, text = reading.email.action, reading.text_part
    if text and (action.url not in text or action.label not in text):
        yield finding(
            "action-in-text",
            Severity.ERROR,
            "The plain-text part lacks the request or its address.",
            "Build the text part from the same content.",
            action.label,
        )


def check_one_request(reading: Reading) -> Iterator[LintFinding]:
    """Check that there is one request; a second one halves both."""
    email = reading.email
    own = {email.action.url, *(url for _, url in email.secondary)}
    for piece in reading.pieces:
        for match in _ADDRESS.finditer(piece.read):
            if match[0].rstrip(".,;:") not in own:
                yield finding(
                    "second-request",
                    Severity.ERROR,
                    "A second address in the text asks for something else.",
                    "Keep one request; put what is optional under the button as a quiet link.",
                    match[0],
                )
        phrase = find_phrase(piece.read, word_lists()["requests"]["phrases"])
        if (
            phrase
            and piece.where not in {"action", "link"}
            and phrase.casefold() not in email.action.label.casefold()
        ):
            yield finding(
                "second-request",
                Severity.WARNING,
                "The text asks for a second thing.",
                "Keep one request; leave this one to another message.",
                phrase,
            )
    if len(email.secondary) > _QUIET_LINKS:
        yield finding(
            "quiet-links",
            Severity.WARNING,
            f"There are {len(email.secondary)} links beside the request.",
            f"Keep at most {_QUIET_LINKS}.",
        )
    for label, url in email.secondary:
        if not url.startswith("https://"):
            yield finding(
                "link-https",
                Severity.ERROR,
                "A link leads to no https address.",
                "Give the full address.",
                f"{label}: {url}",
            )


def check_first_line(reading: Reading) -> Iterator[LintFinding]:
    """Check that the first line says what the message is for."""
    lines = [
        piece.read
        for piece in reading.pieces
        if piece.where == "heading" or (piece.where == "text" and len(piece.read.split()) > _GREETING)
    ][:2]
    aim = _stems(f"{reading.email.action.label} {reading.email.subject}")
    if lines and aim and not aim & _stems(" ".join(lines)):
        yield finding(
            "purpose-first-line",
            Severity.NOTE,
            "The heading and the first line share no word with the subject or the request.",
            "Say at once what the message is for.",
            lines[-1],
        )


def _stems(text: str) -> set[str]:
    return {word.casefold()[:5] for word in _CONTENT.findall(text) if word.casefold() not in _EMPTY}


ACTION_LINTS = (check_label, check_address, check_text_part, check_one_request, check_first_line)
"""Every rule for the request."""
