"""What a resident is sent: the address of the own calendar."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

LINK = "https://ecomnet.example/calendar/AZSkPU6aAWe-bCrOfQs6.ics"

TEMPLATES = {
    "calendar_address": Template(
        _("Your calendar, for you alone: %(link)s"),
        {"link": LINK},
        secrets=frozenset({"link"}),
    ),
}
