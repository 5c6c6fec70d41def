"""Quotations: found in a document character by character after a documented normalisation, or not counted at all.

Documents and a user's words come in; a `Quote` with its raw span goes out. Both texts are normalised alike: NFKC on a
letter together with its accents, casefold, curly to straight quotation marks, dashes to hyphen, white space collapsed,
soft hyphens and zero-width characters dropped, words divided at a line end joined. Every output character remembers
the raw characters it came from.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from segkit.analysis.normalised_text import BREAK, NormalisedText, mark_text, normalise_text
from segkit.model.document import Document, Origin, Passage
from segkit.model.evidence import Provenance, Quote

__all__ = ["CONTEXT", "MAX_WORDS", "NormalisedText", "find_quote", "normalise_text", "quote_problem"]

MAX_WORDS = 60
CONTEXT = 32

_GAP = re.compile(rf"(?:- ?|{BREAK})+")
_JOINED = ("", "-", "- ", BREAK)


def find_quote(words: str, document: Document, *, prefix: str = "", suffix: str = "") -> Quote:
    """Return where words stand in a document, verified only when one place is settled exactly.

    Parameters
    ----------
    words : str
        The quotation as the user typed it.
    document : Document
        The text it should stand in.
    prefix, suffix : str
        What stands immediately before and after. Whatever is given must agree; where the words stand several times, the
        two together must leave one place.

    Returns
    -------
    Quote
        ``verified`` is False where the words are not found, stand at several places that the context does not settle,
        number more than 60, or are a note-taker's own. A hit never begins or ends inside a word or a number:
        "parents reorder" does not stand in "grandparents reorder", nor "5 percent" in "62.5 percent".

    See Also
    --------
    quote_problem : the sentence that says why a quote is not verified.

    Notes
    -----
    A document is normalised once per text and process; a search is linear in its length.
    """
    text = _searchable(document.text)
    hits = text.hits(words)
    settled = [hit for hit in hits if _agrees(text, hit, prefix=prefix, suffix=suffix)]
    n_words = _count_words(words)
    if len(settled) != 1:
        return Quote(
            exact=words,
            prefix=prefix,
            suffix=suffix,
            start=0,
            end=0,
            n_hits=len(hits),
            verified=False,
            verbatim=False,
            provenance=Provenance.ORIGINAL if document.origin is not Origin.NOTE else Provenance.TRANSCRIBED,
            n_words=n_words,
        )
    start, end = settled[0]
    passages = _passages_at(document, start, end)
    first = passages[0] if passages else None
    exact = document.text[start:end]
    return Quote(
        exact=exact,
        prefix=document.text[max(0, start - CONTEXT) : start],
        suffix=document.text[end : end + CONTEXT],
        start=start,
        end=end,
        n_hits=len(hits),
        verified=n_words <= MAX_WORDS and _may_be_quoted(document, passages),
        verbatim=exact == words.strip(),
        provenance=_provenance(document, passages),
        passage_id=first.id if first else "",
        heading=first.heading if first else "",
        page=first.page if first else None,
        n_words=n_words,
    )


def quote_problem(quote: Quote, words: str, *, document: Document) -> str:
    """Return one sentence that says why a quote is not verified, or an empty text.

    ``words`` are what the user typed. The closest passage is shown to help; it never counts.
    """
    if quote.verified:
        return ""
    where = document.source.path or document.source.title
    if not quote.n_words:
        problem = f"the quote from {where} is empty; copy the words from the source"
    elif quote.n_words > MAX_WORDS:
        problem = f"{quote.n_words} words; at most {MAX_WORDS}"
    elif quote.end:
        problem = f"these are the note-taker's words in {where}, not the source's; quote what stands in quotation marks"
    elif quote.n_hits == 1:
        problem = (
            f"the words stand in {where}, but not between the prefix and suffix given; correct or drop them"
        )
    elif quote.n_hits:
        more = "longer " if quote.prefix and quote.suffix else ""
        problem = f"the words stand {quote.n_hits} times in {where}; give {more}prefix and suffix"
    else:
        closest = _closest(words, document.passages)
        problem = f"not found in {where}; " + (
            f"the closest passage is “{closest}”" if closest else "nothing there comes near; check the words"
        )
    return problem


class _Searchable:
    """A document's text, normalised once and ready for many searches."""

    __slots__ = ("_letters", "_positions", "marked", "raw")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.marked = mark_text(raw)
        self._letters: str | None = None
        self._positions: array[int] = array("q")

    def hits(self, words: str) -> list[tuple[int, int]]:
        """Return the raw spans at which words stand, in order."""
        sought = mark_text(words).text.strip()
        if not sought:
            return []
        divided = BREAK in sought or BREAK in self.marked.text
        found = self._divided_hits(sought) if divided and not _GAP.match(sought) else self._plain_hits(sought)
        return sorted({self.marked.span(i, j) for i, j in found if not self._cuts_word(i, j)})

    def _cuts_word(self, start: int, end: int) -> bool:
        return _inside(self.marked, self.raw, start) or _inside(self.marked, self.raw, end)

    def _plain_hits(self, sought: str) -> Iterator[tuple[int, int]]:
        for start in _every(self.marked.text, sought):
            yield start, start + len(sought)

    def _divided_hits(self, sought: str) -> Iterator[tuple[int, int]]:
        """Find words whatever was done to hyphens at line ends: compare without hyphens first, then gap by gap."""
        if self._letters is None:
            self._letters, self._positions = _without_gaps(self.marked.text)
        tail = _GAP.search(sought, len(sought.rstrip("-" + BREAK)))
        ending = tail.group() if tail else ""
        letters, _ = _without_gaps(sought)
        if not letters:
            return
        for hit in _every(self._letters, letters):
            start, last = self._positions[hit], self._positions[hit + len(letters) - 1]
            end = last + 1 + len(ending)
            if self.marked.text[last + 1 : end] == ending and _same_gaps(self.marked.text[start:end], sought):
                yield start, end


@lru_cache(maxsize=1024)
def _searchable(text: str) -> _Searchable:
    return _Searchable(text)


def _every(text: str, sought: str) -> Iterator[int]:
    found = text.find(sought)
    while found >= 0:
        yield found
        found = text.find(sought, found + 1)


def _without_gaps(text: str) -> tuple[str, array[int]]:
    """Return a text without hyphens and line-end marks, and where each remaining character stood."""
    pieces: list[str] = []
    positions = array("q")
    last = 0
    for gap in _GAP.finditer(text):
        pieces.append(text[last : gap.start()])
        positions.extend(range(last, gap.start()))
        last = gap.end()
    pieces.append(text[last:])
    positions.extend(range(last, len(text)))
    return "".join(pieces), positions


def _same_gaps(found: str, sought: str) -> bool:
    """Compare two texts that agree apart from hyphens: only a division at a line end may differ."""
    return _alike(_gaps(found), _gaps(sought))


def _gaps(text: str) -> dict[int, tuple[str, bool]]:
    """Return the hyphens of a text by the number of other characters before them, and whether letters surround them."""
    gaps: dict[int, tuple[str, bool]] = {}
    skipped = 0
    for gap in _GAP.finditer(text):
        letters = text[gap.start() - 1 : gap.start()].isalpha() and text[gap.end() : gap.end() + 1].isalpha()
        gaps[gap.start() - skipped] = (gap.group(), letters)
        skipped += len(gap.group())
    return gaps


def _alike(found: dict[int, tuple[str, bool]], sought: dict[int, tuple[str, bool]]) -> bool:
    for place in found.keys() | sought.keys():
        one, letters = found.get(place, ("", True))
        other, also_letters = sought.get(place, ("", True))
        if one == other:
            continue
        if BREAK not in (one, other) or one not in _JOINED or other not in _JOINED:
            return False
        if "" in (one, other) and not (letters and also_letters):
            return False
    return True


def _inside(text: NormalisedText, raw: str, cut: int) -> bool:
    """Say whether a cut falls inside a word or a number."""
    before, after = text.text[max(0, cut - 1) : cut], text.text[cut : cut + 1]
    if not (before and after):
        return False
    one, other = raw[text.starts[cut - 1]], raw[text.starts[cut]]
    same = text.starts[cut - 1] == text.starts[cut]
    if same or BREAK in (before, after):
        return not (same and one in "\u2026\u2025\u203c")  # an ellipsis may be cut, half a letter may not
    if _in_word(one) and _in_word(other):
        return not (_unspaced(one) or _unspaced(other))
    if after.isdigit() and before in ".,":
        return text.text[max(0, cut - 2) : cut - 1].isdigit()
    return before.isdigit() and after in ".," and text.text[cut + 1 : cut + 2].isdigit()


def _in_word(character: str) -> bool:
    """Say whether a raw character belongs to a word; the figure of a footnote and a trade mark's sign do not."""
    return character.isalpha() or character.isdecimal()


def _unspaced(character: str) -> bool:
    """Say whether a character belongs to a script that writes no blanks between words."""
    return character >= "\u2e80" or "\u0e00" <= character <= "\u0eff" or "\u1000" <= character <= "\u109f"


def _agrees(text: _Searchable, hit: tuple[int, int], *, prefix: str, suffix: str) -> bool:
    start, end = hit
    before = text.raw[max(0, start - 4 * len(prefix) - CONTEXT) : start]
    after = text.raw[end : end + 4 * len(suffix) + CONTEXT]
    # stored context is cut at 32 raw characters, perhaps inside a word divided at a line end: raw equality settles it
    left = before.endswith(prefix) or _normal(before).endswith(_normal(prefix))
    return left and (after.startswith(suffix) or _normal(after).startswith(_normal(suffix)))


def _normal(text: str) -> str:
    return normalise_text(text).text.strip()


def _count_words(words: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in normalise_text(words).text.split())


def _passages_at(document: Document, start: int, end: int) -> list[Passage]:
    """Return the passages that a raw span touches, in order."""
    passages = document.passages
    last = bisect_right(passages, end - 1, key=_start)
    touched = [passage for passage in passages[:last] if passage.end > start] if _in_order(passages) else []
    return touched or sorted((p for p in passages if p.start < end and p.end > start), key=_start)


def _start(passage: Passage) -> int:
    return passage.start


def _in_order(passages: Sequence[Passage]) -> bool:
    return all(one.start <= other.start for one, other in pairwise(passages))


def _may_be_quoted(document: Document, passages: Sequence[Passage]) -> bool:
    """Say whether words are the source's: in notes about a publication all of them must stand in quotation marks."""
    if not passages:
        return document.origin is Origin.PUBLICATION
    return all(passage.quotable for passage in passages)


def _provenance(document: Document, passages: Sequence[Passage]) -> Provenance:
    if not passages:
        return Provenance.TRANSCRIBED if document.origin is Origin.NOTE else Provenance.ORIGINAL
    transcribed = any(passage.provenance is Provenance.TRANSCRIBED for passage in passages)
    return Provenance.TRANSCRIBED if transcribed else Provenance.ORIGINAL


def _closest(words: str, passages: Sequence[Passage]) -> str:
    """Return the sentence most like the words, or an empty text where nothing comes near."""
    sought = _normal(words)
    vocabulary = set(re.findall(r"\w{3,}", sought))
    ranked = sorted(
        ((-len(vocabulary & set(re.findall(r"\w{3,}", _normal(p.text)))), p.start, p) for p in passages),
        key=lambda item: item[:2],
    )
    sentences = [
        sentence
        for shared, _, passage in ranked[:8]
        if shared < 0
        for sentence in re.split(r"(?<=[.!?])\s+", passage.text)
    ]
    scored = [(SequenceMatcher(None, sought, _normal(s), autojunk=False).ratio(), s) for s in sentences[:60]]
    score, best = max(scored, key=lambda item: item[0], default=(0.0, ""))
    if score < 0.45:  # below this the sentence shown confuses more than it helps
        return ""
    best = " ".join(best.split())
    return best if len(best) <= 200 else best[:199].rstrip() + "…"
