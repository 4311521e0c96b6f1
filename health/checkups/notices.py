"""What is said of check-ups outside of their pages: never a value, an item or a name."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "checkup_report_ready": Template(
        _("%(place)s has your paper ready. Please come and let it be explained to you."), {"place": "泗洪县人民医院"}
    ),
    "checkup_day_moved": Template(
        _("Your appointment with %(place)s is now on %(date)s, %(time)s. If you cannot come, please call them."),
        {"place": "泗洪县人民医院", "date": dt.date(2026, 12, 30), "time": "08:30"},
        days=frozenset({"date"}),
    ),
    "checkup_urgent": Template(_("A check-up has an urgent result. Open your list and call the resident today."), {}),
    "checkup_urgent_at": Template(
        _("%(place)s has an urgent check-up result that has waited for days. Please call them."),
        {"place": "泗洪县人民医院"},
    ),
    "checkup_reports_due": Template(
        _("%(count)s reports of the check-up day %(day)s are still to be released and told."),
        {"count": "64", "day": dt.date(2026, 12, 30)},
        days=frozenset({"day"}),
    ),
}
