"""Outlines in few bytes: rounded, the shorter of absolute and relative, no point twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

Point = tuple[float, float]
Segment = tuple[str, tuple[Point, ...]]
"""``("M" | "L" | "C" | "Q" | "Z", its points)``, all absolute."""

_TOKEN = re.compile(r"([A-Za-z])|(-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_TAKES = {"M": 2, "L": 2, "T": 2, "H": 1, "V": 1, "Q": 4, "S": 4, "C": 6}


def read_path(d: str) -> list[Segment] | None:
    """Return the segments of a path, all absolute; of one with arcs nothing.

    Examples
    --------
    >>> read_path("M1 2H5v7z")
    [('M', ((1.0, 2.0),)), ('L', ((5.0, 2.0),)), ('L', ((5.0, 9.0),)), ('Z', ())]
    >>> read_path("M1 2a3 3 0 1 0 1 1") is None
    True
    """
    tokens = _TOKEN.findall(d)
    if _TOKEN.sub("", d).replace(",", "").strip() or not tokens or tokens[0][0] not in {"M", "m"}:
        return None
    segments: list[Segment] = []
    at = start = (0.0, 0.0)
    for letter, numbers in _commands(tokens):
        steps = _steps(letter.upper(), numbers)
        if steps is None:
            return None
        for place, flat in enumerate(steps):
            command = "L" if letter in "Mm" and place else letter.upper()
            points = _absolute(command, flat, at if letter.islower() else (0.0, 0.0), at)
            segments.append(("L" if command in "HV" else command, points))
            at = points[-1] if points else start
            start = at if command == "M" else start
    return segments


def _steps(command: str, numbers: list[float]) -> list[list[float]] | None:
    if command == "Z":
        return None if numbers else [[]]
    step = _TAKES.get(command, 0)
    if not step or not numbers or len(numbers) % step:
        return None
    return [numbers[place : place + step] for place in range(0, len(numbers), step)]


def _absolute(command: str, flat: list[float], base: Point, at: Point) -> tuple[Point, ...]:
    if command == "H":
        return ((base[0] + flat[0], at[1]),)
    if command == "V":
        return ((at[0], base[1] + flat[0]),)
    return tuple((base[0] + x, base[1] + y) for x, y in zip(flat[::2], flat[1::2], strict=True))


def _commands(tokens: list[tuple[str, str]]) -> Iterator[tuple[str, list[float]]]:
    command, numbers = "", list[float]()
    for letter, number in tokens:
        if number:
            numbers.append(float(number))
            continue
        if command:
            yield command, numbers
        command, numbers = letter, []
    yield command, numbers


def moved(segments: list[Segment], dx: float, dy: float) -> list[Segment]:
    """Return the segments moved.

    Examples
    --------
    >>> moved([("M", ((1.0, 2.0),))], 1, 1)
    [('M', ((2.0, 3.0),))]
    """
    return [(command, tuple((x + dx, y + dy) for x, y in points)) for command, points in segments]


def write_path(segments: list[Segment], *, decimals: int = 1) -> str:
    """Write segments in few characters.

    Examples
    --------
    >>> write_path([("M", ((1.04, 2.0),)), ("L", ((5.0, 2.0),)), ("L", ((9.0, 2.0),)), ("L", ((9.0, 7.5),))])
    'M1 2H9V7.5'
    >>> write_path([("M", ((100.0, 200.0),)), ("L", ((101.0, 203.0),)), ("Z", ())])
    'M100 200l1 3z'
    """
    parts: list[str] = []
    last, at, start = "", (0.0, 0.0), (0.0, 0.0)
    for command, points in _joined(segments, decimals):
        if command == "Z":
            parts.append("z")
            last, at = "z", start
            continue
        letter, text = _shortest(command, points, at)
        implied = letter == last or (last == "M" and letter == "L")
        glue = "" if text.startswith("-") else " "
        parts.append(glue + text if implied and letter != "M" else letter + text)
        last, at = letter, points[-1]
        if command == "M":
            start = at
    return "".join(parts)


def _joined(segments: list[Segment], decimals: int) -> list[Segment]:
    """Round, and drop what repeats a point or goes on straight along an axis."""
    kept: list[Segment] = []
    before: Point | None = None  # the point before the last one, while both are ends of lines
    at: Point = (0.0, 0.0)
    for command, raw in segments:
        points = tuple((round(x, decimals) + 0.0, round(y, decimals) + 0.0) for x, y in raw)
        if command != "L":
            before = None
        elif kept and points[0] == at and kept[-1][0] == "L":
            continue
        elif before is not None and kept[-1][0] == "L" and _goes_on(before, at, points[0]):
            kept[-1] = ("L", points)
            at = points[0]
            continue
        else:
            before = at
        kept.append((command, points))
        at = points[-1] if points else at
    return kept


def _goes_on(first: Point, middle: Point, last: Point) -> bool:
    for along, across in ((0, 1), (1, 0)):
        if first[across] == middle[across] == last[across]:
            return (first[along] < middle[along]) == (middle[along] < last[along])
    return False


def _shortest(command: str, points: tuple[Point, ...], at: Point) -> tuple[str, str]:
    (x, y) = points[-1]
    dx, dy = x - at[0], y - at[1]
    if command == "M":
        return "M", join_numbers([x, y])
    if command == "L" and y == at[1]:
        return min(("H", write_number(x)), ("h", write_number(dx)), key=lambda pair: len(pair[1]))
    if command == "L" and x == at[0]:
        return min(("V", write_number(y)), ("v", write_number(dy)), key=lambda pair: len(pair[1]))
    absolute = join_numbers([value for point in points for value in point])
    relative = join_numbers([value for px, py in points for value in (px - at[0], py - at[1])])
    return min((command, absolute), (command.lower(), relative), key=lambda pair: len(pair[1]))


def join_numbers(numbers: list[float]) -> str:
    """Return numbers with as little between them as a reader of SVG needs.

    Examples
    --------
    >>> join_numbers([1.5, -2.0, 0.25])
    '1.5-2 .25'
    """
    text = ""
    for number in numbers:
        written = write_number(number)
        text += written if not text or written.startswith("-") else f" {written}"
    return text


def write_number(number: float) -> str:
    """Return a number without what it does not need.

    Examples
    --------
    >>> write_number(-0.50), write_number(12.0), write_number(-0.0)
    ('-.5', '12', '0')
    """
    text = f"{round(number, 3):.3f}".rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
