"""Sentences about open deals: what they are worth, how fast money comes in, and which of them stand still."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.pipeline_facts import Forecast, OpenDeal, PipelineFacts, StageFacts, Velocity
from segkit.model.sales_stage import stage_models
from segkit.words.figures import format_count, format_money, format_number, format_percent, join_words, plural
from segkit.words.flow_walks import short_day
from segkit.words.sales_figures import round_money, value_text

MOST_DEALS = 3
"""Deals named in one sentence; the table has them all."""
FAR_APART = 0.2
"""Share of the larger from which two forecasts count as different."""
MUCH_LARGER = 1.5
"""Times the median won deal from which the median open one is called larger."""


def velocity_sentence(item: Velocity, currency: str) -> str:
    """Say one definition of sales velocity with every factor in it."""
    which = {"closed": "closed deals", "open": "open deals"}[item.of]
    cycle = {"won": "of a won deal", "closed": "of a closed deal"}[item.cycle]
    return (
        f"{format_count(item.n)} {which} x {format_money(item.mean_value, currency)} x {format_percent(item.win_rate)} won / "
        f"{format_number(item.cycle_days)} days {cycle} = {format_money(item.per_day, currency)} a day."
    )


def won_per_day(facts: PipelineFacts) -> float | None:
    """Return what the won deals brought for each day from the first entry of a deal to the end of observation; None where it cannot be told."""
    days = _days_seen(facts)
    if not days or facts.won_value is None or facts.problem:
        return None
    return facts.won_value.mean * facts.won_value.n / days


def _days_seen(facts: PipelineFacts) -> int:
    end = facts.as_of or facts.last
    return (end - facts.first).days if facts.first and end else 0


def velocity_check(facts: PipelineFacts) -> str:
    """Hold velocity against what was won in the days of the file, and say why the formula gives more where it does."""
    per_day, end = won_per_day(facts), facts.as_of or facts.last
    if per_day is None or facts.won_value is None or facts.first is None or end is None:
        return ""
    won = round_money(facts.won_value.mean * facts.won_value.n, facts.currency)
    text = (
        f"Held against the file: {won} were won in the {plural(_days_seen(facts), 'day')} from {short_day(facts.first)} to {short_day(end)}, "
        f"{format_money(per_day, facts.currency)} a day."
    )
    closed = [item for item in facts.velocity if item.of == "closed"]
    if closed and min(item.per_day for item in closed) > per_day:
        text += (
            f" The formula gives more, because it treats all {format_count(closed[0].n)} closed deals of these days as if they were worked on at once, "
            "within one cycle."
        )
    return text


def velocity_spread(
    items: Sequence[Velocity], currency: str, *, won_a_day: float | None = None
) -> tuple[str, str]:
    """Return the title, led by what was won a day, and the sentence on how far the choice of definition moves velocity."""
    low, high = (
        min(items, key=lambda item: item.per_day),
        max(items, key=lambda item: item.per_day),
    )
    ends = f"{round_money(low.per_day, currency)} to {round_money(high.per_day, currency)}"
    title = f"Sales velocity is {ends} a day, by what is counted"
    if won_a_day is not None:
        title = f"{format_money(won_a_day, currency)} a day were won; the velocity formula gives {ends}, by what is counted"
    parts = []
    if ratio := _most_moved(items, by="of"):
        parts.append(f"the choice of the cycle moves it by {format_percent(ratio - 1)}")
    if ratio := _most_moved(items, by="cycle"):
        parts.append(f"the choice of deals by a factor of {format_number(ratio)}")
    moved = f"Of the two choices in it, {join_words(parts)}." if parts else ""
    return title, f"{moved} A velocity without its definition compares with nothing.".strip()


def _most_moved(items: Sequence[Velocity], *, by: str) -> float:
    """Return the largest ratio between two velocities that agree in ``by``; 0 where none do."""
    ratios = [
        one.per_day / other.per_day
        for one in items
        for other in items
        if one is not other and getattr(one, by) == getattr(other, by) and other.per_day > 0
    ]
    return max(ratios, default=0)


def forecast_sentences(facts: PipelineFacts, forecast: Forecast) -> tuple[str, ...]:
    """Say what the open pipeline is worth by stage and by age, how wide that is, and which deals carry it."""
    currency = facts.currency
    weighted, low, high, total = (
        round_money(value, currency)
        for value in (forecast.weighted, forecast.low, forecast.high, forecast.total)
    )
    range_text = f"The 95 % range of the weighted sum is {low} to {high}, as long as deals are won independently of each other"
    if _differs(forecast):
        range_text += " and the chances of their stages hold for deals as old as these"
    out = [
        (
            f"Weighted by the chance of its stage, the {plural(forecast.n, 'open deal')} come to {weighted}; all of them won would bring {total}, none "
            "of them nothing."
        ),
        f"{range_text}.",
        *_by_age_sentences(forecast, currency),
        *_size_sentences(facts, forecast),
    ]
    if forecast.without:
        out.append(
            f"{plural(forecast.without, 'open deal')} without an amount or a chance {'is' if forecast.without == 1 else 'are'} not in it."
        )
    valued = [item for item in facts.deals if item.amount]
    largest = max(valued, key=lambda item: item.amount or 0, default=None)
    if largest and largest.amount and forecast.total:
        out.append(
            f"The largest, {largest.opportunity_id}, is {round_money(largest.amount, currency)} or {format_percent(largest.amount / forecast.total)} "
            "of the total: won or lost, it alone moves the sum by that much."
        )
    if stale := [item for item in valued if item.reading == "stale"]:
        sums = round_money(sum(item.amount or 0 for item in stale), currency)
        few = len(stale) <= MOST_DEALS
        names = join_words([item.opportunity_id for item in stale]) if few else f"{len(stale)} deals"
        one = len(stale) == 1
        out.append(
            f"{sums} of the total {'sits' if one else 'sit'} in {names} that {'has' if one else 'have'} stood in {'its' if one else 'their'} stage longer "
            f"than nearly every won deal did there ({_line(stale, facts.stages)})."
        )
    return tuple(out)


def _line(stale: Sequence[OpenDeal], stages: Sequence[StageFacts]) -> str:
    """Return the line that stale deals stand beyond, with the won deals it rests on."""
    held = {item.stage_id for item in stale}
    n = sorted({item.days.n for item in stages if item.stage_id in held and item.days})
    if not n:
        return "95th percentile"
    return f"95th percentile, n = {n[0]}" + (f" to {n[-1]} by stage" if len(n) > 1 else "")


def forecast_title(forecast: Forecast, currency: str) -> str:
    """Return the forecast in one line: the figure by age first where stage and age give different ones."""
    total, weighted = round_money(forecast.total, currency), round_money(forecast.weighted, currency)
    if forecast.by_age is None or not _differs(forecast):
        return f"The open pipeline is worth {weighted} of {total}"
    return f"By age the open pipeline is worth {round_money(forecast.by_age, currency)} of {total}, by stage {weighted}"


def _by_age_sentences(forecast: Forecast, currency: str) -> list[str]:
    """Say what the deals come to by their age, and which of the two figures to plan with."""
    if forecast.by_age is None:
        return []
    worth = round_money(forecast.by_age, currency)
    out = [
        f"By age instead of stage they come to {worth}: the chance that a deal as old as each one is still won, from the curve of time to close."
    ]
    if forecast.by_age < forecast.weighted and _differs(forecast):
        out.append(
            f"A stage does not know how long a deal has stood in it, so plan with {worth} until the old ones have a new date."
        )
    return out


def _size_sentences(facts: PipelineFacts, forecast: Forecast) -> list[str]:
    """Say how large the open deals are beside the won ones that lend them their chances."""
    won, here = facts.won_value, facts.open_value
    if won is None:
        return []
    if forecast.above_won:
        larger = [item.amount for item in facts.deals if item.amount and item.amount > won.most]
        one = forecast.above_won == 1
        held = ""
        if len(larger) == forecast.above_won and forecast.total:
            held = (
                f" and {'holds' if one else 'hold'} {round_money(sum(larger), facts.currency)} of the {round_money(forecast.total, facts.currency)} "
                f"({format_percent(sum(larger) / forecast.total)})"
            )
        return [
            (
                f"The largest deal that was ever won is {round_money(won.most, facts.currency)}; {forecast.above_won} of "
                f"{plural(forecast.n, 'open deal')} {'is' if one else 'are'} larger{held}. Neither figure takes the size of a "
                "deal into account."
            )
        ]
    if here and here.median > MUCH_LARGER * won.median:
        return [
            (
                f"The open ones are {round_money(here.median, here.unit)} at the median, where a won one was {round_money(won.median, won.unit)}; the "
                "chances come from the smaller ones."
            )
        ]
    return []


def _differs(forecast: Forecast) -> bool:
    """Return whether the sums by stage and by age differ by more than their reader would overlook."""
    if forecast.by_age is None:
        return False
    return abs(forecast.weighted - forecast.by_age) > FAR_APART * max(forecast.weighted, forecast.by_age)


def basis_sentence(forecast: Forecast, stages: Sequence[StageFacts]) -> str:
    """Say where the chances come from, and what presets are worth."""
    measured = [item for item in stages if item.basis == "history" and item.win_share]
    told = join_words(
        [f"{item.label} {item.win_share.k} of {item.win_share.n}" for item in measured if item.win_share]
    )
    if forecast.basis == "history" and told:
        return f"The chances are measured, won of those closed that had reached the stage: {told}."
    preset = [item for item in stages if item.basis == "preset" and item.probability is not None]
    shown = join_words([f"{item.label} {format_percent(item.probability or 0)}" for item in preset])
    mixed = f" The others are measured: {told}." if told else ""
    return f"The chances are presets and not knowledge ({shown}).{mixed} {preset_sentence()}"


def preset_sentence() -> str:
    """Say, from the bundled stage lists, that systems preset the same stage name differently.

    Examples
    --------
    >>> preset_sentence()
    'Systems disagree on them: “Value Proposition” is preset to 50 in EspoCRM and to 30 in SuiteCRM.'
    """
    seen: dict[str, list[tuple[int, str]]] = {}
    for model in stage_models().values():
        for stage in model.stages:
            if stage.probability is not None and not stage.stage.is_closed:
                seen.setdefault(stage.label, []).append((stage.probability, model.label.partition("'")[0]))
    label, values = max(
        seen.items(), key=lambda item: max(one for one, _ in item[1]) - min(one for one, _ in item[1])
    )
    (high, one), (low, other) = max(values), min(values)
    return f"Systems disagree on them: “{label}” is preset to {high} in {one} and to {low} in {other}."


def ageing_sentences(
    deals: Sequence[OpenDeal],
    *,
    stages: dict[str, StageFacts],
    currency: str,
    older: int,
    overdue: Sequence[OpenDeal],
) -> tuple[str, ...]:
    """Say which open deals have stood longer than won ones did, and which are past their date."""
    stale = sorted((item for item in deals if item.reading == "stale"), key=lambda item: -_stood(item))
    slow = [item for item in deals if item.reading == "slow"]
    out = [_stale_sentence(item, stages.get(item.stage_id), currency) for item in stale[:MOST_DEALS]]
    if len(stale) > MOST_DEALS:
        rest = stale[MOST_DEALS:]
        out.append(
            f"Beyond the same line stand {len(rest)} more, for {_stood(rest[-1])} to {_stood(rest[0])} days in their stage."
            if len(rest) > 1
            else f"Beyond the same line stands {rest[0].opportunity_id}, for {_stood(rest[0])} days."
        )
    if slow:
        names = join_words([item.opportunity_id for item in slow[:MOST_DEALS]])
        more = f" and {len(slow) - MOST_DEALS} more" if len(slow) > MOST_DEALS else ""
        out.append(
            f"{names}{more} {'is' if len(slow) == 1 else 'are'} slower than three quarters of the won deals were in their stage."
        )
    if older:
        out.append(
            f"{plural(older, 'open deal')} {'is' if older == 1 else 'are'} older than the slowest deal that was ever closed."
        )
    if overdue:
        names = join_words(
            [
                f"{item.opportunity_id} by {plural(item.overdue_days, 'day')}"
                for item in overdue[: MOST_DEALS + 1]
            ]
        )
        more = f", and {len(overdue) - MOST_DEALS - 1} more" if len(overdue) > MOST_DEALS + 1 else ""
        steps = sum(bool(item.next_step) for item in overdue)
        table = ""
        if steps:
            table = f" What the CRM records as the next step stands in the table for {steps} of them."
            if steps == len(overdue):
                table = " What the CRM records as the next step stands in the table."
        out.append(f"The planned close is past for {names}{more}.{table}")
    unknown = sum(item.reading == "unknown" for item in deals)
    if unknown and unknown < len(deals):
        out.append(
            f"{plural(unknown, 'deal')} {'stands' if unknown == 1 else 'stand'} in a stage that fewer than 5 won deals passed; "
            "they are not judged."
        )
    return tuple(out)


def _stood(item: OpenDeal) -> int:
    days = item.stage_days
    return (item.age_days or 0) if days is None else days


def _stale_sentence(item: OpenDeal, stage: StageFacts | None, currency: str) -> str:
    days = _stood(item)
    amount = f", {round_money(item.amount, currency)}" if item.amount is not None else ""
    label = stage.label if stage else item.stage_id
    against = ""
    if stage and stage.days and item.stage_days is not None:
        slowest = (
            f" and nearly all within {format_number(stage.p95_days)} (95th percentile)"
            if stage.p95_days is not None
            else ""
        )
        against = f"; three quarters of won deals left it within {value_text(stage.days, stage.days.high)}{slowest}, n = {stage.days.n}"
    where = (
        f"is {plural(days, 'day')} old and stands in {label}"
        if item.stage_days is None
        else f"has stood in {label} for {plural(days, 'day')}"
    )
    slips = f"; its planned close was moved {_times(item.slips or 0)}" if item.slips else ""
    return f"{item.opportunity_id} ({item.customer_id or 'a prospect'}{amount}) {where}{against}{slips}."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{format_count(count)} times")
