"""Sentences about what stands for a criterion: each measured figure with its n, each threshold with its origin, each mark with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

from segkit.model.criterion import Criterion, Decision, Mark
from segkit.model.pipeline_facts import Share
from segkit.model.sales_facts import CustomerMark, Proxy, Threshold
from segkit.words.figures import (
    format_count,
    format_money,
    format_number,
    format_quantity,
    join_words,
    plural,
)
from segkit.words.sales_figures import Voice, middle_text, page_words, rate_text, value_text
from segkit.words.sales_qualification import holders_text

MARK_WORDS = {Mark.MET: "met", Mark.NOT_MET: "not met", Mark.UNKNOWN: "unknown"}
DECISION_WORDS = {
    Decision.QUALIFIED: "qualified",
    Decision.NOT_QUALIFIED: "not qualified",
    Decision.UNDECIDED: "cannot be decided",
}
_SHARES = {
    "discounted_orders": "A discount or a code lowered {orders}.",
    "unpaid_orders": "Not paid yet: {orders}.",
    "instalment_orders": "Paid in instalments: {orders}.",
    "on_account_orders": "Terms to pay later stand on {orders}.",
    "gift_orders": "A sign of a present is found on {orders}.",
    "trade_customers": "A sign of trade is found with {buyers}.",
    "purchase_order_numbers": "A purchase-order number stands on {orders}{whose}.",
    "repeat_category": "{buyers} with two purchase days or more came back to the same category.",
    "stock_notices": "{buyers} asked to be told when something is back.",
    "quotes_requested": "{buyers} asked for a quote.",
    "overdue_customers": "Past the own line of silence: {buyers} with two purchase days or more.",
    "dated_orders": "A day by which it must be there is named on {orders}.",
    "money_known": "A budget is recorded as known for {deals}{levels}.",
    "authority_met": "The decision maker was met in {deals}{levels}.",
    "need_stated": "The need is written down for {deals}{levels}.",
    "date_given": "{deals} have a planned close.",
    "money_known_won": "With a known budget {rate} were won.",
    "money_no_won": "Without a budget {rate} were won.",
    "money_blank_won": "Where nothing was recorded about the budget, {rate} were won.",
    "authority_met_won": "With the decision maker met, {rate} were won.",
    "authority_no_won": "Without him or her, {rate} were won.",
    "authority_blank_won": "Where it was not recorded who decides, {rate} were won.",
    "need_blank_won": "Without a need written down, {rate} were won.",
}
MISSING = {
    "discounted_orders": "How many orders were lowered by a discount",
    "unpaid_orders": "How many orders wait for payment",
    "gift_orders": "How many orders are presents",
    "trade_customers": "How many buy for an organization",
    "purchase_order_numbers": "How many orders carry a purchase-order number",
    "stock_notices": "Who asked to be told when something is back",
    "quotes_requested": "Who asked for a quote",
    "dated_orders": "By when an order must be there",
    "money_known": "For how many deals a budget is known",
    "authority_met": "In how many deals the decision maker was met",
    "need_stated": "For how many deals a need is written down",
    "date_given": "How many deals have a planned close",
}
_LEVEL_NAMES = {"yes": "yes", "no": "no", "blank": "left blank", "text": "in words"}


def proxy_sentence(proxy: Proxy, voice: Voice, *, gaps: int = 0) -> str:
    """Return one sentence on what stands for a criterion; an empty text where there is nothing to say.

    Parameters
    ----------
    proxy : Proxy
    voice : Voice
    gaps : int
        Gaps behind the Kaplan-Meier quantiles, finished and open.
    """
    if proxy.missing:
        start = MISSING.get(proxy.name)
        return f"{start} is not known: that needs {needed_text(proxy.missing)}." if start else ""
    if proxy.share is not None:
        return _share_sentence(proxy, proxy.share, voice)
    if proxy.spread is not None:
        return _spread_sentence(proxy, voice)
    return _level_sentence(proxy, voice, gaps) if proxy.levels else ""


def needed_text(missing: str) -> str:
    """Return what a file would have to hold, the names of events in words.

    Examples
    --------
    >>> needed_text("a file of events with stock_notice")
    'a file of events with requests to be told of stock'
    """
    for name, words in _EVENTS.items():
        missing = missing.replace(name, words)
    return missing


_EVENTS = {"stock_notice": "requests to be told of stock", "quote_requested": "requests for a quote"}


def choose_proxies(proxies: Sequence[Proxy], *, told: str) -> list[Proxy]:
    """Return at most four proxies of a letter: what the reason has not told yet, the figures that carry the verdict first.

    Parameters
    ----------
    proxies : sequence of Proxy
    told : str
        The reason, as written.
    """
    rest = [item for item in proxies if item.name not in _LEFT_OUT and not _is_told(item, told)]
    ranked = sorted(rest, key=lambda item: (bool(item.missing), _rank(item.name)))
    return ranked[:MOST_PROXIES]


def _is_told(proxy: Proxy, told: str) -> bool:
    """Return whether a figure stands in a text already: "4 of 9", "all 9", or every level."""
    share = proxy.share
    if share is not None:
        k, n = format_count(share.k), format_count(share.n)
        said = rf"{k} of {n}" if share.k < share.n else rf"(?:{k} of|[Aa]ll) {n}"
        return re.search(rf"(?<![\d,]){said}(?!\d|,\d)", told) is not None
    return bool(proxy.levels) and all(f"{name} ({format_count(n)})" in told for name, n in proxy.levels[:5])


def _rank(name: str) -> int:
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)


MOST_PROXIES = 4
_FIRST = (
    *("money_known_won", "money_no_won", "money_blank_won", "money_known"),
    *("authority_met_won", "authority_no_won", "authority_blank_won", "authority_met"),
    *("order_value", "on_account_orders", "unpaid_orders", "discounted_orders", "largest_order"),
    *("purchase_order_numbers", "purchasing_role", "gift_orders", "trade_customers"),
    *("repeat_category", "quotes_requested", "stock_notices", "need_stated"),
    *("kaplan_meier", "purchase_interval", "overdue_customers", "dated_orders", "season", "date_given"),
)
_LEFT_OUT = frozenset({"need_stated_won", "shared_household", "contract", "returned_lines", "date_given"})
"""Figures that decide nothing: a share of all deals, who lives with whom, what was sent back."""


def _share_sentence(proxy: Proxy, share: Share, voice: Voice) -> str:
    template = _SHARES.get(proxy.name)
    if template is None:
        return f"{voice.share(share)}: {proxy.definition.removesuffix('.')}."
    text = template.format(
        orders=voice.share(share, "orders"),
        buyers=voice.share(share, f"{voice.buyer}s"),
        deals=voice.share(share, "deals"),
        rate=rate_text(share, "decided deals"),
        levels=_others(proxy),
        whose=holders_text(proxy, voice),
    )
    return text[:1].upper() + text[1:]


def _others(proxy: Proxy) -> str:
    rest = [
        f"{format_count(n)} {_LEVEL_NAMES.get(name, name)}"
        for name, n in proxy.levels
        if n and name not in {"yes", "text"}
    ]
    return f"; {join_words(rest)}" if rest else ""


def _spread_sentence(proxy: Proxy, voice: Voice) -> str:
    spread = proxy.spread
    if spread is None:
        return ""
    median, half, n = value_text(spread, spread.median), middle_text(spread), format_count(spread.n)
    if proxy.name == "order_value":
        return f"An order comes to {median} at the median; the middle half lies at {half} (n = {n} orders)."
    if proxy.name == "largest_order":
        return f"The largest order of {'an account' if voice.buyer == 'account' else 'a customer'} is {median} at the median and {value_text(spread, spread.most)} at most (n = {n} {voice.buyer}s)."
    if proxy.name == "purchase_interval":
        return f"Between two purchase days lie {median} at the median, {half} for the middle half (n = {n} finished gaps)."
    return f"{proxy.definition.removesuffix('.')}: {median} at the median (n = {n})."


def _level_sentence(proxy: Proxy, voice: Voice, gaps: int) -> str:
    if proxy.name == "kaplan_meier":
        return _km(dict(proxy.levels), gaps)
    if proxy.name == "season":
        return _season(proxy.levels)
    start = _LEVELS.get(proxy.name)
    if start is None:
        return ""
    told = join_words([f"{name} {format_count(n)}" for name, n in proxy.levels[:6]])
    return f"{start} {told} (n = {voice.count(sum(n for _, n in proxy.levels))})."


def _km(days: dict[str, int], gaps: int) -> str:
    told = [
        f"{name} by day {format_count(days[key])}"
        for key, name in (("q25", "a quarter is back"), ("q50", "half"), ("q75", "three quarters"))
        if key in days
    ]
    n = f", n = {format_count(gaps)} gaps" if gaps else ""
    return f"With open gaps counted, {join_words(told)} (Kaplan-Meier{n})." if told else ""


def _season(months: Sequence[tuple[str, int]]) -> str:
    total = sum(n for _, n in months)
    top = sorted(months, key=lambda item: -item[1])[:2]
    told = join_words([f"{name} ({format_count(n)})" for name, n in top])
    return f"The fullest months are {told}, of {plural(total, 'purchase day')} in all." if total else ""


_LEVELS = {
    "purchasing_role": "Who buys, as recorded:",
}


def threshold_sentence(item: Threshold) -> str:
    """Say from where on a criterion is met, for whom, and where the figure comes from."""
    start = f"For {item.audience} buyers met" if item.audience else "Met"
    if item.unit.startswith("times"):
        where = "set in company.toml" if item.basis == "setting" else item.definition
        return (
            f"{start} while the silence is no longer than {format_number(item.value)} {item.unit} ({where})."
        )
    value = format_quantity(item.value, item.unit)
    if item.basis == "page":
        return f"{start} from {value}: {page_words(item.exact, item.source_id)}."
    if item.basis == "setting":
        return f"{start} from {value}, as set in company.toml."
    return f"{start} from {value}, the {item.definition.removesuffix('.')}."


MARK_RULES = {
    Criterion.MONEY: "Met by an order that was paid for.",
    Criterion.AUTHORITY: "Met by whoever buys for own use or as a present, and by a purchase-order number or a recorded role where an organization buys.",
    Criterion.NEED: "Met when the same category was bought on two days or more.",
    Criterion.TIMING: "Met while the silence is within the line of the own rhythm, or while an agreed day lies ahead.",
}
"""How marks are given where no figure draws the line."""
TRADE_RULES = {
    **MARK_RULES,
    Criterion.AUTHORITY: "Met by a purchase-order number, or where the role of whoever orders is recorded.",
}
"""The same where every buyer is an organization."""
DEAL_RULES = {
    Criterion.MONEY: "Met when the CRM says that a budget is known.",
    Criterion.AUTHORITY: "Met when the CRM says that the decision maker was met.",
    Criterion.NEED: "Met when the deal names what is needed.",
    Criterion.TIMING: "Met while the planned close lies ahead; a date that has passed does not count.",
}
"""The same for the deals of a CRM."""
NO_LINE = "No line is drawn: the answer to the question decides."
"""Where neither figures nor a rule say from where on a criterion is met."""


def mark_text(mark: CustomerMark, voice: Voice) -> str:
    """Return a mark with its reason, short enough for a table: "met: 46.20 GBP an order (8 orders)"."""
    days = abs(round(mark.value or 0))
    n = mark.n or 0
    why = _BECAUSE.get(mark.because, mark.because.replace("_", " ")).format(
        money=format_money(mark.value, voice.currency),
        orders=plural(n, "order"),
        presents=plural(n, "gift order"),
        purchases=plural(n, "purchase day"),
        gaps=plural(n, "gap"),
        days=plural(days, "day"),
    )
    return f"{MARK_WORDS[mark.mark]}: {why}"


_BECAUSE = {
    "average_order": "{money} an order ({orders})",
    "no_paid_order": "no order that was paid for",
    "money_yes": "budget known",
    "money_no": "no budget",
    "money_blank": "budget not recorded",
    "buys_for_self": "buys for own use",
    "nobody_else": "no sign of a second person",
    "gives": "decides, for somebody else ({presents})",
    "purchase_order": "{orders} with a purchase-order number",
    "role": "the buyer's role is recorded",
    "trade_unknown": "who signs is not recorded",
    "organization_unknown": "who signs is not recorded",
    "authority_yes": "decision maker met",
    "authority_no": "decision maker not met",
    "authority_blank": "not recorded who decides",
    "same_category": "same category on {purchases}",
    "one_order": "one order only",
    "all_taken_back": "everything came back",
    "no_repeat": "nothing twice on {purchases}",
    "need_stated": "need written down",
    "need_no": "no need",
    "need_blank": "need not recorded",
    "within_gap": "{days} since the last order, within the own line ({gaps})",
    "beyond_gap": "{days} since the last order, beyond the own line ({gaps})",
    "dated_order": "an open order with a date",
    "date_ahead": "planned close in {days}",
    "date_past": "planned close {days} past",
    "no_date": "no planned close",
    "not_measured": "nothing in the files says so",
}
"""What stands behind a mark, by the id the analysis gave it."""


def never_won(decision: Decision, without: Share) -> str:
    """Return a decision with what became of decided deals whose budget was a recorded no, none of which was won.

    Examples
    --------
    >>> never_won(Decision.QUALIFIED, Share(k=0, n=16, low=0, high=.19))
    'qualified by the rule, but 0 of 16 deals without a budget were won'
    """
    joint = "by the rule, but" if decision is Decision.QUALIFIED else "by the rule, and"
    return f"{DECISION_WORDS[decision]} {joint} {without.k} of {without.n} deals without a budget were won"


def met_text(met: int, asked: int, unknown: int) -> str:
    """Return how many criteria are met, unknown ones said.

    Examples
    --------
    >>> met_text(2, 4, 1), met_text(4, 4, 0)
    ('2 of 4 met, 1 unknown', '4 of 4 met')
    """
    return f"{met} of {asked} met" + (f", {unknown} unknown" if unknown else "")


def factor_text(factor: float) -> str:
    """Return how many times the own gap draws the line of silence.

    Examples
    --------
    >>> factor_text(3.0)
    '3 times the own median gap'
    """
    return f"{format_number(factor)} times the own median gap"
