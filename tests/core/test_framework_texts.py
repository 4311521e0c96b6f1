"""What a form says about a wrong value: plain Chinese instead of the framework's own, in every form."""

import pytest
from django import forms
from django.utils import translation

from core.language.framework_texts import LENGTHS, TEXTS


class Inspection(forms.Form):
    points = forms.IntegerField(max_value=100)
    day = forms.DateField()
    name = forms.CharField(max_length=3)
    kind = forms.ChoiceField(choices=[("a", "a")])


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({}, "name", "请填写。"),
        ({"points": "viele"}, "points", "请填整数。"),
        ({"points": "101"}, "points", "不能大于 100。"),
        ({"day": "2026-13-01"}, "day", "请填正确的日期，例如 2026-11-28。"),
        ({"name": "1234"}, "name", "最多 3 个字，现在有 4 个。"),
        ({"kind": "b"}, "kind", "请从列出的选项里选，没有“b”。"),
    ],
)
def test_a_wrong_value_is_refused_in_plain_chinese(typed, field, sentence):
    with translation.override("zh-hans"):
        assert Inspection(typed).errors[field] == [sentence]


def test_every_text_of_the_framework_has_its_own_chinese():
    with translation.override("zh-hans"):
        assert [text for text in TEXTS if translation.gettext(text) == text] == []
        assert [text for text in LENGTHS if "字" not in text % {"limit_value": 3, "show_value": 4}] == []


def test_english_readers_keep_the_framework_s_words():
    with translation.override("en"):
        assert Inspection({"points": "viele"}).errors["points"] == ["Enter a whole number."]
