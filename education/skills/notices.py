"""What holders of certificates of stations are told before one ends."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "certificate_to_renew": Template(
        _("Your certificate for %(subject)s ends on %(day)s. To renew it, complete: %(courses)s."),
        {"subject": "保险", "day": dt.date(2028, 1, 9), "courses": "INS1R"},
    ),
}
