import itertools
import math

import pytest

from segkit.publish.palette import DIVERGING, SWATCHES, css_variables, segment_style, themed

BLINDNESS = {
    # Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def luminance(color):
    return sum(
        weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear(color), strict=True)
    )


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(color, matrix):
    rgb = linear(color)
    seen = [min(1, max(0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in matrix]
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    xyz = [
        sum(m * c for m, c in zip(row, seen, strict=True)) / w for row, w in zip(to_xyz, white, strict=True)
    ]
    f = [v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz]
    return (116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2]))


def swatch(name):
    return next(item for item in SWATCHES if item.name == name)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_colours_reach_the_contrast_of_small_text(theme):
    paper, soft = getattr(swatch("paper"), theme), getattr(swatch("soft"), theme)
    for name in ("ink", "muted"):
        assert contrast(getattr(swatch(name), theme), paper) >= 4.5
        assert contrast(getattr(swatch(name), theme), soft) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ink_is_readable_on_every_tint(theme):
    for i in range(1, len(DIVERGING) + 1):
        assert contrast(getattr(swatch("ink"), theme), getattr(swatch(f"d{i}"), theme)) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_stand_out_from_the_ground_or_carry_an_outline(theme):
    paper = getattr(swatch("paper"), theme)
    for number in range(1, 9):
        style, color = segment_style(number), getattr(swatch(f"s{number}"), theme)
        assert contrast(color, paper) >= 3 or style.outline


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("blindness", sorted(BLINDNESS))
def test_the_first_four_groups_differ_for_every_kind_of_colour_vision(theme, blindness):
    colors = [getattr(swatch(f"s{i}"), theme) for i in range(1, 5)]
    seen = [lab(color, BLINDNESS[blindness]) for color in colors]
    nearest = min(math.dist(one, other) for one, other in itertools.combinations(seen, 2))
    assert nearest >= (12 if blindness != "tritanopia" else 10), nearest


def test_no_two_of_sixteen_segments_share_colour_and_marker():
    styles = [(segment_style(n).color, segment_style(n).marker) for n in range(1, 17)]
    assert len(set(styles)) == 16


def test_every_colour_of_the_palette_follows_the_theme():
    for item in SWATCHES:
        assert themed(item.light.lower()) == f"var(--{item.name})"
        assert f"--{item.name}:{item.dark}" in css_variables("dark")


def test_swatches_are_told_apart_by_their_light_colour():
    assert len({item.light.upper() for item in SWATCHES}) == len(SWATCHES)
