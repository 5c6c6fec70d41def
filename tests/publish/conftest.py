import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def samples():
    """The shared blocks and notebooks of ``samples.py`` (tests are no package, so it is loaded by path)."""
    spec = importlib.util.spec_from_file_location("publish_samples", Path(__file__).with_name("samples.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
