"""Drawings in few bytes: what is painted stays, what is said twice goes, what could be misread is left alone."""

import re
from xml.etree import ElementTree as ET

import pytest
from lxml import etree

from segkit.publish.drawing import draw_svg
from segkit.publish.svg import clean_svg
from segkit.publish.svg_paths import read_path, write_path
from segkit.publish.svg_styles import restyle


def drawn(inner, prefix="f"):
    return clean_svg(f'<svg viewBox="0 0 400 300">{inner}</svg>', prefix=prefix, label="A chart")


def body(text):
    return text.partition('aria-label="A chart"')[2]


def chart(canvas, *, narrow):
    axes = canvas.subplots()
    axes.plot([0, 1, 2], [0, 3, 1], marker="o", label="Ünits & <more>")
    axes.scatter([0, 1, 2], [1, 2, 2], marker="s", s=30)
    axes.set_xlabel("days" if narrow else "days since the last order")
    canvas.legend(loc="outside upper left")


def test_a_chart_takes_less_than_half_of_what_it_was_drawn_with():
    for svg in draw_svg("test", chart, height=3, narrow_height=3):
        packed = clean_svg(svg, prefix="test", label="A chart")
        assert len(packed) < 0.5 * len(svg)


def test_every_word_of_a_chart_is_left():
    svg, _ = draw_svg("test", chart, height=3, narrow_height=3)
    before = sorted(
        " ".join(node.itertext()).strip()
        for node in etree.fromstring(svg).iter()
        if node.tag.endswith("}text")
    )
    packed = etree.fromstring(clean_svg(svg, prefix="test", label="A chart"))
    assert before == sorted(" ".join(node.itertext()).strip() for node in packed.iter("text"))
    assert len(before) > 5


def test_every_reference_leads_to_an_id_and_every_id_is_used():
    svg, _ = draw_svg("test", chart, height=3, narrow_height=3)
    packed = clean_svg(svg, prefix="test", label="A chart")
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', packed))
    assert used == set(re.findall(r'\sid="([^"]+)"', packed))


def test_two_drawings_of_a_page_share_no_id():
    inner = '<defs><path id="p" d="M0 0C1 1 2 2 3 3C4 4 5 5 6 6z"/></defs><use href="#p" x="1"/><use href="#p" x="2"/>'
    one, other = (
        set(re.findall(r'\sid="([^"]+)"', drawn(inner, prefix))) for prefix in ("map", "map-narrow")
    )
    assert one
    assert not one & other


def test_a_style_that_all_share_is_said_once():
    assert body(drawn('<text fill="red">a</text><g><text fill="red">b</text></g>')).count("red") == 0
    assert drawn('<text fill="red">a</text><g><text fill="red">b</text></g>').count("red") == 1


def test_what_has_no_fill_is_black_again_beside_a_shared_fill():
    packed = etree.fromstring(drawn('<rect fill="red"/><rect fill="red"/><rect fill="red"/><circle/>'))
    assert packed.get("fill") == "red"
    assert packed.find("circle").get("fill") == "#000"


@pytest.mark.parametrize("value", ["inherit", "1.5em", "120%"])
def test_values_that_depend_on_where_they_stand_keep_the_styles_in_place(value):
    source = f'<svg><g style="font-size:{value}"><text>a</text></g><text fill="red">b</text></svg>'
    root = ET.fromstring(source)  # noqa: S314 - written above
    restyle(root)
    assert ET.tostring(root, encoding="unicode") == source


def test_a_clip_goes_only_from_what_lies_inside_it():
    clip = '<defs><clipPath id="c"><rect x="0" y="0" width="100" height="100"/></clipPath></defs>'
    inside = '<path clip-path="url(#c)" fill="none" stroke="red" d="M1 1L99 99"/>'
    outside = '<path clip-path="url(#c)" fill="none" stroke="red" d="M1 1L150 99"/>'
    assert "clip" not in drawn(clip + inside)
    assert "clip-path" in drawn(clip + outside)
    assert "clip-path" in drawn(f'{clip}<g transform="scale(2)">{inside}</g>')


def test_lines_join_only_where_nothing_shines_through():
    line = '<path fill="none" stroke="red" stroke-opacity="{}" d="M0 0H9"/>'
    assert drawn(line.format(1) * 3).count("<path") == 1
    assert drawn(line.format(0.5) * 3).count("<path") == 3


def test_a_scaled_drawing_keeps_two_decimals():
    assert "1.23" in drawn('<path transform="scale(40)" d="M1.234 0H2"/>')
    assert "1.23" not in drawn('<path d="M1.234 0H2"/>')


def test_a_translation_becomes_part_of_the_coordinates():
    assert '<path d="M11 22h4z"/>' in drawn('<g transform="translate(10 20)"><path d="M1 2H5z"/></g>')
    assert 'transform="rotate(-90 1 2)"' in drawn('<path transform="rotate(-90 1 2)" d="M1 2H5z"/>')


@pytest.mark.parametrize("d", ["M1 2a3 3 0 1 0 1 1", "1 2 3", "M1", "M1 2Lx", "", "L1 2", "M1 2z4"])
def test_a_path_that_is_not_understood_is_left_to_the_browser(d):
    assert read_path(d) is None


def test_step_curves_say_each_step_once():
    curve = read_path("M0 0L5 0L5 0L9 0L9 4L9 4z")
    assert write_path(curve) == "M0 0H9V4z"
    assert write_path(read_path("M0 0L5 0L2 0")) == "M0 0H5 2"
