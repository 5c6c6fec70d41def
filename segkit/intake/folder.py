"""``segkit new``: make a company folder from an order file and say what was recognised.

Comes in: an order file and where to put the folder. Goes out: the folder, with a ``company.toml`` that proposes what
was recognised for the user to confirm by editing. Nothing is half written: a folder that fails is removed.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from segkit.errors import BadValueError, InputError, MissingColumnError
from segkit.intake.columns import CANONICAL_NAMES
from segkit.intake.company import TABLE_SUFFIXES, read_company, read_company_orders
from segkit.intake.engine import connect_engine
from segkit.intake.formats import OrderFormat, absent_names, detect_format, unknown_names
from segkit.intake.mapping import Confidence, Guess, guess_columns
from segkit.intake.orders import Orders, choose_format
from segkit.intake.tables import open_table
from segkit.model.company import OrderSettings
from segkit.model.factor import factor_definitions
from segkit.words.figures import plural
from segkit.words.intake import coverage_sentence, reading_sentences

LINK_ABOVE = 64 * 2**20
"""Order files above this many bytes are linked into the folder where the disk allows, not copied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCompany:
    """A company folder that was made.

    Parameters
    ----------
    folder : Path
        The folder.
    lines : tuple of str
        What to tell the user: what was recognised, what is missing, what to do next.
    """

    folder: Path
    lines: tuple[str, ...]


def new_company(
    folder: str | Path,
    *,
    orders: str | Path | Sequence[str | Path],
    name: str = "",
    website: str | Path | None = None,
    research: str | Path | None = None,
) -> NewCompany:
    """Make a company folder from order files.

    Parameters
    ----------
    folder : path
        The folder to make; it must not exist, or be empty.
    orders : path or list of paths
        The order history; copied into the folder (files above 64 MB are linked where the disk allows).
    name : str
        The company's name; default: the folder's name.
    website, research : path, optional
        Folders with saved pages and with notes; copied.

    Returns
    -------
    NewCompany

    Raises
    ------
    InputError
        The folder is in use, a file is missing, or the orders cannot be read at all; nothing is left behind.

    Notes
    -----
    Columns that are not recognised do not stop it: ``company.toml`` then names what is missing and the columns to
    choose from.
    """
    target = Path(folder)
    files = [Path(file) for file in ([orders] if isinstance(orders, (str, Path)) else orders)]
    _check_input(target, files, {"website": website, "research": research})
    made = not target.exists()
    try:
        target.mkdir(parents=True, exist_ok=True)
        copies = _copy_orders(files, target)
        for kind, source in (("website", website), ("research", research)):
            if source is not None:
                shutil.copytree(source, target / kind)
        columns = _columns_of(copies[0])
        form = detect_format(columns)
        choose_format(columns, settings=OrderSettings(), label=copies[0].name)
        guesses = () if form else guess_columns(columns)
        text = propose_company(name or target.name, copies, columns=columns, form=form, guesses=guesses)
        (target / "company.toml").write_text(text, encoding="utf-8", newline="\n")
        lines = _tell(target, columns=columns, form=form, guesses=guesses)
    except BaseException:
        if made:
            shutil.rmtree(target, ignore_errors=True)
        else:
            for path in target.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
    return NewCompany(folder=target, lines=tuple(lines))


def propose_company(
    name: str,
    files: Sequence[Path],
    *,
    columns: Sequence[str],
    form: OrderFormat | None,
    guesses: Sequence[Guess],
) -> str:
    """Write a ``company.toml`` that says what was recognised, with comments that explain each key.

    Examples
    --------
    >>> text = propose_company("Nord", [Path("orders.csv")], columns=["Wer", "Datum"], form=None, guesses=())
    >>> '[company]' in text and 'name = "Nord"' in text
    True
    """
    listed = ", ".join(_quote(path.name) for path in files)
    lines = [
        "[company]",
        f"name = {_quote(name)}",
        '# currency = "EUR"                 # three letters; needed where the orders do not say it',
        '# timezone = "Europe/Berlin"       # decides to which day an order belongs',
        '# country = ""                     # also: website, industry, about',
        '# business_model = "b2c"           # "b2c", "b2b" or "mixed"',
        "",
        "[orders]",
        f"files = [{listed}]",
    ]
    if form:
        lines += [f"format = {_quote(form.name)}    # recognised: {form.label}"]
    else:
        lines += [
            "# Left: what segkit needs. Right: the column of your file. Correct what is wrong, delete what does not fit."
        ]
        lines += ["[orders.columns]", *_mapping_lines(columns, guesses)]
    lines += [
        "",
        "[segmentation]",
        "n_segments = 4                     # how many groups",
        "",
        "# [factors]                        # which factor a column speaks for, where its name does not tell",
        '# "Column name" = "demographic"    # demographic, geographic, psychographic, technographic, behavioral, need-based',
    ]
    return "\n".join(lines) + "\n"


def _mapping_lines(columns: Sequence[str], guesses: Sequence[Guess]) -> list[str]:
    """Write the proposed mapping, the needed columns first; what is not known is a comment to fill in."""
    found = {guess.canonical: guess for guess in guesses}
    lines = []
    who = {"customer_id", "email", "phone", "name"} & set(found)
    if not who:
        lines.append('# customer_id = "..."              # NEEDED: the column that says who ordered')
    if "order_date" not in found:
        lines.append('# order_date = "..."               # NEEDED: the column that says when')
    if not {"amount", "unit_price", "order_total"} & set(found):
        lines.append('# amount = "..."                   # without it there is no spend: order dates only')
    lines += [_mapping_line(found[canonical]) for canonical in CANONICAL_NAMES if canonical in found]
    rest = [name for name in columns if name not in {guess.source for guess in guesses}]
    if rest:
        lines.append(f"# not recognised, passed on under their own names: {', '.join(map(_quote, rest))}")
    return lines


def _mapping_line(guess: Guess) -> str:
    line = f"{guess.canonical} = {_quote(guess.source)}"
    if guess.rivals:
        others = ", ".join(map(_quote, guess.rivals))
        return f"{line:<36}# CHOOSE: {others} would fit as well"
    if guess.confidence is Confidence.SURE:
        return line
    return f"{line:<36}# {guess.confidence.value}: check this one"


def _quote(text: str) -> str:
    """Return a TOML basic string."""
    plain = "".join(
        f"\\u{ord(sign):04x}" if ord(sign) < 32 or ord(sign) == 127 else sign
        for sign in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{plain}"'


def _check_input(target: Path, files: Sequence[Path], folders: dict[str, str | Path | None]) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError(f"{target.name} is not an empty folder; choose another name.", path=str(target))
    if not files:
        raise InputError("segkit new was given no order file; pass --orders FILE.")
    names = [path.name for path in files]
    for path in files:
        if not path.is_file():
            raise InputError(f"order file {str(path)!r} does not exist; give its path.", path=str(path))
        if names.count(path.name) > 1:
            raise InputError(f"two order files are called {path.name!r}; rename one.", path=path.name)
    for kind, source in folders.items():
        if source is not None and not Path(source).is_dir():
            raise InputError(
                f"{kind} folder {str(source)!r} does not exist; give its path.", path=str(source)
            )


def _copy_orders(files: Sequence[Path], target: Path) -> list[Path]:
    """Bring the order files into the folder, a single one under the name ``orders``."""
    copies = []
    for path in files:
        suffix = path.suffix.lower()
        plain = f"orders{suffix}" if len(files) == 1 and suffix in TABLE_SUFFIXES else path.name
        copy = target / plain
        if path.stat().st_size > LINK_ABOVE:
            try:
                copy.hardlink_to(path.resolve())
            except OSError:
                shutil.copyfile(path, copy)
        else:
            shutil.copyfile(path, copy)
        copies.append(copy)
    return copies


def _columns_of(path: Path) -> tuple[str, ...]:
    with connect_engine() as connection:
        return open_table(path, connection=connection, name="orders").columns


def _tell(
    target: Path, *, columns: Sequence[str], form: OrderFormat | None, guesses: Sequence[Guess]
) -> list[str]:
    """Say what was recognised and what is missing; read the orders where that works already."""
    lines = [f"Made {target}."]
    if form:
        lines.append(f"Recognised: {form.label}.")
        unknown, absent = unknown_names(form, columns), absent_names(form, columns)
        if unknown:
            lines.append(f"Columns this export does not usually have: {', '.join(unknown)}.")
        if absent:
            lines.append(f"Columns this export could have and does not: {', '.join(absent)}.")
    else:
        lines.append("No vendor's export; columns recognised by their names:")
        lines += [f"  {guess.canonical} = {guess.source} ({guess.confidence.value})" for guess in guesses]
    try:
        orders = read_company_orders(read_company(target))
    except (MissingColumnError, BadValueError) as problem:
        lines.append(f"Still to settle: {problem}")
        return lines
    return [*lines, *_summary(orders)]


def _summary(orders: Orders) -> list[str]:
    definitions = factor_definitions()
    lines = list(reading_sentences(orders.log))
    gaps = [row for row in orders.log.coverage if not row.columns]
    if gaps:
        lines.append(f"Missing for {plural(len(gaps), 'factor')}:")
        lines += [
            f"  {definitions[row.factor].label}: {coverage_sentence(row, orders.log.customers)}"
            for row in gaps
        ]
    return lines
