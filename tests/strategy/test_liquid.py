"""Merge fields: what is refused, what a customer without a name reads, and what each vendor gets."""

import pytest

from segkit.errors import BadValueError
from segkit.model.message import MergeField
from segkit.strategy.liquid import (
    check_liquid,
    fields_of,
    fill_or_keep,
    render_liquid,
    to_braze,
    to_klaviyo,
    worst_case,
)

GOLDEN = [
    (
        "Hi {{ first_name | default: 'there' }}, it is here.",
        "Hi {{ first_name|default:'there' }}, it is here.",
        "Hi {{${first_name} | default: 'there'}}, it is here.",
    ),
    (
        '{{ last_color | default: "your yarn" | upcase }}',
        "{{ person|lookup:'last_color'|default:\"your yarn\"|upper }}",
        '{{custom_attribute.${last_color} | default: "your yarn" | upcase}}',
    ),
    (
        "{{ email | downcase | default: 'x' }}",
        "{{ email|lower|default:'x' }}",
        "{{${email_address} | downcase | default: 'x'}}",
    ),
    (
        "{% if first_name %}Hi {{ first_name | default: '' }}{% else %}Hello{% endif %}",
        "{% if first_name %}Hi {{ first_name|default:'' }}{% else %}Hello{% endif %}",
        "{% if {{${first_name}}} %}Hi {{${first_name} | default: ''}}{% else %}Hello{% endif %}",
    ),
    (
        "{% if size == 'big' %}a{% elsif size != 'small' %}b{% endif %}",
        "{% if person|lookup:'size' == 'big' %}a{% elif person|lookup:'size' != 'small' %}b{% endif %}",
        "{% if {{custom_attribute.${size}}} == 'big' %}a{% elsif {{custom_attribute.${size}}} != 'small' %}b{% endif %}",
    ),
    (
        "Leave: {{ unsubscribe_url }}",
        "Leave: {% unsubscribe_link %}",
        "Leave: {{${set_user_to_unsubscribed_url}}}",
    ),
    ("No field at 100 %", "No field at 100 %", "No field at 100 %"),
]


@pytest.mark.parametrize(("text", "klaviyo", "braze"), GOLDEN)
def test_each_vendor_gets_its_own_words(text, klaviyo, braze):
    assert to_klaviyo(text) == klaviyo
    assert to_braze(text) == braze


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{{ first_name | capitalize }}", "'capitalize' is not known to every vendor"),
        ("{{ first_name | default }}", "'default' takes a text"),
        ("{{ first_name | upcase: 'x' }}", "'upcase' takes nothing"),
        ("{{ first_name | default: there }}", "cannot be read"),
        ("{{ a.b | default: 'x' }}", "Only a field and its filters"),
        ("{% for x in y %}{% endfor %}", "The tag 'for' is not known"),
        ("{% assign x = 1 %}", "The tag 'assign' is not known"),
        ("{% if first_name and last_name %}a{% endif %}", "A condition can only ask"),
        ("{% include 'secret' %}", "The tag 'include' is not known"),
        ("{%- if first_name -%}a{%- endif -%}", "is not known to every vendor"),
    ],
)
def test_what_not_every_vendor_can_say_is_refused_with_a_sentence(text, word):
    findings = check_liquid(text, ["first_name", "last_name"])
    assert any(word in item.sentence for item in findings), findings
    for translate in (to_klaviyo, to_braze):
        with pytest.raises(BadValueError, match="message text"):
            translate(text)


@pytest.mark.parametrize("text", ["Hi {{ first_name", "Hi }} there", "{% if a %}x", "{# hidden #}", "{% %}"])
def test_braces_that_are_no_field_are_found(text):
    assert [item.id for item in check_liquid(text, ["first_name", "a"])][:1] == ["merge-field-syntax"]


def test_a_sign_that_only_one_vendor_reads_is_refused_for_that_vendor():
    assert to_klaviyo("Costs ${x}") == "Costs ${x}"
    with pytest.raises(BadValueError, match="Braze reads as its own sign"):
        to_braze("Costs ${x}")


def test_an_undeclared_field_and_a_missing_fallback_are_two_findings():
    findings = check_liquid("Hi {{ name }}", ["first_name"])
    assert [item.id for item in findings] == ["merge-field-unknown", "merge-field-fallback"]
    assert not check_liquid("Leave: {{ unsubscribe_url }}", [])


def test_an_unknown_value_takes_the_default_and_never_nothing():
    text = "Hi {{ first_name | default: 'there' }}"
    assert render_liquid(text, {}) == render_liquid(text, {"first_name": ""}) == "Hi there"
    assert render_liquid(text, {"first_name": "Ada"}) == "Hi Ada"
    with pytest.raises(BadValueError, match="'first_name' has no value and no default"):
        render_liquid("Hi {{ first_name }}", {})


def test_a_condition_on_an_unknown_field_is_false():
    text = "{% if first_name %}Hi {{ first_name | default: '' }}{% else %}Hello{% endif %}"
    assert (render_liquid(text, {}), render_liquid(text, {"first_name": "Ada"})) == ("Hello", "Hi Ada")


def test_a_value_is_never_read_as_liquid():
    assert render_liquid("Hi {{ first_name | default: 'x' }}", {"first_name": "{{ 7 | times: 7 }}"}) == (
        "Hi {{ 7 | times: 7 }}"
    )


def test_the_longest_text_is_counted_even_where_the_fallback_is_longer_than_the_name():
    short = MergeField(name="first_name", fallback="dear friend of wool", worst_case="Al")
    long = MergeField(name="first_name", fallback="you", worst_case="Maximiliane")
    assert worst_case("Hi {{ first_name | default: 'dear friend of wool' }}", [short]).endswith("of wool")
    assert worst_case("Hi {{ first_name | default: 'you' }}", [long]).endswith("Maximiliane")


def test_a_name_in_another_script_is_the_longer_text():
    name = MergeField(name="first_name", fallback="a" * 60, worst_case="Ж" * 30)
    text = "b" * 90 + "{{ first_name | default: '" + "a" * 60 + "' }}"
    assert "Ж" in worst_case(text, [name])


def test_fields_are_listed_once_and_broken_text_is_kept():
    assert fields_of("{{ a | default: 'x' }}{% if b == 'c' %}{{ a | default: 'y' }}{% endif %}") == ("a", "b")
    assert fill_or_keep("{{ a", {}) == "{{ a"
