"""Values in, blocks, pages and files out. Never knows how a number was computed."""

from segkit.publish.blocks import register_formatters, show

__all__ = ["register_formatters", "show"]
