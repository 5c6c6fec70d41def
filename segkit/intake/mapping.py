"""From the user's own column names to canonical ones: good guesses, each with its reason, and no silent choice.

Comes in: the column names of a file and what the user said. Goes out: a :class:`Mapping` that the rest of
intake works with, whatever the file called its columns.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources

from segkit.errors import BadValueError, MissingColumnError
from segkit.intake.columns import CANONICAL_NAMES, OPTIONAL_TEXT, is_personal, normalise
from segkit.intake.formats import OrderFormat


class Confidence(StrEnum):
    """How sure a guess is."""

    GIVEN = "given"
    SURE = "sure"
    LIKELY = "likely"
    MAYBE = "maybe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """One canonical column, the source column taken for it, and others that were as good."""

    canonical: str
    source: str
    confidence: Confidence
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Which source columns fill which canonical ones.

    Parameters
    ----------
    columns : tuple of (str, tuple of str)
        Canonical name and its sources, the first filled one wins.
    pass_through : tuple of str
        Source columns that go through under their own names.
    withheld : tuple of str
        Personal source columns that do not go through.
    guesses : tuple of Guess
        How each was found, for the log and for ``segkit new``.
    """

    columns: tuple[tuple[str, tuple[str, ...]], ...]
    pass_through: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    guesses: tuple[Guess, ...] = ()

    def sources_of(self, canonical: str) -> tuple[str, ...]:
        """Return the source columns of a canonical name, or an empty tuple."""
        return dict(self.columns).get(canonical, ())

    def has(self, canonical: str) -> bool:
        """Say whether the source has this column."""
        return bool(self.sources_of(canonical))


def guess_columns(names: Sequence[str]) -> tuple[Guess, ...]:
    """Guess what each column of a file means, in English or German.

    Parameters
    ----------
    names : sequence of str
        Column names as the file has them.

    Returns
    -------
    tuple of Guess
        At most one for each canonical name and for each source, in canonical order; the surest guess wins a
        column that two meanings claim. ``rivals`` names other columns that fit equally well.

    Examples
    --------
    >>> [(g.canonical, g.source, g.confidence.value) for g in guess_columns(["Kundennr", "Datum", "Betrag"])]
    [('customer_id', 'Kundennr', 'sure'), ('order_date', 'Datum', 'likely'), ('amount', 'Betrag', 'likely')]
    """
    plain = {name: normalise(name) for name in names}
    guesses: list[Guess] = []
    taken: set[str] = set()
    for confidence in (Confidence.SURE, Confidence.LIKELY, Confidence.MAYBE):
        for canonical, patterns in _known_names().items():
            if any(guess.canonical == canonical for guess in guesses):
                continue
            wanted = patterns[confidence]
            fits = [
                name
                for name in names
                if name not in taken and any(fnmatchcase(plain[name], pattern) for pattern in wanted)
            ]
            if fits:
                guesses.append(
                    Guess(canonical=canonical, source=fits[0], confidence=confidence, rivals=tuple(fits[1:]))
                )
                taken.add(fits[0])
    order = list(_known_names())
    return tuple(sorted(guesses, key=lambda guess: order.index(guess.canonical)))


def map_columns(
    names: Sequence[str],
    *,
    file: str,
    form: OrderFormat | None,
    given: Sequence[tuple[str, str]] = (),
    joined: Sequence[str] = (),
) -> Mapping:
    """Settle which column means what: what the user gave, then the vendor's format, then guesses.

    Parameters
    ----------
    names : sequence of str
        Column names of the file, joined tables included.
    file : str
        Name of the file, for messages.
    form : OrderFormat or None
        The vendor format found, or None.
    given : sequence of (str, str)
        Canonical name and source column from ``company.toml`` or ``columns=``.
    joined : sequence of str
        Those of ``names`` that a joined table brought; in a vendor's export they may fill what the vendor lacks,
        such as the product category.

    Returns
    -------
    Mapping

    Raises
    ------
    MissingColumnError
        The file lacks what is needed, or a given column is not in it.
    BadValueError
        Two columns fit a needed meaning equally well, or a given name is unknown.

    Examples
    --------
    >>> mapping = map_columns(["Kunde", "Datum", "Farbe"], file="x.csv", form=None)
    >>> mapping.sources_of("customer_id"), mapping.pass_through
    (('Kunde',), ('Farbe',))
    """
    chosen = _check_given(names, file=file, given=given)
    columns: dict[str, tuple[str, ...]] = {canonical: (source,) for canonical, source in chosen.items()}
    guesses = [
        Guess(canonical=canonical, source=source, confidence=Confidence.GIVEN)
        for canonical, source in chosen.items()
    ]
    if form is not None:
        spelling = {_fold(name): name for name in names}
        for canonical, sources in form.columns:
            present = tuple(spelling[_fold(source)] for source in sources if _fold(source) in spelling)
            if present and canonical not in columns:
                columns[canonical] = present
        keep = {_fold(name) for name in form.pass_through}
        known = {_fold(name) for name in (*form.header, *(n for _, s in form.columns for n in s))}
        for guess in guess_columns(joined):
            if guess.canonical in OPTIONAL_TEXT and guess.canonical not in columns:
                columns[guess.canonical] = (guess.source,)
                guesses.append(guess)
        rest = [name for name in names if _fold(name) in keep or _fold(name) not in known or name in joined]
    else:
        free = [name for name in names if name not in chosen.values()]
        for guess in guess_columns(free):
            if guess.canonical not in columns:
                _refuse_tie(guess, names, file=file)
                columns[guess.canonical] = (guess.source,)
                guesses.append(guess)
        rest = list(names)
    used = {source for sources in columns.values() for source in sources}
    rest = [name for name in rest if name not in used]
    _require(columns, names, file=file)
    return Mapping(
        columns=tuple((name, columns[name]) for name in CANONICAL_NAMES if name in columns),
        pass_through=tuple(name for name in rest if not is_personal(name)),
        withheld=tuple(name for name in rest if is_personal(name)),
        guesses=tuple(guesses),
    )


def require_columns(
    names: Sequence[str], *, file: str, form: OrderFormat | None, given: Sequence[tuple[str, str]] = ()
) -> None:
    """Refuse one of several files that lacks what every order file needs, though another one has it.

    Raises
    ------
    MissingColumnError
        It has no column that says when, or who.

    Examples
    --------
    >>> require_columns(["item", "shelf"], file="orders_2.csv", form=None)
    Traceback (most recent call last):
    ...
    segkit.errors.MissingColumnError: orders_2.csv has no column that says when an order was placed (got 'item', ...
    """
    spelling = {_fold(name) for name in names}
    columns: dict[str, tuple[str, ...]] = {
        canonical: (wanted,) for canonical, wanted in given if _find_column(wanted, names)
    }
    if form is None:
        columns |= {guess.canonical: (guess.source,) for guess in guess_columns(names)}
    else:
        columns |= {
            canonical: sources
            for canonical, sources in form.columns
            if any(_fold(source) in spelling for source in sources)
        }
    _require(columns, names, file=file)


def _check_given(names: Sequence[str], *, file: str, given: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the user's own mapping, with positions turned into names."""
    chosen: dict[str, str] = {}
    for canonical, wanted in given:
        if canonical not in CANONICAL_NAMES:
            close = difflib.get_close_matches(canonical, CANONICAL_NAMES, n=1)
            hint = (
                f"did you mean {close[0]!r}" if close else f"use one of {', '.join(sorted(CANONICAL_NAMES))}"
            )
            raise BadValueError(f"columns holds the unknown name {canonical!r}; {hint}.", column=canonical)
        source = _find_column(wanted, names)
        if not source:
            close = difflib.get_close_matches(wanted, names, n=1)
            hint = f"did you mean {close[0]!r}" if close else f"it has {_list(names)}"
            raise MissingColumnError(
                f"{file} lacks column {wanted!r} that columns gives for {canonical!r}; {hint}.",
                path=file,
                column=wanted,
            )
        chosen[canonical] = source
    return chosen


def _find_column(wanted: str, names: Sequence[str]) -> str:
    """Return the column of this name, whatever its capitals, or at this position (counted from 1)."""
    if wanted in names:
        return wanted
    folded = [name for name in names if _fold(name) == _fold(wanted)]
    if len(folded) == 1:
        return folded[0]
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    return ""


def _refuse_tie(guess: Guess, names: Sequence[str], *, file: str) -> None:
    """Ask, where a wrong choice would change every result; a repeated header (amount, amount_2) is a tie too."""
    again = re.compile(rf"{re.escape(guess.source)}_\d+", re.IGNORECASE)
    rivals = dict.fromkeys((*guess.rivals, *filter(again.fullmatch, names)))
    if rivals and guess.canonical in {"customer_id", "order_date", "amount", "order_total", "order_id"}:
        both = (guess.source, *rivals)
        raise BadValueError(
            f"{file} has {len(both)} columns that could be {guess.canonical!r} (got {_list(both)}); choose one in "
            f'company.toml: [orders] columns = {{ {guess.canonical} = "{guess.source}" }}.',
            path=file,
            column=guess.canonical,
        )


def _require(columns: dict[str, tuple[str, ...]], names: Sequence[str], *, file: str) -> None:
    """Refuse a file without a date or without anybody who ordered."""
    if "order_date" not in columns:
        missing, meaning = "order_date", "no column that says when an order was placed"
    elif not {"customer_id", "email", "phone", "name"} & set(columns):
        missing, meaning = "customer_id", "no column that says who ordered"
    else:
        return
    data_like = sum(any(sign.isdigit() for sign in name) for name in names) * 2 > len(names)
    header = " (or, where the first row is data, set header = false)" if data_like else ""
    raise MissingColumnError(
        f"{file} has {meaning} (got {_list(names)}); name it in company.toml: "
        f'[orders] columns = {{ {missing} = "..." }}{header}.',
        path=file,
        column=missing,
    )


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:12])
    return f"{shown} and {len(names) - 12} more" if len(names) > 12 else shown


def _fold(name: str) -> str:
    return " ".join(name.lower().split())


@cache
def _known_names() -> dict[str, dict[Confidence, tuple[str, ...]]]:
    """Read ``column_names.toml``: for each canonical name the spellings by confidence."""
    text = resources.files("segkit.intake").joinpath("column_names.toml").read_text(encoding="utf-8")
    return {
        canonical: {
            confidence: tuple(table.get(confidence.value, ()))
            for confidence in (Confidence.SURE, Confidence.LIKELY, Confidence.MAYBE)
        }
        for canonical, table in tomllib.loads(text).items()
    }
