"""Somebody agrees, by a code, a signature with a witness, or a payment: then the order is placed.

The code goes to the phone in the buyer's file; who has called the station reads it back.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.codes import LIFE, code_hash, new_code, use_try
from core.database.compiled_queries import compiled_query
from core.database.db import atomic_but_tries, lock, present, update_fields
from core.database.many_rows import insert_rows
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
from core.events.services import publish
from core.fields import uuid7
from core.money import zero
from core.notices.services import notify
from finance.payments.services import PhoneBelongsToStaff
from orders.purchases.machine import ORDER
from orders.purchases.models import Order, OrderConsent, OrderLine
from orders.purchases.services.cash_rules import deposit_for, raise_outstanding
from orders.purchases.services.link_steps import PayerIsPaying, drop_link
from orders.purchases.services.sending import make_fulfilments
from orders.purchases.services.starting import PRICE_HOLDS, expire_later, refuse_dead_buyer
from orders.purchases.services.steps import content_hash, held, lines_of, store
from orders.stock.services import Wanted, refuse_without_warehouse, reserve_stock
from stations.accounts.models import User
from stations.accounts.queries import staff_phones
from stations.people.models import Person
from stations.two_persons import require_two_persons

#: The goods stay reserved for an order that nobody has agreed to for so long.
AGREED_WITHIN = dt.timedelta(minutes=30)
CODES_AT_MOST = 5
#: What the message with the code says; who has not called is told to give it to nobody.
_CODE_BY: dict[str, str] = {
    OrderConsent.Kind.SMS_CODE: "purchase_code",
    OrderConsent.Kind.VOICE_READ_BACK: "purchase_code_by_phone",
}
#: What is paid in advance is paid within so long, else the order ends.
PAID_WITHIN = dt.timedelta(hours=24)
#: Nobody sees who calls: the phone in the file must have been confirmed so long before.
PHONE_KNOWN_FOR = dt.timedelta(hours=72)


class PriceChanged(Refused):
    """The prices of a draft hold for a day."""

    code = "price_changed"
    message = _("These prices are a day old. Begin the order again.")


class ConsentNotPossible(Refused):
    """A code can only go to the phone in a resident's file."""

    code = "consent_not_possible"
    status = 422
    message = _("There is no phone in the buyer's file for a code. Use the slip with a signature and a witness.")


class PhoneNotConfirmed(Refused):
    """Who may have typed the phone into the file yesterday cannot order by it unseen."""

    code = "phone_not_confirmed"
    status = 422
    message = _(
        "The phone in the file is not confirmed, or has been for less than three days. The buyer has to come to the"
        " station."
    )


class ConsentByCode(Refused):
    """What was asked for is a code, or a signature, and not the other."""

    code = "consent_of_other_kind"
    message = _("The buyer was asked in another way. Ask again.")


class OrderChanged(Refused):
    """What the buyer was read is not what the order says."""

    code = "order_changed"
    message = _("The order has changed since the buyer was asked. Ask again.")


class WitnessMissing(Refused):
    """A signature needs somebody who saw it."""

    code = "witness_missing"
    status = 422
    message = _("A signature needs a witness: neither the buyer nor the person who takes the order.")


@refuses(
    WrongState,
    PriceChanged,
    ConsentNotPossible,
    PhoneNotConfirmed,
    PhoneBelongsToStaff,
    TooMany,
    PayerIsPaying,
    *refused_by(deposit_for, reserve_stock, refuse_without_warehouse, refuse_dead_buyer),
)
@transaction.atomic
def request_consent(*, order: Order, kind: str, by: User, at: dt.datetime) -> Order:
    """Reserve the goods and ask the buyer: by a code to the phone in the file, or for a signature on the slip.

    Who has called reads the code back, and nobody sees who that is: such a phone was confirmed 72 hours ago. The goods
    stay reserved for 30 minutes; asked again, an earlier code is void, and so is a link. Refused: `wrong_state`,
    `price_changed`, `consent_not_possible`, `phone_not_confirmed`, `phone_belongs_to_staff`, `too_many`,
    `payer_is_paying`, `out_of_stock`, `not_in_one_warehouse`, `no_warehouse`, `cod_above_ceiling`, `cod_prepay_only`,
    `cod_not_offered`, `person_deceased`.
    """
    order = held(order)
    ORDER.check("request_consent", order.status)
    drop_link(order, by=by, at=at)
    return _reserve_and_ask(order, kind, within=AGREED_WITHIN, by=by, at=at)


@refuses(PriceChanged, ConsentNotPossible, PhoneNotConfirmed, PhoneBelongsToStaff, TooMany)
@refuses(*refused_by(deposit_for, reserve_stock, refuse_without_warehouse, refuse_dead_buyer))
def ask_payer(order: Order, *, by: User, at: dt.datetime) -> Order:
    """Reserve the goods for 24 hours: who pays for them agrees by it. The caller holds the order."""
    return _reserve_and_ask(order, OrderConsent.Kind.PAYER_PAYMENT, within=PAID_WITHIN, by=by, at=at)


@refuses(OrderChanged, *refused_by(raise_outstanding))
def place_for_payer(order: Order, *, at: dt.datetime) -> Order:
    """Place an order that somebody has paid by link. The caller holds the order and has counted the money."""
    consent = order.consents.get(is_live=True, kind=OrderConsent.Kind.PAYER_PAYMENT)
    return _place(order, lock(consent), by=None, at=at)


@refuses(WrongState, ConsentByCode, CodeExpired, CodeLocked, CodeWrong, OrderChanged)
@refuses(*refused_by(raise_outstanding, refuse_dead_buyer))
@atomic_but_tries
def give_consent(*, order: Order, code: str, by: User, at: dt.datetime) -> Order:
    """Place the order on the code that the buyer has read out, here or on the phone; a wrong one uses up a try.

    Refused: `wrong_state`, `consent_of_other_kind`, `code_expired`, `code_locked`, `code_wrong`, `order_changed`,
    `cod_above_ceiling`, `person_deceased`.
    """
    order = held(order)
    consent = _open_consent(order, OrderConsent.BY_CODE, at=at)
    if at >= consent.asked_at + LIFE:
        raise CodeExpired
    _use_try(consent, code)
    return _place(order, consent, by=by, at=at)


@refuses(WrongState, ConsentByCode, CodeExpired, WitnessMissing, SamePerson, OrderChanged)
@refuses(*refused_by(raise_outstanding, refuse_dead_buyer))
@transaction.atomic
def sign_consent(*, order: Order, witness: Person | None, by: User, at: dt.datetime) -> Order:
    """Place the order on the buyer's signature on the printed slip, which `witness` saw.

    Refused: `wrong_state`, `consent_of_other_kind`, `code_expired` (after 30 minutes), `witness_missing`,
    `same_person`, `order_changed`, `cod_above_ceiling`, `person_deceased`.
    """
    order = held(order)
    consent = _open_consent(order, [OrderConsent.Kind.PRINTED_SLIP], at=at)
    if witness is None:
        raise WitnessMissing(field="witness")
    require_two_persons(witness, by.pk, order.ordered_by_id, order.villager_id)
    consent.witness = witness
    return _place(order, consent, by=by, at=at)


def _reserve_and_ask(order: Order, kind: str, *, within: dt.timedelta, by: User, at: dt.datetime) -> Order:
    refuse_dead_buyer(order.villager)
    if at >= order.price_as_of_at + PRICE_HOLDS:
        raise PriceChanged
    order.deposit_minor = (deposit_for(order, at=at) if order.is_cod else zero(order.currency)).minor
    lines = lines_of(order)
    _reserve(order, lines, at=at)
    order.expires_at = at + within
    _end_requests(order)
    consent = _request(order, lines, kind, by=by, at=at)
    code = _give_code(order, consent, at=at) if kind in OrderConsent.BY_CODE else ""
    insert_rows([consent], store(order, Order.Status.AWAITING_CONSENT, at=at, by=by))
    expire_later(order)
    if code:
        _send(order, lines, consent, code, at=at)
    return order


def _reserve(order: Order, lines: Sequence[OrderLine], *, at: dt.datetime) -> None:
    """Reserve what lies in warehouses; what suppliers keep needs only a warehouse in which it arrives."""
    kept = next((line.variant for line in lines if line.is_on_demand), None)
    if kept is not None:
        refuse_without_warehouse(order.station, kept)
    stocked = [Wanted(line.pk, line.variant, line.quantity) for line in lines if not line.is_on_demand]
    if stocked:
        reserve_stock(station=order.station, lines=stocked, at=at)


def _end_requests(order: Order) -> None:
    """An earlier request does not stand any more; so many codes at most are sent."""
    earlier = _consents.all(order.pk)
    if sum(consent.kind in OrderConsent.BY_CODE for consent in earlier) >= CODES_AT_MOST:
        raise TooMany
    if any(consent.is_live for consent in earlier):
        order.consents.filter(is_live=True).update(is_live=False)


def _request(order: Order, lines: Sequence[OrderLine], kind: str, *, by: User, at: dt.datetime) -> OrderConsent:
    return OrderConsent(
        id=uuid7(),
        order=order,
        kind=kind,
        content_hash=content_hash(order, lines),
        giver=order.villager,
        asked_by=by,
        asked_at=at,
        expires_at=present(order.expires_at),
    )


def _give_code(order: Order, consent: OrderConsent, *, at: dt.datetime) -> str:
    """A new code for the phone in the buyer's file, of which the request keeps a hash."""
    if consent.kind == OrderConsent.Kind.VOICE_READ_BACK:
        _refuse_new_phone(order.villager, at=at)
    consent.phone, code = _phone_for_code(order, at=at), new_code()
    consent.code_hash = code_hash(_said(consent, code))
    return code


def _phone_for_code(order: Order, *, at: dt.datetime) -> str:
    villager = order.villager
    if villager is None or not villager.phone:
        raise ConsentNotPossible
    if str(villager.phone) in staff_phones(order.station, at=at):
        raise PhoneBelongsToStaff
    return str(villager.phone)


def _refuse_new_phone(villager: Person | None, *, at: dt.datetime) -> None:
    """Raises `PhoneNotConfirmed`; who has no phone at all is refused as for every code."""
    if villager is None or not villager.phone:
        return
    known_since = villager.phone_verified_at
    if known_since is None or at - known_since < PHONE_KNOWN_FOR:
        raise PhoneNotConfirmed(field="kind")


def _send(order: Order, lines: Sequence[OrderLine], consent: OrderConsent, code: str, *, at: dt.datetime) -> None:
    villager, first = present(order.villager), lines[0]
    notify(
        template=_CODE_BY[consent.kind],
        params={
            "code": code,
            "total": order.total.display(villager.language),
            "what": {"en": first.variant.product.name, "zh-hans": first.variant.product.name_zh},
            "lines": len(lines),
            "station": order.station.name,
        },
        language=villager.language,
        phone=str(consent.phone),
        dedupe_key=f"purchase_code:{consent.pk}",
        at=at,
        use_by=at + LIFE,
    )


def _open_consent(order: Order, kinds: Collection[str], *, at: dt.datetime) -> OrderConsent:
    ORDER.check("give_consent", order.status)
    refuse_dead_buyer(order.villager)
    consent = _live_consent.first(order.pk)
    if consent is None or at >= consent.expires_at:
        raise CodeExpired
    if consent.kind not in kinds:
        raise ConsentByCode
    return consent


@compiled_query
def _live_consent(order: Any) -> QuerySet[OrderConsent]:
    """The request that stands, held; the caller holds the order."""
    live = OrderConsent.objects.filter(order=order, is_live=True)
    return live.select_for_update(of=("self",), no_key=True)


@compiled_query
def _consents(order: Any) -> QuerySet[OrderConsent]:
    """Every request so far."""
    return OrderConsent.objects.filter(order=order)


def _use_try(consent: OrderConsent, code: str) -> None:
    use_try(consent, _said(consent, code), field="code")


def _said(consent: OrderConsent, code: str) -> str:
    """Of this only a keyed hash is stored, since a million codes are soon tried; it lives ten minutes."""
    return f"purchase-code:{consent.pk}:{code.strip()}"


def _place(order: Order, consent: OrderConsent, *, by: User | None, at: dt.datetime) -> Order:
    lines = lines_of(order)
    if consent.content_hash != content_hash(order, lines):
        raise OrderChanged
    raise_outstanding(order, at=at)
    consent.given_at = at
    update_fields(consent, "given_at", "witness_id")
    order.consent, order.placed_at = consent, at
    order.expires_at = at + PAID_WITHIN if order.advance_due else None
    moved = store(order, Order.Status.PLACED, at=at, by=by)
    expire_later(order)
    make_fulfilments(order, lines, moved, at=at)
    publish(
        "orders.purchase_placed",
        at=at,
        order=str(order.pk),
        station=order.station_id,
        villager=str(order.villager_id) if order.villager_id else None,
        amount_minor=order.total_minor,
        currency=order.currency,
    )
    return order
