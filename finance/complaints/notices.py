"""What people are told about complaints and disputes."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

STATION = {"number": "321324-0003-C261125-K7P2", "station": "桑园村综合服务站"}
SHORT = {"number": "K7P2", "station": "桑园村综合服务站"}

TEMPLATES = {
    "complaint_logged": Template(
        _("New complaint at %(station)s: %(number)s. Assign it within 4 hours."),
        STATION,
    ),
    "complaint_assigned": Template(
        _("Complaint %(number)s at %(station)s is assigned to you."),
        STATION,
    ),
    "complaint_reopened": Template(
        _("%(station)s: the person is not satisfied with the answer to %(number)s. Please look again."),
        STATION,
    ),
    "complaint_overdue": Template(
        _("Complaint %(number)s at %(station)s is overdue."),
        STATION,
    ),
    "complaint_answered_at_counter": Template(
        _("Complaint %(number)s at %(station)s was answered."),
        STATION,
    ),
    "complaint_upheld": Template(
        _("Your complaint %(number)s was upheld. Ask at %(station)s how it is put right."), SHORT
    ),
    "complaint_not_upheld": Template(
        _("We found nothing wrong (%(number)s). Ask at %(station)s; it can be reopened for 30 days."), SHORT
    ),
    "dispute_raised": Template(
        _("Disputed entry at %(station)s: %(number)s. Decide it within 3 days."),
        STATION,
    ),
    "dispute_decided": Template(
        _("Finance decided %(number)s at %(station)s. See the reasons."),
        STATION,
    ),
}
