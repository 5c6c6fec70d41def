import importlib.util
from pathlib import Path

import pytest


def load(name):
    """Return a module beside this file (tests are no package, so it is loaded by path)."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"publish_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def samples():
    """The shared blocks and notebooks of ``samples.py``."""
    return load("samples")


@pytest.fixture(scope="session")
def flow_samples():
    """The flows and flow facts of ``flow_samples.py``."""
    return load("flow_samples")


@pytest.fixture(scope="session")
def sales_samples():
    """The sales cycles of ``sales_samples.py``."""
    return load("sales_samples")
