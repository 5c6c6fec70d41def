"""Another number of groups, other factors or another day: the company measured for a choice, beside what is in force.

The orders are read once for each end of observation, the pages once, and each choice is measured once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from segkit.analysis.grouping_user import defines_groups
from segkit.analysis.study import Study, measure_company
from segkit.errors import BadValueError
from segkit.intake.company import read_company_orders
from segkit.intake.documents import read_documents
from segkit.intake.orders import Orders
from segkit.model.company import Company
from segkit.model.document import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What can be chosen: how many groups, from which features, seen from which day.

    No features means all that may group; no day means the day after the last order.
    """

    n_segments: int = 4
    features: tuple[str, ...] = ()
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A choice beside the settings in force.

    ``changed`` counts, of the ``shared`` customers, those who stand in another group once each new group is matched with the old group it
    shares most customers with. Measures are (before, after), None where one was not measured.
    """

    changed: int
    shared: int
    only_before: int
    only_after: int
    silhouette: tuple[float | None, float | None]
    explained: tuple[float | None, float | None]
    stability: tuple[float | None, float | None]
    evidence: tuple[int, int]


def choice_in_force(company: Company) -> Choice:
    """Return the choice that ``company.toml`` makes.

    Examples
    --------
    >>> choice_in_force(Company(folder="shop", slug="shop", name="Shop"))
    Choice(n_segments=4, features=(), as_of=None)
    """
    settings = company.segmentation
    return Choice(n_segments=settings.n_segments, features=settings.features, as_of=company.orders.as_of)


def apply_choice(company: Company, choice: Choice) -> Company:
    """Return the settings of a company with a choice in place of what ``company.toml`` says.

    Examples
    --------
    >>> shop = Company(folder="shop", slug="shop", name="Shop")
    >>> choice_in_force(apply_choice(shop, Choice(n_segments=3, features=("city",))))
    Choice(n_segments=3, features=('city',), as_of=None)
    """
    return replace(
        company,
        orders=replace(company.orders, as_of=choice.as_of),
        segmentation=replace(company.segmentation, n_segments=choice.n_segments, features=choice.features),
    )


class Choices:
    """One company, measured for one choice after the other.

    Parameters
    ----------
    company : Company
        Its settings; they are the choice in force until others are (`adopt`).
    """

    def __init__(self, company: Company) -> None:
        self.company = company
        self.in_force = choice_in_force(company)
        self._orders: dict[date | None, Orders] = {}
        self._pages: Library | None = None
        self._studies: dict[Choice, Study] = {}

    @property
    def user_defines_groups(self) -> bool:
        """Whether ``[[segments]]`` define the groups, so that neither number nor factors choose them."""
        return defines_groups(self.company.segmentation.definitions)

    def measure(self, choice: Choice) -> Study:
        """Return the company measured for a choice.

        Raises
        ------
        InputError, NotEnoughDataError
            In one sentence, why the choice cannot be measured.
        """
        if choice not in self._studies:
            if choice.n_segments < 2:
                raise BadValueError(f"{choice.n_segments} groups are no groups; choose 2 or more.")
            company = apply_choice(self.company, choice)
            if choice.as_of not in self._orders:
                self._orders[choice.as_of] = read_company_orders(company)
            if self._pages is None:
                self._pages = read_documents(company.folder, company_name=company.name)
            self._studies[choice] = measure_company(
                company, orders=self._orders[choice.as_of], pages=self._pages
            )
        return self._studies[choice]

    def compare(self, choice: Choice) -> Comparison:
        """Return a choice beside the one in force; both are measured where they were not."""
        return compare_studies(self.measure(self.in_force), self.measure(choice))

    def adopt(self, choice: Choice) -> None:
        """Take a choice as the one in force, after ``company.toml`` says it."""
        self.in_force = choice


def compare_studies(before: Study, after: Study) -> Comparison:
    """Return what another choice changes."""
    one, other = before.segmentation.assignments, after.segmentation.assignments
    shared = one.index.intersection(other.index)
    return Comparison(
        changed=count_changed(one.loc[shared], other.loc[shared]),
        shared=len(shared),
        only_before=len(one) - len(shared),
        only_after=len(other) - len(shared),
        silhouette=(_silhouette(before), _silhouette(after)),
        explained=(_explained(before), _explained(after)),
        stability=(_stability(before), _stability(after)),
        evidence=(len(before.evidence.evidence), len(after.evidence.evidence)),
    )


def count_changed(before: pd.Series, after: pd.Series) -> int:
    """Count the customers who leave their group, whatever the groups are called; both hold the same customers.

    Examples
    --------
    >>> count_changed(pd.Series([1, 1, 2, 2, 3]), pd.Series([2, 2, 1, 1, 1]))
    1
    """
    if before.empty:
        return 0
    both = pd.crosstab(before.to_numpy(), after.to_numpy()).to_numpy()
    rows, columns = linear_sum_assignment(both, maximize=True)
    return int(both.sum() - both[rows, columns].sum())


def _silhouette(study: Study) -> float | None:
    summary = study.segmentation.summary
    rows = [row for row in summary.cluster_counts if row.n_clusters == summary.n_segments]
    return _finite(rows[0].silhouette) if rows else None


def _explained(study: Study) -> float | None:
    chosen = [option for option in study.segmentation.summary.options if option.chosen]
    return _finite(chosen[0].explained_held_out) if chosen else None


def _stability(study: Study) -> float | None:
    """Return the stability of the least stable group."""
    known = [
        segment.stability for segment in study.segmentation.summary.segments if segment.stability is not None
    ]
    return _finite(min(known)) if known else None


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
