"""The page of a report against its result files: links and citations, and every word that it shows.

Claims and quotations are compared with ``evidence.json``; all
words with the page that the report's own notebook gives; and the notebook's blocks with those made anew.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat

from segkit.analysis.study import Study
from segkit.analysis.verification import PILES, Failure, differences, records
from segkit.errors import InputError, RenderError
from segkit.publish import authorship, cards, own_words, sales_cards, tables
from segkit.publish.block import Block
from segkit.publish.chapters import join_chapters, split_report
from segkit.publish.evidence_tables import evidence_overview
from segkit.publish.flow_cards import chapter_blocks
from segkit.publish.identifiable import name_customers
from segkit.publish.json_values import to_plain
from segkit.publish.ledger_tables import conflicts, ledger
from segkit.publish.page_reader import Page
from segkit.publish.pages import build_page, build_pages
from segkit.publish.passages import NO_CITATION, anchor, passages
from segkit.publish.plan import Plan
from segkit.publish.records import MIME
from segkit.publish.results import study_checklist
from segkit.publish.safety import strip_control
from segkit.publish.sales import Sales
from segkit.publish.stored_report import read_text
from segkit.publish.table_files import BYTE_ORDER_MARK, FOLDER, table_files
from segkit.words.verification import changed_field, joined, shown

PAGE = "index.html"
NOTEBOOK, FLOWS, SALES = (
    f"notebooks/{name}.ipynb" for name in ("segmentation", "flow_design", "sales_cycle")
)
_NO_NOTEBOOK = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
    nbformat.ValidationError,
)
_BEFORE, _AFTER = 3, 5
"""Words shown around the first that differs."""


def check_pages(pages: Mapping[str, Page], stored: Mapping[str, Any], *, folder: Path) -> list[Failure]:
    """Check that links and citations lead somewhere and back, and that each claim says what ``evidence.json`` says.

    Parameters
    ----------
    pages : mapping of str to Page
        Every page of the report by its file name.
    stored : mapping
        Content of ``evidence.json``.
    folder : Path
        The report's folder.
    """
    linked = {target for page in pages.values() for target in page.links}
    linked |= {target for page in pages.values() for _, target in page.elsewhere}
    failures = [
        failure
        for name, page in pages.items()
        for failure in _check_links(name, page, pages, folder=folder, linked=linked)
    ]
    for pile in PILES:
        for item in records(stored, pile):
            name = shown(item.get("id"))
            place = anchor("item", item.get("id", ""))
            page_name, text = next(
                ((file, page.text(place)) for file, page in pages.items() if place in page), ("", None)
            )
            if text is None:
                if pile == "evidence":
                    failures.append(_failure("stands nowhere on the page", where=name))
                continue
            quote = item.get("quote")
            words = quote.get("exact") if isinstance(quote, Mapping) else ""
            failures += [
                _failure(f"the page has another {what} than evidence.json", where=name, file=page_name)
                for what, said in (("claim", item.get("claim")), ("quotation", words))
                if said and _squeezed(strip_control(str(said))) not in _squeezed(text)
            ]
    return failures


def _check_links(
    name: str, page: Page, pages: Mapping[str, Page], *, folder: Path, linked: Collection[str]
) -> Iterator[Failure]:
    """Yield what is wrong with the links and ids of one page."""
    for sentence in (*_lost_links(page, pages, folder=folder), *_wrong_ids(page, linked=linked)):
        yield _failure(sentence, where=name, file=name)


def _lost_links(page: Page, pages: Mapping[str, Page], *, folder: Path) -> Iterator[str]:
    """Say which links of a page lead nowhere: on it, into a file, or on another page."""
    for target in dict.fromkeys(page.links):
        if target not in page:
            yield f"a link leads to {shown(target)}, which is nowhere on the page"
    for file in dict.fromkeys(page.files):
        if file and not _inside(folder, file):
            yield f"a link leads to the file {shown(file)}, which is not in the report"
    for file, target in dict.fromkeys(page.elsewhere):
        if file in pages and target not in pages[file]:
            yield f"a link leads to {shown(target)}, which is nowhere on {shown(file)}"


def _wrong_ids(page: Page, *, linked: Collection[str]) -> Iterator[str]:
    """Say which ids of a page stand on two elements, and which references no page cites."""
    for identifier in dict.fromkeys(page.twice):
        yield f"the id {shown(identifier)} is given to two elements"
    for identifier in page.ids:
        if identifier.startswith("ref-") and identifier not in linked:
            yield f"the reference {shown(identifier)} is listed and never cited"


def check_words(
    pages: Mapping[str, Page],
    notebooks: Mapping[str, str],
    study: Study,
    plan: Plan | None = None,
    sales: Sales | None = None,
    *,
    folder: Path,
) -> list[Failure]:
    """Check that the pages and table files show what their notebooks show, word for word, and they what the inputs give.

    Parameters
    ----------
    pages : mapping of str to Page
        As they were read, by file name.
    notebooks : mapping of str to str
        Text of the report's notebooks, with their outputs, by name, in reading order.
    study : Study
        The company measured anew.
    plan : Plan, optional
        Its flows and messages, where the report has that chapter.
    sales : Sales, optional
        Its sales cycle, likewise.
    folder : Path
        The report's folder, in which the table files stand.
    """
    stored: dict[str, nbformat.NotebookNode] = {}
    failures: list[Failure] = []
    wanted = {
        NOTEBOOK: list(_blocks(study)),
        FLOWS: list(chapter_blocks(plan)) if plan else [],
        SALES: list(sales_cards.chapter_blocks(sales)) if sales else [],
    }
    for name, text in notebooks.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # an old or edited notebook is judged by what it shows
                stored[name] = nbformat.reads(text, as_version=4)
            shown_blocks = {str(record.get("id")): record for record in _block_records(stored[name])}
        except _NO_NOTEBOOK:
            return [Failure(where=name, file=name, sentence="is no notebook of a report")]
        found = [
            changed_field(path, one, other)
            for block in wanted[name]
            for path, one, other in differences(shown_blocks.get(block.id), _plain(block), block.id)
        ]
        failures += [Failure(where=name, file=name, sentence=joined(found))] if found else []
    last = next(reversed(stored))
    try:
        expected = _expected_pages(stored, study)
    except RenderError as error:
        return [Failure(where=last, file=last, sentence=f"gives no page ({shown(error)})")]
    except _NO_NOTEBOOK:
        return [Failure(where=last, file=last, sentence="is no notebook of a report")]
    for name, html in expected.items():
        if name in pages:
            failures += _compare_texts(pages[name], Page(html), file=name)
    if len(stored) > 1:
        failures += check_table_files(
            folder, table_files(join_chapters(list(_as_shown(stored, study).values())))
        )
    return failures


def _expected_pages(stored: Mapping[str, nbformat.NotebookNode], study: Study) -> dict[str, str]:
    """Return the pages that the report's notebooks give; a report of the groups alone is one page."""
    given: dict[str, Any] = {"company": study.company, "as_of": study.orders.as_of}
    if len(stored) == 1:
        return {PAGE: build_page(list(stored.values()), **given)}
    return build_pages(
        {Path(name).stem: notebook for name, notebook in _as_shown(stored, study).items()},
        tables=True,
        **given,
    )


def _as_shown(stored: Mapping[str, nbformat.NotebookNode], study: Study) -> dict[str, nbformat.NotebookNode]:
    """Return the notebooks as a reader gets them: with people beside their labels, where the report was asked to name them."""
    people = dict(study.orders.identities) if study.company.report.identifiable else {}
    return {name: name_customers(notebook, people) for name, notebook in stored.items()}


def check_table_files(folder: Path, wanted: Mapping[str, str]) -> list[Failure]:
    """Compare the files beside the pages with those that the notebooks give, and name what is too many.

    Parameters
    ----------
    folder : Path
        The report's folder.
    wanted : mapping of str to str
        As `segkit.publish.table_files.table_files` returns them.
    """
    failures = []
    for name, text in wanted.items():
        try:
            same = read_text(folder / name, root=folder) == text.removeprefix(BYTE_ORDER_MARK)
        except InputError:
            failures.append(
                _failure("is missing or cannot be read; the report has its table", where=name, file=name)
            )
            continue
        if not same:
            failures.append(_failure("says something else than its table on the page", where=name, file=name))
    try:
        found = sorted(path.name for path in (folder / FOLDER).iterdir())
    except OSError:
        found = []
    names = {f"{FOLDER}/{name}" for name in found} - set(wanted)
    return failures + [
        _failure("is a file that no table of the report has", where=shown(name), file=shown(name))
        for name in sorted(names)
    ]


def page_names(notebooks: Mapping[str, str]) -> tuple[str, ...]:
    """Return the file names of the pages that notebooks give; those that are none give nothing."""
    if len(notebooks) == 1:
        return (PAGE,)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = [nbformat.reads(text, as_version=4) for text in notebooks.values()]
        parts = split_report([Path(name).stem for name in notebooks], join_chapters(read))
    except _NO_NOTEBOOK:
        return ()
    return tuple(f"{part.name}.html" for part in parts)


def _compare_texts(page: Page, expected: Page, *, file: str) -> list[Failure]:
    """Name the smallest parts of a page in which another text stands; then look at what has no name."""

    def failure(sentence: str) -> Failure:
        return _failure(sentence, where=file, file=file)

    failures = [
        failure(f"lacks {name}, which its notebook shows") for name in expected.ids if name not in page
    ]
    failures += [
        failure(f"has {shown(name)}, which its notebook does not show")
        for name in page.ids
        if name not in expected
    ]
    told: list[str] = []
    for name in expected.smallest_first:
        one, other = page.text(name), expected.text(name)
        if one is None or other is None or _squeezed(one) == _squeezed(other):
            continue
        if not any(expected.holds(name, inner) for inner in told):
            told.append(name)
            failures.append(failure(f"at {name} {first_difference(one, other)}"))
    if not failures and _squeezed(page.whole) != _squeezed(expected.whole):
        failures.append(failure(f"the text {first_difference(page.whole, expected.whole)}"))
    return failures


def first_difference(stored: str, expected: str) -> str:
    """Return where two texts part, with a few words around.

    Examples
    --------
    >>> first_difference("two of ten customers", "two of nine customers")
    'says “two of ten customers”, the notebook “two of nine customers”'
    """
    one, other = stored.split(), expected.split()
    place = next(
        (i for i, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )
    near = slice(max(0, place - _BEFORE), place + _AFTER)
    return f"says “{shown(' '.join(one[near]))}”, the notebook “{shown(' '.join(other[near]))}”"


def _blocks(study: Study) -> Iterator[Block]:
    """Yield every block of words and tables that a report shows, made anew; drawings are left to the notebook."""
    made: list[Block | Sequence[Block] | None] = [
        tables.headline(study),
        own_words.summary(study),
        tables.findings(study),
        tables.rules(study),
        tables.edge_cases(study),
        evidence_overview(study),
        cards.legend(study),
        cards.segment_cards(study),
        tables.factor_matrix(study),
        tables.why_this_number(study),
        tables.held_out(study),
        tables.options(study),
        conflicts(study),
        ledger(study),
        tables.reading(study),
        tables.cleaning(study),
        tables.other_choices(study),
        tables.coverage(study),
        tables.gaps(study),
        tables.customers(study),
        cards.appendix(study),
        passages(study),
        cards.checklist(study_checklist(study)),
        tables.sources(study),
        authorship.statement(study),
        tables.how_made(study),
    ]
    for item in made:
        if isinstance(item, Block):
            yield item
        else:
            yield from item or ()


def _block_records(notebook: nbformat.NotebookNode) -> Iterator[Mapping[str, Any]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            record = output.get("data", {}).get(MIME)
            if isinstance(record, Mapping):
                yield record


def _plain(block: Block) -> object:
    return json.loads(json.dumps(to_plain(block.record())))


def _failure(sentence: str, *, where: str = PAGE, file: str = PAGE) -> Failure:
    return Failure(where=where, sentence=sentence, file=file)


def _inside(folder: Path, name: str) -> bool:
    try:
        path = (folder / name).resolve()
        return path.is_relative_to(folder.resolve()) and path.exists()
    except (OSError, RuntimeError, ValueError):
        return False


def _squeezed(text: str) -> str:
    """Return a text without white space, and without what keeps "[@" in somebody else's words from being a citation."""
    return "".join(text.replace(NO_CITATION, "").split())
