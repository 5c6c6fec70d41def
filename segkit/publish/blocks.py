"""Blocks: what a notebook cell shows, each with one record and three forms.

Values come in from the analysis as formatted text; a block carries them as a plain JSON *record* (what pages and
documents are made from), as HTML for JupyterLab (made by the same renderer as the page) and as text for terminals.
A cell ends on `show(block)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any, ClassVar

from segkit.errors import RenderError
from segkit.model.argument import Author
from segkit.model.checklist import ChecklistItem
from segkit.model.segment import FactorReading
from segkit.publish.block import Block
from segkit.publish.evidence_blocks import (
    EvidenceCard,
    EvidenceItem,
    PassageQuote,
    Passages,
    PassageSource,
    SourceEntry,
    SourceRun,
    Sources,
)
from segkit.publish.flow_blocks import FlowCard
from segkit.publish.message_blocks import MessagePreview
from segkit.publish.records import Kind, Tone
from segkit.publish.verdict_blocks import CitedWords, VerdictCard

__all__ = [
    "BLOCKS",
    "Block",
    "Checklist",
    "CitedWords",
    "EvidenceCard",
    "EvidenceItem",
    "Figure",
    "Finding",
    "Findings",
    "Gap",
    "HowMade",
    "KeyFigure",
    "KeyFigures",
    "MessagePreview",
    "PassageQuote",
    "PassageSource",
    "Passages",
    "Plotly",
    "SegmentCard",
    "SourceEntry",
    "SourceRun",
    "Sources",
    "Table",
    "Text",
    "VerdictCard",
    "as_block",
    "register_formatters",
    "show",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Block):
    """Paragraphs of plain sentences, then bullets; ``[@id]`` cites a source.

    Examples
    --------
    >>> Text(id="answer", paragraphs=("Four groups fit this book [@orders].",), tone=Tone.ANSWER).record()["tone"]
    'answer'
    """

    kind: ClassVar[Kind] = Kind.TEXT
    paragraphs: tuple[str, ...]
    bullets: tuple[str, ...] = ()
    tone: Tone = Tone.PLAIN
    author: Author = Author.SEGKIT
    by: str = ""
    untraced: tuple[str, ...] = ()
    asks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """One large number: what it is, its value with the unit, and the n or comparison under it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigures(Block):
    """Two to six large numbers side by side.

    Examples
    --------
    >>> figure = KeyFigure(label="Customers", value="10", note="all with an order")
    >>> len(KeyFigures(id="strip", items=(figure, figure)).record()["items"])
    2
    """

    kind: ClassVar[Kind] = Kind.KEY_FIGURES
    items: tuple[KeyFigure, ...]

    def __post_init__(self) -> None:
        """Refuse a strip that is no strip."""
        Block.__post_init__(self)
        if not 2 <= len(self.items) <= 6:
            raise RenderError(f"key figures {self.id!r} have {len(self.items)} numbers; show 2 to 6.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding: the finding itself as a sentence, what lies behind it, and the blocks that show it."""

    title: str
    text: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings(Block):
    """The numbered findings that a hurried reader takes away."""

    kind: ClassVar[Kind] = Kind.FINDINGS
    items: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Block):
    """A table of formatted text.

    Parameters
    ----------
    id, caption : str
        Anchor; and what the table shows, with the unit where it is one for all.
    columns : tuple of str
        Headers, with their units.
    rows : tuple of tuple of str
        Cells as the reader sees them, one per column.
    numeric : tuple of bool, optional
        Which columns hold numbers and are set right; none by default.
    row_headers : bool, default True
        Whether the first cell names its row.
    links : tuple of str, optional
        Per row: ``"#block-id"``, an http(s) address, or ``""``; set on the first cell.
    marks : tuple of int, optional
        Per row: the segment number whose colour and marker stand before the first cell, 0 for none.
    note : str, optional
        Printed under the table.

    Examples
    --------
    >>> table = Table(id="sizes", caption="Customers per group", columns=("Group", "Customers"),
    ...               rows=(("Regulars", "4"), ("Newcomers", "6")), numeric=(False, True), marks=(1, 2))
    >>> print(table._repr_mimebundle_()["text/plain"])
    Customers per group
    Group      Customers
    Regulars           4
    Newcomers          6
    """

    kind: ClassVar[Kind] = Kind.TABLE
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...] = ()
    note: str = ""
    row_headers: bool = True
    links: tuple[str, ...] = ()
    marks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Block):
    """A static chart: the finding as its title, the drawing, and everything said about it in words.

    Parameters
    ----------
    id : str
        Anchor; also the prefix of every id inside the drawing.
    title : str
        The finding, as a sentence.
    subtitle : str
        What is measured, in which unit.
    alt : str
        The chart in one sentence for who cannot see it: kind, axes, shape.
    desc : str
        What the chart says, in words, with its extremes.
    source, n : str
        Printed below: where the numbers come from, and how many ("n = 10 customers").
    svg : str
        The drawing, with the palette's hexadecimal colours.
    data : Table
        The numbers drawn.
    svg_narrow : str, optional
        A second drawing about 3.4 inches wide, shown at phone width.
    """

    kind: ClassVar[Kind] = Kind.FIGURE
    title: str
    subtitle: str
    alt: str
    desc: str
    source: str
    n: str
    svg: str
    data: Table
    svg_narrow: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plotly(Block):
    """An interactive chart and its static twin, which is what pages show unless asked otherwise.

    ``spec`` is the chart as plain JSON (``json.loads(figure.to_json())``).
    """

    kind: ClassVar[Kind] = Kind.PLOTLY
    spec: Mapping[str, Any]
    static: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentCard(Block):
    """One segment on half a page: who is in it by rule, what it is worth, what the six factors say.

    ``size``, ``share`` and ``revenue`` are formatted text ("4 of 10 customers"); ``profile`` holds one reading
    per factor; ``exceptions`` say for whom the name does not hold.
    """

    kind: ClassVar[Kind] = Kind.SEGMENT
    number: int
    name: str
    rule: str
    size: str
    profile: tuple[FactorReading, ...]
    share: str = ""
    revenue: str = ""
    measures: tuple[KeyFigure, ...] = ()
    exceptions: tuple[str, ...] = ()
    note: str = ""
    why: tuple[str, ...] = ()
    author: Author = Author.SEGKIT
    by: str = ""
    untraced: tuple[str, ...] = ()
    asks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap(Block):
    """What cannot be shown from this data, and how to close the gap.

    Examples
    --------
    >>> print(Gap(id="g", missing="No column says why people buy.", close="Ask in a survey.")._repr_mimebundle_()["text/plain"])
    Not observable in this source
    No column says why people buy.
    To close it: Ask in a survey.
    """

    kind: ClassVar[Kind] = Kind.GAP
    missing: str
    close: str
    title: str = "Not observable in this source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist(Block):
    """The assignment's items with their status; a ``where`` that starts with ``#`` links to that block."""

    kind: ClassVar[Kind] = Kind.CHECKLIST
    items: tuple[ChecklistItem, ...]
    caption: str = "What the assignment asks, and where it is answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class HowMade(Block):
    """How the report was made: data date, rows read and dropped, seed, versions, hashes, as label and value."""

    kind: ClassVar[Kind] = Kind.HOW_MADE
    pairs: tuple[tuple[str, str], ...] = field(default=())


BLOCKS: dict[Kind, type[Block]] = {
    block.kind: block
    for block in (
        Text,
        KeyFigures,
        Findings,
        Table,
        Figure,
        Plotly,
        EvidenceCard,
        SegmentCard,
        MessagePreview,
        Gap,
        Checklist,
        Passages,
        Sources,
        HowMade,
        FlowCard,
        VerdictCard,
    )
}
"""The block of each kind."""


@singledispatch
def as_block(value: object) -> Block:
    """Return the block that shows a value; modules that make blocks register their types here.

    Raises
    ------
    RenderError
        When nothing knows how to show the value.

    Examples
    --------
    >>> as_block(3)
    Traceback (most recent call last):
    segkit.errors.RenderError: int has no block to show it; make one of segkit.publish.blocks.
    """
    raise RenderError(f"{type(value).__name__} has no block to show it; make one of segkit.publish.blocks.")


@as_block.register
def _(value: Block) -> Block:
    return value


def show(*values: object) -> None:
    """Show blocks, or values that have one, in order; an iterable is shown item by item, None not at all.

    In a notebook each becomes one output of the cell; elsewhere its text is printed.

    Examples
    --------
    >>> show(Text(id="t", paragraphs=("Ten customers, four groups.",)))
    Ten customers, four groups.
    """
    for value in values:
        if value is None:
            continue
        if isinstance(value, Iterable) and type(value) not in as_block.registry:
            show(*value)
        else:
            _display(as_block(value))


def _display(block: Block) -> None:
    shell = _interactive_shell()
    bundle = block._repr_mimebundle_()
    if shell is None:
        print(bundle["text/plain"])  # noqa: T201 - what show() is for outside a notebook
    else:
        shell.display_pub.publish(data=bundle, metadata={})


def _interactive_shell() -> Any:
    """Return the running IPython shell, or None; never imports IPython itself."""
    import sys  # noqa: PLC0415 - looked up when asked, so that a later start of IPython is seen

    module = sys.modules.get("IPython")
    return None if module is None else module.get_ipython()


def register_formatters(shell: Any = None) -> bool:
    """Let IPython show every type known to `as_block` richly, so that a bare value at the end of a cell reads well.

    Parameters
    ----------
    shell : InteractiveShell, optional
        The running shell by default.

    Returns
    -------
    bool
        False outside IPython, where nothing was registered.

    Examples
    --------
    >>> register_formatters()
    False
    """
    shell = shell or _interactive_shell()
    if shell is None:
        return False
    formatter = shell.display_formatter.mimebundle_formatter
    for known in as_block.registry:
        if known is not object and not issubclass(known, Block):
            formatter.for_type(known, _bundle_of)
    return True


def _bundle_of(value: object, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG001 - IPython's signature
    return as_block(value)._repr_mimebundle_()
