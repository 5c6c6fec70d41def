"""Evidence: what is tested, what is only a definition, who may claim what, and whether the numbers come back."""

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from segkit.analysis.evidence import extract_evidence, family_p_values, model_features, recompute_statistic
from segkit.analysis.factors import OTHER, assemble_features
from segkit.analysis.large_samples import compare_counted, count_values
from segkit.analysis.selection import choose_counter_evidence, drop_copies
from segkit.analysis.statistics import cliffs_delta, delta_interval, permutation_p
from segkit.analysis.traits import (
    Finding,
    Trait,
    list_traits,
    measure_trait,
    measure_traits,
    row_set,
    trait_values,
)
from segkit.errors import InputError
from segkit.model.evidence import Direction, EvidenceBook, Source, SourceType, Strength
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind
from segkit.model.segment import Basis, Condition, Method, Rule, Segment, SegmentationSummary

SOURCE = Source(
    id="orders", type=SourceType.ORDER_HISTORY, title="Order history", path="orders.csv", sha256="0"
)
SURVEY = Source(id="survey", type=SourceType.SURVEY, title="Survey", path="survey.csv", sha256="1")
KINDS = {"n": FeatureKind.NUMERIC, "f": FeatureKind.FLAG, "c": FeatureKind.CATEGORICAL}


@dataclass
class Groups:
    summary: SegmentationSummary
    assignments: pd.Series


def make_table(columns, files=None):
    """Return a table from {name: (kind letter, factor, values)}; flags are labelled as things people did."""
    size = len(next(iter(columns.values()))[2])
    index = pd.Index([f"C{n:04d}" for n in range(1, size + 1)], name="customer_id")
    features = []
    for name, (kind, factor, values, *more) in columns.items():
        feature = Feature(
            name=name,
            factor=Factor(factor),
            kind=KINDS[kind],
            label=f"did {name}",
            columns=(f"col_{name}",),
            **dict(*more),
        )
        features.append((feature, pd.Series(values)))
    return assemble_features(features, index=index, files=files)


def make_groups(table, labels, *, used=(), method=Method.KMEANS, rules=None, held_out=()):
    segments = tuple(
        Segment(
            id=int(label), name=f"Group {label}", size=int((np.asarray(labels) == label).sum()), share=0.0, revenue=None,
            revenue_share=None, orders=0, stability=None, basis=Basis.DESCRIPTIVE,
            rule=Rule(order=int(label), alternatives=(rules or {}).get(int(label), ()), sentence=""),
            profile=(), measures=(), name_holds_for=0,
        )
        for label in sorted(set(labels))
    )  # fmt: skip
    summary = SegmentationSummary(
        method=method, n_segments=len(segments), n_customers=len(labels), n_orders=0, revenue=None, currency="GBP",
        basis=Basis.DESCRIPTIVE, supported=True, verdict="", why_this_number="", precedence="", features=tuple(used),
        held_out=tuple(held_out), dropped_features=(), segments=segments, options=(), cluster_counts=(), edge_cases=(),
    )  # fmt: skip
    return Groups(summary, pd.Series(labels, index=table.frame.index))


LABELS = [1, 1, 1, 1, 2, 2, 2, 3, 3, 3]
TEN = {
    "favourite_channel": ("c", "technographic", ["pos"] * 4 + ["web"] * 6),
    "bought_workshop": ("f", "need-based", [1, 1, 1, 0, 0, 0, 0, 0, 0, 1]),
    "gift": ("f", "need-based", [0, 0, 0, 0, 1, 1, 1, 0, 0, 0]),
    "recency_days": ("n", "behavioral", [5, 9, 11, 20, 90, 95, 99, 200, 210, 260]),
    "age": ("n", "demographic", [25, 31, 28, 40, 60, 66, 71, 33, 45, None]),
    "attitude": ("n", "psychographic", [5, 5, 4, 5, 1, 2, 3, 2, 3, 1]),
}


def small_book(**settings):
    table = make_table(TEN, files={"attitude": "survey.csv"})
    groups = make_groups(table, LABELS, used=("recency_days",), **settings)
    return table, groups, extract_evidence(table, groups, source=SOURCE, sources={"survey.csv": SURVEY})


def large_book(n=2000, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(1, 5, n)
    table = make_table({
        "recency_days": ("n", "behavioral", rng.integers(1, 100, n) + 50 * labels),
        "frequency": ("n", "behavioral", rng.poisson(labels * 2) + 1),
        "returner": ("f", "behavioral", (rng.random(n) < 0.1 + 0.15 * labels).astype(float)),
        "region": ("c", "geographic", np.where(rng.random(n) < 0.5, "north", np.where(labels == 2, "south", "west"))),
        "noise": ("f", "demographic", (rng.random(n) < 0.5).astype(float)),
        "share": ("n", "need-based", rng.beta(1 + labels, 3, n)),
    })  # fmt: skip
    return table, make_groups(table, labels, used=("recency_days",))


def claims_of(book, segment_id):
    return [item.claim for item in book.supporting(segment_id)]


def test_every_segment_has_two_or_three_claims_from_different_factors():
    _, _, book = small_book()
    for segment_id in (1, 2, 3):
        items = book.supporting(segment_id)
        factors = [item.factor for item in items]
        assert 1 <= len(items) <= 3
        assert len(set(factors)) == len(factors)


def test_the_claim_of_the_perfect_trait_counts_people():
    _, _, book = small_book()
    assert "4 of 4 placed most orders at the shop till (pos); 0 of the other 6 did." in claims_of(book, 1)
    assert "3 of 3 did gift; 0 of the other 7 did." in claims_of(book, 2)


def test_what_made_the_groups_gets_no_p_value_and_is_not_preferred():
    table, groups, book = small_book()
    items = [item for item in (*book.evidence, *book.appendix) if item.statistic.feature == "recency_days"]
    assert items
    for item in items:
        assert (item.in_model, item.statistic.p, item.statistic.q) == (True, None, None)
        assert item.strength is Strength.DESCRIPTIVE
        assert item.strength_reasons[0].startswith("defines the group")
    assert "recency_days" in model_features(table, groups.summary)


def test_a_function_of_a_model_feature_is_in_the_model():
    columns = TEN | {
        "double": (
            "n",
            "behavioral",
            [2.0 * v for v in TEN["recency_days"][2]],
            [("derived_from", ("recency_days",))],
        )
    }
    table = make_table(columns)
    assert "double" in model_features(table, make_groups(table, LABELS, used=("recency_days",)).summary)


def test_a_row_set_that_copies_a_rule_is_in_the_model():
    rules = {1: ((Condition(feature="favourite_channel", operator="==", value="pos"),),)}
    columns = TEN | {"copy": ("f", "need-based", [1, 1, 1, 1, 0, 0, 0, 0, 0, 0])}
    table = make_table(columns)
    groups = make_groups(table, LABELS, used=("favourite_channel",), method=Method.RULES, rules=rules)
    assert {"copy", "favourite_channel"} <= set(model_features(table, groups.summary))
    book = extract_evidence(table, groups, source=SOURCE)
    restated = [item for item in book.supporting(1) if item.statistic.feature == "favourite_channel"]
    assert restated == [], "a claim that restates the rule says nothing"


def test_the_family_counts_every_test_made_and_no_other():
    table, groups, book = small_book()
    p_values = family_p_values(table, groups)
    traits = [trait for trait in list_traits(table) if trait.feature.name != "recency_days"]
    assert book.n_tests == len(p_values) == len(traits) * 3
    assert list(p_values) == sorted(p_values)


def test_q_values_are_benjamini_hochberg_over_the_whole_report():
    table, groups = large_book()
    book = extract_evidence(table, groups, source=SOURCE)
    family = np.asarray(family_p_values(table, groups))
    q_values = stats.false_discovery_control(family)
    for item in (*book.evidence, *book.appendix):
        if item.statistic.p is not None:
            expected = q_values[np.argmin(np.abs(family - item.statistic.p))]
            assert item.statistic.q == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("make", [lambda: small_book()[:2], large_book])
def test_every_stored_statistic_comes_back(make):
    table, groups = make()
    book = extract_evidence(table, groups, source=SOURCE)
    family = family_p_values(table, groups)
    for item in (*book.evidence, *book.appendix):
        again = recompute_statistic(item, table, groups.assignments, family=family)
        for field in fields(again):
            stored, fresh = getattr(item.statistic, field.name), getattr(again, field.name)
            if isinstance(stored, float):
                assert fresh == pytest.approx(stored, rel=1e-9), (item.id, field.name)
            else:
                assert fresh == stored, (item.id, field.name)


def test_a_changed_customer_is_noticed():
    table, groups, book = small_book()
    item = book.supporting(2)[0]
    moved = groups.assignments.copy()
    moved.iloc[9] = 2
    assert recompute_statistic(item, table, moved).n_group != item.statistic.n_group


def test_what_cannot_be_recomputed_is_refused():
    table, groups, book = small_book()
    item = book.supporting(2)[0]
    with pytest.raises(InputError, match="holds no statistic"):
        recompute_statistic(replace(item, statistic=None), table, groups.assignments)
    with pytest.raises(InputError, match="no longer there"):
        recompute_statistic(replace(item, segment_id=9), table, groups.assignments)


def test_small_books_are_descriptive_and_large_ones_may_be_inferential():
    _, _, book = small_book()
    assert {item.basis for item in book.evidence} == {Basis.DESCRIPTIVE}
    assert {item.strength for item in book.evidence} == {Strength.DESCRIPTIVE}
    table, groups = large_book()
    large = extract_evidence(table, groups, source=SOURCE)
    strong = [item for item in large.evidence if item.strength is Strength.STRONG]
    assert strong
    assert all(item.basis is Basis.INFERENTIAL and not item.in_model for item in strong)


def test_noise_is_not_evidence():
    table, groups = large_book()
    book = extract_evidence(table, groups, source=SOURCE)
    assert not [item for item in (*book.evidence, *book.appendix) if item.statistic.feature == "noise"]


def test_a_trait_belongs_to_the_segment_it_separates_best():
    for book in (small_book()[2], extract_evidence(*large_book(), source=SOURCE)):
        seen = {}
        for item in book.evidence:
            if item.direction is Direction.SUPPORTS:
                key = (item.statistic.feature, item.statistic.level)
                seen.setdefault(key, []).append(item.statistic.effect > 0)
        assert all(len(directions) == len(set(directions)) for directions in seen.values())
        sentences = [item.claim for item in book.evidence]
        assert len(sentences) == len(set(sentences))


def test_evidence_from_a_survey_is_cited_as_the_survey():
    _, _, book = small_book()
    cited = {
        item.source_id for item in (*book.evidence, *book.appendix) if item.statistic.feature == "attitude"
    }
    assert cited == {"survey"}
    assert [source.id for source in book.sources] == ["orders", "survey"]


def test_an_unnamed_file_is_cited_with_the_order_history():
    table, groups, _ = small_book()
    book = extract_evidence(table, groups, source=SOURCE)
    assert {source.id for source in book.sources} == {"orders"}


def test_each_segment_has_a_finding_against_it_or_says_that_there_is_none():
    _, _, book = small_book()
    for segment_id in (1, 2, 3):
        against = book.against(segment_id)
        said = [
            gap
            for gap in book.gaps
            if gap.segment_id == segment_id
            and gap.about == "counter"
            and "no finding against it" in gap.sentence
        ]
        assert len(against) + len(said) == 1


def test_a_spoiled_picture_is_told_as_evidence_against_the_segment():
    columns = {
        "average_order_value": ("n", "behavioral", [90, 95, 80, 99, 20, 21, 25, 30, 31, 33]),
        "return_share": ("n", "behavioral", [0.5, 0.4, 0.6, 0.5, 0, 0, 0.1, 0, 0.1, 0], [("unit", "share")]),
        "gift": ("f", "need-based", [1, 1, 1, 1, 0, 0, 0, 0, 0, 1]),
        "young": ("f", "demographic", [1, 1, 1, 1, 0, 0, 0, 1, 0, 0]),
    }
    table = make_table(columns)
    groups = make_groups(table, LABELS, used=("average_order_value", "return_share"))
    (item,) = extract_evidence(table, groups, source=SOURCE).against(1)
    assert item.direction is Direction.CONTRADICTS
    assert item.claim.startswith(
        "They place large orders, yet the same 4 sent back 50 % of their order lines"
    )


def test_each_segment_with_a_claim_has_a_finding_that_would_change_the_mind():
    _, _, book = small_book()
    for segment_id in (1, 2, 3):
        assert bool(book.mind_changer(segment_id)) == bool(book.supporting(segment_id))
    assert book.mind_changer(99) == ""


def test_the_row_query_gives_the_counts_back():
    table, groups, book = small_book()
    item = next(item for item in book.evidence if item.statistic.feature == "favourite_channel")
    assert item.locator == 'customers where favourite_channel == "pos"'
    marked = table.frame.query('favourite_channel == "pos"').index
    inside = groups.assignments.loc[marked] == item.segment_id
    assert (int(inside.sum()), int((~inside).sum())) == (item.statistic.k_group, item.statistic.k_rest)


def test_thin_data_leaves_gaps_and_invents_nothing():
    table = make_table({"recency_days": ("n", "behavioral", [1, 2, 3, 4, 50, 51, 52, 53, 54, 55])})
    groups = make_groups(table, LABELS, used=("recency_days",))
    book = extract_evidence(table, groups, source=SOURCE)
    assert book.n_tests == 0
    assert [gap for gap in book.gaps if "one finding" in gap.sentence]
    assert [gap for gap in book.gaps if "nothing independent" in gap.sentence]
    empty = make_table({"flat": ("f", "behavioral", [0, 1] * 5)})
    nothing = extract_evidence(empty, make_groups(empty, [1, 1, 2, 2] * 2 + [1, 1]), source=SOURCE)
    assert [gap for gap in nothing.gaps if "no finding from the data" in gap.sentence]
    assert nothing.mind_changers == ()


def test_two_runs_and_another_row_order_give_the_same_book():
    table, groups, book = small_book()
    again = extract_evidence(table, groups, source=SOURCE, sources={"survey.csv": SURVEY})
    shuffled = Groups(groups.summary, groups.assignments.sample(frac=1, random_state=3))
    assert again == book
    assert extract_evidence(table, shuffled, source=SOURCE, sources={"survey.csv": SURVEY}) == book


def test_a_held_out_feature_comes_first_at_equal_rank():
    columns = {
        "a_first": ("f", "need-based", [1, 1, 1, 1, 0, 0, 0, 0, 0, 1]),
        "b_held": ("f", "need-based", [1, 1, 1, 1, 0, 0, 1, 0, 0, 0]),
    }
    table = make_table(columns)
    plain = extract_evidence(table, make_groups(table, LABELS), source=SOURCE)
    held = extract_evidence(table, make_groups(table, LABELS, held_out=("b_held",)), source=SOURCE)
    assert plain.supporting(1)[0].statistic.feature == "a_first"
    assert held.supporting(1)[0].statistic.feature == "b_held"


def test_the_first_claim_comes_from_the_orders():
    columns = {
        "likes": ("f", "psychographic", [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]),
        "bought": ("f", "need-based", [1, 1, 1, 1, 0, 0, 0, 0, 0, 1]),
    }
    table = make_table(columns, files={"likes": "survey.csv"})
    book = extract_evidence(table, make_groups(table, LABELS), source=SOURCE)
    assert book.supporting(1)[0].statistic.feature == "bought"


def finding(name="x", effect=0.5, *, k=None, segment_id=1, size=4, in_model=False, kind=None, value=None):
    """Return a finding with the given effect; counts (k, n, others, m) make it a yes/no one."""
    kind = kind or (FeatureKind.FLAG if k else FeatureKind.NUMERIC)
    feature = Feature(name=name, factor=Factor.BEHAVIORAL, kind=kind, label=name, columns=(name,))
    counts = dict(zip(("k_group", "n_group", "k_rest", "n_rest"), k or (None, size, None, 6), strict=True))
    from segkit.model.evidence import Statistic

    statistic = Statistic(
        name="median", feature=name, value=effect if value is None else value, comparator=0.0, unit="", effect_name=
        "difference in share" if k else "Cliff's delta", effect=effect, ci_low=0.1, ci_high=0.9, ci_level=0.95, p=None,
        q=None, method="", **counts,
    )  # fmt: skip
    return Finding(
        trait=Trait(feature=feature),
        segment_id=segment_id,
        statistic=statistic,
        in_model=in_model,
        size=size,
        others=6,
    )


def test_a_valuable_group_that_sends_much_back_contradicts_its_picture():
    mine = [finding("average_order_value", 0.9), finding("return_share", 0.6), finding("frequency", 0.1)]
    counter = choose_counter_evidence(mine, [])
    assert counter is not None
    assert (counter[0].trait.key, counter[1].trait.key) == ("return_share", "average_order_value")


def test_a_claim_does_not_speak_against_itself():
    spend = finding("monetary_total", -0.9)
    mine = [finding("recency_days", -0.9), spend]
    assert choose_counter_evidence(mine, [])[0] == spend
    assert choose_counter_evidence(mine, [spend]) == (spend, None), "only its exceptions do"


def test_a_weak_contradiction_gives_way_to_the_exceptions_of_a_claim():
    mine = [finding("average_order_value", 0.9), finding("return_share", 0.2)]
    claim = finding("bought", 0.5, k=(4, 4, 3, 6))
    assert choose_counter_evidence(mine, [claim]) == (claim, None)
    perfect = finding("bought", 1.0, k=(4, 4, 0, 6))
    assert choose_counter_evidence(mine, [perfect])[0].trait.key == "return_share"
    lacking = finding("bought", -0.8, k=(0, 4, 5, 6))
    assert choose_counter_evidence([], [lacking, finding("y", 1.0)]) == (lacking, None)


def test_without_a_picture_or_a_misfit_nothing_is_made_up():
    assert choose_counter_evidence([], []) is None
    assert choose_counter_evidence([finding("frequency", 0.1), finding("return_share", 0.9)], []) is None
    assert choose_counter_evidence([finding("frequency", 0.9)], [finding("z", 1.0)]) is None


def test_a_figure_that_points_against_its_effect_is_not_said():
    assert finding(effect=0.5, value=1.0).worth_saying
    assert not finding(effect=0.5, value=-1.0).worth_saying


def test_a_trait_some_have_outranks_the_same_trait_many_lack():
    has = finding(effect=0.13, k=(29, 100, 16, 100), size=100)
    lacks = finding(effect=-0.12, k=(11, 100, 23, 100), size=100)
    lacks = replace(lacks, statistic=replace(lacks.statistic, comparator=0.23))
    assert has.weight > lacks.weight > 0


def test_a_function_of_a_rule_feature_restates_the_rule():
    columns = {
        "frequency": ("n", "behavioral", [9, 8, 7, 6, 2, 1, 3, 2, 1, 3]),
        "repeat_orders": (
            "n",
            "behavioral",
            [8, 7, 6, 5, 1, 0, 2, 1, 0, 2],
            [("derived_from", ("frequency",))],
        ),
    }
    table = make_table(columns)
    rules = {1: ((Condition(feature="frequency", operator=">", value=5.0),),)}
    groups = make_groups(table, LABELS, used=("frequency",), method=Method.RULES, rules=rules)
    assert extract_evidence(table, groups, source=SOURCE).supporting(1) == ()


def test_mean_shares_that_look_alike_are_not_said():
    near, far = (finding(effect=0.5, value=value) for value in (0.03, 0.06))
    as_share = [replace(f, statistic=replace(f.statistic, unit="share")) for f in (near, far)]
    assert [f.worth_saying for f in as_share] == [False, True]
    assert near.worth_saying, "in other units the effect decides"


def test_one_supporter_is_not_support_unless_the_group_is_one_person():
    assert not finding(effect=0.25, k=(1, 4, 0, 6)).worth_saying
    assert finding(effect=1.0, k=(1, 1, 0, 9), size=1).worth_saying
    assert not finding(effect=-0.17, k=(0, 4, 1, 6)).worth_saying
    assert finding(effect=-0.5, k=(0, 4, 3, 6)).worth_saying
    assert not finding(effect=0.05, k=(4, 4, 5, 6)).worth_saying


def test_a_trait_known_of_a_minority_is_not_spoken_of():
    assert finding(effect=0.9, k=(2, 2, 0, 3), size=4).worth_saying
    assert not finding(effect=0.9, k=(2, 2, 0, 2), size=4).worth_saying
    assert not finding(effect=0.9, k=(2, 2, 0, 6), size=5).worth_saying


def test_near_copies_are_dropped_also_when_they_are_opposites():
    columns = {
        "a": ("f", "need-based", [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]),
        "b": ("f", "need-based", [0, 0, 0, 0, 1, 1, 1, 1, 1, 1]),
        "c": ("f", "need-based", [1, 1, 1, 0, 0, 0, 0, 0, 0, 1]),
    }
    table = make_table(columns)
    findings = [
        f
        for f in measure_traits(table, make_groups(table, LABELS).assignments, in_model=())
        if f.segment_id == 1
    ]
    assert [f.trait.key for f in drop_copies(findings, table)] == ["a", "c"]
    assert [f.trait.key for f in drop_copies(findings[1:], table, beside=findings[:1])] == ["c"]


def test_a_definition_is_no_copy_of_what_it_was_tested_against():
    columns = {
        "gift": ("f", "need-based", [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]),
        "recency_days": ("n", "behavioral", [90, 91, 92, 93, 1, 2, 3, 4, 5, 6]),
    }
    table = make_table(columns)
    labels = make_groups(table, LABELS).assignments
    findings = [f for f in measure_traits(table, labels, in_model=("recency_days",)) if f.segment_id == 1]
    assert {f.trait.key for f in drop_copies(findings, table)} == {"gift", "recency_days"}


def test_what_a_reader_cannot_see_is_not_listed():
    table = make_table({"gift": ("f", "need-based", [1] * 5 + [0] * 5)})
    share = finding(effect=0.5, value=0.03)
    share = replace(share, statistic=replace(share.statistic, unit="share"))
    thin = finding(effect=0.9, k=(2, 2, 0, 2), size=4)
    assert drop_copies([share, thin], table) == []


def test_a_measure_equal_to_one_of_the_model_is_that_measure_in_that_group():
    days = [("unit", "days")]
    columns = {
        "recency_days": ("n", "behavioral", [5, 9, 11, 20, 90, 95, 99, 200, 210, 260], days),
        "tenure_days": ("n", "behavioral", [5, 9, 11, 20, 190, 195, 199, 300, 310, 360], days),
        "other_days": ("n", "behavioral", [5, 9, 11, 20, 190, 195, 199, 300, 310, 360], [("unit", "points")]),
    }
    table = make_table(columns)
    labels = make_groups(table, LABELS).assignments
    found = {
        (f.trait.key, f.segment_id): f for f in measure_traits(table, labels, in_model=("recency_days",))
    }
    assert found["tenure_days", 1].in_model
    assert found["tenure_days", 1].statistic.p is None
    assert not found["tenure_days", 2].in_model
    assert found["tenure_days", 2].statistic.p is not None
    assert not found["other_days", 1].in_model, "equal figures of different units are a coincidence"
    assert found["tenure_days", 2].tied
    assert not found["tenure_days", 1].tied


def test_goods_of_a_season_are_tied_to_groups_made_by_recency():
    shares = [0.5, 0.6, 0.7, 0.4, 0, 0, 0.1, 0, 0, 0]
    columns = {
        f"share_of_orders_with={word}": ("n", "need-based", shares) for word in ("christmas", "candle")
    }
    table = make_table(columns)
    labels = make_groups(table, LABELS).assignments
    for model, tied in (("recency_days", {"christmas"}), ("frequency", set())):
        found = measure_traits(table, labels, in_model=(model,))
        assert {f.trait.key.partition("=")[2] for f in found if f.tied} == tied


def test_days_as_a_customer_are_a_part_of_groups_made_by_recency_and_frequency():
    table = make_table({"tenure_days": ("n", "behavioral", [5, 9, 11, 20, 190, 195, 199, 300, 310, 360])})
    labels = make_groups(table, LABELS).assignments
    both = measure_traits(table, labels, in_model=("recency_days", "frequency"))
    one = measure_traits(table, labels, in_model=("frequency",))
    assert {f.in_model for f in both} == {True}
    assert {(f.in_model, f.tied) for f in one} == {(False, True)}


def test_what_owes_nothing_to_the_model_is_claimed_first():
    columns = {
        "frequency": ("n", "behavioral", [9, 8, 7, 6, 2, 1, 3, 2, 1, 3]),
        "distinct_products": ("n", "behavioral", [30, 28, 25, 26, 4, 3, 5, 4, 2, 6]),
        "gift": ("f", "need-based", [1, 1, 1, 1, 0, 0, 0, 1, 0, 0]),
        "young": ("f", "demographic", [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]),
    }
    table = make_table(columns)
    alone = extract_evidence(table, make_groups(table, LABELS), source=SOURCE)
    assert "distinct_products" in {item.statistic.feature for item in alone.supporting(1)}
    tied = extract_evidence(table, make_groups(table, LABELS, used=("frequency",)), source=SOURCE)
    assert [item.statistic.feature for item in tied.supporting(1)] == ["gift", "young"]


def test_spend_and_recency_of_groups_made_by_them_are_no_counter_evidence():
    away = finding("recency_days", 0.9, in_model=True)
    spend = finding("monetary_total", 0.9, in_model=True)
    claim = finding("bought", 0.5, k=(4, 4, 3, 6))
    assert choose_counter_evidence([away, spend], [claim]) == (claim, None)
    assert choose_counter_evidence([away, spend], [])[0] == spend, "for want of anything else"
    free = replace(spend, in_model=False)
    assert choose_counter_evidence([away, free], [claim])[0] == free


def test_levels_of_one_customer_and_joined_levels_are_no_traits():
    table = make_table(
        {
            "city": (
                "c",
                "geographic",
                ["York", "York", "Hull", OTHER, OTHER, None, "York", "Leeds", "Leeds", "York"],
            )
        }
    )
    assert [trait.key for trait in list_traits(table)] == ["city=Leeds", "city=York"]


def test_of_two_opposite_levels_one_is_tested():
    table = make_table({"sex": ("c", "demographic", ["f", "m"] * 5)})
    assert [trait.level for trait in list_traits(table)] == ["f"]


def test_customers_without_a_value_are_in_neither_count():
    table = make_table(
        {
            "city": (
                "c",
                "geographic",
                ["York", None, "York", "Hull", "Hull", None, "York", "Hull", "Hull", "Bath"],
            )
        }
    )
    trait = Trait(feature=table.features[0], level="York")
    values = trait_values(trait, table)
    members = np.array([True] * 3 + [False] * 7)
    statistic = measure_trait(trait, values, members)
    assert (statistic.k_group, statistic.n_group, statistic.k_rest, statistic.n_rest) == (2, 2, 1, 6)
    assert measure_trait(trait, values, np.array([False, True] + [False] * 8)) is None


def test_the_row_set_of_a_number_is_above_the_median():
    trait = Trait(feature=Feature(name="n", factor=Factor.BEHAVIORAL, kind=FeatureKind.NUMERIC, label="n"))
    assert row_set(trait, np.array([1.0, 2.0, 3.0, np.nan])).tolist() == [False, False, True, False]
    assert row_set(trait, np.array([np.nan])).tolist() == [False]


def test_small_numbers_are_tested_exactly_and_large_ones_by_formula():
    trait = Trait(feature=Feature(name="n", factor=Factor.BEHAVIORAL, kind=FeatureKind.NUMERIC, label="n"))
    values = np.arange(10.0)
    small = measure_trait(trait, values, values > 5)
    assert small.p == pytest.approx(2 / 210)
    assert small.method.startswith("exact permutation of rank sums")
    rng = np.random.default_rng(1)
    values = rng.normal(size=4000)
    large = measure_trait(trait, values, np.arange(4000) < 1000)
    expected = stats.mannwhitneyu(
        values[:1000], values[1000:], method="asymptotic", use_continuity=False
    ).pvalue
    assert large.p == pytest.approx(expected, rel=1e-6)
    assert large.seed is None


def test_counting_distinct_values_gives_what_sorting_each_segment_gives():
    rng = np.random.default_rng(7)
    values = np.where(rng.random(1000) < 0.1, np.nan, rng.poisson(3, 1000).astype(float))
    members = rng.random(1000) < 0.3
    known = ~np.isnan(values)
    group, rest = values[known & members], values[known & ~members]
    result = compare_counted(count_values(values), members)
    interval, _ = delta_interval(group, rest, seed=0, analytic_from=1)
    assert result.delta == pytest.approx(cliffs_delta(group, rest), rel=1e-12)
    assert (result.ci_low, result.ci_high) == pytest.approx((interval.low, interval.high), rel=1e-9)
    assert result.p == pytest.approx(
        permutation_p(group, rest, statistic="rank sum", analytic_from=1).p, rel=1e-9
    )
    assert result.medians == (np.median(group), np.median(rest))
    assert result.means == pytest.approx((group.mean(), rest.mean()), rel=1e-12)


def test_a_constant_is_no_surprise_in_a_large_book():
    result = compare_counted(count_values(np.ones(400)), np.arange(400) < 100)
    assert (result.delta, result.p, result.ci_low, result.ci_high) == (0.0, 1.0, 0.0, 0.0)


def test_a_large_segment_without_overlap_keeps_an_interval_with_width():
    trait = Trait(feature=Feature(name="n", factor=Factor.BEHAVIORAL, kind=FeatureKind.NUMERIC, label="n"))
    statistic = measure_trait(trait, np.arange(300.0), np.arange(300) < 100)
    assert statistic.effect == -1.0
    assert -1.0 == statistic.ci_low < statistic.ci_high < 0


def test_equal_medians_are_told_by_their_means():
    trait = Trait(feature=Feature(name="n", factor=Factor.BEHAVIORAL, kind=FeatureKind.NUMERIC, label="n"))
    statistic = measure_trait(trait, np.array([1.0, 1, 1, 1, 1, 1, 1, 5, 5]), np.arange(9) < 4)
    assert (statistic.name, statistic.value, statistic.comparator) == ("mean", 1.0, 2.6)


def test_a_customer_without_a_segment_is_among_the_others():
    table = make_table({"f": ("f", "behavioral", [1.0, 1.0, 0.0, 0.0])})
    found = measure_traits(table, pd.Series({"C0001": 1, "C0002": 1, "C0003": 2}), in_model=())
    assert {(f.segment_id, f.statistic.n_group, f.statistic.n_rest) for f in found} == {(1, 2, 2), (2, 1, 3)}


def test_a_book_can_be_read_by_segment_and_direction():
    assert EvidenceBook(sources=(), evidence=(), appendix=(), n_tests=0).against(1) == ()
