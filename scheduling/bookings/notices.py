"""What people are told about their bookings: nothing but the public label, the place and the time."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

SAMPLE = {
    "what": "Appointment",
    "place": "泗阳县人民医院",
    "date": dt.date(2026, 12, 30),
    "time": "09:00",
    "number": 128,
    "until_date": dt.date(2026, 12, 29),
    "until_time": "15:00",
}
DAYS = frozenset({"date"})

TEMPLATES = {
    "booking_reminder": Template(_("%(what)s: %(date)s, %(time)s, number %(number)s."), SAMPLE, days=DAYS),
    "booking_reminder_at_place": Template(
        _("%(what)s: %(date)s, %(time)s, number %(number)s, %(place)s."), SAMPLE, days=DAYS
    ),
    "period_reminder": Template(_("%(what)s: %(date)s, %(time)s."), SAMPLE, days=DAYS),
    "period_reminder_at_place": Template(_("%(what)s: %(date)s, %(time)s, %(place)s."), SAMPLE, days=DAYS),
    "booking_cancelled_by_provider": Template(
        _("%(what)s on %(date)s, %(time)s is cancelled by the provider. The station helps you."), SAMPLE, days=DAYS
    ),
    "booking_moved": Template(_("%(what)s is now on %(date)s, %(time)s."), SAMPLE, days=DAYS),
    "booking_moved_and_asked": Template(
        _(
            "%(what)s is now on %(date)s, %(time)s. Tell the station by %(until_date)s, %(until_time)s that you come, "
            "or it is cancelled."
        ),
        SAMPLE,
        days=DAYS | {"until_date"},
    ),
    "booking_offered": Template(
        _("A place is free: %(what)s, %(date)s, %(time)s. Answer at the station soon."), SAMPLE, days=DAYS
    ),
}
