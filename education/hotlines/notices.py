"""What parents and partners are told about calls: place and time, in both zones; never the name of a child."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

STATION = "桑园村服务站"
CALL = {"station": STATION, "day": "2026-12-30", "time": "11:00", "there": "19:00"}
DAYS = frozenset({"day"})

TEMPLATES = {
    "call_booked": Template(
        _("%(station)s: call with your child on %(day)s, %(time)s your time (%(there)s at the station)."),
        CALL,
        days=DAYS,
    ),
    "call_soon": Template(
        _("%(station)s: your child calls on %(day)s, %(time)s your time (%(there)s at the station)."), CALL, days=DAYS
    ),
    "call_cancelled": Template(
        _("%(station)s: the call on %(day)s, %(time)s your time, is cancelled. Ask the station for another time."),
        CALL,
        days=DAYS,
    ),
    "call_unanswered": Template(
        _("%(station)s: your child could not reach you. Free next, your time: %(times)s. Call the station."),
        {"station": STATION, "times": "12-30 19:00, 12-30 19:30"},
    ),
    "calls_missing": Template(
        _("%(count)s children of %(station)s have had no call home for 30 days."), {"count": 12, "station": STATION}
    ),
}
