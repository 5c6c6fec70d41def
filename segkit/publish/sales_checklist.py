"""What the assignment asks of the sales cycle, checked against the cycle itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from segkit.model.checklist import ChecklistItem, Status
from segkit.model.criterion import Applies
from segkit.model.sales_cycle import CriterionVerdict, SalesCycle, StageVerdict
from segkit.model.sales_stage import SalesStage
from segkit.words.figures import plural

SALES_TASK = "3 Sales cycle"
SALES_ITEMS = (
    ("qualification", "Qualification criteria: does each letter of BANT apply?"),
    ("opportunity", "What an opportunity is for this company"),
    ("sales_stages", "Which of the six sales stages apply, and why"),
)
LETTERS = 4
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")


def check_sales_items(cycle: SalesCycle) -> Iterator[ChecklistItem]:
    """Yield the three items of the sales cycle with what the cycle really has of them."""
    found = (_qualification(cycle), _opportunity(cycle), _stages(cycle))
    for (name, item), (status, where, why) in zip(SALES_ITEMS, found, strict=True):
        yield ChecklistItem(id=name, task=SALES_TASK, item=item, status=status, where=where, why=why)


def _qualification(cycle: SalesCycle) -> tuple[Status, str, str]:
    verdicts = cycle.qualification.verdicts
    full = sum(_answers(verdict) for verdict in verdicts)
    why = (
        f"{full} of {max(LETTERS, len(verdicts))} letters have a verdict with its reason, a measured figure or what is not seen, "
        "and a question"
    )
    return _status(full >= LETTERS and full == len(verdicts), some=bool(verdicts)), "#qualification", why


def _answers(verdict: CriterionVerdict) -> bool:
    return _argued(verdict.reason) and bool(verdict.proxies or verdict.blind_spot) and bool(verdict.question)


def _opportunity(cycle: SalesCycle) -> tuple[Status, str, str]:
    found = cycle.opportunity
    parts = {"who": found.who, "what": found.what, "worth": found.value, "by when": found.when}
    lacking = [name for name, text in parts.items() if not text]
    told = sum(bool(example.steps) for example in cycle.examples)
    why = f"{len(parts) - len(lacking)} of {len(parts)} parts (who, what, worth, by when); {plural(told, 'worked example')}"
    return _status(not lacking and told > 0, some=bool(found.answer)), "#opportunity", why


def _stages(cycle: SalesCycle) -> tuple[Status, str, str]:
    full = sum(_described(verdict) for verdict in cycle.stages)
    applying = sum(verdict.applies in {Applies.YES, Applies.PARTLY} for verdict in cycle.stages)
    total = len(SalesStage)
    why = (
        f"{full} of {total} stages have a verdict with its reason, the signs of entry and exit, and what is seen or not; "
        f"{applying} apply, whole or in part"
    )
    every = {verdict.stage for verdict in cycle.stages} == set(SalesStage)
    return _status(every and full == total, some=bool(cycle.stages)), "#sales-stages", why


def _described(verdict: StageVerdict) -> bool:
    return bool(
        verdict.reason and verdict.enters and verdict.leaves and (verdict.observed or verdict.not_observed)
    )


def _argued(reason: Sequence[str]) -> bool:
    """Return whether a reason has at least two sentences."""
    return len(_SENTENCE_END.findall(" ".join(reason))) >= 2


def _status(met: bool, *, some: bool) -> Status:  # noqa: FBT001 - the finding itself
    if met:
        return Status.MET
    return Status.PARTLY if some else Status.MISSING
