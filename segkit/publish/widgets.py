"""The explorer of the lab: choose groups, factors and a day, see what changes, hand the choice to ``company.toml``.

Only controls and views are here; what is measured for a choice is in `segkit.analysis.choices`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from segkit.analysis.book import check_features
from segkit.analysis.choices import Choice, Choices, Comparison
from segkit.analysis.study import Study, read_settings
from segkit.errors import InputError, SegkitError
from segkit.intake.settings_writing import Change, write_settings
from segkit.model.factor import factor_definitions
from segkit.publish import cards, charts, comparison_charts, tables
from segkit.publish.blocks import Block, Plotly
from segkit.publish.safety import escape
from segkit.words.choices import describe_choice, write_changed, write_measure
from segkit.words.figures import plural

try:
    import ipywidgets
except ImportError:
    raise InputError(
        "ipywidgets, which the explorer is made of, is not installed; install it with: pip install 'segkit[lab]'."
    ) from None

_PLOTLY = "application/vnd.plotly.v1+json"
_WIDE = {"description_width": "initial"}


def explorer(company: str | Path = "") -> Explorer:
    """Return the explorer of a company, with the groups of its ``company.toml`` shown.

    Parameters
    ----------
    company : str or Path
        Company folder; empty for the nearest one above, else the bundled example.

    Returns
    -------
    Explorer
        One container of labeled controls and views; `show` puts it on the page.

    Raises
    ------
    InputError, NotEnoughDataError
        The company cannot be measured as its settings stand.
    """
    return Explorer(Choices(read_settings(company)))


def show(widget: Explorer) -> None:
    """Show the explorer in a notebook, with one line for readers without a running kernel."""
    from IPython.display import display  # noqa: PLC0415 - only where there is a notebook

    bundle = {**(widget._repr_mimebundle_() or {}), "text/plain": widget.summary}
    display(bundle, raw=True)  # type: ignore[no-untyped-call]


class Explorer(ipywidgets.VBox):  # type: ignore[misc] # ipywidgets carries no types
    """Controls above, the comparison and the groups below, then one view at a time.

    Attributes
    ----------
    n_segments, features, as_of
        What is chosen; nothing is measured until `measure_button` is pressed.
    measure_button, write_button
        Show the groups of the choice; write the choice shown into ``company.toml``.
    status, comparison, groups, view, shown
        What happened, in a sentence; the choice beside what is in force; the table of groups; which view; the view.
    """

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        study = choices.measure(choices.in_force)
        self._choice, self._study = choices.in_force, study
        self.n_segments = ipywidgets.IntText(
            value=choices.in_force.n_segments, description="Number of groups", style=_WIDE
        )
        picked = check_features(choices.in_force.features, study.table.features)
        self._spelled = {picked: choices.in_force.features}
        self.features = ipywidgets.SelectMultiple(
            options=_feature_options(study),
            value=picked,
            rows=8,
            description="Factors (none: all)",
            style=_WIDE,
            layout={"width": "32rem"},
        )
        self.as_of = ipywidgets.DatePicker(
            value=study.orders.as_of, description="Orders seen until", style=_WIDE
        )
        self.measure_button = ipywidgets.Button(
            description="Show these groups", button_style="primary", layout={"width": "auto"}
        )
        self.write_button = ipywidgets.Button(
            description="Write to company.toml", disabled=True, layout={"width": "auto"}
        )
        self.status, self.comparison, self.groups = (ipywidgets.HTML() for _ in range(3))
        self.view = ipywidgets.ToggleButtons(options=list(VIEWS), description="View", style=_WIDE)
        self.shown = ipywidgets.VBox()
        self._bind()
        self._show()
        self._say("These are the groups of company.toml." + self._defined())
        buttons = ipywidgets.HBox([self.measure_button, self.write_button])
        super().__init__(
            children=(self.n_segments, self.features, self.as_of, buttons, self.status, self.comparison,
                      self.groups, self.view, self.shown)
        )  # fmt: skip

    @property
    def choice(self) -> Choice:
        """What the controls say now."""
        day, usual = self.as_of.value, self._choices.measure(self._choices.in_force).orders.as_of
        picked = tuple(self.features.value)
        return Choice(
            n_segments=int(self.n_segments.value),
            features=self._spelled.get(picked, picked),
            as_of=self._choices.in_force.as_of if day == usual else day,
        )

    @property
    def summary(self) -> str:
        """The explorer in one line."""
        study = self._study
        return (
            f"Explorer of {study.company.name}: {plural(len(study.customers), 'customer')} in "
            f"{study.segmentation.summary.n_segments} groups; run this cell to choose others."
        )

    def measure(self) -> None:
        """Measure what is chosen and show it; where it cannot be measured, say why and leave what is shown."""
        choice = self.choice
        self._say(f"Measuring {describe_choice(choice.n_segments, choice.features, choice.as_of)} ...")
        study = self._try(lambda: self._choices.measure(choice))
        if study is None:
            return
        self._choice, self._study = choice, study
        self._show()
        words = describe_choice(choice.n_segments, choice.features, choice.as_of)
        self._say(f"Shown: {words}.{self._defined()}")

    def write(self) -> None:
        """Write the choice shown into ``company.toml``, and take it as the one in force."""
        choice = self._choice
        changes = self._try(
            lambda: write_settings(
                self._choices.company.folder,
                n_segments=choice.n_segments,
                features=choice.features,
                as_of=choice.as_of,
            )
        )
        if changes is None:
            return
        self._choices.adopt(choice)
        self._show()
        self._say(_changes_sentence(changes))

    def _bind(self) -> None:
        self.measure_button.on_click(lambda _: self._while_busy(self.measure))
        self.write_button.on_click(lambda _: self._while_busy(self.write))
        self.view.observe(lambda _: self._show_view(), names="value")
        for control in (self.n_segments, self.features, self.as_of):
            control.observe(lambda _: self._announce(), names="value")

    def _while_busy(self, work: Callable[[], None]) -> None:
        """Do the work with both buttons out of reach, so that a second press does not queue up."""
        self.measure_button.disabled = self.write_button.disabled = True
        try:
            work()
        finally:
            self.measure_button.disabled = False
            self._allow_writing()

    def _announce(self) -> None:
        choice = self.choice
        if choice == self._choice:
            self._say("These groups are shown.")
            return
        words = describe_choice(choice.n_segments, choice.features, choice.as_of)
        self._say(f"Chosen: {words}. Press “{self.measure_button.description}”.")

    def _show(self) -> None:
        in_force = self._choice == self._choices.in_force
        compared = "" if in_force else _comparison(self._choices.compare(self._choice))
        self.comparison.value = f"<p>{escape(compared)}</p>" if compared else ""
        self.groups.value = _html(tables.rules(self._study))
        self._allow_writing()
        self._show_view()

    def _allow_writing(self) -> None:
        self.write_button.disabled = self._choice == self._choices.in_force

    def _show_view(self) -> None:
        blocks = self._try(lambda: [block for block in VIEWS[self.view.value](self._study) if block])
        if blocks is not None:
            self.shown.children = tuple(map(_as_widget, blocks))

    def _try(self, work: Callable[[], Any]) -> Any:
        """Return what the work gives, or None after its error was said in one sentence."""
        try:
            return work()
        except SegkitError as error:
            self._say(str(error), wrong=True)
            return None

    def _say(self, sentence: str, *, wrong: bool = False) -> None:
        role = "alert" if wrong else "status"
        lead = "<strong>Not possible:</strong> " if wrong else ""
        self.status.value = f'<p role="{role}">{lead}{escape(sentence)}</p>'

    def _defined(self) -> str:
        if not self._choices.user_defines_groups:
            return ""
        return " company.toml defines the groups itself ([[segments]]), so number and factors change nothing."


def _map(study: Study) -> Iterable[Block | None]:
    return (charts.segment_map(study, interactive=True), charts.value_shares(study))


def _profiles(study: Study) -> Iterable[Block | None]:
    return (comparison_charts.profile_comparison(study), tables.factor_matrix(study))


def _stability(study: Study) -> Iterable[Block | None]:
    return (tables.why_this_number(study), tables.options(study), charts.cluster_support(study))


def _evidence(study: Study) -> Iterable[Block | None]:
    segments = study.segmentation.summary.segments
    return [cards.evidence_card(study, segment) for segment in segments]


VIEWS: dict[str, Callable[[Study], Iterable[Block | None]]] = {
    "Map": _map,
    "Profiles": _profiles,
    "Stability": _stability,
    "Evidence": _evidence,
}
"""What can be looked at, one at a time."""


def _feature_options(study: Study) -> list[tuple[str, str]]:
    """Return what a reader sees and the name, by factor; equal words are told apart by the name."""
    factors = factor_definitions()
    shown: dict[str, str] = {}
    for feature in study.table.features:
        words = f"{factors[feature.factor].label}: {feature.label}"
        shown[f"{words} ({feature.name})" if words in shown else words] = feature.name
    return list(shown.items())


def _comparison(found: Comparison) -> str:
    sentences = [
        "Beside the settings in force:",
        write_changed(
            found.changed, found.shared, only_before=found.only_before, only_after=found.only_after
        ),
        write_measure("Silhouette", *found.silhouette),
        write_measure("Explained of what was held out", *found.explained, percent=True),
        write_measure("Stability of the least stable group", *found.stability),
        write_measure("Pieces of evidence", *found.evidence, digits=0),
    ]
    return " ".join(filter(None, sentences))


def _changes_sentence(changes: tuple[Change, ...]) -> str:
    if not changes:
        return "company.toml says this already; nothing was changed."
    parts = [
        f"[{change.table}] {change.key} "
        + ("was taken out" if change.after is None else f"is now {_toml_words(change.after)}")
        + ("" if change.before is None else f" (was {_toml_words(change.before)})")
        for change in changes
    ]
    return f"Written to company.toml: {'; '.join(parts)}. Run segkit report to see it in the report."


def _toml_words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _as_widget(block: Block) -> Any:
    """Return a block as a widget: its HTML, and for an interactive chart what JupyterLab draws from its own files."""
    if not isinstance(block, Plotly):
        return ipywidgets.HTML(value=_html(block))
    output = ipywidgets.Output()
    data = {_PLOTLY: dict(block.spec), "text/html": _html(block.static), "text/plain": block.static.desc}
    output.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)
    return output


def _html(block: Block) -> str:
    return str(block._repr_mimebundle_()["text/html"])
