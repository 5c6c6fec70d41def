"""Charts that compare groups customer by customer: profiles and order timelines."""

from __future__ import annotations

import warnings
from textwrap import wrap
from typing import Any

import matplotlib.dates as mdates
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from segkit.analysis.study import Study
from segkit.analysis.timeline import list_orders, sum_months
from segkit.model.feature import Feature, FeatureKind
from segkit.publish.blocks import Figure, Table
from segkit.publish.drawing import draw_svg
from segkit.publish.palette import GRID, INK, PAPER, segment_style
from segkit.words.figures import format_count, format_money, format_quantity
from segkit.words.findings import month_title, size_note, strongest_evidence, timeline_title

TIMELINE_UP_TO = 40
"""Up to this many customers each has a line of its own; above, months are summed by group."""
MAX_PANELS = 6


_BESIDE: dict[str, Any] = {
    "xytext": (4, 0),
    "textcoords": "offset points",
    "va": "center",
    "fontsize": "small",
    "color": INK,
}


def profile_comparison(study: Study) -> Figure:
    """Draw the features that separate the groups most, one panel each, every group on the same row.

    Numbers are drawn customer by customer in small books and as boxes in large ones (whiskers to the 5th and
    95th percentile); yes/no features as the share of the group.
    """
    features = _telling_features(study)
    segments = study.segmentation.summary.segments
    names = [segment.name for segment in segments]
    frame = study.table.frame.copy()
    place = study.segmentation.assignments.to_dict()
    frame["group"] = frame.index.map(place).map({segment.id: segment.name for segment in segments})
    colors = {segment.name: segment_style(segment.id).color for segment in segments}
    small = len(frame) <= TIMELINE_UP_TO

    def panel(axes: Axes, feature: Feature) -> None:
        if feature.kind is FeatureKind.FLAG:
            known = (
                frame.groupby("group", observed=True)[feature.name]
                .agg(["mean", "sum", "count"])
                .reindex(names)
            )
            axes.barh(names, known["mean"], color=[colors[name] for name in names], height=0.5)
            axes.set_xlim(0, 1.3)
            axes.xaxis.set_visible(False)
            for place, row in enumerate(known.itertuples()):
                label = f"{row.sum:.0f} of {row.count:.0f}" if small else f"{row.mean:.0%}"
                axes.annotate(label, (row.mean, place), **_BESIDE)
        elif small:
            for segment in segments:
                style = segment_style(segment.id)
                rows = frame[frame["group"] == segment.name]
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", FutureWarning)  # seaborn's own use of pandas
                    sns.stripplot(
                        rows, x=feature.name, y="group", order=names, color=style.color, marker=style.marker,
                        size=7, jitter=False, alpha=0.85, linewidth=0.6, edgecolor=PAPER, ax=axes,
                    )  # fmt: skip
        else:
            sns.boxplot(
                frame, x=feature.name, y="group", order=names, hue="group", hue_order=names, palette=colors,
                whis=(5, 95), showfliers=False, width=0.55, linewidth=0.9, linecolor=INK, legend=False, ax=axes,
            )  # fmt: skip
        axes.set_title("\n".join(wrap(f"{feature.label}{_unit(feature)}", 44)), fontsize="small")
        axes.set_xlabel("")
        axes.set_ylabel("")
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", visible=False)
        axes.locator_params(axis="x", nbins=4)

    def paint(canvas: Canvas, *, narrow: bool) -> None:
        columns = 1 if narrow else 2
        rows = -(-len(features) // columns)
        grid = canvas.subplots(rows, columns, sharey=True, squeeze=False)
        for axes, feature in zip(grid.flat, features, strict=False):
            panel(axes, feature)
        for axes in grid.flat[len(features) :]:
            axes.set_axis_off()

    row_height = 0.75 + 0.3 * len(names)
    svg, narrow = draw_svg(
        "profile-comparison",
        paint,
        height=row_height * -(-len(features) // 2),
        narrow_height=row_height * len(features),
    )
    strongest = strongest_evidence(study.evidence)
    data = _profile_table(frame, features, names)
    return Figure(
        id="profile-comparison",
        title=strongest.claim if strongest else "What separates the groups",
        subtitle="Features that separate the groups most; "
        + ("one mark per customer" if small else "boxes: middle half, whiskers: 5th to 95th percentile"),
        alt=f"{len(features)} small charts, one per feature, comparing {len(names)} groups.",
        desc=" ".join(
            f"{row[0]}: "
            + ", ".join(f"{name} {cell}" for name, cell in zip(names, row[1:], strict=True))
            + "."
            for row in data.rows
        ),
        source="Order history and customer attributes; medians for numbers, shares for yes/no features",
        n=size_note(study.orders.log.customers, study.orders.log.orders),
        svg=svg,
        svg_narrow=narrow,
        data=data,
    )


def _unit(feature: Feature) -> str:
    said = not feature.unit or feature.unit == "share" or feature.unit in feature.label
    return "" if said else f" ({feature.unit})"


def _telling_features(study: Study) -> list[Feature]:
    """Return the features of the chosen evidence, then those the groups were made of, at most six."""
    by_name = {feature.name: feature for feature in study.table.features}
    named = [item.statistic.feature for item in study.evidence.evidence if item.statistic]
    wanted = [*named, *study.segmentation.summary.features]
    drawable = [
        by_name[name]
        for name in dict.fromkeys(wanted)
        if name in by_name and by_name[name].kind is not FeatureKind.CATEGORICAL
    ]
    if not drawable:
        drawable = [feature for feature in study.table.features if feature.kind is FeatureKind.NUMERIC]
    return drawable[:MAX_PANELS]


def _profile_table(frame: pd.DataFrame, features: list[Feature], names: list[str]) -> Table:
    rows = []
    for feature in features:
        groups = frame.groupby("group", observed=True)[feature.name]
        values = (groups.mean() if feature.kind is FeatureKind.FLAG else groups.median()).reindex(names)
        unit = "share" if feature.kind is FeatureKind.FLAG else feature.unit
        cells = ["no value" if pd.isna(value) else format_quantity(float(value), unit) for value in values]
        rows.append((f"{feature.label} ({feature.factor.value})", *cells))
    return Table(
        id="profile-comparison-data",
        caption="Medians (numbers) and shares (yes/no features) by group",
        columns=("Feature", *names),
        numeric=(False, *(True for _ in names)),
        rows=tuple(rows),
    )


def order_timelines(study: Study) -> Figure:
    """Draw every order of a small book on its customer's line; in large books each group's months."""
    if study.orders.log.customers <= TIMELINE_UP_TO:
        return _customer_timelines(study)
    return _monthly_lines(study)


def _customer_timelines(study: Study) -> Figure:
    orders = list_orders(study.orders)
    segments = study.segmentation.summary.segments
    orders["segment_id"] = orders["customer_id"].map(study.segmentation.assignments)
    last = orders.groupby("customer_id")["order_date"].max()
    ranked = sorted(last.index, key=lambda c: (study.segmentation.assignments[c], -last[c].value, c))
    place = {customer: row for row, customer in enumerate(ranked)}
    with_money = "amount" in orders
    largest = float(orders["amount"].abs().max()) if with_money else 1.0

    def paint(canvas: Canvas, *, narrow: bool) -> None:
        axes = canvas.subplots()
        scale = 90 if narrow else 170
        for segment in segments:
            style = segment_style(segment.id)
            rows = orders[orders["segment_id"] == segment.id]
            sizes = 18 + scale * rows["amount"].clip(lower=0) / max(largest, 1e-9) if with_money else 40
            axes.scatter(
                rows["order_date"], rows["customer_id"].map(place), s=sizes, c=style.color, marker=style.marker,
                edgecolors=INK if style.outline else PAPER, linewidths=0.6, alpha=0.9, label=segment.name, zorder=3,
            )  # fmt: skip
        axes.hlines(
            range(len(ranked)),
            orders["order_date"].min(),
            orders["order_date"].max(),
            color=GRID,
            linewidth=1,
        )
        axes.set_yticks(range(len(ranked)), ranked)
        axes.invert_yaxis()
        axes.grid(visible=False)
        axes.tick_params(axis="y", length=0)
        _date_axis(axes, orders["order_date"], narrow=narrow)
        canvas.legend(loc="outside upper left", ncols=1 if narrow else 2, fontsize="small", markerscale=0.8)

    height = 1.2 + 0.3 * len(ranked)
    svg, narrow = draw_svg("order-timelines", paint, height=height, narrow_height=height + 0.7)
    rows = []
    for customer in ranked:
        own = orders[orders["customer_id"] == customer]
        rows.append(
            (
                customer,
                format_count(len(own)),
                f"{own['order_date'].min():%Y-%m-%d}",
                f"{own['order_date'].max():%Y-%m-%d}",
                format_money(own["amount"].sum(), study.orders.currency) if with_money else "no amount",
            )
        )
    return Figure(
        id="order-timelines",
        title=timeline_title(_rhythms(study)),
        subtitle="Each mark is an order" + ("; the larger, the more was spent" if with_money else ""),
        alt=f"Timeline of {len(orders)} orders of {len(ranked)} customers, one line per customer, marked by group.",
        desc=" ".join(f"{row[0]}: {row[1]} orders, {row[2]} to {row[3]}." for row in rows),
        source="Order history",
        n=size_note(study.orders.log.customers, study.orders.log.orders),
        svg=svg,
        svg_narrow=narrow,
        data=Table(
            id="order-timelines-data",
            caption="Orders of each customer",
            columns=("Customer", "Orders", "First", "Last", "Spend"),
            numeric=(False, True, False, False, True),
            rows=tuple(rows),
            marks=tuple(int(study.segmentation.assignments[customer]) for customer in ranked),
        ),
    )


def _date_axis(axes: Axes, dates: pd.Series, *, narrow: bool) -> None:
    """Label whole months (days in short histories), as many as fit."""
    room = 3 if narrow else 7
    days = (dates.max() - dates.min()).days
    if days < 60:
        axes.xaxis.set_major_locator(mdates.DayLocator(interval=max(1, -(-days // room))))
        axes.xaxis.set_major_formatter(mdates.DateFormatter("%d %b"))
    else:
        axes.xaxis.set_major_locator(mdates.MonthLocator(interval=max(1, -(-days // (30 * room)))))
        axes.xaxis.set_major_formatter(mdates.DateFormatter("%b %Y"))


def _rhythms(study: Study) -> list[tuple[str, float]]:
    if "median_gap_days" not in study.customers:
        return []
    gaps = study.customers.set_index("customer_id")["median_gap_days"].dropna()
    medians = gaps.groupby(gaps.index.map(study.segmentation.assignments.to_dict())).median()
    segments = study.segmentation.summary.segments
    return [(segment.name, float(medians[segment.id])) for segment in segments if segment.id in medians.index]


def _monthly_lines(study: Study) -> Figure:
    months = sum_months(study.orders, study.segmentation.assignments)
    segments = study.segmentation.summary.segments
    column = "amount" if "amount" in months else "orders"
    measure = "revenue" if column == "amount" else "orders"
    wide = months.pivot_table(index="month", columns="segment_id", values=column, fill_value=0.0)
    wide = wide.asfreq("MS", fill_value=0.0)

    def paint(canvas: Canvas, *, narrow: bool) -> None:
        axes = canvas.subplots()
        for segment in segments:
            style = segment_style(segment.id)
            axes.plot(
                wide.index, wide[segment.id], color=style.color, marker=style.marker, markersize=4.5,
                linewidth=1.6, label=segment.name,
            )  # fmt: skip
        axes.set_ylim(bottom=min(0.0, float(wide.min().min())))
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        _date_axis(axes, pd.Series(wide.index), narrow=narrow)
        axes.set_ylabel(
            f"{measure} a month" + (f" ({study.orders.currency})" if study.orders.currency else "")
        )
        canvas.legend(loc="outside upper left", ncols=1 if narrow else 2, fontsize="small")

    svg, narrow = draw_svg("order-timelines", paint, height=3.8, narrow_height=4.2)
    names = [segment.name for segment in segments]
    peaks = [f"{wide[segment.id].idxmax():%B %Y}" for segment in segments]
    rows = tuple(
        (f"{month:%Y-%m}", *(f"{wide.loc[month, segment.id]:,.0f}" for segment in segments))
        for month in wide.index
    )
    return Figure(
        id="order-timelines",
        title=month_title(names, peaks, measure),
        subtitle=f"{measure.capitalize()} of each group by calendar month; the first and last month may be partial",
        alt=f"Line chart of monthly {measure} for {len(names)} groups over {len(wide)} months.",
        desc="; ".join(f"{name} peaked in {peak}" for name, peak in zip(names, peaks, strict=True)) + ".",
        source="Order history",
        n=size_note(study.orders.log.customers, study.orders.log.orders),
        svg=svg,
        svg_narrow=narrow,
        data=Table(
            id="order-timelines-data",
            caption=f"{measure.capitalize()} by month and group",
            columns=("Month", *names),
            numeric=(False, *(True for _ in names)),
            rows=rows,
        ),
    )
