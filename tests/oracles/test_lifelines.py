"""Kaplan-Meier, its median and Aalen-Johansen are those of lifelines, which runs in an environment of its own (make oracle)."""

import json
import math
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from segkit.analysis.pipeline.closing import close_curve, won_if_lost_could_return
from tests.conftest import ROOT, skip_or_fail

SCRIPT = Path(__file__).with_name("lifelines_curves.py")


@pytest.fixture(scope="module")
def oracle():
    """Return the interpreter that has lifelines, or skip visibly (fail under SEGKIT_REQUIRE=oracle)."""
    folder = Path(os.environ.get("SEGKIT_ORACLE") or ROOT / ".oracle")
    python = folder / "bin" / "python"
    if not python.exists():
        skip_or_fail("oracle", "the environment of the test oracle is missing (make oracle)")
    return python


@pytest.fixture
def ask(oracle, tmp_path):
    def ask_lifelines(days, outcome):
        np.savez(tmp_path / "in.npz", days=days, outcome=outcome)
        target = tmp_path / "out.json"
        subprocess.run(
            [str(oracle), str(SCRIPT), str(tmp_path / "in.npz"), str(target)], check=True, timeout=300
        )
        return json.loads(target.read_text(encoding="utf-8"))

    return ask_lifelines


def draw(n, *, seed, most):
    """Draw days with ties, a third of them of open opportunities."""
    rng = np.random.default_rng(seed)
    return rng.integers(1, most, n), rng.choice(3, n, p=[0.3, 0.4, 0.3])


def largest_difference(curve, shares, found):
    """Compare at the end of each day; lifelines moves ties apart by less than half a day."""
    days, values = np.array(found[0]), np.array(found[1])
    place = np.searchsorted(days, curve.day + 0.5, side="right") - 1
    return float(np.abs(values[place] - shares).max())


def as_number(value):
    return math.inf if value is None else value


@pytest.mark.parametrize(("n", "seed", "most"), [(60, 1, 40), (500, 2, 120), (5_000, 3, 300)])
def test_kaplan_meier_and_its_median_are_those_of_lifelines(ask, n, seed, most):
    days, outcome = draw(n, seed=seed, most=most)
    found, curve = ask(days, outcome), close_curve(days, outcome)
    assert largest_difference(curve, curve.open, found["km"]) < 1e-9
    assert won_if_lost_could_return(days, outcome) == pytest.approx(found["won_alone"], abs=1e-9)
    assert [as_number(value) for value in curve.median()] == [found["median"], *found["median_limits"]]


def test_aalen_johansen_without_ties_is_that_of_lifelines(ask):
    rng = np.random.default_rng(4)
    days, outcome = rng.permutation(2_000) + 1, rng.choice(3, 2_000, p=[0.3, 0.4, 0.3])
    found, curve = ask(days, outcome), close_curve(days, outcome)
    for name in ("won", "lost"):
        difference = largest_difference(curve, getattr(curve, name), found[name])
        assert difference < 1e-9


@pytest.mark.parametrize("seed", [5, 6])
def test_aalen_johansen_with_ties_is_that_of_lifelines_but_for_its_jitter(ask, seed):
    days, outcome = draw(40_000, seed=seed, most=140)
    found, curve = ask(days, outcome), close_curve(days, outcome)
    for name in ("won", "lost"):
        difference = largest_difference(curve, getattr(curve, name), found[name])
        assert difference < 1e-3
