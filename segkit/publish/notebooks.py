"""Running a notebook: papermill in one place, nothing left behind, the same bytes every time.

The kernel is this interpreter, whatever kernels are installed; it gets a private, temporary IPython profile, so no
user start-up file, history or connection file plays a part.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import logging
import math
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import nbformat
import papermill.execute  # before papermill.engines: importing that first is a circle inside papermill
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from segkit import errors
from segkit.errors import RenderError, SegkitError
from segkit.publish.files import write_atomically
from segkit.publish.normalise import normalise_notebook

Scalar = str | int | float | bool | None

_ENGINE = "segkit"
_TICK = 0.2  # seconds between two looks at a running notebook
_KERNEL_ARGUMENTS = (
    "--HistoryManager.enabled=False",  # many kernels share one history file otherwise
    "--Completer.use_jedi=False",
    "--InteractiveShell.colors=nocolor",
    "--log-level=40",
)


def run_notebook(
    path: Path,
    parameters: Mapping[str, Scalar],
    *,
    cwd: Path,
    company: str = "",
    timeout: int | None = None,
) -> NotebookNode:
    """Run a notebook with parameters and return it with its outputs.

    Parameters
    ----------
    path : Path
        The notebook; it is only read.
    parameters : mapping of str to scalar
        Names from the notebook's ``parameters`` cell; text, numbers, true, false and None only. Anything larger
        travels as a file named by its absolute path.
    cwd : Path
        The kernel's working directory. This process stays where it is.
    company : str, optional
        Whose report, for errors.
    timeout : int, optional
        Seconds that one cell may take; no limit by default.

    Returns
    -------
    NotebookNode
        Outputs without times, ids, addresses or absolute paths, so that two runs give the same bytes.

    Raises
    ------
    RenderError
        When a cell fails. Where the cell raised an error of segkit, the message is that error's own sentence and
        ``__cause__`` is of its class.
    """
    source = read_notebook(path)
    _check_parameters(source, parameters, path.name)
    paths = [
        value
        for value in (str(cwd), *parameters.values())
        if isinstance(value, str) and _is_recognisable(value)
    ]
    known = [(value, "." if value == str(cwd) else Path(value).name) for value in paths]
    try:
        with tempfile.TemporaryDirectory(prefix="segkit-kernel-") as private, _quiet():
            kernel = _Kernel(folder=Path(private), cwd=cwd)
            executed = _interruptible(
                lambda: _execute(source, dict(parameters), kernel=kernel, timeout=timeout), kernel
            )
    except PapermillExecutionError as error:
        raise _cell_error(error, source, company=company, notebook=path.name) from _original(error)
    except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
        raise RenderError(
            f"notebook {path.name} stopped: {_first_line(error)}; run it again, and with less data if memory is short.",
            company=company,
            notebook=path.name,
        ) from error
    return normalise_notebook(executed, replace=known)


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook of any format version.

    Raises
    ------
    RenderError
        When the file is missing or is no notebook.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # missing cell ids and the like: the ids are replaced anyway
            return nbformat.read(path, as_version=4)
    except OSError as error:
        raise RenderError(
            f"notebook {path.name} cannot be read ({error.strerror}); check the path.", notebook=path.name
        ) from None
    except Exception as error:  # noqa: BLE001 - nbformat raises a different class for each kind of broken file
        raise RenderError(
            f"{path.name} is not a notebook ({_first_line(error)}); open it in JupyterLab and save it again.",
            notebook=path.name,
        ) from None


def save_notebook(notebook: NotebookNode, path: Path) -> Path:
    """Write a notebook, whole or not at all."""
    return write_atomically(path, f"{nbformat.writes(notebook, version=4)}\n")


def parameter_names(notebook: NotebookNode) -> tuple[str, ...]:
    r"""Return the names that the cell tagged ``parameters`` assigns, in order.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell("company = 'x'\nn_segments: int = 4", metadata={"tags": ["parameters"]})
    >>> parameter_names(nbformat.v4.new_notebook(cells=[cell]))
    ('company', 'n_segments')
    """
    names: list[str] = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", ()):
            for node in ast.parse(cell.source).body:
                targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
                names.extend(target.id for target in targets if isinstance(target, ast.Name))
    return tuple(names)


def _check_parameters(notebook: NotebookNode, parameters: Mapping[str, Scalar], name: str) -> None:
    """Refuse what papermill would write into code unescaped: unknown names and values that are no JSON scalars."""
    allowed = parameter_names(notebook)
    for key, value in parameters.items():
        if key not in allowed:
            has = ", ".join(allowed) or "none"
            raise RenderError(
                f"notebook {name} has no parameter {key!r} (has {has}); add it to its parameters cell.",
                notebook=name,
            )
        if type(value) not in {str, int, float, bool, type(None)} or (
            isinstance(value, float) and not math.isfinite(value)
        ):
            raise RenderError(
                f"parameter {key!r} is not a plain value (got {type(value).__name__}); pass text, a finite number, true, false or None.",
                notebook=name,
            )


class _Kernel:
    """One run's kernel: where it lives, and its process once there is one."""

    def __init__(self, *, folder: Path, cwd: Path) -> None:
        self.folder = folder
        self.cwd = cwd
        self.manager: _KernelManager | None = None

    def start_options(self) -> dict[str, Any]:
        """Return what the kernel is started with: its folder, a private profile, fixed hash order, no start-up file."""
        environment = {
            **{key: value for key, value in os.environ.items() if key != "PYTHONSTARTUP"},
            "IPYTHONDIR": str(self.folder),
            "PYTHONHASHSEED": "0",
            "PLOTLY_RENDERER": "plotly_mimetype",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # a user's own would open windows and show nothing
        }
        return {"cwd": str(self.cwd), "env": environment}

    def kill(self) -> None:
        """End the kernel's process now, if it runs."""
        provisioner = self.manager.provisioner if self.manager else None
        process = getattr(provisioner, "process", None)
        if process is not None:
            process.kill()
            process.wait()


def _in_own_loop(work: Callable[[], NotebookNode]) -> NotebookNode:
    """Do the work with an event loop of this thread that is closed afterwards; Jupyter would leave one open."""
    loop = ensure_event_loop()
    try:
        return work()
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def _interruptible(work: Callable[[], NotebookNode], kernel: _Kernel) -> NotebookNode:
    """Do the work in a second thread, so that Ctrl-C reaches this one and ends the kernel.

    nbclient's own answer to the signal loses a kernel that is just starting; outside the main thread it keeps out.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="segkit-notebook") as pool:
        running = pool.submit(_in_own_loop, work)
        try:
            while (
                not running.done()
            ):  # in short looks, because a wait without an end cannot be interrupted everywhere
                wait([running], timeout=_TICK)
            return running.result()
        except KeyboardInterrupt:
            while not running.done():
                kernel.kill()
                wait([running], timeout=_TICK)
            raise


def _execute(
    source: NotebookNode, parameters: dict[str, Scalar], *, kernel: _Kernel, timeout: int | None
) -> NotebookNode:
    papermill_engines.register(_ENGINE, _Engine)
    source.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return papermill.execute.execute_notebook(
        source,
        None,
        parameters=parameters,
        engine_name=_ENGINE,
        kernel_name="python3",
        language="python",
        request_save_on_cell_execute=False,
        autosave_cell_every=0,
        progress_bar=False,
        log_output=False,
        execution_timeout=timeout,
        segkit_kernel=kernel,
    )


class _KernelManager(AsyncKernelManager):  # type: ignore[misc] # jupyter_client carries no types here
    """Starts this interpreter as the kernel."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return a specification made in this process: an installed one of the same name may point elsewhere."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *_KERNEL_ARGUMENTS]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


class _Engine(NBClientEngine):  # type: ignore[misc] # papermill carries no types
    """papermill's own engine with our kernel, in a working directory that is not this process's."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        segkit_kernel: _Kernel,
        execution_timeout: int | None = None,
        **_unused: object,
    ) -> NotebookNode:
        manager = _KernelManager(
            kernel_name=kernel_name, connection_file=str(segkit_kernel.folder / "kernel.json")
        )
        segkit_kernel.manager = manager
        client = PapermillNotebookClient(
            nb_man,
            km=manager,
            timeout=execution_timeout,
            startup_timeout=120,
            shutdown_kernel="immediate",
            coalesce_streams=True,
            store_widget_state=False,
            log=_LOG,
        )
        with (segkit_kernel.folder / "kernel.log").open("wb") as log:
            return client.execute(cleanup_kc=True, stdout=log, stderr=log, **segkit_kernel.start_options())


_LOG = logging.getLogger("segkit.notebooks")
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep papermill's and Jupyter's log lines and warnings out of the terminal for the time of a run."""
    logger = logging.getLogger("papermill")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _segkit_class(name: str) -> type[SegkitError] | None:
    found = getattr(errors, name, None)
    return found if isinstance(found, type) and issubclass(found, SegkitError) else None


def _original(error: PapermillExecutionError) -> Exception | None:
    known = _segkit_class(error.ename)
    return known(error.evalue) if known else None


def _cell_error(
    error: PapermillExecutionError, source: NotebookNode, *, company: str, notebook: str
) -> RenderError:
    """Return the error as one sentence; the cell is counted as the reader of the source notebook counts it."""
    tagged = [i for i, cell in enumerate(source.cells) if "parameters" in cell.metadata.get("tags", ())]
    injected = bool(tagged) and error.cell_index > tagged[0]
    cell = error.cell_index + (0 if injected else 1)
    if _segkit_class(error.ename):
        return RenderError(error.evalue, company=company, notebook=notebook, cell=cell)
    problem = f"{error.ename}: {_first_line(error.evalue)}" if error.evalue else error.ename
    return RenderError(
        f"notebook {notebook} failed in cell {cell} ({problem}); open it with segkit lab to see why.",
        company=company,
        notebook=notebook,
        cell=cell,
    )


def _first_line(error: object) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].strip().rstrip(".") if lines else type(error).__name__


def _is_recognisable(value: str) -> bool:
    """Say whether a text is an absolute path deep enough not to stand in outputs by chance."""
    return len(Path(value).parts) > 2 and Path(value).is_absolute()
