"""What families are told about homework, in one message to their phone."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "homework_returned": Template(
        _("%(station)s: the homework “%(title)s” is to be done again. The comment can be read at the station."),
        {"station": "桑园村服务站", "title": "写三句话"},
    ),
}
