"""The evidence of all groups on one table: a piece from the orders, from research and from the company's pages for each."""

from __future__ import annotations

from segkit.analysis.study import Foundation
from segkit.model.evidence import Evidence, SourceType
from segkit.publish.blocks import Table
from segkit.publish.passages import known_sources, one_line, plain
from segkit.words.figures import plural

QUOTED_WORDS = 30
"""Words of a quotation that the table shows; the card has all of them."""
NONE = "none found"
_OWN_FILES = (SourceType.ORDER_HISTORY, SourceType.OTHER)
"""Files of the company's own systems: the orders, and what it keeps beside them of its customers."""
_COLUMNS = {
    _OWN_FILES: "From orders and customer files",
    (SourceType.RESEARCH,): "From research",
    (SourceType.WEBSITE,): "From the company's website",
    (SourceType.SURVEY,): "From a survey",
}


def evidence_overview(study: Foundation) -> Table:
    """Return one piece of each kind of source for each group, each with its source and a link to the group's card.

    A piece that built the groups stands only where no other does. A kind of source that no group has keeps its column, because its
    absence is a finding; only a survey, which nobody asks for, has none then.
    """
    segments = study.segmentation.summary.segments
    types = {source_id: source.type for source_id, source in known_sources(study).items()}
    found = {
        (segment.id, kinds): _best(study, segment.id, kinds, types)
        for segment in segments
        for kinds in _COLUMNS
    }
    shown = [
        kinds
        for kinds in _COLUMNS
        if SourceType.SURVEY not in kinds or any(found[segment.id, kinds] for segment in segments)
    ]
    return Table(
        id="evidence-overview",
        caption="One piece of evidence of each kind for each group",
        columns=("Group", *(_COLUMNS[kinds] for kinds in shown)),
        rows=tuple(
            (segment.name, *(_said(found[segment.id, kinds]) for kinds in shown)) for segment in segments
        ),
        links=tuple(f"#evidence-{segment.id}" for segment in segments),
        marks=tuple(segment.id for segment in segments),
        note=_against(study),
    )


def _best(
    study: Foundation, segment_id: int, kinds: tuple[SourceType, ...], types: dict[str, SourceType]
) -> Evidence | None:
    """Return the first supporting piece from sources of these kinds, one that did not build the groups where there is one."""
    pieces = [item for item in study.evidence.supporting(segment_id) if types.get(item.source_id) in kinds]
    return min(pieces, key=lambda item: item.in_model, default=None)


def _said(item: Evidence | None) -> str:
    if item is None:
        return NONE
    cited = f"[@{item.source_id}]"
    if item.quote is None:
        defines = " (defines the group, proves nothing)" if item.in_model else ""
        return f"{plain(item.claim)}{defines} {cited}"
    words = one_line(item.quote.exact).split()
    said = " ".join(words[:QUOTED_WORDS])
    if len(words) > QUOTED_WORDS:
        said += " …" if said.endswith((".", "?", "!")) else "…"
    return f"“{plain(said)}” {cited}"


def _against(study: Foundation) -> str:
    segments = study.segmentation.summary.segments
    contested = sum(bool(study.evidence.against(segment.id)) for segment in segments)
    more = "The other pieces, how strong each is and what speaks against it stand on the card of each group"
    told = f"; {contested} of {plural(len(segments), 'card')} {'holds' if contested == 1 else 'hold'} counter-evidence"
    return f"{more}{told if contested else ''}."
