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
from segkit.intake.folder_template import OPTIONAL_TABLES
from segkit.intake.formats import OrderFormat, absent_names, detect_format, unknown_names
from segkit.intake.mapping import Confidence, Guess, guess_columns
from segkit.intake.orders import Orders, choose_format
from segkit.intake.pipeline import HISTORY_STEM, PIPELINE_STEM, read_pipeline
from segkit.intake.pipeline_proposal import Proposal, propose_pipeline
from segkit.intake.tables import open_table
from segkit.intake.toml_text import quote_toml
from segkit.model.company import OrderSettings
from segkit.model.factor import factor_definitions
from segkit.words.figures import plural
from segkit.words.intake import coverage_sentence, reading_sentences
from segkit.words.pipeline_log import describe_pipeline

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
    pipeline: str | Path | None = None,
    stage_events: str | Path | None = None,
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
    pipeline, stage_events : path, optional
        A CRM's export of opportunities, and the history of their stages; brought in like the orders.

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
    exports = _check_exports(pipeline, stage_events, orders=files)
    made = not target.exists()
    try:
        target.mkdir(parents=True, exist_ok=True)
        copies = _copy_orders(files, target)
        crm = [_bring(path, target / f"{stem}{path.suffix.lower()}") for stem, path in exports.items()]
        for kind, source in (("website", website), ("research", research)):
            if source is not None:
                shutil.copytree(source, target / kind)
        columns = _columns_of(copies[0])
        form = detect_format(columns)
        choose_format(columns, settings=OrderSettings(), label=copies[0].name)
        guesses = () if form else guess_columns(columns)
        text = propose_company(name or target.name, copies, columns=columns, form=form, guesses=guesses)
        proposal = (
            propose_pipeline(crm[0], crm[1] if crm[1:] else None) if crm else Proposal(toml=(), told=())
        )
        text += "".join(f"{line}\n" for line in proposal.toml)
        (target / "company.toml").write_text(text, encoding="utf-8", newline="\n")
        lines = _tell(target, columns=columns, form=form, guesses=guesses, proposal=proposal)
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
    listed = ", ".join(quote_toml(path.name) for path in files)
    lines = [
        "[company]",
        f"name = {quote_toml(name)}",
        '# currency = "EUR"                 # three letters; needed where the orders do not say it',
        '# timezone = "Europe/Berlin"       # decides to which day an order belongs',
        '# country = ""                     # also: website, industry, about',
        '# business_model = "b2c"           # "b2c", "b2b" or "mixed"',
        "",
        "[orders]",
        f"files = [{listed}]",
    ]
    if form:
        lines += [f"format = {quote_toml(form.name)}    # recognised: {form.label}"]
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
    return "\n".join(lines) + "\n" + OPTIONAL_TABLES


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
        lines.append(f"# not recognised, passed on under their own names: {', '.join(map(quote_toml, rest))}")
    return lines


def _mapping_line(guess: Guess) -> str:
    line = f"{guess.canonical} = {quote_toml(guess.source)}"
    if guess.rivals:
        others = ", ".join(map(quote_toml, guess.rivals))
        return f"{line:<35} # CHOOSE: {others} would fit as well"
    if guess.confidence is Confidence.SURE:
        return line
    return f"{line:<35} # {guess.confidence.value}: check this one"


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
        copies.append(_bring(path, copy))
    return copies


def _bring(path: Path, copy: Path) -> Path:
    """Copy a file into the folder; a large one is linked where the disk allows."""
    if path.stat().st_size > LINK_ABOVE:
        try:
            copy.hardlink_to(path.resolve())
        except OSError:
            shutil.copyfile(path, copy)
    else:
        shutil.copyfile(path, copy)
    return copy


def _check_exports(
    pipeline: str | Path | None, stage_events: str | Path | None, *, orders: Sequence[Path]
) -> dict[str, Path]:
    """Return the CRM's files by the name they get."""
    if stage_events is not None and pipeline is None:
        raise InputError(
            "segkit new was given a history of stages and no opportunities; pass --pipeline FILE as well.",
            path=str(stage_events),
        )
    given = {PIPELINE_STEM: pipeline, HISTORY_STEM: stage_events}
    exports = {stem: Path(path) for stem, path in given.items() if path is not None}
    for stem, path in exports.items():
        if not path.is_file():
            raise InputError(f"CRM export {str(path)!r} does not exist; give its path.", path=str(path))
        if path.suffix.lower() not in TABLE_SUFFIXES:
            raise InputError(
                f"CRM export {path.name!r} is no table; export it as CSV or XLSX.", path=str(path)
            )
        if len(orders) > 1 and f"{stem}{path.suffix.lower()}" in {file.name for file in orders}:
            raise InputError(
                f"an order file is called {stem}{path.suffix.lower()} too; rename it.", path=path.name
            )
    return exports


def _columns_of(path: Path) -> tuple[str, ...]:
    with connect_engine() as connection:
        return open_table(path, connection=connection, name="orders").columns


def _tell(
    target: Path,
    *,
    columns: Sequence[str],
    form: OrderFormat | None,
    guesses: Sequence[Guess],
    proposal: Proposal,
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
        company = read_company(target)
        orders = read_company_orders(company)
    except (MissingColumnError, BadValueError) as problem:
        return [*lines, *proposal.told, f"Still to settle: {problem}"]
    lines += [*_summary(orders), *proposal.told]
    if proposal.toml and not any(line.startswith("Still to settle") for line in proposal.told):
        try:
            lines += describe_pipeline(read_pipeline(company, orders))
        except InputError as problem:
            lines.append(f"Still to settle: {problem}")
    return lines


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
