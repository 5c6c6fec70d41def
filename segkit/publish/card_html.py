"""Records of segments as HTML cards."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from segkit.model.factor import Factor, factor_definitions
from segkit.publish.argument_html import render_argument
from segkit.publish.icons import marker
from segkit.publish.references import References
from segkit.publish.safety import escape

_Record = Mapping[str, Any]

_UNIT = re.compile(r"([\d.,\u2212-]+)[ \u00a0]([^\W\d]{1,8}|%)")
_READING_CLASSES = {"distinguishes": "yes", "no difference": "same", "no column": "none"}


def render_segment(record: _Record, refs: References) -> str:
    """Return a segment's card: marker and name, rule, figures, six factors, exceptions."""
    anchor = escape(record["id"])
    name = refs.heading(f"{marker(record['number'])}{escape(record['name'])}", anchor=f"{record['id']}-name")
    figures = [
        {"label": label, "value": record[field], "note": ""}
        for field, label in (("size", "Size"), ("share", "Share of customers"), ("revenue", "Revenue"))
        if record[field]
    ]
    rows = "".join(_reading(reading, refs) for reading in record["profile"])
    profile = f'<dl class="profile">{rows}</dl>' if rows else ""
    return (
        f'<article class="card segment s-{swatch(record["number"])}" id="{anchor}" aria-labelledby="{anchor}-name">'
        f'{name}{render_argument(record, record["why"], refs)}<p class="rule">{refs.inline(record["rule"])}</p>'
        f"{render_figures([*figures, *record['measures']], refs, css='facts')}{profile}{_exceptions(record, refs)}</article>"
    )


def _exceptions(record: _Record, refs: References) -> str:
    items = "".join(f"<li>{refs.inline(text)}</li>" for text in record["exceptions"])
    holds = (
        f'<div class="exceptions"><p>Where the name does not hold:</p><ul>{items}</ul></div>' if items else ""
    )
    note = f'<p class="note">{refs.inline(record["note"])}</p>' if record["note"] else ""
    return holds + note


def _reading(reading: _Record, refs: References) -> str:
    """Return one factor's reading; what is not independent of how the groups were made is said, so that it is not mistaken for a confirmation."""
    flag = ' <span class="tag">not independent</span>' if reading["in_model"] else ""
    return (
        f'<div class="{_READING_CLASSES[reading["status"]]}"><dt>{escape(factor_label(reading["factor"]))}{flag}</dt>'
        f"<dd>{refs.inline(reading['text'])}</dd></div>"
    )


def render_figures(
    items: Sequence[Mapping[str, str]], refs: References, *, css: str, anchor: str = ""
) -> str:
    """Return labelled values as a description list."""
    cells = "".join(
        f"<div><dt>{escape(item['label'])}</dt><dd>{_with_unit(item['value'])}"
        + (f"<span>{refs.inline(item['note'])}</span>" if item["note"] else "")
        + "</dd></div>"
        for item in items
    )
    identified = f' id="{escape(anchor)}"' if anchor else ""
    return f'<dl class="{css}"{identified}>{cells}</dl>'


def _with_unit(value: str) -> str:
    """Return a number with its short unit set smaller, so that a large figure keeps its line."""
    match = _UNIT.fullmatch(value)
    return f"{escape(match[1])}<small>&nbsp;{escape(match[2])}</small>" if match else escape(value)


def factor_label(name: str) -> str:
    """Return the display name of a factor, or the text itself when it is none of the six.

    Examples
    --------
    >>> factor_label("geographic"), factor_label("other")
    ('Geographic', 'other')
    """
    return factor_definitions()[Factor(name)].label if name in {factor.value for factor in Factor} else name


def swatch(number: int) -> int:
    """Return which of the eight segment colours a number takes, 0 for none."""
    return (number - 1) % 8 + 1 if number > 0 else 0
