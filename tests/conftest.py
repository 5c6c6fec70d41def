"""What every test shares: where the real data is, which browser there is, and what must not be skipped."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-extensions",
]
REQUIRED = {name for name in os.environ.get("SEGKIT_REQUIRE", "").split(",") if name}


def skip_or_fail(need: str, reason: str) -> None:
    """Skip a test whose need is absent, or fail it where SEGKIT_REQUIRE says that it must be there."""
    if need in REQUIRED:
        pytest.fail(f"SEGKIT_REQUIRE asks for {need}, but {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real order histories, or skip visibly."""
    if not SHARED_DATA.is_dir():
        skip_or_fail("real_data", "the real order histories are not on this machine (../shared/data)")
    return SHARED_DATA


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of Chromium, or skip with a printed count (fail under SEGKIT_REQUIRE=browser)."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        skip_or_fail("browser", "Chromium is not installed (Debian: apt-get install chromium)")
    return str(path)


@pytest.fixture(scope="module")
def browser(chromium: str):
    """Return a running Chromium; closed after each file, because its event loop would stand in the way of the next."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def example_folder() -> Path:
    """Return the bundled fictional company."""
    from segkit.intake.bundled import example_company

    return example_company()


@pytest.fixture(scope="session")
def example_study(example_folder: Path):
    """Return the measured example company; read-only, shared by all tests of what is shown of it."""
    from segkit.analysis.study import open_study

    return open_study(example_folder)


@pytest.fixture(scope="session")
def example_plan(example_study):
    """Return the flows and messages of the example company; read-only, shared like the study they stand on."""
    from segkit.publish.plan import make_plan

    return make_plan(example_study)
