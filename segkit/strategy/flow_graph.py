"""The graph of a flow: what is reached, what comes round again, how long the longest path takes.

Everything walks with a list of its own instead of calling itself, so that a chain of thousands of nodes is no problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from segkit.model.flow import Delay, Flow, Node, WaitFor, links_of

HOURS_PER_DAY = 24


def nodes_by_id(flow: Flow) -> dict[str, Node]:
    """Return the nodes by id, in their order; of two nodes with one id the first counts, one without an id not at all."""
    found: dict[str, Node] = {}
    for node in flow.nodes:
        if node.id:
            found.setdefault(node.id, node)
    return found


def links_by_id(flow: Flow) -> dict[str, tuple[str, ...]]:
    """Return where each node leads to: other nodes only, without exits and dangling links."""
    nodes = nodes_by_id(flow)
    return {name: tuple(link for link in links_of(node) if link in nodes) for name, node in nodes.items()}


def reached_from(starts: Iterable[str], links: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return the ids that can be reached, the starts included.

    Examples
    --------
    >>> sorted(reached_from(["a"], {"a": ("b",), "b": (), "c": ("a",)}))
    ['a', 'b']
    """
    waiting = [start for start in starts if start in links]
    found = set(waiting)
    while waiting:
        for link in links[waiting.pop()]:
            if link not in found:
                found.add(link)
                waiting.append(link)
    return found


def find_cycles(links: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Return each loop once, its first id repeated at the end.

    Examples
    --------
    >>> find_cycles({"a": ("b",), "b": ("c",), "c": ("b",)})
    (('b', 'c', 'b'),)
    """
    cycles: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in links:
        path: list[str] = []
        depth: dict[str, int] = {}
        waiting: list[tuple[str, bool]] = [(start, False)]
        while waiting:
            node, leaving = waiting.pop()
            if leaving:
                del depth[path.pop()]
                done.add(node)
            elif node in depth:
                cycles.append((*path[depth[node] :], node))
            elif node not in done:
                depth[node] = len(path)
                path.append(node)
                waiting.append((node, True))
                waiting.extend((link, False) for link in reversed(links[node]))
    return tuple(dict.fromkeys(cycles))


def in_order(start: str, links: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the ids that are reached from ``start``, each after all that lead to it; needs a graph without loops.

    Examples
    --------
    >>> in_order("a", {"a": ("b", "c"), "b": ("c",), "c": ()})
    ('a', 'b', 'c')
    """
    finished: dict[str, None] = {}
    entered: set[str] = set()
    waiting: list[tuple[str, bool]] = [(start, False)] if start in links else []
    while waiting:
        node, leaving = waiting.pop()
        if leaving:
            finished[node] = None
        elif node not in entered:
            entered.add(node)
            waiting.append((node, True))
            waiting.extend((link, False) for link in reversed(links[node]))
    return tuple(reversed(finished))


def hours_of(node: Node) -> int:
    """Return the longest time a node holds a customer, in hours; a time of day that is waited for is not counted.

    Examples
    --------
    >>> hours_of(Delay(id="wait", days=1, hours=6, next=""))
    30
    """
    if isinstance(node, Delay):
        return node.days * HOURS_PER_DAY + node.hours
    return node.timeout_days * HOURS_PER_DAY if isinstance(node, WaitFor) else 0


def hours_until(flow: Flow) -> dict[str, int]:
    """Return for each reached node how many hours after entry it comes at the latest; needs a graph without loops."""
    nodes, links = nodes_by_id(flow), links_by_id(flow)
    found = {flow.entry: 0} if flow.entry in nodes else {}
    for name in in_order(flow.entry, links):
        leaves = found[name] + hours_of(nodes[name])
        for link in links[name]:
            found[link] = max(found.get(link, leaves), leaves)
    return found


def longest_hours(flow: Flow) -> int:
    """Return the hours of the longest path from entry to exit."""
    nodes = nodes_by_id(flow)
    return max((hours + hours_of(nodes[name]) for name, hours in hours_until(flow).items()), default=0)
