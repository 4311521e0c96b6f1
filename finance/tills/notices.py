"""What people are told about drawers."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

_SUM = "¥20,440.40"
_DAY = "2026-11-25"
_DATE = frozenset({"date"})
TEMPLATES = {
    "till_still_open": Template(
        _("%(station)s: the cash day is still open. Count the till and close it."),
        sample={"station": "双庙村便民服务站"},
    ),
    "variance_found": Template(
        _("Till of %(date)s: the count differs from the books by %(amount)s. Please explain what you know."),
        sample={"date": _DAY, "amount": _SUM},
        days=_DATE,
    ),
    "charge_proposed": Template(
        _("%(amount)s missing on %(date)s may be charged to you from %(until)s. You can dispute it."),
        sample={"amount": _SUM, "date": _DAY, "until": "2026-12-02"},
        days=_DATE | {"until"},
    ),
    "variance_charged": Template(
        _("%(amount)s missing on %(date)s was charged to your earnings. You can dispute it for 60 days."),
        sample={"amount": _SUM, "date": _DAY},
        days=_DATE,
    ),
    "charge_taken_back": Template(
        _("The charge of %(amount)s for %(date)s was reversed while it is disputed."),
        sample={"amount": _SUM, "date": _DAY},
        days=_DATE,
    ),
    "variance_absorbed": Template(
        _("The difference of %(amount)s on %(date)s is settled. You are not charged."),
        sample={"amount": _SUM, "date": _DAY},
        days=_DATE,
    ),
    "remittance_arrived": Template(
        _("Your cash %(reference)s arrived in full: %(received)s."),
        sample={"reference": "K7M2P9QX", "declared": _SUM, "received": _SUM},
    ),
    "remittance_differs": Template(
        _("Your cash %(reference)s: %(declared)s declared, %(received)s counted."),
        sample={"reference": "K7M2P9QX", "declared": _SUM, "received": _SUM},
    ),
    "loss_closed": Template(
        _("The case of the lost %(amount)s is closed. No one is charged."), sample={"amount": _SUM}
    ),
    "cash_is_due": Template(
        _("%(station)s: %(amount)s is in the till, the oldest since %(date)s. Bring it to the county."),
        sample={"station": "双庙村便民服务站", "amount": _SUM, "date": _DAY},
        days=_DATE,
    ),
    "cash_report_due": Template(
        _("A customer paid %(threshold)s or more in cash in one day. A report is due."),
        sample={"threshold": "¥50,000.00"},
    ),
}
