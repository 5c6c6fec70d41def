"""The head of a delimited file: delimiter, preamble and header line, found by looking and never by the engine.

In: a UTF-8 text file. Out: a :class:`Head`, from which the reader knows everything it would otherwise guess.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from segkit.errors import BadValueError, InputError

HEAD_BYTES = 1 << 18
HEAD_RECORDS = 200
DELIMITERS = (",", ";", "\t", "|")
SPACES = " "
"""Delimiter that stands for columns set apart by runs of spaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the first lines of a file say about the rest.

    ``skipped`` are the lines before the header, with ``sep=`` among them; ``header`` its cells as written, which
    may span ``header_lines`` lines that are not blank.
    """

    delimiter: str
    skipped: tuple[str, ...]
    header: tuple[str, ...]
    header_lines: int = 1


def read_head(path: Path, *, delimiter: str | None, label: str, named: bool = True) -> Head:
    """Find delimiter, preamble and header of a delimited file.

    The delimiter is the one under which most records of the head have one and the same number of cells, more than
    one; the header is the first of them that is filled for the greater part.

    Parameters
    ----------
    path : Path
        A UTF-8 file, with or without byte-order mark.
    delimiter : str, optional
        Overrides the decision.
    label : str
        The file's name in messages.
    named : bool, default True
        False where the first row is data: the columns are then numbered.

    Returns
    -------
    Head

    Raises
    ------
    InputError
        When there is no table, or no header line above it.
    BadValueError
        When the delimiter given is not one character.
    """
    if delimiter is not None and len(delimiter) != 1:
        raise BadValueError(f"delimiter is {delimiter!r} for {label}; use one character.", path=label)
    with path.open("rb") as stream:
        raw = stream.read(HEAD_BYTES)
        whole = not stream.read(1)
    text = raw.decode("utf-8", errors="ignore").removeprefix("\ufeff").replace("\r\n", "\n")
    if not whole:
        text = text[: text.rfind("\n") + 1] or text
    declared, text = split_declaration(text)
    candidates = [d for d in (delimiter, declared) if d][:1] or list(DELIMITERS)
    ranked = [(score(records), d, records) for d in candidates for records in [parse(text, d)]]
    best, found, records = max(ranked, key=lambda entry: entry[0])  # the first of equals
    if best == NO_TABLE and not delimiter and (aligned := parse_aligned(text)):
        found, records = SPACES, aligned
    elif best == NO_TABLE:
        raise InputError(
            f"{label} holds no table: no delimiter of , ; tab | gives its lines the same number of cells, "
            f"more than one (line 1: {text.partition(chr(10))[0][:60]!r}); export it as CSV.",
            path=label,
        )
    first, cells = records[header_position(records)]
    skipped = ([f"sep={declared}"] if declared else []) + text.split("\n")[: first - 1]
    if not named:
        numbered = tuple(f"column_{position}" for position in range(1, len(cells) + 1))
        return Head(delimiter=found, skipped=tuple(skipped), header=numbered, header_lines=0)
    if not any(character.isalpha() for cell in cells for character in cell):
        raise InputError(
            f"{label} has no header line (line {len(skipped) + 1} is {found.join(cells)[:60]!r}); "
            "put one above the rows, such as customer_id,order_date,amount, or say in company.toml: [orders] header = false.",
            path=label,
            rows=(len(skipped) + 1,),
        )
    broken = sum(bool(part.strip()) for cell in cells for part in cell.split("\n")[1:-1])
    closing = sum("\n" in cell for cell in cells)
    return Head(
        delimiter=found, skipped=tuple(skipped), header=tuple(cells), header_lines=1 + broken + closing
    )


def split_declaration(text: str) -> tuple[str, str]:
    """Take a first line ``sep=;`` off, returning its delimiter and the rest."""
    first, newline, rest = text.partition("\n")
    bare = first.strip(" \r").strip('"')
    if bare[:4].casefold() == "sep=" and len(bare) == 5:
        return bare[4], rest
    if first.strip(' "\r').casefold() == "sep=\t":
        return "\t", rest
    return "", text if newline or first else ""


NO_TABLE = (-1.0, 0, 0)
Record = tuple[int, list[str]]
"""The line on which a record begins, counted from 1, and its cells."""


def parse(text: str, delimiter: str) -> list[Record]:
    """Split the head into records, the blank ones left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[Record] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((line, cells))
            line = reader.line_num + 1
            if len(records) == HEAD_RECORDS:
                break
    except csv.Error:  # a cell larger than the reader takes; what came before it decides
        pass
    return records


def parse_aligned(text: str) -> list[Record]:
    """Split lines at runs of spaces; nothing unless all lines agree."""
    records = [(n, line.split()) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    records = records[:HEAD_RECORDS]
    widths = {len(cells) for _, cells in records}
    return records if len(records) > 1 and len(widths) == 1 and widths != {1} else []


def usual_width(records: Sequence[Record]) -> int:
    """Return the most frequent number of cells, the larger of equals."""
    counts = Counter(len(cells) for _, cells in records)
    return max(counts, key=lambda width: (counts[width], width), default=0)


def score(records: Sequence[Record]) -> tuple[float, int, int]:
    """Rate a delimiter: share of records of the usual width, few records above the header, then that width."""
    width = usual_width(records)
    if width < 2:
        return NO_TABLE
    share = sum(len(cells) == width for _, cells in records) / len(records)
    return (round(share, 1), -header_position(records), width)


def header_position(records: Sequence[Record]) -> int:
    """Return the position of the first record of the usual width that is mostly filled."""
    width = usual_width(records)
    wide = [cells for _, cells in records if len(cells) == width]
    if len(records[0][1]) == width - 1 > 1 and not any(cells[-1].strip() for cells in wide):
        return 0  # every row ends on a delimiter, only the header does not
    full = [i for i, (_, cells) in enumerate(records) if len(cells) == width]
    filled = [i for i in full if 2 * sum(bool(cell.strip()) for cell in records[i][1]) > width]
    return (filled or full)[0]
