"""A real Chromium for the pages: Debian's, driven by playwright, which downloads nothing."""

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def samples():
    """The notebooks of ``tests/publish/samples.py``."""
    path = Path(__file__).parent.parent / "publish" / "samples.py"
    spec = importlib.util.spec_from_file_location("browser_samples", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Opened:
    """One opened page and everything it did that a reader did not ask for."""

    def __init__(self, page):
        self.page, self.messages, self.requests = page, [], []
        page.on("console", lambda message: self.messages.append(message.text))
        page.on("pageerror", lambda error: self.messages.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    @property
    def outside(self):
        return [url for url in self.requests if not url.startswith(("file:", "data:", "blob:"))]


@pytest.fixture
def open_page(browser, tmp_path):
    """Write HTML to a file and open it: ``open_page(html, width=360, dark=True)``."""
    contexts = []

    def opener(html, *, width=1280, height=900, dark=False, scripts=True):
        path = tmp_path / f"page{len(contexts)}.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.goto(path.as_uri())
        return opened

    yield opener
    for context in contexts:
        context.close()
