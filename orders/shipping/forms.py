"""What is typed about parcels to the city."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from core.forms import KeyedForm, Line, MoneyField
from core.money import Money, parse
from finance.payments.phone_fields import KnownPhoneField
from finance.payments.services import Tender
from orders.purchases.forms import CashForm
from orders.shipping.models import ShippingRegion
from orders.shipping.services.accepting import Address
from stations.people.models import Person

HEAVIEST_G = 1_000_000


class WeighForm(forms.Form):
    """Where it goes, and what the scale says. Nothing is written here, so nothing is keyed."""

    use_required_attribute = False
    person = forms.UUIDField(widget=forms.HiddenInput, required=False)
    region = forms.ChoiceField(label=_("Province or city"))
    weight_g = forms.IntegerField(label=_("Weight in grams"), min_value=1, max_value=HEAVIEST_G)

    def __init__(self, *args: Any, regions: Sequence[ShippingRegion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(each.name, f"{each.name} · {each.zone}") for each in regions]
        self.fields["region"].choices = [("", "—"), *rows]  # type: ignore[attr-defined]


class AcceptForm(CashForm):
    """Who sends it and receives it, what it is worth, and the cash on the counter; `shown` is the price of the page."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=20)
    sender_name = Line(label=_("Sender"), max_length=80)
    sender_phone = KnownPhoneField(
        required=False, label=_("Phone for the message"), help_text=_("We text what becomes of the parcel.")
    )
    receiver_name = Line(label=_("Receiver"), max_length=120)
    receiver_phone = PhoneNumberField(label=_("Receiver's phone"))
    street = Line(label=_("City, district, street and number"), max_length=120)

    def __init__(self, *args: Any, sender: Person | None, country: str, price: Money, region: str, **kwargs: Any):
        super().__init__(*args, currency=price.currency, **kwargs)
        self.sender, self.price, self.region = sender, price, region
        phone = cast(KnownPhoneField, self.fields["sender_phone"])
        phone.region = country
        self.initial["sender_phone"] = phone.offer(sender.phone if sender else "")
        self.fields["receiver_phone"].region = country  # type: ignore[attr-defined]
        self.fields["declared"] = MoneyField(
            price.currency,
            label=_("Declared value"),
            required=False,
            help_text=_("What the sender says that it is worth. It counts when the parcel is lost or damaged."),
        )
        if sender is not None:
            self.initial["sender_name"] = sender.full_name

    def show(self) -> None:
        """Remember the price that the page shows, so that the next press confirms that and nothing older."""
        self.initial["shown"] = str(self.price)
        if self.is_bound:
            self.replace_sent({"shown": str(self.price)})

    @property
    def typed(self) -> dict[str, Any]:
        """As `accept_shipment` expects it. Raises `AmountMalformed`."""
        data = self.cleaned_data
        phone = str(data["sender_phone"] or "")
        to = Address(
            name=data["receiver_name"], phone=str(data["receiver_phone"]), region=self.region, street=data["street"]
        )
        return {
            "sender": self.sender,
            "sender_name": data["sender_name"],
            "sender_phone": phone,
            "to": to,
            "declared": data["declared"],
            "expected": parse(data["shown"], self.price.currency),
            "tender": Tender(payer=self.sender, payer_phone=phone, cash_given=data["cash_given"]),
            "key": data["key"],
        }


class HandOnForm(KeyedForm):
    """The number under which the carrier has it."""

    carrier_number = Line(label=_("Number of the carrier"), required=False, max_length=40)


class DisposeForm(KeyedForm):
    """What became of a parcel that its sender did not fetch."""

    record = Line(
        label=_("Record of the disposal"),
        max_length=400,
        help_text=_("What was in it, what became of it, and who saw that."),
    )


class CompensateForm(KeyedForm):
    """What the sender gets for the damage, and why."""

    reason = Line(label=_("Why?"), max_length=200)

    def __init__(self, *args: Any, most: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(most.currency, label=_("Amount"), least=Money(1, most.currency), most=most)
