"""What the columns of a CRM export mean, whatever system wrote it.

Comes in: column names, and what ``company.toml`` says of them. Goes out: :class:`PipelineColumns`, with what was guessed
(``pipeline_layouts.toml``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any

from segkit.errors import MissingColumnError
from segkit.intake.columns import is_personal, normalise
from segkit.model.opportunity import MOVE_COLUMNS, OPPORTUNITY_COLUMNS

PIPELINE_NAMES = (
    *OPPORTUNITY_COLUMNS,
    "account_name",
    "contact",
    "close",
    "won_at",
    "lost_at",
    "is_won",
    "is_closed",
)
"""Names that ``[pipeline.columns]`` may give."""
HISTORY_NAMES = (*MOVE_COLUMNS, "field")
"""Names that ``[pipeline.history_columns]`` may give."""
_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineColumns:
    """The columns of an export by meaning.

    Parameters
    ----------
    layout : str
        The vendor, or "".
    taken : mapping of str to str
        Our name, and the file's column.
    guessed : tuple of str
        Names of ours whose column was guessed from a name that may mean something else.
    rivals : tuple of (str, str)
        Name of ours, and a column that would fit as well.
    unused : tuple of str
        Columns of no known meaning that may pass through.
    private : tuple of str
        Columns that hold people and so do not.
    """

    layout: str
    taken: Mapping[str, str]
    guessed: tuple[str, ...] = ()
    rivals: tuple[tuple[str, str], ...] = ()
    unused: tuple[str, ...] = ()
    private: tuple[str, ...] = ()


def choose_pipeline_columns(
    names: Sequence[str], *, file: str, own: Sequence[tuple[str, str]] = ()
) -> PipelineColumns:
    """Settle which column of an export means what.

    Parameters
    ----------
    names : sequence of str
        Column names of the file.
    file : str
        Its name, for messages.
    own : sequence of (str, str)
        ``[pipeline.columns]``: our name, and the file's; they go first.

    Raises
    ------
    MissingColumnError
        A mapped column is not there, or no column says which opportunity, or in which stage it stands.

    Examples
    --------
    >>> found = choose_pipeline_columns(["Record ID", "Deal Name", "Deal Stage", "Close Date", "Color"], file="deals.csv")
    >>> found.layout, found.taken["stage"], found.unused
    ('HubSpot', 'Deal Stage', ('Color',))
    """
    taken = {
        _plain(ours): name for ours, name in _find_own(names, file=file, own=own, table="columns").items()
    }
    plain = {normalise(name): name for name in reversed(names)}
    vendor = next((item for item in tables()["layout"].values() if _fits(item["signs"], plain)), None)
    rivals: list[tuple[str, str]] = []
    guessed: list[str] = []
    free = [name for name in names if name not in taken.values()]
    for ours, wanted in (vendor["columns"] if vendor else {}).items():
        _take(ours, wanted, taken=taken, free=free)
    for ours, wanted in tables()["names"].items():
        before = len(taken)
        fits = _take(ours, wanted, taken=taken, free=free, whole=not vendor)
        if len(taken) > before and (len(fits) > 1 or (not vendor and normalise(fits[0]) in tables()["weak"])):
            guessed.append(ours)
        rivals += [(ours, name) for name in fits[1:]]
    if "stage" not in taken and "status" in taken:
        taken["stage"] = taken.pop("status")
        guessed.append("stage")
    _refuse_missing(taken, names, file=file, layout=str(vendor["label"]) if vendor else "")
    rest = [name for name in names if name not in taken.values()]
    private = tuple(name for name in rest if holds_people(name))
    return PipelineColumns(
        layout=str(vendor["label"]) if vendor else "",
        taken=taken,
        guessed=tuple(guessed),
        rivals=tuple((ours, name) for ours, name in rivals if name in rest),
        unused=tuple(name for name in rest if name not in private),
        private=private,
    )


def choose_history_columns(
    names: Sequence[str], *, file: str, own: Sequence[tuple[str, str]] = ()
) -> dict[str, str]:
    """Settle which column of a history of stages means what.

    Raises
    ------
    MissingColumnError
        A mapped column is not there, or none says which opportunity, into which stage, or when.

    Examples
    --------
    >>> choose_history_columns(["OpportunityId", "StageName", "CreatedDate"], file="history.csv")
    {'opportunity_id': 'OpportunityId', 'to_stage': 'StageName', 'at': 'CreatedDate'}
    """
    taken = _find_own(names, file=file, own=own, table="history_columns")
    free = [name for name in names if name not in taken.values()]
    for ours, wanted in tables()["history"].items():
        _take(ours, wanted, taken=taken, free=free)
    for ours, what in (
        ("opportunity_id", "which opportunity moved"),
        ("to_stage", "into which stage"),
        ("at", "when"),
    ):
        if ours not in taken:
            raise _missing(file, what, ours, names, table="history_columns")
    return {ours: taken[ours] for ours in HISTORY_NAMES if ours in taken}


def holds_people(name: str) -> bool:
    """Say whether a further column of a CRM holds what identifies a person.

    Examples
    --------
    >>> holds_people("Associated Contact"), holds_people("Deal - Contact person"), holds_people("Region")
    (True, True, False)
    """
    plain = normalise(name)
    return is_personal(name) or any(fnmatchcase(plain, pattern) for pattern in tables()["private"])


@cache
def tables() -> dict[str, Any]:
    """Read what is known of layouts and names."""
    text = resources.files("segkit.intake").joinpath("pipeline_layouts.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _plain(ours: str) -> str:
    """Return our name as it is used inside: a customer's id is the file's key of an account."""
    return "account" if ours == "customer_id" else ours


def _find_own(
    names: Sequence[str], *, file: str, own: Sequence[tuple[str, str]], table: str
) -> dict[str, str]:
    exact = {name.strip().casefold(): name for name in reversed(names)}
    taken = {}
    for ours, wanted in own:
        found = exact.get(" ".join(wanted.split()).casefold())
        if found is None:
            raise MissingColumnError(
                f"{file} lacks column {wanted!r} that [pipeline.{table}] {ours} asks for (has {_list(names)}); "
                "correct the name in company.toml.",
                path=file,
                column=wanted,
            )
        taken[ours] = found
    return taken


def _fits(signs: Sequence[Sequence[str]], plain: Mapping[str, str]) -> bool:
    return any(all(name in plain for name in group) for group in signs)


def _take(
    ours: str, wanted: Sequence[str], *, taken: dict[str, str], free: list[str], whole: bool = True
) -> list[str]:
    """Give our name the first column that fits and is free; return all that fit.

    ``whole`` False takes only columns of our very name: a vendor's own columns are known.
    """
    plain = {normalise(name): name for name in reversed(free)}
    fits = [plain[name] for name in wanted if name in plain and (whole or name == wanted[0])]
    if ours not in taken and fits:
        taken[ours] = fits[0]
        free.remove(fits[0])
        return fits
    return []


def _refuse_missing(taken: Mapping[str, str], names: Sequence[str], *, file: str, layout: str) -> None:
    if "opportunity_id" not in taken and layout == "Salesforce":
        raise MissingColumnError(
            f"{file} is a Salesforce report without a column that says which opportunity a row is (got {_list(names)}); "
            "add the column Opportunity ID to the report, or map opportunity_id in company.toml: "
            '[pipeline.columns] opportunity_id = "...".',
            path=file,
            column="opportunity_id",
        )
    if "opportunity_id" not in taken:
        raise _missing(file, "which opportunity a row is", "opportunity_id", names, table="columns")
    if "stage" not in taken:
        raise _missing(file, "in which stage an opportunity stands", "stage", names, table="columns")


def _missing(file: str, what: str, ours: str, names: Sequence[str], *, table: str) -> MissingColumnError:
    return MissingColumnError(
        f"{file} has no column that says {what} (got {_list(names)}); "
        f'name it in company.toml: [pipeline.{table}] {ours} = "...".',
        path=file,
        column=ours,
    )


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f"{name[:40]!r}" for name in names[:_SHOWN]) + more
