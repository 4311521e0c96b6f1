"""What the county and holders are told about certificates."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "register_miss": Template(
        _("Certificate %(number)s was looked up but never issued. Please check the reports today."),
        sample={"number": "321324000710004215"},
    ),
    "station_certificate_issued": Template(
        _("You are certified for %(subject)s. The certificate is valid through %(day)s; print it at your station."),
        sample={"subject": "保险", "day": dt.date(2028, 1, 9)},
    ),
    "register_report": Template(
        _("Certificate %(number)s was reported: %(kind)s. Please look at it today."),
        sample={"number": "321324000710004215", "kind": "有人索要加盟费"},
    ),
}
