"""Text is measured before a browser draws it, never too narrow, and wrapped without a loss."""

from pathlib import Path

import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.ft2font import FT2Font, LoadFlags

from segkit.publish.text_width import text_width, wrap_text

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
SENTENCES = (
    "The customer has ordered since the flow began.",
    "“Wait” – 35 days… WWW @ 100 % {a|b} [c] ~ Ærøskøbing, Zürich, Łódź, Ñandú",
    "https://example.org/?q=1&r=2#x_y",
    "Доброе утро, Καλημέρα",
)


def drawn_width(text: str, *, size: float, bold: bool) -> float:
    font = FT2Font(str(FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")))
    font.set_size(1000, 72)
    advances = (font.load_char(ord(c), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 for c in text)
    return sum(advances) * size / 1000


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_is_measured_at_least_as_wide_as_the_widest_page_font_and_not_much_wider(sentence, bold):
    measured, drawn = (
        text_width(sentence, size=14, bold=bold),
        drawn_width(sentence, size=14, bold=bold),
    )
    assert drawn <= measured
    if sentence.isascii():
        assert measured <= drawn * 1.04


@pytest.mark.parametrize("bold", [False, True])
def test_no_printable_character_of_western_europe_is_measured_too_narrow(bold):
    letters = [chr(code) for code in (*range(32, 127), *range(0xA1, 0x180)) if code != 0xAD]
    short = [
        letter
        for letter in letters
        if text_width(letter, size=1, bold=bold) < drawn_width(letter, size=1, bold=bold) - 0.001
    ]
    assert short == []


@given(st.text(max_size=200), st.floats(20, 400))
def test_wrapping_loses_nothing_but_white_space_and_fits_each_line(text, width):
    from segkit.publish.safety import strip_control

    lines = wrap_text(text, width=width, size=13)
    kept = "".join(strip_control(text).split())
    assert "".join("".join(line.split()) for line in lines) == kept
    assert all(text_width(line, size=13) <= width or len(line) == 1 or width < 40 for line in lines)


def test_a_line_breaks_between_words_and_only_a_long_word_is_parted():
    assert wrap_text("one two three", width=60, size=10) == ("one two", "three")
    assert wrap_text("aaaaaaaaaaaa", width=40, size=10) == ("aaaaaa", "aaaaaa")
    assert wrap_text("  ", width=40, size=10) == ()
