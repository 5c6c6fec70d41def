"""Reading ease: the fixture, syllables, sentences, and for which language it is said."""

import pytest

from segkit.strategy.readability import count_syllables, looks_english, reading_ease, split_sentences

FIXTURE = "You left two items in your cart. We saved them for 48 hours. Return to your cart now."


def test_the_fixture_reads_at_about_107():
    assert reading_ease(FIXTURE) == pytest.approx(107, abs=2)


def test_long_words_in_long_sentences_read_worse():
    hard = "Notwithstanding considerable organizational preparation, international transportation occasionally necessitates postponement."
    assert reading_ease(hard) < 0 < reading_ease(FIXTURE)


def test_no_words_have_no_ease():
    assert reading_ease(" … ") is None


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("wool", 1), ("needles", 2), ("present", 2), ("delivery", 4), ("reserve", 2), ("don't", 1), ("48", 1), ("yours", 1), ("posted", 2), ("saved", 1)],
)  # fmt: skip
def test_syllables_of_common_words(word, syllables):
    assert count_syllables(word) == syllables


def test_a_line_ends_a_sentence_and_a_figure_does_not():
    assert split_sentences("Posting is 3.50.\nCome by") == ("Posting is 3.50.", "Come by")


def test_another_language_is_not_measured():
    assert looks_english(FIXTURE)
    assert not looks_english("Sie haben zwei Artikel im Warenkorb. Wir heben sie 48 Stunden auf.")
    assert not looks_english("")
