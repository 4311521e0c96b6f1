"""Money owed back: handed back against a proof, by the notes that were used, or spent on what comes next."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.codes import LIFE, TRIES, new_code
from core.countries import usual_in
from core.database.db import atomic_but_tries, lock, present
from core.days import day_in
from core.errors import CodeExpired, CodeLocked, CodeWrong, Refused, TooMany, WrongState, refused_by, refuses
from core.events.services import publish
from core.history import record_change
from core.models import StoredFile
from core.money import Money
from core.notices.services import notify
from finance import chart
from finance.floats.queries import partner_of
from finance.floats.services import NoPartnerHere
from finance.payments.machine import REFUND
from finance.payments.models import Payment, Receipt, Refund, RefundCall
from finance.payments.services.clocks import stop_clock
from finance.payments.services.receipts import issue_receipt
from finance.tills.services import take_turn
from ledger.queries import business_date_of
from ledger.services import Leg, MadeBy, NotEnough, book_of, post_transfers
from stations.accounts.models import User
from stations.accounts.queries import staff_phones, works_at
from stations.network.models import Station
from stations.people.models import Person
from stations.two_persons import is_same_person

CODES_A_DAY = 3
PHONE_KNOWN_FOR = dt.timedelta(hours=72)
AT_ONCE = dt.timedelta(minutes=15)
GIVEN = frozenset({Refund.Status.PAID_OUT, Refund.Status.SPENT, Refund.Status.SUCCEEDED, Refund.Status.WENT_BACK})


class NoPhoneForCode(Refused):
    """A code can only go to a phone that is known long enough."""

    code = "no_phone_for_code"
    status = 422
    message = _("The payer has no phone confirmed at least three days ago. Use slip, witness and photo.")


class PhoneBelongsToStaff(Refused):
    """The code would go to a partner or helper of the station."""

    code = "phone_belongs_to_staff"
    status = 422
    message = _("This phone belongs to someone who works at the station. Use slip, witness and photo.")


class AlreadyPaidOut(Refused):
    """The money has gone already."""

    code = "already_paid_out"
    message = _("This money has already been paid: %(state)s.")


class TillTooSmall(Refused):
    """The drawer does not hold as much."""

    code = "till_too_small"
    message = _("The till does not hold %(amount)s. Use your own cash, or come back later.")


class ProofMissing(Refused):
    """Without a code the law of the system asks for slip, witness and photo, and only up to a limit."""

    code = "proof_missing"
    status = 422
    message = _(
        "Without a code, this needs the slip or an ID, a witness and a photo. Above %(most)s, the county calls "
        "the person first."
    )


class NotTheirs(Refused):
    """The money belongs to somebody else."""

    code = "not_theirs"
    status = 422
    message = _("This refund is for someone else. Find the payer, or someone from the household that was paid for.")


class FetchedElsewhere(Refused):
    """Nobody pays himself: people of a station fetch their own money at another one, or by bank."""

    code = "fetched_elsewhere"
    status = 422
    message = _("People who work at this station collect their own money at another station or by bank.")


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
    witness: Person | None = None
    photo: Any = None


@dataclass(frozen=True, slots=True)
class DocumentProof:
    """The slip is lost: the identity document of the one who gets it, somebody who saw it, and a photo."""

    recipient: Person | None
    witness: Person | None = None
    photo: Any = None


Proof = CodeProof | WitnessProof | DocumentProof


@refuses(AlreadyPaidOut, WrongState, NoPhoneForCode, PhoneBelongsToStaff, TooMany)
@transaction.atomic
def send_refund_code(*, refund: Refund, at: dt.datetime, station: Station | None = None) -> Refund:
    """Send six digits, with the amount and what it is for, to the phone of the one who gets it: at most three a day.

    `station` is where the person stands, when not where the money is owed.
    """
    refund = _open_refund(refund)
    REFUND.check("send_refund_code", refund.status)
    phone = _phone_for_code(refund, stations={refund.station, station or refund.station}, at=at)
    today = day_in(refund.station.zone, at)
    if refund.codes_sent_on != today:
        refund.codes_sent, refund.codes_sent_on = 0, today
    if refund.codes_sent >= CODES_A_DAY:
        raise TooMany
    code, language = new_code(), refund.recipient.language
    before = refund.status
    refund.status = Refund.Status.READY_FOR_CASH
    refund.code_hash, refund.code_sent_at, refund.expires_at = make_password(code), at, at + LIFE
    refund.codes_sent, refund.tries = refund.codes_sent + 1, 0
    refund.save()
    if before != refund.status:
        record_change(refund, old=before, new=refund.status, at=at)
    notify(
        template="refund_code",
        params={"code": code, "amount": refund.amount.display(language), "what": _what_for(refund, language)},
        language=language,
        phone=phone,
        dedupe_key=f"refund_code:{refund.pk}:{today}:{refund.codes_sent}",
        at=at,
        use_by=refund.expires_at,
    )
    return refund


@refuses(AlreadyPaidOut, FetchedElsewhere, CodeLocked, CodeExpired, CodeWrong, SlipWrong, ProofMissing, NotTheirs)
def prove(*, refund: Refund, proof: Proof, station: Station, by: User, at: dt.datetime) -> Refund:
    """Check a proof; the refund's row is held until the transaction ends, so that it is given once.

    `station` is where the villager stands. The caller lets a refusal that keeps its changes commit (a used-up try).
    """
    refund = _open_refund(refund)
    if refund.receiver and works_at(refund.receiver, station, at=at):
        raise FetchedElsewhere
    if isinstance(proof, CodeProof):
        _check_code(refund, proof.code, at=at)
    elif isinstance(proof, WitnessProof):
        _check_slip(refund, proof, station=station, by=by, at=at)
    else:
        _check_document(refund, proof, by=by)
    return refund


@refuses(WrongState, NoPartnerHere, TillTooSmall, *refused_by(prove, take_turn))
@atomic_but_tries
def hand_back_cash(*, refund: Refund, notes: str, proof: Proof, station: Station, by: User, at: dt.datetime) -> Refund:
    """Give the money, from the drawer or the partner's own notes, at any station of the network.

    A wrong code uses up a try.
    """
    refund = prove(refund=refund, proof=proof, station=station, by=by, at=at)
    REFUND.check("hand_back_cash", refund.status)
    refund.transfer_id = _pay_out(refund, notes=notes, station=station, by=by, at=at)
    before = refund.status
    refund.status, refund.notes = Refund.Status.PAID_OUT, notes
    refund.paid_by, refund.paid_at, refund.paid_at_station = by, at, station
    _note_proof(refund, proof)
    refund.save()
    record_change(refund, old=before, new=refund.status, at=at, actor=by.pk)
    if refund.payment:
        stop_clock(refund.payment, at=at)
        issue_receipt(
            payment=refund.payment,
            kind=Receipt.Kind.REFUND,
            trade_lines=[{"name": "handed_back", "value": str(refund.amount)}],
            at=at,
        )
    publish_end(refund, station=station, at=at)
    return refund


@refuses(WrongState, ProofMissing, *refused_by(prove))
def prove_to_spend(*, refund: Refund, proof: Proof | None, station: Station, by: User, at: dt.datetime) -> Refund:
    """The same proof for money that is to pay for something else."""
    if proof is None:
        raise ProofMissing(most=_most_without_a_code(refund).display())
    refund = prove(refund=refund, proof=proof, station=station, by=by, at=at)
    REFUND.check("spend_refund", refund.status)
    _note_proof(refund, proof)
    return refund


def spend_refund(*, refund: Refund, payment: Payment, by: User, at: dt.datetime) -> Refund:
    """Mark a proven refund as what paid for `payment`, in the transaction that moves the money."""
    before = refund.status
    refund.status, refund.spent_on = Refund.Status.SPENT, payment
    refund.save()
    record_change(refund, old=before, new=refund.status, at=at, actor=by.pk)
    publish_end(refund, station=payment.station, at=at)
    return refund


def own_photo(file_id: Any, *, by: User) -> StoredFile | None:
    """The photo that this person has just stored; nobody proves anything with somebody else's."""
    return StoredFile.objects.filter(pk=file_id, stored_by=by.pk).first() if file_id else None


def _open_refund(refund: Refund) -> Refund:
    refund = lock(refund)
    if refund.status in GIVEN:
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


def _check_slip(refund: Refund, proof: WitnessProof, *, station: Station, by: User, at: dt.datetime) -> None:
    if not refund.payment or not refund.payment.receipts.filter(number=proof.slip_no).exists():
        raise SlipWrong(field="slip_no")
    is_at_once = proof.photo is not None and _was_declined_just_now(refund, station=station, at=at)
    if is_at_once and (proof.witness is None or _is_third(proof.witness, recipient=refund.recipient, by=by)):
        return
    _check_seen(refund, proof, recipient=refund.recipient, by=by)


def _check_document(refund: Refund, proof: DocumentProof, *, by: User) -> None:
    if proof.recipient is None or not _is_theirs(refund, proof.recipient):
        raise NotTheirs(field="recipient")
    _check_seen(refund, proof, recipient=proof.recipient, by=by)


def _check_seen(refund: Refund, proof: WitnessProof | DocumentProof, *, recipient: Person | None, by: User) -> None:
    """A third person has seen it, there is a photo, and what is much was called about."""
    has_seen = proof.witness is not None and _is_third(proof.witness, recipient=recipient, by=by)
    is_little = refund.amount <= _most_without_a_code(refund)
    if proof.photo is None or not has_seen or not (is_little or _was_called(refund, by=by)):
        raise ProofMissing(most=_most_without_a_code(refund).display())


def _is_third(witness: Person | None, *, recipient: Person | None, by: User) -> bool:
    """Whether the witness is neither the giver nor who gets it."""
    return not is_same_person(witness, by.pk, recipient.pk if recipient else None)


def _was_called(refund: Refund, *, by: User) -> bool:
    """Somebody of the county has reached the person, who knows of the money."""
    reached = refund.calls.exclude(outcome=RefundCall.Outcome.NOT_REACHED).order_by("-called_at", "-pk")
    last = next((call for call in reached if not is_same_person(by, call.called_by_id)), None)
    return last is not None and last.outcome == RefundCall.Outcome.CONFIRMED


def _is_theirs(refund: Refund, person: Person) -> bool:
    """Anyone who is owed it; where nobody knows who paid, somebody of the household that was paid for."""
    if refund.recipient is not None:
        return refund.recipient.pk == person.pk
    bill = getattr(refund.payment, "bill", None)
    return bool(bill and bill.household_id and bill.household_id == person.household_id)


def _note_proof(refund: Refund, proof: Proof) -> None:
    kinds = {CodeProof: Refund.Proof.CODE, WitnessProof: Refund.Proof.SLIP, DocumentProof: Refund.Proof.DOCUMENT}
    refund.proof = kinds[type(proof)]
    refund.handed_to = proof.recipient if isinstance(proof, DocumentProof) else refund.recipient
    if not isinstance(proof, CodeProof):
        refund.witnessed_by, refund.photo = proof.witness, proof.photo


def _what_for(refund: Refund, language: str) -> str:
    with translation.override(language):
        return str(refund.get_reason_display())


def _was_declined_just_now(refund: Refund, *, station: Station, at: dt.datetime) -> bool:
    """The villager still stands where he paid, and it is the same quarter of an hour."""
    return (
        refund.reason == Refund.Reason.FAILED_PAYMENT
        and refund.station_id == station.pk
        and at - present(present(refund.payment).finished_at) <= AT_ONCE
    )


def _most_without_a_code(refund: Refund) -> Money:
    return usual_in(refund.station.county.country, refund.currency).most_without_code


def _phone_for_code(refund: Refund, *, stations: set[Any], at: dt.datetime) -> str:
    person = refund.recipient
    if not person or not person.phone or not person.phone_verified_at:
        raise NoPhoneForCode
    if at - person.phone_verified_at < PHONE_KNOWN_FOR:
        raise NoPhoneForCode
    # Who works there and is paid out has a phone of their own; `prove` lets them fetch it elsewhere only.
    if any(str(person.phone) in staff_phones(station, at=at, but=refund.receiver) for station in stations):
        raise PhoneBelongsToStaff
    return str(person.phone)


def _pay_out(refund: Refund, *, notes: str, station: Station, by: User, at: dt.datetime) -> Any:
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


def publish_end(refund: Refund, *, station: Station, at: dt.datetime) -> None:
    """Tell the system that the money is with the one who it was owed to."""
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
