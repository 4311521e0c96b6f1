"""What is typed about produce: at the scale, in the warehouse, about claims."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, Digits, KeyedForm, Line, MoneyField, PhotoField
from core.money import Money
from orders.produce.models import Crop, Grade, HarvestNotice, IntakeGrade, Lot, LotGrade, ProduceBuyer
from orders.stock.models import Warehouse
from stations.models import Station

#: Kilograms that a scale of a station shows at most.
MOST_KG = 100_000
PREFIX = "g-"


class KilogramField(forms.DecimalField):
    """Kilograms as a scale shows them, to the gram; understood as whole grams."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_value", MOST_KG)
        super().__init__(decimal_places=3, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def clean(self, value: Any) -> int | None:
        """Whole grams, or None."""
        kilograms: Decimal | None = super().clean(value)
        return None if kilograms is None else int(kilograms * 1000)


class HarvestForm(KeyedForm):
    """What a farmer will bring, and when."""

    crop = forms.ModelChoiceField(label=_("Crop"), queryset=Crop.objects.none(), empty_label=None)
    from_date = DayField(label=_("First day"))
    to_date = DayField(label=_("Last day"))
    expected_g = KilogramField(label=_("Expected, in kilograms"), min_value=Decimal("0.001"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["crop"].queryset = crops()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The last day is no earlier than the first."""
        typed = super().clean()
        since, until = typed.get("from_date"), typed.get("to_date")
        if since and until and until < since:
            self.add_error("to_date", _("The last day lies before the first."))
        return typed


class ConfirmHarvestForm(KeyedForm):
    """How much will be taken."""

    confirmed_g = KilogramField(label=_("Will be taken, in kilograms"), min_value=Decimal("0.001"))


class ProduceReasonForm(KeyedForm):
    """Why."""

    reason = Line(label=_("Why?"), max_length=200)


class WeighForm(KeyedForm):
    """What the scale shows, with the crates and of the crates alone."""

    crop = forms.ModelChoiceField(label=_("Crop"), queryset=Crop.objects.none(), empty_label=None)
    gross_g = KilogramField(label=_("Gross, in kilograms"), min_value=Decimal("0.001"))
    tare_g = KilogramField(label=_("Crates, in kilograms"), min_value=Decimal(0))
    notice = forms.ModelChoiceField(
        label=_("Harvest notice"), queryset=HarvestNotice.objects.none(), required=False, empty_label=_("none")
    )

    def __init__(self, *args: Any, notices: QuerySet[HarvestNotice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["crop"].queryset = crops()  # type: ignore[attr-defined]
        self.fields["notice"].queryset = notices  # type: ignore[attr-defined]
        if not notices:
            del self.fields["notice"]

    @property
    def typed(self) -> dict[str, Any]:
        """With the key: one press is one weighing."""
        return self.cleaned_data


class CorrectWeightForm(KeyedForm):
    """What the fruit really weighs, with the crates and of the crates alone, and why it was written down otherwise."""

    gross_g = KilogramField(label=_("Gross, in kilograms"), min_value=Decimal("0.001"))
    tare_g = KilogramField(label=_("Crates, in kilograms"), min_value=Decimal(0))
    reason = Line(label=_("Why?"), max_length=200)


class GradesForm(KeyedForm):
    """Kilograms of each grade; what is left empty is none."""

    def __init__(self, *args: Any, grades: Sequence[Grade], **kwargs: Any) -> None:
        self.grades = grades
        super().__init__(*args, **kwargs)
        for grade in grades:
            self.fields[f"{PREFIX}{grade.pk}"] = KilogramField(
                label=_("%(grade)s, in kilograms") % {"grade": grade}, min_value=Decimal(0), required=False
            )

    @property
    def grams(self) -> dict[Grade, int]:
        """Each grade with its grams."""
        return {grade: self.cleaned_data.get(f"{PREFIX}{grade.pk}") or 0 for grade in self.grades}

    @property
    def typed(self) -> dict[str, Any]:
        """The grades together."""
        return {"grams": self.grams}


class GradeForm(GradesForm):
    """What each grade weighs, and what the farmer takes home."""

    rejected_g = KilogramField(label=_("Not taken, in kilograms"), min_value=Decimal(0), required=False)

    field_order = None

    @property
    def typed(self) -> dict[str, Any]:
        """The grades together, and the rest."""
        return {"grams": self.grams, "rejected_g": self.cleaned_data.get("rejected_g") or 0}


class FarmerCodeForm(KeyedForm):
    """The code that the farmer reads out."""

    code = Digits(label=_("Code from the farmer's phone"), shortest=6, longest=6)


class FarmerSignedForm(KeyedForm):
    """Who saw the signature."""

    witness_card = Line(label=_("Witness: resident card or number"), max_length=40)


class AdvanceForm(KeyedForm):
    """What is paid to the farmer now."""

    def __init__(self, *args: Any, most: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        least = Money(1, most.currency)
        self.fields["amount"] = MoneyField(most.currency, label=_("Advance"), least=least)
        self.fields["amount"].help_text = _("At most %(most)s: half of what it is expected to bring.") % {
            "most": most.display()
        }


class AdvanceByCodeForm(AdvanceForm):
    """The same, with the code that the farmer was sent for exactly this amount."""

    code = Digits(label=_("Code from the farmer's phone"), shortest=6, longest=6)


class AdvanceSignedForm(AdvanceForm):
    """The same, with who saw the farmer sign for it."""

    witness_card = Line(label=_("Witness: resident card or number"), max_length=40)


class IntakePhotoForm(KeyedForm):
    """What was brought, as it lies on the scale."""

    photo = PhotoField(label=_("Photo of the fruit"))


class OpenLotForm(KeyedForm):
    """Where a lot lies, and of what it is."""

    crop = forms.ModelChoiceField(label=_("Crop"), queryset=Crop.objects.none(), empty_label=None)
    warehouse = forms.ModelChoiceField(label=_("Warehouse"), queryset=Warehouse.objects.none(), empty_label=None)

    def __init__(self, *args: Any, warehouses: QuerySet[Warehouse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["crop"].queryset = crops()  # type: ignore[attr-defined]
        self.fields["warehouse"].queryset = warehouses  # type: ignore[attr-defined]

    @property
    def typed(self) -> dict[str, Any]:
        """With the key: one press is one lot."""
        station: Station = self.cleaned_data["warehouse"].station
        return {"crop": self.cleaned_data["crop"], "station": station, "key": self.cleaned_data["key"]}


class FillLotForm(KeyedForm):
    """Fruit that waits for a lot, and older lots."""

    intake_grades = forms.MultipleChoiceField(
        label=_("Fruit in no lot yet"), required=False, widget=forms.CheckboxSelectMultiple
    )
    lots = forms.MultipleChoiceField(label=_("Older lots"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        *args: Any,
        waiting: Iterable[tuple[IntakeGrade, str]],
        older: Iterable[tuple[Lot, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = {str(row.pk): (row, words) for row, words in waiting}
        self.older = {str(row.pk): (row, words) for row, words in older}
        for name, rows in (("intake_grades", self.waiting), ("lots", self.older)):
            self.fields[name].choices = [(pk, words) for pk, (_row, words) in rows.items()]  # type: ignore[attr-defined]
            if not rows:
                del self.fields[name]

    @property
    def typed(self) -> dict[str, Any]:
        """The rows themselves."""
        return {
            "intake_grades": [self.waiting[pk][0] for pk in self.cleaned_data.get("intake_grades", [])],
            "lots": [self.older[pk][0] for pk in self.cleaned_data.get("lots", [])],
        }


class SplitLotForm(GradesForm):
    """What goes into the new lot."""

    @property
    def typed(self) -> dict[str, Any]:
        """With the key: one press is one new lot."""
        return {"grams": self.grams, "key": self.cleaned_data["key"]}


class SellLotForm(KeyedForm):
    """Which grade, to whom, how much, at which price."""

    grade = forms.ModelChoiceField(label=_("Grade"), queryset=Grade.objects.none(), empty_label=None)
    buyer = forms.ModelChoiceField(label=_("Buyer"), queryset=ProduceBuyer.objects.none(), empty_label=None)
    grams = KilogramField(label=_("Kilograms"), min_value=Decimal("0.001"))

    def __init__(
        self, *args: Any, levels: Sequence[LotGrade], buyers: QuerySet[ProduceBuyer], currency: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        free = [level.grade_id for level in levels if level.free_g]
        self.fields["grade"].queryset = Grade.objects.filter(pk__in=free).order_by("position")  # type: ignore[attr-defined]
        self.fields["buyer"].queryset = buyers  # type: ignore[attr-defined]
        self.fields["price"] = MoneyField(currency, label=_("Price for a kilogram"), least=Money(1, currency))

    @property
    def typed(self) -> dict[str, Any]:
        """The price in minor units, and the key: one press is one sale."""
        typed = {name: self.cleaned_data[name] for name in ("grade", "buyer", "grams", "key")}
        return {**typed, "price_minor": self.cleaned_data["price"].minor}


class RaiseClaimForm(KeyedForm):
    """What the buyer wants back, and why."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(currency, label=_("Amount"), least=Money(1, currency))
        self.fields["reason"] = Line(label=_("Why?"), max_length=200)


class AcceptClaimForm(KeyedForm):
    """What is said about it."""

    decision = Line(label=_("Remark"), max_length=200, required=False)


class RejectClaimForm(KeyedForm):
    """Why the buyer gets nothing."""

    decision = Line(label=_("Why?"), max_length=200)


def crops() -> QuerySet[Crop]:
    """Those that are taken in."""
    return Crop.objects.filter(is_active=True).order_by("code")
