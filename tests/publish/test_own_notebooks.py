"""The user's copies of the notebooks: Markdown runs freely, code when it is trusted, and a stranger's file is data."""

from __future__ import annotations

import base64
import json

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_markdown_cell

from segkit.errors import InputError
from segkit.intake.bundled import bundled_notebooks
from segkit.publish import own_notebooks
from segkit.publish.own_notebooks import choose_notebooks, copy_notebooks, fingerprint
from segkit.publish.own_pictures import MOST_BYTES, embed_in_markdown
from segkit.publish.prose import render_prose
from segkit.publish.references import References

NAMES = ("segmentation.ipynb", "flow_design.ipynb", "sales_cycle.ipynb")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def folder(tmp_path):
    """A company folder with fresh copies."""
    copy_notebooks(tmp_path / "shop")
    return tmp_path / "shop"


def edit(folder, change, name=NAMES[0]):
    """Change the cells of a copy in place."""
    path = folder / "notebooks" / name
    notebook = nbformat.read(path, as_version=4)
    change(notebook.cells)
    nbformat.write(notebook, path)
    return path


def sources(chosen, name=NAMES[0]):
    return [cell.source for cell in chosen.chapters[name].notebook.cells]


def test_copies_as_they_came_run_segkits_own_notebooks_without_a_word(folder):
    chosen = choose_notebooks(folder, NAMES)
    assert chosen.notes == ()
    assert not any(chapter.own for chapter in chosen.chapters.values())


def test_a_folder_without_copies_runs_segkits_own(tmp_path):
    assert not any(chapter.own for chapter in choose_notebooks(tmp_path, NAMES).chapters.values())


def test_markdown_of_the_user_is_run_without_asking(folder):
    edit(folder, lambda cells: cells.insert(5, new_markdown_cell("## What I saw\n\nTwo stalls.")))
    chosen = choose_notebooks(folder, NAMES)
    assert "## What I saw\n\nTwo stalls." in sources(chosen)
    assert chosen.notes == (f"notebooks/{NAMES[0]} is your copy, and it is what this chapter is made from.",)
    assert not chosen.chapters[NAMES[1]].own


def test_code_of_the_user_is_refused_in_one_sentence_that_shows_it_and_the_way_out(folder):
    edit(folder, lambda cells: cells.insert(5, new_code_cell("\nimport os\nos.getcwd()")))
    with pytest.raises(InputError) as caught:
        choose_notebooks(folder, NAMES)
    assert str(caught.value) == (
        "notebooks/segmentation.ipynb holds code that is not segkit's (cell 6: 'import os'); look through it and add "
        "--trust to run it, or --bundled to leave your copies aside; a copy that an older segkit made is renewed by "
        "removing it and running `segkit lab` again."
    )


def test_trusted_code_runs_and_bundled_leaves_it_aside(folder):
    edit(folder, lambda cells: cells.insert(5, new_code_cell("1 + 1")))
    assert "1 + 1" in sources(choose_notebooks(folder, NAMES, trust=True))
    assert "1 + 1" not in sources(choose_notebooks(folder, NAMES, bundled=True))


def test_code_that_jupyter_signed_is_refused_too(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    path = edit(folder, lambda cells: cells.insert(5, new_code_cell("1 + 1")))
    with NotebookNotary() as notary:
        notary.sign(nbformat.read(path, as_version=4))
        assert notary.check_signature(nbformat.read(path, as_version=4))
    with pytest.raises(InputError, match=r"1 \+ 1"):
        choose_notebooks(folder, NAMES)


def test_the_parameters_of_an_earlier_run_make_way_even_when_trusted(folder):
    left = new_code_cell('results = "elsewhere"', metadata={"tags": ["injected-parameters"]})
    edit(folder, lambda cells: cells.insert(2, left))
    for trust in (False, True):
        assert 'results = "elsewhere"' not in sources(choose_notebooks(folder, NAMES, trust=trust))


@pytest.mark.parametrize(
    "code",
    [
        "company = 'x'\n__import__('os')",
        "%%bash\ntouch x",
        "!touch x",
        "show(tables.findings(study));print(1)",
        "show(tables.findings(study))\n\nprint(1)",
    ],
)
def test_code_that_looks_like_ours_is_still_not_ours(folder, code):
    edit(folder, lambda cells: cells.insert(5, new_code_cell(code)))
    with pytest.raises(InputError, match="is not segkit's"):
        choose_notebooks(folder, NAMES)


def test_code_in_the_parameters_cell_of_a_stranger_is_never_run(folder):
    def change(cells):
        cells[1].source = "company = __import__('os').getcwd()\nn_segments = 9"

    edit(folder, change)
    chosen = choose_notebooks(folder, NAMES)
    assert not any("__import__" in source or "= 9" in source for source in sources(chosen))
    assert "other parameters than segkit's" in chosen.notes[1]


@pytest.mark.parametrize("tag", ["skip-execution", "injected-parameters", "raises-exception", "parameters"])
def test_tags_that_decide_what_runs_are_dropped(folder, tag):
    edit(folder, lambda cells: cells[0].metadata.update(tags=[tag, "summary"]))
    (first, *_) = choose_notebooks(folder, NAMES).chapters[NAMES[0]].notebook.cells
    assert first.metadata.tags == ["summary"]


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_of_segkit_stays_on_its_page_in_a_changed_copy(folder, name):
    (source,) = [nbformat.read(path, as_version=4) for path in bundled_notebooks() if path.name == name]
    edit(folder, lambda cells: cells.append(new_markdown_cell("Mine.")), name)
    cells = choose_notebooks(folder, NAMES).chapters[name].notebook.cells[:-1]
    pages = {tag for cell in source.cells for tag in cell.metadata.get("tags", ())} - {"nbval-ignore-output"}
    assert [{*cell.metadata.get("tags", ())} & pages for cell in cells] == [
        {*cell.metadata.get("tags", ())} & pages for cell in source.cells
    ]


def test_a_tag_decides_the_page_of_a_users_cell(folder):
    edit(folder, lambda cells: cells.insert(5, new_markdown_cell("Mine", metadata={"tags": ["appendix"]})))
    cells = choose_notebooks(folder, NAMES).chapters[NAMES[0]].notebook.cells
    assert [cell.metadata.tags for cell in cells if cell.source == "Mine"] == [["appendix"]]


def test_outputs_of_a_copy_never_reach_a_report(folder):
    forged = nbformat.v4.new_output("display_data", data={"text/html": "<script>x()</script>"})
    edit(folder, lambda cells: (cells[4].outputs.append(forged), cells.insert(0, new_markdown_cell("a"))))
    cells = choose_notebooks(folder, NAMES).chapters[NAMES[0]].notebook.cells
    assert not any(cell.get("outputs") for cell in cells)


def test_a_copy_without_its_parameters_cell_is_refused(folder):
    edit(folder, lambda cells: cells.pop(1))
    with pytest.raises(InputError, match="0 cells tagged 'parameters' and needs one"):
        choose_notebooks(folder, NAMES)


def test_a_copy_without_the_cell_that_writes_the_results_is_refused(folder):
    edit(folder, lambda cells: cells.pop(next(i for i, c in enumerate(cells) if "write_results" in c.source)))
    with pytest.raises(
        InputError, match=r"lacks a cell that the chapter cannot be made without \('checklist"
    ):
        choose_notebooks(folder, NAMES)


def test_a_copy_that_lacks_a_cell_of_today_is_told(folder):
    edit(folder, lambda cells: cells.pop(next(i for i, c in enumerate(cells) if "edge_cases" in c.source)))
    chosen = choose_notebooks(folder, NAMES)
    assert "lacks 1 cell of today's notebook (the first: 'show(tables.rules" in chosen.notes[1]
    assert "`segkit lab`" in chosen.notes[1]


def test_an_old_copy_that_nobody_changed_gives_way_and_is_renewed(folder):
    path = edit(folder, lambda cells: cells.append(new_code_cell("show(tables.of_last_year(study))")))
    record = own_notebooks.read_record(folder)
    own_notebooks.write_record(folder, {**record, NAMES[0]: fingerprint(nbformat.read(path, as_version=4))})
    chosen = choose_notebooks(folder, NAMES)
    assert not chosen.chapters[NAMES[0]].own
    assert "`segkit lab` renews the copy" in chosen.notes[0]
    assert {copy.name: word for word, copy in copy_notebooks(folder)}[NAMES[0]] == "renewed"
    assert choose_notebooks(folder, NAMES).notes == ()


def test_a_forged_record_gives_code_no_trust(folder):
    path = edit(folder, lambda cells: cells.insert(5, new_code_cell("1 + 1")))
    own_notebooks.write_record(folder, {NAMES[0]: fingerprint(nbformat.read(path, as_version=4))})
    assert "1 + 1" not in sources(choose_notebooks(folder, NAMES))


def test_copying_again_keeps_what_the_user_changed(folder):
    path = edit(folder, lambda cells: cells.append(new_markdown_cell("Mine")))
    before = path.read_bytes()
    words = {copy.name: word for word, copy in copy_notebooks(folder)}
    assert set(words) == {notebook.name for notebook in bundled_notebooks()}
    assert set(words.values()) == {"kept"}
    assert path.read_bytes() == before


@pytest.mark.parametrize("record", ["", "[1]", '{"a": 3}', "{" * 50_000, "\x00"])
def test_a_broken_record_says_nothing(folder, record):
    (folder / "notebooks" / ".segkit.json").write_text(record)
    assert own_notebooks.read_record(folder) == {}
    assert {word for word, _ in copy_notebooks(folder)} == {"kept"}


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "not json",
        json.dumps({"cells": 3, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
        json.dumps({"cells": [{"cell_type": "markdown", "id": "a", "metadata": {"tags": 7}, "source": "x"}],
                    "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
    ],
)  # fmt: skip
def test_a_file_that_is_no_notebook_is_named_in_a_sentence(folder, text):
    (folder / "notebooks" / NAMES[0]).write_text(text)
    with pytest.raises(Exception, match=r"segmentation\.ipynb is not a (valid )?notebook"):
        choose_notebooks(folder, NAMES)


def test_a_copy_that_is_a_link_out_of_the_folder_is_refused(folder, tmp_path):
    path = folder / "notebooks" / NAMES[0]
    path.rename(tmp_path / "elsewhere.ipynb")
    path.symlink_to(tmp_path / "elsewhere.ipynb")
    with pytest.raises(InputError, match="leads outside the company folder"):
        choose_notebooks(folder, NAMES)


def embedded(source, folder, attached=None):
    return embed_in_markdown(source, attached=attached or {}, base=folder / "notebooks", folder=folder)


@pytest.mark.parametrize("source", ["![Stall](../research/a.png)", "![Stall](<../research/a.png> 'title')",
                                    '<img alt="Stall" src="../research/a.png" onerror="x()">'])  # fmt: skip
def test_a_picture_of_the_company_folder_travels_inside_the_report(folder, source):
    (folder / "research").mkdir()
    (folder / "research" / "a.png").write_bytes(PNG)
    text, notes = embedded(source, folder)
    assert notes == []
    assert text.startswith("![Stall](data:image/png;base64,")
    html = render_prose(text, References(), demote=1, taken=set()).html
    assert '<img src="data:image/png;base64,' in html
    assert "onerror" not in html


def test_a_picture_pasted_in_jupyterlab_travels_too(folder):
    held = {"image.png": {"image/png": base64.b64encode(PNG).decode()}}
    text, notes = embedded("![Stall](attachment:image.png)", folder, held)
    assert (text[:30], notes) == ("![Stall](data:image/png;base64", [])


@pytest.mark.parametrize(
    "target",
    ["https://example.org/a.png", "//example.org/a.png", "../../secret.png", "/etc/hostname", "file:///etc/hostname",
     "javascript:alert(1)", "data:image/svg+xml;base64,PHN2Zz4=", "drawing.svg", "none.png", "%00.png", "attachment:x.png",
     "big.png", "text.png"],
)  # fmt: skip
def test_any_other_picture_is_left_out_and_named(folder, tmp_path, target):
    (tmp_path / "secret.png").write_bytes(PNG)
    home = folder / "notebooks"
    (home / "drawing.svg").write_text("<svg onload='x()'/>")
    (home / "big.png").write_bytes(PNG + bytes(MOST_BYTES))
    (home / "text.png").write_text("no picture")
    text, notes = embedded(f"Before ![Stall]({target}) after", folder)
    assert text == "Before *(Picture left out: Stall)* after"
    assert len(notes) == 1


def test_code_that_shows_a_picture_is_left_as_it_is(folder):
    source = "Write `![a](b.png)`:\n\n```\n![a](b.png)\n```\n"
    assert embedded(source, folder) == (source, [])
