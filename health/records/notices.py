"""What is said of emergency access: to the resident, and to the head of the clinic. Never why, or what was read."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

DAYS = frozenset({"date"})
SAMPLE = {"date": dt.date(2026, 12, 30), "time": "23:45"}

TEMPLATES = {
    "record_opened": Template(
        _("In an emergency your health record was opened on %(date)s, %(time)s."), SAMPLE, days=DAYS, is_urgent=True
    ),
    "record_opened_at_place": Template(
        _("In an emergency your health record was opened: %(place)s, %(date)s, %(time)s."),
        SAMPLE | {"place": "泗洪县人民医院"},
        days=DAYS,
        is_urgent=True,
    ),
    "record_reader": Template(
        _("%(who)s may read your health record until %(date)s. Your station ends it whenever you want."),
        {"who": "泗洪县人民医院", "date": dt.date(2026, 12, 30)},
        days=DAYS,
    ),
    "record_reader_of_child": Template(
        _("%(who)s may read your child’s health record until %(date)s. Your station ends it whenever you want."),
        {"who": "泗洪县人民医院", "date": dt.date(2026, 12, 30)},
        days=DAYS,
    ),
    "emergency_access_to_review": Template(
        _("A health record was opened in an emergency on %(date)s. Please review it within three days."),
        {"date": dt.date(2026, 12, 30)},
        days=DAYS,
    ),
}
