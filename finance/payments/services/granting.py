"""Money owed back: granted by its cause, told to the one who gets it, called about when nobody comes."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from core.database.db import insert, lock
from core.errors import WrongState, refuses
from core.events.services import publish, publish_all
from core.history import record_change, record_changes
from core.jobs.models import Job
from core.jobs.services import enqueue, enqueue_all
from core.keys.services import KeyReused
from core.language.reasons import no_identity_numbers
from core.money import Money
from core.notices.services import notify
from finance.payments.machine import REFUND
from finance.payments.models import Payment, Refund, RefundCall
from finance.payments.services.clocks import stop_clock
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.network.models import Station
from stations.people.models import Person

#: Money that nobody has fetched for so long is called about.
CALLED_AFTER = dt.timedelta(days=5)


@refuses(KeyReused)
def grant_refund(*, payment: Payment, amount: Money, reason: str, at: dt.datetime, key: str = "") -> Refund:
    """Owe a villager money back, in the caller's transaction; a job tells him, or sends it back where he paid online.

    The payment's row is locked by the caller: its counter and the database keep the sum of refunds within the total,
    what is given beside it (`Refund.BESIDE`) not counted. The same `key` again gives the refund that stands. Refused:
    `idempotency_key_reused`.
    """
    stands = granted_before(key, payment=payment, amount=amount, reason=reason)
    if stands is not None:
        return stands
    is_beside = reason in Refund.BESIDE
    if not is_beside:
        payment.refunded_minor += amount.minor
        payment.save(update_fields=["refunded_minor", "updated_at"])
    goes_online = payment.method == Payment.Method.ONLINE and not is_beside
    refund = Refund(
        payment=payment,
        station=payment.station,
        source=Refund.Source.ONLINE if goes_online else Refund.Source.CUSTOMER_FUNDS,
    )
    return _grant(refund, amount=amount, reason=reason, at=at, key=key)


def grant_refunds(*, amounts: Mapping[str, tuple[Payment, Money]], reason: str, at: dt.datetime) -> list[Refund]:
    """Owe the payers of many payments something back in cash, in a few statements: key -> payment and amount.

    The caller holds the rows of the payments, has counted the amounts in them, and knows that no key was used before.
    """
    made = [
        Refund(
            payment=payment,
            station_id=payment.station_id,
            source=Refund.Source.CUSTOMER_FUNDS,
            key=key,
            reason=reason,
            status=Refund.Status.GRANTED,
            amount_minor=amount.minor,
            currency=amount.currency,
        )
        for key, (payment, amount) in amounts.items()
    ]
    Refund.objects.bulk_create(made)
    record_changes(made, old="", new=Refund.Status.GRANTED, at=at)
    publish_all("finance.refund_granted", [_granted(refund) for refund in made], at=at)
    enqueue_all(
        [
            Job(
                kind="payments.notify_refund",
                dedupe_key=f"refund:{refund.pk}",
                payload={"refund": str(refund.pk)},
                run_at=at,
            )
            for refund in made
        ]
    )
    return made


@refuses(KeyReused)
def grant_to_person(
    *, person: Person, station: Station, amount: Money, reason: str, at: dt.datetime, key: str, payout_line: Any = None
) -> Refund:
    """Owe a person money that no payment names: a payout in cash, the owner of an over. In the caller's transaction.

    The caller has moved the money to the customer_funds of `station`. The same `key` gives the refund that stands.
    """
    stands = granted_before(key, receiver=person, amount=amount, reason=reason)
    if stands is not None:
        return stands
    refund = Refund(receiver=person, station=station, payout_line=payout_line, source=Refund.Source.CUSTOMER_FUNDS)
    return _grant(refund, amount=amount, reason=reason, at=at, key=key)


@refuses(KeyReused)
def granted_before(
    key: str, *, amount: Money, reason: str, payment: Payment | None = None, receiver: Any = None
) -> Refund | None:
    """The refund that this cause has granted already. Refused: `idempotency_key_reused`, where it granted another."""
    stands = Refund.objects.filter(key=key).first() if key else None
    if stands is None:
        return None
    granted = (stands.payment_id, stands.receiver_id, stands.amount, stands.reason)
    if granted != (payment and payment.pk, receiver and receiver.pk, amount, reason):
        raise KeyReused
    return stands


@refuses(WrongState)
@transaction.atomic
def notify_refund(*, refund: Refund, at: dt.datetime) -> Refund:
    """Tell the one who gets it that the money can be fetched; from now on it can."""
    refund = lock(refund)
    if refund.status != Refund.Status.GRANTED or refund.source == Refund.Source.ONLINE:
        return refund
    REFUND.check("notify_refund", refund.status)
    refund.status, refund.ready_at = Refund.Status.READY_FOR_CASH, at
    refund.save(update_fields=["status", "ready_at", "updated_at"])
    record_change(refund, old=Refund.Status.GRANTED, new=refund.status, at=at)
    if refund.payment is not None:
        stop_clock(refund.payment, at=at)
    _tell(refund, at=at)
    enqueue(
        "payments.chase_refund",
        dedupe_key=f"refundcall:{refund.pk}",
        payload={"refund": str(refund.pk)},
        run_at=at + CALLED_AFTER,
    )
    return refund


@transaction.atomic
def chase_refund(*, refund: Refund, at: dt.datetime) -> None:
    """Five days, and nobody has come: the county's clerk is asked to call. The money stays owed."""
    refund = lock(refund)
    if refund.status not in REFUND.arrows["call_refund"]:
        return
    for user in people_in_role(Role.COUNTY_CLERK, at=at, station=refund.station):
        notify(
            template="refund_to_call",
            params={"amount": refund.amount.display(user.language), "station": refund.station.name},
            language=user.language,
            user=user,
            link=f"/finance/refunds/{refund.pk}/",
            dedupe_key=f"refund_to_call:{refund.pk}:{user.pk}",
            at=at,
        )


@refuses(WrongState)
@no_identity_numbers("note")
@transaction.atomic
def call_refund(*, refund: Refund, outcome: str, note: str, by: User, at: dt.datetime) -> RefundCall:
    """Write down what came of a call to the one who is owed the money.

    Once somebody was reached and knows of it, slip or document with witness and photo suffice for any amount.
    """
    refund = lock(refund)
    REFUND.check("call_refund", refund.status)
    return RefundCall.objects.create(refund=refund, outcome=outcome, note=note, called_by=by, called_at=at)


def _grant(refund: Refund, *, amount: Money, reason: str, at: dt.datetime, key: str) -> Refund:
    refund.key, refund.reason, refund.status = key, reason, Refund.Status.GRANTED
    refund.amount_minor, refund.currency = amount.minor, amount.currency
    _write(refund)
    record_change(refund, old="", new=refund.status, at=at)
    publish("finance.refund_granted", at=at, **_granted(refund))
    next_step = "submit_refund" if refund.source == Refund.Source.ONLINE else "notify_refund"
    enqueue(f"payments.{next_step}", dedupe_key=f"refund:{refund.pk}", payload={"refund": str(refund.pk)}, run_at=at)
    return refund


def _granted(refund: Refund) -> dict[str, Any]:
    """What the apps above hear of it."""
    return {
        "refund": str(refund.pk),
        "payment": str(refund.payment_id) if refund.payment_id else None,
        "reason": refund.reason,
        "station": refund.station_id,
        "amount_minor": refund.amount_minor,
        "currency": refund.currency,
    }


def _write(refund: Refund) -> None:
    """Two payments with one key at the same instant: the second is refused; the caller's savepoint takes it back."""
    try:
        insert(refund)
    except IntegrityError as error:
        if "one_cause_is_one_refund" not in str(error):
            raise
        raise KeyReused from error


def _tell(refund: Refund, *, at: dt.datetime) -> None:
    person, payment = refund.recipient, refund.payment
    phone = str((payment.payer_phone if payment else "") or (person.phone if person and not payment else "") or "")
    if not phone:
        return
    language = person.language if person else settings.LANGUAGE_CODE
    notify(
        template="refund_ready",
        params={"amount": refund.amount.display(language), "station": refund.station.name},
        language=language,
        phone=phone,
        dedupe_key=f"refund_ready:{refund.pk}",
        at=at,
    )
