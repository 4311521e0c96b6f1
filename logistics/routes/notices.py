"""What drivers are told."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "run_is_late": Template(
        _("You are late at %(station)s. Say on the run's page where the van is, or leave the stop out."),
        {"station": "桑园村综合服务站"},
    ),
}
