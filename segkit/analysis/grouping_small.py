"""Fewer than 30 customers: rule lists found by search, with k-means and the RFM rule beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from segkit.analysis.book import Book, Draft, Labels, without_unit
from segkit.analysis.cluster_rules import explain_groups
from segkit.analysis.clustering import fit_kmeans
from segkit.analysis.design_matrix import build_design
from segkit.analysis.explained import permutation_p, prepare_judges
from segkit.analysis.rfm_rule import RFM_COLUMNS, RFMGroups, group_by_rfm
from segkit.analysis.rule_pieces import make_pieces
from segkit.analysis.rule_search import (
    RuleList,
    count_changes,
    measure_group_stability,
    pick_distinct,
    rephrase,
    search_rule_lists,
)
from segkit.analysis.rules import CATCH_ALL, Alternatives
from segkit.analysis.stability import clusterwise_jaccard
from segkit.errors import NotEnoughDataError
from segkit.model.segment import GroupingOption, Method
from segkit.words.segments import write_losses, write_rule, write_search_note, write_verdict, write_why_rules

CHANCE = 0.10
"""As for evidence: rarer than this by shuffling counts as a pattern (reference: evidence, section 1)."""
STABLE = 0.75


def group_small_book(book: Book, *, n_segments: int) -> Draft:
    """Group a small book by the best rule list; by the RFM rule where no list can be written.

    Parameters
    ----------
    book : Book
        At most a few dozen customers.
    n_segments : int
        Groups to deliver, 2 to the number of customers.
    """
    searching = tuple(name for name in book.frame.columns if name not in book.held_out)
    judges = prepare_judges(book.frame, book.features, searching)
    pieces = make_pieces(book.frame, book.features, groupable=book.groupable, judges=judges)
    found = search_rule_lists(pieces, judges, n_customers=len(book.frame), n_segments=n_segments)
    if n_segments not in found or not judges.names:
        return group_by_rfm_rule(book, n_segments=n_segments)
    lists = [rephrase(item, pieces, judges) for item in pick_distinct(found[n_segments])]
    chosen = lists[0]
    inside = book.in_model(chosen.features, chosen.rules)
    p_value = permutation_p(book.judges, chosen.labels, excluded=inside, seed=book.seed)
    supported = p_value <= CHANCE and chosen.agreement >= STABLE
    n = len(book.frame)
    return Draft(
        method=Method.RULES,
        labels=chosen.labels,
        alternatives=(*chosen.rules, CATCH_ALL),
        order=tuple(range(n_segments)),
        fidelity=1.0,
        used=chosen.features,
        stability=measure_group_stability(chosen.labels, chosen.without),
        supported=supported,
        verdict=write_verdict(
            method=Method.RULES,
            n_customers=n,
            supported=supported,
            p_value=p_value if any(name not in inside for name in book.judges.names) else None,
            stability=chosen.agreement,
        ),
        why_this_number=_why(found, n_segments),
        options=compare_options(book, lists, n_segments=n_segments),
        changes=count_changes(chosen.labels, chosen.without),
        changes_total=n * (n - 1),
        notes=(write_search_note(len(judges.names)),),
    )


def group_by_rfm_rule(book: Book, *, n_segments: int) -> Draft:
    """Group by the RFM rule and describe the groups by short rules on recency, frequency and money."""
    groups = group_by_rfm(book.customers, n_segments=n_segments)
    names = [name for name in RFM_COLUMNS if name in book.frame.columns]
    explanation = explain_groups(book.frame, book.features, groups.labels, names=names, seed=book.seed)
    rules = dict(explanation.rules)
    stability = rfm_stability(book, groups, n_segments=n_segments)
    return Draft(
        method=Method.RFM_RULE,
        labels=groups.labels,
        alternatives=tuple(rules[label] for label in range(n_segments)),
        order=tuple(label for label, _ in explanation.rules),
        fidelity=explanation.fidelity,
        used=tuple(names),
        stability=stability,
        supported=False,
        verdict=write_verdict(
            method=Method.RFM_RULE,
            n_customers=len(book.frame),
            supported=False,
            p_value=None,
            stability=min(stability),
        ),
        why_this_number=f"{n_segments} groups were asked for; the RFM rule gives 4, others by splitting or joining its cells.",
        notes=groups.notes,
    )


def rfm_stability(book: Book, groups: RFMGroups, *, n_segments: int) -> tuple[float, ...]:
    """Return how well each RFM group comes back in bootstrap resamples (mean Jaccard, by label)."""
    columns = [name for name in RFM_COLUMNS if name in book.customers.columns]
    values = book.customers[columns]

    def regroup(rows: Labels) -> Labels:
        return group_by_rfm(values.iloc[rows], n_segments=min(n_segments, len(rows))).labels

    matrix = values.to_numpy(dtype=float)
    return clusterwise_jaccard(matrix, groups.labels, seed=book.seed, regroup=regroup).jaccard


def _why(found: Mapping[int, Sequence[RuleList]], n_segments: int) -> str:
    near = {k: found[k][0] for k in (n_segments - 1, n_segments, n_segments + 1) if k in found}
    scores = {k: item.explained for k, item in near.items()}
    return write_why_rules(n_segments, scores, {k: item.sizes for k, item in near.items()})


def compare_options(book: Book, lists: Sequence[RuleList], *, n_segments: int) -> tuple[GroupingOption, ...]:
    """Put the best rule lists beside k-means and the RFM rule, with what each loses; the first list is chosen."""
    rows: list[tuple[str, Method, Labels, tuple[str, ...], tuple[Alternatives, ...], float | None]] = [
        (f"Rules {'ABC'[position]}", Method.RULES, item.labels, item.features, item.rules, item.agreement)
        for position, item in enumerate(lists)
    ]
    clusters = _cluster_option(book, n_segments)
    if clusters is not None:
        rows.append(clusters)
    rows.append(rfm_option(book, n_segments))
    inside = [book.in_model(used, rules) for _, _, _, used, rules, _ in rows]
    explained = [book.explained(row[2], marked) for row, marked in zip(rows, inside, strict=True)]
    return tuple(
        GroupingOption(
            label=label,
            method=method,
            features=used,
            sizes=tuple(sorted((int(size) for size in np.bincount(labels)), reverse=True)),
            explained_held_out=share,
            stability=stability,
            loses=write_losses(
                explained=share,
                best=max(explained),
                blind_to=book.blind_factors(labels, marked),
                alone=int((np.bincount(labels) == 1).sum()),
                stability=stability,
                silenced=sum(name in marked for name in book.judges.names),
                rfm_only=method is Method.RFM_RULE,
            ),
            chosen=position == 0,
            rules=tuple(write_rule(rule, book.named) for rule in (*rules, CATCH_ALL)) if rules else (),
        )
        for position, ((label, method, labels, used, rules, stability), marked, share) in enumerate(
            zip(rows, inside, explained, strict=True)
        )
    )


def _cluster_option(
    book: Book, n_segments: int
) -> tuple[str, Method, Labels, tuple[str, ...], tuple[Alternatives, ...], float | None] | None:
    """Return the k-means grouping of a small book, or None where it cannot be made."""
    model = [feature for feature in book.features if feature.name in book.groupable]
    try:
        design = build_design(without_unit(book.frame, model), model)
        fitted = fit_kmeans(design.matrix, n_clusters=n_segments, seed=book.seed)
    except NotEnoughDataError:
        return None
    stability = clusterwise_jaccard(design.matrix, fitted.labels, seed=book.seed)
    return ("k-means", Method.KMEANS, fitted.labels, design.features, (), stability.lowest)


def rfm_option(
    book: Book, n_segments: int
) -> tuple[str, Method, Labels, tuple[str, ...], tuple[Alternatives, ...], float | None]:
    """Return the RFM rule as an option."""
    groups = group_by_rfm(book.customers, n_segments=n_segments)
    used = tuple(name for name in RFM_COLUMNS if name in book.frame.columns)
    stability = min(rfm_stability(book, groups, n_segments=n_segments))
    return ("RFM rule", Method.RFM_RULE, groups.labels, used, (), stability)
