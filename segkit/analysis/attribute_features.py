"""What customers are and said, as features: the columns of ``customers.csv`` and of ``survey.csv``.

The factor of a column comes from ``company.toml`` or from its name; what a survey asks is psychographic unless the name
says otherwise. Nothing is guessed from a person's name or spending. A birth date or year becomes an age at ``as_of``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date

import pandas as pd

from segkit.analysis.category_features import find_factor, is_private, normalise_name
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind

LONG_TEXT = 40
"""Answers longer than this on average are free text."""
SURVEY_PAPERWORK = re.compile(
    r"^(answered|submitted|started|completed|response|respondent|timestamp|survey_id|survey_date)"
)
"""Survey columns about the filling-in, not about the person."""
_YES = frozenset({"yes", "y", "true", "1", "ja", "oui", "si"})
_NO = frozenset({"no", "n", "false", "0", "nein", "non"})
_BIRTH = re.compile(r"^(birth|date_of_birth|year_of_birth|dob|born)")


def attribute_features(
    attributes: pd.DataFrame,
    *,
    files: Mapping[str, str],
    overrides: Mapping[str, Factor],
    as_of: date,
    taken: Collection[str] = (),
) -> tuple[list[tuple[Feature, pd.Series]], list[tuple[str, str]]]:
    """Return features from attribute columns, and the columns that gave none.

    Parameters
    ----------
    attributes : pandas.DataFrame
        Index ``customer_id``; numbers, booleans, text or dates under the user's column names.
    files : mapping of str to str
        File of a column; a name with "survey" in it marks a survey.
    overrides : mapping of str to Factor
        Factor by column name.
    as_of : datetime.date
        Day at which ages are taken.
    taken : collection of str
        Feature names in use.

    Returns
    -------
    tuple of (list of (Feature, pandas.Series), list of (str, str))
        Features, then (column, reason).

    Examples
    --------
    >>> frame = pd.DataFrame({"birth_year": [1961, 1990]}, index=["C1", "C2"])
    >>> found, _ = attribute_features(frame, files={}, overrides={}, as_of=date(2026, 10, 1))
    >>> found[0][0].label, found[0][1].tolist()
    ('age in years', [65.0, 36.0])
    """
    found: list[tuple[Feature, pd.Series]] = []
    excluded: list[tuple[str, str]] = []
    used = set(taken)
    for column in map(str, attributes.columns):
        survey = "survey" in files.get(column, "").lower()
        reason, factor = _place(column, survey=survey, overrides=overrides)
        if factor is None:
            excluded.append((column, reason))
            continue
        made = _measure(column, attributes[column], factor=factor, survey=survey, as_of=as_of)
        if isinstance(made, str):
            excluded.append((column, made))
            continue
        feature, values = made
        if feature.name in used:
            excluded.append((column, f"says the same as {feature.name}"))
            continue
        used.add(feature.name)
        found.append((feature, values))
    return found, excluded


def _place(column: str, *, survey: bool, overrides: Mapping[str, Factor]) -> tuple[str, Factor | None]:
    """Return the factor of a column, or why it has none."""
    if column not in overrides:
        if is_private(column):
            return "personal data", None
        if survey and SURVEY_PAPERWORK.match(normalise_name(column)):
            return "describes the filling-in of the survey, not the customer", None
    factor = find_factor(column, overrides)
    if factor is None and survey:
        return "", Factor.PSYCHOGRAPHIC
    return "feeds no factor by its name; name one in company.toml [factors]", factor


def _measure(
    column: str, values: pd.Series, *, factor: Factor, survey: bool, as_of: date
) -> tuple[Feature, pd.Series] | str:
    """Return the feature of one column, or why there is none."""
    name, words = normalise_name(column), normalise_name(column).replace("_", " ")
    if _BIRTH.match(name):
        ages = _age(values, as_of)
        kind = FeatureKind.NUMERIC
        return Feature(
            name="age_years", factor=factor, kind=kind, label="age in years", unit="years", columns=(column,)
        ), ages
    if pd.api.types.is_datetime64_any_dtype(values):
        return "a date; only dates of birth are used"
    numbers = _as_numbers(values)
    asked = f"survey answer “{words}”"
    if numbers is not None and set(numbers.dropna().unique()) <= {0.0, 1.0}:
        label = f"answered yes to “{words}”" if survey else f"are recorded as {words}"
        return Feature(
            name=column, factor=factor, kind=FeatureKind.FLAG, label=label, columns=(column,)
        ), numbers
    if numbers is not None:
        label, unit = (asked, "points") if survey else (words, "")
        return Feature(
            name=column, factor=factor, kind=FeatureKind.NUMERIC, label=label, unit=unit, columns=(column,)
        ), numbers
    texts = values.astype(object).where(values.notna(), None)
    texts = texts.map(lambda text: None if text is None else str(text).strip() or None)
    if texts.dropna().str.len().mean() > LONG_TEXT:
        return "free text"
    label = asked if survey else words
    return Feature(
        name=column, factor=factor, kind=FeatureKind.CATEGORICAL, label=label, columns=(column,)
    ), texts


def _as_numbers(values: pd.Series) -> pd.Series | None:
    """Return a column of numbers or yes/no as float64, None for text."""
    if pd.api.types.is_bool_dtype(values) or pd.api.types.is_numeric_dtype(values):
        return values.astype("Float64").astype("float64")
    known = values.dropna()
    texts = known.astype(str).str.strip().str.lower()
    if len(texts) and texts.isin(_YES | _NO).all():
        yes = values.astype(str).str.strip().str.lower().isin(_YES).astype("float64")
        return yes.where(values.notna())
    return None


def _age(values: pd.Series, as_of: date) -> pd.Series:
    """Return full years at ``as_of`` from a date of birth, or the difference of years from a birth year.

    Text in an unknown date order still has an unmistakable four-digit year, so it is aged by its year.
    """
    if pd.api.types.is_datetime64_any_dtype(values):
        days = values.dt
        had_birthday = (days.month < as_of.month) | ((days.month == as_of.month) & (days.day <= as_of.day))
        ages = as_of.year - days.year - (~had_birthday).astype("float64")
    elif pd.api.types.is_numeric_dtype(values):
        ages = as_of.year - values.astype("Float64").astype("float64")
    else:
        years = values.astype(str).str.extract(r"(?<!\d)((?:18|19|20)\d\d)(?!\d)", expand=False)
        ages = as_of.year - pd.to_numeric(years, errors="coerce")
    ages = ages.astype("float64")
    plausible: pd.Series = ages.where((ages >= 0) & (ages <= 120))
    return plausible
