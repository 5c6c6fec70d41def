"""Sentences about a pipeline: each figure with its n, what it leaves out, and how far a choice of definition moves it."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.pipeline_facts import (
    ChainRow,
    CloseStep,
    Forecast,
    GroupShare,
    LeadScore,
    OpenDeal,
    Share,
    Spread,
    StageFacts,
    TimeToClose,
    Velocity,
)
from segkit.model.sales_stage import stage_models
from segkit.words.figures import (
    SMALL_BOOK,
    format_count,
    format_money,
    format_number,
    format_percent,
    format_share,
    join_words,
    plural,
)
from segkit.words.sales_figures import interval_text, overlap, rate_text

MOST_DEALS = 3
"""Deals named in one sentence; the table has them all."""


def win_rate_sentences(
    rate: Share, *, n_open: int, of_all: Share, won: Spread | None, lost: Spread | None
) -> tuple[str, ...]:
    """Say how many decided deals are won, what is left out, and what the same is in money."""
    out = [f"{rate_text(rate)} decided deals were won."]
    if n_open:
        out.append(
            f"The {plural(n_open, 'open deal')} stand in neither number. Counted in, {format_share(of_all.k, of_all.n)} are won "
            "so far, which calls every undecided deal lost."
        )
    if won and lost and won.unit == lost.unit and won.n + lost.n == rate.n:
        money_won, money_lost = won.mean * won.n, lost.mean * lost.n
        share = money_won / (money_won + money_lost)
        if abs(share - rate.value) >= 0.05:
            larger = "larger" if lost.median > won.median else "smaller"
            out.append(
                f"Lost deals are {larger}: {format_money(lost.median, lost.unit)} at the median against "
                f"{format_money(won.median, won.unit)} of those won. By amount {format_percent(share)} were won, "
                f"{format_money(money_won, won.unit)} of {format_money(money_won + money_lost, won.unit)}."
            )
    return tuple(out)


def field_sentence(field: str, groups: Sequence[GroupShare]) -> str:
    """Say whether the levels of a field differ in their win rate, by their intervals."""
    best = max(groups, key=lambda item: (item.share.value, item.share.n))
    worst = min(groups, key=lambda item: (item.share.value, -item.share.n))
    ends = (
        f"By {field.replace('_', ' ')} the rate runs from {best.share.k} of {best.share.n} ({best.level}) to "
        f"{worst.share.k} of {worst.share.n} ({worst.level})"
    )
    if overlap(best.share, worst.share):
        return f"{ends}; the intervals overlap, so none of them can be called better."
    return f"{ends}; the intervals ({interval_text(best.share)} against {interval_text(worst.share)}) do not overlap."


def early_sentences(groups: Sequence[GroupShare], *, first: str, early: int) -> tuple[str, ...]:
    """Say what the first quarters of closing leave out.

    Parameters
    ----------
    groups : sequence of GroupShare
        Quarters in order.
    first : str
        The day the first deal was created, as it is written.
    early : int
        How many quarters ended before deals of usual length could have been closed in them.
    """
    told = join_words([f"{item.level} {item.share.k} of {item.share.n}" for item in groups])
    out = [f"Won of decided, by the quarter in which they were closed: {told}."]
    if early:
        names = join_words([item.level for item in groups[:early]])
        out.append(
            f"The file begins on {first}. In {names} only deals that were decided quickly could be closed at all, so "
            f"{'this quarter is' if early == 1 else 'these quarters are'} an artefact of the window and no trend."
        )
    later = groups[early:]
    if len(later) > 1:
        ends = sorted(later, key=lambda item: item.share.value)
        if overlap(ends[0].share, ends[-1].share):
            out.append(
                f"From {later[0].level} on the intervals of all quarters overlap; the ups and downs are no more than so few deals make."
            )
        else:
            out.append(
                f"{ends[-1].level} and {ends[0].level} differ by more than their intervals: "
                f"{interval_text(ends[-1].share)} against {interval_text(ends[0].share)}."
            )
    return tuple(out)


def close_sentences(facts: TimeToClose) -> tuple[str, ...]:
    """Say how long deals take: the mean of closed ones, the median with open ones counted, and who is won by when."""
    out = []
    if facts.closed:
        parts = [
            f"{format_number(item.mean)} if {name}"
            for name, item in (("won", facts.won), ("lost", facts.lost))
            if item
        ]
        out.append(
            f"The {plural(facts.closed.n, 'closed deal')} took {format_number(facts.closed.mean)} days on average"
            f"{f' ({join_words(parts)})' if len(parts) > 1 else ''}; the slowest took {plural(round(facts.closed.most), 'day')}."
        )
    out.append(_median_sentence(facts))
    out += [_mark_sentence(mark) for mark in facts.marks[:1]]
    if len(facts.marks) > 1:
        out.append(
            f"By day {facts.marks[-1].day} it is {format_percent(facts.marks[-1].won)} won and "
            f"{format_percent(facts.marks[-1].lost)} lost, with {facts.marks[-1].at_risk} still watched."
        )
    if facts.steps and facts.won_alone - facts.steps[-1].won >= 0.01:
        out.append(
            f"Reading lost deals as merely unfinished (1 - Kaplan-Meier of won alone) would promise {format_percent(facts.won_alone)} "
            f"won in the end instead of {format_percent(facts.steps[-1].won)}: a lost deal cannot be won any more."
        )
    return tuple(out)


def _median_sentence(facts: TimeToClose) -> str:
    watched = f"With the {plural(facts.n_open, 'open deal')} counted for as long as they were watched"
    if not facts.n_open:
        watched = "No deal is open, so nothing is cut off"
    if facts.median_days is None:
        return (
            f"{watched}, fewer than half are decided within what the file shows: there is no median to give."
        )
    limits = [
        f"{label} {format_count(value)}"
        for label, value in (("from", facts.median_low), ("to", facts.median_high))
        if value is not None
    ]
    tail = f", 95 % limits {' '.join(limits)} days" if limits else ""
    return f"{watched}, half of the {format_count(facts.n)} are decided by day {format_count(facts.median_days)} (Kaplan-Meier{tail})."


def _mark_sentence(mark: CloseStep) -> str:
    return (
        f"After {plural(mark.day, 'day')} {format_percent(mark.won)} are won, {format_percent(mark.lost)} lost and "
        f"{format_percent(mark.open)} still open (Aalen-Johansen: won and lost compete)."
    )


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
    ends = f"{format_money(low.per_day, currency)} to {format_money(high.per_day, currency)}"
    title = f"Sales velocity is {ends} a day, by what is counted"
    cycles = [item for item in items if item.of == items[0].of]
    parts = []
    if len(cycles) > 1 and min(one.per_day for one in cycles):
        ratio = max(one.per_day for one in cycles) / min(one.per_day for one in cycles) - 1
        parts.append(f"the choice of the cycle moves it by {format_percent(ratio)}")
    by_n = [item for item in items if item.cycle == items[0].cycle]
    if len(by_n) > 1 and min(one.per_day for one in by_n):
        times = max(one.per_day for one in by_n) / min(one.per_day for one in by_n)
        parts.append(f"the choice of deals by a factor of {format_number(times)}")
    moved = f"Of the two choices in it, {join_words(parts)}." if parts else ""
    return title, f"{moved} A velocity without its definition compares with nothing.".strip()


def forecast_sentences(
    forecast: Forecast, *, currency: str, largest: OpenDeal | None, stale: Sequence[OpenDeal]
) -> tuple[str, ...]:
    """Say what the open pipeline is worth, how wide that is, and which deals carry it."""
    money = [
        format_money(value, currency)
        for value in (forecast.weighted, forecast.low, forecast.high, forecast.total)
    ]
    out = [
        (
            f"{plural(forecast.n, 'open deal')} would bring {money[3]} if all were won and nothing if none; weighted by the chance of each "
            f"it is {money[0]}."
        ),
        f"The 95 % range is {money[1]} to {money[2]}, as long as deals are won independently of each other.",
    ]
    if forecast.without:
        out.append(
            f"{plural(forecast.without, 'open deal')} without an amount or a chance {'is' if forecast.without == 1 else 'are'} not in it."
        )
    if largest and largest.amount and forecast.total:
        out.append(
            f"{largest.opportunity_id} alone is {format_money(largest.amount, currency)} of it: the forecast hangs on "
            f"{'this one deal' if largest.amount > forecast.total / 3 else 'a few large deals'}."
        )
    if stale:
        sums = format_money(sum(item.amount or 0 for item in stale), currency)
        names = join_words([item.opportunity_id for item in stale[:MOST_DEALS]])
        out.append(
            f"{sums} of the total {'sits' if len(stale) == 1 else 'sit'} in {names}, which have stood still longer than any won deal did; "
            "take them out before promising the figure to anybody."
        )
    return tuple(out)


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
    out = []
    stale = [item for item in deals if item.reading == "stale"]
    slow = [item for item in deals if item.reading == "slow"]
    out += [_stale_sentence(item, stages.get(item.stage_id), currency) for item in stale[:MOST_DEALS]]
    if len(stale) > MOST_DEALS:
        out.append(f"{len(stale) - MOST_DEALS} more are as late; the table has them.")
    if slow:
        names = join_words([item.opportunity_id for item in slow[:MOST_DEALS]])
        rest = f" and {len(slow) - MOST_DEALS} more" if len(slow) > MOST_DEALS else ""
        out.append(
            f"{names}{rest} {'is' if len(slow) == 1 else 'are'} slower than three quarters of the won deals were in their stage."
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
        rest = f" and {len(overdue) - MOST_DEALS - 1} more" if len(overdue) > MOST_DEALS + 1 else ""
        out.append(
            f"The expected close is past for {names}{rest}: a date nobody moved says that nobody looked."
        )
    unknown = sum(item.reading == "unknown" for item in deals)
    if unknown and unknown < len(deals):
        out.append(
            f"{plural(unknown, 'deal')} {'stands' if unknown == 1 else 'stand'} in a stage that fewer than 5 won deals passed; "
            "they are not judged."
        )
    return tuple(out)


def _stale_sentence(item: OpenDeal, stage: StageFacts | None, currency: str) -> str:
    days = item.stage_days if item.stage_days is not None else item.age_days
    amount = f", {format_money(item.amount, currency)}" if item.amount is not None else ""
    label = stage.label if stage else item.stage_id
    against = ""
    if stage and stage.days:
        slowest = (
            f" and 95 of 100 within {format_count(stage.p95_days)}" if stage.p95_days is not None else ""
        )
        against = f"; three quarters of won deals left it within {plural(round(stage.days.high), 'day')}{slowest} (n = {stage.days.n})"
    slips = f", moved later {plural(item.slips or 0, 'time')}" if item.slips else ""
    return f"{item.opportunity_id} ({item.customer_id or 'a prospect'}{amount}) has stood in {label} for {plural(days, 'day')}{against}{slips}."


def reason_sentences(reasons: Sequence[tuple[str, int]], *, n_lost: int) -> tuple[str, ...]:
    """Say what deals are lost over, in the CRM's own words."""
    named = [(name, n) for name, n in reasons if name]
    known = sum(n for _, n in named)
    told = join_words([f"“{name}” {n}" for name, n in named[:6]])
    out = [f"Of {plural(n_lost, 'lost deal')}, by the reason the seller wrote down: {told}."]
    if known < n_lost:
        out.append(
            f"{plural(n_lost - known, 'lost deal')} {'has' if n_lost - known == 1 else 'have'} no reason."
        )
    price = sum(n for name, n in named if "price" in name.lower() or "expensive" in name.lower())
    top = named[0]
    if price and "price" not in top[0].lower():
        out.append(
            f"Price is named {plural(price, 'time')}, “{top[0]}” {top[1]}: a lower price answers fewer losses than the first guess says."
        )
    out.append("A reason is what the seller recorded, not what the buyer said.")
    return tuple(out)


def chain_sentences(rows: Sequence[ChainRow], *, moves: bool = True) -> tuple[str, ...]:
    """Say how likely a deal is won from each stage, by the moves of all deals, open ones included."""
    told = join_words([f"{row.label} {format_percent(row.won)} (n = {format_count(row.n)})" for row in rows])
    first = rows[0]
    out = [
        f"From each stage this share is won in the end, by all moves seen: {told}.",
        (
            f"A deal in {first.label} has {format_number(first.expected_steps)} stages before it on average, and ends lost with "
            f"{format_percent(first.lost)}."
        ),
    ]
    if moves:
        thin = [row for row in rows if row.n < SMALL_BOOK]
        if thin:
            out.append(f"{join_words([row.label for row in thin])} rest on fewer than {SMALL_BOOK} deals.")
    return tuple(out)


def score_sentences(score: LeadScore) -> tuple[str, ...]:
    """Say what a lead score is worth on deals it had not seen."""
    if score.refused:
        return (f"There is no lead score: {score.refused.removesuffix('.')}.",)
    fields = join_words([field.replace("_", " ") for field in score.fields])
    out = [
        (
            f"A score from {fields} was learned from {plural(score.n_train, 'deal')} closed before {_split(score)} and tried on the "
            f"{format_count(score.n_test)} closed since."
        ),
    ]
    if score.auc is not None:
        limits = (
            f" (95 % limits {score.auc_low:.2f} to {score.auc_high:.2f})"
            if score.auc_low is not None and score.auc_high is not None
            else ""
        )
        out.append(
            f"It puts a won deal above a lost one with a chance of {score.auc:.2f}{limits}, where a coin has 0.50."
        )
    if score.brier is not None and score.base_brier is not None:
        out.append(
            f"Its error (Brier) is {score.brier:.3f}; giving everybody the base rate makes {score.base_brier:.3f}."
        )
    out.append(
        "It beats the base rate on deals it had not seen; use it to order the calls, not to drop any."
        if score.better
        else "It is no better than the base rate, so no deal is ranked by it."
    )
    return tuple(out)


def _split(score: LeadScore) -> str:
    return score.split.isoformat() if score.split else "the split"


def history_sentences(*, has_history: bool, moves_later: int | None, dates: int) -> tuple[str, ...]:
    """Say what the stage history adds, or what a file without one hides."""
    out = []
    if has_history:
        out.append(
            "Every move between stages has its date, so conversion counts deals that passed through a stage, whatever came of them."
        )
    else:
        out.append(
            "The export has the stage of today or of closing only. How many deals passed through a stage, how long they stayed and "
            "what they did before is not in it, so no conversion between open stages is given."
        )
        out.append("A file of moves (opportunity, from, to, day) would show it.")
    if moves_later is not None and dates:
        out.append(
            f"{format_share(moves_later, dates)} deals with a planned close had it moved later: an expected close is a hope with a date."
        )
    return tuple(out)
