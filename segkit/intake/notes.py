"""Research notes (Markdown or plain text) as text whose quotations can be told from the note-taker's remarks.

In: the text of a ``.md`` or ``.txt`` file. Out: its front matter as plain texts, and its body without Markdown signs as
an :class:`~segkit.intake.passages.ExtractedText`. Which words are quotable depends on the origin: in notes about a
publication only those in quotation marks, in records of the user's own observation all of them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import yaml

from segkit.errors import BadValueError
from segkit.intake.passages import Block, ExtractedText, TextBuilder, clean_text, count_words
from segkit.intake.quotations import find_quotations
from segkit.model.document import Origin
from segkit.model.evidence import Provenance

EXTRACTOR = "segkit notes 1"
FRONT_MATTER_BYTES = 64 * 1024
LEAD_WORDS = 8
REMARK_WORDS = 4
"""A shorter remark between quotations ("On price:") is no passage of its own."""

QUOTED_WORDS = 2
"""One word in quotation marks is a term, not a quotation."""

LOGGED_WORDS = 6
"""In a log, where all words are quotable, shorter quotations stay in their sentence."""

RECORD_KINDS = re.compile(
    r"\b(?:interview|conversation|focus[ -]group|observation|log|diary|field[ -]?notes?|own[ -]survey)",
    re.IGNORECASE,
)
OPEN_KINDS = re.compile(r"\b(?:observation|log|diary|field[ -]?notes?)", re.IGNORECASE)

ATX = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
RULE = re.compile(r"(?:[-*_]\s*){3,}$")
SETEXT = re.compile(r"(=+|-+)\s*$")
ITEM = re.compile(r"\s*(?:[-*+•–]|\d{1,3}[.)])\s+(?=\S)")
TABLE_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?$")
FENCE = re.compile(r"\s*(?:```|~~~)")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
INLINE = (
    (re.compile(r"!\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"\[([^\[\]]+)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"<(https?://[^<>\s]+)>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>]{0,200}>"), ""),
    (re.compile(r"(?<!\\)`([^`]+)`"), r"\1"),
    (re.compile(r"(?<!\\)\*\*(?=\S)([^*]+?)(?<=\S)\*\*"), r"\1"),
    (re.compile(r"(?<![\w\\])__(?=\S)([^_]+?)(?<=\S)__(?!\w)"), r"\1"),
    (re.compile(r"(?<![\\*])\*(?=\S)([^*]+?)(?<=[^\s\\])\*"), r"\1"),
    (re.compile(r"(?<![\w\\])_(?=\S)([^_]+?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>|~\"'])"), r"\1"),
)


class _PlainLoader(yaml.BaseLoader):  # type: ignore[misc]
    """YAML in which every scalar stays text (no dates, no ``no`` that turns into False) and nothing is repeated by name."""

    def compose_node(self, parent: object, index: object) -> object:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.composer.ComposerError(None, None, "aliases (*name) are not read", event.start_mark)
        return super().compose_node(parent, index)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paragraph:
    """Lines of a note that belong together: what they are and their text."""

    kind: str  # "heading" | "text" | "item" | "row"
    text: str
    level: int = 0


def split_front_matter(text: str, *, label: str) -> tuple[dict[str, str | tuple[str, ...]], str]:
    r"""Return the front matter of a note, with keys in lower case, and the body below it.

    Parameters
    ----------
    text : str
        The whole note.
    label : str
        The file's name in messages.

    Returns
    -------
    tuple of dict and str
        Values are texts or tuples of texts; anything else in the front matter is left out.

    Raises
    ------
    BadValueError
        The front matter is not YAML, or longer than 64 kB; the message names the line.

    Examples
    --------
    >>> split_front_matter("---\ntitle: One text\nauthor: [Bell, Cole]\n---\nBody", label="note.md")
    ({'title': 'One text', 'author': ('Bell', 'Cole')}, 'Body')
    """
    lines = text.removeprefix("\ufeff").split("\n")
    if lines[0].rstrip() != "---":
        return {}, text
    last = next((at for at, line in enumerate(lines[1:], start=1) if line.rstrip() in {"---", "..."}), 0)
    if not last:
        return {}, text
    head = "\n".join(lines[1:last])
    if len(head.encode("utf-8", "replace")) > FRONT_MATTER_BYTES:
        raise BadValueError(
            f"{label} has front matter of {len(head) // 1024} kB (got more than 64 kB between its first '---' lines); "
            "keep citation data there and put text below.",
            path=label,
        )
    loader = _PlainLoader(head)
    try:
        loaded = loader.get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        shown = lines[line - 1].strip()[:60] if 0 < line <= len(lines) else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise BadValueError(
            f"{label} has front matter that cannot be read at line {line} (got {shown!r}: {problem}); "
            "write it as 'key: \"value\"', one a line.",
            path=label,
            rows=(line,),
        ) from None
    except RecursionError:
        raise BadValueError(
            f"{label} has front matter nested too deeply (got lists within lists); write it as 'key: \"value\"', one a line.",
            path=label,
        ) from None
    finally:
        loader.dispose()
    return _plain_values(loaded), "\n".join(lines[last + 1 :])


def _plain_values(loaded: object) -> dict[str, str | tuple[str, ...]]:
    if not isinstance(loaded, Mapping):
        return {}
    values: dict[str, str | tuple[str, ...]] = {}
    for key, value in loaded.items():
        if not isinstance(key, str):
            continue
        if isinstance(value, str):
            values[key.strip().lower()] = clean_text(value).strip()
        elif isinstance(value, list):
            values[key.strip().lower()] = tuple(
                clean_text(item).strip() for item in value if isinstance(item, str)
            )
    return values


def origin_of_note(kind: str) -> Origin:
    """Return whether a note of this kind is about a publication or records what the user saw or heard.

    Examples
    --------
    >>> origin_of_note("survey").value, origin_of_note("Interview notes").value
    ('note', 'record')
    """
    return Origin.RECORD if RECORD_KINDS.search(kind) else Origin.NOTE


def read_note(body: str, *, markdown: bool) -> ExtractedText:
    r"""Return the text of a note without Markdown signs, one block a paragraph, list item or table row.

    Examples
    --------
    >>> note = read_note("# Results\n\n*On price:* \"Three named\nprice.\"", markdown=True)
    >>> note.text
    'Results\n\nOn price: "Three named\nprice."'
    """
    builder = TextBuilder()
    group, last = 0, ""
    for paragraph in _paragraphs(clean_text(body).expandtabs(4), markdown=markdown):
        if paragraph.kind == "heading":
            builder.add_heading(paragraph.text, level=paragraph.level)
        elif paragraph.kind == "text":
            builder.add_block(paragraph.text)
        else:
            group += paragraph.kind != last
            separator = "\n" if paragraph.kind == last else "\n\n"
            builder.add_block(paragraph.text, separator=separator, group=group)
        last = paragraph.kind
    builder.finish()
    return ExtractedText(text=builder.text, blocks=tuple(builder.blocks), extractor=EXTRACTOR)


def separate_quotations(extracted: ExtractedText, *, origin: Origin, kind: str) -> ExtractedText:
    """Cut each block into the words in quotation marks and the remarks around them.

    Parameters
    ----------
    extracted : ExtractedText
        A note or record.
    origin : Origin
        ``NOTE``: quotations are transcribed from a publication kept elsewhere, remarks are not quotable. ``RECORD``:
        quotations are what people said. ``PUBLICATION``: nothing is cut.
    kind : str
        Of a record; in an observation, log, diary or field notes the remarks are quotable too.
    """
    if origin is Origin.PUBLICATION:
        return extracted
    blocks: list[Block] = []
    for block in extracted.blocks:
        blocks += _pieces(extracted.text, block, origin=origin, open_record=bool(OPEN_KINDS.search(kind)))
    return replace(extracted, blocks=tuple(blocks))


def _pieces(text: str, block: Block, *, origin: Origin, open_record: bool) -> Iterator[Block]:
    in_note = origin is Origin.NOTE
    provenance = Provenance.TRANSCRIBED if in_note else Provenance.ORIGINAL
    open_record = open_record and not in_note
    least = LOGGED_WORDS if open_record else QUOTED_WORDS
    words = text[block.start : block.end]
    at = block.start
    for first, last in find_quotations(words):
        if count_words(words[first:last]) < least:
            continue
        start, end = block.start + first, block.start + last
        lead = _lead(text[at : start - 1])
        if (
            not lead or " ".join(text[at : start - 1].split()).strip(" :") != lead
        ):  # else the lead says it all
            yield from _remark(text, block, at, start - 1, quotable=open_record, provenance=provenance)
        yield replace(block, start=start, end=end, lead=lead, quotable=True, provenance=provenance, group=0)
        at = end + 1
    yield from _remark(text, block, at, block.end, quotable=open_record, provenance=provenance)


def _remark(
    text: str, block: Block, start: int, end: int, *, quotable: bool, provenance: Provenance
) -> Iterator[Block]:
    """Yield what stands between quotations, if it says something."""
    words = text[start:end]
    edge = ' \n\t.,;:–—-»”“"'
    first = start + len(words) - len(words.lstrip(edge))
    last = start + len(words.rstrip())
    whole = (start, end) == (block.start, block.end)
    if whole or (first < last and count_words(text[first:last]) >= REMARK_WORDS):
        first, last = (start, end) if whole else (first, last)
        yield replace(block, start=first, end=last, quotable=quotable, provenance=provenance)


def _lead(before: str) -> str:
    """Return the few words that stand directly before a quotation, such as the day in a log."""
    line = re.split(r"(?<=[.!?])\s", before)[-1]
    lead = line.strip(' :,;–—-»”“"')
    return " ".join(lead.split()) if 0 < count_words(lead) <= LEAD_WORDS else ""


def _paragraphs(text: str, *, markdown: bool) -> Iterator[_Paragraph]:
    """Tell headings, paragraphs, list items and table rows apart."""
    held: list[str] = []
    kind = "text"
    fenced = False
    for raw in (COMMENT.sub("", text) if markdown else text).split("\n"):
        line = raw.strip()
        if markdown and FENCE.match(raw):
            fenced = not fenced
            line = ""
        if markdown and not fenced:
            line = line.lstrip(">").strip() if line.startswith(">") else line
            heading = ATX.match(line)
            underline = bool(held) and kind == "text" and len(held) == 1 and SETEXT.match(line)
            if heading or underline:
                above = held[0] if underline else ""
                if heading:
                    yield from _settled(held, kind, markdown=markdown)
                level = len(heading[1]) if heading else (1 if line.startswith("=") else 2)
                title = _plain(heading[2] if heading else above)
                if title:
                    yield _Paragraph(kind="heading", text=title, level=level)
                held, kind = [], "text"
                continue
            if RULE.match(line) or TABLE_RULE.match(line):
                line = "" if not held or kind != "row" else line
                if not line:
                    yield from _settled(held, kind, markdown=markdown)
                    held, kind = [], "text"
                continue
            if line.startswith("|") and line.count("|") > 1:
                yield from _settled(held, kind, markdown=markdown)
                cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
                held, kind = [" | ".join(cells)], "row"
                continue
        item = ITEM.match(raw if not line.startswith(">") else line) if line else None
        starts_item = item is not None and (not held or kind == "item" or line[:1] in "-*+•")
        if not line or starts_item or kind == "row":
            yield from _settled(held, kind, markdown=markdown)
            held, kind = [], "text"
        if starts_item and item is not None:
            held, kind = [raw[item.end() :].strip()], "item"
        elif line:
            held.append(line)
            if not markdown and len(held) == 1 and _is_shouted(line):
                yield _Paragraph(kind="heading", text=line, level=2)
                held = []
    yield from _settled(held, kind, markdown=markdown)


def _settled(held: list[str], kind: str, *, markdown: bool) -> Iterator[_Paragraph]:
    text = "\n".join(held)
    plain = _plain(text) if markdown else text
    if plain.strip():
        yield _Paragraph(kind=kind, text=plain.strip())


def _is_shouted(line: str) -> bool:
    """Whether a line of a plain text is a heading: capitals only, short, no full stop."""
    return line.isupper() and 1 < len(line.split()) <= 12 and line[-1] not in ".!?,;"


def _plain(text: str) -> str:
    """Remove the signs of Markdown that stand within a line."""
    for pattern, kept in INLINE:
        text = pattern.sub(kept, text)
    return clean_text(html.unescape(text))
