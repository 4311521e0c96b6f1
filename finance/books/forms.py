"""The shape of what is asked of the books."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DateForm(forms.Form):
    """At the end of which business date."""

    date = forms.DateField(label=_("At the end of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class InstantForm(forms.Form):
    """At which instant, as the clock of the book shows it."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    clock = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
