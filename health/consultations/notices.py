"""What residents are told about an online consultation: place and number. Never a word of what was said."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

PLACE = {"place": "泗洪县人民医院"}
NUMBERED = PLACE | {"number": "30518842"}

TEMPLATES = {
    "consultation_answered": Template(
        _("%(place)s has answered you, number %(number)s. Go to your clinic with your identity card."), NUMBERED
    ),
    "consultation_ended": Template(
        _("%(place)s cannot help you online. Your fee comes back at the station; please see a doctor in person."), PLACE
    ),
    "consultation_emergency": Template(
        _("Please call %(call)s now. %(place)s has seen your request."), PLACE | {"call": "120"}, is_urgent=True
    ),
    "prescription_stopped": Template(
        _("%(place)s asks you to come or call before you take anything more, number %(number)s."), NUMBERED
    ),
    "prescription_stopped_at_station": Template(
        _("The clinic has something to tell the resident of consultation %(number)s. Ask them to call the clinic."),
        NUMBERED,
    ),
    "prescription_ready": Template(
        _("%(place)s: something is ready for you to collect, number %(number)s. Bring your identity card."), NUMBERED
    ),
}
