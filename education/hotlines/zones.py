"""Where parents work, as people say it: zones by the names of cities. The service takes every zone of the IANA data."""

from django.utils.translation import gettext_lazy as _

PLACES = {
    "Asia/Shanghai": _("China"),
    "Asia/Seoul": _("Seoul"),
    "Asia/Tokyo": _("Tokyo"),
    "Asia/Singapore": _("Singapore"),
    "Asia/Ho_Chi_Minh": _("Vietnam"),
    "Asia/Dubai": _("Dubai"),
    "Asia/Kuwait": _("Kuwait"),
    "Asia/Riyadh": _("Riyadh"),
    "Asia/Almaty": _("Kazakhstan"),
    "Africa/Lagos": _("Lagos"),
    "Africa/Luanda": _("Luanda"),
    "Africa/Nairobi": _("Nairobi"),
    "Africa/Johannesburg": _("Johannesburg"),
    "Europe/London": _("London"),
    "Europe/Madrid": _("Madrid"),
    "Europe/Rome": _("Rome"),
    "Europe/Moscow": _("Moscow"),
    "America/New_York": _("New York"),
    "America/Los_Angeles": _("Los Angeles"),
    "America/Sao_Paulo": _("São Paulo"),
    "Australia/Sydney": _("Sydney"),
}


def place_words(zone: str) -> str:
    """The place that a zone is known by; its own name where it has none."""
    return str(PLACES.get(zone, zone))
