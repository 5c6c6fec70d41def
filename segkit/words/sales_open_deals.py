"""Sentences about open deals: what they are worth, how fast money comes in, and which of them stand still."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.pipeline_facts import Forecast, OpenDeal, Spread, StageFacts, Velocity
from segkit.model.sales_stage import stage_models
from segkit.words.figures import format_count, format_money, format_number, format_percent, join_words, plural
from segkit.words.sales_figures import round_money

MOST_DEALS = 3
"""Deals named in one sentence; the table has them all."""
FAR_APART = 0.2
"""Share of the larger from which two forecasts count as different."""
SLOW_ENOUGH = 0.5
"""Share of the open deals standing late from which the won ones are no measure for them."""


def velocity_sentence(item: Velocity, currency: str) -> str:
    """Say one definition of sales velocity with every factor in it."""
    which = {"closed": "closed deals", "open": "open deals"}[item.of]
    cycle = {"won": "of a won deal", "closed": "of a closed deal"}[item.cycle]
    return (
        f"{format_count(item.n)} {which} x {format_money(item.mean_value, currency)} x {format_percent(item.win_rate)} won / "
        f"{format_number(item.cycle_days)} days {cycle} = {format_money(item.per_day, currency)} a day."
    )


def velocity_spread(items: Sequence[Velocity], currency: str) -> tuple[str, str]:
    """Return the title and the sentence on how far the choice of definition moves velocity."""
    low, high = (
        min(items, key=lambda item: item.per_day),
        max(items, key=lambda item: item.per_day),
    )
    ends = f"{round_money(low.per_day, currency)} to {round_money(high.per_day, currency)}"
    title = f"Sales velocity is {ends} a day, by what is counted"
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


def forecast_sentences(
    forecast: Forecast, *, currency: str, largest: OpenDeal | None, stale: Sequence[OpenDeal]
) -> tuple[str, ...]:
    """Say what the open pipeline is worth, how wide that is, and which deals carry it."""
    weighted, low, high, total = (
        round_money(value, currency)
        for value in (forecast.weighted, forecast.low, forecast.high, forecast.total)
    )
    out = [
        (
            f"Weighted by the chance of each, the {plural(forecast.n, 'open deal')} come to {weighted}; all of them won would bring {total}, none of "
            "them nothing."
        ),
        f"The 95 % range of the weighted sum is {low} to {high}, as long as deals are won independently of each other.",
    ]
    if forecast.without:
        out.append(
            f"{plural(forecast.without, 'open deal')} without an amount or a chance {'is' if forecast.without == 1 else 'are'} not in it."
        )
    if largest and largest.amount and forecast.total:
        out.append(
            f"The largest, {largest.opportunity_id}, is {round_money(largest.amount, currency)} or {format_percent(largest.amount / forecast.total)} "
            "of the total: won or lost, it alone moves the sum by that much."
        )
    if stale:
        sums = round_money(sum(item.amount or 0 for item in stale), currency)
        names = (
            join_words([item.opportunity_id for item in stale])
            if len(stale) <= MOST_DEALS
            else f"{len(stale)} deals"
        )
        out.append(
            f"{sums} of the total {'sits' if len(stale) == 1 else 'sit'} in {names} that {'has' if len(stale) == 1 else 'have'} stood in "
            f"{'its' if len(stale) == 1 else 'their'} stage longer than 95 of 100 won deals did."
        )
    return tuple(out)


def forecast_title(forecast: Forecast, currency: str) -> str:
    """Return the forecast in one line: two figures where stage and age give different ones."""
    total = round_money(forecast.total, currency)
    if forecast.by_age is None or not _apart(forecast.weighted, forecast.by_age):
        return f"The open pipeline is worth {round_money(forecast.weighted, currency)} of {total}"
    low, high = sorted((forecast.weighted, forecast.by_age))
    return f"The open pipeline is worth {round_money(low, currency)} to {round_money(high, currency)} of {total}, by stage or by age"


def by_age_sentences(forecast: Forecast, currency: str) -> tuple[str, ...]:
    """Say what the deals come to by their age, and how many are larger than any that was won."""
    out = []
    if forecast.by_age is not None:
        worth = round_money(forecast.by_age, currency)
        out.append(
            f"By age instead of stage they come to {worth}: the chance that a deal as old as each one is still won, from the curve of time to close."
        )
        if forecast.by_age < forecast.weighted and _apart(forecast.weighted, forecast.by_age):
            out.append(
                f"A stage does not know how long a deal has stood in it, so plan with {worth} until the old ones have a new date."
            )
    if forecast.above_won:
        are = "is" if forecast.above_won == 1 else "are"
        out.append(
            f"{forecast.above_won} of {plural(forecast.n, 'open deal')} {are} larger than any that was ever won."
        )
    return tuple(out)


def _apart(one: float, other: float) -> bool:
    """Return whether two sums differ by more than their reader would overlook."""
    return abs(one - other) > FAR_APART * max(one, other)


def optimism_sentence(*, open_value: Spread | None, won_value: Spread | None, late: int, n_open: int) -> str:
    """Say that chances of small quick deals are lent to large slow ones, where that is so; an empty text where it is not."""
    larger = bool(open_value and won_value and open_value.median > 1.5 * won_value.median)
    slower = n_open > 0 and late / n_open > SLOW_ENOUGH
    if not (larger or slower):
        return ""
    size = ""
    if larger and open_value and won_value:
        size = (
            f"the open ones are {round_money(open_value.median, open_value.unit)} at the median, where a won one was "
            f"{round_money(won_value.median, won_value.unit)}"
        )
    pace = f"{late} of {n_open} stand late" if slower else ""
    told = ", and ".join(filter(None, (size, pace)))
    return f"The chances come from deals that were decided; {told}. So read the weighted sum as a ceiling."


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
        out.append(
            f"The planned close is past for {names}{more}. Each needs a new date from the buyer, or an end."
        )
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
    if stage and stage.days:
        slowest = (
            f" and 95 of 100 within {format_count(stage.p95_days)}" if stage.p95_days is not None else ""
        )
        against = f"; three quarters of won deals left it within {plural(round(stage.days.high), 'day')}{slowest} (n = {stage.days.n})"
    slips = f"; its planned close was moved {_times(item.slips or 0)}" if item.slips else ""
    return f"{item.opportunity_id} ({item.customer_id or 'a prospect'}{amount}) has stood in {label} for {plural(days, 'day')}{against}{slips}."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{format_count(count)} times")
