"""The JSON Schema that editors use is the one that the reader checks against."""

from __future__ import annotations

import json
from pathlib import Path

from segkit.intake.company import company_schema

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "reference" / "company.schema.json"


def test_the_published_schema_is_the_one_that_validates():
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    assert published == json.loads(json.dumps(company_schema()))
