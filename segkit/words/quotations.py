"""Sentences around a quotation: who says it of whom, how far it carries, and what is still to be found.

A source speaks for its own population. What it says is introduced with its author, year, population and n; that our
customers do the same is never said here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from segkit.model.evidence import Provenance, Quote, Source, SourceType, Strength
from segkit.words.figures import format_count, join_words, lower_first, plural

STRONG_N = 30
"""People a study asks before it can be strong evidence (reference: evidence, section 5)."""
TWO_POPULATIONS = "Two populations are compared, not one."
_VOICES = frozenset({"interview", "interviews", "focus group"})
"""Kinds of research in which a quotation is one person's voice."""
_SPEAKERS = {"observation": "noted", "log": "noted", "diary": "noted"}
_TITLE_MARKS = (" | ", " - ", " \u2013 ", " \u2014 ", " \u00b7 ")
_PROPER = re.compile(r"(?!each|such)[A-Z][a-z]+(?:an|ans|ish|ese|ch|ss)\b")
"""German, British, Japanese, French, Swiss: keeps its capital within a sentence."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def authors_text(source: Source) -> str:
    """Return the authors as a sentence names them: family names, or the organisation.

    Examples
    --------
    >>> authors_text(Source(id="a", type=SourceType.RESEARCH, title="", path="", sha256="",
    ...                     authors=("Lindqvist, Hanne", "Abara, Tobias")))
    'Lindqvist and Abara'
    """
    names = [name.partition(",")[0].strip() for name in source.authors if name.strip()]
    if len(names) > 3:
        return f"{names[0]} and others"
    return join_words(names) or source.publisher or f"The file {source.path}"


def quote_claim(source: Source, quote: Quote, *, company: str) -> str:
    """Return who says the quoted words, and of whom.

    Parameters
    ----------
    source : Source
    quote : Quote
        For the heading it stands under.
    company : str
        Name of the company whose pages and orders these are.
    """
    under = f" under “{quote.heading.rpartition(' > ')[2]}”" if quote.heading else ""
    if source.type is SourceType.WEBSITE:
        return f"On its page “{_page_title(source, company)}” {company} says{under}:"
    if source.type is SourceType.ORDER_HISTORY:
        return "A text in the orders says:"
    year = source.published[:4] or "no year"
    who = f"{authors_text(source)} ({year})"
    if source.kind in _VOICES:  # n and population are those of all who were asked, not of the one who speaks
        return f"Somebody asked by {who} said{under}:"
    said = _SPEAKERS.get(source.kind, "reports" if len(source.authors) < 2 else "report")
    if not source.population:
        return f"{who} {said}{under}:"
    n = f" (n = {format_count(source.n)})" if source.n else ""
    population = source.population.rstrip(".")
    if not _PROPER.match(population):
        population = lower_first(population)
    return f"Of {population}{n}, {who} {said}{under}:"


def _page_title(source: Source, company: str) -> str:
    """Return a page's title without the shop's name that most titles carry."""
    for mark in _TITLE_MARKS:
        before, found, after = source.title.rpartition(mark)
        if found and after.strip().casefold() == company.casefold():
            return before.strip()
    return source.title


def grade_quote(
    source: Source, quote: Quote, *, names_group: bool, company: str
) -> tuple[Strength, tuple[str, ...]]:
    """Grade a quotation by the rubric and give the reasons (reference: evidence, section 5).

    Parameters
    ----------
    source, quote
        What is quoted, and whether the words were found in the publication itself.
    names_group : bool
        Whether a page names the group: its words, not only its topic.
    company : str
        A study the company made itself is not independent.

    Returns
    -------
    tuple of (Strength, tuple of str)
    """
    if source.type is SourceType.WEBSITE:
        named = "the page names this group" if names_group else "marketing copy on the group's topic"
        strength = Strength.MODERATE if names_group else Strength.WEAK
        return strength, (f"{named}; it shows whom the company addresses, not who buys",)
    if source.type is SourceType.ORDER_HISTORY:
        return Strength.WEAK, ("one text in one order, not a count",)
    if source.kind in _VOICES:
        asked = f" of {format_count(source.n)} asked" if source.n else ""
        return Strength.WEAK, (f"one voice{asked}: it shows what can be the case, not how often",)
    misses = _misses(source, quote, company=company)
    if not source.authors or not source.published:
        return Strength.WEAK, (*misses, "author or year is missing")
    if misses:
        return Strength.MODERATE, misses
    return Strength.STRONG, (
        f"independent research with its own n ({format_count(source.n or 0)}), quoted from the publication",
    )


def _misses(source: Source, quote: Quote, *, company: str) -> tuple[str, ...]:
    """Return what keeps a study from being strong evidence."""
    misses = []
    if quote.provenance is Provenance.TRANSCRIBED:
        misses.append("found in your notes only; check against the original")
    if source.n is None:
        misses.append("the source gives no n")
    elif source.n < STRONG_N:
        misses.append(f"the source asked {format_count(source.n)}, fewer than {STRONG_N}")
    if source.publisher and source.publisher.casefold() == company.casefold():
        misses.append("the company's own research, not an independent source")
    return tuple(misses)


def quote_limits(source: Source, quote: Quote) -> str:
    """Return what a quotation does not say: its population, its age, and where the words were found."""
    parts = []
    if source.type is SourceType.WEBSITE:
        parts.append(
            f"As saved on {source.retrieved[:10]}."
            if source.retrieved
            else "The page carries no date of saving."
        )
    elif source.type is not SourceType.ORDER_HISTORY:
        if source.kind in _VOICES and source.population:
            n = f" (n = {format_count(source.n)})" if source.n else ""
            parts.append(f"Asked were {lower_first(source.population)}{n}.")
        if source.fieldwork:
            parts.append(f"Fieldwork: {source.fieldwork.rstrip('.')}.")
        if not source.population:
            parts.append("The source does not say whom it asked.")
    if quote.provenance is Provenance.TRANSCRIBED:
        parts.append("Check against the original.")
    return " ".join(parts)


def searched_text(query: str, matched: Sequence[str]) -> str:
    """Return how a passage was found."""
    found = f"; the passage has {join_words([f'“{word}”' for word in matched])}" if matched else ""
    return f"found by searching for “{query}”{found}."


def new_numbers(sentence: str, *known: str) -> tuple[str, ...]:
    """Return the numbers of a reworded sentence that the evidence does not hold.

    Examples
    --------
    >>> new_numbers("7 of 10 do, 25 % more", "7 of 10 bought it")
    ('25',)
    """
    held = {number for text in known for number in _NUMBER.findall(text)}
    return tuple(number for number in _NUMBER.findall(sentence) if number not in held)


def gap_no_documents(segment: str, about: SourceType, topic: str) -> str:
    """Return that no page, or no research, was given at all, and what would help this group."""
    if about is SourceType.WEBSITE:
        return (
            f"{segment}: no page of the company's website is saved; save the pages on {topic} into website/."
        )
    return f"{segment}: no research is saved; look for a study with its own n on {topic} and save it into research/."


def gap_no_passage(segment: str, about: SourceType, topic: str, n_documents: int) -> str:
    """Return that the search found nothing of what sets the group apart, which is not to say that nothing is there."""
    if about is SourceType.WEBSITE:
        pages = "the one saved page" if n_documents == 1 else f"the {n_documents} saved pages"
        return f"{segment}: the search found nothing in {pages} on {topic}; save a page that speaks of it, or quote one yourself."
    studies = "the one saved study" if n_documents == 1 else f"the {n_documents} saved studies"
    return f"{segment}: the search found nothing in {studies} on {topic}; look for one with its own n, or quote one yourself."


def gap_undecided(segment: str, about: SourceType, count: int) -> str:
    """Return that passages were found and wait for a person."""
    kind = "the website" if about is SourceType.WEBSITE else "research"
    wait = "waits for your yes or no" if count == 1 else "wait for your yes or no"
    return f"{segment}: {plural(count, 'passage')} from {kind} {wait}; `segkit check` lists what to write in company.toml."


def gap_only_against(segment: str, about: SourceType, topic: str) -> str:
    """Return that what was found speaks against the group."""
    kind = "the website" if about is SourceType.WEBSITE else "research"
    return (
        f"{segment}: what {kind} says here speaks against the group; look for what speaks for it on {topic}, "
        "or tell its story anew."
    )


def gap_without_place(segment: str, about: SourceType) -> str:
    """Return that an accepted passage gave way to pinned pieces."""
    kind = "the website" if about is SourceType.WEBSITE else "research"
    return f"{segment}: what {kind} says stands in the appendix, because the pinned pieces take every place; pin it instead of one."


def pin_without_place(key: str, *, n_pieces: int) -> str:
    """Return why a pinned piece does not come first: the places are taken, or (``n_pieces`` 0) nobody decided on it."""
    if n_pieces:
        return f"[evidence] pin names {key!r}, but its group has {n_pieces} pinned pieces already; it stays in the appendix."
    return f"[evidence] pin names {key!r}, which waits for your yes or no; name it under accept as well."


def missing_extra() -> str:
    """Return that the search by meaning was asked for and is not installed."""
    return "[evidence] semantic = true needs an extra that is not installed; pip install 'segkit[semantic]', or take the line out."


def unknown_key(key: str, where: str) -> str:
    """Return that a key in ``company.toml`` fits nothing any more."""
    return f"[evidence] {where} names {key!r}, which fits no finding or passage now; `segkit check` prints the current keys."


def unknown_customer(customer: str) -> str:
    """Return that a quotation of the user's names no customer in use."""
    return f"[evidence] own names the customer {customer!r}, who is not among the customers used; write an id of customers.csv."


def unknown_source(name: str, known: Sequence[str]) -> str:
    """Return that a quotation of the user's names no file that was read."""
    nearest = f"; read were {', '.join(known[:5])}" if known else ""
    return f"[evidence] own names the source {name!r}, which is no readable page or note{nearest}."


def refused_rewording(key: str, numbers: Sequence[str]) -> str:
    """Return why a reworded sentence was not used."""
    return f"[evidence] reword for {key!r} holds {join_words(list(numbers))}, which the evidence does not; the sentence of the data is used."


def refused_claim(key: str, numbers: Sequence[str]) -> str:
    """Return why the user's sentence about a quotation of their own was not used."""
    return f"[evidence] own has a claim for {key!r} with {join_words(list(numbers))}, which the quotation does not hold; the sentence of the source is used."
