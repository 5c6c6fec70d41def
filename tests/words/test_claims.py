"""Sentences of evidence: people are counted, numbers carry units and n, and nothing is overstated."""

from dataclasses import replace

import pytest

from segkit.model.evidence import Statistic, Strength
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind
from segkit.words import claims, grades, predicates


def flag(name="used_coupon", label="used a discount code", **more):
    return Feature(name=name, factor=Factor.BEHAVIORAL, kind=FeatureKind.FLAG, label=label, **more)


def level_feature(name, label, factor=Factor.TECHNOGRAPHIC, columns=("Source",)):
    return Feature(name=name, factor=factor, kind=FeatureKind.CATEGORICAL, label=label, columns=columns)


def number(name, label="label", unit="days", **more):
    return Feature(
        name=name, factor=Factor.BEHAVIORAL, kind=FeatureKind.NUMERIC, label=label, unit=unit, **more
    )


def counted(k, n, others, m, level="", **more):
    settings = {
        "name": "share of customers", "feature": "f", "value": k / n, "comparator": others / m, "unit": "share",
        "n_group": n, "n_rest": m, "k_group": k, "k_rest": others, "effect_name": "difference in share",
        "effect": k / n - others / m, "ci_low": -0.1, "ci_high": 0.5, "ci_level": 0.95, "p": 0.02, "q": 0.3,
        "method": "Fisher exact test", "level": level,
    }  # fmt: skip
    return Statistic(**(settings | more))


def measured(value, other, n=4, m=6, **more):
    settings = {
        "name": "median", "feature": "f", "value": value, "comparator": other, "unit": "days", "n_group": n, "n_rest": m,
        "effect_name": "Cliff's delta", "effect": 0.5, "ci_low": 0.1, "ci_high": 0.8, "ci_level": 0.95, "p": 0.02,
        "q": 0.3, "method": "exact",
    }  # fmt: skip
    return Statistic(**(settings | more))


def test_a_small_book_counts_people():
    assert (
        claims.claim_sentence(flag(), counted(4, 4, 0, 6))
        == "4 of 4 used a discount code; 0 of the other 6 did."
    )


def test_a_large_book_gives_percentages_with_their_counts():
    assert claims.claim_sentence(flag(), counted(400, 800, 300, 1200)) == (
        "50 % of these 800 customers used a discount code (400); 25 % of the other 1,200 did (300)."
    )


def test_one_person_has_and_two_people_have():
    tagged = flag("tagged=app", "have an order tagged “app”")
    assert (
        claims.claim_sentence(tagged, counted(1, 4, 1, 6))
        == "1 of 4 has an order tagged “app”; 1 of the other 6 does."
    )
    owner = flag("home_owner", "are recorded as home owner")
    assert (
        claims.claim_sentence(owner, counted(2, 4, 1, 6))
        == "2 of 4 are recorded as home owner; 1 of the other 6 is."
    )


@pytest.mark.parametrize(
    ("feature", "level", "text"),
    [
        (level_feature("favourite_channel", "x"), "pos", "placed most orders at the shop till (pos)"),
        (level_feature("favourite_channel", "x"), "fax", "placed most orders through “fax”"),
        (level_feature("favourite_payment_method", "x"), "Cash", "paid most orders by Cash"),
        (level_feature("favourite_vendor", "x"), "Mill", "bought mostly goods of Mill"),
        (level_feature("favourite_city", "x", Factor.GEOGRAPHIC), "York", "have most orders in York"),
        (
            level_feature("favourite_region", "x", Factor.GEOGRAPHIC, ("Area",)),
            "9",
            "have most orders in Area 9",
        ),
        (level_feature("favourite_os", "os of most orders"), "mac", "have most orders with os “mac”"),
        (level_feature("city", "city"), "York", "are recorded with city “York”"),
        (level_feature("q", "survey answer “contact”"), "text", "answered “contact” with “text”"),
    ],
)
def test_levels_read_as_something_people_did(feature, level, text):
    assert predicates.predicate(feature, level).text == text


def test_numbers_carry_units_n_and_the_comparison():
    assert claims.claim_sentence(number("recency_days"), measured(12.0, 150.0)) == (
        "These 4 customers last ordered 12 days ago at the median; the other 6 did 150 days ago."
    )
    share = number("share_of_category=Refill", unit="share", level="Refill")
    assert claims.claim_sentence(share, measured(0.62, 0.03, unit="share", name="mean")) == (
        "These 4 customers put 62 % of their spending into Refill on average; the other 6 put in 3 %."
    )
    quarter = number("quarter_4_share", unit="share", level="October to December")
    assert "40 % of the orders of these 4 customers fall in October to December" in claims.claim_sentence(
        quarter, measured(0.4, 0.1, unit="share", name="mean")
    )


def test_less_of_it_is_said_to_be_less_so_that_two_groups_never_get_one_sentence():
    feature = number("items_per_order", "items per order", "items")
    more, less = (measured(9.0, 4.0, unit="items"), measured(4.0, 9.0, unit="items", effect=-0.5))
    assert claims.claim_sentence(feature, less) == (
        "These 4 customers put only 4 items into an order at the median; the other 6 put in 9 items."
    )
    assert "only" not in claims.claim_sentence(feature, more)
    assert claims.claim_sentence(flag(), counted(40, 800, 300, 1200)).startswith("Only 5 % of these 800")
    assert claims.claim_sentence(flag(), counted(1, 800, 300, 1200)).startswith("Under 1 % of these 800")
    assert claims.claim_sentence(flag(), counted(0, 4, 3, 6)).startswith("None of 4 used a discount code;")
    assert claims.claim_sentence(flag(), counted(1, 4, 3, 6)).startswith("Only 1 of 4 used a discount code;")


def test_a_code_is_told_with_its_column_in_words():
    feature = level_feature("favourite_TerritoryKey", "x", Factor.GEOGRAPHIC, ("TerritoryKey",))
    assert predicates.predicate(feature, "9").text == "have most orders in territory 9"


@pytest.mark.parametrize("name", ["distinct_products", "frequency", "tenure_days"])
def test_nothing_that_only_grows_is_asked_to_fall(name):
    for effect in (0.5, -0.5):
        statistic = measured(9.0, 4.0, unit="", feature=name, effect=effect)
        changer = claims.mind_changer(number(name, "such a measure"), statistic, threshold=0.1)
        assert "falling" not in changer
        assert "rising" not in changer
        assert claims.where_to_look(number(name), statistic).startswith("To find it, ")


def test_what_grows_with_every_order_is_never_strong():
    strong = counted(80, 100, 10, 100, q=0.001)
    assert strength(strong)[0] is Strength.STRONG
    grade, reasons = strength(replace(strong, feature="bought_category=Gift"))
    assert grade is Strength.WEAK
    assert "it grows with time and with every order" in reasons[0]
    assert strength(strong, tied=True)[0] is Strength.WEAK


def test_a_mean_is_not_called_a_median():
    sentence = claims.claim_sentence(number("frequency"), measured(1.0, 1.6, unit="orders", name="mean"))
    assert sentence == "These 4 customers placed 1 order each on average; the other 6 placed 1.6 orders."
    order = number("average_order_value")
    assert claims.claim_sentence(order, measured(5.0, 9.0, unit="GBP", name="mean")).endswith("(means).")


def test_ranges_without_overlap_are_said_in_a_small_book_only():
    assert claims.claim_sentence(number("recency_days"), measured(12.0, 150.0, effect=-1.0)).endswith(
        "; the two ranges do not overlap."
    )
    assert "overlap" not in claims.claim_sentence(
        number("recency_days"), measured(12.0, 150.0, n=40, effect=-1.0)
    )


def test_a_group_of_one_is_not_these_customers():
    sentence = claims.claim_sentence(
        number("frequency", "number of orders"), measured(9.0, 2.0, n=1, unit="orders")
    )
    assert (
        sentence
        == "The median of the number of orders is 9 orders for the one customer here and 2 orders for the other 6."
    )
    other = claims.claim_sentence(
        number("frequency", "number of orders"), measured(9.0, 2.0, m=1, unit="orders")
    )
    assert other.endswith("for these 4 customers and 2 orders for the one other.")


def test_survey_scores_and_unknown_numbers_have_a_sentence():
    asked = number("attitude_price", "survey answer “attitude price”", "points")
    assert claims.claim_sentence(asked, measured(5.0, 2.0, unit="points")) == (
        "For the survey answer “attitude price” these 4 customers gave 5 points at the median; the other 6 gave 2 points."
    )
    assert claims.claim_sentence(number("children", "children", ""), measured(2.0, 0.0, unit="")) == (
        "The median of the children is 2 for these 4 customers and 0 for the other 6."
    )


def test_values_that_round_alike_are_told_apart():
    assert claims.format_pair(measured(0.0812, 0.0846, unit="share")) == ("8.1 %", "8.5 %")
    assert claims.format_pair(measured(1.231, 1.234, unit="items")) == ("1.231 items", "1.234 items")
    assert claims.format_pair(measured(2.0, 2.0, unit="items")) == ("2 items", "2 items")


def test_the_row_query_and_the_definition_name_feature_and_columns():
    channel = level_feature("favourite_channel", "channel of most orders")
    assert claims.locator_of(channel, "pos") == 'customers where favourite_channel == "pos"'
    assert claims.locator_of(number("recency_days")) == "customers where recency_days is known"
    assert claims.definition_of(channel, "pos") == (
        "channel of most orders = “pos”, from “Source”; customers without a value are left out."
    )
    assert "from the order lines" in claims.definition_of(number("x"))


def test_exceptions_name_members_without_and_others_with_the_trait():
    assert claims.exceptions_sentence(flag(), counted(3, 4, 2, 6)) == (
        "Not a clean line: “used a discount code” is untrue of 1 of the 4 and true of 2 of the other 6."
    )
    assert "is true of all 4, and also of 2 of the other 6" in claims.exceptions_sentence(
        flag(), counted(4, 4, 2, 6)
    )
    assert "true of 1 of the 4 all the same, and untrue of 2" in claims.exceptions_sentence(
        flag(), counted(1, 4, 4, 6)
    )
    assert "untrue of all 4, and untrue of 2" in claims.exceptions_sentence(flag(), counted(0, 4, 4, 6))


def test_exceptions_in_a_large_book_are_shares_with_their_counts():
    assert claims.exceptions_sentence(flag(), counted(400, 800, 300, 1200)) == (
        "Not a clean line: “used a discount code” is untrue of 50 % of these 800 customers (400) and true of 25 % of the "
        "other 1,200 (300)."
    )
    assert "is true of 5 % of these 800 customers (40) and untrue of 75 %" in claims.exceptions_sentence(
        flag(), counted(40, 800, 300, 1200)
    )


@pytest.mark.parametrize(("effect", "word"), [(0.6, "lower"), (-0.6, "higher")])
def test_exceptions_of_a_number_are_pairs_the_other_way(effect, word):
    sentence = claims.exceptions_sentence(
        number("x", "days since the last order"), measured(1.0, 2.0, effect=effect)
    )
    assert sentence.startswith(
        "Not a clean line: put a member beside another customer, and in 20 % of such pairs"
    )
    assert f"figure is the {word} one (days since the last order; ties" in sentence


def test_a_spoiled_picture_starts_from_what_the_group_looks_like():
    picture = measured(300.0, 50.0, feature="average_order_value", effect=0.9)
    assert claims.against_story("2 of 2 used a code; 3 of the other 8 did.", picture=picture) == (
        "They place large orders, yet 2 of 2 used a code; 3 of the other 8 did."
    )
    away = measured(300.0, 50.0, feature="recency_days", effect=-0.9)
    assert (
        claims.against_story("These 2 spent 3.", picture=away) == "They bought recently, yet these 2 spent 3."
    )
    assert claims.against_story("These 4 customers spent 3.", picture=away) == (
        "They bought recently, yet the same 4 spent 3."
    )


def test_the_mind_changer_counts_how_many_members_would_have_to_turn():
    assert claims.mind_changer(flag(), counted(4, 4, 0, 6), threshold=0.1).startswith(
        "4 of the 4 members behind"
    )
    assert claims.mind_changer(flag(), counted(8, 10, 3, 10), threshold=0.1).startswith(
        "5 of the 8 members behind"
    )
    assert claims.mind_changer(flag(), counted(1, 10, 8, 10), threshold=0.1).startswith(
        "7 more of the 10 members"
    )


def test_the_mind_changer_of_a_number_is_the_others_value():
    changer = claims.mind_changer(
        number("x", "spend per order"), measured(300.0, 52.5, unit="GBP"), threshold=0.1
    )
    assert changer.startswith("The median of “spend per order” falling to 52.50")
    rising = claims.mind_changer(number("x"), measured(3.0, 52.5, effect=-0.5), threshold=0.1)
    assert "rising to 52.5 days" in rising


def test_no_difference_gives_the_figures_of_the_best_candidate():
    assert claims.no_difference_sentence(flag(), counted(1, 4, 2, 6)) == (
        "No clear difference; the closest: 1 of 4 used a discount code, and 2 of the other 6."
    )
    assert "25 % of 40 used a discount code, and 23 % of the other 60" in claims.no_difference_sentence(
        flag(), counted(10, 40, 14, 60)
    )
    age = number("age_years", "age in years", "years")
    assert claims.no_difference_sentence(age, measured(34.0, 41.0, unit="years")).endswith(
        "the age in years: median 34 years for these 4, 41 years for the other 6."
    )
    assert "for the one member known" in claims.no_difference_sentence(
        age, measured(34.0, 41.0, n=1, unit="years")
    )


def test_silence_says_how_to_end_it():
    for factor in Factor:
        sentence = claims.no_column_sentence(factor)
        assert sentence.startswith("No column in these files answers")
        assert "to close the gap" in sentence
    assert "known for 1 member of this group" in claims.too_few_sentence(number("x"), 1)


def test_gaps_name_the_group():
    texts = [
        claims.gap_few_claims("Regulars", 0), claims.gap_few_claims("Regulars", 1), claims.gap_in_model_only("Regulars"),
        claims.gap_no_counter("Regulars", 4), claims.gap_no_counter("Regulars", 400),
    ]  # fmt: skip
    assert all(text.startswith("Regulars: ") for text in texts)
    assert len(set(texts)) == 5


def strength(statistic, **more):
    return grades.strength_of(statistic, **({"in_model": False, "n_customers": 200, "threshold": 0.2} | more))


def test_strong_needs_size_rarity_effect_and_independence():
    statistic = counted(40, 50, 30, 150, q=0.01)
    grade, reasons = strength(statistic, n_tests=96)
    assert grade is Strength.STRONG
    assert any("all 96 tests" in reason for reason in reasons)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"n_group": 20, "k_group": 16}, "fewer than 30"),
        ({"q": 0.2}, "stand out from chance"),
        ({"effect": 0.1}, "below .20"),
    ],
)
def test_one_missed_condition_makes_it_weak_and_says_which(change, word):
    grade, reasons = strength(replace(counted(40, 50, 30, 150, q=0.01), **change))
    assert grade is Strength.WEAK
    assert word in reasons[0]


def test_small_books_and_the_model_itself_are_descriptive():
    grade, reasons = strength(counted(4, 4, 0, 6), n_customers=10)
    assert grade is Strength.DESCRIPTIVE
    assert reasons[0].startswith("10 customers, fewer than 30")
    grade, reasons = strength(counted(40, 50, 30, 150, p=None, q=None), in_model=True)
    assert grade is Strength.DESCRIPTIVE
    assert reasons[0].startswith("defines the group")


def test_chance_is_told_as_a_frequency_and_never_called_significant():
    said = [grades.chance_reasons(counted(4, 4, 0, 6, p=p))[0] for p in (0.0001, 0.0048, 0.0148, 0.8)]
    assert "less than once in 2,000 draws" in said[0]
    assert "about 5 times in 1,000" in said[1]
    assert "about 1 time in 100" in said[2]
    assert "about 80 times in 100" in said[3]
    assert not any("significant" in text for text in said)
    assert grades.chance_reasons(counted(4, 4, 0, 6, p=None)) == ()
    assert "q =" not in grades.chance_reasons(counted(4, 4, 0, 6, q=None))[0]
    assert "q = under .001" in grades.chance_reasons(counted(4, 4, 0, 6, q=0.0001))[0]
    assert "q = 1.00" in grades.chance_reasons(counted(4, 4, 0, 6, q=1.0))[0]


def test_the_interval_is_read_in_points_or_pairs():
    assert (
        grades.interval_sentence(counted(4, 4, 1, 6))
        == "The share differs by +83 points (95 % interval -10 to 50)."
    )
    assert grades.interval_sentence(measured(1.0, 2.0)) == (
        "A member has the higher value in 75 of 100 pairs with another customer (95 % interval 55 to 90)."
    )
    assert grades.interval_sentence(measured(1.0, 2.0, ci_low=None)) == ""


def test_limits_say_what_the_figure_cannot():
    asked = number("attitude_price", "survey answer “attitude price”", "points")
    limits = grades.limits_sentence(asked, measured(5.0, 2.0), n_customers=12)
    assert "Known for 10 of 12 customers." in limits
    assert "Self-reported" in limits
    assert "more chances" in grades.limits_sentence(flag(), counted(4, 4, 0, 6), n_customers=10)
    plain = grades.limits_sentence(number("recency_days"), measured(1.0, 2.0), n_customers=10)
    assert plain == grades.interval_sentence(measured(1.0, 2.0))
