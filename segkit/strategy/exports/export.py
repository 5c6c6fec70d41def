"""An export: the payload for one vendor, what had to be said differently there, and the ids only the account knows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from segkit.words.figures import join_words, lower_first


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A value that only the vendor's account knows, and the placeholder that stands for it.

    ``kind`` is metric, event, segment, list, template, text, address, property, group or workspace; ``what`` says what
    the value is, ``where`` in which place of the vendor's application it is found.
    """

    name: str
    kind: str
    what: str
    where: str

    @property
    def placeholder(self) -> str:
        """The text that stands in the payload until the value is filled in.

        Examples
        --------
        >>> Binding(name="metric.placed_order", kind="metric", what="orders", where="Metrics").placeholder
        '{{bind:metric.placed_order}}'
        """
        return f"{{{{bind:{self.name}}}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One flow in one vendor's form, always a draft.

    ``warnings`` name each node that the vendor cannot say exactly as it was drawn; ``templates`` are emails that the
    vendor keeps apart from its flows, as content id and HTML.
    """

    vendor: str
    flow_id: str
    payload: dict[str, Any]
    warnings: tuple[str, ...] = ()
    bindings: tuple[Binding, ...] = ()
    templates: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Remarks:
    """What is noted while a flow is put into a vendor's form: warnings and bindings, each once, in order."""

    places: dict[str, list[str]] = field(default_factory=dict)
    bindings: dict[str, Binding] = field(default_factory=dict)

    def warn(self, place: str, sentence: str) -> None:
        """Note a sentence about a place, such as "Node 'wait'"; said of several places, it is one warning."""
        places = self.places.setdefault(sentence, [])
        if place not in places:
            places.append(place)

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings, each with the places it is about."""
        return tuple(
            f"{join_words([places[0], *map(lower_first, places[1:])])}: {sentence}"
            for sentence, places in self.places.items()
        )

    def bind(self, kind: str, name: str, *, what: str, where: str) -> str:
        """Note a binding and return its placeholder."""
        full, number = f"{kind}.{slug(name)}", 1
        while full in self.bindings and self.bindings[full].what != what:
            number += 1
            full = f"{kind}.{slug(name)}_{number}"
        binding = Binding(name=full, kind=kind, what=what, where=where)
        return self.bindings.setdefault(full, binding).placeholder


def slug(text: str) -> str:
    """Return a text as part of a placeholder's name.

    Examples
    --------
    >>> slug("Regulars & friends"), slug("…")
    ('regulars_friends', 'unnamed')
    """
    return re.sub(r"[\W_]+", "_", text.casefold()).strip("_") or "unnamed"
