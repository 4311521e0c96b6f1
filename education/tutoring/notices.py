"""What families, tutors and stations are told about lessons: place and time, never the name of a child."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

STATION = "桑园村服务站"
LESSONS = {"station": STATION, "count": 8, "day": "2026-12-05", "time": "09:00"}
DAYS = frozenset({"day"})

TEMPLATES = {
    "tutoring_booked": Template(
        _("%(station)s: tutoring is booked, %(count)s times, first on %(day)s at %(time)s."), LESSONS, days=DAYS
    ),
    "tutoring_cancelled": Template(
        _("%(station)s: tutoring is cancelled, %(count)s times, first on %(day)s at %(time)s."), LESSONS, days=DAYS
    ),
    "tutoring_soon": Template(
        _("%(station)s: your child has tutoring on %(day)s at %(time)s."),
        {"station": STATION, "day": "2026-12-05", "time": "09:00"},
        days=DAYS,
    ),
    "tutor_booked": Template(
        _("New lessons at %(station)s: %(count)s, the first on %(day)s at %(time)s."), LESSONS, days=DAYS
    ),
    "tutor_cancelled": Template(
        _("Lessons at %(station)s cancelled: %(count)s, the first on %(day)s at %(time)s."), LESSONS, days=DAYS
    ),
    "tutor_contested": Template(
        _("%(station)s says that your lesson on %(day)s did not take place: nothing is paid. Ask the county."),
        {"station": STATION, "day": "2026-12-05"},
        days=DAYS,
    ),
    "tutor_lesson_held": Template(
        _("The county has decided that your lesson on %(day)s at %(station)s took place: its stipend is owed."),
        {"station": STATION, "day": "2026-12-05"},
        days=DAYS,
    ),
    "tutor_lesson_not_held": Template(
        _("The county has decided that your lesson on %(day)s at %(station)s did not take place: nothing is paid."),
        {"station": STATION, "day": "2026-12-05"},
        days=DAYS,
    ),
    "tutor_approved": Template(_("You are approved as a tutor. Lessons can be booked with you."), {}),
    "tutor_paused": Template(
        _("A tutor gave up %(count)s lessons within %(days)s days: no new lessons are booked. Look at it."),
        {"count": 3, "days": 90},
    ),
    "you_are_paused_as_tutor": Template(
        _("You gave up %(count)s lessons within %(days)s days. New ones are booked once the county has looked at it."),
        {"count": 3, "days": 90},
    ),
    "tutor_check_ends": Template(
        _("A check of the tutor ends on %(day)s; %(count)s lessons are booked after it."),
        {"day": "2027-06-30", "count": 4},
        days=DAYS,
    ),
}
