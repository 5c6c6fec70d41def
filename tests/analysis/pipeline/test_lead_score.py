"""The lead score: what is counted, when it is refused, and when it is better than the base rate."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from segkit.analysis.pipeline.lead_score import fit_leads, score_leads
from segkit.analysis.pipeline.score_trial import MIN_CLOSED, brier_score, measure_auc, try_lead_score
from segkit.errors import BadValueError
from tests.analysis.pipeline.pipelines import draw_pipeline, measure

STAGES = ["new", "talk", "offer"]


def draw_leads(n, *, seed, lift):
    """Draw closed leads of two sources, one of which is won more often by so much."""
    rng = np.random.default_rng(seed)
    source = rng.choice(["fair", "web"], n)
    won = rng.random(n) < np.where(source == "fair", 0.5 + lift, 0.5 - lift)
    return pd.DataFrame(
        {
            "source": source.astype(object),
            "stage": rng.choice(STAGES, n).astype(object),
            "status": np.where(won, "won", "lost").astype(object),
            "closed_at": np.datetime64("2025-01-01") + rng.integers(0, 600, n),
        }
    )


def trial(leads, **more):
    return try_lead_score(leads, fields=["source"], stages=STAGES, **more)


def test_a_won_lead_counts_in_all_stages_and_a_lost_one_up_to_its_own():
    leads = pd.DataFrame({"stage": ["talk", "talk"], "status": ["won", "lost"]})
    counts = fit_leads(leads, fields=[], stages=STAGES, smoothing=0.1).stage_counts[-1]
    assert counts.round(6).tolist() == [[1.1, 1.1], [1.1, 1.1], [1.1, 0.1]]


def test_a_value_that_was_never_seen_changes_nothing():
    leads = draw_leads(50, seed=1, lift=0.3)
    model = fit_leads(leads, fields=["source"], stages=STAGES)
    strange = leads.head(2).assign(source=["moon", None], stage="new")
    prior = model.stage_counts[-1, 0]
    assert score_leads(model, strange) == pytest.approx([prior[0] / prior.sum()] * 2)


def test_a_team_that_was_never_seen_is_scored_with_the_pooled_tables():
    leads = draw_leads(60, seed=2, lift=0.3).assign(team=["A", "B"] * 30)
    model = fit_leads(leads, fields=["source"], stages=STAGES)
    pooled = score_leads(model, leads.assign(team=None))
    assert score_leads(model, leads.assign(team="C")).tolist() == pooled.tolist()
    assert not np.allclose(score_leads(model, leads), pooled)


def test_without_closed_leads_there_is_no_score():
    leads = draw_leads(5, seed=1, lift=0.1).assign(status="open")
    assert np.isnan(score_leads(fit_leads(leads, fields=["source"], stages=STAGES), leads)).all()


def test_smoothing_of_nothing_is_refused():
    with pytest.raises(BadValueError, match="above 0"):
        fit_leads(draw_leads(5, seed=1, lift=0.1), fields=["source"], stages=STAGES, smoothing=0)


def test_a_score_with_something_to_find_is_better_than_the_base_rate():
    found = trial(draw_leads(2_000, seed=3, lift=0.3))
    assert found.better
    assert found.brier < found.base_brier
    assert 0.5 < found.auc_low < found.auc < found.auc_high
    assert (found.n_train + found.n_test, found.refused) == (2_000, "")
    assert found.n_test == pytest.approx(500, abs=10)
    assert {(item.level, item.won > item.lost) for item in found.levels} == {("fair", True), ("web", False)}


def test_a_score_with_nothing_to_find_is_not_better():
    found = [trial(draw_leads(1_000, seed=seed, lift=0.0)) for seed in range(20)]
    assert sum(item.better for item in found) <= 2
    assert all(item.auc_low < item.auc < item.auc_high for item in found)


def test_the_trial_learns_only_from_what_was_closed_before():
    leads = draw_leads(1_000, seed=4, lift=0.2)
    later = leads["closed_at"] >= "2026-03-01"
    turned = leads.assign(
        source=leads["source"].where(~later, leads["source"].map({"fair": "web", "web": "fair"}))
    )
    straight, wrong = (trial(table, split=date(2026, 3, 1)) for table in (leads, turned))
    assert straight.n_train == int((~later).sum())
    assert straight.auc > 0.5 > wrong.auc
    assert wrong.auc == pytest.approx(1 - straight.auc)
    assert not wrong.better


def test_the_stage_of_a_closed_lead_does_not_leak_into_the_trial():
    leads = draw_leads(1_000, seed=5, lift=0.0)
    leads["stage"] = np.where(leads["status"] == "won", "offer", "new")
    assert abs(trial(leads).auc - 0.5) < 0.1


def test_fewer_than_a_hundred_closed_ones_are_refused_in_a_sentence():
    refused = trial(draw_leads(MIN_CLOSED - 1, seed=6, lift=0.2))
    assert refused.refused == "A lead score needs 100 closed opportunities with a day; there are 99."
    assert (refused.auc, refused.better, refused.n_test) == (None, False, 0)


def test_a_hold_out_that_is_too_small_or_of_one_kind_is_refused():
    leads = draw_leads(200, seed=7, lift=0.2)
    assert "from 2026-08-20 on" in trial(leads, split=date(2026, 8, 20)).refused
    of_one_kind = leads.assign(status=leads["status"].where(leads["closed_at"] < "2026-03-01", "won"))
    assert "both sides of its trial" in trial(of_one_kind, split=date(2026, 3, 1)).refused
    assert trial(leads.assign(closed_at=np.datetime64("2026-01-01"))).refused


def test_without_a_field_there_is_nothing_to_score():
    assert try_lead_score(draw_leads(200, seed=8, lift=0.2), fields=[], stages=STAGES).refused.startswith(
        "No field"
    )


def test_area_and_brier_score_are_those_of_scikit_learn():
    rng = np.random.default_rng(9)
    won, scores = rng.random(500) < 0.4, rng.choice([0.1, 0.3, 0.5, 0.7], 500)
    area, limits = measure_auc(scores[won], scores[~won])
    assert area == pytest.approx(roc_auc_score(won, scores))
    assert limits.low < area < limits.high
    assert brier_score(scores, won) == pytest.approx(brier_score_loss(won, scores))


def test_the_interval_of_the_area_holds_it_about_as_often_as_it_says():
    rng = np.random.default_rng(10)
    held = 0
    for _ in range(300):
        won, lost = rng.normal(0.5, 1, 80), rng.normal(0, 1, 120)
        _, limits = measure_auc(won, lost)
        held += limits.low <= 0.6381632 <= limits.high
    assert 0.91 < held / 300 < 0.985


def test_open_deals_carry_a_score_only_where_it_is_better():
    table, moves = draw_pipeline(1_500, seed=11)
    facts = measure(table, moves)
    assert facts.lead_score.fields == ("source", "product")
    assert facts.lead_score.better
    assert all(0 < deal.score < 1 for deal in facts.deals)
    shuffled = table.assign(source=np.random.default_rng(1).permutation(table["source"].to_numpy()))
    without = measure(shuffled, moves)
    assert not without.lead_score.better
    assert {deal.score for deal in without.deals} == {None}
