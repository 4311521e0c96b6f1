"""What households are told about their bills."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "bill_due": Template(
        _("%(bill)s %(amount)s is due on %(day)s. You can pay it at %(station)s."),
        sample={"bill": "有线电视", "amount": "¥1,186.40", "day": "11月30日 周一", "station": "桑园村综合服务站"},
    ),
}
