"""Who wrote the paragraphs of a block that argues, and what in them no evidence holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segkit.model.argument import Author
from segkit.publish.pdf.nodes import Layout, Node, box, para, run, strong

_WRITTEN = {Author.USER: "Written by", Author.LANGUAGE_MODEL: "Written with a language model"}


def credited(record: Mapping[str, Any], layout: Layout, said: Sequence[Node]) -> list[Node]:
    """Return the paragraphs with their writer, the question an empty field asks, and what could not be traced.

    Examples
    --------
    >>> from segkit.publish.references import References
    >>> record = {"author": "user", "by": "Ada", "untraced": ["41 %"], "asks": ""}
    >>> [node["runs"][-1]["t"] for node in credited(record, Layout(refs=References()), [])]
    ['Written by Ada', '“41 %”']
    """
    made = list(said)
    author = Author(record["author"])
    if author is not Author.SEGKIT and (said or record["by"]):
        by = record["by"] or ("the group" if author is Author.USER else "")
        words = (
            f"{_WRITTEN[author]} {by}"
            if author is Author.USER
            else f"{_WRITTEN[author]}{f' by {by}' if by else ''}"
        )
        made.append(para([run(words)], "small"))
    if record["untraced"]:
        found = ", ".join(f"“{text}”" for text in record["untraced"])
        made.append(para([strong("Not traced to evidence of this report: "), run(found)], "small"))
    if record["asks"]:
        made.append(box([para([run("To answer")], "word"), para(layout.inline(record["asks"]))], "note"))
    return made
