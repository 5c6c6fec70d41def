"""Markdown, as the tokens of its syntax tree, as native paragraphs, lists, quotations and tables."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from segkit.publish.document import plain_text
from segkit.publish.docx.paper import Line, Paper
from segkit.publish.safety import clean_html

_Token = Mapping[str, Any]
_LOOKS = {"strong": "bold", "emphasis": "italic", "strikethrough": "strike"}
_TAG = re.compile(r"<[^>]*>")
_SILENT = re.compile(r"<(/?)(script|style)\b", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def write_markdown(paper: Paper, tokens: Iterable[_Token], *, depth: int = 0) -> None:
    """Write block tokens; HTML in them leaves its words only."""
    for token in tokens:
        write = _BLOCKS.get(token["type"])
        if write:
            write(paper, token, depth)


def _paragraph(paper: Paper, token: _Token, _depth: int) -> None:
    write_inline(paper.line(), token.get("children", ()))


def _heading(paper: Paper, token: _Token, _depth: int) -> None:
    paper.heading(plain_text(token.get("children", ())), level=paper.level + 1)


def _quote(paper: Paper, token: _Token, depth: int) -> None:
    for inner in token.get("children", ()):
        if inner["type"] == "paragraph":
            write_inline(paper.line("Quote"), inner.get("children", ()))
        else:
            write_markdown(paper, [inner], depth=depth)


def _code(paper: Paper, token: _Token, _depth: int) -> None:
    write_code(paper, str(token.get("raw", "")))


def _html(paper: Paper, token: _Token, _depth: int) -> None:
    words = html_words(str(token.get("raw", "")))
    if words:
        paper.line().inline(words)


def write_code(paper: Paper, text: str) -> None:
    """Write lines as they are, in letters of one width."""
    for line in text.rstrip("\n").split("\n"):
        paper.line("Code").say(line.expandtabs(4))
    paper.gap()


def html_words(source: str) -> str:
    """Return the words of foreign HTML without the HTML.

    Examples
    --------
    >>> html_words("<p>a &lt; b<script>x()</script></p>")
    'a < b'
    """
    return " ".join(html.unescape(_TAG.sub(" ", clean_html(source))).split())


def write_inline(line: Line, tokens: Sequence[_Token], *looks: str) -> Line:
    """Write inline tokens into a paragraph; what stands between script tags is left out."""
    silent = False
    for token in _joined(tokens):
        if token["type"] == "inline_html":
            raw = str(token.get("raw", ""))
            match = _SILENT.match(raw)
            silent = not match[1] if match else silent
            if _BREAK.fullmatch(raw):
                line.break_line()
        elif not silent:
            _write_token(line, token, looks)
    return line


def _write_token(line: Line, token: _Token, looks: Sequence[str]) -> None:
    kind, raw = token["type"], html.unescape(str(token.get("raw", "")))
    if kind == "linebreak":
        line.break_line()
    elif kind == "softbreak":
        line.say(" ", *looks)
    elif kind == "codespan":
        line.say(raw, *looks, "code")
    elif kind == "link":
        line.link(plain_text(token["children"]), str(token["attrs"].get("url", "")), *looks)
    elif kind == "image":
        words = plain_text(token.get("children", ()))
        line.say(f"[Picture: {words}]" if words else "[Picture]", *looks, "muted")
    elif "children" in token:
        write_inline(line, token["children"], *looks, *([_LOOKS[kind]] if kind in _LOOKS else []))
    else:
        line.inline(raw, *looks)


def _joined(tokens: Sequence[_Token]) -> list[_Token]:
    """Join neighboring texts, so that a citation is found whole."""
    joined: list[_Token] = []
    for token in tokens:
        if token["type"] == "text" and joined and joined[-1]["type"] == "text":
            joined[-1] = {"type": "text", "raw": f"{joined[-1].get('raw', '')}{token.get('raw', '')}"}
        else:
            joined.append(token)
    return joined


def _list(paper: Paper, token: _Token, depth: int) -> None:
    ordered = bool(token.get("attrs", {}).get("ordered"))
    number = paper.new_list() if ordered else 1
    for item in token.get("children", ()):
        first = True
        for inner in item.get("children", ()):
            if inner["type"] in {"block_text", "paragraph"}:
                style = "ListNumber" if ordered else "ListBullet"
                line = paper.line(style, list_number=number if first else 0, depth=min(depth, 8))
                write_inline(line, inner.get("children", ()))
                first = False
            else:
                write_markdown(paper, [inner], depth=depth + 1)


def _table(paper: Paper, token: _Token, _depth: int) -> None:
    def cells(row: _Token) -> list[Any]:
        return [
            lambda line, cell=cell: write_inline(line, cell.get("children", ()))
            for cell in row.get("children", ())
        ]

    head = next((part for part in token["children"] if part["type"] == "table_head"), {"children": ()})
    body = [row for part in token["children"] if part["type"] == "table_body" for row in part["children"]]
    right = [cell.get("attrs", {}).get("align") == "right" for cell in head["children"]]
    paper.table(cells(head), [cells(row) for row in body], numeric=right, row_headers=False)
    paper.gap()


_BLOCKS: dict[str, Callable[[Paper, _Token, int], None]] = {
    "paragraph": _paragraph,
    "block_text": _paragraph,
    "heading": _heading,
    "list": _list,
    "block_quote": _quote,
    "block_code": _code,
    "table": _table,
    "block_html": _html,
}
