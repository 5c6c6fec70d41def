"""What flow design leaves for the sales cycle: the plan read back from the results, made anew where there is none."""

from __future__ import annotations

from pathlib import Path

from segkit.model.flow_plan import FlowPlan
from segkit.model.message import MessageDraft
from segkit.publish.handover import MANIFEST, open_foundation, parse_result, read_result
from segkit.publish.plan import Plan, make_plan
from segkit.publish.stored_flows import FLOWS, MESSAGES
from segkit.publish.stored_report import read_values

_NOTEBOOK = "flow_design.ipynb"


def reopen_plan(
    company: str | Path = "",
    results: str | Path = "",
    *,
    n_segments: int = 0,
    seed: int = -1,
    worksheet: bool = False,
) -> Plan:
    """Return groups, flows and messages: from the results where they are there, else made now.

    A plan that was read back holds no email files: they stand in ``messages/`` and nothing later reads them.

    Parameters
    ----------
    company : str or Path
        Company folder; empty for the nearest one above, else the bundled example.
    results : str or Path
        ``results/`` as the chapters before left it.
    n_segments, seed, worksheet
        As in :func:`segkit.open_study`.

    Raises
    ------
    InputError
        The results were made from other files or settings than those of the company folder now, or a file is broken.
    """
    foundation = open_foundation(company, results, n_segments=n_segments, seed=seed, worksheet=worksheet)
    folder = Path(results)
    if not str(results) or not all((folder / name).is_file() for name in (MANIFEST, FLOWS, MESSAGES)):
        return make_plan(foundation)
    messages = read_values(folder / MESSAGES, root=folder).get("messages")
    return Plan(
        foundation=foundation,
        flows=read_result(folder, FLOWS, FlowPlan, notebook=_NOTEBOOK),
        messages=parse_result(messages, MESSAGES, tuple[MessageDraft, ...], notebook=_NOTEBOOK),
        emails=(),
    )
