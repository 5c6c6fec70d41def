"""Records of segments and evidence as HTML cards."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from segkit.model.evidence import Direction, SourceType, Strength
from segkit.model.factor import Factor, factor_definitions
from segkit.publish.icons import SOURCE_WORDS, STRENGTH_WORDS, marker, source_icon, strength_icon
from segkit.publish.references import References
from segkit.publish.safety import escape

_Record = Mapping[str, Any]

_DIRECTION_WORDS = {
    Direction.SUPPORTS: "",
    Direction.CONTRADICTS: "Speaks against it",
    Direction.CONTEXT: "Context",
}
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
        f'<article class="card segment s-{_swatch(record["number"])}" id="{anchor}" aria-labelledby="{anchor}-name">'
        f'{name}<p class="rule">{refs.inline(record["rule"])}</p>'
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
    """Return one factor's reading; what a rule used is said, so that it is not mistaken for a confirmation."""
    flag = ' <span class="tag">in the rule</span>' if reading["in_model"] else ""
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


def render_evidence(record: _Record, refs: References) -> str:
    """Return the evidence about one group, an item a row, with what is missing as a row of its own."""
    anchor = escape(record["id"])
    title = f"{marker(record['number'])}Evidence: {escape(record['group'])}"
    heading = refs.heading(title, anchor=f"{record['id']}-name")
    items = "".join(_evidence_item(item, refs) for item in record["items"])
    gaps = "".join(
        f'<li class="gap"><strong>Missing.</strong> {refs.inline(gap)}</li>' for gap in record["gaps"]
    )
    return (
        f'<article class="card evidence s-{_swatch(record["number"])}" id="{anchor}" aria-labelledby="{anchor}-name">'
        f"{heading}<ul>{items}{gaps}</ul></article>"
    )


def _evidence_item(item: _Record, refs: References) -> str:
    source, strength = SourceType(item["source_type"]), Strength(item["strength"])
    tags = [
        f'<span class="tag factor">{escape(factor_label(item["factor"]))}</span>',
        f'<span class="kind">{source_icon(source)}{SOURCE_WORDS[source]}</span>',
        f'<span class="kind">{strength_icon(strength)}{STRENGTH_WORDS[strength]}</span>',
    ]
    if item["in_model"]:
        tags.append('<span class="tag">Defines the group, proves nothing</span>')
    words = _DIRECTION_WORDS[Direction(item["direction"])]
    if words:
        tags.append(f'<span class="tag {item["direction"]}">{words}</span>')
    statistic = f'<p class="statistic">{refs.inline(item["statistic"])}</p>' if item["statistic"] else ""
    limits = (
        f'<p class="limits"><span>Limits:</span> {refs.inline(item["limits"])}</p>' if item["limits"] else ""
    )
    cited = f" {refs.cite(item['citation'])}" if item["citation"] else ""
    return (
        f'<li><p class="claim">{refs.inline(item["claim"])}{cited}</p>{statistic}'
        f'<p class="tags">{" ".join(tags)}</p>{limits}</li>'
    )


def factor_label(name: str) -> str:
    """Return the display name of a factor, or the text itself when it is none of the six.

    Examples
    --------
    >>> factor_label("geographic"), factor_label("other")
    ('Geographic', 'other')
    """
    return factor_definitions()[Factor(name)].label if name in {factor.value for factor in Factor} else name


def _swatch(number: int) -> int:
    return (number - 1) % 8 + 1 if number > 0 else 0
