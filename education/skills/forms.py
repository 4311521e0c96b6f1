"""What is scanned, typed and photographed at a training."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line, PhotoField


class SignInForm(KeyedForm):
    """A card, the end of a phone number or a name; or the person whom the page has found by it."""

    code = Line(
        label=_("Card, end of the phone number, or name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = not self.data.get("person")

    @property
    def typed(self) -> dict[str, Any]:
        """What was scanned, with the key: the same press makes the same sign-in."""
        return self.cleaned_data


class SheetForm(KeyedForm):
    """A page that was signed by hand."""

    photo = PhotoField(label=_("Photo of the signed sheet"))
