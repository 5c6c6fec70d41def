"""The file of the sales cycle against the cycle that the inputs give, and its quotations against their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from segkit.analysis.verification import LONGEST_QUOTE, Failure
from segkit.errors import InputError
from segkit.model.document import Library
from segkit.publish.plan_verification import check_file
from segkit.publish.sales import Sales
from segkit.publish.sales_results import SALES_CYCLE, sales_files
from segkit.publish.shown_page import SALES
from segkit.publish.stored_report import read_values
from segkit.words.verification import shown

_Words = tuple[str, str, int | None, int | None]
"""The source, the words, and where they begin and end, None where that is not said."""


def has_sales(report: Path) -> bool:
    """Return whether a report has the chapter on the sales cycle: any trace of it asks for the whole of it."""
    return any((report / name).exists() for name in (f"results/{SALES_CYCLE}", SALES))


def check_sales(report: Path, sales: Sales) -> Iterator[Failure]:
    """Compare the sales cycle with the one these inputs give, and look for every quotation again."""
    for name, content in sales_files(sales).items():
        found = check_file(report, name, content)
        if found is not None:
            yield found
    yield from check_quotations(stored_words(report), sales.plan.foundation.library)


def stored_words(report: Path) -> tuple[_Words, ...]:
    """Return every quotation of the stored cycle, each once; none where the file cannot be read, which is said elsewhere."""
    path = report / "results" / SALES_CYCLE
    try:
        stored = read_values(path, root=report) if path.is_file() else {}
    except InputError:
        return ()
    return tuple(dict.fromkeys(_quotations(stored)))


def check_quotations(words: tuple[_Words, ...], library: Library) -> Iterator[Failure]:
    """Look for quoted words in the sources they name, character by character and at the place they name."""
    for source, exact, start, end in words:
        problem = _problem(source, exact, start, end, library=library)
        if problem:
            yield Failure(where=SALES_CYCLE, file=SALES_CYCLE, sentence=problem)


def _problem(source: str, exact: str, start: int | None, end: int | None, *, library: Library) -> str:
    document = library.document(source)
    if document is None:
        return f"quotes the source {shown(source)}, which is no readable document"
    where = document.source.path or document.source.title
    if len(exact) > LONGEST_QUOTE or exact not in document.text:
        return f"quotes “{shown(exact)}”, which does not stand in {where}"
    if start is not None and end is not None and document.text[start:end] != exact:
        return f"quotes “{shown(exact)}” at {start} of {where}, where other words stand"
    return ""


def _quotations(value: object) -> Iterator[_Words]:
    """Yield what is quoted in a plain value, however deep it lies."""
    if isinstance(value, Mapping):
        source, exact = value.get("source_id"), value.get("exact")
        if isinstance(source, str) and isinstance(exact, str) and exact:
            yield source, exact, _place(value.get("start")), _place(value.get("end"))
        for inner in value.values():
            yield from _quotations(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _quotations(inner)


def _place(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
