"""Named RFM grids: which name each code of scores bears, checked to be complete."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product

from segkit.errors import BadValueError

_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RFMGrid:
    """A name for every code of scores, each code named exactly once.

    Parameters
    ----------
    name : str
        What the report calls the grid; there is no single standard one.
    source : str
        Where the grid comes from.
    cells : tuple of (str, tuple of str)
        Group name and its codes; a code is one digit a score, recency first, high is good.
    n_bins : int, default 5
        Scores run from 1 to ``n_bins`` (2..9).
    digits : int, default 3
        3 for recency, frequency and money; 2 where there is no amount.
    new, not_so_new : str, optional
        The name that claims a recent *first* order, and the name for those whose tenure contradicts it.
    notes : tuple of str, optional
        What a reader should know of the grid.

    Raises
    ------
    BadValueError
        If a code is unnamed, named twice or unknown; the message lists them.

    Examples
    --------
    >>> halves = RFMGrid(name="halves", source="made up", n_bins=2, digits=2,
    ...                  cells=(("Here", ("21", "22")), ("Gone", ("11",))))
    Traceback (most recent call last):
    ...
    segkit.errors.BadValueError: RFM grid 'halves' leaves 1 of 4 codes unnamed (got no name for '12'); give each code one name.
    """

    name: str
    source: str
    cells: tuple[tuple[str, tuple[str, ...]], ...]
    n_bins: int = 5
    digits: int = 3
    new: str = ""
    not_so_new: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a grid with holes or overlaps: customers would fall between or into two groups."""
        levels = "".join(str(level) for level in range(1, self.n_bins + 1))
        expected = ["".join(digits) for digits in product(levels, repeat=self.digits)]
        named = Counter(code for _, codes in self.cells for code in codes)
        self._refuse(
            [code for code in sorted(named) if code not in set(expected)], "names unknown codes", "", expected
        )
        self._refuse([code for code in expected if not named[code]], "leaves", "unnamed", expected)
        self._refuse([code for code in expected if named[code] > 1], "names", "more than once", expected)
        names = {name for name, _ in self.cells}
        missing = [name for name in (self.new, self.not_so_new) if name and name not in names]
        if missing:
            raise BadValueError(
                f"RFM grid {self.name!r} checks tenure for a name it lacks (got {missing[0]!r}); use one of its names."
            )

    def _refuse(self, codes: Sequence[str], verb: str, how: str, expected: Sequence[str]) -> None:
        if not codes:
            return
        shown = ", ".join(repr(code) for code in codes[:_SHOWN])
        more = f" and {len(codes) - _SHOWN} more" if len(codes) > _SHOWN else ""
        if how == "unnamed":
            problem = f"leaves {len(codes)} of {len(expected)} codes unnamed (got no name for {shown}{more})"
        elif how:
            problem = f"names {len(codes)} of {len(expected)} codes more than once (got {shown}{more})"
        else:
            problem = f"{verb} (got {shown}{more}; codes have {self.digits} digits 1..{self.n_bins})"
        raise BadValueError(f"RFM grid {self.name!r} {problem}; give each code one name.")

    @property
    def names(self) -> tuple[str, ...]:
        """The group names, best first as the grid lists them."""
        return tuple(name for name, _ in self.cells)

    def name_of(self, code: str) -> str | None:
        """Return the name of a code, or None where a score is missing (``"5-3"``).

        Examples
        --------
        >>> default_grid().name_of("543"), default_grid().name_of("5-3")
        ('Loyal', None)
        """
        for name, codes in self.cells:
            if code in codes:
                return name
        return None


def grid_from_mapping(name: str, table: Mapping[str, object]) -> RFMGrid:
    """Return a checked grid from a plain mapping, as ``rfm_grid.toml`` or a user writes it.

    Parameters
    ----------
    name : str
        What the report calls the grid.
    table : mapping
        ``cells`` (group name to codes) and optionally ``source``, ``n_bins``, ``digits``, ``new``,
        ``not_so_new``, ``notes``.

    Raises
    ------
    BadValueError
        If ``cells`` is missing, or a code is unnamed, unknown or named twice.
    """
    cells = table.get("cells")
    if not isinstance(cells, Mapping) or not cells:
        raise BadValueError(
            f"RFM grid {name!r} has no cells (got {cells!r}); map each group name to its codes."
        )
    notes = table.get("notes", ())
    return RFMGrid(
        name=name,
        source=str(table.get("source", "given by the user")),
        cells=tuple((str(group), tuple(str(code) for code in codes)) for group, codes in cells.items()),
        n_bins=int(str(table.get("n_bins", 5))),
        digits=int(str(table.get("digits", 3))),
        new=str(table.get("new", "")),
        not_so_new=str(table.get("not_so_new", "")),
        notes=tuple(str(note) for note in notes) if isinstance(notes, list | tuple) else (str(notes),),
    )


@cache
def shipped_grids() -> dict[str, RFMGrid]:
    """Read the grids that come with segkit from ``rfm_grid.toml``."""
    text = resources.files("segkit.model").joinpath("rfm_grid.toml").read_text(encoding="utf-8")
    return {name: grid_from_mapping(name, table) for name, table in tomllib.loads(text).items()}


def default_grid(*, with_money: bool = True) -> RFMGrid:
    """Return the grid used unless another is given: eleven names, or ten where there is no amount.

    Examples
    --------
    >>> len(default_grid().names), len(default_grid(with_money=False).names)
    (11, 10)
    """
    return shipped_grids()["eleven-names" if with_money else "ten-names-without-spend"]
