"""How the document looks: every look is a named style, so that a reader changes it in one place."""

from __future__ import annotations

from segkit.publish.palette import ACCENT, GRID, INK, MUTED, SOFT

LANGUAGE = "en-US"
"""The language of segkit's own sentences, for spelling and for screen readers."""
_FONT = "Calibri"
_MONO = "Consolas"
_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KNOWN_TO_WORD = {
    "Normal",
    "heading ",
    "Title",
    "Subtitle",
    "TOC Heading",
    "toc ",
    "caption",
    "Quote",
    "List Bullet",
    "List Number",
    "Bibliography",
    "footer",
}
_PALE = {"Note": SOFT, "Caution": "FFF4E0", "Gap": "F3F0F7", "Answer": "EAF3FA", "MailText": "FAFAFA"}


def _hex(color: str) -> str:
    return color.removeprefix("#").upper()


def _character(*, size: float = 0, color: str = "", marks: str = "") -> str:
    """Return run properties; ``marks`` are element names without their prefix ("b", "i")."""
    parts = [f"<w:{mark}/>" for mark in marks.split()]
    parts += [f'<w:color w:val="{_hex(color)}"/>'] if color else []
    parts += [f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'] if size else []
    return f"<w:rPr>{''.join(parts)}</w:rPr>" if parts else ""


def _paragraph(identifier: str, name: str, layout: str = "", looks: str = "", **options: str) -> str:
    based = options.get("based", "Normal")
    following = options.get("following", "")
    parts = [
        f'<w:name w:val="{name}"/>',
        f'<w:basedOn w:val="{based}"/>' if identifier != "Normal" else "",
        f'<w:next w:val="{following}"/>' if following else "",
        f'<w:uiPriority w:val="{options.get("priority", "1")}"/><w:qFormat/>',
        f"<w:pPr>{layout}</w:pPr>" if layout else "",
        looks,
    ]
    default = ' w:default="1"' if identifier == "Normal" else ""
    own = "" if name in _KNOWN_TO_WORD or name[:-1] in _KNOWN_TO_WORD else ' w:customStyle="1"'
    return f'<w:style w:type="paragraph"{default}{own} w:styleId="{identifier}">{"".join(parts)}</w:style>'


def _letters(identifier: str, name: str, looks: str) -> str:
    return f'<w:style w:type="character" w:styleId="{identifier}"><w:name w:val="{name}"/><w:uiPriority w:val="9"/><w:qFormat/>{looks}</w:style>'


def _space(before: int, after: int, line: int = 0) -> str:
    lines = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{lines}/>'


def _heading(level: int, size: float, before: int, color: str) -> str:
    layout = f'<w:keepNext/><w:keepLines/>{_space(before, 80)}<w:outlineLvl w:val="{level - 1}"/>'
    looks = _character(size=size, color=color, marks="b bCs")
    return _paragraph(f"Heading{level}", f"heading {level}", layout, looks, following="Normal", priority="9")


def _box(identifier: str, name: str, *, border: str, keep: bool = False) -> str:
    """Return the style of a shaded paragraph; paragraphs in a row make one box."""
    side = f'w:val="single" w:sz="4" w:space="4" w:color="{_hex(GRID)}"'
    strong = f'w:val="single" w:sz="24" w:space="6" w:color="{_hex(border)}"'
    layout = (
        f"{'<w:keepLines/>' if keep else ''}<w:pBdr><w:top {side}/><w:left {strong}/><w:bottom {side}/><w:right {side}/></w:pBdr>"
        f'<w:shd w:val="clear" w:color="auto" w:fill="{_hex(_PALE[identifier])}"/>{_space(0, 60)}<w:ind w:left="200" w:right="120"/>'
    )
    return _paragraph(identifier, name, layout)


def _list(identifier: str, name: str, number: int) -> str:
    layout = f'<w:numPr><w:numId w:val="{number}"/></w:numPr>{_space(0, 50)}'
    return _paragraph(identifier, name, layout)


def _contents(level: int) -> str:
    looks = _character(marks="b") if level == 1 else ""
    layout = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9298"/></w:tabs>{_space(100 if level == 1 else 0, 20)}<w:ind w:left="{(level - 1) * 260}" w:right="500"/>'
    return _paragraph(f"TOC{level}", f"toc {level}", layout, looks, priority="39")


def styles_xml() -> bytes:
    """Return the part with all styles of the document."""
    gray = _character(size=9, color=MUTED)
    cover = _character(size=12, color=INK)
    paragraphs = (
        _paragraph("Normal", "Normal", _space(0, 120, 264)),
        _heading(1, 20, 360, INK),
        _heading(2, 14.5, 320, ACCENT),
        _heading(3, 12, 260, INK),
        _heading(4, 10.5, 160, MUTED),
        _paragraph("Title", "Title", _space(3400, 120, 240), _character(size=28, color=INK, marks="b bCs"), following="Subtitle"),
        _paragraph("Subtitle", "Subtitle", _space(0, 480), _character(size=16, color=MUTED)),
        _paragraph("CoverLine", "Cover line", _space(0, 60), cover),
        _paragraph("TOCHeading", "TOC Heading", f"<w:keepNext/>{_space(0, 120)}", _character(size=20, color=INK, marks="b bCs"), priority="39"),
        *(_contents(level) for level in (1, 2, 3)),
        _paragraph("Caption", "caption", f"<w:keepNext/><w:keepLines/>{_space(200, 60)}", _character(size=10.5, color=INK, marks="b bCs"), priority="35"),
        _paragraph("CaptionDetail", "Caption detail", f"<w:keepNext/><w:keepLines/>{_space(0, 60)}", gray),
        _paragraph("Figure", "Figure", f"<w:keepNext/>{_space(0, 60, 240)}"),
        _paragraph("Small", "Small print", f"<w:keepLines/>{_space(0, 140)}", gray),
        _paragraph("Spacer", "Spacer", '<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/>', _character(size=4)),
        _paragraph("Quote", "Quote", f'<w:keepLines/><w:pBdr><w:left w:val="single" w:sz="12" w:space="8" w:color="{_hex(GRID)}"/></w:pBdr>{_space(20, 100)}<w:ind w:left="360" w:right="240"/>', _character(marks="i iCs")),
        _list("ListBullet", "List Bullet", 1),
        _list("ListNumber", "List Number", 2),
        _paragraph("Term", "Term", f'{_space(0, 50)}<w:ind w:left="280" w:hanging="280"/>'),
        _box("Note", "Note", border=MUTED),
        _box("Caution", "Caution", border="#B45F06"),
        _box("Gap", "Not observable", border="#6A4C93"),
        _box("Answer", "Answer", border=ACCENT),
        _box("MailText", "Message text", border=GRID, keep=True),
        _paragraph("Question", "Question to answer", f"<w:keepNext/>{_space(80, 40)}", _character(color=ACCENT, marks="b bCs")),
        _paragraph("Answerfield", "Answer to write", f'<w:pBdr><w:top w:val="dashed" w:sz="6" w:space="4" w:color="{_hex(MUTED)}"/><w:left w:val="dashed" w:sz="6" w:space="4" w:color="{_hex(MUTED)}"/><w:bottom w:val="dashed" w:sz="6" w:space="28" w:color="{_hex(MUTED)}"/><w:right w:val="dashed" w:sz="6" w:space="4" w:color="{_hex(MUTED)}"/></w:pBdr>{_space(0, 160)}<w:ind w:left="120" w:right="120"/>'),
        _paragraph("Code", "Code", f'<w:shd w:val="clear" w:color="auto" w:fill="{_hex(SOFT)}"/>{_space(0, 0, 240)}', f'<w:rPr><w:rFonts w:ascii="{_MONO}" w:hAnsi="{_MONO}" w:cs="{_MONO}"/><w:noProof/><w:sz w:val="17"/></w:rPr>'),
        _paragraph("Bibliography", "Bibliography", f'<w:keepLines/>{_space(0, 100)}<w:ind w:left="425" w:hanging="425"/>', priority="37"),
        _paragraph("TableText", "Table text", _space(20, 20, 240), _character(size=9)),
        _paragraph("TableSmall", "Table text, small", _space(20, 20, 240), _character(size=8), based="TableText"),
        _paragraph("FigureValue", "Key figure", f"<w:keepNext/>{_space(40, 0, 240)}", _character(size=17, color=INK, marks="b bCs")),
        _paragraph("FigureLabel", "Key figure label", _space(0, 20, 240), gray),
        _paragraph("Footer", "footer", f'<w:tabs><w:tab w:val="right" w:pos="9298"/></w:tabs>{_space(0, 0, 240)}', gray, priority="99"),
    )  # fmt: skip
    letters = (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>',
        _letters("Hyperlink", "Hyperlink", f'<w:rPr><w:color w:val="{_hex(ACCENT)}"/><w:u w:val="single"/></w:rPr>'),
        _letters("CrossReference", "Cross reference", f'<w:rPr><w:color w:val="{_hex(ACCENT)}"/></w:rPr>'),
        _letters("Muted", "Muted", f'<w:rPr><w:color w:val="{_hex(MUTED)}"/></w:rPr>'),
        _letters("InlineCode", "Inline code", f'<w:rPr><w:rFonts w:ascii="{_MONO}" w:hAnsi="{_MONO}" w:cs="{_MONO}"/><w:noProof/></w:rPr>'),
        _letters("Untraced", "Not traced", '<w:rPr><w:highlight w:val="yellow"/></w:rPr>'),
        _letters("PlaceholderText", "Placeholder Text", f'<w:rPr><w:color w:val="{_hex(MUTED)}"/></w:rPr>'),
    )  # fmt: skip
    return f"{_HEAD}<w:styles {_NAMESPACE}>{_defaults()}{''.join(paragraphs)}{''.join(letters)}{_tables()}</w:styles>".encode()


def _defaults() -> str:
    fonts = f'<w:rFonts w:ascii="{_FONT}" w:hAnsi="{_FONT}" w:eastAsia="{_FONT}" w:cs="{_FONT}"/>'
    return (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{fonts}<w:color w:val="{_hex(INK)}"/><w:sz w:val="21"/><w:szCs w:val="21"/>'
        f'<w:lang w:val="{LANGUAGE}" w:eastAsia="{LANGUAGE}" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault><w:pPr><w:widowControl/></w:pPr></w:pPrDefault></w:docDefaults>"
    )


def _tables() -> str:
    """Return the table styles: rules between rows, a header that stands out, room around the words."""
    rule = f'w:val="single" w:sz="4" w:space="0" w:color="{_hex(GRID)}"'
    firm = f'w:val="single" w:sz="8" w:space="0" w:color="{_hex(MUTED)}"'
    room = '<w:tblCellMar><w:top w:w="20" w:type="dxa"/><w:left w:w="80" w:type="dxa"/><w:bottom w:w="20" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar>'
    header = (
        f'<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr><w:tcBorders><w:bottom {firm}/></w:tcBorders>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{_hex(SOFT)}"/><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
    )
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/>'
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
        f'<w:style w:type="table" w:customStyle="1" w:styleId="ReportTable"><w:name w:val="Report table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/>'
        f'<w:tblPr><w:tblBorders><w:top {firm}/><w:bottom {firm}/><w:insideH {rule}/></w:tblBorders>{room}</w:tblPr>'
        f'{header}<w:tblStylePr w:type="firstCol"><w:rPr><w:b/><w:bCs/></w:rPr></w:tblStylePr></w:style>'
        '<w:style w:type="table" w:customStyle="1" w:styleId="FigureTable"><w:name w:val="Key figures"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/>'
        f'<w:tblPr><w:tblBorders><w:top {rule}/><w:bottom {rule}/><w:insideH {rule}/></w:tblBorders>{room}</w:tblPr></w:style>'
    )  # fmt: skip


def numbering_xml(numbered: int) -> bytes:
    """Return the part with bullets (list 1) and numbers (list 2 and one more for each list that begins at 1 again)."""
    bullets = "".join(_level(depth, "bullet", "•◦▪"[depth % 3]) for depth in range(9))
    numbers = "".join(_level(depth, "decimal", f"%{depth + 1}.") for depth in range(9))
    again = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        for number in range(3, 3 + numbered)
    )
    return (
        f'{_HEAD}<w:numbering {_NAMESPACE}><w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="hybridMultilevel"/>{bullets}</w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="2"><w:multiLevelType w:val="hybridMultilevel"/>{numbers}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>{again}</w:numbering>'
    ).encode()


def _level(depth: int, shape: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{shape}"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{320 * (depth + 1)}" w:hanging="300"/></w:pPr></w:lvl>'
    )


def settings_xml() -> bytes:
    """Return the settings: today's layout rules; fields are not updated on opening, since Word would ask whether it may."""
    return (
        f'{_HEAD}<w:settings {_NAMESPACE}><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/><w:characterSpacingControl w:val="doNotCompress"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        f'<w:themeFontLang w:val="{LANGUAGE}"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    ).encode()
