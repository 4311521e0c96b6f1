"""What is typed about appointments."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.days import clock_in, day_in
from core.forms import KeyedForm, Line, MoneyField
from core.language import formatting
from core.money import parse
from finance.fees.services import FeeQuote
from finance.payments.services import Tender
from health.appointments.services import MOST_DATES, DeskReason, Reason, Rhythm
from scheduling.bookings.models import FEWEST_OCCURRENCES, Booking
from scheduling.bookings.services import Scope, SeriesReport
from scheduling.calendars.models import Slot
from stations.people.models import Person


class PayForm(KeyedForm):
    """The last page before a place is booked: what was shown, and the cash on the counter."""

    slot = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    amount = forms.CharField(widget=forms.HiddenInput, max_length=20)
    agent_fee = forms.CharField(widget=forms.HiddenInput, max_length=20)
    own_part = forms.CharField(widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, payer: Person | None, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payer, self.currency = payer, currency
        self.fields["cash_given"] = MoneyField(
            currency, label=_("Cash received"), required=False, help_text=_("To calculate the change.")
        )

    @property
    def typed(self) -> dict[str, Any]:
        """What the verb is called with. Raises `AmountMalformed`."""
        amount, fee, own = (
            parse(self.cleaned_data[name], self.currency) for name in ("amount", "agent_fee", "own_part")
        )
        tender = Tender(
            payer=self.payer, cash_given=self.cleaned_data["cash_given"], expected=FeeQuote(amount, fee, own)
        )
        return {"tender": tender, "key": self.cleaned_data["key"]}

    def show(self, quote: FeeQuote, slot: int) -> None:
        """Remember what the page shows, so that the next press confirms that and nothing older."""
        shown = {
            "slot": str(slot),
            "amount": str(quote.amount),
            "agent_fee": str(quote.agent_fee),
            "own_part": str(quote.own_part),
        }
        self.initial.update(shown)
        if self.is_bound:
            self.replace_sent(shown)


class LineForm(KeyedForm):
    """A place in the line of a full session."""

    @property
    def typed(self) -> dict[str, Any]:
        """The key alone."""
        return {"key": self.cleaned_data["key"]}


class TakeForm(KeyedForm):
    """The place that is offered is taken and paid."""

    def __init__(self, *args: Any, payer: Person | None, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payer = payer
        self.fields["cash_given"] = MoneyField(
            currency, label=_("Cash received"), required=False, help_text=_("To calculate the change.")
        )

    @property
    def typed(self) -> dict[str, Any]:
        """The cash on the counter, and the key."""
        tender = Tender(payer=self.payer, cash_given=self.cleaned_data["cash_given"])
        return {"tender": tender, "key": self.cleaned_data["key"]}


class OtherTimeForm(KeyedForm):
    """Which of the other times one takes whose doctor is away; the one that is kept stands first."""

    slot = forms.ChoiceField(label=_("Which time?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, times: Sequence[tuple[Slot, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = {str(slot.pk): slot for slot, _words in times}
        self.offer("slot", [(slot.pk, words) for slot, words in times])
        self.fields["slot"].initial = next(iter(self.slots), None)

    @property
    def typed(self) -> dict[str, Any]:
        """The place, and the key."""
        return {"slot": self.slots[self.cleaned_data["slot"]], "key": self.cleaned_data["key"]}


class CancelForm(KeyedForm):
    """Why a registration is given up."""

    reason = forms.ChoiceField(label=_("Why?"), choices=Reason, widget=forms.RadioSelect)


class CancelAtDeskForm(KeyedForm):
    """Whether the patient or the hospital gives a number up."""

    cancelled_by = forms.ChoiceField(
        label=_("Why?"),
        choices=[
            (Booking.CancelledBy.RESIDENT, DeskReason.CANNOT_COME.label),
            (Booking.CancelledBy.PROVIDER, DeskReason.CANCELLED_AT_DESK.label),
        ],
        widget=forms.RadioSelect,
    )


class LiftForm(KeyedForm):
    """Why the hospital registers a patient again who was absent too often."""

    reason = Line(label=_("Why does the hospital excuse it?"), max_length=200)


class CameForm(KeyedForm):
    """How the desk knows that a patient came after all."""

    reason = Line(label=_("How do you know?"), max_length=200)


LEAVE_OUT = "no"
#: More than the dates of a series can be, each with its number.
LONGEST_DATES = 2000


class RhythmForm(forms.Form):
    """How often a resident comes, and how many times."""

    person = forms.UUIDField(widget=forms.HiddenInput, required=False)
    rhythm = forms.ChoiceField(label=_("How often?"), choices=Rhythm, widget=forms.RadioSelect, initial=Rhythm.WEEK)
    count = forms.IntegerField(
        label=_("How many times?"), min_value=FEWEST_OCCURRENCES, max_value=MOST_DATES, initial=8
    )


class DatesForm(forms.Form):
    """One field for each date that can be booked: a tick where it is free, other times where it is not."""

    def __init__(self, report: SeriesReport, asked: Mapping[str, Any], sent: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.report = report
        for name, value in {**asked, "check": 1}.items():
            self.fields[name] = forms.CharField(widget=forms.HiddenInput, initial=str(value))
        for each in report.occurrences:
            name, day = f"d{each.no}", date_words(report, each.starts_at)
            value = (sent or {}).get(name, "")
            if each.is_free:
                self.fields[name] = forms.BooleanField(
                    label=day, required=False, initial=bool(value) if sent else True, help_text=each.words
                )
            elif each.alternatives:
                others = [(one.isoformat(), date_words(report, one)) for one in each.alternatives]
                self.fields[name] = forms.ChoiceField(
                    label=day,
                    help_text=each.words,
                    choices=[(LEAVE_OUT, _("Leave this date out")), *others],
                    initial=value or LEAVE_OUT,
                    widget=forms.RadioSelect,
                )

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every date in order; without a field where there is nothing to choose."""
        return [
            {
                "bound": self[f"d{each.no}"] if f"d{each.no}" in self.fields else None,
                "day": date_words(self.report, each.starts_at),
                "words": each.words,
            }
            for each in self.report.occurrences
        ]

    def chosen(self, sent: Mapping[str, str]) -> dict[int, dt.datetime]:
        """What was ticked, by number, and the other times that were taken instead."""
        found = {}
        for each in self.report.occurrences:
            value = sent.get(f"d{each.no}", "")
            if value in {one.isoformat() for one in each.alternatives}:
                found[each.no] = dt.datetime.fromisoformat(value)
            elif value == "on":
                found[each.no] = each.starts_at
        return found


def date_words(report: SeriesReport, starts_at: dt.datetime) -> str:
    """Day and time of a date, by the clock of the hospital."""
    zone = report.resource.zone
    return f"{formatting.day(day_in(zone, starts_at))} {clock_in(zone, starts_at):%H:%M}"


class PaySeriesForm(KeyedForm):
    """The dates that were read aloud, and the quote of one of them."""

    dates = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_DATES)
    amount = forms.CharField(widget=forms.HiddenInput, max_length=20)
    agent_fee = forms.CharField(widget=forms.HiddenInput, max_length=20)
    own_part = forms.CharField(widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, payer: Person, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payer, self.currency = payer, currency

    def clean_dates(self) -> dict[int, dt.datetime]:
        """Number and instant of each date, as the page wrote them."""
        try:
            pairs = [each.split("@") for each in self.cleaned_data["dates"].split(",")]
            found = {int(no): dt.datetime.fromisoformat(starts_at) for no, starts_at in pairs}
        except ValueError as error:
            raise forms.ValidationError(_("Look at the dates again.")) from error
        if any(each.tzinfo is None for each in found.values()):
            raise forms.ValidationError(_("Look at the dates again."))
        return found

    @property
    def typed(self) -> dict[str, Any]:
        """What the verb is called with. Raises `AmountMalformed`."""
        amount, fee, own = (
            parse(self.cleaned_data[name], self.currency) for name in ("amount", "agent_fee", "own_part")
        )
        tender = Tender(payer=self.payer, expected=FeeQuote(amount, fee, own))
        return {"chosen": self.cleaned_data["dates"], "tender": tender, "key": self.cleaned_data["key"]}

    def show(self, quote: FeeQuote, chosen: Mapping[int, dt.datetime]) -> None:
        """Remember what the page shows, so that the press confirms that."""
        shown = {
            "dates": ",".join(f"{no}@{starts_at.isoformat()}" for no, starts_at in sorted(chosen.items())),
            "amount": str(quote.amount),
            "agent_fee": str(quote.agent_fee),
            "own_part": str(quote.own_part),
        }
        self.initial.update(shown)
        if self.is_bound:
            self.replace_sent(shown)


class CancelSeriesForm(KeyedForm):
    """Which dates of a series are given up, and why."""

    scope = forms.ChoiceField(
        label=_("Which dates?"),
        choices=[each for each in Scope.choices if each[0] != Scope.THIS],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(label=_("Why?"), choices=Reason, widget=forms.RadioSelect)


class MoveForm(forms.Form):
    """Where a date of a series goes, and which others with it."""

    scope = forms.ChoiceField(label=_("Which dates?"), choices=Scope, widget=forms.RadioSelect, initial=Scope.THIS)
    to_date = forms.DateField(label=_("New day of this date"), widget=forms.DateInput(attrs={"type": "date"}))
    clock = forms.TimeField(label=_("New time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class ConfirmMoveForm(KeyedForm):
    """The move that was shown."""

    scope = forms.ChoiceField(choices=Scope, widget=forms.HiddenInput)
    to_date = forms.DateField(widget=forms.HiddenInput)
    clock = forms.TimeField(widget=forms.HiddenInput)

    @property
    def typed(self) -> dict[str, Any]:
        """The move and its key."""
        return {**super().typed, "key": self.cleaned_data["key"]}
