"""Rules for emails: subject, preview, pictures, sender, colors, size."""

from __future__ import annotations

import re
from collections.abc import Iterator

from segkit.model.message import LintFinding, Severity
from segkit.strategy.contrast import READABLE, WHITE, contrast_ratio, is_color
from segkit.strategy.lint_reading import Reading, finding

SUBJECT = (30, 50)
SUBJECT_LIMIT = 60
PREHEADER = (40, 100)
GMAIL_CLIPS = 102_000
"""Gmail cuts an email off near 102 kB of HTML."""
_SENDER = re.compile(r'[^<>"@]+ <[^<>\s@]+@[^<>\s@]+\.[^<>\s@]+>')
_ADDRESS = re.compile(r"[^<>\s@]+@[^<>\s@]+\.[^<>\s@]+")
_FILE_NAME = re.compile(r"[\w-]+\.(?:png|jpe?g|gif|webp|svg)", re.IGNORECASE)


def _read(reading: Reading, where: str) -> str:
    return next((piece.read for piece in reading.pieces if piece.where == where), "")


def check_subject(reading: Reading) -> Iterator[LintFinding]:
    """Check that a subject is there and short enough to be read whole."""
    subject, (short, long) = _read(reading, "subject"), SUBJECT
    if not subject:
        yield finding(
            "subject-missing",
            Severity.ERROR,
            "The email has no subject.",
            "Say in 30 to 50 characters what it is about.",
        )
    elif len(subject) > SUBJECT_LIMIT:
        sentence = f"The subject has {len(subject)} characters; phones show about {long}."
        yield finding(
            "subject-length",
            Severity.WARNING,
            sentence,
            f"Cut it to {short} to {long}, the key words first.",
            subject,
        )
    elif not short <= len(subject) <= long:
        sentence = f"The subject has {len(subject)} characters; {short} to {long} read best."
        yield finding(
            "subject-length", Severity.NOTE, sentence, "Keep the key words in the first 30.", subject
        )


def check_preheader(reading: Reading) -> Iterator[LintFinding]:
    """Check that the preview goes on where the subject ends."""
    subject, preheader, (short, long) = _read(reading, "subject"), _read(reading, "preheader"), PREHEADER
    if not preheader:
        yield finding(
            "preheader-missing",
            Severity.WARNING,
            "The email has no preview text, so inboxes show the first words of its layout.",
            f"Add one line of {short} to {long} characters.",
        )
        return
    if preheader.strip().casefold().rstrip(".!") == subject.strip().casefold().rstrip(".!"):
        yield finding(
            "preheader-repeats",
            Severity.WARNING,
            "The preview text repeats the subject.",
            "Say the next thing instead.",
            preheader,
        )
    if not short <= len(preheader) <= long:
        sentence = f"The preview text has {len(preheader)} characters; {short} to {long} fill the line and are not cut."
        yield finding("preheader-length", Severity.WARNING, sentence, "Lengthen or cut it.", preheader)


def check_text(reading: Reading) -> Iterator[LintFinding]:
    """Check that the message is in words: a picture alone says nothing where pictures are off."""
    email = reading.email
    if not any(text.strip() for text in (*email.paragraphs, *email.bullets)):
        only = " but a picture" if email.image else ""
        yield finding(
            "text-missing",
            Severity.ERROR,
            f"The email has no text{only}, so many inboxes show nothing.",
            "Say the message in words.",
        )
    if not email.heading.strip():
        yield finding(
            "heading-missing",
            Severity.WARNING,
            "The email has no heading.",
            "Say the one thing it is about in a line.",
        )


def check_picture(reading: Reading) -> Iterator[LintFinding]:
    """Check that a picture says in words what it shows."""
    image = reading.email.image
    if image is None:
        return
    if not image.alt.strip():
        yield finding(
            "alt-missing",
            Severity.ERROR,
            "The picture has no alternative text.",
            "Say in a few words what it shows.",
            image.url,
        )
    elif _FILE_NAME.search(image.alt) or re.match(r"(?:image|picture|photo) of\b", image.alt, re.IGNORECASE):
        yield finding(
            "alt-empty-words",
            Severity.WARNING,
            "The alternative text names the file or says that it is a picture.",
            "Say what can be seen.",
            image.alt,
        )
    if not image.url.startswith("https://"):
        yield finding(
            "image-https",
            Severity.ERROR,
            "The picture has no https address, so inboxes do not load it.",
            "Give the full address of the picture.",
            image.url,
        )


def check_sender(reading: Reading) -> Iterator[LintFinding]:
    """Check that an email says who it is from, and can be answered."""
    email = reading.email
    if not email.sender:
        yield finding(
            "sender-missing",
            Severity.ERROR,
            "The email names no sender.",
            "Set sender in the [brand] table of company.toml.",
        )
    elif not _SENDER.fullmatch(email.sender):
        yield finding(
            "sender-form",
            Severity.ERROR,
            "The sender is not a name with an address.",
            'Write it as "Name <address>".',
            email.sender,
        )
    answers = email.reply_to or email.sender
    if re.search(r"no-?_?reply|do-?not-?reply", answers, re.IGNORECASE):
        yield finding(
            "sender-no-reply",
            Severity.WARNING,
            "Nobody can answer this email.",
            "Send from an address that somebody reads.",
            answers,
        )
    if email.reply_to and not (_SENDER.fullmatch(email.reply_to) or _ADDRESS.fullmatch(email.reply_to)):
        yield finding(
            "reply-to-form",
            Severity.ERROR,
            "The reply address is no address.",
            "Write it as name@example.org.",
            email.reply_to,
        )


def check_contrast(reading: Reading) -> Iterator[LintFinding]:
    """Check that the button can be read: white on the brand's color."""
    color = reading.brand.color
    if color and not is_color(color):
        yield finding(
            "color-form",
            Severity.ERROR,
            "The brand's color is no color that emails know.",
            'Write it as "#225577".',
            color,
        )
    elif color and contrast_ratio(color, WHITE) < READABLE:
        sentence = f"White on the brand's color has a contrast of {contrast_ratio(color, WHITE):.1f} : 1; text needs {READABLE} : 1."
        yield finding(
            "contrast",
            Severity.WARNING,
            sentence,
            "The button takes black letters instead; choose a darker color to keep white ones.",
            color,
        )


def check_size(reading: Reading) -> Iterator[LintFinding]:
    """Check that Gmail shows the email whole."""
    if reading.html_bytes >= GMAIL_CLIPS:
        sentence = f"The email's HTML has {reading.html_bytes / 1000:.0f} kB; Gmail cuts it off near 102 kB."
        yield finding("size", Severity.ERROR, sentence, "Shorten the text or leave out repeated parts.")


EMAIL_LINTS = (
    check_subject,
    check_preheader,
    check_text,
    check_picture,
    check_sender,
    check_contrast,
    check_size,
)
"""Every rule for emails."""
