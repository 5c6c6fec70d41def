"""What is said of a choice of groups beside the one in force."""

from __future__ import annotations

from datetime import date

from segkit.words.figures import format_count, format_percent, format_share, join_words, plural


def describe_choice(n_segments: int, features: tuple[str, ...], as_of: date | None) -> str:
    """Say a choice in words.

    Examples
    --------
    >>> describe_choice(3, ("city",), date(2026, 1, 31))
    '3 groups, made from city, as of 2026-01-31'
    >>> describe_choice(4, (), None)
    '4 groups, made from all factors, as of the day after the last order'
    """
    made = join_words(list(features[:4])) if features else "all factors"
    more = f" and {len(features) - 4} more" if len(features) > 4 else ""
    day = as_of.isoformat() if as_of else "the day after the last order"
    return f"{n_segments} groups, made from {made}{more}, as of {day}"


def write_changed(changed: int, of: int, *, only_before: int = 0, only_after: int = 0) -> str:
    """Say how many customers stand in another group than in that of the settings in force.

    Examples
    --------
    >>> write_changed(2, 10), write_changed(1, 10), write_changed(0, 10, only_before=3)
    ('2 of 10 customers change group.', '1 of 10 customers changes group.', 'No customer of 10 changes group; 3 customers have no order by then.')
    """
    verb = "changes" if changed == 1 else "change"
    first = (
        f"{format_share_words(changed, of)} {verb} group"
        if changed
        else f"No customer of {format_count(of)} changes group"
    )
    if only_before:
        first += (
            f"; {plural(only_before, 'customer')} {'has' if only_before == 1 else 'have'} no order by then"
        )
    if only_after:
        first += f"; {plural(only_after, 'customer')} {'is' if only_after == 1 else 'are'} new"
    return f"{first}."


def format_share_words(part: int, of: int) -> str:
    """Return a share with its noun.

    Examples
    --------
    >>> format_share_words(2, 10)
    '2 of 10 customers'
    """
    return (
        f"{format_share(part, of)} customers"
        if of <= 100
        else f"{format_count(part)} of {format_count(of)} customers"
    )


def write_measure(
    label: str, before: float | None, after: float | None, *, percent: bool = False, digits: int = 2
) -> str:
    """Say one measure before and after; nothing where it was measured for neither.

    Examples
    --------
    >>> write_measure("Silhouette", 0.31, 0.284), write_measure("Stability", None, 0.9), write_measure("x", None, None)
    ('Silhouette: 0.31, now 0.28.', 'Stability: not measured, now 0.90.', '')
    >>> write_measure("Explained of what was held out", 0.17, -0.02, percent=True).replace(chr(160), " ")
    'Explained of what was held out: 17 %, now no more than chance.'
    """
    if before is None and after is None:
        return ""

    def word(value: float | None) -> str:
        if value is None:
            return "not measured"
        if percent:
            return format_percent(value) if value > 0 else "no more than chance"
        return f"{value:.{digits}f}"

    same = word(before) == word(after)
    return f"{label}: {word(before)}, unchanged." if same else f"{label}: {word(before)}, now {word(after)}."
