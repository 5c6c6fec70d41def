"""The factor lexicon: complete, free of accidental overlaps, and right about what a text speaks of."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.model.factor import Factor
from segkit.model.lexicon import END, Lexicon, Topic, _fits, factor_lexicon, split_words


def keys(text: str) -> set[str]:
    """Topics that a text speaks of."""
    return {mention.topic.key for mention in factor_lexicon().mentions(text)}


def turned(text: str, key: str) -> bool:
    """Whether a text speaks of the opposite of a topic."""
    return next(mention.turned for mention in factor_lexicon().mentions(text) if mention.topic.key == key)


@pytest.mark.parametrize("factor", list(Factor))
def test_every_factor_has_topics_with_words(factor: Factor) -> None:
    """No factor is left without words to be found by."""
    topics = factor_lexicon().of_factor(factor)
    assert len(topics) >= 5
    assert all(len(topic.words) >= 6 and topic.label for topic in topics)


def test_every_topic_has_a_key_of_its_own() -> None:
    """A key leads back to its topic."""
    lexicon = factor_lexicon()
    assert len({topic.key for topic in lexicon.topics}) == len(lexicon.topics)
    assert all(lexicon.topic(topic.key) is topic for topic in lexicon.topics)
    assert lexicon.topic("behavioral/nothing") is None


def test_no_word_stands_in_two_factors_without_a_reason() -> None:
    """A word of two factors makes a text speak of both; where that is meant, the file says why."""
    lexicon = factor_lexicon()
    overlaps = {
        (word, topic.key, mention.topic.key)
        for topic in lexicon.topics
        for word in (*topic.words, *topic.opposites)
        for mention in lexicon.mentions(word.replace("*", ""))
        if mention.topic.factor is not topic.factor and word not in lexicon.shared
    }
    assert overlaps == set()


def test_every_shared_word_is_really_shared_and_says_why() -> None:
    """A reason for a word that only one factor has is a leftover."""
    lexicon = factor_lexicon()
    for word, reason in lexicon.shared.items():
        factors = {topic.factor for topic in lexicon.topics if word in topic.words or word in topic.opposites}
        assert len(factors) > 1, word
        assert reason


def test_no_topic_says_a_word_twice_or_as_its_own_opposite() -> None:
    """Each word of a topic has one meaning."""
    for topic in factor_lexicon().topics:
        words = (*topic.words, *topic.opposites)
        assert len(set(words)) == len(words), topic.key


def test_words_and_units_are_lower_case_and_found_by_their_own_topic() -> None:
    """A word that its own topic does not find is dead."""
    lexicon = factor_lexicon()
    for topic in lexicon.topics:
        for word in (*topic.words, *topic.opposites):
            assert word == word.lower()
            assert topic.key in keys(word.replace("*", "")), (topic.key, word)
        for unit in topic.units:
            assert topic.key in keys(f"12 {unit}"), (topic.key, unit)


def test_patterns_compile_and_match_no_empty_text() -> None:
    """A pattern that matches nothing at all would make every text speak of its topic."""
    for topic in factor_lexicon().topics:
        for pattern in topic.patterns:
            assert re.compile(pattern).search("") is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("She restocks before the last skein is gone.", "need-based/refill"),
        ("They order every seven weeks.", "behavioral/reorder"),
        ("We post it straight to the recipient's address.", "geographic/other_address"),
        ("Schools pay by invoice, 30 days after invoice.", "technographic/invoice"),
        ("Abends nach der Arbeit", "behavioral/time_of_week"),
        ("Als Geschenk verpackt", "need-based/gift"),
        ("Most were aged 25 to 34.", "demographic/age"),
        ("The parcel locker is ten miles away.", "geographic/near"),
        ("Where the wool comes from matters to them.", "psychographic/sustainability"),
    ],
)
def test_a_text_speaks_of_its_topic(text: str, key: str) -> None:
    """Stems, phrases, units, patterns and German words are found."""
    assert key in keys(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("On Mother's Day we close early.", "demographic/family"),  # no mother is meant
        ("It costs 12 pounds. Miles of yarn.", "geographic/near"),  # no number of miles
        ("The mapping appears wrong.", "technographic/app"),  # letters within a word
        ("He walks. In London it rains.", "technographic/till"),  # "walks in" across a full stop
    ],
)
def test_a_text_does_not_speak_of_a_topic_by_accident(text: str, key: str) -> None:
    """Phrases win over their words, units need a number, sentences end."""
    assert key not in keys(text)


def test_an_opposite_or_a_negation_turns_a_topic() -> None:
    """Full price speaks of discounts, but against them; two turns make none."""
    discount = "behavioral/discount"
    assert not turned("They buy at a discount.", discount)
    assert turned("They pay full price.", discount)
    assert turned("They never buy in the sale.", discount)
    assert not turned("They never pay full price.", discount)
    assert not turned("Not everybody came. Discounts were popular.", discount)


def test_a_text_that_says_both_is_not_turned() -> None:
    """Where older and younger people are compared, nothing is turned."""
    assert not turned("Older people phone, younger people do not.", "demographic/age")


def test_mentions_name_the_words_of_the_text() -> None:
    """What a reader is shown as the reason stands in the text."""
    (mention,) = factor_lexicon().mentions("Restocking is a habit of restocking.")[1:]
    assert mention.topic.key == "need-based/refill"
    assert mention.words == ("restocking",)


def test_words_are_split_at_hyphens_and_clauses_end() -> None:
    """Curly apostrophes, soft hyphens and decimals do not get in the way."""
    assert split_words("re\u00adfill, don’t stop; 3.5 pick-ups") == (
        "refill",
        END,
        "don't",
        "stop",
        END,
        "3",
        END,
        "5",
        "pick",
        "ups",
    )


def test_a_lexicon_of_ones_own_needs_no_file() -> None:
    """Stars work at both ends, also inside phrases."""
    topic = Topic(
        factor=Factor.NEED_BASED,
        name="boat",
        label="boats",
        words=("*schiff*", "row* boat*"),
        opposites=("*wrack",),
    )
    lexicon = Lexicon(topics=(topic,))
    assert lexicon.mentions("Dampfschiffe")[0].words == ("dampfschiffe",)
    assert lexicon.mentions("rowing boats")[0].words == ("rowing boats",)
    assert lexicon.mentions("rowing clubs") == ()
    assert (
        lexicon.mentions("Das Schiffswrack")[0].turned is False
    )  # the longer list has no say: both stand there
    assert lexicon.mentions("Ein Autowrack")[0].turned


def stems() -> list[str]:
    """Beginnings of the lexicon's words, without their stars."""
    lexicon = factor_lexicon()
    filed = [*lexicon._entries.values(), *lexicon._stems.values()]
    return sorted({entry.parts[0].strip("*") for entries in filed for entry in entries})


WORD = st.text("abcdeghilnorstuyäöüß'0123456789%", min_size=1, max_size=8)


@given(
    st.one_of(WORD, st.builds("".join, st.tuples(st.sampled_from(stems()), WORD)), st.sampled_from(stems()))
)
@settings(max_examples=150, deadline=None)
def test_looking_a_word_up_finds_what_trying_every_entry_finds(word: str) -> None:
    """The lookup by first letters is for speed alone."""
    lexicon = factor_lexicon()
    filed = [*lexicon._entries.values(), *lexicon._stems.values()]
    tried = {entry for entries in filed for entry in entries if _fits(word, entry.parts[0])}
    found = lexicon._starting_with(word)
    by_second = {entry for entries in found.by_second.values() for entry in entries}
    assert {*found.words, *found.others} | by_second == tried
