"""Figures of the sales cycle as a reader sees them: shares with their interval, spreads with their n, and whom a company sells to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from segkit.model.pipeline_facts import Share, Spread
from segkit.model.sales_cycle import Quotation
from segkit.words.figures import (
    NO_BREAK,
    SMALL_BOOK,
    format_count,
    format_money,
    format_percent,
    format_quantity,
    join_words,
)

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How one company is spoken of: its name, its buyers, and whether its book is too small for percentages.

    ``model`` is "b2c", "b2b" or "mixed"; ``small`` holds below thirty customers.
    """

    company: str
    model: str
    small: bool
    currency: str = ""

    @property
    def buyer(self) -> str:
        """Return what one buyer is called."""
        return "account" if self.model == "b2b" else "customer"

    def count(self, number: int) -> str:
        """Return a number of buyers in words: "1 customer", "48 accounts"."""
        return f"{format_count(number)} {self.buyer}{'' if number == 1 else 's'}"

    def share(self, share: Share, noun: str = "") -> str:
        """Return "k of n", with a percentage where book and n carry one; "all n" where nothing is left out."""
        named = f" {noun}" if noun else ""
        if share.k == share.n > 1:
            return f"all {format_count(share.n)}{named}"
        text = f"{format_count(share.k)} of {format_count(share.n)}{named}"
        return text if self.counts_only(share) else f"{text} ({format_percent(share.value)})"

    def counts_only(self, share: Share) -> bool:
        """Return whether a share is printed as a count: its book or its own n is small."""
        return self.small or share.n < SMALL_BOOK

    def money(self, value: float | None) -> str:
        """Return an amount in the company's currency."""
        return format_money(value, self.currency)


def interval_text(share: Share) -> str:
    """Return Wilson's 95 % interval of a share: in percent, or as counts where n is small.

    Examples
    --------
    >>> interval_text(Share(k=30, n=58, low=.391, high=.642)), interval_text(Share(k=2, n=10, low=.0567, high=.5098))
    ('39 to 64 %', '1 to 5 of 10')
    """
    if share.n < SMALL_BOOK:
        return f"{share.low * share.n:.0f} to {share.high * share.n:.0f} of {share.n}"
    return f"{share.low * 100:.0f} to {format_percent(share.high)}"


def rate_text(share: Share, noun: str = "") -> str:
    """Return k of n with its interval.

    Examples
    --------
    >>> rate_text(Share(k=30, n=58, low=.391, high=.642), "deals")
    '30 of 58 deals (52 %; 95 % interval 39 to 64 %)'
    """
    mean = "" if share.n < SMALL_BOOK else f"{format_percent(share.value)}; "
    named = f" {noun}" if noun else ""
    return f"{format_count(share.k)} of {format_count(share.n)}{named} ({mean}95 % interval {interval_text(share)})"


def round_money(value: float, currency: str) -> str:
    """Return an amount without cents from a hundred on: an estimate has none.

    Examples
    --------
    >>> round_money(26097.49, "EUR").replace(chr(160), " "), round_money(14, "EUR").replace(chr(160), " ")
    ('26,097 EUR', '14.00 EUR')
    """
    if abs(value) < 100:
        return format_money(value, currency)
    return f"{format_count(value)}{NO_BREAK}{currency}".strip()


def value_text(spread: Spread, value: float) -> str:
    """Return a value in the unit of a spread; days are whole, or halves as they stand.

    Examples
    --------
    >>> value_text(Spread(n=3, low=1, median=2, high=3, mean=2, least=1, most=3, unit="days"), 5.5)
    '5.5 days'
    """
    if spread.unit in {"days", "orders"}:
        return format_quantity(_whole_or_half(value) if spread.unit == "days" else value, spread.unit)
    return format_money(value, spread.unit)


def _whole_or_half(days: float) -> float:
    """Return days without decimals, but for halves: rounding one half up and the next one down would look like an error."""
    return days if float(2 * days).is_integer() else round(days)


def middle_text(spread: Spread) -> str:
    """Return where the middle half of the values lies, the unit said once.

    Examples
    --------
    >>> middle_text(Spread(n=9, low=21, median=42, high=61, mean=44, least=7, most=130, unit="days"))
    '21 to 61 days'
    """
    low, high = value_text(spread, spread.low), value_text(spread, spread.high)
    return f"{low.replace(chr(160), ' ').split(' ')[0]} to {high}"


def overlap(one: Share, other: Share) -> bool:
    """Return whether two intervals overlap, so that neither share can be called higher.

    Examples
    --------
    >>> overlap(Share(k=9, n=10, low=.6, high=.98), Share(k=1, n=10, low=.02, high=.4))
    False
    """
    return one.low <= other.high and other.low <= one.high


def words_of(quotations: Sequence[Quotation]) -> str:
    """Return several of a page's wordings as one list; a source shared by neighbours is cited once.

    Examples
    --------
    >>> words_of([Quotation(source_id="p", exact="A quote in two days."), Quotation(source_id="p", exact="It holds.")])
    '“A quote in two days” and “It holds” [@p]'
    """
    texts = [page_words(item.exact, item.source_id) for item in quotations]
    if len({item.source_id for item in quotations}) == 1:
        cite = f" [@{quotations[0].source_id}]"
        texts = [text.removesuffix(cite) for text in texts]
        return join_words(texts) + cite
    return join_words(texts)


def page_words(exact: str, source_id: str, *, most: int = 40) -> str:
    """Return a page's words in quotation marks with their citation: whole sentences up to ``most`` words.

    Examples
    --------
    >>> page_words("A quote holds for 30 days.", "page-terms")
    '“A quote holds for 30 days” [@page-terms]'
    """
    text = " ".join(exact.split())
    if len(text.split()) > most:
        kept = ""
        for sentence in _SENTENCE_END.split(text):
            if len(f"{kept} {sentence}".split()) > most:
                break
            kept = f"{kept} {sentence}".strip()
        text = kept or f"{' '.join(text.split()[:most])} …"
    return f"“{text.removesuffix('.')}” [@{source_id}]"
