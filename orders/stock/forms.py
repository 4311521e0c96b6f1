"""What is typed in a warehouse."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line
from orders.catalog.models import Variant
from orders.catalog.queries import variant_called

MOST = 10**12


class ReceiveForm(KeyedForm):
    """Goods that have arrived."""

    variant = Line(label=_("Barcode or article number"), max_length=40, scanned=True)
    quantity = forms.IntegerField(
        label=_("Quantity"), help_text=_("In pieces, or in grams."), min_value=1, max_value=MOST
    )
    low_stock_at = forms.IntegerField(
        label=_("Warn below"),
        help_text=_("Leave it empty to keep the present number."),
        min_value=0,
        max_value=MOST,
        required=False,
    )
    reason = Line(label=_("Delivery note or remark"), max_length=200, required=False)

    def clean_variant(self) -> Variant:
        """The variant of this number."""
        found = variant_called(self.cleaned_data["variant"])
        if found is None:
            raise forms.ValidationError(_("No article has this number."))
        return found


class CountForm(KeyedForm):
    """What was counted, and why it differs."""

    counted = forms.IntegerField(
        label=_("Quantity counted"),
        help_text=_("In pieces, or in grams; reserved goods included."),
        min_value=0,
        max_value=MOST,
    )
    reason = Line(label=_("Reason for the difference"), max_length=200)
