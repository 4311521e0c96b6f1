"""What buyers are told about their orders."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

SHORT = {"number": "K7P2Q", "station": "桑园村综合服务站", "amount": "¥1,186.40"}

TEMPLATES = {
    "purchase_code": Template(
        _("Code %(code)s: you order %(what)s (%(lines)s articles) for %(total)s. Collect at %(station)s."),
        sample={
            "code": "123456",
            "total": "¥1,186.40",
            "what": "东北大米",
            "lines": 3,
            "station": "桑园村综合服务站",
        },
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "purchase_cancelled": Template(_("Your order %(number)s at %(station)s was cancelled."), SHORT),
    "purchase_cancelled_paid": Template(
        _("Your order %(number)s was cancelled. Collect your %(amount)s at %(station)s."), SHORT
    ),
}
