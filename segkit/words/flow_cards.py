"""Sentences on the card of one flow: its drawing's title, and how it ends."""

from __future__ import annotations

from segkit.model.flow import Flow, Message, Task
from segkit.words.figures import join_words, plural


def drawing_title(flow: Flow) -> str:
    """Say what the drawing shows: how many messages at most, and who gets a person instead."""
    messages = [node for node in flow.nodes if isinstance(node, Message)]
    main = [node for node in messages if node.channel is messages[0].channel]
    tasks = [node for node in flow.nodes if isinstance(node, Task)]
    person = ", and a person where no message may go" if tasks else ""
    return f"{flow.segment_name} get {plural(len(main), 'message')} at most{person}"


def exit_text(flow: Flow) -> str:
    """Say what ends a flow at any step."""
    ends = [condition.text[:1].lower() + condition.text[1:] for condition in flow.exit_when]
    return f"At any step for whoever {join_words(ends, 'or')}; otherwise after the last step, or when the customer opts out."
