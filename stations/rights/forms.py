"""What is typed when somebody asks to be forgotten."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm


class ErasureForm(KeyedForm):
    """The person has understood what it means."""

    understood = forms.BooleanField(label=_("The person is here and has understood that it cannot be undone."))
