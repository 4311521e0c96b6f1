"""What is scanned and typed in a library."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import KeyedForm, Line
from education.libraries.models import Library, Title
from education.libraries.queries import titles_matching
from education.libraries.services.collection import MOST_COPIES


class ScanForm(KeyedForm):
    """A card or the label of a book."""

    code = Line(label=_("Scan a card or a book"), max_length=60)


class AddCopiesForm(KeyedForm):
    """New books: what is printed on them, and how many."""

    isbn = Line(
        label=_("ISBN"),
        help_text=_("Scan it from the back. Old books have none."),
        required=False,
        max_length=20,
        scanned=True,
    )
    title = Line(label=pgettext_lazy("book", "Title"), max_length=200)
    author = Line(label=_("Author"), required=False, max_length=120)
    copies = forms.IntegerField(label=_("How many"), initial=1, min_value=1, max_value=MOST_COPIES)
    barcode = Line(
        label=_("Label of the book"),
        help_text=_("Leave it empty for a new label of our own."),
        required=False,
        max_length=24,
        scanned=True,
    )


class ReserveForm(KeyedForm):
    """Which book somebody wants."""

    title = Line(label=_("Book"), help_text=_("ISBN, label, or words of the title."), max_length=200)

    def clean_title(self) -> Title:
        """The one title that this finds."""
        found = list(titles_matching(self.cleaned_data["title"]).order_by("title", "pk")[:4])
        if not found:
            raise forms.ValidationError(_("No book is found by this."))
        if len(found) > 1:
            names = " · ".join(each.title for each in found)
            raise forms.ValidationError(_("Several books: %(names)s. Type more of it."), params={"names": names})
        return found[0]


class BarcodeForm(KeyedForm):
    """The label of a book."""

    barcode = Line(label=_("Scan the next book"), max_length=24)


class StartCrateForm(KeyedForm):
    """To which library the books go."""

    to_library = forms.ModelChoiceField(Library.objects.none(), label=_("To library"), empty_label=None)

    def __init__(self, *args: Any, libraries: QuerySet[Library], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_library"].queryset = libraries  # type: ignore[attr-defined]


class CloseCrateForm(KeyedForm):
    """What became of books that are not in the crate."""

    protocol = Line(
        label=_("Protocol of the loss"), help_text=_("Only where books are missing."), max_length=300, required=False
    )


class ReasonForm(KeyedForm):
    """Why."""

    reason = Line(label=_("Reason"), max_length=200)
