"""The shape of what is typed about the float."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, Digits, KeyedForm, Line, MoneyField, Option
from core.money import Money
from finance.floats.models import FloatTopUp, StationMoney
from finance.floats.queries import Neighbour
from finance.floats.services import CodeSignature, PinSignature
from stations.models import Contract, Device

WAYS = {
    FloatTopUp.Via.BANK: Option(_("By bank transfer"), _("You get a reference for the transfer.")),
    FloatTopUp.Via.CASH: Option(_("In cash at the county centre"), _("The clerk counts it, you sign with a code.")),
}
#: Fields of a station's rules, and the columns they are kept in.
AMOUNTS = {
    "ceiling": _("Maximum cash in the till"),
    "float_min": _("Minimum float"),
    "float_max": _("Maximum float"),
    "cash_min": _("Minimum cash for refunds"),
    "cash_max": _("Maximum cash for refunds"),
}


class TopUpForm(KeyedForm):
    """How much the partner is going to bring, and how."""

    via = forms.ChoiceField(label=_("How"), choices=list(WAYS.items()), initial=FloatTopUp.Via.BANK)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(currency, label=_("Amount"), least=Money(1, currency))


class MatchForm(KeyedForm):
    """Which bank line brought the money."""

    bank_line = forms.ChoiceField(label=_("Bank line"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("bank_line", lines)


class FindPartnerForm(forms.Form):
    """Partners are found by name, and by the name or code of the station."""

    partner = Line(label=_("Partner or station"), help_text=_("Name, or code of the station."), max_length=120)


class RecordTopUpForm(KeyedForm):
    """Whose float a bank line was sent for."""

    station = forms.ChoiceField(label=_("Station"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, partners: Sequence[Contract], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("station", [(each.station.code, _of_partner(each)) for each in partners])


def _of_partner(contract: Contract) -> Option:
    return Option(contract.station.name, hint=f"{contract.station.code} · {contract.user.shown_name}")


class RejectForm(KeyedForm):
    """Why no such money will come."""

    reason = Line(label=_("Reason"), max_length=200)


class AskUndoForm(KeyedForm):
    """Why a top-up was wrong."""

    reason = Line(label=_("Reason"), max_length=200, help_text=_("For whom the money was, if you know."))


class SignForm(KeyedForm):
    """How the partner signs for the counted cash: the code from the phone, or the own PIN on this device."""

    code = Digits(label=_("Code from the partner's phone"), shortest=6, longest=6, required=False)
    pin = Digits(
        label=_("Or the partner's PIN"),
        help_text=_("Typed by the partner, if they sign in on this device."),
        shortest=6,
        longest=6,
        required=False,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, device: Device | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.device = device

    def clean(self) -> dict[str, Any]:
        """One of the two, as a `signature`."""
        typed = super().clean()
        if not self.errors and bool(typed.get("code")) == bool(typed.get("pin")):
            self.add_error("code", _("Enter either the code or the PIN."))
        pin, code = typed.get("pin"), typed.get("code", "")
        return {"key": typed.get("key"), "signature": PinSignature(self.device, pin) if pin else CodeSignature(code)}


class SendForm(KeyedForm):
    """To whom, and how much."""

    to = forms.ChoiceField(label=_("To"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, stations: Sequence[Neighbour], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("to", [(each.station.code, _neighbour(each)) for each in stations])
        self.fields["amount"] = MoneyField(currency, label=_("Amount"), least=Money(1, currency))


def _neighbour(each: Neighbour) -> Option:
    far = "" if each.kilometres is None else _now("%(km)s km away") % {"km": each.kilometres}
    return Option(each.station.name, hint=" · ".join(filter(None, (each.station.code, far))))


class WithdrawForm(KeyedForm):
    """How much the partner takes out."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(currency, label=_("Amount"), least=Money(1, currency))


class RulesForm(KeyedForm):
    """The rules of a station's money from a day on."""

    from_date = DayField(label=_("From this day"))
    mode = forms.ChoiceField(
        label=_("How bills are paid"),
        widget=forms.RadioSelect,
        choices=[
            (
                "prepaid",
                Option(_("Prepaid"), _("From the partner's float; the villager's cash belongs to the partner.")),
            ),
            ("postpaid", Option(_("Postpaid"), _("With company cash, which goes into the till."))),
        ],
    )
    warn_percent = forms.IntegerField(
        label=_("Warn at this percentage of the ceiling"), min_value=0, max_value=100, widget=forms.TextInput
    )
    reason = Line(label=_("Reason"), max_length=200)

    field_order = ("from_date", "mode", *AMOUNTS, "warn_percent", "reason")

    def __init__(self, *args: Any, rules: StationMoney, **kwargs: Any) -> None:
        super().__init__(*args, initial=_as_typed(rules), **kwargs)
        for name, label in AMOUNTS.items():
            self.fields[name] = MoneyField(rules.currency, label=label, least=Money(0, rules.currency))
        self.order_fields([*self.field_order, "key"])

    @property
    def amounts(self) -> list[forms.BoundField]:
        """The limits, in their order."""
        return [self[name] for name in AMOUNTS]

    @property
    def changes(self) -> dict[str, Any]:
        """What is to hold, as the service takes it."""
        typed = self.cleaned_data
        amounts = {f"{name}_minor": typed[name].minor for name in AMOUNTS}
        return {"mode": typed["mode"], "warn_bp": typed["warn_percent"] * 100, **amounts}


def _as_typed(rules: StationMoney) -> dict[str, Any]:
    amounts = {name: Money(getattr(rules, f"{name}_minor"), rules.currency) for name in AMOUNTS}
    return {"mode": rules.mode, "warn_percent": rules.warn_bp // 100, **amounts}
