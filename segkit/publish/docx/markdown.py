"""Markdown, as the tokens of its syntax tree, as native paragraphs, lists, quotations and tables."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from segkit.publish.docx.paper import Line, Paper
from segkit.publish.document import plain_text
from segkit.publish.safety import clean_html

_Token = Mapping[str, Any]
_LOOKS = {"strong": "bold", "emphasis": "italic", "strikethrough": "strike"}
_TAG = re.compile(r"<[^>]*>")
_SILENT = re.compile(r"<(/?)(script|style)\b", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def write_markdown(paper: Paper, tokens: Iterable[_Token], *, depth: int = 0) -> None:
    """Write block tokens; HTML in them leaves its words only."""
    for token in tokens:
        kind = token["type"]
        if kind in {"paragraph", "block_text"}:
            write_inline(paper.line(), token.get("children", ()))
        elif kind == "heading":
            paper.heading(plain_text(token.get("children", ())), level=paper.level + 1)
        elif kind == "list":
            _list(paper, token, depth)
        elif kind == "block_quote":
            for inner in token.get("children", ()):
                if inner["type"] == "paragraph":
                    write_inline(paper.line("Quote"), inner.get("children", ()))
                else:
                    write_markdown(paper, [inner], depth=depth)
        elif kind == "block_code":
            write_code(paper, str(token.get("raw", "")))
        elif kind == "table":
            _table(paper, token)
        elif kind == "block_html":
            words = html_words(str(token.get("raw", "")))
            if words:
                paper.line().inline(words)


def write_code(paper: Paper, text: str) -> None:
    """Write lines as they are, in letters of one width."""
    for line in text.rstrip("\n").split("\n"):
        paper.line("Code").say(line.expandtabs(4))
    paper.line("Small")


def html_words(source: str) -> str:
    """Return the words of foreign HTML without the HTML.

    Examples
    --------
    >>> html_words("<p>a &lt; b<script>x()</script></p>")
    'a < b'
    """
    return " ".join(html.unescape(_TAG.sub(" ", clean_html(source))).split())


def write_inline(line: Line, tokens: Sequence[_Token], *looks: str) -> Line:
    """Write inline tokens into a paragraph."""
    silent = False
    for token in _joined(tokens):
        kind = token["type"]
        if kind == "inline_html":
            raw = str(token.get("raw", ""))
            match = _SILENT.match(raw)
            silent = not match[1] if match else silent
            if _BREAK.fullmatch(raw):
                line.break_line()
        elif silent:
            continue
        elif kind == "linebreak":
            line.break_line()
        elif kind == "softbreak":
            line.say(" ", *looks)
        elif kind == "codespan":
            line.say(html.unescape(str(token.get("raw", ""))), *looks, "code")
        elif kind == "link":
            line.link(plain_text(token["children"]), str(token["attrs"].get("url", "")), *looks)
        elif kind == "image":
            words = plain_text(token.get("children", ()))
            line.say(f"[Picture: {words}]" if words else "[Picture]", *looks, "muted")
        elif "children" in token:
            write_inline(line, token["children"], *looks, *([_LOOKS[kind]] if kind in _LOOKS else []))
        else:
            line.inline(html.unescape(str(token.get("raw", ""))), *looks)
    return line


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


def _table(paper: Paper, token: _Token) -> None:
    def cells(row: _Token) -> list[Any]:
        return [
            lambda line, cell=cell: write_inline(line, cell.get("children", ()))
            for cell in row.get("children", ())
        ]

    head = next((part for part in token["children"] if part["type"] == "table_head"), {"children": ()})
    body = [row for part in token["children"] if part["type"] == "table_body" for row in part["children"]]
    right = [cell.get("attrs", {}).get("align") == "right" for cell in head["children"]]
    paper.table(cells(head), [cells(row) for row in body], numeric=right, row_headers=False)
    paper.line("Small")
