"""The shape of what is typed about residents."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.forms import DayField, Digits, KeyedForm, Line, PhotoField
from stations.network.models import Station
from stations.people import identity
from stations.people.models import Consent, Guardianship, Membership, Person, Reveal
from stations.people.phones import read_phone

SEXES = [choice for choice in Person.Sex.choices if choice[0] != Person.Sex.UNKNOWN]
RESIDENCES = [choice for choice in Person.Residence.choices if choice[0] != Person.Residence.DECEASED]
LANGUAGES = settings.LANGUAGES
#: Typed in the phone field of a correction: there is no phone any more.
NO_PHONE = {"-", "–", "—", "－"}


class PersonForm(KeyedForm):
    """What the counter knows of a person; only the name is needed."""

    #: Whose phone numbers are typed without a plus, and the document whose number is typed.
    country: str
    id_kind: str = Person.IdKind.RESIDENT_ID

    full_name = Line(label=_("Full name"), max_length=120)
    phone = Line(
        label=_("Phone"),
        help_text=_("Leave empty if there is none"),
        max_length=24,
        required=False,
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES, required=False, widget=forms.RadioSelect)
    birth_date = forms.DateField(
        label=_("Birth date"),
        help_text=_("Year, month and day, for example 1951-03-08"),
        required=False,
        input_formats=["%Y-%m-%d", "%Y%m%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日"],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    id_number = Line(
        label=_("Identity number"),
        help_text=_("18 characters, as on the card. It is stored encrypted."),
        max_length=30,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("full_name", "phone", "id_number"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["phone"].widget.attrs["inputmode"] = "tel"

    def clean(self) -> dict[str, Any]:
        """All that is wrong is shown at once: the service would refuse one field after the other."""
        typed = super().clean()
        if "phone" in typed and typed["phone"] not in NO_PHONE:
            self._try("phone", lambda: read_phone(typed["phone"], self.country))
        if typed.get("id_number"):
            self._try("id_number", lambda: identity.normalise(self.id_kind, typed["id_number"]))
        return typed

    def _try(self, field: str, read: Callable[[], object]) -> None:
        try:
            read()
        except Refused as refused:
            self.add_error(field, str(refused))

    @property
    def typed(self) -> dict[str, Any]:
        """What was understood; nothing chosen is `unknown`."""
        return {**super().typed, "sex": self.cleaned_data["sex"] or Person.Sex.UNKNOWN}


class RegisterForm(PersonForm):
    """A new resident."""

    confirmed_new = forms.BooleanField(
        label=_("I have checked: this is a different person"), required=False, widget=forms.HiddenInput
    )
    station = forms.ChoiceField(label=_("Station"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, stations: list[Station], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stations = stations
        if len(stations) > 1:
            self.offer("station", [(station.code, station.name) for station in stations])
            self.fields["station"].required = True
        else:
            del self.fields["station"]
        self.country = self.chosen_station().county.country

    def chosen_station(self) -> Station:
        """The one that was chosen, or the only one."""
        code = self.data.get("station", "")
        return next((each for each in self.stations if each.code == code), self.stations[0])

    def ask_to_look(self) -> None:
        """Somebody much like this is registered: the second press says that it is another person."""
        self.fields["confirmed_new"].widget = forms.CheckboxInput()


class CorrectForm(PersonForm):
    """Corrections. Phone and identity number stay hidden: empty leaves the stored one as it is."""

    residence = forms.ChoiceField(label=_("Residence"), choices=RESIDENCES, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language of messages"), choices=LANGUAGES, widget=forms.RadioSelect)
    reason = Line(label=_("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = person.home_station.county.country
        if person.id_kind != Person.IdKind.NONE:
            self.id_kind = person.id_kind

    def leave_out(self, *, dead: bool, hidden: bool) -> None:
        """The dead live nowhere; where name and birth date are hidden they are not corrected."""
        for name, without in {"residence": dead, "full_name": hidden, "birth_date": hidden}.items():
            if without:
                del self.fields[name]

    @property
    def typed(self) -> dict[str, Any]:
        """What was understood, without what was not typed; a dash takes the phone away."""
        typed = {name: value for name, value in super().typed.items() if value or name not in {"phone", "id_number"}}
        return {**typed, "phone": ""} if typed.get("phone") in NO_PHONE else typed


class CodeForm(KeyedForm):
    """The six digits that a person reads aloud."""

    code = Digits(
        label=_("Code from the message"), help_text=_("Six digits from the text message"), shortest=6, longest=6
    )


class ConsentForm(KeyedForm):
    """How the person agreed, and to which text."""

    text = forms.IntegerField(widget=forms.HiddenInput, required=False)
    manner = forms.ChoiceField(
        label=_("How do they consent?"), choices=Consent.Manner.choices, widget=forms.RadioSelect, initial="signature"
    )
    code = Digits(
        label=_("Code from the message"),
        help_text=_("Only when they agree by code"),
        shortest=6,
        longest=6,
        required=False,
    )

    photo = PhotoField(
        label=_("Photo of the signed document"),
        help_text=_("When they agree by signature or paper: only this station sees it."),
        required=False,
    )

    def read_anew(self, text: Any) -> None:
        """The page shows this text now: the next press agrees to it."""
        if self.is_bound:
            self.data = {**cast(QueryDict, self.data).dict(), self.add_prefix("text"): text.pk}


class RevealForm(KeyedForm):
    """Why it must be seen."""

    reason = forms.ChoiceField(
        label=_("Why do you need to see it?"), choices=Reveal.Reason.choices, widget=forms.RadioSelect
    )
    note = Line(label=_("In words"), help_text=_("Needed for “another reason”"), max_length=200, required=False)


class HouseholdForm(KeyedForm):
    """A new household with this person as its head."""

    house_number = Line(label=_("House number"), max_length=20, required=False)
    address_line = Line(label=_("Address"), max_length=200, required=False)


class SettleForm(KeyedForm):
    """In which village a household lives."""

    village = forms.ChoiceField(label=_("Village"))

    def __init__(self, villages: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("village", [(str(each.pk), f"{each.short_name} ({each.code})") for each in villages])


class MoveForm(KeyedForm):
    """Which household a person joins, and as what."""

    number = Line(label=_("Number of the household"), help_text=_("For example 321324-H-0000123"), max_length=20)
    relation = forms.ChoiceField(
        label=_("As"), choices=Membership.Relation.choices, widget=forms.RadioSelect, initial="other"
    )


class PastDay(DayField):
    """A day that has been, as the browser's calendar gives it or as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%Y%m%d", "%Y.%m.%d", "%Y/%m/%d"], **kwargs)


class GuardianForm(KeyedForm):
    """As what somebody answers for a child, and the paper that says so."""

    kind = forms.ChoiceField(label=_("As"), choices=Guardianship.Kind.choices, widget=forms.RadioSelect)
    from_date = PastDay(label=_("Since"))
    photo = PhotoField(
        label=_("Photo of the document"),
        help_text=_("Household register, birth certificate or court document."),
        required=False,
    )


class EndGuardianForm(KeyedForm):
    """Since when somebody no longer answers for a child."""

    to_date = PastDay(label=_("Guardian until"))


class DeathForm(KeyedForm):
    """When, and the paper that says so."""

    died_date = PastDay(label=_("Day of death"))
    photo = PhotoField(
        label=_("Photo of the document"),
        help_text=_("Death certificate, or a certificate from the village."),
        required=False,
    )


class UndoDeathForm(KeyedForm):
    """Why it was wrong."""

    reason = Line(label=_("Reason"), help_text=_("For example: two people of the same name."), max_length=200)
