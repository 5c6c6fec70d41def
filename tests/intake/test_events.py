"""What customers did besides ordering: read from whatever the shop system exports, every row accounted for."""

from __future__ import annotations

import hashlib
import weakref
from dataclasses import FrozenInstanceError

import duckdb
import openpyxl
import pandas as pd
import pytest

from segkit.errors import BadValueError, InputError, MissingColumnError
from segkit.intake import event_times
from segkit.intake.company import read_company, read_company_orders
from segkit.intake.event_names import choose_columns, name_event, show_event
from segkit.intake.events import COLUMNS, find_event_file, read_events
from segkit.model.event_log import EVENTS, EventLog
from segkit.model.evidence import SourceType
from segkit.words.events import NO_EVENTS, describe_events

ORDERS = (
    "customer_id,email,order_date,amount,sku,product\n"
    "007,Ann@x.example,2024-01-31,5,A1,Mug\n"
    "8,bo@x.example,2024-12-30,5,B2,Cup\n"
)
BY_MAIL = "Email,order_date,amount\nann@x.example,2024-01-31,5\nbo@x.example,2024-12-30,5\n"
HEAD = "customer_id,event,time,product\n"


@pytest.fixture
def events_of(tmp_path):
    """Write a company folder with this events file and read it."""

    def read(text, *, name="events.csv", orders=ORDERS, settings='timezone = "Europe/Berlin"', extra=""):
        folder = tmp_path / "shop"
        folder.mkdir(exist_ok=True)
        (folder / "company.toml").write_text(f'[company]\nname = "X"\n{settings}\n{extra}', encoding="utf-8")
        (folder / "orders.csv").write_text(orders, encoding="utf-8")
        if isinstance(text, bytes):
            (folder / name).write_bytes(text)
        elif text is not None:
            (folder / name).write_text(text, encoding="utf-8")
        company = read_company(folder)
        return read_events(company, read_company_orders(company))

    return read


def dropped(events):
    return {entry.rule: entry.rows for entry in events.log.dropped}


def people(events):
    return events.table["customer_id"].tolist()


def times(events):
    return [str(moment) for moment in events.table["at"]]


# what is read


def test_a_folder_without_the_file_has_no_events(events_of):
    assert events_of(None) is None
    assert describe_events(None) == NO_EVENTS


def test_events_are_sorted_typed_and_carry_their_source(events_of, tmp_path):
    events = events_of(
        "customer_id,event,time,product,quantity,value,cart_id\n"
        "8,add_to_cart,2024-02-02 10:00,Cup,2,9.50,K1\n"
        "007,view_item,2024-02-01 09:30,Mug,,,\n"
        "007,view_item,2024-02-01 09:30,Cup,,,\n"
    )
    assert tuple(events.table.columns) == COLUMNS
    assert people(events) == ["007", "007", "8"]
    assert events.table["event"].tolist() == ["product_viewed", "product_viewed", "cart_added"]
    assert times(events) == ["2024-02-01 09:30:00", "2024-02-01 09:30:00", "2024-02-02 10:00:00"]
    assert events.table["product"].tolist() == ["Cup", "Mug", "Cup"]
    assert events.table["reference"].tolist() == [None, None, "K1"]
    assert events.table["quantity"].tolist()[2] == 2
    assert events.table["value"].tolist()[2] == 9.5
    assert events.table["at"].dtype.kind == "M"
    assert events.table["at"].dt.tz is None
    digest = hashlib.sha256((tmp_path / "shop" / "events.csv").read_bytes()).hexdigest()
    assert events.inputs == (("events.csv", digest),)
    assert (events.source.id, events.source.type, events.source.sha256) == (
        "events",
        SourceType.OTHER,
        digest,
    )
    assert (events.source.title, events.source.n_rows) == ("Event log", 3)


def test_events_are_frozen_and_can_be_weakly_referred_to(events_of):
    events = events_of(HEAD + "8,view_item,2024-02-01,Mug\n")
    assert weakref.ref(events)() is events
    with pytest.raises(FrozenInstanceError):
        events.log = None
    with pytest.raises(FrozenInstanceError):
        events.log.rows_used = 0


def test_the_same_file_gives_the_same_events(events_of):
    text = HEAD + "".join(
        f"{8 if n % 3 else '007'},e{n % 5},2024-02-0{n % 7 + 1},P{n % 4}\n" for n in range(60)
    )
    one, two = events_of(text), events_of(text)
    pd.testing.assert_frame_equal(one.table, two.table)
    assert one.log == two.log


@pytest.mark.parametrize("kind", ["tsv", "parquet", "xlsx"])
def test_other_kinds_of_files_read_the_same(events_of, tmp_path, kind):
    rows = [
        ("007", "Viewed Product", "2024-02-01 09:30:00", "Mug"),
        ("8", "Added to Cart", "2024-02-02 10:00:00", None),
    ]
    path = tmp_path / "shop" / f"events.{kind}"
    path.parent.mkdir()
    names = ["customer_id", "event", "time", "product"]
    if kind == "tsv":
        path.write_text("\n".join("\t".join(cell or "" for cell in row) for row in [names, *rows]) + "\n")
    elif kind == "parquet":
        frame = pd.DataFrame(rows, columns=names)
        frame["time"] = pd.to_datetime(frame["time"])
        frame.to_parquet(path)
    else:
        book = openpyxl.Workbook()
        for row in [names, *rows]:
            book.active.append(row)
        book.save(path)
    events = events_of(None)
    assert people(events) == ["007", "8"]
    assert events.table["event"].tolist() == ["product_viewed", "cart_added"]
    assert times(events) == ["2024-02-01 09:30:00", "2024-02-02 10:00:00"]


def test_two_event_files_are_refused(events_of, tmp_path):
    events_of(HEAD + "8,view_item,2024-02-01,Mug\n")
    with pytest.raises(InputError, match=r"has events.csv and events.tsv; keep one of them\."):
        events_of("x", name="events.tsv")


def test_a_link_out_of_the_folder_is_refused(events_of, tmp_path):
    (tmp_path / "secret.csv").write_text(HEAD)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "events.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(InputError, match="leads outside the company folder"):
        events_of(None)
    (tmp_path / "secret.csv").unlink()
    with pytest.raises(InputError, match="a link that leads to no file"):
        find_event_file(tmp_path / "shop")


# whose they are


def test_emails_find_the_label_of_their_customer_and_never_leave(events_of):
    events = events_of(
        "email,event,time\n BO@X.example ,view_item,2024-02-01\nann@x.example,view_item,2024-02-02\n",
        orders=BY_MAIL,
    )
    assert people(events) == ["C002", "C001"]
    assert "x.example" not in repr(events) + events.table.to_csv() + " ".join(describe_events(events))


def test_emails_find_a_customer_whom_the_orders_know_by_id(events_of):
    events = events_of("email,event,time\nann@x.example,view_item,2024-02-01\nbo@x.example,x,2024-02-02\n")
    assert people(events) == ["007", "8"]


def test_a_profile_column_may_hold_ids_or_emails(events_of):
    events = events_of("profile,metric,timestamp\n007,x,2024-02-01\nbo@x.example,x,2024-02-02\n")
    assert people(events) == ["007", "8"]


def test_the_id_wins_over_an_email_that_says_otherwise(events_of):
    events = events_of(
        "customer_id,email,event,time\n007,bo@x.example,x,2024-02-01\n,bo@x.example,x,2024-02-02\n"
    )
    assert people(events) == ["007", "8"]


def test_ids_that_a_data_frame_wrote_as_floats_are_known(events_of):
    events = events_of("user_id,event,time\n8.0,x,2024-02-01\n9.0,x,2024-02-02\n")
    assert people(events) == ["8", None]


def test_the_column_that_the_orders_use_means_the_same_here(events_of):
    orders = "Debitor X,order_date,amount\nK9,2024-12-30,5\n"
    extra = '[orders]\ncolumns = { customer_id = "Debitor X" }\n'
    assert people(events_of("debitor x,event,time\nK9,x,2024-02-01\n", orders=orders, extra=extra)) == ["K9"]


def test_names_are_known_where_the_orders_know_customers_by_name(events_of):
    orders = "Customer,order_date,amount\nAnn Lee,2024-01-31,5\nBo Ek,2024-12-30,5\n"
    events = events_of("customer,event,time\nann  lee,x,2024-02-01\n", orders=orders)
    assert people(events) == ["C001"]


def test_phones_are_compared_by_their_digits(events_of):
    orders = "phone,order_date,amount\n0114 496 0123,2024-12-30,5\n"
    events = events_of("Phone,event,time\n(0114) 496-0123,x,2024-02-01\n", orders=orders)
    assert people(events) == ["C001"]


def test_visitors_without_an_order_are_kept_and_counted(events_of):
    events = events_of(
        "email,event,time,product\nzed@x.example,x,2024-02-01,\nZED@x.example,x,2024-02-02,\nyo@x.example,x,2024-02-03,\n"
        ",restocked,2024-02-04,Mug\nann@x.example,x,2024-02-05,\n"
    )
    log = events.log
    assert people(events) == [None, None, None, None, "007"]
    assert (log.customers, log.strangers, log.stranger_rows, log.nobody_rows) == (1, 2, 3, 1)


def test_keys_that_fit_nobody_are_said_aloud(events_of):
    text = " ".join(describe_events(events_of("user_id,event,time\nshopify-1,x,2024-02-01\n")))
    assert "No event belongs to a customer of the order history; check that 'user_id' holds the ids" in text


def test_ids_that_a_spreadsheet_shortened_are_refused(events_of):
    with pytest.raises(BadValueError, match="a spreadsheet shortened"):
        events_of(HEAD + "1.23E+12,x,2024-02-01,\n")


# what they are


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("view_item", "product_viewed"),
        ("Viewed Product", "product_viewed"),
        ("ViewContent", "product_viewed"),
        ("add_to_cart", "cart_added"),
        ("Added to Cart", "cart_added"),
        ("product_added_to_cart", "cart_added"),
        ("begin_checkout", "checkout_started"),
        ("Checkout Started", "checkout_started"),
        ("checkout_started", "checkout_started"),
        ("Subscribed to Back in Stock", "stock_notice"),
        ("back_in_stock_subscribe", "stock_notice"),
        ("back in stock", "back_in_stock"),
        ("Restocked", "back_in_stock"),
        ("sign_up", "signed_up"),
        ("Subscribed to List", "signed_up"),
        ("review", "review_left"),
        ("Complaint", "complaint"),
        ("Ticket opened", "complaint"),
        ("ticket_closed", "complaint_resolved"),
        ("unsubscribe", "unsubscribed"),
        ("Quote requested", "quote_requested"),
        ("In den Warenkorb", "cart_added"),
        ("page_view", "page_view"),
        ("Opened E-Mail!", "opened_e_mail"),
        ("???", ""),
    ],
)
def test_names_of_other_systems_become_ours(raw, name):
    assert name_event(raw) == name


def test_our_own_names_stay_as_they_are():
    assert all(name_event(name) == name for name in EVENTS)


def test_a_page_view_is_a_product_view_only_where_the_row_names_a_product(events_of):
    events = events_of(HEAD + "8,page_view,2024-02-01,Mug\n8,page_view,2024-02-02,\n")
    assert events.table["event"].tolist() == ["product_viewed", "page_view"]
    assert {(e.raw, e.name, e.rows) for e in events.log.names} == {
        ("page_view", "product_viewed", 1),
        ("page_view", "page_view", 1),
    }


def test_a_code_gets_the_name_that_the_orders_have_for_it(events_of):
    events = events_of("customer_id,event,time,sku\n8,x,2024-02-01,a1\n8,x,2024-02-02,Z9\n8,x,2024-02-03,\n")
    assert events.table["product"].tolist() == ["Mug", "Z9", None]


def test_unknown_events_are_kept_and_told(events_of):
    events = events_of(HEAD + "8,Petted the Cat,2024-02-01,\n8,view_item,2024-02-02,\n")
    assert events.table["event"].tolist() == ["petted_the_cat", "product_viewed"]
    text = " ".join(describe_events(events))
    assert "Kept under their own names: petted_the_cat." in text
    assert "Read 'view_item' as product_viewed." in text


def test_a_column_of_free_text_is_no_column_of_events(events_of):
    rows = "".join(f"8,message {n},2024-02-01,\n" for n in range(600))
    with pytest.raises(BadValueError, match="more than 500 different texts, so they are no names of events"):
        events_of(HEAD + rows)


def test_personal_data_in_a_name_is_masked():
    assert show_event("Mail\x1b[31m to ann@x.example") == "Mail [31m to [email]"
    assert "ann" not in name_event("Mail to ann@x.example")


# when they were


def test_times_with_an_offset_become_the_shops_own(events_of):
    events = events_of(
        HEAD + "8,x,2024-07-01T22:30:00Z,\n8,x,2024-01-01T00:30:00+05:30,\n8,x,2024-03-01 10:00,\n"
    )
    assert times(events) == ["2023-12-31 20:00:00", "2024-03-01 10:00:00", "2024-07-02 00:30:00"]
    assert "days and times are those of Europe/Berlin" in events.log.timezone_note


def test_without_a_time_zone_times_stay_as_written(events_of):
    events = events_of(HEAD + "8,x,2024-07-01T22:30:00Z,\n", settings="")
    assert times(events) == ["2024-07-01 22:30:00"]
    assert "no time zone is set" in events.log.timezone_note


@pytest.mark.parametrize("stamp", ["1719873000", "1719873000000", "1719873000000000", "1719873000.0"])
def test_seconds_and_thousandths_since_1970_are_times_in_utc(events_of, stamp):
    events = events_of(HEAD + f"8,x,{stamp},\n")
    assert times(events) == ["2024-07-02 00:30:00"]
    assert events.log.notes[0].rule == "seconds since 1970"


def test_german_dates_are_read_day_first(events_of):
    events = events_of(
        "Kunde;Ereignis;Datum;Uhrzeit;Menge\n8;Bewertung;05.03.2024;14:30;1,5\n8;x;31.03.2024;;2\n"
    )
    assert times(events) == ["2024-03-05 14:30:00", "2024-03-31 00:00:00"]
    assert events.table["event"].tolist() == ["review_left", "x"]
    assert events.table["quantity"].tolist() == [1.5, 2]


def test_a_date_beside_a_whole_timestamp_is_not_joined_to_it(events_of):
    events = events_of("customer_id,event,date,time\n8,x,2024-02-01,2024-02-01T10:00:00\n")
    assert times(events) == ["2024-02-01 10:00:00"]


def test_ambiguous_dates_are_refused_until_settled(events_of):
    text = HEAD + "8,x,03/04/2024,\n8,x,05/06/2024,\n"
    with pytest.raises(BadValueError, match=r"can be 3 April 2024 or 4 March 2024.*\[orders\] day_first"):
        events_of(text)
    assert times(events_of(text, extra="[orders]\nday_first = true\n"))[0] == "2024-04-03 00:00:00"


def test_the_quick_way_to_read_times_agrees_with_the_thorough_one(events_of, monkeypatch):
    stamps = [
        f"2024-{month:02}-{day:02}{joint}{hour:02}:{minute:02}{rest}{zone}"
        for month, day, hour, minute in (
            (3, 31, 0, 59),
            (3, 31, 1, 0),
            (10, 27, 1, 30),
            (2, 29, 23, 59),
            (7, 1, 0, 0),
        )
        for joint in "T "
        for rest in ("", ":07", ":07.123")
        for zone in ("", "Z", "+02:00", "-0530", "+14")
    ]
    text = HEAD + "".join(f"8,x,{stamp},{n}\n" for n, stamp in enumerate(stamps))
    quick = events_of(text)
    assert len(quick.table) == len(stamps)
    monkeypatch.setattr(event_times, "_read_iso", lambda *_, **__: None)
    thorough = events_of(text)
    pd.testing.assert_frame_equal(quick.table, thorough.table)
    assert quick.log == thorough.log


# what is left out


def test_every_row_is_used_or_dropped_for_a_reason(events_of):
    good = "".join(f"8,x,2024-02-01,P{n}\n" for n in range(400))
    events = events_of(
        HEAD
        + good
        + "8,x,2024-02-01,P1\n8,x,2024-02-01,P1\n8,,2024-02-02,\n8,x,,\n8,x,yesterday,\n8,x,2025-01-01,\n"
    )
    assert dropped(events) == {
        "repeated": 2,
        "no event": 1,
        "no time": 1,
        "unreadable time": 1,
        "after as_of": 1,
    }
    assert (events.log.rows_read, events.log.rows_used) == (406, 400)
    assert events.log.dropped[-1].examples == ("row 402", "row 403")


def test_the_day_on_which_observation_ends_still_counts(events_of):
    events = events_of(HEAD + "8,x,2024-12-31T22:59:00Z,\n8,x,2024-12-31T23:00:00Z,\n")
    assert times(events) == ["2024-12-31 23:59:00"]


def test_when_nothing_is_left_the_table_is_empty_and_the_words_say_so(events_of):
    events = events_of(HEAD + "8,x,2026-01-01,\n")
    assert events.table.empty
    assert events.table["customer_id"].dtype == object
    text = describe_events(events)
    assert text[0] == "events.csv: 1 row read, 0 used."
    assert "Left out: events after the end of observation (1)." in text
    assert "No event is left to use." in text


def test_rows_that_differ_in_an_unused_column_are_two_events(events_of):
    events = events_of(
        "customer_id,event,time,event_id\n8,x,2024-02-01,1\n8,x,2024-02-01,2\n8,x,2024-02-01,2\n"
    )
    assert events.log.rows_used == 2


# what is refused


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        (
            "event,time",
            r"no column that says who did something \(got 'event', 'time'\); call that column customer_id or email",
        ),
        ("customer_id,time", "no column that says what happened .* call that column event"),
        ("customer_id,event", "no column that says when .* call that column time"),
    ],
)
def test_a_missing_column_is_named_with_the_way_out(events_of, header, problem):
    with pytest.raises(MissingColumnError, match=problem):
        events_of(f"{header}\n1,2\n")


@pytest.mark.parametrize("text", [HEAD, HEAD.strip(), "", b"", b"\xef\xbb\xbf", "\n\n"])
def test_a_file_without_rows_is_refused(events_of, text):
    with pytest.raises(InputError):
        events_of(text)


def test_a_broken_csv_is_refused(events_of):
    with pytest.raises(InputError, match="malformed on"):
        events_of(HEAD + "8,x,2024-02-01,Mug\n8,x,2024-02-01,Mug,too,many,cells\n")


@pytest.mark.parametrize("cell", ["soon", "5", "2024-02-30", "12345678901234567890"])
def test_a_column_without_times_is_refused(events_of, cell):
    with pytest.raises(BadValueError, match="holds no dates"):
        events_of(HEAD + f"8,x,{cell},\n")


def test_too_many_unreadable_times_are_refused(events_of):
    with pytest.raises(
        BadValueError, match=r"1 of 3 cells in 'time' that are no times of 1970 to 2100 \(got row 4"
    ):
        events_of(HEAD + "8,x,2024-02-01,\n8,x,2024-02-02,\n8,x,soon,\n")


def test_a_quantity_that_is_no_number_is_refused(events_of):
    with pytest.raises(BadValueError, match="holds no numbers"):
        events_of("customer_id,event,time,quantity\n8,x,2024-02-01,many\n")
    with pytest.raises(BadValueError, match=r"that are no numbers .* rename the column"):
        events_of("customer_id,event,time,value\n8,x,2024-02-01,5\n8,x,2024-02-01,blue\n")


def test_an_event_log_that_does_not_add_up_is_refused(events_of):
    log = events_of(HEAD + "8,x,2024-02-01,\n").log
    with pytest.raises(AssertionError, match="1 rows unaccounted for"):
        EventLog(file=log.file, columns=(), rows_read=2, rows_used=1)


# hostile rows


def test_formulas_and_control_characters_are_text_on_one_line(events_of):
    text = (
        HEAD
        + '8,"=HYPERLINK(""http://x.example"",""click"")",2024-02-01,"=1+1"\n'
        + '8,<script>alert(1)</script>,2024-02-02,"Mug\x07\x1b[31m\nred"\n'
        + "'; DROP TABLE events; --,x,2024-02-03,'; DROP TABLE judged; --\n"
    )
    events = events_of(text)
    assert events.table["event"].tolist() == ["hyperlink_http_x_example_click", "script_alert_1_script", "x"]
    assert events.table["product"].tolist() == ["=1+1", "Mug [31m red", "'; DROP TABLE judged; --"]
    assert people(events) == ["8", "8", None]
    assert all(sign.isprintable() for sentence in describe_events(events) for sign in sentence)


def test_columns_may_be_called_like_those_of_the_reader(events_of):
    names = (
        "customer_id,event,at,product,raw,moment,reason,again,pid,kind,key,e_raw,c0,stranger,blank,title,code"
    )
    events = events_of(names + "\n8,x,2024-02-01 10:00,Mug" + ",z" * 13 + "\n")
    assert (people(events), times(events)) == (["8"], ["2024-02-01 10:00:00"])
    assert events.table["product"].tolist() == ["Mug"]


def test_a_byte_order_mark_semicolons_and_another_encoding_are_read(events_of):
    text = "customer_id;event;time;product\n8;view_item;2024-02-01 10:00;Müsli, groß\n"
    assert events_of(b"\xef\xbb\xbf" + text.encode()).table["product"].tolist() == ["Müsli, groß"]
    assert events_of(text.encode("cp1252")).table["product"].tolist() == ["Müsli, groß"]
    assert events_of(text.encode("utf-16")).table["product"].tolist() == ["Müsli, groß"]


def test_a_hundred_thousand_rows_are_read_and_counted(events_of, tmp_path):
    (tmp_path / "shop").mkdir()
    duckdb.sql(
        "COPY (SELECT ['ann@x.example', 'bo@x.example', 'v' || (i % 500) || '@x.example'][1 + i % 3] AS email, "
        "['Viewed Product', 'Added to Cart', 'opened mail'][1 + (i // 3) % 3] AS metric, "
        "strftime(TIMESTAMP '2024-01-01' + to_seconds(i * 200), '%Y-%m-%dT%H:%M:%SZ') AS timestamp, "
        f"'P' || (i % 50) AS product FROM range(100000) t(i)) TO '{tmp_path / 'shop' / 'events.csv'}'"
    )
    events = events_of(None)
    assert events.log.rows_read == events.log.rows_used == len(events.table) == 100_000
    assert (events.log.customers, events.log.strangers) == (2, 500)
    assert events.table["customer_id"].isna().sum() == events.log.stranger_rows == 33_333
    assert events.log.rows_of("product_viewed") == 33_334
    assert events.table["at"].is_monotonic_increasing


# columns


@pytest.mark.parametrize(
    ("names", "customer", "event", "time"),
    [
        (["customer", "type", "at"], "customer", "type", "at"),
        (["user_id", "name", "occurred_at"], "user_id", "name", "occurred_at"),
        (["Email", "Metric", "Datetime"], "Email", "Metric", "Datetime"),
        (["Profile", "Action", "Created At"], "Profile", "Action", "Created At"),
        (
            ["user_pseudo_id", "event_name", "event_date", "event_timestamp"],
            "user_pseudo_id",
            "event_name",
            "event_timestamp",
        ),
        (["userId", "type", "event", "timestamp"], "userId", "event", "timestamp"),
    ],
)
def test_columns_are_known_by_their_usual_names(names, customer, event, time):
    chosen = choose_columns(names, file="events.csv")
    assert (chosen.customer[0][0], chosen.event, chosen.time) == (customer, event, time)


def test_of_several_references_the_first_filled_counts(events_of):
    events = events_of(
        "customer_id,event,time,session,order_id,cart_id\n8,x,2024-02-01,S1,,K1\n8,x,2024-02-02,S1,O1,\n8,x,2024-02-03,S1,,\n"
    )
    assert events.table["reference"].tolist() == ["K1", "O1", "S1"]


# words


def test_the_words_say_what_becomes_visible_and_what_does_not(events_of):
    events = events_of(
        HEAD + "8,view_item,2024-02-01,Mug\n8,add_to_cart,2024-02-02,Mug\n9,add_to_cart,2024-02-02,\n"
    )
    text = describe_events(events)
    assert text[0] == "events.csv: 3 rows read, 3 used, from 2024-02-01 to 2024-02-02."
    assert "2 of 3 events belong to 1 customer and 1 to 1 person without an order." in text
    assert (
        "They show 1 product view (who looks without buying) and 2 additions to a basket (which baskets were left)."
        in text
    )
    assert any(
        sentence.startswith("Not in the file: checkout_started and stock_notice;") for sentence in text
    )
