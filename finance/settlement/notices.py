"""What finance is told about days that do not close."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "day_held": Template(
        _("%(county)s is not settled for %(date)s: there is an audit finding. See the daily closes."),
        sample={"county": "积石山保安族东乡族撒拉族自治县", "date": "2026-11-25"},
        days=frozenset({"date"}),
    ),
}
