"""What finance is told about files and banks."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "daily_file_late": Template(
        _("The daily file of %(provider)s for %(date)s is six hours late. Ask the company for it."),
        sample={"provider": "JS-POWER-NORTH", "date": "2026-11-25"},
    ),
}
