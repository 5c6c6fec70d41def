import dataclasses
import json

import pytest
from IPython.core.interactiveshell import InteractiveShell

from segkit.errors import RenderError
from segkit.publish.blocks import (
    BLOCKS,
    KeyFigure,
    KeyFigures,
    Table,
    Text,
    as_block,
    register_formatters,
    show,
)
from segkit.publish.records import MIME, VERSION, Kind, check_record, citations_of, ids_of, links_of


@pytest.fixture
def shell():
    """A running IPython, as in a kernel, taken down afterwards."""
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_every_kind_has_a_block_and_a_sample(samples):
    assert set(BLOCKS) == set(Kind) == set(samples.every_block())


@pytest.mark.parametrize("kind", list(Kind))
def test_a_record_is_plain_json_that_passes_its_own_check(samples, kind):
    record = samples.every_block()[kind].record()
    assert json.loads(json.dumps(record)) == record
    assert (record["kind"], record["version"]) == (kind.value, VERSION)
    assert check_record(record) is kind


@pytest.mark.parametrize("kind", list(Kind))
def test_a_block_has_three_forms(samples, kind):
    bundle = samples.every_block()[kind]._repr_mimebundle_()
    assert list(bundle) == [MIME, "text/html", "text/plain"]
    assert bundle["text/html"].startswith('<div class="segkit"><style>')
    assert bundle["text/plain"].strip()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.TEXT, ["Three customers bring most", "- One of them paused."]),
        (Kind.KEY_FIGURES, ["Customers  10", "1,789 EUR  net"]),
        (Kind.FINDINGS, ["1. Regulars lead.", "   By far."]),
        (Kind.TABLE, ["Regulars           3       1,610.00", "Sums reconcile."]),
        (Kind.FIGURE, ["Three customers bring nine tenths", "Regulars 1,610.00 EUR", "n = 10 customers"]),
        (Kind.PLOTLY, ["Three customers bring nine tenths"]),
        (
            Kind.EVIDENCE,
            [
                "descriptive; defines the group) [orders]",
                "weak; contradicts) [site]",
                "  “Half of them came back.”",
                "- suggested, not counted: The study",
                "- invalid, not counted: They never",
                "- No survey",
            ],
        ),
        (
            Kind.SEGMENT,
            ["1. Regulars: 3 of 10 customers, 30 %, 1,610.00 EUR", "At least 12", "C007", "Descriptive"],
        ),
        (
            Kind.FLOW,
            [
                "Refill: Regulars here",
                "Half of them are back by day 49 [orders].",
                "A welcome had 9 points against 12. here",
                "49 days after an order. here",
                "One price is disputed. here",
            ],
        ),
        (
            Kind.MESSAGE,
            [
                "Refill now (email to Regulars now)",
                "Subject: Your refill is ready now",
                "Reserve the pair now: https://shop.example/refill",
                "(1 part(s))",
                "Not to be sent yet: One price",
                "- warning: It tracks.",
            ],
        ),
        (
            Kind.VERDICT,
            [
                "Authority here: applies in part here",
                "- Who orders pays [orders].",
                "Seen as here  2 of 10 customers. here",
                "“signed by the bursar [@nobody] here” [site]",
                "Decided in company.toml. here",
            ],
        ),
        (Kind.GAP, ["Not observable in this source", "To close it: Ask in a survey."]),
        (Kind.CHECKLIST, ["1 met, 1 missing", "missing  Flows"]),
        (
            Kind.PASSAGES,
            ["About us (website/about.html)", "Our letters. “>>We write to everyone [@once]<<” a"],
        ),
        (
            Kind.SOURCES,
            ["[1] Order history", "[2] About us https://example.org/about", "Bell, R. (2025). Sixty shops."],
        ),
        (Kind.HOW_MADE, ["How this was made", "Rows  134 read, 131 used"]),
    ],
)
def test_the_text_of_a_block_says_what_it_holds(samples, kind, words):
    text = samples.every_block()[kind]._repr_mimebundle_()["text/plain"]
    for word in words:
        assert word in text


def test_a_table_without_rows_still_prints_its_header(samples):
    assert samples.table("t", rows=())._repr_mimebundle_()["text/plain"].endswith("Revenue (EUR)")


def test_findings_without_text_print_one_line_each(samples):
    finding = dataclasses.replace(samples.every_block()[Kind.FINDINGS].items[0], text="")
    assert (
        dataclasses.replace(samples.every_block()[Kind.FINDINGS], items=(finding,))._repr_mimebundle_()[
            "text/plain"
        ]
        == "1. Regulars lead."
    )


def test_blocks_are_frozen(samples):
    with pytest.raises(dataclasses.FrozenInstanceError):
        samples.every_block()[Kind.TEXT].id = "other"


@pytest.mark.parametrize("identifier", ["", "two words", "1st", 'a"b', "<x>", "ä"])
def test_an_id_that_cannot_be_an_anchor_is_refused(identifier):
    with pytest.raises(RenderError, match="no usable id"):
        Text(id=identifier, paragraphs=("x",))


@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_strip_holds_two_to_six_numbers(count):
    with pytest.raises(RenderError, match=f"have {count} numbers; show 2 to 6"):
        KeyFigures(id="k", items=(KeyFigure(label="a", value="1"),) * count)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rows": (("a", "1"),)}, "a row of 2 cells under 3 columns"),
        ({"numeric": (True,)}, "1 numeric flags for 3 columns"),
        ({"links": ("#a",)}, "1 links for 2 rows"),
        ({"marks": (1, 2, 3)}, "3 marks for 2 rows"),
        ({"marks": (True, False)}, "marks is not a whole number"),
        ({"caption": 3}, "caption is not text"),
        ({"rows": "abc"}, "rows is not a list"),
    ],
)
def test_a_table_whose_parts_do_not_fit_is_refused(samples, changes, words):
    with pytest.raises(RenderError, match=words):
        samples.table("t", **changes)


def test_the_data_of_a_figure_is_checked_too(samples):
    record = samples.figure("f").record()
    record["data"]["rows"] = [["a"]]
    with pytest.raises(RenderError, match="a row of 1 cells under 3 columns"):
        check_record(record)


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("text", "is not an object"),
        ({"kind": "film"}, "'film' cannot be rendered; known kinds are text, key_figures"),
        ({"kind": ["text"]}, "cannot be rendered"),
        ({"kind": "text", "version": 2}, "record version 2 but this segkit reads 1"),
        ({"kind": "text", "version": 1}, "lacks 'id'"),
        ({"kind": "how_made", "version": 1, "id": "h", "pairs": [["a"]]}, "not a pair"),
        (
            {"kind": "text", "version": 1, "id": "t", "paragraphs": [], "bullets": [], "tone": "loud"},
            "not one of plain, answer",
        ),
        ({"kind": "key_figures", "version": 1, "id": "k", "items": ["a"]}, "is not an object"),
    ],
)
def test_a_malformed_record_is_named(record, words):
    with pytest.raises(RenderError, match=words):
        check_record(record)


def test_ids_links_and_citations_are_found_in_a_record(samples):
    blocks = samples.every_block()
    assert ids_of(blocks[Kind.PLOTLY].record()) == ("map", "map-still", "map-still-data")
    assert ids_of(blocks[Kind.FIGURE].record()) == ("value", "value-data")
    assert links_of(blocks[Kind.FINDINGS].record()) == ("value", "segment-1")
    assert links_of(blocks[Kind.TABLE].record()) == ("segment-1",)
    assert links_of(blocks[Kind.CHECKLIST].record()) == ("segment-1",)
    assert links_of(blocks[Kind.FLOW].record()) == ("item-1", "item-2")
    assert citations_of(blocks[Kind.FLOW].record()) == ("orders",)
    assert links_of(blocks[Kind.VERDICT].record()) == ("item-1",)
    assert citations_of(blocks[Kind.VERDICT].record()) == ("orders", "site")
    assert links_of(blocks[Kind.GAP].record()) == ()
    assert citations_of(blocks[Kind.EVIDENCE].record()) == ("orders", "site", "study")
    assert citations_of(blocks[Kind.PASSAGES].record()) == ("site", "study")
    assert ids_of(blocks[Kind.EVIDENCE].record()) == ("evidence-1", "item-1", "item-2", "item-3", "item-4")
    assert ids_of(blocks[Kind.PASSAGES].record()) == ("passages", "passage-site-40", "passage-study-9")
    assert links_of(blocks[Kind.EVIDENCE].record()) == ("passage-site-40", "passage-study-9")
    assert links_of(blocks[Kind.PASSAGES].record()) == ("item-2", "item-3")


def test_show_prints_text_outside_a_notebook(capsys, samples):
    show(
        [Text(id="a", paragraphs=("one",)), Text(id="b", paragraphs=("two",))],
        Text(id="c", paragraphs=("three",)),
    )
    assert capsys.readouterr().out == "one\ntwo\nthree\n"


def test_an_optional_block_that_is_not_there_shows_nothing(capsys):
    show(None, [None])
    assert capsys.readouterr().out == ""


def test_show_publishes_one_output_a_block_in_ipython(shell, monkeypatch):
    published = []
    monkeypatch.setattr(shell.display_pub, "publish", lambda **keys: published.append(keys["data"]))
    show(Text(id="a", paragraphs=("one",)), Text(id="b", paragraphs=("two",)))
    assert [bundle[MIME]["id"] for bundle in published] == ["a", "b"]


def test_showing_what_has_no_block_is_refused():
    with pytest.raises(RenderError, match="float has no block"):
        show(1.5)


def test_a_registered_type_shows_richly_when_bare(shell):
    class Verdict:
        pass

    as_block.register(Verdict, lambda _value: Text(id="v", paragraphs=("supported",)))
    assert register_formatters()
    formatted, _ = shell.display_formatter.format(Verdict())
    assert formatted[MIME]["paragraphs"] == ["supported"]
    assert formatted["text/plain"] == "supported"


def test_outside_ipython_nothing_is_registered():
    assert not register_formatters()


def test_a_bare_block_shows_richly_without_registration(shell):
    formatted, _ = shell.display_formatter.format(Text(id="v", paragraphs=("four groups",)))
    assert formatted[MIME]["paragraphs"] == ["four groups"]


def test_the_lab_form_shows_citations_and_links_as_words(samples):
    html = samples.every_block()[Kind.FINDINGS]._repr_mimebundle_()["text/html"]
    assert '<span class="cite">segment-1</span>' in html
    assert "href" not in samples.every_block()[Kind.TABLE]._repr_mimebundle_()["text/html"]


def test_a_block_is_not_changed_by_being_shown(samples):
    block = samples.every_block()[Kind.PLOTLY]
    before = json.dumps(block.record(), sort_keys=True)
    block._repr_mimebundle_()
    assert json.dumps(block.record(), sort_keys=True) == before


def test_tables_of_a_figure_are_blocks_of_their_own(samples):
    assert isinstance(samples.figure("f").data, Table)
