"""From extracted text to passages: stretches that can be retrieved, quoted and pointed at.

In: the text of a document with its blocks (paragraphs, list items, table rows, sentences in quotation marks), made by
``web_page``, ``pdf_text`` or ``notes``. Out: :class:`~segkit.model.document.Passage` values with ids that survive
changes elsewhere in the document.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from segkit.model.document import Passage
from segkit.model.evidence import Provenance

LONG_WORDS = 120
"""A paragraph above this many words is cut at sentence ends."""

MERGED_WORDS = 80
"""Tiny items of one list are put together up to this many words."""

TINY_WORDS = 3
HEADING_WORDS = 30
"""What is marked as a heading and is longer than this is a paragraph."""

BETWEEN_HEADINGS = " > "

UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters and marks that turn the reading direction: invisible, never part of a quotation."""

SURROGATE = re.compile("[\ud800-\udfff]")
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”\u2019»)\]]*\s+(?=[\"“„\u2018«(\[]?[^\W_])")
ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:\w|Mr|Mrs|Ms|Dr|Prof|St|No|Nr|vs|etc|approx|ca|incl|inkl|bzw|evtl|vgl|Abb|Fig|e\.g|i\.e|z\.\s?B|d\.\s?h|u\.\s?a)\.$"
)
LETTER = re.compile(r"[^\W\d_]")
MONEY = re.compile(r"[£$€¥%]|\b(?:GBP|EUR|USD|CHF)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch ``start..end`` of a document's text that belongs together.

    ``headings`` is the path of headings above it, ``group`` is the same for items of one list (0: no list), ``lead``
    a few words before a quotation that say when or about what it was said.
    """

    start: int
    end: int
    headings: tuple[str, ...] = ()
    group: int = 0
    page: int | None = None
    lead: str = ""
    quotable: bool = True
    provenance: Provenance = Provenance.ORIGINAL


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedText:
    """The plain text of a file, its blocks in order, and what turned the file into text.

    ``remark`` is one sentence where only a part could be read.
    """

    text: str
    blocks: tuple[Block, ...]
    extractor: str
    remark: str = ""


class TextBuilder:
    """Collect the text of a document piece by piece, and remember where each piece stands.

    Headings are kept as a path: a heading closes those of its own and of deeper levels. A heading is a block of its own
    where nothing stands under it or where it names money, so that no price is lost in a product grid.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._path: list[tuple[int, str]] = []
        self._empty: list[
            tuple[int, Block]
        ] = []  # headings under which nothing has stood yet, with their level
        self.blocks: list[Block] = []

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._pieces)

    @property
    def length(self) -> int:
        """How long the text is so far."""
        return self._length

    def append(self, text: str, *, separator: str = "\n\n") -> tuple[int, int]:
        """Add text without making a block; return where it stands."""
        if self._pieces:
            self._pieces.append(separator)
            self._length += len(separator)
        start = self._length
        self._pieces.append(text)
        self._length += len(text)
        return start, self._length

    def add_heading(self, text: str, *, level: int) -> None:
        """Add a heading; blocks added from now on stand under it."""
        if len(text.split()) > HEADING_WORDS:
            self.add_block(text)
            return
        self._settle(level)
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        start, end = self.append(text)
        block = Block(start=start, end=end, headings=self.headings)
        if MONEY.search(text):
            self.blocks.append(block)
        else:
            self._empty.append((level, block))
        self._path.append((level, text))

    def add_block(
        self, text: str, *, separator: str = "\n\n", group: int = 0, above: str = "", lead: str = ""
    ) -> Block:
        """Add a paragraph, item or row under the present headings; ``above`` is a table's caption."""
        start, end = self.append(text, separator=separator)
        headings = (*self.headings, above) if above else self.headings
        block = Block(start=start, end=end, headings=headings, group=group, lead=lead)
        self.blocks.append(block)
        self._empty.clear()
        return block

    @property
    def headings(self) -> tuple[str, ...]:
        """The path of headings at the present place."""
        return tuple(text for _, text in self._path)

    def finish(self) -> None:
        """Settle the last headings and put the blocks in order."""
        self._settle(0)
        self.blocks.sort(key=lambda block: (block.start, block.end))

    def _settle(self, level: int) -> None:
        """Make blocks of headings that a heading of ``level`` closes and that had nothing under them."""
        while self._empty and self._empty[-1][0] >= level:
            self.blocks.append(self._empty.pop()[1])


def clean_text(text: str) -> str:
    r"""Remove control characters and make line ends alike; nothing else is changed.

    Examples
    --------
    >>> clean_text("a\x00b\r\nﬁne")
    'ab\nﬁne'
    """
    regular = text.replace("\r\n", "\n").replace("\r", "\n")
    return SURROGATE.sub("\N{REPLACEMENT CHARACTER}", UNWANTED.sub("", regular))


def cut_passages(extracted: ExtractedText, *, source_id: str) -> tuple[Passage, ...]:
    """Cut a document's text into passages.

    Parameters
    ----------
    extracted : ExtractedText
        Text and blocks.
    source_id : str
        The source's id; every passage id begins with it.

    Returns
    -------
    tuple of Passage
        In the order of the text. Blocks of more than 120 words are cut at sentence ends; neighbours of at most three
        words in one list are put together.

    Examples
    --------
    >>> text = "Stamps do not expire."
    >>> blocks = (Block(start=0, end=len(text), headings=("Refills", "Stamps")),)
    >>> (passage,) = cut_passages(ExtractedText(text=text, blocks=blocks, extractor=""), source_id="page-refills")
    >>> passage.id, passage.heading, passage.locator
    ('page-refills-9285ff', 'Refills > Stamps', 'under “Stamps”')
    """
    text = extracted.text
    taken: dict[str, int] = {}
    passages = []
    for block in _split_long(text, _merge_tiny(text, extracted.blocks)):
        words = text[block.start : block.end]
        if not LETTER.search(words) and not MONEY.search(words):
            continue  # a page number or a lone sign says nothing
        passages.append(
            Passage(
                id=passage_id(source_id, words, taken=taken),
                source_id=source_id,
                text=words,
                start=block.start,
                end=block.end,
                heading=BETWEEN_HEADINGS.join(block.headings),
                page=block.page,
                locator=_locate(block),
                quotable=block.quotable,
                provenance=block.provenance,
            )
        )
    return tuple(passages)


def passage_id(source_id: str, text: str, *, taken: dict[str, int]) -> str:
    """Return the id of a passage: the source's, and six hex digits of the hash of its words.

    ``taken`` counts the ids of the document; the second passage with the same digits gets ``-b``, the third ``-c``.

    Examples
    --------
    >>> taken = {}
    >>> [passage_id("page-a", words, taken=taken) for words in ("Free delivery", "free  delivery", "Free return")]
    ['page-a-72689a', 'page-a-72689a-b', 'page-a-f84eaf']
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    key = f"{source_id}-{hashlib.sha256(plain.encode()).hexdigest()[:6]}"
    count = taken[key] = taken.get(key, 0) + 1
    return key if count == 1 else f"{key}-{_letters(count - 1)}"


def _letters(number: int) -> str:
    """Return 1 as b, 25 as z, 26 as ba: letters never run out."""
    letters = ""
    while number:
        number, rest = divmod(number, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _locate(block: Block) -> str:
    parts = []
    if block.page is not None:
        parts.append(f"page {block.page}")
    if block.headings:
        parts.append(f"under “{block.headings[-1]}”")
    if block.lead:
        parts.append(f"after “{block.lead}”")
    return ", ".join(parts)


def count_words(text: str) -> int:
    """Count what stands between white space and holds a letter or digit.

    Examples
    --------
    >>> count_words("Hearth Gift Box | £54.00")
    4
    """
    return sum(any(sign.isalnum() for sign in word) for word in text.split())


def _merge_tiny(text: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """Put tiny neighbours of one list together, such as a list of colours, unless they carry a figure."""
    held: Block | None = None
    for block in blocks:
        words = text[block.start : block.end]
        tiny = bool(block.group) and count_words(words) <= TINY_WORDS and not re.search(r"\d", words)
        if held and tiny and _fits(text, held, block):
            held = replace(held, end=block.end)
            continue
        if held:
            yield held
        held = block if tiny else None
        if not tiny:
            yield block
    if held:
        yield held


def _fits(text: str, held: Block, block: Block) -> bool:
    alike = (held.group, held.headings, held.page) == (block.group, block.headings, block.page)
    return alike and count_words(text[held.start : block.end]) <= MERGED_WORDS


def _split_long(text: str, blocks: Iterator[Block]) -> Iterator[Block]:
    """Cut long blocks at sentence ends into parts of about equal length."""
    for block in blocks:
        if text.count(" ", block.start, block.end) + text.count("\n", block.start, block.end) < LONG_WORDS:
            yield block
            continue
        for start, end in split_sentences(text, block.start, block.end, words=LONG_WORDS):
            yield replace(block, start=start, end=end)


def split_sentences(text: str, start: int, end: int, *, words: int) -> Iterator[tuple[int, int]]:
    """Yield stretches of whole sentences of at most ``words`` words; a longer sentence is cut between words."""
    open_at, close_at, held = start, start, 0
    for first, last in _sentences(text, start, end, words=words):
        count = len(text[first:last].split())
        if held and held + count > words:
            yield open_at, close_at
            open_at, held = first, 0
        close_at, held = last, held + count
    if close_at > open_at:
        yield open_at, close_at


def _sentences(text: str, start: int, end: int, *, words: int) -> Iterator[tuple[int, int]]:
    first = start
    for match in SENTENCE_END.finditer(text, start, end):
        if ABBREVIATED.search(text, max(first, match.start() - 12), match.start()):
            continue
        gap = match.end() - len(match.group()) + len(match.group().rstrip())
        yield from _cut_between_words(text, first, gap, words=words)
        first = match.end()
    yield from _cut_between_words(text, first, end, words=words)


def _cut_between_words(text: str, start: int, end: int, *, words: int) -> Iterator[tuple[int, int]]:
    count, first, last = 0, start, start
    for match in re.compile(r"\S+").finditer(text, start, end):
        if count == words:
            yield first, last
            count, first = 0, match.start()
        count, last = count + 1, match.end()
    if count:
        yield first, last
