"""Two checks of finished drafts: no sentence serves two groups with a name swapped, and every figure has a source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from segkit.model.message import MessageDraft
from segkit.strategy.draft_names import name_product
from segkit.strategy.offers import amounts
from segkit.words.messages import mask, split_sentences

SHORTEST = 3
"""Words that a masked sentence must have left to count as one."""
_LIQUID = re.compile(r"\{\{.*?\}\}|https?://\S+")


def draft_texts(draft: MessageDraft) -> tuple[str, ...]:
    """Return the texts of a draft that a customer reads, in reading order, without the footer."""
    if draft.sms is not None:
        return (draft.sms.body,)
    if draft.email is None:
        return ()
    email = draft.email
    return (
        email.subject,
        email.preheader,
        email.heading,
        *email.paragraphs,
        *email.bullets,
        email.action.label,
        *email.after_action,
    )


def shared_sentences(drafts: Sequence[MessageDraft], *, names: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the sentences that two drafts share once names, products and figures are masked.

    Parameters
    ----------
    names : sequence of str
        Products, categories and companies to mask; a product's short name is masked, too.
    """
    values = [value for name in names for value in (name, name_product(name).item, name_product(name).core)]
    seen: dict[str, str] = {}
    shared = []
    for draft in drafts:
        mine = {mask(one, values): one for text in draft_texts(draft) for one in split_sentences(text)}
        for masked, sentence in mine.items():
            if len(masked.replace("~", " ").split()) < SHORTEST:
                continue
            if masked in seen:
                shared.append(sentence)
            seen.setdefault(masked, sentence)
    return tuple(shared)


def untraced_figures(draft: MessageDraft) -> tuple[str, ...]:
    """Return the figures in a draft that no listed offer carries."""
    carried = {
        figure for offer in draft.offers for text in (offer.text, offer.exact) for figure in amounts(text)
    }
    return tuple(figure for figure in _figures(draft) if figure not in carried)


def _figures(draft: MessageDraft) -> Iterator[str]:
    for text in draft_texts(draft):
        yield from amounts(_LIQUID.sub(" ", text))
