"""Why a line of commission is what it is, in words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import writing
from core.money import Money
from finance.fees.models import CommissionLine

SERVICES = {
    "bill_payment": gettext_lazy("Bill payment"),
    "recharge": gettext_lazy("Phone recharge"),
    "recharge.agent_fee": gettext_lazy("Fee of a phone recharge"),
    "bill_payment.agent_fee": gettext_lazy("Fee of a bill payment"),
}


def explain(line: CommissionLine) -> str:
    """One sentence with the arithmetic: what it was worth in all, and which part this is."""
    facts = line.explanation
    kind = facts.get("kind")
    values = {name: _amount(facts.get(name), line.currency) for name in ("total", "base", "of")}
    if kind == "reversed":
        return _("Taken back, because the sale was taken back.")
    if kind == "given_back":
        return _("A part taken back, because a part of the sale was given back.")
    if kind == "computed_anew":
        return _("Computed anew, because another payment of the same bill was taken back.")
    if kind == "helper_share":
        return _("%(percent)s of the partner's part of %(of)s.") % {
            "percent": _percent(facts["helper_share_bp"]),
            "of": values["of"],
        }
    if kind == "percent_of_total":
        sentence = _("%(percent)s of the %(total)s that this sale earns in all.")
        return sentence % {"percent": _percent(facts["value"]), "total": values["total"]}
    if kind == "percent_of_base":
        sentence = _("%(percent)s of the amount %(base)s.")
        return sentence % {"percent": _percent(facts["value"]), "base": values["base"]}
    if kind == "rest":
        return _("What is left of %(total)s.") % {"total": values["total"]}
    sentence = _("%(value)s of the %(total)s that each sale of this kind earns in all.")
    return sentence % {"value": _amount(facts.get("value"), line.currency), "total": values["total"]}


def service_name(line: CommissionLine) -> str:
    """The service in words."""
    return str(SERVICES.get(line.service, line.service))


def _amount(minor: Any, currency: str) -> str:
    return "" if minor is None else writing.amount(Money(int(minor), currency))


def _percent(basis_points: int) -> str:
    whole, part = divmod(int(basis_points), 100)
    return f"{whole}.{part:02}".rstrip("0").rstrip(".") + " %"
