"""How easily an English text reads: Flesch's reading ease, from words a sentence and syllables a word.

English only: the constants were fitted to English, and the syllables are found by English rules of hyphenation.

References
----------
Flesch, R. (1948). A new readability yardstick. Journal of Applied Psychology, 32(3), 221-233.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import pyphen

LABEL = "Flesch reading ease, English only"
PLAIN_ENGLISH = 60.0
"""From here on Flesch calls a text plain English."""
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”\u2019)]*\s+|\n+")
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W\d_]+)?")
_COMMON = frozenset(
    (
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "for",
        "from",
        "have",
        "if",
        "in",
        "is",
        "it",
        "not",
        "of",
        "on",
        "or",
        "our",
        "so",
        "that",
        "the",
        "them",
        "there",
        "this",
        "to",
        "we",
        "when",
        "will",
        "with",
        "you",
        "your",
    )
)
_ENGLISH = 0.15
_IRREGULAR = {
    "every": 2,
    "everyone": 3,
    "everything": 3,
    "business": 2,
    "evening": 2,
    "wednesday": 2,
    "idea": 3,
    "ideas": 3,
    "area": 3,
    "studio": 3,
    "studios": 3,
    "usually": 4,
}
_SILENT_INSIDE = re.compile(
    r"(?<=[^aeiouy])e(?=(?:ful|less|ly|ment|ness|time|thing|where|body|one)s?(?:ly)?$)"
)


def reading_ease(text: str) -> float | None:
    """Return Flesch's reading ease of an English text, None where there are no words; higher reads more easily.

    Examples
    --------
    >>> text = "You left two items in your cart. We saved them for 48 hours. Return to your cart now."
    >>> round(reading_ease(text))
    107
    """
    words = _WORD.findall(text)
    if not words:
        return None
    sentences = len(split_sentences(text))
    syllables = sum(count_syllables(word) for word in words)
    return 206.835 - 1.015 * len(words) / sentences - 84.6 * syllables / len(words)


def split_sentences(text: str) -> tuple[str, ...]:
    r"""Return the sentences of a text that hold a word; a line's end ends one too.

    Examples
    --------
    >>> split_sentences("Two left. Come by at 10.30! \n Maya")
    ('Two left.', 'Come by at 10.30!', 'Maya')
    """
    ends = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    pieces = (text[start:end].strip() for start, end in pairwise(ends))
    return tuple(piece for piece in pieces if _WORD.search(piece))


def count_syllables(word: str) -> int:
    """Return the syllables of an English word; a number counts as one.

    Examples
    --------
    >>> [count_syllables(word) for word in ("return", "items", "workshop", "yours", "48")]
    [2, 2, 2, 1, 1]
    """
    letters = word.casefold().replace("\u2019", "'").split("'")[0]
    if not letters.isalpha():
        return 1
    if letters in _IRREGULAR:
        return _IRREGULAR[letters]
    return max(len(_hyphenation().positions(letters)) + 1, _vowel_groups(letters))


def looks_english(text: str) -> bool:
    """Return whether enough of a text's words are the commonest English ones for the measure to mean something.

    Examples
    --------
    >>> looks_english("Your yarn is on its way to you."), looks_english("Ihre Wolle ist unterwegs.")
    (True, False)
    """
    words = [word.casefold() for word in _WORD.findall(text)]
    return bool(words) and sum(word in _COMMON for word in words) >= _ENGLISH * len(words)


def _vowel_groups(letters: str) -> int:
    """Return the groups of vowels; an e that is not heard does not count.

    Hyphenation alone counts too few, because a printer never leaves one letter alone on a line.
    """
    groups = len(re.findall(r"[aeiouy]+", _SILENT_INSIDE.sub("", letters)))
    silent = re.search(r"[^aeiouyl]e[sd]?$", letters) and not re.search(
        r"([sxzcg]|ch|sh)es$|[td]ed$", letters
    )
    return max(1, groups - bool(silent))


@cache
def _hyphenation() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US")
