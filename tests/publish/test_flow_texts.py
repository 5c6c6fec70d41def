"""Flows as Graphviz and Mermaid text: every node and way once, and no label is read as a command."""

import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.errors import RenderError
from segkit.model.flow import links_of
from segkit.publish.flow_outline import outline_flow
from segkit.publish.flow_texts import flow_dot, flow_mermaid

_STRING = r'"(?:[^"\\]|\\.)*"'
_DOT_LINES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"digraph {_STRING} \{{",
        r"\}",
        rf"  (?:graph|node|edge) \[\w+=(?:{_STRING}|\w+)(?:, \w+=(?:{_STRING}|\w+))*\];",
        rf"  (?P<node>start|exit|n\d+) \[label={_STRING}(?:, \w+=(?:{_STRING}|\w+))*\];",
        rf"  (?P<way>(?:start|n\d+) -> (?:exit|n\d+))(?: \[label={_STRING}\])?;",
    )
)
_QUOTED = r'"[^"<>&`\[\]{}|\\]*"'
_FORMS = "|".join(
    f"{opening}{_QUOTED}{closing}"
    for opening, closing in (
        (r"\[", r"\]"),
        (r"\(", r"\)"),
        (r"\(\[", r"\]\)"),
        (r"\{", r"\}"),
        (r"\[\[", r"\]\]"),
        (r"\[/", r"/\]"),
    )
)
_MERMAID_LINES = tuple(
    re.compile(pattern)
    for pattern in (
        r"flowchart TD",
        rf"  (?P<node>start|exit|n\d+)(?:{_FORMS})",
        rf"  (?P<way>(?:start|n\d+) -->(?:\|{_QUOTED}\|)? (?:exit|n\d+))",
    )
)


def parse(text, patterns):
    """Return the nodes and ways of a text; each line must be one of the patterns from end to end."""
    nodes, ways = [], []
    for line in text.splitlines():
        found = next((match for match in (p.fullmatch(line) for p in patterns) if match), None)
        assert found, line
        named = found.groupdict()
        if named.get("node"):
            nodes.append(named["node"])
        if named.get("way"):
            ways.append(re.sub(r"\|.*\|", "", named["way"]).replace("-->", "->").split(" -> ")[0:2])
    return nodes, [tuple(part.strip() for part in way) for way in ways]


def expected(flow):
    numbers = {step.node_id: f"n{step.number}" for step in outline_flow(flow)}
    numbers[""] = "exit"
    ways = [("start", numbers[flow.entry])]
    ways += [(numbers[node.id], numbers[link]) for node in flow.nodes for link in links_of(node)]
    return ways


@pytest.mark.parametrize(
    ("write", "patterns"), [(flow_dot, _DOT_LINES), (flow_mermaid, _MERMAID_LINES)], ids=["dot", "mermaid"]
)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_each_node_and_each_way_stands_there_once(flow_samples, write, patterns, data):
    flow = data.draw(flow_samples.flows())
    text = write(flow)
    nodes, ways = parse(text, patterns)
    wanted = expected(flow)
    assert sorted(ways) == sorted(wanted)
    assert sorted(nodes) == sorted({end for way in wanted for end in way} | set(nodes))
    assert len(nodes) == len(set(nodes))
    assert {f"n{step.number}" for step in outline_flow(flow)} <= set(nodes)
    assert write(flow) == text


@pytest.mark.parametrize(
    ("write", "patterns"), [(flow_dot, _DOT_LINES), (flow_mermaid, _MERMAID_LINES)], ids=["dot", "mermaid"]
)
def test_hostile_labels_stay_labels(flow_samples, write, patterns):
    text = write(flow_samples.hostile())
    nodes, ways = parse(text, patterns)
    assert nodes == ["start", "n1", "n2", "n3", "exit"]
    assert len(ways) == 5
    assert text.count('"') - text.count('\\"') == 2 * len(re.findall(r'(?<!\\)"(?:[^"\\]|\\.)*"', text))


def test_mermaid_says_kinds_and_ways_in_words(flow_samples):
    text = flow_mermaid(flow_samples.every_kind())
    assert '  n1{"1 · Question: Is a complaint open?"}' in text
    assert '  n1 -->|"Yes"| n2' in text
    assert '  n1 -->|"No"| n3' in text
    assert 'exit(["Exit"])' in text


def test_mermaid_reads_no_label_as_a_list(flow_samples):
    from dataclasses import replace

    flow = flow_samples.every_kind()
    split = next(node for node in flow.nodes if node.id == "mm")
    branches = (replace(split.branches[0], name="1. Gifts"), replace(split.branches[1], name="- Subscribers"))
    nodes = tuple(
        replace(split, branches=(*branches, split.branches[2])) if node is split else node
        for node in flow.nodes
    )
    text = flow_mermaid(replace(flow, nodes=nodes))
    assert '"1#46; Gifts"' in text
    assert '"#45; Subscribers"' in text


def test_graphviz_escapes_are_taken_literally(flow_samples):
    text = flow_dot(flow_samples.flow(flow_samples.message("a", r'Say "\N" & go')))
    assert r'label="1 · Email: Say \"\\N\" &amp; go"' in text


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed (Debian: graphviz)")
def test_graphviz_draws_what_is_written(flow_samples):
    for flow in (flow_samples.every_kind(), flow_samples.hostile()):
        done = subprocess.run(
            ["dot", "-Tplain"], input=flow_dot(flow), capture_output=True, text=True, check=True
        )
        edges = [line for line in done.stdout.splitlines() if line.startswith("edge ")]
        assert len(edges) == len(expected(flow))


@pytest.mark.parametrize("write", [flow_dot, flow_mermaid])
def test_a_link_to_no_node_is_refused(flow_samples, write):
    with pytest.raises(RenderError, match="leads to 'nowhere', which is no node"):
        write(flow_samples.flow(flow_samples.message("a", "First", "nowhere")))
