"""Writing files whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path


def write_atomically(path: Path, content: str) -> Path:
    r"""Write text under a temporary name beside ``path``, then rename it: readers see the old file or the new one.

    Parameters
    ----------
    path : Path
        Missing folders are made.
    content : str
        Written as UTF-8 with ``\n`` line ends.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomically(Path(folder, "reports", "a.txt"), "whole").read_text()
    'whole'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def update_folder(target: Path, files: Mapping[str, bytes], *, without: Sequence[str] = ()) -> None:
    """Write files into a folder, all or none: a copy is changed and then takes its place.

    Parameters
    ----------
    target : Path
        Made where it is not there; its other files stay.
    files : mapping of str to bytes
        Content by name below ``target``.
    without : sequence of str
        Folders below ``target`` that are emptied first.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     update_folder(Path(folder, "results"), {"flows/a.txt": b"whole"})
    ...     Path(folder, "results", "flows", "a.txt").read_text()
    'whole'
    """
    draft = target.with_name(f"{target.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        if target.is_dir():
            shutil.copytree(target, draft)
        for stale in without:
            shutil.rmtree(draft / stale, ignore_errors=True)
        for name, content in files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
