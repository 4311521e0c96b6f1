"""What senders are told about their parcels to the city."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

ABOUT = {"number": "P261128-K7P2QXM", "station": "桑园村综合服务站"}
MONEY = ABOUT | {"amount": "¥48.00"}

TEMPLATES = {
    "shipment_delivered": Template(_("Your parcel %(number)s was delivered."), {"number": ABOUT["number"]}),
    "shipment_returned": Template(
        _("Your parcel %(number)s could not be delivered. Collect it at %(station)s."), ABOUT
    ),
    "shipment_waits": Template(
        _("Your parcel %(number)s waits at %(station)s until %(until)s. After that the county disposes of it."),
        ABOUT | {"until": "2026-12-28"},
        days=frozenset({"until"}),
    ),
    "shipment_lost": Template(_("Your parcel %(number)s was lost. %(amount)s is paid to you at %(station)s."), MONEY),
    "shipment_compensated": Template(
        _("For the damage to parcel %(number)s you get %(amount)s at %(station)s."), MONEY
    ),
}
