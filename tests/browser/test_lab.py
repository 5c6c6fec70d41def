"""The explorer in JupyterLab, as ``segkit lab`` starts it: choose, look, write, and nothing asked of the network."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from importlib.util import find_spec
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import TimeoutError as TooLate
from playwright.sync_api import expect

from segkit.cli.lab import lab_command
from segkit.publish.own_notebooks import copy_notebooks
from tests.conftest import skip_or_fail

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 180  # seconds, for two slow cores; every wait ends with its condition
TOKEN = "segkit-test"  # noqa: S105 - of a server of this test, on this machine


@pytest.fixture(scope="module")
def company(tmp_path_factory, example_folder):
    """A copy of the example company with its notebooks."""
    if find_spec("jupyterlab") is None:
        skip_or_fail("browser", "JupyterLab is not installed (pip install 'segkit[lab]')")
    folder = tmp_path_factory.mktemp("lab") / example_folder.name
    shutil.copytree(example_folder, folder)
    copy_notebooks(folder)
    return folder


@pytest.fixture(scope="module")
def server(company, tmp_path_factory):
    """The address of a JupyterLab that knows nothing of this machine's settings."""
    home = tmp_path_factory.mktemp("jupyter")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folders = {
        name: str(home / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    }
    asked = ["--no-browser", "--ip=127.0.0.1", f"--IdentityProvider.token={TOKEN}", "--allow-root"]
    with (home / "log").open("wb") as log:
        running = subprocess.Popen(
            [*lab_command(company, port=port), *asked],
            env={
                **os.environ,
                **folders,
                "IPYTHONDIR": str(home / "ipython"),
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
            stdout=log,
            stderr=log,
        )
        try:
            yield wait_for(running, f"http://127.0.0.1:{port}", home / "log")
        finally:
            running.terminate()
            try:
                running.wait(timeout=30)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def wait_for(running, address, log):
    """Return the address once the server answers there."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert running.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/api/status?token={TOKEN}", timeout=5) as answer:  # noqa: S310
                json.load(answer)
                return address
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not answer: {log.read_text()}")


@pytest.fixture
def opened(browser, server):
    """The explorer's notebook in JupyterLab, and every address it asked for."""
    context = browser.new_context(viewport={"width": 1280, "height": 1400}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(f"{server}/lab/tree/notebooks/explore.ipynb?token={TOKEN}")
    yield page, asked
    context.close()


def run_all(page):
    """Run the notebook's cells and return its first control; JupyterLab asks for a kernel where cells come before its own is there."""
    number, dialog = page.get_by_label("Number of groups"), page.locator(".jp-Dialog")
    for _ in range(PATIENCE // 45):
        page.get_by_text("| Idle").wait_for()
        if dialog.count():
            dialog.locator(".jp-mod-accept").click()
            dialog.wait_for(state="detached")
            page.get_by_text("| Idle").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        try:
            number.or_(dialog).first.wait_for(timeout=45_000)
        except TooLate:
            continue
        if not dialog.count():
            return number
    return pytest.fail("the explorer's controls never came")


def test_groups_are_chosen_seen_and_written_in_jupyterlab(opened, company):
    page, asked = opened
    expect.set_options(timeout=PATIENCE * 1000)
    number = run_all(page)
    table = page.locator(".jp-OutputArea-output table").first
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(4)
    write = page.get_by_role("button", name="Write to company.toml")
    expect(write).to_be_disabled()

    number.fill("3")
    number.press("Tab")
    page.get_by_role("button", name="Show these groups").click()
    expect(rows).to_have_count(3)
    expect(page.get_by_text("Beside the settings in force:")).to_be_visible()

    before = tomllib.loads((company / "company.toml").read_text(encoding="utf-8"))
    expect(write).to_be_enabled()
    write.click()
    expect(page.get_by_text("Written to company.toml:")).to_be_visible()
    after = tomllib.loads((company / "company.toml").read_text(encoding="utf-8"))
    assert before["segmentation"]["n_segments"] == 4
    assert after == {**before, "segmentation": {**before["segmentation"], "n_segments": 3}}

    away = [url for url in asked if urlsplit(url).hostname not in {"127.0.0.1", None}]
    assert asked
    assert away == []
