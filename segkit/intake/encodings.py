"""From bytes to UTF-8 text with regular line ends, in chunks, so that a file of any size passes through.

In: a path. Out: a :class:`PreparedText`: the file itself when nothing had to change, else a copy in a private folder.
The encoding is decided strictly: a byte-order mark, else UTF-8, else Windows cp1252; nothing is decoded with losses.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from segkit.errors import InputError
from segkit.model.cleaning import LogEntry
from segkit.words.figures import join_words, plural

CHUNK = 1 << 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the other's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedText:
    """A text file ready for the engine: UTF-8, one kind of line end.

    ``blank_lines`` are the numbers of the empty lines, counted from 1, in ``path``; ``lines`` counts all lines.
    """

    path: Path
    encoding: str
    sha256: str
    lines: int
    blank_lines: tuple[int, ...]
    notes: tuple[LogEntry, ...]


def prepare_text(source: Path, *, folder: Path, encoding: str | None, label: str) -> PreparedText:
    """Decode a text file strictly and make its line ends regular.

    Parameters
    ----------
    source : Path
        The file; it is not changed.
    folder : Path
        A private folder for the copy, if one is needed.
    encoding : str, optional
        Overrides the decision.
    label : str
        The file's name in messages and in the log.

    Returns
    -------
    PreparedText
        With the SHA-256 of the original bytes.

    Raises
    ------
    InputError
        When the bytes are valid in no encoding that was tried.
    """
    sha256, encoding = decide_encoding(source, encoding=encoding, label=label)
    notes: list[LogEntry] = []
    path = source
    if encoding != "utf-8":
        path = folder / "utf-8.csv"
        copy_as_utf8(source, path, encoding=encoding)
        notes.append(note_encoding(path, encoding=encoding, label=label))
    ends = count_line_ends(path)
    marks = count_marks(path)
    if ends.zeros or marks > 1:
        stray = folder / "stray.csv"
        copy_without_stray(path, stray, marks=marks)
        path = stray
        notes.append(note_stray(ends.zeros, marks, label=label))
    if not ends.regular:
        regular = folder / "lines.csv"
        copy_with_regular_ends(path, regular, return_ends=ends.newlines == 0)
        path = regular
        kind = "ends its lines with carriage returns" if ends.newlines == 0 else "mixes kinds of line ends"
        reason = f"{label} {kind}; all were read as line ends of one kind."
        notes.append(LogEntry(rule="line ends made alike", reason=reason, rows=0))
    lines, blank = find_blank_lines(path)
    return PreparedText(
        path=path, encoding=encoding, sha256=sha256, lines=lines, blank_lines=blank, notes=tuple(notes)
    )


def read_chunks(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes in pieces of at most ``CHUNK``."""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def decide_encoding(source: Path, *, encoding: str | None, label: str) -> tuple[str, str]:
    """Return the SHA-256 of a file and the first encoding in which all of it is valid."""
    hashed = hashlib.sha256()
    for chunk in read_chunks(source):
        hashed.update(chunk)
    if encoding is not None:
        candidates = [normal_name(encoding, label=label)]
    else:
        candidates = [guess_from_head(source)]
        if candidates == ["utf-8"]:
            candidates.append("cp1252")
    problem = ""
    for candidate in candidates:
        other = problem  # why the file is not UTF-8
        problem = find_undecodable(source, encoding=candidate)
        if not problem:
            if other:
                refuse_mixture(source, other, label=label)
            return hashed.hexdigest(), candidate
    tried = " nor ".join(candidates)
    way_out = "save it as CSV UTF-8, or name its encoding: company.toml [orders] encoding = '...'"
    raise InputError(f"{label} is not valid {tried} ({problem}); {way_out}.", path=label)


def refuse_mixture(source: Path, problem: str, *, label: str) -> None:
    """Refuse a file of which some lines are UTF-8 and others are not: read as one, every umlaut of half is wrong.

    A line of Windows text that happens to be valid UTF-8 (a capital with accent before a closing quote) is so rare
    that asking is better than guessing; naming the encoding answers.
    """
    with source.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if line.isascii():
                continue
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError:
                continue
            raise InputError(
                f"{label} mixes encodings: line {number} is UTF-8 ({text.strip()[:40]!r}) but {problem}, which is not; "
                "save it as CSV UTF-8, or name its encoding: company.toml [orders] encoding = '...'.",
                path=label,
                rows=(number,),
            )


def normal_name(encoding: str, *, label: str) -> str:
    """Return Python's name of an encoding, UTF-8 with and without mark being one."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise InputError(
            f"encoding {encoding!r} for {label} is unknown; use a name such as 'utf-8', 'cp1252' or 'utf-16'."
        ) from None
    return "utf-8" if name == "utf-8-sig" else name


def guess_from_head(source: Path) -> str:
    """Return the encoding that a byte-order mark or a pattern of zero bytes shows, else UTF-8."""
    with source.open("rb") as stream:
        head = stream.read(4096)
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    even, odd = head[::2].count(0), head[1::2].count(0)
    if even + odd > len(head) // 4:  # text without a mark in 16-bit units: every other byte is zero
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8"


def find_undecodable(source: Path, *, encoding: str) -> str:
    """Return where a file stops being valid in an encoding, or nothing."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines = 1
    for chunk in read_chunks(source):
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            lines += chunk[: error.start].count(b"\n")
            return f"line {lines} holds byte 0x{error.object[error.start]:02X}"
        lines += chunk.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "it ends in the middle of a character"
    return ""


def copy_as_utf8(source: Path, target: Path, *, encoding: str) -> None:
    """Write a file again in UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with target.open("wb") as stream:
        for chunk in read_chunks(source):
            stream.write(decoder.decode(chunk).encode("utf-8"))
        stream.write(decoder.decode(b"", final=True).encode("utf-8"))


def note_encoding(path: Path, *, encoding: str, label: str) -> LogEntry:
    """Say which encoding was used and show the first line that it changed."""
    examples: tuple[str, ...] = ()
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.isascii():
                text = line.decode("utf-8").removeprefix("\ufeff").strip()
                if not text.isascii():
                    examples = (f"line {number} reads {text[:80]!r}",)
                    break
    return LogEntry(
        rule="encoding",
        reason=f"{label} is not UTF-8 and was read as {encoding}; check the line shown.",
        rows=0,
        examples=examples,
        switch="encoding",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEnds:
    """How often each kind of line end occurs, and the character zero, which no text has."""

    newlines: int
    returns: int
    pairs: int
    zeros: int

    @property
    def regular(self) -> bool:
        """Whether returns, if any, come as pairs throughout."""
        return self.returns == 0 or self.returns == self.pairs == self.newlines


def count_line_ends(path: Path) -> LineEnds:
    """Count newlines, returns and return-newline pairs."""
    newlines = returns = pairs = zeros = 0
    last = b""
    for chunk in read_chunks(path):
        newlines += chunk.count(b"\n")
        returns += chunk.count(b"\r")
        zeros += chunk.count(b"\0")
        pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk[:1] == b"\n")
        last = chunk[-1:]
    return LineEnds(newlines=newlines, returns=returns, pairs=pairs, zeros=zeros)


def count_marks(path: Path) -> int:
    """Return how many UTF-8 byte-order marks stand at the beginning of a file."""
    with path.open("rb") as stream:
        head = stream.read(CHUNK)
    rest = head
    while rest.startswith(codecs.BOM_UTF8):
        rest = rest.removeprefix(codecs.BOM_UTF8)
    return (len(head) - len(rest)) // len(codecs.BOM_UTF8)


def copy_without_stray(source: Path, target: Path, *, marks: int) -> None:
    """Write a file again without its byte-order marks and without zero characters."""
    skip = marks * len(codecs.BOM_UTF8)
    with target.open("wb") as stream:
        for chunk in read_chunks(source):
            stream.write(chunk[skip:].replace(b"\0", b""))
            skip = 0


def note_stray(zeros: int, marks: int, *, label: str) -> LogEntry:
    """Say which characters that belong to no cell were left out."""
    parts = [plural(zeros, "zero character")] if zeros else []
    parts += [f"{plural(marks, 'byte-order mark')} at its beginning"] if marks > 1 else []
    were = "it was" if zeros == 1 and marks < 2 else "they were"
    return LogEntry(
        rule="stray characters", reason=f"{label} holds {join_words(parts)}; {were} left out.", rows=0
    )


def copy_with_regular_ends(source: Path, target: Path, *, return_ends: bool) -> None:
    """Write a file again with newlines only.

    A return that belongs to no pair ends a line where the file has no newline at all (``return_ends``);
    elsewhere it is a stray character inside a cell and becomes a space.
    """
    lone = b"\n" if return_ends else b" "
    held = b""
    with target.open("wb") as stream:
        for chunk in read_chunks(source):
            text = held + chunk
            held = b"\r" if text.endswith(b"\r") else b""
            text = text.removesuffix(b"\r") if held else text
            stream.write(text.replace(b"\r\n", b"\n").replace(b"\r", lone))
        if held:
            stream.write(lone)


BLANK = re.compile(rb"(?<=\n)\r?\n")


def find_blank_lines(path: Path) -> tuple[int, tuple[int, ...]]:
    """Return how many lines a file has and which of them are empty, counted from 1."""
    lines = 0
    blank: list[int] = []
    tail = b"\n"  # what stands before the first line
    for chunk in read_chunks(path):
        text = tail + chunk
        cut = text.endswith(b"\r")
        body = text.removesuffix(b"\r") if cut else text
        if b"\n\n" in body or b"\n\r\n" in body:
            at, counted = 0, lines
            for match in BLANK.finditer(body):
                counted += body.count(b"\n", max(at, 1), match.end())
                at = match.end()
                blank.append(counted)
        lines += body.count(b"\n", 1)
        tail = body[-1:] + (b"\r" if cut else b"")
    return lines + (not tail.endswith(b"\n")), tuple(blank)
