"""The chosen settings enter company.toml; nothing else in it changes, however it is written."""

from __future__ import annotations

import os
import tomllib
from datetime import date

import pytest

from segkit.errors import BadValueError, InputError
from segkit.intake.bundled import example_company
from segkit.intake.company import read_company
from segkit.intake.settings_writing import Change, change_text, write_settings

COMPANY = '[company]\nname = "x" # [segmentation]\n'
DAY = date(2026, 1, 2)
ODD = ("a=b", 'it\'s "q" # no comment', "größe")
HOSTILE = {
    "a comment behind the value": COMPANY + "[segmentation]\nn_segments = 4   # the assignment\n# end\n",
    "an inline table": "segmentation = { n_segments = 4, seed = 1 } # c\n" + COMPANY,
    "dotted keys": "segmentation.n_segments = 4 # c\nsegmentation.seed = 2\n" + COMPANY,
    "no such table": COMPANY + '\n[[segments]]\nname="a"\ncontains="C1"',
    "an empty table": COMPANY + '[segmentation]\n# features = ["a"]\n\n# about orders\n[orders]\nfiles="a"\n',
    "tables out of order": '[orders.columns]\namount="b"\n' + COMPANY + '[orders]\nfiles="y"\n',
    "only a table below it": COMPANY + '[orders.columns]\namount="b"\n',
    "quoted keys": COMPANY + '["segmentation"]\n"n_segments"=4\n',
    "comments in a list": COMPANY
    + '[segmentation]\nfeatures = [\n  "a", # first\n  "b#c", # second\n] # behind\nn_segments=0x4\n',
    "no line end at the end": COMPANY + "[segmentation]\nn_segments = 4",
    "a head in a text": '[company]\nname = "x"\nabout = """\n[segmentation]\nn_segments = 9\n[orders]\n"""\n',
    "a head in a text before the head": '[company]\nname = "x"\nabout = """\n[segmentation]\n"""\n[segmentation]\n# [orders]\n',
    "spaces in the head": COMPANY + "  [ segmentation ]   # groups\n  n_segments = 4\n",
    "an inline table of a table": 'orders = {files = ["a"], columns = {amount = "b"}}\n' + COMPANY,
}
CHANGES = (
    Change(table="segmentation", key="n_segments", before=4, after=3),
    Change(table="segmentation", key="features", before=None, after=list(ODD)),
    Change(table="orders", key="as_of", before=None, after=DAY),
)


def without(tables):
    """The content of a file but for the three keys."""
    for table, key in (("segmentation", "n_segments"), ("segmentation", "features"), ("orders", "as_of")):
        tables.get(table, {}).pop(key, None)
    return {name: value for name, value in tables.items() if value != {}}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("lead", ["", "\ufeff"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_the_three_keys_change_and_nothing_else(text, lead, end):
    before = lead + text.replace("\n", end)
    after = change_text(before, CHANGES)
    old, new = (tomllib.loads(part.removeprefix("\ufeff").replace("\r\n", "\n")) for part in (before, after))
    assert (new["segmentation"]["n_segments"], new["segmentation"]["features"], new["orders"]["as_of"]) == (
        3, list(ODD), DAY,
    )  # fmt: skip
    assert without(new) == without(old)
    assert after.startswith(lead)
    assert ("\r\n" in after) == (end == "\r\n")
    assert after.count("\n") == after.count(end)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_every_line_that_holds_none_of_the_keys_stays_byte_for_byte(text):
    after = change_text(text, CHANGES).splitlines()
    for line in text.splitlines():
        if not any(
            word in line for word in ("n_segments", "features", "segmentation", '"b#c"', '"a", #', "orders")
        ):
            assert line in after or line == "] # behind"


def test_comments_inside_a_list_that_is_replaced_are_kept():
    after = change_text(HOSTILE["comments in a list"], CHANGES)
    assert "first; second; behind" in after


def test_changing_back_gives_the_first_bytes_again():
    text = HOSTILE["a comment behind the value"]
    there = change_text(text, CHANGES[:1])
    assert there == text.replace("= 4", "= 3")
    assert change_text(there, (Change(table="segmentation", key="n_segments", before=3, after=4),)) == text


def test_a_key_is_taken_out_where_the_default_is_chosen_and_its_comment_stays(tmp_path):
    file = tmp_path / "company.toml"
    file.write_text(COMPANY + '[orders]\nas_of = 2026-01-02 # day of the export\nfiles = "a"\n')
    (change,) = write_settings(tmp_path, n_segments=4, features=(), as_of=None)
    assert (change.key, change.before, change.after) == ("as_of", DAY, None)
    assert "day of the export" in file.read_text()
    assert read_company(tmp_path).orders.as_of is None


def test_a_file_that_says_all_of_it_already_is_not_touched(tmp_path):
    file = tmp_path / "company.toml"
    file.write_bytes(COMPANY.encode())
    os.utime(file, (1, 1))
    assert write_settings(tmp_path, n_segments=4, features=(), as_of=None) == ()
    assert file.stat().st_mtime == 1


def test_a_value_that_the_file_may_not_hold_changes_nothing(tmp_path):
    file = tmp_path / "company.toml"
    file.write_text(COMPANY)
    with pytest.raises(BadValueError, match="n_segments"):
        write_settings(tmp_path, n_segments=1, features=(), as_of=None)
    assert file.read_text() == COMPANY
    assert [path.name for path in tmp_path.iterdir()] == ["company.toml"]


def test_the_example_that_travels_with_segkit_is_refused_in_a_sentence():
    before = (example_company() / "company.toml").read_bytes()
    with pytest.raises(
        InputError, match=r"travels with segkit and is not changed; copy it with `segkit lab`"
    ):
        write_settings(example_company(), n_segments=3, features=(), as_of=None)
    assert (example_company() / "company.toml").read_bytes() == before


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere.toml").write_text(COMPANY)
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "company.toml").symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(InputError, match="leads outside the company folder"):
        write_settings(folder, n_segments=3, features=(), as_of=None)
    assert (tmp_path / "elsewhere.toml").read_text() == COMPANY


def test_the_permissions_of_the_file_stay(tmp_path):
    file = tmp_path / "company.toml"
    file.write_text(COMPANY)
    file.chmod(0o640)
    write_settings(tmp_path, n_segments=3, features=(), as_of=None)
    assert file.stat().st_mode & 0o777 == 0o640
