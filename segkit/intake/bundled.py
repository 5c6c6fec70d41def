"""The one place that finds what travels with segkit: notebooks, example companies, templates.

In a checkout they lie at its top level; in an installed wheel inside ``segkit/bundled``.
"""

from __future__ import annotations

from pathlib import Path

from segkit.errors import InputError

_PACKAGE = Path(__file__).resolve().parent.parent
DEFAULT_COMPANY = "tenterfold"
"""The example that ``segkit report`` renders when no company is named."""


def bundled_folder(kind: str) -> Path:
    """Return the folder that holds the shipped ``"notebooks"`` or ``"data"``.

    Parameters
    ----------
    kind : str
        ``"notebooks"`` or ``"data"``.

    Returns
    -------
    Path
        An existing folder: ``segkit/bundled/<kind>`` in a wheel, ``<kind>`` at the top of a checkout.

    Raises
    ------
    InputError
        If neither exists: the installation is incomplete.

    Examples
    --------
    >>> bundled_folder("notebooks").name
    'notebooks'
    """
    candidates = (_PACKAGE / "bundled" / kind, _PACKAGE.parent / kind)
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise InputError(f"this installation of segkit lacks its {kind!r}; install the wheel again.")


def example_companies() -> tuple[Path, ...]:
    """Return the folders of the example companies, by name.

    Examples
    --------
    >>> all((folder / "company.toml").is_file() for folder in example_companies())
    True
    """
    return tuple(sorted(file.parent for file in bundled_folder("data").glob("*/company.toml")))


def example_company(name: str = DEFAULT_COMPANY) -> Path:
    """Return the folder of one example company.

    Parameters
    ----------
    name : str
        Its folder name.

    Raises
    ------
    InputError
        If there is no such example; the message lists those there are.
    """
    folder = bundled_folder("data") / name
    if not (folder / "company.toml").is_file():
        known = ", ".join(repr(path.name) for path in example_companies()) or "none"
        raise InputError(f"there is no example company {name!r}; the examples are {known}.")
    return folder


def bundled_notebooks() -> tuple[Path, ...]:
    """Return the shipped notebooks, by name.

    Examples
    --------
    >>> all(path.suffix == ".ipynb" for path in bundled_notebooks())
    True
    """
    return tuple(sorted(bundled_folder("notebooks").glob("*.ipynb")))
