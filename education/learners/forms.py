"""The pictures that a child and whoever runs the room choose together."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm
from education.learners.pictures import Picture

PICTURES = Picture.choices


class TappedForm(forms.Form):
    """What was tapped before, on the way to the last picture."""

    tapped = forms.CharField(widget=forms.HiddenInput, required=False)


class WhoseForm(forms.Form):
    """Whose page the form beside it stood on; each form of a learner's page holds it."""

    learner = forms.CharField(widget=forms.HiddenInput)


class PicturesForm(KeyedForm):
    """One picture that everybody sees, and three in their order that the child keeps to itself."""

    emblem = forms.ChoiceField(label=_("Picture beside the name"), choices=PICTURES)
    first = forms.ChoiceField(label=_("First picture"), choices=PICTURES)
    second = forms.ChoiceField(label=_("Second picture"), choices=PICTURES)
    third = forms.ChoiceField(label=_("Third picture"), choices=PICTURES)

    @property
    def typed(self) -> dict[str, Any]:
        """The picture beside the name, and the three in their order."""
        values = self.cleaned_data
        return {"emblem": values["emblem"], "tapped": [values["first"], values["second"], values["third"]]}
