"""The absorbing chain: from each open stage the chance to be won or lost in the end, and the moves still to make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segkit.analysis.pipeline.opportunities import Floats, Integers
from segkit.errors import BadValueError, NotEnoughDataError
from segkit.model.pipeline_facts import CHAIN_SMOOTHING, ChainRow
from segkit.model.sales_stage import StageModel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chain:
    """What becomes of an opportunity from each open stage.

    Parameters
    ----------
    n : array of int
        Moves out of each stage.
    won, lost : array of float
        The chance to end there; they sum to 1.
    expected_steps : array of float
        Moves until it ends, that of ending counted.
    """

    n: Floats
    won: Floats
    lost: Floats
    expected_steps: Floats


def absorbing_chain(counts: npt.ArrayLike, *, smoothing: float = 0.0) -> Chain:
    """Solve the chain of moves between k open stages and two ends.

    Parameters
    ----------
    counts : array-like of shape (k, k + 2)
        Moves, or shares of them, from each open stage (row) to each open stage, to won and to lost (columns, in this order).
    smoothing : float
        Added to every cell but the diagonal, since no move leads from a stage to itself (Laplace).

    Returns
    -------
    Chain
        With Q the moves among open stages and R those to the ends, N = (I - Q)^-1, the chances N R and the steps N 1.

    Raises
    ------
    BadValueError
        When the shape is not k x (k + 2), or a count is negative.
    NotEnoughDataError
        When a stage is never left, or no end can be reached from it.

    References
    ----------
    Kemeny & Snell (1960), *Finite Markov Chains*, chapter 3.

    Examples
    --------
    >>> chain = absorbing_chain([[0, .5, 0, 0, 0, .5], [0, 0, .6, 0, 0, .4], [0, 0, 0, .7, 0, .3], [0, 0, 0, 0, .8, .2]])
    >>> chain.won.round(3).tolist(), chain.expected_steps.round(2).tolist()
    ([0.168, 0.336, 0.56, 0.8], [2.01, 2.02, 1.7, 1.0])
    """
    moves = np.array(counts, dtype=np.float64)
    if moves.ndim != 2 or moves.shape[1] != len(moves) + 2:
        raise BadValueError(f"counts have the shape {moves.shape}; give k rows and k + 2 columns.")
    if not (moves >= 0).all() or smoothing < 0:
        raise BadValueError("counts and smoothing cannot be negative or missing; give numbers from 0 on.")
    n, k = moves.sum(axis=1), len(moves)
    added = np.full(moves.shape, smoothing)
    np.fill_diagonal(added, 0.0)
    moves += added
    leaving = moves.sum(axis=1, keepdims=True)
    if not (leaving > 0).all():
        stage = int(np.flatnonzero(leaving.ravel() == 0)[0]) + 1
        raise NotEnoughDataError(
            f"stage {stage} is never left (got 0 moves); leave it out or smooth the counts."
        )
    shares = moves / leaving
    try:
        solved = np.linalg.solve(np.eye(k) - shares[:, :k], np.column_stack([shares[:, k:], np.ones(k)]))
    except np.linalg.LinAlgError as error:
        raise NotEnoughDataError("from some stages no end can be reached; smooth the counts.") from error
    return Chain(n=n, won=solved[:, 0], lost=solved[:, 1], expected_steps=solved[:, 2])


def measure_chain(counts: Integers, model: StageModel) -> tuple[ChainRow, ...]:
    """Solve the chain of a stage history with `CHAIN_SMOOTHING`; stages that were never left have no row."""
    if not counts.any():
        return ()
    chain = absorbing_chain(counts, smoothing=CHAIN_SMOOTHING)
    return tuple(
        ChainRow(
            stage_id=stage.id,
            label=stage.label,
            n=int(chain.n[place]),
            won=float(chain.won[place]),
            lost=float(chain.lost[place]),
            expected_steps=float(chain.expected_steps[place]),
        )
        for place, stage in enumerate(model.open_stages)
        if chain.n[place]
    )
