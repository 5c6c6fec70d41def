"""Sales facts written by hand: a shop for people, one that also sells on invoice, and a supplier with a pipeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from segkit.model.company import Company, SalesSettings
from segkit.model.criterion import Criterion, Decision, Mark
from segkit.model.document import Library
from segkit.model.evidence import EvidenceBook
from segkit.model.flow_facts import Observability, Quantiles
from segkit.model.ledger import Ledger, LedgerEntry, LedgerKind
from segkit.model.pipeline_facts import (
    ChainRow,
    CloseStep,
    Forecast,
    GroupShare,
    LeadScore,
    LostReason,
    OpenDeal,
    PipelineFacts,
    Share,
    Spread,
    StageFacts,
    TimeToClose,
    Velocity,
)
from segkit.model.sales_cycle import SalesCycle
from segkit.model.sales_facts import (
    Buyers,
    CaseStep,
    CriterionCheck,
    CustomerMark,
    FunnelStep,
    Lapse,
    MarkCount,
    NextPurchase,
    OpportunityCase,
    OrderOutcomes,
    Proxy,
    Qualified,
    SalesFacts,
    StatedCriterion,
    Threshold,
)
from segkit.model.sales_stage import SalesStage
from segkit.strategy.sales_cycle import describe_sales

AS_OF = date(2026, 9, 1)
EMPTY_BOOK = EvidenceBook(sources=(), evidence=(), appendix=(), n_tests=0)
_BEFORE_ORDER = {
    "visit": SalesStage.PROSPECTING,
    "signed_up": SalesStage.PROSPECTING,
    "product_viewed": SalesStage.DISCOVERY,
    "cart_added": SalesStage.EVALUATING,
    "checkout_started": SalesStage.EVALUATING,
}


def spread(median: float, *, n: int = 40, unit: str = "EUR") -> Spread:
    """Return values around a median: quartiles a quarter below and above it."""
    return Spread(
        n=n,
        low=median * 0.75,
        median=median,
        high=median * 1.25,
        mean=median,
        least=median / 2,
        most=median * 2,
        unit=unit,
    )


def share(k: int, n: int, *, low: float | None = None, high: float | None = None) -> Share:
    """Return k of n with a made-up interval of a fifth to each side, or the one given."""
    value = k / n
    return Share(
        k=k,
        n=n,
        low=max(0.0, value - 0.2) if low is None else low,
        high=min(1.0, value + 0.2) if high is None else high,
    )


def mark(criterion: Criterion, state: Mark, because: str, **figures: float) -> CustomerMark:
    """Return one mark of one customer."""
    return CustomerMark(criterion=criterion, mark=state, because=because, **figures)


def ann() -> Qualified:
    """Return fixture 9: two met, one not, one unknown, rule 3 of 4."""
    return Qualified(
        customer_id="C001",
        segment_id=1,
        marks=(
            mark(Criterion.MONEY, Mark.MET, "average_order", value=46.2, n=8),
            mark(Criterion.AUTHORITY, Mark.MET, "buys_for_self"),
            mark(Criterion.NEED, Mark.UNKNOWN, "one_order"),
            mark(Criterion.TIMING, Mark.NOT_MET, "beyond_gap", value=351, n=4),
        ),
        met=2,
        decision=Decision.UNDECIDED,
    )


def unseen_funnel() -> tuple[FunnelStep, ...]:
    """Return every step before the order, none of them observable."""
    return tuple(
        FunnelStep(stage=stage, name=name, observability=Observability.NOT_OBSERVABLE, unit="people")
        for name, stage in _BEFORE_ORDER.items()
    )


def shop(**changes: object) -> SalesFacts:
    """Return a shop that sells to ten people, from orders alone."""
    facts = SalesFacts(
        as_of=AS_OF,
        currency="EUR",
        business_model="b2c",
        n_customers=10,
        outcomes=OrderOutcomes(
            orders=50,
            paid=48,
            awaiting=0,
            cancelled=1,
            taken_back=1,
            partly=2,
            status_known=True,
            first=date(2025, 3, 1),
            last=date(2026, 8, 31),
            value=spread(40.0, n=48),
            paid_amount=2000.0,
            awaiting_amount=0.0,
        ),
        buyers=Buyers(
            customers=10, trade=0, trade_orders=0, gift=3, gift_orders=12, gift_columns=("gift_message",)
        ),
        lapse=Lapse(factor=3.0, judged=9, lapsed=2, unknown=1),
        next_purchase=NextPurchase(
            n_customers=10,
            n_once=1,
            gaps=spread(60, n=38, unit="days"),
            n_open=10,
            kaplan_meier=Quantiles(q25=45, q50=70, q75=110),
        ),
        proxies=(
            proxy(Criterion.MONEY, "order_value", spread=spread(40.0, n=48)),
            proxy(Criterion.MONEY, "discounted_orders", share=share(12, 50)),
            proxy(Criterion.AUTHORITY, "gift_orders", share=share(12, 50)),
            proxy(Criterion.NEED, "repeat_category", share=share(8, 9)),
            proxy(Criterion.NEED, "stock_notices", missing="a file of events"),
            proxy(Criterion.TIMING, "purchase_interval", spread=spread(60, n=38, unit="days")),
            proxy(Criterion.TIMING, "dated_orders", missing="a column of dates"),
        ),
        thresholds=(
            Threshold(
                criterion=Criterion.MONEY,
                value=30.0,
                unit="EUR",
                basis="orders",
                definition="lower quartile of the order value",
            ),
        ),
        counts=(MarkCount(criterion=Criterion.NEED, segment_id=None, met=8, not_met=1, unknown=1),),
        customers=(ann(),),
        decisions=((Decision.QUALIFIED, 7), (Decision.NOT_QUALIFIED, 0), (Decision.UNDECIDED, 3)),
        funnel=unseen_funnel(),
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def proxy(criterion: Criterion, name: str, **figure: object) -> Proxy:
    """Return one proxy with a share, a spread, levels, or what is missing."""
    return Proxy(criterion=criterion, name=name, definition=name, source_id="orders", **figure)  # type: ignore[arg-type]


def stated(criterion: Criterion, exact: str, **more: object) -> StatedCriterion:
    """Return words of a page about one criterion."""
    return StatedCriterion(
        criterion=criterion,
        source_id="page-trade",
        exact=exact,
        start=0,
        end=len(exact),
        **more,  # type: ignore[arg-type]
    )


LIMIT = stated(
    Criterion.MONEY,
    "Schools: 30 days, up to 500 EUR outstanding at a time.",
    rule="credit limit",
    amount=500.0,
    unit="EUR",
)
PRO_FORMA = stated(
    Criterion.MONEY,
    "Studios: pro forma for the first two orders.",
    rule="pro forma first",
    amount=2.0,
    unit="orders",
)
SIGNER = stated(Criterion.AUTHORITY, "the name of the person who signs", rule="signer")
QUOTE = stated(Criterion.PROCESS, "You will have a written quote within two working days.")


def exception_case() -> OpportunityCase:
    """Return an order on terms that the page does not give yet."""
    return OpportunityCase(
        kind="order",
        role="exception",
        key="#7",
        customer_id="C004",
        segment_id=1,
        status="won",
        amount=288.9,
        opened=date(2025, 10, 2),
        closed=date(2025, 10, 28),
        terms="Net 30",
        place=2,
        next_on=date(2026, 12, 1),
        next_amount=250.0,
        next_n=4,
        steps=(
            CaseStep(stage=SalesStage.PROSPECTING, what="known_by", observed=False),
            CaseStep(
                stage=SalesStage.CLOSING,
                what="order_placed",
                on=date(2025, 10, 2),
                detail="web",
                amount=288.9,
            ),
            CaseStep(stage=SalesStage.CLOSING, what="note", detail="30 days agreed by phone"),
            CaseStep(stage=SalesStage.WON, what="paid", on=date(2025, 10, 28), days=26),
        ),
        checks=(
            CriterionCheck(
                stated=PRO_FORMA, mark=Mark.NOT_MET, because="terms_before_due", found="Net 30", place=2
            ),
            CriterionCheck(stated=SIGNER, mark=Mark.UNKNOWN, because="signer_unknown"),
        ),
    )


def open_case() -> OpportunityCase:
    """Return an unpaid order within its limit."""
    return OpportunityCase(
        kind="order",
        role="example",
        key="#9",
        customer_id="C008",
        segment_id=1,
        status="open",
        amount=486.0,
        opened=date(2026, 7, 9),
        expected=date(2026, 8, 8),
        place=4,
        next_on=date(2026, 10, 28),
        next_amount=274.5,
        next_n=3,
        steps=(
            CaseStep(stage=SalesStage.EVALUATING, what="quoted", on=date(2026, 7, 9), detail="draft"),
            CaseStep(stage=SalesStage.CLOSING, what="overdue", on=AS_OF, days=24),
        ),
        checks=(
            CriterionCheck(stated=LIMIT, mark=Mark.MET, because="within_limit", found="486.00"),
            CriterionCheck(
                stated=stated(Criterion.TIMING, "the day by which it must be there"),
                mark=Mark.MET,
                because="date_given",
                found="2026-09-01",
            ),
        ),
    )


def mixed(**changes: object) -> SalesFacts:
    """Return a shop that sells to eight people and two organizations."""
    base = shop()
    trade = Qualified(
        customer_id="C008",
        segment_id=1,
        marks=(
            mark(Criterion.MONEY, Mark.MET, "average_order", value=250.0, n=4),
            mark(Criterion.AUTHORITY, Mark.MET, "purchase_order", n=4),
            mark(Criterion.NEED, Mark.MET, "same_category", n=4),
            mark(Criterion.TIMING, Mark.MET, "dated_order"),
        ),
        met=4,
        decision=Decision.QUALIFIED,
    )
    facts = replace(
        base,
        business_model="mixed",
        outcomes=replace(base.outcomes, paid=47, awaiting=1, awaiting_amount=486.0),
        buyers=replace(base.buyers, trade=2, trade_orders=9, trade_columns=("tags",)),
        proxies=(
            *base.proxies,
            proxy(Criterion.AUTHORITY, "purchase_order_numbers", share=share(4, 9)),
            proxy(Criterion.MONEY, "on_account_orders", share=share(6, 50)),
        ),
        customers=(ann(), trade),
        by_kind=(
            ("private", base.next_purchase, spread(40.0, n=44)),
            ("trade", replace(base.next_purchase, n_customers=2, n_once=0), spread(250.0, n=4)),
        ),
        stated=(LIMIT, PRO_FORMA, SIGNER, QUOTE),
        cases=(exception_case(), open_case()),
        n_exceptions=1,
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def stage_facts(stage: SalesStage, label: str, reached: int, lost: int, **more: object) -> StageFacts:
    """Return one open stage with moves: two deals stand in it, the rest went on or were lost."""
    decided = reached - 2
    values = {
        "stage_id": stage.value,
        "label": label,
        "stage": stage,
        "reached": reached,
        "open_here": 2,
        "decided": decided,
        "advanced": decided - lost,
        "lost": lost,
        "conversion": share(decided - lost, decided),
        "win_share": share(20, decided),
        "days": spread(8, n=20, unit="days"),
        "p95_days": 15.0,
        "probability": 20 / decided,
        "basis": "history",
    }
    return StageFacts(**{**values, **more})  # type: ignore[arg-type]


STAGES = (
    stage_facts(SalesStage.PROSPECTING, "Lead", 60, 5),
    stage_facts(SalesStage.DISCOVERY, "Scoping", 53, 6),
    stage_facts(SalesStage.EVALUATING, "Offer", 45, 12),
    stage_facts(SalesStage.CLOSING, "Contract", 31, 2),
)


def open_deal(key: str = "D-1", **changes: object) -> OpenDeal:
    """Return an open deal that has stood far longer than won ones did."""
    deal = OpenDeal(
        opportunity_id=key,
        customer_id="A-1",
        stage_id="discovery",
        amount=5000.0,
        age_days=290,
        stage_days=280,
        reading="stale",
        slips=1,
        overdue_days=100,
    )
    return replace(deal, **changes)  # type: ignore[arg-type]


def closing() -> TimeToClose:
    """Return times whose closed-only mean is short of the median with open deals counted."""
    steps = (
        CloseStep(day=30, open=0.6, won=0.25, lost=0.15, at_risk=40),
        CloseStep(day=60, open=0.4, won=0.35, lost=0.25, at_risk=20),
        CloseStep(day=90, open=0.2, won=0.45, lost=0.35, at_risk=8),
    )
    return TimeToClose(
        n=60,
        n_won=27,
        n_lost=25,
        n_open=8,
        closed=replace(spread(35, n=52, unit="days"), mean=38.0),
        won=spread(33, n=27, unit="days"),
        lost=spread(37, n=25, unit="days"),
        median_days=47.0,
        median_low=40.0,
        median_high=55.0,
        steps=steps,
        marks=steps,
        won_alone=0.6,
        older_than_any_closed=3,
    )


def pipeline(**changes: object) -> PipelineFacts:
    """Return 60 deals with moves: 27 won, 25 lost, 8 open."""
    facts = PipelineFacts(
        n=60,
        n_open=8,
        n_won=27,
        n_lost=25,
        currency="EUR",
        first=date(2025, 1, 10),
        last=date(2026, 8, 1),
        has_history=True,
        win_rate=share(27, 52, low=0.387, high=0.649),
        won_of_all=share(27, 60),
        won_value=spread(700.0, n=27),
        lost_value=spread(1500.0, n=25),
        open_value=spread(2000.0, n=8),
        stages=STAGES,
        quarters=(
            GroupShare(field="quarter", level="2025 Q1", share=share(4, 4, low=0.5, high=1.0), amount=1.0),
            GroupShare(field="quarter", level="2025 Q2", share=share(8, 16), amount=1.0),
            GroupShare(field="quarter", level="2025 Q3", share=share(9, 17), amount=1.0),
        ),
        early=("2025 Q1",),
        fields=(
            GroupShare(field="source", level="phone", share=share(14, 20), amount=1.0),
            GroupShare(field="source", level="fair", share=share(13, 32), amount=1.0),
        ),
        velocity=(
            Velocity(
                of="closed", cycle="closed", n=52, mean_value=700, win_rate=0.52, cycle_days=38, per_day=498
            ),
            Velocity(
                of="closed", cycle="won", n=52, mean_value=700, win_rate=0.52, cycle_days=33, per_day=573
            ),
            Velocity(of="open", cycle="won", n=8, mean_value=700, win_rate=0.52, cycle_days=33, per_day=88),
        ),
        forecast=Forecast(
            n=8,
            weighted=9000.0,
            sd=2000.0,
            low=5080.0,
            high=12920.0,
            total=16000.0,
            without=0,
            basis="history",
        ),
        deals=(
            open_deal(),
            open_deal("D-2", customer_id="", reading="in time", overdue_days=0, amount=900.0),
        ),
        n_stale=1,
        n_overdue=1,
        time_to_close=closing(),
        chain=(
            ChainRow(stage_id="prospecting", label="Lead", n=58, won=0.45, lost=0.55, expected_steps=3.1),
            ChainRow(stage_id="closing", label="Contract", n=29, won=0.9, lost=0.1, expected_steps=1.0),
        ),
        lead_score=LeadScore(
            fields=("source",),
            n_train=200,
            n_test=60,
            split=date(2026, 3, 1),
            auc=0.51,
            auc_low=0.37,
            auc_high=0.65,
            brier=0.252,
            base_brier=0.249,
        ),
        lost_reasons=(LostReason(reason="no decision", n=10), LostReason(reason="price", n=6)),
        n_slipped=20,
        n_dates=60,
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def supplier(**changes: object) -> SalesFacts:
    """Return a supplier of 40 organizations whose deals are in a CRM."""
    base = shop()
    deal = Qualified(
        customer_id="",
        segment_id=None,
        opportunity_id="D-2",
        marks=(
            mark(Criterion.MONEY, Mark.UNKNOWN, "money_blank"),
            mark(Criterion.AUTHORITY, Mark.NOT_MET, "authority_no"),
            mark(Criterion.NEED, Mark.MET, "need_stated"),
            mark(Criterion.TIMING, Mark.MET, "date_ahead", value=17),
        ),
        met=2,
        decision=Decision.UNDECIDED,
    )
    levels = (("yes", 30), ("no", 20), ("blank", 10))
    facts = replace(
        base,
        business_model="b2b",
        n_customers=40,
        buyers=Buyers(customers=40, trade=40, trade_orders=400, gift=None, gift_orders=None),
        proxies=(
            proxy(Criterion.MONEY, "money_known", share=share(30, 60), levels=levels),
            proxy(Criterion.MONEY, "money_known_won", share=share(20, 26)),
            proxy(Criterion.MONEY, "money_no_won", share=share(1, 18)),
            proxy(Criterion.AUTHORITY, "authority_met", share=share(40, 60), levels=levels),
            proxy(Criterion.AUTHORITY, "authority_met_won", share=share(20, 33)),
            proxy(Criterion.AUTHORITY, "authority_no_won", share=share(7, 19)),
            proxy(Criterion.AUTHORITY, "purchasing_role", levels=(("owner", 22), ("buyer", 18))),
            proxy(Criterion.NEED, "need_stated", share=share(60, 60)),
            proxy(Criterion.TIMING, "date_given", share=share(60, 60)),
        ),
        customers=(),
        opportunities=(deal,),
        opportunity_decisions=((Decision.QUALIFIED, 0), (Decision.NOT_QUALIFIED, 0), (Decision.UNDECIDED, 1)),
        pipeline=pipeline(),
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


LEDGER = Ledger(
    entries=(
        LedgerEntry(
            id="L1",
            kind=LedgerKind.POLICY,
            subject="how long a quote holds",
            value="A quote holds for 30 days.",
            source_id="page-trade",
            exact="A quote holds for 30 days.",
            locator="",
            amount=30.0,
            unit="days",
        ),
    )
)


def write_up(
    facts: SalesFacts,
    *,
    settings: SalesSettings | None = None,
    name: str = "Hazel & Thorn",
    ledger: Ledger = LEDGER,
) -> SalesCycle:
    """Write up facts for a company without segments and evidence."""
    company = Company(
        folder="",
        slug="x",
        name=name,
        business_model=facts.business_model,
        sales=settings or SalesSettings(),
    )
    return describe_sales(
        facts, company=company, segments=(), evidence=EMPTY_BOOK, ledger=ledger, library=Library()
    )
