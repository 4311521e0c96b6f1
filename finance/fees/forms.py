"""The shape of what is typed about corrections, plans and tariffs."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from core.defaults import default_currency
from core.errors import Refused
from core.forms import DayField, KeyedForm, Line, MoneyField, Option
from core.language import formatting
from core.language.percents import is_clear, percent_text, readings
from core.money import Money, parse
from finance.fees.display import AGENT_FEE, name_of_service, service_names
from finance.fees.models import Adjustment, CommissionPlan, CommissionRule, CommissionShare
from finance.fees.services import Part
from ledger.models import Account
from stations.models import Division, Service, Station

#: Half an hour for a flat sum, where nobody says otherwise: a bill paid in parts earns it once.
ONCE_MINUTES = 30
#: Who can be given a part, in the order in which parts are taken; the platform has the rest.
RECEIVERS = [
    CommissionShare.Beneficiary.PARTNER,
    CommissionShare.Beneficiary.COUNTY,
    CommissionShare.Beneficiary.HUB,
    CommissionShare.Beneficiary.CARRIER,
]


class Amount(Line):
    """A percentage or an amount, whatever the kind beside it says."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=20, widget=widget, **kwargs)


class PricedForm(KeyedForm):
    """A form with values that are a percentage or an amount, by a kind beside them.

    A percentage without its sign is asked back: a choice of what it may mean stands below it (`<name>_meant`), and
    until one of them is picked the form says nothing of it.
    """

    PERCENTS = frozenset({"percent", "percent_of_total", "percent_of_base"})
    currency: str

    def value_of(self, name: str, kind: str) -> int | None:
        """What was typed at a field, in basis points or minor units; None where that is not clear."""
        text = self.cleaned_data.get(name, "")
        if not text:
            if name not in self.errors:
                self.add_error(name, _("Fill this in."))
            return None
        try:
            return self._percent(name, text) if kind in self.PERCENTS else self._minor(name, text)
        except Refused as refusal:
            self.add_error(name, str(refusal))
            return None

    def _minor(self, name: str, text: str) -> int | None:
        minor = parse(text, self.currency).minor
        if minor < 0:
            self.add_error(name, _("The amount must not be negative."))
            return None
        return minor

    def _percent(self, name: str, text: str) -> int | None:
        may_be = readings(text)
        if is_clear(text):
            return may_be[0]
        meant = self.data.get(self.add_prefix(f"{name}_meant"), "")
        if meant in map(str, may_be):
            return int(meant)
        self._ask_back(name, text, may_be)
        return None

    def _ask_back(self, name: str, text: str, may_be: list[int]) -> None:
        choices = [(str(value), percent_text(value)) for value in may_be]
        label = _("What does %(text)s mean?") % {"text": text}
        self.fields[f"{name}_meant"] = forms.ChoiceField(
            label=label, choices=choices, widget=forms.RadioSelect, required=False
        )
        words = [percent_text(value) for value in may_be]
        self.add_error(name, _("%(readings)s? Choose below.") % {"readings": _(" or ").join(words)})


class AdjustmentForm(KeyedForm):
    """Which payment on whose account, by how much, and why; a minus takes from the account."""

    event_id = forms.UUIDField(label=_("Payment reference"))
    account = Line(label=_("Account in the books"), max_length=80)
    amount = MoneyField(label=_("Amount"))
    reason = forms.ChoiceField(label=_("Reason"), choices=Adjustment.Reason)
    text = Line(label=_("In words"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = Account.objects.filter(code=self.data.get("account", "").strip()).first()
        cast(MoneyField, self.fields["amount"]).use_currency(account.currency if account else default_currency())


class PlanForm(KeyedForm):
    """The next version of which plan, and from which day on."""

    code = Line(
        label=_("Name of the plan"),
        max_length=40,
        help_text=_("As named in contracts: lowercase letters, digits and hyphens."),
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("Lowercase letters, digits and hyphens only."))],
    )
    from_date = DayField(label=_("In force from"))


class RuleForm(PricedForm):
    """One rule: which sales, what they earn in all, who gets which part."""

    service = forms.ChoiceField(label=_("Service"))
    party = Line(
        label=_("Company"),
        max_length=20,
        required=False,
        help_text=_("The code of a biller or operator; empty for every company."),
    )
    station_level = forms.ChoiceField(label=_("Stations"), required=False)
    total_kind = forms.ChoiceField(
        label=_("Total commission on such a sale"),
        widget=forms.RadioSelect,
        choices=[
            ("percent", Option(_("A part of the amount"), _("for example 1.50 %"))),
            ("flat", Option(_("The same sum each time"), _("for example 1.50"))),
            ("margin", Option(_("What the company pays us"), _("retail less wholesale; nothing is typed below"))),
        ],
    )
    total_value = Amount(label=_("How much"), required=False)
    window_days = forms.IntegerField(
        label=_("Days until it is theirs"), min_value=0, max_value=365, required=False, widget=forms.TextInput
    )
    once_minutes = forms.IntegerField(
        label=_("Minutes in which parts of one bill count as one"),
        help_text=_("Empty: 30 for a fixed sum, otherwise none."),
        min_value=0,
        max_value=10_000,
        required=False,
        widget=forms.TextInput,
    )

    def __init__(self, *args: Any, plan: CommissionPlan, rule: CommissionRule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_as_typed(rule) if rule else {"total_kind": "flat"}, **kwargs)
        self.currency = plan.currency
        self.offer("service", _services())
        self.offer("station_level", [("all", _("every station")), *Station.Kind.choices])
        for name, label in (
            ("amount_from", _("From this amount")),
            ("amount_to", _("Below this amount")),
            ("floor", _("At least")),
            ("cap", _("At most")),
        ):
            self.fields[name] = MoneyField(plan.currency, label=label, least=Money(0, plan.currency), required=False)
        for receiver in RECEIVERS:
            self.fields[f"{receiver}_kind"] = forms.ChoiceField(
                label=receiver.label, choices=[("none", _("nothing")), *CommissionShare.Kind.choices], required=False
            )
            self.fields[f"{receiver}_value"] = Amount(label=_("How much"), required=False)

    def clean(self) -> dict[str, Any]:
        """Each value by its kind, in basis points or minor units."""
        typed = super().clean()
        kind = typed.get("total_kind", "")
        self.total = 0 if kind == "margin" else self.value_of("total_value", kind) if kind else None
        self.parts = [part for receiver in RECEIVERS if (part := self._part(receiver, typed))]
        return typed

    @property
    def typed(self) -> dict[str, Any]:
        """As `write_rule` expects it."""
        return {"facts": self.facts, "parts": self.parts}

    @property
    def facts(self) -> dict[str, Any]:
        """The columns of the rule, as the service takes them."""
        typed = self.cleaned_data
        once = typed["once_minutes"]
        if once is None:
            once = ONCE_MINUTES if typed["total_kind"] == "flat" else 0
        level = typed["station_level"]
        return {
            "service": typed["service"],
            "party": typed["party"],
            "station_level": "" if level == "all" else level,
            "amount_from_minor": _minor(typed["amount_from"]) or 0,
            "amount_to_minor": _minor(typed["amount_to"]),
            "total_kind": typed["total_kind"],
            "total_value": self.total,
            "floor_minor": _minor(typed["floor"]),
            "cap_minor": _minor(typed["cap"]),
            "window_days": typed["window_days"] or 0,
            "once_per_target_minutes": once,
        }

    @property
    def first_receivers(self) -> list[dict[str, Any]]:
        """The fields of the partner's and the county's part, with what is asked back."""
        return self._fields_of(RECEIVERS[:2])

    @property
    def other_receivers(self) -> list[dict[str, Any]]:
        """Those of the parts that few rules have."""
        return self._fields_of(RECEIVERS[2:])

    def _fields_of(self, receivers: Iterable[str]) -> list[dict[str, Any]]:
        return [
            {name: self[f"{receiver}_{name}"] for name in ("kind", "value", "value_meant") if self._has(receiver, name)}
            for receiver in receivers
        ]

    def _has(self, receiver: str, name: str) -> bool:
        return f"{receiver}_{name}" in self.fields

    def _part(self, receiver: str, typed: dict[str, Any]) -> Part | None:
        kind = typed.get(f"{receiver}_kind", "")
        if kind in {"", "none"}:
            return None
        value = self.value_of(f"{receiver}_value", kind)
        return None if value is None else Part(receiver, kind, value)


class RuleActForm(KeyedForm):
    """What a press does to a rule of a draft."""

    act = forms.ChoiceField(choices=[("raise", "raise"), ("remove", "remove")], widget=forms.HiddenInput)


class TariffForm(PricedForm):
    """What a service may cost a villager, where, and from which day on."""

    service = forms.ChoiceField(label=_("Service"))
    division = Line(
        label=_("Place"),
        max_length=12,
        required=False,
        help_text=_("Code of a village, township, county, prefecture or province; empty for everywhere."),
    )
    kind = forms.ChoiceField(
        label=_("How it is charged"),
        widget=forms.RadioSelect,
        initial="flat",
        choices=[
            ("flat", Option(_("The same sum each time"), _("for example 1.50"))),
            ("percent", Option(_("A part of the amount"), _("for example 1.50 %"))),
        ],
    )
    value = Amount(label=_("How much"))
    from_date = DayField(label=_("From this day"))
    reason = Line(label=_("Reason"), max_length=200)

    field_order = ("service", "division", "kind", "value", "cap", "from_date", "reason")

    def __init__(self, *args: Any, currency: str, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency, self.country = currency, country
        self.offer("service", [(code, name) for code, name in service_names().items()])
        self.fields["cap"] = MoneyField(currency, label=_("At most"), least=Money(0, currency), required=False)
        self.order_fields([*self.field_order, "key"])

    def clean_division(self) -> Division | None:
        """The division of this number."""
        code = self.cleaned_data["division"]
        if not code:
            return None
        numbers = {code, code.ljust(12, "0")}
        found = Division.objects.current().filter(country=self.country, code__in=numbers)
        widest = min(found, key=lambda place: list(Division.Level).index(place.level), default=None)
        if widest is None:
            raise ValidationError(_("There is no place with this code."))
        return widest

    def clean(self) -> dict[str, Any]:
        """The value by its kind, in basis points or minor units."""
        typed = super().clean()
        if kind := typed.get("kind"):
            self.price = self.value_of("value", kind)
        return typed


class EndForm(KeyedForm):
    """Until when a price is charged, and why it ends."""

    last_date = DayField(label=_("Last day"))
    reason = Line(label=_("Reason"), max_length=200)


def _services() -> list[tuple[str, str]]:
    """Every service, and the fees of those that take money."""
    names = service_names()
    with_fees = Service.objects.filter(needs_money=True).values_list("code", flat=True)
    fees = [f"{code}{AGENT_FEE}" for code in names if code in set(with_fees)]
    return [(code, name_of_service(code, names)) for code in [*names, *fees]]


def _as_typed(rule: CommissionRule) -> dict[str, Any]:
    """A rule as its form shows it: percentages with their sign."""
    currency = rule.plan.currency
    money = {
        "amount_from": rule.amount_from_minor or None,
        "amount_to": rule.amount_to_minor,
        "floor": rule.floor_minor,
        "cap": rule.cap_minor,
    }
    shares: dict[str, Any] = {}
    for share in rule.shares.all():
        shares |= {
            f"{share.beneficiary}_kind": share.kind,
            f"{share.beneficiary}_value": _shown(share.kind, share.value, currency),
        }
    return {
        "service": rule.service,
        "party": rule.party,
        "station_level": rule.station_level or "all",
        "total_kind": rule.total_kind,
        "total_value": "" if rule.total_kind == "margin" else _shown(rule.total_kind, rule.total_value, currency),
        "window_days": rule.window_days,
        "once_minutes": rule.once_per_target_minutes,
        **{name: None if minor is None else Money(minor, currency) for name, minor in money.items()},
        **shares,
    }


def _shown(kind: str, value: int, currency: str) -> str:
    return percent_text(value) if kind in PricedForm.PERCENTS else formatting.amount(Money(value, currency))


def _minor(money: Money | None) -> int | None:
    return None if money is None else money.minor
