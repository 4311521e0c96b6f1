"""What partners are told about their float."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "topup_credited": Template(
        _("%(amount)s was added to your float."),
        sample={"amount": "¥20,000.00"},
    ),
}
