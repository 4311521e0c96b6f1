"""Money owed back: told to the villager, handed back against a proof, by the notes that were used."""

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.days import day_in
from core.db import atomic_but_tries, lock
from core.errors import CodeExpired, CodeLocked, CodeWrong, Refused, TooMany
from core.events.services import publish
from core.history import record_change
from core.jobs.services import enqueue
from core.models import StoredFile
from core.money import Money, units
from core.notices.services import notify
from finance import chart
from finance.floats.queries import partner_of
from finance.floats.services import NoPartnerHere
from finance.payments.machine import REFUND
from finance.payments.models import Payment, Receipt, Refund
from finance.payments.services.receipts import issue_receipt
from finance.tills.services import take_turn
from ledger.queries import business_date_of
from ledger.services import Leg, MadeBy, NotEnough, book_of, post_transfers
from stations.accounts.queries import staff_phones

CODE_LIFE = dt.timedelta(minutes=10)
CODES_A_DAY = 3
TRIES = 5
PHONE_KNOWN_FOR = dt.timedelta(hours=72)
AT_ONCE = dt.timedelta(minutes=15)
MOST_WITHOUT_A_CODE = 200  # of the currency's units


class NoPhoneForCode(Refused):
    """A code can only go to a phone that is known long enough."""

    code = "no_phone_for_code"
    status = 422
    message = _(
        "There is no phone of the payer that was confirmed at least three days ago. Use slip, witness and photo."
    )


class PhoneBelongsToStaff(Refused):
    """The code would go to a partner or helper of the station."""

    code = "phone_belongs_to_staff"
    status = 422
    message = _("This phone belongs to somebody who works at the station. Use slip, witness and photo.")


class AlreadyPaidOut(Refused):
    """The money has gone already."""

    code = "already_paid_out"
    message = _("This money has already been given: %(state)s.")


class TillTooSmall(Refused):
    """The drawer does not hold as much."""

    code = "till_too_small"
    message = _("The till does not hold %(amount)s. Use your own notes, or come back later.")


class ProofMissing(Refused):
    """Without a code the law of the house asks for slip, witness and photo, and only up to a limit."""

    code = "proof_missing"
    status = 422
    message = _("Without a code this needs the slip, a witness and a photo, and at most %(most)s.")


class SlipWrong(Refused):
    """The slip number is not that of this payment."""

    code = "slip_wrong"
    status = 422
    message = _("This slip number does not belong to this payment.")


@dataclass(frozen=True, slots=True)
class CodeProof:
    """Six digits that were sent to the payer's phone."""

    code: str


@dataclass(frozen=True, slots=True)
class WitnessProof:
    """A slip, somebody who saw it, and a photo."""

    slip_no: str
    witness: Any = None
    photo: Any = None


def grant_refund(*, payment: Payment, amount: Money, reason: str, at: dt.datetime) -> Refund:
    """Owe a villager money back, in the caller's transaction; a job tells him.

    The payment's row is locked by the caller: its counter and the database keep the sum of refunds within the total.
    """
    payment.refunded_minor += amount.minor
    payment.save(update_fields=["refunded_minor", "updated_at"])
    refund = Refund.objects.create(
        payment=payment,
        station=payment.station,
        amount_minor=amount.minor,
        currency=amount.currency,
        reason=reason,
        source=Refund.Source.CUSTOMER_FUNDS,
        status=Refund.Status.GRANTED,
    )
    record_change(refund, old="", new=refund.status, at=at)
    publish(
        "finance.refund_granted",
        at=at,
        refund=str(refund.pk),
        payment=str(payment.pk),
        reason=reason,
        station=payment.station_id,
        amount_minor=amount.minor,
        currency=amount.currency,
    )
    enqueue("payments.notify_refund", dedupe_key=f"refund:{refund.pk}", payload={"refund": str(refund.pk)}, run_at=at)
    return refund


@transaction.atomic
def notify_refund(*, refund: Refund, at: dt.datetime) -> Refund:
    """Tell the payer that the money can be fetched; from now on it can."""
    refund = lock(refund)
    if refund.status != Refund.Status.GRANTED:
        return refund
    REFUND.check("notify_refund", refund.status)
    refund.status, refund.ready_at = Refund.Status.READY_FOR_CASH, at
    refund.save(update_fields=["status", "ready_at", "updated_at"])
    record_change(refund, old=Refund.Status.GRANTED, new=refund.status, at=at)
    payment = refund.payment
    phone = str(payment.payer_phone) if payment else ""
    if phone:
        language = payment.payer.language if payment.payer else settings.LANGUAGE_CODE
        notify(
            template="refund_ready",
            params={"amount": refund.amount.display(language), "station": refund.station.name},
            language=language,
            phone=phone,
            dedupe_key=f"refund_ready:{refund.pk}",
            at=at,
        )
    return refund


@transaction.atomic
def send_refund_code(*, refund: Refund, at: dt.datetime) -> Refund:
    """Send six digits, with the amount, to the payer's phone: at most three a day.

    Refused: `no_phone_for_code`, `phone_belongs_to_staff`, `already_paid_out`, `too_many`.
    """
    refund = _open_refund(refund)
    REFUND.check("send_refund_code", refund.status)
    phone = _phone_for_code(refund, at=at)
    today = day_in(refund.station.zone, at)
    if refund.codes_sent_on != today:
        refund.codes_sent, refund.codes_sent_on = 0, today
    if refund.codes_sent >= CODES_A_DAY:
        raise TooMany
    code, language = f"{secrets.randbelow(1_000_000):06}", refund.payment.payer.language
    before = refund.status
    refund.status = Refund.Status.READY_FOR_CASH
    refund.code_hash, refund.code_sent_at, refund.expires_at = make_password(code), at, at + CODE_LIFE
    refund.codes_sent, refund.tries = refund.codes_sent + 1, 0
    refund.save()
    if before != refund.status:
        record_change(refund, old=before, new=refund.status, at=at)
    notify(
        template="refund_code",
        params={"code": code, "amount": refund.amount.display(language)},
        language=language,
        phone=phone,
        dedupe_key=f"refund_code:{refund.pk}:{today}:{refund.codes_sent}",
        at=at,
        use_by=refund.expires_at,
    )
    return refund


@atomic_but_tries
def hand_back_cash(
    *, refund: Refund, notes: str, proof: CodeProof | WitnessProof, station: Any, by: Any, at: dt.datetime
) -> Refund:
    """Give the money, from the drawer or the partner's own notes, at any station of the network.

    Refused: `code_wrong` (the try is used up), `code_locked`, `code_expired`, `proof_missing`, `slip_wrong`,
    `already_paid_out`, `till_too_small`, `cash_day_not_open`.
    """
    refund = prove(refund=refund, proof=proof, station=station, by=by, at=at)
    REFUND.check("hand_back_cash", refund.status)
    refund.transfer_id = _pay_out(refund, notes=notes, station=station, by=by, at=at)
    before = refund.status
    refund.status, refund.notes = Refund.Status.PAID_OUT, notes
    refund.paid_by, refund.paid_at, refund.paid_at_station = by, at, station
    if isinstance(proof, WitnessProof):
        refund.witnessed_by, refund.photo = proof.witness, proof.photo
    refund.save()
    record_change(refund, old=before, new=refund.status, at=at, actor=by.pk)
    if refund.payment:
        issue_receipt(
            payment=refund.payment,
            kind=Receipt.Kind.REFUND,
            trade_lines=[{"name": "handed_back", "value": str(refund.amount)}],
            at=at,
        )
    _publish_end(refund, station=station, at=at)
    return refund


def prove(*, refund: Refund, proof: CodeProof | WitnessProof, station: Any, by: Any, at: dt.datetime) -> Refund:
    """Check a proof; the refund's row is held until the transaction ends, so that it is given once.

    `station` is where the villager stands. The caller lets a refusal that keeps its changes commit (a used-up try).
    """
    refund = _open_refund(refund)
    if isinstance(proof, CodeProof):
        _check_code(refund, proof.code, at=at)
    else:
        _check_witness(refund, proof, station=station, by=by, at=at)
    return refund


def prove_to_spend(
    *, refund: Refund, proof: CodeProof | WitnessProof | None, station: Any, by: Any, at: dt.datetime
) -> Refund:
    """The same proof for money that is to pay for something else. Refused as `hand_back_cash`."""
    if proof is None:
        raise ProofMissing(most=_most_without_a_code(refund).display())
    refund = prove(refund=refund, proof=proof, station=station, by=by, at=at)
    REFUND.check("spend_refund", refund.status)
    return refund


def spend_refund(*, refund: Refund, payment: Payment, by: Any, at: dt.datetime) -> Refund:
    """Mark a proven refund as what paid for `payment`, in the transaction that moves the money."""
    before = refund.status
    refund.status, refund.spent_on = Refund.Status.SPENT, payment
    refund.save(update_fields=["status", "spent_on", "updated_at"])
    record_change(refund, old=before, new=refund.status, at=at, actor=by.pk)
    _publish_end(refund, station=payment.station, at=at)
    return refund


def own_photo(file_id: Any, *, by: Any) -> StoredFile | None:
    """The photo that this person has just stored; nobody proves anything with somebody else's."""
    return StoredFile.objects.filter(pk=file_id, stored_by=by.pk).first() if file_id else None


def _open_refund(refund: Refund) -> Refund:
    refund = lock(refund)
    if refund.status in {Refund.Status.PAID_OUT, Refund.Status.SPENT}:
        raise AlreadyPaidOut(state=refund.get_status_display())
    return refund


def _check_code(refund: Refund, code: str, *, at: dt.datetime) -> None:
    if refund.status == Refund.Status.LOCKED:
        raise CodeLocked
    if not refund.code_hash or refund.expires_at is None or at >= refund.expires_at:
        raise CodeExpired
    if check_password(code, refund.code_hash):
        return
    refund.tries += 1
    if refund.tries >= TRIES:
        refund.status = Refund.Status.LOCKED
        record_change(refund, old=Refund.Status.READY_FOR_CASH, new=refund.status, at=at)
    refund.save(update_fields=["tries", "status", "updated_at"])
    raise CodeWrong(tries_left=TRIES - refund.tries)


def _check_witness(refund: Refund, proof: WitnessProof, *, station: Any, by: Any, at: dt.datetime) -> None:
    if not refund.payment or not refund.payment.receipts.filter(number=proof.slip_no).exists():
        raise SlipWrong(field="slip_no")
    suffices = proof.photo is not None and (
        _was_declined_just_now(refund, station=station, at=at)
        or (_saw_it(proof.witness, refund, by=by) and refund.amount <= _most_without_a_code(refund))
    )
    if not suffices:
        raise ProofMissing(most=_most_without_a_code(refund).display())


def _was_declined_just_now(refund: Refund, *, station: Any, at: dt.datetime) -> bool:
    """The villager still stands where he paid, and it is the same quarter of an hour."""
    return (
        refund.reason == Refund.Reason.FAILED_PAYMENT
        and refund.station_id == station.pk
        and at - refund.payment.finished_at <= AT_ONCE
    )


def _saw_it(witness: Any, refund: Refund, *, by: Any) -> bool:
    """A third person: neither the one who gets the money nor the one who hands it over."""
    return witness is not None and witness.pk not in {refund.payment.payer_id, by.person_id}


def _most_without_a_code(refund: Refund) -> Money:
    return units(MOST_WITHOUT_A_CODE, refund.currency)


def _phone_for_code(refund: Refund, *, at: dt.datetime) -> str:
    payer = refund.payment.payer if refund.payment else None
    if not payer or not payer.phone or not payer.phone_verified_at or at - payer.phone_verified_at < PHONE_KNOWN_FOR:
        raise NoPhoneForCode
    if str(payer.phone) in staff_phones(refund.station, at=at):
        raise PhoneBelongsToStaff
    return str(payer.phone)


def _pay_out(refund: Refund, *, notes: str, station: Any, by: Any, at: dt.datetime) -> Any:
    country = station.county.country
    funds = chart.customer_funds(refund.station)
    if notes == Refund.Notes.DRAWER:
        take_turn(station=station, at=at)
        target = chart.till(station)
    else:
        partner = partner_of(station)
        if partner is None:
            raise NoPartnerHere
        target = chart.float_of(station, partner)
    opened = chart.open_all([funds, target], country=country, currency=refund.currency, at=at)
    try:
        [transfer] = post_transfers(
            legs=[Leg(opened[funds], opened[target], refund.amount, f"handed back from {notes}")],
            event_type="refund_paid_out",
            event_id=str(refund.pk),
            business_date=business_date_of(book_of(country), at),
            made_by=MadeBy("person", by.pk),
            at=at,
        )
    except NotEnough as refusal:
        if refusal.params["kind"] != "till":
            raise
        raise TillTooSmall(amount=refund.amount.display()) from refusal
    return transfer


def _publish_end(refund: Refund, *, station: Any, at: dt.datetime) -> None:
    publish(
        "finance.refund_paid_out",
        at=at,
        refund=str(refund.pk),
        payment=str(refund.payment_id) if refund.payment_id else None,
        reason=refund.reason,
        station=station.pk,
        amount_minor=refund.amount_minor,
        currency=refund.currency,
    )
