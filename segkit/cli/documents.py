"""What ``segkit check`` says of pages and notes: read, waiting for a decision, not usable."""

from __future__ import annotations

from segkit.analysis.pipeline import Study
from segkit.cli.terminal import say, say_rows
from segkit.model.evidence import Evidence, SourceType
from segkit.words.documents import HOW_TO_SAVE, PAGES_WORTH_SAVING, library_sentences, shortened


def say_documents(study: Study) -> None:
    """Print what was read of pages and notes, the suggestions with their keys, and what does not fit."""
    say("Pages and notes")
    for sentence in library_sentences(study.library):
        say(f"  {sentence}")
    for unread in study.library.unread:
        say(f"  Not read: {unread.reason}")
    if not any(document.source.type is SourceType.WEBSITE for document in study.library.documents):
        say("  No page of the company's website is saved yet. Worth saving:")
        say_rows(list(PAGES_WORTH_SAVING), indent="    ")
        say(f"  {HOW_TO_SAVE}")
    book = study.evidence
    if book.suggested:
        say("Found for your groups, waiting for your yes or no")
        say(
            "  In company.toml under [evidence]: accept = [...], against = [...] or reject = [...] with these keys."
        )
        for segment in study.segmentation.summary.segments:
            _say_suggestions(segment.name, [i for i in book.suggested if i.segment_id == segment.id])
    conflicts = study.ledger.conflicts
    if conflicts:
        say("Sources that disagree")
        say_rows([(conflict.sentence,) for conflict in conflicts])
    problems = [error for item in book.invalid for error in item.errors]
    if problems or book.unmatched:
        say("Evidence in company.toml that does not count")
        say_rows([(sentence,) for sentence in (*problems, *book.unmatched)])


def _say_suggestions(name: str, items: list[Evidence]) -> None:
    if items:
        say(f"  {name}")
        for item in items:
            if item.quote is not None:
                say(f"    {item.key}  ({item.factor.value})")
                say(f"      {shortened(item.quote.exact)} {item.locator}")
