"""The sales cycle: qualification, what an opportunity is, the six stages, and how honest its figures are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from segkit.model.argument import Section
from segkit.model.checklist import ChecklistItem
from segkit.model.criterion import Applies
from segkit.model.sales_cycle import CriterionVerdict, SalesCycle, StageVerdict
from segkit.model.sales_stage import SalesStage
from segkit.publish.checklist.arguments import TEXTS, Arguments, ask_for_own_words, own_words
from segkit.publish.checklist.judging import Asked, Found, first_of, judge
from segkit.words.figures import join_words, plural

TASK = "4 Sales cycle"
LETTERS = 4
_WORDS = ask_for_own_words("sales_words", "The verdicts on criteria, opportunity and stages")
ASKED = (
    Asked(
        id="qualification",
        item="Qualification criteria: does each letter of BANT apply, from where on, and what else is asked?",
        criterion="C27",
        close=f"Write the reason for the letter {TEXTS}.",
    ),
    Asked(
        id="opportunity",
        item="What an opportunity is for this company: who, what, worth and by when, with a worked example",
        criterion="C28",
        close="Say what is missing in text/opportunity.md.",
    ),
    Asked(
        id="sales_stages",
        item="Which of the six sales stages apply, and why; the signs of entry and exit; what is not observable",
        criterion="C29",
        close=f"Write the reason for the stage {TEXTS}.",
    ),
    Asked(
        id="sales_figures",
        item="Only observed rates, each as k of n with its interval; what is open counted as open",
        criterion="C30",
        close="Bring the opportunities of a CRM as pipeline.csv, with the day on which each was closed.",
    ),
    _WORDS,
)
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")


def check_sales(cycle: SalesCycle, *, arguments: Arguments) -> Iterator[ChecklistItem]:
    """Yield the items of the sales cycle with what the cycle really has of them."""
    expected = {
        Section.CRITERION: len(cycle.qualification.verdicts),
        Section.OPPORTUNITY: 1,
        Section.STAGE: len(cycle.stages),
    }
    found = {
        "qualification": _qualification(cycle),
        "opportunity": _opportunity(cycle),
        "sales_stages": _stages(cycle),
        "sales_figures": _figures(cycle),
        _WORDS.id: own_words(arguments, expected, where="#opportunity"),
    }
    yield from judge(TASK, ASKED, found)


def _qualification(cycle: SalesCycle) -> Found:
    verdicts = cycle.qualification.verdicts
    lacking = [verdict for verdict in verdicts if not _answers(verdict)]
    full = len(verdicts) - len(lacking)
    why = f"{full} of {max(LETTERS, len(verdicts))} letters have a verdict with its reason, a measured figure or what is not seen, and a question"
    also = len(cycle.qualification.also)
    why += f"; {plural(also, 'criterion', 'criteria')} more in the company's own words" if also else ""
    return Found(
        met=full >= LETTERS and not lacking,
        some=bool(verdicts),
        why=why,
        where=first_of([f"criterion-{verdict.criterion}" for verdict in lacking], "qualification"),
    )


def _answers(verdict: CriterionVerdict) -> bool:
    return _argued(verdict.reason) and bool(verdict.proxies or verdict.blind_spot) and bool(verdict.question)


def _opportunity(cycle: SalesCycle) -> Found:
    found = cycle.opportunity
    parts = {"who": found.who, "what": found.what, "worth": found.value, "by when": found.when}
    lacking = [name for name, text in parts.items() if not text]
    told = sum(bool(example.steps) for example in cycle.examples)
    why = f"{len(parts) - len(lacking)} of {len(parts)} parts told; {plural(told, 'worked example')}"
    if lacking:
        why += f"; {join_words(lacking)} missing"
    close = (
        "" if told else "Follow one order or deal through the stages in text/opportunity.md, with its amount."
    )
    return Found(
        met=not lacking and told > 0, some=bool(found.answer), why=why, where="#opportunity", close=close
    )


def _stages(cycle: SalesCycle) -> Found:
    lacking = [verdict for verdict in cycle.stages if not _described(verdict)]
    full = sum(_described(verdict) for verdict in cycle.stages)
    applying = sum(verdict.applies in {Applies.YES, Applies.PARTLY} for verdict in cycle.stages)
    total = len(SalesStage)
    why = (
        f"{full} of {total} stages have a verdict with its reason, the signs of entry and exit, and what is seen or not; "
        f"{applying} apply, whole or in part"
    )
    every = {verdict.stage for verdict in cycle.stages} == set(SalesStage)
    return Found(
        met=every and full == total,
        some=bool(cycle.stages),
        why=why,
        where=first_of([f"stage-{verdict.stage}" for verdict in lacking], "sales-stages"),
    )


def _described(verdict: StageVerdict) -> bool:
    return bool(
        verdict.reason and verdict.enters and verdict.leaves and (verdict.observed or verdict.not_observed)
    )


def _figures(cycle: SalesCycle) -> Found:
    """Ask that rates come from what was seen, and that what has no outcome yet is counted as such."""
    facts = cycle.facts
    rates = sum(step.onward is not None for step in facts.funnel)
    undecided = sum(step.undecided for step in facts.funnel)
    told = bool(cycle.unobserved) or any(verdict.not_observed for verdict in cycle.stages)
    why = f"{plural(rates, 'rate')} between steps, each with its n and interval"
    if facts.pipeline is not None:
        why = f"win rate, times and forecast of the pipeline with n and interval; {why}"
    if undecided:
        why += f"; {undecided:,} without an outcome yet counted as undecided"
    if not rates and facts.pipeline is None:
        why = "no rate is given, because no file shows the steps before an order"
    why += "" if told else "; what is not observable is not told"
    readings = {reading.name for reading in cycle.readings}
    whole = facts.pipeline is None or "time_to_close" in readings
    return Found(met=told and whole and not cycle.problems, why=_with_problem(why, cycle), where="#sales-stages", close=_close(cycle))  # fmt: skip


def _with_problem(why: str, cycle: SalesCycle) -> str:
    return f"{why}; {cycle.problems[0].rstrip('.')}" if cycle.problems else why


def _close(cycle: SalesCycle) -> str:
    return "Correct the setting under [sales] or [pipeline] in company.toml." if cycle.problems else ""


def _argued(reason: Sequence[str]) -> bool:
    """Return whether a reason has at least two sentences."""
    return len(_SENTENCE_END.findall(" ".join(reason))) >= 2
