"""What is typed about groups of borrowers: how they meet, who is in them, and what they bring."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, KeyedForm, Line, MoneyField
from core.money import Money
from finance.loans.models import BorrowerGroup, GroupMember, Loan
from finance.loans.models.groups import LONGEST_INTERVAL
from finance.loans.services import Collected
from stations.people.models import Person


class FormGroupForm(KeyedForm):
    """What a group is called, when it meets, and whether its members stand up for each other."""

    name = Line(label=_("Name of the group"), max_length=40)
    first_meeting_date = DayField(label=_("First meeting"))
    every_weeks = forms.IntegerField(
        label=_("Weeks from one meeting to the next"), min_value=1, max_value=LONGEST_INTERVAL
    )
    joint_liability = forms.BooleanField(label=_("The members stand up for each other"), required=False)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        first = {"first_meeting_date": today, "every_weeks": 2, "joint_liability": True}
        super().__init__(*args, initial=first, **kwargs)


class JoinForm(KeyedForm):
    """Which group a resident joins."""

    group = forms.ChoiceField(label=_("Which group"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, groups: Sequence[BorrowerGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("group", [(str(each.pk), each.name) for each in groups])


class MemberForm(KeyedForm):
    """One of the members."""

    member = forms.TypedChoiceField(label=_("Member"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, members: Sequence[GroupMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("member", [(str(each.pk), each.person.full_name) for each in members])


class ApproveGroupForm(KeyedForm):
    """The applications that were shown, so that no others are approved."""

    applications = forms.CharField(widget=forms.HiddenInput, max_length=1_200)

    def __init__(self, *args: Any, shown: Sequence[UUID], **kwargs: Any) -> None:
        super().__init__(*args, initial={"applications": ",".join(str(pk) for pk in shown)}, **kwargs)

    def clean_applications(self) -> list[UUID]:
        """Their ids; what is none of ours names no application."""
        try:
            return [UUID(each) for each in self.cleaned_data["applications"].split(",") if each]
        except ValueError as error:
            raise forms.ValidationError(_("Look at the group again.")) from error


class CollectForm(KeyedForm):
    """For each loan the amount, preset with what is due, who pays it, and why where it is less.

    Names are whole, as on the page of the group: masked, two members read alike, and one would pay for the other. What
    was typed without network for a loan that has ended since is refused once, so that nobody overlooks the money. The
    meeting is the one whose sheet the page showed.
    """

    meeting = forms.DateField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        dues: Sequence[tuple[Loan, Money]],
        members: Sequence[GroupMember],
        meeting: dt.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, initial={"meeting": meeting.isoformat()}, **kwargs)
        self.dues = dues
        self.people: dict[str, Person] = {str(each.person_id): each.person for each in members}
        for loan, due in dues:
            self._add(loan, due)

    def _add(self, loan: Loan, due: Money) -> None:
        tail, name = loan.pk.hex, loan.borrower.full_name
        label = _("%(name)s pays (due %(due)s)") % {"name": name, "due": due.display()}
        amount = MoneyField(label=label, help_text=loan.number)
        amount.use_currency(loan.currency)
        amount.initial = due
        self.fields[f"amount_{tail}"] = amount
        choices = [("", _("the borrower")), *((pk, each.full_name) for pk, each in self.people.items())]
        self.fields[f"payer_{tail}"] = forms.ChoiceField(
            label=_("Who pays for %(name)s") % {"name": name}, choices=choices, required=False
        )
        self.fields[f"reason_{tail}"] = Line(label=_("Why less, if it is less"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        """Every amount that was typed is of a loan that runs."""
        asked = {f"amount_{loan.pk.hex}" for loan, _due in self.dues}
        beside = [str(value) for name, value in self.data.items() if name.startswith("amount_") and name not in asked]
        lost = [value for value in beside if value.strip(" 0.")]
        if lost:
            raise forms.ValidationError(
                _("%(amounts)s was typed for a loan that has ended since. Return it, then record the others."),
                code="sheet_changed",
                params={"amounts": ", ".join(lost)},
            )
        return super().clean()

    @property
    def typed(self) -> dict[str, Any]:
        """Every loan with what was collected on it, at which meeting, and the key of the press."""
        typed = self.cleaned_data
        collected = [
            Collected(
                loan=loan.pk,
                amount=cast(Money, typed[f"amount_{loan.pk.hex}"]),
                payer=self.people.get(typed[f"payer_{loan.pk.hex}"]),
                reason=typed[f"reason_{loan.pk.hex}"],
            )
            for loan, _due in self.dues
        ]
        return {"collected": collected, "meeting": typed["meeting"], "key": typed["key"]}
