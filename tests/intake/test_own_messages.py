"""Messages in the user's own words: read as written, refused in one sentence, and put in place of ours."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from segkit.errors import BadValueError, InputError
from segkit.intake.company import read_company
from segkit.intake.own_messages import MOST_BYTES, find_message_files, read_own_messages
from segkit.model.company import OwnMessage
from tests.verification.companies import write_shop

GOOD = """---
contains: C004
channel: email
subject: Your cones for the autumn term
preheader: Ordered by 10 July, on your desk in August
action_label: Order by 10 July
action_url: https://www.shop.example/schools
---
The first paragraph,
over two lines.

The second paragraph.
"""


@pytest.fixture
def write(tmp_path):
    """Write a message file and return the company folder."""

    def write_message(text: str | bytes, name: str = "schools.md") -> Path:
        place = tmp_path / "messages"
        place.mkdir(exist_ok=True)
        (place / name).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return tmp_path

    return write_message


def front(**values: object) -> str:
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in values.items()) + "---\n"


def refused(folder: Path) -> InputError:
    with pytest.raises(InputError, match=r"messages/schools\.md") as caught:
        read_own_messages(folder)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert caught.value.path == "messages/schools.md"
    return caught.value


# read


def test_a_message_is_read_with_its_front_matter_and_a_paragraph_for_each_block(write):
    assert read_own_messages(write(GOOD)) == (
        OwnMessage(
            contains="C004",
            channel="email",
            subject="Your cones for the autumn term",
            preheader="Ordered by 10 July, on your desk in August",
            paragraphs=("The first paragraph, over two lines.", "The second paragraph."),
            action_label="Order by 10 July",
            action_url="https://www.shop.example/schools",
        ),
    )


def test_the_body_of_a_text_message_is_one_text(write):
    (own,) = read_own_messages(
        write(front(contains="C005", channel="sms") + "A chair is free.\n\nCall us.\n")
    )
    assert (own.channel, own.body, own.paragraphs) == ("sms", "A chair is free. Call us.", ())


def test_the_channel_is_email_where_none_is_named(write):
    (own,) = read_own_messages(write(front(contains="C004") + "Words."))
    assert own.channel == "email"


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("---\n", "---  \n").encode(),
    ],
    ids=["CRLF", "BOM", "blanks behind the lines"],
)
def test_how_an_editor_saves_a_file_changes_nothing(write, tmp_path, text):
    expected = read_own_messages(write(GOOD))
    assert read_own_messages(write(text)) == expected


def test_front_matter_without_text_keeps_our_words(write):
    (own,) = read_own_messages(write(front(contains="C004", subject="Mine")))
    assert (own.subject, own.paragraphs, own.body) == ("Mine", (), "")


def test_a_line_of_dashes_in_the_text_ends_nothing(write):
    (own,) = read_own_messages(write(front(contains="C004") + "One.\n\n---\n\nTwo."))
    assert own.paragraphs == ("One.", "---", "Two.")


@pytest.mark.parametrize(
    "number", ["1041", "12345678901234567890", "007", "0012", "1_000", "1.10", "12:30", "0x1F", "2026-10-01"]
)
def test_an_id_that_looks_like_a_number_or_a_day_stays_as_it_is_written(write, number):
    (own,) = read_own_messages(write(front(contains=number) + "Words."))
    assert own.contains == number


@pytest.mark.parametrize("subject", ["2026", "10:30", "2026-10-01", "no", "1e5", "On 3 May"])
def test_a_subject_is_text_whatever_it_looks_like(write, subject):
    (own,) = read_own_messages(write(front(contains="C004", subject=subject) + "Words."))
    assert own.subject == subject


def test_files_are_read_by_name_and_other_files_are_left_alone(write):
    write(front(contains="C002") + "B.", "b.md")
    write(front(contains="C001") + "A.", "a.md")
    folder = write("not a message", "notes.txt")
    (folder / "messages" / "more.md").mkdir()
    assert [own.contains for own in read_own_messages(folder)] == ["C001", "C002"]


def test_without_the_folder_there_is_nothing(tmp_path):
    assert read_own_messages(tmp_path) == ()


def test_company_settings_hold_the_messages_of_the_folder_after_those_of_the_file(write):
    folder = write(GOOD)
    (folder / "orders.csv").write_text("customer,order,date,amount\nC004,1,2026-01-02,5.00\n")
    (folder / "company.toml").write_text(
        '[company]\nname = "Shop"\n[[messages.own]]\ncontains = "C001"\nsubject = "From the file"\n'
    )
    assert [own.contains for own in read_company(folder).messages.own] == ["C001", "C004"]


# refused


@pytest.mark.parametrize(
    "text",
    [
        "No front matter at all.",
        "---\ncontains: C004\n",
        "\n" + GOOD,
        "",
        "--- contains: C004 ---\nWords.",
    ],
    ids=["none", "not closed", "begins too late", "empty", "on one line"],
)
def test_a_file_without_front_matter_is_refused(write, text):
    assert "front matter" in str(refused(write(text)))


@pytest.mark.parametrize(
    "inside",
    [
        "contains: [C004",
        "contains: 'C004",
        "\tcontains: C004",
        "contains: C004: x",
        "a: &a [*b]",
        "%TAG",
        "contains: \x07",
    ],
)
def test_front_matter_that_is_no_yaml_is_refused(write, inside):
    refused(write(f"---\n{inside}\n---\nWords."))


@pytest.mark.parametrize("inside", ["C004", "- contains", "42", "# only a comment"])
def test_front_matter_without_keys_is_refused(write, inside):
    assert "without keys" in str(refused(write(f"---\n{inside}\n---\nWords.")))


@pytest.mark.parametrize(
    "inside",
    [
        "contains: 2026-99-99",
        "contains: " + "9" * 5000,
        "contains: " + "[" * 3000 + "]" * 3000,
        "contains: {a: 1}",
        "contains: !!python/object:os.system x",
        "? [a, b]\n: c",
        "contains:",
    ],
    ids=["no day", "a huge number", "deep nesting", "a table", "a foreign tag", "a list as key", "nothing"],
)
def test_strange_front_matter_is_refused_or_read_and_never_a_traceback(write, inside):
    folder = write(f"---\n{inside}\n---\nWords.")
    try:
        read_own_messages(folder)
    except InputError:
        refused(folder)


def test_an_unknown_key_is_named_with_the_nearest_known(write):
    error = refused(write(front(contains="C004", subjekt="Mine")))
    assert isinstance(error, BadValueError)
    assert error.column == "subjekt"
    assert "'subject'" in str(error)


@pytest.mark.parametrize("channel", ["fax", "Email", "push", ""])
def test_another_channel_is_refused(write, channel):
    error = refused(write(front(contains="C004", channel=f"'{channel}'")))
    assert error.column == "channel"
    assert "'email'" in str(error)


def test_a_message_for_nobody_is_refused(write):
    assert refused(write(front(subject="Mine"))).column == "contains"
    assert refused(write(front(contains="''"))).column == "contains"


@pytest.mark.parametrize(
    "url", ["http://shop.example", "javascript:alert(1)", "https://shop.example/a b", "shop.example"]
)
def test_a_button_leads_to_an_https_address_or_nowhere(write, url):
    assert refused(write(front(contains="C004", action_url=f"'{url}'"))).column == "action_url"


@pytest.mark.parametrize("key", ["true", "no", "1", "null"])
def test_a_key_that_is_no_word_is_refused(write, key):
    refused(write(f"---\ncontains: C004\n{key}: x\n---\nWords."))


def test_a_file_that_is_no_text_is_refused(write):
    assert "UTF-8" in str(refused(write(GOOD.replace("first", "größte").encode("latin-1"))))


def test_a_file_larger_than_any_message_is_refused(write):
    assert "larger" in str(refused(write(GOOD + "x" * MOST_BYTES)))


# links


def test_a_link_out_of_the_folder_is_not_followed(write, tmp_path):
    folder = write(GOOD)
    outside = tmp_path / "outside.md"
    outside.write_text(front(contains="C001") + "Secret.")
    (folder / "messages" / "link.md").symlink_to(outside)
    assert [path.name for path in find_message_files(folder)] == ["schools.md"]


def test_a_messages_folder_that_is_a_link_out_is_not_followed(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "one.md").write_text(GOOD)
    company = tmp_path / "company"
    company.mkdir()
    (company / "messages").symlink_to(elsewhere)
    assert find_message_files(company) == ()


def test_links_in_a_circle_are_nothing(write):
    folder = write(GOOD)
    (folder / "messages" / "round.md").symlink_to("round.md")
    assert [path.name for path in find_message_files(folder)] == ["schools.md"]


def test_a_messages_folder_that_links_to_itself_is_nothing(tmp_path):
    (tmp_path / "messages").symlink_to("messages")
    assert read_own_messages(tmp_path) == ()


def test_a_link_within_the_folder_is_followed(write):
    folder = write(GOOD)
    (folder / "messages" / "again.md").symlink_to("schools.md")
    assert len(read_own_messages(folder)) == 2


# in place of ours


def test_the_users_own_words_replace_our_draft(example_folder, tmp_path):
    from segkit.publish.plan import open_plan

    folder = tmp_path / "shop"
    shutil.copytree(example_folder, folder)
    (folder / "messages").mkdir()
    (folder / "messages" / "classroom.md").write_text(
        GOOD.replace("https://www.shop.example/schools", "https://www.tenterfold.example/schools-and-studios")
    )
    made = open_plan(folder)
    (draft,) = [one for one in made.messages if one.own_words]
    group = made.foundation.segmentation.assignments["C004"]
    assert (draft.segment_id, draft.channel.value) == (group, "email")
    assert draft.email.subject == "Your cones for the autumn term"
    assert draft.email.paragraphs == ("The first paragraph, over two lines.", "The second paragraph.")
    assert draft.email.action.label == "Order by 10 July"
    files = dict(made.emails)[draft.id]
    assert "The second paragraph." in files.text
    assert "The second paragraph." in files.html
    assert b"The second paragraph." in files.eml
    from segkit.publish.manifest import describe_run

    ground = made.foundation
    run = describe_run(ground.company, ground.orders, ground.library, ground.events)
    assert "messages/classroom.md" in {entry["path"] for entry in run["inputs"]}


def test_in_a_book_of_forty_any_customer_of_a_group_names_it(tmp_path):
    from segkit.publish.plan import open_plan

    folder = write_shop(tmp_path / "shop", customers=40, groups=4, documents=True)
    walked = {case.customer_id for group in open_plan(folder).flows.facts.segments for case in group.cases}
    other = next(f"K{number}" for number in range(1, 41) if f"K{number}" not in walked)
    (folder / "messages").mkdir()
    (folder / "messages" / "one.md").write_text(front(contains=other, subject="Mine") + "In my own words.")
    made = open_plan(folder)
    assert [one.segment_id for one in made.messages if one.own_words] == [
        made.foundation.segmentation.assignments[other]
    ]
