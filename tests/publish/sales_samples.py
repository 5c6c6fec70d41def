"""Sales cycles made by hand: a shop with nothing but orders, and a seller with a pipeline."""

from __future__ import annotations

from datetime import date
from typing import Any

from segkit.model.criterion import Applies, Criterion, Decision, Mark
from segkit.model.flow_facts import Observability, Quantiles
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
from segkit.model.sales_cycle import (
    CriterionVerdict,
    ExampleCheck,
    ExampleStep,
    OpportunityDefinition,
    OtherFramework,
    Qualification,
    QualifiedRow,
    Quotation,
    Reading,
    SalesCycle,
    StageVerdict,
    WorkedExample,
)
from segkit.model.sales_facts import (
    Buyers,
    CriterionCheck,
    CustomerMark,
    FunnelStep,
    Lapse,
    MarkCount,
    NextPurchase,
    OpportunityCase,
    OrderOutcomes,
    Qualified,
    SalesFacts,
    StatedCriterion,
)
from segkit.model.sales_stage import SalesStage, sales_stages, stage_models

SEEN, UNSEEN = Observability.OBSERVABLE, Observability.NOT_OBSERVABLE
WORDS = "Most people who use our gift service do not knit"
"""Words that stand on a page of the example company."""
PAGE = "page-gift-service"


def spread(unit: str, **changes: Any) -> Spread:
    fields: dict[str, Any] = {"n": 9, "low": 20.0, "median": 40.0, "high": 60.0, "mean": 44.0, "least": 5.0, "most": 90.0, "unit": unit}  # fmt: skip
    return Spread(**{**fields, **changes})


def stated() -> StatedCriterion:
    return StatedCriterion(
        criterion=Criterion.AUTHORITY, source_id=PAGE, exact=WORDS, start=0, end=len(WORDS), rule="terms"
    )


def case() -> OpportunityCase:
    check = CriterionCheck(
        stated=stated(), mark=Mark.NOT_MET, because="terms_too_early", found="Net 30", place=2
    )
    return OpportunityCase(
        kind="order", role="example", key="#TF5540", customer_id="C004", segment_id=1, status="open", amount=486.0,
        opened=date(2026, 8, 20), steps=(), checks=(check,),
    )  # fmt: skip


def facts(**changes: Any) -> SalesFacts:
    """Return the facts of ten customers and 59 orders, of which 56 are paid, one waits and two were cancelled."""
    rows = tuple(
        Qualified(
            customer_id=f"C{number:03d}",
            segment_id=number % 4 + 1,
            marks=(
                CustomerMark(criterion=Criterion.MONEY, mark=Mark.MET, because="order_value", value=80.0),
            ),
            met=1,
            decision=Decision.UNDECIDED,
        )
        for number in range(1, 11)
    )
    fields: dict[str, Any] = {
        "as_of": date(2026, 9, 7), "currency": "GBP", "business_model": "mixed", "n_customers": 10,
        "outcomes": OrderOutcomes(
            orders=59, paid=56, awaiting=1, cancelled=1, taken_back=1, partly=2, status_known=True, first=date(2025, 3, 9),
            last=date(2026, 9, 6), value=spread("GBP"), paid_amount=4492.16, awaiting_amount=486.0,
        ),
        "buyers": Buyers(customers=10, trade=2, trade_orders=9, gift=3, gift_orders=8),
        "lapse": Lapse(factor=3.0, judged=8, lapsed=1, unknown=2),
        "next_purchase": NextPurchase(n_customers=10, n_once=2, gaps=spread("days"), n_open=10, kaplan_meier=Quantiles(q25=20, q50=49, q75=None)),
        "proxies": (), "thresholds": (), "counts": (MarkCount(criterion=Criterion.MONEY, segment_id=None, met=6, not_met=2, unknown=2),),
        "customers": rows, "decisions": ((Decision.QUALIFIED, 4), (Decision.UNDECIDED, 6)), "stated": (stated(),),
        "funnel": (
            FunnelStep(stage=SalesStage.PROSPECTING, name="visit", observability=UNSEEN, unit="people"),
            FunnelStep(stage=SalesStage.EVALUATING, name="cart_add", observability=UNSEEN, unit="baskets"),
            FunnelStep(stage=SalesStage.EVALUATING, name="checkout_start", observability=UNSEEN, unit="baskets"),
            FunnelStep(stage=SalesStage.WON, name="order", observability=SEEN, unit="orders", n=56, people=10, source_id="orders"),
        ),
        "cases": (case(),),
    }  # fmt: skip
    return SalesFacts(**{**fields, **changes})


def verdicts() -> tuple[CriterionVerdict, ...]:
    said = (
        ("B", "Budget", Criterion.MONEY, Applies.YES),
        ("A", "Authority", Criterion.AUTHORITY, Applies.PARTLY),
        ("N", "Need", Criterion.NEED, Applies.YES),
        ("T", "Timeline", Criterion.TIMING, Applies.NOT_OBSERVABLE),
    )
    return tuple(
        CriterionVerdict(
            letter=letter, label=label, criterion=criterion, applies=applies,
            reason=(f"{label} is asked of every buyer of this shop.", f"It decides for 2 of 10 customers [@orders]. What {label.lower()} means stands below."),
            proxies=(f"{label}: median order value 40.00 GBP, n = 59 orders [@orders].",),
            question=f"What about {label.lower()}?", threshold="From 30.00 GBP on, a quarter of the orders lies below [@orders].",
            blind_spot="What they spend elsewhere is not seen.",
            quotations=(Quotation(source_id=PAGE, exact=WORDS, heading="Gifts"),) if letter == "A" else (),
            evidence_ids=("S1-1", "S9-9") if letter == "N" else (),
            overridden="company.toml says that this applies." if letter == "B" else "",
        )
        for letter, label, criterion, applies in said
    )  # fmt: skip


def qualification(**changes: Any) -> Qualification:
    rows = tuple(
        QualifiedRow(
            key=f"C{number:03d}", segment="", marks=("met: 80.00 GBP", "met", "not met", "unknown"), met="2 of 4", decision="cannot be decided",
        )
        for number in range(1, 11)
    )  # fmt: skip
    fields: dict[str, Any] = {
        "framework": "BANT", "rule": "3 of 4", "answer": "Budget and need apply; authority for the school and the studio only.",
        "verdicts": verdicts(), "rows": rows, "row_note": "Unknown is not no.",
        "others": (
            OtherFramework(name="CHAMP", letters=(("Challenges", "applies"), ("Authority", "applies in part")), sentence="It begins with the need."),
            OtherFramework(name="MEDDIC", letters=(("Metrics", "does not apply"),), sentence="It asks for a buying committee."),
        ),
        "also": (Quotation(source_id=PAGE, exact=WORDS),),
    }  # fmt: skip
    return Qualification(**{**fields, **changes})


COUNTED = {SalesStage.WON: (56, "orders"), SalesStage.LOST: (2, "orders"), SalesStage.CLOSING: (1, "orders")}


def stage_verdicts() -> tuple[StageVerdict, ...]:
    found = []
    for stage, definition in sales_stages().items():
        n, unit = COUNTED.get(stage, (None, ""))
        found.append(
            StageVerdict(
                stage=stage, label=definition.label, also=definition.also, applies=Applies.YES if n else Applies.PARTLY,
                reason=(f"{definition.label} happens on the pages of the shop.", "Orders show it only at its end."),
                enters=definition.enters, leaves=definition.leaves, does=definition.does, owner="the shop",
                observed=f"{n} {unit} [@orders]." if n else "", not_observed="" if n else "No file of visits was given.",
                observability=SEEN if n else UNSEEN, n=n, unit=unit, own_labels=("Quote sent",) if stage is SalesStage.EVALUATING else (),
                quotations=(Quotation(source_id=PAGE, exact=WORDS),) if stage is SalesStage.CLOSING else (),
            )
        )  # fmt: skip
    return tuple(found)


def example() -> WorkedExample:
    return WorkedExample(
        title="Order #TF5540 of the school", role="example", answer="It is open: 486.00 GBP, due on 1 September.",
        steps=(
            ExampleStep(stage=SalesStage.PROSPECTING, label="Prospecting", on=None, observed=False, sentence="Nobody recorded how the school came."),
            ExampleStep(stage=SalesStage.CLOSING, label="Closing", on=date(2026, 8, 20), observed=True, sentence="The order was placed on account [@orders]."),
        ),
        checks=(ExampleCheck(quotation=Quotation(source_id=PAGE, exact=WORDS), holds="no", sentence="The order has Net 30 and is the second."),),
        next="The next order is expected in November 2026, at about 300.00 GBP.",
    )  # fmt: skip


def shop(**changes: Any) -> SalesCycle:
    """Return the cycle of a shop that has orders and nothing before them."""
    fields: dict[str, Any] = {
        "answer": ("Two of the four letters apply [@orders].", "Four of the six stages cannot be seen in these files."),
        "model": stage_models()["assignment"], "qualification": qualification(),
        "opportunity": OpportunityDefinition(
            answer="An opportunity is a customer's next purchase.", who="Who has ordered once", what="the next order", value="its amount, 40.00 GBP in the median",
            when="after 49 days in the median", not_one="a newsletter reader without an order", sentences=("A school's order on account is one too [@orders].",), evidence_ids=("S1-1",),
        ),
        "stages": stage_verdicts(), "examples": (example(),), "readings": (), "unobserved": ("Visits: no file of events was given.",), "facts": facts(),
    }  # fmt: skip
    return SalesCycle(**{**fields, **changes})


def pipeline(**changes: Any) -> PipelineFacts:
    """Return the facts of 73 opportunities: 40 won, 21 lost, 12 open."""
    model = stage_models()["salesforce"]
    reached = {
        "prospecting": 73,
        "qualification": 70,
        "needs_analysis": 62,
        "proposal": 55,
        "negotiation": 44,
    }
    stages = tuple(
        StageFacts(
            stage_id=name, label=model.find(name).label, stage=model.find(name).stage, reached=n, open_here=2,
            decided=n - 2, advanced=n - 8, lost=6, conversion=Share(k=n - 8, n=n - 2, low=0.7, high=0.95),
            win_share=Share(k=40, n=max(n - 12, 41), low=0.5, high=0.8), days=spread("days"), p95_days=80.0, preset=0.1, probability=0.6, basis="history",
        )
        for name, n in reached.items()
    )  # fmt: skip
    steps = tuple(
        CloseStep(day=day, open=1 - won - lost, won=won, lost=lost, at_risk=n)
        for day, won, lost, n in (
            (10, 0.1, 0.05, 73),
            (30, 0.3, 0.15, 55),
            (60, 0.5, 0.25, 30),
            (120, 0.58, 0.3, 9),
        )
    )
    deals = tuple(
        OpenDeal(
            opportunity_id=f"O-{number}", customer_id=f"A-{number}", stage_id="proposal", amount=1000.0 + number, age_days=200 - number,
            stage_days=90 - number, reading=("stale", "slow", "in time", "unknown")[number % 4], slips=number % 3, overdue_days=number * 2,
            expected_close=date(2026, 8, 1), probability=0.6, score=0.4,
        )
        for number in range(18)
    )  # fmt: skip
    fields: dict[str, Any] = {
        "n": 73, "n_open": 18, "n_won": 36, "n_lost": 19, "currency": "EUR", "first": date(2025, 1, 7), "last": date(2026, 8, 20), "has_history": True,
        "win_rate": Share(k=36, n=55, low=0.52, high=0.77), "won_of_all": Share(k=36, n=73, low=0.38, high=0.61), "won_value": spread("EUR"), "lost_value": None, "open_value": None,
        "stages": stages, "quarters": (GroupShare(field="quarter", level="2025 Q1", share=Share(k=3, n=4, low=0.3, high=0.95), amount=900.0),),
        "velocity": (Velocity(of="closed", cycle="won", n=55, mean_value=2000.0, win_rate=0.65, cycle_days=44.0, per_day=1600.0),),
        "forecast": Forecast(n=18, weighted=10800.0, sd=2000.0, low=6880.0, high=14720.0, total=18153.0, without=0, basis="history"),
        "deals": deals, "n_stale": 4, "n_overdue": 17,
        "time_to_close": TimeToClose(
            n=73, n_won=36, n_lost=19, n_open=18, closed=spread("days"), won=spread("days"), lost=spread("days"), median_days=58.0, median_low=44.0, median_high=80.0,
            steps=steps, marks=steps[1:3], won_alone=0.75, older_than_any_closed=2,
        ),
        "chain": (ChainRow(stage_id="proposal", label="Proposal", n=50, won=0.6, lost=0.4, expected_steps=1.4),),
        "lead_score": LeadScore(fields=("source",), n_train=40, n_test=15, auc=0.5, brier=0.25, base_brier=0.24),
        "lost_reasons": (LostReason(reason="price", n=7),),
    }  # fmt: skip
    return PipelineFacts(**{**fields, **changes})


def seller(**changes: Any) -> SalesCycle:
    """Return the cycle of a seller with a pipeline of 73 opportunities."""
    stages = tuple(
        StageVerdict(**{**{name: getattr(item, name) for name in StageVerdict.__dataclass_fields__},
                        "applies": Applies.YES, "observability": SEEN, "n": 73 - 6 * place, "unit": "opportunities",
                        "observed": f"{73 - 6 * place} opportunities [@orders]."})
        for place, item in enumerate(stage_verdicts())
    )  # fmt: skip
    readings = (
        Reading(name="win_rate", title="Two in three closed deals are won", sentences=("36 of 55 (65 %).", "The interval is 52 % to 77 %.")),
        Reading(name="forecast", title="10,800.00 EUR are to be expected", sentences=("Between 6,880.00 and 14,720.00 EUR.",)),
    )  # fmt: skip
    fields: dict[str, Any] = {
        "model": stage_models()["salesforce"], "stages": stages, "readings": readings,
        "facts": facts(business_model="b2b", pipeline=pipeline(), customers=(), funnel=()), "unobserved": (),
    }  # fmt: skip
    return shop(**{**fields, **changes})
