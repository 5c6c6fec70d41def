"""The explorer without a browser: its controls are set in Python, its views and sentences read back."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from segkit.analysis.choices import Choice, Choices, compare_studies, count_changed
from segkit.analysis.study import read_settings
from segkit.intake.bundled import example_company
from segkit.intake.company import read_company
from segkit.model.company import Company

pytest.importorskip("ipywidgets", reason="the extra 'lab' is not installed")
import pandas as pd

from segkit.publish import widgets

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A copy of the example company, which may be changed, and its bytes as they were."""
    folder = tmp_path_factory.mktemp("lab") / "tenterfold"
    shutil.copytree(example_company(), folder)
    return folder


@pytest.fixture(scope="module")
def choices(shop):
    """Measured once for all tests of this file."""
    return Choices(read_settings(shop))


@pytest.fixture
def explorer(choices, shop):
    """A fresh explorer over the choices measured so far, with the first settings in force."""
    shutil.copyfile(example_company() / "company.toml", shop / "company.toml")
    choices.adopt(Choice())
    return widgets.Explorer(choices)


def test_every_control_says_what_it_is(explorer):
    controls = (explorer.n_segments, explorer.features, explorer.as_of, explorer.measure_button,
                explorer.write_button, explorer.view)  # fmt: skip
    assert all(control.description for control in controls)
    assert set(controls[:3]) <= set(explorer.children)


def test_it_opens_on_the_groups_in_force(explorer, choices):
    assert explorer.n_segments.value == 4
    for segment in choices.measure(Choice()).segmentation.summary.segments:
        assert segment.name in explorer.groups.value
    assert explorer.comparison.value == ""
    assert explorer.write_button.disabled


def test_another_number_changes_the_groups_once_the_button_is_pressed(explorer):
    before = explorer.groups.value
    explorer.n_segments.value = 3
    assert explorer.groups.value == before
    assert "Press “Show these groups”" in explorer.status.value
    explorer.measure_button.click()
    assert explorer.groups.value != before
    assert "of 10 customers change group" in explorer.comparison.value
    assert "Stability of the least stable group" in explorer.comparison.value
    assert not explorer.write_button.disabled


def test_each_view_shows_the_groups_that_were_measured(explorer):
    explorer.n_segments.value = 3
    explorer.measure_button.click()
    names = [segment.name for segment in explorer._study.segmentation.summary.segments]
    for view in ("Profiles", "Evidence"):
        explorer.view.value = view
        shown = " ".join(child.value for child in explorer.shown.children)
        assert all(name in shown for name in names), view


def test_the_map_is_drawn_from_files_that_jupyterlab_has_and_has_a_static_twin(explorer):
    explorer.view.value = "Map"
    (output,) = explorer.shown.children[0].outputs
    assert "application/vnd.plotly.v1+json" in output["data"]
    assert "<svg" in output["data"]["text/html"]
    assert "cdn" not in str(output).lower()
    assert "<script" not in str(output)


@pytest.mark.parametrize(
    ("number", "words"), [(11, "10 customers"), (1, "choose 2 or more"), (-3, "2 or more")]
)
def test_a_number_that_cannot_be_is_told_in_place_and_what_is_shown_stays(explorer, number, words):
    before = explorer.groups.value
    explorer.n_segments.value = number
    explorer.measure_button.click()
    assert 'role="alert"' in explorer.status.value
    assert words in explorer.status.value
    assert "Traceback" not in explorer.status.value
    assert explorer.groups.value == before
    assert explorer.write_button.disabled


def test_a_day_before_the_first_order_is_told_in_place(explorer):
    explorer.as_of.value = date(1999, 1, 1)
    explorer.measure_button.click()
    assert 'role="alert"' in explorer.status.value
    assert "as_of" in explorer.status.value


def test_the_choice_shown_is_written_and_then_in_force(explorer, shop):
    explorer.n_segments.value = 3
    explorer.measure_button.click()
    explorer.n_segments.value = 7  # chosen, not shown: not written
    explorer.write_button.click()
    assert read_company(shop).segmentation.n_segments == 3
    assert "n_segments is now 3 (was 4)" in explorer.status.value
    before, after = ((path / "company.toml").read_text() for path in (example_company(), shop))
    assert after == before.replace("n_segments = 4 ", "n_segments = 3 ")
    assert explorer.write_button.disabled
    assert explorer.comparison.value == ""


def test_chosen_factors_are_measured_and_written_by_their_names(explorer, shop):
    explorer.features.value = ("frequency", "recency_days")
    assert set(explorer.choice.features) == {"frequency", "recency_days"}
    explorer.measure_button.click()
    explorer.write_button.click()
    assert set(read_company(shop).segmentation.features) == {"frequency", "recency_days"}


def test_the_example_inside_segkit_is_never_written(choices):
    inside = Choices(read_settings(example_company()))
    inside._studies = choices._studies
    inside._orders = choices._orders
    explorer = widgets.Explorer(inside)
    before = (example_company() / "company.toml").read_bytes()
    explorer.n_segments.value = 3
    explorer.measure_button.click()
    explorer.write_button.click()
    assert "travels with segkit" in explorer.status.value
    assert (example_company() / "company.toml").read_bytes() == before


def test_a_choice_is_measured_once_and_the_orders_of_a_day_are_read_once(choices, monkeypatch):
    first = choices.measure(Choice(n_segments=3))
    monkeypatch.setattr("segkit.analysis.choices.measure_company", None)
    assert choices.measure(Choice(n_segments=3)) is first
    assert first.orders is choices.measure(Choice()).orders


def test_a_choice_beside_itself_changes_nobody(choices):
    study = choices.measure(Choice())
    found = compare_studies(study, study)
    assert (found.changed, found.only_before, found.only_after) == (0, 0, 0)


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ([1, 1, 2, 2], [2, 2, 1, 1], 0),
        ([1, 1, 1, 2], [1, 1, 2, 2], 1),
        ([1, 2, 3], [1, 1, 1], 2),
        ([], [], 0),
    ],
)
def test_names_of_groups_play_no_part_in_who_changes(before, after, changed):
    assert count_changed(pd.Series(before, dtype=int), pd.Series(after, dtype=int)) == changed


def test_words_of_a_strangers_company_are_no_markup(choices):
    hostile = Choices(Company(folder=choices.company.folder, slug="x", name="<script>alert(1)</script>"))
    hostile._studies = {hostile.in_force: choices.measure(Choice())}
    explorer = widgets.Explorer(hostile)
    explorer._say("<img src=x onerror=alert(1)>", wrong=True)
    assert "<img" not in explorer.status.value
