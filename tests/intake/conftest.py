"""Shared by the intake tests."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def exports():
    """The small invented exports of ``exports.py`` (tests are no package, so it is loaded by path)."""
    spec = importlib.util.spec_from_file_location("intake_exports", Path(__file__).with_name("exports.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def read(tmp_path, exports):
    """Write rows as a table of the user's own and read them; switches as in ``read_orders``."""
    from segkit.intake.orders import read_orders

    def read_rows(*rows, **switches):
        return read_orders(exports.write_csv(tmp_path / "orders.csv", list(rows)), **switches)

    return read_rows


@pytest.fixture
def read_vendor(tmp_path, exports):
    """Write rows under a vendor's header, one file for each list of rows, and read them."""
    from segkit.intake.orders import read_orders

    def read_rows(form, *files, **switches):
        paths = [exports.vendor_csv(tmp_path / f"export_{n}.csv", form, rows) for n, rows in enumerate(files)]
        return read_orders(paths, **switches)

    return read_rows
