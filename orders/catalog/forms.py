"""What is typed about the catalogue."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm
from core.workbooks import is_workbook

#: Bytes of a list of products.
LARGEST = 2_000_000


class ProductListForm(KeyedForm):
    """A list of products as a file."""

    #: What the file holds once it was read, also after a refusal: CSV as text, a workbook as bytes.
    read: str | bytes = ""
    content = forms.FileField(
        label=_("List of products"), help_text=_("A workbook (XLSX) or CSV in UTF-8, as the list is exported.")
    )

    def clean_content(self) -> str | bytes:
        """What the file holds."""
        file: UploadedFile = self.cleaned_data["content"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("This file is larger than a list of products can be."))
        content = file.read()
        try:
            self.read = content if is_workbook(content) else content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("Save the file as a workbook (XLSX), or as CSV in UTF-8.")) from error
        return self.read
