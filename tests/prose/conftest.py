"""Every company whose words are read: the bundled ones and those made by a seed, each measured once."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def _load(name: str) -> ModuleType:
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"prose_{name}", path)
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Told:
    """What a company's report says: its records, the names of its groups, and how many customers it has."""

    names: tuple[str, ...]
    n_customers: int
    records: tuple[dict[str, Any], ...]


@pytest.fixture(scope="session")
def reading() -> ModuleType:
    """Return ``reading.py``."""
    return _load("reading")


@pytest.fixture(scope="session")
def told(example_study, example_plan, tmp_path_factory) -> Callable[[str], Told]:
    """Return a function that gives a company's report by its name, made once."""
    companies, made = _load("companies"), {}

    def tell(name: str) -> Told:
        if name not in made:
            made[name] = _tell(name)
        return made[name]

    def _tell(name: str) -> Told:
        from segkit.analysis.study import open_study
        from segkit.intake.bundled import example_company
        from segkit.publish.plan import make_plan

        if name == "tenterfold":
            study, plan = example_study, example_plan
        else:
            if name == "ballyquire":
                folder = example_company().with_name(name)
            else:
                folder = getattr(companies, name)(tmp_path_factory.mktemp(name))
            study = open_study(folder)
            plan = make_plan(study)
        return _records(study, plan)

    return tell


def _records(study: Any, plan: Any) -> Told:
    from segkit.publish import flow_cards, sales_cards, shown_page
    from segkit.publish.json_values import to_plain
    from segkit.publish.sales import make_sales

    sales = make_sales(plan)
    blocks = [
        *shown_page._blocks(study),
        *flow_cards.chapter_blocks(plan),
        *sales_cards.chapter_blocks(sales),
    ]
    summary = study.segmentation.summary
    return Told(
        names=tuple(segment.name for segment in summary.segments),
        n_customers=summary.n_customers,
        records=tuple(json.loads(json.dumps(to_plain(block.record()))) for block in blocks),
    )
