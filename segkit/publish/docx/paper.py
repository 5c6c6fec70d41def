"""What the document is written on: paragraphs, links, fields, bookmarks, pictures and tables of WordprocessingML.

Every text passes `clean`, and nothing but constants and bookmark names made here gets into a field, so that data can
neither break the file nor act in it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches

from segkit.publish.docx.pictures import Picture
from segkit.publish.docx.widths import column_widths
from segkit.publish.records import CITATION
from segkit.publish.references import References
from segkit.publish.safety import safe_url, strip_control
from segkit.publish.untraced import split_untraced

TEXT_WIDTH = 9298
"""Between the margins of an A4 page, in twentieths of a point."""
_MARGIN = 1304
_LONGEST_ADDRESS = 2000
"""Word takes a file with a longer one for damaged."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SMALL_FROM = 6
"""Tables of so many columns are set in small type."""
_SHORT_TABLE = 14
"""A table of at most so many lines is kept on one page."""
_LOOKS = {
    "bold": "w:b",
    "italic": "w:i",
    "small-caps": "w:smallCaps",
    "strike": "w:strike",
    "underline": "w:u",
}
"""In the order in which the format wants them."""
_RAISED = {"superscript": "superscript", "subscript": "subscript"}
_LETTERS = {
    "code": "InlineCode",
    "muted": "Muted",
    "link": "Hyperlink",
    "cross": "CrossReference",
    "untraced": "Untraced",
}


def clean(text: object) -> str:
    r"""Return text that a Word document can hold: no control characters, no half characters.

    Examples
    --------
    >>> clean("a\x00b\ud800c\x0b")
    'abc'
    """
    return _SURROGATE.sub("", strip_control(str(text)))


def make(tag: str, *children: Any, **attributes: str) -> Any:
    """Return an element of WordprocessingML with attributes of its namespace."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    for child in children:
        element.append(child)
    return element


class Line:
    """One paragraph that is being written; each method adds to its end and returns it."""

    def __init__(self, paper: Paper, element: Any) -> None:
        self.paper = paper
        self.element = element

    def say(self, text: object, *looks: str) -> Line:
        """Add words as they are."""
        words = clean(text)
        if words:
            self.element.append(_run(words, looks))
        return self

    def inline(self, text: object, *looks: str, untraced: Sequence[str] = ()) -> Line:
        """Add a sentence: its ``[@id]`` citations become links, and what is not traced is marked.

        What looks like the citation of a source that the report has not stands as it is: a product may be called so.
        """
        words, start = clean(text), 0
        for match in CITATION.finditer(words):
            if match[1] not in self.paper.refs.citations:
                continue
            self._marked(words[start : match.start()], looks, untraced)
            self.cite(match[1])
            start = match.end()
        self._marked(words[start:], looks, untraced)
        return self

    def _marked(self, words: str, looks: Sequence[str], untraced: Sequence[str]) -> None:
        for piece, known in split_untraced(words, untraced):
            if known:
                self.say(piece, *looks)
            else:
                self.say(piece, *looks, "untraced").say(" [not traced]", "muted")

    def cite(self, source: str) -> Line:
        """Add a citation in the words of the page, linked to its entry in the reference list."""
        refs = self.paper.refs
        refs.cite(source)  # refuses what the list does not have
        words = refs.in_text.get(source) or f"[{refs.citations[source]}]"
        return self._to_bookmark(f"ref-{source}", words)

    def refer(self, target: str, words: str = "") -> Line:
        """Add a link to a block: a cross reference that follows its caption's number, or a link in words."""
        refs = self.paper.refs
        label = refs.labels.get(target, "")
        if not words and not label:
            refs.link(target)
        if words or not re.fullmatch(r"(Figure|Table) \d+", label) or target not in self.paper.places:
            return self._to_bookmark(target, words or label)
        name = self.paper.bookmark(target)
        return self.field(f" REF {name} \\h ", label, "cross")

    def _to_bookmark(self, target: str, words: str) -> Line:
        if target not in self.paper.places:
            return self.say(f"{words} (HTML report)")
        link = make("w:hyperlink", anchor=self.paper.bookmark(target), history="1")
        link.append(_run(clean(words), ("cross",)))
        self.element.append(link)
        return self

    def link(self, words: str, address: str, *looks: str) -> Line:
        """Add words that lead to an http(s) address or a block; anywhere else they lead nowhere."""
        safe = safe_url(address)
        if safe.startswith("#"):
            return self.refer(safe[1:], words) if safe[1:] in self.paper.places else self.say(words, *looks)
        if not safe or len(safe) > _LONGEST_ADDRESS or not clean(words):
            return self.say(words, *looks)
        identifier = self.paper.part.relate_to(clean(safe), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = make("w:hyperlink", _run(clean(words), (*looks, "link")), history="1")
        link.set(qn("r:id"), identifier)
        self.element.append(link)
        return self

    def field(self, instruction: str, result: str, *looks: str) -> Line:
        """Add a field with what it shows until it is updated; ``instruction`` is never made from data."""
        self.open_field(instruction)
        self.element.append(_run(result, looks))
        return self.close_field()

    def open_field(self, instruction: str) -> Line:
        """Begin a field whose result follows."""
        code = make("w:instrText")
        code.text = instruction
        code.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        for part in (
            make("w:fldChar", fldCharType="begin"),
            code,
            make("w:fldChar", fldCharType="separate"),
        ):
            self.element.append(make("w:r", part))
        return self

    def close_field(self) -> Line:
        """End the field."""
        self.element.append(make("w:r", make("w:fldChar", fldCharType="end")))
        return self

    def mark(self, *targets: str) -> Line:
        """Set bookmarks that links to these ids lead to."""
        for target in targets:
            if target:
                self.open_mark(target)
                self.close_mark(target)
        return self

    def open_mark(self, target: str) -> Line:
        """Begin the stretch that a cross reference repeats."""
        number, name = self.paper.number(target), self.paper.bookmark(target)
        self.element.append(make("w:bookmarkStart", id=str(number), name=name))
        return self

    def close_mark(self, target: str) -> Line:
        """End it."""
        self.element.append(make("w:bookmarkEnd", id=str(self.paper.number(target))))
        return self

    def restyle(self, style: str) -> Line:
        """Give the paragraph another style."""
        self.element.pPr.find(qn("w:pStyle")).set(qn("w:val"), style)
        return self

    def break_line(self) -> Line:
        """Go on in the next line."""
        self.element.append(make("w:r", make("w:br")))
        return self


class Paper:
    """The body of a document and what runs through it: references, bookmarks, list numbers.

    Parameters
    ----------
    refs : References
        Numbers and labels of the report.
    places : frozenset of str
        The ids that stand in this document; a link to any other is written as words.
    """

    def __init__(self, refs: References, places: frozenset[str]) -> None:
        self.refs = refs
        self.places = places
        self.document = docx.Document()
        self.part = self.document.part
        self.body = self.document.element.body
        self.target: Any = self.body
        self.level = 1
        self.lists = 0
        self._bookmarks: dict[str, int] = {}
        self._last: dict[str, int] = {}
        for old in list(self.body)[:-1]:
            self.body.remove(old)
        _set_page(self.body[-1])

    def number(self, target: str) -> int:
        """Return the number of the bookmark of an id."""
        return self._bookmarks.setdefault(target, len(self._bookmarks) + 1)

    def bookmark(self, target: str) -> str:
        """Return the name of the bookmark of an id; an id itself may be longer than Word allows."""
        return f"_Ref{self.number(target):08d}"

    def restart(self, word: str, number: int) -> str:
        """Return what tells a counting field to go on from another number than the next: appendices come last."""
        expected = self._last.get(word, 0) + 1
        self._last[word] = number
        return "" if number == expected else f" \\r {number}"

    def line(
        self, style: str = "Normal", *, keep: bool = False, list_number: int = 0, depth: int = 0
    ) -> Line:
        """Begin a paragraph of a style; ``keep`` holds it on the page of the next one."""
        layout = make("w:pPr", make("w:pStyle", val=style))
        if keep:
            layout.append(make("w:keepNext"))
        if list_number:
            layout.append(
                make("w:numPr", make("w:ilvl", val=str(depth)), make("w:numId", val=str(list_number)))
            )
        element = make("w:p", layout)
        if self.target is self.body:
            self.body.insert(len(self.body) - 1, element)  # the section's properties stay last
        else:
            self.target.append(element)
        return Line(self, element)

    def heading(self, text: str, *, level: int, anchors: Sequence[str] = ()) -> Line:
        """Write a heading; the fourth level is the last that the document has."""
        return self.line(f"Heading{min(level, 4)}").mark(*anchors).say(text)

    def bullets(self, sentences: Sequence[str], *, untraced: Sequence[str] = ()) -> None:
        """Write a list of sentences."""
        for sentence in sentences:
            self.line("ListBullet").inline(sentence, untraced=untraced)

    def new_list(self) -> int:
        """Return the number of a list that counts from 1."""
        self.lists += 1
        return 2 + self.lists

    def box(
        self, style: str, paragraphs: Sequence[str], *, word: str = "", untraced: Sequence[str] = ()
    ) -> None:
        """Write shaded paragraphs, the first with a word in front that says what they are."""
        for place, paragraph in enumerate(paragraphs):
            line = self.line(style, keep=place < len(paragraphs) - 1)
            if word and place == 0:
                line.say(f"{word}. ", "bold")
            line.inline(paragraph, untraced=untraced)

    def gap(self) -> None:
        """Part a table from what follows by a thin line, since two tables without one would become a single table."""
        self.line("Spacer")

    def end_page(self) -> None:
        """Take back a gap at the end of a page, which would make an empty page where the page is full."""
        last = self.body[-2] if len(self.body) > 1 else None
        style = last.find(f"{qn('w:pPr')}/{qn('w:pStyle')}") if last is not None else None
        if style is not None and style.get(qn("w:val")) == "Spacer":
            self.body.remove(last)

    def hold(self) -> None:
        """Keep the paragraph that was written last on the page of what comes next."""
        last = self.body[-2] if len(self.body) > 1 else None
        if last is not None and last.tag == qn("w:p") and last.pPr.find(qn("w:keepNext")) is None:
            last.pPr.insert(1, make("w:keepNext"))

    def page_break(self, line: Line) -> None:
        """Let a paragraph begin a page."""
        line.element.pPr.insert(1, make("w:pageBreakBefore"))

    def picture(self, picture: Picture, *, alt: str, name: str) -> None:
        """Place a picture with its description."""
        line = self.line("Figure", keep=True)
        run = make("w:r")
        line.element.append(run)
        inline = self.part.new_pic_inline(
            io.BytesIO(picture.png), Inches(picture.width), Inches(picture.height)
        )
        inline.docPr.set("name", clean(name))
        inline.docPr.set("descr", clean(alt))
        run.append(make("w:drawing", inline))

    def table(
        self,
        columns: Sequence[Any],
        rows: Sequence[Sequence[Any]],
        *,
        numeric: Sequence[bool] = (),
        row_headers: bool = True,
        description: str = "",
        style: str = "ReportTable",
    ) -> None:
        """Write a table; cells are sentences or functions that write into their paragraph.

        The header row repeats on each page, no row is split, and a short table keeps its rows together.
        """
        count = len(columns) or max((len(row) for row in rows), default=0)
        if not count:
            return
        text_style = "TableSmall" if count >= _SMALL_FROM else "TableText"
        right = [*numeric, *([False] * count)][:count]
        table = make("w:tbl", _table_layout(style, description, header=bool(columns), first=row_headers))
        grid = make("w:tblGrid")
        table.append(grid)
        made = [self._row(columns, right, text_style, header=True)] if columns else []
        made += [self._row([*row, *[""] * count][:count], right, text_style) for row in rows]
        lines = _set_widths(made, grid, small=text_style == "TableSmall")
        if lines <= _SHORT_TABLE:
            _keep_together(made)
        for row in made:
            table.append(row)
        self._append(table)
        if self.target is not self.body:
            self.line("TableText")  # a cell ends on a paragraph

    def _append(self, element: Any) -> None:
        if self.target is self.body:
            self.body.insert(len(self.body) - 1, element)
        else:
            self.target.append(element)

    def _row(self, cells: Sequence[Any], right: Sequence[bool], style: str, *, header: bool = False) -> Any:
        layout = make("w:trPr", make("w:cantSplit"))
        if header:
            layout.append(make("w:tblHeader"))
        row = make("w:tr", layout)
        outer = self.target
        for content, flag in zip(cells, right, strict=True):
            cell = make("w:tc", make("w:tcPr"))
            self.target = cell
            line = self.line(style, keep=header)
            if flag:
                line.element.pPr.append(make("w:jc", val="right"))
            if callable(content):
                content(line)
            else:
                line.inline(content)
            row.append(cell)
        self.target = outer
        return row


def _run(text: str, looks: Sequence[str] = ()) -> Any:
    properties = make("w:rPr")
    letters = [_LETTERS[look] for look in looks if look in _LETTERS]
    if letters:
        properties.append(make("w:rStyle", val=letters[-1]))
    for look, tag in _LOOKS.items():
        if look in looks:
            properties.append(make(tag, val="single") if tag == "w:u" else make(tag))
    raised = [_RAISED[look] for look in looks if look in _RAISED]
    if raised:
        properties.append(make("w:vertAlign", val=raised[-1]))
    run = make("w:r", properties) if len(properties) else make("w:r")
    words = make("w:t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(words)
    return run


def _table_layout(style: str, description: str, *, header: bool, first: bool) -> Any:
    layout = make(
        "w:tblPr",
        make("w:tblStyle", val=style),
        make("w:tblW", w=str(TEXT_WIDTH), type="dxa"),
        make("w:tblLayout", type="fixed"),
        make(
            "w:tblLook",
            val=f"{(0x20 if header else 0) | (0x80 if first else 0) | 0x600:04X}",
            firstRow=str(int(header)),
            lastRow="0",
            firstColumn=str(int(first)),
            lastColumn="0",
            noHBand="1",
            noVBand="1",
        ),
    )
    if description:
        layout.append(make("w:tblDescription", val=clean(description)[:250]))
    return layout


def _set_widths(rows: Sequence[Any], grid: Any, *, small: bool) -> int:
    """Give each column the room its words need; return about how many lines the table then has."""
    letter = 78 if small else 88
    texts = [
        ["".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in row.tc_lst] for row in rows
    ]
    widths = column_widths(texts, total=TEXT_WIDTH, letter=letter)
    for width in widths:
        grid.append(make("w:gridCol", w=str(width)))
    for row in rows:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.tcPr.append(make("w:tcW", w=str(width), type="dxa"))
    return sum(
        max(1 + len(text) * letter // width for text, width in zip(row, widths, strict=True)) for row in texts
    )


def _keep_together(rows: Sequence[Any]) -> None:
    """Hold each row on the page of the next one."""
    for row in rows[:-1]:
        for paragraph in row.iter(qn("w:p")):
            if paragraph.pPr.find(qn("w:keepNext")) is None:
                paragraph.pPr.insert(1, make("w:keepNext"))


def _set_page(section: Any) -> None:
    for old in list(section):
        section.remove(old)
    section.append(make("w:pgSz", w="11906", h="16838"))
    margin = str(_MARGIN)
    section.append(
        make(
            "w:pgMar",
            top=margin,
            right=margin,
            bottom=margin,
            left=margin,
            header="600",
            footer="600",
            gutter="0",
        )
    )
    section.append(make("w:titlePg"))
