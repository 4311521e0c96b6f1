"""Somebody signs in, for tests."""

from django.utils.timezone import now

from stations.accounts.services import sign_in_first_time
from tests.factories.accounts import PASSWORD
from tests.factories.stations import StationFactory, county_manager_of, partner_of


def sign_in(user, *, password=PASSWORD, code="", secret="", at=None, address="192.0.2.1"):
    return sign_in_first_time(
        username=getattr(user, "username", user),
        password=password,
        code=code,
        label="柜台电脑",
        at=at or now(),
        device_secret=secret,
        address=address,
    )


def partner_at(station=None):
    return partner_of(station or StationFactory())


def manager():
    return county_manager_of(StationFactory().county)
