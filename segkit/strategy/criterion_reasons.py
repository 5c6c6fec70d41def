"""Why a criterion applies to one company: the verdict by rules, its sentences, and the page's words it rests on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from segkit.model.criterion import Applies, Criterion
from segkit.model.evidence import Direction, Evidence, SourceType
from segkit.model.factor import Factor
from segkit.model.pipeline_facts import Share
from segkit.model.sales_cycle import Quotation
from segkit.model.sales_facts import StatedCriterion
from segkit.strategy.sales_grounds import SalesGrounds, as_quotation
from segkit.words import sales_blind_spots as blind_spots
from segkit.words import sales_qualification as words
from segkit.words.sales_figures import page_words, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether one criterion applies, why, on whose words that rests, and what the figures do not show."""

    applies: Applies
    reason: tuple[str, ...]
    blind_spot: str
    quotations: tuple[Quotation, ...] = ()


def judge_criterion(grounds: SalesGrounds, criterion: Criterion) -> Judgement:
    """Judge one criterion for one company.

    Parameters
    ----------
    grounds : SalesGrounds
    criterion : Criterion

    Returns
    -------
    Judgement
    """
    tell = _JUDGES.get(criterion)
    return tell(grounds) if tell else _further(grounds, criterion)


def _money(grounds: SalesGrounds) -> Judgement:
    facts, voice = grounds.facts, grounds.voice
    stated = _best(grounds, Criterion.MONEY)
    told = page_words(stated.exact, stated.source_id) if stated else ""
    known = grounds.proxy("money_known")
    if facts.pipeline and known and known.share:
        reason = [
            words.money_of_deals(known, _share(grounds, "money_known_won"), _share(grounds, "money_no_won"))
        ]
        if told:
            reason.append(words.own_line(told))
        blind = blind_spots.blind_money_deals(known, _share(grounds, "money_no_won"))
    elif grounds.is_b2b:
        reason = [words.money_of_accounts(facts.outcomes, _share(grounds, "on_account_orders"), voice)]
        if told:
            reason.append(
                words.credit_terms(told) if stated and stated.rule in _TERMS else words.own_line(told)
            )
        blind = blind_spots.blind_money(facts.outcomes, voice)
    else:
        told_by_people = words.money_of_people(
            facts.outcomes, _share(grounds, "discounted_orders"), voice, posted=grounds.posts_prices
        )
        reason = list(told_by_people)
        if grounds.trade:
            reason[1:] = [
                words.money_of_trade(
                    grounds.trade,
                    facts.outcomes,
                    voice,
                    told=told,
                    limit=_limit(stated, facts.currency),
                    audience=stated.audience if stated else "",
                )
            ]
        blind = blind_spots.blind_money(facts.outcomes, voice)
        stated = stated if grounds.trade else None
    return Judgement(applies=Applies.YES, reason=tuple(reason), blind_spot=blind, quotations=_quoted(stated))


def _authority(grounds: SalesGrounds) -> Judgement:
    facts, voice = grounds.facts, grounds.voice
    stated = _best(grounds, Criterion.AUTHORITY)
    told = _signer_words(grounds)
    met, roles = grounds.proxy("authority_met"), grounds.proxy("purchasing_role")
    without = _share(grounds, "authority_no_won")
    if facts.pipeline and met and met.share:
        reason = [*words.authority_of_deals(met, _share(grounds, "authority_met_won"), without, roles=roles)]
        if told:
            reason.append(words.signer_of_deals(told, audience=stated.audience if stated else ""))
        reason += _studied(grounds)
        return Judgement(
            applies=Applies.YES,
            reason=tuple(reason),
            blind_spot=blind_spots.blind_authority_deals(without),
            quotations=_quoted(stated),
        )
    blind = blind_spots.blind_authority(facts.buyers, voice)
    if grounds.is_b2b:
        reason = [words.authority_of_accounts(roles, voice, n=facts.n_customers)]
        if told:
            reason.append(words.signer_of_accounts(told))
        reason += _studied(grounds)
        return Judgement(
            applies=Applies.YES, reason=tuple(reason), blind_spot=blind, quotations=_quoted(stated)
        )
    mixed = bool(grounds.trade)
    reason = [words.authority_of_people(facts.n_customers - grounds.trade, facts.buyers, voice, mixed=mixed)]
    if mixed:
        reason.append(
            words.authority_of_trade(
                grounds.trade,
                _share(grounds, "purchase_order_numbers"),
                told=told,
                whose=grounds.number_holders(),
            )
        )
        reason += _studied(grounds)
    elif facts.buyers.gift is None and facts.buyers.trade is None:
        reason.append(words.authority_unseen(voice))
    return Judgement(
        applies=Applies.PARTLY if mixed else Applies.NO,
        reason=tuple(reason),
        blind_spot=blind,
        quotations=_quoted(stated) if mixed else (),
    )


def _need(grounds: SalesGrounds) -> Judgement:
    facts, voice = grounds.facts, grounds.voice
    stated = _best(grounds, Criterion.NEED)
    quotation = _piece_quotation(_need_piece(grounds)) or (as_quotation(stated) if stated else None)
    told = page_words(quotation.exact, quotation.source_id) if quotation else ""
    silence = _piece_quotation(_silence_piece(grounds))
    against = page_words(silence.exact, silence.source_id) if silence else ""
    need = grounds.proxy("need_stated")
    if facts.pipeline and need and need.share:
        piece = _pressing(grounds)
        quotation = _piece_quotation(piece) or quotation
        told = page_words(quotation.exact, quotation.source_id) if quotation else ""
        who = grounds.segment_name(piece.segment_id) if piece else ""
        reason = words.need_of_deals(need, facts.pipeline, quoted=told, who=who)
        blind, applies = blind_spots.blind_need_deals(facts.pipeline), Applies.YES
    else:
        repeat = _share(grounds, "repeat_category")
        reason = words.need_of_orders(repeat, voice, quoted=told, against=against)
        blind = blind_spots.blind_need(facts.next_purchase, voice)
        applies = Applies.YES if (repeat and repeat.k) or told else Applies.NOT_OBSERVABLE
    return Judgement(
        applies=applies, reason=reason, blind_spot=blind, quotations=(quotation,) if quotation else ()
    )


def _timing(grounds: SalesGrounds) -> Judgement:
    facts, voice = grounds.facts, grounds.voice
    stated = _best(grounds, Criterion.TIMING)
    told = page_words(stated.exact, stated.source_id) if stated else ""
    dates = grounds.proxy("date_given")
    if facts.pipeline and dates and dates.share:
        return Judgement(
            applies=Applies.YES,
            reason=words.timing_of_deals(
                dates, facts.pipeline, told=told, date=bool(stated and _is_sentence(stated))
            ),
            blind_spot=blind_spots.blind_timing_deals(facts.pipeline),
            quotations=_quoted(stated),
        )
    reason = [
        words.timing_of_orders(
            facts.next_purchase,
            _share(grounds, "dated_orders"),
            voice,
            told=told,
            date=bool(stated and _is_sentence(stated)),
        )
    ]
    if once := words.timing_once(facts.next_purchase.n_once, voice):
        reason.append(once)
    return Judgement(
        applies=Applies.YES if facts.next_purchase.gaps or told else Applies.NOT_OBSERVABLE,
        reason=tuple(reason),
        blind_spot=blind_spots.blind_timing(facts.lapse, voice),
        quotations=_quoted(stated),
    )


def _further(grounds: SalesGrounds, criterion: Criterion) -> Judgement:
    stated = _best(grounds, criterion)
    told = page_words(stated.exact, stated.source_id) if stated else ""
    return Judgement(
        applies=Applies.PARTLY if told else Applies.NOT_OBSERVABLE,
        reason=(words.other_criterion(criterion, grounds.voice, told=told),),
        blind_spot=blind_spots.blind_further(criterion),
        quotations=_quoted(stated),
    )


def _best(grounds: SalesGrounds, criterion: Criterion) -> StatedCriterion | None:
    """Return the wording that says most of a criterion; one about quotes belongs to a stage and not here."""
    stated = [item for item in grounds.stated(criterion) if not _QUOTE.search(item.exact)]
    return max(
        stated,
        key=lambda item: (_weight(item, grounds.facts.currency), _is_sentence(item), -len(item.exact)),
        default=None,
    )


def _is_sentence(item: StatedCriterion) -> bool:
    """Return whether the words are a sentence and not an entry of a list."""
    return item.exact[:1].isupper() and item.exact.rstrip().endswith(".")


def _weight(item: StatedCriterion, currency: str) -> int:
    if item.rule in _RULES:
        return _RULES.index(item.rule)
    return len(_RULES) - 2 if item.unit == currency and item.amount is not None else -1


_QUOTE = re.compile(r"(?i)\bquotes?\b")
_RULES = ("smallest order", "terms", "pro forma first", "purchase order", "date", "signer", "credit limit")
"""Rules by how much they say of whom a company sells to; a sum in money comes before the last two."""
_TERMS = frozenset({"terms", "pro forma first", "credit limit"})
_SILENCE = re.compile(r"(?i)\b(?:stopped|silent|drawer|store ?room|not ordered again|still filling)\b")
"""Words of research about customers who are silent."""
_SIGNS = re.compile(
    r"(?i)(?=.*\b(?:signs?|signature|approves?|approval)\b)(?=.*\b(?:limit|from|above|up to)\b)(?=.*[£€$]\s?\d)"
)
"""Words of research about who signs from which amount on."""


def _need_piece(grounds: SalesGrounds) -> Evidence | None:
    """Return the need-based quotation of the largest group that has one; the company's own page before research."""
    sources = {item.id: item.type for item in grounds.evidence.sources}
    sizes = {item.id: item.size for item in grounds.segments}
    quotes = [
        item
        for item in grounds.pieces()
        if item.factor is Factor.NEED_BASED and item.quote and item.direction is Direction.SUPPORTS
    ]
    return max(
        quotes,
        key=lambda item: (sources.get(item.source_id) is SourceType.WEBSITE, sizes.get(item.segment_id, 0)),
        default=None,
    )


def _pressing(grounds: SalesGrounds) -> Evidence | None:
    """Return research on what the group with the most revenue needs."""
    first = grounds.segments[0].id if grounds.segments else None
    types = {item.id: item.type for item in grounds.evidence.sources}
    return next(
        (
            item
            for item in grounds.pieces()
            if item.segment_id == first
            and item.factor is Factor.NEED_BASED
            and item.quote
            and item.direction is Direction.SUPPORTS
            and types.get(item.source_id) is SourceType.RESEARCH
        ),
        None,
    )


def _silence_piece(grounds: SalesGrounds) -> Evidence | None:
    """Return what research says against reading silence as the end of a need."""
    return next(
        (
            item
            for item in grounds.pieces()
            if item.quote and item.direction is Direction.CONTRADICTS and _SILENCE.search(item.quote.exact)
        ),
        None,
    )


def _piece_quotation(piece: Evidence | None) -> Quotation | None:
    if piece is None or piece.quote is None:
        return None
    return Quotation(source_id=piece.source_id, exact=piece.quote.exact, heading=piece.quote.heading)


def _share(grounds: SalesGrounds, name: str) -> Share | None:
    found = grounds.proxy(name)
    return found.share if found else None


def _limit(stated: StatedCriterion | None, currency: str) -> float | None:
    """Return how much may be outstanding, where the page says so in the currency of the orders."""
    return stated.amount if stated and stated.rule == "credit limit" and stated.unit == currency else None


def _signer_words(grounds: SalesGrounds) -> str:
    """Return up to two of the page's wordings about who decides, the signer first."""
    stated = sorted(
        (item for item in grounds.stated(Criterion.AUTHORITY) if item.rule in {"signer", "purchase order"}),
        key=lambda item: item.rule != "signer",
    )
    return words_of([as_quotation(item) for item in stated[:2]])


def _studied(grounds: SalesGrounds) -> list[str]:
    """Return what research of the evidence book says about who signs, where it says so with an amount."""
    found = grounds.studied(_SIGNS)
    if found is None:
        return []
    quotation, who = found
    return [words.signer_studied(page_words(quotation.exact, quotation.source_id), who=who)]


def _quoted(stated: StatedCriterion | None) -> tuple[Quotation, ...]:
    return () if stated is None else (as_quotation(stated),)


_JUDGES: dict[Criterion, Callable[[SalesGrounds], Judgement]] = {
    Criterion.MONEY: _money,
    Criterion.AUTHORITY: _authority,
    Criterion.NEED: _need,
    Criterion.TIMING: _timing,
}
