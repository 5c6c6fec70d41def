"""Which files of a company folder are documents, and their bytes or text.

In: the folders ``website/`` and ``research/``. Out: files in order of their names, and a sentence for each that lies outside
the company folder, is of another kind, too large, empty or not decodable; nothing of such a file is read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from segkit.errors import BadValueError
from segkit.intake.encodings import MARKS, guess_from_head
from segkit.model.document import UnreadDocument
from segkit.model.evidence import SourceType

FOLDERS = {"website": SourceType.WEBSITE, "research": SourceType.RESEARCH}
LARGEST_MB = 50

PAGE = {".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml"}
ARCHIVE = {".mhtml": "multipart/related", ".mht": "multipart/related"}
NOTE = {".md": "text/markdown", ".markdown": "text/markdown", ".txt": "text/plain"}
PDF = {".pdf": "application/pdf"}
READ_IN = {
    SourceType.WEBSITE: {**PAGE, **ARCHIVE, **PDF},
    SourceType.RESEARCH: {**PAGE, **ARCHIVE, **PDF, **NOTE},
}
REFERENCES = {".bib", ".json"}
ASSETS = {
    *(
        ".css",
        ".js",
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".svg",
        ".webp",
        ".avif",
        ".ico",
        ".woff",
        ".woff2",
        ".ttf",
        ".map",
    ),
    *(".mp4", ".webm", ".json", ".xml"),
}
"""What lies beside saved pages and holds no sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFile:
    """A file to read: where it is, and its name within the company folder."""

    path: Path
    label: str
    type: SourceType

    @property
    def suffix(self) -> str:
        """The ending of the name in lower case, with its dot."""
        return self.path.suffix.lower()


def walk_files(
    root: Path, name: str, kind: SourceType, unread: list[UnreadDocument]
) -> Iterator[DocumentFile]:
    """Yield the files of one folder in order of their names; say of each link out of the company folder that it is one."""
    waiting = [root / name]
    files: list[DocumentFile] = []
    while waiting:
        place = waiting.pop()
        label = place.relative_to(root).as_posix()
        if place.name.startswith((".", "~$")) or place.name in {"Thumbs.db", "desktop.ini"}:
            continue
        if not _printable(label):
            unread.append(
                UnreadDocument(
                    path=_shown(label),
                    reason=f"{_shown(label)} has a name with unreadable characters; rename it.",
                )
            )
        elif place.is_symlink() and not place.resolve().is_relative_to(root):
            unread.append(
                UnreadDocument(
                    path=label,
                    reason=f"{label} is a link out of the company folder; copy the file itself there.",
                )
            )
        elif place.is_dir():
            if place.is_symlink():
                reason = f"{label} is a link to another folder; copy the files themselves there."
                unread.append(UnreadDocument(path=label, reason=reason))
            elif not place.name.endswith(("_files", "_Dateien", "_fichiers")):
                waiting += _entries(place, label, unread)
        elif place.is_file():
            files.append(DocumentFile(path=place, label=label, type=kind))
        elif place != root / name:
            reason = (
                f"{label} is no regular file (got a device, pipe or broken link); put the file itself there."
            )
            unread.append(UnreadDocument(path=label, reason=reason))
    yield from sorted(files, key=lambda file: file.label)


def reference_files(folder: str | Path) -> tuple[Path, ...]:
    """Return the files of citation data in a company's research folder, in order of their names."""
    root = Path(folder).resolve()
    files = walk_files(root, "research", SourceType.RESEARCH, [])
    return tuple(file.path for file in files if file.suffix in REFERENCES)


def _entries(place: Path, label: str, unread: list[UnreadDocument]) -> list[Path]:
    try:
        return list(place.iterdir())
    except OSError as error:
        reason = f"{label} cannot be opened (got {error.strerror}); change its permissions."
        unread.append(UnreadDocument(path=label, reason=reason))
        return []


def _printable(label: str) -> bool:
    return not any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in label)


def _shown(label: str) -> str:
    return "".join("?" if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in label)


def read_bytes(file: DocumentFile, *, known: bool) -> bytes:
    """Return a file's bytes, unless it is of another kind, too large or empty: then nothing is read."""
    label = file.label
    if not known:
        wanted = (
            "PDF or HTML"
            if file.type is SourceType.WEBSITE
            else "PDF, HTML, Markdown (.md) or plain text (.txt)"
        )
        raise BadValueError(
            f"{label} is of a kind that cannot be read (got {file.path.suffix or 'no ending'}); save it as {wanted}.",
            path=label,
        )
    try:
        size = file.path.stat().st_size
        if size > LARGEST_MB * 2**20:
            raise BadValueError(
                f"{label} is too large (got {size / 2**20:,.0f} MB, at most {LARGEST_MB} MB are read); "
                "save only the part that you quote.",
                path=label,
            )
        raw = file.path.read_bytes()
    except OSError as error:
        raise BadValueError(
            f"{label} cannot be opened (got {error.strerror}); change its permissions.", path=label
        ) from None
    if not raw.strip():
        raise BadValueError(f"{label} is empty (got {len(raw)} bytes of text); save it again.", path=label)
    return raw


def decode_note(file: DocumentFile, raw: bytes) -> str:
    """Return a note's text: by its byte-order mark, else as UTF-8, else as Windows text; never with losses."""
    encoding = next((name for mark, name in MARKS if raw.startswith(mark)), "") or guess_from_head(file.path)
    for candidate in (encoding, "cp1252" if encoding == "utf-8" else ""):
        try:
            text = raw.decode(candidate) if candidate else None
        except (UnicodeDecodeError, ValueError):
            continue
        if text is not None:
            if candidate == "cp1252":
                _refuse_mixture(file, raw)
            return text.removeprefix("\ufeff")
    raise BadValueError(
        f"{file.label} is no text (got bytes that are neither UTF-8 nor Windows text); save it as plain text, UTF-8.",
        path=file.label,
    )


def _refuse_mixture(file: DocumentFile, raw: bytes) -> None:
    """Refuse a note of which some lines are UTF-8 and others are not: quotations in half of it would be garbled."""
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if line.isascii():
            continue
        try:
            shown = line.decode("utf-8").strip()[:40]
        except UnicodeDecodeError:
            continue
        raise BadValueError(
            f"{file.label} mixes encodings (got UTF-8 in line {number}, {shown!r}, and Windows text elsewhere); "
            "save it as plain text, UTF-8.",
            path=file.label,
            rows=(number,),
        )
