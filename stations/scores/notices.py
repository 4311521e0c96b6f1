"""What partners and counties are told about how a station does."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "early_warning": Template(
        _("%(station)s: %(warning)s. The county will visit within 7 days to help."),
        sample={"station": "桑园村综合服务站", "warning": "收入在下降"},
    ),
}
