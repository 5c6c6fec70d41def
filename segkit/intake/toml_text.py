"""Texts as TOML writes them."""

from __future__ import annotations


def quote_toml(text: str) -> str:
    r"""Return a TOML basic string.

    Examples
    --------
    >>> quote_toml('a "b"')
    '"a \\"b\\""'
    """
    plain = "".join(
        f"\\u{ord(sign):04x}" if ord(sign) < 32 or ord(sign) == 127 else sign
        for sign in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{plain}"'
