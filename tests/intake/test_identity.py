"""Who ordered: one chain of keys, joined across orders, labels where a key is personal."""

from __future__ import annotations

import duckdb
import pytest

from segkit.intake.identity import looks_personal, normalised_key

DAY = {"order_date": "2024-01-31", "amount": "5"}


def ids(orders):
    frame = orders.scan("pandas").to_native().sort_values("line_no")
    return frame["customer_id"].tolist()


def test_an_order_without_email_joins_the_customer_whose_phone_it_carries(read):
    orders = read(
        DAY | {"email": "ann@x.example", "phone": "+49 171 234567"},
        DAY | {"email": "", "phone": "0049-171-234567"},
        DAY | {"email": "bo@x.example", "phone": ""},
    )
    assert ids(orders) == ["C001", "C001", "C002"]
    assert orders.identities == (("C001", "ann@x.example"), ("C002", "bo@x.example"))
    assert "e-mail, else phone (2 by e-mail)" in orders.log.identity_rule


def test_the_chain_joins_over_two_steps(read):
    """Name and postcode lead to the phone, the phone to the e-mail."""
    who = {"name": "Ann Lee", "postcode": "D-10115"}
    orders = read(
        DAY | {"email": "ann@x.example", "phone": "0171234567", "name": "", "postcode": ""},
        DAY | {"email": "", "phone": "0171234567"} | who,
        DAY | {"email": "", "phone": ""} | who,
        DAY | {"email": "", "phone": "", "name": "ANN  lee", "postcode": "d 10115"},
    )
    assert ids(orders) == ["C001"] * 4


def test_a_phone_that_two_customers_share_joins_nobody_and_is_told(read):
    orders = read(
        DAY | {"email": "ann@x.example", "phone": "0171234567"},
        DAY | {"email": "bo@x.example", "phone": "0171234567"},
        DAY | {"email": "", "phone": "0171234567"},
    )
    assert len(set(ids(orders))) == 3
    assert [entry.rows for entry in orders.log.kept if entry.rule == "shared keys"] == [1]


def test_two_emails_with_one_phone_stay_two_customers(read):
    orders = read(
        DAY | {"email": "ann@x.example", "phone": "0171234567"},
        DAY | {"email": "bo@x.example", "phone": "0171234567"},
    )
    assert orders.log.customers == 2


def test_customer_ids_go_out_untouched_and_guests_get_labels_that_cannot_clash(read):
    orders = read(
        DAY | {"customer_id": "00012", "email": "ann@x.example"},
        DAY | {"customer_id": "C7", "email": "bo@x.example"},
        DAY | {"customer_id": "", "email": "guest@x.example"},
        DAY | {"customer_id": "", "email": "ANN@x.example "},
    )
    assert ids(orders) == ["00012", "C7", "G001", "00012"]
    assert orders.identities == (("G001", "guest@x.example"),)
    assert "2 by customer id, 1 by e-mail" in orders.log.identity_rule


def test_labels_run_by_first_order_then_by_key(read):
    orders = read(
        {"email": "z@x.example", "order_date": "2024-01-13", "amount": "1"},
        {"email": "b@x.example", "order_date": "2024-01-14", "amount": "1"},
        {"email": "a@x.example", "order_date": "2024-01-14", "amount": "1"},
    )
    assert [key for _, key in orders.identities] == ["z@x.example", "a@x.example", "b@x.example"]


def test_rows_that_do_not_say_who_ordered_are_dropped_and_counted(read):
    orders = read(DAY | {"email": "ann@x.example"}, DAY | {"email": "n/a"}, DAY | {"email": ""})
    (entry,) = orders.log.dropped
    assert (entry.rule, entry.rows, entry.examples, entry.amount) == (
        "no identity",
        2,
        ("row 3", "row 4"),
        10,
    )


@pytest.mark.parametrize("who", ["ann@x.example", "Ann Lee", "Lee, Ann", "+49 171 234567"])
def test_an_id_column_that_holds_personal_keys_is_labelled(read, who):
    orders = read(DAY | {"customer_id": who})
    assert orders.identities == (("C001", who),)


@pytest.mark.parametrize("who", ["00017", "DH-13675", "K 12", "alice"])
def test_an_id_column_that_holds_codes_is_not_labelled(read, who):
    assert ids(read(DAY | {"customer_id": who})) == [who]


def test_a_name_alone_identifies_only_where_there_is_nothing_better(read):
    only_name = read(
        DAY | {"customer_name": "Ann Lee"}, DAY | {"customer_name": "ann  LEE"}, DAY | {"customer_name": "-"}
    )
    assert (only_name.log.customers, only_name.log.rows_used) == (1, 2)
    assert (
        only_name.log.identity_rule
        == "Customers are told apart by name; labels such as C001 stand for personal keys."
    )
    with_id = read(
        DAY | {"customer_id": "", "customer_name": "Ann Lee"},
        DAY | {"customer_id": "9", "customer_name": "B"},
    )
    assert with_id.log.rows_used == 1


@pytest.mark.parametrize(
    ("kind", "text", "key"),
    [
        ("email", " Ann@X.Example ", "ann@x.example"),
        ("email", "ann at x", None),
        ("phone", "+49 (171) 23-45", "4917123" + "45"),
        ("phone", "0049 171 2345", "491712345"),
        ("phone", "123", None),
        ("phone", "-", None),
        ("name", " Ann  LEE ", "ann lee"),
        ("name", "---", None),
        ("customer_id", " 007 ", "007"),
        ("customer_id", " ", None),
    ],
)
def test_keys_are_compared_without_case_spaces_and_signs(kind, text, key):
    sql = normalised_key(kind, "?")
    found = (
        duckdb.connect()
        .execute("SELECT " + sql.replace("?", "who") + " FROM (SELECT ? AS who)", [text])
        .fetchall()
    )
    assert found == [(key,)]


def test_an_empty_id_column_is_not_personal():
    con = duckdb.connect()
    con.execute("CREATE TABLE t (who VARCHAR)")
    assert not looks_personal(con, "t", "who")
