"""What a number of customers allows: groups, scores, tests and models (reference: segmentation, section 4)."""

from __future__ import annotations

from dataclasses import dataclass

from segkit.errors import NotEnoughDataError

SMALL = 30
MEDIUM = 200
CLV_REPEATERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What can be said at a number of customers.

    Parameters
    ----------
    n_customers : int
        Customers in the book, >= 1.
    groups : str
        How groups are made.
    n_clusters : tuple of int
        Numbers of clusters that are tried; empty where clusters are only shown beside rules.
    tests : str
        Which p-values are given.
    inferential : bool
        Whether a claim may reach beyond these customers.
    full_grid : bool
        Whether the eleven names stand without the raw numbers and the leave-one-out count beside them.
    leave_one_out : bool
        Whether the leave-one-out count is printed.
    lifetime_value : bool
        Whether a lifetime-value model may be tried at all; its own gate comes after.
    step : float
        Customers per step of a five-step score.
    """

    n_customers: int
    groups: str
    n_clusters: tuple[int, ...]
    tests: str
    inferential: bool
    full_grid: bool
    leave_one_out: bool
    lifetime_value: bool
    step: float


def allowed_at(n_customers: int, *, n_repeaters: int = 0) -> Allowance:
    """Return what a book of this size allows.

    Parameters
    ----------
    n_customers : int
        Customers in the book, >= 1.
    n_repeaters : int, default 0
        Customers with more than one purchase day; a lifetime-value model needs 100 from 200 customers on.

    Raises
    ------
    NotEnoughDataError
        ``n_customers`` is below 1.

    Examples
    --------
    >>> allowed_at(10).inferential, allowed_at(10).step
    (False, 2.0)
    >>> allowed_at(4338, n_repeaters=2845).lifetime_value
    True
    """
    if n_customers < 1:
        raise NotEnoughDataError(
            f"no customer is left (got {n_customers}); check the cleaning log for dropped lines."
        )
    clusters: tuple[int, ...] = ()
    if n_customers < SMALL:
        groups = "readable rules over all factors, with k-means and the RFM rule beside them"
        tests = "exact only, descriptive"
    elif n_customers < MEDIUM:
        groups, clusters = "k-means with 2 to 4 groups, where stable", (2, 3, 4)
        tests = "exact or permutation, corrected for their number (Benjamini-Hochberg)"
    else:
        groups, clusters = (
            "k-means with 2 to 10 groups, where stable and better than chance",
            tuple(range(2, 11)),
        )
        tests = "permutation or asymptotic, corrected for their number (Benjamini-Hochberg)"
    return Allowance(
        n_customers=n_customers,
        groups=groups,
        n_clusters=clusters,
        tests=tests,
        inferential=n_customers >= SMALL,
        full_grid=n_customers >= MEDIUM,
        leave_one_out=n_customers < SMALL,
        lifetime_value=n_customers >= SMALL and (n_customers < MEDIUM or n_repeaters >= CLV_REPEATERS),
        step=n_customers / 5,
    )
