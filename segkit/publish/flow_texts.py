"""A flow as text for other tools: Graphviz and Mermaid. Every node and every way once, in reading order.

Labels are data: quoted and escaped, so that nothing in them is read as a command.
"""

from __future__ import annotations

import re

from segkit.model.flow import Flow
from segkit.publish.flow_outline import Step, StepKind, outline_flow
from segkit.publish.safety import strip_control

_DOT_FORMS = {
    StepKind.START: 'shape=box, style="rounded,filled", fillcolor="#1B1F24", fontcolor="#FFFFFF"',
    StepKind.WAIT: 'shape=box, style="rounded"',
    StepKind.WAIT_FOR: 'shape=box, style="rounded,dashed"',
    StepKind.QUESTION: "shape=diamond",
    StepKind.LOT: 'shape=diamond, style="dashed"',
    StepKind.TASK: "shape=box, peripheries=2",
    StepKind.PROFILE: "shape=note",
    StepKind.EXIT: "shape=oval",
}
_MERMAID_FORMS = {
    StepKind.START: ("([", "])"),
    StepKind.WAIT: ("(", ")"),
    StepKind.WAIT_FOR: ("(", ")"),
    StepKind.QUESTION: ("{", "}"),
    StepKind.LOT: ("{", "}"),
    StepKind.TASK: ("[[", "]]"),
    StepKind.PROFILE: ("[/", "/]"),
    StepKind.EXIT: ("([", "])"),
}
_LIST_SIGN = re.compile(r"(?:\d+[.)]|[-+])(?= )")  # at the start of a label, Mermaid reads it as a list
_Node = tuple[str, StepKind, str]  # name in the text, kind, label
_Way = tuple[str, str, str]  # from, to, word


def flow_dot(flow: Flow) -> str:
    """Return the flow as a Graphviz file: ``dot -Tsvg flow.dot`` draws it.

    Raises
    ------
    RenderError
        A link of the flow leads to no node.
    """
    nodes, ways = _graph(flow)
    lines = [
        f"digraph {_dot(flow.id)} {{",
        f'  graph [label={_dot(flow.name)}, labelloc=t, rankdir=TB, fontname="sans-serif"];',
        '  node [shape=box, fontname="sans-serif"];',
        '  edge [fontname="sans-serif"];',
        *(f"  {name} [label={_dot(label)}{_dot_form(kind)}];" for name, kind, label in nodes),
        *(f"  {start} -> {end}{f' [label={_dot(word)}]' if word else ''};" for start, end, word in ways),
        "}",
    ]
    return "\n".join(lines) + "\n"


def flow_mermaid(flow: Flow) -> str:
    """Return the flow as a Mermaid flowchart from top to bottom.

    Raises
    ------
    RenderError
        A link of the flow leads to no node.
    """
    nodes, ways = _graph(flow)
    lines = ["flowchart TD"]
    for name, kind, label in nodes:
        opening, closing = _MERMAID_FORMS.get(kind, ("[", "]"))
        lines.append(f'  {name}{opening}"{_mermaid(label)}"{closing}')
    lines += [
        f'  {start} -->|"{_mermaid(word)}"| {end}' if word else f"  {start} --> {end}"
        for start, end, word in ways
    ]
    return "\n".join(lines) + "\n"


def _graph(flow: Flow) -> tuple[list[_Node], list[_Way]]:
    steps = outline_flow(flow)
    first = next((step.number for step in steps if step.node_id == flow.entry), None)
    nodes: list[_Node] = [("start", StepKind.START, f"Start: {flow.trigger.text}")]
    nodes += [(f"n{step.number}", step.kind, _label(step)) for step in steps]
    ways: list[_Way] = [("start", _name(first), "")]
    ways += [(f"n{step.number}", _name(link.number), link.label) for step in steps for link in step.links]
    if any(end == "exit" for _, end, _ in ways):
        nodes.append(("exit", StepKind.EXIT, StepKind.EXIT.value))
    return nodes, ways


def _name(number: int | None) -> str:
    return "exit" if number is None else f"n{number}"


def _label(step: Step) -> str:
    return f"{step.head}: {step.label}"


def _one_line(text: str) -> str:
    return " ".join(strip_control(text).split())


def _dot_form(kind: StepKind) -> str:
    form = _DOT_FORMS.get(kind, "")
    return f", {form}" if form else ""


def _dot(text: str) -> str:
    r"""Return a quoted Graphviz string; a backslash would begin an escape such as ``\N``, the node's own name."""
    inner = _one_line(text).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}"'


def _mermaid(text: str) -> str:
    """Return text for between double quotes, with Mermaid's own character codes for all that it could read."""
    line = _one_line(text)
    listed = _LIST_SIGN.match(line)
    sign = listed.end() - 1 if listed else -1
    return "".join(
        character if _is_harmless(character) and place != sign else f"#{ord(character)};"
        for place, character in enumerate(line)
    )


def _is_harmless(character: str) -> bool:
    return character.isalnum() or character in " .,:;!?()+-=/%'_·\u2019\u201c\u201d"
