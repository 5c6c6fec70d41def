"""The documentation of flows and messages is true: settings, headings, checks of messages and files of a plan."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
import yaml
from pydantic_core import PydanticUndefined

from segkit.intake.company_writing import (
    BrandTable,
    FlowOverrideTable,
    FlowsTable,
    MessagesTable,
    OwnMessageTable,
    OwnOfferTable,
    parse_own_message,
)
from segkit.intake.own_texts import read_own_texts
from segkit.model.flow_kind import flow_kinds
from segkit.model.lifecycle import Stage
from segkit.publish.plan_results import plan_files

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
STRATEGY = ROOT / "segkit" / "strategy"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md"])
SECTIONS = {
    "## `[brand]`": BrandTable,
    "## `[flows]`": FlowsTable,
    "### `[[flows.override]]`": FlowOverrideTable,
    "## `[messages]`": MessagesTable,
    "### `[[messages.offer]]`": OwnOfferTable,
    "### `[[messages.own]]`": OwnMessageTable,
}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """Return what stands under a heading, up to the next heading of any level."""
    return re.split(r"(?m)^#+ ", text.split(f"{heading}\n", 1)[1])[0]


def table_rows(text: str) -> dict[str, list[str]]:
    """Return the rows of a Markdown table whose first cell is one code word."""
    rows = re.findall(r"(?m)^\| `(\w+)` \|(.+)\|$", text)
    return {name: [cell.strip() for cell in rest.split("|")] for name, rest in rows}


@pytest.mark.parametrize("heading", SECTIONS, ids=str)
def test_every_setting_of_flows_and_messages_stands_there_with_its_default(heading):
    rows = table_rows(section(read(REFERENCE / "company-toml.md"), heading))
    fields = SECTIONS[heading].model_fields
    assert set(rows) == set(fields)
    for key, field in fields.items():
        if field.default is PydanticUndefined:
            written = "needed"
        elif field.default is None:
            written = "none"
        else:
            written = f"`{json.dumps(field.default)}`"
        assert rows[key][1] == written, key


def test_an_override_can_name_every_kind_of_flow_and_every_stage():
    text = section(read(REFERENCE / "company-toml.md"), "### `[[flows.override]]`")
    assert [name for name in (*flow_kinds(), *Stage) if f"`{name}`" not in text] == []


@pytest.mark.parametrize("name", ["flow_design", "sales_cycle"])
def test_the_tutorial_names_every_block_of_a_later_chapter(name):
    notebook = json.loads(read(ROOT / "notebooks" / f"{name}.ipynb"))
    prose = "\n".join(
        "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"
    )
    headings = re.findall(r"(?m)^## (.+)$", prose)
    text = read(DOCS / "tutorial.md")
    assert headings
    assert [heading for heading in headings if f"| {heading} |" not in text] == []


def test_every_message_and_every_text_of_the_users_own_shown_in_the_docs_can_be_read(tmp_path):
    shown = [
        block
        for page in PAGES
        for block in re.findall(r"(?ms)^```markdown\n(.*?)^```$", read(page))
        if block.startswith("---\n")
    ]
    messages = 0
    for number, block in enumerate(shown):
        front = yaml.safe_load(block.split("---\n")[1])
        if {"by", "author", "section"} & set(front):
            text = tmp_path / str(number) / "text" / "group-C004.md"
            text.parent.mkdir(parents=True)
            text.write_text(block, encoding="utf-8")
            (read_back,) = read_own_texts(tmp_path / str(number))
            assert read_back.by, block
        else:
            messages += 1
            parse_own_message({key: str(value) for key, value in front.items()}, "shown.md")
    assert 0 < messages < len(shown)


def check_ids() -> set[str]:
    """Return the ids of the checks of messages, as the code names them where it finds something."""
    names: set[str] = set()
    for path in (*STRATEGY.glob("lint*.py"), STRATEGY / "liquid.py"):
        for node in ast.walk(ast.parse(read(path))):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"finding", "_finding"}
            if called and node.args and isinstance(node.args[0], ast.Constant):
                names.add(node.args[0].value)
    return names


def test_every_check_of_messages_stands_among_the_methods_and_no_other():
    rows = re.findall(
        r"(?m)^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \| (?:error|warning|note)", read(REFERENCE / "methods.md")
    )
    listed = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)}
    assert len(listed) > 20
    assert listed == check_ids()


def test_every_file_of_a_plan_stands_in_the_reference(example_plan):
    text = read(REFERENCE / "results.md")
    names = {name.split("/")[0] for name in plan_files(example_plan)}
    assert {"flows.json", "messages.json", "flows", "messages", "exports"} <= names
    for name in names:
        assert f"`{name}`" in text or f"`{name}/`" in text or f"`results/{name}/`" in text, name
