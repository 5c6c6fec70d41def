"""Research notes (Markdown or plain text) as text whose quotations can be told from the note-taker's remarks.

In: the text of a ``.md`` or ``.txt`` file. Out: its front matter as plain texts, and its body without Markdown signs as
an :class:`~segkit.intake.passages.ExtractedText`. Which words are quotable depends on the origin: in notes about a
publication only those in quotation marks, in records of the user's own observation all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import yaml

from segkit.errors import BadValueError
from segkit.intake.markdown import read_markdown, read_plain
from segkit.intake.passages import Block, ExtractedText, TextBuilder, clean_text, count_words
from segkit.intake.quotations import OPENERS, find_quotations
from segkit.model.document import Origin
from segkit.model.evidence import Provenance

EXTRACTOR = "segkit notes 1"
FRONT_MATTER_BYTES = 64 * 1024
DEEPEST = 10
LEAD_WORDS = 8
REMARK_WORDS = 4
"""A shorter remark between quotations ("On price:") is no passage of its own."""

QUOTED_WORDS = 2
"""One word in quotation marks is a term, not a quotation."""

LOGGED_WORDS = 6
"""In a log, where all words are quotable, shorter quotations stay in their sentence."""

EDGE = ' \n\t.,;:-\u2013\u2014\u00bb\u201c\u201d"'
"""Signs between a quotation and the remark beside it."""

RECORD_KINDS = re.compile(
    r"\b(?:interview|conversation|focus[ -]group|observation|log|diary|field[ -]?notes?|own[ -]survey)",
    re.IGNORECASE,
)
OPEN_KINDS = re.compile(r"\b(?:observation|log|diary|field[ -]?notes?)", re.IGNORECASE)


class _PlainLoader(yaml.BaseLoader):  # type: ignore[misc]
    """YAML in which every scalar stays text (no dates, no ``no`` that turns into False) and nothing is repeated by name."""

    depth = 0

    def compose_node(self, parent: object, index: object) -> object:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.composer.ComposerError(None, None, "aliases (*name) are not read", event.start_mark)
        self.depth += 1
        if self.depth > DEEPEST:
            event = self.peek_event()
            raise yaml.composer.ComposerError(None, None, "lists within lists", event.start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


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
    text = clean_text(body).expandtabs(4)
    for paragraph in read_markdown(text) if markdown else read_plain(text):
        if paragraph.kind == "heading":
            builder.add_heading(paragraph.text, level=paragraph.level)
        elif paragraph.kind == "text":
            builder.add_block(paragraph.text)
        else:
            group += paragraph.kind != last
            separator = "\n" if paragraph.kind == last else "\n\n"
            builder.add_block(
                paragraph.text, separator=separator, group=group if paragraph.kind == "item" else 0
            )
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
        quotations are what people said. ``PUBLICATION``: only the marks around a whole paragraph are left out.
    kind : str
        Of a record; in an observation, log, diary or field notes the remarks are quotable too.
    """
    blocks: list[Block] = []
    for block in extracted.blocks:
        if origin is Origin.PUBLICATION:
            blocks.append(_without_marks(extracted.text, block))
        else:
            blocks += _pieces(extracted.text, block, origin=origin, open_record=bool(OPEN_KINDS.search(kind)))
    return replace(extracted, blocks=tuple(blocks))


def _without_marks(text: str, block: Block) -> Block:
    """Leave out the marks of a paragraph that is one quotation from its first sign to its last."""
    words = text[block.start : block.end]
    if words[:1] not in OPENERS or words[-1:].isalnum():
        return block
    spans = find_quotations(words)
    if len(spans) != 1 or words[: spans[0][0]].strip() != words[0] or len(words[spans[0][1] :].strip()) != 1:
        return block
    return replace(block, start=block.start + spans[0][0], end=block.start + spans[0][1])


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
    first = start + len(words) - len(words.lstrip(EDGE))
    last = start + len(words.rstrip())
    whole = (start, end) == (block.start, block.end)
    if whole or (first < last and count_words(text[first:last]) >= REMARK_WORDS):
        first, last = (start, end) if whole else (first, last)
        yield replace(block, start=first, end=last, quotable=quotable, provenance=provenance)


def _lead(before: str) -> str:
    """Return the few words that stand directly before a quotation, such as the day in a log."""
    line = re.split(r"(?<=[.!?])\s", before)[-1]
    lead = line.strip(EDGE)
    return " ".join(lead.split()) if 0 < count_words(lead) <= LEAD_WORDS else ""
