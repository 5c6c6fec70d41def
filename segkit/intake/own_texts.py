"""Arguments in the user's own words: ``text/*.md`` of a company folder, one file a section, so that several people write at once.

A file says what it argues about in its front matter or in its name (``group-C004.md``, ``criterion-need.md``, ``summary.md``), who wrote
it, and then holds the paragraphs:

    ---
    section: group
    contains: C004
    author: user
    by: Jo Bell
    ---
    They buy before term starts, because [@survey] says so.

A body that is empty, or holds only a question in a comment, is not answered yet. Paragraphs become plain text: marks of emphasis
fall away, a link keeps its label and its http(s) address, and HTML stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError, model_validator

from segkit.errors import BadValueError, InputError
from segkit.intake.company_table import Table, nearest, refuse
from segkit.intake.front_matter import find_text_files, read_marked_text
from segkit.model.argument import OF_A_GROUP, Author, OwnText, Section
from segkit.model.criterion import Criterion
from segkit.model.sales_stage import SalesStage

FOLDER = "text"
MOST_BYTES = 200_000
_CHOICES: dict[Section, tuple[str, ...]] = {
    Section.CRITERION: tuple(item.value for item in Criterion),
    Section.STAGE: tuple(item.value for item in SalesStage),
}
_AUTHORS = (Author.USER.value, Author.LANGUAGE_MODEL.value)
_SECTIONS = tuple(section.value for section in Section)

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?=\S)", re.MULTILINE)
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+(.*)$", re.MULTILINE)
_QUOTED = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_PICTURE = re.compile(r"!\[([^\]\n]*)\]\([^)\s]*(?:\s[^)]*)?\)")
_LINK = re.compile(r"\[([^\]\n@][^\]\n]*)\]\(\s*([^)\s]*)(?:\s[^)]*)?\)")
_ADDRESS = re.compile(r"<(https?://[^\s<>]+)>")
_EMPHASIS = (
    re.compile(r"(?<![\w*])\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*(?![\w*])"),
    re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"),
    re.compile(r"(?<![\w_])__(?=\S)([^_\n]+?)(?<=\S)__(?![\w_])"),
    re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"),
)


def _check_section(name: str) -> str:
    if name not in _SECTIONS:
        raise refuse(f"is not a section; {nearest(name, _SECTIONS)}")
    return name


def _check_author(name: str) -> str:
    if name not in _AUTHORS:
        raise refuse(f"is not an author; write 'user' or 'language model'; {nearest(name, _AUTHORS)}")
    return name


class TextTable(Table):
    """A paragraph that argues, in your own words."""

    section: Annotated[str, AfterValidator(_check_section)] = Field(
        description="What it argues about: group, flow, message, criterion, opportunity, stage or summary."
    )
    contains: str = Field("", description="A customer id: the group that holds it (group, flow, message).")
    about: str = Field("", description="The criterion or the stage, such as 'need' or 'closing'.")
    text: str = Field("", description="The paragraphs, with an empty line between them.")
    author: Annotated[str, AfterValidator(_check_author)] = Field(
        Author.USER.value, description="Who wrote it: 'user' or 'language model'."
    )
    by: str = Field("", description="Name of the writer, or of the language model.")

    @model_validator(mode="after")
    def _names_its_place(self) -> TextTable:
        """Refuse a section that does not say which group, criterion or stage is meant, or says it where it stands once."""
        section = Section(self.section)
        if section in OF_A_GROUP:
            if not self.contains:
                raise refuse(f"of section {self.section!r} lacks contains; give a customer id of the group")
            if self.about:
                raise refuse(f"of section {self.section!r} has about; write contains with a customer id")
            return self
        if self.contains:
            raise refuse(f"of section {self.section!r} has contains; that is for group, flow and message")
        known = _CHOICES.get(section, ())
        if known and not self.about:
            raise refuse(f"of section {self.section!r} lacks about; {nearest('', known)}")
        if known and self.about not in known:
            raise refuse(
                f"of section {self.section!r} is about {self.about[:60]!r}; {nearest(self.about, known)}"
            )
        if self.about and not known:
            raise refuse(f"of section {self.section!r} has about; that section stands once, leave it out")
        return self


def find_own_texts(folder: Path) -> tuple[Path, ...]:
    """Return the user's own texts of a company folder, by name; links that lead out are not followed."""
    return find_text_files(folder, FOLDER)


def read_own_texts(folder: Path) -> tuple[OwnText, ...]:
    """Read ``text/*.md``; files whose body is empty are not answered yet and have no paragraphs.

    Raises
    ------
    InputError, BadValueError
        A file is no text, or says wrongly what it argues about; the sentence names it.
    """
    return tuple(_read_text(path, f"{FOLDER}/{path.name}") for path in find_own_texts(folder))


def to_texts(tables: Iterable[TextTable]) -> tuple[OwnText, ...]:
    """Return the texts of ``[[texts]]`` in ``company.toml``."""
    return tuple(_own_text(table, body=table.text, path="") for table in tables)


def join_texts(*found: Iterable[OwnText]) -> tuple[OwnText, ...]:
    """Return the texts of settings and files together.

    Raises
    ------
    InputError
        Two of them are for one section.
    """
    texts = tuple(text for group in found for text in group)
    places: dict[tuple[Section, str], str] = {}
    for text in texts:
        key, place = (text.section, text.about.casefold()), text.path or "company.toml"
        if key in places:
            about = f"{text.section} {text.about}".strip()
            raise InputError(
                f"{place} and {places[key]} are both the text of {about!r}; put them into one.", path=place
            )
        places[key] = place
    return texts


def read_paragraphs(body: str) -> tuple[str, ...]:
    r"""Return the paragraphs of a Markdown text as plain text.

    Examples
    --------
    >>> read_paragraphs("<!-- Why? -->\n**Four** of [them](https://a.example/x)\nbuy twice.\n\n- One\n- Two [@orders]")
    ('Four of them (https://a.example/x) buy twice.', 'One', 'Two [@orders]')
    >>> read_paragraphs("<!-- Why do they buy? -->")
    ()
    """
    text = _QUOTED.sub("", _COMMENT.sub("\n\n", body))
    text = _ITEM.sub("\n\n", _HEADING.sub(r"\n\n\1\n\n", text))
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    return tuple(_plain(part) for part in parts if part)


def _plain(text: str) -> str:
    """Return a paragraph without marks of emphasis, its links as label and address."""
    text = _ADDRESS.sub(r"\1", _LINK.sub(_label, _PICTURE.sub(r"\1", text)))
    for pattern in _EMPHASIS:
        text = pattern.sub(r"\1", text)
    return text


def _label(match: re.Match[str]) -> str:
    label, address = match[1], match[2]
    return f"{label} ({address})" if re.match(r"https?://", address) else label


def _read_text(path: Path, name: str) -> OwnText:
    found = read_marked_text(
        path, name, most_bytes=MOST_BYTES, what="section", keys="section: and contains: or about:"
    )
    values = {**_from_name(path.stem, found.values or {}), **(found.values or {})}
    return _own_text(_parse(values, name), body=found.body, path=name)


def _from_name(stem: str, given: Mapping[str, Any]) -> dict[str, str]:
    """Return what a file's name says and its front matter does not."""
    head, _, rest = stem.partition("-")
    section = str(given.get("section", head))
    values = {} if "section" in given else {"section": head}
    if section != head or not rest:
        return values
    key = "contains" if section in OF_A_GROUP else "about"
    return values if key in given else {**values, key: rest}


def _parse(values: Mapping[str, Any], name: str) -> TextTable:
    try:
        if "text" in values:
            raise BadValueError(
                f"{name} has the key 'text'; write the text under the second '---'.", path=name, column="text"
            )
        return TextTable.model_validate(dict(values))
    except ValidationError as error:
        problems = error.errors(include_url=False)
        problem = next((each for each in problems if each["type"] == "extra_forbidden"), problems[0])
        key = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            known = tuple(field for field in TextTable.model_fields if field != "text")
            what = f"has the unknown key {key!r}; {nearest(key, known)}"
        elif not key:  # what the whole table says does not fit together
            what = str(problem["msg"])
        else:
            got, way_out = f" (got {problem['input']!r:.60})", str(problem["msg"])
            what = (
                f"{key} {way_out.replace(';', f'{got};', 1)}"
                if problem["type"] == "segkit"
                else f"{key} cannot be used{got}; write a text"
            )
        raise BadValueError(f"{name} {what}.", path=name, column=key) from None


def _own_text(table: TextTable, *, body: str, path: str) -> OwnText:
    section = Section(table.section)
    return OwnText(
        section=section,
        about=(table.contains if section in OF_A_GROUP else table.about).strip(),
        paragraphs=read_paragraphs(body),
        author=Author(table.author),
        by=" ".join(table.by.split()),
        path=path,
    )
