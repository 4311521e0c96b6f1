"""Looking up a number in the public register."""

import datetime as dt

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.crypto import blind_index
from core.days import day_in
from core.errors import Refused, TooMany
from stations.network.models import RegisterMiss
from stations.places.queries import county_at
from stations.recruitment.numbers import is_well_formed
from stations.recruitment.queries import Registered, registered

#: An honest visitor scans a few signs; whoever walks the register does it faster.
LOOK_UPS_A_MINUTE = 30

COUNT = """
INSERT INTO stations_registerlookups AS seen (created_at, updated_at, address_index, minute, count)
VALUES (now(), now(), %s, date_trunc('minute', %s), 1)
ON CONFLICT (address_index, minute) DO UPDATE SET count = seen.count + 1
RETURNING count
"""


class NumberMistyped(Refused):
    """The check digits do not fit."""

    code = "number_mistyped"
    status = 422
    message = _("This number has a slip of the pen in it. Compare all 18 digits with the certificate.")


class NotRegistered(Refused):
    """The check digits fit, but we never issued this number. The miss is kept for the county."""

    code = "not_registered"
    status = 404
    message = _("This number is not in our register. Do not pay anything to whoever showed it to you.")


@transaction.atomic
def count_look_up(*, address: str, at: dt.datetime) -> None:
    """Count a look-up of this address. Raises `TooMany` beyond 30 in one minute."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [blind_index(address), at])
        if cursor.fetchone()[0] > LOOK_UPS_A_MINUTE:
            raise TooMany


@transaction.atomic
def report_miss(*, number: str, at: dt.datetime) -> RegisterMiss:
    """Keep a well-formed number that we never issued, for the county that it names."""
    county = county_at(settings.ECOMNET_COUNTRY, number[:6], day_in(settings.ECOMNET_ZONE, at))
    return RegisterMiss.objects.create(number=number, county=county, at=at)


def look_up(*, number: str, address: str, at: dt.datetime) -> Registered:
    """What the public sees of a certificate number.

    Raises `TooMany`, `NumberMistyped` (wrong check digits), `NotRegistered` (and the county gets a row).
    """
    count_look_up(address=address, at=at)
    if not is_well_formed(number):
        raise NumberMistyped(number=number[:40])
    found = registered(number, at)
    if found is None:
        report_miss(number=number, at=at)
        raise NotRegistered(number=number)
    return found
