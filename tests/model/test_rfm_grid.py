"""Every code has one name; a grid with holes or overlaps is refused and the codes are listed."""

from itertools import product

import pytest

from segkit.errors import BadValueError
from segkit.model.rfm_grid import RFMGrid, default_grid, grid_from_mapping, shipped_grids

SIZES = {
    "Champions": 7, "Loyal": 8, "Potential Loyalist": 24, "New Customers": 7, "Promising": 16, "Need Attention": 8,
    "About To Sleep": 8, "At Risk": 22, "Cannot Lose Them": 8, "Hibernating": 11, "Lost": 6,
}  # fmt: skip
HALVES = {"n_bins": 2, "digits": 2, "cells": {"Here": ["21", "22"], "Gone": ["11", "12"]}}


def test_the_default_grid_names_125_codes_once_with_11_names():
    grid = default_grid()
    assert {name: len(codes) for name, codes in grid.cells} == SIZES
    assert sum(SIZES.values()) == 125
    assert all(grid.name_of("".join(code)) in SIZES for code in product("12345", repeat=3))


def test_the_grid_without_spend_names_25_codes_with_10_names():
    grid = default_grid(with_money=False)
    named = [grid.name_of("".join(code)) for code in product("12345", repeat=2)]
    assert None not in named
    assert len(set(named)) == 10


def test_disclosed_oddities_are_in_the_grid():
    grid = default_grid()
    assert {grid.name_of(code) for code in ("214", "215", "113", "114", "115")} == {"Cannot Lose Them"}
    assert grid.name_of("213") == "About To Sleep"
    assert grid.name_of("311") == "New Customers"
    assert all(grid.notes and grid.source for grid in shipped_grids().values())


def test_a_code_with_a_missing_score_has_no_name():
    assert default_grid().name_of("5-3") is None


def test_a_complete_grid_of_a_user_is_taken():
    grid = grid_from_mapping("halves", {**HALVES, "notes": "two groups"})
    assert (grid.names, grid.source, grid.notes) == (("Here", "Gone"), "given by the user", ("two groups",))


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"Here": ["21", "22"]}, "leaves 2 of 4 codes unnamed .got no name for '11', '12'."),
        ({"Here": ["21", "22", "11"], "Gone": ["11", "12"]}, "names 1 of 4 codes more than once .got '11'."),
        (
            {"Here": ["21", "22", "33"], "Gone": ["11", "12"]},
            "names unknown codes .got '33'; codes have 2 digits 1..2.",
        ),
    ],
)
def test_an_incomplete_grid_is_refused_with_its_codes(cells, message):
    with pytest.raises(BadValueError, match=message):
        grid_from_mapping("mine", {**HALVES, "cells": cells})


def test_many_unnamed_codes_are_listed_shortly():
    with pytest.raises(
        BadValueError,
        match=r"leaves 124 of 125 codes unnamed .*'112', '113', '114', '115', '121' and 119 more",
    ):
        RFMGrid(name="mine", source="", cells=(("Lost", ("111",)),))


@pytest.mark.parametrize("cells", [None, {}, []])
def test_a_grid_without_cells_is_refused(cells):
    with pytest.raises(BadValueError, match="has no cells"):
        grid_from_mapping("mine", {"cells": cells})


def test_a_tenure_check_for_an_unknown_name_is_refused():
    with pytest.raises(BadValueError, match=r"checks tenure for a name it lacks .got 'Newcomers'"):
        grid_from_mapping("mine", {**HALVES, "new": "Newcomers"})
