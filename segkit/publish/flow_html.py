"""Records of flows as HTML cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segkit.publish.argument_html import render_argument
from segkit.publish.card_html import swatch
from segkit.publish.icons import marker
from segkit.publish.references import References
from segkit.publish.safety import escape


def render_flow(record: Mapping[str, Any], refs: References) -> str:
    """Return a flow's card: name and stage, why this flow, the rival, the terms, and what to settle first."""
    anchor = escape(record["id"])
    name = refs.heading(f"{marker(record['number'])}{escape(record['name'])}", anchor=f"{record['id']}-name")
    stage = (
        f'<p class="rule"><strong>{escape(record["stage"])}</strong>: {refs.inline(record["stage_text"])}</p>'
    )
    inner = refs.at(refs.level + 1)
    why = render_argument(record, record["why"], refs, listed=True)
    links = ", ".join(
        refs.linked(escape(target.removeprefix("item-")), f"#{target}") for target in record["links"]
    )
    evidence = f'<p class="see">Stands on {links}</p>' if links else ""
    rival = f"<p>{refs.inline(record['rival'])}</p>" if record["rival"] else ""
    rejected = f"{inner.heading('What came second', css='small')}{rival}" if rival else ""
    terms = "".join(
        f'<div class="yes"><dt>{escape(term["label"])}</dt><dd>{refs.inline(term["text"])}</dd></div>'
        for term in record["terms"]
    )
    cautions = "".join(f"<li>{refs.inline(text)}</li>" for text in record["cautions"])
    settle = (
        f'<div class="exceptions"><p>Before it goes live:</p><ul>{cautions}</ul></div>' if cautions else ""
    )
    return (
        f'<article class="card flow s-{swatch(record["number"])}" id="{anchor}" aria-labelledby="{anchor}-name">{name}{stage}'
        f"{inner.heading('Why this flow for this group', css='small')}{why}{evidence}{rejected}"
        f'{inner.heading("Its rules", css="small")}<dl class="profile">{terms}</dl>{settle}</article>'
    )
