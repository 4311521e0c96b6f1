"""What is typed about check-ups: a campaign, a day, who comes, results of a group, a release, what was told."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import KeyedForm, Line, MoneyField
from health.checkups.display import range_words, shown_number, unit_of
from health.checkups.models import CareTask, CheckupItem, CheckupPackage, CheckupReport, CheckupResult, ItemRange
from health.checkups.services import Limits, Reading
from health.hospitals.models import Hospital
from stations.network.models import Station
from stations.people.models import Consent

_M = Consent.Manner
_DATE = {"type": "date"}
LARGEST_FILE = 1_000_000


def _number(label: Any, hint: Any = "", *, required: bool = False) -> forms.DecimalField:
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "autocomplete": "off", "step": "any"})
    return forms.DecimalField(
        label=label, help_text=hint, required=required, max_digits=8, decimal_places=2, widget=widget
    )


class CampaignForm(KeyedForm):
    """A campaign of a clinic, and what the county gives for it."""

    name = Line(label=_("Name of the campaign"), max_length=80)
    clinic = forms.ModelChoiceField(label=_("Clinic"), queryset=Hospital.objects.none())
    package = forms.ModelChoiceField(label=_("Package"), queryset=CheckupPackage.objects.none())
    laboratory = Line(label=_("Laboratory"), max_length=20, required=False)
    from_date = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs=_DATE))
    to_date = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs=_DATE))
    price = MoneyField(label=_("Price of a check-up"))
    budget = MoneyField(label=_("Budget"))

    def __init__(
        self, *args: Any, clinics: QuerySet[Hospital], packages: QuerySet[CheckupPackage], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("clinic", clinics), ("package", packages)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            self.fields[name].initial = rows.first()
            self.fields[name].label_from_instance = lambda row: row.title  # type: ignore[attr-defined]
        known = list(clinics)
        chosen = next((each for each in known if str(each.pk) == self.data.get("clinic")), clinics.first())
        for name in ("price", "budget"):
            if chosen is not None:
                self.fields[name].use_currency(chosen.currency)  # type: ignore[attr-defined]


class DayForm(KeyedForm):
    """A day at a station, in local time."""

    station = forms.ModelChoiceField(label=_("Station"), queryset=Station.objects.none())
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs=_DATE))
    starts = forms.TimeField(label=_("Begins"), widget=forms.TimeInput(attrs={"type": "time"}), initial=dt.time(8))
    ends = forms.TimeField(label=_("Ends"), widget=forms.TimeInput(attrs={"type": "time"}), initial=dt.time(12))
    per_slot = forms.IntegerField(label=_("Residents in each half-hour"), min_value=1, max_value=50, initial=8)

    def __init__(self, *args: Any, stations: QuerySet[Station], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = stations  # type: ignore[attr-defined]
        self.fields["station"].label_from_instance = lambda row: row.name  # type: ignore[attr-defined]


class MoveDayForm(KeyedForm):
    """Another date for a check-up day."""

    to_date = forms.DateField(label=_("New day"), widget=forms.DateInput(attrs=_DATE))


class ListedForm(KeyedForm):
    """One resident who agrees now."""

    id_number = Line(label=_("Number of the identity card"), max_length=24)
    manner = forms.ChoiceField(
        label=_("How did the resident agree?"),
        choices=[("", _("has agreed before")), *((each.value, each.label) for each in (_M.SIGNATURE, _M.PAPER))],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )


class ScanForm(KeyedForm):
    """A bar code, scanned or typed; the last digits are enough. Which table asks goes along."""

    code = Line(label=_("Scan the bar code"), max_length=20)
    group = forms.ChoiceField(choices=[("", ""), *CheckupItem.Group.choices], required=False, widget=forms.HiddenInput)


class FileForm(KeyedForm):
    """The file of a laboratory."""

    content = forms.FileField(
        label=_("File of the laboratory"), help_text=_("CSV in UTF-8: serial,item,value,unit,note"), max_length=200
    )

    def clean_content(self) -> str:
        """The text of the file."""
        upload = self.cleaned_data["content"]
        if upload.size > LARGEST_FILE:
            raise forms.ValidationError(_("This file is too large."))
        try:
            return upload.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("This file is not UTF-8.")) from error


class ResultsForm(KeyedForm):
    """The items of one group: what counts already is shown; what is left empty may have one reason for all."""

    group = forms.CharField(widget=forms.HiddenInput, required=False)
    absent_because = forms.ChoiceField(
        label=_("Those left empty:"),
        choices=[("", _("come later")), *CheckupResult.Absent.choices],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )
    reason = Line(label=_("Reason of a correction"), max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        items: Sequence[tuple[CheckupItem, ItemRange | None]],
        current: dict[int, CheckupResult],
        group: str,
        is_completed: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items, self.current = [item for item, _range in items], current
        self.fields["group"].initial = group
        own = {item.code: self._field_of(item, found) for item, found in items}
        self.fields = {**own, **self.fields}
        if not is_completed:
            del self.fields["reason"]

    def _field_of(self, item: CheckupItem, found: ItemRange | None) -> forms.Field:
        known = self.current.get(item.pk)
        if item.kind == CheckupItem.Kind.NUMBER:
            normal = range_words(found.low, found.high) if found else "–"
            hint = _("%(unit)s · normal %(range)s") % {"unit": unit_of(item.unit) or "–", "range": normal}
            made: forms.Field = _number(item.title, hint)
            made.initial = shown_number(known.value) if known and known.value is not None else None
            return made
        choices = [(each["code"], item.words_of(each["code"])) for each in item.options]
        first = known.choice if known else ""
        return forms.ChoiceField(
            label=item.title, choices=choices, widget=forms.RadioSelect, required=False, initial=first
        )

    def _entered(self) -> list[tuple[CheckupItem, Decimal | str | None]]:
        """What is new: values that differ from those that count, and gaps that get a reason."""
        found: list[tuple[CheckupItem, Decimal | str | None]] = []
        for item in self.items:
            known, value = self.current.get(item.pk), self.cleaned_data.get(item.code)
            if value in (None, ""):
                if known is None and self.cleaned_data.get("absent_because"):
                    found.append((item, None))
            elif known is None or value not in (known.value, known.choice):
                found.append((item, value))
        return found

    @property
    def typed(self) -> dict[str, Any]:
        """What is new, and which group it was."""
        known = self.cleaned_data
        return {
            "entered": self._entered(),
            "absent_because": known["absent_because"],
            "reason": known.get("reason", ""),
            "group": known["group"],
            "key": known["key"],
        }


def readings_of(
    entered: Iterable[tuple[CheckupItem, Decimal | str | None]],
    *,
    order: UUID,
    serial: str,
    key: str,
    absent_because: str,
    reason: str,
    at: dt.datetime,
) -> list[Reading]:
    """What was typed on a page as a device would send it: the key of the press makes the ids."""
    return [
        Reading(
            op_id=uuid.uuid5(order, f"{key}:{item.code}"),
            serial=serial,
            item=item.code,
            made_at=at,
            value=value if isinstance(value, Decimal) else None,
            choice=value if isinstance(value, str) else "",
            absent_because=absent_because if value is None else "",
            reason=reason,
        )
        for item, value in entered
    ]


class ReleaseForm(KeyedForm):
    """What the doctor adds to a report."""

    summary = Line(label=_("What the doctor says"), max_length=300, required=False)


class ExplainedForm(KeyedForm):
    """How the report was explained."""

    how = forms.ChoiceField(
        label=pgettext_lazy("check-up", "How was it explained?"),
        choices=CheckupReport.How,
        widget=forms.RadioSelect,
        initial="in_person",
    )


class TaskForm(KeyedForm):
    """What was done about an urgent result."""

    outcome = forms.ChoiceField(label=_("What was done?"), choices=CareTask.Outcome, widget=forms.RadioSelect)


class ReasonForm(KeyedForm):
    """Why somebody is taken from the list, or a draft is discarded."""

    reason = Line(label=_("Reason"), max_length=200)


class RangeForm(KeyedForm):
    """Another normal range."""

    item = forms.ChoiceField(label=_("Item"))
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=[("", _("all residents")), *ItemRange.Sex.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    from_age = forms.IntegerField(label=_("From age"), min_value=0, max_value=150, initial=0)
    to_age = forms.IntegerField(label=_("Until before age"), min_value=1, max_value=150, required=False)
    laboratory = Line(label=_("Laboratory"), max_length=20, required=False)
    low = _number(_("Normal from"))
    high = _number(_("Normal up to"))
    critical_low = _number(_("Urgent down from"), _("Left empty, what is urgent stays urgent."))
    critical_high = _number(_("Urgent from"))

    def __init__(self, *args: Any, items: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("item", items)

    @property
    def typed(self) -> dict[str, Any]:
        """For whom, and the ends together."""
        known = self.cleaned_data
        names = ("low", "high", "critical_low", "critical_high")
        about = {name: known[name] for name in ("item", "sex", "from_age", "to_age", "laboratory")}
        return {**about, "limits": Limits(**{name: known[name] for name in names})}
