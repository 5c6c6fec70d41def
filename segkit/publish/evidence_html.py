"""Records of evidence, quoted passages and references as HTML: claim, words, their context, their source, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from segkit.model.evidence import Direction, Provenance, SourceType, Status, Strength
from segkit.publish.card_html import factor_label, swatch
from segkit.publish.icons import STRENGTH_WORDS, against_icon, kind_words, marker, source_icon, strength_icon
from segkit.publish.references import References, run_html
from segkit.publish.safety import escape, safe_url

_Record = Mapping[str, Any]

_SHORT_HASH = 12
_LONG_CONTEXT = 25
"""A passage with more words than this around its quotation is folded."""
_FIRST_WORDS = 9


def render_evidence(record: _Record, refs: References) -> str:
    """Return the evidence about one group: what counts, what speaks against it, what is missing, what is only suggested."""
    anchor = escape(record["id"])
    heading = refs.heading(
        f"{marker(record['number'])}Evidence: {escape(record['group'])}", anchor=f"{record['id']}-name"
    )
    inner = refs.at(min(refs.level + 1, 5))
    of_status = {status: [item for item in record["items"] if item["status"] == status] for status in Status}
    counted = sorted(of_status[Status.VALID], key=lambda item: item["direction"] == Direction.CONTRADICTS)
    rows = "".join(_item(item, refs) for item in counted)
    rows += "".join(_refused(item, refs) for item in of_status[Status.INVALID])
    rows += "".join(
        f'<li class="gap"><strong>Missing.</strong> {_with_code(refs.inline(gap))}</li>'
        for gap in record["gaps"]
    )
    suggested = ""
    if of_status[Status.SUGGESTED]:
        items = "".join(_item(item, refs) for item in of_status[Status.SUGGESTED])
        count = len(of_status[Status.SUGGESTED])
        words = f"{count} suggested {'passage' if count == 1 else 'passages'}, not confirmed: counts for nothing yet"
        suggested = (
            f'<details class="suggested"><summary>{inner.heading(words)}</summary><ul>{items}</ul></details>'
        )
    return (
        f'<article class="card evidence s-{swatch(record["number"])}" id="{anchor}" aria-labelledby="{anchor}-name">'
        f"{heading}<ul>{rows}</ul>{suggested}</article>"
    )


def _with_code(html: str) -> str:
    """Set what stands in backticks, a command to type, as code."""
    return re.sub(r"`([^`<>]+)`", r"<code>\1</code>", html)


def _item(item: _Record, refs: References) -> str:
    """Return one piece: the claim with its citation, or with the words that carry it, then what it is and how strong."""
    identified = f' id="{escape(item["id"])}"' if item["id"] else ""
    against = item["direction"] == Direction.CONTRADICTS
    css = ' class="against"' if against else ""
    word = f'<strong class="word">{against_icon()}Speaks against it.</strong> ' if against else ""
    cited = f" {refs.cite(item['citation'])}" if item["citation"] else ""
    claim = f'<p class="claim">{word}{refs.inline(item["claim"])}{"" if item["quote"] else cited}</p>'
    return f"<li{identified}{css}>{claim}{_quotation(item, cited, refs)}{_tags(item, refs)}{_key(item, refs)}</li>"


def _quotation(item: _Record, cited: str, refs: References) -> str:
    if not item["quote"]:
        return ""
    target = item["quote_context"]
    context = (
        f' <a class="see" href="#{escape(target)}">see it in its context</a>'
        if target and not refs.lab
        else ""
    )
    reading = f'<p class="reading">{refs.inline(item["reading"])}</p>' if item["reading"] else ""
    return f"<blockquote><p>“{escape(item['quote'])}”{cited}{context}</p></blockquote>{reading}"


def _tags(item: _Record, refs: References) -> str:
    source, strength = SourceType(item["source_type"]), Strength(item["strength"])
    kind = kind_words(source, item["kind"])
    tags = [
        f'<span class="tag factor">{escape(factor_label(item["factor"]))}</span>',
        f'<span class="kind">{source_icon(source)}{kind}</span>',
    ]
    if item["in_model"]:
        tags.append('<span class="tag">Defines the group, proves nothing</span>')
    if item["direction"] == Direction.CONTEXT and item["status"] == Status.VALID:
        tags.append('<span class="tag">Context</span>')
    if item["provenance"] == Provenance.TRANSCRIBED:
        tags.append('<span class="tag transcribed">Check against the original</span>')
    if item["status"] == Status.VALID:
        tags.append(_strength(strength, item, refs))
    return f'<div class="tags">{" ".join(tags)}</div>'


def _strength(strength: Strength, item: _Record, refs: References) -> str:
    """Return the strength in words; its reasons, the test behind it and its limits unfold."""
    words = f"{strength_icon(strength)}{STRENGTH_WORDS[strength]}"
    reasons = [*item["strength_reasons"], *([item["statistic"]] if item["statistic"] else [])]
    limits = f'<li class="limits">Limits: {refs.inline(item["limits"])}</li>' if item["limits"] else ""
    if not (reasons or limits):
        return f'<span class="kind">{words}</span>'
    key = f'<li class="key">Key: <code>{escape(item["key"])}</code></li>' if item["key"] else ""
    listed = "".join(f"<li>{refs.inline(reason)}</li>" for reason in reasons)
    summary = f"{words}: why{', and its limits' if limits else ''}"
    return f'<details class="why"><summary>{summary}</summary><ul>{listed}{limits}{key}</ul></details>'


def _key(item: _Record, refs: References) -> str:
    """Return how a suggested passage was found, and the key that decides about it."""
    if item["status"] != Status.SUGGESTED:
        return ""
    found = refs.inline(item["limits"])
    key = f"Key: <code>{escape(item['key'])}</code>" if item["key"] else ""
    return f'<p class="key">{" ".join(part for part in (found, key) if part)}</p>' if found or key else ""


def _refused(item: _Record, refs: References) -> str:
    """Return a piece that could not be found where it says it stands."""
    said = f" “{escape(item['quote'])}”" if item["quote"] else ""
    why = f" {refs.inline(item['limits'])}" if item["limits"] else ""
    return (
        f'<li class="gap refused"><strong>Not counted.</strong> {refs.inline(item["claim"])}{said}{why}</li>'
    )


def render_passages(record: _Record, refs: References) -> str:
    """Return each cited source with its quoted words marked in the text around them."""
    parts = [_source_passages(source, refs) for source in record["sources"]]
    return f'<div class="passages" id="{escape(record["id"])}">{"".join(parts)}</div>'


def _source_passages(source: _Record, refs: References) -> str:
    facts = [
        f"<code>{escape(source['path'])}</code>" if source["path"] else "",
        f"published {escape(source['published'])}" if source["published"] else "",
        f"saved {escape(source['saved'])}" if source["saved"] else "",
        short_hashes(source["sha256"]),
    ]
    heading = refs.heading(f"{escape(source['title'])} {refs.cite(source['citation'])}")
    quotes = "".join(_passage(quote, refs) for quote in source["quotes"])
    return f'<section>{heading}<p class="below">{_facts(facts)}</p>{quotes}</section>'


def _passage(quote: _Record, refs: References) -> str:
    marked = f'<mark id="{escape(quote["id"])}">{escape(quote["quote"])}</mark>'
    text = f"<p>{escape(quote['before'])}{marked}{escape(quote['after'])}</p>"
    facts = [
        escape(quote["where"]),
        "from notes, check against the original" if quote["provenance"] == Provenance.TRANSCRIBED else "",
        ", ".join(_back(link, refs) for link in quote["links"]),
    ]
    below = f'<p class="below">{_facts(facts)}</p>'
    if len(f"{quote['before']} {quote['after']}".split()) <= _LONG_CONTEXT:
        return f'<div class="passage">{text}{below}</div>'
    words = quote["quote"].split()
    more = "…" if len(words) > _FIRST_WORDS else ""
    summary = f"“{escape(' '.join(words[:_FIRST_WORDS]))}{more}”"
    return f'<details class="passage"><summary>{summary}</summary>{text}{below}</details>'


def _back(link: str, refs: References) -> str:
    label = f"back to {refs.labels.get(link, link)}"
    return escape(label) if refs.lab else f'<a href="#{escape(link)}">{escape(label)}</a>'


def render_sources(record: _Record, refs: References) -> str:
    """Return the reference list; entries without a citation of their own are numbered."""
    numbered = any(not entry["in_text"] for entry in record["entries"])
    items = []
    for entry in record["entries"]:
        number = f' value="{refs.citations[entry["id"]]}"' if numbered and not refs.lab else ""
        items.append(f'<li id="ref-{escape(entry["id"])}"{number}>{_reference(entry)}{_file(entry)}</li>')
    css = "sources" if numbered else "sources cited"
    listed = "ol" if numbered else "ul"
    return f'<{listed} class="{css}" id="{escape(record["id"])}">{"".join(items)}</{listed}>'


def _reference(entry: _Record) -> str:
    if entry["runs"]:
        return "".join(run_html(run["text"], look=run["look"], url=run["url"]) for run in entry["runs"])
    address = safe_url(entry["url"])
    link = f" {run_html(address, url=address)}" if address and not address.startswith("#") else ""
    return f"{escape(entry['text'])}{link}"


def _file(entry: _Record) -> str:
    path, digests = entry["path"], _split(entry["sha256"])
    paths = _split(path)
    if len(paths) == len(digests) > 1:
        files = [
            f"<code>{escape(name)}</code> ({_short(digest)})"
            for name, digest in zip(paths, digests, strict=True)
        ]
        facts = [", ".join(files)]
    else:
        facts = [f"<code>{escape(path)}</code>" if path else "", short_hashes(entry["sha256"])]
    facts.append(escape(entry["note"]))
    said = _facts(facts)
    return f' <span class="hash">{said}</span>' if said else ""


def _facts(facts: Sequence[str]) -> str:
    return " · ".join(f'<span class="fact">{fact}</span>' for fact in facts if fact)


def short_hashes(sha256: str) -> str:
    """Return the first digits of each hash in a comma-separated list, the whole as its title."""
    return ", ".join(f"SHA-256 {_short(digest)}" for digest in _split(sha256))


def _short(digest: str) -> str:
    return f"<code>{escape(digest[:_SHORT_HASH])}</code>"


def _split(text: str) -> Sequence[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
