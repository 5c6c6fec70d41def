"""Which channel fits which flow: who can be reached, what the group says it prefers, and what research says people accept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from segkit.model.document import Document, Library
from segkit.model.evidence import Evidence, EvidenceBook, SourceType, Status
from segkit.model.flow import Channel, Flow, Message, links_of
from segkit.model.flow_facts import FlowFacts, Reach, SegmentFacts
from segkit.words import message_notes as notes
from segkit.words.figures import format_count
from segkit.words.messages import Letter, split_sentences

DRAFTED = (Channel.EMAIL, Channel.SMS)
_WORDS = {
    Channel.SMS: re.compile(
        r"\b(?:text messages?|texts|sms|(?:a|an|one|by|no|every|second|promotional) text)\b|^text$",
        re.IGNORECASE,
    ),
    Channel.EMAIL: re.compile(r"\b(?:e-?mails?|newsletters?|monthly letter)\b", re.IGNORECASE),
    Channel.PUSH: re.compile(r"\b(?:app notices?|notice in the app|push|app users)\b", re.IGNORECASE),
}
_ANSWER = re.compile(r"(?P<k>\d+) of (?P<n>\d+) (?:answered|prefer\w*)\D+[“\"](?P<answer>[^”\"]+)[”\"]\.?$")
_FIGURE = re.compile(r"\b\d{2,}\b(?! ?(?:january|may|june|july))")
_STANCE = re.compile(
    r"\b(?:accept\w*|prefer\w*|read|open\w*|answer\w*|opt\w*|missed|want\w*|unsubscribe\w*)\b", re.IGNORECASE
)
_REFUSAL = re.compile(
    r"\b(?:opt(?:ed)? out|unsubscrib|block|annoy|stop|too many|second promotional|missed|never read|not see)\w*",
    re.IGNORECASE,
)
_MATTER = {
    # kinds of flow whose message is short, expected and about something the customer did or booked
    Channel.SMS: {
        "back_in_stock": 1.0,
        "onboarding": 0.4,
        "abandoned_cart": 0.3,
        "replenishment": 0.3,
        "thank_you": 0.2,
    },
    Channel.EMAIL: {
        "cross_sell": 0.3,
        "promotion": 0.5,
        "win_back": 0.4,
        "re_engagement": 0.3,
        "loyalty": 0.3,
        "anniversary": 0.4,
    },
}
_NO_OFFERS = re.compile(
    r"\b(?:never an? offer|no offers?|no (?:advertising|promotions?)|only about)\b", re.IGNORECASE
)
_OFFER = re.compile(
    r"(?<!feel )(?<!come )(?<!comes )\bfree\b(?! of\b)|\d ?%|\b(?:half[- ]price|discount\w*|voucher|promo(?:tion)? code|with the code)\b",
    re.IGNORECASE,
)
_PARTS = {
    "costs": re.compile(r"[£$€]\s?\d|\d\s?(?:GBP|EUR|USD)\b"),
    "terms": re.compile(
        r"\b(?:quote holds|invoice[sd]?|purchase order|refund|send back|\d+ days|working days|payment)\b",
        re.IGNORECASE,
    ),
    "steps": re.compile(r"\b(?:send us|tell us|add|choose|order by|list)\b[^.]*[:,]", re.IGNORECASE),
}
"""What is read again before a decision, and the words that show it."""
_NARROW = re.compile(r"\b(?:only|one text|once|never|no offers?)\b", re.IGNORECASE)
_DOUBT = 2
"""Added to the number asked, so that one answer of one does not weigh like twenty of twenty."""
_ALIKE = 5.0
_BEHIND = 0.4
"""What a message counts less that only reaches those whom the flow's first channel does not."""
_OFFERS = frozenset({"promotion", "win_back", "re_engagement", "cross_sell", "browse_abandonment", "loyalty"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A sentence of research about a channel, word for word, with its source; ``against`` where it tells of refusal or loss."""

    channel: Channel
    exact: str
    source_id: str
    against: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One flow's first message on one channel, with how well the channel fits; the higher, the better."""

    flow: Flow
    message: Message
    fit: float
    reach: Reach | None
    letter: Letter
    behind: Channel | None = None  # the channel of the flow that comes first, where this one stands in for it

    @property
    def channel(self) -> Channel:
        """The channel of the message."""
        return self.message.channel


def first_messages(flow: Flow) -> tuple[Message, ...]:
    """Return the first message of each channel that an email or a text can be drafted for, in the order customers meet them."""
    found: dict[Channel, Message] = {}
    seen: set[str] = set()
    queue = [flow.entry]
    nodes = {node.id: node for node in flow.nodes}
    while queue:
        node_id = queue.pop(0)
        if not node_id or node_id in seen or node_id not in nodes:
            continue
        seen.add(node_id)
        node = nodes[node_id]
        if isinstance(node, Message) and node.channel in DRAFTED:
            found.setdefault(node.channel, node)
        queue.extend(links_of(node))
    return tuple(found.values())


def most_messages(flow: Flow) -> int:
    """Return the most messages that one customer can get on a way through the flow."""
    nodes = {node.id: node for node in flow.nodes}
    known: dict[str, int] = {}

    def count(node_id: str, above: frozenset[str]) -> int:
        if node_id not in nodes or node_id in above:
            return 0
        if node_id not in known:
            node = nodes[node_id]
            longest = max((count(link, above | {node_id}) for link in links_of(node)), default=0)
            known[node_id] = longest + isinstance(node, Message)
        return known[node_id]

    return count(flow.entry, frozenset())


def reach_of(facts: SegmentFacts, channel: Channel) -> Reach | None:
    """Return who can be reached by a channel, or None where nothing is known of it."""
    return next((one for one in facts.reach if one.channel is channel), None)


def preferences(evidence: EvidenceBook, segment_id: int) -> tuple[tuple[Channel, int, int, Evidence], ...]:
    """Return what the group's own members said about channels: channel, how many of how many, and the evidence."""
    found = []
    for item in (*evidence.evidence, *evidence.appendix):
        if item.segment_id != segment_id or item.status is not Status.VALID:
            continue
        answer = _ANSWER.search(item.claim.split(";")[0].strip())
        if answer is None:
            continue
        channel = next((one for one, words in _WORDS.items() if words.search(answer["answer"])), None)
        if channel is not None:
            found.append((channel, int(answer["k"]), int(answer["n"]), item))
    return tuple(found)


def find_research(library: Library) -> tuple[Finding, ...]:
    """Return what research files say about texts and emails, with a figure, word for word."""
    return tuple(
        Finding(
            channel=channel,
            exact=sentence,
            source_id=document.source.id,
            against=bool(_REFUSAL.search(sentence)),
        )
        for document in library.documents
        if document.source.type is SourceType.RESEARCH
        for sentence in _quotable(document)
        for channel in DRAFTED
        if _speaks_of(sentence, channel)
    )


def find_promises(library: Library) -> tuple[Finding, ...]:
    """Return what the website says about the texts it sends, word for word; ``against`` where it rules out offers."""
    return tuple(
        Finding(
            channel=Channel.SMS,
            exact=" ".join(passage.text.split()),
            source_id=document.source.id,
            against=bool(_NO_OFFERS.search(passage.text)),
        )
        for document in library.documents
        if document.source.type is SourceType.WEBSITE
        for passage in document.passages
        if _WORDS[Channel.SMS].search(passage.text) and _NARROW.search(passage.text)
    )


def broken_promise(flow: Flow, promises: Sequence[Finding], *, words: str = "") -> Finding | None:
    """Return the promise that a text of this flow, or one with these words, would break, if any."""
    offers = flow.kind in _OFFERS or names_offer(words)
    return next((one for one in promises if one.against and offers), None)


def names_offer(words: str) -> bool:
    """Say whether words make an offer: something free, something taken off, or a code.

    Examples
    --------
    >>> names_offer("Your first knit night is free."), names_offer("It is back. Feel free to ask.")
    (True, False)
    """
    return bool(_OFFER.search(words))


def list_candidates(
    flows: Sequence[Flow],
    *,
    facts: FlowFacts,
    evidence: EvidenceBook,
    library: Library,
    letters: dict[str, Letter],
) -> tuple[Candidate, ...]:
    """Return every message that could be drafted, with how well its channel fits the group."""
    research = (*find_research(library), *find_promises(library))
    return tuple(
        Candidate(
            flow=flow,
            message=message,
            fit=_fit(flow, message.channel, reach, evidence, research, letters[flow.id])
            - _BEHIND * (place > 0),
            reach=reach,
            letter=letters[flow.id],
            behind=messages[0].channel if place else None,
        )
        for flow in flows
        for messages in [first_messages(flow)]
        for place, message in enumerate(messages)
        for reach in [reach_of(facts.of_segment(flow.segment_id), message.channel)]
    )


def choose_pair(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the two drafts: one email and one text of different flows where both channels reach somebody, else two emails."""
    texts = [
        one
        for one in candidates
        if one.channel is Channel.SMS and one.reach is not None and _can_reach(one.reach)
    ]
    emails = [one for one in candidates if one.channel is Channel.EMAIL]
    pairs = [(email, text) for email in emails for text in texts if email.flow.id != text.flow.id]
    pairs = pairs or [
        (one, other)
        for i, one in enumerate(emails)
        for other in emails[i + 1 :]
        if one.flow.id != other.flow.id
    ]
    if not pairs:
        return tuple(sorted(candidates, key=lambda one: (-one.fit, one.flow.id))[:2])
    return max(pairs, key=lambda pair: (_fit_together(*pair), [one.flow.id for one in pair]))


def _fit_together(one: Candidate, other: Candidate) -> float:
    """Return how well two drafts fit; two from one letter would read alike, two for one group leave another without."""
    alike = one.letter is other.letter and one.channel is other.channel
    alike = alike or one.flow.segment_id == other.flow.segment_id
    return one.fit + other.fit - _ALIKE * alike


def channel_reason(
    candidate: Candidate, *, facts: SegmentFacts, evidence: EvidenceBook, library: Library, words: str = ""
) -> tuple[str, ...]:
    """Argue for the channel with numbers and with what the ``words`` hold, and against the other one with its risk."""
    channel = candidate.channel
    other = Channel.SMS if channel is Channel.EMAIL else Channel.EMAIL
    research = find_research(library)
    sentences = [_own_reach(candidate, facts)]
    sentences += [_preference(item, channel) for item in preferences(evidence, facts.segment_id)]
    sentences += [_research_for(research, channel, candidate.flow.kind, words)]
    if channel is Channel.SMS:
        sentences += [
            _promised(one) for one in _nearest_promise(find_promises(library), evidence, facts.segment_id)
        ]
    sentences += [_matter(words)] if channel is Channel.EMAIL else []
    sentences += [notes.only_the_rest(notes.CHANNEL_NAMES[candidate.behind])] if candidate.behind else []
    sentences += [_other(other, facts, research)]
    return tuple(sentence for sentence in sentences if sentence)


def _fit(
    flow: Flow,
    channel: Channel,
    reach: Reach | None,
    evidence: EvidenceBook,
    research: Sequence[Finding],
    letter: Letter,
) -> float:
    share = reach.reachable / reach.n_customers if reach and reach.n_customers else 0.0
    score = share + _MATTER[channel].get(flow.kind, 0.0)
    for preferred, k, n, _ in preferences(evidence, flow.segment_id):
        if preferred is channel:
            score += k / (n + _DOUBT)
        elif preferred is Channel.PUSH:
            score -= 0.3 * k / (n + _DOUBT)
    if letter.long:
        score += 0.5 if channel is Channel.EMAIL else -0.5
    if channel is Channel.SMS and flow.kind in _OFFERS:
        score -= 0.5 + 0.5 * any(one.channel is Channel.SMS for one in research)
        score -= 1.0 * (broken_promise(flow, research) is not None)
    return score


def _can_reach(reach: Reach) -> bool:
    return reach.reachable > 0 or (reach.with_address > 0 and reach.agreed == reach.refused == 0)


def _own_reach(candidate: Candidate, facts: SegmentFacts) -> str:
    if candidate.reach is None:
        return f"Who of these {format_count(facts.size)} can be reached is not known: no file holds addresses or consent."
    return notes.reach_sentence(candidate.reach)


def _preference(item: tuple[Channel, int, int, Evidence], channel: Channel) -> str:
    preferred, k, n, evidence = item
    if k == 0:
        return ""
    who = f"{format_count(k)} of {format_count(n)} who answered"
    verb = "prefers" if k == 1 else "prefer"
    name = notes.CHANNEL_NAMES[preferred]
    if preferred is channel:
        return f"It is what they ask for: {who} {verb} {name} ({evidence.id})."
    return f"A caution: {who} {verb} {name} ({evidence.id})."


def _research_for(research: Sequence[Finding], channel: Channel, kind: str, words: str) -> str:
    if channel is Channel.SMS and names_offer(words):
        return notes.OFFER_IN_TEXT
    found = [one for one in research if one.channel is channel and not one.against]
    if not found:
        return ""
    best = max(found, key=lambda one: (_names_matter(one.exact), len(_FIGURE.findall(one.exact)), one.exact))
    told = notes.quoted(best.exact, where=best.source_id)
    if channel is Channel.SMS and kind not in _OFFERS:
        return notes.about_their_own(told)
    return f"Research on what people accept: {told}."


def _nearest_promise(
    promises: Sequence[Finding], evidence: EvidenceBook, segment_id: int
) -> tuple[Finding, ...]:
    """Return the promise of the group's own page, or the one that rules out offers."""
    pages = {item.source_id for item in evidence.of_segment(segment_id)}
    near = [one for one in promises if one.source_id in pages] or [one for one in promises if one.against]
    return tuple(near[:1])


def _promised(promise: Finding) -> str:
    return f"The website says what its texts are: {notes.quoted(promise.exact, where=promise.source_id)}."


def _names_matter(text: str) -> bool:
    return bool(re.search(r"\b(?:order|booked|appointment|delivery|date|monthly)\b", text, re.IGNORECASE))


def _matter(words: str) -> str:
    """Say that an email's matter has several parts where its words do hold two of them."""
    parts = [name for name, pattern in _PARTS.items() if pattern.search(words)]
    return notes.several_parts(parts) if len(parts) > 1 else ""


def _other(other: Channel, facts: SegmentFacts, research: Sequence[Finding]) -> str:
    """Say what speaks against the other channel: whom it reaches, and its risk."""
    reach = reach_of(facts, other)
    name = notes.CHANNEL_NAMES[other]
    start = f"Why not {name if other is Channel.EMAIL else 'a text'}:"
    parts = []
    if reach is not None:
        parts.append(f"it reaches {format_count(reach.reachable)} of {format_count(reach.n_customers)}")
        if reach.refused:
            parts[-1] += f" ({format_count(reach.refused)} refused)"
    risks = [one for one in research if one.channel is other and one.against]
    if risks:
        best = max(risks, key=lambda one: (len(_FIGURE.findall(one.exact)), one.exact))
        parts.append(f"its risk is on record: {notes.quoted(best.exact, where=best.source_id)}")
    elif not parts:
        parts.append("no file says whom it reaches, and no research on file says how it is received")
    return f"{start} {'; '.join(parts)}."


def _speaks_of(sentence: str, channel: Channel) -> bool:
    """Say whether a sentence measures how a channel is received; what app users do is no word on everybody."""
    if _WORDS[Channel.PUSH].search(sentence) or not _WORDS[channel].search(sentence):
        return False
    return bool(_FIGURE.search(sentence) and _STANCE.search(sentence))


def _quotable(document: Document) -> Iterator[str]:
    for passage in document.passages:
        if passage.quotable:
            yield from split_sentences(" ".join(passage.text.split()))
