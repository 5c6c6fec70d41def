"""From 30 customers on: k-means on all factors, or the RFM rule where that is better supported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from segkit.analysis.book import Book, Draft, Labels, without_unit
from segkit.analysis.cluster_rules import explain_groups
from segkit.analysis.clustering import CANDIDATES, ClusterChoice, choose_n_clusters, fit_kmeans
from segkit.analysis.design_matrix import build_design
from segkit.analysis.grouping_small import group_by_rfm_rule, rfm_option
from segkit.errors import NotEnoughDataError
from segkit.model.segment import ClusterCount, GroupingOption, Method
from segkit.words.segments import write_losses, write_verdict, write_why_clusters

FIT_ROWS = 30_000
"""Above this many customers clusters are found on a fixed-seed sample; everyone joins the nearest centroid."""
CHUNK_ROWS = 100_000
USABLE_SIZE = 2
USABLE_SHARE = 0.01
USABLE_STABILITY = 0.6
"""A group that comes back with less is "not to be trusted" (Hennig 2007)."""
TIE = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class _Clusters:
    """k-means with as many groups as asked for, and the case for and against it."""

    labels: Labels
    features: tuple[str, ...]
    dropped: tuple[str, ...]
    stability: tuple[float, ...]
    count: ClusterCount
    choice: ClusterChoice
    note: str


def group_large_book(book: Book, *, n_segments: int) -> Draft:
    """Group by k-means if it is supported, else by the better supported of k-means and the RFM rule.

    "Better supported": first, no group that is only an outlier or that resampling dissolves (Jaccard under .6); then the larger share of the held-out
    columns explained; then the more stable least stable group.
    """
    rule_draft = group_by_rfm_rule(book, n_segments=n_segments)
    clusters = _cluster(book, n_segments)
    if clusters is None:
        return rule_draft
    inside = book.in_model(clusters.features), book.in_model(rule_draft.used)
    explained = book.explained(clusters.labels, inside[0]), book.explained(rule_draft.labels, inside[1])
    use_clusters = clusters.count.supported or _better(clusters, rule_draft, explained)
    options = _compare(book, clusters, rule_draft, explained, use_clusters=use_clusters)
    draft = (
        _cluster_draft(book, clusters, n_segments)
        if use_clusters
        else replace(rule_draft, notes=(*rule_draft.notes, *_notes(clusters)))
    )
    why = write_why_clusters(
        n_segments, clusters.choice.counts, clusters.choice.silhouette_name, chosen=clusters.choice.chosen
    )
    return replace(draft, options=options, cluster_counts=clusters.choice.counts, why_this_number=why)


def _cluster_draft(book: Book, clusters: _Clusters, n_segments: int) -> Draft:
    """Return the k-means groups with the rules that explain them."""
    explanation = explain_groups(
        book.frame, book.features, clusters.labels, names=clusters.features, seed=book.seed
    )
    rules = dict(explanation.rules)
    return Draft(
        method=Method.KMEANS,
        labels=clusters.labels,
        alternatives=tuple(rules[label] for label in range(n_segments)),
        order=tuple(label for label, _ in explanation.rules),
        fidelity=explanation.fidelity,
        used=clusters.features,
        stability=clusters.stability,
        supported=clusters.count.supported,
        verdict=write_verdict(
            method=Method.KMEANS,
            n_customers=len(book.frame),
            supported=clusters.count.supported,
            p_value=None,
            stability=min(clusters.stability),
        ),
        why_this_number="",
        dropped=clusters.dropped,
        notes=_notes(clusters),
    )


def _notes(clusters: _Clusters) -> tuple[str, ...]:
    return tuple(note for note in (clusters.note, clusters.choice.note) if note)


def _cluster(book: Book, n_segments: int) -> _Clusters | None:
    """Cluster the book, or return None where it has too few different customers."""
    model = [feature for feature in book.features if feature.name in book.groupable]
    try:
        design = build_design(without_unit(book.frame, model), model)
        rows, note = _fit_rows(len(book.frame), book.seed)
        matrix = design.matrix[rows]
        choice = choose_n_clusters(matrix, candidates={*CANDIDATES, n_segments}, seed=book.seed)
        fitted = fit_kmeans(matrix, n_clusters=n_segments, seed=book.seed)
    except NotEnoughDataError:
        return None
    position = [count.n_clusters for count in choice.counts].index(n_segments)
    labels = fitted.labels if len(rows) == len(book.frame) else _nearest(design.matrix, fitted.centroids)
    return _Clusters(
        labels=np.array(labels),
        features=design.features,
        dropped=tuple(f"{name}: {reason}" for name, reason in design.dropped),
        stability=choice.stabilities[position].jaccard,
        count=choice.counts[position],
        choice=choice,
        note=note,
    )


def _fit_rows(n: int, seed: int) -> tuple[Labels, str]:
    if n <= FIT_ROWS:
        return np.arange(n), ""
    rows = np.sort(np.random.default_rng(seed).choice(n, FIT_ROWS, replace=False))
    return rows, (
        f"Clusters were found on a fixed sample of {FIT_ROWS:,} of {n:,} customers; everyone joined the nearest centre."
    )


def _nearest(matrix: NDArray[np.float64], centroids: NDArray[np.float64]) -> Labels:
    """Return the nearest centroid of each row, the first on ties, in chunks."""
    half = (centroids**2).sum(axis=1) / 2
    parts = [
        np.argmin(half - matrix[start : start + CHUNK_ROWS] @ centroids.T, axis=1)
        for start in range(0, len(matrix), CHUNK_ROWS)
    ]
    return np.concatenate(parts).astype(np.int64)


def _better(clusters: _Clusters, rule_draft: Draft, explained: tuple[float, float]) -> bool:
    """Tell whether k-means is better supported than the RFM rule."""
    stable = rule_draft.stability or (0.0,)
    usable = [_is_usable(clusters.labels, clusters.stability), _is_usable(rule_draft.labels, stable)]
    if usable[0] != usable[1]:
        return usable[0]
    if abs(explained[0] - explained[1]) > TIE:
        return explained[0] > explained[1]
    return min(clusters.stability) >= min(stable)


def _is_usable(labels: Labels, stability: tuple[float, ...]) -> bool:
    """Tell whether no group is only an outlier or dissolves when customers are drawn anew."""
    smallest = int(np.bincount(labels).min())
    return smallest >= max(USABLE_SIZE, USABLE_SHARE * len(labels)) and min(stability) >= USABLE_STABILITY


def _compare(
    book: Book, clusters: _Clusters, rule_draft: Draft, explained: tuple[float, float], *, use_clusters: bool
) -> tuple[GroupingOption, ...]:
    """Put k-means and the RFM rule side by side, the chosen one first."""
    label, method, labels, used, _, stability = rfm_option(book, len(rule_draft.alternatives))
    rows = [
        ("k-means", Method.KMEANS, clusters.labels, clusters.features, min(clusters.stability), explained[0]),
        (label, method, labels, used, stability, explained[1]),
    ]
    order: Sequence[int] = (0, 1) if use_clusters else (1, 0)
    options = []
    for position in order:
        name, how, groups, features, stable, share = rows[position]
        inside = book.in_model(features)
        options.append(
            GroupingOption(
                label=name,
                method=how,
                features=features,
                sizes=tuple(sorted((int(size) for size in np.bincount(groups)), reverse=True)),
                explained_held_out=share,
                stability=stable,
                loses=write_losses(
                    explained=share,
                    best=max(explained),
                    blind_to=book.blind_factors(groups, inside),
                    alone=int((np.bincount(groups) == 1).sum()),
                    stability=stable,
                    silenced=sum(judge in inside for judge in book.judges.names),
                    rfm_only=how is Method.RFM_RULE,
                ),
                chosen=position == order[0],
            )
        )
    return tuple(options)
