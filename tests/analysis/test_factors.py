"""Features: what is measured of a customer, under which factor, and what is left out with which reason."""

from dataclasses import dataclass
from datetime import date

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from segkit.analysis.attribute_features import attribute_features
from segkit.analysis.behavior_features import behavior_features
from segkit.analysis.category_features import is_private, normalise_name
from segkit.analysis.customers import collect_customers, describe_customers
from segkit.analysis.factors import OTHER, FeatureTable, assemble_features, build_features
from segkit.analysis.lines import favourites, tally_levels
from segkit.analysis.need_words import choose_words, singular
from segkit.errors import InputError
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind

AS_OF = date(2026, 10, 1)


@dataclass
class FakeOrders:
    """The part of Orders that features read, over a hand-made frame."""

    lines: pd.DataFrame
    source_columns: tuple[tuple[str, str], ...] = ()
    currency: str = "GBP"
    as_of: date = AS_OF
    attributes: pd.DataFrame | None = None
    attribute_sources: tuple[tuple[str, str], ...] = ()
    engine: str = "pandas"

    @property
    def columns(self):
        return tuple(self.lines.columns)

    def scan(self, engine="duckdb"):
        if self.engine == "pandas":
            return nw.from_native(self.lines)
        if self.engine == "polars":
            return nw.from_native(pytest.importorskip("polars").from_pandas(self.lines).lazy())
        lines = self.lines  # noqa: F841 - DuckDB finds it by its name
        self.connection = duckdb.connect()
        self.connection.register("lines", self.lines)
        return nw.from_native(
            self.connection.sql("select * replace (order_date::date as order_date) from lines")
        )


def make_lines(rows, **extra):
    """Return order lines from (customer, order, day, amount in currency units); extra columns are lists."""
    frame = pd.DataFrame(rows, columns=["customer_id", "order_id", "order_date", "amount"])
    frame["order_date"] = pd.to_datetime(frame["order_date"])
    frame["amount"] = (frame["amount"] * 10_000).astype("int64")
    frame["line_no"] = range(1, len(frame) + 1)
    frame["is_return"] = frame["amount"] < 0
    for name, values in extra.items():
        frame[name.replace("__", " ")] = values
    return frame


def features_of(lines, **settings):
    orders = FakeOrders(lines, **settings)
    customers = collect_customers(describe_customers(orders.scan(), as_of=orders.as_of))
    return build_features(orders, customers)


ROWS = [
    ("C01", "1", "2025-10-04", 10.0),
    ("C01", "1", "2025-10-04", 30.0),
    ("C01", "2", "2026-09-01", 60.0),
    ("C02", "3", "2026-03-03", 20.0),
    ("C02", "4", "2026-09-05", 20.0),
    ("C03", "5", "2026-09-09", 50.0),
    ("C03", "5", "2026-09-09", -50.0),
]


def test_share_of_spend_is_taken_over_purchases_and_returns_do_not_count():
    lines = make_lines(ROWS, category=["Gift", "Refill", "Refill", "Gift", "Gift", "Refill", "Refill"])
    table = features_of(lines)
    assert table.frame["share_of_category=Refill"].tolist() == [0.9, 0.0, 1.0]
    assert table.frame["bought_category=Gift"].tolist() == [1.0, 1.0, 0.0]


def test_a_flag_made_from_a_share_says_that_it_is_a_function_of_it():
    table = features_of(
        make_lines(ROWS, category=["Gift", "Refill", "Refill", "Gift", "Gift", "Refill", "Refill"])
    )
    assert table.feature("bought_category=Gift").derived_from == ("share_of_category=Gift",)
    assert set(table.feature("category_hhi").derived_from) == {
        "share_of_category=Gift",
        "share_of_category=Refill",
    }


def test_a_category_without_amounts_is_shared_by_lines():
    lines = make_lines(ROWS, category=["Gift", "Refill", "Refill", "Gift", "Gift", "Refill", "Refill"])
    table = features_of(lines.drop(columns="amount"))
    assert table.frame.loc["C01", "share_of_category=Gift"] == pytest.approx(1 / 3)
    assert table.feature("share_of_category=Gift").label == "share of order lines for Gift"
    assert "monetary_total" not in table.names


def test_money_is_in_currency_units_and_states_what_it_is_made_of():
    table = features_of(make_lines(ROWS))
    feature = table.feature("monetary_total")
    assert table.frame["monetary_total"].tolist() == [100.0, 40.0, 0.0]
    assert (feature.unit, feature.derived_from) == ("GBP", ("frequency", "average_order_value"))


def test_columns_are_named_as_the_user_names_them():
    table = features_of(make_lines(ROWS), source_columns=(("order_date", "Bestelldatum"),))
    assert table.feature("recency_days").columns == ("Bestelldatum",)


def test_a_customer_of_less_than_a_year_has_no_season():
    rows = [*ROWS, ("C04", "6", "2025-10-10", 5.0), ("C04", "7", "2026-03-10", 5.0)]
    frame = features_of(make_lines(rows)).frame
    assert "quarter_4_share" not in frame, (
        "half of the orders of both customers known for a year: no difference"
    )
    assert frame["quarter_1_share"].fillna(-1).tolist() == [0.0, -1.0, -1.0, 0.5]


def test_a_season_is_named_by_its_months():
    rows = [*ROWS, ("C04", "6", "2025-10-10", 5.0), ("C04", "7", "2026-03-10", 5.0)]
    assert (
        features_of(make_lines(rows)).feature("quarter_1_share").label
        == "share of orders placed from January to March"
    )


def test_product_codes_without_words_are_left_out():
    table = features_of(make_lines(ROWS, ProductStyle=["U", "W", "U", "W", "W", "0", "0"]))
    assert ("ProductStyle", "codes without words; add a column that says what they mean") in table.excluded


def test_a_customers_table_without_dates_has_no_season():
    customers = pd.DataFrame({"frequency": [1, 2]}, index=["C1", "C2"])
    found = behavior_features(
        nw.from_native(make_lines(ROWS)), customers, ("order_id",), names={}, currency=""
    )
    assert [feature.name for feature, _ in found] == ["frequency"]


def test_items_and_evenings_come_from_the_lines():
    times = pd.to_datetime(["2025-10-04 19:00"] * 2 + ["2026-09-01 09:00"] * 3 + ["2026-09-09 17:59"] * 2)
    table = features_of(make_lines(ROWS, quantity=[1.0, 2.0, 3.0, 4.0, 4.0, 9.0, 9.0], order_time=times))
    assert table.frame["items_per_order"].tolist() == [3.0, 4.0, 9.0]
    assert table.frame["evening_share"].tolist() == [0.5, 0.0, 0.0]


def test_orders_after_as_of_are_not_seen():
    lines = make_lines(ROWS, category=["Gift"] * 2 + ["Refill"] + ["Gift"] * 2 + ["Refill"] * 2)
    table = features_of(lines, as_of=date(2026, 9, 1))
    assert list(table.frame.index) == ["C01", "C02"]
    assert table.frame["share_of_category=Gift"].tolist() == [0.4, 1.0]


def test_the_favourite_is_the_level_of_most_orders_and_ties_go_to_the_first_name():
    lines = nw.from_native(make_lines(ROWS, channel=["web", "web", "app", "pos", "pos", None, " "]))
    tally = tally_levels(lines, "channel", has_amount=False)
    chosen = favourites(tally, index=pd.Index(["C01", "C02", "C03"]))
    assert chosen.tolist() == ["app", "pos", None]


def test_a_passed_through_column_gets_the_factor_of_its_name():
    lines = make_lines(ROWS, Browser=["a", "a", "a", "b", "b", "b", "b"])
    table = features_of(lines)
    assert table.feature("favourite_Browser").factor is Factor.TECHNOGRAPHIC
    assert table.feature("favourite_Browser").label == "browser of most orders"


def test_an_override_gives_a_column_its_factor():
    lines = make_lines(ROWS, Shelf=["a", "a", "a", "b", "b", "b", "b"])
    orders = FakeOrders(lines)
    customers = collect_customers(describe_customers(orders.scan(), as_of=AS_OF))
    assert ("Shelf", "feeds no factor by its name; name one in company.toml [factors]") in features_of(
        lines
    ).excluded
    table = build_features(orders, customers, factors={"Shelf": Factor.NEED_BASED})
    assert table.feature("favourite_Shelf").factor is Factor.NEED_BASED


def test_names_and_addresses_only_tell_whether_the_parcel_went_to_someone_else():
    people = ["Ann", "Ann", "Ann", "Bo", "Bo", "Cy", "Cy"]
    lines = make_lines(
        ROWS, Billing__Name=people, Shipping__Name=["ann ", "Ann", "Zoe", "Bo", "Bo", None, None]
    )
    table = features_of(lines)
    assert table.frame["ships_to_another_name"].tolist() == [1.0, 0.0, 0.0]
    assert {"Billing Name", "Shipping Name"} <= {
        column for column, reason in table.excluded if reason == "personal data"
    }
    assert not table.frame.isin(["Ann", "Zoe", "ann "]).to_numpy().any()


def test_tags_codes_messages_and_consent_become_flags():
    message = "occasion: Birthday\ngift_message: Dear Zoe"
    lines = make_lines(
        ROWS,
        tags=["app, gift", "app, gift", "app", "gift", None, "app", "app"],
        coupon=["HI", "HI", None, "HI", None, "ONCE", None],
        gift_message=[message, message, None, "Occasion: Birthday", None, " ", None],
        note=[None, None, "leave with neighbour", None, None, None, None],
        accepts_marketing=[True, True, False, False, False, True, True],
    )
    table = features_of(lines)
    frame = table.frame
    assert frame["tagged=gift"].tolist() == [1.0, 1.0, 0.0]
    assert frame["used_coupon=HI"].tolist() == [1.0, 1.0, 0.0]
    assert "used_coupon=ONCE" not in table.names, "a code of one customer would point at that customer"
    assert frame["gave_occasion=Birthday"].tolist() == [1.0, 1.0, 0.0]
    assert frame["sent_gift_message"].tolist() == [1.0, 1.0, 0.0]
    assert frame["left_note"].tolist() == [1.0, 0.0, 0.0]
    assert frame["agreed_to_marketing"].tolist() == [1.0, 0.0, 1.0]
    assert ("gift_message", "free text; only whether there is one is used") in table.excluded


def test_an_occasion_column_gives_one_flag_per_occasion_and_a_clerk_is_never_named():
    lines = make_lines(
        ROWS,
        occasion=["Birthday", None, None, "Birthday", "Easter", None, None],
        gift_message=["occasion: Birthday", None, None, "occasion: Birthday", None, None, None],
        sales_rep=["Idris", None, None, "Idris", None, None, None],
    )
    table = features_of(lines)
    assert table.frame["gave_occasion=Birthday"].tolist() == [1.0, 1.0, 0.0]
    assert table.frame["served_by_staff"].tolist() == [1.0, 1.0, 0.0]
    assert not [name for name in table.names if name.startswith("favourite_") or "Idris" in name]
    assert ("sales_rep", "personal data") in table.excluded


def test_an_empty_tag_column_gives_no_flag():
    table = features_of(make_lines(ROWS, tags=[None] * 7, coupon=[""] * 7))
    assert not [name for name in table.names if name.startswith(("tagged", "used_coupon"))]


def test_free_text_and_codes_are_not_levels():
    texts = [f"please ring the bell at number {n} and wait for the neighbour to open" for n in range(7)]
    table = features_of(make_lines(ROWS, device=texts))
    assert ("device", "free text") in table.excluded
    rows = [(f"C{n:02d}", str(n), "2026-01-01", 1.0) for n in range(40)]
    table = features_of(make_lines(rows, city=[str(n % 20) for n in range(40)]))
    assert ("city", "numbers or codes, not levels") in table.excluded


def test_too_many_tags_are_free_text(monkeypatch):
    monkeypatch.setattr("segkit.analysis.category_features.MAX_TEXTS", 1)
    table = features_of(make_lines(ROWS, tags=["a", "b", "c", "a", "b", "c", "d"]))
    assert not [name for name in table.names if name.startswith("tagged")]


WORD_ROWS = [(f"C{n:02d}", str(n), "2026-01-01", 5.0) for n in range(20)]
PRODUCTS = ["Lunch bag red", "Jumbo bags blue", "Christmas box", "Cake tin"] * 5


def test_without_a_category_the_words_of_product_names_speak_for_needs():
    table = features_of(make_lines(WORD_ROWS, product=PRODUCTS))
    assert table.frame["share_of_orders_with=bag"].tolist()[:4] == [1.0, 1.0, 0.0, 0.0]
    assert table.feature("share_of_orders_with=bag").factor is Factor.NEED_BASED
    assert "share_of_orders_with=red" not in table.names
    assert "share_of_orders_with=christmas" not in table.names, (
        "it is on the same products as box, which comes first"
    )


def test_with_a_readable_category_no_words_are_needed_but_codes_are_not_readable():
    category = ["Bags", "Bags", "Boxes", "Tins"] * 5
    table = features_of(make_lines(WORD_ROWS, product=PRODUCTS, category=category))
    assert not [name for name in table.names if name.startswith("share_of_orders_with")]
    coded = features_of(make_lines(WORD_ROWS, product=PRODUCTS, category=["1", "1", "2", "3"] * 5))
    assert "share_of_orders_with=bag" in coded.names
    assert coded.feature("bought_category=1").label == "bought category 1"


def test_words_everybody_or_nobody_buys_are_not_chosen():
    lines = nw.from_native(
        make_lines(WORD_ROWS, product=["Yarn one", "Yarn two"] * 9 + ["Yarn alpaca", "Yarn"])
    )
    assert choose_words(lines, index=pd.Index([f"C{n:02d}" for n in range(20)])) == []
    assert not [
        name for name in features_of(lines.to_native()).names if name.startswith("share_of_orders_with")
    ]


def test_at_most_twelve_words_are_chosen_and_a_large_book_is_sampled(monkeypatch):
    monkeypatch.setattr("segkit.analysis.need_words.SAMPLE_CUSTOMERS", 100)
    names = ["abc", "bcd", "cde", "def", "efg", "fgh", "ghi", "hij", "ijk", "jkl", "klm", "lmn", "mno", "nop"]
    rows = [(f"C{n:03d}", str(n), "2026-01-01", 5.0) for n in range(20 * len(names))]
    products = [name for name in names for _ in range(20)]
    lines = nw.from_native(make_lines(rows, product=products))
    chosen = choose_words(lines, index=pd.Index(sorted({row[0] for row in rows})))
    assert [word for word, _ in chosen] == names[:12]


def test_a_plural_joins_its_singular():
    assert singular("boxes", {"box"}) == "box"
    assert singular("scissors", {"scissors"}) == "scissors"


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_every_engine_gives_the_same_features(engine):
    extra = {
        "category": ["Gift", "Refill", "Refill", "Gift", "Gift", "Refill", "Refill"],
        "channel": ["web", "web", "app", "pos", "pos", "web", "web"],
        "tags": ["app, gift", "app", "app", "gift", None, "app", "app"],
        "quantity": [1.0, 2.0, 3.0, 4.0, 4.0, 9.0, 9.0],
        "order_time": pd.to_datetime(["2025-10-04 19:00"] * 2 + ["2026-09-01 09:00"] * 5),
    }
    expected = features_of(make_lines(ROWS, **extra))
    other = features_of(make_lines(ROWS, **extra), engine=engine)
    pd.testing.assert_frame_equal(other.frame, expected.frame)
    assert other.features == expected.features


def test_row_order_changes_nothing_and_the_input_is_untouched():
    lines = make_lines(ROWS, category=["Gift", "Refill", "Refill", "Gift", "Gift", "Refill", "Refill"])
    before = lines.copy()
    expected = features_of(lines)
    pd.testing.assert_frame_equal(lines, before)
    shuffled = features_of(lines.sample(frac=1, random_state=1).reset_index(drop=True))
    pd.testing.assert_frame_equal(shuffled.frame, expected.frame)


def attribute_table(frame, file="customers.csv", **overrides):
    files = dict.fromkeys(map(str, frame.columns), file)
    return attribute_features(frame, files=files, overrides=overrides, as_of=AS_OF)


def test_a_birth_date_becomes_full_years_at_as_of():
    born = pd.DataFrame({"BirthDate": pd.to_datetime(["1966-10-01", "1966-10-02", None])})
    (feature, ages), *_ = attribute_table(born)[0]
    assert ages.tolist()[:2] == [60.0, 59.0]
    assert np.isnan(ages.iloc[2])
    assert (feature.name, feature.unit, feature.factor) == ("age_years", "years", Factor.DEMOGRAPHIC)


def test_a_birth_date_in_text_is_aged_by_its_year_and_impossible_ages_are_unknown():
    born = pd.DataFrame({"birth_date": ["5/14/1965", "12.03.1990", "1801-01-01", None]})
    (_, ages), *_ = attribute_table(born)[0]
    assert ages.tolist()[:2] == [61.0, 36.0]
    assert ages.isna().tolist() == [False, False, True, True]


def test_a_second_birth_column_says_the_same():
    frame = pd.DataFrame({"birth_year": [1961.0, 1990.0], "birth_date": ["1961-01-01", "1990-02-02"]})
    found, excluded = attribute_table(frame)
    assert [feature.name for feature, _ in found] == ["age_years"]
    assert excluded == [("birth_date", "says the same as age_years")]


def test_a_survey_answer_is_psychographic_unless_its_name_says_otherwise():
    frame = pd.DataFrame({
        "attitude_price": [1, 5], "favourite_thing": ["tea", "jam"], "age": [30, 40], "likes_it": ["yes", "no"],
        "answered_on": ["2026-01-01", "2026-01-02"],
    })  # fmt: skip
    found, excluded = attribute_table(frame, "survey.csv")
    factors = {feature.name: (feature.factor, feature.kind) for feature, _ in found}
    assert factors == {
        "attitude_price": (Factor.PSYCHOGRAPHIC, FeatureKind.NUMERIC),
        "favourite_thing": (Factor.PSYCHOGRAPHIC, FeatureKind.CATEGORICAL),
        "age": (Factor.DEMOGRAPHIC, FeatureKind.NUMERIC),
        "likes_it": (Factor.PSYCHOGRAPHIC, FeatureKind.FLAG),
    }
    assert excluded == [("answered_on", "describes the filling-in of the survey, not the customer")]


def test_customer_columns_without_a_factor_are_left_out_and_said():
    frame = pd.DataFrame({"sms_consent": ["yes", "no"], "Prefix": ["MR.", "MS."], "EmailAddress": ["a", "b"]})
    found, excluded = attribute_table(frame)
    assert found == []
    assert [reason.split(";")[0] for _, reason in excluded] == [
        "feeds no factor by its name",
        "feeds no factor by its name",
        "personal data",
    ]


def test_gender_is_taken_as_stated_and_never_from_a_name():
    frame = pd.DataFrame({"gender": ["female", None, "male"], "FirstName": ["Ann", "Bo", "Cy"]})
    found, excluded = attribute_table(frame)
    assert [(feature.name, values.fillna("?").tolist()) for feature, values in found] == [
        ("gender", ["female", "?", "male"])
    ]
    assert excluded == [("FirstName", "personal data")]


def test_yes_and_no_are_flags_with_missing_answers_kept_missing():
    frame = pd.DataFrame(
        {"home_owner": ["Y", "n ", None], "kids": pd.array([True, None, False], dtype="boolean")}
    )
    found, _ = attribute_table(frame)
    assert [feature.kind for feature, _ in found] == [FeatureKind.FLAG, FeatureKind.FLAG]
    assert [values.fillna(-1).tolist() for _, values in found] == [[1.0, 0.0, -1.0], [1.0, -1.0, 0.0]]


def test_dates_and_long_answers_are_no_attributes():
    frame = pd.DataFrame(
        {"income": pd.to_datetime(["2026-01-01", "2026-01-02"]), "occupation": ["x" * 41, "y" * 50]}
    )
    assert attribute_table(frame)[1] == [
        ("income", "a date; only dates of birth are used"),
        ("occupation", "free text"),
    ]


def test_an_override_beats_the_name_even_of_a_private_column():
    found, _ = attribute_table(pd.DataFrame({"company": ["school", "studio"]}), company=Factor.DEMOGRAPHIC)
    assert found[0][0].factor is Factor.DEMOGRAPHIC


def test_attributes_join_the_table_with_the_file_they_come_from():
    attributes = pd.DataFrame({"age": [30.0, 41.0]}, index=["C02", "C01"])
    table = features_of(make_lines(ROWS), attributes=attributes, attribute_sources=(("age", "survey.csv"),))
    assert table.frame["age"].fillna(-1).tolist() == [41.0, 30.0, -1.0]
    assert table.feature("age").coverage == pytest.approx(2 / 3)
    assert (table.file_of("age"), table.file_of("recency_days")) == ("survey.csv", "")


def feature(name, kind=FeatureKind.NUMERIC, factor=Factor.BEHAVIORAL):
    return Feature(name=name, factor=factor, kind=kind, label=name, columns=(name,))


def test_constants_identifiers_and_unknowns_are_left_out_with_the_reason():
    index = pd.Index([f"C{n}" for n in range(4)], name="customer_id")
    columns = [
        (feature("same"), pd.Series([1.0, 1.0, None, 1.0])),
        (feature("id", FeatureKind.CATEGORICAL), pd.Series(["a", "b", "c", "d"])),
        (feature("one"), pd.Series([1.0, None, None, None])),
        (feature("good", FeatureKind.CATEGORICAL), pd.Series(["a", "a", None, "d"])),
    ]
    table = assemble_features(columns, index=index, excluded=[("x", "y")])
    assert table.names == ("good",)
    assert table.frame["good"].tolist() == ["a", "a", None, "d"]
    assert table.excluded == (
        ("x", "y"),
        ("same", "the same for every customer"),
        ("id", "nearly every customer has a value of their own"),
        ("one", "known of fewer than 2 customers"),
    )


def test_rare_levels_are_joined_and_ties_are_broken_by_name():
    values = [f"level {n:02d}" for n in range(20) for _ in range(2)]
    index = pd.Index([f"C{n:02d}" for n in range(40)])
    table = assemble_features([(feature("place", FeatureKind.CATEGORICAL), pd.Series(values))], index=index)
    assert sorted(table.frame["place"].unique()) == [OTHER, *[f"level {n:02d}" for n in range(12)]]


def test_features_stand_in_the_order_of_the_factors():
    index = pd.Index(["C1", "C2"])
    columns = [
        (feature("need", factor=Factor.NEED_BASED), pd.Series([1.0, 2.0])),
        (feature("place", factor=Factor.GEOGRAPHIC), pd.Series([1.0, 2.0])),
    ]
    table = assemble_features(columns, index=index)
    assert table.names == ("place", "need")
    assert [item.name for item in table.of_factor(Factor.NEED_BASED)] == ["need"]


def test_a_missing_feature_is_refused_with_its_neighbours():
    table = assemble_features([(feature("age_years"), pd.Series([1.0, 2.0]))], index=pd.Index(["C1", "C2"]))
    with pytest.raises(InputError, match="age_years"):
        table.feature("age")
    with pytest.raises(InputError, match="has 1 features"):
        table.feature("income")


def test_words_and_columns_of_a_table_must_agree():
    with pytest.raises(AssertionError, match="same order"):
        FeatureTable(frame=pd.DataFrame({"a": [1.0]}), features=())


@pytest.mark.parametrize(
    ("column", "private"), [("Billing Phone", True), ("product name", False), ("IP", True)]
)
def test_private_columns_are_known_by_name(column, private):
    assert is_private(column) is private


def test_camel_case_and_punctuation_become_words():
    assert normalise_name("TotalChildren (2019)") == "total_children_2019"
