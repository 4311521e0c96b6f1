"""What the county is told about certificates."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "register_miss": Template(
        _("Somebody looked up certificate %(number)s, which was never issued. Please look at the reports today."),
        sample={"number": "321324000710004215"},
    ),
    "register_report": Template(
        _("Somebody reports certificate %(number)s: %(kind)s. Please look at it today."),
        sample={"number": "321324000710004215", "kind": "有人索要加盟费"},
    ),
}
