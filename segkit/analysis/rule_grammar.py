"""The small language in which users define groups: ``channel == 'pos' and frequency >= 3``.

Grammar (no code is ever evaluated)::

    rule       = and_part { "or" and_part }
    and_part   = not_part { "and" not_part }
    not_part   = "not" not_part | "(" rule ")" | test
    test       = column [ ("==" | "!=" | "<=" | "<" | ">=" | ">") value | ["not"] "in" "[" value { "," value } "]" ]
    column     = name | `any name in backticks`
    value      = number | 'text' | "text" | true | false

A column alone means "is true". The result is a disjunction of conjunctions, the form in which a
:class:`~segkit.model.segment.Rule` holds its conditions; ``not`` is pushed down to the comparisons, so that a missing
value satisfies neither a comparison nor its negation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product
from typing import Literal, Never

from segkit.errors import BadValueError
from segkit.model.feature import FeatureKind
from segkit.model.segment import Condition

MAX_ALTERNATIVES = 64
"""A rule with more alternatives than this cannot be read by a person any more."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
        |(?P<text>'[^']*'|"[^"]*")
        |(?P<quoted>`[^`]+`)
        |(?P<name>[^\W\d][\w.]*)
        |(?P<sign>==|!=|<=|>=|<|>|\(|\)|\[|\]|,))""",
    re.VERBOSE,
)
_NEGATED = {"==": "!=", "!=": "==", "<=": ">", ">": "<=", "<": ">=", ">=": "<"}
_WORDS = {"and", "or", "not", "in", "true", "false"}
_Sum = tuple[tuple[Condition, ...], ...]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def parse_rule(text: str, *, columns: Mapping[str, FeatureKind]) -> _Sum:
    """Turn a user's rule into alternatives of conditions.

    Parameters
    ----------
    text : str
        The rule as written in ``company.toml``.
    columns : mapping of str to FeatureKind
        The columns a rule may name.

    Returns
    -------
    tuple of tuple of Condition
        Outer tuple joined by "or", inner tuples by "and".

    Raises
    ------
    BadValueError
        The rule cannot be read or names an unknown column; the sentence gives the position and the way out.

    Examples
    --------
    >>> parse_rule("visits >= 3 and not vip", columns={"visits": FeatureKind.NUMERIC, "vip": FeatureKind.FLAG})
    ((Condition(feature='visits', operator='>=', value=3.0), Condition(feature='vip', operator='!=', value=True)),)
    """
    return _Parser(text, columns).parse()


class _Parser:
    """Recursive descent over the tokens of one rule; every method returns alternatives."""

    def __init__(self, text: str, columns: Mapping[str, FeatureKind]) -> None:
        self.text = text
        self.columns = columns
        self.tokens = self._tokenize()
        self.index = 0

    def parse(self) -> _Sum:
        alternatives = self._any_of(negated=False)
        if self._current.kind != "end":
            self._refuse(
                f"has {self._current.text!r} where the rule should end", "join tests by 'and' or 'or'"
            )
        return alternatives

    @property
    def _current(self) -> _Token:
        return self.tokens[self.index]

    def _tokenize(self) -> list[_Token]:
        tokens: list[_Token] = []
        position = 0
        end = len(self.text.rstrip())
        while position < end:
            match = _TOKEN.match(self.text, position)
            if match is None:
                start = position + len(self.text[position:]) - len(self.text[position:].lstrip())
                self._refuse_at(
                    f"cannot be read from {self.text[start : start + 12]!r} on",
                    start,
                    _way_out(self.text[start:]),
                )
            kind = str(match.lastgroup)
            tokens.append(_Token(kind, match.group(kind), match.start(kind)))
            position = match.end()
        if not tokens:
            self._refuse_at("is empty", 0, "write a test such as frequency >= 3")
        tokens.append(_Token("end", "", len(self.text)))
        return tokens

    def _accept(self, *texts: str) -> str:
        token = self._current
        if token.kind in {"name", "sign"} and token.text.lower() in texts:
            self.index += 1
            return token.text.lower()
        return ""

    def _any_of(self, *, negated: bool) -> _Sum:
        parts = [self._all_of(negated=negated)]
        while self._accept("or"):
            parts.append(self._all_of(negated=negated))
        return self._both(parts) if negated else self._either(parts)

    def _all_of(self, *, negated: bool) -> _Sum:
        parts = [self._one(negated=negated)]
        while self._accept("and"):
            parts.append(self._one(negated=negated))
        return self._either(parts) if negated else self._both(parts)

    def _one(self, *, negated: bool) -> _Sum:
        if self._accept("not"):
            return self._one(negated=not negated)
        if self._accept("("):
            inside = self._any_of(negated=negated)
            if not self._accept(")"):
                self._refuse("lacks a closing ')'", "close the bracket")
            return inside
        return self._test(negated=negated)

    def _test(self, *, negated: bool) -> _Sum:
        name = self._column()
        sign = self._accept("==", "!=", "<=", "<", ">=", ">")
        if sign:
            condition = self._condition(name, sign, self._value(), negated=negated)
            return ((condition,),)
        outside = bool(self._accept("not"))
        if self._accept("in"):
            return self._membership(name, negated=negated != outside)
        if outside:
            self._refuse("has 'not' after a column without 'in'", "write 'not in [...]'")
        if self.columns[name] is not FeatureKind.FLAG:
            self._refuse(f"names {name!r} without a comparison", "compare it, for example with == or >=")
        return ((Condition(feature=name, operator="!=" if negated else "==", value=True),),)

    def _membership(self, name: str, *, negated: bool) -> _Sum:
        if not self._accept("["):
            self._refuse("lacks '[' after 'in'", "list the values as ['a', 'b']")
        parts: list[_Sum] = []
        while True:
            parts.append(((self._condition(name, "==", self._value(), negated=negated),),))
            if self._accept("]"):
                return self._both(parts) if negated else self._either(parts)
            if not self._accept(","):
                self._refuse("lacks ',' or ']' in a list", "list the values as ['a', 'b']")

    def _column(self) -> str:
        token = self._current
        name = token.text.strip("`")
        if token.kind not in {"name", "quoted"} or (token.kind == "name" and name.lower() in _WORDS):
            self._refuse(f"needs a column (got {token.text!r})", "start each test with a column name")
        if name not in self.columns:
            nearest = get_close_matches(name, self.columns, n=1, cutoff=0.0)
            known = f"the nearest known column is {nearest[0]!r}" if nearest else "the table has no columns"
            self._refuse(f"names unknown column {name!r}", known)
        self.index += 1
        return name

    def _value(self) -> float | str:
        token = self._current
        self.index += token.kind != "end"
        if token.kind == "number":
            return float(token.text)
        if token.kind == "text":
            return token.text[1:-1]
        if token.kind == "name" and token.text.lower() in {"true", "false"}:
            return token.text.lower() == "true"
        self.index -= token.kind != "end"
        return self._refuse(f"needs a value (got {token.text!r})", "write a number, 'text', true or false")

    def _condition(self, name: str, sign: str, value: float | str, *, negated: bool) -> Condition:
        kind = self.columns[name]
        holds: Literal["text", "numbers"] = "text" if kind is FeatureKind.CATEGORICAL else "numbers"
        if isinstance(value, str) != (holds == "text"):
            self.index -= 1
            self._refuse(
                f"compares {name!r}, which holds {holds}, with {value!r}", f"compare it with {holds}"
            )
        if holds == "text" and sign not in {"==", "!="}:
            self.index -= 1
            self._refuse(f"orders the text column {name!r} with {sign!r}", "use ==, != or in")
        return Condition(feature=name, operator=_NEGATED[sign] if negated else sign, value=value)

    def _either(self, parts: list[_Sum]) -> _Sum:
        return self._checked(tuple(dict.fromkeys(conditions for part in parts for conditions in part)))

    def _both(self, parts: list[_Sum]) -> _Sum:
        combined: _Sum = ((),)
        for part in parts:
            combined = self._checked(
                tuple(tuple(dict.fromkeys((*left, *right))) for left, right in product(combined, part))
            )
        return combined

    def _checked(self, alternatives: _Sum) -> _Sum:
        if len(alternatives) > MAX_ALTERNATIVES:
            self._refuse(
                f"has more than {MAX_ALTERNATIVES} alternatives when written out",
                "split it into several groups",
            )
        return alternatives

    def _refuse(self, problem: str, way_out: str) -> Never:
        self._refuse_at(problem, self._current.position, way_out)

    def _refuse_at(self, problem: str, position: int, way_out: str) -> Never:
        raise BadValueError(f"rule {self.text!r} {problem} at position {position + 1}; {way_out}.")


def _way_out(rest: str) -> str:
    if rest.startswith("="):
        return "compare with '==' instead of '='"
    if rest[:1] in {"'", '"', "`"}:
        return "close the quotation mark"
    return "use names, ==, !=, <=, <, >=, >, in [...], and, or, not"
