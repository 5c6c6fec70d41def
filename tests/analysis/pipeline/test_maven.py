"""The public "CRM Sales Opportunities" file of Maven Analytics, whose licence could not be verified: tested where SEGKIT_MAVEN names it.

The file is not part of segkit. The same checks run on a drawn file of the same shape against plain pandas, so that what reads and
compares is itself tested.
"""

import hashlib
import os
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segkit.analysis.pipeline.measure import measure_pipeline
from segkit.analysis.pipeline.score_trial import try_lead_score
from tests.analysis.pipeline.pipelines import MODEL
from tests.conftest import skip_or_fail

AS_OF = date(2017, 12, 31)
STAGES = {"Prospecting": "prospecting", "Engaging": "discovery", "Won": "won", "Lost": "lost"}
OUTCOMES = {"Prospecting": "open", "Engaging": "open", "Won": "won", "Lost": "lost"}


def to_table(deals):
    """Return the file's deals under our names; its days are M/D/YYYY, and it has no day of creation but that of engagement."""
    return pd.DataFrame().assign(
        opportunity_id=deals["opportunity_id"],
        account=deals["account"],
        owner=deals["sales_agent"],
        product=deals["product"],
        stage=deals["deal_stage"].map(STAGES),
        status=deals["deal_stage"].map(OUTCOMES),
        amount=deals["close_value"].astype(float),
        created_at=pd.to_datetime(deals["engage_date"]),
        closed_at=pd.to_datetime(deals["close_date"]),
    )


def measure(table):
    return measure_pipeline(table, None, model=MODEL, as_of=AS_OF, currency="USD")


@pytest.fixture(scope="module")
def drawn():
    """Return a file of Maven's shape: half its agents, the same traps, nothing of its figures."""
    rng = np.random.default_rng(12)
    n = 1_200
    stage = rng.choice(list(STAGES), n, p=[0.06, 0.18, 0.48, 0.28])
    engaged = np.datetime64("2016-10-20") + rng.integers(0, 400, n)
    closed = np.minimum(engaged + rng.integers(1, 139, n), np.datetime64(AS_OF))
    text = pd.Series(engaged).dt.strftime("%-m/%-d/%Y"), pd.Series(closed).dt.strftime("%-m/%-d/%Y")
    done = np.isin(stage, ["Won", "Lost"])
    account = pd.Series(rng.choice([f"Account {i}" for i in range(20)], n)).where(
        done | (rng.random(n) < 0.3), None
    )
    return pd.DataFrame(
        {
            "opportunity_id": [f"D{i:05d}" for i in range(n)],
            "sales_agent": rng.choice([f"Agent {i}" for i in range(15)], n),
            "product": rng.choice(["GTXPro", "GTX Basic", "MG Special"], n),
            "account": account,
            "deal_stage": stage,
            "engage_date": text[0].where(stage != "Prospecting", None),
            "close_date": text[1].where(done, None),
            "close_value": np.where(
                stage == "Won", rng.integers(38, 5_000, n), np.where(stage == "Lost", 0.0, np.nan)
            ),
        }
    )


def plain_figures(deals):
    """Return what plain pandas says of such a file."""
    engaged, closed = pd.to_datetime(deals["engage_date"]), pd.to_datetime(deals["close_date"])
    days, is_won = (closed - engaged).dt.days, deals["deal_stage"] == "Won"
    is_closed = deals["deal_stage"].isin(["Won", "Lost"])
    open_age = (pd.Timestamp(AS_OF) - engaged[deals["deal_stage"] == "Engaging"]).dt.days
    rate, value = is_won.sum() / is_closed.sum(), deals.loc[is_won, "close_value"]
    won_rate = is_won[is_closed].groupby(deals["product"]).mean()
    return {
        "stages": deals["deal_stage"].value_counts().reindex(list(STAGES)).tolist(),
        "win rate": rate,
        "won value": [value.mean(), value.median(), value.min(), value.max()],
        "days": [days[is_won].mean(), days[deals["deal_stage"] == "Lost"].mean(), days.mean()],
        "median days": [days[is_won].median(), days[deals["deal_stage"] == "Lost"].median(), days.median()],
        "open age": [len(open_age), open_age.mean(), open_age.median(), open_age.max()],
        "older": int((open_age > days.max()).sum()),
        "products": won_rate.sort_index().to_dict(),
        "velocity": [
            is_closed.sum() * value.mean() * rate / days.mean(),
            is_closed.sum() * value.mean() * rate / days[is_won].mean(),
            (~is_closed).sum() * value.mean() * rate / days[is_won].mean(),
        ],
    }


def our_figures(facts):
    times = facts.time_to_close
    at_stage = {item.stage_id: item.reached for item in facts.stages}
    return {
        "stages": [at_stage[name] for name in STAGES.values()],
        "win rate": facts.win_rate.value,
        "won value": [
            facts.won_value.mean,
            facts.won_value.median,
            facts.won_value.least,
            facts.won_value.most,
        ],
        "days": [times.won.mean, times.lost.mean, times.closed.mean],
        "median days": [times.won.median, times.lost.median, times.closed.median],
        "open age": [times.n_open, times.open_age.mean, times.open_age.median, times.open_age.most],
        "older": times.older_than_any_closed,
        "products": {item.level: item.share.value for item in facts.fields if item.field == "product"},
        "velocity": [item.per_day for item in facts.velocity],
    }


def assert_same(ours, plain):
    assert set(ours) == set(plain)
    for name, value in plain.items():
        assert ours[name] == pytest.approx(value, rel=1e-9), name


def test_a_drawn_file_of_the_same_shape_gives_what_plain_pandas_gives(drawn):
    assert_same(our_figures(measure(to_table(drawn))), plain_figures(drawn))


def test_deals_without_engagement_are_not_timed_and_no_conversion_is_made_up(drawn):
    facts = measure(to_table(drawn))
    assert facts.time_to_close.n == int(drawn["engage_date"].notna().sum())
    assert {item.conversion for item in facts.stages} == {None}
    assert facts.early[0] == facts.quarters[0].level


def score_figures(table, fields):
    leads = table.assign(stage=table["stage"].where(table["status"] == "open", "discovery"))
    return try_lead_score(leads, fields=fields, stages=["prospecting", "discovery"], split=date(2017, 10, 1))


def test_the_score_of_a_drawn_file_is_no_better_than_the_base_rate(drawn):
    found = score_figures(to_table(drawn), ["product", "owner", "account"])
    assert not found.better
    assert found.n_train + found.n_test == int(drawn["close_date"].notna().sum())


@pytest.fixture(scope="module")
def maven():
    """Return the deals of the public file, or skip visibly."""
    path = os.environ.get("SEGKIT_MAVEN", "")
    if not path or not Path(path).is_file():
        skip_or_fail("maven", "SEGKIT_MAVEN names no file (Maven's sales_pipeline.csv, not part of segkit)")
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    if not (digest.startswith("4362896c") and digest.endswith("0276")):
        skip_or_fail(
            "maven", f"the file of SEGKIT_MAVEN is one of the altered copies (sha256 {digest[:8]}...)"
        )
    return pd.read_csv(path)


@pytest.mark.real_data
def test_maven_counts_rates_and_values_are_the_known_ones(maven):
    facts = measure(to_table(maven))
    assert_same(our_figures(facts), plain_figures(maven))
    assert (facts.n, facts.n_won, facts.n_lost, facts.n_open) == (8_800, 4_238, 2_473, 2_089)
    assert our_figures(facts)["stages"] == [500, 1_589, 4_238, 2_473]
    assert facts.win_rate.value == pytest.approx(0.631501, abs=1e-6)
    assert (facts.win_rate.low, facts.win_rate.high) == pytest.approx((0.619887, 0.642964), abs=1e-6)
    assert facts.won_of_all.value == pytest.approx(0.481591, abs=1e-6)
    assert facts.won_value.mean * facts.won_value.n == pytest.approx(10_005_534)
    assert [(item.share.k, item.share.n - item.share.k) for item in facts.quarters] == [
        (531, 116),
        (1_254, 778),
        (1_257, 790),
        (1_196, 789),
    ]
    assert facts.early == ("2017 Q1",)
    assert [item.per_day for item in facts.velocity] == pytest.approx(
        [208_512.06, 193_224.27, 60_146.85], abs=0.1
    )


@pytest.mark.real_data
def test_maven_times_to_close_are_the_known_ones(maven):
    times = measure(to_table(maven)).time_to_close
    assert (times.n, times.n_open, times.older_than_any_closed) == (8_300, 1_589, 1_291)
    assert times.closed.mean == pytest.approx(47.9854, abs=1e-4)
    assert (times.won.median, times.lost.median, times.closed.median) == (57, 14, 45)
    assert times.median_days == 69
    marks = {mark.day: mark for mark in times.marks}
    assert (marks[30].open, marks[90].open) == pytest.approx((0.6188, 0.3509), abs=1e-4)
    assert (marks[30].won, marks[60].won, marks[90].won) == pytest.approx((0.2190, 0.2647, 0.3970), abs=1e-4)
    assert (marks[30].lost, marks[60].lost, marks[90].lost) == pytest.approx(
        (0.1622, 0.1855, 0.2521), abs=1e-4
    )
    last = times.steps[-1]
    assert last.day == 138
    assert (last.open, last.won, last.lost) == pytest.approx((0.1788, 0.5194, 0.3017), abs=1e-4)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("fields", "auc"), [(["product"], 0.4991), (["owner"], 0.5237), (["product", "owner", "account"], 0.5033)]
)
def test_maven_cannot_be_scored_from_its_fields(maven, fields, auc):
    found = score_figures(to_table(maven), fields)
    assert (found.n_train, found.n_test) == (4_726, 1_985)
    assert found.auc == pytest.approx(auc, abs=1e-4)
    assert not found.better
    if len(fields) > 1:
        assert (found.brier, found.base_brier) == pytest.approx((0.2454, 0.2412), abs=1e-4)
