"""What finance is told about files, and about what does not agree for too long."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "daily_file_late": Template(
        _("The daily file of %(provider)s for %(date)s is six hours late. Ask the company for it."),
        sample={"provider": "JS-POWER-NORTH", "date": "2026-11-25"},
        days=frozenset({"date"}),
    ),
    "recon_items_wait": Template(
        _("%(count)s reconciliation differences need attention. Start with the oldest."), sample={"count": 12_345}
    ),
    "recon_items_to_manager": Template(
        _("%(count)s reconciliation differences have been open for three days."), sample={"count": 12_345}
    ),
    "recon_items_on_red_list": Template(
        _("%(count)s reconciliation differences are on the red list: open for a week."), sample={"count": 12_345}
    ),
}
