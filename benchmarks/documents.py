"""Print what reading, indexing and searching a company's documents costs, and how it grows with their number.

    python benchmarks/documents.py                          # 250, 500 and 1,000 pages
    python benchmarks/documents.py --pages 1000 --repetitions 1

Beside every hundred website pages stand twenty research notes and one PDF of six pages, all written from one seed. Each
repetition runs in a fresh process. Growth is the exponent b of cost = a * pages ** b between the smallest and the largest
size: 1 is linear. CPU time is the figure to trust: wall time depends on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from company_documents import queries, write_company
from contenders import _peak_megabytes as peak_megabytes

STEPS = ("read", "index", "search")
SEGMENTS, QUERIES = 4, 24


def main() -> int:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--pages", type=int, nargs="+", default=[250, 500, 1000], help="website pages, one or more sizes"
    )
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path, help="also write every single measurement here")
    parser.add_argument("--measure", metavar="FOLDER", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(Path(arguments.measure), seed=arguments.seed)))
        return 0
    kept = {}
    with tempfile.TemporaryDirectory(prefix="segkit-bench-") as folder:
        for pages in sorted(arguments.pages):
            company = Path(folder) / str(pages)
            notes, pdfs = math.ceil(pages / 5), math.ceil(pages / 100)
            shape = write_company(company, pages=pages, notes=notes, pdfs=pdfs, seed=arguments.seed)
            print(f"{pages:,} pages, {notes} notes, {pdfs} PDFs: {shape['bytes'] / 1e6:.1f} MB, {os.cpu_count()} cores, "
                  f"{arguments.repetitions} repetition(s) in fresh processes", flush=True)  # fmt: skip
            runs = repeat(company, seed=arguments.seed, repetitions=arguments.repetitions)
            if runs:
                kept[pages] = runs
    show(kept)
    if arguments.json:
        arguments.json.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return 0 if len(kept) == len(set(arguments.pages)) else 1


def repeat(company: Path, *, seed: int, repetitions: int) -> list[dict[str, float]]:
    """Measure in fresh processes; say in one line what did not finish."""
    runs = []
    for _ in range(repetitions):
        command = [sys.executable, __file__, "--measure", str(company), "--seed", str(seed)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["killed, most likely out of memory"])[-1]
            print(f"  did not finish ({reason})", flush=True)
            continue
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    return runs


def measure(company: Path, *, seed: int) -> dict[str, float]:
    """Read the documents, index their passages and search for every segment; imports are not counted."""
    import pypdf  # noqa: F401
    import sklearn.feature_extraction.text  # noqa: F401
    import trafilatura  # noqa: F401

    from segkit.analysis.retrieval import PassageIndex, Query
    from segkit.intake.documents import read_documents

    figures: dict[str, float] = {"memory imports": peak_megabytes()}
    with timed("read", figures):
        library = read_documents(company)
    with timed("index", figures):
        index = PassageIndex.build(library.passages)
    found = 0
    with timed("search", figures):
        for segment in range(SEGMENTS):
            for query in queries(count=QUERIES, seed=seed + segment):
                found += bool(index.search(Query(text=query)))
    figures |= {
        "documents": len(library.documents), "unread": len(library.unread), "passages": len(library.passages),
        "products": sum(len(document.products) for document in library.documents), "found": found,
    }  # fmt: skip
    return figures


@contextmanager
def timed(step: str, figures: dict[str, float]) -> Iterator[None]:
    """Note wall and CPU seconds (all threads) of a step and the process's peak memory after it."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    figures[f"wall {step}"] = time.perf_counter() - wall
    figures[f"cpu {step}"] = time.process_time() - cpu
    figures[f"memory {step}"] = peak_megabytes()


def show(kept: dict[int, list[dict[str, float]]]) -> None:
    """Print medians for each size, then the growth."""
    if not kept:
        return
    middle = {
        pages: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        for pages, runs in kept.items()
    }
    print(f"\nMedians; search = {SEGMENTS} segments x {QUERIES} queries")
    print(f"  {'pages':>6}{'documents':>11}{'unread':>8}{'products':>10}{'passages':>10}{'answered':>10}  "
          + "".join(f"{step + ' CPU s':>14}{'wall s':>8}{'peak MB':>9}" for step in STEPS))  # fmt: skip
    for pages, row in middle.items():
        counts = (f"{row[key]:,.0f}" for key in ("documents", "unread", "products", "passages", "found"))
        widths = (11, 8, 10, 10, 10)
        print(f"  {pages:>6,}" + "".join(f"{text:>{width}}" for text, width in zip(counts, widths, strict=True)) + "  "
              + "".join(f"{row[f'cpu {step}']:14.2f}{row[f'wall {step}']:8.2f}{row[f'memory {step}']:9.0f}" for step in STEPS))  # fmt: skip
    if len(middle) < 2:
        return
    small, large = min(middle), max(middle)
    print(f"\nGrowth from {small:,} to {large:,} pages (exponent; 1 is linear)")
    growth: dict[str, Callable[[dict[str, float]], float]] = {
        **{f"{step}, CPU": lambda row, step=step: row[f"cpu {step}"] for step in STEPS},
        "memory above the imports": lambda row: row["memory search"] - row["memory imports"],
    }
    for name, figure in growth.items():
        first, last = figure(middle[small]), figure(middle[large])
        if first > 0 and last > 0:
            print(f"  {name:26}{math.log(last / first) / math.log(large / small):6.2f}")


if __name__ == "__main__":
    raise SystemExit(main())
