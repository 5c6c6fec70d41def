"""Merge fields: a message is written once in Liquid, checked, filled in for a preview, and said in a vendor's own words.

Only what every vendor can say is allowed: a field with ``default``, ``upcase`` and ``downcase``, and ``if``, ``elsif``,
``else`` on a field. Anything else is refused here, not found out by a customer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache

import liquid
from liquid.exceptions import LiquidError

from segkit.errors import BadValueError
from segkit.model.message import LintFinding, MergeField, Severity
from segkit.strategy.sms import count_sms

SYSTEM_FIELDS = frozenset({"unsubscribe_url", "link"})
"""Fields that the sending system always fills in, so that they need no fallback."""
FILTERS = ("default", "upcase", "downcase")
TAGS = ("if", "elsif", "else", "endif")
_TOKEN = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
_NAME = r"[a-z_][a-z0-9_]*"
_OUTPUT = re.compile(rf"\{{\{{\s*(?P<name>{_NAME})\s*(?P<filters>(?:\|[^{{}}]*)?)\}}\}}")
_FILTER = re.compile(r"\|\s*(?P<name>\w+)\s*(?::\s*(?P<argument>'[^'\\{}]*'|\"[^\"\\{}]*\"))?\s*")
_TAG = re.compile(r"\{%\s*(?P<name>[a-z]+)\s*(?P<rest>[^{}]*?)\s*%\}")
_CONDITION = re.compile(
    rf"(?P<name>{_NAME})(?:\s*(?P<operator>==|!=)\s*(?P<value>'[^'\\{{}}]*'|\"[^\"\\{{}}]*\"))?"
)
_KLAVIYO_FIELDS = frozenset({"first_name", "last_name", "full_name", "email", "phone_number"})
_KLAVIYO_FILTERS = {"upcase": "upper", "downcase": "lower"}
_BRAZE_NAMES = {"email": "email_address"}
_BRAZE_FIELDS = frozenset({"first_name", "last_name", "email", "phone_number", "city", "country", "language"})
_FIX = "Write {{ first_name | default: 'there' }}, or {% if first_name %} … {% else %} … {% endif %}."


def check_liquid(text: str, fields: Collection[str]) -> tuple[LintFinding, ...]:
    """Return what is wrong with a text's merge fields; nothing when it can be sent by every vendor.

    Parameters
    ----------
    text : str
        Liquid.
    fields : collection of str
        The fields that the message declares; those the sending system fills in are known.

    Examples
    --------
    >>> check_liquid("Hi {{ first_name | default: 'there' }}", ["first_name"])
    ()
    >>> [finding.id for finding in check_liquid("Hi {{ name }}", ["first_name"])]
    ['merge-field-unknown', 'merge-field-fallback']
    """
    findings = list(_syntax(text))
    if findings:
        return tuple(findings)
    for token in _tokens(text):
        refused = _refusal(token)
        if refused:
            findings.append(_finding("merge-field-syntax", refused, _FIX, token))
        else:
            findings.extend(_field_findings(token, {*fields, *SYSTEM_FIELDS}))
    return tuple(dict.fromkeys(findings))


def fields_of(text: str) -> tuple[str, ...]:
    """Return the names of the fields that a text uses, in order.

    Examples
    --------
    >>> fields_of("{% if size %}{{ size | default: 'M' }}{% endif %} {{ first_name | default: 'there' }}")
    ('size', 'first_name')
    """
    names = [name for token in _tokens(text) for name in _names(token)]
    return tuple(dict.fromkeys(names))


def render_liquid(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its fields filled in; one that is not known takes its default.

    Parameters
    ----------
    text : str
        Liquid.
    values : mapping of str to str
        Field to value; an empty value counts as unknown.

    Raises
    ------
    BadValueError
        When the text is no Liquid that every vendor can say, or a field has neither value nor default.

    Examples
    --------
    >>> render_liquid("Hi {{ first_name | default: 'there' }}", {"first_name": "Ada"})
    'Hi Ada'
    >>> render_liquid("Hi {{ first_name | default: 'there' }}", {})
    'Hi there'
    """
    _accept(text)
    names = [
        name for token in _tokens(text) for name in _names(token) if _TAG.fullmatch(token)
    ]  # a condition on an unknown field is false, not a mistake
    known = dict.fromkeys(names, "") | dict(values)
    blank = {name: None if value == "" else value for name, value in known.items()}
    unknown = [name for name in fields_of(text) if name not in values and _lacks_default(text, name)]
    if unknown:
        raise BadValueError(
            f"merge field {unknown[0]!r} has no value and no default (got {_short(text)!r}); write {{{{ {unknown[0]} | default: '…' }}}}."
        )
    return str(_environment().from_string(text).render(**blank))


def fill_or_keep(text: str, values: Mapping[str, str]) -> str:
    """Return a text filled in; one that cannot be is shown as it is written, and the checks say why.

    Examples
    --------
    >>> fill_or_keep("Hi {{ name | default: 'there' }}", {}), fill_or_keep("Hi {{ name", {})
    ('Hi there', 'Hi {{ name')
    """
    try:
        return render_liquid(text, values)
    except BadValueError:
        return text


def worst_case(text: str, merge_fields: Sequence[MergeField]) -> str:
    """Return the text as the longest text message it can become: all fields at their longest, or all unknown.

    Examples
    --------
    >>> name = MergeField(name="first_name", fallback="there", worst_case="Maximiliane")
    >>> worst_case("Hi {{ first_name | default: 'there' }}", [name])
    'Hi Maximiliane'
    """
    filled = render_liquid(text, {field.name: field.worst_case for field in merge_fields})
    empty = render_liquid(text, {field.name: "" for field in merge_fields})
    return max(filled, empty, key=lambda said: (count_sms(said).parts, count_sms(said).units, said))


def to_klaviyo(text: str) -> str:
    """Return a text in Klaviyo's Django-style tags.

    Raises
    ------
    BadValueError
        When the text uses what Klaviyo cannot say.

    Examples
    --------
    >>> to_klaviyo("Hi {{ first_name | default: 'there' }}, {{ unsubscribe_url }}")
    "Hi {{ first_name|default:'there' }}, {% unsubscribe_link %}"
    """
    return _translate(text, output=_klaviyo_output, tag=_klaviyo_tag, vendor="Klaviyo", forbidden="{#")


def to_braze(text: str) -> str:
    """Return a text in Braze's Liquid, where a profile's field stands in ``${...}``.

    Raises
    ------
    BadValueError
        When the text uses what Braze cannot say.

    Examples
    --------
    >>> to_braze("Hi {{ first_name | default: 'there' }}")
    "Hi {{${first_name} | default: 'there'}}"
    """
    return _translate(text, output=_braze_output, tag=_braze_tag, vendor="Braze", forbidden="${")


@cache
def _environment() -> liquid.Environment:
    return liquid.Environment(undefined=liquid.StrictDefaultUndefined)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _syntax(text: str) -> Iterator[LintFinding]:
    """Yield the first mistake that a Liquid engine finds, and braces that are no field."""
    try:
        _environment().from_string(text)
    except LiquidError as error:
        said = str(error.args[0] if error.args else error).splitlines()[0]
        sentence = f"The merge fields cannot be read: {said}."
        yield _finding("merge-field-syntax", sentence, _FIX, _short(text))
        return
    rest = _TOKEN.sub("", text)
    for brace in ("{{", "}}", "{%", "%}", "{#"):
        if brace in rest:
            sentence = f"{brace!r} opens or closes nothing; a vendor would cut the text there."
            yield _finding("merge-field-syntax", sentence, "Take the braces out.", _short(rest))
            return


def _refusal(token: str) -> str:
    """Return why a field or tag cannot be said everywhere, or an empty text."""
    if token.startswith("{{"):
        match = _OUTPUT.fullmatch(token)
        if match is None:
            return "Only a field and its filters can stand in braces at every vendor."
        return _filter_refusal(match["filters"])
    match = _TAG.fullmatch(token)
    if match is None or match["name"] not in TAGS:
        name = match["name"] if match else token
        return f"The tag {name!r} is not known to every vendor; known to all are {', '.join(TAGS)}."
    if match["name"] in {"if", "elsif"} and not _CONDITION.fullmatch(match["rest"]):
        return "A condition can only ask for a field, or whether it is (or is not) one text."
    if match["name"] in {"else", "endif"} and match["rest"]:
        return f"The tag {match['name']!r} takes nothing after its name."
    return ""


def _filter_refusal(filters: str) -> str:
    if _FILTER.sub("", filters).strip():
        return "The filters cannot be read; a default stands in straight quotes."
    for match in _FILTER.finditer(filters):
        if match["name"] not in FILTERS:
            return f"The filter {match['name']!r} is not known to every vendor; known to all are {', '.join(FILTERS)}."
        if (match["name"] == "default") != bool(match["argument"]):
            return (
                f"The filter {match['name']!r} takes {'a text' if match['name'] == 'default' else 'nothing'}."
            )
    return ""


def _field_findings(token: str, known: Collection[str]) -> Iterator[LintFinding]:
    for name in _names(token):
        if name not in known:
            sentence = f"The merge field {name!r} is not declared, so nobody knows what fills it."
            yield _finding(
                "merge-field-unknown", sentence, "Declare the field with its fallback, or take it out.", token
            )
    match = _OUTPUT.fullmatch(token)
    if match and match["name"] not in SYSTEM_FIELDS and not _default_of(match["filters"]):
        sentence = f"The merge field {match['name']!r} has no fallback, so some customers read a gap."
        fix = f"Write {{{{ {match['name']} | default: '…' }}}}."
        yield _finding("merge-field-fallback", sentence, fix, token)


def _finding(identifier: str, sentence: str, fix: str, where: str) -> LintFinding:
    return LintFinding(id=identifier, severity=Severity.ERROR, sentence=sentence, fix=fix, where=where)


def _names(token: str) -> list[str]:
    match = _OUTPUT.fullmatch(token)
    if match:
        return [match["name"]]
    match = _TAG.fullmatch(token)
    condition = _CONDITION.fullmatch(match["rest"]) if match and match["name"] in {"if", "elsif"} else None
    return [condition["name"]] if condition else []


def _default_of(filters: str) -> str:
    """Return the text of the ``default`` filter without its quotes."""
    for match in _FILTER.finditer(filters):
        if match["name"] == "default" and match["argument"]:
            return match["argument"][1:-1]
    return ""


def _lacks_default(text: str, name: str) -> bool:
    outputs = [match for match in _OUTPUT.finditer(text) if match["name"] == name]
    return any(" default" not in f" {match['filters'].replace('|', ' ')}" for match in outputs)


def _accept(text: str) -> None:
    """Refuse what not every vendor can say."""
    syntax = next(_syntax(text), None)
    if syntax is not None:
        raise BadValueError(f"message text cannot be filled in (got {syntax.where!r}); {syntax.fix}")
    for token in _tokens(text):
        refused = _refusal(token)
        if refused:
            raise BadValueError(f"message text holds {token!r}: {refused} {_FIX}")


def _translate(
    text: str,
    *,
    output: Callable[[re.Match[str]], str],
    tag: Callable[[re.Match[str]], str],
    vendor: str,
    forbidden: str,
) -> str:
    _accept(text)
    if forbidden in _TOKEN.sub("", text):
        raise BadValueError(
            f"message text holds {forbidden!r}, which {vendor} reads as its own sign; take it out."
        )

    def say(match: re.Match[str]) -> str:
        found = _OUTPUT.fullmatch(match[0])
        if found:
            return output(found)
        found = _TAG.fullmatch(match[0])
        return tag(found) if found else match[0]

    return _TOKEN.sub(say, text)


def _klaviyo_name(name: str) -> str:
    return name if name in _KLAVIYO_FIELDS else f"person|lookup:'{name}'"


def _klaviyo_output(match: re.Match[str]) -> str:
    if match["name"] == "unsubscribe_url":
        return "{% unsubscribe_link %}"
    filters = "".join(
        f"|{_KLAVIYO_FILTERS.get(each['name'], each['name'])}"
        + (f":{each['argument']}" if each["argument"] else "")
        for each in _FILTER.finditer(match["filters"])
    )
    return f"{{{{ {_klaviyo_name(match['name'])}{filters} }}}}"


def _klaviyo_tag(match: re.Match[str]) -> str:
    name = {"elsif": "elif"}.get(match["name"], match["name"])
    return _say_tag(name, match["rest"], _klaviyo_name)


def _braze_name(name: str) -> str:
    if name == "unsubscribe_url":
        return "${set_user_to_unsubscribed_url}"
    said = f"${{{_BRAZE_NAMES.get(name, name)}}}"
    return said if name in _BRAZE_FIELDS else f"custom_attribute.{said}"


def _braze_output(match: re.Match[str]) -> str:
    filters = "".join(
        f" | {each['name']}" + (f": {each['argument']}" if each["argument"] else "")
        for each in _FILTER.finditer(match["filters"])
    )
    return f"{{{{{_braze_name(match['name'])}{filters}}}}}"


def _braze_tag(match: re.Match[str]) -> str:
    return _say_tag(match["name"], match["rest"], lambda name: f"{{{{{_braze_name(name)}}}}}")


def _say_tag(name: str, rest: str, field: Callable[[str], str]) -> str:
    condition = _CONDITION.fullmatch(rest) if rest else None
    if condition is None:
        return f"{{% {name} %}}"
    asked = field(condition["name"])
    compared = f" {condition['operator']} {condition['value']}" if condition["operator"] else ""
    return f"{{% {name} {asked}{compared} %}}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
