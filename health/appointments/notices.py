"""What residents are told about a registration: place, time, number, code. Never a department or a reason."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

LINK = "https://ecomnet.example/time/AZSkPU6aAWe-bCrOfQs6/"
SAMPLE = {
    "place": "泗洪县人民医院",
    "date": dt.date(2026, 12, 30),
    "time": "09:00",
    "number": 128,
    "code": "40718852",
    "count": 26,
    "until_date": dt.date(2026, 12, 29),
    "until_time": "15:00",
}
DAYS = frozenset({"date"})

TEMPLATES = {
    "appointment_booked": Template(
        _("Registered for %(date)s, %(time)s, number %(number)s. Code at the desk: %(code)s."), SAMPLE, days=DAYS
    ),
    "appointment_booked_at_place": Template(
        _("Registered: %(place)s, %(date)s, %(time)s, number %(number)s. Code at the desk: %(code)s."),
        SAMPLE,
        days=DAYS,
    ),
    "appointment_series_booked": Template(
        _("Registered for %(count)s dates, the first on %(date)s, %(time)s. The slip lists all of them."),
        SAMPLE,
        days=DAYS,
    ),
    "appointment_series_moved": Template(
        _("%(count)s of your registrations have moved, the first to %(date)s, %(time)s. Ask for a new slip."),
        SAMPLE,
        days=DAYS,
    ),
    "appointment_not_given": Template(
        _("The hospital has no number for you on %(date)s, %(time)s. What you paid comes back at the station."),
        SAMPLE,
        days=DAYS,
    ),
    "appointment_time_kept": Template(
        _("Instead, %(date)s, %(time)s is kept for you until %(until_date)s, %(until_time)s. Tell the station."),
        SAMPLE,
        days=DAYS | {"until_date"},
    ),
    "calls_late": Template(
        _("The hospital cancelled and %(count)s residents do not know it yet. Please call them today."), {"count": 3}
    ),
    "calls_late_at": Template(
        _("%(station)s: %(count)s residents do not know yet that the hospital cancelled. Please ask there."),
        {"station": "双沟村服务站", "count": 3},
    ),
    "licence_ending": Template(
        _("The licence of %(doctor)s ends on %(date)s; %(count)s numbers are booked after that day."),
        SAMPLE | {"doctor": "李明"},
        days=DAYS,
    ),
    "appointment_other_times": Template(
        _("The doctor is away. Choose another time: %(link)s"), {"link": LINK}, secrets=frozenset({"link"})
    ),
}
