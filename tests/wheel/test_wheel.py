"""The wheel works without the checkout: notebooks, example company, templates and the layout of documents travel in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"

pytestmark = pytest.mark.skipif(
    "wheel" not in os.environ.get("SEGKIT_REQUIRE", "").split(","),
    reason="builds and installs the wheel, which takes minutes: run by `make wheel` and by CI",
)


@pytest.fixture(scope="module")
def segkit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT], cwd=folder)
    (wheel,) = folder.glob("segkit-*.whl")
    environment = folder / "environment"
    run([sys.executable, "-m", "venv", environment], cwd=folder)
    run(
        [
            environment / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--constraint",
            ROOT / "constraints.txt",
            f"{wheel}[pdf,docx]",
        ],
        cwd=folder,
    )
    return environment / "bin" / "segkit"


def run(command: list[object], *, cwd: Path, expect: int = 0) -> str:
    clean = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=clean, capture_output=True, text=True, check=False
    )
    assert done.returncode == expect, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def test_the_wheel_renders_the_example_and_its_documents_from_another_folder(segkit: Path, tmp_path: Path):
    output = run([segkit, "report", "--format", "pdf", "--format", "docx"], cwd=tmp_path)
    (page,) = tmp_path.glob("reports/*/index.html")
    assert page.stat().st_size > 20_000
    for name in ("index.html", f"{page.parent.name}.pdf", f"{page.parent.name}.docx"):
        assert name in output
    assert (page.parent / f"{page.parent.name}.pdf").read_bytes().startswith(b"%PDF")
    assert (page.parent / f"{page.parent.name}.docx").read_bytes().startswith(b"PK")


def test_the_wheel_takes_an_own_order_history_from_new_to_report(segkit: Path, tmp_path: Path):
    if not SHARED.is_dir():
        pytest.skip("the real order histories are not on this machine (../shared/data)")
    orders = SHARED / "uci_online_retail" / "sample_100_customers.csv"
    run([segkit, "new", "giftware", "--orders", orders, "--name", "Giftware"], cwd=tmp_path)
    checked = run([segkit, "check", "giftware"], cwd=tmp_path)
    assert "customers placed" in checked
    run([segkit, "report", "giftware"], cwd=tmp_path)
    assert (tmp_path / "reports" / "giftware" / "results" / "segments.json").is_file()


def test_the_wheel_refuses_a_missing_folder_in_one_sentence(segkit: Path, tmp_path: Path):
    output = run([segkit, "report", "nowhere"], cwd=tmp_path, expect=1)
    assert "Traceback" not in output
    assert output.strip().splitlines()[-1].startswith("error: ")
