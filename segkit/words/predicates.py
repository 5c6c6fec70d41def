"""What is said of customers who share a flag or a level: "bought Refill", "have most orders in York"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind
from segkit.words.claim_wording import CHANNELS

_SINGULAR = {"have": "has", "are": "is", "do": "does"}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_+")
_KEY = re.compile(r" (?:key|id|code|no|nr|number)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Predicate:
    """What is true of a customer: "bought Refill", echoed by "did"."""

    text: str
    echo: str

    def said_of(self, count: int) -> str:
        """Return the text in agreement with a count: "have" of two, "has" of one."""
        first, _, rest = self.text.partition(" ")
        return f"{_SINGULAR[first]} {rest}" if count == 1 and first in _SINGULAR else self.text

    def echoed_of(self, count: int) -> str:
        """Return the echo in agreement with a count."""
        return _SINGULAR.get(self.echo, self.echo) if count == 1 else self.echo


def level_words(feature: Feature, level: str) -> str:
    """Return a level a reader understands: a bare code is told with its column, in words.

    Examples
    --------
    >>> column = Feature(name="favourite_region", factor=Factor.GEOGRAPHIC, kind=FeatureKind.CATEGORICAL, label="region",
    ...                  columns=("TerritoryKey",))
    >>> level_words(column, "9")
    'territory 9'
    """
    if not (level.isdigit() and feature.columns):
        return level
    column = _CAMEL.sub(" ", feature.columns[0])
    if column != feature.columns[0]:
        column = _KEY.sub("", column.lower())
    return f"{column} {level}"


def predicate(feature: Feature, level: str = "") -> Predicate:
    """Return what is said of a customer with a flag or a level, and the verb that echoes it."""
    if feature.kind is FeatureKind.FLAG:
        first = feature.label.partition(" ")[0]
        return Predicate(feature.label, {"have": "do", "are": "are"}.get(first, "did"))
    column = feature.name.removeprefix("favourite_")
    if column == feature.name:
        if feature.label.startswith("survey answer "):
            question = feature.label.removeprefix("survey answer ")
            return Predicate(f"answered {question} with “{level}”", "did")
        return Predicate(f"are recorded with {feature.label} “{level}”", "are")
    phrases = {
        "channel": f"placed most orders {CHANNELS.get(level, f'through “{level}”')}",
        "device": f"placed most orders on “{level}”",
        "payment_method": f"paid most orders by {level}",
        "vendor": f"bought mostly goods of {level}",
    }
    if column in phrases:
        return Predicate(phrases[column], "did")
    if feature.factor is Factor.GEOGRAPHIC:
        return Predicate(f"have most orders in {level_words(feature, level)}", "do")
    return Predicate(f"have most orders with {feature.label.partition(' of most ')[0]} “{level}”", "do")
