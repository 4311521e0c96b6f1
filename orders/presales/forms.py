"""What is typed about presales."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, KeyedForm, Line, MoneyField, PhotoField
from core.money import Money, parse
from finance.payments.services import Tender
from orders.presales.models import PresaleClaim, PresaleCycle
from orders.presales.services.opening import LARGEST_BOX_G
from orders.produce.forms import KilogramField
from orders.produce.models import Grade, HarvestNotice, Lot
from orders.purchases.forms import CashForm
from orders.stock.models import Warehouse
from stations.people.models import Person

#: Boxes of one order.
MOST_BOXES = 10_000


class PresaleForm(KeyedForm):
    """Of which harvests, what a box holds and costs, until when it is ordered, and when it is here."""

    warehouse = forms.ModelChoiceField(label=_("Warehouse"), queryset=Warehouse.objects.none(), empty_label=None)
    grade = forms.ChoiceField(label=_("Grade"))
    notices = forms.MultipleChoiceField(label=_("Confirmed harvests"), widget=forms.CheckboxSelectMultiple)
    box_g = KilogramField(
        label=_("A box holds, in kilograms"), min_value=Decimal("0.001"), max_value=LARGEST_BOX_G // 1000
    )
    closes_day = DayField(label=_("Last day for orders"))
    closes_clock = forms.TimeField(
        label=_("Orders until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    delivery_date = DayField(label=_("To be collected from"))

    def __init__(
        self,
        *args: Any,
        warehouses: QuerySet[Warehouse],
        grades: Iterable[Grade],
        notices: Iterable[tuple[HarvestNotice, str]],
        currency: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.grade_rows = {str(row.pk): row for row in grades}
        self.harvests = {str(row.pk): (row, words) for row, words in notices}
        self.fields["warehouse"].queryset = warehouses  # type: ignore[attr-defined]
        self.offer("grade", [(pk, f"{row.sheet.crop} · {row}") for pk, row in self.grade_rows.items()])
        self.offer("notices", [(pk, words) for pk, (_row, words) in self.harvests.items()])
        self.fields["price"] = MoneyField(currency, label=_("Price of a box"), least=Money(1, currency))

    @property
    def typed(self) -> dict[str, Any]:
        """The rows themselves, and the key: one press is one presale."""
        data = dict(self.cleaned_data)
        data["grade"] = self.grade_rows[data["grade"]]
        data["notices"] = [self.harvests[pk][0] for pk in data["notices"]]
        data["station"] = data.pop("warehouse").station
        return data


class BoxesForm(forms.Form):
    """How many boxes. Nothing is written here, so nothing is keyed."""

    use_required_attribute = False
    person = forms.UUIDField(widget=forms.HiddenInput)
    presale = forms.UUIDField(widget=forms.HiddenInput)
    boxes = forms.IntegerField(label=_("How many boxes?"), min_value=1, max_value=MOST_BOXES)


class OrderBoxesForm(CashForm):
    """The cash on the counter; `shown` is the amount of the page."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, villager: Person, amount: Money, **kwargs: Any) -> None:
        super().__init__(*args, currency=amount.currency, **kwargs)
        self.villager, self.amount = villager, amount
        self.initial["shown"] = str(amount)

    @property
    def typed(self) -> dict[str, Any]:
        """As `place_presale_order` expects it. Raises `AmountMalformed`."""
        data = self.cleaned_data
        return {
            "expected": parse(data["shown"], self.amount.currency),
            "tender": Tender(
                payer=self.villager, payer_phone=str(self.villager.phone or ""), cash_given=data["cash_given"]
            ),
            "key": data["key"],
        }


class AllotForm(KeyedForm):
    """From which lot, and how many boxes it fills."""

    lot = forms.ModelChoiceField(label=_("Lot"), queryset=Lot.objects.none(), empty_label=None)
    boxes = forms.IntegerField(label=_("Boxes that there are"), min_value=1)

    def __init__(self, *args: Any, lots: QuerySet[Lot], presale: PresaleCycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lot"].queryset = lots  # type: ignore[attr-defined]
        self.fields["boxes"].help_text = _("Ordered: %(ordered)s") % {"ordered": presale.ordered}


class RaisePresaleClaimForm(KeyedForm):
    """How many boxes are bad, what is wrong with them, and a photo of it."""

    boxes = forms.IntegerField(label=_("Bad boxes"), min_value=1, max_value=MOST_BOXES)
    reason = forms.ChoiceField(label=_("What is wrong?"), choices=PresaleClaim.Reason, widget=forms.RadioSelect)
    words = Line(label=_("What does the buyer say?"), max_length=200, required=False)
    photo = PhotoField(label=_("Photo of what is wrong"))

    @property
    def typed(self) -> dict[str, Any]:
        """With the key: one press is one claim."""
        return dict(self.cleaned_data)


class AcceptPresaleClaimForm(KeyedForm):
    """Who gave cause, and pays."""

    bearer = forms.ChoiceField(label=_("Who bears it?"), choices=PresaleClaim.Bearer, widget=forms.RadioSelect)


class RefusePresaleClaimForm(KeyedForm):
    """Why the buyer gets nothing."""

    reason = Line(label=_("Why?"), max_length=200)
