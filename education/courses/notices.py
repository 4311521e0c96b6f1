"""What learners and the guardians of children are told about classes, in one message to their phone."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

CLASS = {"station": "桑园村服务站", "title": "英语一"}

TEMPLATES = {
    "class_cancelled": Template(
        _("%(station)s: the class “%(title)s” is cancelled. Ask at the station for another."), CLASS
    ),
    "class_seat_free": Template(_("%(station)s: there is a seat in the class “%(title)s” now. It is yours."), CLASS),
    "attended_without_consent": Template(
        _("%(station)s: a minor took part in “%(title)s” on %(day)s without a guardian’s consent. Ask the station."),
        CLASS | {"day": "2026-12-05"},
        days=frozenset({"day"}),
    ),
    "course_certificate_ready": Template(
        _("%(station)s: the course “%(title)s” is completed. The certificate can be fetched at the station."), CLASS
    ),
}
