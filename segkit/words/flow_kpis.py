"""What a flow is judged by, and what a test of it would need, in words."""

from __future__ import annotations

import math

from segkit.model.flow_facts import BackTest
from segkit.words.figures import SMALL_BOOK, format_number, format_percent, format_share, plural


def baseline_text(test: BackTest) -> str:
    """Return the baseline: what happened without the flow, as counts, with the rate where n carries one."""
    if not test.observed:
        return "No baseline yet: no firing is observed to its end."
    text = f"{format_share(test.returned, test.observed)} {'firing' if test.observed == 1 else 'firings'} without the flow, within {plural(test.horizon_days, 'day')}"
    if test.rate is not None:
        text += f"; {format_percent(test.rate.value)} with recent ones counted as open (95 % interval {format_percent(test.rate.low)} to {format_percent(test.rate.high)})"
    return f"{text}."


def break_even_text(share: float, cost: str, earned: str) -> str:
    """Say what rate pays for the messages."""
    return (
        f"Break-even: a message costs {cost} and an order leaves {earned}, so {format_number(100 * share, 2)} more orders in "
        "100 messages pay for it."
    )


NO_TARGET = "None set."
WHY_NO_TARGET = (
    "Where no target is set, nobody has given one: it takes the margin and the cost of a message ([flows] margin, message_cost), or a number "
    "of your own (kpi_target)."
)


def test_text(test: BackTest, size: int) -> str:
    """Say how long a fair test must run, or that none can show anything at this size."""
    yearly = test.fires_last_year
    if size < SMALL_BOOK or test.rate is None or not test.holdout_per_arm or test.detect_to is None:
        return f"Too small to prove: {plural(yearly, 'firing')} in the last year."
    arms = 2 * test.holdout_per_arm
    goal = f"To tell {format_percent(test.detect_to)} from the {format_percent(test.rate.value)} that come anyway (power .8, alpha .05) a test needs {plural(test.holdout_per_arm, 'firing')} in each arm"
    if not yearly:
        return f"{goal}; none fired in the last year, so it cannot be run."
    months = math.ceil(arms / yearly * 12)
    if months > 36:
        return f"{goal}, and {plural(yearly, 'firing')} a year would take {format_number(months / 12, 0)} years: too small to prove."
    return (
        f"{goal}: at {plural(yearly, 'firing')} a year, hold out half and run for {plural(months, 'month')}."
    )


TOO_SMALL = (
    "Where a flow is too small to prove, compare the counts of the year before with those of the year after, and call it a comparison, "
    "not an effect."
)
