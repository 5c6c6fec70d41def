"""Who wrote a paragraph that argues, and the user's own words for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Author(StrEnum):
    """Who wrote a paragraph: this program from values, a person, or a language model a person asked."""

    SEGKIT = "segkit"
    USER = "user"
    LANGUAGE_MODEL = "language model"


class Section(StrEnum):
    """What a paragraph argues about; each can be replaced by the user's own words.

    ``GROUP``, ``FLOW`` and ``MESSAGE`` belong to one group, named by a customer in it; ``CRITERION`` and ``STAGE`` to one id of
    ``criteria.toml`` and ``sales_stages.toml``; ``SUMMARY`` and ``OPPORTUNITY`` stand once in a report.
    """

    SUMMARY = "summary"
    GROUP = "group"
    FLOW = "flow"
    MESSAGE = "message"
    CRITERION = "criterion"
    OPPORTUNITY = "opportunity"
    STAGE = "stage"


OF_A_GROUP = (Section.GROUP, Section.FLOW, Section.MESSAGE)
"""Sections that belong to one group, named by a customer in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnText:
    """Paragraphs that a user wrote or had written for one section.

    ``about`` is a customer id, a criterion or a stage, as the section asks, and "" where the section stands once; ``by`` names the writer;
    ``path`` is the file in the company folder, "" for ``company.toml``.
    """

    section: Section
    about: str = ""
    paragraphs: tuple[str, ...] = ()
    author: Author = Author.USER
    by: str = ""
    path: str = ""

    @property
    def name(self) -> str:
        """Return how sentences name the text: by its file, else by its section."""
        return self.path or f"[[texts]] {self.section} {self.about}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """The paragraphs that stand in a section, and what a reader has to know of them.

    ``untraced`` are the numbers and quotations in them, as written, that no evidence of the report holds; ``asks`` is the question an
    empty field of a worksheet puts to its reader.
    """

    paragraphs: tuple[str, ...] = ()
    author: Author = Author.SEGKIT
    by: str = ""
    untraced: tuple[str, ...] = ()
    asks: str = ""
