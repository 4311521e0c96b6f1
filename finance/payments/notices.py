"""What payers are told about money owed back."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "refund_ready": Template(
        _("%(amount)s is owed back to you. Fetch it at %(station)s with this phone or your slip."),
        sample={"amount": "¥1,186.40", "station": "桑园村综合服务站"},
    ),
    "payment_in_review": Template(
        _("A payment of %(amount)s at %(station)s has had no clear answer for days. Look into it."),
        sample={"amount": "¥1,186.40", "station": "桑园村综合服务站"},
    ),
    "refund_code": Template(
        _("Your code is %(code)s for %(amount)s in cash. Say it only with the money in your hand."),
        sample={"code": "123456", "amount": "¥1,186.40"},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
}
