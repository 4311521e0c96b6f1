"""What people are told about complaints and disputes."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

STATION = {"number": "321324-0003-C261125-K7P2", "station": "桑园村综合服务站"}
SHORT = {"number": "K7P2", "station": "桑园村综合服务站"}

TEMPLATES = {
    "complaint_logged": Template(
        _("A complaint at %(station)s: %(number)s. Give it to somebody within 4 hours."),
        STATION,
    ),
    "complaint_assigned": Template(
        _("The complaint %(number)s at %(station)s is yours to answer."),
        STATION,
    ),
    "complaint_reopened": Template(
        _("The answer to %(number)s at %(station)s was not enough. Look again."),
        STATION,
    ),
    "complaint_overdue": Template(
        _("The complaint %(number)s at %(station)s is overdue."),
        STATION,
    ),
    "complaint_answered_at_counter": Template(
        _("The complaint %(number)s at %(station)s has been answered."),
        STATION,
    ),
    "complaint_upheld": Template(_("You were right (%(number)s). %(station)s tells you how it is put right."), SHORT),
    "complaint_not_upheld": Template(
        _("We found nothing wrong (%(number)s). Ask at %(station)s; it can be opened again for 30 days."), SHORT
    ),
    "dispute_raised": Template(
        _("An entry is disputed at %(station)s: %(number)s. Decide it within 3 days."),
        STATION,
    ),
    "dispute_decided": Template(
        _("Finance has decided about %(number)s at %(station)s. Read why."),
        STATION,
    ),
}
