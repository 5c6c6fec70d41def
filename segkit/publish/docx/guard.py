"""What keeps a student's edits: a Word document that was changed since segkit wrote it is never written over.

A document carries the digest of its own parts. Word, LibreOffice and every other editor write the parts anew when they
save, so the digest no longer fits: that is an edit, even when not a letter changed. Nothing has to be remembered beside
the file, so a document stays protected when it is renamed, copied or when the rest of the report is removed.

Whoever writes a document asks `free_name` where to; whoever replaces a folder first asks `edited_documents` what to keep.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

SEAL = "docProps/custom.xml"
"""The part that holds the digest, as a custom property that Word shows under File, Info, Properties."""
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="Written by segkit"><vt:lpwstr>'
)
_TAIL = "</vt:lpwstr></property></Properties>"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MOST = 200_000_000
"""A package that unpacks to more bytes than this is not one of ours."""


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return the parts of a document as one file that says what it held when it was written.

    The same parts give the same bytes: entries are sorted, and no entry has a time.

    Parameters
    ----------
    parts : mapping of str to bytes
        Content by name in the package; `SEAL` is written here.

    Examples
    --------
    >>> pack({"a.xml": b"1", "b.xml": b"2"}) == pack({"b.xml": b"2", "a.xml": b"1"})
    True
    """
    sealed = {**parts, SEAL: _seal(parts)}
    first = "[Content_Types].xml"  # some readers look for it there
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(sealed, key=lambda name: (name != first, name)):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # the same on every system
            package.writestr(entry, sealed[name], compresslevel=9)
    return stream.getvalue()


def is_unchanged(path: Path) -> bool:
    """Return whether a file is a document of segkit's and still as it was written.

    Anything else counts as changed: what cannot be read, what somebody else wrote, and a link.
    """
    try:
        if path.is_symlink() or not path.is_file():
            return False
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            names = [entry.filename for entry in entries]
            if len(set(names)) < len(names) or sum(entry.file_size for entry in entries) > _MOST:
                return False
            parts = {name: package.read(name) for name in names}
    except (OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zipfile.BadZipFile):
        return False
    except Exception:  # noqa: BLE001 - a broken package fails in ways of each decompressor; it is then no file of ours
        return False
    return SEAL in parts and parts.pop(SEAL) == _seal(parts)


def free_name(path: Path) -> Path:
    """Return where a document may be written without losing anybody's work.

    Parameters
    ----------
    path : Path
        Where it would be written first.

    Returns
    -------
    Path
        ``path`` where nothing stands, or an unchanged document of segkit's; else the first such of ``name-2.docx``,
        ``name-3.docx`` ...

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "tenterfold.docx")
    ...     before = free_name(path).name
    ...     _ = path.write_bytes(b"edited")
    ...     before, free_name(path).name
    ('tenterfold.docx', 'tenterfold-2.docx')
    """
    candidate, number = path, 2
    while (candidate.exists() or candidate.is_symlink()) and not is_unchanged(candidate):
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return candidate


def edited_documents(folder: Path) -> tuple[Path, ...]:
    """Return the Word documents below a folder that segkit did not write as they are: who replaces the folder keeps them.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "mine.docx").write_bytes(b"edited")
    ...     _ = Path(folder, "written.docx").write_bytes(pack({"a.xml": b"1"}))
    ...     [path.name for path in edited_documents(Path(folder))]
    ['mine.docx']
    """
    if not folder.is_dir():
        return ()
    found = (path for path in folder.rglob("*") if path.suffix.lower() in {".docx", ".docm", ".odt"})
    return tuple(sorted(path for path in found if not path.is_dir() and not is_unchanged(path)))


def _seal(parts: Mapping[str, bytes]) -> bytes:
    digest = hashlib.sha256()
    for name in sorted(set(parts) - {SEAL}):
        digest.update(f"{len(name)}:{name}:{len(parts[name])}:".encode())
        digest.update(parts[name])
    return f"{_HEAD}sha256:{digest.hexdigest()}{_TAIL}".encode()
