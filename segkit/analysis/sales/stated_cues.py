"""How an English page asks something of a buyer: one list of cues for each criterion.

A cue is meant to miss rather than to take a slogan for a condition: "order by the tray" names no date, and "a present for somebody who
has everything" asks for nothing. Where a cue has a group ``what``, that clause is quoted and not the whole sentence. Pages in other
languages give nothing yet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from segkit.analysis import ledger_patterns as written
from segkit.model.criterion import Criterion

PRO_FORMA, CREDIT_LIMIT, SMALLEST, PURCHASE_ORDER, TERMS, DATE, SIGNER = (
    "pro forma first",
    "credit limit",
    "smallest order",
    "purchase order",
    "terms",
    "date",
    "signer",
)
"""Rules by which orders can be held against a statement."""
ASKS = r"\b(?:send us|tell us|give us|let us know|we need|for (?:a|your) quote)\b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One way to ask: its pattern, the rule it makes, and which figure belongs to it ("money", "days", "orders", "date" or "")."""

    criterion: Criterion
    pattern: re.Pattern[str]
    rule: str = ""
    figure: str = ""


def _cue(criterion: Criterion, pattern: str, rule: str = "", figure: str = "") -> Cue:
    return Cue(criterion=criterion, pattern=re.compile(pattern, re.IGNORECASE), rule=rule, figure=figure)


_MONEY = re.sub(r"\(\?P<\w+>", "(?:", written.MONEY.pattern)
CUES = (
    Cue(criterion=Criterion.MONEY, pattern=written.PRO_FORMA, rule=PRO_FORMA, figure="orders"),
    _cue(Criterion.MONEY, rf"\bup to (?:{_MONEY})\s+(?:outstanding|on account|unpaid)\b(?= at |[.,;]|$)|\bcredit limit\b", CREDIT_LIMIT, "money"),
    _cue(Criterion.MONEY, r"\b(?:minimum|smallest) order(?: value)?(?: is\b|:)", SMALLEST, "money"),
    _cue(
        Criterion.MONEY,
        r"\bwe (?:offer|give|grant|open)\b.{0,60}\b(?:contract|account|credit|terms)\b.{0,60}\b(?:spend|order|buy)\b",
        figure="money",
    ),
    _cue(Criterion.MONEY, r"^[^:.]{3,60}: .{0,30}\bdays from (?:the )?(?:date of )?(?:the )?invoice", TERMS, "days"),
    _cue(
        Criterion.MONEY,
        r"\b(?:we ask(?: \w+ \w+)? for|we need|requires?|required)\b.{0,40}\b(?:pre-?payment|payment in advance|deposit)\b",
    ),
    _cue(
        Criterion.AUTHORITY,
        ASKS + r".*\b(?P<what>the name of the person who (?:signs|decides|approves|orders))\b",
        SIGNER,
    ),
    _cue(Criterion.AUTHORITY, r"\bthe person who (?:signs|decides)\b.{0,20}\b(?:should|must|has to|needs to)\b", SIGNER),
    _cue(
        Criterion.AUTHORITY,
        ASKS + r".*\b(?P<what>a purchase order number if you are an? \w+)\b",
        PURCHASE_ORDER,
    ),
    _cue(Criterion.AUTHORITY, r"\bwe (?:only )?(?:sell|supply|deliver) (?:only )?to (?:businesses|the trade|trade customers)\b.{0,10}\bonly\b"),
    _cue(Criterion.NEED, ASKS + r".*?\b(?P<what>what you (?:need|want|use|fill|make|pack|plan|sell|produce)\b.{0,20}?\b(?:how many|how much)\b[^,.;]*)"),
    _cue(Criterion.NEED, r"\bif you tell us (?:how (?:many|much)|what you need)\b"),
    _cue(Criterion.NEED, r"^an? .{3,40} is for an? \w+ (?:who|that)\b.*\b(?:fewer|less|more) than (?:\d|an? (?:dozen|hundred|thousand)\b)"),
    _cue(Criterion.NEED, r"^for .{3,90} with \w+ or more (?:sites|shops|stores|branches|places|offices|kitchens|classes|people|employees) (?:that|who) (?:want|need)\b"),
    _cue(Criterion.TIMING, ASKS + r".*\b(?P<what>the (?:date|day) (?:by|on) which [^,.;]*)", DATE),
    _cue(Criterion.TIMING, r"\b(?:quotes?|quotations?) (?:holds?|(?:is|are|stays?) (?:valid|open|good)) for\b", figure="days"),
    _cue(Criterion.TIMING, r"\border(?: [\w-]+){0,4}? (?:by|before|no later than)\b|\blast (?:day|date) to order\b", DATE, "date"),
    _cue(Criterion.PROCESS, r"\bwe need a purchase order\b.{0,20}\bbefore\b", PURCHASE_ORDER),
    _cue(Criterion.PROCESS, r"\bwritten (?:quote|offer|proposal) within\b", figure="days"),
    _cue(Criterion.PROCESS, r"\bwe\b.{0,90}\bsend a (?:proposal|quote|written offer)\b"),
    _cue(Criterion.PROCESS, r"(?P<what>\b(?:after|once) you approve the proof\b|\bfrom the approved proof\b)"),
)  # fmt: skip
"""In the order in which they are tried; a sentence counts once for each criterion and clause."""
WHO = re.compile(r"^(?P<who>[^:.]{3,60}): ")
"""Whom a statement is about, where it begins with it: "New makers: pro forma for the first two orders"."""
CONDITION = re.compile(
    r"\bif you are an? (?P<who>\w+)\b|\bto (?P<to>\w+) that (?:spend|order|buy)\b", re.IGNORECASE
)
