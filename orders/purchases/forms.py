"""What is typed about orders: at the counter and in the warehouse."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from core.forms import Digits, KeyedForm, Line, MoneyField, PhotoField
from core.money import Money, parse
from logistics.parcels.forms import IdCheckForm, ProxyField
from orders.catalog.models import Variant
from orders.purchases.models import Fulfilment, FulfilmentLine, Order, OrderConsent
from orders.stock.forms import MOST

PREFIX = "n-"


class CartForm(forms.Form):
    """The articles so far, each with its quantity, and the buyer's coupon; it only looks."""

    person = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rows: list[tuple[Variant, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for variant, quantity in rows:
            self.fields[f"{PREFIX}{variant.sku}"] = forms.IntegerField(
                label=variant.title,
                help_text=_("In pieces.") if variant.unit == Variant.Unit.PIECE else _("In grams."),
                min_value=0,
                max_value=MOST,
                initial=quantity,
            )
        self.fields["coupon"] = Line(
            label=_("Coupon"), max_length=40, required=False, help_text=_("If the buyer has one.")
        )


class SearchForm(forms.Form):
    """What is looked for, with the articles so far."""

    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    coupon = forms.CharField(required=False, widget=forms.HiddenInput)
    q = Line(label=_("Name, pinyin, article number or barcode"), max_length=60, required=False)

    def __init__(self, *args: Any, rows: list[tuple[Variant, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for variant, quantity in rows:
            self.fields[f"{PREFIX}{variant.sku}"] = forms.IntegerField(widget=forms.HiddenInput, initial=quantity)


class StartForm(KeyedForm):
    """How it is paid, and how the buyer agrees; for a buyer without a file also the name."""

    walk_in_name = Line(label=_("Name of the buyer"), max_length=80)
    walk_in_phone = PhoneNumberField(
        label=_("Phone for messages"), required=False, help_text=_("The pick-up code is sent there.")
    )
    pay_method = forms.ChoiceField(label=_("How is it paid?"), choices=Order.PayMethod, widget=forms.RadioSelect)
    payer_phone = PhoneNumberField(
        label=_("Phone of the payer"),
        required=False,
        help_text=_("Only where it is paid by link: the link is sent there. You can also show it as a code."),
    )
    kind = forms.ChoiceField(
        label=_("How does the buyer agree?"),
        choices=OrderConsent.AT_COUNTER,
        widget=forms.RadioSelect,
        help_text=_("Where it is paid by link, the payment is the agreement."),
    )

    def __init__(self, *args: Any, is_known: bool, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("walk_in_phone", "payer_phone"):
            self.fields[name].region = country  # type: ignore[attr-defined]
        self.initial.setdefault("pay_method", Order.PayMethod.CASH_ON_DELIVERY)
        if is_known:
            del self.fields["walk_in_name"], self.fields["walk_in_phone"]
            self.initial.setdefault("kind", OrderConsent.Kind.SMS_CODE)
        else:
            del self.fields["kind"]


class AskForm(KeyedForm):
    """How the buyer is asked."""

    kind = forms.ChoiceField(
        label=_("How does the buyer agree?"), choices=OrderConsent.AT_COUNTER, widget=forms.RadioSelect
    )


class LinkForm(KeyedForm):
    """Where the link is sent, if it is sent at all."""

    phone = PhoneNumberField(
        label=_("Phone of the payer"), required=False, help_text=_("Empty: show the link as a code, or copy it.")
    )

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].region = country  # type: ignore[attr-defined]


class AgreeForm(KeyedForm):
    """The code that the buyer reads out, at the counter or on the phone."""

    code = Digits(label=_("Code from the buyer's phone"), shortest=6, longest=6)


class SignForm(KeyedForm):
    """Who saw the signature."""

    witness_card = Line(label=_("Witness: resident card or number"), max_length=40)


class ReasonForm(KeyedForm):
    """Why an order, or a part of one, ends."""

    reason = Line(label=_("Why?"), max_length=200)


class CashForm(KeyedForm):
    """The cash on the counter."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cash_given"] = MoneyField(
            currency, label=_("Cash received"), required=False, help_text=_("To calculate the change.")
        )

    @property
    def typed(self) -> dict[str, Any]:
        """With the key: one press is one payment."""
        return self.cleaned_data


class _DueForm(CashForm):
    """The cash that is due at the hand-over; `shown` is the amount of the page."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=20, required=False)

    def __init__(self, *args: Any, due: Money, **kwargs: Any) -> None:
        super().__init__(*args, currency=due.currency, **kwargs)
        self.due = due
        self.initial["shown"] = str(due)

    @property
    def typed(self) -> dict[str, Any]:
        """As `hand_over_purchase` expects it. Raises `AmountMalformed`."""
        typed = {**super().typed}
        shown = typed.pop("shown")
        return {**typed, "expected": parse(shown, self.due.currency) if shown else None}

    def refuse(self, sentence: str, *, field: str | None = None) -> None:
        """The page shows what is due by now, and asks for that."""
        super().refuse(sentence, field=field)
        self.replace_sent({"shown": str(self.due)})


class HandOverForm(_DueForm):
    """The pick-up code, who collects it, and the cash that is due."""

    code = Digits(label=_("Pick-up code"), shortest=6, longest=6)
    proxy_name = ProxyField()


class HandOverSeenForm(IdCheckForm, _DueForm):
    """Handing over without the code, and the cash that is due."""


class PackForm(KeyedForm):
    """What the parcel weighs."""

    weight_g = forms.IntegerField(label=_("Weight in grams"), min_value=1, max_value=1_000_000)


class GiveBackForm(KeyedForm):
    """How the supplier gets its goods again, and what shows it."""

    how = forms.ChoiceField(
        label=_("What became of the goods?"), choices=Fulfilment.GivenBack.choices, widget=forms.RadioSelect
    )
    words = Line(
        label=_("Who fetched them, or which carrier has them under which number?"),
        max_length=200,
        help_text=_("Of goods that never came: what the supplier says."),
    )
    photo = PhotoField(
        label=_("Photo of the signed paper"),
        required=False,
        help_text=_("The person who fetches goods signs for them."),
    )

    def __init__(self, *args: Any, were_here: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if were_here:
            choices = Fulfilment.GivenBack.choices
            self.offer("how", [each for each in choices if each[0] != Fulfilment.GivenBack.NEVER_CAME])


class ConfirmForm(KeyedForm):
    """How much of each article the supplier delivers."""

    def __init__(self, *args: Any, part: Fulfilment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(part.lines.select_related("order_line__variant__product").order_by("pk"))
        for line in self.lines:
            variant = line.order_line.variant
            self.fields[_confirmed_of(line)] = forms.IntegerField(
                label=_("%(article)s: confirmed quantity") % {"article": variant.title},
                help_text=_("In pieces.") if variant.unit == Variant.Unit.PIECE else _("In grams."),
                min_value=0,
                max_value=line.quantity,
                initial=line.quantity,
            )

    @property
    def typed(self) -> dict[str, Any]:
        """As `confirm_fulfilment` expects it."""
        data = self.cleaned_data
        return {"quantities": {line.order_line_id: data[_confirmed_of(line)] for line in self.lines}}


def _confirmed_of(line: FulfilmentLine) -> str:
    return f"confirmed_{line.order_line_id}"
