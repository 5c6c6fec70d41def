"""What is said about groups: rules a colleague can apply, edge cases, figures for the number, honest verdicts."""

import pytest

from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind
from segkit.model.segment import ClusterCount, Condition, Method
from segkit.words.segment_names import level_words, phrases_of
from segkit.words.segments import (
    describe_condition,
    write_edge_case,
    write_held_out,
    write_losses,
    write_precedence,
    write_rule,
    write_search_note,
    write_verdict,
    write_why_clusters,
    write_why_rules,
)

N, F, C = FeatureKind.NUMERIC, FeatureKind.FLAG, FeatureKind.CATEGORICAL


def feature(name, kind=N, label="", unit="", level="", factor=Factor.BEHAVIORAL):
    return Feature(name=name, factor=factor, kind=kind, label=label or name, unit=unit, level=level)


def said(name, operator, value, item=None):
    return describe_condition(Condition(feature=name, operator=operator, value=value), item)


@pytest.mark.parametrize(
    ("name", "operator", "value", "item", "expected"),
    [
        ("recency_days", "<=", 90.0, None, "whose last order was at most 90 days ago"),
        ("recency_days", ">", 1.0, None, "whose last order was more than 1 day ago"),
        ("frequency", ">", 2.0, None, "with more than 2 orders"),
        ("frequency", ">=", 2.0, None, "whose frequency is at least 2 orders"),
        ("age_years", "<=", 40.0, feature("age_years", label="age in years", unit="years"), "aged 40 or younger"),
        ("s", ">", 0.5, feature("s", label="share of spend on Gift", unit="share"), "whose share of spend on Gift is over half"),
        ("s", "<=", 0.5, feature("s", label="share of x", unit="share"), "whose share of x is at most half"),
        ("s", ">", 0.0, feature("s", label="share of x", unit="share"), "whose share of x is above zero"),
        ("s", "<=", 0.0, feature("s", label="share of x", unit="share"), "whose share of x is zero"),
        ("s", ">", 0.2, feature("s", label="share of x", unit="share"), "whose share of x is more than 20 %"),
        ("i", ">", 2.8, feature("i", label="items per order", unit="items"), "with more than 2.8 items per order"),
        ("d", "<=", 3.0, feature("d", label="number of different products", unit="products"), "whose number of different products is at most 3"),
        ("odd_name", "!=", 3.0, None, "whose odd name is anything but 3"),
        ("f", "==", True, feature("f", F, "bought Gift"), "who bought Gift"),
        ("f", "==", False, feature("f", F, "bought Gift"), "who never bought Gift"),
        ("f", "!=", True, feature("f", F, "have an order tagged x"), "who do not have an order tagged x"),
        ("f", "==", False, feature("f", F, "are recorded as sms consent"), "who are not recorded as sms consent"),
        ("f", "==", 1.0, feature("f", F, "bought Gift"), "who bought Gift"),
        ("c", "!=", "pos", feature("favourite_channel", C, "channel of most orders"), "whose channel of most orders is not “pos”"),
        ("city", "==", "Hull", None, "whose city is “Hull”"),
        ("customer_id", "<=", "C5", None, "whose customer id comes up to “C5”"),
        ("customer_id", ">", "C5", None, "whose customer id comes after “C5”"),
    ],
)  # fmt: skip
def test_a_condition_follows_the_word_customers(name, operator, value, item, expected):
    assert said(name, operator, value, item) == expected


def test_a_word_in_a_product_name_is_bought_or_never_bought():
    bag = feature(
        "share_of_orders_with=bag", label="share of orders with “bag” in a product name", unit="share"
    )
    assert said("share_of_orders_with=bag", ">", 0.0, bag) == "who bought something with “bag” in its name"
    assert (
        said("share_of_orders_with=bag", "<=", 0.0, bag) == "who never bought anything with “bag” in its name"
    )


def test_a_favourite_is_said_as_evidence_says_it():
    channel = feature("favourite_channel", C, "channel of most orders")
    assert said("favourite_channel", "==", "pos", channel) == "who placed most orders at the shop till (pos)"


def test_a_rule_joins_conditions_by_and_and_alternatives_by_or():
    one = Condition(feature="frequency", operator=">", value=2.0)
    other = Condition(feature="recency_days", operator="<=", value=90.0)
    assert (
        write_rule(((one, other),), {})
        == "Customers with more than 2 orders and whose last order was at most 90 days ago."
    )
    assert ", or whose last" in write_rule(((one,), (other,)), {})
    assert write_rule((), {}) == "Everyone else."


def test_precedence_prints_fidelity_only_where_rules_describe():
    assert "describe" not in write_precedence(["A", "B"])
    assert "they place 93.1 % of the customers" in write_precedence(["A", "B"], fidelity=0.931)


def test_edge_cases_say_where_both_customers_go():
    recency = feature("recency_days", label="days since the last order", unit="days")
    told = write_edge_case(recency, value=90, beyond=91, like="A", placed="A", placed_beyond="B")
    assert (
        told == "A customer whose last order was 90 days ago (otherwise like A) goes to A; at 91 days, to B."
    )
    share = feature("s", label="share of spend on Gift", unit="share")
    told = write_edge_case(share, value=0.5, beyond=0.51, like="A", placed="B", placed_beyond="A")
    assert (
        told
        == "A customer like those in A, but with a share of spend on Gift of exactly 50 %, goes to B; at 51 %, to A."
    )
    items = feature("i", label="items per order", unit="items")
    told = write_edge_case(items, value=2, beyond=2.01, like="A", placed="B", placed_beyond="B")
    assert told.startswith(
        "A customer like those in A, but with exactly 2 items per order, goes to B, and at"
    )
    assert told.endswith("an earlier rule decides.")


def test_losses_name_each_weakness_or_say_that_none_was_measured():
    nothing = write_losses(
        explained=0.4, best=0.4, blind_to=(), alone=0, stability=1.0, silenced=0, rfm_only=False
    )
    assert nothing == "nothing measured"
    text = write_losses(
        explained=0.1, best=0.4, blind_to=("geographic",), alone=1, stability=0.5, silenced=2, rfm_only=True
    )
    for part in (
        "spend alike",
        "explains 0.10",
        "best option 0.40",
        "2 held-out columns",
        "geographic side",
        "1 group of a single",
        "0.50",
    ):
        assert part in text
    quiet = write_losses(
        explained=0.1, best=0.4, blind_to=(), alone=0, stability=None, silenced=0, rfm_only=False
    )
    assert quiet == "explains 0.10 of the held-out columns, the best option 0.40"


def test_the_number_of_rule_groups_is_argued_with_figures():
    sizes = {3: (5, 5), 4: (2, 8), 5: (1, 9)}
    best = write_why_rules(4, {3: 0.2, 4: 0.4, 5: 0.3}, sizes)
    assert "for 3 groups explain 0.20 of the columns they do not use (smallest group 5)" in best
    assert best.endswith(
        "Fewer than 4 would join people who differ, more than 4 would split people who are alike."
    )
    assert write_why_rules(4, {4: 0.4, 5: 0.3}, sizes).endswith(
        "More than 4 would split people who are alike."
    )
    assert write_why_rules(4, {4: 0.4}, sizes).endswith("1 would be everything.")
    assert write_why_rules(4, {4: 0.4, 5: 0.6}, sizes).endswith(
        "Five groups would explain more; 4 were asked for and are delivered."
    )
    assert "12 groups would explain more" in write_why_rules(11, {11: 0.1, 12: 0.3}, {11: (1,), 12: (1,)})


def count(k):
    return ClusterCount(
        n_clusters=k, silhouette=0.3, null_95=0.2, min_jaccard=0.8, smallest=12, supported=True, reason=""
    )


def test_the_number_of_clusters_is_argued_with_its_neighbours():
    text = write_why_clusters(4, [count(k) for k in range(2, 9)], "silhouette", chosen=4)
    assert text.count("silhouette 0.30") == 3
    assert text.endswith("4 is the number the data supports best.")
    assert write_why_clusters(4, [count(4)], "silhouette", chosen=2).endswith(
        "The data supports 2 best; 4 were asked for."
    )
    assert (
        write_why_clusters(4, [], "silhouette", chosen=None)
        == "No number from 2 to 8 passes all three tests."
    )


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"method": Method.USER}, "These groups are defined by the user."),
        (
            {"n_customers": 10, "supported": True, "p_value": 0.02},
            "Descriptive: with 10 customers the groups are a pattern worth",
        ),
        (
            {"n_customers": 10, "p_value": None, "stability": None},
            "Descriptive: with 10 customers the groups are a first sorting",
        ),
        ({"supported": True}, "Supported: every group comes back"),
        ({"stability": 0.8}, "A pattern: the customers shade"),
        ({"stability": 0.5}, "Not supported: the customers shade"),
    ],
)
def test_verdicts_are_plain(changes, start):
    given = {
        "method": Method.KMEANS,
        "n_customers": 100,
        "supported": False,
        "p_value": None,
        "stability": 0.9,
    }
    assert write_verdict(**{**given, **changes}).startswith(start)
    assert "significant" not in write_verdict(**{**given, **changes})


def test_a_small_book_prints_the_shuffles_behind_its_verdict():
    text = write_verdict(method=Method.RULES, n_customers=10, supported=True, p_value=0.021, stability=0.9)
    assert "in 21 of 1,000 draws" in text
    assert "overlap with these by 0.90" in text


def test_notes_say_what_was_looked_at():
    assert "5 columns were kept out" in write_held_out(5, 12)
    assert "by 12 columns" in write_search_note(12)


@pytest.mark.parametrize(
    ("level", "words"),
    [
        ("class_pack", "Class pack"),
        ("TEA", "TEA"),
        ("12", ""),
        ("<b>x</b>", ""),
        ("a b c", ""),
        ("Supercalifragilisticexpialidocious", ""),
    ],
)
def test_only_levels_that_read_as_words_make_names(level, words):
    assert level_words(level) == words


def names(item, middle=5.0, levels=()):
    return [phrase.text for phrase in phrases_of(item, middle=middle, levels=levels)]


@pytest.mark.parametrize(
    ("item", "levels", "expected"),
    [
        (
            feature("favourite_channel", C),
            ("pos", "iphone", "kiosk", "12"),
            ["Shop visitors", "App shoppers", "Kiosk shoppers"],
        ),
        (feature("favourite_device", C), ("iphone",), ["iPhone shoppers"]),
        (
            feature("favourite_payment_method", C),
            ("Bank Deposit", "Klarna"),
            ["Invoice payers", "Klarna payers"],
        ),
        (feature("city", C, factor=Factor.GEOGRAPHIC), ("Hull",), ["Hull customers"]),
        (
            feature("customer_type", C, factor=Factor.DEMOGRAPHIC),
            ("teacher", "club"),
            ["Teachers", "Club customers"],
        ),
        (feature("household", C, factor=Factor.DEMOGRAPHIC), ("couple",), []),
        (
            feature("favourite_vendor", C, factor=Factor.NEED_BASED),
            ("Low Fell Mill", "Tenterfold", "gifts"),
            ["Tenterfold buyers", "Gift buyers"],
        ),
        (feature("favourite_shipping_method", C), ("Tracked 48",), []),
    ],
)
def test_levels_are_named_after_what_they_are(item, levels, expected):
    assert names(item, levels=levels) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (feature("used_coupon", F), ["Code users"]),
        (feature("tagged=trade", F, level="trade"), ["Trade accounts"]),
        (feature("tagged=club", F, level="club"), ["Club customers"]),
        (feature("used_coupon=SPRING10", F, level="SPRING10"), ["Spring10 code users"]),
        (feature("used_coupon=TEN OFF", F, level="TEN OFF"), []),
        (feature("gave_occasion=Birthday", F, level="Birthday"), ["Birthday senders"]),
        (feature("bought_category=Refills", F, level="Refills"), ["Refillers"]),
        (feature("left_note", F), []),
        (feature("share_of_category=Tea", level="Tea", unit="share"), ["Tea buyers"]),
        (feature("share_of_category=12", level="12", unit="share"), []),
        (feature("share_of_orders_with=bag", unit="share"), ["Bag buyers", "Bag buyers"]),
        (feature("weekend_share", unit="share"), ["Weekend shoppers", "Weekend"]),
        (feature("frequency"), ["Regulars", "Occasional buyers", "Regular", "Occasional"]),
        (feature("return_share"), ["Frequent returners"]),
        (feature("points_balance"), []),
    ],
)
def test_flags_and_numbers_are_named_after_what_people_do(item, expected):
    assert names(item) == expected


def test_where_most_buy_once_the_others_are_regulars():
    assert names(feature("frequency"), middle=1.0)[:2] == ["Regulars", "One-time buyers"]


def test_a_rhythm_is_a_claim_with_two_sides():
    monthly = next(
        phrase
        for phrase in phrases_of(feature("median_gap_days"), middle=30.0)
        if phrase.text == "Monthly buyers"
    )
    assert [claim.operator for claim in monthly.claims] == [">", "<="]
