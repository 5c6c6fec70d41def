"""What a chart or table says, as a sentence: titles that argue, descriptions that read aloud."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.evidence import Evidence, EvidenceBook, Statistic, Strength
from segkit.model.segment import ClusterCount, Segment, SegmentationSummary
from segkit.words.figures import SMALL_BOOK, format_count, format_money, format_percent, join_words, plural

_ORDER = (Strength.STRONG, Strength.MODERATE, Strength.WEAK, Strength.DESCRIPTIVE)


def value_title(summary: SegmentationSummary) -> str:
    """Say which group brings the most for its size, or that spend is not known."""
    leader = _leader(summary)
    if leader is None:
        largest = max(summary.segments, key=lambda segment: (segment.size, -segment.id))
        return f"{largest.name} is the largest group: {_size(largest, summary)}"
    return (
        f"{leader.name}: {_size(leader, summary)}, {format_percent(leader.revenue_share or 0)} of the revenue"
    )


def _size(segment: Segment, summary: SegmentationSummary) -> str:
    """Return "3 of 10 customers", with the percentage behind it in larger books."""
    text = f"{format_count(segment.size)} of {plural(summary.n_customers, 'customer')}"
    return text if summary.n_customers < SMALL_BOOK else f"{text} ({format_percent(segment.share)})"


def value_text(summary: SegmentationSummary) -> str:
    """Put the leading group's spend per customer beside that of the whole book."""
    leader = _leader(summary)
    if leader is None or leader.revenue is None or summary.revenue is None:
        return "The orders carry no amounts, so the groups are compared by customers and orders."
    own = leader.revenue / leader.size
    book = summary.revenue / summary.n_customers
    return (
        f"They spent {format_money(leader.revenue, summary.currency)} in {plural(leader.orders, 'order')}, "
        f"{format_money(own, summary.currency)} a customer; the whole book averages {format_money(book, summary.currency)}."
    )


def _leader(summary: SegmentationSummary) -> Segment | None:
    """Return the group whose revenue share most exceeds its share of customers."""
    priced = [segment for segment in summary.segments if segment.revenue_share is not None]
    return max(priced, key=lambda s: ((s.revenue_share or 0) - s.share, -s.id)) if priced else None


def strongest_evidence(book: EvidenceBook) -> Evidence | None:
    """Return the strongest finding that did not help to build the groups."""
    outside = [item for item in book.evidence if not item.in_model and item.statistic]
    if not outside:
        return None
    return min(
        outside,
        key=lambda e: (_ORDER.index(e.strength), -abs(e.statistic.effect if e.statistic else 0), e.id),
    )


def map_title(segments: Sequence[Segment]) -> str:
    """Say which group bought most recently and which has been away longest."""
    recency = {
        segment.name: measure.value
        for segment in segments
        for measure in segment.measures
        if measure.unit == "days" and "last order" in measure.label
    }
    if len(recency) < 2:
        return "How recently and how much each customer bought"
    fresh = min(recency, key=lambda name: (recency[name], name))
    stale = max(recency, key=lambda name: (recency[name], name))
    if recency[fresh] == recency[stale]:
        return "The groups do not differ in how long ago they last bought"
    return (
        f"{fresh} bought {plural(round(recency[fresh]), 'day')} ago at the median, "
        f"{stale} {plural(round(recency[stale]), 'day')} ago"
    )


def cluster_count_title(rows: Sequence[ClusterCount]) -> str:
    """Say which numbers of groups beat what data without any structure reach."""
    beating = [row.n_clusters for row in rows if row.silhouette > row.null_95]
    if not beating:
        return "No number of clusters separates better than data without structure"
    names = join_words([str(k) for k in beating], "or")
    return f"Clusters stand out from structureless data with {names} groups"


def timeline_title(rhythms: Sequence[tuple[str, float]]) -> str:
    """Say which group has the shortest usual gap between orders; pairs are (group, median days)."""
    if not rhythms:
        return "Nobody in these groups ordered twice, so there is no rhythm to see"
    name, days = min(rhythms, key=lambda pair: (pair[1], pair[0]))
    return f"{name} return soonest: {plural(round(days), 'day')} between orders at the median"


def month_title(names: Sequence[str], peaks: Sequence[str], measure: str) -> str:
    """Say in which month each group's orders or revenue peaked."""
    if len(set(peaks)) == 1:
        return f"Every group's {measure} peaked in {peaks[0]}"
    pairs = [f"{name} in {peak}" for name, peak in zip(names, peaks, strict=True)]
    return f"{measure.capitalize()} peaked for {join_words(pairs)}"


def size_note(n_customers: int, n_orders: int) -> str:
    """Return the n that stands under a chart."""
    return f"n = {format_count(n_customers)} customers, {format_count(n_orders)} orders"


def statistic_text(statistic: Statistic) -> str:
    """Return the figures behind a claim on one line: n, effect, interval, test."""
    parts = [
        f"n = {format_count(statistic.n_group)} and {format_count(statistic.n_rest)}",
        f"{statistic.effect_name} {statistic.effect:+.2f}",
    ]
    if statistic.ci_low is not None and statistic.ci_high is not None:
        level = format_percent(statistic.ci_level)
        parts[1] += f" ({level} interval {statistic.ci_low:+.2f} to {statistic.ci_high:+.2f})"
    return "; ".join((*parts, chance_text(statistic)))


def chance_text(statistic: Statistic) -> str:
    """Return the test behind a claim, or why there is none."""
    if statistic.p is None:
        return "no test: it built the groups"
    q = "" if statistic.q is None else f", q {_probability(statistic.q)} over all tests"
    return f"p {_probability(statistic.p)}{q} ({statistic.method})"


def _probability(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"
