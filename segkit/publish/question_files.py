"""The questions as files: one Markdown file for each section, in which somebody of the group writes the answer.

A file that is there is never touched: it is the user's.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from segkit.analysis.evidence import segment_anchors
from segkit.errors import InputError
from segkit.intake.own_texts import FOLDER, find_own_texts, read_own_texts
from segkit.model.argument import OF_A_GROUP, OwnText
from segkit.model.question import Question
from segkit.publish.sales import Sales
from segkit.strategy.questions import raise_questions

WIDTH = 100
LONGEST_NAME = 60
_UNSAFE = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFile:
    """A question and its file: newly written, or kept because it was there; ``answered`` where it holds words of the user."""

    question: Question
    path: str  # in the company folder, with forward slashes
    kept: bool
    answered: bool


def raise_of(sales: Sales) -> tuple[Question, ...]:
    """Return every question that a company's report raises, the most valuable first."""
    ground = sales.plan.foundation
    return raise_questions(
        ground.segmentation.summary,
        evidence=ground.evidence,
        plan=sales.plan.flows,
        messages=sales.plan.messages,
        cycle=sales.cycle,
        anchors=segment_anchors(ground.segmentation.assignments),
    )


def file_name(question: Question) -> str:
    """Return the name of a question's file; what a file name cannot hold becomes a hyphen.

    Examples
    --------
    >>> from segkit.model.argument import Section
    >>> file_name(Question(section=Section.GROUP, about="C004", asks="", facts=()))
    'group-C004.md'
    >>> file_name(Question(section=Section.FLOW, about="../etc", asks="", facts=()))
    'flow-etc.md'
    """
    about = _UNSAFE.sub("-", question.about).strip("-")[:LONGEST_NAME]
    return f"{question.section.value}{f'-{about}' if about else ''}.md"


def compose_file(question: Question, *, number: int, of: int) -> str:
    """Return a file's text: front matter, then a comment with the question and what an answer has to reckon with."""
    key = "contains" if question.section in OF_A_GROUP else "about"
    front = [f"section: {question.section.value}"]
    front += [f'{key}: "{_quoted(question.about)}"'] if question.about else []
    front += ["author: user", "by:"]
    parts = [f"Question {number} of {of}\n{_wrap(question.asks)}"]
    if question.facts:
        parts.append("Facts\n" + "\n".join(_wrap(fact, item=True) for fact in question.facts))
    if question.quotations:
        quoted = (
            f"“{item.exact}” [@{item.source_id}]{f', {item.heading}' if item.heading else ''}"
            for item in question.quotations
        )
        parts.append("Quotations\n" + "\n".join(_wrap(text, item=True) for text in quoted))
    if question.mind:
        parts.append("What would change your mind\n" + _wrap(question.mind, item=True))
    parts.append(
        _wrap(
            "Write your answer below this comment; it replaces the paragraph in the report and is marked as yours. Put your name "
            "after by:, and write author: language model where one wrote it. Numbers and quotations are looked for in the "
            "evidence, so name their source as the facts do."
        )
    )
    body = "\n\n".join(parts)
    head = "\n".join(front)
    return f"---\n{head}\n---\n<!--\n{_inside_comment(body)}\n-->\n\n"


def write_question_files(
    folder: Path, questions: Sequence[Question], *, members: Mapping[str, int] | None = None
) -> tuple[QuestionFile, ...]:
    """Write the file of each question into ``text/``; what is there is kept.

    Parameters
    ----------
    folder : Path
        The company folder.
    questions : sequence of Question
    members : mapping of str to int, optional
        The group of each customer: a text may name its group by another customer than the question does.

    Raises
    ------
    InputError
        ``text`` is a file, or leads out of the company folder; a text in it says wrongly what it is about.
    """
    place = folder / FOLDER
    if place.exists() and not (place.is_dir() and place.resolve().is_relative_to(folder.resolve())):
        raise InputError(
            f"{FOLDER} in {folder.name} is no folder of it; move it away and run segkit ask again.",
            path=str(place),
        )
    groups = {customer: f"group {number}" for customer, number in (members or {}).items()}
    known = {
        (text.section, groups.get(text.about, text.about.casefold())): text for text in _answers_last(folder)
    }
    taken = {path.name.casefold() for path in find_own_texts(folder)}
    place.mkdir(exist_ok=True)
    written = []
    for number, question in enumerate(questions, start=1):
        own = known.get((question.section, groups.get(question.about, question.about.casefold())))
        if own is None:
            name = _free_name(file_name(question), taken)
            text = compose_file(question, number=number, of=len(questions))
            with (place / name).open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
            taken.add(name.casefold())
        written.append(_told(question, own, name=name if own is None else ""))
    return tuple(written)


def _answers_last(folder: Path) -> list[OwnText]:
    """Return the user's texts; of two for one place the one that holds words counts."""
    return sorted(read_own_texts(folder), key=lambda text: bool(text.paragraphs))


def _told(question: Question, own: OwnText | None, *, name: str) -> QuestionFile:
    if own is None:
        return QuestionFile(question=question, path=f"{FOLDER}/{name}", kept=False, answered=False)
    return QuestionFile(question=question, path=own.path, kept=True, answered=bool(own.paragraphs))


def _free_name(name: str, taken: Iterable[str]) -> str:
    """Return a name that no file has: two customers can differ in what a file name cannot hold."""
    stem, known = name.removesuffix(".md"), set(taken)
    numbered = (f"{stem}-{number}.md" for number in range(2, len(known) + 3))
    return next(each for each in (name, *numbered) if each.casefold() not in known)


def _wrap(text: str, *, item: bool = False) -> str:
    line = " ".join(text.split())
    return textwrap.fill(
        line,
        WIDTH,
        initial_indent="- " if item else "",
        subsequent_indent="  " if item else "",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _inside_comment(text: str) -> str:
    """Return a text that cannot end the comment it stands in."""
    return text.replace("--", "- -").replace("<!", "< !")


def _quoted(text: str) -> str:
    """Return a text as it stands between double quotes in front matter."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
