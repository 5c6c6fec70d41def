"""Overrides in ``company.toml`` may name a customer by the key a person knows as well as by the label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from segkit.intake.orders import Orders
from segkit.model.argument import OF_A_GROUP, OwnText
from segkit.model.company import Company, EvidenceSettings, FlowOverride, OwnMessage, OwnOffer

Setting = TypeVar("Setting", FlowOverride, OwnOffer, OwnMessage)


def label_overrides(company: Company, orders: Orders) -> Company:
    """Let an override in ``company.toml`` name a customer by the key a person knows as well as by the label."""
    labels = {key: label for label, key in orders.identities}
    if not labels:
        return company
    definitions = tuple(
        replace(
            item,
            contains=labels.get(item.contains.strip().lower(), item.contains),
            members=tuple(labels.get(member.strip().lower(), member) for member in item.members),
        )
        for item in company.segmentation.definitions
    )
    return replace(
        company,
        segmentation=replace(company.segmentation, definitions=definitions),
        evidence=_label_keys(company.evidence, labels),
        flows=replace(
            company.flows, overrides=tuple(_labelled(item, labels) for item in company.flows.overrides)
        ),
        messages=replace(
            company.messages,
            drafts=tuple(labels.get(item.strip().lower(), item) for item in company.messages.drafts),
            offers=tuple(_labelled(item, labels) for item in company.messages.offers),
            own=tuple(_labelled(item, labels) for item in company.messages.own),
        ),
        texts=tuple(_label_text(item, labels) for item in company.texts),
    )


def _labelled(item: Setting, labels: Mapping[str, str]) -> Setting:
    """Let a setting name a customer by what a person knows, too."""
    return replace(item, contains=labels.get(item.contains.strip().lower(), item.contains))


def _label_text(text: OwnText, labels: Mapping[str, str]) -> OwnText:
    """Let a text about a group name a customer by what a person knows, too."""
    return (
        replace(text, about=labels.get(text.about.lower(), text.about))
        if text.section in OF_A_GROUP
        else text
    )


def _label_keys(settings: EvidenceSettings, labels: Mapping[str, str]) -> EvidenceSettings:
    """Let keys and quotations of the user's own name a customer by what a person knows, too."""

    def labelled(key: str) -> str:
        name, _, customer = key.rpartition(":")
        return f"{name}:{labels.get(customer.strip().lower(), customer)}" if name else key

    return replace(
        settings,
        accept=tuple(map(labelled, settings.accept)),
        against=tuple(map(labelled, settings.against)),
        reject=tuple(map(labelled, settings.reject)),
        pin=tuple(map(labelled, settings.pin)),
        reword=tuple((labelled(key), text) for key, text in settings.reword),
        own=tuple(
            replace(item, contains=labels.get(item.contains.strip().lower(), item.contains))
            for item in settings.own
        ),
    )
