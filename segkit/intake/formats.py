"""Vendor export formats as data: one TOML file each under ``formats/``, detected by the header's name set.

Comes in: the column names of a file. Goes out: the format that knows them, or None.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from segkit.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFormat:
    """What is known about one vendor's export.

    Parameters
    ----------
    name, label : str
        As written in ``company.toml`` and as shown to a reader.
    level : str
        What a row is: ``"line"``, ``"order"``, ``"payment"`` or ``"customer"``.
    signature : tuple of str
        Columns that must all be present, whatever their order.
    header : tuple of str
        Every column the vendor is known to write; others are reported as unknown.
    columns : tuple of (str, tuple of str)
        Canonical name and the source columns that may fill it, the first filled one wins.
    line_columns : tuple of str
        For exports that fill order columns on the first line only: the columns that differ by line. Empty
        means that every line is complete.
    pass_through : tuple of str
        Known source columns that go through under their own names.
    details : str
        A column of ``key: value`` lines whose keys become columns.
    chain : tuple of str
        Order of the identity keys.
    name_alone : bool
        Whether a name without a postcode identifies a customer (the export has nothing better).
    personal_id : bool
        Whether the customer id is a handle that a person chose.
    missing_ids : tuple of str
        Customer ids that mean "guest".
    amount_less : tuple of str
        Columns subtracted from ``order_total`` to leave product revenue.
    cancelled, pending, returned : tuple of str
        Order states, lower case.
    refund_events : tuple of str
        Values of ``is_return`` that mark a refund row, lower case.
    open_column, open_label : str
        A column whose blank means an open order, and how such orders are called in the log.
    day_first : bool or None
        Order of day and month where the vendor fixes it.
    source_timezone : str
        Zone of times without an offset, ``""`` for the shop's own.
    product_list : bool
        Whether ``product`` holds "2x Name, 1x Name" for the whole order.
    gross_amount : bool
        Whether ``amount`` is before the discount.
    note : str
        What a reader must know about the amounts; goes into the log.
    refuse : str
        Why this file cannot be an order history; empty when it can.
    """

    name: str
    label: str
    level: str
    signature: tuple[str, ...]
    header: tuple[str, ...]
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    line_columns: tuple[str, ...] = ()
    pass_through: tuple[str, ...] = ()
    details: str = ""
    chain: tuple[str, ...] = ("customer_id", "email", "phone", "name")
    name_alone: bool = False
    personal_id: bool = False
    missing_ids: tuple[str, ...] = ()
    amount_less: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    refund_events: tuple[str, ...] = ()
    open_column: str = ""
    open_label: str = ""
    day_first: bool | None = None
    source_timezone: str = ""
    product_list: bool = False
    gross_amount: bool = False
    note: str = ""
    refuse: str = ""

    def sources_of(self, canonical: str) -> tuple[str, ...]:
        """Return the source columns that may fill a canonical one."""
        return dict(self.columns).get(canonical, ())


@cache
def order_formats() -> tuple[OrderFormat, ...]:
    """Read all formats, by name.

    Examples
    --------
    >>> [form.name for form in order_formats()][:3]
    ['amazon-orders', 'etsy-items', 'etsy-orders']
    """
    folder = resources.files("segkit.intake").joinpath("formats")
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
    )
    return tuple(_read_format(file.read_text(encoding="utf-8")) for file in files)


def format_names() -> tuple[str, ...]:
    """Return the names that ``[orders] format`` takes besides ``"auto"``."""
    return tuple(form.name for form in order_formats())


def find_format(name: str) -> OrderFormat:
    """Return one format by its name.

    Raises
    ------
    InputError
        If there is none of this name.
    """
    for form in order_formats():
        if form.name == name:
            return form
    raise InputError(f"there is no order format {name!r}; use one of {', '.join(format_names())}.")


def detect_format(names: Sequence[str]) -> OrderFormat | None:
    """Return the one format whose signature these column names hold.

    Order and number of columns do not matter, nor do capitals and spaces around a name.

    Parameters
    ----------
    names : sequence of str
        Column names of the file.

    Returns
    -------
    OrderFormat or None
        None where no format, or more than one, matches: then the columns are mapped one by one.

    Examples
    --------
    >>> detect_format(["amount", "date", "customer"]) is None
    True
    """
    present = {_fold(name) for name in names}
    matches = [form for form in order_formats() if {_fold(name) for name in form.signature} <= present]
    return matches[0] if len(matches) == 1 else None


def unknown_names(form: OrderFormat, names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a file that its format does not know, in file order."""
    known = {_fold(name) for name in form.header}
    return tuple(name for name in names if _fold(name) not in known)


def absent_names(form: OrderFormat, names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that a format would use and this file lacks, in the format's order."""
    present = {_fold(name) for name in names}
    wanted = [source for _, sources in form.columns for source in sources]
    return tuple(dict.fromkeys(name for name in wanted if _fold(name) not in present))


def _fold(name: str) -> str:
    return " ".join(name.lower().split())


def _read_format(text: str) -> OrderFormat:
    table = tomllib.loads(text)
    columns = table.pop("columns", {})
    header = table.pop("header").replace("\n", "")
    plain: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
    }
    return OrderFormat(
        **plain,
        header=tuple(header.split("\t" if "\t" in header else ",")),
        columns=tuple(
            (name, (source,) if isinstance(source, str) else tuple(source))
            for name, source in columns.items()
        ),
    )
