"""The tables of ``company.toml`` that shape flows and messages: [brand], [flows] and [messages]."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError

from segkit.errors import BadValueError
from segkit.intake.company_table import Table, nearest, refuse
from segkit.model.flow_kind import flow_kinds
from segkit.model.lifecycle import Stage


def _check_hour(hour: int) -> int:
    if not 0 <= hour <= 23:
        raise refuse("is not an hour of the day; write a whole number from 0 to 23")
    return hour


def _check_share(share: float | None) -> float | None:
    if share is not None and not 0 < share < 1:
        raise refuse("is not a share; write a number between 0 and 1, such as 0.25")
    return share


def _check_color(color: str) -> str:
    if color and not re.fullmatch(r"#[0-9A-Fa-f]{6}", color):
        raise refuse("is not a color; write it like '#225577'")
    return color


def _check_https(url: str) -> str:
    if url and not re.fullmatch(r"https://[^\s<>\"']+", url):
        raise refuse("is not an https address; write it like 'https://www.shop.example/page'")
    return url


def _check_sms_sender(name: str) -> str:
    if name and not re.fullmatch(r"[A-Za-z0-9 ]{1,11}|\+?[0-9][0-9 ]{2,18}", name):
        raise refuse(
            "cannot be the sender of a text message; use a telephone number, or at most 11 letters and digits"
        )
    return name


def _check_flow_kind(kind: str) -> str:
    if kind and kind not in flow_kinds():
        raise refuse(f"is not a kind of flow; {nearest(kind, tuple(flow_kinds()))}")
    return kind


def _check_stage(stage: str) -> str:
    if stage and stage not in tuple(Stage):
        raise refuse(f"is not a stage of the life cycle; {nearest(stage, tuple(Stage))}")
    return stage


_Hour = Annotated[int, AfterValidator(_check_hour)]
_Share = Annotated[float | None, AfterValidator(_check_share)]
_Https = Annotated[str, AfterValidator(_check_https)]


class BrandTable(Table):
    """How the company speaks, and who a message comes from."""

    tone: str = Field("", description="In words: 'warm and plain; no exclamation marks'.")
    sender: str = Field("", description="'Name <address>', as it stands in an inbox.")
    reply_to: str = Field("", description="Where answers go; default: the sender's address.")
    postal_address: str = Field("", description="Stands under every email; the law asks for it.")
    signature: str = Field("", description="Who signs an email; default: the sender's name.")
    sms_sender: Annotated[str, AfterValidator(_check_sms_sender)] = Field(
        "", description="A number that takes answers, or at most 11 letters and digits."
    )
    color: Annotated[str, AfterValidator(_check_color)] = Field("", description="Of the button, '#225577'.")
    logo: _Https = Field("", description="https address of a picture; its words go into logo_alt.")
    logo_alt: str = ""
    unsubscribe_url: _Https = Field("", description="Where one click ends the letters.")
    privacy_url: _Https = ""


class FlowOverrideTable(Table):
    """Your decision about one group's flow."""

    contains: str = Field(min_length=1, description="A customer id: the group that holds it is meant.")
    kind: Annotated[str, AfterValidator(_check_flow_kind)] = Field("", description="A kind of flow.")
    stage: Annotated[str, AfterValidator(_check_stage)] = Field("", description="A stage of the life cycle.")
    reason: str = Field("", description="Why; printed beside the flow.")
    wait_days: int | None = Field(None, ge=1, le=365, description="Instead of the wait measured.")
    kpi_target: _Share = Field(None, description="What the flow is to reach, a share such as 0.4.")


class FlowsTable(Table):
    """Rules for all flows."""

    quiet_start: _Hour = Field(20, description="Nothing is sent from this hour on.")
    quiet_end: _Hour = Field(8, description="Nothing is sent before this hour.")
    max_per_week: int = Field(2, ge=1, le=14, description="Messages one customer may get in a week.")
    margin: _Share = Field(None, description="Share of revenue left after goods; for the break-even rate.")
    message_cost: float | None = Field(None, gt=0, description="What one message costs, in the currency.")
    override: list[FlowOverrideTable] = Field([])


class OwnOfferTable(Table):
    """An offer that the website does not show."""

    text: str = Field(min_length=1, description="The offer as it may stand in a message.")
    code: str = ""
    until: date | None = Field(None, description="Its last day; after it the offer is left out.")
    contains: str = Field("", description="A customer id: only for that customer's group.")


class OwnMessageTable(Table):
    """A message in your own words."""

    contains: str = Field(min_length=1, description="A customer id: the group the message is for.")
    channel: Literal["email", "sms"] = "email"
    subject: str = ""
    preheader: str = ""
    heading: str = ""
    paragraphs: list[str] = Field([])
    action_label: str = ""
    action_url: _Https = ""
    body: str = Field("", description="The text of an SMS.")


class MessagesTable(Table):
    """Drafts: for which groups, with which offers, in whose words."""

    drafts: list[str] = Field([], description="Customer ids: draft for these customers' groups.")
    offer: list[OwnOfferTable] = Field([])
    own: list[OwnMessageTable] = Field([])


def parse_own_message(values: dict[str, Any], name: str) -> OwnMessageTable:
    """Check the front matter of a message file.

    Raises
    ------
    BadValueError
        With the file, the key and the value got.
    """
    try:
        return OwnMessageTable.model_validate(values)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            what = f"has the unknown key {key!r}; {nearest(key, tuple(OwnMessageTable.model_fields))}"
        elif problem["type"] == "missing":
            what = f"lacks the key {key!r}; add it between the lines '---'"
        else:
            got = f"{problem['input']!r:.60}"
            what = f"{key} cannot be used (got {got}); {problem['msg'].removeprefix('Value error, ')}"
        raise BadValueError(f"{name} {what}.", path=name, column=key) from None
