"""The questions that ``segkit ask`` puts, each made from what was measured; nothing in their wording is left to chance."""

from __future__ import annotations

from segkit.model.criterion import Applies, Criterion
from segkit.model.flow import Channel
from segkit.model.flow_facts import Observability
from segkit.model.sales_stage import SalesStage
from segkit.words.figures import format_count, lower_first, plural

LONGEST = 140
"""Characters of a quotation inside a question; the whole of it stands among the facts."""
CHANNELS = {
    Channel.EMAIL: "email",
    Channel.SMS: "text message",
    Channel.PUSH: "push message",
    Channel.PERSON: "call",
}
_APPLIES = {
    Applies.YES: "applies",
    Applies.PARTLY: "applies in part",
    Applies.NO: "does not apply",
    Applies.NOT_OBSERVABLE: "cannot be judged from these files",
}
_SEEN = {
    Observability.OBSERVABLE: "is recorded",
    Observability.PROXY: "is seen in part",
    Observability.NOT_OBSERVABLE: "is not observable in these files",
}
_CRITERIA = {
    Criterion.MONEY: "when is money the reason that somebody here does not buy, and how would a seller notice before the order?",
    Criterion.AUTHORITY: "for which customers does somebody else sign, and who at the company knows the name?",
    Criterion.NEED: "an order says what was bought. What would show what it was bought for?",
    Criterion.TIMING: "whose date is it, the customer's or the company's, and what becomes of a sale that misses it?",
    Criterion.METRICS: "which figure does the buyer answer for, and how does the offer move it?",
    Criterion.CRITERIA: "by which list does a customer compare, and who wrote it?",
    Criterion.PROCESS: "which steps between a yes and an order does nobody at the company see?",
    Criterion.CHAMPION: "who inside the customer speaks for the offer when no seller is in the room?",
}
_STAGES = {
    SalesStage.PROSPECTING: "where do people who have not ordered first meet the company, and which of these places could count them?",
    SalesStage.DISCOVERY: "what does the company ask or watch before it offers anything, and who writes the answer down?",
    SalesStage.EVALUATING: "what does a customer hold the offer against, and what does the company do in those days?",
    SalesStage.CLOSING: "what is still open between a yes and the money, and who at the company acts on it?",
    SalesStage.WON: "from which moment would you count a sale as won, and what could still undo it?",
    SalesStage.LOST: "when does silence become a loss, and who would decide that for one customer?",
}


def clip(text: str) -> str:
    """Return a text on one line, cut between words where it is long.

    Examples
    --------
    >>> clip("one  two"), clip("word " * 40)[-6:]
    ('one two', 'word …')
    """
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST].rpartition(' ')[0]} …"


def ask_no_research(group: str) -> str:
    """Ask for the need where no study or interview speaks for a group."""
    return f"No study or interview speaks for {group}. In which words do they say what they need, and where could a reader find them?"


def ask_no_page(group: str) -> str:
    """Ask for the need where the company's pages say nothing that fits a group."""
    return f"The company's own pages say nothing that fits {group}. Which of their needs does it not know, or not name?"


def ask_against(group: str, exact: str) -> str:
    """Ask for the need where a quotation speaks against the picture of a group."""
    return f"“{clip(exact)}” speaks against the picture of {group}. What do they need all the same, as one of them would put it?"


def ask_misfit(group: str, claim: str) -> str:
    """Ask for the need where a figure does not fit the picture of a group."""
    return f"One figure does not fit {group}: {lower_first(clip(claim))}. Which need explains both this and the rest?"


def ask_purpose(group: str, pieces: int) -> str:
    """Ask for the need where every piece of evidence tells what a group does or is, and none what for."""
    told = (
        "The one piece of evidence"
        if pieces == 1
        else f"Each of the {format_count(pieces)} pieces of evidence"
    )
    return f"{told} on {group} tells what they do or who they are, none what for. What is it for, in a customer's words?"


def ask_own_words(group: str, exact: str, size: int) -> str:
    """Ask whether the customers of a group would put their need as a source does."""
    whom = "this customer" if size == 1 else f"these {format_count(size)} customers"
    return f"“{clip(exact)}” is how a source puts the need of {group}. Would {whom} say so, and what would they say instead?"


def ask_rest(group: str, size: int) -> str:
    """Ask what a group has in common that is made of those whom no rule took."""
    return f"{group} are the {plural(size, 'customer')} whom no other rule took. What do they have in common besides that?"


def ask_exceptions(group: str, others: int, size: int) -> str:
    """Ask about those of a group whom its name does not fit."""
    return f"The name {group} does not fit {format_count(others)} of its {plural(size, 'customer')}. What do they need that the rest do not?"


def ask_revenue(group: str, size: int, revenue_share: str) -> str:
    """Ask which need is worth as much as a group spends."""
    return f"{group} bring {revenue_share} of revenue with {plural(size, 'customer')}. Which need is worth that much to them?"


def ask_need(group: str, size: int) -> str:
    """Ask for the need of a group that nothing else is to be asked of."""
    return f"What makes the {plural(size, 'customer')} of {group} one group with one need, in the words of one of them?"


def ask_contradiction(group: str, flow: str) -> str:
    """Ask who settles a contradiction between files that a flow has to live with."""
    return (
        f"The company's own files contradict each other where the {flow} flow of {group} needs them. "
        "Which side do you take, and whose word settles it?"
    )


def ask_close(group: str, flow: str, rival: str, points: tuple[int, int]) -> str:
    """Ask to decide between two flows that the points hardly tell apart."""
    won, lost = points
    by = "level" if won == lost else f"{won} to {lost} points apart"
    return (
        f"{flow} and {rival} are {by} for {group}. Which would you pay for, and what do you know of these customers that no "
        "point counts?"
    )


def ask_alone(group: str, flow: str, k: int, n: int) -> str:
    """Ask why a message is sent where most came without one."""
    rest = "the other one" if n - k == 1 else f"the other {format_count(n - k)}"
    return (
        f"{format_count(k)} of {format_count(n)} times {group} ordered without any {flow} message. Why is it worth writing to all "
        f"of them for {rest}?"
    )


def ask_despite(group: str, flow: str, exact: str) -> str:
    """Ask why a flow is started although a quotation stands against it."""
    return f"“{clip(exact)}” stands against the {flow} flow of {group}. Why start it there nonetheless?"


def ask_stop(group: str, flow: str, n: int) -> str:
    """Ask when a flow that stands on few past cases would be stopped."""
    return f"The {flow} flow of {group} stands on {plural(n, 'past case')}. After how many more, and at which figure, would you end it?"


def ask_swap(group: str, flow: str, rival: str, points: tuple[int, int]) -> str:
    """Ask what would have to change before the flow that came second takes over."""
    won, lost = points
    return f"{rival} came second for {group} with {lost} points against {won} of {flow}. What would you have to learn before you swap them?"


def ask_impact(group: str, flow: str) -> str:
    """Ask why a flow does the most for a group, where nothing came near it."""
    return f"Nothing came near {flow} for {group}. What would it change in what they buy, and by when?"


def ask_channel(group: str, channel: Channel) -> str:
    """Ask why a draft goes by its channel and not by the other."""
    if channel is Channel.SMS:
        return f"A text message interrupts {group}. What in this matter cannot wait until an email is read?"
    if channel is Channel.EMAIL:
        return f"The draft to {group} is an email. Where are they when they read it, and what would a text message spoil?"
    return f"The draft to {group} is a {CHANNELS[channel]}. What can it do for them that writing cannot?"


def ask_left_out(group: str, channel: Channel, kept_out: int) -> str:
    """Ask about what was kept out of a draft."""
    what = "1 thing was" if kept_out == 1 else f"{format_count(kept_out)} things were"
    return f"{what} kept out of the {CHANNELS[channel]} to {group}. What of it would you put back, and on whose word?"


def ask_action(group: str, channel: Channel) -> str:
    """Ask what a draft is to bring about."""
    return f"What should {group} have done a day after the {CHANNELS[channel]}, and what keeps them from it?"


def ask_criterion(label: str, applies: Applies, criterion: Criterion) -> str:
    """Ask what a verdict on a criterion rests on."""
    return f"{label} {_APPLIES[applies]}: {_CRITERIA[criterion]}"


def ask_stage(label: str, seen: Observability, stage: SalesStage) -> str:
    """Ask what a stage is at this company."""
    return f"{label} {_SEEN[seen]}: {_STAGES[stage]}"


def ask_opportunity() -> str:
    """Ask where the definition of an opportunity counts wrongly."""
    return "Which one customer or order does this definition of an opportunity count wrongly, and how would you change it?"


def ask_summary(groups: int) -> str:
    """Ask who validates the groups."""
    return (
        f"Whom at the company would you show these {plural(groups, 'group')} first, what would surprise them, and which answer would "
        "make you give up one of them?"
    )


def say_group(rule: str, size: int, n: int, revenue_share: str) -> str:
    """Say who is in a group."""
    spend = f" with {revenue_share} of revenue" if revenue_share else ""
    return f"{format_count(size)} of {plural(n, 'customer')}{spend}. The rule: {rule}"


def say_waiting(passages: int) -> str:
    """Say that passages wait for a decision."""
    wait = "passage waits" if passages == 1 else "passages wait"
    return f"{format_count(passages)} {wait} for your yes or no; segkit check lists them with their keys."


def mind_of_flow(rival: str, points: tuple[int, int], baseline: tuple[int, int], days: int) -> str:
    """Say what would change one's mind about a flow."""
    won, lost = points
    k, n = baseline
    parts = []
    if rival and lost > won:
        parts.append(f"another group taking less from {rival}, which alone has more points here")
    elif rival and won > lost:
        parts.append(f"{rival} gaining {plural(won - lost, 'point')} and so drawing level")
    elif rival:
        parts.append(f"one point more for {rival}, which is level today")
    if n:
        parts.append(
            f"a test in which those left without a message order as often within {plural(days, 'day')} as those with one "
            f"({format_count(k)} of {format_count(n)} did so far)"
        )
    text = "; or ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def mind_of_message(channel: Channel, reason: str) -> str:
    """Say what would change one's mind about a channel."""
    return (
        f"A change in what the {CHANNELS[channel]} was chosen for: {lower_first(reason)}." if reason else ""
    )


def mind_of_groups(changes: int | None, total: int | None, n_customers: int) -> str:
    """Say how far the groups depend on single customers."""
    if changes is None or not total:
        return f"A next export in which the rules no longer place these {plural(n_customers, 'customer')} as they do now."
    return (
        f"A customer more or less: leaving out one at a time moved others to another group {format_count(changes)} of "
        f"{format_count(total)} times."
    )
