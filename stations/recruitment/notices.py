"""What the county is told about certificates."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "register_miss": Template(
        _("Certificate %(number)s was looked up but never issued. Please check the reports today."),
        sample={"number": "321324000710004215"},
    ),
    "register_report": Template(
        _("Certificate %(number)s was reported: %(kind)s. Please look at it today."),
        sample={"number": "321324000710004215", "kind": "有人索要加盟费"},
    ),
}
