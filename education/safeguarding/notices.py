"""What people are told about vettings, consents for children and concerns: never what a concern says."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

CHILD = {"name": "王*英"}
PLACE = {"station": "桑园村综合服务站"}

TEMPLATES = {
    "concern_raised": Template(
        _("A concern about a child was reported at %(station)s. Open it now."), PLACE, is_urgent=True
    ),
    "concern_overdue": Template(
        _("No one has taken on a concern about a child at %(station)s in time."), PLACE, is_urgent=True
    ),
    "vetting_ends": Template(
        _("The checks of %(name)s end on %(day)s. Without new ones there are no lessons after that day."),
        {"name": "王*英", "day": "2026-12-31"},
        days=frozenset({"day"}),
    ),
    "child_consent_withdrawn": Template(
        _("A guardian of %(name)s has withdrawn a consent. What was planned is cancelled."), CHILD
    ),
    "child_consent_ends": Template(
        _("A guardian’s consent for %(name)s ends soon. Ask the guardian to renew it."), CHILD
    ),
    "child_consent_ends_guardian": Template(
        _("%(station)s: your consent for your child ends on %(day)s. Please come by to renew it."),
        {"station": "桑园村服务站", "day": "2026-12-31"},
        days=frozenset({"day"}),
    ),
}
