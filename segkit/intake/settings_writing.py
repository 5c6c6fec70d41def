"""Change three settings in ``company.toml`` and nothing else: comments, order, line ends and all other bytes stay.

Comes in: a company folder and the values. Goes out: the same file, whole, after the new text was read back and checked.
"""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from segkit.errors import InputError, SegkitError
from segkit.intake.bundled import bundled_folder
from segkit.intake.company import COMPANY_FILE, read_company, refuse_outside
from segkit.intake.company_file import parse_company_file

_BOM = "\ufeff"
_TOKEN = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|#([^\r\n]*)")
"""A text, which may hold a number sign, or a comment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One key that got another value; None stands for a key that was not there or was taken out."""

    table: str
    key: str
    before: Any
    after: Any


def write_settings(
    folder: str | Path, *, n_segments: int, features: tuple[str, ...], as_of: date | None
) -> tuple[Change, ...]:
    r"""Write the number of groups, the features and the end of observation into a ``company.toml``.

    Parameters
    ----------
    folder : str or Path
        The company folder.
    n_segments : int
        ``[segmentation] n_segments``.
    features : tuple of str
        ``[segmentation] features``; empty takes the key out.
    as_of : date or None
        ``[orders] as_of``; None takes the key out.

    Returns
    -------
    tuple of Change
        What was changed; empty where the file says all of it already, and then it is not touched.

    Raises
    ------
    InputError
        The file travels with segkit, cannot be read or written, or would not be valid afterwards; it is as it was.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "company.toml")
    ...     _ = file.write_text('[company]\nname = "A"  # ours\n\n[segmentation]\nn_segments = 4  # asked for\n')
    ...     changes = write_settings(folder, n_segments=3, features=(), as_of=None)
    ...     print(file.read_text(), changes[0].before)
    [company]
    name = "A"  # ours
    <BLANKLINE>
    [segmentation]
    n_segments = 3  # asked for
    4
    """
    root = Path(folder).resolve()
    read_company(root)  # whatever is wrong with it is said in the words of `segkit check`
    path = root / COMPANY_FILE
    refuse_outside(path, root)
    _refuse_bundled(path)
    stored = _read(path)
    old = tomllib.loads(_unified(stored))
    wanted: list[tuple[str, str, Any]] = [
        ("segmentation", "n_segments", n_segments),
        ("segmentation", "features", list(features) or None),
        ("orders", "as_of", as_of),
    ]
    changes = tuple(
        Change(table=table, key=key, before=before, after=after)
        for table, key, after in wanted
        if (before := old.get(table, {}).get(key)) != after and not _is_default(table, key, before, after)
    )
    if not changes:
        return ()
    text = change_text(stored, changes)
    _replace(path, text, stored=stored)
    return changes


def change_text(text: str, changes: tuple[Change, ...]) -> str:
    """Return the text of a ``company.toml`` with some keys changed and every other character as it was.

    Raises
    ------
    InputError
        The new text would say anything else than the old one with these changes, or would not be valid.
    """
    if find_spec("tomlkit") is None:
        raise InputError(
            "tomlkit, which changes company.toml and keeps its comments, is not installed; install it with: "
            "pip install 'segkit[lab]'."
        )
    wanted = _expected(tomllib.loads(_unified(text)), changes)
    parse_company_file(wanted)
    new = text
    try:
        for change in changes:
            new = _change_key(new, change)
    except (
        AttributeError,
        TypeError,
        LookupError,
        ValueError,
    ):  # tomlkit has no way through this way of writing
        new = ""
    if "\r\n" in text and not re.search(r"(?<!\r)\n", text):
        new = re.sub(r"(?<!\r)\n", "\r\n", new)
    if not _says(new, wanted) or _comments(text) - _comments(new):
        names = ", ".join(f"[{change.table}] {change.key}" for change in changes)
        raise InputError(
            f"{COMPANY_FILE} is written in a way in which {names} cannot be changed without touching more; "
            "change it by hand.",
            path=COMPANY_FILE,
        )
    return new


def _change_key(text: str, change: Change) -> str:
    """Return the text with one key set, taken out or added under the head of its table."""
    import tomlkit  # noqa: PLC0415 - an extra, needed only here

    body = text.removeprefix(_BOM)
    lead = text[: len(text) - len(body)]
    document = tomlkit.parse(body)
    if change.table not in document:
        end = "" if body.endswith("\n") or not body else "\n"
        return f"{text}{end}\n[{change.table}]\n{_line(change)}"
    table: Any = document[change.table]
    if change.key not in table:
        for head in re.finditer(rf"^[ \t]*\[[ \t]*{change.table}[ \t]*\][^\n]*(?:\n|\Z)", body, re.MULTILINE):
            end = "" if head[0].endswith("\n") else "\n"
            longer = f"{lead}{body[: head.end()]}{end}{_line(change)}{body[head.end() :]}"
            if _says(longer, _expected(tomllib.loads(_unified(text)), (change,))):  # else it stands in a text
                return longer
        table[change.key] = change.after
        return f"{lead}{tomlkit.dumps(document)}"
    return f"{lead}{_set_key(document, change)}"


def _set_key(document: Any, change: Change) -> str:
    """Return a document with a key that it has set or taken out; comments that stood inside the value stand behind it."""
    import tomlkit  # noqa: PLC0415 - an extra, needed only here
    from tomlkit.items import Array  # noqa: PLC0415

    table = document[change.table]
    item = table[change.key]
    inner = _comment_texts(item.as_string()) if isinstance(item, Array) else []
    words = "; ".join(part.strip() for part in [*inner, *_comment_texts(item.trivia.comment)])
    if change.after is None:
        table.remove(change.key)
        if words:
            table.add(tomlkit.comment(words))
    else:
        table[change.key] = change.after
        if inner:
            table[change.key].comment(words)
    return str(tomlkit.dumps(document))


def _says(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return tomllib.loads(_unified(text)) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _line(change: Change) -> str:
    import tomlkit  # noqa: PLC0415 - an extra, needed only here

    return f"{change.key} = {tomlkit.item(change.after).as_string()}\n"


def _expected(old: Mapping[str, Any], changes: tuple[Change, ...]) -> dict[str, Any]:
    """Return what the file has to say afterwards."""
    new = {name: dict(value) if isinstance(value, dict) else value for name, value in old.items()}
    for change in changes:
        table = new.setdefault(change.table, {})
        if change.after is None:
            table.pop(change.key, None)
        else:
            table[change.key] = change.after
    return new


def _is_default(table: str, key: str, before: Any, after: Any) -> bool:
    """Tell whether a key that is not there, or an empty list, says what is wanted already."""
    default = {("segmentation", "n_segments"): 4}.get((table, key))
    return (before in (None, []) and after is None) or (before is None and after == default)


def _comment_texts(text: str) -> list[str]:
    return [match[1] for match in _TOKEN.finditer(text) if match[1] is not None]


def _comments(text: str) -> set[str]:
    """Return the words of all comments, by which a lost one is noticed."""
    return {word for comment in _comment_texts(text) for word in comment.replace(";", " ").split()}


def _unified(text: str) -> str:
    return text.removeprefix(_BOM).replace("\r\n", "\n")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{COMPANY_FILE} cannot be read ({error}); save it as UTF-8.", path=COMPANY_FILE
        ) from None


def _refuse_bundled(path: Path) -> None:
    try:
        home = bundled_folder("data").resolve()
    except SegkitError:
        return
    if path.is_relative_to(home):
        raise InputError(
            f"{path.parent.name} is the example that travels with segkit and is not changed; copy it with "
            "`segkit lab` and choose there.",
            path=COMPANY_FILE,
        )


def _replace(path: Path, text: str, *, stored: str) -> None:
    """Put the new text in place whole, or leave the file as it is; a change made meanwhile is not overwritten."""
    name = ""
    try:
        mode = path.stat().st_mode
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{COMPANY_FILE}.", suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8"))
        Path(name).chmod(mode)
        if _read(path) != stored:
            raise InputError(
                f"{COMPANY_FILE} was changed by somebody else just now; press again.", path=COMPANY_FILE
            )
        Path(name).replace(path)
    except OSError as error:
        raise InputError(
            f"{COMPANY_FILE} cannot be written ({error.strerror}); check that the folder may be changed.",
            path=COMPANY_FILE,
        ) from None
    finally:
        if name:
            Path(name).unlink(missing_ok=True)
