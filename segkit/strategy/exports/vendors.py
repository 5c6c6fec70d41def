"""The systems a flow can be exported to."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence

from segkit.errors import FlowError
from segkit.model.flow import Flow
from segkit.model.message import MessageDraft
from segkit.strategy.exports import dittofeed, klaviyo
from segkit.strategy.exports.export import Export

VENDORS: dict[str, Callable[..., Export]] = {
    klaviyo.VENDOR: klaviyo.export_klaviyo,
    dittofeed.VENDOR: dittofeed.export_dittofeed,
}
"""Exporters by the name of the system; each takes ``(flow, messages, *, company)``."""


def export_flows(
    flows: Sequence[Flow], messages: Mapping[str, MessageDraft], *, company: str, vendor: str
) -> tuple[Export, ...]:
    """Export flows for one system.

    Parameters
    ----------
    flows : sequence of Flow
    messages : mapping of str to MessageDraft
        Drafts by content id.
    company : str
        Its name, as customers know it.
    vendor : str
        A key of `VENDORS`.

    Returns
    -------
    tuple of Export
        In the order of the flows.

    Raises
    ------
    FlowError
        The system is not known, or a flow cannot be exported as it stands.
    """
    return tuple(_exporter(vendor)(flow, messages, company=company) for flow in flows)


def _exporter(vendor: str) -> Callable[..., Export]:
    if vendor in VENDORS:
        return VENDORS[vendor]
    near = difflib.get_close_matches(vendor.lower(), VENDORS, n=1)
    way_out = f"did you mean {near[0]!r}?" if near else f"choose {' or '.join(VENDORS)}."
    raise FlowError(f"there is no export to {vendor!r}; {way_out}")
