"""The labelled set of retrieval keeps its own promises: counts, ids, real paraphrases, balanced halves."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "retrieval"
PASSAGES = tomllib.loads((FOLDER / "passages.toml").read_text(encoding="utf-8"))["passage"]
QUERIES = tomllib.loads((FOLDER / "queries.toml").read_text(encoding="utf-8"))["query"]
FACTORS = {"demographic", "geographic", "psychographic", "technographic", "behavioral", "need-based"}
TEXTS = {passage["id"]: passage["text"] for passage in PASSAGES}


def stems(text: str, *, letters: int = 5) -> set[str]:
    """Cut words of at least so many letters to so many, a rough stem that merges rather too much."""
    return {word[:letters] for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) >= letters}


def of_style(style: str, split: str | None = None) -> list[dict[str, Any]]:
    """Select queries."""
    return [query for query in QUERIES if query["style"] == style and split in (None, query["split"])]


def test_there_are_enough_passages_of_enough_different_companies() -> None:
    """At least 72 passages, six companies, both sources, every factor, and pages without a topic."""
    assert len(PASSAGES) >= 72
    per_company = Counter(passage["company"] for passage in PASSAGES)
    assert len(per_company) >= 6
    assert min(per_company.values()) >= 8
    assert {passage["source"] for passage in PASSAGES} == {"website", "research"}
    per_factor = Counter(passage["factor"] for passage in PASSAGES)
    assert set(per_factor) == FACTORS | {"none"}
    assert min(per_factor.values()) >= 7


def test_ids_are_unique_and_answers_exist() -> None:
    """Each id names one row, and each answer a passage that has a topic."""
    assert len(TEXTS) == len(PASSAGES) == len(set(TEXTS.values()))
    assert len({query["id"] for query in QUERIES}) == len(QUERIES) == len({q["text"] for q in QUERIES})
    topics = {passage["id"]: passage["factor"] for passage in PASSAGES}
    for query in QUERIES:
        assert query["factor"] in FACTORS
        assert all(topics[answer] != "none" for answer in query["answers"])


def test_website_copy_is_as_long_as_on_a_page() -> None:
    """Twenty to forty-five words, and research sentences carry a number."""
    for passage in PASSAGES:
        if passage["source"] == "website":
            assert 20 <= len(passage["text"].split()) <= 45, passage["id"]
        else:
            assert re.search(r"\d", passage["text"]), passage["id"]


def test_queries_of_every_style_are_enough() -> None:
    """At least 48 with an answer and 26 without one."""
    counts = Counter(query["style"] for query in QUERIES)
    assert set(counts) == {"natural", "paraphrase", "opposite", "unanswerable"}
    assert counts["natural"] >= 20
    assert counts["paraphrase"] >= 16
    assert counts["opposite"] >= 10
    assert counts["unanswerable"] >= 26
    assert sum(bool(query["answers"]) for query in QUERIES) >= 48
    for query in QUERIES:
        assert bool(query["answers"]) == (query["style"] != "unanswerable"), query["id"]


@pytest.mark.parametrize("query", of_style("paraphrase"), ids=lambda query: query["id"])
def test_a_paraphrase_shares_hardly_a_word_with_its_answer(query: dict[str, Any]) -> None:
    """At most one stem of a word of five letters or more."""
    for answer in query["answers"]:
        shared = stems(query["text"]) & stems(TEXTS[answer])
        assert len(shared) <= 1, (answer, shared)


@pytest.mark.parametrize("style", ["natural", "opposite"])
def test_the_other_queries_share_words_with_their_answers(style: str) -> None:
    """Otherwise the contrast between the styles would mean nothing."""
    for query in of_style(style):
        words = stems(query["text"], letters=4)
        assert any(words & stems(TEXTS[answer], letters=4) for answer in query["answers"]), query["id"]


def test_a_query_without_an_answer_sounds_as_if_it_had_one() -> None:
    """Three in four use a word of the passages, so that silence has to be earned."""
    words = set().union(*(stems(text) for text in TEXTS.values()))
    near = [query for query in of_style("unanswerable") if stems(query["text"]) & words]
    assert len(near) >= 0.75 * len(of_style("unanswerable"))


@pytest.mark.parametrize("style", ["natural", "paraphrase", "opposite", "unanswerable"])
def test_the_two_halves_are_balanced(style: str) -> None:
    """A floor found on one half has to hold on the other, style by style."""
    calibrate, test = of_style(style, "calibrate"), of_style(style, "test")
    assert len(calibrate) + len(test) == len(of_style(style))
    assert abs(len(calibrate) - len(test)) <= 1
