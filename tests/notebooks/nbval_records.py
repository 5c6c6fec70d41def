"""A pytest plugin for nbval: compare the records and texts of outputs, not the HTML made from them."""

from __future__ import annotations

from nbval.plugin import IPyNbFile

_original = IPyNbFile.__init__


def _without_html(self: IPyNbFile, *args: object, **kwargs: object) -> None:
    _original(self, *args, **kwargs)
    self.skip_compare = (*self.skip_compare, "text/html")


IPyNbFile.__init__ = _without_html
