"""Sentences about a pipeline: each figure with its n, what it leaves out, and how far a choice of definition moves it."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.pipeline_facts import (
    CHAIN_SMOOTHING,
    ChainRow,
    GroupShare,
    LeadScore,
    Share,
    Spread,
    TimeToClose,
)
from segkit.words.figures import (
    SMALL_BOOK,
    format_count,
    format_number,
    format_percent,
    join_words,
    lower_first,
    plural,
)
from segkit.words.sales_figures import interval_text, overlap, rate_text, round_money

LEAST_AT_RISK = 5
"""Deals still watched on a day below which a curve is not read there."""


def win_rate_sentences(
    rate: Share, *, n_open: int, of_all: Share, won: Spread | None, lost: Spread | None
) -> tuple[str, ...]:
    """Say how many decided deals are won, what is left out, and what the same is in money."""
    out = [f"{rate_text(rate, 'decided deals')} were won."]
    if n_open:
        out.append(
            f"The {plural(n_open, 'open deal')} stand in neither number; {format_count(of_all.k)} of {format_count(of_all.n)} would call every one of them lost."
        )
    if won and lost and won.unit == lost.unit and won.n + lost.n == rate.n:
        money_won, money_lost = won.mean * won.n, lost.mean * lost.n
        share = money_won / (money_won + money_lost)
        if abs(share - rate.value) >= 0.05:
            larger = "larger" if lost.median > won.median else "smaller"
            out.append(
                f"Lost deals are {larger}: {round_money(lost.median, lost.unit)} at the median against "
                f"{round_money(won.median, won.unit)} of those won. By amount {format_percent(share)} were won, "
                f"{round_money(money_won, won.unit)} of {round_money(money_won + money_lost, won.unit)}."
            )
    return tuple(out)


def field_sentences(
    fields: Sequence[tuple[str, Sequence[GroupShare]]], *, decided: int, accounts: int | None
) -> tuple[str, ...]:
    """Say whether the levels of fields differ in their win rate, by their intervals: what does not differ in one sentence."""
    alike, out = [], []
    for field, groups in fields:
        best = max(groups, key=lambda item: (item.share.value, item.share.n))
        worst = min(groups, key=lambda item: (item.share.value, -item.share.n))
        ends = (
            f"by {field.replace('_', ' ')} from {best.share.k} of {best.share.n} ({_level(best)}) to "
            f"{worst.share.k} of {worst.share.n} ({_level(worst)})"
        )
        if overlap(best.share, worst.share):
            alike.append(ends)
        else:
            out.append(
                f"The rate runs {ends}, and the intervals ({interval_text(best.share)} against {interval_text(worst.share)}) do not overlap."
            )
    if alike:
        out.append(
            f"{'It' if out else 'The rate'} runs {join_words(alike)}; these intervals overlap, so none of the levels can be called better."
        )
    if out and accounts is None:
        out.append(
            "Deals of one account are not independent of each other, so where an account has several the intervals are too narrow."
        )
    elif out and accounts is not None and accounts < decided:
        out.append(
            f"The {format_count(decided)} decided deals come from {plural(accounts, 'account')}; those of one account are not independent of each other, "
            "so the intervals are too narrow."
        )
    return tuple(out)


def _level(item: GroupShare) -> str:
    return item.level.removesuffix(".0")


def early_sentences(groups: Sequence[GroupShare], *, first: str, early: Sequence[str]) -> tuple[str, ...]:
    """Say what the first quarters of closing leave out, and whether the later ones differ.

    Parameters
    ----------
    groups : sequence of GroupShare
        Quarters in order.
    first : str
        The day the first deal was created, as it is written.
    early : sequence of str
        Quarters in which slow deals could not have been closed yet.
    """
    told = join_words([f"{item.level} {item.share.k} of {item.share.n}" for item in groups])
    out = [f"Won of decided, by the quarter of closing: {told}."]
    if early:
        out.append(
            f"The file begins on {first}. In {join_words(list(early))} only deals that were decided quickly could be closed at all: "
            "an artefact of the window, not a trend."
        )
    later = [item for item in groups if item.level not in early]
    if len(later) > 1:
        ends = sorted(later, key=lambda item: item.share.value)
        if overlap(ends[0].share, ends[-1].share):
            out.append(
                f"From {later[0].level} on the intervals of all quarters overlap; with {min(item.share.n for item in later)} to "
                f"{max(item.share.n for item in later)} decisions a quarter no trend can be read."
            )
        else:
            out.append(
                f"{ends[-1].level} and {ends[0].level} differ by more than their intervals: {interval_text(ends[-1].share)} against "
                f"{interval_text(ends[0].share)}. What changed between them is worth asking."
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
    out += _mark_sentences(facts)
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


def _mark_sentences(facts: TimeToClose) -> list[str]:
    """Say who is won and lost by two round days: the first after the median, and the last one still watched by several."""
    half = facts.median_days or 0
    marks = [item for item in facts.marks if item.won or item.lost]
    middle = next((item for item in marks if item.day >= half), None)
    if middle is None:
        return []
    out = [
        (
            f"After {plural(middle.day, 'day')} {format_percent(middle.won)} are won, {format_percent(middle.lost)} lost and "
            f"{format_percent(middle.open)} still open (Aalen-Johansen: won and lost compete)."
        )
    ]
    last = next(
        (item for item in reversed(marks) if item.day > middle.day and item.at_risk >= LEAST_AT_RISK), None
    )
    if last:
        out.append(
            f"By day {last.day} it is {format_percent(last.won)} won and {format_percent(last.lost)} lost, with "
            f"{plural(last.at_risk, 'deal')} still watched."
        )
    return out


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
    if price and "price" not in named[0][0].lower():
        out.append(
            f"A lower price could have answered {price} of them; the other {n_lost - price} were lost over something else."
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
            f"A deal in {first.label} needs {format_number(first.expected_steps)} moves on average until it is decided, and ends lost with "
            f"{format_percent(first.lost)}."
        ),
        (
            f"To every move that the list of stages allows {format_number(CHAIN_SMOOTHING)} was added to what was counted, so that a move nobody made yet "
            "is rare and not impossible."
        ),
    ]
    if moves:
        thin = [row for row in rows if row.n < SMALL_BOOK]
        if thin:
            out.append(
                f"{join_words([row.label for row in thin])} {'rests' if len(thin) == 1 else 'rest'} on fewer than {SMALL_BOOK} deals."
            )
    return tuple(out)


def score_sentences(score: LeadScore) -> tuple[str, ...]:
    """Say what a lead score is worth on deals it had not seen."""
    if score.refused:
        return (f"There is no lead score: {lower_first(score.refused)}.",)
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
            f"Of {plural(dates, 'deal')} with a planned close {format_count(moves_later)} had it moved later, so it is no date to forecast by."
        )
    return tuple(out)
