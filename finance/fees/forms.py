"""The shape of what is typed about corrections."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line, MoneyField
from finance.fees.models import Adjustment


class AdjustmentForm(KeyedForm):
    """Which payment on whose account, by how much, and why; a minus takes from the account."""

    event_id = forms.UUIDField(label=_("Payment reference"))
    account = Line(label=_("Account"), max_length=80)
    amount = MoneyField("CNY", label=_("Amount"))
    reason = forms.ChoiceField(label=_("Reason"), choices=Adjustment.Reason)
    text = Line(label=_("In words"), max_length=300)
