"""What is typed and scanned about runs and bags."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line, PhotoField, Words, WordsInput
from logistics.parcels.forms import NumberField
from logistics.routes.models import Route, RunException
from logistics.routes.queries import RunStep
from logistics.routes.services import RunScanKind
from stations.accounts.models import User


class AdvanceForm(KeyedForm):
    """The driver's large button."""

    step = forms.ChoiceField(choices=RunStep, widget=forms.HiddenInput)


class RunScanForm(KeyedForm):
    """A parcel or a bag that goes into the van or comes out of it."""

    kind = forms.ChoiceField(label=_("What happens to it"), choices=RunScanKind, widget=forms.RadioSelect)
    code = NumberField(label=_("Number of the parcel or seal of the bag"))


class SkipForm(KeyedForm):
    """Why a stop is left out."""

    reason = Line(label=_("Reason"), max_length=200)


class CancelForm(KeyedForm):
    """Why the van does not drive."""

    reason = Line(label=_("Reason"), max_length=200)


class ExceptionForm(KeyedForm):
    """What happened to a parcel that is missing."""

    number = forms.ChoiceField(label=_("Missing parcel"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("What happened?"), choices=RunException.Kind, widget=forms.RadioSelect)
    reason = Line(label=_("Reason"), max_length=200)
    photo = PhotoField(label=_("Photo"), required=False, help_text=_("Damage needs a photo."))

    def __init__(self, *args: Any, numbers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("number", [(number, number) for number in numbers])


class PlanForm(KeyedForm):
    """Which route is driven on which day, by whom."""

    route = forms.ModelChoiceField(label=_("Route"), queryset=Route.objects.none())
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    driver = forms.ModelChoiceField(label=_("Driver"), queryset=User.objects.none(), required=False)

    def __init__(
        self, *args: Any, routes: QuerySet[Route], drivers: QuerySet[User], today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["route"].queryset = routes  # type: ignore[attr-defined]
        self.fields["driver"].queryset = drivers  # type: ignore[attr-defined]
        self.fields["day"].initial = today


class ListedNumbers(forms.MultipleChoiceField):
    """Ticked numbers: what lies here no more is named when the bag is closed, and a bag that is closed stays closed."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, _value: Any) -> bool:
        return True


class BagForm(KeyedForm):
    """Which of the parcels that lie here go into the bag: those that are scanned, or else those that are ticked."""

    codes = Words(
        label=_("Scan what goes into the bag"),
        max_length=8_000,
        required=False,
        scanned=True,
        widget=WordsInput({"data-ticks": "numbers"}),
        help_text=_("With a scanner or the camera. Once something is scanned, only that is packed."),
    )
    numbers = ListedNumbers(label=_("Parcels in the bag"))

    def __init__(self, *args: Any, numbers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, initial={"numbers": numbers}, **kwargs)
        self.fields["numbers"].required = not self.data.get("codes", "").strip()
        self.offer("numbers", [(number, number) for number in numbers])

    @property
    def typed(self) -> dict[str, Any]:
        """As `pack_bag` expects it: each number once."""
        scanned = dict.fromkeys(self.cleaned_data["codes"].upper().split())
        return {"numbers": list(scanned) or self.cleaned_data["numbers"]}
