"""The public register: looking up a number, reports about it, and the photo that it shows."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.crypto import blind_index
from core.database.db import lock
from core.days import day_in
from core.errors import Refused, TooMany, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.notices.services import notify
from core.notices.templates import in_each_language
from core.state_machines import Machine
from stations.accounts.models import Post, Role, User
from stations.network.models import RegisterMiss
from stations.places.models import Division
from stations.places.queries import county_at
from stations.recruitment.models import Certificate, RegisterReport
from stations.recruitment.numbers import is_well_formed
from stations.recruitment.queries import Registered, registered

#: An honest visitor scans a few signs; the one who walks the register does it faster.
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
    message = _("This number has a typing error. Compare all 18 digits with the certificate.")


class NotRegistered(Refused):
    """The check digits fit, but we never issued this number. The miss is kept for the county."""

    code = "not_registered"
    status = 404
    message = _("This number is not in our register. Do not pay the person who showed it to you.")


@refuses(TooMany)
@transaction.atomic
def count_look_up(*, address: str, at: dt.datetime) -> None:
    """Count a look-up of this address. Raises `TooMany` beyond 30 in one minute."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [blind_index(address), at])
        if cursor.fetchone()[0] > LOOK_UPS_A_MINUTE:
            raise TooMany


@transaction.atomic
def report_miss(*, number: str, at: dt.datetime) -> RegisterMiss:
    """Keep a well-formed number that we never issued; managers of the county that it names are told once an hour."""
    county = county_at(number[:6], day_in(settings.ECOMNET_ZONE, at))
    miss = RegisterMiss.objects.create(number=number, county=county, at=at)
    if county is not None:
        hour = int(at.timestamp()) // 3600
        _tell_managers(county, "register_miss", {"number": number}, key=f"register-miss:{county.pk}:{hour}", at=at)
    return miss


REPORT = Machine(
    "register report",
    RegisterReport.Status,
    {"answer_register_report": frozenset({RegisterReport.Status.OPEN})},
)


@refuses(TooMany, NumberMistyped)
@transaction.atomic
def report_number(
    *, number: str, kind: str, text: str = "", phone: str = "", address: str, at: dt.datetime
) -> RegisterReport:
    """Somebody tells that something is wrong with a certificate; the county that its number names is told.

    Nobody signs in for it. Raises `NumberMistyped`, and `TooMany` beyond the look-ups of one address.
    """
    count_look_up(address=address, at=at)
    if not is_well_formed(number):
        raise NumberMistyped(number=number[:40])
    county = county_at(number[:6], day_in(settings.ECOMNET_ZONE, at))
    report = RegisterReport.objects.create(
        number=number, county=county, kind=kind, text=text.strip(), phone=phone.strip(), at=at
    )
    _tell_county(report, at)
    return report


@refuses(WrongState)
@needs_words("finding")
@transaction.atomic
def answer_report(*, report: RegisterReport, actor: User, at: dt.datetime, finding: str) -> RegisterReport:
    """What the county found and did. Raises `WrongState`."""
    report = lock(report)
    REPORT.check("answer_register_report", report.status)
    report.status, report.answered_by, report.answered_at = RegisterReport.Status.ANSWERED, actor, at
    report.finding = finding
    report.save(update_fields=["status", "answered_by", "answered_at", "finding", "updated_at"])
    record_change(report, old="open", new=report.status, at=at, actor=actor.pk, reason=finding)
    return report


@transaction.atomic
def set_certificate_photo(*, certificate: Certificate, photo: Any, actor: User, at: dt.datetime) -> Certificate:
    """The face that belongs to a certificate: the public register shows it."""
    certificate = lock(certificate)
    certificate.photo = photo
    certificate.save(update_fields=["photo", "updated_at"])
    record_change(certificate, old="", new="photographed", at=at, actor=actor.pk)
    return certificate


def _tell_county(report: RegisterReport, at: dt.datetime) -> None:
    """The managers of the county, once an hour for one number: a crowd of reports is one message."""
    managers = Post.objects.live(at).filter(role=Role.COUNTY_MANAGER, division=report.county)
    for post in managers.select_related("user") if report.county else ():
        notify(
            template="register_report",
            params={"number": report.number, "kind": in_each_language(report.get_kind_display)},
            language=post.user.language,
            user=post.user_id,
            dedupe_key=f"register-report:{report.number}:{int(at.timestamp()) // 3600}:{post.user_id}",
            at=at,
        )


def _tell_managers(county: Division, template: str, params: dict[str, str], *, key: str, at: dt.datetime) -> None:
    managers = Post.objects.live(at).filter(role=Role.COUNTY_MANAGER, division=county)
    for post in managers.select_related("user"):
        notify(
            template=template,
            params=params,
            language=post.user.language,
            user=post.user_id,
            dedupe_key=f"{key}:{post.user_id}",
            at=at,
        )


@refuses(TooMany, NumberMistyped, NotRegistered)
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
