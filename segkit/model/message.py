"""Messages: the content of an email or an SMS as plain values, before any vendor's or browser's form.

Text is written once, in Liquid: ``{{ first_name | default: 'there' }}``. Every price, code, deadline and address in it is
listed in ``offers`` with the source that says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from segkit.model.flow import Channel


class Severity(StrEnum):
    """How bad a finding of a lint is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class LintFinding:
    """One thing a lint found: what, where (the words), and the way out."""

    id: str
    severity: Severity
    sentence: str
    fix: str
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A price, code, threshold, fee, deadline or term that a message names, and where it stands.

    ``text`` is what the message says; ``entry_id`` the ledger entry, ``exact`` its words, ``source_id`` the source. An offer of
    the user's own has ``source_id`` ``"company.toml"``. ``day`` is the last day it holds; ``ended`` says that the source
    itself calls it over.
    """

    kind: str
    text: str
    source_id: str
    entry_id: str = ""
    exact: str = ""
    day: date | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """The one request of a message: a verb first, two to five words, and the page it leads to."""

    label: str
    url: str
    landing: str = ""  # the saved page that shows what is there, or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of an email with its alternative text."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeField:
    """A personal detail that a message fills in, what stands there when it is unknown, and its longest value for counting."""

    name: str
    fallback: str
    worst_case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailContent:
    """An email: Liquid text, paragraph by paragraph. ``secondary`` are quiet links (label, url) such as a skip link."""

    subject: str
    preheader: str
    heading: str
    paragraphs: tuple[str, ...]
    action: Action
    sender: str  # "Name <address>"
    reply_to: str
    postal_address: str
    unsubscribe: str  # why they get it and how to leave, in words
    bullets: tuple[str, ...] = ()
    after_action: tuple[str, ...] = ()  # limits told kindly: costs, cut-off, what is not included
    secondary: tuple[tuple[str, str], ...] = ()
    image: Image | None = None
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsContent:
    """A text message in Liquid; ``opt_out`` is sent with it ("Reply STOP to opt out")."""

    body: str
    sender: str
    opt_out: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsCount:
    """How a text is counted: encoding, units used, parts sent, and the characters that made it UCS-2."""

    encoding: str  # "GSM-7" | "UCS-2"
    units: int
    parts: int
    offending: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDraft:
    """One drafted message of one flow.

    ``purpose`` is one sentence; ``channel_reason`` argues for the channel with numbers and against the other one. ``evidence_ids``
    and ``offers`` trace what it says; ``own_words`` is true where the user wrote it. ``stopped`` says why it must not be sent yet.
    """

    id: str
    flow_id: str
    segment_id: int
    segment_name: str
    channel: Channel
    name: str
    purpose: str
    channel_reason: tuple[str, ...]
    email: EmailContent | None = None
    sms: SmsContent | None = None
    merge_fields: tuple[MergeField, ...] = ()
    offers: tuple[Offer, ...] = ()
    evidence_ids: tuple[str, ...] = ()
    fit: tuple[str, ...] = ()  # why these words for this group, as sentences with their figures
    left_out: tuple[
        str, ...
    ] = ()  # what was kept out and why: an ended code, a disputed date, a private trait
    own_words: bool = False
    stopped: str = ""
    findings: tuple[LintFinding, ...] = ()
    count: SmsCount | None = None
