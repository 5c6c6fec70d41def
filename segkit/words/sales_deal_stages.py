"""Sentences about stages that a CRM records: how many deals were in each, what came of them, and what the export hides."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.pipeline_facts import PipelineFacts, StageFacts
from segkit.model.sales_facts import OrderOutcomes
from segkit.model.sales_stage import SalesStage
from segkit.words.figures import format_count, join_words, plural
from segkit.words.sales_figures import Voice, middle_text, rate_text, value_text
from segkit.words.sales_stages import won_seen

WON_DEALS_HIDE = (
    "Not seen: what a won deal brings after its first order, unless each later order is tied to it."
)


def pipeline_observed(rows: Sequence[StageFacts], *, history: bool) -> str:
    """Say how many deals were seen in the stages that belong to one of the six, and what came of them."""
    return " ".join(_row(row, history=history) for row in rows)


def _row(row: StageFacts, *, history: bool) -> str:
    here = f"{format_count(row.open_here)} {'stands' if row.open_here == 1 else 'stand'} in it now"
    if not history:
        lost = "" if row.lost is None else f", {format_count(row.lost)} were lost from it"
        return f"{row.label}: {here}{lost}."
    text = f"{row.label}: {plural(row.reached, 'deal')} reached it, {here}."
    if row.skipped:
        text += f" {format_count(row.skipped)} of them passed it by and say nothing of it."
    if row.conversion:
        text += f" Of those decided here {rate_text(row.conversion)} went on"
        text += f" and {format_count(row.lost)} ended." if row.lost else "."
    if row.days:
        text += f" Won deals stayed {value_text(row.days, row.days.median)} at the median (middle half {middle_text(row.days)}, n = {row.days.n})."
    return text


def deal_start_reason(facts: PipelineFacts, rows: Sequence[StageFacts]) -> tuple[str, ...]:
    """Say why the first stage applies where deals are recorded from it on."""
    labels = join_words([f"“{row.label}”" for row in rows])
    if facts.has_history:
        reached = max((row.reached for row in rows), default=0)
        out = [
            f"{_of(reached, facts.n)} deals of the CRM were seen in {labels}: whether an offer makes sense is found out before anything is quoted."
        ]
    else:
        out = [f"The CRM begins with {labels}, where {_standing(rows)}."]
    lost = sum(row.lost or 0 for row in rows)
    if lost:
        out.append(f"{plural(lost, 'deal')} ended there, before anybody wrote a quote.")
    if len(facts.sources) > 1:
        told = join_words([f"{name} ({n})" for name, n in facts.sources[:3]])
        known = sum(n for _, n in facts.sources)
        out.append(f"Most often they came by {told}, of {format_count(known)} whose source is recorded.")
    return tuple(out)


def deal_stage_reason(
    rows: Sequence[StageFacts], *, stage: SalesStage, facts: PipelineFacts
) -> tuple[str, ...]:
    """Say why a middle stage applies: how many deals pass it and where they are lost."""
    labels = join_words([f"“{row.label}”" for row in rows])
    n = _of(max((row.reached for row in rows), default=0), facts.n)
    lost = sum(row.lost or 0 for row in rows)
    passed = {
        SalesStage.DISCOVERY: f"{n} deals got as far as {labels}, where need, quantity and date are worked out.",
        SalesStage.EVALUATING: f"In {n} deals the buyer had a proposal to weigh ({labels}).",
        SalesStage.CLOSING: f"{n} deals came to {labels}, where terms and signature are settled.",
    }
    standing = {
        SalesStage.DISCOVERY: f"Need, quantity and date are worked out in {labels}, where {_standing(rows)}.",
        SalesStage.EVALUATING: f"A proposal is weighed in {labels}, where {_standing(rows)}.",
        SalesStage.CLOSING: f"Terms and signature are settled in {labels}, where {_standing(rows)}.",
    }
    out = [(passed if facts.has_history else standing)[stage]]
    if facts.n_lost and lost:
        out.append(
            f"{_of(lost, facts.n_lost)} lost deals ended there"
            + (", more than in any other stage." if stage is _costliest(facts) else ".")
        )
    elif facts.n_lost and facts.has_history:
        out.append(f"None of the {format_count(facts.n_lost)} lost deals ended there.")
    return tuple(out)


def outlasted_sentence(standing: int, beyond: int, *, days: float) -> str:
    """Say how many deals that wait for an answer have stood longer than a quote holds."""
    if not standing:
        return ""
    limit = f"the {plural(round(days), 'day')} that a quote holds"
    if not beyond:
        return f"None of the {plural(standing, 'deal')} that wait there has stood longer than {limit}."
    who = f"{format_count(beyond)} of {plural(standing, 'deal')} that {'waits' if standing == 1 else 'wait'} there"
    return f"{who} {'has' if beyond == 1 else 'have'} stood longer than {limit}, so by the page their quotes have ended."


def _standing(rows: Sequence[StageFacts]) -> str:
    here = sum(row.open_here for row in rows)
    return f"{plural(here, 'deal')} {'stands' if here == 1 else 'stand'} today"


def _of(k: int, n: int) -> str:
    return f"All {format_count(n)}" if k == n > 1 else f"{format_count(k)} of {format_count(n)}"


def _costliest(facts: PipelineFacts) -> SalesStage | None:
    sums: dict[SalesStage, int] = {}
    for row in facts.stages:
        if not row.stage.is_closed:
            sums[row.stage] = sums.get(row.stage, 0) + (row.lost or 0)
    ranked = sorted(sums.items(), key=lambda item: -item[1])
    if len(ranked) > 1 and ranked[0][1] > ranked[1][1]:
        return ranked[0][0]
    return None


def unused_stage_reason(label: str, model: str) -> tuple[str, ...]:
    """Say that the company's own list has no stage of this kind."""
    return (
        f"{model[:1].upper()}{model[1:]} has no stage of the kind “{label}”, so no deal can be seen in it.",
    )


def won_deals_reason(facts: PipelineFacts, outcomes: OrderOutcomes, voice: Voice) -> tuple[str, ...]:
    """Say what counts as won where deals and orders are both recorded."""
    value = (
        f", worth {voice.money(facts.won_value.median)} at the median (n = {facts.won_value.n})"
        if facts.won_value and not facts.problem
        else ""
    )
    return (
        f"{plural(facts.n_won, 'deal')} of the CRM {'is' if facts.n_won == 1 else 'are'} won{value}.",
        f"Beside them stand {plural(outcomes.paid + outcomes.awaiting, 'order')} that were neither cancelled nor taken back.",
    )


def lost_deals_reason(facts: PipelineFacts) -> tuple[str, ...]:
    """Say what counts as lost where a CRM records refusals."""
    reasons = [item for item in facts.lost_reasons if item.reason][:2]
    told = join_words([f"“{item.reason}” ({item.n})" for item in reasons])
    why = f", most often over {told}" if told else ""
    return (
        f"{plural(facts.n_lost, 'deal')} {'was' if facts.n_lost == 1 else 'were'} recorded as lost{why}: here a refusal is seen and not inferred.",
    )


def pipeline_hides(stage: SalesStage, *, label: str, history: bool, events: bool) -> str:
    """Say what a CRM export does not show of an open stage."""
    if not history:
        return f"Not observable in this source: deals that went through {label} and have left it. Only the stage of today or of closing is kept."
    if stage is SalesStage.PROSPECTING:
        return "Whom nobody entered as a deal is not there." + (
            "" if events else " Nor does anything show who looked and went away."
        )
    if stage is SalesStage.DISCOVERY:
        return "What was said in the conversation is not there, only that the deal moved on."
    if stage is SalesStage.EVALUATING:
        return "Which rival offer lay beside ours is known only where the seller wrote it down as a reason."
    return "What was given away to close, in price or terms, is not a column of the export."


def won_deals_seen(facts: PipelineFacts, outcomes: OrderOutcomes) -> str:
    """Say how many deals are won, and how many orders stand."""
    return f"{plural(facts.n_won, 'deal')} won of {format_count(facts.n)}; {won_seen(outcomes)}"


def lost_deals_seen(facts: PipelineFacts) -> str:
    """Say how many deals are lost, and that open ones are not among them."""
    open_ones = f"; the {plural(facts.n_open, 'open one')} are not counted as lost" if facts.n_open else ""
    return f"{plural(facts.n_lost, 'deal')} lost of {format_count(facts.n)}{open_ones}."
