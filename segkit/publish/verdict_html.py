"""Records of verdicts as HTML cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segkit.model.argument import Author
from segkit.publish.argument_html import render_argument
from segkit.publish.references import References
from segkit.publish.safety import escape

_MARKS = {"yes": "met", "partly": "partly", "no": "missing", "not_observable": "unseen"}
"""The mark before each verdict: full, half, empty, or drawn in dots; the word beside it says it too."""


def render_verdict(record: Mapping[str, Any], refs: References) -> str:
    """Return a verdict's card: what is judged, the verdict, the reasons, the terms and the words it rests on."""
    anchor = escape(record["id"])
    name = refs.heading(escape(record["name"]), anchor=f"{record['id']}-name")
    mark = _MARKS.get(record["applies"], "")
    verdict = (
        f'<p class="rule"><span class="status {mark}">{escape(record["verdict"])}</span></p>' if mark else ""
    )
    own = record["author"] != Author.SEGKIT
    paragraphs = record["why"] if own else [" ".join(record["why"])] if record["why"] else []
    why = render_argument(record, paragraphs, refs)
    rows = "".join(
        f'<div class="yes"><dt>{escape(term["label"])}</dt><dd>{refs.inline(term["text"])}</dd></div>'
        for term in record["terms"]
    )
    terms = f'<dl class="profile">{rows}</dl>' if rows else ""
    quotes = "".join(_quote(item, refs) for item in record["quotes"])
    cautions = "".join(f"<li>{refs.inline(text)}</li>" for text in record["cautions"])
    decided = f'<div class="exceptions"><ul>{cautions}</ul></div>' if cautions else ""
    links = ", ".join(
        refs.linked(escape(target.removeprefix("item-")), f"#{target}") for target in record["links"]
    )
    evidence = f'<p class="see">Stands on {links}</p>' if links else ""
    return (
        f'<article class="card verdict" id="{anchor}" aria-labelledby="{anchor}-name">{name}{verdict}{why}{terms}'
        f"{quotes}{decided}{evidence}</article>"
    )


def _quote(item: Mapping[str, str], refs: References) -> str:
    where = f" under “{escape(item['heading'])}”" if item["heading"] else ""
    return f"<blockquote><p>“{escape(item['quote'])}” {refs.cite(item['citation'])}{where}</p></blockquote>"
