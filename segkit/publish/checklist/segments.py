"""The groups: how many and why, everyone placed, rules, factors, and how honest the figures are."""

from __future__ import annotations

from collections.abc import Iterator

from segkit.model.argument import Section
from segkit.model.checklist import ChecklistItem
from segkit.model.cleaning import CleaningLog
from segkit.model.evidence import EvidenceBook
from segkit.model.factor import Factor
from segkit.model.segment import Basis, SegmentationSummary
from segkit.publish.checklist.arguments import Arguments, ask_for_own_words, own_words
from segkit.publish.checklist.evidence import ASKED_OF_EVIDENCE, judge_evidence
from segkit.publish.checklist.judging import Asked, Found, first_of, judge, yours
from segkit.words.figures import SMALL_BOOK, join_words, plural

TASK = "1 Segmentation"
WANTED = 4
FAITHFUL = 0.9
"""From this share of customers on, rules that only describe a clustering place people as the groups do."""
_GROUPS = (
    Asked(
        id="groups",
        item="Four customer groups",
        criterion="C1",
        close="Set n_segments = 4 under [segmentation] in company.toml.",
    ),
    Asked(
        id="why_four",
        item="Why this number of groups and not one fewer or more",
        criterion="C1",
        close="Say beside your own [[segments]] what a group fewer would have joined.",
    ),
    Asked(
        id="placed",
        item="Every customer in exactly one group",
        criterion="C1",
        close="Give the last of your [[segments]] no rule, so that it takes everyone else.",
    ),
    Asked(
        id="rules",
        item="One rule for each group that a colleague can apply to the next customer",
        criterion="C2",
        close="Choose one of the rule lists under other ways to group, or write a rule for each group in [[segments]].",
    ),
    Asked(
        id="factors",
        item="All six factors considered, each with a value or “no data”",
        criterion="C9",
        close="Name the column that a factor can be read from in [factors] of company.toml.",
    ),
    Asked(
        id="factor_apart",
        item="A factor that looks useful and does not separate the groups, explained",
        criterion="C10",
        close="Name in your own text which factor only repeats the rule of the groups.",
    ),
)
_HONESTY = (
    Asked(
        id="validity",
        item="Why the groups are valid: evidence that did not help to build them",
        criterion="C11",
        close="Bring a survey, a study or a page that speaks of the group: nothing that built it can prove it.",
    ),
    Asked(
        id="small_n",
        item="Small numbers called small: an interval beside each comparison",
        criterion="C11",
        close="Leave out of your text every comparison that has no interval beside it.",
    ),
    Asked(
        id="cleaning",
        item="Data cleaned, the cleaning told, and the totals under other choices",
        criterion="C12",
        close="Say who counts as one customer in columns of [orders], then run segkit check.",
    ),
)
_WORDS = ask_for_own_words("group_words", "What each group is and why it is one,")
_FACTOR = Asked(
    id="which_factor",
    item="Which factor matters to this company",
    criterion="C10",
    close="Read the matrix and name the one factor you would ask a new customer about, and why.",
)


def check_segments(
    summary: SegmentationSummary,
    book: EvidenceBook,
    log: CleaningLog,
    *,
    arguments: Arguments,
    taken_up: frozenset[str] | None,
) -> Iterator[ChecklistItem]:
    """Yield the items on groups and their evidence.

    ``taken_up`` are the ids of evidence that a flow or a draft names; None where the report has no flows.
    """
    groups = {
        "groups": _groups(summary),
        "why_four": _why_this_number(summary),
        "placed": _placed(summary),
        "rules": _rules(summary),
        "factors": _factors(summary, log),
        "factor_apart": _factor_apart(summary),
    }
    yield from judge(TASK, _GROUPS, groups)
    yield from judge(TASK, ASKED_OF_EVIDENCE, judge_evidence(summary, book, taken_up=taken_up))
    honesty = {
        "validity": _validity(summary, book),
        "small_n": _small_n(summary, book),
        "cleaning": _cleaning(log),
    }
    yield from judge(TASK, _HONESTY, honesty)
    words = own_words(arguments, {Section.GROUP: len(summary.segments)}, where="#segment-1")
    yield from judge(TASK, (_WORDS,), {_WORDS.id: words})
    yield yours(TASK, _FACTOR, "#factor-matrix")


def _groups(summary: SegmentationSummary) -> Found:
    found = len(summary.segments)
    return Found(met=found >= WANTED, some=found > 0, why=plural(found, "group"), where="#rules")


def _why_this_number(summary: SegmentationSummary) -> Found:
    told, others = bool(summary.why_this_number), len(summary.options) - 1
    why = f"the number is {'argued for' if told else 'not argued for'}"
    if others > 0:
        why += f"; {plural(others, 'other way', 'other ways')} to group compared"
    return Found(met=told, some=others > 0, why=why, where="#why-this-number")


def _placed(summary: SegmentationSummary) -> Found:
    placed = sum(segment.size for segment in summary.segments)
    why = f"{placed:,} of {plural(summary.n_customers, 'customer')} placed once"
    return Found(met=placed == summary.n_customers, some=placed > 0, why=why, where="#rules")


def _rules(summary: SegmentationSummary) -> Found:
    worst = min((segment.rule.fidelity for segment in summary.segments), default=0.0)
    tried = len(summary.edge_cases)
    why = f"the rules place {worst:.0%} of the customers as the groups do; {plural(tried, 'edge case')} tried"
    return Found(
        met=worst >= FAITHFUL and tried > 0, some=any(s.rule.sentence for s in summary.segments), why=why, where="#rules"
    )  # fmt: skip


def _factors(summary: SegmentationSummary, log: CleaningLog) -> Found:
    short = [
        f"segment-{segment.id}"
        for segment in summary.segments
        if {reading.factor for reading in segment.profile} != set(Factor)
    ]
    total = len(summary.segments)
    known = [row.factor.value for row in log.coverage if row.columns]
    without = [factor.value for factor in Factor if factor.value not in known]
    why = f"columns for {join_words(known) or 'no factor'}"
    if without:
        why += f"; none for {join_words(without)}" + ("" if short else ", and the report says so")
    if short:
        why = f"{total - len(short)} of {plural(total, 'group')} read by all six; {why}"
    return Found(met=not short, some=bool(known), why=why, where=first_of(short, "factor-matrix"))


def _factor_apart(summary: SegmentationSummary) -> Found:
    """Count the factors that have a column and tell no group, or only some of them, apart from the others."""
    read: dict[Factor, set[str]] = {}
    for segment in summary.segments:
        for reading in segment.profile:
            if reading.status != "no column":
                read.setdefault(reading.factor, set()).add(reading.status)
    idle = [factor for factor in Factor if read.get(factor) == {"no difference"}]
    some = [factor for factor in Factor if len(read.get(factor, ())) > 1]
    parts = [
        f"{join_words([factor.value for factor in found])} tell{'s' if len(found) == 1 else ''} {what} apart"
        for found, what in ((idle, "no group"), (some, "only some of the groups"))
        if found
    ]
    otherwise = "every factor with a column tells the groups apart" if read else "no factor has a column"
    return Found(
        met=bool(idle or some), some=bool(read), why="; ".join(parts) or otherwise, where="#factor-matrix"
    )


def _validity(summary: SegmentationSummary, book: EvidenceBook) -> Found:
    lacking = [
        f"evidence-{segment.id}"
        for segment in summary.segments
        if not any(item.kind == "statistic" and not item.in_model for item in book.supporting(segment.id))
    ]
    total = len(summary.segments)
    why = f"{total - len(lacking)} of {plural(total, 'group')} have a figure that did not help to build them"
    where = first_of(lacking) or "#held-out"
    return Found(met=not lacking, some=len(lacking) < total, why=why, where=where)


def _small_n(summary: SegmentationSummary, book: EvidenceBook) -> Found:
    """Ask for an interval beside each comparison, and for no claim beyond few customers."""
    shown = [item for item in book.evidence if item.statistic is not None]
    bare = [item for item in shown if item.statistic is not None and item.statistic.ci_low is None]
    small = summary.n_customers < SMALL_BOOK
    bold = [item for item in book.evidence if small and item.basis is Basis.INFERENTIAL]
    circular = sum(item.in_model for item in shown)
    why = f"{len(shown) - len(bare)} of {plural(len(shown), 'comparison')} with an interval; {circular} marked as circular"
    if bold:
        why += f"; {plural(len(bold), 'claim')} beyond {summary.n_customers} customers"
    where = first_of([f"evidence-{item.segment_id}" for item in (*bare, *bold)], "evidence-legend")
    return Found(met=bool(shown) and not bare and not bold, some=bool(shown), why=why, where=where)


def _cleaning(log: CleaningLog) -> Found:
    why = f"{log.rows_read:,} rows read, {log.rows_used:,} used, each difference with its reason"
    if log.alternatives:
        why += f"; {plural(len(log.alternatives), 'other choice')} computed"
    if not log.identity_rule:
        why += "; who counts as one customer is not told"
    return Found(met=bool(log.identity_rule), why=why, where="#cleaning")
