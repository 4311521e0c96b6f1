"""What counties are told about their places."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "division_split": Template(
        _("%(division)s was split into %(count)s parts. Assign each household on its page."),
        sample={"division": "桑园村", "count": 2},
    ),
}
