"""The documentation is true: names, keys, files, links, commands, thresholds and examples."""

from __future__ import annotations

import doctest
import importlib
import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer.main
from pydantic_core import PydanticUndefined
from typer.testing import CliRunner

import segkit
from segkit.cli.app import app
from segkit.intake.cleaning import RULES
from segkit.intake.columns import CANONICAL_NAMES
from segkit.intake.company_file import (
    CompanyFile,
    CompanyTable,
    EvidenceTable,
    JoinTable,
    OrdersTable,
    OwnQuoteTable,
    ReportTable,
    SegmentationTable,
    SegmentTable,
    parse_company_file,
)
from segkit.intake.company_sales import (
    OwnCriterionTable,
    OwnPipelineStageTable,
    OwnStageTable,
    PipelineTable,
    SalesTable,
)
from segkit.intake.formats import format_names
from segkit.intake.pipeline_columns import HISTORY_NAMES, PIPELINE_NAMES, tables
from segkit.model.sales_stage import stage_models

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
SECTIONS = {
    "## `[company]`": CompanyTable,
    "## `[orders]`": OrdersTable,
    "### join": JoinTable,
    "## `[segmentation]`": SegmentationTable,
    "## `[[segments]]`": SegmentTable,
    "## `[evidence]`": EvidenceTable,
    "### own": OwnQuoteTable,
    "## `[report]`": ReportTable,
    "## `[sales]`": SalesTable,
    "### `[[sales.criteria]]`": OwnCriterionTable,
    "### `[[sales.stages]]`": OwnStageTable,
    "## `[pipeline]`": PipelineTable,
    "### `[[pipeline.own]]`": OwnPipelineStageTable,
}


def page_id(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(text: str, *languages: str) -> list[str]:
    """Return the fenced code blocks of these languages."""
    return [
        body for language, body in re.findall(r"(?ms)^```(\w*)\n(.*?)^```$", text) if language in languages
    ]


def without_code(text: str) -> str:
    return re.sub(r"(?ms)^```.*?^```$", "", text)


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as a code host makes them."""
    headings = re.findall(r"(?m)^#+ (.+)$", without_code(read(path)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def section(text: str, heading: str) -> str:
    """Return what stands under a heading, up to the next heading of any level."""
    return re.split(r"(?m)^#+ ", text.split(f"{heading}\n", 1)[1])[0]


def table_rows(text: str) -> dict[str, list[str]]:
    """Return the rows of a Markdown table whose first cell is one code word."""
    rows = re.findall(r"(?m)^\| `(\w+)` \|(.+)\|$", text)
    return {name: [cell.strip() for cell in rest.split("|")] for name, rest in rows}


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_every_link_inside_the_project_leads_somewhere(path):
    for target in re.findall(r"!?\[[^\]]*\]\(([^)\s]+)\)", without_code(read(path))):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        goal = (path.parent / name).resolve() if name else path
        assert goal.exists(), f"{page_id(path)} links to {target}"
        if anchor:
            assert anchor in anchors(goal), f"{page_id(path)} links to {target}"


def test_every_page_stands_on_the_map():
    listed = set(re.findall(r"\]\(([^)#]+\.md)\)", read(DOCS / "README.md")))
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert {page for page in pages if not page.startswith("adr/")} - {"README.md"} <= listed


def test_every_public_name_stands_in_the_api_reference():
    text = read(REFERENCE / "api.md")
    assert set(table_rows(text)) == set(segkit.__all__)
    examples = "\n".join(blocks(text, "python"))
    assert [name for name in segkit.__all__ if f"segkit.{name}" not in examples] == []


@pytest.mark.parametrize("heading", SECTIONS, ids=str)
def test_every_key_of_company_toml_stands_there_with_its_default(heading):
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


def test_every_table_of_company_toml_has_its_place():
    text = read(REFERENCE / "company-toml.md")
    for name in CompanyFile.model_fields:
        assert f"`[{name}]`" in text or f"`[[{name}]]`" in text, name


def test_every_name_for_a_column_is_listed_and_no_other():
    listed = re.findall(r"`(\w+)`", section(read(REFERENCE / "company-toml.md"), "### Names for columns"))
    assert set(listed) == set(CANONICAL_NAMES)


def test_every_name_for_a_column_of_a_pipeline_is_listed_and_so_is_every_export():
    text = read(REFERENCE / "pipeline.md")
    listed = re.findall(r"`(\w+)`", section(text, "## Columns"))
    assert set(PIPELINE_NAMES) - {"customer_id"} <= set(listed)
    assert set(HISTORY_NAMES) - {"field"} <= set(listed)
    for vendor in tables()["layout"].values():
        assert vendor["label"].split("'")[0] in text
    lists = re.findall(r"`(\w+)`", section(text, "## Stages").partition("`assignment`")[2])
    assert ["assignment", *lists[: len(stage_models()) - 1]] == list(stage_models())


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_every_piece_of_company_toml_is_valid(path):
    for block in blocks(read(path), "toml"):
        parse_company_file({"company": {"name": "A"}} | tomllib.loads(block))


def test_every_format_and_every_switch_stands_in_the_cleaning_reference():
    text = read(REFERENCE / "cleaning.md")
    for name in format_names():
        assert f"`{name}`" in text, name
    rows = re.findall(r"(?m)^\| [^|]+ \| (?:`(\w+)`)? ?\| (dropped|kept) \|$", text)
    settings = OrdersTable.model_validate({})
    assert rows == [(rule.switch, "dropped" if rule.drops(settings) else "kept") for rule in RULES]


@pytest.mark.real_data
def test_the_three_answers_are_those_of_the_public_file(shared_data):
    truth = read(shared_data / "uci_online_retail" / "truth.json")
    numbers = {round(float(number), 2) for number in re.findall(r"\d+(?:\.\d+)?", truth)}
    rows = re.findall(
        r"(?m)^\| [^|]*\| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,.]+) \|$", read(REFERENCE / "cleaning.md")
    )
    assert len(rows) == 3
    for row in rows:
        assert {float(cell.replace(",", "")) for cell in row} <= numbers


def test_every_threshold_is_the_one_in_the_code():
    rows = re.findall(
        r"(?m)^\| ([^|]+) \| ([\d.,]+) \| `(segkit[\w.]+)\.(\w+)` \|$", read(REFERENCE / "methods.md")
    )
    assert len(rows) > 20
    for label, value, module, constant in rows:
        found = getattr(importlib.import_module(module), constant)
        assert float(value.replace(",", "")) == pytest.approx(found), f"{label}: {module}.{constant}"


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_every_command_shown_exists_with_its_options(path):
    commands = typer.main.get_command(app)
    for line in "\n".join(blocks(read(path), "sh", "", "console")).splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] != ["segkit"] or words[1:] == ["--version"]:
            continue
        command = commands.commands[words[1]]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= known, line


def test_the_commands_page_names_every_command_and_option():
    text = read(REFERENCE / "commands.md")
    for name, command in typer.main.get_command(app).commands.items():
        assert f"`segkit {name}" in text, name
        shown = {
            option for parameter in command.params for option in parameter.opts if option.startswith("--")
        }
        if name != "lab":
            assert {option for option in shown - {"--help"} if option not in text} == set(), name


def test_the_tutorial_names_every_block_of_the_page():
    notebook = json.loads(read(ROOT / "notebooks" / "segmentation.ipynb"))
    prose = "\n".join(
        "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"
    )
    text = read(DOCS / "tutorial.md")
    for heading in re.findall(r"(?m)^## (.+)$", prose):
        assert f"| {heading} |" in text, heading


def test_the_tutorial_shows_what_check_really_says(example_folder):
    done = CliRunner().invoke(app, ["check", str(example_folder)])
    (shown,) = blocks(read(DOCS / "tutorial.md"), "text")
    said = done.output.replace("\u00a0", " ").splitlines()
    assert done.exit_code == 0
    assert [line for line in shown.splitlines() if line not in said] == []


@pytest.mark.parametrize("path", [REFERENCE / "api.md", DOCS / "how-to.md"], ids=page_id)
def test_the_examples_run(path, tmp_path, monkeypatch):
    """Blocks with a prompt run as one session, in an empty folder; the others must at least be Python."""
    monkeypatch.chdir(tmp_path)
    session = []
    for block in blocks(read(path), "python"):
        if ">>>" in block:
            session.append(block)
        else:
            compile(block, page_id(path), "exec")
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    test = doctest.DocTestParser().get_doctest("\n".join(session), {}, page_id(path), str(path), 0)
    assert test.examples
    runner = doctest.DocTestRunner(optionflags=flags)
    report: list[str] = []
    runner.run(test, out=report.append)
    assert not runner.failures, "".join(report)


def test_every_results_file_stands_in_the_reference(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    segkit.write_results(segkit.open_study(), tmp_path / "results")
    text = read(REFERENCE / "results.md")
    for path in (tmp_path / "results").iterdir():
        assert f"`{path.name}`" in text or f"`results/{path.name}/`" in text, path.name
