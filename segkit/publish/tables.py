"""The tables and texts of the segmentation chapter: values in, blocks out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from segkit.analysis.study import Foundation, Study
from segkit.model.evidence import Source, SourceType
from segkit.model.factor import Factor, factor_definitions
from segkit.publish.blocks import (
    Finding,
    Findings,
    Gap,
    HowMade,
    KeyFigure,
    KeyFigures,
    SourceEntry,
    SourceRun,
    Sources,
    Table,
    Text,
)
from segkit.publish.cards import cited_sources
from segkit.publish.citations import cite_sources, company_style
from segkit.publish.passages import known_sources
from segkit.publish.records import Tone
from segkit.words.figures import (
    SMALL_BOOK,
    format_count,
    format_money,
    format_number,
    format_percent,
    format_share,
    join_words,
    lower_first,
    plural,
)
from segkit.words.findings import strongest_evidence, value_text, value_title
from segkit.words.intake import coverage_sentence, log_entry_text, reading_sentences

LIST_CUSTOMERS_UP_TO = 40
MONEY_UNITS = 10_000


def headline(study: Study) -> KeyFigures:
    """Return the strip of large numbers on top of the page."""
    log, summary = study.orders.log, study.segmentation.summary
    days = (log.last_order - log.first_order).days
    items = [
        KeyFigure(
            label="Customers",
            value=format_count(log.customers),
            note=f"in {plural(len(summary.segments), 'group')}",
        ),
        KeyFigure(
            label="Orders",
            value=format_count(log.orders),
            note=f"{format_number(log.orders / log.customers)} a customer",
        ),
    ]
    if log.revenue is not None:
        items.append(
            KeyFigure(
                label=f"Revenue ({log.currency})" if log.currency else "Revenue",
                value=format_count(float(log.revenue)),
                note=f"{format_money(log.revenue / log.orders, log.currency)} an order",
            )
        )
    items.append(
        KeyFigure(
            label="Period", value=plural(days + 1, "day"), note=f"{log.first_order} to {log.last_order}"
        )
    )
    return KeyFigures(id="headline", items=tuple(items))


def findings(study: Study) -> Findings:
    """Return the three findings a hurried reader takes away: value, difference, support."""
    summary = study.segmentation.summary
    items = [Finding(title=value_title(summary), text=value_text(summary), links=("value-shares",))]
    strongest = strongest_evidence(study.evidence)
    if strongest is not None:
        segment = next(s for s in summary.segments if s.id == strongest.segment_id)
        items.append(
            Finding(
                title=f"{segment.name}: {lower_first(strongest.claim)}",
                text="This was not used to build the groups, so it can speak for them.",
                links=(f"evidence-{segment.id}",),
            )
        )
    items.append(Finding(title=_support_title(study), text=summary.verdict, links=("options",)))
    return Findings(id="findings", items=tuple(items))


def _support_title(study: Study) -> str:
    summary = study.segmentation.summary
    if summary.n_customers < SMALL_BOOK:
        return f"{plural(summary.n_customers, 'customer')} can be described, not generalised"
    return (
        "The data supports these groups"
        if summary.supported
        else "The data supports these groups only in part"
    )


def reading(study: Study) -> Text:
    """Say what was read and how customers were told apart."""
    return Text(id="reading", paragraphs=reading_sentences(study.orders.log))


def cleaning(study: Study) -> Table:
    """Return the cleaning log: every row read is used or dropped for a stated reason."""
    log = study.orders.log
    rows = [("Read", format_count(log.rows_read), join_words([source.path for source in log.sources]))]
    for word, entries in (("Dropped", log.dropped), ("Repaired", log.repaired), ("Kept", log.kept)):
        rows += [
            (word, format_count(entry.rows) if entry.rows else "", log_entry_text(entry, log.currency))
            for entry in entries
        ]
    rows.append(("Used", format_count(log.rows_used), "rows that the figures below are computed from"))
    return Table(
        id="cleaning",
        caption="What happened to the rows of the order files",
        columns=("What", "Rows", "Why"),
        numeric=(False, True, False),
        rows=tuple(rows),
        note="Rows read = rows used + rows dropped. The name in brackets is the switch in company.toml.",
    )


def other_choices(study: Study) -> Table | None:
    """Return the totals under another choice of each cleaning switch, or None where none changes anything."""
    log = study.orders.log
    if not log.alternatives:
        return None
    used = ("as read", log.customers, log.orders, log.revenue, "")
    rows = [used, *((o.choice, o.customers, o.orders, o.revenue, o.switch) for o in log.alternatives)]
    return Table(
        id="other-choices",
        caption="What the totals would be under another choice",
        columns=("Choice", "Customers", "Orders", "Revenue", "Switch in company.toml"),
        numeric=(False, True, True, True, False),
        rows=tuple(
            (
                choice,
                format_count(customers),
                format_count(orders),
                format_money(revenue, log.currency),
                switch,
            )
            for choice, customers, orders, revenue, switch in rows
        ),
    )


def coverage(study: Study) -> Table:
    """Return which columns speak for each of the six factors."""
    log = study.orders.log
    definitions = factor_definitions()
    b2b = study.company.business_model == "b2b"
    return Table(
        id="coverage",
        caption="The six factors and the columns that speak for them",
        columns=("Factor", "Question", "What speaks for it"),
        rows=tuple(
            (
                definitions[row.factor].label,
                definitions[row.factor].b2b_question if b2b else definitions[row.factor].question,
                coverage_sentence(row, log.customers),
            )
            for row in log.coverage
        ),
    )


def gaps(study: Study) -> tuple[Gap, ...]:
    """Return one visible gap for each factor without a column."""
    definitions = factor_definitions()
    return tuple(
        Gap(
            id=f"gap-{row.factor.value}",
            missing=f"No column speaks for the {row.factor.value} factor ({definitions[row.factor].question.lower()})",
            close=f"{definitions[row.factor].close_the_gap}.".capitalize(),
        )
        for row in study.orders.log.coverage
        if not row.columns
    )


def customers(study: Study) -> Table:
    """Return every customer of a small book, or the spread of a large one, with R, F and M."""
    if study.orders.log.customers > LIST_CUSTOMERS_UP_TO:
        return _customer_spread(study)
    table = study.customers.merge(study.scores.table, on="customer_id", how="left")
    with_money = "monetary_total" in table
    table["segment"] = table["customer_id"].map(study.segmentation.assignments)
    table = table.sort_values(["segment", "recency_days", "customer_id"])
    names = {segment.id: segment.name for segment in study.segmentation.summary.segments}
    rows = tuple(
        (
            str(row["customer_id"]),
            names[row["segment"]],
            format_count(row["recency_days"]),
            format_count(row["frequency"]),
            format_money(row["monetary_total"] / MONEY_UNITS, study.orders.currency)
            if with_money
            else "no amount",
            str(row["rfm_score"]) if row["rfm_score"] else "none",
            str(row["rfm_name"]) if row["rfm_name"] else "none",
        )
        for row in table.to_dict("records")
    )
    return Table(
        id="customers",
        caption=f"Every customer, as of {study.orders.as_of}",
        columns=("Customer", "Group", "Days since last order", "Orders", "Spend", "RFM code", "RFM name"),
        numeric=(False, False, True, True, True, True, False),
        rows=rows,
        marks=tuple(int(segment) for segment in table["segment"]),
        note=_score_note(study),
    )


def _score_note(study: Study) -> str:
    n = study.orders.log.customers
    note = "Codes are recency, frequency and monetary scores from 1 (worst) to 5 (best), each a rank within this book."
    if n < SMALL_BOOK:
        note += (
            f" With {plural(n, 'customer')} one step of a score is about "
            f"{plural(max(1, round(n / 5)), 'customer')}: read the raw numbers first."
        )
    if study.name_changes is not None:
        note += (
            f" Leaving out each customer in turn changes {format_count(study.name_changes.changes)} of "
            f"{format_count(study.name_changes.total)} names of the others."
        )
    return note


def _customer_spread(study: Study) -> Table:
    wanted = [
        ("recency_days", "Days since the last order", 1),
        ("frequency", "Orders", 1),
        ("monetary_total", "Spend", MONEY_UNITS),
        ("average_order_value", "Spend per order", 1),
        ("tenure_days", "Days since the first order", 1),
    ]
    rows = []
    for column, label, scale in wanted:
        if column in study.customers:
            values = study.customers[column].dropna().astype(float) / scale
            cuts = values.quantile([0.05, 0.25, 0.5, 0.75, 0.95])
            rows.append((label, *(format_number(cut, 2 if "Spend" in label else 1) for cut in cuts)))
    return Table(
        id="customers",
        caption=f"How the {format_count(len(study.customers))} customers are spread, as of {study.orders.as_of}",
        columns=("Measure", "5 % are below", "25 % are below", "Median", "75 % are below", "95 % are below"),
        numeric=(False, True, True, True, True, True),
        rows=tuple(rows),
        note=_score_note(study),
    )


def rules(study: Study) -> Table:
    """Return one testable rule for each group, in the order in which they are tried."""
    summary = study.segmentation.summary
    ordered = sorted(summary.segments, key=lambda segment: segment.rule.order)
    return Table(
        id="rules",
        caption="The rule of each group; the first that holds places the customer",
        columns=("Order", "Group", "Rule", "Customers"),
        numeric=(True, False, False, True),
        rows=tuple(
            (
                str(segment.rule.order),
                segment.name,
                segment.rule.sentence,
                format_share(segment.size, summary.n_customers),
            )
            for segment in ordered
        ),
        row_headers=False,
        marks=tuple(segment.id for segment in ordered),
        note=summary.precedence,
    )


def edge_cases(study: Study) -> Text | None:
    """Return constructed customers and where the rules place them."""
    cases = study.segmentation.summary.edge_cases
    if not cases:
        return None
    return Text(id="edge-cases", paragraphs=("Tried on customers who do not exist yet:",), bullets=cases)


def why_this_number(study: Study) -> Text:
    """Say why this number of groups and not one fewer or more, and how the groups were made."""
    summary = study.segmentation.summary
    paragraphs = [summary.why_this_number, *summary.notes]
    changes, total = summary.leave_one_out_changes, summary.leave_one_out_total
    if changes is not None and total:
        paragraphs.append(
            f"Leaving out each customer in turn and grouping again moves {format_count(changes)} of "
            f"{format_count(total)} placements of the others."
        )
    return Text(id="why-this-number", paragraphs=tuple(paragraphs))


def options(study: Study) -> Table:
    """Return the groupings that were compared, what each explains and what it loses."""
    found = study.segmentation.summary.options
    labels = {feature.name: feature.label for feature in study.table.features}
    return Table(
        id="options",
        caption="Groupings compared",
        columns=(
            "Grouping",
            "Made from",
            "Sizes",
            "Explains of what was held out",
            "Stability",
            "What it loses",
        ),
        numeric=(False, False, False, True, True, False),
        rows=tuple(
            (
                f"{option.label} (chosen)" if option.chosen else option.label,
                join_words([labels.get(name, name) for name in option.features[:6]])
                + (f" and {len(option.features) - 6} more" if len(option.features) > 6 else ""),
                ", ".join(format_count(size) for size in option.sizes),
                format_percent(option.explained_held_out)
                if option.explained_held_out > 0
                else "no more than chance",
                "not measured" if option.stability is None else f"{option.stability:.2f}",
                option.loses,
            )
            for option in found
        ),
        note="Stability is the mean Jaccard overlap of the least stable group when customers are resampled or left "
        "out (1 = the same group every time; from 0.75 on a group counts as stable). What was held out checks the chosen "
        "grouping and does not choose it: a check that chooses checks no more.",
    )


_MOST_REASONS = 5


def held_out(study: Study) -> Text:
    """Say what built the groups and what was kept aside to check them."""
    summary = study.segmentation.summary
    labels = {feature.name: feature.label for feature in study.table.features}
    built = _some([labels.get(name, name) for name in summary.features])
    sentences = [f"The groups were built from {built}."]
    if summary.held_out:
        aside = _some([labels.get(name, name) for name in summary.held_out])
        sentences.append(f"Kept aside to check them: {aside}.")
    if summary.dropped_features:
        sentences.append(_not_used(summary.dropped_features))
    return Text(id="held-out", paragraphs=tuple(sentences), tone=Tone.NOTE)


def _some(names: Sequence[str], most: int = 7) -> str:
    """Return the first of many names and how many more there are; the files have all of them."""
    left = len(names) - most
    if left < 2:
        return join_words(list(names))
    return join_words([*names[:most], f"{format_count(left)} more"])


def _not_used(dropped: tuple[str, ...]) -> str:
    """Say which columns were not used, once for each reason."""
    reasons: dict[str, list[str]] = {}
    for entry in dropped:
        name, _, reason = entry.partition(": ")
        reasons.setdefault(reason, []).append(name)
    parts = [
        f"{_some(names, 4)} ({reason})" if reason else _some(names, 4) for reason, names in reasons.items()
    ]
    left = "; the other reasons are in results/segments.json" if len(parts) > _MOST_REASONS else ""
    return f"Not used: {'; '.join(parts[:_MOST_REASONS])}{left}."


def factor_matrix(study: Study) -> Table:
    """Return the matrix of six factors by group: what each factor says, or that it is silent."""
    segments = study.segmentation.summary.segments
    definitions = factor_definitions()
    rows = []
    for factor in Factor:
        cells = []
        for segment in segments:
            reading = next(r for r in segment.profile if r.factor is factor)
            cells.append(
                {"no column": "no column", "no difference": "no clear difference"}.get(
                    reading.status, reading.text
                )
            )
        separates = sum(
            next(r for r in segment.profile if r.factor is factor).status == "distinguishes"
            for segment in segments
        )
        rows.append((definitions[factor].label, f"{separates} of {len(segments)}", *cells))
    return Table(
        id="factor-matrix",
        caption="Six factors by group: what sets each group apart from the others",
        columns=("Factor", "Groups set apart", *(segment.name for segment in segments)),
        numeric=(False, True, *(False for _ in segments)),
        rows=tuple(rows),
    )


def sources(study: Foundation, *, also: Sequence[str] = ()) -> Sources:
    """Return the reference list: every source that the page cites, in the order and looks of the citation style.

    ``also`` are the ids of sources that a later chapter cites.
    """
    known = known_sources(study)
    cited = dict.fromkeys([*cited_sources(study), *also])
    listed = [_with_author(known[source_id], study) for source_id in cited if source_id in known]
    citations = cite_sources(listed, style=company_style(study.company))
    return Sources(
        id="sources",
        entries=tuple(
            SourceEntry(
                id=entry.id,
                text=entry.text,
                sha256=known[entry.id].sha256,
                in_text=entry.in_text,
                runs=tuple(SourceRun(text=run.text, look=run.look, url=run.url) for run in entry.runs),
                path=known[entry.id].path,
                note=f"{format_count(rows)} rows used" if (rows := known[entry.id].n_rows) else "",
            )
            for entry in citations.entries
        ),
    )


def _with_author(source: Source, study: Foundation) -> Source:
    """Return a file of the company's own data as a work that can be cited: by the company, of the year it ends in."""
    if source.type in {SourceType.RESEARCH, SourceType.WEBSITE} or source.authors:
        return source
    year = source.published or str(study.orders.as_of.year)
    return replace(source, authors=(study.company.name,), published=year)


def how_made(study: Foundation) -> HowMade:
    """Return what a reader needs to make this page again."""
    log, company = study.orders.log, study.company
    pairs = [
        ("Data as of", str(study.orders.as_of)),
        ("Rows", f"{format_count(log.rows_read)} read, {format_count(log.rows_used)} used"),
        ("Groups asked for", str(company.segmentation.n_segments)),
        ("Seed", str(company.segmentation.seed)),
        ("Findings tested", format_count(study.evidence.n_tests)),
        ("To make it again", "segkit report <company folder>; the same input gives the same bytes"),
    ]
    return HowMade(id="how-made", pairs=tuple(pairs))
