"""What must hold of documents and quotations for any order of files, passages and customers, and in any currency."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segkit.analysis.queries import segment_queries
from segkit.analysis.quotations import Quotations, collect_quotations
from segkit.analysis.study import open_study
from segkit.intake.documents import read_documents
from segkit.model.company import EvidenceSettings
from segkit.model.document import Library
from tests.analysis.quoted_shop import (
    ASSIGNMENTS,
    COMPANY,
    FINDINGS,
    GIFT,
    GIFT_AGAIN,
    NAMES,
    REFILL,
    SCHOOL,
    SEVEN_MONTHS,
    SEVEN_WEEKS,
    WEBSITE,
    document,
    quotations,
)

FEW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DOCUMENTS = (
    document("study", GIFT, REFILL, SCHOOL),
    document("study-2", GIFT, SCHOOL, REFILL),
    document("weeks", SEVEN_WEEKS, REFILL),
    document("months", SEVEN_MONTHS, GIFT_AGAIN),
    document("page-gifts", GIFT_AGAIN, GIFT, kind=WEBSITE),
    document("page-schools", SCHOOL, REFILL, kind=WEBSITE),
)
DECIDED = EvidenceSettings(
    accept=("study-0:G2", "page-schools-0:S1"), against=("months-1:G1",), reject=("weeks-1",)
)
TEXTS = {
    "website/gifts.html": f"<title>Gifts</title><main><h1>Gifts</h1><p>{GIFT_AGAIN}</p></main>",
    "website/schools.html": f"<title>Schools</title><main><h1>Schools</h1><p>{SCHOOL}</p></main>",
    "website/Gifts.htm": f"<title>Gifts</title><main><h1>Gifts</h1><p>{GIFT}</p></main>",
    "research/gifts.md": f"---\ntitle: Gifts\n---\n“{GIFT}”\n",
    "research/gifts.txt": f"“{REFILL}”\n",
    "research/deep/gifts.md": f"---\ntitle: Gifts\n---\n“{SCHOOL}”\n",
}


def collect(
    documents: tuple, order: list[int], assignments: pd.Series = ASSIGNMENTS, queries: list[int] | None = None
) -> Quotations:
    asked = segment_queries(FINDINGS)
    return collect_quotations(
        Library(documents=tuple(documents[place] for place in order)),
        queries=[asked[place] for place in queries or range(len(asked))],
        assignments=assignments,
        names=NAMES,
        findings=FINDINGS,
        settings=DECIDED,
        company=COMPANY,
    )


@cache
def base() -> Quotations:
    """Everything as it is written above."""
    return collect(DOCUMENTS, list(range(len(DOCUMENTS))))


def test_the_base_holds_something_of_every_pile():
    assert len(base().valid) >= 4
    assert len(base().suggested) >= 4


@FEW
@given(order=st.permutations(range(len(DOCUMENTS))))
def test_the_order_of_documents_changes_nothing(order: list[int]):
    assert collect(DOCUMENTS, order) == base()


@FEW
@given(queries=st.permutations(range(len(segment_queries(FINDINGS)))))
def test_the_order_of_queries_changes_nothing(queries: list[int]):
    assert collect(DOCUMENTS, list(range(len(DOCUMENTS))), queries=queries) == base()


@FEW
@given(order=st.permutations(list(ASSIGNMENTS.index)))
def test_the_order_of_customers_changes_nothing(order: list[str]):
    assert collect(DOCUMENTS, list(range(len(DOCUMENTS))), assignments=ASSIGNMENTS.loc[order]) == base()


@FEW
@given(numbers=st.permutations([1, 2, 3]))
def test_the_numbers_of_groups_change_no_words(numbers: list[int]):
    new = dict(zip([1, 2, 3], numbers, strict=True))
    findings = [
        type(item)(
            trait=item.trait,
            segment_id=new[item.segment_id],
            statistic=item.statistic,
            in_model=item.in_model,
            size=item.size,
            others=item.others,
        )
        for item in FINDINGS
    ]
    found = quotations(
        *DOCUMENTS,
        assignments=ASSIGNMENTS.map(new),
        findings=findings,
        names={new[number]: name for number, name in NAMES.items()},
        accept=DECIDED.accept,
        against=DECIDED.against,
        reject=DECIDED.reject,
    )
    for mine, theirs in ((found.valid, base().valid), (found.suggested, base().suggested)):
        assert sorted((item.key, item.direction) for item in mine) == sorted(
            (item.key, item.direction) for item in theirs
        )
        assert {item.key: item.segment_id for item in mine} == {
            item.key: new[item.segment_id] for item in theirs
        }


@FEW
@given(order=st.permutations(list(TEXTS)))
def test_the_order_in_which_files_are_saved_changes_nothing(
    order: list[str], tmp_path_factory: pytest.TempPathFactory
):
    def read(names: list[str]) -> Library:
        folder = tmp_path_factory.mktemp("shop")
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(TEXTS[name], encoding="utf-8")
        return read_documents(folder, company_name=COMPANY)

    library = read(order)
    assert len({item.source.id for item in library.documents}) == len(TEXTS)
    assert library.unread == ()
    assert library == read(list(TEXTS))


# ----------------------------------------------------------------------------- orders: currency and lines


def write_shop(folder: Path, *, scale: int = 1, lines: int = 1, currency: str = "GBP") -> Path:
    """Write a shop of ten customers whose orders differ in kind, value and rhythm."""
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    rows = ["customer_id,order_id,order_date,amount,product,product_type,payment_method,gift_message"]
    for customer in range(10):
        kind = ("Refills", "Gift boxes", "Class packs")[customer % 3]
        pay = "Bank transfer" if kind == "Class packs" else "Card"
        for order in range(2 + (kind == "Refills") * 3):
            day = f"2026-{1 + order:02d}-{3 + 2 * customer:02d}"
            amount = scale * (40 + 8 * customer + 400 * (kind == "Class packs")) / lines
            gift = "With love" if kind == "Gift boxes" else ""
            rows += [f"K{customer},{customer}-{order},{day},{amount:.2f},{kind},{kind},{pay},{gift}"] * lines
    (folder / "orders.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "company.toml").write_text(
        f'[company]\nname = "Shop"\ncurrency = "{currency}"\n[segmentation]\nn_segments = 3\n',
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def base_shop(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, str, str]]:
    found = suggested(write_shop(tmp_path_factory.mktemp("base")))
    assert len(found) >= 3
    return found


def suggested(folder: Path) -> list[tuple[int, str, str]]:
    book = open_study(folder).evidence
    quoted = [item for item in (*book.evidence, *book.appendix, *book.suggested) if item.quote]
    return sorted((item.segment_id, item.key, item.direction.value) for item in quoted)


@pytest.mark.parametrize(
    ("scale", "lines", "currency"),
    [(100, 1, "JPY"), (1, 2, "GBP")],
    ids=["in another currency", "in two lines each"],
)
def test_the_same_orders_find_the_same_passages(
    base_shop: list, tmp_path: Path, scale: int, lines: int, currency: str
):
    assert suggested(write_shop(tmp_path, scale=scale, lines=lines, currency=currency)) == base_shop
