"""What ``segkit check`` says of pages and notes: read, waiting for a decision, not usable."""

from __future__ import annotations

import textwrap

from segkit.analysis.study import Study
from segkit.cli.terminal import say, say_rows
from segkit.model.document import Library
from segkit.model.evidence import Evidence, SourceType
from segkit.words.documents import (
    HOW_TO_DECIDE,
    HOW_TO_SAVE,
    citation_gaps,
    decided_sentence,
    library_sentences,
    pages_missing,
    shortened,
)
from segkit.words.figures import join_words

WIDTH = 100
"""Columns of a line; a key longer than that stays whole, so that it can be copied."""


def say_library(library: Library) -> None:
    """Print what was read of pages and notes, what was not and why, and which pages are still worth saving."""
    say("Pages and notes")
    for sentence in library_sentences(library):
        _say_wrapped(sentence)
    for unread in library.unread:
        _say_wrapped(f"Not read: {unread.reason}")
    for sentence in citation_gaps(library):
        _say_wrapped(sentence)
    missing = pages_missing(library)
    if any(document.source.type is SourceType.WEBSITE for document in library.documents):
        if missing:
            _say_wrapped(f"Not saved, or not recognised: {join_words([page for page, _ in missing])}.")
        return
    _say_wrapped("No page of the company's website is saved yet. Worth saving:")
    say_rows(list(missing), indent="    ")
    _say_wrapped(HOW_TO_SAVE)


def say_evidence(study: Study) -> None:
    """Print the suggestions with their keys, the sources that disagree, and what in company.toml does not count."""
    book = study.evidence
    decided = decided_sentence(book)
    if decided:
        _say_wrapped(decided)
    if book.suggested:
        say("Found for your groups, waiting for your yes or no")
        _say_wrapped(HOW_TO_DECIDE)
        _say_wrapped(f'accept = ["{book.suggested[0].key}"]', indent="    ")
        for segment in study.segmentation.summary.segments:
            _say_suggestions(segment.name, [i for i in book.suggested if i.segment_id == segment.id])
    _say_list("Sources that disagree", [conflict.sentence for conflict in study.ledger.conflicts])
    problems = [
        f"{shortened(item.quote.exact)}: {error}" if item.quote else error
        for item in book.invalid
        for error in item.errors
    ]
    _say_list("Evidence in company.toml that does not count", [*problems, *book.unmatched])


def _say_suggestions(name: str, items: list[Evidence]) -> None:
    if items:
        _say_wrapped(name)
        for item in items:
            if item.quote is not None:
                _say_wrapped(f"{item.key}  ({item.factor.value})", indent="    ")
                _say_wrapped(f"{shortened(item.quote.exact)} ({item.locator})", indent="      ")


def _say_list(title: str, sentences: list[str]) -> None:
    if sentences:
        say(title)
        for sentence in sentences:
            _say_wrapped(sentence, hanging="  ")


def _say_wrapped(text: str, *, indent: str = "  ", hanging: str = "") -> None:
    """Print a text as lines of at most `WIDTH` columns; its own line breaks are blanks, so it cannot feign a line."""
    say(
        textwrap.fill(
            text,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent + hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
    )
