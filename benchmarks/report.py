"""Print what a report costs: seconds and bytes per page beside nbconvert's own templates, and the whole command.

    python benchmarks/report.py                    # builds from an executed report, then the command cold and warm
    python benchmarks/report.py --report DIR       # from a report that was made before; the command is not run
    python benchmarks/report.py --repetitions 5

The peers are nbconvert's `lab` and `basic` templates on the same executed notebooks, one page a notebook. segkit's pages are
counted as they lie in the report: the first page, the chapters and what backs them up. The command runs twice in fresh processes
with an output folder of its own each: the first run is cold only as far as the machine lets it be (nothing is emptied from the
disk cache), the second one warm. Ratios are the figures to trust: seconds depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from nbformat import NotebookNode

CHAPTERS = ("segmentation", "flow_design", "sales_cycle")
PEERS = ("lab", "basic")
GOAL_BYTES = 150_000


def main() -> int:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--report", type=Path, help="the folder of a report made before")
    parser.add_argument("--repetitions", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.repetitions < 1:
        parser.error("--repetitions must be 1 or more")
    with tempfile.TemporaryDirectory(prefix="segkit-bench-") as scratch:
        report = arguments.report or time_command(Path(scratch))
        show(measure(report, arguments.repetitions))
    return 0


def time_command(scratch: Path) -> Path:
    """Run the command for the example company twice, print the seconds, return the folder of the report."""
    seconds = []
    for name in ("cold", "warm"):
        start = time.perf_counter()
        command = [str(Path(sys.executable).with_name("segkit")), "report", "--out", str(scratch / name)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - start)
    print(f"segkit report, example company: cold {seconds[0]:.1f} s, warm {seconds[1]:.1f} s, "
          f"warm / cold {seconds[1] / seconds[0]:.2f}")  # fmt: skip
    return next(page.parent for page in (scratch / "warm").glob("*/index.html"))


def measure(report: Path, repetitions: int) -> dict[str, tuple[float, list[int]]]:
    """Return for each contender the median seconds of all its pages and the bytes of each page."""
    from segkit.publish.pages import build_pages

    notebooks = {
        name: nbformat.read(report / "notebooks" / f"{name}.ipynb", as_version=4) for name in CHAPTERS
    }

    def segkit() -> list[str]:
        return list(build_pages(notebooks).values())

    contenders: dict[str, Callable[[], list[str]]] = {"segkit": segkit}
    contenders |= {f"nbconvert {peer}": _peer(peer, notebooks) for peer in PEERS}
    results = {}
    for name, build in contenders.items():
        build()  # templates are compiled once in every process; no contender pays for that
        seconds = []
        for _ in range(repetitions):
            start = time.perf_counter()
            pages = build()
            seconds.append(time.perf_counter() - start)
        results[name] = (statistics.median(seconds), [len(page.encode()) for page in pages])
    return results


def _peer(template: str, notebooks: dict[str, NotebookNode]) -> Callable[[], list[str]]:
    def build() -> list[str]:
        exporter = HTMLExporter(template_name=template)
        return [exporter.from_notebook_node(notebook)[0] for notebook in notebooks.values()]

    return build


def show(results: dict[str, tuple[float, list[int]]]) -> None:
    """Print seconds and bytes, each with its ratio to segkit's."""
    ours, sizes = results["segkit"]
    per_page, middle = ours / len(sizes), statistics.mean(sizes)
    print(f"\n  {'contender':18}{'pages':>6}{'s a page':>10}{'x segkit':>10}{'kB a page':>11}{'x segkit':>10}{'largest kB':>12}"
          f"{'kB in all':>11}{'x segkit':>10}")  # fmt: skip
    for name, (seconds, pages) in results.items():
        each, size = seconds / len(pages), statistics.mean(pages)
        print(f"  {name:18}{len(pages):6}{each:10.3f}{each / per_page:10.2f}{size / 1e3:11.1f}{size / middle:10.2f}"
              f"{max(pages) / 1e3:12.1f}{sum(pages) / 1e3:11.1f}{sum(pages) / sum(sizes):10.2f}")  # fmt: skip
    verdict = "met" if max(sizes) <= GOAL_BYTES else "missed"
    print(f"\nGoal\n  largest static page: {max(sizes):,} bytes (at most {GOAL_BYTES:,}) {verdict}")


if __name__ == "__main__":
    raise SystemExit(main())
