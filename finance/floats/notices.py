"""What partners are told about their float."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "topup_credited": Template(
        _("%(amount)s was added to your float."),
        sample={"amount": "¥20,000.00"},
    ),
    "topup_undone": Template(
        _("%(amount)s was taken out of your float again: it was not sent for you. The county explains it."),
        sample={"amount": "¥20,000.00"},
    ),
    "topup_code": Template(
        _("Code %(code)s for %(amount)s in cash for your float. Say it only if the sum is right."),
        sample={"code": "123456", "amount": "¥20,000.00"},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "float_low": Template(
        _("Your float has %(available)s. You need %(need)s until %(until)s. Please top up."),
        sample={"available": "¥12,345.60", "need": "¥20,000.00", "until": "2026-11-30"},
        days=frozenset({"until"}),
    ),
    "float_sent": Template(
        _("%(station)s is sending you %(amount)s of float. Accept it within 24 hours."),
        sample={"amount": "¥20,000.00", "station": "桑园村综合服务站"},
    ),
    "float_accepted": Template(
        _("%(station)s accepted your float: %(amount)s."),
        sample={"amount": "¥20,000.00", "station": "桑园村综合服务站"},
    ),
    "float_declined": Template(
        _("%(station)s declined the float: %(amount)s is back in your float."),
        sample={"amount": "¥20,000.00", "station": "桑园村综合服务站"},
    ),
    "float_expired": Template(
        _("%(station)s did not answer within a day: %(amount)s is back in your float."),
        sample={"amount": "¥20,000.00", "station": "桑园村综合服务站"},
    ),
}
