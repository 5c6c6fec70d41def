"""Groups that users define in ``company.toml``: by a rule, by members or by an existing column.

Definitions are tried in file order. Overlaps are settled by that order and said; customers whom no definition takes
form a last group, "Everyone else", and are said too.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np
import pandas as pd

from segkit.analysis.book import Book, Draft, Labels
from segkit.analysis.rule_grammar import parse_rule
from segkit.analysis.rules import CATCH_ALL, CUSTOMER_ID, Alternatives, alternatives_hold, rule_features
from segkit.errors import BadValueError, NotEnoughDataError
from segkit.model.company import SegmentDefinition
from segkit.model.feature import FeatureKind
from segkit.model.segment import Condition, Method
from segkit.words.figures import plural
from segkit.words.segments import write_rule, write_verdict

MAX_LEVELS = 8
"""A column with more levels than this defines no readable grouping."""

MAX_MEMBERS = 10
"""Members of a listed group that its rule names."""

_Group = tuple[str, str, Alternatives]  # name, note, rule


def defines_groups(definitions: Sequence[SegmentDefinition]) -> bool:
    """Tell whether the user defines groups, rather than only naming computed ones."""
    return any(item.rule or item.members or item.column for item in definitions)


def group_by_definitions(book: Book, definitions: Sequence[SegmentDefinition]) -> Draft:
    """Group customers as the user says.

    Parameters
    ----------
    book : Book
        The customers; rules may name features and columns of the customers table.
    definitions : sequence of SegmentDefinition
        Those with a rule, members or a column; at least one.

    Raises
    ------
    BadValueError
        A rule cannot be read, a member or a column is unknown, or a name is missing or used twice.
    NotEnoughDataError
        All customers fall into one group.
    """
    frame = _known_columns(book)
    groups = [group for item in definitions for group in _read_definition(item, book, frame)]
    names = [name for name, _, _ in groups]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise BadValueError(f"two [[segments]] are called {twice!r}; give each group a name of its own.")
    labels = np.full(len(frame), len(groups), dtype=np.int64)
    fits = np.array([alternatives_hold(rule, frame) for _, _, rule in groups])
    for label in reversed(range(len(groups))):
        labels[fits[label]] = label
    notes = _overlap_notes(fits, names, labels)
    kept = [label for label in range(len(groups) + 1) if (labels == label).any()]
    if len(kept) < 2:
        raise NotEnoughDataError(
            "the [[segments]] put all customers into one group; define at least two that hold someone."
        )
    return _as_draft(book, groups, labels, kept, notes)


def _as_draft(book: Book, groups: list[_Group], labels: Labels, kept: list[int], notes: list[str]) -> Draft:
    """Return the groups that hold someone, the last one with everyone else."""
    full = [*groups, ("Everyone else", "", CATCH_ALL)]
    for label, (name, _, _) in enumerate(groups):
        if label not in kept:
            notes.append(f"Nobody is in {name}; the group was left out.")
    if kept[-1] == len(groups):
        left = int((labels == len(groups)).sum())
        notes.append(
            f'{plural(left, "customer")} fit no definition and form the last group, "Everyone else".'
        )
    chosen = [full[label] for label in kept]
    catch_all = kept[-1] == len(groups)
    rules = tuple(rule for _, _, rule in chosen)
    used = tuple(dict.fromkeys(name for rule in rules for name in rule_features(rule)))
    return Draft(
        method=Method.USER,
        labels=np.searchsorted(np.array(kept), labels).astype(np.int64),
        alternatives=rules if catch_all else (*rules[:-1], CATCH_ALL),
        order=tuple(range(len(chosen))),
        fidelity=1.0,
        used=used,
        stability=None,
        supported=False,
        verdict=write_verdict(
            method=Method.USER, n_customers=len(labels), supported=False, p_value=None, stability=None
        ),
        why_this_number=f"The user defined {plural(len(chosen), 'group')}; no other number was tried.",
        names=tuple(name for name, _, _ in chosen),
        sentences=_sentences([rule for _, _, rule in chosen], book),
        descriptions=tuple(note for _, note, _ in chosen),
        notes=tuple(notes),
    )


def _sentences(rules: list[Alternatives], book: Book) -> tuple[str, ...]:
    """Return the rules in words; a list of members as a list, the last rule also as the one for everyone else."""
    sentences = []
    for rule in rules:
        members = [str(part[0].value) for part in rule if part[0].feature == CUSTOMER_ID]
        if members:
            more = f" and {len(members) - MAX_MEMBERS:,} more" if len(members) > MAX_MEMBERS else ""
            sentences.append(f"The customers listed by the user: {', '.join(members[:MAX_MEMBERS])}{more}.")
        else:
            sentences.append(write_rule(rule, book.named))
    if rules[-1]:
        sentences[-1] += " Also everyone whom no other group takes."
    return tuple(sentences)


def _known_columns(book: Book) -> pd.DataFrame:
    """Return features and, under their short names, what a user would call them: ``channel`` for the favourite one."""
    columns = {name: book.frame[name] for name in book.frame.columns}
    for feature in book.features:
        short = feature.name.removeprefix("favourite_")
        for name in (short, *(feature.columns if feature.kind is FeatureKind.CATEGORICAL else ())):
            columns.setdefault(name, book.frame[feature.name])
    for name in book.customers.columns:
        if pd.api.types.is_numeric_dtype(book.customers[name]):
            columns.setdefault(str(name), book.customers[name].astype(float))
    return pd.DataFrame(columns, index=book.frame.index)


def _kinds(frame: pd.DataFrame, book: Book) -> dict[str, FeatureKind]:
    flags = {feature.name for feature in book.features if feature.kind is FeatureKind.FLAG}
    return {
        str(name): FeatureKind.FLAG
        if name in flags
        else FeatureKind.NUMERIC
        if pd.api.types.is_numeric_dtype(frame[name])
        else FeatureKind.CATEGORICAL
        for name in frame.columns
    }


def _read_definition(item: SegmentDefinition, book: Book, frame: pd.DataFrame) -> list[_Group]:
    """Return the groups of one definition: one, or one per level of a column."""
    if item.column:
        return _by_column(item, frame, _kinds(frame, book))
    if not (item.rule or item.members):
        return []
    if not item.name:
        raise BadValueError('a [[segments]] entry defines a group without a name; add name = "...".')
    if item.rule:
        rule = parse_rule(item.rule, columns=_kinds(frame, book))
        return [(item.name, item.note, _as_features(rule, book))]
    unknown = [member for member in item.members if member not in frame.index]
    if unknown:
        raise BadValueError(
            f"segment {item.name!r} names customer {unknown[0]!r}, who is not in the orders; "
            f"{nearest_customer(unknown[0], frame.index)}.",
            column="members",
        )
    members = tuple((Condition(feature=CUSTOMER_ID, operator="==", value=str(who)),) for who in item.members)
    return [(item.name, item.note, members)]


def _as_features(rule: Alternatives, book: Book) -> Alternatives:
    """Replace a column's short name by the feature it stands for, so that rules and features speak of the same thing."""
    known = {name: name for name in book.frame.columns}
    for feature in book.features:
        for name in (feature.name.removeprefix("favourite_"), *feature.columns):
            if feature.kind is FeatureKind.CATEGORICAL:
                known.setdefault(name, feature.name)
    return tuple(
        tuple(
            Condition(
                feature=known.get(condition.feature, condition.feature),
                operator=condition.operator,
                value=condition.value,
            )
            for condition in part
        )
        for part in rule
    )


def _by_column(item: SegmentDefinition, frame: pd.DataFrame, kinds: dict[str, FeatureKind]) -> list[_Group]:
    if item.column not in frame.columns:
        nearest = get_close_matches(item.column, [str(name) for name in frame.columns], n=1, cutoff=0.0)
        way_out = f"the nearest is {nearest[0]!r}" if nearest else "the table has no columns"
        raise BadValueError(
            f"[[segments]] names unknown column {item.column!r}; {way_out}.", column=item.column
        )
    values = frame[item.column].dropna()
    counts = values.value_counts()
    levels = sorted(counts.index, key=lambda level: (-int(counts[level]), str(level)))
    if len(levels) > MAX_LEVELS:
        raise BadValueError(
            f"[[segments]] column {item.column!r} has {len(levels)} different values; "
            f"use one with at most {MAX_LEVELS}, or write rules.",
            column=item.column,
        )
    groups: list[_Group] = []
    for level in levels:
        value: float | str = float(level) if kinds[item.column] is not FeatureKind.CATEGORICAL else str(level)
        condition = Condition(feature=item.column, operator="==", value=value)
        groups.append(
            (
                f"{item.name or item.column} {level}" if not isinstance(value, str) else value,
                item.note,
                ((condition,),),
            )
        )
    return groups


def nearest_customer(wanted: str, ids: Sequence[str] | pd.Index) -> str:
    """Return the way out for an unknown customer id: the nearest one."""
    nearest = get_close_matches(wanted, [str(customer) for customer in ids[:10_000]], n=1, cutoff=0.0)
    return f"the nearest id is {nearest[0]!r}" if nearest else "there are no customers"


def _overlap_notes(fits: np.ndarray, names: list[str], labels: Labels) -> list[str]:
    notes = []
    for later in range(1, len(names)):
        for earlier in range(later):
            both = int((fits[later] & (labels == earlier)).sum())
            if both:
                notes.append(
                    f"{plural(both, 'customer')} fit both {names[earlier]} and {names[later]}; "
                    f"{names[earlier]} comes first and keeps them."
                )
    return notes
