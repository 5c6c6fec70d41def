import re

import pytest

from segkit.errors import RenderError
from segkit.publish.safety import (
    clean_html,
    content_policy,
    escape,
    safe_url,
    script_hash,
    script_json,
    strip_control,
)
from segkit.publish.svg import clean_svg

OPEN = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 50">'
)


def svg(inner):
    return clean_svg(f"{OPEN}{inner}</svg>", prefix="f", label="A chart")


def test_escape_covers_text_and_both_kinds_of_quotes():
    assert escape("<a b=\"c\" d='e'>&\x00") == "&lt;a b=&quot;c&quot; d=&#x27;e&#x27;&gt;&amp;"


def test_control_characters_go_and_line_ends_stay():
    assert strip_control("a\x00\x1b\x7f\u0085b\n\tc") == "ab\n\tc"


@pytest.mark.parametrize(
    "url", ["https://example.org", "HTTP://example.org/a?b=c#d", "#segment-1", "  https://example.org "]
)
def test_web_addresses_and_anchors_are_links(url):
    assert safe_url(url) == url.strip()


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "java\nscript:alert(1)", "\x01javascript:x", "data:text/html,x", "file:///etc/passwd", "//evil.example", "vbscript:x", "https:", "https:///x", "", "#a b", "mailto:a@b.c"],
)  # fmt: skip
def test_anything_else_is_no_link(url):
    assert safe_url(url) == ""


def test_data_cannot_end_its_script_element():
    text = script_json({"a": "</script><!--", "b": [1.5, True, None, "&"]})
    assert not re.search("[<>&]", text)
    assert text == '{"a":"\\u003c/script\\u003e\\u003c!--","b":[1.5,true,null,"\\u0026"]}'


def test_numbers_that_json_cannot_hold_are_refused():
    with pytest.raises(ValueError, match="JSON"):
        script_json({"a": float("nan")})


@pytest.mark.parametrize(
    "html",
    ["<script>x</script>", "<style>x</style>", "<iframe srcdoc='x'></iframe>", "<svg onload=x></svg>", "<form><input></form>", "<object data=x></object>", "<link rel=stylesheet href=x>", "<meta http-equiv=refresh>", "<base href=x>", "<math><mtext></mtext></math>", "<!-- x -->"],
)  # fmt: skip
def test_foreign_elements_that_act_are_removed(html):
    assert clean_html(f"<p>kept</p>{html}").strip() == "<p>kept</p>"


def test_foreign_attributes_that_act_or_style_are_removed():
    cleaned = clean_html('<p onclick="x" style="color:red" id="main" class="strip" title="t">a</p>')
    assert cleaned == "<p>a</p>"


def test_foreign_pictures_are_embedded_or_gone():
    assert 'src="data:image/png;base64,AAAA"' in clean_html('<img src="data:image/png;base64,AAAA" alt="a">')
    for source in ("https://evil.example/p.png", "data:image/svg+xml;base64,AAAA", "data:text/html,x"):
        assert "src" not in clean_html(f'<img src="{source}">')


def test_foreign_links_keep_only_safe_addresses():
    assert 'href="https://example.org"' in clean_html('<a href="https://example.org">a</a>')
    assert "href" not in clean_html('<a href="data:text/html,x">a</a>')


def test_foreign_tables_keep_their_structure():
    assert clean_html('<table><tr><td colspan="2" scope="x">a</td></tr></table>') == (
        '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>'
    )


def test_a_policy_lists_scripts_by_hash_and_allows_nothing_else():
    policy = content_policy(["a()", "b()"])
    assert f"script-src {script_hash('a()')} {script_hash('b()')}" in policy
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:")
    assert "unsafe-eval" not in policy
    assert content_policy([]).endswith("script-src 'none'")


def test_a_drawing_gets_a_role_a_label_and_prefixed_ids():
    drawn = svg(
        '<defs><clipPath id="c"><rect id="r"/></clipPath></defs><use xlink:href="#r" clip-path="url(#c)" x="1"/>'
    )
    assert drawn.startswith('<svg viewBox="0 0 100 50" role="img" aria-label="A chart">')
    assert 'id="f-c"' in drawn
    assert '<use href="#f-r" clip-path="url(#f-c)" x="1"/>' in drawn


@pytest.mark.parametrize(
    "inner",
    ["<script>x()</script>", "<style>*{fill:red}</style>", "<foreignObject><p>x</p></foreignObject>", "<a href='#x'><text>x</text></a>", "<animate attributeName='href' values='javascript:x'/>", "<set attributeName='onload' to='x'/>", "<handler>x</handler>", "<!-- x --><?x y?>", "<iframe xmlns='http://www.w3.org/1999/xhtml'/>"],
)  # fmt: skip
def test_elements_that_act_do_not_survive_in_a_drawing(inner):
    assert svg(f"{inner}<path d='M0 0'/>") == svg("<path d='M0 0'/>")


@pytest.mark.parametrize(
    "attribute",
    ['onclick="x()"', 'class="strip"', 'style="background:url(https://evil.example)"', 'fill="url(https://evil.example#a)"', 'style="fill:url(//evil.example)"', 'style="stroke:\\75rl(x)"', 'xmlns:h="http://www.w3.org/1999/xhtml" h:style="x"', 'tabindex="0"', 'role="button"'],
)  # fmt: skip
def test_attributes_that_act_or_load_do_not_survive_in_a_drawing(attribute):
    assert svg(f"<path {attribute}/>") in {svg("<path/>"), svg('<path style=""/>')}


@pytest.mark.parametrize(
    "href",
    ["https://evil.example/p.png", "javascript:x", "data:image/svg+xml;base64,AAAA", "data:text/html,x"],
)
def test_pictures_inside_a_drawing_are_embedded_or_gone(href):
    assert "href" not in svg(f'<image xlink:href="{href}"/>')
    assert "data:image/png;base64,AAAA" in svg('<image xlink:href="data:image/png;base64,AAAA"/>')
    assert "data:" not in svg('<use href="data:image/png;base64,AAAA"/>')


def test_only_fill_and_stroke_follow_the_theme_never_a_name():
    drawn = svg('<text style="fill: #1b1f24" stroke="#D8DEE4">Shop #1B1F24</text>')
    assert 'style="fill:var(--ink)"' in drawn
    assert 'stroke="var(--grid)"' in drawn
    assert ">Shop #1B1F24</text>" in drawn


def test_coordinates_keep_two_decimals_and_transforms_all():
    drawn = svg('<path d="M1.23456 -0.00001L7 .5" transform="scale(0.015625)"/>')
    assert 'd="M1.23 0L7 .5" transform="scale(0.015625)"' in drawn


def test_paths_lose_needless_space_and_keep_exponents():
    assert 'd="M1 2L3 4e-05z"' in svg('<path d="M 1 2 \nL 3 4e-05 \nz "/>')


def test_groups_without_attributes_and_empty_ones_go():
    assert svg("<g><defs/><g><path d='M0 0'/></g><g id='a'/><g/></g>") == svg("<path d='M0 0'/>")
    assert svg('<g fill="red"><path d="M0 0"/></g>').count("<g") == 1


def test_points_that_share_clip_and_style_say_so_once():
    point = '<g clip-path="url(#c)"><use href="#p" x="{}" style="fill:red"/></g>'
    assert svg("".join(point.format(x) for x in (1, 2, 3))) == svg(
        '<g clip-path="url(#c)" style="fill:red"><use href="#p" x="1"/><use href="#p" x="2"/><use href="#p" x="3"/></g>'
    )
    kept = '<g clip-path="url(#c)"><path style="{0}"/><path style="{0}"/></g>'
    assert svg(kept.format("opacity:.5")).count("opacity") == 2
    assert svg('<g fill="red"><path/></g><g fill="red"><path/></g>').count("<g") == 2


def test_paths_that_draw_nothing_go_unless_a_stroke_reaches_them():
    nothing = '<path d="M0 0L9 9" style="fill: none"/>'
    assert svg(nothing) == svg("")
    assert "<path" in svg(f'<g stroke="red">{nothing}</g>')
    assert "<path" in svg(f'<g style="stroke: red">{nothing}</g>')
    assert "<path" in svg(f'<defs><clipPath id="c">{nothing}</clipPath></defs>')


def test_a_drawing_nested_beyond_reason_is_refused():
    with pytest.raises(RenderError, match="nests too deeply"):
        clean_svg("<svg>" + '<g id="a">' * 5000 + "</g>" * 5000 + "</svg>", prefix="f", label="")


def test_numbers_written_without_a_space_are_left_alone():
    assert 'd="M1.0001.5"' in svg('<path d="M1.0001.5"/>')


def test_a_small_coordinate_system_is_not_rounded():
    drawn = clean_svg('<svg viewBox="0 0 1 1"><path d="M0.12345 0"/></svg>', prefix="f", label="")
    assert "M0.12345" in drawn


def test_a_drawing_with_a_size_only_gets_a_box_to_scale_in():
    drawn = clean_svg('<svg width="120pt" height="60.5pt"><path/></svg>', prefix="f", label="x")
    assert drawn.startswith('<svg viewBox="0 0 120 60.5" width="120pt" height="60.5pt"')


def test_a_drawing_without_a_size_keeps_going():
    assert (
        clean_svg("<svg><path/></svg>", prefix="f", label="x")
        == '<svg role="img" aria-label="x"><path/></svg>'
    )


def test_text_keeps_its_spans_and_their_tails():
    assert "<text>a<tspan>b</tspan>c</text>" in svg("<text>a<tspan>b</tspan>c</text>")
    assert svg("<g>stray<path/>tail</g>") == svg("<g><path/></g>")


def test_the_style_rule_of_matplotlib_becomes_attributes_of_the_root():
    drawn = svg('<defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style></defs>')
    assert 'stroke-linejoin="round" stroke-linecap="butt"' in drawn
    assert "<style" not in drawn


def test_entities_cannot_be_declared():
    bomb = '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "x">]><svg><text>&a;</text></svg>'
    with pytest.raises(RenderError, match="'f' is not SVG"):
        clean_svg(bomb, prefix="f", label="")


@pytest.mark.parametrize("text", ["", "<p>no drawing</p>", "<svg><path></svg>", "<svgx/>"])
def test_what_is_no_drawing_is_refused(text):
    with pytest.raises(RenderError, match="is not SVG"):
        clean_svg(text, prefix="f", label="")
