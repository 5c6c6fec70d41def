"""Read a CRM export: the optional ``pipeline.*`` of a company folder and the history of its stages."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from segkit.intake.orders import Orders
from segkit.model.company import Company
from segkit.model.evidence import Source
from segkit.model.opportunity import PipelineLog


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Pipeline:
    """The opportunities of a CRM export.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per opportunity: the columns of ``OPPORTUNITY_COLUMNS``, then the file's further ones, sorted by
        created_at and opportunity_id.
    moves : pandas.DataFrame or None
        The columns of ``MOVE_COLUMNS``; None without a stage history.
    sources : tuple of Source
        The export (id ``pipeline``) and the history (id ``stage_events``).
    log : PipelineLog
        How both were read.
    """

    table: pd.DataFrame
    moves: pd.DataFrame | None
    sources: tuple[Source, ...]
    log: PipelineLog

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """Return path and hash of the files, for the manifest."""
        return tuple((file.path, file.sha256) for file in self.log.files)


def read_pipeline(company: Company, orders: Orders) -> Pipeline | None:
    """Read the CRM export of a company."""
    raise NotImplementedError
