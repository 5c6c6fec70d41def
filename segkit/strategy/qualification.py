"""Qualification: each letter of a framework judged for one company, from its figures and its own pages.

A letter that does not apply says so and why; it is not filled in for completeness. ``company.toml`` has the last word, and it is
said where it had it.
"""

from __future__ import annotations

from collections.abc import Iterator

from segkit.model.criterion import (
    Applies,
    Criterion,
    Decision,
    Framework,
    FrameworkLetter,
    Mark,
    criteria,
    frameworks,
)
from segkit.model.sales_cycle import (
    CriterionVerdict,
    OtherFramework,
    Qualification,
    QualifiedRow,
    Quotation,
)
from segkit.model.sales_facts import Qualified
from segkit.strategy.criterion_reasons import Judgement, judge_criterion
from segkit.strategy.sales_evidence import evidence_for
from segkit.strategy.sales_grounds import TRADE_ONLY, SalesGrounds, as_quotation, unique
from segkit.words import sales_frameworks as frames
from segkit.words import sales_proxies as proxies
from segkit.words.figures import format_quantity
from segkit.words.sales_asks import is_asked
from segkit.words.sales_qualification import APPLIES_WORDS, own_words

MOST_ALSO = 8
FALLBACK = "BANT"
_DECIDE = frozenset({"buys_for_self", "nobody_else", "gives"})
"""Reasons of a mark of authority that is met because nobody else can say no."""


def qualify(grounds: SalesGrounds) -> Qualification:
    """Judge every letter of the company's framework, and show who meets it.

    Parameters
    ----------
    grounds : SalesGrounds

    Returns
    -------
    Qualification
        An unknown framework is read as BANT; :func:`~segkit.strategy.sales_cycle.describe_sales` names the problem.
    """
    framework = frameworks().get(grounds.company.sales.framework.upper(), frameworks()[FALLBACK])
    judged = {item: judge_criterion(grounds, item) for item in Criterion}
    pieces = evidence_for(grounds, framework.criteria)
    verdicts = tuple(
        _verdict(grounds, letter, judged[letter.criterion], pieces.get(letter.criterion, ()))
        for letter in framework.letters
    )
    applies = {item.criterion: item.applies for item in verdicts}
    needed = grounds.company.sales.needed or framework.needed
    rule = f"{needed} of {len(framework.letters)}"
    used = " ".join(
        text
        for verdict in verdicts
        for text in (*verdict.reason, *(item.exact for item in verdict.quotations))
    )
    rows, note = _rows(grounds, framework, rule=rule)
    return Qualification(
        framework=framework.id,
        rule=rule,
        answer=frames.framework_answer(
            framework.id,
            [(item.label, item.applies) for item in verdicts],
            grounds.voice,
            partly=_partly(grounds, verdicts),
        ),
        verdicts=verdicts,
        rows=rows,
        row_note=note,
        others=tuple(
            _other(grounds, item, {**{key: one.applies for key, one in judged.items()}, **applies})
            for item in frameworks().values()
            if item is not framework
        ),
        also=_also(grounds, used),
    )


def _partly(grounds: SalesGrounds, verdicts: tuple[CriterionVerdict, ...]) -> str:
    """Return to whom a letter applies, where authority is the only one that applies in part and trade is why."""
    partly = [item for item in verdicts if item.applies is Applies.PARTLY]
    if len(partly) != 1 or partly[0].criterion is not Criterion.AUTHORITY or partly[0].overridden:
        return ""
    return frames.to_trade(grounds.trade) if grounds.trade and not grounds.is_b2b else ""


def _verdict(
    grounds: SalesGrounds, letter: FrameworkLetter, judged: Judgement, evidence_ids: tuple[str, ...]
) -> CriterionVerdict:
    own = grounds.own_criterion(letter.criterion)
    changed = [
        name
        for name in ("applies", "reason", "question", "threshold")
        if own and getattr(own, name) not in {"", None}
    ]
    gaps = grounds.facts.next_purchase
    n_gaps = (gaps.gaps.n if gaps.gaps else 0) + gaps.n_open
    reason = (own.reason,) if own and own.reason else judged.reason
    measured = [
        item
        for item in grounds.facts.proxies
        if item.criterion is letter.criterion and not (grounds.is_b2b and item.name in TRADE_ONLY)
    ]
    told = [
        proxies.proxy_sentence(item, grounds.voice, gaps=n_gaps)
        for item in proxies.choose_proxies(measured, told=" ".join(reason))
    ]
    return CriterionVerdict(
        letter=letter.letter,
        label=letter.label,
        criterion=letter.criterion,
        applies=Applies(own.applies) if own and own.applies else judged.applies,
        reason=reason,
        proxies=tuple(text for text in told if text),
        question=own.question if own and own.question else _question(grounds, letter.criterion),
        threshold=_threshold(grounds, letter.criterion),
        blind_spot=judged.blind_spot,
        quotations=judged.quotations,
        evidence_ids=evidence_ids,
        overridden=own_words(changed) if changed else "",
    )


def _question(grounds: SalesGrounds, criterion: Criterion) -> str:
    definition = criteria()[criterion]
    if grounds.is_b2b:
        return definition.question_b2b
    if grounds.trade:
        return f"{definition.question} Of a trade buyer: {definition.question_b2b}"
    return definition.question


def _threshold(grounds: SalesGrounds, criterion: Criterion) -> str:
    drawn = [item for item in grounds.facts.thresholds if item.criterion is criterion]
    own = grounds.own_criterion(criterion)
    deals = bool(grounds.facts.opportunities)
    if own and own.threshold is not None and not any(item.basis == "setting" for item in drawn):
        unit = drawn[0].unit if drawn else ""
        return f"Met from {format_quantity(own.threshold, unit)}, as set in company.toml."
    rules = proxies.TRADE_RULES if grounds.is_b2b else proxies.MARK_RULES
    rules = proxies.DEAL_RULES if deals else rules
    told = [] if deals and criterion in rules else [proxies.threshold_sentence(item) for item in drawn]
    return " ".join(told) or rules.get(criterion, proxies.NO_LINE)


def _rows(grounds: SalesGrounds, framework: Framework, *, rule: str) -> tuple[tuple[QualifiedRow, ...], str]:
    facts, voice = grounds.facts, grounds.voice
    shown = facts.customers or facts.opportunities
    notes = []
    if shown and not facts.customers:
        counted = facts.opportunity_decisions or tuple(
            (item, sum(one.decision is item for one in shown)) for item in Decision
        )
        notes.append(frames.decisions_note(counted, noun="open deal", rule=rule, framework=framework.id))
        without = grounds.proxy("money_no_won")
        if tried := frames.tried_note(facts.rule_tried, without.share if without else None):
            notes.append(tried)
    counts = [
        (letter.label, item.met, item.not_met, item.unknown)
        for letter in framework.letters
        for item in facts.counts
        if item.criterion is letter.criterion and item.segment_id is None
    ]
    if facts.customers and facts.decisions:
        notes.append(
            frames.decisions_note(facts.decisions, noun=voice.buyer, rule=rule, framework=framework.id)
        )
        notes += _beside(grounds, framework)
    elif counts:
        notes.append(frames.marks_note(counts, noun=voice.buyer, n=facts.n_customers))
        notes += [frames.book_note(facts.decisions, noun=voice.buyer)] if facts.decisions else []
    return tuple(_row(grounds, item, framework) for item in shown), " ".join(notes)


def _beside(grounds: SalesGrounds, framework: Framework) -> Iterator[str]:
    """Say what the rule alone would hide: a letter met for want of anybody else, and who is silent though qualified."""
    customers, asked = grounds.facts.customers, set(framework.criteria)
    marks = [(item.decision, mark) for item in customers for mark in item.marks if mark.criterion in asked]
    alone = sum(mark.because in _DECIDE for _, mark in marks)
    silent = sum(decision is Decision.QUALIFIED and mark.because == "beyond_gap" for decision, mark in marks)
    if alone:
        label = next(item.label for item in framework.letters if item.criterion is Criterion.AUTHORITY)
        yield frames.alone_note(label, alone, noun=grounds.voice.buyer)
    if silent:
        qualified = sum(item.decision is Decision.QUALIFIED for item in customers)
        yield frames.silent_note(silent, qualified=qualified, noun=grounds.voice.buyer)


def _row(grounds: SalesGrounds, item: Qualified, framework: Framework) -> QualifiedRow:
    marks = {mark.criterion: mark for mark in item.marks}
    asked = [marks[one] for one in framework.criteria if one in marks]
    unknown = sum(mark.mark is Mark.UNKNOWN for mark in asked)
    return QualifiedRow(
        key=f"{item.opportunity_id} ({item.customer_id or 'prospect'})"
        if item.opportunity_id
        else item.customer_id,
        segment=grounds.segment_name(item.segment_id),
        marks=tuple(
            proxies.mark_text(marks[one], grounds.voice) if one in marks else "unknown: not asked"
            for one in framework.criteria
        ),
        met=proxies.met_text(item.met, len(framework.letters), unknown),
        decision=_decision(grounds, item),
    )


def _decision(grounds: SalesGrounds, item: Qualified) -> str:
    """Return the rule's decision, and what became of decided deals with the same recorded "no" where none was won."""
    without = grounds.proxy("money_no_won")
    money_no = any(mark.because == "money_no" for mark in item.marks)
    if item.opportunity_id and money_no and without and without.share and without.share.k == 0:
        return proxies.never_won(item.decision, without.share)
    return proxies.DECISION_WORDS[item.decision]


def _other(grounds: SalesGrounds, framework: Framework, applies: dict[Criterion, Applies]) -> OtherFramework:
    facts, voice = grounds.facts, grounds.voice
    shares = {item.name: item.share for item in facts.proxies if item.share is not None}
    if framework.id == "ANUM":
        sentence = frames.authority_first(
            shares.get("authority_met_won"), shares.get("authority_no_won"), trade=grounds.trade, voice=voice
        )
    elif framework.id == "CHAMP":
        sentence = frames.need_first(
            facts.pipeline,
            shares.get("repeat_category"),
            voice,
            budget=(shares.get("money_known_won"), shares.get("money_no_won")),
        )
    elif framework.id == "MEDDIC":
        sentence = frames.process_first(
            facts.pipeline,
            facts.outcomes,
            voice,
            numbers=shares.get("purchase_order_numbers"),
            trade=grounds.trade,
        )
    else:
        sentence = frames.money_first(facts.outcomes, voice)
    return OtherFramework(
        name=framework.id,
        letters=tuple((item.label, APPLIES_WORDS[applies[item.criterion]]) for item in framework.letters),
        sentence=sentence,
    )


def _also(grounds: SalesGrounds, used: str) -> tuple[Quotation, ...]:
    """Return what the company asks of a buyer beyond the letters, each wording once; promises are left out."""
    rest = [
        as_quotation(item)
        for item in unique(grounds.facts.stated)
        if item.exact.removesuffix(".") not in used and is_asked(item.exact)
    ]
    return tuple(rest[:MOST_ALSO])
