"""What is typed about parcels."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Digits, KeyedForm, Line, PhotoField
from logistics.parcels.models import Parcel
from logistics.parcels.services import CarrierWord, ScanKind
from stations.network.models import Station
from stations.people.phones import InvalidPhone, read_phone

#: The name of who collects for the receiver stands in a message of 70 characters.
PROXY_LENGTH = 20


class NumberField(Line):
    """The number on the label, as it is typed or scanned."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Number of the parcel"), "max_length": 20, **kwargs})

    def to_python(self, value: Any) -> str:
        return "".join(super().to_python(value).split()).upper()


class ProxyField(Line):
    """Who has the code and is not the receiver, if somebody else collects."""

    def __init__(self, **kwargs: Any) -> None:
        label, help_text = _("Who collects it, if not the receiver"), _("The receiver gets a message with the name.")
        super().__init__(
            **{"label": label, "help_text": help_text, "max_length": PROXY_LENGTH, "required": False, **kwargs}
        )


class HandOverForm(KeyedForm):
    """The parcel that was taken from the shelf, and the code that the receiver reads."""

    number = NumberField()
    code = Digits(label=_("Pick-up code"), shortest=6, longest=6)
    proxy_name = ProxyField()


class ScanForm(KeyedForm):
    """What is done with the parcel that was just scanned."""

    kind = forms.ChoiceField(label=_("What happens to it"), widget=forms.RadioSelect)
    number = NumberField()

    def __init__(self, *args: Any, kinds: list[ScanKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kind", [(str(kind), kind.label) for kind in kinds])


class RegisterForm(KeyedForm):
    """A parcel that somebody sends."""

    to_station = Line(label=_("Number of the station where it is collected"), max_length=11)
    receiver_name = Line(label=_("Receiver"), max_length=120)
    receiver_phone = Line(label=_("Receiver's phone"), required=False, max_length=24)
    weight_g = forms.IntegerField(label=_("Weight in grams"), min_value=0, max_value=1_000_000, required=False)

    def clean_to_station(self) -> Station:
        """The station of this number."""
        code = self.cleaned_data["to_station"]
        found = Station.objects.select_related("county").filter(code=code).first()
        if found is None:
            raise forms.ValidationError(_("No station has this number."))
        return found

    def clean_weight_g(self) -> int:
        """Nothing typed is nothing weighed."""
        return self.cleaned_data["weight_g"] or 0

    def clean(self) -> dict[str, Any]:
        """The phone as the receiver's country writes it."""
        data = super().clean()
        station = data.get("to_station")
        if station and data.get("receiver_phone"):
            try:
                data["receiver_phone"] = read_phone(data["receiver_phone"], station.county.country)
            except InvalidPhone as refusal:
                self.add_error("receiver_phone", str(refusal))
        return data


class CodeForm(KeyedForm):
    """Handing over against the code."""

    code = Digits(label=_("Pick-up code"), shortest=6, longest=6)
    proxy_name = ProxyField()


class IdCheckForm(KeyedForm):
    """Handing over without the code."""

    witness_card = Line(label=_("Witness: resident card or number"), max_length=40)
    photo = PhotoField(label=_("Photo of the document and the person"))


class RefuseForm(KeyedForm):
    """Why the receiver does not take it."""

    reason = forms.ChoiceField(label=_("Why?"), choices=Parcel.RefusalReason, widget=forms.RadioSelect)


class TroubleForm(KeyedForm):
    """What is wrong with a parcel."""

    exception = forms.ChoiceField(label=_("What is wrong?"), choices=Parcel.Trouble, widget=forms.RadioSelect)
    reason = Line(label=_("Note"), required=False, max_length=200)
    photo = PhotoField(label=_("Photo"), required=False, help_text=_("Damage needs a photo."))


class AnnulForm(KeyedForm):
    """Why a scan was wrong."""

    reason = Line(label=_("Reason"), max_length=200)


class ExamineForm(KeyedForm):
    """What the carrier and the people here know of the parcel."""

    outcome = Line(label=_("What was found?"), max_length=200)


class CarrierScanForm(KeyedForm):
    """What the carrier says."""

    word = forms.ChoiceField(label=_("What does the carrier say?"), widget=forms.RadioSelect)
    note = Line(label=_("Note"), required=False, max_length=200)

    def __init__(self, *args: Any, words: Sequence[CarrierWord], **kwargs: Any):
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["word"]).choices = [(word.value, word.label) for word in words]
