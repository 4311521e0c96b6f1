"""What is typed about the catalogue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm

#: Bytes of a list of products.
LARGEST = 2_000_000


class ProductListForm(KeyedForm):
    """A list of products as a file."""

    #: The text of the file once it was read, also after a refusal.
    text = ""
    content = forms.FileField(label=_("List of products"), help_text=_("CSV in UTF-8, as the list is exported."))

    def clean_content(self) -> str:
        """The text of the file."""
        file: Any = self.cleaned_data["content"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("This file is larger than a list of products can be."))
        try:
            self.text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("Save the file as CSV in UTF-8.")) from error
        return self.text
