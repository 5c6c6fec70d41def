"""Arguments in the user's own words, read from ``text/*.md`` and ``[[texts]]``."""

from __future__ import annotations

from pathlib import Path

import pytest

from segkit.errors import BadValueError, InputError
from segkit.intake.company import read_company
from segkit.intake.own_texts import read_paragraphs
from segkit.model.argument import Author, OwnText, Section

SETTINGS = '[company]\nname = "Nord Wolle"\n'


def company(folder: Path, files: dict[str, str | bytes], settings: str = SETTINGS) -> tuple[OwnText, ...]:
    (folder / "text").mkdir(exist_ok=True)
    (folder / "company.toml").write_text(settings, encoding="utf-8")
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / "text" / name).write_bytes(data)
    return read_company(folder).texts


def test_front_matter_says_what_a_text_is_about_and_who_wrote_it(tmp_path: Path) -> None:
    front = "---\nsection: group\ncontains: C004\nauthor: language model\nby: Jo Bell\n---\n"
    assert company(tmp_path, {"a.md": f"{front}First.\n\nSecond\nline.\n"}) == (
        OwnText(
            section=Section.GROUP,
            about="C004",
            paragraphs=("First.", "Second line."),
            author=Author.LANGUAGE_MODEL,
            by="Jo Bell",
            path="text/a.md",
        ),
    )


@pytest.mark.parametrize(
    ("name", "section", "about"),
    [
        ("group-C004.md", Section.GROUP, "C004"),
        ("flow-C-0-4.md", Section.FLOW, "C-0-4"),
        ("message-C004.md", Section.MESSAGE, "C004"),
        ("criterion-need.md", Section.CRITERION, "need"),
        ("stage-closing.md", Section.STAGE, "closing"),
        ("opportunity.md", Section.OPPORTUNITY, ""),
        ("summary.md", Section.SUMMARY, ""),
    ],
)
def test_a_file_name_says_what_front_matter_does_not(
    tmp_path: Path, name: str, section: Section, about: str
) -> None:
    (text,) = company(tmp_path, {name: "Because they asked.\n"})
    assert (text.section, text.about, text.author) == (section, about, Author.USER)
    assert text.paragraphs == ("Because they asked.",)


def test_a_file_with_only_a_question_is_not_answered_yet(tmp_path: Path) -> None:
    (text,) = company(tmp_path, {"group-C004.md": "---\nby: Jo\n---\n<!-- Why do they buy? -->\n"})
    assert text.paragraphs == ()


def test_texts_of_the_settings_are_read_beside_those_of_the_folder(tmp_path: Path) -> None:
    settings = SETTINGS + '[[texts]]\nsection = "stage"\nabout = "closing"\ntext = "One.\\n\\nTwo."\n'
    texts = company(tmp_path, {"summary.md": "In short."}, settings)
    assert [(text.section, text.paragraphs) for text in texts] == [
        (Section.STAGE, ("One.", "Two.")),
        (Section.SUMMARY, ("In short.",)),
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("groups-C004.md", "x", "did you mean 'group'"),
        ("criterion-needs.md", "x", "did you mean 'need'"),
        ("criterion.md", "x", "lacks about"),
        ("group.md", "x", "lacks contains"),
        ("summary-C004.md", "x", "stands once"),
        ("a.md", "---\nsection: summary\nauthor: robot\n---\nx", "author is not an author (got 'robot')"),
        ("a.md", "---\nsection: summary\nauthor: segkit\n---\nx", "is not an author"),
        ("a.md", "---\nsection: summary\ncontain: C004\n---\nx", "did you mean 'contains'"),
        ("a.md", "---\nsection: summary\ntext: y\n---\nx", "under the second"),
        ("a.md", "---\nsection: [a, b]\n---\nx", "section cannot be used"),
        ("a.md", "---\n- a\n---\nx", "front matter without keys"),
        ("a.md", "---\n&a [*a, *b]: {\n---\nx", "is no YAML"),
        ("a.md", "---\nx: !!python/object/apply:os.system [id]\n---\nx", "unknown key 'x'"),
        ("summary.md", b"\xff\xfe\x00", "is not UTF-8 text"),
        ("summary.md", b"a" * 200_001, "is larger than any section"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_in_one_sentence(
    tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    with pytest.raises((InputError, BadValueError)) as error:
        company(tmp_path, {name: content})
    sentence = str(error.value)
    assert said in sentence
    assert f"text/{name}" in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


def test_two_texts_for_one_section_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"text/summary\.md and text/a\.md are both the text of 'summary'"):
        company(tmp_path, {"a.md": "---\nsection: summary\n---\nx", "summary.md": "y"})


def test_a_text_of_the_settings_and_a_file_for_one_section_are_refused(tmp_path: Path) -> None:
    settings = SETTINGS + '[[texts]]\nsection = "summary"\ntext = "One."\n'
    with pytest.raises(InputError, match=r"text/summary\.md and company\.toml"):
        company(tmp_path, {"summary.md": "y"}, settings)


def test_a_section_the_settings_do_not_know_is_named_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(BadValueError, match=r"texts\.1\.section is not a section \(got 'flows'\)"):
        company(tmp_path, {}, SETTINGS + '[[texts]]\nsection = "flows"\ntext = "One."\n')


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "summary.md").write_text("secret")
    folder = tmp_path / "shop"
    (folder / "text").mkdir(parents=True)
    (folder / "text" / "summary.md").symlink_to(outside / "summary.md")
    assert company(folder, {}) == ()


def test_a_folder_of_texts_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "summary.md").write_text("secret")
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "text").symlink_to(outside)
    assert company(folder, {}) == ()


@pytest.mark.parametrize(
    ("body", "paragraphs"),
    [
        ("", ()),
        ("<!-- open comment", ()),
        ("a<!-- b --> c", ("a", "c")),
        ("5 * 3 * 2 and snake_case_word", ("5 * 3 * 2 and snake_case_word",)),
        ("*Four* __groups__ and _one_ more", ("Four groups and one more",)),
        ("[go](javascript:alert(1)) on", ("go) on",)),
        ("see [@orders] and ![a picture](x.png)", ("see [@orders] and a picture",)),
        ("<https://a.example>", ("https://a.example",)),
        ("<script>alert(1)</script>", ("<script>alert(1)</script>",)),
        ("# Why\nBecause.", ("Why", "Because.")),
        ("1. One\n2. Two", ("One", "Two")),
    ],
)
def test_a_body_becomes_paragraphs_of_plain_text(body: str, paragraphs: tuple[str, ...]) -> None:
    assert read_paragraphs(body) == paragraphs
