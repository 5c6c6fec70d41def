"""The factor lexicon: by which words pages and notes speak of the six factors, and whether they turn the meaning.

Data in ``factor_lexicon.toml``; a text in, the topics it speaks of out. Retrieval uses it to find a passage that says
"presents" for a claim that says "gift", and to tell "always at full price" from "mostly at a discount".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from segkit.model.factor import Factor

_LETTERS = 3
NEGATION_REACH = 4
"""A negation turns the words of a topic that follow within so many words of the same clause."""
END = "."
"""Token that stands for the end of a clause or sentence: no phrase and no negation reaches across it."""
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W\d_]+)?|[.;:!?…]|(?<=\w),(?= )|%|&")
_STRAIGHT = str.maketrans({"\u2018": "'", "\u2019": "'", "\u00ad": None})
"""Curly apostrophes become straight ones, soft hyphens go."""
_ENDS = frozenset(".;:!?…,")
_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy "
    "eighty ninety hundred ein eine zwei drei vier fünf sechs sieben acht neun zehn zwölf"
)
NUMBER_WORDS = frozenset(_NUMBER_WORDS.split())


def split_words(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case, `END` where a clause ends.

    Hyphens separate, a possessive s is dropped, apostrophes are straightened.

    Examples
    --------
    >>> split_words("Mother's Day: a one-off, they don't reorder.")
    ('mother', 'day', '.', 'a', 'one', 'off', '.', 'they', "don't", 'reorder', '.')
    """
    plain = text.translate(_STRAIGHT).casefold()
    return tuple(END if token in _ENDS else token.removesuffix("'s") for token in _TOKEN.findall(plain))


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One subject of a factor with the words, units and patterns that speak of it, and those that turn it."""

    factor: Factor
    name: str
    label: str
    words: tuple[str, ...]
    units: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    opposites: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Name that is unique in a lexicon: "need-based/gift"."""
        return f"{self.factor.value}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMention:
    """A topic that a text speaks of.

    ``words`` as the text has them, in order; ``turned`` when more of them stand for the opposite ("full price", "never
    at a discount") than for the topic.
    """

    topic: Topic
    words: tuple[str, ...]
    turned: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """One word, phrase or unit of the file as the parts to be found in a row."""

    parts: tuple[str, ...]
    topic: int
    turns: bool = False
    after_number: bool = False


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Entries that a word can begin: words by themselves, phrases by their second word, and other phrases."""

    words: tuple[_Entry, ...] = ()
    by_second: Mapping[str, tuple[_Entry, ...]] = field(default_factory=dict)
    others: tuple[_Entry, ...] = ()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.words or self.by_second or self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """All topics, in the order of the factors, and the words that negate.

    ``shared`` gives the reason why a word belongs to topics of two factors.
    """

    topics: tuple[Topic, ...]
    negations: tuple[str, ...] = ()
    shared: Mapping[str, str] = field(default_factory=dict, hash=False)
    _entries: dict[str, list[_Entry]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _stems: dict[str, list[_Entry]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _known: dict[str, _Candidates] = field(init=False, repr=False, compare=False, default_factory=dict)
    _patterns: list[tuple[int, re.Pattern[str]]] = field(
        init=False, repr=False, compare=False, default_factory=list
    )

    def __post_init__(self) -> None:
        """File every entry under its first word, and those that begin with a stem under its first letters."""
        for position, topic in enumerate(self.topics):
            for word in topic.words:
                self._file(_Entry(_parts(word), position))
            for word in topic.opposites:
                self._file(_Entry(_parts(word), position, turns=True))
            for unit in topic.units:
                self._file(_Entry(_parts(unit), position, after_number=True))
            self._patterns.extend((position, re.compile(pattern)) for pattern in topic.patterns)
        for word in self.negations:
            self._file(_Entry(_parts(word), -1))
        if self._patterns:  # one look for all of them comes first, because most texts match none
            self._patterns.insert(
                0, (-1, re.compile("|".join(pattern.pattern for _, pattern in self._patterns)))
            )

    def _file(self, entry: _Entry) -> None:
        first = entry.parts[0]
        if "*" not in first:
            self._entries.setdefault(first, []).append(entry)
        else:
            letters = "" if first.startswith("*") else first[:-1][:_LETTERS]
            self._stems.setdefault(letters, []).append(entry)

    def of_factor(self, factor: Factor) -> tuple[Topic, ...]:
        """Return the topics of one factor."""
        return tuple(topic for topic in self.topics if topic.factor is factor)

    def topic(self, key: str) -> Topic | None:
        """Return the topic with a key, or None."""
        return next((topic for topic in self.topics if topic.key == key), None)

    def mentions(self, text: str) -> tuple[TopicMention, ...]:
        """Return the topics that a text speaks of, in the order of the lexicon.

        Of overlapping phrases the longest counts ("mother's day" is no mother); a phrase may speak of several topics.

        Examples
        --------
        >>> found = factor_lexicon().mentions("Neighbors never wait for a sale.")
        >>> [(mention.topic.key, mention.words, mention.turned) for mention in found]
        [('geographic/near', ('neighbors',), False), ('behavioral/discount', ('sale',), True)]
        """
        tokens = split_words(text)
        words: dict[int, dict[str, None]] = {}
        plain: dict[int, int] = {}
        turned: dict[int, int] = {}
        for start, length, entries, negated in self._spans(tokens):
            said = " ".join(tokens[start : start + length])
            for entry in entries:
                words.setdefault(entry.topic, {})[said] = None
                side = turned if entry.turns != negated else plain
                side[entry.topic] = side.get(entry.topic, 0) + 1
        lowered = text.translate(_STRAIGHT).casefold()
        matching = self._patterns if self._patterns and self._patterns[0][1].search(lowered) else []
        for position, pattern in matching[1:]:
            for match in pattern.finditer(lowered):
                words.setdefault(position, {})[match.group()] = None
                plain[position] = plain.get(position, 0) + 1
        return tuple(
            TopicMention(
                topic=self.topics[position],
                words=tuple(words[position]),
                turned=turned.get(position, 0) > plain.get(position, 0),
            )
            for position in sorted(words)
        )

    def _spans(self, tokens: tuple[str, ...]) -> Iterator[tuple[int, int, list[_Entry], bool]]:
        """Yield (start, length, entries, negated) of the longest matches from left to right."""
        position, reach = 0, 0
        while position < len(tokens):
            if not self._starting_with(tokens[position]):  # nearly every word of a text
                reach = 0 if tokens[position] == END else max(0, reach - 1)
                position += 1
                continue
            found = self._match(tokens, position)
            length = max((len(entry.parts) for entry in found), default=1)
            longest = [entry for entry in found if len(entry.parts) == length]
            topics = [entry for entry in longest if entry.topic >= 0]
            if topics:
                yield position, length, topics, reach > 0
            reach = NEGATION_REACH if any(entry.topic < 0 for entry in longest) else max(0, reach - length)
            position += length

    def _match(self, tokens: tuple[str, ...], position: int) -> list[_Entry]:
        candidates = self._starting_with(tokens[position])
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        number_before = position > 0 and (
            tokens[position - 1].isdecimal() or tokens[position - 1] in NUMBER_WORDS
        )
        phrases = (*candidates.by_second.get(following, ()), *candidates.others)
        return [
            entry
            for entry in (
                *candidates.words,
                *(item for item in phrases if _continues(item.parts, tokens, position)),
            )
            if number_before or not entry.after_number
        ]

    def _starting_with(self, token: str) -> _Candidates:
        """Return the entries whose first word fits a token; remembered, because texts repeat their words."""
        known = self._known.get(token)
        if known is None:
            near = (
                [entry for length in range(_LETTERS + 1) for entry in self._stems.get(token[:length], ())]
                if token
                else []
            )
            found = [
                *self._entries.get(token, ()),
                *(entry for entry in dict.fromkeys(near) if _fits(token, entry.parts[0])),
            ]
            phrases = [entry for entry in found if len(entry.parts) > 1]
            exact = [entry for entry in phrases if "*" not in entry.parts[1]]
            known = self._known[token] = _Candidates(
                words=tuple(entry for entry in found if len(entry.parts) == 1),
                by_second={
                    second: tuple(entry for entry in exact if entry.parts[1] == second)
                    for second in dict.fromkeys(entry.parts[1] for entry in exact)
                },
                others=tuple(entry for entry in phrases if "*" in entry.parts[1]),
            )
        return known


def _parts(word: str) -> tuple[str, ...]:
    """Return an entry as the words it is found by; a star stays with its word."""
    parts: list[str] = []
    for piece in word.casefold().replace("-", " ").split():
        leading, trailing = piece.startswith("*"), piece.endswith("*")
        inner = [token for token in split_words(piece.strip("*")) if token != END]
        if inner:
            inner[0] = f"*{inner[0]}" if leading else inner[0]
            inner[-1] = f"{inner[-1]}*" if trailing else inner[-1]
        parts += inner
    return tuple(parts)


def _fits(token: str, part: str) -> bool:
    """Return whether a word of a text fits a word of the lexicon."""
    if part.endswith("*"):
        return part[1:-1] in token if part.startswith("*") else token.startswith(part[:-1])
    return token.endswith(part[1:]) if part.startswith("*") else token == part


def _continues(parts: tuple[str, ...], tokens: tuple[str, ...], position: int) -> bool:
    """Return whether the rest of a phrase follows its first word."""
    following = tokens[position : position + len(parts)]
    return len(following) == len(parts) and all(
        _fits(token, part) for token, part in zip(following[1:], parts[1:], strict=True)
    )


@cache
def factor_lexicon() -> Lexicon:
    """Read the shipped lexicon.

    Examples
    --------
    >>> lexicon = factor_lexicon()
    >>> [mention.topic.key for mention in lexicon.mentions("presents posted to somebody else")]
    ['geographic/other_address', 'need-based/gift']
    """
    text = resources.files("segkit.model").joinpath("factor_lexicon.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    topics = tuple(
        Topic(
            factor=factor,
            name=name,
            label=entry["label"],
            words=tuple(entry["words"]),
            units=tuple(entry.get("units", ())),
            patterns=tuple(entry.get("patterns", ())),
            opposites=tuple(entry.get("opposites", ())),
        )
        for factor in Factor
        for name, entry in tables[factor.value].items()
    )
    return Lexicon(topics=topics, negations=tuple(tables["negation"]["words"]), shared=tables["shared"])
