"""The whole analysis of one company, in the order of the house: orders, customers, scores, segments, evidence.

``open_study`` is the one call a notebook opens with.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from segkit.analysis.customers import collect_customers, describe_customers
from segkit.analysis.evidence import extract_evidence, measure_book, model_features
from segkit.analysis.evidence_book import canonical_keys, compose_book
from segkit.analysis.factors import FeatureTable, build_features
from segkit.analysis.grouping import group_customers
from segkit.analysis.labels import label_overrides
from segkit.analysis.ledger import build_ledger, collect_order_facts
from segkit.analysis.own_texts import check_texts
from segkit.analysis.queries import segment_queries
from segkit.analysis.quotations import collect_quotations, search_topics
from segkit.analysis.rfm import RFMScores, score_customers
from segkit.analysis.rfm_stability import LeaveOneOut, leave_one_out_names
from segkit.analysis.segments import Segmentation, describe_segments
from segkit.intake.bundled import example_company
from segkit.intake.company import find_order_files, read_company, read_company_orders
from segkit.intake.documents import read_documents
from segkit.intake.events import Events, read_events
from segkit.intake.order_texts import OrderTexts, read_order_texts
from segkit.intake.orders import Orders
from segkit.intake.pipeline import Pipeline, read_pipeline
from segkit.model.company import Company
from segkit.model.document import Library
from segkit.model.evidence import EvidenceBook, Source, SourceType
from segkit.model.factor import Factor
from segkit.model.ledger import Ledger
from segkit.words.figures import SMALL_BOOK


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Foundation:
    """What later chapters build on: who ordered what, in which group, with which evidence and contradictions.

    ``library`` holds the saved pages, the notes and the texts in the orders; ``ledger`` what they say of prices, codes, deadlines
    and terms; ``events`` the optional file of carts, views and stock notices; ``pipeline`` the optional CRM export.
    """

    company: Company
    orders: Orders
    customers: pd.DataFrame
    segmentation: Segmentation
    evidence: EvidenceBook
    library: Library = field(default_factory=Library)
    ledger: Ledger = field(default_factory=Ledger)
    events: Events | None = None
    pipeline: Pipeline | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Study(Foundation):
    """Everything measured about one company; nothing in it is text for a page yet.

    ``name_changes`` counts, in small books, how many RFM names hang on single customers.
    """

    scores: RFMScores
    name_changes: LeaveOneOut | None
    table: FeatureTable


def find_company(folder: str | Path | None = None) -> Path:
    """Return the company folder to work on.

    A given folder is taken as it is. Without one, the nearest folder above the working directory that
    holds a ``company.toml`` is the company; where there is none, the bundled example is.

    Parameters
    ----------
    folder : str or Path, optional
        Company folder; empty means "find it".
    """
    if folder:
        return Path(folder).resolve()
    here = Path.cwd()
    for candidate in (here, *here.parents):
        if (candidate / "company.toml").is_file():
            return candidate
    return example_company()


def open_study(
    company: str | Path = "", *, n_segments: int = 0, seed: int = -1, worksheet: bool = False
) -> Study:
    """Read a company folder and measure it: customers, scores, segments and evidence.

    Parameters
    ----------
    company : str or Path
        Company folder; empty for the nearest one above, else the bundled example (:func:`find_company`).
    n_segments : int
        Groups to deliver; 0 takes the number of ``company.toml``.
    seed : int
        Seed of everything random; -1 takes the one of ``company.toml``.
    worksheet : bool
        Leave segkit's arguments out and ask for the reader's in their place.

    Returns
    -------
    Study
        Frozen; the same input gives the same study.

    Raises
    ------
    InputError
        The folder or a file in it cannot be used.
    NotEnoughDataError
        Fewer customers than groups asked for.
    """
    return measure_company(read_settings(company, n_segments=n_segments, seed=seed, worksheet=worksheet))


def read_settings(
    company: str | Path = "", *, n_segments: int = 0, seed: int = -1, worksheet: bool = False
) -> Company:
    """Read a company's settings; a number of groups, a seed or a worksheet given here stands in for that of ``company.toml``."""
    settings = read_company(find_company(company))
    wanted = settings.segmentation
    wanted = replace(
        wanted,
        n_segments=n_segments or wanted.n_segments,
        seed=seed if seed >= 0 else wanted.seed,
    )
    report = replace(settings.report, worksheet=worksheet or settings.report.worksheet)
    return replace(settings, segmentation=wanted, report=report)


def measure_company(company: Company, *, orders: Orders | None = None, pages: Library | None = None) -> Study:
    """Measure a company whose settings are already read, and its orders and pages too where they are given."""
    orders = read_company_orders(company) if orders is None else orders
    company = label_overrides(company, orders)
    customers = collect_customers(describe_customers(orders.scan(), as_of=orders.as_of))
    scores = score_customers(customers)
    factors = {column: Factor(name) for column, name in company.factors}
    table = build_features(orders, customers, factors=factors)
    grouping = group_customers(table, customers, settings=company.segmentation)
    segmentation = describe_segments(grouping, table, customers, orders=orders, settings=company.segmentation)
    check_texts(company.texts, {str(key): int(group) for key, group in segmentation.assignments.items()})
    library, texts = read_library(company, orders, pages=pages)
    return Study(
        company=company,
        orders=orders,
        customers=customers,
        scores=scores,
        name_changes=leave_one_out_names(customers) if 3 <= len(customers) < SMALL_BOOK else None,
        table=table,
        segmentation=segmentation,
        evidence=_gather_evidence(company, orders, table, segmentation, library=library, texts=texts),
        library=library,
        ledger=build_ledger(library, order_facts=collect_order_facts(orders), as_of=orders.as_of),
        events=read_events(company, orders),
        pipeline=read_pipeline(company, orders),
    )


def read_library(
    company: Company, orders: Orders, *, pages: Library | None = None
) -> tuple[Library, OrderTexts | None]:
    """Read pages, notes and the texts in the orders."""
    texts = _read_order_texts(company, orders)
    pages = read_documents(company.folder, company_name=company.name) if pages is None else pages
    return _with_order_texts(pages, texts), texts


def _gather_evidence(
    company: Company,
    orders: Orders,
    table: FeatureTable,
    segmentation: Segmentation,
    *,
    library: Library,
    texts: OrderTexts | None,
) -> EvidenceBook:
    """Measure what sets the segments apart, look for what pages and notes say of it, and put both into one book."""
    seed, settings = company.segmentation.seed, company.evidence
    summary, assignments = segmentation.summary, segmentation.assignments
    in_model = model_features(table, summary)
    measured = measure_book(table, segmentation, in_model=in_model, seed=seed)
    found = extract_evidence(
        table,
        segmentation,
        source=order_source(orders),
        sources=attribute_sources(orders, Path(company.folder)),
        reject=canonical_keys(settings.reject, assignments),
        measured=measured,
        seed=seed,
    )
    queries = segment_queries(measured[0])
    quotations = collect_quotations(
        library,
        queries=queries,
        assignments=assignments,
        names={segment.id: segment.name for segment in summary.segments},
        findings=measured[0],
        settings=settings,
        company=company.name,
        authors=_authors(texts),
    )
    return compose_book(
        found,
        quotations,
        segments=summary.segments,
        assignments=assignments,
        library=library,
        topics=search_topics(queries),
        settings=settings,
    )


def _read_order_texts(company: Company, orders: Orders) -> OrderTexts | None:
    files = find_order_files(Path(company.folder), company.orders.files)
    return read_order_texts(orders, files=files, settings=company.orders)


def _with_order_texts(pages: Library, texts: OrderTexts | None) -> Library:
    """Return pages, notes and the texts in the orders, by source id."""
    if texts is None:
        return pages
    documents = sorted([*pages.documents, texts.document], key=lambda document: document.source.id)
    return replace(pages, documents=tuple(documents))


def _authors(texts: OrderTexts | None) -> dict[str, frozenset[str]]:
    """Return the customers in whose orders each text stands."""
    found: dict[str, set[str]] = {}
    for passage, customer in texts.customers if texts else ():
        found.setdefault(passage, set()).add(customer)
    return {passage: frozenset(customers) for passage, customers in found.items()}


def order_source(orders: Orders) -> Source:
    """Describe the order history as a source that evidence can cite."""
    further = {file for _, file in orders.attribute_sources}
    files = [file for file in orders.log.sources if file.path not in further]
    return Source(
        id="orders",
        type=SourceType.ORDER_HISTORY,
        title="Order history",
        path=", ".join(file.path for file in files),
        sha256=", ".join(file.sha256 for file in files),
        n_rows=orders.log.rows_used,
        columns=orders.columns,
        filter="; ".join(f"without {entry.reason}" for entry in orders.log.dropped),
        reliability_note="Written by the shop system when the order was placed; read and cleaned as the log says.",
    )


def attribute_sources(orders: Orders, folder: Path) -> dict[str, Source]:
    """Describe each further file (``customers.csv``, ``survey.csv``) as a source, by its name."""
    found: dict[str, Source] = {}
    for name in sorted({file for _, file in orders.attribute_sources}):
        path = folder / name
        survey = path.stem.startswith("survey")
        columns = [column for column, file in orders.attribute_sources if file == name]
        found[name] = Source(
            id=path.stem,
            type=SourceType.SURVEY if survey else SourceType.OTHER,
            title="Customer survey" if survey else "Customer file",
            path=name,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            n_rows=_known_rows(orders, columns),
            columns=tuple(columns),
            reliability_note="What customers said of themselves; not checked against anything."
            if survey
            else "Kept by the company beside the orders; blanks are left blank.",
        )
    return found


def _known_rows(orders: Orders, columns: list[str]) -> int | None:
    """Count the customers of whom a file says anything."""
    if orders.attributes is None:
        return None
    return int(orders.attributes[columns].notna().any(axis=1).sum())
