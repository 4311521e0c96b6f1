"""Cash for the float at the county centre: the clerk counts, the partner signs for the sum, the money is there."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.codes import LIFE, TRIES, code_hash, new_code
from core.crypto import is_blind_index
from core.database.db import atomic_but_tries, lock
from core.days import day_in
from core.errors import (
    CodeExpired,
    CodeLocked,
    CodeWrong,
    Refused,
    SamePerson,
    TooMany,
    WrongState,
    refused_by,
    refuses,
)
from core.history import record_change
from core.money import Money
from core.notices.services import notify
from finance import chart
from finance.floats.models import FloatTopUp, TopUpCash
from finance.floats.queries import centre_of
from finance.floats.services.limits import NoPartnerHere, PartnerChanged
from finance.floats.services.topups import TOP_UP, add_to_float, owner_of
from finance.tills.queries import denominations
from finance.tills.services import NotANote, take_turn
from stations.accounts.models import Device
from stations.accounts.services.pins import check_pin
from stations.models import User
from stations.two_persons import require_two_persons

CODES_A_TOPUP = 5


class NoCentre(Refused):
    """The county has no centre whose till could take the cash."""

    code = "no_centre"
    message = _("This county has no centre that can receive the cash.")


class NothingCounted(Refused):
    """An empty count is no cash."""

    code = "nothing_counted"
    status = 422
    message = _("Count the notes first.")


class CashNotCounted(Refused):
    """The partner signs for what a clerk has counted."""

    code = "cash_not_counted"
    message = _("Count the cash first; then the partner signs for it.")


class NoPhoneToSign(Refused):
    """There is no phone for the code."""

    code = "no_phone_to_sign"
    status = 422
    message = _("The partner has no registered phone. They can sign with their PIN on this device.")


@dataclass(frozen=True, slots=True)
class CodeSignature:
    """Six digits that were sent to the partner's phone together with the sum."""

    code: str


@dataclass(frozen=True, slots=True)
class PinSignature:
    """The partner's own PIN on this device."""

    device: Device | None
    pin: str


@refuses(WrongState, NoPartnerHere, PartnerChanged, SamePerson, NoCentre, NotANote, NothingCounted, TooMany)
@transaction.atomic
def count_topup_cash(*, topup: FloatTopUp, lines: Mapping[int, int], by: User, at: dt.datetime) -> TopUpCash:
    """Count what the partner has brought (pieces by value) and send him a code for exactly this sum.

    A second count replaces the first, and its code.
    """
    topup = lock(topup)
    TOP_UP.check("take_topup_cash", topup.status)
    partner = User.objects.get(pk=owner_of(topup))
    require_two_persons(by, partner.pk)
    centre = centre_of(topup.station)
    if centre is None:
        raise NoCentre
    counted = _total(lines, currency=topup.currency, on=day_in(centre.zone, at))
    known = TopUpCash.objects.filter(topup=topup).first() or TopUpCash(topup=topup)
    known.centre, known.counted_minor, known.currency = centre, counted.minor, counted.currency
    known.lines = {str(value): pieces for value, pieces in lines.items() if pieces}
    known.counted_by, known.counted_at = by, at
    _send_code(known, partner, at)
    known.save()
    record_change(known, old="", new="counted", at=at, actor=by.pk)
    return known


@refuses(
    WrongState,
    CashNotCounted,
    NoPartnerHere,
    PartnerChanged,
    SamePerson,
    NoPhoneToSign,
    CodeLocked,
    CodeExpired,
    CodeWrong,
    *refused_by(check_pin, take_turn),
)
@atomic_but_tries
def take_topup_cash(
    *, topup: FloatTopUp, signature: CodeSignature | PinSignature, by: User, at: dt.datetime
) -> FloatTopUp:
    """The partner has signed: the counted cash goes into the centre's till and the same sum onto the float.

    Refused: `cash_not_counted`, `code_wrong` (the try is used up), `code_locked`, `code_expired`, `cash_day_not_open`,
    `same_person`, `no_partner_here`, `partner_changed`, `wrong_state`.
    """
    topup = lock(topup)
    TOP_UP.check("take_topup_cash", topup.status)
    cash = TopUpCash.objects.select_related("centre__county").filter(topup=topup).first()
    if cash is None:
        raise CashNotCounted
    partner = User.objects.get(pk=owner_of(topup))
    require_two_persons(by, partner.pk, topup.requested_by_id)
    with_what = _check(cash, signature, partner, at)
    take_turn(station=cash.centre, at=at)
    cash.signed_with, cash.signed_by, cash.signed_at, cash.code_hash = with_what, partner, at, ""
    cash.save()
    topup.via = FloatTopUp.Via.CASH
    return add_to_float(topup=topup, source=chart.till(cash.centre), amount=cash.counted, by=by, at=at)


def _total(lines: Mapping[int, int], *, currency: str, on: dt.date) -> Money:
    known = {note.value_minor for note in denominations(currency, on=on)}
    for value in lines:
        if value not in known:
            raise NotANote(field="lines", value=str(Money(value, currency)))
    counted = sum(value * pieces for value, pieces in lines.items())
    if counted <= 0:
        raise NothingCounted(field="lines")
    return Money(counted, currency)


def _send_code(cash: TopUpCash, partner: User, at: dt.datetime) -> None:
    """A code that fits this sum only; without a phone the PIN is left."""
    cash.code_hash, cash.tries = "", 0
    if not partner.phone:
        return
    if cash.codes_sent >= CODES_A_TOPUP:
        raise TooMany
    code = new_code()
    cash.code_hash, cash.code_sent_at, cash.expires_at = code_hash(_said(cash, code)), at, at + LIFE
    cash.codes_sent += 1
    notify(
        template="topup_code",
        params={"code": code, "amount": cash.counted.display(partner.language)},
        language=partner.language,
        user=partner,
        phone=str(partner.phone),
        dedupe_key=f"topup_code:{cash.topup_id}:{cash.codes_sent}",
        at=at,
        use_by=cash.expires_at,
    )


def _said(cash: TopUpCash, code: str) -> str:
    return f"topup-code:{cash.topup_id}:{cash.counted_minor}:{code}"


def _check(cash: TopUpCash, signature: CodeSignature | PinSignature, partner: User, at: dt.datetime) -> str:
    if isinstance(signature, PinSignature):
        check_pin(user=partner, device=signature.device, pin=signature.pin)
        return TopUpCash.SignedWith.PIN
    if not partner.phone:
        raise NoPhoneToSign
    _check_code(cash, signature.code, at)
    return TopUpCash.SignedWith.CODE


def _check_code(cash: TopUpCash, code: str, at: dt.datetime) -> None:
    if cash.tries >= TRIES:
        raise CodeLocked(field="code")
    if not cash.code_hash or cash.expires_at is None or at >= cash.expires_at:
        raise CodeExpired(field="code")
    if is_blind_index(bytes.fromhex(cash.code_hash), _said(cash, code)):
        return
    cash.tries += 1
    cash.save(update_fields=["tries", "updated_at"])
    raise CodeWrong(field="code", tries_left=TRIES - cash.tries)
