"""Controls at the ends of what is typed are refused, not cut off as blanks; what breaks a line is no line."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from rest_framework import serializers

from core.forms import Line, Words
from core.language import typed
from core.language.text import fold

CUT_OFF = ["\x1c", "\x1d", "\x1e", "\x1f", "\x85"]


@pytest.mark.parametrize("control", CUT_OFF)
@pytest.mark.parametrize("field", [Line, Words])
@pytest.mark.parametrize("text", ["{}王", "王{}", "{}"])
def test_a_page_refuses_controls_at_the_ends(field, control, text):
    with pytest.raises(ValidationError):
        field().clean(text.format(control))


@pytest.mark.parametrize("control", CUT_OFF)
@pytest.mark.parametrize("field", [typed.Line, typed.Words])
@pytest.mark.parametrize("text", ["{}王", "王{}", "{}"])
def test_the_api_refuses_controls_at_the_ends(field, control, text):
    body = type("Body", (serializers.Serializer,), {"text": field()})(data={"text": text.format(control)})
    assert not body.is_valid()
    assert list(body.errors) == ["text"]


@pytest.mark.parametrize("line_break", ["\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c"])
def test_what_breaks_a_line_is_not_one_line(line_break):
    with pytest.raises(ValidationError):
        Line().clean(f"王{line_break}秀英")
    body = type("Body", (serializers.Serializer,), {"text": typed.Line()})(data={"text": f"王{line_break}秀英"})
    assert not body.is_valid()


def test_a_field_that_may_be_empty_stays_so():
    assert Line(required=False).clean("  ") == ""
    assert isinstance(Line(), forms.CharField)


@pytest.mark.parametrize(("letters", "plain"), [("Đorđe", "dorde"), ("Øystein", "oystein"), ("Straße", "strasse")])
def test_letters_fold_to_what_a_plain_keyboard_types(letters, plain):
    assert fold(letters) == plain
