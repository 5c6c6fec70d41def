"""One Parquet file of hard order lines for all engine tests."""

import pytest

from tests.engines.hard_lines import make_lines, write_parquet


@pytest.fixture(scope="session")
def hard_lines(tmp_path_factory):
    return write_parquet(make_lines(seed=11), tmp_path_factory.mktemp("lines") / "lines.parquet")
