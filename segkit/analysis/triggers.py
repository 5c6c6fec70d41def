"""Back-tests: for each segment and kind of flow, whether the trigger can be seen, when it would have fired, what followed.

One function per kind returns what is to be tested and its firings; the figures are the same for all
(:mod:`segkit.analysis.outcomes`). Nothing here is an effect: no flow was running.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from segkit.analysis.anniversaries import try_anniversary
from segkit.analysis.associations import level_column
from segkit.analysis.deadlines import LEAD_DAYS, deadline_starts
from segkit.analysis.event_triggers import (
    try_abandoned_cart,
    try_back_in_stock,
    try_browse_abandonment,
    try_review_request,
)
from segkit.analysis.firings import (
    fire_after_silence,
    fire_on_dates,
    fire_on_pair,
    fire_on_purchases,
)
from segkit.analysis.flow_book import FlowBook, FlowGroup
from segkit.analysis.lifecycle_stages import FREQUENT_DAYS
from segkit.analysis.outcomes import measure_outcome
from segkit.analysis.purchase_days import collect_purchase_days
from segkit.analysis.rhythm import MIN_CLOSED, lapse_wait, usual_wait
from segkit.analysis.seasons import find_season, season_starts
from segkit.analysis.survival import find_quantile
from segkit.analysis.trials import Trial, catalogue_wait, start_test
from segkit.model.flow_facts import BackTest, Observability
from segkit.model.flow_kind import FlowKind, flow_kinds
from segkit.words.figures import format_count, format_number, join_words, plural

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SEEN = Observability.OBSERVABLE


def try_kinds(book: FlowBook, group: FlowGroup) -> tuple[Trial, ...]:
    """Try every kind of the catalogue on a group, in its order."""
    return tuple(_TRIALS[name](book, group, kind) for name, kind in flow_kinds().items())


def back_test(trial: Trial, book: FlowBook) -> BackTest:
    """Return the figures of a trial; none at all where the trigger cannot be seen."""
    if trial.firings is None:
        return trial.test
    return measure_outcome(
        trial.test, trial.firings, as_of=book.as_of, small=book.small, open_only=trial.lasting
    )


def _try_onboarding(book: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    own = group.gaps.first.n_closed >= MIN_CLOSED
    curve, who = (group.gaps.first, group.name) if own else (book.gaps.first, "the book")
    quarter = find_quantile(curve, 0.25) if curve.n_closed >= MIN_CLOSED else None
    if quarter is None:
        wait = catalogue_wait(kind)
    else:
        wait = {
            "wait_days": max(1, int(quarter)),
            "wait_reason": f"a quarter of first-time customers in {who} were back by day {format_number(quarter)} "
            f"(Kaplan-Meier over {plural(curve.n_closed + curve.n_open, 'first order')}, {format_count(curve.n_open)} still open)",
        }
    return Trial(test=start_test(kind, group, _SEEN, **wait), firings=fire_on_purchases(group.days, place=1))


def _try_thank_you(_: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    return Trial(
        test=start_test(kind, group, _SEEN, **catalogue_wait(kind)), firings=fire_on_purchases(group.days)
    )


def _try_loyalty(_: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    return Trial(
        test=start_test(kind, group, _SEEN, **catalogue_wait(kind)),
        firings=fire_on_purchases(group.days, place=FREQUENT_DAYS),
    )


def _try_re_engagement(book: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    wait = usual_wait(group.gaps, name=group.name, book=book.gaps)
    return _after_silence(group, kind, wait.days, wait.reason)


def _try_win_back(book: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    wait = lapse_wait(group.gaps, name=group.name, book=book.gaps)
    return _after_silence(group, kind, wait.days, wait.reason)


def _after_silence(group: FlowGroup, kind: FlowKind, days: int | None, reason: str) -> Trial:
    test = start_test(kind, group, _SEEN, wait_days=days, wait_reason=reason)
    if days is None:
        return Trial(test=test)
    return Trial(test=test, firings=fire_after_silence(group.days, wait=days), lasting=True)


def _try_replenishment(book: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    again = group.again
    if again is None:
        reason = (
            "no product or category was bought on two days by enough customers of the group"
            if level_column(book.lines, "product") or level_column(book.lines, "category")
            else "the orders name no product"
        )
        return Trial(test=start_test(kind, group, _SEEN, wait_reason=reason))
    days = again.median_days or again.closed_median_days
    if days is None:  # pragma: no cover - an item bought again has a finished gap
        return Trial(test=start_test(kind, group, _SEEN))
    wait = max(1, int(days))
    what = "Kaplan-Meier" if again.median_days else "finished gaps only: fewer than half bought it again"
    reason = (
        f"half of the time from one order of {again.name} to the next was over by day {wait} ({what}; "
        f"{plural(again.n_closed, 'finished gap')}, {again.n_open} open)"
    )
    bought = collect_purchase_days(
        book.lines, column=level_column(book.lines, again.level), item=again.name
    ).of(group.members)
    test = start_test(kind, group, _SEEN, wait_days=wait, wait_reason=reason, again=again)
    return Trial(test=test, firings=fire_after_silence(bought, wait=wait), lasting=True)


def _try_cross_sell(book: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    pair = group.pair
    if pair is None:
        reason = "insufficient: no pair of things that concerns the group was bought one after the other by three customers"
        return Trial(test=start_test(kind, group, _SEEN, wait_reason=reason))
    wait = max(1, round(pair.median_lag_days or kind.waits[0]))
    column = level_column(book.lines, pair.level)
    first, second = (
        collect_purchase_days(book.lines, column=column, item=item).of(group.members)
        for item in (pair.first, pair.second)
    )
    test = start_test(
        kind,
        group,
        _SEEN,
        wait_days=wait,
        wait_reason=f"{pair.second} came {format_number(wait)} days after {pair.first} in the middle "
        f"({plural(pair.support, 'customer')} of {'the group' if pair.scope == 'segment' else 'the book'} bought both in this order)",
        pair=pair,
    )
    return Trial(
        test=test,
        firings=fire_on_pair(first, second, n_customers=len(group.members), wait=wait),
    )


def _try_promotion(book: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    if group.deadlines:
        return _before_deadlines(book, group, kind)
    season = find_season(group.days, first_day=book.first_day, small=book.small)
    if season is None:
        reason = f"no month stands out among {plural(len(group.days.day), 'purchase day')} of {group.name}"
        return Trial(test=start_test(kind, group, _SEEN, wait_reason=reason))
    past = season_starts(season, first_day=book.first_day, last_day=book.as_of)
    coming = season_starts(season, first_day=book.as_of + 1, last_day=book.as_of + 366)
    named = join_words([MONTHS[month - 1] for month in season.months])
    test = start_test(
        kind,
        group,
        _SEEN,
        wait_days=0,
        wait_reason=f"{season.k} of {plural(season.n, 'purchase day')} fall into {named}, observed over "
        f"{plural(season.years, 'full year')}; it fires on the day before",
        season=season,
    )
    return Trial(test=test, firings=fire_on_dates(group.days, dates=past, due=coming[:1]))


def _before_deadlines(book: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    """Fire before each last day to order that the group's pages state; a return comes before that day."""
    past = deadline_starts(group.deadlines, first_day=book.first_day, last_day=book.as_of)
    coming = deadline_starts(group.deadlines, first_day=book.as_of + 1, last_day=book.as_of + 366)
    named = join_words([f"{one.day} {MONTHS[one.month - 1]}" for one in group.deadlines])
    test = start_test(
        kind,
        group,
        _SEEN,
        wait_days=0,
        wait_reason=f"{LEAD_DAYS} days before the last days to order that the company's page names: {named}",
        deadlines=group.deadlines,
    )
    return Trial(
        test=replace(test, horizon_days=LEAD_DAYS),
        firings=fire_on_dates(group.days, dates=past, due=coming[:1]),
    )


_TRIALS: Mapping[str, Callable[[FlowBook, FlowGroup, FlowKind], Trial]] = {
    "onboarding": _try_onboarding,
    "abandoned_cart": try_abandoned_cart,
    "browse_abandonment": try_browse_abandonment,
    "promotion": _try_promotion,
    "re_engagement": _try_re_engagement,
    "thank_you": _try_thank_you,
    "review_request": try_review_request,
    "cross_sell": _try_cross_sell,
    "back_in_stock": try_back_in_stock,
    "anniversary": try_anniversary,
    "replenishment": _try_replenishment,
    "win_back": _try_win_back,
    "loyalty": _try_loyalty,
}
