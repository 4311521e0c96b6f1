"""What is typed and scanned for school kits."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, KeyedForm, Line, Words
from education.supplies.labels import SERIAL
from education.supplies.models import Handover, Kit, KitSettlement
from education.supplies.services.campaigns import MOST_KITS


class SerialField(Line):
    """The label of a kit, as the scanner reads it; understood as the kit within reach."""

    default_error_messages = {"unknown": _("No school kit here has this label.")}
    #: Among which kits; a page narrows them to those that its reader may handle.
    kits: QuerySet[Kit] = Kit.objects.all()

    def clean(self, value: Any) -> str:
        """In capital letters."""
        serial: str = super().clean(value).strip().upper()
        if not SERIAL.fullmatch(serial) or not self.kits.filter(serial=serial).exists():
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return serial


class CampaignForm(KeyedForm):
    """A campaign of a donor."""

    name = Line(label=_("Name of the campaign"), max_length=80)
    donor = Line(label=_("Donor"), max_length=80)
    contents = Words(label=_("What is in a kit"), max_length=500)
    starts_date = DayField(label=_("First day"))
    ends_date = DayField(label=_("Last day"))
    age_from = forms.IntegerField(label=_("From age"), min_value=0, max_value=99, initial=6)
    age_to = forms.IntegerField(label=_("To age"), min_value=0, max_value=99, initial=15)
    left_behind_only = forms.BooleanField(label=_("Only where a parent works away"), required=False)


class CountForm(KeyedForm):
    """How many kits have arrived."""

    count = forms.IntegerField(label=_("How many kits"), min_value=1, max_value=MOST_KITS)


class SendForm(CountForm):
    """How many kits go where."""

    station = forms.ChoiceField(label=_("To which station"), choices=())

    def __init__(self, *args: Any, stations: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("station", stations)


class SerialForm(KeyedForm):
    """Which kit."""

    serial = SerialField(label=_("Scan the kit"), max_length=10, scanned=True)

    def __init__(self, *args: Any, kits: QuerySet[Kit] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kits is not None:
            cast(SerialField, self.fields["serial"]).kits = kits


class DamageForm(SerialForm):
    """Which kit, and what happened to it."""

    reason = Line(label=_("Reason"), max_length=200)


class SettleForm(SerialForm):
    """Which lost kit, what became of it, and how that is known."""

    outcome = forms.ChoiceField(
        label=_("What became of it"), choices=KitSettlement.Outcome.choices, widget=forms.RadioSelect
    )
    reason = Line(label=_("Reason"), max_length=200)


class GiveForm(SerialForm):
    """Which kit, who receives it for the child, and how that is proved."""

    guardian = forms.ChoiceField(label=_("Guardian"), widget=forms.RadioSelect)
    proof = forms.ChoiceField(
        label=_("Receipt proved by"), choices=Handover.Proof, initial=Handover.Proof.SIGNATURE, widget=forms.RadioSelect
    )
    code = Line(
        label=_("Code that the guardian reads aloud"),
        help_text=_("Only if a code was sent."),
        max_length=6,
        required=False,
    )

    def __init__(self, *args: Any, guardians: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("guardian", guardians)
        if guardians:
            self.initial["guardian"] = guardians[0][0]


class GuardianForm(KeyedForm):
    """To whom the code goes."""

    guardian = forms.ChoiceField(label=_("Guardian"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, guardians: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("guardian", guardians)
        if guardians:
            self.initial["guardian"] = guardians[0][0]


class ReturnForm(KeyedForm):
    """Why."""

    reason = Line(label=_("Reason"), max_length=200)


class ProposeForm(KeyedForm):
    """For which campaign the child is proposed."""

    campaign = forms.ChoiceField(label=_("Campaign"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, campaigns: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("campaign", campaigns)
        if campaigns:
            self.initial["campaign"] = campaigns[0][0]


class ApproveForm(KeyedForm):
    """Of a child that may have a kit already, why it is another one."""

    reason = Line(
        label=_("Reason"),
        help_text=_("Only where it may be a second kit: why is it another child?"),
        max_length=200,
        required=False,
    )


class SendCrateForm(KeyedForm):
    """The kits of a crate, one label a line, as the scanner types them."""

    serials = Words(label=_("Scan the kits"), help_text=_("One label a line."), max_length=MOST_KITS * 12, scanned=True)

    def clean_serials(self) -> list[str]:
        """The labels, in capital letters."""
        found = self.cleaned_data["serials"].upper().split()
        if not all(SERIAL.fullmatch(each) for each in found):
            raise forms.ValidationError(SerialField.default_error_messages["unknown"], code="unknown")
        return found


class CloseCrateForm(KeyedForm):
    """What became of kits that are not in the crate."""

    protocol = Line(
        label=_("Protocol of the loss"), help_text=_("Only where kits are missing."), max_length=300, required=False
    )
