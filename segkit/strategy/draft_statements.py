"""What the website itself says and a message may repeat word for word: which sentences, and for which purpose.

A statement must stand alone, promise nothing dated, and be of no use to anybody else: sentences that name a day, a code, a stock
count or a first order are left to the ledger, and sentences around a disputed entry are not used at all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from segkit.model.document import Document, Library, Passage
from segkit.model.evidence import SourceType
from segkit.model.ledger import Ledger
from segkit.model.lexicon import END, split_words
from segkit.strategy.draft_names import clean_text
from segkit.words.messages import split_sentences

WHOLE_PASSAGE = 265
"""A passage of at most so many characters is taken as a whole, so that its sentences keep their sense."""
LONGEST, SHORTEST = 200, 18
ROLES = {
    "again": r"\b(?:same (?:again|colou?r|one|kind|size)|next (?:one|skein|pack|bottle|order)|runs? out|running out|(?:is|are|gets?) empty|reorder)\b",
    "amount": r"\b(?:takes one|enough for|lasts?|a month|at a time|how much)\b",
    "benefit": r"(?<!comes )(?<!come )\bfree\b(?!.*(?:delivery|shipping|postage|carriage|travel))",
    "care": r"\b(?:wash|clean|care|store|keep it|dry|iron|polish|charge it)\b",
    "certainty": r"\b(?:date by which|must arrive|arrives?|be there|before the|in school before|delivered by|working days)\b",
    "choice": r":\s.*\b(?:a|and|for)\b|\b(?:choose|chosen|choice of)\b",
    "choose_for": r"\b(?:tell us who|who it is for|for somebody|for someone|the person it is for)\b",
    "company": r"\b(?:table|together|friends?|eight|small group|in company|we are|our own|family)\b",
    "delivery": r"\b(?:pack on|leaves? the same day|dispatch(?:ed)?|take[s]? (?:two|three|\d).*days)\b",
    "discreet": r"\b(?:leave prices|without prices|no prices|invoice out|handed over|straight to them)\b",
    "help": r"\b(?:ask us|we (?:will )?help|somebody to ask|answer|show you|explain|advice)\b",
    "hold": r"\b(?:is held|hold yours|hold it|we hold|reserved? for you|put aside)\b",
    "included": r"\b(?:included?|comes with|can be borrowed|you need|contains)\b",
    "invite": r"\b(?:bring (?:what|your)|come (?:to|and)|welcome|nobody is expected)\b",
    "next": r"\b(?:follows|take next|next step|after that)\b",
    "pairs": r"\b(?:goes with|follows|together with|fits|set of|matches|spare set)\b",
    "pause": r"\b(?:pause|skip|keep quiet|no subscription|nothing to cancel|snooze)\b",
    "promise": r"\b(?:one reminder|nothing else|keep quiet|do not write|one text)\b",
    "quote": r"\b(?:written quote|for a quote we need|send a proposal|ask for a quote|send us|purchase order|by quote)\b",
    "refund": r"\b(?:refund|money back|somebody else in your place)\b|(?<!nothing to )\bcancel",
    "reminder": r"\bremind(?:er)?\b",
    "plan": r"\b(?:delivery plan|contract|one invoice|list what)\b",
    "reorder": r"\b(?:(?:keeps?|repeats?) (?:your|it)\b.*(?:order|clicks)|in (?:two|three) (?:clicks|taps))\b",
    "returns": r"\b(?:send back|exchange|returns?|refund|damaged)\b",
    "reward": r"\b(?:stamps?|points?|reward|bonus|loyalty card)\b",
    "scarce": r"\b(?:fills? up|sells? out|sold out|few (?:places|seats))\b",
    "service": r"\b(?:we wrap|gift wrap|handwritten|card takes|post it|we do the rest|we will do the rest)\b",
    "stock": r"\b(?:in batches|if .* is out|out of stock|stock notice|we tell you the date|furnace runs)\b",
    "terms": r"\b(?:purchase order number|a quote holds|trade orders?|invoice)\b",
    "use": r"\b(?:how to|first time|evenings? for|beginners?|instructions?|start with)\b",
}  # fmt: skip
"""By which words a sentence can serve a purpose."""
_ROLES = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in ROLES.items()}
_DATED = re.compile(
    r"\b(?:\d{4}|january|february|march|april|may(?= \d)|june|july|august|september|october|november|december)\b|"
    r"\b(?:this (?:week|month|season|year)|today|tomorrow|now on|just in|(?:has|have|only) \w+ \w+ left|last chance|limited time)\b|"
    r"\buntil (?:\d|(?-i:[A-Z]))|\b\d+ (?:mon|tues|wednes|thurs|fri|satur|sun)day",
    re.IGNORECASE,
)
_LEANING = re.compile(
    r"^(?:it|its|they|them|their|these|those|this|that|he|she|his|her|after that|then|also|so|but|and|or|for the|from|"
    r"when|what people|see|click|read|add to|sign|join|accept|who|which|where)\b(?! one)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"^(?:it|its|they|them|their|these|those|he|she|his|her)\b", re.IGNORECASE)
_UNFIT = re.compile(
    r"\b(?:cookies?|privacy|basket \(|copyright|newsletter|monthly letter|first order|new customers?|promo|coupon|code|I|my|me|"
    r"telephone|vat|click here|countdown)\b|%|©|\||https?:|[“”\"].*[“”\"]|!",
)
_BRIEF = re.compile(
    r"\bwithin (?:the )?(?:first )?(?P<number>\w+) (?P<unit>days?|weeks?|months?)\b", re.IGNORECASE
)
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_LABEL = re.compile(r"^[^.:!?]{3,40}:\s")
_MONEY = re.compile(r"[£$€]\s?\d|\d\s?(?:GBP|EUR|USD)\b")
_PRICED = frozenset({"choice", "service", "reward", "delivery"})
_LISTED = 3
_STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "or",
        "of",
        "to",
        "in",
        "on",
        "for",
        "with",
        "is",
        "are",
        "be",
        "we",
        "you",
        "it",
        "our",
        "your",
        "that",
        "this",
        "at",
        "by",
        "as",
        "from",
        "not",
        "no",
        "have",
        "has",
        "had",
        "they",
        "them",
        "their",
        "there",
        "one",
        "two",
        "who",
        "which",
        "what",
        "when",
        "will",
        "would",
        "can",
        "all",
        "any",
        "most",
        "more",
        "than",
        "into",
        "out",
        "up",
        "do",
        "does",
        "did",
        "was",
        "were",
        "so",
        "if",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Words of the website as they stand there, from one passage, and for which roles they can be used."""

    text: str
    source_id: str
    passage_id: str
    heading: str
    roles: frozenset[str]
    words: frozenset[str]

    @property
    def holds_days(self) -> int | None:
        """For how many days after an order it holds ("within eight weeks of the class"); None where it always does."""
        found = _BRIEF.search(self.text)
        if found is None:
            return None
        number = found["number"].lower()
        count = int(number) if number.isdigit() else NUMBERS.index(number) + 1 if number in NUMBERS else 1
        return count * {"d": 1, "w": 7, "m": 30}[found["unit"][0].lower()]


def content_words(text: str) -> frozenset[str]:
    """Return the words of a text that carry its matter, cut to a rough stem."""
    return frozenset(
        _stem(word) for word in split_words(text) if word != END and word not in _STOP and len(word) > 2
    )


def find_statements(library: Library, ledger: Ledger, *, sources: Collection[str]) -> tuple[Statement, ...]:
    """Return what the given pages say that a message may repeat, in reading order."""
    disputed = _disputed(ledger)
    return tuple(
        statement
        for document in library.documents
        if document.source.id in sources and _is_readable(document)
        for passage in document.passages
        for statement in _statements(passage, disputed)
    )


def choose_statement(
    statements: Sequence[Statement],
    *,
    roles: Sequence[str],
    about: frozenset[str],
    prefer: str = "",
    used: Collection[str] = (),
    longest: int = WHOLE_PASSAGE,
    full: bool = False,
) -> Statement | None:
    """Return the statement that serves the first possible role and shares most words with the evidence.

    ``about`` are the words of the group's evidence and products, ``prefer`` the page the message leads to; nothing from a
    passage in ``used`` is taken again. ``full`` prefers a whole passage to one of its sentences.
    """
    fitting = [one for one in statements if one.passage_id not in used and len(one.text) <= longest]
    for role in roles:
        serving = [one for one in fitting if role in one.roles]
        if serving:
            return max(
                serving,
                key=lambda one: (one.source_id == prefer, _weight(one, role, about), full * len(one.text)),
            )
    return None


def _weight(statement: Statement, role: str, about: frozenset[str]) -> int:
    """Count the words shared with the evidence; a line of a price list says little beyond its price."""
    listed = role not in _PRICED and _MONEY.search(statement.text) is not None
    return len(statement.words & about) - _LISTED * listed


def _statements(passage: Passage, disputed: Sequence[tuple[str, int, int]]) -> Iterator[Statement]:
    if any(
        source == passage.source_id and start < passage.end and end > passage.start
        for source, start, end in disputed
    ):
        return
    raw = passage.text
    if clean_text(raw) != " ".join(raw.split()):
        return  # tags or brackets in a page are not repeated
    sentences = split_sentences(" ".join(raw.split()))
    labelled = bool(sentences and _LABEL.match(sentences[0]))  # "Schools: ..." holds for what follows, too
    safe = [
        _is_safe(one, first=index == 0) and not (labelled and index) for index, one in enumerate(sentences)
    ]
    whole = " ".join(sentences)
    if (
        len(sentences) > 1
        and len(whole) <= WHOLE_PASSAGE
        and safe[0]
        and all(_is_clean(one) for one in sentences)
    ):
        yield _statement(passage, whole)
    for sentence, fits in zip(sentences, safe, strict=True):
        if fits and SHORTEST <= len(sentence) <= LONGEST and sentence.endswith((".", "?")):
            yield _statement(passage, sentence)


def _statement(passage: Passage, text: str) -> Statement:
    return Statement(
        text=text,
        source_id=passage.source_id,
        passage_id=passage.id,
        heading=passage.heading,
        roles=frozenset(name for name, pattern in _ROLES.items() if pattern.search(text)),
        words=content_words(text),
    )


def _is_readable(document: Document) -> bool:
    language = document.source.language
    return document.source.type is SourceType.WEBSITE and (not language or language.lower().startswith("en"))


def _is_clean(sentence: str) -> bool:
    return not _DATED.search(sentence) and not _UNFIT.search(sentence)


def _is_safe(sentence: str, *, first: bool) -> bool:
    """Say whether a sentence can stand alone; the first of a passage leans at most on its heading."""
    leans = _PRONOUN.search(sentence) if first else _LEANING.search(sentence)
    return _is_clean(sentence) and sentence[:1].isupper() and leans is None


def _disputed(ledger: Ledger) -> tuple[tuple[str, int, int], ...]:
    """Where ended entries, entries in a conflict and codes stand."""
    named = {entry for conflict in ledger.conflicts for entry in conflict.entries}
    return tuple(
        (entry.source_id, entry.start, entry.end)
        for entry in ledger.entries
        if entry.end > 0 and (entry.ended or entry.id in named or entry.kind == "code")
    )


def _stem(word: str) -> str:
    for ending in ("ings", "ing", "ers", "er", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
