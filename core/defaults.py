"""What a form offers first. One installation serves many countries: a row itself says its country and money."""

from django.conf import settings


def default_country() -> str:
    """The country that a form offers before anybody chooses, ISO 3166, two letters."""
    return settings.ECOMNET_COUNTRY


def default_currency() -> str:
    """The currency that a form offers before anybody chooses, ISO 4217."""
    return settings.ECOMNET_CURRENCY
