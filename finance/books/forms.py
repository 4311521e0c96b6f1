"""The shape of what is asked of the books."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField


class DateForm(forms.Form):
    """At the end of which business date."""

    date = DayField(label=_("At the end of"))


class InstantForm(forms.Form):
    """At which instant, as the clock of the book shows it."""

    day = DayField(label=_("Day"))
    clock = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
