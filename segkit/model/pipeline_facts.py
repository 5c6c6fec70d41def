"""Pipeline facts: what a CRM export says about stages, rates and times, as plain values with their n.

Open opportunities count as open. Shares carry Wilson's 95 % interval; curves count open deals for as long as they were watched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from segkit.model.sales_stage import SalesStage

CHAIN_SMOOTHING = 0.1
"""Moves added to each place an opportunity can move to, so that what was not seen yet is not impossible in the chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """k of n with Wilson's 95 % interval; n is at least 1."""

    k: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """Return k / n."""
        return self.k / self.n


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Where values lie: quartiles, mean and extremes of n values in ``unit`` ("days", a currency code, "orders")."""

    n: int
    low: float
    median: float
    high: float
    mean: float
    least: float
    most: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFacts:
    """One stage of the company's list.

    ``reached`` opportunities were in it or passed it; of the ``decided`` ones ``advanced`` went further (or were won) and ``lost``
    ended in it; ``open_here`` stand in it now. ``conversion`` is advanced of decided; ``win_share`` won of those who stood in it
    themselves and are closed: ``skipped`` of the reached ones passed it by and say nothing of it. Without a stage history only the
    stage of closing and the present one are known: ``conversion`` is then None, and so is everything about days. ``days`` are
    completed stays of won opportunities. ``probability`` is what the forecast used, 0..1, and ``basis`` where it comes from:
    "history" (win_share), "preset" (the stage list) or "" (none).
    """

    stage_id: str
    label: str
    stage: SalesStage
    reached: int
    open_here: int
    decided: int | None = None
    advanced: int | None = None
    lost: int | None = None
    skipped: int = 0
    conversion: Share | None = None
    win_share: Share | None = None
    days: Spread | None = None
    p95_days: float | None = None
    preset: float | None = None
    probability: float | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShare:
    """The win rate of one level of a field, or of one quarter of closing.

    ``amount`` is the won amount; None where amounts are not summed or none of the won ones has any.
    """

    field: str
    level: str
    share: Share
    amount: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Velocity:
    """Opportunities x mean value x win rate / cycle days, with what each stands for.

    ``of`` names the opportunities: "closed" or "open"; ``cycle`` the cycle: "won" or "closed" (all closed ones). ``win_rate`` is
    0..1; ``per_day`` is in the pipeline's currency.
    """

    of: str
    cycle: str
    n: int
    mean_value: float
    win_rate: float
    cycle_days: float
    per_day: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The weighted pipeline: sum of amount x probability over the open opportunities with an amount.

    ``sd`` assumes that opportunities are won independently; ``low`` and ``high`` are weighted -/+ 1.96 sd within 0 and ``total``.
    ``total`` is what all of them together would bring, 0 the least. ``without`` open opportunities have no amount or no probability.

    Two checks on it. The probability of a stage knows neither age nor amount: ``by_age`` is the same sum with the chance that an
    opportunity of its age is still won (by the curves of time to close; those open at their end count as not won), None with
    too few won ones to tell; ``above_won`` of the n have a larger amount than any that was won.
    """

    n: int
    weighted: float
    sd: float
    low: float
    high: float
    total: float
    without: int
    basis: str  # "history" | "preset" | "mixed"
    by_age: float | None = None
    above_won: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDeal:
    """One open opportunity against those that were won from the same stage.

    ``age_days`` since it was created, ``stage_days`` since it entered its stage (None without a history). ``reading`` is "stale" (above the
    95th percentile of won ones), "slow" (above the 75th), "in time" or "unknown" (fewer than 5 won ones to compare). ``slips`` counts how
    often the close date moved later, at least (None: not recorded); ``overdue_days`` how long its expected close is past.
    ``age_days`` is None where the day of creation is not known. ``probability`` is that of its stage, ``probability_by_age`` the chance
    that an opportunity so old is still won, whatever its stage; ``score`` the lead score, 0..1, only where it beats the base rate.
    ``next_step`` is what the export records as the next step, personal data masked, at most 80 characters; "" where it records none.
    """

    opportunity_id: str
    customer_id: str
    stage_id: str
    amount: float | None
    age_days: int | None
    stage_days: int | None
    reading: str
    slips: int | None = None
    overdue_days: int = 0
    expected_close: date | None = None
    probability: float | None = None
    probability_by_age: float | None = None
    score: float | None = None
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseStep:
    """After ``day``: the share still open, won and lost (they sum to 1), and how many were at risk on that day."""

    day: int
    open: float
    won: float
    lost: float
    at_risk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToClose:
    """Days from creation to closing, open opportunities censored.

    ``closed``, ``won`` and ``lost`` describe finished ones only, which is biased short. ``median_days`` is Kaplan-Meier's, None where
    fewer than half are closed within what was watched; ``median_low`` and ``median_high`` its 95 % limits where they exist.
    ``steps`` are the curve (Kaplan-Meier and Aalen-Johansen), at most 200 of them; ``marks`` the same at round days.
    ``won_alone`` is 1 - Kaplan-Meier of won with lost ones treated as censored on the last day: it overstates ``steps[-1].won``.
    ``older_than_any_closed`` open opportunities are older than the slowest that closed.
    """

    n: int
    n_won: int
    n_lost: int
    n_open: int
    closed: Spread | None
    won: Spread | None
    lost: Spread | None
    median_days: float | None
    median_low: float | None
    median_high: float | None
    steps: tuple[CloseStep, ...]
    marks: tuple[CloseStep, ...]
    won_alone: float
    older_than_any_closed: int
    open_age: Spread | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainRow:
    """From one open stage: the chance to be won or lost in the end and the stages still to pass, by the moves of n opportunities."""

    stage_id: str
    label: str
    n: int
    won: float
    lost: float
    expected_steps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreField:
    """One level of a field of the lead score: closed opportunities with it, and those won."""

    field: str
    level: str
    won: int
    lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadScore:
    """A naive Bayes lead score and whether it is worth anything.

    Learned from opportunities closed before ``split``, tried on those closed from then on. ``auc`` 0.5 is a coin; Brier scores are
    better when smaller; ``base_brier`` is that of the base rate for everyone. ``better`` holds only where the score beats the base
    rate on the hold-out (Brier) and the limits of ``auc`` stay above 0.5. ``refused`` says why there is no score.
    """

    fields: tuple[str, ...]
    n_train: int = 0
    n_test: int = 0
    split: date | None = None
    auc: float | None = None
    auc_low: float | None = None
    auc_high: float | None = None
    brier: float | None = None
    base_brier: float | None = None
    better: bool = False
    levels: tuple[ScoreField, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostReason:
    """A reason as the CRM has it, and how many opportunities were lost over it."""

    reason: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineFacts:
    """Everything measured on a CRM export.

    ``problem`` says why amounts are not summed (several currencies); velocity and forecast are then None. ``deals`` are the
    open opportunities, the oldest first, at most 200. ``early`` names the first quarters of closing whose win rate is an artefact
    of the window: half of them or more passed before the slowest kind of opportunity could be closed. ``n_slipped`` of ``n_dates`` opportunities
    with two expected closes had theirs moved later. ``sources`` count all opportunities by where they came from, most first;
    ``decided_accounts`` is how many customers the decided ones belong to (None where no customer is named); ``has_owner`` says whether
    any names who owns it; ``as_of`` is the end of observation.
    """

    n: int
    n_open: int
    n_won: int
    n_lost: int
    currency: str
    first: date | None
    last: date | None
    has_history: bool
    win_rate: Share | None
    won_of_all: Share
    won_value: Spread | None
    lost_value: Spread | None
    open_value: Spread | None
    stages: tuple[StageFacts, ...]
    quarters: tuple[GroupShare, ...] = ()
    early: tuple[str, ...] = ()
    fields: tuple[GroupShare, ...] = ()
    velocity: tuple[Velocity, ...] = ()
    forecast: Forecast | None = None
    deals: tuple[OpenDeal, ...] = ()
    n_stale: int = 0
    n_overdue: int = 0
    time_to_close: TimeToClose | None = None
    chain: tuple[ChainRow, ...] = ()
    lead_score: LeadScore | None = None
    lost_reasons: tuple[LostReason, ...] = ()
    n_slipped: int | None = None
    n_dates: int = 0
    problem: str = ""
    sources: tuple[tuple[str, int], ...] = ()
    decided_accounts: int | None = None
    has_owner: bool = False
    as_of: date | None = None
