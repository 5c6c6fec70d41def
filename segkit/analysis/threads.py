"""One thread where sums of floats are taken, so that a result does not depend on the machine's cores.

Several threads add in another order, and the last bits of an inertia or a centroid then differ from machine
to machine. Reports promise the same bytes, so clustering runs on one thread.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache

import sklearn.cluster  # noqa: F401 - loads the libraries that are to be limited
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # it ships no types


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """Limit BLAS and OpenMP to one thread inside a ``with`` block.

    Examples
    --------
    >>> with one_thread():
    ...     pass
    """
    limit: AbstractContextManager[object] = _controller().limit(limits=1)
    return limit
