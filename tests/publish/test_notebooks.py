import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from segkit.errors import MissingColumnError, RenderError
from segkit.publish import notebooks
from segkit.publish.normalise import normalise_notebook
from segkit.publish.notebooks import parameter_names, read_notebook, run_notebook, save_notebook
from segkit.publish.records import MIME

NOTEBOOKS = Path(__file__).with_name("notebooks")


def run(name, parameters=None, *, cwd, **keys):
    return run_notebook(NOTEBOOKS / name, parameters or {}, cwd=cwd, **keys)


def printed(notebook):
    return "".join(
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.get("name") == "stdout"
    )


@pytest.fixture
def clean_place(tmp_path, monkeypatch):
    """A folder to run in, a private folder for temporary files and a home; all must be as empty after as before."""
    for name in ("work", "temporary", "home"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("IPYTHONDIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path


def test_parameters_arrive_unchanged_whatever_they_contain(tmp_path):
    text = "quote \" ' back \\ line\nnul \0 {x} é \u2028 '''"
    values = {"text": text, "count": -3, "share": 1e-300, "flag": True, "nothing": None}
    assert json.loads(printed(run("parameters.ipynb", values, cwd=tmp_path))) == [
        text,
        -3,
        1e-300,
        True,
        None,
    ]


@pytest.mark.parametrize("name", ["x=1;import os;y", "Text", "", "count\nimport os"])
def test_a_name_outside_the_parameters_cell_is_refused(tmp_path, name):
    with pytest.raises(RenderError, match=r"no parameter .* \(has text, count, share, flag, nothing\)"):
        run("parameters.ipynb", {name: 1}, cwd=tmp_path)


def test_a_notebook_without_parameters_takes_none(tmp_path):
    with pytest.raises(RenderError, match=r"no parameter 'a' \(has none\)"):
        run("blocks.ipynb", {"a": 1}, cwd=tmp_path)


@pytest.mark.parametrize(
    "value", [("a",), Path("a"), ["a"], {"a": 1}, b"a", float("nan"), float("inf"), object()]
)
def test_a_value_that_is_no_plain_scalar_is_refused(tmp_path, value):
    with pytest.raises(RenderError, match="'text' is not a plain value"):
        run("parameters.ipynb", {"text": value}, cwd=tmp_path)


def test_parameter_names_skip_what_is_no_plain_assignment():
    source = "import os\na = b = 1\nc: int = 2\nd.e = 3\nprint(a)"
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})
    assert parameter_names(nbformat.v4.new_notebook(cells=[cell])) == ("a", "b", "c")


def test_the_kernel_is_this_interpreter_in_the_folder_asked_for(clean_place):
    here = Path.cwd()
    work = clean_place / "work"
    text = printed(run("where.ipynb", {"path": str(work / "orders.csv")}, cwd=work))
    assert text == f"True {sys.executable} 0\norders.csv|.\n"
    assert Path.cwd() == here


def test_a_run_leaves_no_file_behind(clean_place):
    run("blocks.ipynb", cwd=clean_place / "work")
    assert not list((clean_place / "work").iterdir())
    assert not list((clean_place / "temporary").iterdir())
    assert not [path for path in (clean_place / "home").rglob("*") if path.is_file()]


def test_a_failed_run_leaves_no_file_behind(clean_place):
    with pytest.raises(RenderError):
        run("other_error.ipynb", cwd=clean_place / "work")
    assert not list((clean_place / "work").iterdir())
    assert not list((clean_place / "temporary").iterdir())


def test_two_runs_in_two_folders_give_the_same_bytes(tmp_path):
    texts = []
    for name in ("first", "second"):
        folder = tmp_path / name / "shop"
        folder.mkdir(parents=True)
        made = run("where.ipynb", {"path": str(folder / "orders.csv")}, cwd=folder)
        texts.append(nbformat.writes(made) + nbformat.writes(run("blocks.ipynb", cwd=folder)))
    assert texts[0] == texts[1]
    assert str(tmp_path) not in texts[0]


def test_outputs_are_records_without_a_second_copy(tmp_path):
    cell = run("blocks.ipynb", cwd=tmp_path).cells[-1]
    assert [output.data[MIME]["id"] for output in cell.outputs] == ["one", "two", "three"]
    assert [output.output_type for output in cell.outputs] == [
        "display_data",
        "display_data",
        "execute_result",
    ]
    assert all(set(output.data) == {MIME, "text/plain"} for output in cell.outputs)


def test_streams_are_merged_and_addresses_hidden(tmp_path):
    outputs = run("noise.ipynb", cwd=tmp_path).cells[0].outputs
    texts = [(output.get("name"), output.get("text")) for output in outputs if output.output_type == "stream"]
    assert sorted(texts) == [("stderr", "aside\n"), ("stdout", "a\nb\nc\nd\n")]
    assert outputs[-1].data["text/plain"] == "<object at 0x…>"


def test_an_error_of_segkit_keeps_its_own_sentence_and_class(tmp_path):
    with pytest.raises(RenderError) as caught:
        run("segkit_error.ipynb", {"name": "order_date"}, cwd=tmp_path, company="shop")
    error = caught.value
    assert str(error) == "orders.csv lacks column 'order_date'; map it."
    assert (error.company, error.notebook, error.cell) == ("shop", "segkit_error.ipynb", 3)
    assert isinstance(error.__cause__, MissingColumnError)


def test_any_other_error_is_one_sentence_with_its_cell(tmp_path):
    with pytest.raises(RenderError) as caught:
        run("other_error.ipynb", cwd=tmp_path, company="shop")
    assert str(caught.value) == (
        "notebook other_error.ipynb failed in cell 1 (ZeroDivisionError: division by zero); open it with segkit lab to see why."
    )
    assert caught.value.cell == 1


def test_an_error_without_words_is_named_by_its_class(tmp_path):
    with pytest.raises(RenderError, match=r"failed in cell 1 \(AssertionError\)"):
        run("silent_error.ipynb", cwd=tmp_path)


def test_a_kernel_that_dies_is_reported(tmp_path):
    with pytest.raises(RenderError, match=r"dies\.ipynb stopped: Kernel died"):
        run("dies.ipynb", cwd=tmp_path)


def test_a_cell_over_its_time_is_stopped(tmp_path):
    started = time.monotonic()
    with pytest.raises(RenderError, match=r"slow\.ipynb"):
        run("slow.ipynb", cwd=tmp_path, timeout=1)
    assert time.monotonic() - started < 30


def test_a_missing_notebook_and_a_broken_one_are_named(tmp_path):
    with pytest.raises(RenderError, match=r"notebook none\.ipynb cannot be read \(No such file"):
        read_notebook(tmp_path / "none.ipynb")
    (tmp_path / "broken.ipynb").write_text("{}")
    with pytest.raises(RenderError, match=r"broken\.ipynb is not a notebook"):
        read_notebook(tmp_path / "broken.ipynb")
    (tmp_path / "text.ipynb").write_text("hello")
    with pytest.raises(RenderError, match=r"text\.ipynb is not a notebook"):
        read_notebook(tmp_path / "text.ipynb")


def test_an_old_notebook_is_read(tmp_path):
    old = {
        "nbformat": 4,
        "nbformat_minor": 2,
        "metadata": {},
        "cells": [{"cell_type": "markdown", "metadata": {}, "source": ["# Old"]}],
    }
    (tmp_path / "old.ipynb").write_text(json.dumps(old))
    assert read_notebook(tmp_path / "old.ipynb").cells[0].source == "# Old"


def test_the_source_is_only_read(tmp_path):
    source = NOTEBOOKS / "parameters.ipynb"
    before = source.read_bytes()
    run("parameters.ipynb", {"count": 2}, cwd=tmp_path)
    assert source.read_bytes() == before


def test_a_saved_notebook_reads_back(tmp_path):
    made = run("blocks.ipynb", cwd=tmp_path)
    path = save_notebook(made, tmp_path / "out" / "made.ipynb")
    assert nbformat.writes(read_notebook(path)) == nbformat.writes(made)


def test_normalising_changes_no_input_and_no_record_number():
    record = {"kind": "x", "n": [1, 2.5, None], "where": "/a/b/c.csv"}
    output = nbformat.v4.new_output(
        "display_data", data={MIME: record, "text/html": "h", "image/png": "AA"}, metadata={"t": 1}
    )
    cell = nbformat.v4.new_code_cell(
        "/a/b/c.csv",
        outputs=[output],
        metadata={"tags": ["t"], "execution": {"iopub.status.idle": "2026-01-01T00:00:00Z"}},
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    made = normalise_notebook(notebook, replace=[("/a/b/c.csv", "c.csv"), ("", "never")])
    assert made.cells[0].outputs[0] == {
        "output_type": "display_data",
        "metadata": {},
        "data": {MIME: {"kind": "x", "n": [1, 2.5, None], "where": "c.csv"}, "image/png": "AA"},
    }
    assert made.cells[0].source == "/a/b/c.csv"
    assert made.cells[0].metadata == {"tags": ["t"]}
    assert "text/html" in notebook.cells[0].outputs[0].data


SCRIPT = """
import sys
from pathlib import Path
from segkit.publish.notebooks import run_notebook
print("ready", flush=True)
try:
    run_notebook(Path(sys.argv[1]), {}, cwd=Path(sys.argv[2]))
except KeyboardInterrupt:
    print("interrupted", flush=True)
    sys.exit(130)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals to a process are a POSIX matter")
@pytest.mark.parametrize(
    "moment", ["work/started", "temporary/*/kernel.json"], ids=["in_a_cell", "while_starting"]
)
def test_ctrl_c_stops_the_kernel_and_cleans_up(tmp_path, moment):
    (tmp_path / "work").mkdir()
    (tmp_path / "temporary").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(NOTEBOOKS / "slow.ipynb"), str(tmp_path / "work")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    try:
        assert process.stdout.readline() == "ready\n"
        deadline = time.monotonic() + 50
        while not list(tmp_path.glob(moment)) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    finally:
        watchdog.cancel()
    assert (process.returncode, out) == (130, "interrupted\n"), err
    assert not list((tmp_path / "temporary").iterdir())
    assert "Traceback" not in err


def test_chunks_of_one_stream_become_one_and_attached_markdown_stays():
    chunks = [
        nbformat.v4.new_output("stream", name=name, text=text)
        for name, text in (("stdout", "a"), ("stdout", "b"), ("stderr", "c"))
    ]
    error = nbformat.v4.new_output("error", ename="E", evalue="v", traceback=[])
    cells = [nbformat.v4.new_code_cell("", outputs=[*chunks, error]), nbformat.v4.new_markdown_cell("text")]
    made = normalise_notebook(nbformat.v4.new_notebook(cells=cells))
    assert [output.get("text") for output in made.cells[0].outputs] == ["ab", "c", None]
    assert [cell["id"] for cell in made.cells] == ["cell-001", "cell-002"]


def test_an_interrupt_ends_the_kernel_before_it_travels_on(tmp_path, monkeypatch):
    kernel = notebooks._Kernel(folder=tmp_path, cwd=tmp_path)
    kernel.kill()  # not started yet: nothing to end
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    kernel.manager = SimpleNamespace(provisioner=SimpleNamespace(process=process))
    waited = []

    def interrupted_wait(futures, timeout):
        waited.append(timeout)
        if len(waited) == 1:
            raise KeyboardInterrupt
        return real_wait(futures, timeout=timeout)

    real_wait = notebooks.wait
    monkeypatch.setattr(notebooks, "wait", interrupted_wait)
    with pytest.raises(KeyboardInterrupt):
        notebooks._interruptible(process.wait, kernel)
    assert process.returncode == -signal.SIGKILL
