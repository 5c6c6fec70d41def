"""The charts of the segmentation chapter. Each returns a figure block: two drawings, words and the data drawn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import NullFormatter

from segkit.analysis.study import Study
from segkit.model.segment import Segment
from segkit.publish.blocks import Figure, Plotly, Table
from segkit.publish.drawing import RASTER_ABOVE, draw_svg
from segkit.publish.palette import ACCENT, GRID, INK, MUTED, PAPER, SOFT, segment_style
from segkit.words.figures import (
    SMALL_BOOK,
    format_count,
    format_money,
    format_number,
    format_percent,
    format_share,
)
from segkit.words.findings import cluster_count_title, map_title, size_note, value_title

MONEY_UNITS = 10_000
LABEL_EACH_BELOW = 30
"""Up to this many customers each mark carries its customer id."""
DRAW_OF_EACH = 500
"""Of a larger group every k-th customer in the order of ids is drawn, and the subtitle says so."""
FACETS_ABOVE = 300
"""Above this many customers each group gets a panel of its own, on the same axes."""


def segment_map(study: Study, *, interactive: bool = False) -> Figure | Plotly:
    """Draw each customer by recency and spend (orders where there are no amounts), marked by group.

    Parameters
    ----------
    study : Study
    interactive : bool
        Also carry the Plotly twin, which ``segkit report --interactive`` can load over the drawing.
    """
    frame, unit = _map_frame(study)
    segments = study.segmentation.summary.segments
    y_label = f"spend ({unit})" if unit != "orders" else "orders"
    log_y = unit != "orders" and bool((frame["y"] > 0).all()) and frame["y"].max() > 20 * frame["y"].min()

    crowded = len(frame) > FACETS_ABOVE
    raster = len(frame) > RASTER_ABOVE
    shown = pd.concat(
        [rows.iloc[:: -(-len(rows) // DRAW_OF_EACH)] for _, rows in _by_segment(frame, segments)]
    )

    def paint(canvas: Canvas, *, narrow: bool) -> None:
        if crowded:
            columns = 1 if narrow else 2
            grid = canvas.subplots(
                -(-len(segments) // columns), columns, sharex=True, sharey=True, squeeze=False
            )
            for axes, (segment, rows) in zip(grid.flat, _by_segment(shown, segments), strict=False):
                style = segment_style(segment.id)
                _dots(axes, rows, color=style.color, size=5, marker="o", raster=raster)
                axes.set_title(segment.name, fontsize="medium")
            for axes in grid.flat[len(segments) :]:
                axes.set_axis_off()
        else:
            axes = canvas.subplots()
            for segment, rows in _by_segment(frame, segments):
                style = segment_style(segment.id)
                edge = INK if style.outline else PAPER
                _dots(
                    axes, rows, color=style.color, size=30, marker=style.marker, edge=edge, label=segment.name
                )
            if len(frame) <= LABEL_EACH_BELOW:
                for row in frame.itertuples():
                    axes.annotate(str(row.customer_id), (row.x, row.y), **_NAME)
            canvas.legend(loc="outside upper left", ncols=1 if narrow else 2, fontsize="small")
        axes.margins(0.08, 0.12)
        if log_y:
            axes.set_yscale("log")
            axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
            axes.yaxis.set_minor_formatter(NullFormatter())
        canvas.supxlabel("days since the last order (recent on the left)", fontsize="medium")
        canvas.supylabel(y_label + (", log scale" if log_y else ""), fontsize="medium")

    columns_tall = 2.1 * -(-len(segments) // 2)
    svg, narrow = draw_svg(
        "segment-map",
        paint,
        height=columns_tall + 0.6 if crowded else 4.4,
        narrow_height=1.7 * len(segments) + 0.5 if crowded else 4.6,
    )
    medians = [
        (
            segment.name,
            format_count(len(rows)),
            format_number(float(rows["x"].median())),
            format_number(float(rows["y"].median()), 2 if unit != "orders" else 1),
        )
        for segment, rows in _by_segment(frame, segments)
    ]
    data = Table(
        id="segment-map-data",
        caption="Medians of each group",
        columns=("Group", "Customers", "Days since last order", y_label[:1].upper() + y_label[1:]),
        numeric=(False, True, True, True),
        rows=tuple(medians),
        marks=tuple(segment.id for segment in segments),
    )
    figure = Figure(
        id="segment-map",
        title=map_title(segments),
        subtitle=f"{_drawn(shown, frame)}: days since the last order, {y_label}",
        alt=f"Scatter chart of {len(frame):,} customers in {len(segments)} groups: days since the last order "
        f"against {y_label}.",
        desc="; ".join(f"{name}: median {days} days, {y_label} {y}" for name, _, days, y in medians) + ".",
        source=_source(study),
        n=size_note(study.orders.log.customers, study.orders.log.orders),
        svg=svg,
        svg_narrow=narrow,
        data=data,
    )
    return _with_plotly(figure, frame, segments, y_label, log_y=log_y) if interactive else figure


def _drawn(shown: pd.DataFrame, frame: pd.DataFrame) -> str:
    if len(shown) == len(frame):
        return "Each customer"
    return f"{format_count(len(shown))} of {format_count(len(frame))} customers, at most {DRAW_OF_EACH} of each group"


_NAME: dict[str, Any] = {"xytext": (5, 4), "textcoords": "offset points", "fontsize": 7.5, "color": MUTED}


def _dots(
    axes: Axes,
    rows: pd.DataFrame,
    *,
    color: str,
    size: float,
    marker: str,
    alpha: float = 0.95,
    edge: str = "none",
    label: str | None = None,
    raster: bool = False,
) -> None:
    axes.scatter(
        rows["x"], rows["y"], s=size, c=color, marker=marker, alpha=alpha, edgecolors=edge, linewidths=0.5,
        label=label, rasterized=raster,
    )  # fmt: skip


def _map_frame(study: Study) -> tuple[pd.DataFrame, str]:
    customers = study.customers
    with_money = "monetary_total" in customers
    frame = pd.DataFrame(
        {
            "customer_id": customers["customer_id"].to_numpy(),
            "x": customers["recency_days"].to_numpy(),
            "y": customers["monetary_total"].to_numpy() / MONEY_UNITS
            if with_money
            else customers["frequency"].to_numpy(),
        }
    )
    frame["segment_id"] = frame["customer_id"].map(study.segmentation.assignments)
    return frame, (study.orders.currency or "order currency") if with_money else "orders"


def _with_plotly(
    figure: Figure, frame: pd.DataFrame, segments: tuple[Segment, ...], y_label: str, *, log_y: bool
) -> Plotly:
    import plotly.graph_objects as go  # noqa: PLC0415 - heavy, and asked for rarely

    symbols = {"o": "circle", "s": "square", "^": "triangle-up", "D": "diamond", "v": "triangle-down"}
    chart = go.Figure()
    for segment, rows in _by_segment(frame, segments):
        style = segment_style(segment.id)
        chart.add_trace(
            go.Scatter(
                x=rows["x"].tolist(),
                y=rows["y"].tolist(),
                text=[_escape(str(customer)) for customer in rows["customer_id"]],
                mode="markers",
                name=_escape(segment.name),
                marker={"color": style.color, "symbol": symbols.get(style.marker, "circle"), "size": 8},
                hovertemplate="%{text}<br>%{x} days<br>%{y:,.2f}<extra></extra>",
            )
        )
    chart.update_layout(
        template="plotly_white",
        xaxis={"title": "days since the last order"},
        yaxis={"title": y_label, "type": "log" if log_y else "linear"},
        margin={"l": 60, "r": 20, "t": 20, "b": 50},
    )
    return Plotly(id="segment-map-explore", spec=json.loads(chart.to_json()), static=figure)


def _escape(text: str) -> str:
    """Keep data as data where Plotly would read a little HTML in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def value_shares(study: Study) -> Figure:
    """Draw each group's share of customers beside its share of revenue (of orders without amounts)."""
    summary = study.segmentation.summary
    with_money = summary.revenue is not None
    measure = "revenue" if with_money else "orders"
    people = [segment.share for segment in summary.segments]
    value = [
        (segment.revenue_share or 0.0) if with_money else segment.orders / summary.n_orders
        for segment in summary.segments
    ]
    names = [segment.name for segment in summary.segments]

    def paint(canvas: Canvas, *, narrow: bool) -> None:
        axes = canvas.subplots()
        places = np.arange(len(names))
        axes.barh(places - 0.19, people, 0.34, color=SOFT, edgecolor=MUTED, linewidth=0.8)
        for place, segment, share in zip(places, summary.segments, value, strict=True):
            style = segment_style(segment.id)
            axes.barh(
                place + 0.19, share, 0.34, color=style.color, edgecolor=INK if style.outline else style.color
            )
        for place, segment, customers_share, value_share in zip(
            places, summary.segments, people, value, strict=True
        ):
            size = (
                f"{segment.size} of {summary.n_customers} customers"
                if summary.n_customers < SMALL_BOOK
                else f"{customers_share:.0%} of customers"
            )
            axes.annotate(size, (customers_share, place - 0.19), **_BESIDE)
            axes.annotate(f"{value_share:.0%} of {measure}", (max(value_share, 0), place + 0.19), **_BESIDE)
        axes.set_yticks(places, names)
        axes.invert_yaxis()
        axes.set_xlim(min(0.0, *value), max(*people, *value) * (1.75 if narrow else 1.35))
        axes.xaxis.set_visible(False)
        axes.grid(visible=False)
        axes.spines[["bottom", "left"]].set_visible(False)
        axes.tick_params(length=0)

    per_group = 0.62
    svg, narrow = draw_svg(
        "value-shares", paint, height=0.5 + per_group * len(names), narrow_height=0.5 + 0.6 * len(names)
    )
    rows = tuple(
        (
            segment.name,
            format_share(segment.size, summary.n_customers),
            format_money(segment.revenue, summary.currency) if with_money else format_count(segment.orders),
            format_percent(share) if share >= 0 else f"{share:.0%}",
        )
        for segment, share in zip(summary.segments, value, strict=True)
    )
    return Figure(
        id="value-shares",
        title=value_title(summary),
        subtitle=f"Share of customers (pale) and of {measure} (colored), by group",
        alt=f"Paired bars for {len(names)} groups: share of customers and share of {measure}.",
        desc="; ".join(f"{row[0]}: {row[1]} customers, {row[3]} of {measure}" for row in rows) + ".",
        source=_source(study),
        n=size_note(summary.n_customers, summary.n_orders),
        svg=svg,
        svg_narrow=narrow,
        data=Table(
            id="value-shares-data",
            caption="Customers and value of each group",
            columns=("Group", "Customers", measure.capitalize(), f"Share of {measure}"),
            numeric=(False, True, True, True),
            rows=rows,
            marks=tuple(segment.id for segment in summary.segments),
        ),
    )


_BESIDE: dict[str, Any] = {
    "xytext": (4, 0),
    "textcoords": "offset points",
    "va": "center",
    "fontsize": 8.5,
    "color": INK,
}


def cluster_support(study: Study) -> Figure | None:
    """Draw the silhouette of each number of clusters beside what structureless data of this size reach.

    Returns
    -------
    Figure or None
        None where no clustering was tried.
    """
    rows = study.segmentation.summary.cluster_counts
    if not rows:
        return None
    counts = [row.n_clusters for row in rows]
    asked = study.segmentation.summary.n_segments

    def paint(canvas: Canvas, *, narrow: bool) -> None:
        axes: Axes = canvas.subplots()
        axes.fill_between(counts, 0, [row.null_95 for row in rows], color=SOFT, linewidth=0)
        axes.plot(
            counts, [row.null_95 for row in rows], color=MUTED, linestyle="--", linewidth=1,
            label="data without structure, 95 % line",
        )  # fmt: skip
        axes.plot(
            counts,
            [row.silhouette for row in rows],
            color=ACCENT,
            marker="o",
            linewidth=1.8,
            label="these customers",
        )
        axes.axvline(asked, color=GRID, linewidth=6, zorder=0)
        axes.set_xticks(counts)
        axes.set_xlabel(f"number of groups ({asked} asked for)")
        axes.set_ylabel("silhouette")
        axes.set_ylim(bottom=min(0.0, *(row.silhouette for row in rows)))
        canvas.legend(loc="outside upper left", ncols=1 if narrow else 2, fontsize="small")

    svg, narrow = draw_svg("cluster-support", paint, height=3.2, narrow_height=3.0)
    return Figure(
        id="cluster-support",
        title=cluster_count_title(rows),
        subtitle="Silhouette (-1 to 1, higher is better separated) by number of k-means groups",
        alt=f"Line chart of the silhouette for {counts[0]} to {counts[-1]} groups beside the 95 % line of data "
        "without structure.",
        desc="; ".join(
            f"{row.n_clusters} groups: silhouette {row.silhouette:.2f} against {row.null_95:.2f}" for row in rows
        )
        + ".",
        source=_source(study),
        n=size_note(study.orders.log.customers, study.orders.log.orders),
        svg=svg,
        svg_narrow=narrow,
        data=Table(
            id="cluster-support-data",
            caption="What k-means finds, by number of groups",
            columns=("Groups", "Silhouette", "95 % without structure", "Least stable group (Jaccard)",
                     "Smallest group", "Verdict"),
            numeric=(True, True, True, True, True, False),
            rows=tuple(
                (
                    str(row.n_clusters), f"{row.silhouette:.2f}", f"{row.null_95:.2f}", f"{row.min_jaccard:.2f}",
                    format_count(row.smallest), row.reason,
                )
                for row in rows
            ),
        ),
    )  # fmt: skip


def _by_segment(frame: pd.DataFrame, segments: tuple[Segment, ...]) -> Iterator[tuple[Segment, pd.DataFrame]]:
    for segment in segments:
        yield segment, frame[frame["segment_id"] == segment.id]


def _source(study: Study) -> str:
    log = study.orders.log
    return f"Order history, {log.first_order} to {log.last_order}, as of {study.orders.as_of}"
