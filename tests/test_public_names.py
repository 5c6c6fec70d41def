"""The public surface is sorted, complete and cheap to import."""

from __future__ import annotations

import subprocess
import sys

import segkit


def test_public_names_are_sorted_and_each_has_a_home():
    assert sorted(segkit.__all__) == segkit.__all__
    assert set(segkit._HOMES) | {"__version__"} == set(segkit.__all__)


def test_every_public_name_loads_and_has_a_docstring():
    for name in segkit.__all__:
        value = getattr(segkit, name)
        assert name == "__version__" or value.__doc__, name


def test_importing_segkit_loads_none_of_the_heavy_libraries():
    code = "import segkit, sys; print([m for m in ('pandas', 'sklearn', 'matplotlib', 'duckdb', 'IPython') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(segkit, "no_such_name")
