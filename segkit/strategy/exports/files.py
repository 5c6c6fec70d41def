"""Exports as files: one payload a flow, the values to fill in, and a page of plain words on what to do with them."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from segkit.errors import FlowError
from segkit.strategy.exports.dittofeed import VENDOR as DITTOFEED
from segkit.strategy.exports.export import Binding, Export
from segkit.strategy.exports.klaviyo import ENDPOINT, REVISION
from segkit.strategy.exports.klaviyo import VENDOR as KLAVIYO
from segkit.words.figures import plural

BINDINGS, README = "bindings.json", "README.txt"
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_WIDTH = 100
_STEPS = {
    KLAVIYO: (
        "Make a template of each file in templates, and each list or segment that bindings.json names; note their ids.",
        "Replace every {{bind:...}} in the flow's file by that value; keep the quotation marks around it.",
        f"Send the file as it is: {ENDPOINT}, with the header 'revision: {REVISION}' and a key that may write flows.",
        "The request's content type is application/vnd.api+json; Klaviyo takes 1 a second, 15 a minute and 100 a day.",
        "Open the flow in Klaviyo. Every message in it is a draft: read it, send it to yourself, then set it live.",
    ),
    DITTOFEED: (
        "Replace every {{bind:...}} in the flow's file by the value that bindings.json describes; keep the quotation marks around it.",
        "Send what stands under 'segments' first, one at a time: PUT /api/admin/segments/.",
        "Then what stands under 'templates': PUT /api/admin/content/templates.",
        "Then the journey: PUT /api/admin/journeys/. It arrives as NotStarted.",
        "Open the journey in Dittofeed, read every message, send it to yourself, then start it.",
    ),
}


def export_files(exports: Sequence[Export]) -> dict[str, str]:
    """Return the files of exports for one system, by relative name.

    Parameters
    ----------
    exports : sequence of Export
        All of one vendor.

    Returns
    -------
    dict of str to str
        ``<flow id>.json``, ``templates/<content id>.html``, ``bindings.json`` and ``README.txt``; lines end with LF.

    Raises
    ------
    FlowError
        Nothing to write, exports for several systems, or a flow id that is no file name or stands twice.
    """
    vendors = list(dict.fromkeys(export.vendor for export in exports))
    if len(vendors) != 1:
        raise FlowError(f"files hold exports for one system (got {vendors}); hand over the exports of one.")
    files: dict[str, str] = {}
    for export in exports:
        name = f"{export.flow_id}.json"
        if not _SAFE.fullmatch(export.flow_id) or name in {*files, BINDINGS}:
            raise FlowError(
                f"flow id {export.flow_id!r} cannot name a file; give each flow an id of its own made of letters, digits, "
                "'-' and '_'.",
                flow_id=export.flow_id,
            )
        files[name] = _json(export.payload)
        files |= _templates(export)
    files[BINDINGS] = _json(_bindings(exports, vendors[0]))
    files[README] = _readme(exports, vendors[0])
    return files


def _templates(export: Export) -> dict[str, str]:
    for name, _ in export.templates:
        if not _SAFE.fullmatch(name):
            raise FlowError(
                f"content id {name!r} of flow {export.flow_id!r} cannot name a file; make it of letters, digits, '-' and '_'.",
                flow_id=export.flow_id,
            )
    return {f"templates/{name}.html": text for name, text in export.templates}


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def all_bindings(exports: Sequence[Export]) -> dict[Binding, list[str]]:
    """Return each binding once with the ids of the flows that need it, sorted by name."""
    found: dict[Binding, list[str]] = {}
    for export in exports:
        for binding in export.bindings:
            found.setdefault(binding, []).append(export.flow_id)
    return dict(sorted(found.items(), key=lambda item: (item[0].name, item[0].what)))


def _bindings(exports: Sequence[Export], vendor: str) -> dict[str, Any]:
    listed = [
        {
            "name": binding.name,
            "placeholder": binding.placeholder,
            "kind": binding.kind,
            "what": binding.what,
            "where": binding.where,
            "flows": flows,
        }
        for binding, flows in all_bindings(exports).items()
    ]
    request = {"endpoint": ENDPOINT, "revision": REVISION} if vendor == KLAVIYO else {}
    return {"vendor": vendor, **request, "bindings": listed}


def _readme(exports: Sequence[Export], vendor: str) -> str:
    bindings = all_bindings(exports)
    lines = [
        f"{plural(len(exports), 'flow')} for {vendor.capitalize()}",
        "",
        *_wrapped("These are drafts. Nothing was sent to any system, and nothing here sends by itself."),
        "",
        "Steps",
    ]
    for number, step in enumerate(_STEPS[vendor], start=1):
        lines += _wrapped(step, first=f"{number}. ")
    lines += ["", f"{plural(len(bindings), 'value')} to fill in (also in {BINDINGS})"]
    for binding in bindings:
        lines += _wrapped(f"{binding.placeholder}: {binding.what}; where: {binding.where}.", first="- ")
    for export in exports:
        lines += ["", f"{export.flow_id}.json: {plural(len(export.warnings), 'thing')} to know"]
        for warning in export.warnings:
            lines += _wrapped(warning, first="- ")
    return "\n".join(lines) + "\n"


def _wrapped(text: str, *, first: str = "") -> list[str]:
    """Return a text as lines; its own line breaks become blanks, so that no message can feign a line."""
    indent = " " * len(first)
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
